/*
 * The scenarios of docs/scenarios.md that need whole nodes and are told nowhere else. The people and services are
 * invented.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nodes.h"
#include "seal/age.h"

#define MINUTE (60 * EN_TIME_SECOND)

static const char up_to_red[] =
    "{\"gives\":[\"alert\",\"withdrawal\"],\"takes\":[\"alert\",\"withdrawal\"],\"most\":\"red\",\"live\":true}";
static const char up_to_green[] =
    "{\"gives\":[\"alert\",\"withdrawal\"],\"takes\":[\"alert\",\"withdrawal\"],\"most\":\"green\",\"live\":true}";

static void
edit(struct nodes *s, int record, const char *tlp)
{
    char args[200];

    (void)snprintf(args, sizeof args,
                   "{\"record\":%d,\"changes\":{\"handling\":{\"tlp\":\"%s\",\"onward\":\"none\",\"purpose\":"
                   "\"border control\"}}}",
                   record, tlp);
    nodes_act(s, 0, "anna", "record-edit", args, EN_OK);
}

/* Approves the one release that waits. The number of its record. */
static int
approve(struct nodes *s)
{
    int record;
    char args[60];

    nodes_act(s, 0, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    assert_int_equal(s->node[0]->n_records, 1);
    record = (int)strtol(member(s->node[0], 0, "record"), NULL, 10);
    (void)snprintf(args, sizeof args, "{\"release\":%s}", member(s->node[0], 0, "release"));
    nodes_act(s, 0, "zora", "release-approve", args, EN_OK);
    nodes_run(s, 2 * MINUTE);
    return record;
}

static void
agree(struct nodes *s, unsigned i, unsigned with, const char *agreement)
{
    char args[300];

    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",%s", s->id[with], agreement + 1);
    nodes_act(s, i, "anna", "partner-agree", args, EN_OK);
}

/* How many alerts node i uses, and of which the label is this. */
static unsigned
in_use(struct nodes *s, unsigned i, const char *tlp)
{
    unsigned n = 0;
    char want[40], args[40];

    (void)snprintf(want, sizeof want, "\"tlp\":\"%s\"", tlp);
    nodes_act(s, i, "dora", "record-list", "{\"kind\":\"alert\",\"state\":\"current\"}", EN_OK);
    for (size_t k = s->node[i]->n_records; k > 0; k--) {
        nodes_act(s, i, "dora", "record-list", "{\"kind\":\"alert\",\"state\":\"current\"}", EN_OK);
        (void)snprintf(args, sizeof args, "{\"record\":%s}", member(s->node[i], k - 1, "record"));
        nodes_act(s, i, "dora", "record-show", args, EN_OK);
        n += strstr(member(s->node[i], 0, "object"), want) != NULL;
    }
    return n;
}

static unsigned
alerts_at(struct nodes *s, unsigned i)
{
    nodes_act(s, i, "dora", "alert-list", "{}", EN_OK);
    return (unsigned)s->node[i]->n_records;
}

/* 1: what is for nobody, or for somebody who is not known, is refused, and nothing leaves. */
static void
test_for_nobody(void **state)
{
    struct nodes s;
    char args[60];
    uint64_t sent;
    int record;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    record = nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, EN_TIME_HOUR);
    assert_int_equal(nodes_count(&s, 0, "received"), 1);
    sent = s.sent;
    (void)snprintf(args, sizeof args, "{\"record\":%d,\"to\":[]}", record);
    nodes_act(&s, 0, "anna", "release-propose", args, EN_E_USAGE);
    (void)snprintf(args, sizeof args, "{\"record\":%d,\"to\":[\"Nowhere\"]}", record);
    nodes_act(&s, 0, "anna", "release-propose", args, EN_E_NOT_FOUND);
    nodes_act(&s, 0, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    assert_int_equal(s.node[0]->n_records, 0);
    nodes_run(&s, 10 * MINUTE);
    assert_int_equal(nodes_count(&s, 0, "queued") + nodes_count(&s, 0, "sent"), 0);
    assert_int_equal(alerts_at(&s, 2), 0);
    assert_in_range(s.sent - sent, 0, 6); /* slips */
    nodes_release(&s);
}

