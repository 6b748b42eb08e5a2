/*
 * charter_view.h: how a version of the charter is shown. The records are docs/formats/json.md, "charter".
 */
#ifndef EN_CMD_CHARTER_VIEW_H
#define EN_CMD_CHARTER_VIEW_H

#include "cmd/node_call.h"

/* A line of a list, and a page. */
en_node_show_fn en_charter_line, en_charter_page;
/* CHARTER as the member "charter"; nothing if it was not given. */
en_errc en_fill_charter(struct en_node_call *c, struct en_err *err);

#endif
