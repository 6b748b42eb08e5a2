/*
 * Nodes that exchange by files: an alert there and back, and everything that may be wrong with what arrives. The people
 * and services are invented.
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

#include "acts/bundle_in.h"
#include "acts/ledger.h"
#include "acts/refusals.h"
#include "ledger/batch.h"
#include "base/base64.h"
#include "base/limits.h"
#include "pair.h"
#include "node/card.h"
#include "node/receipt.h"
#include "record/stix.h"
#include "seal/envelope.h"
#include "store/store_engine.h"

/* --- whose key it is --- */

/* Whoever can write the row of a partner cannot sign the history of its keys. */
static void
test_a_swapped_key_is_not_believed(void **state)
{
    struct en_key other = test_signing_key(98, 1);
    struct en_store_partner x;
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    assert_int_equal(export_to(&p, p.a, p.id_b), EN_OK);
    assert_int_equal(en_store_partner_by_id(p.b->store, en_text_from_ours(p.id_a), &p.arena, &x, NULL), EN_OK);
    memcpy(x.key, other.public_key, sizeof x.key);
    assert_int_equal(en_store_begin(p.b->store, NULL), EN_OK);
    assert_int_equal(en_store_partner_change(p.b->store, &x, NULL), EN_OK);
    assert_int_equal(en_store_commit(p.b->store, NULL), EN_OK);
    assert_int_equal(import_at(&p, p.b), EN_E_INTEGRITY);
    assert_non_null(strstr(p.b->err.text, "history of keys"));
    pair_release(&p);
}

/* Whether an answer to who saw it has an event of this type. */
static bool
has_type(struct node *n, const char *type)
{
    char want[64];

    (void)snprintf(want, sizeof want, "\"type\":\"%s\"", type);
    return n->records.p != NULL && strstr(n->records.p, want) != NULL;
}

static void
test_who_saw_what_went_to_a_partner(void **state)
{
    static const char *const out[] = { "record-new", "release-propose", "release-approve", "bundle-export" };
    size_t before;
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    acts(p.a, "dora", "ledger-who-saw", "{\"record\":1}", EN_OK);
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        assert_true(has_type(p.a, out[i]));
    before = p.a->n_records; /* a list of deliveries tells of it, and one of another state does not */
    acts(p.a, "dora", "delivery-list", "{\"state\":\"refused\"}", EN_OK);
    acts(p.a, "berta", "delivery-list", "{}", EN_OK);
    acts(p.a, "dora", "ledger-who-saw", "{\"record\":1}", EN_OK);
    assert_int_equal(p.a->n_records, before + 2); /* and that it was asked before */
    acts(p.a, "dora", "ledger-who-saw", "{\"alert\":1}", EN_OK);
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        assert_true(has_type(p.a, out[i]));
    acts(p.b, "dora", "ledger-who-saw", "{\"alert\":1}", EN_OK);
    assert_true(has_type(p.b, "bundle-import"));
    acts(p.b, "dora", "ledger-who-saw", "{\"record\":1,\"alert\":1}", EN_E_USAGE);
    pair_release(&p);
}

/* --- there and back ----------------------------------------------------------------------------------------------- */

static void
test_alert_receipt_hit_withdrawal(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    acts(p.b, "berta", "profile-show", "{}", EN_OK);
    assert_int_equal(act(p.b, "berta", "screen", "{}", manifest_csv, NULL), EN_OK);
    alert_released(&p);
    acts(p.a, "dora", "delivery-list", "{}", EN_OK);
    is(p.a, 0, "state", "\"queued\"");
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    is(p.b, 0, "taken", "1");
    is(p.b, 0, "found_later", "1"); /* live in the index within the act, and against those still held */
    acts(p.a, "dora", "delivery-list", "{}", EN_OK);
    is(p.a, 0, "state", "\"sent\"");
    acts(p.b, "berta", "hit-show", "{\"hit\":1}", EN_OK);
    is(p.b, 0, "hit.alerts.0.ground", "\"unsc-2178\"");
    is(p.b, 0, "hit.alerts.0.record.ask", "[\"secondary-check\"]");
    is(p.b, 0, "hit.alerts.0.record.tlp", "\"amber\"");
    carry(&p, p.b, p.a, p.id_a, EN_OK);
    is(p.a, 0, "answers", "1");
    acts(p.a, "dora", "delivery-list", "{}", EN_OK);
    is(p.a, 0, "state", "\"received\"");
    /* What a partner said is changed by nobody else: no person, no list. */
    acts(p.b, "anna", "alert-edit", "{\"alert\":1,\"person\":{\"sex\":\"male\"}}", EN_E_RULE);
    acts(p.b, "anna", "alert-end", "{\"alert\":1,\"reason\":\"mistake\"}", EN_E_RULE);
    assert_int_equal(act(p.b, "emil", "import", "{\"source\":\"partner-x\"}", list_csv, NULL), EN_E_RULE);
    acts(p.a, "anna", "release-withdraw", "{\"record\":1,\"reason\":\"wrong-person\"}", EN_OK);
    is(p.a, 0, "withdrawal", "2");
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    is(p.b, 0, "withdrawn", "1");
    acts(p.b, "dora", "alert-list", "{\"all\":true}", EN_OK);
    assert_int_equal(p.b->n_records, 0);
    acts(p.b, "dora", "record-list", "{}", EN_OK);
    is(p.b, 0, "state", "\"withdrawn\"");
    is(p.b, 0, "bytes", "0");
    acts(p.b, "berta", "check", "{\"person\":{\"names\":[\"Yusuf al-Rashidi\"],\"birth_dates\":[\"1991-04-03\"]}}",
         EN_OK);
    is(p.b, 0, "hits", "[]");
    carry(&p, p.b, p.a, p.id_a, EN_OK);
    is(p.a, 0, "answers", "2"); /* the receipt, and the statement of destruction */
    acts(p.a, "dora", "delivery-list", "{}", EN_OK);
    is(p.a, 1, "state", "\"received\"");
    pair_release(&p);
}

/* --- review ------------------------------------------------------------------------------------------------------- */

static void
test_review_decides_and_the_sender_is_told(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, REVIEW);
    alert_released(&p);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    is(p.b, 0, "review", "1");
    acts(p.b, "dora", "record-list", "{\"state\":\"review\"}", EN_OK);
    is(p.b, 0, "reasons", "[\"review-agreed\"]");
    acts(p.b, "berta", "check", "{\"person\":{\"names\":[\"Yusuf al-Rashidi\"],\"birth_dates\":[\"1991-04-03\"]}}",
         EN_OK);
    is(p.b, 0, "hits", "[]"); /* nobody is compared with it yet */
    acts(p.b, "berta", "record-accept", "{\"record\":1}", EN_E_RULE);
    acts(p.b, "anna", "record-accept", "{\"record\":1}", EN_OK);
    is(p.b, 0, "state", "\"current\"");
    acts(p.b, "anna", "record-accept", "{\"record\":1}", EN_E_NO);
    acts(p.b, "berta", "check", "{\"person\":{\"names\":[\"Yusuf al-Rashidi\"],\"birth_dates\":[\"1991-04-03\"]}}",
         EN_OK);
    assert_non_null(strstr(member(p.b, 0, "hits.0.source"), p.id_a));
    /* The next version is refused: the first stays in force, and the originator is told. */
    acts(p.a, "anna", "alert-edit", "{\"alert\":1,\"person\":{\"sex\":\"male\"}}", EN_OK);
    acts(p.a, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    is(p.a, 0, "record", "2");
    acts(p.a, "zora", "release-approve", "{\"release\":2}", EN_OK);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    acts(p.b, "anna", "record-refuse", "{\"record\":2,\"reason\":\"other\"}", EN_OK);
    acts(p.b, "dora", "record-show", "{\"record\":1}", EN_OK);
    is(p.b, 0, "state", "\"current\"");
    carry(&p, p.b, p.a, p.id_a, EN_OK);
    acts(p.a, "dora", "delivery-list", "{\"record\":2}", EN_OK);
    is(p.a, 0, "state", "\"refused\"");
    is(p.a, 0, "reason", "\"declined,other\"");
    pair_release(&p);
}

static void
test_own_nationals_are_looked_at_first(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    second_supervisor(p.a);
    acts(p.a, "anna", "alert-new",
         "{\"person\":{\"names\":[\"Nils Norland\"],\"birth_dates\":[\"1991-04-03\"],\"nationalities\":[\"XAA\"]},"
         "\"ground\":\"unsc-2178\",\"review\":\"2027-06-01\",\"destroy\":\"2027-12-01\"}",
         EN_OK);
    acts(p.a, "anna", "record-new", "{\"kind\":\"alert\",\"alert\":1,\"record\":{\"ask\":[\"inform\"]," HANDLING "}}",
         EN_OK);
    release_to(p.a, 1, p.id_b);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    acts(p.b, "dora", "record-list", "{\"state\":\"review\"}", EN_OK);
    is(p.b, 0, "reasons", "[\"own-national\"]");
    pair_release(&p);
}

