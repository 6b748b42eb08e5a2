#include <stdio.h>

#include "cmd/exchange_view.h"
#include "daemon/file.h"

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    const json_t *refused = json_object_get(row, "refused");
    en_text name = en_row_text(row, "partner_name");

    (void)ctx;
    en_out_f(r->out, "bundle %lld of %.*s", en_row_int(row, "sequence"), EN_TEXT_ARG(name));
    if (en_row_bool(row, "same")) {
        en_out_str(r->out, " was read before: nothing is changed\n");
        return;
    }
    en_out_f(r->out, ": %lld part%s: %lld taken, %lld for review, %lld held before, %lld answers, %lld refused\n",
             en_row_int(row, "parts"), en_row_int(row, "parts") == 1 ? "" : "s", en_row_int(row, "taken"),
             en_row_int(row, "review"), en_row_int(row, "held"), en_row_int(row, "answers"),
             en_row_int(row, "refused_count"));
    if (en_row_int(row, "withdrawn") > 0)
        en_out_f(r->out, "forgotten because it was withdrawn: %lld\n", en_row_int(row, "withdrawn"));
    if (en_row_int(row, "found_later") > 0)
        en_out_f(r->out, "hits among the travellers still held: %lld\n", en_row_int(row, "found_later"));
    if (en_row_int(row, "missing") > 0)
        en_out_f(r->out, "%lld bundles of this partner with lower numbers have not come\n", en_row_int(row, "missing"));
    for (size_t i = 0; i < json_array_size(refused); i++) {
        const json_t *x = json_array_get(refused, i);
        en_text hash = en_row_text(x, "hash");

        en_out_f(r->out, "  refused %.*s: %.*s\n", hash.n > 16 ? 16 : (int)hash.n, hash.p,
                 EN_TEXT_ARG(en_row_text(x, "reasons")));
    }
}

/* All are read; the first failure is the answer. */
static en_errc
import_one(struct en_node_call *c, size_t i, struct en_err *err)
{
    struct en_run *r = c->run;
    struct en_file file = { .fd = -1 };
    en_errc rc = en_file_open(&file, en_arg(r, i), en_arg_show(r, en_arg(r, i)), err);

    if (rc == EN_OK) {
        en_node_args(c);
        rc = en_node_do(c, "bundle-import", &file, 1, show, NULL, err);
    }
    en_file_close(&file);
    return rc;
}

static en_errc
cmd_bundle_import(struct en_run *r, struct en_err *err)
{
    struct en_node_call c;
    struct en_err first = EN_ERR_INIT;
    en_errc rc = en_node_open(&c, r, err), worst = EN_OK;

    if (rc != EN_OK)
        return rc;
    for (size_t i = 0; i < r->n_args; i++) {
        struct en_err one = EN_ERR_INIT;

        rc = import_one(&c, i, &one);
        if (rc != EN_OK && rc != EN_E_NO && r->n_args > 1)
            en_say_err(en_arg_show(r, en_arg(r, i)), &one);
        if (rc != EN_OK && (worst == EN_OK || (worst == EN_E_NO && rc != EN_E_NO))) {
            worst = rc;
            first = one;
        }
    }
    en_node_close(&c);
    if (err != NULL)
        *err = first;
    return worst;
}

const struct en_cmd en_cmd_bundle_import = {
    .words = "bundle import",
    .args = "FILE...",
    .summary = "read bundles of partners: what is admitted is used, what is not is refused with a reason",
    .about =
        "Who sent it is known by key, never by what it says. Each part is judged by itself: the originator's "
        "signature, that it was released to us, the rules (docs/exchange-rules.md). An alert that is admitted is live "
        "in screening when the command ends, and travellers still held are compared with it; where the agreement asks "
        "for it, a person looks first (entente record accept).\n\nThe signed receipt, with every refusal and its "
        "reason, waits to leave with entente bundle export. The exit code is 1 when part of a bundle was refused, 3 or "
        "7 when a bundle was refused as a whole. A bundle that was read before changes nothing.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente bundle import /media/stick/*.age", "read what came on a stick" },
            { NULL, NULL },
        },
    .run = cmd_bundle_import,
};
