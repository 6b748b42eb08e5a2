/*
 * A long import and others who wait: it is committed in parts, what only reads is done between them, and whatever stops
 * it leaves nothing that is not in the log. The people are invented.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "acts/ledger.h"
#include "base/buf.h"
#include "fixture.h"

#define ROWS 30000u /* some six chunks of a file */

static unsigned times, stop_at;
static char *spoil; /* a byte of the file that changes meanwhile */

static void
list(struct en_buf *b, unsigned rows, unsigned first)
{
    static const char *const family[] = { "Sandberg", "Markovic", "al-Rashidi", "Holm" };

    en_buf_add_str(b, "id,name,birth_dates,sex,ground,programmes\n");
    for (unsigned i = first; i < first + rows; i++)
        en_buf_addf(b, "E%u,Peter %c%c%c %s,1970-01-%02u,male,unsc-2178,\n", i, 'a' + (char)(i % 26),
                    'a' + (char)(i / 26 % 26), 'a' + (char)(i / 676 % 26), family[i % 4], 1 + i % 28);
}

static en_errc
import(struct node *n, const struct en_buf *b)
{
    en_bytes file = en_buf_bytes(b);

    return act_bytes(n, "emil", "import", "{\"source\":\"s\"}", &file, 1);
}

static const char check[] = "{\"person\":{\"names\":[\"Peter aaa Sandberg\"],\"birth_dates\":[\"1970-01-01\"]}}";

static void
ask(struct node *n)
{
    times++;
    assert_int_equal(act(n, "berta", "check", check, NULL, NULL), EN_OK);
    assert_int_equal(n->n_records, 1);
    assert_int_equal(events(n), n->events_before + 1); /* it was logged before it answered */
    n->refuse = times == stop_at;
    if (spoil != NULL && times == 9)
        *spoil ^= 1;
}

static struct node *
begin(void)
{
    struct node *n = node_new(en_store_new_memory());

    times = stop_at = 0;
    spoil = NULL;
    n->between = ask;
    return n;
}

static void
count(void *ctx, uint64_t event, const char *what)
{
    (void)event;
    (*(unsigned *)ctx)++;
    print_message("%s\n", what);
}

static void
end(struct node *n)
{
    unsigned faults = 0;
    const struct en_ledger_verify v = { .rows = true, .ctx = &faults, .fault = count };
    struct en_ledger_sums sums;

    assert_int_equal(en_ledger_verify(n->store, &v, &sums, &n->err), EN_OK);
    assert_int_equal(faults, 0);
    node_free(n);
}

static void
test_a_check_between_the_parts(void **state)
{
    struct node *n = begin();
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    list(&b, ROWS, 0);
    assert_int_equal(import(n, &b), EN_OK);
    assert_true(times >= 8); /* while it is hashed, and while it is read */
    assert_string_equal(member(n, n->n_records - 1, "added"), "30000");
    assert_string_equal(member(n, n->n_records - 1, "entries"), "30000");
    n->between = NULL;
    assert_int_equal(act(n, "berta", "check", check, NULL, NULL), EN_OK);
    assert_string_equal(member(n, 0, "identities"), "30000");
    assert_string_equal(member(n, 0, "hits.0.entity"), "\"E0\"");
    assert_int_equal(import(n, &b), EN_OK);
    assert_string_equal(member(n, 0, "same"), "true");
    end(n);
    en_buf_release(&b);
}

/* What is gone from a newer version ends at its end and not before. */
static void
test_a_newer_version_in_parts(void **state)
{
    struct node *n = begin();
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    list(&b, ROWS, 0);
    n->between = NULL;
    assert_int_equal(import(n, &b), EN_OK);
    en_buf_reset(&b);
    list(&b, ROWS, 100);
    n->between = ask;
    assert_int_equal(import(n, &b), EN_OK);
    assert_true(times >= 8);
    assert_string_equal(member(n, n->n_records - 1, "added"), "100");
    assert_string_equal(member(n, n->n_records - 1, "unchanged"), "29900");
    assert_string_equal(member(n, n->n_records - 1, "ended"), "100");
    end(n);
    en_buf_release(&b);
}

/* The person is gone in the middle: what came stays, nothing ends, and the same file goes on to the end. */
static void
test_stopped_in_the_middle(void **state)
{
    struct node *n = begin();
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    list(&b, ROWS, 0);
    stop_at = 10;
    assert_int_equal(import(n, &b), EN_E_INTEGRITY);
    assert_false(en_store_in_transaction(n->store));
    n->refuse = false;
    stop_at = 0;
    n->between = NULL;
    node_restart(n, NULL);
    assert_int_equal(import(n, &b), EN_OK);
    assert_string_equal(member(n, 0, "same"), "false");
    assert_string_equal(member(n, 0, "entries"), "30000");
    assert_string_not_equal(member(n, 0, "unchanged"), "0"); /* what had come before */
    assert_string_not_equal(member(n, 0, "added"), "0");
    assert_string_equal(member(n, 0, "ended"), "0");
    end(n);
    en_buf_release(&b);
}

/* The file is altered while it is read: the part that is another than it was is not read. */
static void
test_a_file_that_changes(void **state)
{
    struct node *n = begin();
    struct en_buf b = EN_BUF_INIT;
    struct en_store_counts have;

    (void)state;
    list(&b, ROWS, 0);
    spoil = b.p + b.n - 10;
    assert_int_equal(import(n, &b), EN_E_INPUT);
    assert_non_null(strstr(n->err.text, "changed"));
    assert_true(times >= 9);
    n->between = NULL;
    assert_int_equal(en_store_counts(n->store, &have, &n->err), EN_OK);
    assert_in_range(have.alerts[EN_ALERT_ACTIVE], 5000, ROWS - 1);
    end(n);
    en_buf_release(&b);
}

/* Only what reads is let in. */
static void
test_who_is_let_in(void **state)
{
    (void)state;
    assert_true(en_act_between(EN_TEXT_LIT("check")));
    assert_true(en_act_between(EN_TEXT_LIT("status")));
    assert_true(en_act_between(EN_TEXT_LIT("hit-show")));
    assert_false(en_act_between(EN_TEXT_LIT("import")));
    assert_false(en_act_between(EN_TEXT_LIT("screen")));
    assert_false(en_act_between(EN_TEXT_LIT("alert-end")));
    assert_false(en_act_between(EN_TEXT_LIT("user-disable")));
    assert_false(en_act_between(EN_TEXT_LIT("nothing of ours")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_check_between_the_parts), cmocka_unit_test(test_a_newer_version_in_parts),
        cmocka_unit_test(test_stopped_in_the_middle),     cmocka_unit_test(test_a_file_that_changes),
        cmocka_unit_test(test_who_is_let_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
