/*
 * live.c: the exchange that runs by itself: links and gates, what acts have changed, the step and its commit.
 */
#include "acts/live_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The events of what the node does by itself on a link; EN_ACT_DOUBT: slips go while it asks what was lost. */
static const struct en_act act_live = { .word = "live", .event = "bundle-import", .flags = EN_ACT_DOUBT };

/* Standings may change with time. */
#define GATES_EVERY (10 * 60 * EN_TIME_SECOND)

/* --- what is at hand ---------------------------------------------------------------------------------------------- */

struct live_peer *
live_peer(struct live *v, en_text id)
{
    for (size_t i = 0; i < v->n_peers; i++)
        if (en_text_is(id, v->peer[i].id))
            return &v->peer[i];
    return NULL;
}

en_errc
live_partner(struct live *v, const char *id, const struct partner **out, struct en_err *err)
{
    en_errc rc = partner_by_id(v->c, en_text_from_ours(id), out, err);

    if (rc == EN_OK && *out == NULL)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a link is of nobody that we know");
    return rc;
}

void
live_event_open(struct live *v, struct en_buf *b, struct en_json *ev)
{
    event_open(b, ev, "live", v->c->now, 0, NULL);
}

en_errc
live_event_append(struct live *v, const char *type, struct en_buf *b, struct en_json *ev, struct en_err *err)
{
    en_errc rc;

    en_json_object_end(ev);
    rc = event_append_node(v->acts, type, en_buf_bytes(b), v->c->now, NULL, err);
    en_buf_release(b);
    return rc;
}

static void
forget_drafts(struct live *v)
{
    for (size_t i = 0; i < v->n_drafts; i++) {
        departing_release(&v->drafts[i]->d);
        free(v->drafts[i]);
    }
    v->n_drafts = 0;
}

/* The step is thrown away; what it had to send is sent again once it is loaded. */
static void
unload(struct live *v)
{
    en_node_free(v->node);
    v->node = NULL;
    v->n_peers = 0;
    v->events = 0;
    v->looked = 0;
    v->head = (struct en_head){ .epoch = 0 };
    live_unqueue_all(v);
}

void
live_free(struct live *v)
{
    if (v == NULL)
        return;
    unload(v);
    forget_drafts(v);
    free(v->drafts);
    free(v->queue);
    en_arena_release(&v->arena);
    free(v);
}

/* --- the store as the step sees it -------------------------------------------------------------------------------- */

/* A callback of the step cannot fail; the step is thrown away when one did. */
static void
fail(struct live *v, en_errc rc, const struct en_err *err)
{
    v->failed = *err;
    v->failed.code = rc;
}

static en_errc
offer_one(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct live_draft *draft = ctx;
    en_errc rc = departing_add(&draft->d, x, err);

    return rc == EN_OK && draft->d.full ? EN_E_NO : rc;
}

/*
 * What is queued and was not offered in this step already. The cursor of the link is not looked at: what was taken has
 * another state, and what was refused with its bundle is queued again behind it.
 */
static size_t
next_items(void *ctx, const char *partner, bool urgent, uint64_t after, size_t max, uint64_t *out)
{
    struct live *v = ctx;
    struct live_peer *p = live_peer(v, en_text_from_ours(partner));
    struct en_store_delivery_filter f = { .partner = en_text_from_ours(partner), .states = 1u << EN_DELIVERY_QUEUED,
                                          .urgent_only = urgent, .usual_only = !urgent };
    struct en_err err = EN_ERR_INIT;
    struct live_draft *draft;
    const struct partner *to;
    en_errc rc;

    (void)after;
    if (p == NULL || v->failed.code != EN_OK || v->acts->rim.keys == NULL)
        return 0;
    rc = live_partner(v, partner, &to, &err);
    if (rc != EN_OK) {
        fail(v, rc, &err);
        return 0;
    }
    draft = en_xcalloc(1, sizeof *draft);
    draft->to = to;
    departing_init(&draft->d, v->c, to, LIVE_BUNDLE_MOST, max);
    f.after = (int64_t)p->taken[urgent];
    rc = en_store_deliveries_each(v->c->store, &f, offer_one, draft, &err);
    if (rc != EN_OK && rc != EN_E_NO)
        fail(v, rc, &err);
    if ((rc != EN_OK && rc != EN_E_NO) || draft->d.n == 0) {
        departing_release(&draft->d);
        free(draft);
        return 0;
    }
    v->drafts = v->n_drafts < v->cap_drafts
                    ? v->drafts
                    : en_xrealloc(v->drafts, (v->cap_drafts = 2 * v->cap_drafts + 16) * sizeof *v->drafts);
    v->drafts[v->n_drafts++] = draft;
    for (size_t i = 0; i < draft->d.n; i++)
        out[i] = (uint64_t)draft->d.delivery[i];
    p->taken[urgent] = out[draft->d.n - 1];
    return draft->d.n;
}

