#include "formats/json_values.h"

#include <stdlib.h>

#include "base/buf.h"
#include "person/json_in.h"

struct en_json_values {
    struct en_json_values_sink sink;
    struct en_report *report;
    struct en_buf text; /* of the value that is open */
    unsigned depth;     /* open brackets; 0: between values */
    bool in_string, escaped;
    bool large;               /* the open value is too long: its bytes are not kept */
    uint64_t at, line;        /* of the next byte */
    uint64_t from, from_line; /* of the open value */
    bool strayed;             /* bytes between values were noted */
};

struct en_json_values *
en_json_values_new(struct en_json_values_sink sink, struct en_report *report)
{
    struct en_json_values *j = en_xcalloc(1, sizeof *j);

    j->sink = sink;
    j->report = report;
    j->line = 1;
    return j;
}

static void
refuse(struct en_json_values *j, const char *code, uint64_t pos, const char *why)
{
    en_report_add(j->report, EN_NOTE_REFUSED, code, j->from_line, pos, "%s", why);
}

static en_errc
take_value(struct en_json_values *j, struct en_err *err)
{
    struct en_err why = EN_ERR_INIT;
    const char *code = "json-syntax";
    json_t *v = NULL;
    en_errc e = EN_OK;

    if (j->large)
        refuse(j, "json-large", j->from, "a JSON value is longer than 16 MiB");
    else if (en_json_in_value(en_buf_bytes(&j->text), EN_JSON_VALUE_MAX, &v, &code, &why))
        refuse(j, code, j->from + (why.pos == EN_NO_POS ? 0 : why.pos), why.text);
    else
        e = j->sink.value(j->sink.ctx, v, j->from_line, j->from, err);
    json_decref(v);
    en_buf_reset(&j->text);
    return e;
}

/* What the byte does to strings and brackets. True when it closes the value. */
static bool
closes(struct en_json_values *j, uint8_t c)
{
    if (j->in_string) {
        j->in_string = j->escaped || c != '"';
        j->escaped = !j->escaped && c == '\\';
        return false;
    }
    if (c == '"')
        j->in_string = true;
    else if (c == '{' || c == '[')
        j->depth++;
    else if (c == '}' || c == ']')
        j->depth--;
    return j->depth == 0;
}

static void
between(struct en_json_values *j, uint8_t c)
{
    static const char mark[] = "\xEF\xBB\xBF \t\r\n,";

    for (size_t i = 0; i < sizeof mark - 1; i++)
        if (c == (uint8_t)mark[i])
            return;
    if (!j->strayed) {
        j->from_line = j->line;
        refuse(j, "json-syntax", j->at, "something that is no JSON object stands between the values");
    }
    j->strayed = true;
}

en_errc
en_json_values_feed(struct en_json_values *j, en_bytes chunk, struct en_err *err)
{
    for (size_t i = 0; i < chunk.n; i++) {
        uint8_t c = chunk.p[i];
        bool end = false;
        en_errc e;

        if (j->depth == 0 && c != '{' && c != '[') {
            between(j, c);
        } else {
            if (j->depth == 0) {
                j->from = j->at;
                j->from_line = j->line;
                j->large = j->strayed = j->in_string = j->escaped = false;
            }
            end = closes(j, c);
            j->large = j->large || j->text.n >= EN_JSON_VALUE_MAX;
            if (!j->large)
                en_buf_addc(&j->text, (char)c);
        }
        j->at++;
        j->line += c == '\n';
        if (end && (e = take_value(j, err)))
            return e;
    }
    return EN_OK;
}

en_errc
en_json_values_end(struct en_json_values *j, struct en_err *err)
{
    if (j->depth == 0)
        return EN_OK;
    refuse(j, "json-truncated", j->from, "the file ends before the JSON value does");
    return en_err_set_at(err, EN_E_INPUT, j->from_line, j->from, "the file ends before the JSON value does");
}

void
en_json_values_free(struct en_json_values *j)
{
    if (!j)
        return;
    en_buf_release(&j->text);
    free(j);
}
