/*
 * node_key.h: the keys of a node, apart from those of its people. docs/formats/keys.md 4.
 *
 * A signing key at a time, with which the node signs its heads, statements, releases and bundles, and a sealing key a
 * month, for which others seal what they send. The partner's id is the id of the *first* signing key and never changes.
 * Whoever acts for the node borrows a struct en_node_keys; the rim made it and wipes it.
 *
 * Nothing here draws randomness: seeds, salts and nonces come in.
 */
#ifndef EN_SEAL_NODE_KEY_H
#define EN_SEAL_NODE_KEY_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/time.h"
#include "seal/age.h"
#include "seal/seal.h"

/* --- months ------------------------------------------------------------- */

/* A month is a number: that of January 1970 is 0, in UTC. */
#define EN_MONTH_LEN 7 /* 2026-11 */
int32_t en_month_of(en_time t);
/* Its first moment; that of month + 1 is its end. */
en_time en_month_start(int32_t month);
void en_month_write(int32_t month, char out[EN_MONTH_LEN + 1]);
/* Years 1970 to 9999; false and *out untouched otherwise. */
bool en_month_parse(en_text t, int32_t *out);

/* --- the keys that acts borrow ------------------------------------------------------------- */

#define EN_NODE_SEALINGS_MAX  8u                 /* those of 90 days, of this month and of the next */
#define EN_NODE_SEALING_KEEP  (90 * EN_TIME_DAY) /* a sealing key opens for so long after its month */
#define EN_NODE_SEALING_AHEAD (14 * EN_TIME_DAY) /* and is made so long before it, because cards travel slowly */

struct en_node_keys {
    char partner[EN_SEAL_ID_LEN + 1]; /* id of the first signing key */
    struct en_key signing;            /* the current one */
    uint32_t number;                  /* its number: 1 is the first */
    unsigned n_sealing;
    struct en_age_identity sealing[EN_NODE_SEALINGS_MAX]; /* newest month first, as en_age_open takes them */
    int32_t month[EN_NODE_SEALINGS_MAX];                  /* of each */
};

/* Wipes all of it. */
void en_node_keys_wipe(struct en_node_keys *k);
/* Puts a sealing key in its place; one of the same month is replaced. Beyond EN_NODE_SEALINGS_MAX the oldest goes. */
void en_node_keys_add_sealing(struct en_node_keys *k, int32_t month, const struct en_age_identity *id);
/* That of a month; NULL if there is none. */
const struct en_age_identity *en_node_keys_sealing(const struct en_node_keys *k, int32_t month);
/* Is a sealing key of this month still kept at this time? */
bool en_sealing_kept(int32_t month, en_time now);
/* The newest month whose sealing key a node should have at this time: this one, or already the next. */
int32_t en_sealing_due(en_time now);

/* --- their files ------------------------------------------------------------- */

#define EN_NODE_SALT_LEN  16
#define EN_NODE_NONCE_LEN 24
#define EN_NODE_TAG_LEN   16
#define EN_NODE_FILE_MAX  1024u
#define EN_PASSPHRASE_MIN 8u /* bytes */
#define EN_PASSPHRASE_MAX 1024u
/* What a passphrase costs whoever tries one (RFC 9106, second recommended option, one lane). */
#define EN_NODE_LOCK_PASSES 3u
#define EN_NODE_LOCK_KIB    65536u

/* A key made of a passphrase (Argon2id). Files of one node share it, so that it is made once for all of them. */
struct en_node_lock {
    uint32_t passes, kib;
    uint8_t salt[EN_NODE_SALT_LEN];
    uint8_t key[EN_SHA256_LEN];
};
/* passes, kib and salt are given; makes key. EN_E_LIMIT: a passphrase too short or too long, a cost beyond reason. */
en_errc en_node_lock_make(struct en_node_lock *l, en_bytes passphrase, struct en_err *err);

enum en_node_key_kind { EN_NODE_KEY_SIGNING, EN_NODE_KEY_SEALING };

struct en_node_key_file {
    enum en_node_key_kind kind;
    char partner[EN_SEAL_ID_LEN + 1]; /* whose it is */
    int32_t month;                    /* of a sealing key */
    en_time created;
    uint8_t public_key[EN_SEAL_PUBLIC_LEN]; /* or the age recipient */
    bool locked;                            /* secret is not there yet: en_node_key_file_unlock */
    struct en_node_lock lock;               /* of a locked one, without its key */
    uint8_t sealed[EN_NODE_NONCE_LEN + EN_SEAL_SEED_LEN + EN_NODE_TAG_LEN];
    uint8_t secret[EN_SEAL_SEED_LEN];
};

/* Appends the text of the file; lock: NULL for none, and then nonce is not looked at. The buffer may hold secrets. */
void en_node_key_file_write(const struct en_node_key_file *f, const struct en_node_lock *lock,
                            const uint8_t nonce[EN_NODE_NONCE_LEN], struct en_buf *out);
/* EN_E_INPUT with line and position; EN_E_INTEGRITY if the public half is not that of the secret. */
en_errc en_node_key_file_read(en_bytes in, struct en_node_key_file *out, struct en_err *err);
/* Is it locked with this lock: same salt and cost? */
bool en_node_key_file_same_lock(const struct en_node_key_file *f, const struct en_node_lock *lock);
/* Fills in the secret. EN_E_RULE: another passphrase; EN_E_INTEGRITY. */
en_errc en_node_key_file_unlock(struct en_node_key_file *f, const struct en_node_lock *lock, struct en_err *err);

#endif
