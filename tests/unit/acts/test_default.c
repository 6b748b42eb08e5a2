/*
 * test_default.c: what an agreement has go by default is proposed by itself, and decided by persons as any release.
 */
#include <stdio.h>
#include <string.h>

#include "pair.h"

#define GIVES "\"gives\":" ALL_KINDS ",\"takes\":" ALL_KINDS ",\"most\":\"amber\",\"live\":true"
/* Alerts and warnings go by default, up to amber. */
#define USUAL "{" GIVES ",\"default\":[\"alert\",\"warning\"],\"default_most\":\"amber\"}"
#define ALERT "{\"kind\":\"alert\",\"alert\":1,\"record\":{\"ask\":[\"inform\"]," HANDLING "}}"
#define WARNING(tlp)                                                                                                   \
    "{\"kind\":\"warning\",\"record\":{\"level\":\"likely\",\"name\":\"a station\",\"text\":\"two sources\","          \
    "\"handling\":{\"tlp\":\"" tlp "\",\"onward\":\"none\"}}}"
#define NOTE                                                                                                           \
    "{\"kind\":\"note\",\"record\":{\"text\":\"x\",\"about\":[\"identity--6f1c1f0a-8d3b-4c6e-9a57-2f0e6b1d7c11\"],"    \
    "\"handling\":{\"tlp\":\"green\",\"onward\":\"none\"}}}"

static void
agree(struct node *n, const char *partner, const char *said, en_errc rc)
{
    char args[1024];

    (void)snprintf(args, sizeof args, "{\"partner\":\"%s\",%s}", partner, said);
    acts(n, "anna", "partner-agree", args, rc);
}

static void
preview(struct node *n, int record, const char *partner)
{
    char args[200];

    (void)snprintf(args, sizeof args, "{\"record\":%d,\"partner\":\"%s\"}", record, partner);
    acts(n, "dora", "release-preview", args, EN_OK);
}

/* Made, proposed, approved by another than its author, gone. */
static void
test_what_is_made_is_proposed(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, USUAL);
    second_supervisor(p.a);
    acts(p.a, "anna", "record-new", WARNING("green"), EN_OK);
    is(p.a, 0, "waiting", "1");
    acts(p.a, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    assert_int_equal(p.a->n_records, 1);
    is(p.a, 0, "record", "1");
    is(p.a, 0, "to.0.partner_name", "\"Sudmark\"");
    preview(p.a, 1, p.id_b);
    is(p.a, 0, "may", "true");
    is(p.a, 0, "default", "true");
    is(p.a, 0, "default_reasons.0.code", "\"default\"");
    assert_int_equal(export_to(&p, p.a, p.id_b), EN_E_NO); /* nothing leaves by itself */
    acts(p.a, "anna", "release-approve", "{\"release\":1}", EN_E_RULE);
    acts(p.a, "zora", "release-approve", "{\"release\":1}", EN_OK);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    is(p.b, 0, "taken", "1");
    acts(p.a, "dora", "record-show", "{\"record\":1}", EN_OK);
    is(p.a, 0, "waiting", "0");
    pair_release(&p);
}

/* Neither another kind, nor what is above its label, nor without the agreement saying so, nor to whom it may not go. */
static void
test_what_is_not_proposed(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    acts(p.a, "anna", "record-new", WARNING("green"), EN_OK);
    is(p.a, 0, "waiting", "0");
    preview(p.a, 1, p.id_b);
    is(p.a, 0, "default", "false");
    is(p.a, 0, "default_reasons.0.code", "\"default-none\"");
    agree(p.a, p.id_b, GIVES ",\"default\":[\"warning\"],\"default_most\":\"green\"", EN_OK);
    is(p.a, 0, "agreement.default", "[\"warning\"]");
    is(p.a, 0, "agreement.default_most", "\"green\"");
    acts(p.a, "anna", "record-new", NOTE, EN_OK);
    is(p.a, 0, "waiting", "0");
    preview(p.a, 2, p.id_b);
    is(p.a, 0, "default_reasons.0.code", "\"default-kind\"");
    acts(p.a, "anna", "record-new", WARNING("amber"), EN_OK);
    is(p.a, 0, "waiting", "0");
    preview(p.a, 3, p.id_b);
    is(p.a, 0, "may", "true");
    is(p.a, 0, "default_reasons.0.code", "\"default-label\"");
    acts(p.a, "anna", "partner-cut", "{\"partner\":\"Sudmark\",\"reason\":\"a call\"}", EN_OK);
    acts(p.a, "anna", "record-new", WARNING("green"), EN_OK);
    is(p.a, 0, "waiting", "0");
    preview(p.a, 4, p.id_b);
    is(p.a, 0, "may", "false");
    is(p.a, 0, "default", "false");
    acts(p.a, "dora", "release-list", "{}", EN_OK);
    assert_int_equal(p.a->n_records, 0);
    pair_release(&p);
}

