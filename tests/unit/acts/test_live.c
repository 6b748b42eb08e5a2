/*
 * The exchange that runs by itself: whole nodes over whole stores, in virtual time. The people and services are
 * invented.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "nodes.h"
#include "store/store_engine.h"

#define MINUTE (60 * EN_TIME_SECOND)

static void
test_an_alert_goes_and_its_receipt_comes(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    assert_int_equal(nodes_count(&s, 0, "queued"), 1);
    nodes_run(&s, MINUTE);
    assert_int_equal(nodes_count(&s, 0, "received"), 1);
    nodes_act(&s, 1, "dora", "record-list", "{}", EN_OK);
    assert_int_equal(s.node[1]->n_records, 1);
    assert_string_equal(member(s.node[1], 0, "state"), "\"current\"");
    assert_int_equal(nodes_events(&s, 0, "bundle-export"), 1);
    nodes_run(&s, EN_TIME_DAY);
    nodes_release(&s);
}

/* Deliveries that i has, all received. */
static void
all_received(struct nodes *s, unsigned i, unsigned n)
{
    unsigned received = nodes_count(s, i, "received"), queued = nodes_count(s, i, "queued"),
             sent = nodes_count(s, i, "sent");

    if (received != n || queued != 0 || sent != 0)
        fail_msg("node %u: %u received, %u queued, %u sent, and not %u received", i, received, queued, sent, n);
}

static unsigned
records_at(struct nodes *s, unsigned i)
{
    nodes_act(s, i, "dora", "record-list", "{\"limit\":100000}", EN_OK);
    return (unsigned)s->node[i]->n_records;
}

static void
alerts(struct nodes *s, unsigned i, unsigned n, unsigned to)
{
    for (unsigned k = 0; k < n; k++) {
        char name[40];

        (void)snprintf(name, sizeof name, "Yusuf al-Rashidi %c%c", 'a' + (int)(k / 26), 'a' + (int)(k % 26));
        (void)nodes_alert(s, i, name, to);
    }
}

/* --- what a network does ------------------------------------------------------------------------------------------ */

static void
test_lost_doubled_and_late(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    s.loss = 300;
    s.twice = 200;
    s.slowest = 10 * MINUTE;
    for (unsigned k = 0; k < 6; k++) {
        char name[40];

        (void)snprintf(name, sizeof name, "Yusuf al-Rashidi %c", 'a' + (int)k);
        (void)nodes_alert(&s, k % 3, name, 7u & ~(1u << k % 3));
        nodes_run(&s, 20 * MINUTE);
    }
    nodes_run(&s, EN_TIME_DAY);
    s.loss = s.twice = 0;
    nodes_run(&s, EN_TIME_DAY);
    for (unsigned i = 0; i < 3; i++) {
        all_received(&s, i, 4);
        assert_int_equal(records_at(&s, i), 6);
    }
    assert_true(s.lost > 0);
    nodes_release(&s);
}

/* The partner is not there; what is urgent leaves first when it is back. */
static void
test_urgent_first(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    s.down[1] = true;
    alerts(&s, 0, 3, 2);
    nodes_run(&s, 3 * EN_TIME_HOUR);
    assert_int_equal(nodes_count(&s, 0, "sent"), 3);
    nodes_warning(&s, 0, 2);
    s.down[1] = false;
    s.n_leaves = 0;
    nodes_run(&s, 2 * EN_TIME_HOUR);
    assert_true(s.leaves_urgent[0]);
    all_received(&s, 0, 4);
    nodes_release(&s);
}

/* Nobody connects to it: it fetches. */
static void
test_who_cannot_be_reached_fetches(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    s.pulls[1] = true;
    alerts(&s, 0, 2, 2);
    (void)nodes_alert(&s, 1, "Lena Markovic", 1);
    nodes_run(&s, 30 * MINUTE);
    all_received(&s, 0, 2);
    all_received(&s, 1, 1);
    nodes_release(&s);
}

/* --- stops -------------------------------------------------------------------------------------------------------- */

/* Made and committed, and then nothing left: as if the power went. */
static void
test_stopped_before_anything_left(void **state)
{
    struct nodes s;
    en_time wakes;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    assert_int_equal(en_acts_live_time(s.node[0]->acts, s.now, &wakes, &s.err), EN_OK);
    assert_int_equal(nodes_events(&s, 0, "bundle-export"), 1);
    nodes_restart(&s, 0, NULL);
    nodes_run(&s, MINUTE);
    all_received(&s, 0, 1);
    assert_int_equal(nodes_events(&s, 0, "bundle-export"), 1); /* the same bytes */
    nodes_release(&s);
}

static void
test_stopped_again_and_again(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    s.loss = 100;
    s.slowest = 3 * MINUTE;
    for (unsigned k = 0; k < 12; k++) {
        char name[40];

        (void)snprintf(name, sizeof name, "Yusuf al-Rashidi %c", 'a' + (int)k);
        (void)nodes_alert(&s, k % 3, name, 7u & ~(1u << k % 3));
        nodes_run(&s, (k + 1) * 17 * EN_TIME_SECOND);
        nodes_restart(&s, (k + 1) % 3, NULL);
    }
    s.loss = 0;
    nodes_run(&s, EN_TIME_DAY);
    for (unsigned i = 0; i < 3; i++) {
        all_received(&s, i, 8);
        assert_int_equal(records_at(&s, i), 12);
    }
    nodes_release(&s);
}

