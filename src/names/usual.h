/*
 * usual.h: Latin words that are ways to write one name, from data/names/spellings.tsv (docs/formats/spellings.md).
 *
 * Letter costs say how letters are confused; this says what people do with whole names (Youssef, Yusuf).
 */
#ifndef EN_NAMES_USUAL_H
#define EN_NAMES_USUAL_H

#include "names/costs.h"

#define EN_USUAL_LETTERS 24u
/* Spellings of one word. */
#define EN_USUAL_MOST 24u

struct en_usual {
    uint8_t n, sym[EN_USUAL_LETTERS]; /* as a list has it: letters 1..26 */
    int16_t cost;                     /* -log2 P(written so | the list has that), in 1/64 bit */
    uint32_t letters;                 /* which there are: bit 1 is a */
};

struct en_usual_table;

/* The table's bytes; generated at build. */
extern const unsigned char en_usual_data[];
extern const size_t en_usual_data_len;

/*
 * A table from the text of a file. EN_E_INPUT with the line of the first that is not as it should be: lines are sorted
 * by what is written, at most EN_USUAL_MOST of one word.
 */
en_errc en_usual_parse(en_bytes tsv, struct en_usual_table **out, struct en_err *err);
void en_usual_free(struct en_usual_table *t);
/* What a list may have where somebody writes this word; returns how many. They live with the table. */
unsigned en_usual_of(const struct en_usual_table *t, const uint8_t *sym, unsigned n, const struct en_usual **out);

#endif
