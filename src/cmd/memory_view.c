#include "cmd/memory_view.h"

#include "cmd/node_call.h"
#include "cmd/table.h"

void
en_memory_row(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_table *t = ctx;
    struct en_buf at = EN_BUF_INIT, until = EN_BUF_INIT;

    (void)r;
    en_row_when(row, "at", &at);
    en_row_when(row, "until", &until);
    en_table_f(t, "%lld", en_row_int(row, "memory"));
    en_table_text(t, en_row_text(row, "what"));
    en_table_text(t, en_row_text(row, "answer"));
    en_table_f(t, "%lld", en_row_int(row, "alert"));
    en_table_f(t, "%lld", en_row_int(row, "version"));
    en_table_text(t, en_row_text(row, "number"));
    en_table_f(t, "%lld", en_row_int(row, "hit"));
    en_table_f(t, "%lld", en_row_int(row, "by"));
    en_table_f(t, "%s", at.p);
    en_table_f(t, "%s", until.p);
    en_buf_release(&at);
    en_buf_release(&until);
}
