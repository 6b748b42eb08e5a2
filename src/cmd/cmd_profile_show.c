#include "cmd/node_call.h"
#include "cmd/profile_view.h"

static en_errc
cmd_profile_show(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "profile-show", NULL, en_profile_view, NULL, err);
}

const struct en_cmd en_cmd_profile_show = {
    .words = "profile show",
    .args = "",
    .summary = "show what the node compares travellers with, and how long it keeps them",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente profile show", "the profile" },
            { NULL, NULL },
        },
    .run = cmd_profile_show,
};
