#include <fcntl.h>

#include "cmd/cmd.h"
#include "daemon/tables.h"

static void
tell(struct en_run *r, const struct en_tables *t)
{
    char name[2 * EN_SHA256_LEN + 1];

    en_hex(en_tables_hash(t), EN_SHA256_LEN, name);
    if (r->json) {
        struct en_buf b = EN_BUF_INIT;
        struct en_json j;

        en_json_init(&j, &b);
        en_json_object(&j);
        en_json_kv_str(&j, "tables", name);
        en_json_kv_bool(&j, "built_in", en_tables_are_builtin(t));
        en_json_object_end(&j);
        en_out_f(r->out, "%.*s\n", (int)b.n, b.p);
        en_buf_release(&b);
        return;
    }
    en_out_f(r->out, "%s%s\n", name, en_tables_are_builtin(t) ? "  the program's own" : "");
}

static en_errc
cmd_tables_check(struct en_run *r, struct en_err *err)
{
    struct en_tables *t = NULL;
    en_errc rc = EN_OK;

    if (r->n_args > 0)
        rc = en_tables_load(AT_FDCWD, r->args[0], &t, err);
    else
        t = en_tables_builtin();
    if (rc != EN_OK)
        return rc;
    tell(r, t);
    en_tables_free(t);
    return EN_OK;
}

const struct en_cmd en_cmd_tables_check = {
    .words = "tables check",
    .args = "[DIR]",
    .summary = "check learned tables and print the name by which a profile takes them",
    .about = "Learned tables are costs.tsv, frequencies.tsv, spellings.tsv, cultures.tsv and fusion.tsv in a folder; "
             "one that is not there is the program's own. What is wrong is said with file, line and position. The name is "
             "a hash over all five. Without DIR it is that of the program's own tables.\n\n"
             "A node takes tables that lie in the folder tables of its own folder when its profile names them: "
             "entente profile set --tables NAME. docs/formats/tables.md says how they are learned.",
    .examples =
        (const struct en_example[]){
            { "entente tables check", "the name of the program's own tables" },
            { NULL, NULL },
        },
    .run = cmd_tables_check,
};
