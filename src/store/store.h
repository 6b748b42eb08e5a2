/*
 * store.h: the one door to data, in the words of the domain. No SQL crosses it.
 *
 * A store keeps what a node knows: its settings, users, events, sources and their alerts, manifests and their
 * travellers, hits, decisions, clearances and intents. Engines are interchangeable (SQLite, memory, a fault-injecting
 * wrapper; store_engine.h is what an engine implements) and pass one conformance suite.
 *
 * Transactions. Every write stands between en_store_begin and en_store_commit; all of one act (its event and its rows)
 * stands in one transaction. A write outside of one is a fault of the caller (EN_ASSERT). When commit returns EN_OK the
 * whole transaction is on disk; when it returns anything else nothing of it remains, and abort is not needed (and does
 * no harm). A write that fails with EN_E_STORAGE, EN_E_INTEGRITY or EN_E_BUSY spoils the transaction: later writes and
 * the commit return the same error. Other errors (EN_E_NO, EN_E_NOT_FOUND, EN_E_LIMIT, EN_E_USAGE) change nothing and
 * the transaction goes on. Reads see the transaction's own writes.
 *
 * Errors. EN_E_STORAGE: disk full, read-only, input/output, a clock that went backwards. EN_E_INTEGRITY: the file is
 * damaged or not ours. EN_E_BUSY: another process holds it. EN_E_NO: it exists already. EN_E_NOT_FOUND: it does not
 * exist. EN_E_LIMIT: a value is longer than its limit.
 *
 * Iteration. The _each verbs call fn once a row, in the order stated, with a row borrowed for the call. fn may read the
 * store, never write it (EN_ASSERT). A result other than EN_OK ends the iteration and is what _each returns. The _get
 * and _by_ verbs copy one row into the caller's arena, or return EN_E_NOT_FOUND (EN_E_LIMIT if the arena is at its
 * cap).
 *
 * A store reads no clock and draws no randomness: times and nonces come in. Ids are positive, are given by the store in
 * ascending order and are never used twice; 0 means none. Times that are not set are EN_TIME_NONE. One handle belongs
 * to one thread at a time.
 */
#ifndef EN_STORE_STORE_H
#define EN_STORE_STORE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/time.h"
#include "ledger/tree.h"
#include "store/charter.h"
#include "store/exchange.h"

struct en_store;

/* The JSON form of a record may be longer than the record was; no blob of the store is longer than this. */
#define EN_STORE_MAX_BLOB (4u * EN_MAX_RECORD)
/* Short texts: names, codes, versions, entity ids. */
#define EN_STORE_MAX_WORD EN_MAX_NAME
/* Entries of one list that share an id. */
#define EN_STORE_MAX_PARTS 1000u
/* Programmes of an alert, reasons of a decision, alerts of a hit, programmes of a profile. */
#define EN_STORE_MAX_LIST 256u
/* Evidence of a remembered answer, and kinds of it. */
#define EN_STORE_MAX_EVIDENCE 4096u
#define EN_CLEARANCE_KINDS    8u
/* A clock may step back this far (time service) without a person having to say so. */
#define EN_STORE_CLOCK_SLACK (60 * EN_TIME_SECOND)

#define EN_NONCE_LEN         32
#define EN_KEY_LEN           32
#define EN_SIG_LEN           64

/* --- opening and closing ---------------------------------------------------------------------- */

enum en_store_open_mode {
    EN_STORE_OPEN,   /* an existing store; an older schema is brought up to date at once, a newer one refused */
    EN_STORE_CREATE, /* a new file, mode 0600; EN_E_NO if something stands there already */
    EN_STORE_AUDIT,  /* as EN_STORE_READ; damaged pages are read too, so that a check can name what was changed */
    EN_STORE_READ    /* an existing store beside its owner, to read a committed state; begin returns EN_E_STORAGE */
};

/* One file at path, with -wal and -shm beside it while open. */
en_errc en_store_open_sqlite(const char *path, enum en_store_open_mode mode, struct en_store **out, struct en_err *err);
/* Lives and dies with the handle. */
struct en_store *en_store_new_memory(void);
/* Frees the handle; an open transaction is aborted. NULL is accepted. */
void en_store_close(struct en_store *s);

en_errc en_store_begin(struct en_store *s, struct en_err *err);
en_errc en_store_commit(struct en_store *s, struct en_err *err);
/* Undoes all since begin. Outside of a transaction it does nothing. */
void en_store_abort(struct en_store *s);
bool en_store_in_transaction(const struct en_store *s);

/* Walks the whole store: structure, references, every value, leaves, hashes. EN_E_INTEGRITY with the first fault. */
en_errc en_store_check(struct en_store *s, struct en_err *err);
/* The engine's own structure and files only. */
en_errc en_store_check_structure(struct en_store *s, struct en_err *err);
/*
 * Writes a consistent copy of what is committed to path while the store is in use: a temporary name beside path,
 * checked, synced, then renamed. EN_E_NO if path exists. SQLite only (EN_E_USAGE otherwise); not inside a transaction.
 */
en_errc en_store_backup(struct en_store *s, const char *path, struct en_err *err);
/*
 * Puts the backup in the place of the store file at path, which no process may hold open. The copy is checked first;
 * the replaced store is kept beside it as path.replaced (EN_E_NO if one is there from before). An interrupted restore
 * leaves either store in place, or none and the replaced one: then run it again.
 */
en_errc en_store_restore(const char *backup, const char *path, struct en_err *err);

