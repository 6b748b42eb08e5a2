#include "cmd/exchange_view.h"

static en_errc
cmd_release_approve(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "release-approve", en_fill_release, en_release_page, NULL, err);
}

const struct en_cmd en_cmd_release_approve = {
    .words = "release approve",
    .args = "RELEASE",
    .summary = "approve a release: the record is signed for its partners and waits to leave",
    .about = "Who proposed a release, or wrote the record, does not approve it; keys are compared, not names. The "
             "rules are asked again. What leaves does so with entente bundle export.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente release approve 2", "let it go" },
            { NULL, NULL },
        },
    .run = cmd_release_approve,
};
