/*
 * costs.h: learned letter costs, and the alignment of two tokens in bits.
 *
 * A channel tells how tokens of one script are written in Latin letters (and Latin in other Latin). It is a joint
 * multigram model (Deligne and Bimbot 1995; Bisani and Ney 2008 call the units graphones): a pair of tokens is a
 * sequence of units, each of 0 to 2 symbols of the script and 0 to 3 Latin letters, with probability p(unit). Units are
 * learned by expectation maximisation (tools/train_costs.c); data/names/costs.tsv holds them, docs/formats/costs.md
 * describes the file.
 *
 * Costs are -log2 of probabilities in 1/64 bit, so all results are integers and the same on every machine.
 */
#ifndef EN_NAMES_COSTS_H
#define EN_NAMES_COSTS_H

#include "names/script.h"

#define EN_COST_NONE 0x3F3F /* no way: 253 bits; both bytes alike, so that memset can write it */
#define EN_COST_MAX_LETTERS 48

struct en_costs;

/* The table that comes with the program. */
struct en_costs *en_costs_builtin(void);
/* A table from the text of a costs file; EN_E_INPUT with line and position if it is not one. */
en_errc en_costs_parse(en_bytes tsv, struct en_costs **out, struct en_err *err);
void en_costs_free(struct en_costs *c);
/* Gives it a table of usual spellings (usual.h) from the text of a file, in place of what it had. */
en_errc en_costs_use_usual(struct en_costs *c, en_bytes tsv, struct en_err *err);
/* Whether the units of a script are there and their probabilities add up to one, as far as rounded costs can. */
bool en_costs_whole(const struct en_costs *c, enum en_script s);
/* Whether the script has a channel to Latin. */
bool en_costs_has(const struct en_costs *c, enum en_script s);

/* Likewise a table of cultures (cultures.h). */
en_errc en_costs_use_cultures(struct en_costs *c, en_bytes tsv, struct en_err *err);

/* What a list may have where somebody writes this Latin word (usual.h): 0 of a table that was parsed. */
struct en_usual;
unsigned en_costs_usual(const struct en_costs *c, const uint8_t *sym, unsigned n, const struct en_usual **out);

/* The cultures that know this Latin token (cultures.h): 0 of a table that was parsed. */
struct en_culture;
unsigned en_costs_cultures(const struct en_costs *c, const uint8_t *sym, unsigned n, const struct en_culture **out);

/* -log2 P(token) by its letters alone; for a script with a channel, n <= EN_COST_MAX_LETTERS. */
int en_costs_alone(const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n);

/* A Latin token prepared for comparison: letters 1..26, no end symbol. */
struct en_latin {
    uint8_t n;
    uint8_t sym[EN_COST_MAX_LETTERS];
};

/* One token of any script, prepared to be compared with many Latin ones. */
struct en_profile;
struct en_profile *en_profile_new(void);
void en_profile_free(struct en_profile *p);
/* sym without the end symbol, n <= EN_COST_MAX_LETTERS. */
void en_profile_set(struct en_profile *p, const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n);

/*
 * -log2 P(token | latin): the cost of the best alignment less the cost of the Latin token by itself; at least 0. Gives
 * up and returns EN_COST_NONE as soon as it is sure to be above `limit`.
 */
int en_profile_cost(const struct en_profile *p, const struct en_latin *l, int limit);
/*
 * The other way round, -log2 P(latin | token): what it costs to write the token so. The same limit and bound;
 * EN_COST_NONE also where both sides are less than 8 bits likelier together than apart.
 */
int en_profile_spelling_cost(const struct en_profile *p, const struct en_latin *l, int limit);
/* -log2 P(token) by the letters alone: what the token costs in a language that is not known. */
int en_profile_alone(const struct en_profile *p);

/* One unit of an alignment, for explanations: symbols [from, to) of each side with the ends, -log2 of its joint
 * probability, and of the probability of each side alone, whatever stands on the other. */
struct en_unit {
    uint8_t q_from, q_to, l_from, l_to;
    int cost, q_alone, l_alone;
};
/* The best alignment, in order; returns the number of units, at most max (0: there is none). Slow: for explanations. */
unsigned en_profile_align(const struct en_profile *p, const struct en_latin *l, struct en_unit *out, unsigned max);

/*
 * The likeliest Latin spellings of a token, best first, with distinct skeletons (see skeleton.h); returns how many, at
 * most max. A Latin token gives itself.
 */
unsigned en_costs_spell(const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n,
                        struct en_latin *out, unsigned max);

#endif
