/*
 * age.h: age files for X25519 recipients, as C2SP age v1 describes them (unarmoured).
 *
 * What is sealed here opens with the public `age` program and what it seals opens here. age says nothing about who
 * sealed a file: sign first, then seal. Opening streams: chunks are released as soon as they are authenticated, so a
 * caller that must not use half a file waits for en_age_opener_end. Nothing here draws randomness.
 */
#ifndef EN_SEAL_AGE_H
#define EN_SEAL_AGE_H

#include "base/buf.h"
#include "base/limits.h"

#define EN_AGE_KEY_LEN        32
#define EN_AGE_HEADER_MAX     (64u * EN_KIB) /* about 650 stanzas of X25519 */
#define EN_AGE_STANZAS_MAX    512u           /* each costs a multiplication to whoever holds an identity */
#define EN_AGE_CHUNK          (64u * EN_KIB)
#define EN_AGE_RECIPIENTS_MAX 128u

struct en_age_identity {
    uint8_t secret[EN_AGE_KEY_LEN];
    uint8_t recipient[EN_AGE_KEY_LEN]; /* the public half */
};

/* From 32 random bytes. */
void en_age_identity_from_seed(const uint8_t seed[EN_AGE_KEY_LEN], struct en_age_identity *out);
void en_age_identity_wipe(struct en_age_identity *id);
/* "age1…" and "AGE-SECRET-KEY-1…" (Bech32, BIP 173). The buffer of an identity holds the secret. */
void en_age_recipient_write(const uint8_t recipient[EN_AGE_KEY_LEN], struct en_buf *out);
void en_age_identity_write(const struct en_age_identity *id, struct en_buf *out);
/* EN_E_INPUT: not of this kind, or a checksum that does not hold. All capitals or no capitals. */
en_errc en_age_recipient_parse(en_text t, uint8_t out[EN_AGE_KEY_LEN], struct en_err *err);
en_errc en_age_identity_parse(en_text t, struct en_age_identity *out, struct en_err *err);

/*
 * Appends plain sealed for n recipients (1 to EN_AGE_RECIPIENTS_MAX). random: EN_AGE_RANDOM(n) fresh random bytes,
 * never used twice: file key, payload nonce and a secret a recipient. EN_E_INPUT if a recipient is a point of small
 * order.
 */
#define EN_AGE_RANDOM(n) (16u + 16u + (size_t)(n) * EN_AGE_KEY_LEN)
en_errc en_age_seal(const uint8_t (*recipients)[EN_AGE_KEY_LEN], unsigned n, const uint8_t *random, en_bytes plain,
                    struct en_buf *out, struct en_err *err);
/* The length of what en_age_seal makes of `plain` bytes for n recipients. */
uint64_t en_age_sealed_size(uint64_t plain, unsigned n);

/* --- opening ----------------------------------------------------------------------------------------- */

/* Takes authenticated bytes, borrowed for the call. An error ends the opening and is returned by it. */
typedef en_errc en_age_sink_fn(void *ctx, en_bytes plain, struct en_err *err);

struct en_age_opener;
/* ids are borrowed for the opener's life; they are tried in their order. */
struct en_age_opener *en_age_opener_new(const struct en_age_identity *ids, unsigned n, en_age_sink_fn *sink, void *ctx);
void en_age_opener_free(struct en_age_opener *o);
/*
 * The next bytes of the file. Memory stays below EN_AGE_HEADER_MAX + 2 * EN_AGE_CHUNK.
 *
 * EN_E_INPUT: not an age file (version 1), with the offset. EN_E_LIMIT: a header beyond the limits. EN_E_NOT_FOUND: no
 * stanza is for these identities. EN_E_INTEGRITY: header or payload were altered. The first error stays.
 */
en_errc en_age_opener_feed(struct en_age_opener *o, en_bytes in, struct en_err *err);
/* The end of the file: releases the last chunk, or EN_E_INTEGRITY if the file was cut short. */
en_errc en_age_opener_end(struct en_age_opener *o, struct en_err *err);

/* A whole file at once: appends the plain bytes to out, at most `max` (EN_E_LIMIT); nothing on failure. */
en_errc en_age_open(const struct en_age_identity *ids, unsigned n, en_bytes in, uint64_t max, struct en_buf *out,
                    struct en_err *err);

#endif
