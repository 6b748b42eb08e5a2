#include "ledger/tile.h"

/*= tlog-tiles: zero-padded 3-digit path elements, all but the last begin with x. */
static void
number(uint64_t n, struct en_buf *out)
{
    unsigned part[8], k = 0;

    do
        part[k++] = (unsigned)(n % 1000);
    while ((n /= 1000) != 0);
    while (k-- > 0)
        en_buf_addf(out, k ? "x%03u/" : "%03u", part[k]);
}

static void
rest_of_path(const struct en_tile *t, struct en_buf *out)
{
    EN_ASSERT(t->width >= 1 && t->width <= EN_TILE_WIDTH);
    number(t->index, out);
    if (t->width < EN_TILE_WIDTH)
        en_buf_addf(out, ".p/%u", t->width);
}

void
en_tile_path(const struct en_tile *t, struct en_buf *out)
{
    en_buf_addf(out, "tile/%u/", t->level);
    rest_of_path(t, out);
}

void
en_tile_entries_path(const struct en_tile *t, struct en_buf *out)
{
    EN_ASSERT(t->level == 0);
    en_buf_add_str(out, "tile/entries/");
    rest_of_path(t, out);
}

en_errc
en_tiles_between(uint64_t old, uint64_t size, en_tile_fn *fn, void *ctx, struct en_err *err)
{
    EN_ASSERT(old <= size);
    for (unsigned level = 0; size >> (EN_TILE_LEVEL_BITS * level); level++) {
        uint64_t had = old >> (EN_TILE_LEVEL_BITS * level), has = size >> (EN_TILE_LEVEL_BITS * level);

        /* The tile that was partial before is another one now, if hashes were added to it. */
        for (uint64_t n = had / EN_TILE_WIDTH; had < has && n * EN_TILE_WIDTH < has; n++) {
            uint64_t left = has - n * EN_TILE_WIDTH;
            struct en_tile t = { level, n, left < EN_TILE_WIDTH ? (unsigned)left : EN_TILE_WIDTH };
            en_errc rc = fn(ctx, &t, err);

            if (rc != EN_OK)
                return rc;
        }
    }
    return EN_OK;
}

en_errc
en_tile_hashes(const struct en_tile *t, const struct en_tree_source *from, struct en_buf *out, struct en_err *err)
{
    for (unsigned i = 0; i < t->width; i++) {
        struct en_tree_hash h;
        en_errc rc = from->read(from->ctx, t->level * EN_TILE_LEVEL_BITS, t->index * EN_TILE_WIDTH + i, &h, err);

        if (rc != EN_OK)
            return rc;
        en_buf_add(out, h.b, sizeof h.b);
    }
    return EN_OK;
}

void
en_tile_entry(en_bytes entry, struct en_buf *out)
{
    EN_ASSERT(entry.n <= UINT16_MAX);
    en_buf_put_u16(out, (uint16_t)entry.n);
    en_buf_add(out, entry.p, entry.n);
}
