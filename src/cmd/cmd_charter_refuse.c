#include "cmd/charter_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "reason", "reason");
    return en_fill_charter(c, err);
}

static en_errc
cmd_charter_refuse(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "charter-refuse", fill, en_charter_page, NULL, err);
}

const struct en_cmd en_cmd_charter_refuse = {
    .words = "charter refuse",
    .args = "CHARTER",
    .summary = "do not sign or adopt what somebody here has asked to sign or adopt",
    .about =
        "Nobody is waited for any more; it can be asked again. What was signed or adopted stays.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_TEXT,
              .arg = "TEXT",
              .help = "why; it stands in the log" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente charter refuse 3 --reason 'the ministry has not agreed'", "no vote of this node" },
            { NULL, NULL },
        },
    .run = cmd_charter_refuse,
};
