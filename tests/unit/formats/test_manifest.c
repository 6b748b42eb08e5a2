/*
 * All formats: the files of tests/data/manifests (y_ must be read without a refusal, n_ must have one, i_ may have),
 * each whole, in pieces, and cut at every byte; and what is special to rows of CSV and JSON and to batches of zones.
 */
#include "formats/manifest.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct seen {
    struct en_buf lines;
    uint64_t n, messages;
    struct en_manifest_message last;
    enum en_errc stop; /* what the sink answers */
};

static en_errc
see(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    s->n++;
    en_traveller_json(t, EN_TEXT_LIT("f"), &s->lines);
    en_buf_addc(&s->lines, '\n');
    return s->stop;
}

static en_errc
see_message(void *ctx, const struct en_manifest_message *m, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    s->messages++;
    s->last = *m;
    return EN_OK;
}

static en_errc
read_as(enum en_manifest_format f, en_bytes in, size_t step, struct seen *s, struct en_report *r)
{
    struct en_manifest_sink sink = { s, see, see_message };
    struct en_manifest_reader *m = en_manifest_reader_new(f, en_day_from_civil(2026, 11, 23), sink, r);
    en_errc rc = EN_OK;

    for (size_t i = 0; i < in.n && rc == EN_OK; i += step)
        rc = en_manifest_reader_feed(m, (en_bytes){ in.p + i, in.n - i < step ? in.n - i : step }, NULL);
    if (rc == EN_OK)
        rc = en_manifest_reader_end(m, NULL);
    en_manifest_reader_free(m);
    return rc;
}

static void
report_text(const struct en_report *r, struct en_buf *out)
{
    struct en_json j;

    en_json_init(&j, out);
    en_json_object(&j);
    en_report_json(r, &j);
    en_json_object_end(&j);
}

/* --- the files ---------------------------------------------------------------------------------------------------- */

static void
check_file(const char *name, en_bytes in)
{
    enum en_manifest_format f = en_manifest_sniff(in);
    struct seen whole = { 0 };
    struct en_report *r = en_report_new();
    struct en_buf first = EN_BUF_INIT;
    en_errc rc = EN_E_INPUT;

    if (f != EN_MANIFEST_UNKNOWN)
        rc = read_as(f, in, in.n, &whole, r);
    report_text(r, &first);
    if (name[0] == 'y' && (rc != EN_OK || !whole.n || en_report_count(r, EN_NOTE_REFUSED)))
        fail_msg("%s: must be read: %s", name, first.p);
    if (name[0] == 'n' && rc == EN_OK && !en_report_count(r, EN_NOTE_REFUSED))
        fail_msg("%s: must be refused in part", name);
    for (size_t step = 1; f != EN_MANIFEST_UNKNOWN && step < in.n; step = step * 3 + 1) {
        struct seen s = { 0 };
        struct en_report *r2 = en_report_new();
        struct en_buf again = EN_BUF_INIT;

        assert_int_equal(read_as(f, in, step, &s, r2), rc);
        report_text(r2, &again);
        if (s.n != whole.n || s.lines.n != whole.lines.n || (s.n && memcmp(s.lines.p, whole.lines.p, s.lines.n) != 0))
            fail_msg("%s, step %zu: other travellers", name, step);
        if (strcmp(first.p, again.p) != 0)
            fail_msg("%s, step %zu: another report: %s, not %s", name, step, again.p, first.p);
        assert_memory_equal(s.last.content, whole.last.content, EN_DIGEST_LEN);
        en_buf_release(&s.lines);
        en_buf_release(&again);
        en_report_free(r2);
    }
    en_buf_release(&whole.lines);
    en_buf_release(&first);
    en_report_free(r);
}

/*
 * Cut anywhere: never a crash; a traveller that was read before the cut is the same as in the whole file. A booking
 * that is cut gives all its persons, each without what was to come: four in our files.
 */
static void
check_cuts(const char *name, en_bytes in)
{
    enum en_manifest_format f = en_manifest_sniff(in);
    struct seen whole = { 0 };
    struct en_report *r = en_report_new();

    if (f == EN_MANIFEST_UNKNOWN || read_as(f, in, in.n, &whole, r) != EN_OK)
        goto done;
    for (size_t cut = 0; cut < in.n; cut++) {
        struct seen s = { 0 };
        struct en_report *r2 = en_report_new();
        uint8_t *copy = malloc(cut ? cut : 1); /* of its own size, for the sanitizers */
        size_t same = 0, lines = 0, open = strstr(name, "pnrgov") ? 4 : 1;

        assert_non_null(copy);
        memcpy(copy, in.p, cut);
        (void)read_as(f, (en_bytes){ copy, cut }, cut ? cut : 1, &s, r2);
        free(copy);
        while (same < s.lines.n && same < whole.lines.n && s.lines.p[same] == whole.lines.p[same])
            lines += s.lines.p[same++] == '\n';
        if (lines + open < s.n)
            fail_msg("%s, cut at %zu: %llu travellers, %zu as in the whole", name, cut, (unsigned long long)s.n, lines);
        en_buf_release(&s.lines);
        en_report_free(r2);
    }
done:
    en_buf_release(&whole.lines);
    en_report_free(r);
}

