/*
 * candidates.h: which identities are worth weighing. Never a scan: every way in is a posting list, and the budget of
 * what is read is fixed.
 */
#ifndef EN_SCREEN_CANDIDATES_H
#define EN_SCREEN_CANDIDATES_H

#include "screen/align.h"

#define EN_WAY_NAMES 10 /* ways to read the traveller's names: several names, several readings */
#define EN_CANDIDATES_MAX   100
#define EN_CANDIDATES_DATED 64 /* where the traveller's date orders them */

struct en_query_names {
    unsigned n;
    struct en_query_name name[EN_WAY_NAMES];
};

struct en_candidates;
struct en_candidates *en_candidates_new(void);
void en_candidates_free(struct en_candidates *c);
/*
 * Proposes at most EN_CANDIDATES_MAX identities (EN_CANDIDATES_DATED where a date is looked at), the most
 * promising first; *out is borrowed until the next call.
 * ways: EN_BY_… (EN_BY_EVERY is none of them). promise is what the evidence looks like before names are aligned.
 * Who promises no more than `floor` is left out.
 */
struct en_candidate {
    uint32_t ident;
    en_bits promise;
};
unsigned en_candidates_find(struct en_candidates *c, const struct en_segment *s, const uint8_t *gone,
                            const struct en_query_names *q, const struct en_person *traveller, unsigned ways,
                            en_bits floor, const struct en_candidate **out);

#endif
