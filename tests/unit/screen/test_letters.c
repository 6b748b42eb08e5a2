#include "people.h"

#include "screen/letters.h"

static struct en_arena arena;

static int
setup(void **state)
{
    (void)state;
    en_arena_init(&arena, SIZE_MAX);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    en_arena_release(&arena);
    return 0;
}

/* The rows of a traveller against one alert. */
struct comparison {
    struct en_index *ix;
    struct en_query *q;
    struct en_letter_reader *reader;
    const struct en_hit *hit;
};

static struct comparison
against(const char *alert)
{
    struct comparison c = { .q = en_query_new() };
    struct en_index_builder *b = en_index_builder_new();
    struct en_person a;

    en_person_init(&a, &arena);
    add_name(&a, alert, EN_NAME_PRIMARY);
    en_index_builder_add(b, EN_TEXT_LIT("alert"), &a, 0);
    c.ix = en_index_builder_finish(b);
    c.reader = en_letter_reader_new(c.ix);
    return c;
}

static void
ask(struct comparison *c, const char *traveller)
{
    struct en_query_options o = EN_QUERY_OPTIONS_DEFAULT;
    struct en_person t;
    size_t n;

    en_person_init(&t, &arena);
    add_name(&t, traveller, EN_NAME_PRIMARY);
    o.ways = EN_BY_EVERY;
    o.against = true;
    en_screen(c->ix, c->q, &t, &o, &c->hit, &n);
    assert_int_equal(n, 1);
}

static struct comparison
compare(const char *traveller, const char *alert)
{
    struct comparison c = against(alert);

    ask(&c, traveller);
    return c;
}

static void
release(struct comparison *c)
{
    en_letter_reader_free(c->reader);
    en_query_free(c->q);
    en_index_free(c->ix);
}

static void
check_sums(const struct en_evidence *row, const struct en_letters *l)
{
    en_bits sum = 0;

    if (!l->compared) {
        assert_int_equal(l->n, 0);
        return;
    }
    assert_true(l->rarity_known && l->rarity >= 0 && l->spelling <= 0);
    assert_int_equal(l->rarity + l->spelling + l->rest, row->bits);
    assert_int_equal(l->rest == 0, l->rest_why[0] == '\0');
    for (unsigned i = 0; i < l->n; i++) {
        assert_true(l->letter[i].why[0] != '\0');
        sum += l->letter[i].bits;
    }
    assert_int_equal(sum, l->spelling);
}

/* Rarity, spelling and rest are the row; the letters are the spelling; whatever is compared with whatever. */
static void
test_the_parts_of_a_row_are_the_row(void **state)
{
    static const char *const names[] = {
        "Yusuf al-Rashidi", "يوسف الراشدي", "Юсуф ар-Рашиди", "יוסף ראשידי", "Γιουσουφ Ρασιντι", "იუსუფ რაშიდი",
        "Յուսուֆ Ռաշիդի", "유수프 라시디", "ユースフ・ラシディ", "优素福", "王小明", "Wang Xiao Ming", "Kim Jiho", "김지호",
        "Dr Anna-Maria van der Orlo", "A. M. Orlo", "Orlova Natalja", "Наталья Орлова", "Mohammad Hosein", "Muhammed Hussain",
        "Ali", "x", "Аlехеi Orlоv", "Σ", "Joseph Rashid Joseph Rashid Joseph Rashid Joseph Rashid Joseph", "0", "กานดา",
    };
    struct en_letters *l = en_xcalloc(1, sizeof *l);
    unsigned compared = 0;

    (void)state;
    for (unsigned k = 0; k < COUNT(names); k++) {
        struct comparison c = against(names[k]);

        for (unsigned i = 0; i < COUNT(names); i++) {
            ask(&c, names[i]);
            for (size_t e = 0; e < c.hit->n_evidence; e++)
                if (c.hit->evidence[e].field == EN_FIELD_NAME) {
                    en_letters_of(c.reader, &c.hit->evidence[e], &arena, l);
                    check_sums(&c.hit->evidence[e], l);
                    compared += l->compared;
                }
        }
        release(&c);
    }
    assert_true(compared > 150);
    free(l);
}

