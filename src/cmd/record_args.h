/*
 * record_args.h: the options that say what a record says and how it is handled: record new, record edit.
 */
#ifndef EN_CMD_RECORD_ARGS_H
#define EN_CMD_RECORD_ARGS_H

#include "cmd/node_call.h"
#include "record/record.h"

#define EN_RECORD_OPTS                                                                                                \
    { .name = "file", .kind = EN_OPT_PATH, .arg = "FILE", .help = "a JSON object with fields and handling" },         \
    { .name = "set",                                                                                                  \
      .kind = EN_OPT_TEXT,                                                                                            \
      .arg = "FIELD=VALUE",                                                                                           \
      .repeat = true,                                                                                                 \
      .help = "a field of the kind; again for each value of a field that may have several" },                         \
    { .name = "tlp",                                                                                                  \
      .kind = EN_OPT_CHOICE,                                                                                          \
      .arg = "clear|green|amber|amber+strict|red",                                                                    \
      .help = "the label of TLP 2.0" },                                                                               \
    { .name = "onward",                                                                                               \
      .kind = EN_OPT_CHOICE,                                                                                          \
      .arg = "none|ask|list",                                                                                         \
      .help = "may a holder pass it on; none if nothing is said" },                                                   \
    { .name = "onward-to",                                                                                            \
      .kind = EN_OPT_TEXT,                                                                                            \
      .arg = "PARTNER",                                                                                               \
      .repeat = true,                                                                                                 \
      .help = "with list: to whom" },                                                                                 \
    { .name = "code", .kind = EN_OPT_TEXT, .arg = "CODE", .repeat = true, .help = "a handling code, as H1" },         \
    { .name = "purpose", .kind = EN_OPT_TEXT, .arg = "TEXT", .help = "what it may be used for" },                     \
    { .name = "instrument",                                                                                           \
      .kind = EN_OPT_TEXT,                                                                                            \
      .arg = "TEXT",                                                                                                  \
      .help = "the legal instrument or warrant behind it" },                                                          \
    { .name = "ground", .kind = EN_OPT_TEXT, .arg = "WORD", .help = "a ground of docs/formats/grounds.md" },          \
    { .name = "review", .kind = EN_OPT_TEXT, .arg = "DATE", .help = "when it is to be looked at again" },             \
    { .name = "destroy", .kind = EN_OPT_TEXT, .arg = "DATE", .help = "when every holder destroys it" }

/*
 * Puts the members of a record as `member` into the call. kind NULL: of a record that is there already; each field is
 * then a list, and handling is there only if some of it is given.
 */
en_errc en_record_args(struct en_node_call *c, const char *member, const enum en_record_kind *kind, struct en_err *err);

#endif
