/*
 * store_fault.c: an engine around another one that fails or stops at a chosen write, so that tests can stand at every
 * place between two lines of an act.
 */
#include <stdlib.h>

#include "store/store_engine.h"

struct fault {
    struct en_store base;
    struct en_store *inner;
    uint64_t at, count;
    enum en_fault_mode mode;
    bool crashed, crash_after;
};

static struct fault *
fault_of(struct en_store *s)
{
    return (struct fault *)s;
}

static en_errc
stopped(struct en_err *err)
{
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the store has stopped (made to by a test)");
}

/* What a stopped process leaves behind: what it had committed. */
static en_errc
crash(struct fault *f, struct en_err *err)
{
    f->crashed = true;
    f->inner->ops->abort(f->inner);
    return stopped(err);
}

static en_errc
before(struct fault *f, struct en_err *err)
{
    if (f->crashed)
        return stopped(err);
    f->count++;
    if (f->at == 0 || f->count != f->at)
        return EN_OK;
    switch (f->mode) {
    case EN_FAULT_FAIL:
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the write failed (made to by a test)");
    case EN_FAULT_CRASH:
        return crash(f, err);
    case EN_FAULT_CRASH_AFTER:
        f->crash_after = true;
        return EN_OK;
    }
    return EN_OK;
}

static en_errc
after(struct fault *f, en_errc rc, struct en_err *err)
{
    if (!f->crash_after)
        return rc;
    f->crash_after = false;
    return crash(f, err);
}

/* --- transactions ----------------------------------------------------------------------------- */

static void
fault_close(struct en_store *s)
{
    struct fault *f = fault_of(s);

    f->inner->ops->close(f->inner);
    free(f);
}

static en_errc
fault_begin(struct en_store *s, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->begin(f->inner, err);
}

static en_errc
fault_commit(struct en_store *s, bool deleted, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    if (rc == EN_OK)
        return after(f, f->inner->ops->commit(f->inner, deleted, err), err);
    f->inner->ops->abort(f->inner);
    return rc;
}

static void
fault_abort(struct en_store *s)
{
    struct fault *f = fault_of(s);

    if (!f->crashed)
        f->inner->ops->abort(f->inner);
}

static en_errc
fault_check(struct en_store *s, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->check(f->inner, err);
}

static en_errc
fault_backup(struct en_store *s, const char *path, struct en_err *err)
{
    struct fault *f = fault_of(s);

    if (f->crashed)
        return stopped(err);
    if (!f->inner->ops->backup)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a store in memory has no backup");
    return f->inner->ops->backup(f->inner, path, err);
}

/* --- everything else: counted if it writes, then handed on ------------------------------------ */

static en_errc
node_put(struct en_store *s, const struct en_store_node *n, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->node_put(f->inner, n, err), err) : rc;
}

static en_errc
node_each(struct en_store *s, en_store_node_fn *fn, void *ctx, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->node_each(f->inner, fn, ctx, err);
}

static en_errc
user_add(struct en_store *s, const struct en_store_user *u, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->user_add(f->inner, u, id, err), err) : rc;
}

static en_errc
user_change(struct en_store *s, const struct en_store_user *u, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->user_change(f->inner, u, err), err) : rc;
}

static en_errc
users_each(struct en_store *s, const struct en_store_user_filter *by, en_store_user_fn *fn, void *ctx,
           struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->users_each(f->inner, by, fn, ctx, err);
}

static en_errc
event_last(struct en_store *s, uint64_t *seq, en_time *at, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->event_last(f->inner, seq, at, err);
}

static en_errc
event_append(struct en_store *s, const struct en_store_event *e, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->event_append(f->inner, e, err), err) : rc;
}

static en_errc
event_destroy(struct en_store *s, uint64_t seq, en_time at, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->event_destroy(f->inner, seq, at, err), err) : rc;
}

static en_errc
events_each(struct en_store *s, uint64_t from, uint64_t limit, en_store_event_fn *fn, void *ctx, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->events_each(f->inner, from, limit, fn, ctx, err);
}

