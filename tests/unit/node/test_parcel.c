/*
 * test_parcel.c: parcels, and one scene with real envelopes: a record goes from A to B through C, and every byte that
 * C or anybody on the wire sees is searched for the names of those on the roster and for the record.
 */
#include "../harness.h"

#include "base/hash.h"
#include "node/parcel.h"
#include "seal/age.h"

#define NOW ((en_time)1795435200123) /* 2026-11-23T12:00:00.123Z */

/* Fictional partners with keys that everybody can make again. */
enum { A, B, C, D, PARTNERS };
static const char *const ids[PARTNERS] = { "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc",
                                           "dddddddddddddddd" };

static struct en_key
signing(unsigned who)
{
    uint8_t seed[EN_SEAL_SEED_LEN];
    struct en_key k;

    memset(seed, (int)who + 1, sizeof seed);
    en_key_from_seed(seed, &k);
    return k;
}

static struct en_age_identity
sealing(unsigned who)
{
    uint8_t seed[EN_AGE_KEY_LEN];
    struct en_age_identity k;

    memset(seed, (int)who + 101, sizeof seed);
    en_age_identity_from_seed(seed, &k);
    return k;
}

static void
seal_for(unsigned who, en_bytes plain, struct en_buf *out)
{
    struct en_age_identity k = sealing(who);
    uint8_t random[EN_AGE_RANDOM(1)];

    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (uint8_t)(i * 7 + who);
    assert_int_equal(en_age_seal((const uint8_t (*)[EN_AGE_KEY_LEN])k.recipient, 1, random, plain, out, NULL), EN_OK);
}

static void
bundle(unsigned from, unsigned to, uint64_t number, struct en_bundle_part *part, struct en_buf *out)
{
    static const uint8_t id[EN_ENVELOPE_ID_LEN] = { 5 };
    struct en_key k = signing(from);
    const struct en_bundle b = { .from = en_text_from_ours(ids[from]), .to = en_text_from_ours(ids[to]), .id = id,
                                 .sequence = number, .created = NOW, .expires = NOW + EN_TIME_DAY, .parts = part,
                                 .n_parts = 1 };

    en_bundle_write(&b, &k, out);
}

static bool
found(const struct en_buf *in, const char *what)
{
    return memmem(in->p, in->n, what, strlen(what)) != NULL;
}

struct scene {
    struct en_buf release, inner, sealed, parcel, slip, wire, opened, last;
    struct en_arena arena;
};

static const char record[] = "{\"type\":\"x-fictional\",\"name\":\"Nobody Atall\"}";

/* A releases the record to B and D and delivers it to B, in a parcel for C. */
static void
leave(struct scene *s)
{
    const en_text roster[] = { en_text_from_ours(ids[B]), en_text_from_ours(ids[D]) };
    static const uint8_t salts[2][EN_ENVELOPE_SALT_LEN] = { { 1, 2, 3 }, { 4, 5, 6 } }, parcel_id[16] = { 9 };
    uint8_t hash[EN_SHA256_LEN], sig[EN_SEAL_SIG_LEN];
    unsigned places[2];
    struct en_key a = signing(A);
    struct en_bundle_part part = { .kind = EN_BUNDLE_RECORD, .bytes = EN_BYTES_LIT(record) };
    struct en_parcel parcel = { .next = roster[0], .id = parcel_id, .hops = 1, .expires = NOW + EN_TIME_DAY };

    en_sha256(part.bytes, hash);
    en_release_write(hash, roster, salts, 2, places, &s->release);
    en_seal_sign(&a, EN_PURPOSE_RELEASE, en_buf_bytes(&s->release), sig);
    part.release = en_buf_bytes(&s->release);
    part.signature = en_bytes_from(sig, sizeof sig);
    part.place = places[0];
    part.salt = en_bytes_from(salts[0], EN_ENVELOPE_SALT_LEN);
    bundle(A, B, 1, &part, &s->inner);
    seal_for(B, en_buf_bytes(&s->inner), &s->sealed);
    parcel.sealed = en_buf_bytes(&s->sealed);
    en_parcel_write(&parcel, &s->parcel);
    part = (struct en_bundle_part){ .kind = EN_BUNDLE_PARCEL, .bytes = en_buf_bytes(&s->parcel) };
    bundle(A, C, 0, &part, &s->slip);
    seal_for(C, en_buf_bytes(&s->slip), &s->wire);
}

static void
scene_free(struct scene *s)
{
    struct en_buf *all[] = { &s->release, &s->inner, &s->sealed, &s->parcel, &s->slip, &s->wire, &s->opened,
                             &s->last };

    for (size_t i = 0; i < COUNT(all); i++)
        en_buf_release(all[i]);
    en_arena_release(&s->arena);
}

