/*
 * Every file of tests/data/lists: what it is, how many identities it gives, what is said of it; and that none of this
 * depends on how the bytes arrive. y_ is read whole, n_ ends early, i_ is read in part.
 */
#include "list_test.h"

static const struct {
    const char *file, *alternates;
    enum en_list_format format; /* as sniffed */
    size_t identities;
    en_errc result;
    const char *notes;
} files[] = {
    { "y_un.xml", NULL, EN_LIST_UN_XML, 3, EN_OK, "~nationality*1 ~birth-date*1 +doc-number-words*1" },
    { "y_un_latin1.xml", NULL, EN_LIST_UN_XML, 1, EN_OK, "" },
    { "y_un_utf16.xml", NULL, EN_LIST_UN_XML, 1, EN_OK, "" },
    { "i_un_broken.xml", NULL, EN_LIST_UN_XML, 7, EN_OK, "xml-syntax*7 xml-entity*1 no-name*1" },
    { "i_un_strange.xml", NULL, EN_LIST_UN_XML, 2, EN_OK,
      "~kept-field*3 ?xml-mixed*1 ~sex*1 xml-record*1 no-name*1 no-id*1 +text-control*1 +text-bidi*1" },
    { "n_un_deep.xml", NULL, EN_LIST_UN_XML, 1, EN_OK, "xml-depth*1" },
    { "n_un_utf8.xml", NULL, EN_LIST_UN_XML, 1, EN_OK, "xml-syntax*1" },
    { "n_un_entity.xml", NULL, EN_LIST_UN_XML, 1, EN_OK, "xml-entity*1" },
    { "n_un_mismatch.xml", NULL, EN_LIST_UN_XML, 1, EN_OK, "xml-syntax*1" },
    { "n_un_root.xml", NULL, EN_LIST_UN_XML, 0, EN_E_INPUT, "xml-root*1" },
    { "n_un_truncated.xml", NULL, EN_LIST_UN_XML, 1, EN_E_INPUT, "xml-truncated*1" },
    { "n_xxe.xml", NULL, EN_LIST_UN_XML, 0, EN_E_INPUT, "xml-doctype*1" },
    { "n_billion_laughs.xml", NULL, EN_LIST_UN_XML, 0, EN_E_INPUT, "xml-doctype*1" },
    { "y_sdn.csv", "y_alt.csv", EN_LIST_OFAC_SDN, 5, EN_OK,
      "?ofac-alternate-type*1 ~kept-field*2 ~birth-date*1 ~nationality*1 ?ofac-alternate-orphan*1" },
    { "i_sdn_dirty.csv", NULL, EN_LIST_OFAC_SDN, 3, EN_OK,
      "csv-nul*1 csv-quote*1 csv-width*1 no-id*1 +text-utf8*1 no-name*1 ?ofac-remarks-cut*1 ~kept-field*1" },
    { "y_ftm.jsonl", NULL, EN_LIST_FTM, 3, EN_OK, "~kept-field*2 +name-from-parts*1" },
    { "i_ftm_dirty.jsonl", NULL, EN_LIST_FTM, 5, EN_OK,
      "json-duplicate*1 json-utf8*1 json-nul*1 json-depth*1 json-truncated*1 json-object*2 ftm-entity*1 no-id*2 "
      "ftm-value*1 "
      "no-name*1 ?ftm-schema*1 +text-control*1 +text-bidi*1 ~birth-date*1 ?sex-twice*1" },
    { "y_own.csv", NULL, EN_LIST_CSV, 4, EN_OK, "~kept-field*1" },
    { "i_own_dirty.csv", NULL, EN_LIST_CSV, 4, EN_OK,
      "csv-width*2 no-id*1 no-name*1 csv-type*1 csv-ground*1 csv-ended*1 ~birth-date*1 ~nationality*1 ~sex*1 "
      "~document*4 "
      "csv-open-quote*1 +csv-bare-quote*1 +text-utf8*1 csv-quote*1" },
    { "n_own_header.csv", NULL, EN_LIST_UNKNOWN, 0, EN_OK, "" },
    { "n_own_utf16.csv", NULL, EN_LIST_UNKNOWN, 0, EN_OK, "" },
    { "n_own_twice.csv", NULL, EN_LIST_CSV, 0, EN_E_INPUT, "csv-header*1" },
    { "y_own.jsonl", NULL, EN_LIST_JSONL, 3, EN_OK, "~person-member*1" },
    { "i_own_dirty.jsonl", NULL, EN_LIST_JSONL, 2, EN_OK,
      "json-duplicate*1 jsonl-member*3 jsonl-ground*1 no-id*1 no-name*1 json-truncated*1" },
    { "y_ftm_lines.jsonl", NULL, EN_LIST_FTM, 3, EN_OK, "?ftm-part*2" },
    { "y_uk.csv", NULL, EN_LIST_UK_CSV, 3, EN_OK, "" },
    { "y_uksl.csv", NULL, EN_LIST_UK_CSV, 1, EN_OK, "" },
    { "i_uk_dirty.csv", NULL, EN_LIST_UK_CSV, 2, EN_OK,
      "~birth-date*2 ~nationality*1 no-id*1 csv-width*1 no-name*1 ~kept-field*1" },
    { "n_uk_header.csv", NULL, EN_LIST_UK_CSV, 0, EN_E_INPUT, "csv-header*1" },
    { "y_eu.csv", NULL, EN_LIST_EU_CSV, 2, EN_OK, "~birth-date*1" },
    { "i_eu_dirty.csv", NULL, EN_LIST_EU_CSV, 2, EN_OK,
      "no-id*1 csv-width*1 no-name*1 ~birth-date*1 ~nationality*1" },
    { "y_eu.xml", NULL, EN_LIST_EU_XML, 2, EN_OK, "" },
    { "i_eu.xml", NULL, EN_LIST_EU_XML, 2, EN_OK, "~kept-field*2 no-id*1 xml-syntax*1" },
    { "y_sdn.xml", NULL, EN_LIST_OFAC_XML, 2, EN_OK, "" },
    { "i_sdn.xml", NULL, EN_LIST_OFAC_XML, 1, EN_OK, "~birth-date*1 ~kept-field*2 no-name*1 no-id*1" },
    { "y_sdn_advanced.xml", NULL, EN_LIST_OFAC_ADVANCED, 2, EN_OK, "" },
    { "n_sdn_advanced_cut.xml", NULL, EN_LIST_OFAC_ADVANCED, 2, EN_E_INPUT, "xml-truncated*1" },
    { "y_interpol.json", NULL, EN_LIST_INTERPOL, 3, EN_OK, "" },
    { "i_interpol.json", NULL, EN_LIST_INTERPOL, 2, EN_OK,
      "~birth-date*1 ~kept-field*1 interpol-notice*1 no-id*1 json-duplicate*1 json-syntax*1" },
    { "y_misp.json", NULL, EN_LIST_MISP, 1, EN_OK, "?misp-object*1" },
    { "i_misp.json", NULL, EN_LIST_MISP, 1, EN_E_INPUT, "no-id*1 ~kept-field*1 misp-event*1 json-truncated*1" },
    { "y_documents.csv", NULL, EN_LIST_DOCUMENTS, 3, EN_OK, "" },
    { "i_documents.csv", NULL, EN_LIST_DOCUMENTS, 1, EN_OK,
      "no-document*1 document-state*1 document-status*2 document-type*1 document-expires*1 csv-ground*1 csv-ended*1 "
      "csv-width*1 ~kept-field*1" },
    { "n_documents.csv", NULL, EN_LIST_DOCUMENTS, 0, EN_E_INPUT, "csv-header*1" },
};
#define N_FILES (sizeof files / sizeof *files)

