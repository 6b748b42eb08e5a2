#include "../harness.h"

#include "base/limits.h"
#include "casework/verdict.h"

static const uint8_t salt[EN_VERDICT_SALT_LEN] = { 7 };

/* A person in one line: "name|birth,birth|doc,doc|nationality|sex|place". */
static void
person(const char *line, struct en_arena *a, struct en_person *p)
{
    const char *field = line;

    en_person_init(p, a);
    for (unsigned n = 0; n < 6; n++) {
        const char *end = field + strcspn(field, "|");

        while (field < end) {
            size_t len = strcspn(field, ",|");
            en_text t = { field, len };
            struct en_name name = { .full = t };
            struct en_doc doc = { .number = t,
                                  .issuer = en_country_from_text(EN_TEXT_LIT("XAA")),
                                  .expires = INT32_MIN };
            struct en_place place = { .text = t };
            struct en_birth birth;

            if (n == 0)
                assert_int_equal(en_person_add_name(p, &name), EN_OK);
            else if (n == 1 && en_birth_parse(t, &birth))
                assert_int_equal(en_person_add_birth(p, &birth), EN_OK);
            else if (n == 2)
                assert_int_equal(en_person_add_doc(p, &doc), EN_OK);
            else if (n == 3)
                assert_int_equal(en_person_add_nationality(p, en_country_from_text(t)), EN_OK);
            else if (n == 4)
                p->sex = en_sex_from(t);
            else if (n == 5)
                assert_int_equal(en_person_add_place(p, &place), EN_OK);
            field += len + (field[len] == ',');
        }
        field = *end == '|' ? end + 1 : end;
    }
}

#define THEN "YUSUF AL-RASHIDI|1991-04-03|X1234567|XAA|male"

/* What ends a memory, in the order of the rules; "" does not. */
static const struct {
    const char *then, *now, *clearance, *redress;
} travellers[] = {
    { THEN, THEN, "", "" },
    { THEN, "al rashidi, Yusuf|1991-04-03|x 1234-567|XAA|male", "", "" },
    { THEN, "YUSUF AL-RASHIDI|1991-04-03|X1234567", "", "" },
    { THEN, "YUSUF RASHIDI|1991-04-03|X1234567|XAA|male", "name-other", "name-other" },
    { THEN, "YUSUF OMAR AL-RASHIDI|1991-04-03|X1234567", "name-other", "name-other" },
    { THEN, "YUSUF AL-RASHIDI|1991-04-04|X1234567", "birth-date-other", "birth-date-other" },
    { THEN, "YUSUF AL-RASHIDI||X1234567", "birth-date-gone", "birth-date-gone" },
    { "YUSUF AL-RASHIDI||X1234567", THEN, "birth-date-new", "birth-date-new" },
    { THEN, "YUSUF AL-RASHIDI|1991-04-03|X7654321|XAA", "document-other", "" },
    { THEN, "YUSUF AL-RASHIDI|1991-04-03|X7654321,X1234567|XAA", "", "" },
    { THEN, "YUSUF AL-RASHIDI|1991-04-03", "document-gone", "" },
    { "YUSUF AL-RASHIDI|1991-04-03", THEN, "document-new", "" },
    { THEN, "YUSUF AL-RASHIDI|1991-04-03|X1234567|XBB", "nationality-other", "nationality-other" },
    { THEN, "YUSUF AL-RASHIDI|1991-04-03|X1234567|XAA|female", "sex-other", "sex-other" },
};

static void
check_reason(const struct en_reason *got, const char *want, size_t i)
{
    if (strcmp(got != NULL ? got->code : "", want) != 0)
        fail_msg("row %zu: %s, expected %s", i, got != NULL ? got->code : "nothing", want);
}

