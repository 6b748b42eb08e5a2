#include "../harness.h"
#include "../node_cards.h"

#define T0 ((en_time)1795000000000) /* 2026-11-18 */

static void
test_a_card_is_read_as_it_was_written(void **state)
{
    struct en_card c = test_card(1, 3, T0), back;
    struct en_key k = test_signing_key(1, 3);
    struct en_buf b = EN_BUF_INIT, again = EN_BUF_INIT;

    (void)state;
    assert_int_equal(c.n_seals, 2); /* this month and, 14 days before it, the next */
    en_card_write(&c, &k, &b);
    assert_int_equal(en_card_read(en_buf_bytes(&b), &back, NULL), EN_OK);
    en_card_write(&back, &k, &again);
    assert_string_equal(b.p, again.p);
    assert_true(en_text_is(back.country, "XAA"));
    assert_true(back.rehearsal);
    assert_int_equal(back.at, T0);
    assert_int_equal(back.keys.number, 3);
    en_buf_release(&b);
    en_buf_release(&again);
}

/* Every byte of a card is covered: changing any one is noticed. */
static void
test_addresses(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        { "https://node.example", true },
        { "https://node.example:8443", true },
        { "https://127.0.0.1:1", true },
        { "https://[::1]:65535", true },
        { "https://a", true },
        { "https://", false },
        { "https://:1", false },
        { "http://node.example", false },
        { "https://node.example/", false },
        { "https://node.example/x", false },
        { "https://user@node.example", false },
        { "https://node.example:0", false },
        { "https://node.example:65536", false },
        { "https://node.example:", false },
        { "https://node.example:1a", false },
        { "https://-node", false },
        { "https://NODE", false },
        { "https://[::1", false },
        { "https://[]", false },
        { "https://node.example?x", false },
        { "https://node example", false },
        { "file:///etc/hosts", false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        ROW_INT(en_address_valid(en_text_from_ours(rows[i].text)), rows[i].good);
    }
}


static void
test_addresses_of_a_card(void **state)
{
    static const char *const urls[] = { "https://a.example:8443", "https://b.example", "https://[::1]:1",
                                        "https://127.0.0.1:2" };
    struct en_card c = test_card(1, 1, T0), back;
    struct en_key k = test_signing_key(1, 1);
    struct en_buf b = EN_BUF_INIT, out = EN_BUF_INIT;
    char *at;

    (void)state;
    for (c.n_addresses = 0; c.n_addresses <= EN_CARD_ADDRESSES_MAX; c.n_addresses++) {
        en_buf_reset(&b);
        en_card_write(&c, &k, &b);
        assert_int_equal(en_card_read(en_buf_bytes(&b), &back, NULL), EN_OK);
        assert_int_equal(back.n_addresses, c.n_addresses);
        for (unsigned i = 0; i < c.n_addresses; i++)
            assert_true(en_text_is(back.address[i], urls[i]));
        if (c.n_addresses < EN_CARD_ADDRESSES_MAX)
            c.address[c.n_addresses] = en_text_from_ours(urls[c.n_addresses]);
        else
            break;
    }
    /* A fifth, and one that is no address: refused before any signature is looked at. */
    at = memmem(b.p, b.n, "address ", 8);
    en_buf_add(&out, b.p, (size_t)(at - b.p));
    en_buf_add_str(&out, "address https://e.example\n");
    en_buf_add(&out, at, b.n - (size_t)(at - b.p));
    assert_int_equal(en_card_read(en_buf_bytes(&out), &back, NULL), EN_E_INPUT);
    at[8 + 4] = 'x'; /* "httpx://…" */
    assert_int_equal(en_card_read(en_buf_bytes(&b), &back, NULL), EN_E_INPUT);
    en_buf_release(&b);
    en_buf_release(&out);
}

