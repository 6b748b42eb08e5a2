/* walk_vec.h: the vectors of walk_column.h in plain C, for every machine. Private to the module. */
#ifndef EN_NAMES_WALK_VEC_H
#define EN_NAMES_WALK_VEC_H

#include <string.h>

#include "names/walk_private.h"

#define LANES EN_WALK_LANES
#define TARGET

typedef struct {
    int16_t v[LANES];
} vec;

static inline vec
load(const int16_t *p)
{
    vec x;

    memcpy(x.v, p, sizeof x.v);
    return x;
}

static inline void
store(int16_t *p, vec x)
{
    memcpy(p, x.v, sizeof x.v);
}

static inline vec
all(int16_t c)
{
    vec x;

    for (unsigned i = 0; i < LANES; i++)
        x.v[i] = c;
    return x;
}

static inline vec
add(vec a, vec b)
{
    for (unsigned i = 0; i < LANES; i++)
        a.v[i] = (int16_t)(a.v[i] + b.v[i]);
    return a;
}

static inline vec
least(vec a, vec b)
{
    for (unsigned i = 0; i < LANES; i++)
        a.v[i] = a.v[i] < b.v[i] ? a.v[i] : b.v[i];
    return a;
}

static inline vec
up(vec below, vec a, unsigned n)
{
    vec x;

    for (unsigned i = 0; i < LANES; i++)
        x.v[i] = i < n ? below.v[LANES - n + i] : a.v[i - n];
    return x;
}

/* Whether a lane of a is not above that of b; and whether one is below. */
static inline bool
any(vec a, vec b)
{
    bool found = false;

    for (unsigned i = 0; i < LANES; i++)
        found |= a.v[i] <= b.v[i];
    return found;
}

static inline bool
less(vec a, vec b)
{
    bool found = false;

    for (unsigned i = 0; i < LANES; i++)
        found |= a.v[i] < b.v[i];
    return found;
}

#endif