static en_errc
note_flying(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct en_flying *f = ctx;

    (void)err;
    *f = (struct en_flying){ .number = x->sequence,
                             .urgent = x->urgent,
                             .made = x->made,
                             .by_hand = !x->flies && x->answered == EN_TIME_NONE };
    memcpy(f->id, x->name, sizeof f->id);
    return EN_OK;
}

static en_errc
note_any(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    (void)x;
    (void)err;
    *(bool *)ctx = true;
    return EN_OK;
}

struct of_number {
    struct en_flying f;
    int64_t id;
};

static en_errc
note_of_number(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct of_number *o = ctx;

    o->id = x->id;
    return note_flying(&o->f, x, err);
}

static bool
bundle_of(void *ctx, const char *partner, uint64_t number, struct en_flying *out)
{
    struct live *v = ctx;
    const struct en_store_bundle_filter by = { .out_only = true, .partner = en_text_from_ours(partner),
                                               .sequence = number };
    struct en_store_delivery_filter f = { .states = 1u << EN_DELIVERY_SENT | 1u << EN_DELIVERY_RECEIVED |
                                                    1u << EN_DELIVERY_OPENED,
                                          .limit = 1 };
    struct of_number o = { .id = 0 };
    struct en_err err = EN_ERR_INIT;
    bool any = false;
    en_errc rc = en_store_bundles_each(v->acts->store, &by, note_of_number, &o, &err);

    f.bundle = o.id;
    if (rc == EN_OK && o.id != 0)
        rc = en_store_deliveries_each(v->acts->store, &f, note_any, &any, &err);
    if (rc != EN_OK)
        fail(v, rc, &err);
    *out = o.f;
    return rc == EN_OK && any;
}

/* --- links -------------------------------------------------------------------------------------------------------- */

static en_errc
note_link(void *ctx, const struct en_store_link *x, struct en_err *err)
{
    (void)err;
    *(struct en_store_link *)ctx = *x;
    return EN_OK;
}

struct numbers {
    uint64_t *v;
    size_t n, cap;
};

static en_errc
note_number(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct numbers *l = ctx;

    (void)err;
    if (l->n == l->cap)
        l->v = en_xrealloc(l->v, (l->cap = 2 * l->cap + 64) * sizeof *l->v);
    l->v[l->n++] = x->sequence;
    return EN_OK;
}

static int
by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* What people carried by hand, in this process or before there were links, is counted. */
static en_errc
catch_up(struct en_call *c, struct en_node_link *l, struct en_err *err)
{
    en_text id = en_text_from_ours(l->id);
    const struct en_store_bundle_filter f = {
        .in_only = true, .partner = id, .taken_only = true, .from = l->upto + 1
    };
    struct numbers came = { .n = 0 };
    uint64_t next = 0;
    en_errc rc = en_store_bundles_each(c->store, &f, note_number, &came, err);

    if (rc == EN_OK && came.n > 0)
        qsort(came.v, came.n, sizeof *came.v, by_number);
    for (size_t i = 0; rc == EN_OK && i < came.n; i++)
        en_node_link_came(l, came.v[i]);
    free(came.v);
    rc = rc != EN_OK ? rc : departing_next_number(c, id, &next, err);
    if (next > l->next)
        l->next = next;
    return rc;
}

en_errc
live_link_read(struct en_call *c, en_text partner, struct en_store_link *x, struct en_err *err)
{
    en_errc rc;

    memset(x, 0, sizeof *x);
    rc = en_store_links_each(c->store, partner, note_link, x, err);
    if (x->link.id[0] == '\0') {
        memcpy(x->link.id, partner.p, EN_ENVELOPE_PARTNER_LEN);
        x->link.next = 1;
        x->link.log.owed = EN_TIME_NONE;
    }
    return rc != EN_OK ? rc : catch_up(c, &x->link, err);
}

struct flights {
    struct en_flying f[EN_NODE_FLYING_MAX];
    size_t n;
};

static en_errc
add_flying(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct flights *l = ctx;

    return l->n < EN_NODE_FLYING_MAX ? note_flying(&l->f[l->n++], x, err) : EN_OK;
}

