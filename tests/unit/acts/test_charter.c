/*
 * The charter at two nodes in memory: two persons sign and adopt, texts travel in bundles, every adoption is told by an
 * event, and what somebody changes in a row is found. The services are invented.
 */
#include "pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acts/ledger.h"
#include "node/card.h"
#include "store/store_engine.h"

/* The history of a node's own keys, as key-init leaves it. */
static void
own_history(struct node *n, unsigned number)
{
    struct en_key next = test_signing_key(number, 2);
    struct en_key_step first = { .change = EN_KEY_FIRST, .at = n->now, .keys.number = 1 };
    struct en_store_partner_key k = { .number = 1, .at = n->now };
    struct en_buf note = EN_BUF_INIT;

    memcpy(first.keys.partner, n->keys.partner, sizeof first.keys.partner);
    memcpy(first.keys.key, n->keys.signing.public_key, sizeof first.keys.key);
    memcpy(first.before, first.keys.key, sizeof first.before);
    en_key_digest(next.public_key, first.keys.next);
    en_key_step_write(&first, &n->keys.signing, NULL, &note);
    k.note = en_buf_bytes(&note);
    memcpy(k.key, first.keys.key, sizeof k.key);
    memcpy(k.next, first.keys.next, sizeof k.next);
    assert_int_equal(en_store_begin(n->store, NULL), EN_OK);
    assert_int_equal(en_store_partner_key_add(n->store, &k, NULL), EN_OK);
    assert_int_equal(en_store_commit(n->store, NULL), EN_OK);
    en_buf_release(&note);
}

static void
start(struct pair *p, struct en_store *a)
{
    pair_init_over(p, LIVE, a, en_store_new_memory());
    own_history(p->a, 1);
    own_history(p->b, 2);
}

/* {"charter":"1","hash":"…"} with the hash of the last record. */
static const char *
adopt_args(struct node *n, const char *charter)
{
    static char args[200];
    char hash[80];

    snprintf(hash, sizeof hash, "%s", member(n, 0, "hash"));
    snprintf(args, sizeof args, "{\"charter\":\"%s\",\"hash\":%s}", charter, hash);
    return args;
}

static void
found(struct pair *p)
{
    acts(p->a, "anna", "charter-propose", "{\"found\":true,\"admit\":[\"Sudmark\"]}", EN_E_SECOND);
    acts(p->a, "fred", "charter-sign", "{\"charter\":\"1\"}", EN_OK);
    carry(p, p->a, p->b, p->id_b, EN_OK);
    acts(p->b, "anna", "charter-sign", "{\"charter\":\"1\"}", EN_E_SECOND);
    acts(p->b, "fred", "charter-sign", "{\"charter\":\"1\"}", EN_OK);
    carry(p, p->b, p->a, p->id_a, EN_OK);
}

static void
test_two_persons_sign_and_the_text_travels(void **state)
{
    struct pair p;

    (void)state;
    start(&p, en_store_new_memory());
    acts(p.a, "anna", "charter-propose", "{}", EN_E_RULE);
    acts(p.a, "anna", "charter-show", "{}", EN_E_NOT_FOUND);
    acts(p.a, "anna", "charter-propose", "{\"found\":true,\"admit\":[\"Sudmark\"]}", EN_E_SECOND);
    is(p.a, 0, "state", "\"proposed\"");
    is(p.a, 0, "waits", "\"sign\"");
    acts(p.a, "anna", "charter-sign", "{\"charter\":\"1\"}", EN_E_RULE);  /* who proposed it */
    acts(p.a, "berta", "charter-sign", "{\"charter\":\"1\"}", EN_E_RULE); /* no right */
    acts(p.a, "anna", "charter-export", "{\"charter\":\"1\"}", EN_E_NO);  /* nobody has signed it */
    acts(p.a, "fred", "charter-sign", "{\"charter\":\"1\"}", EN_OK);
    acts(p.a, "fred", "charter-sign", "{\"charter\":\"1\"}", EN_E_NO);
    acts(p.a, "anna", "charter-adopt", adopt_args(p.a, "1"), EN_E_USAGE); /* nothing holds the hash: no record */
    acts(p.a, "anna", "charter-show", "{\"charter\":\"1\"}", EN_OK);
    acts(p.a, "anna", "charter-adopt", adopt_args(p.a, "1"), EN_E_RULE); /* Sudmark has not signed */
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    acts(p.b, "anna", "charter-list", "{}", EN_OK);
    assert_int_equal(p.b->n_records, 1);
    is(p.b, 0, "signatures", "1");
    acts(p.b, "anna", "charter-sign", "{\"charter\":\"1\"}", EN_E_SECOND);
    acts(p.b, "anna", "charter-sign", "{\"charter\":\"1\"}", EN_E_RULE);
    acts(p.b, "anna", "charter-refuse", "{\"charter\":\"1\",\"reason\":\"not yet\"}", EN_OK);
    acts(p.b, "fred", "charter-sign", "{\"charter\":\"1\"}", EN_E_SECOND); /* is the first person now */
    acts(p.b, "anna", "charter-sign", "{\"charter\":\"1\"}", EN_OK);
    is(p.b, 0, "state", "\"holds\"");
    carry(&p, p.b, p.a, p.id_a, EN_OK);
    acts(p.a, "anna", "charter-show", "{\"charter\":\"1\"}", EN_OK);
    is(p.a, 0, "state", "\"holds\"");
    is(p.a, 0, "signatures", "2");
    pair_release(&p);
}

