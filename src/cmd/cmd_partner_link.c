#include "cmd/link_view.h"
#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text name;
    en_errc rc = EN_OK;

    if (c->run->n_args == 0)
        return EN_OK;
    rc = en_arg_text(c->run, 0, &name, err);
    if (rc == EN_OK)
        en_json_kv_text(&c->j, "partner", name);
    return rc;
}

static en_errc
cmd_partner_link(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-link", fill, en_link_view, NULL, err);
}

const struct en_cmd en_cmd_partner_link = {
    .words = "partner link",
    .args = "[PARTNER]",
    .summary = "show how the exchange with partners stands",
    .about = "How many bundles went and came, which wait for a receipt and since when, who relays, what of the "
             "partner's log was cosigned, and the alarms that are for a person. It ends with exit code 7 if a partner "
             "has signed two histories of its log: the evidence is kept and anyone can verify it.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .examples =
        (const struct en_example[]){
            { "entente partner link", "all links" },
            { "entente partner link sudland", "one of them" },
            { NULL, NULL },
        },
    .run = cmd_partner_link,
};
