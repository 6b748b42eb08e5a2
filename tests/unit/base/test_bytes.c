#include "../harness.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/bytes.h"
#include "base/limits.h"

#define FFFD "\xEF\xBF\xBD"
#define ZWNJ "\xE2\x80\x8C"

static void
comparisons(void **state)
{
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        { "", "", 0 },     { "a", "a", 0 },  { "a", "b", -1 },        { "b", "a", 1 },
        { "a", "ab", -1 }, { "ab", "a", 1 }, { "a\xC3\xA9", "az", 1 }, { "", "a", -1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_text a = en_text_from_ours(rows[i].a), b = en_text_from_ours(rows[i].b);
        int c = en_text_cmp(a, b);

        ROW(i, rows[i].a);
        ROW_INT((c > 0) - (c < 0), rows[i].order);
        ROW_INT(en_text_eq(a, b), rows[i].order == 0);
        ROW_INT(en_text_is(a, rows[i].b), rows[i].order == 0);
        ROW_INT(en_bytes_eq(en_text_bytes(a), en_text_bytes(b)), rows[i].order == 0);
    }
    assert_true(en_text_eq(EN_TEXT_NONE, EN_TEXT_LIT("")));
    assert_true(en_text_cmp(EN_TEXT_NONE, EN_TEXT_LIT("")) == 0);
}

static void
case_is_ascii_only(void **state)
{
    (void)state;
    assert_true(en_text_is_nocase(EN_TEXT_LIT("pAsSpOrT"), "passPORT"));
    assert_false(en_text_is_nocase(EN_TEXT_LIT("passpor"), "passport"));
    assert_false(en_text_is_nocase(EN_TEXT_LIT("passports"), "passport"));
    assert_false(en_text_is_nocase(EN_TEXT_LIT("[at"), "{AT"));
    assert_false(en_text_is_nocase(EN_TEXT_LIT("\xC3\x89"), "\xC3\xA9"));
    assert_true(en_text_is_nocase(EN_TEXT_NONE, ""));
}

static void
one_of_the_words(void **state)
{
    static const char *const words[] = { "none", "ask", "list" };
    unsigned at = 7;

    (void)state;
    assert_true(en_text_among(EN_TEXT_LIT("list"), words, 3, &at));
    assert_int_equal(at, 2);
    assert_false(en_text_among(EN_TEXT_LIT("List"), words, 3, &at));
    assert_false(en_text_among(EN_TEXT_LIT("list"), words, 2, &at));
    assert_false(en_text_among(EN_TEXT_NONE, words, 3, NULL));
    assert_int_equal(at, 2);
    assert_true(en_text_among_nocase(EN_TEXT_LIT("ASK"), words, 3, &at));
    assert_int_equal(at, 1);
    assert_true(en_text_among_nocase(EN_TEXT_LIT("None"), words, 3, NULL));
}

static void
trims(void **state)
{
    static const struct {
        const char *in, *text, *bytes;
    } rows[] = {
        { "", "", "" },
        { " ", "", "" },
        { "  a b  ", "a b", "a b" },
        { "\r\n\ta \n", "\r\n\ta \n", "a" },
        { "a", "a", "a" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        ROW_TRUE(en_text_is(en_text_trim(en_text_from_ours(rows[i].in)), rows[i].text));
        ROW_TRUE(en_bytes_eq(en_bytes_trim(en_text_bytes(en_text_from_ours(rows[i].in))),
                             en_text_bytes(en_text_from_ours(rows[i].bytes))));
    }
}

static void
copies_into_an_arena(void **state)
{
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 32);
    assert_true(en_text_is(en_text_dup(EN_TEXT_LIT("copy"), &a), "copy"));
    assert_string_equal(en_text_cstr((en_text){ "cstring", 4 }, &a), "cstr");
    assert_null(en_text_dup((en_text){ "long long long long", 19 }, &a).p);
    assert_null(en_text_cstr(EN_TEXT_LIT("x"), &a));
    en_arena_release(&a);
}

