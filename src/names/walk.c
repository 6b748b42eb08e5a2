#include "names/walk.h"

#include <stdlib.h>
#include <string.h>

#include "names/walk_private.h"

#define N_MAX  EN_COST_MAX_LETTERS
#define NO_SLOT 0 /* of chunks that no unit of the standing token has */
#define SKIP    1 /* of the empty chunk */
#define BEATS_CHANCE (8 * 64) /* costs.h: a spelling in another script must be so much likelier than by chance */
#define NEVER   UINT32_MAX

static const struct en_walk_code codes[EN_SIMDS] = {
    [EN_SIMD_PLAIN] = { en_walk_run_plain, en_walk_run_plain, EN_WALK_LANES },
#ifdef __SSE2__
    [EN_SIMD_SSE2] = { en_walk_run_sse2, en_walk_run_sse2, EN_WALK_LANES },
    [EN_SIMD_AVX2] = { en_walk_run_avx2, en_walk_run_avx2_wide, EN_WALK_WIDE },
#endif
};

struct en_walk *
en_walk_new(enum en_simd simd)
{
    struct en_walk *w = en_xcalloc(1, sizeof *w);

    EN_ASSERT(en_simd_built(simd));
    w->code = &codes[simd];
    return w;
}

void
en_walk_free(struct en_walk *w)
{
    if (!w)
        return;
    free(w->slot_of);
    free(w->slots);
    free(w->columns);
    free(w);
}

int
en_walk_alone(const struct en_walk *w)
{
    return w->alone;
}

uint64_t
en_walk_columns(const struct en_walk *w)
{
    return w->made;
}

/* --- the token that stands still ------------------------------------------------------------------- */

static size_t
stride(const struct en_walk *w)
{
    return (size_t)(w->steps + 1) * w->lanes;
}

/* n is a multiple of EN_WALK_LANES: written out, because most are short. */
static void
none(int16_t *p, size_t n)
{
    for (size_t i = 0; i < n; i += EN_WALK_LANES)
        memset(p + i, EN_COST_NONE & 0xFF, EN_WALK_LANES * sizeof *p);
}

static int16_t *
slot(struct en_walk *w, unsigned number)
{
    unsigned at = w->slot_of[number];

    if (at == NO_SLOT && number != EN_CHUNK_NONE) {
        size_t need = (w->n_slots + 1u) * stride(w);

        if (need > w->cap_slots) {
            w->cap_slots = need * 2;
            w->slots = en_xrealloc(w->slots, w->cap_slots * sizeof *w->slots);
        }
        at = w->n_slots++;
        w->slot_of[number] = (uint16_t)at;
        none(w->slots + at * stride(w), stride(w));
    }
    return w->slots + at * stride(w);
}

/* A unit of so many symbols that ends with symbol i. */
static void
put(struct en_walk *w, unsigned number, unsigned symbols, unsigned i, int16_t cost)
{
    slot(w, number)[symbols * w->lanes + i] = cost;
}

/* A unit without a symbol may stand anywhere. */
static void
put_anywhere(struct en_walk *w, unsigned number, int16_t cost)
{
    int16_t *at = slot(w, number);

    for (unsigned i = 0; i <= w->n; i++)
        at[i] = cost;
}

static void
begin(struct en_walk *w, const struct en_channel *ch, bool latin, unsigned n, unsigned chunks)
{
    w->ch = ch;
    w->latin = latin;
    w->steps = latin ? 3 : 2;
    w->n = n + 1;
    w->lanes = EN_WALK_LANES;
    if (w->n >= w->lanes)
        w->lanes = (w->n + w->code->lanes) / w->code->lanes * w->code->lanes;
    w->run = w->lanes == EN_WALK_LANES ? w->code->run : w->code->run_long;
    if (w->cap_chunks < chunks) {
        w->cap_chunks = chunks;
        w->slot_of = en_xrealloc(w->slot_of, chunks * sizeof *w->slot_of);
    }
    memset(w->slot_of, 0, chunks * sizeof *w->slot_of);
    w->n_slots = 0;
    w->depth = w->walked = 0;
    w->limit = EN_COST_NONE;
    w->dead = NEVER;
    if (w->cap_slots < 256 * stride(w)) {
        w->cap_slots = 256 * stride(w);
        w->slots = en_xrealloc(w->slots, w->cap_slots * sizeof *w->slots);
    }
    if (w->cap_columns < (N_MAX + 2 + EN_WALK_STEPS) * stride(w)) {
        w->cap_columns = (N_MAX + 2 + EN_WALK_STEPS) * stride(w);
        w->columns = en_xrealloc(w->columns, w->cap_columns * sizeof *w->columns);
    }
    none(w->slots, stride(w));
    w->n_slots = 1;
    slot(w, EN_CHUNK_EMPTY);
    none(w->columns, EN_WALK_STEPS * stride(w));
}

/* What the last s symbols cost with nothing against them, by one unit or several. */
static void
skips(struct en_walk *w)
{
    const int16_t *unit = w->slots + SKIP * stride(w);
    int16_t more[2 * EN_WALK_SKIPS][EN_WALK_MOST];

    w->skips_more = EN_COST_NONE;
    none(more[0], sizeof more / sizeof **more);
    for (unsigned s = 1; s < 2 * EN_WALK_SKIPS; s++)
        for (unsigned i = s; i <= w->n; i++) {
            int16_t *best = &more[s][i];

            for (unsigned k = 1; k <= w->steps && k <= s; k++) {
                int before = k == s ? 0 : more[s - k][i - k];

                if (before + unit[k * w->lanes + i] < *best)
                    *best = (int16_t)(before + unit[k * w->lanes + i]);
            }
            if (s > EN_WALK_SKIPS && *best < w->skips_more)
                w->skips_more = *best;
        }
    memcpy(w->skip, more[1], sizeof w->skip);
}

