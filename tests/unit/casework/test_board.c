#include "../harness.h"

#include "casework/board.h"

/* Whatever the facts are, the machine never says that somebody is not to board: it has no such value. */
static void
test_the_machine_cannot_refuse(void **state)
{
    const struct en_reason *why;
    unsigned seen = 0;

    (void)state;
    for (unsigned m = 0; m < EN_BOARD_MACHINE_VALUES; m++)
        assert_string_not_equal(en_board_machine_code((enum en_board_machine)m), "1Z");
    for (unsigned bits = 0; bits < 1u << 9; bits++) {
        const struct en_board_facts f = { .has_name = bits & 1,
                                          .has_birth = bits & 2,
                                          .has_document = bits & 4,
                                          .open_hits = bits >> 3 & 3,
                                          .same_hits = bits >> 5 & 3,
                                          .unsure_hits = bits >> 7 & 3 };
        enum en_board_machine m = en_board_answer(&f, &why);

        assert_true(m < EN_BOARD_MACHINE_VALUES);
        assert_non_null(why);
        seen |= 1u << m;
    }
    assert_int_equal(seen, 7);
    assert_int_equal(en_board_timer_ends(&why), EN_BOARD_OK);
    assert_string_equal(why->code, "nobody-in-time");
}

static void
test_the_answer_by_rule(void **state)
{
    static const struct {
        struct en_board_facts f;
        const char *code, *why;
    } rows[] = {
        { { true, true, true, 0, 0, 0 }, "0Z", "clear" },
        { { true, false, true, 0, 0, 0 }, "0Z", "clear" },
        { { true, true, false, 0, 0, 1 }, "0Z", "clear" }, /* nobody could tell: that is no reason to stop anybody */
        { { true, false, false, 0, 0, 0 }, "4Z", "insufficient" },
        { { false, true, true, 0, 0, 0 }, "4Z", "insufficient" },
        { { true, true, true, 1, 0, 0 }, "2Z", "looked-at" },
        { { true, false, false, 1, 0, 0 }, "2Z", "looked-at" },
        { { true, true, true, 0, 1, 0 }, "2Z", "same" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct en_reason *why;

        assert_string_equal(en_board_machine_code(en_board_answer(&rows[i].f, &why)), rows[i].code);
        assert_string_equal(why->code, rows[i].why);
    }
}

/* 1Z needs: two named persons with two keys, a reason, and a hit that was decided to be the person. */
static void
test_only_two_persons_refuse(void **state)
{
    static const struct {
        struct en_board_order o;
        const char *code, *no;
        bool waits;
    } rows[] = {
        { { EN_BOARD_ORDER_REFUSE, 1, 2, false, true, true }, "1Z", NULL, false },
        { { EN_BOARD_ORDER_REFUSE, 1, 0, false, true, true }, NULL, NULL, true },
        { { EN_BOARD_ORDER_REFUSE, 0, 2, false, true, true }, NULL, "nobody", false },
        { { EN_BOARD_ORDER_REFUSE, 1, 2, true, true, true }, NULL, "same-key", false },
        { { EN_BOARD_ORDER_REFUSE, 1, 2, false, false, true }, NULL, "not-the-person", false },
        { { EN_BOARD_ORDER_REFUSE, 1, 2, false, true, false }, NULL, "reason-missing", false },
        { { EN_BOARD_ORDER_OK, 1, 0, false, false, true }, "0Z", NULL, false },
        { { EN_BOARD_ORDER_CHECK, 1, 0, false, false, true }, "2Z", NULL, false },
        { { EN_BOARD_ORDER_OK, 0, 0, false, false, true }, NULL, "nobody", false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct en_reason *no;
        bool waits;
        const char *code = en_board_order_code(&rows[i].o, &waits, &no);

        if (rows[i].code != NULL)
            assert_string_equal(code, rows[i].code);
        else
            assert_null(code);
        assert_int_equal(waits, rows[i].waits);
        if (rows[i].no != NULL)
            assert_string_equal(no->code, rows[i].no);
        else
            assert_null(no);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_machine_cannot_refuse),
        cmocka_unit_test(test_the_answer_by_rule),
        cmocka_unit_test(test_only_two_persons_refuse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
