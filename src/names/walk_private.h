/* walk_private.h: what the kinds of machine code of walk.c share. Private to the module. */
#ifndef EN_NAMES_WALK_PRIVATE_H
#define EN_NAMES_WALK_PRIVATE_H

#include "names/channel.h"
#include "names/walk.h"

#define EN_WALK_STEPS 3  /* letters of one unit, at most */
#define EN_WALK_LANES 8  /* a column has a multiple of this */
#define EN_WALK_WIDE  16 /* a longer one, with wide vectors, of this */
#define EN_WALK_MOST  64 /* lanes: 48 letters, the end and the beginning */
#define EN_WALK_SKIPS 4  /* symbols in a row that nothing stands against, in one go */
#define EN_WALK_NMAX  EN_COST_MAX_LETTERS

/*
 * A column of the alignment: cell i is the cost of the first i symbols of the token that stands still with the letters
 * walked so far; behind it the same cells one, two … lanes up, as units of so many symbols look at them.
 * A slot is what units of one chunk of the walked side cost, in the same layout: at [s][i] the unit that ends with
 * symbol i and has s symbols.
 */
struct en_walk {
    const struct en_walk_code *code;
    bool (*run)(struct en_walk *w, unsigned from, int limit);
    const struct en_channel *ch;
    bool latin;        /* a Latin token stands still; tokens of the channel's script are walked */
    unsigned steps;    /* symbols of a unit on the standing side: 2, or 3 for Latin; 5 - steps on the other */
    unsigned n, lanes; /* symbols with the end; cells of a column, with those that are never reached */
    uint8_t end;       /* of the tokens that are walked */
    int alone, most;   /* of the standing token; cost above which it is no spelling */
    int skips_more;    /* the least that more than EN_WALK_SKIPS symbols in a row cost with nothing against them */
    uint16_t *slot_of; /* number of a chunk of the walked side to its slot */
    unsigned cap_chunks, n_slots;
    int16_t *slots;
    size_t cap_slots;                          /* in costs */
    int16_t skip[EN_WALK_SKIPS][EN_WALK_MOST]; /* the last 1, 2 … symbols against nothing */
    /* What was walked last: columns from EN_WALK_STEPS on, before them some that are never reached. */
    unsigned depth, walked; /* columns that stand, and letters of the token */
    unsigned dead;          /* letters that are a hopeless beginning */
    int limit;
    uint8_t sym[EN_WALK_NMAX + EN_WALK_READABLE], hopeless[EN_WALK_NMAX + 2];
    int walked_alone[EN_WALK_NMAX + 2];
    int16_t *columns;
    size_t cap_columns;
    uint64_t made;
};

/*
 * A kind of machine code: how it makes columns of EN_WALK_LANES, and longer ones, which are multiples of `lanes`.
 *
 * Makes the columns from letter `from` (0: the first) on, the end included; false if on the way all that was begun is
 * above the limit. Then `depth` columns stand and `dead` says which beginning is hopeless.
 */
struct en_walk_code {
    bool (*run)(struct en_walk *w, unsigned from, int limit);
    bool (*run_long)(struct en_walk *w, unsigned from, int limit);
    unsigned lanes;
};

bool en_walk_run_plain(struct en_walk *w, unsigned from, int limit);
#ifdef __SSE2__
bool en_walk_run_sse2(struct en_walk *w, unsigned from, int limit);
bool en_walk_run_avx2(struct en_walk *w, unsigned from, int limit);
bool en_walk_run_avx2_wide(struct en_walk *w, unsigned from, int limit);
#endif

/* Number of the Latin chunk of the last k letters before i. */
static inline unsigned
en_walk_chunk(const struct en_channel *ch, const uint8_t *sym, unsigned i, unsigned k)
{
    unsigned number = k > i ? 0 : en_latin_chunk(ch, sym + i - k, k);

    return number ? number : EN_CHUNK_NONE;
}

#endif
