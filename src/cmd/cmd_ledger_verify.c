#include <stdlib.h>
#include <string.h>

#include "acts/ledger.h"
#include "cmd/node_call.h"
#include "daemon/folder.h"

#define KEYS_MOST   64
#define FAULTS_TOLD 100

struct verifying {
    struct en_run *run;
    uint8_t keys[KEYS_MOST][EN_SEAL_PUBLIC_LEN];
    struct en_ledger_sums sums;
    struct en_buf line;
    unsigned told;
};

/* A fault is an answer, so it is data: a line a fault. */
static void
tell_fault(void *ctx, uint64_t event, const char *what)
{
    struct verifying *v = ctx;
    struct en_json j;

    if (v->told++ == FAULTS_TOLD && !v->run->json)
        en_out_str(v->run->out, "…\n");
    if (v->told > FAULTS_TOLD && !v->run->json)
        return;
    if (!v->run->json) {
        en_out_f(v->run->out, "%s\n", what);
        return;
    }
    en_buf_reset(&v->line);
    en_json_init(&j, &v->line);
    en_json_object(&j);
    en_json_kv_str(&j, "fault", what);
    en_json_key(&j, "event");
    if (event != 0)
        en_json_uint(&j, event);
    else
        en_json_null(&j);
    en_json_object_end(&j);
    en_out_line(v->run->out, &v->line);
}

static void
tell_json(struct verifying *v, bool store)
{
    const struct en_ledger_sums *s = &v->sums;
    char root[2 * EN_SHA256_LEN + 1];
    struct en_json j;

    en_hex(s->root.b, sizeof s->root.b, root);
    en_buf_reset(&v->line);
    en_json_init(&j, &v->line);
    en_json_object(&j);
    en_json_kv_bool(&j, "good", s->faults == 0);
    en_json_kv_uint(&j, "faults", s->faults);
    en_json_kv_uint(&j, "events", s->events);
    en_json_kv_uint(&j, "signed_by_people", s->by_people);
    en_json_kv_uint(&j, "destroyed", s->destroyed);
    en_json_kv_uint(&j, "heads", s->heads);
    en_json_kv_uint(&j, "heads_signed", s->heads_signed);
    en_json_kv_uint(&j, "heads_verified", s->heads_verified);
    en_json_kv_bool(&j, "store", store);
    en_json_kv_uint(&j, "rows", s->rows);
    en_json_kv_uint(&j, "rows_unknown", s->rows_unknown);
    en_json_kv_uint(&j, "size", s->size);
    en_json_kv_str(&j, "root", root);
    en_json_kv_uint(&j, "epoch", s->epoch);
    en_json_kv_bool(&j, "doubt", s->doubt);
    en_json_object_end(&j);
    en_out_line(v->run->out, &v->line);
}

static void
tell_people(const struct verifying *v, bool store)
{
    const struct en_ledger_sums *s = &v->sums;
    struct en_out *o = v->run->out;
    char root[2 * EN_SHA256_LEN + 1];

    en_hex(s->root.b, sizeof s->root.b, root);
    en_out_f(o, "%-8s%llu, of which people have signed %llu; the content of %llu is destroyed\n", "events",
             (unsigned long long)s->events, (unsigned long long)s->by_people, (unsigned long long)s->destroyed);
    en_out_f(o, "%-8s%llu, of which %llu are signed and the signature of %llu was verified\n", "heads",
             (unsigned long long)s->heads, (unsigned long long)s->heads_signed, (unsigned long long)s->heads_verified);
    if (store)
        en_out_f(o, "%-8s%llu that stand for acts; for %llu the content of the event may be destroyed\n", "rows",
                 (unsigned long long)s->rows, (unsigned long long)s->rows_unknown);
    en_out_f(o, "%-8s%llu events, epoch %u, root %s\n", "newest", (unsigned long long)s->size, s->epoch, root);
    if (s->faults == 0)
        en_out_str(o, "the ledger holds\n");
    if (s->doubt)
        en_say("the store was put back from a copy and nobody has said what was lost: entente ledger epoch");
    if (s->heads_signed > 0 && s->heads_verified == 0)
        en_say("the store has no history of the node's keys: give one to verify the signatures of heads: --key");
}

