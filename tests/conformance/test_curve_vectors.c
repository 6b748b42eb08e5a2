/*
 * Published vectors of Ed25519 and X25519 against the library that we sign, verify and seal with: Wycheproof's, and the
 * edge cases of points that standards leave open. Where they do, the library's answer is pinned: should another version
 * answer otherwise, two nodes could disagree about one signature, and this test says so before they do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>

#include "base/hash.h"

static json_t *
load(const char *name)
{
    char path[512];
    json_t *root;

    snprintf(path, sizeof path, "%s/tests/conformance/vectors/%s", getenv("ENTENTE_SOURCE"), name);
    root = json_load_file(path, 0, NULL);
    if (root == NULL)
        fail_msg("%s cannot be read", path);
    return root;
}

/* The bytes of a member in hex; their number, SIZE_MAX if it is none. */
static size_t
hex(const json_t *o, const char *member, uint8_t *out, size_t most)
{
    const char *s = json_string_value(json_object_get(o, member));
    size_t n = s ? strlen(s) / 2 : SIZE_MAX;

    if (s == NULL || n > most || !en_unhex((en_text){ s, 2 * n }, out, n))
        return SIZE_MAX;
    return n;
}

static bool
is(const json_t *o, const char *member, const char *value)
{
    const char *s = json_string_value(json_object_get(o, member));

    return s != NULL && strcmp(s, value) == 0;
}

static bool
verifies(const uint8_t *sig, size_t n_sig, const uint8_t *m, size_t n, const uint8_t key[32])
{
    return n_sig == 64 && crypto_sign_verify_detached(sig, m, n, key) == 0;
}

/* Everything is either valid or invalid: nothing is left open. */
static void
test_wycheproof_ed25519(void **state)
{
    json_t *root = load("wycheproof_ed25519.json"), *group, *t;
    unsigned n = 0, valid = 0;
    size_t i, k;

    (void)state;
    json_array_foreach(json_object_get(root, "testGroups"), i, group) {
        uint8_t key[32], sig[256], m[4096];

        assert_int_equal(hex(json_object_get(group, "publicKey"), "pk", key, sizeof key), 32);
        json_array_foreach(json_object_get(group, "tests"), k, t) {
            size_t n_sig = hex(t, "sig", sig, sizeof sig), n_m = hex(t, "msg", m, sizeof m);
            bool good = verifies(sig, n_sig, m, n_m, key);

            assert_true(n_m != SIZE_MAX && n_sig != SIZE_MAX);
            if (good != is(t, "result", "valid"))
                fail_msg("case %lld", (long long)json_integer_value(json_object_get(t, "tcId")));
            valid += good;
            n++;
        }
    }
    assert_int_equal(n, json_integer_value(json_object_get(root, "numberOfTests")));
    assert_int_equal(n, 150);
    assert_true(valid > 80);
    json_decref(root);
}

/* "Acceptable" ones are taken, but for those whose result is zero: they are refused. */
static void
test_wycheproof_x25519(void **state)
{
    static const uint8_t zero[32];
    json_t *root = load("wycheproof_x25519.json"), *group, *t;
    unsigned n = 0, refused = 0;
    size_t i, k;

    (void)state;
    json_array_foreach(json_object_get(root, "testGroups"), i, group) {
        json_array_foreach(json_object_get(group, "tests"), k, t) {
            uint8_t point[32], scalar[32], want[32], got[32] = { 0 };
            bool good, is_zero;

            assert_int_equal(hex(t, "public", point, 32), 32);
            assert_int_equal(hex(t, "private", scalar, 32), 32);
            assert_int_equal(hex(t, "shared", want, 32), 32);
            good = crypto_scalarmult_curve25519(got, scalar, point) == 0;
            is_zero = memcmp(want, zero, 32) == 0;
            if (is_zero ? good : !good || memcmp(got, want, 32) != 0)
                fail_msg("case %lld", (long long)json_integer_value(json_object_get(t, "tcId")));
            refused += !good;
            n++;
        }
    }
    assert_int_equal(n, 518);
    assert_true(refused > 10);
    json_decref(root);
}

static bool
flagged(const json_t *t, const char *flag)
{
    const json_t *v;
    size_t i;

    json_array_foreach(json_object_get(t, "Flags"), i, v) {
        if (strcmp(json_string_value(v), flag) == 0)
            return true;
    }
    return false;
}

/*
 * Points of low order and other encodings of points: the library refuses them all, and what only a check with the
 * cofactor would take. What it takes is what is left: 43 with a part of low order that cancels out.
 */
static void
test_edges(void **state)
{
    static const char *const refused[] = { "LowOrderA", "LowOrderR", "LowOrderResidue", "NonCanonicalA",
                                           "NonCanonicalR" };
    json_t *root = load("ed25519_edges.json"), *t;
    unsigned n = 0, taken = 0;
    size_t i;

    (void)state;
    json_array_foreach(root, i, t) {
        const char *m = json_string_value(json_object_get(t, "M"));
        uint8_t key[32], sig[64];
        bool good, want = true;

        assert_int_equal(hex(t, "A", key, 32), 32);
        assert_int_equal(hex(t, "R", sig, 32), 32);
        assert_int_equal(hex(t, "S", sig + 32, 32), 32);
        for (size_t k = 0; k < sizeof refused / sizeof *refused; k++)
            want = want && !flagged(t, refused[k]);
        good = verifies(sig, sizeof sig, (const uint8_t *)m, strlen(m), key);
        if (good != want)
            fail_msg("case %zu is %s", i, good ? "accepted" : "refused");
        taken += good;
        n++;
    }
    assert_int_equal(n, 768);
    assert_int_equal(taken, 43);
    json_decref(root);
}

