#include "cmd/node_call.h"
#include "cmd/partner_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "reason", "reason");
    return en_fill_partner(c, err);
}

static en_errc
cmd_partner_cut(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-cut", fill, en_partner_view, NULL, err);
}

const struct en_cmd en_cmd_partner_cut = {
    .words = "partner cut",
    .args = "PARTNER",
    .summary = "cut the link to a partner, at once and without a vote",
    .about = "Nothing goes to it any more, and nothing but withdrawals is taken from it. It ends one link, never the "
             "exchange; what waits is "
             "kept. The first thing to do when a partner says that its key was stolen.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_TEXT,
              .arg = "TEXT",
              .help = "why: it stands in the log",
              .required = true },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente partner cut sudland --reason 'its key was stolen, by telephone'", "after a call" },
            { NULL, NULL },
        },
    .run = cmd_partner_cut,
};
