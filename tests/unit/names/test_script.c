#include "../harness.h"

#include <unicode/uchar.h>

#include "names/script.h"

#define SCALARS 0x110000u

static bool
surrogate(uint32_t cp)
{
    return cp >= 0xD800 && cp <= 0xDFFF;
}

/* Symbols of all characters of a text: "script:sym,sym …" so that a failure shows both sides. */
static void
spell(const char *text, char *out, size_t max)
{
    en_bytes b = en_text_bytes(en_text_from_ours(text));
    size_t at = 0;

    out[0] = '\0';
    while (b.n) {
        struct en_char c = en_char_of(en_utf8_next(&b));

        if (c.is == EN_CHAR_SKIP)
            continue;
        if (c.is != EN_CHAR_LETTER)
            at += (size_t)snprintf(out + at, max - at, "(%d)", (int)c.is);
        for (unsigned i = 0; i < c.n; i++)
            at += (size_t)snprintf(out + at, max - at, "%s%u ", en_script_code(c.script), c.sym[i]);
    }
}

/* --- every code point ------------------------------------------------------------------------------- */

static void
test_every_scalar_value_stays_in_its_alphabet(void **state)
{
    unsigned letters = 0;

    (void)state;
    for (uint32_t cp = 0; cp < SCALARS; cp++) {
        struct en_char c = en_char_of(cp);

        if (surrogate(cp))
            continue;
        if (c.is != EN_CHAR_LETTER) {
            if (c.n != 0 || c.script != EN_SCRIPT_NONE)
                fail_msg("U+%04X is no letter and has symbols or a script", cp);
            continue;
        }
        letters++;
        if (c.script <= EN_SCRIPT_NONE || c.script >= EN_SCRIPTS)
            fail_msg("U+%04X: script %d", cp, (int)c.script);
        if (c.script == EN_SCRIPT_HAN ? c.n != 0 : c.n < 1 || c.n > 4)
            fail_msg("U+%04X: %u symbols", cp, c.n);
        for (unsigned i = 0; i < c.n; i++)
            if (c.sym[i] < 1 || c.sym[i] > en_script_symbols(c.script))
                fail_msg("U+%04X: symbol %u beyond the alphabet of %s", cp, c.sym[i], en_script_word(c.script));
    }
    assert_true(letters > 100000);
}

/* Unicode's own lower case: a name in capitals has the symbols of the name. */
static void
test_case_makes_no_difference(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp < SCALARS; cp++) {
        struct en_char upper = en_char_of(cp), lower;

        if (surrogate(cp) || u_tolower((UChar32)cp) == (UChar32)cp)
            continue;
        lower = en_char_of((uint32_t)u_tolower((UChar32)cp));
        if (upper.script == EN_SCRIPT_OTHER || upper.is != EN_CHAR_LETTER)
            continue; /* letters of no alphabet here: compared as they stand */
        if (upper.script != lower.script || upper.n != lower.n || memcmp(upper.sym, lower.sym, upper.n) != 0)
            fail_msg("U+%04X and its lower case U+%04X differ", cp, (unsigned)u_tolower((UChar32)cp));
    }
}

