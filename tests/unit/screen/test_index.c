#include "people.h"

static struct en_arena arena;

static int
setup(void **state)
{
    (void)state;
    en_arena_init(&arena, SIZE_MAX);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    en_arena_release(&arena);
    return 0;
}

static struct en_person
named(const char *full, const char *born)
{
    struct en_person p;

    en_person_init(&p, &arena);
    if (full)
        add_name(&p, full, EN_NAME_PRIMARY);
    if (born)
        add_birth(&p, born);
    return p;
}

static void
test_an_empty_index_answers(void **state)
{
    struct en_index *ix = en_index_builder_finish(en_index_builder_new());
    struct en_query *q = en_query_new();
    struct en_person p = named("Marek Orlo", "1971-03-05");
    struct en_index_stats stats;
    struct result r = screen(ix, q, &p, &everything);

    (void)state;
    assert_int_equal(r.n, 0);
    assert_int_equal(en_query_candidates(q), 0);
    en_index_stats(ix, &stats);
    assert_int_equal(stats.identities, 0);
    assert_int_equal(stats.names, 0);
    assert_false(en_index_remove(ix, EN_TEXT_LIT("XAA-1")));
    en_query_free(q);
    en_index_free(ix);
}

static void
test_what_was_never_made_can_be_freed(void **state)
{
    (void)state;
    en_index_free(NULL);
    en_query_free(NULL);
    en_index_builder_free(NULL);
    en_index_builder_free(en_index_builder_new());
}

static void
test_entries_that_share_an_id_are_one(void **state)
{
    struct en_index_builder *b = en_index_builder_new();
    struct en_person one = named("Marek Orlo", "1971-03-05"), two = named("Marek Selda", NULL),
                     three = named(NULL, "1972-04-06");
    struct en_person other = named("Jonas Vinmar", "1971-03-05");
    struct en_query *q = en_query_new();
    struct en_index_stats stats;
    struct en_index *ix;

    (void)state;
    add_doc(&three, "X1234567", "XAA");
    en_index_builder_add(b, EN_TEXT_LIT("XAA-1"), &one, 11);
    en_index_builder_add(b, EN_TEXT_LIT("XAA-2"), &other, 22);
    en_index_builder_add(b, EN_TEXT_LIT("XAA-1"), &two, 33);
    en_index_builder_add(b, EN_TEXT_LIT("XAA-1"), &three, 44);
    ix = en_index_builder_finish(b);
    en_index_stats(ix, &stats);
    assert_int_equal(stats.identities, 2);
    assert_int_equal(stats.names, 3);
    for (unsigned i = 0; i < 3; i++) {
        /* Any name with any date and document of the identity. */
        struct en_person p = named(i ? "Marek Selda" : "Marek Orlo", i == 1 ? "1971-03-05" : "1972-04-06");
        struct result r;

        if (i == 2)
            add_doc(&p, "X1234567", "XAA");
        r = screen(ix, q, &p, &everything);
        assert_true(r.n >= 1);
        assert_true(en_text_is(r.hits[0].id, "XAA-1"));
        assert_int_equal(r.hits[0].tag, 11);
        assert_true(bits_of_field(&r.hits[0], EN_FIELD_BIRTH_DATE) > 0);
        assert_int_equal(bits_of_field(&r.hits[0], EN_FIELD_DOCUMENT) > 0, i == 2);
    }
    en_query_free(q);
    en_index_free(ix);
}

