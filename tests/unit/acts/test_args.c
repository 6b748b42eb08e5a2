#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "acts/args.h"

static struct en_arena arena;

static struct en_args
args(const char *json)
{
    struct en_args a;

    en_args_init(&a, en_bytes_from(json, strlen(json)), &arena);
    return a;
}

static void
test_what_nobody_asked_for_is_refused(void **state)
{
    struct en_args a = args("{\"name\":\"x\",\"more\":1}");

    (void)state;
    assert_true(en_text_is(en_args_text(&a, "name", EN_MUST, 10), "x"));
    assert_int_equal(en_args_end(&a, NULL), EN_E_USAGE);
    en_args_release(&a);
}

static void
test_faults_stay(void **state)
{
    static const char *const bad[] = {
        "",           "{}",  "{\"n\":null}",      "{\"n\":1.5}", "{\"n\":\"1\"}", "{\"n\":0}",
        "{\"n\":11}", "[1]", "{\"n\":1,\"n\":2}", "{\"n\":1",    "{\"n\":1}x",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct en_args a = args(bad[i]);

        assert_int_equal(en_args_int(&a, "n", EN_MUST, 1, 10, 7), 7);
        assert_int_equal(en_args_end(&a, NULL), EN_E_USAGE);
        en_args_release(&a);
    }
}

static void
test_values(void **state)
{
    struct en_args a = args(
        "{\"n\":5,\"r\":0.5,\"b\":true,\"t\":[\"a\",\"b\"],\"o\":{\"x\":[1]},\"day\":\"2027-01-31\","
        "\"time\":\"2027-01-31T12:00:00+01:00\",\"none\":null}");
    const en_text *t;
    en_time day = 0, noon = 0;

    (void)state;
    assert_int_equal(en_args_int(&a, "n", EN_MAY, 1, 10, 7), 5);
    assert_int_equal(en_args_int(&a, "absent", EN_MAY, 1, 10, 7), 7);
    assert_true(en_args_real(&a, "r", 0, 1, 0.1) > 0.49);
    assert_true(en_args_bool(&a, "b"));
    assert_false(en_args_bool(&a, "absent"));
    assert_int_equal(en_args_texts(&a, "t", 2, 10, &t), 2);
    assert_true(en_text_is(t[1], "b"));
    assert_true(en_bytes_eq(en_args_object(&a, "o"), EN_BYTES_LIT("{\"x\":[1]}")));
    assert_true(en_time_parse(EN_TEXT_LIT("2027-01-31T00:00:00Z"), &day));
    assert_true(en_time_parse(EN_TEXT_LIT("2027-01-31T11:00:00Z"), &noon));
    assert_int_equal(en_args_time(&a, "day"), day);
    assert_int_equal(en_args_time(&a, "time"), noon);
    assert_int_equal(en_args_time(&a, "none"), EN_TIME_NONE);
    assert_false(en_args_has(&a, "none"));
    assert_int_equal(en_args_end(&a, NULL), EN_OK);
    en_args_release(&a);
}

static void
test_texts_are_checked_and_bounded(void **state)
{
    struct en_args a = args("{\"long\":\"abcdef\"}"), b = args("{\"list\":[\"a\",\"b\",\"c\"]}"),
                   c = args("{\"day\":\"soon\"}");
    const en_text *t;

    (void)state;
    (void)en_args_text(&a, "long", EN_MAY, 5);
    assert_int_equal(en_args_end(&a, NULL), EN_E_USAGE);
    assert_int_equal(en_args_texts(&b, "list", 2, 10, &t), 0);
    assert_int_equal(en_args_end(&b, NULL), EN_E_USAGE);
    assert_int_equal(en_args_time(&c, "day"), EN_TIME_NONE);
    assert_int_equal(en_args_end(&c, NULL), EN_E_USAGE);
    en_args_release(&a);
    en_args_release(&b);
    en_args_release(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_nobody_asked_for_is_refused),
        cmocka_unit_test(test_faults_stay),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_texts_are_checked_and_bounded),
    };
    int failed;

    en_arena_init(&arena, 65536);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    en_arena_release(&arena);
    return failed;
}
