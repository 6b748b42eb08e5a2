#include "formats/jsonl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"

struct seen {
    struct en_buf text; /* "LINE@POS:TEXT\n" */
};

static en_errc
see(void *ctx, en_bytes text, uint64_t line, uint64_t pos, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    en_buf_addf(&s->text, "%lu@%lu:", line, pos);
    en_buf_add(&s->text, text.p, text.n);
    en_buf_addc(&s->text, '\n');
    return EN_OK;
}

static void
check(const char *in, size_t n, const char *expected)
{
    for (size_t step = 1; step <= n; step++) {
        struct en_report *r = en_report_new();
        struct seen s = { EN_BUF_INIT };
        struct en_jsonl *j = en_jsonl_new((struct en_jsonl_sink){ &s, see }, r);

        for (size_t i = 0; i < n; i += step)
            assert_int_equal(en_jsonl_feed(j, en_bytes_from(in + i, n - i < step ? n - i : step), NULL), EN_OK);
        assert_int_equal(en_jsonl_end(j, NULL), EN_OK);
        en_buf_addc(&s.text, '\0');
        assert_string_equal(s.text.p, expected);
        en_jsonl_free(j);
        en_buf_release(&s.text);
        en_report_free(r);
    }
}

static void
lines(void **state)
{
    static const char two[] = "{\"a\":1}\n{\"b\":2}\n", open_end[] = "\n{}\n\n[]", mark[] = "\xEF\xBB\xBF{}\n{}";

    (void)state;
    check(two, sizeof two - 1, "1@0:{\"a\":1}\n2@8:{\"b\":2}\n");
    check(open_end, sizeof open_end - 1, "2@1:{}\n4@5:[]\n");
    check(mark, sizeof mark - 1, "1@3:{}\n2@6:{}\n");
}

/* Too long: refused once, bounded memory, the next line has its right place. */
static void
long_line(void **state)
{
    struct en_report *r = en_report_new();
    struct seen s = { EN_BUF_INIT };
    struct en_jsonl *j = en_jsonl_new((struct en_jsonl_sink){ &s, see }, r);
    static uint8_t xs[EN_MIB];

    (void)state;
    memset(xs, 'x', sizeof xs);
    for (int i = 0; i < 9; i++)
        assert_int_equal(en_jsonl_feed(j, (en_bytes){ xs, sizeof xs }, NULL), EN_OK);
    assert_int_equal(en_jsonl_feed(j, EN_BYTES_LIT("\n{}\n"), NULL), EN_OK);
    assert_int_equal(en_jsonl_end(j, NULL), EN_OK);
    en_buf_addc(&s.text, '\0');
    assert_string_equal(s.text.p, "2@9437185:{}\n");
    assert_int_equal(en_report_count_code(r, "line-long"), 1);
    en_jsonl_free(j);
    en_buf_release(&s.text);
    en_report_free(r);
}

#define DEEP16 "[[[[[[[[[[[[[[[["

static const struct {
    const char *in;
    size_t n;
    const char *code; /* NULL: accepted */
    uint64_t pos;     /* of the note, from 1000; UINT64_MAX: not looked at */
} objects[] = {
#define IN(s) s, sizeof(s) - 1
    { IN("{\"a\":[1,\"x\",null]}"),     NULL,             0 },
    { IN("{\"a\":\"[[[[\\\"[[{{\"}"),   NULL,             0 },
    { IN("{\"a\":1,\"a\":2}"),          "json-duplicate", UINT64_MAX },
    { IN("{\"a\":"),                    "json-truncated", 1005 },
    { IN("{\"a\":\"\xff\"}"),           "json-utf8",      UINT64_MAX },
    { IN("{\"a\":\"\\u0000\"}"),        "json-nul",       UINT64_MAX },
    { IN("{\"a\":1e999}"),              "json-number",    UINT64_MAX },
    { IN("{\"a\":\"\\ud800\"}"),        "json-syntax",    UINT64_MAX },
    { IN("{\"a\":1} x"),                "json-syntax",    UINT64_MAX },
    { IN("[1]"),                        "json-object",    1000 },
    { IN("nothing"),                    "json-syntax",    UINT64_MAX },
    { IN("{\"a\":" DEEP16 DEEP16 "1"),  "json-depth",     1036 },
#undef IN
};

static void
one_object(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        struct en_report *r = en_report_new();
        json_t *v = en_jsonl_object(en_bytes_from(objects[i].in, objects[i].n), 7, 1000, r);

        if (!objects[i].code) {
            assert_non_null(v);
            assert_int_equal(en_report_kept(r), 0);
        } else {
            assert_null(v);
            assert_int_equal(en_report_kept(r), 1);
            assert_string_equal(en_report_note(r, 0)->code, objects[i].code);
            assert_int_equal(en_report_note(r, 0)->line, 7);
            if (objects[i].pos != UINT64_MAX)
                assert_int_equal(en_report_note(r, 0)->pos, objects[i].pos);
        }
        json_decref(v);
        en_report_free(r);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(long_line),
        cmocka_unit_test(one_object),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
