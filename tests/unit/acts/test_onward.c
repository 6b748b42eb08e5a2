/*
 * What Norland let Sudmark have goes on to Ostland: when Norland was asked, when it is listed, and not otherwise. The
 * people and services are invented.
 */
#include "pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "node/receipt.h"
#include "seal/envelope.h"

struct trio {
    struct pair p; /* a is Norland, b is Sudmark */
    struct node *c;
    char id_c[EN_SEAL_ID_LEN + 1];
};

static void
alert_with(struct trio *t, const char *onward)
{
    struct en_buf b = EN_BUF_INIT;

    acts(t->p.a, "anna", "alert-new", PERSON, EN_OK);
    en_buf_addf(&b,
                "{\"kind\":\"alert\",\"alert\":1,\"record\":{\"ask\":[\"inform\"],\"instrument\":\"x\",\"handling\":"
                "{\"tlp\":\"amber\",\"purpose\":\"border control\",%s}}}",
                onward);
    acts(t->p.a, "anna", "record-new", b.p, EN_OK);
    en_buf_release(&b);
    release_to(t->p.a, 1, t->p.id_b);
    carry(&t->p, t->p.a, t->p.b, t->p.id_b, EN_OK);
    is(t->p.b, 0, "taken", "1");
}

static void
trio_init(struct trio *t, const char *onward)
{
    struct en_buf b = EN_BUF_INIT;

    pair_init(&t->p, LIVE);
    t->c = node_new(en_store_new_memory());
    node_key(t->c, 3);
    memcpy(t->id_c, t->c->keys.partner, sizeof t->id_c);
    node_knows(t->p.a, t->c, "Ostland", LIVE);
    node_knows(t->p.b, t->c, "Ostland", LIVE);
    node_knows(t->c, t->p.a, "Norland", LIVE);
    node_knows(t->c, t->p.b, "Sudmark", LIVE);
    second_supervisor(t->p.a);
    second_supervisor(t->p.b);
    if (onward == NULL)
        en_buf_addf(&b, "\"onward\":\"list\",\"onward_to\":[\"%s\"]", t->id_c);
    else
        en_buf_add_str(&b, onward);
    alert_with(t, b.p);
    en_buf_release(&b);
}

static void
trio_release(struct trio *t)
{
    told(t->c);
    assert_int_equal(en_store_check(t->c->store, NULL), EN_OK);
    node_free(t->c);
    pair_release(&t->p);
}

#define ASK  "\"onward\":\"ask\""
#define LIST NULL /* Ostland is listed */

/* Sudmark asks, and Norland has the question. */
static void
ask(struct trio *t)
{
    acts(t->p.b, "anna", "release-propose", "{\"record\":1,\"to\":[\"Ostland\"]}", EN_E_SECOND);
    is(t->p.b, 0, "consent", "\"asked\"");
    carry(&t->p, t->p.b, t->p.a, t->p.id_a, EN_OK);
    is(t->p.a, 0, "answers", "2"); /* the receipt, and the question */
    acts(t->p.a, "dora", "question-list", "{\"waiting\":true}", EN_OK);
    assert_int_equal(t->p.a->n_records, 1);
    is(t->p.a, 0, "asker_name", "\"Sudmark\"");
    is(t->p.a, 0, "target_name", "\"Ostland\"");
    is(t->p.a, 0, "state", "\"asked\"");
}

/* Two persons of Norland consent, and Sudmark has the answer. */
static void
consent(struct trio *t)
{
    acts(t->p.a, "anna", "question-consent", "{\"question\":1}", EN_E_SECOND);
    is(t->p.a, 0, "consent", "\"given\"");
    acts(t->p.a, "anna", "release-approve", "{\"release\":2}", EN_E_RULE);
    acts(t->p.a, "zora", "release-approve", "{\"release\":2}", EN_OK);
    carry(&t->p, t->p.a, t->p.b, t->p.id_b, EN_OK);
}

