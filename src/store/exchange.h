/*
 * exchange.h: what the store keeps of the exchange: records, releases, deliveries, bundles, links, parcels. Part of
 * store.h, with its promises.
 *
 * Partners stand in these rows by their id, 16 hex digits. The exact bytes of what was signed are kept as they are;
 * they are never written again.
 */
#ifndef EN_STORE_EXCHANGE_H
#define EN_STORE_EXCHANGE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/time.h"
#include "node/step.h"

struct en_store;

#define EN_STORE_PARTNER_LEN 16
#define EN_STORE_BUNDLE_LEN  16
#define EN_STORE_SALT_LEN    32
#define EN_STORE_SIGNATURE_MAX 1024u
#define EN_STORE_ROSTER_MAX  128u

/* --- records: one row a version ----------------------------------------------------------------------------------- */

enum en_held {
    EN_HELD_DRAFT,      /* ours, not released to anybody yet */
    EN_HELD_CURRENT,    /* in force */
    EN_HELD_REVIEW,     /* received and admitted; a person decides first */
    EN_HELD_ASIDE,      /* received and not admitted: kept with the reasons */
    EN_HELD_SUPERSEDED, /* a newer version is in force */
    EN_HELD_WITHDRAWN,  /* its originator took it back */
    EN_HELD_DESTROYED,  /* its destroy date came */
    EN_HELD_STATES
};
const char *en_held_word(enum en_held h); /* "draft" "current" … */
bool en_held_from(en_text t, enum en_held *out);

struct en_store_record {
    int64_t id;
    en_text uuid; /* "" if what came could not be read; then version 0 and no kind */
    uint32_t version;
    en_text kind; /* en_record_kind_word */
    en_text originator;
    en_text sender; /* the partner that brought it; "" if it is ours */
    en_text about;  /* of a withdrawal: the uuid that it takes back; "" otherwise */
    bool urgent;
    enum en_held state;
    uint8_t hash[EN_SHA256_LEN];       /* of the exact bytes; unique; stays when they go */
    en_bytes bytes;                    /* the object; empty once it is forgotten, or if it was not kept */
    en_bytes release, salt; /* as received; empty for ours */
    en_bytes signature;     /* of the release, or its list proof: 64 to EN_STORE_SIGNATURE_MAX bytes */
    uint32_t place;
    int64_t alert;          /* the alert that it is or became; 0: none */
    uint32_t alert_version; /* of ours: that it says */
    const en_text *reasons; /* codes: why it is kept aside or looked at first */
    size_t n_reasons;
    int64_t author;      /* who wrote it or decided about it; 0: nobody */
    en_time at, changed; /* when it was written or came; when its state changed */
    en_time destroy;     /* EN_TIME_NONE if it has no such date */
    en_time opened;      /* a person acknowledged it */
    int64_t opened_by;
};

struct en_store_record_filter { /* all zero: everything, by id */
    int64_t id, alert;
    en_text uuid, originator, sender, kind, about; /* empty: any */
    const uint8_t *hash;
    unsigned states;       /* bits 1u << EN_HELD_…; 0: any */
    bool ours;             /* written here */
    bool unopened;         /* urgent, received, and nobody acknowledged it */
    en_time destroy_until; /* with a destroy date at or before it, and bytes; 0: any */
    int64_t after;
    uint64_t limit;
};

typedef en_errc en_store_record_fn(void *ctx, const struct en_store_record *x, struct en_err *err);

/* EN_E_NO if a record with this hash is there. */
en_errc en_store_record_add(struct en_store *s, const struct en_store_record *x, int64_t *id, struct en_err *err);
/* Replaces everything but hash and at of x->id. Bytes that go are wiped from the file. */
en_errc en_store_record_change(struct en_store *s, const struct en_store_record *x, struct en_err *err);
en_errc en_store_record_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_record *out,
                            struct en_err *err);
en_errc en_store_record_by_hash(struct en_store *s, const uint8_t hash[EN_SHA256_LEN], struct en_arena *a,
                                struct en_store_record *out, struct en_err *err);
en_errc en_store_records_each(struct en_store *s, const struct en_store_record_filter *f, en_store_record_fn *fn,
                              void *ctx, struct en_err *err);
/* Bytes of all objects that this partner brought and that are in this state. */
en_errc en_store_records_size(struct en_store *s, en_text sender, enum en_held state, uint64_t *n, uint64_t *bytes,
                              struct en_err *err);

