/*
 * act_bundle.c: what waits for a partner leaves as one bundle, by hand. The event is on disk before the first byte
 * of it is handed out.
 */
#include "acts/bundle_out.h"

#include <stdlib.h>
#include <string.h>

#include "acts/live_parts.h"

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

/* Those that were sent and never answered wait again: the stick may be lost. */
static en_errc
queue_again(struct departing *d, struct en_err *err)
{
    const struct en_store_delivery_filter f = {
        .partner = d->to->row.partner,
        .states = 1u << EN_DELIVERY_SENT,
        .kinds = 1u << EN_DELIVERY_RECORD | 1u << EN_DELIVERY_HEAD | 1u << EN_DELIVERY_STATEMENT,
    };
    struct ids sent = { .arena = &d->arena };
    en_errc rc = en_store_deliveries_each(d->c->store, &f, note_id, &sent, err);

    for (size_t i = 0; rc == EN_OK && i < sent.n; i++)
        rc = delivery_set_state(d->c, sent.id[i], EN_DELIVERY_QUEUED, 0, err);
    return rc;
}

static en_errc
hand_out(struct departing *d, en_bytes sealed, struct en_err *err)
{
    struct en_call *c = d->c;
    struct en_json j;
    en_errc rc;

    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_int(&j, "bundle", d->row.id);
    en_json_kv_text(&j, "partner", d->to->row.partner);
    en_json_kv_text(&j, "partner_name", d->to->row.name);
    bundle_id_json(&j, d->name);
    en_json_kv_uint(&j, "sequence", d->row.sequence);
    en_json_kv_uint(&j, "parts", d->row.parts);
    en_json_kv_bool(&j, "urgent", d->urgent);
    en_json_kv_bool(&j, "more", d->full);
    en_json_kv_uint(&j, "held", d->held);
    json_kv_time(&j, "expires", d->row.expires);
    en_json_kv_uint(&j, "bytes", sealed.n);
    en_json_object_end(&j);
    rc = call_emit(c, err);
    rc = rc != EN_OK ? rc : call_emit_chunks(c, sealed, err);
    return rc;
}

static en_errc
number_and_sign(struct departing *d, struct en_buf *plain, struct en_err *err)
{
    struct en_acts *a = d->c->acts;
    uint8_t id[EN_ENVELOPE_ID_LEN];
    struct en_store_link x;
    en_errc rc = live_link_read(d->c, d->to->row.partner, &x, err);

    if (rc != EN_OK)
        return rc;
    d->bundle.version = live_version_by_hand(a, &x.link);
    if (d->bundle.version == 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "this partner speaks versions %u to %u of the exchange, and we %u to %u: none in common",
                          x.link.speaks_oldest, x.link.speaks_newest, a->speaks_oldest, a->speaks_newest);
    a->rim.draw(a->rim.ctx, id, sizeof id);
    departing_number(d, x.link.next, id, d->c->now);
    departing_sign(d, plain);
    return EN_OK;
}

/* Those of the exchange that flies by itself stay where they are: they go both ways. */
static en_errc export(struct departing *d, bool again, struct en_err *err)
{
    const struct en_store_delivery_filter queued = { .partner = d->to->row.partner,
                                                     .states = 1u << EN_DELIVERY_QUEUED,
                                                     .urgent_first = true };
    struct en_buf plain = EN_BUF_INIT, sealed = EN_BUF_INIT;
    en_errc rc = call_begin(d->c, err);

    rc = rc != EN_OK || !again ? rc : queue_again(d, err);
    rc = rc != EN_OK ? rc : en_store_deliveries_each(d->c->store, &queued, departing_add, d, err);
    if (rc == EN_OK && d->n == 0)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS,
                        d->held > 0 ? "nothing that waits for this partner may go to it now"
                                    : "nothing waits for this partner");
    rc = rc != EN_OK ? rc : number_and_sign(d, &plain, err);
    rc = rc != EN_OK ? rc : bundle_seal(d->c, d->to, en_buf_bytes(&plain), &sealed, err);
    rc = rc != EN_OK ? rc : departing_store(d, false, err);
    if (rc == EN_OK) {
        departing_facts(d, &d->c->ev);
        rc = call_commit(d->c, err);
    }
    if (rc == EN_OK)
        live_by_hand(d->c->acts);
    rc = rc != EN_OK ? rc : hand_out(d, en_buf_bytes(&sealed), err);
    en_buf_release(&plain);
    en_buf_release(&sealed);
    return rc;
}

en_errc
act_bundle_export(struct en_call *c, struct en_err *err)
{
    en_text name = en_args_text(&c->args, "partner", EN_MUST, EN_STORE_MAX_WORD);
    bool again = en_args_bool(&c->args, "again");
    const struct partner *to = NULL;
    const struct en_node_keys *keys;
    struct departing d;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : exchange_keys(c, &keys, err);
    rc = rc != EN_OK ? rc : partner_find(c, name, &to, err);
    if (rc != EN_OK)
        return rc;
    departing_init(&d, c, to, BUNDLE_OUT_MOST, EN_ENVELOPE_PARTS_MAX);
    rc = export(&d, again, err);
    departing_release(&d);
    return rc;
}
