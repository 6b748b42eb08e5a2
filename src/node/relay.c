/*
 * relay.c: sealed bundles of others, from a partner to a partner. Who relays sees who gave it and who gets it next, and
 * nothing of what is in it; whether it arrived is between the two ends, by receipts.
 */
#include <stdio.h>
#include <string.h>

#include "node/step_parts.h"

void
en_node_kept_load(struct en_node *n, const struct en_kept *k)
{
    EN_ASSERT(n->n_kept < EN_NODE_KEPT_MAX);
    n->kept[n->n_kept++] = (struct parcel){ .k = *k };
}

static struct parcel *
find_parcel(struct en_node *n, const uint8_t *id)
{
    for (unsigned i = 0; i < n->n_kept; i++)
        if (memcmp(n->kept[i].k.id, id, sizeof n->kept[i].k.id) == 0)
            return &n->kept[i];
    return NULL;
}

/* Why a parcel is not taken; NULL: it is. */
static const char *
refused(const struct step *s, const struct live *from)
{
    struct en_node *n = s->n;
    const struct live *next = en_step_find(n, s->e->next);
    uint64_t bytes = s->e->bytes;
    unsigned of = 0;

    if (!n->relays || n->asking)
        return "relay-off";
    if (next == NULL || next == from || !next->open || !from->open)
        return "relay-unknown";
    for (unsigned i = 0; i < n->n_kept; i++) {
        if (strcmp(n->kept[i].k.from, from->l.id) != 0)
            continue;
        of++;
        bytes += n->kept[i].k.bytes;
    }
    return n->n_kept == EN_NODE_KEPT_MAX || of == EN_NODE_KEPT_OF || bytes > EN_NODE_KEPT_BYTES ? "relay-full" : NULL;
}

void
en_node_parcel(struct step *s, struct live *from)
{
    const char *code = refused(s, from);
    struct en_update *u;
    struct parcel *p;

    if (code) {
        en_step_add(s, EN_UPDATE_NO_PARCEL, from)->code = code;
        return;
    }
    if (find_parcel(s->n, s->e->id)) /* it came twice */
        return;
    p = &s->n->kept[s->n->n_kept++];
    *p = (struct parcel){ .due = s->e->now };
    p->k.bytes = s->e->bytes;
    p->k.until = s->e->now + EN_NODE_KEPT_FOR;
    memcpy(p->k.id, s->e->id, sizeof p->k.id);
    snprintf(p->k.from, sizeof p->k.from, "%s", from->l.id);
    snprintf(p->k.next, sizeof p->k.next, "%s", s->e->next);
    u = en_step_add(s, EN_UPDATE_KEEP, en_step_find(s->n, s->e->next));
    memcpy(u->id, p->k.id, sizeof u->id);
    u->kept = p->k;
}

static void
drop(struct step *s, struct parcel *p)
{
    struct en_update *u = en_step_add(s, EN_UPDATE_DROP, NULL);

    memcpy(u->id, p->k.id, sizeof u->id);
    *p = s->n->kept[--s->n->n_kept];
}

void
en_node_passed(struct step *s)
{
    struct parcel *p = find_parcel(s->n, s->e->id);

    if (p == NULL)
        return;
    if (s->e->sent == EN_SENT_OVER)
        drop(s, p);
    else
        p->due = s->e->now + en_step_again(s, EN_NODE_AGAIN_FIRST, p->tries++, EN_NODE_AGAIN_MOST);
}

/* Passes on what is due; what nobody took in its time is forgotten, and its sender has no receipt. */
void
en_node_pass_on(struct step *s)
{
    for (unsigned i = s->n->n_kept; i-- > 0 && !s->n->asking;) {
        struct parcel *p = &s->n->kept[i];
        const struct live *next = en_step_find(s->n, p->k.next);
        struct en_update *u;

        if (s->e->now >= p->k.until) {
            drop(s, p);
            continue;
        }
        if (p->due > s->e->now)
            continue;
        p->due = s->e->now + EN_NODE_AGAIN_MOST; /* what becomes of it is told before */
        if (next == NULL || !next->open)
            continue;
        u = en_step_add(s, EN_UPDATE_PASS, next);
        memcpy(u->id, p->k.id, sizeof u->id);
    }
}

en_time
en_node_parcels_wake(const struct en_node *n)
{
    en_time first = EN_TIME_NONE;

    for (unsigned i = 0; i < n->n_kept && !n->asking; i++) {
        const struct parcel *p = &n->kept[i];
        en_time t = p->due < p->k.until ? p->due : p->k.until;

        if (first == EN_TIME_NONE || t < first)
            first = t;
    }
    return first;
}
