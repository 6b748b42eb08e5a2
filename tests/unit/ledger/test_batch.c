/*
 * Lists of releases that are signed once: made, proven, refused; and the published example, which another program made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/hash.h"
#include "ledger/batch.h"

static struct en_key
key_of(uint8_t fill)
{
    uint8_t seed[EN_SEAL_SEED_LEN];
    struct en_key k;

    memset(seed, fill, sizeof seed);
    en_key_from_seed(seed, &k);
    return k;
}

static en_bytes
release_of(uint32_t i, char text[32])
{
    return en_bytes_from(text, (size_t)snprintf(text, 32, "release %u", i));
}

static void
make(struct en_batch *b, uint32_t n, const struct en_key *k)
{
    char text[32];

    en_batch_init(b);
    for (uint32_t i = 0; i < n; i++)
        en_batch_add(b, release_of(i, text));
    en_batch_sign(b, k);
}

static void
test_every_release_of_a_list_has_its_proof(void **state)
{
    static const uint32_t sizes[] = { 1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 1000 };
    struct en_key k = key_of(1), other = key_of(2);
    char text[32];

    (void)state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct en_batch_seen seen = { .any = false };
        struct en_batch b;

        make(&b, sizes[s], &k);
        for (uint32_t i = 0; i < sizes[s]; i++) {
            struct en_buf proof = EN_BUF_INIT;
            en_bytes p;

            en_batch_proof(&b, i, &proof);
            p = en_buf_bytes(&proof);
            assert_in_range(p.n, EN_BATCH_PROOF_MIN, EN_BATCH_PROOF_MAX);
            assert_true(en_batch_verify(p, release_of(i, text), k.public_key, &seen));
            assert_true(i % 50 != 0 || en_batch_verify(p, release_of(i, text), k.public_key, NULL));
            assert_false(en_batch_verify(p, release_of(i + 1, text), k.public_key, &seen));
            assert_false(i % 50 == 0 && en_batch_verify(p, release_of(i, text), other.public_key, &seen));
            en_buf_release(&proof);
        }
        en_batch_release(&b);
    }
}

/* The signature that was verified before counts for the same list, signature and key only. */
static void
test_what_was_seen_counts_for_nothing_else(void **state)
{
    struct en_key k = key_of(1), other = key_of(2);
    struct en_batch_seen seen = { .any = false };
    struct en_batch ours, theirs;
    struct en_buf good = EN_BUF_INIT, bad = EN_BUF_INIT;
    char text[32];

    (void)state;
    make(&ours, 6, &k);
    make(&theirs, 7, &other);
    en_batch_proof(&ours, 3, &good);
    en_batch_proof(&theirs, 3, &bad);
    assert_true(en_batch_verify(en_buf_bytes(&good), release_of(3, text), k.public_key, &seen));
    assert_false(en_batch_verify(en_buf_bytes(&bad), release_of(3, text), k.public_key, &seen));
    assert_false(en_batch_verify(en_buf_bytes(&good), release_of(3, text), other.public_key, &seen));
    memcpy(bad.p + 40, good.p + 40, EN_SEAL_SIG_LEN); /* the good signature under another list */
    assert_false(en_batch_verify(en_buf_bytes(&bad), release_of(3, text), k.public_key, &seen));
    assert_true(en_batch_verify(en_buf_bytes(&good), release_of(3, text), k.public_key, &seen));
    en_buf_release(&good);
    en_buf_release(&bad);
    en_batch_release(&ours);
    en_batch_release(&theirs);
}

static void
test_no_byte_of_a_proof_can_be_another(void **state)
{
    struct en_key k = key_of(1);
    struct en_batch b;
    struct en_buf proof = EN_BUF_INIT;
    char text[32];

    (void)state;
    make(&b, 21, &k);
    en_batch_proof(&b, 12, &proof);
    for (size_t i = 0; i < proof.n; i++) {
        proof.p[i] ^= 1;
        assert_false(en_batch_verify(en_buf_bytes(&proof), release_of(12, text), k.public_key, NULL));
        proof.p[i] ^= 1;
    }
    for (size_t n = 0; n < proof.n; n++)
        assert_false(en_batch_verify(en_bytes_from(proof.p, n), release_of(12, text), k.public_key, NULL));
    for (unsigned i = 0; i < 20; i++) {
        static const uint8_t zeroes[EN_SHA256_LEN];
        struct en_batch_proof p;
        bool fits;

        en_buf_add(&proof, zeroes, sizeof zeroes);
        fits = proof.n <= EN_BATCH_PROOF_MAX;
        assert_int_equal(en_batch_proof_parse(en_buf_bytes(&proof), &p, NULL), fits ? EN_OK : EN_E_LIMIT);
        assert_false(en_batch_verify(en_buf_bytes(&proof), release_of(12, text), k.public_key, NULL));
    }
    en_buf_release(&proof);
    en_batch_release(&b);
}

static void
unhex(const json_t *o, const char *member, struct en_buf *out)
{
    const char *hex = json_string_value(json_object_get(o, member));

    assert_non_null(hex);
    en_buf_reset(out);
    for (; *hex != '\0'; hex += 2) {
        const char digit[3] = { hex[0], hex[1], '\0' };

        en_buf_put_u8(out, (uint8_t)strtoul(digit, NULL, 16));
    }
}

static void
test_the_published_list(void **state)
{
    struct en_buf path = EN_BUF_INIT, seed = EN_BUF_INIT, release = EN_BUF_INIT, want = EN_BUF_INIT, have = EN_BUF_INIT;
    struct en_key k;
    struct en_batch b;
    json_t *root, *x;
    size_t i;

    (void)state;
    en_buf_addf(&path, "%s/docs/formats/envelopes/list.json", getenv("ENTENTE_SOURCE"));
    root = json_load_file(path.p, 0, NULL);
    assert_non_null(root);
    unhex(root, "seed", &seed);
    en_key_from_seed((const uint8_t *)seed.p, &k);
    en_batch_init(&b);
    json_array_foreach(json_object_get(root, "list"), i, x) {
        unhex(x, "release", &release);
        en_batch_add(&b, en_buf_bytes(&release));
    }
    assert_int_equal(b.tree.size, 5);
    en_batch_sign(&b, &k);
    json_array_foreach(json_object_get(root, "list"), i, x) {
        unhex(x, "release", &release);
        unhex(x, "proof", &want);
        en_buf_reset(&have);
        en_batch_proof(&b, (uint32_t)i, &have);
        assert_true(en_bytes_eq(en_buf_bytes(&have), en_buf_bytes(&want)));
        assert_true(en_batch_verify(en_buf_bytes(&want), en_buf_bytes(&release), k.public_key, NULL));
    }
    json_decref(root);
    en_batch_release(&b);
    en_buf_release(&path);
    en_buf_release(&seed);
    en_buf_release(&release);
    en_buf_release(&want);
    en_buf_release(&have);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_release_of_a_list_has_its_proof),
        cmocka_unit_test(test_what_was_seen_counts_for_nothing_else),
        cmocka_unit_test(test_no_byte_of_a_proof_can_be_another),
        cmocka_unit_test(test_the_published_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
