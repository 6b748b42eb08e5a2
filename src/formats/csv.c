#include "formats/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/*
 * Where the scan for a row's end stands:
 *
 *   START --"--> QUOTED --"--> QUOTE --"--> QUOTED (a doubled quote)
 *     |                          |--blank--> CLOSED
 *     |--other--> PLAIN          |--other than delimiter and line end--> refused
 */
enum state { START, PLAIN, QUOTED, QUOTE, CLOSED };

struct en_csv {
    struct en_csv_sink sink;
    struct en_report *report;
    char delimiter;
    int quote;           /* -1: none */
    size_t expect;       /* 0: any */
    struct en_buf in;    /* bytes not yet consumed */
    uint64_t base;       /* file offset of in.p[0] */
    size_t at;           /* start of the present row in `in` */
    uint64_t line;       /* its line */
    /* The scan of the present row. */
    size_t scan;
    enum state state;
    uint64_t newlines;   /* line ends passed inside quotes */
    size_t quote_at;     /* where the open quote stands */
    size_t nul_at;       /* SIZE_MAX if none */
    bool bare, blank;    /* repairs seen */
    bool skipping;       /* an overlong row was refused: pass over the rest of its line */
    bool started;
    /* The split row. */
    en_bytes fields[EN_CSV_MAX_FIELDS];
    uint64_t pos[EN_CSV_MAX_FIELDS];
    char *scratch;
    size_t cap_scratch;
};

enum found { FOUND, MORE, BAD };

struct en_csv *
en_csv_new(char delimiter, struct en_csv_sink sink, struct en_report *report)
{
    struct en_csv *c = en_xcalloc(1, sizeof *c);

    c->sink = sink;
    c->report = report;
    c->delimiter = delimiter;
    c->quote = '"';
    c->line = 1;
    c->nul_at = SIZE_MAX;
    return c;
}

void
en_csv_expect(struct en_csv *c, size_t n)
{
    c->expect = n;
}

void
en_csv_quote(struct en_csv *c, int quote)
{
    c->quote = quote;
}

void
en_csv_free(struct en_csv *c)
{
    if (!c)
        return;
    en_buf_release(&c->in);
    free(c->scratch);
    free(c);
}

/* Makes the row that starts at `at` the present one. */
static void
begin_row(struct en_csv *c, size_t at, uint64_t line)
{
    c->at = c->scan = at;
    c->line = line;
    c->state = START;
    c->newlines = 0;
    c->nul_at = SIZE_MAX;
    c->bare = c->blank = false;
}

static void
refuse(struct en_csv *c, const char *code, uint64_t line, size_t at, const char *why)
{
    en_report_add(c->report, EN_NOTE_REFUSED, code, line, c->base + at, "%s", why);
}

/* Something stands behind a closing quote. Where the quote spans lines, it is the opening one that is wrong. */
static void
refuse_quote(struct en_csv *c, size_t at)
{
    if (c->newlines)
        refuse(c, "csv-open-quote", c->line, c->quote_at, "a quote is opened here and not closed on its line");
    else
        refuse(c, "csv-quote", c->line, at, "a delimiter or the line's end must follow a closing quote");
}

/* The index behind the line end at i, or 0 when a CR is the last byte known and more may come. */
static size_t
line_end(const struct en_csv *c, size_t i, bool final)
{
    if (c->in.p[i] == '\n')
        return i + 1;
    if (i + 1 == c->in.n)
        return final ? i + 1 : 0;
    return c->in.p[i + 1] == '\n' ? i + 2 : i + 1;
}

/* Goes on at the line after the one on which the present row starts. False: that line end has not come yet. */
static bool
next_line(struct en_csv *c, bool final)
{
    for (size_t i = c->at; i < c->in.n; i++) {
        if (c->in.p[i] != '\n' && c->in.p[i] != '\r')
            continue;
        size_t next = line_end(c, i, final);

        if (next == 0)
            break;
        begin_row(c, next, c->line + 1);
        c->skipping = false;
        return true;
    }
    /* What is left of the line can go: it is refused already. */
    size_t keep = !final && c->in.n > c->at && c->in.p[c->in.n - 1] == '\r';

    begin_row(c, c->in.n - keep, c->line);
    c->skipping = !final;
    return false;
}

