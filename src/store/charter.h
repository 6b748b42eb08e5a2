/*
 * charter.h: what the store keeps of charters: every version that came or was written here, with the signatures that
 * are known, and which were adopted. Part of store.h, with its promises.
 *
 * A version is known by the hash of its text. Two rows may have one number: that is a fork once both hold. A row is
 * never deleted; its text never changes, its signatures only grow.
 */
#ifndef EN_STORE_CHARTER_H
#define EN_STORE_CHARTER_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/time.h"

struct en_store;

enum en_version_state {
    EN_VERSION_PROPOSED, /* signatures are missing */
    EN_VERSION_HOLDS,    /* signed by whoever must; not adopted here */
    EN_VERSION_ADOPTED,  /* here, now or once */
    EN_VERSION_STATES
};
const char *en_version_state_word(enum en_version_state st); /* "proposed" "holds" "adopted" */

struct en_store_charter {
    int64_t id;
    uint32_t number;                 /* from 1 */
    uint8_t hash[EN_SHA256_LEN];     /* of its text; unique */
    uint8_t previous[EN_SHA256_LEN]; /* zeroes for the first */
    en_time dated;
    enum en_version_state state;
    uint32_t turn;  /* it was adopted as the n-th, counted from 1; the highest is in force; 0: never */
    en_bytes note;  /* its text with the signatures that are known */
    en_bytes keys;  /* statements of members' keys that came with it; empty for none */
    int64_t author; /* who wrote it here or brought it in; 0: it came from a partner */
    en_time at;
    int64_t sign_asked; /* who asked that this node signs; 0: nobody */
    int64_t signed_by;  /* another person, who had it signed; 0: this node has not signed */
    en_time signed_at;
    int64_t adopt_asked, adopted_by; /* the same of its adoption; asked 0 where the node had signed it */
    en_time adopted;                 /* EN_TIME_NONE: never */
};

struct en_store_charter_filter { /* all zero: everything */
    int64_t id;
    uint32_t number;
    const uint8_t *hash;
};

typedef en_errc en_store_charter_fn(void *ctx, const struct en_store_charter *x, struct en_err *err);

/* EN_E_NO if there is a version with this hash; EN_E_USAGE for one that is signed or adopted without two persons. */
en_errc en_store_charter_add(struct en_store *s, const struct en_store_charter *x, int64_t *id, struct en_err *err);
/* Everything but number, hash, previous, dated, author and at of x->id. */
en_errc en_store_charter_change(struct en_store *s, const struct en_store_charter *x, struct en_err *err);
en_errc en_store_charter_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_charter *out,
                             struct en_err *err);
en_errc en_store_charter_by_hash(struct en_store *s, const uint8_t hash[EN_SHA256_LEN], struct en_arena *a,
                                 struct en_store_charter *out, struct en_err *err);
/* The one that is in force. EN_E_NOT_FOUND while none was adopted. */
en_errc en_store_charter_newest(struct en_store *s, struct en_arena *a, struct en_store_charter *out,
                                struct en_err *err);
/* By number, then id. */
en_errc en_store_charters_each(struct en_store *s, const struct en_store_charter_filter *f, en_store_charter_fn *fn,
                               void *ctx, struct en_err *err);

#endif
