/*
 * random.h: numbers that look random and are the same every time (splitmix64). Internal to src/generate.
 */
#ifndef EN_GENERATE_RANDOM_H
#define EN_GENERATE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

/* What a sequence is for; each use of a seed has its own. */
enum random_stream { RANDOM_IDENTITY = 1, RANDOM_LISTING, RANDOM_TRAVELLER, RANDOM_NOISE, RANDOM_PLACE, RANDOM_CHOICE };

struct random random_of(uint64_t seed, enum random_stream stream, uint64_t i);
uint64_t random_next(struct random *r);
/* 0 .. n-1; n must not be 0. */
uint32_t random_below(struct random *r, uint32_t n);
/* True so many times in a thousand. */
bool random_chance(struct random *r, uint32_t per_mille);

#endif
