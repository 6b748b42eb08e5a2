#include "cmd/node_call.h"
#include "cmd/partner_view.h"

static en_errc
cmd_partner_show(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-show", en_fill_partner, en_partner_view, NULL, err);
}

const struct en_cmd en_cmd_partner_show = {
    .words = "partner show",
    .args = "PARTNER",
    .summary = "show a partner: its keys, its standing, what was agreed",
    .about = "PARTNER is an id or a name that only one partner has.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .examples =
        (const struct en_example[]){
            { "entente partner show sudland", "what was agreed with a partner" },
            { NULL, NULL },
        },
    .run = cmd_partner_show,
};
