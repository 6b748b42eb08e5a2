#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "store/store.h"

static void
test_states(void **state)
{
    (void)state;
    for (unsigned i = 0; i < EN_HIT_STATES; i++) {
        enum en_hit_state got = EN_HIT_STATES;

        assert_true(en_hit_state_from(en_text_from_ours(en_hit_state_word((enum en_hit_state)i)), &got));
        assert_int_equal(got, i);
    }
    {
        enum en_hit_state got = EN_HIT_PENDING;

        assert_false(en_hit_state_from(EN_TEXT_LIT("NEW"), &got));
        assert_false(en_hit_state_from(EN_TEXT_NONE, &got));
        assert_int_equal(got, EN_HIT_PENDING);
    }
}

static void
test_answers(void **state)
{
    enum en_answer got = EN_ANSWERS;

    (void)state;
    assert_true(en_answer_from(EN_TEXT_LIT("same"), &got) && got == EN_ANSWER_SAME);
    assert_true(en_answer_from(EN_TEXT_LIT("different"), &got) && got == EN_ANSWER_DIFFERENT);
    assert_true(en_answer_from(EN_TEXT_LIT("cannot-tell"), &got) && got == EN_ANSWER_CANNOT_TELL);
    assert_false(en_answer_from(EN_TEXT_NONE, &got)); /* no answer is not an answer */
    assert_false(en_answer_from(EN_TEXT_LIT("cannot tell"), &got));
    assert_true(en_text_is(en_text_from_ours(en_answer_word(EN_ANSWER_NONE)), ""));
}

static void
test_status(void **state)
{
    (void)state;
    assert_string_equal(en_alert_status_word(EN_ALERT_ACTIVE), "active");
    assert_string_equal(en_alert_status_word(EN_ALERT_ENDED), "ended");
}

static void
test_exchange(void **state)
{
    enum en_delivery_state delivery;
    enum en_release_state release;
    enum en_held held;

    (void)state;
    for (unsigned i = 0; i < EN_HELD_STATES; i++)
        assert_true(en_held_from(en_text_from_ours(en_held_word((enum en_held)i)), &held) && held == i);
    for (unsigned i = 0; i < EN_RELEASE_STATES; i++)
        assert_true(en_release_state_from(en_text_from_ours(en_release_state_word((enum en_release_state)i)),
                                          &release) &&
                    release == i);
    for (unsigned i = 0; i < EN_DELIVERY_STATES; i++)
        assert_true(en_delivery_state_from(en_text_from_ours(en_delivery_state_word((enum en_delivery_state)i)),
                                           &delivery) &&
                    delivery == i);
    assert_false(en_held_from(EN_TEXT_LIT("sent"), &held));
    assert_false(en_delivery_state_from(EN_TEXT_LIT("completed"), &delivery)); /* there is no such thing */
    assert_string_equal(en_delivery_kind_word(EN_DELIVERY_STATEMENT), "statement");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_exchange),
    };

    return cmocka_run_group_tests_name("store/words", tests, NULL, NULL);
}
