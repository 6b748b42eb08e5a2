/*
 * sqlite_schema.c: the tables, as numbered migrations. docs/formats/store.md explains every field.
 *
 * user_version is the number of migrations that were applied. A migration that has been released is never changed.
 */
#include "store/sqlite.h"

static const char schema_1[] =
    "CREATE TABLE node ("
    " id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, country TEXT NOT NULL, programmes TEXT NOT NULL,"
    " retention_hours INTEGER NOT NULL, prior REAL NOT NULL, line REAL NOT NULL, rehearsal INTEGER NOT NULL,"
    " created INTEGER) STRICT;"

    "CREATE TABLE users ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL,"
    " key BLOB NOT NULL UNIQUE CHECK (length(key) = 32), uid INTEGER, created INTEGER, disabled INTEGER) STRICT;"
    "CREATE UNIQUE INDEX users_by_uid ON users (uid) WHERE disabled IS NULL AND uid IS NOT NULL;"

    "CREATE TABLE events ("
    " seq INTEGER PRIMARY KEY, type TEXT NOT NULL, bytes BLOB, nonce BLOB CHECK (nonce IS NULL OR length(nonce) = 32),"
    " actor INTEGER REFERENCES users, at INTEGER NOT NULL, signature BLOB,"
    " leaf BLOB NOT NULL CHECK (length(leaf) = 32), destroyed INTEGER,"
    " CHECK ((destroyed IS NULL) = (bytes IS NOT NULL) AND (bytes IS NULL) = (nonce IS NULL))) STRICT;"
    "CREATE TRIGGER events_in_order BEFORE INSERT ON events"
    " WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM events)"
    " BEGIN SELECT RAISE(ABORT, 'events are numbered without a gap'); END;"
    "CREATE TRIGGER events_stay BEFORE DELETE ON events"
    " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;"
    "CREATE TRIGGER events_keep BEFORE UPDATE ON events"
    " WHEN OLD.destroyed IS NOT NULL OR NEW.destroyed IS NULL OR NEW.bytes IS NOT NULL OR NEW.seq <> OLD.seq"
    " OR NEW.type <> OLD.type OR NEW.actor IS NOT OLD.actor OR NEW.at <> OLD.at OR NEW.leaf <> OLD.leaf"
    " OR NEW.signature IS NOT OLD.signature"
    " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;"

    "CREATE TABLE sources ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, format TEXT NOT NULL, created INTEGER) STRICT;"

    "CREATE TABLE imports ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL REFERENCES sources, version TEXT NOT NULL,"
    " dated INTEGER, hash BLOB NOT NULL CHECK (length(hash) = 32), name TEXT NOT NULL, at INTEGER, actor INTEGER,"
    " entries INTEGER NOT NULL, added INTEGER NOT NULL, changed INTEGER NOT NULL, unchanged INTEGER NOT NULL,"
    " ended INTEGER NOT NULL, returned INTEGER NOT NULL, refused INTEGER NOT NULL, unmatched INTEGER NOT NULL,"
    " report BLOB NOT NULL) STRICT;"
    "CREATE INDEX imports_by_source ON imports (source);"
    "CREATE INDEX imports_by_hash ON imports (hash);"

    "CREATE TABLE alerts ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL REFERENCES sources, entity TEXT NOT NULL,"
    " part INTEGER NOT NULL, version INTEGER NOT NULL, status INTEGER NOT NULL, ground TEXT NOT NULL,"
    " programmes TEXT NOT NULL, matched INTEGER NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32),"
    " created INTEGER, changed INTEGER, ended INTEGER, review INTEGER, destroy INTEGER, author INTEGER,"
    " import INTEGER, identity BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX alerts_by_entity ON alerts (source, entity, part);"
    "CREATE INDEX alerts_active ON alerts (source) WHERE status = 0;"
    "CREATE INDEX alerts_ended ON alerts (source) WHERE status = 1;"
    "CREATE INDEX alerts_matched ON alerts (source) WHERE status = 0 AND matched = 1;"
    "CREATE INDEX alerts_by_review ON alerts (review) WHERE review IS NOT NULL;"
    "CREATE INDEX alerts_by_destroy ON alerts (destroy) WHERE destroy IS NOT NULL;"

    "CREATE TABLE alert_versions ("
    " alert INTEGER NOT NULL REFERENCES alerts, version INTEGER NOT NULL, status INTEGER NOT NULL,"
    " ground TEXT NOT NULL, programmes TEXT NOT NULL, hash BLOB NOT NULL, changed INTEGER, ended INTEGER,"
    " review INTEGER, destroy INTEGER, author INTEGER, import INTEGER, identity BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX alert_versions_by_alert ON alert_versions (alert, version);"

    "CREATE TABLE manifests ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), kind TEXT NOT NULL,"
    " name TEXT NOT NULL, received INTEGER, actor INTEGER, travellers INTEGER NOT NULL, hits INTEGER NOT NULL,"
    " repairs INTEGER NOT NULL, refused INTEGER NOT NULL, report BLOB NOT NULL) STRICT;"

    "CREATE TABLE messages ("
    " manifest INTEGER NOT NULL REFERENCES manifests, number INTEGER NOT NULL, type TEXT NOT NULL,"
    " version TEXT NOT NULL, function TEXT NOT NULL, reference TEXT NOT NULL, flight TEXT NOT NULL,"
    " hash BLOB NOT NULL CHECK (length(hash) = 32), travellers INTEGER NOT NULL,"
    " PRIMARY KEY (manifest, number)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX messages_by_reference ON messages (reference);"
    "CREATE INDEX messages_by_hash ON messages (hash);"

    "CREATE TABLE travellers ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, manifest INTEGER NOT NULL REFERENCES manifests, message INTEGER NOT NULL,"
    " external TEXT NOT NULL, flight TEXT NOT NULL, arrives INTEGER, delete_after INTEGER NOT NULL,"
    " person BLOB NOT NULL) STRICT;"
    "CREATE INDEX travellers_by_manifest ON travellers (manifest);"
    "CREATE INDEX travellers_by_due ON travellers (delete_after);"

    "CREATE TABLE hits ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, traveller INTEGER NOT NULL REFERENCES travellers, entity TEXT NOT NULL,"
    " bits INTEGER NOT NULL, probability REAL NOT NULL, prior REAL NOT NULL, engine TEXT NOT NULL,"
    " found TEXT NOT NULL, state INTEGER NOT NULL, answer INTEGER NOT NULL, created INTEGER NOT NULL,"
    " changed INTEGER NOT NULL, delete_after INTEGER, evidence BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX hits_by_traveller ON hits (traveller, entity);"
    "CREATE INDEX hits_by_entity ON hits (entity);"
    "CREATE INDEX hits_by_state ON hits (state, probability DESC, id);"
    "CREATE INDEX hits_by_due ON hits (delete_after) WHERE delete_after IS NOT NULL;"

    "CREATE TABLE hit_alerts ("
    " hit INTEGER NOT NULL REFERENCES hits, n INTEGER NOT NULL, alert INTEGER NOT NULL, version INTEGER NOT NULL,"
    " hash BLOB NOT NULL CHECK (length(hash) = 32), PRIMARY KEY (hit, n)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX hit_alerts_by_alert ON hit_alerts (alert);"

    "CREATE TABLE decisions ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, hit INTEGER NOT NULL REFERENCES hits, answer INTEGER NOT NULL,"
    " reasons TEXT NOT NULL, text TEXT NOT NULL, actor INTEGER NOT NULL REFERENCES users, at INTEGER,"
    " second INTEGER REFERENCES users CHECK (second IS NULL OR second <> actor), second_at INTEGER) STRICT;"
    "CREATE INDEX decisions_by_hit ON decisions (hit);"

    "CREATE TABLE clearances ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, identity BLOB NOT NULL CHECK (length(identity) = 32),"
    " alert INTEGER NOT NULL, version INTEGER NOT NULL, alert_hash BLOB NOT NULL CHECK (length(alert_hash) = 32),"
    " hit INTEGER, decision INTEGER, actor INTEGER, at INTEGER, expires INTEGER NOT NULL) STRICT;"
    "CREATE INDEX clearances_by_identity ON clearances (identity, alert_hash);"
    "CREATE INDEX clearances_by_expiry ON clearances (expires);"

    "CREATE TABLE intents ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, event INTEGER NOT NULL REFERENCES events, kind TEXT NOT NULL,"
    " bytes BLOB NOT NULL, created INTEGER, finished INTEGER, outcome TEXT NOT NULL) STRICT;"
    "CREATE INDEX intents_open ON intents (id) WHERE finished IS NULL;";

