#include "cmd/charter_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_node_arg_text(c, "hash", "hash");
    en_node_arg_flag(c, "other-branch", "other_branch");
    return en_fill_charter(c, err);
}

static en_errc
cmd_charter_adopt(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "charter-adopt", fill, en_charter_page, NULL, err);
}

const struct en_cmd en_cmd_charter_adopt = {
    .words = "charter adopt",
    .args = "CHARTER",
    .summary = "adopt a version of the charter: it is in force here from now on",
    .about =
        "Every version on the way to it is verified. Two persons: one asks, another adopts; one "
        "is enough for what two have had signed. The adoption is an entry of this node's ledger, "
        "with the hash of each version.\n\nFrom then on the charter says how partners stand, and "
        "the rules of release and admission obey it. The first version is adopted by its hash, as "
        "it was made known on paper. What each partner gets is still for the agreement with it to "
        "say, and entente partner cut ends a link at once, without a vote.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "hash",
              .kind = EN_OPT_TEXT,
              .arg = "HEX",
              .help = "of the first version, as it was made known on paper" },
            { .name = "other-branch", .kind = EN_OPT_FLAG, .help = "go over to the other branch of a fork" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente charter adopt 3", "version 3 is in force" },
            { "entente charter adopt 1 --hash b9838af6ae0bd46c1458d63e5bb0d2203f358f6cce1220fa49e6d77453a54d52", "the first one" },
            { NULL, NULL },
        },
    .run = cmd_charter_adopt,
};
