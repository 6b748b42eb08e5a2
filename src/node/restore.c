/*
 * restore.c: a node that knows less than its partners remember of it. It holds everything back and asks them all; then
 * it goes on from what they have, and where entries of its log were lost it begins another log and says so.
 */
#include <string.h>

#include "node/step_parts.h"

void
en_node_begin_asking(struct step *s)
{
    struct en_node *n = s->n;

    if (n->asking)
        return;
    n->asking = true;
    n->asking_since = s->e->now;
    en_step_add(s, EN_UPDATE_HOLD, NULL)->head = n->head;
    for (unsigned i = 0; i < n->n_links; i++) {
        n->link[i].answered = n->link[i].asking = false;
        n->link[i].asked = 0;
        en_live_ask(s, &n->link[i]);
    }
}

/* All whom we may ask have answered; or some, and it was long enough; or some, and a person says so. */
static bool
enough(const struct step *s, bool now)
{
    const struct en_node *n = s->n;
    unsigned answers = 0, open = 0;

    for (unsigned i = 0; i < n->n_links; i++) {
        answers += n->link[i].answered;
        open += n->link[i].open && !n->link[i].answered;
    }
    if (now)
        return true;
    return answers > 0 && (open == 0 || s->e->now - n->asking_since >= EN_NODE_ANSWERS);
}

void
en_node_try_resolve(struct step *s, bool now)
{
    struct en_node *n = s->n;
    struct en_head latest = n->head;
    struct en_update *u;
    bool lost = false;

    if (n->asking && !now && s->e->now - n->asking_since >= 2 * EN_NODE_ANSWERS)
        n->asking_since = s->e->now - EN_NODE_ANSWERS; /* nobody answers: it waits */
    if (!n->asking || !enough(s, now))
        return;
    for (unsigned i = 0; i < n->n_links; i++) {
        const struct en_head *h = &n->link[i].shown;
        bool differs = h->size && h->epoch == n->head.epoch && h->size == n->head.size && !en_head_same(h, &n->head);

        if ((differs && !lost) || en_head_later(h, &latest)) {
            latest = *h;
            lost = true;
        }
    }
    n->asking = false;
    u = en_step_add(s, lost ? EN_UPDATE_EPOCH : EN_UPDATE_GO_ON, NULL);
    u->head = n->head;
    u->other = latest;
    if (lost)
        n->head = (struct en_head){ .epoch = latest.epoch + 1 };
    for (unsigned i = 0; i < n->n_links; i++)
        if (n->link[i].answered)
            en_live_renumber(s, &n->link[i]);
}
