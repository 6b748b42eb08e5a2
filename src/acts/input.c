#include "acts/input.h"

#include <stdlib.h>

#include <sodium.h>

#include "base/limits.h"

#define CHUNK (256u * EN_KIB)
#define HEAD  (64u * EN_KIB)

en_errc
input_each(const struct en_act_input *in, input_chunk_fn *fn, void *ctx, struct en_err *err)
{
    uint8_t *chunk = en_xmalloc(CHUNK);
    uint64_t at = 0;
    size_t n = 1;
    en_errc rc = EN_OK;

    while (rc == EN_OK && n > 0) {
        rc = in->read(in->ctx, at, chunk, CHUNK, &n, err);
        at += n;
        if (rc == EN_OK && n > 0)
            rc = fn(ctx, en_bytes_from(chunk, n), err);
    }
    free(chunk);
    return rc;
}

static en_errc
hash_chunk(void *ctx, en_bytes chunk, struct en_err *err)
{
    (void)err;
    (void)crypto_hash_sha256_update(ctx, chunk.p, chunk.n);
    return EN_OK;
}

en_errc
input_hash(const struct en_act_input *in, size_t n, uint8_t out[EN_SHA256_LEN], struct en_err *err)
{
    crypto_hash_sha256_state st;
    struct en_buf len = EN_BUF_INIT;
    en_errc rc = EN_OK;

    (void)crypto_hash_sha256_init(&st);
    for (size_t i = 0; rc == EN_OK && i < n; i++) {
        en_buf_reset(&len);
        en_buf_put_u64(&len, in[i].size);
        if (n > 1)
            (void)crypto_hash_sha256_update(&st, (const uint8_t *)len.p, len.n);
        rc = input_each(&in[i], hash_chunk, &st, err);
    }
    (void)crypto_hash_sha256_final(&st, out);
    en_buf_release(&len);
    return rc;
}

en_errc
input_head(const struct en_act_input *in, struct en_buf *out, struct en_err *err)
{
    uint8_t *chunk = en_xmalloc(HEAD);
    size_t n = 1;
    en_errc rc = EN_OK;

    while (rc == EN_OK && n > 0 && out->n < HEAD) {
        rc = in->read(in->ctx, out->n, chunk, HEAD - out->n, &n, err);
        if (rc == EN_OK)
            en_buf_add(out, chunk, n);
    }
    free(chunk);
    return rc;
}

struct all {
    struct en_buf *out;
    size_t max;
};

static en_errc
add_chunk(void *ctx, en_bytes chunk, struct en_err *err)
{
    struct all *a = ctx;

    if (chunk.n > a->max - a->out->n)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "this file is longer than %zu bytes", a->max);
    en_buf_add(a->out, chunk.p, chunk.n);
    return EN_OK;
}

en_errc
input_all(const struct en_act_input *in, size_t max, struct en_buf *out, struct en_err *err)
{
    struct all a = { out, max };

    return input_each(in, add_chunk, &a, err);
}
