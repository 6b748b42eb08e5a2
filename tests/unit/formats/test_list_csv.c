#include "list_test.h"

/* A header and one row; the row's first cell is the id. */
static const struct {
    const char *header, *row, *expected, *notes;
} rows[] = {
    { "id,name", "1,Amal Selda",
      "{\"id\":\"1\",\"programmes\":[],\"ground\":\"\",\"names\":[{\"full\":\"Amal Selda\"}]", "" },
    { "ID, Name ", "1,Amal Selda", "\"full\":\"Amal Selda\"", "" },
    { "id,name", "1,Amal;Emel", "[{\"full\":\"Amal\"},{\"full\":\"Emel\"}]", "" },
    { "id,name", "1,A\\;B\\\\C", "[{\"full\":\"A;B\\\\C\"}]", "" },
    { "id,name", "1, ; Amal ;;", "[{\"full\":\"Amal\"}]", "" },
    { "id,name", "1,\"Selda, Amal\"", "[{\"full\":\"Selda, Amal\"}]", "" },
    { "id,name,family_name,given_names", "1,Amal Selda,Selda,Amal",
      "\"parts\":[{\"role\":\"given\",\"text\":\"Amal\"},{\"role\":\"family\",\"text\":\"Selda\"}]", "" },
    { "id,name,family_name,given_names", "1,,Selda,Amal", "[{\"full\":\"Amal Selda\",\"parts\":[", "" },
    { "id,name,family_name,given_names", "1,,Selda,", "[{\"full\":\"Selda\",\"parts\":[", "" },
    { "id,name,alias,weak_aliases,former_name,native_names", "1,N,A,W,F,Я",
      "{\"full\":\"A\",\"kind\":\"alias\"},{\"full\":\"W\",\"kind\":\"weak\",\"quality\":\"low\"},{\"full\":\"F\","
      "\"kind\":\"former\"},"
      "{\"full\":\"Я\",\"kind\":\"native\"}",
      "" },
    { "id,name,birth_dates", "1,N,1971-03-05; circa 1972 ;1970-1974",
      "[{\"date\":\"1971-03-05\",\"as_written\":\"1971-03-05\"},{\"date\":\"1972\",\"quality\":\"approx\",\"as_"
      "written\":\"circa 1972\"},"
      "{\"date\":\"1970/1974\",",
      "" },
    { "id,name,birth_date", "1,N,soon", "{\"key\":\"birth_date\",\"value\":\"soon\"}", "~birth-date*1" },
    { "id,name,birth_places", "1,N,\"Orlo, XAA;Elsewhere;XBB\"",
      "[{\"text\":\"Orlo\",\"country\":\"XAA\"},{\"text\":\"Elsewhere\"},{\"country\":\"XBB\"}]", "" },
    { "id,name,gender", "1,N,F", "\"sex\":\"female\"", "" },
    { "id,name,nationalities", "1,N,xaa;XBB", "\"nationalities\":[\"XAA\",\"XBB\"]", "" },
    { "id,name,passports", "1,N,X1;XAA:X2",
      "[{\"type\":\"passport\",\"number\":\"X1\"},{\"type\":\"passport\",\"number\":\"X2\",\"issuer\":\"XAA\"}]", "" },
    { "id,name,national_id", "1,N,XAA:I\\:1", "[{\"type\":\"national-id\",\"number\":\"I:1\",\"issuer\":\"XAA\"}]",
      "" },
    { "id,name,passport", "1,N,Nowhereland:X1", "{\"key\":\"document\",\"value\":\"Nowhereland:X1\"}", "~document*1" },
    { "id,name,passport", "1,N,XAA:X1:2", "\"documents\":[]", "~document*1" },
    { "id,name,documents", "1,N,visa:XAA:V1:lost:2030-01-31",
      "[{\"type\":\"visa\",\"number\":\"V1\",\"issuer\":\"XAA\",\"status\":\"lost\",\"expires\":\"2030-01-31\"}]", "" },
    { "id,name,documents", "1,N,other::V1", "[{\"type\":\"other\",\"number\":\"V1\"}]", "" },
    { "id,name,documents", "1,N,other:XAA:V1::2030", "\"expires\":\"2030-12-31\"", "" },
    { "id,name,documents", "1,N,ticket:XAA:V1", "\"documents\":[]", "~document*1" },
    { "id,name,documents", "1,N,visa:XAA:V1:odd", "\"documents\":[]", "~document*1" },
    { "id,name,documents", "1,N,visa:XAA:V1:lost:never", "\"documents\":[]", "~document*1" },
    { "id,name,documents", "1,N,visa:XAA", "\"documents\":[]", "~document*1" },
    { "id,name,documents", "1,,passport:XAA:X1", "\"names\":[]", "" },
    { "id,name,programmes,ground", "1,N,P;Q,unsc-1373", "\"programmes\":[\"P\",\"Q\"],\"ground\":\"unsc-1373\"", "" },
    { "id,name,programmes", "1,N,UNSCR 2178", "\"ground\":\"unsc-2178\"", "" },
    { "id,name,programmes,ground", "1,N,UNSCR 1267,terrorism-law", "\"ground\":\"terrorism-law\"", "" },
    { "id,name,ground", "1,N,opinion", "", "csv-ground*1" },
    { "id,name,ended", "1,N,yes", "\"ended\":true", "" },
    { "id,name,ended", "1,N,NO", "\"ground\":\"\",\"names\"", "" },
    { "id,name,ended", "1,N,maybe", "", "csv-ended*1" },
    { "id,name,type", "1,N,entity", "\"is_person\":false", "" },
    { "id,name,type", "1,N,robot", "", "csv-type*1" },
    { "id,name,note", "1,N,\"two\nlines\"", "{\"key\":\"note\",\"value\":\"two lines\"}", "" },
    { "id,name,shoe size", "1,N,44", "{\"key\":\"shoe size\",\"value\":\"44\"}", "~kept-field*1" },
    { "id,name", "1,Am\xe9lie", "{\"full\":\"Amélie\"}", "+text-utf8*1" },
    { "id,name", "1,Ame\xcc\x81lie", "{\"full\":\"Amélie\"}", "+text-normalised*1" },
    { "id,name", ",N", "", "no-id*1" },
    { "id,name", "1,", "", "no-name*1" },
    { "id,name", "1", "", "csv-width*1" },
    { "id,name", "1,N,x", "", "csv-width*1" },
};

static void
each_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char head[200];

        snprintf(head, sizeof head, "%s\n", rows[i].header);
        expect_in_list(EN_LIST_CSV, head, rows[i].row, "\n", rows[i].expected, rows[i].notes);
    }
}

/* A header that is none leaves nothing to read. */
static void
headers(void **state)
{
    static const char *const bad[] = {
        "id,other\n1,2\n", "name\nA\n", "id,name,Name\n1,a,b\n", "id,name,sex,gender\n1,a,m,m\n", "\n", ""
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct seen s = read_list(EN_LIST_CSV, en_bytes_from(bad[i], strlen(bad[i])), (en_bytes){ NULL, 0 }, 3);

        assert_int_equal(s.result, EN_E_INPUT);
        assert_int_equal(s.identities, 0);
        assert_string_equal(s.notes.p, "csv-header*1");
        forget(&s);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row),
        cmocka_unit_test(headers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
