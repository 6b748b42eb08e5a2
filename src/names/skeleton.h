/*
 * skeleton.h: the script-free key of a name token.
 *
 * Spellings of one name share their skeleton: the consonants in classes that romanisations confuse, vowels dropped, a
 * mark for an initial vowel. A token has a few skeletons where a letter can be read in two ways (j, g, c, ch). Tokens
 * of other scripts get theirs through their likeliest Latin spellings (en_costs_spell).
 */
#ifndef EN_NAMES_SKELETON_H
#define EN_NAMES_SKELETON_H

#include "names/costs.h"

#define EN_SKELETONS_MAX 8
#define EN_SKELETON_LEN  15

/* A skeleton: up to 15 classes of 4 bits, the first in the highest used bits, below them the length. 0: none. */
typedef uint64_t en_skeleton;

/* Writes the distinct skeletons of a Latin token, the plainest reading first; returns how many (at most
 * EN_SKELETONS_MAX). */
unsigned en_skeletons(const struct en_latin *l, en_skeleton out[EN_SKELETONS_MAX]);
/*
 * The first of them, the plainest reading; 0 if there is none. For a token that grows letter by letter: `read`, all 0
 * at first, says what stands of it whatever comes.
 */
struct en_skeleton_read {
    en_skeleton s;
    uint8_t at;
    bool opened;
};
en_skeleton en_skeleton_plain(const struct en_latin *l, struct en_skeleton_read *read);
/* Number of classes in a skeleton. */
unsigned en_skeleton_length(en_skeleton s);
/* The skeleton without its i-th class. */
en_skeleton en_skeleton_without(en_skeleton s, unsigned i);
/* "KLD": for explanations and tests; needs 17 bytes. */
void en_skeleton_text(en_skeleton s, char out[17]);

#endif
