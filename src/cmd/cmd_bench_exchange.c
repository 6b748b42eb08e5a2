/*
 * cmd_bench_exchange.c: how fast what a partner sends is opened, verified, judged, logged and stored.
 *
 * The partner is made up, and so are its people. Its bundles are made and sealed outside of the clock; from there on
 * all goes as it does in a node: the act bundle-import, over a store in a file, with the index that screens.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "acts/acts.h"
#include "base/limits.h"
#include "cmd/bench.h"
#include "daemon/clock.h"
#include "generate/generate.h"
#include "ledger/batch.h"
#include "node/card.h"
#include "record/stix.h"
#include "seal/envelope.h"
#include "seal/node_key.h"
#include "store/store.h"

#define BARE       20000
#define MADE_ARENA (64 * EN_KIB)
#define PERSON     "bench"
#define PARTNER    "Made-up partner"

struct exchange_bench {
    struct en_bench b;
    struct en_generator *g;
    struct en_key person;               /* who imports */
    struct en_node_keys we, partner;
    uint8_t partner_next[EN_SHA256_LEN];
    struct en_bench_folder at;
    struct en_store *store;
    struct en_acts *acts;
    struct en_progress progress;
    en_time now;
    uint64_t records, per_bundle, bytes, sequence, made;
    bool single;                        /* a signature each */
    int64_t wall, cpu, slowest;         /* of the imports */
    int64_t index;                      /* until all of them are screened against */
};

/* --- a node, a person, a partner ---------------------------------------------------------------------------------- */

static void
seeded(const char *what, uint32_t number, uint8_t seed[EN_SHA256_LEN])
{
    char text[64];
    int n = snprintf(text, sizeof text, "entente bench exchange: %s %u", what, number);

    en_sha256(en_bytes_from(text, (size_t)n), seed);
}

static void
make_keys(const char *who, en_time now, struct en_node_keys *out)
{
    uint8_t seed[EN_SHA256_LEN];
    struct en_age_identity id;

    *out = (struct en_node_keys){ .number = 1 };
    seeded(who, 1, seed);
    en_key_from_seed(seed, &out->signing);
    en_key_id(out->signing.public_key, out->partner);
    seeded(who, 2, seed);
    en_age_identity_from_seed(seed, &id);
    en_node_keys_add_sealing(out, en_month_of(now), &id);
}

static en_errc
sign(void *ctx, en_text type, const uint8_t nonce[EN_NONCE_LEN], en_bytes bytes, uint8_t sig[EN_SEAL_SIG_LEN],
     struct en_err *err)
{
    const struct exchange_bench *x = ctx;
    uint8_t leaf[EN_SHA256_LEN];

    (void)err;
    en_store_event_leaf(nonce, type, bytes, leaf);
    en_seal_sign(&x->person, EN_PURPOSE_EVENT, en_bytes_from(leaf, sizeof leaf), sig);
    return EN_OK;
}

static en_errc
read_bytes(void *ctx, uint64_t at, void *p, size_t room, size_t *n, struct en_err *err)
{
    const en_bytes *in = ctx;

    (void)err;
    *n = at >= in->n ? 0 : in->n - (size_t)at < room ? in->n - (size_t)at : room;
    if (*n > 0)
        memcpy(p, in->p + at, *n);
    return EN_OK;
}

static en_errc
nobody_listens(void *ctx, en_bytes json, struct en_err *err)
{
    (void)ctx;
    (void)json;
    (void)err;
    return EN_OK;
}

static en_errc
act(struct exchange_bench *x, const char *word, const char *args, en_bytes file, struct en_err *err)
{
    struct en_act_input input = { .name = EN_TEXT_LIT("made"), .size = file.n, .ctx = &file, .read = read_bytes };
    const struct en_act_request rq = { .act = en_text_from_ours(word),
                                       .args = en_bytes_from(args, strlen(args)),
                                       .inputs = &input,
                                       .n_inputs = file.n > 0,
                                       .now = x->now,
                                       .rehearse = EN_TIME_NONE };
    const struct en_act_person who = { EN_TEXT_LIT(PERSON), -1, x, sign };
    const struct en_act_reply reply = { NULL, nobody_listens, NULL };

    return en_acts_run(x->acts, &rq, &who, &reply, err);
}

