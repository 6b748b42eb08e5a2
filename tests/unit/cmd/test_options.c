#include "../harness.h"

#include "cmd/options.h"

static const struct en_opt opts[] = {
    { .name = "list", .kind = EN_OPT_PATH, .arg = "FILE", .help = "a list", .repeat = true },
    { .name = "top", .kind = EN_OPT_UINT, .arg = "N", .def = "10", .help = "hits", .min = 1, .max = 100 },
    { .name = "seed", .kind = EN_OPT_UINT, .arg = "N", .def = "0", .help = "any number" },
    { .name = "prior", .kind = EN_OPT_REAL, .arg = "P", .def = "1e-5", .help = "share", .min = 1e-12, .max = 0.5 },
    { .name = "shift", .kind = EN_OPT_REAL, .arg = "X", .def = "0", .help = "any number" },
    { .name = "as", .kind = EN_OPT_CHOICE, .arg = "same|different|cannot-tell", .help = "decision" },
    { .name = "reason", .kind = EN_OPT_TEXT, .arg = "TEXT", .help = "why" },
    { .name = "quiet", .kind = EN_OPT_FLAG, .help = "say less" },
    { .name = NULL },
};

static const struct en_cmd cmd = { .words = "try", .args = "FILE [bash|zsh] [MORE...]", .opts = opts };
static const struct en_cmd bare = { .words = "bare", .args = "", .needs = EN_CMD_NO_JSON };
static const struct en_opt needed[] = {
    { .name = "role", .kind = EN_OPT_TEXT, .arg = "ROLE", .help = "role", .required = true },
    { .name = NULL },
};
static const struct en_cmd strict = {
    .words = "strict", .args = "", .opts = needed, .needs = EN_NEEDS_NODE | EN_NEEDS_KEY
};

static struct en_run run;
static struct en_err err;

/* Parses words, one a line. */
static en_errc
parse(const struct en_cmd *c, const char *line)
{
    static char copy[512];
    static char *words[64];
    size_t n = 0;

    en_arena_release(&run.arena);
    run = (struct en_run){ .cmd = c };
    en_arena_init(&run.arena, 1 << 20);
    err = (struct en_err)EN_ERR_INIT;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *p = copy; *line != '\0' && p != NULL;) {
        char *end = strchr(p, '\n');

        if (end != NULL)
            *end++ = '\0';
        words[n++] = p;
        p = end;
    }
    return en_options_parse(&run, words, n, &err);
}

static int
release(void **state)
{
    (void)state;
    en_arena_release(&run.arena);
    return 0;
}

static void
defaults_hold(void **state)
{
    (void)state;
    assert_int_equal(parse(&cmd, "file"), EN_OK);
    assert_int_equal(run.n_args, 1);
    assert_string_equal(en_arg(&run, 0), "file");
    assert_null(en_arg(&run, 1));
    assert_int_equal(en_opt_uint(&run, "top"), 10);
    assert_true(en_opt_real(&run, "prior") == 1e-5);
    assert_false(en_opt_given(&run, "top"));
    assert_false(en_opt_given(&run, "quiet"));
    assert_null(en_opt_value(&run, "as"));
    assert_null(en_opt_text(&run, "reason").p);
    assert_int_equal(en_opt_count(&run, "list"), 0);
    assert_null(en_opt_at(&run, "list", 0));
}

static void
values_in_both_spellings_and_any_order(void **state)
{
    (void)state;
    assert_int_equal(parse(&cmd, "--list\na\n--top=3\nfile\n--list=b\nzsh\n--prior\n0.25\n--quiet\n--list\n-\nx\ny"),
                     EN_OK);
    assert_int_equal(en_opt_count(&run, "list"), 3);
    assert_string_equal(en_opt_at(&run, "list", 0), "a");
    assert_string_equal(en_opt_at(&run, "list", 1), "b");
    assert_string_equal(en_opt_at(&run, "list", 2), "-");
    assert_null(en_opt_at(&run, "list", 3));
    assert_int_equal(en_opt_uint(&run, "top"), 3);
    assert_true(en_opt_real(&run, "prior") == 0.25);
    assert_true(en_opt_given(&run, "quiet"));
    assert_int_equal(run.n_args, 4);
    assert_string_equal(en_arg(&run, 1), "zsh");
    assert_string_equal(en_arg(&run, 3), "y");
}

