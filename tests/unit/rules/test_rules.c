#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "rules/rules.h"

#define NOW ((en_time)1795000000000)

static void
test_own_alerts_name_ground_person_and_dates_ahead(void **state)
{
    const struct en_alert_facts good = { true, false, true, EN_TEXT_LIT("unsc-2178"), NULL, 0, NOW + 10, NOW + 20 };
    struct en_alert_facts f = good;

    (void)state;
    assert_null(en_rules_admit_own(&good, NOW));
    f.ground = EN_TEXT_NONE;
    assert_string_equal(en_rules_admit_own(&f, NOW)->code, "ground-missing");
    f = good, f.identifiable = false;
    assert_string_equal(en_rules_admit_own(&f, NOW)->code, "not-identifiable");
    f = good, f.is_person = false;
    assert_string_equal(en_rules_admit_own(&f, NOW)->code, "not-a-person");
    f = good, f.review = NOW;
    assert_string_equal(en_rules_admit_own(&f, NOW)->code, "review-past");
    f = good, f.destroy = NOW;
    assert_string_equal(en_rules_admit_own(&f, NOW)->code, "destroy-past");
    f = good, f.review = NOW + 21;
    assert_string_equal(en_rules_admit_own(&f, NOW)->code, "review-late");
    f = good, f.review = f.destroy = EN_TIME_NONE;
    assert_null(en_rules_admit_own(&f, NOW));
}

static void
test_outside_counter_terrorism_needs_the_profile(void **state)
{
    const en_text programmes[] = { EN_TEXT_LIT("IRAN"), EN_TEXT_LIT("CYBER2") }, accepted[] = { EN_TEXT_LIT("CYBER2") };
    struct en_alert_facts f = { true, false, true, EN_TEXT_NONE, programmes, 2, EN_TIME_NONE, EN_TIME_NONE };

    (void)state;
    assert_string_equal(en_rules_unmatched(&f, NULL, 0)->code, "outside-profile");
    assert_null(en_rules_unmatched(&f, accepted, 1));
    f.ground = EN_TEXT_LIT("unsc-1267");
    assert_null(en_rules_unmatched(&f, NULL, 0));
    f.ended = true;
    assert_string_equal(en_rules_unmatched(&f, accepted, 1)->code, "ended");
    f.ended = false, f.is_person = false;
    assert_string_equal(en_rules_unmatched(&f, accepted, 1)->code, "not-a-person");
}

static void
test_travellers_go_a_day_after_arrival(void **state)
{
    (void)state;
    assert_int_equal(en_rules_traveller_delete_after(NOW + 5, NOW, NOW, 24), NOW + 5 + EN_TIME_DAY);
    assert_int_equal(en_rules_traveller_delete_after(EN_TIME_NONE, NOW + 7, NOW, 24), NOW + 7 + 2 * EN_TIME_DAY);
    assert_int_equal(en_rules_traveller_delete_after(EN_TIME_NONE, EN_TIME_NONE, NOW, 6), NOW + 6 * EN_TIME_HOUR);
    /* A date of travel in the year 2099 is a fault of the input. */
    assert_int_equal(en_rules_traveller_delete_after(NOW + 70 * 365 * EN_TIME_DAY, NOW, NOW, 24), NOW + EN_TIME_DAY);
    /* A late message about yesterday's flight is due at once and not kept a day longer. */
    assert_true(en_rules_traveller_delete_after(NOW - 2 * EN_TIME_DAY, NOW, NOW, 24) < NOW);
}

static void
test_decided_hits_and_clearances_end(void **state)
{
    (void)state;
    assert_int_equal(en_rules_hit_delete_after(EN_RULES_SAME, NOW, NOW), EN_TIME_NONE);
    assert_int_equal(en_rules_hit_delete_after(EN_RULES_DIFFERENT, NOW, NOW), NOW + 30 * EN_TIME_DAY);
    assert_int_equal(en_rules_hit_delete_after(EN_RULES_DIFFERENT, NOW, NOW + 40 * EN_TIME_DAY),
                     NOW + 40 * EN_TIME_DAY);
    assert_int_equal(en_rules_hit_delete_after(EN_RULES_CANNOT_TELL, NOW, NOW), NOW + 180 * EN_TIME_DAY);
    assert_int_equal(en_rules_clearance_expires(NOW, INT32_MIN), NOW + 365 * EN_TIME_DAY);
    assert_int_equal(en_rules_clearance_expires(NOW, en_time_to_day(NOW) + 10),
                     en_time_from_day(en_time_to_day(NOW) + 11));
    assert_int_equal(en_rules_clearance_expires(NOW, en_time_to_day(NOW) - 10), NOW + 365 * EN_TIME_DAY);
}

static void
test_decisions_have_reasons_and_some_have_two_persons(void **state)
{
    const en_text date[] = { EN_TEXT_LIT("birth-date") }, other[] = { EN_TEXT_LIT("other") },
                  made_up[] = { EN_TEXT_LIT("hunch") }, two[] = { EN_TEXT_LIT("name"), EN_TEXT_LIT("too-little-data") };

    (void)state;
    assert_string_equal(en_rules_decision(EN_RULES_SAME, NULL, 0, true)->code, "reason-missing");
    assert_null(en_rules_decision(EN_RULES_SAME, date, 1, false));
    assert_string_equal(en_rules_decision(EN_RULES_CANNOT_TELL, date, 1, false)->code, "reason-unknown");
    assert_null(en_rules_decision(EN_RULES_CANNOT_TELL, two, 2, false));
    assert_string_equal(en_rules_decision(EN_RULES_DIFFERENT, two, 2, false)->code, "reason-unknown");
    assert_string_equal(en_rules_decision(EN_RULES_DIFFERENT, made_up, 1, false)->code, "reason-unknown");
    assert_string_equal(en_rules_decision(EN_RULES_DIFFERENT, other, 1, false)->code, "text-missing");
    assert_null(en_rules_decision(EN_RULES_DIFFERENT, other, 1, true));
    assert_non_null(en_rules_second_person(EN_RULES_SAME, false));
    assert_non_null(en_rules_second_person(EN_RULES_DIFFERENT, true));
    assert_null(en_rules_second_person(EN_RULES_DIFFERENT, false));
    assert_null(en_rules_second_person(EN_RULES_CANNOT_TELL, false));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_alerts_name_ground_person_and_dates_ahead),
        cmocka_unit_test(test_outside_counter_terrorism_needs_the_profile),
        cmocka_unit_test(test_travellers_go_a_day_after_arrival),
        cmocka_unit_test(test_decided_hits_and_clearances_end),
        cmocka_unit_test(test_decisions_have_reasons_and_some_have_two_persons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
