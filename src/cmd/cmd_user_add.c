#include <stdlib.h>
#include <string.h>

#include "cmd/node_call.h"
#include "cmd/user_view.h"
#include "daemon/clock.h"
#include "daemon/folder.h"

struct adding {
    struct en_run *run;
    struct en_folder folder;
    const char *keys;
    en_text name;
    char public_key[2 * EN_SEAL_PUBLIC_LEN + 1];
    bool wrote; /* a key file, which goes again if the node says no */
};

static en_errc
make_key(struct adding *a, struct en_err *err)
{
    uint8_t seed[EN_SEAL_SEED_LEN];
    struct en_key k;
    en_errc rc = en_process_harden(err);

    if (rc != EN_OK)
        return rc;
    en_rim.draw(en_rim.ctx, seed, sizeof seed);
    en_key_from_seed(seed, &k);
    rc = en_folder_key_write(&a->folder, a->keys, &k, a->name, en_clock_now(), err);
    a->wrote = rc == EN_OK;
    en_hex(k.public_key, sizeof k.public_key, a->public_key);
    en_key_wipe(&k);
    memset(seed, 0, sizeof seed);
    return rc;
}

static void
write_args(struct adding *a, struct en_node_call *c)
{
    struct en_buf roles = EN_BUF_INIT;

    for (size_t i = 0; i < en_opt_count(a->run, "role"); i++)
        en_buf_addf(&roles, "%s%s", i > 0 ? "," : "", en_opt_at(a->run, "role", i));
    en_json_kv_text(&c->j, "name", a->name);
    en_json_kv_text(&c->j, "roles", (en_text){ roles.p, roles.n });
    en_json_kv_str(&c->j, "key", a->public_key);
    en_node_arg_uint(c, "unix", "unix");
    en_buf_release(&roles);
}

static en_errc
add(struct adding *a, struct en_node_call *c, struct en_err *err)
{
    struct en_run *r = a->run;
    en_text given = en_opt_text(r, "public-key");
    en_errc rc = en_arg_text(r, 0, &a->name, err);

    if (rc == EN_OK && !en_key_name_valid(a->name))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS,
                        "a user's name is 1 to 64 of a-z, 0-9, '-', '_' and '.', and begins with a letter or digit");
    if (rc == EN_OK && given.n == 2 * EN_SEAL_PUBLIC_LEN)
        memcpy(a->public_key, given.p, given.n);
    else if (rc == EN_OK && given.n > 0)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "--public-key is 64 hex digits");
    else if (rc == EN_OK)
        rc = make_key(a, err);
    if (rc != EN_OK)
        return rc;
    write_args(a, c);
    rc = en_node_do(c, "user-add", NULL, 0, en_user_view, NULL, err);
    if (rc != EN_OK && a->wrote)
        en_folder_key_remove(&a->folder, a->keys, a->name);
    if (rc == EN_OK && a->wrote && !r->json)
        en_say("the key is in %s/%.*s.key: give it to the person, who keeps it and nobody else",
               a->keys != NULL ? "ENTENTE_KEYS" : "the node's keys", EN_TEXT_ARG(a->name));
    return rc;
}

static en_errc
cmd_user_add(struct en_run *r, struct en_err *err)
{
    struct adding a = { .run = r, .keys = getenv("ENTENTE_KEYS") };
    struct en_node_call c;
    en_errc rc;

    if (a.keys != NULL && *a.keys == '\0')
        a.keys = NULL;
    rc = en_node_open(&c, r, err);
    if (rc != EN_OK)
        return rc;
    rc = en_folder_open(&a.folder, r->node, err);
    if (rc == EN_OK) {
        rc = add(&a, &c, err);
        en_folder_close(&a.folder);
    }
    en_node_close(&c);
    return rc;
}

const struct en_cmd en_cmd_user_add = {
    .words = "user add",
    .args = "NAME",
    .summary = "add a person and make the person's key",
    .about = "Every act names the person who does it and is signed by the person's key. Two-person rules compare keys. "
             "The key "
             "file is written for the person, mode 0600, into the node's keys/ or the folder that ENTENTE_KEYS names; "
             "a person "
             "who made a key elsewhere (entente key new) gives its public half, and no secret changes hands.\n\n"
             "Roles: admin (people, profile, clock, backups), importer (brings lists in), officer (screens and checks, "
             "reads "
             "and decides hits, reads alerts), supervisor (as officer; writes, edits and ends alerts of our own, runs "
             "reviews), "
             "auditor (reads everything, changes nothing).",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "role",
              .kind = EN_OPT_CHOICE,
              .arg = "admin|importer|officer|supervisor|auditor",
              .repeat = true,
              .required = true,
              .help = "what the person may do; may be given several times" },
            { .name = "public-key",
              .kind = EN_OPT_TEXT,
              .arg = "HEX",
              .help = "the person's own key; no key file is written" },
            { .name = "unix",
              .kind = EN_OPT_UINT,
              .arg = "UID",
              .min = 0,
              .max = 4294967294.0,
              .help = "the person acts from this account of the system only" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente user add berta --role officer", "add an officer" },
            { "entente user add chris --role supervisor --role importer", "add somebody with two roles" },
            { NULL, NULL },
        },
    .run = cmd_user_add,
};
