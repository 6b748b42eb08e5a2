/*
 * partner.h: what the acts about partners share. Internal to src/acts.
 */
#ifndef EN_ACTS_PARTNER_H
#define EN_ACTS_PARTNER_H

#include "acts/act.h"
#include "rules/exchange.h"

#define EN_PARTNER_REASON_MAX 200u

/*
 * By its id or, where only one has it, its name, whose capitals need not be right; in the call's arena.
 * EN_E_NOT_FOUND; EN_E_USAGE: several.
 */
en_errc partner_named(struct en_call *c, en_text id_or_name, struct en_store_partner *out, struct en_err *err);
/* Where its history of keys is known to stand. */
void partner_keys(const struct en_store_partner *x, struct en_key_state *out);
/*
 * Is the row what the partner has signed: its history of keys from the first step on, and its card? Before a key of the
 * row is believed. EN_E_INTEGRITY if not.
 */
en_errc partner_check(struct en_store *s, const struct en_store_partner *x, struct en_err *err);
/*
 * Keys that the partner went on from by itself, newest first: what was signed with one before the rotation is still
 * believed. What came before a loss is not: whoever stole the key could sign as of before.
 */
#define PARTNER_OLD_KEYS 8u
struct partner_old_keys {
    unsigned n;
    uint8_t key[PARTNER_OLD_KEYS][EN_SEAL_PUBLIC_LEN];
    en_time until[PARTNER_OLD_KEYS]; /* when it went on, and so much as a clock may differ */
};
en_errc partner_keys_before(struct en_call *c, const struct en_store_partner *x, struct partner_old_keys *out,
                            struct en_err *err);
/* Our card of today, without the steps; nothing if there is none to give. The node has keys (an invariant). */
en_errc card_of_ours(struct en_call *c, struct en_buf *note, struct en_err *err);
/* Its record, docs/formats/json.md "partner"; with its history of keys. */
en_errc partner_emit(struct en_call *c, const struct en_store_partner *x, bool history, struct en_err *err);
/* A standing's word. */
bool partner_standing_valid(en_text word);

#endif
