#include "cmd/charter_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_flag(c, "instead", "instead");
    return en_fill_charter(c, err);
}

static en_errc
cmd_charter_sign(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "charter-sign", fill, en_charter_page, NULL, err);
}

const struct en_cmd en_cmd_charter_sign = {
    .words = "charter sign",
    .args = "CHARTER",
    .summary = "have this node sign a version of the charter: its vote",
    .about =
        "Two persons: one asks, another does it. Who proposed it here has asked. The signature "
        "counts as this member's one vote, whatever the version changes, and never about the "
        "member itself. Of two versions of one number a node signs one: who signs both is named "
        "by the two texts together.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "instead", .kind = EN_OPT_FLAG, .help = "another one of this number was signed and came to nothing" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente charter sign 3", "vote for version 3" },
            { "entente charter sign 4bf92f35", "one of two with the same number, by its hash" },
            { NULL, NULL },
        },
    .run = cmd_charter_sign,
};
