#include "cmd/memory_view.h"
#include "cmd/node_call.h"
#include "cmd/table.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    return en_node_arg_id(c, 0, "memory", err);
}

static en_errc
cmd_redress_new(struct en_run *r, struct en_err *err)
{
    return en_node_table(r, "redress-new", EN_MEMORY_COLUMNS, fill, en_memory_row, err);
}

const struct en_cmd en_cmd_redress_new = {
    .words = "redress new",
    .args = "MEMORY",
    .summary = "give a redress number to somebody who was cleared of an alert",
    .about =
        "MEMORY is a clearance of entente clearance list, so two persons have found that it is somebody else. Its "
        "holder puts the number into bookings (SSR DOCO of a PNR, RFF+AEA of a passenger list). It answers for that "
        "one alert and for nobody with another name, birth date, nationality or sex; a new document is no change. "
        "It ends after two years, when the alert changes materially, or with entente clearance end.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente redress new 4", "the holder will not be stopped for this alert again" },
            { NULL, NULL },
        },
    .run = cmd_redress_new,
};
