#include "../harness.h"

#include "cmd/suggest.h"

static void
distances(void **state)
{
    static const struct {
        const char *a, *b;
        unsigned d;
    } rows[] = {
        { "", "", 0 },         { "", "abc", 3 },      { "abc", "", 3 },      { "list", "list", 0 },
        { "lsit", "list", 1 }, { "lst", "list", 1 },  { "lists", "list", 1 }, { "lost", "list", 1 },
        { "hit", "list", 2 },  { "kitten", "sitting", 3 },
        { "0123456789012345678901234567890123456789x", "x", 99 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].a);
        ROW_INT(en_edit_distance(rows[i].a, rows[i].b), rows[i].d);
        ROW_INT(en_edit_distance(rows[i].b, rows[i].a), rows[i].d);
    }
}

static void
suggestions(void **state)
{
    static const char *const words[] = { "manifest read", "list read", "version", "screen", "serve" };
    static const struct {
        const char *typed, *meant;
    } rows[] = {
        { "vresion", "version" }, { "ver", "version" },          { "lsit read", "list read" },
        { "screan", "screen" },   { "manifest", "manifest read" }, { "x", NULL },
        { "zzzzzz", NULL },       { "", NULL },                  { "hello", NULL },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_suggest s;

        ROW(i, rows[i].typed);
        en_suggest_init(&s, rows[i].typed);
        for (size_t k = 0; k < COUNT(words); k++)
            en_suggest_offer(&s, words[k]);
        if (rows[i].meant == NULL)
            ROW_TRUE(en_suggest_best(&s) == NULL);
        else
            ROW_STR(en_suggest_best(&s) != NULL ? en_suggest_best(&s) : "(none)", rows[i].meant);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(distances), cmocka_unit_test(suggestions) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
