#include "cmd/node_call.h"
#include "cmd/table.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_text(c, "source", "source");
    en_node_arg_text(c, "entity", "entity");
    en_node_arg_flag(c, "all", "all");
    en_node_arg_flag(c, "matched", "matched");
    en_node_arg_uint(c, "after", "after");
    en_node_arg_uint(c, "limit", "limit");
    return EN_OK;
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_table *t = ctx;

    (void)r;
    en_table_f(t, "%lld", en_row_int(row, "alert"));
    en_table_f(t, "%lld", en_row_int(row, "version"));
    en_table_text(t, en_row_text(row, "status"));
    en_table_str(t, en_row_bool(row, "matched") ? "yes" : "no");
    en_table_text(t, en_row_text(row, "source"));
    en_table_text(t, en_row_text(row, "entity"));
    en_table_text(t, en_row_text(row, "name"));
    en_table_text(t, en_row_text(row, "ground"));
}

static en_errc
cmd_alert_list(struct en_run *r, struct en_err *err)
{
    return en_node_table(r, "alert-list", ">alert|>version|status|matched|source|entity|name|ground", fill, show, err);
}

const struct en_cmd en_cmd_alert_list = {
    .words = "alert list",
    .args = "",
    .summary = "list alerts, those of lists and our own",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            { .name = "source", .kind = EN_OPT_TEXT, .arg = "NAME", .help = "only of this list; own: our own" },
            { .name = "entity", .kind = EN_OPT_TEXT, .arg = "ID", .help = "only of this entry of the source" },
            { .name = "all", .kind = EN_OPT_FLAG, .help = "those that have ended too" },
            { .name = "matched", .kind = EN_OPT_FLAG, .help = "only those that travellers are compared with" },
            { .name = "after",
              .kind = EN_OPT_UINT,
              .arg = "ALERT",
              .min = 1,
              .max = 9007199254740991.0,
              .help = "go on behind this alert of the page before" },
            EN_LIMIT_OPT("100", 10000),
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente alert list --source own", "our own alerts" },
            { NULL, NULL },
        },
    .run = cmd_alert_list,
};
