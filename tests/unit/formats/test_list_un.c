#include "list_test.h"

#include "base/limits.h"
#include "formats/xml_records.h"

#define HEAD "<CONSOLIDATED_LIST dateGenerated=\"2026-01-02T03:04:05.678Z\"><INDIVIDUALS>"
#define MAN  HEAD "<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>AMAL</FIRST_NAME>"
#define TAIL "</INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"

#define BORN(x)  "<INDIVIDUAL_DATE_OF_BIRTH>" x "</INDIVIDUAL_DATE_OF_BIRTH>"
#define KIND(x)  "<TYPE_OF_DATE>" x "</TYPE_OF_DATE>"
#define ALIAS(x) "<INDIVIDUAL_ALIAS>" x "</INDIVIDUAL_ALIAS>"
#define DOC(x)   "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT>" x "</INDIVIDUAL_DOCUMENT>"

static const struct {
    const char *xml, *expected, *notes;
} values[] = {
    /* Names: order and parts as the UN writes them. */
    { "<SECOND_NAME>RIDA</SECOND_NAME><THIRD_NAME>SELDA</THIRD_NAME>",
      "\"names\":[{\"full\":\"AMAL RIDA SELDA\",\"parts\":[{\"role\":\"other\",\"text\":\"AMAL\"},", "" },
    { "<FOURTH_NAME>AL  SELDA\n  ORLO</FOURTH_NAME>", "\"full\":\"AMAL AL SELDA ORLO\"", "" },
    { "<TITLE><VALUE>Dr</VALUE></TITLE>", "{\"role\":\"title\",\"text\":\"Dr\"}", "" },
    { "<NAME_ORIGINAL_SCRIPT>Амал; أمل</NAME_ORIGINAL_SCRIPT>",
      "{\"full\":\"Амал\",\"kind\":\"native\"},{\"full\":\"أمل\",\"kind\":\"native\"}", "" },
    { ALIAS("<QUALITY>Good</QUALITY><ALIAS_NAME>Emel</ALIAS_NAME>"),
      "{\"full\":\"Emel\",\"kind\":\"alias\",\"quality\":\"good\"}", "" },
    { ALIAS("<QUALITY>Low</QUALITY><ALIAS_NAME>Emel</ALIAS_NAME>"),
      "{\"full\":\"Emel\",\"kind\":\"weak\",\"quality\":\"low\"}", "" },
    { ALIAS("<QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Emel</ALIAS_NAME>"), "{\"full\":\"Emel\",\"kind\":\"alias\"}", "" },
    { ALIAS("<QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Emel</ALIAS_NAME>"), "{\"full\":\"Emel\",\"kind\":\"former\"}", "" },
    { ALIAS("<QUALITY/><ALIAS_NAME>Emel; Imal</ALIAS_NAME>"),
      "{\"full\":\"Emel\",\"kind\":\"alias\"},{\"full\":\"Imal\",", "" },
    { ALIAS("<QUALITY>Good</QUALITY><ALIAS_NAME>Emel</ALIAS_NAME><NOTE>formerly listed as</NOTE>"),
      "{\"full\":\"Emel\",\"kind\":\"former\",\"quality\":\"good\"}", "" },
    { ALIAS("<QUALITY>Odd</QUALITY><ALIAS_NAME>Emel</ALIAS_NAME>"),
      "{\"key\":\"INDIVIDUAL_ALIAS.QUALITY\",\"value\":\"Odd\"}", "~kept-field*1" },
    { ALIAS("<ALIAS_NAME>Emel</ALIAS_NAME><DATE_OF_BIRTH>1970</DATE_OF_BIRTH><CITY_OF_BIRTH>Orlo</CITY_OF_BIRTH>"),
      "\"birth_dates\":[{\"date\":\"1970\",\"as_written\":\"1970\"}]", "" },
    /* Birth dates. */
    { BORN(KIND("EXACT") "<DATE>1971-03-05</DATE>"), "[{\"date\":\"1971-03-05\",\"as_written\":\"1971-03-05\"}]", "" },
    { BORN(KIND("EXACT") "<YEAR>1971</YEAR>"), "[{\"date\":\"1971\",\"as_written\":\"1971\"}]", "" },
    { BORN(KIND("APPROXIMATELY") "<YEAR>1971</YEAR>"),
      "[{\"date\":\"1971\",\"quality\":\"approx\",\"as_written\":\"1971\"}]", "" },
    { BORN(KIND("BETWEEN") "<FROM_YEAR>1970</FROM_YEAR><TO_YEAR>1972</TO_YEAR>"), "[{\"date\":\"1970/1972\",", "" },
    { BORN(KIND("BETWEEN") "<FROM_YEAR>1970</FROM_YEAR>"), "[{\"date\":\"1970\",", "" },
    { BORN(KIND("EXACT") "<NOTE>Nov. 1973</NOTE>"), "[{\"date\":\"1973-11\",\"as_written\":\"Nov. 1973\"}]", "" },
    { BORN(KIND("EXACT") "<NOTE>in his thirties</NOTE>"),
      "{\"key\":\"INDIVIDUAL_DATE_OF_BIRTH.NOTE\",\"value\":\"in his thirties\"}", "~birth-date*1" },
    { BORN(KIND("EXACT") "<DATE>1971-02-30</DATE>"), "{\"key\":\"INDIVIDUAL_DATE_OF_BIRTH\",\"value\":\"1971-02-30\"}",
      "~birth-date*1" },
    { BORN("<TYPE_OF_DATE/>"), "\"birth_dates\":[]", "" },
    /* Sex: an element of its own, or a word in the comments. */
    { "<GENDER>Female</GENDER>", "\"sex\":\"female\"", "" },
    { "<COMMENTS1>Seen. Gender: Male.</COMMENTS1>", "\"sex\":\"male\"", "" },
    { "<GENDER>Female</GENDER><COMMENTS1>Gender: male</COMMENTS1>", "\"sex\":\"female\"", "" },
    { "<COMMENTS1>The gender: unknown</COMMENTS1>", "\"sex\":\"\"", "" },
    /* Documents. */
    { DOC("<NUMBER>X1</NUMBER><ISSUING_COUNTRY>XAA</ISSUING_COUNTRY>"),
      "[{\"type\":\"passport\",\"number\":\"X1\",\"issuer\":\"XAA\"}]", "" },
    { DOC("<NUMBER>X1</NUMBER><COUNTRY_OF_ISSUE>XAA</COUNTRY_OF_ISSUE>"), "\"issuer\":\"XAA\"", "" },
    { DOC("<NUMBER>X1</NUMBER><ISSUING_COUNTRY>XAA</ISSUING_COUNTRY><COUNTRY_OF_ISSUE>XBB</COUNTRY_OF_ISSUE>"),
      "\"issuer\":\"XAA\"", "" },
    { DOC("<NUMBER>XBB Passport No. 96/184442</NUMBER>"),
      "[{\"type\":\"passport\",\"number\":\"96/184442\",\"issuer\":\"XBB\",\"note\":\"XBB Passport No.\"}]",
      "+doc-number-words*1" },
    { DOC("<NUMBER>D 001206</NUMBER>"), "\"number\":\"D 001206\"", "" },
    { DOC("<NUMBER>X1</NUMBER><NOTE>Expires on 11 Jun. 2017. Stolen.</NOTE>"),
      "\"status\":\"stolen\",\"expires\":\"2017-06-11\"", "" },
    { DOC("<NUMBER>X1</NUMBER><NOTE>valid until 16 Feb. 2017</NOTE>"), "\"expires\":\"2017-02-16\"", "" },
    { DOC("<NUMBER>X1</NUMBER><NOTE>Expiration date: 2023-06-04.</NOTE>"), "\"expires\":\"2023-06-04\"", "" },
    { DOC("<NUMBER>X1</NUMBER><NOTE>issued 7 January 1996</NOTE>"),
      "\"number\":\"X1\",\"note\":\"issued 7 January 1996\"", "" },
    { DOC(""), "\"documents\":[]", "" },
    /* The rest. */
    { "<NATIONALITY><VALUE>XAA</VALUE><VALUE>XBB</VALUE><VALUE>XAA</VALUE></NATIONALITY>",
      "\"nationalities\":[\"XAA\",\"XBB\"]", "" },
    { "<INDIVIDUAL_PLACE_OF_BIRTH><CITY>Orlo</CITY><COUNTRY>Utopia Minor</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>",
      "\"birth_places\":[{\"text\":\"Orlo, Utopia Minor\"}]", "" },
    { "<UN_LIST_TYPE>Taliban</UN_LIST_TYPE>", "\"programmes\":[\"Taliban\"],\"ground\":\"unsc-1988\"", "" },
    { "<REFERENCE_NUMBER>QDi.001</REFERENCE_NUMBER>", "\"programmes\":[\"QDi\"],\"ground\":\"unsc-1267\"", "" },
    { "<UN_LIST_TYPE>Outer Isles</UN_LIST_TYPE><REFERENCE_NUMBER>OIi.001</REFERENCE_NUMBER>",
      "\"programmes\":[\"Outer Isles\"],\"ground\":\"\"", "" },
    { "<DELISTED_ON>2020-01-01</DELISTED_ON>", "\"ended\":true", "" },
    { "<SHOE_SIZE>44</SHOE_SIZE>", "{\"key\":\"SHOE_SIZE\",\"value\":\"44\"}", "~kept-field*1" },
    { "<A><B><C>deep</C></B></A>", "{\"key\":\"A.C\",\"value\":\"deep\"}", "~kept-field*1" },
    { "<SECOND_NAME>A &amp; B &#x53; <![CDATA[<C>]]></SECOND_NAME>", "\"full\":\"AMAL A & B S <C>\"", "" },
};

