/*
 * live_commit.c: a step of the exchange and its commit; what leaves leaves after it.
 */
#include "acts/live_parts.h"

#include <string.h>

static en_errc
commit_link(struct live *v, const struct en_update *u, struct en_err *err)
{
    struct en_store_link x = { .relays = false };
    en_errc rc = en_store_links_each(v->c->store, en_text_from_ours(u->partner), live_note_link, &x, err);

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
    draft->d.bundle.version = live_version(v, u->partner);
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
    live_drafts_forget(v);
    if (rc != EN_OK) {
        en_store_abort(v->c->store);
        live_unload(v);
    }
    return rc;
}
