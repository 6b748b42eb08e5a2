#include "cmd/node_call.h"
#include "cmd/partner_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_errc rc = en_fill_partner(c, err);

    en_node_arg_flag(c, "none", "none");
    en_node_arg_text(c, "standing", "standing");
    if (en_opt_given(c->run, "none"))
        return rc;
    en_node_arg_texts(c, "gives", "gives");
    en_node_arg_texts(c, "takes", "takes");
    en_node_arg_text(c, "most", "most");
    en_node_arg_texts(c, "code", "codes");
    en_node_arg_texts(c, "purpose", "purposes");
    en_node_arg_flag(c, "live", "live");
    en_node_arg_texts(c, "default", "default");
    en_node_arg_text(c, "default-most", "default_most");
    en_node_arg_text(c, "since", "since");
    en_node_arg_text(c, "until", "until");
    return rc;
}

static en_errc
cmd_partner_agree(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "partner-agree", fill, en_partner_view, NULL, err);
}

const struct en_cmd en_cmd_partner_agree = {
    .words = "partner agree",
    .args = "PARTNER",
    .summary = "write down what was agreed with a partner",
    .about = "Only what is said here is agreed, and each call says all of it: what is left out is not agreed any more. "
             "Without an agreement "
             "nothing is given, and a person looks at what comes.\n\nWith --default a release to this partner is proposed by "
             "itself when a record of that kind is made or gets a new version, if nothing speaks against it. A second "
             "person approves it or rejects it as any other; who wrote the record does neither.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "gives",
              .kind = EN_OPT_TEXT,
              .arg = "KIND",
              .help = "a kind of record that we give: alert, sighting, movement ...",
              .repeat = true },
            { .name = "takes",
              .kind = EN_OPT_TEXT,
              .arg = "KIND",
              .help = "a kind of record that we take",
              .repeat = true },
            { .name = "most",
              .kind = EN_OPT_CHOICE,
              .arg = "clear|green|amber|amber+strict|red",
              .def = "clear",
              .help = "the strictest TLP label that we give" },
            { .name = "code",
              .kind = EN_OPT_TEXT,
              .arg = "CODE",
              .help = "a handling code that the partner has undertaken to keep",
              .repeat = true },
            { .name = "purpose",
              .kind = EN_OPT_TEXT,
              .arg = "TEXT",
              .help = "what it may use records for; none: what each record says",
              .repeat = true },
            { .name = "default",
              .kind = EN_OPT_TEXT,
              .arg = "KIND",
              .help = "a kind of our records whose release to it is proposed by itself; none: nothing is",
              .repeat = true },
            { .name = "default-most",
              .kind = EN_OPT_CHOICE,
              .arg = "clear|green|amber|amber+strict|red",
              .help = "the strictest TLP label of those; else that of --most" },
            { .name = "live",
              .kind = EN_OPT_FLAG,
              .help = "alerts that we take are screened against at once, not after a local review" },
            { .name = "since", .kind = EN_OPT_TEXT, .arg = "DAY", .help = "from when on" },
            { .name = "until", .kind = EN_OPT_TEXT, .arg = "DAY", .help = "until when" },
            { .name = "standing",
              .kind = EN_OPT_CHOICE,
              .arg = "full|observer|provisional|suspended|expelled",
              .help = "change its standing as well" },
            { .name = "none", .kind = EN_OPT_FLAG, .help = "nothing is agreed any more" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente partner agree sudland --gives alert --takes alert --most amber --live",
              "alerts both ways, live at once" },
            { "entente partner agree sudland --gives alert --gives warning --most amber --default warning --default-most green",
              "and warnings up to green are proposed by themselves" },
            { "entente partner agree sudland --none", "end the agreement" },
            { NULL, NULL },
        },
    .run = cmd_partner_agree,
};