static en_bytes
data_file(const char *name, struct en_buf *b)
{
    char path[256];

    snprintf(path, sizeof path, "tests/data/lists/%s", name);
    return read_source_file(path, b);
}

static void
each_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FILES; i++) {
        struct en_buf b = EN_BUF_INIT, alt = EN_BUF_INIT;
        en_bytes in = data_file(files[i].file, &b);
        enum en_list_format f = en_list_sniff(in);
        struct seen s;

        if (f != files[i].format)
            fail_msg("%s: sniffed as \"%s\"", files[i].file, en_list_format_word(f));
        if (f == EN_LIST_UNKNOWN) {
            en_buf_release(&b);
            continue;
        }
        if (files[i].alternates)
            data_file(files[i].alternates, &alt);
        s = read_list(f, in, en_buf_bytes(&alt), in.n);
        if (s.identities != files[i].identities || s.result != files[i].result)
            fail_msg("%s: %zu identities, result %d", files[i].file, s.identities, s.result);
        if (strcmp(s.notes.p, files[i].notes) != 0)
            fail_msg("%s: %s", files[i].file, s.notes.p);
        forget(&s);
        en_buf_release(&b);
        en_buf_release(&alt);
    }
}

static void
same_in_steps(void **state)
{
    static const size_t steps[] = { 1, 2, 3, 7, 64, 1000 };

    (void)state;
    for (size_t i = 0; i < N_FILES; i++) {
        struct en_buf b = EN_BUF_INIT, alt = EN_BUF_INIT;
        en_bytes in = data_file(files[i].file, &b);
        struct seen whole;

        if (files[i].format == EN_LIST_UNKNOWN) {
            en_buf_release(&b);
            continue;
        }
        if (files[i].alternates)
            data_file(files[i].alternates, &alt);
        whole = read_list(files[i].format, in, en_buf_bytes(&alt), in.n);
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            struct seen s = read_list(files[i].format, in, en_buf_bytes(&alt), steps[k]);

            if (strcmp(s.json.p, whole.json.p) != 0 || strcmp(s.places.p, whole.places.p) != 0 ||
                s.result != whole.result || s.raw_bytes != whole.raw_bytes)
                fail_msg("%s in steps of %zu differs:\n%s%s", files[i].file, steps[k], s.json.p, s.places.p);
            forget(&s);
        }
        forget(&whole);
        en_buf_release(&b);
        en_buf_release(&alt);
    }
}