static en_errc
events_due_each(struct en_store *s, en_text type, en_time until, uint64_t limit, en_store_event_fn *fn, void *ctx,
                struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->events_due_each(f->inner, type, until, limit, fn, ctx, err);
}

static en_errc
event_leaves(struct en_store *s, uint64_t from, size_t max, struct en_tree_hash *out, size_t *n, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->event_leaves(f->inner, from, max, out, n, err);
}

static en_errc
tree_add(struct en_store *s, unsigned level, uint64_t index, const struct en_tree_hash *h, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->tree_add(f->inner, level, index, h, err), err) : rc;
}

static en_errc
tree_get(struct en_store *s, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->tree_get(f->inner, level, index, out, err);
}

static en_errc
tree_count(struct en_store *s, uint64_t *n, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->tree_count(f->inner, n, err);
}

static en_errc
head_add(struct en_store *s, const struct en_store_head *h, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->head_add(f->inner, h, id, err), err) : rc;
}

static en_errc
head_change(struct en_store *s, const struct en_store_head *h, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->head_change(f->inner, h, err), err) : rc;
}

static en_errc
heads_each(struct en_store *s, bool newest_only, en_store_head_fn *fn, void *ctx, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->heads_each(f->inner, newest_only, fn, ctx, err);
}

static en_errc
question_add(struct en_store *s, const struct en_store_question *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->question_add(f->inner, x, id, err), err) : rc;
}

static en_errc
question_change(struct en_store *s, const struct en_store_question *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->question_change(f->inner, x, err), err) : rc;
}

static en_errc
questions_each(struct en_store *s, const struct en_store_question_filter *q, en_store_question_fn *fn, void *ctx,
               struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->questions_each(f->inner, q, fn, ctx, err);
}

static en_errc
protection_add(struct en_store *s, const struct en_store_protection *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->protection_add(f->inner, x, id, err), err) : rc;
}

static en_errc
protection_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->protection_delete(f->inner, id, err), err) : rc;
}

static en_errc
protections_each(struct en_store *s, const struct en_store_protection_filter *q, en_store_protection_fn *fn, void *ctx,
                 struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->protections_each(f->inner, q, fn, ctx, err);
}

static en_errc
witnessed_add(struct en_store *s, const struct en_store_witnessed *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->witnessed_add(f->inner, x, id, err), err) : rc;
}

static en_errc
witnessed_change(struct en_store *s, const struct en_store_witnessed *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->witnessed_change(f->inner, x, err), err) : rc;
}

static en_errc
witnessed_each(struct en_store *s, en_text origin, en_store_witnessed_fn *fn, void *ctx, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->witnessed_each(f->inner, origin, fn, ctx, err);
}

static en_errc
source_add(struct en_store *s, const struct en_store_source *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->source_add(f->inner, x, id, err), err) : rc;
}

static en_errc
sources_each(struct en_store *s, const struct en_store_source_filter *by, en_store_source_fn *fn, void *ctx,
             struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->sources_each(f->inner, by, fn, ctx, err);
}

static en_errc
import_add(struct en_store *s, const struct en_store_import *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->import_add(f->inner, x, id, err), err) : rc;
}

static en_errc
import_finish(struct en_store *s, const struct en_store_import *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->import_finish(f->inner, x, err), err) : rc;
}

static en_errc
imports_each(struct en_store *s, const struct en_store_import_filter *by, en_store_import_fn *fn, void *ctx,
             struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->imports_each(f->inner, by, fn, ctx, err);
}

static en_errc
alert_look(struct en_store *s, int64_t source, en_text entity, uint32_t part, struct en_store_alert_brief *out,
           struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->alert_look(f->inner, source, entity, part, out, err);
}

static en_errc
alert_add(struct en_store *s, const struct en_store_alert *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->alert_add(f->inner, x, id, err), err) : rc;
}

static en_errc
alert_revise(struct en_store *s, const struct en_store_alert *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->alert_revise(f->inner, x, err), err) : rc;
}

