#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "person/country.h"
#include "person/country_table.h"

static const struct {
    const char *text, *a3;
} texts[] = {
    /* codes */
    { "IR", "IRN" },
    { "ir", "IRN" },
    { "IRN", "IRN" },
    { "irn", "IRN" },
    { " IRN ", "IRN" },
    { "D<<", "DEU" },
    { "D", "DEU" },
    { "DEU", "DEU" },
    { "E", "" },
    { "GBD", "GBD" },
    { "UK", "GBR" },
    { "GB", "GBR" },
    { "EU", "EUE" },
    { "XXA", "XXA" },
    { "XXB", "XXB" },
    { "XXC", "XXC" },
    { "XXX", "XXX" },
    { "UTO", "UTO" },
    { "UNO", "UNO" },
    { "XOM", "XOM" },
    { "RKS", "XKX" },
    { "XKX", "XKX" },
    { "XXK", "XKX" },
    { "XK", "XKX" },
    { "KOS", "XKX" },
    { "SUN", "SUN" },
    { "SU", "SUN" },
    { "YUG", "YUG" },
    { "ZAR", "ZAR" },
    { "suhh", "SUN" },
    { "ROM", "ROU" },
    { "ATF", "ATF" },
    { "CS", "" },
    { "ZZ", "" },
    { "XX", "" },
    { "UAE", "ARE" },
    { "DRC", "COD" },
    { "KSA", "SAU" },
    { "USA", "USA" },
    { "U.S.A.", "USA" },
    { "U.K.", "GBR" },
    { "U.S.", "USA" },
    { "gb-sct", "GBR" },
    { "UA-30", "UKR" },
    { "XY-1", "" },
    { "GB-", "" },
    { "GB-LONDON", "" },
    /* user-assigned: the first and last of each range, and their neighbours outside */
    { "AAA", "AAA" },
    { "AAZ", "AAZ" },
    { "ABA", "" },
    { "QLZ", "" },
    { "QMA", "QMA" },
    { "QZZ", "QZZ" },
    { "XAA", "XAA" },
    { "xbb", "XBB" },
    { "XZZ", "XZZ" },
    { "YZZ", "" },
    { "ZYZ", "" },
    { "ZZA", "ZZA" },
    { "ZZZ", "ZZZ" },
    /* names as the United Nations writes them */
    { "Iran (Islamic Republic of)", "IRN" },
    { "Democratic People's Republic of Korea", "PRK" },
    { "Democratic People’s Republic of Korea", "PRK" },
    { "Democratic Republic of the Congo", "COD" },
    { "United Kingdom of Great Britain and Northern Ireland", "GBR" },
    { "United States of America", "USA" },
    { "Syrian Arab Republic", "SYR" },
    { "Russian Federation", "RUS" },
    { "Venezuela (Bolivarian Republic of)", "VEN" },
    { "Republic of Moldova", "MDA" },
    { "State of Palestine", "PSE" },
    /* as OFAC writes them */
    { "Iran", "IRN" },
    { "Syria", "SYR" },
    { "Korea, North", "PRK" },
    { "Korea, South", "KOR" },
    { "Congo, Democratic Republic of the", "COD" },
    { "Congo, Republic of the", "COG" },
    { "Burma", "MMR" },
    { "The Gambia", "GMB" },
    { "Bosnia-Herzegovina", "BIH" },
    { "Macedonia, The Former Yugoslav Republic of", "MKD" },
    { "Virgin Islands, British", "VGB" },
    { "Cabo Verde", "CPV" },
    { "Palestinian", "PSE" },
    { "West Bank", "PSE" },
    { "Serbia and Montenegro", "SCG" },
    { "Turkey", "TUR" },
    { "Czech Republic", "CZE" },
    { "Cote d'Ivoire", "CIV" },
    /* as the European Union and people write them */
    { "CÔTE D’IVOIRE", "CIV" },
    { "Türkiye", "TUR" },
    { "Viet Nam", "VNM" },
    { "vietnam", "VNM" },
    { "DR Congo", "COD" },
    { "Dem. Rep. of the Congo", "COD" },
    { "St. Kitts & Nevis", "KNA" },
    { "Trinidad & Tobago", "TTO" },
    { "Curaçao", "CUW" },
    { "Réunion", "REU" },
    { "Guinea-Bissau", "GNB" },
    { "Guinea", "GIN" },
    { "Equatorial Guinea", "GNQ" },
    { "Papua New Guinea", "PNG" },
    { "Niger", "NER" },
    { "Nigeria", "NGA" },
    { "East Timor", "TLS" },
    { "Soviet Union", "SUN" },
    { "Stateless", "XXA" },
    /* people */
    { "Iraqi", "IRQ" },
    { "saudi", "SAU" },
    { "Nigerien", "NER" },
    { "North Korean", "PRK" },
    { "American", "USA" },
    /* more than one state, or none */
    { "Congolese", "" },
    { "Dominican", "" },
    { "Korean", "" },
    { "Korea", "" },
    { "Atlantis", "" },
    { "possibly Palestinian", "" },
    { "", "" },
    { "   ", "" },
    { "<<<", "" },
    { "the of and", "" },
    { "Иран", "" },
    { "Iran 1", "" },
    { "Iran Иран", "" },
    { "a b c d e f g h i j k l m n o p", "" },
};

