#include "cmd/link_view.h"
#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text name;
    en_errc rc = en_arg_text(c->run, 0, &name, err);

    if (rc == EN_OK)
        en_json_kv_text(&c->j, "partner", name);
    en_node_arg_text(c, "via", "via");
    en_node_arg_text(c, "then", "then");
    return rc;
}

static en_errc
cmd_partner_route(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-route", fill, en_link_view, NULL, err);
}

const struct en_cmd en_cmd_partner_route = {
    .words = "partner route",
    .args = "PARTNER",
    .summary = "say through whom a partner is written to when it cannot be reached",
    .about = "After three failures in a row (one, while something urgent waits) what is for the partner goes sealed to "
             "the relay, which sees who is next and the size class, and nothing else; now and then it is tried "
             "directly. The relay must offer it (entente partner relay there). Without --via there is no relay any "
             "more.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "via", .kind = EN_OPT_TEXT, .arg = "PARTNER", .help = "who passes it on" },
            { .name = "then", .kind = EN_OPT_TEXT, .arg = "PARTNER", .help = "a second relay behind the first" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente partner route sudland --via westmark", "when sudland cannot be reached" },
            { "entente partner route sudland", "directly or not at all" },
            { NULL, NULL },
        },
    .run = cmd_partner_route,
};
