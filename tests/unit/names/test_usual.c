#include "names_fixture.h"

#include "base/buf.h"
#include "names/usual.h"

static unsigned
of(const struct en_usual_table *t, const char *word, const struct en_usual **out)
{
    uint8_t sym[64];
    unsigned n = (unsigned)strlen(word);

    for (unsigned i = 0; i < n; i++)
        sym[i] = (uint8_t)(word[i] - 'a' + 1);
    return en_usual_of(t, sym, n, out);
}

/* The cost that `written` has where a list has `listed`; -1 if the table does not know it. */
static int
cost(const struct en_usual_table *t, const char *written, const char *listed)
{
    const struct en_usual *u;
    unsigned n = of(t, written, &u);

    for (unsigned i = 0; i < n; i++) {
        bool same = u[i].n == strlen(listed);

        for (unsigned k = 0; same && k < u[i].n; k++)
            same = u[i].sym[k] == listed[k] - 'a' + 1;
        if (same)
            return u[i].cost;
    }
    return -1;
}

static void
test_the_table_that_comes_with_the_program(void **state)
{
    struct en_usual_table *t;

    (void)state;
    assert_int_equal(en_usual_parse(en_bytes_from(en_usual_data, en_usual_data_len), &t, NULL), EN_OK);
    /* The commonest ways to write the commonest names: within 6 bits, none for nothing. */
    assert_in_range(cost(t, "youssef", "yusuf"), 64, 6 * 64);
    assert_in_range(cost(t, "yousef", "youssef"), 64, 6 * 64);
    assert_in_range(cost(t, "hussein", "husayn"), 64, 6 * 64);
    assert_in_range(cost(t, "mohamed", "muhammad"), 64, 8 * 64);
    assert_in_range(cost(t, "sergei", "sergey"), 64, 6 * 64);
    assert_int_equal(cost(t, "youssef", "sergey"), -1);
    assert_int_equal(cost(t, "youssef", "youssef"), -1); /* is no other spelling */
    assert_int_equal(cost(t, "youssefyoussefyoussefyoussef", "yusuf"), -1);
    assert_int_equal(cost(t, "", "yusuf"), -1);
    en_usual_free(t);
}

static void
test_what_is_looked_up(void **state)
{
    static const char text[] = "# remark\nab\tba\t64\nab\tca\t65\n\nabc\tba\t9999\nb\xC3\xA9\t\n";
    struct en_usual_table *t;
    const struct en_usual *u;

    (void)state;
    assert_int_equal(en_usual_parse(en_bytes_from(text, strlen(text) - 5), &t, NULL), EN_OK);
    assert_int_equal(of(t, "ab", &u), 2);
    assert_int_equal(u[0].letters, 1u << 1 | 1u << 2);
    assert_int_equal(cost(t, "ab", "ba"), 64);
    assert_int_equal(cost(t, "ab", "ca"), 65);
    assert_int_equal(cost(t, "abc", "ba"), 9999);
    assert_int_equal(of(t, "a", &u), 0);
    assert_int_equal(of(t, "abcd", &u), 0);
    assert_int_equal(of(t, "aa", &u), 0);
    assert_int_equal(of(t, "b", &u), 0);
    en_usual_free(t);
    assert_int_equal(of(NULL, "ab", &u), 0);
}

static void
test_what_is_refused(void **state)
{
    static const char *const rows[] = {
        "ab\tba\n",           "ab\tba\t\n",   "ab\tba\tx\n",    "ab\tba\t12345\n", "a\tba\t1\n",       "ab\tb\t1\n",
        "aB\tba\t1\n",        "ab\tba\t1 \n", "b\tab\tba\t1\n", "\tba\t1\n",       "ab\t\t1\n",        "ab ba 1\n",
        "ab\tba\t1\naa\tba\t1\n", "abc\tba\t1\nab\tba\t1\n", "abcdefghijklmnopqrstuvwxy\tab\t1\n",
    };
    struct en_buf many = EN_BUF_INIT;
    struct en_usual_table *t;
    struct en_err err = EN_ERR_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i]);
        ROW_INT(en_usual_parse(en_bytes_from(rows[i], strlen(rows[i])), &t, &err), EN_E_INPUT);
        ROW_TRUE(t == NULL);
    }
    for (unsigned i = 0; i <= EN_USUAL_MOST; i++)
        en_buf_addf(&many, "ab\tb%c\t1\n", 'a' + (int)i);
    assert_int_equal(en_usual_parse(en_buf_bytes(&many), &t, &err), EN_E_INPUT);
    assert_int_equal(err.line, EN_USUAL_MOST + 1);
    en_buf_release(&many);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_that_comes_with_the_program),
        cmocka_unit_test(test_what_is_looked_up),
        cmocka_unit_test(test_what_is_refused),
    };

    return cmocka_run_group_tests_name("names/usual", tests, NULL, NULL);
}
