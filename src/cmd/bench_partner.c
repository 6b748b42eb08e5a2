/*
 * bench_partner.c: what docs/formats say of cards, records, releases, lists and bundles, written by somebody who is not
 * a node.
 */
#include "cmd/bench_partner.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/limits.h"
#include "ledger/batch.h"
#include "record/stix.h"
#include "seal/envelope.h"

#define MADE_ARENA (64 * EN_KIB)
#define PARTNER    "Made-up partner"

void
en_bench_seeded(const char *what, uint32_t number, uint8_t seed[EN_SHA256_LEN])
{
    char text[64];
    int n = snprintf(text, sizeof text, "entente bench exchange: %s %u", what, number);

    en_sha256(en_bytes_from(text, (size_t)n), seed);
}

void
en_bench_keys(const char *who, en_time now, struct en_node_keys *out)
{
    uint8_t seed[EN_SHA256_LEN];
    struct en_age_identity id;

    *out = (struct en_node_keys){ .number = 1 };
    en_bench_seeded(who, 1, seed);
    en_key_from_seed(seed, &out->signing);
    en_key_id(out->signing.public_key, out->partner);
    en_bench_seeded(who, 2, seed);
    en_age_identity_from_seed(seed, &id);
    en_node_keys_add_sealing(out, en_month_of(now), &id);
}

void
en_bench_partner_init(struct en_bench_partner *p, uint64_t seed, en_time now)
{
    *p = (struct en_bench_partner){ .g = en_generator_new(seed), .now = now };
    en_bench_keys("partner", now, &p->keys);
    en_bench_seeded("partner's next key", 1, p->next);
}

void
en_bench_partner_release(struct en_bench_partner *p)
{
    en_generator_free(p->g);
    p->g = NULL;
}

void
en_bench_partner_card(const struct en_bench_partner *p, struct en_buf *out, char fingerprint[EN_FINGERPRINT_LEN + 1])
{
    const struct en_node_keys *k = &p->keys;
    struct en_card card = { .name = EN_TEXT_LIT(PARTNER),
                            .country = EN_TEXT_LIT("XBB"),
                            .rehearsal = true,
                            .at = p->now,
                            .n_seals = 1 };
    struct en_key_step first = { .change = EN_KEY_FIRST, .at = p->now };

    memcpy(card.keys.partner, k->partner, sizeof card.keys.partner);
    card.keys.number = 1;
    memcpy(card.keys.key, k->signing.public_key, sizeof card.keys.key);
    memcpy(card.keys.next, p->next, sizeof card.keys.next);
    card.seal[0].month = k->month[0];
    memcpy(card.seal[0].recipient, k->sealing[0].recipient, EN_AGE_KEY_LEN);
    en_card_write(&card, &k->signing, out);
    first.keys = card.keys;
    memcpy(first.before, card.keys.key, sizeof first.before);
    en_key_step_write(&first, &k->signing, NULL, out);
    en_key_fingerprint(&card.keys, fingerprint);
}

/* --- what the partner sends --------------------------------------------------------------------------------------- */

/* An alert about the i-th made person, released to us and to one more. */
static en_errc
make_record(struct en_bench_partner *p, uint64_t i, struct en_arena *a, struct en_buf *object, struct en_err *err)
{
    struct en_value person = { .field = en_record_field(EN_RECORD_ALERT, EN_TEXT_LIT("person")) };
    struct en_value ask = { .field = en_record_field(EN_RECORD_ALERT, EN_TEXT_LIT("ask")),
                            .text = EN_TEXT_LIT("secondary-check") };
    struct en_made *m = en_arena_alloc(a, sizeof *m);
    char id[EN_RECORD_ID_LEN + 1];
    struct en_record r;
    en_errc rc = m != NULL ? en_generate_identity(p->g, i, a, m) : EN_E_LIMIT;

    if (rc != EN_OK)
        return en_err_set(err, EN_E_BUG, EN_NO_POS, "a made person does not fit its arena");
    (void)snprintf(id, sizeof id, "%08llx-0000-4000-8000-%012llx", (unsigned long long)(i >> 24) & 0xffffffffu,
                   (unsigned long long)i);
    en_record_init(&r, EN_RECORD_ALERT, a);
    r.id = en_text_from_ours(id);
    r.version = 1;
    r.originator = en_text_from_ours(p->keys.partner);
    r.created = r.modified = p->now;
    r.ground = EN_TEXT_LIT("unsc-2178");
    r.instrument = EN_TEXT_LIT("Warrant of a court that does not exist");
    r.handling = (struct en_handling){ .tlp = EN_TLP_AMBER,
                                       .onward = EN_ONWARD_NONE,
                                       .purpose = EN_TEXT_LIT("border control"),
                                       .review = p->now + 180 * EN_TIME_DAY,
                                       .destroy = p->now + 365 * EN_TIME_DAY };
    person.person = &m->person;
    rc = en_record_add(&r, &person, err);
    rc = rc != EN_OK ? rc : en_record_add(&r, &ask, err);
    rc = rc != EN_OK ? rc : en_record_check(&r, err);
    if (rc == EN_OK)
        en_stix_write(&r, object);
    return rc;
}

struct sending { /* one bundle under construction */
    struct en_bundle bundle;
    struct en_arena arena;
    uint8_t id[EN_ENVELOPE_ID_LEN];
    uint64_t size;
};

