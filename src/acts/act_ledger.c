/*
 * act_ledger.c: what people ask of the ledger: to see it, to prove an event of it, and who saw what.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "acts/act.h"
#include "acts/ledger.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"

#define SHOW_LIMIT 50
#define SHOW_MOST  10000

/* Text of several lines as an array: records hold no line feeds. */
static void
lines_json(struct en_json *j, const char *key, en_bytes text)
{
    en_bytes line;

    en_json_key(j, key);
    en_json_array(j);
    while (en_checkpoint_line(&text, &line))
        en_json_text(j, (en_text){ (const char *)line.p, line.n });
    en_json_array_end(j);
}

/* --- show --------------------------------------------------------------------------------------------------------- */

/* Actor and act of an event, for people: names of users, words of ours. */
static en_errc
who_and_what(struct en_call *c, const struct en_store_event *e, struct en_json *j, struct en_err *err)
{
    struct en_store_user u = { .name = EN_TEXT_LIT("") };
    en_errc rc = e->actor != 0 ? en_store_user_get(c->store, e->actor, &c->scratch, &u, err) : EN_OK;

    if (rc != EN_OK)
        return rc;
    en_json_kv_uint(j, "event", e->seq);
    en_json_kv_text(j, "type", e->type);
    en_json_kv_text(j, "act", e->bytes.n > 0 ? json_text(e->bytes, "act", &c->scratch) : EN_TEXT_LIT(""));
    en_json_kv_text(j, "actor", u.name);
    json_kv_time(j, "at", e->at);
    return EN_OK;
}

static en_errc
show_event(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct en_call *c = ctx;
    struct en_json j;
    en_errc rc;

    call_record(c, &j);
    en_json_object(&j);
    rc = who_and_what(c, e, &j, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_bool(&j, "signed", e->signature.n > 0);
    json_kv_hash(&j, "leaf", e->leaf);
    json_kv_time(&j, "destroyed", e->destroyed);
    en_json_object_end(&j);
    return call_emit(c, err);
}

static en_errc
show_head(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    struct en_call *c = ctx;
    struct en_json j;

    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_uint(&j, "size", h->size);
    json_kv_hash(&j, "root", h->root.b);
    en_json_kv_uint(&j, "epoch", h->epoch);
    en_json_kv_text(&j, "origin", h->origin);
    json_kv_time(&j, "at", h->at);
    en_json_kv_bool(&j, "seen", (h->kept & EN_HEAD_SEEN) != 0);
    en_json_kv_bool(&j, "last", (h->kept & EN_HEAD_LAST) != 0);
    en_json_kv_bool(&j, "doubt", (h->kept & EN_HEAD_DOUBT) != 0);
    lines_json(&j, "note", h->note);
    en_json_object_end(&j);
    return call_emit(c, err);
}

en_errc
act_ledger_show(struct en_call *c, struct en_err *err)
{
    uint64_t from = (uint64_t)en_args_int(&c->args, "from", EN_MAY, 1, INT64_MAX, 0);
    uint64_t limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, SHOW_MOST, SHOW_LIMIT);
    bool heads = en_args_bool(&c->args, "heads");
    struct en_store_counts n;
    en_errc rc = en_args_end(&c->args, err);

    if (rc == EN_OK && heads)
        return en_store_heads_each(c->store, show_head, c, err);
    rc = rc != EN_OK ? rc : en_store_counts(c->store, &n, err);
    if (rc != EN_OK)
        return rc;
    if (from == 0) /* the newest */
        from = n.events > limit ? n.events - limit + 1 : 1;
    return en_store_events_each(c->store, from, limit, show_event, c, err);
}

/* --- prove -------------------------------------------------------------------------------------------------------- */

/* The head that the proof is against: signed, and kept because it is shown. */
static en_errc
head_to_show(struct en_call *c, struct en_store_head *h, struct en_err *err)
{
    en_errc rc = en_store_head_sign(c->store, err);

    rc = rc != EN_OK ? rc : en_store_head_newest(c->store, &c->arena, h, err);
    if (rc == EN_OK && h->note.n == 0)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS, "the node has no key of its own, so its heads are not signed");
    return rc != EN_OK ? rc : en_store_head_keep(c->store, h->id, h->kept | EN_HEAD_SEEN, err);
}