static en_errc
alert_set_matched(struct en_store *s, int64_t id, bool matched, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->alert_set_matched(f->inner, id, matched, err), err) : rc;
}

static en_errc
alert_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->alert_delete(f->inner, id, err), err) : rc;
}

static en_errc
alerts_active(struct en_store *s, int64_t source, int64_t after, int64_t *ids, size_t max, size_t *n,
              struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->alerts_active(f->inner, source, after, ids, max, n, err);
}

static en_errc
alerts_each(struct en_store *s, const struct en_store_alert_filter *by, en_store_alert_fn *fn, void *ctx,
            struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->alerts_each(f->inner, by, fn, ctx, err);
}

static en_errc
alert_past_each(struct en_store *s, int64_t id, en_store_alert_fn *fn, void *ctx, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->alert_past_each(f->inner, id, fn, ctx, err);
}

static en_errc
changes(struct en_store *s, uint64_t *forgotten, uint64_t *newest, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->changes(f->inner, forgotten, newest, err);
}

static en_errc
changes_each(struct en_store *s, uint64_t after_number, uint64_t limit, en_store_change_fn *fn, void *ctx,
             struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->changes_each(f->inner, after_number, limit, fn, ctx, err);
}

static en_errc
changes_forget(struct en_store *s, uint64_t until, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->changes_forget(f->inner, until, err), err) : rc;
}

static en_errc
manifest_add(struct en_store *s, const struct en_store_manifest *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->manifest_add(f->inner, x, id, err), err) : rc;
}

static en_errc
manifest_finish(struct en_store *s, const struct en_store_manifest *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->manifest_finish(f->inner, x, err), err) : rc;
}

static en_errc
manifests_each(struct en_store *s, const struct en_store_manifest_filter *by, en_store_manifest_fn *fn, void *ctx,
               struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->manifests_each(f->inner, by, fn, ctx, err);
}

static en_errc
message_add(struct en_store *s, const struct en_store_message *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->message_add(f->inner, x, err), err) : rc;
}

static en_errc
messages_each(struct en_store *s, const struct en_store_message_filter *filter, en_store_message_fn *fn, void *ctx,
              struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->messages_each(f->inner, filter, fn, ctx, err);
}

static en_errc
traveller_add(struct en_store *s, const struct en_store_traveller *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->traveller_add(f->inner, x, id, err), err) : rc;
}

static en_errc
traveller_change(struct en_store *s, const struct en_store_traveller *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->traveller_change(f->inner, x, err), err) : rc;
}

static en_errc
traveller_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->traveller_delete(f->inner, id, err), err) : rc;
}

static en_errc
travellers_each(struct en_store *s, const struct en_store_traveller_filter *by, en_store_traveller_fn *fn, void *ctx,
                struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->travellers_each(f->inner, by, fn, ctx, err);
}

static en_errc
hit_add(struct en_store *s, const struct en_store_hit *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->hit_add(f->inner, x, id, err), err) : rc;
}

static en_errc
hit_change(struct en_store *s, const struct en_store_hit *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->hit_change(f->inner, x, err), err) : rc;
}

static en_errc
hit_set_state(struct en_store *s, int64_t id, enum en_hit_state state, enum en_answer answer, en_time at,
              en_time delete_after, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    if (rc == EN_OK)
        rc = after(f, f->inner->ops->hit_set_state(f->inner, id, state, answer, at, delete_after, err), err);
    return rc;
}

static en_errc
hit_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->hit_delete(f->inner, id, err), err) : rc;
}

static en_errc
hits_each(struct en_store *s, const struct en_store_hit_filter *by, en_store_hit_fn *fn, void *ctx, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->hits_each(f->inner, by, fn, ctx, err);
}

static en_errc
decision_add(struct en_store *s, const struct en_store_decision *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->decision_add(f->inner, x, id, err), err) : rc;
}

