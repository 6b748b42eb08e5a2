/*
 * live.c: the exchange that runs by itself, as the daemon calls it (live.h).
 */
#include "acts/live_parts.h"

#include <stdlib.h>
#include <string.h>

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

/* The step is thrown away; what it had to send is sent again once it is loaded. */
void
live_unload(struct live *v)
{
    if (v->node != NULL) {
        en_node_free(v->was);
        v->was = v->node;
    }
    v->node = NULL;
    v->stale = false;
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
    live_unload(v);
    en_node_free(v->was);
    live_drafts_forget(v);
    free(v->drafts);
    free(v->queue);
    en_arena_release(&v->arena);
    free(v);
}

/* --- versions ----------------------------------------------------------------------------------------------------- */

void
en_acts_live_speaks(struct en_acts *a, unsigned oldest, unsigned newest)
{
    a->speaks_oldest = oldest;
    a->speaks_newest = newest;
}

unsigned
live_version(struct live *v, const char *id)
{
    unsigned version = en_node_version(v->node, id);

    return version != 0 ? version : v->acts->speaks_oldest;
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
    live_unload(a->live);
    en_node_free(a->live->was);
    a->live->was = NULL;
    rc = live_enter(a->live, &c, now, err);
    rc = rc != EN_OK ? rc : live_changes(a->live, err);
    live_leave(a->live);
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
    rc = live_enter(v, &c, now, err);
    rc = rc != EN_OK ? rc : live_changes(v, err);
    rc = rc != EN_OK ? rc : live_step(v, &(struct en_event){ .kind = EN_EVENT_TIME }, NULL, err);
    rc = rc != EN_OK ? rc : live_changes(v, err);
    if (rc == EN_OK)
        *wakes = en_node_wakes(v->node);
    live_leave(v);
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
    rc = live_enter(v, &c, now, err);
    rc = rc != EN_OK ? rc : live_changes(v, err);
    rc = rc != EN_OK ? rc : live_came_in(v, from, sealed, code, err);
    rc = rc != EN_OK ? rc : live_changes(v, err);
    live_leave(v);
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
    rc = live_enter(v, &c, now, err);
    rc = rc != EN_OK ? rc : live_next_out(v, busy, n_busy, to, arena, out, err);
    live_leave(v);
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
    rc = live_enter(v, &c, now, err);
    for (size_t i = 0; rc == EN_OK && i < v->n_peers && e.partner == NULL; i++)
        if (en_text_is(partner, v->peer[i].id))
            e.partner = v->peer[i].id;
    if (rc == EN_OK && e.partner != NULL)
        rc = live_step(v, &e, NULL, err);
    live_leave(v);
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
    rc = live_enter(v, &c, now, err);
    rc = rc != EN_OK ? rc : live_went(v, ticket, how, err);
    live_leave(v);
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

    if (!live_may_exchange(&p->facts))
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

unsigned
live_version_by_hand(const struct en_acts *a, const struct en_node_link *l)
{
    return en_version_common(l->speaks_oldest, l->speaks_newest, a->speaks_oldest, a->speaks_newest);
}

void
live_by_hand(struct en_acts *a)
{
    if (a->live != NULL)
        a->live->stale = true;
}
