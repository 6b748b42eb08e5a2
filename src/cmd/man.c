/* Man pages in the macros of man(7). */
#include <string.h>

#include "cmd/pages.h"

/* A letter beyond ASCII by its number: roff reads no UTF-8. Returns the bytes behind the first. */
static size_t
letter(struct en_buf *b, const char *s)
{
    en_bytes rest = en_bytes_from(s, strlen(s));

    en_buf_addf(b, "\\[u%04X]", (unsigned)en_utf8_next(&rest));
    return (size_t)((const char *)rest.p - s) - 1;
}

/* Text of ours into roff: a backslash, a leading dot or quote and a minus have meanings there; a line may be broken
 * between words of a choice. */
static void
roff(struct en_buf *b, const char *s)
{
    bool start = true;

    for (; *s != '\0'; s++) {
        if (start && (*s == '.' || *s == '\''))
            en_buf_add_str(b, "\\&");
        if (*s == '\\')
            en_buf_add_str(b, "\\e");
        else if (*s == '-')
            en_buf_add_str(b, "\\-");
        else if (*s == '|')
            en_buf_add_str(b, "|\\:");
        else if ((unsigned char)*s >= 0x80)
            s += letter(b, s);
        else if (s[0] == '\n' && s[1] == '\n') {
            en_buf_add_str(b, "\n.PP");
        } else
            en_buf_addc(b, *s);
        start = *s == '\n';
    }
}

void
en_man_name(const struct en_cmd *c, struct en_buf *out)
{
    en_buf_add_str(out, "entente");
    if (c == NULL)
        return;
    en_buf_addc(out, '-');
    for (const char *p = c->words; *p != '\0'; p++)
        en_buf_addc(out, *p == ' ' ? '-' : *p);
}

static void
title(const struct en_cmd *c, const char *summary, struct en_buf *b)
{
    struct en_buf name = EN_BUF_INIT;

    en_man_name(c, &name);
    en_buf_addf(b, ".\\\" Made by `entente man --all`; the source is the command table.\n.TH ");
    for (size_t i = 0; i < name.n; i++)
        en_buf_addc(b, name.p[i] >= 'a' && name.p[i] <= 'z' ? (char)(name.p[i] - 'a' + 'A') : name.p[i]);
    en_buf_add_str(b, " 1 \"\" \"Entente\" \"User Commands\"\n.nh\n.ad l\n.SH NAME\n");
    roff(b, name.p);
    en_buf_add_str(b, " \\- ");
    roff(b, summary);
    en_buf_addc(b, '\n');
    en_buf_release(&name);
}

static void
options(const struct en_cmd *c, struct en_buf *b)
{
    const struct en_opt *o;

    en_buf_add_str(b, ".SH OPTIONS\n");
    for (size_t i = 0; (o = en_cmd_opt(c, i)) != NULL; i++) {
        en_buf_addf(b, ".TP\n\\fB\\-\\-");
        roff(b, o->name);
        en_buf_add_str(b, "\\fR");
        if (o->kind != EN_OPT_FLAG) {
            en_buf_add_str(b, " \\fI");
            roff(b, o->arg);
            en_buf_add_str(b, "\\fR");
        }
        en_buf_addc(b, '\n');
        roff(b, o->help);
        if (o->def != NULL) {
            en_buf_add_str(b, " (default: ");
            roff(b, o->def);
            en_buf_addc(b, ')');
        }
        en_buf_add_str(b, o->repeat ? "; may be repeated" : "");
        en_buf_add_str(b, o->required ? "; needed.\n" : ".\n");
    }
}

static void
see_also(const struct en_cmd *c, struct en_buf *b)
{
    size_t group = strcspn(c->words, " ");

    en_buf_add_str(b, ".SH SEE ALSO\n.BR entente (1)");
    for (const struct en_cmd *const *o = en_cmds; *o != NULL; o++) {
        struct en_buf name = EN_BUF_INIT;

        if (*o == c || ((*o)->needs & EN_CMD_HIDDEN) != 0 || strcspn((*o)->words, " ") != group ||
            strncmp((*o)->words, c->words, group) != 0)
            continue;
        en_man_name(*o, &name);
        en_buf_add_str(b, ",\n.BR ");
        roff(b, name.p);
        en_buf_add_str(b, " (1)");
        en_buf_release(&name);
    }
    en_buf_addc(b, '\n');
}

static void
command_page(const struct en_cmd *c, struct en_buf *b)
{
    struct en_buf line = EN_BUF_INIT;

    title(c, c->summary, b);
    en_buf_add_str(b, ".SH SYNOPSIS\n");
    en_synopsis(c, &line);
    roff(b, line.p);
    en_buf_release(&line);
    en_buf_add_str(b, "\n.SH DESCRIPTION\n");
    roff(b, c->about != NULL ? c->about : c->summary);
    en_buf_addc(b, '\n');
    options(c, b);
    en_buf_add_str(b, ".SH EXAMPLES\n");
    for (const struct en_example *e = c->examples; e->line != NULL; e++) {
        en_buf_add_str(b, ".TP\n");
        roff(b, e->line);
        en_buf_addc(b, '\n');
        roff(b, e->what);
        en_buf_add_str(b, ".\n");
    }
    en_buf_add_str(b, ".SH EXIT STATUS\nSee\n.BR \"entente help exit\\-codes\" .\n");
    see_also(c, b);
}

static void
front_page(struct en_buf *b)
{
    title(NULL, "a node that screens travellers against alerts and exchanges alerts with partners", b);
    en_buf_add_str(b, ".SH SYNOPSIS\nentente COMMAND [OPTIONS] [ARGUMENTS]\n.SH COMMANDS\n");
    for (const struct en_cmd *const *c = en_cmds; *c != NULL; c++) {
        if (((*c)->needs & EN_CMD_HIDDEN) != 0)
            continue;
        en_buf_add_str(b, ".TP\n\\fB");
        roff(b, (*c)->words);
        en_buf_add_str(b, "\\fR\n");
        roff(b, (*c)->summary);
        en_buf_addc(b, '\n');
    }
    for (const struct en_topic *t = en_topics; t->name != NULL; t++) {
        en_buf_add_str(b, ".SH \"");
        for (const char *p = t->name; *p != '\0'; p++)
            en_buf_addc(b, *p == '-' ? ' ' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
        en_buf_add_str(b, "\"\n.nf\n");
        roff(b, t->text);
        en_buf_add_str(b, ".fi\n");
    }
}

void
en_man_page(const struct en_cmd *c, struct en_buf *out)
{
    if (c == NULL)
        front_page(out);
    else
        command_page(c, out);
}
