/*
 * Federations over random networks: links lose, double, delay and reorder, are cut for hours, nodes stop at any point
 * of a step. sim.h says what is checked at every step; in the end, when the network is whole, everything that was
 * released is held by everyone on its roster, once, and acknowledged. In half of the runs a backup of one node is put
 * back; what it had queued since is lost with it, and nothing else. In half of the runs nodes that cannot reach each
 * other go through a third, which in some cases loses, alters and repeats. A failure prints the seed.
 *
 * usage: test_federation NODES RECORDS SEEDS (ENTENTE_SEED: the first seed; ENTENTE_TOLD: with transcripts)
 */
#include "../unit/node/sim.h"

static unsigned nodes = 10, records = 300, seeds = 12;

static unsigned
below(uint64_t *seed, unsigned n)
{
    return (unsigned)((seeded(seed) >> 33) % n);
}

/* A roster of some of the nodes; one in eight goes to all, one in eight to one. */
static void
draw_roster(uint64_t *seed, bool *roster)
{
    unsigned kind = below(seed, 8), one = below(seed, nodes);

    for (unsigned i = 0; i < nodes; i++)
        roster[i] = kind == 0 || (kind == 1 ? i == one : below(seed, 4) == 0);
}

/* What may befall one node of a run: its backup is put back, and it is told of it or not. */
struct mishap {
    unsigned node, save, restore; /* at which records */
    bool told;
    struct sim_backup *backup;
};

static void
draw_mishap(uint64_t *seed, struct mishap *m)
{
    *m = (struct mishap){ .node = below(seed, nodes), .save = below(seed, records), .told = below(seed, 2) };
    m->restore = below(seed, 2) ? m->save + 1 + below(seed, records) : records; /* half of the runs have none */
}

static void
befall(struct sim *s, struct mishap *m, unsigned i)
{
    if (i == m->save && m->restore < records)
        m->backup = sim_backup(s, m->node);
    if (i != m->restore || m->backup == NULL)
        return;
    sim_restore(s, m->node, m->backup, m->told, sim_now(s) + 1000);
    m->backup = NULL;
}

/* In half of the runs every node has a relay for every other, and one of the relays is hostile. */
static void
draw_routes(uint64_t *seed, struct sim *s)
{
    if (nodes < 3 || below(seed, 2))
        return;
    for (unsigned a = 0; a < nodes; a++)
        for (unsigned b = 0; b < nodes; b++) {
            unsigned via = below(seed, nodes);

            if (a != b && via != a && via != b)
                sim_route(s, a, b, via);
        }
    sim_hostile(s, below(seed, nodes));
}

static void
run_one(uint64_t seed)
{
    uint64_t draw = seed * 0x2545f4914f6cdd1du + 3;
    const struct sim_config c = { .nodes = nodes, .seed = seed, .loss = below(&draw, 300), .twice = below(&draw, 200),
                                  .crash = below(&draw, 3) ? below(&draw, 300) : 0,
                                  .slowest = 100 + below(&draw, 600000), .relays = true,
                                  .told = getenv("ENTENTE_TOLD") };
    struct sim *s = sim_new(&c);
    struct mishap mishap;

    draw_mishap(&draw, &mishap);
    draw_routes(&draw, s);
    for (unsigned i = 0; i < records; i++) {
        bool roster[SIM_NODES_MAX] = { false };
        unsigned a = below(&draw, nodes), b = below(&draw, nodes);

        befall(s, &mishap, i);
        draw_roster(&draw, roster);
        sim_release(s, a, roster, below(&draw, 20) == 0);
        if (a != b && below(&draw, 4) == 0)
            sim_cut(s, a, b, sim_now(s) + below(&draw, 12 * 3600) * EN_TIME_SECOND);
        if (below(&draw, 3) == 0)
            sim_run(s, sim_now(s) + below(&draw, 600000));
    }
    sim_calm(s);
    for (unsigned hours = 0; hours < 72 && !sim_done(s); hours++)
        sim_run(s, sim_now(s) + EN_TIME_HOUR);
    if (getenv("ENTENTE_TOLD"))
        fwrite(sim_told(s)->p, 1, sim_told(s)->n, stderr);
    sim_assert_done(s);
    if (mishap.restore >= records) {
        assert_int_equal(sim_counts(s)->alarms, 0);
        assert_int_equal(sim_counts(s)->refused, 0);
    }
    sim_free(s);
}

static void
test_everything_arrives_once(void **state)
{
    const char *first = getenv("ENTENTE_SEED");
    uint64_t from = first ? strtoull(first, NULL, 10) : 1;

    (void)state;
    for (uint64_t i = 0; i < seeds; i++)
        run_one(from + i);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_everything_arrives_once) };

    if (argc > 3) {
        nodes = (unsigned)strtoul(argv[1], NULL, 10);
        records = (unsigned)strtoul(argv[2], NULL, 10);
        seeds = (unsigned)strtoul(argv[3], NULL, 10);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