/* --- release ------------------------------------------------------------------------------------------------------ */

static void
test_a_release_takes_two_persons_and_the_rules(void **state)
{
    struct pair p;
    char args[200];

    (void)state;
    pair_init(&p, LIVE);
    second_supervisor(p.a);
    acts(p.a, "anna", "alert-new", PERSON, EN_OK);
    acts(p.a, "anna", "record-new", "{\"kind\":\"alert\",\"alert\":1,\"record\":{\"ask\":[\"inform\"]}}", EN_E_USAGE);
    acts(p.a, "anna", "record-new",
         "{\"kind\":\"alert\",\"alert\":1,\"record\":{\"ask\":[\"inform\"],\"handling\":{\"tlp\":\"amber\","
         "\"onward\":\"none\",\"purpose\":\"p\"}}}",
         EN_E_RULE); /* no authority behind it: nobody would take it */
    acts(p.a, "anna", "record-new", "{\"kind\":\"alert\",\"alert\":1,\"record\":{\"ask\":[\"inform\"]," HANDLING "}}",
         EN_OK);
    acts(p.a, "anna", "record-new", "{\"kind\":\"alert\",\"alert\":1,\"record\":{\"ask\":[\"inform\"]," HANDLING "}}",
         EN_E_NO);
    acts(p.a, "anna", "release-propose", "{\"record\":1,\"to\":[]}", EN_E_USAGE);
    acts(p.a, "anna", "release-propose", "{\"record\":1,\"to\":[\"\"]}", EN_E_USAGE);
    acts(p.a, "anna", "release-propose", "{\"record\":1,\"to\":[\"Sudmark\",\"\"]}", EN_E_USAGE);
    acts(p.a, "anna", "release-propose", "{\"record\":1,\"to\":[\"Nowhere\"]}", EN_E_NOT_FOUND);
    acts(p.a, "dora", "partner-show", "{\"partner\":\"SUDMARK\"}", EN_OK);
    acts(p.a, "dora", "partner-show", "{\"partner\":\"Sudmarks\"}", EN_E_NOT_FOUND);
    acts(p.a, "dora", "release-propose", "{\"record\":1,\"to\":[\"Sudmark\"]}", EN_E_RULE);
    acts(p.a, "zora", "release-propose", "{\"record\":1,\"to\":[\"Sudmark\",\"Sudmark\"]}", EN_E_SECOND);
    is(p.a, 0, "to.1", "");
    acts(p.a, "zora", "release-approve", "{\"release\":1}", EN_E_RULE); /* who proposes does not approve */
    acts(p.a, "anna", "release-approve", "{\"release\":1}", EN_E_RULE); /* nor who wrote it */
    assert_int_equal(export_to(&p, p.a, p.id_b), EN_E_NO);
    acts(p.a, "zora", "release-reject", "{\"release\":1,\"reason\":\"not now\"}", EN_OK);
    acts(p.a, "zora", "release-approve", "{\"release\":1}", EN_E_NO);
    acts(p.a, "anna", "record-new",
         "{\"kind\":\"note\",\"record\":{\"text\":\"x\",\"about\":[\"identity--6f1c1f0a-8d3b-4c6e-9a57-2f0e6b1d7c11\"],"
         "\"handling\":{\"tlp\":\"red\",\"onward\":\"none\"}}}",
         EN_OK);
    acts(p.a, "anna", "release-propose", "{\"record\":2,\"to\":[\"Sudmark\"]}", EN_E_RULE);
    (void)snprintf(args, sizeof args, "{\"record\":2,\"partner\":\"%s\"}", p.id_b);
    acts(p.a, "dora", "release-preview", args, EN_OK);
    is(p.a, 0, "may", "false");
    is(p.a, 0, "reasons.0.code", "\"label-above-agreement\"");
    pair_release(&p);
}

/* A new version replaces the one before, with its handling, at everyone who holds it; there are never two. */
static void
test_a_new_version_replaces(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    p.a->now += EN_TIME_HOUR;
    p.b->now += EN_TIME_HOUR;
    acts(p.a, "anna", "alert-edit", "{\"alert\":1,\"person\":{\"birth_dates\":[\"1991-04-04\"]}}", EN_OK);
    acts(p.a, "zora", "release-approve", "{\"release\":2}", EN_OK);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    acts(p.b, "dora", "record-list", "{\"kind\":\"alert\"}", EN_OK);
    assert_int_equal(p.b->n_records, 2);
    is(p.b, 0, "state", "\"superseded\"");
    is(p.b, 0, "bytes", "0");
    is(p.b, 1, "state", "\"current\"");
    is(p.b, 1, "version", "2");
    acts(p.b, "dora", "alert-list", "{}", EN_OK);
    assert_int_equal(p.b->n_records, 1);
    is(p.b, 0, "version", "2");
    /* The alert ends: everybody who holds it is told, before anything else. */
    acts(p.a, "anna", "alert-end", "{\"alert\":1,\"reason\":\"mistake\"}", EN_OK);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    is(p.b, 0, "withdrawn", "2");
    acts(p.b, "dora", "alert-list", "{\"all\":true}", EN_OK);
    assert_int_equal(p.b->n_records, 0);
    pair_release(&p);
}

