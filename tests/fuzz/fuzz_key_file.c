#include "seal/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_key k;
    en_text name;
    en_time at;

    if (en_key_file_read(en_bytes_from(p, n), &k, &name, &at, NULL) == EN_OK) {
        en_key_file_write(&k, name, at, &b); /* what was accepted can be written again */
        EN_ASSERT(b.n <= EN_KEY_FILE_MAX);
        en_buf_release(&b);
    }
    return 0;
}
