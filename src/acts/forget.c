/*
 * forget.c: an alert ends, or is destroyed on its date. What waited and rested on it alone waits no more. Hits may be
 * kept for their own reasons, but once the alert is destroyed not with what it said: the alert's side of their evidence
 * goes with it. Bits and the traveller's side stay, so the sum still holds.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "acts/act.h"
#include "rules/rules.h"

#define PAGE 100

struct page {
    int64_t ids[PAGE];
    size_t n;
};

static en_errc
note_hit(void *ctx, const struct en_store_hit *h, struct en_err *err)
{
    struct page *p = ctx;

    (void)err;
    p->ids[p->n++] = h->id;
    return EN_OK;
}

struct forgetting {
    struct en_acts *acts;
    int64_t alert;
    en_time now;
    const struct en_store_node *node;
    struct en_outbox *out;
    bool ends; /* the alert has only ended: what it said stays */
    uint64_t ended;
};

/* Is nothing left that the hit could rest on? */
static en_errc
rests_on_nothing(const struct forgetting *g, const struct en_store_hit *h, bool *nothing, struct en_err *err)
{
    struct en_arena arena;
    en_errc rc = EN_OK;

    *nothing = h->state == EN_HIT_NEW || h->state == EN_HIT_PENDING;
    en_arena_init(&arena, 2 * EN_STORE_MAX_BLOB);
    for (size_t i = 0; *nothing && i < h->n_alerts; i++) {
        struct en_store_alert x;

        if (h->alerts[i].alert == g->alert)
            continue;
        en_arena_reset(&arena);
        rc = en_store_alert_get(g->acts->store, h->alerts[i].alert, &arena, &x, err);
        *nothing = rc == EN_E_NOT_FOUND || (rc == EN_OK && x.status == EN_ALERT_ENDED);
    }
    en_arena_release(&arena);
    return rc == EN_E_NOT_FOUND ? EN_OK : rc;
}

/* Kept for a while, like one that was somebody else: it is marked, and not gone over night. */
static en_errc
end_hit(struct forgetting *g, const struct en_store_hit *h, struct en_err *err)
{
    struct en_arena arena;
    struct en_store_traveller t;
    en_errc rc;

    en_arena_init(&arena, 2 * EN_STORE_MAX_BLOB);
    rc = en_store_traveller_get(g->acts->store, h->traveller, &arena, &t, err);
    rc = rc != EN_OK ? rc
                     : en_store_hit_set_state(g->acts->store, h->id, EN_HIT_ENDED, EN_ANSWER_NONE, g->now,
                                              en_rules_hit_delete_after(EN_RULES_DIFFERENT, g->now, t.delete_after),
                                              err);
    if (rc == EN_OK)
        rc = answers_refresh(g->acts, g->node, h->traveller, g->now, g->out, err);
    g->ended += rc == EN_OK;
    en_arena_release(&arena);
    return rc;
}

static en_errc
forget_side(struct en_store *s, struct en_store_hit *h, struct en_err *err)
{
    json_t *rows = json_loadb((const char *)h->evidence.p, h->evidence.n, 0, NULL), *row;
    char *text = NULL;
    size_t i;
    en_errc rc;

    json_array_foreach(rows, i, row)
    {
        (void)json_object_set_new(row, "list", json_string(""));
    }
    text = rows != NULL ? json_dumps(rows, JSON_COMPACT) : NULL;
    h->evidence = text != NULL ? en_bytes_from(text, strlen(text)) : EN_BYTES_LIT("[]");
    rc = en_store_hit_change(s, h, err);
    h->evidence = EN_BYTES_LIT("[]"); /* it is written, and text goes */
    free(text);
    json_decref(rows);
    return rc;
}

static en_errc
one_hit(struct forgetting *g, int64_t id, struct en_err *err)
{
    bool nothing = false;
    struct en_arena arena;
    struct en_store_hit h;
    en_errc rc;

    en_arena_init(&arena, 4 * EN_STORE_MAX_BLOB);
    rc = en_store_hit_get(g->acts->store, id, &arena, &h, err);
    if (rc == EN_OK && !g->ends)
        rc = forget_side(g->acts->store, &h, err);
    rc = rc != EN_OK ? rc : rests_on_nothing(g, &h, &nothing, err);
    if (rc == EN_OK && nothing)
        rc = end_hit(g, &h, err);
    en_arena_release(&arena);
    return rc;
}

static en_errc
note_memory(void *ctx, const struct en_store_clearance *x, struct en_err *err)
{
    struct page *p = ctx;

    (void)err;
    p->ids[p->n++] = x->id;
    return EN_OK;
}

/* An answer about an alert that is gone can answer nothing. */
static en_errc
forget_memories(struct en_acts *a, int64_t alert, struct en_err *err)
{
    const struct en_store_clearance_filter f = { .alert = alert, .limit = PAGE };
    struct page p;
    en_errc rc = EN_OK;

    do {
        p.n = 0;
        rc = en_store_clearances_each(a->store, &f, note_memory, &p, err);
        for (size_t i = 0; rc == EN_OK && i < p.n; i++)
            rc = en_store_clearance_delete(a->store, p.ids[i], err);
    } while (rc == EN_OK && p.n == PAGE);
    return rc;
}

static en_errc
walk_hits(struct forgetting *g, struct en_err *err)
{
    struct en_store *s = g->acts->store;
    struct en_buf id = EN_BUF_INIT;
    struct en_arena arena;
    struct en_store_alert x;
    struct en_store_source source;
    struct en_store_hit_filter f = { .limit = PAGE };
    struct page p;
    en_errc rc;

    en_arena_init(&arena, 2 * EN_STORE_MAX_BLOB);
    rc = en_store_alert_get(s, g->alert, &arena, &x, err);
    rc = rc != EN_OK ? rc : en_store_source_get(s, x.source, &arena, &source, err);
    if (rc == EN_OK) {
        index_id(source.name, x.entity, &id);
        f.entity = (en_text){ id.p, id.n };
    }
    do {
        p.n = 0;
        rc = rc != EN_OK ? rc : en_store_hits_each(s, &f, note_hit, &p, err);
        for (size_t i = 0; rc == EN_OK && i < p.n; i++)
            rc = one_hit(g, p.ids[i], err);
        f.after = p.n > 0 ? p.ids[p.n - 1] : 0;
    } while (rc == EN_OK && p.n == PAGE);
    en_buf_release(&id);
    en_arena_release(&arena);
    return rc;
}

en_errc
acts_forget_alert(struct en_acts *a, int64_t alert, en_time now, const struct en_store_node *node,
                  struct en_outbox *out, uint64_t *ended, struct en_err *err)
{
    struct forgetting g = { .acts = a, .alert = alert, .now = now, .node = node, .out = out };
    en_errc rc = walk_hits(&g, err);

    rc = rc != EN_OK ? rc : forget_memories(a, alert, err);
    *ended += g.ended;
    return rc != EN_OK ? rc : en_store_alert_delete(a->store, alert, err);
}

en_errc
acts_alert_ended(struct en_call *c, int64_t alert, uint64_t *ended, struct en_err *err)
{
    struct forgetting g = {
        .acts = c->acts, .alert = alert, .now = c->now, .node = &c->node, .out = &c->outbox, .ends = true
    };
    en_errc rc = walk_hits(&g, err);

    *ended += g.ended;
    return rc;
}