/* --- partners ----------------------------------------------------------------------------------------------------- */

static void
test_cut_and_restored(void **state)
{
    struct nodes s;
    char args[100];

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    nodes_run(&s, EN_TIME_HOUR);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 6);
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",\"reason\":\"a quarrel\"}", s.id[2]);
    nodes_act(&s, 0, "fred", "partner-cut", args, EN_OK);
    nodes_run(&s, EN_TIME_DAY);
    assert_int_equal(nodes_count(&s, 0, "received"), 1); /* the other one is not touched */
    assert_int_equal(nodes_count(&s, 0, "queued"), 1);
    assert_int_equal(records_at(&s, 2), 0);
    (void)nodes_alert(&s, 2, "Lena Markovic", 1);
    nodes_run(&s, EN_TIME_DAY);
    assert_int_equal(records_at(&s, 0), 1); /* of a partner that is cut nothing is taken */
    nodes_act(&s, 0, "fred", "partner-restore", args, EN_OK);
    nodes_run(&s, EN_TIME_DAY);
    all_received(&s, 0, 2);
    all_received(&s, 2, 1);
    nodes_release(&s);
}

static void
test_withdrawn_reaches_every_holder(void **state)
{
    struct nodes s;
    int record;
    char args[80];

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    record = nodes_alert(&s, 0, "Yusuf al-Rashidi", 6);
    nodes_run(&s, MINUTE);
    all_received(&s, 0, 2);
    (void)snprintf(args, sizeof args, "{\"record\":%d,\"reason\":\"wrong-person\"}", record);
    nodes_act(&s, 0, "anna", "release-withdraw", args, EN_OK);
    nodes_run(&s, MINUTE);
    for (unsigned i = 1; i < 3; i++) {
        nodes_act(&s, i, "dora", "record-list", "{\"state\":\"withdrawn\"}", EN_OK);
        assert_int_equal(s.node[i]->n_records, 1);
    }
    nodes_run(&s, MINUTE);
    all_received(&s, 0, 4); /* the alert, and that it is withdrawn, at both */
    nodes_release(&s);
}

/* Taken back while the partner was not there: what is in the bundle that waits leaves no more. */
static void
test_withdrawn_before_it_arrived(void **state)
{
    struct nodes s;
    int record;
    char args[80];

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    s.down[1] = true;
    record = nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    (void)nodes_alert(&s, 0, "Lena Markovic", 2);
    nodes_run(&s, EN_TIME_HOUR);
    (void)snprintf(args, sizeof args, "{\"record\":%d,\"reason\":\"wrong-person\"}", record);
    nodes_act(&s, 0, "anna", "release-withdraw", args, EN_OK);
    s.down[1] = false;
    nodes_run(&s, 3 * EN_TIME_HOUR);
    assert_int_equal(nodes_count(&s, 0, "sent"), 0);
    assert_int_equal(nodes_count(&s, 0, "dropped"), 1);
    assert_int_equal(records_at(&s, 1), 2); /* the other alert, and the withdrawal */
    nodes_release(&s);
}

/* --- by hand and over a wire at once ------------------------------------------------------------------------------ */

static void
test_a_stick_and_a_wire(void **state)
{
    struct nodes s;
    struct en_buf stick = EN_BUF_INIT;
    en_bytes file;
    char args[80];

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\"}", s.id[1]);
    nodes_act(&s, 0, "anna", "bundle-export", args, EN_OK);
    assert_string_equal(member(s.node[0], 0, "sequence"), "1");
    nodes_file(&s, 0, &stick);
    (void)nodes_alert(&s, 0, "Lena Markovic", 2);
    nodes_run(&s, EN_TIME_HOUR); /* number 2 goes over the wire; 1 is seen to be missing, and goes as well */
    all_received(&s, 0, 2);
    assert_int_equal(records_at(&s, 1), 2);
    file = en_buf_bytes(&stick);
    s.node[1]->now = s.now;
    assert_int_equal(act_bytes(s.node[1], "anna", "bundle-import", "{}", &file, 1), EN_OK);
    assert_string_equal(member(s.node[1], 0, "same"), "true");
    (void)nodes_alert(&s, 0, "Peter Sandberg", 2);
    nodes_act(&s, 0, "anna", "bundle-export", args, EN_OK);
    assert_string_equal(member(s.node[0], 0, "sequence"), "3");
    en_buf_reset(&stick);
    nodes_file(&s, 0, &stick);
    s.cut[0][1] = s.cut[1][0] = true;
    file = en_buf_bytes(&stick);
    assert_int_equal(act_bytes(s.node[1], "anna", "bundle-import", "{}", &file, 1), EN_OK);
    assert_string_equal(member(s.node[1], 0, "taken"), "1");
    s.cut[0][1] = s.cut[1][0] = false;
    nodes_run(&s, EN_TIME_DAY); /* its receipt comes over the wire */
    all_received(&s, 0, 3);
    assert_int_equal(nodes_events(&s, 0, "exchange-alarm") + nodes_events(&s, 1, "exchange-alarm"), 0);
    en_buf_release(&stick);
    nodes_release(&s);
}

