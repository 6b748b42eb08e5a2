#include "formats/jsonl.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "person/json_in.h"

struct en_jsonl {
    struct en_jsonl_sink sink;
    struct en_report *report;
    struct en_buf part;  /* the beginning of a line whose end has not come */
    uint64_t pos, line;  /* of the next byte of the line in `part`, or of the next chunk */
    bool skipping;       /* the present line was refused as too long */
};

struct en_jsonl *
en_jsonl_new(struct en_jsonl_sink sink, struct en_report *report)
{
    struct en_jsonl *j = en_xcalloc(1, sizeof *j);

    j->sink = sink;
    j->report = report;
    j->line = 1;
    return j;
}

void
en_jsonl_free(struct en_jsonl *j)
{
    if (!j)
        return;
    en_buf_release(&j->part);
    free(j);
}

/* A whole line of n bytes at p, without its LF. */
static en_errc
take_line(struct en_jsonl *j, const uint8_t *p, size_t n, struct en_err *err)
{
    en_bytes text = { p, n };
    uint64_t pos = j->pos;

    if (j->line == 1 && n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
        text = (en_bytes){ p + 3, n - 3 };
        pos += 3;
    }
    if (en_bytes_trim(text).n == 0)
        return EN_OK;
    if (n > EN_MAX_RECORD) {
        en_report_add(j->report, EN_NOTE_REFUSED, "line-long", j->line, pos, "a line is longer than 4 MiB");
        return EN_OK;
    }
    return j->sink.line(j->sink.ctx, text, j->line, pos, err);
}

/* Ends the line: n more bytes at p belong to it, and `gone` bytes are behind us with its LF. */
static en_errc
finish_line(struct en_jsonl *j, const uint8_t *p, size_t n, size_t gone, struct en_err *err)
{
    size_t kept = j->part.n;
    en_errc e = EN_OK;

    if (j->skipping) {
        j->skipping = false;
    } else if (kept) {
        en_buf_add(&j->part, p, n);
        e = take_line(j, (const uint8_t *)j->part.p, j->part.n, err);
    } else {
        e = take_line(j, p, n, err);
    }
    en_buf_reset(&j->part);
    j->pos += kept + gone;
    j->line++;
    return e;
}

en_errc
en_jsonl_feed(struct en_jsonl *j, en_bytes chunk, struct en_err *err)
{
    const uint8_t *lf;

    while (chunk.n && (lf = memchr(chunk.p, '\n', chunk.n))) {
        size_t n = (size_t)(lf - chunk.p);
        en_errc e = finish_line(j, chunk.p, n, n + 1, err);

        if (e)
            return e;
        chunk.p += n + 1;
        chunk.n -= n + 1;
    }
    if (j->skipping) {
        j->pos += chunk.n;
        return EN_OK;
    }
    en_buf_add(&j->part, chunk.p, chunk.n);
    if (j->part.n > EN_MAX_RECORD + 1u) {
        en_report_add(j->report, EN_NOTE_REFUSED, "line-long", j->line, j->pos, "a line is longer than 4 MiB");
        j->pos += j->part.n;
        en_buf_reset(&j->part);
        j->skipping = true;
    }
    return EN_OK;
}

en_errc
en_jsonl_end(struct en_jsonl *j, struct en_err *err)
{
    return finish_line(j, NULL, 0, 0, err);
}

/* --- one line ----------------------------------------------------------------------------------------------------- */

json_t *
en_jsonl_object(en_bytes text, uint64_t line, uint64_t pos, struct en_report *report)
{
    struct en_err err = EN_ERR_INIT;
    const char *note;
    json_t *v;

    if (en_json_in_object(text, EN_MAX_RECORD, &v, &note, &err) != EN_OK)
        en_report_add(report, EN_NOTE_REFUSED, note, line, pos + err.pos, "%s", err.text);
    return v;
}
