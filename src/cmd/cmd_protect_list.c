#include "cmd/protect_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_uint(c, "due", "due_days");
    en_node_arg_uint(c, "limit", "limit");
    return EN_OK;
}

static en_errc
cmd_protect_list(struct en_run *r, struct en_err *err)
{
    return en_protect_table(r, "protect-list", fill, err);
}

const struct en_cmd en_cmd_protect_list = {
    .words = "protect list",
    .args = "",
    .summary = "list who is protected, why, and when a person looks at it again",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            { .name = "due",
              .kind = EN_OPT_UINT,
              .arg = "DAYS",
              .min = 0,
              .max = 366,
              .help = "only those to be looked at within so many days; 0: now" },
            EN_LIMIT_OPT("1000", 100000),
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente protect list --due 30", "what is to be looked at this month" },
            { NULL, NULL },
        },
    .run = cmd_protect_list,
};
