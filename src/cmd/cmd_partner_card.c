#include "cmd/node_call.h"
#include "cmd/partner_view.h"

/* The card file itself goes to standard output, line by line as it was signed. */
static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    const json_t *lines = json_object_get(row, "card");

    (void)ctx;
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);

        en_out_f(r->out, "%.*s\n", (int)json_string_length(line), json_string_value(line));
    }
    if (en_arg(r, 0) == NULL)
        en_say("send it by any way; what the partner compares is read out: %.*s",
               EN_TEXT_ARG(en_row_text(row, "fingerprint")));
}

static en_errc
cmd_partner_card(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-card", en_fill_partner, show, NULL, err);
}

const struct en_cmd en_cmd_partner_card = {
    .words = "partner card",
    .args = "[PARTNER]",
    .summary = "write this node's own card, for its partners, or give a partner's back",
    .about =
        "Name, country, signing key, the digest of the next one, sealing keys by month, and the history of keys "
        "behind it: "
        "text that anybody can read and nobody can change. Send a new one after every rotation, and every month.\n\n"
        "With PARTNER: its card as it is known here, for a partner that has lost what it knew of its own keys.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente partner card > norland.card", "write the card that partners take in" },
            { "entente partner card sudland > sudland.card",
              "a partner has put an old backup back and asks for its card" },
            { NULL, NULL },
        },
    .run = cmd_partner_card,
};
