#include "people.h"

#include "names/token.h"
#include "screen/expand.h"
#include "screen/index.h"

#define PEOPLE 400

static struct people people;
static struct en_index *ix;

static int
setup(void **state)
{
    (void)state;
    people = people_new(30, PEOPLE);
    ix = people_index(&people);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    en_index_free(ix);
    people_free(&people);
    return 0;
}

/* Expands every token of every person; calls `see` with each. */
static void
expand_all(struct en_expander *x, void (*see)(struct en_expander *x, struct en_expansion *e, void *ctx), void *ctx)
{
    struct en_name_ways *ways = en_xmalloc(sizeof *ways);

    for (unsigned i = 0; i < people.n; i++) {
        en_expander_trim(x);
        for (size_t k = 0; k < people.p[i].n_names; k++) {
            en_name_read(people.p[i].names[k].full, 0, ways);
            for (unsigned w = 0; w < ways->n; w++)
                for (unsigned t = 0; t < ways->way[w].n; t++) {
                    const struct en_token *token = &ways->way[w].token[t];

                    see(x, en_expand(x, ix->part[0], token->script, token->sym, token->n, t % 5 == 4), ctx);
                }
        }
    }
    free(ways);
}

/* --- what is kept -------------------------------------------------------------------------------------- */

static void
same_as_fresh(struct en_expander *x, struct en_expansion *e, void *ctx)
{
    struct en_expander *fresh = ctx;
    struct en_expansion *f;

    (void)x;
    en_expander_reset(fresh);
    f = en_expand(fresh, ix->part[0], e->script, e->sym, e->n, e->run_together);
    assert_int_equal(e->n_near, f->n_near);
    assert_int_equal(e->limit, f->limit);
    for (uint32_t i = 0; i < e->n_near; i++) {
        assert_int_equal(e->near[i].vocab, f->near[i].vocab);
        assert_int_equal(e->near[i].cost, f->near[i].cost);
    }
}

static void
test_a_small_memory_gives_the_same_expansions(void **state)
{
    struct en_expander *x = en_expander_new(ix->costs, ix->simd), *fresh = en_expander_new(ix->costs, ix->simd);
    struct en_expander_stats s;

    (void)state;
    en_expander_bound(x, 16 * 1024);
    expand_all(x, same_as_fresh, fresh);
    en_expander_trim(x);
    en_expander_stats(x, &s);
    assert_true(s.bytes <= 16 * 1024);
    assert_true(s.kept > 0);
    assert_true(s.missed > 300);
    en_expander_free(x);
    en_expander_free(fresh);
}

static void
ask_pairs(struct en_expander *x, struct en_expansion *e, void *ctx)
{
    uint64_t *seed = ctx;

    for (unsigned k = 0; k < 64; k++)
        en_expansion_cost(x, ix->part[0], e, (uint32_t)(seeded(seed) % ix->part[0]->n_vocab), EN_COST_UNLIKE);
}

static void
test_memory_has_a_bound_that_pairs_count_against(void **state)
{
    struct en_expander *x = en_expander_new(ix->costs, ix->simd);
    uint64_t seed = 7;
    struct en_expander_stats s;

    (void)state;
    en_expander_bound(x, 64 * 1024);
    for (unsigned round = 0; round < 4; round++) {
        expand_all(x, ask_pairs, &seed);
        en_expander_trim(x);
        en_expander_stats(x, &s);
        assert_true(s.bytes <= 64 * 1024);
    }
    en_expander_free(x);
}

static void
test_a_token_is_looked_up_once(void **state)
{
    struct en_expander *x = en_expander_new(ix->costs, ix->simd);
    static const uint8_t omar[] = { 15, 13, 1, 18 };
    struct en_expander_stats s;
    struct en_expansion *e = en_expand(x, ix->part[0], EN_SCRIPT_LATIN, omar, sizeof omar, false);

    (void)state;
    en_expander_trim(x);
    assert_ptr_equal(e, en_expand(x, ix->part[0], EN_SCRIPT_LATIN, omar, sizeof omar, false));
    assert_ptr_not_equal(e, en_expand(x, ix->part[0], EN_SCRIPT_LATIN, omar, sizeof omar, true));
    en_expander_stats(x, &s);
    assert_int_equal(s.asked, 3);
    assert_int_equal(s.missed, 2);
    assert_int_equal(s.kept, 2);
    en_expander_trim(x);
    en_expander_stats(x, &s);
    assert_int_equal(s.kept, 1);
    en_expander_free(x);
}

