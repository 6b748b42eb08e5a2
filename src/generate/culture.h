/*
 * culture.h: the cultures people are made in, and the words of their names. Internal to src/generate.
 */
#ifndef EN_GENERATE_CULTURE_H
#define EN_GENERATE_CULTURE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "generate/random.h"

/* How a full name is put together. */
enum pattern {
    PATTERN_PLAIN,    /* given, surname */
    PATTERN_MIDDLE,   /* often a second given name */
    PATTERN_NASAB,    /* the father's and perhaps the grandfather's name behind the given name */
    PATTERN_SLAVIC,   /* patronymic; surnames have a feminine form */
    PATTERN_HISPANIC, /* two surnames */
    PATTERN_MALAY,    /* often two given names, sometimes no surname */
    PATTERN_EAST,     /* surname first */
};

enum word_role { WORD_FAMILY, WORD_GIVEN_M, WORD_GIVEN_F, WORD_PATRONYMIC_M, WORD_PATRONYMIC_F, WORD_ROLES };

enum trait {
    NATIVE = 1,   /* lists give the name in its own script too */
    JOINED = 2,   /* without blanks in that script */
    CYRILLIC = 4, /* a word without a native form is written by the rules of letters */
    KUNYA = 8,    /* "Abu Hamza" as a weak alias */
    FEMININE = 16 /* a woman's surname has another ending */
};

struct culture {
    const char *name;
    uint32_t share; /* of a list, in thousandths */
    enum pattern pattern;
    unsigned traits;
    const char *countries; /* "iq:5 sy:5": alpha-2 and weight */
};
extern const struct culture cultures[];
extern const size_t n_cultures;

struct word {
    en_text latin, native; /* native may be empty */
    en_text others;        /* other Latin spellings, separated by '/'; may be empty */
};

/* Words with their weights, to draw from. */
struct bag {
    struct word *words;
    uint32_t *upto; /* sums of weights */
    size_t n, cap_words, cap_upto;
};

struct country_weight {
    char a2[3];
    uint32_t upto;
};

#define COUNTRIES_MAX 20
struct culture_words {
    struct bag bags[WORD_ROLES];
    struct country_weight countries[COUNTRIES_MAX];
    size_t n_countries;
};

/*
 * Reads a table of words (data/bench/name_tokens.tsv), whose bytes stay where they are, into one culture_words for each
 * culture; EN_E_INPUT with the line of the first bad row, and when a culture lacks a role that everybody has.
 */
en_errc culture_read(en_bytes tsv, struct culture_words *out, struct en_arena *a, struct en_err *err);
const struct word *bag_draw(const struct bag *b, struct random *r);
const char *country_draw(const struct culture_words *w, struct random *r);
/* One of the n spellings: the first of 0 .. spellings, 0 being the usual one. */
size_t word_spellings(const struct word *w);
en_text word_spelling(const struct word *w, size_t i);

/* The table's bytes; generated at build. */
extern const unsigned char en_generate_data[];
extern const size_t en_generate_data_len;

#endif
