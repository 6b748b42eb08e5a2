/* A certificate that somebody shows: whose it is, or why it is none. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "net/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* The partner of corpus/net_cert/good, whose seed is 32 times 1; it holds on 2026-11-23. */
    struct en_net_peers *peers = en_net_peers_new();
    struct en_net_peer peer = { .cut = false };
    uint8_t seed[EN_SEAL_SEED_LEN];
    struct en_net_claim claim;
    struct en_key key;
    en_errc rc;

    memset(seed, 1, sizeof seed);
    en_key_from_seed(seed, &key);
    en_key_id(key.public_key, peer.id);
    memcpy(peer.key, key.public_key, sizeof peer.key);
    en_net_peers_set(peers, &peer, 1);
    rc = en_net_cert_check(en_bytes_from(data, size), peers, en_time_from_day(20780) + EN_TIME_HOUR, &claim, NULL);
    EN_ASSERT(rc != EN_OK || strcmp(claim.partner, peer.id) == 0);
    en_net_peers_free(peers);
    return 0;
}
