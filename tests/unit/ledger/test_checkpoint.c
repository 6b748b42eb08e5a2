#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/checkpoint.h"

#define LEAVES 9

/* A log of the test, its signed head at every size, and the nodes behind it. */
struct log {
    struct en_key secret;
    struct en_note_key key;
    struct en_tree tree;
    struct en_tree_hash node[5][LEAVES], root[LEAVES + 1];
    struct en_buf head[LEAVES + 1];
};

static void
keep(void *ctx, unsigned level, uint64_t index, const struct en_tree_hash *h)
{
    ((struct log *)ctx)->node[level][index] = *h;
}

static en_errc
look(void *ctx, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    (void)err;
    *out = ((struct log *)ctx)->node[level][index];
    return EN_OK;
}

static en_bytes
entry(unsigned i)
{
    static const char text[] = "abcdefghijklmno";

    return en_bytes_from(text, i + 1);
}

static void
sign_head(struct log *l, uint64_t size, const struct en_tree_hash *root, struct en_buf *out)
{
    size_t n;

    en_checkpoint_text(en_text_from_ours(l->key.name), size, root, out);
    n = out->n;
    en_buf_addc(out, '\n');
    en_note_sign(&l->key, &l->secret, en_bytes_from(out->p, n), 0, out);
}

static void
log_init(struct log *l, uint8_t fill, const char *name)
{
    uint8_t seed[EN_SEAL_SEED_LEN];

    memset(l, 0, sizeof *l);
    memset(seed, fill, sizeof seed);
    en_key_from_seed(seed, &l->secret);
    en_note_key_make(en_text_from_ours(name), EN_NOTE_ED25519, l->secret.public_key, &l->key);
    for (unsigned i = 0; i <= LEAVES; i++) {
        struct en_tree_hash leaf = en_tree_leaf(entry(i));

        l->root[i] = en_tree_root(&l->tree);
        sign_head(l, i, &l->root[i], &l->head[i]);
        if (i < LEAVES)
            en_tree_append(&l->tree, &leaf, keep, l);
    }
}

static void
log_release(struct log *l)
{
    for (unsigned i = 0; i <= LEAVES; i++)
        en_buf_release(&l->head[i]);
}

static void
test_a_head_reads_back(void **state)
{
    struct log l;

    (void)state;
    log_init(&l, 1, "entente/xaa/1");
    for (unsigned i = 0; i <= LEAVES; i++) {
        struct en_checkpoint c;
        struct en_signed_note n;

        assert_int_equal(en_note_parse(en_buf_bytes(&l.head[i]), &n, NULL), EN_OK);
        assert_int_equal(en_checkpoint_parse(n.text, &c, NULL), EN_OK);
        assert_true(en_text_is(c.origin, "entente/xaa/1"));
        assert_int_equal(c.size, i);
        assert_true(en_tree_hash_eq(&c.root, &l.root[i]));
        assert_false(c.extended);
    }
    log_release(&l);
}

/* The example of tlog-checkpoint. */
static void
test_the_published_example_reads(void **state)
{
    struct en_checkpoint c;

    (void)state;
    assert_int_equal(en_checkpoint_parse(EN_BYTES_LIT("example.com/behind-the-sofa\n20852163\n"
                                                      "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"),
                                         &c, NULL),
                     EN_OK);
    assert_int_equal(c.size, 20852163);
}