/* The engine keeps nothing of what it was given. */
static void
test_persons_may_go_after_they_were_added(void **state)
{
    struct en_index_builder *b = en_index_builder_new();
    struct en_query *q = en_query_new();
    struct en_arena gone;
    struct en_index *ix;
    struct en_person p, late;
    struct result r;
    char *id;

    (void)state;
    en_arena_init(&gone, EN_MIB);
    en_person_init(&p, &gone);
    add_name(&p, "Marek Orlo", EN_NAME_PRIMARY);
    add_birth(&p, "1971-03-05");
    add_place(&p, "Port Selda", "XAA");
    add_doc(&p, "X1234567", "XAA");
    id = en_arena_copy(&gone, "XAA-1", 5);
    en_index_builder_add(b, (en_text){ id, 5 }, &p, 1);
    en_arena_release(&gone);
    ix = en_index_builder_finish(b);

    en_arena_init(&gone, EN_MIB);
    en_person_init(&late, &gone);
    add_name(&late, "Jonas Vinmar", EN_NAME_PRIMARY);
    add_birth(&late, "1980-01-02");
    add_place(&late, "Port Selda", "XAA");
    add_doc(&late, "Y7654321", "XAA");
    id = en_arena_copy(&gone, "XAA-2", 5);
    en_index_put(ix, (en_text){ id, 5 }, &late, 2);
    en_arena_release(&gone);

    p = named("Marek Orlo", "1971-03-05");
    add_doc(&p, "X1234567", "XAA");
    add_place(&p, "Port Selda", "XAA");
    r = screen(ix, q, &p, &everything);
    assert_true(r.n >= 1 && en_text_is(r.hits[0].id, "XAA-1"));
    assert_true(bits_of_field(&r.hits[0], EN_FIELD_BIRTH_PLACE) > 0);
    p = named("Jonas Vinmar", "1980-01-02");
    add_doc(&p, "Y7654321", "XAA");
    add_place(&p, "Port Selda", "XAA");
    r = screen(ix, q, &p, &everything);
    assert_true(r.n >= 1 && en_text_is(r.hits[0].id, "XAA-2"));
    assert_true(bits_of_field(&r.hits[0], EN_FIELD_BIRTH_PLACE) > 0);
    assert_true(bits_of_field(&r.hits[0], EN_FIELD_DOCUMENT) > 0);
    en_query_free(q);
    en_index_free(ix);
}

/* put: new, replacing one of the main part, replacing one of the delta; remove: of each; and again. */
static void
test_put_and_remove_one_identity(void **state)
{
    struct en_index_builder *b = en_index_builder_new();
    struct en_person orlo = named("Marek Orlo", "1971-03-05"), selda = named("Clara Selda", "1980-06-07");
    struct en_query *q = en_query_new();
    struct en_index_stats stats;
    struct en_index *ix;
    en_text id = EN_TEXT_LIT("XAA-1");
    const struct step {
        enum { PUT_ORLO, PUT_SELDA, REMOVE, REMOVE_NONE } act;
        unsigned identities;
    } steps[] = { { PUT_SELDA, 1 }, { PUT_ORLO, 1 }, { REMOVE, 0 },      { REMOVE_NONE, 0 }, { PUT_SELDA, 1 },
                  { PUT_SELDA, 1 }, { REMOVE, 0 },   { REMOVE_NONE, 0 }, { PUT_ORLO, 1 } };

    (void)state;
    en_index_builder_add(b, id, &orlo, 0);
    ix = en_index_builder_finish(b);
    for (size_t i = 0; i < COUNT(steps); i++) {
        enum { NOBODY, ORLO, SELDA } who = NOBODY;
        struct result r;

        ROW(i, "step");
        switch (steps[i].act) {
        case PUT_ORLO: en_index_put(ix, id, &orlo, i); who = ORLO; break;
        case PUT_SELDA: en_index_put(ix, id, &selda, i); who = SELDA; break;
        case REMOVE: ROW_TRUE(en_index_remove(ix, id)); break;
        case REMOVE_NONE: ROW_TRUE(!en_index_remove(ix, id)); break;
        }
        en_index_stats(ix, &stats);
        ROW_INT(stats.identities, steps[i].identities);
        r = screen(ix, q, &orlo, &everything);
        ROW_INT(r.n, who == ORLO);
        if (r.n)
            ROW_INT(r.hits[0].tag, i);
        r = screen(ix, q, &selda, &everything);
        ROW_INT(r.n, who == SELDA);
    }
    en_query_free(q);
    en_index_free(ix);
}

static void
test_the_number_of_identities_moves_the_prior(void **state)
{
    struct en_index *ix = en_index_builder_finish(en_index_builder_new());
    struct en_person orlo = named("Marek Orlo", "1971-03-05"), other = named("Clara Selda", "1980-06-07");
    struct en_query *q = en_query_new();
    struct result r;
    char id[16];

    (void)state;
    en_index_put(ix, EN_TEXT_LIT("XAA"), &orlo, 0);
    for (unsigned i = 1; i < 6; i++) {
        r = screen(ix, q, &orlo, &everything);
        assert_true(r.n >= 1);
        assert_true(r.hits[0].probability == en_probability(en_prior_log2_odds(1e-5, i), r.hits[0].bits));
        snprintf(id, sizeof id, "XBB-%u", i);
        en_index_put(ix, en_text_from_ours(id), &other, i);
    }
    en_query_free(q);
    en_index_free(ix);
}

