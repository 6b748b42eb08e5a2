#include "names_fixture.h"

#include "names/romanise.h"

static uint32_t
first_of(const char *han)
{
    en_bytes b = en_text_bytes(en_text_from_ours(han));

    return en_utf8_next(&b);
}

/* Giles 1892 and the customary spellings: one row for each kind of rule. */
static void
test_spellings(void **state)
{
    static const struct {
        const char *han;
        bool surname;
        const char *spelling[EN_ROMANISATIONS];
    } rows[] = {
        { "許", true, { "xu", "hsu", "hui", "koh" } },          { "洪", true, { "hong", "hung", "hung", "ang" } },
        { "張", true, { "zhang", "chang", "cheung", "teo" } },  { "志", false, { "zhi", "chih", "chi", "chee" } },
        { "國", false, { "guo", "kuo", "kwok", "kok" } },       { "建", false, { "jian", "chien", "kin", "kian" } },
        { "雪", false, { "xue", "hsueh", "suet", "soat" } },    { "日", false, { "ri", "jih", "yat", "ri" } },
        { "子", false, { "zi", "tzu", "chi", "choo" } },        { "德", false, { "de", "te", "tak", "teck" } },
        { "良", false, { "liang", "liang", "leung", "leong" } }, { "羅", false, { "luo", "lo", "lo", "loh" } },
        { "單", true, { "shan", "shan", "sin", "shan" } },      { "單", false, { "dan", "tan", "tan", "dan" } },
        { "王", true, { "wang", "wang", "wong", "ong" } },      { "王", false, { "wang", "wang", "wong", "ong" } },
    };
    char out[EN_ROMANISED_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        for (unsigned how = 0; how < EN_ROMANISATIONS; how++) {
            ROW(i, rows[i].han);
            ROW_TRUE(en_romanise(first_of(rows[i].han), (enum en_romanisation)how, rows[i].surname, out));
            ROW_STR(out, rows[i].spelling[how]);
        }
}

static void
test_what_has_no_reading_has_no_spelling(void **state)
{
    char out[EN_ROMANISED_MAX];

    (void)state;
    for (unsigned how = 0; how < EN_ROMANISATIONS; how++) {
        assert_false(en_romanise('a', (enum en_romanisation)how, true, out));
        assert_false(en_romanise(0x10FFFF, (enum en_romanisation)how, false, out));
    }
}

/* Every spelling of every character is letters a to z, as tokens need. */
static void
test_every_spelling_is_letters(void **state)
{
    char out[EN_ROMANISED_MAX];

    (void)state;
    for (uint32_t cp = 0x3400; cp < 0xA000; cp++)
        for (unsigned how = 0; how < EN_ROMANISATIONS; how++)
            if (en_romanise(cp, (enum en_romanisation)how, cp & 1, out)) {
                ROW(cp, out);
                ROW_INT(strspn(out, "abcdefghijklmnopqrstuvwxyz"), strlen(out));
            }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_what_has_no_reading_has_no_spelling),
        cmocka_unit_test(test_every_spelling_is_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
