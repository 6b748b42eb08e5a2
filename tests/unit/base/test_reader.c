#include "../harness.h"

#include "base/reader.h"

static const uint8_t sample[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

static void
reads_big_endian_numbers_and_moves_by_their_size(void **state)
{
    en_reader r = en_reader_from(en_bytes_from(sample, sizeof sample));

    (void)state;
    assert_int_equal(en_reader_u8(&r), 1);
    assert_int_equal(en_reader_u16(&r), 0x0203);
    assert_int_equal(en_reader_u32(&r), 0x04050607);
    assert_true(en_reader_u64(&r) == 0x08090a0b0c0d0e0f);
    assert_int_equal(en_reader_left(&r), 0);
    en_reader_end(&r);
    assert_int_equal(en_reader_result(&r, NULL), EN_OK);
}

/* Every read against every remaining length: exactly enough moves by n, one too few fails and moves nothing. */
static void
a_read_succeeds_whole_or_fails_in_place(void **state)
{
    static const struct {
        const char *name;
        size_t n;
    } rows[] = { { "u8", 1 }, { "u16", 2 }, { "u32", 4 }, { "u64", 8 } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t left = 0; left <= 9; left++) {
            en_reader r = en_reader_from(en_bytes_from(sample, left));
            uint64_t v = i == 0   ? en_reader_u8(&r)
                         : i == 1 ? en_reader_u16(&r)
                         : i == 2 ? en_reader_u32(&r)
                                  : en_reader_u64(&r);
            struct en_err err = EN_ERR_INIT;

            ROW(i, rows[i].name);
            if (left >= rows[i].n) {
                ROW_TRUE(v != 0);
                ROW_INT(en_reader_left(&r), left - rows[i].n);
                ROW_INT(en_reader_result(&r, &err), EN_OK);
                continue;
            }
            ROW_TRUE(v == 0);
            ROW_INT(r.at, 0);
            ROW_INT(en_reader_left(&r), 0);
            ROW_INT(en_reader_result(&r, &err), EN_E_INPUT);
            ROW_INT(err.pos, 0);
            ROW_STR(err.text, "expected more bytes");
        }
}

static void
the_first_failure_stays(void **state)
{
    en_reader r = en_reader_from(en_bytes_from(sample, 5));
    struct en_err err = EN_ERR_INIT;

    (void)state;
    en_reader_u8(&r);
    assert_int_equal(en_reader_take(&r, 10).n, 0);
    assert_int_equal(en_reader_u8(&r), 0); /* there would be a byte */
    assert_null(en_reader_take(&r, 0).p);
    en_reader_expect(&r, EN_BYTES_LIT("x"));
    en_reader_fail(&r, EN_E_LIMIT, "something later");
    en_reader_end(&r);
    assert_int_equal(r.at, 1);
    assert_int_equal(en_reader_result(&r, &err), EN_E_INPUT);
    assert_int_equal(err.pos, 1);
    assert_string_equal(err.text, "expected more bytes");
}

static void
blocks_carry_their_maximum(void **state)
{
    static const struct {
        const char *name, *in;
        size_t n;
        uint32_t max;
        en_errc rc;
        size_t pos, got;
    } rows[] = {
        { "whole", "\0\0\0\2hi", 6, 2, EN_OK, 0, 2 },
        { "empty", "\0\0\0\0", 4, 0, EN_OK, 0, 0 },
        { "larger than its maximum", "\0\0\0\2hi", 6, 1, EN_E_LIMIT, 0, 0 },
        { "length cut", "\0\0\0", 3, 9, EN_E_INPUT, 0, 0 },
        { "no length", "", 0, 9, EN_E_INPUT, 0, 0 },
        { "bytes cut", "\0\0\0\3hi", 6, 9, EN_E_INPUT, 0, 0 },
        { "four gigabytes", "\xFF\xFF\xFF\xFFhi", 6, UINT32_MAX, EN_E_INPUT, 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_reader r = en_reader_from(en_bytes_from(rows[i].in, rows[i].n));
        en_bytes b = en_reader_block(&r, rows[i].max);
        struct en_err err = EN_ERR_INIT;

        ROW(i, rows[i].name);
        ROW_INT(en_reader_result(&r, &err), rows[i].rc);
        ROW_INT(b.n, rows[i].got);
        if (rows[i].rc != EN_OK) {
            ROW_INT(err.pos, rows[i].pos);
            ROW_INT(r.at, 0);
        } else {
            ROW_INT(en_reader_left(&r), 0);
        }
    }
}

static void
fixed_bytes_are_expected(void **state)
{
    static const struct {
        const char *in;
        en_errc rc;
    } rows[] = { { "age-v1", EN_OK }, { "age-v2", EN_E_INPUT }, { "age-v", EN_E_INPUT }, { "", EN_E_INPUT } };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_reader r = en_reader_from(en_bytes_from(rows[i].in, strlen(rows[i].in)));

        ROW(i, rows[i].in);
        en_reader_expect(&r, EN_BYTES_LIT("age-v1"));
        ROW_INT(en_reader_result(&r, NULL), rows[i].rc);
        ROW_INT(r.at, rows[i].rc == EN_OK ? 6 : 0);
    }
}

static void
trailing_bytes_are_an_error(void **state)
{
    en_reader r = en_reader_from(en_bytes_from(sample, 3));
    struct en_err err = EN_ERR_INIT;

    (void)state;
    en_reader_u16(&r);
    en_reader_end(&r);
    assert_int_equal(en_reader_result(&r, &err), EN_E_INPUT);
    assert_int_equal(err.pos, 2);
    assert_string_equal(err.text, "expected the end");
}

static void
a_parsers_own_check_fails_where_it_stands(void **state)
{
    en_reader r = en_reader_from(en_bytes_from(sample, 3));
    struct en_err err = EN_ERR_INIT;

    (void)state;
    en_reader_u8(&r);
    en_reader_fail(&r, EN_E_LIMIT, "a smaller number");
    assert_int_equal(en_reader_result(&r, &err), EN_E_LIMIT);
    assert_int_equal(err.pos, 1);
    assert_string_equal(err.text, "expected a smaller number");
    assert_int_equal(en_reader_result(&r, NULL), EN_E_LIMIT);
}

static void
do_fail_with_ok(void *arg)
{
    en_reader_fail(arg, EN_OK, "nothing");
}

static void
failing_with_ok_is_a_bug(void **state)
{
    en_reader r = en_reader_from(en_bytes_from(sample, 1));

    (void)state;
    assert_true(aborts(do_fail_with_ok, &r));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_big_endian_numbers_and_moves_by_their_size),
        cmocka_unit_test(a_read_succeeds_whole_or_fails_in_place),
        cmocka_unit_test(the_first_failure_stays),
        cmocka_unit_test(blocks_carry_their_maximum),
        cmocka_unit_test(fixed_bytes_are_expected),
        cmocka_unit_test(trailing_bytes_are_an_error),
        cmocka_unit_test(a_parsers_own_check_fails_where_it_stands),
        cmocka_unit_test(failing_with_ok_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
