#include "cmd/alert_args.h"
#include "cmd/alert_view.h"
#include "cmd/person_args.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_alert_args(c);
    return en_person_args(c, NULL, err);
}

static en_errc
cmd_alert_new(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "alert-new", fill, en_alert_page, NULL, err);
}

const struct en_cmd en_cmd_alert_new = {
    .words = "alert new",
    .args = "",
    .summary = "write an alert of our own",
    .about = "An alert is about a person and names the ground on which it rests. It is live at once: travellers still "
             "held are "
             "compared with it too. Every change is a new version; the versions before are kept.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            EN_PERSON_OPTS,
            EN_ALERT_OPTS,
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente alert new --name 'Yusuf al-Rashidi' --birth-date 1991 --ground unsc-2178 --review 2027-11-23",
              "write an alert" },
            { NULL, NULL },
        },
    .run = cmd_alert_new,
};
