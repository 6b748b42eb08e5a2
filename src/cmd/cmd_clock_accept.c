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
    .summary = "say that the machine's clock is right although it jumped",
    .about =
        "A wrong clock would delete data early or keep it too long. A node does nothing when its clock lies before its "
        "newest act, more than seven days behind it (it was off, or the clock is wrong), or when the clock jumped "
        "under entente serve: set the clock right. If it is right, an admin says so with this.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente clock accept", "the clock is right now" },
            { NULL, NULL },
        },
    .run = cmd_clock_accept,
};
