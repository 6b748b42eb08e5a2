#include "cmd/charter_view.h"

/* The notes themselves go to standard output, line by line as they were signed. */
static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    const json_t *line;
    size_t i;

    (void)ctx;
    json_array_foreach(json_object_get(row, "lines"), i, line)
        en_out_f(r->out, "%.*s\n", (int)json_string_length(line), json_string_value(line));
}

static en_errc
cmd_charter_export(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "charter-export", en_fill_charter, show, NULL, err);
}

const struct en_cmd en_cmd_charter_export = {
    .words = "charter export",
    .args = "[CHARTER]",
    .summary = "write charters with their signatures into a file for other members",
    .about =
        "Without CHARTER: every version that holds, also those of another branch, and what is proposed after the one in "
        "force, each with the signatures that are known here; behind them what members have said of their later keys, so "
        "that whoever reads it can follow them. Signatures are collected by handing such files on, and `entente-verify "
        "charter` checks one without a node.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente charter export > charter.txt", "all of it, for the stick" },
            { "entente charter export 3 > proposal.txt", "one proposal, to collect signatures" },
            { NULL, NULL },
        },
    .run = cmd_charter_export,
};