/* No two labels, no version of anybody else's, and what waits for approval is of the newest draft only. */
static void
test_a_record_is_edited_and_dropped(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    acts(p.b, "anna", "record-edit", "{\"record\":1,\"changes\":{\"ask\":[\"inform\"]}}", EN_E_RULE);
    acts(p.b, "anna", "record-drop", "{\"record\":1}", EN_E_RULE);
    acts(p.a, "anna", "record-drop", "{\"record\":1}", EN_E_NO); /* it was released */
    acts(p.a, "anna", "record-edit", "{\"record\":1,\"changes\":{}}", EN_E_USAGE);
    acts(p.a, "anna", "record-edit", "{\"record\":1,\"changes\":{\"version\":7}}", EN_E_USAGE);
    acts(p.a, "anna", "record-edit", "{\"record\":1,\"changes\":{\"handling\":{\"tlp\":\"green\"}}}", EN_E_USAGE);
    acts(p.a, "anna", "record-edit", "{\"record\":1,\"changes\":{\"case\":[\"C 9\"],\"ask\":[\"inform\"]}}", EN_OK);
    is(p.a, 0, "version", "2");
    acts(p.a, "anna", "record-edit", "{\"record\":1,\"changes\":{\"ask\":[\"inform\"]}}", EN_E_NO); /* not the newest */
    acts(p.a, "anna", "record-edit",
         "{\"record\":2,\"changes\":{\"case\":null,\"handling\":{\"tlp\":\"green\",\"onward\":\"none\",\"purpose\":\"p\"}}}",
         EN_OK);
    is(p.a, 0, "version", "3");
    acts(p.a, "zora", "release-approve", "{\"release\":2}", EN_E_NO); /* of the draft before */
    acts(p.a, "anna", "release-approve", "{\"release\":3}", EN_E_RULE);
    acts(p.a, "zora", "release-approve", "{\"release\":3}", EN_OK);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    acts(p.b, "dora", "record-show", "{\"record\":2}", EN_OK);
    is(p.b, 0, "version", "3");
    is(p.b, 0, "state", "\"current\"");
    assert_non_null(strstr(member(p.b, 0, "object"), "\"tlp\":\"green\""));
    assert_null(strstr(member(p.b, 0, "object"), "amber"));
    assert_null(strstr(member(p.b, 0, "object"), "C 9"));
    /* A draft goes; its number is not given again. */
    acts(p.a, "anna", "record-edit", "{\"record\":3,\"changes\":{\"ask\":[\"arrest\"]}}", EN_OK);
    acts(p.a, "anna", "record-drop", "{\"record\":4}", EN_OK);
    is(p.a, 0, "bytes", "0");
    acts(p.a, "anna", "record-drop", "{\"record\":4}", EN_E_NO);
    acts(p.a, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    assert_int_equal(p.a->n_records, 0);
    acts(p.a, "anna", "record-edit", "{\"record\":3,\"changes\":{\"ask\":[\"inform\"]}}", EN_OK);
    is(p.a, 0, "version", "5");
    /* A note is about a record by its number or its id. */
    acts(p.a, "anna", "record-new",
         "{\"kind\":\"note\",\"record\":{\"text\":\"x\",\"about\":[\"3\"],"
         "\"handling\":{\"tlp\":\"green\",\"onward\":\"none\"}}}",
         EN_OK);
    assert_non_null(strstr(member(p.a, 0, "object"), "\"about\":[\"identity--"));
    acts(p.a, "anna", "record-new",
         "{\"kind\":\"note\",\"record\":{\"text\":\"x\",\"about\":[\"6f1c1f0a-8d3b-4c6e-9a57-2f0e6b1d7c11\"],"
         "\"handling\":{\"tlp\":\"green\",\"onward\":\"none\"}}}",
         EN_E_NOT_FOUND);
    pair_release(&p);
}

/* --- warnings, again, and the end of a record --------------------------------------------------------------------- */

static void
test_a_warning_is_acknowledged_by_a_person(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    second_supervisor(p.a);
    acts(p.a, "anna", "record-new",
         "{\"kind\":\"warning\",\"record\":{\"level\":\"likely\",\"name\":\"a station\",\"text\":\"two sources\","
         "\"handling\":{\"tlp\":\"green\",\"onward\":\"none\"}}}",
         EN_OK);
    release_to(p.a, 1, p.id_b);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    acts(p.b, "anna", "status", "{}", EN_OK);
    is(p.b, 0, "warnings_unopened", "1");
    acts(p.b, "dora", "record-ack", "{\"record\":1}", EN_E_RULE);
    acts(p.b, "berta", "record-ack", "{\"record\":1}", EN_OK);
    acts(p.b, "berta", "record-ack", "{\"record\":1}", EN_E_NO);
    acts(p.b, "anna", "status", "{}", EN_OK);
    is(p.b, 0, "warnings_unopened", "0");
    carry(&p, p.b, p.a, p.id_a, EN_OK);
    acts(p.a, "dora", "delivery-list", "{}", EN_OK);
    is(p.a, 0, "state", "\"opened\"");
    pair_release(&p);
}

static en_errc
other_versions(void *ctx, const struct en_store_link *x, struct en_err *err)
{
    (void)err;
    *(struct en_store_link *)ctx = *x;
    return EN_OK;
}

/* The partner speaks versions 7 and 8 of the exchange from now on, as its slip would have said. */
static void
speaks_others(struct pair *p)
{
    struct en_store_link l = { .relays = false };

    assert_int_equal(en_store_links_each(p->a->store, en_text_from_ours(p->id_b), other_versions, &l, NULL), EN_OK);
    memcpy(l.link.id, p->id_b, sizeof l.link.id);
    l.link.next = l.link.next != 0 ? l.link.next : 1;
    l.link.speaks_oldest = 7;
    l.link.speaks_newest = 8;
    assert_int_equal(en_store_begin(p->a->store, NULL), EN_OK);
    assert_int_equal(en_store_link_put(p->a->store, &l, NULL), EN_OK);
    assert_int_equal(en_store_commit(p->a->store, NULL), EN_OK);
}

static void
waits(struct pair *p, const char *word)
{
    acts(p->a, "dora", "delivery-list", "{}", EN_OK);
    assert_int_equal(p->a->n_records, 1);
    is(p->a, 0, "waits_for", word);
}

/* Whatever stands in the way of what waits is said with it, the strongest first. */
static void
test_what_a_delivery_waits_for(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    waits(&p, "\"bundle\"");
    speaks_others(&p);
    waits(&p, "\"version\"");
    acts(p.a, "anna", "partner-agree", "{\"partner\":\"Sudmark\",\"standing\":\"suspended\"}", EN_OK);
    waits(&p, "\"suspended\"");
    acts(p.a, "anna", "partner-agree", "{\"partner\":\"Sudmark\",\"standing\":\"expelled\"}", EN_OK);
    waits(&p, "\"expelled\"");
    acts(p.a, "anna", "partner-cut", "{\"partner\":\"Sudmark\",\"reason\":\"a call\"}", EN_OK);
    waits(&p, "\"cut\"");
    acts(p.a, "anna", "partner-restore", "{\"partner\":\"Sudmark\",\"reason\":\"another\"}", EN_OK);
    acts(p.a, "anna", "partner-agree", "{\"partner\":\"Sudmark\",\"standing\":\"full\"}", EN_OK);
    waits(&p, "\"version\"");
    pair_release(&p);
}

/* As many as were asked for of those that are ageing, whatever lies between that is not. */
static void
test_a_limit_counts_what_is_shown(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    carry(&p, p.a, p.b, p.id_b, EN_OK); /* b owes a receipt, which never ages */
    second_supervisor(p.b);
    for (unsigned i = 1; i <= 3; i++) {
        char args[256];

        acts(p.b, "anna", "alert-new", PERSON, EN_OK);
        (void)snprintf(args, sizeof args,
                       "{\"kind\":\"alert\",\"alert\":%s,\"record\":{\"ask\":[\"secondary-check\"]," HANDLING "}}",
                       member(p.b, 0, "alert"));
        acts(p.b, "anna", "record-new", args, EN_OK);
        release_to(p.b, (int)strtol(member(p.b, 0, "record"), NULL, 10), p.id_a);
    }
    p.b->now += 25 * EN_TIME_HOUR;
    acts(p.b, "dora", "delivery-list", "{\"limit\":2}", EN_OK);
    assert_int_equal(p.b->n_records, 2);
    is(p.b, 0, "what", "\"receipt\"");
    acts(p.b, "dora", "delivery-list", "{\"ageing_hours\":24,\"limit\":2}", EN_OK);
    assert_int_equal(p.b->n_records, 2);
    is(p.b, 0, "what", "\"record\"");
    is(p.b, 1, "what", "\"record\"");
    acts(p.b, "dora", "delivery-list", "{\"ageing_hours\":24,\"limit\":3}", EN_OK);
    assert_int_equal(p.b->n_records, 3);
    acts(p.b, "dora", "delivery-list", "{\"ageing_hours\":24,\"limit\":4}", EN_OK);
    assert_int_equal(p.b->n_records, 3);
    pair_release(&p);
}

/* A stick is lost: what was sent is sent again, is taken once, and is receipted each time. */
static void
test_sent_again_is_taken_once(void **state)
{
    struct pair p;
    char args[128];

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    p.a->now += 25 * EN_TIME_HOUR;
    p.b->now += 25 * EN_TIME_HOUR;
    acts(p.a, "dora", "delivery-list", "{\"ageing_hours\":24}", EN_OK); /* not even sent */
    assert_int_equal(p.a->n_records, 1);
    is(p.a, 0, "waits_for", "\"bundle\"");
    assert_int_equal(export_to(&p, p.a, p.id_b), EN_OK); /* nobody carries this one */
    assert_int_equal(export_to(&p, p.a, p.id_b), EN_E_NO);
    acts(p.a, "dora", "delivery-list", "{\"ageing_hours\":24}", EN_OK);
    assert_int_equal(p.a->n_records, 0);
    p.a->now += 30 * EN_TIME_HOUR;
    p.b->now += 30 * EN_TIME_HOUR;
    acts(p.a, "dora", "delivery-list", "{\"ageing_hours\":24}", EN_OK);
    assert_int_equal(p.a->n_records, 1);
    is(p.a, 0, "ageing", "true");
    is(p.a, 0, "waits_for", "\"receipt\"");
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",\"again\":true}", p.id_b);
    acts(p.a, "anna", "bundle-export", args, EN_OK);
    is(p.a, 0, "sequence", "2");
    take_file(&p, p.a);
    assert_int_equal(import_at(&p, p.b), EN_OK);
    is(p.b, 0, "missing", "1"); /* number 1 has not come */
    is(p.b, 0, "taken", "1");
    acts(p.a, "anna", "bundle-export", args, EN_OK);
    take_file(&p, p.a);
    assert_int_equal(import_at(&p, p.b), EN_OK);
    is(p.b, 0, "held", "1");
    assert_int_equal(import_at(&p, p.b), EN_OK); /* the same file once more */
    is(p.b, 0, "same", "true");
    carry(&p, p.b, p.a, p.id_a, EN_OK);
    acts(p.a, "dora", "delivery-list", "{\"record\":1}", EN_OK);
    is(p.a, 0, "state", "\"received\"");
    pair_release(&p);
}

static void
test_what_has_its_date_is_destroyed_and_said(void **state)
{
    struct pair p;
    bool more = true;

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    p.b->now = T0 + 400 * EN_TIME_DAY;
    acts(p.b, "fred", "clock-accept", "{}", EN_OK);
    while (more)
        assert_int_equal(en_acts_tick(p.b->acts, p.b->now, &more, NULL), EN_OK);
    acts(p.b, "dora", "record-show", "{\"record\":1}", EN_OK);
    is(p.b, 0, "state", "\"destroyed\"");
    is(p.b, 0, "object", "null");
    acts(p.b, "dora", "alert-list", "{\"all\":true}", EN_OK);
    assert_int_equal(p.b->n_records, 0);
    acts(p.b, "dora", "delivery-list", "{}", EN_OK);
    is(p.b, 1, "what", "\"statement\"");
    pair_release(&p);
}

/* --- made by hand: everything that may be wrong ------------------------------------------------------------------- */

