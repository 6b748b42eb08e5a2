#include <string.h>
#include <unistd.h>

#include "cmd/node_call.h"
#include "daemon/clock.h"
#include "daemon/folder.h"
#include "daemon/vault.h"

/* At a terminal it is typed twice: a new passphrase that nobody knows locks the node for good. */
static en_errc
new_lock(struct en_vault *to, struct en_err *err)
{
    struct en_vault again;
    en_errc rc = en_vault_lock(to, err);

    if (rc != EN_OK || to->passphrase_file != NULL)
        return rc;
    again = *to;
    again.prompt = "the same once more: ";
    rc = en_vault_lock_again(&again, err);
    if (rc == EN_OK && memcmp(again.lock.key, to->lock.key, sizeof to->lock.key) != 0)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "the two are not the same; nothing was changed");
    en_vault_wipe(&again);
    return rc;
}

static en_errc
take_no_record(void *ctx, en_bytes json, struct en_err *err)
{
    (void)ctx;
    (void)json;
    (void)err;
    return EN_OK;
}

static en_errc
cmd_key_passphrase(struct en_run *r, struct en_err *err)
{
    const struct en_act_reply reply = { .record = take_no_record };
    struct en_node_call c;
    struct en_vault to;
    unsigned n = 0;
    en_errc rc;

    if (en_opt_given(r, "none") && en_opt_given(r, "new"))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "--new or --none, not both");
    rc = en_node_open(&c, r, err);
    if (rc != EN_OK)
        return rc;
    to = (struct en_vault){ .folder = -1,
                            .passphrase_file = en_opt_value(r, "new"),
                            .may_ask = true,
                            .prompt = "new passphrase of the node's keys: " };
    if (!en_opt_given(r, "none"))
        rc = new_lock(&to, err);
    rc = rc != EN_OK ? rc : en_link_relock(c.link, &to, &reply, &n, err);
    en_vault_wipe(&to);
    en_node_close(&c);
    if (rc == EN_OK)
        en_say("%u key file%s %s", n, n == 1 ? "" : "s",
               en_opt_given(r, "none") ? "are under no passphrase any more" : "are under the new passphrase");
    return rc;
}

const struct en_cmd en_cmd_key_passphrase = {
    .words = "key passphrase",
    .args = "",
    .summary = "change the passphrase of the node's keys in place",
    .about = "The node must not be in use: stop entente serve first. The old passphrase comes from "
             "ENTENTE_PASSPHRASE_FILE or is asked for at the terminal; the new one comes from --new or is asked for "
             "twice. Files that were under none are put under it. If the old passphrase is another, nothing is "
             "changed; after a stop in the middle the same command goes on. An admin does it, and it is in the ledger "
             "before the files are changed.\n\n"
             "Copies of key files elsewhere, the next signing key in the safe among them, stay under the passphrase "
             "that they were written with.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY | EN_CMD_NO_JSON,
    .opts =
        (const struct en_opt[]){
            { .name = "new",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .help = "the file with the new passphrase; - is standard input" },
            { .name = "none", .kind = EN_OPT_FLAG, .help = "under no passphrase from now on" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente key passphrase", "both are asked for" },
            { "ENTENTE_PASSPHRASE_FILE=old entente key passphrase --new /run/secrets/new", "in a script" },
            { NULL, NULL },
        },
    .run = cmd_key_passphrase,
};
