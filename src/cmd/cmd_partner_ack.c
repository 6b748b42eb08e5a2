#include "cmd/link_view.h"
#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text name, word;
    en_errc rc = en_arg_text(c->run, 0, &name, err);

    rc = rc != EN_OK ? rc : en_arg_text(c->run, 1, &word, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_text(&c->j, "partner", name);
    en_json_kv_text(&c->j, "alarm", word);
    en_node_arg_text(c, "reason", "reason");
    return EN_OK;
}

static en_errc
cmd_partner_ack(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-ack", fill, en_link_view, NULL, err);
}

const struct en_cmd en_cmd_partner_ack = {
    .words = "partner ack",
    .args = "PARTNER ALARM",
    .summary = "acknowledge alarms of the exchange: a person has dealt with them",
    .about = "All alarms of this word that the partner's link has are acknowledged: who did it, when and why stands in "
             "the log and beside them in entente partner link, and entente status counts them no more. When it "
             "happens again, that is a new alarm.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_TEXT,
              .arg = "TEXT",
              .help = "what was found out or done: it stands in the log",
              .required = true },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente partner ack sudland clock --reason 'their clock was set'", "after a call" },
            { NULL, NULL },
        },
    .run = cmd_partner_ack,
};
