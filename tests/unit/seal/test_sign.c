#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "seal/seal.h"

static struct en_key
key_of(uint8_t fill)
{
    uint8_t seed[EN_SEAL_SEED_LEN];
    struct en_key k;

    memset(seed, fill, sizeof seed);
    en_key_from_seed(seed, &k);
    return k;
}

/* RFC 8032 section 7.1, test 1: the public key that belongs to a secret. */
static void
test_public_key_is_that_of_rfc_8032(void **state)
{
    uint8_t seed[32], want[32];
    struct en_key k;

    (void)state;
    assert_true(en_unhex(EN_TEXT_LIT("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"), seed, 32));
    assert_true(en_unhex(EN_TEXT_LIT("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), want, 32));
    en_key_from_seed(seed, &k);
    assert_memory_equal(k.public_key, want, 32);
}

/* docs/formats/keys.md 2: the bytes themselves, so that another program can verify. */
static void
test_signed_bytes_are_as_documented(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    uint8_t hash[EN_SHA256_LEN];

    (void)state;
    en_seal_signed_bytes(EN_PURPOSE_EVENT, EN_BYTES_LIT("abc"), &b);
    en_sha256(EN_BYTES_LIT("abc"), hash);
    assert_int_equal(b.n, 14 + 4 + 13 + 4 + 6 + 4 + 32);
    assert_memory_equal(b.p, "entente-sig-v1\0\0\0\rentente-event\0\0\0\006sha256\0\0\0 ", 14 + 4 + 13 + 4 + 6 + 4);
    assert_memory_equal(b.p + b.n - 32, hash, 32);
    en_buf_release(&b);
}

static void
test_signature_holds_for_its_key_purpose_and_message_only(void **state)
{
    struct en_key k = key_of(1), other = key_of(2);
    uint8_t sig[EN_SEAL_SIG_LEN];
    en_bytes s = en_bytes_from(sig, sizeof sig);

    (void)state;
    en_seal_sign(&k, EN_PURPOSE_EVENT, EN_BYTES_LIT("message"), sig);
    assert_true(en_seal_verify(k.public_key, EN_PURPOSE_EVENT, EN_BYTES_LIT("message"), s));
    assert_false(en_seal_verify(other.public_key, EN_PURPOSE_EVENT, EN_BYTES_LIT("message"), s));
    assert_false(en_seal_verify(k.public_key, EN_PURPOSE_SESSION, EN_BYTES_LIT("message"), s));
    assert_false(en_seal_verify(k.public_key, EN_PURPOSE_EVENT, EN_BYTES_LIT("messagf"), s));
    assert_false(en_seal_verify(k.public_key, EN_PURPOSE_EVENT, EN_BYTES_LIT("message"), en_bytes_from(sig, 63)));
    for (size_t i = 0; i < sizeof sig; i++) {
        sig[i] ^= 1;
        assert_false(en_seal_verify(k.public_key, EN_PURPOSE_EVENT, EN_BYTES_LIT("message"), s));
        sig[i] ^= 1;
    }
}

static void
test_key_id_is_the_head_of_the_hash(void **state)
{
    struct en_key k = key_of(7);
    uint8_t hash[EN_SHA256_LEN];
    char want[2 * EN_SHA256_LEN + 1], id[EN_SEAL_ID_LEN + 1];

    (void)state;
    en_sha256(en_bytes_from(k.public_key, 32), hash);
    en_hex(hash, sizeof hash, want);
    en_key_id(k.public_key, id);
    assert_int_equal(strlen(id), EN_SEAL_ID_LEN);
    assert_memory_equal(id, want, EN_SEAL_ID_LEN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_public_key_is_that_of_rfc_8032),
        cmocka_unit_test(test_signed_bytes_are_as_documented),
        cmocka_unit_test(test_signature_holds_for_its_key_purpose_and_message_only),
        cmocka_unit_test(test_key_id_is_the_head_of_the_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