static void
words_that_end_options(void **state)
{
    (void)state;
    assert_int_equal(parse(&cmd, "--\n--top\nbash\n-x"), EN_OK);
    assert_string_equal(en_arg(&run, 0), "--top");
    assert_string_equal(en_arg(&run, 2), "-x");
    assert_int_equal(parse(&cmd, "-"), EN_OK);
    assert_string_equal(en_arg(&run, 0), "-");
    assert_int_equal(parse(&cmd, "--list=--top\nf"), EN_OK);
    assert_string_equal(en_opt_at(&run, "list", 0), "--top");
    assert_int_equal(parse(&cmd, "--shift\n-1.5\nf"), EN_OK);
    assert_true(en_opt_real(&run, "shift") == -1.5);
}

static void
what_is_refused(void **state)
{
    static const struct {
        const struct en_cmd *c;
        const char *line, *text;
    } rows[] = {
        { &cmd, "", "FILE is missing; see entente help try" },
        { &cmd, "f\n--top", "--top needs a value: N" },
        { &cmd, "f\n--top\n--quiet", "--top needs a value: N" },
        { &cmd, "f\n--top=0", "--top: expected a whole number from 1 to 100" },
        { &cmd, "f\n--top=101", "--top: expected a whole number from 1 to 100" },
        { &cmd, "f\n--top=", "--top: expected a whole number from 1 to 100" },
        { &cmd, "f\n--top=+5", "--top: expected a whole number from 1 to 100" },
        { &cmd, "f\n--top= 5", "--top: expected a whole number from 1 to 100" },
        { &cmd, "f\n--top=5x", "--top: expected a whole number from 1 to 100" },
        { &cmd, "f\n--top=1e1", "--top: expected a whole number from 1 to 100" },
        { &cmd, "f\n--top\n-1", "--top: expected a whole number from 1 to 100" },
        { &cmd, "f\n--seed=18446744073709551616", "--seed: expected a whole number" },
        { &cmd, "f\n--prior=0", "--prior: expected a number from 1e-12 to 0.5" },
        { &cmd, "f\n--prior=nan", "--prior: expected a number from 1e-12 to 0.5" },
        { &cmd, "f\n--shift=inf", "--shift: expected a number" },
        { &cmd, "f\n--shift=0x10", "--shift: expected a number" },
        { &cmd, "f\n--shift=1e999", "--shift: expected a number" },
        { &cmd, "f\n--shift=", "--shift: expected a number" },
        { &cmd, "f\n--shift=1,5", "--shift: expected a number" },
        { &cmd, "f\n--shift=e", "--shift: expected a number" },
        { &cmd, "f\n--as=sam", "--as: expected one of same|different|cannot-tell" },
        { &cmd, "f\n--as=", "--as: expected one of same|different|cannot-tell" },
        { &cmd, "f\n--as=same|different", "--as: expected one of same|different|cannot-tell" },
        { &cmd, "f\n--list=", "--list: expected a path" },
        { &cmd, "f\n--reason=\xFF", "--reason: expected text in UTF-8 of at most 65536 bytes" },
        { &cmd, "f\n--quiet=yes", "--quiet takes no value" },
        { &cmd, "f\n--top=1\n--top=1", "--top may be given only once" },
        { &cmd, "f\n--tops=1", "there is no option --tops; did you mean --top?" },
        { &cmd, "f\n--qu", "there is no option --qu; did you mean --quiet?" },
        { &cmd, "f\n--zebra", "there is no option --zebra; see entente help try" },
        { &cmd, "f\n--=x", "there is no option --; see entente help try" },
        { &cmd, "f\n-q", "options are long words: --help" },
        { &cmd, "f\nfish", "expected one of bash|zsh" },
        { &bare, "x", "no argument expected; see entente help bare" },
        { &bare, "--json", "there is no option --json; see entente help bare" },
        { &bare, "--node=x", "there is no option --node; see entente help bare" },
        { &strict, "", "--role ROLE is missing; see entente help strict" },
        { &strict, "--role=r\nx", "no argument expected; see entente help strict" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        ROW(i, rows[i].text);
        ROW_INT(parse(rows[i].c, rows[i].line), EN_E_USAGE);
        ROW_STR(err.text, rows[i].text);
    }
}

static void
flags_may_repeat(void **state)
{
    (void)state;
    assert_int_equal(parse(&cmd, "f\n--quiet\n--quiet\n--json\n--json"), EN_OK);
    assert_true(en_opt_given(&run, "quiet"));
}

static void
common_options_follow_the_needs(void **state)
{
    (void)state;
    assert_int_equal(parse(&strict, "--role=r\n--node=dir\n--user=u\n--json"), EN_OK);
    assert_string_equal(en_opt_value(&run, "node"), "dir");
    assert_true(en_text_is(en_opt_text(&run, "user"), "u"));
    assert_true(en_opt_given(&run, "json"));
    assert_int_equal(parse(&cmd, "f\n--user=u"), EN_E_USAGE);
}

static void
help_asks_for_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(parse(&strict, "--help"), EN_OK);
    assert_true(en_options_help_asked(&run));
    assert_int_equal(parse(&cmd, "-h"), EN_OK);
    assert_true(en_options_help_asked(&run));
    assert_int_equal(parse(&cmd, "--help\n--tops"), EN_E_USAGE);
}

