/*
 * list_hold.h: identities that wait for what stands behind them in the file. Private to formats.
 *
 * An identity is held as the JSON it would be written as, up to a cap of bytes; read back, it is the same identity.
 */
#ifndef EN_FORMATS_LIST_HOLD_H
#define EN_FORMATS_LIST_HOLD_H

#include "formats/list_in.h"

struct en_held {
    uint64_t line, pos;
    size_t at, n;
};

struct en_hold {
    struct en_buf json;
    struct en_held *v;
    size_t n, cap;
};

void en_hold_release(struct en_hold *h);
/* Forgets what is held. */
void en_hold_reset(struct en_hold *h);
/* Holds the identity under construction. False, and it is not held, if there would be more than max bytes. */
bool en_hold_add(struct en_hold *h, const struct en_identity *id, size_t max);
/* Makes the i-th the identity under construction again. False if it could not be read back (the arena is full). */
bool en_hold_read(const struct en_hold *h, size_t i, struct en_list_in *in);

#endif
