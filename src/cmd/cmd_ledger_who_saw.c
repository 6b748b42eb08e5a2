#include <string.h>

#include "cmd/node_call.h"
#include "cmd/table.h"

static const char *const kinds[] = { "hit", "alert", "traveller", "record" };

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    const char *kind = en_arg(c->run, 0);
    en_text identity;
    en_errc rc;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return en_node_arg_id(c, 1, kinds[i], err);
    if (strcmp(kind, "identity") != 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "one asks about a hit, an alert, a traveller, a record or an identity");
    rc = en_arg_text(c->run, 1, &identity, err);
    if (rc == EN_OK)
        en_json_kv_text(&c->j, "identity", identity);
    return rc;
}

static void
row(struct en_run *r, const json_t *x, void *ctx)
{
    struct en_table *t = ctx;
    struct en_buf b = EN_BUF_INIT;

    (void)r;
    en_row_when(x, "at", &b);
    en_table_f(t, "%lld", en_row_int(x, "event"));
    en_table_str(t, b.p);
    en_table_text(t, en_row_text(x, "actor").n > 0 ? en_row_text(x, "actor") : EN_TEXT_LIT("(the node)"));
    en_table_text(t, en_row_text(x, "type"));
    en_table_text(t, en_row_text(x, "act"));
    en_buf_release(&b);
}

static en_errc
cmd_ledger_who_saw(struct en_run *r, struct en_err *err)
{
    return en_node_table(r, "ledger-who-saw", ">event|at|who|type|act", fill, row, err);
}

const struct en_cmd en_cmd_ledger_who_saw = {
    .words = "ledger who-saw",
    .args = "KIND WHICH",
    .summary = "list the acts that read, told, changed or deleted an alert, hit, traveller, record or identity",
    .about =
        "KIND is `hit`, `alert`, `traveller` or `record` with a number, or `identity` with SOURCE/ENTITY as a hit shows "
        "it. The answer is read out of the events, so it is as complete as the ledger is: what was told is in an event before "
        "it is told. An alert and an identity take their hits and records along, a hit the screening that found it, "
        "and a record its releases and the bundles that carried it. Questions "
        "(`entente check`) are found by the identities that came up.\n\n"
        "Events whose content was destroyed by its date are not found any more. To ask is an act like any other.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_READS,
    .examples =
        (const struct en_example[]){
            { "entente ledger who-saw alert 7", "everybody who saw alert 7, or a hit on it" },
            { "entente ledger who-saw identity un-consolidated/QDi.430", "the same by the list's own number" },
            { NULL, NULL },
        },
    .run = cmd_ledger_who_saw,
};
