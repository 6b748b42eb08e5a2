#include "screen/compare.h"

#include <stdlib.h>
#include <string.h>

#include "names/bound.h"
#include "names/usual.h"

#define WALKERS 128u
/* Letters that only one side has: at most so many, and one more for each so many bits of the limit. */
#define LETTERS_OFF     2u
#define LETTERS_NATIVE  2u /* and so many more where the Latin form is a guess of ours */
#define LETTERS_PER_BITS (7u * EN_BITS_ONE / 2)

struct en_comparer {
    const struct en_costs *costs;
    struct {
        struct en_walk *walk;
        uint64_t serial;       /* of the token that stands still */
        enum en_script script; /* of the tokens that are walked; EN_SCRIPT_LATIN, or of a list's native tokens */
    } aimed[WALKERS]; /* by both; made when they are first wanted */
    struct {
        struct en_bound *bound;
        uint64_t serial;
        enum en_script script;
    } bounded[WALKERS];
    enum en_simd simd;
    uint64_t count;
};

struct en_comparer *
en_comparer_new(const struct en_costs *costs, enum en_simd simd)
{
    struct en_comparer *c = en_xcalloc(1, sizeof *c);

    c->costs = costs;
    c->simd = simd;
    return c;
}

void
en_comparer_free(struct en_comparer *c)
{
    if (!c)
        return;
    for (unsigned i = 0; i < WALKERS; i++) {
        en_walk_free(c->aimed[i].walk);
        en_bound_free(c->bounded[i].bound);
    }
    free(c);
}

uint64_t
en_comparer_count(const struct en_comparer *c)
{
    return c->count;
}

static unsigned
place(const struct en_expansion *e, enum en_script walked)
{
    /* Tokens of one query have serials in a row: a walker each, and one for each script. */
    return (unsigned)(e->serial * EN_SCRIPTS + walked) % WALKERS;
}

static bool
is_aimed(const struct en_comparer *c, const struct en_expansion *e, enum en_script walked)
{
    unsigned i = place(e, walked);

    return c->aimed[i].serial == e->serial && c->aimed[i].script == walked;
}

/* A walker in which the query token stands still, for list tokens that are walked in this script. */
static struct en_walk *
aim(struct en_comparer *c, const struct en_expansion *e, enum en_script walked)
{
    unsigned i = place(e, walked);

    if (is_aimed(c, e, walked))
        return c->aimed[i].walk;
    if (!c->aimed[i].walk)
        c->aimed[i].walk = en_walk_new(c->simd);
    c->aimed[i].serial = e->serial;
    c->aimed[i].script = walked;
    if (walked == EN_SCRIPT_LATIN)
        en_walk_set(c->aimed[i].walk, c->costs, e->script, e->sym, e->n);
    else
        en_walk_set_latin(c->aimed[i].walk, c->costs, walked, e->sym, e->n);
    return c->aimed[i].walk;
}

/* What is least, by the letters that there are: for the same token, and the script that is walked. */
static struct en_bound *
bound(struct en_comparer *c, const struct en_expansion *e, enum en_script walked)
{
    unsigned i = place(e, walked);

    if (c->bounded[i].serial == e->serial && c->bounded[i].script == walked)
        return c->bounded[i].bound;
    if (!c->bounded[i].bound)
        c->bounded[i].bound = en_bound_new(c->simd);
    c->bounded[i].serial = e->serial;
    c->bounded[i].script = walked;
    if (walked == EN_SCRIPT_LATIN)
        en_bound_set(c->bounded[i].bound, c->costs, e->script, e->sym, e->n);
    else
        en_bound_set_latin(c->bounded[i].bound, c->costs, walked, e->sym, e->n);
    return c->bounded[i].bound;
}

/* A walker takes longer to prepare than a bound, and most tokens of two names have nothing to do with each other. */
static bool
too_dear(struct en_comparer *c, const struct en_expansion *e, enum en_script walked, const uint8_t *sym, unsigned n,
         int limit)
{
    return !is_aimed(c, e, walked) && !en_bound_within(bound(c, e, walked), sym, n, limit);
}

/*
 * Tokens of one native script are compared letter by letter with a plain model of slips: the channels speak of spelling
 * in Latin only. Costs: 0.2 bits for the same, 8 for one letter, more for two.
 */