/* What Unicode calls a letter never falls silent in the scripts that names of lists are in. */
static void
test_letters_of_living_scripts_are_letters(void **state)
{
    static const struct {
        uint32_t from, to;
    } blocks[] = {
        { 'A', 'z' },       { 0xC0, 0x12F },    { 0x386, 0x3CE },   { 0x400, 0x481 },   { 0x48A, 0x52F },
        { 0x531, 0x556 },   { 0x561, 0x587 },   { 0x5D0, 0x5EA },   { 0x622, 0x63F },   { 0x641, 0x64A },
        { 0x671, 0x6D3 },   { 0x900, 0xDFF },   { 0xE00, 0xEFF },   { 0x10A0, 0x10FF }, { 0x1200, 0x137F },
        { 0x1780, 0x17B3 }, { 0x3041, 0x3096 }, { 0x30A1, 0x30FA }, { 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF },
        { 0xAC00, 0xD7A3 }, { 0xFF71, 0xFF9D }, { 0x2D30, 0x2D67 }, { 0xFB50, 0xFBB1 }, { 0xFE81, 0xFEFC }, { 0x24B6, 0x24E9 },
        { 0x1D400, 0x1D454 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(blocks); i++)
        for (uint32_t cp = blocks[i].from; cp <= blocks[i].to; cp++)
            if (u_isalpha((UChar32)cp) && u_charType((UChar32)cp) != U_MODIFIER_LETTER &&
                !(U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK) && en_char_of(cp).is != EN_CHAR_LETTER)
                fail_msg("U+%04X is a letter", cp);
}

/* --- alphabets --------------------------------------------------------------------------------------- */

static void
test_symbols_are_written_and_read_back(void **state)
{
    unsigned all = 0;

    (void)state;
    for (unsigned s = EN_SCRIPT_LATIN; s < EN_SCRIPT_OTHER; s++) {
        unsigned end = en_script_end((enum en_script)s);

        assert_true(end > en_script_symbols((enum en_script)s) && end <= EN_SYM_MAX);
        for (unsigned sym = 1; sym <= en_script_symbols((enum en_script)s); sym++, all++) {
            char text[8];
            uint8_t back[4] = { 0 };
            size_t n = en_script_symbol_put((enum en_script)s, sym, text);

            ROW(sym, en_script_word((enum en_script)s));
            ROW_TRUE(n > 0);
            ROW_INT(en_script_symbols_of((enum en_script)s, (en_text){ text, n }, back, 4), 1);
            ROW_INT(back[0], sym);
        }
    }
    assert_true(all > 26 + 33 + 28 + 22 + 24 + 33 + 36 + 67 + 90 + 26);
}

static void
test_the_end_of_a_token_is_a_symbol(void **state)
{
    (void)state;
    for (unsigned s = EN_SCRIPT_LATIN; s < EN_SCRIPT_OTHER; s++) {
        char text[8];
        uint8_t back[2];

        ROW(s, en_script_word((enum en_script)s));
        ROW_INT(en_script_symbol_put((enum en_script)s, en_script_end((enum en_script)s), text), 1);
        ROW_INT(text[0], '$');
        ROW_INT(en_script_symbols_of((enum en_script)s, EN_TEXT_LIT("$"), back, 2), 1);
        ROW_INT(back[0], en_script_end((enum en_script)s));
        ROW_INT(en_script_symbol_put((enum en_script)s, 0, text), 0);
        ROW_INT(en_script_symbol_put((enum en_script)s, EN_SYM_MAX + 1, text), 0);
    }
    assert_int_equal(en_script_end(EN_SCRIPT_LATIN), EN_SYM_END);
}

/* A symbol that no letter has would be a hole in the trained table. */
static void
test_every_symbol_has_a_letter(void **state)
{
    static bool has[EN_SCRIPTS][EN_SYM_MAX + 1];

    (void)state;
    for (uint32_t cp = 0; cp < SCALARS; cp++) {
        struct en_char c = en_char_of(cp);

        for (unsigned i = 0; i < c.n; i++)
            has[c.script][c.sym[i]] = true;
    }
    for (unsigned s = EN_SCRIPT_LATIN; s < EN_SCRIPTS; s++)
        for (unsigned sym = 1; s != EN_SCRIPT_HAN && sym <= en_script_symbols((enum en_script)s); sym++)
            if (!has[s][sym])
                fail_msg("symbol %u of %s has no letter", sym, en_script_word((enum en_script)s));
}

static void
test_scripts_have_words_and_codes(void **state)
{
    enum en_script back;

    (void)state;
    for (unsigned s = 0; s < EN_SCRIPTS; s++) {
        assert_int_equal(strlen(en_script_code((enum en_script)s)), 4);
        assert_true(en_script_from_word(en_text_from_ours(en_script_word((enum en_script)s)), &back));
        assert_int_equal(back, s);
        for (unsigned o = 0; o < s; o++)
            assert_string_not_equal(en_script_code((enum en_script)s), en_script_code((enum en_script)o));
    }
    assert_false(en_script_from_word(EN_TEXT_LIT("runic"), &back));
    assert_false(en_script_from_word(EN_TEXT_LIT("Latin"), &back));
    assert_false(en_script_from_word(EN_TEXT_LIT(""), &back));
}

static void
test_symbols_of_refuses_what_is_not_of_the_script(void **state)
{
    static const struct {
        enum en_script script;
        const char *text;
        unsigned max, n;
    } rows[] = {
        { EN_SCRIPT_LATIN, "orlo", 4, 4 },  { EN_SCRIPT_LATIN, "orlo", 3, 0 },    { EN_SCRIPT_LATIN, "or lo", 8, 0 },
        { EN_SCRIPT_LATIN, "орло", 8, 0 },  { EN_SCRIPT_CYRILLIC, "орло", 4, 4 }, { EN_SCRIPT_CYRILLIC, "щ", 2, 2 },
        { EN_SCRIPT_CYRILLIC, "щ", 1, 0 },  { EN_SCRIPT_LATIN, "o'r", 2, 2 },     { EN_SCRIPT_LATIN, "", 4, 0 },
        { EN_SCRIPT_LATIN, "or$", 3, 3 },   { EN_SCRIPT_LATIN, "or$", 2, 0 },     { EN_SCRIPT_HANGUL, "김", 3, 3 },
        { EN_SCRIPT_HANGUL, "김", 3, 3 }, { EN_SCRIPT_HANGUL, "김", 2, 0 },     { EN_SCRIPT_HAN, "li", 2, 2 },
        { EN_SCRIPT_HAN, "李", 8, 0 },      { EN_SCRIPT_LATIN, "a1", 4, 0 },
    };
    uint8_t out[8];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        ROW_INT(en_script_symbols_of(rows[i].script, en_text_from_ours(rows[i].text), out, rows[i].max), rows[i].n);
    }
}