static void
test_from_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        en_country c = en_country_from_text(en_text_from_ours(texts[i].text));

        if (strcmp(c.a3, texts[i].a3) != 0)
            fail_msg("\"%s\": %s", texts[i].text, c.a3);
    }
}

static void
test_long_texts_are_none(void **state)
{
    static char text[100000];

    (void)state;
    memset(text, 'a', sizeof text - 1);
    assert_string_equal(en_country_from_text(en_text_from_ours(text)).a3, "");
    for (size_t i = 0; i < sizeof text - 1; i += 2)
        text[i] = ' ';
    assert_string_equal(en_country_from_text(en_text_from_ours(text)).a3, "");
}

/* The binary searches need the order; every row answers for its codes and its name. */
static void
test_table(void **state)
{
    (void)state;
    assert_true(en_country_row_count > 249);
    for (size_t i = 0; i < en_country_row_count; i++) {
        const struct en_country_row *r = &en_country_rows[i];
        en_country c;

        memcpy(c.a3, r->a3, sizeof c.a3);
        assert_true(i == 0 || strcmp(en_country_rows[i - 1].a3, r->a3) < 0);
        assert_true(en_country_known(c));
        assert_true(strlen(r->name) > 0);
        assert_string_equal(en_country_from_text(en_text_from_ours(r->a3)).a3, r->a3);
        if (r->a2[0] != '\0')
            assert_string_equal(en_country_from_text(en_text_from_ours(r->a2)).a3, r->a3);
        assert_string_equal(en_country_a2(c), r->a2);
        assert_string_equal(en_country_name(c), r->name);
    }
    for (size_t i = 0; i < en_country_key_count; i++) {
        assert_true(i == 0 || strcmp(en_country_keys[i - 1].key, en_country_keys[i].key) < 0);
        assert_true(en_country_keys[i].row < en_country_row_count);
    }
    for (size_t i = 0; i < en_country_pair_count; i++) {
        const struct en_country_pair *p = &en_country_pairs[i];

        assert_true(p->a < p->b && p->b < en_country_row_count);
        assert_true(i == 0 || p[-1].a < p->a || (p[-1].a == p->a && p[-1].b < p->b));
    }
}

/* Every name of country_names.tsv gives its code: generator and program make the same key. */
static void
test_names_file(void **state)
{
    const char *root = getenv("ENTENTE_SOURCE");
    char path[4096], line[512];
    FILE *f;
    int names = 0;

    (void)state;
    assert_non_null(root);
    (void)snprintf(path, sizeof path, "%s/src/person/country_names.tsv", root);
    f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        char *rest = line, *a3 = strsep(&rest, "\t\n"), *kind = strsep(&rest, "\t\n"), *text;

        if (a3[0] == '#' || a3[0] == '\0' || strcmp(kind, "related") == 0)
            continue;
        text = strsep(&rest, "\t\n");
        if (strcmp(en_country_from_text(en_text_from_ours(text)).a3, a3) != 0)
            fail_msg("\"%s\" is not %s", text, a3);
        names++;
    }
    (void)fclose(f);
    assert_true(names > 500);
}

static void
test_known(void **state)
{
    static const char *const unknown[] = { "", "ABC", "ZYX", "A", "AB", "ir", "irn", "A1A", "QLA" };

    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        en_country c = EN_COUNTRY_NONE;

        memcpy(c.a3, unknown[i], strlen(unknown[i]));
        assert_false(en_country_known(c));
        assert_string_equal(en_country_name(c), "");
        assert_string_equal(en_country_a2(c), "");
    }
    assert_true(en_country_known((en_country){ "XAA" }));
    assert_string_equal(en_country_name((en_country){ "XAA" }), "(user-assigned code)");
    assert_string_equal(en_country_a2((en_country){ "XKX" }), "xk");
    assert_string_equal(en_country_name((en_country){ "IRN" }), "Iran");
}

static void
test_related(void **state)
{
    static const struct {
        const char *a, *b;
        bool related;
    } cases[] = {
        { "GBD", "GBR", true },  { "SUN", "RUS", true },  { "RUS", "UKR", false }, { "YUG", "SRB", true },
        { "XKX", "SRB", true },  { "HKG", "CHN", true },  { "TWN", "CHN", false }, { "COD", "ZAR", true },
        { "COD", "COG", false }, { "PRK", "KOR", false }, { "SDN", "SSD", true },  { "IRN", "IRN", false },
        { "IRN", "IRQ", false }, { "", "", false },       { "XAA", "XAB", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        en_country a = EN_COUNTRY_NONE, b = EN_COUNTRY_NONE;

        memcpy(a.a3, cases[i].a, strlen(cases[i].a));
        memcpy(b.a3, cases[i].b, strlen(cases[i].b));
        assert_int_equal(en_country_related(a, b), cases[i].related);
        assert_int_equal(en_country_related(b, a), cases[i].related);
        assert_int_equal(en_country_eq(a, b), strcmp(cases[i].a, cases[i].b) == 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_text), cmocka_unit_test(test_long_texts_are_none),
        cmocka_unit_test(test_table),     cmocka_unit_test(test_names_file),
        cmocka_unit_test(test_known),     cmocka_unit_test(test_related),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
