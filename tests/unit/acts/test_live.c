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

#include <cmocka.h>

#include "nodes.h"

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_alert_goes_and_its_receipt_comes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