/* --- folding ----------------------------------------------------------------------------------------- */

static void
test_interchanged_letters_are_one(void **state)
{
    static const struct {
        const char *what, *a, *b;
    } rows[] = {
        { "alef forms", "أحمد", "احمد" },
        { "alef below", "إبراهيم", "ابراهيم" },
        { "alef madda", "آدم", "ادم" },
        { "alef wasla", "ٱلله", "الله" },
        { "Persian and Arabic yeh", "علی", "علي" },
        { "alef maqsura", "على", "علي" },
        { "yeh with hamza", "رئيس", "رييس" },
        { "Persian and Arabic kaf", "اکبر", "اكبر" },
        { "waw with hamza", "مؤمن", "مومن" },
        { "Urdu heh", "ہمایوں", "همایوں" },
        { "tatweel", "محـمد", "محمد" },
        { "vowel signs", "مُحَمَّد", "محمد" },
        { "hamza alone", "علاء", "علا" },
        { "zero width non-joiner", "محمد\xE2\x80\x8Cرضا", "محمدرضا" },
        { "io and ie", "Артём", "Артем" },
        { "capital io", "ЁЛКИН", "елкин" },
        { "ghe with upturn", "Ґонта", "Гонта" },
        { "shcha", "Щукин", "Шчукин" },
        { "hiragana and katakana", "あいだ", "アイダ" },
        { "half-width katakana", "ｱｲﾁ", "アイチ" },
        { "half-width small", "ｧｨｩｪｫｬｭｮｯ", "ァィゥェォャュョッ" },
        { "half-width n, wo", "ｦﾝﾜﾛ", "ヲンワロ" },
        { "half-width long mark", "ﾏｰｸ", "マーク" },
        { "fi ligature", "\xEF\xAC\x81ona", "fiona" },
        { "dotless and dotted i", "Işık İpek", "isik ipek" },
        { "sharp s", "Weiß", "WEISS" },
        { "capital sharp s", "WEI\xE1\xBA\x9E", "weiss" },
        { "umlaut", "Müller", "Muller" },
        { "ae, oe, o, l, d, thorn", "ÆŒØŁĐÞ", "aeoeoldth" },
        { "e ogonek, n acute", "Gęń", "gen" },
        { "Vietnamese", "Nguyễn Đức", "Nguyen Duc" },
        { "Azeri schwa", "Əli", "ali" },
        { "full-width", "Ｏｒｌｏ", "Orlo" },
        { "decomposed", "Mu\xCC\x88ller", "Müller" },
        { "final sigma", "Σίσυφος", "ΣΙΣΥΦΟΣ" },
        { "Greek accents", "Άρης", "Αρης" },
        { "Greek dieresis", "Ραΐσης", "Ραισης" },
        { "Hebrew final forms", "כךםמןנףפץצ", "ככממננפפצצ" },
        { "Hebrew points", "שָׁלוֹם", "שלום" },
        { "Georgian capitals", "\xE1\xB2\x90\xE1\xB2\x91", "აბ" },
        { "Armenian capitals", "ԱՐԱՄ", "արամ" },
        { "apostrophes", "O’Conno`r", "OConnor" },
        { "Cyrillic apostrophe", "Дем’ян", "Демян" },
    };
    char a[512], b[512];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        spell(rows[i].a, a, sizeof a);
        spell(rows[i].b, b, sizeof b);
        ROW(i, rows[i].what);
        ROW_TRUE(a[0] != '\0');
        ROW_STR(a, b);
    }
}

static void
test_letters_that_tell_names_apart_stay_apart(void **state)
{
    static const struct {
        const char *a, *b;
    } rows[] = {
        { "ب", "ت" }, { "س", "ص" }, { "ه", "ة" }, { "ح", "خ" }, { "и", "й" }, { "ь", "ъ" },   { "е", "э" }, { "г", "х" },
        { "ش", "س" }, { "ハ", "バ" }, { "ハ", "パ" }, { "ャ", "ヤ" }, { "א", "ע" }, { "ა", "ბ" }, { "α", "ε" }, { "n", "m" },
        { "к", "k" }, { "김", "긴" }, { "김", "킴" },
    };
    char a[64], b[64];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        spell(rows[i].a, a, sizeof a);
        spell(rows[i].b, b, sizeof b);
        if (strcmp(a, b) == 0)
            fail_msg("%s and %s are the same", rows[i].a, rows[i].b);
    }
}

