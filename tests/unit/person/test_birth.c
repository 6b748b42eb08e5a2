#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "person/person.h"

struct row {
    const char *text;
    const char *iso; /* NULL: refused */
    enum en_date_quality quality;
};

static const struct row rows[] = {
    /* year, month and day from the largest down */
    { "1965", "1965", EN_DATE_YEAR },
    { "1965-03", "1965-03", EN_DATE_MONTH },
    { "1965-03-12", "1965-03-12", EN_DATE_EXACT },
    { "1965/03/12", "1965-03-12", EN_DATE_EXACT },
    { "1965.03.12", "1965-03-12", EN_DATE_EXACT },
    { "1965/3", "1965-03", EN_DATE_MONTH },
    { "1965-3-2", "1965-03-02", EN_DATE_EXACT },
    { "19650312", "1965-03-12", EN_DATE_EXACT },
    { "19650300", "1965-03", EN_DATE_MONTH },
    { "19650000", "1965", EN_DATE_YEAR },
    { "1965-00-00", "1965", EN_DATE_YEAR },
    { "1965-XX-XX", "1965", EN_DATE_YEAR },
    { "1965-03-xx", "1965-03", EN_DATE_MONTH },
    { "1965-00-12", "1965", EN_DATE_YEAR },
    { "1965-Mar-12", "1965-03-12", EN_DATE_EXACT },
    { "1965 March 12", "1965-03-12", EN_DATE_EXACT },
    { "1965 Mar", "1965-03", EN_DATE_MONTH },
    { "  1965  ", "1965", EN_DATE_YEAR },
    { "1965.", "1965", EN_DATE_YEAR },
    { "١٩٦٥-٠٣-١٢", "1965-03-12", EN_DATE_EXACT },
    { "۱۹۶۵", "1965", EN_DATE_YEAR },
    { "2000-02-29", "2000-02-29", EN_DATE_EXACT },
    /* English months, day or month first */
    { "12 Mar 1965", "1965-03-12", EN_DATE_EXACT },
    { "12 mar. 1965", "1965-03-12", EN_DATE_EXACT },
    { "12-MAR-1965", "1965-03-12", EN_DATE_EXACT },
    { "12. March 1965", "1965-03-12", EN_DATE_EXACT },
    { "1st of September, 1965", "1965-09-01", EN_DATE_EXACT },
    { "2nd Sept. 1965", "1965-09-02", EN_DATE_EXACT },
    { "March 12, 1965", "1965-03-12", EN_DATE_EXACT },
    { "Mar 12th 1965", "1965-03-12", EN_DATE_EXACT },
    { "Mar 1965", "1965-03", EN_DATE_MONTH },
    { "Nov. 1973", "1973-11", EN_DATE_MONTH },
    { "December 1973", "1973-12", EN_DATE_MONTH },
    { "00 Mar 1965", "1965-03", EN_DATE_MONTH },
    { "XX Mar 1965", "1965-03", EN_DATE_MONTH },
    /* numbers, day first where that is certain */
    { "12.03.1965", "1965-03-12", EN_DATE_EXACT },
    { "XX.03.1965", "1965-03", EN_DATE_MONTH },
    { "00.00.1965", "1965", EN_DATE_YEAR },
    { "31/01/1965", "1965-01-31", EN_DATE_EXACT },
    { "01-31-1965", "1965-01-31", EN_DATE_EXACT },
    { "05/05/1965", "1965-05-05", EN_DATE_EXACT },
    { "12/03/1965", NULL, EN_DATE_EXACT },
    /* intervals */
    { "1970-1972", "1970/1972", EN_DATE_BETWEEN },
    { "1970–1972", "1970/1972", EN_DATE_BETWEEN },
    { "1970 - 1972", "1970/1972", EN_DATE_BETWEEN },
    { "1970/1972", "1970/1972", EN_DATE_BETWEEN },
    { "1970-72", "1970/1972", EN_DATE_BETWEEN },
    { "1970/71", "1970/1971", EN_DATE_BETWEEN },
    { "1970 to 1972", "1970/1972", EN_DATE_BETWEEN },
    { "1970 or 1971", "1970/1971", EN_DATE_BETWEEN },
    { "1960s", "1960/1969", EN_DATE_BETWEEN },
    { "between 1970 and 1972", "1970/1972", EN_DATE_BETWEEN },
    { "from Mar 1970 to Feb 1971", "1970-03/1971-02", EN_DATE_BETWEEN },
    { "1970-03/1971-02", "1970-03/1971-02", EN_DATE_BETWEEN },
    { "1970-03-05/1971-02-01", "1970-03-05/1971-02-01", EN_DATE_BETWEEN },
    { "01 Jan 1960 to 31 Dec 1960", "1960", EN_DATE_YEAR },
    { "01 Jan 1960 to 31 Jan 1960", "1960-01", EN_DATE_MONTH },
    { "05 Jan 1960 to 05 Jan 1960", "1960-01-05", EN_DATE_EXACT },
    { "01 Jan 1960 to 31 Dec 1963", "1960/1963", EN_DATE_BETWEEN },
    { "20 Sep 1960 - 3 Oct 1960", "1960-09-20/1960-10-03", EN_DATE_BETWEEN },
    { "1970 - 12 Mar 1972", "1970-01-01/1972-03-12", EN_DATE_BETWEEN },
    /* about */
    { "circa 1970", "1970", EN_DATE_APPROX },
    { "Circa 1970.", "1970", EN_DATE_APPROX },
    { "c. 1970", "1970", EN_DATE_APPROX },
    { "ca 1970", "1970", EN_DATE_APPROX },
    { "~1970", "1970", EN_DATE_APPROX },
    { "approximately 1970", "1970", EN_DATE_APPROX },
    { "1970 (approx.)", "1970", EN_DATE_APPROX },
    { "1970 approximately", "1970", EN_DATE_APPROX },
    { "about Mar 1970", "1970-03", EN_DATE_APPROX },
    { "circa 12 Jul 1970", "1970-07-12", EN_DATE_APPROX },
    { "circa 1970-1975", "1970/1975", EN_DATE_APPROX },
    { "between circa 1970 and circa 1975", "1970/1975", EN_DATE_APPROX },
    { "approximately between 1970 and 1975", "1970/1975", EN_DATE_APPROX },
    /* limits of the years */
    { "1850", "1850", EN_DATE_YEAR },
    { "2200-12-31", "2200-12-31", EN_DATE_EXACT },
    { "1849", NULL, EN_DATE_EXACT },
    { "2201", NULL, EN_DATE_EXACT },
    { "2200s", NULL, EN_DATE_EXACT },
    /* no dates */
    { "", NULL, EN_DATE_EXACT },
    { " ", NULL, EN_DATE_EXACT },
    { "unknown", NULL, EN_DATE_EXACT },
    { "1965-02-29", NULL, EN_DATE_EXACT },
    { "1965-04-31", NULL, EN_DATE_EXACT },
    { "1965-13", NULL, EN_DATE_EXACT },
    { "1965-13-01", NULL, EN_DATE_EXACT },
    { "31 Feb 1965", NULL, EN_DATE_EXACT },
    { "1965-03-12-", NULL, EN_DATE_EXACT },
    { "1965-03.12", NULL, EN_DATE_EXACT },
    { "1972-1970", NULL, EN_DATE_EXACT },
    { "1970 or 1975", NULL, EN_DATE_EXACT },
    { "between 1970", NULL, EN_DATE_EXACT },
    { "from 1970", NULL, EN_DATE_EXACT },
    { "1970 to", NULL, EN_DATE_EXACT },
    { "1970-", NULL, EN_DATE_EXACT },
    { "circa", NULL, EN_DATE_EXACT },
    { "(circa 1970", NULL, EN_DATE_EXACT },
    { "1970 (circa", NULL, EN_DATE_EXACT },
    { "1970 1971", NULL, EN_DATE_EXACT },
    { "1961s", NULL, EN_DATE_EXACT },
    { "1960 s", NULL, EN_DATE_EXACT },
    { "65", NULL, EN_DATE_EXACT },
    { "165", NULL, EN_DATE_EXACT },
    { "19650", NULL, EN_DATE_EXACT },
    { "196503", NULL, EN_DATE_EXACT },
    { "99999999999999999999", NULL, EN_DATE_EXACT },
    { "Ma 1965", NULL, EN_DATE_EXACT },
    { "Marching 1965", NULL, EN_DATE_EXACT },
    { "12 Mar 65", NULL, EN_DATE_EXACT },
    { "1965-03-12T00:00:00", NULL, EN_DATE_EXACT },
    { "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", NULL, EN_DATE_EXACT },
    { "------------------------------------------", NULL, EN_DATE_EXACT },
    { "30-35 years old", NULL, EN_DATE_EXACT },
};

