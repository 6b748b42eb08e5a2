#include "place.h"

/* Undoes schema 9, which begins where it left off. */
#define BEFORE_9                                                                                                       \
    "DROP TABLE charters; DROP TABLE witnessed; DROP TABLE links; DROP TABLE parcels;"                                 \
    "DROP TABLE questions; DROP TABLE protections; DROP TABLE refusals;"                                               \
    "DROP TABLE deliveries; DROP TABLE bundles; DROP TABLE rosters; DROP TABLE releases; DROP TABLE records;"          \
    "ALTER TABLE node DROP COLUMN reads_an_hour; ALTER TABLE node DROP COLUMN read_purpose;"                          \
    "ALTER TABLE node DROP COLUMN addresses; ALTER TABLE node DROP COLUMN tables; DELETE FROM tallies WHERE what = 'bundles';"

/* What the tables themselves refuse, whoever writes: the last line behind the engine's code. */
static const struct {
    const char *sql;
    bool refused;
} raw[] = {
    { "DELETE FROM events WHERE seq = 1", true },
    { "UPDATE events SET type = 'other' WHERE seq = 1", true },
    { "UPDATE events SET at = at + 1 WHERE seq = 1", true },
    { "UPDATE events SET leaf = zeroblob(32) WHERE seq = 1", true },
    { "UPDATE events SET bytes = x'00' WHERE seq = 1", true },
    { "UPDATE events SET actor = NULL WHERE seq = 1", true },
    { "UPDATE events SET bytes = NULL WHERE seq = 1", true },
    { "UPDATE events SET bytes = NULL, nonce = NULL, destroyed = 5, signature = x'01' WHERE seq = 1", true },
    { "INSERT INTO events (seq, type, bytes, nonce, at, leaf)"
      " VALUES (3, 't', x'', zeroblob(32), 0, zeroblob(32))",
      true },
    { "INSERT INTO events (seq, type, bytes, nonce, at, leaf)"
      " VALUES (2, 't', x'', zeroblob(31), 0, zeroblob(32))",
      true },
    { "INSERT INTO events (seq, type, bytes, nonce, at, leaf)"
      " VALUES (2, 't', x'', zeroblob(32), 0, zeroblob(31))",
      true },
    { "INSERT OR REPLACE INTO events (seq, type, bytes, nonce, at, leaf)"
      " VALUES (1, 't', x'', zeroblob(32), 0, zeroblob(32))",
      true },
    { "DELETE FROM log", true },
    { "UPDATE log SET kept = 1", false },
    { "UPDATE log SET size = 2", true },
    { "UPDATE log SET kept = 0", true },
    { "UPDATE log SET kept = 3", false },
    { "INSERT INTO tree VALUES (7, 0, zeroblob(32))", true },
    { "INSERT INTO tree VALUES (8, 0, zeroblob(31))", true },
    { "INSERT INTO partners (partner, name, country, standing, rehearsal, number, key, next, card, card_at, agreement,"
      " added, changed, cut_why) VALUES ('aaaaaaaaaaaaaaaa', 'x', '', 'full', 0, 1, zeroblob(32), zeroblob(32), x'00',"
      " 0, x'', 0, 0, '')",
      false },
    { "UPDATE partners SET partner = 'short'", true },
    { "DELETE FROM partners", true },
    { "INSERT INTO partner_keys VALUES (NULL, 1, zeroblob(32), zeroblob(32), 0, x'00')", false },
    { "INSERT INTO partner_keys VALUES (NULL, 1, zeroblob(32), zeroblob(32), 0, x'00')", true },
    { "UPDATE partner_keys SET number = 2", true },
    { "DELETE FROM partner_keys", true },
    { "INSERT INTO charters (number, hash, previous, dated, state, turn, note, keys, at)"
      " VALUES (1, zeroblob(32), zeroblob(32), 0, 0, 0, x'00', x'', 0)",
      false },
    { "UPDATE charters SET number = 2", true },
    { "UPDATE charters SET hash = randomblob(32)", true },
    { "UPDATE charters SET sign_asked = 1, signed_by = 1, signed_at = 0", true },
    { "UPDATE charters SET signed_by = 1, signed_at = 0", true },
    { "UPDATE charters SET adopt_asked = 1, adopted_by = 1, adopted = 0, turn = 1", true },
    { "UPDATE charters SET adopted_by = 1, adopted = 0, turn = 1", true },
    { "UPDATE charters SET turn = 1", true },
    { "DELETE FROM charters", true },
    { "UPDATE decisions SET second = actor", true },
    { "INSERT INTO records (id, uuid, version, kind, originator, sender, about, urgent, state, hash, release, signature,"
      " salt, place, alert_version, reasons, bytes) VALUES (1, '', 1, 'note', '', '', '', 0, 0, zeroblob(32),"
      " x'', x'', x'', 0, 0, '', x'')",
      false },
    { "INSERT INTO releases (record, state, alone, proposed_by, proposed, reason, bytes, signature)"
      " VALUES (1, 1, 0, 1, 0, '', x'', x'')",
      true },
    { "INSERT INTO releases (record, state, alone, proposed_by, decided_by, proposed, reason, bytes, signature)"
      " VALUES (1, 1, 0, 1, 1, 0, '', x'', x'')",
      true },
    { "INSERT INTO deliveries (partner, kind, bytes, state, reason, urgent, queued, proof)"
      " VALUES ('00112233445566aa', 0, x'', 0, '', 0, 0, x'')",
      true },
    { "DELETE FROM records WHERE id = 1", false },
    { "UPDATE users SET key = zeroblob(31)", true },
    { "UPDATE node SET id = 2", true },
    { "UPDATE alerts SET version = 'many'", true },
    { "DELETE FROM travellers", true },
    { "DELETE FROM users", true },
    { "INSERT INTO hits SELECT 9, 1, entity, bits, probability, prior, engine, found, state, answer, created, changed,"
      " delete_after, evidence, remembered FROM hits",
      true },
    { "UPDATE events SET bytes = NULL, nonce = NULL, destroyed = 5 WHERE seq = 1", false },
    { "UPDATE events SET bytes = NULL, nonce = NULL, destroyed = 6 WHERE seq = 1", true },
};