/* --- the node --------------------------------------------------------------------------------- */

struct en_store_node {
    en_text name;              /* the service's name */
    en_text country;           /* en_country code, or "" */
    const en_text *programmes; /* accepted beyond counter-terrorism: the node's profile */
    size_t n_programmes;
    uint32_t retention_hours; /* travellers without a hit are deleted so long after arrival */
    en_text legal_basis;      /* why they are kept longer than the rules' own time; "" while they are not */
    uint32_t answer_minutes;  /* a carrier whose traveller is to be looked at waits so long for a person */
    uint32_t reads_an_hour;   /* answers that a person gets within an hour; 0: any number */
    bool read_purpose;        /* nobody is answered who does not say what for */
    const en_text *addresses; /* where partners reach it, as its card says */
    size_t n_addresses;
    en_text tables;           /* learned tables that it screens with, by their hash; "": the program's own */
    double prior;             /* expected share of travellers who are on the list */
    double line;              /* probability from which a candidate is a hit */
    bool rehearsal;           /* a rehearsal with made-up data: said on every page */
    en_time created;
};

/* Writes the settings, the first time or again. */
en_errc en_store_node_put(struct en_store *s, const struct en_store_node *n, struct en_err *err);
en_errc en_store_node_get(struct en_store *s, struct en_arena *a, struct en_store_node *out, struct en_err *err);

/* --- users ------------------------------------------------------------------------------------ */

struct en_store_user {
    int64_t id;
    en_text name; /* unique */
    en_text role;
    uint8_t key[EN_KEY_LEN]; /* Ed25519 public key, unique: two-person rules compare keys */
    int64_t uid;             /* unix user, -1 for none; unique among users that are not disabled */
    en_time created;
    en_time disabled; /* EN_TIME_NONE while allowed to act */
};

typedef en_errc en_store_user_fn(void *ctx, const struct en_store_user *u, struct en_err *err);

/* u->id is ignored; *id is the new one. EN_E_NO if the name, the key or the uid is taken. */
en_errc en_store_user_add(struct en_store *s, const struct en_store_user *u, int64_t *id, struct en_err *err);
/* Replaces name, role, key, uid and disabled of u->id. Users are never deleted: events name them. */
en_errc en_store_user_change(struct en_store *s, const struct en_store_user *u, struct en_err *err);
en_errc en_store_user_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_user *out,
                          struct en_err *err);
en_errc en_store_user_by_name(struct en_store *s, en_text name, struct en_arena *a, struct en_store_user *out,
                              struct en_err *err);
en_errc en_store_user_by_key(struct en_store *s, const uint8_t key[EN_KEY_LEN], struct en_arena *a,
                             struct en_store_user *out, struct en_err *err);
/* Only users that are not disabled. */
en_errc en_store_user_by_uid(struct en_store *s, int64_t uid, struct en_arena *a, struct en_store_user *out,
                             struct en_err *err);
/* By id. */
en_errc en_store_users_each(struct en_store *s, en_store_user_fn *fn, void *ctx, struct en_err *err);

/* --- events ----------------------------------------------------------------------------------- */

/*
 * The log of acts: append-only, numbered 1, 2, 3 … without a gap. Nothing is changed or deleted, except that the
 * content of an event (bytes and nonce) can be destroyed; its leaf stays, so the tree over the log (leaf n - 1 is event
 * n) holds.
 */
struct en_store_event {
    uint64_t seq;                /* given by the store */
    en_text type;                /* "list-import", "decision" … */
    en_bytes bytes;              /* exact bytes; empty once destroyed */
    uint8_t nonce[EN_NONCE_LEN]; /* zero once destroyed */
    int64_t actor;               /* user id; 0 = the node itself */
    en_time at;
    en_bytes signature;          /* empty or EN_SIG_LEN bytes; sign the leaf, then it outlives the content */
    uint8_t leaf[EN_SHA256_LEN]; /* computed by the store */
    en_time destroyed;           /* EN_TIME_NONE while the content is there */
};

typedef en_errc en_store_event_fn(void *ctx, const struct en_store_event *e, struct en_err *err);

/* SHA-256 of nonce, length of type (u16, big-endian), type, bytes. docs/formats/store.md, "event". */
void en_store_event_leaf(const uint8_t nonce[EN_NONCE_LEN], en_text type, en_bytes bytes, uint8_t leaf[EN_SHA256_LEN]);

/*
 * seq, leaf and destroyed are ignored; *seq is the new number (may be NULL). An `at` that lies more than
 * EN_STORE_CLOCK_SLACK before the newest event is refused with EN_E_STORAGE: the clock went backwards and retention
 * cannot be trusted. clock_accepted lets the act through by which a person says that the clock is right now.
 */
en_errc en_store_event_append(struct en_store *s, const struct en_store_event *e, bool clock_accepted, uint64_t *seq,
                              struct en_err *err);
/* Forgets bytes and nonce; EN_E_NO if that was done before. */
en_errc en_store_event_destroy(struct en_store *s, uint64_t seq, en_time at, struct en_err *err);
en_errc en_store_event_get(struct en_store *s, uint64_t seq, struct en_arena *a, struct en_store_event *out,
                           struct en_err *err);
/* Events of this type (empty: any) whose content is there and that happened at or before `until`; by seq. */
en_errc en_store_events_due_each(struct en_store *s, en_text type, en_time until, uint64_t limit,
                                 en_store_event_fn *fn, void *ctx, struct en_err *err);