static void
write_card_file(const struct exchange_bench *x, struct en_buf *out, char fingerprint[EN_FINGERPRINT_LEN + 1])
{
    const struct en_node_keys *k = &x->partner;
    struct en_card card = { .name = EN_TEXT_LIT(PARTNER),
                            .country = EN_TEXT_LIT("XBB"),
                            .rehearsal = true,
                            .at = x->now,
                            .n_seals = 1 };
    struct en_key_step first = { .change = EN_KEY_FIRST, .at = x->now };

    memcpy(card.keys.partner, k->partner, sizeof card.keys.partner);
    card.keys.number = 1;
    memcpy(card.keys.key, k->signing.public_key, sizeof card.keys.key);
    memcpy(card.keys.next, x->partner_next, sizeof card.keys.next);
    card.seal[0].month = k->month[0];
    memcpy(card.seal[0].recipient, k->sealing[0].recipient, EN_AGE_KEY_LEN);
    en_card_write(&card, &k->signing, out);
    first.keys = card.keys;
    memcpy(first.before, card.keys.key, sizeof first.before);
    en_key_step_write(&first, &k->signing, NULL, out);
    en_key_fingerprint(&card.keys, fingerprint);
}

static en_errc
know_partner(struct exchange_bench *x, struct en_err *err)
{
    char fingerprint[EN_FINGERPRINT_LEN + 1], args[256];
    struct en_buf card = EN_BUF_INIT;
    en_errc rc;

    write_card_file(x, &card, fingerprint);
    (void)snprintf(args, sizeof args, "{\"fingerprint\":\"%s\"}", fingerprint);
    rc = act(x, "partner-add", args, en_buf_bytes(&card), err);
    (void)snprintf(args, sizeof args,
                   "{\"partner\":\"%s\",\"gives\":[],\"takes\":[\"alert\"],\"most\":\"amber\",\"live\":true}",
                   x->partner.partner);
    rc = rc != EN_OK ? rc : act(x, "partner-agree", args, en_bytes_from(NULL, 0), err);
    en_buf_release(&card);
    return rc;
}

static en_errc
make_node(struct exchange_bench *x, struct en_err *err)
{
    const struct en_act_person who = { EN_TEXT_LIT(PERSON), -1, x, sign };
    struct en_act_init in = { .name = EN_TEXT_LIT("Made-up node"),
                              .country = EN_TEXT_LIT("XAA"),
                              .rehearsal = true,
                              .user = EN_TEXT_LIT(PERSON),
                              .roles = (1u << EN_ROLES) - 1 };
    struct en_acts_rim rim = en_rim;
    en_errc rc = en_store_open_sqlite(x->at.path, EN_STORE_CREATE, &x->store, err);

    if (rc != EN_OK)
        return rc;
    rim.keys = &x->we;
    memcpy(in.key, x->person.public_key, sizeof in.key);
    x->acts = en_acts_new(x->store, &rim);
    rc = en_acts_init(x->acts, &in, x->now, &who, err);
    rc = rc != EN_OK ? rc : know_partner(x, err);
    return rc != EN_OK ? rc : en_acts_warm(x->acts, err);
}

/* --- what the partner sends --------------------------------------------------------------------------------------- */

