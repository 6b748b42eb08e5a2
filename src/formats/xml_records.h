/*
 * xml_records.h: a hostile XML file that is a long list of records, as it streams in.
 *
 *   <ROOT>  <CONTAINER> <RECORD> … </RECORD> <RECORD> … </RECORD> … </CONTAINER> …  <RECORD> … </RECORD> …  </ROOT>
 *
 * expat parses; this stands around it. A document type is refused before an entity could be declared, so there are no
 * entities but those of XML itself and no other files. Bounded: one token, one text, one record, the nesting.
 *
 * Where a record is not well-formed, it is refused with its position and reading goes on at the next start tag of a
 * record, which may be at most EN_XML_MAX_LOST times in a file. In UTF-16, which has no bytes to look for, the first
 * such place ends the reading.
 *
 * Codes: xml-syntax, xml-entity, xml-depth, record-long, value-long, xml-record (an element that is no record where one
 * is expected); ending the reading: xml-doctype, xml-root, xml-token, xml-encoding, xml-truncated, xml-lost (too many).
 * Warnings: xml-outside (an unknown element outside of the records), xml-mixed (text between elements).
 */
#ifndef EN_FORMATS_XML_RECORDS_H
#define EN_FORMATS_XML_RECORDS_H

#include "base/report.h"

#define EN_XML_KINDS 10u
/* A file with more broken records than this is not the file it claims to be; and each costs a new parser. */
#define EN_XML_MAX_LOST 1000u

struct en_xml_shape {
    const char *root;
    struct {
        const char *container, *record; /* container NULL: such a record stands below the root */
    } kinds[EN_XML_KINDS]; /* ends with NULL */
};

struct en_xml_sink { /* everything is borrowed for the call; depth 1 is a child of the record */
    void *ctx;
    void (*root)(void *ctx, const char **attributes); /* name, value, …, NULL */
    void (*begin)(void *ctx, size_t kind, uint64_t line, uint64_t pos);
    void (*open)(void *ctx, unsigned depth, const char *name, const char **attributes);
    /* An element without elements in it. */
    void (*leaf)(void *ctx, unsigned depth, const char *name, en_bytes text);
    /* The end of an element with elements in it. */
    void (*close)(void *ctx, unsigned depth, const char *name);
    /* The end of a whole record; raw is empty where its bytes are not at hand. An error ends the reading. */
    en_errc (*end)(void *ctx, en_bytes raw, struct en_err *err);
    void (*attributes)(void *ctx, const char **attributes); /* of the record itself, after begin; may be NULL */
};

struct en_xml;

struct en_xml *en_xml_new(const struct en_xml_shape *shape, struct en_xml_sink sink, struct en_report *report);
/* An error ends the reading for good, and is in the report as well unless it is the sink's. */
en_errc en_xml_feed(struct en_xml *x, en_bytes chunk, struct en_err *err);
en_errc en_xml_end(struct en_xml *x, struct en_err *err);
void en_xml_free(struct en_xml *x);

/* The byte and the line in the file of what the sink is being told. */
uint64_t en_xml_pos(const struct en_xml *x);
uint64_t en_xml_line(const struct en_xml *x);

#endif
