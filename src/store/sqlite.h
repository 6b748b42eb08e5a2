/*
 * sqlite.h: what the files of the SQLite engine share. For src/store only.
 *
 * A query (struct en_q) is a cached statement under way. Its first failure stays, so that code reads like the row it
 * writes or reads: open, bind in order, run; or open, bind, next, read columns in order, close.
 */
#ifndef EN_STORE_SQLITE_H
#define EN_STORE_SQLITE_H

#include <sqlite3.h>

#include "base/buf.h"
#include "base/map.h"
#include "store/store_engine.h"

/* "Ente", at byte 68 of the file: what `file` and a stranger's program see. */
#define EN_SQLITE_APPLICATION_ID 0x456e7465

struct en_sqlite {
    struct en_store base;
    sqlite3 *db;
    struct en_map *by_sql; /* text of a statement to its place in statements */
    sqlite3_stmt **statements;
    size_t n_statements, cap_statements;
    bool wipe;    /* deleted content still stands in the write-ahead log */
    bool counted; /* the numbers of alerts below hold, as of data_version */
    int64_t data_version;
    struct en_store_counts known;
};

/* Alerts were written, or a transaction undone: their numbers are counted anew when somebody asks. */
void en_sqlite_uncount(struct en_store *s);

/* --- schema ----------------------------------------------------------------------------------- */

/*
 * Brings the file up to the newest schema, in one transaction; refuses what is not ours or newer than this program,
 * before it changes anything. fresh: a file that we just made, without any schema.
 */
en_errc en_sqlite_migrate(sqlite3 *db, bool fresh, struct en_err *err);
/* The schema from which on every file has sums of pages. */
#define EN_SQLITE_SUMS_SINCE 10
en_errc en_sqlite_version(sqlite3 *db, int64_t *out, struct en_err *err);
/* EN_OK if the file is ours and of the newest schema. */
en_errc en_sqlite_check_version(sqlite3 *db, struct en_err *err);

/* --- sums of pages (sqlite_sums.c) ------------------------------------------------------------ */

#define EN_SQLITE_PAGE    8192
#define EN_SQLITE_SUM_LEN 8
/* sqlite3_file_control of "main" through that layer. */
enum en_sqlite_sums {
    EN_SQLITE_SUMS_ON = 0x456e0001, /* bool: do pages carry sums? */
    EN_SQLITE_SUMS_NONE,            /* an empty file that will have none */
    EN_SQLITE_SUMS_AUDIT,           /* from now on pages are read also where their sums do not hold */
    EN_SQLITE_SUMS_SWEEP            /* int64_t: the first page, also an unused one, whose sum does not hold; 0: none */
};
/* The name of the layer in front of this file system (NULL: the default one); made when it is asked for first. */
const char *en_sqlite_sums_vfs(const char *name);

/* --- connections and files -------------------------------------------------------------------- */

/* A class and a sentence for a result code. SQLITE_NOMEM ends the process. */
en_errc en_sqlite_error(sqlite3 *db, int rc, struct en_err *err);
/* Runs statements of ours that give no rows that matter. */
en_errc en_sqlite_exec(sqlite3 *db, const char *sql, struct en_err *err);
/* The number that a pragma of ours answers. */
en_errc en_sqlite_pragma(sqlite3 *db, const char *sql, int64_t *out, struct en_err *err);
/* Whether the first row that a pragma of ours answers is this text, or there is no row and expect is NULL. */
en_errc en_sqlite_says(sqlite3 *db, const char *sql, const char *expect, bool *as_expected, struct en_err *err);
/* A connection with our settings, schema unlooked at. *db must be closed by the caller, also after an error. */
en_errc en_sqlite_connect(const char *path, bool read_only, const char *vfs, sqlite3 **db, struct en_err *err);
/* A new empty file of mode 0600; EN_E_NO if one is there. */
en_errc en_sqlite_new_file(const char *path, struct en_err *err);
/* Renames without replacing (EN_E_NO) and makes the folder's entry durable. */
en_errc en_sqlite_place(const char *from, const char *to, struct en_err *err);
/* path with a suffix; to be freed. */
char *en_sqlite_path(const char *path, const char *suffix);
bool en_sqlite_file_exists(const char *path);

en_errc en_sqlite_backup(struct en_store *s, const char *path, struct en_err *err);
en_errc en_sqlite_check(struct en_store *s, struct en_err *err);

