/*
 * The node's own keys and its partners, at the acts: whatever fails and wherever it stops, the node has its keys
 * afterwards, and no key is in two hands.
 */
#include "../harness.h"
#include "../node_cards.h"
#include "fixture.h"
#include "store/store_engine.h"

/* --- a vault in memory -------------------------------------------------------------------------------------------- */

struct vault {
    unsigned n;
    struct en_node_key_file file[64];
    bool stopped; /* nothing is dropped any more: the process has ended */
};

static en_errc
signing(void *ctx, const uint8_t digest[EN_SHA256_LEN], struct en_key *out, struct en_err *err)
{
    const struct vault *v = ctx;
    uint8_t found[EN_SHA256_LEN];

    for (unsigned i = 0; i < v->n; i++) {
        en_key_digest(v->file[i].public_key, found);
        if (v->file[i].kind == EN_NODE_KEY_SIGNING && memcmp(found, digest, sizeof found) == 0) {
            en_key_from_seed(v->file[i].secret, out);
            return EN_OK;
        }
    }
    return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "not here");
}

static en_errc
sealing(void *ctx, struct en_node_keys *into, struct en_err *err)
{
    const struct vault *v = ctx;
    struct en_age_identity id;

    (void)err;
    for (unsigned i = 0; i < v->n; i++) {
        if (v->file[i].kind != EN_NODE_KEY_SEALING)
            continue;
        memcpy(id.secret, v->file[i].secret, sizeof id.secret);
        memcpy(id.recipient, v->file[i].public_key, sizeof id.recipient);
        en_node_keys_add_sealing(into, v->file[i].month, &id);
    }
    return EN_OK;
}

static en_errc
put(void *ctx, const struct en_node_key_file *f, struct en_err *err)
{
    struct vault *v = ctx;

    for (unsigned i = 0; i < v->n; i++)
        if (memcmp(v->file[i].public_key, f->public_key, sizeof f->public_key) == 0)
            return en_err_set(err, EN_E_NO, EN_NO_POS, "here already");
    assert_true(v->n < COUNT(v->file));
    v->file[v->n++] = *f;
    return EN_OK;
}

static void
drop(void *ctx, const struct en_node_key_file *f)
{
    struct vault *v = ctx;

    for (unsigned i = 0; i < v->n && !v->stopped; i++)
        if (memcmp(v->file[i].public_key, f->public_key, sizeof f->public_key) == 0)
            v->file[i--] = v->file[--v->n];
}

static en_errc
unlock(void *ctx, struct en_node_key_file *f, struct en_err *err)
{
    (void)ctx;
    (void)err;
    return f->locked ? EN_E_RULE : EN_OK;
}

static void
lend(struct node *n, struct vault *v)
{
    const struct en_acts_vault rim = { v, signing, sealing, put, drop, unlock };

    assert_int_equal(en_acts_take_keys(n->acts, &rim, &n->err), EN_OK);
}

/* As if the process had ended and another had begun. */
static void
restart(struct node *n, struct vault *v)
{
    v->stopped = false;
    node_restart(n, NULL);
    lend(n, v);
}

static bool
at_hand(struct node *n)
{
    return act(n, "fred", "key-show", "{}", NULL, NULL) == EN_OK && strcmp(member(n, 0, "at_hand"), "true") == 0 &&
           strcmp(member(n, 0, "next_here"), "true") == 0;
}

/* --- faults ------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *act, *args;
    int more; /* keys in the vault afterwards */
} changes[] = {
    { "key-init", "{}", 4 },
    { "key-rotate", "{}", 0 },
    { "key-lost", "{\"what\":\"next\"}", 0 },
    { "key-rotate", "{}", 0 },
    { "key-lost", "{\"what\":\"signing\"}", 0 },
    { "key-lost", "{\"what\":\"both\"}", 0 },
};

