#include "cmd/key_view.h"
#include "cmd/node_call.h"

static en_errc
cmd_key_adopt(struct en_run *r, struct en_err *err)
{
    struct en_file file = { .fd = -1 };
    struct en_node_call c;
    en_errc rc = en_file_open(&file, en_arg(r, 0), en_arg_show(r, en_arg(r, 0)), err);

    if (rc != EN_OK)
        return rc;
    rc = en_node_open(&c, r, err);
    if (rc == EN_OK) {
        rc = en_node_do(&c, "key-adopt", &file, 1, en_key_view, NULL, err);
        en_node_close(&c);
    }
    en_file_close(&file);
    return rc;
}

const struct en_cmd en_cmd_key_adopt = {
    .words = "key adopt",
    .args = "CARD",
    .summary = "learn again from this node's own card which signing keys it has had",
    .about = "After a backup was put back that is older than the last rotation, the store misses steps of the history "
             "of the "
             "node's keys, and partners would take another history for a forgery. Any card that the node has given "
             "since has "
             "the steps: its own copy, or one that a partner gives back (entente partner card NODE). Every step is "
             "verified.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente key adopt norland.card", "after an older backup was put back" },
            { NULL, NULL },
        },
    .run = cmd_key_adopt,
};
