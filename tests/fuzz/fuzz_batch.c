#include "ledger/batch.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What reads as a proof is one byte for byte, and proves nothing about a release that nobody signed. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const uint8_t key[EN_SEAL_PUBLIC_LEN] = { 1 };
    struct en_batch_seen seen = { .any = false };
    struct en_batch_proof proof;

    if (en_batch_proof_parse(en_bytes_from(p, n), &proof, NULL) == EN_OK) {
        EN_ASSERT(n >= EN_BATCH_PROOF_MIN && n <= EN_BATCH_PROOF_MAX && proof.index < proof.size);
        EN_ASSERT(n == EN_BATCH_PROOF_MIN + (size_t)proof.path.n * EN_SHA256_LEN);
    }
    EN_ASSERT(!en_batch_verify(en_bytes_from(p, n), EN_BYTES_LIT("a release"), key, &seen) && !seen.any);
    return 0;
}
