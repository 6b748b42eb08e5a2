#include "place.h"

#include <fcntl.h>

/* --- a damaged page --------------------------------------------------------------------------- */

static void
flip(const char *path, size_t at)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    uint8_t b = 0;

    assert_int_equal(pread(fd, &b, 1, (off_t)at), 1);
    b ^= 4;
    assert_int_equal(pwrite(fd, &b, 1, (off_t)at), 1);
    assert_int_equal(close(fd), 0);
}

static size_t
find(const char *path, const char *what)
{
    struct en_buf b = place_read(path);
    const char *at = memmem(b.p, b.n, what, strlen(what));
    size_t where = at ? (size_t)(at - b.p) : 0;

    en_buf_release(&b);
    return where;
}

/* What no entry and no structure covers: a traveller's data. Nobody is told it as if it were whole. */
static void
test_a_row_is_changed(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_store_traveller t;
    struct en_arena a;
    size_t at;

    en_arena_init(&a, EN_MIB);
    place_fill(s, "somebody who does not exist");
    en_store_close(s);
    at = find(p->path, "somebody who does not exist");
    assert_true(at > 8192);
    flip(p->path, at);
    s = place_open(p, p->path);
    assert_int_equal(en_store_check(s, &p->err), EN_E_INTEGRITY);
    assert_int_equal(en_store_backup(s, p->other, &p->err), EN_E_INTEGRITY);
    en_store_close(s);
    flip(p->path, at);
    s = place_open(p, p->path);
    assert_int_equal(en_store_traveller_get(s, 1, &a, &t, &p->err), EN_OK);
    assert_int_equal(en_store_check(s, &p->err), EN_OK);
    en_store_close(s);
    en_arena_release(&a);
}

/* Page 1 is read by whoever opens; a page in the place of another is a damage too. */
static void
test_pages_stand_in_their_place(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    uint8_t a[8192], b[8192];
    char beside[128];
    int fd;

    en_store_close(s);
    flip(p->path, 8191);
    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_OPEN, &s, &p->err), EN_E_INTEGRITY);
    flip(p->path, 8191);
    flip(p->path, 20); /* where the header says that there are sums */
    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_OPEN, &s, &p->err), EN_E_INTEGRITY);
    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_READ, &s, &p->err), EN_E_INTEGRITY);
    flip(p->path, 20);

    fd = open(p->path, O_RDWR | O_CLOEXEC);
    assert_int_equal(pread(fd, a, sizeof a, 8192 * 3), sizeof a);
    assert_int_equal(pread(fd, b, sizeof b, 8192 * 5), sizeof b);
    assert_int_equal(pwrite(fd, b, sizeof b, 8192 * 3), sizeof b);
    assert_int_equal(pwrite(fd, a, sizeof a, 8192 * 5), sizeof a);
    assert_int_equal(close(fd), 0);
    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_AUDIT, &s, &p->err), EN_OK);
    assert_int_equal(en_store_check(s, &p->err), EN_E_INTEGRITY);
    en_store_close(s);
    snprintf(beside, sizeof beside, "%s-wal", p->path); /* a reader does not clear them away */
    unlink(beside);
    snprintf(beside, sizeof beside, "%s-shm", p->path);
    unlink(beside);
}

/* --- a file from before ----------------------------------------------------------------------- */

static int
reserved(const char *path)
{
    struct en_buf b = place_read(path);
    int n = b.n > 20 ? (uint8_t)b.p[20] : -1;

    en_buf_release(&b);
    return n;
}

/* The same rows in a file without sums, of the schema before them, as SQLite alone writes it. */
static void
make_old(struct place *p)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    char sql[200];

    assert_int_equal(sqlite3_open(p->other, &db), SQLITE_OK);
    assert_int_equal(en_sqlite_exec(db, "PRAGMA page_size = 8192", &p->err), EN_OK);
    assert_int_equal(en_sqlite_migrate(db, true, &p->err), EN_OK);
    snprintf(sql, sizeof sql, "ATTACH '%s' AS new; DROP TRIGGER alert_added", p->path);
    assert_int_equal(en_sqlite_exec(db, sql, &p->err), EN_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM new.sqlite_schema WHERE type = 'table'", -1, &st, NULL),
                     SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(st, 0);

        snprintf(sql, sizeof sql, "DELETE FROM main.%s; INSERT INTO main.%s SELECT * FROM new.%s", name, name, name);
        assert_int_equal(en_sqlite_exec(db, sql, &p->err), EN_OK);
    }
    sqlite3_finalize(st);
    assert_int_equal(en_sqlite_exec(db,
                                    "DROP TABLE main.questions; DROP TABLE main.protections; DROP TABLE main.charters;"
                                    "DROP TABLE main.witnessed; DROP TABLE main.links; DROP TABLE main.parcels; DROP TABLE main.refusals;"
                                    "DROP INDEX main.bundles_flying; DROP INDEX main.deliveries_urgent;"
                                    "ALTER TABLE main.bundles DROP COLUMN urgent;"
                                    "ALTER TABLE main.node DROP COLUMN addresses; ALTER TABLE main.node DROP COLUMN tables;"
                                    "ALTER TABLE main.partners DROP COLUMN addresses;"
                                    "ALTER TABLE main.bundles DROP COLUMN flies;"
                                    "ALTER TABLE main.bundles DROP COLUMN earlier;"
                                    "ALTER TABLE main.node DROP COLUMN reads_an_hour;"
                                    "ALTER TABLE main.node DROP COLUMN read_purpose; PRAGMA user_version = 9",
                                    &p->err),
                     EN_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(reserved(p->other), 0);
    assert_int_equal(reserved(p->path), 8);
}

static void
test_a_file_from_before(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_buf was, is;
    bool sums = false;

    place_fill(s, "x");
    was = place_dump(s);
    en_store_close(s);
    make_old(p);
    s = place_open(p, p->other);
    is = place_dump(s);
    assert_string_equal(was.p, is.p);
    assert_int_equal(sqlite3_file_control(((struct en_sqlite *)s)->db, "main", (int)EN_SQLITE_SUMS_ON, &sums),
                     SQLITE_OK);
    assert_true(sums);
    assert_int_equal(en_store_check(s, &p->err), EN_OK);
    en_store_close(s);
    assert_int_equal(reserved(p->other), 8);
    en_buf_release(&was);
    en_buf_release(&is);
}

/* A backup from before is restored: the copy gets sums, the backup stays as it is. */
static void
test_a_backup_from_before(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);

    place_fill(s, "x");
    en_store_close(s);
    make_old(p);
    unlink(p->path);
    assert_int_equal(en_store_restore(p->other, p->path, &p->err), EN_OK);
    assert_int_equal(reserved(p->other), 0);
    assert_int_equal(reserved(p->path), 8);
    s = place_open(p, p->path);
    assert_int_equal(en_store_check(s, &p->err), EN_OK);
    en_store_close(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_row_is_changed, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_pages_stand_in_their_place, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_a_file_from_before, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_a_backup_from_before, place_setup, place_teardown),
    };

    return cmocka_run_group_tests_name("store/sqlite_sums", tests, NULL, NULL);
}
