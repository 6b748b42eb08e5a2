/*
 * sqlite_query.c: statements, parameters, columns, errors.
 */
#include "store/sqlite.h"

#include <string.h>

/* Lists of a row are at most EN_STORE_MAX_LIST texts; the hit's alerts are 1000 of 48 bytes. */
#define LIST_ARENA (1u * EN_MIB)

/* --- errors ----------------------------------------------------------------------------------- */

static en_errc
constraint_error(int rc, struct en_err *err)
{
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return en_err_set(err, EN_E_NO, EN_NO_POS, "it exists already");
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "what it refers to does not exist");
    default:
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a rule of the store forbids this write (SQLite code %d)",
                          rc);
    }
}

/* clang-format off */
static const struct {
    int code;
    en_errc class;
    const char *text;
} errors[] = {
    { SQLITE_FULL,     EN_E_STORAGE,   "the disk is full: the store could not be written" },
    { SQLITE_READONLY, EN_E_STORAGE,   "the store is read-only" },
    { SQLITE_IOERR,    EN_E_STORAGE,   "reading or writing the store failed" },
    { SQLITE_CANTOPEN, EN_E_STORAGE,   "a file of the store cannot be opened" },
    { SQLITE_PERM,     EN_E_STORAGE,   "a file of the store may not be used" },
    { SQLITE_AUTH,     EN_E_STORAGE,   "a file of the store may not be used" },
    { SQLITE_NOLFS,    EN_E_STORAGE,   "the file system has no large files" },
    { SQLITE_CORRUPT,  EN_E_INTEGRITY, "the store's file is damaged" },
    { SQLITE_NOTADB,   EN_E_INTEGRITY, "the file is not a store" },
    { SQLITE_MISMATCH, EN_E_INTEGRITY, "the store's file holds a value of the wrong type" },
    { SQLITE_BUSY,     EN_E_BUSY,      "another process is using the store" },
    { SQLITE_LOCKED,   EN_E_BUSY,      "the store is locked" },
    { SQLITE_PROTOCOL, EN_E_BUSY,      "the store's lock could not be taken" },
    { SQLITE_TOOBIG,   EN_E_LIMIT,     "a value is too large for the store" },
};
/* clang-format on */

en_errc
en_sqlite_error(sqlite3 *db, int rc, struct en_err *err)
{
    EN_ASSERT((rc & 0xff) != SQLITE_NOMEM);
    if (rc == SQLITE_IOERR_DATA)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a page of the store's file was changed or is damaged");
    if ((rc & 0xff) == SQLITE_CONSTRAINT)
        return constraint_error(rc, err);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i].code == (rc & 0xff))
            return en_err_set(err, errors[i].class, EN_NO_POS, "%s (SQLite code %d, system error %d)", errors[i].text,
                              rc, db ? sqlite3_system_errno(db) : 0);
    }
    return en_err_set(err, EN_E_BUG, EN_NO_POS, "the store was used wrongly (SQLite code %d)", rc);
}

/* --- statements ------------------------------------------------------------------------------- */

static sqlite3_stmt *
prepare(struct en_q *q, const char *sql, unsigned flags)
{
    sqlite3_stmt *st = NULL;

    q->rc = sqlite3_prepare_v3(q->sq->db, sql, -1, flags, &st, NULL);
    return st;
}

static sqlite3_stmt *
cached(struct en_q *q, const char *sql)
{
    struct en_sqlite *sq = q->sq;
    bool fresh;
    uint64_t *place = en_map_put(sq->by_sql, en_bytes_from(sql, strlen(sql)), &fresh);

    if (fresh) {
        *place = sq->n_statements;
        if (sq->n_statements == sq->cap_statements) {
            sq->cap_statements = sq->cap_statements ? 2 * sq->cap_statements : 64;
            sq->statements = en_xrealloc(sq->statements, sq->cap_statements * sizeof *sq->statements);
        }
        sq->statements[sq->n_statements++] = NULL;
    }
    if (!sq->statements[*place])
        sq->statements[*place] = prepare(q, sql, SQLITE_PREPARE_PERSISTENT);
    return sq->statements[*place];
}

