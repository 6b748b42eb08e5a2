#include "people.h"

#include "base/buf.h"
#include "screen/saved.h"

static en_errc
into_buf(void *ctx, const void *p, size_t n)
{
    en_buf_add(ctx, p, n);
    return EN_OK;
}

/* A saved index at an address that may be mapped. */
struct saved {
    uint8_t *p;
    size_t n;
};

static struct saved
save(const struct en_index *ix, const char *stamp)
{
    struct en_buf b = EN_BUF_INIT;
    struct saved s;

    assert_int_equal(en_index_save(ix, en_text_bytes(en_text_from_ours(stamp)), into_buf, &b), EN_OK);
    s.n = b.n;
    assert_int_equal(s.n % 64, 0);
    s.p = aligned_alloc(64, s.n);
    assert_non_null(s.p);
    memcpy(s.p, b.p, s.n);
    en_buf_release(&b);
    return s;
}

static void
test_a_saved_index_answers_as_the_one_that_was_saved(void **state)
{
    struct people list = people_new(21, 700), travellers = people_new(22, 150);
    struct en_index *ix = people_index(&list), *opened;
    struct en_query *q = en_query_new(), *other = en_query_new();
    struct saved s = save(ix, "list 7");
    struct en_index_stats a, b;
    struct en_err err = EN_ERR_INIT;
    en_bytes stamp;

    (void)state;
    assert_int_equal(en_index_open(en_bytes_from(s.p, s.n), &stamp, &opened, &err), EN_OK);
    assert_true(stamp.n == 6 && memcmp(stamp.p, "list 7", 6) == 0);
    en_index_stats(ix, &a);
    en_index_stats(opened, &b);
    assert_memory_equal(&a, &b, sizeof a);
    for (unsigned i = 0; i < list.n + travellers.n; i++) {
        const struct en_person *p = i < list.n ? &list.p[i] : &travellers.p[i - list.n];
        struct result x = screen(ix, q, p, &everything), y = screen(opened, other, p, &everything);
        char *u = dump(&x), *v = dump(&y);

        assert_string_equal(u, v);
        free(u);
        free(v);
    }
    en_query_free(q);
    en_query_free(other);
    en_index_free(ix);
    en_index_free(opened);
    free(s.p);
    people_free(&list);
    people_free(&travellers);
}

/* Changes of an opened index do not touch the bytes, and a changed index is not saved. */
static void
test_an_opened_index_can_change(void **state)
{
    struct people list = people_new(23, 100), more = people_new(24, 10);
    struct en_index *ix = people_index(&list), *opened;
    struct en_query *q = en_query_new();
    struct saved s = save(ix, "");
    uint8_t *before = malloc(s.n);
    struct en_err err = EN_ERR_INIT;
    struct en_buf b = EN_BUF_INIT;
    struct result r;
    en_bytes stamp;

    (void)state;
    assert_non_null(before);
    memcpy(before, s.p, s.n);
    assert_int_equal(en_index_open(en_bytes_from(s.p, s.n), &stamp, &opened, &err), EN_OK);
    assert_int_equal(stamp.n, 0);
    assert_true(en_index_remove(opened, list.id[3]));
    en_index_put(opened, list.id[4], &more.p[0], 99);
    r = screen(opened, q, &list.p[3], &everything);
    assert_null(hit_of(&r, list.id[3]));
    r = screen(opened, q, &more.p[0], &everything);
    assert_int_equal(hit_of(&r, list.id[4])->tag, 99);
    assert_memory_equal(before, s.p, s.n);
    assert_int_equal(en_index_save(opened, (en_bytes){ NULL, 0 }, into_buf, &b), EN_E_USAGE);
    assert_int_equal(b.n, 0);
    en_query_free(q);
    en_index_free(opened);
    en_index_free(ix);
    free(before);
    free(s.p);
    people_free(&list);
    people_free(&more);
}

