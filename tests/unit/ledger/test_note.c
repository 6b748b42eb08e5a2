#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/note.h"

#define DASH "\xE2\x80\x94 "
/* The worked example of the signed-note specification, and the two keys of golang.org/x/mod's tests. */
#define SPEC_KEY  "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define SPEC_LINE \
    DASH "example.com/foo "                                                                                            \
         "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
#define SPEC_NOTE "This is an example message.\n\n" SPEC_LINE
#define PETER_KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_LINE \
    DASH "PeterNeumann "                                                                                               \
         "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define ENOCH_KEY "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define GO_TEXT \
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"

static struct en_note_key
key(const char *vkey)
{
    struct en_note_key k;

    assert_int_equal(en_note_key_parse(en_text_from_ours(vkey), &k, NULL), EN_OK);
    return k;
}

static en_bytes
bytes(const char *s)
{
    return en_bytes_from(s, strlen(s));
}

static void
test_published_notes_verify(void **state)
{
    struct en_note_key spec = key(SPEC_KEY), peter = key(PETER_KEY), enoch = key(ENOCH_KEY);
    struct en_signed_note n;

    (void)state;
    assert_int_equal(en_note_parse(bytes(SPEC_NOTE), &n, NULL), EN_OK);
    assert_int_equal(n.text.n, strlen("This is an example message.\n"));
    assert_int_equal(en_note_verify(&n, &spec, NULL), EN_NOTE_GOOD);
    assert_int_equal(en_note_verify(&n, &peter, NULL), EN_NOTE_UNSIGNED);
    assert_int_equal(en_note_parse(bytes(GO_TEXT "\n" PETER_LINE), &n, NULL), EN_OK);
    assert_int_equal(en_note_verify(&n, &peter, NULL), EN_NOTE_GOOD);
    assert_int_equal(en_note_verify(&n, &enoch, NULL), EN_NOTE_UNSIGNED);
}

static void
test_one_changed_byte_spoils_a_note(void **state)
{
    struct en_note_key spec = key(SPEC_KEY);
    char copy[sizeof SPEC_NOTE];

    (void)state;
    for (size_t i = 0; i < strlen("This is an example message."); i++) {
        struct en_signed_note n;

        memcpy(copy, SPEC_NOTE, sizeof copy);
        copy[i] ^= 1;
        if ((unsigned char)copy[i] < 0x20)
            continue;
        assert_int_equal(en_note_parse(bytes(copy), &n, NULL), EN_OK);
        assert_int_equal(en_note_verify(&n, &spec, NULL), EN_NOTE_BAD);
    }
}

static void
test_a_bad_signature_of_a_known_key_outweighs_a_good_one(void **state)
{
    static const char note[] = "This is an example message.\n\n" SPEC_LINE DASH
                               "example.com/foo Uw2QOgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                               "AAAAAAAAAAAAAAAA=\n";
    struct en_note_key spec = key(SPEC_KEY);
    struct en_signed_note n;

    (void)state;
    assert_int_equal(en_note_parse(bytes(note), &n, NULL), EN_OK);
    assert_int_equal(n.n, 2);
    assert_int_equal(en_note_verify(&n, &spec, NULL), EN_NOTE_BAD);
}

static void
test_what_is_signed_here_verifies_here_and_is_written_once(void **state)
{
    static const enum en_note_type types[] = { EN_NOTE_ED25519, EN_NOTE_COSIGNATURE };
    uint8_t seed[EN_SEAL_SEED_LEN] = { 1, 2, 3 };
    struct en_key secret;

    (void)state;
    en_key_from_seed(seed, &secret);
    for (size_t i = 0; i < 2; i++) {
        struct en_buf b = EN_BUF_INIT, v = EN_BUF_INIT;
        struct en_note_key k, again;
        struct en_signed_note n;
        uint64_t at = 0;

        en_note_key_make(EN_TEXT_LIT("entente/xaa/1"), types[i], secret.public_key, &k);
        en_note_key_write(&k, &v);
        assert_int_equal(en_note_key_parse((en_text){ v.p, v.n }, &again, NULL), EN_OK);
        assert_memory_equal(&k, &again, sizeof k);
        en_buf_add_str(&b, "one\n\ntwo\n\n");
        en_note_sign(&k, &secret, EN_BYTES_LIT("one\n\ntwo\n"), 1700000000, &b);
        assert_int_equal(en_note_parse(en_buf_bytes(&b), &n, NULL), EN_OK);
        assert_int_equal(en_note_verify(&n, &k, &at), EN_NOTE_GOOD);
        assert_int_equal(at, types[i] == EN_NOTE_COSIGNATURE ? 1700000000 : 0);
        b.p[0] = 'O';
        assert_int_equal(en_note_verify(&n, &k, NULL), EN_NOTE_BAD);
        en_buf_release(&b);
        en_buf_release(&v);
    }
}