struct signer {
    const struct en_store_head *head;
    struct en_signed_note *note;
    struct en_buf *vkey;
};

static en_errc
try_key(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct signer *s = ctx;
    struct en_note_key k;

    (void)err;
    en_note_key_make(s->head->origin, EN_NOTE_ED25519, x->key, &k);
    if (s->vkey->n == 0 && en_note_verify(s->note, &k, NULL) == EN_NOTE_GOOD)
        en_note_key_write(&k, s->vkey);
    return EN_OK;
}

/* The verifier key of whoever signed this head, out of the node's history of keys; "" if it is not in it. */
static en_errc
vkey_json(struct en_call *c, const struct en_store_head *h, struct en_json *j, struct en_err *err)
{
    const struct en_store_partner_key_filter own = { .by_partner = true };
    struct en_buf vkey = EN_BUF_INIT;
    struct signer s = { h, en_arena_alloc(&c->arena, sizeof *s.note), &vkey };
    en_errc rc = EN_OK;

    if (s.note != NULL && en_note_parse(h->note, s.note, NULL) == EN_OK)
        rc = en_store_partner_keys_each(c->store, &own, try_key, &s, err);
    en_json_kv_text(j, "vkey", (en_text){ vkey.n ? vkey.p : "", vkey.n });
    en_buf_release(&vkey);
    return rc;
}

static en_errc
tell_proof(struct en_call *c, const struct en_store_event *e, const struct en_store_head *h, bool content,
           struct en_err *err)
{
    struct en_tree_source from = en_store_tree(c->store);
    struct en_buf text = EN_BUF_INIT;
    struct en_tree_proof proof;
    struct en_json j;
    en_errc rc = en_tree_inclusion(e->seq - 1, h->size, &from, &proof, err);

    if (rc != EN_OK)
        return rc;
    en_log_proof_write(en_bytes_from(NULL, 0), e->seq - 1, &proof, h->note, &text);
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_uint(&j, "event", e->seq);
    json_kv_hash(&j, "leaf", e->leaf);
    en_json_kv_text(&j, "origin", h->origin);
    en_json_kv_uint(&j, "size", h->size);
    rc = vkey_json(c, h, &j, err);
    lines_json(&j, "proof", en_buf_bytes(&text));
    if (content) {
        struct en_opening o = { .event = e->seq, .type = e->type, .bytes = e->bytes };

        memcpy(o.nonce, e->nonce, sizeof o.nonce);
        en_json_key(&j, "opening");
        en_opening_write(&o, &j);
    }
    en_json_object_end(&j);
    en_buf_release(&text);
    return rc != EN_OK ? rc : call_emit(c, err);
}

/* What somebody needs who holds the head of size `since`: a request to a witness (C2SP tlog-witness). */
static en_errc
tell_growth(struct en_call *c, uint64_t since, const struct en_store_head *h, struct en_err *err)
{
    struct en_tree_source from = en_store_tree(c->store);
    struct en_buf text = EN_BUF_INIT;
    struct en_tree_proof proof;
    struct en_json j;
    en_errc rc = en_tree_consistency(since, h->size, &from, &proof, err);

    if (rc != EN_OK)
        return rc;
    en_witness_request_write(since, &proof, h->note, &text);
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_uint(&j, "since", since);
    en_json_kv_text(&j, "origin", h->origin);
    en_json_kv_uint(&j, "size", h->size);
    rc = vkey_json(c, h, &j, err);
    lines_json(&j, "proof", en_buf_bytes(&text));
    en_json_object_end(&j);
    en_buf_release(&text);
    return rc != EN_OK ? rc : call_emit(c, err);
}

static en_errc
prove_growth(struct en_call *c, uint64_t since, struct en_err *err)
{
    struct en_store_head h;
    en_errc rc = call_begin(c, err);

    rc = rc != EN_OK ? rc : head_to_show(c, &h, err);
    if (rc == EN_OK && since > h.size)
        rc = en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "the ledger was never of that size");
    if (rc != EN_OK)
        return rc;
    en_json_kv_uint(&c->ev, "since", since);
    en_json_kv_uint(&c->ev, "size", h.size);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : tell_growth(c, since, &h, err);
}