static const struct {
    const char *traveller, *alert; /* one token each */
    const char *query, *list;      /* letters that must stand against each other */
    const char *why;
} cases[] = {
    { "Husein", "Hussein", "", "s", "doubled letter" },
    { "Hussein", "Husein", "s", "", "doubled letter" },
    { "Mohammed", "Muhammed", "o", "u", "romanisation of a vowel" },
    { "Ahmadi", "Ahmady", "i", "y", "romanisation of a vowel" },
    { "Алексей", "Алексеи", "й", "и", "another letter" },
    { "Орлов", "Орлова", "", "а", "left out" },
    { "Орлова", "Орлов", "а", "", "added" },
};

static void
test_letters_say_why(void **state)
{
    struct en_letters *l = en_xcalloc(1, sizeof *l);

    (void)state;
    for (unsigned i = 0; i < COUNT(cases); i++) {
        struct comparison c = compare(cases[i].traveller, cases[i].alert);
        bool found = false;

        en_letters_of(c.reader, &c.hit->evidence[0], &arena, l);
        assert_true(l->compared);
        for (unsigned k = 0; k < l->n; k++)
            found |= en_text_is(l->letter[k].query, cases[i].query) && en_text_is(l->letter[k].list, cases[i].list) &&
                     strcmp(l->letter[k].why, cases[i].why) == 0;
        if (!found)
            fail_msg("%s, %s: no %s for %s (%s)", cases[i].traveller, cases[i].alert, cases[i].query, cases[i].list,
                     cases[i].why);
        release(&c);
    }
    free(l);
}

static void
append(char *to, size_t room, en_text t)
{
    size_t n = strlen(to);

    snprintf(to + n, room - n, "%.*s", EN_TEXT_ARG(t));
}

/* Put together again, the letters are the two tokens. */
static void
test_no_letter_is_lost(void **state)
{
    static const struct {
        const char *traveller, *alert, *query, *list;
    } tokens[] = { { "Hosein", "Hussein", "hosein", "hussein" },
                   { "Orlova", "Орлова", "orlova", "орлова" },
                   { "Орлова", "Orlowa", "орлова", "orlowa" },
                   { "Müller", "Muller", "muller", "muller" },
                   { "Алексей", "Алексеи", "алексей", "алексеи" },
                   { "小明", "Xiaoming", "xiaoming", "xiaoming" } };
    struct en_letters *l = en_xcalloc(1, sizeof *l);

    (void)state;
    for (unsigned i = 0; i < COUNT(tokens); i++) {
        struct comparison c = compare(tokens[i].traveller, tokens[i].alert);
        char query[64] = "", list[64] = "";

        en_letters_of(c.reader, &c.hit->evidence[0], &arena, l);
        if (!l->compared)
            fail_msg("%s, %s: not compared", tokens[i].traveller, tokens[i].alert);
        for (unsigned k = 0; k < l->n; k++) {
            append(query, sizeof query, l->letter[k].query);
            append(list, sizeof list, l->letter[k].list);
        }
        assert_string_equal(query, tokens[i].query);
        assert_string_equal(list, tokens[i].list);
        release(&c);
    }
    free(l);
}

/* A token alone has its rarity, whichever side it is on; a common one less of it than one of nobody. */
static void
test_a_token_alone_has_its_rarity(void **state)
{
    struct comparison c = compare("Ahmed", "Wxqrztk");
    struct en_letters *l = en_xcalloc(1, sizeof *l);
    en_bits common = 0, rare = 0;

    (void)state;
    for (size_t e = 0; e < c.hit->n_evidence; e++) {
        if (c.hit->evidence[e].field != EN_FIELD_NAME || c.hit->evidence[e].query.n + c.hit->evidence[e].list.n == 0)
            continue;
        en_letters_of(c.reader, &c.hit->evidence[e], &arena, l);
        assert_true(l->rarity_known && !l->compared);
        if (c.hit->evidence[e].query.n)
            common = l->rarity;
        else
            rare = l->rarity;
    }
    assert_true(common > 0 && rare > common);
    release(&c);
    free(l);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_parts_of_a_row_are_the_row),
        cmocka_unit_test(test_letters_say_why),
        cmocka_unit_test(test_no_letter_is_lost),
        cmocka_unit_test(test_a_token_alone_has_its_rarity),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
