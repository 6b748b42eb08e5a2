#include "cmd/charter_view.h"

static en_errc
cmd_charter_import(struct en_run *r, struct en_err *err)
{
    struct en_node_call c;
    struct en_file file;
    en_errc rc = en_file_open(&file, en_arg(r, 0), en_arg_show(r, en_arg(r, 0)), err);

    if (rc != EN_OK)
        return rc;
    rc = en_node_open(&c, r, err);
    if (rc == EN_OK) {
        rc = en_node_do(&c, "charter-import", &file, 1, en_charter_line, NULL, err);
        en_node_close(&c);
    }
    en_file_close(&file);
    return rc;
}

const struct en_cmd en_cmd_charter_import = {
    .words = "charter import",
    .args = "FILE",
    .summary = "take in versions of the charter and signatures that a member hands on",
    .about =
        "Signatures of one text are put together. Nothing changes by that: a version is in force "
        "here when persons of this node adopt it. A version that no member has signed, or whose "
        "predecessor is not here, is refused; a signature of a member that does not hold spoils "
        "the file.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente charter import charter.txt", "what a member brought on a stick" },
            { NULL, NULL },
        },
    .run = cmd_charter_import,
};