/* An alert about the i-th made person, released to us and to one more. */
static en_errc
make_record(struct exchange_bench *x, uint64_t i, struct en_arena *a, struct en_buf *object, struct en_err *err)
{
    struct en_value person = { .field = en_record_field(EN_RECORD_ALERT, EN_TEXT_LIT("person")) };
    struct en_value ask = { .field = en_record_field(EN_RECORD_ALERT, EN_TEXT_LIT("ask")),
                            .text = EN_TEXT_LIT("secondary-check") };
    struct en_made *m = en_arena_alloc(a, sizeof *m);
    char id[EN_RECORD_ID_LEN + 1];
    struct en_record r;
    en_errc rc = m != NULL ? en_generate_identity(x->g, i, a, m) : EN_E_LIMIT;

    if (rc != EN_OK)
        return en_err_set(err, EN_E_BUG, EN_NO_POS, "a made person does not fit its arena");
    (void)snprintf(id, sizeof id, "%08llx-0000-4000-8000-%012llx", (unsigned long long)(i >> 24) & 0xffffffffu,
                   (unsigned long long)i);
    en_record_init(&r, EN_RECORD_ALERT, a);
    r.id = en_text_from_ours(id);
    r.version = 1;
    r.originator = en_text_from_ours(x->partner.partner);
    r.created = r.modified = x->now;
    r.ground = EN_TEXT_LIT("unsc-2178");
    r.instrument = EN_TEXT_LIT("Warrant of a court that does not exist");
    r.handling = (struct en_handling){ .tlp = EN_TLP_AMBER,
                                       .onward = EN_ONWARD_NONE,
                                       .purpose = EN_TEXT_LIT("border control"),
                                       .review = x->now + 180 * EN_TIME_DAY,
                                       .destroy = x->now + 365 * EN_TIME_DAY };
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
add_record(struct exchange_bench *x, struct sending *s, en_bytes object)
{
    uint8_t salts[2][EN_ENVELOPE_SALT_LEN], hash[EN_SHA256_LEN], sig[EN_SEAL_SIG_LEN];
    const en_text to[2] = { en_text_from_ours(x->we.partner), EN_TEXT_LIT("00000000000000aa") };
    struct en_bundle_part *p = &s->bundle.parts[s->bundle.n_parts];
    struct en_buf release = EN_BUF_INIT;
    unsigned places[2];

    randombytes_buf(salts, sizeof salts);
    en_sha256(object, hash);
    en_release_write(hash, to, (const uint8_t(*)[EN_ENVELOPE_SALT_LEN])salts, 2, places, &release);
    *p = (struct en_bundle_part){ .kind = EN_BUNDLE_RECORD, .place = places[0] };
    p->bytes = en_bytes_from(en_arena_copy(&s->arena, object.p, object.n), object.n);
    p->release = en_bytes_from(en_arena_copy(&s->arena, release.p, release.n), release.n);
    p->salt = en_bytes_from(en_arena_copy(&s->arena, salts[0], sizeof salts[0]), sizeof salts[0]);
    en_buf_release(&release);
    if (x->single) {
        en_seal_sign(&x->partner.signing, EN_PURPOSE_RELEASE, p->release, sig);
        p->signature = en_bytes_from(en_arena_copy(&s->arena, sig, sizeof sig), sizeof sig);
    }
    if (p->bytes.p == NULL || p->release.p == NULL || p->salt.p == NULL)
        return EN_E_LIMIT;
    s->size += p->bytes.n + p->release.n + 1024;
    s->bundle.n_parts++;
    return EN_OK;
}

/* In lists, as nodes do. */
static void
sign_lists(struct exchange_bench *x, struct sending *s)
{
    struct en_buf proof = EN_BUF_INIT;
    struct en_batch list;

    for (size_t at = 0; at < s->bundle.n_parts; at += EN_BATCH_USUAL) {
        size_t n = s->bundle.n_parts - at < EN_BATCH_USUAL ? s->bundle.n_parts - at : EN_BATCH_USUAL;
        struct en_bundle_part *p = s->bundle.parts + at;

        en_batch_init(&list);
        for (size_t i = 0; i < n; i++)
            en_batch_add(&list, p[i].release);
        en_batch_sign(&list, &x->partner.signing);
        for (size_t i = 0; i < n; i++) {
            en_buf_reset(&proof);
            en_batch_proof(&list, (uint32_t)i, &proof);
            p[i].kind = EN_BUNDLE_LISTED;
            p[i].signature = en_bytes_from(en_arena_copy(&s->arena, proof.p, proof.n), proof.n);
            EN_ASSERT(p[i].signature.p != NULL);
        }
        en_batch_release(&list);
    }
    en_buf_release(&proof);
}

static en_errc
seal_it(struct exchange_bench *x, struct sending *s, struct en_buf *sealed, struct en_err *err)
{
    uint8_t random[EN_AGE_RANDOM(1)], recipient[1][EN_AGE_KEY_LEN];
    struct en_buf plain = EN_BUF_INIT;
    en_errc rc;

    if (!x->single)
        sign_lists(x, s);
    randombytes_buf(s->id, sizeof s->id);
    s->bundle.from = en_text_from_ours(x->partner.partner);
    s->bundle.to = en_text_from_ours(x->we.partner);
    s->bundle.id = s->id;
    s->bundle.sequence = ++x->sequence;
    s->bundle.created = x->now;
    s->bundle.expires = x->now + EN_TIME_DAY;
    en_bundle_write(&s->bundle, &x->partner.signing, &plain);
    memcpy(recipient[0], x->we.sealing[0].recipient, EN_AGE_KEY_LEN);
    randombytes_buf(random, sizeof random);
    en_buf_reset(sealed);
    rc = en_age_seal((const uint8_t(*)[EN_AGE_KEY_LEN])recipient, 1, random, en_buf_bytes(&plain), sealed, err);
    x->bytes += plain.n;
    en_buf_release(&plain);
    return rc;
}

/* As many as there may be, of those that are left. */
static en_errc
make_bundle(struct exchange_bench *x, struct en_buf *sealed, struct en_err *err)
{
    struct sending s = { .size = 0 };
    struct en_buf object = EN_BUF_INIT;
    struct en_arena one;
    en_errc rc = EN_OK;

    en_arena_init(&s.arena, 8u * EN_ENVELOPE_MAX);
    en_arena_init(&one, MADE_ARENA);
    s.bundle.parts = en_arena_array(&s.arena, (size_t)x->per_bundle, sizeof *s.bundle.parts);
    EN_ASSERT(s.bundle.parts != NULL);
    while (rc == EN_OK && s.bundle.n_parts < x->per_bundle && x->made < x->records &&
           s.size < EN_ENVELOPE_MAX - EN_MIB) {
        en_arena_reset(&one);
        en_buf_reset(&object);
        rc = make_record(x, x->made, &one, &object, err);
        rc = rc != EN_OK ? rc : add_record(x, &s, en_buf_bytes(&object));
        x->made++;
    }
    rc = rc != EN_OK ? rc : seal_it(x, &s, sealed, err);
    en_buf_release(&object);
    en_arena_release(&one);
    en_arena_release(&s.arena);
    return rc;
}

/* --- what is measured --------------------------------------------------------------------------------------------- */

static double
per_second(uint64_t n, int64_t ns)
{
    return ns > 0 ? (double)n * 1e9 / (double)ns : 0;
}

static double
bare(struct exchange_bench *x)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES], public_key[32], sig[64], message[128] = { 1 };
    unsigned good = 0;
    int64_t t;

    (void)crypto_sign_seed_keypair(public_key, secret, x->person.seed);
    (void)crypto_sign_detached(sig, NULL, message, sizeof message, secret);
    t = en_bench_cpu();
    for (unsigned i = 0; i < BARE; i++)
        good += crypto_sign_verify_detached(sig, message, sizeof message, public_key) == 0;
    t = en_bench_cpu() - t;
    EN_ASSERT(good == BARE);
    sodium_memzero(secret, sizeof secret);
    return per_second(BARE, t);
}

