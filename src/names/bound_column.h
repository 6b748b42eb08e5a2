/*
 * bound_column.h: the columns of a bound: with the cells of bound_cells.h, or of whoever has defined TARGET (what the
 * compiler is to know of the machine), INLINE, the type `cells` (en_bound_cells), least, and UP (cells one, two or
 * three up; what comes in from below was never reached). Private to the module.
 */
#ifndef EN_NAMES_BOUND_COLUMN_H
#define EN_NAMES_BOUND_COLUMN_H

#include "names/bound_private.h"

#ifndef UP
#include "names/bound_cells.h"
#endif

INLINE cells
load(const uint8_t *p)
{
    cells x;

    memcpy(&x, p, sizeof x);
    return x;
}

INLINE cells
all(uint8_t c)
{
    return (cells){ 0 } + c;
}

INLINE bool
any(cells x)
{
    uint64_t half[2];

    memcpy(half, &x, sizeof half);
    return half[0] | half[1];
}

/* The column after one more letter. */
INLINE cells
step(const struct en_bound *b, cells before, uint8_t letter, unsigned passes)
{
    const uint8_t(*cost)[EN_BOUND_LANES] = (const uint8_t(*)[EN_BOUND_LANES])b->step[letter];
    cells at = least(UP(before, 1) + load(cost[EN_BOUND_NEXT]), before + load(cost[EN_BOUND_STAY]));

    at = least(at, UP(before, 2) + load(cost[EN_BOUND_TWO]));
    if (b->latin)
        at = least(at, UP(before, 3) + load(cost[EN_BOUND_THREE]));
    at = least(at, all(EN_BOUND_MOST_COST));
    at = least(at, UP(at, 1) + load(b->drop[0]));
    at = least(at, UP(at, 2) + load(b->drop[1]));
    for (; passes; passes--)
        at = least(at, UP(least(at, UP(at, 1) + load(b->drop[0])), 2) + load(b->drop[1]));
    return at;
}

INLINE bool
run(struct en_bound *b, const uint8_t *sym, unsigned n, int thirds)
{
    cells most = all((uint8_t)thirds), at, rest = load(b->rest);
    unsigned j = 0;

    while (j < n && j < b->walked && sym[j] == b->sym[j])
        j++;
    for (; j <= n; j++) {
        uint8_t letter = j < n ? sym[j] : b->end;

        if (!(b->ready[letter / 64] >> letter % 64 & 1))
            en_bound_put_letter(b, letter);
        b->column[j + 1] = at = step(b, b->column[j], letter, b->passes);
        b->sym[j] = letter;
        b->walked = j + (j < n);
        if (!any((cells)(at + rest <= most)))
            return false;
    }
    return at[b->n] <= thirds;
}

#endif
