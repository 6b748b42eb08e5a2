/* bound_avx2.c: columns of a bound in half of an AVX2 vector. */
#include "names/bound_private.h"

#ifdef __SSE2__

#include <immintrin.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) TARGET
#define UP(x, n)                                                                                                       \
    ((cells)_mm_or_si128(_mm_slli_si128((__m128i)(x), n),                                                              \
                         _mm_set_epi64x(0, EN_BOUND_MOST_COST * 0x010101 & ((1 << 8 * (n)) - 1))))

typedef en_bound_cells cells;

INLINE cells
least(cells a, cells b)
{
    return (cells)_mm_min_epu8((__m128i)a, (__m128i)b);
}

#include "names/bound_column.h"

TARGET bool
en_bound_run_avx2(struct en_bound *b, const uint8_t *sym, unsigned n, int thirds)
{
    return run(b, sym, n, thirds);
}

#endif
