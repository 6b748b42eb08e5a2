/*
 * person_args.h: a person typed on a command line: the options, and the JSON object that acts take.
 */
#ifndef EN_CMD_PERSON_ARGS_H
#define EN_CMD_PERSON_ARGS_H

#include "cmd/node_call.h"

/* Rows of an option table; EN_PERSON_OPTS goes between its braces. */
#define EN_PERSON_OPTS                                                                                                 \
    { .name = "name",                                                                                                  \
      .kind = EN_OPT_TEXT,                                                                                             \
      .arg = "NAME",                                                                                                   \
      .repeat = true,                                                                                                  \
      .help = "a name as it is written, in any script; the first is the main one" },                                   \
        { .name = "birth-date",                                                                                        \
          .kind = EN_OPT_TEXT,                                                                                         \
          .arg = "DATE",                                                                                               \
          .repeat = true,                                                                                              \
          .help = "1991-04-03, 1991-04, 1991, 1990/1992 or about 1991; several are alternatives" },                    \
        { .name = "sex", .kind = EN_OPT_CHOICE, .arg = "male|female|other", .help = "the sex" },                       \
        { .name = "nationality",                                                                                       \
          .kind = EN_OPT_TEXT,                                                                                         \
          .arg = "COUNTRY",                                                                                            \
          .repeat = true,                                                                                              \
          .help = "a country's code or name" },                                                                        \
        { .name = "document",                                                                                          \
          .kind = EN_OPT_TEXT,                                                                                         \
          .arg = "NUMBER",                                                                                             \
          .repeat = true,                                                                                              \
          .help = "the number of a document" },                                                                        \
        { .name = "document-type",                                                                                     \
          .kind = EN_OPT_CHOICE,                                                                                       \
          .arg = "passport|national-id|visa|residence|seaman|other",                                                   \
          .def = "passport",                                                                                           \
          .help = "what those documents are" },                                                                        \
        { .name = "issuer", .kind = EN_OPT_TEXT, .arg = "COUNTRY", .help = "who issued those documents" },             \
        { .name = "birth-place", .kind = EN_OPT_TEXT, .arg = "PLACE", .repeat = true, .help = "a place of birth" },    \
    {                                                                                                                  \
        .name = "person", .kind = EN_OPT_PATH, .arg = "FILE",                                                          \
        .help = "the person as JSON (docs/formats/json.md); options replace its members; - is standard input"          \
    }

/* Is there any of them? */
bool en_person_args_given(const struct en_run *r);
/*
 * Writes the member "person": of --person FILE, with those members replaced that options give. source is where typed
 * names come from ("typed" for a traveller), NULL for a record.
 */
en_errc en_person_args(struct en_node_call *c, const char *source, struct en_err *err);

#endif
