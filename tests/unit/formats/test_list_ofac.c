#include "list_test.h"

#define DASH6 "-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"
#define MAN   "7,\"SELDA, Amal Rida\",\"individual\",\"SDGT\",-0- ," DASH6 "\""
#define TAIL  "\"\r\n\x1a"

static const struct {
    const char *remarks, *expected, *notes;
} statements[] = {
    { "DOB 05 Mar 1971.", "[{\"date\":\"1971-03-05\",\"as_written\":\"05 Mar 1971\"}]", "" },
    { "DOB 1971; alt. DOB Mar 1972.", "[{\"date\":\"1971\",\"as_written\":\"1971\"},{\"date\":\"1972-03\",", "" },
    { "DOB circa 1971.", "{\"date\":\"1971\",\"quality\":\"approx\",", "" },
    { "DOB circa 05 Mar 1971.", "{\"date\":\"1971-03-05\",\"quality\":\"approx\",", "" },
    { "DOB 1970 to 1974.", "{\"date\":\"1970/1974\",", "" },
    { "DOB 05 Jan 1970 to 20 Mar 1970.", "{\"date\":\"1970-01-05/1970-03-20\",", "" },
    { "DOB sometime.", "{\"key\":\"DOB\",\"value\":\"sometime\"}", "~birth-date*1" },
    { "POB Port Selda, Coast, XAA.", "[{\"text\":\"Port Selda, Coast\",\"country\":\"XAA\"}]", "" },
    { "POB XAA.", "\"birth_places\":[{\"country\":\"XAA\"}]", "" },
    { "POB Elsewhere; alt. POB Orlo.", "[{\"text\":\"Elsewhere\"},{\"text\":\"Orlo\"}]", "" },
    { "nationality XAA; alt. nationality XBB; citizen XDD.", "\"nationalities\":[\"XAA\",\"XBB\",\"XDD\"]", "" },
    { "nationality possibly XAA.", "{\"key\":\"nationality\",\"value\":\"possibly XAA\"}", "~nationality*1" },
    { "Gender Female.", "\"sex\":\"female\"", "" },
    { "Passport X1234567 (XAA).", "[{\"type\":\"passport\",\"number\":\"X1234567\",\"issuer\":\"XAA\"}]", "" },
    { "Passport X 123 issued 01 Jan 2012 expires 11 Jun 2017.", "\"number\":\"X 123\",\"expires\":\"2017-06-11\"", "" },
    { "alt. Passport X1.", "[{\"type\":\"passport\",\"number\":\"X1\"}]", "" },
    { "Diplomatic Passport D1 (XAA).", "\"number\":\"D1\",\"issuer\":\"XAA\",\"note\":\"Diplomatic Passport\"", "" },
    { "Passport issued in Orlo.", "{\"key\":\"Passport\",\"value\":\"issued in Orlo\"}", "~kept-field*1" },
    { "National ID No. 55-66.", "[{\"type\":\"national-id\",\"number\":\"55-66\"}]", "" },
    { "Tax ID No. T9 (Nowhereland).", "[{\"type\":\"other\",\"number\":\"T9\",\"note\":\"Tax ID No.\"}]", "" },
    { "C.U.R.P. # C1 (XAA).", "\"number\":\"C1\",\"issuer\":\"XAA\"", "" },
    { "VisaNumberID V1 (XAA).", "{\"type\":\"visa\",\"number\":\"V1\"", "" },
    { "a.k.a. 'The Treasurer'.", "{\"full\":\"The Treasurer\",\"kind\":\"weak\",\"quality\":\"low\"}", "" },
    { "a.k.a. ''ABD AL-SELDA'.", "{\"full\":\"'ABD AL-SELDA\",\"kind\":\"weak\"", "" },
    { "a.k.a. 'SELDA, Umm'.", "{\"full\":\"Umm SELDA\",\"kind\":\"weak\",\"quality\":\"low\",\"parts\":[", "" },
    { "f.k.a. 'Orlo'.", "{\"full\":\"Orlo\",\"kind\":\"former\"}", "" },
    { "Linked To: LANTERN TRADING.", "\"extras\":[{\"key\":\"remarks\",\"value\":\"Linked To: LANTERN TRADING\"}]",
      "" },
    { "Minister (acting; again).", "\"value\":\"Minister (acting; again)\"", "~kept-field*1" },
    { "(individual).", "\"extras\":[]", "" },
    { "DOB 1971; .", "{\"date\":\"1971\",", "" },
};