/* Lines without their place in the file. */
static void
cut_places(const struct seen *s, struct en_buf *out)
{
    const char *p = s->json.p, *at;

    while ((at = strstr(p, ",\"source\":{"))) {
        en_buf_add(out, p, (size_t)(at - p));
        p = strchr(at, '}') + 1;
    }
    en_buf_add_str(out, p);
}

/* What the readers of every format give can be written, read and written again without a change. */
static void
round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FILES; i++) {
        struct en_buf b = EN_BUF_INIT, once = EN_BUF_INIT, twice = EN_BUF_INIT;
        en_bytes in = data_file(files[i].file, &b);
        struct seen first, second;

        if (files[i].format != EN_LIST_UNKNOWN && files[i].identities) {
            first = read_list(files[i].format, in, (en_bytes){ NULL, 0 }, in.n);
            cut_places(&first, &once);
            second = read_list(EN_LIST_JSONL, en_buf_bytes(&once), (en_bytes){ NULL, 0 }, once.n);
            cut_places(&second, &twice);
            assert_string_equal(second.notes.p, "");
            assert_int_equal(second.identities, first.identities);
            assert_string_equal(once.p, twice.p);
            forget(&first);
            forget(&second);
        }
        en_buf_release(&b);
        en_buf_release(&once);
        en_buf_release(&twice);
    }
}

/* Cut anywhere, every reader ends in order and gives no more than the whole file gives. */
static void
cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_FILES; i++) {
        struct en_buf b = EN_BUF_INIT;
        en_bytes in = data_file(files[i].file, &b);

        for (size_t n = 0; files[i].format != EN_LIST_UNKNOWN && n < in.n; n += 1 + in.n / 97) {
            struct seen s = read_list(files[i].format, (en_bytes){ in.p, n }, (en_bytes){ NULL, 0 }, n ? n : 1);

            assert_true(s.identities <= files[i].identities);
            forget(&s);
        }
        en_buf_release(&b);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_file),
        cmocka_unit_test(same_in_steps),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(cut_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
