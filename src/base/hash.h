/*
 * hash.h: hashes and hex.
 *
 * SHA-256 for what must be proven (libsodium), SipHash-2-4 for tables keyed by strangers' bytes with a
 * random key of the caller, XXH3 for our own bytes only.
 */
#ifndef EN_BASE_HASH_H
#define EN_BASE_HASH_H

#include "base/bytes.h"

#define EN_SHA256_LEN 32

void en_sha256(en_bytes in, uint8_t out[EN_SHA256_LEN]);
/* Hashes a, then b, as one message. */
void en_sha256_2(en_bytes a, en_bytes b, uint8_t out[EN_SHA256_LEN]);
uint64_t en_siphash(en_bytes in, const uint8_t key[16]);
uint64_t en_xxh3(en_bytes in);

/*
 * BLAKE2b with 32 bytes of a message that comes in pieces: to recognise what was seen before, without anybody being
 * able to make two that look the same, at four times the speed of SHA-256 here. _final begins a new message.
 */
#define EN_DIGEST_LEN 32
struct en_digest;
struct en_digest *en_digest_new(void);
void en_digest_free(struct en_digest *d);
void en_digest_add(struct en_digest *d, en_bytes in);
void en_digest_final(struct en_digest *d, uint8_t out[EN_DIGEST_LEN]);

/* Lower-case hex of n bytes and a NUL: 2n + 1 characters. */
void en_hex(const uint8_t *p, size_t n, char *out);
/* Exactly n hex digits, small letters: the one way in which ids and digests are written. */
bool en_is_hex(en_text t, size_t n);
/* Exactly 2n hex digits (either case) to n bytes; false otherwise. */
bool en_unhex(en_text hex, uint8_t *out, size_t n);

#endif
