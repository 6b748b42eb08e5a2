#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "seal/seal.h"

#define GOOD                                                                                                           \
    "entente-key-v1\n"                                                                                                 \
    "name: anna\n"                                                                                                     \
    "created: 2026-11-23T08:00:00.000Z\n"                                                                              \
    "public: d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n"                                       \
    "secret: 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n"

static void
test_what_is_written_is_read(void **state)
{
    struct en_key k, back;
    struct en_buf b = EN_BUF_INIT;
    uint8_t seed[32];
    en_text name;
    en_time at, want = 0;

    (void)state;
    assert_int_equal(en_key_file_read(EN_BYTES_LIT(GOOD), &k, &name, &at, NULL), EN_OK);
    assert_true(en_text_is(name, "anna"));
    assert_true(en_time_parse(EN_TEXT_LIT("2026-11-23T08:00:00Z"), &want));
    assert_int_equal(at, want);
    en_key_file_write(&k, name, at, &b);
    assert_string_equal(b.p, GOOD);
    en_buf_release(&b);
    memset(seed, 3, sizeof seed);
    en_key_from_seed(seed, &k);
    en_key_file_write(&k, EN_TEXT_LIT("b.c-d_9"), at, &b);
    assert_int_equal(en_key_file_read(en_buf_bytes(&b), &back, &name, &at, NULL), EN_OK);
    assert_memory_equal(&k, &back, sizeof k);
    en_buf_release(&b);
}

static void
test_a_damaged_file_is_refused(void **state)
{
    struct en_err err = EN_ERR_INIT;
    struct en_key k;
    en_text name;
    en_time at;
    char copy[sizeof GOOD + 1];
    static const size_t of_public_or_secret = 15 + 11 + 34; /* the lines before */

    (void)state;
    for (size_t n = 0; n < sizeof GOOD - 1; n++) /* cut anywhere */
        assert_int_not_equal(en_key_file_read(en_bytes_from(GOOD, n), &k, &name, &at, &err), EN_OK);
    memcpy(copy, GOOD, sizeof GOOD - 1);
    copy[sizeof GOOD - 1] = 'x'; /* something behind */
    assert_int_equal(en_key_file_read(en_bytes_from(copy, sizeof GOOD), &k, &name, &at, &err), EN_E_INPUT);
    for (size_t i = 0; i < sizeof GOOD - 1; i++) { /* a control character anywhere */
        memcpy(copy, GOOD, sizeof GOOD);
        copy[i] = '\x01';
        assert_int_equal(en_key_file_read(en_bytes_from(copy, sizeof GOOD - 1), &k, &name, &at, &err), EN_E_INPUT);
    }
    memcpy(copy, GOOD, sizeof GOOD);
    copy[of_public_or_secret + 8] = 'a'; /* another public key */
    assert_int_equal(en_key_file_read(en_bytes_from(copy, sizeof GOOD - 1), &k, &name, &at, &err), EN_E_INTEGRITY);
}

static void
test_names(void **state)
{
    static const char *const good[] = { "a", "anna", "9lives", "a.b-c_d" };
    static const char *const bad[] = { "", ".", "..", "-a", "Anna", "a/b", "a b", "\xc3\xa9", "_a" };
    char longest[EN_KEY_NAME_MAX + 1];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(en_key_name_valid(en_text_from_ours(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(en_key_name_valid(en_text_from_ours(bad[i])));
    memset(longest, 'a', sizeof longest);
    assert_true(en_key_name_valid((en_text){ longest, EN_KEY_NAME_MAX }));
    assert_false(en_key_name_valid((en_text){ longest, EN_KEY_NAME_MAX + 1 }));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_a_damaged_file_is_refused),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
