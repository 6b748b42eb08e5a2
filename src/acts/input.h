/*
 * input.h: walking through an input of an act, as often as needed. Internal to src/acts.
 */
#ifndef EN_ACTS_INPUT_H
#define EN_ACTS_INPUT_H

#include "acts/acts.h"
#include "base/hash.h"

typedef en_errc input_chunk_fn(void *ctx, en_bytes chunk, struct en_err *err);

/* All of it, in order, in chunks. */
en_errc input_each(const struct en_act_input *in, input_chunk_fn *fn, void *ctx, struct en_err *err);
/* SHA-256 of one or more inputs, one after another, each preceded by its length (8 bytes, big-endian) if there are
 * several. */
en_errc input_hash(const struct en_act_input *in, size_t n, uint8_t out[EN_SHA256_LEN], struct en_err *err);
/* The first bytes, for sniffing. */
en_errc input_head(const struct en_act_input *in, struct en_buf *out, struct en_err *err);
/* The whole of it; EN_E_LIMIT beyond max. */
en_errc input_all(const struct en_act_input *in, size_t max, struct en_buf *out, struct en_err *err);

#endif
