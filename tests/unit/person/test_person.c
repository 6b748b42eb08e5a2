#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "person/person.h"

static void
test_values_are_kept_in_order(void **state)
{
    struct en_arena a;
    struct en_person p;
    char number[16];

    (void)state;
    en_arena_init(&a, EN_MIB);
    en_person_init(&p, &a);
    assert_int_equal(p.n_names + p.n_births + p.n_nationalities + p.n_docs + p.n_places + p.n_extras, 0);
    assert_int_equal(p.sex, EN_SEX_UNKNOWN);
    for (int i = 0; i < 20; i++) {
        struct en_birth b = { .from = i, .to = i };
        struct en_doc d = { .expires = i };
        struct en_place pl = { .text = EN_TEXT_LIT("Port Selda") };
        struct en_name n = { .kind = EN_NAME_ALIAS };

        (void)snprintf(number, sizeof number, "%d", i);
        n.full = en_text_dup(en_text_from_ours(number), &a);
        assert_int_equal(en_person_add_name(&p, &n), EN_OK);
        assert_int_equal(en_person_add_birth(&p, &b), EN_OK);
        assert_int_equal(en_person_add_doc(&p, &d), EN_OK);
        assert_int_equal(en_person_add_place(&p, &pl), EN_OK);
        assert_int_equal(en_person_add_extra(&p, EN_TEXT_LIT("remark"), n.full), EN_OK);
    }
    for (int i = 0; i < 20; i++) {
        (void)snprintf(number, sizeof number, "%d", i);
        assert_true(en_text_is(p.names[i].full, number));
        assert_int_equal(p.births[i].from, i);
        assert_int_equal(p.docs[i].expires, i);
        assert_true(en_text_is(p.extras[i].value, number));
    }
    assert_int_equal(p.n_places, 20);
    en_arena_release(&a);
}

static void
test_nationalities_once_each_and_known(void **state)
{
    static const char *const given[] = { "XAA", "IRQ", "XAA", "", "ABC", "SUN", "IRQ" };
    struct en_arena a;
    struct en_person p;

    (void)state;
    en_arena_init(&a, EN_MIB);
    en_person_init(&p, &a);
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        en_country c = EN_COUNTRY_NONE;

        memcpy(c.a3, given[i], strlen(given[i]));
        assert_int_equal(en_person_add_nationality(&p, c), EN_OK);
    }
    assert_int_equal(p.n_nationalities, 3);
    assert_string_equal(p.nationalities[0].a3, "XAA");
    assert_string_equal(p.nationalities[1].a3, "IRQ");
    assert_string_equal(p.nationalities[2].a3, "SUN");
    en_arena_release(&a);
}

static void
test_limits(void **state)
{
    struct en_arena a;
    struct en_person p;
    struct en_birth b = { .from = 1, .to = 1 };
    struct en_name n = { .kind = EN_NAME_PRIMARY };

    (void)state;
    en_arena_init(&a, EN_MIB);
    en_person_init(&p, &a);
    for (unsigned i = 0; i < EN_MAX_VALUES; i++) {
        assert_int_equal(en_person_add_birth(&p, &b), EN_OK);
        assert_int_equal(en_name_add_part(&p, &n, EN_PART_GIVEN, EN_TEXT_LIT("A")), EN_OK);
    }
    assert_int_equal(en_person_add_birth(&p, &b), EN_E_LIMIT);
    assert_int_equal(en_name_add_part(&p, &n, EN_PART_GIVEN, EN_TEXT_LIT("A")), EN_E_LIMIT);
    assert_int_equal(p.n_births, EN_MAX_VALUES);
    assert_int_equal(n.n_parts, EN_MAX_VALUES);
    assert_false(en_arena_over(&a));
    en_arena_release(&a);

    en_arena_init(&a, 64);
    en_person_init(&p, &a);
    assert_int_equal(en_person_add_name(&p, &n), EN_E_LIMIT);
    assert_int_equal(p.n_names, 0);
    assert_true(en_arena_over(&a));
    en_arena_release(&a);
}