static en_errc
add_record(struct en_bench_partner *p, struct sending *s, en_bytes object)
{
    uint8_t salts[2][EN_ENVELOPE_SALT_LEN], hash[EN_SHA256_LEN], sig[EN_SEAL_SIG_LEN];
    const en_text to[2] = { en_text_from_ours(p->to), EN_TEXT_LIT("00000000000000aa") };
    struct en_bundle_part *part = &s->bundle.parts[s->bundle.n_parts];
    struct en_buf release = EN_BUF_INIT;
    unsigned places[2];

    randombytes_buf(salts, sizeof salts);
    en_sha256(object, hash);
    en_release_write(hash, to, (const uint8_t(*)[EN_ENVELOPE_SALT_LEN])salts, 2, places, &release);
    *part = (struct en_bundle_part){ .kind = EN_BUNDLE_RECORD, .place = places[0] };
    part->bytes = en_bytes_from(en_arena_copy(&s->arena, object.p, object.n), object.n);
    part->release = en_bytes_from(en_arena_copy(&s->arena, release.p, release.n), release.n);
    part->salt = en_bytes_from(en_arena_copy(&s->arena, salts[0], sizeof salts[0]), sizeof salts[0]);
    en_buf_release(&release);
    if (p->single) {
        en_seal_sign(&p->keys.signing, EN_PURPOSE_RELEASE, part->release, sig);
        part->signature = en_bytes_from(en_arena_copy(&s->arena, sig, sizeof sig), sizeof sig);
    }
    if (part->bytes.p == NULL || part->release.p == NULL || part->salt.p == NULL)
        return EN_E_LIMIT;
    s->size += part->bytes.n + part->release.n + 1024;
    s->bundle.n_parts++;
    return EN_OK;
}

/* In lists, as nodes do. */
static void
sign_lists(struct en_bench_partner *p, struct sending *s)
{
    struct en_buf proof = EN_BUF_INIT;
    struct en_batch list;

    for (size_t at = 0; at < s->bundle.n_parts; at += EN_BATCH_USUAL) {
        size_t n = s->bundle.n_parts - at < EN_BATCH_USUAL ? s->bundle.n_parts - at : EN_BATCH_USUAL;
        struct en_bundle_part *part = s->bundle.parts + at;

        en_batch_init(&list);
        for (size_t i = 0; i < n; i++)
            en_batch_add(&list, part[i].release);
        en_batch_sign(&list, &p->keys.signing);
        for (size_t i = 0; i < n; i++) {
            en_buf_reset(&proof);
            en_batch_proof(&list, (uint32_t)i, &proof);
            part[i].kind = EN_BUNDLE_LISTED;
            part[i].signature = en_bytes_from(en_arena_copy(&s->arena, proof.p, proof.n), proof.n);
            EN_ASSERT(part[i].signature.p != NULL);
        }
        en_batch_release(&list);
    }
    en_buf_release(&proof);
}

static en_errc
seal_it(struct en_bench_partner *p, struct sending *s, struct en_buf *sealed, struct en_err *err)
{
    uint8_t random[EN_AGE_RANDOM(1)], recipient[1][EN_AGE_KEY_LEN];
    struct en_buf plain = EN_BUF_INIT;
    en_errc rc;

    if (!p->single)
        sign_lists(p, s);
    randombytes_buf(s->id, sizeof s->id);
    s->bundle.from = en_text_from_ours(p->keys.partner);
    s->bundle.to = en_text_from_ours(p->to);
    s->bundle.id = s->id;
    s->bundle.sequence = ++p->sequence;
    s->bundle.created = p->now;
    s->bundle.expires = p->now + EN_TIME_DAY;
    en_bundle_write(&s->bundle, &p->keys.signing, &plain);
    memcpy(recipient[0], p->recipient, EN_AGE_KEY_LEN);
    randombytes_buf(random, sizeof random);
    en_buf_reset(sealed);
    rc = en_age_seal((const uint8_t(*)[EN_AGE_KEY_LEN])recipient, 1, random, en_buf_bytes(&plain), sealed, err);
    p->bytes += plain.n;
    en_buf_release(&plain);
    return rc;
}

/* As many as there may be, of those that are left. */
en_errc
en_bench_partner_bundle(struct en_bench_partner *p, struct en_buf *sealed, struct en_err *err)
{
    struct sending s = { .size = 0 };
    struct en_buf object = EN_BUF_INIT;
    struct en_arena one;
    en_errc rc = EN_OK;

    en_arena_init(&s.arena, 8u * EN_ENVELOPE_MAX);
    en_arena_init(&one, MADE_ARENA);
    s.bundle.parts = en_arena_array(&s.arena, (size_t)p->per_bundle, sizeof *s.bundle.parts);
    EN_ASSERT(s.bundle.parts != NULL);
    while (rc == EN_OK && s.bundle.n_parts < p->per_bundle && p->made < p->records &&
           s.size < EN_ENVELOPE_MAX - EN_MIB) {
        en_arena_reset(&one);
        en_buf_reset(&object);
        rc = make_record(p, p->made, &one, &object, err);
        rc = rc != EN_OK ? rc : add_record(p, &s, en_buf_bytes(&object));
        p->made++;
    }
    rc = rc != EN_OK ? rc : seal_it(p, &s, sealed, err);
    en_buf_release(&object);
    en_arena_release(&one);
    en_arena_release(&s.arena);
    return rc;
}