static void
test_stats_count(void **state)
{
    struct people list = people_new(1, 300);
    struct en_index *ix = people_index(&list);
    struct en_index_stats stats;
    size_t names = 0;

    (void)state;
    for (unsigned i = 0; i < list.n; i++)
        names += list.p[i].n_names;
    en_index_stats(ix, &stats);
    assert_int_equal(stats.identities, list.n);
    assert_true(stats.names >= names); /* Han and Hangul are read in several ways */
    assert_true(stats.tokens >= 2 * names && stats.postings <= stats.tokens);
    assert_true(stats.vocabulary > 10000); /* the table of frequencies stands behind */
    assert_true(stats.bytes > 100000);
    en_index_free(ix);
    people_free(&list);
}

/* An id as long as it gets, one that is empty, and one in another script. */
static void
test_any_id(void **state)
{
    struct en_index_builder *b = en_index_builder_new();
    struct en_person orlo = named("Marek Orlo", "1971-03-05"), selda = named("Clara Selda", "1980-06-07"),
                     vinmar = named("Jonas Vinmar", "1990-01-05");
    struct en_query *q = en_query_new();
    char longest[4096];
    struct en_index *ix;
    struct result r;

    (void)state;
    memset(longest, 'x', sizeof longest);
    en_index_builder_add(b, (en_text){ longest, sizeof longest }, &orlo, 0);
    en_index_builder_add(b, EN_TEXT_LIT(""), &selda, 1);
    en_index_builder_add(b, EN_TEXT_LIT("список-1"), &vinmar, 2);
    ix = en_index_builder_finish(b);
    r = screen(ix, q, &orlo, &everything);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.hits[0].id.n, sizeof longest);
    r = screen(ix, q, &selda, &everything);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.hits[0].id.n, 0);
    r = screen(ix, q, &vinmar, &everything);
    assert_int_equal(r.n, 1);
    assert_true(en_text_is(r.hits[0].id, "список-1"));
    assert_true(en_index_remove(ix, EN_TEXT_LIT("")));
    r = screen(ix, q, &selda, &everything);
    assert_int_equal(r.n, 0);
    en_query_free(q);
    en_index_free(ix);
}

/* Identities about whom nothing is known, between others. */
static void
test_identities_without_anything(void **state)
{
    struct en_index_builder *b = en_index_builder_new();
    struct en_person nothing = named(NULL, NULL), orlo = named("Marek Orlo", "1971-03-05"), dots = named("...", NULL),
                     empty = named("", NULL);
    struct en_query *q = en_query_new();
    struct en_index *ix;
    struct result r;

    (void)state;
    en_index_builder_add(b, EN_TEXT_LIT("1"), &nothing, 1);
    en_index_builder_add(b, EN_TEXT_LIT("2"), &dots, 2);
    en_index_builder_add(b, EN_TEXT_LIT("3"), &orlo, 3);
    en_index_builder_add(b, EN_TEXT_LIT("4"), &empty, 4);
    ix = en_index_builder_finish(b);
    r = screen(ix, q, &orlo, &everything);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.hits[0].tag, 3);
    r = screen(ix, q, &nothing, &everything);
    assert_int_equal(r.n, 0);
    r = screen(ix, q, &dots, &everything);
    assert_int_equal(r.n, 0);
    en_index_put(ix, EN_TEXT_LIT("5"), &nothing, 5);
    r = screen(ix, q, &orlo, &everything);
    assert_int_equal(r.n, 1);
    en_query_free(q);
    en_index_free(ix);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_index_answers),
        cmocka_unit_test(test_what_was_never_made_can_be_freed),
        cmocka_unit_test(test_entries_that_share_an_id_are_one),
        cmocka_unit_test(test_persons_may_go_after_they_were_added),
        cmocka_unit_test(test_put_and_remove_one_identity),
        cmocka_unit_test(test_the_number_of_identities_moves_the_prior),
        cmocka_unit_test(test_stats_count),
        cmocka_unit_test(test_any_id),
        cmocka_unit_test(test_identities_without_anything),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
