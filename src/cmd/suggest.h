/*
 * suggest.h: did you mean …?
 */
#ifndef EN_CMD_SUGGEST_H
#define EN_CMD_SUGGEST_H

#include <stddef.h>

/* Insertions, deletions, replacements and swaps of neighbours that turn a into b; 99 if either is over 40 long. */
unsigned en_edit_distance(const char *a, const char *b);

/* Keeps the nearest word offered so far. */
struct en_suggest {
    const char *typed, *best;
    unsigned distance;
};
void en_suggest_init(struct en_suggest *s, const char *typed);
void en_suggest_offer(struct en_suggest *s, const char *word);
/* NULL when nothing was near enough to be meant. */
const char *en_suggest_best(const struct en_suggest *s);

#endif