static en_errc
add_peer(struct live *v, en_text id, struct en_err *err)
{
    const struct en_store_bundle_filter flying = { .out_only = true, .partner = id, .flying_only = true };
    struct live_peer *p = &v->peer[v->n_peers];
    struct flights l = { .n = 0 };
    struct en_store_link x;
    en_errc rc;

    if (v->n_peers == EN_NODE_LINKS_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "there are more than %u partners", EN_NODE_LINKS_MAX);
    memset(p, 0, sizeof *p);
    rc = live_link_read(v->c, id, &x, err);
    rc = rc != EN_OK ? rc : en_store_bundles_each(v->c->store, &flying, add_flying, &l, err);
    if (rc != EN_OK)
        return rc;
    memcpy(p->id, x.link.id, sizeof p->id);
    memcpy(p->via, x.via, sizeof p->via);
    memcpy(p->then, x.then, sizeof p->then);
    p->relays = x.relays;
    p->unbelieved = EN_TIME_NONE;
    v->n_peers++;
    en_node_link_load(v->node, &x.link, l.f, l.n);
    return EN_OK;
}

static en_errc
load_parcel(void *ctx, const struct en_store_parcel *x, struct en_err *err)
{
    struct live *v = ctx;

    (void)err;
    if (v->counts[0]++ < EN_NODE_KEPT_MAX)
        en_node_kept_load(v->node, &x->kept);
    return EN_OK;
}

/* --- gates -------------------------------------------------------------------------------------------------------- */

struct standing {
    struct live *v;
    struct {
        char id[EN_ENVELOPE_PARTNER_LEN + 1];
        bool open;
    } p[EN_NODE_LINKS_MAX];
    size_t n;
};

static bool
may_exchange(const struct en_partner_facts *f)
{
    return !f->cut && f->standing != EN_STANDING_SUSPENDED && f->standing != EN_STANDING_EXPELLED;
}

static en_errc
note_standing(void *ctx, const struct partner *p, struct en_err *err)
{
    struct standing *s = ctx;

    if (s->n == EN_NODE_LINKS_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "there are more than %u partners", EN_NODE_LINKS_MAX);
    memcpy(s->p[s->n].id, p->row.partner.p, EN_ENVELOPE_PARTNER_LEN);
    s->p[s->n].id[EN_ENVELOPE_PARTNER_LEN] = '\0';
    s->p[s->n++].open = may_exchange(&p->facts);
    return EN_OK;
}

static const char *
via_of(const struct live_peer *p)
{
    return p->via[0] != '\0' ? p->via : p->heard[0] != '\0' ? p->heard : NULL;
}

static en_errc
tell_gate(struct live *v, struct live_peer *p, bool open, struct en_err *err)
{
    struct en_event e = { .kind = EN_EVENT_GATE, .partner = p->id, .open = open, .via = via_of(p) };

    p->open = open;
    p->cut = !open;
    if (!open)
        live_forget_partner(v, p->id);
    return live_step(v, &e, NULL, err);
}

/* What a person said of relays since. */
static en_errc
refresh_route(struct live *v, struct live_peer *p, bool *changed, struct en_err *err)
{
    struct en_store_link x = { .relays = false };
    en_errc rc = en_store_links_each(v->c->store, en_text_from_ours(p->id), note_link, &x, err);

    *changed = rc == EN_OK && (strcmp(p->via, x.via) != 0 || strcmp(p->then, x.then) != 0);
    memcpy(p->via, x.via, sizeof p->via);
    memcpy(p->then, x.then, sizeof p->then);
    p->relays = x.relays;
    return rc;
}

static en_errc
refresh_gates(struct live *v, bool all, struct en_err *err)
{
    struct standing *s = en_xcalloc(1, sizeof *s);
    en_errc rc;

    s->v = v;
    rc = partners_all(v->c, note_standing, s, err);
    for (size_t i = 0; rc == EN_OK && i < s->n; i++) {
        struct live_peer *p = live_peer(v, en_text_from_ours(s->p[i].id));
        bool fresh = p == NULL, moved = false;

        if (fresh) {
            rc = add_peer(v, en_text_from_ours(s->p[i].id), err);
            p = &v->peer[v->n_peers - 1];
        }
        rc = rc != EN_OK || fresh ? rc : refresh_route(v, p, &moved, err);
        if (rc == EN_OK && (all || fresh || moved || p->open != s->p[i].open))
            rc = tell_gate(v, p, s->p[i].open, err);
    }
    free(s);
    return rc;
}

/* --- loading ------------------------------------------------------------------------------------------------------ */

static en_errc
load(struct live *v, struct en_err *err)
{
    const struct en_node_source source = { next_items, bundle_of, v };
    const struct en_node_keys *keys;
    bool doubt = false;
    en_errc rc = exchange_keys(v->c, &keys, err);

    if (v->node != NULL || rc != EN_OK)
        return rc;
    rc = live_own_head(v, &v->head, err);
    if (rc != EN_OK)
        return rc;
    v->node = en_node_new(keys->partner, &v->head, &source);
    en_node_relays(v->node, true);
    v->counts[0] = 0;
    rc = en_store_parcels_each(v->c->store, NULL, load_parcel, v, err);
    rc = rc != EN_OK ? rc : refresh_gates(v, true, err);
    rc = rc != EN_OK ? rc : en_store_log_doubt(v->c->store, &doubt, err);
    if (rc == EN_OK && doubt)
        rc = live_step(v, &(struct en_event){ .kind = EN_EVENT_RESTORED }, NULL, err);
    if (rc != EN_OK)
        unload(v);
    return rc;
}