void
en_q_open(struct en_q *q, struct en_sqlite *sq, const char *sql)
{
    *q = (struct en_q){ .sq = sq, .rc = SQLITE_OK, .at = 1 };
    en_arena_init(&q->lists, LIST_ARENA);
    q->st = cached(q, sql);
    /* A callback reads what an iteration above it is reading: give it a statement of its own. */
    if (q->st && sqlite3_stmt_busy(q->st)) {
        q->own = true;
        q->st = prepare(q, sql, 0);
    }
}

static void
failed(struct en_q *q, int rc)
{
    if (q->rc == SQLITE_OK && rc != SQLITE_OK)
        q->rc = rc;
}

void
en_q_bind_int(struct en_q *q, int64_t v)
{
    if (q->rc == SQLITE_OK)
        failed(q, sqlite3_bind_int64(q->st, q->at++, v));
}

void
en_q_bind_uint(struct en_q *q, uint64_t v)
{
    EN_ASSERT(v <= INT64_MAX);
    en_q_bind_int(q, (int64_t)v);
}

static void
bind_null(struct en_q *q)
{
    if (q->rc == SQLITE_OK)
        failed(q, sqlite3_bind_null(q->st, q->at++));
}

void
en_q_bind_id(struct en_q *q, int64_t v)
{
    if (v == 0)
        bind_null(q);
    else
        en_q_bind_int(q, v);
}

void
en_q_bind_time(struct en_q *q, en_time v)
{
    if (v == EN_TIME_NONE)
        bind_null(q);
    else
        en_q_bind_int(q, v);
}

void
en_q_bind_real(struct en_q *q, double v)
{
    if (q->rc == SQLITE_OK)
        failed(q, sqlite3_bind_double(q->st, q->at++, v));
}

/* The values outlive the query; a pointer to nothing must not become NULL. */
void
en_q_bind_text(struct en_q *q, en_text v)
{
    if (q->rc == SQLITE_OK)
        failed(q, sqlite3_bind_text64(q->st, q->at++, v.n ? v.p : "", v.n, SQLITE_STATIC, SQLITE_UTF8));
}

void
en_q_bind_bytes(struct en_q *q, en_bytes v)
{
    if (q->rc == SQLITE_OK)
        failed(q, sqlite3_bind_blob64(q->st, q->at++, v.n ? (const void *)v.p : "", v.n, SQLITE_STATIC));
}

void
en_q_bind_hash(struct en_q *q, const uint8_t v[32])
{
    en_q_bind_bytes(q, en_bytes_from(v, 32));
}

/* Checked text holds no line feed, and no text of a list is empty: so lines are enough. */
void
en_q_bind_list(struct en_q *q, const en_text *list, size_t n)
{
    struct en_buf b = EN_BUF_INIT;

    for (size_t i = 0; i < n; i++) {
        if (i)
            en_buf_addc(&b, '\n');
        en_buf_add_text(&b, list[i]);
    }
    if (q->rc == SQLITE_OK)
        failed(q, sqlite3_bind_text64(q->st, q->at++, b.n ? b.p : "", b.n, SQLITE_TRANSIENT, SQLITE_UTF8));
    en_buf_release(&b);
}

/* --- running ---------------------------------------------------------------------------------- */

static bool
step(struct en_q *q)
{
    int rc;

    if (q->rc != SQLITE_OK)
        return false;
    rc = sqlite3_step(q->st);
    if (rc == SQLITE_ROW)
        return true;
    if (rc != SQLITE_DONE)
        q->rc = rc;
    return false;
}

bool
en_q_next(struct en_q *q)
{
    en_arena_reset(&q->lists);
    q->at = 0;
    return !q->damaged && step(q);
}

en_errc
en_q_close(struct en_q *q, en_errc rc, struct en_err *err)
{
    if (q->rc != SQLITE_OK)
        rc = en_sqlite_error(q->sq->db, q->rc, err);
    else if (q->damaged)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the store holds a value that this program does not write");
    if (q->own) {
        sqlite3_finalize(q->st);
    } else if (q->st) {
        sqlite3_reset(q->st);
        sqlite3_clear_bindings(q->st);
    }
    en_arena_release(&q->lists);
    return rc;
}

