#include "names_fixture.h"

#include "names/cultures.h"

static struct en_culture_token
of(const struct en_culture_table *t, const char *word)
{
    struct en_culture_token out = { NULL, 0 };
    uint8_t sym[64];
    unsigned n = (unsigned)strlen(word);

    for (unsigned i = 0; i < n; i++)
        sym[i] = (uint8_t)(word[i] - 'a' + 1);
    out.n = en_cultures_of(t, sym, n, &out.rows);
    return out;
}

/* Of one culture: far commoner together. Of two: rarer. Alone, or unknown: nothing. */
static void
test_the_table_that_comes_with_the_program(void **state)
{
    struct en_culture_table *t;
    struct en_culture_token v[4];

    (void)state;
    assert_int_equal(en_cultures_parse(en_bytes_from(en_cultures_data, en_cultures_data_len), &t, NULL), EN_OK);
    v[0] = of(t, "kim");
    v[1] = of(t, "jung");
    v[2] = of(t, "hoxha");
    v[3] = of(t, "wxqrzt");
    assert_in_range(en_cultures_together(v, 4, 1 | 2), 3 * 64, 6 * 64);
    assert_true(en_cultures_together(v, 4, 1 | 4) < 0);
    assert_true(en_cultures_together(v, 4, 1 | 2 | 4) < en_cultures_together(v, 4, 1 | 2));
    assert_int_equal(en_cultures_together(v, 4, 1 | 2 | 8), en_cultures_together(v, 4, 1 | 2));
    for (unsigned i = 0; i < 4; i++)
        assert_true(abs(en_cultures_together(v, 4, 1u << i)) <= 16);
    assert_true(abs(en_cultures_together(v, 4, 0)) <= 1);
    en_cultures_free(t);
}

static void
test_what_is_looked_up(void **state)
{
    static const char text[] = "# remark\nab\t0\t-64\nab\t33\t640\n\nabc\t1\t0\nb\xC3\xA9\t\n";
    struct en_culture_table *t;
    struct en_culture_token v;

    (void)state;
    assert_int_equal(en_cultures_parse(en_bytes_from(text, strlen(text) - 5), &t, NULL), EN_OK);
    v = of(t, "ab");
    assert_int_equal(v.n, 2);
    assert_int_equal(v.rows[0].bits, -64);
    assert_int_equal(v.rows[1].culture, 33);
    assert_int_equal(v.rows[1].bits, 640);
    assert_int_equal(of(t, "abc").n, 1);
    assert_int_equal(of(t, "a").n, 0);
    assert_int_equal(of(t, "abcd").n, 0);
    assert_int_equal(of(t, "b").n, 0);
    en_cultures_free(t);
    assert_int_equal(of(NULL, "ab").n, 0);
}

static void
test_what_is_refused(void **state)
{
    static const char *const rows[] = {
        "ab\t1\n",      "ab\t1\t\n",    "ab\t1\tx\n",   "ab\t34\t1\n",         "ab\t-1\t1\n",           "a\t1\t1\n",
        "aB\t1\t1\n",  "ab\t1\t1 \n",  "ab\t1\t641\n", "ab\t1\t-641\n",       "\t1\t1\n",              "ab 1 1\n",
        "ab\t1\t1\t1\n", "ab\t1\t-\n",  "ab\t\t1\n",   "ab\t1\t1\naa\t1\t1\n", "ab\t2\t1\nab\t2\t1\n",
        "abcdefghijklmnopqrstuvwxy\t1\t1\n",
    };
    struct en_culture_table *t;
    struct en_err err = EN_ERR_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i]);
        ROW_INT(en_cultures_parse(en_bytes_from(rows[i], strlen(rows[i])), &t, &err), EN_E_INPUT);
        ROW_TRUE(t == NULL);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_that_comes_with_the_program),
        cmocka_unit_test(test_what_is_looked_up),
        cmocka_unit_test(test_what_is_refused),
    };

    return cmocka_run_group_tests_name("names/cultures", tests, NULL, NULL);
}
