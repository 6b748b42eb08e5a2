#include "seal/node_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const struct en_node_lock lock = { .passes = 1, .kib = 8 };
    struct en_node_key_file f;
    struct en_buf b = EN_BUF_INIT;

    if (en_node_key_file_read(en_bytes_from(p, n), &f, NULL) == EN_OK) {
        if (f.locked) {
            (void)en_node_key_file_unlock(&f, &lock, NULL); /* nobody's */
        } else {
            en_node_key_file_write(&f, NULL, NULL, &b); /* what was accepted can be written again */
            EN_ASSERT(b.n <= EN_NODE_FILE_MAX);
        }
        en_buf_release(&b);
    }
    return 0;
}
