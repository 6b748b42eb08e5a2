#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/node_call.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_errc rc = EN_OK;

    if (en_arg(c->run, 0) != NULL)
        rc = en_node_arg_id(c, 0, "event", err);
    en_node_arg_uint(c, "since", "since");
    if (rc == EN_OK && (en_opt_given(c->run, "content") || en_opt_given(c->run, "opening")))
        en_json_kv_bool(&c->j, "content", true);
    return rc;
}

struct proving {
    struct en_buf opening;
};

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    struct proving *p = ctx;
    const json_t *opening = json_object_get(row, "opening"), *line;
    char *text;
    size_t i;

    json_array_foreach(json_object_get(row, "proof"), i, line)
        en_out_f(r->out, "%s\n", json_string_value(line));
    if (en_row_text(row, "vkey").n > 0)
        en_say("whoever checks it needs the node's verifier key, told in another way than the proof:\n%.*s",
               EN_TEXT_ARG(en_row_text(row, "vkey")));
    text = opening != NULL ? json_dumps(opening, JSON_COMPACT) : NULL;
    if (text != NULL)
        en_buf_addf(&p->opening, "%s\n", text);
    free(text);
}

static en_errc
write_opening(const char *path, const struct en_buf *b, struct en_err *err)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && write(fd, b->p, b->n) == (ssize_t)b->n && fsync(fd) == 0;

    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    return ok ? EN_OK : en_err_set(err, EN_E_STORAGE, EN_NO_POS, "the opening could not be written to a new file");
}

static en_errc
cmd_ledger_prove(struct en_run *r, struct en_err *err)
{
    struct proving p = { EN_BUF_INIT };
    const char *path = en_opt_value(r, "opening");
    en_errc rc;

    if ((en_arg(r, 0) != NULL) == en_opt_given(r, "since"))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "give an event, or --since a size");
    if (en_opt_given(r, "content") && !r->json)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--content goes with --json; else give a file: --opening FILE");
    if (r->json && path != NULL)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "with --json the opening is a member: --content");
    rc = en_node_once(r, "ledger-prove", fill, show, &p, err);
    if (rc == EN_OK && path != NULL)
        rc = write_opening(path, &p.opening, err);
    en_buf_release(&p.opening);
    return rc;
}

const struct en_cmd en_cmd_ledger_prove = {
    .words = "ledger prove",
    .args = "[EVENT]",
    .summary = "print the proof that an event is in the ledger, for somebody without access to the node",
    .about =
        "The proof is a C2SP tlog-proof against the newest signed head, which is kept from then on. It shows the "
        "entry of the event and nothing of its content; `entente-verify` and any other program that knows the form "
        "can check it offline, with the node's verifier key.\n\n"
        "With --opening FILE also the content: nonce, type and bytes, with which the entry can be computed. It names "
        "people, alerts and hits by number. Who gives it away discloses that act; that it was asked for is in the "
        "ledger.\n\n"
        "With --since SIZE instead of an event: the newest head and the proof that the ledger of that size is its "
        "beginning, for somebody who holds that head. The form is a request to a witness (C2SP tlog-witness).",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "opening",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .help = "write the opening of the entry to this new file" },
            { .name = "since",
              .kind = EN_OPT_UINT,
              .arg = "SIZE",
              .min = 0,
              .max = 9007199254740991.0,
              .help = "prove that the ledger has only grown since it had so many events" },
            { .name = "content", .kind = EN_OPT_FLAG, .help = "with --json: the opening is a member of the answer" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente ledger prove 12 > event-12.proof", "a file for whoever doubts it" },
            { "entente ledger prove 12 --opening event-12.json > event-12.proof", "the same with what was done" },
            { "entente ledger prove --since 40 > growth.req", "for a partner who holds the head of size 40" },
            { NULL, NULL },
        },
    .run = cmd_ledger_prove,
};