/* A busy person, and partners who are not there: what is done by hand is no reason to try them more often. */
static void
test_by_hand_and_nobody_there(void **state)
{
    struct nodes s;
    char args[80];

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    s.down[1] = s.down[2] = true;
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 4);
    nodes_run(&s, 3 * EN_TIME_HOUR);
    s.n_leaves = 0;
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\"}", s.id[1]);
    for (unsigned k = 0; k < 26; k++) {
        char name[40];

        (void)snprintf(name, sizeof name, "Lena Markovic %c", 'a' + (int)k);
        s.cut[0][1] = true;
        (void)nodes_alert(&s, 0, name, 2);
        nodes_act(&s, 0, "anna", "bundle-export", args, EN_OK);
        nodes_run(&s, MINUTE);
    }
    if (s.n_leaves > 6) /* a try an hour, of a bundle and a slip, for each */
        fail_msg("%zu times in 26 minutes", s.n_leaves);
    s.down[1] = s.down[2] = s.cut[0][1] = false;
    nodes_run(&s, EN_TIME_DAY);
    all_received(&s, 0, 27);
    nodes_release(&s);
}

/* More that is urgent than may fly at once: what waits behind it is no reason to try more often. */
static void
test_urgent_and_nobody_there(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    s.down[1] = true;
    for (unsigned k = 0; k < EN_NODE_FLYING_MAX + 2; k++) {
        nodes_warning(&s, 0, 2);
        nodes_run(&s, MINUTE);
    }
    assert_int_equal(nodes_count(&s, 0, "sent"), EN_NODE_FLYING_MAX);
    nodes_run(&s, 3 * EN_TIME_HOUR);
    s.n_leaves = 0;
    for (unsigned k = 0; k < 26; k++) {
        char name[40];

        (void)snprintf(name, sizeof name, "Lena Markovic %c", 'a' + (int)k);
        (void)nodes_alert(&s, 0, name, 2);
        nodes_run(&s, MINUTE);
    }
    if (s.n_leaves > EN_NODE_FLYING_MAX + 1)
        fail_msg("%zu times in 26 minutes", s.n_leaves);
    s.down[1] = false;
    nodes_run(&s, EN_TIME_DAY);
    all_received(&s, 0, EN_NODE_FLYING_MAX + 2 + 26);
    nodes_release(&s);
}

/* What waits to leave and what is on its way stays so when something is done by hand. */
static void
test_by_hand_and_a_wire_that_is_busy(void **state)
{
    struct nodes s;
    struct en_buf stick = EN_BUF_INIT;
    en_bytes file;
    char args[80];

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\"}", s.id[0]);
    (void)nodes_alert(&s, 1, "Peter Sandberg", 1);
    nodes_act(&s, 1, "anna", "bundle-export", args, EN_OK);
    nodes_file(&s, 1, &stick);
    file = en_buf_bytes(&stick);
    s.slowest = 5 * EN_TIME_SECOND;
    for (unsigned k = 0; k < 8; k++) {
        char name[40];

        (void)snprintf(name, sizeof name, "Lena Markovic %c", 'a' + (int)k);
        (void)nodes_alert(&s, 0, name, 2);
        nodes_run(&s, EN_TIME_SECOND);
        s.node[0]->now = s.now;
        assert_int_equal(act_bytes(s.node[0], "anna", "bundle-import", "{}", &file, 1), EN_OK);
    }
    nodes_run(&s, MINUTE);
    all_received(&s, 0, 8);
    all_received(&s, 1, 1);
    assert_int_equal(records_at(&s, 1), 9);
    assert_int_equal(nodes_events(&s, 0, "exchange-alarm") + nodes_events(&s, 1, "exchange-alarm"), 0);
    en_buf_release(&stick);
    nodes_release(&s);
}

/* Sealed to a key that is gone: it says so, and gets it to its newest one. */
static void
test_sealed_to_a_key_that_is_gone(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    nodes_new_sealing(&s, 1);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, MINUTE);
    assert_int_equal(nodes_count(&s, 0, "sent"), 1);
    assert_int_equal(nodes_events(&s, 1, "bundle-import"), 1); /* something came which nobody could open */
    nodes_run(&s, 6 * EN_TIME_HOUR);
    assert_true(nodes_events(&s, 0, "partner-update") > 0); /* its slip says which key it has */
    all_received(&s, 0, 1);
    nodes_release(&s);
}

/* A partner's sealing key of today comes with its slips: nobody has to carry cards every month. */
static void
test_sealing_keys_come_with_slips(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, MINUTE);
    nodes_new_sealing(&s, 1);
    (void)nodes_alert(&s, 1, "Lena Markovic", 1); /* it speaks, and tells it */
    nodes_run(&s, EN_TIME_HOUR);
    assert_true(nodes_events(&s, 0, "partner-update") > 0);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, EN_TIME_HOUR);
    all_received(&s, 0, 1);
    nodes_release(&s);
}

/* --- logs --------------------------------------------------------------------------------------------------------- */

