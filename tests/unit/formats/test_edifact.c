#include "formats/edifact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"

/* Segments as the sink saw them: components joined by ',', elements by '|', a line a segment. */
struct seen {
    struct en_buf text, canonical;
    uint64_t n, last_pos;
};

static en_errc
see(void *ctx, const struct en_edi_segment *s, struct en_err *err)
{
    struct seen *v = ctx;

    (void)err;
    assert_true(s->number > v->n); /* refused segments are counted too */
    v->n = s->number;
    v->last_pos = s->pos;
    for (size_t i = 0; i < s->elements; i++) {
        if (i)
            en_buf_addc(&v->text, '|');
        for (size_t k = 0; k < en_edi_parts(s, i); k++) {
            if (k)
                en_buf_addc(&v->text, ',');
            en_buf_add(&v->text, en_edi_part(s, i, k).p, en_edi_part(s, i, k).n);
        }
    }
    en_buf_addc(&v->text, '\n');
    en_edi_canonical(s, &v->canonical);
    return EN_OK;
}

static en_errc
read_in_steps(en_bytes in, size_t step, struct seen *v, struct en_report *r, struct en_err *err)
{
    struct en_edi *e = en_edi_new((struct en_edi_sink){ v, see }, r);
    en_errc rc = EN_OK;

    for (size_t i = 0; i < in.n && rc == EN_OK; i += step)
        rc = en_edi_feed(e, (en_bytes){ in.p + i, in.n - i < step ? in.n - i : step }, err);
    if (rc == EN_OK)
        rc = en_edi_end(e, err);
    en_edi_free(e);
    return rc;
}

#define UNB(e, c)  "UNB" e "UNOA" c "4" e "XN" c "ZZ" e "XAA" c "ZZ" e "261123" c "0815" e "1"
#define UNB_SEEN   "UNB|UNOA,4|XN,ZZ|XAA,ZZ|261123,0815|1\n"
#define UNH        "UNH+1+PAXLST:D:05B:UN:IATA'"
#define UNH_SEEN   "UNH|1|PAXLST,D,05B,UN,IATA\n"
#define HEAD       UNB("+", ":") "'" UNH
#define HEAD_SEEN  UNB_SEEN UNH_SEEN
#define TAIL       "UNT+3+1'UNZ+1+1'"
#define TAIL_SEEN  "UNT|3|1\nUNZ|1|1\n"