/* --- releases ----------------------------------------------------------------------------------------------------- */

enum en_release_state { EN_RELEASE_PROPOSED, EN_RELEASE_APPROVED, EN_RELEASE_REJECTED, EN_RELEASE_STATES };
const char *en_release_state_word(enum en_release_state st); /* "proposed" "approved" "rejected" */
bool en_release_state_from(en_text t, enum en_release_state *out);

struct en_store_roster {
    char partner[EN_STORE_PARTNER_LEN + 1];
    uint8_t salt[EN_STORE_SALT_LEN];
    uint32_t place; /* in the release */
};

struct en_store_release {
    int64_t id, record;
    enum en_release_state state;
    bool alone; /* of a withdrawal, which one person may send */
    int64_t proposed_by, decided_by;
    en_time proposed, decided; /* EN_TIME_NONE while it waits */
    en_text reason;            /* why it was rejected */
    en_bytes bytes, signature; /* empty until it is approved */
    const struct en_store_roster *roster;
    size_t n_roster;
};

struct en_store_release_filter { /* all zero: everything, by id */
    int64_t id, record;
    unsigned states; /* bits 1u << EN_RELEASE_…; 0: any */
    int64_t after;
    uint64_t limit;
};

typedef en_errc en_store_release_fn(void *ctx, const struct en_store_release *x, struct en_err *err);

/*
 * EN_E_USAGE for a release to nobody, and for one that is approved without two different persons (unless it is
 * `alone`): the store keeps no such row.
 */
en_errc en_store_release_add(struct en_store *s, const struct en_store_release *x, int64_t *id, struct en_err *err);
/* State, decided_by, decided, reason, bytes, signature and the places of the roster of x->id. */
en_errc en_store_release_change(struct en_store *s, const struct en_store_release *x, struct en_err *err);
en_errc en_store_release_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_release *out,
                             struct en_err *err);
en_errc en_store_releases_each(struct en_store *s, const struct en_store_release_filter *f, en_store_release_fn *fn,
                               void *ctx, struct en_err *err);

/* --- questions: may what is ours be passed on? -------------------------------------------------------------------- */

enum en_question_state {
    EN_QUESTION_ASKED,
    EN_QUESTION_PROPOSED,
    EN_QUESTION_GRANTED,
    EN_QUESTION_DENIED,
    EN_QUESTION_STATES
};
const char *en_question_state_word(enum en_question_state st); /* "asked" "proposed" "granted" "denied" */

/* A holder of a record of ours asks whether it may give it to a third partner. Never deleted: it says who holds it. */
struct en_store_question {
    int64_t id, record;
    en_text asker, target;
    enum en_question_state state;
    int64_t release; /* that consents, from when one person proposed it; 0 before */
    en_time at, changed;
    en_text reason; /* code of a denial; "" otherwise */
};

struct en_store_question_filter { /* all zero: everything, by id */
    int64_t id, record, release;
    en_text asker, target; /* empty: any */
    unsigned states;       /* bits 1u << EN_QUESTION_…; 0: any */
    int64_t after;
    uint64_t limit;
};

typedef en_errc en_store_question_fn(void *ctx, const struct en_store_question *x, struct en_err *err);

/* EN_E_NO if this asker has asked about this record and target before. */
en_errc en_store_question_add(struct en_store *s, const struct en_store_question *x, int64_t *id, struct en_err *err);
/* State, release, changed and reason of x->id. */
en_errc en_store_question_change(struct en_store *s, const struct en_store_question *x, struct en_err *err);
en_errc en_store_questions_each(struct en_store *s, const struct en_store_question_filter *f, en_store_question_fn *fn,
                                void *ctx, struct en_err *err);

/* --- protections: about whom nothing is told ---------------------------------------------------------------------- */

/* A local flag. It is never exported; what became of a hit is not released while it stands. */
struct en_store_protection {
    int64_t id;
    int64_t traveller; /* whose hits it covers; 0: nobody's. Travellers are deleted by their own dates */
    en_text entity;    /* the identity that it covers, as in a hit; "" for none */
    en_text reason;    /* code */
    en_text text;
    int64_t author;
    en_time at, review;
};

struct en_store_protection_filter { /* all zero: everything, by id */
    int64_t id, traveller;
    en_text entity; /* empty: any */
    en_time due;    /* only those whose review date is at or before it; 0: any */
    int64_t after;
    uint64_t limit;
};

