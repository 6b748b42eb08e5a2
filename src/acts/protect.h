/*
 * protect.h: local protection flags, and what they cover. Internal to src/acts.
 *
 * A flag covers an identity, and the hits of a traveller. What became of such a hit is an outcome: any record of ours
 * that is about the record behind the identity, or about one that is. While a flag stands no outcome is drafted and
 * none leaves, with a reason that does not say why (docs/exchange-rules.md, 2).
 */
#ifndef EN_ACTS_PROTECT_H
#define EN_ACTS_PROTECT_H

#include "record/record.h"
#include "store/store.h"

/* Is this identity covered, by itself or through a traveller that has a hit with it? entity as in a hit. */
en_errc protect_entity(struct en_store *s, en_text entity, bool *covered, struct en_err *err);
/* The same for a record of a partner (of its originator and its id). */
en_errc protect_received(struct en_store *s, en_text originator, en_text uuid, bool *covered, struct en_err *err);

struct protect_facts {
    bool outcome; /* it is about a record that an alert here rests on */
    bool covered; /* by a flag */
};
/* A withdrawal is no outcome: it can only make others hold less. */
en_errc protect_record(struct en_store *s, const struct en_record *r, struct protect_facts *out, struct en_err *err);

#endif
