#include "cmd/key_view.h"
#include "cmd/node_call.h"

static en_errc
cmd_key_seal(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "key-seal", NULL, en_key_view, NULL, err);
}

const struct en_cmd en_cmd_key_seal = {
    .words = "key seal",
    .args = "",
    .summary = "make the sealing keys of this month and the next now",
    .about =
        "The node makes them by itself, 14 days before the month begins, and destroys them 90 days after it has ended. "
        "By hand is for cards that will travel for longer than 14 days.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente key seal", "before a card goes on a long way" },
            { NULL, NULL },
        },
    .run = cmd_key_seal,
};
