#include "cmd/exchange_view.h"
#include "cmd/record_args.h"

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    struct en_run *r = c->run;
    enum en_record_kind kind;
    en_text word;
    en_errc rc = en_arg_text(r, 0, &word, err);

    if (rc == EN_OK && !en_record_kind_from(word, &kind))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS,
                        "this is no kind of record: alert, sighting, movement, incident, "
                        "warning, note, opinion, figure");
    if (rc != EN_OK)
        return rc;
    en_json_kv_text(&c->j, "kind", word);
    en_node_arg_uint(c, "alert", "alert");
    return en_record_args(c, "record", &kind, err);
}

static en_errc
cmd_record_new(struct en_run *r, struct en_err *err)
{
    return en_node_once(r, "record-new", fill, en_record_page, NULL, err);
}

const struct en_cmd en_cmd_record_new = {
    .words = "record new",
    .args = "KIND",
    .summary = "write a record: a draft until it is released",
    .about = "KIND is alert, sighting, movement, incident, warning, note, opinion or figure; "
             "docs/formats/records/kinds.md gives the fields of each. An alert of ours (--alert) brings its person, "
             "its ground and its dates; what holders are asked to do is added with --set ask=WORD.\n\nFields come from "
             "a file (a JSON object as docs/formats/record.md has the extension) and from --set, which stands above "
             "the file. A record carries its handling: the TLP label, whether it may be passed on, what it may be used "
             "for. To whom it is released is not in it.",
    .needs = EN_NEEDS_NODE | EN_NEEDS_WRITE | EN_NEEDS_KEY,
    .opts =
        (const struct en_opt[]){
            EN_NUMBER_OPT("alert", "the alert of ours that it is; for the kind alert only"),
            EN_RECORD_OPTS,
            { .name = NULL },
        },
    .examples =
        (const struct en_example[]){
            { "entente record new alert --alert 4 --tlp amber --purpose 'border control' --instrument 'warrant 7/2026' "
              "--set ask=secondary-check",
              "an alert of ours becomes a record" },
            { "entente record new warning --tlp green --set level=likely --set name='threat to a station' --set "
              "text='reported by two sources'",
              "a warning" },
            { NULL, NULL },
        },
    .run = cmd_record_new,
};
