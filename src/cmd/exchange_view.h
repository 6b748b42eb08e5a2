/*
 * exchange_view.h: what the commands of the exchange show for people.
 */
#ifndef EN_CMD_EXCHANGE_VIEW_H
#define EN_CMD_EXCHANGE_VIEW_H

#include "cmd/node_call.h"
#include "cmd/table.h"

/* One record, with its object. */
void en_record_page(struct en_run *r, const json_t *row, void *ctx);
/* One release: who lets what go to whom. */
void en_release_page(struct en_run *r, const json_t *row, void *ctx);
/* One question whether a record of ours may be passed on. */
void en_question_line(struct en_run *r, const json_t *row, void *ctx);
/* A row of a preview, for a table of en_preview_headings; with the reasons one to a line if ctx is NULL. */
void en_preview_line(struct en_run *r, const json_t *row, void *ctx);

/* The first argument as the number of a record, a release. */
en_errc en_fill_record(struct en_node_call *c, struct en_err *err);
en_errc en_fill_release(struct en_node_call *c, struct en_err *err);

#endif
