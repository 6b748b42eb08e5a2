/*
 * checks.h: what entente-verify checks. Everything that was handed over comes in as bytes; an answer is a class and a
 * sentence on standard output.
 *
 * EN_OK: it holds. EN_E_NO: it cannot be told from this. EN_E_INTEGRITY: it does not hold. EN_E_INPUT and EN_E_LIMIT:
 * it is not what it should be.
 */
#ifndef EN_VERIFY_CHECKS_H
#define EN_VERIFY_CHECKS_H

#include "ledger/entry.h"
#include "ledger/note.h"

#define EN_VERIFY_KEYS_MOST 160

struct en_verify_in {
    en_bytes file[2];
    struct en_note_key keys[EN_VERIFY_KEYS_MOST]; /* of logs and of those who say something */
    size_t n_keys;
    struct en_note_key witnesses[EN_VERIFY_KEYS_MOST];
    size_t n_witnesses, quorum;
    bool has_entry, has_opening;
    uint8_t entry[EN_SHA256_LEN]; /* of a charter: the hash of its first version */
    struct en_opening opening;
};

typedef en_errc en_verify_fn(const struct en_verify_in *in, struct en_err *err);

/* A tlog-proof: the entry is in the log of the first key; with an opening, the entry is this event. */
en_verify_fn en_verify_proof;
/* A signed note or statement: signed by one of the keys, and by none of them badly. */
en_verify_fn en_verify_note;
/*
 * Two heads of one log: the second file is a checkpoint, or a request to a witness that holds the proof. One size with
 * two roots is a fork, and both notes together prove it to anybody.
 */
en_verify_fn en_verify_heads;
/*
 * Versions of a charter, with statements of members' later keys, as `entente charter export` writes them: each follows
 * from the one before it, and the first has the hash that was made known. Two of one number that both hold are a fork.
 */
en_verify_fn en_verify_charter;

#endif
