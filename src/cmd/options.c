#include "cmd/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cmd/suggest.h"

#define MAX_WORDS 4096 /* of one command line; a shell's own limit is far higher */

/* --- what each command understands ------------------------------------------------------------------------------- */

static const struct {
    unsigned with, without; /* bits of enum en_needs */
    struct en_opt opt;
} common[] = {
    /* clang-format off */
    { 0, 0, { .name = "help", .kind = EN_OPT_FLAG, .help = "explain this command" } },
    { 0, EN_CMD_NO_JSON, { .name = "json", .kind = EN_OPT_FLAG, .help = "print JSON (docs/formats/json.md)" } },
    { EN_NEEDS_NODE | EN_TAKES_NODE, 0,
      { .name = "node", .kind = EN_OPT_PATH, .arg = "DIR", .help = "the node's folder; else ENTENTE_NODE" } },
    { EN_NEEDS_KEY, 0,
      { .name = "user", .kind = EN_OPT_TEXT, .arg = "NAME", .help = "the person who acts; else ENTENTE_USER" } },
    { EN_READS, 0,
      { .name = "purpose", .kind = EN_OPT_TEXT, .arg = "REFERENCE",
        .help = "what it is read for, like case-7/2026; else ENTENTE_PURPOSE" } },
    /* clang-format on */
};

const struct en_opt *
en_cmd_common_opt(const struct en_cmd *c, size_t i)
{
    for (size_t k = 0; k < sizeof common / sizeof *common; k++) {
        if ((common[k].with != 0 && (common[k].with & c->needs) == 0) || (common[k].without & c->needs) != 0)
            continue;
        if (i-- == 0)
            return &common[k].opt;
    }
    return NULL;
}

static const struct en_opt *
find_opt(const struct en_cmd *c, const char *name, size_t n)
{
    const struct en_opt *o;

    for (o = c->opts; o != NULL && o->name != NULL; o++)
        if (strlen(o->name) == n && memcmp(o->name, name, n) == 0)
            return o;
    for (size_t i = 0; (o = en_cmd_common_opt(c, i)) != NULL; i++)
        if (strlen(o->name) == n && memcmp(o->name, name, n) == 0)
            return o;
    return NULL;
}

bool
en_cmd_arg(const struct en_cmd *c, size_t i, char name[64], bool *optional, bool *several)
{
    const char *p = c->args, *end;
    size_t n;

    for (;; p = end) {
        while (*p == ' ')
            p++;
        if (*p == '\0')
            return false;
        end = strchrnul(p, ' ');
        if (i-- == 0)
            break;
    }
    n = (size_t)(end - p);
    *optional = p[0] == '[';
    if (*optional) {
        EN_ASSERT(n > 2 && p[n - 1] == ']');
        p++;
        n -= 2;
    }
    *several = n > 3 && memcmp(p + n - 3, "...", 3) == 0;
    n -= *several ? 3 : 0;
    EN_ASSERT(n < 64);
    memcpy(name, p, n);
    name[n] = '\0';
    return true;
}

/* --- values ------------------------------------------------------------------------------------------------------ */

/* Is word one of the words of list, which are separated by '|'? */
static bool
word_in(const char *word, size_t n, const char *list)
{
    for (const char *p = list, *end;; p = end + 1) {
        end = strchrnul(p, '|');
        if ((size_t)(end - p) == n && memcmp(p, word, n) == 0)
            return true;
        if (*end == '\0')
            return false;
    }
}

