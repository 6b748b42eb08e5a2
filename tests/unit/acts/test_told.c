/*
 * What events tell of releases, partners and charters is missed when its row is gone: nobody but a program of somebody
 * else can delete one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "acts/ledger_told.h"

#define AT ((en_time)1795000000000)
#define A  "00000000000000aa"
#define B  "00000000000000bb"

struct gone {
    unsigned n;
    char what[4][64];
};

static void
take(void *ctx, const char *kind, const char *which)
{
    struct gone *g = ctx;

    assert_true(g->n < 4);
    snprintf(g->what[g->n++], sizeof g->what[0], "%s %s", kind, which);
}

static struct gone
gone(const struct en_told *t)
{
    struct gone g = { .n = 0 };

    en_told_lost(t, take, &g);
    return g;
}

static void
event(struct en_told *t, const char *type, const char *json)
{
    const struct en_store_event e = { .type = en_text_from_ours(type), .actor = 1, .at = AT };
    json_t *root = json != NULL ? json_loads(json, 0, NULL) : NULL;

    assert_true(json == NULL || root != NULL);
    en_told_event(t, &e, root);
    json_decref(root);
}

static void
test_rows_that_are_gone_are_named(void **state)
{
    const struct en_store_partner b = { .id = 2, .partner = EN_TEXT_LIT(B), .cut = EN_TIME_NONE };
    const struct en_store_release r = {
        .id = 1, .record = 5, .proposed_by = 1, .proposed = AT, .decided = EN_TIME_NONE
    };
    struct en_told *t = en_told_new();
    struct gone g;

    (void)state;
    event(t, "partner-add", "{\"partner\":\"" A "\"}");
    event(t, "partner-add", "{\"partner\":\"" B "\"}");
    event(t, "release-propose", "{\"release\":1,\"record\":5}");
    event(t, "release-propose", "{\"release\":2,\"record\":5}");
    event(t, "alert-edit", "{\"release\":0}"); /* nobody holds it: there is none */
    assert_null(en_told_partner(t, &b));
    assert_null(en_told_release(t, &r));
    g = gone(t);
    assert_int_equal(g.n, 2);
    assert_string_equal(g.what[0], "release 2");
    assert_string_equal(g.what[1], "partner " A);
    /* What an event told that has no content any more is not known, and nothing is said. */
    event(t, "release-propose", NULL);
    assert_int_equal(gone(t).n, 0);
    en_told_free(t);
}

/* A flag that was lifted without an act, set without one, or is another's than its event says. */
static void
test_protections(void **state)
{
    const struct en_store_protection as_told = { .id = 1, .author = 1, .at = AT };
    const struct en_store_protection ended = { .id = 2, .author = 1, .at = AT };
    const struct en_store_protection anothers = { .id = 3, .author = 2, .at = AT };
    const struct en_store_protection untold = { .id = 9, .author = 1, .at = AT };
    struct en_told *t = en_told_new();
    struct gone g;

    (void)state;
    event(t, "protect-set", "{\"protection\":1}");
    event(t, "protect-set", "{\"protection\":2}");
    event(t, "protect-set", "{\"protection\":3}");
    event(t, "protect-end", "{\"protection\":2,\"reason\":\"over\"}");
    event(t, "protect-set", "{\"protection\":4}");
    assert_null(en_told_protection(t, &as_told));
    assert_string_equal(en_told_protection(t, &anothers), "author");
    assert_string_equal(en_told_protection(t, &untold), "setting");
    g = gone(t);
    assert_int_equal(g.n, 1);
    assert_string_equal(g.what[0], "protection 4");
    assert_string_equal(en_told_protection(t, &ended), "setting");
    en_told_free(t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows_that_are_gone_are_named),
                                        cmocka_unit_test(test_protections) };

    return cmocka_run_group_tests_name("acts/told", tests, NULL, NULL);
}
