/*
 * options.h: the command line against a command's table. Strict: what is not in the table is refused, and a word that
 * is close to one in the table is suggested.
 */
#ifndef EN_CMD_OPTIONS_H
#define EN_CMD_OPTIONS_H

#include "cmd/cmd.h"

struct en_opt_value {
    const struct en_opt *opt;
    const char *value; /* "" for a flag */
};

/*
 * Fills r->args and r->values (in r->arena, where r->cmd says what is allowed) from the n words behind the command's
 * own. Every rule of the table is checked: kinds, ranges, repetition, required options, the number of arguments. With
 * --help nothing further is asked for. EN_E_USAGE with a sentence.
 */
en_errc en_options_parse(struct en_run *r, char **words, size_t n, struct en_err *err);
bool en_options_help_asked(const struct en_run *r);


#endif