static void
test_with_the_consent_of_two_persons(void **state)
{
    struct trio t;

    (void)state;
    trio_init(&t, ASK);
    acts(t.p.b, "dora", "release-preview", "{\"record\":1,\"partner\":\"Ostland\"}", EN_OK);
    is(t.p.b, 0, "reasons.0.code", "\"onward-ask\"");
    acts(t.p.b, "anna", "release-propose", "{\"record\":1,\"to\":[\"Norland\"]}", EN_E_NO);
    acts(t.p.b, "anna", "release-propose", "{\"record\":1,\"to\":[\"Ostland\",\"Norland\"]}", EN_E_USAGE);
    ask(&t);
    acts(t.p.b, "zora", "release-approve", "{\"release\":1}", EN_E_RULE); /* nothing was answered */
    consent(&t);
    acts(t.p.a, "dora", "delivery-list", "{\"record\":1}", EN_OK);
    assert_int_equal(t.p.a->n_records, 1); /* Norland itself sends nothing to Ostland */
    acts(t.p.b, "dora", "release-list", "{}", EN_OK);
    is(t.p.b, 0, "consent", "\"granted\"");
    acts(t.p.b, "anna", "release-approve", "{\"release\":1}", EN_E_RULE); /* who proposed */
    acts(t.p.b, "zora", "release-approve", "{\"release\":1}", EN_OK);
    carry(&t.p, t.p.b, t.c, t.id_c, EN_OK);
    is(t.c, 0, "taken", "1");
    acts(t.c, "dora", "record-list", "{}", EN_OK);
    is(t.c, 0, "originator_name", "\"Norland\"");
    is(t.c, 0, "sender", member(t.c, 0, "sender"));
    acts(t.c, "berta", "check", "{\"person\":{\"names\":[\"Yusuf al-Rashidi\"],\"birth_dates\":[\"1991-04-03\"]}}",
         EN_OK);
    assert_non_null(strstr(member(t.c, 0, "hits.0.source"), t.p.id_a));
    carry(&t.p, t.c, t.p.b, t.p.id_b, EN_OK);
    acts(t.p.b, "dora", "delivery-list", "{\"record\":1}", EN_OK);
    is(t.p.b, 0, "state", "\"received\"");
    /* Taken back: Norland tells both, and Sudmark tells Ostland too. */
    acts(t.p.a, "anna", "release-withdraw", "{\"record\":1,\"reason\":\"wrong-person\"}", EN_OK);
    acts(t.p.a, "dora", "delivery-list", "{\"record\":2}", EN_OK);
    assert_int_equal(t.p.a->n_records, 2);
    carry(&t.p, t.p.a, t.p.b, t.p.id_b, EN_OK);
    is(t.p.b, 0, "withdrawn", "1");
    carry(&t.p, t.p.b, t.c, t.id_c, EN_OK);
    is(t.c, 0, "withdrawn", "1");
    carry(&t.p, t.p.a, t.c, t.id_c, EN_OK);
    is(t.c, 0, "held", "1");                  /* it is the same */
    carry(&t.p, t.c, t.p.a, t.p.id_a, EN_OK); /* gone: Norland takes that word */
    trio_release(&t);
}