en_errc
en_q_run(struct en_q *q, uint64_t *changed, struct en_err *err)
{
    /* SQLite undoes a transaction by itself after some failures; a write must never stand alone then. */
    if (q->rc == SQLITE_OK && sqlite3_get_autocommit(q->sq->db)) {
        en_q_close(q, EN_OK, NULL);
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the transaction was undone by an earlier failure");
    }
    while (step(q))
        continue;
    if (changed)
        *changed = q->rc == SQLITE_OK ? (uint64_t)sqlite3_changes64(q->sq->db) : 0;
    return en_q_close(q, EN_OK, err);
}

en_errc
en_q_run_one(struct en_q *q, const char *what, struct en_err *err)
{
    uint64_t changed;
    en_errc rc = en_q_run(q, &changed, err);

    if (rc == EN_OK && changed == 0)
        rc = en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such %s", what);
    if (rc == EN_E_NO)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "such a %s exists already", what);
    return rc;
}

en_errc
en_q_run_insert(struct en_q *q, const char *what, int64_t *id, struct en_err *err)
{
    sqlite3 *db = q->sq->db;
    en_errc rc = en_q_run(q, NULL, err);

    if (rc == EN_OK && id)
        *id = sqlite3_last_insert_rowid(db);
    if (rc == EN_E_NO)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "such a %s exists already", what);
    if (rc == EN_E_NOT_FOUND)
        rc = en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "what the %s refers to does not exist", what);
    return rc;
}

/* --- columns ---------------------------------------------------------------------------------- */

int64_t
en_q_int(struct en_q *q)
{
    return sqlite3_column_int64(q->st, q->at++);
}

uint64_t
en_q_uint(struct en_q *q)
{
    int64_t v = en_q_int(q);

    q->damaged |= v < 0;
    return v < 0 ? 0 : (uint64_t)v;
}

uint32_t
en_q_u32(struct en_q *q)
{
    int64_t v = en_q_int(q);

    q->damaged |= v < 0 || v > UINT32_MAX;
    return (uint32_t)v;
}

unsigned
en_q_enum(struct en_q *q, unsigned count)
{
    int64_t v = en_q_int(q);
    bool known = v >= 0 && v < (int64_t)count;

    q->damaged |= !known;
    return known ? (unsigned)v : 0;
}

bool
en_q_bool(struct en_q *q)
{
    return en_q_enum(q, 2) == 1;
}

en_time
en_q_time(struct en_q *q)
{
    if (sqlite3_column_type(q->st, q->at) == SQLITE_NULL) {
        q->at++;
        return EN_TIME_NONE;
    }
    return en_q_int(q);
}

double
en_q_real(struct en_q *q)
{
    return sqlite3_column_double(q->st, q->at++);
}

/* Text from a file is text again only if it is what en_text_check would have given; most of it is plain ASCII. */
static bool
text_clean(struct en_q *q, en_text t)
{
    bool plain = true;
    unsigned repairs = 0;
    en_text checked;

    for (size_t i = 0; i < t.n && plain; i++)
        plain = t.p[i] >= 0x20 && t.p[i] < 0x7f;
    if (plain)
        return true;
    return en_text_check(en_text_bytes(t), t.n, &q->lists, &checked, &repairs, NULL) == EN_OK &&
           (repairs & ~(unsigned)EN_TEXT_TRIMMED) == 0;
}

en_text
en_q_text(struct en_q *q)
{
    const char *p = (const char *)sqlite3_column_text(q->st, q->at);
    en_text t = { p ? p : "", (size_t)sqlite3_column_bytes(q->st, q->at) };

    q->at++;
    if (text_clean(q, t))
        return t;
    q->damaged = true;
    return EN_TEXT_NONE;
}

en_bytes
en_q_bytes(struct en_q *q)
{
    const void *p = sqlite3_column_blob(q->st, q->at);
    en_bytes b = { p, (size_t)sqlite3_column_bytes(q->st, q->at) };

    q->at++;
    return b;
}