/*= RFC 3629 section 4, and the Unicode Standard 15.0 table 3-7 with its neighbours on the wrong side */
static void
utf8_well_formed_and_not(void **state)
{
    static const struct {
        const char *name, *in;
        size_t bad;
    } rows[] = {
        { "empty", "", 0 },
        { "ascii", "az~", 3 },
        { "first of two", "\xC2\x80", 2 },
        { "overlong two", "\xC1\xBF", 0 },
        { "overlong nul", "a\xC0\x80", 1 },
        { "last of two", "\xDF\xBF", 2 },
        { "overlong three", "\xE0\x9F\xBF", 0 },
        { "first of three", "\xE0\xA0\x80", 3 },
        { "before surrogates", "\xED\x9F\xBF", 3 },
        { "first surrogate", "\xED\xA0\x80", 0 },
        { "last surrogate", "\xED\xBF\xBF", 0 },
        { "after surrogates", "\xEE\x80\x80", 3 },
        { "overlong four", "\xF0\x8F\xBF\xBF", 0 },
        { "first of four", "\xF0\x90\x80\x80", 4 },
        { "last of four", "\xF4\x8F\xBF\xBF", 4 },
        { "beyond", "\xF4\x90\x80\x80", 0 },
        { "five bytes", "\xF8\x88\x80\x80\x80", 0 },
        { "lone continuation", "ab\x80", 2 },
        { "cut two", "ab\xC3", 2 },
        { "cut three", "ab\xE2\x82", 2 },
        { "cut four", "ab\xF0\x90\x8D", 2 },
        { "interrupted", "\xE2\x82z", 0 },
        { "FE", "\xFE", 0 },
        { "FF", "\xFF", 0 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].name);
        ROW_INT(en_utf8_check(en_bytes_from(rows[i].in, strlen(rows[i].in))), rows[i].bad);
    }
}

static void
every_scalar_value_goes_there_and_back(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char out[4];
        en_bytes b;
        size_t n;

        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        n = en_utf8_put(cp, out);
        b = en_bytes_from(out, n);
        if (en_utf8_next(&b) != cp || b.n != 0)
            fail_msg("U+%04X", cp);
        for (size_t cut = 1; cut < n; cut++) {
            b = en_bytes_from(out, cut);
            if (en_utf8_next(&b) != UINT32_MAX || b.n != cut - 1)
                fail_msg("U+%04X cut to %zu", cp, cut);
        }
    }
}

static void
do_put_surrogate(void *arg)
{
    char out[4];

    en_utf8_put(*(uint32_t *)arg, out);
}

static void
writing_what_is_no_scalar_value_is_a_bug(void **state)
{
    uint32_t bad[] = { 0xD800, 0xDFFF, 0x110000, UINT32_MAX };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_true(aborts(do_put_surrogate, &bad[i]));
}

