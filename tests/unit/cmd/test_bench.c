#include "../harness.h"

#include "cmd/bench.h"

static void
times_are_ranked(void **state)
{
    struct en_bench_times t = { .ns = NULL };

    (void)state;
    assert_true(en_bench_times_at(&t, 0.5) == 0); /* none yet */
    for (int i = 1000; i > 0; i--)
        en_bench_times_add(&t, i * 1000);
    en_bench_times_sort(&t);
    assert_int_equal(t.n, 1000);
    assert_int_equal(t.sum, 1000ull * 1001 / 2 * 1000);
    assert_true(en_bench_times_at(&t, 0.5) == 500.0);
    assert_true(en_bench_times_at(&t, 0.99) == 990.0);
    assert_true(en_bench_times_at(&t, 0.999) == 999.0);
    assert_true(en_bench_times_at(&t, 1.0) == 1000.0);
    assert_true(en_bench_times_at(&t, 0.0) == 1.0);
    en_bench_times_release(&t);
}

static void
times_are_bounded(void **state)
{
    struct en_bench_times t = { .ns = NULL };

    (void)state;
    en_bench_times_add(&t, -5);
    en_bench_times_add(&t, INT64_C(10) * 1000 * 1000 * 1000);
    en_bench_times_sort(&t);
    assert_true(en_bench_times_at(&t, 0.5) == 0);
    assert_true(en_bench_times_at(&t, 1.0) == UINT32_MAX / 1000.0);
    assert_int_equal(t.sum, INT64_C(10) * 1000 * 1000 * 1000);
    en_bench_times_release(&t);
}

static void
clocks_go_on(void **state)
{
    int64_t now = en_bench_now(), cpu = en_bench_cpu();
    volatile uint64_t work = 1;

    (void)state;
    for (unsigned i = 0; i < 3000000; i++)
        work = work * 3 + 1;
    assert_true(en_bench_now() > now);
    assert_true(en_bench_cpu() > cpu);
    assert_true(en_bench_peak_rss() > 100000);
}

static void
both_faces(void **state)
{
    char path[] = "/tmp/entente-bench-XXXXXX", got[400] = "";
    int fd = mkstemp(path);
    struct en_out out;
    struct en_run run = { .json = false, .out = &out };
    struct en_bench b;
    struct en_err err = EN_ERR_INIT;

    (void)state;
    assert_true(fd >= 0);
    en_out_init(&out, fd);
    en_bench_begin(&b, &run, "thing");
    en_bench_count(&b, "n", 3, "how many");
    en_bench_real(&b, "p", 1.23456, "how long");
    en_bench_word(&b, "kind", "list", "what");
    en_bench_end(&b);
    assert_int_equal(en_out_flush(&out, &err), EN_OK);
    assert_true(pread(fd, got, sizeof got - 1, 0) > 0);
    assert_string_equal(got, "n\t3\thow many\np\t1.235\thow long\nkind\tlist\twhat\n"
                             "{\"bench\":\"thing\",\"n\":3,\"p\":1.235,\"kind\":\"list\"}\n");
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    memset(got, 0, sizeof got);
    run.json = true;
    en_bench_begin(&b, &run, "thing");
    en_bench_count(&b, "n", 4, "how many");
    en_bench_end(&b);
    assert_int_equal(en_out_flush(&out, &err), EN_OK);
    assert_true(pread(fd, got, sizeof got - 1, 0) > 0);
    assert_string_equal(got, "{\"bench\":\"thing\",\"n\":4}\n");
    en_out_release(&out);
    (void)close(fd);
    (void)unlink(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_ranked),
        cmocka_unit_test(times_are_bounded),
        cmocka_unit_test(clocks_go_on),
        cmocka_unit_test(both_faces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
