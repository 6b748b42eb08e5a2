#include "names/cultures.h"

#include <stdlib.h>
#include <string.h>

#include "names/fixed.h"

#define CULTURES  34
#define ELSEWHERE (-262) /* of a token that the culture does not know: train_cultures.py, SELDOM */
#define ROOM      6      /* bits: so many cultures are added up below one */

struct word {
    uint8_t n, sym[EN_CULTURES_LETTERS];
    uint32_t from, to; /* its rows */
};

struct en_culture_table {
    struct word *words;
    struct en_culture *rows;
    uint32_t n_words, n_rows, cap_words, cap_rows;
};

void
en_cultures_free(struct en_culture_table *t)
{
    if (!t)
        return;
    free(t->words);
    free(t->rows);
    free(t);
}

static bool
number(en_bytes t, int most, int *out)
{
    bool minus = t.n && t.p[0] == '-';
    int v = 0;

    for (size_t i = minus; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9' || i > 4)
            return false;
        v = v * 10 + (t.p[i] - '0');
    }
    *out = minus ? -v : v;
    return t.n > (size_t)minus && v <= most;
}

static int
order(const struct word *w, const uint8_t *sym, unsigned n)
{
    int c = memcmp(w->sym, sym, w->n < n ? w->n : n);

    return c ? c : (int)w->n - (int)n;
}

/* "token TAB culture TAB number" */
static bool
row(en_bytes line, struct word *w, struct en_culture *c)
{
    const uint8_t *tab = memchr(line.p, '\t', line.n), *end = line.p + line.n, *second;
    size_t n = tab ? (size_t)(tab - line.p) : 0;
    int culture, bits;

    second = tab ? memchr(tab + 1, '\t', (size_t)(end - tab - 1)) : NULL;
    if (!second || n < 2 || n > EN_CULTURES_LETTERS)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (line.p[i] < 'a' || line.p[i] > 'z')
            return false;
        w->sym[i] = (uint8_t)(line.p[i] - 'a' + 1);
    }
    w->n = (uint8_t)n;
    if (!number(en_bytes_from(tab + 1, (size_t)(second - tab - 1)), CULTURES - 1, &culture) || culture < 0 ||
        !number(en_bytes_from(second + 1, (size_t)(end - second - 1)), 640, &bits))
        return false;
    *c = (struct en_culture){ (uint8_t)culture, (int16_t)bits };
    return true;
}

/* Sorted by token, then culture. */
static bool
add(struct en_culture_table *t, en_bytes line)
{
    struct word w = { .from = t->n_rows };
    struct en_culture c = { 0, 0 };
    int after;

    if (!row(line, &w, &c))
        return false;
    after = t->n_words ? order(&t->words[t->n_words - 1], w.sym, w.n) : -1;
    if (after > 0 || (after == 0 && t->rows[t->n_rows - 1].culture >= c.culture))
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
    t->rows[t->n_rows++] = c;
    t->words[t->n_words - 1].to = t->n_rows;
    return true;
}

en_errc
en_cultures_parse(en_bytes tsv, struct en_culture_table **out, struct en_err *err)
{
    uint64_t line = 1;

    *out = en_xcalloc(1, sizeof **out);
    for (size_t at = 0; at < tsv.n; line++) {
        const uint8_t *nl = memchr(tsv.p + at, '\n', tsv.n - at);
        size_t n = nl ? (size_t)(nl - tsv.p) - at : tsv.n - at;

        if (n && tsv.p[at] != '#' && !add(*out, en_bytes_from(tsv.p + at, n))) {
            en_cultures_free(*out);
            *out = NULL;
            return en_err_set_at(err, EN_E_INPUT, line, at, "not a line of cultures: token, culture, 1/64 bit");
        }
        at += n + 1;
    }
    return EN_OK;
}

unsigned
en_cultures_of(const struct en_culture_table *t, const uint8_t *sym, unsigned n, const struct en_culture **out)
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

int
en_cultures_together(const struct en_culture_token *v, unsigned n, uint32_t which)
{
    int sum[CULTURES] = { 0 }, most = INT32_MIN;
    uint64_t p = 0;

    for (unsigned i = 0; i < n; i++) {
        if (!(which >> i & 1) || !v[i].n)
            continue;
        for (unsigned c = 0; c < CULTURES; c++)
            sum[c] += ELSEWHERE;
        for (unsigned k = 0; k < v[i].n; k++)
            sum[v[i].rows[k].culture] += v[i].rows[k].bits - ELSEWHERE;
    }
    for (unsigned c = 0; c < CULTURES; c++)
        most = sum[c] > most ? sum[c] : most;
    for (unsigned c = 0; c < CULTURES; c++)
        p += en_prob_of_cost(most - sum[c]) >> ROOM;
    return most + ROOM * 64 - en_cost_of_prob(p) - en_log2_ratio(CULTURES, 1);
}