static void
checked_text_by_example(void **state)
{
    static const struct {
        const char *name, *in, *out;
        unsigned repairs;
    } rows[] = {
        /* clang-format off */
        { "plain", "Amir Noury", "Amir Noury", EN_TEXT_CLEAN },
        { "empty", "", "", EN_TEXT_CLEAN },
        { "composed stays", "Jos\xC3\xA9", "Jos\xC3\xA9", EN_TEXT_CLEAN },
        { "decomposed", "Jose\xCC\x81", "Jos\xC3\xA9", EN_TEXT_NORMALISED },
        { "hangul jamo", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", "\xEA\xB0\x81", EN_TEXT_NORMALISED },
        { "marks in order", "q\xCC\xA3\xCC\x87", "q\xCC\xA3\xCC\x87", EN_TEXT_CLEAN },
        { "marks out of order", "q\xCC\x87\xCC\xA3", "q\xCC\xA3\xCC\x87", EN_TEXT_NORMALISED },
        { "tab", "a\tb", "a b", EN_TEXT_STRIPPED_CONTROL },
        { "escape", "\x1b[31mred", "[31mred", EN_TEXT_STRIPPED_CONTROL | EN_TEXT_TRIMMED },
        { "C1", "a\xC2\x9B" "b", "a b", EN_TEXT_STRIPPED_CONTROL },
        { "DEL", "a\x7F" "b", "a b", EN_TEXT_STRIPPED_CONTROL },
        { "line separator", "a\xE2\x80\xA8" "b", "a b", EN_TEXT_STRIPPED_CONTROL },
        { "override", "\xE2\x80\xAE" "evil\xE2\x80\xAC", "evil", EN_TEXT_STRIPPED_BIDI },
        { "isolates", "\xE2\x81\xA6x\xE2\x81\xA9", "x", EN_TEXT_STRIPPED_BIDI },
        { "marks of direction", "x\xE2\x80\x8F\xE2\x80\x8E\xD8\x9Cy", "xy", EN_TEXT_STRIPPED_BIDI },
        { "soft hyphen", "a\xC2\xAD" "b", "ab", EN_TEXT_STRIPPED_CONTROL },
        { "zero width space", "a\xE2\x80\x8B" "b", "ab", EN_TEXT_STRIPPED_CONTROL },
        { "byte order mark", "\xEF\xBB\xBF" "a", "a", EN_TEXT_STRIPPED_CONTROL },
        { "noncharacter", "a\xEF\xBF\xBE" "b", "ab", EN_TEXT_STRIPPED_CONTROL },
        { "tag letters", "a\xF3\xA0\x81\x81" "b", "ab", EN_TEXT_STRIPPED_CONTROL },
        { "variation selector", "a\xEF\xB8\x8F" "b", "ab", EN_TEXT_STRIPPED_CONTROL },
        { "blanks at the ends", "  a  ", "a", EN_TEXT_TRIMMED },
        { "runs of blanks", "a   b", "a b", EN_TEXT_TRIMMED },
        { "no-break space", "a\xC2\xA0" "b", "a b", EN_TEXT_NORMALISED },
        { "ideographic space", "\xE7\x8E\x8B\xE3\x80\x80\xE5\xB0\x8F", "\xE7\x8E\x8B \xE5\xB0\x8F",
          EN_TEXT_NORMALISED },
        { "only blanks", " \t ", "", EN_TEXT_TRIMMED | EN_TEXT_STRIPPED_CONTROL },
        { "stripping lets two letters meet", "e\xE2\x80\x8B\xCC\x81", "\xC3\xA9",
          EN_TEXT_STRIPPED_CONTROL | EN_TEXT_NORMALISED },
        { "ohm becomes omega", "\xE2\x84\xA6", "\xCE\xA9", EN_TEXT_NORMALISED },
        { "non-joiner in Persian", "\xD9\x85\xDB\x8C" ZWNJ "\xD8\xAE\xD9\x88",
          "\xD9\x85\xDB\x8C" ZWNJ "\xD8\xAE\xD9\x88", EN_TEXT_CLEAN },
        { "non-joiner twice", "\xD8\xA8" ZWNJ ZWNJ "\xD8\xA8", "\xD8\xA8" ZWNJ "\xD8\xA8", EN_TEXT_STRIPPED_CONTROL },
        { "non-joiner at the end", "\xD8\xA8" ZWNJ, "\xD8\xA8", EN_TEXT_STRIPPED_CONTROL },
        { "non-joiner at the start", ZWNJ "\xD8\xA8", "\xD8\xA8", EN_TEXT_STRIPPED_CONTROL },
        { "non-joiner before a blank", "\xD8\xA8" ZWNJ " \xD8\xA8", "\xD8\xA8 \xD8\xA8", EN_TEXT_STRIPPED_CONTROL },
        { "non-joiner before a mark of direction", "\xD8\xA8" ZWNJ "\xE2\x80\x8E", "\xD8\xA8",
          EN_TEXT_STRIPPED_CONTROL | EN_TEXT_STRIPPED_BIDI },
        { "non-joiner in Latin", "ab" ZWNJ "cd", "abcd", EN_TEXT_STRIPPED_CONTROL },
        { "non-joiner in accented Latin", "\xC3\xA9" ZWNJ "\xC3\xA9", "\xC3\xA9\xC3\xA9", EN_TEXT_STRIPPED_CONTROL },
        { "joiner", "\xD8\xA8\xE2\x80\x8D\xD8\xA8", "\xD8\xA8\xD8\xA8", EN_TEXT_STRIPPED_CONTROL },
        /* clang-format on */
    };
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_text out;
        unsigned repairs = 99;
        char got[64];

        ROW(i, rows[i].name);
        ROW_INT(en_text_check(en_bytes_from(rows[i].in, strlen(rows[i].in)), 1000, &a, &out, &repairs, NULL), EN_OK);
        snprintf(got, sizeof got, "%.*s", EN_TEXT_ARG(out));
        ROW_STR(got, rows[i].out);
        ROW_INT(repairs, rows[i].repairs);
    }
    en_arena_release(&a);
}

