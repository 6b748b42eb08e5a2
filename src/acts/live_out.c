/*
 * live_out.c: what leaves over a wire. Slips are written when the step gives them, because they tell what was
 * committed with it; bundles are made from their rows, and everything is sealed, when its turn comes.
 */
#include "acts/live_parts.h"

#include <stdlib.h>
#include <string.h>

/* Parts of a slip: receipts, the state of the exchange, a statement, heads. */
#define SLIP_PARTS (EN_NODE_RECEIPTS_MAX + EN_NODE_HEADS_MAX + 8u)

/* --- the queue ---------------------------------------------------------------------------------------------------- */

static void
unqueue(struct live *v, size_t i)
{
    en_buf_release(&v->queue[i].plain);
    memmove(&v->queue[i], &v->queue[i + 1], (v->n_queue - i - 1) * sizeof *v->queue);
    v->n_queue--;
}

void
live_unqueue_all(struct live *v)
{
    while (v->n_queue > 0)
        unqueue(v, v->n_queue - 1);
}

void
live_forget_parcel(struct live *v, const uint8_t *id)
{
    for (size_t i = v->n_queue; i-- > 0;)
        if (v->queue[i].kind == LIVE_PARCEL && memcmp(v->queue[i].id, id, sizeof v->queue[i].id) == 0)
            unqueue(v, i);
}

void
live_forget_partner(struct live *v, const char *id)
{
    for (size_t i = v->n_queue; i-- > 0;)
        if (strcmp(v->queue[i].to, id) == 0 || strcmp(v->queue[i].wire, id) == 0)
            unqueue(v, i);
}

static struct live_waiting *
queue(struct live *v, const char *to, const char *via)
{
    const struct live_peer *p = live_peer(v, en_text_from_ours(to));
    struct live_waiting *w;

    if (v->n_queue == v->cap_queue)
        v->queue = en_xrealloc(v->queue, (v->cap_queue = 2 * v->cap_queue + 16) * sizeof *v->queue);
    w = &v->queue[v->n_queue++];
    memset(w, 0, sizeof *w);
    memcpy(w->to, to, sizeof w->to);
    memcpy(w->wire, via != NULL ? via : to, sizeof w->wire);
    if (via != NULL && p != NULL && strcmp(p->via, via) == 0)
        memcpy(w->then, p->then, sizeof w->then);
    return w;
}

/* The same bundle waits once, by the way that the step thought of last. */
void
live_send(struct live *v, const struct en_update *u)
{
    struct live_waiting *w;

    for (size_t i = v->n_queue; i-- > 0;)
        if (v->queue[i].kind == LIVE_BUNDLE && v->queue[i].number == u->number &&
            strcmp(v->queue[i].to, u->partner) == 0)
            unqueue(v, i);
    w = queue(v, u->partner, u->via);
    w->kind = LIVE_BUNDLE;
    w->number = u->number;
    memcpy(w->id, u->id, sizeof w->id);
    w->urgent = u->urgent;
    w->renew = u->renew;
}

void
live_pass(struct live *v, const struct en_update *u)
{
    struct live_waiting *w;

    live_forget_parcel(v, u->id);
    w = queue(v, u->partner, NULL);
    w->kind = LIVE_PARCEL;
    memcpy(w->id, u->id, sizeof w->id);
}

/* --- slips -------------------------------------------------------------------------------------------------------- */

struct slip {
    struct live *v;
    struct en_bundle_part parts[SLIP_PARTS];
    size_t n;
};

static bool
slip_part(struct slip *s, enum en_bundle_part_kind kind, en_bytes bytes)
{
    const void *copy = bytes.n > 0 && s->n < SLIP_PARTS ? en_arena_copy(&s->v->arena, bytes.p, bytes.n) : NULL;

    if (copy == NULL)
        return false;
    s->parts[s->n++] = (struct en_bundle_part){ .kind = kind, .bytes = en_bytes_from(copy, bytes.n) };
    return true;
}