static void
test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct en_birth b, untouched;
        char iso[24];
        bool ok;

        memset(&b, 0x5A, sizeof b);
        untouched = b;
        ok = en_birth_parse(en_text_from_ours(rows[i].text), &b);
        if (ok != (rows[i].iso != NULL))
            fail_msg("\"%s\": %s", rows[i].text, ok ? "accepted" : "refused");
        if (!ok) {
            assert_memory_equal(&b, &untouched, sizeof b);
            continue;
        }
        en_birth_format(&b, iso);
        if (strcmp(iso, rows[i].iso) != 0 || b.quality != rows[i].quality)
            fail_msg("\"%s\": %s, %s", rows[i].text, iso, en_date_quality_word(b.quality));
        assert_true(en_text_is(b.as_written, rows[i].text));
        assert_int_equal(b.calendar, EN_CAL_GREGORIAN);
    }
}

/* What en_birth_format writes, en_birth_parse reads back. */
static void
test_format_is_read_back(void **state)
{
    unsigned seed = 1971;
    int32_t first = en_day_from_civil(1850, 1, 1), last = en_day_from_civil(2200, 12, 31);

    (void)state;
    for (int i = 0; i < 20000; i++) {
        int32_t from = first + (int32_t)((uint32_t)rand_r(&seed) % (uint32_t)(last - first));
        int32_t to = from + rand_r(&seed) % 1000;
        struct en_birth in, out;
        char iso[24];
        int y, m, d;

        en_day_to_civil(from, &y, &m, &d);
        if (i % 4 == 1)
            from = en_day_from_civil(y, m, 1);
        if (i % 4 == 2)
            from = en_day_from_civil(y, 1, 1);
        if (i % 4 != 0) {
            en_day_to_civil(to, &y, &m, &d);
            m = i % 4 == 2 ? 12 : m;
            to = en_day_from_civil(y, m, en_civil_month_days(y, m));
        }
        if (to > last)
            to = last;
        if (i % 16 == 0)
            to = from;
        in = (struct en_birth){ .from = from, .to = to };
        en_birth_format(&in, iso);
        if (!en_birth_parse(en_text_from_ours(iso), &out) || out.from != from || out.to != to)
            fail_msg("%s is not read back", iso);
    }
}

