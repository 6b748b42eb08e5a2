#include "seal/age.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static en_errc
keep(void *ctx, en_bytes plain, struct en_err *err)
{
    (void)err;
    en_buf_add(ctx, plain.p, plain.n);
    return EN_OK;
}

static en_errc
in_steps(const struct en_age_identity *id, en_bytes in, size_t step, struct en_buf *out)
{
    struct en_age_opener *o = en_age_opener_new(id, 1, keep, out);
    en_errc rc = EN_OK;

    for (size_t at = 0; at < in.n && rc == EN_OK; at += step)
        rc = en_age_opener_feed(o, en_bytes_from(in.p + at, in.n - at < step ? in.n - at : step), NULL);
    rc = rc == EN_OK ? en_age_opener_end(o, NULL) : rc;
    en_age_opener_free(o);
    return rc;
}

/* The first byte says in what steps the rest is fed; whole or in steps gives the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const uint8_t seed[EN_AGE_KEY_LEN] = { 1 };
    struct en_buf whole = EN_BUF_INIT, steps = EN_BUF_INIT;
    struct en_age_identity id;
    en_errc a, b;

    if (n < 1)
        return 0;
    en_age_identity_from_seed(seed, &id);
    a = en_age_open(&id, 1, en_bytes_from(p + 1, n - 1), EN_MIB, &whole, NULL);
    EN_ASSERT(a == EN_OK || whole.n == 0);
    b = in_steps(&id, en_bytes_from(p + 1, n - 1), p[0] + 1u, &steps);
    EN_ASSERT(a == b && (a != EN_OK || en_bytes_eq(en_buf_bytes(&whole), en_buf_bytes(&steps))));
    en_buf_release(&whole);
    en_buf_release(&steps);
    return 0;
}
