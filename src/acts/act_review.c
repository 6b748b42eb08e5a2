/*
 * act_review.c: what is due by its date, and its deletion; and what a node owes by itself at a time (en_acts_tick).
 *
 * Deletion goes in rounds of a bounded number of rows, one transaction and one event each, so that a node that was off
 * for a month does not stand still for an hour. Order: hits first, because a traveller with a hit is kept.
 */
#include <stdlib.h>

#include "acts/act.h"
#include "rules/rules.h"

#define ROUND 2000

/* --- deletion --------------------------------------------------------------------------------- */

struct round {
    struct en_acts *acts;
    en_time now;
    const struct en_store_node *node;
    struct en_outbox *out;
    struct en_json *ev;
    uint64_t hits, hits_ended, travellers, clearances, alerts, events, records;
    int64_t alert_ids[ROUND];
    uint64_t event_seqs[ROUND];
    struct en_touched touched;
};

static en_errc
note_hit(void *ctx, const struct en_store_hit *x, struct en_err *err)
{
    (void)err;
    en_json_int(((struct round *)ctx)->ev, x->id);
    return EN_OK;
}

static en_errc
note_traveller(void *ctx, const struct en_store_traveller *x, struct en_err *err)
{
    (void)err;
    en_json_int(((struct round *)ctx)->ev, x->id);
    return EN_OK;
}

static en_errc
note_alert(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct round *r = ctx;

    (void)err;
    en_json_int(r->ev, x->id);
    r->alert_ids[r->alerts++] = x->id;
    touched_add(&r->touched, x->source, x->entity);
    return EN_OK;
}

static en_errc
delete_alerts(struct round *r, struct en_err *err)
{
    const struct en_store_alert_filter f = { .destroy_until = r->now, .limit = ROUND };
    en_errc rc = en_store_alerts_each(r->acts->store, &f, note_alert, r, err);

    for (size_t i = 0; rc == EN_OK && i < r->alerts; i++)
        rc = acts_forget_alert(r->acts, r->alert_ids[i], r->now, r->node, r->out, &r->hits_ended, err);
    return rc;
}

static en_errc
note_event(void *ctx, const struct en_store_event *x, struct en_err *err)
{
    struct round *r = ctx;

    (void)err;
    en_json_uint(r->ev, x->seq);
    r->event_seqs[r->events++] = x->seq;
    return EN_OK;
}

/*= design.md 6: "witnesses learn counts and times only and content can still be destroyed": the leaf stays */
static en_errc
destroy_events(struct round *r, struct en_err *err)
{
    static const char *const types[] = { "check", "" }; /* "" is every type, for the longest time */
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < sizeof types / sizeof *types; i++) {
        en_text type = en_text_from_ours(types[i]);
        uint64_t from = r->events;

        if (r->events == ROUND)
            break;
        rc = en_store_events_due_each(r->acts->store, type, r->now - en_rules_event_content(type), ROUND - r->events,
                                      note_event, r, err);
        for (uint64_t k = from; rc == EN_OK && k < r->events; k++)
            rc = en_store_event_destroy(r->acts->store, r->event_seqs[k], r->now, err);
    }
    return rc;
}

/* In an open transaction, with the ids written into the event. */
static en_errc
delete_due(struct round *r, struct en_err *err)
{
    struct en_store *s = r->acts->store;
    en_errc rc;

    en_json_key(r->ev, "hits");
    en_json_array(r->ev);
    rc = en_store_hits_delete_due(s, r->now, ROUND, note_hit, r, &r->hits, err);
    en_json_array_end(r->ev);
    en_json_key(r->ev, "travellers");
    en_json_array(r->ev);
    rc = rc != EN_OK ? rc : en_store_travellers_delete_due(s, r->now, ROUND, note_traveller, r, &r->travellers, err);
    en_json_array_end(r->ev);
    en_json_key(r->ev, "alerts");
    en_json_array(r->ev);
    rc = rc != EN_OK ? rc : delete_alerts(r, err);
    en_json_array_end(r->ev);
    en_json_kv_uint(r->ev, "hits_ended", r->hits_ended);
    rc = rc != EN_OK ? rc : en_store_clearances_delete_due(s, r->now, &r->clearances, err);
    en_json_kv_uint(r->ev, "clearances", r->clearances);
    en_json_key(r->ev, "records");
    en_json_array(r->ev);
    rc = rc != EN_OK ? rc : exchange_destroy_due(r->acts, r->now, ROUND, r->ev, &r->records, err);
    en_json_array_end(r->ev);
    en_json_key(r->ev, "events");
    en_json_array(r->ev);
    rc = rc != EN_OK ? rc : destroy_events(r, err);
    en_json_array_end(r->ev);
    return rc;
}