static void
each_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        expect_in_list(EN_LIST_UN_XML, MAN, values[i].xml, TAIL, values[i].expected, values[i].notes);
}

static en_errc
no_identity(void *ctx, const struct en_identity *id, struct en_err *err)
{
    (void)ctx, (void)id, (void)err;
    return EN_OK;
}

static void
meta(void **state)
{
    struct en_report *report = en_report_new();
    struct en_list_reader *r = en_list_reader_new(EN_LIST_UN_XML, (struct en_list_sink){ NULL, no_identity }, report);
    en_time expected;

    (void)state;
    assert_int_equal(en_list_reader_feed(r, EN_BYTES_LIT(HEAD), NULL), EN_OK);
    assert_true(en_text_is(en_list_reader_meta(r)->name, "un-consolidated"));
    assert_true(en_text_is(en_list_reader_meta(r)->version, "2026-01-02T03:04:05.678Z"));
    assert_true(en_time_parse(EN_TEXT_LIT("2026-01-02T03:04:05.678Z"), &expected));
    assert_int_equal(en_list_reader_meta(r)->dated, expected);
    en_list_reader_free(r);
    en_report_free(report);
}

/* --- bounds ------------------------------------------------------------------------------------------------------- */

static void
repeat(struct en_buf *b, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        en_buf_add_str(b, s);
}