typedef en_errc en_store_protection_fn(void *ctx, const struct en_store_protection *x, struct en_err *err);

/* EN_E_USAGE if it covers nobody. */
en_errc en_store_protection_add(struct en_store *s, const struct en_store_protection *x, int64_t *id,
                                struct en_err *err);
/* It ends: the row is wiped, and its events say that it was. EN_E_NOT_FOUND if it is gone. */
en_errc en_store_protection_delete(struct en_store *s, int64_t id, struct en_err *err);
en_errc en_store_protections_each(struct en_store *s, const struct en_store_protection_filter *f,
                                  en_store_protection_fn *fn, void *ctx, struct en_err *err);

/* --- deliveries: one row a thing and partner -----------------------------------------------------------------------
 */

enum en_delivery_kind {
    EN_DELIVERY_RECORD,
    EN_DELIVERY_RECEIPT,
    EN_DELIVERY_HEAD,
    EN_DELIVERY_STATEMENT,
    EN_DELIVERY_KINDS
};
const char *en_delivery_kind_word(enum en_delivery_kind k); /* "record" "receipt" "head" "statement" */

enum en_delivery_state {
    EN_DELIVERY_QUEUED,
    EN_DELIVERY_SENT,     /* in a bundle; nothing is known of it */
    EN_DELIVERY_RECEIVED, /* the partner signed that it has it */
    EN_DELIVERY_OPENED,   /* and that a person saw it */
    EN_DELIVERY_REFUSED,  /* the partner signed why it does not take it */
    EN_DELIVERY_DROPPED,  /* taken back before it was sent */
    EN_DELIVERY_STATES
};
const char *en_delivery_state_word(enum en_delivery_state st);
bool en_delivery_state_from(en_text t, enum en_delivery_state *out);

struct en_store_delivery {
    int64_t id;
    en_text partner;
    enum en_delivery_kind kind;
    int64_t record, release; /* of a record; 0 otherwise */
    en_bytes bytes;          /* of the others; empty for a record */
    enum en_delivery_state state;
    en_text reason; /* codes of a refusal */
    bool urgent;
    int64_t bundle;       /* the newest that carried it; 0: none yet */
    en_time queued, sent; /* sent: the newest time */
    en_time answered;     /* received or refused */
    en_time opened;
    en_bytes proof; /* the partner's statements about this one alone, one of a form, one after another; that about a
                       bundle stands there */
};

struct en_store_delivery_filter { /* all zero: everything, by id */
    int64_t id, record, bundle;
    en_text partner; /* empty: any */
    unsigned states; /* bits 1u << EN_DELIVERY_…; 0: any */
    unsigned kinds;  /* bits 1u << enum en_delivery_kind; 0: any */
    bool urgent_first, urgent_only, usual_only;
    int64_t after; /* not with urgent_first */
    uint64_t limit;
};

typedef en_errc en_store_delivery_fn(void *ctx, const struct en_store_delivery *x, struct en_err *err);

/* EN_E_NO if this version of a record is in a row of this partner already. */
en_errc en_store_delivery_add(struct en_store *s, const struct en_store_delivery *x, int64_t *id, struct en_err *err);
/* Everything but partner, kind, record, bytes and queued of x->id. */
en_errc en_store_delivery_change(struct en_store *s, const struct en_store_delivery *x, struct en_err *err);
en_errc en_store_deliveries_each(struct en_store *s, const struct en_store_delivery_filter *f, en_store_delivery_fn *fn,
                                 void *ctx, struct en_err *err);

/* --- bundles: each that left, and each that came from whom it says -------------------------------------------------
 */

struct en_store_bundle {
    int64_t id;
    bool out;
    en_text partner;
    uint8_t name[EN_STORE_BUNDLE_LEN]; /* its own id; unique with out and partner */
    uint64_t sequence;
    uint8_t hash[EN_SHA256_LEN]; /* of the signed bundle */
    uint64_t parts, refused;     /* in: parts that were refused */
    en_text reason;              /* why it was refused as a whole; "" if it was not */
    en_time made, expires, at;   /* at: when it was exported or imported here */
    int64_t actor;
    en_time answered; /* out: when a receipt came; EN_TIME_NONE */
    en_bytes answer;  /* out: that receipt; in: the receipt that was given, to be given again */
    bool urgent;
    bool flies;       /* out: the exchange sends it until a receipt comes */
    en_bytes earlier; /* out: EN_STORE_SIGNED for each time that it was signed before with other bytes */
};
/* Hash of the signed bundle, number of its parts (u64, big-endian). */
#define EN_STORE_SIGNED 40u

