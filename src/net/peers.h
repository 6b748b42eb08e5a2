/*
 * peers.h: who may speak with this node over the wire: partners by id, with the signing key that each has now.
 *
 * The one thread that does acts puts the list in place whole; the threads of server and client look into it. So a
 * partner that was cut is out at the next handshake and at the next request, whichever comes first.
 */
#ifndef EN_NET_PEERS_H
#define EN_NET_PEERS_H

#include "base/bytes.h"
#include "base/err.h"
#include "seal/seal.h"

#define EN_NET_ID_SIZE (EN_SEAL_ID_LEN + 1)

struct en_net_peer {
    char id[EN_NET_ID_SIZE];
    uint8_t key[EN_SEAL_PUBLIC_LEN];
    bool cut;
};

struct en_net_peers;
struct en_net_peers *en_net_peers_new(void);
void en_net_peers_free(struct en_net_peers *p);
/* Replaces the list (copied). */
void en_net_peers_set(struct en_net_peers *p, const struct en_net_peer *list, size_t n);
/* EN_E_NOT_FOUND: nobody of this id is known; EN_E_RULE: it is cut. key may be NULL. */
en_errc en_net_peers_find(struct en_net_peers *p, const char *id, uint8_t key[EN_SEAL_PUBLIC_LEN], struct en_err *err);

#endif
