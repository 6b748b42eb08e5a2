#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "cmd/node_call.h"
#include "person/country.h"

/* On the first day one person does everything; two-person rules still ask for a second key. */
#define FIRST_ROLES ((1u << EN_ROLE_ADMIN) | (1u << EN_ROLE_IMPORTER) | (1u << EN_ROLE_SUPERVISOR))

/* --user, else ENTENTE_USER, else the account's name where it can be one, else "admin". */
static en_text
first_user(struct en_run *r)
{
    const struct passwd *account = getpwuid(getuid());
    en_text name = r->user != NULL ? en_arg_show(r, r->user) : EN_TEXT_NONE;

    if (name.n == 0 && account != NULL)
        name = en_arg_show(r, account->pw_name);
    return r->user != NULL || en_key_name_valid(name) ? name : EN_TEXT_LIT("admin");
}

static en_errc
read_country(struct en_run *r, en_text *out, struct en_err *err)
{
    en_text given = en_opt_text(r, "country");
    en_country c;

    *out = EN_TEXT_LIT("");
    if (given.n == 0)
        return EN_OK;
    c = en_country_from_text(given);
    if (!en_country_known(c))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "--country is a country's code or name (XAA to XZZ for rehearsals)");
    *out = en_text_dup(en_text_from_ours(c.a3), &r->arena);
    return EN_OK;
}

static void
tell(struct en_run *r, const struct en_act_init *in, en_text dir)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;
    char id[EN_SEAL_ID_LEN + 1];

    en_key_id(in->key, id);
    if (r->json) {
        en_json_init(&j, &b);
        en_json_object(&j);
        en_json_kv_text(&j, "node", dir);
        en_json_kv_text(&j, "name", in->name);
        en_json_kv_text(&j, "country", in->country);
        en_json_kv_bool(&j, "rehearsal", in->rehearsal);
        en_json_kv_text(&j, "user", in->user);
        en_json_object_end(&j);
        en_out_line(r->out, &b);
    } else {
        en_roles_write(in->roles, &b);
        en_out_f(r->out, "made a node in %.*s\n", EN_TEXT_ARG(dir));
        en_out_f(r->out, "first user: %.*s (%s), key in %.*s/keys/%.*s.key\n", EN_TEXT_ARG(in->user), b.p,
                 EN_TEXT_ARG(dir), EN_TEXT_ARG(in->user));
        en_say("its own keys are in %.*s/keys/node; the next signing key belongs into a safe: docs/keys.md",
               EN_TEXT_ARG(dir));
        en_say("next: export ENTENTE_NODE=%.*s; entente import LIST; entente screen MANIFEST", EN_TEXT_ARG(dir));
    }
    en_buf_release(&b);
}

static const char *
passphrase_file(const struct en_run *r)
{
    const char *given = en_opt_value(r, "passphrase-file");

    return given != NULL ? given : en_passphrase_file();
}

static en_errc
cmd_init(struct en_run *r, struct en_err *err)
{
    struct en_act_init in = { .name = en_opt_text(r, "name"),
                              .rehearsal = en_opt_given(r, "rehearsal"),
                              .user = first_user(r),
                              .roles = FIRST_ROLES };
    en_time rehearse;
    en_errc rc = read_country(r, &in.country, err);

    rc = rc != EN_OK ? rc : en_rehearsal_now(&rehearse, err);
    rc = rc != EN_OK ? rc : en_link_init(en_arg(r, 0), &in, passphrase_file(r), rehearse, err);
    if (rc == EN_OK)
        tell(r, &in, en_arg_show(r, en_arg(r, 0)));
    return rc;
}

const struct en_cmd en_cmd_init = {
    .words = "init",
    .args = "DIR",
    .summary = "make a node: a folder with a store and the key of its first user",
    .about =
        "The folder is new or empty. It gets the store (entente.db), a lock, and keys/ with the key file of the "
        "first user, who is admin, importer and supervisor; entente user add makes the others, and keys/node/ with the keys of "
        "the node itself, with which it signs and opens what is exchanged (docs/keys.md). Whoever can read the "
        "folder can read everything in it: keep it on an encrypted disk, for one account.\n\n"
        "A rehearsal node is for made-up data: it says so on every page, and it alone can act at another time than "
        "now (ENTENTE_REHEARSAL_NOW).",
    .needs = EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "name", .kind = EN_OPT_TEXT, .arg = "NAME", .def = "unnamed", .help = "the service's name" },
            { .name = "country", .kind = EN_OPT_TEXT, .arg = "CODE", .help = "the service's country" },
            { .name = "passphrase-file",
              .kind = EN_OPT_PATH,
              .arg = "FILE",
              .help = "put the node's own keys under the passphrase in FILE, or of standard input for -" },
            { .name = "rehearsal", .kind = EN_OPT_FLAG, .help = "a node for made-up data" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente init /srv/entente --name Norland --country XAA", "make the node of a service" },
            { "entente init --rehearsal /tmp/try", "make a node to try things in" },
            { NULL, NULL },
        },
    .run = cmd_init,
};