static void
test_heads_are_cosigned(void **state)
{
    struct nodes s;
    uint64_t before;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, 3 * EN_TIME_HOUR);
    for (unsigned i = 0; i < 3; i++)
        for (unsigned k = 0; k < 3; k++)
            if (i != k && nodes_cosigned(&s, i, k) != events(s.node[k]))
                fail_msg("node %u cosigned %llu of %llu entries of node %u", i,
                         (unsigned long long)nodes_cosigned(&s, i, k), (unsigned long long)events(s.node[k]), k);
    nodes_run(&s, EN_TIME_HOUR); /* and then there is silence, but for the slip of each hour */
    s.sent = 0;
    before = events(s.node[0]) + events(s.node[1]) + events(s.node[2]);
    nodes_run(&s, EN_TIME_DAY);
    assert_int_equal(events(s.node[0]) + events(s.node[1]) + events(s.node[2]), before);
    assert_in_range(s.sent, 6 * 18, 6 * 25);
    nodes_release(&s);
}

/* Somebody signs another history with the log's key and shows it to one partner: two partners find out between them. */
static void
test_a_fork_is_found_by_gossip(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    s.cut[0][2] = s.cut[2][0] = s.cut[1][2] = s.cut[2][1] = true;
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, EN_TIME_HOUR);
    nodes_forge_head(&s, 0, 2, nodes_cosigned(&s, 1, 0));
    s.cut[1][2] = s.cut[2][1] = false;
    nodes_run(&s, EN_TIME_DAY);
    assert_int_equal(nodes_events(&s, 1, "ledger-fork") > 0, 1);
    assert_int_equal(nodes_events(&s, 2, "ledger-fork") > 0, 1);
    nodes_act(&s, 1, "dora", "partner-link", "{}", EN_E_INTEGRITY); /* a person who asks is told, with exit 7 */
    assert_string_equal(member(s.node[1], 0, "forked"), "true");
    nodes_release(&s);
}

/* --- what others may try ------------------------------------------------------------------------------------------ */

/* Who holds neither of the two heads, and a later one of the same log, believes the two together; and can show them. */
static void
test_a_fork_shown_to_who_holds_neither(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 4, NULL, nodes_live);
    nodes_run(&s, EN_TIME_HOUR);
    for (unsigned i = 1; i < 4; i++) /* only 1 and 2 talk */
        for (unsigned k = 0; k < 4; k++)
            s.cut[i][k] = s.cut[k][i] = (i != 1 || k != 2) && (i != 2 || k != 1);
    nodes_forge_head(&s, 0, 2, nodes_cosigned(&s, 1, 0));
    nodes_run(&s, 2 * EN_TIME_HOUR);
    assert_int_equal(nodes_events(&s, 1, "ledger-fork") + nodes_events(&s, 2, "ledger-fork") > 0, 1);
    s.cut[0][3] = s.cut[3][0] = false; /* 3 gets a later head of 0 */
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 8);
    nodes_run(&s, 2 * EN_TIME_HOUR);
    assert_true(nodes_cosigned(&s, 3, 0) > nodes_cosigned(&s, 1, 0));
    s.cut[0][3] = s.cut[3][0] = true;
    s.cut[1][3] = s.cut[3][1] = false;
    nodes_run(&s, 3 * EN_TIME_HOUR);
    assert_int_equal(nodes_events(&s, 3, "ledger-fork"), 1);
    nodes_act(&s, 3, "dora", "partner-link", "{}", EN_E_INTEGRITY);
    nodes_release(&s);
}

static void
test_replayed(void **state)
{
    struct nodes s;
    uint64_t before;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, EN_TIME_HOUR);
    s.keep_last = true;
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, EN_TIME_HOUR);
    before = events(s.node[1]);
    for (unsigned k = 0; k < 100; k++)
        assert_null(nodes_give(&s, 0, 1, en_buf_bytes(&s.last)));
    assert_int_equal(events(s.node[1]), before);
    assert_int_equal(records_at(&s, 1), 1);
    nodes_release(&s);
}

static void
test_what_is_not_for_us_or_out_of_its_time(void **state)
{
    static const struct {
        const char *what, *reason;
        struct crafted c;
    } cases[] = {
        { "for another", "bundle-other", { .from = 0, .to = 2, .sealed_for = 1, .number = 1, .id = 1 } },
        { "of tomorrow", "bundle-from-future", { .from = 0, .to = 1, .sealed_for = 1, .number = 1, .id = 2, .later = EN_TIME_DAY } },
        { "of long ago", "bundle-expired", { .from = 0, .to = 1, .sealed_for = 1, .number = 1, .id = 3, .later = -40 * EN_TIME_DAY } },
    };
    struct nodes s;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    nodes_run(&s, EN_TIME_HOUR);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *code = nodes_craft(&s, &cases[i].c);

        if (code == NULL || strcmp(code, "refused") != 0)
            fail_msg("%s: %s", cases[i].what, code != NULL ? code : "taken");
        assert_true(nodes_has_bundle(&s, 1, cases[i].reason));
        assert_string_equal(nodes_craft(&s, &cases[i].c), "refused"); /* and again, without another trace */
    }
    assert_int_equal(nodes_events(&s, 1, "bundle-import"), 3);
    nodes_release(&s);
}

