/*
 * key_view.h: the node's own keys, for people.
 */
#ifndef EN_CMD_KEY_VIEW_H
#define EN_CMD_KEY_VIEW_H

#include <jansson.h>

#include "cmd/cmd.h"

/* Shaped as a show function of node_call.h; ctx is unused. */
void en_key_view(struct en_run *r, const json_t *row, void *ctx);

#endif
