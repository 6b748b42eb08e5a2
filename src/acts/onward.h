/*
 * onward.h: what a partner let us have goes on to a third one, as its originator allows. Internal to src/acts.
 *
 *      holder (we)                       originator                        third partner
 *      propose ── question ────────────▶ asked ─ consent (one person)
 *      (release proposed)                       ─ approve (another) ─┐
 *      release has the proof ◀── consent ───────────────────────────┘
 *      approve (another person) ── record, with that release ────────────▶ taken as released to it
 *
 * A consent is a release of the originator with one entry, for the third partner (docs/formats/statements.md): whoever
 * receives the record verifies it as any other. Of a record that lists partners nothing is asked. A release row of a
 * record that we received has in `bytes` what shows that its originator lets it go on, and in `signature` the proof of
 * its consent (EN_CONSENT_PROOF_LEN bytes), empty for a listed one; a reason is what the originator said against.
 */
#ifndef EN_ACTS_ONWARD_H
#define EN_ACTS_ONWARD_H

#include "acts/act.h"
#include "acts/exchange.h"

/* A question or a consent of a partner. *code (static): why it is refused, else unchanged. */
en_errc onward_statement(struct en_call *c, const struct partner *from, const struct en_statement *s, const char **code,
                         struct en_err *err);
/*
 * In the transaction that proposes to pass on a record to one partner: asks its originator, or notes that it is listed.
 * x is the row to be added.
 */
en_errc onward_propose(struct en_call *c, const struct en_store_record *row, const struct en_record *r,
                       struct en_store_release *x, struct en_err *err);
/* Has its originator let it go with this release? Of a record of ours: no matter. */
bool onward_allowed(const struct en_store_release *x);
/* "asked" "granted" "denied" "listed", or "given" if the release is a consent of ours; "" for any other. */
en_errc onward_word(struct en_call *c, const struct en_store_release *x, const char **word, struct en_err *err);

/* The only question of this filter, in the call's arena. EN_E_NOT_FOUND. */
en_errc onward_one(struct en_call *c, const struct en_store_question_filter *f, struct en_store_question *out,
                   struct en_err *err);
/* The question that a release of ours answers; id 0: it answers none. Texts live in the call's arena. */
en_errc onward_question(struct en_call *c, int64_t release, struct en_store_question *out, struct en_err *err);
/* In the transaction of the approval: the question is answered, and the answer queued. */
en_errc onward_grant(struct en_call *c, const struct en_store_question *q, const struct en_store_record *row,
                     const struct en_store_release *x, struct en_err *err);
/* In the transaction of the rejection: it waits again. */
en_errc onward_reopen(struct en_call *c, const struct en_store_question *q, struct en_err *err);

/* The part of a bundle that carries a record which we received. */
void onward_part(const struct en_store_record *r, const struct en_store_release *x, struct en_bundle_part *p);
/*
 * May a part that has no entry for us be taken all the same? Its sender has one, and it lists us or is a withdrawal,
 * which can only make us hold less. That its originator signed it is to be seen besides.
 */
bool onward_listed(const struct en_bundle_part *p, const struct en_record *r, en_text sender, en_text we);
/* In the transaction that took a withdrawal: it goes on to whom we had passed on what it takes back. */
en_errc onward_withdrawn(struct en_call *c, const struct en_store_record *by, struct en_err *err);

#endif
