#include "formats/letters.h"

#include <string.h>

void
en_letters_add(struct en_letters *l, en_bytes text)
{
    for (size_t i = 0; i < text.n && l->n < sizeof l->p; i++) {
        uint8_t c = text.p[i] >= 'a' && text.p[i] <= 'z' ? (uint8_t)(text.p[i] - 0x20) : text.p[i];

        if ((c >= 'A' && c <= 'Z') || c >= 0x80)
            l->p[l->n++] = (char)c;
    }
}

bool
en_letters_eq(const struct en_letters *a, const struct en_letters *b)
{
    return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

bool
en_letters_begin(const struct en_letters *a, const struct en_letters *b)
{
    return memcmp(a->p, b->p, a->n < b->n ? a->n : b->n) == 0;
}

bool
en_letters_same(en_bytes a, en_bytes b)
{
    struct en_letters x, y;

    x.n = y.n = 0;
    en_letters_add(&x, a);
    en_letters_add(&y, b);
    return en_letters_eq(&x, &y);
}