static en_errc
come_in(struct exchange_bench *x, en_bytes sealed, struct en_err *err)
{
    int64_t wall = en_bench_now(), cpu = en_bench_cpu_all();
    en_errc rc = act(x, "bundle-import", "{}", sealed, err);

    wall = en_bench_now() - wall;
    x->cpu += en_bench_cpu_all() - cpu;
    x->wall += wall;
    x->slowest = wall > x->slowest ? wall : x->slowest;
    return rc == EN_E_NO ? EN_OK : rc; /* some made people are too thin to be looked for */
}

static en_errc
all_come_in(struct exchange_bench *x, struct en_err *err)
{
    struct en_buf sealed = EN_BUF_INIT;
    en_errc rc = EN_OK;

    en_progress_begin(&x->progress, "records taken in");
    while (rc == EN_OK && x->made < x->records) {
        rc = make_bundle(x, &sealed, err);
        rc = rc != EN_OK ? rc : come_in(x, en_buf_bytes(&sealed), err);
        en_progress(&x->progress, x->made, x->records);
    }
    en_progress_end(&x->progress);
    en_buf_release(&sealed);
    x->index = en_bench_now();
    rc = rc != EN_OK ? rc : en_acts_warm(x->acts, err);
    x->index = en_bench_now() - x->index;
    return rc;
}

