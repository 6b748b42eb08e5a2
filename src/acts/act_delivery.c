/*
 * act_delivery.c: what is queued, sent, received, opened or refused, and what is ageing without an answer.
 */
#include "acts/live_parts.h"

struct listing {
    struct en_call *c;
    en_time until; /* only those without an answer that waited by then; EN_TIME_NONE: all */
    uint64_t limit, n;
    bool emit;
};

/* What a receipt carries needs no receipt. */
static bool
is_ageing(const struct en_store_delivery *x, en_time until)
{
    return x->kind != EN_DELIVERY_RECEIPT && ((x->state == EN_DELIVERY_SENT && x->sent <= until) ||
                                              (x->state == EN_DELIVERY_QUEUED && x->queued <= until));
}

/* What stands in its way, as far as this node can tell; empty: nothing waits. */
static en_errc
waits_for(struct en_call *c, const struct en_store_delivery *x, const char **why, struct en_err *err)
{
    const struct partner *p = NULL;
    struct en_store_link l;
    en_errc rc;

    *why = "";
    if (x->state != EN_DELIVERY_SENT && x->state != EN_DELIVERY_QUEUED)
        return EN_OK;
    rc = partner_by_id(c, x->partner, &p, err);
    if (rc != EN_OK || p == NULL)
        return rc;
    *why = x->state == EN_DELIVERY_SENT ? "receipt" : "bundle";
    if (p->facts.cut)
        *why = "cut";
    else if (p->facts.standing == EN_STANDING_SUSPENDED)
        *why = "suspended";
    else if (p->facts.standing == EN_STANDING_EXPELLED)
        *why = "expelled";
    else {
        rc = live_link_read(c, x->partner, &l, err);
        if (rc == EN_OK && live_version_by_hand(c->acts, &l.link) == 0)
            *why = "version";
    }
    return rc;
}

static en_errc
delivery_json(struct en_call *c, const struct en_store_delivery *x, struct en_json *j, struct en_err *err)
{
    en_text name;
    const char *why;
    struct en_store_record r = { .id = 0 };
    en_errc rc = partner_name(c, x->partner, &name, err);

    if (rc == EN_OK && x->record != 0)
        rc = en_store_record_get(c->store, x->record, &c->scratch, &r, err);
    rc = rc != EN_OK ? rc : waits_for(c, x, &why, err);
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
    en_json_kv_str(j, "waits_for", why);
    en_json_kv_bool(j, "urgent", x->urgent);
    en_json_kv_int(j, "bundle", x->bundle);
    json_kv_time(j, "queued", x->queued);
    json_kv_time(j, "sent", x->sent);
    json_kv_time(j, "answered", x->answered);
    json_kv_time(j, "opened", x->opened);
    json_kv_time(j, "said_destroyed", statement_destroyed(x->proof));
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

    if (l->until != EN_TIME_NONE && !is_ageing(x, l->until))
        return EN_OK;
    if (l->n++ == l->limit)
        return EN_E_NO;
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
    l->limit = (uint64_t)en_args_int(a, "limit", EN_MAY, 1, 100000, 1000);
    if (state.n > 0 && !en_delivery_state_from(state, &st))
        en_args_fault(a, "state", "is queued, sent, received, opened, refused or dropped");
    f->states = state.n > 0 ? 1u << st : 0;
    if (ageing > 0) {
        l->until = c->now - ageing * EN_TIME_HOUR;
        f->states = f->states != 0 ? f->states : 1u << EN_DELIVERY_SENT | 1u << EN_DELIVERY_QUEUED;
    }
    rc = en_args_end(a, err);
    if (rc == EN_OK && to.n > 0)
        rc = partner_find(c, to, &p, err);
    if (p != NULL)
        f->partner = p->row.partner;
    return rc;
}

static en_errc
list(struct listing *l, const struct en_store_delivery_filter *f, struct en_err *err)
{
    en_errc rc;

    l->n = 0;
    rc = en_store_deliveries_each(l->c->store, f, list_one, l, err);
    return rc == EN_E_NO ? EN_OK : rc;
}

en_errc
act_delivery_list(struct en_call *c, struct en_err *err)
{
    struct en_store_delivery_filter f = { .id = 0 };
    struct listing l = { .c = c, .until = EN_TIME_NONE };
    en_errc rc = list_filter(c, &f, &l, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "deliveries");
    en_json_array(&c->ev);
    rc = list(&l, &f, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    l.emit = true;
    return rc != EN_OK ? rc : list(&l, &f, err);
}
