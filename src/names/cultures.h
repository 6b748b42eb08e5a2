/*
 * cultures.h: how much commoner Latin name tokens are in one culture than among all, from data/names/cultures.tsv
 * (docs/formats/cultures.md).
 *
 * The parts of a name go together: who is called Kim is likelier to be called Jung than others are. How common a token
 * is among all says nothing of that; this table does.
 */
#ifndef EN_NAMES_CULTURES_H
#define EN_NAMES_CULTURES_H

#include "names/costs.h"

#define EN_CULTURES_LETTERS 24u
#define EN_CULTURES_MOST    64u /* cultures */

struct en_culture {
    uint8_t culture;
    int16_t bits; /* log2 P(token | culture) / P(token), in 1/64 bit */
};

struct en_culture_table;

/* The table's bytes; generated at build. */
extern const unsigned char en_cultures_data[];
extern const size_t en_cultures_data_len;

/* A table from the text of a file; EN_E_INPUT with the line of the first that is not as it should be. */
en_errc en_cultures_parse(en_bytes tsv, struct en_culture_table **out, struct en_err *err);
void en_cultures_free(struct en_culture_table *t);
/* The cultures that know a token; returns how many, 0 if the table does not have it. They live with the table. */
unsigned en_cultures_of(const struct en_culture_table *t, const uint8_t *sym, unsigned n,
                        const struct en_culture **out);

/* A token among others: the cultures that know it. n = 0: nothing is known. */
struct en_culture_token {
    const struct en_culture *rows;
    unsigned n;
};
/*
 * log2 of how much commoner these tokens are together than they would be if names went together by chance: every
 * culture weighs the same. The tokens are those of v whose bit in `which` is set; in 1/64 bit.
 */
int en_cultures_together(const struct en_culture_token *v, unsigned n, uint32_t which);

#endif
