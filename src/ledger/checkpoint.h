/*
 * checkpoint.h: the signed head of a log (C2SP tlog-checkpoint v1.0.0), and the offline proof that an entry is in it
 * (C2SP tlog-proof v1).
 */
#ifndef EN_LEDGER_CHECKPOINT_H
#define EN_LEDGER_CHECKPOINT_H

#include "ledger/note.h"
#include "ledger/tree.h"

struct en_checkpoint {
    en_text origin; /* borrowed: the first line of the note */
    uint64_t size;
    struct en_tree_hash root;
    bool extended;  /* extension lines follow; they are signed too and mean nothing to us */
};

/* Appends the three lines. origin is a valid key name (an invariant). */
void en_checkpoint_text(en_text origin, uint64_t size, const struct en_tree_hash *root, struct en_buf *out);
/* Reads a note's text; EN_E_INPUT with line. A size of 0 has the root of the empty tree or is refused. */
en_errc en_checkpoint_parse(en_bytes text, struct en_checkpoint *out, struct en_err *err);

/* A decimal without leading zeroes below 2^63, and nothing else. */
bool en_checkpoint_number(en_bytes digits, uint64_t *out);

/* The next line of *in without its newline; moves behind it. False at the end or where a newline is missing. */
bool en_checkpoint_line(en_bytes *in, en_bytes *line);

/* --- proofs ------------------------------------------------------------------------------------------ */

/* extra is opaque and not authenticated; empty for none. note is a whole signed checkpoint. */
void en_log_proof_write(en_bytes extra, uint64_t index, const struct en_tree_proof *proof, en_bytes note,
                        struct en_buf *out);

struct en_log_proof {
    en_bytes extra; /* still in base64; borrowed, empty for none */
    uint64_t index;
    struct en_tree_proof proof;
    struct en_signed_note note; /* borrows from the input */
    struct en_checkpoint head;
};
/* Reads the form: nothing is verified. EN_E_INPUT with line. */
en_errc en_log_proof_parse(en_bytes in, struct en_log_proof *out, struct en_err *err);
/*
 * Whether `entry` is entry `index` of the log whose key this is: its signature and the inclusion. EN_E_INTEGRITY with a
 * sentence on what does not hold. Cosignatures are the caller's to count (en_note_verify over proof->note).
 */
en_errc en_log_proof_verify(const struct en_log_proof *p, const struct en_note_key *log, en_bytes entry,
                            struct en_err *err);

/* --- witnessing -------------------------------------------------------------------------------------- */

/* What a witness remembers of a log: the newest head that it cosigned. */
struct en_witness_state {
    uint64_t size;            /* 0: none yet */
    struct en_tree_hash root;
};

/* What a witness answers; the numbers are the HTTP statuses of C2SP tlog-witness. */
enum en_witness_answer {
    EN_WITNESS_COSIGNS = 200,
    EN_WITNESS_BAD_REQUEST = 400,  /* not the form, or old above the size */
    EN_WITNESS_UNSIGNED = 403,     /* no good signature of the log */
    EN_WITNESS_UNKNOWN = 404,      /* a log that is not witnessed */
    EN_WITNESS_CONFLICT = 409,     /* old is not what was cosigned last, or the same size with another root: a fork */
    EN_WITNESS_INCONSISTENT = 422  /* the proof does not hold */
};

/* old, the consistency proof and the checkpoint of an add-checkpoint request. */
struct en_witness_request {
    uint64_t old;
    struct en_tree_proof proof;
    struct en_signed_note note;
    struct en_checkpoint head;
};
void en_witness_request_write(uint64_t old, const struct en_tree_proof *proof, en_bytes note, struct en_buf *out);
en_errc en_witness_request_parse(en_bytes in, struct en_witness_request *out, struct en_err *err);
/*
 * What to answer to a request about the log with this key and origin (the key's name) when `state` is what was cosigned
 * last. On EN_WITNESS_COSIGNS the caller stores head.size and head.root, and only then cosigns. err says why not.
 */
enum en_witness_answer en_witness_judge(const struct en_witness_request *rq, const struct en_note_key *log,
                                        const struct en_witness_state *state, struct en_err *err);

#endif
