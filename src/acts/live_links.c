/*
 * live_links.c: links as they are loaded, and the gates that say whom the node may give to.
 */
#include "acts/live_parts.h"

#include <stdlib.h>
#include <string.h>

/* The events of what the node does by itself on a link; EN_ACT_DOUBT: slips go while it asks what was lost. */
static const struct en_act act_live = { .word = "live", .event = "bundle-import", .flags = EN_ACT_DOUBT };

/* --- links -------------------------------------------------------------------------------------------------------- */

en_errc
live_note_link(void *ctx, const struct en_store_link *x, struct en_err *err)
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
    rc = en_store_links_each(c->store, partner, live_note_link, x, err);
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

    return l->n < EN_NODE_FLYING_MAX ? live_note_flying(&l->f[l->n++], x, err) : EN_OK;
}

static en_errc
read_link(struct live *v, en_text id, struct en_store_link *x, struct flights *l, struct en_err *err)
{
    const struct en_store_bundle_filter flying = { .out_only = true, .partner = id, .flying_only = true };
    en_errc rc = live_link_read(v->c, id, x, err);

    l->n = 0;
    return rc != EN_OK ? rc : en_store_bundles_each(v->c->store, &flying, add_flying, l, err);
}

static en_errc
add_peer(struct live *v, en_text id, struct en_err *err)
{
    struct live_peer *p = &v->peer[v->n_peers];
    struct flights l;
    struct en_store_link x;
    en_errc rc;

    if (v->n_peers == EN_NODE_LINKS_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "there are more than %u partners", EN_NODE_LINKS_MAX);
    memset(p, 0, sizeof *p);
    rc = read_link(v, id, &x, &l, err);
    if (rc != EN_OK)
        return rc;
    memcpy(p->id, x.link.id, sizeof p->id);
    memcpy(p->via, x.via, sizeof p->via);
    memcpy(p->then, x.then, sizeof p->then);
    p->relays = x.relays;
    p->unbelieved = EN_TIME_NONE;
    v->n_peers++;
    en_node_link_load(v->node, &x.link, l.f, l.n);
    if (v->was != NULL)
        en_node_pace(v->node, v->was, p->id);
    return EN_OK;
}

/* What people carried by hand since. */
static en_errc
refresh(struct live *v, struct en_err *err)
{
    struct en_store_link x;
    struct flights l;
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < v->n_peers; i++) {
        rc = read_link(v, en_text_from_ours(v->peer[i].id), &x, &l, err);
        if (rc == EN_OK)
            en_node_link_refresh(v->node, &x.link, l.f, l.n);
    }
    v->stale = rc != EN_OK;
    return rc;
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

bool
live_may_exchange(const struct en_partner_facts *f)
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
    s->p[s->n++].open = live_may_exchange(&p->facts);
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
    en_errc rc = en_store_links_each(v->c->store, en_text_from_ours(p->id), live_note_link, &x, err);

    *changed = rc == EN_OK && (strcmp(p->via, x.via) != 0 || strcmp(p->then, x.then) != 0);
    memcpy(p->via, x.via, sizeof p->via);
    memcpy(p->then, x.then, sizeof p->then);
    p->relays = x.relays;
    return rc;
}

en_errc
live_gates(struct live *v, bool all, struct en_err *err)
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
    const struct en_node_source source = { live_source_items, live_source_bundle, v };
    const struct en_node_keys *keys;
    bool doubt = false;
    en_errc rc = exchange_keys(v->c, &keys, err);

    if (v->node != NULL || rc != EN_OK)
        return rc == EN_OK && v->stale ? refresh(v, err) : rc;
    rc = live_own_head(v, &v->head, err);
    if (rc != EN_OK)
        return rc;
    v->node = en_node_new(keys->partner, &v->head, &source);
    en_node_relays(v->node, true);
    en_node_speaks(v->node, v->acts->speaks_oldest, v->acts->speaks_newest);
    v->counts[0] = 0;
    rc = en_store_parcels_each(v->c->store, NULL, load_parcel, v, err);
    rc = rc != EN_OK ? rc : live_gates(v, true, err);
    rc = rc != EN_OK ? rc : en_store_log_doubt(v->c->store, &doubt, err);
    if (rc == EN_OK && doubt)
        rc = live_step(v, &(struct en_event){ .kind = EN_EVENT_RESTORED }, NULL, err);
    if (rc != EN_OK) {
        live_unload(v);
        return rc;
    }
    en_node_free(v->was);
    v->was = NULL;
    return EN_OK;
}

en_errc
live_enter(struct live *v, struct en_call *c, en_time now, struct en_err *err)
{
    en_errc rc = call_node_init(c, v->acts, &act_live, now, err);

    v->c = c;
    return rc != EN_OK ? rc : load(v, err);
}

void
live_leave(struct live *v)
{
    call_node_end(v->c);
    v->c = NULL;
}
