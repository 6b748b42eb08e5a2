/*
 * letters.h: names as two systems write them, compared by their letters alone. Private to formats.
 *
 * "AL-RASHIDI", "AL RASHIDI" and "alrashidi" have the same letters. Bytes beyond ASCII count as they are. A name longer
 * than EN_LETTERS_MAX is compared by its beginning.
 */
#ifndef EN_FORMATS_LETTERS_H
#define EN_FORMATS_LETTERS_H

#include "base/bytes.h"

#define EN_LETTERS_MAX 64u

struct en_letters {
    size_t n;
    char p[EN_LETTERS_MAX];
};

void en_letters_add(struct en_letters *l, en_bytes text);
bool en_letters_eq(const struct en_letters *a, const struct en_letters *b);
/* Whether one begins with the other; an empty one is the beginning of all. */
bool en_letters_begin(const struct en_letters *a, const struct en_letters *b);
bool en_letters_same(en_bytes a, en_bytes b);

#endif