static en_errc
read_keys(struct verifying *v, size_t *n, struct en_err *err)
{
    for (*n = 0; *n < en_opt_count(v->run, "key"); ++*n) {
        struct en_note_key k;
        en_errc rc = *n == KEYS_MOST
                         ? en_err_set(err, EN_E_USAGE, EN_NO_POS, "at most %d keys are taken", KEYS_MOST)
                         : en_note_key_parse(en_opt_text_at(v->run, "key", *n), &k, err);

        if (rc != EN_OK)
            return rc == EN_E_INPUT ? en_err_set(err, EN_E_USAGE, EN_NO_POS, "a key is NAME+HASH+KEY") : rc;
        memcpy(v->keys[*n], k.public_key, sizeof v->keys[*n]);
    }
    return EN_OK;
}

static en_errc
open_store(struct en_run *r, struct en_folder *f, struct en_store **s, struct en_err *err)
{
    en_errc rc;

    if (en_opt_given(r, "file"))
        return en_store_open_sqlite(en_opt_value(r, "file"), EN_STORE_AUDIT, s, err);
    if (r->node == NULL)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "which node, or which file? --node DIR, --file FILE");
    rc = en_folder_open(f, r->node, err);
    return rc != EN_OK ? rc : en_folder_store(f, EN_STORE_AUDIT, s, err);
}

static en_errc
cmd_ledger_verify(struct en_run *r, struct en_err *err)
{
    struct verifying *v = en_arena_alloc(&r->arena, sizeof *v);
    struct en_ledger_verify how = { .rows = en_opt_given(r, "store"), .fault = tell_fault, .ctx = v };
    struct en_folder f = { -1, -1, NULL };
    struct en_store *s = NULL;
    en_errc rc;

    EN_ASSERT(v != NULL);
    memset(v, 0, sizeof *v);
    v->run = r;
    how.keys = (const uint8_t(*)[EN_SEAL_PUBLIC_LEN])v->keys;
    rc = read_keys(v, &how.n_keys, err);
    rc = rc != EN_OK ? rc : open_store(r, &f, &s, err);
    rc = rc != EN_OK ? rc : en_ledger_verify(s, &how, &v->sums, err);
    if (rc == EN_OK && r->json)
        tell_json(v, how.rows);
    else if (rc == EN_OK)
        tell_people(v, how.rows);
    if (rc == EN_OK && v->sums.faults > 0)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the ledger does not hold: %llu faults",
                        (unsigned long long)v->sums.faults);
    en_store_close(s);
    en_folder_close(&f);
    en_buf_release(&v->line);
    return rc;
}

const struct en_cmd en_cmd_ledger_verify = {
    .words = "ledger verify",
    .args = "",
    .summary = "check that nothing in the ledger was changed, taken out or put in",
    .about =
        "Every event is checked against its entry, every entry against the tree and its heads, every person's signature "
        "and every signed head, and the sums of all pages of the file. A change of an event is told with its number; any other "
        "change as a damage of the file. Either way the command ends with 7.\n\n"
        "With --store also the rows: each user, import, manifest, decision and alert of our own has the event that made "
        "it, and the rows that are never deleted are there; name, roles, key and disabling of a user, the proposer, "
        "partners and decision of a release, card, standing, cut and agreement of a partner are what the events say, and "
        "a partner's key is what its signed history leads to; then every value of the store. Not compared with events: "
        "the columns of deliveries, bundles, hits, answers and sources, and the content of records and imported alerts.\n\n"
        "The file is read beside whoever owns the node, by anybody who may read it; a backup is a file too (--file). A "
        "head's signature is checked against the verifier keys that are given, else against the node's own history of "
        "keys, whose first key has the node's id.",
    .needs = EN_TAKES_NODE,
    .opts =
        (const struct en_opt[]){
            { .name = "store", .kind = EN_OPT_FLAG, .help = "also the rows of the store against the events" },
            { .name = "file",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .help = "this store or backup instead of the node's" },
            { .name = "key",
              .kind = EN_OPT_TEXT,
              .arg = "VKEY",
              .repeat = true,
              .help = "a verifier key of the node (NAME+HASH+KEY), also one from before" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente ledger verify --store --node /srv/entente", "all of it" },
            { "entente ledger verify --file /media/safe/entente-2026-11-23.db", "a backup" },
            { NULL, NULL },
        },
    .run = cmd_ledger_verify,
};
