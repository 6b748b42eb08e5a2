/*
 * list_json.h: what the readers of lists share that are one JSON document or several (json_values.h): INTERPOL, MISP.
 * Private to formats.
 */
#ifndef EN_FORMATS_LIST_JSON_H
#define EN_FORMATS_LIST_JSON_H

#include "formats/json_values.h"
#include "formats/list_in.h"

/* Lists within lists are followed so deep: a page has notices, a search has events. */
#define EN_LIST_JSON_NESTING 4u

/* One value: an entry, or what holds entries. `nesting` is 0 at the top. */
typedef en_errc (*en_list_json_read)(struct en_list_in *in, json_t *v, uint64_t line, uint64_t pos, unsigned nesting,
                                     struct en_err *err);

/* The state of a reader, and the rest of its en_list_ops. */
void *en_list_json_open(struct en_list_in *in, en_list_json_read read);
en_errc en_list_json_feed(void *state, en_bytes chunk, struct en_err *err);
en_errc en_list_json_end(void *state, struct en_err *err);
void en_list_json_close(void *state);

/* Reads each of the list that v is, or has under one of its names; refused with code and why where there is none. */
en_errc en_list_json_each(struct en_list_in *in, json_t *list, en_list_json_read read, uint64_t line, uint64_t pos,
                          unsigned nesting, const char *code, const char *why, struct en_err *err);

/* A string as checked text, line ends as blanks; none where v is no string. */
en_text en_list_json_text(struct en_list_in *in, const json_t *v);

#endif
