#include "cmd/memory_view.h"
#include "cmd/node_call.h"
#include "cmd/table.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    return en_node_arg_id(c, 0, "memory", err);
}

static en_errc
cmd_clearance_end(struct en_run *r, struct en_err *err)
{
    return en_node_table(r, "clearance-end", EN_MEMORY_COLUMNS, fill, en_memory_row, err);
}

const struct en_cmd en_cmd_clearance_end = {
    .words = "clearance end",
    .args = "MEMORY",
    .summary = "take back a remembered answer, a clearance or a redress number",
    .about = "From now on such a pair is a hit like any other. Hits that it has marked stay as they are.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente clearance end 4", "the clearance was a mistake" },
            { NULL, NULL },
        },
    .run = cmd_clearance_end,
};