static void
sign_slip(struct live *v, const char *to, struct en_bundle_part *parts, size_t n, struct en_buf *plain)
{
    uint8_t id[EN_ENVELOPE_ID_LEN];
    struct en_bundle b = { .from = exchange_we(v->acts->rim.keys), .to = en_text_from_ours(to), .id = id,
                           .created = v->c->now, .expires = v->c->now + BUNDLE_VALID, .parts = parts, .n_parts = n,
                           .version = live_version(v, to) };

    v->acts->rim.draw(v->acts->rim.ctx, id, sizeof id);
    en_bundle_write(&b, &v->acts->rim.keys->signing, plain);
}

/* The oldest that waits for this partner makes room. */
static void
queue_slip(struct live *v, const struct slip *s, const char *to, const char *via)
{
    struct live_waiting *w;
    size_t have = 0, oldest = 0;

    for (size_t i = v->n_queue; i-- > 0;)
        if (v->queue[i].kind == LIVE_SLIP && strcmp(v->queue[i].to, to) == 0) {
            have++;
            oldest = i;
        }
    if (have >= LIVE_SLIPS_MAX)
        unqueue(v, oldest);
    w = queue(v, to, via);
    w->kind = LIVE_SLIP;
    sign_slip(v, to, (struct en_bundle_part *)(uintptr_t)s->parts, s->n, &w->plain);
}

static en_errc
add_receipt(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    (void)err;
    if (x->answer.n > 0)
        (void)slip_part(ctx, EN_BUNDLE_RECEIPT, x->answer);
    return EN_OK;
}

static en_errc
add_receipts(struct slip *s, const struct en_update *u, struct en_err *err)
{
    struct en_store_bundle_filter by = { .in_only = true, .partner = en_text_from_ours(u->partner),
                                         .taken_only = true };
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < u->n_numbers; i++) {
        by.sequence = u->numbers[i];
        rc = en_store_bundles_each(s->v->c->store, &by, add_receipt, s, err);
    }
    return rc;
}

static void
add_sync(struct slip *s, const struct en_update *u)
{
    const struct en_node_keys *k = s->v->acts->rim.keys;
    struct en_slip say = { .at = s->v->c->now, .sync = u->sync };
    struct en_buf note = EN_BUF_INIT;

    memcpy(say.from, k->partner, sizeof say.from);
    memcpy(say.to, u->partner, sizeof say.to);
    en_slip_write(&say, &k->signing, &note);
    (void)slip_part(s, EN_BUNDLE_STATEMENT, en_buf_bytes(&note));
    en_buf_release(&note);
}

/* The sealing keys of today, so that what comes next is sealed to one that is there: cards carried by hand grow old. */
static en_errc
add_card(struct slip *s, struct en_err *err)
{
    struct en_buf note = EN_BUF_INIT;
    en_errc rc = card_of_ours(s->v->c, &note, err);

    (void)slip_part(s, EN_BUNDLE_STATEMENT, en_buf_bytes(&note));
    en_buf_release(&note);
    return rc;
}

static en_errc
add_heads(struct slip *s, const struct en_update *u, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < u->n_heads; i++) {
        struct en_buf part = EN_BUF_INIT;

        rc = live_head_write(s->v, &u->heads[i], &part, err);
        (void)slip_part(s, EN_BUNDLE_HEAD, en_buf_bytes(&part));
        en_buf_release(&part);
    }
    return rc;
}

en_errc
live_slip(struct live *v, const struct en_update *u, struct en_err *err)
{
    struct slip *s = en_arena_alloc(&v->arena, sizeof *s);
    en_errc rc;

    EN_ASSERT(s != NULL);
    *s = (struct slip){ .v = v };
    add_sync(s, u);
    rc = add_receipts(s, u, err);
    rc = rc != EN_OK ? rc : add_card(s, err);
    rc = rc != EN_OK ? rc : add_heads(s, u, err);
    if (rc == EN_OK)
        queue_slip(v, s, u->partner, u->via);
    return rc;
}

