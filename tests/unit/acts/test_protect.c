/*
 * What became of a hit goes back to the originator of its alert by a release and in no other way; a local protection
 * stops it, and nobody outside can tell. The people and services are invented.
 */
#include "pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define REVIEW_ON "\"review\":\"2027-05-01\""

/* Sudmark holds Norland's alert, a traveller is a hit, and two persons have said that it is the person. */
static void
confirmed(struct pair *p)
{
    pair_init(p, LIVE);
    alert_released(p);
    second_supervisor(p->b);
    carry(p, p->a, p->b, p->id_b, EN_OK);
    assert_int_equal(act(p->b, "berta", "screen", "{}", manifest_csv, NULL), EN_OK);
    acts(p->b, "berta", "hit-decide", "{\"hit\":1,\"answer\":\"same\",\"reasons\":[\"document\"]}", EN_E_SECOND);
    acts(p->b, "anna", "record-outcome", "{\"hit\":1}", EN_E_NO); /* by one person: not yet */
    acts(p->b, "chris", "hit-decide", "{\"hit\":1,\"answer\":\"same\",\"reasons\":[\"photo\"]}", EN_OK);
}

static void
test_an_outcome_is_released_like_any_record(void **state)
{
    struct pair p;

    (void)state;
    confirmed(&p);
    acts(p.b, "berta", "record-outcome", "{\"hit\":1}", EN_E_RULE); /* an officer drafts nothing */
    acts(p.b, "anna", "record-outcome", "{\"hit\":9}", EN_E_NOT_FOUND);
    acts(p.b, "anna", "record-outcome", "{\"hit\":1,\"record\":{\"about\":[\"1\"]}}", EN_E_USAGE);
    acts(p.b, "anna", "record-outcome", "{\"hit\":1,\"record\":{\"country\":\"XBB\",\"met\":\"checked\"}}", EN_OK);
    is(p.b, 0, "kind", "\"sighting\"");
    is(p.b, 0, "state", "\"draft\"");
    acts(p.b, "anna", "record-show", "{\"record\":2}", EN_OK);
    assert_non_null(strstr(p.b->records.p, "\"met\":\"checked\""));
    assert_non_null(strstr(p.b->records.p, "\"tlp\":\"amber\"")); /* of the alert */
    assert_non_null(strstr(p.b->records.p, "\"destroy\":\"2027-12-01"));
    release_to(p.b, 2, p.id_a);
    carry(&p, p.b, p.a, p.id_a, EN_OK);
    is(p.a, 0, "taken", "1");
    acts(p.a, "dora", "record-list", "{\"kind\":\"sighting\"}", EN_OK);
    is(p.a, 0, "state", "\"current\"");
    pair_release(&p);
}

/* From a list, which is nobody's to tell. */
static void
test_a_list_has_no_originator(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    assert_int_equal(act(p.b, "emil", "import", "{\"source\":\"s\"}", list_csv, NULL), EN_OK);
    assert_int_equal(act(p.b, "berta", "screen", "{}", manifest_csv, NULL), EN_OK);
    acts(p.b, "berta", "hit-decide", "{\"hit\":1,\"answer\":\"same\",\"reasons\":[\"document\"]}", EN_E_SECOND);
    acts(p.b, "chris", "hit-decide", "{\"hit\":1,\"answer\":\"same\",\"reasons\":[\"photo\"]}", EN_OK);
    acts(p.b, "anna", "record-outcome", "{\"hit\":1}", EN_E_NO);
    pair_release(&p);
}

