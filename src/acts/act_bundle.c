/*
 * act_bundle.c: what waits for a partner leaves as one bundle: numbered, signed, padded, sealed. The event is on disk
 * before the first byte of it is handed out.
 */
#include "acts/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "acts/protect.h"
#include "base/base64.h"
#include "node/card.h"

#define CHUNK (EN_MIB - EN_MIB % 3u) /* so that each chunk is whole Base 64 */

struct leaving {
    struct en_call *c;
    const struct partner *to;
    struct en_bundle bundle;
    uint8_t name[EN_ENVELOPE_ID_LEN];
    int64_t *delivery, *record; /* record 0: it is none */
    size_t n, cap, cap_records, cap_parts; /* deliveries */
    uint64_t size;            /* of the parts */
    uint64_t held;            /* what the rules do not let go now */
    bool full, urgent;
    struct en_arena arena; /* the parts and their bytes */
    struct en_store_bundle row;
};

/* --- what goes into it -------------------------------------------------------------------------------------------- */

static const struct en_store_roster *
entry_of(const struct en_store_release *x, en_text partner)
{
    for (size_t i = 0; i < x->n_roster; i++)
        if (en_text_is(partner, x->roster[i].partner))
            return &x->roster[i];
    return NULL;
}

/* Do the rules still let it go? A partner may have been cut, an agreement may have ended since it was approved. */
static en_errc
may_leave(struct leaving *l, const struct en_store_record *r, bool *may, struct en_err *err)
{
    struct en_release_facts f = { .ours = true, .listed = true, .partner = l->to->facts, .now = l->c->now };
    struct protect_facts told = { false, false };
    struct en_record record;
    struct en_reasons no;
    struct en_arena a;
    en_errc rc;

    if (en_text_is(r->kind, "withdrawal")) { /* goes to whoever holds it */
        *may = true;
        return EN_OK;
    }
    en_arena_init(&a, RECORD_ARENA);
    rc = en_stix_read(r->bytes, &a, &record, NULL, err);
    f.record = &record;
    f.current = r->state == EN_HELD_CURRENT;
    rc = rc != EN_OK ? rc : protect_record(l->c->store, &record, &told, err);
    f.outcome = told.outcome;
    f.protected_person = told.covered;
    if (rc == EN_OK)
        en_rules_release(&f, &no);
    *may = rc == EN_OK && no.n == 0;
    en_arena_release(&a);
    return rc;
}

/* The release is signed with the key of today: a receiver knows that one. */
static en_errc
record_part(struct leaving *l, const struct en_store_delivery *x, struct en_bundle_part *p, bool *may,
            struct en_err *err)
{
    struct en_call *c = l->c;
    struct en_store_record r;
    struct en_store_release rel;
    const struct en_store_roster *entry;
    uint8_t sig[EN_SEAL_SIG_LEN];
    en_errc rc = en_store_record_get(c->store, x->record, &l->arena, &r, err);

    rc = rc != EN_OK ? rc : may_leave(l, &r, may, err);
    rc = rc != EN_OK || !*may ? rc : en_store_release_get(c->store, x->release, &l->arena, &rel, err);
    if (rc != EN_OK || !*may)
        return rc;
    entry = entry_of(&rel, x->partner);
    if (entry == NULL || rel.state != EN_RELEASE_APPROVED)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "delivery %lld has no approved release", (long long)x->id);
    en_seal_sign(&c->acts->rim.keys->signing, EN_PURPOSE_RELEASE, rel.bytes, sig);
    p->bytes = r.bytes;
    p->release = rel.bytes;
    p->signature = en_bytes_from(en_arena_copy(&l->arena, sig, sizeof sig), sizeof sig);
    p->place = entry->place;
    p->salt = en_bytes_from(en_arena_copy(&l->arena, entry->salt, sizeof entry->salt), sizeof entry->salt);
    return EN_OK;
}