static const struct edi_case {
    const char *name, *in, *segments;
    const char *codes; /* notes in the order of their first appearance, "code=count" separated by blanks */
} cases[] = {
    { "una", "UNA:+.? '" HEAD TAIL, HEAD_SEEN TAIL_SEEN, "" },
    { "no una", HEAD TAIL, HEAD_SEEN TAIL_SEEN, "" },
    { "line a segment", "UNA:+.? '\r\n" UNB("+", ":") "'\r\n" UNH "\r\nUNT+3+1'\r\nUNZ+1+1'\r\n", HEAD_SEEN TAIL_SEEN,
      "" },
    { "other separators", "UNA:*.? $" UNB("*", ":") "$UNH*1*PAXLST:D$UNT*2*1$UNZ*1*1$",
      UNB_SEEN "UNH|1|PAXLST,D\nUNT|2|1\nUNZ|1|1\n", "" },
    { "backslash releases", "UNA:+.\\*'" UNB("+", ":") "'" UNH "NAD+FL+++O\\'LEARY:A\\+B\\\\C'" TAIL,
      HEAD_SEEN "NAD|FL|||O'LEARY,A+B\\C\n" TAIL_SEEN, "" },
    { "released marks", HEAD "NAD+FL+++O?'LEARY:A?+B??C?:D'" TAIL, HEAD_SEEN "NAD|FL|||O'LEARY,A+B?C:D\n" TAIL_SEEN,
      "" },
    { "released before a fold", HEAD "FTX+A+?\r\n'B'" TAIL, HEAD_SEEN "FTX|A|'B\n" TAIL_SEEN, "" },
    { "no una, quotes end", UNB("+", ":") "\"\nUNH+1+PAXLST:D\"\nUNT+2+1\"\nUNZ+1+1\"\n",
      UNB_SEEN "UNH|1|PAXLST,D\nUNT|2|1\nUNZ|1|1\n", "una-missing=1" },
    { "no una, all other", UNB("-", ":") "#UNG-PAXLST#UNH-1-PAXLST:D#UNT-2-1#UNE-1-1#UNZ-1-1#",
      UNB_SEEN "UNG|PAXLST\nUNH|1|PAXLST,D\nUNT|2|1\nUNE|1|1\nUNZ|1|1\n", "una-missing=1" },
    { "una of five", "UNA:+.?'" HEAD TAIL, HEAD_SEEN TAIL_SEEN, "una-damaged=1" },
    { "una of five, backslash", "UNA:+.\\'" HEAD "FTX+A\\+B'" TAIL, HEAD_SEEN "FTX|A+B\n" TAIL_SEEN, "una-damaged=1" },
    { "una with a mail's quote", "UNA:+.? \xE2\x80\x99" HEAD TAIL, HEAD_SEEN TAIL_SEEN, "una-damaged=1" },
    { "a mail's quote ends segments",
      UNB("+", ":") "\xE2\x80\x99UNH+1+PAXLST:D\xE2\x80\x99"
                    "FTX+\xC8\x99'"
                    "\xE2\x80\x99UNT+3+1\xE2\x80\x99UNZ+1+1\xE2\x80\x99",
      UNB_SEEN "UNH|1|PAXLST,D\nFTX|\xC8\x99'\nUNT|3|1\nUNZ|1|1\n", "una-missing=1" },
    { "una that lies", "UNA;*.? $" HEAD TAIL, HEAD_SEEN TAIL_SEEN, "una-damaged=1" },
    { "information separators",
      UNB("\x1d", "\x1f") "\x1cUNH\x1d"
                          "1\x1dPAXLST\x1f"
                          "D\x1c"
                          "FTX\x1d?'\x1cUNT\x1d"
                          "3\x1d"
                          "1\x1cUNZ\x1d"
                          "1\x1d"
                          "1\x1c",
      UNB_SEEN "UNH|1|PAXLST,D\nFTX|?'\nUNT|3|1\nUNZ|1|1\n", "una-missing=1" },
    { "version missing", "UNB+UNOA+XN+XAA+261123:0815+1'" UNH TAIL,
      "UNB|UNOA|XN|XAA|261123,0815|1\n" UNH_SEEN TAIL_SEEN, "" },
    { "telex around", "\x01QD XAAXX\r\n.HDQXN 231130\r\n\x02UNA:+.? '" HEAD TAIL "\r\n\x03\r\nRegards, UNICORN\r\n",
      HEAD_SEEN TAIL_SEEN, "text-around=2" },
    { "folded everywhere",
      "U\r\nNA:+\n.? '\r\nU\nN\nB+UN\nOA:\n4+XN:ZZ+XAA:ZZ+26\n1123:0815+1\n'U\nNH+1+PAXLST:D:05B:UN:IATA'"
      "UN\r\nT+3+1'UNZ+1+\n1'",
      HEAD_SEEN TAIL_SEEN, "" },
    { "una inside a word", HEAD "NAD+FL+++LOR:LU\r\nUNA+X:Y'" TAIL, HEAD_SEEN "NAD|FL|||LOR,LUUNA|X,Y\n" TAIL_SEEN,
      "" },
    { "blanks at tags", " UNA:+.? ' " UNB("+", ":") "' UNG +PAXLST' " UNH " UNT+3+1' UNZ+1+1'",
      UNB_SEEN "UNG|PAXLST\n" UNH_SEEN TAIL_SEEN, "" },
    { "two interchanges", "UNA:+.? '" HEAD TAIL "UNA:*.? $" UNB("*", ":") "$UNZ*0*1$",
      HEAD_SEEN TAIL_SEEN UNB_SEEN "UNZ|0|1\n", "" },
    { "unz missing, una follows", HEAD "UNT+2+1'UNA:*.? $" UNB("*", ":") "$UNZ*0*1$",
      HEAD_SEEN "UNT|2|1\n" UNB_SEEN "UNZ|0|1\n", "" },
    { "unz missing, unb follows", HEAD UNB("*", ":") "$UNZ*0*1$", HEAD_SEEN UNB_SEEN "UNZ|0|1\n", "una-missing=1" },
    { "cut, una follows in a line", HEAD "NAD+FL+++AB\r\nUNA:*.? $\r\n" UNB("*", ":") "$UNZ*0*1$",
      HEAD_SEEN UNB_SEEN "UNZ|0|1\n", "segment-cut=1" },
    { "cut, same marks follow in a line", HEAD "NAD+FL+++AB\r\nUNA:+.? '\r\n" UNB("+", ":") "'UNZ+0+1'",
      HEAD_SEEN UNB_SEEN "UNZ|0|1\n", "segment-cut=1" },
    { "cut, other marks follow at once", HEAD "NAD+FL+++AB" UNB("*", ":") "$UNZ*0*1$", HEAD_SEEN UNB_SEEN "UNZ|0|1\n",
      "segment-cut=1 una-missing=1" },
    { "cut in a segment", HEAD "NAD+FL+++AB", HEAD_SEEN, "segment-cut=1 interchange-truncated=1" },
    { "unz without its end", HEAD "UNT+2+1'UNZ+1+1", HEAD_SEEN "UNT|2|1\nUNZ|1|1\n", "segment-unterminated=1" },
    { "unz missing", HEAD "UNT+2+1'", HEAD_SEEN "UNT|2|1\n", "interchange-truncated=1" },
    { "bad tags",
      HEAD "nad+1'N+2'+3'NAD1+4'N\xC3\x84"
           "D'" TAIL,
      HEAD_SEEN TAIL_SEEN, "segment-tag=5" },
    { "empty segments", HEAD "FTX''FTX+'" TAIL, HEAD_SEEN "FTX\nFTX|\n" TAIL_SEEN, "segment-tag=1" },
    { "repetition is data", "UNA:+.?*'" HEAD "NAT+2+XAA*XBB'" TAIL, HEAD_SEEN "NAT|2|XAA*XBB\n" TAIL_SEEN, "" },
};

