#include "../harness.h"

#include <float.h>
#include <math.h>

#include "base/buf.h"

static struct en_buf out;

static void
begin(struct en_json *j)
{
    en_buf_reset(&out);
    en_json_init(j, &out);
}

static int
release(void **state)
{
    (void)state;
    en_buf_release(&out);
    return 0;
}

static void
commas_and_nesting(void **state)
{
    struct en_json j;

    (void)state;
    begin(&j);
    en_json_object(&j);
    en_json_kv_int(&j, "a", -1);
    en_json_key(&j, "b");
    en_json_array(&j);
    en_json_uint(&j, UINT64_MAX);
    en_json_object(&j);
    en_json_object_end(&j);
    en_json_array(&j);
    en_json_array_end(&j);
    en_json_null(&j);
    en_json_bool(&j, true);
    en_json_raw(&j, EN_BYTES_LIT("{\"ours\":1}"));
    en_json_str(&j, "s");
    en_json_array_end(&j);
    en_json_kv_bool(&j, "c", false);
    en_json_kv_text(&j, "d", EN_TEXT_NONE);
    en_json_key_text(&j, EN_TEXT_LIT("\"e\""));
    en_json_object(&j);
    en_json_kv_uint(&j, "f", 0);
    en_json_kv_str(&j, "g", "h");
    en_json_object_end(&j);
    en_json_object_end(&j);
    assert_string_equal(out.p, "{\"a\":-1,\"b\":[18446744073709551615,{},[],null,true,{\"ours\":1},\"s\"],\"c\":false,"
                               "\"d\":\"\",\"\\\"e\\\"\":{\"f\":0,\"g\":\"h\"}}");
}

