#include "cmd/node_call.h"
#include "cmd/partner_view.h"

static en_errc
cmd_partner_readmit(struct en_run *r, struct en_err *err)
{
    return en_partner_take(r, "partner-readmit", err);
}

const struct en_cmd en_cmd_partner_readmit = {
    .words = "partner readmit",
    .args = "CARD",
    .summary = "take a partner back that has lost both its keys, in person",
    .about = "Nothing but people ties the new keys to the old name: meet, compare the fingerprint on both screens, and "
             "sign a paper "
             "(docs/keys.md 5).",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "fingerprint",
              .kind = EN_OPT_TEXT,
              .arg = "DIGITS",
              .help = "the 40 digits as they were compared, face to face" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente partner readmit sudland.card", "show the card that is to be re-admitted" },
            { NULL, NULL },
        },
    .run = cmd_partner_readmit,
};
