/*
 * What is remembered of a decision, and for how long: the same evidence, another document, an alert that changes, a
 * redress number, and the end of each by its date.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

static struct node *n;
static unsigned trips;

static int
setup(void **state)
{
    (void)state;
    n = node_new(en_store_new_memory());
    trips = 0;
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"s\"}", list_csv, NULL), EN_OK);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    assert_int_equal(en_store_check(n->store, NULL), EN_OK);
    node_free(n);
    return 0;
}

/* So long without an act, and somebody says that the clock is right. */
static void
later(int days)
{
    n->now += days * EN_TIME_DAY;
    assert_int_equal(act(n, "fred", "clock-accept", "{}", NULL, NULL), EN_OK);
}

/* Screens a traveller of that name and facts; the state of its only hit. */
static const char *
travels(const char *name, const char *birth, const char *document, const char *redress)
{
    struct en_buf m = EN_BUF_INIT;

    en_buf_addf(&m, "{\"id\":\"T%u\",\"names\":[\"%s\"],\"birth_dates\":[\"%s\"]", ++trips, name, birth);
    if (document[0] != '\0')
        en_buf_addf(&m, ",\"documents\":[{\"type\":\"passport\",\"number\":\"%s\",\"issuer\":\"XAA\"}]", document);
    if (redress[0] != '\0')
        en_buf_addf(&m, ",\"redress\":\"%s\"", redress);
    en_buf_add_str(&m, "}\n");
    assert_int_equal(act(n, "berta", "screen", "{}", m.p, NULL), EN_OK);
    en_buf_release(&m);
    return member(n, 0, "hits.0.state");
}

#define HERE(name, document) travels(name, "1991-04-03", document, "")

static void
decide(const char *user, unsigned hit, const char *answer, const char *more, en_errc rc)
{
    struct en_buf a = EN_BUF_INIT;

    en_buf_addf(&a, "{\"hit\":%u,\"answer\":\"%s\",\"reasons\":[\"name\"]%s}", hit, answer, more);
    assert_int_equal(act(n, user, "hit-decide", a.p, NULL, NULL), rc);
    en_buf_release(&a);
}

static void
clear_first_hit(void)
{
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "P1"), "\"new\"");
    decide("berta", 1, "different", ",\"remember\":true", EN_E_SECOND);
    decide("chris", 1, "different", ",\"remember\":true", EN_OK);
}

static void
test_a_clearance_marks_and_hides_nothing(void **state)
{
    (void)state;
    clear_first_hit();
    later(30);
    assert_int_equal(act(n, "fred", "review-run", "{}", NULL, NULL), EN_OK); /* hit and traveller are gone */
    assert_string_equal(HERE("Al Rashidi Yusuf", "P1"), "\"cleared\"");
    assert_string_equal(member(n, 0, "hits.0.before.0.what"), "\"clearance\"");
    assert_string_equal(member(n, 0, "hits.0.before.0.ended"), "null");
    assert_int_equal(act(n, "berta", "hit-list", "{}", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, 1); /* listed, and marked */
    /* Another document, or none: somebody looks, and is told. */
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "P2"), "\"new\"");
    assert_string_equal(member(n, 0, "hits.0.before.0.ended.code"), "\"document-other\"");
    assert_string_equal(HERE("YUSUF AL-RASHIDI", ""), "\"new\"");
    assert_string_equal(member(n, 0, "hits.0.before.0.ended.code"), "\"document-gone\"");
    /* Of another birth date: that is somebody else, and nothing of the first one is told. */
    assert_string_equal(travels("YUSUF AL-RASHIDI", "1991-03-04", "P1", ""), "\"new\"");
    assert_string_equal(member(n, 0, "hits.0.before"), "[]");
    later(336);
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "P1"), "\"new\""); /* after a year */
    assert_string_equal(member(n, 0, "hits.0.before"), "[]");
}

/* It was answered before: it goes by itself, and is not told as one that was decided. */
static void
test_a_cleared_hit_is_due_as_such(void **state)
{
    (void)state;
    clear_first_hit();
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "P1"), "\"cleared\"");
    assert_int_equal(act(n, "berta", "review-due", "{\"days\":60}", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, 2);
    assert_string_equal(member(n, 0, "due"), "\"hit-delete\"");
    assert_string_equal(member(n, 0, "id"), "1");
    assert_string_equal(member(n, 1, "due"), "\"cleared-hit-delete\"");
    assert_string_equal(member(n, 1, "id"), "2");
}

static void
test_it_ends_when_the_alert_changes_materially(void **state)
{
    static const char ground[] = "id,name,birth_dates,sex,ground,programmes\n"
                                 "E1,YUSUF AL RASHIDI,1991-04-03,male,unsc-1373,XBB-CT\n";
    static const char more[] = "id,name,birth_dates,sex,ground,programmes\n"
                               "E1,YUSUF AL RASHIDI,1991-04-03 | 1991-03-04,male,unsc-1373,XBB-CT\n";

    (void)state;
    clear_first_hit();
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "p-1"), "\"cleared\"");
    /* Another ground, other capitals: a new version, and the same person is meant. */
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"s\"}", ground, NULL), EN_OK);
    assert_string_equal(member(n, 0, "changed"), "1");
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "P.1"), "\"cleared\"");
    assert_int_equal(act(n, "berta", "hit-show", "{\"hit\":1}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "hit.state"), "\"decided\""); /* not asked again */
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"s\"}", more, NULL), EN_OK);
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "P 1"), "\"new\"");
    assert_string_equal(member(n, 0, "hits.0.before.0.ended.code"), "\"alert-birth-date-changed\"");
    assert_int_equal(act(n, "berta", "hit-show", "{\"hit\":2}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "hit.state"), "\"new\""); /* was cleared, and is opened again */
    assert_string_equal(member(n, 0, "hit.before.0.ended.code"), "\"alert-birth-date-changed\"");
}

