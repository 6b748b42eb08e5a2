#include "people.h"

#include <math.h>

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

static struct en_index *
index_of(struct en_person *p, unsigned n)
{
    struct en_index_builder *b = en_index_builder_new();
    char id[16];

    for (unsigned i = 0; i < n; i++) {
        snprintf(id, sizeof id, "XAA-%u", i);
        en_index_builder_add(b, en_text_from_ours(id), &p[i], i);
    }
    return en_index_builder_finish(b);
}

/* --- probability -------------------------------------------------------------------------------------- */

static void
test_the_prior_is_shared_among_identities(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= 1000000; n *= 10) {
        double p = 1e-5 / (double)n;

        assert_true(fabs(en_prior_log2_odds(1e-5, n) - log2(p / (1 - p))) < 1e-9);
    }
    assert_true(fabs(en_prior_log2_odds(0.5, 1)) < 1e-12);
    assert_true(isfinite(en_prior_log2_odds(1e-5, 0)));
}

static void
test_probability_of_bits(void **state)
{
    (void)state;
    assert_true(fabs(en_probability(0, 0) - 0.5) < 1e-15);
    assert_true(fabs(en_probability(-10, 10 * EN_BITS_ONE) - 0.5) < 1e-15);
    assert_true(fabs(en_probability(-10, 11 * EN_BITS_ONE) - 2.0 / 3) < 1e-12);
    assert_true(en_probability(-20, -100000) >= 0 && en_probability(-20, 100000) <= 1);
    for (en_bits b = -6400; b < 6400; b++)
        assert_true(en_probability(-20, b) <= en_probability(-20, b + 1));
}

static void
test_bands(void **state)
{
    static const struct {
        double p;
        const char *word;
    } rows[] = { { 0, "very weak" },      { 0.0199, "very weak" }, { 0.02, "weak" },  { 0.1999, "weak" },
                 { 0.2, "possible" },     { 0.5999, "possible" },  { 0.6, "strong" }, { 0.9499, "strong" },
                 { 0.95, "very strong" }, { 1, "very strong" } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].word);
        ROW_STR(en_band(rows[i].p), rows[i].word);
    }
}

static void
test_fields_have_words(void **state)
{
    (void)state;
    for (unsigned f = 0; f < EN_FIELDS; f++) {
        const char *w = en_field_word((enum en_field)f);

        assert_true(*w && strspn(w, "abcdefghijklmnopqrstuvwxyz_") == strlen(w));
        for (unsigned o = 0; o < f; o++)
            assert_string_not_equal(w, en_field_word((enum en_field)o));
    }
}

/* --- odd travellers ------------------------------------------------------------------------------------- */

static void
test_missing_fields_never_silence(void **state)
{
    struct en_person list[] = { named("Marek Orlo", "1971-03-05"), named("Клара Селда", NULL),
                                named(NULL, "1980-06-07"), named(NULL, NULL) };
    struct en_query *q = en_query_new();
    struct en_index *ix;
    struct en_person t;
    struct result r;

    (void)state;
    add_doc(&list[3], "X1234567", "XAA");
    ix = index_of(list, COUNT(list));
    t = named("Marek Orlo", NULL);
    assert_int_equal(screen(ix, q, &t, &everything).n, 1);
    t = named("CLARA SELDA", NULL);
    assert_int_equal(screen(ix, q, &t, &everything).n, 1);
    t = named(NULL, "1980-06-07");
    r = screen(ix, q, &t, &everything);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.hits[0].tag, 2);
    t = named(NULL, NULL);
    add_doc(&t, "X1234567", "XAA");
    r = screen(ix, q, &t, &everything);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.hits[0].tag, 3);
    t = named("Somebody Else", NULL);
    add_doc(&t, "X1234567", "XAA");
    assert_int_equal(screen(ix, q, &t, &everything).n, 1);
    t = named("Marek Orlo", NULL);
    add_doc(&t, "", "");
    assert_int_equal(screen(ix, q, &t, &everything).n, 1);
    t = named(NULL, NULL);
    assert_int_equal(screen(ix, q, &t, &everything).n, 0);
    en_query_free(q);
    en_index_free(ix);
}

