#include "cmd/alert_view.h"
#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_flag(c, "versions", "versions");
    return en_node_arg_id(c, 0, "alert", err);
}

static en_errc
cmd_alert_show(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "alert-show", fill, en_alert_page, NULL, err);
}

const struct en_cmd en_cmd_alert_show = {
    .words = "alert show",
    .args = "ALERT",
    .summary = "show an alert",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .opts =
        (const struct en_opt[]){
            { .name = "versions", .kind = EN_OPT_FLAG, .help = "all its versions, the present one last" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente alert show 7 --versions", "an alert and how it came to be" },
            { NULL, NULL },
        },
    .run = cmd_alert_show,
};
