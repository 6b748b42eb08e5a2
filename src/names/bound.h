/*
 * bound.h: what a comparison costs at least, fast.
 *
 * Most tokens that are compared are so unlike that a coarser look is enough to tell. The units of the channel (costs.h)
 * are taken apart into steps of one letter at a time: what a unit costs, beyond what the letters walked cost by
 * themselves, is shared out among its letters, and each step costs the least of any unit that it may belong to. The
 * cheapest way through these steps is therefore never dearer than the walk (walk.h) would find. Its cells are bytes in
 * thirds of a bit, so that a token has its place in one vector.
 */
#ifndef EN_NAMES_BOUND_H
#define EN_NAMES_BOUND_H

#include "names/costs.h"
#include "names/simd.h"

#define EN_BOUND_MOST 14 /* letters of a token that stands still; longer ones have no bound */

struct en_bound;
/* simd: a kind that this program has, and the machine too. */
struct en_bound *en_bound_new(enum en_simd simd);
void en_bound_free(struct en_bound *b);
/* A token of any script stands still and Latin ones are walked, as in en_walk_set. */
void en_bound_set(struct en_bound *b, const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n);
/* A Latin token stands still and those of another script are walked, as in en_walk_set_latin. */
void en_bound_set_latin(struct en_bound *b, const struct en_costs *c, enum en_script s, const uint8_t *sym,
                        unsigned n);
/* False if the token of n <= EN_COST_MAX_LETTERS symbols costs more than the limit; true: it may cost less. */
bool en_bound_within(struct en_bound *b, const uint8_t *sym, unsigned n, int limit);

#endif
