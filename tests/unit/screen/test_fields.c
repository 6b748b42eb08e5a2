#include "people.h"

#include <math.h>

#include "screen/fields.h"
#include "screen/tables.h"

static struct en_arena arena;
static struct en_costs *costs;

static int
setup(void **state)
{
    (void)state;
    en_arena_init(&arena, SIZE_MAX);
    costs = en_costs_builtin();
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    en_costs_free(costs);
    en_arena_release(&arena);
    return 0;
}

/* A segment of one identity. */
static struct en_segment *
segment_of(const struct en_person *p)
{
    struct en_draft *d = en_draft_new(costs, en_table_builtin(EN_TABLE_FREQUENCIES));
    struct en_segment *s;

    en_draft_add(d, EN_TEXT_LIT("XAA-1"), p, 0);
    s = en_draft_layout(d);
    return s;
}

static struct en_person
born(const char *const *dates)
{
    struct en_person p;

    en_person_init(&p, &arena);
    for (; *dates; dates++)
        add_birth(&p, *dates);
    return p;
}

static struct en_field_evidence
birth(const char *const *list, const char *const *query)
{
    struct en_person l = born(list), q = born(query);
    struct en_segment *s = segment_of(&l);
    struct en_field_evidence e = en_birth_evidence(s, s->ident, &q);

    en_segment_free(s);
    return e;
}

static en_bits
birth_bits(const char *list, const char *query)
{
    const char *l[] = { list, NULL }, *q[] = { query, NULL };

    return birth(l, q).bits;
}

static void
test_birth_dates_say_why(void **state)
{
    static const struct {
        const char *list, *query, *why;
        int sign;
    } rows[] = {
        { "1971-03-05", "1971-03-05", "same", 1 },
        { "1971-03-05", "1971-05-03", "day and month swapped", 1 },
        { "1971-03-05", "1971-01-01", "1 January of the same year", 1 },
        { "1971-03-05", "1971-03-15", "another day of the same month", 1 },
        { "1971-03-05", "1971-07-05", "another month, same day", 1 },
        { "1971-03-05", "1972-03-05", "year off by one", 1 },
        { "1971-03-05", "1970-03-05", "year off by one", 1 },
        { "1971-03-05", "1971-09-17", "differs", -1 },
        { "1971-03-05", "1984-09-17", "differs", -1 },
        { "1971", "1971-03-05", "year fits", 1 },
        { "1971-03", "1971-03-05", "year and month fit", 1 },
        { "1970/1973", "1971-03-05", "within the years of the list", 1 },
        { "1971", "1984-09-17", "outside what the list knows", -1 },
        { "1971-03-05", "1971", "year fits", 1 },
        { "1971", "1971", "year fits", 1 },
        { "1971", "1972", "year off by one", 1 },
        { "1971", "1984", "year differs", -1 },
        { "circa 1971", "1973", "near the year", 1 },
        { "circa 1971", "1973-02-01", "near what the list knows", 1 },
        { "1971", "1971-01-01", "year fits", 1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *l[] = { rows[i].list, NULL }, *q[] = { rows[i].query, NULL };
        struct en_field_evidence e = birth(l, q);
        char text[64];

        snprintf(text, sizeof text, "%s against %s", rows[i].list, rows[i].query);
        ROW(i, text);
        ROW_TRUE(e.any);
        ROW_STR(e.why, rows[i].why);
        ROW_INT(e.bits > 0 ? 1 : e.bits < 0 ? -1 : 0, rows[i].sign);
    }
}

/* The nearer, the more evidence. */
static void
test_birth_dates_in_order_of_nearness(void **state)
{
    static const struct {
        const char *list, *better, *worse;
    } rows[] = {
        { "1971-03-05", "1971-03-05", "1971-05-03" }, { "1971-03-05", "1971-05-03", "1971-03-15" },
        { "1971-03-05", "1971-03-15", "1971-09-17" }, { "1971-03-05", "1972-03-05", "1973-03-05" },
        { "1971-03-05", "1971-01-01", "1984-01-01" }, { "1971-03-05", "1971", "1972" },
        { "1971-03-05", "1971-03-05", "1971" },       { "1971-03", "1971-03-05", "1971-04-05" },
        { "1971", "1971-03-05", "1972-03-05" },       { "1971", "1972-03-05", "1976-03-05" },
        { "circa 1971", "1971-03-05", "1973-03-05" }, { "circa 1971", "1973-03-05", "1981-03-05" },
        { "1970/1973", "1972-03-05", "1976-03-05" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].list);
        ROW_TRUE(birth_bits(rows[i].list, rows[i].better) > birth_bits(rows[i].list, rows[i].worse));
    }
    /* A year for a date is good evidence, but a list that knows the day is worth more. */
    assert_true(birth_bits("1971-03-05", "1971-03-05") > birth_bits("1971-03", "1971-03-05"));
    assert_true(birth_bits("1971-03", "1971-03-05") > birth_bits("1971", "1971-03-05"));
    assert_true(birth_bits("1971", "1971-03-05") > birth_bits("1970/1973", "1971-03-05"));
    assert_true(birth_bits("1970/1973", "1971-03-05") > birth_bits("1960/1980", "1971-03-05"));
}

