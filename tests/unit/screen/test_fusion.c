/* The fusion: what a model file is, that its terms go the right way, and that the rows add up. */
#include "people.h"

#include "screen/fusion_data.h"
#include "screen/weigh.h"

static struct en_fusion *builtin;

static int
setup(void **state)
{
    (void)state;
    builtin = en_fusion_builtin();
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    en_fusion_free(builtin);
    return 0;
}

/* --- the file ---------------------------------------------------------------------------------------- */

/* The text of the committed model with `find` replaced by `put` once, in out. */
static en_bytes
changed(const char *find, const char *put, char *out, size_t max)
{
    const char *text = (const char *)en_fusion_data, *at = strstr(text, find);
    size_t head = (size_t)(at - text), tail = en_fusion_data_len - head - strlen(find);

    assert_non_null(at);
    assert_true(en_fusion_data_len + strlen(put) < max);
    memcpy(out, text, head);
    memcpy(out + head, put, strlen(put));
    memcpy(out + head + strlen(put), at + strlen(find), tail);
    return en_bytes_from(out, head + strlen(put) + tail);
}

static uint64_t
line_of(const char *find)
{
    const char *text = (const char *)en_fusion_data, *at = strstr(text, find);
    uint64_t line = 1;

    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

static void
test_a_bad_file_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *find, *put;
        bool at_end;
    } rows[] = {
        { "\nbest\t", "\nwurst\t", false },
        { "\nbest\t-\t-\t0\t", "\nbest\t-\t-\t1\t", false },
        { "\nbest\t-\t-\t0\t", "\nbest\tlatin\t-\t0\t", false },
        { "\nbest\t-\t-\t0\t", "\nbest\t-\t0\t0\t", false },
        { "\nbest\t-\t-\t0\t", "\nbest\t-\t0\t", false },
        { "\nbest\t-\t-\t0\t", "\nbest\t-\t-\t0\t \t", false },
        { "\nbest\t-\t-\t0\t", "\nbest\t-\t-\t0\tx", false },
        { "\nbest\t-\t-\t0\t", "\nbest\t-\t-\t0\t4097\n#", false },
        { "\nbest\t-\t-\t0\t", "\nbest\t-\t-\t2\t0\n#", false }, /* there before, once the next line comes */
        { "\nbirth\tnone\t-\t-\t0", "\nbirth\tnone\t-\t-\t1", false },
        { "\nbest\t-\t-\t0\t", "\n#", true },
    };
    static char text[1u << 17];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_err err = EN_ERR_INIT;
        struct en_fusion *m = NULL;
        uint64_t line = line_of(rows[i].find) + 1;

        ROW(i, rows[i].put);
        ROW_INT(en_fusion_parse(changed(rows[i].find, rows[i].put, text, sizeof text), &m, &err), EN_E_INPUT);
        ROW_TRUE(m == NULL);
        ROW_TRUE(rows[i].at_end ? err.line > line : err.line >= line && err.line <= line + 2);
    }
}

static void
test_the_committed_file_is_whole(void **state)
{
    struct en_fusion *m = NULL;

    (void)state;
    assert_int_equal(en_fusion_parse(en_bytes_from(en_fusion_data, en_fusion_data_len), &m, NULL), EN_OK);
    for (unsigned c = 0; c < en_fusion_cells(); c++)
        assert_int_equal(en_fusion_cell(m, c), en_fusion_cell(builtin, c));
    en_fusion_free(m);
}

/* --- the way it goes -------------------------------------------------------------------------------------- */

/* What a term says about amounts and counts goes one way only, whatever was learned. */
static void
test_terms_keep_their_shape(void **state)
{
    (void)state;
    for (unsigned t = 0; t < en_n_terms; t++) {
        const struct en_term *x = &en_terms[t];
        unsigned n = en_axis_size(x->amount), more = en_axis_size(x->more), first = en_fusion_first(t);
        bool over_more = x->amount == EN_AXIS_NONE;

        for (unsigned c = 0; c < en_axis_size(x->cases); c++)
            for (unsigned i = 0; i < more * n; i++) {
                en_bits here = en_fusion_cell(builtin, first + c * more * n + i);
                bool last = over_more ? i + 1 == more : i % n + 1 == n;
                en_bits next = last ? here : en_fusion_cell(builtin, first + c * more * n + i + 1);
                int width = last || over_more ? 0 : en_axis_knot(x->amount, i % n + 1) - en_axis_knot(x->amount, i % n);

                if (x->pinned && c == 0)
                    assert_int_equal(here, 0);
                if (x->shape == EN_SHAPE_FALLING)
                    assert_true(here <= 0 && next <= here);
                /* A rising term may take back part of what the evidence says, never more. */
                if (x->shape == EN_SHAPE_RISING)
                    assert_true(next - here >= -width * EN_BITS_ONE);
            }
    }
}

