#include "list_test.h"

#define HEAD "{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{"
#define TAIL "}}\n"
#define NAME "\"name\":[\"Amal Selda\"],"

static const struct {
    const char *properties, *expected, *notes;
} values[] = {
    { "\"name\":[\"Amal Selda\",\"أمل سلدا\"]", "\"names\":[{\"full\":\"Amal Selda\"},{\"full\":\"أمل سلدا\"}]", "" },
    { NAME "\"alias\":[\"A\"]", "{\"full\":\"A\",\"kind\":\"alias\"}", "" },
    { NAME "\"weakAlias\":[\"A\"]", "{\"full\":\"A\",\"kind\":\"weak\",\"quality\":\"low\"}", "" },
    { NAME "\"previousName\":[\"A\"]", "{\"full\":\"A\",\"kind\":\"former\"}", "" },
    /* Parts belong to a name that contains them, if there is one of the role. */
    { NAME "\"firstName\":[\"Amal\"],\"lastName\":[\"Selda\"]",
      "{\"full\":\"Amal "
      "Selda\",\"parts\":[{\"role\":\"family\",\"text\":\"Selda\"},{\"role\":\"given\",\"text\":\"Amal\"}]}",
      "" },
    { NAME "\"firstName\":[\"Amal\",\"Emel\"]", "\"names\":[{\"full\":\"Amal Selda\"}]", "" },
    { NAME "\"lastName\":[\"Sel\"]", "\"names\":[{\"full\":\"Amal Selda\"}]", "" },
    { "\"firstName\":[\"Amal\"],\"fatherName\":[\"Rida\"],\"lastName\":[\"Selda\"]",
      "\"names\":[{\"full\":\"Amal Rida Selda\",", "+name-from-parts*1" },
    { NAME "\"birthDate\":[\"1971-03-05\",\"1972\"]",
      "[{\"date\":\"1971-03-05\",\"as_written\":\"1971-03-05\"},{\"date\":\"1972\",", "" },
    { NAME "\"birthDate\":[\"long ago\"]", "{\"key\":\"birthDate\",\"value\":\"long ago\"}", "~birth-date*1" },
    { NAME "\"birthPlace\":[\"Orlo\"],\"birthCountry\":[\"xaa\"]", "[{\"text\":\"Orlo\",\"country\":\"XAA\"}]", "" },
    { NAME "\"birthPlace\":[\"Orlo\",\"Selda\"]", "[{\"text\":\"Selda\"},{\"text\":\"Orlo\"}]", "" },
    { NAME "\"nationality\":[\"xaa\"],\"citizenship\":[\"xbb\",\"xaa\"]", "\"nationalities\":[\"XAA\",\"XBB\"]", "" },
    { NAME "\"nationality\":[\"nowhereland\"]", "{\"key\":\"nationality\",\"value\":\"nowhereland\"}",
      "~nationality*1" },
    /* A country that somebody is associated with is no nationality. */
    { NAME "\"country\":[\"xaa\"]", "\"nationalities\":[]", "" },
    { NAME "\"gender\":[\"female\"]", "\"sex\":\"female\"", "" },
    { NAME "\"gender\":[\"female\",\"male\"]", "\"sex\":\"\"", "?sex-twice*1" },
    { NAME "\"gender\":[\"female\",\"female\"]", "\"sex\":\"female\"", "" },
    { NAME "\"passportNumber\":[\"X1\"],\"idNumber\":[\"I2\"]",
      "[{\"type\":\"passport\",\"number\":\"X1\"},{\"type\":\"national-id\",\"number\":\"I2\"}]", "" },
    { NAME "\"taxNumber\":[\"T1\"]", "[{\"type\":\"other\",\"number\":\"T1\",\"note\":\"taxNumber\"}]", "" },
    { NAME "\"programId\":[\"US-TERR\"],\"program\":[\"Terror\"]",
      "\"programmes\":[\"US-TERR\"],\"ground\":\"unsc-1373\"", "" },
    { NAME "\"program\":[\"SDGT\",\"Other\"]", "\"programmes\":[\"SDGT\",\"Other\"],\"ground\":\"unsc-1373\"", "" },
    { NAME "\"topics\":[\"crime.terror\"]", "\"programmes\":[],\"ground\":\"\"", "" },
    { NAME "\"hobby\":[\"chess\"]", "{\"key\":\"hobby\",\"value\":\"chess\"}", "~kept-field*1" },
    { NAME "\"notes\":[\"n\"]", "{\"key\":\"notes\",\"value\":\"n\"}", "" },
    /* Nested entities, whatever property they hang on. */
    { NAME "\"x\":[{\"schema\":\"Passport\",\"properties\":{\"number\":[\"X1\"],\"country\":[\"xaa\"],\"endDate\":["
           "\"2030-01-31\"]}}]",
      "[{\"type\":\"passport\",\"number\":\"X1\",\"issuer\":\"XAA\",\"expires\":\"2030-01-31\"}]", "" },
    { NAME "\"x\":[{\"schema\":\"Passport\",\"properties\":{\"passportNumber\":[\"X1\"]}}]",
      "[{\"type\":\"passport\",\"number\":\"X1\"}]", "" },
    { NAME
      "\"x\":[{\"schema\":\"Identification\",\"properties\":{\"number\":[\"X1\"],\"type\":[\"Residence permit\"]}}]",
      "[{\"type\":\"residence\",\"number\":\"X1\",\"note\":\"Residence permit\"}]", "" },
    { NAME "\"x\":[{\"schema\":\"Identification\",\"properties\":{\"number\":[\"X1\"],\"authority\":[\"Port\"]}}]",
      "{\"key\":\"document.authority\",\"value\":\"Port\"}", "" },
    { NAME "\"x\":[{\"schema\":\"Sanction\",\"properties\":{\"programId\":[\"UN-SCISIL\"],\"program\":[\"P\"]}}]",
      "\"programmes\":[\"UN-SCISIL\"],\"ground\":\"unsc-1267\"", "" },
    { NAME "\"x\":[{\"schema\":\"Sanction\",\"properties\":{\"program\":[\"UNSCR 2178\"]}}]",
      "\"programmes\":[\"UNSCR 2178\"],\"ground\":\"unsc-2178\"", "" },
    /* Over when every sanction is. */
    { NAME "\"x\":[{\"schema\":\"Sanction\",\"properties\":{\"program\":[\"P\"],\"status\":[\"Inactive\"]}}]",
      "\"ended\":true", "" },
    { NAME "\"x\":[{\"schema\":\"Sanction\",\"properties\":{\"program\":[\"P\"],\"status\":[\"Expired\"]}},"
           "{\"schema\":\"Sanction\",\"properties\":{\"program\":[\"Q\"]}}]",
      "\"programmes\":[\"P\",\"Q\"],\"ground\":\"\",\"names\"", "" },
    { NAME "\"x\":[{\"schema\":\"Address\",\"properties\":{\"full\":[\"1 Quay\"]}}]",
      "{\"key\":\"address.full\",\"value\":\"1 Quay\"}", "" },
    { NAME "\"x\":[{\"schema\":\"Family\",\"properties\":{}}]",
      "{\"key\":\"x\",\"value\":\"{\\\"schema\\\":\\\"Family\\\",\\\"properties\\\":{}}\"}", "~kept-field*1" },
    { NAME "\"x\":[{\"odd\":1}]", "{\"key\":\"x\",\"value\":\"{\\\"odd\\\":1}\"}", "~kept-field*1" },
    /* Values of the wrong type are refused alone. */
    { NAME "\"birthDate\":\"1971\"", "{\"date\":\"1971\",", "" },
    { NAME "\"birthDate\":[1971]", "\"birth_dates\":[]", "ftm-value*1" },
    { NAME "\"birthDate\":[null,[\"1971\"],true]", "\"birth_dates\":[]", "ftm-value*2" },
    { "\"birthDate\":[\"1971\"]", "", "no-name*1" },
};