static void
each_statement(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        expect_in_list(EN_LIST_OFAC_SDN, MAN, statements[i].remarks, TAIL, statements[i].expected, statements[i].notes);
}

static const struct {
    const char *row, *expected, *notes;
} rows[] = {
    { "1,\"SELDA, Amal\",\"individual\",\"SDGT] [IFSR\",-0- ," DASH6 "-0- ",
      "\"programmes\":[\"SDGT\",\"IFSR\"],\"ground\":\"unsc-1373\",\"names\":[{\"full\":\"Amal "
      "SELDA\",\"parts\":[{\"role\":\"family\","
      "\"text\":\"SELDA\"},{\"role\":\"given\",\"text\":\"Amal\"}]}]",
      "" },
    { "1,\"SELDA\",\"individual\",\"[SDNTK] [FTO]\",-0- ," DASH6 "-0- ",
      "\"programmes\":[\"SDNTK\",\"FTO\"],\"ground\":\"unsc-1373\"", "" },
    { "1,\"SELDA\",\"individual\",\"SDNTK\",-0- ," DASH6 "-0- ", "\"ground\":\"\",\"names\":[{\"full\":\"SELDA\"}]",
      "" },
    { "1,\"SELDA, Amal, Jr.\",\"individual\",\"SDGT\",-0- ," DASH6 "-0- ", "{\"full\":\"Amal SELDA Jr.\"", "" },
    { "1,\"SELDA, Amal, of Orlo\",\"individual\",\"SDGT\",-0- ," DASH6 "-0- ", "{\"full\":\"Amal, of Orlo SELDA\"",
      "" },
    { "1,\"SELDA, Amal\",-0- ,\"SDGT\",-0- ," DASH6 "-0- ", "\"is_person\":false", "" },
    { "1,\"SELDA, Amal\",-0- ,\"SDGT\",-0- ," DASH6 "-0- ", "\"names\":[{\"full\":\"SELDA, Amal\"}]", "" },
    { "1,\"SELDA\",\"individual\",\"SDGT\",\"Treasurer\"," DASH6 "-0- ", "{\"key\":\"title\",\"value\":\"Treasurer\"}",
      "" },
    { "1,-0- ,\"individual\",\"SDGT\",-0- ," DASH6 "\"Passport X1.\"", "\"names\":[],", "" },
    { "1,-0- ,\"individual\",\"SDGT\",-0- ," DASH6 "-0- ", "", "no-name*1" },
    { "1,\"A\",\"individual\"", "", "csv-width*1" },
    { "one,\"A\",\"individual\",\"SDGT\",-0- ," DASH6 "-0- ", "", "no-id*1" },
    { "-0- ,\"A\",\"individual\",\"SDGT\",-0- ," DASH6 "-0- ", "", "no-id*1" },
};

static void
each_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_in_list(EN_LIST_OFAC_SDN, "", rows[i].row, "\r\n", rows[i].expected, rows[i].notes);
}

