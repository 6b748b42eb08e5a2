/*
 * cmd.h: the command table. From it come the parser, help, man pages and completion.
 *
 * To add a command: write cmd_NAME.c (NAME is its words joined by '_') that defines
 * `const struct en_cmd en_cmd_NAME`, and add the line EN_CMD(NAME) to commands.def. Nothing else: the build takes
 * the file from there, `entente man --all man` writes its page, and the checks ask for a test that runs it.
 *
 * A command prints data to standard output through out.h and talks on standard error. It returns EN_OK, or a class
 * with a filled err: the dispatcher prints the sentence and exits with en_errc_exit(). EN_E_NO without a text is a
 * plain "no". No command exits by itself. All floors below are called through acts where an act exists.
 */
#ifndef EN_CMD_CMD_H
#define EN_CMD_CMD_H

#include "base/arena.h"
#include "base/bytes.h"
#include "cmd/out.h"

/* What a command needs; the dispatcher sees to it before the handler runs. */
enum en_needs {
    EN_NEEDS_NOTHING = 0,
    EN_NEEDS_NODE = 1,  /* a node's folder: --node DIR, else ENTENTE_NODE; without one the command is a usage error */
    EN_TAKES_NODE = 2,  /* the same option, but the command works without a node too */
    EN_NEEDS_WRITE = 4, /* changes something: a closed pipe does not kill it half-way */
    EN_NEEDS_KEY = 8,   /* acts as a person: --user NAME, else ENTENTE_USER */
    EN_READS = 64,      /* tells of people: --purpose REFERENCE, else ENTENTE_PURPOSE, says what for */
    EN_CMD_HIDDEN = 16, /* works, and is not listed */
    EN_CMD_NO_JSON = 32 /* what it prints is a document of its own (a man page, a completion script) */
};

enum en_opt_kind {
    EN_OPT_FLAG,   /* no value */
    EN_OPT_TEXT,   /* becomes checked text; refused if it is not */
    EN_OPT_PATH,   /* a file or folder, bytes of the system; "-" is standard input where the help says so */
    EN_OPT_CHOICE, /* one of the words in `arg`, separated by '|' */
    EN_OPT_UINT,   /* min..max, decimal digits only */
    EN_OPT_REAL    /* min..max, decimal, no "inf", no "nan", no hex */
};

struct en_opt {
    const char *name; /* without the dashes; NULL ends the table */
    enum en_opt_kind kind;
    const char *arg;  /* "FILE"; for a choice "same|different|cannot-tell"; NULL for a flag */
    const char *def;  /* what holds when it is not given, in the option's own syntax; NULL if nothing does */
    const char *help; /* one sentence without a full stop */
    bool repeat;      /* may be given several times */
    bool required;
    double min, max;  /* of a number; both 0: any */
};

struct en_example {
    const char *line; /* a whole command line that works */
    const char *what; /* what it does, lower case, no full stop */
};

struct en_run;

struct en_cmd {
    const char *words;   /* "list read" */
    const char *args;    /* "FILE", "[FILE...]", "bash|zsh|fish": names, brackets for optional, dots for several */
    const char *summary; /* one line, lower case, no full stop */
    const char *about;   /* paragraphs for the man page, separated by an empty line */
    unsigned needs;
    const struct en_opt *opts;         /* may be NULL */
    const struct en_example *examples; /* at least one; ends with a row without line */
    en_errc (*run)(struct en_run *r, struct en_err *err);
};

/* One run of a command: what its handler gets. */
struct en_run {
    const struct en_cmd *cmd;
    const char *node;        /* folder, or NULL */
    const char *user;        /* name of the acting person, or NULL */
    const char *purpose;     /* what it reads for, or NULL */
    bool json;
    const char **args;       /* the arguments as given; bytes of the system */
    size_t n_args;
    struct en_out *out;      /* data */
    struct en_arena arena;   /* lives until the command has ended */
    const struct en_opt_value *values;
    size_t n_values;
};

/* --- options. `name` must be in the command's table (an invariant). ---------------------------------------------- */

/* Was it given at all? For a flag: is it set? */
bool en_opt_given(const struct en_run *r, const char *name);
/* How often a repeatable option was given, and its i-th value in the order given. */
size_t en_opt_count(const struct en_run *r, const char *name);
const char *en_opt_at(const struct en_run *r, const char *name, size_t i);
/* The value as given, else the default, else NULL. */
const char *en_opt_value(const struct en_run *r, const char *name);
/* Checked text; EN_TEXT_NONE when absent. The parser has refused what is not text. */
en_text en_opt_text(struct en_run *r, const char *name);
en_text en_opt_text_at(struct en_run *r, const char *name, size_t i);
/* Numbers are in range: the parser saw to it. The option has a default or was given (an invariant). */
uint64_t en_opt_uint(const struct en_run *r, const char *name);
double en_opt_real(const struct en_run *r, const char *name);

/* The i-th argument; NULL if there are fewer. As checked text: EN_E_USAGE if it is not valid text. */
const char *en_arg(const struct en_run *r, size_t i);
en_errc en_arg_text(struct en_run *r, size_t i, en_text *out, struct en_err *err);
/* Any bytes of the system (a path) as text that is safe to show; bad bytes become U+FFFD. */
en_text en_arg_show(struct en_run *r, const char *s);

/* --- the table --------------------------------------------------------------------------------------------------- */

extern const struct en_cmd *const en_cmds[]; /* ends with NULL */
/* Options that the dispatcher itself understands for this command (help, json, node …); NULL behind the last. */
const struct en_opt *en_cmd_common_opt(const struct en_cmd *c, size_t i);
/* The command whose words are exactly these, or NULL. */
const struct en_cmd *en_cmd_find(const char *words);
/* True if some command's words begin with this and a blank ("list"). */
bool en_cmd_is_group(const char *words);
/* The name of the i-th argument of a command without its brackets and dots, NULL at the end. */
bool en_cmd_arg(const struct en_cmd *c, size_t i, char name[64], bool *optional, bool *several);

/* Finds the command, parses, runs, flushes. The exit code. */
int en_cmd_main(int argc, char **argv);

#endif
