#include "../harness.h"

#include <stdalign.h>

#include "base/arena.h"

static void
starts_empty_and_releases_safely(void **state)
{
    struct en_arena a, zeroed = { 0 };

    (void)state;
    en_arena_init(&a, 100);
    assert_null(a.head);
    assert_int_equal(a.used, 0);
    assert_false(en_arena_over(&a));
    en_arena_release(&a);
    en_arena_release(&a);
    en_arena_release(&zeroed);
}

static void
hands_out_zeroed_aligned_disjoint_memory(void **state)
{
    static const size_t sizes[] = { 0, 1, 2, 7, 8, 15, 16, 17, 100, 4095, 8192, 8193, 100000, 5 << 20, 1, 3 };
    unsigned char *got[COUNT(sizes)];
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 64 << 20);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        ROW(i, "size");
        got[i] = en_arena_alloc(&a, sizes[i]);
        ROW_TRUE(got[i] != NULL);
        ROW_INT((uintptr_t)got[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < sizes[i]; k++)
            ROW_INT(got[i][k], 0);
        memset(got[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t k = 0; k < sizes[i]; k++) {
            ROW(i, "kept");
            ROW_INT(got[i][k], i + 1);
        }
    en_arena_release(&a);
}

static void
cap_is_sticky_and_counts_what_was_handed_out(void **state)
{
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 64);
    assert_non_null(en_arena_alloc(&a, 48));
    assert_null(en_arena_alloc(&a, 17));
    assert_true(en_arena_over(&a));
    assert_int_equal(a.used, 48);
    /* What still fits is handed out; the mark stays. */
    assert_non_null(en_arena_alloc(&a, 16));
    assert_true(en_arena_over(&a));
    assert_non_null(en_arena_alloc(&a, 0));
    assert_null(en_arena_alloc(&a, 1));
    en_arena_release(&a);
    assert_false(en_arena_over(&a));
}

static void
huge_requests_are_refused(void **state)
{
    static const struct {
        size_t count, size;
    } rows[] = {
        { SIZE_MAX, 1 },          { 1, SIZE_MAX },         { SIZE_MAX, SIZE_MAX }, { SIZE_MAX / 2 + 1, 2 },
        { 2, SIZE_MAX / 2 + 1 },  { SIZE_MAX / 8 + 2, 8 }, { SIZE_MAX - 7, 1 },    { (size_t)1 << 33, (size_t)1 << 33 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_arena a;

        ROW(i, "array");
        en_arena_init(&a, 1 << 20);
        ROW_TRUE(en_arena_array(&a, rows[i].count, rows[i].size) == NULL);
        ROW_TRUE(en_arena_over(&a));
        ROW_TRUE(en_arena_array(&a, 10, 10) != NULL);
        en_arena_release(&a);
    }
}

static void
array_of_nothing_is_something(void **state)
{
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 0);
    assert_non_null(en_arena_array(&a, 0, 8));
    assert_non_null(en_arena_array(&a, 8, 0));
    assert_false(en_arena_over(&a));
    en_arena_release(&a);
}

static void
reset_wipes_and_hands_out_zeroes_again(void **state)
{
    struct en_arena a;
    unsigned char *p;

    (void)state;
    en_arena_init(&a, 1 << 20);
    memset(en_arena_alloc(&a, 1000), 0xAB, 1000);
    memset(en_arena_alloc(&a, 200000), 0xCD, 200000);
    assert_null(en_arena_alloc(&a, 1 << 21));
    en_arena_reset(&a);
    assert_int_equal(a.used, 0);
    assert_false(en_arena_over(&a));
    assert_non_null(a.head); /* one block stays for reuse */
    p = en_arena_alloc(&a, 200000);
    for (size_t i = 0; i < 200000; i++)
        assert_int_equal(p[i], 0);
    en_arena_release(&a);
    en_arena_reset(&a); /* of an empty arena: nothing */
    assert_null(a.head);
}

static void
copies(void **state)
{
    struct en_arena a;
    char from[] = "bytes";
    char *p;

    (void)state;
    en_arena_init(&a, 32);
    p = en_arena_copy(&a, from, 5);
    from[0] = 'X';
    assert_memory_equal(p, "bytes", 5);
    assert_non_null(en_arena_copy(&a, NULL, 0));
    assert_null(en_arena_copy(&a, from, 33));
    en_arena_release(&a);
}

static void
arrays_grow_and_keep_their_contents(void **state)
{
    struct en_arena a;
    uint32_t *v = NULL;
    size_t cap = 0;

    (void)state;
    en_arena_init(&a, 1 << 20);
    for (uint32_t i = 0; i < 10000; i++) {
        assert_true(en_arena_grow(&a, &v, &cap, i + 1, sizeof *v));
        assert_true(cap > i);
        v[i] = i * 7;
    }
    for (uint32_t i = 0; i < 10000; i++)
        assert_int_equal(v[i], i * 7);
    assert_true(en_arena_grow(&a, &v, &cap, 10, sizeof *v));
    assert_int_equal(v[9999], 9999 * 7);
    en_arena_release(&a);
}

static void
a_refused_growth_changes_nothing(void **state)
{
    struct en_arena a;
    uint64_t *v = NULL, *before;
    size_t cap = 0;

    (void)state;
    en_arena_init(&a, 256);
    assert_true(en_arena_grow(&a, &v, &cap, 4, sizeof *v));
    v[3] = 42;
    before = v;
    assert_false(en_arena_grow(&a, &v, &cap, 1000, sizeof *v));
    assert_ptr_equal(v, before);
    assert_int_equal(cap, 4);
    assert_int_equal(v[3], 42);
    assert_false(en_arena_grow(&a, &v, &cap, SIZE_MAX, sizeof *v));
    assert_true(en_arena_over(&a));
    en_arena_release(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_empty_and_releases_safely),
        cmocka_unit_test(hands_out_zeroed_aligned_disjoint_memory),
        cmocka_unit_test(cap_is_sticky_and_counts_what_was_handed_out),
        cmocka_unit_test(huge_requests_are_refused),
        cmocka_unit_test(array_of_nothing_is_something),
        cmocka_unit_test(reset_wipes_and_hands_out_zeroes_again),
        cmocka_unit_test(copies),
        cmocka_unit_test(arrays_grow_and_keep_their_contents),
        cmocka_unit_test(a_refused_growth_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
