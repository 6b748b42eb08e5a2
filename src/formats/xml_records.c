#include "formats/xml_records.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* Bytes given to the parser at once. */
#define SLICE EN_MIB
#define ENCODING_MAX 40u

struct en_xml {
    const struct en_xml_shape *shape;
    struct en_xml_sink sink;
    struct en_report *report;
    XML_Parser parser;
    char encoding[ENCODING_MAX]; /* as declared, for the parser of the rest; "" if it is not */
    uint8_t head[2];             /* the first bytes: they tell UTF-16, in which no tag can be looked for */
    unsigned depth;
    bool rooted;
    bool in_record, skip_record;
    unsigned record_depth;       /* 3, or 2 where there is no container */
    bool has_child;              /* the open element contains elements: its own text is layout */
    struct en_buf text;          /* of the open element */
    bool text_cut;
    uint64_t record_at, record_line;
    /* The file's bytes that may still be needed: for the record's raw bytes, and to look for the next one. */
    struct en_buf raw;
    uint64_t raw_at, fed;        /* file offset of raw.p[0]; and of the next byte to come */
    /* A parser that was begun in the middle of the file counts from there. */
    int64_t pos_shift, line_shift;
    bool lost;                   /* looking for the next record */
    uint64_t look_at, look_line; /* from here */
    uint64_t resumed_at;         /* where the present parser began; 0 for the first one */
    uint64_t fault_at;           /* of the last one that was noted */
    unsigned lost_count;
    en_errc broken;              /* the present parser stopped at a fault that the next one may be behind */
    en_errc failed;
    struct en_err err;
};

/* --- places and refusals ------------------------------------------------------------------------------------ */

uint64_t
en_xml_pos(const struct en_xml *x)
{
    XML_Index at = XML_GetCurrentByteIndex(x->parser);

    return at < 0 || at + x->pos_shift < 0 ? 0 : (uint64_t)(at + x->pos_shift);
}

uint64_t
en_xml_line(const struct en_xml *x)
{
    int64_t line = (int64_t)XML_GetCurrentLineNumber(x->parser) + x->line_shift;

    return line < 1 ? 1 : (uint64_t)line;
}

static void
note(struct en_xml *x, enum en_note_kind kind, const char *code, const char *why)
{
    en_report_add(x->report, kind, code, en_xml_line(x), en_xml_pos(x), "%s", why);
}

/* Ends the reading: what follows cannot be trusted. */
static void
fail(struct en_xml *x, en_errc code, const char *what, const char *why)
{
    if (x->failed)
        return;
    x->failed = en_err_set_at(&x->err, code, en_xml_line(x), en_xml_pos(x), "%s", why);
    note(x, EN_NOTE_REFUSED, what, why);
    (void)XML_StopParser(x->parser, XML_FALSE);
}

static bool
is_wide(const struct en_xml *x)
{
    return x->head[0] >= 0xFE || x->head[0] == 0 || x->head[1] == 0;
}

/*
 * The record is not well-formed. Reading goes on at the next start tag of a record, or ends where that cannot be looked
 * for. The fault may lie in such a tag, which then is found once more: it is noted once.
 */
static void
lose(struct en_xml *x, const char *what, const char *why)
{
    uint64_t at = en_xml_pos(x);

    if (x->failed || x->broken)
        return;
    if (is_wide(x) || !x->rooted) {
        fail(x, EN_E_INPUT, what, why);
        return;
    }
    if (++x->lost_count > EN_XML_MAX_LOST) {
        fail(x, EN_E_INPUT, "xml-lost", "too many entries are not well-formed");
        return;
    }
    if (x->lost_count == 1 || at != x->fault_at)
        note(x, EN_NOTE_REFUSED, what, why);
    x->broken = EN_E_INPUT;
    x->fault_at = at;
    x->look_at = x->lost_count > 1 && at <= x->resumed_at ? x->resumed_at + 1 : at;
    x->look_line = en_xml_line(x);
    (void)XML_StopParser(x->parser, XML_FALSE);
}

