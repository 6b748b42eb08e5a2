/* machine.h: what the machine that runs the tests can do. */
#ifndef EN_TESTS_MACHINE_H
#define EN_TESTS_MACHINE_H

#include "names/simd.h"

/* Kinds are in the order in which machines have them. */
static inline bool
machine_has(enum en_simd s)
{
#if defined __x86_64__
    if (s == EN_SIMD_AVX2)
        return en_simd_built(s) && __builtin_cpu_supports("avx2");
#endif
    return en_simd_built(s);
}

#endif
