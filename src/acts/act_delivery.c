/*
 * act_delivery.c: what is queued, sent, received, opened or refused, and what is ageing without an answer.
 */
#include "acts/exchange.h"

struct listing {
    struct en_call *c;
    en_time sent_until; /* only those that are sent, and were by then; EN_TIME_NONE: all */
    bool emit;
};

/* What a receipt carries needs no receipt. */
static bool
is_ageing(const struct en_store_delivery *x, en_time until)
{
    return x->kind != EN_DELIVERY_RECEIPT && x->state == EN_DELIVERY_SENT && x->sent <= until;
}

static en_errc
delivery_json(struct en_call *c, const struct en_store_delivery *x, struct en_json *j, struct en_err *err)
{
    en_text name;
    struct en_store_record r = { .id = 0 };
    en_errc rc = partner_name(c, x->partner, &name, err);

    if (rc == EN_OK && x->record != 0)
        rc = en_store_record_get(c->store, x->record, &c->scratch, &r, err);
    if (rc != EN_OK)
        return rc;
    en_json_object(j);
    en_json_kv_int(j, "delivery", x->id);
    en_json_kv_text(j, "partner", x->partner);
    en_json_kv_text(j, "partner_name", name);
    en_json_kv_str(j, "what", en_delivery_kind_word(x->kind));
    en_json_kv_int(j, "record", x->record);
    en_json_kv_text(j, "kind", r.kind);
    en_json_kv_uint(j, "version", r.version);
    en_json_kv_str(j, "state", en_delivery_state_word(x->state));
    en_json_kv_text(j, "reason", x->reason);
    en_json_kv_bool(j, "urgent", x->urgent);
    en_json_kv_int(j, "bundle", x->bundle);
    json_kv_time(j, "queued", x->queued);
    json_kv_time(j, "sent", x->sent);
    json_kv_time(j, "answered", x->answered);
    json_kv_time(j, "opened", x->opened);
    en_json_kv_bool(j, "ageing", is_ageing(x, c->now - EN_TIME_DAY));
    en_json_object_end(j);
    return EN_OK;
}

static en_errc
list_one(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct listing *l = ctx;
    struct en_json j;
    en_errc rc;

    if (l->sent_until != EN_TIME_NONE && !is_ageing(x, l->sent_until))
        return EN_OK;
    if (!l->emit) {
        en_json_int(&l->c->ev, x->id);
        return EN_OK;
    }
    call_record(l->c, &j);
    rc = delivery_json(l->c, x, &j, err);
    return rc != EN_OK ? rc : call_emit(l->c, err);
}

static en_errc
list_filter(struct en_call *c, struct en_store_delivery_filter *f, struct listing *l, struct en_err *err)
{
    struct en_args *a = &c->args;
    en_text to = en_args_text(a, "partner", EN_MAY, EN_STORE_MAX_WORD);
    en_text state = en_args_text(a, "state", EN_MAY, 40);
    int64_t ageing = en_args_int(a, "ageing_hours", EN_MAY, 1, 24 * 366, 0);
    enum en_delivery_state st = EN_DELIVERY_QUEUED;
    const struct partner *p = NULL;
    en_errc rc;

    f->record = en_args_int(a, "record", EN_MAY, 1, INT64_MAX, 0);
    f->after = en_args_int(a, "after", EN_MAY, 0, INT64_MAX, 0);
    f->limit = (uint64_t)en_args_int(a, "limit", EN_MAY, 1, 100000, 1000);
    if (state.n > 0 && !en_delivery_state_from(state, &st))
        en_args_fault(a, "state", "is queued, sent, received, opened, refused or dropped");
    f->states = state.n > 0 ? 1u << st : 0;
    if (ageing > 0)
        l->sent_until = c->now - ageing * EN_TIME_HOUR;
    rc = en_args_end(a, err);
    if (rc == EN_OK && to.n > 0)
        rc = partner_find(c, to, &p, err);
    if (p != NULL)
        f->partner = p->row.partner;
    return rc;
}

en_errc
act_delivery_list(struct en_call *c, struct en_err *err)
{
    struct en_store_delivery_filter f = { .id = 0 };
    struct listing l = { c, EN_TIME_NONE, false };
    en_errc rc = list_filter(c, &f, &l, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "deliveries");
    en_json_array(&c->ev);
    rc = en_store_deliveries_each(c->store, &f, list_one, &l, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    l.emit = true;
    return rc != EN_OK ? rc : en_store_deliveries_each(c->store, &f, list_one, &l, err);
}
