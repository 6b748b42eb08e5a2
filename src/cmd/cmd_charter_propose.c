#include "cmd/charter_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    static const char *const same[] = { "admit",  "observer", "provisional", "expel", "suspend",
                                        "restore", "remove",  "refresh",     "bloc",  "threshold" };

    (void)err;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (en_opt_given(c->run, same[i]))
            en_node_arg_texts(c, same[i], same[i]);
    if (en_opt_given(c->run, "sponsor"))
        en_node_arg_texts(c, "sponsor", "sponsors");
    en_node_arg_text(c, "until", "until");
    en_node_arg_flag(c, "found", "found");
    en_node_arg_flag(c, "relay", "relay");
    en_node_arg_flag(c, "no-relay", "no_relay");
    return EN_OK;
}

static en_errc
cmd_charter_propose(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "charter-propose", fill, en_charter_page, NULL, err);
}

const struct en_cmd en_cmd_charter_propose = {
    .words = "charter propose",
    .args = "",
    .summary = "write the next version of the charter, for members to sign",
    .about =
        "What is not named stays as it is in the version in force; with nothing named the charter "
        "is renewed as it is. Members are named by their id or name; who comes in is a partner "
        "here, and its entry says what its card says.\n\nThe answer says what each change takes. "
        "Nothing is signed yet: a second person has this node sign it (entente charter sign), and "
        "it goes to the other members as a file (entente charter export).",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "found", .kind = EN_OPT_FLAG, .help = "the first charter, with this node as a member: signed by everyone in it" },
            { .name = "admit",
              .kind = EN_OPT_TEXT,
              .arg = "PARTNER",
              .help = "a full member: one that comes in, or that was something else",
              .repeat = true },
            { .name = "observer",
              .kind = EN_OPT_TEXT,
              .arg = "PARTNER",
              .help = "an observer: it receives what is clear or green, and does not vote",
              .repeat = true },
            { .name = "provisional",
              .kind = EN_OPT_TEXT,
              .arg = "PARTNER",
              .help = "a provisional member, whom only its sponsors reach",
              .repeat = true },
            { .name = "sponsor",
              .kind = EN_OPT_TEXT,
              .arg = "MEMBER",
              .help = "a sponsor of a provisional member: three to eight",
              .repeat = true },
            { .name = "expel",
              .kind = EN_OPT_TEXT,
              .arg = "MEMBER",
              .help = "expel a member: three quarters of the others",
              .repeat = true },
            { .name = "suspend",
              .kind = EN_OPT_TEXT,
              .arg = "MEMBER",
              .help = "suspend a member in an emergency: a third of the others",
              .repeat = true },
            { .name = "until",
              .kind = EN_OPT_TEXT,
              .arg = "DAY",
              .help = "until when it is suspended: 30 days at most, longer takes the votes to admit" },
            { .name = "restore",
              .kind = EN_OPT_TEXT,
              .arg = "MEMBER",
              .help = "a suspension is taken out, lapsed or not",
              .repeat = true },
            { .name = "remove",
              .kind = EN_OPT_TEXT,
              .arg = "MEMBER",
              .help = "a member leaves the list",
              .repeat = true },
            { .name = "refresh",
              .kind = EN_OPT_TEXT,
              .arg = "MEMBER",
              .help = "its entry says what its card says now: keys, name, country",
              .repeat = true },
            { .name = "bloc",
              .kind = EN_OPT_TEXT,
              .arg = "MEMBER=LABEL",
              .help = "a label for quorums of witnesses",
              .repeat = true },
            { .name = "threshold",
              .kind = EN_OPT_TEXT,
              .arg = "WORD=NUM/DEN",
              .help = "what admit, expel, amend or suspend takes",
              .repeat = true },
            { .name = "relay", .kind = EN_OPT_FLAG, .help = "this node passes sealed bundles on for others" },
            { .name = "no-relay", .kind = EN_OPT_FLAG, .help = "this node does that no more" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente charter propose --found --admit sudmark --admit ostland", "three services found a charter" },
            { "entente charter propose --suspend westmoor", "for 30 days, in an emergency" },
            { "entente charter propose --provisional inselreich --sponsor norland --sponsor sudmark --sponsor ostland",
              "three vouch for a service" },
            { NULL, NULL },
        },
    .run = cmd_charter_propose,
};