static en_errc
take_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    static const enum en_bundle_part_kind kinds[EN_DELIVERY_KINDS] = {
        [EN_DELIVERY_RECORD] = EN_BUNDLE_RECORD,
        [EN_DELIVERY_RECEIPT] = EN_BUNDLE_RECEIPT,
        [EN_DELIVERY_HEAD] = EN_BUNDLE_HEAD,
        [EN_DELIVERY_STATEMENT] = EN_BUNDLE_STATEMENT,
    };
    struct leaving *l = ctx;
    struct en_bundle_part p = { .kind = kinds[x->kind] };
    uint64_t size;
    bool may = true;
    en_errc rc = EN_OK;

    if (l->full)
        return EN_OK;
    if (x->kind == EN_DELIVERY_RECORD)
        rc = record_part(l, x, &p, &may, err);
    else
        p.bytes = en_bytes_from(en_arena_copy(&l->arena, x->bytes.p, x->bytes.n), x->bytes.n);
    if (rc != EN_OK || !may) {
        l->held += rc == EN_OK;
        return rc;
    }
    size = p.bytes.n + p.release.n + 128u;
    l->full = l->size + size > EN_ENVELOPE_MAX - EN_MIB || l->bundle.n_parts == EN_ENVELOPE_PARTS_MAX;
    if (l->full)
        return EN_OK; /* the rest is for the next bundle */
    if (p.bytes.p == NULL ||
        !en_arena_grow(&l->arena, &l->bundle.parts, &l->cap_parts, l->bundle.n_parts + 1, sizeof p) ||
        !en_arena_grow(&l->arena, &l->record, &l->cap_records, l->n + 1, sizeof *l->record) ||
        !en_arena_grow(&l->arena, &l->delivery, &l->cap, l->n + 1, sizeof *l->delivery))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the bundle is larger than the memory given for it");
    l->bundle.parts[l->bundle.n_parts++] = p;
    l->record[l->n] = x->kind == EN_DELIVERY_RECORD ? x->record : 0;
    l->delivery[l->n++] = x->id;
    l->size += size;
    l->urgent = l->urgent || x->urgent;
    return EN_OK;
}

struct ids {
    struct en_arena *arena;
    int64_t *id;
    size_t n, cap;
};

static en_errc
note_id(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct ids *l = ctx;

    if (!en_arena_grow(l->arena, &l->id, &l->cap, l->n + 1, sizeof *l->id))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many deliveries");
    l->id[l->n++] = x->id;
    return EN_OK;
}

static en_errc
copy_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct en_store_delivery *out = ctx;

    (void)err;
    *out = *x;
    out->reason = EN_TEXT_LIT(""); /* of one that is queued or sent there is none */
    out->proof = (en_bytes){ NULL, 0 };
    out->partner = EN_TEXT_NONE;
    out->bytes = (en_bytes){ NULL, 0 };
    return EN_OK;
}

static en_errc
set_state(struct en_call *c, int64_t id, enum en_delivery_state state, int64_t bundle, struct en_err *err)
{
    const struct en_store_delivery_filter f = { .id = id };
    struct en_store_delivery x = { .id = id };
    en_errc rc = en_store_deliveries_each(c->store, &f, copy_delivery, &x, err);

    x.state = state;
    if (state == EN_DELIVERY_SENT) {
        x.bundle = bundle;
        x.sent = c->now;
    }
    return rc != EN_OK ? rc : en_store_delivery_change(c->store, &x, err);
}

/* Those that were sent and never answered wait again: the stick may be lost. */
static en_errc
queue_again(struct leaving *l, struct en_err *err)
{
    const struct en_store_delivery_filter f = {
        .partner = l->to->row.partner,
        .states = 1u << EN_DELIVERY_SENT,
        .kinds = 1u << EN_DELIVERY_RECORD | 1u << EN_DELIVERY_HEAD | 1u << EN_DELIVERY_STATEMENT,
    };
    struct ids sent = { .arena = &l->arena };
    en_errc rc = en_store_deliveries_each(l->c->store, &f, note_id, &sent, err);

    for (size_t i = 0; rc == EN_OK && i < sent.n; i++)
        rc = set_state(l->c, sent.id[i], EN_DELIVERY_QUEUED, 0, err);
    return rc;
}

