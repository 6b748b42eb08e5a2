#include "place.h"

#include <sys/stat.h>
#include <sys/wait.h>

/* --- opening ----------------------------------------------------------------------------------- */

static void
test_create_and_open(void **state)
{
    struct place *p = *state;
    struct en_store *s = NULL;
    struct stat st;
    char wal[128];

    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_OPEN, &s, &p->err), EN_E_NOT_FOUND);
    assert_null(s);
    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_READ, &s, &p->err), EN_E_NOT_FOUND);
    s = place_create(p);
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    place_fill(s, "x");
    snprintf(wal, sizeof wal, "%s-wal", p->path);
    assert_int_equal(stat(wal, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    en_store_close(s);
    assert_int_equal(access(wal, F_OK), -1); /* one file when nobody uses it */
    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_CREATE, &s, &p->err), EN_E_NO);
    assert_null(s);
    en_store_close(place_open(p, p->path));
}

/* What a creation that was interrupted left behind is not in the way, and is not taken for a store. */
static void
test_create_after_interruption(void **state)
{
    struct place *p = *state;
    char making[128];
    FILE *f;

    snprintf(making, sizeof making, "%s.new", p->path);
    f = fopen(making, "wb");
    assert_non_null(f);
    fputs("half a store", f);
    fclose(f);
    en_store_close(place_create(p));
    assert_int_equal(access(making, F_OK), -1);
}

static void
refuse_unchanged(struct place *p)
{
    static const enum en_store_open_mode modes[] = { EN_STORE_OPEN, EN_STORE_READ };
    struct en_buf before = place_read(p->path), after;
    struct en_store *s = NULL;

    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(en_store_open_sqlite(p->path, modes[i], &s, &p->err), EN_E_INTEGRITY);
        assert_null(s);
        assert_true(p->err.text[0] != 0);
    }
    after = place_read(p->path);
    assert_int_equal(before.n, after.n);
    assert_true(before.n == 0 || memcmp(before.p, after.p, before.n) == 0);
    en_buf_release(&before);
    en_buf_release(&after);
}

static void
write_file(const char *path, const char *content, size_t n)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(content, 1, n, f), n);
    fclose(f);
}

static void
test_not_a_store(void **state)
{
    static char text[4096];
    struct place *p = *state;

    memset(text, 'x', sizeof text);
    write_file(p->path, text, sizeof text);
    refuse_unchanged(p);
    write_file(p->path, "", 0);
    refuse_unchanged(p);
    unlink(p->path);
    place_sql(p->path, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    refuse_unchanged(p);
    place_sql(p->path, "PRAGMA application_id = 77; PRAGMA user_version = 1");
    refuse_unchanged(p);
}

static void
unlink_beside(struct place *p)
{
    char path[128];

    snprintf(path, sizeof path, "%s-wal", p->path);
    unlink(path);
    snprintf(path, sizeof path, "%s-shm", p->path);
    unlink(path);
}

static void
test_newer_schema(void **state)
{
    struct place *p = *state;

    en_store_close(place_create(p));
    place_sql(p->path, "PRAGMA user_version = 99");
    refuse_unchanged(p);
    assert_non_null(strstr(p->err.text, "99"));
    unlink_beside(p); /* a reader cannot clear away what SQLite puts beside the file */
}

/* --- settings ---------------------------------------------------------------------------------- */

static const struct {
    const char *sql;
    int64_t value;
} settings[] = {
    { "PRAGMA synchronous", 2 },     { "PRAGMA secure_delete", 1 },
    { "PRAGMA foreign_keys", 1 },    { "PRAGMA trusted_schema", 0 },
    { "PRAGMA temp_store", 2 },      { "PRAGMA busy_timeout", 2000 },
    { "PRAGMA page_size", 8192 },    { "PRAGMA application_id", 0x456e7465 },
    { "PRAGMA cell_size_check", 1 },
};

static void
test_settings(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    sqlite3 *db = ((struct en_sqlite *)s)->db;
    int on = 0;

    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        int64_t value = -1;

        assert_int_equal(en_sqlite_pragma(db, settings[i].sql, &value, &p->err), EN_OK);
        if (value != settings[i].value)
            fail_msg("%s is %lld", settings[i].sql, (long long)value);
    }
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, -1, &on);
    assert_int_equal(on, 1);
    en_store_close(s);
}

/* --- what is deleted is gone ------------------------------------------------------------------- */

static const char marker[] = "Zerubabel-of-the-test";

static void
assert_gone(struct place *p)
{
    static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (place_holds(p, suffixes[i], marker))
            fail_msg("what was deleted stands in the file%s", suffixes[i]);
    }
}

/* While the store stays open: neither the file nor its log keep what a commit deleted. */
static void
test_deleted_is_gone(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    uint64_t n;

    place_fill(s, marker);
    assert_true(place_holds(p, "-wal", marker));
    assert_int_equal(en_store_begin(s, NULL), EN_OK);
    assert_int_equal(en_store_hits_delete_due(s, T0, 0, NULL, NULL, &n, NULL), EN_OK);
    assert_int_equal(n, 1);
    assert_int_equal(en_store_travellers_delete_due(s, T0, 0, NULL, NULL, &n, NULL), EN_OK);
    assert_int_equal(n, 1);
    assert_int_equal(en_store_alert_delete(s, 1, NULL), EN_OK);
    assert_int_equal(en_store_event_destroy(s, 1, T0, NULL), EN_OK);
    assert_int_equal(en_store_intent_finish(s, 1, T("sent"), T0, NULL), EN_OK);
    assert_int_equal(en_store_commit(s, NULL), EN_OK);
    assert_gone(p);
    en_store_close(s);
    assert_gone(p);
}

