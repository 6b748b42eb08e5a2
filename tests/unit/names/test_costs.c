#include "names_fixture.h"

#include "names/costs.h"
#include "names/skeleton.h"

static struct en_costs *costs;

static int
setup(void **state)
{
    (void)state;
    costs = en_costs_builtin();
    return costs == NULL;
}

static int
teardown(void **state)
{
    (void)state;
    en_costs_free(costs);
    return 0;
}

static void
set(struct en_profile *p, enum en_script s, const char *token)
{
    uint8_t sym[EN_COST_MAX_LETTERS];
    unsigned n = en_script_symbols_of(s, en_text_from_ours(token), sym, sizeof sym);

    assert_true(n > 0);
    en_profile_set(p, costs, s, sym, n);
}

static int
cost_of(enum en_script s, const char *token, const char *latin)
{
    struct en_profile *p = en_profile_new();
    struct en_latin l = latin_of(latin);
    int cost;

    set(p, s, token);
    cost = en_profile_cost(p, &l, EN_COST_NONE);
    en_profile_free(p);
    return cost;
}

/* --- the table that comes with the program ------------------------------------------------------------- */

static void
test_every_alphabet_has_a_channel(void **state)
{
    (void)state;
    for (unsigned s = EN_SCRIPT_LATIN; s < EN_SCRIPT_OTHER; s++) {
        ROW(s, en_script_word((enum en_script)s));
        ROW_TRUE(en_costs_has(costs, (enum en_script)s));
    }
    assert_false(en_costs_has(costs, EN_SCRIPT_NONE));
    assert_false(en_costs_has(costs, EN_SCRIPT_OTHER));
}

/* The same name in two scripts costs less than another name of the same length. */
static void
test_a_name_in_another_script_is_nearer_than_another_name(void **state)
{
    static const struct {
        enum en_script script;
        const char *token, *same, *other;
    } rows[] = {
        { EN_SCRIPT_CYRILLIC, "марек", "marek", "milan" },       { EN_SCRIPT_CYRILLIC, "щукин", "shchukin", "shevchen" },
        { EN_SCRIPT_CYRILLIC, "юрий", "yuriy", "igor" },         { EN_SCRIPT_CYRILLIC, "юрий", "iurii", "igor" },
        { EN_SCRIPT_CYRILLIC, "алексеи", "aleksei", "aleksandr" }, { EN_SCRIPT_ARABIC, "محمد", "mohammed", "mahmoud" },
        { EN_SCRIPT_ARABIC, "محمد", "muhammad", "hamid" },       { EN_SCRIPT_ARABIC, "حسين", "hussein", "hassan" },
        { EN_SCRIPT_ARABIC, "قاسم", "qasim", "karim" },          { EN_SCRIPT_ARABIC, "رضا", "reza", "rashid" },
        { EN_SCRIPT_HEBREW, "יוספ", "yosef", "yakov" },          { EN_SCRIPT_HEBREW, "משה", "moshe", "micha" },
        { EN_SCRIPT_GREEK, "γιωργοσ", "georgios", "gregorios" }, { EN_SCRIPT_GREEK, "παυλοσ", "pavlos", "petros" },
        { EN_SCRIPT_GEORGIAN, "გიორგი", "giorgi", "grigol" },    { EN_SCRIPT_ARMENIAN, "արամ", "aram", "armen" },
        /* foreign names, written by their sound */
        { EN_SCRIPT_GREEK, "τσεστερ", "chester", "tester" },     { EN_SCRIPT_GREEK, "μπωμον", "beaumont", "bomani" },
        { EN_SCRIPT_GREEK, "ντυβαλ", "duval", "dybala" },        { EN_SCRIPT_GEORGIAN, "ჯონსონი", "johnson", "jonas" },
        { EN_SCRIPT_GEORGIAN, "შრედერი", "schroeder", "shredi" }, { EN_SCRIPT_ARMENIAN, "սմիթ", "smith", "smilte" },
        { EN_SCRIPT_ARMENIAN, "ջեքսոն", "jackson", "jensen" },   { EN_SCRIPT_ARABIC, "استانلی", "stanley", "astani" },
        { EN_SCRIPT_ARABIC, "ژاک", "jacques", "johan" },         { EN_SCRIPT_ARABIC, "گوردون", "gordon", "gardner" },
        { EN_SCRIPT_HANGUL, "김", "kim", "kang" },               { EN_SCRIPT_HANGUL, "박", "park", "paek" },
        { EN_SCRIPT_KANA, "タナカ", "tanaka", "nakata" },        { EN_SCRIPT_HAN, "zhang", "zhang", "zheng" },
        /* one name in two languages; a foreigner in a Russian passport's zone */
        { EN_SCRIPT_LATIN, "orlovich", "arlavich", "orlandi" },  { EN_SCRIPT_LATIN, "igor", "ihar", "ivar" },
        { EN_SCRIPT_LATIN, "dzhonson", "johnson", "donison" },   { EN_SCRIPT_LATIN, "zhiulen", "julien", "marlen" },
        { EN_SCRIPT_LATIN, "mohammed", "muhammad", "mahmoud" },  { EN_SCRIPT_LATIN, "yousef", "yusuf", "younes" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].token);
        ROW_TRUE(cost_of(rows[i].script, rows[i].token, rows[i].same) <
                 cost_of(rows[i].script, rows[i].token, rows[i].other));
    }
}

