#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_flag(c, "waiting", "waiting");
    en_node_arg_uint(c, "limit", "limit");
    return EN_OK;
}

static en_errc
cmd_release_asked(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "question-list", fill, en_question_line, NULL, err);
}

const struct en_cmd en_cmd_release_asked = {
    .words = "release asked",
    .args = "",
    .summary = "list what holders of our records want to pass on, and what they were answered",
    .about = "A record whose handling says ask may go on only with our consent: entente release consent and a second "
             "person, or entente release deny. Who got a record with our consent is told when it is withdrawn.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            { .name = "waiting", .kind = EN_OPT_FLAG, .help = "only those that nobody has answered" },
            EN_LIMIT_OPT("1000", 100000),
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente release asked --waiting", "what partners wait to hear" },
            { NULL, NULL },
        },
    .run = cmd_release_asked,
};