static uint64_t
deleted(const struct round *r)
{
    return r->hits + r->travellers + r->alerts + r->clearances + r->events + r->records;
}

static bool
full(const struct round *r)
{
    return r->hits == ROUND || r->travellers == ROUND || r->alerts == ROUND || r->events == ROUND ||
           r->records == ROUND;
}

/* --- what is due ------------------------------------------------------------------------------ */

struct due {
    struct en_call *c;
    const char *what;
    uint64_t n;
    bool emit;
    en_time now;
};

static en_errc
due_row(struct due *d, int64_t id, en_time at, struct en_err *err)
{
    struct en_json j;

    d->n++;
    if (!d->emit)
        return EN_OK;
    call_record(d->c, &j);
    en_json_object(&j);
    en_json_kv_str(&j, "due", d->what);
    en_json_kv_int(&j, "id", id);
    json_kv_time(&j, "at", at);
    en_json_object_end(&j);
    return call_emit(d->c, err);
}

static en_errc
due_traveller(void *ctx, const struct en_store_traveller *x, struct en_err *err)
{
    return due_row(ctx, x->id, x->delete_after, err);
}

static en_errc
due_review(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    return due_row(ctx, x->id, x->review, err);
}

static en_errc
due_destroy(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    return due_row(ctx, x->id, x->destroy, err);
}

/* Undecided, and the traveller has arrived: a headline figure, because somebody has passed who should have been looked
 * at. */
static en_errc
due_hit(void *ctx, const struct en_store_hit *x, struct en_err *err)
{
    struct due *d = ctx;
    struct en_arena arena;
    struct en_store_traveller t;
    en_errc rc;

    en_arena_init(&arena, EN_STORE_MAX_BLOB * 2u);
    rc = en_store_traveller_get(d->c->store, x->traveller, &arena, &t, err);
    if (rc == EN_OK && t.arrives != EN_TIME_NONE && t.arrives <= d->now)
        rc = due_row(d, x->id, t.arrives, err);
    en_arena_release(&arena);
    return rc;
}

/* Kept because it is the person: somebody says once a year that it is still needed. */
static en_errc
due_hit_review(void *ctx, const struct en_store_hit *x, struct en_err *err)
{
    struct due *d = ctx;

    if (x->delete_after != EN_TIME_NONE || x->changed + EN_RULES_HIT_REVIEW > d->now)
        return EN_OK;
    return due_row(d, x->id, x->changed + EN_RULES_HIT_REVIEW, err);
}

static en_errc
due_hit_delete(void *ctx, const struct en_store_hit *x, struct en_err *err)
{
    return due_row(ctx, x->id, x->delete_after, err);
}

/* What a person has to do, then what the node deletes by itself. */
static const char *const due_kinds[] = { "undecided-after-arrival", "hit-review",  "alert-review",
                                         "alert-destroy",           "hit-delete",  "cleared-hit-delete",
                                         "traveller-delete",        "protection-review" };
#define DUE_PROTECTION 7u

static en_errc
due_protection(void *ctx, const struct en_store_protection *x, struct en_err *err)
{
    return due_row(ctx, x->id, x->review, err);
}

/* Whoever may not see that somebody is protected is not told by this either: no row, no count. */
static size_t
due_kinds_for(const struct en_call *c)
{
    return sees_protections(c) ? DUE_PROTECTION + 1 : DUE_PROTECTION;
}

static en_errc
walk_due(struct due *d, size_t kind, uint64_t limit, struct en_err *err)
{
    struct en_store_hit_filter hits = { .states = (1u << EN_HIT_NEW) | (1u << EN_HIT_PENDING), .limit = limit };
    struct en_store_alert_filter review = { .active_only = true, .review_until = d->now, .limit = limit };
    struct en_store_alert_filter destroy = { .destroy_until = d->now, .limit = limit };
    struct en_store_traveller_filter gone = { .due = d->now, .limit = limit };

    struct en_store_hit_filter kept = { .states = 1u << EN_HIT_DECIDED, .answers = 1u << EN_ANSWER_SAME };
    struct en_store_hit_filter old = { .states = ~(1u << EN_HIT_CLEARED), .due = d->now, .limit = limit };

    const struct en_store_protection_filter flags = { .due = d->now, .limit = limit };

    d->what = due_kinds[kind];
    if (kind == DUE_PROTECTION)
        return en_store_protections_each(d->c->store, &flags, due_protection, d, err);
    if (kind == 0)
        return en_store_hits_each(d->c->store, &hits, due_hit, d, err);
    if (kind == 1)
        return en_store_hits_each(d->c->store, &kept, due_hit_review, d, err);
    if (kind == 2)
        return en_store_alerts_each(d->c->store, &review, due_review, d, err);
    if (kind == 3)
        return en_store_alerts_each(d->c->store, &destroy, due_destroy, d, err);
    if (kind == 5)
        old.states = 1u << EN_HIT_CLEARED;
    if (kind == 4 || kind == 5)
        return en_store_hits_each(d->c->store, &old, due_hit_delete, d, err);
    return en_store_travellers_each(d->c->store, &gone, due_traveller, d, err);
}

