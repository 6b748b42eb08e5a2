#include "names_fixture.h"

#include "names/bound.h"
#include "names/walk.h"

#define LIMIT (38 * 64)

static struct en_costs *costs;
static struct common known;

static int
setup(void **state)
{
    (void)state;
    costs = en_costs_builtin();
    known = common_tokens();
    return costs == NULL;
}

static int
teardown(void **state)
{
    (void)state;
    en_costs_free(costs);
    free(known.v);
    return 0;
}

/* Both ways, a token and what is written for it: nearly the same, another token, or any letters. */
static struct en_latin
other(uint64_t *seed, struct en_latin l)
{
    switch (seeded(seed) % 4) {
    case 0:
        return known.v[seeded(seed) % known.n];
    case 1:
        return any_latin(seed, 16);
    default:
        for (unsigned slips = (unsigned)(seeded(seed) % 4); slips; slips--)
            l = slip(seed, l);
        return l;
    }
}

struct tally {
    unsigned above, rejected;
};

/* All kinds of machine code say the same. */
struct kinds {
    struct en_bound *b[EN_SIMDS];
};

static void
bounds(struct kinds *k)
{
    for (unsigned i = 0; i < EN_SIMDS; i++)
        k->b[i] = machine_has((enum en_simd)i) ? en_bound_new((enum en_simd)i) : NULL;
}

static void
bounds_free(struct kinds *k)
{
    for (unsigned i = 0; i < EN_SIMDS; i++)
        en_bound_free(k->b[i]);
}

/* A bound never speaks against what is within the limit; and limits go up and down between tokens that begin alike. */
static void
compare(struct kinds *k, struct en_walk *w, const uint8_t *sym, unsigned n, int limit, struct tally *t)
{
    int cost = en_walk_cost(w, sym, n, limit);
    bool within = en_bound_within(k->b[0], sym, n, limit);

    for (unsigned i = 1; i < EN_SIMDS && k->b[i]; i++)
        ROW_TRUE(en_bound_within(k->b[i], sym, n, limit) == within);
    t->above += cost == EN_COST_NONE;
    t->rejected += !within;
    ROW_TRUE(within || cost == EN_COST_NONE);
}

static void
test_a_bound_is_below_the_cost_of_a_latin_token(void **state)
{
    struct kinds b;
    struct en_walk *w = en_walk_new(en_simd_default());
    struct tally t = { 0, 0 };
    uint64_t seed = 30;

    (void)state;
    bounds(&b);
    for (unsigned round = 0; round < 2000; round++) {
        enum en_script s = (enum en_script)(EN_SCRIPT_LATIN + round % (EN_SCRIPT_OTHER - EN_SCRIPT_LATIN));
        uint8_t sym[EN_COST_MAX_LETTERS];
        unsigned n = any_symbols(&seed, s, sym, seeded(&seed) % 16 ? 14 : 20);
        struct en_latin spelt = any_latin(&seed, 12);

        if (s == EN_SCRIPT_LATIN) {
            spelt = known.v[seeded(&seed) % known.n];
            n = spelt.n;
            memcpy(sym, spelt.sym, n);
        } else {
            en_costs_spell(costs, s, sym, n, &spelt, 1);
        }
        ROW(round, en_script_word(s));
        for (unsigned i = 0; i < EN_SIMDS && b.b[i]; i++)
            en_bound_set(b.b[i], costs, s, sym, n);
        en_walk_set(w, costs, s, sym, n);
        for (unsigned k = 0; k < 16; k++) {
            struct en_latin l = other(&seed, spelt);

            compare(&b, w, l.sym, l.n, (int)(seeded(&seed) % LIMIT), &t);
        }
    }
    assert_true(t.rejected * 2 > t.above);
    bounds_free(&b);
    en_walk_free(w);
}

static void
test_a_bound_is_below_the_cost_of_a_native_token(void **state)
{
    struct kinds b;
    struct en_walk *w = en_walk_new(en_simd_default());
    struct tally t = { 0, 0 };
    uint64_t seed = 31;

    (void)state;
    bounds(&b);
    for (unsigned round = 0; round < 2000; round++) {
        enum en_script s = (enum en_script)(EN_SCRIPT_CYRILLIC + round % (EN_SCRIPT_OTHER - EN_SCRIPT_CYRILLIC));
        uint8_t sym[EN_COST_MAX_LETTERS + EN_WALK_READABLE] = { 0 };
        unsigned n = any_symbols(&seed, s, sym, 10);
        struct en_latin l = any_latin(&seed, 12);

        en_costs_spell(costs, s, sym, n, &l, 1);
        l = other(&seed, l);
        ROW(round, en_script_word(s));
        for (unsigned i = 0; i < EN_SIMDS && b.b[i]; i++)
            en_bound_set_latin(b.b[i], costs, s, l.sym, l.n);
        en_walk_set_latin(w, costs, s, l.sym, l.n);
        for (unsigned k = 0; k < 8; k++) {
            compare(&b, w, sym, n, (int)(seeded(&seed) % LIMIT), &t);
            sym[seeded(&seed) % n] = (uint8_t)(1 + seeded(&seed) % en_script_symbols(s));
            n = n > 1 && seeded(&seed) % 4 == 0 ? n - 1 : n;
        }
    }
    assert_true(t.rejected * 2 > t.above);
    bounds_free(&b);
    en_walk_free(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bound_is_below_the_cost_of_a_latin_token),
        cmocka_unit_test(test_a_bound_is_below_the_cost_of_a_native_token),
    };

    return cmocka_run_group_tests_name("bound", tests, setup, teardown);
}