/* A cosignature says more than a signature: the one is not taken for the other. */
static void
test_a_signature_is_no_cosignature(void **state)
{
    uint8_t seed[EN_SEAL_SEED_LEN] = { 9 };
    struct en_note_key log, witness;
    struct en_buf b = EN_BUF_INIT;
    struct en_key secret;
    struct en_signed_note n;

    (void)state;
    en_key_from_seed(seed, &secret);
    en_note_key_make(EN_TEXT_LIT("a/b"), EN_NOTE_ED25519, secret.public_key, &log);
    en_note_key_make(EN_TEXT_LIT("a/b"), EN_NOTE_COSIGNATURE, secret.public_key, &witness);
    en_buf_add_str(&b, "text\n\n");
    en_note_sign(&log, &secret, EN_BYTES_LIT("text\n"), 0, &b);
    assert_int_equal(en_note_parse(en_buf_bytes(&b), &n, NULL), EN_OK);
    assert_int_equal(en_note_verify(&n, &witness, NULL), EN_NOTE_UNSIGNED);
    assert_int_equal(en_note_verify(&n, &log, NULL), EN_NOTE_GOOD);
    en_buf_release(&b);
}

static void
test_what_is_no_note_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *in;
        en_errc code;
        uint64_t line;
    } rows[] = {
        { "", EN_E_INPUT, 0 },
        { "text\n", EN_E_INPUT, 0 },
        { "text\n\n", EN_E_INPUT, 0 },
        { "\n\n" SPEC_LINE, EN_OK, 0 }, /* an empty line is text too */
        { "\n" SPEC_LINE, EN_E_INPUT, 0 },
        { "text\n\n- example.com/foo AAAA\n", EN_E_INPUT, 3 },
        { "text\n\n" SPEC_LINE "x\n", EN_E_INPUT, 4 },
        { "text\n\n" DASH "name AAAAAA==", EN_E_INPUT, 0 },
        { "text\n\n" DASH "na+me AAAAAAA=\n", EN_E_INPUT, 3 },
        { "text\n\n" DASH "name AAAAAA==\n", EN_E_INPUT, 3 }, /* a key id and no signature */
        { "text\n\n" DASH "name AAAAAAB=\n", EN_E_INPUT, 3 }, /* not canonical */
        { "text\n\n" DASH "name\xC2\xA0x AAAAAAA=\n", EN_E_INPUT, 3 },
        { "te\txt\n\n" SPEC_LINE, EN_E_INPUT, 0 },
        { "te\xFFxt\n\n" SPEC_LINE, EN_E_INPUT, 0 },
        { "text\n\n" DASH "name AAAAAAA=\n", EN_OK, 0 }, /* of an unknown kind: read, never verified */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct en_err err = EN_ERR_INIT;
        struct en_signed_note n;

        assert_int_equal(en_note_parse(bytes(rows[i].in), &n, &err), rows[i].code);
        if (rows[i].code != EN_OK)
            assert_int_equal(err.line, rows[i].line);
    }
}

static void
test_too_many_signatures_are_refused_and_a_hundred_are_not(void **state)
{
    (void)state;
    for (unsigned want = EN_NOTE_SIGS_MAX - 1; want <= EN_NOTE_SIGS_MAX + 1; want++) {
        struct en_buf b = EN_BUF_INIT;
        struct en_signed_note n;

        en_buf_add_str(&b, "text\n\n");
        for (unsigned i = 0; i < want; i++)
            en_buf_add_str(&b, DASH "name AAAAAAA=\n");
        assert_int_equal(en_note_parse(en_buf_bytes(&b), &n, NULL), want > EN_NOTE_SIGS_MAX ? EN_E_LIMIT : EN_OK);
        en_buf_release(&b);
    }
}

static void
test_bad_keys_are_refused(void **state)
{
    static const char *const rows[] = {
        "", "a", "a+b", "example.com/foo+530d903a",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "exa mple+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct en_note_key k;

        assert_int_equal(en_note_key_parse(en_text_from_ours(rows[i]), &k, NULL), EN_E_INPUT);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_notes_verify),
        cmocka_unit_test(test_one_changed_byte_spoils_a_note),
        cmocka_unit_test(test_a_bad_signature_of_a_known_key_outweighs_a_good_one),
        cmocka_unit_test(test_what_is_signed_here_verifies_here_and_is_written_once),
        cmocka_unit_test(test_a_signature_is_no_cosignature),
        cmocka_unit_test(test_what_is_no_note_is_refused_with_its_place),
        cmocka_unit_test(test_too_many_signatures_are_refused_and_a_hundred_are_not),
        cmocka_unit_test(test_bad_keys_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
