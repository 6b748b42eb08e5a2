/*
 * live_parts.h: what the parts of the exchange that runs by itself share (live.h). Internal to src/acts.
 *
 *   live.c          as the daemon calls it
 *   live_links.c    links as they are loaded, and the gates that say whom the node may give to
 *   live_source.c   the store as the step sees it
 *   live_changes.c  what acts have changed since
 *   live_commit.c   a step and its commit
 *   live_in.c       what comes: opened, told to the step, taken
 *   live_out.c      what leaves: bundles, slips, parcels, sealed when their turn comes
 *   live_log.c      heads of logs, shown and seen; what a restore means
 *
 * The step lives in memory and runs ahead of the store by at most one transaction. When that cannot be committed it
 * is thrown away and loaded again: whoever stops between any two of its updates loads the links again and goes on.
 */
#ifndef EN_ACTS_LIVE_PARTS_H
#define EN_ACTS_LIVE_PARTS_H

#include "acts/bundle_in.h"
#include "acts/bundle_out.h"
#include "acts/live.h"
#include "ledger/checkpoint.h"
#include "node/parcel.h"
#include "node/slip.h"

/* What one bundle over a wire carries, so that it fits into parcels of two relays. */
#define LIVE_BUNDLE_MOST (12u * EN_MIB)
/* Slips that wait for one partner: the oldest makes room, its receipts are asked for again. */
#define LIVE_SLIPS_MAX 4u

struct live_peer {
    char id[EN_ENVELOPE_PARTNER_LEN + 1];
    bool open, cut, relays;
    char via[EN_ENVELOPE_PARTNER_LEN + 1]; /* as a person said */
    char then[EN_ENVELOPE_PARTNER_LEN + 1];
    char heard[EN_ENVELOPE_PARTNER_LEN + 1]; /* the relay through which it last wrote to us */
    uint64_t taken[2]; /* deliveries up to here are in drafts of this step: usual, urgent */
    en_time unbelieved; /* when something came from it that nobody had signed, and an event says so */
    uint64_t silent;    /* how many since */
};

/* Leaves when its turn comes. */
struct live_waiting {
    enum { LIVE_BUNDLE, LIVE_SLIP, LIVE_PARCEL } kind;
    char to[EN_ENVELOPE_PARTNER_LEN + 1];   /* who opens it */
    char wire[EN_ENVELOPE_PARTNER_LEN + 1]; /* whom it is handed to: the same, or a relay */
    char then[EN_ENVELOPE_PARTNER_LEN + 1]; /* whom that one hands it to; "": `to` */
    bool urgent, renew;
    uint64_t number; /* LIVE_BUNDLE */
    uint8_t id[EN_ENVELOPE_ID_LEN]; /* LIVE_BUNDLE, LIVE_PARCEL */
    struct en_buf plain; /* LIVE_SLIP: the signed bundle */
    uint64_t ticket; /* 0: it waits; else it was handed out */
};

/* A bundle that the step was offered, between source.items and EN_UPDATE_MAKE. */
struct live_draft {
    struct departing d;
    const struct partner *to;
};

struct live {
    struct en_acts *acts;
    struct en_node *node;
    struct en_node *was;      /* the step that was thrown away: when to try again is taken from it */
    bool stale;               /* links were changed by hand since they were loaded */
    struct live_peer peer[EN_NODE_LINKS_MAX];
    size_t n_peers;
    struct live_waiting *queue;
    size_t n_queue, cap_queue;
    uint64_t tickets;
    uint64_t events;          /* the log as it was looked at last */
    en_time looked;           /* when standings were looked at last */
    struct en_head head;      /* our own, as the step knows it */
    bool begun;
    /* of one step */
    struct en_arena arena;
    struct en_call *c;
    struct live_draft **drafts;
    size_t n_drafts, cap_drafts;
    struct en_err failed;     /* what a callback of the step could not say */
    uint64_t counts[8];
};

/* What came, while the step looks at it (live_in.c). */
struct live_came {
    struct arriving *in;
    const char *refused;  /* the step said so */
    bool taken;           /* the step took its number */
    bool answers;         /* it brings statements about what is ours */
    struct en_witness_request *seen; /* heads as they came, one for each that the step is shown */
    const en_bytes *notes;
    const struct en_shown_head *heads;
    size_t n_heads;
    const struct en_parcel *parcel;
};

void live_free(struct live *v);
/* Writes "exchange" of the node's page. */
en_errc link_status(struct en_call *c, struct en_json *j, struct en_err *err);
/* A link as it stands in the store, with what was carried by hand. */
en_errc live_link_read(struct en_call *c, en_text partner, struct en_store_link *x, struct en_err *err);
/* The version in which a bundle by hand is written; 0: there is none in common. */
unsigned live_version_by_hand(const struct en_acts *a, const struct en_node_link *l);
/*
 * A person exported a bundle, or brought one: after the commit of that act. The links are read anew when next needed;
 * what waits to leave and when to try again stays.
 */