/* From the other side: a list has the name in its own script only. */
static void
test_the_usual_spelling_costs_less_than_another_name(void **state)
{
    static const struct {
        enum en_script script;
        const char *token, *usual, *other;
    } rows[] = {
        { EN_SCRIPT_CYRILLIC, "щукин", "shchukin", "shevchen" }, { EN_SCRIPT_CYRILLIC, "алексей", "aleksei", "aleksandr" },
        { EN_SCRIPT_ARABIC, "محمد", "mohamed", "hamid" },        { EN_SCRIPT_ARABIC, "خالد", "khaled", "khalil" },
        { EN_SCRIPT_HEBREW, "יוספ", "yosef", "yakov" },          { EN_SCRIPT_GREEK, "παυλοσ", "pavlos", "petros" },
        { EN_SCRIPT_GEORGIAN, "გიორგი", "giorgi", "grigol" },    { EN_SCRIPT_HANGUL, "철수", "cheolsu", "seongsu" },
        { EN_SCRIPT_KANA, "タナカ", "tanaka", "nakata" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_profile *p = en_profile_new();
        struct en_latin usual = latin_of(rows[i].usual), other = latin_of(rows[i].other), chance = latin_of("xqzwvkp");

        set(p, rows[i].script, rows[i].token);
        ROW(i, rows[i].token);
        ROW_TRUE(en_profile_spelling_cost(p, &usual, EN_COST_NONE) < EN_COST_NONE);
        ROW_TRUE(en_profile_spelling_cost(p, &usual, EN_COST_NONE) < en_profile_spelling_cost(p, &other, EN_COST_NONE));
        ROW_INT(en_profile_spelling_cost(p, &chance, EN_COST_NONE), EN_COST_NONE);
        en_profile_free(p);
    }
}

/* --- laws ----------------------------------------------------------------------------------------------- */

/* P(token | itself) is above P(token | any other): otherwise a stranger beats the person himself. */
static void
test_identity_is_the_cheapest(void **state)
{
    struct common c = common_tokens();
    struct en_profile *p = en_profile_new();
    char a[EN_COST_MAX_LETTERS + 1], b[EN_COST_MAX_LETTERS + 1];

    (void)state;
    for (size_t i = 0; i < c.n; i += 61) {
        int own;

        en_profile_set(p, costs, EN_SCRIPT_LATIN, c.v[i].sym, c.v[i].n);
        own = en_profile_cost(p, &c.v[i], EN_COST_NONE);
        for (size_t k = i % 5; k < c.n; k += 5) {
            int cost = k == i ? EN_COST_NONE : en_profile_cost(p, &c.v[k], own);

            if (cost < own)
                fail_msg("%s costs %d given %s and %d given itself", latin_text(&c.v[i], a), cost,
                         latin_text(&c.v[k], b), own);
        }
    }
    en_profile_free(p);
    free(c.v);
}

static void
test_identity_costs_little(void **state)
{
    struct common c = common_tokens();
    struct en_profile *p = en_profile_new();
    char a[EN_COST_MAX_LETTERS + 1];

    (void)state;
    for (size_t i = 0; i < c.n; i++) {
        int own;

        en_profile_set(p, costs, EN_SCRIPT_LATIN, c.v[i].sym, c.v[i].n);
        own = en_profile_cost(p, &c.v[i], EN_COST_NONE);
        if (own > (4 + c.v[i].n) * 64)
            fail_msg("%s costs %d/64 bits given itself", latin_text(&c.v[i], a), own);
    }
    en_profile_free(p);
    free(c.v);
}

/* With a limit the answer is the same, or none and truly above the limit. */
static void
test_a_limit_only_gives_up_above_it(void **state)
{
    struct common c = common_tokens();
    struct en_profile *p = en_profile_new();
    uint64_t seed = 17;
    unsigned given_up = 0, kept = 0;

    (void)state;
    for (unsigned round = 0; round < 4000; round++) {
        enum en_script s = (enum en_script)(1 + seeded(&seed) % (EN_SCRIPT_OTHER - 1));
        struct en_latin l = c.v[seeded(&seed) % c.n];
        uint8_t sym[EN_COST_MAX_LETTERS];
        unsigned n = any_symbols(&seed, s, sym, 12);

        if (s == EN_SCRIPT_LATIN) {
            struct en_latin near = slip(&seed, l);

            n = near.n;
            memcpy(sym, near.sym, n);
        }
        en_profile_set(p, costs, s, sym, n);
        for (unsigned k = 0; k < 6; k++) {
            int whole = en_profile_cost(p, &l, EN_COST_NONE);
            int limit = k == 0 ? whole : (int)(seeded(&seed) % 3000), got = en_profile_cost(p, &l, limit);

            assert_true(whole >= 0);
            if (got != whole && (got != EN_COST_NONE || whole <= limit))
                fail_msg("script %s, round %u: %d with limit %d, %d without", en_script_word(s), round, got, limit,
                         whole);
            given_up += got != whole;
            kept += got == whole;
            whole = en_profile_spelling_cost(p, &l, EN_COST_NONE);
            got = en_profile_spelling_cost(p, &l, limit);
            assert_true(whole >= 0);
            if (got != whole && (got != EN_COST_NONE || whole <= limit))
                fail_msg("script %s, round %u: spelling %d with limit %d, %d without", en_script_word(s), round, got,
                         limit, whole);
        }
    }
    assert_true(given_up > 1000 && kept > 1000);
    en_profile_free(p);
    free(c.v);
}

/* A profile keeps rows from token to token: what it was used for before must not show. */
static void
test_a_used_profile_is_as_good_as_a_new_one(void **state)
{
    struct common c = common_tokens();
    struct en_profile *used = en_profile_new();
    uint64_t seed = 19;

    (void)state;
    for (unsigned round = 0; round < 6000; round++) {
        enum en_script s = (enum en_script)(1 + seeded(&seed) % (EN_SCRIPT_OTHER - 1));
        struct en_profile *fresh = en_profile_new();
        uint8_t sym[EN_COST_MAX_LETTERS];
        unsigned n = any_symbols(&seed, s, sym, 1 + (unsigned)(seeded(&seed) % EN_COST_MAX_LETTERS));

        if (round % 3 == 0) {
            const struct en_latin *own = &c.v[seeded(&seed) % c.n];

            s = EN_SCRIPT_LATIN;
            n = own->n;
            memcpy(sym, own->sym, n);
        }
        en_profile_set(used, costs, s, sym, n);
        en_profile_set(fresh, costs, s, sym, n);
        assert_int_equal(en_profile_alone(used), en_profile_alone(fresh));
        for (unsigned k = 0; k < 4; k++) {
            struct en_latin l = k & 1 ? any_latin(&seed, EN_COST_MAX_LETTERS) : c.v[seeded(&seed) % c.n];
            int limit = k & 2 ? EN_COST_NONE : 20 * 64;

            if (en_profile_cost(used, &l, limit) != en_profile_cost(fresh, &l, limit))
                fail_msg("round %u: %s token of %u symbols", round, en_script_word(s), n);
        }
        en_profile_free(fresh);
    }
    en_profile_free(used);
    free(c.v);
}

static void
test_a_profile_moves_between_tables(void **state)
{
    struct en_profile *p = en_profile_new();
    struct en_costs *own;
    struct en_latin l = latin_of("ab");
    uint8_t sym[] = { 1, 2 };
    int before;

    (void)state;
    assert_int_equal(
        en_costs_parse(EN_BYTES_LIT("latin\ta\ta\t64\nlatin\tb\tb\t64\nlatin\t$\t$\t128\nlatin\tb\t\t640\n"), &own,
                       NULL),
        EN_OK);
    en_profile_set(p, costs, EN_SCRIPT_LATIN, sym, 2);
    before = en_profile_cost(p, &l, EN_COST_NONE);
    en_profile_set(p, own, EN_SCRIPT_LATIN, sym, 2);
    assert_int_equal(en_profile_cost(p, &l, EN_COST_NONE), 0);
    l.sym[1] = 1; /* no unit writes b as a, and none adds a letter */
    assert_int_equal(en_profile_cost(p, &l, EN_COST_NONE), EN_COST_NONE);
    l.sym[1] = 2;
    en_profile_set(p, costs, EN_SCRIPT_LATIN, sym, 2);
    assert_int_equal(en_profile_cost(p, &l, EN_COST_NONE), before);
    en_profile_free(p);
    en_costs_free(own);
}

/* By hand: two units, their joint costs less the marginal cost of the Latin side. */
static void
test_costs_by_hand(void **state)
{
    static const char table[] = "# a comment\n"
                                "cyrillic\tж\tzh\t64\n"   /* 1/2 */
                                "cyrillic\tж\tj\t128\n"   /* 1/4 */
                                "cyrillic\tз\tzh\t192\n"  /* 1/8 */
                                "cyrillic\t$\t$\t192\n"   /* 1/8 */
                                "\n";
    struct en_costs *c;
    struct en_profile *p = en_profile_new();
    struct en_latin zh = latin_of("zh"), j = latin_of("j");
    uint8_t sym[1];

    (void)state;
    assert_int_equal(en_costs_parse(en_bytes_from(table, sizeof table - 1), &c, NULL), EN_OK);
    assert_int_equal(en_script_symbols_of(EN_SCRIPT_CYRILLIC, EN_TEXT_LIT("ж"), sym, 1), 1);
    en_profile_set(p, c, EN_SCRIPT_CYRILLIC, sym, 1);
    /* P(zh) = 5/8 or 0.678 bits, so P(ж | zh) = 4/5, and P(j) = 1/4, all of it ж. */
    assert_int_equal(en_profile_cost(p, &zh, EN_COST_NONE), 64 - 44);
    assert_int_equal(en_profile_cost(p, &j, EN_COST_NONE), 0);
    /* P(ж) = 3/4 is 0.41504 bits, and the end 3 bits. */
    assert_int_equal(en_profile_alone(p), 27 + 192);
    assert_true(en_costs_has(c, EN_SCRIPT_CYRILLIC));
    assert_false(en_costs_has(c, EN_SCRIPT_LATIN));
    en_profile_free(p);
    en_costs_free(c);
}

/* --- alignments --------------------------------------------------------------------------------------------- */

static void
check_alignment(const struct en_profile *p, unsigned n, const struct en_latin *l, const char *what)
{
    struct en_unit u[2 * EN_COST_MAX_LETTERS + 2];
    unsigned count = en_profile_align(p, l, u, COUNT(u)), q = 0, at = 0;
    long sum = 0;
    int cost = en_profile_cost(p, l, EN_COST_NONE);

    ROW(n, what);
    if (cost == EN_COST_NONE)
        return;
    ROW_TRUE(count > 0);
    for (unsigned i = 0; i < count; i++) {
        ROW_INT(u[i].q_from, q);
        ROW_INT(u[i].l_from, at);
        ROW_TRUE(u[i].q_to >= u[i].q_from && u[i].q_to <= u[i].q_from + 2);
        ROW_TRUE(u[i].l_to >= u[i].l_from && u[i].l_to <= u[i].l_from + 3);
        ROW_TRUE(u[i].q_to + u[i].l_to > u[i].q_from + u[i].l_from);
        ROW_TRUE(u[i].cost >= 0);
        q = u[i].q_to;
        at = u[i].l_to;
        sum += u[i].cost;
    }
    ROW_INT(q, n + 1); /* with the end of the token */
    ROW_INT(at, l->n + 1);
    ROW_TRUE(sum >= cost);
}

static void
test_alignments_cover_both_sides(void **state)
{
    struct common c = common_tokens();
    struct en_profile *p = en_profile_new();
    uint64_t seed = 23;

    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        enum en_script s = (enum en_script)(1 + seeded(&seed) % (EN_SCRIPT_OTHER - 1));
        struct en_latin l = round % 7 == 0 ? any_latin(&seed, EN_COST_MAX_LETTERS) : c.v[seeded(&seed) % c.n];
        uint8_t sym[EN_COST_MAX_LETTERS];
        unsigned n = any_symbols(&seed, s, sym, round % 5 == 0 ? EN_COST_MAX_LETTERS : 10);

        en_profile_set(p, costs, s, sym, n);
        check_alignment(p, n, &l, en_script_word(s));
    }
    en_profile_free(p);
    free(c.v);
}

