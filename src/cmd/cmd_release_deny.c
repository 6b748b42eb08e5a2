#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "reason", "reason");
    return en_node_arg_id(c, 0, "question", err);
}

static en_errc
cmd_release_deny(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "question-deny", fill, en_question_line, NULL, err);
}

const struct en_cmd en_cmd_release_deny = {
    .words = "release deny",
    .args = "QUESTION",
    .summary = "let a holder not pass a record of ours on; it is told the reason, signed",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_CHOICE,
              .arg = "ground-insufficient|law|no-agreement|not-needed|other",
              .required = true,
              .help = "why" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente release deny 2 --reason law", "our law does not allow it" },
            { NULL, NULL },
        },
    .run = cmd_release_deny,
};
