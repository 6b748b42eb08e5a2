/*
 * store_sqlite.c: the SQLite engine: files, connections, transactions.
 *
 * Write-ahead log with synchronous=FULL: a commit that returned is on disk. secure_delete overwrites what is deleted in
 * the file; the log, where it may still stand, is emptied after every commit that deletes.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/sqlite.h"

/* The owner waits for a reader's or a backup's lock; nobody else holds one for long. */
#define BUSY_MS 2000

static const char settings[] = "PRAGMA foreign_keys = ON;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA temp_store = MEMORY;"  /* no person's data in /tmp */
                               "PRAGMA cache_size = -32768;"; /* 32 MiB, whatever the size of the file */

static const char write_settings[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA journal_size_limit = 67108864;"; /* a large import's log is cut back afterwards */

/* --- small steps ------------------------------------------------------------------------------ */

en_errc
en_sqlite_exec(sqlite3 *db, const char *sql, struct en_err *err)
{
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? EN_OK : en_sqlite_error(db, rc, err);
}

en_errc
en_sqlite_pragma(sqlite3 *db, const char *sql, int64_t *out, struct en_err *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

    *out = 0;
    if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        *out = sqlite3_column_int64(st, 0);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(st);
    return rc == SQLITE_OK || rc == SQLITE_DONE ? EN_OK : en_sqlite_error(db, rc, err);
}

en_errc
en_sqlite_says(sqlite3 *db, const char *sql, const char *expect, bool *as_expected, struct en_err *err)
{
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);

    *as_expected = false;
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(st);
        if (rc == SQLITE_ROW && expect) {
            const char *text = (const char *)sqlite3_column_text(st, 0);

            *as_expected = text && strcmp(text, expect) == 0;
        }
        *as_expected |= rc == SQLITE_DONE && !expect;
        rc = rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
    }
    sqlite3_finalize(st);
    return rc == SQLITE_OK ? EN_OK : en_sqlite_error(db, rc, err);
}

char *
en_sqlite_path(const char *path, const char *suffix)
{
    size_t n = strlen(path) + strlen(suffix) + 1;
    char *p = en_xmalloc(n);

    snprintf(p, n, "%s%s", path, suffix);
    return p;
}

bool
en_sqlite_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static en_errc
system_error(const char *what, struct en_err *err)
{
    int no = errno;

    if (no == EEXIST)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "a file of that name exists already");
    if (no == ENOENT)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such file or folder");
    return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "%s failed: %s", what, strerror(no));
}

en_errc
en_sqlite_new_file(const char *path, struct en_err *err)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return system_error("making the file", err);
    close(fd);
    return EN_OK;
}

static en_errc
sync_path(const char *path, int flags, struct en_err *err)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    en_errc rc = ok ? EN_OK : system_error("making a file durable", err);

    if (fd >= 0)
        close(fd);
    return rc;
}

static en_errc
sync_folder_of(const char *path, struct en_err *err)
{
    char *copy = en_sqlite_path(path, "");
    en_errc rc = sync_path(dirname(copy), O_RDONLY | O_DIRECTORY, err);

    free(copy);
    return rc;
}

en_errc
en_sqlite_place(const char *from, const char *to, struct en_err *err)
{
    en_errc rc = sync_path(from, O_RDONLY, err);

    if (rc == EN_OK && renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) != 0)
        rc = system_error("renaming a file", err);
    return rc == EN_OK ? sync_folder_of(to, err) : rc;
}

/* --- connections ------------------------------------------------------------------------------ */

