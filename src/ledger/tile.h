/*
 * tile.h: a log as plain files (C2SP tlog-tiles): where the hashes and entries of a tree stand, so that anybody can
 * serve and verify them without a program of ours.
 */
#ifndef EN_LEDGER_TILE_H
#define EN_LEDGER_TILE_H

#include "base/buf.h"
#include "ledger/tree.h"

#define EN_TILE_WIDTH 256u
#define EN_TILE_LEVEL_BITS 8u

/* One tile of a tree: level of tiles, number within the level, hashes in it (1 to 256). */
struct en_tile {
    unsigned level;
    uint64_t index;
    unsigned width;
};

/* "tile/<L>/<N>[.p/<W>]", and for the entries "tile/entries/<N>[.p/<W>]". */
void en_tile_path(const struct en_tile *t, struct en_buf *out);
void en_tile_entries_path(const struct en_tile *t, struct en_buf *out);

/* Calls fn for each tile that a tree of `size` has and one of `old` leaves lacks, level by level. */
typedef en_errc en_tile_fn(void *ctx, const struct en_tile *t, struct en_err *err);
en_errc en_tiles_between(uint64_t old, uint64_t size, en_tile_fn *fn, void *ctx, struct en_err *err);

/* The bytes of a tile: its hashes one after the other. */
en_errc en_tile_hashes(const struct en_tile *t, const struct en_tree_source *from, struct en_buf *out,
                       struct en_err *err);
/* An entry of a bundle: a length of 16 bits and its bytes (at most 65,535: an invariant). */
void en_tile_entry(en_bytes entry, struct en_buf *out);

#endif
