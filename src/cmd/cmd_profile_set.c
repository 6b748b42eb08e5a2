#include <string.h>

#include "cmd/node_call.h"
#include "cmd/profile_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    static const char *const options[] = { "accept", "refuse", "retention-hours", "legal-basis",
                                          "answer-minutes", "reads-an-hour", "read-purpose", "prior", "line", "address",
                                          "tables" };
    bool any = false;

    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        any = any || en_opt_given(c->run, options[i]);
    if (!any)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "what is to change? entente help profile set");
    en_node_arg_texts(c, "accept", "accept");
    en_node_arg_texts(c, "refuse", "refuse");
    en_node_arg_uint(c, "retention-hours", "retention_hours");
    en_node_arg_text(c, "legal-basis", "legal_basis");
    en_node_arg_uint(c, "answer-minutes", "answer_minutes");
    en_node_arg_uint(c, "reads-an-hour", "reads_an_hour");
    if (en_opt_given(c->run, "read-purpose"))
        en_json_kv_bool(&c->j, "read_purpose", strcmp(en_opt_value(c->run, "read-purpose"), "yes") == 0);
    en_node_arg_texts(c, "address", "addresses");
    en_node_arg_real(c, "prior", "prior");
    en_node_arg_real(c, "line", "line");
    en_node_arg_text(c, "tables", "tables");
    return EN_OK;
}

static en_errc
cmd_profile_set(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "profile-set", fill, en_profile_view, NULL, err);
}

const struct en_cmd en_cmd_profile_set = {
    .words = "profile set",
    .args = "",
    .summary = "change what the node compares travellers with, how long it keeps them, where it is reached",
    .about = "Rows outside counter-terrorism are kept and not compared with anybody until the profile accepts their "
             "programme, as "
             "the list writes it. The profile is shown with every hit. Travellers still held are compared again.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "accept",
              .kind = EN_OPT_TEXT,
              .arg = "CODE",
              .repeat = true,
              .help = "a programme to compare with" },
            { .name = "refuse",
              .kind = EN_OPT_TEXT,
              .arg = "CODE",
              .repeat = true,
              .help = "a programme not to compare with any more" },
            { .name = "retention-hours",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .min = 0,
              .max = 744,
              .help = "delete travellers without a hit so long after arrival; more than 24 takes --legal-basis" },
            { .name = "legal-basis",
              .kind = EN_OPT_TEXT,
              .arg = "TEXT",
              .help = "what allows to keep them longer than 24 hours; every export shows it" },
            { .name = "answer-minutes",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .min = 1,
              .max = 1440,
              .help = "a carrier whose traveller is to be looked at waits so long for a person" },
            { .name = "reads-an-hour",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .min = 0,
              .max = 1000000,
              .help = "answers that tell of people a person gets within an hour; 0: any number" },
            { .name = "tables",
              .kind = EN_OPT_TEXT,
              .arg = "NAME",
              .help = "screen with the learned tables of this name in the folder's tables (entente tables check), or "
                      "with the program's own: built-in" },
            { .name = "read-purpose",
              .kind = EN_OPT_CHOICE,
              .arg = "yes|no",
              .help = "yes: nobody is told of people who does not say what for (--purpose)" },
            { .name = "prior",
              .kind = EN_OPT_REAL,
              .arg = "P",
              .min = 1e-12,
              .max = 0.5,
              .help = "the expected share of travellers who are on the list" },
            { .name = "line",
              .kind = EN_OPT_REAL,
              .arg = "P",
              .min = 0,
              .max = 1,
              .help = "the probability from which a candidate is a hit" },
            { .name = "address",
              .kind = EN_OPT_TEXT,
              .arg = "URL",
              .repeat = true,
              .help = "where partners reach this node, https://HOST:PORT; it stands on the next card; none for none" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente profile set --accept SDNTK", "compare with a programme against drug trafficking too" },
            { "entente profile set --line 0.05 --retention-hours 12", "see less, keep less" },
            { NULL, NULL },
        },
    .run = cmd_profile_set,
};
