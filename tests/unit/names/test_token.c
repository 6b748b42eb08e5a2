#include "../harness.h"

#include "names/token.h"

/* Tokens as "letters:FLAGS", blanks between: P particle, T title, I initial, S syllable; letters of no alphabet as #.
 */
static void
show(const struct en_way *w, char *out, size_t max)
{
    static const struct {
        uint16_t flag;
        char letter;
    } flags[] = {
        { EN_TOKEN_PARTICLE, 'P' }, { EN_TOKEN_TITLE, 'T' }, { EN_TOKEN_INITIAL, 'I' }, { EN_TOKEN_SYLLABLE, 'S' }
    };
    size_t at = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < w->n; i++) {
        const struct en_token *t = &w->token[i];
        bool any = false;

        at += (size_t)snprintf(out + at, max - at, "%s", i ? " " : "");
        for (unsigned k = 0; k < t->n; k++) {
            char sym[8];
            size_t n = en_script_symbol_put(t->script, t->sym[k], sym);

            at += (size_t)snprintf(out + at, max - at, "%.*s", n ? (int)n : 1, n ? sym : "#");
        }
        for (size_t f = 0; f < COUNT(flags); f++)
            if (t->flags & flags[f].flag) {
                at += (size_t)snprintf(out + at, max - at, "%s%c", any ? "" : ":", flags[f].letter);
                any = true;
            }
    }
}

static void
test_alphabetic_names(void **state)
{
    static const struct {
        const char *name, *want;
    } rows[] = {
        { "Marek Orlo", "marek orlo" },
        { "ORLO, MAREK", "orlo marek" },
        { "  Marek\t Orlo  ", "marek orlo" },
        { "Ana-Maria Orlo", "ana maria orlo" },
        { "O'Brien", "obrien" },
        { "N’Golo D`Arc", "ngolo darc" },
        { "J. R. Orlo", "j:I r:I orlo" },
        { "J.R.Orlo", "j:I r:I orlo" },
        { "A", "a:I" },
        { "van der Berg", "van:P der:P berg" },
        { "Ahmed bin Ali al-Selda", "ahmed bin:P ali al:P selda" },
        { "ibn Talib", "ibn:P talib" },
        { "Dr. Orlo", "dr:T orlo" },
        { "Don Orlo", "don orlo" },
        { "Don Marek Orlo", "don:T marek orlo" },
        { "An Seojun", "an seojun" },
        { "Marek an der Selda", "marek an:P der:P selda" },
        /* Look-alikes: what only one script has decides for the word. */
        { "M\u0430r\u0435k \u041Erl\u043E", "marek orlo" },
        { "\u0423\u043Eus\u0435f R\u0430sh\u0456d\u0456", "yousef rashidi" },
        { "\u0430hm\u0435d", "ahmed" },
        { "\u03A5\u03BFusef", "yousef" },
        { "\u041F\u0435\u0442p\u043E\u0432", "петров" },
        { "\u0418\u0432a\u043D\u043E\u0432", "иванов" },
        { "\u03A0\u03B1\u03C0a\u03C2", "παπασ" },
        { "Marek\u0418\u0432\u0430\u043D", "marek иван" },
        /* Forms that stand for plain letters. */
        { "\uFEF3\uFEEE\uFEB3\uFED2", "يوسف" },
        { "\uFEFB\uFEE3\uFEF2", "لامي" },
        { "\uFDF2", "الله" },
        { "\uFB21\uFB26", "אמ" },
        { "\u24C2\u24D0\u24E1\u24D4\u24DA", "marek" },
        { "\U0001D40C\U0001D41A\U0001D42B\U0001D41E\U0001D424", "marek" },
        { "\uFF94\uFF8F\uFF80\uFF9E \uFF8A\uFF9F\uFF73\uFF9E", "ヤマダ パヴ" },
        { "\u2D62\u2D53\u2D59\u2D3C", "####" },
        { "MR MAREK ORLO", "mr:T marek orlo" },
        { "Sheikh Selda Jr", "sheikh:T selda jr:T" },
        { "Haji Selda", "haji:T selda" },
        { "Abdulrahman", "abd rahman" },
        { "Abdelkader", "abd kader" },
        { "ABDURRAHMAN", "abd rahman" },
        { "Abdul", "abdul" },
        { "Abdula", "abdula" },
        { "Abdullah", "abdullah" },
        { "Weiß Müller", "weiss muller" },
        { "Маре́к Орло", "марек орло" },
        { "Мария-Луиза Орло", "мария луиза орло" },
        { "аль-Селда", "аль:P селда" },
        { "Шейх Селда", "шейх:T селда" },
        { "Щукин", "шчукин" },
        { "محمد بن سلدا", "محمد بن:P سلدا" },
        { "السلدا", "ال:P سلدا" },
        { "عبدالرحمن", "عبد رحمن" },
        { "عبد الرحمن", "عبد ال:P رحمن" },
        { "الي", "الي" },
        { "سلدا ئی. اف. لار", "سلدا e:I f:I لار" },
        { "سلدا اف لار", "سلدا اف لار" },
        { "محمد\xE2\x80\x8Cرضا", "محمدرضا" },
        { "מארק בן־דוד", "מארק בנ:P דוד" },
        { "Γιώργος Όρλος", "γιωργοσ ορλοσ" },
        { "გიორგი", "გიორგი" },
        { "Արամ", "արամ" },
        { "ヨハン・オルロ", "ヨハン オルロ" },
        { "マーク", "マク" },
        { "Марек Orlo", "марек orlo" },
        { "Marек", "marek" },
        { "ประยุทธ์", "########" },
        { "Orlo 3rd", "orlo rd" },
        { "ORLO<<MAREK<ANA", "orlo marek ana" },
        { "Orlo (Selda)/Marek", "orlo selda marek" },
    };
    static struct en_name_ways ways;
    char got[2048];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_name_read(en_text_from_ours(rows[i].name), 0, &ways);
        ROW(i, rows[i].name);
        ROW_INT(ways.n, 1);
        ROW_INT(ways.dropped, 0);
        show(&ways.way[0], got, sizeof got);
        ROW_STR(got, rows[i].want);
    }
}

