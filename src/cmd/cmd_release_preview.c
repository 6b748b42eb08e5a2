#include "cmd/exchange_view.h"

static en_errc
cmd_release_preview(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "release-preview", en_fill_record, en_preview_line, NULL, err);
}

const struct en_cmd en_cmd_release_preview = {
    .words = "release preview",
    .args = "RECORD",
    .summary = "show who would hold a record, why, and why not the others",
    .about = "For every partner that we know: what the rules say, with their clauses (docs/exchange-rules.md), and "
             "what became of its delivery.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .examples =
        (const struct en_example[]){
            { "entente release preview 1", "look before proposing" },
            { NULL, NULL },
        },
    .run = cmd_release_preview,
};
