#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "cmd/bench.h"
#include "daemon/clock.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "store/store.h"

#define EVENT_LEN  400 /* an event with a signature's key, a request and a few numbers */
#define CRYPTO     4000
#define HASHES     200000
#define GROUP      256
#define PROOFS     2000
#define ORIGIN     "entente/0000000000000000/1"

struct ledger_bench {
    struct en_bench b;
    struct en_key key;
    struct en_note_key note_key;
    uint8_t event[EVENT_LEN];
    struct en_bench_folder at;
    struct en_store *store;
    uint64_t seq;
};

/* --- clocks ------------------------------------------------------------------------------------------------------ */

struct stopwatch {
    int64_t wall, cpu;
};

static struct stopwatch
start(void)
{
    return (struct stopwatch){ en_bench_now(), en_bench_cpu() };
}

static double
per_second(uint64_t n, int64_t ns)
{
    return ns > 0 ? (double)n * 1e9 / (double)ns : 0;
}

static void
tell_cpu(struct ledger_bench *l, const char *name, uint64_t n, struct stopwatch s, const char *what)
{
    en_bench_real(&l->b, name, per_second(n, en_bench_cpu() - s.cpu), what);
}

/* --- signatures and hashes, bare and as we use them -------------------------------------------------------------- */

static void
head_text(struct en_buf *text, uint64_t size)
{
    struct en_tree_hash root = { { (uint8_t)size } };

    en_buf_reset(text);
    en_checkpoint_text(EN_TEXT_LIT(ORIGIN), size, &root, text);
}

static void
bare_signatures(struct ledger_bench *l)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES], public_key[32], sig[64];
    struct stopwatch s;
    unsigned good = 0;

    (void)crypto_sign_seed_keypair(public_key, secret, l->key.seed);
    s = start();
    for (unsigned i = 0; i < CRYPTO; i++)
        (void)crypto_sign_detached(sig, NULL, l->event, 128 + i % 2, secret);
    tell_cpu(l, "bare_sign_per_cpu_second", CRYPTO, s, "libsodium alone: signatures over 128 bytes");
    (void)crypto_sign_detached(sig, NULL, l->event, 128, secret);
    s = start();
    for (unsigned i = 0; i < CRYPTO; i++)
        good += crypto_sign_verify_detached(sig, l->event, 128, public_key) == 0;
    tell_cpu(l, "bare_verify_per_cpu_second", CRYPTO, s, "libsodium alone: verifications");
    EN_ASSERT(good == CRYPTO);
    sodium_memzero(secret, sizeof secret);
}

static void
signatures(struct ledger_bench *l)
{
    struct en_buf text = EN_BUF_INIT, note = EN_BUF_INIT;
    struct en_signed_note *parsed = en_xcalloc(1, sizeof *parsed);
    struct stopwatch s = start();
    unsigned good = 0;

    for (unsigned i = 0; i < CRYPTO; i++) {
        head_text(&text, i);
        en_buf_reset(&note);
        en_buf_add(&note, text.p, text.n);
        en_buf_addc(&note, '\n');
        en_note_sign(&l->note_key, &l->key, en_buf_bytes(&text), 0, &note);
    }
    tell_cpu(l, "sign_head_per_cpu_second", CRYPTO, s,
             "heads written and signed, the key derived anew from its seed each time");
    s = start();
    for (unsigned i = 0; i < CRYPTO; i++)
        good += en_note_parse(en_buf_bytes(&note), parsed, NULL) == EN_OK &&
                en_note_verify(parsed, &l->note_key, NULL) == EN_NOTE_GOOD;
    tell_cpu(l, "verify_head_per_cpu_second", CRYPTO, s, "heads read and verified");
    EN_ASSERT(good == CRYPTO);
    free(parsed);
    en_buf_release(&text);
    en_buf_release(&note);
}

