#include "../harness.h"

#include "base/time.h"
#include "formats/list.h"
#include "formats/manifest.h"
#include "generate/message.h"

#define FLIGHTS    12
#define PASSENGERS 37

/* What a reader finds, written as the truth writes it, without flight, kind and identity. */
struct seen {
    struct en_buf told;
    uint64_t travellers, marked, messages, tests;
};

static void
tell_person(const struct en_traveller *t, struct en_buf *out)
{
    const struct en_person *p = &t->person;
    char day[24] = "";

    if (p->n_births)
        en_birth_format(&p->births[0], day);
    en_buf_add_text(out, p->n_names ? p->names[0].full : EN_TEXT_LIT("(none)"));
    en_buf_addf(out, ",%s,%s,%s,", day, en_sex_word(p->sex), p->n_nationalities ? p->nationalities[0].a3 : "");
    en_buf_add_text(out, p->n_docs ? p->docs[0].number : EN_TEXT_NONE);
    en_buf_addc(out, '\n');
}

static en_errc
take(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    s->travellers++;
    s->marked += en_traveller_fictional(t);
    tell_person(t, &s->told);
    return EN_OK;
}

static en_errc
take_message(void *ctx, const struct en_manifest_message *m, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    s->messages++;
    s->tests += m->test;
    return EN_OK;
}

static struct seen
read_back(en_bytes in, struct en_report *report)
{
    struct seen s = { .told = EN_BUF_INIT };
    enum en_manifest_format f = en_manifest_sniff(in);
    struct en_manifest_reader *r;

    assert_int_not_equal(f, EN_MANIFEST_UNKNOWN);
    r = en_manifest_reader_new(f, en_day_from_civil(2026, 11, 24), (struct en_manifest_sink){ &s, take, take_message },
                               report);
    assert_int_equal(en_manifest_reader_feed(r, in, NULL), EN_OK);
    assert_int_equal(en_manifest_reader_end(r, NULL), EN_OK);
    en_manifest_reader_free(r);
    return s;
}

static void
make(uint64_t seed, enum en_made_format f, struct en_buf *out, struct en_buf *truth)
{
    struct en_rehearsal x = { f, FLIGHTS, PASSENGERS, 500, en_day_from_civil(2026, 11, 24) };
    struct en_generator *g = en_generator_new(seed);

    en_generate_head(&x, out);
    for (uint64_t i = 0; i < (f == EN_MADE_LIST ? x.identities : x.flights); i++)
        en_generate_flight(g, &x, i, out, truth);
    en_generator_free(g);
}

/* Fields 3 to 7 of each line of truth. */
static void
said(const struct en_buf *truth, struct en_buf *out)
{
    size_t field = 1;

    for (size_t i = 0; i < truth->n; i++) {
        char c = truth->p[i];

        if (c == '\n') {
            en_buf_addc(out, '\n');
            field = 1;
        } else if (c == ',') {
            field++;
            if (field > 3 && field <= 7)
                en_buf_addc(out, ',');
        } else if (field >= 3 && field <= 7) {
            en_buf_addc(out, c);
        }
    }
}

static void
compare(const char *word, const struct en_buf *want, const struct en_buf *got)
{
    size_t at = 0, line = 0;

    while (at < want->n && at < got->n && want->p[at] == got->p[at])
        line = want->p[at++] == '\n' ? at : line;
    if (at < want->n || at < got->n)
        fail_msg("%s differs:\n  truth %.*s\n  read  %.*s", word, (int)strcspn(want->p + line, "\n"), want->p + line,
                 (int)strcspn(got->p + line, "\n"), got->p + line);
}

/* Every message of every format reads back to exactly the truth, without a repair or a refusal, and is marked. */
static void
reads_back(void **state)
{
    (void)state;
    for (enum en_made_format f = EN_MADE_PAXLST; f < EN_MADE_LIST; f++) {
        bool edifact = f <= EN_MADE_PNRGOV;
        struct en_buf bytes = EN_BUF_INIT, truth = EN_BUF_INIT, want = EN_BUF_INIT;
        struct en_report *report = en_report_new();
        struct seen s;

        make(7, f, &bytes, &truth);
        said(&truth, &want);
        s = read_back(en_buf_bytes(&bytes), report);
        compare(en_made_format_word(f), &want, &s.told);
        assert_int_equal(s.travellers, FLIGHTS * PASSENGERS);
        if (edifact)
            assert_int_equal(s.tests, FLIGHTS);
        else
            assert_int_equal(s.marked, FLIGHTS * PASSENGERS);
        if (en_report_count(report, EN_NOTE_REFUSED) + en_report_count(report, EN_NOTE_REPAIR))
            fail_msg("%s: %s", en_made_format_word(f), en_report_note(report, 0)->text);
        en_buf_release(&s.told);
        en_buf_release(&bytes);
        en_buf_release(&truth);
        en_buf_release(&want);
        en_report_free(report);
    }
}

/* The same seed gives the same bytes, another one others; some travellers are listed, in several ways. */
static void
by_seed(void **state)
{
    struct en_buf a = EN_BUF_INIT, b = EN_BUF_INIT, c = EN_BUF_INIT, truth = EN_BUF_INIT;

    (void)state;
    make(1, EN_MADE_PNRGOV, &a, &truth);
    make(1, EN_MADE_PNRGOV, &b, NULL);
    make(2, EN_MADE_PNRGOV, &c, NULL);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.p, b.p, a.n);
    assert_true(a.n != c.n || memcmp(a.p, c.p, a.n) != 0);
    assert_non_null(strstr(truth.p, ",respelled,S"));
    en_buf_release(&a);
    en_buf_release(&b);
    en_buf_release(&c);
    en_buf_release(&truth);
}

static en_errc
take_identity(void *ctx, const struct en_identity *id, struct en_err *err)
{
    size_t *n = ctx;

    (void)err;
    assert_true(en_identity_fictional(id));
    assert_int_equal(id->ground, EN_GROUND_UNSC_1373);
    ++*n;
    return EN_OK;
}

static void
list(void **state)
{
    struct en_report *report = en_report_new();
    struct en_buf b = EN_BUF_INIT;
    size_t n = 0;
    struct en_list_reader *r = en_list_reader_new(EN_LIST_JSONL, (struct en_list_sink){ &n, take_identity }, report);

    (void)state;
    make(3, EN_MADE_LIST, &b, NULL);
    assert_int_equal(en_list_sniff(en_buf_bytes(&b)), EN_LIST_JSONL);
    assert_int_equal(en_list_reader_feed(r, en_buf_bytes(&b), NULL), EN_OK);
    assert_int_equal(en_list_reader_end(r, NULL), EN_OK);
    assert_int_equal(n, 500);
    assert_int_equal(en_report_codes(report), 0);
    en_list_reader_free(r);
    en_report_free(report);
    en_buf_release(&b);
}

static void
format_words(void **state)
{
    (void)state;
    for (enum en_made_format f = 0; f < EN_MADE_FORMATS; f++) {
        enum en_made_format back = EN_MADE_FORMATS;

        assert_true(en_made_format_from(en_text_from_ours(en_made_format_word(f)), &back));
        assert_int_equal(back, f);
    }
    assert_false(en_made_format_from(EN_TEXT_LIT("telex"), &(enum en_made_format){ 0 }));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back),
        cmocka_unit_test(by_seed),
        cmocka_unit_test(list),
        cmocka_unit_test(format_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
