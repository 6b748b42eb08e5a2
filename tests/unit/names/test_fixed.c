#include "../harness.h"

#include <math.h>

#include "names/fixed.h"

static void
test_probabilities_against_libm(void **state)
{
    (void)state;
    for (int cost = 0; cost < 60 * 64; cost++) {
        double want = exp2(60 - cost / 64.0), got = (double)en_prob_of_cost(cost);

        /* 30 bits of the fraction are kept; below 2^-30 whole numbers round. */
        if (fabs(got - want) > want * 1e-7 + 1)
            fail_msg("2^(-%d/64) is %.17g, not %.17g", cost, got, want);
    }
    assert_true(en_prob_of_cost(0) == EN_PROB_ONE);
    assert_true(en_prob_of_cost(64) == EN_PROB_ONE / 2);
    assert_true(en_prob_of_cost(60 * 64) == 0);
    assert_true(en_prob_of_cost(INT32_MAX) == 0);
}

static void
test_probabilities_fall(void **state)
{
    (void)state;
    for (int cost = 1; cost < 50 * 64; cost++)
        if (en_prob_of_cost(cost) >= en_prob_of_cost(cost - 1))
            fail_msg("cost %d is no less likely than %d", cost, cost - 1);
}

static void
test_costs_of_probabilities_come_back(void **state)
{
    (void)state;
    for (int cost = 0; cost < 50 * 64; cost++) {
        int back = en_cost_of_prob(en_prob_of_cost(cost));

        /* Below 2^-30 the share of 2^60 has fewer digits than the table: the next cost up may be nearer. */
        if (back < cost || back > cost + (cost > 30 * 64))
            fail_msg("cost %d comes back as %d", cost, back);
    }
    assert_int_equal(en_cost_of_prob(1), 60 * 64);
    assert_int_equal(en_cost_of_prob(EN_PROB_ONE), 0);
    assert_int_equal(en_cost_of_prob(UINT64_MAX), 0);
}

static void
test_costs_of_any_probability_against_libm(void **state)
{
    uint64_t seed = 11;

    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        uint64_t p = (seeded(&seed) >> (seeded(&seed) % 60)) % EN_PROB_ONE + 1;
        double want = 64 * (60 - log2((double)p));
        int got = en_cost_of_prob(p);

        /* Rounded up to the next whole 1/64 bit, but for the last digits of the table. */
        if (got < want - 1e-5 || got > want + 1 + 1e-5)
            fail_msg("cost of %llu is %d, not the next above %.6f", (unsigned long long)p, got, want);
    }
}

static void
test_ratios_against_libm(void **state)
{
    uint64_t seed = 13;

    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        uint64_t a = (seeded(&seed) >> (seeded(&seed) % 64)) | 1, b = (seeded(&seed) >> (seeded(&seed) % 64)) | 1;
        double want = 64 * (log2((double)a) - log2((double)b));
        int got = en_log2_ratio(a, b);

        if (fabs(got - want) > 1 + 1e-4)
            fail_msg("64 log2(%llu / %llu) is %d, not %.6f", (unsigned long long)a, (unsigned long long)b, got, want);
        if (abs(got + en_log2_ratio(b, a)) > 1)
            fail_msg("the ratio and its inverse do not cancel");
    }
    for (unsigned k = 0; k < 64; k++)
        for (unsigned l = 0; l < 64; l++)
            assert_int_equal(en_log2_ratio((uint64_t)1 << k, (uint64_t)1 << l), ((int)k - (int)l) * 64);
}

static void
negative_cost(void *arg)
{
    (void)arg;
    (void)en_prob_of_cost(-1);
}

static void
probability_zero(void *arg)
{
    (void)arg;
    (void)en_cost_of_prob(0);
}

static void
ratio_of_zero(void *arg)
{
    (void)arg;
    (void)en_log2_ratio(1, 0);
}

static void
test_what_has_no_answer_ends_the_process(void **state)
{
    (void)state;
    assert_true(aborts(negative_cost, NULL));
    assert_true(aborts(probability_zero, NULL));
    assert_true(aborts(ratio_of_zero, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_probabilities_against_libm),
        cmocka_unit_test(test_probabilities_fall),
        cmocka_unit_test(test_costs_of_probabilities_come_back),
        cmocka_unit_test(test_costs_of_any_probability_against_libm),
        cmocka_unit_test(test_ratios_against_libm),
        cmocka_unit_test(test_what_has_no_answer_ends_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
