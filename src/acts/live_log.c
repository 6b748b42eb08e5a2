/*
 * live_log.c: heads of logs. Ours is shown to partners with the proof that it extends what they hold; theirs are
 * cosigned and kept when they extend what we hold; two that contradict each other are evidence. A node that may have
 * lost entries signs none until its partners have answered.
 */
#include "acts/live_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/checkpoint.h"

/* --- our own ------------------------------------------------------------------------------------------------------ */

struct newest {
    struct en_store_head h; /* without what it points to */
    struct en_buf *note;
};

static en_errc
newest_head(struct live *v, struct newest *n, struct en_err *err)
{
    struct en_arena a;
    en_errc rc;

    en_arena_init(&a, EN_MIB);
    rc = en_store_head_newest(v->c->store, &a, &n->h, err);
    if (rc == EN_OK && n->note != NULL)
        en_buf_add(n->note, n->h.note.p, n->h.note.n);
    n->h.origin = EN_TEXT_NONE;
    n->h.note.p = NULL; /* only whether there is one */
    en_arena_release(&a);
    if (rc == EN_E_NOT_FOUND) {
        n->h = (struct en_store_head){ .epoch = 1 };
        rc = EN_OK;
    }
    return rc;
}

en_errc
live_own_head(struct live *v, struct en_head *out, struct en_err *err)
{
    struct newest n = { .note = NULL };
    en_errc rc = newest_head(v, &n, err);

    *out = (struct en_head){ n.h.epoch, n.h.size, n.h.root };
    return rc;
}

/* It was shown: its row stays. */
static en_errc
keep_as_seen(struct live *v, const struct en_store_head *h, struct en_err *err)
{
    en_errc rc;

    if ((h->kept & EN_HEAD_SEEN) != 0)
        return EN_OK;
    rc = en_store_begin(v->c->store, err);
    rc = rc != EN_OK ? rc : en_store_head_keep(v->c->store, h->id, h->kept | EN_HEAD_SEEN, err);
    return rc != EN_OK ? rc : en_store_commit(v->c->store, err);
}

/* The newest there is; the log may have grown by what this very step has committed. */
static en_errc
write_own(struct live *v, uint64_t old, struct en_buf *out, struct en_err *err)
{
    struct en_tree_source from = en_store_tree(v->c->store);
    struct en_tree_proof *proof = en_xcalloc(1, sizeof *proof);
    struct en_buf note = EN_BUF_INIT;
    struct newest n = { .note = &note };
    en_errc rc = newest_head(v, &n, err);

    if (rc == EN_OK && note.n > 0) {
        old = old <= n.h.size ? old : 0;
        rc = en_tree_consistency(old, n.h.size, &from, proof, err);
        rc = rc != EN_OK ? rc : keep_as_seen(v, &n.h, err);
        if (rc == EN_OK)
            en_witness_request_write(old, proof, en_buf_bytes(&note), out);
    }
    en_buf_release(&note);
    free(proof);
    return rc;
}

/* --- others' ------------------------------------------------------------------------------------------------------ */

bool
live_origin(en_text o, char id[EN_ENVELOPE_PARTNER_LEN + 1], uint32_t *epoch)
{
    static const char begin[] = "entente/";
    const size_t at = sizeof begin - 1 + EN_ENVELOPE_PARTNER_LEN;
    uint64_t n = 0;

    if (o.n < at + 2 || memcmp(o.p, begin, sizeof begin - 1) != 0 || o.p[at] != '/' ||
        !en_partner_id_valid((en_text){ o.p + sizeof begin - 1, EN_ENVELOPE_PARTNER_LEN }) ||
        !en_checkpoint_number(en_bytes_from(o.p + at + 1, o.n - at - 1), &n) || n == 0 || n > UINT32_MAX)
        return false;
    memcpy(id, o.p + sizeof begin - 1, EN_ENVELOPE_PARTNER_LEN);
    id[EN_ENVELOPE_PARTNER_LEN] = '\0';
    *epoch = (uint32_t)n;
    return true;
}

struct signers {
    const struct en_witness_request *rq;
    bool good;
};

static void
try_key(struct signers *s, const uint8_t key[EN_KEY_LEN])
{
    struct en_note_key k;

    en_note_key_make(s->rq->head.origin, EN_NOTE_ED25519, key, &k);
    s->good = s->good || en_note_verify(&s->rq->note, &k, NULL) == EN_NOTE_GOOD;
}

static en_errc
try_row(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    (void)err;
    try_key(ctx, x->key);
    return EN_OK;
}

/* Signed by its owner, with any key of its history: a head stays what it is when a key goes. */
static en_errc
signed_by_owner(struct live *v, const char *owner, struct signers *s, struct en_err *err)
{
    const struct en_node_keys *k = v->acts->rim.keys;
    struct en_store_partner_key_filter f = { .by_partner = true, .partner = 0 };
    const struct partner *p = NULL;
    en_errc rc = EN_OK;

    if (strcmp(owner, k->partner) == 0) {
        try_key(s, k->signing.public_key);
    } else {
        rc = partner_by_id(v->c, en_text_from_ours(owner), &p, err);
        if (rc != EN_OK || p == NULL)
            return rc;
        try_key(s, p->row.key);
        f.partner = p->row.id;
    }
    return rc != EN_OK || s->good ? rc : en_store_partner_keys_each(v->c->store, &f, try_row, s, err);
}

