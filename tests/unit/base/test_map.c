#include "../harness.h"

#include "base/map.h"

static const uint8_t key16[16] = "a key of sixteen";

static en_bytes
number_key(char buf[24], uint64_t i)
{
    return en_bytes_from(buf, (size_t)snprintf(buf, 24, "k%llu", (unsigned long long)i));
}

static void
holds_what_was_put(void **state)
{
    const uint8_t *const keys[] = { NULL, key16 };

    (void)state;
    for (size_t k = 0; k < COUNT(keys); k++) {
        struct en_map *m = en_map_new(keys[k]);
        char buf[24];
        bool fresh;

        ROW(k, "keyed");
        ROW_INT(en_map_count(m), 0);
        ROW_TRUE(en_map_get(m, EN_BYTES_LIT("nothing")) == NULL);
        for (uint64_t i = 0; i < 20000; i++) {
            uint64_t *v = en_map_put(m, number_key(buf, i), &fresh);

            ROW_TRUE(fresh);
            ROW_TRUE(*v == 0);
            *v = i * 3;
        }
        ROW_INT(en_map_count(m), 20000);
        for (uint64_t i = 0; i < 20000; i++) {
            uint64_t *v = en_map_get(m, number_key(buf, i));

            ROW_TRUE(v != NULL && *v == i * 3);
            ROW_TRUE(en_map_put(m, number_key(buf, i), &fresh) == v);
            ROW_TRUE(!fresh);
        }
        ROW_INT(en_map_count(m), 20000);
        ROW_TRUE(en_map_get(m, number_key(buf, 20000)) == NULL);
        en_map_free(m);
    }
    en_map_free(NULL);
}

static void
keys_are_copied_and_any_bytes(void **state)
{
    struct en_map *m = en_map_new(NULL);
    char key[] = "mutable";

    (void)state;
    *en_map_put(m, en_bytes_from(key, 7), NULL) = 1;
    key[0] = 'X';
    *en_map_put(m, en_bytes_from("a\0b", 3), NULL) = 2;
    *en_map_put(m, en_bytes_from("a\0c", 3), NULL) = 3;
    *en_map_put(m, en_bytes_from("a", 1), NULL) = 4;
    *en_map_put(m, en_bytes_from(NULL, 0), NULL) = 5;
    assert_int_equal(*en_map_get(m, EN_BYTES_LIT("mutable")), 1);
    assert_int_equal(*en_map_get(m, en_bytes_from("a\0b", 3)), 2);
    assert_int_equal(*en_map_get(m, en_bytes_from("a\0c", 3)), 3);
    assert_int_equal(*en_map_get(m, EN_BYTES_LIT("a")), 4);
    assert_int_equal(*en_map_get(m, EN_BYTES_LIT("")), 5);
    assert_null(en_map_get(m, EN_BYTES_LIT("a\0d")));
    en_map_free(m);
}

static void
order_is_that_of_insertion_whatever_the_key(void **state)
{
    struct en_map *a = en_map_new(NULL), *b = en_map_new(key16);
    char buf[24];

    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        *en_map_put(a, number_key(buf, i * 7919 % 1000), NULL) = i;
        *en_map_put(b, number_key(buf, i * 7919 % 1000), NULL) = i;
    }
    for (size_t i = 0; i < 1000; i++) {
        uint64_t va = 0, vb = 0;

        assert_true(en_bytes_eq(en_map_key(a, i, &va), number_key(buf, i * 7919 % 1000)));
        assert_true(en_bytes_eq(en_map_key(b, i, &vb), number_key(buf, i * 7919 % 1000)));
        assert_int_equal(va, i);
        assert_int_equal(vb, i);
        assert_true(en_bytes_eq(en_map_key(a, i, NULL), en_map_key(b, i, NULL)));
    }
    en_map_free(a);
    en_map_free(b);
}

static void
long_keys_and_memory(void **state)
{
    struct en_map *m = en_map_new(key16);
    char *big = calloc(1, 1 << 20);
    size_t before = en_map_memory(m);

    (void)state;
    assert_non_null(big);
    for (unsigned i = 0; i < 4; i++) {
        big[(1 << 20) - 1] = (char)i;
        *en_map_put(m, en_bytes_from(big, 1 << 20), NULL) = i;
    }
    for (unsigned i = 0; i < 4; i++) {
        big[(1 << 20) - 1] = (char)i;
        assert_int_equal(*en_map_get(m, en_bytes_from(big, 1 << 20)), i);
    }
    assert_true(en_map_memory(m) >= before + (4 << 20));
    assert_true(en_map_memory(m) <= before + (16 << 20));
    free(big);
    en_map_free(m);
}

static void
do_key_beyond(void *arg)
{
    (void)en_map_key(arg, 1, NULL);
}

static void
a_key_beyond_the_count_is_a_bug(void **state)
{
    struct en_map *m = en_map_new(NULL);

    (void)state;
    en_map_put(m, EN_BYTES_LIT("one"), NULL);
    assert_true(aborts(do_key_beyond, m));
    en_map_free(m);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_what_was_put),
        cmocka_unit_test(keys_are_copied_and_any_bytes),
        cmocka_unit_test(order_is_that_of_insertion_whatever_the_key),
        cmocka_unit_test(long_keys_and_memory),
        cmocka_unit_test(a_key_beyond_the_count_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