static en_errc
enter(struct live *v, struct en_call *c, en_time now, struct en_err *err)
{
    en_errc rc = call_node_init(c, v->acts, &act_live, now, err);

    v->c = c;
    return rc != EN_OK ? rc : load(v, err);
}

static void
leave(struct live *v)
{
    call_node_end(v->c);
    v->c = NULL;
}

/* --- the commit of a step ----------------------------------------------------------------------------------------- */

static en_errc
commit_link(struct live *v, const struct en_update *u, struct en_err *err)
{
    struct en_store_link x = { .relays = false };
    en_errc rc = en_store_links_each(v->c->store, en_text_from_ours(u->partner), note_link, &x, err);

    x.link = u->link;
    return rc != EN_OK ? rc : en_store_link_put(v->c->store, &x, err); /* what a person said of relays stays */
}

static en_errc
commit_make(struct live *v, const struct en_update *u, struct live_draft *draft, struct en_err *err)
{
    struct en_buf plain = EN_BUF_INIT, event = EN_BUF_INIT;
    struct en_json ev;
    en_errc rc;

    EN_ASSERT(draft->d.n == u->n_numbers && (uint64_t)draft->d.delivery[0] == u->numbers[0]);
    draft->d.urgent = u->urgent;
    departing_number(&draft->d, u->number, u->id, v->c->now);
    departing_sign(&draft->d, &plain);
    en_buf_release(&plain);
    rc = departing_store(&draft->d, true, err);
    if (rc != EN_OK)
        return rc;
    live_event_open(v, &event, &ev);
    departing_facts(&draft->d, &ev);
    return live_event_append(v, "bundle-export", &event, &ev, err);
}

struct bundle_found {
    struct en_store_bundle x; /* without what it points to */
    struct en_buf earlier, answer;
};

static en_errc
note_bundle(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct bundle_found *b = ctx;

    (void)err;
    en_buf_add(&b->earlier, x->earlier.p, x->earlier.n);
    en_buf_add(&b->answer, x->answer.p, x->answer.n);
    b->x = *x;
    b->x.partner = b->x.reason = EN_TEXT_LIT("");
    b->x.earlier = en_buf_bytes(&b->earlier);
    b->x.answer = en_buf_bytes(&b->answer);
    return EN_OK;
}

static en_errc
find_out(struct live *v, const char *partner, uint64_t number, struct bundle_found *b, struct en_err *err)
{
    const struct en_store_bundle_filter by = { .out_only = true, .partner = en_text_from_ours(partner),
                                               .sequence = number };
    en_errc rc = en_store_bundles_each(v->c->store, &by, note_bundle, b, err);

    return rc == EN_OK && b->x.id == 0
               ? en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a bundle of the exchange is not in the store")
               : rc;
}

static void
found_release(struct bundle_found *b)
{
    en_buf_release(&b->earlier);
    en_buf_release(&b->answer);
}

