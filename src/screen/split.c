#include "screen/split.h"

#include <string.h>

/* Does an identity have this token, in these letters? */
static bool
borne(const struct en_segment *s, const uint8_t *sym, unsigned n)
{
    struct en_latin l = { .n = (uint8_t)n };
    uint32_t from, to;

    memcpy(l.sym, sym, n);
    en_keys_find(&s->by_spelling, en_key_of_spelling(&l, n), &from, &to);
    for (; from < to; from++) {
        const struct en_vocab *v = &s->vocab[s->by_spelling.rows[from].value];

        if (v->script == EN_SCRIPT_LATIN && v->n == n && v->df && memcmp(s->bytes + v->sym_at, sym, n) == 0)
            return true;
    }
    return false;
}

void
en_split(const struct en_segment *s, const uint8_t *sym, unsigned n, struct en_split *out)
{
    *out = (struct en_split){ .n = 0 };
    if (n < 2 * EN_SPLIT_PART || n > EN_COST_MAX_LETTERS)
        return;
    out->whole = borne(s, sym, n);
    for (unsigned part = n / 2; part >= EN_SPLIT_PART && !out->whole; part--)
        for (unsigned late = 0; late < (2 * part == n ? 1u : 2u) && out->n < EN_SPLITS_MAX; late++) {
            unsigned at = late ? n - part : part;

            if (borne(s, sym, at) && borne(s, sym + at, n - at))
                out->at[out->n++] = (uint8_t)at;
        }
}

/* Of cuts as even the earlier is first. */
static bool
before(unsigned a, unsigned b, unsigned n)
{
    unsigned x = a < n - a ? a : n - a, y = b < n - b ? b : n - b;

    return x != y ? x > y : a < b;
}

static void
insert(struct en_split *all, uint8_t at, unsigned n)
{
    unsigned i = 0;

    while (i < all->n && before(all->at[i], at, n))
        i++;
    if (i == EN_SPLITS_MAX || (i < all->n && all->at[i] == at))
        return;
    all->n = (uint8_t)(all->n < EN_SPLITS_MAX ? all->n + 1 : all->n);
    memmove(all->at + i + 1, all->at + i, all->n - i - 1u);
    all->at[i] = at;
}

void
en_split_join(struct en_split *all, const struct en_split *part, unsigned n)
{
    all->whole = all->whole || part->whole;
    for (unsigned i = 0; i < part->n; i++)
        insert(all, part->at[i], n);
    if (all->whole)
        all->n = 0;
}