static void
test_flags_are_set_seen_and_ended(void **state)
{
    static const struct {
        const char *args;
        en_errc rc;
    } sets[] = {
        { "{\"hit\":1,\"reason\":\"asylum\"}", EN_E_USAGE },                           /* no review */
        { "{\"hit\":1,\"reason\":\"asylum\",\"review\":\"2020-01-01\"}", EN_E_USAGE }, /* past */
        { "{\"hit\":1,\"reason\":\"asylum\",\"review\":\"2030-01-01\"}", EN_E_USAGE }, /* never */
        { "{\"hit\":1,\"reason\":\"politics\"," REVIEW_ON "}", EN_E_USAGE },
        { "{\"hit\":1,\"reason\":\"other\"," REVIEW_ON "}", EN_E_USAGE }, /* no text */
        { "{\"reason\":\"minor\"," REVIEW_ON "}", EN_E_USAGE },
        { "{\"hit\":1,\"alert\":1,\"reason\":\"minor\"," REVIEW_ON "}", EN_E_USAGE },
        { "{\"hit\":9,\"reason\":\"minor\"," REVIEW_ON "}", EN_E_NOT_FOUND },
        { "{\"alert\":9,\"reason\":\"minor\"," REVIEW_ON "}", EN_E_NOT_FOUND },
        { "{\"traveller\":9,\"reason\":\"minor\"," REVIEW_ON "}", EN_E_NOT_FOUND },
        { "{\"hit\":1,\"reason\":\"asylum\"," REVIEW_ON "}", EN_OK },
        { "{\"alert\":1,\"reason\":\"minor\"," REVIEW_ON "}", EN_OK },
        { "{\"traveller\":1,\"reason\":\"other\",\"text\":\"x\"," REVIEW_ON "}", EN_OK },
    };
    struct pair p;

    (void)state;
    confirmed(&p);
    acts(p.b, "berta", "protect-set", "{\"hit\":1,\"reason\":\"asylum\"," REVIEW_ON "}", EN_E_RULE);
    acts(p.b, "berta", "protect-list", "{}", EN_E_RULE);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        acts(p.b, "anna", "protect-set", sets[i].args, sets[i].rc);
    acts(p.b, "dora", "protect-list", "{}", EN_OK);
    assert_int_equal(p.b->n_records, 3);
    is(p.b, 0, "traveller", "1");
    is(p.b, 0, "name", "\"YUSUF AL RASHIDI\"");
    is(p.b, 0, "due", "false");
    is(p.b, 1, "traveller", "0");
    acts(p.b, "dora", "protect-list", "{\"due_days\":30}", EN_OK);
    assert_int_equal(p.b->n_records, 0);
    acts(p.b, "dora", "hit-show", "{\"hit\":1}", EN_OK);
    is(p.b, 0, "protected", "true");
    acts(p.b, "dora", "alert-show", "{\"alert\":1}", EN_OK);
    is(p.b, 0, "protected", "true");
    acts(p.b, "berta", "hit-show", "{\"hit\":1}", EN_OK); /* an officer is not told */
    assert_null(strstr(p.b->records.p, "protected"));
    acts(p.b, "berta", "alert-show", "{\"alert\":1}", EN_OK);
    assert_null(strstr(p.b->records.p, "protected"));
    acts(p.b, "anna", "protect-end", "{\"protection\":1,\"reason\":\"bored\"}", EN_E_USAGE);
    for (int i = 1; i <= 3; i++) {
        char args[80];

        acts(p.b, "anna", "record-outcome", "{\"hit\":1}", EN_E_RULE); /* each of them is enough */
        (void)snprintf(args, sizeof args, "{\"protection\":%d,\"reason\":\"over\"}", i);
        acts(p.b, "anna", "protect-end", args, EN_OK);
        acts(p.b, "anna", "protect-end", args, EN_E_NOT_FOUND);
    }
    acts(p.b, "anna", "record-outcome", "{\"hit\":1}", EN_OK);
    pair_release(&p);
}

#define FLAG(p, rc) acts((p).b, "anna", "protect-set", "{\"hit\":1,\"reason\":\"asylum\"," REVIEW_ON "}", rc)

/* Whatever way it had come, it goes no further; and goes on when the flag is gone. */
static void
test_a_flag_stops_an_outcome_anywhere(void **state)
{
    struct pair p;

    (void)state;
    confirmed(&p);
    acts(p.b, "anna", "record-outcome", "{\"hit\":1}", EN_OK);                                /* record 2 */
    acts(p.b, "anna", "record-outcome", "{\"hit\":1}", EN_OK);                                /* record 3 */
    acts(p.b, "anna", "record-outcome", "{\"hit\":1}", EN_OK);                                /* record 4 */
    acts(p.b, "anna", "release-propose", "{\"record\":3,\"to\":[\"Norland\"]}", EN_E_SECOND); /* release 1 */
    release_to(p.b, 4, p.id_a);                                                               /* release 2 */
    FLAG(p, EN_OK);
    acts(p.b, "anna", "record-outcome", "{\"hit\":1}", EN_E_RULE);
    assert_null(strstr(p.b->err.text, "protect"));
    acts(p.b, "anna", "record-new",
         "{\"kind\":\"note\",\"record\":{\"about\":[\"1\"],\"text\":\"met\",\"handling\":{\"tlp\":\"green\","
         "\"onward\":\"none\"}}}",
         EN_E_RULE);
    acts(p.b, "anna", "record-new", /* about one that is about it */
         "{\"kind\":\"opinion\",\"record\":{\"about\":[\"2\"],\"opinion\":\"agree\",\"handling\":{\"tlp\":\"green\","
         "\"onward\":\"none\"}}}",
         EN_E_RULE);
    acts(p.b, "anna", "record-edit", "{\"record\":2,\"changes\":{\"place\":\"x\"}}", EN_E_RULE);
    acts(p.b, "anna", "release-propose", "{\"record\":2,\"to\":[\"Norland\"]}", EN_E_RULE);
    acts(p.b, "zora", "release-approve", "{\"release\":1}", EN_E_RULE);
    acts(p.b, "dora", "release-preview", "{\"record\":2}", EN_OK);
    is(p.b, 0, "may", "false");
    is(p.b, 0, "reasons.0.code", "\"not-releasable\"");
    assert_int_equal(export_to(&p, p.b, p.id_a), EN_OK); /* the receipt */
    is(p.b, 0, "parts", "1");
    is(p.b, 0, "held", "1");
    acts(p.b, "anna", "release-withdraw", "{\"record\":3,\"reason\":\"other\"}", EN_OK); /* less is always allowed */
    acts(p.b, "anna", "protect-end", "{\"protection\":1,\"reason\":\"mistake\"}", EN_OK);
    carry(&p, p.b, p.a, p.id_a, EN_OK);
    is(p.a, 0, "taken", "1");
    pair_release(&p);
}

