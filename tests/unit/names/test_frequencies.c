#include "names_fixture.h"

struct seen {
    unsigned rows;
    uint64_t sum;
    struct en_latin last;
    uint32_t share;
};

static void
take(void *ctx, const struct en_latin *token, uint32_t share)
{
    struct seen *s = ctx;

    s->rows++;
    s->sum += share;
    s->last = *token;
    s->share = share;
}

static en_errc
read_all(const char *text, size_t n, struct seen *out, struct en_err *err)
{
    memset(out, 0, sizeof *out);
    return en_frequencies_each(en_bytes_from(text, n), take, out, err);
}

/* Ascending and once each, as tools/train_frequencies.py writes them. */
static void
ascending(void *ctx, const struct en_latin *token, uint32_t share)
{
    struct seen *s = ctx;
    char a[EN_COST_MAX_LETTERS + 1], b[EN_COST_MAX_LETTERS + 1];

    if (s->rows && strcmp(latin_text(&s->last, a), latin_text(token, b)) >= 0)
        fail_msg("%s comes after %s", latin_text(token, b), latin_text(&s->last, a));
    assert_true(share > 0 && share < EN_FREQUENCY_UNIT);
    take(ctx, token, share);
}

static void
test_the_table_that_comes_with_the_program(void **state)
{
    struct seen s = { 0 };

    (void)state;
    assert_int_equal(
        en_frequencies_each(en_bytes_from(en_frequencies_data, en_frequencies_data_len), ascending, &s, NULL), EN_OK);
    assert_true(s.rows > 10000);
    /* Everybody has two to four tokens: no table sums to more. */
    assert_true(s.sum > EN_FREQUENCY_UNIT / 2 && s.sum < 4ull * EN_FREQUENCY_UNIT);
}

static void
test_rows_are_read_in_order(void **state)
{
    static const char text[] = "# token\tper 10 million\norlo\t206\n\nselda\t9999999";
    struct seen s;
    char token[EN_COST_MAX_LETTERS + 1];

    (void)state;
    assert_int_equal(read_all(text, sizeof text - 1, &s, NULL), EN_OK);
    assert_int_equal(s.rows, 2);
    assert_string_equal(latin_text(&s.last, token), "selda");
    assert_int_equal(s.share, 9999999);
    assert_int_equal(read_all("", 0, &s, NULL), EN_OK);
    assert_int_equal(s.rows, 0);
}

static void
test_bad_rows_are_refused_with_their_place(void **state)
{
    static const struct {
        const char *what, *text;
        uint64_t line, pos;
    } rows[] = {
        { "no tab", "orlo 206\n", 1, 0 },
        { "no token", "\t206\n", 1, 0 },
        { "no number", "orlo\t\n", 1, 0 },
        { "capital", "Orlo\t206\n", 1, 0 },
        { "other script", "орло\t206\n", 1, 0 },
        { "zero", "orlo\t0\n", 1, 0 },
        { "everybody", "orlo\t10000000\n", 1, 0 },
        { "too long a number", "orlo\t000000206\n", 1, 0 },
        { "sign", "orlo\t+206\n", 1, 0 },
        { "third field", "orlo\t206\t1\n", 1, 0 },
        { "carriage return", "orlo\t206\r\n", 1, 0 },
        { "token of 49 letters", "ooooooooooooooooooooooooooooooooooooooooooooooooo\t206\n", 1, 0 },
        { "third line", "# head\norlo\t206\nselda\n", 3, 16 },
    };
    struct seen s;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_err err = EN_ERR_INIT;

        ROW(i, rows[i].what);
        ROW_INT(read_all(rows[i].text, strlen(rows[i].text), &s, &err), EN_E_INPUT);
        ROW_INT(err.line, rows[i].line);
        ROW_INT(err.pos, rows[i].pos);
        ROW_TRUE(err.text[0] != '\0');
        ROW_INT(s.rows, rows[i].line == 3 ? 1 : 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_that_comes_with_the_program),
        cmocka_unit_test(test_rows_are_read_in_order),
        cmocka_unit_test(test_bad_rows_are_refused_with_their_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
