/* Maps: what is refused and where, and files that are read with one. */
#include "map_test.h"

#define HEAD "entente-map 1\n"

/* Every fault has its line; nothing is read of a map with one. */
static void
test_faults(void **state)
{
    static const struct {
        const char *map;
        unsigned line;
    } faults[] = {
        { "", 1 },
        { "[file]\n", 1 },
        { "entente-map 2\n", 1 },
        { HEAD, 2 },
        { HEAD "delimiter = ;\n", 2 },
        { HEAD "[files]\n", 2 },
        { HEAD "[file\n", 2 },
        { HEAD "[words price]\n", 2 },
        { HEAD "[file]\ndelimiter = ;;\n", 3 },
        { HEAD "[file]\ndelimiter = \"\n", 3 },
        { HEAD "[file]\nquote = both\n", 3 },
        { HEAD "[file]\nencoding = ebcdic\n", 3 },
        { HEAD "[file]\nheader = maybe\n", 3 },
        { HEAD "[file]\ndecimal = ,\n", 3 },
        { HEAD "[file]\ndelimiter ;\n", 3 },
        { HEAD "[columns]\nprice = A\n", 3 },
        { HEAD "[columns]\nname =\n", 3 },
        { HEAD "[columns]\nname = \"A\n", 3 },
        { HEAD "[columns]\nname = #0\n", 3 },
        { HEAD "[columns]\nname = #257\n", 3 },
        { HEAD "[columns]\nname = #x\n", 3 },
        { HEAD "[columns]\nname = A + B + C + D + E\n", 3 },
        { HEAD "[columns]\nname = A\nname = B\n", 4 },
        { HEAD "[columns]\nflight = A\n", 4 },
        { HEAD "[columns]\nname = A\n[file]\nheader = no\n", 6 },
        { HEAD "[file]\ndelimiter = |\nquote = |\n[columns]\nname = A\n", 7 },
        { HEAD "[constants]\nrole = crew\nrole = transit\n", 4 },
        { HEAD "[constants]\nrole =\n", 3 },
        { HEAD "[values]\ndates = dym\n", 3 },
        { HEAD "[values]\ndates = DDMM\n", 3 },
        { HEAD "[values]\ndates = DD.MM.YYY\n", 3 },
        { HEAD "[values]\nname = backwards\n", 3 },
        { HEAD "[values]\nempty =\n", 3 },
        { HEAD "[dates]\nname = dmy\n", 3 },
        { HEAD "[words sex]\nM =\n", 3 },
        { HEAD "[words sex]\nM = x\nF = x\n", 4 },
        { HEAD "[words month]\nMay = MAI\n", 3 },
        { HEAD "[columns]\nname = \xff\n", 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct en_err err = EN_ERR_INIT;
        struct en_manifest_map *m = (void *)1;
        en_errc rc = en_manifest_map_read(en_bytes_from(faults[i].map, strlen(faults[i].map)), &m, &err);

        if (rc != EN_E_INPUT || m || err.line != faults[i].line || strncmp(err.text, "the map: ", 9) != 0)
            fail_msg("map %zu: rc %d, line %llu, %s", i, (int)rc, (unsigned long long)err.line, err.text);
    }
}

static void
test_too_large(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_manifest_map *m;

    (void)state;
    en_buf_add_str(&b, HEAD "[columns]\nname = A\n[words sex]\n");
    for (unsigned i = 0; i <= 4096; i++) {
        char line[32];

        snprintf(line, sizeof line, "M = w%u\n", i);
        en_buf_add_str(&b, line);
        if (i < 4095)
            continue;
        assert_int_equal(en_manifest_map_read(en_buf_bytes(&b), &m, NULL), i == 4095 ? EN_OK : EN_E_INPUT);
        en_manifest_map_free(m);
    }
    en_buf_reset(&b);
    en_buf_add_str(&b, HEAD "[columns]\nname = A\n");
    assert_int_equal(en_manifest_map_read(en_buf_bytes(&b), &m, NULL), EN_OK);
    en_manifest_map_free(m);
    while (b.n <= EN_MANIFEST_MAP_MAX)
        en_buf_add_str(&b, "# much ado\n");
    assert_int_equal(en_manifest_map_read(en_buf_bytes(&b), &m, NULL), EN_E_INPUT);
    en_buf_release(&b);
}

struct vector {
    const char *map, *in;
    const char *has[6]; /* in the lines of travellers; the last may be NULL */
    const char *codes;
};

static const struct vector vectors[] = {
    /* by title in any case, joined columns, a constant, what is not named and what is ignored */
    { HEAD "[file]\ndelimiter = ;\n[columns]\nfamily_name = NAME\ngiven_names = \"Vor = name\"\n"
           "departs = Tag + Zeit\nignore = Essen\n[constants]\nrole = crew\nflight = XN204\n[values]\ndates = dmy\n",
      "Name;Vor = name;Tag;Zeit;Essen;Tarif\nHolm;Greta;24.11.26;0815;koscher;Q\n",
      { "\"full\":\"Greta Holm\"", "\"departs\":\"2026-11-24T08:15\"", "{\"key\":\"Tarif\",\"value\":\"Q\"}",
        "\"role\":\"crew\"", "\"number\":\"XN204\"" },
      "column 1;column-ignored 1;" },
    /* no header, single quotes, numbers; extras have made titles; the constant is for the row that says nothing */
    { HEAD "[file]\nheader = no\nquote = single\n[columns]\nname = #2\nnationality = #3\n[constants]\nnationality = XBB\n"
           "[words nationality]\nXAA = Aynal\n[values]\nempty = N/A\n",
      "1,'HOLM, \"GRETA\"',aynal\n2,Mia Holm,n/a\n",
      { "\"full\":\"HOLM, \\\"GRETA\\\"\"", "\"nationalities\":[\"XAA\"]", "\"nationalities\":[\"XBB\"]",
        "{\"key\":\"column-1\",\"value\":\"2\"}", "\"line\":2" },
      "column 1;" },
    /* no quotes at all: they are letters */
    { HEAD "[file]\nquote = none\ndelimiter = tab\n[columns]\nname = N\nid = I\n", "I\tN\na\t\"Mia\" Holm\nb\t\"Li\n",
      { "\"full\":\"\\\"Mia\\\" Holm\"", "\"full\":\"\\\"Li\"" }, "" },
    { HEAD "[file]\nencoding = latin-1\n[columns]\nname = Pr\xc3\xa9nom\n", "Pr\xe9nom\nRen\xe9\n", { "\"full\":\"Ren\xc3\xa9\"" },
      "" },
    { HEAD "[file]\nencoding = windows-1252\n[columns]\nname = N\n", "N\n\x8aimon\n", { "\"full\":\"\xc5\xa0imon\"" }, "" },
    { HEAD "[columns]\nname = N\n", "\xef\xbb\xbfN\nRen\xe9\n", { "\"full\":\"Ren\xc3\xa9\"" }, "text-utf8 1;" },
    /* bad rows: refused with the others read */
    { HEAD "[columns]\nname = N\nbirth_date = B\n[values]\ndates = dmy\n",
      "N,B\nMia Holm,31.02.1980\nx\n,05.05.1980\nLi Holm,5 MAY 80\n\"Open,1\nBo Holm,1980\n",
      { "{\"key\":\"birth_date\",\"value\":\"31.02.1980\"}", "\"birth_date\":\"1980-05-05\"",
        "\"as_written\":\"5 MAY 80\"", "\"full\":\"Bo Holm\"", "\"birth_date\":\"1980\"" },
      "birth-date 1;row-width 1;no-name 1;csv-open-quote 1;" },
};

static void
test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const struct vector *v = &vectors[i];
        struct mapped whole, pieces;

        mapped_read(v->map, en_bytes_from(v->in, strlen(v->in)), strlen(v->in), &whole);
        mapped_read(v->map, en_bytes_from(v->in, strlen(v->in)), 1, &pieces);
        assert_int_equal(whole.rc, EN_OK);
        assert_string_equal(whole.lines.p, pieces.lines.p);
        assert_string_equal(whole.codes.p, pieces.codes.p);
        assert_memory_equal(whole.content, pieces.content, EN_DIGEST_LEN);
        for (size_t k = 0; k < 6 && v->has[k]; k++)
            if (!strstr(whole.lines.p, v->has[k]))
                fail_msg("vector %zu: no %s in %s", i, v->has[k], whole.lines.p);
        if (strcmp(whole.codes.p, v->codes) != 0)
            fail_msg("vector %zu: %s", i, whole.codes.p);
        mapped_free(&whole);
        mapped_free(&pieces);
    }
}