/* --- what the partner sees ---------------------------------------------------------------------------------------- */

struct wire {
    struct en_buf sealed[3];
    struct en_buf deliveries; /* what the partner's list tells at the end */
};

/* All that leaves Sudmark for Norland, with the same random bytes: its only difference is the flag. */
static void
live_through(bool flagged, struct wire *w)
{
    struct pair p;

    draws_from(1);
    confirmed(&p);
    if (flagged) {
        FLAG(p, EN_OK);
        acts(p.b, "anna", "record-outcome", "{\"hit\":1}", EN_E_RULE);
    }
    for (unsigned i = 0; i < 3; i++) {
        draws_from(1000 * (i + 1));
        assert_int_equal(export_to(&p, p.b, p.id_a), EN_OK);
        en_buf_add(&w->sealed[i], p.file.p, p.file.n);
        assert_int_equal(import_at(&p, p.a), EN_OK);
        if (i == 0) { /* the originator says more; then it takes all back */
            acts(p.a, "anna", "alert-edit", "{\"alert\":1,\"person\":{\"sex\":\"male\"}}", EN_OK);
            acts(p.a, "zora", "release-approve", "{\"release\":2}", EN_OK);
        } else if (i == 1) {
            acts(p.b, "dora", "record-list", "{\"id\":\"\"}", EN_OK);
            is(p.b, 1, "state", flagged ? "\"review\"" : "\"current\"");
            is(p.b, 1, "reasons", flagged ? "[\"protected\"]" : "[]");
            acts(p.b, "berta", "record-list", "{}", EN_OK);
            assert_null(strstr(p.b->records.p, "protected"));
            acts(p.a, "anna", "release-withdraw", "{\"record\":2,\"reason\":\"other\"}", EN_OK);
        }
        p.a->now = p.b->now += EN_TIME_HOUR;
        if (i < 2)
            carry(&p, p.a, p.b, p.id_b, EN_OK);
    }
    assert_int_equal(export_to(&p, p.b, p.id_a), EN_E_NO); /* nothing else waits */
    acts(p.a, "dora", "delivery-list", "{}", EN_OK);
    en_buf_add(&w->deliveries, p.a->records.p, p.a->records.n);
    pair_release(&p);
}

static void
test_nobody_outside_can_tell(void **state)
{
    struct wire with = { .deliveries = EN_BUF_INIT }, without = { .deliveries = EN_BUF_INIT };

    (void)state;
    live_through(true, &with);
    live_through(false, &without);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(with.sealed[i].n > 4096);
        assert_int_equal(with.sealed[i].n, without.sealed[i].n);
        assert_memory_equal(with.sealed[i].p, without.sealed[i].p, with.sealed[i].n);
        en_buf_release(&with.sealed[i]);
        en_buf_release(&without.sealed[i]);
    }
    assert_int_equal(with.deliveries.n, without.deliveries.n);
    assert_memory_equal(with.deliveries.p, without.deliveries.p, with.deliveries.n);
    en_buf_release(&with.deliveries);
    en_buf_release(&without.deliveries);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_outcome_is_released_like_any_record),
        cmocka_unit_test(test_a_list_has_no_originator),
        cmocka_unit_test(test_flags_are_set_seen_and_ended),
        cmocka_unit_test(test_a_flag_stops_an_outcome_anywhere),
        cmocka_unit_test(test_nobody_outside_can_tell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
