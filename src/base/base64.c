#include "base/base64.h"

#include <stdlib.h>

#include <sodium.h>

static int
variant(enum en_base64_kind kind)
{
    return kind == EN_BASE64_PADDED ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
}

void
en_base64_add(struct en_buf *b, enum en_base64_kind kind, en_bytes in)
{
    size_t room = sodium_base64_encoded_len(in.n, variant(kind)); /* with the NUL */
    char *text = en_xmalloc(room);

    sodium_bin2base64(text, room, in.p, in.n, variant(kind));
    en_buf_add_str(b, text);
    sodium_memzero(text, room);
    free(text);
}

size_t
en_base64_decode(en_bytes in, enum en_base64_kind kind, uint8_t *out, size_t max)
{
    size_t n = 0;

    /* libsodium refuses bits left over and wrong padding; without an end pointer also what follows. */
    if (in.n == 0)
        return 0;
    if (sodium_base642bin(out, max, (const char *)in.p, in.n, NULL, &n, NULL, variant(kind)) != 0)
        return SIZE_MAX;
    return n;
}

bool
en_base64_exact(en_bytes in, enum en_base64_kind kind, uint8_t *out, size_t n)
{
    return en_base64_decode(in, kind, out, n) == n;
}