/*
 * Answers of all kinds are remembered, with the evidence that they are about. A clearance from before had a hash that
 * no evidence can be compared with: it stays until it ends, and clears nobody any more.
 */
static const char schema_2[] =
    "ALTER TABLE node ADD COLUMN legal_basis TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE node ADD COLUMN answer_minutes INTEGER NOT NULL DEFAULT 20;"
    "ALTER TABLE hits ADD COLUMN remembered BLOB NOT NULL DEFAULT x'';"
    "CREATE INDEX events_kept ON events (at) WHERE destroyed IS NULL;"
    "DROP INDEX clearances_by_identity;"
    "ALTER TABLE clearances DROP COLUMN identity;"
    "ALTER TABLE clearances ADD COLUMN kind INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE clearances ADD COLUMN answer INTEGER NOT NULL DEFAULT 2;"
    "ALTER TABLE clearances ADD COLUMN evidence BLOB NOT NULL DEFAULT x'';"
    "ALTER TABLE clearances ADD COLUMN number TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX clearances_by_alert ON clearances (alert);"
    "CREATE INDEX clearances_by_number ON clearances (number) WHERE number <> '';";

/* All that is told of one flight is compared. */
static const char schema_3[] = "CREATE INDEX travellers_by_flight ON travellers (flight);";

