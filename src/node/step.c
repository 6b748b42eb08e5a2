/*
 * step.c: events go to the link of their partner; then every link that the event may have moved gives what it can.
 */
#include "node/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/step_parts.h"

bool
en_update_leaves(enum en_update_kind k)
{
    return k >= EN_UPDATE_SEND;
}

const char *
en_alarm_word(enum en_alarm a)
{
    static const char *const words[EN_ALARMS] = {
        [EN_ALARM_NUMBER_USED] = "number-used",
        [EN_ALARM_RECEIPT_UNKNOWN] = "receipt-unknown",
        [EN_ALARM_BEHIND] = "behind",
        [EN_ALARM_CLOCK] = "clock",
        [EN_ALARM_REFUSED] = "refused",
        [EN_ALARM_VERSION] = "version",
        [EN_ALARM_UNPROVEN] = "unproven",
    };

    return words[a];
}

struct en_node *
en_node_new(const char *we, const struct en_head *head, const struct en_node_source *source)
{
    struct en_node *n = en_xcalloc(1, sizeof *n);

    EN_ASSERT(strlen(we) == EN_ENVELOPE_PARTNER_LEN);
    memcpy(n->we, we, sizeof n->we);
    n->head = *head;
    n->source = *source;
    n->oldest = n->newest = EN_ENVELOPE_VERSION;
    return n;
}

void
en_node_speaks(struct en_node *n, unsigned oldest, unsigned newest)
{
    EN_ASSERT(oldest >= 1 && oldest <= newest);
    n->oldest = oldest;
    n->newest = newest;
}

unsigned
en_node_version(const struct en_node *n, const char *partner)
{
    for (unsigned i = 0; i < n->n_links; i++)
        if (strcmp(n->link[i].l.id, partner) == 0)
            return en_live_version(n, &n->link[i]);
    return 0;
}

void
en_node_free(struct en_node *n)
{
    free(n);
}

struct live *
en_step_find(struct en_node *n, const char *id)
{
    for (unsigned i = 0; i < n->n_links; i++)
        if (strcmp(n->link[i].l.id, id) == 0)
            return &n->link[i];
    return NULL;
}

void
en_node_link_load(struct en_node *n, const struct en_node_link *l, const struct en_flying *flying, size_t n_flying)
{
    struct live *to = &n->link[n->n_links];

    EN_ASSERT(n->n_links < EN_NODE_LINKS_MAX && n_flying <= EN_NODE_FLYING_MAX && en_step_find(n, l->id) == NULL);
    memset(to, 0, sizeof *to);
    to->l = *l;
    if (to->l.next == 0) { /* a new one */
        to->l.next = 1;
        to->l.log.owed = EN_TIME_NONE;
    }
    to->slip = to->gossip = EN_TIME_NONE;
    to->more[0] = to->more[1] = true;
    for (size_t i = 0; i < n_flying; i++)
        to->flying[to->n_flying++].f = flying[i]; /* due at once: nobody knows whether it left */
    n->n_links++;
}

static const struct flight *
same_flight(const struct flight *v, unsigned n, const struct en_flying *f)
{
    for (unsigned i = 0; i < n; i++)
        if (v[i].f.number == f->number && memcmp(v[i].f.id, f->id, sizeof f->id) == 0)
            return &v[i];
    return NULL;
}

static bool
same_came(const struct en_node_link *a, const struct en_node_link *b)
{
    return a->upto == b->upto && a->window == b->window && a->highest == b->highest;
}

void
en_node_link_refresh(struct en_node *n, const struct en_node_link *l, const struct en_flying *flying, size_t n_flying)
{
    struct live *to = en_step_find(n, l->id);
    struct flight was[EN_NODE_FLYING_MAX];
    unsigned n_was;

    EN_ASSERT(to != NULL && n_flying <= EN_NODE_FLYING_MAX);
    n_was = to->n_flying;
    memcpy(was, to->flying, sizeof was);
    if (!same_came(&to->l, l))
        en_live_slip_due(to, 0); /* it is told what came */
    to->l = *l;
    to->more[0] = to->more[1] = true;
    to->n_flying = 0;
    for (size_t i = 0; i < n_flying; i++) {
        const struct flight *f = same_flight(was, n_was, &flying[i]);

        to->flying[to->n_flying++] = f != NULL ? *f : (struct flight){ .f = flying[i] };
    }
}

void
en_node_pace(struct en_node *n, const struct en_node *was, const char *partner)
{
    struct live *to = en_step_find(n, partner);
    const struct live *from = en_step_find((struct en_node *)(uintptr_t)was, partner);

    if (to == NULL || from == NULL)
        return;
    to->down = from->down;
    to->failures = from->failures;
    to->via_down = from->via_down;
    to->via_failures = from->via_failures;
    to->try_newest = from->try_newest;
    to->misread = from->misread;
    to->unread = from->unread;
    to->unread_at = from->unread_at;
    to->version_told = from->version_told;
}

struct en_update *
en_step_add(struct step *s, enum en_update_kind k, const struct live *l)
{
    struct en_update *u;

    EN_ASSERT(en_arena_grow(s->out->arena, &s->out->v, &s->out->cap, s->out->n + 1, sizeof *s->out->v));
    u = &s->out->v[s->out->n++];
    memset(u, 0, sizeof *u);
    u->kind = k;
    u->partner = l ? l->l.id : NULL;
    return u;
}