static void
each_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        expect_in_list(EN_LIST_FTM, HEAD, values[i].properties, TAIL, values[i].expected, values[i].notes);
}

static const struct {
    const char *line, *expected, *notes;
} lines[] = {
    { "{\"id\":\"1\",\"schema\":\"Company\",\"properties\":{\"name\":[\"A\"]}}", "{\"id\":\"1\",\"is_person\":false,",
      "" },
    { "{\"id\":\"1\",\"schema\":\"Odd\",\"properties\":{\"name\":[\"A\"]}}", "\"is_person\":false,", "?ftm-schema*1" },
    { "{\"id\":\"1\",\"schema\":\"Passport\",\"properties\":{\"number\":[\"A\"]}}", "", "?ftm-part*1" },
    { "{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"]},\"target\":false}", "",
      "?ftm-not-listed*1" },
    { "{\"id\":\"1\",\"schema\":\"Person\"}", "", "ftm-entity*1" },
    { "{\"id\":\"1\",\"schema\":\"Person\",\"properties\":[]}", "", "ftm-entity*1" },
    { "{\"id\":\"1\",\"properties\":{}}", "", "ftm-entity*1" },
    { "{\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"]}}", "", "no-id*1" },
    { "{\"id\":1,\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"]}}", "", "no-id*1" },
    { "{\"id\":\"1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"A\"]},\"datasets\":[\"d\",1],\"target\":true}",
      "{\"key\":\"datasets\",\"value\":\"d\"},{\"key\":\"datasets\",\"value\":\"1\"}", "~kept-field*1" },
};

