#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "reason", "reason");
    return en_fill_record(c, err);
}

static en_errc
cmd_record_refuse(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "record-refuse", fill, en_record_page, NULL, err);
}

const struct en_cmd en_cmd_record_refuse = {
    .words = "record refuse",
    .args = "RECORD",
    .summary = "refuse a received alert after a review; its sender is told the reason, signed",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_CHOICE,
              .arg = "ground-insufficient|not-identifiable|wrong-person|law|other",
              .required = true,
              .help = "why" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente record refuse 3 --reason ground-insufficient", "do not use it" },
            { NULL, NULL },
        },
    .run = cmd_record_refuse,
};