en_errc
act_ledger_prove(struct en_call *c, struct en_err *err)
{
    bool growth = en_args_has(&c->args, "since");
    uint64_t since = (uint64_t)en_args_int(&c->args, "since", EN_MAY, 0, INT64_MAX, 0);
    uint64_t seq = (uint64_t)en_args_int(&c->args, "event", growth ? EN_MAY : EN_MUST, 1, INT64_MAX, 0);
    bool content = en_args_bool(&c->args, "content");
    struct en_store_event e;
    struct en_store_head h;
    en_errc rc = en_args_end(&c->args, err);

    if (rc == EN_OK && growth && (seq != 0 || content))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "either an event is proven or that the ledger only grew");
    if (rc == EN_OK && growth)
        return prove_growth(c, since, err);
    rc = rc != EN_OK ? rc : en_store_event_get(c->store, seq, &c->arena, &e, err);
    if (rc == EN_OK && content && e.destroyed != EN_TIME_NONE)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "the content of this event is destroyed; its entry can be proven");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : head_to_show(c, &h, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_uint(&c->ev, "event", seq);
    en_json_kv_uint(&c->ev, "size", h.size);
    en_json_kv_bool(&c->ev, "content", content);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : tell_proof(c, &e, &h, content, err);
}

/* --- who saw ------------------------------------------------------------------------------------------------------ */

#define SEEN_MOST 4096

struct numbers {
    int64_t at[SEEN_MOST];
    size_t n;
};

/* What is asked about, by every name that an event may give it. */
struct sought {
    struct en_call *c;
    struct numbers hits, alerts, travellers, manifests, records, releases, deliveries;
    en_text identity; /* SOURCE/ENTITY; empty if it has none */
    uint64_t found, destroyed;
    uint64_t *seqs;
    size_t cap;
};

static en_errc
add_number(struct numbers *s, int64_t id, struct en_err *err)
{
    if (s->n == SEEN_MOST)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "more than %d hits or alerts belong to it: ask for one of them",
                          SEEN_MOST);
    s->at[s->n++] = id;
    return EN_OK;
}

static bool
has_number(const struct numbers *s, const json_t *v)
{
    for (size_t i = 0; json_is_integer(v) && i < s->n; i++)
        if (s->at[i] == json_integer_value(v))
            return true;
    return false;
}

/* One number under `one`, or an array of them under `many`. */
static bool
names(const json_t *root, const char *one, const char *many, const struct numbers *s)
{
    const json_t *v;
    size_t i;

    if (has_number(s, json_object_get(root, one)))
        return true;
    json_array_foreach(json_object_get(root, many), i, v) if (has_number(s, v)) return true;
    return false;
}

/* A question that brought the identity up. */
static bool
names_identity(const json_t *root, en_text identity)
{
    const json_t *v;
    size_t i;

    json_array_foreach(json_object_get(root, "hits"), i, v) {
        const char *id = json_string_value(json_object_get(v, "identity"));

        if (id != NULL && identity.n > 0 && en_text_is(identity, id))
            return true;
    }
    return false;
}

static en_errc
look_at_event(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct sought *s = ctx;
    json_t *root;
    bool meant;

    s->destroyed += e->destroyed != EN_TIME_NONE;
    if (e->destroyed != EN_TIME_NONE)
        return EN_OK;
    root = json_loadb((const char *)e->bytes.p, e->bytes.n, 0, NULL);
    meant = names(root, "hit", "hits", &s->hits) || names(root, "alert", "alerts", &s->alerts) ||
            names(root, "traveller", "travellers", &s->travellers) || names(root, "record", "records", &s->records) ||
            names(root, "release", "releases", &s->releases) ||
            names(root, "delivery", "deliveries", &s->deliveries) ||
            has_number(&s->records, json_object_get(root, "withdrawal")) || names_identity(root, s->identity) ||
            (en_text_is(e->type, "screen") && has_number(&s->manifests, json_object_get(root, "manifest")));
    json_decref(root);
    if (!meant)
        return EN_OK;
    if (!en_arena_grow(&s->c->arena, &s->seqs, &s->cap, s->found + 1, sizeof *s->seqs))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many events for one answer");
    s->seqs[s->found++] = e->seq;
    return EN_OK;
}