struct craft {
    const struct en_node_keys *from, *signer; /* signer: whose key signs the bundle; NULL: from's */
    const char *to;
    uint64_t sequence;
    en_time made, expires;
    uint8_t name;
    struct en_bundle_part *parts;
    size_t n;
};

/* Seals it for B, whoever it says it is for. */
static void
craft(struct pair *p, const struct craft *c)
{
    uint8_t name[EN_ENVELOPE_ID_LEN] = { 0xcc, c->name }, random[EN_AGE_RANDOM(1)] = { 7 };
    uint8_t recipient[1][EN_AGE_KEY_LEN];
    struct en_bundle b = { .from = { c->from->partner, EN_SEAL_ID_LEN },
                           .to = en_text_from_ours(c->to != NULL ? c->to : p->id_b),
                           .id = name,
                           .sequence = c->sequence,
                           .created = c->made,
                           .expires = c->expires,
                           .parts = c->parts,
                           .n_parts = c->n };
    struct en_buf plain = EN_BUF_INIT;

    en_bundle_write(&b, &(c->signer != NULL ? c->signer : c->from)->signing, &plain);
    memcpy(recipient[0], p->b->keys.sealing[0].recipient, EN_AGE_KEY_LEN);
    en_buf_reset(&p->file);
    assert_int_equal(
        en_age_seal((const uint8_t(*)[EN_AGE_KEY_LEN])recipient, 1, random, en_buf_bytes(&plain), &p->file, NULL),
        EN_OK);
    en_buf_release(&plain);
}

static void
seal_bytes(struct pair *p, en_bytes plain)
{
    uint8_t random[EN_AGE_RANDOM(1)] = { 9 }, recipient[1][EN_AGE_KEY_LEN];

    memcpy(recipient[0], p->b->keys.sealing[0].recipient, EN_AGE_KEY_LEN);
    en_buf_reset(&p->file);
    assert_int_equal(en_age_seal((const uint8_t(*)[EN_AGE_KEY_LEN])recipient, 1, random, plain, &p->file, NULL), EN_OK);
}

static long
status(struct node *n, const char *path)
{
    acts(n, "anna", "status", "{}", EN_OK);
    return strtol(member(n, 0, path), NULL, 10);
}

static en_errc
take_row(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    (void)err;
    *(struct en_store_bundle *)ctx = *x;
    return EN_OK;
}

static void
test_bundles_that_are_refused_as_a_whole(void **state)
{
    struct pair p;
    struct en_node_keys c_keys = test_node_keys(3, 1, T0), d_keys = test_node_keys(4, 1, T0);
    const struct {
        struct craft c;
        en_errc rc;
        const char *told; /* the reason that its sender is told; NULL: nobody is told */
    } cases[] = {
        { { .from = &d_keys, .sequence = 1, .made = T0, .expires = T0 + EN_TIME_DAY }, EN_E_RULE, NULL },
        { { .signer = &c_keys, .sequence = 1, .made = T0, .expires = T0 + EN_TIME_DAY }, EN_E_INTEGRITY, NULL },
        { { .to = c_keys.partner, .sequence = 1, .made = T0, .expires = T0 + EN_TIME_DAY }, EN_E_RULE, "bundle-other" },
        { { .sequence = 2, .made = T0 + EN_TIME_HOUR, .expires = T0 + EN_TIME_DAY }, EN_E_RULE, "bundle-from-future" },
        { { .sequence = 3, .made = T0 - EN_TIME_DAY, .expires = T0 }, EN_E_RULE, "bundle-expired" },
        { { .sequence = 9, .made = T0, .expires = T0 + EN_TIME_DAY }, EN_OK, NULL },
        { { .sequence = EN_BUNDLE_NUMBER_MAX, .made = T0, .expires = T0 + EN_TIME_DAY }, EN_OK, NULL }, /* by hand */
        { { .sequence = 9, .made = T0, .expires = T0 + EN_TIME_DAY }, EN_E_RULE, "bundle-number-used" },
    };
    long refused = 0, told = 0;

    (void)state;
    pair_init(&p, LIVE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct craft c = cases[i].c;

        c.from = c.from != NULL ? c.from : &p.a->keys;
        c.name = (uint8_t)(i + 1);
        craft(&p, &c);
        assert_int_equal(import_at(&p, p.b), cases[i].rc);
        refused += cases[i].rc != EN_OK;
        told += cases[i].told != NULL;
        assert_int_equal(status(p.b, "read.bundles.refused"), refused);
        assert_int_equal(status(p.b, "bundles_refused"), told);
        if (cases[i].told != NULL) {
            assert_non_null(strstr(p.b->err.text[0] != '\0' ? p.b->err.text : cases[i].told, cases[i].told));
            acts(p.b, "dora", "delivery-list", "{\"state\":\"queued\"}", EN_OK);
            assert_int_equal(p.b->n_records, told);
            is(p.b, (size_t)told - 1, "what", "\"statement\"");
        }
    }
    /* What they say reaches the one whose name stands on it; of a bundle that was never sent it changes nothing. */
    carry(&p, p.b, p.a, p.id_a, EN_E_NO);
    is(p.a, 0, "refused.0.reasons", "\"not-about-ours\"");
    pair_release(&p);
}

/* The part of a record as B would get it: the bytes, released by `by` to `to`. In the pair's arena. */
static struct en_bundle_part
part_of(struct pair *p, en_bytes bytes, const struct en_node_keys *by, const char *to)
{
    const uint8_t salt[1][EN_ENVELOPE_SALT_LEN] = { { 5 } };
    const en_text who[1] = { en_text_from_ours(to) };
    uint8_t hash[EN_SHA256_LEN], sig[EN_SEAL_SIG_LEN];
    struct en_buf release = EN_BUF_INIT;
    struct en_bundle_part part = { .kind = EN_BUNDLE_RECORD };

    en_sha256(bytes, hash);
    en_release_write(hash, who, salt, 1, NULL, &release);
    en_seal_sign(&by->signing, EN_PURPOSE_RELEASE, en_buf_bytes(&release), sig);
    part.bytes = en_bytes_from(en_arena_copy(&p->arena, bytes.p, bytes.n), bytes.n);
    part.release = en_bytes_from(en_arena_copy(&p->arena, release.p, release.n), release.n);
    part.signature = en_bytes_from(en_arena_copy(&p->arena, sig, sizeof sig), sizeof sig);
    part.salt = en_bytes_from(en_arena_copy(&p->arena, salt, sizeof salt), sizeof salt[0]);
    en_buf_release(&release);
    return part;
}

/* A note by this originator, as STIX. */
static en_bytes
note_by(struct pair *p, const struct en_node_keys *by, const char *uuid, unsigned version, en_time at)
{
    struct en_record r;
    struct en_value about = { .field = en_record_field(EN_RECORD_NOTE, EN_TEXT_LIT("about")),
                              .text = EN_TEXT_LIT("incident--6f1c1f0a-8d3b-4c6e-9a57-2f0e6b1d7c11"),
                              .time = EN_TIME_NONE },
                    text = { .field = en_record_field(EN_RECORD_NOTE, EN_TEXT_LIT("text")),
                             .text = EN_TEXT_LIT("seen twice"),
                             .time = EN_TIME_NONE };
    struct en_buf b = EN_BUF_INIT;
    en_bytes out;

    en_record_init(&r, EN_RECORD_NOTE, &p->arena);
    r.id = en_text_from_ours(uuid);
    r.version = version;
    r.originator = (en_text){ by->partner, EN_SEAL_ID_LEN };
    r.created = T0 - EN_TIME_DAY;
    r.modified = version == 1 ? r.created : at;
    r.handling.review = r.handling.destroy = EN_TIME_NONE;
    assert_int_equal(en_record_add(&r, &about, NULL), EN_OK);
    assert_int_equal(en_record_add(&r, &text, NULL), EN_OK);
    en_stix_write(&r, &b);
    out = en_bytes_from(en_arena_copy(&p->arena, b.p, b.n), b.n);
    en_buf_release(&b);
    return out;
}

#define U1 "6f1c1f0a-8d3b-4c6e-9a57-2f0e6b1d7c01"
#define U2 "6f1c1f0a-8d3b-4c6e-9a57-2f0e6b1d7c02"
#define U3 "6f1c1f0a-8d3b-4c6e-9a57-2f0e6b1d7c03"