static void
test_adoption_says_the_standing(void **state)
{
    struct pair p;

    (void)state;
    start(&p, en_store_new_memory());
    found(&p);
    acts(p.a, "anna", "charter-adopt", "{\"charter\":\"1\"}", EN_E_USAGE);
    acts(p.a, "anna", "charter-adopt",
         "{\"charter\":\"1\",\"hash\":\"0000000000000000000000000000000000000000000000000000000000000000\"}",
         EN_E_INTEGRITY);
    acts(p.a, "anna", "charter-show", "{\"charter\":\"1\"}", EN_OK);
    acts(p.a, "anna", "charter-adopt", adopt_args(p.a, "1"), EN_OK); /* two had it signed: one adopts */
    is(p.a, 0, "in_force", "true");
    acts(p.a, "fred", "charter-adopt", "{\"charter\":\"1\"}", EN_E_NO);
    acts(p.a, "anna", "partner-show", "{\"partner\":\"Sudmark\"}", EN_OK);
    is(p.a, 0, "standing", "\"full\"");
    is(p.a, 0, "charter", "1");
    acts(p.a, "anna", "partner-agree", "{\"partner\":\"Sudmark\",\"standing\":\"observer\"}", EN_E_RULE);

    /* Version 2 suspends Sudmark; a third of one other is one. It lapses. */
    acts(p.a, "anna", "charter-propose", "{\"suspend\":[\"Sudmark\"]}", EN_E_SECOND);
    acts(p.a, "fred", "charter-sign", "{\"charter\":\"2\"}", EN_OK);
    is(p.a, 0, "state", "\"holds\"");
    acts(p.a, "anna", "charter-adopt", "{\"charter\":\"2\"}", EN_OK);
    acts(p.a, "anna", "partner-show", "{\"partner\":\"Sudmark\"}", EN_OK);
    is(p.a, 0, "standing", "\"suspended\"");
    p.a->now += 31 * EN_TIME_DAY;
    acts(p.a, "anna", "clock-accept", "{}", EN_OK);
    acts(p.a, "anna", "partner-show", "{\"partner\":\"Sudmark\"}", EN_OK);
    is(p.a, 0, "standing", "\"full\"");
    acts(p.a, "anna", "status", "{}", EN_OK);
    is(p.a, 0, "charter.warning", "\"\"");
    p.a->now += 400 * EN_TIME_DAY;
    acts(p.a, "anna", "clock-accept", "{}", EN_OK);
    acts(p.a, "anna", "status", "{}", EN_OK);
    is(p.a, 0, "charter.number", "2");
    assert_non_null(strstr(member(p.a, 0, "charter.warning"), "more than a year"));
    pair_release(&p);
}