/* One byte outside of quotes. True when it ends the row. */
static inline bool
step_plain(struct en_csv *c, char b, size_t i)
{
    if (b == c->delimiter) {
        c->state = START;
    } else if (b == '\n' || b == '\r') {
        return true;
    } else if (b == c->quote) {
        if (c->state == START) {
            c->blank |= i > c->at && c->in.p[i - 1] == ' ';
            c->state = QUOTED;
            c->quote_at = i;
        } else {
            c->bare = true;
        }
    } else if (b != ' ') {
        c->state = PLAIN;
    }
    return false;
}

/*
 * Scans on for the end of the present row. FOUND: *end is behind its last byte, *next behind its line end. BAD: the row
 * was refused and the next one has begun.
 */
static enum found
find_end(struct en_csv *c, bool final, size_t *end, size_t *next)
{
    const char *p = c->in.p;

    for (size_t i = c->scan; i < c->in.n; i++) {
        char b = p[i];

        if (b == '\0' && c->nul_at == SIZE_MAX)
            c->nul_at = i;
        switch (c->state) {
        case START:
        case PLAIN:
            if (!step_plain(c, b, i))
                continue;
            break;
        case QUOTED:
            c->newlines += b == '\n' || p[i - 1] == '\r'; /* CRLF is counted once: at its LF */
            if (b == c->quote)
                c->state = QUOTE;
            continue;
        case QUOTE:
        case CLOSED:
            if (b == c->quote && c->state == QUOTE) {
                c->state = QUOTED;
                continue;
            }
            if (b == c->delimiter) {
                c->state = START;
                continue;
            }
            if (b == ' ' || b == '\t') {
                c->state = CLOSED;
                c->blank = true;
                continue;
            }
            if (b == '\n' || b == '\r')
                break;
            refuse_quote(c, i);
            next_line(c, final);
            return BAD;
        }
        c->scan = i;
        *end = i;
        *next = line_end(c, i, final);
        return *next ? FOUND : MORE;
    }
    c->scan = c->in.n;
    *end = *next = c->in.n;
    return final && c->state != QUOTED ? FOUND : MORE;
}

/* Appends one field to the row. */
static bool
add_field(struct en_csv *c, size_t *n, const char *p, size_t len, size_t at)
{
    if (*n == EN_CSV_MAX_FIELDS) {
        refuse(c, "csv-columns", c->line, at, "more than 256 fields in one row");
        return false;
    }
    if (len > EN_MAX_TEXT) {
        refuse(c, "csv-field-long", c->line, at, "a field is longer than 64 KiB");
        return false;
    }
    c->fields[*n] = en_bytes_from(p, len);
    c->pos[(*n)++] = c->base + at;
    return true;
}

/* A quoted field at i (behind the quote); returns the index behind its closing quote. */
static size_t
unquote(struct en_csv *c, size_t i, size_t end, char **out, const char **p, size_t *len)
{
    size_t from = i;
    bool doubled = false;

    for (; i < end; i++) {
        if (c->in.p[i] != c->quote)
            continue;
        if (i + 1 == end || c->in.p[i + 1] != c->quote)
            break;
        doubled = true;
        i++;
    }
    *p = c->in.p + from;
    *len = i - from;
    if (doubled) {
        char *w = *out;

        for (size_t k = from; k < i; k++) {
            *w++ = c->in.p[k];
            k += c->in.p[k] == c->quote;
        }
        *p = *out;
        *len = (size_t)(w - *out);
        *out = w;
    }
    return i < end ? i + 1 : end;
}

/* Splits the row [at, end) into fields. False: refused. */
static bool
split(struct en_csv *c, size_t end, size_t *n)
{
    char *out;
    size_t i = c->at;

    if (c->cap_scratch < end - c->at + 1) {
        c->cap_scratch = 2 * (end - c->at + 1);
        c->scratch = en_xrealloc(c->scratch, c->cap_scratch);
    }
    out = c->scratch;
    for (*n = 0;;) {
        size_t from = i, len;
        const char *p;

        while (i < end && c->in.p[i] == ' ')
            i++;
        if (i < end && c->in.p[i] == c->quote) {
            from = i + 1;
            i = unquote(c, from, end, &out, &p, &len);
            while (i < end && c->in.p[i] != c->delimiter)
                i++;
        } else {
            while (i < end && c->in.p[i] != c->delimiter)
                i++;
            p = c->in.p + from;
            len = i - from;
        }
        if (!add_field(c, n, p, len, from))
            return false;
        if (i == end)
            return true;
        i++;
    }
}