static void
codes_of(const struct en_report *r, struct en_buf *out)
{
    for (size_t i = 0; i < en_report_codes(r); i++) {
        enum en_note_kind kind;
        uint64_t count;
        const char *code = en_report_code(r, i, &kind, &count);

        en_buf_addf(out, "%s%s=%llu", i ? " " : "", code, (unsigned long long)count);
    }
}

static void
check_case(const struct edi_case *c, size_t step)
{
    struct seen v = { 0 };
    struct en_report *r = en_report_new();
    struct en_err err = EN_ERR_INIT;
    struct en_buf codes = EN_BUF_INIT;

    assert_int_equal(read_in_steps(en_bytes_from(c->in, strlen(c->in)), step, &v, r, &err), EN_OK);
    codes_of(r, &codes);
    if (strcmp(codes.p ? codes.p : "", c->codes) != 0)
        fail_msg("%s, step %zu: notes %s; segments\n%s", c->name, step, codes.p ? codes.p : "", v.text.p);
    if (strcmp(v.text.p ? v.text.p : "", c->segments) != 0)
        fail_msg("%s, step %zu: segments\n%s", c->name, step, v.text.p);
    en_buf_release(&codes);
    en_buf_release(&v.text);
    en_buf_release(&v.canonical);
    en_report_free(r);
}

static void
test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step <= 64; step = step < 8 ? step + 1 : step * 2)
            check_case(&cases[i], step);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_case(&cases[i], SIZE_MAX / 2);
}

/* --- the limits --------------------------------------------------------------------------------------------------- */

static en_errc
count_only(void *ctx, const struct en_edi_segment *s, struct en_err *err)
{
    (void)err;
    ((uint64_t *)ctx)[0]++;
    ((uint64_t *)ctx)[1] = s->pos;
    ((uint64_t *)ctx)[2] = s->number;
    return EN_OK;
}

