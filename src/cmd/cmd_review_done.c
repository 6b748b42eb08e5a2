#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    bool alert = en_opt_given(c->run, "alert"), hit = en_opt_given(c->run, "hit");

    if (alert == hit)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "what was looked at? --alert N with --next DATE, or --hit N");
    en_node_arg_uint(c, "alert", "alert");
    en_node_arg_uint(c, "hit", "hit");
    en_node_arg_text(c, "next", "next");
    en_node_arg_text(c, "reason", "reason");
    en_node_arg_flag(c, "end", "end");
    return EN_OK;
}

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_buf next = EN_BUF_INIT;

    (void)ctx;
    en_row_when(row, "next", &next);
    if (next.n > 1)
        en_out_f(r->out, "%.*s %lld: to be looked at again %s\n", EN_TEXT_ARG(en_row_text(row, "reviewed")),
                 en_row_int(row, "id"), next.p);
    else
        en_out_f(r->out, "%.*s %lld: goes with the next deletion\n", EN_TEXT_ARG(en_row_text(row, "reviewed")),
                 en_row_int(row, "id"));
    en_buf_release(&next);
}

static en_errc
cmd_review_done(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "review-done", fill, show, NULL, err);
}

const struct en_cmd en_cmd_review_done = {
    .words = "review done",
    .args = "",
    .summary = "say that something due was looked at, and whether it is still needed",
    .about =
        "An alert of our own gets its next date of review, which is a new version of it. A hit that is kept, because "
        "it is the person, is kept for another year or, with --end, goes with its traveller at the next deletion.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            EN_NUMBER_OPT("alert", "this alert was looked at"),
            EN_NUMBER_OPT("hit", "this hit was looked at"),
            { .name = "next", .kind = EN_OPT_TEXT, .arg = "DATE", .help = "when the alert is to be looked at again" },
            { .name = "end", .kind = EN_OPT_FLAG, .help = "the hit is not needed any longer" },
            { .name = "reason",
              .kind = EN_OPT_CHOICE,
              .arg = "case-open|still-sought|court-order|complaint|no-longer-needed",
              .required = true,
              .help = "why it is kept, or not" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente review done --alert 7 --next 2027-11-23 --reason still-sought", "needed for another year" },
            { "entente review done --hit 12 --end --reason no-longer-needed", "the case is over" },
            { NULL, NULL },
        },
    .run = cmd_review_done,
};
