#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/limits.h"
#include "seal/envelope.h"

#define A "aaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbb"
#define C "cccccccccccccccc"
#define NOW ((en_time)1800000000000)

static const char record_bytes[] = "{\"type\":\"identity\"}";

/* A releases a record to B and C, and delivers it to B. */
struct scene {
    struct en_key a, b;
    struct en_buf release, bundle;
    unsigned place[2];
    uint8_t salt[2][EN_ENVELOPE_SALT_LEN], sig[EN_SEAL_SIG_LEN];
    struct en_bundle_part part[2];
    struct en_bundle out;
    struct en_arena arena;
};

static struct en_key
key_of(uint8_t fill)
{
    uint8_t seed[EN_SEAL_SEED_LEN];
    struct en_key k;

    memset(seed, fill, sizeof seed);
    en_key_from_seed(seed, &k);
    return k;
}

static void
deliver(struct scene *s)
{
    static const uint8_t id[EN_ENVELOPE_ID_LEN] = { 7 };

    s->part[0] = (struct en_bundle_part){ EN_BUNDLE_RECORD,
                                          EN_BYTES_LIT(record_bytes),
                                          en_bytes_from(s->sig, sizeof s->sig),
                                          en_buf_bytes(&s->release),
                                          s->place[0],
                                          en_bytes_from(s->salt[0], EN_ENVELOPE_SALT_LEN) };
    s->part[1] = (struct en_bundle_part){ .kind = EN_BUNDLE_RECEIPT, .bytes = EN_BYTES_LIT("a receipt") };
    s->out = (struct en_bundle){ .from = EN_TEXT_LIT(A), .to = EN_TEXT_LIT(B), .id = id, .sequence = 1, .created = NOW,
                                 .expires = NOW + EN_TIME_DAY, .urgent = true, .parts = s->part, .n_parts = 2 };
    en_buf_reset(&s->bundle);
    en_bundle_write(&s->out, &s->a, &s->bundle);
}

static int
setup(void **state)
{
    const en_text partners[] = { EN_TEXT_LIT(B), EN_TEXT_LIT(C) };
    struct scene *s = calloc(1, sizeof *s);
    uint8_t hash[EN_SHA256_LEN];

    assert_non_null(s);
    s->a = key_of(1);
    s->b = key_of(2);
    en_arena_init(&s->arena, EN_MIB);
    memset(s->salt[0], 0x11, EN_ENVELOPE_SALT_LEN);
    memset(s->salt[1], 0x22, EN_ENVELOPE_SALT_LEN);
    en_sha256(EN_BYTES_LIT(record_bytes), hash);
    en_release_write(hash, partners, (const uint8_t (*)[EN_ENVELOPE_SALT_LEN])s->salt, 2, s->place, &s->release);
    en_seal_sign(&s->a, EN_PURPOSE_RELEASE, en_buf_bytes(&s->release), s->sig);
    deliver(s);
    *state = s;
    return 0;
}

static int
teardown(void **state)
{
    struct scene *s = *state;

    en_buf_release(&s->release);
    en_buf_release(&s->bundle);
    en_arena_release(&s->arena);
    free(s);
    return 0;
}

static void
test_a_bundle_reads_back(void **state)
{
    struct scene *s = *state;
    struct en_bundle b;

    assert_int_equal(en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL), EN_OK);
    assert_true(en_text_is(b.from, A) && en_text_is(b.to, B) && b.urgent);
    assert_int_equal(b.sequence, 1);
    assert_int_equal(b.created, NOW);
    assert_int_equal(b.n_parts, 2);
    assert_true(en_bytes_eq(b.parts[0].bytes, EN_BYTES_LIT(record_bytes)));
    assert_true(en_bytes_eq(b.parts[1].bytes, EN_BYTES_LIT("a receipt")));
    assert_int_equal(s->bundle.n, 4096);
    assert_int_equal(en_bundle_verify(&b, en_buf_bytes(&s->bundle), s->a.public_key, EN_TEXT_LIT(B), NOW, NULL), EN_OK);
    assert_int_equal(en_bundle_part_verify(&b.parts[0], s->a.public_key, EN_TEXT_LIT(B), NULL), EN_OK);
}

static void
test_what_has_no_number_brings_no_record(void **state)
{
    struct scene *s = *state;
    struct en_bundle b;
    const size_t number = 14 + 2 + 16 + 16 + EN_ENVELOPE_ID_LEN;

    s->bundle.p[number + 7] = 0;
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL), EN_E_INPUT);
    s->out.sequence = 0;
    s->out.parts++;
    s->out.n_parts = 1;
    en_buf_reset(&s->bundle);
    en_bundle_write(&s->out, &s->a, &s->bundle);
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL), EN_OK);
    assert_int_equal(b.sequence, 0);
    assert_int_equal(b.n_parts, 1);
}

