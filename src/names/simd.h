/*
 * simd.h: kinds of machine code for the loops that are worth it (walk.h, bound.h). All of them give the same numbers.
 *
 * This floor does not look at the machine: whoever runs the program asks what it can do (acts/machine.h) and says so.
 */
#ifndef EN_NAMES_SIMD_H
#define EN_NAMES_SIMD_H

#include "base/bytes.h"

enum en_simd {
    EN_SIMD_PLAIN, /* C, on every machine */
    EN_SIMD_SSE2,  /* every x86-64 has it */
    EN_SIMD_AVX2,  /* where the machine says that it has it */
    EN_SIMDS
};

/* Whether this program has that kind. Whether the machine does is another question. */
bool en_simd_built(enum en_simd s);
/* The best kind that needs no asking. */
enum en_simd en_simd_default(void);
const char *en_simd_word(enum en_simd s); /* "plain" "sse2" "avx2" */

#endif