struct en_store_bundle_filter { /* all zero: everything, by id */
    int64_t id;
    bool in_only, out_only;
    en_text partner; /* empty: any */
    const uint8_t *name;
    uint64_t sequence; /* 0: any */
    bool taken_only;   /* not refused as a whole */
    bool flying_only;
    uint64_t from;     /* sequence at least; 0: any */
    bool newest_first; /* by sequence, then id */
    uint64_t limit;
};

typedef en_errc en_store_bundle_fn(void *ctx, const struct en_store_bundle *x, struct en_err *err);

/* EN_E_NO if this direction and partner have a bundle of this name. */
en_errc en_store_bundle_add(struct en_store *s, const struct en_store_bundle *x, int64_t *id, struct en_err *err);
/* refused, answered, answer and flies of x->id. */
en_errc en_store_bundle_change(struct en_store *s, const struct en_store_bundle *x, struct en_err *err);
/* name, sequence, hash, parts, reason, made, expires and earlier of x->id: it was signed anew. EN_E_NO as by add. */
en_errc en_store_bundle_renew(struct en_store *s, const struct en_store_bundle *x, struct en_err *err);
en_errc en_store_bundles_each(struct en_store *s, const struct en_store_bundle_filter *f, en_store_bundle_fn *fn,
                              void *ctx, struct en_err *err);

/* --- refusals: how often a partner was told no, and why ----------------------------------------------------------- */

#define EN_STORE_CODE_MAX 47u

struct en_store_refusal {
    char partner[EN_STORE_PARTNER_LEN + 1]; /* "": nobody proved to have sent it */
    char code[EN_STORE_CODE_MAX + 1];
    uint64_t count;
    en_time first, last;
};

typedef en_errc en_store_refusal_fn(void *ctx, const struct en_store_refusal *x, struct en_err *err);

/* Adds n to the count of this partner and code, at a time. It stays, whatever becomes of what was refused. */
en_errc en_store_refusal_add(struct en_store *s, en_text partner, en_text code, uint64_t n, en_time at,
                             struct en_err *err);
/* By partner and code; partner empty: all. */
en_errc en_store_refusals_each(struct en_store *s, en_text partner, en_store_refusal_fn *fn, void *ctx,
                               struct en_err *err);

/* --- links: how the exchange with each partner stands (node/step.h) ------------------------------------------------
 */

struct en_store_link {
    struct en_node_link link;                 /* with the partner's id */
    char via[EN_STORE_PARTNER_LEN + 1];  /* who relays to it for us; "" nobody */
    char then[EN_STORE_PARTNER_LEN + 1]; /* and whom that one gives it to, if two relay; "" the partner itself */
    bool relays;                         /* we pass on for it */
};

typedef en_errc en_store_link_fn(void *ctx, const struct en_store_link *x, struct en_err *err);

/* Adds the link or replaces it. */
en_errc en_store_link_put(struct en_store *s, const struct en_store_link *x, struct en_err *err);
/* Of a partner (empty: all), by partner. */
en_errc en_store_links_each(struct en_store *s, en_text partner, en_store_link_fn *fn, void *ctx, struct en_err *err);

/* --- parcels: sealed bundles of others that we pass on -------------------------------------------------------------
 */

struct en_store_parcel {
    struct en_kept kept;
    en_bytes sealed;
};

typedef en_errc en_store_parcel_fn(void *ctx, const struct en_store_parcel *x, struct en_err *err);

/* EN_E_NO if one of this id is there. */
en_errc en_store_parcel_add(struct en_store *s, const struct en_store_parcel *x, struct en_err *err);
/* EN_E_NOT_FOUND. */
en_errc en_store_parcel_remove(struct en_store *s, const uint8_t id[EN_STORE_BUNDLE_LEN], struct en_err *err);
/* Of an id (NULL: all), in no order. */
en_errc en_store_parcels_each(struct en_store *s, const uint8_t *id, en_store_parcel_fn *fn, void *ctx,
                              struct en_err *err);

#endif
