/*
 * frequencies.h: how common name tokens are among people at large, from data/names/frequencies.tsv
 * (docs/formats/frequencies.md).
 *
 * A list of a few names says little about how rare they are; this table stands behind it.
 */
#ifndef EN_NAMES_FREQUENCIES_H
#define EN_NAMES_FREQUENCIES_H

#include "names/costs.h"

#define EN_FREQUENCY_UNIT 10000000u /* shares are per so many persons */
/* The share of a token that the table does not have: one bearer in a million. */
#define EN_FREQUENCY_UNSEEN 10u

/* The table's bytes; generated at build. */
extern const unsigned char en_frequencies_data[];
extern const size_t en_frequencies_data_len;

/* Calls fn for every row of a frequencies file, in order. EN_E_INPUT with the line of the first bad row. */
en_errc en_frequencies_each(en_bytes tsv, void (*fn)(void *ctx, const struct en_latin *token, uint32_t share),
                            void *ctx, struct en_err *err);

#endif
