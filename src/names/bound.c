#include "names/bound.h"

#include <stdlib.h>
#include <string.h>

#include "names/bound_private.h"

#define LANES   EN_BOUND_LANES
#define MOST    EN_BOUND_MOST_COST
#define SYMBOLS EN_BOUND_SYMBOLS
#define THIRD   21 /* cells count so many 1/64 bit */

static const en_bound_run codes[EN_SIMDS] = {
    [EN_SIMD_PLAIN] = en_bound_run_plain,
#ifdef __SSE2__
    [EN_SIMD_SSE2] = en_bound_run_sse2,
    [EN_SIMD_AVX2] = en_bound_run_avx2,
#endif
};

/* --- what a channel is taken apart into -------------------------------------------------------------- */

/* A unit of two or three symbols of the side that stands still. */
struct en_bound_part {
    uint8_t n, sym[3]; /* of the side that is walked */
    int16_t cost;      /* beyond what these cost by themselves */
};

struct en_bound_table {
    uint32_t *first; /* of the parts of each chunk, by its number */
    struct en_bound_part *part;
    /* Of a symbol that stands still, against one that is walked: as the first of a unit, and as a further one. */
    uint8_t (*one)[SYMBOLS], (*more)[SYMBOLS];
    uint8_t least[SYMBOLS];  /* of the first of these, over all */
    uint8_t insert[SYMBOLS]; /* a symbol walked with nothing against it */
    uint8_t drop[SYMBOLS];   /* a symbol that stands still with nothing against it */
    unsigned slack;          /* what rounding may have added to a unit, in 1/64 bit */
};

static uint8_t
share(int cost, unsigned of)
{
    int thirds = cost / (int)of / THIRD;

    return (uint8_t)(thirds < MOST ? thirds : MOST);
}

static void
lower(uint8_t *at, uint8_t cost)
{
    *at = *at < cost ? *at : cost;
}

/* A unit as the side that stands still sees it. */
struct seen {
    unsigned chunk, own_n;
    uint8_t own; /* its symbol if it has one */
    struct en_bound_part p;
};

static struct seen
seen(const struct en_channel *ch, const struct en_channel_unit *u, bool latin)
{
    unsigned n = u->native ? (u->native >> 7 ? 2 : 1) : 0, m = ch->latin_len[u->latin];
    uint8_t native[2] = { u->native & 127, (uint8_t)(u->native >> 7) };
    struct seen s;

    if (latin) {
        s = (struct seen){ u->latin, m, ch->latin_sym[u->latin][0], { .n = (uint8_t)n } };
        memcpy(s.p.sym, native, n);
        s.p.cost = (int16_t)(u->cost - (n ? ch->native_cost[u->native] : 0));
    } else {
        s = (struct seen){ n ? ch->native_no[u->native] : 0, n, native[0], { .n = (uint8_t)m } };
        memcpy(s.p.sym, ch->latin_sym[u->latin], m);
        s.p.cost = (int16_t)(u->cost - (m ? ch->latin_cost[u->latin] : 0));
    }
    return s;
}

/* Units of no symbol or one go into the tables. */
static void
table_add(struct en_bound_table *t, const struct seen *s)
{
    const struct en_bound_part *p = &s->p;

    if (!p->n)
        lower(&t->drop[s->own], share(p->cost, 1));
    for (unsigned k = 0; k < p->n; k++)
        if (!s->own_n)
            lower(&t->insert[p->sym[k]], share(p->cost, p->n));
        else
            lower(k ? &t->more[s->own][p->sym[k]] : &t->one[s->own][p->sym[k]], share(p->cost, p->n));
    if (s->own_n && p->n)
        lower(&t->least[s->own], share(p->cost, p->n));
}

static struct en_bound_table *
table_new(const struct en_channel *ch, bool latin)
{
    struct en_bound_table *t = en_xcalloc(1, sizeof *t);
    unsigned chunks = latin ? ch->n_latin : ch->n_native;
    uint32_t *next = en_xcalloc(chunks + 2u, sizeof *next);

    t->first = en_xcalloc(chunks + 2u, sizeof *t->first);
    t->part = en_xcalloc(ch->n_units + 1u, sizeof *t->part);
    t->one = en_xmalloc(SYMBOLS * sizeof *t->one);
    t->more = en_xmalloc(SYMBOLS * sizeof *t->more);
    memset(t->one, MOST, SYMBOLS * sizeof *t->one);
    memset(t->more, MOST, SYMBOLS * sizeof *t->more);
    memset(t->least, MOST, sizeof t->least);
    memset(t->insert, MOST, sizeof t->insert);
    memset(t->drop, MOST, sizeof t->drop);
    for (uint32_t u = 0; u < ch->n_units; u++) {
        struct seen s = seen(ch, &ch->units[u], latin);

        if (s.p.cost < 0 && (unsigned)-s.p.cost > t->slack)
            t->slack = (unsigned)-s.p.cost;
        s.p.cost = s.p.cost > 0 ? s.p.cost : 0;
        if (s.own_n < 2)
            table_add(t, &s);
        else
            next[s.chunk + 1]++;
    }
    for (unsigned k = 0; k <= chunks; k++)
        t->first[k + 1] = next[k + 1] += next[k];
    for (uint32_t u = 0; u < ch->n_units; u++) {
        struct seen s = seen(ch, &ch->units[u], latin);

        s.p.cost = s.p.cost > 0 ? s.p.cost : 0;
        if (s.own_n >= 2)
            t->part[next[s.chunk]++] = s.p;
    }
    free(next);
    return t;
}