static void
clean_ascii_is_borrowed(void **state)
{
    static const char in[] = "nothing to do";
    struct en_arena a;
    en_text out;

    (void)state;
    en_arena_init(&a, 0);
    assert_int_equal(en_text_check(EN_BYTES_LIT(in), 100, &a, &out, NULL, NULL), EN_OK);
    assert_ptr_equal(out.p, in);
    assert_int_equal(a.used, 0);
    en_arena_release(&a);
}

static void
refusals_name_the_place(void **state)
{
    struct en_arena a;
    struct en_err err = EN_ERR_INIT;
    en_text out = EN_TEXT_LIT("before");
    unsigned repairs = 99;

    (void)state;
    en_arena_init(&a, 1 << 16);
    assert_int_equal(en_text_check(EN_BYTES_LIT("abc\xFFz"), 100, &a, &out, &repairs, &err), EN_E_INPUT);
    assert_int_equal(err.pos, 3);
    assert_null(out.p);
    assert_int_equal(repairs, 0);
    assert_null(strstr(err.text, "abc"));
    assert_int_equal(en_text_check(EN_BYTES_LIT("four"), 3, &a, &out, NULL, &err), EN_E_LIMIT);
    assert_int_equal(en_text_repair(EN_BYTES_LIT("four"), 3, &a, &out, NULL, &err), EN_E_LIMIT);
    assert_int_equal(en_text_check(EN_BYTES_LIT("four"), 4, &a, &out, NULL, &err), EN_OK);
    en_arena_release(&a);
    en_arena_init(&a, 4);
    assert_int_equal(en_text_check(EN_BYTES_LIT("needs\xC3\xA9room"), 100, &a, &out, NULL, &err), EN_E_LIMIT);
    assert_null(out.p);
    assert_true(en_arena_over(&a));
    en_arena_release(&a);
}

static void
repair_replaces_bad_bytes_one_by_one(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "a\xFF" "b", "a" FFFD "b" },
        { "\xC3", FFFD },
        { "\xE2\x82", FFFD FFFD },
        { "\xED\xA0\x80", FFFD FFFD FFFD },
        { "\xF4\x90\x80\x80x", FFFD FFFD FFFD FFFD "x" },
        { "\xC3\xA9\xC3", "\xC3\xA9" FFFD },
    };
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 1 << 16);
    for (size_t i = 0; i < COUNT(rows); i++) {
        en_text out;
        unsigned repairs;
        char got[64];

        ROW(i, rows[i].out);
        ROW_INT(en_text_repair(en_bytes_from(rows[i].in, strlen(rows[i].in)), 100, &a, &out, &repairs, NULL), EN_OK);
        snprintf(got, sizeof got, "%.*s", EN_TEXT_ARG(out));
        ROW_STR(got, rows[i].out);
        ROW_INT(repairs, EN_TEXT_BAD_UTF8);
    }
    en_arena_release(&a);
}

/* What must not survive, asked of ICU and not of our own table. */
static bool
forbidden(uint32_t cp)
{
    int8_t type = u_charType((UChar32)cp);

    return type == U_CONTROL_CHAR || type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR ||
           u_hasBinaryProperty((UChar32)cp, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
           u_hasBinaryProperty((UChar32)cp, UCHAR_NONCHARACTER_CODE_POINT) ||
           u_hasBinaryProperty((UChar32)cp, UCHAR_BIDI_CONTROL) || (cp != ' ' && u_isUWhiteSpace((UChar32)cp));
}

static bool
holds_forbidden(en_text t)
{
    en_bytes b = en_text_bytes(t);

    while (b.n > 0)
        if (forbidden(en_utf8_next(&b)))
            return true;
    return false;
}

/* The second answer: ICU's own opinion of the same string. */
static bool
is_icu_nfc(en_text t)
{
    UErrorCode e = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&e);
    UChar u[512];
    int32_t n = 0;
    UBool yes;

    u_strFromUTF8(u, 512, &n, t.p, (int32_t)t.n, &e);
    yes = unorm2_isNormalized(nfc, u, n, &e);
    assert_true(U_SUCCESS(e));
    return yes;
}