static void
test_what_the_tables_refuse(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_store_node n = { .name = T("x"), .prior = 0.5 };
    sqlite3 *db = NULL;

    place_fill(s, "x");
    assert_int_equal(en_store_begin(s, NULL), EN_OK);
    assert_int_equal(en_store_node_put(s, &n, NULL), EN_OK);
    assert_int_equal(en_store_commit(s, NULL), EN_OK);
    en_store_close(s);
    assert_int_equal(en_sqlite_connect(p->path, false, NULL, &db, &p->err), EN_OK);
    for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
        int rc = sqlite3_exec(db, raw[i].sql, NULL, NULL, NULL) & 0xff;

        if (raw[i].refused ? rc != SQLITE_CONSTRAINT && rc != SQLITE_MISMATCH : rc != SQLITE_OK)
            fail_msg("%s: SQLite code %d", raw[i].sql, rc);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    s = place_open(p, p->path);
    assert_int_equal(en_store_check(s, &p->err), EN_OK);
    en_store_close(s);
}

static void
test_tables_are_strict(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    int64_t loose = -1, tables = 0;
    sqlite3 *db = ((struct en_sqlite *)s)->db;

    assert_int_equal(en_sqlite_pragma(db,
                                      "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                                      " AND NOT strict AND name NOT LIKE 'sqlite_%'",
                                      &loose, &p->err),
                     EN_OK);
    assert_int_equal(loose, 0);
    assert_int_equal(en_sqlite_pragma(db, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict",
                                      &tables, &p->err),
                     EN_OK);
    assert_int_equal(tables, 34);
    en_store_close(s);
}

/* Migrating what is new already does nothing. */
static void
test_migrate_twice(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    sqlite3 *db = ((struct en_sqlite *)s)->db;
    int64_t before, after;

    assert_int_equal(en_sqlite_pragma(db, "PRAGMA schema_version", &before, &p->err), EN_OK);
    assert_int_equal(en_sqlite_migrate(db, false, &p->err), EN_OK);
    assert_int_equal(en_sqlite_pragma(db, "PRAGMA schema_version", &after, &p->err), EN_OK);
    assert_int_equal(before, after);
    en_store_close(s);
}

