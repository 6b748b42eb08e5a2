/*
 * bundle_out.c: what waits for a partner becomes a bundle: numbered, signed, padded, sealed.
 */
#include "acts/bundle_out.h"

#include <stdlib.h>
#include <string.h>

#include "acts/onward.h"
#include "acts/protect.h"
#include "ledger/batch.h"
#include "node/card.h"

/* What a part adds to its bytes and its release: lengths, a list proof, the opening. */
#define PART_EXTRA 512u

void
departing_init(struct departing *d, struct en_call *c, const struct partner *to, uint64_t most, size_t most_items)
{
    EN_ASSERT(most <= BUNDLE_OUT_MOST && most_items <= EN_ENVELOPE_PARTS_MAX);
    memset(d, 0, sizeof *d);
    d->c = c;
    d->to = to;
    d->most = most;
    d->most_items = most_items;
    d->row.answered = EN_TIME_NONE;
    en_arena_init(&d->arena, 4u * EN_ENVELOPE_MAX);
}

void
departing_release(struct departing *d)
{
    en_buf_release(&d->proofs);
    en_arena_release(&d->arena);
}

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
may_leave(const struct departing *d, const struct en_store_record *r, const struct en_store_release *rel, bool *may,
          struct en_err *err)
{
    struct en_release_facts f = { .ours = r->sender.n == 0,
                                  .consent = onward_allowed(rel),
                                  .listed = true,
                                  .partner = d->to->facts,
                                  .now = d->c->now };
    struct protect_facts told = { false, false };
    struct en_record record;
    struct en_reasons no;
    struct en_arena a;
    en_errc rc;

    if (en_text_is(r->kind, "withdrawal")) { /* goes to whoever holds it */
        *may = true;
        return EN_OK;
    }
    *may = false;
    if (r->bytes.n == 0) /* of a partner, and gone by now */
        return EN_OK;
    en_arena_init(&a, RECORD_ARENA);
    rc = en_stix_read(r->bytes, &a, &record, NULL, err);
    f.record = &record;
    f.current = r->state == EN_HELD_CURRENT;
    rc = rc != EN_OK ? rc : protect_record(d->c->store, &record, &told, err);
    f.outcome = told.outcome;
    f.protected_person = told.covered;
    if (rc == EN_OK)
        en_rules_release(&f, &no);
    *may = rc == EN_OK && no.n == 0;
    en_arena_release(&a);
    return rc;
}

static en_errc
record_part(struct departing *d, const struct en_store_delivery *x, struct en_bundle_part *p, bool *may, bool *gone,
            struct en_err *err)
{
    struct en_call *c = d->c;
    struct en_store_record r;
    struct en_store_release rel;
    const struct en_store_roster *entry;
    en_errc rc = en_store_record_get(c->store, x->record, &d->arena, &r, err);

    rc = rc != EN_OK ? rc : en_store_release_get(c->store, x->release, &d->arena, &rel, err);
    rc = rc != EN_OK ? rc : may_leave(d, &r, &rel, may, err);
    *gone = rc == EN_OK && r.state != EN_HELD_CURRENT;
    if (rc != EN_OK || !*may)
        return rc;
    entry = entry_of(&rel, x->partner);
    if (entry == NULL || rel.state != EN_RELEASE_APPROVED)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "delivery %lld has no approved release", (long long)x->id);
    if (r.sender.n > 0) {
        onward_part(&r, &rel, p);
        return EN_OK;
    }
    p->bytes = r.bytes;
    p->release = rel.bytes; /* signed with all others: departing_sign */
    p->place = entry->place;
    p->salt = en_bytes_from(en_arena_copy(&d->arena, entry->salt, sizeof entry->salt), sizeof entry->salt);
    return EN_OK;
}

static en_errc
leave_out(struct departing *d, const struct en_store_delivery *x, bool gone, struct en_err *err)
{
    if (!en_arena_grow(&d->arena, &d->left, &d->cap_left, d->held + 1, sizeof *d->left))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many deliveries");
    d->left[d->held++] = (struct departing_left){ x->id, gone };
    return EN_OK;
}

