/*
 * store.c: in front of the engines: transactions, the node, users, events, sources.
 */
#include "store/front.h"

#include "ledger/entry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
en_store_close(struct en_store *s)
{
    if (!s)
        return;
    EN_ASSERT(s->reading == 0);
    s->import_waits = false;
    en_store_abort(s);
    en_store_import_forget(s);
    s->ops->close(s);
}

bool
en_store_in_transaction(const struct en_store *s)
{
    return s->in_transaction;
}

/* --- transactions and the gate ---------------------------------------------------------------- */

static void
transaction_over(struct en_store *s, bool committed)
{
    en_store_log_over(s, committed);
    s->in_transaction = false;
    s->deleted = false;
    s->spoiled = EN_OK;
    if (!s->import_waits)
        en_store_import_forget(s);
}

en_errc
en_store_begin(struct en_store *s, struct en_err *err)
{
    en_errc rc;

    EN_ASSERT(!s->in_transaction && s->reading == 0);
    s->err = (struct en_err)EN_ERR_INIT;
    rc = s->ops->begin(s, &s->err);
    s->in_transaction = rc == EN_OK;
    if (rc != EN_OK && err)
        *err = s->err;
    return rc;
}

en_errc
en_store_commit(struct en_store *s, struct en_err *err)
{
    en_errc rc = s->spoiled;

    EN_ASSERT(s->in_transaction && s->reading == 0);
    if (rc == EN_OK) {
        EN_ASSERT(s->import == 0 || s->import_waits);
        s->err = (struct en_err)EN_ERR_INIT;
        rc = en_store_log_commit(s, &s->err);
    }
    if (rc == EN_OK)
        rc = s->ops->commit(s, s->deleted, &s->err);
    else
        s->ops->abort(s);
    if (rc != EN_OK && err)
        *err = s->err;
    transaction_over(s, rc == EN_OK);
    return rc;
}

void
en_store_abort(struct en_store *s)
{
    if (!s->in_transaction)
        return;
    EN_ASSERT(s->reading == 0);
    s->ops->abort(s);
    transaction_over(s, false);
}

en_errc
en_store_gate(struct en_store *s)
{
    EN_ASSERT(s->in_transaction && s->reading == 0);
    if (s->spoiled == EN_OK)
        s->err = (struct en_err)EN_ERR_INIT;
    return s->spoiled;
}

static bool
spoils(en_errc rc)
{
    switch (rc) {
    case EN_E_INTEGRITY:
    case EN_E_BUSY:
    case EN_E_STORAGE:
    case EN_E_BUG:
        return true;
    case EN_OK:
    case EN_E_NO:
    case EN_E_INPUT:
    case EN_E_LIMIT:
    case EN_E_USAGE:
    case EN_E_RULE:
    case EN_E_SECOND:
    case EN_E_NOT_FOUND:
    case EN_E_PARTNER:
        return false;
    }
    return true;
}

en_errc
en_store_wrote(struct en_store *s, en_errc rc, struct en_err *err)
{
    if (rc == EN_OK)
        return rc;
    if (spoils(rc))
        s->spoiled = rc;
    if (err)
        *err = s->err;
    return rc;
}

en_errc
en_store_read_done(struct en_store *s, en_errc rc)
{
    EN_ASSERT(s->reading > 0);
    s->reading--;
    return rc;
}

/* --- values ----------------------------------------------------------------------------------- */

en_errc
en_store_check_word(en_text t, const char *what, struct en_err *err)
{
    if (t.n > EN_STORE_MAX_WORD)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the %s has %zu bytes; at most %u are kept", what, t.n,
                          EN_STORE_MAX_WORD);
    return EN_OK;
}

en_errc
en_store_check_name(en_text t, const char *what, struct en_err *err)
{
    if (t.n == 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "the %s is empty", what);
    return en_store_check_word(t, what, err);
}

en_errc
en_store_check_blob(en_bytes b, const char *what, struct en_err *err)
{
    if (b.n > EN_STORE_MAX_BLOB)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the %s has %zu bytes; at most %u are kept", what, b.n,
                          EN_STORE_MAX_BLOB);
    return EN_OK;
}

en_errc
en_store_check_list(const en_text *list, size_t n, const char *what, struct en_err *err)
{
    en_errc rc = EN_OK;

    if (n > EN_STORE_MAX_LIST)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "there are %zu values of %s; at most %u are kept", n, what,
                          EN_STORE_MAX_LIST);
    for (size_t i = 0; i < n && rc == EN_OK; i++)
        rc = en_store_check_name(list[i], what, err);
    return rc;
}

en_errc
en_take_row(struct en_take *t, const void *row, struct en_err *err)
{
    if (t->found)
        return EN_OK;
    if (!en_row_copy(t->kind, row, t->arena, t->out))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the row is larger than the memory given for it");
    t->found = true;
    return EN_OK;
}