/* A person ticks it off; it stays listed; it comes back when it happens again. */
static void
acknowledged(struct nodes *s, const struct crafted *other)
{
    struct crafted third = *other;
    char args[120];

    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",\"alarm\":\"number-used\",\"reason\":\"called\"}", s->id[0]);
    nodes_act(s, 1, "dora", "partner-ack", args, EN_E_RULE);
    nodes_act(s, 1, "anna", "status", "{}", EN_OK);
    assert_string_equal(member(s->node[1], 0, "exchange.alarms"), "1");
    nodes_act(s, 1, "fred", "partner-ack", args, EN_OK);
    assert_string_equal(member(s->node[1], 0, "alarms.0.acknowledged_why"), "\"called\"");
    nodes_act(s, 1, "fred", "partner-ack", args, EN_E_NO);
    nodes_act(s, 1, "anna", "status", "{}", EN_OK);
    assert_string_equal(member(s->node[1], 0, "exchange.alarms"), "0");
    third.id++;
    assert_string_equal(nodes_craft(s, &third), "refused");
    nodes_act(s, 1, "anna", "status", "{}", EN_OK);
    assert_string_equal(member(s->node[1], 0, "exchange.alarms"), "1");
}

static void
test_one_number_for_two(void **state)
{
    const struct crafted other = { .from = 0, .to = 1, .sealed_for = 1, .number = 1, .id = 7 };
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, EN_TIME_HOUR);
    assert_string_equal(nodes_craft(&s, &other), "refused");
    assert_int_equal(nodes_events(&s, 1, "exchange-alarm"), 1);
    assert_true(nodes_has_bundle(&s, 1, "bundle-number-used"));
    nodes_act(&s, 1, "dora", "partner-link", "{}", EN_OK);
    assert_string_equal(member(s.node[1], 0, "alarms.0.alarm"), "\"number-used\"");
    acknowledged(&s, &other);
    nodes_run(&s, EN_TIME_DAY);
    assert_int_equal(records_at(&s, 1), 1);
    nodes_release(&s);
}

static void
test_far_ahead(void **state)
{
    const struct crafted early = { .from = 0, .to = 1, .sealed_for = 1, .number = 90, .id = 7 };
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, EN_TIME_HOUR);
    assert_string_equal(nodes_craft(&s, &early), "refused");
    assert_false(nodes_has_bundle(&s, 1, NULL)); /* it may come when its turn is */
    nodes_release(&s);
}

static void
test_strangers_versions_and_floods(void **state)
{
    const struct crafted newer = { .from = 0, .to = 1, .sealed_for = 1, .number = 1, .id = 7, .version = 2 };
    const struct crafted cut = { .from = 2, .to = 1, .sealed_for = 1, .number = 1, .id = 8 };
    struct nodes s;
    char args[100];
    uint64_t before;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    nodes_run(&s, EN_TIME_HOUR);
    assert_string_equal(nodes_craft(&s, &newer), "version");
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",\"reason\":\"a quarrel\"}", s.id[2]);
    nodes_act(&s, 1, "fred", "partner-cut", args, EN_OK);
    assert_string_equal(nodes_craft(&s, &cut), "cut");
    before = events(s.node[1]);
    for (unsigned k = 0; k < 1000; k++)
        assert_string_equal(nodes_give(&s, 0, 1, EN_BYTES_LIT("age-encryption.org/v1\nnothing")), "refused");
    assert_int_equal(events(s.node[1]), before + 1);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2); /* others, and what is in order, are not affected */
    nodes_run(&s, EN_TIME_HOUR);
    all_received(&s, 0, 1);
    nodes_release(&s);
}

/* A partner answers with a receipt that another one signed, and with one of its own about what it never got. */
static void
test_a_receipt_of_another(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    nodes_run(&s, EN_TIME_HOUR);
    s.down[1] = true;
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, MINUTE);
    assert_int_equal(nodes_count(&s, 0, "sent"), 1);
    nodes_craft_receipt(&s, 2, 1, 0);
    nodes_craft_receipt(&s, 2, 2, 0);
    assert_int_equal(nodes_count(&s, 0, "sent"), 1);
    nodes_release(&s);
}

/* The sender's key changes while a bundle of it waits: it is signed anew, under the same number and id. */
static void
test_a_key_rotates_under_a_bundle(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, EN_TIME_HOUR);
    s.loss = 1000; /* it leaves, and does not arrive */
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, MINUTE);
    nodes_rotate(&s, 0, 1);
    s.loss = 0;
    nodes_run(&s, EN_TIME_DAY);
    all_received(&s, 0, 1);
    assert_int_equal(nodes_events(&s, 0, "bundle-export"), 2); /* made, and signed anew */
    nodes_release(&s);
}

/* --- power goes at every write ------------------------------------------------------------------------------------ */