/* Names of 1 to 64 tokens, and more than are matched: a person as listed is found. */
static void
test_names_of_many_tokens(void **state)
{
    static const char *const parts[] = { "kor", "vel", "sim", "tan", "ruk", "bel", "mor", "dan" };
    static const char *const ends[] = { "ado", "ina", "emo", "ula", "irk", "ost", "enn", "abo", "uxa", "ylo" };

    (void)state;
    for (unsigned n = 1; n <= 80; n += n < 12 ? 1 : 9) {
        struct en_query *q = en_query_new();
        struct en_person p;
        struct en_index *ix;
        struct result r;
        char full[1024];
        size_t at = 0;

        for (unsigned i = 0; i < n; i++)
            at += (size_t)snprintf(full + at, sizeof full - at, "%s%s%s", i ? " " : "", parts[i / 10], ends[i % 10]);
        p = named(full, "1971-03-05");
        ix = index_of(&p, 1);
        r = screen(ix, q, &p, &everything);
        ROW(n, "tokens");
        ROW_INT(r.n, 1);
        ROW_TRUE(bits_of_field(&r.hits[0], EN_FIELD_NAME) > 8 * EN_BITS_ONE);
        for (size_t i = 0; i < r.hits[0].n_evidence; i++)
            if (r.hits[0].evidence[i].field == EN_FIELD_NAME)
                ROW_TRUE(r.hits[0].evidence[i].bits > 0);
        en_query_free(q);
        en_index_free(ix);
    }
}

static void
test_names_of_one_letter(void **state)
{
    struct en_person list[] = { named("X", "1971-03-05"), named("A B", "1971-03-05"), named("李", "1971-03-05"),
                                named("ก", "1971-03-05") };
    struct en_query *q = en_query_new();
    struct en_index *ix = index_of(list, COUNT(list));

    (void)state;
    for (unsigned i = 0; i < COUNT(list); i++) {
        struct result r = screen(ix, q, &list[i], &everything);
        const struct en_hit *h;
        char id[16];

        snprintf(id, sizeof id, "XAA-%u", i);
        h = hit_of(&r, en_text_from_ours(id));
        assert_non_null(h);
        /* One letter says next to nothing. */
        if (i != 2)
            assert_true(bits_of_field(h, EN_FIELD_NAME) <= 8 * EN_BITS_ONE);
    }
    en_query_free(q);
    en_index_free(ix);
}

static void
test_a_name_of_500_letters(void **state)
{
    struct en_query *q = en_query_new();
    char full[501];
    struct en_person p;
    struct en_index *ix;
    struct result r;

    (void)state;
    for (unsigned i = 0; i < 500; i++)
        full[i] = (char)('a' + i * 7 % 26);
    full[500] = '\0';
    p = named(full, "1971-03-05");
    ix = index_of(&p, 1);
    r = screen(ix, q, &p, &everything);
    assert_int_equal(r.n, 1);
    assert_true(bits_of_field(&r.hits[0], EN_FIELD_NAME) > 0);
    en_query_free(q);
    en_index_free(ix);
}

/* As many values of everything as a person may have. */
static void
test_a_traveller_with_a_thousand_of_everything(void **state)
{
    struct people list = people_new(2, 50);
    struct en_index *ix = people_index(&list);
    struct en_query *q = en_query_new();
    struct en_person p;
    struct result r;
    uint64_t seed = 3;
    char text[32];

    (void)state;
    en_person_init(&p, &arena);
    for (unsigned i = 0; i < EN_MAX_VALUES; i++) {
        struct en_person one;

        en_person_init(&one, &arena);
        any_person(&seed, &one);
        add_name(&p, "placeholder", EN_NAME_ALIAS);
        p.names[i].full = i ? one.names[0].full : list.p[7].names[0].full;
        snprintf(text, sizeof text, "%u-%02u-%02u", 1950 + i % 50, 1 + i % 12, 1 + i % 28);
        add_birth(&p, text);
        snprintf(text, sizeof text, "D%07u", i);
        add_doc(&p, text, "XAA");
        add_place(&p, "Port Selda", "XAA");
    }
    r = screen(ix, q, &p, &everything);
    assert_true(r.n >= 1);
    en_query_free(q);
    en_index_free(ix);
    people_free(&list);
}