static void
test_what_is_no_letter(void **state)
{
    static const struct {
        uint32_t cp;
        enum en_char_class is;
    } rows[] = {
        { ' ', EN_CHAR_SEPARATE },    { ',', EN_CHAR_SEPARATE },   { '.', EN_CHAR_ABBREVIATE }, { '-', EN_CHAR_JOIN },
        { '\'', EN_CHAR_SKIP },       { '0', EN_CHAR_SEPARATE },   { '/', EN_CHAR_SEPARATE },   { '<', EN_CHAR_SEPARATE },
        { 0xB7, EN_CHAR_SEPARATE },   { 0x30FB, EN_CHAR_SEPARATE }, { 0x2019, EN_CHAR_SKIP },   { 0x2BC, EN_CHAR_SKIP },
        { 0x640, EN_CHAR_SKIP },      { 0x200C, EN_CHAR_SKIP },    { 0x301, EN_CHAR_SKIP },     { 0x64E, EN_CHAR_SKIP },
        { 0x2010, EN_CHAR_JOIN },     { 0x5BE, EN_CHAR_JOIN },     { 0x3000, EN_CHAR_SEPARATE }, { 0x661, EN_CHAR_SEPARATE },
        { 0x6F4, EN_CHAR_SEPARATE },  { 0x60C, EN_CHAR_SEPARATE }, { 0, EN_CHAR_SEPARATE },     { 0xFFFD, EN_CHAR_SEPARATE },
        { 0x10FFFF, EN_CHAR_SEPARATE }, { 0x2F, EN_CHAR_SEPARATE }, { 0xFF70, EN_CHAR_SKIP },   { 0x30FC, EN_CHAR_SKIP },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(rows[i].cp, "code point");
        ROW_INT(en_char_of(rows[i].cp).is, rows[i].is);
    }
}

/* --- readings ----------------------------------------------------------------------------------------- */

static void
test_han_readings(void **state)
{
    static const struct {
        const char *han, *mandarin, *cantonese;
    } rows[] = {
        { "李", "li", "lei" },   { "王", "wang", "wong" }, { "陳", "chen", "can" }, { "陈", "chen", "can" },
        { "黃", "huang", "wong" }, { "張", "zhang", "zoeng" }, { "龍", "long", "lung" }, { "小", "xiao", "siu" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_bytes b = en_text_bytes(en_text_from_ours(rows[i].han));
        uint32_t cp = en_utf8_next(&b);

        ROW(i, rows[i].han);
        ROW_STR(en_han_reading(cp, EN_READ_MANDARIN), rows[i].mandarin);
        ROW_STR(en_han_reading(cp, EN_READ_CANTONESE), rows[i].cantonese);
    }
    assert_string_equal(en_han_reading('a', EN_READ_MANDARIN), "");
    assert_string_equal(en_han_reading(0x33FF, EN_READ_MANDARIN), "");
    assert_string_equal(en_han_reading(0xA000, EN_READ_CANTONESE), "");
}

static void
test_readings_are_latin_letters(void **state)
{
    unsigned read = 0;

    (void)state;
    for (uint32_t cp = 0x3400; cp < 0xA000; cp++)
        for (unsigned r = 0; r < EN_READINGS; r++) {
            const char *s = en_han_reading(cp, (enum en_reading)r);

            read += *s != '\0';
            if (strlen(s) > 8 || strspn(s, "abcdefghijklmnopqrstuvwxyz") != strlen(s))
                fail_msg("reading of U+%04X", cp);
        }
    assert_true(read > 40000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_scalar_value_stays_in_its_alphabet),
        cmocka_unit_test(test_case_makes_no_difference),
        cmocka_unit_test(test_letters_of_living_scripts_are_letters),
        cmocka_unit_test(test_symbols_are_written_and_read_back),
        cmocka_unit_test(test_the_end_of_a_token_is_a_symbol),
        cmocka_unit_test(test_every_symbol_has_a_letter),
        cmocka_unit_test(test_scripts_have_words_and_codes),
        cmocka_unit_test(test_symbols_of_refuses_what_is_not_of_the_script),
        cmocka_unit_test(test_interchanged_letters_are_one),
        cmocka_unit_test(test_letters_that_tell_names_apart_stay_apart),
        cmocka_unit_test(test_what_is_no_letter),
        cmocka_unit_test(test_han_readings),
        cmocka_unit_test(test_readings_are_latin_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