static void
read_path(const char *folder, const char *name, struct en_buf *out)
{
    char path[2048], chunk[4096];
    size_t n;
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "rb");
    assert_non_null(f);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        en_buf_add(out, chunk, n);
    fclose(f);
}

static void
each_file(void (*check)(const char *name, en_bytes in))
{
    const char *source = getenv("ENTENTE_SOURCE");
    char folder[1024];
    struct dirent **files;
    int n;
    unsigned checked = 0;

    (void)snprintf(folder, sizeof folder, "%s/tests/data/manifests", source ? source : ".");
    n = scandir(folder, &files, NULL, alphasort);
    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        struct en_buf b = EN_BUF_INIT;

        if (files[i]->d_name[1] == '_') {
            read_path(folder, files[i]->d_name, &b);
            check(files[i]->d_name, en_buf_bytes(&b));
            checked++;
        }
        en_buf_release(&b);
        free(files[i]);
    }
    free(files);
    assert_true(checked >= 25);
}

static void
test_files(void **state)
{
    (void)state;
    each_file(check_file);
}

static void
test_cuts(void **state)
{
    (void)state;
    each_file(check_cuts);
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static const struct row_case {
    const char *name;
    enum en_manifest_format format;
    const char *in;
    uint64_t travellers;
    const char *has[3]; /* in the JSON lines */
    const char *code;   /* a note; NULL: no note at all */
} rows[] = {
    { "columns in any order",
      EN_MANIFEST_CSV,
      "sex,NAME,id\nF,Amal Selda,7\n",
      1,
      { "\"id\":\"7\"", "\"full\":\"Amal Selda\"", "\"sex\":\"female\"" },
      NULL },
    { "parts make the name",
      EN_MANIFEST_CSV,
      "family_name,given_names\nSelda,Amal Rida\n",
      1,
      { "\"full\":\"Amal Rida Selda\"",
        "{\"role\":\"given\",\"text\":\"Amal Rida\"},{\"role\":\"family\",\"text\":\"Selda\"}", "\"id\":\"M1-P1\"" },
      NULL },
    { "a document is enough",
      EN_MANIFEST_CSV,
      "document_number,document_type,document_issuer\nX1,P,XAA\n",
      1,
      { "{\"type\":\"passport\",\"number\":\"X1\",\"issuer\":\"XAA\"}" },
      NULL },
    { "other columns are kept",
      EN_MANIFEST_CSV,
      "name,Wagen,\nA,7,x\n",
      1,
      { "{\"key\":\"Wagen\",\"value\":\"7\"},{\"key\":\"\",\"value\":\"x\"}" },
      "column" },
    { "a column twice",
      EN_MANIFEST_CSV,
      "name,name\nA,B\n",
      1,
      { "\"names\":[{\"full\":\"A\"}]", "\"value\":\"B\"" },
      "column-repeated" },
    { "dates of all kinds",
      EN_MANIFEST_CSV,
      "name,birth_date\nA,1971\nB,1971-03\nC,circa 1970\nD,tomorrow\n",
      4,
      { "\"birth_date\":\"1971\"", "\"birth_date\":\"1971-03\"", "{\"key\":\"birth_date\",\"value\":\"tomorrow\"}" },
      "birth-date" },
    { "nationalities",
      EN_MANIFEST_CSV,
      "name,nationality\nA,XAA;XBB|XDD\n",
      1,
      { "\"nationalities\":[\"XAA\",\"XBB\",\"XDD\"]" },
      NULL },
    { "nationality of nowhere",
      EN_MANIFEST_CSV,
      "name,nationality\nA,Atlantis\n",
      1,
      { "{\"key\":\"nationality\",\"value\":\"Atlantis\"}" },
      "country" },
    { "a document without number",
      EN_MANIFEST_CSV,
      "name,document_type,document_number\nA,passport,\n",
      1,
      { "\"documents\":[]" },
      "document-empty" },
    { "rows of another width",
      EN_MANIFEST_CSV,
      "name,sex\nA,M\nB\nC,F,x\nD,F\n",
      2,
      { "\"A\"", "\"D\"" },
      "row-width" },
    { "rows that say nothing", EN_MANIFEST_CSV, "id,name\n1,\n2,A\n", 1, { "\"id\":\"2\"" }, "no-name" },
    { "an id twice", EN_MANIFEST_CSV, "id,name\n1,A\n1,B\n", 2, { "\"id\":\"1\"", "\"id\":\"M1-P2\"" }, "id-repeated" },
    { "a made id that is taken",
      EN_MANIFEST_CSV,
      "id,name\nM1-P2,A\n,B\n",
      2,
      { "\"id\":\"M1-P2\"", "\"id\":\"M1-P2x\"" },
      NULL },
    { "tabs", EN_MANIFEST_CSV, "id\tname\n1\tA, B\n", 1, { "\"full\":\"A, B\"" }, "csv-separator" },
    { "a header alone", EN_MANIFEST_CSV, "id,name\n", 0, { NULL }, NULL },
    { "a bidi override",
      EN_MANIFEST_CSV,
      "name\nA\xE2\x80\xAE"
      "B\n",
      1,
      { "\"full\":\"AB\"" },
      "text-bidi" },
    { "json",
      EN_MANIFEST_JSONL,
      "{\"id\":\"7\",\"names\":[\"Amal Selda\"],\"birth_date\":\"1971\",\"sex\":\"F\"}",
      1,
      { "\"id\":\"7\"", "\"full\":\"Amal Selda\"", "\"birth_date\":\"1971\"" },
      NULL },
    { "json flight",
      EN_MANIFEST_JSONL,
      "{\"names\":[\"A\"],\"flight\":{\"number\":\"XN1\",\"legs\":[{\"number\":\"XN2\",\"from\":\"XQA\",\"to\":\"XQB\","
      "\"departs\":\"2026-11-24T08:15\"}]},\"pnr\":\"P\",\"reference\":\"R\",\"redress\":\"D\",\"role\":\"transit\"}",
      1,
      { "\"flight\":{\"number\":\"XN1\",\"legs\":[{\"number\":\"XN2\",\"from\":\"XQA\",\"to\":\"XQB\","
        "\"departs\":\"2026-11-24T08:15\"}]},\"role\":\"transit\"",
        "\"trip\":{\"number\":\"XN2\",\"from\":\"XQA\",\"to\":\"XQB\",\"departs\":\"2026-11-24T08:15\"}",
        "\"pnr\":\"P\",\"reference\":\"R\",\"redress\":\"D\"" },
      NULL },
    { "json journey",
      EN_MANIFEST_JSONL,
      "{\"names\":[\"A\"],\"kind\":\"pnr\",\"status\":\"cancelled\",\"known_traveller\":\"K\",\"trip\":{\"from\":"
      "\"XQA\",\"to\":\"XQB\",\"arrives\":\"2026-11-24T11:40\"},\"itinerary\":[{\"number\":\"XN2\",\"from\":\"XQA\","
      "\"to\":\"XQB\"}]}",
      1,
      { "\"kind\":\"pnr\",\"status\":\"cancelled\",\"trip\":{\"from\":\"XQA\",\"to\":\"XQB\",\"arrives\":"
        "\"2026-11-24T11:40\"},\"itinerary\":[{\"number\":\"XN2\",\"from\":\"XQA\",\"to\":\"XQB\"}],"
        "\"known_traveller\":\"K\"" },
      NULL },
    { "json journey of no kind",
      EN_MANIFEST_JSONL,
      "{\"names\":[\"A\"],\"kind\":\"telex\",\"trip\":7,\"itinerary\":{}}",
      1,
      { "\"full\":\"A\"" },
      "traveller-word" },
    { "json message",
      EN_MANIFEST_JSONL,
      "{\"names\":[\"A\"],\"message\":4294967295}",
      1,
      { "\"message\":4294967295" },
      NULL },
    { "json message of none",
      EN_MANIFEST_JSONL,
      "{\"names\":[\"A\"],\"message\":0}",
      1,
      { "\"message\":1," },
      "traveller-message" },
    { "json message too far",
      EN_MANIFEST_JSONL,
      "{\"names\":[\"A\"],\"message\":4294967296}",
      1,
      { "\"message\":1," },
      "traveller-message" },
    { "csv journey",
      EN_MANIFEST_CSV,
      "name,flight,from,to,departs,arrives,known_traveller\nA,XN1,XQA,XQB,2026-11-24 08:15,2026-11-24,K\n",
      1,
      { "\"trip\":{\"number\":\"XN1\",\"from\":\"XQA\",\"to\":\"XQB\",\"departs\":\"2026-11-24T08:15\",\"arrives\":"
        "\"2026-11-24T00:00\"},\"known_traveller\":\"K\"" },
      NULL },
    { "csv of another system",
      EN_MANIFEST_CSV,
      "Surname;First Name;Date of birth;Gender;Passport No.;Issuing country;Record-Locator;Destination\n"
      "SELDA;AMAL;1971-03-05;F;X1;XAA;QWERTY;XQA\n",
      1,
      { "\"full\":\"AMAL SELDA\"", "{\"type\":\"other\",\"number\":\"X1\",\"issuer\":\"XAA\"}",
        "\"pnr\":\"QWERTY\"" },
      "column-dialect" },
    { "csv time of no kind",
      EN_MANIFEST_CSV,
      "name,departs\nA,soon\n",
      1,
      { "{\"key\":\"departs\",\"value\":\"soon\"}" },
      "travel-time" },
    { "json flight of no kind",
      EN_MANIFEST_JSONL,
      "{\"names\":[\"A\"],\"flight\":[]}",
      1,
      { "\"flight\":null" },
      "traveller-member" },
    { "json time of no kind",
      EN_MANIFEST_JSONL,
      "{\"names\":[\"A\"],\"flight\":{\"number\":\"X\",\"legs\":[{\"departs\":\"noon\"}]}}",
      1,
      { "\"legs\":[{\"from\":\"\",\"to\":\"\"}]" },
      "traveller-time" },
    { "json lines apart",
      EN_MANIFEST_JSONL,
      "{\"names\":[\"A\"]}\n{\n{\"names\":[\"B\"]}\n",
      2,
      { "\"A\"", "\"B\"" },
      "json-truncated" },
    { "json summary line",
      EN_MANIFEST_JSONL,
      "{\"names\":[\"A\"]}\n{\"summary\":{\"travellers\":1}}\n",
      1,
      { "\"A\"" },
      NULL },
    { "zones",
      EN_MANIFEST_MRZ,
      "I<XAAX1234567<7<<<<<<<<<<<<<<<\n7103058F3107151XBB<<<<<<<<<<<6\nSELDA<<AMAL<RIDA<<<<<<<<<<<<<<\n",
      1,
      { "\"source\":\"mrz\"", "\"line\":1,\"pos\":0" },
      NULL },
    { "zones with CR only",
      EN_MANIFEST_MRZ,
      "I<XAAX1234567<7<<<<<<<<<<<<<<<\r7103058F3107151XBB<<<<<<<<<<<6\rSELDA<<AMAL<RIDA<<<<<<<<<<<<<<\r",
      1,
      { NULL },
      NULL },
    { "a zone in the middle",
      EN_MANIFEST_MRZ,
      "hello\n  I<XAAX1234567<7<<<<<<<<<<<<<<<  \n\n7103058F3107151XBB<<<<<<<<<<<6\n\nSELDA<<AMAL<RIDA<<<<<<<<<<<<<<",
      1,
      { "\"line\":2,\"pos\":6" },
      "text-around" },
    { "a line lost one character",
      EN_MANIFEST_MRZ,
      "I<XAAX1234567<7<<<<<<<<<<<<<<<\n7103058F3107151XBB<<<<<<<<<<6\nSELDA<<AMAL<RIDA<<<<<<<<<<<<<<\n",
      0,
      { NULL },
      "mrz-line" },
    { "a zone lost a line",
      EN_MANIFEST_MRZ,
      "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<\n"
      "P<XAAORLO<<JO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nX1234567<7XAA7103058F3107151197103051<<<<<70\n",
      1,
      { "\"full\":\"JO ORLO\"" },
      "mrz-incomplete" },
};

static void
test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row_case *c = &rows[i];
        struct seen s = { 0 };
        struct en_report *r = en_report_new();
        struct en_buf notes = EN_BUF_INIT;

        assert_int_equal(read_as(c->format, en_bytes_from(c->in, strlen(c->in)), 7, &s, r), EN_OK);
        report_text(r, &notes);
        if (s.n != c->travellers)
            fail_msg("%s: %llu travellers, %s", c->name, (unsigned long long)s.n, notes.p);
        for (size_t k = 0; k < 3 && c->has[k]; k++)
            if (!strstr(s.lines.p, c->has[k]))
                fail_msg("%s: %s not in %s", c->name, c->has[k], s.lines.p);
        if (c->code ? !en_report_count_code(r, c->code) : en_report_codes(r) != 0)
            fail_msg("%s: notes %s", c->name, notes.p);
        en_buf_release(&s.lines);
        en_buf_release(&notes);
        en_report_free(r);
    }
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static void
test_sniff(void **state)
{
    static const struct {
        const char *head;
        enum en_manifest_format format;
    } heads[] = {
        { "UNA:+.? 'UNB+UNOA:4+XN+XAA+261123:0815+C1'UNH+", EN_MANIFEST_EDIFACT },
        { "QD XAA\r\n.HDQXN\r\nUNB+UNOA:4+XN+XAA+261123:0815+C1'UNH+", EN_MANIFEST_EDIFACT },
        { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<\n", EN_MANIFEST_MRZ },
        { "gate 7\n\nI<XAAX1234567<7<<<<<<<<<<<<<<<\n", EN_MANIFEST_MRZ },
        { "id,name,birth_date\n", EN_MANIFEST_CSV },
        { "\xEF\xBB\xBF\"Name\";\"Sex\"\n", EN_MANIFEST_CSV },
        { "birth_date,document_number", EN_MANIFEST_CSV },
        { " {\"id\":1}", EN_MANIFEST_JSONL },
        { "id,title\n", EN_MANIFEST_UNKNOWN },
        { "", EN_MANIFEST_UNKNOWN },
        { "the name of the game, id\n", EN_MANIFEST_UNKNOWN },
    };

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (en_manifest_sniff(en_bytes_from(heads[i].head, strlen(heads[i].head))) != heads[i].format)
            fail_msg("%s", heads[i].head);
    for (unsigned f = EN_MANIFEST_UNKNOWN + 1; f < EN_MANIFEST_FORMATS; f++) {
        enum en_manifest_format back;

        assert_true(
            en_manifest_format_from(en_text_from_ours(en_manifest_format_word((enum en_manifest_format)f)), &back));
        assert_int_equal(back, f);
    }
    assert_false(en_manifest_format_from(EN_TEXT_LIT("unknown"), &(enum en_manifest_format){ 0 }));
}

/* What the sink answers ends the reading and comes back, in every format. */
static void
test_sink_stops(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct seen s = { .stop = EN_E_STORAGE };
        struct en_report *r = en_report_new();

        assert_int_equal(read_as(rows[i].format, en_bytes_from(rows[i].in, strlen(rows[i].in)), 1000, &s, r),
                         rows[i].travellers ? EN_E_STORAGE : EN_OK);
        assert_int_equal(s.n, rows[i].travellers ? 1 : 0);
        en_buf_release(&s.lines);
        en_report_free(r);
    }
}

