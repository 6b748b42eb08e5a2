#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "formats/flight.h"

static void
test_normal(void **state)
{
    static const struct {
        const char *number, *normal; /* "" : none */
    } rows[] = {
        { "XN204", "XN204" },     { "XN0204", "XN204" },     { "xn 204", "XN204" }, { "XN-204", "XN204" },
        { "X7204", "X7204" },     { "7X0001A", "7X1A" },     { "XNX12", "XNX12" },  { "XN000", "XN0" },
        { "XN204AB", "" },        { "XN", "" },              { "", "" },            { "204", "204" },
        { "XN12/3", "" },         { "XNX", "" },             { "XN20412345678901", "" },
        { "\xC3\x84N204", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[EN_FLIGHT_MAX];
        size_t n = en_flight_normal(en_text_from_ours(rows[i].number), out);

        if (n != strlen(rows[i].normal) || memcmp(out, rows[i].normal, n) != 0)
            fail_msg("%s: \"%.*s\"", rows[i].number, (int)n, out);
    }
}

static void
test_same(void **state)
{
    (void)state;
    assert_true(en_flight_same(EN_TEXT_LIT("TZ0006"), EN_TEXT_LIT("TZ6")));
    assert_false(en_flight_same(EN_TEXT_LIT("TZ0006"), EN_TEXT_LIT("TZ60")));
    assert_false(en_flight_same(EN_TEXT_LIT("TZ6A"), EN_TEXT_LIT("TZ6")));
    assert_false(en_flight_same(EN_TEXT_NONE, EN_TEXT_NONE)); /* what is no flight is not the same flight */
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_normal), cmocka_unit_test(test_same) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
