#include "formats/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"

/* Rows as the sink saw them: fields joined by '|', rows by '\n'. */
struct seen {
    struct en_buf text;
    uint64_t last_line, last_pos;
    size_t rows;
};

static en_errc
see(void *ctx, const struct en_csv_row *row, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    for (size_t i = 0; i < row->n; i++) {
        if (i)
            en_buf_addc(&s->text, '|');
        en_buf_add(&s->text, row->fields[i].p, row->fields[i].n);
    }
    en_buf_addc(&s->text, '\n');
    s->last_line = row->line;
    s->last_pos = row->pos[0];
    s->rows++;
    return EN_OK;
}

static void
read_in_steps(en_bytes in, size_t step, size_t expect, struct seen *s, struct en_report *r)
{
    struct en_csv *c = en_csv_new(',', (struct en_csv_sink){ s, see }, r);

    en_csv_expect(c, expect);
    for (size_t i = 0; i < in.n; i += step)
        assert_int_equal(en_csv_feed(c, (en_bytes){ in.p + i, in.n - i < step ? in.n - i : step }, NULL), EN_OK);
    assert_int_equal(en_csv_end(c, NULL), EN_OK);
    en_csv_free(c);
}

static const struct row_case {
    const char *name, *in;
    size_t n, expect;
    const char *rows;     /* what the sink sees */
    const char *code;     /* the one note, NULL if none */
    uint64_t line, pos;
} cases[] = {
#define IN(s) s, sizeof(s) - 1
    { "plain",            IN("a,b\nc,d\n"),             0, "a|b\nc|d\n",      NULL, 0, 0 },
    { "no last line end", IN("a,b\nc,d"),               0, "a|b\nc|d\n",      NULL, 0, 0 },
    { "crlf",             IN("a,b\r\nc,d\r\n"),         0, "a|b\nc|d\n",      NULL, 0, 0 },
    { "cr alone",         IN("a,b\rc,d\r"),             0, "a|b\nc|d\n",      NULL, 0, 0 },
    { "mark",             IN("\xEF\xBB\xBF" "a,b\n"),   0, "a|b\n",           NULL, 0, 0 },
    { "empty rows",       IN("\n\na\n  \n\nb\n"),       0, "a\nb\n",          NULL, 0, 0 },
    { "empty fields",     IN(",a,\n"),                  0, "|a|\n",           NULL, 0, 0 },
    { "dos end of file",  IN("a\r\n\x1a"),              0, "a\n",             NULL, 0, 0 },
    { "quoted",           IN("\"a,b\",\"c\"\n"),        0, "a,b|c\n",         NULL, 0, 0 },
    { "doubled quote",    IN("\"a\"\"b\",\"\"\"\"\n"),  0, "a\"b|\"\n",       NULL, 0, 0 },
    { "empty quoted",     IN("\"\",\"\"\n"),            0, "|\n",             NULL, 0, 0 },
    { "line end inside",  IN("\"a\nb\",c\nd\n"),        0, "a\nb|c\nd\n",     NULL, 0, 0 },
    { "bare quote",       IN("a \"x\" b,c\n"),          0, "a \"x\" b|c\n",   "csv-bare-quote", 1, 0 },
    { "blank at quote",   IN("x\n\"a\" ,b\n"),          0, "x\na|b\n",        "csv-blank-at-quote", 2, 2 },
    { "blank before",     IN("a, \"b,c\"\n"),           0, "a|b,c\n",         "csv-blank-at-quote", 1, 0 },
    { "nul",              IN("a\nb\0b,c\nd\n"),         0, "a\nd\n",          "csv-nul", 2, 3 },
    { "nul in quotes",    IN("\"a\n\0\"\nd\n"),         0, "d\n",             "csv-nul", 1, 3 },
    { "after quote",      IN("a\n\"b\"c,d\ne\n"),       0, "a\ne\n",          "csv-quote", 2, 5 },
    { "open at the end",  IN("a\n\"b,c\nd,e\nf\n"),     0, "a\nd|e\nf\n",     "csv-open-quote", 2, 2 },
    { "open, then quote", IN("a\n\"b,c\nd,\"e\"\nf\n"), 0, "a\nd|e\nf\n",     "csv-open-quote", 2, 2 },
    { "open, then width", IN("a,b\n\"c,d\n\",f,g\nh,i\n"), 2, "a|b\nh|i\n",   "csv-open-quote", 2, 4 },
    { "open, no line end", IN("\"abc"),                 0, "",                "csv-open-quote", 1, 0 },
#undef IN
};