static int
same_script_cost(const uint8_t *a, unsigned n, const uint8_t *b, unsigned m)
{
    unsigned row[EN_MAX_TOKEN_LETTERS + 1] EN_UNINITIALISED;

    for (unsigned j = 0; j <= m; j++)
        row[j] = j;
    for (unsigned i = 1; i <= n; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= m; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    if (row[m] == 0)
        return EN_BITS_ONE / 5;
    /* One in twenty names is spelt with another letter, which may be any of about 8 in any place. */
    return row[m] * 4 > (n < m ? n : m) + 2 ? EN_COST_UNLIKE : (int)(row[m] * 7 + 1) * EN_BITS_ONE;
}

/* Bits set in both halves; not every machine has an instruction for that. */
static unsigned
bits(uint32_t a, uint32_t b)
{
    uint64_t x = (uint64_t)a << 32 | b;

    x -= x >> 1 & 0x5555555555555555;
    x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return (unsigned)(x * 0x0101010101010101 >> 56);
}

/* As people write whole names, whatever the letters say; EN_COST_UNLIKE where they do not. */
static int
usual_cost(const struct en_expansion *e, const uint8_t *sym, unsigned n)
{
    for (unsigned i = 0; i < e->n_usual; i++)
        if (e->usual[i].n == n && memcmp(e->usual[i].sym, sym, n) == 0)
            return e->usual[i].cost;
    return EN_COST_UNLIKE;
}

bool
en_compare_worth(const struct en_expansion *e, const struct en_spelt *v, int limit)
{
    unsigned least = e->n < v->n ? e->n : v->n, most = e->n < v->n ? v->n : e->n;

    if (v->script == e->script && e->script != EN_SCRIPT_LATIN)
        return (most - least) * 4 <= least + 2;
    if (e->n_usual && v->script == EN_SCRIPT_LATIN &&
        (v->n > EN_SPELT || usual_cost(e, v->sym, v->n) <= limit))
        return true;
    return v->latin_n && e->has_channel &&
           bits(v->letters & ~e->any, e->all & ~v->letters) <=
               LETTERS_OFF + (v->script == EN_SCRIPT_LATIN ? 0u : LETTERS_NATIVE) + (unsigned)limit / LETTERS_PER_BITS;
}

static const uint8_t *
own_symbols(const struct en_segment *s, uint32_t vocab)
{
    const struct en_spelt *v = &s->spelt[vocab];

    return v->n <= EN_SPELT ? v->sym : s->bytes + s->vocab[vocab].sym_at;
}

static const uint8_t *
latin_letters(const struct en_segment *s, uint32_t vocab)
{
    const struct en_spelt *v = &s->spelt[vocab];

    return v->script == EN_SCRIPT_LATIN ? own_symbols(s, vocab)
           : v->latin_n <= EN_SPELT     ? v->latin
                                        : s->bytes + s->vocab[vocab].sym_at + v->n;
}

static bool
same_letters(const struct en_expansion *e, const struct en_segment *s, uint32_t vocab)
{
    const struct en_spelt *v = &s->spelt[vocab];

    return e->script == v->script && e->n == v->n && memcmp(e->sym, own_symbols(s, vocab), v->n) == 0;
}

static int
if_likely(int cost)
{
    return cost < EN_COST_UNLIKE ? cost : EN_COST_UNLIKE;
}

/* In Latin letters, by the channels. */
static int
by_letters(struct en_comparer *c, const struct en_segment *s, const struct en_expansion *e, uint32_t vocab, int limit)
{
    const struct en_spelt *v = &s->spelt[vocab];
    int cost;

    if (too_dear(c, e, EN_SCRIPT_LATIN, latin_letters(s, vocab), v->latin_n, limit))
        return same_letters(e, s, vocab) ? e->limit : EN_COST_UNLIKE;
    cost = en_walk_cost(aim(c, e, EN_SCRIPT_LATIN), latin_letters(s, vocab), v->latin_n, limit);
    if (cost > e->limit && same_letters(e, s, vocab)) /* however unlikely its letters are */
        return e->limit;
    /* A spelling made by us is one of several. */
    if (v->script != EN_SCRIPT_LATIN && cost < EN_COST_UNLIKE)
        cost += EN_BITS_ONE;
    return if_likely(cost);
}

int
en_compare(struct en_comparer *c, const struct en_segment *s, const struct en_expansion *e, uint32_t vocab, int limit)
{
    const struct en_spelt *v = &s->spelt[vocab];
    int cost;

    c->count++;
    if (v->script == e->script && e->script != EN_SCRIPT_LATIN) {
        cost = same_script_cost(e->sym, e->n, own_symbols(s, vocab), v->n);
        return cost <= limit ? cost : EN_COST_UNLIKE;
    }
    /* A list's token of another script as a Latin one: by the channel of its script, not by a guess of ours. */
    if (e->script == EN_SCRIPT_LATIN && v->script != EN_SCRIPT_LATIN) {
        if (too_dear(c, e, (enum en_script)v->script, own_symbols(s, vocab), v->n, limit))
            return EN_COST_UNLIKE;
        return if_likely(en_walk_cost(aim(c, e, (enum en_script)v->script), own_symbols(s, vocab), v->n, limit));
    }
    if (v->script == EN_SCRIPT_LATIN && e->n_usual) {
        int usual = usual_cost(e, own_symbols(s, vocab), v->n);

        cost = by_letters(c, s, e, vocab, usual < limit ? usual : limit);
        return usual <= limit && usual < cost ? usual : cost;
    }
    return by_letters(c, s, e, vocab, limit);
}

int
en_compare_joined(struct en_comparer *c, const struct en_segment *s, const struct en_expansion *e, uint32_t a,
                  uint32_t b, int limit)
{
    const struct en_spelt *v = &s->spelt[a], *w = &s->spelt[b];
    bool native = e->script == EN_SCRIPT_LATIN && (v->script != EN_SCRIPT_LATIN || w->script != EN_SCRIPT_LATIN);
    unsigned n = native ? v->n : v->latin_n, m = native ? w->n : w->latin_n;
    uint8_t sym[EN_COST_MAX_LETTERS + EN_WALK_READABLE] = { 0 };

    if (!v->latin_n || !w->latin_n || n + m > EN_COST_MAX_LETTERS || !e->has_channel ||
        (native && v->script != w->script))
        return EN_COST_UNLIKE;
    c->count++;
    memcpy(sym, native ? own_symbols(s, a) : latin_letters(s, a), n);
    memcpy(sym + n, native ? own_symbols(s, b) : latin_letters(s, b), m);
    return if_likely(en_walk_cost(aim(c, e, native ? (enum en_script)v->script : EN_SCRIPT_LATIN), sym, n + m,
                                  limit));
}