static void
test_what_is_no_checkpoint_is_refused_with_its_line(void **state)
{
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    static const struct {
        const char *in;
        uint64_t line;
        bool good;
    } rows[] = {
        { "", 1, false },
        { "\n1\n" ROOT "\n", 1, false },
        { "a\n", 2, false },
        { "a\n01\n" ROOT "\n", 2, false },
        { "a\n-1\n" ROOT "\n", 2, false },
        { "a\n 1\n" ROOT "\n", 2, false },
        { "a\n9223372036854775808\n" ROOT "\n", 2, false },
        { "a\n9223372036854775807\n" ROOT "\n", 0, true },
        { "a\n99999999999999999999\n" ROOT "\n", 2, false },
        { "a\n1\n" ROOT, 3, false },
        { "a\n1\nCsUY\n", 3, false },
        { "a\n0\n" ROOT "\n", 3, false },
        { "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", 0, true },
        { "a\n1\n" ROOT "\nextension\n", 0, true },
        { "a\n1\n" ROOT "\n\nextension\n", 0, false },
        { "a\n1\n" ROOT "\nextension", 0, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct en_err err = EN_ERR_INIT;
        struct en_checkpoint c;
        en_errc rc = en_checkpoint_parse(en_bytes_from(rows[i].in, strlen(rows[i].in)), &c, &err);

        assert_int_equal(rc, rows[i].good ? EN_OK : EN_E_INPUT);
        assert_int_equal(err.line, rows[i].line);
    }
}

static void
test_a_proof_holds_for_its_entry_log_and_index_only(void **state)
{
    struct log l, other;
    struct en_tree_source from = { look, &l };

    (void)state;
    log_init(&l, 1, "entente/xaa/1");
    log_init(&other, 2, "entente/xaa/1");
    for (unsigned n = 1; n <= LEAVES; n++)
        for (unsigned i = 0; i < n; i++) {
            struct en_buf b = EN_BUF_INIT;
            struct en_tree_proof path;
            struct en_log_proof p;

            assert_int_equal(en_tree_inclusion(i, n, &from, &path, NULL), EN_OK);
            en_log_proof_write(i % 2 ? EN_BYTES_LIT("extra") : EN_BYTES_LIT(""), i, &path, en_buf_bytes(&l.head[n]),
                               &b);
            assert_int_equal(en_log_proof_parse(en_buf_bytes(&b), &p, NULL), EN_OK);
            assert_int_equal(p.index, i);
            assert_int_equal(p.head.size, n);
            assert_int_equal(p.extra.n, i % 2 ? 8 : 0);
            assert_int_equal(en_log_proof_verify(&p, &l.key, entry(i), NULL), EN_OK);
            assert_int_equal(en_log_proof_verify(&p, &l.key, entry(i + 1), NULL), EN_E_INTEGRITY);
            assert_int_equal(en_log_proof_verify(&p, &other.key, entry(i), NULL), EN_E_INTEGRITY);
            p.index++;
            assert_int_equal(en_log_proof_verify(&p, &l.key, entry(i), NULL), EN_E_INTEGRITY);
            en_buf_release(&b);
        }
    log_release(&l);
    log_release(&other);
}

static void
test_what_is_no_proof_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *in;
        uint64_t line;
    } rows[] = {
        { "", 1 },
        { "c2sp.org/tlog-proof@v2\nindex 0\n\n", 1 },
        { "c2sp.org/tlog-proof@v1\n", 2 },
        { "c2sp.org/tlog-proof@v1\nindex 01\n\n", 2 },
        { "c2sp.org/tlog-proof@v1\nextra AAAA\n", 3 },
        { "c2sp.org/tlog-proof@v1\nextra AAAA\nindex x\n", 3 },
        { "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n", 3 },
        { "c2sp.org/tlog-proof@v1\nindex 0\n", 3 },
        { "c2sp.org/tlog-proof@v1\nindex 0\n\nno note", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct en_err err = EN_ERR_INIT;
        struct en_log_proof p;

        assert_int_equal(en_log_proof_parse(en_bytes_from(rows[i].in, strlen(rows[i].in)), &p, &err), EN_E_INPUT);
        assert_int_equal(err.line, rows[i].line);
    }
}

