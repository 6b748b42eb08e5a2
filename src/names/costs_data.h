/* costs_data.h: data/names/costs.tsv as bytes; generated at build by tools/embed.py. */
#ifndef EN_NAMES_COSTS_DATA_H
#define EN_NAMES_COSTS_DATA_H

#include <stddef.h>

extern const unsigned char en_costs_data[];
extern const size_t en_costs_data_len;

#endif