/* Puts other bytes into the bundle as it was signed, signs it again and seals it. */
static void
alter(struct pair *p, size_t at, const void *bytes, size_t n)
{
    struct en_buf plain = EN_BUF_INIT;
    uint8_t sig[EN_SEAL_SIG_LEN];

    assert_int_equal(en_age_open(p->b->keys.sealing, p->b->keys.n_sealing, en_buf_bytes(&p->file), EN_ENVELOPE_MAX,
                                 &plain, NULL),
                     EN_OK);
    memcpy(plain.p + at, bytes, n);
    en_seal_sign(&p->a->keys.signing, EN_PURPOSE_BUNDLE, en_bytes_from(plain.p, plain.n - sizeof sig), sig);
    memcpy(plain.p + plain.n - sizeof sig, sig, sizeof sig);
    seal_bytes(p, en_buf_bytes(&plain));
    en_buf_release(&plain);
}

static const size_t at_version = 14, at_number = 14 + 2 + 16 + 16 + EN_ENVELOPE_ID_LEN,
                    at_flags = 14 + 2 + 16 + 16 + EN_ENVELOPE_ID_LEN + 3 * 8,
                    at_parts = 14 + 2 + 16 + 16 + EN_ENVELOPE_ID_LEN + 3 * 8 + 1 + 4;

/* What its sender signed and we cannot read is answered; what nobody signed is not. */
static void
test_what_cannot_be_read_is_answered(void **state)
{
    static const uint8_t version[] = { 0, 2 }, flags[] = { 4 }, kind[] = { 0 },
                         number[] = { 255, 255, 255, 255, 255, 255, 255, 255 };
    const struct {
        size_t at;
        const uint8_t *bytes;
        size_t n;
        const char *code;
    } cases[] = {
        { at_version, version, 2, "bundle-version" },
        { at_flags, flags, 1, "bundle-flags" },
        { at_parts, kind, 1, "bundle-malformed" },
        { at_number, number, 8, "bundle-malformed" },
    };
    struct pair p;
    struct en_bundle_part part;
    struct craft c = { .made = T0, .expires = T0 + EN_TIME_DAY, .parts = &part, .n = 1 };

    (void)state;
    pair_init(&p, LIVE);
    c.from = &p.a->keys;
    part = part_of(&p, note_by(&p, &p.a->keys, U1, 1, T0), &p.a->keys, p.id_b);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        c.name = (uint8_t)(i + 1);
        c.sequence = i + 1;
        craft(&p, &c);
        alter(&p, cases[i].at, cases[i].bytes, cases[i].n);
        assert_int_equal(import_at(&p, p.b), EN_E_RULE);
        assert_non_null(strstr(p.b->err.text, cases[i].code));
        assert_int_equal(status(p.b, "bundles_refused"), i + 1);
        assert_int_equal(status(p.b, "deliveries.queued"), i + 1);
    }
    p.file.p[p.file.n - 1] ^= 1; /* nobody sealed that */
    assert_int_equal(import_at(&p, p.b), EN_E_INTEGRITY);
    /* The same bundle, under the same number and id, once it can be read: it is taken. */
    c.name = 1;
    c.sequence = 1;
    craft(&p, &c);
    assert_int_equal(import_at(&p, p.b), EN_OK);
    is(p.b, 0, "taken", "1");
    assert_int_equal(status(p.b, "bundles_refused"), 3);
    assert_int_equal(import_at(&p, p.b), EN_OK);
    is(p.b, 0, "same", "true");
    pair_release(&p);
}

/* One part of a kind that we do not know is refused by itself. */
static void
test_a_part_of_a_later_kind(void **state)
{
    static const uint8_t kind[] = { 99 };
    struct pair p;
    struct en_bundle_part parts[2];
    struct craft c = { .sequence = 1, .made = T0, .expires = T0 + EN_TIME_DAY, .parts = parts, .n = 2 };

    (void)state;
    pair_init(&p, LIVE);
    c.from = &p.a->keys;
    parts[0] = (struct en_bundle_part){ .kind = EN_BUNDLE_STATEMENT, .bytes = EN_BYTES_LIT("of a later version") };
    parts[1] = part_of(&p, note_by(&p, &p.a->keys, U1, 1, T0), &p.a->keys, p.id_b);
    craft(&p, &c);
    alter(&p, at_parts, kind, 1);
    assert_int_equal(import_at(&p, p.b), EN_E_NO);
    is(p.b, 0, "taken", "1");
    is(p.b, 0, "refused_count", "1");
    is(p.b, 0, "refused.0.reasons", "\"not-taken-here\"");
    pair_release(&p);
}

/* Records of a list: the proof stands in the place of a signature, is kept, and is of this very release. */
static void
test_records_of_a_list(void **state)
{
    struct pair p;
    struct en_bundle_part parts[5];
    struct craft c = { .sequence = 1, .made = T0, .expires = T0 + EN_TIME_DAY, .parts = parts, .n = 5 };
    struct en_batch list;
    struct en_buf proof[5] = { EN_BUF_INIT };

    (void)state;
    pair_init(&p, LIVE);
    c.from = &p.a->keys;
    en_batch_init(&list);
    for (unsigned i = 0; i < 5; i++) {
        char uuid[] = U1;

        uuid[35] = (char)('a' + i);
        parts[i] = part_of(&p, note_by(&p, &p.a->keys, uuid, 1, T0), &p.a->keys, p.id_b);
        parts[i].kind = EN_BUNDLE_LISTED;
        en_batch_add(&list, parts[i].release);
    }
    en_batch_sign(&list, &p.a->keys.signing);
    for (unsigned i = 0; i < 5; i++) {
        en_batch_proof(&list, i == 3 ? 2 : i, &proof[i]); /* one of them brings its neighbour's */
        parts[i].signature = en_buf_bytes(&proof[i]);
    }
    craft(&p, &c);
    assert_int_equal(import_at(&p, p.b), EN_E_NO);
    is(p.b, 0, "taken", "4");
    is(p.b, 0, "refused_count", "1");
    is(p.b, 0, "refused.0.reasons", "\"not-signed\"");
    for (unsigned i = 0; i < 5; i++)
        en_buf_release(&proof[i]);
    en_batch_release(&list);
    pair_release(&p);
}

/* What leaves together is signed together, and each record is kept with its proof; one alone has a signature. */
static void
test_what_leaves_together_is_signed_once(void **state)
{
    struct pair p;
    struct en_store_record x;
    struct en_arena a;

    (void)state;
    pair_init(&p, LIVE);
    en_arena_init(&a, EN_MIB);
    alert_released(&p);
    acts(p.a, "anna", "record-new",
         "{\"kind\":\"warning\",\"record\":{\"level\":\"likely\",\"name\":\"a station\",\"text\":\"two sources\","
         "\"handling\":{\"tlp\":\"green\",\"onward\":\"none\"}}}",
         EN_OK);
    release_to(p.a, 2, p.id_b);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    is(p.b, 0, "taken", "2");
    for (int64_t i = 1; i <= 2; i++) {
        assert_int_equal(en_store_record_get(p.b->store, i, &a, &x, NULL), EN_OK);
        assert_int_equal(x.signature.n, EN_BATCH_PROOF_MIN + EN_SHA256_LEN);
        assert_true(en_batch_verify(x.signature, x.release, p.a->keys.signing.public_key, NULL));
    }
    acts(p.a, "anna", "alert-end", "{\"alert\":1,\"reason\":\"mistake\"}", EN_OK);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    assert_int_equal(en_store_record_get(p.b->store, 3, &a, &x, NULL), EN_OK);
    assert_int_equal(x.signature.n, EN_SEAL_SIG_LEN);
    en_arena_release(&a);
    pair_release(&p);
}

static void
test_what_is_no_bundle_costs_little(void **state)
{
    struct pair p;
    struct en_buf zeroes = EN_BUF_INIT;
    uint8_t many[] = "entente-bundle\0\1"
                     "00112233445566aa00112233445566bb";

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    assert_int_equal(export_to(&p, p.a, p.id_b), EN_OK);
    for (size_t n = 0; n < p.file.n; n += 997) { /* cut anywhere */
        en_bytes cut = en_bytes_from(p.file.p, n);
        en_errc rc = act_bytes(p.b, "anna", "bundle-import", "{}", &cut, 1);

        assert_true(rc == EN_E_INPUT || rc == EN_E_INTEGRITY);
    }
    p.file.p[p.file.n - 1] ^= 1;
    assert_int_equal(import_at(&p, p.b), EN_E_INTEGRITY);
    p.file.p[p.file.n - 1] ^= 1;
    assert_int_equal(import_at(&p, p.b), EN_OK);
    /* A sealed bomb: as much as a bundle may have, and one byte more. */
    for (size_t i = 0; i < EN_ENVELOPE_MAX / sizeof(uint64_t); i++)
        en_buf_put_u64(&zeroes, 0);
    seal_bytes(&p, en_buf_bytes(&zeroes));
    assert_int_equal(import_at(&p, p.b), EN_E_INPUT);
    en_buf_put_u8(&zeroes, 0);
    seal_bytes(&p, en_buf_bytes(&zeroes));
    assert_int_equal(import_at(&p, p.b), EN_E_LIMIT);
    /* A number of parts that is not there. */
    en_buf_reset(&zeroes);
    en_buf_add(&zeroes, many, sizeof many - 1);
    for (size_t i = 0; i < 16 + 8 + 8 + 8 + 1; i++)
        en_buf_put_u8(&zeroes, 1);
    en_buf_put_u32(&zeroes, 0xffffffff);
    while (zeroes.n < 4096)
        en_buf_put_u8(&zeroes, 0);
    seal_bytes(&p, en_buf_bytes(&zeroes));
    assert_true(import_at(&p, p.b) != EN_OK);
    assert_int_equal(act(p.b, "anna", "bundle-import", "{}", "no age file", NULL), EN_E_INPUT);
    en_buf_release(&zeroes);
    pair_release(&p);
}

