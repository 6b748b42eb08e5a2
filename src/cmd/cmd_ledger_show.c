#include "cmd/node_call.h"
#include "cmd/table.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    (void)err;
    en_node_arg_uint(c, "from", "from");
    en_node_arg_uint(c, "limit", "limit");
    en_node_arg_flag(c, "heads", "heads");
    return EN_OK;
}

static void
when(struct en_table *t, const json_t *row, const char *member)
{
    struct en_buf b = EN_BUF_INIT;

    en_row_when(row, member, &b);
    en_table_str(t, b.p);
    en_buf_release(&b);
}

static void
event_row(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_table *t = ctx;
    bool gone = en_row_text(row, "destroyed").n > 0;

    (void)r;
    en_table_f(t, "%lld", en_row_int(row, "event"));
    when(t, row, "at");
    en_table_text(t, en_row_text(row, "actor").n > 0 ? en_row_text(row, "actor") : EN_TEXT_LIT("(the node)"));
    en_table_text(t, en_row_text(row, "type"));
    en_table_text(t, gone ? EN_TEXT_LIT("(content destroyed)") : en_row_text(row, "act"));
    en_table_f(t, "%.16s", en_row_text(row, "leaf").p);
}

static void
head_row(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_table *t = ctx;

    (void)r;
    en_table_f(t, "%lld", en_row_int(row, "size"));
    when(t, row, "at");
    en_table_text(t, en_row_text(row, "origin").n > 0 ? en_row_text(row, "origin") : EN_TEXT_LIT("(not signed)"));
    en_table_f(t, "%.16s", en_row_text(row, "root").p);
    en_table_str(t, en_row_bool(row, "doubt")  ? "in doubt"
                    : en_row_bool(row, "last") ? "the last of its epoch"
                    : en_row_bool(row, "seen") ? "shown"
                                               : "newest");
}

static en_errc
cmd_ledger_show(struct en_run *r, struct en_err *err)
{
    bool heads = en_opt_given(r, "heads");
    struct en_table t;
    en_errc rc;

    en_table_init(&t, r->out, heads ? ">size|at|origin|root|is" : ">event|at|who|type|act|leaf");
    rc = en_node_once(r, "ledger-show", fill, heads ? head_row : event_row, &t, err);
    en_table_end(&t);
    return rc;
}

const struct en_cmd en_cmd_ledger_show = {
    .words = "ledger show",
    .args = "",
    .summary = "list the acts that the ledger holds: who, what kind, when, and the entry that proves it",
    .about = "The content of an event is not shown, and so nothing about a person: an event names people, alerts and "
             "hits by number (docs/formats/events.md). The leaf is the entry of the tree; `entente ledger prove` proves "
             "one.\n\n"
             "With --heads: the heads over all events that were kept, because they were shown to somebody or closed an "
             "epoch, and the newest.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            EN_NUMBER_OPT("from", "begin at this event; the newest ones if it is not given"),
            EN_LIMIT_OPT("50", 10000),
            { .name = "heads", .kind = EN_OPT_FLAG, .help = "list heads instead of events" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente ledger show --limit 10", "the last ten acts" },
            { "entente ledger show --heads", "what was signed and shown" },
            { NULL, NULL },
        },
    .run = cmd_ledger_show,
};