static void
test_power_goes_at_every_write(void **state)
{
    struct en_store *stores[2] = { en_store_new_fault(en_store_new_memory()), en_store_new_memory() };
    struct nodes s;
    unsigned struck = 0;

    (void)state;
    nodes_init(&s, 2, stores, nodes_live);
    nodes_run(&s, EN_TIME_HOUR);
    for (unsigned at = 1; at <= 40; at++) {
        char name[40];

        (void)snprintf(name, sizeof name, "Yusuf al-Rashidi %c%c", 'a' + (int)(at / 26), 'a' + (int)(at % 26));
        (void)nodes_alert(&s, 0, name, 2);
        (void)nodes_alert(&s, 1, name, 1);
        s.may_fail = 1;
        en_store_fault_plan(stores[0], at, at % 2 == 0 ? EN_FAULT_CRASH : EN_FAULT_CRASH_AFTER);
        nodes_run(&s, EN_TIME_HOUR);
        if (s.failed) {
            struck++;
            en_store_fault_revive(stores[0]);
            s.failed = false;
        }
        en_store_fault_plan(stores[0], 0, EN_FAULT_FAIL);
        s.may_fail = 0;
        nodes_restart(&s, 0, NULL);
        nodes_run(&s, EN_TIME_HOUR);
        all_received(&s, 0, at);
        all_received(&s, 1, at);
        assert_int_equal(records_at(&s, 0), 2 * at);
        assert_int_equal(records_at(&s, 1), 2 * at);
    }
    assert_true(struck >= 15);
    nodes_release(&s);
}

/* --- after a backup was put back ---------------------------------------------------------------------------------- */

static struct en_store *
open_store(const char *path, enum en_store_open_mode mode)
{
    struct en_store *st = NULL;
    struct en_err err = EN_ERR_INIT;

    if (en_store_open_sqlite(path, mode, &st, &err) != EN_OK)
        fail_msg("%s: %s", path, err.text);
    return st;
}

struct backed {
    struct nodes s;
    char dir[64], path[96], copy[96];
};

static void
backed_init(struct backed *b)
{
    struct en_store *stores[2] = { NULL, NULL };

    memcpy(b->dir, "/dev/shm/entente-live-XXXXXX", sizeof "/dev/shm/entente-live-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    (void)snprintf(b->path, sizeof b->path, "%s/store", b->dir);
    (void)snprintf(b->copy, sizeof b->copy, "%s/copy", b->dir);
    stores[0] = open_store(b->path, EN_STORE_CREATE);
    stores[1] = en_store_new_memory();
    nodes_init(&b->s, 2, stores, nodes_live);
    nodes_run(&b->s, EN_TIME_HOUR);
}

static void
backed_release(struct backed *b)
{
    static const char *const files[] = { "store", "store-wal", "store-shm", "copy", "copy-wal", "copy-shm" };

    nodes_release(&b->s);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[128];

        (void)snprintf(path, sizeof path, "%s/%s", b->dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(b->dir);
}

static void
back_up(struct backed *b)
{
    assert_int_equal(en_store_backup(b->s.node[0]->store, b->copy, NULL), EN_OK);
}

/* The node comes back with less than its partner remembers, and nobody has told it. */
static void
test_an_old_backup_is_found_out(void **state)
{
    struct backed b;
    struct nodes *s = &b.s;

    (void)state;
    backed_init(&b);
    alerts(s, 0, 2, 2);
    nodes_run(s, EN_TIME_HOUR);
    back_up(&b);
    (void)nodes_alert(s, 0, "Lena Markovic", 2);
    (void)nodes_alert(s, 1, "Peter Sandberg", 1);
    nodes_run(s, EN_TIME_HOUR);
    all_received(s, 0, 3);
    nodes_restart(s, 0, open_store(b.copy, EN_STORE_OPEN));
    nodes_run(s, MINUTE);
    assert_int_equal(nodes_events(s, 0, "ledger-hold"), 1);
    nodes_run(s, EN_TIME_HOUR);
    assert_int_equal(nodes_events(s, 0, "ledger-epoch"), 1);
    (void)nodes_alert(s, 0, "Greta Holm", 2);
    nodes_run(s, EN_TIME_DAY);
    all_received(s, 0, 3); /* the third is not known here any more; numbers that were used are skipped */
    assert_int_equal(records_at(s, 1), 5);
    assert_int_equal(records_at(s, 0), 4); /* what it had taken and lost came again */
    all_received(s, 1, 1);
    backed_release(&b);
}

/* What was lost is little: little comes again. */
static void
test_a_restored_node_pulls_what_it_lost(void **state)
{
    struct backed b;
    struct nodes *s = &b.s;
    uint64_t all;

    (void)state;
    backed_init(&b);
    for (unsigned k = 0; k < 20; k++) {
        char name[40];

        (void)snprintf(name, sizeof name, "Yusuf al-Rashidi %c", 'a' + (int)k);
        (void)nodes_alert(s, 1, name, 1);
        nodes_run(s, MINUTE);
        if (k == 16) {
            nodes_run(s, EN_TIME_HOUR);
            back_up(&b);
        }
    }
    all = nodes_events(s, 1, "bundle-export");
    assert_int_equal(all, 20);
    nodes_restart(s, 0, open_store(b.copy, EN_STORE_OPEN));
    nodes_run(s, EN_TIME_DAY);
    assert_int_equal(records_at(s, 0), 20);
    assert_int_equal(nodes_events(s, 1, "bundle-again"), 3); /* three of twenty */
    assert_int_equal(nodes_events(s, 1, "exchange-alarm"), 1); /* a person is told that the partner was behind */
    all_received(s, 1, 20);
    backed_release(&b);
}

/* A question of the partner's that was lost before the restore is not waited for. */
static void
test_a_question_from_before_a_restore(void **state)
{
    struct backed b;
    struct nodes *s = &b.s;

    (void)state;
    backed_init(&b);
    s->cut[0][1] = s->cut[1][0] = true;
    nodes_restart(s, 1, NULL); /* it asks, and nobody hears it */
    nodes_run(s, 10 * EN_TIME_SECOND);
    s->cut[0][1] = s->cut[1][0] = false;
    (void)nodes_alert(s, 1, "Yusuf al-Rashidi", 1);
    nodes_run(s, 2 * MINUTE);
    assert_int_equal(records_at(s, 0), 1);
    back_up(&b);
    (void)nodes_alert(s, 1, "Lena Markovic", 1);
    (void)nodes_alert(s, 1, "Peter Sandberg", 1);
    nodes_run(s, MINUTE);
    assert_int_equal(records_at(s, 0), 3);
    nodes_restart(s, 0, open_store(b.copy, EN_STORE_OPEN));
    nodes_run(s, MINUTE);
    assert_int_equal(records_at(s, 0), 3);
    nodes_run(s, EN_TIME_HOUR);
    all_received(s, 1, 3);
    backed_release(&b);
}

/* The restore said so itself; nobody has a later head: it goes on by itself. */
static void
test_a_restore_that_lost_nothing(void **state)
{
    struct backed b;
    struct nodes *s = &b.s;
    bool doubt = false;

    (void)state;
    backed_init(&b);
    alerts(s, 0, 1, 2);
    nodes_run(s, EN_TIME_HOUR);
    back_up(&b);
    nodes_swap(s, 0, open_store(b.copy, EN_STORE_OPEN));
    assert_int_equal(en_acts_restored(s->node[0]->acts, 1000, NULL, s->now, &doubt, &s->err), EN_OK);
    assert_true(doubt);
    nodes_restart(s, 0, NULL);
    nodes_run(s, EN_TIME_HOUR);
    assert_int_equal(nodes_events(s, 0, "ledger-epoch"), 1);
    assert_int_equal(en_store_log_doubt(s->node[0]->store, &doubt, NULL), EN_OK);
    assert_false(doubt);
    (void)nodes_alert(s, 0, "Lena Markovic", 2);
    nodes_run(s, EN_TIME_HOUR);
    all_received(s, 0, 2);
    backed_release(&b);
}

/* --- through a third ---------------------------------------------------------------------------------------------- */

static void
relay(struct nodes *s, unsigned at, unsigned partner, bool on)
{
    char args[100];

    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",\"on\":%s}", s->id[partner], on ? "true" : "false");
    nodes_act(s, at, "fred", "partner-relay", args, EN_OK);
}

static void
route(struct nodes *s, unsigned at, unsigned partner, unsigned via, int then)
{
    char args[160];

    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",\"via\":\"%s\"%s%s%s}", s->id[partner], s->id[via],
                   then >= 0 ? ",\"then\":\"" : "", then >= 0 ? s->id[then] : "", then >= 0 ? "\"" : "");
    nodes_act(s, at, "fred", "partner-route", args, EN_OK);
}

