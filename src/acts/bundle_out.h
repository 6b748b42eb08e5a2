/*
 * bundle_out.h: what waits for a partner becomes a bundle, by hand or over a wire. Internal to src/acts.
 *
 *      deliveries ─departing_add─▶ parts ─departing_number, _sign─▶ bytes ─departing_store─▶ commit ─▶ bundle_seal
 * ─▶ away
 *
 * Between number and commit is one transaction. A bundle that was stored is made again, the same bytes, with
 * departing_again.
 */
#ifndef EN_ACTS_BUNDLE_OUT_H
#define EN_ACTS_BUNDLE_OUT_H

#include "acts/exchange.h"

struct departing {
    struct en_call *c;
    const struct partner *to;
    uint64_t most; /* bytes of all parts */
    size_t most_items;
    struct en_bundle bundle;
    uint8_t name[EN_ENVELOPE_ID_LEN];
    int64_t *delivery, *record; /* record 0: it is none */
    size_t n, cap, cap_records, cap_parts; /* deliveries */
    uint64_t size;            /* of the parts */
    uint64_t held;            /* what the rules do not let go now */
    struct departing_left {
        int64_t id;
        bool gone; /* its record is not in force any more */
    } *left;
    size_t cap_left; /* held are in it */
    bool full, urgent;
    struct en_arena arena; /* the parts and their bytes */
    struct en_buf proofs;  /* that our releases are signed */
    struct en_store_bundle row;
};

/* The node has keys (an invariant). most: bytes of all parts, at most BUNDLE_OUT_MOST. */
#define BUNDLE_OUT_MOST (EN_ENVELOPE_MAX - EN_MIB)
void departing_init(struct departing *d, struct en_call *c, const struct partner *to, uint64_t most, size_t most_items);
void departing_release(struct departing *d);
/*
 * An en_store_delivery_fn: adds it, unless the rules do not let it go now (held counts), or the bundle has no room
 * (full says so, and nothing more is added).
 */
en_errc departing_add(void *departing, const struct en_store_delivery *x, struct en_err *err);
/* Gives it its number, id and dates. */
void departing_number(struct departing *d, uint64_t number, const uint8_t id[EN_ENVELOPE_ID_LEN], en_time made);
/* Appends the signed bundle; and what its row says of these bytes. */
void departing_sign(struct departing *d, struct en_buf *plain);
/* In a transaction: the row; and what it carries is sent. */
en_errc departing_store(struct departing *d, bool flies, struct en_err *err);
/* Writes the facts of the event. */
void departing_facts(const struct departing *d, struct en_json *ev);
/* A bundle that left before, from its row: what of it is sent and may go becomes the parts again; held are left out. */
en_errc departing_again(struct departing *d, const struct en_store_bundle *row, struct en_err *err);
/*
 * In a transaction: its row says that it was signed anew, if its bytes are others than before. What was left out waits
 * again, or is dropped where its record is not in force any more. *changed: whether anything was written.
 */
en_errc departing_renew(struct departing *d, const struct en_store_bundle *was, bool *changed, struct en_err *err);
/* The number behind the newest that was given to this partner. */
en_errc departing_next_number(struct en_call *c, en_text partner, uint64_t *out, struct en_err *err);
/* In a transaction: a delivery is queued, or sent in this bundle. */
en_errc delivery_set_state(struct en_call *c, int64_t id, enum en_delivery_state state, int64_t bundle,
                           struct en_err *err);
/* Seals for a partner, to its key of today. */
en_errc bundle_seal(struct en_call *c, const struct partner *to, en_bytes plain, struct en_buf *sealed,
                    struct en_err *err);
void bundle_id_json(struct en_json *j, const uint8_t name[EN_ENVELOPE_ID_LEN]);

#endif
