#include "../harness.h"

#include "base/limits.h"
#include "node/slip.h"

#define AT ((en_time)1795435200123) /* 2026-11-23T12:00:00.123Z */

/* A key that everybody can make again, for a partner that does not exist. */
static struct en_key
key_of(uint8_t fill)
{
    uint8_t seed[EN_SEAL_SEED_LEN];
    struct en_key k;

    memset(seed, fill, sizeof seed);
    en_key_from_seed(seed, &k);
    return k;
}

static struct en_slip
example(void)
{
    struct en_slip p = { .from = "00000000000000aa", .to = "00000000000000bb", .at = AT };

    p.sync = (struct en_sync){ .speaks_oldest = 1, .speaks_newest = 2, .upto = 40, .window = 0x8000000000000005u,
                               .highest = 105, .void_from = 3, .void_to = 9, .prove = 12, .asks = true,
                               .answers = true };
    p.sync.holds = (struct en_head){ .epoch = 2, .size = 77 };
    memset(p.sync.holds.root.b, 0x11, sizeof p.sync.holds.root.b);
    memset(p.sync.ask, 0x22, sizeof p.sync.ask);
    memset(p.sync.answer, 0x33, sizeof p.sync.answer);
    return p;
}

static const char text[] = "entente-sync/1\nfrom 00000000000000aa\nto 00000000000000bb\nat 2026-11-23T12:00:00.123Z\n"
                           "speaks 1\nspeaks-to 2\ncame 40\ncame-to 105\nbeyond 8000000000000005\nepoch 2\nsize 77\n"
                           "root 1111111111111111111111111111111111111111111111111111111111111111\nvoid 3\nvoid-to 9\n"
                           "prove 12\nask 22222222222222222222222222222222\n"
                           "answer 33333333333333333333333333333333\n";

static void
test_a_slip_reads_back(void **state)
{
    static struct en_lines lines;
    struct en_slip p = example(), q;
    struct en_key k = key_of(1);
    struct en_buf b = EN_BUF_INIT, again = EN_BUF_INIT;

    (void)state;
    en_slip_write(&p, &k, &b);
    assert_int_equal(strncmp(b.p, text, strlen(text)), 0);
    assert_int_equal(en_slip_read(en_buf_bytes(&b), &lines, &q, NULL), EN_OK);
    en_slip_write(&q, &k, &again);
    assert_string_equal(b.p, again.p);
    assert_int_equal(q.sync.window, p.sync.window);
    assert_int_equal(q.sync.holds.size, 77);
    en_buf_release(&b);
    en_buf_release(&again);
}

static void
test_a_slip_is_from_its_sender_and_for_us(void **state)
{
    static struct en_lines lines;
    struct en_slip p = example(), q;
    struct en_key k = key_of(1), other = key_of(2);
    struct en_buf b = EN_BUF_INIT;
    const en_text we = EN_TEXT_LIT("00000000000000bb");

    (void)state;
    p.sync = (struct en_sync){ .speaks_oldest = 1, .speaks_newest = 1 };
    en_slip_write(&p, &k, &b);
    assert_int_equal(en_slip_read(en_buf_bytes(&b), &lines, &q, NULL), EN_OK);
    assert_int_equal(en_slip_verify(&lines, &q, we, k.public_key, AT, NULL), EN_OK);
    assert_int_equal(en_slip_verify(&lines, &q, we, other.public_key, AT, NULL), EN_E_INTEGRITY);
    assert_int_equal(en_slip_verify(&lines, &q, EN_TEXT_LIT("00000000000000cc"), k.public_key, AT, NULL), EN_E_RULE);
    assert_int_equal(en_slip_verify(&lines, &q, we, k.public_key, AT - EN_PARTNER_AHEAD - 1, NULL), EN_E_RULE);
    en_buf_release(&b);
}

static const struct {
    const char *what, *from, *to;
    en_errc code;
    uint64_t line;
} forms[] = {
    { "as it is", "came 40", "came 40", EN_OK, 0 },
    { "another form", "sync/1", "sync/2", EN_E_INPUT, 1 },
    { "no version", "speaks 1\n", "speaks 0\n", EN_E_INPUT, 5 },
    { "versions the wrong way round", "speaks-to 2", "speaks-to 1\nspeaks-to 1", EN_E_INPUT, 7 },
    { "the highest below the first", "came-to 105", "came-to 39", EN_E_INPUT, 8 },
    { "a number that nobody reaches", "came-to 105", "came-to 72057594037927937", EN_E_INPUT, 8 },
    { "nothing beyond", "beyond 8000000000000005", "beyond 0000000000000000", EN_E_INPUT, 9 },
    { "capitals", "root 11", "root 1A", EN_E_INPUT, 12 },
    { "a void that ends before it begins", "void-to 9", "void-to 2", EN_E_INPUT, 14 },
    { "a nonce cut short", "ask 22", "ask ", EN_E_INPUT, 16 },
    { "something behind", "answer 33333333333333333333333333333333\n",
      "answer 33333333333333333333333333333333\nmore 1\n", EN_E_INPUT, 18 },
    { "an empty tree", "size 77", "size 0", EN_E_INPUT, 11 },
};

static void
test_forms(void **state)
{
    static struct en_lines lines;

    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++) {
        const char *at = strstr(text, forms[i].from);
        struct en_buf b = EN_BUF_INIT;
        struct en_err err = EN_ERR_INIT;
        struct en_key k = key_of(1);
        const struct en_key *keys[] = { &k };
        struct en_slip p;

        ROW(i, forms[i].what);
        assert_non_null(at);
        en_buf_add(&b, text, (size_t)(at - text));
        en_buf_add_str(&b, forms[i].to);
        en_buf_add_str(&b, at + strlen(forms[i].from));
        en_lines_sign(EN_TEXT_LIT("00000000000000aa"), keys, 1, &b);
        ROW_INT(en_slip_read(en_buf_bytes(&b), &lines, &p, &err), forms[i].code);
        ROW_INT(err.line, forms[i].line);
        en_buf_release(&b);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_slip_reads_back),
        cmocka_unit_test(test_a_slip_is_from_its_sender_and_for_us),
        cmocka_unit_test(test_forms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