static bool
parse_uint(const char *s, uint64_t *out)
{
    uint64_t v = 0;

    if (*s == '\0')
        return false;
    for (; *s != '\0'; s++) {
        unsigned digit = (unsigned)*s - '0';

        if (digit > 9 || v > (UINT64_MAX - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    *out = v;
    return true;
}

static bool
parse_real(const char *s, double *out)
{
    char *end;

    if (*s == '\0' || strspn(s, "0123456789.eE+-") != strlen(s))
        return false;
    errno = 0;
    *out = strtod(s, &end);
    return *end == '\0' && errno == 0;
}

static bool
in_range(const struct en_opt *o, double v)
{
    return (o->min == 0 && o->max == 0) || (v >= o->min && v <= o->max);
}

static en_errc
check_uint(const struct en_opt *o, const char *value, struct en_err *err)
{
    uint64_t v;

    if (parse_uint(value, &v) && in_range(o, (double)v))
        return EN_OK;
    if (o->min == 0 && o->max == 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s: expected a whole number", o->name);
    return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s: expected a whole number from %.0f to %.0f", o->name, o->min,
                      o->max);
}

static en_errc
check_real(const struct en_opt *o, const char *value, struct en_err *err)
{
    double v;

    if (parse_real(value, &v) && in_range(o, v))
        return EN_OK;
    if (o->min == 0 && o->max == 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s: expected a number", o->name);
    return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s: expected a number from %g to %g", o->name, o->min, o->max);
}

static en_errc
check_text(const struct en_opt *o, const char *value, struct en_err *err)
{
    struct en_arena a;
    en_text t;
    en_errc rc;

    en_arena_init(&a, 4 * EN_MAX_TEXT);
    rc = en_text_check(en_bytes_from(value, strlen(value)), EN_MAX_TEXT, &a, &t, NULL, NULL);
    en_arena_release(&a);
    if (rc == EN_OK)
        return EN_OK;
    return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s: expected text in UTF-8 of at most %u bytes", o->name,
                      EN_MAX_TEXT);
}

/* Does the value obey the option's row? EN_E_USAGE with what it should be. */
static en_errc
option_check(const struct en_opt *o, const char *value, struct en_err *err)
{
    switch (o->kind) {
    case EN_OPT_FLAG:
        return EN_OK;
    case EN_OPT_TEXT:
        return check_text(o, value, err);
    case EN_OPT_PATH:
        if (*value != '\0')
            return EN_OK;
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s: expected a path", o->name);
    case EN_OPT_CHOICE:
        if (word_in(value, strlen(value), o->arg))
            return EN_OK;
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s: expected one of %s", o->name, o->arg);
    case EN_OPT_UINT:
        return check_uint(o, value, err);
    case EN_OPT_REAL:
        return check_real(o, value, err);
    }
    return EN_E_BUG;
}

/* --- the words --------------------------------------------------------------------------------------------------- */

struct words {
    char **at;
    size_t n, i;
    struct en_opt_value *values;
    const char **args;
};

static en_errc
unknown_option(struct en_run *r, const char *name, size_t n, struct en_err *err)
{
    struct en_suggest s;
    char typed[41] = "";
    const struct en_opt *o;
    en_text shown;

    memcpy(typed, name, n < sizeof typed ? n : sizeof typed - 1);
    shown = en_arg_show(r, typed); /* the person's own word, made safe for the terminal */
    en_suggest_init(&s, typed);
    for (o = r->cmd->opts; o != NULL && o->name != NULL; o++)
        en_suggest_offer(&s, o->name);
    for (size_t i = 0; (o = en_cmd_common_opt(r->cmd, i)) != NULL; i++)
        en_suggest_offer(&s, o->name);
    if (n > 0 && en_suggest_best(&s) != NULL)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "there is no option --%.*s; did you mean --%s?",
                          EN_TEXT_ARG(shown), en_suggest_best(&s));
    return en_err_set(err, EN_E_USAGE, EN_NO_POS, "there is no option --%.*s; see entente help %s", EN_TEXT_ARG(shown),
                      r->cmd->words);
}

static en_errc
take_value(struct words *w, const struct en_opt *o, const char *inline_value, const char **value, struct en_err *err)
{
    if (o->kind == EN_OPT_FLAG) {
        *value = "";
        if (inline_value != NULL)
            return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s takes no value", o->name);
        return EN_OK;
    }
    *value = inline_value;
    if (*value == NULL && w->i < w->n)
        *value = w->at[w->i++];
    /* "--list --json" is a forgotten value and not a file called --json. */
    if (*value == NULL || (inline_value == NULL && strncmp(*value, "--", 2) == 0))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s needs a value: %s", o->name, o->arg);
    return option_check(o, *value, err);
}

static en_errc
parse_option(struct en_run *r, struct words *w, const char *word, struct en_err *err)
{
    const char *name = word + 2, *equals = strchr(name, '=');
    size_t n = equals != NULL ? (size_t)(equals - name) : strlen(name);
    const struct en_opt *o = find_opt(r->cmd, name, n);
    const char *value = "";
    en_errc rc;

    if (o == NULL)
        return unknown_option(r, name, n, err);
    rc = take_value(w, o, equals != NULL ? equals + 1 : NULL, &value, err);
    if (rc != EN_OK)
        return rc;
    if (!o->repeat && o->kind != EN_OPT_FLAG)
        for (size_t i = 0; i < r->n_values; i++)
            if (w->values[i].opt == o)
                return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s may be given only once", o->name);
    w->values[r->n_values++] = (struct en_opt_value){ o, value };
    return EN_OK;
}

static en_errc
check_args(const struct en_run *r, struct en_err *err)
{
    char name[64];
    bool optional = false, several = false;
    size_t i = 0;

    for (; en_cmd_arg(r->cmd, i, name, &optional, &several); i++) {
        if (i >= r->n_args && !optional)
            return en_err_set(err, EN_E_USAGE, EN_NO_POS, "%s is missing; see entente help %s", name, r->cmd->words);
        if (i < r->n_args && strchr(name, '|') != NULL && !word_in(r->args[i], strlen(r->args[i]), name))
            return en_err_set(err, EN_E_USAGE, EN_NO_POS, "expected one of %s", name);
    }
    if (r->n_args > i && !several)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, i == 0 ? "no argument expected; see entente help %s"
                                                             : "too many arguments; see entente help %s",
                          r->cmd->words);
    return EN_OK;
}

static en_errc
check_required(const struct en_run *r, struct en_err *err)
{
    for (const struct en_opt *o = r->cmd->opts; o != NULL && o->name != NULL; o++)
        if (o->required && !en_opt_given(r, o->name))
            return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--%s %s is missing; see entente help %s", o->name,
                              o->arg != NULL ? o->arg : "", r->cmd->words);
    return EN_OK;
}