static en_errc
add_hit(void *ctx, const struct en_store_hit *h, struct en_err *err)
{
    struct sought *s = ctx;
    struct en_store_traveller t;
    en_errc rc = en_store_traveller_get(s->c->store, h->traveller, &s->c->scratch, &t, err);

    rc = rc != EN_OK ? rc : add_number(&s->hits, h->id, err);
    rc = rc != EN_OK ? rc : add_number(&s->manifests, t.manifest, err);
    en_arena_reset(&s->c->scratch);
    return rc;
}

static en_errc
add_release(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    return add_number(&((struct sought *)ctx)->releases, x->id, err);
}

/* Rows that are gone are still named by their number. */
static en_errc
add_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    return add_number(&((struct sought *)ctx)->deliveries, x->id, err);
}

static en_errc
seek_record(struct sought *s, int64_t id, struct en_err *err)
{
    const struct en_store_release_filter f = { .record = id };
    const struct en_store_delivery_filter d = { .record = id };
    en_errc rc = add_number(&s->records, id, err);

    rc = rc != EN_OK ? rc : en_store_releases_each(s->c->store, &f, add_release, s, err);
    return rc != EN_OK ? rc : en_store_deliveries_each(s->c->store, &d, add_delivery, s, err);
}

static en_errc
add_record(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    return seek_record(ctx, x->id, err);
}

static en_errc
seek_records_of(struct sought *s, int64_t alert, struct en_err *err)
{
    const struct en_store_record_filter f = { .alert = alert };

    return en_store_records_each(s->c->store, &f, add_record, s, err);
}

static en_errc
add_alert(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    return add_number(&((struct sought *)ctx)->alerts, x->id, err);
}

static en_errc
seek_identity(struct sought *s, struct en_err *err)
{
    struct en_store_hit_filter hits = { .entity = s->identity };
    struct en_store_alert_filter alerts = { .id = 0 };
    struct en_store_source source;
    en_text name;
    en_errc rc;

    if (!index_id_split(s->identity, &name, &alerts.entity))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "an identity is SOURCE/ENTITY");
    rc = en_store_source_by_name(s->c->store, name, &s->c->arena, &source, err);
    alerts.source = source.id;
    rc = rc != EN_OK ? rc : en_store_alerts_each(s->c->store, &alerts, add_alert, s, err);
    for (size_t i = 0; rc == EN_OK && i < s->alerts.n; i++)
        rc = seek_records_of(s, s->alerts.at[i], err);
    return rc != EN_OK ? rc : en_store_hits_each(s->c->store, &hits, add_hit, s, err);
}

/* Rows that are gone are still named by their number. */
static en_errc
seek_alert(struct sought *s, int64_t id, struct en_err *err)
{
    struct en_store_alert x;
    struct en_store_source source;
    struct en_buf b = EN_BUF_INIT;
    en_errc rc = en_store_alert_get(s->c->store, id, &s->c->arena, &x, err);

    if (rc == EN_E_NOT_FOUND) {
        rc = add_number(&s->alerts, id, err);
        return rc != EN_OK ? rc : seek_records_of(s, id, err);
    }
    rc = rc != EN_OK ? rc : en_store_source_get(s->c->store, x.source, &s->c->arena, &source, err);
    if (rc != EN_OK)
        return rc;
    index_id(source.name, x.entity, &b);
    s->identity = (en_text){ en_arena_copy(&s->c->arena, b.p, b.n), b.n };
    en_buf_release(&b);
    return seek_identity(s, err);
}

