/*
 * partner.h: what the acts about partners share. Internal to src/acts.
 */
#ifndef EN_ACTS_PARTNER_H
#define EN_ACTS_PARTNER_H

#include "acts/act.h"
#include "rules/exchange.h"

#define EN_PARTNER_REASON_MAX 200u

/* By its id or, where only one has it, its name; in the call's arena. EN_E_NOT_FOUND; EN_E_USAGE: several. */
en_errc partner_named(struct en_call *c, en_text id_or_name, struct en_store_partner *out, struct en_err *err);
/* Where its history of keys is known to stand. */
void partner_keys(const struct en_store_partner *x, struct en_key_state *out);
/* Its record, docs/formats/json.md "partner"; with its history of keys. */
en_errc partner_emit(struct en_call *c, const struct en_store_partner *x, bool history, struct en_err *err);
/* A standing's word. */
bool partner_standing_valid(en_text word);

#endif