static void
test_from_parts(void **state)
{
    static const struct {
        int y, m, d;
        const char *iso;
    } cases[] = {
        { 1965, 3, 12, "1965-03-12" }, { 1965, 3, 0, "1965-03" }, { 1965, 0, 0, "1965" }, { 1965, 0, 12, "1965" },
        { 1964, 2, 29, "1964-02-29" }, { 1965, 2, 29, NULL },     { 1965, 13, 1, NULL },  { 1965, 1, 32, NULL },
        { 1965, -1, 1, NULL },         { 1849, 1, 1, NULL },      { 2201, 1, 1, NULL },   { 1965, 1, -1, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct en_birth b;
        char iso[24];

        assert_int_equal(en_birth_from_parts(cases[i].y, cases[i].m, cases[i].d, &b), cases[i].iso != NULL);
        if (cases[i].iso == NULL)
            continue;
        en_birth_format(&b, iso);
        assert_string_equal(iso, cases[i].iso);
        assert_int_equal(b.as_written.n, 0);
    }
}

static void
test_two_digit_years(void **state)
{
    static const struct {
        int yy, m, d;
        const char *iso;
    } cases[] = {
        { 26, 11, 23, "2026-11-23" }, /* today */
        { 26, 11, 24, "1926-11-24" }, /* tomorrow is a century ago */
        { 26, 11, 0, "2026-11" },     { 26, 12, 0, "1926-12" },   { 26, 0, 0, "2026" },        { 27, 0, 0, "1927" },
        { 71, 3, 5, "1971-03-05" },   { 0, 2, 29, "2000-02-29" }, { 28, 2, 29, "1928-02-29" }, { 99, 2, 29, NULL },
        { 71, 13, 1, NULL },          { 100, 1, 1, NULL },        { -1, 1, 1, NULL },
    };
    int32_t today = en_day_from_civil(2026, 11, 23);

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct en_birth b;
        char iso[24];

        assert_int_equal(en_birth_from_yymmdd(cases[i].yy, cases[i].m, cases[i].d, today, &b), cases[i].iso != NULL);
        if (cases[i].iso == NULL)
            continue;
        en_birth_format(&b, iso);
        assert_string_equal(iso, cases[i].iso);
    }
}

/* A date of another calendar is an interval of days around what its table says. */
static void
test_other_calendars(void **state)
{
    static const struct {
        enum en_calendar c;
        int y, m, d;
        const char *expected; /* "" if it is no date */
    } dates[] = {
        { EN_CAL_HIJRI_LUNAR, 1400, 1, 1, "1979-11-19/1979-11-23" },
        { EN_CAL_HIJRI_LUNAR, 1400, 1, 0, "1979-11-19/1979-12-22" },
        { EN_CAL_HIJRI_LUNAR, 1400, 0, 0, "1979-11-19/1980-11-10" },
        { EN_CAL_HIJRI_LUNAR, 1400, 2, 30, "" },
        { EN_CAL_HIJRI_LUNAR, 1984, 1, 1, "" },
        { EN_CAL_HIJRI_SOLAR, 1357, 11, 22, "1979-02-10/1979-02-12" },
        { EN_CAL_HIJRI_SOLAR, 1357, 13, 1, "" },
        { EN_CAL_GREGORIAN, 1984, 3, 17, "1984-03-17" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        struct en_birth b;
        char text[24] = "";

        if (en_birth_from_calendar(dates[i].c, dates[i].y, dates[i].m, dates[i].d, &b)) {
            en_birth_format(&b, text);
            assert_int_equal(b.calendar, dates[i].c);
        }
        assert_string_equal(text, dates[i].expected);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_format_is_read_back),
        cmocka_unit_test(test_from_parts),
        cmocka_unit_test(test_two_digit_years),
        cmocka_unit_test(test_other_calendars),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
