#include "cmd/exchange_view.h"
#include "cmd/record_args.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    en_errc rc = en_fill_record(c, err);

    return rc != EN_OK ? rc : en_record_args(c, "changes", NULL, err);
}

static en_errc
cmd_record_edit(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "record-edit", fill, en_record_page, NULL, err);
}

const struct en_cmd en_cmd_record_edit = {
    .words = "record edit",
    .args = "RECORD",
    .summary = "make a new version of a record of our own",
    .about = "A field that is given replaces all its values; what is not given stays, and null in the file takes a "
             "field away. Handling is replaced as a whole: whoever gives one of --tlp, --onward, --code, --purpose, "
             "--review, --destroy gives all of it. The person, ground and dates of an alert are changed by entente "
             "alert edit.\n\nThe new version is a draft. Its release to everyone who holds the one before is proposed "
             "by this command, and a second person approves it (entente release list --waiting).",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            EN_RECORD_OPTS,
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente record edit 3 --tlp green --purpose 'border control'", "it is handled otherwise from now on" },
            { "entente record edit 3 --set ask=inform", "holders are asked for something else" },
            { NULL, NULL },
        },
    .run = cmd_record_edit,
};
