#include "cmd/protect_view.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    static const char *const words[] = { "hit", "alert", "traveller" };
    const char *member = NULL;
    en_text what;
    en_errc rc = en_arg_text(c->run, 0, &what, err);

    for (size_t i = 0; rc == EN_OK && i < sizeof words / sizeof *words; i++)
        member = en_text_is(what, words[i]) ? words[i] : member;
    if (rc == EN_OK && member == NULL)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "what is protected is a hit, an alert or a traveller");
    rc = rc != EN_OK ? rc : en_node_arg_id(c, 1, member, err);
    en_node_arg_text(c, "reason", "reason");
    en_node_arg_text(c, "text", "text");
    en_node_arg_text(c, "review", "review");
    return rc;
}

static en_errc
cmd_protect_set(struct en_run *r, struct en_err *err)
{
    return en_protect_table(r, "protect-set", fill, err);
}

const struct en_cmd en_cmd_protect_set = {
    .words = "protect set",
    .args = "hit|alert|traveller NUMBER",
    .summary = "see to it that no partner is told what became of somebody",
    .about =
        "A flag for a person who has asked for asylum, is a minor or would be at risk of ill-treatment. It stands "
        "in this node alone and is never exported. While it stands no outcome is drafted or leaves, what waits of "
        "one is held, and partners cannot tell it from a hit that nobody found: they are sent what they were "
        "always sent, receipts among it.\n\nA hit covers its traveller with all his hits, and the identity that "
        "he was taken for; an alert that identity; a traveller all his hits. New versions of a covered alert wait "
        "for a person.\n\nOnly supervisors and auditors see that there is a flag. It does not lapse: on its review "
        "date it is listed as due.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_CHOICE,
              .arg = "asylum|minor|ill-treatment|other",
              .required = true,
              .help = "why; other has a text" },
            { .name = "review",
              .kind = EN_OPT_TEXT,
              .arg = "DATE",
              .required = true,
              .help = "when a person looks at it again: within a year" },
            { .name = "text", .kind = EN_OPT_TEXT, .arg = "TEXT", .help = "words of one's own" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente protect set hit 12 --reason asylum --review 2027-05-01",
              "the person of hit 12 asked for asylum" },
            { NULL, NULL },
        },
    .run = cmd_protect_set,
};
