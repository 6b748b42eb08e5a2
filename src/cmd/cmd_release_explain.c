#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text partner;
    en_errc rc = en_arg_text(c->run, 1, &partner, err);

    if (rc != EN_OK)
        return rc;
    en_json_kv_text(&c->j, "partner", partner);
    return en_fill_record(c, err);
}

static en_errc
cmd_release_explain(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "release-preview", fill, en_preview_line, NULL, err);
}

const struct en_cmd en_cmd_release_explain = {
    .words = "release explain",
    .args = "RECORD PARTNER",
    .summary = "explain why one partner may hold a record, or not",
    .about = "The reasons are those that the program obeys.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .examples =
        (const struct en_example[]){
            { "entente release explain 1 Sudmark", "the reasons for one partner" },
            { NULL, NULL },
        },
    .run = cmd_release_explain,
};
