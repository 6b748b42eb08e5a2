/*
 * partner_view.h: a partner for people, and how a card is taken in.
 */
#ifndef EN_CMD_PARTNER_VIEW_H
#define EN_CMD_PARTNER_VIEW_H

#include <jansson.h>

#include "cmd/node_call.h"

/* The first argument, if it is given, as the partner. */
en_errc en_fill_partner(struct en_node_call *c, struct en_err *err);
/* A line of a list; a whole partner. Shaped as show functions of node_call.h; ctx is unused. */
void en_partner_line(struct en_run *r, const json_t *row, void *ctx);
void en_partner_view(struct en_run *r, const json_t *row, void *ctx);
/*
 * Gives the card in the first argument to this act. When a person has to compare the fingerprint first, what the card
 * says is shown and the answer is EN_E_SECOND.
 */
en_errc en_partner_take(struct en_run *r, const char *act, struct en_err *err);

#endif
