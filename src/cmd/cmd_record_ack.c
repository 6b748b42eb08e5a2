#include "cmd/exchange_view.h"

static en_errc
cmd_record_ack(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "record-ack", en_fill_record, en_record_page, NULL, err);
}

const struct en_cmd en_cmd_record_ack = {
    .words = "record ack",
    .args = "RECORD",
    .summary = "acknowledge a warning: a person has seen it, and its sender is told so",
    .about = "A warning is not done with by having arrived. The acknowledgement goes back as a signed receipt with the "
             "next bundle; entente status counts what nobody has acknowledged.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente record ack 5", "say that the warning was seen" },
            { NULL, NULL },
        },
    .run = cmd_record_ack,
};
