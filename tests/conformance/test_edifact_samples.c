/*
 * Every sample of shared/data/edifact: the persons read must be those that an independent tokenizer counted
 * (EXPECTED.tsv, columns api_persons and pnr_persons), whole or fed byte by byte. Skipped where the samples are not at
 * hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/manifest.h"

struct seen {
    uint64_t travellers, nameless, messages;
    struct en_buf json;
};

static en_errc
on_traveller(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    s->travellers++;
    s->nameless += t->person.n_names == 0;
    for (size_t i = 0; i < t->person.n_names; i++) {
        en_buf_add_text(&s->json, t->person.names[i].full);
        en_buf_addc(&s->json, '\n');
    }
    return EN_OK;
}

static en_errc
on_message(void *ctx, const struct en_manifest_message *m, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    s->messages++;
    en_buf_add(&s->json, m->content, sizeof m->content);
    return EN_OK;
}

static const char *
shared(void)
{
    static char path[1024];
    const char *s = getenv("ENTENTE_SHARED"), *source = getenv("ENTENTE_SOURCE");

    if (s)
        return s;
    snprintf(path, sizeof path, "%s/../shared", source ? source : ".");
    return path;
}

static bool
read_file(const char *folder, const char *repo, const char *name, struct en_buf *out)
{
    char path[2048], chunk[4096];
    size_t n;
    FILE *f;

    snprintf(path, sizeof path, "%s/data/edifact/%s%s%s", folder, repo, *repo ? "/" : "", name);
    f = fopen(path, "rb");
    if (!f)
        return false;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        en_buf_add(out, chunk, n);
    fclose(f);
    return true;
}

static void
read_all(en_bytes in, size_t step, struct seen *seen, struct en_report *report)
{
    struct en_manifest_sink sink = { seen, on_traveller, on_message };
    struct en_manifest_reader *r = en_manifest_reader_new(EN_MANIFEST_EDIFACT, en_day_from_civil(2026, 11, 23), sink,
                                                          report);
    struct en_err err = EN_ERR_INIT;

    for (size_t i = 0; i < in.n; i += step)
        assert_int_equal(en_manifest_reader_feed(r, (en_bytes){ in.p + i, in.n - i < step ? in.n - i : step }, &err),
                         EN_OK);
    assert_int_equal(en_manifest_reader_end(r, &err), EN_OK);
    en_manifest_reader_free(r);
}

/*
 * Where EXPECTED.tsv counts what is nobody: its tokenizer takes every TIF for a name, but TIF+ACME TEAM PARTY:G names a
 * group (guide, TIF C322 6353 "G").
 */
static const struct {
    const char *file;
    uint64_t too_many;
} not_persons[] = { { "gtas-loader__pnr-messages__3_pnrs.edi", 1 } };

static uint64_t
expected_persons(const char *file, const char *api, const char *pnr)
{
    uint64_t n = strtoull(api, NULL, 10) + strtoull(pnr, NULL, 10);

    for (size_t i = 0; i < sizeof not_persons / sizeof *not_persons; i++)
        n -= strcmp(file, not_persons[i].file) == 0 ? not_persons[i].too_many : 0;
    return n;
}

static bool
is_read(const char *type)
{
    return strcmp(type, "PAXLST") == 0 || strcmp(type, "PNRGOV") == 0;
}

/* One row of EXPECTED.tsv. */
static void
check_row(char *row, uint64_t *files, uint64_t *persons)
{
    char *field[15], *save = row;
    struct seen whole = { 0 }, bytes = { 0 };
    struct en_report *report = en_report_new(), *report2 = en_report_new();
    struct en_buf text = EN_BUF_INIT;
    uint64_t expected;

    for (size_t i = 0; i < 15; i++) {
        field[i] = save ? strsep(&save, "\t") : NULL;
        if (!field[i])
            field[i] = row + strlen(row);
    }
    assert_true(read_file(shared(), field[0], field[1], &text));
    expected = expected_persons(field[1], field[10], field[14]);
    assert_int_equal(en_manifest_sniff(en_buf_bytes(&text)), EN_MANIFEST_EDIFACT);
    read_all(en_buf_bytes(&text), text.n, &whole, report);
    read_all(en_buf_bytes(&text), 1, &bytes, report2);
    if (whole.travellers != expected)
        print_error("%s: %llu persons, %llu expected\n", field[1], (unsigned long long)whole.travellers,
                    (unsigned long long)expected);
    assert_int_equal(whole.travellers, expected);
    assert_int_equal(whole.nameless, 0);
    assert_int_equal(whole.messages, 1);
    assert_int_equal(whole.json.n, bytes.json.n);
    assert_memory_equal(whole.json.p, bytes.json.p, whole.json.n);
    for (unsigned k = EN_NOTE_REPAIR; k <= EN_NOTE_LEFT_OUT; k++)
        assert_int_equal(en_report_count(report, (enum en_note_kind)k), en_report_count(report2, (enum en_note_kind)k));
    /* A wrong UNT or CNT is a warning, never a refusal. */
    if (is_read(field[5]))
        assert_int_equal(en_report_count(report, EN_NOTE_REFUSED), 0);
    else
        assert_int_equal(en_report_count_code(report, "message-type"), 1);
    assert_int_equal(en_report_count_code(report, "segment-count"), strcmp(field[8], field[9]) != 0);
    *persons += whole.travellers;
    ++*files;
    en_buf_release(&text);
    en_buf_release(&whole.json);
    en_buf_release(&bytes.json);
    en_report_free(report);
    en_report_free(report2);
}

static void
test_samples(void **state)
{
    struct en_buf table = EN_BUF_INIT;
    uint64_t files = 0, persons = 0;
    char *line, *rest;

    (void)state;
    if (!read_file(shared(), "", "EXPECTED.tsv", &table)) {
        print_message("skipped: no samples at %s/data/edifact\n", shared());
        skip();
    }
    rest = table.p;
    (void)strsep(&rest, "\n");
    while (rest && *rest) {
        line = strsep(&rest, "\n");
        check_row(line, &files, &persons);
    }
    print_message("%llu files, %llu persons\n", (unsigned long long)files, (unsigned long long)persons);
    assert_int_equal(files, 69);
    assert_int_equal(persons, 351 + 146 - 1);
    en_buf_release(&table);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_samples) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
