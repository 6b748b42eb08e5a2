#include "cmd/alert_args.h"
#include "cmd/alert_view.h"
#include "cmd/person_args.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_errc rc = en_node_arg_id(c, 0, "alert", err);

    en_alert_args(c);
    return rc == EN_OK && en_person_args_given(c->run) ? en_person_args(c, NULL, err) : rc;
}

static en_errc
cmd_alert_edit(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "alert-edit", fill, en_alert_page, NULL, err);
}

const struct en_cmd en_cmd_alert_edit = {
    .words = "alert edit",
    .args = "ALERT",
    .summary = "make a new version of an alert of our own",
    .about = "An option replaces all values of its kind (all names, all birth dates); what is not given stays. "
             "Decisions about "
             "hits with the version before are asked for again, except that it is the person.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            EN_PERSON_OPTS,
            EN_ALERT_OPTS,
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente alert edit 7 --birth-date 1991-04-03", "the birth date is known now" },
            { NULL, NULL },
        },
    .run = cmd_alert_edit,
};