static void
test_nothing(void **state)
{
    static const struct {
        enum en_manifest_format format;
        const char *in;
    } cases[] = {
        { EN_MANIFEST_EDIFACT, "" },       { EN_MANIFEST_EDIFACT, "hello" }, { EN_MANIFEST_MRZ, "" },
        { EN_MANIFEST_MRZ, "hello\n\n" },  { EN_MANIFEST_CSV, "" },          { EN_MANIFEST_CSV, "\n\n\n" },
        { EN_MANIFEST_CSV, "id,title\n" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen s = { 0 };
        struct en_report *r = en_report_new();

        assert_int_equal(read_as(cases[i].format, en_bytes_from(cases[i].in, strlen(cases[i].in)), 2, &s, r),
                         EN_E_INPUT);
        assert_int_equal(s.n + s.messages, 0);
        en_report_free(r);
    }
}

/* Memory does not grow with the file: 200,000 rows, every id of its own. */
static void
test_ids(void **state)
{
    struct en_buf in = EN_BUF_INIT;
    struct seen s = { 0 };
    struct en_report *r = en_report_new();

    (void)state;
    en_buf_add_str(&in, "id,name\n");
    for (unsigned i = 0; i < 200000; i++)
        en_buf_addf(&in, "T%06u,A\n", i);
    en_buf_addf(&in, "T%06u,A\n", 100000);
    assert_int_equal(read_as(EN_MANIFEST_CSV, en_buf_bytes(&in), 65536, &s, r), EN_OK);
    assert_int_equal(s.n, 200001);
    assert_int_equal(en_report_count_code(r, "id-repeated"), 1);
    en_buf_release(&in);
    en_buf_release(&s.lines);
    en_report_free(r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files), cmocka_unit_test(test_cuts),       cmocka_unit_test(test_rows),
        cmocka_unit_test(test_sniff), cmocka_unit_test(test_sink_stops), cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_ids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
