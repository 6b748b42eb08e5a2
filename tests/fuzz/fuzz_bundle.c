#include "seal/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The form without its padding and signature, which a fuzzer would never get right: both are put behind it here. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const uint8_t zeroes[65536];
    struct en_buf in = EN_BUF_INIT;
    struct en_bundle b;
    struct en_release r;
    struct en_arena a;
    uint64_t padded = en_bundle_padded(n + 4 + EN_SEAL_SIG_LEN);

    (void)en_release_parse(en_bytes_from(p, n), &r, NULL);
    if (padded > sizeof zeroes)
        return 0;
    en_arena_init(&a, EN_MIB);
    en_buf_add(&in, p, n);
    en_buf_put_u32(&in, (uint32_t)(padded - n - 4 - EN_SEAL_SIG_LEN));
    en_buf_add(&in, zeroes, padded - in.n);
    if (en_bundle_parse(en_buf_bytes(&in), &a, &b, NULL) == EN_OK)
        for (size_t i = 0; i < b.n_parts; i++) {
            EN_ASSERT(b.parts[i].bytes.n <= n);
            if (b.parts[i].kind == EN_BUNDLE_LISTED)
                EN_ASSERT(en_bundle_part_opens(&b.parts[i], b.to, NULL) != EN_OK);
            if (b.parts[i].kind == EN_BUNDLE_RECORD)
                EN_ASSERT(en_bundle_part_verify(&b.parts[i], zeroes, b.to, NULL) != EN_OK);
        }
    en_arena_release(&a);
    en_buf_release(&in);
    return 0;
}