void
en_q_hash(struct en_q *q, uint8_t out[32])
{
    bool none = sqlite3_column_type(q->st, q->at) == SQLITE_NULL;
    en_bytes b = en_q_bytes(q);

    memset(out, 0, 32);
    if (b.n == 32)
        memcpy(out, b.p, 32);
    else
        q->damaged |= !none;
}

const en_text *
en_q_list(struct en_q *q, size_t *n)
{
    const char *p = (const char *)sqlite3_column_text(q->st, q->at);
    size_t left = (size_t)sqlite3_column_bytes(q->st, q->at), count = left ? 1 : 0;
    en_text *list;

    q->at++;
    *n = 0;
    for (size_t i = 0; i < left; i++)
        count += p[i] == '\n';
    list = count <= EN_STORE_MAX_LIST ? en_arena_array(&q->lists, count, sizeof *list) : NULL;
    if (!list) {
        q->damaged = true;
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const char *end = memchr(p, '\n', left);
        size_t len = end ? (size_t)(end - p) : left;

        list[i] = (en_text){ p, len };
        q->damaged |= len == 0 || !text_clean(q, list[i]);
        p += len + (end != NULL);
        left -= len + (end != NULL);
    }
    *n = count;
    return list;
}

bool
en_q_row_ok(const struct en_q *q)
{
    return q->rc == SQLITE_OK && !q->damaged;
}

/* --- selects that depend on a filter ---------------------------------------------------------- */

void
en_find_start(struct en_find *f, const char *select)
{
    *f = (struct en_find){ .sql = EN_BUF_INIT };
    en_buf_add_str(&f->sql, select);
}

void
en_find_that(struct en_find *f, const char *condition)
{
    en_buf_add_str(&f->sql, f->where ? " AND " : " WHERE ");
    en_buf_add_str(&f->sql, condition);
    f->where = true;
}

void
en_find_int(struct en_find *f, const char *condition, int64_t v)
{
    EN_ASSERT(f->n < EN_FIND_MAX);
    en_find_that(f, condition);
    f->arg[f->n].kind = EN_FIND_INT;
    f->arg[f->n++].i = v;
}

void
en_find_real(struct en_find *f, const char *condition, double v)
{
    EN_ASSERT(f->n < EN_FIND_MAX);
    en_find_that(f, condition);
    f->arg[f->n].kind = EN_FIND_REAL;
    f->arg[f->n++].d = v;
}

void
en_find_text(struct en_find *f, const char *condition, en_text v)
{
    EN_ASSERT(f->n < EN_FIND_MAX);
    en_find_that(f, condition);
    f->arg[f->n].kind = EN_FIND_TEXT;
    f->arg[f->n++].t = v;
}

void
en_find_hash(struct en_find *f, const char *condition, const uint8_t *v)
{
    EN_ASSERT(f->n < EN_FIND_MAX);
    en_find_that(f, condition);
    f->arg[f->n].kind = EN_FIND_HASH;
    f->arg[f->n++].hash = v;
}

void
en_find_open(struct en_find *f, const char *order, uint64_t limit, struct en_q *q, struct en_sqlite *sq)
{
    en_buf_add_str(&f->sql, " ORDER BY ");
    en_buf_add_str(&f->sql, order);
    if (limit)
        en_buf_add_str(&f->sql, " LIMIT ?");
    en_q_open(q, sq, f->sql.p);
    for (size_t i = 0; i < f->n; i++) {
        switch (f->arg[i].kind) {
        case EN_FIND_INT:
            en_q_bind_int(q, f->arg[i].i);
            break;
        case EN_FIND_REAL:
            en_q_bind_real(q, f->arg[i].d);
            break;
        case EN_FIND_TEXT:
            en_q_bind_text(q, f->arg[i].t);
            break;
        case EN_FIND_HASH:
            en_q_bind_hash(q, f->arg[i].hash);
            break;
        }
    }
    if (limit)
        en_q_bind_uint(q, limit < INT64_MAX ? limit : INT64_MAX);
    en_buf_release(&f->sql);
}