/* Answers to carriers; what a message needs to be answered and to be counted on the day of its flight. */
static const char schema_4[] =
    "ALTER TABLE messages ADD COLUMN declared INTEGER;"
    "ALTER TABLE messages ADD COLUMN truncated INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE messages ADD COLUMN departs INTEGER;"
    "ALTER TABLE messages ADD COLUMN head BLOB NOT NULL DEFAULT x'';"
    "CREATE TABLE answers ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, traveller INTEGER NOT NULL REFERENCES travellers,"
    " manifest INTEGER NOT NULL, message INTEGER NOT NULL, pnr TEXT NOT NULL, passenger TEXT NOT NULL,"
    " status TEXT NOT NULL CHECK (status IN ('0Z', '1Z', '2Z', '4Z')), why TEXT NOT NULL,"
    " actor INTEGER REFERENCES users, second INTEGER REFERENCES users, at INTEGER NOT NULL, sent INTEGER,"
    " deadline INTEGER, acknowledged INTEGER, reference TEXT NOT NULL,"
    " CHECK (status <> '1Z' OR (actor IS NOT NULL AND (sent IS NULL OR (second IS NOT NULL AND second <> actor)))))"
    " STRICT;"
    "CREATE INDEX answers_by_traveller ON answers (traveller);"
    "CREATE INDEX answers_by_deadline ON answers (deadline) WHERE deadline IS NOT NULL;"
    "CREATE INDEX answers_by_reference ON answers (reference) WHERE reference <> '';";

/* What the reports of before say; repairs of manifests and refusals had columns. */
#define NOTED(table, kind)                                                                                             \
    "(SELECT coalesce(sum(json_extract(e.value, '$.count')), 0) FROM " table " AS t,"                                  \
    " json_each(iif(json_valid(CAST(t.report AS TEXT)), CAST(t.report AS TEXT), '{}'), '$." kind "') AS e)"
