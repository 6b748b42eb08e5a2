#include "cmd/node_call.h"
#include "daemon/file.h"

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    (void)ctx;
    en_out_f(r->out, "%lld answers were read by their carriers; %lld receipts are about none of ours\n",
             en_row_int(row, "acknowledged"), en_row_int(row, "unknown"));
}

static en_errc
cmd_answer_read(struct en_run *r, struct en_err *err)
{
    struct en_node_call c;
    struct en_file file = { .fd = -1 };
    en_errc rc = en_file_open(&file, en_arg(r, 0), en_arg_show(r, en_arg(r, 0)), err);

    if (rc != EN_OK)
        return rc;
    rc = en_node_open(&c, r, err);
    if (rc == EN_OK) {
        rc = en_node_do(&c, "answer-read", &file, 1, show, NULL, err);
        en_node_close(&c);
    }
    en_file_close(&file);
    return rc;
}

const struct en_cmd en_cmd_answer_read = {
    .words = "answer read",
    .args = "FILE",
    .summary = "read a carrier's receipts (CUSRES 312) of what it was told unasked",
    .about = "The exit code is 1 when a receipt is about nothing that this node has said.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente answer read receipts.edi", "note what carriers have read" },
            { NULL, NULL },
        },
    .run = cmd_answer_read,
};