static void
hashes(struct ledger_bench *l)
{
    uint8_t hash[EN_SHA256_LEN] = { 0 }, nonce[EN_NONCE_LEN] = { 0 };
    struct en_tree tree = EN_TREE_INIT;
    struct stopwatch s = start();

    for (unsigned i = 0; i < HASHES; i++)
        crypto_hash_sha256(hash, l->event, EVENT_LEN);
    tell_cpu(l, "bare_hash_per_cpu_second", HASHES, s, "libsodium alone: SHA-256 of 400 bytes");
    s = start();
    for (unsigned i = 0; i < HASHES; i++) {
        nonce[0] = (uint8_t)i;
        en_entry_make(nonce, EN_TEXT_LIT("read"), en_bytes_from(l->event, EVENT_LEN), hash);
    }
    tell_cpu(l, "entry_per_cpu_second", HASHES, s, "entries of events of 400 bytes");
    s = start();
    for (unsigned i = 0; i < HASHES; i++) {
        struct en_tree_hash leaf = en_tree_leaf(en_bytes_from(hash, sizeof hash));

        en_tree_append(&tree, &leaf, NULL, NULL);
    }
    tell_cpu(l, "append_per_cpu_second", HASHES, s, "entries added to the tree, in memory");
}

/* --- in a store -------------------------------------------------------------------------------------------------- */

static en_errc
sign_head(void *ctx, const struct en_store_head *h, struct en_buf *origin, struct en_buf *note, struct en_err *err)
{
    struct ledger_bench *l = ctx;
    struct en_buf line = EN_BUF_INIT;

    (void)err;
    en_buf_add_str(origin, ORIGIN);
    en_checkpoint_text(EN_TEXT_LIT(ORIGIN), h->size, &h->root, note);
    en_note_sign(&l->note_key, &l->key, en_buf_bytes(note), 0, &line);
    en_buf_addc(note, '\n');
    en_buf_add(note, line.p, line.n);
    en_buf_release(&line);
    return EN_OK;
}

static en_errc
commit_events(struct ledger_bench *l, unsigned n, struct en_err *err)
{
    struct en_store_event e = { .type = EN_TEXT_LIT("read"), .bytes = en_bytes_from(l->event, EVENT_LEN), .at = 1 };
    uint8_t sig[EN_SIG_LEN] = { 0 };
    en_errc rc = en_store_begin(l->store, err);

    e.signature = en_bytes_from(sig, sizeof sig);
    for (unsigned i = 0; rc == EN_OK && i < n; i++) {
        memcpy(e.nonce, &l->seq, sizeof l->seq);
        rc = en_store_event_append(l->store, &e, false, &l->seq, err);
    }
    return rc != EN_OK ? rc : en_store_commit(l->store, err);
}

static en_errc
fill(struct ledger_bench *l, uint64_t n, unsigned group, const char *wall, const char *cpu, const char *what,
     struct en_err *err)
{
    struct stopwatch s = start();
    en_errc rc = EN_OK;

    for (uint64_t i = 0; rc == EN_OK && i < n; i += group)
        rc = commit_events(l, group, err);
    en_bench_real(&l->b, wall, per_second(n, en_bench_now() - s.wall), what);
    en_bench_real(&l->b, cpu, per_second(n, en_bench_cpu() - s.cpu), "the same by the time that this thread ran");
    return rc;
}

static en_errc
proofs(struct ledger_bench *l, struct en_err *err)
{
    struct en_tree_source from = en_store_tree(l->store);
    struct en_bench_times inclusion = { 0 }, growth = { 0 };
    struct en_tree_proof p;
    uint64_t at = 1;
    en_errc rc = EN_OK;

    for (unsigned i = 0; rc == EN_OK && i < PROOFS; i++) {
        int64_t t = en_bench_cpu();

        at = at * 6364136223846793005u + 1442695040888963407u;
        rc = en_tree_inclusion((at >> 20) % l->seq, l->seq, &from, &p, err);
        en_bench_times_add(&inclusion, en_bench_cpu() - t);
        t = en_bench_cpu();
        rc = rc != EN_OK ? rc : en_tree_consistency((at >> 20) % l->seq + 1, l->seq, &from, &p, err);
        en_bench_times_add(&growth, en_bench_cpu() - t);
    }
    en_bench_times_sort(&inclusion);
    en_bench_times_sort(&growth);
    en_bench_count(&l->b, "events", l->seq, "in the store, for the proofs");
    en_bench_real(&l->b, "proof_p50_us", en_bench_times_at(&inclusion, 0.5), "an inclusion proof out of the store");
    en_bench_real(&l->b, "proof_p99_us", en_bench_times_at(&inclusion, 0.99), "99 in 100 take no longer");
    en_bench_real(&l->b, "growth_p50_us", en_bench_times_at(&growth, 0.5), "a consistency proof");
    en_bench_times_release(&inclusion);
    en_bench_times_release(&growth);
    return rc;
}