en_errc
act_review_due(struct en_call *c, struct en_err *err)
{
    struct due d = { .c = c };
    int64_t days = en_args_int(&c->args, "days", EN_MAY, 0, 3660, 0);
    uint64_t limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 10000, 1000);
    uint64_t total = 0;
    en_errc rc = en_args_end(&c->args, err);

    d.now = c->now + days * EN_TIME_DAY;
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "days", days);
    for (size_t i = 0; rc == EN_OK && i < due_kinds_for(c); i++) {
        d.n = 0;
        rc = walk_due(&d, i, limit, err);
        en_json_kv_uint(&c->ev, due_kinds[i], d.n);
        total += d.n;
    }
    rc = rc != EN_OK ? rc : call_commit(c, err);
    d.emit = true;
    for (size_t i = 0; rc == EN_OK && i < due_kinds_for(c); i++)
        rc = walk_due(&d, i, limit, err);
    return rc == EN_OK && total == 0 ? EN_E_NO : rc;
}

/* --- a person has looked ------------------------------------------------------------------------------------------ */

/* An alert of our own is needed until another date, or a hit that is kept is needed for another year, or no longer. */
static en_errc
review_hit(struct en_call *c, int64_t id, bool end, struct en_err *err)
{
    struct en_store_hit h;
    en_errc rc = en_store_hit_get(c->store, id, &c->arena, &h, err);

    if (rc == EN_E_NOT_FOUND)
        return err_not_found(err, "hit");
    if (rc == EN_OK && (h.state != EN_HIT_DECIDED || h.answer != EN_ANSWER_SAME))
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "only a hit that is kept (same) is reviewed; another one is decided and goes by its date");
    return rc != EN_OK
               ? rc
               : en_store_hit_set_state(c->store, id, h.state, h.answer, c->now, end ? c->now : EN_TIME_NONE, err);
}

static en_errc
review_alert(struct en_call *c, int64_t id, en_time next, struct en_err *err)
{
    struct en_store_put_result put;
    struct en_store_source s;
    struct en_store_alert x;
    en_errc rc = en_store_alert_get(c->store, id, &c->arena, &x, err);

    if (rc == EN_E_NOT_FOUND)
        return err_not_found(err, "alert");
    rc = rc != EN_OK ? rc : en_store_source_get(c->store, x.source, &c->arena, &s, err);
    if (rc != EN_OK)
        return rc;
    if (s.format.n > 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this alert is of a list, and its list keeps it or ends it");
    if (x.status != EN_ALERT_ACTIVE)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this alert has ended");
    if (next <= c->now || (x.destroy != EN_TIME_NONE && next > x.destroy))
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "the next review is in the future and not behind the date on which the alert is destroyed");
    return en_store_alert_put(c->store,
                              &(struct en_store_alert_put){ .source = x.source,
                                                            .entity = x.entity,
                                                            .ground = x.ground,
                                                            .programmes = x.programmes,
                                                            .n_programmes = x.n_programmes,
                                                            .matched = x.matched,
                                                            .identity = x.identity,
                                                            .review = next,
                                                            .destroy = x.destroy,
                                                            .author = c->user.id,
                                                            .at = c->now },
                              &put, err);
}

static bool
known_reason(en_text t)
{
    static const char *const reasons[] = { "case-open", "still-sought", "court-order", "complaint",
                                           "no-longer-needed" };

    return en_text_among(t, reasons, sizeof reasons / sizeof *reasons, NULL);
}

