#include "cmd/hit_page.h"
#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_text answer;
    en_errc rc = en_node_arg_id(c, 0, "hit", err);

    rc = rc != EN_OK ? rc : en_arg_text(c->run, 1, &answer, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_text(&c->j, "answer", answer);
    en_node_arg_texts(c, "reason", "reasons");
    en_node_arg_text(c, "text", "text");
    en_node_arg_flag(c, "remember", "remember");
    return EN_OK;
}

static en_errc
cmd_hit_decide(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "hit-decide", fill, en_hit_page, NULL, err);
}

const struct en_cmd en_cmd_hit_decide = {
    .words = "hit decide",
    .args = "HIT ANSWER",
    .summary = "answer whether traveller and alert are the same person, with reasons",
    .about = "The answer is same, different or cannot-tell. Nothing is preset: an answer has at least one reason, and "
             "the reason other has a text.\n\n"
             "That somebody is the person of an alert (same) and a clearance that is remembered (different --remember) "
             "take two "
             "persons with different keys: the first answer is kept and the exit code is 4; the second person answers "
             "without "
             "being shown the first answer. When the answers differ a third person decides.\n\n"
             "Every answer is remembered and shown with later hits of the same evidence and alert. A clearance "
             "marks them as cleared; it ends after a year or with the traveller's document, and earlier when the "
             "evidence or the alert changes materially (entente clearance list).\n\n"
             "Reasons: name, birth-date, document, nationality, place, photo, other with same and different; "
             "originator-yes with "
             "same; originator-no and sex with different; name, too-little-data and other with cannot-tell.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "reason",
              .kind = EN_OPT_TEXT,
              .arg = "REASON",
              .repeat = true,
              .required = true,
              .help = "what the answer rests on; may be given several times" },
            { .name = "text", .kind = EN_OPT_TEXT, .arg = "TEXT", .help = "words of one's own" },
            { .name = "remember", .kind = EN_OPT_FLAG, .help = "with different: do not ask again about the same two" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente hit decide 12 different --reason birth-date --reason photo", "it is somebody else" },
            { "entente hit decide 12 same --reason document", "it is the person; a second person confirms" },
            { NULL, NULL },
        },
    .run = cmd_hit_decide,
};
