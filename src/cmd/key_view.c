#include "cmd/key_view.h"

#include "cmd/node_call.h"

static void
show_sealing(struct en_run *r, const json_t *row)
{
    const json_t *list = json_object_get(row, "sealing");

    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *x = json_array_get(list, i);

        en_out_f(r->out, "sealing %.*s: %.*s\n", EN_TEXT_ARG(en_row_text(x, "month")),
                 EN_TEXT_ARG(en_row_text(x, "recipient")));
    }
}

void
en_key_view(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_buf since = EN_BUF_INIT;

    (void)ctx;
    en_row_when(row, "since", &since);
    en_out_f(r->out, "partner: %.*s\n", EN_TEXT_ARG(en_row_text(row, "partner")));
    en_out_f(r->out, "fingerprint: %.*s\n", EN_TEXT_ARG(en_row_text(row, "fingerprint")));
    en_out_f(r->out, "signing key: %.*s, step %lld of its history, since %s\n",
             EN_TEXT_ARG(en_row_text(row, "signing_id")), en_row_int(row, "number"), since.p);
    en_out_f(r->out, "next key: %.*s, %s\n", EN_TEXT_ARG(en_row_text(row, "next_id")),
             en_row_bool(row, "next_here") ? "in this node" : "not in this node: in a safe, it is hoped");
    show_sealing(r, row);
    if (!en_row_bool(row, "at_hand"))
        en_say("the keys are not at hand: nothing is signed with them, and nothing that was sealed for them is opened");
    en_buf_release(&since);
}
