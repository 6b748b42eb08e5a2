/*
 * link_view.h: how the exchange with a partner stands, for people.
 */
#ifndef EN_CMD_LINK_VIEW_H
#define EN_CMD_LINK_VIEW_H

#include <jansson.h>

#include "cmd/cmd.h"

/* An en_node_show_fn. */
void en_link_view(struct en_run *r, const json_t *row, void *ctx);

#endif