/*= exchange.md 5.2 of the reference, scenarios 5 and 14: a relay is blind, and no roster is in any byte */
static void
test_a_relay_sees_the_next_and_nobody_the_roster(void **state)
{
    struct scene s = { 0 };
    struct en_age_identity b = sealing(B), c = sealing(C);
    struct en_key a = signing(A);
    struct en_bundle slip, inner;
    struct en_parcel parcel;

    (void)state;
    en_arena_init(&s.arena, EN_MIB);
    leave(&s);
    for (unsigned i = 0; i < PARTNERS; i++) /* on the wire to C nobody is named */
        assert_false(found(&s.wire, ids[i]));
    assert_false(found(&s.wire, "Nobody"));
    /* C opens its own envelope: it is from A, and goes on to B. */
    assert_int_equal(en_age_open(&c, 1, en_buf_bytes(&s.wire), EN_MIB, &s.opened, NULL), EN_OK);
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s.opened), &s.arena, &slip, NULL), EN_OK);
    assert_int_equal(en_bundle_verify(&slip, en_buf_bytes(&s.opened), a.public_key, en_text_from_ours(ids[C]), NOW,
                                      NULL), EN_OK);
    assert_int_equal(slip.parts[0].kind, EN_BUNDLE_PARCEL);
    assert_int_equal(en_parcel_parse(slip.parts[0].bytes, &parcel, NULL), EN_OK);
    assert_true(en_text_is(parcel.next, ids[B]));
    assert_false(found(&s.opened, ids[D]));
    assert_false(found(&s.opened, "Nobody"));
    assert_int_equal(en_age_open(&c, 1, parcel.sealed, EN_MIB, &s.last, NULL), EN_E_NOT_FOUND);
    /* B gets what C was given, sees that it was released to it, and not to whom else. */
    assert_int_equal(en_age_open(&b, 1, parcel.sealed, EN_MIB, &s.last, NULL), EN_OK);
    assert_int_equal(en_bundle_parse(en_buf_bytes(&s.last), &s.arena, &inner, NULL), EN_OK);
    assert_int_equal(en_bundle_verify(&inner, en_buf_bytes(&s.last), a.public_key, en_text_from_ours(ids[B]), NOW,
                                      NULL), EN_OK);
    assert_int_equal(en_bundle_part_verify(&inner.parts[0], a.public_key, en_text_from_ours(ids[B]), NULL), EN_OK);
    assert_true(found(&s.last, "Nobody"));
    assert_false(found(&s.last, ids[D]));
    assert_false(found(&s.last, ids[C]));
    scene_free(&s);
}

static void
test_what_a_relay_changes_does_not_open(void **state)
{
    struct scene s = { 0 };
    struct en_age_identity b = sealing(B);

    (void)state;
    en_arena_init(&s.arena, EN_MIB);
    leave(&s);
    for (size_t i = 0; i < s.sealed.n; i += 1 + s.sealed.n / 100) {
        s.sealed.p[i] ^= 1;
        en_buf_reset(&s.last);
        assert_int_not_equal(en_age_open(&b, 1, en_buf_bytes(&s.sealed), EN_MIB, &s.last, NULL), EN_OK);
        s.sealed.p[i] ^= 1;
    }
    scene_free(&s);
}

static void
test_what_is_no_parcel_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *what;
        size_t at;
        char byte;
        uint64_t pos;
    } rows[] = {
        { "another magic", 0, 'E', 0 },  { "another version", 15, 2, 16 }, { "no partner", 16, 'G', 32 },
        { "no hop", 48, 0, 49 },         { "three hops", 48, 3, 49 },      { "a time beyond all", 49, (char)0xff, 57 },
        { "a block too long", 57, 1, 57 },
    };
    struct scene s = { 0 };

    (void)state;
    en_arena_init(&s.arena, EN_MIB);
    leave(&s);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char was = s.parcel.p[rows[i].at];
        struct en_err err = EN_ERR_INIT;
        struct en_parcel p;

        ROW(i, rows[i].what);
        s.parcel.p[rows[i].at] = rows[i].byte;
        ROW_TRUE(en_parcel_parse(en_buf_bytes(&s.parcel), &p, &err) != EN_OK);
        ROW_INT(err.pos, rows[i].pos);
        s.parcel.p[rows[i].at] = was;
    }
    scene_free(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_relay_sees_the_next_and_nobody_the_roster),
        cmocka_unit_test(test_what_a_relay_changes_does_not_open),
        cmocka_unit_test(test_what_is_no_parcel_is_refused_with_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