static const char schema_5[] =
    "CREATE TABLE tallies ("
    " what TEXT PRIMARY KEY CHECK (what IN ('manifests', 'lists')), repairs INTEGER NOT NULL,"
    " refused INTEGER NOT NULL, kept INTEGER NOT NULL, warnings INTEGER NOT NULL, left_out INTEGER NOT NULL) STRICT;"
    "INSERT INTO tallies SELECT 'manifests', coalesce(sum(repairs), 0), coalesce(sum(refused), 0), "
    NOTED("manifests", "kept") ", " NOTED("manifests", "warnings") ", " NOTED("manifests", "left_out")
    " FROM manifests;"
    "INSERT INTO tallies SELECT 'lists', " NOTED("imports", "repairs") ", coalesce(sum(refused), 0), "
    NOTED("imports", "kept") ", " NOTED("imports", "warnings") ", " NOTED("imports", "left_out")
    " FROM imports;";

/*
 * Which identities have alerts that changed: what was made of them before is brought up to date from here. What is
 * deleted for good is not named: whatever was made before is void.
 */
static const char schema_6[] =
    "CREATE TABLE alert_changes ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT, source INTEGER NOT NULL, entity TEXT NOT NULL) STRICT;"
    "CREATE TRIGGER alert_added AFTER INSERT ON alerts"
    " BEGIN INSERT INTO alert_changes (source, entity) VALUES (NEW.source, NEW.entity); END;"
    "CREATE TRIGGER alert_changed AFTER UPDATE ON alerts"
    " BEGIN INSERT INTO alert_changes (source, entity) VALUES (NEW.source, NEW.entity); END;"
    "CREATE TRIGGER alert_deleted AFTER DELETE ON alerts"
    " BEGIN INSERT INTO alert_changes (source, entity) VALUES (0, ''); DELETE FROM alert_changes; END;";

/* The ledger: the nodes of its tree that are kept, and its heads. Neither is ever deleted. */
static const char schema_7[] =
    "CREATE TABLE tree ("
    " level INTEGER NOT NULL CHECK (level >= 8), n INTEGER NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32),"
    " PRIMARY KEY (level, n)) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER tree_undeleted BEFORE DELETE ON tree BEGIN SELECT RAISE(ABORT, 'the tree only grows'); END;"
    "CREATE TRIGGER tree_unchanged BEFORE UPDATE ON tree BEGIN SELECT RAISE(ABORT, 'the tree only grows'); END;"
    "CREATE TABLE log ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL,"
    " root BLOB NOT NULL CHECK (length(root) = 32), note BLOB NOT NULL, at INTEGER, kept INTEGER NOT NULL) STRICT;"
    "CREATE TRIGGER log_undeleted BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'heads stay'); END;"
    "CREATE TRIGGER log_unchanged BEFORE UPDATE ON log WHEN OLD.kept <> 0 AND (NEW.epoch <> OLD.epoch"
    " OR NEW.origin <> OLD.origin OR NEW.size <> OLD.size OR NEW.root <> OLD.root OR NEW.note <> OLD.note"
    " OR NEW.at IS NOT OLD.at OR NEW.kept = 0)"
    " BEGIN SELECT RAISE(ABORT, 'heads stay'); END;";

/* Other services' nodes, and the histories of their keys and (NULL) of our own. */
static const char schema_8[] =
    "CREATE TABLE partners ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT NOT NULL UNIQUE CHECK (length(partner) = 16),"
    " name TEXT NOT NULL, country TEXT NOT NULL, standing TEXT NOT NULL, rehearsal INTEGER NOT NULL,"
    " number INTEGER NOT NULL, key BLOB NOT NULL CHECK (length(key) = 32),"
    " next BLOB NOT NULL CHECK (length(next) = 32), card BLOB NOT NULL, card_at INTEGER NOT NULL,"
    " agreement BLOB NOT NULL, added INTEGER NOT NULL, changed INTEGER NOT NULL, cut INTEGER,"
    " cut_why TEXT NOT NULL) STRICT;"
    "CREATE TRIGGER partners_stay BEFORE DELETE ON partners BEGIN SELECT RAISE(ABORT, 'partners stay'); END;"
    "CREATE TABLE partner_keys ("
    " partner INTEGER REFERENCES partners, number INTEGER NOT NULL, key BLOB NOT NULL CHECK (length(key) = 32),"
    " next BLOB NOT NULL CHECK (length(next) = 32), at INTEGER NOT NULL, note BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX partner_keys_by_number ON partner_keys (coalesce(partner, 0), number);"
    "CREATE INDEX partner_keys_by_key ON partner_keys (key);"
    "CREATE TRIGGER partner_keys_stay BEFORE DELETE ON partner_keys"
    " BEGIN SELECT RAISE(ABORT, 'histories of keys only grow'); END;"
    "CREATE TRIGGER partner_keys_keep BEFORE UPDATE ON partner_keys"
    " BEGIN SELECT RAISE(ABORT, 'histories of keys only grow'); END;";

