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

/* Everything the sink is told, as text. */
struct seen {
    struct en_buf travellers; /* a JSON line each */
    uint64_t n;
    struct en_manifest_message last;
    uint8_t contents[8][EN_DIGEST_LEN];
    char refs[64];
    uint64_t messages;
};

static en_errc
see(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    s->n++;
    en_traveller_json(t, EN_TEXT_LIT("f"), &s->travellers);
    en_buf_addc(&s->travellers, '\n');
    return EN_OK;
}

static en_errc
see_message(void *ctx, const struct en_manifest_message *m, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    s->last = *m;
    memcpy(s->contents[s->messages % 8], m->content, EN_DIGEST_LEN);
    (void)snprintf(s->refs, sizeof s->refs, "%.*s %.*s %.*s %.*s %.*s", EN_TEXT_ARG(m->type), EN_TEXT_ARG(m->version),
                   EN_TEXT_ARG(m->function), EN_TEXT_ARG(m->reference), EN_TEXT_ARG(m->access));
    s->messages++;
    return EN_OK;
}

static en_errc
read_text(en_bytes in, struct seen *s, struct en_report *r)
{
    struct en_manifest_sink sink = { s, see, see_message };
    struct en_manifest_reader *m =
        en_manifest_reader_new(EN_MANIFEST_EDIFACT, en_day_from_civil(2026, 11, 23), sink, r);
    en_errc rc = en_manifest_reader_feed(m, in, NULL);

    if (rc == EN_OK)
        rc = en_manifest_reader_end(m, NULL);
    en_manifest_reader_free(m);
    return rc;
}

static void
forget(struct seen *s, struct en_report *r)
{
    en_buf_release(&s->travellers);
    en_report_free(r);
}

#define UNB_ "UNB+UNOA:4+XN+XAA+261123:0815+C1'"
#define UNH_ "UNH+R1+PAXLST:D:05B:UN:IATA+XN204+01:F'BGM+745'"
#define FLY  "TDT+20+XN204+++XN'LOC+125+XQB'DTM+189:2611240815:201'LOC+87+XQA'DTM+232:2611241140:201'"
#define END  "CNT+42:1'UNT+99+R1'UNZ+1+C1'"

/* --- what the segments of a person mean --------------------------------------------------------------------------- */