/* From seq `from` (1 is the first) on, at most limit (0: all), by seq. */
en_errc en_store_events_each(struct en_store *s, uint64_t from, uint64_t limit, en_store_event_fn *fn, void *ctx,
                             struct en_err *err);

/* --- the ledger: the tree over the events ----------------------------------------------------- */

/*
 * The RFC 6962 tree whose entry n - 1 is the leaf (32 bytes) of event n. Every commit that appends events writes its
 * head with them: nobody can commit an event without its head. A head counts the events from the first on; epochs
 * (design section 6, "After a restore") change its origin and nothing else.
 *
 * The newest head is one row that is written over. Rows that were kept for a reason stay for ever.
 */
enum en_head_kept {
    EN_HEAD_SEEN = 1, /* it was shown to somebody outside */
    EN_HEAD_LAST = 2, /* it closed its epoch */
    EN_HEAD_DOUBT = 4 /* the store was put back from a copy: no head is signed until a person says what was lost */
};

struct en_store_head {
    int64_t id;
    uint32_t epoch;  /* from 1 */
    en_text origin;  /* of the log, as signed; "" while unsigned */
    uint64_t size;
    struct en_tree_hash root;
    en_bytes note;   /* the signed checkpoint, exact bytes; empty while unsigned */
    en_time at;      /* of its newest event */
    unsigned kept;   /* EN_HEAD_…; 0: the newest head, which the next one replaces */
};
#define EN_STORE_MAX_NOTE 65536u

/*
 * Signs a head (epoch, size, root and at are set): appends its origin and its note, or nothing while there is no key.
 * Called in the commit.
 */
typedef en_errc en_store_sign_fn(void *ctx, const struct en_store_head *h, struct en_buf *origin, struct en_buf *note,
                                 struct en_err *err);
typedef en_errc en_store_head_fn(void *ctx, const struct en_store_head *h, struct en_err *err);

/* Without a signer (NULL), and while there is a doubt, heads are written unsigned. */
void en_store_set_signer(struct en_store *s, en_store_sign_fn *fn, void *ctx);
/* EN_E_NOT_FOUND while there is no event. */
en_errc en_store_head_newest(struct en_store *s, struct en_arena *a, struct en_store_head *out, struct en_err *err);
/* By id: the oldest first, the newest last. */
en_errc en_store_heads_each(struct en_store *s, en_store_head_fn *fn, void *ctx, struct en_err *err);
/* Keeps a head that is there, or changes why: exactly these bits from now on, and not 0. */
en_errc en_store_head_keep(struct en_store *s, int64_t id, unsigned why, struct en_err *err);
/* Signs the newest head if it is not signed and may be: as a commit does it. */
en_errc en_store_head_sign(struct en_store *s, struct en_err *err);
/*
 * What this node has seen of others' logs: one row a log with the newest head that it cosigned, written over; and rows
 * of evidence, heads that contradict one another, which stay.
 */
struct en_store_witnessed {
    int64_t id;
    bool evidence;
    en_text origin;
    uint8_t key[EN_KEY_LEN];  /* that the head is signed with */
    uint64_t size;
    struct en_tree_hash root;
    en_bytes note;  /* the head as it was signed; of evidence, the whole request */
    en_bytes other; /* of evidence: the head that it contradicts */
    en_time at;
};
typedef en_errc en_store_witnessed_fn(void *ctx, const struct en_store_witnessed *x, struct en_err *err);

/* x->id is ignored. EN_E_NO for a second row of a log that is no evidence. */
en_errc en_store_witnessed_add(struct en_store *s, const struct en_store_witnessed *x, int64_t *id,
                               struct en_err *err);
/* Replaces key, size, root, note and at of x->id, which is no evidence. */
en_errc en_store_witnessed_change(struct en_store *s, const struct en_store_witnessed *x, struct en_err *err);
/* Of a log (empty: of all), by id. */
en_errc en_store_witnessed_each(struct en_store *s, en_text origin, en_store_witnessed_fn *fn, void *ctx,
                                struct en_err *err);
/* Whether a head is in doubt. */
en_errc en_store_log_doubt(struct en_store *s, bool *doubt, struct en_err *err);
/*
 * Walks the ledger: every event gives its leaf, all leaves the nodes that are kept and every head. fn sees each fault
 * with the number of the event (0: not of one event); what it returns ends the walk unless it is EN_OK. What cannot be
 * read at all ends it too, with EN_E_INTEGRITY.
 */
typedef en_errc en_store_fault_fn(void *ctx, uint64_t seq, const char *what, struct en_err *err);
en_errc en_store_log_check(struct en_store *s, en_store_fault_fn *fn, void *ctx, struct en_err *err);
/* Nodes of the tree, for proofs and tiles; borrows the store. */
struct en_tree_source en_store_tree(struct en_store *s);

/* --- sources and their imports ---------------------------------------------------------------- */

/* A source is a list by its name, or our own alerts. */
struct en_store_source {
    int64_t id;
    en_text name;   /* unique: "un-consolidated", "own" … */
    en_text format; /* en_list_format_word, or "" for our own alerts */
    en_time created;
};

/* One version of a list, as it was read in. The numbers are the import's own report. */
struct en_store_import {
    int64_t id, source;
    en_text version;             /* as the file says; "" if it does not */
    en_time dated;               /* likewise */
    uint8_t hash[EN_SHA256_LEN]; /* of the file's bytes (with its alternate-name file): a file twice is recognised */
    en_text name;                /* the file's name */
    en_time at;                  /* when it was imported */
    int64_t actor;
    uint64_t entries, added, changed, unchanged, ended, returned, refused, unmatched;
    en_bytes report; /* JSON of repairs and refusals */
};

