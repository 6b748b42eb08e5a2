/*
 * heads.c: every node is a witness of every other. It cosigns a head that extends the one it cosigned last, tells
 * others what it holds, and keeps two heads that contradict each other, which prove a fork to anyone.
 */
#include <string.h>

#include "node/step_parts.h"

bool
en_head_same(const struct en_head *a, const struct en_head *b)
{
    return a->epoch == b->epoch && a->size == b->size && en_tree_hash_eq(&a->root, &b->root);
}

bool
en_head_later(const struct en_head *a, const struct en_head *b)
{
    return a->size && (a->epoch > b->epoch || (a->epoch == b->epoch && a->size > b->size));
}

/* --- what others show -------------------------------------------------------------------------------- */

static void
cosign(struct step *s, struct live *owner, const struct en_head *h)
{
    struct en_log *g = &owner->l.log;

    g->held = *h;
    owner->dirty = true;
    en_step_add(s, EN_UPDATE_COSIGN, owner)->head = *h;
    for (unsigned i = 0; i < s->n->n_links; i++)
        en_live_slip_due(&s->n->link[i], s->e->now + EN_NODE_TELL);
}

static void
fork_found(struct step *s, struct live *owner, const struct en_head *a, const struct en_head *b)
{
    struct en_log *g = &owner->l.log;
    struct en_update *u = en_step_add(s, EN_UPDATE_FORK, owner);

    u->head = *a;
    u->other = *b;
    g->held = u->head; /* the two that others are shown */
    g->other = u->other;
    g->forked = true;
    g->owed = EN_TIME_NONE;
    owner->dirty = true;
    for (unsigned i = 0; i < s->n->n_links; i++)
        en_live_slip_due(&s->n->link[i], s->e->now); /* everybody is to know */
}

/* A head that neither extends what we hold, as far as was shown, nor contradicts it. One at a time is asked about. */
static void
owe_proof(struct step *s, struct live *owner, const struct en_head *h)
{
    struct en_log *g = &owner->l.log;

    if (g->owed != EN_TIME_NONE)
        return;
    g->other = *h;
    g->owed = s->e->now;
    owner->dirty = true;
    en_live_slip_due(owner, s->e->now + EN_NODE_TELL); /* its holds, or its prove, asks for the proof */
}

/* Whether the proof with `shown` settles the head that a proof is owed about. */
static bool
settles(const struct en_log *g, const struct en_shown_head *shown)
{
    const struct en_head *o = &g->other, *h = &shown->head;

    if (g->owed == EN_TIME_NONE || o->epoch != h->epoch)
        return false;
    return en_head_same(o, h) ||
           (shown->proof && shown->old == o->size &&
            en_tree_extends(o->size, &o->root, h->size, &h->root, shown->proof));
}

static void
settle(struct live *owner)
{
    owner->l.log.owed = EN_TIME_NONE;
    owner->l.log.flagged = false;
    memset(&owner->l.log.other, 0, sizeof owner->l.log.other);
    owner->dirty = true;
}

static bool
extends(const struct en_head *held, const struct en_shown_head *shown)
{
    return held->size == 0 || (shown->proof && shown->old == held->size && shown->head.epoch == held->epoch &&
                               en_tree_extends(held->size, &held->root, shown->head.size, &shown->head.root,
                                               shown->proof));
}

static void
shown_larger(struct step *s, struct live *owner, const struct en_shown_head *shown)
{
    struct en_log *g = &owner->l.log;

    if (!extends(&g->held, shown)) {
        if (settles(g, shown))
            settle(owner); /* the proof was about that one; the one from what we hold comes when we say what it is */
        else
            owe_proof(s, owner, &shown->head);
        return;
    }
    cosign(s, owner, &shown->head);
    /* What was owed about a head between the two, or about a larger one, is still owed. */
    if (settles(g, shown))
        settle(owner);
}

/* A head of a partner's log, signed by it; from is who showed it. */
static void
shown_head(struct step *s, struct live *owner, const struct live *from, const struct en_shown_head *shown)
{
    struct en_log *g = &owner->l.log;
    const struct en_head *h = &shown->head;

    if (h->size == 0 || g->forked || h->epoch < g->held.epoch)
        return;
    if (h->epoch > g->held.epoch) { /* it closed its log and said so; a person looks at the statement */
        settle(owner);
        cosign(s, owner, h);
    } else if (h->size > g->held.size) {
        shown_larger(s, owner, shown);
    } else if (h->size == g->held.size) {
        if (!en_tree_hash_eq(&h->root, &g->held.root))
            fork_found(s, owner, &g->held, h);
        else if (settles(g, shown))
            settle(owner);
    } else if (from != owner) {
        owe_proof(s, owner, h); /* its own older slips may be late; what it showed to others is to be of one history */
    }
}

