/*
 * store_memory.c: the engine that lives and dies with its handle: for tests, and as the second answer that the SQLite
 * engine is compared with.
 *
 * A table is an array of rows; row i has the number i + 1. Rows are never changed in place: a change puts a new copy
 * into the slot and remembers the old one in the undo list, so abort is a walk back. A deleted row leaves an empty
 * slot.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "store/rows.h"
#include "store/store_engine.h"

struct row {
    void *data; /* NULL: deleted */
    size_t size;
};

/* clang-format off */
enum table_name {
    NODES, USERS, EVENTS, SOURCES, IMPORTS, ALERTS, VERSIONS, MANIFESTS, MESSAGES, TRAVELLERS, HITS, DECISIONS,
    CLEARANCES, ANSWERS, INTENTS, TALLIES, CHANGES, HEADS, TREE, WITNESSED, PARTNERS, CHARTERS,
    PARTNER_KEYS, RECORDS, RELEASES,
    DELIVERIES, BUNDLES, LINKS, PARCELS, QUESTIONS, PROTECTIONS, REFUSALS, TABLES
};

static const struct en_row_kind *const kinds[TABLES] = {
    [NODES] = &en_row_node,           [USERS] = &en_row_user,           [EVENTS] = &en_row_event,
    [SOURCES] = &en_row_source,       [IMPORTS] = &en_row_import,       [ALERTS] = &en_row_alert,
    [VERSIONS] = &en_row_alert,       [MANIFESTS] = &en_row_manifest,   [MESSAGES] = &en_row_message,
    [TRAVELLERS] = &en_row_traveller, [HITS] = &en_row_hit,             [DECISIONS] = &en_row_decision,
    [CLEARANCES] = &en_row_clearance, [ANSWERS] = &en_row_answer,       [INTENTS] = &en_row_intent,
    [TALLIES] = &en_row_tally,        [CHANGES] = &en_row_change,         [HEADS] = &en_row_head,
    [WITNESSED] = &en_row_witnessed,  [CHARTERS] = &en_row_charter,
    [TREE] = &en_row_tree_node,       [PARTNERS] = &en_row_partner,       [PARTNER_KEYS] = &en_row_partner_key,
    [RECORDS] = &en_row_record,       [RELEASES] = &en_row_release,       [DELIVERIES] = &en_row_delivery,
    [BUNDLES] = &en_row_bundle,       [LINKS] = &en_row_link,             [PARCELS] = &en_row_parcel,
    [QUESTIONS] = &en_row_question,   [PROTECTIONS] = &en_row_protection,
    [REFUSALS] = &en_row_refusal,
};
/* clang-format on */

struct table {
    struct row *rows;
    size_t n, cap;
};

/* What a slot held before; `fresh` slots did not exist. */
struct undo {
    enum table_name table;
    size_t slot;
    struct row was;
    bool fresh;
};

struct memory {
    struct en_store base;
    struct table t[TABLES];
    struct undo *undo;
    size_t n_undo, cap_undo;
    struct en_map *by_entity; /* source, part, entity to the alert's id; 0: none (any more) */
};

static struct memory *
memory_of(struct en_store *s)
{
    return (struct memory *)s;
}

/* --- rows and undo ---------------------------------------------------------------------------- */

static void
row_free(struct row *r)
{
    if (r->data) {
        explicit_bzero(r->data, r->size);
        free(r->data);
    }
    *r = (struct row){ NULL, 0 };
}

static struct row
row_copy(enum table_name t, const void *data)
{
    struct row r = { NULL, 0 };

    if (data)
        r.data = en_row_dup(kinds[t], data, &r.size);
    return r;
}

static void
remember(struct memory *m, enum table_name t, size_t slot, struct row was, bool fresh)
{
    if (m->n_undo == m->cap_undo) {
        m->cap_undo = m->cap_undo ? 2 * m->cap_undo : 64;
        m->undo = en_xrealloc(m->undo, m->cap_undo * sizeof *m->undo);
    }
    m->undo[m->n_undo++] = (struct undo){ t, slot, was, fresh };
}

/* The row with this number, or NULL. */
static const void *
row_get(const struct memory *m, enum table_name t, int64_t id)
{
    return id > 0 && (uint64_t)id <= m->t[t].n ? m->t[t].rows[id - 1].data : NULL;
}

/* Writes a copy of data (NULL: deletes) over a row that is there. */
static void
row_put(struct memory *m, enum table_name t, int64_t id, const void *data)
{
    struct row *r = &m->t[t].rows[id - 1];
    struct row copy = row_copy(t, data);

    EN_ASSERT(r->data);
    remember(m, t, (size_t)id - 1, *r, false);
    *r = copy;
}

static int64_t
row_add(struct memory *m, enum table_name t, const void *data)
{
    struct table *x = &m->t[t];

    if (x->n == x->cap) {
        x->cap = x->cap ? 2 * x->cap : 16;
        x->rows = en_xrealloc(x->rows, x->cap * sizeof *x->rows);
    }
    remember(m, t, x->n, (struct row){ NULL, 0 }, true);
    x->rows[x->n++] = row_copy(t, data);
    return (int64_t)x->n;
}

static void alert_forget(struct memory *m, const struct en_store_alert *x);

static void
undo_one(struct memory *m, const struct undo *u)
{
    struct table *x = &m->t[u->table];

    if (u->fresh) {
        EN_ASSERT(u->slot + 1 == x->n);
        if (u->table == ALERTS)
            alert_forget(m, x->rows[u->slot].data);
        x->n--;
    }
    row_free(&x->rows[u->slot]);
    if (!u->fresh)
        x->rows[u->slot] = u->was;
}

static en_errc
memory_begin(struct en_store *s, struct en_err *err)
{
    (void)err;
    EN_ASSERT(memory_of(s)->n_undo == 0);
    return EN_OK;
}

static en_errc
memory_commit(struct en_store *s, bool deleted, struct en_err *err)
{
    struct memory *m = memory_of(s);

    (void)deleted;
    (void)err;
    while (m->n_undo > 0)
        row_free(&m->undo[--m->n_undo].was);
    return EN_OK;
}

static void alert_index(struct memory *m, const struct en_store_alert *x, int64_t id);

static void
memory_abort(struct en_store *s)
{
    struct memory *m = memory_of(s);

    while (m->n_undo > 0) {
        struct undo u = m->undo[--m->n_undo];

        undo_one(m, &u);
        if (u.table == ALERTS && !u.fresh)
            alert_index(m, u.was.data, (int64_t)u.slot + 1);
    }
}

static void
memory_close(struct en_store *s)
{
    struct memory *m = memory_of(s);

    memory_abort(s);
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t i = 0; i < m->t[t].n; i++)
            row_free(&m->t[t].rows[i]);
        free(m->t[t].rows);
    }
    free(m->undo);
    en_map_free(m->by_entity);
    free(m);
}

static en_errc
memory_check(struct en_store *s, struct en_err *err)
{
    (void)s;
    (void)err;
    return EN_OK;
}

static en_errc
no_such(const char *what, struct en_err *err)
{
    return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such %s", what);
}

static en_errc
refers_to_nothing(const char *what, struct en_err *err)
{
    return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "what the %s refers to does not exist", what);
}

static en_errc
exists(const char *what, struct en_err *err)
{
    return en_err_set(err, EN_E_NO, EN_NO_POS, "such a %s exists already", what);
}

static bool
same_hash(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a, b, EN_SHA256_LEN) == 0;
}

/* The row count and slots of a table, for walking: ids ascend from 1. */
#define EACH_ROW(m, table, type, x)                                                                                    \
    for (size_t i_ = 0; i_ < (m)->t[table].n; i_++)                                                                    \
        for (const type *x = (m)->t[table].rows[i_].data; x; x = NULL)

/* --- the node and users ----------------------------------------------------------------------- */

static en_errc
node_put(struct en_store *s, const struct en_store_node *n, struct en_err *err)
{
    struct memory *m = memory_of(s);

    (void)err;
    if (row_get(m, NODES, 1))
        row_put(m, NODES, 1, n);
    else
        row_add(m, NODES, n);
    return EN_OK;
}

static en_errc
node_each(struct en_store *s, en_store_node_fn *fn, void *ctx, struct en_err *err)
{
    const struct en_store_node *n = row_get(memory_of(s), NODES, 1);

    return n ? fn(ctx, n, err) : EN_OK;
}

static bool
users_clash(const struct en_store_user *a, const struct en_store_user *b)
{
    bool both_act = a->disabled == EN_TIME_NONE && b->disabled == EN_TIME_NONE;

    return en_text_eq(a->name, b->name) || memcmp(a->key, b->key, EN_KEY_LEN) == 0 ||
           (both_act && a->uid >= 0 && a->uid == b->uid);
}

static bool
user_taken(struct memory *m, const struct en_store_user *u, int64_t but)
{
    EACH_ROW(m, USERS, struct en_store_user, x) {
        if (x->id != but && users_clash(x, u))
            return true;
    }
    return false;
}

