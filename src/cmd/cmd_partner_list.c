#include "cmd/node_call.h"
#include "cmd/partner_view.h"

static en_errc
cmd_partner_list(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-list", NULL, en_partner_line, NULL, err);
}

const struct en_cmd en_cmd_partner_list = {
    .words = "partner list",
    .args = "",
    .summary = "list the partners that are known",
    .about = "Partners are never deleted: records and events name them. A link that is not wanted is cut.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .examples =
        (const struct en_example[]){
            { "entente partner list", "who is known here" },
            { NULL, NULL },
        },
    .run = cmd_partner_list,
};
