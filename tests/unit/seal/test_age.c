#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "seal/age.h"

static struct en_age_identity
identity(uint8_t fill)
{
    uint8_t seed[EN_AGE_KEY_LEN];
    struct en_age_identity id;

    memset(seed, fill, sizeof seed);
    en_age_identity_from_seed(seed, &id);
    return id;
}

static void
seal(const struct en_age_identity *to, unsigned n, en_bytes plain, struct en_buf *out)
{
    uint8_t keys[4][EN_AGE_KEY_LEN], random[EN_AGE_RANDOM(4)];

    for (unsigned i = 0; i < n; i++)
        memcpy(keys[i], to[i].recipient, EN_AGE_KEY_LEN);
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)(i * 7 + 1);
    assert_int_equal(en_age_seal((const uint8_t (*)[EN_AGE_KEY_LEN])keys, n, random, plain, out, NULL), EN_OK);
    assert_int_equal(out->n, en_age_sealed_size(plain.n, n));
}

/* The pair of the specification: AGE-SECRET-KEY-1GFPYY… is 32 times 'B'. */
static void
test_keys_are_written_as_the_specification_shows(void **state)
{
    struct en_age_identity id = identity(0x42), again;
    uint8_t recipient[EN_AGE_KEY_LEN];
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    en_age_identity_write(&id, &b);
    assert_string_equal(b.p, "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
    assert_int_equal(en_age_identity_parse((en_text){ b.p, b.n }, &again, NULL), EN_OK);
    assert_memory_equal(&id, &again, sizeof id);
    en_buf_reset(&b);
    en_age_recipient_write(id.recipient, &b);
    assert_string_equal(b.p, "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
    assert_int_equal(en_age_recipient_parse((en_text){ b.p, b.n }, recipient, NULL), EN_OK);
    assert_memory_equal(recipient, id.recipient, sizeof recipient);
    for (size_t i = 0; i < b.n; i++) { /* any character changed */
        char was = b.p[i];

        b.p[i] = was == 'q' ? 'p' : 'q';
        assert_int_equal(en_age_recipient_parse((en_text){ b.p, b.n }, recipient, NULL), EN_E_INPUT);
        b.p[i] = was;
    }
    b.p[5] = (char)(b.p[5] - 32); /* mixed case */
    assert_int_equal(en_age_recipient_parse((en_text){ b.p, b.n }, recipient, NULL), EN_E_INPUT);
    assert_int_equal(en_age_recipient_parse((en_text){ b.p, b.n - 1 }, recipient, NULL), EN_E_INPUT);
    en_buf_release(&b);
}

static void
test_each_recipient_opens_and_nobody_else(void **state)
{
    struct en_age_identity id[4] = { identity(1), identity(2), identity(3), identity(9) };
    struct en_buf sealed = EN_BUF_INIT, plain = EN_BUF_INIT;

    (void)state;
    seal(id, 3, EN_BYTES_LIT("for three"), &sealed);
    for (unsigned i = 0; i < 4; i++) {
        struct en_err err = EN_ERR_INIT;

        en_buf_reset(&plain);
        assert_int_equal(en_age_open(&id[i], 1, en_buf_bytes(&sealed), 100, &plain, &err),
                         i < 3 ? EN_OK : EN_E_NOT_FOUND);
        assert_int_equal(plain.n, i < 3 ? 9 : 0);
    }
    en_buf_release(&sealed);
    en_buf_release(&plain);
}

/* Every byte of the file counts, wherever it is cut or changed; nothing half done is handed out. */
static void
test_every_altered_byte_and_every_cut_is_noticed(void **state)
{
    struct en_age_identity id = identity(1);
    struct en_buf sealed = EN_BUF_INIT, plain = EN_BUF_INIT;

    (void)state;
    seal(&id, 1, EN_BYTES_LIT("what is said here stays here"), &sealed);
    for (size_t i = 0; i < sealed.n; i++) {
        sealed.p[i] ^= 1;
        assert_int_not_equal(en_age_open(&id, 1, en_buf_bytes(&sealed), 100, &plain, NULL), EN_OK);
        assert_int_equal(plain.n, 0);
        sealed.p[i] ^= 1;
        assert_int_not_equal(en_age_open(&id, 1, en_bytes_from(sealed.p, i), 100, &plain, NULL), EN_OK);
        assert_int_equal(plain.n, 0);
    }
    en_buf_addc(&sealed, 'x');
    assert_int_equal(en_age_open(&id, 1, en_buf_bytes(&sealed), 100, &plain, NULL), EN_E_INTEGRITY);
    assert_int_equal(plain.n, 0);
    en_buf_release(&sealed);
    en_buf_release(&plain);
}

static void
test_more_than_allowed_is_not_opened(void **state)
{
    struct en_age_identity id = identity(1);
    struct en_buf sealed = EN_BUF_INIT, plain = EN_BUF_INIT;
    uint8_t *big = calloc(1, 200000);

    (void)state;
    assert_non_null(big);
    seal(&id, 1, en_bytes_from(big, 200000), &sealed);
    assert_int_equal(en_age_open(&id, 1, en_buf_bytes(&sealed), 199999, &plain, NULL), EN_E_LIMIT);
    assert_int_equal(plain.n, 0);
    assert_int_equal(en_age_open(&id, 1, en_buf_bytes(&sealed), 200000, &plain, NULL), EN_OK);
    assert_int_equal(plain.n, 200000);
    en_buf_release(&sealed);
    en_buf_release(&plain);
    free(big);
}

static void
test_hostile_headers_end_at_their_limits(void **state)
{
    struct en_age_identity id = identity(1);
    struct en_buf in = EN_BUF_INIT, plain = EN_BUF_INIT;

    (void)state;
    en_buf_add_str(&in, "age-encryption.org/v1\n");
    for (unsigned i = 0; i <= EN_AGE_STANZAS_MAX; i++)
        en_buf_add_str(&in, "-> grease x\nAAAA\n");
    en_buf_add_str(&in, "--- HK2NmOBN9Dpq0Gw6xMCuhFcQlQLvZ/wQUi/2scLG75s\n0123456789abcdef");
    assert_int_equal(en_age_open(&id, 1, en_buf_bytes(&in), 100, &plain, NULL), EN_E_LIMIT);
    en_buf_reset(&in);
    en_buf_add_str(&in, "age-encryption.org/v1\n-> grease ");
    while (in.n < 2 * EN_AGE_HEADER_MAX)
        en_buf_add_str(&in, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    assert_int_equal(en_age_open(&id, 1, en_buf_bytes(&in), 100, &plain, NULL), EN_E_LIMIT);
    en_buf_release(&in);
    en_buf_release(&plain);
}

static void
test_a_point_of_small_order_is_no_recipient(void **state)
{
    static const uint8_t zero[1][EN_AGE_KEY_LEN];
    uint8_t random[EN_AGE_RANDOM(1)] = { 1 };
    struct en_buf out = EN_BUF_INIT;

    (void)state;
    assert_int_equal(en_age_seal(zero, 1, random, EN_BYTES_LIT("x"), &out, NULL), EN_E_INPUT);
    assert_int_equal(out.n, 0);
    en_buf_release(&out);
}

static en_errc
refuse(void *ctx, en_bytes plain, struct en_err *err)
{
    (void)plain;
    ++*(unsigned *)ctx;
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "no room");
}

static void
test_what_takes_the_bytes_can_refuse_them(void **state)
{
    struct en_age_identity id = identity(1);
    struct en_buf sealed = EN_BUF_INIT;
    struct en_age_opener *o;
    unsigned calls = 0;

    (void)state;
    seal(&id, 1, EN_BYTES_LIT("x"), &sealed);
    o = en_age_opener_new(&id, 1, refuse, &calls);
    assert_int_equal(en_age_opener_feed(o, en_buf_bytes(&sealed), NULL), EN_OK);
    assert_int_equal(en_age_opener_end(o, NULL), EN_E_STORAGE);
    assert_int_equal(en_age_opener_end(o, NULL), EN_E_STORAGE);
    assert_int_equal(calls, 1);
    en_age_opener_free(o);
    en_buf_release(&sealed);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_are_written_as_the_specification_shows),
        cmocka_unit_test(test_each_recipient_opens_and_nobody_else),
        cmocka_unit_test(test_every_altered_byte_and_every_cut_is_noticed),
        cmocka_unit_test(test_more_than_allowed_is_not_opened),
        cmocka_unit_test(test_hostile_headers_end_at_their_limits),
        cmocka_unit_test(test_a_point_of_small_order_is_no_recipient),
        cmocka_unit_test(test_what_takes_the_bytes_can_refuse_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
