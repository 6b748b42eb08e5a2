/* Dates, words and names of a map, as the traveller has them. */
#include "map_test.h"

/* Of a birth, expiry or departure as written by `dates`; NULL: kept as it stands. */
static const struct {
    char field;
    const char *dates, *in, *is;
} dates[] = {
    { 'B', "dmy", "05.03.1971", "1971-03-05" },   { 'B', "dmy", "5/3/71", "1971-03-05" },
    { 'B', "dmy", "05MAR71", "1971-03-05" },      { 'B', "dmy", "5 march 1971", "1971-03-05" },
    { 'B', "dmy", "050371", "1971-03-05" },       { 'B', "dmy", "05031971", "1971-03-05" },
    { 'B', "mdy", "03/05/1971", "1971-03-05" },   { 'B', "mdy", "03051971", "1971-03-05" },
    { 'B', "ymd", "1971-3-5", "1971-03-05" },     { 'B', "ymd", "710305", "1971-03-05" },
    { 'B', "dmy", "23.11.26", "2026-11-23" },     { 'B', "dmy", "24.11.26", "1926-11-24" },
    { 'B', "dmy", "00.03.1971", "1971-03" },      { 'B', "dmy", "00.00.1971", "1971" },
    { 'B', "dmy", "05 MRZ 1971", "1971-03-05" },  { 'B', "DDMMMYY", "05MAR71", "1971-03-05" },
    { 'B', "DDMMMYY", "05M\xc3\x84R71", "1971-03-05" }, { 'B', "D.M.YYYY", "5.3.1971", "1971-03-05" },
    { 'B', "YYYYMMDD", "19710305", "1971-03-05" }, { 'B', "DD.MM.YYYY", "1971-03-05", "1971-03-05" },
    { 'B', "dmy", "31.02.1971", NULL },           { 'B', "dmy", "05.13.1971", NULL },
    { 'B', "DDMMMYY", "05XXX71", NULL },          { 'B', "dmy", "soon", NULL },
    { 'E', "dmy", "05.03.71", "2071-03-05" },     { 'E', "dmy", "05.03.77", "1977-03-05" },
    { 'D', "dmy", "24.11.2026 08:15", "2026-11-24T08:15" }, { 'D', "dmy", "24NOV26 0815", "2026-11-24T08:15" },
    { 'D', "dmy", "24/11/2026 08h15", "2026-11-24T08:15" }, { 'D', "ymd", "2026-11-24T08:15:30", "2026-11-24T08:15" },
    { 'D', "DD.MM.YY hh:mm", "24.11.26 08:15", "2026-11-24T08:15" },
    { 'D', "dmy", "24.11.2026", "2026-11-24T00:00" }, { 'D', "dmy", "24.11.2026 25:15", NULL },
    { 'D', "dmy", "24.11.2026 08:61", NULL },
};

static void
test_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        const char *member = dates[i].field == 'B' ? "birth_date" : dates[i].field == 'E' ? "expires" : "departs";
        char map[320], in[128], want[96];
        struct mapped m;

        snprintf(map, sizeof map,
                 "entente-map 1\n[columns]\nname = N\n%s = X\n[constants]\ndocument_number = 7\nflight = XN204\n"
                 "[values]\ndates = %s\n"
                 "[words month]\n3 = MRZ\n3 = M\xc3\x84R\n",
                 dates[i].field == 'B' ? "birth_date" : dates[i].field == 'E' ? "document_expires" : "departs",
                 dates[i].dates);
        snprintf(in, sizeof in, "N,X\nMia Holm,%s\n", dates[i].in);
        snprintf(want, sizeof want, "\"%s\":\"%s\"", member, dates[i].is ? dates[i].is : "");
        mapped_read(map, en_bytes_from(in, strlen(in)), sizeof in, &m);
        assert_int_equal(m.rc, EN_OK);
        if (dates[i].is ? !strstr(m.lines.p, want) || m.codes.p[0] : !strstr(m.lines.p, "\"extras\":[{\"key\""))
            fail_msg("%s as %s: %s %s", dates[i].in, dates[i].dates, m.codes.p, m.lines.p);
        mapped_free(&m);
    }
}

static const struct {
    const char *order, *in, *is;
} names[] = {
    { "whole", "HOLM/GRETA", "\"full\":\"HOLM/GRETA\"" },
    { "family/given", "HOLM/GRETA MIA",
      "{\"role\":\"given\",\"text\":\"GRETA MIA\"},{\"role\":\"family\",\"text\":\"HOLM\"}" },
    { "family/given", "HOLM", "\"full\":\"HOLM\"" },
    { "family/given", "HOLM/", "\"full\":\"HOLM/\"" },
    { "family, given", "\"VAN HOLM, GRETA\"",
      "{\"role\":\"given\",\"text\":\"GRETA\"},{\"role\":\"family\",\"text\":\"VAN HOLM\"}" },
    { "family given", "HOLM GRETA MIA",
      "{\"role\":\"given\",\"text\":\"GRETA MIA\"},{\"role\":\"family\",\"text\":\"HOLM\"}" },
    { "given family", "GRETA MIA HOLM",
      "{\"role\":\"given\",\"text\":\"GRETA MIA\"},{\"role\":\"family\",\"text\":\"HOLM\"}" },
};

static void
test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char map[128], in[64];
        struct mapped m;

        snprintf(map, sizeof map, "entente-map 1\n[columns]\nname = N\n[values]\nname = \"%s\"\n", names[i].order);
        snprintf(in, sizeof in, "N\n%s\n", names[i].in);
        mapped_read(map, en_bytes_from(in, strlen(in)), sizeof in, &m);
        if (!strstr(m.lines.p, names[i].is))
            fail_msg("%s by %s: %s", names[i].in, names[i].order, m.lines.p);
        mapped_free(&m);
    }
}

static void
test_words(void **state)
{
    static const char map[] = "entente-map 1\n[columns]\nname = N\nsex = S\ndocument_type = T\n"
                              "document_number = D\nrole = R\n"
                              "[words sex]\nM = Herr\nF = Frau\n[words document_type]\nnational-id = Ausweis\n"
                              "[words role]\ncrew = Besatzung\n";
    struct mapped m;

    (void)state;
    mapped_read(map, EN_BYTES_LIT("N,S,T,D,R\nMia,FRAU,Ausweis,1,besatzung\nBo,m,P,2,\nLi,Divers,?,3,\n"), 99, &m);
    assert_non_null(strstr(m.lines.p, "\"sex\":\"female\""));
    assert_non_null(strstr(m.lines.p, "\"type\":\"national-id\""));
    assert_non_null(strstr(m.lines.p, "\"role\":\"crew\""));
    assert_non_null(strstr(m.lines.p, "\"sex\":\"male\"")); /* our own words hold as well */
    assert_non_null(strstr(m.lines.p, "{\"key\":\"sex\",\"value\":\"Divers\"}"));
    assert_string_equal(m.codes.p, "sex 1;");
    mapped_free(&m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests_name("formats/manifest_map_value", tests, NULL, NULL);
}