/* The exchange. */
static const char schema_9[] =
    "CREATE TABLE records ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL,"
    " originator TEXT NOT NULL, sender TEXT NOT NULL, about TEXT NOT NULL, urgent INTEGER NOT NULL,"
    " state INTEGER NOT NULL,"
    " hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), release BLOB NOT NULL, signature BLOB NOT NULL,"
    " salt BLOB NOT NULL, place INTEGER NOT NULL, alert INTEGER, alert_version INTEGER NOT NULL, reasons TEXT NOT NULL,"
    " author INTEGER REFERENCES users, at INTEGER, changed INTEGER, destroy INTEGER, opened INTEGER,"
    " opened_by INTEGER REFERENCES users, bytes BLOB NOT NULL) STRICT;"
    "CREATE INDEX records_by_uuid ON records (uuid);"
    "CREATE INDEX records_by_about ON records (about) WHERE about <> '';"
    "CREATE INDEX records_by_state ON records (state);"
    "CREATE INDEX records_by_sender ON records (sender, state) WHERE sender <> '';"
    "CREATE INDEX records_by_alert ON records (alert) WHERE alert IS NOT NULL;"
    "CREATE INDEX records_by_destroy ON records (destroy) WHERE destroy IS NOT NULL;"
    "CREATE INDEX records_urgent ON records (id) WHERE urgent = 1 AND opened IS NULL;"

    "CREATE TABLE releases ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, record INTEGER NOT NULL REFERENCES records, state INTEGER NOT NULL,"
    " alone INTEGER NOT NULL, proposed_by INTEGER NOT NULL REFERENCES users, decided_by INTEGER REFERENCES users,"
    " proposed INTEGER NOT NULL, decided INTEGER, reason TEXT NOT NULL, bytes BLOB NOT NULL, signature BLOB NOT NULL,"
    " CHECK (state <> 1 OR alone = 1 OR (decided_by IS NOT NULL AND decided_by <> proposed_by))) STRICT;"
    "CREATE INDEX releases_by_record ON releases (record);"
    "CREATE INDEX releases_proposed ON releases (id) WHERE state = 0;"

    "CREATE TABLE rosters ("
    " release INTEGER NOT NULL REFERENCES releases, partner TEXT NOT NULL,"
    " salt BLOB NOT NULL CHECK (length(salt) = 32), place INTEGER NOT NULL, PRIMARY KEY (release, partner))"
    " STRICT, WITHOUT ROWID;"

    "CREATE TABLE bundles ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, out INTEGER NOT NULL, partner TEXT NOT NULL,"
    " name BLOB NOT NULL CHECK (length(name) = 16), sequence INTEGER NOT NULL,"
    " hash BLOB NOT NULL CHECK (length(hash) = 32), parts INTEGER NOT NULL, refused INTEGER NOT NULL,"
    " reason TEXT NOT NULL, made INTEGER, expires INTEGER, at INTEGER NOT NULL, actor INTEGER REFERENCES users,"
    " answered INTEGER, answer BLOB NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX bundles_by_name ON bundles (out, partner, name);"
    "CREATE INDEX bundles_by_sequence ON bundles (out, partner, sequence);"
    "CREATE INDEX bundles_refused ON bundles (id) WHERE out = 0 AND reason <> '';"

    "CREATE TABLE deliveries ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT NOT NULL, kind INTEGER NOT NULL,"
    " record INTEGER REFERENCES records, release INTEGER REFERENCES releases, bytes BLOB NOT NULL,"
    " state INTEGER NOT NULL, reason TEXT NOT NULL, urgent INTEGER NOT NULL, bundle INTEGER REFERENCES bundles,"
    " queued INTEGER NOT NULL, sent INTEGER, answered INTEGER, opened INTEGER, proof BLOB NOT NULL,"
    " CHECK ((kind = 0) = (record IS NOT NULL) AND (kind = 0) = (release IS NOT NULL))) STRICT;"
    "CREATE UNIQUE INDEX deliveries_by_record ON deliveries (record, partner) WHERE record IS NOT NULL;"
    "CREATE INDEX deliveries_by_partner ON deliveries (partner, state);"
    "CREATE INDEX deliveries_by_state ON deliveries (state);"
    "CREATE INDEX deliveries_by_bundle ON deliveries (bundle) WHERE bundle IS NOT NULL;"

    "CREATE TABLE tallies_of_all ("
    " what TEXT PRIMARY KEY CHECK (what IN ('manifests', 'lists', 'bundles')), repairs INTEGER NOT NULL,"
    " refused INTEGER NOT NULL, kept INTEGER NOT NULL, warnings INTEGER NOT NULL, left_out INTEGER NOT NULL) STRICT;"
    "INSERT INTO tallies_of_all SELECT what, repairs, refused, kept, warnings, left_out FROM tallies;"
    "INSERT INTO tallies_of_all VALUES ('bundles', 0, 0, 0, 0, 0);"
    "DROP TABLE tallies;"
    "ALTER TABLE tallies_of_all RENAME TO tallies;";