static en_errc
user_add(struct en_store *s, const struct en_store_user *u, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_user copy = *u;

    if (user_taken(m, u, 0))
        return exists("user", err);
    copy.id = (int64_t)m->t[USERS].n + 1;
    *id = row_add(m, USERS, &copy);
    return EN_OK;
}

static en_errc
user_change(struct en_store *s, const struct en_store_user *u, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_user *was = row_get(m, USERS, u->id);
    struct en_store_user copy = *u;

    if (!was)
        return no_such("user", err);
    if (user_taken(m, u, u->id))
        return exists("user", err);
    copy.created = was->created;
    row_put(m, USERS, u->id, &copy);
    return EN_OK;
}

static bool
user_fits(const struct en_store_user_filter *f, const struct en_store_user *u)
{
    return (!f->id || u->id == f->id) && (!f->name.n || en_text_eq(u->name, f->name)) &&
           (!f->key || memcmp(u->key, f->key, EN_KEY_LEN) == 0) &&
           (!f->by_uid || (u->uid == f->uid && u->disabled == EN_TIME_NONE));
}

static en_errc
users_each(struct en_store *s, const struct en_store_user_filter *f, en_store_user_fn *fn, void *ctx,
           struct en_err *err)
{
    en_errc rc = EN_OK;

    EACH_ROW(memory_of(s), USERS, struct en_store_user, u) {
        if (rc == EN_OK && user_fits(f, u))
            rc = fn(ctx, u, err);
    }
    return rc;
}

/* --- events and intents ----------------------------------------------------------------------- */

static en_errc
event_last(struct en_store *s, uint64_t *seq, en_time *at, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_event *e = row_get(m, EVENTS, (int64_t)m->t[EVENTS].n);

    (void)err;
    *seq = m->t[EVENTS].n;
    *at = e ? e->at : EN_TIME_NONE;
    return EN_OK;
}

static en_errc
event_append(struct en_store *s, const struct en_store_event *e, struct en_err *err)
{
    struct memory *m = memory_of(s);

    if (e->actor != 0 && !row_get(m, USERS, e->actor))
        return refers_to_nothing("event", err);
    EN_ASSERT(e->seq == m->t[EVENTS].n + 1);
    row_add(m, EVENTS, e);
    return EN_OK;
}

static en_errc
event_destroy(struct en_store *s, uint64_t seq, en_time at, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_event *e = seq <= INT64_MAX ? row_get(m, EVENTS, (int64_t)seq) : NULL;
    struct en_store_event copy;

    if (!e)
        return no_such("event", err);
    if (e->destroyed != EN_TIME_NONE)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "the content of this event is destroyed already");
    copy = *e;
    copy.bytes = (en_bytes){ NULL, 0 };
    memset(copy.nonce, 0, sizeof copy.nonce);
    copy.destroyed = at;
    row_put(m, EVENTS, (int64_t)seq, &copy);
    return EN_OK;
}

static en_errc
events_each(struct en_store *s, uint64_t from, uint64_t limit, en_store_event_fn *fn, void *ctx, struct en_err *err)
{
    struct memory *m = memory_of(s);
    en_errc rc = EN_OK;
    uint64_t done = 0;

    for (uint64_t seq = from ? from : 1; seq <= m->t[EVENTS].n && rc == EN_OK && (!limit || done < limit); seq++) {
        rc = fn(ctx, m->t[EVENTS].rows[seq - 1].data, err);
        done++;
    }
    return rc;
}

static en_errc
events_due_each(struct en_store *s, en_text type, en_time until, uint64_t limit, en_store_event_fn *fn, void *ctx,
                struct en_err *err)
{
    en_errc rc = EN_OK;
    uint64_t done = 0;

    EACH_ROW(memory_of(s), EVENTS, struct en_store_event, e) {
        if (rc != EN_OK || (limit && done == limit) || e->destroyed != EN_TIME_NONE || e->at > until ||
            (type.n && !en_text_eq(type, e->type)))
            continue;
        rc = fn(ctx, e, err);
        done++;
    }
    return rc;
}

/* --- the ledger --------------------------------------------------------------------------------- */

static en_errc
event_leaves(struct en_store *s, uint64_t from, size_t max, struct en_tree_hash *out, size_t *n, struct en_err *err)
{
    struct memory *m = memory_of(s);

    (void)err;
    for (*n = 0; *n < max && from + *n <= m->t[EVENTS].n; ++*n) {
        const struct en_store_event *e = m->t[EVENTS].rows[from + *n - 1].data;

        memcpy(out[*n].b, e->leaf, sizeof e->leaf);
    }
    return EN_OK;
}

static const struct en_row_tree *
tree_find(struct memory *m, unsigned level, uint64_t index)
{
    EACH_ROW(m, TREE, struct en_row_tree, x) {
        if (x->level == level && x->index == index)
            return x;
    }
    return NULL;
}

static en_errc
tree_add(struct en_store *s, unsigned level, uint64_t index, const struct en_tree_hash *h, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_row_tree x = { level, index, *h };

    if (tree_find(m, level, index))
        return exists("node of the tree", err);
    row_add(m, TREE, &x);
    return EN_OK;
}

static en_errc
tree_get(struct en_store *s, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    const struct en_row_tree *x = tree_find(memory_of(s), level, index);

    if (!x)
        return no_such("node of the tree", err);
    *out = x->hash;
    return EN_OK;
}

static en_errc
tree_count(struct en_store *s, uint64_t *n, struct en_err *err)
{
    (void)err;
    *n = memory_of(s)->t[TREE].n;
    return EN_OK;
}

static en_errc
head_add(struct en_store *s, const struct en_store_head *h, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_head copy = *h;

    (void)err;
    copy.id = (int64_t)m->t[HEADS].n + 1;
    *id = row_add(m, HEADS, &copy);
    return EN_OK;
}

static en_errc
head_change(struct en_store *s, const struct en_store_head *h, struct en_err *err)
{
    struct memory *m = memory_of(s);

    if (!row_get(m, HEADS, h->id))
        return no_such("head", err);
    row_put(m, HEADS, h->id, h);
    return EN_OK;
}

static en_errc
heads_each(struct en_store *s, bool newest_only, en_store_head_fn *fn, void *ctx, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const size_t n = m->t[HEADS].n;
    en_errc rc = EN_OK;

    for (size_t i = newest_only && n ? n - 1 : 0; i < n && rc == EN_OK; i++)
        rc = fn(ctx, m->t[HEADS].rows[i].data, err);
    return rc;
}

static en_errc
witnessed_add(struct en_store *s, const struct en_store_witnessed *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_witnessed copy = *x;

    EACH_ROW(m, WITNESSED, struct en_store_witnessed, y) {
        if (!x->evidence && !y->evidence && en_text_eq(x->origin, y->origin))
            return exists("log", err);
    }
    copy.id = (int64_t)m->t[WITNESSED].n + 1;
    *id = row_add(m, WITNESSED, &copy);
    return EN_OK;
}

static en_errc
witnessed_change(struct en_store *s, const struct en_store_witnessed *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_witnessed *was = row_get(m, WITNESSED, x->id);
    struct en_store_witnessed copy = *x;

    if (!was || was->evidence)
        return no_such("log", err);
    copy.evidence = false;
    copy.origin = was->origin;
    copy.other = was->other;
    row_put(m, WITNESSED, x->id, &copy);
    return EN_OK;
}

static en_errc
witnessed_each(struct en_store *s, en_text origin, en_store_witnessed_fn *fn, void *ctx, struct en_err *err)
{
    en_errc rc = EN_OK;

    EACH_ROW(memory_of(s), WITNESSED, struct en_store_witnessed, x) {
        if (rc == EN_OK && (origin.n == 0 || en_text_eq(x->origin, origin)))
            rc = fn(ctx, x, err);
    }
    return rc;
}

/* --- questions and protections ------------------------------------------------------------------- */

static en_errc
question_add(struct en_store *s, const struct en_store_question *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_question copy = *x;

    EACH_ROW(m, QUESTIONS, struct en_store_question, y) {
        if (y->record == x->record && en_text_eq(y->asker, x->asker) && en_text_eq(y->target, x->target))
            return exists("question", err);
    }
    if (!row_get(m, RECORDS, x->record) || (x->release && !row_get(m, RELEASES, x->release)))
        return refers_to_nothing("question", err);
    copy.id = (int64_t)m->t[QUESTIONS].n + 1;
    *id = row_add(m, QUESTIONS, &copy);
    return EN_OK;
}

static en_errc
question_change(struct en_store *s, const struct en_store_question *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_question *was = row_get(m, QUESTIONS, x->id);
    struct en_store_question copy;

    if (!was)
        return no_such("question", err);
    if (x->release && !row_get(m, RELEASES, x->release))
        return refers_to_nothing("question", err);
    copy = *was;
    copy.state = x->state;
    copy.release = x->release;
    copy.changed = x->changed;
    copy.reason = x->reason;
    row_put(m, QUESTIONS, x->id, &copy);
    return EN_OK;
}

