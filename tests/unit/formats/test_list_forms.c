/*
 * The nested and numbered forms of lists, by what their files in tests/data/lists give: each row is a piece of the JSON
 * that must be there, and why.
 */
#include "list_test.h"

static const struct {
    const char *file, *expected;
} values[] = {
    /* EU as XML: attributes, weak aliases by @strong, intervals, another calendar, statuses of documents. */
    { "y_eu.xml", "{\"id\":\"91\",\"programmes\":[\"TAQA\"],\"ground\":\"unsc-1267\"" },
    { "y_eu.xml", "{\"full\":\"Yusuf Karim al-Hazzani\",\"quality\":\"good\",\"lang\":\"en\",\"parts\":[{\"role\":\"given\"" },
    { "y_eu.xml", "{\"full\":\"Abu Layth\",\"kind\":\"weak\",\"quality\":\"low\"}" },
    { "y_eu.xml", "{\"date\":\"1980/1983\",\"quality\":\"approx\"" },
    { "y_eu.xml", "{\"date\":\"1979-11-19/1979-11-23\",\"calendar\":\"hijri-lunar\",\"as_written\":\"1400-1-1\"}" },
    { "y_eu.xml", "\"nationalities\":[\"XBB\"],\"documents\":[{\"type\":\"passport\",\"number\":\"K4471920\",\"issuer\":\"XBB\","
                  "\"status\":\"lost\"" },
    { "y_eu.xml", "{\"key\":\"address\",\"value\":\"1 Lantern Road, Wadi Rimal\"}" },
    { "y_eu.xml", "{\"id\":\"92\",\"is_person\":false" },
    { "i_eu.xml", "{\"key\":\"nameAlias@shoe\",\"value\":\"44\"},{\"key\":\"hat\",\"value\":\"red\"}" },
    { "i_eu.xml", "\"full\":\"Behind\"" },
    /* OFAC's classic XML: the same ids and words as sdn.csv. */
    { "y_sdn.xml", "{\"id\":\"990001\",\"programmes\":[\"SDGT\",\"IFSR\"],\"ground\":\"unsc-1373\"" },
    { "y_sdn.xml", "{\"full\":\"Ruslan Tagirovich OZDAROV\",\"parts\":[{\"role\":\"family\",\"text\":\"OZDAROV\"}" },
    { "y_sdn.xml", "{\"full\":\"RUSLAN THE TALL\",\"kind\":\"weak\",\"quality\":\"low\"" },
    { "y_sdn.xml", "{\"full\":\"TALLOV\",\"kind\":\"former\"" },
    { "y_sdn.xml", "{\"date\":\"1991\",\"quality\":\"approx\"" },
    { "y_sdn.xml", "\"sex\":\"male\",\"nationalities\":[\"XDD\",\"XAA\"]" },
    { "y_sdn.xml", "{\"type\":\"national-id\",\"number\":\"77\",\"issuer\":\"XAA\",\"note\":\"Cedula No.\"}" },
    { "y_sdn.xml", "{\"text\":\"Verkhny Ozdar\",\"country\":\"XDD\"}" },
    { "y_sdn.xml", "{\"key\":\"idList\",\"value\":\"Secondary sanctions risk: section 1\"}" },
    /* The advanced schema: numbers looked up, the programme from behind, scripts, order of speech. */
    { "y_sdn_advanced.xml", "{\"id\":\"990001\",\"programmes\":[\"SDGT\"],\"ground\":\"unsc-1373\",\"names\":[{\"full\":"
                            "\"Ruslan OZDAROV\"" },
    { "y_sdn_advanced.xml", "{\"full\":\"Руслан Оздаров\",\"kind\":\"native\"" },
    { "y_sdn_advanced.xml", "{\"full\":\"RUSLAN THE TALL\",\"kind\":\"weak\"" },
    { "y_sdn_advanced.xml", "{\"full\":\"TALLOV\",\"kind\":\"former\"" },
    { "y_sdn_advanced.xml", "[{\"date\":\"1990-06-05\"},{\"date\":\"1991\",\"quality\":\"approx\"},{\"date\":"
                            "\"1979-11-19/1979-11-23\",\"calendar\":\"hijri-lunar\"}]" },
    { "y_sdn_advanced.xml", "\"status\":\"false\",\"expires\":\"2028-08-14\"" },
    { "y_sdn_advanced.xml", "\"sex\":\"male\",\"nationalities\":[\"XDD\"]" },
    { "y_sdn_advanced.xml", "{\"key\":\"Location\",\"value\":\"Port Ansel, XDD\"}" },
    { "y_sdn_advanced.xml", "{\"id\":\"990014\",\"is_person\":false,\"programmes\":[]" },
    /* Cut before the programmes: the entries are there, and rest on nothing. */
    { "n_sdn_advanced_cut.xml", "{\"id\":\"990001\",\"programmes\":[],\"ground\":\"\"" },
    /* INTERPOL. */
    { "y_interpol.json", "{\"id\":\"2026/900001\",\"programmes\":[\"red\"],\"ground\":\"\",\"names\":[{\"full\":\"RUSLAN OZDAROV\"" },
    { "y_interpol.json", "{\"date\":\"1990-06-05\",\"as_written\":\"1990/06/05\"}" },
    { "y_interpol.json", "{\"id\":\"2026/900002\",\"programmes\":[\"yellow\"]" },
    { "y_interpol.json", "\"sex\":\"female\",\"nationalities\":[\"XDD\",\"XAA\"]" },
    { "y_interpol.json", "{\"key\":\"arrest_warrant\",\"value\":\"XAA: fictional\"}" },
    /* MISP. */
    { "y_misp.json", "\"programmes\":[\"UNSCR 2178\"],\"ground\":\"unsc-2178\"" },
    { "y_misp.json", "{\"full\":\"Amina al-Barzakhi\",\"parts\":[{\"role\":\"given\",\"text\":\"Amina\"}" },
    { "y_misp.json", "{\"type\":\"passport\",\"number\":\"P3318820\",\"issuer\":\"XBB\",\"expires\":\"2026-11-02\"}" },
    { "i_misp.json", "{\"id\":\"u1\",\"programmes\":[],\"ground\":\"\",\"ended\":true,\"names\":[{\"full\":\"Amal Orlo\"}]" },
    /* Documents without a person. */
    { "y_documents.csv", "{\"id\":\"XBB:passport:K9900001\",\"programmes\":[\"stolen-and-lost-documents\"],\"ground\":"
                         "\"unsc-1373\",\"names\":[]" },
    { "y_documents.csv", "{\"id\":\"doc-2\",\"programmes\":[\"blank series\"],\"ground\":\"unsc-2178\"" },
    { "y_documents.csv", "{\"type\":\"passport\",\"number\":\"B88\",\"issuer\":\"XDD\",\"status\":\"revoked\"}" },
};