/* An identity of 10,000 aliases in many entries, beside ordinary ones. */
static void
test_an_identity_of_ten_thousand_aliases(void **state)
{
    struct en_index_builder *b = en_index_builder_new();
    struct people list = people_new(6, 100);
    struct en_query *q = en_query_new();
    struct en_arena scratch;
    struct en_index *ix;
    struct en_person wanted;
    struct result r;
    uint64_t seed = 71;

    (void)state;
    en_arena_init(&scratch, SIZE_MAX);
    for (unsigned e = 0; e < 20; e++) {
        struct en_person p;
        char latin[64], native[64], full[160];

        en_person_init(&p, &scratch);
        for (unsigned i = 0; i < 500; i++) {
            family_name(&seed, EUROPEAN, latin, native);
            snprintf(full, sizeof full, "%s %c%c%s", given_names[EUROPEAN][seeded(&seed) % 12].latin, (char)('A' + e),
                     (char)('a' + i % 26), latin);
            add_name(&p, full, EN_NAME_ALIAS);
        }
        if (e == 13)
            add_name(&p, "Marek Orlosel", EN_NAME_ALIAS);
        if (e == 5)
            add_birth(&p, "1971-03-05");
        en_index_builder_add(b, EN_TEXT_LIT("XAA-many"), &p, 1);
    }
    for (unsigned i = 0; i < list.n; i++)
        en_index_builder_add(b, list.id[i], &list.p[i], 2);
    ix = en_index_builder_finish(b);
    wanted = named("MAREK ORLOSEL", "1971-03-05");
    r = screen(ix, q, &wanted, &everything);
    assert_true(r.n >= 1);
    assert_true(en_text_is(r.hits[0].id, "XAA-many"));
    for (unsigned i = 0; i < list.n; i++) {
        r = screen(ix, q, &list.p[i], &everything);
        assert_non_null(hit_of(&r, list.id[i]));
        assert_false(en_text_is(r.hits[0].id, "XAA-many"));
    }
    en_query_free(q);
    en_index_free(ix);
    en_arena_release(&scratch);
    people_free(&list);
}

/* A name that an entry gives twice is no more and no less. */
static void
test_more_names_of_a_person_cost_little(void **state)
{
    struct en_person once = named("Marek Orlo", "1971-03-05"), often = named("Marek Orlo", "1971-03-05");
    struct en_query *q = en_query_new();
    struct en_index *a, *b;
    struct result r;
    en_bits bits;

    (void)state;
    for (unsigned i = 0; i < 15; i++)
        add_name(&often, i % 2 ? "Marek Orlo" : "Jonas Selda", EN_NAME_ALIAS);
    a = index_of(&once, 1);
    b = index_of(&often, 1);
    r = screen(a, q, &once, &everything);
    bits = r.hits[0].bits;
    r = screen(b, q, &once, &everything);
    assert_true(r.hits[0].bits <= bits);
    assert_true(r.hits[0].bits > bits - 4 * EN_BITS_ONE);
    en_query_free(q);
    en_index_free(a);
    en_index_free(b);
}

/* --- limits --------------------------------------------------------------------------------------------------- */

static void
test_namesakes_share_the_probability(void **state)
{
    struct en_person twins[40];
    struct en_query *q = en_query_new();
    struct en_index *ix;
    struct result r;
    struct en_query_options o = { 0.5, 100, 0, true, EN_BY_INDEX };
    double sum = 0;

    (void)state;
    for (unsigned i = 0; i < COUNT(twins); i++)
        twins[i] = named("Marek Orlo", "1971-03-05");
    ix = index_of(twins, COUNT(twins));
    r = screen(ix, q, &twins[0], &o);
    assert_int_equal(r.n, COUNT(twins));
    for (size_t i = 0; i < r.n; i++) {
        assert_int_equal(r.hits[i].bits, r.hits[0].bits);
        assert_true(bits_of_field(&r.hits[i], EN_FIELD_COMPETITION) < -4 * EN_BITS_ONE);
        assert_true(i == 0 || en_text_cmp(r.hits[i - 1].id, r.hits[i].id) < 0);
        sum += r.hits[i].probability;
    }
    assert_true(sum > 0.9 && sum < 1.01);
    o.top = 3;
    r = screen(ix, q, &twins[0], &o);
    assert_int_equal(r.n, 3);
    o.min_probability = 0.5;
    r = screen(ix, q, &twins[0], &o);
    assert_int_equal(r.n, 0);
    en_query_free(q);
    en_index_free(ix);
}