/* --- what is found ------------------------------------------------------------------------------------- */

static void
near_costs(struct en_expander *x, struct en_expansion *e, void *ctx)
{
    unsigned *own = ctx;

    for (uint32_t i = 0; i < e->n_near; i++) {
        const struct en_vocab *v = &ix->part[0]->vocab[e->near[i].vocab];

        assert_int_equal(en_expansion_cost(x, ix->part[0], e, e->near[i].vocab, EN_COST_UNLIKE), e->near[i].cost);
        assert_true(e->near[i].cost <= e->limit);
        assert_true(i == 0 || e->near[i - 1].cost <= e->near[i].cost);
        *own += v->script == e->script && v->n == e->n &&
                memcmp(ix->part[0]->bytes + v->sym_at, e->sym, e->n) == 0;
    }
}

static void
test_near_tokens_cost_what_pairs_cost(void **state)
{
    struct en_expander *x = en_expander_new(ix->costs, ix->simd);
    struct en_expander_stats s;
    unsigned own = 0;

    (void)state;
    expand_all(x, near_costs, &own);
    en_expander_stats(x, &s);
    assert_true(own * 10 > s.asked * 9);
    en_expander_free(x);
}

static void
test_the_vocabulary_is_in_the_order_of_its_letters(void **state)
{
    const struct en_segment *s = ix->part[0];

    (void)state;
    for (uint32_t v = 0; v < s->n_vocab; v++) {
        const struct en_vocab *a = &s->vocab[v], *b = a + 1;

        assert_int_equal(a->n, s->spelt[v].n);
        assert_memory_equal(s->bytes + a->sym_at, s->spelt[v].sym, a->n < EN_SPELT ? a->n : EN_SPELT);
        if (a->script != EN_SCRIPT_LATIN)
            assert_memory_equal(s->bytes + a->sym_at + a->n, s->spelt[v].latin,
                                a->latin_n < EN_SPELT ? a->latin_n : EN_SPELT);
        if (v + 1 < s->n_vocab && a->script == b->script)
            assert_true(memcmp(s->bytes + a->sym_at, s->bytes + b->sym_at, a->n < b->n ? a->n : b->n) <= 0);
    }
}

/* What was looked up when the index was built is what a look-up finds. */
static void
test_common_tokens_are_foreseen(void **state)
{
    const struct en_segment *s = ix->part[0];
    struct en_segment blind = *s;
    struct en_expander *x = en_expander_new(ix->costs, ix->simd), *y = en_expander_new(ix->costs, ix->simd);
    unsigned common = 0;

    (void)state;
    blind.near_at = NULL;
    for (uint32_t v = 0; v < s->n_vocab; v++) {
        const struct en_vocab *w = &s->vocab[v];
        const uint8_t *sym = s->bytes + w->sym_at;
        struct en_expansion *e, *f;

        assert_int_equal(en_vocab_find(s, (enum en_script)w->script, sym, w->n), v);
        assert_true(s->near_at[v] == s->near_at[v + 1] || w->df);
        if (!w->df)
            continue;
        e = en_expand(x, s, (enum en_script)w->script, sym, w->n, false);
        f = en_expand(y, &blind, (enum en_script)w->script, sym, w->n, false);
        common += s->near_at[v] < s->near_at[v + 1];
        assert_int_equal(e->n_near, f->n_near);
        assert_memory_equal(e->near, f->near, e->n_near * sizeof *e->near);
        assert_true(e->all == f->all && e->any == f->any && e->first == f->first);
    }
    assert_true(common > 20);
    assert_int_equal(en_vocab_find(s, EN_SCRIPT_LATIN, (const uint8_t *)"\1\2\3\4\5\6\7", 7), EN_VOCAB_NONE);
    en_expander_free(x);
    en_expander_free(y);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_small_memory_gives_the_same_expansions),
        cmocka_unit_test(test_memory_has_a_bound_that_pairs_count_against),
        cmocka_unit_test(test_a_token_is_looked_up_once),
        cmocka_unit_test(test_near_tokens_cost_what_pairs_cost),
        cmocka_unit_test(test_the_vocabulary_is_in_the_order_of_its_letters),
        cmocka_unit_test(test_common_tokens_are_foreseen),
    };

    return cmocka_run_group_tests_name("expand", tests, setup, teardown);
}
