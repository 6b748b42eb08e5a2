#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_flag(c, "nothing-lost", "nothing_lost");
    en_node_arg_uint(c, "goes-on", "goes_on");
    en_node_arg_uint(c, "known", "known");
    en_node_arg_text(c, "known-root", "known_root");
    return EN_OK;
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    const json_t *line;
    size_t i;

    (void)ctx;
    json_array_foreach(json_object_get(row, "statement"), i, line)
        en_out_f(r->out, "%s\n", json_string_value(line));
    if (en_row_bool(row, "nothing_lost"))
        en_say("the ledger goes on in epoch %lld", en_row_int(row, "epoch"));
    else
        en_say("epoch %lld is open; give the statement to every partner: it names both heads",
               en_row_int(row, "epoch"));
}

static en_errc
cmd_ledger_epoch(struct en_run *r, struct en_err *err)
{
    if (en_opt_given(r, "nothing-lost") == (en_opt_given(r, "goes-on") || en_opt_given(r, "known")))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "either --nothing-lost, or --goes-on SIZE and --known SIZE");
    return en_node_once(r, "ledger-epoch", fill, show, NULL, err);
}

const struct en_cmd en_cmd_ledger_epoch = {
    .words = "ledger epoch",
    .args = "",
    .summary = "say after a restore what was lost, so that the ledger goes on without a contradiction",
    .about =
        "A node that was put back to an earlier state must not sign another history over the one that its partners have "
        "seen: that would be a fork, and they could prove it. So after `entente restore` nothing is signed and hardly "
        "anything done until an admin has looked.\n\n"
        "Ask the partners for the newest head of this node that they hold. If none has more events than the restored "
        "ledger (`entente ledger show --heads`: the head in doubt), nothing was lost: --nothing-lost. Otherwise name "
        "both: --goes-on is the size of the head in doubt, --known that of the largest head anybody holds. The epoch "
        "is closed, the next one opened under another origin, and the statement that is printed, signed by the node, "
        "names both heads; the same events from the first on stay in the ledger. --nothing-lost is refused when the restore "
        "could read that the replaced ledger was longer.\n\n"
        "A node that was put back by other means than `entente restore` (a disk image) is told in the same way.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "nothing-lost",
              .kind = EN_OPT_FLAG,
              .help = "no head of this node is known that has more events than the restored ledger" },
            { .name = "goes-on",
              .kind = EN_OPT_UINT,
              .arg = "SIZE",
              .min = 1,
              .max = 9007199254740991.0,
              .help = "events of the head that the ledger goes on from" },
            { .name = "known",
              .kind = EN_OPT_UINT,
              .arg = "SIZE",
              .min = 1,
              .max = 9007199254740991.0,
              .help = "events of the largest head that is known to have been signed" },
            { .name = "known-root", .kind = EN_OPT_TEXT, .arg = "HEX", .help = "the root of that head" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente ledger epoch --nothing-lost", "the backup was made behind the last act" },
            { "entente ledger epoch --goes-on 120 --known 134", "14 acts are lost" },
            { NULL, NULL },
        },
    .run = cmd_ledger_epoch,
};
