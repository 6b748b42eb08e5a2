#include "names_fixture.h"

#include "names/skeleton.h"

static void
plainest(const char *token, char out[17])
{
    struct en_latin l = latin_of(token);
    en_skeleton keys[EN_SKELETONS_MAX];

    out[0] = '\0';
    if (en_skeletons(&l, keys))
        en_skeleton_text(keys[0], out);
}

static void
test_plainest_skeletons(void **state)
{
    static const struct {
        const char *token, *want;
    } rows[] = {
        { "khaled", "KLT" },   { "mohammed", "MT" } , { "marek", "MRK" },   { "orlo", "ARL" },       { "hussein", "ASN" },
        { "ussein", "ASN" },    { "yelena", "ALN" },   { "elena", "ALN" },   { "anna", "AN" },        { "schmidt", "CMT" },
        { "philip", "FLB" },   { "nguyen", "N" },     { "aaaa", "A" },      { "h", "A" },            { "x", "KS" },
        { "zhukov", "CKF" },   { "tschukin", "CKN" }, { "pfeffer", "BFR" }, { "quist", "KST" },
    };
    char got[17];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        plainest(rows[i].token, got);
        ROW(i, rows[i].token);
        ROW_STR(got, rows[i].want);
    }
}

static bool
share_one(const char *a, const char *b)
{
    struct en_latin l = latin_of(a), m = latin_of(b);
    en_skeleton x[EN_SKELETONS_MAX], y[EN_SKELETONS_MAX];
    unsigned n = en_skeletons(&l, x), k = en_skeletons(&m, y);

    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < k; j++)
            if (x[i] == y[j])
                return true;
    return false;
}

static void
test_spellings_of_one_name_share_a_skeleton(void **state)
{
    static const struct {
        const char *a, *b;
    } rows[] = {
        { "mohammed", "muhammad" },  { "mohamed", "mehmet" },    { "khaled", "haled" },     { "jamil", "gemil" },
        { "jamal", "djamal" },       { "yusuf", "youssef" },     { "joseph", "yosef" },     { "wael", "ouael" },
        { "qasim", "kassem" },       { "ghassan", "gassan" },    { "aleksandr", "alexander" }, { "zhukov", "jukov" },
        { "tchaikovsky", "chaykovskiy" }, { "cemal", "jemal" },  { "thabet", "tabet" },     { "dhiab", "tiab" },
        { "weber", "veber" },        { "hans", "ans" },          { "zheng", "cheng" },      { "philippe", "filip" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!share_one(rows[i].a, rows[i].b))
            fail_msg("%s and %s share no skeleton", rows[i].a, rows[i].b);
    }
    assert_false(share_one("marek", "milan"));
    assert_false(share_one("orlo", "selda"));
}

static void
test_skeletons_are_few_distinct_and_short(void **state)
{
    uint64_t seed = 31;

    (void)state;
    for (unsigned round = 0; round < 50000; round++) {
        struct en_latin l = any_latin(&seed, EN_COST_MAX_LETTERS);
        en_skeleton keys[EN_SKELETONS_MAX + 1];
        unsigned n;

        keys[EN_SKELETONS_MAX] = 0xDEAD;
        n = en_skeletons(&l, keys);
        assert_in_range(n, 1, EN_SKELETONS_MAX);
        assert_true(keys[EN_SKELETONS_MAX] == 0xDEAD);
        for (unsigned i = 0; i < n; i++) {
            char text[17];

            assert_true(en_skeleton_length(keys[i]) <= EN_SKELETON_LEN);
            en_skeleton_text(keys[i], text);
            assert_int_equal(strlen(text), en_skeleton_length(keys[i]));
            assert_int_equal(strspn(text, "ABFMNLRTSCK"), strlen(text));
            for (unsigned k = 1; text[0] && text[k]; k++)
                assert_true(text[k] != text[k - 1]);
            for (unsigned o = 0; o < i; o++)
                assert_true(keys[o] != keys[i]);
        }
    }
}

static void
test_an_empty_token_has_none(void **state)
{
    struct en_latin l = { .n = 0 };
    en_skeleton keys[EN_SKELETONS_MAX];

    (void)state;
    assert_int_equal(en_skeletons(&l, keys), 0);
}

static void
test_leaving_a_class_out(void **state)
{
    struct en_latin l = latin_of("marek");
    en_skeleton keys[EN_SKELETONS_MAX];
    char text[17];
    static const char *const want[] = { "RK", "MK", "MR", "MRK" };

    (void)state;
    assert_true(en_skeletons(&l, keys) >= 1);
    for (unsigned i = 0; i < 4; i++) {
        en_skeleton_text(en_skeleton_without(keys[0], i), text);
        assert_string_equal(text, want[i]);
    }
    /* Neighbours that become equal are one. */
    l = latin_of("malama");
    en_skeletons(&l, keys);
    en_skeleton_text(en_skeleton_without(keys[0], 1), text);
    assert_string_equal(text, "M");
}

/* Doubling a consonant or changing a vowel inside does not change the key. */
static void
test_vowels_and_doubles_do_not_count(void **state)
{
    struct common c = common_tokens();
    static const char vowels[] = "aeou";
    uint64_t seed = 37;
    unsigned tried = 0;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        struct en_latin l = c.v[seeded(&seed) % c.n], m;
        unsigned at = 1 + (unsigned)(seeded(&seed) % (l.n ? l.n : 1u));
        en_skeleton a[EN_SKELETONS_MAX], b[EN_SKELETONS_MAX];
        char x[EN_COST_MAX_LETTERS + 1], y[EN_COST_MAX_LETTERS + 1];

        /* A vowel between consonants that have one reading each, whatever stands beside them. */
        if (at + 1 >= l.n || !strchr(vowels, 'a' + l.sym[at] - 1) || !strchr("bflmnprtv", 'a' + l.sym[at - 1] - 1) ||
            !strchr("bflmnprtv", 'a' + l.sym[at + 1] - 1))
            continue;
        m = l;
        m.sym[at] = (uint8_t)(vowels[seeded(&seed) % 4] - 'a' + 1);
        if (!en_skeletons(&l, a) || !en_skeletons(&m, b) || a[0] != b[0])
            fail_msg("%s and %s have different keys", latin_text(&l, x), latin_text(&m, y));
        tried++;
    }
    assert_true(tried > 500);
    free(c.v);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plainest_skeletons),
        cmocka_unit_test(test_spellings_of_one_name_share_a_skeleton),
        cmocka_unit_test(test_skeletons_are_few_distinct_and_short),
        cmocka_unit_test(test_an_empty_token_has_none),
        cmocka_unit_test(test_leaving_a_class_out),
        cmocka_unit_test(test_vowels_and_doubles_do_not_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
