#include "names/frequencies.h"

#include <string.h>

/* "token TAB number" */
static bool
row(en_bytes line, struct en_latin *token, uint32_t *share)
{
    const uint8_t *tab = memchr(line.p, '\t', line.n);
    size_t n = tab ? (size_t)(tab - line.p) : 0;
    uint64_t v = 0;

    if (!n || n > EN_COST_MAX_LETTERS || n + 1 == line.n || line.n - n > 9)
        return false;
    token->n = (uint8_t)n;
    for (size_t i = 0; i < n; i++) {
        if (line.p[i] < 'a' || line.p[i] > 'z')
            return false;
        token->sym[i] = (uint8_t)(line.p[i] - 'a' + 1);
    }
    for (size_t i = n + 1; i < line.n; i++) {
        if (line.p[i] < '0' || line.p[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(line.p[i] - '0');
    }
    *share = (uint32_t)v;
    return v > 0 && v < EN_FREQUENCY_UNIT;
}

en_errc
en_frequencies_each(en_bytes tsv, void (*fn)(void *ctx, const struct en_latin *token, uint32_t share), void *ctx,
                    struct en_err *err)
{
    uint64_t line = 1;

    for (size_t at = 0; at < tsv.n; line++) {
        const uint8_t *nl = memchr(tsv.p + at, '\n', tsv.n - at);
        size_t n = nl ? (size_t)(nl - tsv.p) - at : tsv.n - at;
        struct en_latin token;
        uint32_t share;

        if (n && tsv.p[at] != '#') {
            if (!row(en_bytes_from(tsv.p + at, n), &token, &share))
                return en_err_set_at(err, EN_E_INPUT, line, at,
                                     "not a line of name frequencies: token, persons per 10 million");
            fn(ctx, &token, share);
        }
        at += n + 1;
    }
    return EN_OK;
}
