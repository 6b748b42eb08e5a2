#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_uint(c, "record", "record");
    en_node_arg_flag(c, "waiting", "waiting");
    en_node_arg_uint(c, "limit", "limit");
    return EN_OK;
}

static en_errc
cmd_release_list(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "release-list", fill, en_release_page, NULL, err);
}

const struct en_cmd en_cmd_release_list = {
    .words = "release list",
    .args = "",
    .summary = "list releases: what was proposed and approved by whom, to whom",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            EN_NUMBER_OPT("record", "only of this record"),
            { .name = "waiting", .kind = EN_OPT_FLAG, .help = "only those that wait for a second person" },
            EN_LIMIT_OPT("1000", 100000),
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente release list --waiting", "what a second person is asked for" },
            { NULL, NULL },
        },
    .run = cmd_release_list,
};