/* A file from before the sums begins with those of the reports that it has; a report that is no JSON stops nothing. */
static void
test_reports_are_summed(void **state)
{
    static const char before[] =
        BEFORE_9
        "DROP TABLE tallies; DROP TABLE tree; DROP TABLE log; DROP TABLE partner_keys; DROP TABLE partners;"
        "DROP TRIGGER alert_added; DROP TRIGGER alert_changed; DROP TRIGGER alert_deleted; DROP TABLE alert_changes;"
        "INSERT INTO manifests (hash, kind, name, travellers, hits, repairs, refused, report) VALUES"
        " (randomblob(32), 'csv', 'a', 0, 0, 3, 2, CAST('{\"repairs\":[{\"code\":\"a\",\"count\":3}],\"kept\":"
        "[{\"code\":\"b\",\"count\":4,\"at\":[]},{\"code\":\"c\",\"count\":5}],\"left_out\":[]}' AS BLOB)),"
        " (randomblob(32), 'csv', 'b', 0, 0, 1, 0, CAST('{\"kept\":[{\"count\":1}],\"left_out\":[{\"count\":7}]}'"
        " AS BLOB)),"
        " (randomblob(32), 'csv', 'c', 0, 0, 1, 1, x'ff00');"
        "INSERT INTO sources (name, format) VALUES ('list', 'csv');"
        "INSERT INTO imports (source, version, hash, name, entries, added, changed, unchanged, ended, returned, refused,"
        " unmatched, report) SELECT max(id), '', randomblob(32), 'l', 0, 0, 0, 0, 0, 0, 6, 0,"
        " CAST('{\"repairs\":[{\"count\":8}],\"warnings\":[{\"count\":9}]}' AS BLOB) FROM sources;"
        "PRAGMA user_version = 4;";
    static const struct en_store_tally manifests = { 5, 3, 10, 0, 7 }, lists = { 8, 6, 0, 9, 0 };
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_store_counts c;

    assert_int_equal(en_sqlite_exec(((struct en_sqlite *)s)->db, before, &p->err), EN_OK);
    en_store_close(s);
    s = place_open(p, p->path);
    assert_int_equal(en_store_counts(s, &c, &p->err), EN_OK);
    assert_memory_equal(&c.read[EN_INPUT_MANIFESTS], &manifests, sizeof manifests);
    assert_memory_equal(&c.read[EN_INPUT_LISTS], &lists, sizeof lists);
    en_store_close(s);
}

static en_errc
add_events(struct en_store *s, unsigned n)
{
    struct en_store_event e = { .type = T("t"), .bytes = B("x"), .at = T0 };
    en_errc rc = en_store_begin(s, NULL);

    for (unsigned i = 0; rc == EN_OK && i < n; i++)
        rc = en_store_event_append(s, &e, false, NULL, NULL);
    return rc == EN_OK ? en_store_commit(s, NULL) : rc;
}

/* Takes a file back to schema 6. */
#define FROM_6                                                                                                         \
    BEFORE_9 "DROP TABLE tree; DROP TABLE log; DROP TABLE partner_keys; DROP TABLE partners; PRAGMA user_version = 6;"

/* A log from before has its tree and an unsigned head afterwards; a log with a gap is not made to look whole. */
static void
test_tree_is_built(void **state)
{
    static const char before[] = FROM_6;
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_store_head was, is;
    struct en_arena a;

    en_arena_init(&a, EN_MIB);
    assert_int_equal(add_events(s, 700), EN_OK);
    assert_int_equal(en_store_head_newest(s, &a, &was, &p->err), EN_OK);
    assert_int_equal(en_sqlite_exec(((struct en_sqlite *)s)->db, before, &p->err), EN_OK);
    en_store_close(s);
    s = place_open(p, p->path);
    assert_int_equal(en_store_head_newest(s, &a, &is, &p->err), EN_OK);
    assert_true(is.size == 700 && is.epoch == 1 && en_tree_hash_eq(&is.root, &was.root));
    assert_int_equal(en_store_check(s, &p->err), EN_OK);
    assert_int_equal(add_events(s, 70), EN_OK);
    assert_int_equal(en_store_check(s, &p->err), EN_OK);

    assert_int_equal(en_sqlite_exec(((struct en_sqlite *)s)->db,
                                    "DROP TRIGGER events_stay; DELETE FROM events WHERE seq = 9;"
                                    FROM_6,
                                    &p->err),
                     EN_OK);
    en_store_close(s);
    assert_int_equal(en_store_open_sqlite(p->path, EN_STORE_OPEN, &s, &p->err), EN_E_INTEGRITY);
    en_arena_release(&a);
}

