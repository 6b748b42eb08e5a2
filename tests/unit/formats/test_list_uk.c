#include "list_test.h"

#define HEAD                                                                                                           \
    "Last Updated,21/03/2026\r\nName 6,Name 1,Name 2,Name Non-Latin Script,Non-Latin Script Language,DOB,"             \
    "Town of Birth,Country of Birth,Nationality,Passport Number,Passport Details,Group Type,Alias Type,"               \
    "Alias Quality,Regime,Group ID\r\n"
#define ROW(name, native, dob, town, state, nat, pass, details, alias, quality)                                        \
    name "," native "," dob "," town "," state "," nat "," pass "," details ",Individual," alias "," quality           \
         ",Outer Isles,7\r\n"

static const struct {
    const char *row, *expected, *notes;
} values[] = {
    { ROW("ORLO,AMAL,", ",", "", "", "", "", "", "", "Primary name", ""),
      "{\"full\":\"AMAL ORLO\",\"parts\":[{\"role\":\"given\",\"text\":\"AMAL\"},{\"role\":\"family\"", "" },
    { ROW("ORLO,AMAL,", ",", "", "", "", "", "", "", "AKA", "Low quality"),
      "\"full\":\"AMAL ORLO\",\"kind\":\"weak\",\"quality\":\"low\"", "" },
    { ROW("ORLO,AMAL,", ",", "", "", "", "", "", "", "AKA", "Good quality"), "\"kind\":\"alias\",\"quality\":\"good\"",
      "" },
    { ROW("ORLO,AMAL,", ",", "", "", "", "", "", "", "FKA", ""), "\"kind\":\"former\"", "" },
    { ROW("ORLO,,", "Амал Орло,Russian", "", "", "", "", "", "", "Primary name", ""),
      "{\"full\":\"Амал Орло\",\"kind\":\"native\",\"lang\":\"rus\"}", "" },
    { ROW("ORLO,,", ",", "17/03/1984", "", "", "", "", "", "", ""), "{\"date\":\"1984-03-17\"", "" },
    { ROW("ORLO,,", ",", "00/03/1984", "", "", "", "", "", "", ""), "{\"date\":\"1984-03\"", "" },
    { ROW("ORLO,,", ",", "17/00/1984", "", "", "", "", "", "", ""), "{\"date\":\"1984\"", "" },
    { ROW("ORLO,,", ",", "dd/mm/1984", "", "", "", "", "", "", ""), "{\"date\":\"1984\"", "" },
    { ROW("ORLO,,", ",", "(1) 00/00/1984 (2) 01/02/1985", "", "", "", "", "", "", ""),
      "[{\"date\":\"1984\",\"as_written\":\"00/00/1984\"},{\"date\":\"1985-02-01\"", "" },
    { ROW("ORLO,,", ",", "circa 1984", "", "", "", "", "", "", ""), "{\"date\":\"1984\",\"quality\":\"approx\"", "" },
    { ROW("ORLO,,", ",", "31/02/1984", "", "", "", "", "", "", ""), "{\"key\":\"DOB\",\"value\":\"31/02/1984\"}",
      "~birth-date*1" },
    { ROW("ORLO,,", ",", "", "(1) Orlo (2) Selda", "(1) XAA (2) XBB", "", "", "", "", ""),
      "[{\"text\":\"Orlo\",\"country\":\"XAA\"},{\"text\":\"Selda\",\"country\":\"XBB\"}]", "" },
    { ROW("ORLO,,", ",", "", "(1) Orlo (2) Selda", "XAA", "", "", "", "", ""),
      "[{\"text\":\"Orlo\",\"country\":\"XAA\"},{\"text\":\"Selda\",\"country\":\"XAA\"}]", "" },
    { ROW("ORLO,,", ",", "", "", "Utopia Minor", "", "", "", "", ""), "[{\"text\":\"Utopia Minor\"}]", "" },
    { ROW("ORLO,,", ",", "", "", "", "(1) XAA (2) XBB", "", "", "", ""), "\"nationalities\":[\"XAA\",\"XBB\"]", "" },
    { ROW("ORLO,,", ",", "", "", "", "", "(1) P1 (2) P2", "(1) XAA. Lost (2) expires 12 May 2027", "", ""),
      "[{\"type\":\"passport\",\"number\":\"P1\",\"issuer\":\"XAA\",\"status\":\"lost\",\"note\":\"XAA. Lost\"},"
      "{\"type\":\"passport\",\"number\":\"P2\",\"expires\":\"2027-05-12\"",
      "" },
    { ROW("ORLO,,", ",", "", "", "", "", "", "issued abroad", "", ""),
      "{\"key\":\"Passport Details\",\"value\":\"issued abroad\"}", "" },
};

