#include "record/stix.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What is read can be written, and reads back to what writes the same bytes again. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct en_buf once = EN_BUF_INIT, twice = EN_BUF_INIT;
    struct en_record r, again;
    struct en_arena a;

    en_arena_init(&a, 16u * EN_MIB);
    if (en_stix_read(en_bytes_from(p, n), &a, &r, NULL, NULL) == EN_OK) {
        en_stix_write(&r, &once);
        if (en_stix_read(en_buf_bytes(&once), &a, &again, NULL, NULL) == EN_OK) {
            en_stix_write(&again, &twice);
            EN_ASSERT(en_bytes_eq(en_buf_bytes(&once), en_buf_bytes(&twice)));
        }
    }
    en_buf_release(&once);
    en_buf_release(&twice);
    en_arena_release(&a);
    return 0;
}