/* Another export than the one the map was made for is refused, with our name of what is missing. */
static void
test_other_columns(void **state)
{
    struct mapped m;

    (void)state;
    mapped_read(HEAD "[columns]\nname = N\nsex = Sexe\n", EN_BYTES_LIT("N,Sex\nMia,F\n"), 5, &m);
    assert_int_equal(m.rc, EN_E_INPUT);
    assert_int_equal(m.err.line, 1);
    assert_non_null(strstr(m.err.text, "for sex"));
    assert_null(strstr(m.err.text, "Sexe"));
    mapped_free(&m);
    mapped_read(HEAD "[file]\nheader = no\n[columns]\nname = #3\n", EN_BYTES_LIT("a,b\n"), 9, &m);
    assert_int_equal(m.rc, EN_E_INPUT);
    mapped_free(&m);
}

/* Read with another map it says something else. */
static void
test_content(void **state)
{
    struct mapped a, b;

    (void)state;
    mapped_read(HEAD "[columns]\nname = N\n", EN_BYTES_LIT("N\nMia\n"), 9, &a);
    mapped_read(HEAD "[columns]\nname = n\n", EN_BYTES_LIT("N\nMia\n"), 9, &b);
    assert_string_equal(a.lines.p, b.lines.p);
    assert_memory_not_equal(a.content, b.content, EN_DIGEST_LEN);
    mapped_free(&a);
    mapped_free(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_faults),        cmocka_unit_test(test_too_large), cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_other_columns), cmocka_unit_test(test_content),
    };

    return cmocka_run_group_tests_name("formats/manifest_map", tests, NULL, NULL);
}