static const struct {
    int option, on;
} hardening[] = {
    { SQLITE_DBCONFIG_DEFENSIVE, 1 },
    { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
    { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
    { SQLITE_DBCONFIG_ENABLE_TRIGGER, 1 },
    { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
    { SQLITE_DBCONFIG_DQS_DML, 0 },
    { SQLITE_DBCONFIG_DQS_DDL, 0 },
};

static en_errc
harden(sqlite3 *db, struct en_err *err)
{
    int rc = sqlite3_busy_timeout(db, BUSY_MS);

    for (size_t i = 0; i < sizeof hardening / sizeof hardening[0] && rc == SQLITE_OK; i++)
        rc = sqlite3_db_config(db, hardening[i].option, hardening[i].on, NULL);
    return rc == SQLITE_OK ? EN_OK : en_sqlite_error(db, rc, err);
}

/* SQLite opens a file it may not write for reading only, without a word. */
static en_errc
check_writable(sqlite3 *db, struct en_err *err)
{
    if (sqlite3_db_readonly(db, "main") == 1)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the store is read-only");
    return EN_OK;
}

en_errc
en_sqlite_connect(const char *path, bool read_only, const char *vfs, sqlite3 **db, struct en_err *err)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int rc;
    en_errc code;

    if (!en_sqlite_file_exists(path))
        return system_error("opening the store", err);
    flags |= read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    rc = sqlite3_open_v2(path, db, flags, en_sqlite_sums_vfs(vfs));
    if (rc != SQLITE_OK)
        return en_sqlite_error(*db, rc, err);
    code = harden(*db, err);
    if (code == EN_OK)
        code = en_sqlite_exec(*db, settings, err);
    if (code == EN_OK && !read_only)
        code = check_writable(*db, err);
    return code;
}

/* --- the engine ------------------------------------------------------------------------------- */

/*
 * Moves the log into the file and cuts it to nothing, so that it keeps no content that was deleted since. A reader may
 * be in the way: then it is tried again after the next commit, at the end, and when the store is opened.
 */
static bool
empty_log(sqlite3 *db)
{
    int rc;

    sqlite3_busy_timeout(db, 0); /* nobody waits for a reader here */
    rc = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(db, BUSY_MS);
    return rc == SQLITE_OK;
}

static void
sqlite_close(struct en_store *s)
{
    struct en_sqlite *sq = (struct en_sqlite *)s;

    if (sq->wipe)
        empty_log(sq->db);
    for (size_t i = 0; i < sq->n_statements; i++)
        sqlite3_finalize(sq->statements[i]);
    free(sq->statements);
    en_map_free(sq->by_sql);
    /* The last connection empties the log into the file and removes it. */
    EN_ASSERT(sqlite3_close(sq->db) == SQLITE_OK);
    free(sq);
}

static en_errc
sqlite_begin(struct en_store *s, struct en_err *err)
{
    struct en_sqlite *sq = (struct en_sqlite *)s;

    if (sqlite3_db_readonly(sq->db, "main") == 1)
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the store is open for reading only");
    return en_sqlite_exec(sq->db, "BEGIN IMMEDIATE", err);
}

static void
sqlite_abort(struct en_store *s)
{
    struct en_sqlite *sq = (struct en_sqlite *)s;

    en_sqlite_uncount(s);
    if (!sqlite3_get_autocommit(sq->db))
        sqlite3_exec(sq->db, "ROLLBACK", NULL, NULL, NULL);
    EN_ASSERT(sqlite3_get_autocommit(sq->db));
}

static en_errc
sqlite_commit(struct en_store *s, bool deleted, struct en_err *err)
{
    struct en_sqlite *sq = (struct en_sqlite *)s;
    en_errc rc;

    if (sqlite3_get_autocommit(sq->db))
        return en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the transaction was undone by an earlier failure");
    rc = en_sqlite_exec(sq->db, "COMMIT", err);
    if (rc != EN_OK) {
        sqlite_abort(s);
        return rc;
    }
    sq->wipe |= deleted;
    if (sq->wipe)
        sq->wipe = !empty_log(sq->db);
    return EN_OK; /* the commit stands, whatever became of the log */
}

static const struct en_store_ops ops = {
    .name = "sqlite",
    .close = sqlite_close,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .abort = sqlite_abort,
    .check = en_sqlite_check,
    .backup = en_sqlite_backup,
    .node_put = en_sqlite_node_put,
    .node_each = en_sqlite_node_each,
    .user_add = en_sqlite_user_add,
    .user_change = en_sqlite_user_change,
    .users_each = en_sqlite_users_each,
    .event_last = en_sqlite_event_last,
    .event_append = en_sqlite_event_append,
    .event_destroy = en_sqlite_event_destroy,
    .events_each = en_sqlite_events_each,
    .events_due_each = en_sqlite_events_due_each,
    .event_leaves = en_sqlite_event_leaves,
    .tree_add = en_sqlite_tree_add,
    .tree_get = en_sqlite_tree_get,
    .tree_count = en_sqlite_tree_count,
    .head_add = en_sqlite_head_add,
    .head_change = en_sqlite_head_change,
    .heads_each = en_sqlite_heads_each,
    .question_add = en_sqlite_question_add,
    .question_change = en_sqlite_question_change,
    .questions_each = en_sqlite_questions_each,
    .protection_add = en_sqlite_protection_add,
    .protection_delete = en_sqlite_protection_delete,
    .protections_each = en_sqlite_protections_each,
    .witnessed_add = en_sqlite_witnessed_add,
    .witnessed_change = en_sqlite_witnessed_change,
    .witnessed_each = en_sqlite_witnessed_each,
    .source_add = en_sqlite_source_add,
    .sources_each = en_sqlite_sources_each,
    .import_add = en_sqlite_import_add,
    .import_finish = en_sqlite_import_finish,
    .imports_each = en_sqlite_imports_each,
    .alert_look = en_sqlite_alert_look,
    .alert_add = en_sqlite_alert_add,
    .alert_revise = en_sqlite_alert_revise,
    .alert_set_matched = en_sqlite_alert_set_matched,
    .alert_delete = en_sqlite_alert_delete,
    .alerts_active = en_sqlite_alerts_active,
    .alerts_each = en_sqlite_alerts_each,
    .alert_past_each = en_sqlite_alert_past_each,
    .changes = en_sqlite_changes,
    .changes_each = en_sqlite_changes_each,
    .changes_forget = en_sqlite_changes_forget,
    .manifest_add = en_sqlite_manifest_add,
    .manifest_finish = en_sqlite_manifest_finish,
    .manifests_each = en_sqlite_manifests_each,
    .message_add = en_sqlite_message_add,
    .messages_each = en_sqlite_messages_each,
    .traveller_add = en_sqlite_traveller_add,
    .traveller_change = en_sqlite_traveller_change,
    .traveller_delete = en_sqlite_traveller_delete,
    .travellers_each = en_sqlite_travellers_each,
    .hit_add = en_sqlite_hit_add,
    .hit_change = en_sqlite_hit_change,
    .hit_set_state = en_sqlite_hit_set_state,
    .hit_delete = en_sqlite_hit_delete,
    .hits_each = en_sqlite_hits_each,
    .decision_add = en_sqlite_decision_add,
    .decision_confirm = en_sqlite_decision_confirm,
    .decisions_each = en_sqlite_decisions_each,
    .clearance_add = en_sqlite_clearance_add,
    .clearance_delete = en_sqlite_clearance_delete,
    .clearances_each = en_sqlite_clearances_each,
    .answer_add = en_sqlite_answer_add,
    .answer_change = en_sqlite_answer_change,
    .answers_each = en_sqlite_answers_each,
    .intent_add = en_sqlite_intent_add,
    .intent_finish = en_sqlite_intent_finish,
    .intents_each = en_sqlite_intents_each,
    .record_add = en_sqlite_record_add,
    .record_change = en_sqlite_record_change,
    .records_each = en_sqlite_records_each,
    .records_size = en_sqlite_records_size,
    .release_add = en_sqlite_release_add,
    .release_change = en_sqlite_release_change,
    .releases_each = en_sqlite_releases_each,
    .delivery_add = en_sqlite_delivery_add,
    .delivery_change = en_sqlite_delivery_change,
    .deliveries_each = en_sqlite_deliveries_each,
    .bundle_add = en_sqlite_bundle_add,
    .bundle_change = en_sqlite_bundle_change,
    .bundles_each = en_sqlite_bundles_each,
    .bundle_renew = en_sqlite_bundle_renew,
    .refusal_add = en_sqlite_refusal_add,
    .refusals_each = en_sqlite_refusals_each,
    .link_put = en_sqlite_link_put,
    .links_each = en_sqlite_links_each,
    .parcel_add = en_sqlite_parcel_add,
    .parcel_remove = en_sqlite_parcel_remove,
    .parcels_each = en_sqlite_parcels_each,
    .tally_add = en_sqlite_tally_add,
    .partner_add = en_sqlite_partner_add,
    .partner_change = en_sqlite_partner_change,
    .partners_each = en_sqlite_partners_each,
    .partner_key_add = en_sqlite_partner_key_add,
    .partner_keys_each = en_sqlite_partner_keys_each,
    .charter_add = en_sqlite_charter_add,
    .charter_change = en_sqlite_charter_change,
    .charters_each = en_sqlite_charters_each,
    .counts = en_sqlite_counts,
};

/* --- opening ---------------------------------------------------------------------------------- */

/* On a file system that cannot share memory SQLite stays with another journal, without an error. */
static en_errc
set_for_writing(sqlite3 *db, struct en_err *err)
{
    bool wal = false;
    en_errc rc = en_sqlite_exec(db, write_settings, err);

    if (rc == EN_OK)
        rc = en_sqlite_says(db, "PRAGMA journal_mode", "wal", &wal, err);
    if (rc == EN_OK && !wal)
        rc = en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the file system cannot hold a store: it has no shared memory");
    return rc;
}

/* Has every page of the file a sum? In a file of this schema there is nothing else. */
static en_errc
has_sums(sqlite3 *db, bool *sums, struct en_err *err)
{
    int64_t version = 0;
    en_errc rc = en_sqlite_version(db, &version, err);

    *sums = false;
    (void)sqlite3_file_control(db, "main", (int)EN_SQLITE_SUMS_ON, sums);
    if (rc == EN_OK && !*sums && version >= EN_SQLITE_SUMS_SINCE)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the first page of the store's file was changed");
    return rc;
}

/* A whole copy in which every page has room for its sum. */
static en_errc
copy_with_sums(sqlite3 *db, const char *to, struct en_err *err)
{
    sqlite3_stmt *st = NULL;
    int reserve = EN_SQLITE_SUM_LEN;
    int rc = sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);

    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(db, "VACUUM INTO ?", -1, &st, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(st, 1, to, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_DONE)
        rc = SQLITE_OK;
    sqlite3_finalize(st);
    return rc == SQLITE_OK ? EN_OK : en_sqlite_error(db, rc, err);
}

/* The copy takes the place of a file from before; should the process end on the way, either is there. */
static en_errc
give_sums(const char *path, const char *vfs, sqlite3 **db, struct en_err *err)
{
    char *made = en_sqlite_path(path, ".sums");
    en_errc rc = en_sqlite_exec(*db, "PRAGMA journal_mode = DELETE", err); /* nothing is left in a log */

    unlink(made);
    rc = rc != EN_OK ? rc : en_sqlite_new_file(made, err);
    rc = rc != EN_OK ? rc : copy_with_sums(*db, made, err);
    rc = rc != EN_OK ? rc : sync_path(made, O_RDONLY, err);
    if (rc == EN_OK) {
        sqlite3_close(*db);
        *db = NULL;
        if (rename(made, path) != 0)
            rc = system_error("renaming a file", err);
    }
    rc = rc != EN_OK ? rc : sync_folder_of(path, err);
    rc = rc != EN_OK ? rc : en_sqlite_connect(path, false, vfs, db, err);
    if (rc != EN_OK)
        unlink(made);
    free(made);
    return rc;
}

static en_errc
connect_to_read(const char *path, bool audit, const char *vfs, sqlite3 **db, struct en_err *err)
{
    bool sums;
    en_errc rc = en_sqlite_connect(path, true, vfs, db, err);

    if (rc == EN_OK && audit)
        (void)sqlite3_file_control(*db, "main", (int)EN_SQLITE_SUMS_AUDIT, NULL);
    rc = rc != EN_OK ? rc : en_sqlite_check_version(*db, err);
    return rc != EN_OK ? rc : has_sums(*db, &sums, err);
}

static en_errc
connect_to_use(const char *path, const char *vfs, sqlite3 **db, struct en_err *err)
{
    bool sums = true;
    en_errc rc = en_sqlite_connect(path, false, vfs, db, err);

    rc = rc != EN_OK ? rc : has_sums(*db, &sums, err);
    if (rc == EN_OK && !sums)
        rc = give_sums(path, vfs, db, err);
    rc = rc != EN_OK ? rc : en_sqlite_migrate(*db, false, err);
    if (rc == EN_OK)
        rc = set_for_writing(*db, err);
    if (rc == EN_OK)
        empty_log(*db); /* what a process that was stopped may have left in it */
    return rc;
}

/*
 * The schema is written to a file of another name, so that a store is there as a whole or not at all. What an
 * interrupted creation left is removed.
 */
static en_errc
create(const char *path, const char *vfs, struct en_err *err)
{
    char *making = en_sqlite_path(path, ".new");
    int reserve = EN_SQLITE_SUM_LEN;
    sqlite3 *db = NULL;
    en_errc rc;

    if (en_sqlite_file_exists(path)) {
        free(making);
        return en_err_set(err, EN_E_NO, EN_NO_POS, "there is a store already");
    }
    unlink(making);
    rc = en_sqlite_new_file(making, err);
    if (rc == EN_OK)
        rc = en_sqlite_connect(making, false, vfs, &db, err);
    if (rc == EN_OK)
        rc = en_sqlite_exec(db, "PRAGMA page_size = 8192", err);
    if (rc == EN_OK && sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve) != SQLITE_OK)
        rc = en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the file cannot hold sums of its pages");
    if (rc == EN_OK)
        rc = en_sqlite_migrate(db, true, err);
    sqlite3_close(db);
    if (rc == EN_OK)
        rc = en_sqlite_place(making, path, err);
    if (rc != EN_OK)
        unlink(making);
    free(making);
    return rc;
}

en_errc
en_store_open_sqlite_vfs(const char *path, enum en_store_open_mode mode, const char *vfs, struct en_store **out,
                         struct en_err *err)
{
    struct en_sqlite *sq;
    sqlite3 *db = NULL;
    en_errc rc = mode == EN_STORE_CREATE ? create(path, vfs, err) : EN_OK;

    *out = NULL;
    if (rc == EN_OK && (mode == EN_STORE_READ || mode == EN_STORE_AUDIT))
        rc = connect_to_read(path, mode == EN_STORE_AUDIT, vfs, &db, err);
    else if (rc == EN_OK)
        rc = connect_to_use(path, vfs, &db, err);
    if (rc != EN_OK) {
        sqlite3_close(db);
        return rc;
    }
    sq = en_xcalloc(1, sizeof *sq);
    sq->base.ops = &ops;
    sq->db = db;
    sq->by_sql = en_map_new(NULL);
    *out = &sq->base;
    return EN_OK;
}

en_errc
en_store_open_sqlite(const char *path, enum en_store_open_mode mode, struct en_store **out, struct en_err *err)
{
    return en_store_open_sqlite_vfs(path, mode, NULL, out, err);
}
