#include "cmd/node_call.h"

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    (void)ctx;
    en_out_f(r->out, "the time is %.*s\n", EN_TEXT_ARG(en_row_text(row, "accepted")));
}

static en_errc
cmd_clock_accept(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "clock-accept", NULL, show, NULL, err);
}

const struct en_cmd en_cmd_clock_accept = {
    .words = "clock accept",
    .args = "",
    .summary = "say that the machine's clock is right although it went backwards",
    .about = "A node whose clock lies before its newest event does nothing, because retention could not be trusted: "
             "set the clock "
             "right. If the clock was wrong before and is right now, an admin says so with this.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente clock accept", "the clock is right now" },
            { NULL, NULL },
        },
    .run = cmd_clock_accept,
};
