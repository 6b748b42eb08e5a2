#include "cmd/alert_view.h"
#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "reason", "reason");
    return en_node_arg_id(c, 0, "alert", err);
}

static en_errc
cmd_alert_end(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "alert-end", fill, en_alert_page, NULL, err);
}

const struct en_cmd en_cmd_alert_end = {
    .words = "alert end",
    .args = "ALERT",
    .summary = "end an alert of our own; nobody is compared with it any more",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_CHOICE,
              .arg = "mistake|expired|superseded|withdrawn|resolved|other",
              .required = true,
              .help = "why it ends" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente alert end 7 --reason resolved", "the alert is no longer needed" },
            { NULL, NULL },
        },
    .run = cmd_alert_end,
};
