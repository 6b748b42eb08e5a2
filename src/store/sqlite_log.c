/*
 * sqlite_log.c: the nodes of the ledger's tree and its heads.
 */
#include "store/sqlite.h"

#include <string.h>

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

/* --- the tree --------------------------------------------------------------------------------- */

#define TREE_INSERT "INSERT INTO tree (level, n, hash) VALUES (?, ?, ?)"

en_errc
en_sqlite_tree_add(struct en_store *s, unsigned level, uint64_t index, const struct en_tree_hash *h,
                   struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), TREE_INSERT);
    en_q_bind_int(&q, level);
    en_q_bind_uint(&q, index);
    en_q_bind_hash(&q, h->b);
    return en_q_run_insert(&q, "node of the tree", NULL, err);
}

en_errc
en_sqlite_tree_get(struct en_store *s, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    struct en_q q;
    bool found = false;
    en_errc rc;

    en_q_open(&q, sqlite_of(s), "SELECT hash FROM tree WHERE level = ? AND n = ?");
    en_q_bind_int(&q, level);
    en_q_bind_uint(&q, index);
    if (en_q_next(&q)) {
        en_q_hash(&q, out->b);
        found = en_q_row_ok(&q);
    }
    rc = en_q_close(&q, EN_OK, err);
    if (rc == EN_OK && !found)
        rc = en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such node of the tree");
    return rc;
}

en_errc
en_sqlite_tree_count(struct en_store *s, uint64_t *n, struct en_err *err)
{
    struct en_q q;

    *n = 0;
    en_q_open(&q, sqlite_of(s), "SELECT count(*) FROM tree");
    if (en_q_next(&q))
        *n = en_q_uint(&q);
    return en_q_close(&q, EN_OK, err);
}

/* --- heads ------------------------------------------------------------------------------------ */

static void
bind_head(struct en_q *q, const struct en_store_head *h)
{
    en_q_bind_int(q, h->epoch);
    en_q_bind_text(q, h->origin);
    en_q_bind_uint(q, h->size);
    en_q_bind_hash(q, h->root.b);
    en_q_bind_bytes(q, h->note);
    en_q_bind_time(q, h->at);
    en_q_bind_int(q, h->kept);
}

en_errc
en_sqlite_head_add(struct en_store *s, const struct en_store_head *h, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO log (epoch, origin, size, root, note, at, kept) VALUES (?, ?, ?, ?, ?, ?, ?)");
    bind_head(&q, h);
    return en_q_run_insert(&q, "head", id, err);
}

en_errc
en_sqlite_head_change(struct en_store *s, const struct en_store_head *h, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE log SET epoch = ?, origin = ?, size = ?, root = ?, note = ?, at = ?, kept = ? WHERE id = ?");
    bind_head(&q, h);
    en_q_bind_int(&q, h->id);
    return en_q_run_one(&q, "head", err);
}

