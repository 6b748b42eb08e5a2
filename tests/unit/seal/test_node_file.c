#include "../harness.h"
#include "../node_keys.h"

#define T0 ((en_time)1795000000000) /* 2026-11-18 */

static const struct en_node_lock cheap = { .passes = 1, .kib = 8, .salt = { 7 } };

static struct en_node_key_file
signing_file(void)
{
    struct en_node_key_file f = { .kind = EN_NODE_KEY_SIGNING, .created = T0 };
    struct en_key k = test_signing_key(1, 1);

    en_key_id(k.public_key, f.partner);
    memcpy(f.public_key, k.public_key, sizeof f.public_key);
    memcpy(f.secret, k.seed, sizeof f.secret);
    return f;
}

static struct en_node_key_file
sealing_file(void)
{
    struct en_node_key_file f = signing_file();
    struct en_age_identity id;

    f.kind = EN_NODE_KEY_SEALING;
    f.month = en_month_of(T0);
    en_age_identity_from_seed(f.secret, &id);
    memcpy(f.secret, id.secret, sizeof f.secret);
    memcpy(f.public_key, id.recipient, sizeof f.public_key);
    return f;
}

static struct en_node_lock
lock_of(const char *passphrase)
{
    struct en_node_lock l = cheap;

    assert_int_equal(en_node_lock_make(&l, en_text_bytes(en_text_from_ours(passphrase)), NULL), EN_OK);
    return l;
}

static void
test_what_is_written_is_read(void **state)
{
    struct en_node_key_file files[] = { signing_file(), sealing_file() }, back;
    struct en_node_lock lock = lock_of("correct horse");
    uint8_t nonce[EN_NODE_NONCE_LEN] = { 9 };

    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct en_buf open = EN_BUF_INIT, locked = EN_BUF_INIT;

        ROW(i, "kind");
        en_node_key_file_write(&files[i], NULL, NULL, &open);
        en_node_key_file_write(&files[i], &lock, nonce, &locked);
        ROW_TRUE(open.n <= EN_NODE_FILE_MAX && locked.n <= EN_NODE_FILE_MAX);
        ROW_INT(en_node_key_file_read(en_buf_bytes(&open), &back, NULL), EN_OK);
        ROW_TRUE(!back.locked && memcmp(back.secret, files[i].secret, sizeof back.secret) == 0);
        ROW_INT(en_node_key_file_read(en_buf_bytes(&locked), &back, NULL), EN_OK);
        ROW_TRUE(back.locked && en_node_key_file_same_lock(&back, &lock));
        ROW_TRUE(memcmp(back.secret, files[i].secret, sizeof back.secret) != 0);
        ROW_INT(en_node_key_file_unlock(&back, &lock, NULL), EN_OK);
        ROW_TRUE(memcmp(back.secret, files[i].secret, sizeof back.secret) == 0);
        ROW_INT(back.month, files[i].month);
        ROW_INT(back.created, T0);
        ROW_TRUE(strcmp(back.partner, files[i].partner) == 0);
        en_buf_release(&open);
        en_buf_release(&locked);
    }
}

/* A locked file does not hold the secret, in no form. */
static void
test_a_lock_hides(void **state)
{
    struct en_node_key_file f = signing_file();
    struct en_node_lock lock = lock_of("correct horse");
    uint8_t nonce[EN_NODE_NONCE_LEN] = { 9 };
    char hex[2 * EN_SEAL_SEED_LEN + 1];
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    en_hex(f.secret, sizeof f.secret, hex);
    en_node_key_file_write(&f, &lock, nonce, &b);
    assert_null(strstr(b.p, hex));
    en_buf_reset(&b);
    en_node_key_file_write(&f, NULL, NULL, &b);
    assert_non_null(strstr(b.p, hex));
    en_buf_release(&b);
}

static void
test_another_passphrase(void **state)
{
    struct en_node_key_file f = signing_file(), back;
    struct en_node_lock lock = lock_of("correct horse"), wrong = lock_of("battery staple"), salted = lock;
    uint8_t nonce[EN_NODE_NONCE_LEN] = { 9 };
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    salted.salt[0] ^= 1;
    en_node_key_file_write(&f, &lock, nonce, &b);
    assert_int_equal(en_node_key_file_read(en_buf_bytes(&b), &back, NULL), EN_OK);
    assert_int_equal(en_node_key_file_unlock(&back, &wrong, NULL), EN_E_RULE);
    assert_true(back.locked);
    assert_int_equal(en_node_key_file_unlock(&back, &salted, NULL), EN_E_RULE);
    en_buf_release(&b);
}