/* Every write fails once; the process goes on, or it stops there. */
static void
fail_everywhere(bool stops)
{
    struct en_store *fault = en_store_new_fault(en_store_new_memory());
    struct node *n = node_new(fault);
    struct vault v = { .n = 0 };

    lend(n, &v);
    for (size_t i = 0; i < COUNT(changes); i++) {
        en_errc rc = EN_E_STORAGE;
        unsigned before = v.n;

        ROW(i, changes[i].act);
        for (uint64_t at = 1; rc == EN_E_STORAGE; at++) {
            v.stopped = stops;
            en_store_fault_plan(fault, at, EN_FAULT_FAIL);
            rc = act(n, "fred", changes[i].act, changes[i].args, NULL, NULL);
            en_store_fault_plan(fault, 0, EN_FAULT_FAIL);
            if (stops || rc == EN_OK)
                restart(n, &v);
            ROW_TRUE(rc == EN_E_STORAGE || rc == EN_OK);
            ROW_TRUE(i == 0 && rc != EN_OK ? act(n, "fred", "key-show", "{}", NULL, NULL) == EN_E_NOT_FOUND
                                           : at_hand(n));
            ROW_TRUE(stops || v.n == before + (rc == EN_OK ? (unsigned)changes[i].more : 0));
        }
    }
    assert_int_equal(en_store_check(fault, NULL), EN_OK);
    node_free(n);
}

static void
test_a_failed_write_leaves_the_keys(void **state)
{
    (void)state;
    fail_everywhere(false);
}

static void
test_a_stop_leaves_the_keys(void **state)
{
    (void)state;
    fail_everywhere(true);
}

/* A stop behind the commit leaves the old key; the next start drops it. */
static void
test_what_a_stop_leaves_goes(void **state)
{
    struct node *n = node_new(en_store_new_memory());
    struct vault v = { .n = 0 };

    (void)state;
    lend(n, &v);
    assert_int_equal(act(n, "fred", "key-init", "{}", NULL, NULL), EN_OK);
    assert_int_equal(v.n, 4);
    v.stopped = true;
    assert_int_equal(act(n, "fred", "key-rotate", "{}", NULL, NULL), EN_OK);
    assert_int_equal(v.n, 5);
    restart(n, &v);
    assert_int_equal(v.n, 4);
    assert_true(at_hand(n));
    node_free(n);
}

/* --- partners ----------------------------------------------------------------------------------------------------- */

static en_errc
give(struct node *n, const char *word, const struct en_buf *file, const struct en_key_state *heard)
{
    char fingerprint[EN_FINGERPRINT_LEN + 1], args[128];

    en_key_fingerprint(heard, fingerprint);
    (void)snprintf(args, sizeof args, "{\"fingerprint\":\"%s\"}", fingerprint);
    return act(n, "fred", word, args, file->p, NULL);
}

/* A card file of node 2 whose second step goes on to this key. */
static void
taking_over(const struct en_key *key, en_time at, struct en_buf *out)
{
    struct en_key first = test_signing_key(2, 1);
    struct en_key_step s = { test_key_state(2, 2), EN_KEY_READMITTED, at, { 0 } };
    struct en_card c = test_card(2, 2, at);

    c.rehearsal = false;
    memcpy(s.before, first.public_key, sizeof s.before);
    memcpy(s.keys.key, key->public_key, sizeof s.keys.key);
    c.keys = s.keys;
    en_card_write(&c, key, out);
    test_key_step(2, 1, at, out);
    en_key_step_write(&s, key, NULL, out);
}

static void
write_card(unsigned node, uint32_t number, en_time at, struct en_buf *out)
{
    struct en_key now = test_signing_key(node, number);
    struct en_card c = test_card(node, number, at);

    c.rehearsal = false;
    en_buf_reset(out);
    en_card_write(&c, &now, out);
    for (uint32_t i = 1; i <= number; i++)
        test_key_step(node, i, at, out);
}