/* Two of one number: a node signs one, and the other only when a person says that the first came to nothing. */
static void
test_one_vote_a_number(void **state)
{
    struct pair p;
    char args[100];

    (void)state;
    start(&p, en_store_new_memory());
    found(&p);
    acts(p.a, "anna", "charter-show", "{\"charter\":\"1\"}", EN_OK);
    acts(p.a, "anna", "charter-adopt", adopt_args(p.a, "1"), EN_OK);
    acts(p.a, "anna", "charter-propose", "{\"relay\":true}", EN_E_SECOND);
    acts(p.a, "fred", "charter-sign", "{\"charter\":\"2\"}", EN_OK);
    acts(p.a, "anna", "charter-propose", "{}", EN_E_SECOND);
    acts(p.a, "fred", "charter-sign", "{\"charter\":\"2\"}", EN_E_USAGE); /* two are called that */
    acts(p.a, "anna", "charter-list", "{}", EN_OK);
    snprintf(args, sizeof args, "{\"charter\":\"%.16s\"}", member(p.a, 2, "hash") + 1);
    acts(p.a, "fred", "charter-sign", args, EN_E_RULE);
    acts(p.a, "anna", "charter-list", "{}", EN_OK);
    snprintf(args, sizeof args, "{\"charter\":\"%.16s\",\"instead\":true}", member(p.a, 2, "hash") + 1);
    acts(p.a, "fred", "charter-sign", args, EN_OK);
    is(p.a, 0, "fork", "true");
    assert_non_null(strstr(member(p.a, 0, "forks"), "signed_both\":[\""));
    acts(p.a, "anna", "status", "{}", EN_OK);
    is(p.a, 0, "charter.forks", "1");
    is(p.a, 0, "charter.newer", "2");
    pair_release(&p);
}

/* One member signs text after text: some are kept, and that of another member still is. */
static void
test_nobody_fills_the_store_alone(void **state)
{
    unsigned kept;
    struct pair p;

    (void)state;
    start(&p, en_store_new_memory());
    found(&p);
    acts(p.a, "anna", "charter-show", "{\"charter\":\"1\"}", EN_OK);
    acts(p.a, "anna", "charter-adopt", adopt_args(p.a, "1"), EN_OK);
    acts(p.b, "anna", "charter-show", "{\"charter\":\"1\"}", EN_OK);
    acts(p.b, "anna", "charter-adopt", adopt_args(p.b, "1"), EN_OK);
    for (unsigned i = 0; i < 9; i++) {
        char args[100];

        p.a->now += EN_TIME_SECOND;
        acts(p.a, "anna", "charter-propose", "{\"relay\":true}", EN_E_SECOND);
        snprintf(args, sizeof args, "{\"charter\":\"%.16s\",\"instead\":true}", member(p.a, 0, "hash") + 1);
        acts(p.a, "fred", "charter-sign", args, EN_OK);
    }
    p.b->now = p.a->now;
    carry(&p, p.a, p.b, p.id_b, EN_E_NO); /* parts were refused */
    acts(p.b, "anna", "charter-list", "{}", EN_OK);
    kept = (unsigned)p.b->n_records;
    assert_int_equal(kept, 1 + 4);
    carry(&p, p.b, p.a, p.id_a, EN_OK);
    acts(p.b, "anna", "charter-propose", "{}", EN_E_SECOND);
    {
        char args[100];

        snprintf(args, sizeof args, "{\"charter\":\"%.16s\"}", member(p.b, 0, "hash") + 1);
        acts(p.b, "fred", "charter-sign", args, EN_OK);
    }
    acts(p.a, "anna", "charter-list", "{}", EN_OK);
    kept = (unsigned)p.a->n_records;
    carry(&p, p.b, p.a, p.id_a, EN_OK);
    acts(p.a, "anna", "charter-list", "{}", EN_OK);
    assert_int_equal(p.a->n_records, kept + 1);
    pair_release(&p);
}

/* --- whoever writes into the store ---------------------------------------------------------------------------- */

static void
note_fault(void *ctx, uint64_t event, const char *what)
{
    char *text = ctx;

    (void)event;
    if (strstr(what, "charter") != NULL)
        snprintf(text, 200, "%s", what);
}