static en_bytes
replaced(struct pair *p, en_bytes in, const char *what, const char *by)
{
    const char *at = memmem(in.p, in.n, what, strlen(what));
    char *copy = en_arena_copy(&p->arena, in.p, in.n);

    assert_non_null(at);
    assert_int_equal(strlen(what), strlen(by));
    memcpy(copy + (at - (const char *)in.p), by, strlen(by));
    return en_bytes_from(copy, in.n);
}

/* Each part is judged by itself, with its reason; the others are taken. */
static void
test_parts_are_judged_one_by_one(void **state)
{
    struct pair p;
    struct en_node_keys c_keys = test_node_keys(3, 1, T0), d_keys = test_node_keys(4, 1, T0);
    struct node c_node = { .keys = c_keys, .now = T0 };
    struct en_bundle_part parts[10];
    const char *const want[] = {
        NULL,           "not-signed",         "not-released",       "not-signed",      "not-a-record",
        "not-a-record", "originator-unknown", "not-the-originator", "from-the-future", "version-differs"
    };
    struct craft c = { .sequence = 1, .made = T0, .expires = T0 + EN_TIME_DAY, .parts = parts, .n = 10 };
    en_bytes good;
    size_t refused = 0;

    (void)state;
    pair_init(&p, LIVE);
    node_knows(p.b, &c_node, "Third", LIVE);
    c.from = &p.a->keys;
    good = note_by(&p, &p.a->keys, U1, 1, T0);
    parts[0] = part_of(&p, good, &p.a->keys, p.id_b);
    parts[1] = part_of(&p, note_by(&p, &p.a->keys, U2, 1, T0), &c_keys, p.id_b);            /* signed by another */
    parts[2] = part_of(&p, note_by(&p, &p.a->keys, U2, 2, T0), &p.a->keys, c_keys.partner); /* let go to another */
    parts[3] = part_of(&p, note_by(&p, &p.a->keys, U2, 3, T0), &p.a->keys, p.id_b);
    parts[3].bytes = replaced(&p, parts[3].bytes, "seen twice", "seen never"); /* changed behind the release */
    parts[4] = part_of(&p, EN_BYTES_LIT("{\"type\":\"note\"}"), &p.a->keys, p.id_b);
    parts[5] = part_of(&p, replaced(&p, note_by(&p, &p.a->keys, U2, 4, T0), "\"kind\":\"note\"", "\"kind\":\"noty\""),
                       &p.a->keys, p.id_b);
    parts[6] = part_of(&p, note_by(&p, &d_keys, U3, 1, T0), &d_keys, p.id_b);
    parts[7] = part_of(&p, note_by(&p, &c_keys, U1, 2, T0), &c_keys, p.id_b); /* a version of what is not theirs */
    parts[8] = part_of(&p, note_by(&p, &p.a->keys, U3, 2, T0 + EN_TIME_DAY), &p.a->keys, p.id_b);
    parts[9] = part_of(&p, replaced(&p, good, "seen twice", "seen often"), &p.a->keys, p.id_b);
    craft(&p, &c);
    assert_int_equal(import_at(&p, p.b), EN_E_NO);
    is(p.b, 0, "taken", "1");
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        char path[40], quoted[64];

        if (want[i] == NULL)
            continue;
        (void)snprintf(path, sizeof path, "refused.%zu.reasons", refused++);
        (void)snprintf(quoted, sizeof quoted, "\"%s\"", want[i]);
        is(p.b, 0, path, quoted);
    }
    is(p.b, 0, "refused_count", "9");
    assert_int_equal(status(p.b, "read.bundles.refused"), 9);
    assert_int_equal(status(p.b, "records.aside"), 9);
    assert_int_equal(status(p.b, "deliveries.queued"), 1); /* one receipt says it all */
    pair_release(&p);
}

/* A partner who seals another's message again, and one who answers with another's receipt. */
static void
test_a_third_partner_cannot_pose(void **state)
{
    struct pair p;
    struct en_node_keys c_keys = test_node_keys(3, 1, T0);
    struct node c_node = { .keys = c_keys, .now = T0 };
    struct en_bundle_part parts[2];
    struct craft c = {
        .from = &c_keys, .sequence = 1, .made = T0, .expires = T0 + EN_TIME_DAY, .parts = parts, .n = 2
    };
    struct en_statement_item item = { .word = EN_SAID_OPENED };
    struct en_statement s = { .form = EN_STATEMENT_RECEIPT, .at = T0, .items = &item, .n_items = 1 };
    struct en_buf receipt = EN_BUF_INIT;

    (void)state;
    pair_init(&p, LIVE);
    node_knows(p.b, &c_node, "Third", LIVE);
    /* A's note, let go to C alone, comes in C's own bundle. */
    parts[0] = part_of(&p, note_by(&p, &p.a->keys, U1, 1, T0), &p.a->keys, c_keys.partner);
    /* And a receipt that A signed, as if it were C's answer. */
    s.from = (en_text){ p.id_a, EN_SEAL_ID_LEN };
    s.to = (en_text){ p.id_b, EN_SEAL_ID_LEN };
    en_statement_write(&s, &p.a->keys.signing, &receipt);
    parts[1] = (struct en_bundle_part){ .kind = EN_BUNDLE_RECEIPT, .bytes = en_buf_bytes(&receipt) };
    craft(&p, &c);
    assert_int_equal(import_at(&p, p.b), EN_E_NO);
    is(p.b, 0, "refused.0.reasons", "\"not-released\"");
    is(p.b, 0, "refused.1.reasons", "\"not-signed\"");
    /* C takes A's whole bundle to C, and seals it for B. */
    c = (struct craft){ .from = &p.a->keys,
                        .to = c_keys.partner,
                        .sequence = 4,
                        .made = T0,
                        .expires = T0 + EN_TIME_DAY,
                        .name = 2,
                        .parts = parts,
                        .n = 1 };
    craft(&p, &c);
    assert_int_equal(import_at(&p, p.b), EN_E_RULE);
    en_buf_release(&receipt);
    pair_release(&p);
}

static en_bytes
withdrawal_by(struct pair *p, const struct en_node_keys *by, const char *uuid, const char *about)
{
    struct en_record r;
    struct en_value v = { .field = en_record_field(EN_RECORD_WITHDRAWAL, EN_TEXT_LIT("about")),
                          .text = en_text_from_ours(about),
                          .time = EN_TIME_NONE },
                    why = { .field = en_record_field(EN_RECORD_WITHDRAWAL, EN_TEXT_LIT("reason")),
                            .text = EN_TEXT_LIT("other"),
                            .time = EN_TIME_NONE };
    struct en_buf b = EN_BUF_INIT;
    en_bytes out;

    en_record_init(&r, EN_RECORD_WITHDRAWAL, &p->arena);
    r.id = en_text_from_ours(uuid);
    r.version = 1;
    r.originator = (en_text){ by->partner, EN_SEAL_ID_LEN };
    r.created = r.modified = T0;
    r.handling.review = r.handling.destroy = EN_TIME_NONE;
    assert_int_equal(en_record_add(&r, &v, NULL), EN_OK);
    assert_int_equal(en_record_add(&r, &why, NULL), EN_OK);
    en_stix_write(&r, &b);
    out = en_bytes_from(en_arena_copy(&p->arena, b.p, b.n), b.n);
    en_buf_release(&b);
    return out;
}

