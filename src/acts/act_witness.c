/*
 * act_witness.c: this node looks at the head of another log, says with its cosignature that the log has only grown
 * since it looked last, and keeps what contradicts that. C2SP tlog-witness, handed over as a file.
 *
 * What was cosigned is remembered in the transaction of the act; the cosignature is made and told after its commit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acts/act.h"
#include "acts/input.h"
#include "acts/partner.h"
#include "ledger/checkpoint.h"

#define REQUEST_MOST (2u * EN_NOTE_MAX)

struct witnessing {
    struct en_call *c;
    struct en_buf file;
    struct en_witness_request rq;
    struct en_note_key keys[1 + EN_NODE_SEALINGS_MAX * 8]; /* that the log may sign with, the likeliest first */
    size_t n_keys;
    struct en_note_key signer;
    struct en_store_witnessed known; /* id 0: the log was never seen */
    enum en_witness_answer answer;
    bool contradiction;
    struct en_err why;
};

static void
may_sign(struct witnessing *w, const uint8_t key[EN_KEY_LEN])
{
    if (w->n_keys < sizeof w->keys / sizeof *w->keys)
        en_note_key_make(w->rq.head.origin, EN_NOTE_ED25519, key, &w->keys[w->n_keys++]);
}

/* --- whose log it is --------------------------------------------------------------------------------------------- */

static en_errc
take_known(void *ctx, const struct en_store_witnessed *x, struct en_err *err)
{
    struct witnessing *w = ctx;

    if (x->evidence)
        return EN_OK;
    w->known = *x;
    w->known.note.p = en_arena_copy(&w->c->arena, x->note.p, x->note.n);
    return w->known.note.p != NULL ? EN_OK : en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the head is too large");
}

static en_errc
take_key(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    (void)err;
    may_sign(ctx, x->key);
    return EN_OK;
}

/* entente/<id>/<e>: a partner's log, whose keys are in its history. */
static en_errc
log_keys(struct witnessing *w, struct en_err *err)
{
    static const char begin[] = "entente/";
    en_text o = w->rq.head.origin, id = { o.p + sizeof begin - 1, EN_SEAL_ID_LEN };
    struct en_store_partner p;
    struct en_store_partner_key_filter f = { .by_partner = true };
    en_errc rc;

    if (o.n < sizeof begin + EN_SEAL_ID_LEN || memcmp(o.p, begin, sizeof begin - 1) != 0 ||
        o.p[sizeof begin - 1 + EN_SEAL_ID_LEN] != '/')
        return EN_OK;
    rc = en_store_partner_by_id(w->c->store, id, &w->c->arena, &p, err);
    if (rc != EN_OK)
        return rc == EN_E_NOT_FOUND ? EN_OK : rc;
    rc = partner_check(w->c->store, &p, err);
    if (rc != EN_OK)
        return rc;
    may_sign(w, p.key);
    f.partner = p.id;
    return en_store_partner_keys_each(w->c->store, &f, take_key, w, err);
}

static en_errc
find_keys(struct witnessing *w, en_text vkey, struct en_err *err)
{
    struct en_note_key given;
    en_errc rc = en_store_witnessed_each(w->c->store, w->rq.head.origin, take_known, w, err);

    rc = rc != EN_OK ? rc : log_keys(w, err);
    if (rc == EN_OK && w->known.id != 0)
        may_sign(w, w->known.key);
    if (rc != EN_OK || vkey.n == 0)
        return rc;
    if (en_note_key_parse(vkey, &given, NULL) != EN_OK)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a key is NAME+HASH+KEY");
    if (w->n_keys > 0) /* nobody brings another key for a log that is known */
        return EN_OK;
    may_sign(w, given.public_key);
    return EN_OK;
}

/* --- the answer -------------------------------------------------------------------------------------------------- */

static void
judge(struct witnessing *w)
{
    const struct en_witness_state state = { w->known.size, w->known.root };
    const struct en_checkpoint *h = &w->rq.head;

    w->answer = EN_WITNESS_UNKNOWN;
    (void)en_err_set(&w->why, EN_E_NOT_FOUND, EN_NO_POS,
                     "no key of this log is known here: it is not a partner's, or give its key");
    for (size_t i = 0; i < w->n_keys; i++) {
        w->signer = w->keys[i];
        w->answer = en_witness_judge(&w->rq, &w->keys[i], &state, &w->why);
        if (w->answer != EN_WITNESS_UNSIGNED)
            break;
    }
    /* Signed by its log, and it cannot be true together with what we cosigned: whatever the request began with. */
    w->contradiction = w->answer == EN_WITNESS_INCONSISTENT ||
                       (w->answer == EN_WITNESS_CONFLICT && w->known.id != 0 && h->size == w->known.size &&
                        !en_tree_hash_eq(&h->root, &w->known.root));
    if (w->contradiction && w->answer == EN_WITNESS_CONFLICT)
        (void)en_err_set(&w->why, EN_E_INTEGRITY, EN_NO_POS, "one size with two roots: the log is forked");
}

