#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node/receipt.h"

#define AT    ((en_time)1795435200123) /* 2026-11-23T12:00:00.123Z */
#define UUID  "6f1c1f0a-8d3b-4c6e-9a57-2f0e6b1d7c11"
#define ITEMS 3

/* Keys that everybody can make again, for partners that do not exist. */
static struct en_key
key_of(uint8_t seed)
{
    uint8_t s[EN_SEAL_SEED_LEN];
    struct en_key k;

    memset(s, seed, sizeof s);
    en_key_from_seed(s, &k);
    return k;
}

static struct en_statement_item items[ITEMS] = {
    { .word = EN_SAID_REFUSED, .hash = { 0x11, 0x22 }, .reasons = { "ground-unknown,dates-missing", 28 } },
    { .word = EN_SAID_REFUSED, .hash = { 0x33 }, .reasons = { "not-a-record", 12 } },
    { .word = EN_SAID_OPENED, .hash = { 0x44 } },
};
static struct en_statement_item gone[1] = { { .word = EN_SAID_DESTROYED, .hash = { 0x55 } } };
static struct en_statement_item onward[1] = {
    { .word = EN_SAID_ONWARD, .hash = { 0x66 }, .partner = { "0123456789abcdef", 16 } }
};
static struct en_statement_item answered[2] = {
    { .word = EN_SAID_CONSENTED, .hash = { 0x66 }, .partner = { "0123456789abcdef", 16 }, .proof = { 1, 2, 3 } },
    { .word = EN_SAID_DENIED,
      .hash = { 0x77 },
      .partner = { "0123456789abcdef", 16 },
      .reasons = { "declined,law", 12 } },
};

static char we[EN_SEAL_ID_LEN + 1], they[EN_SEAL_ID_LEN + 1];

static struct en_statement
example(enum en_statement_form form)
{
    struct en_statement s = { .form = form, .from = { we, EN_SEAL_ID_LEN }, .to = { they, EN_SEAL_ID_LEN }, .at = AT };

    if (form == EN_STATEMENT_DESTROYED) {
        s.record = EN_TEXT_LIT(UUID);
        s.reason = EN_TEXT_LIT("withdrawn");
        s.items = gone;
        s.n_items = 1;
        return s;
    }
    if (form == EN_STATEMENT_QUESTION || form == EN_STATEMENT_CONSENT) {
        s.items = form == EN_STATEMENT_QUESTION ? onward : answered;
        s.n_items = form == EN_STATEMENT_QUESTION ? 1 : 2;
        return s;
    }
    s.of_bundle = true;
    s.sequence = 7;
    s.bundle[0] = 0xb0;
    s.hash[31] = 0x0f;
    if (form == EN_STATEMENT_REFUSAL) {
        s.reason = EN_TEXT_LIT("bundle-expired");
        return s;
    }
    s.parts = 12;
    s.items = items;
    s.n_items = 2;
    return s;
}

static struct en_buf
written(const struct en_statement *s)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_key k = key_of(1);

    en_statement_write(s, &k, &b);
    return b;
}

static int
setup(void **state)
{
    struct en_key a = key_of(1), b = key_of(2);

    (void)state;
    en_key_id(a.public_key, we);
    en_key_id(b.public_key, they);
    return 0;
}

