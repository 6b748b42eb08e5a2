#include "cmd/key_view.h"
#include "cmd/node_call.h"

static en_errc
cmd_key_restore(struct en_run *r, struct en_err *err)
{
    struct en_file file = { .fd = -1 };
    struct en_node_call c;
    en_errc rc = en_file_open(&file, en_arg(r, 0), en_arg_show(r, en_arg(r, 0)), err);

    if (rc != EN_OK)
        return rc;
    rc = en_node_open(&c, r, err);
    if (rc == EN_OK) {
        rc = en_node_do(&c, "key-restore", &file, 1, en_key_view, NULL, err);
        en_node_close(&c);
    }
    en_file_close(&file);
    return rc;
}

const struct en_cmd en_cmd_key_restore = {
    .words = "key restore",
    .args = "FILE",
    .summary = "put a signing key of the node back, from the safe",
    .about =
        "The signing key in use or the next one, and nothing else: a file of another node, an old key and a sealing "
        "key are refused. The file is copied into keys/node and stays where it is.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente key restore /media/safe/signing-0123456789abcdef.key", "before a rotation" },
            { NULL, NULL },
        },
    .run = cmd_key_restore,
};