/* --- queries ---------------------------------------------------------------------------------- */

struct en_q {
    struct en_sqlite *sq;
    sqlite3_stmt *st;
    int rc;                /* SQLITE_OK until the first failure */
    int at;                /* the parameter or column that is next */
    bool own;              /* prepared for this use, because the cached one is under way */
    bool damaged;          /* a column holds what we would not have written */
    struct en_arena lists; /* of the row */
};

void en_q_open(struct en_q *q, struct en_sqlite *sq, const char *sql);
void en_q_bind_int(struct en_q *q, int64_t v);
void en_q_bind_uint(struct en_q *q, uint64_t v);
void en_q_bind_id(struct en_q *q, int64_t v);   /* 0 as NULL */
void en_q_bind_time(struct en_q *q, en_time v); /* EN_TIME_NONE as NULL */
void en_q_bind_real(struct en_q *q, double v);
void en_q_bind_text(struct en_q *q, en_text v);
void en_q_bind_bytes(struct en_q *q, en_bytes v);
void en_q_bind_hash(struct en_q *q, const uint8_t v[32]);
void en_q_bind_list(struct en_q *q, const en_text *list, size_t n); /* one to a line */
/* Runs a write of this transaction to its end and closes. *changed (may be NULL): rows that it changed. */
en_errc en_q_run(struct en_q *q, uint64_t *changed, struct en_err *err);
/* As en_q_run; EN_E_NOT_FOUND, naming what, if it changed no row. */
en_errc en_q_run_one(struct en_q *q, const char *what, struct en_err *err);
/* As en_q_run; the id of the row that was inserted. EN_E_NO says that what exists already. */
en_errc en_q_run_insert(struct en_q *q, const char *what, int64_t *id, struct en_err *err);

bool en_q_next(struct en_q *q); /* false at the end and after a failure */
int64_t en_q_int(struct en_q *q);
uint64_t en_q_uint(struct en_q *q);
uint32_t en_q_u32(struct en_q *q);
unsigned en_q_enum(struct en_q *q, unsigned count);
bool en_q_bool(struct en_q *q);
en_time en_q_time(struct en_q *q);
double en_q_real(struct en_q *q);
en_text en_q_text(struct en_q *q);
en_bytes en_q_bytes(struct en_q *q);
void en_q_hash(struct en_q *q, uint8_t out[32]); /* exactly 32 bytes; NULL as zeroes */
const en_text *en_q_list(struct en_q *q, size_t *n);
/* True if every column read of this row was as we write it. */
bool en_q_row_ok(const struct en_q *q);
/* Resets and gives rc of the caller's own (or EN_OK) unless the query failed. */
en_errc en_q_close(struct en_q *q, en_errc rc, struct en_err *err);

/* A SELECT whose conditions depend on a filter. Fragments are constants of ours with one ? each. */
#define EN_FIND_MAX 12
struct en_find {
    struct en_buf sql;
    bool where;
    size_t n;
    struct {
        enum { EN_FIND_INT, EN_FIND_REAL, EN_FIND_TEXT, EN_FIND_HASH } kind;
        int64_t i;
        double d;
        en_text t;
        const uint8_t *hash;
    } arg[EN_FIND_MAX];
};

void en_find_start(struct en_find *f, const char *select);
void en_find_that(struct en_find *f, const char *condition); /* no ? */
void en_find_int(struct en_find *f, const char *condition, int64_t v);
void en_find_real(struct en_find *f, const char *condition, double v);
void en_find_text(struct en_find *f, const char *condition, en_text v);
void en_find_hash(struct en_find *f, const char *condition, const uint8_t *v);
/* ORDER BY and LIMIT (0: none), then the query. */
void en_find_open(struct en_find *f, const char *order, uint64_t limit, struct en_q *q, struct en_sqlite *sq);

/* --- the engine's verbs, by file -------------------------------------------------------------- */

/* sqlite_acts.c */
en_errc en_sqlite_node_put(struct en_store *s, const struct en_store_node *n, struct en_err *err);
en_errc en_sqlite_node_each(struct en_store *s, en_store_node_fn *fn, void *ctx, struct en_err *err);
en_errc en_sqlite_user_add(struct en_store *s, const struct en_store_user *u, int64_t *id, struct en_err *err);
en_errc en_sqlite_user_change(struct en_store *s, const struct en_store_user *u, struct en_err *err);
en_errc en_sqlite_users_each(struct en_store *s, const struct en_store_user_filter *f, en_store_user_fn *fn, void *ctx,
                             struct en_err *err);
