/*
 * walk.h: one token compared with many, fast.
 *
 * The same costs as en_profile_cost and en_profile_spelling_cost (costs.h). The token that stands still is laid across
 * vector lanes; the others are walked letter by letter, one column of the alignment each, and a token that begins like
 * the one before goes on from there. Walk tokens in the order of their letters.
 *
 * All kinds of machine code (simd.h) give the same numbers.
 */
#ifndef EN_NAMES_WALK_H
#define EN_NAMES_WALK_H

#include "names/costs.h"
#include "names/simd.h"

#define EN_WALK_READABLE 16

struct en_walk;
/* A kind that this program has, and the machine too. */
struct en_walk *en_walk_new(enum en_simd simd);
void en_walk_free(struct en_walk *w);
/* A token of any script stands still; Latin ones are walked: -log2 P(token | Latin). n <= EN_COST_MAX_LETTERS. */
void en_walk_set(struct en_walk *w, const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n);
/* A Latin token stands still; tokens of another script are walked: -log2 P(Latin | token). */
void en_walk_set_latin(struct en_walk *w, const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n);
/* -log2 of the probability of the token that stands still, by its letters alone. */
int en_walk_alone(const struct en_walk *w);
/*
 * The cost against one token, EN_COST_NONE if it is above the limit. EN_WALK_READABLE bytes must be there to read, with
 * anything in those behind the n symbols. What it begins with in common with the token
 * walked before is not walked again, unless the limit rose.
 */
int en_walk_cost(struct en_walk *w, const uint8_t *sym, unsigned n, int limit);
/* Columns made since the walker was (for the bench). */
uint64_t en_walk_columns(const struct en_walk *w);

#endif