static en_errc
in_a_store(struct ledger_bench *l, uint64_t events, uint64_t single, struct en_err *err)
{
    en_errc rc = en_store_open_sqlite(l->at.path, EN_STORE_CREATE, &l->store, err);

    if (rc != EN_OK)
        return rc;
    en_store_set_signer(l->store, sign_head, l);
    rc = fill(l, single, 1, "durable_per_second", "durable_per_cpu_second",
              "events, each its own commit: entry, tree, signed head, synced to disk", err);
    if (rc == EN_OK && events > l->seq)
        rc = fill(l, events - l->seq, GROUP, "grouped_per_second", "grouped_per_cpu_second",
                  "events, 256 a commit, each commit synced", err);
    if (rc == EN_OK)
        rc = proofs(l, err);
    en_store_close(l->store);
    return rc;
}

static en_errc
cmd_bench_ledger(struct en_run *r, struct en_err *err)
{
    struct ledger_bench *l = en_arena_alloc(&r->arena, sizeof *l);
    uint8_t seed[EN_SEAL_SEED_LEN] = { 7 };
    en_errc rc = en_process_harden(err);

    EN_ASSERT(l != NULL);
    memset(l, 0, sizeof *l);
    memset(l->event, 'e', sizeof l->event);
    en_key_from_seed(seed, &l->key);
    en_note_key_make(EN_TEXT_LIT(ORIGIN), EN_NOTE_ED25519, l->key.public_key, &l->note_key);
    rc = rc != EN_OK ? rc : en_bench_folder(&l->at, en_opt_value(r, "folder"), err);
    if (rc != EN_OK)
        return rc;
    en_bench_begin(&l->b, r, "ledger");
    bare_signatures(l);
    signatures(l);
    hashes(l);
    rc = in_a_store(l, en_opt_uint(r, "events"), en_opt_uint(r, "single"), err);
    en_bench_end(&l->b);
    en_bench_folder_gone(&l->at);
    return rc;
}

const struct en_cmd en_cmd_bench_ledger = {
    .words = "bench ledger",
    .args = "",
    .summary = "measure how fast events are hashed, signed, stored and proven, beside libsodium alone",
    .about = "What libsodium does alone is measured in the same run, so that what we add can be seen: signatures, "
             "verifications, hashes. Events are then stored as a node stores them, in a store of their own in a folder "
             "that is removed afterwards: entry, tree, signed head and row in one transaction that is synced; one by "
             "one, and 256 a commit. Proofs are made out of that store, at random places.\n\n"
             "The last line is JSON with every measure; with --json it is the only one.",
    .opts =
        (const struct en_opt[]){
            { .name = "events",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "100000",
              .min = 1,
              .max = 100000000,
              .help = "store so many before proofs are made" },
            { .name = "single",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "1000",
              .min = 1,
              .max = 1000000,
              .help = "so many of them with a commit each" },
            { .name = "folder",
              .kind = EN_OPT_PATH,
              .arg = "DIR",
              .def = "/var/tmp",
              .help = "where the store is made: a folder of the disk that is meant" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente bench ledger --events 1000000", "proofs out of a million events" },
            { NULL, NULL },
        },
    .run = cmd_bench_ledger,
};
