#include "people.h"

#include "names/script.h"
#include "screen/index.h"
#include "screen/split.h"

static struct en_arena arena;
static struct en_index *ix;

/* Fictional persons; the names are everyday words and syllables. */
static const char *const listed[] = { "Marek Dornvelt", "Clara Selmar", "Dorn Veltsel", "Claraselt Vinor",
                                      "Tomas Ivanovich Brugan" };

static int
setup(void **state)
{
    struct en_index_builder *b = en_index_builder_new();
    char id[16];

    (void)state;
    en_arena_init(&arena, SIZE_MAX);
    for (unsigned i = 0; i < sizeof listed / sizeof *listed; i++) {
        struct en_person p;

        en_person_init(&p, &arena);
        add_name(&p, listed[i], EN_NAME_PRIMARY);
        snprintf(id, sizeof id, "XAA-%u", i);
        en_index_builder_add(b, en_text_from_ours(id), &p, i);
    }
    ix = en_index_builder_finish(b);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    en_index_free(ix);
    en_arena_release(&arena);
    return 0;
}

static unsigned
symbols(const char *text, uint8_t sym[64])
{
    unsigned n = 0;

    for (; text[n]; n++)
        sym[n] = (uint8_t)(text[n] - 'a' + 1);
    return n;
}

static void
test_a_token_is_cut_where_both_parts_are_somebodys(void **state)
{
    static const struct {
        const char *token;
        bool whole;
        unsigned n, at[EN_SPLITS_MAX];
    } rows[] = {
        { "marekdornvelt", false, 1, { 5 } },
        { "claraselmar", false, 1, { 5 } },
        { "ivanovichbrugan", false, 1, { 9 } },
        { "dornveltsel", false, 1, { 4 } },
        { "claraselt", true, 0, { 0 } },    /* somebody's own name */
        { "marekx", false, 0, { 0 } },      /* too short a rest */
        { "marekdornvel", false, 0, { 0 } }, /* the rest is nobody's */
        { "clara", true, 0, { 0 } },
        { "cla", false, 0, { 0 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t sym[64];
        unsigned n = symbols(rows[i].token, sym);
        struct en_split s;

        en_split(ix->part[0], sym, n, &s);
        assert_int_equal(s.n, rows[i].n);
        for (unsigned k = 0; k < s.n; k++)
            assert_int_equal(s.at[k], rows[i].at[k]);
        if (n >= 2 * EN_SPLIT_PART)
            assert_int_equal(s.whole, rows[i].whole);
    }
}

static void
test_parts_of_an_index_say_together_what_one_would(void **state)
{
    static const struct {
        struct en_split a, b, all;
    } rows[] = {
        { { false, 1, { 5 } }, { false, 1, { 5 } }, { false, 1, { 5 } } },
        { { false, 1, { 3 } }, { false, 1, { 5 } }, { false, 2, { 5, 3 } } },
        { { false, 2, { 5, 6 } }, { false, 1, { 4 } }, { false, 2, { 5, 6 } } },
        { { false, 1, { 7 } }, { false, 2, { 5, 3 } }, { false, 2, { 5, 7 } } },
        { { false, 1, { 5 } }, { true, 0, { 0 } }, { true, 0, { 0 } } },
        { { true, 0, { 0 } }, { false, 1, { 5 } }, { true, 0, { 0 } } },
        { { false, 0, { 0 } }, { false, 0, { 0 } }, { false, 0, { 0 } } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct en_split all = { .n = 0 };

        en_split_join(&all, &rows[i].a, 11);
        en_split_join(&all, &rows[i].b, 11);
        assert_int_equal(all.whole, rows[i].all.whole);
        assert_int_equal(all.n, rows[i].all.n);
        for (unsigned k = 0; k < all.n; k++)
            assert_int_equal(all.at[k], rows[i].all.at[k]);
    }
}

static void
test_names_written_together_lead_to_who_bears_them_apart(void **state)
{
    static const struct {
        const char *traveller, *id;
    } rows[] = {
        { "MAREKDORNVELT", "XAA-0" },
        { "claraselmar", "XAA-1" },
        { "Tomas Ivanovichbrugan", "XAA-4" },
        { "TOMASIVANOVICH BRUGAN", "XAA-4" },
    };
    struct en_query_options o = { .prior = 1e-2, .top = 10, .ways = EN_BY_NAMES };
    struct en_query *q = en_query_new();

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct en_hit *hits;
        struct en_person p;
        size_t n;

        en_person_init(&p, &arena);
        add_name(&p, rows[i].traveller, EN_NAME_PRIMARY);
        en_screen(ix, q, &p, &o, &hits, &n);
        assert_true(n > 0);
        assert_true(en_text_eq(hits[0].id, en_text_from_ours(rows[i].id)));
    }
    en_query_free(q);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_token_is_cut_where_both_parts_are_somebodys),
        cmocka_unit_test(test_parts_of_an_index_say_together_what_one_would),
        cmocka_unit_test(test_names_written_together_lead_to_who_bears_them_apart),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
