/*
 * Bookings: what each segment of one means for its persons, whose a document is, who travels and who left; and that one
 * bad booking never touches the others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "formats/manifest.h"

struct seen {
    struct en_buf travellers; /* a JSON line each */
    uint64_t n, messages;
    char function[8];
};

static en_errc
see(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    s->n++;
    assert_int_equal(t->source, EN_SOURCE_PNR);
    en_traveller_json(t, EN_TEXT_LIT("f"), &s->travellers);
    en_buf_addc(&s->travellers, '\n');
    return EN_OK;
}

static en_errc
see_message(void *ctx, const struct en_manifest_message *m, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    s->messages++;
    (void)snprintf(s->function, sizeof s->function, "%.*s", EN_TEXT_ARG(m->function));
    return EN_OK;
}

static void
read_text(en_bytes in, size_t step, struct seen *s, struct en_report *r)
{
    struct en_manifest_sink sink = { s, see, see_message };
    struct en_manifest_reader *m =
        en_manifest_reader_new(EN_MANIFEST_EDIFACT, en_day_from_civil(2026, 11, 23), sink, r);

    for (size_t i = 0; i < in.n; i += step)
        assert_int_equal(
            en_manifest_reader_feed(m, en_bytes_from(in.p + i, in.n - i < step ? in.n - i : step), NULL), EN_OK);
    assert_int_equal(en_manifest_reader_end(m, NULL), EN_OK);
    en_manifest_reader_free(m);
}

static void
forget(struct seen *s, struct en_report *r)
{
    en_buf_release(&s->travellers);
    en_report_free(r);
}

#define HEAD_                                                                                                   \
    "UNB+IATA:1+XN+XAA+261123:0815+C1'UNH+1+PNRGOV:13:1:IA'MSG+:22'ORG+XN:XQB'TVL+241126:0815:241126:1140+XQB+XQA+" \
    "XN+204'"
#define ONE  HEAD_ "EQN+1'SRC'RCI+XN:QWERTY::011126:0900'"
#define TWO  ONE "TIF+SELDA+AMALMRS:A:1'TIF+ORLO+MAREKMR:A:2'"
#define FLY_ "TVL+241126:0815:241126:1140+XQB+XQA+XN+0204:Y'RPI+1+HK'"
#define TAIL "UNT+99+1'UNZ+1+C1'"
#define DOCS(ref, text) "SSR+DOCS:HK:1:XN:::::" text "+::" ref "'"

