/*
 * live_changes.c: what acts have changed since the exchange looked last.
 */
#include "acts/live_parts.h"

#include <string.h>

/* Standings may change with time. */
#define GATES_EVERY (10 * 60 * EN_TIME_SECOND)

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
    en_errc rc = p->open ? en_store_deliveries_each(v->c->store, &first, live_note_any, &any, err) : EN_OK;

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
en_errc
live_changes(struct live *v, struct en_err *err)
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
        rc = rc != EN_OK ? rc : live_gates(v, false, err);
    }
    if (rc == EN_OK && (since.queued || since.gates))
        rc = queued_by_all(v, err);
    rc = rc != EN_OK ? rc : tell_head(v, err);
    v->events = rc == EN_OK ? v->head.size : 0;
    return rc;
}
