/* walk_avx2_wide.c: columns of longer tokens with AVX2: sixteen costs a vector. */
#include "names/walk_private.h"

#ifdef __SSE2__

#include <immintrin.h>

#define LANES  EN_WALK_WIDE
#define TARGET __attribute__((target("avx2")))
#define VEC    static inline __attribute__((always_inline)) TARGET

typedef __m256i vec;

VEC vec
load(const int16_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

VEC void
store(int16_t *p, vec x)
{
    _mm256_storeu_si256((__m256i *)(void *)p, x);
}

VEC vec
all(int16_t c)
{
    return _mm256_set1_epi16(c);
}

VEC vec
add(vec a, vec b)
{
    return _mm256_add_epi16(a, b);
}

VEC vec
least(vec a, vec b)
{
    return _mm256_min_epi16(a, b);
}

/* The halves of a vector are shifted apart: what comes into each is the half before it. */
VEC vec
up(vec below, vec a, unsigned n)
{
    vec before = _mm256_permute2x128_si256(below, a, 0x21);

    if (n == 1)
        return _mm256_alignr_epi8(a, before, 14);
    if (n == 2)
        return _mm256_alignr_epi8(a, before, 12);
    return n == 3 ? _mm256_alignr_epi8(a, before, 10) : _mm256_alignr_epi8(a, before, 8);
}

/* Whether a lane of a is not above that of b; and whether one is below. */
VEC bool
any(vec a, vec b)
{
    return _mm256_movemask_epi8(_mm256_cmpgt_epi16(a, b)) != -1;
}

VEC bool
less(vec a, vec b)
{
    return _mm256_movemask_epi8(_mm256_cmpgt_epi16(b, a)) != 0;
}

#include "names/walk_column.h"

TARGET bool
en_walk_run_avx2_wide(struct en_walk *w, unsigned from, int limit)
{
    return run_any(w, from, limit);
}

#endif
