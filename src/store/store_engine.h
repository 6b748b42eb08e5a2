/*
 * store_engine.h: what an engine implements. For src/store and its tests only.
 *
 * store.c is in front of every engine: it checks arguments and limits, keeps the state of the transaction, decides what
 * a put of an alert means, and turns get and delete-due into iterations. So an engine only has to store, find and undo.
 *
 * Promises an engine may rely on: writes come only between begin and commit or abort, never after one of them failed
 * with a storage error, and never while an iteration runs; values are within their limits; ids that are written over
 * were read in this transaction. An engine keeps no state in struct en_store itself beyond what it put there at
 * creation, so that a wrapper can call another engine's ops.
 *
 * What an engine returns: EN_E_NO where a unique key is taken, EN_E_NOT_FOUND where the row or what it refers to is not
 * there, and then nothing is changed; EN_E_STORAGE, EN_E_INTEGRITY, EN_E_BUSY otherwise. err may be NULL.
 */
#ifndef EN_STORE_STORE_ENGINE_H
#define EN_STORE_STORE_ENGINE_H

#include "store/store.h"

struct en_store_user_filter {
    int64_t id;
    en_text name;
    const uint8_t *key;
    bool by_uid; /* uid, among users that are not disabled */
    int64_t uid;
};

struct en_store_source_filter {
    int64_t id;
    en_text name;
};

struct en_store_import_filter { /* newest first */
    int64_t source;
    const uint8_t *hash;
    uint64_t limit;
};

struct en_store_manifest_filter { /* newest first */
    int64_t id, before;
    const uint8_t *hash;
    uint64_t limit;
};

struct en_store_decision_filter {
    int64_t id, hit;
};

struct en_store_partner_filter {
    int64_t id;
    en_text partner;
};

struct en_store_intent_filter {
    int64_t id;
    bool open_only;
};

/* What alert_put must know of the alert that is there. */
struct en_store_alert_brief {
    int64_t id;
    uint32_t version;
    enum en_alert_status status;
    bool matched;
    en_time ended;
    uint8_t hash[EN_SHA256_LEN];
};

typedef en_errc en_store_node_fn(void *ctx, const struct en_store_node *n, struct en_err *err);

struct en_store_ops {
    const char *name;

    void (*close)(struct en_store *s); /* an open transaction is lost; frees s */
    en_errc (*begin)(struct en_store *s, struct en_err *err);
    /* On failure the transaction is undone. `deleted`: content went that must not stay readable in the engine's files.
     */
    en_errc (*commit)(struct en_store *s, bool deleted, struct en_err *err);
    void (*abort)(struct en_store *s);
    en_errc (*check)(struct en_store *s, struct en_err *err);                    /* the engine's own structure */
    en_errc (*backup)(struct en_store *s, const char *path, struct en_err *err); /* NULL: cannot */

    en_errc (*node_put)(struct en_store *s, const struct en_store_node *n, struct en_err *err);
    en_errc (*node_each)(struct en_store *s, en_store_node_fn *fn, void *ctx, struct en_err *err);

    en_errc (*user_add)(struct en_store *s, const struct en_store_user *u, int64_t *id, struct en_err *err);
    en_errc (*user_change)(struct en_store *s, const struct en_store_user *u, struct en_err *err);
    en_errc (*users_each)(struct en_store *s, const struct en_store_user_filter *f, en_store_user_fn *fn, void *ctx,
                          struct en_err *err);

    /* The newest number and time; 0 and EN_TIME_NONE if there is no event. */
    en_errc (*event_last)(struct en_store *s, uint64_t *seq, en_time *at, struct en_err *err);
    en_errc (*event_append)(struct en_store *s, const struct en_store_event *e, struct en_err *err);
    en_errc (*event_destroy)(struct en_store *s, uint64_t seq, en_time at, struct en_err *err);
    en_errc (*events_each)(struct en_store *s, uint64_t from, uint64_t limit, en_store_event_fn *fn, void *ctx,
                           struct en_err *err);
    en_errc (*events_due_each)(struct en_store *s, en_text type, en_time until, uint64_t limit, en_store_event_fn *fn,
                               void *ctx, struct en_err *err);

    /* At most max leaves from event `from` on, ascending; *n how many. */
    en_errc (*event_leaves)(struct en_store *s, uint64_t from, size_t max, struct en_tree_hash *out, size_t *n,
                            struct en_err *err);
    /* Nodes of level EN_LOG_ROWS_FROM and above. EN_E_NO where one is there; EN_E_NOT_FOUND where none is. */
    en_errc (*tree_add)(struct en_store *s, unsigned level, uint64_t index, const struct en_tree_hash *h,
                        struct en_err *err);
    en_errc (*tree_get)(struct en_store *s, unsigned level, uint64_t index, struct en_tree_hash *out,
                        struct en_err *err);
    en_errc (*tree_count)(struct en_store *s, uint64_t *n, struct en_err *err);
    en_errc (*head_add)(struct en_store *s, const struct en_store_head *h, int64_t *id, struct en_err *err);
    en_errc (*head_change)(struct en_store *s, const struct en_store_head *h, struct en_err *err); /* by id */
    /* By id; newest_only: the one with the highest. */
    en_errc (*heads_each)(struct en_store *s, bool newest_only, en_store_head_fn *fn, void *ctx, struct en_err *err);