static void
bundle_facts(const struct en_update *u, const struct en_store_bundle *x, struct en_json *ev)
{
    en_json_kv_str(ev, "partner", u->partner);
    en_json_kv_int(ev, "bundle", x->id);
    bundle_id_json(ev, x->name);
    en_json_kv_uint(ev, "sequence", x->sequence);
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

/* The partner lost it, whatever its receipt had said: what it carries is on its way again. */
static en_errc
commit_again(struct live *v, const struct en_update *u, struct en_err *err)
{
    struct bundle_found b = { .earlier = EN_BUF_INIT };
    struct en_store_delivery_filter f = { .states = 1u << EN_DELIVERY_RECEIVED | 1u << EN_DELIVERY_OPENED };
    struct ids had = { .arena = &v->arena };
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;
    en_errc rc = find_out(v, u->partner, u->number, &b, err);

    f.bundle = b.x.id;
    rc = rc != EN_OK ? rc : en_store_deliveries_each(v->c->store, &f, note_id, &had, err);
    for (size_t i = 0; rc == EN_OK && i < had.n; i++)
        rc = delivery_set_state(v->c, had.id[i], EN_DELIVERY_SENT, b.x.id, err);
    b.x.flies = true;
    b.x.answered = EN_TIME_NONE;
    b.x.answer = (en_bytes){ NULL, 0 };
    rc = rc != EN_OK ? rc : en_store_bundle_change(v->c->store, &b.x, err);
    if (rc == EN_OK) {
        live_event_open(v, &event, &ev);
        bundle_facts(u, &b.x, &ev);
        rc = live_event_append(v, "bundle-again", &event, &ev, err);
    }
    found_release(&b);
    return rc;
}

static en_errc
commit_renumber(struct live *v, const struct en_update *u, struct en_err *err)
{
    struct bundle_found b = { .earlier = EN_BUF_INIT };
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;
    en_errc rc = find_out(v, u->partner, u->old, &b, err);

    b.x.sequence = u->number;
    memcpy(b.x.name, u->id, sizeof b.x.name);
    rc = rc != EN_OK ? rc : en_store_bundle_renew(v->c->store, &b.x, err);
    if (rc == EN_OK) {
        live_event_open(v, &event, &ev);
        bundle_facts(u, &b.x, &ev);
        en_json_kv_uint(&ev, "old", u->old);
        rc = live_event_append(v, "bundle-renumber", &event, &ev, err);
    }
    found_release(&b);
    return rc;
}

/* What the receipt says of each part was done where it was read; the row flies no more. */
static en_errc
commit_delivered(struct live *v, const struct en_update *u, struct en_err *err)
{
    struct bundle_found b = { .earlier = EN_BUF_INIT };
    en_errc rc = find_out(v, u->partner, u->number, &b, err);

    if (rc == EN_OK && b.x.flies) {
        b.x.flies = false;
        rc = en_store_bundle_change(v->c->store, &b.x, err);
    }
    found_release(&b);
    return rc;
}

static en_errc
commit_keep(struct live *v, const struct en_update *u, const struct live_came *came, struct en_err *err)
{
    struct en_store_parcel x = { .kept = u->kept };
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;
    en_errc rc;

    EN_ASSERT(came != NULL && came->parcel != NULL);
    x.sealed = came->parcel->sealed;
    rc = en_store_parcel_add(v->c->store, &x, err);
    if (rc != EN_OK)
        return rc;
    live_event_open(v, &event, &ev);
    en_json_kv_str(&ev, "partner", x.kept.from);
    en_json_kv_str(&ev, "next", x.kept.next);
    bundle_id_json(&ev, x.kept.id);
    en_json_kv_uint(&ev, "bytes", x.sealed.n);
    return live_event_append(v, "parcel-keep", &event, &ev, err);
}

static en_errc
commit_drop(struct live *v, const struct en_update *u, struct en_err *err)
{
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;
    en_errc rc = en_store_parcel_remove(v->c->store, u->id, err);

    live_forget_parcel(v, u->id);
    if (rc != EN_OK)
        return rc;
    live_event_open(v, &event, &ev);
    bundle_id_json(&ev, u->id);
    return live_event_append(v, "parcel-drop", &event, &ev, err);
}

static en_errc
commit_alarm(struct live *v, const struct en_update *u, struct en_err *err)
{
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;

    live_event_open(v, &event, &ev);
    en_json_kv_str(&ev, "partner", u->partner);
    en_json_kv_str(&ev, "alarm", en_alarm_word(u->alarm));
    en_json_kv_uint(&ev, "number", u->number);
    return live_event_append(v, "exchange-alarm", &event, &ev, err);
}

static en_errc
commit_one(struct live *v, const struct en_update *u, struct live_came *came, size_t *draft, struct en_err *err)
{
    switch (u->kind) {
    case EN_UPDATE_LINK:
        return commit_link(v, u, err);
    case EN_UPDATE_MAKE:
        EN_ASSERT(*draft < v->n_drafts);
        return commit_make(v, u, v->drafts[(*draft)++], err);
    case EN_UPDATE_AGAIN:
        return commit_again(v, u, err);
    case EN_UPDATE_RENUMBER:
        return commit_renumber(v, u, err);
    case EN_UPDATE_DELIVERED:
        return commit_delivered(v, u, err);
    case EN_UPDATE_COSIGN:
        return live_cosign(v, u, came, err);
    case EN_UPDATE_FORK:
        return live_fork(v, u, came, err);
    case EN_UPDATE_KEEP:
        return commit_keep(v, u, came, err);
    case EN_UPDATE_DROP:
        return commit_drop(v, u, err);
    case EN_UPDATE_ALARM:
        return commit_alarm(v, u, err);
    case EN_UPDATE_HOLD:  /* done first of all */
    case EN_UPDATE_GO_ON:
    case EN_UPDATE_EPOCH:
    case EN_UPDATE_TAKE:  /* done last, with the event of what came */
    case EN_UPDATE_SEND:
    case EN_UPDATE_SLIP:
    case EN_UPDATE_PASS:
    case EN_UPDATE_NO_PARCEL:
    case EN_UPDATE_REFUSE:
        break;
    }
    return EN_OK;
}

/* What changes the log itself comes before what is appended to it. */
static en_errc
commit_log(struct live *v, const struct en_updates *u, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < u->n; i++)
        if (u->v[i].kind == EN_UPDATE_HOLD)
            rc = live_hold(v, err);
        else if (u->v[i].kind == EN_UPDATE_GO_ON || u->v[i].kind == EN_UPDATE_EPOCH)
            rc = live_go_on(v, &u->v[i], err);
    return rc;
}

