#include "cmd/node_call.h"
#include "cmd/user_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text name;
    en_errc rc = en_arg_text(c->run, 0, &name, err);

    if (rc == EN_OK)
        en_json_kv_text(&c->j, "name", name);
    return rc;
}

static en_errc
cmd_user_disable(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "user-disable", fill, en_user_view, NULL, err);
}

const struct en_cmd en_cmd_user_disable = {
    .words = "user disable",
    .args = "NAME",
    .summary = "end a person's right to act; what the person did stays in the log",
    .about = "A name and a key are never used again for somebody else. The last admin cannot be disabled.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente user disable berta", "berta has left the service" },
            { NULL, NULL },
        },
    .run = cmd_user_disable,
};
