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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wycheproof_ed25519),
        cmocka_unit_test(test_wycheproof_x25519),
        cmocka_unit_test(test_edges),
    };

    if (sodium_init() < 0)
        return 1;
    return cmocka_run_group_tests_name("seal/curve_vectors", tests, NULL, NULL);
}