static void
not_well_formed(struct en_xml *x)
{
    enum XML_Error code = XML_GetErrorCode(x->parser);

    switch ((int)code) {
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_PARTIAL_CHAR:
    case XML_ERROR_UNCLOSED_CDATA_SECTION:
        fail(x, EN_E_INPUT, "xml-truncated", "the file ends before the list does");
        break;
    case XML_ERROR_UNKNOWN_ENCODING:
    case XML_ERROR_INCORRECT_ENCODING:
        fail(x, EN_E_INPUT, "xml-encoding", "the declared encoding is not known or not the one of the bytes");
        break;
    case XML_ERROR_UNDEFINED_ENTITY:
        lose(x, "xml-entity", "an entity that is not built into XML is not accepted");
        break;
    default:
        lose(x, "xml-syntax", XML_ErrorString(code));
        break;
    }
}

/* --- elements -------------------------------------------------------------------------------------------------- */

static bool
is_container(const struct en_xml *x, const char *name)
{
    for (size_t i = 0; i < EN_XML_KINDS && x->shape->kinds[i].record; i++)
        if (x->shape->kinds[i].container && strcmp(x->shape->kinds[i].container, name) == 0)
            return true;
    return false;
}

/* The kind of a record by its name, or EN_XML_KINDS. */
static size_t
kind_of(const struct en_xml *x, const char *name)
{
    size_t i = 0;

    while (i < EN_XML_KINDS && x->shape->kinds[i].record && strcmp(x->shape->kinds[i].record, name) != 0)
        i++;
    return i < EN_XML_KINDS && x->shape->kinds[i].record ? i : EN_XML_KINDS;
}

static unsigned
depth_of(const struct en_xml *x, size_t kind)
{
    return x->shape->kinds[kind].container ? 3 : 2;
}

/* Text between elements is layout. If it is not, somebody should look. */
static void
look_at_mixed(struct en_xml *x)
{
    if (x->in_record && en_bytes_trim(en_buf_bytes(&x->text)).n)
        note(x, EN_NOTE_WARNING, "xml-mixed", "text between elements was passed over");
    en_buf_reset(&x->text);
    x->text_cut = false;
}

static void
begin_record(struct en_xml *x, size_t kind, const char **attributes)
{
    x->in_record = true;
    x->skip_record = false;
    x->record_at = en_xml_pos(x);
    x->record_line = en_xml_line(x);
    x->record_depth = x->depth;
    x->sink.begin(x->sink.ctx, kind, x->record_line, x->record_at);
    if (x->sink.attributes)
        x->sink.attributes(x->sink.ctx, attributes);
}

/* An element that stands in no record: it begins one, or should. */
static void
on_outside(struct en_xml *x, const char *name, const char **attributes)
{
    size_t kind = kind_of(x, name);

    if (kind != EN_XML_KINDS && depth_of(x, kind) == x->depth)
        begin_record(x, kind, attributes);
    else if (x->depth == 2 && !is_container(x, name))
        note(x, EN_NOTE_WARNING, "xml-outside", "an element outside of the records is not known");
    else if (x->depth == 3)
        note(x, EN_NOTE_REFUSED, "xml-record", "an element that is no entry stands where one is expected");
}

static void XMLCALL
on_start(void *ctx, const char *name, const char **attributes)
{
    struct en_xml *x = ctx;
    bool resumed = x->lost_count != 0;

    if (x->failed || x->broken)
        return;
    if (++x->depth > EN_MAX_DEPTH) {
        lose(x, "xml-depth", "elements are nested more than 32 deep");
        return;
    }
    look_at_mixed(x);
    x->has_child = false;
    if (x->depth == 1) {
        if (strcmp(name, x->shape->root) != 0)
            fail(x, EN_E_INPUT, "xml-root", "the root element is not that of this list");
        else if (!resumed)
            x->sink.root(x->sink.ctx, attributes);
        x->rooted = true;
    } else if (x->in_record && kind_of(x, name) != EN_XML_KINDS) {
        lose(x, "xml-syntax", "an entry begins inside another one, which has no end");
    } else if (x->in_record) {
        if (!x->skip_record)
            x->sink.open(x->sink.ctx, x->depth - x->record_depth, name, attributes);
    } else {
        on_outside(x, name, attributes);
    }
}

static void
end_leaf(struct en_xml *x, const char *name)
{
    if (x->text_cut)
        note(x, EN_NOTE_REFUSED, "value-long", "a text is longer than 64 KiB");
    else
        x->sink.leaf(x->sink.ctx, x->depth - x->record_depth, name, en_buf_bytes(&x->text));
    en_buf_reset(&x->text);
    x->text_cut = false;
}

