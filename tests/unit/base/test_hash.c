#include "../harness.h"

#include "base/hash.h"

static void
hex_of(const uint8_t *p, size_t n, char *out)
{
    en_hex(p, n, out);
}

/*= FIPS 180-4, examples of NIST: "abc", the empty message, two blocks */
static void
sha256_gives_the_published_digests(void **state)
{
    static const struct {
        const char *in, *digest;
    } rows[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t d[EN_SHA256_LEN];
        char hex[2 * EN_SHA256_LEN + 1];
        size_t n = strlen(rows[i].in);

        ROW(i, rows[i].in);
        en_sha256(en_bytes_from(rows[i].in, n), d);
        hex_of(d, sizeof d, hex);
        ROW_STR(hex, rows[i].digest);
        for (size_t cut = 0; cut <= n; cut++) {
            en_sha256_2(en_bytes_from(rows[i].in, cut), en_bytes_from(rows[i].in + cut, n - cut), d);
            hex_of(d, sizeof d, hex);
            ROW_STR(hex, rows[i].digest);
        }
    }
}

static void
sha256_of_no_pointer(void **state)
{
    uint8_t d[EN_SHA256_LEN], e[EN_SHA256_LEN];

    (void)state;
    en_sha256(en_bytes_from(NULL, 0), d);
    en_sha256_2(en_bytes_from(NULL, 0), en_bytes_from(NULL, 0), e);
    assert_memory_equal(d, e, sizeof d);
    assert_int_equal(d[0], 0xe3);
}

/*= Aumasson and Bernstein, SipHash (2012), appendix A: key 00..0f, message 00..0e */
static void
siphash_gives_the_published_value(void **state)
{
    uint8_t key[16], in[15];

    (void)state;
    for (uint8_t i = 0; i < 16; i++)
        key[i] = i;
    for (uint8_t i = 0; i < 15; i++)
        in[i] = i;
    assert_true(en_siphash(en_bytes_from(in, 15), key) == 0xa129ca6149be45e5u);
    assert_true(en_siphash(en_bytes_from(NULL, 0), key) == 0x726fdb47dd0e0e31u);
    key[0] ^= 1;
    assert_true(en_siphash(en_bytes_from(in, 15), key) != 0xa129ca6149be45e5u);
}

static void
xxh3_is_a_function_of_the_bytes(void **state)
{
    (void)state;
    /* The published value of XXH3_64bits over nothing with seed 0. */
    assert_true(en_xxh3(en_bytes_from(NULL, 0)) == 0x2d06800538d394c2u);
    assert_true(en_xxh3(EN_BYTES_LIT("alpha")) == en_xxh3(en_bytes_from("alphabet", 5)));
    assert_true(en_xxh3(EN_BYTES_LIT("alpha")) != en_xxh3(EN_BYTES_LIT("alphb")));
}

static void
hex_goes_there_and_back(void **state)
{
    uint8_t all[256], back[256];
    char hex[513];

    (void)state;
    for (unsigned i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    en_hex(all, 256, hex);
    assert_int_equal(strlen(hex), 512);
    assert_memory_equal(hex, "000102030405", 12);
    assert_true(en_unhex((en_text){ hex, 512 }, back, 256));
    assert_memory_equal(all, back, 256);
    en_hex(all, 0, hex);
    assert_string_equal(hex, "");
    assert_true(en_unhex(EN_TEXT_NONE, back, 0));
}

static void
unhex_takes_nothing_else(void **state)
{
    static const struct {
        const char *in;
        size_t n;
        bool ok;
    } rows[] = {
        { "00ff", 2, true },  { "00FF", 2, true },  { "aAbB", 2, true }, { "0", 1, false },    { "000", 1, false },
        { "0g", 1, false },   { "g0", 1, false },   { " 0", 1, false },  { "0x", 1, false },   { "00ff", 1, false },
        { "00ff", 3, false }, { "/0:0", 2, false }, { "@0`0", 2, false }, { "G0g0", 2, false },
        { "\xC3\xA9", 1, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t out[3] = { 0x55, 0x55, 0x55 };

        ROW(i, rows[i].in);
        ROW_INT(en_unhex(en_text_from_ours(rows[i].in), out, rows[i].n), rows[i].ok);
        if (!rows[i].ok)
            ROW_TRUE(out[0] == 0x55 && out[1] == 0x55 && out[2] == 0x55);
    }
}

static void
ids_are_small_letters_of_one_length(void **state)
{
    static const struct {
        const char *in;
        size_t n;
        bool is;
    } rows[] = {
        { "0123456789abcdef", 16, true }, { "", 0, true },      { "00ff", 4, true },  { "00ff", 3, false },
        { "00ff", 5, false },             { "00fF", 4, false }, { "00fg", 4, false }, { "/:`0", 4, false },
        { " 0ff", 4, false },             { "", 1, false },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].in);
        ROW_INT(en_is_hex(en_text_from_ours(rows[i].in), rows[i].n), rows[i].is);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_digests), cmocka_unit_test(sha256_of_no_pointer),
        cmocka_unit_test(siphash_gives_the_published_value),  cmocka_unit_test(xxh3_is_a_function_of_the_bytes),
        cmocka_unit_test(hex_goes_there_and_back),            cmocka_unit_test(unhex_takes_nothing_else),
        cmocka_unit_test(ids_are_small_letters_of_one_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
