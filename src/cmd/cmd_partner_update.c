#include "cmd/node_call.h"
#include "cmd/partner_view.h"

static en_errc
cmd_partner_update(struct en_run *r, struct en_err *err)
{
    return en_partner_take(r, "partner-update", err);
}

const struct en_cmd en_cmd_partner_update = {
    .words = "partner update",
    .args = "CARD",
    .summary = "take in a partner's newer card",
    .about = "New sealing keys and a rotation that both signing keys have signed are taken as they are. What only a "
             "person can accept (a "
             "lost key, another name) needs the fingerprint once more. An older card, a key that was not announced and "
             "a changed "
             "history are refused.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "fingerprint",
              .kind = EN_OPT_TEXT,
              .arg = "DIGITS",
              .help = "the 40 digits as they were heard, when a person has to compare them" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente partner update sudland.card", "the partner has rotated its key, or a month has gone by" },
            { NULL, NULL },
        },
    .run = cmd_partner_update,
};
