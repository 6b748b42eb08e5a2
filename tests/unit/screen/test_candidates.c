#include "people.h"

#include <math.h>

#include "screen/candidates.h"
#include "screen/weigh.h"

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
    add_name(&p, full, EN_NAME_PRIMARY);
    if (born)
        add_birth(&p, born);
    return p;
}

static void
list_one(struct en_index_builder *b, const char *id, const char *full)
{
    struct en_person p = named(full, NULL);

    en_index_builder_add(b, en_text_from_ours(id), &p, 0);
}

/* Fictional namesakes: one given name, and family names of syllables. */
static void
list_namesakes(struct en_index_builder *b, const char *given, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        char full[96], id[16];

        snprintf(full, sizeof full, "%s %s%s%s", given, syllables[EUROPEAN][i % 12].latin,
                 syllables[EUROPEAN][i / 12 % 12].latin, syllables[EUROPEAN][(i * 5 + i / 12) % 12].latin);
        snprintf(id, sizeof id, "XBB-%u", i);
        list_one(b, id, full);
    }
}

static uint64_t
weighed(const struct en_index *ix, struct en_query *q, const char *full, const char *born)
{
    const struct en_query_options o = { .prior = 1e-5, .top = 100, .ways = EN_BY_INDEX, .against = true };
    const struct en_person p = named(full, born);
    const struct en_hit *hits;
    size_t n;

    en_screen(ix, q, &p, &o, &hits, &n);
    return en_query_candidates(q);
}

/* Without a date the promise says little: what a spelling is worth, only the comparison of whole names tells. */
static void
test_without_a_date_whoever_is_proposed_is_weighed(void **state)
{
    struct en_index_builder *b = en_index_builder_new();
    struct en_query *q = en_query_new();
    struct en_index *ix;

    (void)state;
    list_namesakes(b, "Marek", 60);
    ix = en_index_builder_finish(b);
    assert_int_equal(weighed(ix, q, "Marek Hjuxwyck Vornatz", NULL), 60);
    assert_in_range(weighed(ix, q, "Marek Hjuxwyck Vornatz", "1961-03-05"), 1, 59);
    en_query_free(q);
    en_index_free(ix);
}

static bool
proposed(const struct en_index *ix, struct en_query *q, const char *full, const char *id)
{
    const struct en_query_options o = { .prior = 1e-5, .top = 100, .ways = EN_BY_NAMES, .against = true };
    const struct en_person p = named(full, NULL);
    const struct en_hit *hits;
    size_t n;

    en_screen(ix, q, &p, &o, &hits, &n);
    for (size_t i = 0; i < n; i++)
        if (en_text_eq(hits[i].id, en_text_from_ours(id)))
            return true;
    return false;
}

/* Strangers whose names are other arrangements of the same syllables do not crowd out the name that they spell. */
static void
test_a_syllable_counts_once(void **state)
{
    static const char *const of[] = { "安", "娜", "塞", "尔", "玛" };
    struct en_index_builder *b = en_index_builder_new();
    struct en_query *q = en_query_new();
    struct en_index *ix;
    unsigned n = 0;

    (void)state;
    for (unsigned i = 0; i < 5 * 5 * 5; i++) {
        char full[32], id[16];

        snprintf(full, sizeof full, "%s%s%s", of[i / 25], of[i / 5 % 5], of[i % 5]);
        snprintf(id, sizeof id, "XDD-%u", n++);
        list_one(b, id, full);
    }
    list_one(b, "XAA-1", "Anna Selma");
    ix = en_index_builder_finish(b);
    assert_true(proposed(ix, q, "安娜·塞尔玛", "XAA-1"));
    en_query_free(q);
    en_index_free(ix);
}

