#include <string.h>

#include "node/card.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static en_errc
count(void *ctx, const struct en_key_step *s, en_bytes note, struct en_err *err)
{
    (void)err;
    EN_ASSERT(note.n > 0 && s->keys.number >= 1);
    ++*(uint32_t *)ctx;
    return EN_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct en_card_file f;
    struct en_key_step s;
    uint32_t steps = 0;
    char text[EN_FINGERPRINT_LEN + 1];

    if (en_card_file_read(en_bytes_from(p, n), NULL, count, &steps, &f, NULL) == EN_OK) {
        EN_ASSERT(steps == f.card.keys.number && steps == f.walked); /* from the first step to that of the card */
        en_key_fingerprint(&f.card.keys, text);
        EN_ASSERT(en_key_fingerprint_is(&f.card.keys, en_text_from_ours(text)));
        (void)en_card_seal_at(&f.card, 0);
    }
    (void)en_key_step_read(en_bytes_from(p, n), &s, NULL);
    return 0;
}