static void
test_what_is_written_reads_back_and_verifies(void **state)
{
    struct en_key ours = key_of(1), other = key_of(2);

    (void)state;
    for (unsigned f = 0; f < EN_STATEMENT_FORMS; f++) {
        struct en_statement s = example((enum en_statement_form)f), back;
        struct en_buf b = written(&s);
        enum en_statement_form form;
        struct en_arena a;

        en_arena_init(&a, EN_MIB);
        assert_true(en_statement_form_of(en_buf_bytes(&b), &form) && form == f);
        assert_int_equal(en_statement_parse(en_buf_bytes(&b), &a, &back, NULL), EN_OK);
        assert_int_equal(back.form, f);
        assert_true(en_text_eq(back.from, s.from) && en_text_eq(back.to, s.to) && back.at == s.at);
        assert_true(back.of_bundle == s.of_bundle && back.sequence == s.sequence && back.parts == s.parts);
        assert_memory_equal(back.bundle, s.bundle, sizeof s.bundle);
        assert_memory_equal(back.hash, s.hash, sizeof s.hash);
        assert_true(en_text_eq(back.record, s.record) && en_text_eq(back.reason, s.reason));
        assert_int_equal(back.n_items, s.n_items);
        for (size_t i = 0; i < s.n_items; i++) {
            assert_int_equal(back.items[i].word, s.items[i].word);
            assert_memory_equal(back.items[i].hash, s.items[i].hash, EN_SHA256_LEN);
            assert_true(en_text_eq(back.items[i].reasons, s.items[i].reasons));
            assert_true(en_text_eq(back.items[i].partner, s.items[i].partner));
            assert_memory_equal(back.items[i].proof, s.items[i].proof, sizeof back.items[i].proof);
        }
        assert_int_equal(en_statement_verify(&back, ours.public_key, NULL), EN_OK);
        assert_int_equal(en_statement_verify(&back, other.public_key, NULL), EN_E_INTEGRITY);
        en_arena_release(&a);
        en_buf_release(&b);
    }
}

/* A receipt that another partner signed, under its own name or under ours, is not ours. */
static void
test_who_signs_is_who_says_it(void **state)
{
    struct en_statement s = example(EN_STATEMENT_RECEIPT), back;
    struct en_buf b = EN_BUF_INIT;
    struct en_key ours = key_of(1), other = key_of(2);
    struct en_arena a;

    (void)state;
    en_arena_init(&a, EN_MIB);
    en_statement_write(&s, &other, &b);
    assert_int_equal(en_statement_parse(en_buf_bytes(&b), &a, &back, NULL), EN_OK);
    assert_int_equal(en_statement_verify(&back, ours.public_key, NULL), EN_E_INTEGRITY);
    s.from = (en_text){ they, EN_SEAL_ID_LEN };
    en_buf_reset(&b);
    en_statement_write(&s, &other, &b);
    assert_int_equal(en_statement_parse(en_buf_bytes(&b), &a, &back, NULL), EN_OK);
    assert_true(en_text_is(back.from, they));
    assert_int_equal(en_statement_verify(&back, ours.public_key, NULL), EN_E_INTEGRITY);
    en_arena_release(&a);
    en_buf_release(&b);
}

/* Every byte counts: changed, it is another statement, none, or one that is not signed. */
static void
test_no_byte_can_be_changed(void **state)
{
    struct en_statement s = example(EN_STATEMENT_RECEIPT), back;
    struct en_buf b = written(&s);
    struct en_key ours = key_of(1);
    struct en_arena a;

    (void)state;
    en_arena_init(&a, EN_MIB);
    for (size_t i = 0; i < b.n; i++) {
        en_arena_reset(&a);
        b.p[i] ^= 1;
        if (en_statement_parse(en_buf_bytes(&b), &a, &back, NULL) == EN_OK)
            assert_int_equal(en_statement_verify(&back, ours.public_key, NULL), EN_E_INTEGRITY);
        b.p[i] ^= 1;
    }
    for (size_t n = 0; n < b.n; n++) {
        en_arena_reset(&a);
        assert_int_not_equal(en_statement_parse(en_bytes_from(b.p, n), &a, &back, NULL), EN_OK);
    }
    en_arena_release(&a);
    en_buf_release(&b);
}

#define SIG         "\n\xE2\x80\x94 k AAAAAAAA\n"
#define HEAD        "entente-receipt/1\nfrom 0011223344556677\nto 8899aabbccddeeff\nat 2026-11-23T12:00:00.000Z\n"
#define ASKED(form) form "\nfrom 0011223344556677\nto 8899aabbccddeeff\nat 2026-11-23T12:00:00.000Z\n"
#define QUESTION    ASKED("entente-question/1")
#define CONSENT     ASKED("entente-consent/1")
#define ID          "000102030405060708090a0b0c0d0e0f"
#define HASH        ID ID
#define BUNDLE      "bundle " ID " 1 " HASH "\n"

