/*
 * Completion scripts, made from the table. They complete the words of commands, the names of options, the words of
 * choices, and files where an option takes a path.
 */
#include <string.h>

#include "cmd/pages.h"

/* --- bash -------------------------------------------------------------------------------------------------------- */

static void
bash_values(struct en_out *o, const struct en_opt *opt)
{
    if (opt->kind == EN_OPT_CHOICE) {
        en_out_f(o, "        --%s) COMPREPLY=($(compgen -W '", opt->name);
        for (const char *p = opt->arg; *p != '\0'; p++)
            en_out_f(o, "%c", *p == '|' ? ' ' : *p);
        en_out_str(o, "' -- \"$cur\")); return ;;\n");
    } else if (opt->kind == EN_OPT_PATH) {
        en_out_f(o, "        --%s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", opt->name);
    } else if (opt->kind != EN_OPT_FLAG) {
        en_out_f(o, "        --%s) return ;;\n", opt->name);
    }
}

static void
bash_command(struct en_out *o, const struct en_cmd *c)
{
    const struct en_opt *opt;
    char name[64];
    bool optional, several;

    en_out_f(o, "    '%s '*)\n        case \"$prev\" in\n", c->words);
    for (size_t i = 0; (opt = en_cmd_opt(c, i)) != NULL; i++)
        bash_values(o, opt);
    en_out_str(o, "        esac\n        words='");
    for (size_t i = 0; (opt = en_cmd_opt(c, i)) != NULL; i++)
        en_out_f(o, "%s--%s", i > 0 ? " " : "", opt->name);
    if (en_cmd_arg(c, 0, name, &optional, &several) && strchr(name, '|') != NULL) {
        for (char *p = name; (p = strchr(p, '|')) != NULL;)
            *p = ' ';
        en_out_f(o, " %s", name);
    }
    en_out_str(o, "'\n        ;;\n");
}

static size_t
word_count(const struct en_cmd *c)
{
    size_t n = 1;

    for (const char *p = c->words; (p = strchr(p, ' ')) != NULL; p++)
        n++;
    return n;
}