en_errc
departing_add(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    static const enum en_bundle_part_kind kinds[EN_DELIVERY_KINDS] = {
        [EN_DELIVERY_RECORD] = EN_BUNDLE_RECORD,
        [EN_DELIVERY_RECEIPT] = EN_BUNDLE_RECEIPT,
        [EN_DELIVERY_HEAD] = EN_BUNDLE_HEAD,
        [EN_DELIVERY_STATEMENT] = EN_BUNDLE_STATEMENT,
    };
    struct departing *d = ctx;
    struct en_bundle_part p = { .kind = kinds[x->kind] };
    uint64_t size;
    bool may = true, gone = false;
    en_errc rc = EN_OK;

    if (d->full)
        return EN_OK;
    if (x->kind == EN_DELIVERY_RECORD)
        rc = record_part(d, x, &p, &may, &gone, err);
    else
        p.bytes = en_bytes_from(en_arena_copy(&d->arena, x->bytes.p, x->bytes.n), x->bytes.n);
    if (rc != EN_OK || !may)
        return rc != EN_OK ? rc : leave_out(d, x, gone, err);
    size = p.bytes.n + p.release.n + PART_EXTRA;
    d->full = (d->size + size > d->most && d->n > 0) || d->n == d->most_items;
    if (d->full)
        return EN_OK; /* the rest is for the next bundle */
    if (p.bytes.p == NULL ||
        !en_arena_grow(&d->arena, &d->bundle.parts, &d->cap_parts, d->bundle.n_parts + 1, sizeof p) ||
        !en_arena_grow(&d->arena, &d->record, &d->cap_records, d->n + 1, sizeof *d->record) ||
        !en_arena_grow(&d->arena, &d->delivery, &d->cap, d->n + 1, sizeof *d->delivery))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the bundle is larger than the memory given for it");
    d->bundle.parts[d->bundle.n_parts++] = p;
    d->record[d->n] = x->kind == EN_DELIVERY_RECORD ? x->record : 0;
    d->delivery[d->n++] = x->id;
    d->size += size;
    d->urgent = d->urgent || x->urgent;
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

en_errc
delivery_set_state(struct en_call *c, int64_t id, enum en_delivery_state state, int64_t bundle, struct en_err *err)
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

static en_errc
note_sequence(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    (void)err;
    *(uint64_t *)ctx = x->sequence;
    return EN_OK;
}

en_errc
departing_next_number(struct en_call *c, en_text partner, uint64_t *out, struct en_err *err)
{
    const struct en_store_bundle_filter f = { .out_only = true, .partner = partner, .newest_first = true, .limit = 1 };
    en_errc rc;

    *out = 0;
    rc = en_store_bundles_each(c->store, &f, note_sequence, out, err);
    (*out)++;
    return rc;
}

/* --- number, sign, seal ------------------------------------------------------------------------------------------- */

void
departing_number(struct departing *d, uint64_t number, const uint8_t id[EN_ENVELOPE_ID_LEN], en_time made)
{
    memcpy(d->name, id, sizeof d->name);
    d->bundle.from = exchange_we(d->c->acts->rim.keys);
    d->bundle.to = d->to->row.partner;
    d->bundle.id = d->name;
    d->bundle.sequence = number;
    d->bundle.created = made;
    d->bundle.expires = made + BUNDLE_VALID;
    d->bundle.urgent = d->urgent;
}

static bool
is_unsigned(const struct en_bundle_part *p)
{
    return p->kind == EN_BUNDLE_RECORD && p->signature.n == 0;
}

/* Signs up to EN_BATCH_USUAL of our own releases, from part `from` on, once; gives the part behind the last. */
static size_t
sign_list(struct departing *d, size_t from, struct en_buf *proofs)
{
    struct en_bundle_part *p = d->bundle.parts;
    struct en_batch list;
    size_t end = from;

    en_batch_init(&list);
    for (; end < d->bundle.n_parts && list.tree.size < EN_BATCH_USUAL; end++)
        if (is_unsigned(&p[end]))
            en_batch_add(&list, p[end].release);
    if (list.tree.size > 0)
        en_batch_sign(&list, &d->c->acts->rim.keys->signing);
    for (size_t i = from, k = 0; i < end; i++) {
        size_t at = proofs->n;

        if (!is_unsigned(&p[i]))
            continue;
        en_batch_proof(&list, (uint32_t)k++, proofs);
        p[i].kind = EN_BUNDLE_LISTED;
        p[i].signature.n = proofs->n - at;
    }
    en_batch_release(&list);
    return end;
}

/* With the key of today: a receiver knows that one. A single record has a signature of its own. */
static void
sign_records(struct departing *d)
{
    struct en_bundle_part *p = d->bundle.parts;
    size_t n = 0, at = 0, last = 0;

    for (size_t i = 0; i < d->bundle.n_parts; i++) {
        n += is_unsigned(&p[i]);
        last = is_unsigned(&p[i]) ? i : last;
    }
    en_buf_reset(&d->proofs);
    if (n == 1) {
        uint8_t sig[EN_SEAL_SIG_LEN];

        en_seal_sign(&d->c->acts->rim.keys->signing, EN_PURPOSE_RELEASE, p[last].release, sig);
        en_buf_add(&d->proofs, sig, sizeof sig);
        p[last].signature = en_buf_bytes(&d->proofs);
        return;
    }
    while (n > 0 && at < d->bundle.n_parts)
        at = sign_list(d, at, &d->proofs);
    at = 0;
    for (size_t i = 0; n > 0 && i < d->bundle.n_parts; i++) {
        if (p[i].kind != EN_BUNDLE_LISTED || p[i].signature.p != NULL)
            continue;
        p[i].signature.p = (const uint8_t *)d->proofs.p + at;
        at += p[i].signature.n;
    }
}

void
departing_sign(struct departing *d, struct en_buf *plain)
{
    sign_records(d);
    en_bundle_write(&d->bundle, &d->c->acts->rim.keys->signing, plain);
    d->row.out = true;
    d->row.partner = d->to->row.partner;
    d->row.sequence = d->bundle.sequence;
    d->row.parts = d->bundle.n_parts;
    d->row.made = d->bundle.created;
    d->row.expires = d->bundle.expires;
    d->row.urgent = d->bundle.urgent;
    memcpy(d->row.name, d->name, sizeof d->row.name);
    en_sha256(en_buf_bytes(plain), d->row.hash);
}

en_errc
departing_store(struct departing *d, bool flies, struct en_err *err)
{
    struct en_call *c = d->c;
    en_errc rc;

    d->row.at = c->now;
    d->row.actor = c->user.id;
    d->row.flies = flies;
    rc = en_store_bundle_add(c->store, &d->row, &d->row.id, err);
    for (size_t i = 0; rc == EN_OK && i < d->n; i++)
        rc = delivery_set_state(c, d->delivery[i], EN_DELIVERY_SENT, d->row.id, err);
    return rc;
}

void
bundle_id_json(struct en_json *j, const uint8_t name[EN_ENVELOPE_ID_LEN])
{
    char hex[2 * EN_ENVELOPE_ID_LEN + 1];

    en_hex(name, EN_ENVELOPE_ID_LEN, hex);
    en_json_kv_str(j, "id", hex);
}

void
departing_facts(const struct departing *d, struct en_json *ev)
{
    en_json_kv_text(ev, "partner", d->to->row.partner);
    en_json_kv_int(ev, "bundle", d->row.id);
    bundle_id_json(ev, d->name);
    en_json_kv_uint(ev, "sequence", d->row.sequence);
    json_kv_hash(ev, "hash", d->row.hash);
    en_json_kv_uint(ev, "parts", d->row.parts);
    en_json_key(ev, "records");
    en_json_array(ev);
    for (size_t i = 0; i < d->n; i++)
        if (d->record[i] != 0)
            en_json_int(ev, d->record[i]);
    en_json_array_end(ev);
}

en_errc
departing_again(struct departing *d, const struct en_store_bundle *row, struct en_err *err)
{
    const struct en_store_delivery_filter f = { .bundle = row->id, .states = 1u << EN_DELIVERY_SENT };
    en_errc rc = en_store_deliveries_each(d->c->store, &f, departing_add, d, err);

    d->urgent = row->urgent;
    departing_number(d, row->sequence, row->name, row->made);
    d->bundle.expires = row->expires;
    d->row.id = row->id;
    return rc;
}

/* What it was before, so that a receipt for that still counts. */
static void
add_earlier(const struct en_store_bundle *was, struct en_buf *out)
{
    en_buf_add(out, was->earlier.p, was->earlier.n);
    en_buf_add(out, was->hash, sizeof was->hash);
    en_buf_put_u64(out, was->parts);
}

en_errc
departing_renew(struct departing *d, const struct en_store_bundle *was, bool *changed, struct en_err *err)
{
    struct en_buf earlier = EN_BUF_INIT;
    en_errc rc = EN_OK;

    *changed = memcmp(was->hash, d->row.hash, sizeof was->hash) != 0;
    for (size_t i = 0; *changed && rc == EN_OK && i < d->held; i++)
        rc = delivery_set_state(d->c, d->left[i].id, d->left[i].gone ? EN_DELIVERY_DROPPED : EN_DELIVERY_QUEUED,
                                was->id, err);
    if (*changed && rc == EN_OK) {
        add_earlier(was, &earlier);
        d->row.earlier = en_buf_bytes(&earlier);
        rc = en_store_bundle_renew(d->c->store, &d->row, err);
        d->row.earlier = (en_bytes){ NULL, 0 };
    }
    en_buf_release(&earlier);
    return rc;
}

en_errc
bundle_seal(struct en_call *c, const struct partner *to, en_bytes plain, struct en_buf *sealed, struct en_err *err)
{
    uint8_t random[EN_AGE_RANDOM(1)], recipient[1][EN_AGE_KEY_LEN];
    struct en_card card;
    en_errc rc = en_card_read(to->row.card, &card, err);

    if (rc != EN_OK)
        return rc;
    memcpy(recipient[0], en_card_seal_at(&card, c->now)->recipient, sizeof recipient[0]);
    c->acts->rim.draw(c->acts->rim.ctx, random, sizeof random);
    rc = en_age_seal((const uint8_t(*)[EN_AGE_KEY_LEN])recipient, 1, random, plain, sealed, err);
    explicit_bzero(random, sizeof random);
    return rc;
}