/* One request: what the witness has, what the log says was cosigned, what it shows now. */
static enum en_witness_answer
ask(struct log *l, struct log *shown, const struct en_witness_state *has, uint64_t old, uint64_t size, bool spoil)
{
    struct en_tree_source from = { look, shown };
    struct en_tree_proof proof = { 0 };
    struct en_witness_request rq;
    struct en_buf b = EN_BUF_INIT;
    enum en_witness_answer a;

    if (old <= size)
        assert_int_equal(en_tree_consistency(old, size, &from, &proof, NULL), EN_OK);
    en_witness_request_write(old, &proof, en_buf_bytes(&shown->head[size]), &b);
    assert_int_equal(en_witness_request_parse(en_buf_bytes(&b), &rq, NULL), EN_OK);
    if (spoil)
        rq.proof.h[0].b[3] ^= 1;
    a = en_witness_judge(&rq, &l->key, has, NULL);
    en_buf_release(&b);
    return a;
}

static void
test_a_witness_cosigns_what_extends_and_nothing_else(void **state)
{
    struct en_witness_state none = { 0 }, five;
    struct log l, stranger, forked;

    (void)state;
    log_init(&l, 1, "entente/xaa/1");
    log_init(&stranger, 1, "entente/xbb/1");
    log_init(&forked, 2, "entente/xaa/1");
    five = (struct en_witness_state){ 5, l.root[5] };
    assert_int_equal(ask(&l, &l, &none, 0, 7, false), EN_WITNESS_COSIGNS);
    assert_int_equal(ask(&l, &l, &five, 5, 9, false), EN_WITNESS_COSIGNS);
    assert_int_equal(ask(&l, &l, &five, 5, 5, false), EN_WITNESS_COSIGNS);
    assert_int_equal(ask(&l, &l, &five, 5, 9, true), EN_WITNESS_INCONSISTENT);
    assert_int_equal(ask(&l, &l, &five, 4, 9, false), EN_WITNESS_CONFLICT);
    assert_int_equal(ask(&l, &l, &five, 5, 4, false), EN_WITNESS_BAD_REQUEST); /* a shrunken log */
    assert_int_equal(ask(&l, &l, &five, 4, 4, false), EN_WITNESS_CONFLICT);
    assert_int_equal(ask(&l, &stranger, &none, 0, 7, false), EN_WITNESS_UNKNOWN);
    assert_int_equal(ask(&l, &forked, &none, 0, 7, false), EN_WITNESS_UNSIGNED);
    /* The log's own key under another history of the same size. */
    five.root.b[0] ^= 1;
    assert_int_equal(ask(&l, &l, &five, 5, 5, false), EN_WITNESS_CONFLICT);
    log_release(&l);
    log_release(&stranger);
    log_release(&forked);
}

static void
test_what_is_no_witness_request_is_refused(void **state)
{
    static const char *const rows[] = { "", "old 1", "old x\n\n",
                                        "old 01\n\n", "old 1\nAAAA\n\n", "new 1\n\n", "old 0\n\nnote" };
    struct en_buf b = EN_BUF_INIT;
    struct en_witness_request rq;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(en_witness_request_parse(en_bytes_from(rows[i], strlen(rows[i])), &rq, NULL), EN_E_INPUT);
    en_buf_add_str(&b, "old 1\n");
    for (unsigned i = 0; i < 64; i++)
        en_buf_add_str(&b, "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
    en_buf_addc(&b, '\n');
    assert_int_equal(en_witness_request_parse(en_buf_bytes(&b), &rq, NULL), EN_E_LIMIT);
    en_buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_head_reads_back),
        cmocka_unit_test(test_the_published_example_reads),
        cmocka_unit_test(test_what_is_no_checkpoint_is_refused_with_its_line),
        cmocka_unit_test(test_a_proof_holds_for_its_entry_log_and_index_only),
        cmocka_unit_test(test_what_is_no_proof_is_refused_with_its_line),
        cmocka_unit_test(test_a_witness_cosigns_what_extends_and_nothing_else),
        cmocka_unit_test(test_what_is_no_witness_request_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