/* A text beyond its limit costs itself; an entry beyond its limit costs itself; the next entry is read. */
static void
long_text_and_entry(void **state)
{
    static const char next[] = "</INDIVIDUAL><INDIVIDUAL><DATAID>2</DATAID><FIRST_NAME>MAREK</FIRST_NAME>" TAIL;
    struct en_buf b = EN_BUF_INIT;
    struct seen s;

    (void)state;
    en_buf_add_str(&b, MAN "<SECOND_NAME>");
    repeat(&b, "x", EN_MAX_XML_TEXT + 1);
    en_buf_add_str(&b, "</SECOND_NAME>");
    en_buf_add_str(&b, next);
    s = read_list(EN_LIST_UN_XML, en_buf_bytes(&b), (en_bytes){ NULL, 0 }, 1000);
    assert_int_equal(s.identities, 2);
    assert_string_equal(s.notes.p, "value-long*1");
    forget(&s);

    en_buf_reset(&b);
    en_buf_add_str(&b, MAN);
    repeat(&b, "<DESIGNATION><VALUE>xxxxxxxxxxxxxxxxxxxxxxxxxxx</VALUE></DESIGNATION>", 6 * EN_MIB / 64);
    en_buf_add_str(&b, next);
    s = read_list(EN_LIST_UN_XML, en_buf_bytes(&b), (en_bytes){ NULL, 0 }, 100000);
    assert_int_equal(s.identities, 1);
    assert_non_null(strstr(s.notes.p, "record-long*1"));
    assert_non_null(strstr(s.json.p, "MAREK"));
    forget(&s);
    en_buf_release(&b);
}

