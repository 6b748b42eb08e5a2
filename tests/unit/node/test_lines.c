#include "../harness.h"
#include "../node_cards.h"

#define T0 ((en_time)1795000000000)

static void
make(const char *lines, struct en_buf *out)
{
    struct en_key k = test_signing_key(1, 1);
    const struct en_key *by = &k;
    struct en_key_state s = test_key_state(1, 1);

    en_buf_reset(out);
    en_lines_begin("entente-test/1", out);
    en_buf_add_str(out, lines);
    en_lines_sign(en_text_from_ours(s.partner), &by, 1, out);
}

static struct en_lines *
opened(struct en_buf *b, const char *lines)
{
    struct en_lines *s = en_xcalloc(1, sizeof *s);

    make(lines, b);
    assert_int_equal(en_lines_open(en_buf_bytes(b), "entente-test/1", s, NULL), EN_OK);
    return s;
}

static void
test_what_is_written_is_read(void **state)
{
    struct en_key k = test_signing_key(1, 1);
    const struct en_key *by = &k;
    struct en_key_state id = test_key_state(1, 1);
    struct en_lines *s = en_xcalloc(1, sizeof *s);
    struct en_buf b = EN_BUF_INIT;
    char partner[EN_SEAL_ID_LEN + 1];
    uint8_t hash[32];

    (void)state;
    en_lines_begin("entente-test/1", &b);
    en_lines_add(&b, "name", EN_TEXT_LIT("Служба"));
    en_lines_add(&b, "partner", en_text_from_ours(id.partner));
    en_lines_add_number(&b, "n", 42);
    en_lines_add_time(&b, "at", T0);
    en_lines_add_hex(&b, "hash", id.next, sizeof id.next);
    en_lines_sign(en_text_from_ours(id.partner), &by, 1, &b);
    assert_true(en_text_is(en_lines_form(en_buf_bytes(&b)), "entente-test/1"));
    assert_int_equal(en_lines_open(en_buf_bytes(&b), "entente-test/1", s, NULL), EN_OK);
    assert_true(en_lines_has(s, "name"));
    assert_false(en_lines_has(s, "nam"));
    assert_true(en_text_is(en_lines_text(s, "name", 40), "Служба"));
    en_lines_partner(s, "partner", partner);
    assert_string_equal(partner, id.partner);
    assert_int_equal(en_lines_number(s, "n", 1, 42), 42);
    assert_int_equal(en_lines_time(s, "at"), T0);
    en_lines_hex(s, "hash", hash, sizeof hash);
    assert_memory_equal(hash, id.next, sizeof hash);
    assert_int_equal(en_lines_end(s, NULL), EN_OK);
    assert_int_equal(en_lines_signed(s, en_text_from_ours(id.partner), id.key, NULL), EN_OK);
    assert_int_equal(en_lines_signed(s, en_text_from_ours(id.partner), id.next, NULL), EN_E_INTEGRITY);
    assert_int_equal(en_lines_signed(s, EN_TEXT_LIT("0123456789abcdef"), id.key, NULL), EN_E_INTEGRITY);
    free(s);
    en_buf_release(&b);
}

static void
read_text(struct en_lines *s)
{
    (void)en_lines_text(s, "x", 10);
}
static void
read_number(struct en_lines *s)
{
    (void)en_lines_number(s, "x", 1, 100);
}
static void
read_time(struct en_lines *s)
{
    (void)en_lines_time(s, "x");
}
static void
read_hex(struct en_lines *s)
{
    uint8_t two[2];

    en_lines_hex(s, "x", two, sizeof two);
}
static void
read_partner(struct en_lines *s)
{
    char id[EN_SEAL_ID_LEN + 1];

    en_lines_partner(s, "x", id);
}

