/*
 * How much a person reads, and what for: what is beyond the profile is refused, and the refusal is in the log.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

static struct node *n;

static int
setup(void **state)
{
    (void)state;
    n = node_new(en_store_new_memory());
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"s\"}", list_csv, NULL), EN_OK);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    node_free(n);
    return 0;
}

struct newest {
    char type[32], bytes[1024];
    int64_t actor;
};

static en_errc
take(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct newest *out = ctx;

    (void)err;
    assert_true(e->type.n < sizeof out->type && e->bytes.n < sizeof out->bytes);
    memcpy(out->type, e->type.p, e->type.n);
    out->type[e->type.n] = '\0';
    memcpy(out->bytes, e->bytes.p, e->bytes.n);
    out->bytes[e->bytes.n] = '\0';
    out->actor = e->actor;
    return EN_OK;
}

static struct newest
newest(void)
{
    struct newest out = { .actor = 0 };

    assert_int_equal(en_store_events_each(n->store, events(n), 1, take, &out, NULL), EN_OK);
    return out;
}

static en_errc
reads(const char *user)
{
    return act(n, user, "alert-list", "{}", NULL, NULL);
}

static void
test_no_more_than_the_profile_allows(void **state)
{
    (void)state;
    assert_int_equal(act(n, "fred", "profile-set", "{\"reads_an_hour\":3}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "reads_an_hour"), "3");
    assert_int_equal(reads("berta"), EN_OK);
    assert_int_equal(act(n, "berta", "hit-list", "{}", NULL, NULL), EN_OK);
    n->now += 30 * 60 * EN_TIME_SECOND;
    assert_int_equal(act(n, "berta", "check", "{\"person\":{\"names\":[\"Greta Holm\"]}}", NULL, NULL), EN_OK);

    assert_int_equal(reads("berta"), EN_E_RULE);
    assert_int_equal(n->n_records, 0);
    assert_string_equal(newest().type, "read-refused");
    assert_non_null(strstr(newest().bytes, "\"act\":\"alert-list\""));
    assert_non_null(strstr(newest().bytes, "\"refused\":\"too-many\""));
    assert_int_equal(reads("chris"), EN_OK); /* counted for each */
    /* Beside reading she may do everything. */
    assert_int_equal(act(n, "berta", "screen", "{}", manifest_csv, NULL), EN_OK);

    node_restart(n, NULL); /* another process looks back */
    assert_int_equal(reads("berta"), EN_E_RULE);
    n->now += 30 * 60 * EN_TIME_SECOND; /* two are an hour old, and refusals do not count */
    assert_int_equal(reads("berta"), EN_OK);
    assert_int_equal(reads("berta"), EN_OK);
    assert_int_equal(reads("berta"), EN_E_RULE);

    assert_int_equal(act(n, "fred", "profile-set", "{\"reads_an_hour\":0}", NULL, NULL), EN_OK);
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(reads("berta"), EN_OK);
    assert_int_equal(en_store_check(n->store, NULL), EN_OK);
}

static void
test_what_for(void **state)
{
    (void)state;
    assert_int_equal(act(n, "berta", "alert-list", "{\"purpose\":\"case-7/2026\"}", NULL, NULL), EN_OK);
    assert_string_equal(newest().type, "read");
    assert_non_null(strstr(newest().bytes, "\"purpose\":\"case-7/2026\""));

    assert_int_equal(act(n, "fred", "profile-set", "{\"read_purpose\":true}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "read_purpose"), "true");
    assert_int_equal(reads("berta"), EN_E_RULE);
    assert_string_equal(newest().type, "read-refused");
    assert_non_null(strstr(newest().bytes, "\"refused\":\"no-purpose\""));
    assert_int_equal(act(n, "berta", "check", "{\"person\":{\"names\":[\"Greta Holm\"]}}", NULL, NULL), EN_E_RULE);
    assert_int_equal(act(n, "berta", "alert-list", "{\"purpose\":\"case-7/2026\"}", NULL, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "screen", "{}", manifest_csv, NULL), EN_OK); /* is no reading */
}

/* The log names no people. */
static void
test_a_purpose_is_a_reference(void **state)
{
    static const char *const bad[] = {
        "{\"purpose\":\"Yusuf al-Rashidi\"}", "{\"purpose\":7}", "{\"purpose\":\"\\u0661\"}",
        "{\"purpose\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(act(n, "berta", "alert-list", bad[i], NULL, NULL), EN_E_USAGE);
        assert_int_equal(events(n), n->events_before);
    }
    /* Only with what is read. */
    assert_int_equal(act(n, "fred", "user-disable", "{\"user\":\"chris\",\"purpose\":\"a\"}", NULL, NULL), EN_E_USAGE);
}

/* Who does not sign the refusal is refused all the same, and told nothing. */
static void
test_a_refusal_is_signed(void **state)
{
    uint64_t before;

    (void)state;
    assert_int_equal(act(n, "fred", "profile-set", "{\"reads_an_hour\":1}", NULL, NULL), EN_OK);
    assert_int_equal(reads("berta"), EN_OK);
    before = events(n);
    n->refuse = true;
    assert_int_not_equal(reads("berta"), EN_OK);
    n->refuse = false;
    assert_int_equal(n->n_records, 0);
    assert_int_equal(events(n), before);
    assert_int_equal(reads("berta"), EN_E_RULE);
    assert_int_equal(events(n), before + 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_more_than_the_profile_allows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_for, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_purpose_is_a_reference, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_refusal_is_signed, setup, teardown),
    };

    return cmocka_run_group_tests_name("acts/reads", tests, NULL, NULL);
}
