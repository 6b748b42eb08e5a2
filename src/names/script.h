/*
 * script.h: from characters to the small alphabets that names are compared in.
 *
 * Every script has an alphabet of symbols 1..127. Letters that clerks and keyboards interchange are one symbol (alef
 * with and without hamza, Persian and Arabic yeh, Cyrillic io and ie, katakana and hiragana). Latin letters with marks
 * become their base letters (ICAO Doc 9303 part 3 section 6 gives the same for most). Han characters are compared by
 * their readings, so their symbols are Latin letters. What has no symbol separates tokens, joins them or is skipped.
 */
#ifndef EN_NAMES_SCRIPT_H
#define EN_NAMES_SCRIPT_H

#include "base/bytes.h"

enum en_script {
    EN_SCRIPT_NONE, /* no letter at all */
    EN_SCRIPT_LATIN,
    EN_SCRIPT_CYRILLIC,
    EN_SCRIPT_ARABIC, /* also Persian, Urdu, Pashto, Kurdish letters */
    EN_SCRIPT_HEBREW,
    EN_SCRIPT_GREEK,
    EN_SCRIPT_GEORGIAN,
    EN_SCRIPT_ARMENIAN,
    EN_SCRIPT_HANGUL, /* conjoining jamo: initial, vowel, final */
    EN_SCRIPT_KANA,
    EN_SCRIPT_HAN,    /* symbols are those of Latin: the reading in the language asked for */
    EN_SCRIPT_OTHER,  /* compared as it stands */
    EN_SCRIPTS
};

#define EN_SYM_END 27u /* the end of a token in the Latin alphabet; letters are 1..26 */
#define EN_SYM_MAX 127u

enum en_char_class {
    EN_CHAR_LETTER,
    EN_CHAR_SKIP,      /* vowel signs, tatweel, apostrophes: nothing is lost for a comparison */
    EN_CHAR_JOIN,      /* hyphen: separates, and says that both sides belong together */
    EN_CHAR_SEPARATE,  /* blank, comma, middle dot, anything else */
    EN_CHAR_ABBREVIATE /* full stop: what stands before may be an initial or a title */
};

struct en_char {
    enum en_char_class is;
    enum en_script script; /* of a letter */
    uint8_t n;             /* symbols: 1 to 4 (Hangul syllables have up to 3, some Latin letters 2, ligatures 4) */
    uint8_t sym[4];
};

/* What a code point means in a name. Han characters have n = 0 here: ask en_han_reading. */
struct en_char en_char_of(uint32_t cp);

enum en_reading { EN_READ_MANDARIN, EN_READ_CANTONESE, EN_READINGS };
/* The toneless reading of a Han character in Latin letters, "" if it has none. */
const char *en_han_reading(uint32_t cp, enum en_reading r);

/* Number of symbols of a script's alphabet (its largest symbol). */
unsigned en_script_symbols(enum en_script s);
/* ISO 15924 code: "Latn", "Cyrl" …; "Zyyy" for none, "Zzzz" for other. */
const char *en_script_code(enum en_script s);
/* Lower-case word used in data files: "latin", "cyrillic" … */
const char *en_script_word(enum en_script s);
bool en_script_from_word(en_text t, enum en_script *out);
/* The symbol that marks the end of a token, one above the letters; "$" in data files. */
unsigned en_script_end(enum en_script s);
/* Writes the UTF-8 of one symbol (the group's first letter, a conjoining jamo, "$") and returns its length; 0 if none.
 */
size_t en_script_symbol_put(enum en_script s, unsigned sym, char out[8]);
/* The symbols of a UTF-8 string of one script (also conjoining jamo and "$"); returns how many were written (at most
 * max); 0 if a character has no symbol. */
unsigned en_script_symbols_of(enum en_script s, en_text t, uint8_t *out, unsigned max);

#endif