en_errc
live_head_read(struct live *v, en_bytes part, struct en_witness_request *rq, struct en_shown_head *head, en_bytes *note,
               struct en_err *err)
{
    char id[EN_ENVELOPE_PARTNER_LEN + 1];
    struct signers s = { .rq = rq };
    const struct live_peer *p;
    uint32_t epoch;
    en_errc rc;

    if (en_witness_request_parse(part, rq, NULL) != EN_OK || !live_origin(rq->head.origin, id, &epoch))
        return EN_E_NO;
    p = live_peer(v, en_text_from_ours(id));
    if (p == NULL && strcmp(id, v->acts->rim.keys->partner) != 0)
        return EN_E_NO;
    rc = signed_by_owner(v, id, &s, err);
    if (rc != EN_OK || !s.good)
        return rc != EN_OK ? rc : EN_E_NO;
    *head = (struct en_shown_head){ .owner = p != NULL ? p->id : v->acts->rim.keys->partner,
                                    .head = { epoch, rq->head.size, rq->head.root },
                                    .old = rq->old,
                                    .proof = rq->old > 0 ? &rq->proof : NULL };
    note->p = rq->note.text.p;
    note->n = part.n - (size_t)(rq->note.text.p - part.p);
    return EN_OK;
}

/* --- kept --------------------------------------------------------------------------------------------------------- */

struct sought {
    uint32_t epoch;
    const struct en_head *head;
    int64_t id; /* of the row of the log, if there is one */
    struct en_buf note;
};

static bool
is_head(en_bytes note, const struct en_head *h)
{
    struct en_signed_note *parsed = en_xcalloc(1, sizeof *parsed);
    struct en_checkpoint c;
    bool is = en_note_parse(note, parsed, NULL) == EN_OK && en_checkpoint_parse(parsed->text, &c, NULL) == EN_OK &&
              c.size == h->size && en_tree_hash_eq(&c.root, &h->root);

    free(parsed);
    return is;
}

/* A head of the same size and root, in the row of the log or on either side of evidence. */
static en_errc
take_note(void *ctx, const struct en_store_witnessed *x, struct en_err *err)
{
    struct sought *s = ctx;

    (void)err;
    if (!x->evidence)
        s->id = x->id;
    if (s->note.n == 0 && x->size == s->head->size && en_tree_hash_eq(&x->root, &s->head->root))
        en_buf_add(&s->note, x->note.p, x->note.n);
    else if (s->note.n == 0 && x->evidence && x->size == s->head->size && is_head(x->other, s->head))
        en_buf_add(&s->note, x->other.p, x->other.n);
    return EN_OK;
}

static void
origin_of(const char *owner, uint32_t epoch, struct en_buf *out)
{
    en_buf_addf(out, "entente/%s/%u", owner, epoch);
}

static en_errc
seek(struct live *v, const char *owner, struct sought *s, struct en_err *err)
{
    struct en_buf origin = EN_BUF_INIT;
    en_errc rc;

    origin_of(owner, s->head->epoch, &origin);
    rc = en_store_witnessed_each(v->c->store, (en_text){ origin.p, origin.n }, take_note, s, err);
    en_buf_release(&origin);
    return rc;
}

en_errc
live_head_write(struct live *v, const struct en_shown_head *head, struct en_buf *out, struct en_err *err)
{
    static const struct en_tree_proof none;
    struct sought s = { .head = &head->head, .note = EN_BUF_INIT };
    en_errc rc;

    if (strcmp(head->owner, v->acts->rim.keys->partner) == 0)
        return write_own(v, head->old, out, err);
    rc = seek(v, head->owner, &s, err);
    if (rc == EN_OK && s.note.n > 0)
        en_witness_request_write(0, &none, en_buf_bytes(&s.note), out);
    en_buf_release(&s.note);
    return rc;
}

/* The head as it came, that the step means. */
static en_bytes
note_of(const struct live_came *came, const char *owner, const struct en_head *h)
{
    for (size_t i = 0; came != NULL && i < came->n_heads; i++) {
        const struct en_shown_head *x = &came->heads[i];

        if (strcmp(x->owner, owner) == 0 && x->head.epoch == h->epoch && x->head.size == h->size &&
            en_tree_hash_eq(&x->head.root, &h->root))
            return came->notes[i];
    }
    return (en_bytes){ NULL, 0 };
}