static void
no_forbidden_character_survives(void **state)
{
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 1 << 16);
    for (uint32_t cp = 1; cp <= 0x10FFFF; cp++) {
        char in[8] = "x";
        size_t n = 1;
        en_text out;

        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        n += en_utf8_put(cp, in + n);
        in[n++] = 'y';
        en_arena_reset(&a);
        if (en_text_check(en_bytes_from(in, n), 100, &a, &out, NULL, NULL) != EN_OK || holds_forbidden(out) ||
            !is_icu_nfc(out) || out.n < 2)
            fail_msg("U+%04X", cp);
        /* Annotation marks show nothing either, though ICU counts them as visible. */
        if (!forbidden(cp) && u_charType((UChar32)cp) != U_UNASSIGNED && !(cp >= 0xFFF9 && cp <= 0xFFFB) && out.n < 3)
            fail_msg("U+%04X is gone", cp);
    }
    en_arena_release(&a);
}

/* Strings of characters that meddle with each other: marks, jamo, joiners, controls, bad bytes. */
static size_t
meddlesome(uint64_t *seed, char *out)
{
    static const uint32_t some[] = {
        'a',    ' ',    0xE9,   0x300,   0x301,  0x323,  0x345,  0x1100, 0x1161, 0x11A8, 0xAC00,  0x628,   0x6CC, 0x651,
        0x670,  0x200C, 0x200C, 0x200D,  0x200B, 0x202E, 0x93C,  0x915,  0x94D,  0x2126, 0x212A,  0x374,   0xA0,
        0x3000,
        0x9,    0x37E,  0x387,  0x1D15E, 0xFB2C, 0xFEFF, 0x654,  0x6D5,  0xF73,  0xFFFE, 0x1D160, 0x3099,  0x30AB,
    };
    size_t n = 0;

    for (uint64_t k = seeded(seed) % 12; k > 0; k--)
        n += en_utf8_put(some[seeded(seed) % COUNT(some)], out + n);
    if (seeded(seed) % 8 == 0)
        out[n++] = (char)seeded(seed);
    return n;
}

static void
checked_text_is_stable_and_normal(void **state)
{
    uint64_t seed = 20150218;
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 1 << 16);
    for (unsigned i = 0; i < 200000; i++) {
        char in[64];
        size_t n = meddlesome(&seed, in);
        en_text once, twice;
        unsigned repairs;

        en_arena_reset(&a);
        assert_int_equal(en_text_repair(en_bytes_from(in, n), 100, &a, &once, NULL, NULL), EN_OK);
        assert_int_equal(en_text_check(en_text_bytes(once), 400, &a, &twice, &repairs, NULL), EN_OK);
        if (!en_text_eq(once, twice) || repairs != 0 || !is_icu_nfc(once))
            fail_msg("string %u is not stable", i);
    }
    en_arena_release(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons),
        cmocka_unit_test(case_is_ascii_only),
        cmocka_unit_test(one_of_the_words),
        cmocka_unit_test(trims),
        cmocka_unit_test(copies_into_an_arena),
        cmocka_unit_test(utf8_well_formed_and_not),
        cmocka_unit_test(every_scalar_value_goes_there_and_back),
        cmocka_unit_test(writing_what_is_no_scalar_value_is_a_bug),
        cmocka_unit_test(checked_text_by_example),
        cmocka_unit_test(clean_ascii_is_borrowed),
        cmocka_unit_test(refusals_name_the_place),
        cmocka_unit_test(repair_replaces_bad_bytes_one_by_one),
        cmocka_unit_test(no_forbidden_character_survives),
        cmocka_unit_test(checked_text_is_stable_and_normal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