/* The list's texts are the list's, the traveller's are the traveller's, and the ids are whole. */
static void
test_evidence_shows_both_sides(void **state)
{
    struct en_person list = named("Marek Örlo", "1971-03"), t = named("MAREK ORLO", "1971-03-05");
    struct en_query *q = en_query_new();
    struct en_index *ix;
    struct result r;
    unsigned seen = 0;

    (void)state;
    add_doc(&list, "X 1234567", "XAA");
    add_doc(&t, "x-1234568", "XAA");
    add_nationality(&list, "XAA");
    add_nationality(&t, "XBB");
    add_place(&list, "Port Selda", "XAA");
    add_place(&t, "PORT SELDA", "XAA");
    list.sex = t.sex = EN_SEX_FEMALE;
    ix = index_of(&list, 1);
    r = screen(ix, q, &t, &everything);
    assert_int_equal(r.n, 1);
    for (size_t i = 0; i < r.hits[0].n_evidence; i++) {
        const struct en_evidence *e = &r.hits[0].evidence[i];
        static const struct {
            enum en_field field;
            const char *query, *list;
        } want[] = {
            { EN_FIELD_NAME, "MAREK", "Marek" },          { EN_FIELD_NAME, "ORLO", "Örlo" },
            { EN_FIELD_BIRTH_DATE, "1971-03-05", "1971-03" }, { EN_FIELD_NATIONALITY, "XBB", "XAA" },
            { EN_FIELD_SEX, "female", "female" },         { EN_FIELD_BIRTH_PLACE, "PORT SELDA", "Port Selda" },
        };

        for (size_t w = 0; w < COUNT(want); w++)
            seen += e->field == want[w].field && en_text_is(e->query, want[w].query) &&
                    en_text_is(e->list, want[w].list);
        if (e->field == EN_FIELD_DOCUMENT)
            assert_true(e->query.n > 0 && e->list.n > 0);
    }
    assert_int_equal(seen, 6);
    en_query_free(q);
    en_index_free(ix);
}

static void
test_json_of_a_result(void **state)
{
    struct en_person list = named("Marek \"M\" Orlo", "1971-03-05"), t = named("Marek Orlo", "1971-03-05");
    struct en_query *q = en_query_new();
    struct en_index *ix = index_of(&list, 1);
    struct en_buf out = EN_BUF_INIT;
    struct result r = screen(ix, q, &t, &everything);

    (void)state;
    en_hits_json(EN_TEXT_LIT("M1-P1"), r.hits, r.n, &out);
    assert_null(memchr(out.p, '\n', out.n));
    assert_memory_equal(out.p, "{\"traveller\":\"M1-P1\",\"hits\":[{\"entity\":\"XAA-0\",\"bits\":", 49);
    assert_non_null(
        strstr(out.p, "\"evidence\":[{\"field\":\"name\",\"query\":\"Marek\",\"list\":\"Marek\",\"bits\":"));
    assert_memory_equal(out.p + out.n - 4, "]}]}", 4);
    en_buf_reset(&out);
    en_hits_json(EN_TEXT_LIT("a\"b"), NULL, 0, &out);
    assert_string_equal(out.p, "{\"traveller\":\"a\\\"b\",\"hits\":[]}");
    en_buf_release(&out);
    en_query_free(q);
    en_index_free(ix);
}

/* An index that is freed and another at its place, again and again, with one scratch. */
static void
test_a_query_may_outlive_its_index(void **state)
{
    static const char *const names[] = { "Marek Orlo", "Clara Selda", "Jonas Vinmar" };
    struct en_query *q = en_query_new();

    (void)state;
    for (unsigned i = 0; i < 30; i++) {
        struct en_person p = named(names[i % 3], "1971-03-05"), other = named(names[(i + 1) % 3], "1984-09-17");
        struct en_index *ix = index_of(&p, 1);
        struct result r = screen(ix, q, &p, &everything);

        assert_int_equal(r.n, 1);
        assert_true(bits_of_field(&r.hits[0], EN_FIELD_NAME) > 0);
        r = screen(ix, q, &other, &everything);
        assert_int_equal(r.n, 0);
        en_index_free(ix);
    }
    en_query_free(q);
}

