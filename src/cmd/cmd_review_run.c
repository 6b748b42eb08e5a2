#include "cmd/node_call.h"

struct totals {
    long long travellers, hits, clearances, alerts, events;
    bool more;
};

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    struct totals *t = ctx;

    (void)r;
    t->travellers += en_row_int(row, "travellers");
    t->hits += en_row_int(row, "hits");
    t->clearances += en_row_int(row, "clearances");
    t->alerts += en_row_int(row, "alerts");
    t->events += en_row_int(row, "events");
    t->more = en_row_bool(row, "more");
}

static en_errc
cmd_review_run(struct en_run *r, struct en_err *err)
{
    struct totals t = { .more = false };
    en_errc rc = en_node_once(r, "review-run", NULL, show, &t, err);

    if (rc == EN_OK && !r->json)
        en_out_f(r->out,
                 "deleted: %lld travellers, %lld hits, %lld clearances, %lld alerts, content of %lld events%s"
                 "\n",
                 t.travellers, t.hits, t.clearances, t.alerts, t.events, t.more ? "; there is more: run it again" : "");
    return rc;
}

const struct en_cmd en_cmd_review_run = {
    .words = "review run",
    .args = "",
    .summary = "delete now what is due for deletion",
    .about =
        "The node does this by itself, with every command and all the time under entente serve; this is for a person "
        "who "
        "wants it done and signed now. Travellers without a hit go 24 hours after arrival (entente profile set), a hit "
        "that was somebody else after 30 days, one that nobody could tell after 180, an alert on its destroy date.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente review run", "delete what is due" },
            { NULL, NULL },
        },
    .run = cmd_review_run,
};
