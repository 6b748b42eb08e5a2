#include "cmd/exchange_view.h"

static en_errc
cmd_record_drop(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "record-drop", en_fill_record, en_record_page, NULL, err);
}

const struct en_cmd en_cmd_record_drop = {
    .words = "record drop",
    .args = "RECORD",
    .summary = "drop a draft that was released to nobody",
    .about = "Its content goes, and a release of it that waits is rejected; the version in force, if there is one, "
             "stays. What was released is taken back by entente release withdraw.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente record drop 3", "it is not needed" },
            { NULL, NULL },
        },
    .run = cmd_record_drop,
};
