#include "cmd/key_view.h"
#include "cmd/node_call.h"

static en_errc
cmd_key_rotate(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "key-rotate", NULL, en_key_view, NULL, err);
}

const struct en_cmd en_cmd_key_rotate = {
    .words = "key rotate",
    .args = "",
    .summary = "go on to the next signing key, which was announced, and announce another",
    .about =
        "The next key must be in keys/node: put it back from the safe with entente key restore. Both keys sign the "
        "step, so partners take it without being asked; send them the new card (entente partner card). The old key is "
        "destroyed, and the new next one belongs into the safe.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente key rotate", "change the signing key, as once a year" },
            { NULL, NULL },
        },
    .run = cmd_key_rotate,
};
