#include "names_fixture.h"

#include "names/walk.h"

#define LIMIT (24 * 64)

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

static int
within(int cost, int limit)
{
    return cost > limit ? EN_COST_NONE : cost;
}

/* A token of a script: any symbols, or those of a Latin token's native spelling as far as the fixture can make one. */
static unsigned
token_of(uint64_t *seed, enum en_script s, uint8_t *sym)
{
    if (s == EN_SCRIPT_LATIN && seeded(seed) % 2) {
        struct en_latin l = known.v[seeded(seed) % known.n];

        memcpy(sym, l.sym, l.n);
        return l.n;
    }
    return any_symbols(seed, s, sym, seeded(seed) % 8 ? 12 : EN_COST_MAX_LETTERS);
}

/* The likeliest spelling of a token, with or without slips, or another token. */
static struct en_latin
latin_for(uint64_t *seed, enum en_script s, const uint8_t *sym, unsigned n)
{
    struct en_latin l;

    if (seeded(seed) % 4 == 0)
        return known.v[seeded(seed) % known.n];
    if (seeded(seed) % 16 == 0)
        return any_latin(seed, EN_COST_MAX_LETTERS);
    if (!en_costs_spell(costs, s, sym, n, &l, 1))
        return any_latin(seed, 12);
    for (unsigned slips = (unsigned)(seeded(seed) % 3); slips; slips--)
        l = slip(seed, l);
    return l;
}

/* Kinds of machine code that can be tried here: a walker each, or NULL. */
static void
walkers(struct en_walk *w[EN_SIMDS])
{
    unsigned n = 0;

    for (unsigned i = 0; i < EN_SIMDS; i++) {
        w[i] = machine_has((enum en_simd)i) ? en_walk_new((enum en_simd)i) : NULL;
        n += w[i] != NULL;
    }
    assert_non_null(w[EN_SIMD_PLAIN]);
    if (n < EN_SIMDS)
        print_message("this machine has only %u of %u kinds of machine code\n", n, EN_SIMDS);
}

/* --- every kind of machine code, and what is walked from the middle on, against the plain alignment --------------- */

static void
test_a_walked_token_costs_what_the_alignment_says(void **state)
{
    struct en_walk *w[EN_SIMDS];
    struct en_profile *p = en_profile_new();
    uint64_t seed = 20;
    unsigned within_limit = 0;

    (void)state;
    walkers(w);
    for (unsigned round = 0; round < 600; round++) {
        enum en_script s = (enum en_script)(EN_SCRIPT_LATIN + round % (EN_SCRIPT_OTHER - EN_SCRIPT_LATIN));
        uint8_t sym[EN_COST_MAX_LETTERS];
        unsigned n = token_of(&seed, s, sym);

        ROW(round, en_script_word(s));
        en_profile_set(p, costs, s, sym, n);
        for (unsigned i = 0; i < EN_SIMDS && w[i]; i++)
            en_walk_set(w[i], costs, s, sym, n);
        ROW_TRUE(en_walk_alone(w[0]) == en_profile_alone(p));
        for (unsigned k = 0; k < 24; k++) {
            struct en_latin l = latin_for(&seed, s, sym, n);
            int limit = k % 6 ? LIMIT : k % 12 ? EN_COST_NONE : LIMIT / 2;
            int cost = within(en_profile_cost(p, &l, limit), limit);

            within_limit += cost < EN_COST_NONE;
            for (unsigned i = 0; i < EN_SIMDS && w[i]; i++)
                ROW_TRUE(en_walk_cost(w[i], l.sym, l.n, limit) == cost);
        }
    }
    assert_true(within_limit > 4000);
    for (unsigned i = 0; i < EN_SIMDS; i++)
        en_walk_free(w[i]);
    en_profile_free(p);
}

static void
test_a_native_token_is_walked_against_a_latin_one(void **state)
{
    struct en_walk *w[EN_SIMDS];
    struct en_profile *p = en_profile_new();
    uint64_t seed = 21;
    unsigned within_limit = 0;

    (void)state;
    walkers(w);
    for (unsigned round = 0; round < 400; round++) {
        enum en_script s = (enum en_script)(EN_SCRIPT_CYRILLIC + round % (EN_SCRIPT_OTHER - EN_SCRIPT_CYRILLIC));
        uint8_t sym[EN_COST_MAX_LETTERS + EN_WALK_READABLE];
        unsigned n = token_of(&seed, s, sym);
        struct en_latin l = latin_for(&seed, s, sym, n);

        ROW(round, en_script_word(s));
        for (unsigned i = 0; i < EN_SIMDS && w[i]; i++)
            en_walk_set_latin(w[i], costs, s, l.sym, l.n);
        for (unsigned k = 0; k < 12; k++) {
            int cost;

            en_profile_set(p, costs, s, sym, n);
            cost = within(en_profile_spelling_cost(p, &l, LIMIT), LIMIT);
            within_limit += cost < EN_COST_NONE;
            for (unsigned i = 0; i < EN_SIMDS && w[i]; i++)
                ROW_TRUE(en_walk_cost(w[i], sym, n, LIMIT) == cost);
            sym[seeded(&seed) % n] = (uint8_t)(1 + seeded(&seed) % en_script_symbols(s));
            n = n > 1 && seeded(&seed) % 4 == 0 ? n - 1 : n;
        }
    }
    assert_true(within_limit > 300);
    for (unsigned i = 0; i < EN_SIMDS; i++)
        en_walk_free(w[i]);
    en_profile_free(p);
}

/* Tokens that begin alike, and a limit that rises and falls between them. */
static void
test_what_was_walked_before_changes_nothing(void **state)
{
    struct en_walk *on = en_walk_new(en_simd_default()), *anew = en_walk_new(en_simd_default());
    uint64_t seed = 22, columns_on, columns_anew;

    (void)state;
    for (unsigned round = 0; round < 40; round++) {
        const struct en_latin *q = &known.v[seeded(&seed) % known.n];
        size_t from = seeded(&seed) % (known.n - 200);

        ROW(round, "");
        en_walk_set(on, costs, EN_SCRIPT_LATIN, q->sym, q->n);
        for (size_t k = from; k < from + 200; k++) {
            int limit = (int)(seeded(&seed) % 32 ? LIMIT : seeded(&seed) % 2000);

            en_walk_set(anew, costs, EN_SCRIPT_LATIN, q->sym, q->n);
            ROW_TRUE(en_walk_cost(on, known.v[k].sym, known.v[k].n, limit) ==
                     en_walk_cost(anew, known.v[k].sym, known.v[k].n, limit));
        }
    }
    columns_on = en_walk_columns(on);
    columns_anew = en_walk_columns(anew);
    assert_true(columns_on * 3 < columns_anew * 2);
    en_walk_free(on);
    en_walk_free(anew);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_walked_token_costs_what_the_alignment_says),
        cmocka_unit_test(test_a_native_token_is_walked_against_a_latin_one),
        cmocka_unit_test(test_what_was_walked_before_changes_nothing),
    };

    return cmocka_run_group_tests_name("walk", tests, setup, teardown);
}