static bool
needs_commit(const struct en_updates *u, const struct live_came *came)
{
    if (came != NULL && (came->taken || came->answers || came->refused != NULL))
        return true;
    for (size_t i = 0; i < u->n; i++)
        if (!en_update_leaves(u->v[i].kind))
            return true;
    return false;
}

static en_errc
commit_all(struct live *v, const struct en_updates *u, struct live_came *came, struct en_err *err)
{
    bool described = came != NULL && (came->taken || came->answers || came->refused != NULL);
    size_t draft = 0;
    en_errc rc = en_store_begin(v->c->store, err);

    rc = rc != EN_OK ? rc : commit_log(v, u, err);
    if (rc == EN_OK && described) { /* receipts before what the step makes of them */
        call_describe(v->c);
        rc = live_take(v, came, came->taken, err);
    }
    for (size_t i = 0; rc == EN_OK && i < u->n; i++)
        rc = commit_one(v, &u->v[i], came, &draft, err);
    if (rc != EN_OK)
        return rc;
    return described ? call_commit(v->c, err) : en_store_commit(v->c->store, err);
}

static en_errc
leave_all(struct live *v, const struct en_updates *u, const struct live_came *came, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < u->n; i++)
        switch ((int)u->v[i].kind) {
        case EN_UPDATE_SEND:
            live_send(v, &u->v[i]);
            break;
        case EN_UPDATE_SLIP:
            rc = live_slip(v, &u->v[i], err);
            break;
        case EN_UPDATE_PASS:
            live_pass(v, &u->v[i]);
            break;
        case EN_UPDATE_NO_PARCEL:
            rc = live_no_parcel(v, &u->v[i], came, err);
            break;
        case EN_UPDATE_REFUSE:
            rc = live_refuse(v, &u->v[i], came, err);
            break;
        default:
            break;
        }
    return rc;
}

/* What the step decided about what came, before anything is written. */
static void
look_at(const struct en_updates *u, struct live_came *came)
{
    for (size_t i = 0; i < u->n; i++) {
        if (u->v[i].kind == EN_UPDATE_TAKE)
            came->taken = true;
        if (u->v[i].kind == EN_UPDATE_REFUSE)
            came->refused = u->v[i].code;
    }
}

en_errc
live_step(struct live *v, struct en_event *e, struct live_came *came, struct en_err *err)
{
    struct en_updates u = { .arena = &v->arena };
    uint8_t random[EN_SHA256_LEN];
    en_errc rc = EN_OK;

    en_arena_reset(&v->arena);
    v->failed = (struct en_err)EN_ERR_INIT;
    for (size_t i = 0; i < v->n_peers; i++)
        v->peer[i].taken[0] = v->peer[i].taken[1] = 0;
    v->acts->rim.draw(v->acts->rim.ctx, random, sizeof random);
    e->now = v->c->now;
    e->random = random;
    en_node_step(v->node, e, &u);
    e->random = NULL;
    if (v->failed.code != EN_OK) {
        rc = v->failed.code;
        if (err != NULL)
            *err = v->failed;
    }
    if (came != NULL)
        look_at(&u, came);
    if (rc == EN_OK && needs_commit(&u, came))
        rc = commit_all(v, &u, came, err);
    rc = rc != EN_OK ? rc : leave_all(v, &u, came, err);
    forget_drafts(v);
    if (rc != EN_OK) {
        en_store_abort(v->c->store);
        unload(v);
    }
    return rc;
}

/* --- what acts have changed --------------------------------------------------------------------------------------- */

/* What is urgent is looked for by itself: nobody sorts all that waits for a partner who is away. */
static en_errc
tell_queued(struct live *v, struct live_peer *p, bool urgent, struct en_err *err)
{
    const struct en_store_delivery_filter first = { .partner = en_text_from_ours(p->id),
                                                    .states = 1u << EN_DELIVERY_QUEUED,
                                                    .urgent_only = urgent,
                                                    .usual_only = !urgent,
                                                    .limit = 1 };
    struct en_event e = { .kind = EN_EVENT_QUEUED, .partner = p->id, .urgent = urgent };
    bool any = false;
    en_errc rc = p->open ? en_store_deliveries_each(v->c->store, &first, note_any, &any, err) : EN_OK;

    return rc == EN_OK && any ? live_step(v, &e, NULL, err) : rc;
}