static bool
question_fits(const struct en_store_question_filter *f, const struct en_store_question *x)
{
    return (!f->id || x->id == f->id) && (!f->record || x->record == f->record) &&
           (!f->release || x->release == f->release) && (!f->asker.n || en_text_eq(x->asker, f->asker)) &&
           (!f->target.n || en_text_eq(x->target, f->target)) && (!f->states || f->states >> x->state & 1u) &&
           x->id > f->after;
}

static en_errc
questions_each(struct en_store *s, const struct en_store_question_filter *f, en_store_question_fn *fn, void *ctx,
               struct en_err *err)
{
    en_errc rc = EN_OK;
    uint64_t done = 0;

    EACH_ROW(memory_of(s), QUESTIONS, struct en_store_question, x) {
        if (rc == EN_OK && question_fits(f, x) && (!f->limit || done++ < f->limit))
            rc = fn(ctx, x, err);
    }
    return rc;
}

static en_errc
protection_add(struct en_store *s, const struct en_store_protection *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_protection copy = *x;

    if (x->author && !row_get(m, USERS, x->author))
        return refers_to_nothing("protection", err);
    copy.id = (int64_t)m->t[PROTECTIONS].n + 1;
    *id = row_add(m, PROTECTIONS, &copy);
    return EN_OK;
}

static en_errc
protection_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct memory *m = memory_of(s);

    if (!row_get(m, PROTECTIONS, id))
        return no_such("protection", err);
    row_put(m, PROTECTIONS, id, NULL);
    return EN_OK;
}

static en_errc
protections_each(struct en_store *s, const struct en_store_protection_filter *f, en_store_protection_fn *fn, void *ctx,
                 struct en_err *err)
{
    en_errc rc = EN_OK;
    uint64_t done = 0;

    EACH_ROW(memory_of(s), PROTECTIONS, struct en_store_protection, x) {
        if (rc == EN_OK && (!f->id || x->id == f->id) && (!f->traveller || x->traveller == f->traveller) &&
            (!f->entity.n || en_text_eq(x->entity, f->entity)) && (!f->due || x->review <= f->due) &&
            x->id > f->after && (!f->limit || done++ < f->limit))
            rc = fn(ctx, x, err);
    }
    return rc;
}

/* --- intents -------------------------------------------------------------------------------------- */

static en_errc
intent_add(struct en_store *s, const struct en_store_intent *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_intent copy = *x;

    if (x->event > INT64_MAX || !row_get(m, EVENTS, (int64_t)x->event))
        return refers_to_nothing("intent", err);
    copy.id = (int64_t)m->t[INTENTS].n + 1;
    copy.finished = EN_TIME_NONE;
    copy.outcome = EN_TEXT_NONE;
    *id = row_add(m, INTENTS, &copy);
    return EN_OK;
}

static en_errc
intent_finish(struct en_store *s, int64_t id, en_text outcome, en_time at, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_intent *x = row_get(m, INTENTS, id);
    struct en_store_intent copy;

    if (!x)
        return no_such("intent", err);
    copy = *x;
    copy.bytes = (en_bytes){ NULL, 0 };
    copy.outcome = outcome;
    copy.finished = at;
    row_put(m, INTENTS, id, &copy);
    return EN_OK;
}

static en_errc
intents_each(struct en_store *s, const struct en_store_intent_filter *f, en_store_intent_fn *fn, void *ctx,
             struct en_err *err)
{
    en_errc rc = EN_OK;

    EACH_ROW(memory_of(s), INTENTS, struct en_store_intent, x) {
        if (rc == EN_OK && (!f->id || x->id == f->id) && (!f->open_only || x->finished == EN_TIME_NONE))
            rc = fn(ctx, x, err);
    }
    return rc;
}

/* --- sources and imports ---------------------------------------------------------------------- */

static en_errc
source_add(struct en_store *s, const struct en_store_source *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_source copy = *x;

    EACH_ROW(m, SOURCES, struct en_store_source, y) {
        if (en_text_eq(x->name, y->name))
            return exists("source", err);
    }
    copy.id = (int64_t)m->t[SOURCES].n + 1;
    *id = row_add(m, SOURCES, &copy);
    return EN_OK;
}

static en_errc
sources_each(struct en_store *s, const struct en_store_source_filter *f, en_store_source_fn *fn, void *ctx,
             struct en_err *err)
{
    en_errc rc = EN_OK;

    EACH_ROW(memory_of(s), SOURCES, struct en_store_source, x) {
        if (rc == EN_OK && (!f->id || x->id == f->id) && (!f->name.n || en_text_eq(x->name, f->name)))
            rc = fn(ctx, x, err);
    }
    return rc;
}

static en_errc
import_add(struct en_store *s, const struct en_store_import *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_import copy = {
        .source = x->source, .version = x->version, .dated = x->dated, .name = x->name, .at = x->at, .actor = x->actor
    };

    if (!row_get(m, SOURCES, x->source))
        return refers_to_nothing("import", err);
    memcpy(copy.hash, x->hash, sizeof copy.hash);
    copy.id = (int64_t)m->t[IMPORTS].n + 1;
    *id = row_add(m, IMPORTS, &copy);
    return EN_OK;
}

static en_errc
import_finish(struct en_store *s, const struct en_store_import *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_import *was = row_get(m, IMPORTS, x->id);
    struct en_store_import copy;

    if (!was)
        return no_such("import", err);
    copy = *was;
    copy.entries = x->entries;
    copy.added = x->added;
    copy.changed = x->changed;
    copy.unchanged = x->unchanged;
    copy.ended = x->ended;
    copy.returned = x->returned;
    copy.refused = x->refused;
    copy.unmatched = x->unmatched;
    copy.report = x->report;
    row_put(m, IMPORTS, x->id, &copy);
    return EN_OK;
}

static en_errc
imports_each(struct en_store *s, const struct en_store_import_filter *f, en_store_import_fn *fn, void *ctx,
             struct en_err *err)
{
    struct memory *m = memory_of(s);
    en_errc rc = EN_OK;
    uint64_t done = 0;

    for (size_t i = m->t[IMPORTS].n; i-- > 0 && rc == EN_OK && (!f->limit || done < f->limit);) {
        const struct en_store_import *x = m->t[IMPORTS].rows[i].data;

        if ((f->source && x->source != f->source) || (f->hash && !same_hash(x->hash, f->hash)))
            continue;
        rc = fn(ctx, x, err);
        done++;
    }
    return rc;
}

/* --- alerts ----------------------------------------------------------------------------------- */

static uint64_t *
entity_place(struct memory *m, int64_t source, en_text entity, uint32_t part)
{
    struct en_buf key = EN_BUF_INIT;
    uint64_t *place;

    en_buf_put_u64(&key, (uint64_t)source);
    en_buf_put_u32(&key, part);
    en_buf_add_text(&key, entity);
    place = en_map_put(m->by_entity, en_buf_bytes(&key), NULL);
    en_buf_release(&key);
    return place;
}

static void
alert_index(struct memory *m, const struct en_store_alert *x, int64_t id)
{
    *entity_place(m, x->source, x->entity, x->part) = (uint64_t)id;
}

static void
alert_forget(struct memory *m, const struct en_store_alert *x)
{
    *entity_place(m, x->source, x->entity, x->part) = 0;
}

static en_errc
alert_look(struct en_store *s, int64_t source, en_text entity, uint32_t part, struct en_store_alert_brief *out,
           struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_alert *x = row_get(m, ALERTS, (int64_t)*entity_place(m, source, entity, part));

    (void)err;
    if (!x)
        return EN_E_NOT_FOUND;
    out->id = x->id;
    out->version = x->version;
    out->status = x->status;
    out->matched = x->matched;
    out->ended = x->ended;
    memcpy(out->hash, x->hash, sizeof out->hash);
    return EN_OK;
}

static void
note_change(struct memory *m, const struct en_store_alert *x)
{
    struct en_store_change c = { m->t[CHANGES].n + 1, x->source, x->entity };

    (void)row_add(m, CHANGES, &c);
}

static en_errc
alert_add(struct en_store *s, const struct en_store_alert *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_alert copy = *x;

    if (!row_get(m, SOURCES, x->source))
        return refers_to_nothing("alert", err);
    copy.id = (int64_t)m->t[ALERTS].n + 1;
    *id = row_add(m, ALERTS, &copy);
    alert_index(m, &copy, *id);
    note_change(m, &copy);
    return EN_OK;
}

static en_errc
alert_revise(struct en_store *s, const struct en_store_alert *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_alert *was = row_get(m, ALERTS, x->id);
    struct en_store_alert copy = *x;

    if (!was)
        return no_such("alert", err);
    row_add(m, VERSIONS, was);
    copy.source = was->source;
    copy.entity = was->entity;
    copy.part = was->part;
    copy.created = was->created;
    row_put(m, ALERTS, x->id, &copy);
    note_change(m, &copy);
    return EN_OK;
}