/* Alternates: joined by number, in their file's order, orphans and odd rows told. */
static void
alternates(void **state)
{
    static const char sdn[] = "9,\"NINE, Man\",\"individual\",\"SDGT\",-0- ," DASH6 "-0- \r\n"
                              "10,\"TEN, Man\",\"individual\",\"SDGT\",-0- ," DASH6 "-0- \r\n";
    static const char alt[] =
        "10,1,\"aka\",\"ZEHN, Man\",-0- \r\n9,2,\"fka\",\"NEUN, Man\",-0- \r\n10,3,\"nka\",\"DIX, Man\",-0- \r\n"
        "11,4,\"aka\",\"ELEVEN, Man\",-0- \r\n10,5,\"aka\",-0- ,-0- \r\n10,6,\"dba\",\"DIEZ, Man\",-0- \r\n"
        "10,7,\"aka\"\r\n\x1a";
    struct seen s = read_list(EN_LIST_OFAC_SDN, EN_BYTES_LIT(sdn), EN_BYTES_LIT(alt), 10);
    const char *ten = strstr(s.json.p, "\"id\":\"10\""), *zehn = strstr(s.json.p, "Man ZEHN"),
               *dix = strstr(s.json.p, "Man DIX");

    (void)state;
    assert_int_equal(s.identities, 2);
    assert_non_null(strstr(s.json.p, "{\"full\":\"Man NEUN\",\"kind\":\"former\""));
    assert_true(ten < zehn && zehn < dix && dix < strstr(s.json.p, "Man DIEZ"));
    assert_null(strstr(s.json.p, "ELEVEN"));
    assert_string_equal(s.notes.p, "ofac-alternate*1 ?ofac-alternate-type*1 csv-width*1 ?ofac-alternate-orphan*1");
    forget(&s);
}

static en_errc
no_identity(void *ctx, const struct en_identity *id, struct en_err *err)
{
    (void)ctx, (void)id, (void)err;
    return EN_OK;
}

/* Only this format has alternates. */
static void
alternates_of_others(void **state)
{
    struct en_report *report = en_report_new();
    struct en_list_reader *r = en_list_reader_new(EN_LIST_FTM, (struct en_list_sink){ NULL, no_identity }, report);

    (void)state;
    assert_int_equal(en_list_reader_alternates(r, EN_BYTES_LIT("1,1,\"aka\",\"A\",-0- \r\n"), NULL), EN_E_USAGE);
    en_list_reader_free(r);
    en_report_free(report);
}

/* add.csv and sdn_comments.csv: addresses are kept, statements beyond the remarks are read like them. */
static void
companions(void **state)
{
    static const char sdn[] =
        "1,\"OZDAROV, Ruslan\",\"individual\",\"SDGT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
    struct seen s = { .json = EN_BUF_INIT, .notes = EN_BUF_INIT, .places = EN_BUF_INIT, .file = EN_BYTES_LIT(sdn) };
    struct en_report *report = en_report_new();
    struct en_list_reader *r = en_list_reader_new(EN_LIST_OFAC_SDN, (struct en_list_sink){ &s, see_identity }, report);
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    assert_int_equal(en_list_reader_alternates(r, read_source_file("tests/data/lists/y_add.csv", &b), NULL), EN_OK);
    en_buf_reset(&b);
    assert_int_equal(en_list_reader_alternates(r, read_source_file("tests/data/lists/y_comments.csv", &b), NULL),
                     EN_OK);
    assert_int_equal(en_list_reader_alternates(r, EN_BYTES_LIT("1,1,\"aka\",\"TALLOV, R\",-0- \r\n"), NULL), EN_OK);
    assert_int_equal(en_list_reader_feed(r, EN_BYTES_LIT(sdn), NULL), EN_OK);
    assert_int_equal(en_list_reader_end(r, NULL), EN_OK);
    en_buf_addc(&s.json, '\0');
    see_notes(&s, report);
    assert_non_null(strstr(s.json.p, "{\"key\":\"address\",\"value\":\"1 Lantern Road, Port Ansel, XDD\"}"));
    assert_non_null(strstr(s.json.p, "\"birth_dates\":[{\"date\":\"1990-06-05\""));
    assert_non_null(strstr(s.json.p, "\"sex\":\"male\""));
    assert_non_null(strstr(s.json.p, "R TALLOV"));
    assert_string_equal(s.notes.p, "?ofac-alternate-orphan*1");
    forget(&s);
    en_buf_release(&b);
    en_list_reader_free(r);
    en_report_free(report);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_statement),       cmocka_unit_test(each_row),
        cmocka_unit_test(alternates),           cmocka_unit_test(companions),
        cmocka_unit_test(alternates_of_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