static void
test_values_that_are_refused(void **state)
{
    static const struct {
        void (*read)(struct en_lines *);
        const char *line;
        en_errc want;
    } rows[] = {
        { read_text, "x ok\n", EN_OK },
        { read_text, "y ok\n", EN_E_INPUT },
        { read_text, "xok\n", EN_E_INPUT },
        { read_text, "x \n", EN_E_LIMIT },
        { read_text, "x 12345678901\n", EN_E_LIMIT },
        { read_text, "x  two\n", EN_E_INPUT },
        { read_text, "x end \n", EN_E_INPUT },
        { read_text,
          "x a\xe2\x80\xae"
          "b\n",
          EN_E_INPUT },                             /* right-to-left override */
        { read_text, "x e\xcc\x81\n", EN_E_INPUT }, /* not NFC */
        { read_text, "x ok\nx more\n", EN_E_INPUT },
        { read_number, "x 100\n", EN_OK },
        { read_number, "x 0\n", EN_E_INPUT },
        { read_number, "x 101\n", EN_E_INPUT },
        { read_number, "x 07\n", EN_E_INPUT },
        { read_number, "x -1\n", EN_E_INPUT },
        { read_number, "x 1234567890123456789\n", EN_E_LIMIT },
        { read_time, "x 2026-11-23T08:00:00.000Z\n", EN_OK },
        { read_time, "x 2026-11-23T08:00:00Z\n", EN_E_INPUT },
        { read_time, "x 2026-11-31T08:00:00.000Z\n", EN_E_INPUT },
        { read_hex, "x 00ff\n", EN_OK },
        { read_hex, "x 00fF\n", EN_E_INPUT },
        { read_hex, "x 00f\n", EN_E_INPUT },
        { read_hex, "x 00ff0\n", EN_E_LIMIT },
        { read_partner, "x 0123456789abcdef\n", EN_OK },
        { read_partner, "x 0123456789abcdeF\n", EN_E_INPUT },
        { read_partner, "x 0123456789abcde\n", EN_E_INPUT },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_buf b = EN_BUF_INIT;
        struct en_err err = EN_ERR_INIT;
        struct en_lines *s = opened(&b, rows[i].line);

        ROW(i, rows[i].line);
        rows[i].read(s);
        ROW_INT(en_lines_end(s, &err), rows[i].want);
        ROW_TRUE(rows[i].want == EN_OK || err.line >= 2);
        free(s);
        en_buf_release(&b);
    }
}

static void
test_several_notes_in_a_file(void **state)
{
    struct en_buf a = EN_BUF_INIT, b = EN_BUF_INIT;
    en_bytes rest, note;
    size_t n = 0;

    (void)state;
    make("x 1\n", &a);
    for (int i = 0; i < 3; i++)
        en_buf_add(&b, a.p, a.n);
    rest = en_buf_bytes(&b);
    while (en_lines_next(&rest, &note, NULL) == EN_OK) {
        assert_true(en_bytes_eq(note, en_buf_bytes(&a)));
        n++;
    }
    assert_int_equal(n, 3);
    assert_int_equal(rest.n, 0);
    en_buf_release(&a);
    en_buf_release(&b);
}

static void
test_what_is_no_statement(void **state)
{
    struct en_lines *s = en_xcalloc(1, sizeof *s);
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    make("x 1\n", &b);
    assert_int_equal(en_lines_open(en_buf_bytes(&b), "entente-test/2", s, NULL), EN_E_INPUT);
    assert_int_equal(en_lines_open(EN_BYTES_LIT(""), "entente-test/1", s, NULL), EN_E_INPUT);
    assert_int_equal(en_lines_open(EN_BYTES_LIT("entente-test/1\nx 1\n"), "entente-test/1", s, NULL), EN_E_INPUT);
    en_buf_reset(&b);
    for (unsigned i = 0; i <= EN_LINES_MAX; i++)
        en_buf_addc(&b, 'x');
    assert_int_equal(en_lines_open(en_buf_bytes(&b), "entente-test/1", s, NULL), EN_E_LIMIT);
    en_buf_release(&b);
    free(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_values_that_are_refused),
        cmocka_unit_test(test_several_notes_in_a_file),
        cmocka_unit_test(test_what_is_no_statement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
