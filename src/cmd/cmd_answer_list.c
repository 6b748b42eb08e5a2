#include "cmd/node_call.h"
#include "cmd/table.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_uint(c, "traveller", "traveller");
    en_node_arg_uint(c, "limit", "limit");
    en_node_arg_flag(c, "waiting", "waiting");
    return EN_OK;
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    static const char *const times[] = { "at", "sent", "deadline", "acknowledged" };
    struct en_table *t = ctx;

    (void)r;
    en_table_f(t, "%lld", en_row_int(row, "answer"));
    en_table_f(t, "%lld", en_row_int(row, "traveller"));
    en_table_text(t, en_row_text(row, "status"));
    en_table_text(t, en_row_text(row, "why"));
    en_table_f(t, "%lld", en_row_int(row, "by"));
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct en_buf when = EN_BUF_INIT;

        en_row_when(row, times[i], &when);
        en_table_f(t, "%s", when.p);
        en_buf_release(&when);
    }
    en_table_text(t, en_row_text(row, "reference"));
}

static en_errc
cmd_answer_list(struct en_run *r, struct en_err *err)
{
    return en_node_table(r, "answer-list",
                         ">answer|>traveller|status|why|>by|at|sent|deadline|read|reference", fill, show, err);
}

const struct en_cmd en_cmd_answer_list = {
    .words = "answer list",
    .args = "",
    .summary = "list what carriers were told about travellers, and who is waited for",
    .about =
        "0Z: board. 2Z: a person looks, until the deadline. 4Z: the data do not suffice. 1Z: do not board, ordered and "
        "confirmed by two persons. By 0 is the node, by its rule; it has no 1Z. Sent "
        "is when answer send handed it over.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            EN_NUMBER_OPT("traveller", "only about this traveller"),
            { .name = "waiting", .kind = EN_OPT_FLAG, .help = "only where a carrier or a second person waits" },
            EN_LIMIT_OPT("1000", 100000),
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente answer list --waiting", "where a carrier waits for a person" },
            { NULL, NULL },
        },
    .run = cmd_answer_list,
};
