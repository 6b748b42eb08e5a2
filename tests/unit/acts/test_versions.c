/*
 * Two versions of the exchange side by side: whole nodes, one of which speaks a made-up version 2 (of the form of 1).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "nodes.h"

#define MINUTE (60 * EN_TIME_SECOND)

/* From its next start on, which is now, node i speaks these. */
static void
speaks(struct nodes *s, unsigned i, unsigned oldest, unsigned newest)
{
    s->speaks[i][0] = oldest;
    s->speaks[i][1] = newest;
    nodes_restart(s, i, NULL);
}

static void
received(struct nodes *s, unsigned i, unsigned n)
{
    unsigned got = nodes_count(s, i, "received"), sent = nodes_count(s, i, "sent"), q = nodes_count(s, i, "queued");

    if (got != n || sent != 0 || q != 0)
        fail_msg("node %u: %u received and not %u, %u sent, %u queued", i, got, n, sent, q);
}

/* What node i sees of its first partner's versions: "theirs oldest, newest, in common". */
static const char *
seen(struct nodes *s, unsigned i, unsigned partner)
{
    static const char *const keys[] = { "speaks_oldest", "speaks_newest", "version" };
    static char out[64];
    char args[64];

    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\"}", s->id[partner]);
    nodes_act(s, i, "dora", "partner-link", args, EN_OK);
    out[0] = '\0';
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        size_t n = strlen(out);

        (void)snprintf(out + n, sizeof out - n, "%s%s", n > 0 ? " " : "", member(s->node[i], 0, keys[k]));
    }
    return out;
}

static const char *
alarm_at(struct nodes *s, unsigned i, unsigned partner)
{
    (void)seen(s, i, partner);
    return member(s->node[i], 0, "alarms.0.alarm");
}

static void
test_the_newer_side_falls_back(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    speaks(&s, 1, 1, 2);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    (void)nodes_alert(&s, 1, "Karim Halabi", 1);
    nodes_run(&s, EN_TIME_HOUR);
    received(&s, 0, 1);
    received(&s, 1, 1);
    assert_string_equal(seen(&s, 0, 1), "1 2 1");
    assert_string_equal(seen(&s, 1, 0), "1 1 1");
    assert_int_equal(nodes_events(&s, 0, "exchange-alarm") + nodes_events(&s, 1, "exchange-alarm"), 0);
    nodes_release(&s);
}

/* Both go on to version 2, one after the other; then one goes back to the older program. Nobody has to do anything. */
static void
test_upgraded_and_taken_back(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    nodes_run(&s, EN_TIME_HOUR);
    speaks(&s, 1, 1, 2);
    nodes_run(&s, EN_TIME_HOUR);
    speaks(&s, 0, 1, 2);
    nodes_run(&s, EN_TIME_HOUR);
    assert_string_equal(seen(&s, 1, 0), "1 2 2");
    (void)nodes_alert(&s, 1, "Karim Halabi", 1);
    nodes_run(&s, EN_TIME_HOUR);
    received(&s, 1, 1);
    speaks(&s, 0, 1, 1);
    (void)nodes_alert(&s, 1, "Karim Halabi two", 1); /* written in version 2, which is not spoken there any more */
    nodes_run(&s, EN_TIME_HOUR);
    received(&s, 1, 2);
    assert_string_equal(seen(&s, 1, 0), "1 1 1");
    assert_int_equal(nodes_events(&s, 0, "exchange-alarm") + nodes_events(&s, 1, "exchange-alarm"), 0);
    nodes_release(&s);
}

/* Nothing in common: both are told, what is queued waits, others are not affected; after an upgrade it flows. */
static void
test_none_in_common(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    speaks(&s, 1, 2, 3);
    speaks(&s, 2, 1, 2);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2 | 4);
    (void)nodes_alert(&s, 1, "Karim Halabi", 1 | 4);
    nodes_run(&s, EN_TIME_DAY);
    assert_int_equal(nodes_count(&s, 0, "received"), 1); /* by the third */
    assert_int_equal(nodes_count(&s, 1, "received"), 1);
    assert_string_equal(alarm_at(&s, 0, 1), "\"version\"");
    assert_string_equal(alarm_at(&s, 1, 0), "\"version\"");
    assert_int_equal(nodes_events(&s, 0, "exchange-alarm"), 1); /* said once */
    assert_true(s.sent < 600); /* and more and more seldom tried */
    speaks(&s, 0, 1, 2);
    nodes_run(&s, 2 * EN_TIME_HOUR);
    received(&s, 0, 2);
    received(&s, 1, 2);
    assert_string_equal(seen(&s, 0, 1), "2 3 2");
    nodes_release(&s);
}

static void
route(struct nodes *s, unsigned from, unsigned to, unsigned via)
{
    char args[120];

    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",\"via\":\"%s\"}", s->id[to], s->id[via]);
    nodes_act(s, from, "fred", "partner-route", args, EN_OK);
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",\"on\":true}", s->id[from]);
    nodes_act(s, via, "fred", "partner-relay", args, EN_OK);
}

/* A relay cannot say that a version is not spoken at the other end: a signed refusal does. */
static void
test_through_a_relay(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 3, NULL, nodes_live);
    speaks(&s, 0, 1, 2);
    speaks(&s, 1, 1, 2);
    nodes_run(&s, EN_TIME_HOUR);
    route(&s, 0, 1, 2);
    route(&s, 1, 0, 2);
    s.cut[0][1] = s.cut[1][0] = true;
    s.down[0] = true;
    (void)nodes_alert(&s, 1, "Karim Halabi", 1); /* in version 2 */
    nodes_run(&s, 2 * EN_TIME_HOUR);
    speaks(&s, 0, 1, 1);
    nodes_run(&s, EN_TIME_DAY);
    received(&s, 1, 1);
    assert_string_equal(seen(&s, 1, 0), "1 1 1");
    nodes_release(&s);
}

/* What a later program puts beside what both know is refused by its hash, with a signature; the rest is taken. */
static void
test_parts_that_are_not_known(void **state)
{
    struct nodes s;

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    s.down[0] = true;
    assert_null(nodes_craft_later_parts(&s, 0, 1));
    s.down[0] = false;
    assert_true(nodes_has_bundle(&s, 1, NULL));
    nodes_act(&s, 1, "anna", "status", "{}", EN_OK);
    assert_string_equal(member(s.node[1], 0, "refusals.0.code"), "\"not-taken-here\"");
    assert_string_equal(member(s.node[1], 0, "refusals.0.count"), "2");
    nodes_release(&s);
}

/* A stick for a partner with whom no version is in common is not written. */
static void
test_no_stick_in_vain(void **state)
{
    struct nodes s;
    char args[64];

    (void)state;
    nodes_init(&s, 2, NULL, nodes_live);
    speaks(&s, 0, 1, 2);
    speaks(&s, 1, 2, 3);
    nodes_run(&s, EN_TIME_HOUR);
    assert_string_equal(seen(&s, 0, 1), "2 3 2");
    s.down[1] = true;
    speaks(&s, 0, 1, 1);
    (void)nodes_alert(&s, 0, "Yusuf al-Rashidi", 2);
    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\"}", s.id[1]);
    nodes_act(&s, 0, "fred", "bundle-export", args, EN_E_RULE);
    nodes_release(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_newer_side_falls_back), cmocka_unit_test(test_upgraded_and_taken_back),
        cmocka_unit_test(test_none_in_common),            cmocka_unit_test(test_through_a_relay),
        cmocka_unit_test(test_parts_that_are_not_known),  cmocka_unit_test(test_no_stick_in_vain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
