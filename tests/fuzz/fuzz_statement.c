#include <string.h>

#include "node/receipt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What is accepted is whole, and says the same when it is written again. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct en_statement s, again;
    struct en_buf b = EN_BUF_INIT;
    uint8_t seed[EN_SEAL_SEED_LEN] = { 1 };
    struct en_key key;
    struct en_arena a;

    en_arena_init(&a, EN_MIB);
    if (en_statement_parse(en_bytes_from(p, n), &a, &s, NULL) == EN_OK) {
        EN_ASSERT(en_statement_check(&s, NULL) == EN_OK);
        en_key_from_seed(seed, &key);
        en_statement_write(&s, &key, &b);
        EN_ASSERT(b.n >= s.note->text.n && memcmp(b.p, s.note->text.p, s.note->text.n) == 0);
        EN_ASSERT(en_statement_parse(en_buf_bytes(&b), &a, &again, NULL) == EN_OK);
        EN_ASSERT(en_statement_verify(&again, key.public_key, NULL) == EN_OK);
    }
    en_buf_release(&b);
    en_arena_release(&a);
    return 0;
}
