#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    return en_node_arg_id(c, 0, "question", err);
}

static en_errc
cmd_release_consent(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "question-consent", fill, en_release_page, NULL, err);
}

const struct en_cmd en_cmd_release_consent = {
    .words = "release consent",
    .args = "QUESTION",
    .summary = "propose to consent that a holder passes a record of ours on",
    .about = "The consent is a release of ours for that one partner, which the holder sends with the record; the "
             "partner verifies our signature on both. It is for this version alone.\n\nThe exit code is 4: a second "
             "person approves it (entente release approve), and the answer leaves with the next bundle to who asked.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente release consent 2", "of question 2 of entente release asked" },
            { NULL, NULL },
        },
    .run = cmd_release_consent,
};
