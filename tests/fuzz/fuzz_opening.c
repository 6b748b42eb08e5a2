#include <string.h>

#include "ledger/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What is read gives its own entry, and is written as it was meant. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct en_opening o;
    struct en_arena a;

    en_arena_init(&a, 2 * EN_OPENING_MAX);
    if (en_opening_parse(en_bytes_from(p, n), &a, &o, NULL) == EN_OK) {
        uint8_t entry[EN_SHA256_LEN];

        en_entry_make(o.nonce, o.type, o.bytes, entry);
        EN_ASSERT(o.event > 0 && memcmp(entry, o.entry, sizeof entry) == 0);
    }
    en_arena_release(&a);
    return 0;
}
