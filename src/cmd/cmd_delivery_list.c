#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_text(c, "partner", "partner");
    en_node_arg_uint(c, "record", "record");
    en_node_arg_text(c, "state", "state");
    en_node_arg_uint(c, "ageing", "ageing_hours");
    en_node_arg_uint(c, "limit", "limit");
    return EN_OK;
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    static const char *const times[] = { "queued", "sent", "answered", "opened" };
    struct en_table *t = ctx;
    struct en_buf when = EN_BUF_INIT;
    en_text name = en_row_text(row, "partner_name"), kind = en_row_text(row, "kind");
    en_text reason = en_row_text(row, "reason");

    (void)r;
    en_table_f(t, "%lld", en_row_int(row, "delivery"));
    en_table_text(t, name.n > 0 ? name : en_row_text(row, "partner"));
    if (en_row_int(row, "record") != 0)
        en_table_f(t, "record %lld, %.*s", en_row_int(row, "record"), EN_TEXT_ARG(kind));
    else
        en_table_text(t, en_row_text(row, "what"));
    en_table_text(t, en_row_text(row, "state"));
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        en_row_when(row, times[i], &when);
        en_table_f(t, "%s", when.p);
    }
    en_row_when(row, "said_destroyed", &when);
    if (reason.n == 0 && !json_is_null(json_object_get(row, "said_destroyed")))
        en_table_f(t, "says destroyed %s", when.p);
    else
        en_table_text(t, en_row_text(row, reason.n > 0 ? "reason" : "waits_for"));
    en_buf_release(&when);
}

static en_errc
cmd_delivery_list(struct en_run *r, struct en_err *err)
{
    return en_node_table(r, "delivery-list",
                         ">delivery|to|what|state|queued|sent|answered|opened|reasons, or waits for", fill, show, err);
}

const struct en_cmd en_cmd_delivery_list = {
    .words = "delivery list",
    .args = "",
    .summary = "list what waits, what was sent, and what partners said about it",
    .about = "Nothing is received without the partner's signature. What was sent and is not answered ages: a stick may "
             "be lost, and entente bundle export --again sends it once more.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            { .name = "partner", .kind = EN_OPT_TEXT, .arg = "PARTNER", .help = "only to this partner" },
            EN_NUMBER_OPT("record", "only of this record"),
            { .name = "state",
              .kind = EN_OPT_CHOICE,
              .arg = "queued|sent|received|opened|refused|dropped",
              .help = "only in this state" },
            { .name = "ageing",
              .kind = EN_OPT_UINT,
              .arg = "HOURS",
              .min = 1,
              .max = 8784,
              .help = "only what has waited so long: sent without an answer, or not even sent" },
            EN_LIMIT_OPT("1000", 100000),
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente delivery list --ageing 48", "two days old and no receipt, and what stands in the way" },
            { "entente delivery list --state refused", "what partners did not take, and why" },
            { NULL, NULL },
        },
    .run = cmd_delivery_list,
};
