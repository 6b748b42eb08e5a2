#include "cmd/exchange_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_text(c, "state", "state");
    en_node_arg_text(c, "kind", "kind");
    en_node_arg_text(c, "partner", "partner");
    en_node_arg_flag(c, "ours", "ours");
    en_node_arg_flag(c, "unopened", "unopened");
    en_node_arg_uint(c, "limit", "limit");
    return EN_OK;
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_table *t = ctx;
    struct en_buf b = EN_BUF_INIT;
    en_text from = en_row_text(row, "originator_name");

    (void)r;
    en_table_f(t, "%lld", en_row_int(row, "record"));
    en_table_text(t, en_row_text(row, "kind"));
    en_table_f(t, "%lld", en_row_int(row, "version"));
    en_table_text(t, en_row_text(row, "state"));
    en_table_text(t, en_row_bool(row, "ours") ? EN_TEXT_LIT("we") : from.n > 0 ? from : en_row_text(row, "sender"));
    en_row_when(row, "changed", &b);
    en_table_f(t, "%s", b.p);
    en_row_texts(row, "reasons", &b);
    en_table_f(t, "%s", b.n > 0 ? b.p : "");
    en_buf_release(&b);
}

static en_errc
cmd_record_list(struct en_run *r, struct en_err *err)
{
    return en_node_table(r, "record-list", ">record|kind|>version|state|from|changed|reasons", fill, show, err);
}

const struct en_cmd en_cmd_record_list = {
    .words = "record list",
    .args = "",
    .summary = "list the records that we wrote or received, with the state each is in",
    .about = "draft: ours, released to nobody. current: in force. review: received, a person decides first. aside: "
             "received and not admitted, with the reasons that its sender was told. superseded, withdrawn, destroyed: "
             "the content is gone, the hash stays.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            { .name = "state",
              .kind = EN_OPT_CHOICE,
              .arg = "draft|current|review|aside|superseded|withdrawn|destroyed",
              .help = "only in this state" },
            { .name = "kind",
              .kind = EN_OPT_CHOICE,
              .arg = "alert|sighting|movement|incident|warning|note|opinion|withdrawal|figure",
              .help = "only of this kind" },
            { .name = "partner", .kind = EN_OPT_TEXT, .arg = "PARTNER", .help = "only what this partner brought" },
            { .name = "ours", .kind = EN_OPT_FLAG, .help = "only what was written here" },
            { .name = "unopened", .kind = EN_OPT_FLAG, .help = "only warnings that nobody has acknowledged" },
            EN_LIMIT_OPT("1000", 100000),
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente record list --state review", "what waits for a person" },
            { "entente record list --unopened", "warnings nobody has seen" },
            { NULL, NULL },
        },
    .run = cmd_record_list,
};
