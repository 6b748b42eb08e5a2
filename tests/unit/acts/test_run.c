/*
 * What holds for acts as such: rights, signatures, the order of log and answer.
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
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    node_free(n);
    return 0;
}

/* Who may do what, as a page that a review can read. One letter a person of the fixture who may. */
static void
test_the_table_of_rights(void **state)
{
    static const struct {
        const char *act, *may;
    } rights[] = {
        /* clang-format off */
        { "user-add",     "af" },
        { "user-list",    "adf" },
        { "user-disable", "af" },
        { "profile-show", "abcdef" },
        { "profile-set",  "af" },
        { "import",       "ae" },
        { "screen",       "abc" },
        { "check",        "abc" },
        { "alert-new",    "a" },
        { "alert-edit",   "a" },
        { "alert-end",    "a" },
        { "alert-show",   "abcd" },
        { "alert-list",   "abcd" },
        { "hit-list",     "abcd" },
        { "hit-export",   "a" },
        { "hit-show",     "abcd" },
        { "hit-decide",   "abc" },
        { "clearance-list", "abcd" },
        { "clearance-end", "a" },
        { "redress-new",  "a" },
        { "answer-list",  "abcd" },
        { "answer-order", "a" },
        { "answer-take",  "abc" },
        { "answer-sent",  "abc" },
        { "answer-read",  "abc" },
        { "flight-report", "abcd" },
        { "review-due",   "abcd" },
        { "review-run",   "af" },
        { "review-done",  "a" },
        { "status",       "abcdef" },
        { "clock-accept", "af" },
        { "backup",       "af" },
        /* clang-format on */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        assert_true(en_act_exists(en_text_from_ours(rights[i].act)));
        for (size_t k = 0; people[k] != NULL; k++) {
            bool may = strchr(rights[i].may, people[k][0]) != NULL;
            /* Arguments that no act knows: whoever may, gets as far as those. */
            en_errc rc = act(n, people[k], rights[i].act, "{\"nonsense\":1}",
                             strcmp(rights[i].act, "import") == 0 || strcmp(rights[i].act, "screen") == 0 ? "x" : NULL,
                             NULL);

            assert_int_equal(rc, may ? EN_E_USAGE : EN_E_RULE);
            assert_int_equal(n->n_records, 0);
            assert_int_equal(events(n), n->events_before);
        }
    }
}

static void
test_nothing_is_done_or_told_without_the_persons_signature(void **state)
{
    (void)state;
    n->wrong_key = true;
    assert_int_equal(act(n, "anna", "import", "{\"source\":\"s\"}", list_csv, NULL), EN_E_INTEGRITY);
    assert_int_equal(act(n, "anna", "user-list", "{}", NULL, NULL), EN_E_INTEGRITY);
    assert_int_equal(n->n_records, 0);
    n->wrong_key = false;
    n->refuse = true;
    assert_int_equal(act(n, "anna", "user-list", "{}", NULL, NULL), EN_E_INTEGRITY);
    assert_int_equal(n->n_records, 0);
    n->refuse = false;
    assert_int_equal(events(n), n->events_before);
    assert_int_equal(act(n, "anna", "status", "{}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "alerts.active"), "0");
    assert_int_equal(act(n, "nobody", "status", "{}", NULL, NULL), EN_E_RULE);
}

static void
test_who_is_disabled_may_nothing(void **state)
{
    (void)state;
    assert_int_equal(act(n, "fred", "user-disable", "{\"name\":\"berta\"}", NULL, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "status", "{}", NULL, NULL), EN_E_RULE);
    assert_int_equal(act(n, "fred", "user-disable", "{\"name\":\"berta\"}", NULL, NULL), EN_E_NO);
    assert_int_equal(act(n, "fred", "user-disable", "{\"name\":\"anna\"}", NULL, NULL), EN_OK);
    assert_int_equal(act(n, "fred", "user-disable", "{\"name\":\"fred\"}", NULL, NULL), EN_E_RULE);
    /* A key or a name is never given again: two-person rules compare keys. */
    assert_int_equal(act(n, "fred", "user-add",
                         "{\"name\":\"berta\",\"roles\":\"officer\",\"key\":"
                         "\"0101010101010101010101010101010101010101010101010101010101010101\"}",
                         NULL, NULL),
                     EN_E_RULE);
}

static void
test_another_time_is_for_rehearsals(void **state)
{
    struct en_act_request rq = { .act = EN_TEXT_LIT("status"), .now = T0, .rehearse = T0 + EN_TIME_DAY };
    struct en_act_person who = { EN_TEXT_LIT("anna"), -1, NULL, NULL };
    struct en_act_reply reply = { NULL, NULL, NULL };

    (void)state;
    assert_int_equal(en_acts_run(n->acts, &rq, &who, &reply, NULL), EN_E_RULE);
}

static void
test_a_clock_that_went_back_stops_all_but_the_one_act(void **state)
{
    (void)state;
    n->now = T0 - EN_TIME_HOUR;
    assert_int_equal(act(n, "anna", "user-list", "{}", NULL, NULL), EN_E_STORAGE);
    assert_int_equal(n->n_records, 0);
    assert_int_equal(act(n, "anna", "clock-accept", "{}", NULL, NULL), EN_OK);
    assert_int_equal(act(n, "anna", "user-list", "{}", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, 6);
}

static void
test_a_clock_that_is_far_ahead_stops_all_but_the_one_act(void **state)
{
    bool more;

    (void)state;
    assert_int_equal(act(n, "berta", "screen", "{}", manifest_csv, NULL), EN_OK);
    n->now = T0 + 8 * EN_TIME_DAY;
    assert_int_equal(en_acts_tick(n->acts, n->now, &more, NULL), EN_E_STORAGE);
    assert_int_equal(act(n, "berta", "hit-list", "{}", NULL, NULL), EN_E_STORAGE);
    assert_int_equal(act(n, "anna", "status", "{}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "travellers"), "3"); /* nothing was deleted */
    assert_int_equal(act(n, "berta", "clock-accept", "{}", NULL, NULL), EN_E_RULE);
    assert_int_equal(act(n, "anna", "clock-accept", "{}", NULL, NULL), EN_OK);
    assert_int_equal(en_acts_tick(n->acts, n->now, &more, NULL), EN_OK);
    assert_int_equal(act(n, "anna", "status", "{}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "travellers"), "0");
    n->now += 6 * EN_TIME_DAY; /* a week's pause is none of its business */
    assert_int_equal(act(n, "berta", "hit-list", "{}", NULL, NULL), EN_OK);
    en_acts_doubt_clock(n->acts);
    assert_int_equal(act(n, "berta", "hit-list", "{}", NULL, NULL), EN_E_STORAGE);
    assert_int_equal(act(n, "anna", "clock-accept", "{}", NULL, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "hit-list", "{}", NULL, NULL), EN_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_table_of_rights, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_done_or_told_without_the_persons_signature, setup, teardown),
        cmocka_unit_test_setup_teardown(test_who_is_disabled_may_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_another_time_is_for_rehearsals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_clock_that_went_back_stops_all_but_the_one_act, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_clock_that_is_far_ahead_stops_all_but_the_one_act, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