static void
assert_found(struct node *n, const struct en_store_charter *row, const char *want)
{
    char text[200] = "";
    const struct en_ledger_verify v = { .rows = true, .fault = note_fault, .ctx = text };
    struct en_ledger_sums sums;

    assert_int_equal(en_store_begin(n->store, NULL), EN_OK);
    assert_int_equal(en_store_charter_change(n->store, row, NULL), EN_OK);
    assert_int_equal(en_store_commit(n->store, NULL), EN_OK);
    assert_int_equal(en_ledger_verify(n->store, &v, &sums, NULL), EN_OK);
    assert_string_equal(text, want);
}

static void
test_what_somebody_changes_in_a_row_is_found(void **state)
{
    struct en_store_charter row, x;
    struct en_arena arena;
    struct pair p;

    (void)state;
    start(&p, en_store_new_memory());
    found(&p);
    en_arena_init(&arena, EN_MIB);
    assert_int_equal(en_store_charter_get(p.a->store, 1, &arena, &row, NULL), EN_OK);
    assert_found(p.a, &row, "");
    x = row, x.signed_by = 5;
    assert_found(p.a, &x, "the signature of charter 1 is not what the events say");
    x = row, x.adopted_by = 1, x.adopted = T0, x.turn = 1, x.state = EN_VERSION_ADOPTED;
    x.adopt_asked = 2;
    assert_found(p.a, &x, "the adoption of charter 1 is not what the events say");
    x.note = EN_BYTES_LIT("entente-charter/1\nnumber 1\n\n"); /* rows are not taken back: turns only grow */
    assert_found(p.a, &x, "the text of charter 1 is not what the events say");
    acts(p.a, "anna", "charter-show", "{}", EN_E_INTEGRITY);
    acts(p.a, "anna", "partner-list", "{}", EN_E_INTEGRITY); /* nobody's standing is guessed */
    en_arena_release(&arena);
    node_free(p.a);
    node_free(p.b);
    en_buf_release(&p.file);
    en_arena_release(&p.arena);
}

/* --- every write fails once ------------------------------------------------------------------------------------- */

static void
test_a_failed_write_leaves_nothing(void **state)
{
    struct en_store *fault = en_store_new_fault(en_store_new_memory());
    static const struct {
        const char *user, *act, *args;
        en_errc rc;
    } steps[] = {
        { "anna", "charter-propose", "{\"found\":true}", EN_E_SECOND },
        { "fred", "charter-sign", "{\"charter\":\"1\"}", EN_OK },
        { "anna", "charter-adopt", NULL, EN_OK },
        { "anna", "charter-propose", "{\"admit\":[\"Sudmark\"],\"threshold\":[\"suspend=1/2\"]}", EN_E_SECOND },
        { "fred", "charter-sign", "{\"charter\":\"2\"}", EN_OK },
        { "anna", "charter-refuse", "{\"charter\":\"3\",\"reason\":\"x\"}", EN_E_NOT_FOUND },
        { "anna", "charter-export", "{}", EN_OK },
    };
    struct pair p;

    (void)state;
    start(&p, fault);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const char *args = steps[i].args;
        en_errc rc = EN_E_STORAGE;
        uint64_t was = events(p.a);

        if (args == NULL) {
            acts(p.a, "anna", "charter-show", "{\"charter\":\"1\"}", EN_OK);
            args = adopt_args(p.a, "1");
        }
        for (uint64_t at = 1; rc == EN_E_STORAGE; at++) {
            en_store_fault_plan(fault, at, EN_FAULT_FAIL);
            rc = act(p.a, steps[i].user, steps[i].act, args, NULL, NULL);
            en_store_fault_plan(fault, 0, EN_FAULT_FAIL);
            if (rc == EN_E_STORAGE) {
                assert_int_equal(p.a->n_records, 0);
                assert_int_equal(events(p.a), was);
            }
        }
        assert_int_equal(rc, steps[i].rc);
    }
    pair_release(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_persons_sign_and_the_text_travels),
        cmocka_unit_test(test_adoption_says_the_standing),
        cmocka_unit_test(test_one_vote_a_number),
        cmocka_unit_test(test_nobody_fills_the_store_alone),
        cmocka_unit_test(test_what_somebody_changes_in_a_row_is_found),
        cmocka_unit_test(test_a_failed_write_leaves_nothing),
    };

    return cmocka_run_group_tests_name("acts/charter", tests, NULL, NULL);
}