static void
test_through_a_third_partner(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    s.keep_wire = true;
    s.cut[0][2] = s.cut[2][0] = true;
    route(&s, 0, 2, 1, -1);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 4);
    nodes_run(&s, EN_TIME_HOUR);
    assert_int_equal(records_at(&s, 2), 0); /* the third offers nothing by itself */
    assert_int_equal(nodes_events(&s, 1, "parcel-keep"), 0);
    relay(&s, 1, 0, true);
    relay(&s, 1, 2, true);
    nodes_run(&s, EN_TIME_DAY);
    assert_int_equal(records_at(&s, 2), 1);
    assert_int_equal(records_at(&s, 1), 0); /* who passed it on has nothing of it */
    assert_true(s.wire.n > 0 && nodes_on_wire(&s, "Yusuf") == 0 && nodes_on_wire(&s, "secondary-check") == 0);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(nodes_on_wire(&s, s.id[i]), 0); /* nobody's name stands outside of a seal */
    all_received(&s, 0, 1);                 /* what came through a relay is answered through it */
    assert_true(nodes_events(&s, 1, "parcel-keep") > 0);
    assert_int_equal(nodes_events(&s, 1, "parcel-keep"), nodes_events(&s, 1, "parcel-drop"));
    nodes_release(&s);
}

static void
test_through_two(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 4, NULL, nodes_live);
    for (unsigned i = 0; i < 4; i++)
        for (unsigned k = 0; k < 4; k++)
            s.cut[i][k] = (i > k ? i - k : k - i) > 1; /* a row of four */
    for (unsigned i = 1; i < 3; i++)
        for (unsigned k = 0; k < 4; k++)
            if (k != i)
                relay(&s, i, k, true);
    route(&s, 0, 3, 1, 2);
    route(&s, 3, 0, 2, 1);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 8);
    nodes_run(&s, EN_TIME_DAY);
    assert_int_equal(records_at(&s, 3), 1);
    assert_int_equal(records_at(&s, 1) + records_at(&s, 2), 0);
    all_received(&s, 0, 1);
    nodes_release(&s);
}

/* Half an hour in which it is seen what leaves; then hours of slips that say that one is here, at times drawn. */
static void
watched(struct nodes *s)
{
    s->keep_wire = true;
    nodes_run(s, 30 * MINUTE);
    s->keep_wire = false;
    nodes_run(s, 3 * EN_TIME_HOUR);
}