    en_errc (*witnessed_add)(struct en_store *s, const struct en_store_witnessed *x, int64_t *id, struct en_err *err);
    en_errc (*witnessed_change)(struct en_store *s, const struct en_store_witnessed *x, struct en_err *err);
    en_errc (*witnessed_each)(struct en_store *s, en_text origin, en_store_witnessed_fn *fn, void *ctx,
                              struct en_err *err);

    en_errc (*source_add)(struct en_store *s, const struct en_store_source *x, int64_t *id, struct en_err *err);
    en_errc (*sources_each)(struct en_store *s, const struct en_store_source_filter *f, en_store_source_fn *fn,
                            void *ctx, struct en_err *err);
    en_errc (*import_add)(struct en_store *s, const struct en_store_import *x, int64_t *id, struct en_err *err);
    en_errc (*import_finish)(struct en_store *s, const struct en_store_import *x, struct en_err *err);
    en_errc (*imports_each)(struct en_store *s, const struct en_store_import_filter *f, en_store_import_fn *fn,
                            void *ctx, struct en_err *err);

    /* EN_E_NOT_FOUND without a text if there is no such part. */
    en_errc (*alert_look)(struct en_store *s, int64_t source, en_text entity, uint32_t part,
                          struct en_store_alert_brief *out, struct en_err *err);
    en_errc (*alert_add)(struct en_store *s, const struct en_store_alert *x, int64_t *id, struct en_err *err);
    /* Keeps the present version in the history and writes version, status, content, changed, ended, author, import. */
    en_errc (*alert_revise)(struct en_store *s, const struct en_store_alert *x, struct en_err *err);
    en_errc (*alert_set_matched)(struct en_store *s, int64_t id, bool matched, struct en_err *err);
    en_errc (*alert_delete)(struct en_store *s, int64_t id, struct en_err *err);
    /* Ids of active alerts of a source above `after`, ascending, at most max; *n how many. */
    en_errc (*alerts_active)(struct en_store *s, int64_t source, int64_t after, int64_t *ids, size_t max, size_t *n,
                             struct en_err *err);
    en_errc (*alerts_each)(struct en_store *s, const struct en_store_alert_filter *f, en_store_alert_fn *fn, void *ctx,
                           struct en_err *err);
    /* The versions before the present one; of all alerts if id is 0, in any order. */
    en_errc (*alert_past_each)(struct en_store *s, int64_t id, en_store_alert_fn *fn, void *ctx, struct en_err *err);

    /* Writes of alerts note themselves. */
    en_errc (*changes)(struct en_store *s, uint64_t *forgotten, uint64_t *newest, struct en_err *err);
    en_errc (*changes_each)(struct en_store *s, uint64_t after, uint64_t limit, en_store_change_fn *fn, void *ctx,
                            struct en_err *err);
    en_errc (*changes_forget)(struct en_store *s, uint64_t until, struct en_err *err);

    en_errc (*manifest_add)(struct en_store *s, const struct en_store_manifest *x, int64_t *id, struct en_err *err);
    en_errc (*manifest_finish)(struct en_store *s, const struct en_store_manifest *x, struct en_err *err);
    en_errc (*manifests_each)(struct en_store *s, const struct en_store_manifest_filter *f, en_store_manifest_fn *fn,
                              void *ctx, struct en_err *err);
    en_errc (*message_add)(struct en_store *s, const struct en_store_message *x, struct en_err *err);
    en_errc (*messages_each)(struct en_store *s, const struct en_store_message_filter *f, en_store_message_fn *fn,
                             void *ctx, struct en_err *err);
    en_errc (*traveller_add)(struct en_store *s, const struct en_store_traveller *x, int64_t *id, struct en_err *err);
    en_errc (*traveller_change)(struct en_store *s, const struct en_store_traveller *x, struct en_err *err);
    /* With its answers. */
    en_errc (*traveller_delete)(struct en_store *s, int64_t id, struct en_err *err);
    en_errc (*travellers_each)(struct en_store *s, const struct en_store_traveller_filter *f, en_store_traveller_fn *fn,
                               void *ctx, struct en_err *err);