en_errc
en_take_result(const struct en_take *t, en_errc rc, const char *what, struct en_err *err)
{
    if (rc == EN_OK && !t->found)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such %s", what);
    return rc;
}

/* --- the node --------------------------------------------------------------------------------- */

static en_errc
check_node(const struct en_store_node *n, struct en_err *err)
{
    en_errc rc = en_store_check_name(n->name, "name of the node", err);

    if (rc == EN_OK)
        rc = en_store_check_word(n->country, "country of the node", err);
    if (rc == EN_OK)
        rc = en_store_check_list(n->programmes, n->n_programmes, "programme", err);
    if (rc == EN_OK)
        rc = en_store_check_list(n->addresses, n->n_addresses, "address of the node", err);
    if (rc == EN_OK)
        rc = en_store_check_word(n->legal_basis, "legal basis of the node", err);
    if (rc == EN_OK)
        rc = en_store_check_word(n->tables, "tables of the node", err);
    if (rc == EN_OK && !(n->prior > 0 && n->prior < 1 && n->line >= 0 && n->line <= 1))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "the prior lies between 0 and 1 and the line from 0 to 1");
    return rc;
}

en_errc
en_store_node_put(struct en_store *s, const struct en_store_node *n, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_node(n, &s->err);
    if (rc == EN_OK)
        rc = s->ops->node_put(s, n, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_node(void *ctx, const struct en_store_node *n, struct en_err *err)
{
    return en_take_row(ctx, n, err);
}

en_errc
en_store_node_get(struct en_store *s, struct en_arena *a, struct en_store_node *out, struct en_err *err)
{
    struct en_take t = { &en_row_node, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->node_each(s, take_node, &t, err));

    return en_take_result(&t, rc, "node", err);
}

/* --- users ------------------------------------------------------------------------------------ */

static en_errc
check_user(const struct en_store_user *u, struct en_err *err)
{
    en_errc rc = en_store_check_name(u->name, "name of the user", err);

    if (rc == EN_OK)
        rc = en_store_check_name(u->role, "role of the user", err);
    if (rc == EN_OK && u->uid < -1)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a unix user has no negative number");
    return rc;
}

en_errc
en_store_user_add(struct en_store *s, const struct en_store_user *u, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_user(u, &s->err);
    if (rc == EN_OK)
        rc = s->ops->user_add(s, u, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_user_change(struct en_store *s, const struct en_store_user *u, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_user(u, &s->err);
    if (rc == EN_OK)
        rc = s->ops->user_change(s, u, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_user(void *ctx, const struct en_store_user *u, struct en_err *err)
{
    return en_take_row(ctx, u, err);
}

static en_errc
user_find(struct en_store *s, const struct en_store_user_filter *f, struct en_arena *a, struct en_store_user *out,
          struct en_err *err)
{
    struct en_take t = { &en_row_user, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->users_each(s, f, take_user, &t, err));

    return en_take_result(&t, rc, "user", err);
}

en_errc
en_store_user_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_user *out, struct en_err *err)
{
    struct en_store_user_filter f = { .id = id ? id : -1 };

    return user_find(s, &f, a, out, err);
}

en_errc
en_store_user_by_name(struct en_store *s, en_text name, struct en_arena *a, struct en_store_user *out,
                      struct en_err *err)
{
    struct en_store_user_filter f = { .id = name.n ? 0 : -1, .name = name };

    return user_find(s, &f, a, out, err);
}

en_errc
en_store_user_by_key(struct en_store *s, const uint8_t key[EN_KEY_LEN], struct en_arena *a, struct en_store_user *out,
                     struct en_err *err)
{
    struct en_store_user_filter f = { .key = key };

    return user_find(s, &f, a, out, err);
}

en_errc
en_store_user_by_uid(struct en_store *s, int64_t uid, struct en_arena *a, struct en_store_user *out, struct en_err *err)
{
    struct en_store_user_filter f = { .id = uid < 0 ? -1 : 0, .by_uid = true, .uid = uid };

    return user_find(s, &f, a, out, err);
}

en_errc
en_store_users_each(struct en_store *s, en_store_user_fn *fn, void *ctx, struct en_err *err)
{
    struct en_store_user_filter f = { 0 };

    return EN_STORE_READING(s, s->ops->users_each(s, &f, fn, ctx, err));
}

/* --- events ----------------------------------------------------------------------------------- */

void
en_store_event_leaf(const uint8_t nonce[EN_NONCE_LEN], en_text type, en_bytes bytes, uint8_t leaf[EN_SHA256_LEN])
{
    en_entry_make(nonce, type, bytes, leaf);
}

static en_errc
check_event(const struct en_store_event *e, struct en_err *err)
{
    en_errc rc = en_store_check_name(e->type, "type of the event", err);

    if (rc == EN_OK)
        rc = en_store_check_blob(e->bytes, "event", err);
    if (rc == EN_OK && e->signature.n != 0 && e->signature.n != EN_SIG_LEN)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a signature has %u bytes", EN_SIG_LEN);
    if (rc == EN_OK && e->at == EN_TIME_NONE)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "the event has no time");
    return rc;
}

static en_errc
check_clock(en_time newest, en_time at, struct en_err *err)
{
    if (newest == EN_TIME_NONE || at >= newest - EN_STORE_CLOCK_SLACK)
        return EN_OK;
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS,
                      "the clock stands %lld s before the newest event: set it right, or confirm it",
                      (long long)((newest - at) / EN_TIME_SECOND));
}

en_errc
en_store_event_append(struct en_store *s, const struct en_store_event *e, bool clock_accepted, uint64_t *seq,
                      struct en_err *err)
{
    struct en_store_event x = *e;
    en_time newest = EN_TIME_NONE;
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_event(e, &s->err);
    if (rc == EN_OK)
        rc = s->ops->event_last(s, &x.seq, &newest, &s->err);
    if (rc == EN_OK && !clock_accepted)
        rc = check_clock(newest, e->at, &s->err);
    if (rc == EN_OK) {
        x.seq++;
        x.destroyed = EN_TIME_NONE;
        en_store_event_leaf(x.nonce, x.type, x.bytes, x.leaf);
        rc = s->ops->event_append(s, &x, &s->err);
    }
    if (rc == EN_OK)
        rc = en_store_log_append(s, &x, &s->err);
    if (rc == EN_OK && seq)
        *seq = x.seq;
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_event_destroy(struct en_store *s, uint64_t seq, en_time at, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = s->ops->event_destroy(s, seq, at, &s->err);
    s->deleted |= rc == EN_OK;
    return en_store_wrote(s, rc, err);
}

static en_errc
take_event(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    return en_take_row(ctx, e, err);
}

en_errc
en_store_event_get(struct en_store *s, uint64_t seq, struct en_arena *a, struct en_store_event *out, struct en_err *err)
{
    struct en_take t = { &en_row_event, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->events_each(s, seq, 1, take_event, &t, err));

    /* The first at or after seq: only 0, which is none, can meet another. */
    if (rc == EN_OK && t.found && out->seq != seq)
        t.found = false;
    return en_take_result(&t, rc, "event", err);
}

en_errc
en_store_events_each(struct en_store *s, uint64_t from, uint64_t limit, en_store_event_fn *fn, void *ctx,
                     struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->events_each(s, from, limit, fn, ctx, err));
}

en_errc
en_store_events_due_each(struct en_store *s, en_text type, en_time until, uint64_t limit, en_store_event_fn *fn,
                         void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->events_due_each(s, type, until, limit, fn, ctx, err));
}

/* --- sources ---------------------------------------------------------------------------------- */

en_errc
en_store_source_add(struct en_store *s, const struct en_store_source *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = en_store_check_name(x->name, "name of the source", &s->err);
    if (rc == EN_OK)
        rc = en_store_check_word(x->format, "format of the source", &s->err);
    if (rc == EN_OK)
        rc = s->ops->source_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_source(void *ctx, const struct en_store_source *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

static en_errc
source_find(struct en_store *s, const struct en_store_source_filter *f, struct en_arena *a, struct en_store_source *out,
            struct en_err *err)
{
    struct en_take t = { &en_row_source, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->sources_each(s, f, take_source, &t, err));

    return en_take_result(&t, rc, "source", err);
}

en_errc
en_store_source_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_source *out, struct en_err *err)
{
    struct en_store_source_filter f = { .id = id ? id : -1 };

    return source_find(s, &f, a, out, err);
}

en_errc
en_store_source_by_name(struct en_store *s, en_text name, struct en_arena *a, struct en_store_source *out,
                        struct en_err *err)
{
    struct en_store_source_filter f = { .id = name.n ? 0 : -1, .name = name };

    return source_find(s, &f, a, out, err);
}

en_errc
en_store_sources_each(struct en_store *s, en_store_source_fn *fn, void *ctx, struct en_err *err)
{
    struct en_store_source_filter f = { 0 };

    return EN_STORE_READING(s, s->ops->sources_each(s, &f, fn, ctx, err));
}

/* --- the whole store -------------------------------------------------------------------------- */

en_errc
en_store_backup(struct en_store *s, const char *path, struct en_err *err)
{
    EN_ASSERT(!s->in_transaction && s->reading == 0);
    if (!s->ops->backup)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a store in memory has no backup");
    return s->ops->backup(s, path, err);
}

en_errc
en_store_tally_add(struct en_store *s, enum en_store_input what, const struct en_store_tally *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    EN_ASSERT(what < EN_INPUTS);
    if (rc == EN_OK)
        rc = s->ops->tally_add(s, what, x, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_counts(struct en_store *s, struct en_store_counts *out, struct en_err *err)
{
    *out = (struct en_store_counts){ 0 };
    return EN_STORE_READING(s, s->ops->counts(s, out, err));
}