static en_errc
full(void *ctx, const void *p, size_t n)
{
    size_t *left = ctx;

    (void)p;
    if (n > *left)
        return EN_E_STORAGE;
    *left -= n;
    return EN_OK;
}

static void
test_a_full_disk_is_said(void **state)
{
    struct people list = people_new(25, 20);
    struct en_index *ix = people_index(&list);

    (void)state;
    for (size_t room = 0; room < 200000; room += 40000) {
        size_t left = room;

        assert_int_equal(en_index_save(ix, (en_bytes){ NULL, 0 }, full, &left), EN_E_STORAGE);
    }
    en_index_free(ix);
    people_free(&list);
}

static en_errc
open_bytes(const struct saved *s, size_t n)
{
    struct en_err err = EN_ERR_INIT;
    struct en_index *ix;
    en_bytes stamp;
    en_errc rc = en_index_open(en_bytes_from(s->p, n), &stamp, &ix, &err);

    assert_int_equal(ix != NULL, rc == EN_OK);
    en_index_free(ix);
    return rc;
}

/* Cut anywhere, or one bit turned anywhere. */
static void
test_damage_is_found(void **state)
{
    struct people list = people_new(26, 60);
    struct en_index *ix = people_index(&list);
    struct saved s = save(ix, "stamp");
    uint64_t seed = 5;

    (void)state;
    for (size_t n = 0; n < s.n; n += n < 4096 ? 61 : s.n / 50)
        assert_int_equal(open_bytes(&s, n), EN_E_INPUT);
    for (unsigned i = 0; i < 40; i++) {
        size_t at = i < 10 ? i * 7 : (size_t)(seeded(&seed) % (s.n - 64));
        uint8_t old = s.p[at];

        s.p[at] ^= (uint8_t)(1u << i % 8);
        /* Zeros between sections may be anything. */
        if (open_bytes(&s, s.n) == EN_OK)
            assert_int_equal(old, 0);
        s.p[at] = old;
    }
    assert_int_equal(open_bytes(&s, s.n), EN_OK);
    free(s.p);
    en_index_free(ix);
    people_free(&list);
}

/* Who writes the hashes too gets an error, or an index that answers something. */
static void
test_a_hostile_index_does_no_harm(void **state)
{
    struct people list = people_new(27, 60);
    struct en_index *ix = people_index(&list);
    struct en_query *q = en_query_new();
    struct saved s = save(ix, "stamp");
    uint8_t *good = malloc(s.n);
    uint64_t seed = 9;
    unsigned refused = 0;

    (void)state;
    assert_non_null(good);
    memcpy(good, s.p, s.n);
    for (unsigned i = 0; i < 60; i++) {
        struct en_err err = EN_ERR_INIT;
        struct en_index *bad;
        en_bytes stamp;

        for (unsigned k = 0; k < 20; k++) {
            size_t at = (size_t)(seeded(&seed) % (i % 2 ? s.n : 2048));

            s.p[at] = (uint8_t)seeded(&seed);
        }
        memcpy(s.p, good, 8);
        en_saved_rehash(s.p, s.n);
        if (en_index_open(en_bytes_from(s.p, s.n), &stamp, &bad, &err) == EN_OK) {
            for (unsigned k = 0; k < list.n; k += 5)
                (void)screen(bad, q, &list.p[k], &everything);
            en_index_put(bad, list.id[1], &list.p[2], 1);
            (void)screen(bad, q, &list.p[2], &everything);
            en_index_free(bad);
        } else {
            refused++;
        }
        memcpy(s.p, good, s.n);
    }
    assert_true(refused > 20);
    en_query_free(q);
    free(good);
    free(s.p);
    en_index_free(ix);
    people_free(&list);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_saved_index_answers_as_the_one_that_was_saved),
        cmocka_unit_test(test_an_opened_index_can_change),
        cmocka_unit_test(test_a_full_disk_is_said),
        cmocka_unit_test(test_damage_is_found),
        cmocka_unit_test(test_a_hostile_index_does_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
