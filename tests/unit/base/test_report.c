#include "../harness.h"

#include "base/limits.h"
#include "base/report.h"

static void
counts_by_kind_and_code(void **state)
{
    struct en_report *r = en_report_new();
    enum en_note_kind kind;
    uint64_t count;

    (void)state;
    assert_int_equal(en_report_codes(r), 0);
    assert_int_equal(en_report_count(r, EN_NOTE_REFUSED), 0);
    en_report_add(r, EN_NOTE_REPAIR, "swapped", 3, 40, "day and month %d", 13);
    en_report_add(r, EN_NOTE_REFUSED, "no-name", 4, EN_NO_POS, "a person needs a name");
    en_report_add(r, EN_NOTE_REPAIR, "swapped", 9, 90, "again");
    en_report_add(r, EN_NOTE_WARNING, "swapped", 9, 90, "the same code of another kind");
    assert_int_equal(en_report_count(r, EN_NOTE_REPAIR), 2);
    assert_int_equal(en_report_count(r, EN_NOTE_REFUSED), 1);
    assert_int_equal(en_report_count(r, EN_NOTE_KEPT), 0);
    assert_int_equal(en_report_count(r, EN_NOTE_WARNING), 1);
    assert_int_equal(en_report_count_code(r, "swapped"), 3);
    assert_int_equal(en_report_count_code(r, "never"), 0);
    assert_int_equal(en_report_codes(r), 3);
    assert_string_equal(en_report_code(r, 0, &kind, &count), "swapped");
    assert_int_equal(kind, EN_NOTE_REPAIR);
    assert_int_equal(count, 2);
    assert_string_equal(en_report_code(r, 1, NULL, NULL), "no-name");
    assert_int_equal(en_report_kept(r), 4);
    assert_string_equal(en_report_note(r, 0)->text, "day and month 13");
    assert_int_equal(en_report_note(r, 1)->line, 4);
    assert_true(en_report_note(r, 1)->pos == EN_NO_POS);
    assert_int_equal(en_report_note(r, 2)->pos, 90);
    en_report_free(r);
    en_report_free(NULL);
}

static void
keeps_the_first_places_and_counts_all(void **state)
{
    struct en_report *r = en_report_new();

    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        en_report_add(r, EN_NOTE_REFUSED, "many", i + 1, i, "row %llu", (unsigned long long)i);
        if (i % 100 == 0)
            en_report_add(r, EN_NOTE_KEPT, "few", i, i, "kept");
    }
    assert_int_equal(en_report_count(r, EN_NOTE_REFUSED), 1000);
    assert_int_equal(en_report_count_code(r, "few"), 10);
    assert_int_equal(en_report_kept(r), EN_REPORT_NOTES + 10);
    en_report_free(r);
}

static void
many_codes(void **state)
{
    static char codes[100][16];
    struct en_report *r = en_report_new();

    (void)state;
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < COUNT(codes); i++) {
            snprintf(codes[i], sizeof codes[i], "code-%zu", i);
            en_report_add(r, EN_NOTE_REPAIR, codes[i], 1, 1, "x");
        }
    assert_int_equal(en_report_codes(r), COUNT(codes));
    for (size_t i = 0; i < COUNT(codes); i++)
        assert_int_equal(en_report_count_code(r, codes[i]), 3);
    en_report_free(r);
}

static void
takes_an_error_and_cuts_at_a_character(void **state)
{
    struct en_report *r = en_report_new();
    struct en_err err = EN_ERR_INIT;
    const char *text;

    (void)state;
    en_err_set_at(&err, EN_E_INPUT, 7, 70, "%*s\xE2\x80\xA6\xE2\x80\xA6", 157, "");
    en_report_add_err(r, "row", &err);
    assert_int_equal(en_report_count(r, EN_NOTE_REFUSED), 1);
    assert_int_equal(en_report_note(r, 0)->line, 7);
    assert_int_equal(en_report_note(r, 0)->pos, 70);
    text = en_report_note(r, 0)->text;
    assert_int_equal(strlen(text), 157); /* 159 fit; the cut … goes whole */
    en_report_add(r, EN_NOTE_REPAIR, "long", 0, 0, "%*s\xC3\xA9", 158, "");
    assert_int_equal(strlen(en_report_note(r, 1)->text), 158);
    en_report_free(r);
}

static void
json_form(void **state)
{
    struct en_report *r = en_report_new();
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;

    (void)state;
    en_report_add(r, EN_NOTE_REPAIR, "swapped", 3, 40, "say \"so\"");
    en_report_add(r, EN_NOTE_REFUSED, "cut", 0, EN_NO_POS, "cut");
    en_report_add(r, EN_NOTE_REPAIR, "swapped", 4, EN_NO_POS, "again");
    en_report_add_many(r, EN_NOTE_LEFT_OUT, "none", 7, EN_NO_POS, 0, "none");
    en_report_add_many(r, EN_NOTE_LEFT_OUT, "bags", 7, EN_NO_POS, 5, "bags");
    en_json_init(&j, &b);
    en_json_object(&j);
    en_json_kv_int(&j, "n", 1);
    en_report_json(r, &j);
    en_json_object_end(&j);
    assert_string_equal(b.p, "{\"n\":1,\"repairs\":[{\"code\":\"swapped\",\"count\":2,\"at\":[{\"line\":3,\"pos\":40,"
                             "\"text\":\"say \\\"so\\\"\"},{\"line\":4,\"text\":\"again\"}]}],\"refused\":[{\"code\":"
                             "\"cut\",\"count\":1,\"at\":[{\"text\":\"cut\"}]}],\"kept\":[],\"warnings\":["
                             "],\"left_out\":[{\"code\":\"bags\",\"count\":5,\"at\":[{\"line\":7,\"text\":\"bags\"}]}]}");
    en_buf_release(&b);
    en_report_free(r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_by_kind_and_code), cmocka_unit_test(keeps_the_first_places_and_counts_all),
        cmocka_unit_test(many_codes),              cmocka_unit_test(takes_an_error_and_cuts_at_a_character),
        cmocka_unit_test(json_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
