#include "cmd/charter_view.h"

static en_errc
cmd_charter_verify(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "charter-verify", NULL, en_charter_page, NULL, err);
}

const struct en_cmd en_cmd_charter_verify = {
    .words = "charter verify",
    .args = "",
    .summary = "walk the charter from its first version to the one in force",
    .about =
        "Each version is verified by the one before it: its number, its predecessor, every "
        "signature, and the votes that each change takes. The first is known by its hash, which "
        "was made known on paper.\n\nEnds with 7 if a version does not hold.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente charter verify", "every version proves the next" },
            { NULL, NULL },
        },
    .run = cmd_charter_verify,
};
