#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/tree.h"

#define LEAVES 70

/* Nodes of a growing tree, kept by level. */
struct kept {
    struct en_tree tree;
    struct en_tree_hash leaf[LEAVES], node[8][LEAVES];
    struct en_tree_hash root[LEAVES + 1]; /* by size */
    unsigned asked;
};

static void
keep(void *ctx, unsigned level, uint64_t index, const struct en_tree_hash *h)
{
    ((struct kept *)ctx)->node[level][index] = *h;
}

static en_errc
look(void *ctx, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    struct kept *k = ctx;

    assert_true((index + 1) << level <= k->tree.size);
    k->asked++;
    *out = k->node[level][index];
    return err && err->code == EN_E_STORAGE ? EN_E_STORAGE : EN_OK;
}

/* MTH as RFC 6962 section 2.1 defines it, word for word. */
static struct en_tree_hash
mth(const struct en_tree_hash *leaf, unsigned n)
{
    struct en_tree_hash left, right;
    unsigned k = 1;

    if (n == 1)
        return leaf[0];
    while (k * 2 < n)
        k *= 2;
    left = mth(leaf, k);
    right = mth(leaf + k, n - k);
    return en_tree_node(&left, &right);
}

static void
grow(struct kept *k)
{
    memset(k, 0, sizeof *k);
    k->root[0] = en_tree_root(&k->tree);
    for (unsigned i = 0; i < LEAVES; i++) {
        uint8_t entry[2] = { (uint8_t)i, 7 };

        k->leaf[i] = en_tree_leaf(en_bytes_from(entry, 1 + i % 2));
        en_tree_append(&k->tree, &k->leaf[i], keep, k);
        k->root[i + 1] = en_tree_root(&k->tree);
    }
}

