#include "people.h"

#include "base/buf.h"
#include "screen/tables.h"

static en_bytes given[EN_TABLES];

static int
setup(void **state)
{
    (void)state;
    memset(given, 0, sizeof given);
    return 0;
}

static struct en_tables *
parsed(void)
{
    struct en_err err = EN_ERR_INIT;
    enum en_table which;
    struct en_tables *t;

    assert_int_equal(en_tables_parse(given, &t, &which, &err), EN_OK);
    return t;
}

/* The program's text of a table with one line changed: what begins with `from` becomes `to`. */
static struct en_buf
changed(enum en_table t, const char *from, const char *to)
{
    en_bytes own = en_table_builtin(t);
    struct en_buf out = EN_BUF_INIT, begin = EN_BUF_INIT;
    const uint8_t *at, *end;

    en_buf_add_str(&begin, "\n");
    en_buf_add_str(&begin, from);
    at = memmem(own.p, own.n, begin.p, begin.n);
    en_buf_release(&begin);
    assert_non_null(at++);
    end = memchr(at, '\n', own.n - (size_t)(at - own.p));
    assert_non_null(end);
    en_buf_add(&out, own.p, (size_t)(at - own.p));
    en_buf_add_str(&out, to);
    en_buf_add(&out, end, own.n - (size_t)(end - own.p));
    return out;
}

static void
test_the_programs_own_texts_are_its_own_tables(void **state)
{
    struct en_tables *own = en_tables_builtin(), *same;

    (void)state;
    for (unsigned i = 0; i < EN_TABLES; i++)
        given[i] = en_table_builtin((enum en_table)i);
    same = parsed();
    assert_true(en_tables_are_builtin(own) && en_tables_are_builtin(same));
    assert_memory_equal(en_tables_hash(own), en_tables_hash(same), EN_SHA256_LEN);
    assert_true(en_tables_of_index(own) == en_tables_of_index(same));
    en_tables_free(own);
    en_tables_free(same);
}

static void
test_what_is_wrong_is_named_with_its_place(void **state)
{
    static const struct {
        const char *row;
        enum en_table table;
        const char *from, *to;
    } rows[] = {
        { "no number", EN_TABLE_FUSION, "base\tlatin\t", "base\tlatin\t-\t-\tmuch" },
        { "a cell twice", EN_TABLE_FUSION, "base\tlatin\t", "base\tcyrillic\t-\t-\t11" },
        { "too many bits", EN_TABLE_FUSION, "base\tlatin\t", "base\tlatin\t-\t-\t9999" },
        { "a remark in place of a cell", EN_TABLE_FUSION, "base\tlatin\t", "# gone" },
        { "no such script", EN_TABLE_COSTS, "latin\t", "klingon\ta\ta\t5" },
        { "a unit that is certain beside others", EN_TABLE_COSTS, "latin\t", "latin\ta\tq\t0" },
        { "a share above all", EN_TABLE_FREQUENCIES, "muhammad\t", "muhammad\t99999999" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_buf text = changed(rows[i].table, rows[i].from, rows[i].to);
        struct en_err err = EN_ERR_INIT;
        enum en_table which = EN_TABLES;
        struct en_tables *t;

        ROW(i, rows[i].row);
        setup(NULL);
        given[rows[i].table] = en_buf_bytes(&text);
        ROW_INT(en_tables_parse(given, &t, &which, &err), EN_E_INPUT);
        ROW_TRUE(t == NULL && which == rows[i].table);
        ROW_TRUE(err.pos != EN_NO_POS);
        en_buf_release(&text);
    }
}

static void
test_a_script_that_is_gone_is_refused(void **state)
{
    en_bytes own = en_table_builtin(EN_TABLE_COSTS);
    struct en_buf text = EN_BUF_INIT;
    struct en_err err = EN_ERR_INIT;
    enum en_table which;
    struct en_tables *t;

    (void)state;
    for (size_t at = 0; at < own.n;) {
        size_t n = (size_t)((const uint8_t *)memchr(own.p + at, '\n', own.n - at) - (own.p + at)) + 1;

        if (n < 6 || memcmp(own.p + at, "greek\t", 6) != 0)
            en_buf_add(&text, own.p + at, n);
        at += n;
    }
    given[EN_TABLE_COSTS] = en_buf_bytes(&text);
    assert_int_equal(en_tables_parse(given, &t, &which, &err), EN_E_INPUT);
    en_buf_release(&text);
}

/* Hits are those of the tables of the index, saved or not; and it opens with no others. */
static void
test_an_index_has_its_tables(void **state)
{
    struct en_buf text = changed(EN_TABLE_FUSION, "birth\tsame\t", "birth\tsame\t-\t-\t-192");
    struct people list = people_new(31, 120);
    struct en_index *own = people_index(&list), *other;
    struct en_index_builder *b;
    struct en_query *q = en_query_new();
    struct en_tables *t;
    unsigned less = 0;

    (void)state;
    given[EN_TABLE_FUSION] = en_buf_bytes(&text);
    t = parsed();
    assert_false(en_tables_are_builtin(t));
    b = en_index_builder_new_with(t);
    for (unsigned i = 0; i < list.n; i++)
        en_index_builder_add(b, list.id[i], &list.p[i], i);
    other = en_index_builder_finish(b);
    assert_ptr_equal(en_index_tables(other), t);
    for (unsigned i = 0; i < list.n; i++) {
        en_bits before = 0;
        struct result r = screen(own, q, &list.p[i], &everything);

        if (r.n)
            before = r.hits[0].bits;
        r = screen(other, q, &list.p[i], &everything);
        less += r.n && r.hits[0].bits < before;
    }
    assert_true(less > 20);
    en_index_free(other);
    en_index_free(own);
    en_query_free(q);
    en_tables_free(t);
    en_buf_release(&text);
    people_free(&list);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_programs_own_texts_are_its_own_tables, setup),
        cmocka_unit_test_setup(test_what_is_wrong_is_named_with_its_place, setup),
        cmocka_unit_test_setup(test_a_script_that_is_gone_is_refused, setup),
        cmocka_unit_test_setup(test_an_index_has_its_tables, setup),
    };

    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
