#include "cmd/node_call.h"
#include "cmd/partner_view.h"

static en_errc
cmd_partner_add(struct en_run *r, struct en_err *err)
{
    return en_partner_take(r, "partner-add", err);
}

const struct en_cmd en_cmd_partner_add = {
    .words = "partner add",
    .args = "CARD",
    .summary = "take in the card of a partner, once its fingerprint was compared",
    .about = "The card comes by any way; the fingerprint by another: read out on the telephone from the partner's own "
             "screen, or face to "
             "face. Without --fingerprint the card is shown and nothing is taken in. The card leads from the partner's "
             "id to its "
             "signing key of today, so nobody can come under another's id.\n\nThe link begins without an agreement: "
             "entente partner "
             "agree.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "fingerprint",
              .kind = EN_OPT_TEXT,
              .arg = "DIGITS",
              .help = "the 40 digits as they were heard; blanks and hyphens do not matter" },
            { .name = "standing",
              .kind = EN_OPT_CHOICE,
              .arg = "full|observer|provisional",
              .def = "full",
              .help = "the partner's standing" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente partner add sudland.card", "show a card, and what is to be compared" },
            { "entente partner add sudland.card --fingerprint '20870 95212 06384 18758 08415 95646 14208 50705'",
              "take it in after the telephone call" },
            { NULL, NULL },
        },
    .run = cmd_partner_add,
};
