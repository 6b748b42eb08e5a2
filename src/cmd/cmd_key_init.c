#include "cmd/key_view.h"
#include "cmd/node_call.h"

static en_errc
cmd_key_init(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "key-init", NULL, en_key_view, NULL, err);
}

const struct en_cmd en_cmd_key_init = {
    .words = "key init",
    .args = "",
    .summary = "make the own keys of a node that was made without any",
    .about = "entente init makes them with the node; this is for nodes from before. A signing key, the next one, whose "
             "digest is published before it is ever used, and a sealing key for the month.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente key init", "give an older node its keys" },
            { NULL, NULL },
        },
    .run = cmd_key_init,
};