/* Terms of the name together leave the evidence of a better name better. */
static void
test_a_better_name_is_never_worse(void **state)
{
    struct en_features f = { .v = { [EN_AXIS_MATCHED] = 2 } };
    en_bits before = INT32_MIN;

    (void)state;
    for (int birth = 0; birth < (int)en_axis_size(EN_AXIS_BIRTH_KIND); birth++) {
        f.v[EN_AXIS_BIRTH_KIND] = birth;
        before = INT32_MIN;
        for (int x = -20 * EN_BITS_ONE; x < 30 * EN_BITS_ONE; x += 7) {
            en_bits rows[EN_FIELDS] = { 0 }, sum = x;

            f.v[EN_AXIS_NAME] = x;
            en_fusion_add(builtin, &f, rows);
            for (unsigned k = 0; k < EN_FIELDS; k++)
                sum += rows[k];
            assert_true(sum + 2 >= before); /* two roundings */
            before = sum;
        }
    }
}

static void
test_a_total_that_is_higher_stays_higher(void **state)
{
    (void)state;
    for (int regime = 0; regime < (int)en_axis_size(EN_AXIS_REGIME); regime++) {
        struct en_features f = { .v = { [EN_AXIS_REGIME] = regime } };
        en_bits before = INT32_MIN;

        for (en_bits total = -30 * EN_BITS_ONE; total < 60 * EN_BITS_ONE; total++) {
            en_bits now = total + en_fusion_calibration(builtin, &f, total);

            assert_true(now + 1 >= before);
            before = now;
        }
    }
}

/* --- in a query --------------------------------------------------------------------------------------------- */

static void
test_rows_of_any_model_add_up(void **state)
{
    struct people list = people_new(17, 150);
    struct en_index *ix = people_index(&list);
    struct en_query *q = en_query_new();
    struct en_fusion *none = en_fusion_none();
    const struct en_fusion *models[] = { builtin, none, NULL };
    unsigned seen = 0;

    (void)state;
    for (unsigned i = 0; i < list.n; i++)
        for (unsigned k = 0; k < COUNT(models); k++) {
            struct result r;

            en_query_use_fusion(q, models[k]);
            r = screen(ix, q, &list.p[i], &everything);
            for (size_t h = 0; h < r.n; h++, seen++) {
                en_bits sum = 0;

                for (size_t e = 0; e < r.hits[h].n_evidence; e++)
                    sum += r.hits[h].evidence[e].bits;
                assert_int_equal(sum, r.hits[h].bits);
            }
        }
    assert_true(seen > list.n);
    en_fusion_free(none);
    en_query_free(q);
    en_index_free(ix);
    people_free(&list);
}

/* Between knots a term is a straight line, and beyond the last it stays. */
static void
test_amounts_are_read_off_between_knots(void **state)
{
    struct en_features f = { .v = { 0 } };
    unsigned t = 0;

    (void)state;
    while (strcmp(en_terms[t].word, "best") != 0)
        t++;
    for (int x = -100; x < 30 * EN_BITS_ONE; x++) {
        struct en_reading_of r;

        f.v[EN_AXIS_BEST] = x;
        r = en_fusion_read(t, &f);
        assert_true(r.cell >= en_fusion_first(t) && r.cell < en_fusion_first(t) + en_axis_size(EN_AXIS_BEST));
        assert_true(r.num >= 0 && r.num < r.den);
        assert_true(r.num == 0 || r.cell + 1 < en_fusion_first(t) + en_axis_size(EN_AXIS_BEST));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bad_file_is_refused_with_its_line),
        cmocka_unit_test(test_the_committed_file_is_whole),
        cmocka_unit_test(test_terms_keep_their_shape),
        cmocka_unit_test(test_a_better_name_is_never_worse),
        cmocka_unit_test(test_a_total_that_is_higher_stays_higher),
        cmocka_unit_test(test_rows_of_any_model_add_up),
        cmocka_unit_test(test_amounts_are_read_off_between_knots),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