/*
 * A traveller is the person of a partner's alert, two persons have said so; flagged: he is protected here, and what
 * became of the hit is refused. Else somebody looks at the hit. Then the originator says more, and takes all back.
 */
static void
live_with_a_flag(bool flagged, struct en_buf *when, struct en_buf *told)
{
    struct nodes s;

    draws_from(1);
    nodes_init(&s, 2, NULL, nodes_live);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    nodes_run(&s, MINUTE);
    assert_int_equal(act(s.node[1], "berta", "screen", "{}", manifest_csv, NULL), EN_OK);
    nodes_act(&s, 1, "berta", "hit-decide", "{\"hit\":1,\"answer\":\"same\",\"reasons\":[\"document\"]}", EN_E_SECOND);
    nodes_act(&s, 1, "chris", "hit-decide", "{\"hit\":1,\"answer\":\"same\",\"reasons\":[\"photo\"]}", EN_OK);
    if (flagged) {
        nodes_act(&s, 1, "anna", "protect-set",
                  "{\"hit\":1,\"reason\":\"asylum\",\"review\":\"2027-05-01\"}", EN_OK);
        nodes_act(&s, 1, "anna", "record-outcome", "{\"hit\":1}", EN_E_RULE);
    } else {
        nodes_act(&s, 1, "anna", "hit-show", "{\"hit\":1}", EN_OK);
    }
    draws_from(1000);
    watched(&s);
    nodes_act(&s, 0, "anna", "alert-edit", "{\"alert\":1,\"person\":{\"sex\":\"male\"}}", EN_OK);
    nodes_act(&s, 0, "zora", "release-approve", "{\"release\":2}", EN_OK);
    watched(&s);
    nodes_act(&s, 0, "anna", "release-withdraw", "{\"record\":2,\"reason\":\"other\"}", EN_OK);
    watched(&s);
    nodes_act(&s, 0, "dora", "delivery-list", "{}", EN_OK);
    en_buf_add(told, s.node[0]->records.p, s.node[0]->records.n);
    en_buf_add(when, s.when.p, s.when.n);
    nodes_release(&s);
}

/* Over wires too: the same messages, of the same sizes, at the same times, and the same answers. */
static void
test_a_flag_is_not_seen_on_the_wire(void **state)
{
    struct en_buf when[2] = { EN_BUF_INIT, EN_BUF_INIT }, told[2] = { EN_BUF_INIT, EN_BUF_INIT };

    (void)state;
    for (unsigned i = 0; i < 2; i++)
        live_with_a_flag(i == 1, &when[i], &told[i]);
    en_buf_addc(&when[0], '\0');
    en_buf_addc(&when[1], '\0');
    assert_true(when[0].n > 200);
    assert_string_equal(when[0].p, when[1].p);
    assert_int_equal(told[0].n, told[1].n);
    assert_memory_equal(told[0].p, told[1].p, told[0].n);
    for (unsigned i = 0; i < 2; i++) {
        en_buf_release(&when[i]);
        en_buf_release(&told[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_alert_goes_and_its_receipt_comes),
        cmocka_unit_test(test_lost_doubled_and_late),
        cmocka_unit_test(test_urgent_first),
        cmocka_unit_test(test_who_cannot_be_reached_fetches),
        cmocka_unit_test(test_stopped_before_anything_left),
        cmocka_unit_test(test_stopped_again_and_again),
        cmocka_unit_test(test_cut_and_restored),
        cmocka_unit_test(test_withdrawn_reaches_every_holder),
        cmocka_unit_test(test_withdrawn_before_it_arrived),
        cmocka_unit_test(test_a_stick_and_a_wire),
        cmocka_unit_test(test_by_hand_and_nobody_there),
        cmocka_unit_test(test_urgent_and_nobody_there),
        cmocka_unit_test(test_by_hand_and_a_wire_that_is_busy),
        cmocka_unit_test(test_sealed_to_a_key_that_is_gone),
        cmocka_unit_test(test_sealing_keys_come_with_slips),
        cmocka_unit_test(test_heads_are_cosigned),
        cmocka_unit_test(test_a_fork_is_found_by_gossip),
        cmocka_unit_test(test_a_fork_shown_to_who_holds_neither),
        cmocka_unit_test(test_replayed),
        cmocka_unit_test(test_what_is_not_for_us_or_out_of_its_time),
        cmocka_unit_test(test_one_number_for_two),
        cmocka_unit_test(test_far_ahead),
        cmocka_unit_test(test_strangers_versions_and_floods),
        cmocka_unit_test(test_a_receipt_of_another),
        cmocka_unit_test(test_a_key_rotates_under_a_bundle),
        cmocka_unit_test(test_power_goes_at_every_write),
        cmocka_unit_test(test_an_old_backup_is_found_out),
        cmocka_unit_test(test_a_restored_node_pulls_what_it_lost),
        cmocka_unit_test(test_a_question_from_before_a_restore),
        cmocka_unit_test(test_a_restore_that_lost_nothing),
        cmocka_unit_test(test_through_a_third_partner),
        cmocka_unit_test(test_through_two),
        cmocka_unit_test(test_a_flag_is_not_seen_on_the_wire),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
