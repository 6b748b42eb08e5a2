#include "cmd/charter_view.h"

static en_errc
cmd_charter_list(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "charter-list", NULL, en_charter_line, NULL, err);
}

const struct en_cmd en_cmd_charter_list = {
    .words = "charter list",
    .args = "",
    .summary = "list the versions of the charter that are here",
    .about =
        "A version by its number and hash, whether it is proposed, holds (everybody who must has "
        "signed), or is in force here, and what waits for a second person. Two versions of one "
        "number that both hold are a fork: neither is dropped.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente charter list", "every version that has come" },
            { NULL, NULL },
        },
    .run = cmd_charter_list,
};