static en_errc
tell_head(struct live *v, struct en_err *err)
{
    struct en_event e = { .kind = EN_EVENT_HEAD };
    en_errc rc = live_own_head(v, &e.head, err);

    if (rc != EN_OK || (e.head.epoch == v->head.epoch && e.head.size == v->head.size))
        return rc;
    v->head = e.head;
    return live_step(v, &e, NULL, err);
}

/* A person said what was lost, or a restore said that something may be. */
static en_errc
look_at_doubt(struct live *v, struct en_err *err)
{
    struct en_event e = { .kind = EN_EVENT_RESOLVE };
    bool doubt = false;
    en_errc rc = en_store_log_doubt(v->c->store, &doubt, err);

    if (rc != EN_OK || doubt == en_node_asking(v->node))
        return rc;
    e.kind = doubt ? EN_EVENT_RESTORED : EN_EVENT_RESOLVE;
    return live_step(v, &e, NULL, err);
}

/* What kinds of events there were. */
struct since {
    bool gates, queued;
};

static bool
begins(en_text t, const char *with)
{
    size_t n = strlen(with);

    return t.n >= n && memcmp(t.p, with, n) == 0;
}

/* The events of a busy day, which queue nothing for a partner. */
static const char *const quiet[] = { "read",        "bundle-export", "screen",      "rescreen", "check",
                                     "answer-send", "answer-take",   "answer-sent", "answer-read", "answer-timer" };

static en_errc
note_kind(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct since *s = ctx;
    bool queues = true;

    (void)err;
    s->gates = s->gates || begins(e->type, "partner-") || begins(e->type, "charter-") || begins(e->type, "key-") ||
               begins(e->type, "ledger-") || begins(e->type, "restored");
    for (size_t i = 0; i < sizeof quiet / sizeof *quiet && queues; i++)
        queues = !en_text_is(e->type, quiet[i]);
    s->queued = s->queued || queues;
    return EN_OK;
}

static en_errc
queued_by_all(struct live *v, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < v->n_peers; i++) /* whoever waits for what is urgent first */
        rc = tell_queued(v, &v->peer[i], true, err);
    for (size_t i = 0; rc == EN_OK && i < v->n_peers; i++)
        rc = tell_queued(v, &v->peer[i], false, err);
    return rc;
}

/*
 * Whatever was committed since. What a charter gives or takes with time is looked at now and then, and with it what the
 * rules let go only now.
 */
static en_errc
look_at_changes(struct live *v, struct en_err *err)
{
    struct since since = { .gates = v->c->now - v->looked >= GATES_EVERY };
    struct en_head head;
    en_errc rc = live_own_head(v, &head, err);

    since.queued = since.gates;
    if (rc == EN_OK && head.size != v->events)
        rc = en_store_events_each(v->c->store, v->events + 1, 0, note_kind, &since, err);
    if (rc != EN_OK || (head.size == v->events && !since.gates))
        return rc;
    if (since.gates) {
        v->looked = v->c->now;
        rc = look_at_doubt(v, err);
        rc = rc != EN_OK ? rc : refresh_gates(v, false, err);
    }
    if (rc == EN_OK && (since.queued || since.gates))
        rc = queued_by_all(v, err);
    rc = rc != EN_OK ? rc : tell_head(v, err);
    v->events = rc == EN_OK ? v->head.size : 0;
    return rc;
}

/* --- for the daemon ----------------------------------------------------------------------------------------------- */

en_errc
en_acts_live_begin(struct en_acts *a, en_time now, struct en_err *err)
{
    struct en_call c;
    en_errc rc;

    if (a->live == NULL) {
        a->live = en_xcalloc(1, sizeof *a->live);
        a->live->acts = a;
        en_arena_init(&a->live->arena, 256u * EN_MIB);
    }
    unload(a->live);
    rc = enter(a->live, &c, now, err);
    rc = rc != EN_OK ? rc : look_at_changes(a->live, err);
    leave(a->live);
    a->live->begun = rc == EN_OK;
    return rc;
}

en_errc
en_acts_live_time(struct en_acts *a, en_time now, en_time *wakes, struct en_err *err)
{
    struct live *v = a->live;
    struct en_call c;
    en_errc rc;

    *wakes = EN_TIME_NONE;
    if (v == NULL || !v->begun)
        return EN_OK;
    rc = enter(v, &c, now, err);
    rc = rc != EN_OK ? rc : look_at_changes(v, err);
    rc = rc != EN_OK ? rc : live_step(v, &(struct en_event){ .kind = EN_EVENT_TIME }, NULL, err);
    rc = rc != EN_OK ? rc : look_at_changes(v, err);
    if (rc == EN_OK)
        *wakes = en_node_wakes(v->node);
    leave(v);
    return rc;
}