/* Its pages have sums: en_sqlite_open saw to it before (EN_SQLITE_SUMS_SINCE). */
static const char schema_10[] = "";

/* Others' logs that this node witnesses: what it cosigned last, and what contradicts it. */
static const char schema_11[] =
    "CREATE TABLE witnessed ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, evidence INTEGER NOT NULL, origin TEXT NOT NULL,"
    " key BLOB NOT NULL CHECK (length(key) = 32), size INTEGER NOT NULL,"
    " root BLOB NOT NULL CHECK (length(root) = 32), note BLOB NOT NULL, other BLOB NOT NULL, at INTEGER) STRICT;"
    "CREATE UNIQUE INDEX witnessed_by_origin ON witnessed (origin) WHERE evidence = 0;"
    "CREATE INDEX witnessed_evidence ON witnessed (origin) WHERE evidence = 1;"
    "CREATE TRIGGER witnessed_stays BEFORE DELETE ON witnessed BEGIN SELECT RAISE(ABORT, 'what was seen stays'); END;"
    "CREATE TRIGGER witnessed_keeps BEFORE UPDATE ON witnessed WHEN OLD.evidence <> 0 OR NEW.evidence <> 0"
    " OR NEW.origin <> OLD.origin OR NEW.size < OLD.size"
    " BEGIN SELECT RAISE(ABORT, 'what was seen stays'); END;";

/* The charter: its versions with the signatures that are known, and which were adopted. */
static const char schema_12[] =
    "CREATE TABLE charters ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL, hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),"
    " previous BLOB NOT NULL CHECK (length(previous) = 32), dated INTEGER NOT NULL, state INTEGER NOT NULL,"
    " turn INTEGER NOT NULL, note BLOB NOT NULL, keys BLOB NOT NULL, author INTEGER REFERENCES users,"
    " at INTEGER NOT NULL, sign_asked INTEGER REFERENCES users, signed_by INTEGER REFERENCES users, signed_at INTEGER,"
    " adopt_asked INTEGER REFERENCES users, adopted_by INTEGER REFERENCES users, adopted INTEGER,"
    " CHECK (signed_by IS NULL OR (sign_asked IS NOT NULL AND sign_asked <> signed_by)),"
    " CHECK (adopted_by IS NULL OR coalesce(adopt_asked <> adopted_by, signed_by IS NOT NULL)),"
    " CHECK ((turn > 0) = (adopted_by IS NOT NULL) AND (turn > 0) = (adopted IS NOT NULL))) STRICT;"
    "CREATE INDEX charters_by_number ON charters (number);"
    "CREATE TRIGGER charters_stay BEFORE DELETE ON charters BEGIN SELECT RAISE(ABORT, 'charters stay'); END;"
    "CREATE TRIGGER charters_keep BEFORE UPDATE ON charters WHEN NEW.number <> OLD.number OR NEW.hash <> OLD.hash"
    " OR NEW.previous <> OLD.previous OR NEW.dated <> OLD.dated OR NEW.turn < OLD.turn"
    " BEGIN SELECT RAISE(ABORT, 'charters stay'); END;";

