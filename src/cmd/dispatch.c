/*
 * dispatch.c: from the words of a command line to a handler, and from its result to an exit code.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "base/limits.h"
#include "cmd/options.h"
#include "cmd/pages.h"
#include "cmd/suggest.h"

#define ARENA_CAP (64u * EN_MIB) /* arguments and what a handler makes of them */
#define WORDS_MAX 80

/* Descriptors 0 to 2 must not become a database file: those that are closed are opened so that their use fails. */
static void
keep_standard_descriptors(void)
{
    static const int wrong_way[3] = { O_WRONLY, O_RDONLY, O_RDONLY };

    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)open("/dev/null", wrong_way[fd]);
}

/* The command with the most words that the line begins with; *used is how many those are. */
static const struct en_cmd *
find_command(char **words, size_t n, size_t *used, char group[WORDS_MAX])
{
    const struct en_cmd *found = NULL;
    char line[WORDS_MAX] = "";
    size_t len = 0;

    group[0] = '\0';
    *used = 0;
    for (size_t i = 0; i < n && words[i][0] != '-'; i++) {
        size_t k = strlen(words[i]);

        if (len + k + 2 > sizeof line)
            break;
        if (i > 0)
            line[len++] = ' ';
        memcpy(line + len, words[i], k + 1);
        len += k;
        if (en_cmd_find(line) != NULL) {
            found = en_cmd_find(line);
            *used = i + 1;
        }
        if (!en_cmd_is_group(line))
            break;
        memcpy(group, line, len + 1);
    }
    return found;
}

static int
unknown_command(char **words, size_t n, const char *group)
{
    char line[WORDS_MAX] = "";
    struct en_suggest s;
    struct en_out o;
    size_t len = 0;

    if (group[0] != '\0') {
        en_out_init(&o, STDERR_FILENO);
        en_out_f(&o, "entente: %s is a group of commands:\n", group);
        en_help_list(&o, group);
        (void)en_out_flush(&o, NULL);
        en_out_release(&o);
        return en_errc_exit(EN_E_USAGE);
    }
    for (size_t i = 0; i < n && i < 2 && words[i][0] != '-' && len + strlen(words[i]) + 2 < sizeof line; i++) {
        if (i > 0)
            line[len++] = ' ';
        memcpy(line + len, words[i], strlen(words[i]) + 1);
        len += strlen(words[i]);
    }
    en_suggest_init(&s, line);
    for (const struct en_cmd *const *c = en_cmds; *c != NULL; c++)
        if (((*c)->needs & EN_CMD_HIDDEN) == 0)
            en_suggest_offer(&s, (*c)->words);
    if (line[0] != '\0' && en_suggest_best(&s) != NULL)
        en_say("there is no such command; did you mean: entente %s", en_suggest_best(&s));
    else
        en_say("there is no such command; see: entente help");
    return en_errc_exit(EN_E_USAGE);
}

static const char *
given_or_environment(const struct en_run *r, const char *option, const char *variable)
{
    const char *v = en_opt_value(r, option);

    if (v == NULL)
        v = getenv(variable);
    return v != NULL && *v != '\0' ? v : NULL;
}

static en_errc
prepare(struct en_run *r, struct en_err *err)
{
    unsigned needs = r->cmd->needs;

    r->json = (needs & EN_CMD_NO_JSON) == 0 && en_opt_given(r, "json");
    if ((needs & (EN_NEEDS_NODE | EN_TAKES_NODE)) != 0)
        r->node = given_or_environment(r, "node", "ENTENTE_NODE");
    if ((needs & EN_NEEDS_NODE) != 0 && r->node == NULL)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "which node? Give --node DIR or set ENTENTE_NODE; entente init DIR makes one");
    if ((needs & EN_NEEDS_KEY) != 0)
        r->user = given_or_environment(r, "user", "ENTENTE_USER");
    if ((needs & EN_READS) != 0)
        r->purpose = given_or_environment(r, "purpose", "ENTENTE_PURPOSE");
    /* A reader of our output who leaves ends a command that only prints; one that changes something goes on. */
    signal(SIGPIPE, (needs & EN_NEEDS_WRITE) != 0 ? SIG_IGN : SIG_DFL);
    return EN_OK;
}

static int
finish(struct en_run *r, en_errc rc, const struct en_err *err)
{
    struct en_err written = EN_ERR_INIT;
    en_errc flushed = en_out_flush(r->out, &written);

    if (rc != EN_OK && (err->text[0] != '\0' || rc != EN_E_NO)) {
        struct en_err shown = *err;

        shown.code = rc;
        en_say_err(EN_TEXT_NONE, &shown);
    }
    if (flushed != EN_OK)
        en_say_err(EN_TEXT_NONE, &written);
    return en_errc_exit(rc == EN_OK || rc == EN_E_NO ? (flushed != EN_OK ? flushed : rc) : rc);
}

static int
run_command(const struct en_cmd *c, char **words, size_t n)
{
    struct en_out out;
    struct en_run r = { .cmd = c, .out = &out };
    struct en_err err = EN_ERR_INIT;
    en_errc rc;
    int code;

    en_arena_init(&r.arena, ARENA_CAP);
    en_out_init(&out, STDOUT_FILENO);
    rc = en_options_parse(&r, words, n, &err);
    if (rc == EN_OK && en_options_help_asked(&r)) {
        en_help_command(&out, c);
    } else {
        rc = rc != EN_OK ? rc : prepare(&r, &err);
        rc = rc != EN_OK ? rc : c->run(&r, &err);
    }
    code = finish(&r, rc, &err);
    en_out_release(&out);
    en_arena_release(&r.arena);
    return code;
}

/* entente alone: where one stands, and what to try. */
static int
front(void)
{
    const char *node = getenv("ENTENTE_NODE");
    bool with_node = node != NULL && *node != '\0';
    int code = with_node ? run_command(en_cmd_find("status"), NULL, 0) : 0;
    struct en_out out;
    struct en_err err = EN_ERR_INIT;
    en_errc rc;

    en_out_init(&out, STDOUT_FILENO);
    en_help_front(&out, with_node);
    rc = en_out_flush(&out, &err);
    if (rc != EN_OK)
        en_say_err(EN_TEXT_NONE, &err);
    en_out_release(&out);
    return code != 0 ? code : en_errc_exit(rc);
}

/* --help and --version in the place of a command are what everybody tries. */
static const char *
alias(const char *word)
{
    static const struct {
        const char *typed, *command;
    } aliases[] = { { "--help", "help" }, { "-h", "help" }, { "--version", "version" }, { "-V", "version" } };

    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(word, aliases[i].typed) == 0)
            return aliases[i].command;
    return NULL;
}

int
en_cmd_main(int argc, char **argv)
{
    char **words = argv + 1, group[WORDS_MAX];
    size_t n = argc > 1 ? (size_t)argc - 1 : 0, used = 0;
    const struct en_cmd *c;

    keep_standard_descriptors();
    EN_ASSERT(sodium_init() >= 0);
    if (n == 0)
        return front();
    if (alias(words[0]) != NULL)
        return run_command(en_cmd_find(alias(words[0])), words + 1, n - 1);
    c = find_command(words, n, &used, group);
    if (c == NULL)
        return unknown_command(words, n, group);
    return run_command(c, words + used, n - used);
}