static void
each_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        expect_in_list(EN_LIST_FTM, "", lines[i].line, "\n", lines[i].expected, lines[i].notes);
}

/* More values than a person may have: the entry stays, and one note says so. */
static void
too_many_values(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    struct seen s;

    (void)state;
    en_buf_add_str(&b, HEAD "\"name\":[\"Amal Selda\"");
    for (int i = 0; i < 2000; i++)
        en_buf_addf(&b, ",\"N%d\"", i);
    en_buf_add_str(&b, "]" TAIL);
    s = read_list(EN_LIST_FTM, en_buf_bytes(&b), (en_bytes){ NULL, 0 }, b.n);
    assert_int_equal(s.identities, 1);
    assert_string_equal(s.notes.p, "value-limit*1");
    assert_non_null(strstr(s.json.p, "\"N998\""));
    assert_null(strstr(s.json.p, "\"N999\""));
    forget(&s);
    en_buf_release(&b);
}

static void
name_too_long(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    struct seen s;

    (void)state;
    en_buf_add_str(&b, HEAD NAME "\"alias\":[\"");
    for (int i = 0; i < 3000; i++)
        en_buf_addc(&b, 'x');
    en_buf_add_str(&b, "\"]" TAIL);
    s = read_list(EN_LIST_FTM, en_buf_bytes(&b), (en_bytes){ NULL, 0 }, b.n);
    assert_int_equal(s.identities, 1);
    assert_string_equal(s.notes.p, "value-long*1");
    forget(&s);
    en_buf_release(&b);
}

/* A document, a sanction on lines of their own, before or behind their entity, are those of the nested form. */
static void
joined(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    struct seen s = read_list(EN_LIST_FTM, read_source_file("tests/data/lists/y_ftm_lines.jsonl", &b),
                              (en_bytes){ NULL, 0 }, 7);
    const char *second = strstr(s.json.p, "{\"id\":\"e2\""), *third = strstr(s.json.p, "{\"id\":\"e3\"");

    (void)state;
    assert_int_equal(s.identities, 3);
    assert_true(second != NULL && third > second);
    assert_ptr_equal(strstr(s.json.p, "{\"id\":\"e1\",\"programmes\":[\"US-SDGT\"],\"ground\":\"unsc-1373\""),
                     s.json.p);
    assert_non_null(
        strstr(s.json.p, "\"documents\":[{\"type\":\"passport\",\"number\":\"K4471920\",\"issuer\":\"XBB\"}]"));
    assert_non_null(strstr(second, "\"programmes\":[\"US-SDGT\"]"));
    assert_non_null(strstr(second, "\"number\":\"77\""));
    assert_non_null(strstr(third, "\"ended\":true"));
    forget(&s);
    en_buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value), cmocka_unit_test(each_line),     cmocka_unit_test(too_many_values),
        cmocka_unit_test(joined),     cmocka_unit_test(name_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
