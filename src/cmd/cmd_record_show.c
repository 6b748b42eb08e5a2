#include "cmd/exchange_view.h"

static en_errc
cmd_record_show(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "record-show", en_fill_record, en_record_page, NULL, err);
}

const struct en_cmd en_cmd_record_show = {
    .words = "record show",
    .args = "RECORD",
    .summary = "show a record with what it says, or what is left of it",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .examples =
        (const struct en_example[]){
            { "entente record show 3", "a record and its handling" },
            { NULL, NULL },
        },
    .run = cmd_record_show,
};