static en_errc
alert_set_matched(struct en_store *s, int64_t id, bool matched, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_alert *was = row_get(m, ALERTS, id);
    struct en_store_alert copy;

    if (!was)
        return no_such("alert", err);
    copy = *was;
    copy.matched = matched;
    row_put(m, ALERTS, id, &copy);
    note_change(m, &copy);
    return EN_OK;
}

static en_errc
changes_forget(struct en_store *s, uint64_t until, struct en_err *err)
{
    struct memory *m = memory_of(s);

    (void)err;
    for (uint64_t i = 0; i < until && i < m->t[CHANGES].n; i++)
        if (m->t[CHANGES].rows[i].data)
            row_put(m, CHANGES, (int64_t)i + 1, NULL);
    return EN_OK;
}

static en_errc
alert_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_alert *x = row_get(m, ALERTS, id);

    if (!x)
        return no_such("alert", err);
    for (size_t i = 0; i < m->t[VERSIONS].n; i++) {
        const struct en_store_alert *v = m->t[VERSIONS].rows[i].data;

        if (v && v->id == id)
            row_put(m, VERSIONS, (int64_t)i + 1, NULL);
    }
    alert_forget(m, x);
    note_change(m, x);
    row_put(m, ALERTS, id, NULL);
    return changes_forget(s, UINT64_MAX, err);
}

static en_errc
alerts_active(struct en_store *s, int64_t source, int64_t after, int64_t *ids, size_t max, size_t *n,
              struct en_err *err)
{
    struct memory *m = memory_of(s);

    (void)err;
    *n = 0;
    for (size_t i = (size_t)after; i < m->t[ALERTS].n && *n < max; i++) {
        const struct en_store_alert *x = m->t[ALERTS].rows[i].data;

        if (x && x->source == source && x->status == EN_ALERT_ACTIVE)
            ids[(*n)++] = x->id;
    }
    return EN_OK;
}

static bool
alert_fits(const struct en_store_alert_filter *f, const struct en_store_alert *x)
{
    return (!f->id || x->id == f->id) && (!f->source || x->source == f->source) &&
           (!f->entity.n || en_text_eq(x->entity, f->entity)) && (!f->active_only || x->status == EN_ALERT_ACTIVE) &&
           (!f->ended_only || x->status == EN_ALERT_ENDED) && (!f->matched_only || x->matched) &&
           (!f->review_until || (x->review != EN_TIME_NONE && x->review <= f->review_until)) &&
           (!f->destroy_until || (x->destroy != EN_TIME_NONE && x->destroy <= f->destroy_until)) && x->id > f->after;
}

static en_errc
alerts_each(struct en_store *s, const struct en_store_alert_filter *f, en_store_alert_fn *fn, void *ctx,
            struct en_err *err)
{
    en_errc rc = EN_OK;
    uint64_t done = 0;

    EACH_ROW(memory_of(s), ALERTS, struct en_store_alert, x) {
        if (rc == EN_OK && (!f->limit || done < f->limit) && alert_fits(f, x)) {
            rc = fn(ctx, x, err);
            done++;
        }
    }
    return rc;
}

static en_errc
alert_past_each(struct en_store *s, int64_t id, en_store_alert_fn *fn, void *ctx, struct en_err *err)
{
    struct memory *m = memory_of(s);
    en_errc rc = EN_OK;

    EACH_ROW(m, VERSIONS, struct en_store_alert, x) {
        const struct en_store_alert *now = row_get(m, ALERTS, x->id);
        struct en_store_alert v = *x;

        if (rc != EN_OK || !now || (id && x->id != id))
            continue;
        v.matched = now->matched;
        rc = fn(ctx, &v, err);
    }
    return rc;
}

static en_errc
changes(struct en_store *s, uint64_t *forgotten, uint64_t *newest, struct en_err *err)
{
    struct memory *m = memory_of(s);

    (void)err;
    *newest = m->t[CHANGES].n;
    for (*forgotten = 0; *forgotten < *newest && !m->t[CHANGES].rows[*forgotten].data;)
        ++*forgotten;
    return EN_OK;
}

static en_errc
changes_each(struct en_store *s, uint64_t after, uint64_t limit, en_store_change_fn *fn, void *ctx, struct en_err *err)
{
    struct memory *m = memory_of(s);
    uint64_t done = 0;
    en_errc rc = EN_OK;

    for (uint64_t i = after; rc == EN_OK && i < m->t[CHANGES].n && (!limit || done < limit); i++) {
        if (!m->t[CHANGES].rows[i].data)
            continue;
        rc = fn(ctx, m->t[CHANGES].rows[i].data, err);
        done++;
    }
    return rc;
}

/* --- manifests, messages, travellers ---------------------------------------------------------- */

static en_errc
manifest_add(struct en_store *s, const struct en_store_manifest *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_manifest copy = *x;

    EACH_ROW(m, MANIFESTS, struct en_store_manifest, y) {
        if (same_hash(x->hash, y->hash))
            return exists("manifest", err);
    }
    copy.id = (int64_t)m->t[MANIFESTS].n + 1;
    *id = row_add(m, MANIFESTS, &copy);
    return EN_OK;
}

static en_errc
manifest_finish(struct en_store *s, const struct en_store_manifest *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_manifest *was = row_get(m, MANIFESTS, x->id);
    struct en_store_manifest copy;

    if (!was)
        return no_such("manifest", err);
    copy = *was;
    copy.travellers = x->travellers;
    copy.hits = x->hits;
    copy.repairs = x->repairs;
    copy.refused = x->refused;
    copy.report = x->report;
    row_put(m, MANIFESTS, x->id, &copy);
    return EN_OK;
}

static en_errc
manifests_each(struct en_store *s, const struct en_store_manifest_filter *f, en_store_manifest_fn *fn, void *ctx,
               struct en_err *err)
{
    struct memory *m = memory_of(s);
    en_errc rc = EN_OK;
    uint64_t done = 0;

    for (size_t i = m->t[MANIFESTS].n; i-- > 0 && rc == EN_OK && (!f->limit || done < f->limit);) {
        const struct en_store_manifest *x = m->t[MANIFESTS].rows[i].data;

        if ((f->id && x->id != f->id) || (f->before && x->id >= f->before) || (f->hash && !same_hash(x->hash, f->hash)))
            continue;
        rc = fn(ctx, x, err);
        done++;
    }
    return rc;
}

static en_errc
message_add(struct en_store *s, const struct en_store_message *x, struct en_err *err)
{
    struct memory *m = memory_of(s);

    if (!row_get(m, MANIFESTS, x->manifest))
        return refers_to_nothing("message", err);
    EACH_ROW(m, MESSAGES, struct en_store_message, y) {
        if (x->manifest == y->manifest && x->number == y->number)
            return exists("message", err);
    }
    row_add(m, MESSAGES, x);
    return EN_OK;
}

static int
compare_messages(const void *a, const void *b)
{
    const struct en_store_message *const *x = a, *const *y = b;

    if ((*x)->manifest != (*y)->manifest)
        return (*x)->manifest < (*y)->manifest ? -1 : 1;
    return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

static en_errc
messages_each(struct en_store *s, const struct en_store_message_filter *f, en_store_message_fn *fn, void *ctx,
              struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_message **list = en_xcalloc(m->t[MESSAGES].n + 1, sizeof *list);
    size_t n = 0;
    en_errc rc = EN_OK;

    EACH_ROW(m, MESSAGES, struct en_store_message, x) {
        if ((!f->manifest || x->manifest == f->manifest) &&
            (!f->reference.n || en_text_eq(x->reference, f->reference)) &&
            (!f->hash || memcmp(x->hash, f->hash, EN_SHA256_LEN) == 0))
            list[n++] = x;
    }
    qsort(list, n, sizeof(const struct en_store_message *), compare_messages);
    for (size_t i = 0; i < n && rc == EN_OK; i++)
        rc = fn(ctx, list[i], err);
    free(list);
    return rc;
}

static en_errc
traveller_add(struct en_store *s, const struct en_store_traveller *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_traveller copy = *x;

    if (!row_get(m, MANIFESTS, x->manifest))
        return refers_to_nothing("traveller", err);
    copy.id = (int64_t)m->t[TRAVELLERS].n + 1;
    *id = row_add(m, TRAVELLERS, &copy);
    return EN_OK;
}

static en_errc
traveller_change(struct en_store *s, const struct en_store_traveller *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_traveller *was = row_get(m, TRAVELLERS, x->id);
    struct en_store_traveller copy;

    if (!was)
        return no_such("traveller", err);
    copy = *was;
    copy.person = x->person;
    copy.flight = x->flight;
    copy.arrives = x->arrives;
    copy.delete_after = x->delete_after;
    row_put(m, TRAVELLERS, x->id, &copy);
    return EN_OK;
}

static bool
has_hit(struct memory *m, int64_t traveller)
{
    EACH_ROW(m, HITS, struct en_store_hit, x) {
        if (x->traveller == traveller)
            return true;
    }
    return false;
}

static en_errc
traveller_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct memory *m = memory_of(s);

    if (!row_get(m, TRAVELLERS, id))
        return no_such("traveller", err);
    EN_ASSERT(!has_hit(m, id));
    EACH_ROW(m, ANSWERS, struct en_store_answer, x) {
        if (x->traveller == id)
            row_put(m, ANSWERS, x->id, NULL);
    }
    row_put(m, TRAVELLERS, id, NULL);
    return EN_OK;
}

