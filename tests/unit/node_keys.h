/*
 * node_keys.h: keys of made-up nodes for tests, the same in every run.
 */
#ifndef EN_TESTS_NODE_KEYS_H
#define EN_TESTS_NODE_KEYS_H

#include <string.h>

#include "base/hash.h"
#include "seal/node_key.h"

/* The seed of a thing of a made-up node: SHA-256 of "test", node, what, number. */
static inline void
test_seed(unsigned node, char what, uint32_t number, uint8_t seed[EN_SHA256_LEN])
{
    uint8_t in[12] = { 't', 'e', 's', 't', (uint8_t)node, (uint8_t)(node >> 8), (uint8_t)what, 0 };

    memcpy(in + 8, &number, sizeof number);
    en_sha256(en_bytes_from(in, sizeof in), seed);
}

/* Signing key `number` of node `node`. */
static inline struct en_key
test_signing_key(unsigned node, uint32_t number)
{
    uint8_t seed[EN_SHA256_LEN];
    struct en_key k;

    test_seed(node, 's', number, seed);
    en_key_from_seed(seed, &k);
    return k;
}

/* The keys of a node at a time, with its signing key `number` (1: the first) and the sealing keys that it keeps. */
static inline struct en_node_keys
test_node_keys(unsigned node, uint32_t number, en_time now)
{
    struct en_node_keys k = { .number = number };
    struct en_key first = test_signing_key(node, 1);

    en_key_id(first.public_key, k.partner);
    k.signing = test_signing_key(node, number);
    for (int32_t m = en_sealing_due(now); en_sealing_kept(m, now); m--) {
        uint8_t seed[EN_SHA256_LEN];
        struct en_age_identity id;

        test_seed(node, 'a', (uint32_t)m, seed);
        en_age_identity_from_seed(seed, &id);
        en_node_keys_add_sealing(&k, m, &id);
    }
    return k;
}

#endif