static en_errc
decision_confirm(struct en_store *s, int64_t id, int64_t second, en_time at, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->decision_confirm(f->inner, id, second, at, err), err) : rc;
}

static en_errc
decisions_each(struct en_store *s, const struct en_store_decision_filter *by, en_store_decision_fn *fn, void *ctx,
               struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->decisions_each(f->inner, by, fn, ctx, err);
}

static en_errc
clearance_add(struct en_store *s, const struct en_store_clearance *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->clearance_add(f->inner, x, id, err), err) : rc;
}

static en_errc
clearance_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->clearance_delete(f->inner, id, err), err) : rc;
}

static en_errc
answer_add(struct en_store *s, const struct en_store_answer *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->answer_add(f->inner, x, id, err), err) : rc;
}

static en_errc
answer_change(struct en_store *s, const struct en_store_answer *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->answer_change(f->inner, x, err), err) : rc;
}

static en_errc
answers_each(struct en_store *s, const struct en_store_answer_filter *by, en_store_answer_fn *fn, void *ctx,
             struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->answers_each(f->inner, by, fn, ctx, err);
}

static en_errc
clearances_each(struct en_store *s, const struct en_store_clearance_filter *by, en_store_clearance_fn *fn, void *ctx,
                struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->clearances_each(f->inner, by, fn, ctx, err);
}

static en_errc
intent_add(struct en_store *s, const struct en_store_intent *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->intent_add(f->inner, x, id, err), err) : rc;
}

static en_errc
intent_finish(struct en_store *s, int64_t id, en_text outcome, en_time at, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->intent_finish(f->inner, id, outcome, at, err), err) : rc;
}

static en_errc
intents_each(struct en_store *s, const struct en_store_intent_filter *by, en_store_intent_fn *fn, void *ctx,
             struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->intents_each(f->inner, by, fn, ctx, err);
}

static en_errc
tally_add(struct en_store *s, enum en_store_input what, const struct en_store_tally *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->tally_add(f->inner, what, x, err), err) : rc;
}

static en_errc
counts(struct en_store *s, struct en_store_counts *out, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->counts(f->inner, out, err);
}

/* --- partners --------------------------------------------------------------------------------- */

static en_errc
partner_add(struct en_store *s, const struct en_store_partner *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->partner_add(f->inner, x, id, err), err) : rc;
}

static en_errc
partner_change(struct en_store *s, const struct en_store_partner *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->partner_change(f->inner, x, err), err) : rc;
}

static en_errc
partners_each(struct en_store *s, const struct en_store_partner_filter *by, en_store_partner_fn *fn, void *ctx,
              struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->partners_each(f->inner, by, fn, ctx, err);
}

static en_errc
charter_add(struct en_store *s, const struct en_store_charter *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->charter_add(f->inner, x, id, err), err) : rc;
}

static en_errc
charter_change(struct en_store *s, const struct en_store_charter *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->charter_change(f->inner, x, err), err) : rc;
}

static en_errc
charters_each(struct en_store *s, const struct en_store_charter_filter *by, en_store_charter_fn *fn, void *ctx,
              struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->charters_each(f->inner, by, fn, ctx, err);
}

static en_errc
partner_key_add(struct en_store *s, const struct en_store_partner_key *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->partner_key_add(f->inner, x, err), err) : rc;
}

static en_errc
partner_keys_each(struct en_store *s, const struct en_store_partner_key_filter *by, en_store_partner_key_fn *fn,
                  void *ctx, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->partner_keys_each(f->inner, by, fn, ctx, err);
}

/* --- the exchange ------------------------------------------------------------------------------------------------- */

static en_errc
record_add(struct en_store *s, const struct en_store_record *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->record_add(f->inner, x, id, err), err) : rc;
}

static en_errc
record_change(struct en_store *s, const struct en_store_record *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->record_change(f->inner, x, err), err) : rc;
}

static en_errc
records_each(struct en_store *s, const struct en_store_record_filter *by, en_store_record_fn *fn, void *ctx,
             struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->records_each(f->inner, by, fn, ctx, err);
}