/* A full date agrees by chance once in some 21,000 travellers: 14.4 bits, less what errors take away. */
static void
test_the_size_of_birth_dates(void **state)
{
    (void)state;
    assert_in_range(birth_bits("1971-03-05", "1971-03-05"), 14 * 64, 15 * 64);
    assert_in_range(birth_bits("1971", "1971"), 5 * 64, 6 * 64 + 32);
    /* 1 January is common among those whose day was made up. */
    assert_true(birth_bits("1971-01-01", "1971-01-01") < birth_bits("1971-03-05", "1971-03-05") - 2 * 64);
    /* A difference is bounded: nobody is ruled out by a date alone. */
    assert_true(birth_bits("1971-03-05", "1984-09-17") > -12 * 64 && birth_bits("1971-03-05", "1984-09-17") < -4 * 64);
}

/* Evidence is a ratio of probabilities: weighed over what travellers say, it averages to no more than one. */
static void
test_birth_evidence_is_a_likelihood_ratio(void **state)
{
    static const char *const lists[] = { "1971-03-05", "1971-01-01", "1971-03", "1971", "1970/1973", "circa 1971" };

    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++) {
        const char *l[] = { lists[i], NULL };
        struct en_person p = born(l);
        struct en_segment *s = segment_of(&p);
        double sum = 0, all = 0;

        for (int32_t day = en_day_from_civil(1930, 1, 1); day <= en_day_from_civil(2015, 12, 31); day++) {
            struct en_birth b = { .from = day, .to = day };
            struct en_person q;
            int y, m, d;
            double share;

            en_day_to_civil(day, &y, &m, &d);
            /* The shares of docs/formats/evidence.md. */
            share = (y >= 1955 && y <= 2003 ? .0170 : y >= 1935 && y <= 2012 ? .0060 : .0015) *
                    (m == 1 && d == 1 ? .027 : (1 - .027) / 364.25);
            en_person_init(&q, &arena);
            assert_int_equal(en_person_add_birth(&q, &b), EN_OK);
            sum += share * exp2(en_birth_evidence(s, s->ident, &q).bits / 64.0);
            all += share;
        }
        ROW(i, lists[i]);
        if (sum / all > 1.08 || sum / all < 0.85)
            fail_msg("list date %s: the mean of 2^bits is %.3f, not about 1", lists[i], sum / all);
        en_segment_free(s);
    }
}