typedef en_errc en_store_source_fn(void *ctx, const struct en_store_source *x, struct en_err *err);
typedef en_errc en_store_import_fn(void *ctx, const struct en_store_import *x, struct en_err *err);

en_errc en_store_source_add(struct en_store *s, const struct en_store_source *x, int64_t *id, struct en_err *err);
en_errc en_store_source_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_source *out,
                            struct en_err *err);
en_errc en_store_source_by_name(struct en_store *s, en_text name, struct en_arena *a, struct en_store_source *out,
                                struct en_err *err);
/* By id. */
en_errc en_store_sources_each(struct en_store *s, en_store_source_fn *fn, void *ctx, struct en_err *err);

/*
 * An import is opened, its entries are put with en_store_alert_put, what the list no longer holds is ended with
 * en_store_alerts_end_missing, and it is closed with the final numbers and a report that is not empty: all in one
 * transaction. Only one is open at a time. begin takes source, version, dated, hash, name, at, actor; end takes the
 * numbers and the report of x->id. begin returns EN_E_NO if the newest import of this source has the same hash and came
 * to its end.
 */
/*
 * A long import may be cut into several transactions: en_store_import_wait before each commit but the last, and
 * en_store_import_go_on once the next has begun. Between the two others may commit, but no other import begins.
 * en_store_import_drop gives one up that waits; en_store_import_done says whether one that was found came to its end.
 */
void en_store_import_wait(struct en_store *s);
void en_store_import_go_on(struct en_store *s);
void en_store_import_drop(struct en_store *s);
bool en_store_import_done(const struct en_store_import *x);
en_errc en_store_import_begin(struct en_store *s, const struct en_store_import *x, int64_t *id, struct en_err *err);
en_errc en_store_import_end(struct en_store *s, const struct en_store_import *x, struct en_err *err);
/* The newest import of the source (or any, 0) with this content; EN_E_NOT_FOUND if there is none. */
en_errc en_store_import_by_hash(struct en_store *s, int64_t source, const uint8_t hash[EN_SHA256_LEN],
                                struct en_arena *a, struct en_store_import *out, struct en_err *err);
/* The newest import of a source. */
en_errc en_store_import_newest(struct en_store *s, int64_t source, struct en_arena *a, struct en_store_import *out,
                               struct en_err *err);
/* Of a source (0: all), newest first. */
en_errc en_store_imports_each(struct en_store *s, int64_t source, en_store_import_fn *fn, void *ctx,
                              struct en_err *err);

/* --- alerts ----------------------------------------------------------------------------------- */

enum en_alert_status { EN_ALERT_ACTIVE, EN_ALERT_ENDED, EN_ALERT_STATUSES };
const char *en_alert_status_word(enum en_alert_status st); /* "active", "ended" */

struct en_store_alert {
    int64_t id, source;
    en_text entity;   /* the identity's id within the source */
    uint32_t part;    /* 0, 1, 2 …: the list's entries that share this entity, in the list's order */
    uint32_t version; /* from 1; every change of content or status is a version */
    enum en_alert_status status;
    en_text ground; /* en_ground_word, "" for none */
    const en_text *programmes;
    size_t n_programmes;
    bool matched;                /* screened against: by its ground or the node's profile; not part of a version */
    en_bytes identity;           /* en_identity_json with line and pos 0: a place in the file is no change */
    uint8_t hash[EN_SHA256_LEN]; /* of ground, programmes, identity, review and destroy: en_store_alert_hash */
    en_time created, changed;    /* of the alert, and of this version */
    en_time ended;               /* EN_TIME_NONE while active */
    en_time review, destroy;     /* dates that bind the holder; EN_TIME_NONE if there is none */
    int64_t author;              /* of this version */
    int64_t import;              /* that brought this version; 0 if written here */
};

/* What an import or a person says of an alert. */
struct en_store_alert_put {
    int64_t source;
    int64_t import; /* the open import, or 0 for an alert written here */
    en_text entity;
    bool ended; /* the source itself says that it no longer holds */
    en_text ground;
    const en_text *programmes;
    size_t n_programmes;
    bool matched;
    en_bytes identity;
    en_time review, destroy;
    int64_t author;
    en_time at;
};

enum en_put_what {
    EN_PUT_ADDED,     /* new */
    EN_PUT_CHANGED,   /* a new version of an active alert */
    EN_PUT_UNCHANGED, /* as it was: nothing written, except `matched` */
    EN_PUT_RETURNED,  /* was ended, is active again */
    EN_PUT_ENDED      /* was active, is ended by this put */
};

struct en_store_put_result {
    int64_t id;
    uint32_t part, version;
    enum en_put_what what;
    uint8_t hash[EN_SHA256_LEN];
};

struct en_store_alert_filter { /* all zero: everything */
    int64_t id, source;        /* 0: any */
    en_text entity;            /* empty: any; needs source */
    bool active_only, ended_only, matched_only;
    en_time review_until;  /* only alerts with a review date at or before; 0: any */
    en_time destroy_until; /* likewise */
    int64_t after;         /* ids above this one */
    uint64_t limit;        /* 0: no limit */
};

typedef en_errc en_store_alert_fn(void *ctx, const struct en_store_alert *x, struct en_err *err);

void en_store_alert_hash(en_text ground, const en_text *programmes, size_t n_programmes, en_bytes identity,
                         en_time review, en_time destroy, uint8_t hash[EN_SHA256_LEN]);