void live_by_hand(struct en_acts *a);

/* live.c */
struct live_peer *live_peer(struct live *v, en_text id);
/* A partner of this call; an integrity error if it is none (any more). */
en_errc live_partner(struct live *v, const char *id, const struct partner **out, struct en_err *err);
/* The step is thrown away; what it had to send is sent again once it is loaded. */
void live_unload(struct live *v);
/* An event of the node itself in the transaction that is open: opens it; and closes and appends it. */
void live_event_open(struct live *v, struct en_buf *b, struct en_json *ev);
en_errc live_event_append(struct live *v, const char *type, struct en_buf *b, struct en_json *ev, struct en_err *err);

/* The version of the exchange that a partner is written to in; our oldest if there is none in common. */
unsigned live_version(struct live *v, const char *id);

/* live_links.c */
/* A call of the node itself, with the links loaded; and its end, also after an error. */
en_errc live_enter(struct live *v, struct en_call *c, en_time now, struct en_err *err);
void live_leave(struct live *v);
/* Whom we may give to, told to the step where it changed; all: told for every partner. */
en_errc live_gates(struct live *v, bool all, struct en_err *err);
bool live_may_exchange(const struct en_partner_facts *f);
/* For en_store_links_each: ctx is a struct en_store_link. */
en_errc live_note_link(void *ctx, const struct en_store_link *x, struct en_err *err);

/* live_source.c: struct en_node_source over the store. A callback of the step cannot fail: v->failed has its error. */
size_t live_source_items(void *ctx, const char *partner, bool urgent, uint64_t after, size_t max, uint64_t *out);
bool live_source_bundle(void *ctx, const char *partner, uint64_t number, struct en_flying *out);
void live_drafts_forget(struct live *v);
/* For en_store_bundles_each: ctx is a struct en_flying. */
en_errc live_note_flying(void *ctx, const struct en_store_bundle *x, struct en_err *err);
/* For en_store_deliveries_each: ctx is a bool that becomes true. */
en_errc live_note_any(void *ctx, const struct en_store_delivery *x, struct en_err *err);

/* live_changes.c: whatever was committed since is told to the step. */
en_errc live_changes(struct live *v, struct en_err *err);

/* live_commit.c: one step and its commit; came may be NULL. On an error nothing was done. */
en_errc live_step(struct live *v, struct en_event *e, struct live_came *came, struct en_err *err);

/* live_in.c */
en_errc live_came_in(struct live *v, en_text from, en_bytes sealed, const char **code, struct en_err *err);
/* In the transaction of a step. */
en_errc live_take(struct live *v, struct live_came *came, bool number, struct en_err *err);

/* live_out.c */
void live_send(struct live *v, const struct en_update *u);
en_errc live_slip(struct live *v, const struct en_update *u, struct en_err *err);
en_errc live_refuse(struct live *v, const struct en_update *u, const struct live_came *came, struct en_err *err);
en_errc live_no_parcel(struct live *v, const struct en_update *u, const struct live_came *came, struct en_err *err);
void live_pass(struct live *v, const struct en_update *u);
void live_unqueue_all(struct live *v);
/* The next that leaves, for `to` alone if it is not empty. EN_E_NO: nothing. */
en_errc live_next_out(struct live *v, const char (*busy)[EN_ENVELOPE_PARTNER_LEN + 1], size_t n_busy, en_text to,
                      struct en_arena *arena, struct en_live_leaving *out, struct en_err *err);
en_errc live_went(struct live *v, uint64_t ticket, enum en_sent how, struct en_err *err);
/* Those of a parcel, or of a partner that nothing may be given to. */
void live_forget_parcel(struct live *v, const uint8_t *id);
void live_forget_partner(struct live *v, const char *id);

/* live_log.c */
/* Our newest head; size 0 if there is none that may be shown. */
en_errc live_own_head(struct live *v, struct en_head *out, struct en_err *err);
/* Whose log an origin is: "entente/<id>/<epoch>". */
bool live_origin(en_text origin, char id[EN_ENVELOPE_PARTNER_LEN + 1], uint32_t *epoch);
/* Reads a head that a part of a slip shows, and whether its owner signed it. EN_E_NO: it is not believed. */
en_errc live_head_read(struct live *v, en_bytes part, struct en_witness_request *out, struct en_shown_head *head,
                       en_bytes *note, struct en_err *err);
/* Appends a head that a slip is to show as a part; nothing if there is no such head any more. */
en_errc live_head_write(struct live *v, const struct en_shown_head *head, struct en_buf *out, struct en_err *err);
en_errc live_cosign(struct live *v, const struct en_update *u, const struct live_came *came, struct en_err *err);
en_errc live_fork(struct live *v, const struct en_update *u, const struct live_came *came, struct en_err *err);
en_errc live_hold(struct live *v, struct en_err *err);
en_errc live_go_on(struct live *v, const struct en_update *u, struct en_err *err);

#endif
