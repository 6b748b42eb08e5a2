/*
 * parcel.h: a sealed bundle of another's, to be passed on. docs/formats/envelope.md 5.
 */
#ifndef EN_NODE_PARCEL_H
#define EN_NODE_PARCEL_H

#include "base/buf.h"
#include "seal/envelope.h"

#define EN_PARCEL_VERSION 1
#define EN_PARCEL_HOPS    2 /* relays at most */

struct en_parcel {
    en_text next;        /* to whom it goes on */
    const uint8_t *id;   /* EN_ENVELOPE_ID_LEN */
    unsigned hops;       /* 1, or 2 if the next relays as well */
    en_time expires;
    en_bytes sealed;     /* not empty */
};

/* Appends the bytes of a part. The parcel is within limits (an invariant). */
void en_parcel_write(const struct en_parcel *p, struct en_buf *out);
/* EN_E_INPUT or EN_E_LIMIT with the offset. Borrows from in. */
en_errc en_parcel_parse(en_bytes in, struct en_parcel *out, struct en_err *err);

#endif