/* HEAD, then n bytes of `fill` in a segment FTX, then TAIL; how it is read must not depend on the step. */
static void
check_length(const char *fill, size_t n, const char *code)
{
    struct en_buf b = EN_BUF_INIT;
    size_t pos;

    en_buf_add_str(&b, HEAD "FTX+");
    pos = b.n - 4;
    for (size_t i = 0; i < n; i++)
        en_buf_addc(&b, fill[i % strlen(fill)]);
    en_buf_add_str(&b, "'" TAIL);
    for (size_t step = 1; step <= b.n; step = step * 37 + 1) {
        uint64_t got[3] = { 0 };
        struct en_report *r = en_report_new();
        struct en_edi *e = en_edi_new((struct en_edi_sink){ got, count_only }, r);

        for (size_t i = 0; i < b.n; i += step)
            assert_int_equal(en_edi_feed(e, en_bytes_from(b.p + i, b.n - i < step ? b.n - i : step), NULL), EN_OK);
        assert_int_equal(en_edi_end(e, NULL), EN_OK);
        assert_int_equal(got[0], code ? 4 : 5);
        assert_int_equal(en_report_count_code(r, "segment-too-long"), code != NULL);
        if (code) {
            assert_int_equal(en_report_note(r, 0)->kind, EN_NOTE_REFUSED);
            assert_true(en_report_note(r, 0)->pos == pos);
        }
        en_edi_free(e);
        en_report_free(r);
    }
    en_buf_release(&b);
}

static void
test_limits(void **state)
{
    (void)state;
    check_length("A", EN_MAX_SEGMENT - 100, NULL);
    check_length("A", EN_MAX_SEGMENT + 1, "segment-too-long");
    check_length("A", 5 * EN_MAX_SEGMENT, "segment-too-long");
    check_length("A\n", 3 * EN_MAX_SEGMENT, "segment-too-long");
    check_length("?'", 2 * EN_MAX_SEGMENT, "segment-too-long");
    check_length(":", EN_MAX_COMPONENTS - 2, NULL);
    check_length(":", EN_MAX_COMPONENTS, "segment-too-long");
    check_length("+", 5000, "segment-too-long");
    check_length("+\n", 5000, "segment-too-long");
}

/* Text that begins like an interchange over and over again takes time in proportion to its length. */
static void
test_false_starts(void **state)
{
    static const char *const words[] = { "UNB+UNOA:4",    "UNA:+.? 'UNB+UNOA:4", "UNA:+.? ",     "UNB+UNOA",
                                         "UNBUNA",        "\nUNA:+.? '",         "UNB+UNOA:4+'", "UNB+UNOA:4'UNH+1'X+",
                                         "?'UNB+UNOA:4\n" };

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct en_report *r = en_report_new();
        struct en_buf in = EN_BUF_INIT;
        uint64_t got[3] = { 0 };
        struct en_edi *e = en_edi_new((struct en_edi_sink){ got, count_only }, r);

        while (in.n < 200000)
            en_buf_add_str(&in, words[i]);
        assert_int_equal(en_edi_feed(e, en_buf_bytes(&in), NULL), EN_OK);
        (void)en_edi_end(e, NULL);
        en_edi_free(e);
        en_report_free(r);
        en_buf_release(&in);
    }
}

static void
test_nothing_there(void **state)
{
    static const char *const texts[] = {
        "", "no interchange here", "UNA:+.? '", "UNB", "UNB+UNO", "UNBEKANNT + UNABLE"
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct seen v = { 0 };
        struct en_report *r = en_report_new();
        struct en_err err = EN_ERR_INIT;

        assert_int_equal(read_in_steps(en_bytes_from(texts[i], strlen(texts[i])), 3, &v, r, &err), EN_E_INPUT);
        assert_int_equal(v.n, 0);
        assert_int_equal(err.pos, 0);
        assert_false(en_edi_sniff(en_bytes_from(texts[i], strlen(texts[i]))));
        en_report_free(r);
    }
}

/* Positions are those of the tags, whatever was copied on the way. */
static void
test_positions(void **state)
{
    static const char in[] = "telex\r\n" HEAD "\r\nNAD+FL\r\n+A?'B'\r\n  ATT+2'" TAIL;
    const char *at = strstr(in, "ATT");
    uint64_t got[3] = { 0 };
    struct en_report *r = en_report_new();
    struct en_edi *e = en_edi_new((struct en_edi_sink){ got, count_only }, r);

    (void)state;
    for (size_t i = 0; i < (size_t)(at - in) + 6; i++)
        assert_int_equal(en_edi_feed(e, en_bytes_from(in + i, 1), NULL), EN_OK);
    assert_int_equal(en_edi_end(e, NULL), EN_OK);
    assert_int_equal(got[0], 4);
    assert_int_equal(got[1], at - in);
    assert_int_equal(got[2], 4);
    en_edi_free(e);
    en_report_free(r);
}