en_errc en_sqlite_event_last(struct en_store *s, uint64_t *seq, en_time *at, struct en_err *err);
en_errc en_sqlite_event_append(struct en_store *s, const struct en_store_event *e, struct en_err *err);
en_errc en_sqlite_event_destroy(struct en_store *s, uint64_t seq, en_time at, struct en_err *err);
en_errc en_sqlite_events_each(struct en_store *s, uint64_t from, uint64_t limit, en_store_event_fn *fn, void *ctx,
                              struct en_err *err);
en_errc en_sqlite_events_due_each(struct en_store *s, en_text type, en_time until, uint64_t limit,
                                  en_store_event_fn *fn, void *ctx, struct en_err *err);
en_errc en_sqlite_event_leaves(struct en_store *s, uint64_t from, size_t max, struct en_tree_hash *out, size_t *n,
                               struct en_err *err);

/* sqlite_log.c */
en_errc en_sqlite_tree_add(struct en_store *s, unsigned level, uint64_t index, const struct en_tree_hash *h,
                           struct en_err *err);
en_errc en_sqlite_tree_get(struct en_store *s, unsigned level, uint64_t index, struct en_tree_hash *out,
                           struct en_err *err);
en_errc en_sqlite_tree_count(struct en_store *s, uint64_t *n, struct en_err *err);
en_errc en_sqlite_head_add(struct en_store *s, const struct en_store_head *h, int64_t *id, struct en_err *err);
en_errc en_sqlite_head_change(struct en_store *s, const struct en_store_head *h, struct en_err *err);
en_errc en_sqlite_heads_each(struct en_store *s, bool newest_only, en_store_head_fn *fn, void *ctx,
                             struct en_err *err);
en_errc en_sqlite_witnessed_add(struct en_store *s, const struct en_store_witnessed *x, int64_t *id,
                                struct en_err *err);
en_errc en_sqlite_witnessed_change(struct en_store *s, const struct en_store_witnessed *x, struct en_err *err);
en_errc en_sqlite_witnessed_each(struct en_store *s, en_text origin, en_store_witnessed_fn *fn, void *ctx,
                                 struct en_err *err);
