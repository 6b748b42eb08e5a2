#include "place.h"

#include <sys/stat.h>

static void
replaced_path(const struct place *p, char out[128])
{
    snprintf(out, 128, "%s.replaced", p->path);
}

static void
add_event(struct en_store *s)
{
    struct en_store_event e = { .type = T("later"), .bytes = B("after the backup"), .at = T0 };

    assert_int_equal(en_store_begin(s, NULL), EN_OK);
    assert_int_equal(en_store_event_append(s, &e, false, NULL, NULL), EN_OK);
    assert_int_equal(en_store_commit(s, NULL), EN_OK);
}

static void
test_round_trip(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_buf at_backup, later, now;
    char replaced[128];
    struct stat st;

    place_fill(s, "x");
    at_backup = place_dump(s);
    assert_int_equal(en_store_backup(s, p->other, &p->err), EN_OK);
    assert_int_equal(stat(p->other, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    add_event(s);
    later = place_dump(s);
    en_store_close(s);

    assert_int_equal(en_store_restore(p->other, p->path, &p->err), EN_OK);
    s = place_open(p, p->path);
    now = place_dump(s);
    assert_string_equal(now.p, at_backup.p);
    en_buf_release(&now);
    add_event(s); /* it works on */
    en_store_close(s);

    /* The one that was replaced is whole, and is never replaced in turn. */
    replaced_path(p, replaced);
    s = place_open(p, replaced);
    now = place_dump(s);
    assert_string_equal(now.p, later.p);
    en_buf_release(&now);
    en_store_close(s);
    assert_int_equal(en_store_restore(p->other, p->path, &p->err), EN_E_NO);
    assert_int_equal(unlink(replaced), 0);
    en_buf_release(&at_backup);
    en_buf_release(&later);
}

/* A log that a stopped process left beside the store goes aside with it: it must never meet another file. */
static void
test_log_goes_aside(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_buf file, log, now, want;
    char wal[128], replaced[128];
    FILE *f;

    assert_int_equal(en_store_backup(s, p->other, &p->err), EN_OK);
    want = place_dump(s);
    place_fill(s, "only in the log");
    snprintf(wal, sizeof wal, "%s-wal", p->path);
    file = place_read(p->path);
    log = place_read(wal);
    assert_true(log.n > 0);
    en_store_close(s);
    f = fopen(p->path, "wb");
    assert_int_equal(fwrite(file.p, 1, file.n, f), file.n);
    fclose(f);
    f = fopen(wal, "wb");
    assert_int_equal(fwrite(log.p, 1, log.n, f), log.n);
    fclose(f);

    assert_int_equal(en_store_restore(p->other, p->path, &p->err), EN_OK);
    assert_int_equal(access(wal, F_OK), -1);
    s = place_open(p, p->path);
    now = place_dump(s);
    assert_string_equal(now.p, want.p);
    en_store_close(s);
    replaced_path(p, replaced);
    s = place_open(p, replaced);
    en_buf_release(&now);
    now = place_dump(s);
    assert_non_null(strstr(now.p, "only in the log"));
    en_store_close(s);
    unlink(replaced);
    en_buf_release(&now);
    en_buf_release(&want);
    en_buf_release(&file);
    en_buf_release(&log);
}

/* Between the renames: no store under its name, the replaced one beside. The restore is run again. */
static void
test_after_interruption(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    char replaced[128];

    place_fill(s, "x");
    assert_int_equal(en_store_backup(s, p->other, &p->err), EN_OK);
    en_store_close(s);
    replaced_path(p, replaced);
    assert_int_equal(rename(p->path, replaced), 0);
    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_OPEN, &s, &p->err), EN_E_NOT_FOUND);
    assert_int_equal(en_store_restore(p->other, p->path, &p->err), EN_OK);
    en_store_close(place_open(p, p->path));
    assert_int_equal(unlink(replaced), 0);
}

static void
test_on_a_new_machine(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_buf before, after;

    place_fill(s, "x");
    before = place_dump(s);
    assert_int_equal(en_store_backup(s, p->other, &p->err), EN_OK);
    en_store_close(s);
    assert_int_equal(unlink(p->path), 0);
    assert_int_equal(en_store_restore(p->other, p->path, &p->err), EN_OK);
    s = place_open(p, p->path);
    after = place_dump(s);
    assert_string_equal(after.p, before.p);
    en_store_close(s);
    en_buf_release(&before);
    en_buf_release(&after);
}