static void
each_value(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct en_buf b = EN_BUF_INIT;
        char path[256];
        en_bytes in;
        struct seen s;

        snprintf(path, sizeof path, "tests/data/lists/%s", values[i].file);
        in = read_source_file(path, &b);
        s = read_list(en_list_sniff(in), in, (en_bytes){ NULL, 0 }, in.n);
        if (!strstr(s.json.p, values[i].expected))
            fail_msg("%s gives\n%s\nwithout\n%s", values[i].file, s.json.p, values[i].expected);
        forget(&s);
        en_buf_release(&b);
    }
}

static en_errc
no_identity(void *ctx, const struct en_identity *id, struct en_err *err)
{
    (void)ctx, (void)id, (void)err;
    return EN_OK;
}

/* What each file says of itself. */
static void
meta(void **state)
{
    static const struct {
        const char *file, *name, *version, *dated;
    } files[] = {
        { "y_eu.xml", "eu-consolidated", "2026-09-22T10:00:00.000+02:00", "2026-09-22T08:00:00Z" },
        { "y_eu.csv", "eu-consolidated", "22/09/2026", "2026-09-22T00:00:00Z" },
        { "y_sdn.xml", "ofac-sdn", "09/24/2026", "2026-09-24T00:00:00Z" },
        { "y_sdn_advanced.xml", "ofac-sdn", "2026-09-24", "2026-09-24T00:00:00Z" },
        { "y_interpol.json", "interpol-notices", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct en_buf b = EN_BUF_INIT;
        struct en_report *report = en_report_new();
        en_time expected = EN_TIME_NONE;
        struct en_list_reader *r;
        char path[256];
        en_bytes in;

        snprintf(path, sizeof path, "tests/data/lists/%s", files[i].file);
        in = read_source_file(path, &b);
        r = en_list_reader_new(en_list_sniff(in), (struct en_list_sink){ NULL, no_identity }, report);
        assert_int_equal(en_list_reader_feed(r, in, NULL), EN_OK);
        assert_int_equal(en_list_reader_end(r, NULL), EN_OK);
        (void)en_time_parse(en_text_from_ours(files[i].dated), &expected);
        if (!en_text_is(en_list_reader_meta(r)->name, files[i].name) ||
            !en_text_is(en_list_reader_meta(r)->version, files[i].version) ||
            en_list_reader_meta(r)->dated != expected)
            fail_msg("%s: \"%.*s\" version \"%.*s\"", files[i].file, EN_TEXT_ARG(en_list_reader_meta(r)->name),
                     EN_TEXT_ARG(en_list_reader_meta(r)->version));
        en_list_reader_free(r);
        en_report_free(report);
        en_buf_release(&b);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value),
        cmocka_unit_test(meta),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