static void
test_abdullah_in_every_spelling_is_one_token(void **state)
{
    /* Only the prefix before a name of its own comes off: "llah" is none. */
    static struct en_name_ways ways;

    (void)state;
    en_name_read(EN_TEXT_LIT("Abdullah"), 0, &ways);
    assert_int_equal(ways.way[0].n, 1);
}

static void
test_readings_of_han_and_hangul(void **state)
{
    static const struct {
        const char *name;
        unsigned ways;
        const char *read[EN_WAYS_MAX];
    } rows[] = {
        { "陳小龍",
          5,
          { "chenxiaolong", "chen:S xiao:S long:S", "chan:S siu:S lung:S", "chen:S hsiao:S lung:S",
            "tan:S seow:S leng:S" } },
        { "陳 小龍",
          5,
          { "chen xiaolong", "chen:S xiao:S long:S", "chan:S siu:S lung:S", "chen:S hsiao:S lung:S",
            "tan:S seow:S leng:S" } },
        { "김철수", 2, { "김철수", "김:S 철:S 수:S" } },
        { "김 철수", 2, { "김 철수", "김:S 철:S 수:S" } },
        { "아돌프·오를로", 2, { "아돌프 오를로", "아:S 돌:S 프:S 오:S 를:S 로:S" } },
        { "Bruce 陳", 5, { "bruce chen", "bruce chen:S", "bruce chan:S", "bruce chen:S", "bruce tan:S" } },
        { "佐々木", 5, { "zuozuomu", "zuo:S zuo:S mu:S", "cho:S cho:S muk:S", "tso:S tso:S mu:S", "zuo:S zuo:S bok:S" } },
        /* longer than a Chinese name, or with a dot: foreign */
        { "阿陳小龍達", 2, { "achenxiaolongda", "a:S chen:S xiao:S long:S da:S" } },
        { "陳·小龍", 2, { "chen xiaolong", "chen:S xiao:S long:S" } },
    };
    static struct en_name_ways ways;
    char got[2048];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_name_read(en_text_from_ours(rows[i].name), 0, &ways);
        ROW(i, rows[i].name);
        ROW_INT(ways.n, rows[i].ways);
        for (unsigned w = 0; w < ways.n; w++) {
            show(&ways.way[w], got, sizeof got);
            /* Jamo are conjoining here; the syllable is what they compose to, so compare what both decompose to. */
            if (strstr(rows[i].name, "陳") || strstr(rows[i].name, "佐"))
                ROW_STR(got, rows[i].read[w]);
            ROW_TRUE(ways.way[w].why != NULL && *ways.way[w].why);
        }
    }
    en_name_read(EN_TEXT_LIT("김철수"), 0, &ways);
    assert_int_equal(ways.way[0].n, 1);
    assert_int_equal(ways.way[0].token[0].script, EN_SCRIPT_HANGUL);
    assert_int_equal(ways.way[1].n, 3);
    assert_true(ways.way[1].token[2].flags & EN_TOKEN_SYLLABLE);
    assert_true(en_text_is(ways.way[1].token[2].text, "수"));
}

