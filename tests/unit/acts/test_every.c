/*
 * A day with every act in it. Of each: its one event, signed over its leaf, without anybody's name; its answer behind
 * it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "fixture.h"

static const struct step {
    const char *user, *act, *args, *file;
    en_errc rc;
    const char *event; /* its type; NULL: none */
    size_t records;
} day[] = {
    /* clang-format off */
    { "anna", "profile-show", "{}", NULL, EN_OK, NULL, 1 },
    { "emil", "import", "{\"source\":\"s\"}", list_csv, EN_OK, "list-import", 1 },
    { "emil", "import", "{\"source\":\"s\"}", list_csv, EN_OK, "list-import", 1 },
    { "berta", "screen", "{}", manifest_csv, EN_OK, "screen", 4 },
    { "berta", "screen", "{}", manifest_csv, EN_OK, "screen", 4 },
    { "berta", "hit-list", "{}", NULL, EN_OK, "read", 1 },
    { "berta", "hit-show", "{\"hit\":1}", NULL, EN_OK, "read", 1 },
    { "berta", "hit-decide", "{\"hit\":1,\"answer\":\"same\",\"reasons\":[\"document\"]}", NULL, EN_E_SECOND, "hit-decide", 1 },
    { "berta", "hit-decide", "{\"hit\":1,\"answer\":\"same\",\"reasons\":[\"document\"]}", NULL, EN_E_RULE, NULL, 0 },
    { "chris", "hit-decide", "{\"hit\":1,\"answer\":\"same\",\"reasons\":[\"photo\"]}", NULL, EN_OK, "hit-decide", 1 },
    { "anna", "protect-set", "{\"hit\":1,\"reason\":\"asylum\",\"review\":\"2027-05-01\",\"text\":\"Greta said\"}", NULL,
      EN_OK, "protect-set", 1 },
    { "dora", "protect-list", "{}", NULL, EN_OK, "read", 1 },
    { "anna", "protect-end", "{\"protection\":1,\"reason\":\"over\"}", NULL, EN_OK, "protect-end", 1 },
    { "anna", "hit-export", "{}", NULL, EN_OK, "read", 1 },
    { "anna", "record-outcome", "{\"hit\":1}", NULL, EN_E_NO, NULL, 0 },
    { "dora", "review-due", "{\"days\":2}", NULL, EN_OK, "read", 2 },
    { "chris", "check", "{\"person\":{\"names\":[\"Lena Markovic\"],\"birth_dates\":[\"1984-07-11\"]}}", NULL, EN_OK, "check", 1 },
    { "dora", "clearance-list", "{}", NULL, EN_OK, "read", 1 },
    { "dora", "answer-list", "{}", NULL, EN_OK, "read", 0 },
    { "anna", "answer-order", "{\"hit\":1,\"order\":\"board\",\"reason\":\"cleared\"}", NULL, EN_E_RULE, NULL, 0 },
    { "berta", "answer-take", "{}", NULL, EN_OK, "answer-take", 0 },
    { "berta", "answer-sent", "{\"leaving\":1}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "berta", "answer-read", "{}", "UNB+UNOA:4+A+B+261123:0806+5'UNH+1+CUSRES:D:05B:UN'BGM+312'UNT+3+1'UNZ+1+5'", EN_E_NO,
      "answer-read", 1 },
    { "anna", "review-done", "{\"hit\":1,\"reason\":\"case-open\"}", NULL, EN_OK, "review-done", 1 },
    { "anna", "redress-new", "{\"memory\":1}", NULL, EN_E_RULE, NULL, 0 },
    { "anna", "clearance-end", "{\"memory\":1}", NULL, EN_OK, "clearance-end", 1 },
    { "anna", "alert-new", "{\"person\":{\"names\":[\"Greta Holm\"],\"birth_dates\":[\"2001-10-30\"]},\"ground\":\"unsc-2178\"}",
      NULL, EN_OK, "alert-new", 1 },
    { "anna", "alert-edit", "{\"alert\":4,\"person\":{\"names\":[\"Greta Holmqvist\"]}}", NULL, EN_OK, "alert-edit", 1 },
    { "dora", "alert-show", "{\"alert\":4,\"versions\":true}", NULL, EN_OK, "read", 2 },
    { "dora", "alert-list", "{\"all\":true}", NULL, EN_OK, "read", 4 },
    { "anna", "alert-end", "{\"alert\":4,\"reason\":\"mistake\"}", NULL, EN_OK, "alert-end", 1 },
    { "anna", "record-new", "{\"kind\":\"alert\",\"alert\":4,\"record\":{\"handling\":{}}}", NULL, EN_E_NO, NULL, 0 },
    { "anna", "record-edit", "{\"record\":1,\"changes\":{\"text\":\"x\"}}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "anna", "record-drop", "{\"record\":1}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "dora", "record-list", "{}", NULL, EN_OK, "read", 0 },
    { "dora", "record-stix", "{}", NULL, EN_OK, "record-stix", 2 },
    { "dora", "record-show", "{\"record\":1}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "anna", "record-accept", "{\"record\":1}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "anna", "record-refuse", "{\"record\":1,\"reason\":\"law\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "berta", "record-ack", "{\"record\":1}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "dora", "question-list", "{}", NULL, EN_OK, "read", 0 },
    { "anna", "question-consent", "{\"question\":1}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "anna", "question-deny", "{\"question\":1,\"reason\":\"law\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "anna", "release-propose", "{\"record\":1,\"to\":[\"x\"]}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "anna", "release-approve", "{\"release\":1}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "anna", "release-reject", "{\"release\":1,\"reason\":\"x\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "dora", "release-preview", "{\"record\":1}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "dora", "release-list", "{}", NULL, EN_OK, "read", 0 },
    { "anna", "release-withdraw", "{\"record\":1,\"reason\":\"other\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "anna", "bundle-export", "{\"partner\":\"x\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "anna", "bundle-import", "{}", "x", EN_E_NOT_FOUND, NULL, 0 },
    { "dora", "delivery-list", "{}", NULL, EN_OK, "read", 0 },
    { "fred", "profile-set", "{\"accept\":[\"NARCO\"]}", NULL, EN_OK, "profile-set", 1 },
    { "fred", "review-run", "{}", NULL, EN_OK, "retention", 1 },
    { "fred", "user-list", "{}", NULL, EN_OK, "read", 6 },
    { "fred", "user-disable", "{\"name\":\"emil\"}", NULL, EN_OK, "user-disable", 1 },
    { "dora", "key-show", "{}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "key-init", "{}", NULL, EN_E_RULE, NULL, 0 },
    { "fred", "key-rotate", "{}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "key-lost", "{\"what\":\"next\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "key-restore", "{}", "entente-node-key-v1", EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "key-seal", "{}", NULL, EN_E_RULE, NULL, 0 },
    { "fred", "key-passphrase", "{\"files\":3,\"passphrase\":true}", NULL, EN_OK, "key-passphrase", 0 },
    { "fred", "key-adopt", "{}", "no card", EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "partner-card", "{}", NULL, EN_E_RULE, NULL, 0 },
    { "fred", "partner-look", "{}", "no card", EN_E_INPUT, NULL, 0 },
    { "fred", "partner-add", "{}", "no card", EN_E_INPUT, NULL, 0 },
    { "fred", "partner-update", "{}", "no card", EN_E_INPUT, NULL, 0 },
    { "fred", "partner-readmit", "{}", "no card", EN_E_INPUT, NULL, 0 },
    { "dora", "partner-list", "{}", NULL, EN_OK, "read", 0 },
    { "dora", "partner-show", "{\"partner\":\"Sudland\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "partner-address", "{\"partner\":\"Sudland\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "dora", "partner-link", "{}", NULL, EN_OK, "read", 0 },
    { "fred", "partner-ack", "{\"partner\":\"Sudland\",\"alarm\":\"clock\",\"reason\":\"x\"}", NULL,
      EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "partner-relay", "{\"partner\":\"Sudland\",\"on\":true}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "partner-route", "{\"partner\":\"Sudland\",\"via\":\"x\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "partner-cut", "{\"partner\":\"Sudland\",\"reason\":\"x\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "partner-restore", "{\"partner\":\"Sudland\",\"reason\":\"x\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "partner-agree", "{\"partner\":\"Sudland\"}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "dora", "ledger-show", "{\"limit\":3}", NULL, EN_OK, NULL, 3 },
    { "dora", "ledger-show", "{\"heads\":true}", NULL, EN_OK, NULL, 1 },
    { "dora", "ledger-who-saw", "{\"hit\":1}", NULL, EN_OK, "read", 8 },
    { "dora", "ledger-who-saw", "{\"hit\":1,\"alert\":1}", NULL, EN_E_USAGE, NULL, 0 },
    { "dora", "ledger-prove", "{\"event\":2}", NULL, EN_E_RULE, NULL, 0 },
    { "dora", "ledger-prove", "{\"event\":900}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "fred", "ledger-epoch", "{\"nothing_lost\":true}", NULL, EN_E_RULE, NULL, 0 },
    { "fred", "ledger-epoch", "{}", NULL, EN_E_USAGE, NULL, 0 },
    { "fred", "backup", "{}", NULL, EN_OK, "backup", 1 },
    { "fred", "clock-accept", "{}", NULL, EN_OK, "clock-accept", 1 },
    { "anna", "status", "{}", NULL, EN_OK, NULL, 1 },
    { "dora", "hit-show", "{\"hit\":99}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    { "dora", "alert-show", "{\"alert\":99}", NULL, EN_E_NOT_FOUND, NULL, 0 },
    /* clang-format on */
};

struct looking {
    const struct step *step;
    struct node *n;
    uint64_t seen, rescreens;
};

/* No word of a person's data may stand in what is never deleted. */
static void
no_names(en_bytes bytes)
{
    static const char *const words[] = { "Yusuf", "YUSUF",    "Rashidi", "Lena",    "Markovic",
                                         "Peter", "Sandberg", "Greta",   "Holm",    "1991",
                                         "1984",  "2001",     "1970",    "berta\"", "chris\"" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_null(memmem(bytes.p, bytes.n, words[i], strlen(words[i])));
}

static en_errc
look(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct looking *l = ctx;
    struct en_store_user u;
    struct en_arena a;
    json_t *root = json_loadb((const char *)e->bytes.p, e->bytes.n, JSON_REJECT_DUPLICATES, NULL);

    (void)err;
    if (en_text_is(e->type, "rescreen")) { /* by the node itself, behind the act that owes it */
        assert_int_equal(e->actor, 0);
        l->rescreens++;
        json_decref(root);
        return EN_OK;
    }
    l->seen++;
    en_arena_init(&a, 4096);
    assert_true(en_text_is(e->type, l->step->event));
    assert_int_equal(en_store_user_get(l->n->store, e->actor, &a, &u, NULL), EN_OK);
    assert_true(en_text_is(u.name, l->step->user));
    assert_true(en_seal_verify(u.key, EN_PURPOSE_EVENT, en_bytes_from(e->leaf, sizeof e->leaf), e->signature));
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "act")), l->step->act);
    assert_int_equal(json_integer_value(json_object_get(root, "actor")), e->actor);
    assert_int_equal(json_string_length(json_object_get(root, "request")), 64);
    no_names(e->bytes);
    json_decref(root);
    en_arena_release(&a);
    return EN_OK;
}

static void
test_every_act_leaves_its_event(void **state)
{
    struct node *n = node_new(en_store_new_memory());

    (void)state;
    for (size_t i = 0; i < sizeof day / sizeof *day; i++) {
        struct looking l = { &day[i], n, 0, 0 };

        assert_int_equal(act(n, day[i].user, day[i].act, day[i].args, day[i].file, NULL), day[i].rc);
        assert_false(n->told_too_early);
        assert_int_equal(n->n_records, day[i].records);
        assert_int_equal(en_store_events_each(n->store, n->events_before + 1, 0, look, &l, NULL), EN_OK);
        assert_int_equal(events(n), n->events_before + (day[i].event != NULL) + l.rescreens);
        assert_true(l.rescreens <= 1);
        assert_int_equal(l.seen, day[i].event != NULL);
    }
    assert_int_equal(en_store_check(n->store, NULL), EN_OK);
    node_free(n);
}

static void
ticks_for_nothing(struct node *n)
{
    bool more;

    n->events_before = events(n);
    assert_int_equal(en_acts_tick(n->acts, n->now, &more, NULL), EN_OK);
    assert_false(more);
    assert_int_equal(events(n), n->events_before); /* nothing owed, nothing logged */
}

/* Those still held are compared at once with alerts that are new or changed, and the hit says why it comes now. */
static void
test_what_is_new_is_compared_with_those_still_held(void **state)
{
    struct node *n = node_new(en_store_new_memory());
    bool more;

    (void)state;
    assert_int_equal(act(n, "berta", "screen", "{}", manifest_csv, NULL), EN_OK);
    n->now += EN_TIME_HOUR;
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"s\"}", list_csv, NULL), EN_OK);
    assert_string_equal(member(n, 0, "found_later"), "1");
    assert_int_equal(events(n), n->events_before + 2); /* the import, and what it owed */
    ticks_for_nothing(n);
    assert_int_equal(act(n, "berta", "hit-list", "{}", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, 1);
    assert_string_equal(member(n, 0, "hit.found"), "\"new-alert\"");
    assert_string_equal(member(n, 0, "hit.later"),
                        "{\"why\":\"new-alert\",\"first_screened\":\"2026-11-18T11:06:40.000Z\",\"alert\":1,\"version\":1,"
                        "\"came\":\"2026-11-18T12:06:40.000Z\"}");
    n->now += EN_TIME_HOUR;
    assert_int_equal(act(n, "anna", "alert-new",
                         "{\"person\":{\"names\":[\"Grete Holms\"],\"birth_dates\":[\"1950-10-30\"]},"
                         "\"ground\":\"unsc-2178\"}",
                         NULL, NULL),
                     EN_OK);
    assert_string_equal(member(n, 0, "found_later"), "0");
    n->now += EN_TIME_HOUR;
    assert_int_equal(act(n, "anna", "alert-edit",
                         "{\"alert\":4,\"person\":{\"names\":[\"Greta Holm\"],\"birth_dates\":[\"2001-10-30\"]}}", NULL,
                         NULL),
                     EN_OK);
    assert_string_equal(member(n, 0, "found_later"), "1");
    assert_int_equal(act(n, "berta", "hit-show", "{\"hit\":2}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "hit.later.why"), "\"changed-alert\"");
    assert_string_equal(member(n, 0, "hit.later.version"), "2");
    n->now += 25 * EN_TIME_HOUR;
    n->events_before = events(n);
    assert_int_equal(en_acts_tick(n->acts, n->now, &more, NULL), EN_OK);
    assert_int_equal(events(n), n->events_before + 1);
    assert_int_equal(act(n, "anna", "status", "{}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "travellers"), "2"); /* those with a hit */
    node_free(n);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_act_leaves_its_event),
        cmocka_unit_test(test_what_is_new_is_compared_with_those_still_held),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