    en_errc (*hit_add)(struct en_store *s, const struct en_store_hit *x, int64_t *id, struct en_err *err);
    en_errc (*hit_change)(struct en_store *s, const struct en_store_hit *x, struct en_err *err);
    en_errc (*hit_set_state)(struct en_store *s, int64_t id, enum en_hit_state state, enum en_answer answer, en_time at,
                             en_time delete_after, struct en_err *err);
    en_errc (*hit_delete)(struct en_store *s, int64_t id, struct en_err *err); /* with its decisions */
    en_errc (*hits_each)(struct en_store *s, const struct en_store_hit_filter *f, en_store_hit_fn *fn, void *ctx,
                         struct en_err *err);
    en_errc (*decision_add)(struct en_store *s, const struct en_store_decision *x, int64_t *id, struct en_err *err);
    en_errc (*decision_confirm)(struct en_store *s, int64_t id, int64_t second, en_time at, struct en_err *err);
    en_errc (*decisions_each)(struct en_store *s, const struct en_store_decision_filter *f, en_store_decision_fn *fn,
                              void *ctx, struct en_err *err);
    en_errc (*clearance_add)(struct en_store *s, const struct en_store_clearance *x, int64_t *id, struct en_err *err);
    en_errc (*clearance_delete)(struct en_store *s, int64_t id, struct en_err *err);
    /* By id. */
    en_errc (*clearances_each)(struct en_store *s, const struct en_store_clearance_filter *f, en_store_clearance_fn *fn,
                               void *ctx, struct en_err *err);

    en_errc (*answer_add)(struct en_store *s, const struct en_store_answer *x, int64_t *id, struct en_err *err);
    en_errc (*answer_change)(struct en_store *s, const struct en_store_answer *x, struct en_err *err);
    en_errc (*answers_each)(struct en_store *s, const struct en_store_answer_filter *f, en_store_answer_fn *fn,
                            void *ctx, struct en_err *err);

    en_errc (*intent_add)(struct en_store *s, const struct en_store_intent *x, int64_t *id, struct en_err *err);
    en_errc (*intent_finish)(struct en_store *s, int64_t id, en_text outcome, en_time at, struct en_err *err);
    en_errc (*intents_each)(struct en_store *s, const struct en_store_intent_filter *f, en_store_intent_fn *fn,
                            void *ctx, struct en_err *err);

    /* --- the exchange (exchange.h) --- */
    en_errc (*record_add)(struct en_store *s, const struct en_store_record *x, int64_t *id, struct en_err *err);
    en_errc (*record_change)(struct en_store *s, const struct en_store_record *x, struct en_err *err);
    en_errc (*records_each)(struct en_store *s, const struct en_store_record_filter *f, en_store_record_fn *fn,
                            void *ctx, struct en_err *err);
    en_errc (*records_size)(struct en_store *s, en_text sender, enum en_held state, uint64_t *n, uint64_t *bytes,
                            struct en_err *err);
    en_errc (*release_add)(struct en_store *s, const struct en_store_release *x, int64_t *id, struct en_err *err);
    en_errc (*release_change)(struct en_store *s, const struct en_store_release *x, struct en_err *err);
    en_errc (*releases_each)(struct en_store *s, const struct en_store_release_filter *f, en_store_release_fn *fn,
                             void *ctx, struct en_err *err);
    en_errc (*delivery_add)(struct en_store *s, const struct en_store_delivery *x, int64_t *id, struct en_err *err);
    en_errc (*delivery_change)(struct en_store *s, const struct en_store_delivery *x, struct en_err *err);
    en_errc (*deliveries_each)(struct en_store *s, const struct en_store_delivery_filter *f, en_store_delivery_fn *fn,
                               void *ctx, struct en_err *err);
    en_errc (*bundle_add)(struct en_store *s, const struct en_store_bundle *x, int64_t *id, struct en_err *err);
    en_errc (*bundle_change)(struct en_store *s, const struct en_store_bundle *x, struct en_err *err);
    en_errc (*bundle_renew)(struct en_store *s, const struct en_store_bundle *x, struct en_err *err);
    en_errc (*bundles_each)(struct en_store *s, const struct en_store_bundle_filter *f, en_store_bundle_fn *fn,
                            void *ctx, struct en_err *err);
    en_errc (*refusal_add)(struct en_store *s, en_text partner, en_text code, uint64_t n, en_time at,
                           struct en_err *err);
    en_errc (*refusals_each)(struct en_store *s, en_text partner, en_store_refusal_fn *fn, void *ctx,
                             struct en_err *err);
    en_errc (*link_put)(struct en_store *s, const struct en_store_link *x, struct en_err *err);
    en_errc (*links_each)(struct en_store *s, en_text partner, en_store_link_fn *fn, void *ctx, struct en_err *err);
    en_errc (*parcel_add)(struct en_store *s, const struct en_store_parcel *x, struct en_err *err);
    en_errc (*parcel_remove)(struct en_store *s, const uint8_t *id, struct en_err *err);
    en_errc (*parcels_each)(struct en_store *s, const uint8_t *id, en_store_parcel_fn *fn, void *ctx,
                            struct en_err *err);