/* Links to partners; bundles that wait for a receipt; what is passed on for others. */
static const char schema_13[] =
    "ALTER TABLE bundles ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE bundles ADD COLUMN flies INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE bundles ADD COLUMN earlier BLOB NOT NULL DEFAULT x'';"
    "CREATE INDEX bundles_flying ON bundles (partner, sequence) WHERE flies = 1;"
    "CREATE INDEX deliveries_urgent ON deliveries (partner, state) WHERE urgent = 1;"
    "CREATE TABLE links ("
    " partner TEXT PRIMARY KEY, next INTEGER NOT NULL, cursor_usual INTEGER NOT NULL, cursor_urgent INTEGER NOT NULL,"
    " upto INTEGER NOT NULL, beyond INTEGER NOT NULL, highest INTEGER NOT NULL, speaks_oldest INTEGER NOT NULL,"
    " speaks_newest INTEGER NOT NULL, held_epoch INTEGER NOT NULL, held_size INTEGER NOT NULL,"
    " held_root BLOB NOT NULL CHECK (length(held_root) = 32), other_epoch INTEGER NOT NULL,"
    " other_size INTEGER NOT NULL, other_root BLOB NOT NULL CHECK (length(other_root) = 32),"
    " forked INTEGER NOT NULL, owed INTEGER, flagged INTEGER NOT NULL, via TEXT NOT NULL, via_then TEXT NOT NULL,"
    " relays INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE parcels ("
    " id BLOB PRIMARY KEY CHECK (length(id) = 16), giver TEXT NOT NULL, next TEXT NOT NULL, until INTEGER NOT NULL,"
    " sealed BLOB NOT NULL) STRICT;";

/* Whether what is ours may be passed on, as holders ask; and about whom nothing is told. */
static const char schema_14[] =
    "CREATE TABLE questions ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, record INTEGER NOT NULL REFERENCES records, asker TEXT NOT NULL,"
    " target TEXT NOT NULL, state INTEGER NOT NULL, release INTEGER REFERENCES releases, at INTEGER NOT NULL,"
    " changed INTEGER NOT NULL, reason TEXT NOT NULL, CHECK (state NOT IN (1, 2) OR release IS NOT NULL)) STRICT;"
    "CREATE UNIQUE INDEX questions_by_record ON questions (record, asker, target);"
    "CREATE INDEX questions_by_release ON questions (release) WHERE release IS NOT NULL;"
    "CREATE INDEX questions_by_asker ON questions (asker, state);"
    "CREATE TRIGGER questions_stay BEFORE DELETE ON questions BEGIN SELECT RAISE(ABORT, 'who holds it stays'); END;"
    "CREATE TABLE protections ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, traveller INTEGER, entity TEXT NOT NULL, reason TEXT NOT NULL,"
    " text TEXT NOT NULL, author INTEGER REFERENCES users, at INTEGER NOT NULL, review INTEGER NOT NULL,"
    " CHECK (traveller IS NOT NULL OR entity <> '')) STRICT;"
    "CREATE INDEX protections_by_entity ON protections (entity) WHERE entity <> '';"
    "CREATE INDEX protections_by_traveller ON protections (traveller) WHERE traveller IS NOT NULL;";

/* How much a person may read, and whether it must be said what for. */
static const char schema_15[] = "ALTER TABLE node ADD COLUMN reads_an_hour INTEGER NOT NULL DEFAULT 3600;"
                                "ALTER TABLE node ADD COLUMN read_purpose INTEGER NOT NULL DEFAULT 0;";