static bool
traveller_fits(struct memory *m, const struct en_store_traveller_filter *f, const struct en_store_traveller *x)
{
    return (!f->id || x->id == f->id) && (!f->manifest || x->manifest == f->manifest) &&
           (!f->external.n || en_text_eq(x->external, f->external)) &&
           (!f->flight.n || en_text_eq(x->flight, f->flight)) && x->id > f->after &&
           (!f->due || (x->delete_after <= f->due && !has_hit(m, x->id)));
}

static en_errc
travellers_each(struct en_store *s, const struct en_store_traveller_filter *f, en_store_traveller_fn *fn, void *ctx,
                struct en_err *err)
{
    struct memory *m = memory_of(s);
    en_errc rc = EN_OK;
    uint64_t done = 0;

    EACH_ROW(m, TRAVELLERS, struct en_store_traveller, x) {
        if (rc == EN_OK && (!f->limit || done < f->limit) && traveller_fits(m, f, x)) {
            rc = fn(ctx, x, err);
            done++;
        }
    }
    return rc;
}

/* --- hits ------------------------------------------------------------------------------------- */

static en_errc
hit_add(struct en_store *s, const struct en_store_hit *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_hit copy = *x;

    if (!row_get(m, TRAVELLERS, x->traveller))
        return refers_to_nothing("hit", err);
    EACH_ROW(m, HITS, struct en_store_hit, y) {
        if (x->traveller == y->traveller && en_text_eq(x->entity, y->entity))
            return exists("hit", err);
    }
    copy.id = (int64_t)m->t[HITS].n + 1;
    *id = row_add(m, HITS, &copy);
    return EN_OK;
}

static en_errc
hit_change(struct en_store *s, const struct en_store_hit *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_hit *was = row_get(m, HITS, x->id);
    struct en_store_hit copy = *x;

    if (!was)
        return no_such("hit", err);
    copy.traveller = was->traveller;
    copy.entity = was->entity;
    copy.created = was->created;
    row_put(m, HITS, x->id, &copy);
    return EN_OK;
}

static en_errc
hit_set_state(struct en_store *s, int64_t id, enum en_hit_state state, enum en_answer answer, en_time at,
              en_time delete_after, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_hit *was = row_get(m, HITS, id);
    struct en_store_hit copy;

    if (!was)
        return no_such("hit", err);
    copy = *was;
    copy.state = state;
    copy.answer = answer;
    copy.changed = at;
    copy.delete_after = delete_after;
    row_put(m, HITS, id, &copy);
    return EN_OK;
}

static en_errc
hit_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct memory *m = memory_of(s);

    if (!row_get(m, HITS, id))
        return no_such("hit", err);
    for (size_t i = 0; i < m->t[DECISIONS].n; i++) {
        const struct en_store_decision *d = m->t[DECISIONS].rows[i].data;

        if (d && d->hit == id)
            row_put(m, DECISIONS, (int64_t)i + 1, NULL);
    }
    row_put(m, HITS, id, NULL);
    return EN_OK;
}

static bool
hit_fits(struct memory *m, const struct en_store_hit_filter *f, const struct en_store_hit *x)
{
    const struct en_store_traveller *t = row_get(m, TRAVELLERS, x->traveller);

    return (!f->id || x->id == f->id) && (!f->traveller || x->traveller == f->traveller) &&
           (!f->manifest || (t && t->manifest == f->manifest)) && (!f->entity.n || en_text_eq(x->entity, f->entity)) &&
           (!f->states || (f->states >> x->state & 1)) && (!f->answers || (f->answers >> x->answer & 1)) &&
           x->probability >= f->min_probability && (!f->since || x->created >= f->since) &&
           (!f->due || (x->delete_after != EN_TIME_NONE && x->delete_after <= f->due));
}

static int
compare_hits(const void *a, const void *b)
{
    const struct en_store_hit *const *x = a, *const *y = b;

    if ((*x)->probability > (*y)->probability || (*x)->probability < (*y)->probability)
        return (*x)->probability > (*y)->probability ? -1 : 1;
    return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

/* True if x comes behind the hit that the page before ended with. */
static bool
hit_behind(const struct en_store_hit_filter *f, const struct en_store_hit *last, const struct en_store_hit *x)
{
    if (!f->after)
        return true;
    return f->by_probability ? compare_hits(&last, &x) < 0 : x->id > f->after;
}

static en_errc
hits_each(struct en_store *s, const struct en_store_hit_filter *f, en_store_hit_fn *fn, void *ctx, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_hit *last = row_get(m, HITS, f->after);
    const struct en_store_hit **list;
    size_t n = 0;
    en_errc rc = EN_OK;

    if (f->after && f->by_probability && !last)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "the hit to go on behind is gone");
    list = en_xcalloc(m->t[HITS].n + 1, sizeof *list);
    EACH_ROW(m, HITS, struct en_store_hit, x) {
        if (hit_fits(m, f, x) && hit_behind(f, last, x))
            list[n++] = x;
    }
    if (f->by_probability)
        qsort(list, n, sizeof(const struct en_store_hit *), compare_hits);
    for (size_t i = 0; i < n && rc == EN_OK && (!f->limit || i < f->limit); i++)
        rc = fn(ctx, list[i], err);
    free(list);
    return rc;
}

/* --- decisions and clearances ----------------------------------------------------------------- */

static en_errc
decision_add(struct en_store *s, const struct en_store_decision *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_decision copy = *x;

    if (!row_get(m, HITS, x->hit) || !row_get(m, USERS, x->actor))
        return refers_to_nothing("decision", err);
    copy.id = (int64_t)m->t[DECISIONS].n + 1;
    copy.second = 0;
    copy.second_at = EN_TIME_NONE;
    *id = row_add(m, DECISIONS, &copy);
    return EN_OK;
}

static en_errc
decision_confirm(struct en_store *s, int64_t id, int64_t second, en_time at, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_decision *x = row_get(m, DECISIONS, id);
    struct en_store_decision copy;

    if (!x)
        return no_such("decision", err);
    if (!row_get(m, USERS, second))
        return refers_to_nothing("decision", err);
    copy = *x;
    copy.second = second;
    copy.second_at = at;
    row_put(m, DECISIONS, id, &copy);
    return EN_OK;
}

static en_errc
decisions_each(struct en_store *s, const struct en_store_decision_filter *f, en_store_decision_fn *fn, void *ctx,
               struct en_err *err)
{
    en_errc rc = EN_OK;

    EACH_ROW(memory_of(s), DECISIONS, struct en_store_decision, x) {
        if (rc == EN_OK && (!f->id || x->id == f->id) && (!f->hit || x->hit == f->hit))
            rc = fn(ctx, x, err);
    }
    return rc;
}

static en_errc
clearance_add(struct en_store *s, const struct en_store_clearance *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_clearance copy = *x;

    (void)err;
    copy.id = (int64_t)m->t[CLEARANCES].n + 1;
    *id = row_add(m, CLEARANCES, &copy);
    return EN_OK;
}

static en_errc
clearance_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct memory *m = memory_of(s);

    if (!row_get(m, CLEARANCES, id))
        return no_such("clearance", err);
    row_put(m, CLEARANCES, id, NULL);
    return EN_OK;
}

static en_errc
answer_add(struct en_store *s, const struct en_store_answer *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_answer copy = *x;

    if (!row_get(m, TRAVELLERS, x->traveller) || (x->actor != 0 && !row_get(m, USERS, x->actor)))
        return refers_to_nothing("answer", err);
    copy.id = (int64_t)m->t[ANSWERS].n + 1;
    *id = row_add(m, ANSWERS, &copy);
    return EN_OK;
}

static en_errc
answer_change(struct en_store *s, const struct en_store_answer *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_answer *old = row_get(m, ANSWERS, x->id);
    struct en_store_answer copy;

    if (!old)
        return no_such("answer", err);
    copy = *old;
    copy.second = x->second;
    copy.sent = x->sent;
    copy.deadline = x->deadline;
    copy.acknowledged = x->acknowledged;
    copy.reference = x->reference;
    row_put(m, ANSWERS, x->id, &copy);
    return EN_OK;
}

static en_errc
answers_each(struct en_store *s, const struct en_store_answer_filter *f, en_store_answer_fn *fn, void *ctx,
             struct en_err *err)
{
    en_errc rc = EN_OK;
    uint64_t done = 0;