static en_errc
seek_hits(struct sought *s, int64_t hit, int64_t traveller, struct en_err *err)
{
    struct en_store_hit_filter f = { .id = hit, .traveller = traveller };
    struct en_store_traveller t;
    en_errc rc = en_store_hits_each(s->c->store, &f, add_hit, s, err);

    if (rc == EN_OK && hit != 0 && s->hits.n == 0)
        rc = add_number(&s->hits, hit, err);
    if (rc != EN_OK || traveller == 0)
        return rc;
    rc = add_number(&s->travellers, traveller, err);
    if (rc == EN_OK && en_store_traveller_get(s->c->store, traveller, &s->c->arena, &t, NULL) == EN_OK)
        rc = add_number(&s->manifests, t.manifest, err);
    return rc;
}

static en_errc
tell_event(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct en_call *c = ctx;
    struct en_json j;
    en_errc rc;

    call_record(c, &j);
    en_json_object(&j);
    rc = who_and_what(c, e, &j, err);
    en_json_object_end(&j);
    return rc != EN_OK ? rc : call_emit(c, err);
}

en_errc
act_ledger_who_saw(struct en_call *c, struct en_err *err)
{
    struct sought *s = en_arena_alloc(&c->arena, sizeof *s);
    int64_t hit = en_args_int(&c->args, "hit", EN_MAY, 1, INT64_MAX, 0);
    int64_t alert = en_args_int(&c->args, "alert", EN_MAY, 1, INT64_MAX, 0);
    int64_t traveller = en_args_int(&c->args, "traveller", EN_MAY, 1, INT64_MAX, 0);
    int64_t record = en_args_int(&c->args, "record", EN_MAY, 1, INT64_MAX, 0);
    en_errc rc;

    EN_ASSERT(s != NULL);
    memset(s, 0, sizeof *s);
    s->c = c;
    s->identity = en_args_text(&c->args, "identity", EN_MAY, 2 * EN_STORE_MAX_WORD);
    rc = en_args_end(&c->args, err);
    if (rc == EN_OK && (hit != 0) + (alert != 0) + (traveller != 0) + (record != 0) + (s->identity.n > 0) != 1)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "one of hit, alert, traveller, record and identity is asked about");
    if (rc == EN_OK && s->identity.n > 0)
        rc = seek_identity(s, err);
    else if (rc == EN_OK && record != 0)
        rc = seek_record(s, record, err);
    else if (rc == EN_OK)
        rc = alert != 0 ? seek_alert(s, alert, err) : seek_hits(s, hit, traveller, err);
    rc = rc != EN_OK ? rc : en_store_events_each(c->store, 1, 0, look_at_event, s, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    if (record != 0)
        en_json_kv_int(&c->ev, "record", record);
    else if (hit + alert + traveller != 0)
        en_json_kv_int(&c->ev, hit != 0 ? "hit" : alert != 0 ? "alert" : "traveller", hit + alert + traveller);
    else
        en_json_kv_text(&c->ev, "identity", s->identity);
    en_json_kv_uint(&c->ev, "events", s->found);
    rc = call_commit(c, err);
    for (size_t i = 0; rc == EN_OK && i < s->found; i++)
        rc = en_store_events_each(c->store, s->seqs[i], 1, tell_event, c, err);
    return rc;
}

/* --- epochs ------------------------------------------------------------------------------------------------------- */

struct epoch {
    bool nothing_lost, doubt;
    uint64_t goes_on, known;
    en_text known_root; /* hex, or empty */
    struct en_tree_hash root;
    int64_t id;         /* of the head that is gone on from */
    uint64_t size;
    struct en_tree_hash head_root;
    uint32_t number;
    uint64_t replaced;  /* size of the ledger that was replaced; 0: not known, or all of it is here */
};

static en_errc
find_doubt(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    struct epoch *e = ctx;
    bool doubt = (h->kept & EN_HEAD_DOUBT) != 0;

    (void)err;
    if (e->doubt && !doubt)
        return EN_OK;
    e->doubt |= doubt; /* else the newest: the store was put back by other means than entente restore */
    e->id = h->id;
    e->size = h->size;
    e->head_root = h->root;
    e->number = h->epoch;
    return EN_OK;
}