/* --- number, sign, seal ------------------------------------------------------------------------------------------- */

static en_errc
note_sequence(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    (void)err;
    *(uint64_t *)ctx = x->sequence;
    return EN_OK;
}

static en_errc
number(struct leaving *l, struct en_err *err)
{
    const struct en_store_bundle_filter f = {
        .out_only = true, .partner = l->to->row.partner, .newest_first = true, .limit = 1
    };
    struct en_call *c = l->c;
    uint64_t last = 0;
    en_errc rc = en_store_bundles_each(c->store, &f, note_sequence, &last, err);

    c->acts->rim.draw(c->acts->rim.ctx, l->name, sizeof l->name);
    l->bundle.from = exchange_we(c->acts->rim.keys);
    l->bundle.to = l->to->row.partner;
    l->bundle.id = l->name;
    l->bundle.sequence = last + 1;
    l->bundle.created = c->now;
    l->bundle.expires = c->now + BUNDLE_VALID;
    l->bundle.urgent = l->urgent;
    return rc;
}

static en_errc
seal(struct leaving *l, en_bytes plain, struct en_buf *sealed, struct en_err *err)
{
    uint8_t random[EN_AGE_RANDOM(1)], recipient[1][EN_AGE_KEY_LEN];
    struct en_card card;
    en_errc rc = en_card_read(l->to->row.card, &card, err);

    if (rc != EN_OK)
        return rc;
    memcpy(recipient[0], en_card_seal_at(&card, l->c->now)->recipient, sizeof recipient[0]);
    l->c->acts->rim.draw(l->c->acts->rim.ctx, random, sizeof random);
    rc = en_age_seal((const uint8_t(*)[EN_AGE_KEY_LEN])recipient, 1, random, plain, sealed, err);
    explicit_bzero(random, sizeof random);
    return rc;
}

static en_errc
keep(struct leaving *l, en_bytes plain, struct en_err *err)
{
    struct en_call *c = l->c;
    en_errc rc;

    l->row = (struct en_store_bundle){ .out = true,
                                       .partner = l->to->row.partner,
                                       .sequence = l->bundle.sequence,
                                       .parts = l->bundle.n_parts,
                                       .made = c->now,
                                       .expires = l->bundle.expires,
                                       .at = c->now,
                                       .actor = c->user.id,
                                       .answered = EN_TIME_NONE };
    memcpy(l->row.name, l->name, sizeof l->row.name);
    en_sha256(plain, l->row.hash);
    rc = en_store_bundle_add(c->store, &l->row, &l->row.id, err);
    for (size_t i = 0; rc == EN_OK && i < l->n; i++)
        rc = set_state(c, l->delivery[i], EN_DELIVERY_SENT, l->row.id, err);
    return rc;
}

/* --- out ---------------------------------------------------------------------------------------------------------- */

static void
name_json(struct en_json *j, const uint8_t name[EN_ENVELOPE_ID_LEN])
{
    char hex[2 * EN_ENVELOPE_ID_LEN + 1];

    en_hex(name, EN_ENVELOPE_ID_LEN, hex);
    en_json_kv_str(j, "id", hex);
}

static en_errc
commit_export(struct leaving *l, struct en_err *err)
{
    struct en_json *ev = &l->c->ev;

    en_json_kv_text(ev, "partner", l->to->row.partner);
    en_json_kv_int(ev, "bundle", l->row.id);
    name_json(ev, l->name);
    en_json_kv_uint(ev, "sequence", l->row.sequence);
    json_kv_hash(ev, "hash", l->row.hash);
    en_json_kv_uint(ev, "parts", l->row.parts);
    en_json_key(ev, "records");
    en_json_array(ev);
    for (size_t i = 0; i < l->n; i++)
        if (l->record[i] != 0)
            en_json_int(ev, l->record[i]);
    en_json_array_end(ev);
    return call_commit(l->c, err);
}

