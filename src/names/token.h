/*
 * token.h: names as tokens of one script each.
 *
 * A name is read in one or more ways (en_reading_way), because scripts without separators leave it open where a token
 * ends and which language's reading is meant. Each way is a list of tokens; the engine scores all and takes the best.
 */
#ifndef EN_NAMES_TOKEN_H
#define EN_NAMES_TOKEN_H

#include "base/limits.h"
#include "names/script.h"

enum {
    EN_TOKEN_PARTICLE = 1, /* al, bin, de, van …: says little, its absence nothing */
    EN_TOKEN_TITLE = 2,    /* Dr, Haji, Sheikh, Mr …: no part of the name */
    EN_TOKEN_INITIAL = 4,  /* one letter */
    EN_TOKEN_SYLLABLE = 8, /* of Han or Hangul: may merge with its neighbours at no cost */
    EN_TOKEN_FAMILY = 16,  /* the source says that it belongs to the family name */
    EN_TOKEN_GIVEN = 32,
    EN_TOKEN_BYNAME = 64,  /* Abu, Umm: begins what somebody is called beside his name; its absence says nothing */
    EN_TOKEN_NAME_TOO = 128 /* a particle or title that is a name as well: neither of both where little else is there */
};

struct en_token {
    enum en_script script;
    uint16_t flags;
    uint8_t n;                          /* symbols, without the end symbol */
    uint8_t sym[EN_MAX_TOKEN_LETTERS];
    en_text text;                       /* of the name; a Han token's text is its characters */
};

#define EN_WAYS_MAX 5
/* Raised when names are read in another way than before: what was made of them and kept is then made anew. */
#define EN_READING_VERSION 4u

struct en_way {
    const char *why;                    /* "words", "syllables, Cantonese" … */
    unsigned n;
    struct en_token token[EN_MAX_TOKENS];
};

struct en_name_ways {
    unsigned n;
    unsigned dropped; /* tokens beyond EN_MAX_TOKENS: they count as unmatched */
    struct en_way way[EN_WAYS_MAX];
};

/* Reads a name. Never fails: a text without letters has no way. hint marks the tokens (EN_TOKEN_FAMILY, _GIVEN, 0). */
void en_name_read(en_text full, uint16_t hint, struct en_name_ways *out);
/* Appends the tokens of one more part to the ways of a name (family name and given names that come apart). */
void en_name_read_more(en_text part, uint16_t hint, struct en_name_ways *out);

#endif