en_errc
en_acts_live_came(struct en_acts *a, en_text from, en_bytes sealed, en_time now, const char **code, struct en_err *err)
{
    struct live *v = a->live;
    struct en_call c;
    en_errc rc;

    *code = NULL;
    if (v == NULL || !v->begun)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the exchange has not begun");
    rc = enter(v, &c, now, err);
    rc = rc != EN_OK ? rc : look_at_changes(v, err);
    rc = rc != EN_OK ? rc : live_came_in(v, from, sealed, code, err);
    rc = rc != EN_OK ? rc : look_at_changes(v, err);
    leave(v);
    return rc;
}

static en_errc
next_out(struct en_acts *a, en_time now, const char (*busy)[EN_ENVELOPE_PARTNER_LEN + 1], size_t n_busy, en_text to,
         struct en_arena *arena, struct en_live_leaving *out, struct en_err *err)
{
    struct live *v = a->live;
    struct en_call c;
    en_errc rc;

    if (v == NULL || !v->begun || (v->node != NULL && v->n_queue == 0))
        return EN_E_NO;
    rc = enter(v, &c, now, err);
    rc = rc != EN_OK ? rc : live_next_out(v, busy, n_busy, to, arena, out, err);
    leave(v);
    return rc;
}

en_errc
en_acts_live_leaving(struct en_acts *a, en_time now, const char (*busy)[EN_ENVELOPE_PARTNER_LEN + 1], size_t n_busy,
                     struct en_arena *arena, struct en_live_leaving *out, struct en_err *err)
{
    return next_out(a, now, busy, n_busy, EN_TEXT_NONE, arena, out, err);
}

en_errc
en_acts_live_fetch(struct en_acts *a, en_text partner, en_time now, struct en_arena *arena, struct en_live_leaving *out,
                   struct en_err *err)
{
    return partner.n == 0 ? EN_E_NO : next_out(a, now, NULL, 0, partner, arena, out, err);
}

en_errc
en_acts_live_near(struct en_acts *a, en_text partner, en_time now, struct en_err *err)
{
    struct live *v = a->live;
    struct en_event e = { .kind = EN_EVENT_NEAR };
    struct en_call c;
    en_errc rc;

    if (v == NULL || !v->begun || v->node == NULL)
        return EN_OK;
    rc = enter(v, &c, now, err);
    for (size_t i = 0; rc == EN_OK && i < v->n_peers && e.partner == NULL; i++)
        if (en_text_is(partner, v->peer[i].id))
            e.partner = v->peer[i].id;
    if (rc == EN_OK && e.partner != NULL)
        rc = live_step(v, &e, NULL, err);
    leave(v);
    return rc;
}

en_errc
en_acts_live_left(struct en_acts *a, uint64_t ticket, enum en_sent how, en_time now, struct en_err *err)
{
    struct live *v = a->live;
    struct en_call c;
    en_errc rc;

    if (v == NULL || !v->begun || v->node == NULL)
        return EN_OK;
    rc = enter(v, &c, now, err);
    rc = rc != EN_OK ? rc : live_went(v, ticket, how, err);
    leave(v);
    return rc;
}

struct telling {
    en_live_partner_fn *fn;
    void *ctx;
};

static en_errc
tell_partner(void *ctx, const struct partner *p, struct en_err *err)
{
    const struct telling *t = ctx;
    struct en_live_partner x = { .id = p->row.partner, .name = p->row.name };
    struct en_card card;
    en_errc rc;

    if (!may_exchange(&p->facts))
        return EN_OK;
    rc = en_card_read(p->row.card, &card, err);
    if (rc != EN_OK)
        return rc;
    memcpy(x.key, p->row.key, sizeof x.key);
    x.addresses = p->row.n_addresses > 0 ? p->row.addresses : card.address;
    x.n_addresses = p->row.n_addresses > 0 ? p->row.n_addresses : card.n_addresses;
    return t->fn(t->ctx, &x, err);
}

en_errc
en_acts_live_partners(struct en_acts *a, en_live_partner_fn *fn, void *ctx, struct en_err *err)
{
    struct telling t = { fn, ctx };
    struct en_call c = { .acts = a, .store = a->store };
    en_errc rc;

    en_arena_init(&c.arena, 64u * EN_MIB);
    en_arena_init(&c.scratch, EN_MIB);
    rc = partners_all(&c, tell_partner, &t, err);
    en_arena_release(&c.arena);
    en_arena_release(&c.scratch);
    return rc;
}

/* --- acts of people ----------------------------------------------------------------------------------------------- */

en_errc
live_next_number(struct en_call *c, en_text partner, uint64_t *out, struct en_err *err)
{
    struct en_store_link x;
    en_errc rc = live_link_read(c, partner, &x, err);

    *out = x.link.next;
    return rc;
}

void
live_by_hand(struct en_acts *a)
{
    if (a->live != NULL)
        unload(a->live);
}
