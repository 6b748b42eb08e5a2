#include "formats/mrz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct read {
    struct en_arena arena;
    struct en_person p;
    struct en_mrz z;
    struct en_report *report;
};

static void
start(struct read *r)
{
    en_arena_init(&r->arena, 1 << 20);
    en_person_init(&r->p, &r->arena);
    r->report = en_report_new();
}

static void
stop(struct read *r)
{
    en_arena_release(&r->arena);
    en_report_free(r->report);
}

static en_errc
read_lines(struct read *r, const char *a, const char *b, const char *c)
{
    const char *lines[3] = { a, b, c };
    en_text t[3];
    size_t n = 0;

    while (n < 3 && lines[n]) {
        t[n] = en_text_from_ours(lines[n]);
        n++;
    }
    return en_mrz_read(t, n, en_day_from_civil(2026, 11, 23), &r->z, &r->p, r->report, 3, 90, NULL);
}

static void
test_digit(void **state)
{
    static const struct {
        const char *text;
        char digit;
    } rows[] = {
        { "", '0' },  { "<<<<<<", '0' }, { "1", '7' },         { "A", '0' },
        { "B", '7' }, { "520727", '3' }, { "AB2134<<<", '5' },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(en_mrz_digit(en_text_from_ours(rows[i].text)), rows[i].digit);
}

/* --- names -------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *field, *full, *family, *given, *other;
    bool truncated;
} names[] = {
    { "SELDA<<AMAL<RIDA", "AMAL RIDA SELDA", "SELDA", "AMAL RIDA", NULL, false },
    { "VAN<DER<MUELLEN<<JO", "JO VAN DER MUELLEN", "VAN DER MUELLEN", "JO", NULL, false },
    { "SUPARNO", "SUPARNO", NULL, NULL, "SUPARNO", false },
    { "SU<PARNO", "SU PARNO", NULL, NULL, "SU PARNO", false },
    { "SELDA<<AMAL<<RIDA", "AMAL RIDA SELDA", "SELDA", "AMAL RIDA", NULL, false },
    { "<<AMAL", "AMAL", NULL, "AMAL", NULL, false },
    { "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF<<ABCDE", "ABCDE ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF",
      "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF", "ABCDE", NULL, true },
    { "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF<<ABCD", "ABCD ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF",
      "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF", "ABCD", NULL, false },
    { "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM", NULL, NULL,
      "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLM", true },
};

static const char *
part_of(const struct en_name *n, enum en_part_role role, char out[64])
{
    for (size_t i = 0; i < n->n_parts; i++)
        if (n->parts[i].role == role) {
            (void)snprintf(out, 64, "%.*s", EN_TEXT_ARG(n->parts[i].text));
            return out;
        }
    return NULL;
}

static void
check_part(const struct en_name *n, enum en_part_role role, const char *expected)
{
    char text[64];
    const char *got = part_of(n, role, text);

    if (expected)
        assert_string_equal(got, expected);
    else
        assert_null(got);
}

static void
test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct read r;
        char line[64];

        start(&r);
        (void)snprintf(line, sizeof line, "P<XAA%s<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", names[i].field);
        line[44] = '\0';
        assert_int_equal(read_lines(&r, line, "X123456704XAA7103058F3107151<<<<<<<<<<<<<<00", NULL), EN_OK);
        assert_int_equal(r.p.n_names, 1);
        assert_true(en_text_is(r.p.names[0].full, names[i].full));
        assert_int_equal(r.p.names[0].source, EN_NAME_FROM_MRZ);
        assert_int_equal(r.p.names[0].truncated, names[i].truncated);
        assert_int_equal(r.z.name_truncated, names[i].truncated);
        check_part(&r.p.names[0], EN_PART_FAMILY, names[i].family);
        check_part(&r.p.names[0], EN_PART_GIVEN, names[i].given);
        check_part(&r.p.names[0], EN_PART_OTHER, names[i].other);
        stop(&r);
    }
}

static void
test_no_name(void **state)
{
    struct read r;

    (void)state;
    start(&r);
    assert_int_equal(read_lines(&r, "P<XAA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
                                "X123456704XAA7103058F3107151<<<<<<<<<<<<<<00", NULL), EN_OK);
    assert_int_equal(r.p.n_names, 0);
    assert_int_equal(r.p.n_docs, 1);
    assert_int_equal(en_report_count_code(r.report, "name-missing"), 1);
    stop(&r);
}

/* --- the formats -------------------------------------------------------------------------------------------------- */

#define A EN_MRZ_AGREES
#define D EN_MRZ_DISAGREES
#define O EN_MRZ_ABSENT

static const struct {
    const char *name, *lines[3];
    enum en_mrz_format format;
    enum en_mrz_verdict check[EN_MRZ_CHECKS]; /* number, birth, expiry, personal, composite */
    const char *number, *issuer, *nationality, *birth;
    enum en_doc_type type;
    enum en_mrz_long reading;
} zones[] = {
    { "passport",
      { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XAA7103058F3107151197103051<<<<<70" },
      EN_MRZ_TD3,
      { A, A, A, A, A },
      "X1234567",
      "XAA",
      "XAA",
      "1971-03-05",
      EN_DOC_PASSPORT,
      EN_MRZ_SHORT },
    { "personal number empty, digit 0",
      { "P<XBBORLO<<JO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "A1<<<<<<<3XBB8503057M3107151<<<<<<<<<<<<<<08" },
      EN_MRZ_TD3,
      { A, A, A, A, A },
      "A1",
      "XBB",
      "XBB",
      "1985-03-05",
      EN_DOC_PASSPORT,
      EN_MRZ_SHORT },
    { "wrong digits, each by itself",
      { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<5XAA7103051F3107152197103051<<<<<11" },
      EN_MRZ_TD3,
      { D, D, D, D, D },
      "X1234567",
      "XAA",
      "XAA",
      "1971-03-05",
      EN_DOC_PASSPORT,
      EN_MRZ_SHORT },
    { "Germany, one letter",
      { "P<D<<SELDA<<AMAL<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7D<<7103058F3107151<<<<<<<<<<<<<<<6" },
      EN_MRZ_TD3,
      { A, A, A, O, A },
      "X1234567",
      "DEU",
      "DEU",
      "1971-03-05",
      EN_DOC_PASSPORT,
      EN_MRZ_SHORT },
    { "Kosovo",
      { "P<RKSSELDA<<AMAL<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7RKS7103058F3107151<<<<<<<<<<<<<<<6" },
      EN_MRZ_TD3,
      { A, A, A, O, A },
      "X1234567",
      "XKX",
      "XKX",
      "1971-03-05",
      EN_DOC_PASSPORT,
      EN_MRZ_SHORT },
    { "day unknown",
      { "P<XAASELDA<<AMAL<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XAA7103<<3F3107151<<<<<<<<<<<<<<<6" },
      EN_MRZ_TD3,
      { A, A, A, O, A },
      "X1234567",
      "XAA",
      "XAA",
      "1971-03",
      EN_DOC_PASSPORT,
      EN_MRZ_SHORT },
    { "visa of two lines of 44",
      { "V<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XBB7103058F3107151<<<<<<<<<<<<<<<<" },
      EN_MRZ_MRVA,
      { A, A, A, O, O },
      "X1234567",
      "XAA",
      "XBB",
      "1971-03-05",
      EN_DOC_VISA,
      EN_MRZ_SHORT },
    { "visa of two lines of 36",
      { "V<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<", "X1234567<7XBB7103058F3107151<<<<<<<<" },
      EN_MRZ_MRVB,
      { A, A, A, O, O },
      "X1234567",
      "XAA",
      "XBB",
      "1971-03-05",
      EN_DOC_VISA,
      EN_MRZ_SHORT },
    { "card of two lines",
      { "IRXAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<", "X1234567<7XBB7103058F3107151<<<<<<<6" },
      EN_MRZ_TD2,
      { A, A, A, O, A },
      "X1234567",
      "XAA",
      "XBB",
      "1971-03-05",
      EN_DOC_RESIDENCE,
      EN_MRZ_SHORT },
    { "card",
      { "I<XAAX1234567<7<<<<<<<<<<<<<<<", "7103058F3107151XBB<<<<<<<<<<<6", "SELDA<<AMAL<RIDA<<<<<<<<<<<<<<" },
      EN_MRZ_TD1,
      { A, A, A, O, A },
      "X1234567",
      "XAA",
      "XBB",
      "1971-03-05",
      EN_DOC_NATIONAL_ID,
      EN_MRZ_SHORT },
    { "crew card",
      { "ACXAAX1234567<7<<<<<<<<<<<<<<<", "7103058F3107151XBB<<<<<<<<<<<6", "SELDA<<AMAL<RIDA<<<<<<<<<<<<<<" },
      EN_MRZ_TD1,
      { A, A, A, O, A },
      "X1234567",
      "XAA",
      "XBB",
      "1971-03-05",
      EN_DOC_OTHER,
      EN_MRZ_SHORT },
};

static void
test_zones(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        struct read r;
        char birth[24];

        start(&r);
        assert_int_equal(read_lines(&r, zones[i].lines[0], zones[i].lines[1], zones[i].lines[2]), EN_OK);
        assert_int_equal(r.z.format, zones[i].format);
        for (unsigned c = 0; c < EN_MRZ_CHECKS; c++)
            if (r.z.check[c] != zones[i].check[c])
                fail_msg("%s: check %u is %d", zones[i].name, c, (int)r.z.check[c]);
        assert_true(en_text_is(r.p.docs[0].number, zones[i].number));
        assert_string_equal(r.p.docs[0].issuer.a3, zones[i].issuer);
        assert_int_equal(r.p.docs[0].type, zones[i].type);
        assert_int_equal(r.p.docs[0].read, EN_READ_MACHINE);
        assert_int_equal(r.p.docs[0].expires, en_day_from_civil(2031, 7, 15));
        assert_string_equal(r.p.nationalities[0].a3, zones[i].nationality);
        en_birth_format(&r.p.births[0], birth);
        assert_string_equal(birth, zones[i].birth);
        assert_int_equal(r.z.reading, zones[i].reading);
        stop(&r);
    }
}

/* A card's number of any length from ten on, whichever way its digit was computed; D is none of both. */
static void
test_long_numbers(void **state)
{
    static const struct {
        const char *number;
        bool counted;
    } rows[] = {
        { "AB12345678", false }, { "AB12345678", true }, { "AB123456789012", false }, { "AB123456789012", true },
        { "AB1234567ABCDEFGHIJKLMN", false }, { "AB1234567ABCDEFGHIJKLMN", true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char all[64], one[31], digit;
        struct read r;

        (void)snprintf(all, sizeof all, "%.9s%s%s", rows[i].number, rows[i].counted ? "<" : "", rows[i].number + 9);
        digit = en_mrz_digit(en_text_from_ours(all));
        (void)snprintf(all, sizeof all, "I<XAA%.9s<%s%c<<<<<<<<<<<<<<<", rows[i].number, rows[i].number + 9, digit);
        (void)snprintf(one, sizeof one, "%.30s", all);
        start(&r);
        assert_int_equal(read_lines(&r, one, "7103058F3107151XBB<<<<<<<<<<<0", "SELDA<<AMAL<<<<<<<<<<<<<<<<<<<"),
                         EN_OK);
        assert_true(en_text_is(r.z.number, rows[i].number));
        assert_true(en_text_is(r.p.docs[0].number, rows[i].number));
        assert_int_equal(r.p.n_docs, 1);
        assert_int_equal(r.z.check[EN_MRZ_NUMBER], EN_MRZ_AGREES);
        assert_true(r.z.reading == EN_MRZ_LONG_BOTH ||
                    r.z.reading == (rows[i].counted ? EN_MRZ_LONG_COUNTED : EN_MRZ_LONG));
        assert_int_equal(en_report_count_code(r.report, "mrz-long-number"), r.z.reading == EN_MRZ_LONG_COUNTED);
        stop(&r);

        one[15 + strlen(rows[i].number) - 9] = digit == '9' ? '0' : (char)(digit + 1);
        start(&r);
        assert_int_equal(read_lines(&r, one, "7103058F3107151XBB<<<<<<<<<<<0", "SELDA<<AMAL<<<<<<<<<<<<<<<<<<<"),
                         EN_OK);
        assert_true(r.z.reading == EN_MRZ_LONG_NEITHER || r.z.check[EN_MRZ_NUMBER] == EN_MRZ_AGREES);
        assert_true(en_text_is(r.z.number, rows[i].number));
        stop(&r);
    }
}

/* What a reader got wrong is said, and nothing is made better than it was read. */
static void
test_misread(void **state)
{
    static const struct {
        const char *one, *two, *code;
    } rows[] = {
        { "P<XAASELDA<<AMAL<R1DA<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XAA7103058F3107151<<<<<<<<<<<<<<<0", "mrz-name" },
        { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", "X1Z34567<4XAA7103058F3107151<<<<<<<<<<<<<<<0",
          "mrz-number" },
        { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XAA71O3058F3107151<<<<<<<<<<<<<<<0",
          "birth-date" },
        { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XAA7103058F31O7154<<<<<<<<<<<<<<<0",
          "expiry-date" },
        { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XAA7103058K3107151<<<<<<<<<<<<<<<0", "mrz-sex" },
        { "P<QAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XAA7103058F3107151<<<<<<<<<<<<<<<0", "country" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct read r;

        start(&r);
        assert_int_equal(read_lines(&r, rows[i].one, rows[i].two, NULL), EN_OK);
        assert_int_equal(r.p.n_names, 1);
        assert_int_equal(r.p.n_docs, 1);
        if (!en_report_count_code(r.report, rows[i].code))
            fail_msg("no note %s", rows[i].code);
        assert_true(en_report_note(r.report, 0)->line == 3 && en_report_note(r.report, 0)->pos == 90);
        stop(&r);
    }
}

/* The personal number is a document of the person, but only where it looks like one. */
static void
test_optional(void **state)
{
    static const struct {
        const char *two;
        size_t docs, extras;
    } rows[] = {
        { "X1234567<7XAA7103058F3107151197103051<<<<<70", 2, 0 },
        { "X1234567<7XAA7103058F3107151OFFICE<<<<<<<<00", 1, 1 },
        { "X1234567<7XAA7103058F310715112345<<<<<<<<<00", 1, 1 },
        { "X1234567<7XAA7103058F3107151<<<<<<<<<<<<<<00", 1, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct read r;
        size_t extras = 0;

        start(&r);
        assert_int_equal(read_lines(&r, "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", rows[i].two, NULL), EN_OK);
        assert_int_equal(r.p.n_docs, rows[i].docs);
        for (size_t k = 0; k < r.p.n_extras; k++)
            extras += en_text_is(r.p.extras[k].key, "mrz_optional");
        assert_int_equal(extras, rows[i].extras);
        stop(&r);
    }
}

static void
test_refused(void **state)
{
    static const char *const rows[][3] = {
        { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", NULL, NULL },
        { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XAA7103058F3107151<<<<<<<<<<<<<<00", NULL },
        { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XAA7103058F3107151<<<<<<<<<<<<<<0", NULL },
        { "P<XAASELDA<<AMAL<RIDA<<<<<<<<<<<<<<<<<<<<<<<", "x1234567<4XAA7103058F3107151<<<<<<<<<<<<<<00", NULL },
        { "P<XAASELDA<<AMAL RIDA<<<<<<<<<<<<<<<<<<<<<<<", "X1234567<7XAA7103058F3107151<<<<<<<<<<<<<<00", NULL },
        { "I<XAAX1234567<7<<<<<<<<<<<<<<<", "7103058F3107151XBB<<<<<<<<<<<6", NULL },
        { "", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct read r;

        start(&r);
        assert_int_equal(read_lines(&r, rows[i][0], rows[i][1], rows[i][2]), EN_E_INPUT);
        assert_int_equal(r.p.n_names, 0);
        stop(&r);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digit),        cmocka_unit_test(test_names),   cmocka_unit_test(test_no_name),
        cmocka_unit_test(test_zones),        cmocka_unit_test(test_misread), cmocka_unit_test(test_long_numbers),
        cmocka_unit_test(test_optional),     cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