static void
table_free(struct en_bound_table *t)
{
    if (!t)
        return;
    free(t->first);
    free(t->part);
    free(t->one);
    free(t->more);
    free(t);
}

void
en_bound_tables(struct en_channel *ch)
{
    ch->bound = table_new(ch, false);
    ch->bound_latin = table_new(ch, true);
}

void
en_bound_tables_free(struct en_channel *ch)
{
    table_free(ch->bound);
    table_free(ch->bound_latin);
}

/* --- the token that stands still --------------------------------------------------------------------- */

struct en_bound *
en_bound_new(enum en_simd simd)
{
    struct en_bound *b = en_xcalloc(1, sizeof *b);

    EN_ASSERT(en_simd_built(simd));
    b->run = codes[simd];
    b->step = en_xmalloc(SYMBOLS * sizeof *b->step);
    return b;
}

void
en_bound_free(struct en_bound *b)
{
    if (!b)
        return;
    free(b->step);
    free(b);
}

/* The step that letter k of a unit ending with symbol i has; each that the unit is made of has its share. */
static void
put_step(uint8_t step[EN_BOUND_STEPS][LANES], const struct en_bound_part *p, unsigned k, unsigned i, unsigned own)
{
    uint8_t *at = p->n == 1 ? &step[own == 2 ? EN_BOUND_TWO : EN_BOUND_THREE][i]
                  : k == 2  ? &step[EN_BOUND_STAY][i]
                  : k == 1  ? &step[EN_BOUND_NEXT][i]
                  : own == 3 ? &step[EN_BOUND_TWO][i - 1]
                             : &step[EN_BOUND_NEXT][i - 1];

    lower(at, share(p->cost, p->n));
}

/* The steps with one letter of the other side. */
void
en_bound_put_letter(struct en_bound *b, uint8_t letter)
{
    const struct en_bound_table *t = b->table;
    uint8_t(*step)[LANES] = b->step[letter];

    b->ready[letter / 64] |= (uint64_t)1 << letter % 64;
    memset(step, MOST, sizeof b->step[letter]);
    memset(step[EN_BOUND_STAY], t->insert[letter], LANES);
    for (unsigned i = 1; i <= b->n; i++) {
        step[EN_BOUND_NEXT][i] = t->one[b->own[i - 1]][letter];
        lower(&step[EN_BOUND_STAY][i], t->more[b->own[i - 1]][letter]);
    }
    for (unsigned at = b->with[letter], k; at; at = b->part[(at - 1) / EN_BOUND_WALKED].next[k]) {
        unsigned i = (at - 1) / EN_BOUND_WALKED;

        k = (at - 1) % EN_BOUND_WALKED;
        put_step(step, b->part[i].part, k, b->part[i].end, b->part[i].own);
    }
}

static uint8_t
plus(unsigned a, unsigned b)
{
    return (uint8_t)(a + b < MOST ? a + b : MOST);
}

/* What dropping several symbols costs, and the column before the first letter. */
static void
put_drops(struct en_bound *b)
{
    uint8_t *one = b->drop[0], first[LANES];

    b->drop_more = MOST;
    memset(b->drop[1], MOST, LANES);
    memset(first, MOST, sizeof first);
    first[0] = 0;
    for (unsigned i = 1; i <= b->n; i++) {
        first[i] = plus(first[i - 1], one[i]);
        if (i >= 2)
            b->drop[1][i] = plus(one[i], one[i - 1]);
        if (i >= 4) {
            int four = plus(plus(one[i], one[i - 1]), plus(one[i - 2], one[i - 3]));

            b->drop_more = four < b->drop_more ? four : b->drop_more;
        }
    }
    memcpy(&b->column[0], first, sizeof first);
}