static void
end_record(struct en_xml *x)
{
    uint64_t end = en_xml_pos(x) + (uint64_t)XML_GetCurrentByteCount(x->parser);
    en_bytes raw = { NULL, 0 };
    en_errc e;

    x->in_record = false;
    if (x->skip_record)
        return;
    if (x->record_at >= x->raw_at && end <= x->raw_at + x->raw.n)
        raw = en_bytes_from(x->raw.p + (x->record_at - x->raw_at), end - x->record_at);
    e = x->sink.end(x->sink.ctx, raw, &x->err);
    if (e) { /* the sink's own error: not a refusal */
        x->failed = e;
        (void)XML_StopParser(x->parser, XML_FALSE);
    }
}

static void XMLCALL
on_end(void *ctx, const char *name)
{
    struct en_xml *x = ctx;

    if (x->failed || x->broken)
        return;
    if (x->in_record && x->depth > x->record_depth && !x->skip_record) {
        if (!x->has_child)
            end_leaf(x, name);
        else
            x->sink.close(x->sink.ctx, x->depth - x->record_depth, name);
    }
    look_at_mixed(x);
    if (x->in_record && x->depth == x->record_depth)
        end_record(x);
    x->depth--;
    x->has_child = true;
}

static void XMLCALL
on_text(void *ctx, const char *p, int n)
{
    struct en_xml *x = ctx;

    if (!x->in_record || x->skip_record || x->failed || x->broken)
        return;
    if (x->text.n + (size_t)n > EN_MAX_XML_TEXT)
        x->text_cut = true;
    else
        en_buf_add(&x->text, p, (size_t)n);
}

/*= OWASP XXE: a list of persons needs no document type, so none is read: no entities, no other files. */
static void XMLCALL
on_doctype(void *ctx, const char *name, const char *system, const char *public, int subset)
{
    (void)name, (void)system, (void)public, (void)subset;
    fail(ctx, EN_E_INPUT, "xml-doctype", "a document type declaration is not accepted");
}

static void XMLCALL
on_declaration(void *ctx, const char *version, const char *encoding, int standalone)
{
    struct en_xml *x = ctx;

    (void)version, (void)standalone;
    if (encoding && strlen(encoding) < sizeof x->encoding)
        memcpy(x->encoding, encoding, strlen(encoding) + 1);
}

/* --- parsers ------------------------------------------------------------------------------------------------------ */

static void
open_parser(struct en_xml *x)
{
    if (x->parser)
        XML_ParserFree(x->parser);
    x->parser = XML_ParserCreate(x->encoding[0] ? x->encoding : NULL);
    EN_ASSERT(x->parser != NULL);
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    XML_SetXmlDeclHandler(x->parser, on_declaration);
    x->depth = 0;
    x->in_record = x->has_child = false;
    x->broken = EN_OK;
    en_buf_reset(&x->text);
    x->text_cut = false;
}

static void
parse(struct en_xml *x, const char *p, size_t n)
{
    if (XML_Parse(x->parser, p, (int)n, 0) == XML_STATUS_ERROR && !x->broken)
        not_well_formed(x);
    if (x->broken)
        x->lost = true;
}

/* Drops bytes in front of what may still be needed. */
static void
drop_raw(struct en_xml *x)
{
    XML_Index at = XML_GetCurrentByteIndex(x->parser);
    uint64_t keep = x->lost                           ? x->look_at
                    : x->in_record && !x->skip_record ? x->record_at
                    : at < 0                          ? x->raw_at
                                                      : en_xml_pos(x);
    size_t gone;

    if (keep <= x->raw_at)
        return;
    gone = keep - x->raw_at < x->raw.n ? (size_t)(keep - x->raw_at) : x->raw.n;
    memmove(x->raw.p, x->raw.p + gone, x->raw.n - gone);
    x->raw.n -= gone;
    x->raw_at += gone;
}

/* A start tag of a record at p? 0: no, 1: yes, 2: perhaps, more bytes are needed. */
static int
record_tag(const struct en_xml *x, const char *p, size_t n, size_t *kind)
{
    bool perhaps = false;

    for (size_t i = 0; i < EN_XML_KINDS && x->shape->kinds[i].record; i++) {
        const char *name = x->shape->kinds[i].record;
        size_t len = strlen(name), have = n - 1 < len ? n - 1 : len;

        if (memcmp(p + 1, name, have) != 0)
            continue;
        if (n < len + 2)
            perhaps = true;
        else if (memchr(">/ \t\r\n", p[len + 1], 6)) {
            *kind = i;
            return 1;
        }
    }
    return perhaps ? 2 : 0;
}

