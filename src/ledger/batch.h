/*
 * batch.h: a list of releases that is signed once. docs/formats/envelope.md 2.1.
 *
 * The releases are the leaves of a Merkle tree (tree.h), and its size and root are what the originator signs. With its
 * path to that root each release still stands for itself: whoever holds one record and its proof can show that the
 * originator released it to him, and needs none of the others. A release is hidden in its leaf's hash by the salts in
 * its roster, so the path tells nothing of its neighbours but that they are there.
 *
 * Pure. A proof that was parsed borrows from its bytes.
 */
#ifndef EN_LEDGER_BATCH_H
#define EN_LEDGER_BATCH_H

#include "base/buf.h"
#include "ledger/tree.h"
#include "seal/seal.h"

#define EN_BATCH_MAX       65536u /* releases of one list */
#define EN_BATCH_LEVELS    16u
#define EN_BATCH_USUAL     256u /* what our own lists have: longer paths cost more than the signatures they save */
#define EN_BATCH_PROOF_MIN (4u + 4u + EN_SHA256_LEN + EN_SEAL_SIG_LEN)
#define EN_BATCH_PROOF_MAX (EN_BATCH_PROOF_MIN + EN_BATCH_LEVELS * EN_SHA256_LEN)

/* --- signing ------------------------------------------------------------------------------------------------------ */

struct en_batch {
    struct en_tree tree;
    struct {
        struct en_tree_hash *v;
        size_t n, cap;
    } level[EN_BATCH_LEVELS + 1];
    uint8_t sig[EN_SEAL_SIG_LEN];
};

void en_batch_init(struct en_batch *b);
void en_batch_release(struct en_batch *b);
/* At most EN_BATCH_MAX (an invariant). */
void en_batch_add(struct en_batch *b, en_bytes release);
/* After the last; there is at least one (an invariant). */
void en_batch_sign(struct en_batch *b, const struct en_key *originator);
/* Appends the proof of the release that was added as number index, from 0. */
void en_batch_proof(const struct en_batch *b, uint32_t index, struct en_buf *out);

/* --- verifying ---------------------------------------------------------------------------------------------------- */

struct en_batch_proof {
    uint32_t size, index;
    struct en_tree_hash root;
    en_bytes signature;
    struct en_tree_proof path;
};
/* EN_E_INPUT, EN_E_LIMIT with the offset. Nothing is verified. */
en_errc en_batch_proof_parse(en_bytes in, struct en_batch_proof *out, struct en_err *err);

/* The list whose signature was verified last, so that it is verified once for all of its releases. Begins as zeroes. */
struct en_batch_seen {
    bool any;
    uint32_t size;
    struct en_tree_hash root;
    uint8_t key[EN_SEAL_PUBLIC_LEN], sig[EN_SEAL_SIG_LEN];
};
/* Whether whoever has this key signed a list with this very release in it. seen may be NULL. */
bool en_batch_verify(en_bytes proof, en_bytes release, const uint8_t key[EN_SEAL_PUBLIC_LEN],
                     struct en_batch_seen *seen);

#endif