static const struct person_case {
    const char *name;
    const char *segments; /* behind FLY */
    const char *has[4];   /* each is in the JSON line of the last traveller */
    const char *code;     /* a note that must be there; NULL: no repair, refusal or kept note at all */
} persons[] = {
    { "name in parts",
      "NAD+FL+++SELDA:AMAL:RIDA'",
      { "\"full\":\"AMAL RIDA SELDA\",\"source\":\"message\"",
        "[{\"role\":\"given\",\"text\":\"AMAL\"},{\"role\":\"middle\",\"text\":\"RIDA\"},{\"role\":\"family\",\"text\":"
        "\"SELDA\"}]" },
      NULL },
    { "family name only", "NAD+FL+++SELDA'", { "\"full\":\"SELDA\"" }, NULL },
    { "five components", "NAD+FL+++SELDA:A:B:C:D'", { "\"full\":\"A B C D SELDA\"" }, NULL },
    { "a field of 35 may be cut", "NAD+FL+++ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHI:JO'", { "\"truncated\":true" }, NULL },
    { "a field of 34 is not",
      "NAD+FL+++ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH:JO'",
      { "\"full\":\"JO ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH\",\"source\":\"message\",\"parts\"" },
      NULL },
    { "name in the address", "NAD+FL++SELDA:AMAL'", { "\"full\":\"AMAL SELDA\"" }, "name-place" },
    { "name with a slash", "NAD+FL+++SELDA/AMAL'", { "\"full\":\"AMAL SELDA\"" }, "name-slash" },
    { "placeholder", "NAD+FL+++SELDA:FNU'", { "\"full\":\"SELDA\"" }, "name-placeholder" },
    { "no name at all", "NAD+FL'DOC+P+X1'", { "\"names\":[]", "\"number\":\"X1\"" }, "name-missing" },
    { "title apart",
      "NAD+FL+++SELDA:AMAL MRS'",
      { "\"full\":\"AMAL SELDA\"", "{\"role\":\"title\",\"text\":\"MRS\"}" },
      "name-title" },
    { "title glued", "NAD+FL+++DICKENSON:CHARLESMR'ATT+2++M'", { "\"full\":\"CHARLES DICKENSON\"" }, "name-title" },
    { "title glued to the middle name",
      "NAD+FL+++DICKENSON:CHARLES:JOHNMSTR'",
      { "\"full\":\"CHARLES JOHN DICKENSON\"" },
      "name-title" },
    { "Williams is no Willia Ms", "NAD+FL+++ORLO:WILLIAMS'ATT+2++M'", { "\"full\":\"WILLIAMS ORLO\"" }, NULL },
    { "Amr is no A Mr", "NAD+FL+++ORLO:AMR'ATT+2++M'", { "\"full\":\"AMR ORLO\"" }, NULL },
    { "Thamr is no Tha Mr", "NAD+FL+++ORLO:THAMR'ATT+2++M'", { "\"full\":\"THAMR ORLO\"" }, NULL },
    { "Alexandr is no Alexan Dr", "NAD+FL+++ORLO:ALEXANDR'ATT+2++M'", { "\"full\":\"ALEXANDR ORLO\"" }, NULL },
    { "a title alone is a name", "NAD+FL+++ORLO:MR'ATT+2++M'", { "\"full\":\"MR ORLO\"" }, NULL },
    { "sex", "NAD+FL+++A:B'ATT+2++F'", { "\"sex\":\"female\"" }, NULL },
    { "sex X", "NAD+FL+++A:B'ATT+2++X'", { "\"sex\":\"other\"" }, NULL },
    { "sex U says nothing", "NAD+FL+++A:B'ATT+2++U'", { "\"sex\":\"\"", "\"extras\":[]" }, NULL },
    { "sex of no kind", "NAD+FL+++A:B'ATT+2++Q'", { "\"sex\":\"\"", "{\"key\":\"sex\",\"value\":\"Q\"}" }, "sex" },
    { "birth", "NAD+FL+++A:B'DTM+329:710305'", { "\"birth_date\":\"1971-03-05\"", "\"as_written\":\"710305\"" }, NULL },
    { "birth this century", "NAD+FL+++A:B'DTM+329:261123'", { "\"birth_date\":\"2026-11-23\"" }, NULL },
    { "birth not in the future", "NAD+FL+++A:B'DTM+329:261124'", { "\"birth_date\":\"1926-11-24\"" }, NULL },
    { "birth in eight", "NAD+FL+++A:B'DTM+329:19710305:102'", { "\"birth_date\":\"1971-03-05\"" }, NULL },
    { "birth without day", "NAD+FL+++A:B'DTM+329:710300'", { "\"birth_date\":\"1971-03\"" }, NULL },
    { "birth without month", "NAD+FL+++A:B'DTM+329:71XXXX'", { "\"birth_date\":\"1971\"" }, NULL },
    { "birth of no kind",
      "NAD+FL+++A:B'DTM+329:710231'",
      { "\"birth_dates\":[]", "\"birth_date\",\"value\":\"710231\"" },
      "birth-date" },
    { "nationality", "NAD+FL+++A:B'NAT+2+XAA'", { "\"nationality\":\"XAA\"", "\"nationalities\":[\"XAA\"]" }, NULL },
    { "two nationalities", "NAD+FL+++A:B'NAT+2+XAA'NAT+2+XBB'", { "\"nationalities\":[\"XAA\",\"XBB\"]" }, NULL },
    { "nationality of nowhere", "NAD+FL+++A:B'NAT+2+ABC'", { "\"key\":\"nationality\",\"value\":\"ABC\"" }, "country" },
    { "document read by machine",
      "NAD+FL+++A:B'GEI+4+173'DOC+P:110:111+X1234567'DTM+36:310715'LOC+91+XAA'",
      { "{\"type\":\"passport\",\"number\":\"X1234567\",\"issuer\":\"XAA\",\"read\":\"machine\",\"expires\":\"2031-07-"
        "15\"}" },
      NULL },
    { "document typed, GEI behind it", "NAD+FL+++A:B'DOC+P+X1'GEI+4+174'", { "\"read\":\"typed\"" }, NULL },
    { "two documents",
      "NAD+FL+++A:B'DOC+P+X1'LOC+91+XAA'DOC+V+V1'DTM+36:2706301115'LOC+91+XBB'",
      { "\"number\":\"X1\",\"issuer\":\"XAA\"}",
        "\"visa\",\"number\":\"V1\",\"issuer\":\"XBB\",\"expires\":\"2027-06-30\"" },
      NULL },
    { "document without type",
      "NAD+FL+++A:B'DOC++433419360'",
      { "\"type\":\"other\",\"number\":\"433419360\"" },
      "document-type" },
    { "document without number",
      "NAD+FL+++A:B'DOC++'DTM+36:190919'LOC+91+'",
      { "\"documents\":[]" },
      "document-empty" },
    { "document of an unknown type", "NAD+FL+++A:B'DOC+T:110:ZZZ+1'", { "\"number\":\"1\",\"note\":\"T\"" }, NULL },
    { "expiry 50 years back is ahead", "NAD+FL+++A:B'DOC+P+X1'DTM+36:760101'", { "\"expires\":\"2076-01-01\"" }, NULL },
    { "references",
      "NAD+FL+++A:B'RFF+AVF:QWERTY'RFF+ABO:P-1'RFF+AEA:RDR1'RFF+CR:K1'RFF+SEA:12A'RFF+YZY:T1'RFF+ZZ:Q'",
      { "\"id\":\"P-1\"",
        "\"pnr\":\"QWERTY\",\"reference\":\"P-1\",\"redress\":\"RDR1\",\"known_traveller\":\"K1\"",
        "{\"key\":\"seat\",\"value\":\"12A\"}",
        "{\"key\":\"ticket\",\"value\":\"T1\"},{\"key\":\"reference\",\"value\":\"Q\"}" },
      NULL },
    { "a reference like a made id",
      "NAD+FL+++A:B'RFF+ABO:M1-P7'",
      { "\"id\":\"M1-P1\"", "\"reference\":\"M1-P7\"" },
      "reference-repeated" },
    { "birth place",
      "NAD+FL+++A:B'LOC+180+XAA:::PORT SELDA+:::NORTH'",
      { "\"birth_places\":[{\"text\":\"PORT SELDA NORTH\",\"country\":\"XAA\"}]" },
      NULL },
    { "places",
      "NAD+FL+++A:B'LOC+22+XQA'LOC+178+XQB'LOC+179+XQA'LOC+174+XAA'",
      { "{\"key\":\"clears\",\"value\":\"XQA\"},{\"key\":\"residence\",\"value\":\"XAA\"}" },
      NULL },
    { "bags are passed over", "NAD+FL+++A:B'MEA+CT++2'MEA+WT++KGM:13'FTX+BAG+++XN1'", { "\"extras\":[]" }, NULL },
    { "other words are kept",
      "NAD+FL+++A:B'COM+5550100:TE'EMP+1+CR1:110:111'FTX+AAI+++HELLO'",
      { "\"contact\",\"value\":\"5550100\"", "\"employment\",\"value\":\"CR1\"", "\"text\",\"value\":\"HELLO\"" },
      NULL },
    { "crew and address",
      "NAD+FM+++A:B+STREET 1+PORT SELDA+++XAA'",
      { "\"role\":\"crew\"", "\"address.street\",\"value\":\"STREET 1\"", "\"address.country\",\"value\":\"XAA\"" },
      NULL },
    { "transit", "NAD+DDU+++A:B'", { "\"role\":\"transit\"" }, NULL },
    { "flight",
      "NAD+FL+++A:B'",
      { "\"flight\":{\"number\":\"XN204\",\"legs\":[{\"from\":\"XQB\",\"to\":\"XQA\",\"departs\":\"2026-11-24T08:15\","
        "\"arrives\":\"2026-11-24T11:40\"}]}" },
      NULL },
    { "trip",
      "NAD+FL+++A:B'LOC+178+XQB'LOC+179+XQA'",
      { "\"kind\":\"api\",\"trip\":{\"number\":\"XN204\",\"from\":\"XQB\",\"to\":\"XQA\","
        "\"departs\":\"2026-11-24T08:15\",\"arrives\":\"2026-11-24T11:40\"}" },
      NULL },
    { "a trip from elsewhere has no times of this flight",
      "NAD+FL+++A:B'LOC+178+XQX'LOC+179+XQY'",
      { "\"trip\":{\"number\":\"XN204\",\"from\":\"XQX\",\"to\":\"XQY\"}," },
      NULL },
    { "the person before is not touched",
      "NAD+FL+++X:Y'NAT+2+XBB'DOC+P+X9'NAD+FL+++A:B'NAT+2+XAA'",
      { "\"nationalities\":[\"XAA\"],\"documents\":[]" },
      NULL },
    { "an agent is nobody", "NAD+AG+++X:Y'NAD+FL+++B:A'", { "\"full\":\"A B\"" }, "party" },
    { "unknown segment", "NAD+FL+++A:B'QTY+1'NAT+2+XAA'", { "\"XAA\"" }, "segment" },
};

