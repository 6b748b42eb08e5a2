/*
 * sqlite_acts.c: the node, users, events, intents.
 */
#include "store/sqlite.h"

#include <string.h>

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

/* --- the node --------------------------------------------------------------------------------- */

en_errc
en_sqlite_node_put(struct en_store *s, const struct en_store_node *n, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT OR REPLACE INTO node (id, name, country, programmes, retention_hours, prior, line, rehearsal,"
              " created, legal_basis, answer_minutes, reads_an_hour, read_purpose, addresses, tables)"
              " VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_text(&q, n->name);
    en_q_bind_text(&q, n->country);
    en_q_bind_list(&q, n->programmes, n->n_programmes);
    en_q_bind_int(&q, n->retention_hours);
    en_q_bind_real(&q, n->prior);
    en_q_bind_real(&q, n->line);
    en_q_bind_int(&q, n->rehearsal);
    en_q_bind_time(&q, n->created);
    en_q_bind_text(&q, n->legal_basis);
    en_q_bind_int(&q, n->answer_minutes);
    en_q_bind_int(&q, n->reads_an_hour);
    en_q_bind_int(&q, n->read_purpose);
    en_q_bind_list(&q, n->addresses, n->n_addresses);
    en_q_bind_text(&q, n->tables);
    return en_q_run(&q, NULL, err);
}

en_errc
en_sqlite_node_each(struct en_store *s, en_store_node_fn *fn, void *ctx, struct en_err *err)
{
    struct en_q q;
    en_errc rc = EN_OK;

    en_q_open(&q, sqlite_of(s),
              "SELECT name, country, programmes, retention_hours, prior, line, rehearsal, created, legal_basis,"
              " answer_minutes, reads_an_hour, read_purpose, addresses, tables FROM node");
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_node n = { .name = en_q_text(&q) };

        n.country = en_q_text(&q);
        n.programmes = en_q_list(&q, &n.n_programmes);
        n.retention_hours = en_q_u32(&q);
        n.prior = en_q_real(&q);
        n.line = en_q_real(&q);
        n.rehearsal = en_q_bool(&q);
        n.created = en_q_time(&q);
        n.legal_basis = en_q_text(&q);
        n.answer_minutes = en_q_u32(&q);
        n.reads_an_hour = en_q_u32(&q);
        n.read_purpose = en_q_bool(&q);
        n.addresses = en_q_list(&q, &n.n_addresses);
        n.tables = en_q_text(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &n, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- users ------------------------------------------------------------------------------------ */

static void
bind_user(struct en_q *q, const struct en_store_user *u)
{
    en_q_bind_text(q, u->name);
    en_q_bind_text(q, u->role);
    en_q_bind_hash(q, u->key);
    en_q_bind_time(q, u->uid < 0 ? EN_TIME_NONE : u->uid);
    en_q_bind_time(q, u->disabled);
}

en_errc
en_sqlite_user_add(struct en_store *s, const struct en_store_user *u, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO users (name, role, key, uid, disabled, created) VALUES (?, ?, ?, ?, ?, ?)");
    bind_user(&q, u);
    en_q_bind_time(&q, u->created);
    return en_q_run_insert(&q, "user", id, err);
}

en_errc
en_sqlite_user_change(struct en_store *s, const struct en_store_user *u, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "UPDATE users SET name = ?, role = ?, key = ?, uid = ?, disabled = ? WHERE id = ?");
    bind_user(&q, u);
    en_q_bind_int(&q, u->id);
    return en_q_run_one(&q, "user", err);
}

static void
read_user(struct en_q *q, struct en_store_user *u)
{
    en_time uid;

    u->id = en_q_int(q);
    u->name = en_q_text(q);
    u->role = en_q_text(q);
    en_q_hash(q, u->key);
    uid = en_q_time(q);
    u->uid = uid == EN_TIME_NONE ? -1 : uid;
    u->created = en_q_time(q);
    u->disabled = en_q_time(q);
}

en_errc
en_sqlite_users_each(struct en_store *s, const struct en_store_user_filter *f, en_store_user_fn *fn, void *ctx,
                     struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, name, role, key, uid, created, disabled FROM users");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->name.n)
        en_find_text(&find, "name = ?", f->name);
    if (f->key)
        en_find_hash(&find, "key = ?", f->key);
    if (f->by_uid)
        en_find_int(&find, "disabled IS NULL AND uid IS NOT NULL AND uid = ?", f->uid);
    en_find_open(&find, "id", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_user u;

        read_user(&q, &u);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &u, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- events ----------------------------------------------------------------------------------- */

en_errc
en_sqlite_event_last(struct en_store *s, uint64_t *seq, en_time *at, struct en_err *err)
{
    struct en_q q;

    *seq = 0;
    *at = EN_TIME_NONE;
    en_q_open(&q, sqlite_of(s), "SELECT seq, at FROM events ORDER BY seq DESC LIMIT 1");
    if (en_q_next(&q)) {
        *seq = en_q_uint(&q);
        *at = en_q_time(&q);
    }
    return en_q_close(&q, EN_OK, err);
}

en_errc
en_sqlite_event_append(struct en_store *s, const struct en_store_event *e, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO events (seq, type, bytes, nonce, actor, at, signature, leaf)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_uint(&q, e->seq);
    en_q_bind_text(&q, e->type);
    en_q_bind_bytes(&q, e->bytes);
    en_q_bind_hash(&q, e->nonce);
    en_q_bind_id(&q, e->actor);
    en_q_bind_time(&q, e->at);
    en_q_bind_bytes(&q, e->signature);
    en_q_bind_hash(&q, e->leaf);
    return en_q_run_insert(&q, "event", NULL, err);
}

static en_errc
event_destroyed(struct en_store *s, uint64_t seq, bool *destroyed, struct en_err *err)
{
    struct en_q q;
    bool found = false;
    en_errc rc;

    en_q_open(&q, sqlite_of(s), "SELECT destroyed IS NOT NULL FROM events WHERE seq = ?");
    en_q_bind_int(&q, seq <= INT64_MAX ? (int64_t)seq : 0);
    if (en_q_next(&q)) {
        found = true;
        *destroyed = en_q_bool(&q);
    }
    rc = en_q_close(&q, EN_OK, err);
    if (rc == EN_OK && !found)
        rc = en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such event");
    return rc;
}

en_errc
en_sqlite_event_destroy(struct en_store *s, uint64_t seq, en_time at, struct en_err *err)
{
    struct en_q q;
    bool destroyed = false;
    en_errc rc = event_destroyed(s, seq, &destroyed, err);

    if (rc == EN_OK && destroyed)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "the content of this event is destroyed already");
    if (rc != EN_OK)
        return rc;
    en_q_open(&q, sqlite_of(s), "UPDATE events SET bytes = NULL, nonce = NULL, destroyed = ? WHERE seq = ?");
    en_q_bind_int(&q, at);
    en_q_bind_uint(&q, seq);
    return en_q_run_one(&q, "event", err);
}

static void
read_event(struct en_q *q, struct en_store_event *e)
{
    e->seq = en_q_uint(q);
    e->type = en_q_text(q);
    e->bytes = en_q_bytes(q);
    en_q_hash(q, e->nonce);
    e->actor = en_q_int(q);
    e->at = en_q_time(q);
    e->signature = en_q_bytes(q);
    en_q_hash(q, e->leaf);
    e->destroyed = en_q_time(q);
}

#define EVENTS "SELECT seq, type, bytes, nonce, actor, at, signature, leaf, destroyed FROM events"

static en_errc
events_run(struct en_q *q, en_store_event_fn *fn, void *ctx, struct en_err *err)
{
    en_errc rc = EN_OK;

    while (rc == EN_OK && en_q_next(q)) {
        struct en_store_event e;

        read_event(q, &e);
        if (en_q_row_ok(q))
            rc = fn(ctx, &e, err);
    }
    return en_q_close(q, rc, err);
}

en_errc
en_sqlite_events_each(struct en_store *s, uint64_t from, uint64_t limit, en_store_event_fn *fn, void *ctx,
                      struct en_err *err)
{
    struct en_find find;
    struct en_q q;

    en_find_start(&find, EVENTS);
    en_find_int(&find, "seq >= ?", from <= INT64_MAX ? (int64_t)from : INT64_MAX);
    en_find_open(&find, "seq", limit, &q, sqlite_of(s));
    return events_run(&q, fn, ctx, err);
}

en_errc
en_sqlite_events_due_each(struct en_store *s, en_text type, en_time until, uint64_t limit, en_store_event_fn *fn,
                          void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;

    en_find_start(&find, EVENTS);
    en_find_that(&find, "destroyed IS NULL");
    if (type.n)
        en_find_text(&find, "type = ?", type);
    en_find_int(&find, "at <= ?", until);
    en_find_open(&find, "seq", limit, &q, sqlite_of(s));
    return events_run(&q, fn, ctx, err);
}

en_errc
en_sqlite_event_leaves(struct en_store *s, uint64_t from, size_t max, struct en_tree_hash *out, size_t *n,
                       struct en_err *err)
{
    struct en_q q;
    uint64_t next = from;

    *n = 0;
    en_q_open(&q, sqlite_of(s), "SELECT seq, leaf FROM events WHERE seq >= ? ORDER BY seq LIMIT ?");
    en_q_bind_uint(&q, from);
    en_q_bind_uint(&q, max);
    while (*n < max && en_q_next(&q)) {
        q.damaged |= en_q_uint(&q) != next++;
        en_q_hash(&q, out[*n].b);
        if (en_q_row_ok(&q))
            ++*n;
    }
    return en_q_close(&q, EN_OK, err);
}

/* --- intents ---------------------------------------------------------------------------------- */

en_errc
en_sqlite_intent_add(struct en_store *s, const struct en_store_intent *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "INSERT INTO intents (event, kind, bytes, created, outcome) VALUES (?, ?, ?, ?, '')");
    en_q_bind_uint(&q, x->event);
    en_q_bind_text(&q, x->kind);
    en_q_bind_bytes(&q, x->bytes);
    en_q_bind_time(&q, x->created);
    return en_q_run_insert(&q, "intent", id, err);
}

en_errc
en_sqlite_intent_finish(struct en_store *s, int64_t id, en_text outcome, en_time at, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "UPDATE intents SET bytes = x'', outcome = ?, finished = ? WHERE id = ?");
    en_q_bind_text(&q, outcome);
    en_q_bind_int(&q, at);
    en_q_bind_int(&q, id);
    return en_q_run_one(&q, "intent", err);
}

en_errc
en_sqlite_intents_each(struct en_store *s, const struct en_store_intent_filter *f, en_store_intent_fn *fn, void *ctx,
                       struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, event, kind, bytes, created, finished, outcome FROM intents");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->open_only)
        en_find_that(&find, "finished IS NULL");
    en_find_open(&find, "id", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_intent x = { .id = en_q_int(&q) };

        x.event = en_q_uint(&q);
        x.kind = en_q_text(&q);
        x.bytes = en_q_bytes(&q);
        x.created = en_q_time(&q);
        x.finished = en_q_time(&q);
        x.outcome = en_q_text(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}
