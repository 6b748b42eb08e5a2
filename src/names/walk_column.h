/*
 * walk_column.h: the columns of an alignment, in terms of vectors: those of walk_vec.h, or of whoever has defined the
 * type `vec` of LANES costs and load, store, add, least, all (one value in all lanes), up (lanes of two neighbours, n
 * up), any (whether a lane is not above another's) and less; and TARGET, what the compiler is to know of the machine.
 * Private to the module.
 */
#ifndef EN_NAMES_WALK_COLUMN_H
#define EN_NAMES_WALK_COLUMN_H

#include "names/walk_private.h"

#ifndef LANES
#include "names/walk_vec.h"
#endif

#define BLOCKS_MOST (EN_WALK_MOST / LANES)
#define INLINE      static inline __attribute__((always_inline)) TARGET

/* Chunks of the walked side that end with letter j, and what the letters so far cost by themselves. */
INLINE void
chunks_at(struct en_walk *w, unsigned j, unsigned steps, size_t stride, const int16_t *slots[EN_WALK_STEPS])
{
    const struct en_channel *ch = w->ch;
    int best = EN_COST_NONE;

    for (unsigned k = 1; k <= 5 - steps; k++) {
        unsigned number;
        int cost;

        slots[k - 1] = w->slots;
        if (k > j)
            continue;
        if (steps == 3) {
            unsigned code = en_native_code(w->sym + j - k, k);

            number = ch->native_no[code];
            cost = ch->native_cost[code];
        } else {
            number = en_walk_chunk(ch, w->sym, j, k);
            cost = ch->latin_cost[number];
        }
        slots[k - 1] += w->slot_of[number] * stride;
        if (w->walked_alone[j - k] + cost < best)
            best = w->walked_alone[j - k] + cost;
    }
    w->walked_alone[j] = best;
}

/* The last symbols against nothing, in addition to what the cells have. */
INLINE void
skip(const struct en_walk *w, unsigned blocks, vec acc[])
{
    vec below = all(EN_COST_NONE);

    for (unsigned k = 0; k < blocks; k++) {
        vec at = acc[k];
        const int16_t *cost = w->skip[0] + (size_t)k * LANES;
        vec a = least(at, add(up(below, at, 1), load(cost)));
        vec b = add(up(below, at, 2), load(cost + EN_WALK_MOST));
        vec c = add(up(below, at, 3), load(cost + 2 * EN_WALK_MOST));
        vec d = add(up(below, at, 4), load(cost + 3 * EN_WALK_MOST));

        acc[k] = least(least(a, b), least(c, d));
        below = at;
    }
}

/* More symbols in a row than one go takes. */
INLINE void
skip_on(const struct en_walk *w, unsigned blocks, vec acc[])
{
    bool settled;

    do {
        vec before[BLOCKS_MOST] EN_UNINITIALISED;

        for (unsigned k = 0; k < blocks; k++)
            before[k] = acc[k];
        skip(w, blocks, acc);
        settled = true;
        for (unsigned k = 0; k < blocks; k++)
            settled = settled && !less(acc[k], before[k]);
    } while (!settled);
}

/*
 * One column; false if all its cells are above the limit. A way never comes nearer to the letters by themselves than
 * it was.
 */
INLINE bool
column(struct en_walk *w, unsigned j, int limit, unsigned steps, unsigned blocks)
{
    size_t lanes = blocks * LANES, stride = (steps + 1) * lanes;
    int16_t *out = w->columns + (j + EN_WALK_STEPS) * stride;
    const int16_t *slots[EN_WALK_STEPS] EN_UNINITIALISED;
    vec acc[BLOCKS_MOST] EN_UNINITIALISED, below = all(EN_COST_NONE), most;
    bool alive = false;
    int most_cost;

    chunks_at(w, j, steps, stride, slots);
    for (unsigned k = 0; k < blocks; k++)
        acc[k] = below;
    for (unsigned l = 0; l < 5 - steps; l++)
        for (unsigned s = 0; s <= steps; s++)
            for (unsigned k = 0; k < blocks; k++) {
                size_t at = s * lanes + k * LANES;

                acc[k] = least(acc[k], add(load(out - (l + 1) * stride + at), load(slots[l] + at)));
            }
    skip(w, blocks, acc);
    if (w->skips_more <= limit)
        skip_on(w, blocks, acc);
    most_cost = limit + w->walked_alone[j];
    most = all((int16_t)(most_cost < EN_COST_NONE ? most_cost : EN_COST_NONE - 1));
    for (unsigned k = 0; k < blocks; k++) {
        store(out + k * LANES, acc[k]);
        for (unsigned s = 1; s <= steps; s++)
            store(out + s * lanes + k * LANES, up(below, acc[k], s));
        below = acc[k];
        alive = alive || any(acc[k], most);
    }
    return alive;
}

/* A unit may step over columns, so only as many in a row as a unit has letters prove that there is no way. */
INLINE bool
run(struct en_walk *w, unsigned from, int limit, unsigned steps, unsigned blocks)
{
    unsigned hopeless = w->hopeless[from];

    for (unsigned j = from + 1; j <= w->walked + 1; j++) {
        w->made++;
        hopeless = column(w, j, limit, steps, blocks) ? 0 : hopeless + 1;
        w->hopeless[j] = (uint8_t)hopeless;
        if (hopeless == 5 - steps) {
            w->depth = j - 1;
            if (j <= w->walked)
                w->dead = j;
            return false;
        }
    }
    w->depth = w->walked;
    return true;
}

INLINE bool
run_any(struct en_walk *w, unsigned from, int limit)
{
    unsigned blocks = w->lanes / LANES;

    if (w->steps == 2)
        return blocks == 1   ? run(w, from, limit, 2, 1)
               : blocks == 2 ? run(w, from, limit, 2, 2)
                             : run(w, from, limit, 2, blocks);
    return blocks == 1   ? run(w, from, limit, 3, 1)
           : blocks == 2 ? run(w, from, limit, 3, 2)
                         : run(w, from, limit, 3, blocks);
}

#endif
