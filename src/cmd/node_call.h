/*
 * node_call.h: a command's way to an act: it writes the arguments, gives files, and shows the records of the answer.
 *
 * With --json a record is printed as it came; else show draws it for people. Whether the node was opened or answered
 * over its socket makes no difference here.
 */
#ifndef EN_CMD_NODE_CALL_H
#define EN_CMD_NODE_CALL_H

#include <jansson.h>

#include "base/buf.h"
#include "cmd/cmd.h"
#include "daemon/link.h"

struct en_node_call {
    struct en_run *run;
    struct en_link *link;
    struct en_buf args;
    struct en_json j; /* writes the members of the arguments */
};

typedef void en_node_show_fn(struct en_run *r, const json_t *record, void *ctx);

/* Opens the node and the arguments' object. On failure there is nothing to close. */
en_errc en_node_open(struct en_node_call *c, struct en_run *r, struct en_err *err);
/* Does the act with the arguments written so far; may be called again after en_node_args. show may be NULL: nothing is
 * shown. */
en_errc en_node_do(struct en_node_call *c, const char *act, struct en_file *files, size_t n_files,
                   en_node_show_fn *show, void *ctx, struct en_err *err);
/* A new, empty object of arguments. */
void en_node_args(struct en_node_call *c);
void en_node_close(struct en_node_call *c);

/* Arguments out of options that were given. */
void en_node_arg_text(struct en_node_call *c, const char *option, const char *member);
void en_node_arg_uint(struct en_node_call *c, const char *option, const char *member);
void en_node_arg_real(struct en_node_call *c, const char *option, const char *member);
void en_node_arg_flag(struct en_node_call *c, const char *option, const char *member);
void en_node_arg_texts(struct en_node_call *c, const char *option, const char *member);
/* The i-th command line argument as a number from 1; EN_E_USAGE if it is none. */
en_errc en_node_arg_id(struct en_node_call *c, size_t i, const char *member, struct en_err *err);

/* One act, one answer: opens, does, closes. fill (may be NULL) writes the arguments. */
typedef en_errc en_node_fill_fn(struct en_node_call *c, struct en_err *err);
en_errc en_node_once(struct en_run *r, const char *act, en_node_fill_fn *fill, en_node_show_fn *show, void *ctx,
                     struct en_err *err);

/* The same, and its records are rows of a table with these headings (table.h). */
en_errc en_node_table(struct en_run *r, const char *act, const char *headings, en_node_fill_fn *fill,
                      en_node_show_fn *show, struct en_err *err);
/* Options that lists share; numbers are those of en_args_int in the act. */
#define EN_NUMBER_MAX 9007199254740991.0
#define EN_LIMIT_OPT(otherwise, most)                                                                                  \
    { .name = "limit", .kind = EN_OPT_UINT, .arg = "N", .def = otherwise, .min = 1, .max = most,                       \
      .help = "at most so many" }
#define EN_NUMBER_OPT(word, what)                                                                                      \
    { .name = word, .kind = EN_OPT_UINT, .arg = "N", .min = 1, .max = EN_NUMBER_MAX, .help = what }

/* Members of a record: "" or 0 when missing. Records are made by acts: their texts are checked. */
en_text en_row_text(const json_t *row, const char *member);
long long en_row_int(const json_t *row, const char *member);
double en_row_real(const json_t *row, const char *member);
bool en_row_bool(const json_t *row, const char *member);
/* "2026-11-24 10:05", or "-" */
void en_row_when(const json_t *row, const char *member, struct en_buf *out);
/* "a, b, c" */
void en_row_texts(const json_t *row, const char *member, struct en_buf *out);
/* The report of an input (docs/formats/json.md), every kind of note with its first places. */
void en_say_notes(const json_t *row);

/* The time to act at in a rehearsal node (ENTENTE_REHEARSAL_NOW), else EN_TIME_NONE. EN_E_USAGE if it is no time. */
en_errc en_rehearsal_now(en_time *out, struct en_err *err);

/* ENTENTE_PASSPHRASE_FILE, the file with the passphrase of the node's own keys; NULL if it is not set. */
const char *en_passphrase_file(void);

#endif
