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
#include "cmd/bench_partner.h"
#include "daemon/clock.h"
#include "seal/envelope.h"
#include "seal/node_key.h"
#include "store/store.h"

#define BARE   20000
#define PERSON "bench"

struct exchange_bench {
    struct en_bench b;
    struct en_key person;               /* who imports */
    struct en_node_keys we;
    struct en_bench_partner partner;
    struct en_bench_folder at;
    struct en_store *store;
    struct en_acts *acts;
    struct en_progress progress;
    en_time now;
    int64_t wall, cpu, slowest;         /* of the imports */
    int64_t index;                      /* until all of them are screened against */
};

/* --- a node, a person, a partner ---------------------------------------------------------------------------------- */

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

static en_errc
know_partner(struct exchange_bench *x, struct en_err *err)
{
    char fingerprint[EN_FINGERPRINT_LEN + 1], args[256];
    struct en_buf card = EN_BUF_INIT;
    en_errc rc;

    en_bench_partner_card(&x->partner, &card, fingerprint);
    (void)snprintf(args, sizeof args, "{\"fingerprint\":\"%s\"}", fingerprint);
    rc = act(x, "partner-add", args, en_buf_bytes(&card), err);
    (void)snprintf(args, sizeof args,
                   "{\"partner\":\"%s\",\"gives\":[],\"takes\":[\"alert\"],\"most\":\"amber\",\"live\":true}",
                   x->partner.keys.partner);
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
    while (rc == EN_OK && x->partner.made < x->partner.records) {
        rc = en_bench_partner_bundle(&x->partner, &sealed, err);
        rc = rc != EN_OK ? rc : come_in(x, en_buf_bytes(&sealed), err);
        en_progress(&x->progress, x->partner.made, x->partner.records);
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
    double rate = per_second(x->partner.records, x->cpu);

    if (rc == EN_OK && n.alerts[EN_ALERT_ACTIVE] < x->partner.records - x->partner.records / 100)
        rc = en_err_set(err, EN_E_BUG, EN_NO_POS, "records that should have been taken are not in the store");
    if (rc != EN_OK)
        return rc;
    en_bench_count(&x->b, "records", x->partner.records, "alerts, each released to us, of one made-up partner");
    en_bench_count(&x->b, "admitted", n.alerts[EN_ALERT_ACTIVE], "of them; the others say too little of a person");
    en_bench_count(&x->b, "bundles", x->partner.sequence, "that brought them");
    en_bench_count(&x->b, "bundle_bytes", x->partner.bytes, "of them all, opened");
    en_bench_word(&x->b, "signed", x->partner.single ? "each" : "lists",
                   "a signature a record, or one for 256 of them");
    en_bench_real(&x->b, "seconds", (double)x->wall / 1e9, "opened, verified, judged, logged and stored, by the clock");
    en_bench_real(&x->b, "index_seconds", (double)x->index / 1e9, "until all of them are screened against");
    en_bench_real(&x->b, "records_per_second", per_second(x->partner.records, x->wall),
                   "by the clock, on the cores there are");
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
    en_bench_partner_init(&x->partner, en_opt_uint(r, "seed"), x->now);
    x->partner.records = en_opt_uint(r, "records");
    x->partner.per_bundle = en_opt_uint(r, "parts");
    x->partner.single = en_opt_given(r, "single");
    en_bench_seeded("person", 1, seed);
    en_key_from_seed(seed, &x->person);
    en_bench_keys("node", x->now, &x->we);
    memcpy(x->partner.to, x->we.partner, sizeof x->partner.to);
    memcpy(x->partner.recipient, x->we.sealing[0].recipient, EN_AGE_KEY_LEN);
    rc = rc != EN_OK ? rc : en_bench_folder(&x->at, en_opt_value(r, "folder"), err);
    if (rc != EN_OK) {
        en_bench_partner_release(&x->partner);
        return rc;
    }
    en_bench_begin(&x->b, r, "exchange");
    rc = measure(x, err);
    en_bench_end(&x->b);
    en_bench_partner_release(&x->partner);
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
