#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/key_view.h"
#include "cmd/node_call.h"

/* Every partner has to meet us in person after it: it is not done by a word that was typed too fast. */
static en_errc
sure(struct en_run *r, struct en_err *err)
{
    char said[16] = "";

    if (en_opt_given(r, "yes"))
        return EN_OK;
    if (!isatty(STDIN_FILENO))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "after this every partner must re-admit this node in person; --yes says that this is meant");
    en_say("New keys under the same name: every partner must re-admit this node in person. Type yes to go on.");
    if (fgets(said, sizeof said, stdin) != NULL && strcmp(said, "yes\n") == 0)
        return EN_OK;
    return en_err_set(err, EN_E_NO, EN_NO_POS, "nothing was done");
}

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text what;
    en_errc rc = en_arg_text(c->run, 0, &what, err);

    if (rc == EN_OK && !en_text_is(what, "signing") && !en_text_is(what, "next") && !en_text_is(what, "both"))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "what was lost is signing, next or both");
    if (rc == EN_OK && en_text_is(what, "both"))
        rc = sure(c->run, err);
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
        "partner must re-admit the node in person, so it is asked for once more (--yes in a script).\n\n"
        "docs/keys.md is the ceremony: who is there, what is said, what is checked.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "yes", .kind = EN_OPT_FLAG, .help = "of both: it is meant, and nothing is asked" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente key lost signing", "after a theft: the key from the safe goes on" },
            { "entente key lost next", "the safe is empty: announce another next key" },
            { NULL, NULL },
        },
    .run = cmd_key_lost,
};
