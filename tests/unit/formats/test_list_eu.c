#include "base/limits.h"
#include "list_test.h"

/* Columns after the id and the kind, and their values. */
#define ENTRY "Entity_LogicalId;Entity_SubjectType;NameAlias_WholeName"

static const struct {
    const char *columns, *cells, *expected, *notes;
} values[] = {
    { "NameAlias_FirstName;NameAlias_LastName;NameAlias_Title", "Amal;Orlo;Dr",
      "{\"full\":\"Amal "
      "Orlo\",\"parts\":[{\"role\":\"given\",\"text\":\"Amal\"},{\"role\":\"family\",\"text\":\"Orlo\"},"
      "{\"role\":\"title\",\"text\":\"Dr\"}]}",
      "" },
    { "NameAlias_NameLanguage", "FR", "\"lang\":\"fr\"", "" },
    { "NameAlias_NameLanguage", "F", "{\"key\":\"nameLanguage\",\"value\":\"F\"}", "" },
    { "NameAlias_NameLanguage", "fran", "{\"key\":\"nameLanguage\",\"value\":\"fran\"}", "" },
    { "NameAlias_Gender", "F", "\"sex\":\"female\"", "" },
    { "BirthDate_BirthDate;BirthDate_Circa", "1984-03-17;false", "{\"date\":\"1984-03-17\",\"as_written\"", "" },
    { "BirthDate_Year;BirthDate_Month;BirthDate_Day", "1984;3;", "{\"date\":\"1984-03\"", "" },
    { "BirthDate_Year;BirthDate_Circa", "1984;true", "{\"date\":\"1984\",\"quality\":\"approx\"", "" },
    { "BirthDate_YearRangeFrom;BirthDate_YearRangeTo", "1980;1983", "{\"date\":\"1980/1983\",\"as_written\"", "" },
    { "BirthDate_YearRangeFrom;BirthDate_YearRangeTo;BirthDate_Circa", "1980;1983;true",
      "{\"date\":\"1980/1983\",\"quality\":\"approx\"", "" },
    { "BirthDate_YearRangeFrom;BirthDate_YearRangeTo", ";1983", "{\"date\":\"1850/1983\"", "" },
    { "BirthDate_YearRangeFrom;BirthDate_YearRangeTo", "1983;1980", "{\"key\":\"birthdate\",\"value\":\"1983-1980\"}",
      "~birth-date*1" },
    /* 1 Muharram 1400 began in the evening of 19 or 20 November 1979. */
    { "BirthDate_Year;BirthDate_Month;BirthDate_Day;BirthDate_CalendarType", "1400;1;1;ISLAMIC",
      "{\"date\":\"1979-11-19/1979-11-23\",\"calendar\":\"hijri-lunar\",\"as_written\":\"1400-1-1\"}", "" },
    { "BirthDate_Year;BirthDate_CalendarType", "1360;SHAMSI", "\"calendar\":\"hijri-solar\"", "" },
    { "BirthDate_Year;BirthDate_CalendarType", "1984;MARTIAN", "{\"key\":\"birthdate\",\"value\":\"1984 MARTIAN\"}",
      "~birth-date*1" },
    { "BirthDate_City;BirthDate_CountryIso2Code;BirthDate_CountryDescription", "Orlo;00;UNKNOWN",
      "\"birth_places\":[{\"text\":\"Orlo\"}]", "" },
    { "BirthDate_City;BirthDate_CountryIso2Code", "Orlo;XAA", "[{\"text\":\"Orlo\",\"country\":\"XAA\"}]", "" },
    { "Identification_Number;Identification_TypeCode;Identification_ReportedLost", "P1;passport;true",
      "[{\"type\":\"passport\",\"number\":\"P1\",\"status\":\"lost\"}]", "" },
    { "Identification_Number;Identification_TypeCode;Identification_KnownFalse;Identification_ReportedLost",
      "P1;passport;true;true", "\"status\":\"false\"", "" },
    { "Identification_Number;Identification_TypeCode;Identification_ValidTo;Identification_CountryIso2Code",
      "P1;id;2027-05-12;XAA",
      "[{\"type\":\"national-id\",\"number\":\"P1\",\"issuer\":\"XAA\",\"expires\":\"2027-05-12\"}]", "" },
    { "Identification_Number;Identification_LatinNumber;Identification_TypeCode", "П1;P1;passport",
      "{\"type\":\"passport\",\"number\":\"П1\"},{\"type\":\"passport\",\"number\":\"P1\"}", "" },
    { "Identification_Number;Identification_TypeCode;Identification_TypeDescription", "9;taxid;Tax number",
      "{\"type\":\"other\",\"number\":\"9\",\"note\":\"Tax number\"}", "" },
    { "Citizenship_CountryIso2Code", "XAA", "\"nationalities\":[\"XAA\"]", "" },
    { "Citizenship_CountryIso2Code;Citizenship_CountryDescription", "00;UNKNOWN", "\"nationalities\":[]", "" },
    { "Entity_Regulation_Programme", "TERR", "\"programmes\":[\"TERR\"],\"ground\":\"unsc-1373\"", "" },
    { "Entity_Remark", "\"a; b\"", "{\"key\":\"Entity_Remark\",\"value\":\"a; b\"}", "" },
    { "Shoe", "44", "{\"key\":\"Shoe\",\"value\":\"44\"}", "~kept-field*1" },
};

static void
each_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct en_buf head = EN_BUF_INIT;
        bool named = strncmp(values[i].columns, "NameAlias_First", 15) == 0;

        en_buf_addf(&head, ENTRY ";%s\r\n1;person;%s;", values[i].columns, named ? "" : "Amal");
        expect_in_list(EN_LIST_EU_CSV, head.p, values[i].cells, "\r\n", values[i].expected, values[i].notes);
        en_buf_release(&head);
    }
}

/* Without a whole name, and twice: the first is the name of the entry, a repetition is none. */
static void
names(void **state)
{
    (void)state;
    expect_in_list(EN_LIST_EU_CSV, ENTRY "\n", "1;P;Amal\n1;P;Emel\n1;P;Amal\n", "",
                   "\"names\":[{\"full\":\"Amal\"},{\"full\":\"Emel\",\"kind\":\"alias\"}]", "");
    expect_in_list(EN_LIST_EU_CSV, ENTRY "\n", "1;enterprise;Lantern\n", "", "\"is_person\":false", "");
}

/* A part or a number that no reader of our JSON would take is refused by itself; the entry stands. */
static void
long_values(void **state)
{
    static const char columns[] = ENTRY ";NameAlias_LastName;NameAlias_FirstName;Identification_Number\n";
    struct en_buf row = EN_BUF_INIT;

    (void)state;
    en_buf_add_str(&row, "1;P;Amal Orlo;");
    for (size_t i = 0; i < EN_MAX_NAME + 1; i++)
        en_buf_addc(&row, 'O');
    en_buf_add_str(&row, ";Amal;");
    for (size_t i = 0; i < EN_MAX_NAME + 1; i++)
        en_buf_addc(&row, '7');
    en_buf_add_str(&row, "\n");
    en_buf_addc(&row, '\0');
    expect_in_list(EN_LIST_EU_CSV, columns, row.p, "",
                   "{\"full\":\"Amal Orlo\",\"parts\":[{\"role\":\"given\",\"text\":\"Amal\"}]}", "value-long*2");
    expect_in_list(EN_LIST_EU_CSV, columns, row.p, "", "\"documents\":[]", "value-long*2");
    en_buf_release(&row);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value),
        cmocka_unit_test(names),
        cmocka_unit_test(long_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