static void
test_a_memory_ends_with_its_evidence(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(travellers); i++) {
        struct en_arena a;
        struct en_person then, now;
        struct en_buf b = EN_BUF_INIT;

        en_arena_init(&a, EN_MIB);
        person(travellers[i].then, &a, &then);
        person(travellers[i].now, &a, &now);
        en_verdict_evidence(&then, salt, &b);
        check_reason(en_verdict_traveller_change(EN_VERDICT_CLEARANCE, en_buf_bytes(&b), &now), travellers[i].clearance,
                     i);
        check_reason(en_verdict_traveller_change(EN_VERDICT_ANSWER, en_buf_bytes(&b), &now), travellers[i].clearance,
                     i);
        check_reason(en_verdict_traveller_change(EN_VERDICT_REDRESS, en_buf_bytes(&b), &now), travellers[i].redress, i);
        en_buf_release(&b);
        en_arena_release(&a);
    }
}

#define ALERT "Yusuf al-Rashidi,Abu Omar|1991|K1|XAA|male|Port Selda"
static const struct {
    const char *then, *now, *change;
} alerts[] = {
    { ALERT, ALERT, "" },
    { ALERT, "Abu Omar,YUSUF AL RASHIDI|1991|K-1|XAA|male|Port Selda", "" },
    { ALERT, "Yusuf al-Rashidi|1991||XAA|male|", "" }, /* less is known: nothing new speaks against anybody */
    { ALERT, "Yusuf al-Rashidi,Abu Omar,Abu Said|1991|K1|XAA|male|Port Selda", "alert-name-added" },
    { ALERT, "Yusuf al-Rashidi,Abu Omar|1991,1992|K1|XAA|male|Port Selda", "alert-birth-date-changed" },
    { ALERT, "Yusuf al-Rashidi,Abu Omar||K1|XAA|male|Port Selda", "alert-birth-date-changed" },
    { ALERT, "Yusuf al-Rashidi,Abu Omar|1991|K1,K2|XAA|male|Port Selda", "alert-document-added" },
    { ALERT, "Yusuf al-Rashidi,Abu Omar|1991|K1|XBB|male|Port Selda", "alert-nationality-changed" },
    { ALERT, "Yusuf al-Rashidi,Abu Omar|1991|K1|XAA||Port Selda", "alert-sex-changed" },
    { ALERT, "Yusuf al-Rashidi,Abu Omar|1991|K1|XAA|male|Port Selda,Old Mole", "alert-place-added" },
};

static void
test_a_memory_ends_with_its_alert(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(alerts); i++) {
        struct en_arena a;
        struct en_person then, now;

        en_arena_init(&a, EN_MIB);
        person(alerts[i].then, &a, &then);
        person(alerts[i].now, &a, &now);
        check_reason(en_verdict_alert_change(&then, &now), alerts[i].change, i);
        en_arena_release(&a);
    }
}

/* Nothing of the person can be read in the evidence, and two salts give nothing to compare. */
static void
test_evidence_is_hashes(void **state)
{
    static const uint8_t other[EN_VERDICT_SALT_LEN] = { 8 };
    struct en_buf b = EN_BUF_INIT, c = EN_BUF_INIT;
    struct en_arena a;
    struct en_person p;

    (void)state;
    en_arena_init(&a, EN_MIB);
    person(THEN, &a, &p);
    en_verdict_evidence(&p, salt, &b);
    en_verdict_evidence(&p, other, &c);
    assert_int_equal(b.n, c.n);
    assert_true(b.n <= EN_VERDICT_EVIDENCE_MAX);
    assert_memory_not_equal(b.p + 1 + EN_VERDICT_SALT_LEN, c.p + 1 + EN_VERDICT_SALT_LEN, 12);
    assert_null(memmem(b.p, b.n, "rashidi", 7));
    /* Cut, or of another format: nobody is the same. */
    check_reason(en_verdict_traveller_change(EN_VERDICT_CLEARANCE, en_bytes_from(b.p, b.n - 1), &p), "evidence-unknown",
                 0);
    check_reason(en_verdict_traveller_change(EN_VERDICT_CLEARANCE, en_bytes_from(b.p, 0), &p), "evidence-unknown", 1);
    b.p[0] = 9;
    check_reason(en_verdict_traveller_change(EN_VERDICT_CLEARANCE, en_buf_bytes(&b), &p), "evidence-unknown", 2);
    en_buf_release(&b);
    en_buf_release(&c);
    en_arena_release(&a);
}