static void
long_token(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    struct seen s;

    (void)state;
    en_buf_add_str(&b, MAN TAIL);
    b.n -= sizeof "</CONSOLIDATED_LIST>" - 1;
    en_buf_add_str(&b, "<!--");
    repeat(&b, "x", EN_MAX_RECORD + 2 * EN_MIB);
    s = read_list(EN_LIST_UN_XML, en_buf_bytes(&b), (en_bytes){ NULL, 0 }, EN_MIB);
    assert_int_equal(s.identities, 1);
    assert_int_equal(s.result, EN_E_LIMIT);
    assert_string_equal(s.notes.p, "xml-token*1");
    forget(&s);
    en_buf_release(&b);
}

/* More broken entries than a list can have end the reading. */
static void
many_broken(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    struct seen s;

    (void)state;
    en_buf_add_str(&b, HEAD);
    repeat(&b, "<INDIVIDUAL><A></B></INDIVIDUAL>", EN_XML_MAX_LOST + 10);
    en_buf_add_str(&b, "<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>A</FIRST_NAME>" TAIL);
    s = read_list(EN_LIST_UN_XML, en_buf_bytes(&b), (en_bytes){ NULL, 0 }, 5000);
    assert_int_equal(s.identities, 0);
    assert_int_equal(s.result, EN_E_INPUT);
    assert_string_equal(s.notes.p, "xml-syntax*1000 xml-lost*1");
    forget(&s);
    en_buf_release(&b);
}

/* A fault's place is that of the file, also behind an earlier one. */
static void
places_of_faults(void **state)
{
    static const char xml[] = "<CONSOLIDATED_LIST>\n<INDIVIDUALS>\n"
                              "<INDIVIDUAL><A></B></INDIVIDUAL>\n"
                              "<INDIVIDUAL><DATAID>1</DATAID>\n<FIRST_NAME>A</FIRST_NAME></INDIVIDUAL>\n"
                              "<INDIVIDUAL><DATAID>2</DATAID><DATE>&x;</DATE></INDIVIDUAL>\n"
                              "</INDIVIDUALS></CONSOLIDATED_LIST>";
    struct seen s = read_list(EN_LIST_UN_XML, EN_BYTES_LIT(xml), (en_bytes){ NULL, 0 }, 11);
    char expected[200];

    (void)state;
    snprintf(expected, sizeof expected, "xml-syntax 3 %zu\nxml-entity 6 %zu\n", (size_t)(strstr(xml, "</B>") - xml) + 2,
             (size_t)(strstr(xml, "&x;") - xml));
    assert_string_equal(s.places.p, expected);
    snprintf(expected, sizeof expected, "\"source\":{\"line\":4,\"pos\":%zu}",
             (size_t)(strstr(xml, "<INDIVIDUAL><DATAID>1") - xml));
    assert_non_null(strstr(s.json.p, expected));
    forget(&s);
}

static en_errc
full_disk(void *ctx, const struct en_identity *id, struct en_err *err)
{
    (void)id;
    ++*(int *)ctx;
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "full");
}

/* The sink's error ends the reading, is returned as it is, and is no refusal of the input. */
static void
sink_ends_reading(void **state)
{
    struct en_report *report = en_report_new();
    struct en_err err = EN_ERR_INIT;
    int calls = 0;
    struct en_list_reader *r = en_list_reader_new(EN_LIST_UN_XML, (struct en_list_sink){ &calls, full_disk }, report);

    (void)state;
    assert_int_equal(en_list_reader_feed(r, EN_BYTES_LIT(MAN "</INDIVIDUAL><INDIVIDUAL><DATAID>2</DATAID><FIRST_NAME>B"
                                                             "</FIRST_NAME>" TAIL), &err), EN_E_STORAGE);
    assert_int_equal(calls, 1);
    assert_int_equal(err.code, EN_E_STORAGE);
    assert_int_equal(en_report_codes(report), 0);
    en_list_reader_free(r);
    en_report_free(report);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value),       cmocka_unit_test(meta),
        cmocka_unit_test(long_text_and_entry), cmocka_unit_test(long_token),
        cmocka_unit_test(many_broken),      cmocka_unit_test(places_of_faults),
        cmocka_unit_test(sink_ends_reading),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
