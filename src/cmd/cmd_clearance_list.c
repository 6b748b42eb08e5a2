#include "cmd/memory_view.h"
#include "cmd/node_call.h"
#include "cmd/table.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_uint(c, "alert", "alert");
    en_node_arg_uint(c, "limit", "limit");
    return EN_OK;
}

static en_errc
cmd_clearance_list(struct en_run *r, struct en_err *err)
{
    return en_node_table(r, "clearance-list", EN_MEMORY_COLUMNS, fill, en_memory_row, err);
}

const struct en_cmd en_cmd_clearance_list = {
    .words = "clearance list",
    .args = "",
    .summary = "list the answers that are remembered: what was decided, about which alert, until when",
    .about =
        "An answer is remembered as hashes of the evidence that it was about, never as a person's data "
        "(docs/formats/verdicts.md). An answer is shown with a later hit of the same kind; a clearance, which two "
        "persons have given, and a redress number also mark it as cleared. All end on their date, and earlier when "
        "the alert or the traveller's evidence changes materially.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            { .name = "alert",
              .kind = EN_OPT_UINT,
              .arg = "ALERT",
              .min = 1,
              .max = 9007199254740991.0,
              .help = "only about this alert" },
            EN_LIMIT_OPT("100", 10000),
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente clearance list --alert 7", "who was found not to be the person of alert 7" },
            { NULL, NULL },
        },
    .run = cmd_clearance_list,
};