/* Each does something to the backup that a restore must notice before it touches the store. */
static const struct {
    const char *what, *sql;
    en_errc class;
} damages[] = {
    { "another program's", "PRAGMA application_id = 5", EN_E_INTEGRITY },
    { "a newer program's", "PRAGMA user_version = 1000", EN_E_INTEGRITY },
    { "an event was changed", "DROP TRIGGER events_keep; UPDATE events SET bytes = x'00'", EN_E_INTEGRITY },
    { "an event is missing", "DROP TRIGGER events_stay; DELETE FROM intents; DELETE FROM events WHERE seq = 1",
      EN_E_INTEGRITY },
    { "an alert was changed", "UPDATE alerts SET identity = x'00'", EN_E_INTEGRITY },
    { "a row refers to nothing", "DELETE FROM travellers", EN_E_INTEGRITY },
    { "an old version was changed", "UPDATE alert_versions SET ground = 'other'", EN_E_INTEGRITY },
    { "a user's name holds a direction mark", "UPDATE users SET name = 'a' || char(8238) || 'b'", EN_E_INTEGRITY },
    { "a user's name is not UTF-8", "UPDATE users SET name = cast(x'41ff' AS TEXT)", EN_E_INTEGRITY },
    { "a decision's text holds an escape", "UPDATE decisions SET text = char(27) || '[2J'", EN_E_INTEGRITY },
    { "a hit's answer is none", "UPDATE hits SET answer = 4", EN_E_INTEGRITY },
    { "a text holds a control character", "UPDATE alerts SET ground = 'a' || char(27) || 'b'", EN_E_INTEGRITY },
    { "a text holds a direction mark", "UPDATE alerts SET ground = 'a' || char(8238) || 'b'", EN_E_INTEGRITY },
    { "a status that is none", "UPDATE alerts SET status = 9", EN_E_INTEGRITY },
};

static void
test_damaged_backup(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_buf before, after;

    place_fill(s, "x");
    add_event(s);
    before = place_dump(s);
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        en_errc rc;

        assert_int_equal(en_store_backup(s, p->other, &p->err), EN_OK);
        en_store_close(s);
        place_sql(p->other, damages[i].sql);
        rc = en_store_restore(p->other, p->path, &p->err);
        if (rc != damages[i].class)
            fail_msg("%s: %s", damages[i].what, en_errc_name(rc));
        assert_true(p->err.text[0] != 0);
        unlink(p->other);
        s = place_open(p, p->path);
        after = place_dump(s);
        assert_string_equal(after.p, before.p); /* the store stays as it was, and nothing lies beside it */
        en_buf_release(&after);
    }
    en_store_close(s);
    en_buf_release(&before);
}

/* Bytes of the file changed at random: an error or a sound answer, never a crash, and no text that was not checked. */
static void
test_random_damage(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_buf file;
    uint64_t seed = 7, refused = 0;

    place_fill(s, "x");
    en_store_close(s);
    file = place_read(p->path);
    for (unsigned round = 0; round < 300; round++) {
        struct en_buf copy = EN_BUF_INIT, out = EN_BUF_INIT;
        FILE *f = fopen(p->other, "wb");

        en_buf_add(&copy, file.p, file.n);
        for (unsigned i = 0; i < 1 + round % 8; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            copy.p[(seed >> 20) % copy.n] ^= (char)(1 << (seed >> 60 & 7));
        }
        assert_non_null(f);
        assert_int_equal(fwrite(copy.p, 1, copy.n, f), copy.n);
        fclose(f);
        if (en_store_open_sqlite(p->other, EN_STORE_OPEN, &s, &p->err) == EN_OK) {
            refused += en_store_check(s, &p->err) != EN_OK || store_dump(s, &out, &p->err) != EN_OK;
            en_store_close(s);
        } else {
            refused++;
        }
        en_buf_release(&copy);
        en_buf_release(&out);
    }
    assert_true(refused > 20);
    en_buf_release(&file);
}

static void
test_refusals(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    char path[160];

    assert_int_equal(en_store_backup(s, p->path, &p->err), EN_E_NO);
    snprintf(path, sizeof path, "%s/none/backup.db", p->dir);
    assert_int_equal(en_store_backup(s, path, &p->err), EN_E_NOT_FOUND);
    en_store_close(s);
    assert_int_equal(en_store_restore(path, p->path, &p->err), EN_E_NOT_FOUND);
    en_store_close(place_open(p, p->path)); /* and the store is where it was */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_log_goes_aside, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_after_interruption, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_on_a_new_machine, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_damaged_backup, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_random_damage, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_refusals, place_setup, place_teardown),
    };

    return cmocka_run_group_tests_name("store/sqlite_backup", tests, NULL, NULL);
}
