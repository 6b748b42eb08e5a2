#include "../harness.h"

#include "base/err.h"

static void
fills_and_returns_the_class(void **state)
{
    struct en_err err = EN_ERR_INIT;

    (void)state;
    assert_int_equal(en_err_set(&err, EN_E_INPUT, 17, "expected %d digits", 8), EN_E_INPUT);
    assert_int_equal(err.code, EN_E_INPUT);
    assert_int_equal(err.pos, 17);
    assert_int_equal(err.line, 0);
    assert_string_equal(err.text, "expected 8 digits");
    assert_int_equal(en_err_set_at(&err, EN_E_LIMIT, 3, EN_NO_POS, "too long"), EN_E_LIMIT);
    assert_int_equal(err.line, 3);
    assert_true(err.pos == EN_NO_POS);
    assert_string_equal(err.text, "too long");
    assert_int_equal(en_err_set(NULL, EN_E_BUSY, 0, "nobody %s", "listens"), EN_E_BUSY);
    assert_int_equal(en_err_set_at(NULL, EN_E_NO, 1, 2, "nobody"), EN_E_NO);
}

static void
a_long_text_is_cut_at_a_character(void **state)
{
    struct en_err err = EN_ERR_INIT;

    (void)state;
    for (int pad = 220; pad < 245; pad++) {
        size_t n;

        en_err_set(&err, EN_E_INPUT, 0, "%*s%s", pad, "", "\xF0\x90\x8D\x88\xF0\x90\x8D\x88\xE2\x80\xA6\xC3\xA9zz");
        n = strlen(err.text);
        assert_true(n < EN_ERR_TEXT_MAX);
        /* Whole characters only: the last byte ends one. */
        for (size_t i = (size_t)pad; i < n;) {
            unsigned char c = (unsigned char)err.text[i];
            size_t k = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;

            assert_true(i + k <= n);
            i += k;
        }
        assert_true(n + 4 >= EN_ERR_TEXT_MAX || n == (size_t)pad + 15);
    }
}

static void
whole_characters(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "", "" },
        { "abc", "abc" },
        { "ab\xC3", "ab" },
        { "ab\xC3\xA9", "ab\xC3\xA9" },
        { "\xE2\x80", "" },
        { "a\xE2\x80", "a" },
        { "a\xE2\x80\xA6", "a\xE2\x80\xA6" },
        { "a\xF0\x90\x8D", "a" },
        { "a\xF0\x90\x8D\x88", "a\xF0\x90\x8D\x88" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char s[16];

        ROW(i, rows[i].out);
        snprintf(s, sizeof s, "%s", rows[i].in);
        en_err_whole_chars(s);
        ROW_STR(s, rows[i].out);
    }
}

/*= design 9: stable exit codes */
static void
exit_codes_are_stable(void **state)
{
    static const struct {
        en_errc code;
        int exit;
        const char *name;
    } rows[] = {
        { EN_OK, 0, "ok" },
        { EN_E_NO, 1, "no" },
        { EN_E_INPUT, 1, "input" },
        { EN_E_LIMIT, 1, "limit" },
        { EN_E_USAGE, 2, "usage" },
        { EN_E_RULE, 3, "rule" },
        { EN_E_SECOND, 4, "second-signature" },
        { EN_E_NOT_FOUND, 5, "not-found" },
        { EN_E_PARTNER, 6, "partner" },
        { EN_E_INTEGRITY, 7, "integrity" },
        { EN_E_BUSY, 8, "busy" },
        { EN_E_STORAGE, 9, "storage" },
        { EN_E_BUG, 70, "bug" },
    };

    (void)state;
    assert_int_equal(COUNT(rows), EN_E_BUG + 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].name);
        ROW_INT(rows[i].code, i);
        ROW_INT(en_errc_exit(rows[i].code), rows[i].exit);
        ROW_STR(en_errc_name(rows[i].code), rows[i].name);
    }
}

static void
do_exit_of_nonsense(void *arg)
{
    en_errc_exit((en_errc)*(int *)arg);
}

static void
do_name_of_nonsense(void *arg)
{
    (void)en_errc_name((en_errc)*(int *)arg);
}

static void
do_panic(void *arg)
{
    en_panic(__FILE__, __LINE__, arg);
}

static void
do_broken_invariant(void *arg)
{
    EN_ASSERT(*(int *)arg == 1);
}

static void
do_no_memory(void *arg)
{
    uint64_t n = *(uint64_t *)arg;

    en_xmalloc(n);
}

static void
broken_invariants_end_the_process(void **state)
{
    char said[] = "said on purpose";
    int beyond = EN_E_BUG + 1, below = -1, wrong = 0;
    uint64_t all = UINT64_MAX / 2 - 4096;

    (void)state;
    assert_true(aborts(do_panic, said));
    assert_true(aborts(do_broken_invariant, &wrong));
    assert_true(aborts(do_exit_of_nonsense, &beyond));
    assert_true(aborts(do_exit_of_nonsense, &below));
    assert_true(aborts(do_name_of_nonsense, &beyond));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    assert_true(aborts(do_no_memory, &all)); /* a sanitizer's malloc ends the process its own way */
#else
    (void)all;
#endif
}

static void
memory_of_nothing_is_something(void **state)
{
    char *p = en_xmalloc(0), *q = en_xcalloc(0, 8), *r = en_xrealloc(NULL, 0);

    (void)state;
    assert_non_null(p);
    assert_non_null(q);
    assert_non_null(r);
    free(p);
    free(q);
    r = en_xrealloc(r, 3);
    memcpy(r, "ab", 3);
    r = en_xrealloc(r, 10000);
    assert_string_equal(r, "ab");
    free(r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_and_returns_the_class),    cmocka_unit_test(a_long_text_is_cut_at_a_character),
        cmocka_unit_test(whole_characters),               cmocka_unit_test(exit_codes_are_stable),
        cmocka_unit_test(broken_invariants_end_the_process), cmocka_unit_test(memory_of_nothing_is_something),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
