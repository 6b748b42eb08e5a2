/*
 * expand.h: a query token and the vocabulary that it may be a spelling of.
 *
 * Expansions are kept from query to query, because travellers share their names: a flight's Mohammeds are looked up
 * once.
 */
#ifndef EN_SCREEN_EXPAND_H
#define EN_SCREEN_EXPAND_H

#include "base/map.h"
#include "names/cultures.h"
#include "names/simd.h"
#include "screen/segment.h"
#include "screen/split.h"
#include "screen/screen.h"

/* What a comparison costs that was given up: far more than any that was not. */
#define EN_COST_UNLIKE (128 * EN_BITS_ONE)

struct en_expansion {
    enum en_script script;
    uint8_t n, sym[EN_MAX_TOKEN_LETTERS];
    bool run_together, has_channel;
    uint8_t first;         /* letter of its likeliest Latin spelling, 0 if there is none */
    uint32_t any, all;     /* letters of any and of all of its likely Latin spellings */
    int limit;             /* comparisons above this are given up: chance would spell it as well */
    int rarity;            /* -log2 P(query token) among all travellers; en_expander_rarity sets it */
    uint64_t rarity_of;    /* for this version of the index */
    int list_weight;       /* log2 of the names of list and background over those of the background */
    uint64_t chance;       /* P(query token) by its letters alone, as a share of 2^60 */
    const struct en_usual *usual; /* what a list may have for it, by what people do with whole names */
    unsigned n_usual;
    struct en_culture_token cultures; /* that know it */
    uint64_t serial;       /* no two expansions have the same */
    struct en_near *near;  /* what may matter, cheapest first */
    uint32_t n_near;
    /* For expand.c: comparisons made so far, open addressing; EN_VOCAB_NONE is free. */
    uint32_t n_memo, memo_slots;
    int memo_limit;        /* up to which what is kept is exact */
    uint32_t *memo_vocab;
    int16_t *memo_cost;
    uint64_t hash;
    bool used;             /* since the last sweep */
    struct en_split split;
};

struct en_expander;
struct en_expander *en_expander_new(const struct en_costs *costs, enum en_simd simd);
void en_expander_free(struct en_expander *x);
/* Call when the segment or its content changed: forgets everything. */
void en_expander_reset(struct en_expander *x);
/*
 * May forget what was not asked for lately: keeps the memory of expansions below a bound. Call between queries, never
 * within one.
 */
void en_expander_trim(struct en_expander *x);
/*
 * Looks up the commonest tokens of a vocabulary as a query would and keeps what was found in the segment, so that no
 * query has to.
 */
void en_expander_foresee(const struct en_costs *costs, enum en_simd simd, struct en_segment *s);
/* The bound, in bytes; EN_EXPANSIONS_BYTES unless set. */
#define EN_EXPANSIONS_BYTES (24u << 20)
void en_expander_bound(struct en_expander *x, size_t bytes);

/* What was done since the expander was made or reset. */
struct en_expander_stats {
    uint64_t asked, missed;  /* tokens; those that were not there yet */
    uint64_t rows, compared; /* of the index that were read; comparisons, for misses and for pairs */
    uint64_t kept, bytes;    /* expansions held now, and their memory */
};
void en_expander_stats(const struct en_expander *x, struct en_expander_stats *out);

/*
 * The expansion of a token in a segment; valid until reset or trim. NULL if the script has no channel. Latin tokens
 * that are only tried together (run_together) are looked up by their spelling with at most one letter wrong, not by how
 * they sound: nearly all such pairs are nobody's name. Those of other scripts have no spelling to be looked up by, and
 * some of them write apart what is one word in Latin (Fadl Allah, Zare Pour).
 */
struct en_expansion *en_expand(struct en_expander *x, const struct en_segment *s, enum en_script script,
                               const uint8_t *sym, unsigned n, bool run_together);
/*
 * Sets the rarity of a token from its expansions in the parts of an index (NULL where there is none): how common the
 * names are that it may be a spelling of, in the whole list, with the table of frequencies behind it. The parts
 * together say the same as one large segment would. version: the index's; what was computed for it is kept.
 */
void en_expander_rarity(const struct en_segment *const *part, struct en_expansion *const *e, unsigned parts,
                        uint64_t version);
/*
 * -log2 P(query token | vocabulary token); EN_COST_UNLIKE above `most`. Whoever knows the rarity sets a bound by it:
 * what costs more says nothing, and most tokens of a name are so unlike that a look at their letters is enough.
 */
int en_expansion_cost(struct en_expander *x, const struct en_segment *s, struct en_expansion *e, uint32_t vocab,
                      int most);
/* The same against two list tokens run together. */
int en_expansion_cost_joined(struct en_expander *x, const struct en_segment *s, struct en_expansion *e, uint32_t a,
                             uint32_t b, int most);

#endif
