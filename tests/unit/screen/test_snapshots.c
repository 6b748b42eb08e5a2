/* Readers of a published index while one thread changes copies of it. */
#include "people.h"

#include <pthread.h>
#include <stdatomic.h>

#define READERS 2
#define CHANGES 120

static struct people list, more;

static void
test_a_copy_changes_alone(void **state)
{
    struct en_index *first = people_index(&list), *second;
    struct en_query *q = en_query_new();
    struct en_index_stats a, b;
    struct result r;

    (void)state;
    en_index_put(first, list.id[0], &more.p[0], 1000);
    second = en_index_copy(first);
    assert_true(en_index_remove(second, list.id[1]));
    en_index_put(second, list.id[0], &more.p[1], 1001);
    en_index_put(second, list.id[2], &more.p[2], 1002);
    assert_int_equal(en_index_changes(first), 2);
    assert_int_equal(en_index_changes(second), 6); /* three gone, three in the delta */
    en_index_stats(first, &a);
    en_index_stats(second, &b);
    assert_int_equal(a.identities, list.n);
    assert_int_equal(b.identities, list.n - 1);
    for (unsigned i = 0; i < 2; i++) { /* the same scratch for both, in turn */
        r = screen(first, q, &list.p[1], &everything);
        assert_non_null(hit_of(&r, list.id[1]));
        r = screen(second, q, &list.p[1], &everything);
        assert_null(hit_of(&r, list.id[1]));
        r = screen(first, q, &more.p[0], &everything);
        assert_int_equal(hit_of(&r, list.id[0])->tag, 1000);
        r = screen(second, q, &more.p[1], &everything);
        assert_int_equal(hit_of(&r, list.id[0])->tag, 1001);
        r = screen(second, q, &more.p[2], &everything);
        assert_int_equal(hit_of(&r, list.id[2])->tag, 1002);
    }
    en_index_free(first);
    r = screen(second, q, &more.p[2], &everything);
    assert_int_equal(hit_of(&r, list.id[2])->tag, 1002);
    en_query_free(q);
    en_index_free(second);
}

struct shared {
    _Atomic(struct en_index *) now;
    atomic_uint round; /* changes published */
    atomic_uint asked, wrong;
};

/* Whoever was never changed is found, whatever is going on. */
static void *
reader(void *ctx)
{
    struct shared *s = ctx;
    struct en_query *q = en_query_new();

    for (unsigned i = 0; atomic_load(&s->round) < CHANGES; i++) {
        unsigned who = 100 + i * 7 % (list.n - 100);
        struct result r = screen(atomic_load(&s->now), q, &list.p[who], &everything);

        if (!hit_of(&r, list.id[who]))
            atomic_fetch_add(&s->wrong, 1);
        atomic_fetch_add(&s->asked, 1);
    }
    en_query_free(q);
    return NULL;
}

static void
test_readers_go_on_while_the_index_changes(void **state)
{
    struct en_index *was[CHANGES + 1];
    struct en_query *q = en_query_new();
    struct shared s = { .round = 0 };
    pthread_t thread[READERS];

    (void)state;
    was[0] = people_index(&list);
    atomic_store(&s.now, was[0]);
    for (unsigned i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, reader, &s), 0);
    for (unsigned i = 0; i < CHANGES; i++) {
        struct en_index *next = en_index_copy(was[i]);
        unsigned who = i % 100;
        struct result r;

        if (i % 3 == 2)
            (void)en_index_remove(next, list.id[who]);
        else
            en_index_put(next, list.id[who], &more.p[i % more.n], i);
        was[i + 1] = next;
        atomic_store(&s.now, next);
        r = screen(next, q, i % 3 == 2 ? &list.p[who] : &more.p[i % more.n], &everything);
        if ((hit_of(&r, list.id[who]) != NULL) != (i % 3 != 2))
            fail_msg("change %u is not live", i);
        atomic_fetch_add(&s.round, 1);
    }
    for (unsigned i = 0; i < READERS; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    assert_int_equal(atomic_load(&s.wrong), 0);
    assert_true(atomic_load(&s.asked) > 0);
    for (unsigned i = 0; i <= CHANGES; i++)
        en_index_free(was[i]);
    en_query_free(q);
}

/* A delta of thousands, with identities replaced again and again, is the index built at once. */
static void
test_a_large_delta_is_the_list(void **state)
{
    struct people many = people_new(33, 2500);
    struct en_index *grown = en_index_builder_finish(en_index_builder_new()), *at_once = people_index(&many);
    struct en_query *q = en_query_new(), *other = en_query_new();

    (void)state;
    for (unsigned i = 0; i < many.n; i++) {
        if (i % 5 == 0)
            en_index_put(grown, many.id[i], &many.p[(i + 1) % many.n], 1);
        en_index_put(grown, many.id[i], &many.p[i], i);
    }
    for (unsigned i = 0; i < many.n; i += 41) {
        struct result x = screen(grown, q, &many.p[i], &everything);
        struct result y = screen(at_once, other, &many.p[i], &everything);
        const struct en_hit *a = hit_of(&x, many.id[i]), *b = hit_of(&y, many.id[i]);

        assert_true(a && b);
        assert_int_equal(bits_before_competition(a), bits_before_competition(b));
        assert_int_equal(a->tag, i);
    }
    en_query_free(q);
    en_query_free(other);
    en_index_free(grown);
    en_index_free(at_once);
    people_free(&many);
}

static int
setup(void **state)
{
    (void)state;
    list = people_new(31, 600);
    more = people_new(32, 60);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    people_free(&list);
    people_free(&more);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_copy_changes_alone),
        cmocka_unit_test(test_readers_go_on_while_the_index_changes),
        cmocka_unit_test(test_a_large_delta_is_the_list),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