static void
each_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        expect_in_list(EN_LIST_UK_CSV, HEAD, values[i].row, "", values[i].expected, values[i].notes);
}

/* Rows of one id that follow each other are one entry, without repetitions; apart, they are two with one id. */
static void
rows_of_one(void **state)
{
    static const char head[] = "Name 6,Name 1,DOB,Group Type,Alias Type,Regime,Group ID\r\n";
    struct en_buf b = EN_BUF_INIT;
    struct seen s;

    (void)state;
    en_buf_add_str(&b, head);
    en_buf_add_str(&b, "A,,00/00/1984,Individual,Primary name,R,1\r\nB,,00/00/1984,Individual,AKA,R,1\r\n"
                       "C,,,Entity,Primary name,R,2\r\nD,,00/00/1984,Individual,AKA,R,1\r\n");
    s = read_list(EN_LIST_UK_CSV, en_buf_bytes(&b), (en_bytes){ NULL, 0 }, 5);
    assert_int_equal(s.identities, 3);
    assert_non_null(strstr(s.json.p, "\"birth_dates\":[{\"date\":\"1984\",\"as_written\":\"00/00/1984\"}],"));
    assert_string_equal(s.notes.p, "");
    forget(&s);
    en_buf_release(&b);
}

static en_errc
no_identity(void *ctx, const struct en_identity *id, struct en_err *err)
{
    (void)ctx, (void)id, (void)err;
    return EN_OK;
}

static void
meta_of(const char *first, const char *header, const char *name, const char *version, const char *day)
{
    struct en_report *report = en_report_new();
    struct en_list_reader *r = en_list_reader_new(EN_LIST_UK_CSV, (struct en_list_sink){ NULL, no_identity }, report);
    en_time expected = EN_TIME_NONE;

    assert_int_equal(en_list_reader_feed(r, en_bytes_from(first, strlen(first)), NULL), EN_OK);
    assert_int_equal(en_list_reader_feed(r, en_bytes_from(header, strlen(header)), NULL), EN_OK);
    assert_true(en_text_is(en_list_reader_meta(r)->name, name));
    assert_true(en_text_is(en_list_reader_meta(r)->version, version));
    (void)en_time_parse(en_text_from_ours(day), &expected);
    assert_int_equal(en_list_reader_meta(r)->dated, expected);
    en_list_reader_free(r);
    en_report_free(report);
}

static void
meta(void **state)
{
    (void)state;
    meta_of("Last Updated,21/03/2026\r\n", "Name 6,Name 1,Group Type,Regime,Group ID\r\nA,,Individual,R,1\r\n",
            "uk-consolidated", "21/03/2026", "2026-03-21T00:00:00Z");
    meta_of("Report Date: 23-Sep-2026\r\n",
            "Unique ID,Name 6,Name 1,Designation Type,Regime Name\r\nX,A,,Individual,R\r\n", "uk-sanctions-list",
            "23-Sep-2026", "2026-09-23T00:00:00Z");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value),
        cmocka_unit_test(rows_of_one),
        cmocka_unit_test(meta),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
