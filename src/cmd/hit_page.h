/*
 * hit_page.h: one hit on a page: both sides, the evidence, what was decided.
 */
#ifndef EN_CMD_HIT_PAGE_H
#define EN_CMD_HIT_PAGE_H

#include <jansson.h>

#include "cmd/cmd.h"

/* Shaped as a show function of node_call.h; ctx is unused. */
void en_hit_page(struct en_run *r, const json_t *row, void *ctx);
/* The facts of a person, a line each; row has the members of docs/formats/json.md "person". */
void en_person_view(struct en_out *o, const json_t *person, const char *indent);

#endif