static void
texts_are_checked(void **state)
{
    en_text t;

    (void)state;
    assert_int_equal(parse(&cmd, "Jose\xCC\x81\n--reason=  a\t b "), EN_OK);
    assert_true(en_text_is(en_opt_text(&run, "reason"), "a b"));
    assert_int_equal(en_arg_text(&run, 0, &t, &err), EN_OK);
    assert_true(en_text_is(t, "Jos\xC3\xA9"));
    assert_int_equal(en_arg_text(&run, 1, &t, &err), EN_E_USAGE);
    assert_int_equal(parse(&cmd, "\xFF"), EN_OK);
    assert_int_equal(en_arg_text(&run, 0, &t, &err), EN_E_USAGE);
    assert_true(en_text_is(en_arg_show(&run, "a\xFF\x1b[1m"), "a\xEF\xBF\xBD [1m"));
}

static void
whole_numbers_are_exact(void **state)
{
    (void)state;
    assert_int_equal(parse(&cmd, "f\n--seed=18446744073709551615"), EN_OK);
    assert_true(en_opt_uint(&run, "seed") == UINT64_MAX);
    assert_int_equal(parse(&cmd, "f\n--seed=007"), EN_OK);
    assert_int_equal(en_opt_uint(&run, "seed"), 7);
}

static void
arguments_from_the_synopsis(void **state)
{
    char name[64];
    bool optional, several;

    (void)state;
    assert_true(en_cmd_arg(&cmd, 0, name, &optional, &several));
    assert_string_equal(name, "FILE");
    assert_false(optional || several);
    assert_true(en_cmd_arg(&cmd, 1, name, &optional, &several));
    assert_string_equal(name, "bash|zsh");
    assert_true(optional && !several);
    assert_true(en_cmd_arg(&cmd, 2, name, &optional, &several));
    assert_string_equal(name, "MORE");
    assert_true(optional && several);
    assert_false(en_cmd_arg(&cmd, 3, name, &optional, &several));
    assert_false(en_cmd_arg(&bare, 0, name, &optional, &several));
}

static void
do_ask_for_an_unknown_option(void *arg)
{
    (void)en_opt_given(&run, arg);
}

static void
do_number_of_a_text(void *arg)
{
    (void)en_opt_uint(&run, arg);
}

static void
misuse_is_a_bug(void **state)
{
    char unknown[] = "nosuch", text[] = "reason";

    (void)state;
    assert_int_equal(parse(&cmd, "f\n--reason=x"), EN_OK);
    assert_true(aborts(do_ask_for_an_unknown_option, unknown));
    assert_true(aborts(do_number_of_a_text, text));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_hold),
        cmocka_unit_test(values_in_both_spellings_and_any_order),
        cmocka_unit_test(words_that_end_options),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(flags_may_repeat),
        cmocka_unit_test(common_options_follow_the_needs),
        cmocka_unit_test(help_asks_for_nothing_else),
        cmocka_unit_test(texts_are_checked),
        cmocka_unit_test(whole_numbers_are_exact),
        cmocka_unit_test(arguments_from_the_synopsis),
        cmocka_unit_test(misuse_is_a_bug),
    };

    return cmocka_run_group_tests(tests, NULL, release);
}