/* More facts than fit: conservative on both sides. */
static void
test_too_much_to_compare_is_a_change(void **state)
{
    struct en_arena a;
    struct en_person p;
    struct en_buf b = EN_BUF_INIT, words = EN_BUF_INIT;
    struct en_name name;

    (void)state;
    en_arena_init(&a, EN_MIB);
    en_person_init(&p, &a);
    for (unsigned i = 0; i < 5000; i++)
        en_buf_addf(&words, "w%u ", i);
    name = (struct en_name){ .full = { words.p, words.n } };
    assert_int_equal(en_person_add_name(&p, &name), EN_OK);
    en_verdict_evidence(&p, salt, &b);
    assert_true(b.n <= EN_VERDICT_EVIDENCE_MAX);
    check_reason(en_verdict_traveller_change(EN_VERDICT_CLEARANCE, en_buf_bytes(&b), &p), "evidence-unknown", 0);
    check_reason(en_verdict_alert_change(&p, &p), "evidence-unknown", 1);
    en_buf_release(&b);
    en_buf_release(&words);
    en_arena_release(&a);
}

/* The policy as text: a change of it shows in review as a change of sentences. */
static void
test_the_rules_are_the_snapshot(void **state)
{
    struct en_buf b = EN_BUF_INIT, file = EN_BUF_INIT;
    char path[512], chunk[4096];
    size_t n;
    FILE *f;

    (void)state;
    en_buf_add_str(&b, "What is remembered of a decision ends early when, first of all that holds,\n"
                       "\nof the traveller:\n");
    for (size_t i = 0; en_verdict_traveller_rule(i) != NULL; i++)
        en_buf_addf(&b, "  %-26s%s\n", en_verdict_traveller_rule(i)->code, en_verdict_traveller_rule(i)->text);
    en_buf_add_str(&b, "\nof the alert:\n");
    for (size_t i = 0; en_verdict_alert_rule(i) != NULL; i++)
        en_buf_addf(&b, "  %-26s%s\n", en_verdict_alert_rule(i)->code, en_verdict_alert_rule(i)->text);
    (void)snprintf(path, sizeof path, "%s/tests/unit/casework/material.txt", getenv("ENTENTE_SOURCE"));
    f = fopen(path, "r");
    assert_non_null(f);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        en_buf_add(&file, chunk, n);
    (void)fclose(f);
    if (b.n != file.n || memcmp(b.p, file.p, b.n) != 0)
        fail_msg("tests/unit/casework/material.txt is not what the rules say:\n%s", b.p);
    en_buf_release(&b);
    en_buf_release(&file);
}

static void
test_redress_numbers_notice_a_slip(void **state)
{
    char number[EN_REDRESS_LEN + 1], got[EN_REDRESS_LEN + 1];

    (void)state;
    for (unsigned k = 0; k < 200; k++) {
        uint8_t random[8] = { 1, 2, 3, (uint8_t)(k * 7), 5, 6, (uint8_t)k, 99 };

        en_redress_number(random, number);
        assert_int_equal(strlen(number), EN_REDRESS_LEN);
        assert_true(en_redress_read((en_text){ number, EN_REDRESS_LEN }, got));
        assert_string_equal(got, number);
        for (unsigned i = 0; i < EN_REDRESS_LEN; i++) {
            char was = number[i];

            number[i] = was == '9' ? '0' : (char)(was + 1);
            assert_false(en_redress_read((en_text){ number, EN_REDRESS_LEN }, got));
            number[i] = was;
        }
    }
    assert_true(en_redress_read(EN_TEXT_LIT("079 462 135-8"), got) == en_redress_read(EN_TEXT_LIT("0794621358"), got));
    assert_false(en_redress_read(EN_TEXT_LIT("07946213"), got));
    assert_false(en_redress_read(EN_TEXT_LIT("A794621358"), got));
    assert_false(en_redress_read(EN_TEXT_LIT("07946213580"), got));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_memory_ends_with_its_evidence),
        cmocka_unit_test(test_a_memory_ends_with_its_alert),
        cmocka_unit_test(test_evidence_is_hashes),
        cmocka_unit_test(test_too_much_to_compare_is_a_change),
        cmocka_unit_test(test_the_rules_are_the_snapshot),
        cmocka_unit_test(test_redress_numbers_notice_a_slip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