static const struct booking_case {
    const char *name, *text; /* between HEAD and TAIL included */
    uint64_t n;
    const char *has[5];      /* each is somewhere in the lines; one that begins with '!' is nowhere */
    const char *code;        /* a note that must be there; NULL: none but left_out and name-title */
} cases[] = {
    { "a booking", ONE "TIF+SELDA+AMALMRS:A:1'REF+:U1'" FLY_ TAIL, 1,
      { "\"id\":\"U1\"", "\"full\":\"AMAL SELDA\"", "\"sex\":\"female\"", "\"pnr\":\"QWERTY\",\"reference\":\"U1\"",
        "\"trip\":{\"number\":\"XN0204\",\"from\":\"XQB\",\"to\":\"XQA\",\"departs\":\"2026-11-24T08:15\",\"arrives\":"
        "\"2026-11-24T11:40\"}" }, NULL },
    { "a document", ONE "TIF+SELDA+AMALMRS:A:1'" DOCS("1", "/P/XAA/X1/XBB/04JUL80/F/12JAN29/SELDA/AMAL/RIDA") TAIL, 1,
      { "\"full\":\"AMAL RIDA SELDA\"", "!\"alias\"",
        "[{\"type\":\"passport\",\"number\":\"X1\",\"issuer\":\"XAA\",\"expires\":\"2029-01-12\"}]",
        "\"birth_date\":\"1980-07-04\"", "\"nationalities\":[\"XBB\"]" }, NULL },
    { "the booking's name says more than the document's",
      ONE "TIF+SELDA+AMALRIDAMRS:A:1'" DOCS("1", "/P/XAA/X1/XBB/04JUL80/F/12JAN29/SELDA/AMAL") TAIL, 1,
      { "\"full\":\"AMAL SELDA\"", "\"full\":\"AMALRIDA SELDA\"", "\"alias\"" }, NULL },
    { "another name in the document",
      ONE "TIF+SELDA+AMAL:A:1'" DOCS("1", "/P/XAA/X1/XBB/04JUL80/F/12JAN29/ORLOVA/AMALIA") TAIL, 1,
      { "\"full\":\"AMALIA ORLOVA\"", "\"full\":\"AMAL SELDA\"" }, NULL },
    { "documents before all names (2082)",
      ONE DOCS("", "/P/XAA/X1/XBB/04JUL80/F/12JAN29/SELDA/AMAL") DOCS("", "/P/XAA/X2/XBB/05JUL80/M/12JAN29/ORLO/MAREK")
          "TIF+SELDA+AMALMRS:A:1'TIF+ORLO+MAREKMR:A:2'" TAIL, 2,
      { "\"full\":\"AMAL SELDA\",\"source\":\"message\",\"parts\":[{\"role\":\"given\",\"text\":\"AMAL\"},{\"role\":"
        "\"family\",\"text\":\"SELDA\"}]}],\"birth_dates\":[{\"date\":\"1980-07-04\"",
        "\"full\":\"MAREK ORLO\",\"source\":\"message\",\"parts\":[{\"role\":\"given\",\"text\":\"MAREK\"},{\"role\":"
        "\"family\",\"text\":\"ORLO\"}]}],\"birth_dates\":[{\"date\":\"1980-07-05\"" }, NULL },
    { "a document under a flight, by reference", TWO FLY_ DOCS("2", "/P/XAA/X9/XBB/05JUL80/M/12JAN29/ORLO/MAREK") TAIL,
      2, { "ORLO\"}]}],\"birth_dates\":[{\"date\":\"1980-07-05\"" }, NULL },
    { "a document filed under the wrong person",
      ONE "TIF+SELDA+AMALMRS:A:1'" DOCS("1", "/P/XAA/X2/XBB/05JUL80/M/12JAN29/ORLO/MAREK") "TIF+ORLO+MAREKMR:A:2'"
          TAIL, 2,
      { "ORLO\"}]}],\"birth_dates\":[{\"date\":\"1980-07-05\"", "!SELDA\"}]}],\"birth_dates\":[{" }, NULL },
    { "a document of nobody is somebody",
      TWO "TVL+241126:0815:241126:1140+XQB+XQA+XN+0204:Y'" DOCS("", "/P/XAA/X3/XBB/05JUL80/M/12JAN29/RABAT/JUNA") TAIL,
      3, { "\"full\":\"JUNA RABAT\"" }, "document-person" },
    { "two documents of one person",
      ONE "TIF+SELDA+AMAL:A:1'" DOCS("1", "/P/XAA/X1/XBB/04JUL80/F/12JAN29/SELDA/AMAL")
          DOCS("1", "/I/XAA/Y1/XBB/04JUL80/F/12JAN29/SELDA/AMAL")
              DOCS("1", "/P/XAA/X1/XBB/04JUL80/F/12JAN29/SELDA/AMAL") TAIL, 1,
      { "\"birth_dates\":[{\"date\":\"1980-07-04\",\"as_written\":\"04JUL80\"}]",
        "[{\"type\":\"passport\",\"number\":\"X1\",\"issuer\":\"XAA\",\"expires\":\"2029-01-12\"},{\"type\":"
        "\"national-id\",\"number\":\"Y1\",\"issuer\":\"XAA\",\"expires\":\"2029-01-12\"}]", "!\"alias\"" }, NULL },
    { "a document without birth date or sex", ONE "TIF+SELDA+AMAL:A:1'" DOCS("1", "/P/XAA/X1/////SELDA/AMAL") TAIL, 1,
      { "\"number\":\"X1\"", "\"birth_dates\":[]" }, NULL },
    { "a document without type, place or nationality",
      ONE "TIF+SELDA+AMAL:A:1'" DOCS("1", "//XAA/600634785/0/19JUN59/F/19NOV29/SELDA/AMAL") TAIL, 1,
      { "\"type\":\"other\",\"number\":\"600634785\"", "\"nationalities\":[]", "\"birth_date\":\"1959-06-19\"" }, NULL },
    { "fields beside their places", ONE "TIF+SELDA+AMAL:A:1'" DOCS("1", "//P/XAA/X1/XBB/04JUL80/F/12JAN29/SELDA/AMAL")
      TAIL, 1, { "\"number\":\"X1\"", "\"birth_date\":\"1980-07-04\"" }, "document-shifted" },
    { "a birth date that is none", ONE "TIF+SELDA+AMAL:A:1'" DOCS("1", "/P/XAA/X1/XBB/31FEB80/F/12JAN29/SELDA/AMAL")
      TAIL, 1, { "\"birth_dates\":[]", "{\"key\":\"birth_date\",\"value\":\"31FEB80\"}" }, "birth-date" },
    { "text in several components", ONE "TIF+SELDA+AMAL:A:1'SSR+DOCS:HK:1:XN:::::/P/XAA/X1/XBB/04JU:L80/F/12JAN29/SELDA/"
      "AMAL'" TAIL, 1, { "\"birth_date\":\"1980-07-04\"" }, NULL },
    { "text one place early", ONE "TIF+SELDA+AMAL:A:1'SSR+DOCS:HK:1:XN::::/P/XAA/X1/XBB/04JUL80/F/12JAN29/SELDA/AMAL'"
      TAIL, 1, { "\"birth_date\":\"1980-07-04\"" }, NULL },
    { "redress and known traveller",
      TWO "SSR+DOCO:HK:1:XN:::::/PORT SELDA/R/7654321///XAA+::1'SSR+DOCO:HK:1:XN:::::/ /K/K99///XAA+::2'" TAIL, 2,
      { "\"redress\":\"7654321\"", "\"known_traveller\":\"K99\"", "\"birth_places\":[{\"text\":\"PORT SELDA\"}]" },
      NULL },
    { "a visa", ONE "TIF+SELDA+AMAL:A:1'SSR+DOCO:HK:1:XN:::::/PORT SELDA/V/V7/XQB/14MAR26/XAA+::1'" TAIL, 1,
      { "{\"type\":\"visa\",\"number\":\"V7\",\"issuer\":\"XAA\"}" }, NULL },
    { "a DOCO of no kind", ONE "TIF+SELDA+AMAL:A:1'SSR+DOCO:HK:1:XN:::::/Q/1+::1'" TAIL, 1, { "SELDA" },
      "document-unknown" },
    { "whose DOCO is it", TWO FLY_ "SSR+DOCO:HK:1:XN:::::/R/7'" TAIL, 2, { "!redress" }, "document-whose" },
    { "residence, and no address",
      ONE "TIF+SELDA+AMAL:A:1'SSR+DOCA:HK:1:XN:::::/R/XAA/13 SECRET STREET/PORT SELDA//4215+::1'"
          "SSR+DOCA:HK:1:XN:::::/D/XBB/9 HOTEL STREET/XQA+::1'ADD++700:13 SECRET STREET'IFT+4:28::YY+CTCE A//B.TEST'"
          TAIL, 1,
      { "{\"key\":\"residence\",\"value\":\"XAA\"}", "!STREET", "!B.TEST" }, NULL },
    { "an infant with a document only",
      ONE "TIF+SELDA+AMAL:A:1:1'" DOCS("1", "/P/XAA/X1/XBB/04JUL80/F/12JAN29/SELDA/AMAL")
          DOCS("1", "/P/XAA/X2/XBB/04JUL25/FI/12JAN29/SELDA/MINA")
              "SSR+INFT:NN:1:XN:::::SELDA/MINA/04JUL25+::1'" TAIL, 2,
      { "\"full\":\"MINA SELDA\"", "\"birth_date\":\"2025-07-04\"" }, "infant-added" },
    { "an infant named only by INFT", ONE "TIF+SELDA+AMAL:A:1:1'SSR+INFT:NN:1:XN:::XQB:XQA:SELDA/MINA 04JUL25+::1'"
      FLY_ "SSR+INFT:NN:1:XN:::XQB:XQA:SELDA/MINA 04JUL25+::1'" TAIL, 2,
      { "\"full\":\"MINA SELDA\"", "\"birth_date\":\"2025-07-04\"" }, "infant-added" },
    { "an infant with a name of its own", ONE "TIF+SELDA+AMAL:A:1:1'SSR+INFT:NN:1:XN:::XQB:XQA:SELDA/MINA 04JUL25+::1'"
      "TIF+SELDA+MINA:IN:1I'" TAIL, 2, { "\"birth_date\":\"2025-07-04\"", "\"passenger_type\",\"value\":\"IN\"" },
      NULL },
    { "several names in one TIF", ONE "TIF+SELDA+AMALMRS:A:1+KARIMMR:A:2'" TAIL, 2,
      { "AMAL SELDA", "KARIM SELDA" }, NULL },
    { "a group is nobody", ONE "TIF+TOUR 12 PARTY:G'TIF+SELDA+AMAL:A:1'" TAIL, 1, { "!TOUR" }, NULL },
    { "a name to be announced", ONE "TIF+TBA+AMAL:A:1'" TAIL, 1, { "\"full\":\"AMAL\"" }, "name-placeholder" },
    { "check-in repeats the names",
      TWO FLY_ "DAT+2:241126:0600'TRI++1:::1'TIF+SELDA+AMALMRS:A:1'SSD+12A++++Y'TBD++01:46:701'TRI++2:::2'"
          "TIF+ORLO+MAREKMR:A:2'" TAIL, 2, { "AMAL SELDA", "MAREK ORLO", "!12A" }, NULL },
    { "a name at check-in only", TWO FLY_ "TRI++1:::1'TIF+RABAT+JUNA:A:9'" TAIL, 3, { "JUNA RABAT" }, "name-new" },
    { "a name in the history only", TWO FLY_ "ABI+1+:XQBRR+XQB++XN'DAT+ZT:071126:1010'SAC+++X'TIF+ORLO+MARKMR:A:2'"
      "SAC+++A'TIF+ORLO+MAREKMR:A:2'" TAIL, 3, { "\"full\":\"MARK ORLO\"", "\"status\":\"cancelled\"" }, "name-left" },
    { "a hotel and a divided booking", TWO FLY_ "EQN+1'RCI+XN:ZZZZZZ'MSG+8'TVL+241126::261126+XQA++HOTEL'TIF+X+Y'" TAIL,
      2, { "\"itinerary\":[{\"number\":\"XN0204\",\"from\":\"XQB\",\"to\":\"XQA\",\"departs\":\"2026-11-24T08:15\","
           "\"arrives\":\"2026-11-24T11:40\"}]", "!ZZZZZZ" }, NULL },
    { "locators of partners", ONE "RCI+XN:QWERTY+YY:PARTNR'TIF+SELDA+AMAL:A:1'" TAIL, 1,
      { "\"pnr\":\"QWERTY\"", "{\"key\":\"locator\",\"value\":\"PARTNR\"}" }, NULL },
    { "the segment is cancelled", ONE "TIF+SELDA+AMAL:A:1'TVL+241126:0815::1140+XQB+XQA+XN+204'RPI+1+HX'" TAIL, 1,
      { "\"status\":\"cancelled\"" }, NULL },
    { "another segment is cancelled", ONE "TIF+SELDA+AMAL:A:1'" FLY_ "TVL+251126:0815::1140+XQA+XQC+XN+9'RPI+1+HX'" TAIL,
      1, { "!cancelled" }, NULL },
    { "several segments", ONE "TIF+SELDA+AMAL:A:1'TVL+231126:2320::0531+XQC+XQB+XN+9'" FLY_ TAIL, 1,
      { "\"itinerary\":[{\"number\":\"XN9\",\"from\":\"XQC\",\"to\":\"XQB\",\"departs\":\"2026-11-23T23:20\","
        "\"arrives\":\"2026-11-24T05:31\"},{\"number\":\"XN0204\"" }, NULL },
    { "a code share by a segment of its own", ONE "TIF+SELDA+AMAL:A:1'TVL+241126:0815::1140+XQB+XQA+YY:XN+8749:B'"
      "TVL+++++204:M'" TAIL, 1, { "\"trip\":{\"number\":\"XN204\"", "\"sold_as\":\"YY8749\"", "!operator" }, NULL },
    { "a code share by TRA", ONE "TIF+SELDA+AMAL:A:1'TVL+241126:0815::1140+XQB+XQA+YY+8749:B'TRA+XN+204:B'" TAIL, 1,
      { "\"trip\":{\"number\":\"XN204\"", "\"sold_as\":\"YY8749\"" }, NULL },
    { "a code share without its number", ONE "TIF+SELDA+AMAL:A:1'TVL+241126:0815::1140+XQB+XQA+YY:XN+8749:B'" TAIL, 1,
      { "\"number\":\"YY8749\"", "\"operator\":\"XN\"" }, "flight-not-booked" },
    { "two legs under one number", ONE "TIF+SELDA+AMAL:A:1'TVL+241126:0815::1140+XQB+XQA+XN+204'"
      "TVL+241126:1240::1410+XQA+XQC+XN+204'" TAIL, 1,
      { "\"trip\":{\"number\":\"XN204\",\"from\":\"XQB\",\"to\":\"XQC\",\"departs\":\"2026-11-24T08:15\",\"arrives\":"
        "\"2026-11-24T14:10\"}" }, NULL },
    { "the same flight another day", ONE "TIF+SELDA+AMAL:A:1'TVL+291126:0815::1140+XQB+XQA+XN+204'" TAIL, 1,
      { "\"trip\":{\"number\":\"XN204\",\"from\":\"XQB\",\"to\":\"XQA\",\"departs\":\"2026-11-24T08:15\"" },
      "flight-not-booked" },
    { "arrival without its day", HEAD_ "EQN+1'SRC'TIF+A+B'TVL+241126:0815:1140+XQB+XQA+XN+204'" TAIL, 1,
      { "\"arrives\":\"2026-11-24T11:40\"" }, NULL },
    { "a booking of nobody", ONE "SRC'TIF+SELDA+AMAL:A:1'" TAIL, 1, { "AMAL" }, "booking-nobody" },
    { "EQN is wrong", HEAD_ "EQN+7'SRC'TIF+SELDA+AMAL:A:1'" TAIL, 1, { "AMAL" }, "booking-count" },
    { "an unknown segment", ONE "QTY+1'TIF+SELDA+AMAL:A:1'" TAIL, 1, { "AMAL" }, "segment" },
    { "no name in a TIF", ONE "TIF+:A'" TAIL, 1, { "\"names\":[]" }, "name-missing" },
    { "a title that is a name", ONE "TIF+SELDA+WILLIAMS:A:1'" TAIL, 1, { "\"full\":\"WILLIAMS SELDA\"" }, NULL },
    { "a title on the document's first name",
      ONE "TIF+SELDA+AMALMRS:A:1'" DOCS("1", "/P/XAA/X1/XBB/04JUL80/F/12JAN29/SELDA/AMALMRS/RIDA") TAIL, 1,
      { "\"full\":\"AMAL RIDA SELDA\"", "!alias" }, NULL },
};