/* How long the ledger was that was replaced, as entente restore saw it; the longest. */
static en_errc
take_replaced(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    uint64_t *size = ctx, n;
    json_t *root;

    (void)err;
    if (!en_text_is(e->type, "restored"))
        return EN_OK;
    root = json_loadb((const char *)e->bytes.p, e->bytes.n, 0, NULL);
    n = (uint64_t)json_integer_value(json_object_get(root, "replaced"));
    *size = n > *size ? n : *size;
    json_decref(root);
    return EN_OK;
}

static en_errc
find_replaced(struct en_store *s, struct epoch *e, struct en_err *err)
{
    en_errc rc = en_store_heads_each(s, find_doubt, e, err);

    return rc != EN_OK || !e->doubt ? rc : en_store_events_each(s, e->size + 1, 0, take_replaced, &e->replaced, err);
}

static en_errc
take_newest(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    struct en_store_head *out = ctx;

    (void)err;
    *out = (struct en_store_head){ .id = h->id, .size = h->size, .root = h->root };
    return EN_OK;
}

en_errc
en_acts_head_before(struct en_store *s, struct en_store_head *out, struct en_err *err)
{
    struct epoch e = { .id = 0 };
    en_errc rc = find_replaced(s, &e, err);

    *out = (struct en_store_head){ .id = 0 };
    rc = rc != EN_OK ? rc : en_store_heads_each(s, take_newest, out, err);
    if (rc == EN_OK && out->id == 0)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "the ledger has no head");
    if (e.replaced > out->size) { /* it was in doubt itself: what is lost is more than it held */
        out->size = e.replaced;
        memset(&out->root, 0, sizeof out->root);
    }
    return rc;
}

static en_errc
read_epoch(struct en_call *c, struct epoch *e, struct en_err *err)
{
    e->nothing_lost = en_args_bool(&c->args, "nothing_lost");
    e->goes_on = (uint64_t)en_args_int(&c->args, "goes_on", EN_MAY, 0, INT64_MAX, 0);
    e->known = (uint64_t)en_args_int(&c->args, "known", EN_MAY, 0, INT64_MAX, 0);
    e->known_root = en_args_text(&c->args, "known_root", EN_MAY, 2 * EN_SHA256_LEN);
    if (e->known_root.n > 0 && !en_unhex(e->known_root, e->root.b, sizeof e->root.b))
        en_args_fault(&c->args, "known_root", "is 64 hex digits");
    if (e->nothing_lost == (e->goes_on > 0 || e->known > 0 || e->known_root.n > 0))
        en_args_fault(&c->args, "goes_on", "and known are given, or nothing_lost");
    return en_args_end(&c->args, err);
}

/* The two numbers are typed by a person who looked: a wrong one stops here. */
static en_errc
check_epoch(struct en_call *c, const struct epoch *e, struct en_err *err)
{
    if (e->nothing_lost && e->replaced > e->size)
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "the ledger that was replaced had %llu events and this one has %llu of them: --goes-on %llu "
                          "--known, with the largest head that anybody holds, at least %llu",
                          (unsigned long long)e->replaced, (unsigned long long)e->size, (unsigned long long)e->size,
                          (unsigned long long)e->replaced);
    if (e->nothing_lost)
        return e->doubt ? EN_OK : en_err_set(err, EN_E_RULE, EN_NO_POS, "nothing is in doubt");
    if (e->goes_on != e->size)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the head that the ledger goes on from has %llu events",
                          (unsigned long long)e->size);
    if (e->known <= e->size && (e->known_root.n == 0 || ledger_holds(c->store, e->known, &e->root)))
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "a head of %llu events is within this ledger: if none is larger, nothing was lost",
                          (unsigned long long)e->known);
    return keys_needed(c->acts, err);
}

