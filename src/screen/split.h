/*
 * split.h: a token of the traveller that may be two tokens of the list written together.
 */
#ifndef EN_SCREEN_SPLIT_H
#define EN_SCREEN_SPLIT_H

#include "screen/segment.h"

#define EN_SPLITS_MAX 2
#define EN_SPLIT_PART 3 /* letters that a part has at least: shorter ones begin and end every other name */

/*
 * Where a Latin token may be cut into two tokens that identities have: numbers of letters before the cut, the most even
 * ones first. None if an identity has the token itself (whole).
 */
struct en_split {
    bool whole;
    uint8_t n, at[EN_SPLITS_MAX];
};
void en_split(const struct en_segment *s, const uint8_t *sym, unsigned n, struct en_split *out);
/* Adds what another part of the index says of the same token. */
void en_split_join(struct en_split *all, const struct en_split *part, unsigned n);

#endif