/*
 * Adds the alert, or a version to it if its content or status differs; the version before is kept. In an import, a
 * second entry with the same entity is the next part; outside, part 0 is meant.
 */
en_errc en_store_alert_put(struct en_store *s, const struct en_store_alert_put *x, struct en_store_put_result *out,
                           struct en_err *err);
/* Ends an active alert (all its parts in turn are the caller's business). EN_E_NO if it is ended. */
en_errc en_store_alert_end(struct en_store *s, int64_t id, int64_t author, en_time at, struct en_err *err);
/*
 * Ends every active alert of the open import's source that the import did not put. fn (may be NULL) sees each, as
 * ended; *ended is their number.
 */
en_errc en_store_alerts_end_missing(struct en_store *s, int64_t import, en_time at, en_store_alert_fn *fn, void *ctx,
                                    uint64_t *ended, struct en_err *err);
/* After a change of the profile. */
en_errc en_store_alert_set_matched(struct en_store *s, int64_t id, bool matched, struct en_err *err);
/* Deletes the alert and its versions for good (its destroy date came). Hits keep number, version and hash. */
en_errc en_store_alert_delete(struct en_store *s, int64_t id, struct en_err *err);
en_errc en_store_alert_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_alert *out,
                           struct en_err *err);
/* By id: the order in which they were first put. */
en_errc en_store_alerts_each(struct en_store *s, const struct en_store_alert_filter *f, en_store_alert_fn *fn,
                             void *ctx, struct en_err *err);
/* All versions of one alert, the present one last. */
en_errc en_store_alert_versions_each(struct en_store *s, int64_t id, en_store_alert_fn *fn, void *ctx,
                                     struct en_err *err);

/*
 * The journal of changes: every write that adds, changes or matches an alert notes the alert's identity, in the same
 * transaction, under numbers 1, 2, 3 … without a gap. Whoever keeps something made of the alerts (the screening index)
 * has it as of a number, and brings it up to date with what was noted behind that number. A deletion takes a number and
 * forgets the whole journal, for it must not name who is gone: what was made before then is to be made anew.
 */
struct en_store_change {
    uint64_t number;
    int64_t source;
    en_text entity;
};

typedef en_errc en_store_change_fn(void *ctx, const struct en_store_change *x, struct en_err *err);

/* *newest: the last number given (0: none was). *forgotten: numbers up to this one are not kept any more. */
en_errc en_store_changes(struct en_store *s, uint64_t *forgotten, uint64_t *newest, struct en_err *err);
/* Those above `after`, by number, at most limit (0: all). */
en_errc en_store_changes_each(struct en_store *s, uint64_t after, uint64_t limit, en_store_change_fn *fn, void *ctx,
                              struct en_err *err);
/* Forgets those up to and with this number; numbers are never given twice. */
en_errc en_store_changes_forget(struct en_store *s, uint64_t until, struct en_err *err);

/* --- manifests and travellers ----------------------------------------------------------------- */

struct en_store_manifest {
    int64_t id;
    uint8_t hash[EN_SHA256_LEN]; /* of the bytes received: what is sent again is recognised; unique */
    en_text kind;                /* en_manifest_format_word */
    en_text name;                /* file name, or how it came */
    en_time received;
    int64_t actor;
    uint64_t travellers, hits, repairs, refused;
    en_bytes report; /* JSON */
};

/* One message (UNH..UNT) of a manifest. A message that is sent again in another interchange is known by its reference.
 */
struct en_store_message {
    int64_t manifest;
    uint32_t number; /* from 1 */
    en_text type, version, function, reference, flight;
    uint8_t hash[EN_SHA256_LEN]; /* of what it says, as the caller defines it */
    uint64_t travellers;
    uint64_t declared; /* how many it says it has; EN_STORE_NOT_DECLARED if it does not say */
    bool truncated;
    en_time departs;   /* of the flight; EN_TIME_NONE if unknown */
    en_bytes head;     /* what an answer to it needs, as the caller defines it; empty if none is asked for */
};
#define EN_STORE_NOT_DECLARED UINT64_MAX

struct en_store_traveller {
    int64_t id, manifest;
    uint32_t message; /* of the manifest, 0 if it has none */
    en_text external; /* id in the input; several may share one */
    en_bytes person;  /* en_traveller_json */
    en_text flight;
    en_time arrives;      /* EN_TIME_NONE if unknown */
    en_time delete_after; /* when it goes if it has no hit; must be set */
};

struct en_store_message_filter { /* all zero: everything */
    int64_t manifest;
    en_text reference;
    const uint8_t *hash;
};

struct en_store_traveller_filter { /* all zero: everything */
    int64_t id, manifest;
    en_text external;
    en_text flight; /* empty: any */
    en_time due; /* only those that en_store_travellers_delete_due would delete now; 0: any */
    int64_t after;
    uint64_t limit;
};

typedef en_errc en_store_manifest_fn(void *ctx, const struct en_store_manifest *x, struct en_err *err);
typedef en_errc en_store_message_fn(void *ctx, const struct en_store_message *x, struct en_err *err);
typedef en_errc en_store_traveller_fn(void *ctx, const struct en_store_traveller *x, struct en_err *err);

/* EN_E_NO if one with this hash is there. */
en_errc en_store_manifest_add(struct en_store *s, const struct en_store_manifest *x, int64_t *id, struct en_err *err);
/* The numbers and the report, once all is read. */
en_errc en_store_manifest_finish(struct en_store *s, const struct en_store_manifest *x, struct en_err *err);
en_errc en_store_manifest_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_manifest *out,
                              struct en_err *err);
