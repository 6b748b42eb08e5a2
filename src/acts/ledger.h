/*
 * ledger.h: the ledger of a node as a whole: how a store is verified. It is read beside its owner and nothing is
 * written into it, so that an auditor needs a file and no node.
 */
#ifndef EN_ACTS_LEDGER_H
#define EN_ACTS_LEDGER_H

#include "ledger/note.h"
#include "store/store.h"

/* --- verifying ---------------------------------------------------------------------------------------------------- */

/* A fault, with the number of its event (0: not of one event). The sentence names ids and nothing else. */
typedef void en_ledger_fault_fn(void *ctx, uint64_t event, const char *what);

struct en_ledger_verify {
    bool rows; /* also: every row that an act leaves has its event, and every such event its row */
    /* Public signing keys of the node that are trusted; without any, those of its own history in the store. */
    const uint8_t (*keys)[EN_SEAL_PUBLIC_LEN];
    size_t n_keys;
    en_ledger_fault_fn *fault;
    void *ctx;
};

struct en_ledger_sums {
    uint64_t events, destroyed, by_people; /* by_people: with a signature that was verified */
    uint64_t heads, heads_signed, heads_verified;
    uint64_t rows, rows_unknown; /* unknown: the event that would stand for it may be one whose content is destroyed */
    uint64_t faults;
    uint64_t size; /* of the newest head, with its root and epoch */
    struct en_tree_hash root;
    uint32_t epoch;
    bool doubt;
};

/*
 * Walks all of it: leaves, nodes, heads and their signatures, what the columns of an event say against its bytes, the
 * signature of every person, the structure of the file, and with `rows` the whole store. EN_OK when all of it could be
 * read, whatever was found (out->faults); EN_E_INTEGRITY where reading ended.
 */
en_errc en_ledger_verify(struct en_store *s, const struct en_ledger_verify *v, struct en_ledger_sums *out,
                         struct en_err *err);

#endif
