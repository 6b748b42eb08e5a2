#include "cmd/node_call.h"
#include "cmd/user_view.h"

static en_errc
cmd_user_list(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "user-list", NULL, en_user_view, NULL, err);
}

const struct en_cmd en_cmd_user_list = {
    .words = "user list",
    .args = "",
    .summary = "list the people of the node, their roles and the ids of their keys",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .examples =
        (const struct en_example[]){
            { "entente user list", "who may do what here" },
            { NULL, NULL },
        },
    .run = cmd_user_list,
};