en_errc en_store_manifest_by_hash(struct en_store *s, const uint8_t hash[EN_SHA256_LEN], struct en_arena *a,
                                  struct en_store_manifest *out, struct en_err *err);
/* Newest first, ids below `before` (0: all). */
en_errc en_store_manifests_each(struct en_store *s, int64_t before, uint64_t limit, en_store_manifest_fn *fn, void *ctx,
                                struct en_err *err);
en_errc en_store_message_add(struct en_store *s, const struct en_store_message *x, struct en_err *err);
/* By manifest, number. */
en_errc en_store_messages_each(struct en_store *s, const struct en_store_message_filter *f, en_store_message_fn *fn,
                               void *ctx, struct en_err *err);

en_errc en_store_traveller_add(struct en_store *s, const struct en_store_traveller *x, int64_t *id, struct en_err *err);
/* Replaces person, flight, arrives and delete_after of x->id: more was told of the same traveller. */
en_errc en_store_traveller_change(struct en_store *s, const struct en_store_traveller *x, struct en_err *err);
en_errc en_store_traveller_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_traveller *out,
                               struct en_err *err);
/* By id. */
en_errc en_store_travellers_each(struct en_store *s, const struct en_store_traveller_filter *f,
                                 en_store_traveller_fn *fn, void *ctx, struct en_err *err);
/*
 * Deletes, by id, at most max (0: all) travellers whose delete_after is at or before now and who have no hit. fn (may
 * be NULL) sees each before it goes; *deleted is their number.
 */
en_errc en_store_travellers_delete_due(struct en_store *s, en_time now, uint64_t max, en_store_traveller_fn *fn,
                                       void *ctx, uint64_t *deleted, struct en_err *err);

/* --- hits, decisions, clearances -------------------------------------------------------------- */

enum en_hit_state {
    EN_HIT_NEW,     /* waits for an officer */
    EN_HIT_PENDING, /* decided by one person, waits for the second */
    EN_HIT_DECIDED,
    EN_HIT_CLEARED, /* answered by a clearance from before */
    EN_HIT_ENDED,   /* nobody had decided when the last of its alerts ended, was withdrawn or destroyed */
    EN_HIT_STATES
};
const char *en_hit_state_word(enum en_hit_state st); /* "new" "pending" "decided" "cleared" "ended" */
bool en_hit_state_from(en_text t, enum en_hit_state *out);

enum en_answer { EN_ANSWER_NONE, EN_ANSWER_SAME, EN_ANSWER_DIFFERENT, EN_ANSWER_CANNOT_TELL, EN_ANSWERS };
const char *en_answer_word(enum en_answer a); /* "" "same" "different" "cannot-tell" */
bool en_answer_from(en_text t, enum en_answer *out);

/* An alert as it was when the hit was found; it may have newer versions, or be deleted. */
struct en_store_hit_alert {
    int64_t alert;
    uint32_t version;
    uint8_t hash[EN_SHA256_LEN];
};

struct en_store_hit {
    int64_t id, traveller;
    en_text entity; /* id of the identity in the index; one hit a traveller and entity */
    const struct en_store_hit_alert *alerts;
    size_t n_alerts;
    int32_t bits; /* in 1/64 */
    double probability, prior;
    en_bytes evidence; /* JSON rows */
    en_text engine;    /* version of the matching engine and its tables */
    en_text found;     /* why it was looked for: "manifest", "new-alert", "check" … */
    en_bytes remembered; /* JSON: what was decided before about such a pair; empty for nothing */
    enum en_hit_state state;
    enum en_answer answer; /* of the newest decision or the clearance */
    en_time created, changed;
    en_time delete_after; /* EN_TIME_NONE: is kept. It goes, with its decisions, at or after this time */
};

struct en_store_hit_filter { /* all zero: everything, by id */
    int64_t id, traveller, manifest;
    en_text entity;   /* empty: any */
    unsigned states;  /* bits 1u << EN_HIT_…; 0: any */
    unsigned answers; /* bits 1u << EN_ANSWER_…; 0: any */
    double min_probability;
    en_time since;       /* created at or after; 0: any */
    en_time due;         /* only those that en_store_hits_delete_due would delete now; 0: any */
    bool by_probability; /* highest first, then by id */
    int64_t after;       /* goes on behind this hit, in the chosen order; 0: from the start */
    uint64_t limit;
};

struct en_store_decision {
    int64_t id, hit;
    enum en_answer answer;
    const en_text *reasons; /* codes */
    size_t n_reasons;
    en_text text; /* free */
    int64_t actor;
    en_time at;
    int64_t second; /* who confirmed it; 0: nobody (yet) */
    en_time second_at;
};

/* A remembered answer: about this evidence of a traveller and this version of this alert. */
struct en_store_clearance {
    int64_t id;
    uint8_t kind;          /* as the caller defines it (en_verdict_kind); below EN_CLEARANCE_KINDS */
    enum en_answer answer; /* not none */
    en_bytes evidence;     /* of the traveller, as the caller defines it: at most EN_STORE_MAX_EVIDENCE bytes */
    en_text number;        /* that its bearer shows, "" if there is none */
    int64_t alert;
    uint32_t version;
    uint8_t alert_hash[EN_SHA256_LEN];
    int64_t hit, decision; /* where it was decided; they may be deleted by now */
    int64_t actor;
    en_time at, expires; /* expires must be set */
};