static void
test_syllables_of_han_are_latin_and_words_are_han(void **state)
{
    static struct en_name_ways ways;

    (void)state;
    en_name_read(EN_TEXT_LIT("李小龍"), 0, &ways);
    assert_int_equal(ways.way[0].token[0].script, EN_SCRIPT_HAN);
    assert_true(en_text_is(ways.way[0].token[0].text, "李小龍"));
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(ways.way[1].token[i].script, EN_SCRIPT_LATIN);
}

static void
test_no_letters_no_way(void **state)
{
    static const char *const rows[] = { "",  " ",  "...",          "123 456", "--",
                                        "'", "٣٤", "\xEF\xBF\xBD", "＜＜",    "\xF0\x9F\x99\x82" };
    static struct en_name_ways ways;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_name_read(en_text_from_ours(rows[i]), 0, &ways);
        ROW(i, rows[i]);
        ROW_INT(ways.n, 0);
    }
}

static void
test_texts_are_pieces_of_the_name(void **state)
{
    static const char *const rows[] = {
        "Dr. Marek van Orlo-Selda", "Мария О’Коннор", "محمد\xE2\x80\x8Cرضا سلدا", "李小龍 Bruce", "김철수",
        "Abdulrahman al-Selda"
    };
    static struct en_name_ways ways;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *end = rows[i] + strlen(rows[i]);

        en_name_read(en_text_from_ours(rows[i]), 0, &ways);
        ROW(i, rows[i]);
        for (unsigned w = 0; w < ways.n; w++)
            for (unsigned t = 0; t < ways.way[w].n; t++) {
                en_text text = ways.way[w].token[t].text;

                ROW_TRUE(text.n > 0 && text.p >= rows[i] && text.p + text.n <= end);
                ROW_INT(en_utf8_check(en_text_bytes(text)), text.n);
            }
    }
}

/* A prefix that comes off takes its own letters only. */
static void
test_texts_of_a_split_token(void **state)
{
    static const struct {
        const char *name, *first, *second;
    } rows[] = {
        { "Abdulrahman", "Abdul", "rahman" },
        { "السلدا", "ال", "سلدا" },
        { "اَلسلدا", "اَل", "سلدا" },
        { "عبدالرحمن", "عبدال", "رحمن" },
    };
    static struct en_name_ways ways;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_name_read(en_text_from_ours(rows[i].name), 0, &ways);
        ROW(i, rows[i].name);
        ROW_INT(ways.way[0].n, 2);
        ROW_TRUE(en_text_is(ways.way[0].token[0].text, rows[i].first));
        ROW_TRUE(en_text_is(ways.way[0].token[1].text, rows[i].second));
    }
}