en_errc en_sqlite_charter_add(struct en_store *s, const struct en_store_charter *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_charter_change(struct en_store *s, const struct en_store_charter *x, struct en_err *err);
en_errc en_sqlite_charters_each(struct en_store *s, const struct en_store_charter_filter *f, en_store_charter_fn *fn,
                                void *ctx, struct en_err *err);
/* For a file from before: the tree over the events that it has, and an unsigned head. */
en_errc en_sqlite_tree_build(sqlite3 *db, struct en_err *err);

/* sqlite_acts.c */
en_errc en_sqlite_intent_add(struct en_store *s, const struct en_store_intent *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_intent_finish(struct en_store *s, int64_t id, en_text outcome, en_time at, struct en_err *err);
en_errc en_sqlite_intents_each(struct en_store *s, const struct en_store_intent_filter *f, en_store_intent_fn *fn,
                               void *ctx, struct en_err *err);

/* sqlite_alerts.c */
en_errc en_sqlite_source_add(struct en_store *s, const struct en_store_source *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_sources_each(struct en_store *s, const struct en_store_source_filter *f, en_store_source_fn *fn,
                               void *ctx, struct en_err *err);
en_errc en_sqlite_import_add(struct en_store *s, const struct en_store_import *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_import_finish(struct en_store *s, const struct en_store_import *x, struct en_err *err);
en_errc en_sqlite_imports_each(struct en_store *s, const struct en_store_import_filter *f, en_store_import_fn *fn,
                               void *ctx, struct en_err *err);
en_errc en_sqlite_alert_look(struct en_store *s, int64_t source, en_text entity, uint32_t part,
                             struct en_store_alert_brief *out, struct en_err *err);
en_errc en_sqlite_alert_add(struct en_store *s, const struct en_store_alert *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_alert_revise(struct en_store *s, const struct en_store_alert *x, struct en_err *err);
en_errc en_sqlite_alert_set_matched(struct en_store *s, int64_t id, bool matched, struct en_err *err);
en_errc en_sqlite_alert_delete(struct en_store *s, int64_t id, struct en_err *err);
en_errc en_sqlite_alerts_active(struct en_store *s, int64_t source, int64_t after, int64_t *ids, size_t max, size_t *n,
                                struct en_err *err);
en_errc en_sqlite_alerts_each(struct en_store *s, const struct en_store_alert_filter *f, en_store_alert_fn *fn,
                              void *ctx, struct en_err *err);
en_errc en_sqlite_alert_past_each(struct en_store *s, int64_t id, en_store_alert_fn *fn, void *ctx, struct en_err *err);
en_errc en_sqlite_changes(struct en_store *s, uint64_t *forgotten, uint64_t *newest, struct en_err *err);
en_errc en_sqlite_changes_each(struct en_store *s, uint64_t after, uint64_t limit, en_store_change_fn *fn, void *ctx,
                               struct en_err *err);
en_errc en_sqlite_changes_forget(struct en_store *s, uint64_t until, struct en_err *err);

/* sqlite_travel.c */
en_errc en_sqlite_manifest_add(struct en_store *s, const struct en_store_manifest *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_manifest_finish(struct en_store *s, const struct en_store_manifest *x, struct en_err *err);
en_errc en_sqlite_manifests_each(struct en_store *s, const struct en_store_manifest_filter *f, en_store_manifest_fn *fn,
                                 void *ctx, struct en_err *err);
en_errc en_sqlite_message_add(struct en_store *s, const struct en_store_message *x, struct en_err *err);
en_errc en_sqlite_messages_each(struct en_store *s, const struct en_store_message_filter *f, en_store_message_fn *fn,
                                void *ctx, struct en_err *err);
en_errc en_sqlite_traveller_add(struct en_store *s, const struct en_store_traveller *x, int64_t *id,
                                struct en_err *err);
en_errc en_sqlite_traveller_change(struct en_store *s, const struct en_store_traveller *x, struct en_err *err);
en_errc en_sqlite_traveller_delete(struct en_store *s, int64_t id, struct en_err *err);
en_errc en_sqlite_travellers_each(struct en_store *s, const struct en_store_traveller_filter *f,
                                  en_store_traveller_fn *fn, void *ctx, struct en_err *err);

/* sqlite_hits.c */
en_errc en_sqlite_hit_add(struct en_store *s, const struct en_store_hit *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_hit_change(struct en_store *s, const struct en_store_hit *x, struct en_err *err);
en_errc en_sqlite_hit_set_state(struct en_store *s, int64_t id, enum en_hit_state state, enum en_answer answer,
                                en_time at, en_time delete_after, struct en_err *err);
en_errc en_sqlite_hit_delete(struct en_store *s, int64_t id, struct en_err *err);
en_errc en_sqlite_hits_each(struct en_store *s, const struct en_store_hit_filter *f, en_store_hit_fn *fn, void *ctx,
                            struct en_err *err);
en_errc en_sqlite_decision_add(struct en_store *s, const struct en_store_decision *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_decision_confirm(struct en_store *s, int64_t id, int64_t second, en_time at, struct en_err *err);
en_errc en_sqlite_decisions_each(struct en_store *s, const struct en_store_decision_filter *f, en_store_decision_fn *fn,
                                 void *ctx, struct en_err *err);
en_errc en_sqlite_clearance_add(struct en_store *s, const struct en_store_clearance *x, int64_t *id,
                                struct en_err *err);
en_errc en_sqlite_clearance_delete(struct en_store *s, int64_t id, struct en_err *err);
en_errc en_sqlite_clearances_each(struct en_store *s, const struct en_store_clearance_filter *f,
                                  en_store_clearance_fn *fn, void *ctx, struct en_err *err);
en_errc en_sqlite_answer_add(struct en_store *s, const struct en_store_answer *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_answer_change(struct en_store *s, const struct en_store_answer *x, struct en_err *err);
en_errc en_sqlite_answers_each(struct en_store *s, const struct en_store_answer_filter *f, en_store_answer_fn *fn,
                               void *ctx, struct en_err *err);
/* sqlite_partners.c */
en_errc en_sqlite_partner_add(struct en_store *s, const struct en_store_partner *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_partner_change(struct en_store *s, const struct en_store_partner *x, struct en_err *err);
en_errc en_sqlite_partners_each(struct en_store *s, const struct en_store_partner_filter *f, en_store_partner_fn *fn,
                                void *ctx, struct en_err *err);
en_errc en_sqlite_partner_key_add(struct en_store *s, const struct en_store_partner_key *x, struct en_err *err);
en_errc en_sqlite_partner_keys_each(struct en_store *s, const struct en_store_partner_key_filter *f,
                                    en_store_partner_key_fn *fn, void *ctx, struct en_err *err);

/* sqlite_hits.c */
en_errc en_sqlite_tally_add(struct en_store *s, enum en_store_input what, const struct en_store_tally *x,
                            struct en_err *err);
en_errc en_sqlite_counts(struct en_store *s, struct en_store_counts *out, struct en_err *err);

/* sqlite_exchange.c */
en_errc en_sqlite_record_add(struct en_store *s, const struct en_store_record *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_record_change(struct en_store *s, const struct en_store_record *x, struct en_err *err);
en_errc en_sqlite_records_each(struct en_store *s, const struct en_store_record_filter *f, en_store_record_fn *fn,
                               void *ctx, struct en_err *err);
en_errc en_sqlite_release_add(struct en_store *s, const struct en_store_release *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_release_change(struct en_store *s, const struct en_store_release *x, struct en_err *err);
en_errc en_sqlite_releases_each(struct en_store *s, const struct en_store_release_filter *f, en_store_release_fn *fn,
                                void *ctx, struct en_err *err);
en_errc en_sqlite_delivery_add(struct en_store *s, const struct en_store_delivery *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_delivery_change(struct en_store *s, const struct en_store_delivery *x, struct en_err *err);
en_errc en_sqlite_deliveries_each(struct en_store *s, const struct en_store_delivery_filter *f,
                                  en_store_delivery_fn *fn, void *ctx, struct en_err *err);
en_errc en_sqlite_bundle_add(struct en_store *s, const struct en_store_bundle *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_bundle_change(struct en_store *s, const struct en_store_bundle *x, struct en_err *err);
en_errc en_sqlite_bundle_renew(struct en_store *s, const struct en_store_bundle *x, struct en_err *err);
en_errc en_sqlite_refusal_add(struct en_store *s, en_text partner, en_text code, uint64_t n, en_time at,
                              struct en_err *err);
en_errc en_sqlite_refusals_each(struct en_store *s, en_text partner, en_store_refusal_fn *fn, void *ctx,
                                struct en_err *err);
en_errc en_sqlite_link_put(struct en_store *s, const struct en_store_link *x, struct en_err *err);
en_errc en_sqlite_links_each(struct en_store *s, en_text partner, en_store_link_fn *fn, void *ctx, struct en_err *err);
en_errc en_sqlite_parcel_add(struct en_store *s, const struct en_store_parcel *x, struct en_err *err);
en_errc en_sqlite_parcel_remove(struct en_store *s, const uint8_t *id, struct en_err *err);
en_errc en_sqlite_parcels_each(struct en_store *s, const uint8_t *id, en_store_parcel_fn *fn, void *ctx,
                               struct en_err *err);
en_errc en_sqlite_bundles_each(struct en_store *s, const struct en_store_bundle_filter *f, en_store_bundle_fn *fn,
                               void *ctx, struct en_err *err);
en_errc en_sqlite_question_add(struct en_store *s, const struct en_store_question *x, int64_t *id, struct en_err *err);
en_errc en_sqlite_question_change(struct en_store *s, const struct en_store_question *x, struct en_err *err);
en_errc en_sqlite_questions_each(struct en_store *s, const struct en_store_question_filter *f, en_store_question_fn *fn,
                                 void *ctx, struct en_err *err);
en_errc en_sqlite_protection_add(struct en_store *s, const struct en_store_protection *x, int64_t *id,
                                 struct en_err *err);
en_errc en_sqlite_protection_delete(struct en_store *s, int64_t id, struct en_err *err);
en_errc en_sqlite_protections_each(struct en_store *s, const struct en_store_protection_filter *f,
                                   en_store_protection_fn *fn, void *ctx, struct en_err *err);
void en_sqlite_find_states(struct en_find *find, const char *column, unsigned states, unsigned all);
en_errc en_sqlite_records_size(struct en_store *s, en_text sender, enum en_held state, uint64_t *n, uint64_t *bytes,
                               struct en_err *err);
en_errc en_sqlite_exchange_counts(struct en_store *s, struct en_store_counts *out, struct en_err *err);

#endif
