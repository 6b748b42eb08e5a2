#include "place.h"

static const struct {
    int code;
    en_errc class;
} codes[] = {
    { SQLITE_FULL, EN_E_STORAGE },
    { SQLITE_IOERR_WRITE, EN_E_STORAGE },
    { SQLITE_IOERR_FSYNC, EN_E_STORAGE },
    { SQLITE_READONLY, EN_E_STORAGE },
    { SQLITE_READONLY_DIRECTORY, EN_E_STORAGE },
    { SQLITE_CANTOPEN, EN_E_STORAGE },
    { SQLITE_CORRUPT, EN_E_INTEGRITY },
    { SQLITE_CORRUPT_INDEX, EN_E_INTEGRITY },
    { SQLITE_NOTADB, EN_E_INTEGRITY },
    { SQLITE_BUSY, EN_E_BUSY },
    { SQLITE_BUSY_SNAPSHOT, EN_E_BUSY },
    { SQLITE_LOCKED, EN_E_BUSY },
    { SQLITE_CONSTRAINT_UNIQUE, EN_E_NO },
    { SQLITE_CONSTRAINT_PRIMARYKEY, EN_E_NO },
    { SQLITE_CONSTRAINT_FOREIGNKEY, EN_E_NOT_FOUND },
    { SQLITE_CONSTRAINT_TRIGGER, EN_E_INTEGRITY },
    { SQLITE_CONSTRAINT_CHECK, EN_E_INTEGRITY },
    { SQLITE_TOOBIG, EN_E_LIMIT },
    { SQLITE_MISUSE, EN_E_BUG },
    { SQLITE_ERROR, EN_E_BUG },
};

static void
test_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        struct en_err err = EN_ERR_INIT;

        assert_int_equal(en_sqlite_error(NULL, codes[i].code, &err), codes[i].class);
        assert_int_equal(err.code, codes[i].class);
        assert_true(err.text[0] != 0);
    }
}

struct nested {
    struct en_store *s;
    unsigned depth, seen;
};

/* The same question inside its own answer, several deep: each gets a statement of its own. */
static en_errc
ask_again(void *ctx, const struct en_store_user *u, struct en_err *err)
{
    struct nested *n = ctx;
    int64_t id = u->id;
    en_errc rc = EN_OK;

    n->seen++;
    if (n->depth < 3) {
        n->depth++;
        rc = en_store_users_each(n->s, ask_again, n, err);
        n->depth--;
    }
    assert_int_equal(u->id, id); /* the row is still what it was */
    assert_true(u->name.n == 1);
    return rc;
}

static void
test_nested(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct nested n = { s, 0, 0 };

    assert_int_equal(en_store_begin(s, NULL), EN_OK);
    for (unsigned i = 0; i < 3; i++) {
        char name[2] = { (char)('a' + i), 0 };
        struct en_store_user u = {
            .name = en_text_from_ours(name), .role = T("x"), .uid = -1, .key = { (uint8_t)i }, .disabled = EN_TIME_NONE
        };
        int64_t id;

        assert_int_equal(en_store_user_add(s, &u, &id, NULL), EN_OK);
    }
    assert_int_equal(en_store_commit(s, NULL), EN_OK);
    assert_int_equal(en_store_users_each(s, ask_again, &n, NULL), EN_OK);
    assert_int_equal(n.seen, 3 + 9 + 27 + 81);
    en_store_close(s);
}

/* SQLite undoes a transaction by itself after some failures: no write may stand alone then, and commit must tell. */
static void
test_undone_by_sqlite(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_store_source x = { .name = T("list") };
    struct en_store_counts c;
    int64_t id;

    assert_int_equal(en_store_begin(s, NULL), EN_OK);
    assert_int_equal(en_sqlite_exec(((struct en_sqlite *)s)->db, "ROLLBACK", &p->err), EN_OK);
    assert_int_equal(en_store_source_add(s, &x, &id, &p->err), EN_E_STORAGE);
    assert_int_equal(en_store_commit(s, &p->err), EN_E_STORAGE);
    assert_int_equal(en_store_begin(s, NULL), EN_OK);
    assert_int_equal(en_sqlite_exec(((struct en_sqlite *)s)->db, "ROLLBACK", &p->err), EN_OK);
    assert_int_equal(en_store_commit(s, &p->err), EN_E_STORAGE);
    assert_int_equal(en_store_counts(s, &c, NULL), EN_OK);
    assert_int_equal(c.sources, 0);
    en_store_close(s);
}

/* Filters of any mixture give statements, and each is prepared once. */
static void
test_statements_are_kept(void **state)
{
    struct place *p = *state;
    struct en_store *s = place_create(p);
    struct en_sqlite *sq = (struct en_sqlite *)s;
    struct en_buf b = EN_BUF_INIT;
    size_t n;

    assert_int_equal(store_dump(s, &b, NULL), EN_OK);
    n = sq->n_statements;
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(store_dump(s, &b, NULL), EN_OK);
    assert_int_equal(sq->n_statements, n);
    en_buf_release(&b);
    en_store_close(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test_setup_teardown(test_nested, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_undone_by_sqlite, place_setup, place_teardown),
        cmocka_unit_test_setup_teardown(test_statements_are_kept, place_setup, place_teardown),
    };

    return cmocka_run_group_tests_name("store/sqlite_query", tests, NULL, NULL);
}
