/* weigh.h: the candidates of the last query as they were weighed, for programs that learn the fusion. */
#ifndef EN_SCREEN_WEIGH_H
#define EN_SCREEN_WEIGH_H

#include "screen/fusion.h"
#include "screen/parameters.h"

struct en_weighed {
    unsigned part;
    uint32_t ident;
    en_text id;
    en_bits promise; /* what it looked like before it was weighed */
    en_bits raw;     /* what align.c and fields.c say */
    en_bits bits;    /* after the fusion, before the competition */
    en_bits name_bits;
    en_bits document; /* of raw */
    unsigned way;     /* the reading of the traveller's name that fits best */
    uint32_t name;    /* and the list's name */
    bool elsewhere;   /* parts of other names were looked for */
    double crowd;     /* bits: how much more common such travellers are, by the other candidates */
    double odds;      /* prior times evidence, less that */
    struct en_features features;
};

unsigned en_query_weighed(const struct en_query *q, const struct en_weighed **out);
/* The caller's tag of a weighed candidate's identity. */
uint64_t en_weighed_tag(const struct en_query *q, const struct en_weighed *w);
/*
 * What the other candidates take from the evidence of one in bits, as being a crowd; others: the likelihood ratios of
 * all of them together, for each identity of the list. At most EN_PARAM_CROWD_MOST, and nothing where a date or a
 * document fits.
 */
double en_crowd(const struct en_weighed *w, double others);
/* Uses another model from the next query on; borrowed. NULL: that of the index's tables. */
void en_query_use_fusion(struct en_query *q, const struct en_fusion *m);

#endif
