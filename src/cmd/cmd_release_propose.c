#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_texts(c, "to", "to");
    return en_fill_record(c, err);
}

static en_errc
cmd_release_propose(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "release-propose", fill, en_release_page, NULL, err);
}

const struct en_cmd en_cmd_release_propose = {
    .words = "release propose",
    .args = "RECORD",
    .summary = "propose to release a record of ours to partners",
    .about = "Nobody gets a record by default. A partner is named by its id or, where only one has it, its name. If "
             "the rules speak against one of them, nothing is proposed: entente release preview shows all "
             "reasons.\n\nThe exit code is 4: a second person approves it.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "to",
              .kind = EN_OPT_TEXT,
              .arg = "PARTNER",
              .required = true,
              .repeat = true,
              .help = "a partner" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente release propose 1 --to Sudmark", "to one partner" },
            { NULL, NULL },
        },
    .run = cmd_release_propose,
};