static en_errc
remember(struct witnessing *w, struct en_err *err)
{
    const struct en_checkpoint *h = &w->rq.head;
    struct en_store_witnessed x = { .id = w->known.id,
                                    .evidence = w->contradiction,
                                    .origin = h->origin,
                                    .size = h->size,
                                    .root = h->root,
                                    .note = en_buf_bytes(&w->file),
                                    .at = w->c->now };
    en_errc rc = EN_OK;

    memcpy(x.key, w->signer.public_key, sizeof x.key);
    if (w->contradiction)
        x.other = w->known.note;
    if (w->answer == EN_WITNESS_COSIGNS) { /* the head alone: behind the proof and its empty line */
        x.note.p = w->rq.note.text.p;
        x.note.n = w->file.n - (size_t)(x.note.p - (const uint8_t *)w->file.p);
    }
    if (w->answer == EN_WITNESS_COSIGNS && x.id != 0)
        rc = en_store_witnessed_change(w->c->store, &x, err);
    else if (w->answer == EN_WITNESS_COSIGNS || w->contradiction)
        rc = en_store_witnessed_add(w->c->store, &x, &x.id, err);
    return rc;
}

/*= tlog-cosignature v1: the witness's key has the name of its statements here. */
static void
cosign(const struct witnessing *w, struct en_json *j)
{
    const struct en_node_keys *k = w->c->acts->rim.keys;
    struct en_buf line = EN_BUF_INIT, vkey = EN_BUF_INIT;
    struct en_note_key key;
    char name[64];

    (void)snprintf(name, sizeof name, "entente/%s", k->partner);
    en_note_key_make(en_text_from_ours(name), EN_NOTE_COSIGNATURE, k->signing.public_key, &key);
    en_note_sign(&key, &k->signing, w->rq.note.text, (uint64_t)(w->c->now / EN_TIME_SECOND), &line);
    en_note_key_write(&key, &vkey);
    en_json_kv_text(j, "cosignature", (en_text){ line.p, line.n - 1 }); /* without its line feed */
    en_json_kv_text(j, "vkey", (en_text){ vkey.p, vkey.n });
    en_buf_release(&line);
    en_buf_release(&vkey);
}

static void
facts(const struct witnessing *w, struct en_json *j)
{
    en_json_kv_uint(j, "answer", (uint64_t)w->answer);
    en_json_kv_uint(j, "size", w->rq.head.size);
    json_kv_hash(j, "root", w->rq.head.root.b);
    en_json_kv_uint(j, "known", w->known.size);
    en_json_kv_bool(j, "evidence", w->contradiction);
}

static en_errc
tell(struct witnessing *w, struct en_err *err)
{
    struct en_json j;
    en_errc rc;

    call_record(w->c, &j);
    en_json_object(&j);
    en_json_kv_text(&j, "origin", w->n_keys > 0 ? w->rq.head.origin : EN_TEXT_LIT(""));
    facts(w, &j);
    en_json_kv_str(&j, "why", w->answer == EN_WITNESS_COSIGNS ? "" : w->why.text);
    if (w->answer == EN_WITNESS_COSIGNS)
        cosign(w, &j);
    en_json_object_end(&j);
    rc = call_emit(w->c, err);
    if (rc != EN_OK || w->answer == EN_WITNESS_COSIGNS)
        return rc;
    if (w->contradiction)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "%s; both heads are kept as evidence", w->why.text);
    return en_err_set(err, w->answer == EN_WITNESS_UNSIGNED ? EN_E_INTEGRITY : EN_E_NO, EN_NO_POS, "%s", w->why.text);
}

static en_errc
look(struct witnessing *w, struct en_err *err)
{
    en_text vkey = en_args_text(&w->c->args, "key", EN_MAY, 2 * EN_NOTE_NAME_MAX);
    en_errc rc = en_args_end(&w->c->args, err);

    rc = rc != EN_OK ? rc : keys_needed(w->c->acts, err);
    rc = rc != EN_OK ? rc : input_all(&w->c->rq->inputs[0], REQUEST_MOST, &w->file, err);
    rc = rc != EN_OK ? rc : en_witness_request_parse(en_buf_bytes(&w->file), &w->rq, err);
    if (rc == EN_OK && !en_note_name_valid(w->rq.head.origin))
        rc = en_err_set(err, EN_E_INPUT, EN_NO_POS, "the origin of this head is no name of a log");
    return rc != EN_OK ? rc : find_keys(w, vkey, err);
}

en_errc
act_ledger_witness(struct en_call *c, struct en_err *err)
{
    struct witnessing *w = en_xcalloc(1, sizeof *w);
    en_errc rc;

    w->c = c;
    rc = look(w, err);
    if (rc == EN_OK)
        judge(w);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : remember(w, err);
    if (rc == EN_OK) {
        facts(w, &c->ev);
        rc = call_commit(c, err);
    }
    rc = rc != EN_OK ? rc : tell(w, err);
    en_buf_release(&w->file);
    free(w);
    return rc;
}
