/* channel.h: the units of a channel as tables. Private to the module. */
#ifndef EN_NAMES_CHANNEL_H
#define EN_NAMES_CHANNEL_H

#include "names/costs.h"

#define EN_LATIN_CHUNKS 2048  /* Latin chunks of one channel; */
#define EN_CHUNK_EMPTY  0     /* of these the empty one, */
#define EN_CHUNK_NONE   1     /* and one that no unit has: it stands for letters that are no chunk together */
#define EN_NATIVE_CODES 16384 /* two symbols of 7 bits */

struct en_channel_unit {
    uint16_t native; /* up to two symbols, 7 bits each, first low; 0: none */
    uint16_t latin;  /* number of the Latin chunk */
    int16_t cost;
};

struct en_bound_table;

struct en_channel {
    struct en_channel_unit *units; /* ordered by native, then the likeliest first */
    struct en_channel_unit *by_latin;
    uint32_t n_units, cap;
    uint32_t *first;                       /* [EN_NATIVE_CODES + 1]: where the units of a native chunk begin */
    uint32_t *first_latin;                 /* [EN_LATIN_CHUNKS + 1]: likewise in by_latin */
    uint16_t one[32], two[32 * 32];        /* Latin chunk to its number; 0: no such chunk */
    uint16_t *three;                       /* [32768] */
    uint16_t *native_no;                   /* [EN_NATIVE_CODES]: native chunks numbered from 2 on; 1: not a chunk */
    uint16_t n_latin, n_native;
    uint8_t latin_len[EN_LATIN_CHUNKS];
    uint8_t latin_sym[EN_LATIN_CHUNKS][3];
    int16_t latin_cost[EN_LATIN_CHUNKS];   /* -log2 of the chunk's marginal probability */
    int16_t native_cost[EN_NATIVE_CODES];  /* likewise of the native chunk */
    struct en_bound_table *bound, *bound_latin; /* of bound.c: a native token stands still, or a Latin one */
};

static inline uint16_t
en_native_code(const uint8_t *sym, unsigned n)
{
    return (uint16_t)(n == 0 ? 0 : n == 1 ? sym[0] : sym[0] | sym[1] << 7);
}

/* Number of a chunk of 1 to 3 letters, 0 if it is none. */
static inline uint16_t
en_latin_chunk(const struct en_channel *ch, const uint8_t *sym, unsigned n)
{
    return n == 1   ? ch->one[sym[0]]
           : n == 2 ? ch->two[sym[0] * 32 + sym[1]]
                    : ch->three[(sym[0] * 32 + sym[1]) * 32 + sym[2]];
}

/* bound.c: made when all units are there. */
void en_bound_tables(struct en_channel *ch);
void en_bound_tables_free(struct en_channel *ch);

struct en_costs {
    struct en_channel *channel[EN_SCRIPTS]; /* NULL if there is none */
    struct en_usual_table *usual;           /* NULL if there is none */
    struct en_culture_table *cultures;      /* likewise */
};

#endif