static void
bash(struct en_out *o)
{
    en_out_str(o, "# bash completion for entente; made by `entente completion bash`\n"
                  "_entente() {\n"
                  "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} line words\n"
                  "    line=\"${COMP_WORDS[*]:1:COMP_CWORD-1} \"\n"
                  "    case \"$line\" in\n");
    /* The longest words first, so that "list read" is found before a command "list". */
    for (size_t n = 4; n > 0; n--)
        for (const struct en_cmd *const *c = en_cmds; *c != NULL; c++)
            if (((*c)->needs & EN_CMD_HIDDEN) == 0 && word_count(*c) == n)
                bash_command(o, *c);
    en_out_str(o, "    *) words=$(printf '%s\\n' ");
    for (const struct en_cmd *const *c = en_cmds; *c != NULL; c++)
        if (((*c)->needs & EN_CMD_HIDDEN) == 0)
            en_out_f(o, "'%s ' ", (*c)->words);
    en_out_str(o, "| while IFS= read -r w; do\n"
                  "            if [ \"$line\" = ' ' ]; then set -- $w; printf '%s\\n' \"$1\"\n"
                  "            elif [ \"${w#\"$line\"}\" != \"$w\" ]; then\n"
                  "                set -- ${w#\"$line\"}; printf '%s\\n' \"$1\"\n"
                  "            fi\n"
                  "        done | sort -u) ;;\n"
                  "    esac\n"
                  "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                  "    if [ ${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- \"$cur\")); fi\n"
                  "}\n"
                  "complete -o filenames -F _entente entente\n");
}

/* --- fish -------------------------------------------------------------------------------------------------------- */

/* Our own help texts hold no quotation marks; an apostrophe would end the word. */
static void
quoted(struct en_out *o, const char *s)
{
    en_out_str(o, "'");
    for (; *s != '\0'; s++)
        en_out_f(o, *s == '\'' ? "\\%c" : "%c", *s);
    en_out_str(o, "'");
}

static void
fish_options(struct en_out *o, const struct en_cmd *c)
{
    const struct en_opt *opt;

    for (size_t i = 0; (opt = en_cmd_opt(c, i)) != NULL; i++) {
        en_out_f(o, "complete -c entente -n '__entente_at %s' -l %s -d ", c->words, opt->name);
        quoted(o, opt->help);
        if (opt->kind == EN_OPT_PATH)
            en_out_str(o, " -r -F");
        else if (opt->kind != EN_OPT_FLAG)
            en_out_str(o, " -x");
        if (opt->kind == EN_OPT_CHOICE) {
            en_out_str(o, " -a '");
            for (const char *p = opt->arg; *p != '\0'; p++)
                en_out_f(o, "%c", *p == '|' ? ' ' : *p);
            en_out_str(o, "'");
        }
        en_out_str(o, "\n");
    }
}

static void
fish_words(struct en_out *o, const struct en_cmd *c)
{
    const char *blank = strchr(c->words, ' ');
    en_text first = { c->words, blank != NULL ? (size_t)(blank - c->words) : strlen(c->words) };

    en_out_f(o, "complete -c entente -n __fish_use_subcommand -f -a %.*s", EN_TEXT_ARG(first));
    if (blank == NULL) {
        en_out_str(o, " -d ");
        quoted(o, c->summary);
    }
    en_out_str(o, "\n");
    if (blank != NULL) {
        en_out_f(o, "complete -c entente -n '__entente_in %.*s' -f -a %s -d ", EN_TEXT_ARG(first), blank + 1);
        quoted(o, c->summary);
        en_out_str(o, "\n");
    }
}

static void
fish(struct en_out *o)
{
    en_out_str(o, "# fish completion for entente; made by `entente completion fish`\n"
                  "function __entente_at\n"
                  "    set -l words (commandline -opc)\n"
                  "    test \"$words[2..(math 1 + (count $argv))]\" = \"$argv\" 2>/dev/null\n"
                  "end\n"
                  "function __entente_in\n"
                  "    set -l words (commandline -opc)\n"
                  "    test (count $words) -eq 2; and test \"$words[2]\" = \"$argv[1]\"\n"
                  "end\n");
    for (const struct en_cmd *const *c = en_cmds; *c != NULL; c++) {
        if (((*c)->needs & EN_CMD_HIDDEN) != 0)
            continue;
        fish_words(o, *c);
        fish_options(o, *c);
    }
}

/* --- zsh: the bash script through zsh's own bridge --------------------------------------------------------------- */

static void
zsh(struct en_out *o)
{
    en_out_str(o, "#compdef entente\n"
                  "# zsh completion for entente; made by `entente completion zsh`\n"
                  "autoload -U +X bashcompinit && bashcompinit\n");
    bash(o);
}

static en_errc
cmd_completion(struct en_run *r, struct en_err *err)
{
    static const struct {
        const char *shell;
        void (*write)(struct en_out *);
    } shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(en_arg(r, 0), shells[i].shell) == 0) {
            shells[i].write(r->out);
            return EN_OK;
        }
    }
    return en_err_set(err, EN_E_BUG, EN_NO_POS, "a shell of the table has no writer");
}

const struct en_cmd en_cmd_completion = {
    .words = "completion",
    .args = "bash|zsh|fish",
    .summary = "print a completion script for a shell",
    .about = "For bash, put the output into ~/.local/share/bash-completion/completions/entente; for zsh into a file "
             "_entente in a folder of fpath; for fish into ~/.config/fish/completions/entente.fish.",
    .needs = EN_CMD_NO_JSON,
    .examples =
        (const struct en_example[]){
            { "entente completion bash", "print the script for bash" },
            { NULL, NULL },
        },
    .run = cmd_completion,
};
