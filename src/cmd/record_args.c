/*
 * record_args.c: a record's members out of a file and options.
 */
#include "cmd/record_args.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cmd/input.h"

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
put_field(json_t *ext, const struct en_record_field *f, bool many, en_text value)
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
    if (!many) {
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

/* Of any kind, if none is said. */
static const struct en_record_field *
field_named(const enum en_record_kind *kind, en_text name)
{
    const struct en_record_field *f = NULL;

    if (kind != NULL)
        return en_record_field(*kind, name);
    for (unsigned k = 0; f == NULL && k < EN_RECORD_KINDS; k++)
        f = en_record_field((enum en_record_kind)k, name);
    return f;
}

static en_errc
put_sets(struct en_run *r, const enum en_record_kind *kind, json_t *ext, struct en_err *err)
{
    for (size_t i = 0; i < en_opt_count(r, "set"); i++) { /* what is said here stands above the file */
        en_text t = en_opt_text_at(r, "set", i);
        const char *equals = memchr(t.p, '=', t.n);
        en_text name = { t.p, equals != NULL ? (size_t)(equals - t.p) : 0 };
        const struct en_record_field *f = name.n > 0 ? field_named(kind, name) : NULL;

        if (f == NULL || f->type == EN_VALUE_PERSON)
            return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                              "--set takes FIELD=VALUE, a field of the kind (docs/formats/records/kinds.md)");
        put_field(ext, f, kind == NULL || f->many, (en_text){ equals + 1, t.n - name.n - 1 });
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
put_list(struct en_run *r, const char *option, json_t *o, const char *member)
{
    json_t *list;

    if (en_opt_count(r, option) == 0)
        return;
    list = json_array();
    for (size_t i = 0; i < en_opt_count(r, option); i++) {
        en_text t = en_opt_text_at(r, option, i);

        (void)json_array_append_new(list, json_stringn(t.p, t.n));
    }
    (void)json_object_set_new(o, member, list);
}

static void
put_handling(struct en_run *r, bool whole, json_t *ext)
{
    static const char *const texts[] = { "tlp", "purpose", "review", "destroy" };
    json_t *h = json_object_get(ext, "handling");
    bool said = whole || h != NULL || en_opt_given(r, "onward") || en_opt_count(r, "code") > 0 ||
                en_opt_count(r, "onward-to") > 0;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        said = said || en_opt_given(r, texts[i]);
    put_text(r, "ground", ext);
    put_text(r, "instrument", ext);
    if (!said)
        return;
    if (!json_is_object(h)) {
        h = json_object();
        (void)json_object_set_new(ext, "handling", h);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_text(r, texts[i], h);
    put_text(r, "onward", h);
    if (json_object_get(h, "onward") == NULL)
        (void)json_object_set_new(h, "onward", json_string("none"));
    put_list(r, "code", h, "codes");
    put_list(r, "onward-to", h, "onward_to");
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

en_errc
en_record_args(struct en_node_call *c, const char *member, const enum en_record_kind *kind, struct en_err *err)
{
    json_t *ext = NULL;
    char *text;
    en_errc rc = read_file(c->run, &ext, err);

    rc = rc != EN_OK ? rc : put_sets(c->run, kind, ext, err);
    if (rc == EN_OK) {
        put_handling(c->run, kind != NULL, ext);
        whole_time(json_object_get(ext, "handling"), "review");
        whole_time(json_object_get(ext, "handling"), "destroy");
        text = json_dumps(ext, JSON_COMPACT);
        en_json_key(&c->j, member);
        en_json_raw(&c->j, en_bytes_from(text, text != NULL ? strlen(text) : 0));
        free(text);
    }
    json_decref(ext);
    return rc;
}
