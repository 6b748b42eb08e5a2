/*
 * alert_args.h: what alert new and alert edit have in common beside the person.
 */
#ifndef EN_CMD_ALERT_ARGS_H
#define EN_CMD_ALERT_ARGS_H

#include "cmd/node_call.h"

#define EN_ALERT_OPTS                                                                                                  \
    { .name = "ground",                                                                                                \
      .kind = EN_OPT_TEXT,                                                                                             \
      .arg = "GROUND",                                                                                                 \
      .help = "what the alert rests on, as in docs/formats/grounds.md: unsc-2178, terrorism-law ..." },                \
        { .name = "programme",                                                                                         \
          .kind = EN_OPT_TEXT,                                                                                         \
          .arg = "CODE",                                                                                               \
          .repeat = true,                                                                                              \
          .help = "a programme of one's own" },                                                                        \
        { .name = "review", .kind = EN_OPT_TEXT, .arg = "DATE", .help = "when somebody must look at it again" },       \
    {                                                                                                                  \
        .name = "destroy", .kind = EN_OPT_TEXT, .arg = "DATE", .help = "when it is deleted"                            \
    }

void en_alert_args(struct en_node_call *c);

#endif