    EACH_ROW(memory_of(s), ANSWERS, struct en_store_answer, x) {
        if (rc != EN_OK || (f->limit && done == f->limit) || (f->id && x->id != f->id) ||
            (f->traveller && x->traveller != f->traveller) ||
            (f->reference.n && !en_text_eq(f->reference, x->reference)) ||
            (f->due && (x->deadline == EN_TIME_NONE || x->deadline > f->due)))
            continue;
        rc = fn(ctx, x, err);
        done++;
    }
    return rc;
}

static bool
clearance_fits(const struct en_store_clearance_filter *f, const struct en_store_clearance *x)
{
    return (!f->id || x->id == f->id) && (!f->alert || x->alert == f->alert) &&
           (!f->number.n || en_text_eq(f->number, x->number)) && (!f->valid_at || x->expires > f->valid_at) &&
           (!f->due || x->expires <= f->due);
}

static en_errc
clearances_each(struct en_store *s, const struct en_store_clearance_filter *f, en_store_clearance_fn *fn, void *ctx,
                struct en_err *err)
{
    struct memory *m = memory_of(s);
    const size_t n = m->t[CLEARANCES].n;
    en_errc rc = EN_OK;
    uint64_t done = 0;

    for (size_t i = 0; i < n && rc == EN_OK && (!f->limit || done < f->limit); i++) {
        const struct en_store_clearance *x = m->t[CLEARANCES].rows[i].data;

        if (!x || !clearance_fits(f, x))
            continue;
        rc = fn(ctx, x, err);
        done++;
    }
    return rc;
}

/* --- the exchange ------------------------------------------------------------------------------------------------- */

static bool
among_states(unsigned states, unsigned state)
{
    return !states || (states >> state & 1u);
}

static bool
names(en_text want, en_text t)
{
    return !want.n || en_text_eq(want, t);
}

static bool
no_user(struct memory *m, int64_t id)
{
    return id != 0 && !row_get(m, USERS, id);
}

static en_errc
record_add(struct en_store *s, const struct en_store_record *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_record copy = *x;

    EACH_ROW(m, RECORDS, struct en_store_record, r) {
        if (same_hash(r->hash, x->hash))
            return exists("record", err);
    }
    if (no_user(m, x->author) || no_user(m, x->opened_by))
        return refers_to_nothing("record", err);
    copy.id = (int64_t)m->t[RECORDS].n + 1;
    *id = row_add(m, RECORDS, &copy);
    return EN_OK;
}

static en_errc
record_change(struct en_store *s, const struct en_store_record *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_record *old = row_get(m, RECORDS, x->id);
    struct en_store_record copy = *x;

    if (!old)
        return no_such("record", err);
    if (no_user(m, x->author) || no_user(m, x->opened_by))
        return refers_to_nothing("record", err);
    memcpy(copy.hash, old->hash, sizeof copy.hash);
    copy.at = old->at;
    row_put(m, RECORDS, x->id, &copy);
    return EN_OK;
}

static bool
is_unopened(const struct en_store_record *x)
{
    return x->urgent && x->sender.n > 0 && en_text_is(x->kind, "warning") && x->state == EN_HELD_CURRENT &&
           x->opened == EN_TIME_NONE;
}

static bool
record_fits(const struct en_store_record_filter *f, const struct en_store_record *x)
{
    return (!f->id || x->id == f->id) && (!f->alert || x->alert == f->alert) && names(f->uuid, x->uuid) &&
           names(f->originator, x->originator) && names(f->sender, x->sender) && names(f->kind, x->kind) &&
           names(f->about, x->about) &&
           (!f->hash || same_hash(f->hash, x->hash)) && among_states(f->states, x->state) &&
           (!f->ours || x->sender.n == 0) && (!f->unopened || is_unopened(x)) &&
           (!f->destroy_until || (x->destroy != EN_TIME_NONE && x->bytes.n > 0 && x->destroy <= f->destroy_until)) &&
           x->id > f->after;
}

static en_errc
records_each(struct en_store *s, const struct en_store_record_filter *f, en_store_record_fn *fn, void *ctx,
             struct en_err *err)
{
    en_errc rc = EN_OK;
    uint64_t done = 0;

    EACH_ROW(memory_of(s), RECORDS, struct en_store_record, x) {
        if (rc == EN_OK && (!f->limit || done < f->limit) && record_fits(f, x)) {
            rc = fn(ctx, x, err);
            done++;
        }
    }
    return rc;
}

static en_errc
records_size(struct en_store *s, en_text sender, enum en_held state, uint64_t *n, uint64_t *bytes,
             struct en_err *err)
{
    (void)err;
    *n = *bytes = 0;
    EACH_ROW(memory_of(s), RECORDS, struct en_store_record, x) {
        if (en_text_eq(x->sender, sender) && x->state == state) {
            ++*n;
            *bytes += x->bytes.n;
        }
    }
    return EN_OK;
}

static int
compare_rosters(const void *a, const void *b)
{
    const struct en_store_roster *x = a, *y = b;

    return strcmp(x->partner, y->partner);
}

/* A roster is read in the order of its partners. */
static void
sort_roster(struct en_store_roster *to, const struct en_store_release *x)
{
    memcpy(to, x->roster, x->n_roster * sizeof *to);
    qsort(to, x->n_roster, sizeof *to, compare_rosters);
}

static en_errc
release_add(struct en_store *s, const struct en_store_release *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_release copy = *x;
    struct en_store_roster *sorted;

    if (!row_get(m, RECORDS, x->record) || !row_get(m, USERS, x->proposed_by) || no_user(m, x->decided_by))
        return refers_to_nothing("release", err);
    sorted = en_xcalloc(x->n_roster, sizeof *sorted);
    sort_roster(sorted, x);
    copy.roster = sorted;
    copy.id = (int64_t)m->t[RELEASES].n + 1;
    *id = row_add(m, RELEASES, &copy);
    free(sorted);
    return EN_OK;
}

static en_errc
release_change(struct en_store *s, const struct en_store_release *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_release *old = row_get(m, RELEASES, x->id);
    struct en_store_release copy;
    struct en_store_roster *sorted;

    if (!old)
        return no_such("release", err);
    if (no_user(m, x->decided_by))
        return refers_to_nothing("release", err);
    sorted = en_xcalloc(x->n_roster, sizeof *sorted);
    sort_roster(sorted, x);
    copy = *x;
    copy.record = old->record;
    copy.alone = old->alone;
    copy.proposed_by = old->proposed_by;
    copy.proposed = old->proposed;
    copy.roster = sorted;
    row_put(m, RELEASES, x->id, &copy);
    free(sorted);
    return EN_OK;
}

static en_errc
releases_each(struct en_store *s, const struct en_store_release_filter *f, en_store_release_fn *fn, void *ctx,
              struct en_err *err)
{
    en_errc rc = EN_OK;
    uint64_t done = 0;

    EACH_ROW(memory_of(s), RELEASES, struct en_store_release, x) {
        if (rc != EN_OK || (f->limit && done == f->limit) || (f->id && x->id != f->id) ||
            (f->record && x->record != f->record) || !among_states(f->states, x->state) || x->id <= f->after)
            continue;
        rc = fn(ctx, x, err);
        done++;
    }
    return rc;
}

static en_errc
delivery_add(struct en_store *s, const struct en_store_delivery *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_delivery copy = *x;

    EACH_ROW(m, DELIVERIES, struct en_store_delivery, d) {
        if (x->record != 0 && d->record == x->record && en_text_eq(d->partner, x->partner))
            return exists("delivery", err);
    }
    if ((x->record != 0 && (!row_get(m, RECORDS, x->record) || !row_get(m, RELEASES, x->release))) ||
        (x->bundle != 0 && !row_get(m, BUNDLES, x->bundle)))
        return refers_to_nothing("delivery", err);
    copy.id = (int64_t)m->t[DELIVERIES].n + 1;
    *id = row_add(m, DELIVERIES, &copy);
    return EN_OK;
}

static en_errc
delivery_change(struct en_store *s, const struct en_store_delivery *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_delivery *old = row_get(m, DELIVERIES, x->id);
    struct en_store_delivery copy = *x;

    if (!old)
        return no_such("delivery", err);
    if ((x->release != 0 && !row_get(m, RELEASES, x->release)) || (x->bundle != 0 && !row_get(m, BUNDLES, x->bundle)))
        return refers_to_nothing("delivery", err);
    copy.partner = old->partner;
    copy.kind = old->kind;
    copy.record = old->record;
    copy.bytes = old->bytes;
    copy.queued = old->queued;
    row_put(m, DELIVERIES, x->id, &copy);
    return EN_OK;
}

static bool
delivery_fits(const struct en_store_delivery_filter *f, const struct en_store_delivery *x)
{
    return (!f->id || x->id == f->id) && (!f->record || x->record == f->record) &&
           (!f->bundle || x->bundle == f->bundle) && names(f->partner, x->partner) &&
           among_states(f->states, x->state) && among_states(f->kinds, x->kind) && x->id > f->after &&
           (!f->urgent_only || x->urgent) && (!f->usual_only || !x->urgent);
}

