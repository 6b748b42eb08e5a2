#include "cmd/user_view.h"

#include "cmd/node_call.h"

void
en_user_view(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_buf roles = EN_BUF_INIT, disabled = EN_BUF_INIT;

    (void)ctx;
    en_row_texts(row, "roles", &roles);
    en_row_when(row, "disabled", &disabled);
    en_out_f(r->out, "%lld\t%.*s\t%s\tkey %.*s", en_row_int(row, "id"), EN_TEXT_ARG(en_row_text(row, "name")), roles.p,
             EN_TEXT_ARG(en_row_text(row, "key")));
    if (disabled.n > 1)
        en_out_f(r->out, "\tdisabled %s", disabled.p);
    en_out_str(r->out, "\n");
    en_buf_release(&roles);
    en_buf_release(&disabled);
}