typedef en_errc en_store_hit_fn(void *ctx, const struct en_store_hit *x, struct en_err *err);
typedef en_errc en_store_decision_fn(void *ctx, const struct en_store_decision *x, struct en_err *err);
typedef en_errc en_store_clearance_fn(void *ctx, const struct en_store_clearance *x, struct en_err *err);

struct en_store_clearance_filter { /* all zero: everything */
    int64_t id, alert;
    en_text number;   /* empty: any */
    en_time valid_at; /* only those that end after it; 0: any */
    en_time due;      /* only those that ended at or before it; 0: any */
    uint64_t limit;
};

/* EN_E_NO if this traveller has a hit with this entity (see en_store_hit_of). */
en_errc en_store_hit_add(struct en_store *s, const struct en_store_hit *x, int64_t *id, struct en_err *err);
/* Replaces everything but traveller, entity and created of x->id: found again with other evidence, or reopened. */
en_errc en_store_hit_change(struct en_store *s, const struct en_store_hit *x, struct en_err *err);
/* State, answer and delete_after only. */
en_errc en_store_hit_set_state(struct en_store *s, int64_t id, enum en_hit_state state, enum en_answer answer,
                               en_time at, en_time delete_after, struct en_err *err);
en_errc en_store_hit_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_hit *out,
                         struct en_err *err);
en_errc en_store_hit_of(struct en_store *s, int64_t traveller, en_text entity, struct en_arena *a,
                        struct en_store_hit *out, struct en_err *err);
en_errc en_store_hits_each(struct en_store *s, const struct en_store_hit_filter *f, en_store_hit_fn *fn, void *ctx,
                           struct en_err *err);
/* Deletes, by id, at most max (0: all) hits (and their decisions) whose delete_after came. */
en_errc en_store_hits_delete_due(struct en_store *s, en_time now, uint64_t max, en_store_hit_fn *fn, void *ctx,
                                 uint64_t *deleted, struct en_err *err);

/* The hit's state is set with en_store_hit_set_state in the same transaction. */
en_errc en_store_decision_add(struct en_store *s, const struct en_store_decision *x, int64_t *id, struct en_err *err);
/* EN_E_NO if it is confirmed already or if second is its actor. */
en_errc en_store_decision_confirm(struct en_store *s, int64_t id, int64_t second, en_time at, struct en_err *err);
/* Of a hit, by id: the newest last. */
en_errc en_store_decisions_each(struct en_store *s, int64_t hit, en_store_decision_fn *fn, void *ctx,
                                struct en_err *err);

en_errc en_store_clearance_add(struct en_store *s, const struct en_store_clearance *x, int64_t *id, struct en_err *err);
en_errc en_store_clearance_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_clearance *out,
                               struct en_err *err);
/* By id. */
en_errc en_store_clearances_each(struct en_store *s, const struct en_store_clearance_filter *f,
                                 en_store_clearance_fn *fn, void *ctx, struct en_err *err);
/* Taken back by a person; EN_E_NOT_FOUND if it is gone. */
en_errc en_store_clearance_delete(struct en_store *s, int64_t id, struct en_err *err);
en_errc en_store_clearances_delete_due(struct en_store *s, en_time now, uint64_t *deleted, struct en_err *err);

/* --- answers to carriers ---------------------------------------------------------------------- */

/*
 * What a carrier was told about a traveller, the newest last; it goes with the traveller. "1Z" (not to board) is kept
 * only with the person who ordered it, and marked as sent only with a second one: the store refuses anything else.
 */
struct en_store_answer {
    int64_t id, traveller;
    int64_t manifest; /* with the message: who asked */
    uint32_t message;
    en_text pnr, passenger; /* the carrier's own references of this person */
    en_text status;  /* "0Z" "1Z" "2Z" "4Z" */
    en_text why;     /* code of the reason */
    int64_t actor;   /* who ordered it; 0: the node, by rule */
    int64_t second;  /* who confirmed a "1Z"; 0: nobody */
    en_time at;
    en_time sent;     /* it has left the node; EN_TIME_NONE: not yet */
    en_time deadline; /* until when a person is to look; EN_TIME_NONE: nobody has to */
    en_time acknowledged; /* the carrier said that it has read it */
    en_text reference;    /* of the interchange that carried it */
};

struct en_store_answer_filter { /* all zero: everything */
    int64_t id, traveller;
    en_text reference; /* empty: any */
    en_time due;       /* only those whose deadline is at or before it; 0: any */
    uint64_t limit;
};

typedef en_errc en_store_answer_fn(void *ctx, const struct en_store_answer *x, struct en_err *err);

/* EN_E_USAGE for a status that is none, and for a "1Z" without its persons. */
en_errc en_store_answer_add(struct en_store *s, const struct en_store_answer *x, int64_t *id, struct en_err *err);
/* second, sent, deadline, acknowledged and reference of x->id. */
en_errc en_store_answer_change(struct en_store *s, const struct en_store_answer *x, struct en_err *err);
/* By id. */
en_errc en_store_answers_each(struct en_store *s, const struct en_store_answer_filter *f, en_store_answer_fn *fn,
                              void *ctx, struct en_err *err);
/* The newest of a traveller; EN_E_NOT_FOUND if there is none. */
en_errc en_store_answer_newest(struct en_store *s, int64_t traveller, struct en_arena *a, struct en_store_answer *out,
                               struct en_err *err);

/* --- intents: what is to leave the process ---------------------------------------------------- */