/* 3: narrowed by its label, then withdrawn. Every holder has let go within one exchange, and its word is in the log. */
static void
test_narrowed_and_withdrawn(void **state)
{
    struct nodes s;
    char args[80];
    int record;

    (void)state;
    nodes_init(&s, 4, NULL, nodes_live);
    agree(&s, 0, 3, up_to_green);
    record = nodes_alert(&s, 0, "Yusuf al-Rashidi", 6);
    edit(&s, record, "green");
    record = approve(&s);
    (void)snprintf(args, sizeof args, "{\"record\":%d,\"to\":[\"%s\"]}", record, s.id[3]);
    nodes_act(&s, 0, "anna", "release-propose", args, EN_E_SECOND);
    (void)approve(&s);
    for (unsigned i = 1; i < 4; i++)
        assert_int_equal(in_use(&s, i, "green"), 1);
    edit(&s, record, "amber"); /* too much for node 3 */
    record = approve(&s);
    assert_int_equal(alerts_at(&s, 3), 0);
    assert_int_equal(in_use(&s, 3, "green") + in_use(&s, 3, "amber"), 0);
    for (unsigned i = 1; i < 3; i++) {
        assert_int_equal(in_use(&s, i, "amber"), 1);
        assert_int_equal(in_use(&s, i, "green"), 0);
    }
    (void)snprintf(args, sizeof args, "{\"record\":%d,\"reason\":\"wrong-person\"}", record);
    nodes_act(&s, 0, "anna", "release-withdraw", args, EN_OK);
    nodes_run(&s, MINUTE);
    for (unsigned i = 1; i < 4; i++) {
        assert_int_equal(alerts_at(&s, i), 0);
        assert_int_equal(in_use(&s, i, "amber"), 0);
    }
    assert_int_equal(nodes_count(&s, 0, "queued") + nodes_count(&s, 0, "sent"), 0);
    nodes_release(&s);
}

/* 3: narrowed by name. One holder forgets it and says so, one for whom it waited never gets it, the third has it. */
static void
test_taken_back_from_some(void **state)
{
    struct nodes s;
    char args[120];
    int record;

    (void)state;
    nodes_init(&s, 4, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    record = nodes_alert(&s, 0, "Yusuf al-Rashidi", 2 | 4 | 8);
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",\"reason\":\"a quarrel\"}", s.id[3]);
    nodes_act(&s, 0, "fred", "partner-cut", args, EN_OK);
    nodes_run(&s, MINUTE);
    assert_int_equal(nodes_count(&s, 0, "received"), 2);
    (void)snprintf(args, sizeof args, "{\"record\":%d,\"reason\":\"other\",\"from\":[\"%s\",\"%s\"]}", record, s.id[2],
                   s.id[3]);
    nodes_act(&s, 0, "anna", "release-withdraw", args, EN_OK);
    nodes_act(&s, 0, "anna", "release-withdraw", args, EN_E_NO); /* they do not have it any more */
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",\"reason\":\"over\"}", s.id[3]);
    nodes_act(&s, 0, "fred", "partner-restore", args, EN_OK);
    nodes_run(&s, EN_TIME_HOUR);
    assert_int_equal(alerts_at(&s, 1), 1);
    assert_int_equal(alerts_at(&s, 2), 0);
    assert_int_equal(alerts_at(&s, 3), 0);
    assert_int_equal(nodes_count(&s, 0, "queued") + nodes_count(&s, 0, "sent"), 0);
    assert_int_equal(nodes_count(&s, 0, "dropped"), 1);
    /* A newer version goes to who has it, and to nobody from whom it was taken back. */
    edit(&s, record, "green");
    (void)approve(&s);
    assert_int_equal(in_use(&s, 1, "green"), 1);
    assert_int_equal(alerts_at(&s, 2) + alerts_at(&s, 3), 0);
    nodes_release(&s);
}

/* 4: another label takes the place of the one before, in both directions: there is one. */
static void
test_one_label(void **state)
{
    static const char *const labels[] = { "red", "clear", "red" };
    struct nodes s;
    int record;

    (void)state;
    nodes_init(&s, 2, NULL, up_to_red);
    record = nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, MINUTE);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        edit(&s, record, labels[i]);
        record = approve(&s);
        assert_int_equal(in_use(&s, 1, labels[i]), 1);
        assert_int_equal(in_use(&s, 1, labels[i][0] == 'r' ? "clear" : "red"), 0);
        assert_int_equal(alerts_at(&s, 1), 1);
    }
    nodes_release(&s);
}

/* 14: who opens what was sealed for it reads that it was released to it, and nobody else's id. */
static void
test_a_member_opens_no_roster(void **state)
{
    struct nodes s;
    struct en_buf plain = EN_BUF_INIT;

    (void)state;
    nodes_init(&s, 4, NULL, nodes_live);
    s.keep_wire = true;
    nodes_run(&s, MINUTE);
    for (unsigned i = 1; i < 4; i++)
        s.cut[0][i] = s.cut[i][0] = i != 1;
    s.keep_last = true;
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 14);
    nodes_run(&s, MINUTE);
    assert_int_equal(en_age_open(&s.node[1]->keys.sealing[0], 1, en_buf_bytes(&s.last), EN_MIB, &plain, NULL), EN_OK);
    en_buf_put_u8(&plain, 0);
    assert_non_null(memmem(plain.p, plain.n, "al-Rashidi", 10));
    assert_non_null(memmem(plain.p, plain.n, s.id[1], EN_SEAL_ID_LEN));
    for (unsigned i = 2; i < 4; i++) {
        assert_null(memmem(plain.p, plain.n, s.id[i], EN_SEAL_ID_LEN));
        assert_int_equal(nodes_on_wire(&s, s.id[i]), 0);
    }
    en_buf_release(&plain);
    nodes_release(&s);
}

