/*
 * romanise.h: how the characters of a Chinese name are spelt in Latin letters, by where its bearer lives.
 *
 * A reading (script.h) is a sound; a passport shows a spelling of it. The mainland writes Pinyin, Taiwan mostly Wade
 * and Giles, Hong Kong and Macao the customary Cantonese spellings, Singapore and Malaysia often Hokkien or Teochew.
 */
#ifndef EN_NAMES_ROMANISE_H
#define EN_NAMES_ROMANISE_H

#include "names/script.h"

enum en_romanisation {
    EN_ROMAN_PINYIN,
    EN_ROMAN_WADE_GILES, /* without apostrophes, as names are written */
    EN_ROMAN_HONG_KONG,
    EN_ROMAN_HOKKIEN,    /* also Teochew; what has no spelling there is in Pinyin */
    EN_ROMANISATIONS
};

#define EN_ROMANISED_MAX 12

/*
 * Writes the spelling of a Han character (a-z, NUL-terminated) and returns true, or false if it has no reading.
 * surname: the character begins a name (some surnames are read in another way than the word).
 */
bool en_romanise(uint32_t cp, enum en_romanisation how, bool surname, char out[EN_ROMANISED_MAX]);

#endif
