/*
 * letters.h: a row of name evidence, token by token and letter by letter, for people who ask why.
 *
 * A pair of tokens tells rarity + spelling + rest, exactly: how rare the traveller's token is among travellers, what it
 * costs to write the alert's token so, and what the alignment of whole names adds or takes away. The spelling is the
 * sum of its letters. The numbers come from the functions that the decision itself calls (expand.h), so they are the
 * decision's.
 *
 * For a page about one hit, not for every traveller: a token is looked for among the whole vocabulary.
 */
#ifndef EN_SCREEN_LETTERS_H
#define EN_SCREEN_LETTERS_H

#include "screen/screen.h"

/* Letters of one side that stand against letters of the other; either may be empty, not both unless `why` speaks of all
 * letters. */
struct en_letter {
    en_text query, list; /* in the letters that are compared: lower case, without marks; readings of Han */
    en_bits bits;        /* 0 or less: what it costs to write the one as the other */
    const char *why;     /* a constant: "same", "romanisation", "doubled letter" … */
};

#define EN_LETTERS_MAX 300

struct en_letters {
    bool rarity_known; /* the row has a token */
    en_bits rarity;    /* -log2 of the share of people who bear the traveller's token (of the alert's where it stands
                        * alone), in any spelling */
    bool compared;     /* both sides have a token, and their letters were compared: */
    en_bits spelling;  /* 0 or less */
    en_bits rest;      /* bits of the row less rarity and spelling */
    const char *rest_why; /* "" where rest is 0 */
    unsigned n;
    struct en_letter letter[EN_LETTERS_MAX];
};

struct en_letter_reader;
/* For one index, which it borrows and which must not change meanwhile. */
struct en_letter_reader *en_letter_reader_new(const struct en_index *ix);
void en_letter_reader_free(struct en_letter_reader *r);
/* row: of EN_FIELD_NAME, with its texts (en_query_options.explain). Texts of the result are in the arena. */
void en_letters_of(struct en_letter_reader *r, const struct en_evidence *row, struct en_arena *a,
                   struct en_letters *out);

#endif
