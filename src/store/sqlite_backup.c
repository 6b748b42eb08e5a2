/*
 * sqlite_backup.c: check, backup, restore.
 *
 * Both ways end with a rename of a file that was checked and synced: there is a whole backup, a whole store, or none.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/sqlite.h"

/* --- check ------------------------------------------------------------------------------------ */

/* Also those that hold nothing now, and those that no query above has read. */
static en_errc
check_pages(sqlite3 *db, struct en_err *err)
{
    int64_t bad = 0;
    int rc = sqlite3_file_control(db, "main", (int)EN_SQLITE_SUMS_SWEEP, &bad);

    if (rc != SQLITE_OK)
        return en_sqlite_error(db, rc, err);
    if (bad != 0)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "page %lld of the store's file was changed or is damaged",
                          (long long)bad);
    return EN_OK;
}

en_errc
en_sqlite_check(struct en_store *s, struct en_err *err)
{
    struct en_sqlite *sq = (struct en_sqlite *)s;
    bool ok = false;
    en_errc rc = en_sqlite_says(sq->db, "PRAGMA integrity_check(1)", "ok", &ok, err);

    if (rc == EN_OK && !ok)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the structure of the store's file is damaged");
    if (rc == EN_OK)
        rc = en_sqlite_says(sq->db, "PRAGMA foreign_key_check", NULL, &ok, err);
    if (rc == EN_OK && !ok)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "a row of the store refers to one that is not there");
    return rc == EN_OK ? check_pages(sq->db, err) : rc;
}

/* --- copying ---------------------------------------------------------------------------------- */

/* All of one state of from, into the empty file behind to. A copy is one file: no write-ahead log beside it. */
static en_errc
copy_pages(sqlite3 *from, sqlite3 *to, struct en_err *err)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int rc;

    if (!b)
        return en_sqlite_error(to, sqlite3_extended_errcode(to), err);
    rc = sqlite3_backup_step(b, -1);
    sqlite3_backup_finish(b);
    if (rc != SQLITE_DONE)
        return en_sqlite_error(to, rc, err);
    return en_sqlite_exec(to, "PRAGMA journal_mode = DELETE", err);
}

static en_errc
copy_to(sqlite3 *from, const char *path, struct en_err *err)
{
    sqlite3 *to = NULL;
    bool sums = true;
    en_errc rc = en_sqlite_new_file(path, err);

    if (rc == EN_OK)
        rc = en_sqlite_connect(path, false, NULL, &to, err);
    (void)sqlite3_file_control(from, "main", (int)EN_SQLITE_SUMS_ON, &sums);
    if (rc == EN_OK && !sums) /* a copy has the pages of what it is a copy of */
        (void)sqlite3_file_control(to, "main", (int)EN_SQLITE_SUMS_NONE, NULL);
    if (rc == EN_OK)
        rc = copy_pages(from, to, err);
    sqlite3_close(to);
    return rc;
}

static en_errc
check_file(const char *path, enum en_store_open_mode mode, struct en_err *err)
{
    struct en_store *s = NULL;
    en_errc rc = en_store_open_sqlite(path, mode, &s, err);

    if (rc == EN_OK)
        rc = en_store_check(s, err);
    en_store_close(s);
    return rc;
}

static void
unlink_with(const char *path, const char *suffix)
{
    char *p = en_sqlite_path(path, suffix);

    unlink(p);
    free(p);
}

/* A working file of ours and what SQLite may have left beside it. */
static void
remove_working(const char *path)
{
    unlink_with(path, "");
    unlink_with(path, "-journal");
    unlink_with(path, "-wal");
    unlink_with(path, "-shm");
}

en_errc
en_sqlite_backup(struct en_store *s, const char *path, struct en_err *err)
{
    struct en_sqlite *sq = (struct en_sqlite *)s;
    char *part = en_sqlite_path(path, ".part");
    en_errc rc = EN_OK;

    if (en_sqlite_file_exists(path))
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "there is a file of that name already");
    remove_working(part);
    if (rc == EN_OK)
        rc = copy_to(sq->db, part, err);
    if (rc == EN_OK)
        rc = check_file(part, EN_STORE_READ, err);
    if (rc == EN_OK)
        rc = en_sqlite_place(part, path, err);
    if (rc != EN_OK)
        remove_working(part);
    free(part);
    return rc;
}

/* --- restore ---------------------------------------------------------------------------------- */

/* The backup, brought to our schema and checked, in a file beside the store. The backup itself stays as it is. */
static en_errc
restore_copy(const char *backup, const char *restoring, struct en_err *err)
{
    sqlite3 *from = NULL;
    en_errc rc = en_sqlite_connect(backup, true, NULL, &from, err);

    if (rc == EN_OK)
        rc = copy_to(from, restoring, err);
    sqlite3_close(from);
    return rc == EN_OK ? check_file(restoring, EN_STORE_OPEN, err) : rc;
}

static en_errc
move_beside(const char *path, const char *suffix, const char *replaced, struct en_err *err)
{
    char *from = en_sqlite_path(path, suffix), *to = en_sqlite_path(replaced, suffix);
    en_errc rc = EN_OK;

    if (en_sqlite_file_exists(from))
        rc = en_sqlite_place(from, to, err);
    free(from);
    free(to);
    return rc;
}

/*
 * The file goes first, its log after it: at no time does a store stand under its name without the log that completes
 * it. Between the renames there is no store, which open says; running the restore again finishes it.
 */
static en_errc
put_in_place(const char *restoring, const char *path, const char *replaced, struct en_err *err)
{
    en_errc rc = move_beside(path, "", replaced, err);

    if (rc == EN_OK)
        rc = move_beside(path, "-wal", replaced, err);
    if (rc == EN_OK)
        unlink_with(path, "-shm");
    return rc == EN_OK ? en_sqlite_place(restoring, path, err) : rc;
}

en_errc
en_store_restore(const char *backup, const char *path, struct en_err *err)
{
    char *restoring = en_sqlite_path(path, ".restoring"), *replaced = en_sqlite_path(path, ".replaced");
    en_errc rc = EN_OK;

    if (en_sqlite_file_exists(path) && en_sqlite_file_exists(replaced))
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "a store replaced before is still there: look at it and remove it");
    remove_working(restoring);
    if (rc == EN_OK)
        rc = restore_copy(backup, restoring, err);
    if (rc == EN_OK)
        rc = put_in_place(restoring, path, replaced, err);
    if (rc != EN_OK)
        remove_working(restoring);
    free(restoring);
    free(replaced);
    return rc;
}
