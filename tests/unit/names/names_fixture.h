/* names_fixture.h: tokens to test the engine with, made from a seed: plausible ones and strings of any letters. */
#ifndef EN_TESTS_NAMES_FIXTURE_H
#define EN_TESTS_NAMES_FIXTURE_H

#include "../harness.h"

#include "names/frequencies.h"
#include "names/simd.h"
#include "names/token.h"

#include "../machine.h"

struct common {
    struct en_latin *v;
    size_t n, cap;
};

static inline void
common_add(void *ctx, const struct en_latin *token, uint32_t share)
{
    struct common *c = ctx;

    (void)share;
    if (c->n == c->cap) {
        c->cap = c->cap ? c->cap * 2 : 1024;
        c->v = en_xrealloc(c->v, c->cap * sizeof *c->v);
    }
    c->v[c->n++] = *token;
}

/* The tokens of the table of frequencies. The caller frees v. */
static inline struct common
common_tokens(void)
{
    struct common c = { 0 };

    assert_int_equal(
        en_frequencies_each(en_bytes_from(en_frequencies_data, en_frequencies_data_len), common_add, &c, NULL), EN_OK);
    assert_true(c.n > 10000);
    return c;
}

static inline struct en_latin
latin_of(const char *letters)
{
    struct en_latin l = { .n = (uint8_t)strlen(letters) };

    for (unsigned i = 0; i < l.n; i++)
        l.sym[i] = (uint8_t)(letters[i] - 'a' + 1);
    return l;
}

static inline const char *
latin_text(const struct en_latin *l, char out[EN_COST_MAX_LETTERS + 1])
{
    for (unsigned i = 0; i < l->n; i++)
        out[i] = (char)('a' + l->sym[i] - 1);
    out[l->n] = '\0';
    return out;
}

/* Any symbols of a script's alphabet. */
static inline unsigned
any_symbols(uint64_t *seed, enum en_script s, uint8_t *sym, unsigned most)
{
    unsigned n = 1 + (unsigned)(seeded(seed) % most);

    for (unsigned i = 0; i < n; i++)
        sym[i] = (uint8_t)(1 + seeded(seed) % en_script_symbols(s));
    return n;
}

static inline struct en_latin
any_latin(uint64_t *seed, unsigned most)
{
    struct en_latin l;

    l.n = (uint8_t)any_symbols(seed, EN_SCRIPT_LATIN, l.sym, most);
    return l;
}

/* A slip of the pen: a letter changed, lost, added, or two exchanged. */
static inline struct en_latin
slip(uint64_t *seed, struct en_latin l)
{
    unsigned at = l.n ? (unsigned)(seeded(seed) % l.n) : 0;

    switch (seeded(seed) % 4) {
    case 0:
        if (l.n > 1) {
            memmove(l.sym + at, l.sym + at + 1, l.n - at - 1u);
            l.n--;
        }
        break;
    case 1:
        if (l.n < EN_COST_MAX_LETTERS) {
            memmove(l.sym + at + 1, l.sym + at, (size_t)(l.n - at));
            l.sym[at] = (uint8_t)(1 + seeded(seed) % 26);
            l.n++;
        }
        break;
    case 2:
        if (at + 1 < l.n) {
            uint8_t t = l.sym[at];

            l.sym[at] = l.sym[at + 1];
            l.sym[at + 1] = t;
        }
        break;
    default:
        if (l.n)
            l.sym[at] = (uint8_t)(1 + seeded(seed) % 26);
    }
    return l;
}

#endif
