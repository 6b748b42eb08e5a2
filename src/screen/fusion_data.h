/* fusion_data.h: data/screen/fusion.tsv as bytes; generated at build by tools/embed.py. */
#ifndef EN_SCREEN_FUSION_DATA_H
#define EN_SCREEN_FUSION_DATA_H

#include <stddef.h>

extern const unsigned char en_fusion_data[];
extern const size_t en_fusion_data_len;

#endif
