/*
 * One partner releases many records to all others over links that are cut at random, twenty times each: all are
 * delivered once, all receipts are complete, none is lost (sim.h says what is checked at every step). Prints what it
 * took in virtual time.
 *
 * usage: test_federation_scale NODES RECORDS
 */
#include "../unit/node/sim.h"

#define CUTS 20u

static unsigned nodes = 10, records = 10000;

static unsigned
below(uint64_t *seed, unsigned n)
{
    return (unsigned)((seeded(seed) >> 33) % n);
}

static void
test_many_records_over_links_that_are_cut(void **state)
{
    const struct sim_config c = { .nodes = nodes, .seed = 11, .loss = 50, .twice = 20, .slowest = 5000 };
    struct sim *s = sim_new(&c);
    bool all[SIM_NODES_MAX];
    uint64_t draw = 12;

    (void)state;
    memset(all, true, sizeof all);
    for (unsigned cut = 0; cut < CUTS; cut++) {
        sim_release_many(s, 0, all, records / CUTS);
        for (unsigned i = 1; i < nodes; i++)
            sim_cut(s, 0, i, sim_now(s) + below(&draw, 7200) * EN_TIME_SECOND);
        sim_run(s, sim_now(s) + below(&draw, 3600) * EN_TIME_SECOND);
    }
    sim_calm(s);
    for (unsigned hours = 0; hours < 72 && !sim_done(s); hours++)
        sim_run(s, sim_now(s) + EN_TIME_HOUR);
    sim_assert_done(s);
    assert_int_equal(sim_counts(s)->alarms, 0);
    print_message("%u records to %u partners: done %lld h after the first, %llu bundles sent, %llu taken, %llu slips\n",
                  records / CUTS * CUTS, nodes - 1, (long long)((sim_now(s) - SIM_START) / EN_TIME_HOUR),
                  (unsigned long long)sim_counts(s)->sent, (unsigned long long)sim_counts(s)->taken,
                  (unsigned long long)sim_counts(s)->slips);
    sim_free(s);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_many_records_over_links_that_are_cut) };

    if (argc > 2) {
        nodes = (unsigned)strtoul(argv[1], NULL, 10);
        records = (unsigned)strtoul(argv[2], NULL, 10);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