/* The least that symbols behind each cell cost, whatever there is of the other side. */
static void
put_rest(struct en_bound *b)
{
    uint8_t least[LANES];

    memcpy(least, b->drop[0], LANES);
    for (unsigned i = 1; i <= b->n; i++)
        lower(&least[i], b->table->least[b->own[i - 1]]);
    for (unsigned k = 0; k < b->n_parts; k++) {
        unsigned own = b->part[k].own;
        uint8_t each = (uint8_t)(share(b->part[k].part->cost, b->part[k].part->n) / own);

        for (unsigned back = 0; back < own; back++)
            lower(&least[b->part[k].end - back], each);
    }
    memset(b->rest, MOST, LANES);
    b->rest[b->n] = 0;
    for (unsigned i = b->n; i > 0; i--)
        b->rest[i - 1] = plus(b->rest[i], least[i]);
}

static bool
begin(struct en_bound *b, const struct en_bound_table *t, bool latin, const uint8_t *sym, unsigned n, unsigned end)
{
    b->latin = latin;
    b->table = t;
    b->n = n <= EN_BOUND_MOST ? n + 1 : 0;
    b->slack = t->slack;
    b->walked = b->n_parts = 0;
    memset(b->ready, 0, sizeof b->ready);
    memset(b->with, 0, sizeof b->with);
    if (!b->n)
        return false;
    b->end = (uint8_t)end;
    memcpy(b->own, sym, b->n);
    memset(b->drop[0], MOST, LANES);
    for (unsigned i = 1; i <= b->n; i++)
        b->drop[0][i] = t->drop[sym[i - 1]];
    return true;
}

/* Units of a chunk of several symbols, of which i is the last; more than there is room for leave no bound. */
static void
take_chunk(struct en_bound *b, unsigned chunk, unsigned i, unsigned own)
{
    const struct en_bound_table *t = b->table;

    for (uint32_t k = t->first[chunk]; k < t->first[chunk + 1]; k++) {
        for (unsigned back = 0; !t->part[k].n && back < own; back++)
            lower(&b->drop[0][i - back], share(t->part[k].cost, own));
        if (!t->part[k].n)
            continue;
        if (b->n_parts == EN_BOUND_PARTS) {
            b->n = 0;
            return;
        }
        b->part[b->n_parts].part = &t->part[k];
        b->part[b->n_parts].end = (uint8_t)i;
        b->part[b->n_parts].own = (uint8_t)own;
        for (unsigned m = 0; m < t->part[k].n; m++) {
            uint16_t *with = &b->with[t->part[k].sym[m]];

            b->part[b->n_parts].next[m] = *with;
            *with = (uint16_t)(1 + b->n_parts * EN_BOUND_WALKED + m);
        }
        b->n_parts++;
    }
}

void
en_bound_set(struct en_bound *b, const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n)
{
    const struct en_channel *ch = c->channel[s];
    uint8_t ended[EN_COST_MAX_LETTERS + 1];

    EN_ASSERT(ch && n <= EN_COST_MAX_LETTERS);
    memcpy(ended, sym, n);
    ended[n] = (uint8_t)en_script_end(s);
    if (!begin(b, ch->bound, false, ended, n, EN_SYM_END))
        return;
    for (unsigned i = 2; i <= b->n; i++)
        take_chunk(b, ch->native_no[en_native_code(ended + i - 2, 2)], i, 2);
    put_drops(b);
    put_rest(b);
}

void
en_bound_set_latin(struct en_bound *b, const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n)
{
    const struct en_channel *ch = c->channel[s];
    uint8_t ended[EN_COST_MAX_LETTERS + 1];

    EN_ASSERT(ch && n <= EN_COST_MAX_LETTERS);
    memcpy(ended, sym, n);
    ended[n] = EN_SYM_END;
    if (!begin(b, ch->bound_latin, true, ended, n, en_script_end(s)))
        return;
    for (unsigned i = 2; i <= b->n; i++)
        for (unsigned k = 2; k <= 3 && k <= i; k++)
            take_chunk(b, en_latin_chunk(ch, ended + i - k, k), i, k);
    put_drops(b);
    put_rest(b);
}

/* --- the tokens that are walked ---------------------------------------------------------------------- */

/* How often more than three symbols in a row may be dropped, four at a time. */
static unsigned
drops_more(const struct en_bound *b, int limit)
{
    int dear = b->drop_more ? b->drop_more : 1;
    unsigned fours = limit < dear ? 0 : 1 + (unsigned)(limit / dear);

    return fours < LANES / 4 ? fours : LANES / 4;
}

bool
en_bound_within(struct en_bound *b, const uint8_t *sym, unsigned n, int limit)
{
    int thirds = (limit + (int)(b->slack * (b->n + n + 1))) / THIRD;
    unsigned passes;

    if (!b->n || thirds >= MOST || limit < 0)
        return limit >= 0;
    passes = drops_more(b, thirds);
    if (passes > b->passes) /* columns of more passes serve fewer too */
        b->walked = 0;
    b->passes = b->walked ? b->passes : passes;
    return b->run(b, sym, n, thirds);
}
