#include "cmd/node_call.h"
#include "cmd/partner_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text text;
    en_errc rc = en_arg_text(c->run, 0, &text, err);

    if (rc != EN_OK)
        return rc;
    en_json_kv_text(&c->j, "partner", text);
    en_json_key(&c->j, "addresses");
    en_json_array(&c->j);
    for (size_t i = 1; rc == EN_OK && i < c->run->n_args; i++) {
        rc = en_arg_text(c->run, i, &text, err);
        if (rc == EN_OK)
            en_json_text(&c->j, text);
    }
    en_json_array_end(&c->j);
    return rc;
}

static en_errc
cmd_partner_address(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-address", fill, en_partner_view, NULL, err);
}

const struct en_cmd en_cmd_partner_address = {
    .words = "partner address",
    .args = "PARTNER [URL...]",
    .summary = "say where this node reaches a partner, whatever its card says",
    .about = "A card names where its partner is reached. Where that does not hold from here (another network, a "
             "gateway), up to four other addresses are given, and tried in this order; without one, those of the card "
             "hold again. Who answers there proves by its certificate that it is this partner, so a wrong address "
             "costs time and nothing else.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts = (const struct en_opt[]){ { .name = NULL } },
    .examples =
        (const struct en_example[]){
            { "entente partner address sudland https://10.20.0.7:8443", "reach it through a tunnel" },
            { "entente partner address sudland", "as its card says, again" },
            { NULL, NULL },
        },
    .run = cmd_partner_address,
};