static bool
only_expected_notes(const struct en_report *r)
{
    for (size_t i = 0; i < en_report_codes(r); i++) {
        enum en_note_kind kind;
        const char *code = en_report_code(r, i, &kind, NULL);

        if (kind != EN_NOTE_LEFT_OUT && strcmp(code, "name-title") != 0 && strcmp(code, "segment-count") != 0)
            return false;
    }
    return true;
}

static void
check_case(const struct booking_case *c, size_t step)
{
    struct seen s = { 0 };
    struct en_report *r = en_report_new();

    read_text(en_bytes_from(c->text, strlen(c->text)), step, &s, r);
    en_buf_addc(&s.travellers, '\0');
    if (s.n != c->n)
        fail_msg("%s: %lu persons: %s", c->name, (unsigned long)s.n, s.travellers.p);
    for (size_t k = 0; k < 5 && c->has[k]; k++)
        if (c->has[k][0] == '!' ? strstr(s.travellers.p, c->has[k] + 1) != NULL : !strstr(s.travellers.p, c->has[k]))
            fail_msg("%s: %s: %s", c->name, c->has[k], s.travellers.p);
    if (c->code ? !en_report_count_code(r, c->code) : !only_expected_notes(r))
        fail_msg("%s: notes", c->name);
    assert_string_equal(s.function, "22");
    forget(&s, r);
}