static void
test_an_alignment_shows_which_letters_belong_together(void **state)
{
    struct en_profile *p = en_profile_new();
    struct en_latin l = latin_of("zhukov");
    struct en_unit all[16], u[4] = { { 0 } };
    unsigned n;

    (void)state;
    set(p, EN_SCRIPT_CYRILLIC, "жуков");
    n = en_profile_align(p, &l, all, COUNT(all));
    assert_in_range(n, 3, 6);
    assert_in_range(all[0].l_to, 2, 3); /* zh belongs to the first letter */
    /* Fewer places than units: the first ones, and no write behind them. */
    u[2] = (struct en_unit){ 99, 99, 99, 99, 99 };
    assert_int_equal(en_profile_align(p, &l, u, 2), 2);
    assert_memory_equal(u, all, 2 * sizeof *u);
    assert_int_equal(u[2].q_from, 99);
    en_profile_free(p);
}

/* --- spelling ------------------------------------------------------------------------------------------------ */

/* The usual spelling is found through the skeletons of the likeliest ones, whichever letters they choose. */
static void
test_likely_spellings_lead_to_the_usual_one(void **state)
{
    static const struct {
        enum en_script script;
        const char *token, *usual;
    } rows[] = {
        { EN_SCRIPT_CYRILLIC, "жуков", "zhukov" }, { EN_SCRIPT_CYRILLIC, "щукин", "shchukin" }, { EN_SCRIPT_ARABIC, "محمد", "mohammed" },
        { EN_SCRIPT_ARABIC, "حسين", "hussein" },   { EN_SCRIPT_ARABIC, "قاسم", "qasim" },        { EN_SCRIPT_HEBREW, "יוספ", "yosef" },
        { EN_SCRIPT_GREEK, "παυλοσ", "pavlos" },   { EN_SCRIPT_GEORGIAN, "გიორგი", "giorgi" },   { EN_SCRIPT_KANA, "タナカ", "tanaka" },
        { EN_SCRIPT_HANGUL, "김", "kim" },         { EN_SCRIPT_ARMENIAN, "արամ", "aram" },       { EN_SCRIPT_HAN, "zhang", "zhang" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_latin out[6], usual = latin_of(rows[i].usual);
        en_skeleton want[EN_SKELETONS_MAX], got[EN_SKELETONS_MAX];
        uint8_t sym[EN_COST_MAX_LETTERS];
        unsigned n = en_script_symbols_of(rows[i].script, en_text_from_ours(rows[i].token), sym, sizeof sym);
        unsigned count = en_costs_spell(costs, rows[i].script, sym, n, out, COUNT(out)), m = en_skeletons(&usual, want);
        bool found = false;

        ROW(i, rows[i].token);
        ROW_TRUE(count >= 1 && count <= COUNT(out));
        for (unsigned k = 0; k < count; k++)
            for (unsigned x = en_skeletons(&out[k], got); x-- > 0;)
                for (unsigned y = 0; y < m; y++)
                    found = found || got[x] == want[y];
        ROW_TRUE(found);
    }
}

static void
test_spellings_differ_in_their_skeletons(void **state)
{
    uint64_t seed = 29;

    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        enum en_script s = (enum en_script)(2 + seeded(&seed) % (EN_SCRIPT_OTHER - 2));
        struct en_latin out[8];
        en_skeleton key[8];
        uint8_t sym[EN_COST_MAX_LETTERS];
        unsigned most = 1 + (unsigned)(seeded(&seed) % COUNT(out)), n = any_symbols(&seed, s, sym, EN_COST_MAX_LETTERS);
        unsigned count = en_costs_spell(costs, s, sym, n, out, most);

        assert_true(count >= 1 && count <= most);
        for (unsigned i = 0; i < count; i++) {
            en_skeleton all[EN_SKELETONS_MAX];

            assert_true(out[i].n <= EN_COST_MAX_LETTERS);
            for (unsigned k = 0; k < out[i].n; k++)
                assert_in_range(out[i].sym[k], 1, 26);
            key[i] = en_skeletons(&out[i], all) ? all[0] : 0;
            for (unsigned o = 0; o < i; o++)
                assert_true(key[o] != key[i]);
        }
    }
}

