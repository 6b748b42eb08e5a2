#include "cmd/node_call.h"
#include "cmd/table.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_uint(c, "days", "days");
    en_node_arg_uint(c, "limit", "limit");
    return EN_OK;
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_buf when = EN_BUF_INIT;
    struct en_table *t = ctx;

    (void)r;
    en_row_when(row, "at", &when);
    en_table_text(t, en_row_text(row, "due"));
    en_table_f(t, "%lld", en_row_int(row, "id"));
    en_table_f(t, "%s", when.p);
    en_buf_release(&when);
}

static en_errc
cmd_review_due(struct en_run *r, struct en_err *err)
{
    return en_node_table(r, "review-due", "due|>id|since", fill, show, err);
}

const struct en_cmd en_cmd_review_due = {
    .words = "review due",
    .args = "",
    .summary = "list what is due by its date: hits nobody decided, alerts to look at, data to delete",
    .about = "The exit code is 1 when nothing is due. A hit whose traveller has arrived before anybody decided stands "
             "first. A protection whose review has come is listed for those who may see protections.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            { .name = "days",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "0",
              .min = 0,
              .max = 3660,
              .help = "due within so many days" },
            { .name = "limit",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .def = "1000",
              .min = 1,
              .max = 10000,
              .help = "at most so many of each kind" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente review due --days 30", "what comes up in the next month" },
            { NULL, NULL },
        },
    .run = cmd_review_due,
};
