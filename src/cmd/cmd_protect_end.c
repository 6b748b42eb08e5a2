#include "cmd/protect_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "reason", "reason");
    return en_node_arg_id(c, 0, "protection", err);
}

static en_errc
cmd_protect_end(struct en_run *r, struct en_err *err)
{
    return en_protect_table(r, "protect-end", fill, err);
}

const struct en_cmd en_cmd_protect_end = {
    .words = "protect end",
    .args = "PROTECTION",
    .summary = "end the protection of somebody",
    .about =
        "The flag is wiped; that there was one stands in the log. Outcomes may be drafted again, and what was held "
        "leaves with the next bundle.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_CHOICE,
              .arg = "over|mistake|renewed",
              .required = true,
              .help = "why; renewed: another one was set" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente protect end 3 --reason over", "what it stood for is over" },
            { NULL, NULL },
        },
    .run = cmd_protect_end,
};