static void
test_several_birth_dates_are_alternatives(void **state)
{
    const char *one[] = { "1971-03-05", NULL }, *two[] = { "1980-07-01", "1971-03-05", NULL },
               *q[] = { "1971-03-05", NULL };
    const char *both[] = { "1990-02-02", "1971-03-05", NULL };
    struct en_field_evidence e = birth(two, q);

    (void)state;
    assert_int_equal(e.which, 1);
    assert_string_equal(e.why, "same");
    /* Twice as many dates, half the surprise. */
    assert_in_range(birth(one, q).bits - e.bits, 60, 68);
    e = birth(one, both);
    assert_int_equal(e.query, 1);
    assert_string_equal(e.why, "same");
    assert_false(birth((const char *const[]){ NULL }, q).any);
    assert_false(birth(one, (const char *const[]){ NULL }).any);
    assert_int_equal(birth(one, (const char *const[]){ NULL }).bits, 0);
}

/* --- documents ------------------------------------------------------------------------------------------ */

static struct en_field_evidence
doc(const char *list, const char *list_issuer, const char *query, const char *query_issuer)
{
    struct en_person l, q;
    struct en_segment *s;
    struct en_field_evidence e;

    en_person_init(&l, &arena);
    en_person_init(&q, &arena);
    add_doc(&l, list, list_issuer);
    add_doc(&q, query, query_issuer);
    s = segment_of(&l);
    e = en_doc_evidence(s, s->ident, &q);
    en_segment_free(s);
    return e;
}

