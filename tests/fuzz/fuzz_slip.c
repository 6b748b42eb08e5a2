#include <string.h>

#include "node/slip.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What is read writes back the same text. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static struct en_lines lines; /* large; each field is written before it is read */
    static const uint8_t seed[EN_SEAL_SEED_LEN] = { 1 };
    struct en_buf again = EN_BUF_INIT;
    struct en_slip slip;
    struct en_key k;

    if (en_slip_read(en_bytes_from(p, n), &lines, &slip, NULL) == EN_OK) {
        en_key_from_seed(seed, &k);
        en_slip_write(&slip, &k, &again);
        EN_ASSERT(again.n > lines.note.text.n && memcmp(again.p, lines.note.text.p, lines.note.text.n) == 0);
    }
    en_buf_release(&again);
    return 0;
}
