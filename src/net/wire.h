/*
 * wire.h: the words of the wire, docs/formats/wire.md. Internal to src/net.
 */
#ifndef EN_NET_WIRE_H
#define EN_NET_WIRE_H

#include "base/limits.h"
#include "seal/envelope.h"

#define EN_NET_PATH_BUNDLE "/entente/1/bundle"
#define EN_NET_PATH_FETCH  "/entente/1/fetch"
#define EN_NET_PATH_HERE   "/entente/1/here"
#define EN_NET_TICKET      "Entente-Ticket"
#define EN_NET_GOT         "Entente-Got"
#define EN_NET_TYPE        "application/octet-stream"
/* The longest bundle, with what sealing adds to it. */
#define EN_NET_BODY_MAX (EN_ENVELOPE_MAX + EN_MIB)
/*= wire.md 1: TLS 1.3 and nothing before it */
#define EN_NET_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3"

#endif