/* Where nodes are reached. */
static const char schema_16[] = "ALTER TABLE node ADD COLUMN addresses TEXT NOT NULL DEFAULT '';"
                                "ALTER TABLE partners ADD COLUMN addresses TEXT NOT NULL DEFAULT '';";

/* How often partners were refused something, and why. What was counted before had no reasons. */
static const char schema_17[] =
    "CREATE TABLE refusals ("
    " partner TEXT NOT NULL, code TEXT NOT NULL CHECK (code <> ''), number INTEGER NOT NULL CHECK (number > 0),"
    " first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (partner, code)) STRICT, WITHOUT ROWID;";

/* Which learned tables a node screens with. */
static const char schema_18[] = "ALTER TABLE node ADD COLUMN tables TEXT NOT NULL DEFAULT '';";

static const struct {
    const char *sql;
    en_errc (*fill)(sqlite3 *db, struct en_err *err); /* what SQL cannot compute; may be NULL */
} migrations[] = {
    { schema_1, NULL },
    { schema_2, NULL },
    { schema_3, NULL },
    { schema_4, NULL },
    { schema_5, NULL },
    { schema_6, NULL },
    { schema_7, en_sqlite_tree_build },
    { schema_8, NULL },
    { schema_9, NULL },
    { schema_10, NULL },
    { schema_11, NULL },
    { schema_12, NULL },
    { schema_13, NULL },
    { schema_14, NULL },
    { schema_15, NULL },
    { schema_16, NULL },
    { schema_17, NULL },
    { schema_18, NULL },
};

#define NEWEST ((int64_t)(sizeof migrations / sizeof migrations[0]))

/* What stands in the file: its application and its schema. A new file has 0 and 0, as many a foreign one. */
static en_errc
read_version(sqlite3 *db, bool fresh, int64_t *version, struct en_err *err)
{
    int64_t app;
    en_errc rc = en_sqlite_pragma(db, "PRAGMA application_id", &app, err);

    if (rc == EN_OK)
        rc = en_sqlite_pragma(db, "PRAGMA user_version", version, err);
    if (rc != EN_OK)
        return rc;
    if (app != EN_SQLITE_APPLICATION_ID && !(fresh && app == 0 && *version == 0))
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the file is not a store");
    if (*version < 0 || *version > NEWEST)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS,
                          "the store has schema %lld and this program knows up to %lld: use a newer program",
                          (long long)*version, (long long)NEWEST);
    return EN_OK;
}

en_errc
en_sqlite_version(sqlite3 *db, int64_t *out, struct en_err *err)
{
    return read_version(db, false, out, err);
}

en_errc
en_sqlite_check_version(sqlite3 *db, struct en_err *err)
{
    int64_t version;
    en_errc rc = read_version(db, false, &version, err);

    if (rc == EN_OK && version != NEWEST)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the store has schema %lld and must be brought to %lld first",
                        (long long)version, (long long)NEWEST);
    return rc;
}

static en_errc
migrate_one(sqlite3 *db, int64_t from, struct en_err *err)
{
    char stamp[96];
    en_errc rc = en_sqlite_exec(db, migrations[from].sql, err);

    if (rc == EN_OK && migrations[from].fill)
        rc = migrations[from].fill(db, err);
    sqlite3_snprintf((int)sizeof stamp, stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                     EN_SQLITE_APPLICATION_ID, (int)from + 1);
    return rc == EN_OK ? en_sqlite_exec(db, stamp, err) : rc;
}

en_errc
en_sqlite_migrate(sqlite3 *db, bool fresh, struct en_err *err)
{
    int64_t version;
    en_errc rc = read_version(db, fresh, &version, err);

    if (rc != EN_OK || version == NEWEST)
        return rc;
    rc = en_sqlite_exec(db, "BEGIN IMMEDIATE", err);
    if (rc != EN_OK)
        return rc;
    /* Another process may have done it while we waited. */
    rc = read_version(db, fresh, &version, err);
    while (rc == EN_OK && version < NEWEST)
        rc = migrate_one(db, version++, err);
    if (rc == EN_OK)
        rc = en_sqlite_exec(db, "COMMIT", err);
    if (rc != EN_OK && !sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}