static void
test_documents_say_why(void **state)
{
    static const struct {
        const char *list, *query, *why;
        int sign;
    } rows[] = {
        { "X1234567", "X1234567", "same number", 1 },
        { "X1234567", "x 123-45.67", "same number", 1 },
        { "X1234567", "X1234568", "one character differs", 1 },
        { "X1234507", "X12345O7", "one character differs, often misread", 1 },
        { "X1234567", "XI234567", "one character differs, often misread", 1 },
        { "X1234567", "X1235467", "two characters exchanged", 1 },
        { "X1234567", "X1236547", "other number", -1 },
        { "X1234567", "X123456", "other number", -1 },
        { "X1234567", "Y7654321", "other number", -1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_field_evidence e = doc(rows[i].list, "XAA", rows[i].query, "XAA");

        ROW(i, rows[i].query);
        ROW_TRUE(e.any);
        ROW_STR(e.why, rows[i].why);
        ROW_INT(e.bits > 0 ? 1 : -1, rows[i].sign);
    }
}

static void
test_document_numbers_weigh_by_length_and_issuer(void **state)
{
    en_bits same = doc("X1234567", "XAA", "X1234567", "XAA").bits;

    (void)state;
    assert_true(same > doc("X1234567", "XAA", "X1234568", "XAA").bits);
    assert_true(doc("X1234507", "XAA", "X12345O7", "XAA").bits > doc("X1234567", "XAA", "X1234568", "XAA").bits);
    /* The same issuer tells more than an unknown one, which is no conflict. */
    assert_true(doc("X1234567", "", "X1234567", "XAA").bits < same);
    assert_true(doc("X1234567", "", "X1234567", "XAA").bits > doc("X1234567", "XBB", "X1234567", "XAA").bits);
    assert_true(doc("X1234567", "XBB", "X1234567", "XAA").bits < same);
    assert_true(doc("X1234567", "XBB", "X1234567", "XAA").bits > 0);
    assert_true(doc("12345", "XAA", "12345", "XAA").bits < same);
    /* Three characters tell nobody apart. */
    assert_false(doc("123", "XAA", "123", "XAA").any);
    assert_int_equal(doc("123", "XAA", "123", "XAA").bits, 0);
    assert_false(doc("---", "XAA", "X1234567", "XAA").any);
    /* Longer than any real number: its first 24 characters. */
    assert_true(doc("123456789012345678901234567890", "XAA", "123456789012345678901234567890", "XAA").bits >= same);
}

/* --- nationality, sex, place ------------------------------------------------------------------------------- */

static void
test_nationality(void **state)
{
    static const struct {
        const char *list[3], *query[3];
        bool any;
        int sign;
    } rows[] = {
        { { "XAA" }, { "XAA" }, true, 1 },         { { "XAA" }, { "XBB" }, true, -1 },     { { "XAA", "XBB" }, { "XBB" }, true, 1 },
        { { "XAA" }, { "XBB", "XAA" }, true, 1 },  { { "SUN" }, { "RUS" }, true, 1 },      { { NULL }, { "XAA" }, false, 0 },
        { { "XAA" }, { NULL }, false, 0 },         { { "XAA", "XBB" }, { "XDD", "XEE" }, true, -1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_person l, q;
        struct en_field_evidence e;
        struct en_segment *s;

        en_person_init(&l, &arena);
        en_person_init(&q, &arena);
        for (unsigned k = 0; k < 3 && rows[i].list[k]; k++)
            add_nationality(&l, rows[i].list[k]);
        for (unsigned k = 0; k < 3 && rows[i].query[k]; k++)
            add_nationality(&q, rows[i].query[k]);
        s = segment_of(&l);
        e = en_nationality_evidence(s, s->ident, &q);
        ROW(i, rows[i].list[0] ? rows[i].list[0] : "none");
        ROW_INT(e.any, rows[i].any);
        ROW_INT(e.bits > 0 ? 1 : e.bits < 0 ? -1 : 0, rows[i].sign);
        if (e.any)
            ROW_TRUE(e.which < s->n_nats && e.query < q.n_nationalities && e.why && *e.why);
        en_segment_free(s);
    }
}

static void
test_sex(void **state)
{
    (void)state;
    for (unsigned l = 0; l < EN_SEXES; l++)
        for (unsigned k = 0; k < EN_SEXES; k++) {
            struct en_person a, q;
            struct en_field_evidence e;
            struct en_segment *s;

            en_person_init(&a, &arena);
            en_person_init(&q, &arena);
            a.sex = (enum en_sex)l;
            q.sex = (enum en_sex)k;
            s = segment_of(&a);
            e = en_sex_evidence(s->ident, &q);
            assert_int_equal(e.any, l != EN_SEX_UNKNOWN && k != EN_SEX_UNKNOWN);
            if (!e.any)
                assert_int_equal(e.bits, 0);
            else if (l == k)
                assert_true(e.bits > 0 && e.bits <= 2 * 64);
            else
                assert_true(e.bits < -2 * 64);
            en_segment_free(s);
        }
}

static void
test_place(void **state)
{
    static const struct {
        const char *list, *list_country, *query, *query_country, *why;
        int sign;
    } rows[] = {
        { "Port Selda", "XAA", "PORT SELDA", "XAA", "same place", 1 },
        { "Port Selda", "", "port selda", "", "same place", 1 },
        { "Port Selda", "XAA", "Orlo", "XAA", "same country", 1 },
        { "Port Selda", "XAA", "Orlo", "XBB", "another country", -1 },
        { "Port Selda", "", "Orlo", "XBB", "not comparable", 0 },
        { "", "XAA", "", "XAA", "same country", 1 },
        { "", "", "", "", "not comparable", 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_person l, q;
        struct en_field_evidence e;
        struct en_segment *s;

        en_person_init(&l, &arena);
        en_person_init(&q, &arena);
        add_place(&l, rows[i].list, rows[i].list_country);
        add_place(&q, rows[i].query, rows[i].query_country);
        s = segment_of(&l);
        e = en_place_evidence(s, s->ident, &q);
        ROW(i, rows[i].query);
        ROW_TRUE(e.any);
        ROW_STR(e.why, rows[i].why);
        ROW_INT(e.bits > 0 ? 1 : e.bits < 0 ? -1 : 0, rows[i].sign);
        en_segment_free(s);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_birth_dates_say_why),
        cmocka_unit_test(test_birth_dates_in_order_of_nearness),
        cmocka_unit_test(test_the_size_of_birth_dates),
        cmocka_unit_test(test_birth_evidence_is_a_likelihood_ratio),
        cmocka_unit_test(test_several_birth_dates_are_alternatives),
        cmocka_unit_test(test_documents_say_why),
        cmocka_unit_test(test_document_numbers_weigh_by_length_and_issuer),
        cmocka_unit_test(test_nationality),
        cmocka_unit_test(test_sex),
        cmocka_unit_test(test_place),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