static void
test_latin_spells_itself(void **state)
{
    struct en_latin l = latin_of("marek"), out[4];

    (void)state;
    assert_int_equal(en_costs_spell(costs, EN_SCRIPT_LATIN, l.sym, l.n, out, 4), 1);
    assert_int_equal(out[0].n, 5);
    assert_memory_equal(out[0].sym, l.sym, 5);
    out[0].n = 99;
    assert_int_equal(en_costs_spell(costs, EN_SCRIPT_LATIN, l.sym, l.n, out, 0), 0);
    assert_int_equal(out[0].n, 99);
    assert_int_equal(en_costs_spell(costs, EN_SCRIPT_OTHER, l.sym, l.n, out, 4), 0);
}

/* --- parsing -------------------------------------------------------------------------------------------------- */

static void
test_bad_lines_are_refused_with_their_place(void **state)
{
    static const struct {
        const char *what, *text;
        uint64_t line, pos;
    } rows[] = {
        { "no script", "runic\ta\ta\t1\n", 1, 0 },
        { "script in capitals", "Latin\ta\ta\t1\n", 1, 0 },
        { "script without an alphabet", "other\t\ta\t1\n", 1, 0 },
        { "no script at all", "none\t\ta\t1\n", 1, 0 },
        { "empty unit", "latin\t\t\t1\n", 1, 0 },
        { "letters of another script", "latin\tж\ta\t1\n", 1, 0 },
        { "Latin side not Latin", "latin\ta\tж\t1\n", 1, 0 },
        { "three symbols", "latin\tabc\ta\t1\n", 1, 0 },
        { "four letters", "latin\ta\tabcd\t1\n", 1, 0 },
        { "no cost", "latin\ta\ta\n", 1, 0 },
        { "empty cost", "latin\ta\ta\t\n", 1, 0 },
        { "cost with a sign", "latin\ta\ta\t-1\n", 1, 0 },
        { "cost with a point", "latin\ta\ta\t1.5\n", 1, 0 },
        { "cost with a blank", "latin\ta\ta\t1 \n", 1, 0 },
        { "cost too high", "latin\ta\ta\t16383\n", 1, 0 },
        { "cost too long", "latin\ta\ta\t000001\n", 1, 0 },
        { "a field more", "latin\ta\ta\t1\t2\n", 1, 0 },
        { "carriage return", "latin\ta\ta\t1\r\n", 1, 0 },
        { "a blank line is none", "latin\ta\ta\t1\n\n \n", 3, 13 },
        { "third line", "# head\nlatin\ta\ta\t1\nlatin\ta\tb\n", 3, 19 },
        { "last line without its end", "latin\ta\ta\t1\nlatin", 2, 12 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct en_err err = EN_ERR_INIT;
        struct en_costs *c = costs;

        ROW(i, rows[i].what);
        ROW_INT(en_costs_parse(en_text_bytes(en_text_from_ours(rows[i].text)), &c, &err), EN_E_INPUT);
        ROW_TRUE(c == NULL);
        ROW_INT(err.code, EN_E_INPUT);
        ROW_INT(err.line, rows[i].line);
        ROW_INT(err.pos, rows[i].pos);
        ROW_TRUE(err.text[0] != '\0');
        /* Without somebody to tell, it is refused all the same. */
        ROW_INT(en_costs_parse(en_text_bytes(en_text_from_ours(rows[i].text)), &c, NULL), EN_E_INPUT);
    }
}

static void
test_a_nul_is_no_letter(void **state)
{
    static const char text[] = "latin\ta\0b\ta\t1\n";
    struct en_costs *c;

    (void)state;
    assert_int_equal(en_costs_parse(en_bytes_from(text, sizeof text - 1), &c, NULL), EN_E_INPUT);
}

static void
test_an_empty_table_has_no_channel(void **state)
{
    static const char *const rows[] = { "", "\n\n", "# nothing\n", "# nothing" };
    struct en_costs *c;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(en_costs_parse(en_text_bytes(en_text_from_ours(rows[i])), &c, NULL), EN_OK);
        for (unsigned s = 0; s < EN_SCRIPTS; s++)
            assert_false(en_costs_has(c, (enum en_script)s));
        en_costs_free(c);
    }
    en_costs_free(NULL);
}

