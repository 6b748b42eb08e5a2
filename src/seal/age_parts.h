/*
 * age_parts.h: what sealing and opening share. Private to src/seal.
 */
#ifndef EN_SEAL_AGE_PARTS_H
#define EN_SEAL_AGE_PARTS_H

#include "base/hash.h"
#include "seal/age.h"

#define EN_AGE_VERSION_LINE    "age-encryption.org/v1\n"
#define EN_AGE_FILE_KEY_LEN    16
#define EN_AGE_NONCE_LEN       16
#define EN_AGE_TAG_LEN         16
#define EN_AGE_CHUNK_NONCE_LEN 12
#define EN_AGE_BODY_LEN        (EN_AGE_FILE_KEY_LEN + EN_AGE_TAG_LEN)

/* HKDF-SHA-256 with 32 bytes of output. */
void en_age_hkdf(en_bytes ikm, en_bytes salt, const char *info, uint8_t out[EN_SHA256_LEN]);
/* The MAC of a header up to and including "---". */
void en_age_header_mac(const uint8_t file_key[EN_AGE_FILE_KEY_LEN], en_bytes header, uint8_t out[EN_SHA256_LEN]);
/* Eleven bytes of counter, big-endian, and 1 for the last chunk. */
void en_age_chunk_nonce(uint64_t counter, bool last, uint8_t out[EN_AGE_CHUNK_NONCE_LEN]);
/* The key that wraps the file key: from secret * point; false if that is the neutral element. */
bool en_age_wrap_key(const uint8_t secret[EN_AGE_KEY_LEN], const uint8_t point[EN_AGE_KEY_LEN],
                     const uint8_t share[EN_AGE_KEY_LEN], const uint8_t recipient[EN_AGE_KEY_LEN],
                     uint8_t out[EN_SHA256_LEN]);

#endif