static en_errc
hand_out(struct leaving *l, en_bytes sealed, struct en_err *err)
{
    struct en_call *c = l->c;
    struct en_json j;
    en_errc rc;

    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_int(&j, "bundle", l->row.id);
    en_json_kv_text(&j, "partner", l->to->row.partner);
    en_json_kv_text(&j, "partner_name", l->to->row.name);
    name_json(&j, l->name);
    en_json_kv_uint(&j, "sequence", l->row.sequence);
    en_json_kv_uint(&j, "parts", l->row.parts);
    en_json_kv_bool(&j, "urgent", l->urgent);
    en_json_kv_bool(&j, "more", l->full);
    en_json_kv_uint(&j, "held", l->held);
    json_kv_time(&j, "expires", l->row.expires);
    en_json_kv_uint(&j, "bytes", sealed.n);
    en_json_object_end(&j);
    rc = call_emit(c, err);
    while (rc == EN_OK && sealed.n > 0) {
        size_t n = sealed.n < CHUNK ? sealed.n : CHUNK;
        struct en_buf text = EN_BUF_INIT;

        en_base64_add(&text, EN_BASE64_PADDED, en_bytes_from(sealed.p, n));
        call_record(c, &j);
        en_json_object(&j);
        en_json_kv_text(&j, "chunk", (en_text){ text.p, text.n });
        en_json_object_end(&j);
        rc = call_emit(c, err);
        en_buf_release(&text);
        sealed = en_bytes_from(sealed.p + n, sealed.n - n);
    }
    return rc;
}

static en_errc export(struct leaving *l, bool again, struct en_err *err)
{
    const struct en_store_delivery_filter queued = { .partner = l->to->row.partner,
                                                     .states = 1u << EN_DELIVERY_QUEUED,
                                                     .urgent_first = true };
    struct en_buf plain = EN_BUF_INIT, sealed = EN_BUF_INIT;
    en_errc rc = call_begin(l->c, err);

    rc = rc != EN_OK || !again ? rc : queue_again(l, err);
    rc = rc != EN_OK ? rc : en_store_deliveries_each(l->c->store, &queued, take_delivery, l, err);
    if (rc == EN_OK && l->n == 0)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS,
                        l->held > 0 ? "nothing that waits for this partner may go to it now"
                                    : "nothing waits for this partner");
    rc = rc != EN_OK ? rc : number(l, err);
    if (rc == EN_OK) {
        en_bundle_write(&l->bundle, &l->c->acts->rim.keys->signing, &plain);
        rc = seal(l, en_buf_bytes(&plain), &sealed, err);
    }
    rc = rc != EN_OK ? rc : keep(l, en_buf_bytes(&plain), err);
    rc = rc != EN_OK ? rc : commit_export(l, err);
    rc = rc != EN_OK ? rc : hand_out(l, en_buf_bytes(&sealed), err);
    en_buf_release(&plain);
    en_buf_release(&sealed);
    return rc;
}

en_errc
act_bundle_export(struct en_call *c, struct en_err *err)
{
    en_text to = en_args_text(&c->args, "partner", EN_MUST, EN_STORE_MAX_WORD);
    bool again = en_args_bool(&c->args, "again");
    struct leaving l = { .c = c };
    const struct en_node_keys *keys;
    en_errc rc = en_args_end(&c->args, err);

    en_arena_init(&l.arena, 4u * EN_ENVELOPE_MAX);
    rc = rc != EN_OK ? rc : exchange_keys(c, &keys, err);
    rc = rc != EN_OK ? rc : partner_find(c, to, &l.to, err);
    rc = rc != EN_OK ? rc : export(&l, again, err);
    en_arena_release(&l.arena);
    return rc;
}