static const struct {
    const char *text; /* without the signature */
    unsigned line;    /* 0: as a whole */
} refused[] = {
    /* clang-format off */
    { "entente-receipt/2\nfrom 0011223344556677\n", 1 },
    { "entente-receipt/1 \nfrom 0011223344556677\n", 1 },
    { "entente-receipt/1\nto 8899aabbccddeeff\n", 2 },
    { "entente-receipt/1\nfrom 0011223344556677 x\n", 2 },
    { "entente-receipt/1\nfrom 0011223344556677\nto 8899aabbccddeeff\nat 2026-11-23T12:00:00Z\n", 4 },
    { "entente-receipt/1\nfrom 001122334455667G\nto 8899aabbccddeeff\nat 2026-11-23T12:00:00.000Z\n" BUNDLE "parts 1\n", 0 },
    { HEAD, 0 }, /* about nothing */
    { HEAD BUNDLE, 5 }, /* no number of parts */
    { HEAD BUNDLE "parts 01\n", 6 },
    { HEAD BUNDLE "parts -1\n", 6 },
    { HEAD "bundle " ID " 0 " HASH "\nparts 1\n", 0 },
    { HEAD "bundle " ID " 1\nparts 1\n", 5 },
    { HEAD BUNDLE "parts 1\n" BUNDLE "parts 1\n", 7 },
    { HEAD BUNDLE "parts 1\nrefused " HASH "\n", 7 },
    { HEAD BUNDLE "parts 1\nrefused " HASH " Ground\n", 0 },
    { HEAD BUNDLE "parts 1\nrefused " HASH " a,,b\n", 0 },
    { HEAD BUNDLE "parts 1\nrefused " HASH " a,\n", 0 },
    { HEAD BUNDLE "parts 1\nopened " HASH " a\n", 7 },
    { HEAD BUNDLE "parts 1\ndestroyed " HASH "\n", 0 },
    { HEAD BUNDLE "parts 1\nreason expired\n", 0 },
    { HEAD "record " UUID "\nopened " HASH "\n", 0 },
    { HEAD BUNDLE "parts 1\nforgotten " HASH "\n", 7 },
    { HEAD BUNDLE "parts 1\nopened " HASH "  \n", 7 },
    { "entente-refusal/1\nfrom 0011223344556677\nto 8899aabbccddeeff\nat 2026-11-23T12:00:00.000Z\n" BUNDLE, 0 },
    { "entente-refusal/1\nfrom 0011223344556677\nto 8899aabbccddeeff\nat 2026-11-23T12:00:00.000Z\n" BUNDLE
      "reason expired\nrefused " HASH " a\n", 0 },
    { "entente-destroyed/1\nfrom 0011223344556677\nto 8899aabbccddeeff\nat 2026-11-23T12:00:00.000Z\n"
      "reason withdrawn\ndestroyed " HASH "\n", 0 },
    { "entente-destroyed/1\nfrom 0011223344556677\nto 8899aabbccddeeff\nat 2026-11-23T12:00:00.000Z\n"
      "record " UUID "\ndestroyed " HASH "\n", 0 },
    { QUESTION, 0 }, /* about nothing */
    { QUESTION BUNDLE "onward " HASH " 0011223344556677\n", 0 },
    { QUESTION "onward " HASH "\n", 5 },
    { QUESTION "onward " HASH " 001122334455667\n", 0 },
    { QUESTION "onward " HASH " 0011223344556677 law\n", 5 },
    { QUESTION "denied " HASH " 0011223344556677 law\n", 0 },
    { QUESTION "reason law\nonward " HASH " 0011223344556677\n", 0 },
    { CONSENT "onward " HASH " 0011223344556677\n", 0 },
    { CONSENT "consented " HASH " 0011223344556677\n", 5 },
    { CONSENT "consented " HASH " 0011223344556677 " HASH "\n", 5 },
    { CONSENT "denied " HASH " 0011223344556677\n", 5 },
    { CONSENT "denied " HASH " 0011223344556677 Law\n", 0 },
    { CONSENT "refused " HASH " law\n", 0 },
    /* clang-format on */
};

