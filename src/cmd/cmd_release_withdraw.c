#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "reason", "reason");
    en_node_arg_texts(c, "from", "from");
    return en_fill_record(c, err);
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    (void)ctx;
    if (en_row_int(row, "from") > 0 && en_row_int(row, "withdrawal") == 0)
        en_out_f(r->out, "record %lld does not leave for them any more\n", en_row_int(row, "record"));
    else if (en_row_int(row, "from") > 0)
        en_out_f(r->out, "record %lld is taken back from them alone; record %lld tells them\n",
                 en_row_int(row, "record"), en_row_int(row, "withdrawal"));
    else if (en_row_int(row, "withdrawal") == 0)
        en_out_f(r->out, "record %lld is withdrawn; nobody else held it\n", en_row_int(row, "record"));
    else
        en_out_f(r->out, "record %lld is withdrawn; record %lld tells those who hold it\n", en_row_int(row, "record"),
                 en_row_int(row, "withdrawal"));
}

static en_errc
cmd_release_withdraw(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "release-withdraw", fill, show, NULL, err);
}

const struct en_cmd en_cmd_release_withdraw = {
    .words = "release withdraw",
    .args = "RECORD",
    .summary = "take a record of ours back from everybody who holds it, or from some",
    .about =
        "A withdrawal goes to every partner that has or may have any version, before everything else. One person sends "
        "it: it can only make others hold less. Their nodes end the alert, forget its content and say so, signed. "
        "\n\nWith --from only those are told, and for all others the record stays as it is. A partner from which it was "
        "taken back does not take it again.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_CHOICE,
              .arg = "purpose-achieved|wrong-person|wrong-content|ground-gone|expired|court-order|redress|other",
              .required = true,
              .help = "why" },
            { .name = "from",
              .kind = EN_OPT_TEXT,
              .arg = "PARTNER",
              .repeat = true,
              .help = "only from this partner" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente release withdraw 1 --reason wrong-person", "it was somebody else" },
            { "entente release withdraw 1 --from Sudmark --reason other", "one should not have got it" },
            { NULL, NULL },
        },
    .run = cmd_release_withdraw,
};