static void
test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_case(&cases[i], SIZE_MAX);
        check_case(&cases[i], 1);
    }
}

/* Everything that is read over is counted. */
static void
test_left_out(void **state)
{
    static const char in[] = ONE
        "ADD++700:X'TIF+SELDA+AMAL:A:1'FTI+XN:1'IFT+4:28+CTCH 1'FAR+N'SSR+VGML:HK:1:XN'SSR+CTCM:HK:1:XN:::::1'TKT+1:T:1'"
        "MON+B:1:GBP'TXD++1'FOP+CA::1'" FLY_ "SSR+SEAT:HK:1:XN:::XQB:XQA+12A::1'TRI++1'SSD+12A'TBD++01'EBD+1'"
        "LTS+REMARK'ABI+1'SAC+++A'SSR+VGML'TVL+241126'" TAIL;
    static const struct {
        const char *code;
        uint64_t n;
    } rows[] = {
        { "left-out-payments", 5 }, { "left-out-contacts", 4 }, { "left-out-bags", 2 },   { "left-out-seats", 3 },
        { "left-out-loyalty", 1 },  { "left-out-services", 1 }, { "left-out-history", 2 },
    };
    struct seen s = { 0 };
    struct en_report *r = en_report_new();

    (void)state;
    read_text(en_bytes_from(in, sizeof in - 1), SIZE_MAX, &s, r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (en_report_count_code(r, rows[i].code) != rows[i].n)
            fail_msg("%s: %lu", rows[i].code, (unsigned long)en_report_count_code(r, rows[i].code));
    assert_int_equal(en_report_count(r, EN_NOTE_LEFT_OUT), 18);
    forget(&s, r);
}

/*
 * Three bookings; the bytes of the second are destroyed one after another. The first is never touched; the persons of
 * the third are there always, though their SRC may be swallowed by a release character.
 */
static void
test_one_bad_booking(void **state)
{
    static const char first[] = HEAD_ "EQN+3'SRC'RCI+XN:AAAAAA'TIF+SELDA+AMALMRS:A:1'REF+:U1'" FLY_,
                      bad[] = "SRC'RCI+XN:BBBBBB'TIF+ORLO+MAREKMR:A:1'" DOCS(
                          "1", "/P/XAA/X2/XBB/05JUL80/M/12JAN29/ORLO/MAREK") FLY_,
                      last[] = "SRC'RCI+XN:CCCCCC'TIF+RABAT+JUNAMRS:A:1'REF+:U3'" FLY_ TAIL;
    static const char marks[] = "'+:?/X0 \n\x80";

    (void)state;
    for (size_t i = sizeof "SRC'" - 1; i < sizeof bad - 2; i++)
        for (size_t k = 0; k < sizeof marks - 1; k++) {
            struct en_buf in = EN_BUF_INIT;
            struct seen s = { 0 };
            struct en_report *r = en_report_new();

            en_buf_add_str(&in, first);
            en_buf_add_str(&in, bad);
            en_buf_add_str(&in, last);
            in.p[sizeof first - 1 + i] = marks[k];
            read_text(en_buf_bytes(&in), SIZE_MAX, &s, r);
            en_buf_addc(&s.travellers, '\0');
            assert_non_null(strstr(s.travellers.p, "\"id\":\"U1\""));
            assert_non_null(strstr(s.travellers.p, "\"full\":\"JUNA RABAT\""));
            assert_true(s.n >= 2);
            en_buf_release(&in);
            forget(&s, r);
        }
}

/* Cut anywhere: every complete booking before the cut is there. */
static void
test_cut(void **state)
{
    static const char first[] = HEAD_ "EQN+2'SRC'RCI+XN:AAAAAA'TIF+SELDA+AMALMRS:A:1'REF+:U1'" FLY_,
                      last[] = "SRC'RCI+XN:CCCCCC'TIF+RABAT+JUNAMRS:A:1'REF+:U3'" FLY_ TAIL;
    struct en_buf in = EN_BUF_INIT;

    (void)state;
    en_buf_add_str(&in, first);
    en_buf_add_str(&in, last);
    for (size_t cut = sizeof first - 1; cut < in.n; cut++) {
        struct seen s = { 0 };
        struct en_report *r = en_report_new();

        read_text(en_bytes_from(in.p, cut), SIZE_MAX, &s, r);
        assert_true(s.n >= 1 && s.n <= 2);
        assert_true(en_report_codes(r) > 0);
        forget(&s, r);
    }
    en_buf_release(&in);
}

/* More persons, documents or flights than a booking may have: said, and those before are there. */
static void
test_too_much(void **state)
{
    struct en_buf in = EN_BUF_INIT;
    struct seen s = { 0 };
    struct en_report *r = en_report_new();

    (void)state;
    en_buf_add_str(&in, ONE);
    for (int i = 0; i < 1500; i++)
        en_buf_addf(&in, "TIF+SELDA+AMAL%d:A:%d'", i, i);
    for (int i = 0; i < 200; i++)
        en_buf_add_str(&in, FLY_);
    en_buf_add_str(&in, "SRC'TIF+ORLO+MAREK'" TAIL);
    read_text(en_buf_bytes(&in), SIZE_MAX, &s, r);
    assert_int_equal(s.n, 1001);
    assert_int_equal(en_report_count_code(r, "booking-limit"), 500 + 200 - 4 * EN_MAX_LEGS);
    assert_int_equal(s.messages, 1);
    en_buf_release(&in);
    forget(&s, r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases), cmocka_unit_test(test_left_out), cmocka_unit_test(test_one_bad_booking),
        cmocka_unit_test(test_cut),   cmocka_unit_test(test_too_much),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