static void
test_hints_mark_the_tokens_of_their_part(void **state)
{
    static struct en_name_ways ways;

    (void)state;
    en_name_read(EN_TEXT_LIT("Orlo Selda"), EN_TOKEN_FAMILY, &ways);
    en_name_read_more(EN_TEXT_LIT("Marek"), EN_TOKEN_GIVEN, &ways);
    assert_int_equal(ways.n, 1);
    assert_int_equal(ways.way[0].n, 3);
    assert_int_equal(ways.way[0].token[0].flags, EN_TOKEN_FAMILY);
    assert_int_equal(ways.way[0].token[1].flags, EN_TOKEN_FAMILY);
    assert_int_equal(ways.way[0].token[2].flags, EN_TOKEN_GIVEN);
    /* A part that opens more ways keeps what came before in each. */
    en_name_read_more(EN_TEXT_LIT("小龍"), EN_TOKEN_GIVEN, &ways);
    assert_int_equal(ways.n, EN_WAYS_MAX);
    assert_int_equal(ways.way[0].n, 4);
    assert_int_equal(ways.way[1].n, 5);
    assert_int_equal(ways.way[2].n, 5);
    assert_true(en_text_is(ways.way[2].token[0].text, "Orlo"));
}

/* A first part without letters leaves room for the second. */
static void
test_reading_more_after_nothing(void **state)
{
    static struct en_name_ways ways;

    (void)state;
    en_name_read(EN_TEXT_LIT("--"), 0, &ways);
    assert_int_equal(ways.n, 0);
    en_name_read_more(EN_TEXT_LIT("Marek Orlo"), 0, &ways);
    assert_int_equal(ways.n, 1);
    assert_int_equal(ways.way[0].n, 2);
}

static void
test_more_tokens_than_are_matched_are_counted(void **state)
{
    static struct en_name_ways ways;
    static const unsigned counts[] = { EN_MAX_TOKENS - 1, EN_MAX_TOKENS, EN_MAX_TOKENS + 1, 500 };
    char name[2048];

    (void)state;
    for (size_t i = 0; i < COUNT(counts); i++) {
        for (unsigned k = 0; k < counts[i]; k++)
            memcpy(name + (size_t)3 * k, "or ", 3);
        en_name_read((en_text){ name, (size_t)3 * counts[i] }, 0, &ways);
        ROW(counts[i], "tokens");
        ROW_INT(ways.way[0].n, counts[i] < EN_MAX_TOKENS ? counts[i] : EN_MAX_TOKENS);
        ROW_INT(ways.dropped, counts[i] < EN_MAX_TOKENS ? 0 : counts[i] - EN_MAX_TOKENS);
    }
}

static void
test_a_token_of_500_letters_is_cut_not_lost(void **state)
{
    static struct en_name_ways ways;
    char name[500];

    (void)state;
    memset(name, 'o', sizeof name);
    en_name_read((en_text){ name, sizeof name }, 0, &ways);
    assert_int_equal(ways.n, 1);
    assert_int_equal(ways.way[0].n, 1);
    assert_int_equal(ways.way[0].token[0].n, EN_MAX_TOKEN_LETTERS);
    assert_int_equal(ways.way[0].token[0].text.n, sizeof name);
}

static void
test_long_runs_of_han_lose_nothing(void **state)
{
    static struct en_name_ways ways;
    char name[3 * 60];

    (void)state;
    for (unsigned i = 0; i < 60; i++)
        memcpy(name + (size_t)3 * i, "李", 3);
    en_name_read((en_text){ name, sizeof name }, 0, &ways);
    assert_int_equal(ways.way[1].n, 60);
    assert_int_equal(ways.dropped, 0);
}

/* Every scalar value as a name by itself, and beside letters of two scripts: no crash, symbols in the alphabet, text in
 * the name. */
