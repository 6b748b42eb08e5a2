#include "cmd/protect_view.h"

#include "cmd/table.h"

void
en_protect_row(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_table *t = ctx;
    struct en_buf at = EN_BUF_INIT, review = EN_BUF_INIT;

    (void)r;
    en_row_when(row, "at", &at);
    en_row_when(row, "review", &review);
    en_table_f(t, "%lld", en_row_int(row, "protection"));
    en_table_text(t, en_row_text(row, "reason"));
    en_table_text(t, en_row_text(row, "name"));
    en_table_text(t, en_row_text(row, "entity"));
    en_table_f(t, "%lld", en_row_int(row, "traveller"));
    en_table_f(t, "%s", at.p);
    en_table_f(t, "%s%s", review.p, en_row_bool(row, "due") ? ", due" : "");
    en_table_text(t, en_row_text(row, "text"));
    en_buf_release(&at);
    en_buf_release(&review);
}

en_errc
en_protect_table(struct en_run *r, const char *act, en_node_fill_fn *fill, struct en_err *err)
{
    return en_node_table(r, act, EN_PROTECT_COLUMNS, fill, en_protect_row, err);
}
