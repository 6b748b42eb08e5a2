#include "cmd/hit_page.h"
#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    return en_node_arg_id(c, 0, "hit", err);
}

static en_errc
cmd_hit_show(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "hit-show", fill, en_hit_page, NULL, err);
}

const struct en_cmd en_cmd_hit_show = {
    .words = "hit show",
    .args = "HIT",
    .summary = "show a hit: both sides, the evidence, and what was decided",
    .about = "While a hit waits for a second person, the first answer is shown to its author only, so that the second "
             "person "
             "looks with fresh eyes.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .examples =
        (const struct en_example[]){
            { "entente hit show 12", "look at hit 12" },
            { NULL, NULL },
        },
    .run = cmd_hit_show,
};
