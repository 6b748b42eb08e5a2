#include "cmd/pages.h"

#include <string.h>

#define WIDTH 80 /* of help; a terminal is at least that */

/* "--list FILE" */
static void
opt_spelling(const struct en_opt *o, struct en_buf *out)
{
    en_buf_addf(out, "--%s", o->name);
    if (o->kind != EN_OPT_FLAG)
        en_buf_addf(out, " %s", o->arg);
}

const struct en_opt *
en_cmd_opt(const struct en_cmd *c, size_t i)
{
    for (const struct en_opt *o = c->opts; o != NULL && o->name != NULL; o++)
        if (i-- == 0)
            return o;
    return en_cmd_common_opt(c, i);
}

void
en_synopsis(const struct en_cmd *c, struct en_buf *out)
{
    en_buf_addf(out, "entente %s", c->words);
    for (const struct en_opt *o = c->opts; o != NULL && o->name != NULL; o++) {
        if (!o->required)
            continue;
        en_buf_addc(out, ' ');
        opt_spelling(o, out);
        en_buf_add_str(out, o->repeat ? "..." : "");
    }
    en_buf_add_str(out, " [OPTIONS]");
    if (c->args[0] != '\0')
        en_buf_addf(out, " %s", c->args);
}

static void
column(struct en_out *o, const char *left, size_t width, const char *right)
{
    en_out_f(o, "  %-*s  %s\n", (int)width, left, right);
}

static bool
in_group(const struct en_cmd *c, const char *group)
{
    size_t n = strlen(group);

    return (c->needs & EN_CMD_HIDDEN) == 0 &&
           (n == 0 || (strncmp(c->words, group, n) == 0 && (c->words[n] == ' ' || c->words[n] == '\0')));
}

void
en_help_list(struct en_out *o, const char *group)
{
    size_t width = 0;

    for (const struct en_cmd *const *c = en_cmds; *c != NULL; c++)
        if (in_group(*c, group) && strlen((*c)->words) > width)
            width = strlen((*c)->words);
    for (const struct en_cmd *const *c = en_cmds; *c != NULL; c++)
        if (in_group(*c, group))
            column(o, (*c)->words, width, (*c)->summary);
}

static void
heading(struct en_out *o, const char *s)
{
    en_out_str(o, "\n");
    en_out_style(o, EN_STYLE_BOLD);
    en_out_str(o, s);
    en_out_style(o, EN_STYLE_NONE);
    en_out_str(o, "\n");
}

/* Words of text (ours) with line breaks so that no line is wider than WIDTH; an empty line stays. */
static void
wrapped(struct en_out *o, const char *text, size_t indent, size_t used)
{
    size_t at = used;

    for (const char *p = text; *p != '\0';) {
        size_t n = strcspn(p, " \n");

        if (at > indent && at + 1 + en_text_columns((en_text){ p, n }) > WIDTH) {
            en_out_f(o, "\n%*s", (int)indent, "");
            at = indent;
        }
        if (at > indent)
            en_out_str(o, " ");
        en_out_text(o, (en_text){ p, n });
        at += en_text_columns((en_text){ p, n }) + (at > indent);
        p += n;
        if (p[0] == '\n' && p[1] == '\n') {
            en_out_f(o, "\n\n%*s", (int)indent, "");
            at = indent;
        }
        p += strspn(p, " \n");
    }
    en_out_str(o, "\n");
}

static void
option_line(struct en_out *o, const struct en_opt *opt)
{
    struct en_buf b = EN_BUF_INIT, help = EN_BUF_INIT;

    opt_spelling(opt, &b);
    en_buf_add_str(&help, opt->help);
    if (opt->def != NULL)
        en_buf_addf(&help, " (default: %s)", opt->def);
    if (opt->repeat)
        en_buf_add_str(&help, "; may be repeated");
    if (opt->required)
        en_buf_add_str(&help, "; needed");
    if (b.n <= 24)
        en_out_f(o, "  %-24s  ", b.p);
    else
        en_out_f(o, "  %s\n%28s", b.p, "");
    wrapped(o, help.p, 28, 28);
    en_buf_release(&b);
    en_buf_release(&help);
}

void
en_help_command(struct en_out *o, const struct en_cmd *c)
{
    struct en_buf b = EN_BUF_INIT;
    const struct en_opt *opt;

    en_synopsis(c, &b);
    en_out_f(o, "%s\n\n", b.p);
    en_buf_release(&b);
    if (c->about != NULL)
        wrapped(o, c->about, 0, 0);
    else
        en_out_f(o, "%s\n", c->summary);
    heading(o, "Options");
    for (size_t i = 0; (opt = en_cmd_opt(c, i)) != NULL; i++)
        option_line(o, opt);
    heading(o, "Examples");
    for (const struct en_example *e = c->examples; e->line != NULL; e++)
        en_out_f(o, "  %s\n      %s\n", e->line, e->what);
}

static const char what[] =
    "Entente: a node that screens travellers against alerts, shows the evidence for every hit, and exchanges alerts.\n";

void
en_help_all(struct en_out *o)
{
    en_out_str(o, what);
    heading(o, "Commands");
    en_help_list(o, "");
    heading(o, "More");
    for (const struct en_topic *t = en_topics; t->name != NULL; t++)
        en_out_f(o, "  entente help %-12s  %s\n", t->name, t->summary);
    en_out_str(o, "  entente help COMMAND       explains a command with examples\n");
}

/* What to try, with a node and without; a line is shown when its command is there. */
static const struct {
    bool with_node;
    const char *command, *line;
} tries[] = {
    { false, "screen", "entente screen --list LIST --manifest MANIFEST" },
    { false, "init", "entente init DIR" },
    { true, "status", "entente status" },
    { true, "hit list", "entente hit list" },
    { true, "screen", "entente screen --manifest MANIFEST" },
};

void
en_help_front(struct en_out *o, bool with_node)
{
    if (!with_node) {
        en_out_str(o, what);
        en_out_str(o, "No node is set (ENTENTE_NODE).\n");
    }
    heading(o, "Try");
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (tries[i].with_node == with_node && en_cmd_find(tries[i].command) != NULL)
            en_out_f(o, "  %-46s  %s\n", tries[i].line, en_cmd_find(tries[i].command)->summary);
    en_out_f(o, "  %-46s  %s\n", "entente help", "all commands");
}