static void
test_denied(void **state)
{
    struct trio t;

    (void)state;
    trio_init(&t, ASK);
    ask(&t);
    acts(t.p.a, "berta", "question-deny", "{\"question\":1,\"reason\":\"law\"}", EN_E_RULE);
    acts(t.p.a, "anna", "question-deny", "{\"question\":1,\"reason\":\"mood\"}", EN_E_USAGE);
    acts(t.p.a, "anna", "question-deny", "{\"question\":9,\"reason\":\"law\"}", EN_E_NOT_FOUND);
    acts(t.p.a, "anna", "question-deny", "{\"question\":1,\"reason\":\"law\"}", EN_OK);
    acts(t.p.a, "anna", "question-deny", "{\"question\":1,\"reason\":\"law\"}", EN_E_NO);
    carry(&t.p, t.p.a, t.p.b, t.p.id_b, EN_OK);
    acts(t.p.b, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    is(t.p.b, 0, "consent", "\"denied\"");
    is(t.p.b, 0, "reason", "\"law\"");
    acts(t.p.b, "zora", "release-approve", "{\"release\":1}", EN_E_RULE);
    acts(t.p.b, "anna", "release-reject", "{\"release\":1,\"reason\":\"denied\"}", EN_OK);
    /* Asked again, the answer is the same; then it changes its mind. */
    acts(t.p.b, "anna", "release-propose", "{\"record\":1,\"to\":[\"Ostland\"]}", EN_E_SECOND);
    carry(&t.p, t.p.b, t.p.a, t.p.id_a, EN_OK);
    carry(&t.p, t.p.a, t.p.b, t.p.id_b, EN_OK);
    acts(t.p.b, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    is(t.p.b, 0, "consent", "\"denied\"");
    consent(&t);
    acts(t.p.b, "zora", "release-approve", "{\"release\":2}", EN_OK);
    trio_release(&t);
}

/* The first of two persons may think otherwise: the question waits again. */
static void
test_a_consent_is_rejected_by_the_second_person(void **state)
{
    struct trio t;

    (void)state;
    trio_init(&t, ASK);
    ask(&t);
    acts(t.p.a, "anna", "question-consent", "{\"question\":1}", EN_E_SECOND);
    acts(t.p.a, "anna", "question-consent", "{\"question\":1}", EN_E_NO);
    acts(t.p.a, "anna", "question-deny", "{\"question\":1,\"reason\":\"law\"}", EN_E_NO);
    acts(t.p.a, "zora", "release-reject", "{\"release\":2,\"reason\":\"no\"}", EN_OK);
    acts(t.p.a, "dora", "question-list", "{}", EN_OK);
    is(t.p.a, 0, "state", "\"asked\"");
    acts(t.p.a, "anna", "question-deny", "{\"question\":1,\"reason\":\"law\"}", EN_OK);
    trio_release(&t);
}

static void
test_those_who_are_listed(void **state)
{
    struct trio t;

    (void)state;
    trio_init(&t, LIST);
    acts(t.p.b, "anna", "release-propose", "{\"record\":1,\"to\":[\"Ostland\"]}", EN_E_SECOND);
    is(t.p.b, 0, "consent", "\"listed\"");
    acts(t.p.b, "zora", "release-approve", "{\"release\":1}", EN_OK);
    carry(&t.p, t.p.b, t.c, t.id_c, EN_OK);
    is(t.c, 0, "taken", "1");
    acts(t.p.a, "anna", "release-withdraw", "{\"record\":1,\"reason\":\"other\"}", EN_OK);
    carry(&t.p, t.p.a, t.p.b, t.p.id_b, EN_OK);
    carry(&t.p, t.p.b, t.c, t.id_c, EN_OK); /* Norland does not know that Ostland has it; Sudmark does */
    is(t.c, 0, "withdrawn", "1");
    carry(&t.p, t.c, t.p.a, t.p.id_a, EN_OK);
    trio_release(&t);
}

static void
test_nobody_else(void **state)
{
    static const char *const onward[] = { "\"onward\":\"none\"",
                                          "\"onward\":\"list\",\"onward_to\":[\"00112233445566aa\"]" };

    (void)state;
    for (size_t i = 0; i < sizeof onward / sizeof *onward; i++) {
        struct trio t;

        trio_init(&t, onward[i]);
        acts(t.p.b, "anna", "release-propose", "{\"record\":1,\"to\":[\"Ostland\"]}", EN_E_RULE);
        assert_non_null(strstr(t.p.b->err.text, "originator lets"));
        trio_release(&t);
    }
}

/* What had not left when it was taken back does not leave. */
static void
test_taken_back_before_it_left(void **state)
{
    struct trio t;

    (void)state;
    trio_init(&t, LIST);
    acts(t.p.b, "anna", "release-propose", "{\"record\":1,\"to\":[\"Ostland\"]}", EN_E_SECOND);
    acts(t.p.b, "zora", "release-approve", "{\"release\":1}", EN_OK);
    acts(t.p.a, "anna", "release-withdraw", "{\"record\":1,\"reason\":\"other\"}", EN_OK);
    carry(&t.p, t.p.a, t.p.b, t.p.id_b, EN_OK);
    acts(t.p.b, "dora", "delivery-list", "{\"record\":1}", EN_OK);
    is(t.p.b, 0, "state", "\"dropped\"");
    assert_int_equal(export_to(&t.p, t.p.b, t.id_c), EN_E_NO);
    trio_release(&t);
}

/* Raised above what one holder has agreed to: it is proposed to those who may have it, and taken back from that one. */
static void
test_a_label_that_is_raised(void **state)
{
    struct trio t;

    (void)state;
    trio_init(&t, ASK);
    acts(t.p.a, "anna", "partner-agree",
         "{\"partner\":\"ostland\",\"gives\":[\"alert\"],\"takes\":[],\"most\":\"red\"}", EN_OK);
    release_to(t.p.a, 1, t.id_c);
    carry(&t.p, t.p.a, t.c, t.id_c, EN_OK);
    acts(t.p.a, "anna", "record-edit",
         "{\"record\":1,\"changes\":{\"handling\":{\"tlp\":\"red\",\"onward\":\"none\",\"purpose\":\"border "
         "control\"}}}",
         EN_OK);
    acts(t.p.a, "dora", "release-preview", "{\"record\":2}", EN_OK);
    is(t.p.a, 0, "partner_name", "\"Sudmark\"");
    is(t.p.a, 0, "may", "false");
    is(t.p.a, 0, "withdraws", "true");
    is(t.p.a, 1, "may", "true");
    is(t.p.a, 1, "withdraws", "false");
    is(t.p.a, 1, "reasons.0.code", "\"standing-full\"");
    acts(t.p.a, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    is(t.p.a, 0, "to.0.partner_name", "\"Ostland\"");
    is(t.p.a, 0, "to.1", "");
    acts(t.p.a, "zora", "release-approve", "{\"release\":3}", EN_OK);
    carry(&t.p, t.p.a, t.p.b, t.p.id_b, EN_OK);
    is(t.p.b, 0, "withdrawn", "1");
    carry(&t.p, t.p.a, t.c, t.id_c, EN_OK);
    is(t.c, 0, "taken", "1");
    is(t.c, 0, "withdrawn", "0");
    /* Lowered again, it is not for who was told to forget it. */
    acts(t.p.a, "anna", "record-edit",
         "{\"record\":2,\"changes\":{\"handling\":{\"tlp\":\"green\",\"onward\":\"none\",\"purpose\":\"border "
         "control\"}}}",
         EN_OK);
    acts(t.p.a, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    is(t.p.a, 0, "to.0.partner_name", "\"Ostland\"");
    is(t.p.a, 0, "to.1", "");
    trio_release(&t);
}

/* --- what a partner may try --------------------------------------------------------------------------------------- */

struct part_of {
    struct en_arena a;
    struct en_bundle_part part;
};

/* The record as Sudmark got it. */
static en_errc
take_part(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct part_of *p = ctx;

    (void)err;
#define COPY(b) en_bytes_from(en_arena_copy(&p->a, (b).p, (b).n), (b).n)
    p->part = (struct en_bundle_part){ .kind = EN_BUNDLE_RECORD,
                                       .bytes = COPY(x->bytes),
                                       .release = COPY(x->release),
                                       .signature = COPY(x->signature),
                                       .salt = COPY(x->salt),
                                       .place = x->place };
    return EN_OK;
}

/* A bundle of Sudmark's own making with this part, given to Ostland: what it says about it. */
static const char *
tried(struct trio *t, const struct en_bundle_part *part)
{
    static uint64_t sequence = 100;
    const uint8_t id[EN_ENVELOPE_ID_LEN] = { (uint8_t)++sequence };
    const uint8_t random[EN_AGE_RANDOM(1)] = { 7 };
    struct en_bundle b = { .from = en_text_from_ours(t->p.id_b),
                           .to = en_text_from_ours(t->id_c),
                           .id = id,
                           .sequence = sequence,
                           .created = t->c->now,
                           .expires = t->c->now + EN_TIME_DAY,
                           .parts = (struct en_bundle_part[]){ *part },
                           .n_parts = 1 };
    uint8_t to[1][EN_AGE_KEY_LEN];
    struct en_buf plain = EN_BUF_INIT;

    memcpy(to[0], t->c->keys.sealing[0].recipient, sizeof to[0]);
    en_bundle_write(&b, &t->p.b->keys.signing, &plain);
    en_buf_reset(&t->p.file);
    assert_int_equal(
        en_age_seal((const uint8_t(*)[EN_AGE_KEY_LEN])to, 1, random, en_buf_bytes(&plain), &t->p.file, NULL), EN_OK);
    en_buf_release(&plain);
    (void)import_at(&t->p, t->c);
    return member(t->c, 0, "refused.0.reasons");
}

static void
test_what_was_not_consented_to_is_not_taken(void **state)
{
    struct part_of got = { .part = { .kind = EN_BUNDLE_RECORD } };
    struct trio t;

    (void)state;
    trio_init(&t, ASK);
    en_arena_init(&got.a, 16u * EN_MIB);
    assert_int_equal(
        en_store_records_each(t.p.b->store, &(struct en_store_record_filter){ .id = 1 }, take_part, &got, NULL), EN_OK);
    assert_string_equal(tried(&t, &got.part), "\"not-released\""); /* with its own entry alone */
    {
        /* A release that Sudmark signs itself is not Norland's. */
        uint8_t hash[EN_SHA256_LEN], salt[1][EN_ENVELOPE_SALT_LEN] = { { 1 } }, sig[EN_SEAL_SIG_LEN];
        const en_text target[1] = { en_text_from_ours(t.id_c) };
        struct en_bundle_part own = got.part;
        struct en_buf release = EN_BUF_INIT;

        en_sha256(own.bytes, hash);
        en_release_write(hash, target, (const uint8_t(*)[EN_ENVELOPE_SALT_LEN])salt, 1, NULL, &release);
        en_seal_sign(&t.p.b->keys.signing, EN_PURPOSE_RELEASE, en_buf_bytes(&release), sig);
        own.release = en_buf_bytes(&release);
        own.signature = en_bytes_from(sig, sizeof sig);
        own.salt = en_bytes_from(salt[0], sizeof salt[0]);
        own.place = 0;
        assert_string_equal(tried(&t, &own), "\"not-signed\"");
        en_buf_release(&release);
    }
    acts(t.c, "berta", "check", "{\"person\":{\"names\":[\"Yusuf al-Rashidi\"],\"birth_dates\":[\"1991-04-03\"]}}",
         EN_OK);
    is(t.c, 0, "hits", "[]");
    en_arena_release(&got.a);
    trio_release(&t);
}

/* A statement of Sudmark to Norland, or back, in a bundle of the sender's own making. */
static const char *
said(struct trio *t, struct node *from, struct node *to, struct en_statement *s)
{
    static uint64_t sequence = 200;
    const uint8_t id[EN_ENVELOPE_ID_LEN] = { (uint8_t)++sequence };
    const uint8_t random[EN_AGE_RANDOM(1)] = { 7 };
    struct en_bundle_part part = { .kind = EN_BUNDLE_STATEMENT };
    struct en_buf note = EN_BUF_INIT, plain = EN_BUF_INIT;
    uint8_t key[1][EN_AGE_KEY_LEN];
    struct en_bundle b = { .from = en_text_from_ours(from->keys.partner),
                           .to = en_text_from_ours(to->keys.partner),
                           .id = id,
                           .sequence = sequence,
                           .created = to->now,
                           .expires = to->now + EN_TIME_DAY,
                           .parts = &part,
                           .n_parts = 1 };

    s->from = b.from;
    s->to = b.to;
    s->at = to->now;
    en_statement_write(s, &from->keys.signing, &note);
    part.bytes = en_buf_bytes(&note);
    memcpy(key[0], to->keys.sealing[0].recipient, sizeof key[0]);
    en_bundle_write(&b, &from->keys.signing, &plain);
    en_buf_reset(&t->p.file);
    assert_int_equal(
        en_age_seal((const uint8_t(*)[EN_AGE_KEY_LEN])key, 1, random, en_buf_bytes(&plain), &t->p.file, NULL), EN_OK);
    en_buf_release(&note);
    en_buf_release(&plain);
    (void)import_at(&t->p, to);
    return member(to, 0, "refused.0.reasons");
}

static en_errc
take_hash(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    (void)err;
    memcpy(ctx, x->hash, EN_SHA256_LEN);
    return EN_OK;
}

static void
test_questions_and_answers_that_are_none(void **state)
{
    struct en_statement_item item = { .word = EN_SAID_ONWARD };
    struct en_statement q = { .form = EN_STATEMENT_QUESTION, .items = &item, .n_items = 1 };
    struct trio t;

    (void)state;
    trio_init(&t, ASK);
    item.partner = en_text_from_ours(t.id_c);
    assert_string_equal(said(&t, t.p.b, t.p.a, &q), "\"not-about-ours\""); /* of no such record */
    assert_int_equal(
        en_store_records_each(t.p.a->store, &(struct en_store_record_filter){ .id = 1 }, take_hash, item.hash, NULL),
        EN_OK);
    assert_string_equal(said(&t, t.c, t.p.a, &q), "\"not-about-ours\""); /* by who does not have it */
    item.partner = en_text_from_ours(t.p.id_b);
    assert_string_equal(said(&t, t.p.b, t.p.a, &q), "\"not-about-ours\""); /* for itself */
    item.partner = EN_TEXT_LIT("ffffffffffffffff");
    assert_string_equal(said(&t, t.p.b, t.p.a, &q), ""); /* somebody Norland does not know: a person sees it */
    acts(t.p.a, "anna", "question-consent", "{\"question\":1}", EN_E_RULE);
    acts(t.p.a, "anna", "question-deny", "{\"question\":1,\"reason\":\"no-agreement\"}", EN_OK);
    /* A consent that nobody asked for, and one with a proof that proves nothing. */
    item.partner = en_text_from_ours(t.id_c);
    item.word = EN_SAID_CONSENTED;
    q.form = EN_STATEMENT_CONSENT;
    assert_string_equal(said(&t, t.p.a, t.p.b, &q), "\"not-about-ours\"");
    acts(t.p.b, "anna", "release-propose", "{\"record\":1,\"to\":[\"Ostland\"]}", EN_E_SECOND);
    assert_string_equal(said(&t, t.p.a, t.p.b, &q), "\"not-signed\"");
    assert_string_equal(said(&t, t.c, t.p.b, &q), "\"not-about-ours\""); /* by who is not its originator */
    acts(t.p.b, "zora", "release-approve", "{\"release\":1}", EN_E_RULE);
    trio_release(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_with_the_consent_of_two_persons),
        cmocka_unit_test(test_denied),
        cmocka_unit_test(test_a_consent_is_rejected_by_the_second_person),
        cmocka_unit_test(test_those_who_are_listed),
        cmocka_unit_test(test_nobody_else),
        cmocka_unit_test(test_taken_back_before_it_left),
        cmocka_unit_test(test_a_label_that_is_raised),
        cmocka_unit_test(test_what_was_not_consented_to_is_not_taken),
        cmocka_unit_test(test_questions_and_answers_that_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
