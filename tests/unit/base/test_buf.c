#include "../harness.h"

#include "base/buf.h"
#include "base/reader.h"

static void
is_empty_at_first(void **state)
{
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    assert_int_equal(en_buf_bytes(&b).n, 0);
    en_buf_reset(&b);
    en_buf_release(&b);
    en_buf_release(&b);
}

static void
appends_and_ends_with_a_nul(void **state)
{
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    en_buf_add(&b, NULL, 0);
    assert_int_equal(b.n, 0);
    assert_string_equal(b.p, "");
    en_buf_add_str(&b, "one");
    en_buf_addc(&b, ' ');
    en_buf_add_text(&b, (en_text){ "two three", 3 });
    en_buf_add_text(&b, EN_TEXT_NONE);
    en_buf_addf(&b, " %d%s", 3, "!");
    assert_string_equal(b.p, "one two 3!");
    assert_int_equal(b.n, 10);
    en_buf_add(&b, "\0x", 2);
    assert_int_equal(b.n, 12);
    assert_memory_equal(b.p, "one two 3!\0x", 13);
    en_buf_reset(&b);
    assert_int_equal(b.n, 0);
    assert_string_equal(b.p, "");
    en_buf_release(&b);
    assert_null(b.p);
}

static void
grows_past_every_boundary(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    char piece[300];

    (void)state;
    memset(piece, 'a', sizeof piece);
    for (size_t n = 0; n < sizeof piece; n++) {
        en_buf_add(&b, piece, n);
        assert_int_equal(b.p[b.n], '\0');
        assert_true(b.n < b.cap);
    }
    assert_int_equal(b.n, 299 * 300 / 2);
    for (size_t i = 0; i < b.n; i++)
        assert_int_equal(b.p[i], 'a');
    en_buf_release(&b);
}

static void
a_long_format_is_written_whole(void **state)
{
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    for (int width = 250; width < 260; width++) {
        en_buf_reset(&b);
        en_buf_addf(&b, "%*d|", width, 7);
        assert_int_equal(b.n, width + 1);
        assert_int_equal(b.p[width], '|');
        assert_int_equal(b.p[width - 1], '7');
    }
    en_buf_release(&b);
}

static void
numbers_are_big_endian_and_read_back(void **state)
{
    static const uint8_t want[] = { 0xFE, 0x01, 0x02, 0xAA, 0xBB, 0xCC, 0xDD, 1, 2,   3,  4,
                                    5,    6,    7,    8,    0,    0,    0,    2, 'h', 'i' };
    struct en_buf b = EN_BUF_INIT;
    en_reader r;

    (void)state;
    en_buf_put_u8(&b, 0xFE);
    en_buf_put_u16(&b, 0x0102);
    en_buf_put_u32(&b, 0xAABBCCDD);
    en_buf_put_u64(&b, 0x0102030405060708);
    en_buf_put_block(&b, EN_BYTES_LIT("hi"));
    assert_int_equal(b.n, sizeof want);
    assert_memory_equal(b.p, want, sizeof want);
    r = en_reader_from(en_buf_bytes(&b));
    assert_int_equal(en_reader_u8(&r), 0xFE);
    assert_int_equal(en_reader_u16(&r), 0x0102);
    assert_int_equal(en_reader_u32(&r), 0xAABBCCDD);
    assert_true(en_reader_u64(&r) == 0x0102030405060708);
    assert_true(en_bytes_eq(en_reader_block(&r, 2), EN_BYTES_LIT("hi")));
    en_reader_end(&r);
    assert_int_equal(en_reader_result(&r, NULL), EN_OK);
    en_buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_empty_at_first),
        cmocka_unit_test(appends_and_ends_with_a_nul),
        cmocka_unit_test(grows_past_every_boundary),
        cmocka_unit_test(a_long_format_is_written_whole),
        cmocka_unit_test(numbers_are_big_endian_and_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
