#include "cmd/exchange_view.h"

static en_errc
cmd_record_accept(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "record-accept", en_fill_record, en_record_page, NULL, err);
}

const struct en_cmd en_cmd_record_accept = {
    .words = "record accept",
    .args = "RECORD",
    .summary = "accept a received alert that waits for a review: it is screened against at once",
    .about = "A supervisor looks at what came before it is used, where the agreement says so, where there is none, and "
             "where it is about a national of ours. Accepted, the alert is live in screening within the act, and "
             "travellers still held are compared with it.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente record accept 3", "use what a partner sent" },
            { NULL, NULL },
        },
    .run = cmd_record_accept,
};