static void
test_two_partners_with_one_key(void **state)
{
    struct node *n = node_new(en_store_new_memory());
    struct en_key_state one = test_key_state(1, 1), two = test_key_state(2, 2);
    struct en_key theirs = test_signing_key(1, 1);
    struct vault v = { .n = 0 };
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    lend(n, &v);
    assert_int_equal(act(n, "fred", "key-init", "{}", NULL, NULL), EN_OK);
    write_card(1, 1, T0, &b);
    assert_int_equal(give(n, "partner-add", &b, &one), EN_OK);
    en_buf_reset(&b);
    taking_over(&theirs, T0, &b);
    memcpy(two.key, theirs.public_key, sizeof two.key);
    assert_int_equal(give(n, "partner-readmit", &b, &two), EN_E_RULE);
    assert_non_null(strstr(n->err.text, "has or had this key"));
    en_buf_reset(&b);
    en_key_from_seed(v.file[0].secret, &theirs); /* our own */
    taking_over(&theirs, T0, &b);
    memcpy(two.key, theirs.public_key, sizeof two.key);
    assert_int_equal(give(n, "partner-readmit", &b, &two), EN_E_RULE);
    assert_non_null(strstr(n->err.text, "has or had this key"));
    assert_int_equal(act(n, "dora", "partner-list", "{}", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, 1);
    en_buf_release(&b);
    node_free(n);
}

/* Rotations, replays and histories that differ, in the order of the rows. */
static void
test_newer_and_older_cards(void **state)
{
    static const struct {
        unsigned node;
        uint32_t number;
        en_time after; /* T0 */
        bool heard;
        en_errc want;
        const char *why;
    } rows[] = {
        { 1, 1, 0, false, EN_E_NO, "the card that is known" },
        { 1, 1, 5, false, EN_OK, "a newer one" },
        { 1, 1, 4, false, EN_E_RULE, "an older one" },
        { 1, 3, 6, false, EN_OK, "two rotations later" },
        { 1, 2, 7, false, EN_E_INTEGRITY, "a key from before" },
        { 1, 3, 6, true, EN_E_NO, "the same, although a person compared" },
        { 1, 4, 20 * 60 * EN_TIME_SECOND, false, EN_E_RULE, "from the future" },
        { 3, 1, 8, false, EN_E_NOT_FOUND, "nobody whom we know" },
    };
    struct node *n = node_new(en_store_new_memory());
    struct en_key_state one = test_key_state(1, 1);
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    n->now = T0;
    write_card(1, 1, T0, &b);
    assert_int_equal(give(n, "partner-add", &b, &one), EN_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_key_state heard = test_key_state(rows[i].node, rows[i].number);

        ROW(i, rows[i].why);
        write_card(rows[i].node, rows[i].number, T0 + rows[i].after, &b);
        if (rows[i].heard)
            ROW_INT(give(n, "partner-update", &b, &heard), rows[i].want);
        else
            ROW_INT(act(n, "fred", "partner-update", "{}", b.p, NULL), rows[i].want);
    }
    assert_int_equal(en_store_check(n->store, NULL), EN_OK);
    en_buf_release(&b);
    node_free(n);
}

/* Who changes the name, or a sealing key of a month that is known, is asked for the fingerprint. */
static void
test_what_a_partner_does_not_change_by_itself(void **state)
{
    struct node *n = node_new(en_store_new_memory());
    struct en_key_state one = test_key_state(1, 1);
    struct en_key key = test_signing_key(1, 1);
    struct en_card c = test_card(1, 1, T0);
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    write_card(1, 1, T0, &b);
    assert_int_equal(give(n, "partner-add", &b, &one), EN_OK);
    c.rehearsal = false;
    for (int i = 0; i < 2; i++) {
        c.at++;
        if (i == 0)
            c.name = EN_TEXT_LIT("Another Service");
        else
            memcpy(c.seal[0].recipient, c.seal[1].recipient, EN_AGE_KEY_LEN);
        en_buf_reset(&b);
        en_card_write(&c, &key, &b);
        test_key_step(1, 1, T0, &b);
        assert_int_equal(act(n, "fred", "partner-update", "{}", b.p, NULL), EN_E_SECOND);
        assert_int_equal(give(n, "partner-update", &b, &one), EN_OK);
    }
    en_buf_release(&b);
    node_free(n);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_failed_write_leaves_the_keys),
        cmocka_unit_test(test_a_stop_leaves_the_keys),
        cmocka_unit_test(test_what_a_stop_leaves_goes),
        cmocka_unit_test(test_two_partners_with_one_key),
        cmocka_unit_test(test_newer_and_older_cards),
        cmocka_unit_test(test_what_a_partner_does_not_change_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