/*= tlog-cosignature v1: the witness's key has the name of its statements here. */
static void
add_cosignature(struct live *v, en_bytes note, struct en_buf *out)
{
    const struct en_node_keys *k = v->acts->rim.keys;
    struct en_signed_note *parsed = en_xcalloc(1, sizeof *parsed);
    struct en_note_key key;
    char name[EN_PARTNER_KEY_NAME_MAX + 1];

    en_buf_add(out, note.p, note.n);
    (void)snprintf(name, sizeof name, "entente/%s", k->partner);
    en_note_key_make(en_text_from_ours(name), EN_NOTE_COSIGNATURE, k->signing.public_key, &key);
    if (en_note_parse(note, parsed, NULL) == EN_OK && parsed->n < EN_NOTE_SIGS_MAX && note.n + EN_KIB < EN_NOTE_MAX)
        en_note_sign(&key, &k->signing, parsed->text, (uint64_t)(v->c->now / EN_TIME_SECOND), out);
    free(parsed);
}

en_errc
live_cosign(struct live *v, const struct en_update *u, const struct live_came *came, struct en_err *err)
{
    struct sought s = { .head = &u->head, .note = EN_BUF_INIT };
    struct en_store_witnessed x = { .size = u->head.size, .root = u->head.root, .at = v->c->now };
    struct en_buf origin = EN_BUF_INIT, note = EN_BUF_INIT;
    en_bytes came_as = note_of(came, u->partner, &u->head);
    const struct partner *p = NULL;
    en_errc rc = live_partner(v, u->partner, &p, err);

    rc = rc != EN_OK ? rc : seek(v, u->partner, &s, err);
    if (rc == EN_OK && came_as.n > 0) {
        add_cosignature(v, came_as, &note);
        origin_of(u->partner, u->head.epoch, &origin);
        x.origin = (en_text){ origin.p, origin.n };
        memcpy(x.key, p->row.key, sizeof x.key);
        x.note = en_buf_bytes(&note);
        x.id = s.id;
        rc = s.id != 0 ? en_store_witnessed_change(v->c->store, &x, err)
                       : en_store_witnessed_add(v->c->store, &x, &x.id, err);
    }
    en_buf_release(&origin);
    en_buf_release(&note);
    en_buf_release(&s.note);
    return rc;
}

en_errc
live_fork(struct live *v, const struct en_update *u, const struct live_came *came, struct en_err *err)
{
    struct sought held = { .head = &u->head, .note = EN_BUF_INIT };
    struct en_store_witnessed x = { .evidence = true, .size = u->other.size, .root = u->other.root, .at = v->c->now };
    struct en_buf origin = EN_BUF_INIT, event = EN_BUF_INIT;
    struct en_json ev;
    const struct partner *p = NULL;
    en_errc rc = live_partner(v, u->partner, &p, err);

    rc = rc != EN_OK ? rc : seek(v, u->partner, &held, err);
    if (rc == EN_OK) {
        origin_of(u->partner, u->other.epoch, &origin);
        x.origin = (en_text){ origin.p, origin.n };
        memcpy(x.key, p->row.key, sizeof x.key);
        x.note = note_of(came, u->partner, &u->other);
        x.other = held.note.n > 0 ? en_buf_bytes(&held.note) : note_of(came, u->partner, &u->head);
        rc = en_store_witnessed_add(v->c->store, &x, &x.id, err);
    }
    if (rc == EN_OK) {
        live_event_open(v, &event, &ev);
        en_json_kv_str(&ev, "partner", u->partner);
        en_json_kv_uint(&ev, "epoch", u->head.epoch);
        en_json_kv_uint(&ev, "size", u->head.size);
        json_kv_hash(&ev, "root", u->head.root.b);
        json_kv_hash(&ev, "other_root", u->other.root.b);
        rc = live_event_append(v, "ledger-fork", &event, &ev, err);
    }
    en_buf_release(&origin);
    en_buf_release(&held.note);
    return rc;
}

/* --- after a restore ---------------------------------------------------------------------------------------------- */

en_errc
live_hold(struct live *v, struct en_err *err)
{
    struct newest n = { .note = NULL };
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;
    bool doubt = false;
    en_errc rc = en_store_log_doubt(v->c->store, &doubt, err);

    if (rc != EN_OK || doubt) /* the restore said so itself */
        return rc;
    rc = newest_head(v, &n, err);
    if (rc != EN_OK || n.h.id == 0)
        return rc;
    rc = en_store_head_keep(v->c->store, n.h.id, n.h.kept | EN_HEAD_SEEN | EN_HEAD_DOUBT, err);
    if (rc != EN_OK)
        return rc;
    live_event_open(v, &event, &ev);
    en_json_kv_uint(&ev, "size", n.h.size);
    json_kv_hash(&ev, "root", n.h.root.b);
    return live_event_append(v, "ledger-hold", &event, &ev, err);
}

/* Nothing was lost that anybody knows of, or partners have more: then the log goes on in another epoch. */
en_errc
live_go_on(struct live *v, const struct en_update *u, struct en_err *err)
{
    bool doubt = false;
    en_errc rc = en_store_log_doubt(v->c->store, &doubt, err);

    if (rc != EN_OK || !doubt)
        return rc; /* a person was first */
    return ledger_epoch_by_node(v->c, u->kind == EN_UPDATE_EPOCH ? &u->other : NULL, err);
}
