/*
 * align.h: complete alignment of a traveller's name with a list's name.
 *
 * Every token of both sides is in exactly one pair or counts as missing: tokens may be in another order, run together
 * or cut, initials, particles and titles; what one side has and the other lacks is evidence too, and what conflicts is
 * evidence against.
 */
#ifndef EN_SCREEN_ALIGN_H
#define EN_SCREEN_ALIGN_H

#include "screen/expand.h"

#define EN_ALIGN_MAX 24 /* tokens of either side that are paired; further ones are only counted */
#define EN_ALIGN_NOT_A_PAIR (-6 * EN_BITS_ONE) /* a pair must tell more, or is none */
#define EN_SPAN_MAX  3  /* query tokens that may be one list token */

struct en_query_token {
    struct en_expansion *span[EN_SPAN_MAX]; /* of 1, 2, 3 tokens from here; NULL where that is not tried */
    struct en_expansion *half[EN_SPLITS_MAX][2]; /* that this one may be, run together; NULL beyond the last */
    uint16_t flags;
    en_text text;
};

#define EN_TOGETHER_MAX 8 /* tokens whose culture is looked at: the first ones */
#define EN_TOGETHER_NONE INT16_MIN

struct en_query_name {
    unsigned n, beyond; /* tokens paired, and left over */
    struct en_query_token token[EN_ALIGN_MAX];
    bool cultured; /* some culture knows a token of it */
    int16_t together[1 << EN_TOGETHER_MAX]; /* en_cultures_together of tokens, a bit each; _NONE: not asked yet */
};

struct en_pair {
    uint8_t q_from, q_n, l_from, l_n; /* n = 0: missing on this side */
    en_bits bits;
    const char *why;
    bool again; /* missing on the other side, but said before on this one, perhaps in another spelling */
    uint32_t in; /* 0: of the name that is aligned; or 1 + the number of another name of the same alert */
};

struct en_alignment {
    en_bits bits;     /* sum of the pairs */
    en_bits fitting;  /* of those that speak for the same person */
    unsigned n;
    unsigned matched; /* pairs of real name tokens with evidence for */
    struct en_pair pair[2 * EN_ALIGN_MAX + 3];
};

void en_align(struct en_expander *x, const struct en_segment *s, const struct en_query_name *q,
              const struct en_list_name *l, struct en_alignment *out);
/*
 * People are known by parts of several names (Ricky Lin and Lin Weiguo; asked for as Ricky Lin Weiguo): parts of the
 * traveller's name that fit another name of the alert, from..to, better than the one that was aligned, are taken from
 * there. What the alignment says only rises.
 */
void en_align_elsewhere(struct en_expander *x, const struct en_segment *s, const struct en_query_name *q,
                        uint32_t from, uint32_t to, uint32_t aligned, struct en_alignment *a);
/* Whether a token says nothing where the other side lacks it. */
bool en_align_may_lack(uint16_t flags);

#endif