en_errc
en_sqlite_heads_each(struct en_store *s, bool newest_only, en_store_head_fn *fn, void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, epoch, origin, size, root, note, at, kept FROM log");
    en_find_open(&find, newest_only ? "id DESC" : "id", newest_only ? 1 : 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_head h = { .id = en_q_int(&q) };

        h.epoch = en_q_u32(&q);
        h.origin = en_q_text(&q);
        h.size = en_q_uint(&q);
        en_q_hash(&q, h.root.b);
        h.note = en_q_bytes(&q);
        h.at = en_q_time(&q);
        h.kept = en_q_enum(&q, 2 * EN_HEAD_DOUBT);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &h, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- others' logs ----------------------------------------------------------------------------- */

en_errc
en_sqlite_witnessed_add(struct en_store *s, const struct en_store_witnessed *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO witnessed (evidence, origin, key, size, root, note, other, at)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_int(&q, x->evidence);
    en_q_bind_text(&q, x->origin);
    en_q_bind_hash(&q, x->key);
    en_q_bind_uint(&q, x->size);
    en_q_bind_hash(&q, x->root.b);
    en_q_bind_bytes(&q, x->note);
    en_q_bind_bytes(&q, x->other);
    en_q_bind_time(&q, x->at);
    return en_q_run_insert(&q, "log", id, err);
}

en_errc
en_sqlite_witnessed_change(struct en_store *s, const struct en_store_witnessed *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE witnessed SET key = ?, size = ?, root = ?, note = ?, at = ? WHERE id = ? AND evidence = 0");
    en_q_bind_hash(&q, x->key);
    en_q_bind_uint(&q, x->size);
    en_q_bind_hash(&q, x->root.b);
    en_q_bind_bytes(&q, x->note);
    en_q_bind_time(&q, x->at);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "log", err);
}

en_errc
en_sqlite_witnessed_each(struct en_store *s, en_text origin, en_store_witnessed_fn *fn, void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, evidence, origin, key, size, root, note, other, at FROM witnessed");
    if (origin.n)
        en_find_text(&find, "origin = ?", origin);
    en_find_open(&find, "id", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_witnessed x = { .id = en_q_int(&q) };

        x.evidence = en_q_bool(&q);
        x.origin = en_q_text(&q);
        en_q_hash(&q, x.key);
        x.size = en_q_uint(&q);
        en_q_hash(&q, x.root.b);
        x.note = en_q_bytes(&q);
        x.other = en_q_bytes(&q);
        x.at = en_q_time(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- a file from before ----------------------------------------------------------------------- */

struct building {
    sqlite3 *db;
    sqlite3_stmt *read, *node, *head;
    struct en_tree tree;
    int64_t at;
    int rc;
};

static void
build_node(void *ctx, unsigned level, uint64_t index, const struct en_tree_hash *h)
{
    struct building *b = ctx;

    if (level < EN_LOG_ROWS_FROM || b->rc != SQLITE_OK)
        return;
    sqlite3_bind_int64(b->node, 1, level);
    sqlite3_bind_int64(b->node, 2, (int64_t)index);
    sqlite3_bind_blob(b->node, 3, h->b, sizeof h->b, SQLITE_STATIC);
    b->rc = sqlite3_step(b->node) == SQLITE_DONE ? SQLITE_OK : sqlite3_extended_errcode(b->db);
    sqlite3_reset(b->node);
}

static void
build_prepare(struct building *b, const char *sql, sqlite3_stmt **st)
{
    if (b->rc == SQLITE_OK)
        b->rc = sqlite3_prepare_v2(b->db, sql, -1, st, NULL);
}

static void
build_tree(struct building *b)
{
    int rc = SQLITE_DONE;

    while (b->rc == SQLITE_OK && (rc = sqlite3_step(b->read)) == SQLITE_ROW) {
        const void *entry = sqlite3_column_blob(b->read, 1);
        struct en_tree_hash leaf;

        b->at = sqlite3_column_int64(b->read, 2);
        /* A gap or a leaf of another length is no log: the file is damaged, and is not made to look whole. */
        if (sqlite3_column_int64(b->read, 0) != (int64_t)b->tree.size + 1 || sqlite3_column_bytes(b->read, 1) != 32) {
            b->rc = SQLITE_CORRUPT;
            return;
        }
        leaf = en_tree_leaf(en_bytes_from(entry, EN_SHA256_LEN));
        en_tree_append(&b->tree, &leaf, build_node, b);
    }
    if (b->rc == SQLITE_OK && rc != SQLITE_DONE)
        b->rc = rc;
}

static void
build_head(struct building *b)
{
    struct en_tree_hash root = en_tree_root(&b->tree);

    if (b->rc != SQLITE_OK || b->tree.size == 0)
        return;
    sqlite3_bind_int64(b->head, 1, (int64_t)b->tree.size);
    sqlite3_bind_blob(b->head, 2, root.b, sizeof root.b, SQLITE_STATIC);
    sqlite3_bind_int64(b->head, 3, b->at);
    b->rc = sqlite3_step(b->head) == SQLITE_DONE ? SQLITE_OK : sqlite3_extended_errcode(b->db);
}

en_errc
en_sqlite_tree_build(sqlite3 *db, struct en_err *err)
{
    struct building b = { .db = db, .tree = EN_TREE_INIT, .rc = SQLITE_OK };

    build_prepare(&b, "SELECT seq, leaf, at FROM events ORDER BY seq", &b.read);
    build_prepare(&b, TREE_INSERT, &b.node);
    build_prepare(&b, "INSERT INTO log (epoch, origin, size, root, note, at, kept) VALUES (1, '', ?, ?, x'', ?, 0)",
                  &b.head);
    build_tree(&b);
    build_head(&b);
    sqlite3_finalize(b.read);
    sqlite3_finalize(b.node);
    sqlite3_finalize(b.head);
    return b.rc == SQLITE_OK ? EN_OK : en_sqlite_error(db, b.rc, err);
}
