#include "../harness.h"
#include "store/store.h"

/* What a caller must never do ends the process, in every engine: store.c stands in front of them all. */

static int64_t
add(struct en_store *s)
{
    struct en_store_source x = { .name = EN_TEXT_LIT("list") };
    int64_t id = 0;

    EN_ASSERT(en_store_source_add(s, &x, &id, NULL) == EN_OK);
    return id;
}

static void
write_outside(void *arg)
{
    (void)arg;
    add(en_store_new_memory());
}

static void
begin_twice(void *arg)
{
    struct en_store *s = en_store_new_memory();

    (void)arg;
    en_store_begin(s, NULL);
    en_store_begin(s, NULL);
}

static void
commit_without_begin(void *arg)
{
    (void)arg;
    en_store_commit(en_store_new_memory(), NULL);
}

static en_errc
write_inside(void *ctx, const struct en_store_source *x, struct en_err *err)
{
    struct en_store_source y = { .name = EN_TEXT_LIT("another") };
    int64_t id;

    (void)x;
    return en_store_source_add(ctx, &y, &id, err);
}

static void
write_in_an_iteration(void *arg)
{
    struct en_store *s = en_store_new_memory();

    (void)arg;
    en_store_begin(s, NULL);
    add(s);
    en_store_sources_each(s, write_inside, s, NULL);
}

static void
commit_an_open_import(void *arg)
{
    struct en_store *s = en_store_new_memory();
    struct en_store_import x = { 0 };

    (void)arg;
    en_store_begin(s, NULL);
    x.source = add(s);
    EN_ASSERT(en_store_import_begin(s, &x, &x.id, NULL) == EN_OK);
    en_store_commit(s, NULL);
}

static void
nothing_wrong(void *arg)
{
    struct en_store *s = en_store_new_memory();

    (void)arg;
    en_store_begin(s, NULL);
    add(s);
    en_store_commit(s, NULL);
    en_store_close(s);
    en_store_close(NULL);
}

static const struct {
    const char *name;
    void (*fn)(void *);
    int ends;
} rows[] = {
    { "write outside of a transaction", write_outside, 1 }, { "begin twice", begin_twice, 1 },
    { "commit without begin", commit_without_begin, 1 },    { "write in an iteration", write_in_an_iteration, 1 },
    { "commit an open import", commit_an_open_import, 1 },  { "nothing wrong", nothing_wrong, 0 },
};

static void
test_broken_invariants(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].name);
        ROW_INT(aborts(rows[i].fn, NULL), rows[i].ends);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_broken_invariants) };

    return cmocka_run_group_tests_name("store/store", tests, NULL, NULL);
}