/* Bundles come in any order: a withdrawal before what it takes back, a newer version before the older. */
static void
test_order_does_not_matter(void **state)
{
    struct pair p;
    struct en_node_keys c_keys = test_node_keys(3, 1, T0);
    struct node c_node = { .keys = c_keys, .now = T0 };
    struct en_bundle_part parts[5];
    struct craft c = { .sequence = 5, .made = T0, .expires = T0 + EN_TIME_DAY, .parts = parts, .n = 5 };

    (void)state;
    pair_init(&p, LIVE);
    node_knows(p.b, &c_node, "Third", LIVE);
    c.from = &p.a->keys;
    parts[0] = part_of(&p, withdrawal_by(&p, &p.a->keys, U2, "note--" U1), &p.a->keys, p.id_b);
    parts[1] = part_of(&p, note_by(&p, &p.a->keys, U1, 1, T0), &p.a->keys, p.id_b);
    parts[2] = part_of(&p, note_by(&p, &p.a->keys, U3, 2, T0), &p.a->keys, p.id_b);
    parts[3] = part_of(&p, note_by(&p, &p.a->keys, U3, 1, T0), &p.a->keys, p.id_b);
    parts[4] = part_of(&p, withdrawal_by(&p, &c_keys, U1, "note--" U3), &c_keys, p.id_b); /* not theirs to take back */
    craft(&p, &c);
    assert_int_equal(import_at(&p, p.b), EN_E_NO);
    is(p.b, 0, "taken", "2");
    is(p.b, 0, "missing", "4");
    is(p.b, 0, "refused.0.reasons", "\"id-withdrawn\"");
    is(p.b, 0, "refused.1.reasons", "\"version-old\"");
    is(p.b, 0, "refused.2.reasons", "\"not-the-originator\"");
    assert_int_equal(status(p.b, "records.current"), 2);
    pair_release(&p);
}

/* What is not admitted is kept as long as there is room for this partner, and no longer. */
static void
test_room_for_refused_content_is_bounded(void **state)
{
    struct pair p;
    struct en_bundle_part parts[6];
    struct craft c = { .sequence = 1, .made = T0, .expires = T0 + EN_TIME_DAY, .parts = parts, .n = 6 };

    (void)state;
    pair_init(&p, LIVE);
    c.from = &p.a->keys;
    for (size_t i = 0; i < 6; i++) {
        size_t n = EN_ENVELOPE_PART_MAX;
        char *junk = en_xmalloc(n);

        memset(junk, (int)('a' + i), n);
        parts[i] = part_of(&p, en_bytes_from(junk, n), &p.a->keys, p.id_b);
        free(junk);
    }
    craft(&p, &c);
    assert_int_equal(import_at(&p, p.b), EN_E_NO);
    acts(p.b, "dora", "record-list", "{\"state\":\"aside\"}", EN_OK);
    assert_int_equal(p.b->n_records, 6);
    is(p.b, 3, "bytes", "4194304");
    is(p.b, 4, "bytes", "0");
    is(p.b, 4, "reasons", "[\"not-a-record\",\"too-much-kept\"]");
    pair_release(&p);
}

/* The value of a row of "refusals" with this code, in a status. */
static long
refusals_of(struct node *n, const char *partner, const char *code)
{
    char path[64], quoted[64];

    acts(n, "anna", "status", "{}", EN_OK);
    for (unsigned i = 0; i < 100; i++) {
        (void)snprintf(path, sizeof path, "refusals.%u.code", i);
        (void)snprintf(quoted, sizeof quoted, "\"%s\"", code);
        if (strcmp(member(n, 0, path), quoted) != 0)
            continue;
        (void)snprintf(path, sizeof path, "refusals.%u.partner", i);
        (void)snprintf(quoted, sizeof quoted, "\"%s\"", partner);
        is(n, 0, path, quoted);
        (void)snprintf(path, sizeof path, "refusals.%u.text", i);
        assert_true(strlen(member(n, 0, path)) > 10 && strstr(member(n, 0, path), "no sentence") == NULL);
        (void)snprintf(path, sizeof path, "refusals.%u.count", i);
        return strtol(member(n, 0, path), NULL, 10);
    }
    return 0;
}

static uint64_t
rows_of(struct node *n, const char *sender)
{
    uint64_t rows, bytes;

    assert_int_equal(
        en_store_records_size(n->store, en_text_from_ours(sender), EN_HELD_ASIDE, &rows, &bytes, NULL), EN_OK);
    return rows;
}

/* So many parts of junk that neither rows nor answers may grow with them; all are counted, with their reason. */
static void
test_what_junk_costs_is_bounded(void **state)
{
    enum { MANY = 4500 };
    static char junk[MANY][12];
    struct pair p;
    struct en_bundle_part *parts = en_xcalloc(MANY, sizeof *parts);
    struct craft c = { .made = T0, .expires = T0 + EN_TIME_DAY, .parts = parts, .n = MANY };

    (void)state;
    pair_init(&p, LIVE);
    c.from = &p.a->keys;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < MANY; i++) {
            int n = snprintf(junk[i], sizeof junk[i], "%u %u", round, i);

            parts[i] = parts[0];
            if (i == 0)
                parts[0] = part_of(&p, EN_BYTES_LIT("x"), &p.a->keys, p.id_b);
            parts[i].bytes = en_bytes_from(junk[i], (size_t)n);
        }
        c.sequence = round + 1;
        c.name = (uint8_t)(round + 1);
        craft(&p, &c);
        assert_int_equal(import_at(&p, p.b), EN_E_NO);
        is(p.b, 0, "refused_count", "4500");
        is(p.b, 0, "refused_why.not-a-record", "4500");
        assert_int_equal(status(p.b, "deliveries.queued"), 5 * (round + 1)); /* a receipt and four refusals */
        assert_int_equal(rows_of(p.b, p.id_a), round < 2 ? MANY * (round + 1) : 10000);
    }
    is(p.b, 0, "refusals.1.code", "\"too-much-kept\"");
    assert_int_equal(refusals_of(p.b, p.id_a, "not-a-record"), 3 * MANY);
    assert_int_equal(refusals_of(p.b, p.id_a, "too-much-kept"), 3 * MANY - 10000);
    assert_int_equal(status(p.b, "read.bundles.refused"), 3 * MANY);
    free(parts);
    pair_release(&p);
}

/* Bundles that are refused again and again: so many rows, so many answers, and all are counted. */
static void
test_what_refused_bundles_cost_is_bounded(void **state)
{
    static const char zeros[EN_MIB];
    struct pair p;
    struct craft c = { .made = T0 - EN_TIME_DAY, .expires = T0 };

    (void)state;
    pair_init(&p, LIVE);
    c.from = &p.a->keys;
    assert_int_equal(en_store_begin(p.b->store, NULL), EN_OK); /* as if there had been many before */
    assert_int_equal(en_store_refusal_add(p.b->store, en_text_from_ours(p.id_a), EN_TEXT_LIT("bundle-expired"), 990,
                                          T0, NULL),
                     EN_OK);
    assert_int_equal(en_store_commit(p.b->store, NULL), EN_OK);
    for (unsigned i = 0; i < 260; i++) {
        c.sequence = i + 1;
        c.name = (uint8_t)i;
        c.made = T0 - EN_TIME_DAY - i / 250;
        craft(&p, &c);
        assert_int_equal(import_at(&p, p.b), EN_E_RULE);
    }
    assert_int_equal(status(p.b, "bundles_refused"), 10);
    assert_int_equal(status(p.b, "deliveries.queued"), 256);
    assert_int_equal(refusals_of(p.b, p.id_a, "bundle-expired"), 990 + 260);
    assert_int_equal(refusals_of(p.b, p.id_a, "answers-full"), 4);
    assert_int_equal(status(p.b, "read.bundles.refused"), 260);
    assert_int_equal(act(p.b, "anna", "bundle-import", "{}", "no age file", NULL), EN_E_INPUT);
    assert_int_equal(refusals_of(p.b, "", "not-a-bundle"), 1);
    p.file.p[p.file.n - 1] ^= 1;
    assert_int_equal(import_at(&p, p.b), EN_E_INTEGRITY);
    assert_int_equal(refusals_of(p.b, "", "altered"), 1);
    assert_int_equal(refusals_of(p.b, "", "sender-unproven"), 0);
    while (p.file.n <= ARRIVING_SEALED_MAX)
        en_buf_add(&p.file, zeros, sizeof zeros);
    assert_int_equal(import_at(&p, p.b), EN_E_LIMIT);
    assert_int_equal(refusals_of(p.b, "", "not-a-bundle"), 2);
    assert_int_equal(status(p.b, "read.bundles.refused"), 263);
    pair_release(&p);
}