static void
test_parts_grow(void **state)
{
    static const char *const texts[] = { "Amal", "Rida", "Nour", "Selda", "Marek" };
    struct en_arena a;
    struct en_person p;
    struct en_name n = { .kind = EN_NAME_PRIMARY }, other = n;

    (void)state;
    en_arena_init(&a, EN_MIB);
    en_person_init(&p, &a);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(en_name_add_part(&p, &n, (enum en_part_role)i, en_text_from_ours(texts[i])), EN_OK);
        assert_int_equal(en_name_add_part(&p, &other, EN_PART_OTHER, EN_TEXT_LIT("x")), EN_OK);
    }
    assert_int_equal(n.n_parts, 5);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(n.parts[i].role, i);
        assert_true(en_text_is(n.parts[i].text, texts[i]));
    }
    en_arena_release(&a);
}

/* Every value of an enum has its own word, which leads back; other texts are no words. */
#define WORDS_LEAD_BACK(NAME, TYPE, COUNT)                                                                             \
    do {                                                                                                               \
        for (unsigned i_ = 0; i_ < (unsigned)(COUNT); i_++) {                                                          \
            TYPE v_ = (TYPE)((i_ + 1) % (unsigned)(COUNT));                                                            \
            assert_true(NAME##_from(en_text_from_ours(NAME##_word((TYPE)i_)), &v_));                                   \
            assert_int_equal(v_, i_);                                                                                  \
            assert_false(NAME##_from(EN_TEXT_LIT("nonsense"), &v_));                                                   \
            assert_int_equal(v_, i_);                                                                                  \
        }                                                                                                              \
    } while (0)

static void
test_words(void **state)
{
    (void)state;
    WORDS_LEAD_BACK(en_name_kind, enum en_name_kind, EN_NAME_KINDS);
    WORDS_LEAD_BACK(en_name_source, enum en_name_source, EN_NAME_SOURCES);
    WORDS_LEAD_BACK(en_quality, enum en_quality, EN_QUALITIES);
    WORDS_LEAD_BACK(en_part_role, enum en_part_role, EN_PART_ROLES);
    WORDS_LEAD_BACK(en_date_quality, enum en_date_quality, EN_DATE_QUALITIES);
    WORDS_LEAD_BACK(en_calendar, enum en_calendar, EN_CALENDARS);
    WORDS_LEAD_BACK(en_doc_type, enum en_doc_type, EN_DOC_TYPES);
    WORDS_LEAD_BACK(en_doc_status, enum en_doc_status, EN_DOC_STATUSES);
    WORDS_LEAD_BACK(en_doc_read, enum en_doc_read, EN_DOC_READS);
    assert_string_equal(en_name_kind_word(EN_NAME_WEAK), "weak");
    assert_string_equal(en_doc_type_word(EN_DOC_NATIONAL_ID), "national-id");
    assert_string_equal(en_sex_word(EN_SEX_UNKNOWN), "");
}

static void
test_sex(void **state)
{
    static const struct {
        const char *text;
        enum en_sex sex;
    } cases[] = {
        { "M", EN_SEX_MALE },        { "m", EN_SEX_MALE },    { "Male", EN_SEX_MALE },
        { " male ", EN_SEX_MALE },   { "M.", EN_SEX_MALE },   { "F", EN_SEX_FEMALE },
        { "FEMALE", EN_SEX_FEMALE }, { "X", EN_SEX_OTHER },   { "other", EN_SEX_OTHER },
        { "男", EN_SEX_MALE },       { "女", EN_SEX_FEMALE }, { "жен.", EN_SEX_FEMALE },
        { "ذكر", EN_SEX_MALE },      { "", EN_SEX_UNKNOWN },  { ".", EN_SEX_UNKNOWN },
        { "<", EN_SEX_UNKNOWN },     { "U", EN_SEX_UNKNOWN }, { "unknown", EN_SEX_UNKNOWN },
        { "mf", EN_SEX_UNKNOWN },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (en_sex_from(en_text_from_ours(cases[i].text)) != cases[i].sex)
            fail_msg("\"%s\"", cases[i].text);
    for (unsigned s = 0; s < EN_SEXES; s++)
        assert_int_equal(en_sex_from(en_text_from_ours(en_sex_word((enum en_sex)s))), s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_kept_in_order),
        cmocka_unit_test(test_nationalities_once_each_and_known),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_parts_grow),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_sex),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