static void
test_a_bundle_is_from_its_sender_for_its_recipient_and_in_its_time(void **state)
{
    struct scene *s = *state;
    en_bytes in = en_buf_bytes(&s->bundle);
    const uint8_t *a = s->a.public_key;
    struct en_bundle b;

    assert_int_equal(en_bundle_parse(in, &s->arena, &b, NULL), EN_OK);
    assert_int_equal(en_bundle_verify(&b, in, s->b.public_key, EN_TEXT_LIT(B), NOW, NULL), EN_E_INTEGRITY);
    assert_int_equal(en_bundle_verify(&b, in, a, EN_TEXT_LIT(C), NOW, NULL), EN_E_RULE); /* re-sealed for another */
    assert_int_equal(en_bundle_verify(&b, in, a, EN_TEXT_LIT(B), NOW - EN_PARTNER_AHEAD, NULL), EN_OK);
    assert_int_equal(en_bundle_verify(&b, in, a, EN_TEXT_LIT(B), NOW - EN_PARTNER_AHEAD - 1, NULL), EN_E_RULE);
    assert_int_equal(en_bundle_verify(&b, in, a, EN_TEXT_LIT(B), NOW + EN_TIME_DAY - 1, NULL), EN_OK);
    assert_int_equal(en_bundle_verify(&b, in, a, EN_TEXT_LIT(B), NOW + EN_TIME_DAY, NULL), EN_E_RULE);
}

static void
test_every_byte_of_a_bundle_is_signed(void **state)
{
    struct scene *s = *state;

    for (size_t i = 0; i < s->bundle.n; i++) {
        struct en_bundle b;

        s->bundle.p[i] ^= 4;
        en_arena_reset(&s->arena);
        if (en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL) == EN_OK)
            assert_int_equal(
                en_bundle_verify(&b, en_buf_bytes(&s->bundle), s->a.public_key, EN_TEXT_LIT(B), NOW, NULL),
                EN_E_INTEGRITY);
        s->bundle.p[i] ^= 4;
    }
}

static void
test_a_cut_or_grown_bundle_is_refused(void **state)
{
    struct scene *s = *state;
    struct en_bundle b;

    for (size_t n = 0; n < s->bundle.n; n += n < 700 ? 1 : 97) {
        en_arena_reset(&s->arena);
        assert_int_not_equal(en_bundle_parse(en_bytes_from(s->bundle.p, n), &s->arena, &b, NULL), EN_OK);
    }
    en_buf_addc(&s->bundle, '\0');
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL), EN_E_INPUT);
}

static void
test_a_release_is_for_those_on_its_roster_only(void **state)
{
    struct scene *s = *state;
    struct en_bundle_part p = s->part[0];
    struct en_release r;

    assert_int_equal(en_release_parse(en_buf_bytes(&s->release), &r, NULL), EN_OK);
    assert_true(en_release_opens(&r, s->place[0], s->salt[0], EN_TEXT_LIT(B)));
    assert_true(en_release_opens(&r, s->place[1], s->salt[1], EN_TEXT_LIT(C)));
    assert_false(en_release_opens(&r, s->place[1], s->salt[0], EN_TEXT_LIT(B)));
    assert_false(en_release_opens(&r, s->place[0], s->salt[1], EN_TEXT_LIT(B)));
    assert_false(en_release_opens(&r, s->place[0], s->salt[0], EN_TEXT_LIT(C)));
    assert_false(en_release_opens(&r, 2, s->salt[0], EN_TEXT_LIT(B)));
    assert_false(en_release_opens(&r, s->place[0], s->salt[0], EN_TEXT_LIT("b")));
    /* B passes its own part on to C, with B's opening. */
    assert_int_equal(en_bundle_part_verify(&p, s->a.public_key, EN_TEXT_LIT(C), NULL), EN_E_RULE);
    /* B writes a release of its own. */
    assert_int_equal(en_bundle_part_verify(&p, s->b.public_key, EN_TEXT_LIT(B), NULL), EN_E_INTEGRITY);
    p.bytes = EN_BYTES_LIT("{\"type\":\"identity\",\"x\":1}");
    assert_int_equal(en_bundle_part_verify(&p, s->a.public_key, EN_TEXT_LIT(B), NULL), EN_E_INTEGRITY);
}