/* A draft that is edited is proposed anew, and what waited of the one before is not approved any more. */
static void
test_a_new_draft_is_proposed_alone(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, USUAL);
    second_supervisor(p.a);
    acts(p.a, "anna", "alert-new", PERSON, EN_OK);
    acts(p.a, "anna", "record-new", ALERT, EN_OK);
    is(p.a, 0, "waiting", "1");
    acts(p.a, "anna", "alert-edit", "{\"alert\":1,\"person\":{\"birth_dates\":[\"1991-04-04\"]}}", EN_OK);
    acts(p.a, "dora", "record-show", "{\"record\":2}", EN_OK);
    is(p.a, 0, "waiting", "2");
    acts(p.a, "zora", "release-approve", "{\"release\":1}", EN_E_NO);
    acts(p.a, "anna", "record-edit", "{\"record\":2,\"changes\":{\"ask\":[\"arrest\"]}}", EN_OK);
    is(p.a, 0, "waiting", "3");
    acts(p.a, "zora", "release-approve", "{\"release\":2}", EN_E_NO);
    acts(p.a, "zora", "release-approve", "{\"release\":3}", EN_OK);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    is(p.b, 0, "taken", "1");
    /* Who holds it and would get it anyway is on the roster once. */
    acts(p.a, "anna", "alert-edit", "{\"alert\":1,\"person\":{\"birth_dates\":[\"1991-04-05\"]}}", EN_OK);
    acts(p.a, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    assert_int_equal(p.a->n_records, 1);
    is(p.a, 0, "to.1", "");
    pair_release(&p);
}

/* From whom it was taken back, it is not proposed to again: an id that was withdrawn is never taken again. */
static void
test_not_to_those_from_whom_it_was_taken_back(void **state)
{
    static const char above[] = "{\"record\":1,\"changes\":{\"handling\":{\"tlp\":\"red\",\"onward\":\"none\"}}}";
    static const char back[] = "{\"record\":2,\"changes\":{\"handling\":{\"tlp\":\"green\",\"onward\":\"none\"}}}";
    struct node *west;
    struct pair p;

    (void)state;
    pair_init(&p, USUAL);
    second_supervisor(p.a);
    west = node_new(en_store_new_memory());
    node_key(west, 3);
    node_knows(p.a, west, "Westmark", "{\"gives\":" ALL_KINDS ",\"takes\":[],\"most\":\"red\",\"live\":false}");
    acts(p.a, "anna", "record-new", WARNING("amber"), EN_OK);
    acts(p.a, "zora", "release-approve", "{\"release\":1}", EN_OK);
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    acts(p.a, "anna", "record-edit", above, EN_OK);
    is(p.a, 0, "waiting", "0"); /* nobody that holds it may have it, and nobody gets it by default */
    release_to(p.a, 2, "Westmark");
    carry(&p, p.a, p.b, p.id_b, EN_OK);
    acts(p.b, "dora", "record-list", "{\"state\":\"withdrawn\"}", EN_OK);
    assert_int_equal(p.b->n_records, 1);
    acts(p.a, "anna", "record-edit", back, EN_OK);
    acts(p.a, "dora", "release-list", "{\"waiting\":true}", EN_OK);
    for (size_t i = 0; i < p.a->n_records; i++)
        is(p.a, i, "to.0.partner_name", "\"Westmark\"");
    node_free(west);
    pair_release(&p);
}

static void
test_what_an_agreement_may_say(void **state)
{
    struct pair p;

    (void)state;
    pair_init(&p, LIVE);
    agree(p.a, p.id_b, "\"gives\":[\"alert\"],\"default\":[\"warning\"]", EN_E_USAGE);
    assert_string_equal(p.a->err.text, "default: each is a kind that is given, too (gives)");
    agree(p.a, p.id_b, "\"gives\":[\"alert\"],\"default\":[\"gossip\"]", EN_E_USAGE);
    agree(p.a, p.id_b, "\"gives\":[\"withdrawal\"],\"default\":[\"withdrawal\"]", EN_E_USAGE);
    agree(p.a, p.id_b, "\"gives\":[\"alert\"],\"default\":[\"alert\"],\"default_most\":\"white\"", EN_E_USAGE);
    agree(p.a, p.id_b, "\"gives\":[\"alert\"],\"most\":\"green\",\"default\":[\"alert\"],\"default_most\":\"amber\"",
          EN_E_USAGE);
    agree(p.a, p.id_b, "\"gives\":[\"alert\"],\"default_most\":\"clear\"", EN_E_USAGE);
    agree(p.a, p.id_b, "\"gives\":[\"alert\"],\"most\":\"green\",\"default\":[\"alert\"]", EN_OK);
    is(p.a, 0, "agreement.default_most", "\"green\"");
    agree(p.a, p.id_b, "\"gives\":[\"alert\"]", EN_OK);
    is(p.a, 0, "agreement.default", "[]");
    pair_release(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_made_is_proposed),
        cmocka_unit_test(test_what_is_not_proposed),
        cmocka_unit_test(test_a_new_draft_is_proposed_alone),
        cmocka_unit_test(test_not_to_those_from_whom_it_was_taken_back),
        cmocka_unit_test(test_what_an_agreement_may_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
