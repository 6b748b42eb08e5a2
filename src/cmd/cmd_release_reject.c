#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "reason", "reason");
    return en_fill_release(c, err);
}

static en_errc
cmd_release_reject(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "release-reject", fill, en_release_page, NULL, err);
}

const struct en_cmd en_cmd_release_reject = {
    .words = "release reject",
    .args = "RELEASE",
    .summary = "reject a proposed release",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason", .kind = EN_OPT_TEXT, .arg = "TEXT", .required = true, .help = "why, in words" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente release reject 2 --reason 'the source is not covered'", "do not let it go" },
            { NULL, NULL },
        },
    .run = cmd_release_reject,
};
