#include <stdio.h>

#include "cmd/node_call.h"
#include "daemon/folder.h"

/* The copy is read beside whoever owns the node: a reader of a store does not disturb its writer. */
static en_errc
copy(const struct en_run *r, const char *to, struct en_err *err)
{
    struct en_folder f;
    struct en_store *s = NULL;
    en_errc rc = en_folder_open(&f, r->node, err);

    if (rc != EN_OK)
        return rc;
    rc = en_folder_store(&f, EN_STORE_READ, &s, err);
    rc = rc != EN_OK ? rc : en_store_backup(s, to, err);
    en_store_close(s);
    en_folder_close(&f);
    return rc;
}

static void
tell(struct en_run *r, en_text file, en_text keep_until)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;

    if (r->json) {
        en_json_init(&j, &b);
        en_json_object(&j);
        en_json_kv_text(&j, "backup", file);
        en_json_kv_text(&j, "keep_until", keep_until);
        en_json_object_end(&j);
        en_out_line(r->out, &b);
    } else {
        en_out_f(r->out, "%.*s\n", EN_TEXT_ARG(file));
        en_say("it holds everything the node knows, and no keys; keep it as safe as the node, and no longer than %.*s",
               keep_until.n > 10 ? 10 : (int)keep_until.n, keep_until.p);
    }
    en_buf_release(&b);
}

struct kept {
    char until[64];
};

static void
take_answer(struct en_run *r, const json_t *row, void *ctx)
{
    struct kept *k = ctx;

    (void)r;
    (void)snprintf(k->until, sizeof k->until, "%.*s", EN_TEXT_ARG(en_row_text(row, "keep_until")));
}

static en_errc
cmd_backup(struct en_run *r, struct en_err *err)
{
    bool json = r->json;
    struct kept k = { "" };
    en_errc rc;

    r->json = false; /* the act's own record is not the command's */
    rc = en_node_once(r, "backup", NULL, take_answer, &k, err);
    r->json = json;

    rc = rc != EN_OK ? rc : copy(r, en_arg(r, 0), err);
    if (rc == EN_OK)
        tell(r, en_arg_show(r, en_arg(r, 0)), en_text_from_ours(k.until));
    return rc;
}

const struct en_cmd en_cmd_backup = {
    .words = "backup",
    .args = "FILE",
    .summary = "write a consistent, checked copy of the store while the node is in use",
    .about = "The file must not exist. It is complete when the command has ended with 0. Keys are not in it: each "
             "person keeps a copy of the own key file, and the node's own keys are copied apart from it, if at all "
             "(docs/keys.md).\n\n"
             "A copy is personal data like the node: keep it no longer than 30 days. When it is restored, what became due "
             "in the meantime is deleted before anybody can read it (docs/retention.md).",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .examples =
        (const struct en_example[]){
            { "entente backup /media/safe/entente-2026-11-23.db", "back up the node" },
            { NULL, NULL },
        },
    .run = cmd_backup,
};