/* Nothing but blanks, or the end-of-file mark of DOS. */
static bool
is_empty(const struct en_csv *c, size_t end)
{
    size_t i = c->at;

    while (i < end && (c->in.p[i] == ' ' || c->in.p[i] == '\t'))
        i++;
    return i == end || (end - c->at == 1 && c->in.p[c->at] == 0x1A);
}

/* The row [at, end) is complete: give it to the sink, or refuse it. */
static en_errc
take_row(struct en_csv *c, size_t end, size_t next, bool final, struct en_err *err)
{
    size_t n, at = c->at;
    uint64_t line = c->line, lines = c->newlines + 1;
    struct en_csv_row row = { c->fields, c->pos, 0, line, en_bytes_from(c->in.p + at, end - at) };
    en_errc e = EN_OK;

    if (is_empty(c, end)) {
        ;
    } else if (c->nul_at != SIZE_MAX) {
        refuse(c, "csv-nul", line, c->nul_at, "a NUL byte in the row");
    } else if (split(c, end, &n)) {
        if (c->expect && n != c->expect && lines > 1) {
            refuse(c, "csv-open-quote", line, at, "a quote is opened on this line and not closed on it");
            next_line(c, final);
            return EN_OK;
        }
        if (c->bare)
            en_report_add(c->report, EN_NOTE_REPAIR, "csv-bare-quote", line, c->base + at,
                          "a quote inside an unquoted field was taken as it stands");
        if (c->blank)
            en_report_add(c->report, EN_NOTE_REPAIR, "csv-blank-at-quote", line, c->base + at,
                          "blanks between a quote and the delimiter were passed over");
        row.n = n;
        e = c->sink.row(c->sink.ctx, &row, err);
    }
    begin_row(c, next, line + lines);
    return e;
}

static void
overlong(struct en_csv *c, bool final)
{
    if (c->state == QUOTED)
        refuse(c, "csv-open-quote", c->line, c->quote_at, "a quote is opened here and not closed within 4 MiB");
    else
        refuse(c, "csv-row-long", c->line, c->at, "a row is longer than 4 MiB");
    next_line(c, final);
}

static en_errc
run(struct en_csv *c, bool final, struct en_err *err)
{
    while (c->at < c->in.n) {
        size_t end = 0, next = 0;

        if (c->skipping) {
            if (!next_line(c, final))
                break;
            continue;
        }
        switch (find_end(c, final, &end, &next)) {
        case FOUND: {
            en_errc e = take_row(c, end, next, final, err);

            if (e)
                return e;
            continue;
        }
        case BAD:
            continue;
        case MORE:
            break;
        }
        if (final) { /* only an open quote is unfinished at the end */
            refuse(c, "csv-open-quote", c->line, c->quote_at, "a quote is opened here and never closed");
            next_line(c, final);
        } else if (c->in.n - c->at > EN_MAX_RECORD) {
            overlong(c, final);
        } else {
            break;
        }
    }
    return EN_OK;
}

/* Forgets the consumed bytes. */
static void
compact(struct en_csv *c)
{
    size_t gone = c->at;

    if (gone == 0)
        return;
    memmove(c->in.p, c->in.p + gone, c->in.n - gone);
    c->in.n -= gone;
    c->base += gone;
    c->at = 0;
    c->scan -= gone;
    c->quote_at = c->quote_at >= gone ? c->quote_at - gone : 0;
    if (c->nul_at != SIZE_MAX)
        c->nul_at -= gone;
}

static void
skip_mark(struct en_csv *c)
{
    if (c->started || c->in.n < 3)
        return;
    c->started = true;
    if (memcmp(c->in.p, "\xEF\xBB\xBF", 3) == 0)
        begin_row(c, 3, 1);
}

en_errc
en_csv_feed(struct en_csv *c, en_bytes chunk, struct en_err *err)
{
    en_errc e;

    en_buf_add(&c->in, chunk.p, chunk.n);
    skip_mark(c);
    if (!c->started)
        return EN_OK;
    e = run(c, false, err);
    compact(c);
    return e;
}

en_errc
en_csv_end(struct en_csv *c, struct en_err *err)
{
    en_errc e;

    skip_mark(c);
    e = run(c, true, err);
    c->at = c->in.n;
    compact(c);
    return e;
}