static en_errc
deliveries_each(struct en_store *s, const struct en_store_delivery_filter *f, en_store_delivery_fn *fn, void *ctx,
                struct en_err *err)
{
    struct memory *m = memory_of(s);
    en_errc rc = EN_OK;
    uint64_t done = 0;

    for (unsigned pass = f->urgent_first ? 0 : 2; pass < (f->urgent_first ? 2u : 3u); pass++) {
        EACH_ROW(m, DELIVERIES, struct en_store_delivery, x) {
            if (rc == EN_OK && (!f->limit || done < f->limit) && (pass == 2 || x->urgent == (pass == 0)) &&
                delivery_fits(f, x)) {
                rc = fn(ctx, x, err);
                done++;
            }
        }
    }
    return rc;
}

static en_errc
bundle_add(struct en_store *s, const struct en_store_bundle *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_bundle copy = *x;

    EACH_ROW(m, BUNDLES, struct en_store_bundle, b) {
        if (b->out == x->out && en_text_eq(b->partner, x->partner) && memcmp(b->name, x->name, sizeof b->name) == 0)
            return exists("bundle", err);
    }
    if (no_user(m, x->actor))
        return refers_to_nothing("bundle", err);
    copy.id = (int64_t)m->t[BUNDLES].n + 1;
    *id = row_add(m, BUNDLES, &copy);
    return EN_OK;
}

static en_errc
bundle_change(struct en_store *s, const struct en_store_bundle *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_bundle *old = row_get(m, BUNDLES, x->id);
    struct en_store_bundle copy;

    if (!old)
        return no_such("bundle", err);
    copy = *old;
    copy.refused = x->refused;
    copy.answered = x->answered;
    copy.answer = x->answer;
    copy.flies = x->flies;
    row_put(m, BUNDLES, x->id, &copy);
    return EN_OK;
}

static en_errc
bundle_renew(struct en_store *s, const struct en_store_bundle *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_bundle *old = row_get(m, BUNDLES, x->id);
    struct en_store_bundle copy;

    if (!old)
        return no_such("bundle", err);
    EACH_ROW(m, BUNDLES, struct en_store_bundle, b) {
        if (b->id != old->id && b->out == old->out && en_text_eq(b->partner, old->partner) &&
            memcmp(b->name, x->name, sizeof b->name) == 0)
            return exists("bundle", err);
    }
    copy = *old;
    memcpy(copy.name, x->name, sizeof copy.name);
    copy.sequence = x->sequence;
    memcpy(copy.hash, x->hash, sizeof copy.hash);
    copy.parts = x->parts;
    copy.reason = x->reason;
    copy.made = x->made;
    copy.expires = x->expires;
    copy.earlier = x->earlier;
    row_put(m, BUNDLES, x->id, &copy);
    return EN_OK;
}

static bool
bundle_fits(const struct en_store_bundle_filter *f, const struct en_store_bundle *x)
{
    return (!f->id || x->id == f->id) && (!f->in_only || !x->out) && (!f->out_only || x->out) &&
           names(f->partner, x->partner) && (!f->name || memcmp(f->name, x->name, sizeof x->name) == 0) &&
           (!f->sequence || x->sequence == f->sequence) && (!f->taken_only || x->reason.n == 0) &&
           (!f->flying_only || x->flies) && x->sequence >= f->from;
}

static int
compare_bundles(const void *a, const void *b)
{
    const struct en_store_bundle *const *x = a, *const *y = b;

    if ((*x)->sequence != (*y)->sequence)
        return (*x)->sequence > (*y)->sequence ? -1 : 1;
    return ((*x)->id < (*y)->id) - ((*x)->id > (*y)->id);
}

static en_errc
bundles_each(struct en_store *s, const struct en_store_bundle_filter *f, en_store_bundle_fn *fn, void *ctx,
             struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_bundle **list = en_xcalloc(m->t[BUNDLES].n + 1, sizeof *list);
    size_t n = 0;
    en_errc rc = EN_OK;

    EACH_ROW(m, BUNDLES, struct en_store_bundle, x) {
        if (bundle_fits(f, x))
            list[n++] = x;
    }
    if (f->newest_first)
        qsort(list, n, sizeof *list, compare_bundles);
    for (size_t i = 0; i < n && rc == EN_OK && (!f->limit || i < f->limit); i++)
        rc = fn(ctx, list[i], err);
    free(list);
    return rc;
}

/* --- refusals --------------------------------------------------------------------------------- */

static void
set_word(char *out, en_text t)
{
    if (t.n > 0)
        memcpy(out, t.p, t.n);
    out[t.n] = '\0';
}

static en_errc
refusal_add(struct en_store *s, en_text partner, en_text code, uint64_t n, en_time at, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_refusal x = { .count = n, .first = at, .last = at };
    int64_t row = 0;

    (void)err;
    set_word(x.partner, partner);
    set_word(x.code, code);
    EACH_ROW(m, REFUSALS, struct en_store_refusal, r) {
        if (strcmp(r->partner, x.partner) == 0 && strcmp(r->code, x.code) == 0) {
            row = (int64_t)i_ + 1;
            x.count += r->count;
            x.first = r->first;
        }
    }
    if (row != 0)
        row_put(m, REFUSALS, row, &x);
    else
        row_add(m, REFUSALS, &x);
    return EN_OK;
}

static int
compare_refusals(const void *a, const void *b)
{
    const struct en_store_refusal *const *x = a, *const *y = b;
    int d = strcmp((*x)->partner, (*y)->partner);

    return d != 0 ? d : strcmp((*x)->code, (*y)->code);
}

static en_errc
refusals_each(struct en_store *s, en_text partner, en_store_refusal_fn *fn, void *ctx, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_refusal **list = en_xcalloc(m->t[REFUSALS].n + 1, sizeof *list);
    size_t n = 0;
    en_errc rc = EN_OK;

    EACH_ROW(m, REFUSALS, struct en_store_refusal, x) {
        if (partner.n == 0 || en_text_is(partner, x->partner))
            list[n++] = x;
    }
    qsort(list, n, sizeof *list, compare_refusals);
    for (size_t i = 0; i < n && rc == EN_OK; i++)
        rc = fn(ctx, list[i], err);
    free(list);
    return rc;
}

/* --- links and parcels ------------------------------------------------------------------------ */

static en_errc
link_put(struct en_store *s, const struct en_store_link *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    int64_t at = 0;

    (void)err;
    EACH_ROW(m, LINKS, struct en_store_link, l) {
        if (strcmp(l->link.id, x->link.id) == 0)
            at = (int64_t)i_ + 1;
    }
    if (at != 0)
        row_put(m, LINKS, at, x);
    else
        row_add(m, LINKS, x);
    return EN_OK;
}

static int
compare_links(const void *a, const void *b)
{
    const struct en_store_link *const *x = a, *const *y = b;

    return strcmp((*x)->link.id, (*y)->link.id);
}

static en_errc
links_each(struct en_store *s, en_text partner, en_store_link_fn *fn, void *ctx, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_link **list = en_xcalloc(m->t[LINKS].n + 1, sizeof *list);
    size_t n = 0;
    en_errc rc = EN_OK;

    EACH_ROW(m, LINKS, struct en_store_link, x) {
        if (partner.n == 0 || en_text_is(partner, x->link.id))
            list[n++] = x;
    }
    qsort(list, n, sizeof *list, compare_links);
    for (size_t i = 0; i < n && rc == EN_OK; i++)
        rc = fn(ctx, list[i], err);
    free(list);
    return rc;
}

static int64_t
find_parcel(struct memory *m, const uint8_t *id)
{
    EACH_ROW(m, PARCELS, struct en_store_parcel, x) {
        if (memcmp(x->kept.id, id, sizeof x->kept.id) == 0)
            return (int64_t)i_ + 1;
    }
    return 0;
}

static en_errc
parcel_add(struct en_store *s, const struct en_store_parcel *x, struct en_err *err)
{
    if (find_parcel(memory_of(s), x->kept.id) != 0)
        return exists("parcel", err);
    row_add(memory_of(s), PARCELS, x);
    return EN_OK;
}

static en_errc
parcel_remove(struct en_store *s, const uint8_t *id, struct en_err *err)
{
    int64_t at = find_parcel(memory_of(s), id);

    if (at == 0)
        return no_such("parcel", err);
    row_put(memory_of(s), PARCELS, at, NULL);
    return EN_OK;
}

static en_errc
parcels_each(struct en_store *s, const uint8_t *id, en_store_parcel_fn *fn, void *ctx, struct en_err *err)
{
    en_errc rc = EN_OK;

    EACH_ROW(memory_of(s), PARCELS, struct en_store_parcel, x) {
        if (rc == EN_OK && (id == NULL || memcmp(x->kept.id, id, sizeof x->kept.id) == 0))
            rc = fn(ctx, x, err);
    }
    return rc;
}