    en_errc (*question_add)(struct en_store *s, const struct en_store_question *x, int64_t *id, struct en_err *err);
    en_errc (*question_change)(struct en_store *s, const struct en_store_question *x, struct en_err *err);
    en_errc (*questions_each)(struct en_store *s, const struct en_store_question_filter *f, en_store_question_fn *fn,
                              void *ctx, struct en_err *err);
    en_errc (*protection_add)(struct en_store *s, const struct en_store_protection *x, int64_t *id,
                              struct en_err *err);
    en_errc (*protection_delete)(struct en_store *s, int64_t id, struct en_err *err);
    en_errc (*protections_each)(struct en_store *s, const struct en_store_protection_filter *f,
                                en_store_protection_fn *fn, void *ctx, struct en_err *err);

    en_errc (*tally_add)(struct en_store *s, enum en_store_input what, const struct en_store_tally *x,
                         struct en_err *err);
    en_errc (*partner_add)(struct en_store *s, const struct en_store_partner *x, int64_t *id, struct en_err *err);
    en_errc (*partner_change)(struct en_store *s, const struct en_store_partner *x, struct en_err *err);
    en_errc (*partners_each)(struct en_store *s, const struct en_store_partner_filter *f, en_store_partner_fn *fn,
                             void *ctx, struct en_err *err);
    en_errc (*partner_key_add)(struct en_store *s, const struct en_store_partner_key *x, struct en_err *err);
    en_errc (*partner_keys_each)(struct en_store *s, const struct en_store_partner_key_filter *f,
                                 en_store_partner_key_fn *fn, void *ctx, struct en_err *err);

    en_errc (*charter_add)(struct en_store *s, const struct en_store_charter *x, int64_t *id, struct en_err *err);
    en_errc (*charter_change)(struct en_store *s, const struct en_store_charter *x, struct en_err *err);
    en_errc (*charters_each)(struct en_store *s, const struct en_store_charter_filter *f, en_store_charter_fn *fn,
                             void *ctx, struct en_err *err);

    en_errc (*counts)(struct en_store *s, struct en_store_counts *out, struct en_err *err);
};

/* Smaller subtrees are computed from their leaves: a proof reads at most one row a level and 255 leaves. */
#define EN_LOG_ROWS_FROM 8u

/* What store_log.c knows of the log between two transactions; loaded when needed. */
struct en_store_log {
    bool loaded;
    bool appended; /* this transaction appended events */
    bool doubt;
    en_time at;    /* of the newest event that it appended */
    int64_t head;  /* id of the newest head, 0 for none */
    unsigned kept; /* of it */
    uint32_t epoch;
    struct en_tree tree;
    en_store_sign_fn *sign;
    void *sign_ctx;
};

/* The head of every engine's own struct. Everything below ops belongs to store.c. */
struct en_store {
    const struct en_store_ops *ops;
    bool in_transaction;
    bool deleted;     /* this transaction deletes content */
    unsigned reading; /* iterations under way */
    en_errc spoiled;  /* the storage error that spoiled the transaction, and its text in err */
    struct en_err err;
    int64_t import, import_source; /* the open import; 0 if none */
    bool import_waits;             /* between two transactions of an import that goes on */
    uint64_t **seen;               /* one bit an alert id that the open import put, in pages made when needed */
    size_t n_seen;                 /* pages */
    struct en_store_log log;
};

/* --- for tests and for SQLite's own files ----------------------------------------------------- */

/* As en_store_open_sqlite, through a named sqlite3_vfs (NULL: the default one). */
en_errc en_store_open_sqlite_vfs(const char *path, enum en_store_open_mode mode, const char *vfs, struct en_store **out,
                                 struct en_err *err);

/* --- the fault-injecting engine --------------------------------------------------------------- */

enum en_fault_mode {
    EN_FAULT_FAIL,       /* the call is not done and returns EN_E_STORAGE; later calls work */
    EN_FAULT_CRASH,      /* the call is not done; what is not committed is lost; every call fails until revived */
    EN_FAULT_CRASH_AFTER /* the call is done, then as above: a commit whose answer is lost */
};

/* Takes inner. Without a plan it behaves as inner does. */
struct en_store *en_store_new_fault(struct en_store *inner);
/* The at-th write or commit from now on (1 is the next) fails; 0: none does. The count starts again. */
void en_store_fault_plan(struct en_store *s, uint64_t at, enum en_fault_mode mode);
/* Writes and commits since the plan. */
uint64_t en_store_fault_count(const struct en_store *s);
/* After a crash: the store as a new process would find it. */
void en_store_fault_revive(struct en_store *s);

#endif