/* More Latin chunks than a channel has numbers for. */
static void
test_too_many_latin_chunks_are_refused(void **state)
{
    struct en_err err = EN_ERR_INIT;
    char *text = en_xmalloc((size_t)1 << 20);
    struct en_costs *c;
    size_t n = 0;
    unsigned chunks = 0;

    (void)state;
    for (unsigned a = 0; a < 26; a++)
        for (unsigned b = 0; b < 26; b++)
            for (unsigned d = 0; d < 4; d++, chunks++)
                n += (size_t)snprintf(text + n, ((size_t)1 << 20) - n, "greek\tα\t%c%c%c\t500\n", 'a' + a, 'a' + b,
                                      'a' + d);
    assert_true(chunks > 2048);
    assert_int_equal(en_costs_parse(en_bytes_from(text, n), &c, &err), EN_E_INPUT);
    assert_in_range(err.line, 1024, 2049);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_alphabet_has_a_channel),
        cmocka_unit_test(test_a_name_in_another_script_is_nearer_than_another_name),
        cmocka_unit_test(test_the_usual_spelling_costs_less_than_another_name),
        cmocka_unit_test(test_identity_is_the_cheapest),
        cmocka_unit_test(test_identity_costs_little),
        cmocka_unit_test(test_a_limit_only_gives_up_above_it),
        cmocka_unit_test(test_a_used_profile_is_as_good_as_a_new_one),
        cmocka_unit_test(test_a_profile_moves_between_tables),
        cmocka_unit_test(test_costs_by_hand),
        cmocka_unit_test(test_alignments_cover_both_sides),
        cmocka_unit_test(test_an_alignment_shows_which_letters_belong_together),
        cmocka_unit_test(test_likely_spellings_lead_to_the_usual_one),
        cmocka_unit_test(test_spellings_differ_in_their_skeletons),
        cmocka_unit_test(test_latin_spells_itself),
        cmocka_unit_test(test_bad_lines_are_refused_with_their_place),
        cmocka_unit_test(test_a_nul_is_no_letter),
        cmocka_unit_test(test_an_empty_table_has_no_channel),
        cmocka_unit_test(test_too_many_latin_chunks_are_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
