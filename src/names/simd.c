#include "names/simd.h"

bool
en_simd_built(enum en_simd s)
{
#ifdef __SSE2__
    return s < EN_SIMDS;
#else
    return s == EN_SIMD_PLAIN;
#endif
}

enum en_simd
en_simd_default(void)
{
    return en_simd_built(EN_SIMD_SSE2) ? EN_SIMD_SSE2 : EN_SIMD_PLAIN;
}

const char *
en_simd_word(enum en_simd s)
{
    static const char *const words[EN_SIMDS] = { "plain", "sse2", "avx2" };

    return words[s];
}
