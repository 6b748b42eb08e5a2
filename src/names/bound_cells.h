/* bound_cells.h: the cells of bound_column.h in plain C, for every machine. Private to the module. */
#ifndef EN_NAMES_BOUND_CELLS_H
#define EN_NAMES_BOUND_CELLS_H

#include "names/bound_private.h"

#define TARGET
#define INLINE static inline

typedef en_bound_cells cells;

INLINE cells
least(cells a, cells b)
{
    cells below = (cells)(a < b);

    return (a & below) | (b & ~below);
}

INLINE cells
up(cells x, unsigned n)
{
    uint8_t from[EN_BOUND_LANES], to[EN_BOUND_LANES];
    cells out;

    memcpy(from, &x, sizeof from);
    memset(to, EN_BOUND_MOST_COST, n);
    memcpy(to + n, from, EN_BOUND_LANES - n);
    memcpy(&out, to, sizeof out);
    return out;
}
#define UP(x, n) up(x, n)

#endif