/* What a receipt does not list is neither received nor refused: it goes again. */
static void
test_what_a_receipt_does_not_list_goes_again(void **state)
{
    struct pair p;
    struct en_bundle_part part = { .kind = EN_BUNDLE_RECEIPT };
    struct en_store_bundle_filter f = { .out_only = true };
    struct en_statement s = { .form = EN_STATEMENT_RECEIPT,
                              .of_bundle = true,
                              .at = T0,
                              .parts = 1,
                              .rest = 1,
                              .rest_reasons = EN_TEXT_LIT("not-a-record") };
    struct en_store_bundle sent = { .id = 0 };
    struct en_buf note = EN_BUF_INIT;
    struct craft c = { .sequence = 1, .made = T0, .expires = T0 + EN_TIME_DAY, .parts = &part, .n = 1 };
    struct node *a;

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    assert_int_equal(export_to(&p, p.a, p.id_b), EN_OK);
    assert_int_equal(en_store_bundles_each(p.a->store, &f, take_row, &sent, NULL), EN_OK);
    s.from = en_text_from_ours(p.id_b);
    s.to = en_text_from_ours(p.id_a);
    s.sequence = sent.sequence;
    memcpy(s.bundle, sent.name, sizeof s.bundle);
    memcpy(s.hash, sent.hash, sizeof s.hash);
    en_statement_write(&s, &p.b->keys.signing, &note);
    assert_non_null(strstr(note.p, "\nrest 1 not-a-record\n"));
    part.bytes = en_buf_bytes(&note);
    c.from = &p.b->keys;
    c.to = p.id_a;
    a = p.a; /* crafted bundles are sealed for B */
    p.a = p.b;
    p.b = a;
    craft(&p, &c);
    assert_int_equal(import_at(&p, p.b), EN_OK);
    acts(p.b, "dora", "delivery-list", "{}", EN_OK);
    is(p.b, 0, "state", "\"sent\"");
    en_buf_release(&note);
    pair_release(&p);
}

/* The page has the codes and the sentences that the program tells. */
static void
test_codes_are_on_their_page(void **state)
{
    struct en_buf path = EN_BUF_INIT, row = EN_BUF_INIT;
    static char page[65536];
    FILE *f;

    (void)state;
    en_buf_addf(&path, "%s/docs/formats/statements.md", getenv("ENTENTE_SOURCE"));
    f = fopen(path.p, "r");
    assert_non_null(f);
    page[fread(page, 1, sizeof page - 1, f)] = '\0';
    assert_int_equal(fclose(f), 0);
    for (const struct refusal_code *r = refusal_codes; r->code != NULL; r++) {
        en_buf_reset(&row);
        en_buf_addf(&row, "\n| `%s` | %s |\n", r->code, r->sentence);
        if (strstr(page, row.p) == NULL)
            fail_msg("statements.md 3 has no row for %s in these words", r->code);
    }
    en_buf_release(&path);
    en_buf_release(&row);
}

/* A cut partner gives nothing and gets nothing; its withdrawals are taken. */
static void
test_a_cut_partner(void **state)
{
    struct pair p;
    struct en_store_partner x;
    struct en_arena a;

    (void)state;
    pair_init(&p, LIVE);
    alert_released(&p);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    en_arena_init(&a, EN_MIB);
    assert_int_equal(en_store_partner_by_id(p.b->store, en_text_from_ours(p.id_a), &a, &x, NULL), EN_OK);
    x.cut = T0;
    x.cut_why = EN_TEXT_LIT("trust");
    assert_int_equal(en_store_begin(p.b->store, NULL), EN_OK);
    assert_int_equal(en_store_partner_change(p.b->store, &x, NULL), EN_OK);
    assert_int_equal(en_store_commit(p.b->store, NULL), EN_OK);
    p.a->now += EN_TIME_HOUR;
    p.b->now += EN_TIME_HOUR;
    acts(p.a, "anna", "alert-edit", "{\"alert\":1,\"person\":{\"sex\":\"male\"}}", EN_OK);
    acts(p.a, "zora", "release-approve", "{\"release\":2}", EN_OK);
    carry(&p, p.a, p.b, p.id_b, EN_E_NO);
    is(p.b, 0, "refused.0.reasons", "\"partner-cut\"");
    acts(p.a, "anna", "alert-end", "{\"alert\":1,\"reason\":\"mistake\"}", EN_OK);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    is(p.b, 0, "withdrawn", "2");
    en_arena_release(&a);
    pair_release(&p);
}

/* --- faults ------------------------------------------------------------------------------------------------------- */

/* Every write of the act fails once: then nothing of it is there and nothing was told; tried again, it succeeds. */
static void
struck(struct node *n, const char *user, const char *word, const char *args, en_bytes *file, en_errc want)
{
    en_errc rc = EN_E_STORAGE;
    uint64_t times = 0;

    for (uint64_t at = 1; rc == EN_E_STORAGE; at++) {
        struct en_store_counts before, after;

        assert_int_equal(en_store_counts(n->store, &before, NULL), EN_OK);
        en_store_fault_plan(n->store, at, EN_FAULT_FAIL);
        rc = act_bytes(n, user, word, args, file, file != NULL);
        en_store_fault_plan(n->store, 0, EN_FAULT_FAIL);
        assert_int_equal(en_store_counts(n->store, &after, NULL), EN_OK);
        if (rc == EN_E_STORAGE) {
            times++;
            assert_int_equal(n->n_records, 0);
            assert_memory_equal(&before, &after, sizeof before);
            assert_false(en_store_in_transaction(n->store));
        }
    }
    if (rc != want)
        fail_msg("%s: %s: %s", word, en_errc_name(rc), n->err.text);
    assert_true(times >= 2); /* event and commit at least */
}

static void
test_every_write_may_fail(void **state)
{
    struct pair p;
    en_bytes file;
    char args[128];

    (void)state;
    pair_init_over(&p, LIVE, en_store_new_fault(en_store_new_memory()), en_store_new_fault(en_store_new_memory()));
    second_supervisor(p.a);
    acts(p.a, "anna", "alert-new", PERSON, EN_OK);
    struck(p.a, "anna", "record-new",
           "{\"kind\":\"alert\",\"alert\":1,\"record\":{\"ask\":[\"inform\"]," HANDLING "}}", NULL, EN_OK);
    struck(p.a, "anna", "release-propose", "{\"record\":1,\"to\":[\"Sudmark\"]}", NULL, EN_E_SECOND);
    struck(p.a, "zora", "release-approve", "{\"release\":1}", NULL, EN_OK);
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\"}", p.id_b);
    struck(p.a, "anna", "bundle-export", args, NULL, EN_OK);
    take_file(&p, p.a);
    file = en_buf_bytes(&p.file);
    struck(p.b, "anna", "bundle-import", "{}", &file, EN_OK);
    is(p.b, 0, "taken", "1");
    struck(p.b, "anna", "bundle-import", "{}", &file, EN_OK);
    is(p.b, 0, "same", "true");
    assert_int_equal(export_to(&p, p.b, p.id_a), EN_OK);
    file = en_buf_bytes(&p.file);
    struck(p.a, "anna", "bundle-import", "{}", &file, EN_OK);
    is(p.a, 0, "answers", "1");
    struck(p.a, "anna", "alert-edit", "{\"alert\":1,\"person\":{\"sex\":\"male\"}}", NULL, EN_OK);
    struck(p.a, "anna", "alert-end", "{\"alert\":1,\"reason\":\"mistake\"}", NULL, EN_OK);
    assert_int_equal(export_to(&p, p.a, p.id_b), EN_OK);
    file = en_buf_bytes(&p.file);
    struck(p.b, "anna", "bundle-import", "{}", &file, EN_OK);
    is(p.b, 0, "withdrawn", "1");
    pair_release(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_swapped_key_is_not_believed),
        cmocka_unit_test(test_who_saw_what_went_to_a_partner),
        cmocka_unit_test(test_alert_receipt_hit_withdrawal),
        cmocka_unit_test(test_review_decides_and_the_sender_is_told),
        cmocka_unit_test(test_own_nationals_are_looked_at_first),
        cmocka_unit_test(test_a_release_takes_two_persons_and_the_rules),
        cmocka_unit_test(test_a_new_version_replaces),
        cmocka_unit_test(test_a_record_is_edited_and_dropped),
        cmocka_unit_test(test_a_warning_is_acknowledged_by_a_person),
        cmocka_unit_test(test_what_a_delivery_waits_for),
        cmocka_unit_test(test_a_limit_counts_what_is_shown),
        cmocka_unit_test(test_sent_again_is_taken_once),
        cmocka_unit_test(test_what_has_its_date_is_destroyed_and_said),
        cmocka_unit_test(test_bundles_that_are_refused_as_a_whole),
        cmocka_unit_test(test_what_cannot_be_read_is_answered),
        cmocka_unit_test(test_a_part_of_a_later_kind),
        cmocka_unit_test(test_records_of_a_list),
        cmocka_unit_test(test_what_leaves_together_is_signed_once),
        cmocka_unit_test(test_what_is_no_bundle_costs_little),
        cmocka_unit_test(test_parts_are_judged_one_by_one),
        cmocka_unit_test(test_a_third_partner_cannot_pose),
        cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_room_for_refused_content_is_bounded),
        cmocka_unit_test(test_what_junk_costs_is_bounded),
        cmocka_unit_test(test_what_refused_bundles_cost_is_bounded),
        cmocka_unit_test(test_what_a_receipt_does_not_list_goes_again),
        cmocka_unit_test(test_codes_are_on_their_page),
        cmocka_unit_test(test_a_cut_partner),
        cmocka_unit_test(test_every_write_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