/* A part of a list is as a record; one of a later kind is read over, and the others are there. */
static void
test_parts_of_later_kinds(void **state)
{
    static const uint8_t proof[200] = { 5 };
    const size_t kind = 14 + 2 + 16 + 16 + EN_ENVELOPE_ID_LEN + 3 * 8 + 1 + 4;
    struct scene *s = *state;
    struct en_bundle b;

    s->part[0].kind = EN_BUNDLE_LISTED;
    s->part[0].signature = en_bytes_from(proof, sizeof proof);
    s->out.urgent = false;
    en_buf_reset(&s->bundle);
    en_bundle_write(&s->out, &s->a, &s->bundle);
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL), EN_OK);
    assert_int_equal(b.parts[0].kind, EN_BUNDLE_LISTED);
    assert_true(en_bytes_eq(b.parts[0].signature, s->part[0].signature));
    assert_true(en_bytes_eq(b.parts[0].release, s->part[0].release));
    assert_true(en_bytes_eq(b.parts[0].salt, s->part[0].salt));
    assert_int_equal(b.parts[0].place, s->part[0].place);
    assert_int_equal(en_bundle_part_opens(&b.parts[0], EN_TEXT_LIT(B), NULL), EN_OK);
    assert_int_equal(en_bundle_part_opens(&b.parts[0], EN_TEXT_LIT(C), NULL), EN_E_RULE);
    assert_int_equal(s->bundle.p[kind], EN_BUNDLE_LISTED);
    s->bundle.p[kind] = 7;
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL), EN_OK);
    assert_int_equal(b.parts[0].kind, EN_BUNDLE_UNKNOWN);
    assert_true(en_bytes_eq(b.parts[1].bytes, EN_BYTES_LIT("a receipt")));
    s->bundle.p[kind] = 0;
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL), EN_E_INPUT);
    s->bundle.p[kind] = EN_BUNDLE_LISTED;
    s->bundle.p[kind + 4]++; /* the block is longer than what is in it */
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL), EN_E_INPUT);
    assert_true(en_text_is(b.from, A)); /* the head is there, for an answer */
    assert_int_equal(b.n_parts, 0);
}

/* Of a later version, or with later flags, the head is read, and no more. */
static void
test_heads_of_later_bundles(void **state)
{
    const size_t flags = 14 + 2 + 16 + 16 + EN_ENVELOPE_ID_LEN + 3 * 8;
    struct scene *s = *state;
    struct en_bundle b;

    s->bundle.p[flags] = 2;
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL), EN_OK);
    assert_int_equal(b.beyond, EN_BUNDLE_OTHER_FLAGS);
    s->bundle.p[15] = 2;
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s->bundle), &s->arena, &b, NULL), EN_OK);
    assert_int_equal(b.beyond, EN_BUNDLE_OTHER_VERSION);
    assert_true(en_text_is(b.from, A) && en_text_is(b.to, B) && b.sequence == 1 && b.created == NOW && b.n_parts == 0);
    assert_int_equal(en_bundle_parse(en_bytes_from(s->bundle.p, 100), &s->arena, &b, NULL), EN_E_INPUT);
    assert_int_equal(b.from.n, 0);
}

/* The roster cannot be read: no partner's id is in the release, and its order says nothing. */
static void
test_a_roster_names_nobody(void **state)
{
    const en_text forth[] = { EN_TEXT_LIT(B), EN_TEXT_LIT(C) }, back[] = { EN_TEXT_LIT(C), EN_TEXT_LIT(B) };
    struct scene *s = *state;
    uint8_t swapped[2][EN_ENVELOPE_SALT_LEN], hash[EN_SHA256_LEN] = { 1 };
    struct en_buf x = EN_BUF_INIT, y = EN_BUF_INIT;

    assert_null(memmem(s->release.p, s->release.n, B, 16));
    assert_null(memmem(s->release.p, s->release.n, C, 16));
    memcpy(swapped[0], s->salt[1], sizeof swapped[0]);
    memcpy(swapped[1], s->salt[0], sizeof swapped[1]);
    en_release_write(hash, forth, (const uint8_t (*)[EN_ENVELOPE_SALT_LEN])s->salt, 2, NULL, &x);
    en_release_write(hash, back, (const uint8_t (*)[EN_ENVELOPE_SALT_LEN])swapped, 2, NULL, &y);
    assert_int_equal(x.n, y.n);
    assert_memory_equal(x.p, y.p, x.n);
    en_buf_release(&x);
    en_buf_release(&y);
}

static void
test_bad_releases_are_refused(void **state)
{
    struct scene *s = *state;
    struct en_release r;
    struct en_buf b = EN_BUF_INIT;

    for (size_t n = 0; n < s->release.n; n++)
        assert_int_not_equal(en_release_parse(en_bytes_from(s->release.p, n), &r, NULL), EN_OK);
    en_buf_add(&b, s->release.p, s->release.n);
    memcpy(b.p + b.n - 32, b.p + b.n - 64, 32); /* one entry twice */
    assert_int_equal(en_release_parse(en_buf_bytes(&b), &r, NULL), EN_E_INPUT);
    en_buf_release(&b);
}

static void
test_sizes_are_shared(void **state)
{
    static const struct {
        uint64_t n, padded;
    } rows[] = { { 1, 4096 },          { 4096, 4096 },          { 4097, 16384 },          { 65536, 65536 },
                 { 65537, 262144 },    { 262145, 1048576 },     { 1048576, 1048576 },     { 1048577, 2097152 },
                 { 3000000, 3145728 } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(en_bundle_padded(rows[i].n), rows[i].padded);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_bundle_reads_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parts_of_later_kinds, setup, teardown),
        cmocka_unit_test_setup_teardown(test_heads_of_later_bundles, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_has_no_number_brings_no_record, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_bundle_is_from_its_sender_for_its_recipient_and_in_its_time, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_every_byte_of_a_bundle_is_signed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_cut_or_grown_bundle_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_release_is_for_those_on_its_roster_only, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_roster_names_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_releases_are_refused, setup, teardown),
        cmocka_unit_test(test_sizes_are_shared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