void
en_step_random(struct step *s, uint8_t out[EN_SHA256_LEN])
{
    uint8_t count[4] = { (uint8_t)(s->drawn >> 24), (uint8_t)(s->drawn >> 16), (uint8_t)(s->drawn >> 8),
                         (uint8_t)s->drawn };

    s->drawn++;
    en_sha256_2(en_bytes_from(s->e->random, EN_SHA256_LEN), en_bytes_from(count, sizeof count), out);
}

/* What changed on a link is stored with what the step did. */
static void
store_link(struct step *s, struct live *l)
{
    if (!l->dirty)
        return;
    en_step_add(s, EN_UPDATE_LINK, l)->link = l->l;
    l->dirty = false;
}

void
en_step_alarm(struct step *s, const struct live *l, enum en_alarm a, uint64_t number)
{
    struct en_update *u = en_step_add(s, EN_UPDATE_ALARM, l);

    u->alarm = a;
    u->number = number;
}

static void
at_link(struct step *s, struct live *l)
{
    switch (s->e->kind) {
    case EN_EVENT_QUEUED:
        l->more[s->e->urgent] = true;
        if (s->e->urgent)
            l->down = 0; /* what is urgent is tried at once */
        break;
    case EN_EVENT_GATE:
        if (s->e->open && !l->open)
            en_live_ask(s, l); /* whether it has more of us than we know */
        l->open = s->e->open;
        snprintf(l->via, sizeof l->via, "%s", s->e->via ? s->e->via : "");
        break;
    case EN_EVENT_SENT:
        en_live_sent(s, l);
        break;
    case EN_EVENT_NEAR:
        en_live_near(s, l);
        break;
    case EN_EVENT_UNREAD:
        en_live_unread(s, l);
        break;
    case EN_EVENT_BUNDLE:
        en_live_bundle(s, l);
        break;
    case EN_EVENT_PARCEL:
        en_node_parcel(s, l);
        break;
    case EN_EVENT_PASSED:
        en_node_passed(s);
        break;
    case EN_EVENT_TIME:
    case EN_EVENT_HEAD:
    case EN_EVENT_RESTORED:
    case EN_EVENT_RESOLVE:
        break;
    }
}

/* Events of the node itself; false: of a partner. */
static bool
at_node(struct step *s)
{
    struct en_node *n = s->n;

    switch (s->e->kind) {
    case EN_EVENT_HEAD:
        n->head = s->e->head;
        for (unsigned i = 0; i < n->n_links; i++)
            en_live_slip_due(&n->link[i], s->e->now + EN_NODE_TELL);
        return true;
    case EN_EVENT_RESTORED:
        en_node_begin_asking(s);
        return true;
    case EN_EVENT_RESOLVE:
        en_node_try_resolve(s, true);
        return true;
    case EN_EVENT_TIME:
        en_node_try_resolve(s, false);
        return true;
    case EN_EVENT_QUEUED:
    case EN_EVENT_GATE:
    case EN_EVENT_SENT:
    case EN_EVENT_BUNDLE:
    case EN_EVENT_PARCEL:
    case EN_EVENT_PASSED:
    case EN_EVENT_UNREAD:
    case EN_EVENT_NEAR:
        break;
    }
    return false;
}

/* Everybody who may have something to be sent gets it, and what changed on a link is stored with it. */
void
en_node_step(struct en_node *n, const struct en_event *e, struct en_updates *out)
{
    struct step s = { .n = n, .e = e, .out = out };
    bool was_asking = n->asking, all = at_node(&s);

    if (!all) {
        struct live *l = en_step_find(n, e->partner);

        EN_ASSERT(l != NULL);
        at_link(&s, l);
        en_node_try_resolve(&s, false);
        all = n->asking != was_asking;
        if (!all) {
            en_live_pump(&s, l);
            store_link(&s, l);
        }
    }
    en_node_pass_on(&s);
    for (unsigned i = 0; all && i < n->n_links; i++) {
        en_live_owed(&s, &n->link[i]);
        en_live_pump(&s, &n->link[i]);
        store_link(&s, &n->link[i]);
    }
}

void
en_node_relays(struct en_node *n, bool yes)
{
    n->relays = yes;
}

bool
en_node_asking(const struct en_node *n)
{
    return n->asking;
}

static en_time
sooner(en_time a, en_time b)
{
    return a == EN_TIME_NONE || (b != EN_TIME_NONE && b < a) ? b : a;
}

en_time
en_node_wakes(const struct en_node *n)
{
    en_time first = EN_TIME_NONE;

    for (unsigned i = 0; i < n->n_links; i++) {
        const struct en_log *g = &n->link[i].l.log;

        first = sooner(first, en_live_wakes(n, &n->link[i]));
        if (g->owed != EN_TIME_NONE && !g->flagged)
            first = sooner(first, g->owed + EN_NODE_PROOF_OWED);
    }
    first = sooner(first, en_node_parcels_wake(n));
    return n->asking ? sooner(first, n->asking_since + 2 * EN_NODE_ANSWERS) : first;
}
