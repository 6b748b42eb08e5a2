#include "cmd/charter_view.h"

static en_errc
cmd_charter_show(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "charter-show", en_fill_charter, en_charter_page, NULL, err);
}

const struct en_cmd en_cmd_charter_show = {
    .words = "charter show",
    .args = "[CHARTER]",
    .summary = "show a version of the charter: members, what it takes, forks",
    .about =
        "The one in force, or CHARTER: its number, or the first digits (at least 8) of its hash. "
        "Members stand as they stand now: a suspension that has lapsed has ended. Of what it "
        "changes it says how many votes there are and how many are needed, as the version before "
        "counts and as this one does.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente charter show", "the charter in force" },
            { "entente charter show 3", "version 3 and what it takes" },
            { NULL, NULL },
        },
    .run = cmd_charter_show,
};
