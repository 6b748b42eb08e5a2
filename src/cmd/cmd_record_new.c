#include <stdlib.h>
#include <string.h>

#include "cmd/exchange_view.h"
#include "cmd/input.h"
#include "record/record.h"

#define FILE_MAX EN_MAX_RECORD

static en_errc
read_file(struct en_run *r, json_t **ext, struct en_err *err)
{
    const char *path = en_opt_value(r, "file");
    struct en_buf b = EN_BUF_INIT;
    en_errc rc;

    *ext = NULL;
    if (path == NULL) {
        *ext = json_object();
        return EN_OK;
    }
    rc = en_input_all(path, FILE_MAX, &b, err);
    if (rc == EN_OK) {
        *ext = json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL);
        if (!json_is_object(*ext))
            rc = en_err_set(err, EN_E_INPUT, EN_NO_POS, "the file is no JSON object");
    }
    en_buf_release(&b);
    return rc;
}

/* A count is a number, a field that may have several values a list. */
static void
put_field(json_t *ext, const struct en_record_field *f, en_text value)
{
    json_t *v = json_stringn(value.p, value.n), *list;

    if (f->type == EN_VALUE_COUNT) {
        json_t *number = json_loadb(value.p, value.n, JSON_DECODE_ANY, NULL);

        if (json_is_integer(number)) {
            json_decref(v);
            v = json_incref(number);
        }
        json_decref(number);
    }
    if (!f->many) {
        (void)json_object_set_new(ext, f->name, v);
        return;
    }
    list = json_object_get(ext, f->name);
    if (!json_is_array(list)) {
        list = json_array();
        (void)json_object_set_new(ext, f->name, list);
    }
    (void)json_array_append_new(list, v);
}

static en_errc
put_sets(struct en_run *r, enum en_record_kind kind, json_t *ext, struct en_err *err)
{
    for (size_t i = 0; i < en_opt_count(r, "set"); i++) { /* what is said here stands above the file */
        en_text t = en_opt_text_at(r, "set", i);
        const char *equals = memchr(t.p, '=', t.n);
        en_text name = { t.p, equals != NULL ? (size_t)(equals - t.p) : 0 };
        const struct en_record_field *f = name.n > 0 ? en_record_field(kind, name) : NULL;

        if (f == NULL || f->type == EN_VALUE_PERSON)
            return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                              "--set takes FIELD=VALUE, a field of the kind (docs/formats/records/kinds.md)");
        put_field(ext, f, (en_text){ equals + 1, t.n - name.n - 1 });
    }
    return EN_OK;
}

static void
put_text(struct en_run *r, const char *option, json_t *o)
{
    en_text t = en_opt_text(r, option);

    if (en_opt_value(r, option) != NULL)
        (void)json_object_set_new(o, option, json_stringn(t.p, t.n));
}

static void
put_handling(struct en_run *r, json_t *ext)
{
    static const char *const texts[] = { "tlp", "purpose", "review", "destroy" };
    json_t *h = json_object_get(ext, "handling");

    if (!json_is_object(h)) {
        h = json_object();
        (void)json_object_set_new(ext, "handling", h);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_text(r, texts[i], h);
    if (en_opt_given(r, "onward") || json_object_get(h, "onward") == NULL)
        put_text(r, "onward", h);
    if (en_opt_count(r, "code") > 0) {
        json_t *codes = json_array();

        for (size_t i = 0; i < en_opt_count(r, "code"); i++) {
            en_text t = en_opt_text_at(r, "code", i);

            (void)json_array_append_new(codes, json_stringn(t.p, t.n));
        }
        (void)json_object_set_new(h, "codes", codes);
    }
    put_text(r, "ground", ext);
    put_text(r, "instrument", ext);
}

/* A day is its beginning. */
static void
whole_time(json_t *h, const char *member)
{
    const char *s = json_string_value(json_object_get(h, member));
    struct en_buf b = EN_BUF_INIT;

    if (s == NULL || strlen(s) != 10)
        return;
    en_buf_addf(&b, "%sT00:00:00.000Z", s);
    (void)json_object_set_new(h, member, json_string(b.p));
    en_buf_release(&b);
}

static en_errc
fill(struct en_node_call *c, struct en_err *err)
{
    struct en_run *r = c->run;
    enum en_record_kind kind;
    json_t *ext = NULL;
    en_text word;
    char *text;
    en_errc rc = en_arg_text(r, 0, &word, err);

    if (rc == EN_OK && !en_record_kind_from(word, &kind))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS,
                        "this is no kind of record: alert, sighting, movement, incident, "
                        "warning, note, opinion, figure");
    rc = rc != EN_OK ? rc : read_file(r, &ext, err);
    rc = rc != EN_OK ? rc : put_sets(r, kind, ext, err);
    if (rc == EN_OK) {
        put_handling(r, ext);
        whole_time(json_object_get(ext, "handling"), "review");
        whole_time(json_object_get(ext, "handling"), "destroy");
        en_json_kv_text(&c->j, "kind", word);
        en_node_arg_uint(c, "alert", "alert");
        text = json_dumps(ext, JSON_COMPACT);
        en_json_key(&c->j, "record");
        en_json_raw(&c->j, en_bytes_from(text, text != NULL ? strlen(text) : 0));
        free(text);
    }
    json_decref(ext);
    return rc;
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
            { .name = "alert",
              .kind = EN_OPT_UINT,
              .arg = "N",
              .min = 1,
              .max = 9007199254740991.0,
              .help = "the alert of ours that it is; for the kind alert only" },
            { .name = "file", .kind = EN_OPT_PATH, .arg = "FILE", .help = "a JSON object with fields and handling" },
            { .name = "set",
              .kind = EN_OPT_TEXT,
              .arg = "FIELD=VALUE",
              .repeat = true,
              .help = "a field of the kind; again for each value of a field that may have several" },
            { .name = "tlp",
              .kind = EN_OPT_CHOICE,
              .arg = "clear|green|amber|amber+strict|red",
              .help = "the label of TLP 2.0" },
            { .name = "onward",
              .kind = EN_OPT_CHOICE,
              .arg = "none|ask",
              .def = "none",
              .help = "may a holder pass it on" },
            { .name = "code", .kind = EN_OPT_TEXT, .arg = "CODE", .repeat = true, .help = "a handling code, as H1" },
            { .name = "purpose", .kind = EN_OPT_TEXT, .arg = "TEXT", .help = "what it may be used for" },
            { .name = "instrument",
              .kind = EN_OPT_TEXT,
              .arg = "TEXT",
              .help = "the legal instrument or warrant behind it" },
            { .name = "ground", .kind = EN_OPT_TEXT, .arg = "WORD", .help = "a ground of docs/formats/grounds.md" },
            { .name = "review", .kind = EN_OPT_TEXT, .arg = "DATE", .help = "when it is to be looked at again" },
            { .name = "destroy", .kind = EN_OPT_TEXT, .arg = "DATE", .help = "when every holder destroys it" },
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
