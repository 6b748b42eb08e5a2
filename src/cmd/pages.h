/*
 * pages.h: what the table says of itself: help for a terminal, man pages, the list of commands.
 */
#ifndef EN_CMD_PAGES_H
#define EN_CMD_PAGES_H

#include "cmd/cmd.h"

/* Text that is no command's: "exit-codes", "environment" … Ends with a row without name. */
struct en_topic {
    const char *name, *summary, *text;
};
extern const struct en_topic en_topics[];

/* "entente list read [OPTIONS] FILE" */
void en_synopsis(const struct en_cmd *c, struct en_buf *out);
/* The i-th option of a command: its own, then the common ones. NULL at the end. */
const struct en_opt *en_cmd_opt(const struct en_cmd *c, size_t i);

/* Every command that is not hidden whose words begin with group ("" for all), a line each. */
void en_help_list(struct en_out *o, const char *group);
void en_help_command(struct en_out *o, const struct en_cmd *c);
/* All commands and topics. */
void en_help_all(struct en_out *o);
/* What `entente` alone says: what it is, or (behind the status of a node) only what to try. */
void en_help_front(struct en_out *o, bool with_node);

/* The man page in man(7); c NULL: entente(1) itself, with the list of commands and the topics. */
void en_man_page(const struct en_cmd *c, struct en_buf *out);
/* "entente-list-read" */
void en_man_name(const struct en_cmd *c, struct en_buf *out);

#endif
