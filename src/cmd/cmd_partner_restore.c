#include "cmd/node_call.h"
#include "cmd/partner_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "reason", "reason");
    return en_fill_partner(c, err);
}

static en_errc
cmd_partner_restore(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-restore", fill, en_partner_view, NULL, err);
}

const struct en_cmd en_cmd_partner_restore = {
    .words = "partner restore",
    .args = "PARTNER",
    .summary = "take up a link again that was cut",
    .about = "What waited goes out with the next bundle.",
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
            { "entente partner restore sudland --reason 'new key compared in person'", "after a re-admission" },
            { NULL, NULL },
        },
    .run = cmd_partner_restore,
};