static void
test_a_changed_card_is_refused(void **state)
{
    struct en_card c = test_card(1, 1, T0), back;
    struct en_key k = test_signing_key(1, 1);
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    en_card_write(&c, &k, &b);
    for (size_t i = 0; i < b.n; i++) {
        b.p[i] ^= 1;
        ROW(i, "flipped");
        ROW_TRUE(en_card_read(en_buf_bytes(&b), &back, NULL) != EN_OK);
        b.p[i] ^= 1;
    }
    for (size_t n = 0; n < b.n; n++) {
        ROW(n, "cut");
        ROW_TRUE(en_card_read(en_bytes_from(b.p, n), &back, NULL) != EN_OK);
    }
    en_buf_release(&b);
}

static void
test_which_sealing_key_is_used(void **state)
{
    struct en_card c = { .n_seals = 3 };
    int32_t november = en_month_of(T0);

    (void)state;
    for (int i = 0; i < 3; i++)
        c.seal[i].month = november - 1 + i;
    assert_int_equal(en_card_seal_at(&c, T0)->month, november);
    assert_int_equal(en_card_seal_at(&c, en_month_start(november + 1))->month, november + 1);
    assert_int_equal(en_card_seal_at(&c, en_month_start(november + 9))->month, november + 1);
    assert_int_equal(en_card_seal_at(&c, en_month_start(november - 9))->month, november - 1);
}

static void
test_fingerprints(void **state)
{
    struct en_key_state a = test_key_state(1, 1), b = a;
    char text[EN_FINGERPRINT_LEN + 1], other[EN_FINGERPRINT_LEN + 1], typed[80];
    size_t n = 0;

    (void)state;
    en_key_fingerprint(&a, text);
    for (size_t i = 0; i < EN_FINGERPRINT_LEN; i++)
        assert_true(i % 6 == 5 ? text[i] == ' ' : text[i] >= '0' && text[i] <= '9');
    assert_true(en_key_fingerprint_is(&a, en_text_from_ours(text)));
    for (size_t i = 0; i < EN_FINGERPRINT_LEN; i++)
        if (text[i] != ' ')
            typed[n++] = text[i];
    assert_true(en_key_fingerprint_is(&a, (en_text){ typed, n }));
    assert_false(en_key_fingerprint_is(&a, (en_text){ typed, n - 1 }));
    typed[n++] = '0';
    assert_false(en_key_fingerprint_is(&a, (en_text){ typed, n }));
    assert_false(en_key_fingerprint_is(&a, EN_TEXT_LIT("")));
    typed[0] = typed[0] == '9' ? '0' : (char)(typed[0] + 1);
    assert_false(en_key_fingerprint_is(&a, (en_text){ typed, n - 1 }));
    b.next[31] ^= 1; /* who announces another next key has another fingerprint */
    en_key_fingerprint(&b, other);
    assert_string_not_equal(text, other);
    b = a;
    b.key[0] ^= 1;
    en_key_fingerprint(&b, other);
    assert_string_not_equal(text, other);
}

