#include "cmd/key_view.h"
#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text what;
    en_errc rc = en_arg_text(c->run, 0, &what, err);

    if (rc == EN_OK && !en_text_is(what, "signing") && !en_text_is(what, "next") && !en_text_is(what, "both"))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "what was lost is signing, next or both");
    if (rc == EN_OK)
        en_json_kv_text(&c->j, "what", what);
    return rc;
}

static en_errc
cmd_key_lost(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "key-lost", fill, en_key_view, NULL, err);
}

const struct en_cmd en_cmd_key_lost = {
    .words = "key lost",
    .args = "signing|next|both",
    .summary = "go on after a signing key was lost or stolen",
    .about =
        "signing: the next key, from the safe, goes on alone; partners compare the fingerprint once more. next: the "
        "signing key announces another next one; partners compare as well. both: new keys under the same name; every "
        "partner must re-admit the node in person.\n\n"
        "docs/keys.md is the ceremony: who is there, what is said, what is checked.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente key lost signing", "after a theft: the key from the safe goes on" },
            { "entente key lost next", "the safe is empty: announce another next key" },
            { NULL, NULL },
        },
    .run = cmd_key_lost,
};