static const char *
last_line(struct en_buf *b)
{
    char *p = b->p + b->n - 1;

    while (p > b->p && p[-1] != '\n')
        p--;
    return p;
}

static void
test_persons(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof persons / sizeof *persons; i++) {
        const struct person_case *c = &persons[i];
        struct seen s = { 0 };
        struct en_report *r = en_report_new();
        struct en_buf in = EN_BUF_INIT;

        en_buf_add_str(&in, UNB_ UNH_ FLY);
        en_buf_add_str(&in, c->segments);
        en_buf_add_str(&in, END);
        assert_int_equal(read_text(en_buf_bytes(&in), &s, r), EN_OK);
        for (size_t k = 0; k < 4 && c->has[k]; k++)
            if (!strstr(last_line(&s.travellers), c->has[k]))
                fail_msg("%s: %s not in %s", c->name, c->has[k], last_line(&s.travellers));
        if (c->code && !en_report_count_code(r, c->code))
            fail_msg("%s: no note %s", c->name, c->code);
        if (!c->code && en_report_count(r, EN_NOTE_REPAIR) + en_report_count(r, EN_NOTE_REFUSED) +
                                en_report_count(r, EN_NOTE_KEPT) != 0)
            fail_msg("%s: an unexpected note %s", c->name, en_report_code(r, 0, NULL, NULL));
        en_buf_release(&in);
        forget(&s, r);
    }
}

