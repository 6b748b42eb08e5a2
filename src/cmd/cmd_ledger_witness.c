#include "cmd/node_call.h"

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    (void)ctx;
    if (en_row_int(row, "answer") == 409 && !en_row_bool(row, "evidence"))
        en_say("it begins at %lld: entente ledger prove --since %lld", en_row_int(row, "known"),
               en_row_int(row, "known"));
    if (en_row_text(row, "cosignature").n == 0)
        return;
    en_out_f(r->out, "%.*s\n", EN_TEXT_ARG(en_row_text(row, "cosignature")));
    en_say("cosigned %.*s at %lld events, with %.*s", EN_TEXT_ARG(en_row_text(row, "origin")), en_row_int(row, "size"),
           EN_TEXT_ARG(en_row_text(row, "vkey")));
}

static en_errc
cmd_ledger_witness(struct en_run *r, struct en_err *err)
{
    struct en_node_call c;
    struct en_file file;
    en_errc rc = en_file_open(&file, en_arg(r, 0), en_arg_show(r, en_arg(r, 0)), err);

    if (rc != EN_OK)
        return rc;
    rc = en_node_open(&c, r, err);
    if (rc == EN_OK) {
        en_node_arg_text(&c, "key", "key");
        rc = en_node_do(&c, "ledger-witness", &file, 1, show, NULL, err);
        en_node_close(&c);
    }
    en_file_close(&file);
    return rc;
}

const struct en_cmd en_cmd_ledger_witness = {
    .words = "ledger witness",
    .args = "FILE",
    .summary = "look at the head of another node's ledger and cosign it if the ledger has only grown",
    .about =
        "FILE is a request to a witness (C2SP tlog-witness), as `entente ledger prove --since SIZE` prints it at the "
        "other node: its newest head, and the proof that the head this node cosigned last is its beginning. SIZE is 0 the "
        "first time. The cosignature is a line for the other node to put behind its head; it says when this node saw "
        "it. The head is remembered first.\n\n"
        "A head that is signed by its log and contradicts what was cosigned before is refused with 7, and both are kept as "
        "evidence. A request that begins at another size is refused with 1: the answer says at which size to begin.\n\n"
        "A partner's log is known by the keys of its history. Of another log the key is given once.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "key",
              .kind = EN_OPT_TEXT,
              .arg = "VKEY",
              .help = "verifier key (NAME+HASH+KEY) of a log that is no partner's, the first time" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente ledger witness growth.req", "what a partner sent of its ledger" },
            { NULL, NULL },
        },
    .run = cmd_ledger_witness,
};