/* The eight leaves and roots that Certificate Transparency implementations share (transparency-dev/merkle). */
static void
test_roots_are_those_of_certificate_transparency(void **state)
{
    static const struct {
        const char *leaf, *root;
    } rows[] = {
        { "", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
        { "00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
        { "10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
        { "2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
        { "3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
        { "40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
        { "5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
        { "606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
    };
    struct en_tree t = EN_TREE_INIT;
    struct en_tree_hash root = en_tree_root(&t);
    char hex[65];

    (void)state;
    en_hex(root.b, sizeof root.b, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t entry[16];
        size_t n = strlen(rows[i].leaf) / 2;
        struct en_tree_hash leaf;

        assert_true(en_unhex(en_text_from_ours(rows[i].leaf), entry, n));
        leaf = en_tree_leaf(en_bytes_from(entry, n));
        en_tree_append(&t, &leaf, NULL, NULL);
        root = en_tree_root(&t);
        en_hex(root.b, sizeof root.b, hex);
        assert_string_equal(hex, rows[i].root);
    }
}

static void
test_a_tree_grows_as_it_is_defined_and_can_be_loaded(void **state)
{
    struct kept k;

    (void)state;
    grow(&k);
    for (unsigned n = 1; n <= LEAVES; n++) {
        struct en_tree_source from = { look, &k };
        struct en_tree_hash want = mth(k.leaf, n);
        struct en_tree again;
        struct en_tree_hash root;

        assert_true(en_tree_hash_eq(&want, &k.root[n]));
        assert_int_equal(en_tree_load(n, &from, &again, NULL), EN_OK);
        root = en_tree_root(&again);
        assert_true(en_tree_hash_eq(&root, &want));
        if (n < LEAVES) { /* and goes on growing */
            en_tree_append(&again, &k.leaf[n], NULL, NULL);
            root = en_tree_root(&again);
            assert_true(en_tree_hash_eq(&root, &k.root[n + 1]));
        }
    }
}

static void
test_every_leaf_is_included_in_every_tree_and_nowhere_else(void **state)
{
    struct en_tree_proof p, bad;
    struct kept k;

    (void)state;
    grow(&k);
    for (unsigned n = 1; n <= LEAVES; n++)
        for (unsigned i = 0; i < n; i++) {
            struct en_tree_source from = { look, &k };

            assert_int_equal(en_tree_inclusion(i, n, &from, &p, NULL), EN_OK);
            assert_true(en_tree_includes(&k.leaf[i], i, n, &k.root[n], &p));
            assert_false(n > 1 && en_tree_includes(&k.leaf[i], (i + 1) % n, n, &k.root[n], &p));
            assert_false(en_tree_includes(&k.leaf[(i + 1) % LEAVES], i, n, &k.root[n], &p));
            assert_false(en_tree_includes(&k.leaf[i], i, n, &k.root[n - 1], &p));
            assert_false(en_tree_includes(&k.leaf[i], n, n, &k.root[n], &p));
            if (p.n) {
                bad = p;
                bad.h[p.n / 2].b[31] ^= 1;
                assert_false(en_tree_includes(&k.leaf[i], i, n, &k.root[n], &bad));
                bad = p;
                bad.n--;
                assert_false(en_tree_includes(&k.leaf[i], i, n, &k.root[n], &bad));
            }
            bad = p;
            bad.h[bad.n++] = k.leaf[0];
            assert_false(en_tree_includes(&k.leaf[i], i, n, &k.root[n], &bad));
        }
}

static void
test_every_tree_extends_every_earlier_one_and_no_other(void **state)
{
    struct en_tree_proof p, bad;
    struct kept k;

    (void)state;
    grow(&k);
    for (unsigned n = 0; n <= LEAVES; n++)
        for (unsigned m = 0; m <= n; m++) {
            struct en_tree_source from = { look, &k };

            assert_int_equal(en_tree_consistency(m, n, &from, &p, NULL), EN_OK);
            assert_true(en_tree_extends(m, &k.root[m], n, &k.root[n], &p));
            if (m > 0 && m < n) {
                assert_false(en_tree_extends(m, &k.root[m - 1], n, &k.root[n], &p));
                assert_false(en_tree_extends(m, &k.root[m], n, &k.root[n - 1], &p));
                assert_false(en_tree_extends(n, &k.root[n], m, &k.root[m], &p));
                bad = p;
                bad.h[0].b[0] ^= 0x80;
                assert_false(en_tree_extends(m, &k.root[m], n, &k.root[n], &bad));
                bad = p;
                bad.n--;
                assert_false(en_tree_extends(m, &k.root[m], n, &k.root[n], &bad));
                bad = p;
                bad.h[bad.n++] = k.leaf[0];
                assert_false(en_tree_extends(m, &k.root[m], n, &k.root[n], &bad));
            }
        }
}

static void
test_what_is_not_in_the_tree_has_no_proof(void **state)
{
    struct en_tree_source from = { look, NULL };
    struct en_tree_proof p;
    struct en_err err = EN_ERR_INIT;

    (void)state;
    assert_int_equal(en_tree_inclusion(5, 5, &from, &p, &err), EN_E_NOT_FOUND);
    assert_int_equal(en_tree_inclusion(0, 0, &from, &p, &err), EN_E_NOT_FOUND);
    assert_int_equal(en_tree_consistency(6, 5, &from, &p, &err), EN_E_NOT_FOUND);
}

static void
test_an_error_of_the_source_is_returned(void **state)
{
    struct en_err err = EN_ERR_INIT;
    struct en_tree_source from;
    struct en_tree_proof p;
    struct en_tree t;
    struct kept k;

    (void)state;
    grow(&k);
    from = (struct en_tree_source){ look, &k };
    err.code = EN_E_STORAGE;
    assert_int_equal(en_tree_inclusion(3, 50, &from, &p, &err), EN_E_STORAGE);
    assert_int_equal(en_tree_consistency(3, 50, &from, &p, &err), EN_E_STORAGE);
    assert_int_equal(en_tree_load(50, &from, &t, &err), EN_E_STORAGE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roots_are_those_of_certificate_transparency),
        cmocka_unit_test(test_a_tree_grows_as_it_is_defined_and_can_be_loaded),
        cmocka_unit_test(test_every_leaf_is_included_in_every_tree_and_nowhere_else),
        cmocka_unit_test(test_every_tree_extends_every_earlier_one_and_no_other),
        cmocka_unit_test(test_what_is_not_in_the_tree_has_no_proof),
        cmocka_unit_test(test_an_error_of_the_source_is_returned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