/* A head that we signed: later than ours, or another of the same size, means that a backup was put back. */
static void
shown_ours(struct step *s, struct live *from, const struct en_head *h)
{
    const struct en_head *ours = &s->n->head;
    bool other = h->size && h->epoch == ours->epoch && h->size == ours->size && !en_head_same(h, ours);

    if (en_head_later(h, &from->shown) || other)
        from->shown = *h;
    if (other || en_head_later(h, ours))
        en_node_begin_asking(s);
}

/* One that came before it in this slip and cannot be of one history with it: whatever we hold, that is a fork. */
static const struct en_head *
contradicted(const struct en_event *e, size_t at)
{
    const struct en_head *h = &e->heads[at].head;

    for (size_t i = 0; i < at; i++) {
        const struct en_head *x = &e->heads[i].head;

        if (strcmp(e->heads[i].owner, e->heads[at].owner) == 0 && x->size > 0 && x->size == h->size &&
            x->epoch == h->epoch && !en_tree_hash_eq(&x->root, &h->root))
            return x;
    }
    return NULL;
}

static void
shown_of_partner(struct step *s, struct live *owner, const struct live *from, size_t at)
{
    const struct en_shown_head *h = &s->e->heads[at];
    const struct en_head *other = contradicted(s->e, at);

    if (other != NULL && !owner->l.log.forked && other->epoch >= owner->l.log.held.epoch)
        fork_found(s, owner, other, &h->head);
    else
        shown_head(s, owner, from, h);
}

void
en_live_heads(struct step *s, struct live *l)
{
    for (size_t i = 0; i < s->e->n_heads; i++) {
        const struct en_shown_head *h = &s->e->heads[i];
        struct live *owner = en_step_find(s->n, h->owner);

        if (strcmp(h->owner, s->n->we) == 0)
            shown_ours(s, l, &h->head);
        else if (owner && !s->n->asking) /* a cosignature is recorded */
            shown_of_partner(s, owner, l, i);
    }
}

void
en_live_owed(struct step *s, struct live *l)
{
    struct en_log *g = &l->l.log;

    if (g->owed == EN_TIME_NONE || g->flagged || s->e->now - g->owed < EN_NODE_PROOF_OWED)
        return;
    g->flagged = true;
    l->dirty = true;
    en_step_alarm(s, l, EN_ALARM_UNPROVEN, g->other.size);
}

/* --- what we show ------------------------------------------------------------------------------------ */

static void
show(struct en_shown_head *out, size_t *n, const char *owner, const struct en_head *h, uint64_t old)
{
    out[(*n)++] = (struct en_shown_head){ .owner = owner, .head = *h, .old = old };
}

/* What is held of others, as far as it was not told in this turn; a turn begins with a look at all of them again. */
static void
tell_others(struct step *s, struct live *l, struct en_shown_head *v, size_t *n)
{
    struct en_node *nd = s->n;
    uint8_t from[EN_SHA256_LEN];

    if (!l->untold && s->e->now - l->turn >= EN_NODE_GOSSIP) {
        memset(l->told, 0, sizeof l->told);
        l->turn = s->e->now;
    }
    l->untold = false;
    en_step_random(s, from);
    for (unsigned k = 0; k < nd->n_links; k++) {
        unsigned i = (k + from[0]) % nd->n_links;
        const struct en_log *g = &nd->link[i].l.log;

        if (g->forked || g->held.size == 0 || en_head_same(&g->held, &l->told[i]))
            continue;
        if (*n >= EN_NODE_HEADS_MAX) {
            l->untold = true;
            return;
        }
        show(v, n, nd->link[i].l.id, &g->held, 0);
        l->told[i] = g->held;
    }
}

/* Our own head if it does not hold it yet or wants to see a proof; then forks; then what is new of others. */
size_t
en_live_tell_heads(struct step *s, struct live *l, struct en_shown_head **out)
{
    struct en_node *nd = s->n;
    struct en_shown_head *v = en_arena_array(s->out->arena, EN_NODE_HEADS_MAX + 2, sizeof *v);
    size_t n = 0;

    EN_ASSERT(v != NULL);
    *out = v;
    if (nd->asking)
        return 0;
    if (nd->head.size && (l->prove || !en_head_same(&nd->head, &l->theirs))) {
        bool same_log = l->theirs.epoch == nd->head.epoch && l->theirs.size <= nd->head.size;

        show(v, &n, nd->we, &nd->head, l->prove ? l->prove : same_log ? l->theirs.size : 0);
        l->prove = 0;
    }
    for (unsigned i = 0; i < nd->n_links && n + 1 < EN_NODE_HEADS_MAX; i++)
        if (nd->link[i].l.log.forked) {
            show(v, &n, nd->link[i].l.id, &nd->link[i].l.log.held, 0);
            show(v, &n, nd->link[i].l.id, &nd->link[i].l.log.other, 0);
        }
    if (l->answering && l->l.log.held.size && !l->l.log.forked)
        show(v, &n, l->l.id, &l->l.log.held, 0); /* what it asks for: its own head, as it signed it */
    tell_others(s, l, v, &n);
    return n;
}