static en_errc
result(struct exchange_bench *x, double verify, struct en_err *err)
{
    struct en_store_counts n;
    en_errc rc = en_store_counts(x->store, &n, err);
    double rate = per_second(x->records, x->cpu);

    if (rc == EN_OK && n.alerts[EN_ALERT_ACTIVE] < x->records - x->records / 100)
        rc = en_err_set(err, EN_E_BUG, EN_NO_POS, "records that should have been taken are not in the store");
    if (rc != EN_OK)
        return rc;
    en_bench_count(&x->b, "records", x->records, "alerts, each released to us, of one made-up partner");
    en_bench_count(&x->b, "admitted", n.alerts[EN_ALERT_ACTIVE], "of them; the others say too little of a person");
    en_bench_count(&x->b, "bundles", x->sequence, "that brought them");
    en_bench_count(&x->b, "bundle_bytes", x->bytes, "of them all, opened");
    en_bench_word(&x->b, "signed", x->single ? "each" : "lists", "a signature a record, or one for 256 of them");
    en_bench_real(&x->b, "seconds", (double)x->wall / 1e9, "opened, verified, judged, logged and stored, by the clock");
    en_bench_real(&x->b, "index_seconds", (double)x->index / 1e9, "until all of them are screened against");
    en_bench_real(&x->b, "records_per_second", per_second(x->records, x->wall), "by the clock, on the cores there are");
    en_bench_real(&x->b, "records_per_cpu_second", rate, "by the time that all threads ran");
    en_bench_real(&x->b, "slowest_bundle_s", (double)x->slowest / 1e9, "a bundle at most");
    en_bench_real(&x->b, "bare_verify_per_cpu_second", verify, "libsodium alone: signatures verified");
    en_bench_real(&x->b, "ratio", rate / verify, "of records to bare verifications");
    en_bench_count(&x->b, "peak_rss_bytes", en_bench_peak_rss(), "held at most, the making of the bundles included");
    return EN_OK;
}

static en_errc
measure(struct exchange_bench *x, struct en_err *err)
{
    en_errc rc = make_node(x, err);
    double verify = 0;

    if (rc == EN_OK)
        verify = bare(x);
    en_bench_forget_peak();
    rc = rc != EN_OK ? rc : all_come_in(x, err);
    rc = rc != EN_OK ? rc : result(x, verify, err);
    en_acts_free(x->acts);
    en_store_close(x->store);
    return rc;
}

static en_errc
cmd_bench_exchange(struct en_run *r, struct en_err *err)
{
    struct exchange_bench *x = en_arena_alloc(&r->arena, sizeof *x);
    uint8_t seed[EN_SHA256_LEN];
    en_errc rc = en_process_harden(err);

    EN_ASSERT(x != NULL);
    memset(x, 0, sizeof *x);
    x->now = en_clock_now();
    x->records = en_opt_uint(r, "records");
    x->per_bundle = en_opt_uint(r, "parts");
    x->single = en_opt_given(r, "single");
    seeded("person", 1, seed);
    en_key_from_seed(seed, &x->person);
    make_keys("node", x->now, &x->we);
    make_keys("partner", x->now, &x->partner);
    seeded("partner's next key", 1, x->partner_next);
    rc = rc != EN_OK ? rc : en_bench_folder(&x->at, en_opt_value(r, "folder"), err);
    if (rc != EN_OK)
        return rc;
    x->g = en_generator_new(en_opt_uint(r, "seed"));
    en_bench_begin(&x->b, r, "exchange");
    rc = measure(x, err);
    en_bench_end(&x->b);
    en_generator_free(x->g);
    en_bench_folder_gone(&x->at);
    return rc;
}

const struct en_cmd en_cmd_bench_exchange = {
    .words = "bench exchange",
    .args = "",
    .summary = "measure how fast records of a partner are opened, verified, judged, logged and stored",
    .about = "A partner that does not exist sends alerts about people who do not exist, in signed and sealed bundles, "
             "to a node in a store of its own in a folder that is removed afterwards. The bundles are made outside of the "
             "clock. What is measured is what happens to them in a node: opened, the signatures verified, each record "
             "read and judged, stored as record and as alert with its versions, the event logged and synced, the "
             "receipt signed, the screening index brought up to date. The ratio is that of records to signatures that "
             "libsodium alone verifies in the same time.\n\n"
             "The last line is JSON with every measure; with --json it is the only one.",
    .opts =
        (const struct en_opt[]){
            { .name = "records",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "100000",
              .min = 1,
              .max = 10000000,
              .help = "so many alerts" },
            { .name = "parts",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "100000",
              .min = 1,
              .max = EN_ENVELOPE_PARTS_MAX,
              .help = "so many a bundle at most; a bundle that is full holds fewer" },
            { .name = "single", .kind = EN_OPT_FLAG, .help = "sign each release by itself, not lists of them" },
            { .name = "seed",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "1",
              .min = 0,
              .max = UINT32_MAX,
              .help = "other made people" },
            { .name = "folder",
              .kind = EN_OPT_PATH,
              .arg = "DIR",
              .def = "/var/tmp",
              .help = "where the store is made: a folder of the disk that is meant" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente bench exchange --records 1000000", "a million alerts of one partner" },
            { NULL, NULL },
        },
    .run = cmd_bench_exchange,
};
