/*
 * protect_view.h: protections for people.
 */
#ifndef EN_CMD_PROTECT_VIEW_H
#define EN_CMD_PROTECT_VIEW_H

#include "cmd/node_call.h"

#define EN_PROTECT_COLUMNS ">protection|reason|name|identity|>traveller|set|review|text"
/* A row of such a table, which is ctx. */
void en_protect_row(struct en_run *r, const json_t *row, void *ctx);
/* One act whose answer is such a table. */
en_errc en_protect_table(struct en_run *r, const char *act, en_node_fill_fn *fill, struct en_err *err);

#endif
