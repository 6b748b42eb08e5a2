#include <stdlib.h>
#include <string.h>

#include "cmd/hit_view.h"
#include "cmd/list_files.h"
#include "cmd/node_call.h"

struct importing {
    struct en_run *run;
    struct en_node_call call;
    bool refused; /* some of the input, so far */
};

static void
show(struct en_run *r, const json_t *row, void *ctx)
{
    struct en_buf when = EN_BUF_INIT;
    en_text version = en_row_text(row, "version");

    (void)ctx;
    en_out_f(r->out, "%.*s (%.*s%s%.*s): ", EN_TEXT_ARG(en_row_text(row, "source")),
             EN_TEXT_ARG(en_row_text(row, "format")), version.n > 0 ? ", version " : "", EN_TEXT_ARG(version));
    if (en_row_bool(row, "same")) {
        en_row_when(row, "imported", &when);
        en_out_f(r->out, "imported before, %s; nothing changed\n", when.p);
        en_buf_release(&when);
        return;
    }
    en_out_f(r->out, "%lld entries: %lld added, %lld changed, %lld unchanged, %lld returned, %lld ended\n",
             en_row_int(row, "entries"), en_row_int(row, "added"), en_row_int(row, "changed"),
             en_row_int(row, "unchanged"), en_row_int(row, "returned"), en_row_int(row, "ended"));
    if (en_row_int(row, "outside_profile") + en_row_int(row, "not_persons") > 0)
        en_out_f(r->out, "  kept and not matched: %lld outside counter-terrorism, %lld not persons\n",
                 en_row_int(row, "outside_profile"), en_row_int(row, "not_persons"));
    if (en_row_bool(row, "new_source"))
        en_say("  %.*s is a new list in this node; the next version of a list is given its name with --source",
               EN_TEXT_ARG(en_row_text(row, "source")));
    if (en_row_bool(row, "missing_kept"))
        en_say(
            "  because some of the list could not be read, no alert was ended for being gone; --end-missing ends them");
    en_say_found_later(row);
    en_say_notes(row);
}

static en_errc
import(struct importing *im, const struct en_list_file *f, struct en_err *err)
{
    struct en_run *r = im->run;
    struct en_file files[1 + EN_LIST_COMPANIONS];
    size_t n = 0;
    en_errc rc = en_file_open(&files[n++], f->path, en_arg_show(r, f->path), err);

    for (size_t i = 0; rc == EN_OK && i < f->n_companions; i++)
        rc = en_file_open(&files[n++], f->companions[i], en_arg_show(r, f->companions[i]), err);
    if (rc == EN_OK) {
        en_node_args(&im->call);
        en_node_arg_text(&im->call, "source", "source");
        en_node_arg_text(&im->call, "version", "version");
        en_node_arg_text(&im->call, "ground", "ground");
        en_node_arg_flag(&im->call, "end-missing", "end_missing");
        rc = en_node_do(&im->call, "import", files, n, show, NULL, err);
    }
    for (size_t i = 0; i < n; i++)
        en_file_close(&files[i]);
    return rc;
}

static en_errc
import_all(struct importing *im, const struct en_list_files *files, struct en_err *err)
{
    for (size_t i = 0; i < files->n; i++) {
        en_errc rc = import(im, &files->files[i], err);

        if (rc == EN_E_INPUT || rc == EN_E_LIMIT)
            en_say_err(en_arg_show(im->run, files->files[i].path), err);
        else if (rc != EN_OK && rc != EN_E_NO)
            return rc;
        im->refused = im->refused || rc != EN_OK;
        *err = (struct en_err)EN_ERR_INIT;
    }
    return im->refused ? EN_E_NO : EN_OK;
}

static en_errc
cmd_import(struct en_run *r, struct en_err *err)
{
    struct importing im = { .run = r };
    struct en_list_files files;
    en_errc rc = en_list_files_look(r->args, r->n_args, &r->arena, &files, err);

    if (rc == EN_OK && files.n > 1 && en_opt_given(r, "source"))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "--source names one list; import them one by one");
    rc = rc != EN_OK ? rc : en_node_open(&im.call, r, err);
    if (rc != EN_OK)
        return rc;
    rc = import_all(&im, &files, err);
    en_node_close(&im.call);
    return rc;
}

const struct en_cmd en_cmd_import = {
    .words = "import",
    .args = "FILE...",
    .summary = "bring alert lists into the node: add, change and end alerts",
    .about =
        "A list is a source with a name; its next version, imported under the same name, adds, changes and ends alerts "
        "and "
        "says how many of each. The same file twice changes nothing. Lists of the UN, OFAC, the EU and the UK say their name; "
        "another one is given its name with --source, the same for every version, or takes that of its file up to the "
        "first dot. OFAC's alt.csv is given beside its sdn.csv.\n\n"
        "What a row rests on comes from its programme (docs/formats/grounds.md). Rows outside counter-terrorism are "
        "kept "
        "and counted; travellers are not compared with them unless the node's profile accepts their programme (entente "
        "profile set).\n\n"
        "A row that cannot be read is refused with its line and byte and the rest is imported (exit code 1). Such a "
        "row "
        "looks like one that is gone, so alerts that are gone are not ended then, unless --end-missing is given.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            { .name = "source", .kind = EN_OPT_TEXT, .arg = "NAME", .help = "the list's name in this node" },
            { .name = "version",
              .kind = EN_OPT_TEXT,
              .arg = "TEXT",
              .help = "the list's version, when the file does not say it" },
            { .name = "ground",
              .kind = EN_OPT_TEXT,
              .arg = "GROUND",
              .help = "what rows without a programme that is known rest on (docs/formats/grounds.md)" },
            { .name = "end-missing",
              .kind = EN_OPT_FLAG,
              .help = "end alerts that are gone although some rows were refused" },
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente import un-style.xml", "import a list that says its name" },
            { "entente import sdn.csv alt.csv", "import OFAC's list with its alternate names" },
            { "entente import --source tips --ground unsc-2178 tips.csv", "import a list of one's own" },
            { NULL, NULL },
        },
    .run = cmd_import,
};
