/*
 * slip.h: how the exchange between two partners stands, as one of them says it to the other: `entente-sync/1`, a
 * statement in every slip (docs/formats/slips.md). What it means is node/step.h's.
 */
#ifndef EN_NODE_SLIP_H
#define EN_NODE_SLIP_H

#include "node/lines.h"
#include "node/step.h"

struct en_slip {
    char from[EN_SEAL_ID_LEN + 1], to[EN_SEAL_ID_LEN + 1];
    en_time at;
    struct en_sync sync;
};

/* Appends the statement, signed. Ids are valid, versions set (invariants). */
void en_slip_write(const struct en_slip *p, const struct en_key *signing, struct en_buf *out);
/* Reads its form; EN_E_INPUT, EN_E_LIMIT with the line. */
en_errc en_slip_read(en_bytes note, struct en_lines *l, struct en_slip *out, struct en_err *err);
/* Whether it is signed by this key of its sender, for us, and not from the future. EN_E_INTEGRITY, EN_E_RULE. */
en_errc en_slip_verify(const struct en_lines *l, const struct en_slip *p, en_text we,
                       const uint8_t sender_key[EN_SEAL_PUBLIC_LEN], en_time now, struct en_err *err);

#endif