/* A corrected version is at every holder, also at the one that was away, and each has signed that it has it. */
static void
test_a_correction_reaches_every_holder(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 6);
    nodes_run(&s, MINUTE);
    s.down[2] = true;
    nodes_act(&s, 0, "anna", "alert-edit", "{\"alert\":1,\"person\":{\"birth_dates\":[\"1991-04-04\"]}}", EN_OK);
    nodes_act(&s, 0, "zora", "release-approve", "{\"release\":2}", EN_OK);
    nodes_run(&s, MINUTE);
    assert_int_equal(nodes_count(&s, 0, "received"), 3); /* node 2 has not said that it has the second version */
    assert_int_equal(nodes_count(&s, 0, "sent"), 1);
    s.down[2] = false;
    nodes_run(&s, EN_TIME_HOUR);
    assert_int_equal(nodes_count(&s, 0, "sent"), 0);
    assert_int_equal(nodes_count(&s, 0, "received"), 4);
    for (unsigned i = 1; i < 3; i++) {
        assert_int_equal(alerts_at(&s, i), 1);
        assert_string_equal(member(s.node[i], 0, "version"), "2");
    }
    nodes_release(&s);
}

static en_errc
note_proof(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    (void)err;
    en_buf_add(ctx, x->proof.p, x->proof.n);
    return EN_OK;
}

/* What was opened and is gone: the partner signed both, the originator has both, and is shown when. */
static void
test_opened_and_destroyed(void **state)
{
    const struct en_store_delivery_filter first = { .id = 1 };
    struct en_buf proof = EN_BUF_INIT;
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_warning(&s, 0, 2);
    nodes_run(&s, MINUTE);
    nodes_act(&s, 1, "berta", "record-ack", "{\"record\":1}", EN_OK);
    nodes_run(&s, MINUTE);
    nodes_act(&s, 0, "dora", "delivery-list", "{\"record\":1}", EN_OK);
    assert_string_equal(member(s.node[0], 0, "state"), "\"opened\"");
    assert_string_equal(member(s.node[0], 0, "said_destroyed"), "null");
    nodes_act(&s, 0, "anna", "release-withdraw", "{\"record\":1,\"reason\":\"wrong-content\"}", EN_OK);
    nodes_run(&s, EN_TIME_HOUR);
    nodes_act(&s, 0, "dora", "delivery-list", "{\"record\":1}", EN_OK);
    assert_string_equal(member(s.node[0], 0, "state"), "\"opened\"");
    assert_string_not_equal(member(s.node[0], 0, "said_destroyed"), "null");
    assert_int_equal(en_store_deliveries_each(s.node[0]->store, &first, note_proof, &proof, NULL), EN_OK);
    assert_non_null(memmem(proof.p, proof.n, "entente-receipt/1\n", 18));
    assert_non_null(memmem(proof.p, proof.n, "entente-destroyed/1\n", 20));
    en_buf_release(&proof);
    nodes_release(&s);
}

/* On its date each holder destroys it by itself and says so, signed: the originator has that with its delivery. */
static void
test_destroyed_on_its_date(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, MINUTE);
    s.now += 400 * EN_TIME_DAY;
    for (unsigned i = 0; i < 2; i++) {
        s.node[i]->now = s.now;
        nodes_act(&s, i, "fred", "clock-accept", "{}", EN_OK);
    }
    for (bool more = true; more;)
        assert_int_equal(en_acts_tick(s.node[1]->acts, s.now, &more, NULL), EN_OK);
    assert_int_equal(alerts_at(&s, 1), 0);
    nodes_run(&s, EN_TIME_DAY);
    nodes_act(&s, 0, "dora", "delivery-list", "{\"record\":1}", EN_OK);
    assert_int_equal(s.node[0]->n_records, 1);
    assert_string_not_equal(member(s.node[0], 0, "said_destroyed"), "null");
    nodes_release(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_for_nobody),
        cmocka_unit_test(test_narrowed_and_withdrawn),
        cmocka_unit_test(test_taken_back_from_some),
        cmocka_unit_test(test_one_label),
        cmocka_unit_test(test_a_member_opens_no_roster),
        cmocka_unit_test(test_a_correction_reaches_every_holder),
        cmocka_unit_test(test_opened_and_destroyed),
        cmocka_unit_test(test_destroyed_on_its_date),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
