#include "cmd/link_view.h"
#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text name, word;
    en_errc rc = en_arg_text(c->run, 0, &name, err);

    rc = rc != EN_OK ? rc : en_arg_text(c->run, 1, &word, err);
    if (rc != EN_OK)
        return rc;
    if (!en_text_is(word, "on") && !en_text_is(word, "off"))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a relay is on or off");
    en_json_kv_text(&c->j, "partner", name);
    en_json_kv_bool(&c->j, "on", en_text_is(word, "on"));
    return EN_OK;
}

static en_errc
cmd_partner_relay(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-relay", fill, en_link_view, NULL, err);
}

const struct en_cmd en_cmd_partner_relay = {
    .words = "partner relay",
    .args = "PARTNER on|off",
    .summary = "pass sealed bundles on for a partner, or no more",
    .about = "An offer that a node makes by choice. What the partner gives is sealed for its recipient: nothing of it "
             "can be read here, and nothing altered that would not be noticed. Up to 64 bundles and 256 MiB of one "
             "partner are kept, for seven days.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente partner relay sudland on", "its bundles for our other partners are passed on" },
            { "entente partner relay sudland off", "no more" },
            { NULL, NULL },
        },
    .run = cmd_partner_relay,
};
