#include "names/fixed.h"

#include "base/err.h"

/* 2^(-i/64) for i in 0..63, as a share of 2^30: products of 2^(-1/64), 2^(-1/32) … 2^(-1/2). */
static uint64_t
pow2_fraction(unsigned i)
{
    static const uint64_t root[6] = { 1062175491u, 1050733751u, 1028218693u, 984625594u, 902905651u, 759250125u };
    uint64_t v = (uint64_t)1 << 30;

    for (unsigned k = 0; k < 6; k++)
        if (i >> k & 1)
            v = v * root[k] >> 30;
    return v;
}

uint64_t
en_prob_of_cost(int cost)
{
    unsigned whole = (unsigned)cost / 64;

    EN_ASSERT(cost >= 0);
    return whole >= 60 ? 0 : (pow2_fraction((unsigned)cost % 64) << 30) >> whole;
}

int
en_cost_of_prob(uint64_t p)
{
    int cost = 0;

    EN_ASSERT(p > 0);
    if (p >= EN_PROB_ONE)
        return 0;
    while (p < EN_PROB_ONE / 2) {
        p <<= 1;
        cost += 64;
    }
    for (unsigned i = 0; i < 64; i++, cost++)
        if (pow2_fraction(i) << 30 <= p)
            break;
    return cost;
}

int
en_log2_ratio(uint64_t a, uint64_t b)
{
    int shift_a = 0, shift_b = 0;

    EN_ASSERT(a > 0 && b > 0);
    while (a < EN_PROB_ONE) {
        a <<= 1;
        shift_a += 64;
    }
    while (a >= 2 * EN_PROB_ONE) {
        a >>= 1;
        shift_a -= 64;
    }
    while (b < EN_PROB_ONE) {
        b <<= 1;
        shift_b += 64;
    }
    while (b >= 2 * EN_PROB_ONE) {
        b >>= 1;
        shift_b -= 64;
    }
    return shift_b - shift_a + en_cost_of_prob(b / 2) - en_cost_of_prob(a / 2);
}
