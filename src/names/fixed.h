/*
 * fixed.h: probabilities as integers, so that evidence is the same on every machine.
 *
 * A cost is -log2 of a probability in 1/64 bit. A probability is a share of 2^60.
 */
#ifndef EN_NAMES_FIXED_H
#define EN_NAMES_FIXED_H

#include <stdint.h>

#define EN_PROB_ONE ((uint64_t)1 << 60)

/* 2^(-cost/64) as a share of 2^60; 0 below 2^-60. cost >= 0. */
uint64_t en_prob_of_cost(int cost);
/* -log2(p / 2^60) in 1/64 bit, rounded up; p > 0. At most 60 * 64. */
int en_cost_of_prob(uint64_t p);
/* 64 * log2(a / b), a and b > 0, to within 1/64; negative when a < b. */
int en_log2_ratio(uint64_t a, uint64_t b);

#endif