/* What is not covered by the lock does not exist: a changed byte is noticed when it is read or unlocked. */
static void
test_a_changed_file(void **state)
{
    struct en_node_key_file f = sealing_file(), back;
    struct en_node_lock lock = lock_of("correct horse");
    uint8_t nonce[EN_NODE_NONCE_LEN] = { 9 };

    (void)state;
    for (int locked = 0; locked < 2; locked++) {
        struct en_buf b = EN_BUF_INIT;
        size_t created = 0;

        en_node_key_file_write(&f, locked ? &lock : NULL, nonce, &b);
        created = (size_t)(strstr(b.p, "created") - b.p);
        for (size_t i = 0; i < b.n; i++) {
            struct en_node_lock as = lock;
            en_errc rc;

            b.p[i] ^= 1;
            rc = en_node_key_file_read(en_buf_bytes(&b), &back, NULL);
            if (rc == EN_OK && back.locked) {
                memcpy(as.salt, back.lock.salt, sizeof as.salt);
                as.passes = back.lock.passes;
                as.kib = back.lock.kib;
                rc = en_node_key_file_unlock(&back, &as, NULL);
            }
            ROW(i, locked ? "locked" : "open");
            /* Without a lock nothing covers whose it is, of which month and since when. */
            ROW_TRUE(rc != EN_OK || (!locked && i > 18 && i < created + 34));
            b.p[i] ^= 1;
        }
        en_buf_release(&b);
    }
}

static void
test_passphrases_and_costs(void **state)
{
    static const struct {
        uint32_t passes, kib;
        size_t length;
        en_errc want;
    } rows[] = {
        { 1, 8, 8, EN_OK },         { 1, 8, 7, EN_E_LIMIT },       { 1, 8, 0, EN_E_LIMIT },
        { 1, 8, 1025, EN_E_LIMIT }, { 0, 8, 8, EN_E_LIMIT },       { 33, 8, 8, EN_E_LIMIT },
        { 1, 7, 8, EN_E_LIMIT },    { 1, 1048577, 8, EN_E_LIMIT }, { 1, 8, 1024, EN_OK },
    };
    static const char text[1025] = { 'x' };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_node_lock l = { .passes = rows[i].passes, .kib = rows[i].kib };

        ROW(i, "cost");
        ROW_INT(en_node_lock_make(&l, en_bytes_from(text, rows[i].length), NULL), rows[i].want);
    }
}

#define HEAD                                                                                                           \
    "entente-node-key-v1\npartner: 0123456789abcdef\nkind: signing\ncreated: 2026-11-23T08:00:00.000Z\n"               \
    "public: d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\n"
#define SECRET "secret: 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n"

static void
test_what_is_no_key_file(void **state)
{
    static const struct {
        const char *text;
        en_errc want;
        uint64_t line;
    } rows[] = {
        { HEAD "lock: none\n" SECRET, EN_OK, 0 },
        { "", EN_E_INPUT, 1 },
        { "entente-key-v1\n", EN_E_INPUT, 1 },
        { "entente-node-key-v1\npartner: 0123456789abcde\n", EN_E_INPUT, 2 },
        { "entente-node-key-v1\npartner: 0123456789abcdef\nkind: other\n", EN_E_INPUT, 3 },
        { "entente-node-key-v1\npartner: 0123456789abcdef\nkind: sealing 2026-13\n", EN_E_INPUT, 3 },
        { HEAD SECRET, EN_E_INPUT, 6 },
        { HEAD "lock: argon2id 3 65536\n" SECRET, EN_E_INPUT, 6 },
        { HEAD "lock: scrypt 3 65536 00000000000000000000000000000000\n" SECRET, EN_E_INPUT, 6 },
        { HEAD "lock: none\nsecret: 00\n", EN_E_INPUT, 7 },
        { HEAD "lock: none\n" SECRET "more\n", EN_E_INPUT, 8 },
        { HEAD "lock: none\nsecret: 0061b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n", EN_E_INTEGRITY,
          0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_err err = EN_ERR_INIT;
        struct en_node_key_file f;

        ROW(i, rows[i].text);
        ROW_INT(en_node_key_file_read(en_text_bytes(en_text_from_ours(rows[i].text)), &f, &err), rows[i].want);
        ROW_INT(err.line, rows[i].line);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read), cmocka_unit_test(test_a_lock_hides),
        cmocka_unit_test(test_another_passphrase),      cmocka_unit_test(test_a_changed_file),
        cmocka_unit_test(test_passphrases_and_costs),   cmocka_unit_test(test_what_is_no_key_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