/* "entente-epoch/1", docs/formats/ledger.md: both heads, signed by the node under the name of its statements. */
static void
write_statement(const struct en_call *c, const struct epoch *e, struct en_buf *out)
{
    const struct en_node_keys *k = c->acts->rim.keys;
    char at[EN_TIME_RFC3339_LEN + 1], root[2 * EN_SHA256_LEN + 1], name[64];

    en_time_format(c->now, at);
    en_hex(e->head_root.b, sizeof e->head_root.b, root);
    (void)snprintf(name, sizeof name, "entente/%s", k->partner);
    en_buf_addf(out, "entente-epoch/1\nfrom %s\nat %s\nclosed %u %llu %s\n", k->partner, at, e->number,
                (unsigned long long)e->size, root);
    en_buf_addf(out, "known %llu %.*s\nopened %u\n", (unsigned long long)e->known,
                e->known_root.n > 0 ? (int)e->known_root.n : 1, e->known_root.n > 0 ? e->known_root.p : "-",
                e->number + 1);
    ledger_sign_note(name, &k->signing, out);
}

static void
epoch_json(const struct epoch *e, en_bytes statement, struct en_json *j)
{
    en_json_kv_bool(j, "nothing_lost", e->nothing_lost);
    en_json_kv_uint(j, "epoch", e->nothing_lost ? e->number : e->number + 1);
    en_json_kv_uint(j, "size", e->size);
    json_kv_hash(j, "root", e->head_root.b);
    if (e->nothing_lost)
        return;
    en_json_kv_uint(j, "known", e->known);
    en_json_kv_text(j, "known_root", e->known_root);
    lines_json(j, "statement", statement);
}

en_errc
act_ledger_epoch(struct en_call *c, struct en_err *err)
{
    struct epoch e = { .id = 0 };
    struct en_buf statement = EN_BUF_INIT;
    struct en_json j;
    en_errc rc = read_epoch(c, &e, err);

    rc = rc != EN_OK ? rc : find_replaced(c->store, &e, err);
    rc = rc != EN_OK ? rc : check_epoch(c, &e, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc
                     : en_store_head_keep(c->store, e.id, EN_HEAD_SEEN | (e.nothing_lost ? 0u : EN_HEAD_LAST), err);
    if (rc != EN_OK)
        return rc;
    if (!e.nothing_lost)
        write_statement(c, &e, &statement);
    epoch_json(&e, en_buf_bytes(&statement), &c->ev);
    rc = call_commit(c, err);
    if (rc == EN_OK) {
        call_record(c, &j);
        en_json_object(&j);
        epoch_json(&e, en_buf_bytes(&statement), &j);
        en_json_object_end(&j);
        rc = call_emit(c, err);
    }
    en_buf_release(&statement);
    return rc;
}

/* --- by the node itself ------------------------------------------------------------------------------------------- */

static en_errc
epoch_event(struct en_call *c, const struct epoch *e, struct en_err *err)
{
    struct en_buf statement = EN_BUF_INIT, event = EN_BUF_INIT;
    struct en_json ev;
    en_errc rc;

    if (!e->nothing_lost)
        write_statement(c, e, &statement);
    event_open(&event, &ev, "live", c->now, 0, NULL);
    epoch_json(e, en_buf_bytes(&statement), &ev);
    en_json_object_end(&ev);
    rc = event_append_node(c->acts, "ledger-epoch", en_buf_bytes(&event), c->now, NULL, err);
    en_buf_release(&statement);
    en_buf_release(&event);
    return rc;
}

en_errc
ledger_epoch_by_node(struct en_call *c, const struct en_head *latest, struct en_err *err)
{
    struct epoch e = { .id = 0 };
    char root[2 * EN_SHA256_LEN + 1];
    en_errc rc = find_replaced(c->store, &e, err);

    if (rc != EN_OK)
        return rc;
    e.nothing_lost = latest == NULL && e.replaced <= e.size;
    if (latest != NULL) {
        en_hex(latest->root.b, sizeof latest->root.b, root);
        e.known_root = en_text_from_ours(root);
    }
    if (!e.nothing_lost) /* what nobody was shown is lost too, if the restore saw it */
        e.known = latest != NULL && latest->size > e.replaced ? latest->size : e.replaced;
    if (latest == NULL || latest->size != e.known)
        e.known_root = EN_TEXT_NONE;
    rc = en_store_head_keep(c->store, e.id, EN_HEAD_SEEN | (e.nothing_lost ? 0u : EN_HEAD_LAST), err);
    return rc != EN_OK ? rc : epoch_event(c, &e, err);
}
