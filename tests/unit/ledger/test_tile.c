#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/tile.h"

static void
test_paths_are_those_of_the_specification(void **state)
{
    static const struct {
        struct en_tile t;
        const char *path;
    } rows[] = {
        { { 0, 0, 256 }, "tile/0/000" },
        { { 0, 273, 112 }, "tile/0/273.p/112" },
        { { 1, 1234067, 256 }, "tile/1/x001/x234/067" },
        { { 2, 0, 1 }, "tile/2/000.p/1" },
        { { 63, 1000, 255 }, "tile/63/x001/000.p/255" },
    };
    struct en_tile first = { 0, 1234067, 7 };
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        en_buf_reset(&b);
        en_tile_path(&rows[i].t, &b);
        assert_string_equal(b.p, rows[i].path);
    }
    en_buf_reset(&b);
    en_tile_entries_path(&first, &b);
    assert_string_equal(b.p, "tile/entries/x001/x234/067.p/7");
    en_buf_release(&b);
}

struct seen {
    unsigned full[4], partial[4];
    unsigned width[4];
};

static en_errc
note(void *ctx, const struct en_tile *t, struct en_err *err)
{
    struct seen *s = ctx;

    (void)err;
    if (t->width == EN_TILE_WIDTH)
        s->full[t->level]++;
    else
        s->partial[t->level]++;
    s->width[t->level] = t->width;
    return EN_OK;
}

/* The example of tlog-tiles: a tree of 70,000. */
static void
test_a_tree_of_70000_has_its_tiles(void **state)
{
    struct seen s = { 0 };

    (void)state;
    assert_int_equal(en_tiles_between(0, 70000, note, &s, NULL), EN_OK);
    assert_int_equal(s.full[0], 273);
    assert_int_equal(s.partial[0], 1);
    assert_int_equal(s.width[0], 112);
    assert_int_equal(s.full[1], 1);
    assert_int_equal(s.width[1], 17);
    assert_int_equal(s.partial[2], 1);
    assert_int_equal(s.width[2], 1);
}

static void
test_growth_writes_only_what_changed(void **state)
{
    struct seen s = { 0 };

    (void)state;
    assert_int_equal(en_tiles_between(70000, 70000, note, &s, NULL), EN_OK);
    assert_int_equal(s.full[0] + s.partial[0] + s.partial[1], 0);
    assert_int_equal(en_tiles_between(255, 256, note, &s, NULL), EN_OK);
    assert_int_equal(s.full[0], 1);
    assert_int_equal(s.partial[1], 1);
    s = (struct seen){ 0 };
    assert_int_equal(en_tiles_between(256, 257, note, &s, NULL), EN_OK);
    assert_int_equal(s.full[0], 0);
    assert_int_equal(s.partial[0], 1);
    assert_int_equal(s.partial[1], 0);
}

static en_errc
numbered(void *ctx, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    (void)ctx;
    (void)err;
    memset(out, 0, sizeof *out);
    out->b[0] = (uint8_t)level;
    out->b[1] = (uint8_t)(index & 0xFF);
    out->b[2] = (uint8_t)(index >> 8);
    return EN_OK;
}

static void
test_a_tile_holds_the_hashes_of_its_height(void **state)
{
    const struct en_tile t = { 1, 2, 3 };
    const struct en_tree_source from = { numbered, NULL };
    struct en_buf b = EN_BUF_INIT;

    (void)state;
    assert_int_equal(en_tile_hashes(&t, &from, &b, NULL), EN_OK);
    assert_int_equal(b.n, 96);
    assert_int_equal(b.p[32], 8);
    assert_int_equal(b.p[33], 1);
    assert_int_equal(b.p[34], 2);
    en_buf_reset(&b);
    en_tile_entry(EN_BYTES_LIT("abc"), &b);
    assert_int_equal(b.n, 5);
    assert_memory_equal(b.p, "\0\003abc", 5);
    en_buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_are_those_of_the_specification),
        cmocka_unit_test(test_a_tree_of_70000_has_its_tiles),
        cmocka_unit_test(test_growth_writes_only_what_changed),
        cmocka_unit_test(test_a_tile_holds_the_hashes_of_its_height),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