static void
test_every_scalar_value_as_a_name(void **state)
{
    static struct en_name_ways ways;

    (void)state;
    for (uint32_t cp = 1; cp < 0x110000; cp++) {
        char name[16] = { 'o', 'r' };
        size_t n = 2;

        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        n += en_utf8_put(cp, name + n);
        memcpy(name + n, "л", 2);
        n += 2;
        en_name_read((en_text){ name, n }, 0, &ways);
        if (ways.n == 0)
            fail_msg("U+%04X takes the letters beside it away", cp);
        for (unsigned w = 0; w < ways.n; w++)
            for (unsigned t = 0; t < ways.way[w].n; t++) {
                const struct en_token *x = &ways.way[w].token[t];

                if (x->n == 0 || x->n > EN_MAX_TOKEN_LETTERS)
                    fail_msg("U+%04X: %u symbols", cp, x->n);
                for (unsigned k = 0; k < x->n; k++)
                    if (x->sym[k] < 1 || x->sym[k] > en_script_symbols(x->script))
                        fail_msg("U+%04X: symbol %u", cp, x->sym[k]);
                if (x->text.p < name || x->text.p + x->text.n > name + n)
                    fail_msg("U+%04X: text outside the name", cp);
            }
    }
}

/* What comes before does not show: reading is a function of the name. */
static void
test_reading_leaves_no_trace(void **state)
{
    static const char *const names[] = { "Dr Marek Orlo", "李小龍",      "김철수",          "",
                                         "محمد بن سلدا",  "A B C D E F", "아돌프·오를로 李" };
    static struct en_name_ways fresh, used;
    char a[2048], b[2048];
    uint64_t seed = 7;

    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        const char *name = names[seeded(&seed) % COUNT(names)];

        memset(&fresh, 0, sizeof fresh);
        en_name_read(en_text_from_ours(name), 0, &fresh);
        en_name_read(en_text_from_ours(name), 0, &used);
        assert_int_equal(fresh.n, used.n);
        for (unsigned w = 0; w < fresh.n; w++) {
            show(&fresh.way[w], a, sizeof a);
            show(&used.way[w], b, sizeof b);
            assert_string_equal(a, b);
        }
    }
}

/* Abu begins a byname where two other parts are names, and is a name's part where there is nothing but the byname. */
static void
test_bynames(void **state)
{
    static const struct {
        const char *name;
        unsigned token;
        uint16_t flags;
    } cases[] = {
        { "Abu Orlo Selda", 0, EN_TOKEN_BYNAME }, { "Orlo Selda Umm Marek", 2, EN_TOKEN_BYNAME },
        { "Abu Orlo", 0, 0 },                     { "Abu Hafiz", 0, 0 },
        { "Haj Orlo Selda", 0, EN_TOKEN_TITLE },
    };
    struct en_name_ways ways;

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        en_name_read(en_text_from_ours(cases[i].name), 0, &ways);
        ROW(i, cases[i].name);
        ROW_INT(ways.way[0].token[cases[i].token].flags, cases[i].flags);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bynames),
        cmocka_unit_test(test_alphabetic_names),
        cmocka_unit_test(test_abdullah_in_every_spelling_is_one_token),
        cmocka_unit_test(test_readings_of_han_and_hangul),
        cmocka_unit_test(test_syllables_of_han_are_latin_and_words_are_han),
        cmocka_unit_test(test_no_letters_no_way),
        cmocka_unit_test(test_texts_are_pieces_of_the_name),
        cmocka_unit_test(test_texts_of_a_split_token),
        cmocka_unit_test(test_hints_mark_the_tokens_of_their_part),
        cmocka_unit_test(test_reading_more_after_nothing),
        cmocka_unit_test(test_more_tokens_than_are_matched_are_counted),
        cmocka_unit_test(test_a_token_of_500_letters_is_cut_not_lost),
        cmocka_unit_test(test_long_runs_of_han_lose_nothing),
        cmocka_unit_test(test_every_scalar_value_as_a_name),
        cmocka_unit_test(test_reading_leaves_no_trace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
