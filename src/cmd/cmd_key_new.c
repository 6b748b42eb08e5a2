#include <string.h>

#include "cmd/cmd.h"
#include "daemon/clock.h"
#include "daemon/folder.h"

static en_errc
cmd_key_new(struct en_run *r, struct en_err *err)
{
    const struct en_folder nowhere = { -1, -1, NULL };
    uint8_t seed[EN_SEAL_SEED_LEN];
    char hex[2 * EN_SEAL_PUBLIC_LEN + 1];
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;
    struct en_key k;
    en_text name;
    en_errc rc = en_arg_text(r, 0, &name, err);

    if (rc == EN_OK && !en_key_name_valid(name))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS,
                        "a user's name is 1 to 64 of a-z, 0-9, '-', '_' and '.', and begins with a letter or digit");
    rc = rc != EN_OK ? rc : en_process_harden(err);
    if (rc != EN_OK)
        return rc;
    en_rim.draw(en_rim.ctx, seed, sizeof seed);
    en_key_from_seed(seed, &k);
    rc = en_folder_key_write(&nowhere, en_opt_value(r, "keys"), &k, name, en_clock_now(), err);
    en_hex(k.public_key, sizeof k.public_key, hex);
    en_key_wipe(&k);
    memset(seed, 0, sizeof seed);
    if (rc == EN_OK && r->json) {
        en_json_init(&j, &b);
        en_json_object(&j);
        en_json_kv_text(&j, "name", name);
        en_json_kv_str(&j, "public_key", hex);
        en_json_object_end(&j);
        en_out_line(r->out, &b);
        en_buf_release(&b);
    } else if (rc == EN_OK) {
        en_out_f(r->out, "%s\n", hex);
    }
    return rc;
}

const struct en_cmd en_cmd_key_new = {
    .words = "key new",
    .args = "NAME",
    .summary = "make a key of one's own and print its public half",
    .about = "Writes NAME.key, mode 0600, into a folder of the person's own (then set ENTENTE_KEYS to it) and prints "
             "the public key, "
             "which an admin gives to entente user add NAME --public-key.",
    .needs = EN_NEEDS_WRITE,
    .opts =
        (const struct en_opt[]){
            { .name = "keys", .kind = EN_OPT_PATH, .arg = "DIR", .def = ".", .help = "the folder for the key file" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente key new berta --keys ~/keys", "make a key before being added to a node" },
            { NULL, NULL },
        },
    .run = cmd_key_new,
};
