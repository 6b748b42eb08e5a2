/*
 * Every write of the store fails once, in every act: then nothing of the act is there, nothing was told, and the same
 * act succeeds when it is tried again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "store/store_engine.h"

/* A carrier asks about somebody who does not exist. */
static const char question[] =
    "UNB+UNOA:4+XN+XAA+261118:0800+7'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'RFF+TN:T7'TDT+20+XN204'"
    "NAD+FL+++HOLM:GRETA'DTM+329:011030'RFF+ABO:9'CNT+42:1'UNT+9+1'UNZ+1+7'";

static const struct {
    const char *user, *act, *args, *file;
    en_errc rc;
} acts[] = {
    /* clang-format off */
    { "emil", "import", "{\"source\":\"s\"}", list_csv, EN_OK },
    { "berta", "screen", "{}", manifest_csv, EN_OK },
    { "berta", "hit-list", "{}", NULL, EN_OK },
    { "berta", "hit-decide", "{\"hit\":1,\"answer\":\"different\",\"reasons\":[\"photo\"],\"remember\":true}", NULL, EN_E_SECOND },
    { "chris", "hit-decide", "{\"hit\":1,\"answer\":\"different\",\"reasons\":[\"photo\"],\"remember\":true}", NULL, EN_OK },
    { "berta", "screen", "{}", question, EN_OK },
    { "berta", "answer-take", "{}", NULL, EN_OK },
    { "berta", "answer-sent", "{\"leaving\":1}", NULL, EN_OK },
    { "anna", "redress-new", "{\"memory\":1}", NULL, EN_OK },
    { "anna", "clearance-end", "{\"memory\":1}", NULL, EN_OK },
    { "anna", "alert-new", "{\"person\":{\"names\":[\"Greta Holm\"]},\"ground\":\"unsc-2178\"}", NULL, EN_OK },
    { "fred", "profile-set", "{\"accept\":[\"NARCO\"]}", NULL, EN_OK },
    { "fred", "user-disable", "{\"name\":\"emil\"}", NULL, EN_OK },
    /* clang-format on */
};

static bool
same_counts(const struct en_store_counts *a, const struct en_store_counts *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static void
test_a_failed_write_leaves_nothing(void **state)
{
    struct en_store *fault = en_store_new_fault(en_store_new_memory());
    struct node *n = node_new(fault);

    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        en_errc rc = EN_E_STORAGE;
        uint64_t struck = 0;

        for (uint64_t at = 1; rc == EN_E_STORAGE; at++) {
            struct en_store_counts before = { .events = 0 }, after = { .events = 0 };

            assert_int_equal(en_store_counts(fault, &before, NULL), EN_OK);
            en_store_fault_plan(fault, at, EN_FAULT_FAIL);
            rc = act(n, acts[i].user, acts[i].act, acts[i].args, acts[i].file, NULL);
            en_store_fault_plan(fault, 0, EN_FAULT_FAIL);
            assert_int_equal(en_store_counts(fault, &after, NULL), EN_OK);
            if (rc == EN_E_STORAGE) {
                struck++;
                assert_int_equal(n->n_records, 0);
                assert_true(same_counts(&before, &after));
                assert_false(en_store_in_transaction(fault));
            }
        }
        assert_int_equal(rc, acts[i].rc);
        assert_true(struck >= 2); /* event and commit at least */
    }
    assert_int_equal(en_store_check(fault, NULL), EN_OK);
    node_free(n);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_failed_write_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
