/* walk_sse2.c: columns with SSE2, which every x86-64 has. */
#include "names/walk_private.h"

#ifdef __SSE2__

#define EN_WALK_VEC

#include <emmintrin.h>

typedef __m128i vec;

static inline vec
load(const int16_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline void
store(int16_t *p, vec x)
{
    _mm_storeu_si128((__m128i *)(void *)p, x);
}

static inline vec
all(int16_t c)
{
    return _mm_set1_epi16(c);
}

static inline vec
add(vec a, vec b)
{
    return _mm_add_epi16(a, b);
}

static inline vec
least(vec a, vec b)
{
    return _mm_min_epi16(a, b);
}

static inline vec
up(vec below, vec a, unsigned n)
{
    if (n == 1)
        return _mm_or_si128(_mm_slli_si128(a, 2), _mm_srli_si128(below, 14));
    if (n == 2)
        return _mm_or_si128(_mm_slli_si128(a, 4), _mm_srli_si128(below, 12));
    if (n == 3)
        return _mm_or_si128(_mm_slli_si128(a, 6), _mm_srli_si128(below, 10));
    return _mm_or_si128(_mm_slli_si128(a, 8), _mm_srli_si128(below, 8));
}

/* Whether a lane of a is not above that of b; and whether one is below. */
static inline bool
any(vec a, vec b)
{
    return _mm_movemask_epi8(_mm_cmpgt_epi16(a, b)) != 0xFFFF;
}

static inline bool
less(vec a, vec b)
{
    return _mm_movemask_epi8(_mm_cmplt_epi16(a, b)) != 0;
}

#include "names/walk_column.h"

bool
en_walk_run_sse2(struct en_walk *w, unsigned from, int limit)
{
    return run_any(w, from, limit);
}

#else

bool
en_walk_run_sse2(struct en_walk *w, unsigned from, int limit)
{
    return en_walk_run_plain(w, from, limit);
}

#endif