/* Written with the act; finished with its outcome by a second act. A start finds those without outcome. */
struct en_store_intent {
    int64_t id;
    uint64_t event; /* seq of the act */
    en_text kind;
    en_bytes bytes;
    en_time created;
    en_time finished; /* EN_TIME_NONE while open */
    en_text outcome;  /* "" while open */
};

typedef en_errc en_store_intent_fn(void *ctx, const struct en_store_intent *x, struct en_err *err);

en_errc en_store_intent_add(struct en_store *s, const struct en_store_intent *x, int64_t *id, struct en_err *err);
/* Forgets its bytes. EN_E_NO if it was finished before. */
en_errc en_store_intent_finish(struct en_store *s, int64_t id, en_text outcome, en_time at, struct en_err *err);
/* By id. */
en_errc en_store_intents_each(struct en_store *s, bool open_only, en_store_intent_fn *fn, void *ctx,
                              struct en_err *err);

/* --- partners --------------------------------------------------------------------------------- */

#define EN_PARTNER_ID_LEN 16

/* Another service's node, as we know it. Never deleted: records and events name it. */
struct en_store_partner {
    int64_t id;
    en_text partner;  /* id of its first signing key: 16 hex digits, unique */
    en_text name, country;
    en_text standing; /* en_standing_word */
    bool rehearsal;
    uint32_t number;  /* of the newest step of its history of keys */
    uint8_t key[EN_KEY_LEN];
    uint8_t next[EN_SHA256_LEN];
    en_bytes card;      /* the newest one, as it was signed */
    en_time card_at;    /* when that was made */
    en_bytes agreement; /* JSON, docs/formats/json.md "agreement"; empty for none */
    en_time added, changed;
    en_time cut;        /* EN_TIME_NONE while the link is not cut */
    en_text cut_why;    /* "" while it is not */
    const en_text *addresses; /* where we reach it, instead of those on its card; none: those */
    size_t n_addresses;
};

/* A step of a history of keys: a partner's, or (partner 0) our own. Neither changed nor deleted. */
struct en_store_partner_key {
    int64_t partner;
    uint32_t number; /* from 1, without gaps */
    uint8_t key[EN_KEY_LEN];
    uint8_t next[EN_SHA256_LEN];
    en_time at;
    en_bytes note; /* the statement, as it was signed */
};

struct en_store_partner_key_filter { /* all zero: everything */
    bool by_partner;
    int64_t partner; /* if by_partner; 0 is ourselves */
    const uint8_t *key;
};

typedef en_errc en_store_partner_fn(void *ctx, const struct en_store_partner *x, struct en_err *err);
typedef en_errc en_store_partner_key_fn(void *ctx, const struct en_store_partner_key *x, struct en_err *err);

/* x->id is ignored; *id is the new one. EN_E_NO if there is a partner of this id. */
en_errc en_store_partner_add(struct en_store *s, const struct en_store_partner *x, int64_t *id, struct en_err *err);
/* Replaces all of x->id but its partner's id and when it was added. */
en_errc en_store_partner_change(struct en_store *s, const struct en_store_partner *x, struct en_err *err);
en_errc en_store_partner_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_partner *out,
                             struct en_err *err);
/* By the partner's own id. */
en_errc en_store_partner_by_id(struct en_store *s, en_text partner, struct en_arena *a, struct en_store_partner *out,
                               struct en_err *err);
/* By id. */
en_errc en_store_partners_each(struct en_store *s, en_store_partner_fn *fn, void *ctx, struct en_err *err);
/* The next step of a history: EN_E_USAGE if it is another number, EN_E_NO if the key is somebody else's. */
en_errc en_store_partner_key_add(struct en_store *s, const struct en_store_partner_key *x, struct en_err *err);
/* By partner (ourselves first), number. */
en_errc en_store_partner_keys_each(struct en_store *s, const struct en_store_partner_key_filter *f,
                                   en_store_partner_key_fn *fn, void *ctx, struct en_err *err);

/* --- numbers for a status page ---------------------------------------------------------------- */

/* What was taken in. */
enum en_store_input { EN_INPUT_MANIFESTS, EN_INPUT_LISTS, EN_INPUT_BUNDLES, EN_INPUTS };
const char *en_store_input_word(enum en_store_input w); /* "manifests" "lists" "bundles" */

/* How many notes of each kind their reports have. */
struct en_store_tally {
    uint64_t repairs, refused, kept, warnings, left_out;
};

/* Adds to the sum over all inputs of a kind, which stays when what was read is deleted: in the input's transaction. */
en_errc en_store_tally_add(struct en_store *s, enum en_store_input what, const struct en_store_tally *x,
                           struct en_err *err);

struct en_store_counts {
    uint64_t events, users, sources, imports;
    uint64_t alerts[EN_ALERT_STATUSES], alerts_matched; /* alerts_matched: active and matched */
    uint64_t manifests, travellers;
    struct en_store_tally read[EN_INPUTS];
    uint64_t hits[EN_HIT_STATES], decisions, clearances, intents_open;
    uint64_t records[EN_HELD_STATES], deliveries[EN_DELIVERY_STATES];
    uint64_t releases_proposed; /* wait for a second person */
    uint64_t warnings_unopened; /* urgent, received and not acknowledged */
    uint64_t bundles_refused;   /* as a whole, from a partner that we know */
};
/* Fast enough for every page: no count walks the identities. */
en_errc en_store_counts(struct en_store *s, struct en_store_counts *out, struct en_err *err);

#endif
