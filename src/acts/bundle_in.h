/*
 * bundle_in.h: a bundle comes in, by hand or over a wire. Internal to src/acts.
 *
 *      bytes ─arriving_open──▶ believed ─arriving_known, _wrong─▶ arriving_take ▶ commit ▶ arriving_taken
 *                         │                             └──a code──▶ arriving_refuse ──▶ commit
 *                         └──not authentic──▶ arriving_unbelieved ──▶ commit
 *
 * All of what is between open and commit is done in a transaction that the caller began (call_begin, call_node_begin)
 * and in which nothing else is decided: an error means that it is aborted. Whoever makes the call (a person, with a
 * file; the node itself, with what came over a link) is the caller's affair: nothing here asks.
 */
#ifndef EN_ACTS_BUNDLE_IN_H
#define EN_ACTS_BUNDLE_IN_H

#include "acts/exchange.h"
#include "acts/refusals.h"
#include "ledger/batch.h"
#include "node/step.h"

/* A sealed bundle: its stanzas and the chunks' tags add far less than this. */
#define ARRIVING_SEALED_MAX (EN_ENVELOPE_MAX + EN_MIB)
/*
 * What a partner can make us keep and say by sending what we do not take (statements.md 4): parts of a bundle that are
 * told one by one, as many as a bundle over a wire has; records aside; bundles that were refused as a whole; answers
 * that wait for it.
 */
#define REFUSED_TOLD_MAX EN_NODE_ITEMS_MAX
#define ASIDE_ROWS_MAX   10000u
#define REFUSED_ROWS_MAX 1000u
#define ANSWERS_MAX      256u

struct arriving_refused { /* a part that was not taken */
    uint8_t hash[EN_SHA256_LEN];
    en_text codes;
};

struct arriving {
    struct en_call *c;
    /* From arriving_open on. */
    struct en_bundle bundle;                          /* borrows from plain */
    const struct partner *from;                       /* NULL: not believed */
    uint8_t file[EN_SHA256_LEN], hash[EN_SHA256_LEN]; /* of the sealed bytes, of the signed bundle */
    bool unproven;                                    /* it opens, and its sender did not sign it */
    const char *unread;                               /* a code: it is signed, and we cannot read it; or NULL */
    /* From arriving_known on. */
    enum en_number_known known;
    struct en_store_bundle before; /* what had its id or its number; of EN_NUMBER_NEW nothing */
    bool refused_before;           /* that one was refused as a whole */
    /* From arriving_take on. */
    struct en_store_bundle row;
    struct arriving_refused *refused;                 /* the first of them */
    size_t n_refused, cap_refused;
    uint64_t refused_rest;                            /* so many more; n_refused + refused_rest are all */
    struct refusal_sums why, why_rest;                /* of all, and of those that are not listed */
    bool unanswered;                                  /* too many answers wait for this partner */
    uint64_t taken, review, held, answers, withdrawn; /* held: we had it already */
    uint64_t hits_ended;                              /* that waited, and rested on what was withdrawn */
    int64_t *records;                                 /* that the event names */
    size_t n_records, cap_records;
    bool wants_receipt;                               /* something in it is to be answered */
    int64_t receipt; /* the delivery that is its receipt or refusal; 0: none was queued */
    /* Of the judging of parts. */
    const struct partner *originator;                 /* of the record at hand */
    const struct partner *originators[EN_STORE_ROSTER_MAX]; /* of this bundle, each looked up once */
    size_t n_originators;
    struct en_batch_seen list;                        /* whose signature was verified last */
    uint64_t aside_rows, aside_bytes;                 /* of this sender, kept */
    struct en_touched touched;
    struct en_buf plain;
    struct en_arena arena, record;                    /* of the bundle; of one record */
};

void arriving_init(struct arriving *a, struct en_call *c);
void arriving_release(struct arriving *a);

/*
 * Opens what came, reads its form and knows its sender by signature; nothing that the bundle says is believed before.
 * Reads the store, writes nothing. sealed is borrowed for the call. EN_OK: from, bundle and hash are believed.
 * What its sender signed and we cannot read (of a later version, malformed) is believed in its head, without parts;
 * arriving_wrong then says why it is refused. EN_E_NOT_FOUND: none of our sealing keys opens it: it is for another, or
 * sealed to a key that is gone. EN_E_INPUT, EN_E_LIMIT, EN_E_RULE, EN_E_INTEGRITY: it is not authentic. Any other: of
 * the store.
 */
en_errc arriving_open(struct arriving *a, en_bytes sealed, struct en_err *err);
/* Whether arriving_open's answer means that there is nobody to answer: arriving_unbelieved. */
bool arriving_is_unbelieved(en_errc rc);
/* What the store has under its id and number; a slip (number 0) is always new. */
en_errc arriving_known(struct arriving *a, struct en_err *err);
/* Why it is refused as a whole: a code of statements.md, or NULL. Not asked of EN_NUMBER_SAME. */
const char *arriving_wrong(const struct arriving *a);

/*
 * In a transaction: takes its parts, each as the rules say, stores its row (of a slip there is none), queues the answer
 * and adds its facts to the event. Then the caller commits, and calls arriving_taken.
 */
en_errc arriving_take(struct arriving *a, struct en_err *err);
/* In a transaction: stores that it was refused, queues the signed refusal, counts it and adds to the event. */
en_errc arriving_refuse(struct arriving *a, const char *code, struct en_err *err);
/* In a transaction: it came before. Counts it and adds to the event. */
en_errc arriving_again(struct arriving *a, struct en_err *err);
/* In a transaction: nobody proved to have sent it. Counts it and adds to the event why. */
en_errc arriving_unbelieved(struct arriving *a, en_errc why, struct en_err *err);
/* After the commit of what was taken: the index and the travellers still held. */
void arriving_taken(struct arriving *a);

/* --- its parts (record_in.c) ------------------------------------------------------------------------------------- */

/* Judges a record, and stores what became of it. */
en_errc arriving_record(struct arriving *a, const struct en_bundle_part *p, struct en_err *err);
/* A part that is not taken: told in the receipt. codes is copied. */
en_errc arriving_refuse_part(struct arriving *a, const uint8_t hash[EN_SHA256_LEN], en_text codes, struct en_err *err);

#endif
