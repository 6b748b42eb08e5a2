/* compare.h: what it costs that a list's token is written as a query token. Private to the module. */
#ifndef EN_SCREEN_COMPARE_H
#define EN_SCREEN_COMPARE_H

#include "names/walk.h"
#include "screen/expand.h"

/* Tokens prepared for comparison, the latest ones kept. */
struct en_comparer;
struct en_comparer *en_comparer_new(const struct en_costs *costs, enum en_simd simd);
void en_comparer_free(struct en_comparer *c);
/* Comparisons so far that were more than a look at the letters (for the bench). */
uint64_t en_comparer_count(const struct en_comparer *c);

/* False if a look at the letters of both says that they cost more than the limit. */
bool en_compare_worth(const struct en_expansion *e, const struct en_spelt *v, int limit);
/* -log2 P(query token | vocabulary token); EN_COST_UNLIKE if above `limit`. */
int en_compare(struct en_comparer *c, const struct en_segment *s, const struct en_expansion *e, uint32_t vocab,
               int limit);
/* The same against two tokens of the list run together. */
int en_compare_joined(struct en_comparer *c, const struct en_segment *s, const struct en_expansion *e, uint32_t a,
                      uint32_t b, int limit);

#endif