/* --- k of the canonical encoding ------------------------------------------------------------------------------ */

/* The points of low order, their canonical encoding first (those of C2SP/CCTV's description). */
static const struct {
    const char *canonical, *other[3];
} low_order[] = {
    { "0100000000000000000000000000000000000000000000000000000000000000",
      { "0100000000000000000000000000000000000000000000000000000000000080",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" } },
    { "0000000000000000000000000000000000000000000000000000000000000000",
      { "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" } },
    { "0000000000000000000000000000000000000000000000000000000000000080",
      { "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" } },
    { "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      { "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" } },
    { "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", { NULL } },
    { "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", { NULL } },
    { "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", { NULL } },
    { "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", { NULL } },
};
#define LOW_ORDERS (sizeof low_order / sizeof *low_order)

static void
point(const char *text, uint8_t out[32])
{
    assert_true(en_unhex(en_text_from_ours(text), out, 32));
}

/* k as by the canonical encodings of R and A. */
static void
challenge(const uint8_t r[32], const uint8_t a[32], const uint8_t *m, size_t n, uint8_t k[32])
{
    crypto_hash_sha512_state h;
    uint8_t wide[64];

    (void)crypto_hash_sha512_init(&h);
    (void)crypto_hash_sha512_update(&h, r, 32);
    (void)crypto_hash_sha512_update(&h, a, 32);
    (void)crypto_hash_sha512_update(&h, m, n);
    (void)crypto_hash_sha512_final(&h, wide);
    crypto_core_ed25519_scalar_reduce(k, wide);
}

/* R and k times T, both of low order, cancel out. */
static bool
cancels(const uint8_t r[32], const uint8_t t[32], const uint8_t k[32])
{
    uint8_t sum[32], zero[32];

    memcpy(sum, r, 32);
    point(low_order[0].canonical, zero);
    for (unsigned i = 0; i < (k[0] & 7); i++)
        assert_int_equal(crypto_core_ed25519_add(sum, sum, t), 0);
    return memcmp(sum, zero, 32) == 0;
}

/* A key of low order alone, or with a part a of large order (NULL: none), and signatures that hold if k is so made. */
static unsigned
reencoded(size_t ia, const char *a_written, const uint8_t *a, size_t ir, const char *r_written)
{
    uint8_t t[32], r[32], key[32], canonical[32], k[32], sig[64] = { 0 };

    point(low_order[ia].canonical, t);
    point(low_order[ir].canonical, r);
    memcpy(canonical, t, 32);
    point(a_written, key);
    if (a != NULL) {
        assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(canonical, a), 0);
        assert_int_equal(crypto_core_ed25519_add(canonical, canonical, t), 0);
        memcpy(key, canonical, 32);
    }
    for (uint8_t m = 0; m < 64; m++) {
        challenge(r, canonical, &m, 1, k);
        if (!cancels(r, t, k))
            continue;
        point(r_written, sig);
        if (a != NULL)
            crypto_core_ed25519_scalar_mul(sig + 32, k, a);
        if (verifies(sig, sizeof sig, &m, 1, key))
            fail_msg("point %zu and point %zu are taken", ia, ir);
        return 1;
    }
    return 0;
}

/*
 * What CCTV has beyond the edges above: encodings that are not canonical, where k is of those that are. The equation
 * holds for each; whoever encodes again before hashing would take them, and we do not.
 */
static void
test_encoded_again(void **state)
{
    static const uint8_t a[32] = { 7, 1, 9 };
    unsigned alone = 0, with = 0;

    (void)state;
    for (size_t ia = 0; ia < LOW_ORDERS; ia++)
        for (size_t ir = 0; ir < LOW_ORDERS; ir++)
            for (size_t x = 0; x <= 3; x++)
                for (size_t y = 0; y <= 3; y++) {
                    const char *key = x > 0 ? low_order[ia].other[x - 1] : low_order[ia].canonical;
                    const char *r = y > 0 ? low_order[ir].other[y - 1] : low_order[ir].canonical;

                    if (key == NULL || r == NULL || x + y == 0)
                        continue;
                    alone += reencoded(ia, key, NULL, ir, r);
                    if (x == 0)
                        with += reencoded(ia, key, a, ir, r);
                }
    assert_true(alone > 60);
    assert_true(with > 20);
}

/* The sums that the cases above are made of, where both points are honest. */
static void
test_encoded_once(void **state)
{
    static const uint8_t a[32] = { 7, 1, 9 }, r[32] = { 5, 5 }, m[1] = { 3 };
    uint8_t key[32], k[32], sig[64], ka[32];

    (void)state;
    assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(key, a), 0);
    assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(sig, r), 0);
    challenge(sig, key, m, sizeof m, k);
    crypto_core_ed25519_scalar_mul(ka, k, a);
    crypto_core_ed25519_scalar_add(sig + 32, ka, r);
    assert_true(verifies(sig, sizeof sig, m, sizeof m, key));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wycheproof_ed25519),
        cmocka_unit_test(test_wycheproof_x25519),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_encoded_again),
        cmocka_unit_test(test_encoded_once),
    };

    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests_name("seal/curve_vectors", tests, NULL, NULL);
}