static void
slip_with_statement(struct live *v, const char *to, const char *via, struct en_statement *st)
{
    struct slip *s = en_arena_alloc(&v->arena, sizeof *s);
    struct en_buf note = EN_BUF_INIT;

    EN_ASSERT(s != NULL);
    *s = (struct slip){ .v = v };
    st->from = exchange_we(v->acts->rim.keys);
    st->to = en_text_from_ours(to);
    st->at = v->c->now;
    en_statement_write(st, &v->acts->rim.keys->signing, &note);
    (void)slip_part(s, EN_BUNDLE_STATEMENT, en_buf_bytes(&note));
    queue_slip(v, s, to, via);
    en_buf_release(&note);
}

/* What was used by another is told as a delivery, with a number of its own: it was stored with its row. */
en_errc
live_refuse(struct live *v, const struct en_update *u, const struct live_came *came, struct en_err *err)
{
    struct en_statement s = { .form = EN_STATEMENT_REFUSAL, .of_bundle = true, .sequence = u->number,
                              .reason = en_text_from_ours(u->code) };

    (void)err;
    if (came == NULL || strcmp(u->code, "bundle-number-used") == 0)
        return EN_OK;
    memcpy(s.bundle, u->id, sizeof s.bundle);
    memcpy(s.hash, came->in->hash, sizeof s.hash);
    slip_with_statement(v, u->partner, NULL, &s);
    return EN_OK;
}

en_errc
live_no_parcel(struct live *v, const struct en_update *u, const struct live_came *came, struct en_err *err)
{
    struct en_statement_item item = { .word = EN_SAID_REFUSED, .reasons = en_text_from_ours(u->code) };
    struct en_statement s = { .form = EN_STATEMENT_REFUSAL, .items = &item, .n_items = 1 };

    (void)err;
    en_sha256(came->parcel->sealed, item.hash);
    slip_with_statement(v, u->partner, NULL, &s);
    return EN_OK;
}

/* --- sealing ------------------------------------------------------------------------------------------------------ */

/* Wraps a sealed bundle for `next` into a slip with a parcel for `relay`, sealed. */
static en_errc
wrap(struct live *v, const char *relay, const char *next, unsigned hops, struct en_buf *sealed, struct en_err *err)
{
    uint8_t id[EN_ENVELOPE_ID_LEN];
    struct en_parcel p = { .next = en_text_from_ours(next), .id = id, .hops = hops, .sealed = en_buf_bytes(sealed),
                           .expires = v->c->now + EN_NODE_KEPT_FOR };
    struct en_buf bytes = EN_BUF_INIT, plain = EN_BUF_INIT;
    struct en_bundle_part part = { .kind = EN_BUNDLE_PARCEL };
    const struct partner *to;
    en_errc rc = live_partner(v, relay, &to, err);

    if (rc == EN_OK && sealed->n > EN_ENVELOPE_PARCEL_MAX - EN_KIB)
        rc = en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the bundle is too large to be passed on");
    if (rc != EN_OK)
        return rc;
    v->acts->rim.draw(v->acts->rim.ctx, id, sizeof id);
    en_parcel_write(&p, &bytes);
    part.bytes = en_buf_bytes(&bytes);
    sign_slip(v, relay, &part, 1, &plain);
    en_buf_reset(sealed);
    rc = bundle_seal(v->c, to, en_buf_bytes(&plain), sealed, err);
    en_buf_release(&bytes);
    en_buf_release(&plain);
    return rc;
}