en_errc
act_review_done(struct en_call *c, struct en_err *err)
{
    int64_t alert = en_args_int(&c->args, "alert", EN_MAY, 1, INT64_MAX, 0);
    int64_t hit = en_args_int(&c->args, "hit", EN_MAY, 1, INT64_MAX, 0);
    en_time next = en_args_time(&c->args, "next");
    bool end = en_args_bool(&c->args, "end");
    en_text reason = en_args_text(&c->args, "reason", EN_MUST, 40);
    struct en_json j;
    en_errc rc;

    if ((alert != 0) == (hit != 0))
        en_args_fault(&c->args, "alert", "or a hit is named, and not both");
    if ((alert != 0) != (next != EN_TIME_NONE))
        en_args_fault(&c->args, "next", "goes with an alert");
    if (end && hit == 0)
        en_args_fault(&c->args, "end", "goes with a hit; an alert is ended by alert end");
    if (!known_reason(reason))
        en_args_fault(&c->args, "reason", "is case-open, still-sought, court-order, complaint or no-longer-needed");
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : alert != 0 ? review_alert(c, alert, next, err) : review_hit(c, hit, end, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, alert != 0 ? "alert" : "hit", alert != 0 ? alert : hit);
    json_kv_time(&c->ev, "next", alert != 0 ? next : end ? EN_TIME_NONE : c->now + EN_RULES_HIT_REVIEW);
    en_json_kv_text(&c->ev, "reason", reason);
    rc = call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_str(&j, "reviewed", alert != 0 ? "alert" : "hit");
    en_json_kv_int(&j, "id", alert != 0 ? alert : hit);
    json_kv_time(&j, "next", alert != 0 ? next : end ? EN_TIME_NONE : c->now + EN_RULES_HIT_REVIEW);
    en_json_object_end(&j);
    return call_emit(c, err);
}

/* --- a person runs it ------------------------------------------------------------------------- */

static en_errc
tell_round(struct en_call *c, const struct round *r, bool more, struct en_err *err)
{
    struct en_json j;

    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_uint(&j, "travellers", r->travellers);
    en_json_kv_uint(&j, "hits", r->hits);
    en_json_kv_uint(&j, "clearances", r->clearances);
    en_json_kv_uint(&j, "alerts", r->alerts);
    en_json_kv_uint(&j, "records", r->records);
    en_json_kv_uint(&j, "events", r->events);
    en_json_kv_bool(&j, "more", more);
    en_json_object_end(&j);
    return call_emit(c, err);
}

en_errc
act_review_run(struct en_call *c, struct en_err *err)
{
    struct round *r = en_xcalloc(1, sizeof *r);
    en_errc rc = en_args_end(&c->args, err);

    r->acts = c->acts;
    r->now = c->now;
    r->node = &c->node;
    r->out = &c->outbox;
    touched_init(&r->touched);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    r->ev = &c->ev;
    rc = rc != EN_OK ? rc : delete_due(r, err);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    if (rc == EN_OK)
        touched_apply(&r->touched, c->acts);
    rc = rc != EN_OK ? rc : tell_round(c, r, full(r), err);
    touched_release(&r->touched);
    free(r);
    return rc;
}

/* --- the node by itself ----------------------------------------------------------------------- */

static en_errc
tick_retention(struct en_acts *a, const struct en_store_node *node, en_time now, bool *more, struct en_err *err)
{
    struct round *r = en_xcalloc(1, sizeof *r);
    struct en_outbox out = { .n = 0 };
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;
    uint64_t seq = 0;
    en_errc rc = en_store_begin(a->store, err);

    r->acts = a;
    r->now = now;
    r->node = node;
    r->out = &out;
    r->ev = &ev;
    touched_init(&r->touched);
    event_open(&event, &ev, "tick", now, 0, NULL);
    rc = rc != EN_OK ? rc : delete_due(r, err);
    en_json_object_end(&ev);
    if (rc == EN_OK && deleted(r) == 0) {
        en_store_abort(a->store); /* nothing was due: nothing to log */
    } else {
        rc = rc != EN_OK ? rc : event_append_node(a, "retention", en_buf_bytes(&event), now, &seq, err);
        rc = rc != EN_OK ? rc : outbox_write(&out, a->store, seq, now, err);
        rc = rc != EN_OK ? rc : en_store_commit(a->store, err);
        if (rc == EN_OK)
            touched_apply(&r->touched, a);
        *more = *more || (rc == EN_OK && full(r));
    }
    if (rc != EN_OK)
        en_store_abort(a->store);
    en_buf_release(&event);
    outbox_release(&out);
    touched_release(&r->touched);
    free(r);
    return rc;
}

en_errc
en_acts_tick(struct en_acts *a, en_time now, bool *more, struct en_err *err)
{
    struct en_store_node node;
    struct en_arena arena;
    uint64_t found;
    en_errc rc;

    *more = false;
    en_arena_init(&arena, EN_MIB);
    rc = en_store_node_get(a->store, &arena, &node, err);
    rc = rc != EN_OK ? rc : clock_check(a, &node, now, err);
    rc = rc != EN_OK ? rc : keys_tick(a, now, err);
    rc = rc != EN_OK ? rc : acts_rescreen(a, now, &found, more, err);
    rc = rc != EN_OK ? rc : answers_tick(a, now, more, err);
    rc = rc != EN_OK ? rc : tick_retention(a, &node, now, more, err);
    en_arena_release(&arena);
    kept_save(a);
    return rc;
}