/* The same message in other separators, folded and released, is the same in canonical form. */
static void
test_canonical(void **state)
{
    static const char *const same[] = {
        HEAD "FTX+A?+B:C$D'" TAIL,
        "UNA:*.\\ $" UNB("*", ":") "$UNH*1*PAXLST:D:05B:UN:IATA$FTX*A+B:C\\$D$UNT*3*1$UNZ*1*1$",
        "UNA:+.? '" UNB("+", ":") "'UN\r\nH+1+PAXLST:D:05B:UN:IATA'\r\nFT\nX+A?+B:C$D'" TAIL,
    };
    struct en_buf first = EN_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct seen v = { 0 };
        struct en_report *r = en_report_new();

        assert_int_equal(read_in_steps(en_bytes_from(same[i], strlen(same[i])), 1000, &v, r, NULL), EN_OK);
        if (i == 0) {
            assert_string_equal(v.canonical.p, same[0]);
            en_buf_add(&first, v.canonical.p, v.canonical.n);
        }
        assert_string_equal(v.canonical.p, first.p);
        en_buf_release(&v.text);
        en_buf_release(&v.canonical);
        en_report_free(r);
    }
    en_buf_release(&first);
}

/* --- character sets ----------------------------------------------------------------------------------------------- */

struct decoded {
    struct en_edi *e;
    struct en_arena arena;
    char text[64];
    unsigned repairs;
};

static en_errc
decode_ftx(void *ctx, const struct en_edi_segment *s, struct en_err *err)
{
    struct decoded *d = ctx;
    en_text t;

    if (s->tag != EN_EDI3('F', 'T', 'X'))
        return EN_OK;
    assert_int_equal(en_edi_text(d->e, en_edi_part(s, 1, 0), 60, &d->arena, &t, &d->repairs, err), EN_OK);
    memcpy(d->text, t.p, t.n);
    d->text[t.n] = '\0';
    return EN_OK;
}

static void
test_charsets(void **state)
{
    static const struct {
        const char *syntax, *bytes, *text;
        unsigned repairs;
    } rows[] = {
        { "UNOA", "PLAIN  TEXT ", "PLAIN TEXT", EN_TEXT_TRIMMED },
        { "UNOA", "M\xC3\x9CLLER", "MÜLLER", 0 },
        { "UNOA", "M\xDCLLER", "MÜLLER", EN_TEXT_BAD_UTF8 },
        { "UNOC", "M\xDCLLER", "MÜLLER", 0 },
        { "UNOC", "M\xC3\x9CLLER", "MÜLLER", 0 },
        { "UNOD", "\xA3\xD3\xAC", "ŁÓŹ", 0 },
        { "UNOE", "\xB8\xD2\xD0\xDD", "Иван", 0 },
        { "UNOF", "\xD0\xDD\xF4", "Πέτ", 0 },
        { "UNOI", "\xEA\xE8\xD3\xE1", "يوسف", 0 },
        { "UNOJ", "\xE0\xE5\xF8\xEF", "אורן", 0 },
        { "UNOK", "\xDDstanbul", "İstanbul", 0 },
        { "UNOY", "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD", "Иван", 0 },
        { "UNOY", "A\x01" "B", "A B", EN_TEXT_STRIPPED_CONTROL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct decoded d = { .text = "" };
        struct en_report *r = en_report_new();
        struct en_buf in = EN_BUF_INIT;

        en_arena_init(&d.arena, EN_MIB);
        en_buf_addf(&in, "UNB+%s:4+XN+XAA+261123:0815+1'" UNH "FTX+", rows[i].syntax);
        en_buf_add_str(&in, rows[i].bytes);
        en_buf_add_str(&in, "'" TAIL);
        d.e = en_edi_new((struct en_edi_sink){ &d, decode_ftx }, r);
        assert_int_equal(en_edi_feed(d.e, en_buf_bytes(&in), NULL), EN_OK);
        assert_int_equal(en_edi_end(d.e, NULL), EN_OK);
        assert_string_equal(d.text, rows[i].text);
        assert_int_equal(d.repairs, rows[i].repairs);
        en_edi_free(d.e);
        en_report_free(r);
        en_buf_release(&in);
        en_arena_release(&d.arena);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),         cmocka_unit_test(test_limits),    cmocka_unit_test(test_false_starts),
        cmocka_unit_test(test_nothing_there), cmocka_unit_test(test_positions), cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_charsets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
