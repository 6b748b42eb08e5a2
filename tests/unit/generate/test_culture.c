#include "../harness.h"

#include "base/buf.h"
#include "generate/culture.h"

/* Every culture with the three roles that everybody has, one word each: what the reader asks for. */
static struct en_buf
minimal(const char *more)
{
    struct en_buf b = EN_BUF_INIT;

    for (size_t c = 0; c < n_cultures; c++) {
        en_buf_addf(&b, "%s\tfamily\t3\tNoone\t\t\n", cultures[c].name);
        en_buf_addf(&b, "%s\tgiven_m\t2\tAdamo\t\tAdamus/Adam\n", cultures[c].name);
        en_buf_addf(&b, "%s\tgiven_f\t1\tEva\t\tEve\n", cultures[c].name);
    }
    en_buf_add_str(&b, more);
    return b;
}

static void
reads_what_is_right_and_refuses_the_rest(void **state)
{
    static const struct {
        const char *name, *more;
        en_errc want;
        uint64_t line; /* behind the minimal table */
    } rows[] = {
        { "nothing more", "", EN_OK, 0 },
        { "a word", "greek\tfamily\t12\tPappas\tΠαππάς\tPapas", EN_OK, 0 },
        { "an empty line and a comment", "\n# one\ngreek\tfamily\t1\tA\t\t\n", EN_OK, 0 },
        { "no such culture", "martian\tfamily\t1\tA\t\t\n", EN_E_INPUT, 1 },
        { "no such role", "greek\tnickname\t1\tA\t\t\n", EN_E_INPUT, 1 },
        { "no weight", "greek\tfamily\t\tA\t\t\n", EN_E_INPUT, 1 },
        { "weight zero", "greek\tfamily\t0\tA\t\t\n", EN_E_INPUT, 1 },
        { "weight with a sign", "greek\tfamily\t-1\tA\t\t\n", EN_E_INPUT, 1 },
        { "weight too long", "greek\tfamily\t123456789\tA\t\t\n", EN_E_INPUT, 1 },
        { "no Latin", "greek\tfamily\t1\t\tΠ\t\n", EN_E_INPUT, 1 },
        { "a column too few", "\ngreek\tfamily\t1\tA\t\n", EN_E_INPUT, 2 },
        { "a column too many", "greek\tfamily\t1\tA\t\t\t\n", EN_E_INPUT, 1 },
        { "not UTF-8", "greek\tfamily\t1\tA\t\xff\t\n", EN_E_INPUT, 1 },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct culture_words *w = calloc(n_cultures, sizeof *w);
        struct en_buf b = minimal(rows[i].more);
        struct en_err err = EN_ERR_INIT;
        struct en_arena a;

        ROW(i, rows[i].name);
        en_arena_init(&a, 1 << 20);
        ROW_INT(culture_read(en_buf_bytes(&b), w, &a, &err), rows[i].want);
        if (rows[i].want != EN_OK)
            ROW_INT(err.line, 3 * n_cultures + rows[i].line);
        en_arena_release(&a);
        en_buf_release(&b);
        free(w);
    }
}

static void
a_culture_without_words_is_refused(void **state)
{
    struct culture_words *w = calloc(n_cultures, sizeof *w);
    struct en_err err = EN_ERR_INIT;
    struct en_arena a;

    (void)state;
    en_arena_init(&a, 1 << 20);
    assert_int_equal(culture_read(EN_BYTES_LIT("greek\tfamily\t1\tA\t\t\n"), w, &a, &err), EN_E_INPUT);
    en_arena_release(&a);
    free(w);
}

static void
words_are_drawn_by_their_weights(void **state)
{
    struct culture_words *w = calloc(n_cultures, sizeof *w);
    struct random r = random_of(7, RANDOM_CHOICE, 0);
    struct en_buf b = minimal("arabic\tfamily\t6\tOften\t\t\narabic\tfamily\t1\tSeldom\t\t\n");
    struct en_err err = EN_ERR_INIT;
    struct en_arena a;
    unsigned often = 0, seldom = 0;

    (void)state;
    en_arena_init(&a, 1 << 20);
    assert_int_equal(culture_read(en_buf_bytes(&b), w, &a, &err), EN_OK);
    assert_string_equal(cultures[0].name, "arabic");
    for (unsigned i = 0; i < 10000; i++) {
        en_text t = bag_draw(&w[0].bags[WORD_FAMILY], &r)->latin;

        often += en_text_is(t, "Often");
        seldom += en_text_is(t, "Seldom");
    }
    assert_in_range(often, 5800, 6200);
    assert_in_range(seldom, 850, 1150);
    en_arena_release(&a);
    en_buf_release(&b);
    free(w);
}

static void
spellings_are_told_apart(void **state)
{
    const struct word none = { EN_TEXT_LIT("Eva"), EN_TEXT_NONE, EN_TEXT_NONE };
    const struct word some = { EN_TEXT_LIT("Eva"), EN_TEXT_NONE, EN_TEXT_LIT("Eve/Ewa/Yeva") };

    (void)state;
    assert_int_equal(word_spellings(&none), 1);
    assert_int_equal(word_spellings(&some), 4);
    assert_true(en_text_is(word_spelling(&some, 0), "Eva"));
    assert_true(en_text_is(word_spelling(&some, 1), "Eve"));
    assert_true(en_text_is(word_spelling(&some, 2), "Ewa"));
    assert_true(en_text_is(word_spelling(&some, 3), "Yeva"));
}

/* The table that is in the program: whole, checked text throughout, and common words are common. */
static void
our_table_is_sound(void **state)
{
    struct culture_words *w = calloc(n_cultures, sizeof *w);
    struct en_err err = EN_ERR_INIT;
    struct en_arena a, texts;
    size_t scripts = 0;

    (void)state;
    en_arena_init(&a, 64 << 20);
    en_arena_init(&texts, 1 << 20);
    assert_int_equal(culture_read(en_bytes_from(en_generate_data, en_generate_data_len), w, &a, &err), EN_OK);
    assert_true(n_cultures >= 20);
    for (size_t c = 0; c < n_cultures; c++) {
        size_t native = 0;

        ROW(c, cultures[c].name);
        for (size_t r = 0; r < WORD_ROLES; r++)
            for (size_t i = 0; i < w[c].bags[r].n; i++) {
                const struct word *x = &w[c].bags[r].words[i];
                const en_text all[] = { x->latin, x->native, x->others };

                native += x->native.n > 0;
                for (size_t t = 0; t < COUNT(all); t++) {
                    unsigned repairs = 0;
                    en_text checked;

                    ROW_INT(en_text_check(en_text_bytes(all[t]), 4096, &texts, &checked, &repairs, &err), EN_OK);
                    ROW_INT(repairs, 0);
                }
                en_arena_reset(&texts);
            }
        ROW_TRUE(!(cultures[c].traits & NATIVE) || native > 30);
        scripts += (cultures[c].traits & NATIVE) != 0;
        ROW_TRUE(w[c].n_countries > 0);
    }
    assert_true(scripts >= 12);
    en_arena_release(&a);
    en_arena_release(&texts);
    free(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_right_and_refuses_the_rest),
        cmocka_unit_test(a_culture_without_words_is_refused),
        cmocka_unit_test(words_are_drawn_by_their_weights),
        cmocka_unit_test(spellings_are_told_apart),
        cmocka_unit_test(our_table_is_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