/* Scripts without vowels cannot be looked up by a spelling: what they write apart is found by its sound. */
static void
test_native_tokens_apart_lead_to_one_latin_token(void **state)
{
    static const char *const travellers[] = { "فارسل بروكان", "פרסל ברוקן" };
    struct en_index_builder *b = en_index_builder_new();
    struct en_query *q = en_query_new();
    struct en_index *ix;

    (void)state;
    list_one(b, "XAA-1", "Farselbrukan");
    ix = en_index_builder_finish(b);
    for (unsigned i = 0; i < sizeof travellers / sizeof *travellers; i++)
        assert_true(proposed(ix, q, travellers[i], "XAA-1"));
    en_query_free(q);
    en_index_free(ix);
}

/* --- the line ---------------------------------------------------------------------------------------- */

#define LISTED 600
#define FIRST  10 /* these are weighed whatever the others promise, unless they could not reach the line */

static bool
date_conflicts(const struct en_weighed *w)
{
    int32_t kind = w->features.v[EN_AXIS_BIRTH];

    return (kind >= EN_BIRTH_SAME_YEAR && kind <= EN_BIRTH_FAR) || kind == EN_BIRTH_OUTSIDE ||
           kind == EN_BIRTH_OUTSIDE_NEAR || kind == EN_BIRTH_YEAR_NEAR || kind == EN_BIRTH_YEAR_FAR;
}

static int
by_promise(const void *a, const void *b)
{
    const struct en_weighed *x = a, *y = b;

    return (x->promise < y->promise) - (x->promise > y->promise);
}

/* Of those whom a query proposes that looks at everybody, whoever promises enough is weighed by one with a line too. */
static unsigned
line_only_cuts(const struct en_index *ix, struct en_query *q, const struct en_person *p, struct en_weighed *all)
{
    struct en_query_options o = EN_QUERY_OPTIONS_DEFAULT;
    double odds = en_prior_log2_odds(o.prior, LISTED);
    en_bits floor = (en_bits)((log2(.001 / .999) - odds - 12) * EN_BITS_ONE);
    const struct en_weighed *w;
    const struct en_hit *hits;
    unsigned n, m, reach = 0;
    size_t k;

    o.against = true;
    en_screen(ix, q, p, &o, &hits, &k);
    n = en_query_weighed(q, &w);
    memcpy(all, w, n * sizeof *w);
    if (n)
        qsort(all, n, sizeof *all, by_promise);
    o.against = false;
    en_screen(ix, q, p, &o, &hits, &k);
    m = en_query_weighed(q, &w);
    for (unsigned i = 0; i < m; i++)
        assert_true(w[i].promise > floor);
    for (unsigned i = 0; i < n && i < FIRST; i++) {
        bool there = false;

        if (all[i].promise <= floor + (date_conflicts(&all[i]) ? 8 * EN_BITS_ONE : 0))
            continue;
        for (unsigned j = 0; j < m; j++)
            there = there || (w[j].ident == all[i].ident && w[j].bits == all[i].bits);
        if (!there)
            fail_msg("%.*s promises %d bits to %.*s and is not weighed", EN_TEXT_ARG(all[i].id), all[i].promise,
                     EN_TEXT_ARG(p->names[0].full));
        reach++;
    }
    return reach;
}

static void
test_the_line_only_cuts(void **state)
{
    struct people list = people_new(4711, LISTED), travellers = people_new(4712, 300);
    struct en_index *ix = people_index(&list);
    struct en_query *q = en_query_new();
    struct en_weighed *all = en_xmalloc(EN_CANDIDATES_MAX * sizeof *all);
    unsigned reach = 0;

    (void)state;
    for (unsigned i = 0; i < LISTED + travellers.n; i++)
        reach += line_only_cuts(ix, q, i < LISTED ? &list.p[i] : &travellers.p[i - LISTED], all);
    assert_true(reach > LISTED);
    free(all);
    en_query_free(q);
    en_index_free(ix);
    people_free(&list);
    people_free(&travellers);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_a_date_whoever_is_proposed_is_weighed),
        cmocka_unit_test(test_a_syllable_counts_once),
        cmocka_unit_test(test_native_tokens_apart_lead_to_one_latin_token),
        cmocka_unit_test(test_the_line_only_cuts),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
