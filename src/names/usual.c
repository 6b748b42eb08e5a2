#include "names/usual.h"

#include <stdlib.h>
#include <string.h>

struct word {
    uint8_t n, sym[EN_USUAL_LETTERS];
    uint32_t from, to; /* its rows */
};

struct en_usual_table {
    struct word *words;
    struct en_usual *rows;
    uint32_t n_words, n_rows, cap_words, cap_rows;
};

void
en_usual_free(struct en_usual_table *t)
{
    if (!t)
        return;
    free(t->words);
    free(t->rows);
    free(t);
}

/* The letters before a tab; 0 if there are none or others. */
static unsigned
letters(en_bytes *line, uint8_t sym[EN_USUAL_LETTERS])
{
    const uint8_t *tab = memchr(line->p, '\t', line->n);
    size_t n = tab ? (size_t)(tab - line->p) : 0;

    if (n < 2 || n > EN_USUAL_LETTERS)
        return 0;
    for (size_t i = 0; i < n; i++) {
        if (line->p[i] < 'a' || line->p[i] > 'z')
            return 0;
        sym[i] = (uint8_t)(line->p[i] - 'a' + 1);
    }
    *line = en_bytes_from(tab + 1, line->n - n - 1);
    return (unsigned)n;
}

static bool
number(en_bytes t, int16_t *out)
{
    int v = 0;

    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9' || i > 3)
            return false;
        v = v * 10 + (t.p[i] - '0');
    }
    *out = (int16_t)v;
    return t.n > 0;
}

static int
order(const struct word *w, const uint8_t *sym, unsigned n)
{
    int c = memcmp(w->sym, sym, w->n < n ? w->n : n);

    return c ? c : (int)w->n - (int)n;
}

static bool
add(struct en_usual_table *t, en_bytes line)
{
    struct en_usual row = { .n = 0 };
    struct word w = { .from = t->n_rows };
    int after;

    w.n = (uint8_t)letters(&line, w.sym);
    row.n = w.n ? (uint8_t)letters(&line, row.sym) : 0;
    if (!row.n || !number(line, &row.cost))
        return false;
    for (unsigned i = 0; i < row.n; i++)
        row.letters |= (uint32_t)1 << row.sym[i];
    after = t->n_words ? order(&t->words[t->n_words - 1], w.sym, w.n) : -1;
    if (after > 0)
        return false;
    if (after < 0) {
        if (t->n_words == t->cap_words) {
            t->cap_words = t->cap_words ? 2 * t->cap_words : 1024;
            t->words = en_xrealloc(t->words, t->cap_words * sizeof *t->words);
        }
        t->words[t->n_words++] = w;
    }
    if (t->n_rows == t->cap_rows) {
        t->cap_rows = t->cap_rows ? 2 * t->cap_rows : 1024;
        t->rows = en_xrealloc(t->rows, t->cap_rows * sizeof *t->rows);
    }
    t->rows[t->n_rows++] = row;
    t->words[t->n_words - 1].to = t->n_rows;
    return t->n_rows - t->words[t->n_words - 1].from <= EN_USUAL_MOST;
}

en_errc
en_usual_parse(en_bytes tsv, struct en_usual_table **out, struct en_err *err)
{
    uint64_t line = 1;

    *out = en_xcalloc(1, sizeof **out);
    for (size_t at = 0; at < tsv.n; line++) {
        const uint8_t *nl = memchr(tsv.p + at, '\n', tsv.n - at);
        size_t n = nl ? (size_t)(nl - tsv.p) - at : tsv.n - at;

        if (n && tsv.p[at] != '#' && !add(*out, en_bytes_from(tsv.p + at, n))) {
            en_usual_free(*out);
            *out = NULL;
            return en_err_set_at(err, EN_E_INPUT, line, at, "not a line of spellings: written, on the list, cost");
        }
        at += n + 1;
    }
    return EN_OK;
}

unsigned
en_usual_of(const struct en_usual_table *t, const uint8_t *sym, unsigned n, const struct en_usual **out)
{
    uint32_t from = 0, to = t ? t->n_words : 0;

    while (from < to) {
        uint32_t mid = from + (to - from) / 2;
        int c = order(&t->words[mid], sym, n);

        if (c == 0) {
            *out = &t->rows[t->words[mid].from];
            return t->words[mid].to - t->words[mid].from;
        }
        if (c < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return 0;
}
