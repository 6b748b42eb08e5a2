/*
 * walk_vec128.h: vectors of eight costs on x86-64, for walk_column.h: with SSE2, or with what TARGET and UP say that
 * were defined before. Private to the module.
 */
#ifndef EN_NAMES_WALK_VEC128_H
#define EN_NAMES_WALK_VEC128_H

#include "names/walk_private.h"

#ifdef __SSE2__

#include <immintrin.h>

#ifndef TARGET
#define TARGET
#define UP(below, a, n) _mm_or_si128(_mm_slli_si128(a, 2 * (n)), _mm_srli_si128(below, 16 - 2 * (n)))
#endif

#define LANES EN_WALK_LANES
#define VEC   static inline __attribute__((always_inline)) TARGET

typedef __m128i vec;

VEC vec
load(const int16_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

VEC void
store(int16_t *p, vec x)
{
    _mm_storeu_si128((__m128i *)(void *)p, x);
}

VEC vec
all(int16_t c)
{
    return _mm_set1_epi16(c);
}

VEC vec
add(vec a, vec b)
{
    return _mm_add_epi16(a, b);
}

VEC vec
least(vec a, vec b)
{
    return _mm_min_epi16(a, b);
}

VEC vec
up(vec below, vec a, unsigned n)
{
    return n == 1 ? UP(below, a, 1) : n == 2 ? UP(below, a, 2) : n == 3 ? UP(below, a, 3) : UP(below, a, 4);
}

/* Whether a lane of a is not above that of b; and whether one is below. */
VEC bool
any(vec a, vec b)
{
    return _mm_movemask_epi8(_mm_cmpgt_epi16(a, b)) != 0xFFFF;
}

VEC bool
less(vec a, vec b)
{
    return _mm_movemask_epi8(_mm_cmplt_epi16(a, b)) != 0;
}

#endif

#endif
