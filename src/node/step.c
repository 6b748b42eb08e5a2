/*
 * step.c: events go to the link of their partner; then every link that the event may have moved gives what it can.
 */
#include "node/step.h"

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
    };

    return words[a];
}

struct en_node *
en_node_new(const struct en_node_source *source)
{
    struct en_node *n = en_xcalloc(1, sizeof *n);

    n->source = *source;
    return n;
}

void
en_node_free(struct en_node *n)
{
    free(n);
}

static struct live *
find(struct en_node *n, const char *id)
{
    for (unsigned i = 0; i < n->n_links; i++)
        if (strcmp(n->link[i].l.id, id) == 0)
            return &n->link[i];
    return NULL;
}

void
en_node_link_load(struct en_node *n, const struct en_link *l, const struct en_flying *flying, size_t n_flying)
{
    struct live *to = &n->link[n->n_links];

    EN_ASSERT(n->n_links < EN_NODE_LINKS_MAX && n_flying <= EN_NODE_FLYING_MAX && find(n, l->id) == NULL);
    memset(to, 0, sizeof *to);
    to->l = *l;
    if (to->l.next == 0)
        to->l.next = 1;
    to->more[0] = to->more[1] = true;
    for (size_t i = 0; i < n_flying; i++)
        to->flying[to->n_flying++].f = flying[i]; /* due at once: nobody knows whether it left */
    n->n_links++;
}

struct en_update *
en_step_add(struct step *s, enum en_update_kind k, const struct live *l)
{
    struct en_update *u;

    EN_ASSERT(en_arena_grow(s->out->arena, &s->out->v, &s->out->cap, s->out->n + 1, sizeof *s->out->v));
    u = &s->out->v[s->out->n++];
    memset(u, 0, sizeof *u);
    u->kind = k;
    u->partner = l->l.id;
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

static void
one_link(struct step *s, struct live *l)
{
    switch (s->e->kind) {
    case EN_EVENT_TIME:
        break;
    case EN_EVENT_QUEUED:
        l->more[s->e->urgent] = true;
        if (s->e->urgent)
            l->down = 0; /* what is urgent is tried at once */
        break;
    case EN_EVENT_GATE:
        l->open = s->e->open;
        break;
    case EN_EVENT_SENT:
        en_live_sent(s, l);
        break;
    case EN_EVENT_BUNDLE:
        en_live_bundle(s, l);
        break;
    }
    en_live_pump(s, l);
    store_link(s, l);
}

void
en_node_step(struct en_node *n, const struct en_event *e, struct en_updates *out)
{
    struct step s = { .n = n, .e = e, .out = out };

    if (e->kind == EN_EVENT_TIME) {
        for (unsigned i = 0; i < n->n_links; i++)
            one_link(&s, &n->link[i]);
        return;
    }
    EN_ASSERT(find(n, e->partner) != NULL);
    one_link(&s, find(n, e->partner));
}

en_time
en_node_wakes(const struct en_node *n)
{
    en_time first = EN_TIME_NONE;

    for (unsigned i = 0; i < n->n_links; i++) {
        en_time t = en_live_wakes(&n->link[i]);

        if (t != EN_TIME_NONE && (first == EN_TIME_NONE || t < first))
            first = t;
    }
    return first;
}