/* What a check of the ledger says of each change; the number of the event where there is one. */
static const struct {
    const char *sql, *says;
    uint64_t seq;
} changes[] = {
    { "UPDATE events SET bytes = x'00' WHERE seq = 300", "event 300 does not match its leaf", 300 },
    { "UPDATE events SET nonce = randomblob(32) WHERE seq = 1", "event 1 does not match its leaf", 1 },
    { "UPDATE events SET type = 'u' WHERE seq = 700", "event 700 does not match its leaf", 700 },
    { "UPDATE events SET leaf = zeroblob(32) WHERE seq = 600", "event 600 does not match its leaf", 600 },
    { "UPDATE events SET bytes = NULL, nonce = NULL, destroyed = 1, leaf = zeroblob(32) WHERE seq = 5",
      "events 1 to 256 do not give the node", 0 },
    { "DELETE FROM events WHERE seq = 700", "the head of size 700 has more events than the log", 0 },
    { "UPDATE tree SET hash = zeroblob(32) WHERE n = 1", "events 257 to 512 do not give the node", 0 },
    { "DELETE FROM tree WHERE level = 9", "events 1 to 512 do not give the node", 0 },
    { "INSERT INTO tree VALUES (8, 2, zeroblob(32))", "the tree has 4 nodes where its events give 3", 0 },
    { "UPDATE log SET root = zeroblob(32)", "the events do not give the head of size 700", 0 },
    { "UPDATE log SET size = 699", "the events do not give the head of size 699", 0 },
    { "DELETE FROM log", "the newest events have no head", 0 },
};

struct first {
    uint64_t seq;
    char text[200];
};

static en_errc
first_fault(void *ctx, uint64_t seq, const char *what, struct en_err *err)
{
    struct first *f = ctx;

    (void)err;
    if (f->text[0] == 0) {
        f->seq = seq;
        snprintf(f->text, sizeof f->text, "%s", what);
    }
    return EN_OK;
}

static void
test_changes_are_named(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    sqlite3 *db = ((struct en_sqlite *)s)->db;

    assert_int_equal(add_events(s, 700), EN_OK);
    assert_int_equal(en_sqlite_exec(db,
                                    "DROP TRIGGER events_stay; DROP TRIGGER events_keep;"
                                    "DROP TRIGGER tree_undeleted; DROP TRIGGER tree_unchanged;"
                                    "DROP TRIGGER log_undeleted; DROP TRIGGER log_unchanged",
                                    &p->err),
                     EN_OK);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct first f = { 0, "" };

        assert_int_equal(en_sqlite_exec(db, "BEGIN", &p->err), EN_OK);
        assert_int_equal(en_sqlite_exec(db, changes[i].sql, &p->err), EN_OK);
        assert_int_equal(en_store_log_check(s, first_fault, &f, &p->err), EN_OK);
        if (f.seq != changes[i].seq || strncmp(f.text, changes[i].says, strlen(changes[i].says)) != 0)
            fail_msg("%s: %llu: %s", changes[i].sql, (unsigned long long)f.seq, f.text);
        assert_int_equal(en_store_check(s, &p->err), EN_E_INTEGRITY);
        assert_int_equal(en_sqlite_exec(db, "ROLLBACK", &p->err), EN_OK);
    }
    assert_int_equal(en_store_check(s, &p->err), EN_OK);
    en_store_close(s);
}

/* docs/formats/store.md names every table and every column. */
static void
test_documented(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    sqlite3_stmt *st = NULL;
    char path[512], want[160];
    struct en_buf doc;
    unsigned columns = 0;

    snprintf(path, sizeof path, "%s/docs/formats/store.md", getenv("ENTENTE_SOURCE"));
    doc = place_read(path);
    assert_true(doc.n > 0);
    assert_int_equal(sqlite3_prepare_v2(((struct en_sqlite *)s)->db,
                                        "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c"
                                        " WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
                                        -1, &st, NULL),
                     SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(st, 0),
                   *column = (const char *)sqlite3_column_text(st, 1);
        const char *section;

        snprintf(want, sizeof want, "\n### %s\n", table);
        section = strstr(doc.p, want);
        if (!section)
            fail_msg("the table %s is not described", table);
        snprintf(want, sizeof want, "\n| %s |", column);
        section = strstr(section, want);
        if (!section)
            fail_msg("the column %s of %s is not described", column, table);
        columns++;
    }
    assert_true(columns > 100);
    sqlite3_finalize(st);
    en_buf_release(&doc);
    en_store_close(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_the_tables_refuse, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_tables_are_strict, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_migrate_twice, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_reports_are_summed, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_tree_is_built, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_changes_are_named, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_documented, place_setup, place_teardown),
    };

    return cmocka_run_group_tests_name("store/sqlite_schema", tests, NULL, NULL);
}