static en_errc
records_size(struct en_store *s, en_text sender, enum en_held state, uint64_t *n, uint64_t *bytes,
             struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->records_size(f->inner, sender, state, n, bytes, err);
}

static en_errc
release_add(struct en_store *s, const struct en_store_release *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->release_add(f->inner, x, id, err), err) : rc;
}

static en_errc
release_change(struct en_store *s, const struct en_store_release *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->release_change(f->inner, x, err), err) : rc;
}

static en_errc
releases_each(struct en_store *s, const struct en_store_release_filter *by, en_store_release_fn *fn, void *ctx,
              struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->releases_each(f->inner, by, fn, ctx, err);
}

static en_errc
delivery_add(struct en_store *s, const struct en_store_delivery *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->delivery_add(f->inner, x, id, err), err) : rc;
}

static en_errc
delivery_change(struct en_store *s, const struct en_store_delivery *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->delivery_change(f->inner, x, err), err) : rc;
}

static en_errc
deliveries_each(struct en_store *s, const struct en_store_delivery_filter *by, en_store_delivery_fn *fn, void *ctx,
                struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->deliveries_each(f->inner, by, fn, ctx, err);
}

static en_errc
bundle_add(struct en_store *s, const struct en_store_bundle *x, int64_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->bundle_add(f->inner, x, id, err), err) : rc;
}

static en_errc
bundle_change(struct en_store *s, const struct en_store_bundle *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->bundle_change(f->inner, x, err), err) : rc;
}

static en_errc
bundle_renew(struct en_store *s, const struct en_store_bundle *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->bundle_renew(f->inner, x, err), err) : rc;
}

static en_errc
refusal_add(struct en_store *s, en_text partner, en_text code, uint64_t n, en_time at, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->refusal_add(f->inner, partner, code, n, at, err), err) : rc;
}

static en_errc
refusals_each(struct en_store *s, en_text partner, en_store_refusal_fn *fn, void *ctx, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->refusals_each(f->inner, partner, fn, ctx, err);
}

static en_errc
link_put(struct en_store *s, const struct en_store_link *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->link_put(f->inner, x, err), err) : rc;
}

static en_errc
links_each(struct en_store *s, en_text partner, en_store_link_fn *fn, void *ctx, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->links_each(f->inner, partner, fn, ctx, err);
}

static en_errc
parcel_add(struct en_store *s, const struct en_store_parcel *x, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->parcel_add(f->inner, x, err), err) : rc;
}

static en_errc
parcel_remove(struct en_store *s, const uint8_t *id, struct en_err *err)
{
    struct fault *f = fault_of(s);
    en_errc rc = before(f, err);

    return rc == EN_OK ? after(f, f->inner->ops->parcel_remove(f->inner, id, err), err) : rc;
}

static en_errc
parcels_each(struct en_store *s, const uint8_t *id, en_store_parcel_fn *fn, void *ctx, struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->parcels_each(f->inner, id, fn, ctx, err);
}

static en_errc
bundles_each(struct en_store *s, const struct en_store_bundle_filter *by, en_store_bundle_fn *fn, void *ctx,
             struct en_err *err)
{
    struct fault *f = fault_of(s);

    return f->crashed ? stopped(err) : f->inner->ops->bundles_each(f->inner, by, fn, ctx, err);
}

