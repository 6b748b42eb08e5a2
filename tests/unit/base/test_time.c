#include "../harness.h"

#include "base/time.h"

static void
days_by_example(void **state)
{
    static const struct {
        int y, m, d;
        int32_t day;
    } rows[] = {
        { 1970, 1, 1, 0 },       { 1969, 12, 31, -1 },      { 1970, 1, 2, 1 },      { 2000, 2, 29, 11016 },
        { 2000, 3, 1, 11017 },   { 1900, 3, 1, -25508 },    { 1, 1, 1, -719162 },   { 0, 3, 1, -719468 },
        { 0, 1, 1, -719528 },    { 9999, 12, 31, 2932896 }, { 2015, 2, 18, 16484 }, { 2026, 11, 23, 20780 },
        { -1, 12, 31, -719529 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int y, m, d;

        ROW(i, "day");
        ROW_INT(en_day_from_civil(rows[i].y, rows[i].m, rows[i].d), rows[i].day);
        en_day_to_civil(rows[i].day, &y, &m, &d);
        ROW_INT(y, rows[i].y);
        ROW_INT(m, rows[i].m);
        ROW_INT(d, rows[i].d);
    }
}

/* Walks 20,000 years day by day with a calendar that counts, and compares. */
static void
every_day_in_order(void **state)
{
    int y = -9999, m = 1, d = 1;

    (void)state;
    for (int32_t day = en_day_from_civil(y, m, d); y <= 9999; day++) {
        int gy, gm, gd;

        en_day_to_civil(day, &gy, &gm, &gd);
        if (gy != y || gm != m || gd != d || en_day_from_civil(y, m, d) != day || !en_civil_valid(y, m, d))
            fail_msg("%d-%d-%d is day %d", y, m, d, day);
        if (++d > en_civil_month_days(y, m)) {
            assert_false(en_civil_valid(y, m, d));
            d = 1;
            if (++m > 12) {
                m = 1;
                y++;
            }
        }
    }
}

/* Dates that historians give for both calendars. */
static void
hijri_by_example(void **state)
{
    static const struct {
        bool solar;
        int y, m, d, gy, gm, gd;
    } rows[] = {
        { false, 1, 1, 1, 622, 7, 19 },      { false, 1400, 1, 1, 1979, 11, 21 }, { false, 1445, 1, 1, 2023, 7, 19 },
        { false, 1390, 9, 1, 1970, 10, 31 }, { true, 1357, 11, 22, 1979, 2, 11 }, { true, 1399, 1, 1, 2020, 3, 20 },
        { true, 1403, 1, 1, 2024, 3, 20 },   { true, 1, 1, 1, 622, 3, 22 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int32_t day = rows[i].solar ? en_day_from_solar_hijri(rows[i].y, rows[i].m, rows[i].d)
                                    : en_day_from_islamic(rows[i].y, rows[i].m, rows[i].d);

        ROW(i, "hijri");
        ROW_INT(day, en_day_from_civil(rows[i].gy, rows[i].gm, rows[i].gd));
    }
}

/* Months follow each other without a gap, and years have the days that they should. */
static void
hijri_months_meet(void **state)
{
    (void)state;
    for (int y = 1; y < 3000; y++)
        for (int m = 1; m <= 12; m++) {
            int ny = m == 12 ? y + 1 : y, nm = m == 12 ? 1 : m + 1;

            assert_int_equal(en_day_from_islamic(y, m, 1) + en_islamic_month_days(y, m),
                             en_day_from_islamic(ny, nm, 1));
            assert_int_equal(en_day_from_solar_hijri(y, m, 1) + en_solar_hijri_month_days(y, m),
                             en_day_from_solar_hijri(ny, nm, 1));
        }
    assert_int_equal(en_day_from_islamic(31, 1, 1) - en_day_from_islamic(1, 1, 1), 10631);
}

static void
days_at_the_ends_of_the_type(void **state)
{
    int y, m, d;

    (void)state;
    en_day_to_civil(INT32_MAX, &y, &m, &d);
    assert_int_equal(y, 5881580);
    assert_int_equal(m, 7);
    assert_int_equal(d, 11);
    en_day_to_civil(INT32_MIN, &y, &m, &d);
    assert_int_equal(y, -5877641);
    assert_int_equal(m, 6);
    assert_int_equal(d, 23);
}

static void
validity(void **state)
{
    static const struct {
        int y, m, d;
        bool valid;
    } rows[] = {
        { 2000, 2, 29, true },  { 1900, 2, 29, false },  { 2024, 2, 29, true },  { 2023, 2, 29, false },
        { 2023, 2, 28, true },  { 2023, 0, 1, false },   { 2023, 13, 1, false }, { 2023, 1, 0, false },
        { 2023, 1, 32, false }, { 2023, 4, 31, false },  { 2023, 4, 30, true },  { 0, 2, 29, true },
        { 10000, 1, 1, false }, { -10000, 1, 1, false }, { 2023, -1, 1, false }, { 2023, 1, -1, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, "date");
        ROW_INT(en_civil_valid(rows[i].y, rows[i].m, rows[i].d), rows[i].valid);
    }
}

static void
times_and_their_days(void **state)
{
    (void)state;
    assert_int_equal(en_time_to_day(0), 0);
    assert_int_equal(en_time_to_day(-1), -1);
    assert_int_equal(en_time_to_day(-EN_TIME_DAY), -1);
    assert_int_equal(en_time_to_day(-EN_TIME_DAY - 1), -2);
    assert_int_equal(en_time_to_day(EN_TIME_DAY - 1), 0);
    assert_int_equal(en_time_to_day(EN_TIME_DAY), 1);
    assert_int_equal(en_time_to_day(INT64_MAX), INT32_MAX);
    assert_int_equal(en_time_to_day(EN_TIME_NONE), INT32_MIN);
    for (int32_t day = -1000; day <= 1000; day++)
        assert_int_equal(en_time_to_day(en_time_from_day(day)), day);
    assert_true(en_time_from_day(INT32_MIN) < 0);
}

static void
formats(void **state)
{
    static const struct {
        en_time t;
        const char *want;
    } rows[] = {
        { 0, "1970-01-01T00:00:00.000Z" },
        { -1, "1969-12-31T23:59:59.999Z" },
        { 1772150409554, "2026-02-27T00:00:09.554Z" },
        { 951782400000, "2000-02-29T00:00:00.000Z" },
        { -62167219200000, "0000-01-01T00:00:00.000Z" },
        { 253402300799999, "9999-12-31T23:59:59.999Z" },
        { 253402300800000, "9999-12-31T23:59:59.999Z" },
        { -62167219200001, "0000-01-01T00:00:00.000Z" },
        { EN_TIME_NONE, "0000-01-01T00:00:00.000Z" },
        { INT64_MAX, "9999-12-31T23:59:59.999Z" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[EN_TIME_RFC3339_LEN + 1];

        ROW(i, rows[i].want);
        en_time_format(rows[i].t, out);
        ROW_STR(out, rows[i].want);
    }
}

/*= RFC 3339 section 5.6 */
static void
parses(void **state)
{
    static const struct {
        const char *in;
        bool ok;
        en_time t;
    } rows[] = {
        { "1970-01-01T00:00:00Z", true, 0 },
        { "1970-01-01t00:00:00z", true, 0 },
        { "1970-01-01 00:00:00Z", true, 0 },
        { "2026-02-27T00:00:09.554Z", true, 1772150409554 },
        { "2026-02-27T00:00:09.5549999Z", true, 1772150409554 },
        { "2026-02-27T00:00:09.5Z", true, 1772150409500 },
        { "1970-01-01T01:00:00+01:00", true, 0 },
        { "1969-12-31T19:00:00-05:00", true, 0 },
        { "1970-01-01T05:30:00+05:30", true, 0 },
        { "1970-01-01T00:00:00-00:00", true, 0 },
        { "1990-12-31T23:59:60Z", true, 662688000000 },
        { "0000-01-01T00:00:00Z", true, -62167219200000 },
        { "", false, 0 },
        { "1970-01-01", false, 0 },
        { "1970-01-01T00:00:00", false, 0 },
        { "1970-01-01T00:00Z", false, 0 },
        { "1970-01-01T00:00:00.Z", false, 0 },
        { "1970-01-01T00:00:00Z ", false, 0 },
        { " 1970-01-01T00:00:00Z", false, 0 },
        { "1970-1-1T00:00:00Z", false, 0 },
        { "1970-13-01T00:00:00Z", false, 0 },
        { "1970-02-29T00:00:00Z", false, 0 },
        { "1970-00-10T00:00:00Z", false, 0 },
        { "1970-01-01T24:00:00Z", false, 0 },
        { "1970-01-01T00:60:00Z", false, 0 },
        { "1970-01-01T00:00:61Z", false, 0 },
        { "1970-01-01T00:00:00+24:00", false, 0 },
        { "1970-01-01T00:00:00+01:60", false, 0 },
        { "1970-01-01T00:00:00+0100", false, 0 },
        { "1970-01-01T00:00:00+1:00", false, 0 },
        { "-970-01-01T00:00:00Z", false, 0 },
        { "+1970-01-01T00:00:00Z", false, 0 },
        { "1970/01/01T00:00:00Z", false, 0 },
        { "1970-01-01T00:00:0\xD9\xA0Z", false, 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_time t = 12345;

        ROW(i, rows[i].in);
        ROW_INT(en_time_parse(en_text_from_ours(rows[i].in), &t), rows[i].ok);
        ROW_INT(t, rows[i].ok ? rows[i].t : 12345);
        for (size_t cut = 0; rows[i].ok && cut < strlen(rows[i].in); cut++)
            ROW_TRUE(!en_time_parse((en_text){ rows[i].in, cut }, &t));
    }
}

static void
what_is_formatted_parses_back(void **state)
{
    uint64_t seed = 7;

    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        en_time t = (en_time)(seeded(&seed) % 315569519999999u) - 62167219200000, back = 0;
        char out[EN_TIME_RFC3339_LEN + 1];

        en_time_format(t, out);
        assert_int_equal(strlen(out), EN_TIME_RFC3339_LEN);
        assert_true(en_time_parse((en_text){ out, EN_TIME_RFC3339_LEN }, &back));
        if (back != t)
            fail_msg("%s", out);
    }
}

static void
do_month_days(void *arg)
{
    en_civil_month_days(2000, *(int *)arg);
}

static void
a_month_that_is_none_is_a_bug(void **state)
{
    int months[] = { 0, 13, -1 };

    (void)state;
    for (size_t i = 0; i < COUNT(months); i++)
        assert_true(aborts(do_month_days, &months[i]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_by_example),
        cmocka_unit_test(every_day_in_order),
        cmocka_unit_test(hijri_by_example),
        cmocka_unit_test(hijri_months_meet),
        cmocka_unit_test(days_at_the_ends_of_the_type),
        cmocka_unit_test(validity),
        cmocka_unit_test(times_and_their_days),
        cmocka_unit_test(formats),
        cmocka_unit_test(parses),
        cmocka_unit_test(what_is_formatted_parses_back),
        cmocka_unit_test(a_month_that_is_none_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