/* The column before the first letter. */
static void
column_zero(struct en_walk *w)
{
    int16_t *c = w->columns + EN_WALK_STEPS * stride(w), *unit = w->slots + SKIP * stride(w);

    none(c, stride(w));
    c[0] = 0;
    for (unsigned i = 1; i <= w->n; i++)
        for (unsigned s = 1; s <= w->steps && s <= i; s++)
            if (c[i - s] + unit[s * w->lanes + i] < c[i])
                c[i] = (int16_t)(c[i - s] + unit[s * w->lanes + i]);
    for (unsigned s = 1; s <= w->steps; s++)
        memcpy(c + s * w->lanes + s, c, (w->lanes - s) * sizeof *c);
    w->walked_alone[0] = 0;
    w->hopeless[0] = 0;
    skips(w);
}

void
en_walk_set(struct en_walk *w, const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n)
{
    const struct en_channel *ch = c->channel[s];
    uint8_t ended[N_MAX + 1];

    EN_ASSERT(ch && n <= N_MAX);
    memcpy(ended, sym, n);
    ended[n] = (uint8_t)en_script_end(s);
    begin(w, ch, false, n, ch->n_latin);
    w->end = EN_SYM_END;
    for (uint32_t u = ch->first[0]; u < ch->first[1]; u++)
        put_anywhere(w, ch->units[u].latin, ch->units[u].cost);
    for (unsigned i = 1; i <= w->n; i++)
        for (unsigned k = 1; k <= 2 && k <= i; k++) {
            uint16_t code = en_native_code(ended + i - k, k);

            for (uint32_t u = ch->first[code]; u < ch->first[code + 1]; u++)
                put(w, ch->units[u].latin, k, i, ch->units[u].cost);
        }
    w->alone = en_costs_alone(c, s, sym, n);
    w->most = EN_COST_NONE - 1;
    column_zero(w);
}

void
en_walk_set_latin(struct en_walk *w, const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n)
{
    const struct en_channel *ch = c->channel[s];
    uint8_t ended[N_MAX + 1];
    int alone[N_MAX + 2] = { 0 };

    EN_ASSERT(ch && n <= N_MAX);
    memcpy(ended, sym, n);
    ended[n] = EN_SYM_END;
    begin(w, ch, true, n, ch->n_native);
    w->end = (uint8_t)en_script_end(s);
    for (uint32_t u = ch->first_latin[EN_CHUNK_EMPTY]; u < ch->first_latin[EN_CHUNK_EMPTY + 1]; u++)
        put_anywhere(w, ch->native_no[ch->by_latin[u].native], ch->by_latin[u].cost);
    for (unsigned i = 1; i <= w->n; i++) {
        alone[i] = EN_COST_NONE;
        for (unsigned k = 1; k <= 3 && k <= i; k++) {
            unsigned number = en_walk_chunk(ch, ended, i, k);

            for (uint32_t u = ch->first_latin[number]; u < ch->first_latin[number + 1]; u++)
                put(w, ch->native_no[ch->by_latin[u].native], k, i, ch->by_latin[u].cost);
            if (alone[i - k] + ch->latin_cost[number] < alone[i])
                alone[i] = alone[i - k] + ch->latin_cost[number];
        }
    }
    w->alone = alone[w->n];
    w->most = w->alone - BEATS_CHANCE;
    column_zero(w);
}

/* --- the tokens that are walked --------------------------------------------------------------------- */

/* How many letters at its beginning the token has in common with the one before: their columns stand. */
static unsigned
common(const struct en_walk *w, const uint8_t *sym, unsigned n)
{
    unsigned most = n < w->walked ? n : w->walked, i = 0;
    uint64_t a, b;

    memcpy(&a, sym, sizeof a);
    memcpy(&b, w->sym, sizeof b);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (a != b) {
        i = (unsigned)__builtin_ctzll(a ^ b) / 8;
        return i < most ? i : most;
    }
    i = 8;
#endif
    while (i < most && sym[i] == w->sym[i])
        i++;
    return i < most ? i : most;
}

int
en_walk_cost(struct en_walk *w, const uint8_t *sym, unsigned n, int limit)
{
    unsigned same, j;
    int joint;

    limit = limit < w->most ? limit : w->most;
    if (n > N_MAX || limit < 0)
        return EN_COST_NONE;
    same = limit <= w->limit ? common(w, sym, n) : 0;
    w->limit = limit;
    if (same >= w->dead)
        return EN_COST_NONE;
    w->dead = NEVER;
    j = same < w->depth ? same : w->depth;
    memcpy(w->sym, sym, EN_WALK_READABLE);
    if (n > EN_WALK_READABLE)
        memcpy(w->sym + EN_WALK_READABLE, sym + EN_WALK_READABLE, n - EN_WALK_READABLE);
    w->walked = n;
    w->sym[n] = w->end;
    if (!w->run(w, j, limit))
        return EN_COST_NONE;
    joint = w->columns[(n + 1 + EN_WALK_STEPS) * stride(w) + w->n];
    if (joint >= EN_COST_NONE)
        return EN_COST_NONE;
    joint -= w->walked_alone[n + 1];
    return joint > limit ? EN_COST_NONE : joint > 0 ? joint : 0;
}