static void
count_exchange(struct memory *m, struct en_store_counts *out)
{
    EACH_ROW(m, RECORDS, struct en_store_record, x) {
        out->records[x->state]++;
        out->warnings_unopened += is_unopened(x);
    }
    EACH_ROW(m, RELEASES, struct en_store_release, x)
        out->releases_proposed += x->state == EN_RELEASE_PROPOSED;
    EACH_ROW(m, DELIVERIES, struct en_store_delivery, x)
        out->deliveries[x->state]++;
    EACH_ROW(m, BUNDLES, struct en_store_bundle, x)
        out->bundles_refused += !x->out && x->reason.n > 0;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static uint64_t
live(const struct memory *m, enum table_name t)
{
    uint64_t n = 0;

    for (size_t i = 0; i < m->t[t].n; i++)
        n += m->t[t].rows[i].data != NULL;
    return n;
}

static struct en_store_tally
tally_of(const struct memory *m, enum en_store_input what)
{
    const struct en_store_tally *x = row_get(m, TALLIES, (int64_t)what + 1);

    return x ? *x : (struct en_store_tally){ 0 };
}

/* Row n + 1 is that of input n; all are made at once. */
static en_errc
tally_add(struct en_store *s, enum en_store_input what, const struct en_store_tally *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_tally sum = tally_of(m, what);

    (void)err;
    while (m->t[TALLIES].n < EN_INPUTS)
        row_add(m, TALLIES, &(struct en_store_tally){ 0 });
    sum.repairs += x->repairs;
    sum.refused += x->refused;
    sum.kept += x->kept;
    sum.warnings += x->warnings;
    sum.left_out += x->left_out;
    row_put(m, TALLIES, (int64_t)what + 1, &sum);
    return EN_OK;
}

static en_errc
counts(struct en_store *s, struct en_store_counts *out, struct en_err *err)
{
    struct memory *m = memory_of(s);

    (void)err;
    out->events = m->t[EVENTS].n;
    out->users = live(m, USERS);
    out->sources = live(m, SOURCES);
    out->imports = live(m, IMPORTS);
    EACH_ROW(m, ALERTS, struct en_store_alert, x) {
        out->alerts[x->status]++;
        out->alerts_matched += x->status == EN_ALERT_ACTIVE && x->matched;
    }
    out->manifests = live(m, MANIFESTS);
    out->travellers = live(m, TRAVELLERS);
    EACH_ROW(m, HITS, struct en_store_hit, x)
        out->hits[x->state]++;
    out->decisions = live(m, DECISIONS);
    out->clearances = live(m, CLEARANCES);
    for (unsigned w = 0; w < EN_INPUTS; w++)
        out->read[w] = tally_of(m, (enum en_store_input)w);
    EACH_ROW(m, INTENTS, struct en_store_intent, x)
        out->intents_open += x->finished == EN_TIME_NONE;
    count_exchange(m, out);
    return EN_OK;
}

/* --- charters ----------------------------------------------------------------------------------- */

static bool
charter_persons(struct memory *m, const struct en_store_charter *x)
{
    return !no_user(m, x->author) && !no_user(m, x->sign_asked) && !no_user(m, x->signed_by) &&
           !no_user(m, x->adopt_asked) && !no_user(m, x->adopted_by);
}

static en_errc
charter_add(struct en_store *s, const struct en_store_charter *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_charter copy = *x;

    EACH_ROW(m, CHARTERS, struct en_store_charter, old) {
        if (memcmp(old->hash, x->hash, sizeof x->hash) == 0)
            return exists("charter", err);
    }
    if (!charter_persons(m, x))
        return refers_to_nothing("charter", err);
    copy.id = (int64_t)m->t[CHARTERS].n + 1;
    *id = row_add(m, CHARTERS, &copy);
    return EN_OK;
}

static en_errc
charter_change(struct en_store *s, const struct en_store_charter *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_charter *old = row_get(m, CHARTERS, x->id);
    struct en_store_charter copy = *x;

    if (!old)
        return no_such("charter", err);
    if (!charter_persons(m, x))
        return refers_to_nothing("charter", err);
    copy.number = old->number;
    memcpy(copy.hash, old->hash, sizeof copy.hash);
    memcpy(copy.previous, old->previous, sizeof copy.previous);
    copy.dated = old->dated;
    copy.author = old->author;
    copy.at = old->at;
    row_put(m, CHARTERS, x->id, &copy);
    return EN_OK;
}

static bool
charter_wanted(const struct en_store_charter_filter *f, const struct en_store_charter *x)
{
    return (!f->id || f->id == x->id) && (!f->number || f->number == x->number) &&
           (!f->hash || memcmp(f->hash, x->hash, sizeof x->hash) == 0);
}

/* The least row behind (number, id). */
static const struct en_store_charter *
charter_behind(struct memory *m, uint32_t number, int64_t id)
{
    const struct en_store_charter *best = NULL;

    EACH_ROW(m, CHARTERS, struct en_store_charter, x) {
        if ((x->number > number || (x->number == number && x->id > id)) &&
            (!best || x->number < best->number || (x->number == best->number && x->id < best->id)))
            best = x;
    }
    return best;
}

static en_errc
charters_each(struct en_store *s, const struct en_store_charter_filter *f, en_store_charter_fn *fn, void *ctx,
              struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_charter *x = charter_behind(m, 0, 0);
    en_errc rc = EN_OK;

    for (; x && rc == EN_OK; x = charter_behind(m, x->number, x->id))
        rc = charter_wanted(f, x) ? fn(ctx, x, err) : EN_OK;
    return rc;
}

/* --- partners ----------------------------------------------------------------------------------- */

static en_errc
partner_add(struct en_store *s, const struct en_store_partner *x, int64_t *id, struct en_err *err)
{
    struct memory *m = memory_of(s);
    struct en_store_partner copy = *x;

    EACH_ROW(m, PARTNERS, struct en_store_partner, old) {
        if (en_text_eq(old->partner, x->partner))
            return exists("partner", err);
    }
    copy.id = (int64_t)m->t[PARTNERS].n + 1;
    *id = row_add(m, PARTNERS, &copy);
    return EN_OK;
}

static en_errc
partner_change(struct en_store *s, const struct en_store_partner *x, struct en_err *err)
{
    struct memory *m = memory_of(s);
    const struct en_store_partner *old = row_get(m, PARTNERS, x->id);
    struct en_store_partner copy = *x;

    if (!old)
        return no_such("partner", err);
    copy.partner = old->partner;
    copy.added = old->added;
    row_put(m, PARTNERS, x->id, &copy);
    return EN_OK;
}

static en_errc
partners_each(struct en_store *s, const struct en_store_partner_filter *f, en_store_partner_fn *fn, void *ctx,
              struct en_err *err)
{
    en_errc rc = EN_OK;

    EACH_ROW(memory_of(s), PARTNERS, struct en_store_partner, x) {
        if ((f->id && f->id != x->id) || (f->partner.n && !en_text_eq(f->partner, x->partner)))
            continue;
        rc = fn(ctx, x, err);
        if (rc != EN_OK)
            break;
    }
    return rc;
}

static en_errc
partner_key_add(struct en_store *s, const struct en_store_partner_key *x, struct en_err *err)
{
    struct memory *m = memory_of(s);

    if (x->partner != 0 && !row_get(m, PARTNERS, x->partner))
        return refers_to_nothing("step of this history of keys", err);
    row_add(m, PARTNER_KEYS, x);
    return EN_OK;
}

static bool
key_wanted(const struct en_store_partner_key_filter *f, const struct en_store_partner_key *x, int64_t partner)
{
    return x->partner == partner && (!f->key || memcmp(f->key, x->key, sizeof x->key) == 0);
}

/* Steps of one history are added in their order. */
static en_errc
partner_keys_each(struct en_store *s, const struct en_store_partner_key_filter *f, en_store_partner_key_fn *fn,
                  void *ctx, struct en_err *err)
{
    struct memory *m = memory_of(s);
    int64_t first = f->by_partner ? f->partner : 0, last = f->by_partner ? f->partner : (int64_t)m->t[PARTNERS].n;
    en_errc rc = EN_OK;

    for (int64_t partner = first; partner <= last && rc == EN_OK; partner++)
        EACH_ROW(m, PARTNER_KEYS, struct en_store_partner_key, x) {
            rc = key_wanted(f, x, partner) ? fn(ctx, x, err) : EN_OK;
            if (rc != EN_OK)
                break;
        }
    return rc;
}

static const struct en_store_ops ops = {
    .name = "memory",
    .close = memory_close,
    .begin = memory_begin,
    .commit = memory_commit,
    .abort = memory_abort,
    .check = memory_check,
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

struct en_store *
en_store_new_memory(void)
{
    struct memory *m = en_xcalloc(1, sizeof *m);

    m->base.ops = &ops;
    m->by_entity = en_map_new(NULL);
    return &m->base;
}
