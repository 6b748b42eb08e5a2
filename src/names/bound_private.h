/* bound_private.h: what the kinds of machine code of bound.c share. Private to the module. */
#ifndef EN_NAMES_BOUND_PRIVATE_H
#define EN_NAMES_BOUND_PRIVATE_H

#include <string.h>

#include "names/bound.h"
#include "names/channel.h"

#define EN_BOUND_LANES     16u
#define EN_BOUND_MOST_COST 127  /* so much and more: two of them fit into a byte */
#define EN_BOUND_SYMBOLS   128u /* of the side that is walked */
#define EN_BOUND_PARTS     256u
#define EN_BOUND_WALKED    3u   /* letters of a unit, of the side that is walked: a place is unit * so many + letter */

typedef uint8_t en_bound_cells __attribute__((vector_size(EN_BOUND_LANES)));

/* Whether the token of n symbols may cost no more than `thirds`. */
typedef bool (*en_bound_run)(struct en_bound *b, const uint8_t *sym, unsigned n, int thirds);

struct en_bound_part;

/*
 * Steps with one letter of the other token, that lead to cell i: from the cell before (the symbol is written by it),
 * from the same cell (it belongs to the symbol before, or to none), and from two or three cells before.
 */
enum { EN_BOUND_NEXT, EN_BOUND_STAY, EN_BOUND_TWO, EN_BOUND_THREE, EN_BOUND_STEPS };

struct en_bound {
    en_bound_run run;
    unsigned n; /* symbols with the end; 0: no bound */
    const struct en_bound_table *table;
    uint8_t own[EN_BOUND_LANES]; /* symbols */
    unsigned n_parts;            /* units of several of them, and the symbol that each ends with */
    struct {
        const struct en_bound_part *part;
        uint8_t end, own;
        uint16_t next[EN_BOUND_WALKED]; /* 1 + the next place, of this unit or of one before, with the same letter */
    } part[EN_BOUND_PARTS];
    uint16_t with[EN_BOUND_SYMBOLS]; /* 1 + the last place with each letter of the other side; 0: none */
    uint64_t ready[EN_BOUND_SYMBOLS / 64]; /* letters of the other side whose steps are there */
    unsigned slack;
    uint8_t end;
    bool latin;    /* it stands still */
    int drop_more; /* least that more than three symbols in a row cost with nothing against them, in thirds */
    uint8_t drop[2][EN_BOUND_LANES];                 /* one, two symbols before cell i dropped */
    uint8_t rest[EN_BOUND_LANES];                    /* what is left behind it costs */
    uint8_t (*step)[EN_BOUND_STEPS][EN_BOUND_LANES]; /* of each letter of the other side, made when it is first met */
    /* What was walked last. */
    unsigned walked, passes;
    uint8_t sym[EN_COST_MAX_LETTERS + 1];
    en_bound_cells column[EN_COST_MAX_LETTERS + 2];
};

bool en_bound_run_plain(struct en_bound *b, const uint8_t *sym, unsigned n, int thirds);
#ifdef __SSE2__
bool en_bound_run_sse2(struct en_bound *b, const uint8_t *sym, unsigned n, int thirds);
bool en_bound_run_avx2(struct en_bound *b, const uint8_t *sym, unsigned n, int thirds);
#endif

/* The steps with one letter of the other side, when it is first met. */
void en_bound_put_letter(struct en_bound *b, uint8_t letter);

#endif
