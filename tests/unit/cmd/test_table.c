#include "../harness.h"

#include <fcntl.h>

#include "cmd/table.h"

/* The same rows for a person and for a pipe. */
static void
fill(struct en_out *o, const char *headings)
{
    struct en_table t;

    en_table_init(&t, o, headings);
    en_table_str(&t, "a1");
    en_table_text(&t, EN_TEXT_LIT("\xE7\x8E\x8B\xE5\xB0\x8F\xE6\x98\x8E"));
    en_table_f(&t, "%d", 5);
    en_table_str(&t, "long id");
    en_table_str(&t, "Ann");
    en_table_f(&t, "%d", 12345);
    en_table_end(&t);
}

static void
aligned_for_a_person(void **state)
{
    struct en_out o;

    (void)state;
    en_out_init(&o, -1);
    o.terminal = true;
    o.colour = false;
    fill(&o, "id|name|>bits");
    assert_string_equal(o.buf.p, "id       name     bits\n"
                                 "a1       \xE7\x8E\x8B\xE5\xB0\x8F\xE6\x98\x8E      5\n"
                                 "long id  Ann     12345\n");
    en_out_release(&o);
}

static void
the_last_column_is_not_padded(void **state)
{
    struct en_out o;

    (void)state;
    en_out_init(&o, -1);
    o.terminal = true;
    o.colour = false;
    fill(&o, "id|name|bits");
    assert_string_equal(o.buf.p, "id       name    bits\n"
                                 "a1       \xE7\x8E\x8B\xE5\xB0\x8F\xE6\x98\x8E  5\n"
                                 "long id  Ann     12345\n");
    en_out_release(&o);
}

static void
tabs_for_a_pipe(void **state)
{
    struct en_out o;

    (void)state;
    en_out_init(&o, -1);
    fill(&o, "id|name|>bits");
    assert_string_equal(o.buf.p, "a1\t\xE7\x8E\x8B\xE5\xB0\x8F\xE6\x98\x8E\t5\nlong id\tAnn\t12345\n");
    en_out_release(&o);
}

static void
an_empty_table(void **state)
{
    struct en_table t;
    struct en_out o;

    (void)state;
    en_out_init(&o, -1);
    en_table_init(&t, &o, "id|name");
    en_table_end(&t);
    assert_int_equal(o.buf.n, 0);
    en_out_release(&o);
}

static void
do_half_a_row(void *arg)
{
    struct en_table t;

    en_table_init(&t, arg, "id|name");
    en_table_str(&t, "alone");
    en_table_end(&t);
}

static void
half_a_row_is_a_bug(void **state)
{
    struct en_out o;

    (void)state;
    en_out_init(&o, -1);
    assert_true(aborts(do_half_a_row, &o));
    en_out_release(&o);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligned_for_a_person), cmocka_unit_test(the_last_column_is_not_padded),
        cmocka_unit_test(tabs_for_a_pipe),      cmocka_unit_test(an_empty_table),
        cmocka_unit_test(half_a_row_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