/* --- flights ------------------------------------------------------------------------------------------------------ */

static void
test_flights(void **state)
{
    static const struct {
        const char *segments, *flight;
    } rows[] = {
        { "", "\"flight\":null" },
        { "TDT+20+204+++XN'", "{\"number\":\"XN204\",\"legs\":[]}" },
        { "TDT+20+XN204'LOC+87+XQA'DTM+232:2611241140:201'LOC+125+XQB'DTM+189:2611240815:201'",
          "[{\"from\":\"XQB\",\"to\":\"XQA\",\"departs\":\"2026-11-24T08:15\",\"arrives\":\"2026-11-24T11:40\"}]" },
        { "TDT+20+XN204'LOC+125+XQB'LOC+87+XQA'LOC+92+XQC'LOC+130+XQD'",
          "[{\"from\":\"XQB\",\"to\":\"XQA\"},{\"from\":\"XQA\",\"to\":\"XQC\"},{\"from\":\"XQC\",\"to\":\"XQD\"}]" },
        { "TDT+20+XN1'LOC+92+XQB'LOC+92+XQA'TDT+20+XN2'LOC+92+XQA'DTM+189:261124'LOC+92+XQC'",
          "[{\"from\":\"XQB\",\"to\":\"XQA\"},{\"number\":\"XN2\",\"from\":\"XQA\",\"to\":\"XQC\","
          "\"departs\":\"2026-11-24T00:00\"}]" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct seen s = { 0 };
        struct en_report *r = en_report_new();
        struct en_buf in = EN_BUF_INIT;

        en_buf_add_str(&in, UNB_ UNH_);
        en_buf_add_str(&in, rows[i].segments);
        en_buf_add_str(&in, "NAD+FL+++A:B'" END);
        assert_int_equal(read_text(en_buf_bytes(&in), &s, r), EN_OK);
        if (!strstr(s.travellers.p, rows[i].flight))
            fail_msg("%s: not in %s", rows[i].flight, s.travellers.p);
        en_buf_release(&in);
        forget(&s, r);
    }
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static void
test_message(void **state)
{
    static const char in[] = "UNB+UNOA:4+XN+XAA+261123:0815+C77'UNH+R9+PAXLST:D:05B:UN:IATA+ACC1+02:C'BGM+745+CP'"
                             "NAD+FL+++A:B'NAD+FL+++C:D'CNT+42:3'UNT+6+R9'UNZ+1+C77'";
    struct seen s = { 0 };
    struct en_report *r = en_report_new();

    (void)state;
    assert_int_equal(read_text(en_bytes_from(in, sizeof in - 1), &s, r), EN_OK);
    assert_string_equal(s.refs, "PAXLST D:05B 745+CP R9 ACC1");
    assert_int_equal(s.last.part, 2);
    assert_false(s.last.final || s.last.truncated);
    assert_int_equal(s.last.travellers, 2);
    assert_int_equal(s.last.declared, 3);
    assert_int_equal(en_report_count_code(r, "person-count"), 1);
    assert_int_equal(en_report_count_code(r, "segment-count"), 0);
    assert_int_equal(en_report_count_code(r, "part-missing"), 1);
    forget(&s, r);
}

static void
test_status(void **state)
{
    static const struct {
        const char *bgm, *status; /* NULL: stated, and so left out */
    } rows[] = {
        { "745", NULL },
        { "745+CP", NULL },
        { "745+XR", "\"status\":\"cancelled\"" },
        { "745+RP", "\"status\":\"cancelled\"" },
        { "266+CL", NULL },
        { "266+CLOB", "\"status\":\"boarded\"" },
        { "266+CLNB", "\"status\":\"not-boarded\"" },
        { "266+XF", "\"status\":\"cancelled\"" },
        { "250+C", NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct seen s = { 0 };
        struct en_report *r = en_report_new();
        struct en_buf in = EN_BUF_INIT;

        en_buf_addf(&in, UNB_ "UNH+1+PAXLST:D:05B'BGM+%s'NAD+FL+++A:B'UNT+4+1'UNZ+1+C1'", rows[i].bgm);
        assert_int_equal(read_text(en_buf_bytes(&in), &s, r), EN_OK);
        assert_int_equal(s.n, 1);
        if (rows[i].status ? !strstr(s.travellers.p, rows[i].status) : strstr(s.travellers.p, "\"status\"") != NULL)
            fail_msg("%s: %s", rows[i].bgm, s.travellers.p);
        en_buf_release(&in);
        forget(&s, r);
    }
}

/* The same passengers in another envelope, folding and separators are the same message; another letter is another one.
 */
static void
test_content(void **state)
{
    static const char in[] =
        "UNB+UNOA:4+XN+XAA+261123:0815+C1'UNH+R1+PAXLST:D:05B:UN:IATA'BGM+745'NAD+FL+++SELDA:AMAL'UNT+4+R1'UNZ+1+C1'"
        "UNB+UNOA:4+XN+XAA+261123:0900+C2'\r\nUNH+R2+PAXLST:D:05B:UN:IATA'\r\nBGM+745'\r\nNAD+FL+++SE\r\nLDA:AMAL'\r\n"
        "UNT+4+R2'\r\nUNZ+1+C2'"
        "UNA:-.? $UNB-UNOA:4-XN-XAA-261123:0900-C3$UNH-R3-PAXLST:D:05B:UN:IATA$BGM-745$NAD-FL---SELDA:AMAL$UNT-4-R3$"
        "UNZ-1-C3$"
        "UNB+UNOA:4+XN+XAA+261123:0815+C4'UNH+R1+PAXLST:D:05B:UN:IATA'BGM+745'NAD+FL+++SELDA:AMAN'UNT+4+R1'UNZ+1+C4'"
        "UNB+UNOA:4+XN+XAA+261123:0815+C5'UNH+R1+PAXLST:D:05B:UN:IATA'BGM+745'NAD+FL+++SELDAAMAL'UNT+4+R1'UNZ+1+C5'";
    struct seen s = { 0 };
    struct en_report *r = en_report_new();

    (void)state;
    assert_int_equal(read_text(en_bytes_from(in, sizeof in - 1), &s, r), EN_OK);
    assert_int_equal(s.messages, 5);
    assert_memory_equal(s.contents[0], s.contents[1], EN_DIGEST_LEN);
    assert_memory_equal(s.contents[0], s.contents[2], EN_DIGEST_LEN);
    assert_memory_not_equal(s.contents[0], s.contents[3], EN_DIGEST_LEN);
    assert_memory_not_equal(s.contents[0], s.contents[4], EN_DIGEST_LEN);
    forget(&s, r);
}

static void
test_types(void **state)
{
    static const struct {
        const char *type;
        uint64_t read;
    } rows[] = {
        { "PAXLST:D:02B", 1 }, { "PAXLST:D:16B", 1 }, { "PAXLST:S:93A", 1 }, { "PAXLST", 1 },  { "GOVREQ:11:1", 0 },
        { "CUSRES:D:05B", 0 }, { "PAORES:93:1", 0 },  { "INVOIC:D:96A", 0 }, { "PAXLSTS:D", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct seen s = { 0 };
        struct en_report *r = en_report_new();
        struct en_buf in = EN_BUF_INIT;

        en_buf_addf(&in, UNB_ "UNH+1+%s'BGM+745'NAD+FL+++A:B'UNT+4+1'UNZ+1+C1'", rows[i].type);
        assert_int_equal(read_text(en_buf_bytes(&in), &s, r), EN_OK);
        assert_int_equal(s.n, rows[i].read);
        assert_int_equal(s.messages, 1);
        assert_int_equal(en_report_count_code(r, "message-type"), !rows[i].read);
        en_buf_release(&in);
        forget(&s, r);
    }
}

/* A message whose interchange was taken off, with any separators, between other text; behind an interchange too. */
static void
test_bare(void **state)
{
    static const struct {
        const char *in;
        uint64_t persons, messages;
    } rows[] = {
        { "UNH+1+PAXLST:D:05B:UN'BGM+745'NAD+FL+++A:B'UNT+4+1'", 1, 1 },
        { "Dear all\r\nUNH+1+PAXLST:D:05B:UN'\r\nBGM+745'\r\nNAD+FL+++A:B'\r\nUNT+4+1'\r\nregards", 1, 1 },
        { "UNH*1*PAXLST-D-05B-UN$BGM*745$NAD*FL***A-B$UNT*4*1$", 1, 1 },
        { "UNH+1+PAXLST:D:05B'BGM+745'NAD+FL+++A:B'UNT+4+1'UNH+2+PAXLST:D:05B'BGM+745'NAD+FL+++C:D'UNT+4+2'", 2, 2 },
        { "UNB+UNOA:4+XN+XAA+261123:0815+C1'UNH+1+PAXLST:D:05B'NAD+FL+++A:B'UNT+3+1'UNZ+1+C1'"
          "UNH+2+PAXLST:D:05B'BGM+745'NAD+FL+++C:D'UNT+4+2'", 2, 2 },
        { "UNH+1+PAXLST:D:05B'BGM+745'NAD+FL+++A:B'", 1, 1 }, /* cut */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct seen s = { 0 };
        struct en_report *r = en_report_new();
        en_bytes in = en_bytes_from(rows[i].in, strlen(rows[i].in));

        assert_int_equal(en_manifest_sniff(in), EN_MANIFEST_EDIFACT);
        assert_int_equal(read_text(in, &s, r), EN_OK);
        if (s.n != rows[i].persons || s.messages != rows[i].messages || !en_report_count_code(r, "unb-missing"))
            fail_msg("%s: %lu persons", rows[i].in, (unsigned long)s.n);
        forget(&s, r);
    }
    assert_int_equal(en_manifest_sniff(EN_BYTES_LIT("UNHAPPY+1+PAXLST:D")), EN_MANIFEST_UNKNOWN);
    assert_int_equal(en_manifest_sniff(EN_BYTES_LIT("UNH+1+paxlst:D'BGM+745'")), EN_MANIFEST_UNKNOWN);
}

/* The old dialect, one PDT a person. */
static void
test_us(void **state)
{
    static const char in[] =
        UNB_ "UNH+1+PAXLST:001:000:XN'TDT++XN812+40+XN'LOC+005+XXXQB:50'DTM+136+261123+1030+M05'LOC+008+XXXQA:50'"
             "DTM+132+261123+2200+M05'UNS+D'PDT+P/182345345:310909:XAA+O?'LEARYSKY:SIMON:P:590429:M+CRW+XXXQB:XXXQA'"
             "PDT+:::XAA+ORLO:MAREK::99:U+PAX'UNT+10+1'UNZ+1+C1'";
    struct seen s = { 0 };
    struct en_report *r = en_report_new();

    (void)state;
    assert_int_equal(read_text(en_bytes_from(in, sizeof in - 1), &s, r), EN_OK);
    assert_int_equal(s.n, 2);
    assert_non_null(strstr(s.travellers.p, "\"full\":\"SIMON P O'LEARYSKY\""));
    assert_non_null(strstr(s.travellers.p, "{\"type\":\"passport\",\"number\":\"182345345\",\"issuer\":\"XAA\","
                                           "\"expires\":\"2031-09-09\"}"));
    assert_non_null(strstr(s.travellers.p, "\"birth_date\":\"1959-04-29\""));
    assert_non_null(strstr(s.travellers.p, "\"role\":\"crew\""));
    assert_non_null(strstr(s.travellers.p, "{\"number\":\"XN812\",\"legs\":[{\"from\":\"XQB\",\"to\":\"XQA\","
                                           "\"departs\":\"2026-11-23T10:30\",\"arrives\":\"2026-11-23T22:00\"}]}"));
    assert_non_null(strstr(last_line(&s.travellers), "\"birth_date\",\"value\":\"99\""));
    forget(&s, r);
}

/* --- laws --------------------------------------------------------------------------------------------------------- */

#define PEOPLE 12

/* A message of PEOPLE persons; ends[i] is where the i-th person's segments end. */
static void
make_message(struct en_buf *b, size_t ends[PEOPLE])
{
    en_buf_add_str(b, "UNA:+.? '" UNB_ UNH_ FLY);
    for (size_t i = 0; i < PEOPLE; i++) {
        en_buf_addf(b, "NAD+FL+++FAM%zu:GIV?'N%zu'ATT+2++M'DTM+329:7%zu0101'\r\nNAT+2+XAA'DOC+P+X%zu'\r\n", i, i,
                    i % 10, i);
        ends[i] = b->n;
    }
    en_buf_addf(b, "CNT+42:%d'UNT+%d+R1'UNZ+1+C1'", PEOPLE, 9 + 5 * PEOPLE);
}

/* Cut anywhere: never a failure, all persons before the cut are there and are the same, and the cut is reported. */
static void
test_cut_anywhere(void **state)
{
    struct en_buf in = EN_BUF_INIT;
    size_t ends[PEOPLE];
    struct seen whole = { 0 };
    struct en_report *report = en_report_new();

    (void)state;
    make_message(&in, ends);
    assert_int_equal(read_text(en_buf_bytes(&in), &whole, report), EN_OK);
    assert_int_equal(whole.n, PEOPLE);
    assert_int_equal(en_report_codes(report), 0);
    for (size_t cut = 60; cut < in.n - 9; cut++) {
        struct seen s = { 0 };
        struct en_report *r = en_report_new();
        size_t before = 0;

        while (before < PEOPLE && ends[before] <= cut)
            before++;
        assert_int_equal(read_text(en_bytes_from(in.p, cut), &s, r), EN_OK);
        assert_true(s.n >= before && s.n <= before + 1);
        if (before) {
            size_t n = 0;

            for (size_t i = 0; i < before; i++)
                n = (size_t)((char *)memchr(whole.travellers.p + n, '\n', whole.travellers.n - n) -
                             whole.travellers.p) +
                    1;
            assert_memory_equal(s.travellers.p, whole.travellers.p, n);
        }
        assert_true(en_report_count(r, EN_NOTE_REFUSED) + en_report_count(r, EN_NOTE_WARNING) > 0);
        forget(&s, r);
    }
    en_buf_release(&in);
    forget(&whole, report);
}

static uint64_t
next_random(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

/* One byte changed anywhere never sinks more than two persons (a terminator between them gone), nor the message. */
static void
test_flip_anywhere(void **state)
{
    struct en_buf in = EN_BUF_INIT;
    size_t ends[PEOPLE];
    uint64_t seed = 20261123;

    (void)state;
    make_message(&in, ends);
    for (size_t at = 150; at < ends[PEOPLE - 1]; at++) {
        struct seen s = { 0 };
        struct en_report *r = en_report_new();
        char old = in.p[at];

        in.p[at] = (char)('A' + next_random(&seed) % 26);
        if (memcmp(in.p + (at < 3 ? 0 : at - 2), "UN", 2) != 0) {
            assert_int_equal(read_text(en_buf_bytes(&in), &s, r), EN_OK);
            assert_true(s.n >= PEOPLE - 1);
        }
        in.p[at] = old;
        forget(&s, r);
    }
    en_buf_release(&in);
}

/* More persons than a message may have: the first ones are read, the others refused aloud. */
static void
test_many(void **state)
{
    struct en_buf in = EN_BUF_INIT;
    struct en_report *r = en_report_new();
    struct seen s = { 0 };

    (void)state;
    en_buf_add_str(&in, UNB_ UNH_);
    for (unsigned i = 0; i < EN_MAX_PERSONS + 7; i++)
        en_buf_add_str(&in, "NAD+FL+++A:B'NAT+2+XAA'");
    en_buf_add_str(&in, END);
    assert_int_equal(read_text(en_buf_bytes(&in), &s, r), EN_OK);
    assert_int_equal(s.n, EN_MAX_PERSONS);
    assert_int_equal(en_report_count_code(r, "too-many-persons"), 7);
    en_buf_release(&in);
    forget(&s, r);
}

/* A person with too much of everything is delivered with what fits. */
static void
test_too_much_of_a_person(void **state)
{
    struct en_buf in = EN_BUF_INIT;
    struct en_report *r = en_report_new();
    struct seen s = { 0 };

    (void)state;
    en_buf_add_str(&in, UNB_ UNH_ "NAD+FL+++A:B'");
    for (unsigned i = 0; i < EN_MAX_VALUES + 5; i++)
        en_buf_addf(&in, "DOC+P+X%u'", i);
    en_buf_add_str(&in, "NAD+FL+++C:D'" END);
    assert_int_equal(read_text(en_buf_bytes(&in), &s, r), EN_OK);
    assert_int_equal(s.n, 2);
    assert_int_equal(en_report_count_code(r, "value-limit"), 5);
    assert_non_null(strstr(last_line(&s.travellers), "\"full\":\"D C\""));
    en_buf_release(&in);
    forget(&s, r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_persons), cmocka_unit_test(test_flights),
        cmocka_unit_test(test_message), cmocka_unit_test(test_status),
        cmocka_unit_test(test_content), cmocka_unit_test(test_types),
        cmocka_unit_test(test_bare), cmocka_unit_test(test_us),      cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_flip_anywhere), cmocka_unit_test(test_many),
        cmocka_unit_test(test_too_much_of_a_person),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
