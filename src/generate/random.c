#include "generate/random.h"

static uint64_t
mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct random
random_of(uint64_t seed, enum random_stream stream, uint64_t i)
{
    return (struct random){ mix(mix(mix(seed) + (uint64_t)stream) + i) };
}

uint64_t
random_next(struct random *r)
{
    r->state += 0x9e3779b97f4a7c15u;
    return mix(r->state);
}

/* The high half times n: no division, and the error is n in 2^32. */
uint32_t
random_below(struct random *r, uint32_t n)
{
    return (uint32_t)(((random_next(r) >> 32) * n) >> 32);
}

bool
random_chance(struct random *r, uint32_t per_mille)
{
    return random_below(r, 1000) < per_mille;
}