static en_errc
stop(void *ctx, const struct en_store_user *u, struct en_err *err)
{
    struct en_store *owner = ctx;
    uint64_t n;

    (void)u;
    (void)err;
    /* The owner deletes while this reader still sees the state before: the log cannot be emptied now. */
    assert_int_equal(en_store_begin(owner, NULL), EN_OK);
    assert_int_equal(en_store_hits_delete_due(owner, T0, 0, NULL, NULL, &n, NULL), EN_OK);
    assert_int_equal(en_store_travellers_delete_due(owner, T0, 0, NULL, NULL, &n, NULL), EN_OK);
    assert_int_equal(en_store_alert_delete(owner, 1, NULL), EN_OK);
    assert_int_equal(en_store_event_destroy(owner, 1, T0, NULL), EN_OK);
    assert_int_equal(en_store_intent_finish(owner, 1, T("sent"), T0, NULL), EN_OK);
    assert_int_equal(en_store_commit(owner, NULL), EN_OK);
    return EN_OK;
}

static void
test_deleted_under_a_reader(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p), *reader;
    struct en_store_node n = { .name = T("x"), .prior = 0.5 };

    place_fill(s, marker);
    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_READ, &reader, &p->err), EN_OK);
    assert_int_equal(en_store_users_each(reader, stop, s, NULL), EN_OK);
    /* The next commit of any kind does what could not be done. */
    assert_int_equal(en_store_begin(s, NULL), EN_OK);
    assert_int_equal(en_store_node_put(s, &n, NULL), EN_OK);
    assert_int_equal(en_store_commit(s, NULL), EN_OK);
    assert_gone(p);
    en_store_close(reader);
    en_store_close(s);
}

/* The process ended between the commit and the emptying of the log: the next owner does it. */
static void
test_deleted_and_stopped(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    int status;
    pid_t pid;

    place_fill(s, marker);
    en_store_close(s);
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        uint64_t n;

        s = place_open(p, p->path);
        if (en_store_begin(s, NULL) != EN_OK || en_store_hits_delete_due(s, T0, 0, NULL, NULL, &n, NULL) != EN_OK ||
            en_store_travellers_delete_due(s, T0, 0, NULL, NULL, &n, NULL) != EN_OK ||
            en_store_alert_delete(s, 1, NULL) != EN_OK || en_store_event_destroy(s, 1, T0, NULL) != EN_OK ||
            en_store_intent_finish(s, 1, T("sent"), T0, NULL) != EN_OK)
            _exit(1);
        s->deleted = false; /* as if the process ended right behind the commit */
        _exit(en_store_commit(s, NULL) == EN_OK ? 0 : 2);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_true(place_holds(p, "", marker) || place_holds(p, "-wal", marker));
    s = place_open(p, p->path);
    assert_gone(p);
    en_store_close(s);
}

/* --- a reader beside the owner ----------------------------------------------------------------- */

static void
test_reader(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p), *reader;
    struct en_store_counts c;
    struct en_store_user u = { .name = T("Boris"), .role = T("x"), .uid = -1, .key = { 2 }, .disabled = EN_TIME_NONE };
    int64_t id;

    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_READ, &reader, &p->err), EN_OK);
    assert_int_equal(en_store_begin(reader, &p->err), EN_E_STORAGE);
    assert_int_equal(en_store_counts(reader, &c, NULL), EN_OK);
    assert_int_equal(c.users + c.alerts[EN_ALERT_ACTIVE], 0);
    place_fill(s, "x");
    assert_int_equal(en_store_counts(reader, &c, NULL), EN_OK);
    assert_int_equal(c.users, 1);
    assert_int_equal(c.alerts[EN_ALERT_ACTIVE], 1); /* counted anew: another process has written */
    assert_int_equal(en_store_begin(s, NULL), EN_OK);
    assert_int_equal(en_store_user_add(s, &u, &id, NULL), EN_OK);
    assert_int_equal(en_store_counts(reader, &c, NULL), EN_OK);
    assert_int_equal(c.users, 1); /* only what is committed */
    assert_int_equal(en_store_commit(s, NULL), EN_OK);
    assert_int_equal(en_store_counts(reader, &c, NULL), EN_OK);
    assert_int_equal(c.users, 2);
    en_store_close(reader); /* before the owner: only an owner can clear the log away */
    en_store_close(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_create_and_open, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_create_after_interruption, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_not_a_store, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_newer_schema, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_settings, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_deleted_is_gone, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_deleted_under_a_reader, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_deleted_and_stopped, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_reader, place_setup, place_teardown),
    };

    return cmocka_run_group_tests_name("store/store_sqlite", tests, NULL, NULL);
}
