/*
 * sqlite_alerts.c: sources, imports, alerts and their versions.
 */
#include "store/sqlite.h"

#include <string.h>

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

/* --- sources and imports ---------------------------------------------------------------------- */

en_errc
en_sqlite_source_add(struct en_store *s, const struct en_store_source *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "INSERT INTO sources (name, format, created) VALUES (?, ?, ?)");
    en_q_bind_text(&q, x->name);
    en_q_bind_text(&q, x->format);
    en_q_bind_time(&q, x->created);
    return en_q_run_insert(&q, "source", id, err);
}

en_errc
en_sqlite_sources_each(struct en_store *s, const struct en_store_source_filter *f, en_store_source_fn *fn, void *ctx,
                       struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, name, format, created FROM sources");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->name.n)
        en_find_text(&find, "name = ?", f->name);
    en_find_open(&find, "id", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_source x = { .id = en_q_int(&q) };

        x.name = en_q_text(&q);
        x.format = en_q_text(&q);
        x.created = en_q_time(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

en_errc
en_sqlite_import_add(struct en_store *s, const struct en_store_import *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(
        &q, sqlite_of(s),
        "INSERT INTO imports (source, version, dated, hash, name, at, actor, entries, added, changed, unchanged,"
        " ended, returned, refused, unmatched, report) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, x'')");
    en_q_bind_int(&q, x->source);
    en_q_bind_text(&q, x->version);
    en_q_bind_time(&q, x->dated);
    en_q_bind_hash(&q, x->hash);
    en_q_bind_text(&q, x->name);
    en_q_bind_time(&q, x->at);
    en_q_bind_id(&q, x->actor);
    return en_q_run_insert(&q, "import", id, err);
}

en_errc
en_sqlite_import_finish(struct en_store *s, const struct en_store_import *x, struct en_err *err)
{
    const uint64_t numbers[] = { x->entries, x->added,    x->changed, x->unchanged,
                                 x->ended,   x->returned, x->refused, x->unmatched };
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE imports SET entries = ?, added = ?, changed = ?, unchanged = ?, ended = ?, returned = ?,"
              " refused = ?, unmatched = ?, report = ? WHERE id = ?");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        en_q_bind_uint(&q, numbers[i]);
    en_q_bind_bytes(&q, x->report);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "import", err);
}

static void
read_import(struct en_q *q, struct en_store_import *x)
{
    x->id = en_q_int(q);
    x->source = en_q_int(q);
    x->version = en_q_text(q);
    x->dated = en_q_time(q);
    en_q_hash(q, x->hash);
    x->name = en_q_text(q);
    x->at = en_q_time(q);
    x->actor = en_q_int(q);
    x->entries = en_q_uint(q);
    x->added = en_q_uint(q);
    x->changed = en_q_uint(q);
    x->unchanged = en_q_uint(q);
    x->ended = en_q_uint(q);
    x->returned = en_q_uint(q);
    x->refused = en_q_uint(q);
    x->unmatched = en_q_uint(q);
    x->report = en_q_bytes(q);
}

en_errc
en_sqlite_imports_each(struct en_store *s, const struct en_store_import_filter *f, en_store_import_fn *fn, void *ctx,
                       struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, source, version, dated, hash, name, at, actor, entries, added, changed, unchanged,"
                         " ended, returned, refused, unmatched, report FROM imports");
    if (f->source)
        en_find_int(&find, "source = ?", f->source);
    if (f->hash)
        en_find_hash(&find, "hash = ?", f->hash);
    en_find_open(&find, "id DESC", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_import x;

        read_import(&q, &x);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- writing alerts --------------------------------------------------------------------------- */

en_errc
en_sqlite_alert_look(struct en_store *s, int64_t source, en_text entity, uint32_t part,
                     struct en_store_alert_brief *out, struct en_err *err)
{
    struct en_q q;
    bool found = false;
    en_errc rc;

    en_q_open(&q, sqlite_of(s),
              "SELECT id, version, status, matched, ended, hash FROM alerts"
              " WHERE source = ? AND entity = ? AND part = ?");
    en_q_bind_int(&q, source);
    en_q_bind_text(&q, entity);
    en_q_bind_int(&q, part);
    if (en_q_next(&q)) {
        found = true;
        out->id = en_q_int(&q);
        out->version = en_q_u32(&q);
        out->status = (enum en_alert_status)en_q_enum(&q, EN_ALERT_STATUSES);
        out->matched = en_q_bool(&q);
        out->ended = en_q_time(&q);
        en_q_hash(&q, out->hash);
    }
    rc = en_q_close(&q, EN_OK, err);
    return rc == EN_OK && !found ? EN_E_NOT_FOUND : rc;
}

/* What a version consists of, in the order of both tables' lists of columns below. */
static void
bind_version(struct en_q *q, const struct en_store_alert *x)
{
    en_q_bind_int(q, x->version);
    en_q_bind_int(q, x->status);
    en_q_bind_text(q, x->ground);
    en_q_bind_list(q, x->programmes, x->n_programmes);
    en_q_bind_hash(q, x->hash);
    en_q_bind_time(q, x->changed);
    en_q_bind_time(q, x->ended);
    en_q_bind_time(q, x->review);
    en_q_bind_time(q, x->destroy);
    en_q_bind_id(q, x->author);
    en_q_bind_id(q, x->import);
    en_q_bind_bytes(q, x->identity);
    en_q_bind_int(q, x->matched);
}

en_errc
en_sqlite_alert_add(struct en_store *s, const struct en_store_alert *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_sqlite_uncount(s);
    en_q_open(&q, sqlite_of(s),
              "INSERT INTO alerts (version, status, ground, programmes, hash, changed, ended, review, destroy, author,"
              " import, identity, matched, source, entity, part, created)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_version(&q, x);
    en_q_bind_int(&q, x->source);
    en_q_bind_text(&q, x->entity);
    en_q_bind_int(&q, x->part);
    en_q_bind_time(&q, x->created);
    return en_q_run_insert(&q, "alert", id, err);
}

en_errc
en_sqlite_alert_revise(struct en_store *s, const struct en_store_alert *x, struct en_err *err)
{
    struct en_q q;
    en_errc rc;

    en_sqlite_uncount(s);
    en_q_open(
        &q, sqlite_of(s),
        "INSERT INTO alert_versions (alert, version, status, ground, programmes, hash, changed, ended, review,"
        " destroy, author, import, identity) SELECT id, version, status, ground, programmes, hash, changed, ended,"
        " review, destroy, author, import, identity FROM alerts WHERE id = ?");
    en_q_bind_int(&q, x->id);
    rc = en_q_run_one(&q, "alert", err);
    if (rc != EN_OK)
        return rc;
    en_q_open(&q, sqlite_of(s),
              "UPDATE alerts SET version = ?, status = ?, ground = ?, programmes = ?, hash = ?, changed = ?, ended = ?,"
              " review = ?, destroy = ?, author = ?, import = ?, identity = ?, matched = ? WHERE id = ?");
    bind_version(&q, x);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "alert", err);
}

en_errc
en_sqlite_alert_set_matched(struct en_store *s, int64_t id, bool matched, struct en_err *err)
{
    struct en_q q;

    en_sqlite_uncount(s);
    en_q_open(&q, sqlite_of(s), "UPDATE alerts SET matched = ? WHERE id = ?");
    en_q_bind_int(&q, matched);
    en_q_bind_int(&q, id);
    return en_q_run_one(&q, "alert", err);
}

en_errc
en_sqlite_alert_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct en_q q;
    en_errc rc;

    en_sqlite_uncount(s);
    en_q_open(&q, sqlite_of(s), "DELETE FROM alert_versions WHERE alert = ?");
    en_q_bind_int(&q, id);
    rc = en_q_run(&q, NULL, err);
    if (rc != EN_OK)
        return rc;
    en_q_open(&q, sqlite_of(s), "DELETE FROM alerts WHERE id = ?");
    en_q_bind_int(&q, id);
    return en_q_run_one(&q, "alert", err);
}

/* --- reading alerts --------------------------------------------------------------------------- */

en_errc
en_sqlite_alerts_active(struct en_store *s, int64_t source, int64_t after, int64_t *ids, size_t max, size_t *n,
                        struct en_err *err)
{
    struct en_q q;

    *n = 0;
    en_q_open(&q, sqlite_of(s), "SELECT id FROM alerts WHERE status = 0 AND source = ? AND id > ? ORDER BY id LIMIT ?");
    en_q_bind_int(&q, source);
    en_q_bind_int(&q, after);
    en_q_bind_uint(&q, max);
    while (*n < max && en_q_next(&q))
        ids[(*n)++] = en_q_int(&q);
    return en_q_close(&q, EN_OK, err);
}

static void
read_alert(struct en_q *q, struct en_store_alert *x)
{
    x->id = en_q_int(q);
    x->source = en_q_int(q);
    x->entity = en_q_text(q);
    x->part = en_q_u32(q);
    x->version = en_q_u32(q);
    x->status = (enum en_alert_status)en_q_enum(q, EN_ALERT_STATUSES);
    x->ground = en_q_text(q);
    x->programmes = en_q_list(q, &x->n_programmes);
    x->matched = en_q_bool(q);
    en_q_hash(q, x->hash);
    x->created = en_q_time(q);
    x->changed = en_q_time(q);
    x->ended = en_q_time(q);
    x->review = en_q_time(q);
    x->destroy = en_q_time(q);
    x->author = en_q_int(q);
    x->import = en_q_int(q);
    x->identity = en_q_bytes(q);
}

static en_errc
alerts_run(struct en_q *q, en_store_alert_fn *fn, void *ctx, struct en_err *err)
{
    en_errc rc = EN_OK;

    while (rc == EN_OK && en_q_next(q)) {
        struct en_store_alert x;

        read_alert(q, &x);
        if (en_q_row_ok(q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(q, rc, err);
}

/* +status: of one entity there are few rows, and the index of active ones has all of a source. */
en_errc
en_sqlite_alerts_each(struct en_store *s, const struct en_store_alert_filter *f, en_store_alert_fn *fn, void *ctx,
                      struct en_err *err)
{
    struct en_find find;
    struct en_q q;

    en_find_start(&find, "SELECT id, source, entity, part, version, status, ground, programmes, matched, hash, created,"
                         " changed, ended, review, destroy, author, import, identity FROM alerts");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->source)
        en_find_int(&find, "source = ?", f->source);
    if (f->entity.n)
        en_find_text(&find, "entity = ?", f->entity);
    if (f->active_only)
        en_find_that(&find, f->entity.n ? "+status = 0" : "status = 0");
    if (f->ended_only)
        en_find_that(&find, f->entity.n ? "+status = 1" : "status = 1");
    if (f->matched_only)
        en_find_that(&find, f->entity.n ? "+matched = 1" : "matched = 1");
    if (f->review_until)
        en_find_int(&find, "review IS NOT NULL AND review <= ?", f->review_until);
    if (f->destroy_until)
        en_find_int(&find, "destroy IS NOT NULL AND destroy <= ?", f->destroy_until);
    if (f->after)
        en_find_int(&find, "id > ?", f->after);
    en_find_open(&find, "id", f->limit, &q, sqlite_of(s));
    return alerts_run(&q, fn, ctx, err);
}

en_errc
en_sqlite_alert_past_each(struct en_store *s, int64_t id, en_store_alert_fn *fn, void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;

    en_find_start(&find, "SELECT a.id, a.source, a.entity, a.part, v.version, v.status, v.ground, v.programmes,"
                         " a.matched, v.hash, a.created, v.changed, v.ended, v.review, v.destroy, v.author, v.import,"
                         " v.identity FROM alert_versions v JOIN alerts a ON a.id = v.alert");
    if (id)
        en_find_int(&find, "v.alert = ?", id);
    en_find_open(&find, "v.alert, v.version", 0, &q, sqlite_of(s));
    return alerts_run(&q, fn, ctx, err);
}

/* --- the journal of changes ------------------------------------------------------------------- */

/* The table's own sequence outlives its rows. */
en_errc
en_sqlite_changes(struct en_store *s, uint64_t *forgotten, uint64_t *newest, struct en_err *err)
{
    struct en_q q;

    *forgotten = *newest = 0;
    en_q_open(&q, sqlite_of(s),
              "SELECT s.seq, coalesce((SELECT min(number) FROM alert_changes), s.seq + 1) - 1"
              " FROM sqlite_sequence AS s WHERE s.name = 'alert_changes'");
    if (en_q_next(&q)) {
        *newest = en_q_uint(&q);
        *forgotten = en_q_uint(&q);
    }
    return en_q_close(&q, EN_OK, err);
}

en_errc
en_sqlite_changes_each(struct en_store *s, uint64_t after, uint64_t limit, en_store_change_fn *fn, void *ctx,
                       struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT number, source, entity FROM alert_changes");
    if (after)
        en_find_int(&find, "number > ?", (int64_t)after);
    en_find_open(&find, "number", limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_change x = { .number = en_q_uint(&q) };

        x.source = en_q_int(&q);
        x.entity = en_q_text(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

en_errc
en_sqlite_changes_forget(struct en_store *s, uint64_t until, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "DELETE FROM alert_changes WHERE number <= ?");
    en_q_bind_uint(&q, until);
    return en_q_run(&q, NULL, err);
}