static void
test_what_is_not_of_the_form_is_refused_with_its_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct en_buf b = EN_BUF_INIT;
        struct en_err err = EN_ERR_INIT;
        struct en_statement s;
        struct en_arena a;

        en_arena_init(&a, EN_MIB);
        en_buf_addf(&b, "%s%s", refused[i].text, SIG);
        assert_int_equal(en_statement_parse(en_buf_bytes(&b), &a, &s, &err), EN_E_INPUT);
        if (err.line != refused[i].line)
            fail_msg("case %zu: line %llu: %s", i, (unsigned long long)err.line, err.text);
        en_arena_release(&a);
        en_buf_release(&b);
    }
}

static void
test_as_many_records_as_fit_and_no_more(void **state)
{
    static struct en_statement_item many[EN_STATEMENT_ITEMS_MAX + 1];
    char reasons[EN_STATEMENT_REASONS_MAX];
    struct en_statement s = example(EN_STATEMENT_RECEIPT), back;
    struct en_buf b;
    struct en_arena a;

    (void)state;
    for (size_t i = 0; i < sizeof reasons; i++)
        reasons[i] = i % 40 == 39 ? ',' : 'a';
    reasons[sizeof reasons - 1] = 'a';
    for (size_t i = 0; i <= EN_STATEMENT_ITEMS_MAX; i++)
        many[i] = (struct en_statement_item){ .word = EN_SAID_REFUSED, .reasons = { reasons, sizeof reasons } };
    s.items = many;
    s.n_items = EN_STATEMENT_ITEMS_MAX;
    b = written(&s);
    assert_true(b.n <= EN_NOTE_MAX);
    en_arena_init(&a, EN_MIB);
    assert_int_equal(en_statement_parse(en_buf_bytes(&b), &a, &back, NULL), EN_OK);
    assert_int_equal(back.n_items, EN_STATEMENT_ITEMS_MAX);
    s.n_items++;
    assert_int_equal(en_statement_check(&s, NULL), EN_E_LIMIT);
    en_arena_release(&a);
    en_buf_release(&b);
}

/* The examples of the page are what is written today. */
static void
test_the_page_shows_what_is_written(void **state)
{
    const char *source = getenv("ENTENTE_SOURCE");
    struct en_buf page = EN_BUF_INIT;
    char path[4096], chunk[4096];
    size_t n;
    FILE *f;

    (void)state;
    assert_non_null(source);
    (void)snprintf(path, sizeof path, "%s/docs/formats/statements.md", source);
    f = fopen(path, "rb");
    assert_non_null(f);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        en_buf_add(&page, chunk, n);
    (void)fclose(f);
    for (unsigned form = 0; form < EN_STATEMENT_FORMS; form++) {
        struct en_statement s = example((enum en_statement_form)form);
        struct en_buf b = written(&s);

        if (strstr(page.p, b.p) == NULL)
            fail_msg("docs/formats/statements.md does not show:\n%s", b.p);
        en_buf_release(&b);
    }
    en_buf_release(&page);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_reads_back_and_verifies),
        cmocka_unit_test(test_who_signs_is_who_says_it),
        cmocka_unit_test(test_no_byte_can_be_changed),
        cmocka_unit_test(test_what_is_not_of_the_form_is_refused_with_its_line),
        cmocka_unit_test(test_as_many_records_as_fit_and_no_more),
        cmocka_unit_test(test_the_page_shows_what_is_written),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