static const struct en_store_ops ops = {
    .name = "fault",
    .close = fault_close,
    .begin = fault_begin,
    .commit = fault_commit,
    .abort = fault_abort,
    .check = fault_check,
    .backup = fault_backup,
    .node_put = node_put,
    .node_each = node_each,
    .user_add = user_add,
    .user_change = user_change,
    .users_each = users_each,
    .event_last = event_last,
    .event_append = event_append,
    .event_destroy = event_destroy,
    .events_each = events_each,
    .events_due_each = events_due_each,
    .event_leaves = event_leaves,
    .tree_add = tree_add,
    .tree_get = tree_get,
    .tree_count = tree_count,
    .head_add = head_add,
    .head_change = head_change,
    .heads_each = heads_each,
    .question_add = question_add,
    .question_change = question_change,
    .questions_each = questions_each,
    .protection_add = protection_add,
    .protection_delete = protection_delete,
    .protections_each = protections_each,
    .witnessed_add = witnessed_add,
    .witnessed_change = witnessed_change,
    .witnessed_each = witnessed_each,
    .source_add = source_add,
    .sources_each = sources_each,
    .import_add = import_add,
    .import_finish = import_finish,
    .imports_each = imports_each,
    .alert_look = alert_look,
    .alert_add = alert_add,
    .alert_revise = alert_revise,
    .alert_set_matched = alert_set_matched,
    .alert_delete = alert_delete,
    .alerts_active = alerts_active,
    .alerts_each = alerts_each,
    .alert_past_each = alert_past_each,
    .changes = changes,
    .changes_each = changes_each,
    .changes_forget = changes_forget,
    .manifest_add = manifest_add,
    .manifest_finish = manifest_finish,
    .manifests_each = manifests_each,
    .message_add = message_add,
    .messages_each = messages_each,
    .traveller_add = traveller_add,
    .traveller_change = traveller_change,
    .traveller_delete = traveller_delete,
    .travellers_each = travellers_each,
    .hit_add = hit_add,
    .hit_change = hit_change,
    .hit_set_state = hit_set_state,
    .hit_delete = hit_delete,
    .hits_each = hits_each,
    .decision_add = decision_add,
    .decision_confirm = decision_confirm,
    .decisions_each = decisions_each,
    .clearance_add = clearance_add,
    .clearance_delete = clearance_delete,
    .clearances_each = clearances_each,
    .answer_add = answer_add,
    .answer_change = answer_change,
    .answers_each = answers_each,
    .intent_add = intent_add,
    .intent_finish = intent_finish,
    .intents_each = intents_each,
    .record_add = record_add,
    .record_change = record_change,
    .records_each = records_each,
    .records_size = records_size,
    .release_add = release_add,
    .release_change = release_change,
    .releases_each = releases_each,
    .delivery_add = delivery_add,
    .delivery_change = delivery_change,
    .deliveries_each = deliveries_each,
    .bundle_add = bundle_add,
    .bundle_change = bundle_change,
    .bundles_each = bundles_each,
    .bundle_renew = bundle_renew,
    .refusal_add = refusal_add,
    .refusals_each = refusals_each,
    .link_put = link_put,
    .links_each = links_each,
    .parcel_add = parcel_add,
    .parcel_remove = parcel_remove,
    .parcels_each = parcels_each,
    .tally_add = tally_add,
    .partner_add = partner_add,
    .partner_change = partner_change,
    .partners_each = partners_each,
    .partner_key_add = partner_key_add,
    .partner_keys_each = partner_keys_each,
    .charter_add = charter_add,
    .charter_change = charter_change,
    .charters_each = charters_each,
    .counts = counts,
};

/* --- plans ------------------------------------------------------------------------------------ */

struct en_store *
en_store_new_fault(struct en_store *inner)
{
    struct fault *f = en_xcalloc(1, sizeof *f);

    EN_ASSERT(!inner->in_transaction);
    f->base.ops = &ops;
    f->inner = inner;
    return &f->base;
}

void
en_store_fault_plan(struct en_store *s, uint64_t at, enum en_fault_mode mode)
{
    struct fault *f = fault_of(s);

    EN_ASSERT(s->ops == &ops);
    f->at = at;
    f->mode = mode;
    f->count = 0;
}

uint64_t
en_store_fault_count(const struct en_store *s)
{
    EN_ASSERT(s->ops == &ops);
    return ((const struct fault *)s)->count;
}

void
en_store_fault_revive(struct en_store *s)
{
    struct fault *f = fault_of(s);

    EN_ASSERT(s->ops == &ops && !s->in_transaction);
    f->crashed = false;
    f->at = f->count = 0;
}