/* The notes a case may have beside its own: "open, then width" leaves a second open quote behind on purpose. */
static void
check_case(const struct row_case *k, size_t step)
{
    struct en_report *r = en_report_new();
    struct seen s = { EN_BUF_INIT, 0, 0, 0 };

    read_in_steps(en_bytes_from(k->in, k->n), step, k->expect, &s, r);
    en_buf_addc(&s.text, '\0');
    if (strcmp(s.text.p, k->rows) != 0)
        fail_msg("%s in steps of %zu: saw <%s>", k->name, step, s.text.p);
    if (!k->code && en_report_kept(r) != 0)
        fail_msg("%s in steps of %zu: an unexpected note %s", k->name, step, en_report_note(r, 0)->code);
    if (k->code) {
        const struct en_note *n;

        assert_true(en_report_kept(r) >= 1);
        n = en_report_note(r, 0);
        if (strcmp(n->code, k->code) != 0 || n->line != k->line || n->pos != k->pos)
            fail_msg("%s in steps of %zu: %s at line %lu byte %lu", k->name, step, n->code, n->line, n->pos);
    }
    en_buf_release(&s.text);
    en_report_free(r);
}

/* However the bytes arrive, the rows and the notes are the same. */
static void
rows_and_notes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step <= cases[i].n; step++)
            check_case(&cases[i], step);
}

static void
too_many_fields(void **state)
{
    struct en_report *r = en_report_new();
    struct seen s = { EN_BUF_INIT, 0, 0, 0 };
    struct en_buf in = EN_BUF_INIT;

    (void)state;
    for (unsigned i = 0; i < EN_CSV_MAX_FIELDS; i++)
        en_buf_addc(&in, ',');
    en_buf_add_str(&in, "\nnext\n");
    read_in_steps(en_buf_bytes(&in), 7, 0, &s, r);
    assert_int_equal(s.rows, 1);
    assert_int_equal(s.last_line, 2);
    assert_int_equal(s.last_pos, EN_CSV_MAX_FIELDS + 1);
    assert_int_equal(en_report_count_code(r, "csv-columns"), 1);
    en_buf_release(&in);
    en_buf_release(&s.text);
    en_report_free(r);
}

/* A row beyond the limit is refused, the memory stays bounded, and the next row is read with its right line. */
static void
overlong(const char *first, const char *code, size_t rows)
{
    struct en_report *r = en_report_new();
    struct seen s = { EN_BUF_INIT, 0, 0, 0 };
    struct en_buf in = EN_BUF_INIT;

    en_buf_add_str(&in, first);
    for (size_t i = 0; i < EN_MAX_RECORD + EN_MIB; i++)
        en_buf_addc(&in, 'x');
    en_buf_add_str(&in, "\nlast,row\n");
    read_in_steps(en_buf_bytes(&in), EN_KIB * 100, 0, &s, r);
    assert_int_equal(s.rows, rows);
    assert_int_equal(en_report_count_code(r, code), 1);
    assert_int_equal(s.last_pos, in.n - strlen("last,row\n"));
    en_buf_release(&in);
    en_buf_release(&s.text);
    en_report_free(r);
}

static void
overlong_rows(void **state)
{
    (void)state;
    overlong("a,b\n", "csv-row-long", 2);
    overlong("a,b\n\"", "csv-open-quote", 2);
    overlong("a,b\n\"c\nd,e\n", "csv-open-quote", 3);
}

static void
field_too_long(void **state)
{
    struct en_report *r = en_report_new();
    struct seen s = { EN_BUF_INIT, 0, 0, 0 };
    struct en_buf in = EN_BUF_INIT;

    (void)state;
    en_buf_add_str(&in, "a,");
    for (size_t i = 0; i <= EN_MAX_TEXT; i++)
        en_buf_addc(&in, 'x');
    en_buf_add_str(&in, "\nlast\n");
    read_in_steps(en_buf_bytes(&in), EN_KIB, 0, &s, r);
    assert_int_equal(s.rows, 1);
    assert_int_equal(en_report_count_code(r, "csv-field-long"), 1);
    en_buf_release(&in);
    en_buf_release(&s.text);
    en_report_free(r);
}

static en_errc
stop(void *ctx, const struct en_csv_row *row, struct en_err *err)
{
    (void)row;
    ++*(int *)ctx;
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "full");
}

static void
sink_ends_reading(void **state)
{
    struct en_report *r = en_report_new();
    int calls = 0;
    struct en_csv *c = en_csv_new(',', (struct en_csv_sink){ &calls, stop }, r);
    struct en_err err = EN_ERR_INIT;

    (void)state;
    assert_int_equal(en_csv_feed(c, EN_BYTES_LIT("a\nb\nc\n"), &err), EN_E_STORAGE);
    assert_int_equal(calls, 1);
    assert_int_equal(err.code, EN_E_STORAGE);
    en_csv_free(c);
    en_report_free(r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_notes),  cmocka_unit_test(too_many_fields),   cmocka_unit_test(overlong_rows),
        cmocka_unit_test(field_too_long),  cmocka_unit_test(sink_ends_reading),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
