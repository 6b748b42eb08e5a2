#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "formats/ssr.h"

static en_bytes
bytes(const char *s)
{
    return en_bytes_from(s, strlen(s));
}

static void
is(const char *what, en_bytes b, const char *want)
{
    if (b.n != strlen(want) || (b.n && memcmp(b.p, want, b.n) != 0))
        fail_msg("%s: \"%.*s\", not \"%s\"", what, (int)b.n, (const char *)b.p, want);
}

static void
test_docs(void **state)
{
    static const struct {
        const char *text, *type, *issuer, *number, *nationality, *birth, *sex, *expires, *family, *given, *middle;
        bool infant, shifted, good;
    } rows[] = {
        { "/P/XAA/X1234567/XBB/04JUL80/M/12JAN29/SELDA/AMAL/RIDA", "P", "XAA", "X1234567", "XBB", "04JUL80", "M",
          "12JAN29", "SELDA", "AMAL", "RIDA", false, false, true },
        { "P/XAA/X1/XBB/04JUL80/F/12JAN29/SELDA/AMAL", "P", "XAA", "X1", "XBB", "04JUL80", "F", "12JAN29", "SELDA",
          "AMAL", "", false, false, true },
        /* the holder's mark at its place, and one early */
        { "/P/XAA/X1/XBB/04JUL80/M/12JAN29/SELDA/AMAL/RIDA/H", "P", "XAA", "X1", "XBB", "04JUL80", "M", "12JAN29",
          "SELDA", "AMAL", "RIDA", false, false, true },
        { "/P/XAA/X1/XBB/04JUL80/M/12JAN29/SELDA/AMAL/H", "P", "XAA", "X1", "XBB", "04JUL80", "M", "12JAN29", "SELDA",
          "AMAL", "", false, false, true },
        /* an infant */
        { "/P/XAA/X1/XBB/04JUL25/FI/12JAN29/SELDA/MINA", "P", "XAA", "X1", "XBB", "04JUL25", "F", "12JAN29", "SELDA",
          "MINA", "", true, false, true },
        /* nothing but the dates and the name; "0" for what is not known */
        { "/////21APR66/M//SELDA/AMAL", "", "", "", "", "21APR66", "M", "", "SELDA", "AMAL", "", false, false, true },
        { "//XAA/600634785/0/19JUN59/F/19NOV29/SELDA/AMAL", "", "XAA", "600634785", "", "19JUN59", "F", "19NOV29",
          "SELDA", "AMAL", "", false, false, true },
        /* a field too many in front, and one too few */
        { "//P/XAA/X1/XBB/04JUL80/M/12JAN29/SELDA/AMAL", "P", "XAA", "X1", "XBB", "04JUL80", "M", "12JAN29", "SELDA",
          "AMAL", "", false, true, true },
        { "/XAA/X1/XBB/04JUL80/M/12JAN29/SELDA/AMAL", "", "XAA", "X1", "XBB", "04JUL80", "M", "12JAN29", "SELDA",
          "AMAL", "", false, true, true },
        /* no sex; the birth date tells the place, the expiry does not */
        { "/P/XAA/X1/XBB/04JUL80//12JAN29/SELDA/AMAL", "P", "XAA", "X1", "XBB", "04JUL80", "", "12JAN29", "SELDA",
          "AMAL", "", false, false, true },
        { "/P/XAA/X1/XBB///12JAN29/SELDA/AMAL", "P", "XAA", "X1", "XBB", "", "", "12JAN29", "SELDA", "AMAL", "", false,
          false, true },
        { " / P / XAA /X1", "P", "XAA", "X1", "", "", "", "", "", "", "", false, false, true },
        { "/P/XAA", "P", "XAA", "", "", "", "", "", "", "", "", false, false, false },
        { "", "", "", "", "", "", "", "", "", "", "", false, false, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct en_ssr_docs d;

        assert_int_equal(en_ssr_docs(bytes(rows[i].text), &d), rows[i].good);
        is(rows[i].text, d.type, rows[i].type);
        is(rows[i].text, d.issuer, rows[i].issuer);
        is(rows[i].text, d.number, rows[i].number);
        is(rows[i].text, d.nationality, rows[i].nationality);
        is(rows[i].text, d.birth, rows[i].birth);
        is(rows[i].text, d.sex, rows[i].sex);
        is(rows[i].text, d.expires, rows[i].expires);
        is(rows[i].text, d.family, rows[i].family);
        is(rows[i].text, d.given, rows[i].given);
        is(rows[i].text, d.middle, rows[i].middle);
        assert_int_equal(d.infant, rows[i].infant);
        assert_int_equal(d.shifted, rows[i].shifted);
    }
}

static void
test_doco(void **state)
{
    static const struct {
        const char *text, *place, *type, *number, *at, *country;
        bool infant, good;
    } rows[] = {
        { "/PORT SELDA/V/V0001112/XQB/14MAR26/XAA", "PORT SELDA", "V", "V0001112", "XQB", "XAA", false, true },
        { " PORT SELDA/V/8675309/XQB/22DEC26/XAA/I", "PORT SELDA", "V", "8675309", "XQB", "XAA", true, true },
        { "//K/123456789///XAA", "", "K", "123456789", "", "XAA", false, true },
        { "//R/7654321///XAA", "", "R", "7654321", "", "XAA", false, true },
        { "/R/7654321", "", "R", "7654321", "", "", false, true },
        { "K/1", "", "K", "1", "", "", false, true },
        { "/PORT SELDA/R/", "", "", "", "", "", false, false },
        { "/A/B/C/V/1", "", "", "", "", "", false, false },
        { "/Q/1", "", "", "", "", "", false, false },
        { "", "", "", "", "", "", false, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct en_ssr_doco d;

        if (en_ssr_doco(bytes(rows[i].text), &d) != rows[i].good)
            fail_msg("%s", rows[i].text);
        is(rows[i].text, d.birth_place, rows[i].place);
        is(rows[i].text, d.type, rows[i].type);
        is(rows[i].text, d.number, rows[i].number);
        is(rows[i].text, d.issued_at, rows[i].at);
        is(rows[i].text, d.country, rows[i].country);
        assert_int_equal(d.infant, rows[i].infant);
    }
}

static void
test_doca(void **state)
{
    struct en_ssr_doca d;

    (void)state;
    assert_true(en_ssr_doca(bytes("/R/XAA/13 STREET/PORT SELDA/X/4215"), &d));
    is("residence", d.type, "R");
    is("residence", d.country, "XAA");
    is("residence", d.city, "PORT SELDA");
    assert_true(en_ssr_doca(bytes("D/XBB"), &d));
    is("destination", d.type, "D");
    is("destination", d.city, "");
    assert_false(en_ssr_doca(bytes("/Q/XAA"), &d));
    assert_false(en_ssr_doca(bytes(""), &d));
}

static void
test_inft(void **state)
{
    struct en_ssr_inft d;

    (void)state;
    assert_true(en_ssr_inft(bytes("SELDA/MINA/10AUG25"), &d));
    is("fields", d.family, "SELDA");
    is("fields", d.given, "MINA");
    is("fields", d.birth, "10AUG25");
    assert_true(en_ssr_inft(bytes("SELDA/MINA RO 15APR25"), &d));
    is("blank", d.given, "MINA RO");
    is("blank", d.birth, "15APR25");
    assert_true(en_ssr_inft(bytes("SELDA/MINA"), &d));
    is("no birth", d.birth, "");
    assert_false(en_ssr_inft(bytes("OK"), &d));
    assert_false(en_ssr_inft(bytes("/"), &d));
    assert_false(en_ssr_inft(bytes(""), &d));
}

static void
test_day(void **state)
{
    static const struct {
        const char *text;
        int year, month, day; /* year -1: none */
    } rows[] = {
        { "04JUL80", 80, 7, 4 },  { "4JUL80", 80, 7, 4 },  { "31DEC1999", 1999, 12, 31 }, { "JUL80", 80, 7, 0 },
        { "00JAN71", 71, 1, 0 },  { "32JAN71", -1, 0, 0 }, { "04JUX80", -1, 0, 0 },       { "04JUL8", -1, 0, 0 },
        { "04JUL800", -1, 0, 0 }, { "", -1, 0, 0 },        { "800704", -1, 0, 0 },        { "004JUL80", -1, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int y, m, d;
        bool good = en_ssr_day(bytes(rows[i].text), &y, &m, &d);

        if (good != (rows[i].year >= 0))
            fail_msg("%s", rows[i].text);
        if (good)
            assert_true(y == rows[i].year && m == rows[i].month && d == rows[i].day);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_docs), cmocka_unit_test(test_doco), cmocka_unit_test(test_doca),
        cmocka_unit_test(test_inft), cmocka_unit_test(test_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