/* Looks for the next record in the bytes at hand. True when found: look_at and look_line are its place. */
static bool
find_record(struct en_xml *x, size_t *kind)
{
    size_t i = x->look_at > x->raw_at ? (size_t)(x->look_at - x->raw_at) : 0;

    for (; i < x->raw.n; i++) {
        int is = x->raw.p[i] == '<' ? record_tag(x, x->raw.p + i, x->raw.n - i, kind) : 0;

        if (is)
            x->look_at = x->raw_at + i;
        if (is == 1)
            return true;
        if (is == 2)
            return false;
        x->look_line += x->raw.p[i] == '\n';
    }
    x->look_at = x->raw_at + i;
    return false;
}

/* A new parser, told that it stands in the container, reads on from the record that was found. */
static void
resume(struct en_xml *x, size_t kind)
{
    struct en_buf prefix = EN_BUF_INIT;

    open_parser(x);
    x->lost = false;
    en_buf_addf(&prefix, "<%s>", x->shape->root);
    if (x->shape->kinds[kind].container)
        en_buf_addf(&prefix, "<%s>", x->shape->kinds[kind].container);
    x->resumed_at = x->look_at;
    x->pos_shift = (int64_t)x->look_at - (int64_t)prefix.n;
    x->line_shift = (int64_t)x->look_line - 1;
    parse(x, prefix.p, prefix.n);
    EN_ASSERT(!x->lost && !x->failed && x->depth == depth_of(x, kind) - 1);
    en_buf_release(&prefix);
    drop_raw(x);
    parse(x, x->raw.p + (x->look_at - x->raw_at), x->raw.n - (size_t)(x->look_at - x->raw_at));
}

/* The bounds that hold between two slices. */
static void
check_bounds(struct en_xml *x)
{
    if (x->failed || x->lost)
        return;
    if (x->in_record && !x->skip_record && x->fed - x->record_at > EN_MAX_RECORD) {
        en_report_add(x->report, EN_NOTE_REFUSED, "record-long", x->record_line, x->record_at,
                      "an entry is longer than 4 MiB");
        x->skip_record = true;
    }
    if (x->fed > EN_MAX_RECORD && en_xml_pos(x) < x->fed - EN_MAX_RECORD)
        fail(x, EN_E_LIMIT, "xml-token", "one tag, comment or reference is longer than 4 MiB");
}

static en_errc
result(const struct en_xml *x, struct en_err *err)
{
    if (x->failed && err)
        *err = x->err;
    return x->failed;
}

en_errc
en_xml_feed(struct en_xml *x, en_bytes chunk, struct en_err *err)
{
    for (size_t i = 0; i < chunk.n && x->fed + i < 2; i++)
        x->head[x->fed + i] = chunk.p[i];
    while (chunk.n && !x->failed) {
        size_t n = chunk.n < SLICE ? chunk.n : SLICE, kind;

        en_buf_add(&x->raw, chunk.p, n);
        x->fed += n;
        if (!x->lost)
            parse(x, (const char *)chunk.p, n);
        while (x->lost && !x->failed && find_record(x, &kind))
            resume(x, kind);
        check_bounds(x);
        drop_raw(x);
        chunk = (en_bytes){ chunk.p + n, chunk.n - n };
    }
    return result(x, err);
}

en_errc
en_xml_end(struct en_xml *x, struct en_err *err)
{
    size_t kind;

    /* A parser that is lost has been reported; one that is not must be at the end of the root. */
    if (!x->failed && !x->lost && XML_Parse(x->parser, "", 0, 1) == XML_STATUS_ERROR && !x->broken)
        not_well_formed(x);
    x->lost = x->lost || x->broken;
    while (x->lost && !x->failed && find_record(x, &kind))
        resume(x, kind);
    return result(x, err);
}

struct en_xml *
en_xml_new(const struct en_xml_shape *shape, struct en_xml_sink sink, struct en_report *report)
{
    struct en_xml *x = en_xcalloc(1, sizeof *x);

    x->shape = shape;
    x->sink = sink;
    x->report = report;
    x->err = (struct en_err)EN_ERR_INIT;
    open_parser(x);
    return x;
}

void
en_xml_free(struct en_xml *x)
{
    if (!x)
        return;
    XML_ParserFree(x->parser);
    en_buf_release(&x->text);
    en_buf_release(&x->raw);
    free(x);
}