static void
test_other_answers_are_shown(void **state)
{
    (void)state;
    (void)HERE("YUSUF AL-RASHIDI", "P1");
    decide("berta", 1, "different", "", EN_OK);
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "P1"), "\"new\"");
    assert_string_equal(member(n, 0, "hits.0.before.0.what"), "\"answer\"");
    assert_string_equal(member(n, 0, "hits.0.before.0.answer"), "\"different\"");
    later(30);
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "P1"), "\"new\"");
    assert_string_equal(member(n, 0, "hits.0.before"), "[]");
    decide("berta", 3, "same", "", EN_E_SECOND);
    decide("chris", 3, "same", "", EN_OK);
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "P1"), "\"new\"");
    assert_string_equal(member(n, 0, "hits.0.before.0.answer"), "\"same\"");
}

static void
test_a_redress_number_answers_one_alert(void **state)
{
    char number[16] = "", spaced[20];
    const char *got;

    (void)state;
    clear_first_hit();
    assert_int_equal(act(n, "berta", "redress-new", "{\"memory\":1}", NULL, NULL), EN_E_RULE);
    assert_int_equal(act(n, "anna", "redress-new", "{\"memory\":9}", NULL, NULL), EN_E_NOT_FOUND);
    assert_int_equal(act(n, "anna", "redress-new", "{\"memory\":1}", NULL, NULL), EN_OK);
    got = member(n, 0, "number");
    assert_int_equal(strlen(got), 12);
    memcpy(number, got + 1, 10);
    (void)snprintf(spaced, sizeof spaced, "%.3s %.3s-%s", number, number + 3, number + 6);
    later(400);
    assert_string_equal(HERE("YUSUF AL-RASHIDI", "P9"), "\"new\"");
    assert_string_equal(travels("YUSUF AL-RASHIDI", "1991-04-03", "P9", spaced), "\"cleared\"");
    assert_string_equal(member(n, 0, "hits.0.before.0.what"), "\"redress\"");
    /* In the hand of somebody else it is worth nothing. */
    assert_string_equal(travels("YUSUF RASHIDI", "1991-04-03", "P9", number), "\"new\"");
    /* Another alert about the same traveller stays a hit. */
    assert_int_equal(act(n, "anna", "alert-new",
                         "{\"person\":{\"names\":[\"Yusuf al-Rashidi\"],\"birth_dates\":[\"1991-04-03\"]},"
                         "\"ground\":\"unsc-2178\"}",
                         NULL, NULL),
                     EN_OK);
    (void)travels("YUSUF AL-RASHIDI", "1991-04-03", "P9", number);
    assert_string_equal(member(n, 0, "hits.2"), "");
    assert_true((strcmp(member(n, 0, "hits.0.state"), "\"new\"") == 0) !=
                (strcmp(member(n, 0, "hits.1.state"), "\"new\"") == 0));
    assert_int_equal(act(n, "anna", "clearance-list", "{\"alert\":1}", NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, 1);
    assert_string_equal(member(n, 0, "memory"), "2");
    assert_int_equal(act(n, "anna", "clearance-end", "{\"memory\":2}", NULL, NULL), EN_OK);
    (void)travels("YUSUF AL-RASHIDI", "1991-04-03", "P9", number);
    assert_string_equal(member(n, 0, "hits.0.state"), "\"new\"");
    assert_string_equal(member(n, 0, "hits.1.state"), "\"new\"");
}

/* An entry that its list has no more is looked at by nobody; what was decided stays, and what comes back waits again.
 */
static void
test_what_a_list_has_no_more(void **state)
{
    static const char without[] = "id,name,birth_dates,sex,ground,programmes\n"
                                  "E3,Peter Sandberg,1970-01-02,male,,NARCO\n";

    (void)state;
    assert_string_equal(travels("YUSUF AL RASHIDI", "1991-04-03", "", ""), "\"new\"");
    assert_string_equal(travels("LENA MARKOVIC", "1984-07-11", "", ""), "\"new\"");
    assert_int_equal(
        act(n, "berta", "hit-decide", "{\"hit\":2,\"answer\":\"different\",\"reasons\":[\"photo\"]}", NULL, NULL),
        EN_OK);
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"s\"}", without, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "hit-show", "{\"hit\":1}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "hit.state"), "\"ended\"");
    assert_string_equal(member(n, 0, "hit.ended.why"), "\"ended\"");
    assert_int_equal(act(n, "berta", "hit-show", "{\"hit\":2}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "hit.state"), "\"decided\"");
    assert_int_equal(act(n, "emil", "import", "{\"source\":\"s\"}", list_csv, NULL), EN_OK);
    assert_int_equal(act(n, "berta", "hit-show", "{\"hit\":1}", NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "hit.state"), "\"new\"");
    assert_string_equal(member(n, 0, "hit.ended"), "null");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_clearance_marks_and_hides_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_cleared_hit_is_due_as_such, setup, teardown),
        cmocka_unit_test_setup_teardown(test_it_ends_when_the_alert_changes_materially, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_answers_are_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_redress_number_answers_one_alert, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_a_list_has_no_more, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
