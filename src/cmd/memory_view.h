/*
 * memory_view.h: a remembered answer for people, docs/formats/json.md "remembered answer".
 */
#ifndef EN_CMD_MEMORY_VIEW_H
#define EN_CMD_MEMORY_VIEW_H

#include <jansson.h>

#include "cmd/cmd.h"

/* ctx is a struct en_table with the columns of EN_MEMORY_COLUMNS. */
void en_memory_row(struct en_run *r, const json_t *row, void *ctx);
#define EN_MEMORY_COLUMNS ">memory|what|answer|>alert|>version|number|>hit|>by|at|until"

#endif
