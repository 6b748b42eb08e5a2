#include <string.h>

#include "cmd/pages.h"

static const struct en_topic *
find_topic(const char *name)
{
    for (const struct en_topic *t = en_topics; t->name != NULL; t++)
        if (strcmp(t->name, name) == 0)
            return t;
    return NULL;
}

static void
option_json(const struct en_opt *o, struct en_json *j)
{
    en_json_object(j);
    en_json_kv_str(j, "name", o->name);
    if (o->arg != NULL)
        en_json_kv_str(j, "argument", o->arg);
    if (o->def != NULL)
        en_json_kv_str(j, "default", o->def);
    en_json_kv_bool(j, "repeat", o->repeat);
    en_json_kv_bool(j, "required", o->required);
    en_json_kv_str(j, "help", o->help);
    en_json_object_end(j);
}

static void
command_json(const struct en_cmd *c, struct en_buf *b)
{
    struct en_json j;
    const struct en_opt *o;

    en_json_init(&j, b);
    en_json_object(&j);
    en_json_kv_str(&j, "command", c->words);
    en_json_kv_str(&j, "arguments", c->args);
    en_json_kv_str(&j, "summary", c->summary);
    en_json_key(&j, "options");
    en_json_array(&j);
    for (size_t i = 0; (o = en_cmd_opt(c, i)) != NULL; i++)
        option_json(o, &j);
    en_json_array_end(&j);
    en_json_key(&j, "examples");
    en_json_array(&j);
    for (const struct en_example *e = c->examples; e->line != NULL; e++)
        en_json_str(&j, e->line);
    en_json_array_end(&j);
    en_json_object_end(&j);
}

/* One line a command whose words begin with those asked for. */
static en_errc
help_json(struct en_run *r, const char *asked, struct en_err *err)
{
    struct en_buf b = EN_BUF_INIT;
    size_t n = strlen(asked), found = 0;

    for (const struct en_cmd *const *c = en_cmds; *c != NULL; c++) {
        const char *words = (*c)->words;

        if (((*c)->needs & EN_CMD_HIDDEN) != 0 && n == 0)
            continue;
        if (n > 0 && (strncmp(words, asked, n) != 0 || (words[n] != '\0' && words[n] != ' ')))
            continue;
        en_buf_reset(&b);
        command_json(*c, &b);
        en_out_line(r->out, &b);
        found++;
    }
    en_buf_release(&b);
    return found > 0 ? EN_OK : en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such command");
}

static en_errc
cmd_help(struct en_run *r, struct en_err *err)
{
    char asked[80] = "";
    size_t len = 0;

    for (size_t i = 0; i < r->n_args; i++) {
        size_t k = strlen(r->args[i]);

        if (len + k + 2 > sizeof asked)
            return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such command or topic");
        if (i > 0)
            asked[len++] = ' ';
        memcpy(asked + len, r->args[i], k + 1);
        len += k;
    }
    if (r->json)
        return help_json(r, asked, err);
    if (len == 0)
        en_help_all(r->out);
    else if (en_cmd_find(asked) != NULL)
        en_help_command(r->out, en_cmd_find(asked));
    else if (en_cmd_is_group(asked))
        en_help_list(r->out, asked);
    else if (find_topic(asked) != NULL)
        en_out_str(r->out, find_topic(asked)->text);
    else
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such command or topic; see: entente help");
    return EN_OK;
}

const struct en_cmd en_cmd_help = {
    .words = "help",
    .args = "[COMMAND...]",
    .summary = "explain a command or a topic",
    .about = "Without an argument, lists the commands. With the words of a command, explains it; with the first word "
             "of several commands (list), lists those; with the name of a topic (exit-codes, environment, output), "
             "prints that. With --json, one line a command from the table that help itself is made of.",
    .examples =
        (const struct en_example[]){
            { "entente help", "list the commands" },
            { "entente help exit-codes", "say what the exit codes mean" },
            { NULL, NULL },
        },
    .run = cmd_help,
};