/*= RFC 8259 section 7 */
static void
strings_escape_what_must_be(void **state)
{
    static const struct {
        const char *in;
        size_t n;
        const char *want;
    } rows[] = {
        { "", 0, "\"\"" },
        { "plain", 5, "\"plain\"" },
        { "\"\\/", 3, "\"\\\"\\\\/\"" },
        { "\0\x1f\n", 3, "\"\\u0000\\u001f\\u000a\"" },
        { "a\x01" "b", 3, "\"a\\u0001b\"" },
        { "\x7f", 1, "\"\x7f\"" },
        { "\xC3\xA9\xF0\x90\x8D\x88", 6, "\"\xC3\xA9\xF0\x90\x8D\x88\"" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_json j;

        ROW(i, rows[i].want);
        begin(&j);
        en_json_text(&j, (en_text){ rows[i].in, rows[i].n });
        ROW_STR(out.p, rows[i].want);
    }
}

static void
integers_at_their_ends(void **state)
{
    struct en_json j;

    (void)state;
    begin(&j);
    en_json_array(&j);
    en_json_int(&j, INT64_MIN);
    en_json_int(&j, INT64_MAX);
    en_json_int(&j, 0);
    en_json_array_end(&j);
    assert_string_equal(out.p, "[-9223372036854775808,9223372036854775807,0]");
}

static void
doubles_by_example(void **state)
{
    static const struct {
        double v;
        const char *want;
    } rows[] = {
        { 0, "0" },
        { 1, "1" },
        { -2.5, "-2.5" },
        { 0.1, "0.1" },
        { 1.0 / 3, "0.3333333333333333" },
        { 0.00001, "0.00001" },
        { 1e-5, "0.00001" },
        { 1.5e-5, "0.000015" },
        { 9.999999999999999e-05, "0.00009999999999999999" },
        { 100000, "100000" },
        { 123456789, "123456789" },
        { 1e14, "100000000000000" },
        { 999999999999999, "999999999999999" },
        { 1e15, "1e+15" },
        { 1e-6, "1e-06" },
        { 0.99999999999999989, "0.9999999999999999" },
        { DBL_MAX, "1.7976931348623157e+308" },
        { 5e-324, "5e-324" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_json j;

        ROW(i, rows[i].want);
        begin(&j);
        en_json_double(&j, rows[i].v);
        ROW_STR(out.p, rows[i].want);
    }
}

static void
check_double(double v)
{
    struct en_json j;
    double a = fabs(v);

    begin(&j);
    en_json_double(&j, v);
    if (strtod(out.p, NULL) != v)
        fail_msg("%a is written as %s", v, out.p);
    if (a >= 1e-5 && a < 1e15 && strchr(out.p, 'e') != NULL)
        fail_msg("%a has an exponent: %s", v, out.p);
}

static void
doubles_read_back_as_they_were(void **state)
{
    uint64_t seed = 65;

    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        uint64_t bits = seeded(&seed);
        double v;

        memcpy(&v, &bits, sizeof v);
        if (isfinite(v))
            check_double(v);
        check_double((double)(bits >> 11) / 9007199254740992.0);       /* a probability */
        check_double(ldexp((double)(bits >> 40), -(int)(bits % 60))); /* around the exponents that are avoided */
    }
    for (int e = -6; e <= 16; e++)
        for (int step = -3; step <= 3; step++) {
            double v = pow(10, e);

            for (int k = 0; k < abs(step); k++)
                v = nextafter(v, step < 0 ? 0 : INFINITY);
            check_double(v);
            check_double(-v);
        }
}

static void
bits_are_exact(void **state)
{
    static const struct {
        int64_t v64;
        const char *want;
    } rows[] = {
        { 0, "0" },
        { 1, "0.015625" },
        { -1, "-0.015625" },
        { 2, "0.03125" },
        { 16, "0.25" },
        { 32, "0.5" },
        { 63, "0.984375" },
        { 64, "1" },
        { -64, "-1" },
        { 65, "1.015625" },
        { 96, "1.5" },
        { -6401, "-100.015625" },
        { INT64_MAX, "144115188075855871.984375" },
        { INT64_MIN, "-144115188075855872" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_json j;

        ROW(i, rows[i].want);
        begin(&j);
        en_json_bits(&j, rows[i].v64);
        ROW_STR(out.p, rows[i].want);
    }
    for (int64_t v = -2000; v <= 2000; v++) {
        struct en_json j;

        begin(&j);
        en_json_bits(&j, v);
        assert_true(strtod(out.p, NULL) * 64 == (double)v);
    }
}

static void
do_not_finite(void *arg)
{
    struct en_json j;

    begin(&j);
    en_json_double(&j, *(double *)arg);
}

static void
do_too_deep(void *arg)
{
    struct en_json j;

    begin(&j);
    for (int i = 0; i < *(int *)arg; i++)
        en_json_array(&j);
}

static void
do_end_too_often(void *arg)
{
    struct en_json j;

    (void)arg;
    begin(&j);
    en_json_object(&j);
    en_json_object_end(&j);
    en_json_object_end(&j);
}

static void
do_key_without_value(void *arg)
{
    struct en_json j;

    (void)arg;
    begin(&j);
    en_json_object(&j);
    en_json_key(&j, "k");
    en_json_object_end(&j);
}

static void
do_key_outside(void *arg)
{
    struct en_json j;

    (void)arg;
    begin(&j);
    en_json_key(&j, "k");
}

static void
misuse_is_a_bug(void **state)
{
    double nan = NAN, inf = INFINITY;
    int deepest = EN_JSON_DEPTH - 1, deeper = EN_JSON_DEPTH;

    (void)state;
    assert_true(aborts(do_not_finite, &nan));
    assert_true(aborts(do_not_finite, &inf));
    assert_false(aborts(do_too_deep, &deepest));
    assert_true(aborts(do_too_deep, &deeper));
    assert_true(aborts(do_end_too_often, NULL));
    assert_true(aborts(do_key_without_value, NULL));
    assert_true(aborts(do_key_outside, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_and_nesting),     cmocka_unit_test(strings_escape_what_must_be),
        cmocka_unit_test(integers_at_their_ends), cmocka_unit_test(doubles_by_example),
        cmocka_unit_test(bits_are_exact),         cmocka_unit_test(doubles_read_back_as_they_were),
        cmocka_unit_test(misuse_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, release);
}
