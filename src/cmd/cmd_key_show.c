#include "cmd/key_view.h"
#include "cmd/node_call.h"

static en_errc
cmd_key_show(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "key-show", NULL, en_key_view, NULL, err);
}

const struct en_cmd en_cmd_key_show = {
    .words = "key show",
    .args = "",
    .summary = "show the public halves of the node's own keys, and the fingerprint to read out",
    .about =
        "A partner who takes in this node's card compares the fingerprint with what is read out, on the telephone or "
        "face to face, never with what came with the card. It covers the signing key and the one that will follow.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente key show", "what to read out to a partner" },
            { NULL, NULL },
        },
    .run = cmd_key_show,
};