/* The vector of docs/formats/cards.md: the key of RFC 8032's first test, its successor that of the second. */
static void
test_the_fingerprint_of_the_page(void **state)
{
    struct en_key_state k = { .number = 1 };
    uint8_t second[32];
    char text[EN_FINGERPRINT_LEN + 1];

    (void)state;
    assert_true(en_unhex(EN_TEXT_LIT("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), k.key, 32));
    assert_true(en_unhex(EN_TEXT_LIT("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), second, 32));
    en_key_digest(second, k.next);
    en_key_fingerprint(&k, text);
    assert_string_equal(text, "20870 95212 06384 18758 08415 95646 14208 50705");
}

/* --- histories ---------------------------------------------------------------------------------------------------- */

struct seen {
    unsigned n;
    uint32_t last;
};

static en_errc
see(void *ctx, const struct en_key_step *s, en_bytes note, struct en_err *err)
{
    struct seen *x = ctx;

    (void)err;
    assert_true(note.n > 0);
    x->n++;
    x->last = s->keys.number;
    return EN_OK;
}

static void
test_a_history_is_walked(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_card_file f;
    struct en_key_state known = test_key_state(1, 3);
    struct seen x = { 0, 0 };

    (void)state;
    test_card_file(1, 5, T0, &b);
    assert_int_equal(en_card_file_read(en_buf_bytes(&b), NULL, see, &x, &f, NULL), EN_OK);
    assert_int_equal(x.n, 5);
    assert_int_equal(f.worst, EN_KEY_ROTATED);
    x = (struct seen){ 0, 0 };
    assert_int_equal(en_card_file_read(en_buf_bytes(&b), &known, see, &x, &f, NULL), EN_OK);
    assert_int_equal(x.n, 2);
    assert_int_equal(x.last, 5);
    assert_int_equal(f.walked, 2);
    known = test_key_state(1, 5);
    assert_int_equal(en_card_file_read(en_buf_bytes(&b), &known, NULL, NULL, &f, NULL), EN_OK);
    assert_int_equal(f.walked, 0);
    known = test_key_state(1, 6);
    assert_int_equal(en_card_file_read(en_buf_bytes(&b), &known, NULL, NULL, &f, NULL), EN_E_INTEGRITY);
    known = test_key_state(2, 3);
    assert_int_equal(en_card_file_read(en_buf_bytes(&b), &known, NULL, NULL, &f, NULL), EN_E_INTEGRITY);
    known = test_key_state(1, 3);
    known.next[0] ^= 1;
    assert_int_equal(en_card_file_read(en_buf_bytes(&b), &known, NULL, NULL, &f, NULL), EN_E_INTEGRITY);
    en_buf_release(&b);
}

/* A step made by hand, from the state of node 1 at `number` - 1. */
struct made {
    enum en_key_change change;
    unsigned key_node; /* whose signing key, and which */
    uint32_t key;
    bool signed_before;
};

static en_errc
history(const struct made *m, enum en_key_change *worst, struct en_err *err)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_key by = test_signing_key(m->key_node, m->key), before = test_signing_key(1, 2);
    struct en_key next = test_signing_key(1, 9);
    struct en_key_step s = { test_key_state(1, 3), m->change, T0, { 0 } };
    struct en_card c = test_card(1, 3, T0);
    struct en_card_file f;
    en_errc rc;

    memcpy(s.keys.key, by.public_key, sizeof s.keys.key);
    en_key_digest(next.public_key, s.keys.next);
    memcpy(s.before, before.public_key, sizeof s.before);
    c.keys = s.keys;
    en_card_write(&c, &by, &b);
    test_key_step(1, 1, T0, &b);
    test_key_step(1, 2, T0, &b);
    en_key_step_write(&s, &by, m->signed_before ? &before : NULL, &b);
    rc = en_card_file_read(en_buf_bytes(&b), NULL, NULL, NULL, &f, err);
    *worst = f.worst;
    en_buf_release(&b);
    return rc;
}

static void
test_what_a_step_may_do(void **state)
{
    static const struct {
        struct made made;
        en_errc want;
        const char *why;
    } rows[] = {
        { { EN_KEY_ROTATED, 1, 3, true }, EN_OK, "announced, both sign" },
        { { EN_KEY_LOST, 1, 3, false }, EN_OK, "announced, the key before cannot sign" },
        { { EN_KEY_SPARE, 1, 2, false }, EN_OK, "same key, another one announced" },
        { { EN_KEY_READMITTED, 7, 1, false }, EN_OK, "nothing but people ties it" },
        { { EN_KEY_ROTATED, 7, 1, true }, EN_E_INTEGRITY, "a thief of the key in use goes on to his own" },
        { { EN_KEY_LOST, 7, 1, false }, EN_E_INTEGRITY, "a stranger says the key was lost" },
        { { EN_KEY_SPARE, 7, 1, false }, EN_E_INPUT, "a spare with another signing key" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_err err = EN_ERR_INIT;
        enum en_key_change worst;

        ROW(i, rows[i].why);
        ROW_INT(history(&rows[i].made, &worst, &err), rows[i].want);
        if (rows[i].want == EN_OK)
            ROW_INT(worst, rows[i].made.change);
    }
}

/* Parts of a file left out, doubled or put elsewhere. */
static void
test_histories_that_do_not_hold(void **state)
{
    static const struct {
        unsigned steps[5]; /* node * 10 + number; 0 ends */
        en_errc want;
        const char *why;
    } rows[] = {
        { { 11, 12, 13 }, EN_OK, "whole" },
        { { 12, 13 }, EN_E_INTEGRITY, "the first step is missing" },
        { { 11, 13 }, EN_E_INTEGRITY, "a step is missing" },
        { { 11, 12 }, EN_E_INTEGRITY, "it does not reach the card" },
        { { 11, 12, 13, 14 }, EN_E_INTEGRITY, "it goes beyond the card" },
        { { 11, 12, 12, 13 }, EN_E_INTEGRITY, "a step twice" },
        { { 21, 12, 13 }, EN_E_INTEGRITY, "another partner's step" },
        { { 0 }, EN_E_INTEGRITY, "no steps" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_buf b = EN_BUF_INIT;
        struct en_key now = test_signing_key(1, 3);
        struct en_card c = test_card(1, 3, T0);
        struct en_card_file f;

        ROW(i, rows[i].why);
        en_card_write(&c, &now, &b);
        for (size_t k = 0; k < 5 && rows[i].steps[k] != 0; k++)
            test_key_step(rows[i].steps[k] / 10, rows[i].steps[k] % 10, T0, &b);
        ROW_INT(en_card_file_read(en_buf_bytes(&b), NULL, NULL, NULL, &f, NULL), rows[i].want);
        en_buf_release(&b);
    }
}

/* Who takes another's id must have its first key. */
static void
test_an_id_cannot_be_taken(void **state)
{
    struct en_key_step s = { test_key_state(2, 1), EN_KEY_FIRST, T0, { 0 } };
    struct en_key_state victim = test_key_state(1, 1);
    struct en_key by = test_signing_key(2, 1);
    struct en_card c = test_card(2, 1, T0);
    struct en_buf b = EN_BUF_INIT;
    struct en_card_file f;

    (void)state;
    memcpy(s.keys.partner, victim.partner, sizeof s.keys.partner);
    memcpy(s.before, by.public_key, sizeof s.before);
    memcpy(c.keys.partner, victim.partner, sizeof c.keys.partner);
    en_card_write(&c, &by, &b);
    en_key_step_write(&s, &by, NULL, &b);
    assert_int_equal(en_card_file_read(en_buf_bytes(&b), NULL, NULL, NULL, &f, NULL), EN_E_INTEGRITY);
    en_buf_release(&b);
}

static void
test_a_step_needs_its_signatures(void **state)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_key_step s;
    const char *last;

    (void)state;
    test_key_step(1, 2, T0, &b);
    assert_int_equal(en_key_step_read(en_buf_bytes(&b), &s, NULL), EN_OK);
    last = strstr(b.p, "\xe2\x80\x94 "); /* the first of two */
    last = strstr(last + 1, "\xe2\x80\x94 ");
    assert_int_equal(en_key_step_read(en_bytes_from(b.p, (size_t)(last - b.p)), &s, NULL), EN_E_INTEGRITY);
    en_buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_card_is_read_as_it_was_written),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_addresses_of_a_card),
        cmocka_unit_test(test_a_changed_card_is_refused),
        cmocka_unit_test(test_which_sealing_key_is_used),
        cmocka_unit_test(test_fingerprints),
        cmocka_unit_test(test_the_fingerprint_of_the_page),
        cmocka_unit_test(test_a_history_is_walked),
        cmocka_unit_test(test_what_a_step_may_do),
        cmocka_unit_test(test_histories_that_do_not_hold),
        cmocka_unit_test(test_an_id_cannot_be_taken),
        cmocka_unit_test(test_a_step_needs_its_signatures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
