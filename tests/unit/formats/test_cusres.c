#include "../harness.h"

#include "base/limits.h"
#include "formats/cusres.h"

/* A question of ours, all of it fictional, with other separators than the default ones. */
static const char ask[] =
    "UNA:+.\\ *UNB+UNOA:4+XN AIR:ZZ+XAA BORDER+260112:0830+77++IAPI*UNH+M1+PAXLST:D:05B:UN:IATA+REF7+"
    "02:F*BGM+745*RFF+TN:T1*NAD+MS+++DESK*TDT+20+XN204*LOC+125+AAA*DTM+189:2601121000:201*LOC+87+BBB*"
    "DTM+232:2601121200:201*NAD+FL+++ORLO:MAREK*DTM+329:900102*LOC+178+AAA*RFF+AVF:P\\*1*RFF+ABO:"
    "7\\+8*NAD+FL+++HOLM:GRETA*RFF+ABO:9*CNT+42:2*UNT+17+M1*UNZ+1+77*";

struct seen {
    unsigned n;
    enum en_cusres_what what;
    struct en_buf written;
};

static en_errc
answer(void *ctx, const struct en_cusres_head *h, const struct en_cusres_row *rows, size_t n, struct en_err *err)
{
    struct en_cusres_row out[2];
    struct seen *s = ctx;

    (void)err;
    s->n++;
    s->what = h->what;
    if (h->what != EN_CUSRES_ASK)
        return EN_OK;
    assert_int_equal(n, 2);
    assert_true(en_text_is(rows[0].pnr, "P*1"));
    assert_true(en_text_is(rows[0].reference, "7+8"));
    assert_true(en_text_is(rows[1].pnr, ""));
    out[0] = rows[0];
    out[0].status = EN_TEXT_LIT("0Z");
    out[0].text = EN_TEXT_LIT("OK TO BOARD");
    out[1] = rows[1];
    out[1].status = EN_TEXT_LIT("2Z");
    en_cusres_write(h, EN_CUSRES_ANSWER, out, 2, en_time_from_day(20465) + 9 * EN_TIME_HOUR, EN_TEXT_NONE, EN_TEXT_NONE,
                    &s->written);
    return EN_OK;
}

static en_errc
run(const char *text, size_t len, struct seen *s)
{
    struct en_report *r = en_report_new();
    struct en_cusres *c = en_cusres_new((struct en_cusres_sink){ s, answer }, r);
    en_errc rc = en_cusres_feed(c, en_bytes_from(text, len), NULL);

    rc = rc != EN_OK ? rc : en_cusres_end(c, NULL);
    en_cusres_free(c);
    en_report_free(r);
    return rc;
}

/* References are echoed byte for byte, in the sender's separators, with what they hold of them released. */
static void
test_an_answer_in_the_askers_own_hand(void **state)
{
    struct seen s = { 0 }, back = { 0 };

    (void)state;
    assert_int_equal(run(ask, sizeof ask - 1, &s), EN_OK);
    assert_int_equal(s.n, 1);
    assert_string_equal(
        s.written.p, "UNA:+.\\ *UNB+UNOA:4+XAA BORDER+XN AIR:ZZ+260112:0900+77++IAPI*UNH+M1+CUSRES:D:05B:UN:IATA+REF7+"
                     "02:F*BGM+962*RFF+TN:T1*RFF+AF:XN204*DTM+189:2601121000:201*DTM+232:2601121200:201*LOC+125+AAA*"
                     "LOC+87+BBB*ERP+2*RFF+AVF:P\\*1*RFF+ABO:7\\+8*ERC+0Z*FTX+AAP+++OK TO BOARD*ERP+2*RFF+ABO:9*"
                     "ERC+2Z*UNT+17+M1*UNZ+1+77*");
    assert_int_equal(run(s.written.p, s.written.n, &back), EN_OK);
    assert_int_equal(back.what, EN_CUSRES_ANSWER);
    en_buf_release(&s.written);
    en_buf_release(&back.written);
}

static en_errc
pack(void *ctx, const struct en_cusres_head *h, const struct en_cusres_row *rows, size_t n, struct en_err *err)
{
    (void)rows;
    (void)n;
    (void)err;
    en_cusres_head_pack(h, ctx);
    return EN_OK;
}

/* A kept head that is cut anywhere is refused, never half read. */
static void
test_a_head_is_whole_or_refused(void **state)
{
    struct en_report *r = en_report_new();
    struct en_buf b = EN_BUF_INIT;
    struct en_cusres *c = en_cusres_new((struct en_cusres_sink){ &b, pack }, r);
    struct en_cusres_head h;
    struct en_arena a;

    (void)state;
    en_arena_init(&a, EN_MIB);
    assert_int_equal(en_cusres_feed(c, en_bytes_from(ask, sizeof ask - 1), NULL), EN_OK);
    assert_int_equal(en_cusres_end(c, NULL), EN_OK);
    assert_true(en_cusres_head_unpack(en_buf_bytes(&b), &a, &h));
    assert_int_equal(h.n_lines, 5);
    assert_true(h.una);
    assert_int_equal(h.marks.terminator, '*');
    for (size_t n = 0; n < b.n; n++)
        assert_false(en_cusres_head_unpack(en_bytes_from(b.p, n), &a, &h));
    en_cusres_free(c);
    en_report_free(r);
    en_buf_release(&b);
    en_arena_release(&a);
}

/* The receipt of a change says what it was about. */
static void
test_a_receipt_is_read(void **state)
{
    static const char receipt[] = "UNB+UNOA:4+XN+XAA+260112:0830+5'UNH+1+CUSRES:D:05B:UN'BGM+312'RFF+TN:T9'ERP+2'"
                                  "RFF+ABO:9'ERC+2Z'UNT+7+1'UNZ+1+5'";
    struct seen s = { 0 };

    (void)state;
    assert_int_equal(run(receipt, sizeof receipt - 1, &s), EN_OK);
    assert_int_equal(s.what, EN_CUSRES_RECEIPT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_in_the_askers_own_hand),
        cmocka_unit_test(test_a_head_is_whole_or_refused),
        cmocka_unit_test(test_a_receipt_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