/* Whom each way in proposes; each proposed one once, and with the evidence of all fields. */
static void
test_ways_in(void **state)
{
    static const struct {
        const char *what;
        unsigned ways, found; /* a bit an identity */
    } rows[] = { { "names", EN_BY_NAMES, 1 },
                 { "dates", EN_BY_DATES, 2 },
                 { "documents", EN_BY_DOCUMENTS, 4 },
                 { "names and documents", EN_BY_NAMES | EN_BY_DOCUMENTS, 5 },
                 { "the index", EN_BY_INDEX, 7 },
                 { "nothing said", 0, 7 },
                 { "everybody", EN_BY_EVERY, 15 } };
    struct en_person list[] = { named("Marek Orlo", NULL), named("Clara Selda", "1971-03-05"),
                                named("Jonas Vinmar", NULL), named("Pieter Brugan", "1990-07-08") };
    struct en_person t = named("Marek Orlo", "1971-03-05");
    struct en_query_options o = everything;
    struct en_query *q = en_query_new();
    struct en_index *ix;

    (void)state;
    add_doc(&list[2], "X1234567", "XAA");
    add_doc(&t, "X1234567", "XAA");
    ix = index_of(list, COUNT(list));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct result r;
        unsigned found = 0, n = 0;

        ROW(i, rows[i].what);
        o.ways = rows[i].ways;
        r = screen(ix, q, &t, &o);
        for (uint64_t k = 0; k < en_query_candidates(q); k++, n++)
            found |= 1u << (en_query_candidate(q, k).p[4] - '0');
        ROW_INT(found, rows[i].found);
        ROW_INT(n, (unsigned)__builtin_popcount(found));
        ROW_TRUE(r.n <= n);
    }
    en_query_free(q);
    en_index_free(ix);
}

/*= docs/scenarios.md, 7: one value in very many records. Ten times as many take ten times the memory, and no more. */
static void
test_what_everybody_has(void **state)
{
    enum { MANY = 20000 };
    struct en_person *same = calloc(MANY, sizeof *same);
    struct en_query *q = en_query_new();
    struct en_query_options o = { 0, 100, 0, false, EN_BY_INDEX };
    struct en_index_stats stats[2];
    uint64_t weighed[2];

    (void)state;
    same[0] = named("Marek Orlo", "1971-03-05");
    for (unsigned i = 1; i < MANY; i++)
        same[i] = same[0];
    for (unsigned k = 0; k < 2; k++) {
        struct en_index *ix = index_of(same, k == 0 ? MANY / 10 : MANY);
        struct result r = screen(ix, q, &same[0], &o);

        assert_in_range(r.n, 1, 100);
        weighed[k] = en_query_candidates(q);
        en_index_stats(ix, &stats[k]);
        en_index_free(ix);
    }
    assert_in_range(weighed[1], 1, 5000);
    assert_true(weighed[1] <= weighed[0] + weighed[0] / 2);
    assert_true(stats[1].bytes <= 10 * stats[0].bytes);
    assert_true(stats[1].postings <= 10 * stats[0].postings);
    en_query_free(q);
    free(same);
}

/* Brute force keeps the best of more than an index would ever propose. */
static void
test_everybody_is_weighed(void **state)
{
    struct people x = people_new(8, 1000);
    struct en_index *ix = people_index(&x);
    struct en_query *q = en_query_new();
    struct en_query_options o = everything;

    (void)state;
    o.ways = EN_BY_EVERY;
    assert_true(en_index_remove(ix, x.id[999]));
    en_index_put(ix, x.id[998], &x.p[999], 998);
    for (unsigned i = 0; i < x.n; i += 37) {
        struct result r = screen(ix, q, &x.p[i], &o);

        assert_true(r.n >= 1 && en_query_candidates(q) >= 64);
        assert_true(hit_of(&r, x.id[i == 999 ? 998 : i]) != NULL);
        assert_null(hit_of(&r, x.id[999]));
    }
    en_query_free(q);
    en_index_free(ix);
    people_free(&x);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_prior_is_shared_among_identities),
        cmocka_unit_test(test_probability_of_bits),
        cmocka_unit_test(test_bands),
        cmocka_unit_test(test_fields_have_words),
        cmocka_unit_test(test_missing_fields_never_silence),
        cmocka_unit_test(test_names_of_many_tokens),
        cmocka_unit_test(test_names_of_one_letter),
        cmocka_unit_test(test_a_name_of_500_letters),
        cmocka_unit_test(test_a_traveller_with_a_thousand_of_everything),
        cmocka_unit_test(test_an_identity_of_ten_thousand_aliases),
        cmocka_unit_test(test_more_names_of_a_person_cost_little),
        cmocka_unit_test(test_namesakes_share_the_probability),
        cmocka_unit_test(test_evidence_shows_both_sides),
        cmocka_unit_test(test_json_of_a_result),
        cmocka_unit_test(test_a_query_may_outlive_its_index),
        cmocka_unit_test(test_ways_in),
        cmocka_unit_test(test_everybody_is_weighed),
        cmocka_unit_test(test_what_everybody_has),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
