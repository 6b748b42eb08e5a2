/*
 * alert_view.h: an alert on a page, and as a row.
 */
#ifndef EN_CMD_ALERT_VIEW_H
#define EN_CMD_ALERT_VIEW_H

#include <jansson.h>

#include "cmd/cmd.h"

/* Shaped as a show function of node_call.h; ctx is unused. */
void en_alert_page(struct en_run *r, const json_t *row, void *ctx);

#endif