static en_errc
seal_and_wrap(struct live *v, const struct live_waiting *w, en_bytes plain, struct en_buf *sealed, struct en_err *err)
{
    bool relayed = strcmp(w->to, w->wire) != 0, two = relayed && w->then[0] != '\0';
    const struct partner *to;
    en_errc rc = live_partner(v, w->to, &to, err);

    rc = rc != EN_OK ? rc : bundle_seal(v->c, to, plain, sealed, err);
    if (rc == EN_OK && two)
        rc = wrap(v, w->then, w->to, 1, sealed, err);
    if (rc == EN_OK && relayed)
        rc = wrap(v, w->wire, two ? w->then : w->to, two ? 2 : 1, sealed, err);
    return rc;
}

/* --- bundles ------------------------------------------------------------------------------------------------------ */

struct again {
    struct en_store_bundle row;
    struct en_buf earlier;
};

static en_errc
note_row(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct again *b = ctx;

    (void)err;
    en_buf_reset(&b->earlier);
    en_buf_add(&b->earlier, x->earlier.p, x->earlier.n);
    b->row = *x;
    b->row.partner = b->row.reason = EN_TEXT_LIT("");
    b->row.answer = (en_bytes){ NULL, 0 };
    b->row.earlier = en_buf_bytes(&b->earlier);
    return EN_OK;
}

/* Signed anew, or with less in it: that is in the ledger before it leaves. */
static en_errc
commit_renewed(struct live *v, struct departing *d, const struct en_store_bundle *was, struct en_err *err)
{
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;
    bool changed = false;
    en_errc rc;

    if (memcmp(d->row.hash, was->hash, sizeof was->hash) == 0)
        return EN_OK;
    rc = en_store_begin(v->c->store, err);
    rc = rc != EN_OK ? rc : departing_renew(d, was, &changed, err);
    if (rc != EN_OK)
        return rc;
    live_event_open(v, &event, &ev);
    departing_facts(d, &ev);
    en_json_kv_bool(&ev, "again", true);
    rc = live_event_append(v, "bundle-export", &event, &ev, err);
    return rc != EN_OK ? rc : en_store_commit(v->c->store, err);
}

static en_errc
make_plain(struct live *v, const struct live_waiting *w, const struct en_store_bundle *row, struct en_buf *plain,
           struct en_err *err)
{
    const struct partner *to;
    struct departing d;
    en_errc rc = live_partner(v, w->to, &to, err);

    if (rc != EN_OK)
        return rc;
    departing_init(&d, v->c, to, BUNDLE_OUT_MOST, EN_ENVELOPE_PARTS_MAX);
    rc = departing_again(&d, row, err);
    d.bundle.version = live_version(v, w->to); /* it may speak another since */
    if (rc == EN_OK && w->renew) {
        d.bundle.created = v->c->now;
        d.bundle.expires = v->c->now + BUNDLE_VALID;
    }
    if (rc == EN_OK) {
        departing_sign(&d, plain);
        rc = commit_renewed(v, &d, row, err);
    }
    departing_release(&d);
    return rc;
}

/* EN_E_NO: it has its receipt meanwhile. */
static en_errc
prepare_bundle(struct live *v, struct live_waiting *w, struct en_buf *sealed, struct en_err *err)
{
    const struct en_store_bundle_filter by = { .out_only = true, .partner = en_text_from_ours(w->to), .name = w->id };
    struct again b = { .earlier = EN_BUF_INIT };
    struct en_buf plain = EN_BUF_INIT;
    en_errc rc = en_store_bundles_each(v->c->store, &by, note_row, &b, err);

    if (rc == EN_OK && (b.row.id == 0 || !b.row.flies))
        rc = EN_E_NO;
    rc = rc != EN_OK ? rc : make_plain(v, w, &b.row, &plain, err);
    rc = rc != EN_OK ? rc : seal_and_wrap(v, w, en_buf_bytes(&plain), sealed, err);
    en_buf_release(&plain);
    en_buf_release(&b.earlier);
    return rc;
}

static en_errc
note_sealed(void *ctx, const struct en_store_parcel *x, struct en_err *err)
{
    (void)err;
    en_buf_add(ctx, x->sealed.p, x->sealed.n);
    return EN_OK;
}