en_errc
en_options_parse(struct en_run *r, char **words, size_t n, struct en_err *err)
{
    struct words w = { words, n, 0, NULL, NULL };
    en_errc rc = EN_OK;
    bool ended = false;

    if (n > MAX_WORDS)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "more than %d arguments", MAX_WORDS);
    w.values = en_arena_array(&r->arena, n, sizeof *w.values);
    w.args = en_arena_array(&r->arena, n, sizeof *w.args);
    EN_ASSERT(w.values != NULL && w.args != NULL);
    r->values = w.values;
    r->args = w.args;
    while (rc == EN_OK && w.i < n) {
        const char *word = words[w.i++];

        if (ended || word[0] != '-' || word[1] == '\0')
            w.args[r->n_args++] = word;
        else if (strcmp(word, "--") == 0)
            ended = true;
        else if (strcmp(word, "-h") == 0)
            rc = parse_option(r, &w, "--help", err);
        else if (word[1] == '-')
            rc = parse_option(r, &w, word, err);
        else
            rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "options are long words: --help");
    }
    if (rc != EN_OK || en_options_help_asked(r))
        return rc;
    rc = check_required(r, err);
    return rc != EN_OK ? rc : check_args(r, err);
}

bool
en_options_help_asked(const struct en_run *r)
{
    return en_opt_given(r, "help");
}

/* --- what a handler asks ----------------------------------------------------------------------------------------- */

static const struct en_opt *
must_find(const struct en_run *r, const char *name)
{
    const struct en_opt *o = find_opt(r->cmd, name, strlen(name));

    EN_ASSERT(o != NULL);
    return o;
}

size_t
en_opt_count(const struct en_run *r, const char *name)
{
    const struct en_opt *o = must_find(r, name);
    size_t n = 0;

    for (size_t i = 0; i < r->n_values; i++)
        n += r->values[i].opt == o;
    return n;
}

bool
en_opt_given(const struct en_run *r, const char *name)
{
    return en_opt_count(r, name) > 0;
}

const char *
en_opt_at(const struct en_run *r, const char *name, size_t i)
{
    const struct en_opt *o = must_find(r, name);

    for (size_t k = 0; k < r->n_values; k++)
        if (r->values[k].opt == o && i-- == 0)
            return r->values[k].value;
    return NULL;
}

const char *
en_opt_value(const struct en_run *r, const char *name)
{
    const char *v = en_opt_at(r, name, 0);

    return v != NULL ? v : must_find(r, name)->def;
}

static en_text
checked(struct en_run *r, const char *s)
{
    en_text t = EN_TEXT_NONE;
    size_t n = strlen(s);
    char *copy = en_arena_copy(&r->arena, s, n);

    EN_ASSERT(copy != NULL);
    EN_ASSERT(en_text_check(en_bytes_from(copy, n), EN_MAX_TEXT, &r->arena, &t, NULL, NULL) == EN_OK);
    return t;
}

en_text
en_opt_text(struct en_run *r, const char *name)
{
    const char *v = en_opt_value(r, name);

    EN_ASSERT(must_find(r, name)->kind != EN_OPT_PATH);
    return v != NULL ? checked(r, v) : EN_TEXT_NONE;
}

en_text
en_opt_text_at(struct en_run *r, const char *name, size_t i)
{
    const char *v = en_opt_at(r, name, i);

    EN_ASSERT(must_find(r, name)->kind != EN_OPT_PATH);
    return v != NULL ? checked(r, v) : EN_TEXT_NONE;
}

uint64_t
en_opt_uint(const struct en_run *r, const char *name)
{
    const char *v = en_opt_value(r, name);
    uint64_t n = 0;

    EN_ASSERT(must_find(r, name)->kind == EN_OPT_UINT && v != NULL && parse_uint(v, &n));
    return n;
}

double
en_opt_real(const struct en_run *r, const char *name)
{
    const char *v = en_opt_value(r, name);
    double x = 0;

    EN_ASSERT(must_find(r, name)->kind == EN_OPT_REAL && v != NULL && parse_real(v, &x));
    return x;
}

const char *
en_arg(const struct en_run *r, size_t i)
{
    return i < r->n_args ? r->args[i] : NULL;
}

en_errc
en_arg_text(struct en_run *r, size_t i, en_text *out, struct en_err *err)
{
    const char *s = en_arg(r, i);

    *out = EN_TEXT_NONE;
    if (s == NULL)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "argument %zu is missing", i + 1);
    if (en_text_check(en_bytes_from(s, strlen(s)), EN_MAX_TEXT, &r->arena, out, NULL, NULL) != EN_OK)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "argument %zu: expected text in UTF-8 of at most %u bytes",
                          i + 1, EN_MAX_TEXT);
    return EN_OK;
}

en_text
en_arg_show(struct en_run *r, const char *s)
{
    en_text t = EN_TEXT_NONE;

    if (en_text_repair(en_bytes_from(s, strlen(s)), EN_MAX_TEXT, &r->arena, &t, NULL, NULL) != EN_OK)
        return EN_TEXT_LIT("(a name too long to show)");
    return t;
}
