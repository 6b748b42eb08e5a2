/* walk_avx2.c: columns of short tokens, in half of an AVX2 vector. */
#define TARGET          __attribute__((target("avx2")))
#define UP(below, a, n) _mm_alignr_epi8(a, below, 16 - 2 * (n))

#include "names/walk_vec128.h"

#ifdef __SSE2__

#include "names/walk_column.h"

TARGET bool
en_walk_run_avx2(struct en_walk *w, unsigned from, int limit)
{
    return run_any(w, from, limit);
}

#endif