static en_errc
prepare(struct live *v, struct live_waiting *w, struct en_buf *sealed, struct en_err *err)
{
    en_errc rc;

    switch (w->kind) {
    case LIVE_BUNDLE:
        return prepare_bundle(v, w, sealed, err);
    case LIVE_SLIP:
        return seal_and_wrap(v, w, en_buf_bytes(&w->plain), sealed, err);
    case LIVE_PARCEL:
        break;
    }
    rc = en_store_parcels_each(v->c->store, w->id, note_sealed, sealed, err);
    return rc == EN_OK && sealed->n == 0 ? EN_E_NO : rc;
}

/* --- what is next ------------------------------------------------------------------------------------------------- */

static bool
is_busy(const struct live_waiting *w, const char (*busy)[EN_ENVELOPE_PARTNER_LEN + 1], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(busy[i], w->wire) == 0)
            return true;
    return false;
}

/* Urgent bundles first, then what waits longest; to: only for this one. */
static struct live_waiting *
choose(struct live *v, const char (*busy)[EN_ENVELOPE_PARTNER_LEN + 1], size_t n_busy, en_text to)
{
    struct live_waiting *first = NULL;

    for (size_t i = 0; i < v->n_queue; i++) {
        struct live_waiting *w = &v->queue[i];

        if (w->ticket != 0 || is_busy(w, busy, n_busy) || (to.n > 0 && !en_text_is(to, w->wire)))
            continue;
        if (w->urgent)
            return w;
        first = first != NULL ? first : w;
    }
    return first;
}

static en_errc
hand_out(struct live *v, struct live_waiting *w, en_bytes sealed, struct en_arena *arena, struct en_live_leaving *out,
         struct en_err *err)
{
    const void *copy = en_arena_copy(arena, sealed.p, sealed.n);

    if (copy == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the envelope is larger than the memory given for it");
    w->ticket = ++v->tickets;
    *out = (struct en_live_leaving){ .ticket = w->ticket, .urgent = w->urgent,
                                     .sealed = en_bytes_from(copy, sealed.n) };
    memcpy(out->to, w->wire, sizeof out->to);
    return EN_OK;
}

en_errc
live_next_out(struct live *v, const char (*busy)[EN_ENVELOPE_PARTNER_LEN + 1], size_t n_busy, en_text to,
              struct en_arena *arena, struct en_live_leaving *out, struct en_err *err)
{
    struct live_waiting *w;
    en_errc rc = EN_E_NO;

    while (rc == EN_E_NO && (w = choose(v, busy, n_busy, to)) != NULL) {
        struct en_buf sealed = EN_BUF_INIT;

        rc = prepare(v, w, &sealed, err);
        if (rc == EN_OK)
            rc = hand_out(v, w, en_buf_bytes(&sealed), arena, out, err);
        else if (rc == EN_E_NO || rc == EN_E_LIMIT) {
            unqueue(v, (size_t)(w - v->queue));
            rc = EN_E_NO;
        }
        en_buf_release(&sealed);
    }
    return rc;
}

en_errc
live_went(struct live *v, uint64_t ticket, enum en_sent how, struct en_err *err)
{
    struct en_event e = { .kind = EN_EVENT_SENT, .sent = how };
    struct live_waiting w = { .ticket = 0 };

    for (size_t i = 0; i < v->n_queue && w.ticket == 0; i++)
        if (v->queue[i].ticket == ticket) {
            w = v->queue[i];
            w.plain = (struct en_buf)EN_BUF_INIT;
            unqueue(v, i);
        }
    if (w.ticket == 0)
        return EN_OK;
    e.partner = w.to;
    e.number = w.number;
    e.via = strcmp(w.to, w.wire) != 0 ? w.wire : NULL;
    if (w.kind == LIVE_PARCEL) {
        e.kind = EN_EVENT_PASSED;
        memcpy(e.id, w.id, sizeof e.id);
    }
    return live_step(v, &e, NULL, err);
}
