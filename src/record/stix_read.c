/*
 * stix_read.c: an object of STIX as a record. Only our extension is believed; what stands outside of it must agree.
 */
#include "record/stix.h"

#include <string.h>

#include "person/json_in.h"
#include "person/person_json.h"

struct reading {
    struct en_record *r;
    struct en_report *report;
    struct en_err *err;
    struct en_arena *a;
};

static en_errc
bad(struct reading *x, const char *member, const char *why)
{
    return en_err_set(x->err, EN_E_INPUT, EN_NO_POS, "%s: %s", member, why);
}

/* A text member; EN_E_INPUT if it is missing and must be there. Repaired text is not what was signed: refused. */
static en_errc
text_member(struct reading *x, const json_t *o, const char *member, bool required, size_t max, en_text *out)
{
    unsigned repairs = EN_TEXT_CLEAN;
    en_errc rc = en_json_in_member(o, member, max, x->a, out, &repairs, NULL);

    if (rc == EN_E_LIMIT)
        return en_err_set(x->err, EN_E_LIMIT, EN_NO_POS, "%s: the text is too long", member);
    if (rc != EN_OK)
        return bad(x, member, "this is no text");
    if (repairs != EN_TEXT_CLEAN)
        return bad(x, member, "the text has control or format characters, or is not in normal form");
    return required && out->n == 0 ? bad(x, member, "it is missing") : EN_OK;
}

static en_errc
time_from(struct reading *x, en_text t, const char *member, en_time *out)
{
    return en_time_parse(t, out) ? EN_OK : bad(x, member, "this is no time of RFC 3339");
}

static en_errc
time_member(struct reading *x, const json_t *o, const char *member, bool required, en_time *out)
{
    en_text t;
    en_errc rc = text_member(x, o, member, required, 64, &t);

    *out = EN_TIME_NONE;
    return rc == EN_OK && t.n ? time_from(x, t, member, out) : rc;
}

static en_errc
texts_member(struct reading *x, const json_t *o, const char *member, const en_text **out, size_t *n)
{
    const json_t *list = json_object_get(o, member);
    en_text *t;

    *n = 0;
    if (list == NULL)
        return EN_OK;
    if (!json_is_array(list) || json_array_size(list) > EN_RECORD_LIST_MAX)
        return bad(x, member, "this is no list, or it is too long");
    t = en_arena_alloc(x->a, (json_array_size(list) + 1) * sizeof *t);
    if (t == NULL)
        return en_err_set(x->err, EN_E_LIMIT, EN_NO_POS, "the record is larger than the memory given for it");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (en_json_in_text(json_array_get(list, i), EN_MAX_NAME, x->a, &t[i], NULL, NULL) != EN_OK)
            return bad(x, member, "this is no list of texts");
    *out = t;
    *n = json_array_size(list);
    return EN_OK;
}

/* --- handling ------------------------------------------------------------------------------------------ */

static en_errc
read_evaluation(struct reading *x, const json_t *o, struct en_handling *h)
{
    const json_t *e = json_object_get(o, "evaluation");
    en_errc rc;

    if (e == NULL)
        return EN_OK;
    if (!json_is_object(e))
        return bad(x, "evaluation", "this is no object");
    rc = text_member(x, e, "scheme", true, 64, &h->scheme);
    rc = rc != EN_OK ? rc : text_member(x, e, "source", true, 64, &h->source);
    return rc != EN_OK ? rc : text_member(x, e, "information", true, 64, &h->information);
}

static en_errc
read_handling(struct reading *x, const json_t *ext)
{
    const json_t *o = json_object_get(ext, "handling");
    struct en_handling *h = &x->r->handling;
    en_text word;
    en_errc rc;

    if (!json_is_object(o))
        return bad(x, "handling", "it is missing");
    rc = text_member(x, o, "tlp", true, 16, &word);
    if (rc == EN_OK && !en_tlp_from(word, &h->tlp))
        rc = bad(x, "tlp", "this is no label of TLP 2.0");
    rc = rc != EN_OK ? rc : text_member(x, o, "onward", true, 16, &word);
    if (rc == EN_OK && !en_onward_from(word, &h->onward))
        rc = bad(x, "onward", "it is none, ask or list");
    rc = rc != EN_OK ? rc : texts_member(x, o, "onward_to", &h->onward_to, &h->n_onward_to);
    rc = rc != EN_OK ? rc : texts_member(x, o, "codes", &h->codes, &h->n_codes);
    rc = rc != EN_OK ? rc : read_evaluation(x, o, h);
    rc = rc != EN_OK ? rc : text_member(x, o, "purpose", false, EN_MAX_NAME, &h->purpose);
    rc = rc != EN_OK ? rc : time_member(x, o, "review", false, &h->review);
    return rc != EN_OK ? rc : time_member(x, o, "destroy", false, &h->destroy);
}

/* Other tools go by the marking and we by the handling: one colour, and the same. */
static en_errc
read_marking(struct reading *x, const json_t *object)
{
    const json_t *list = json_object_get(object, "object_marking_refs");
    const char *ref = json_string_value(json_array_get(list, 0));

    if (!json_is_array(list) || json_array_size(list) != 1 || ref == NULL)
        return bad(x, "object_marking_refs", "it is not exactly one marking");
    return strcmp(ref, en_stix_tlp_ref(x->r->handling.tlp)) == 0
               ? EN_OK
               : bad(x, "object_marking_refs", "it is not the label of its handling");
}

/* --- values -------------------------------------------------------------------------------------------- */

static en_errc
read_person(struct reading *x, json_t *o, struct en_value *v)
{
    const struct en_json_place nowhere = { 0, 0 };

    if (!json_is_object(o))
        return bad(x, v->field->name, "this is no object");
    v->person = en_arena_alloc(x->a, sizeof *v->person);
    if (v->person == NULL)
        return en_err_set(x->err, EN_E_LIMIT, EN_NO_POS, "the record is larger than the memory given for it");
    en_person_init(v->person, x->a);
    return en_person_from_object(o, NULL, v->person, x->report, nowhere, x->err);
}

static en_errc
read_text(struct reading *x, const json_t *o, const struct en_record_field *f, en_text *out)
{
    unsigned repairs = EN_TEXT_CLEAN;
    en_errc rc = en_json_in_text(o, EN_RECORD_TEXT_MAX, x->a, out, &repairs, NULL);

    if (rc == EN_E_LIMIT)
        return en_err_set(x->err, rc, EN_NO_POS, "%s: the text is too long", f->name);
    if (rc != EN_OK)
        return bad(x, f->name, "this is no text");
    return repairs == EN_TEXT_CLEAN ? EN_OK : bad(x, f->name, "the text has control or format characters");
}

static en_errc
read_value(struct reading *x, json_t *o, const struct en_record_field *f)
{
    struct en_value v = { .field = f, .time = EN_TIME_NONE };
    en_errc rc = EN_OK;

    switch (f->type) {
    case EN_VALUE_TEXT:
    case EN_VALUE_WORD:
    case EN_VALUE_RECORD:
        rc = read_text(x, o, f, &v.text);
        break;
    case EN_VALUE_TIME:
        rc = read_text(x, o, f, &v.text);
        rc = rc != EN_OK ? rc : time_from(x, v.text, f->name, &v.time);
        v.text = EN_TEXT_NONE;
        break;
    case EN_VALUE_COUNT:
        v.count = json_is_integer(o) ? json_integer_value(o) : -1;
        break;
    case EN_VALUE_COUNTRY:
        rc = read_text(x, o, f, &v.text);
        v.country = rc == EN_OK && v.text.n == 3 ? en_country_from_text(v.text) : EN_COUNTRY_NONE;
        v.text = EN_TEXT_NONE;
        break;
    case EN_VALUE_PERSON:
        rc = read_person(x, o, &v);
        break;
    }
    return rc == EN_OK ? en_record_add(x->r, &v, x->err) : rc;
}

static en_errc
read_field(struct reading *x, json_t *ext, const struct en_record_field *f)
{
    json_t *o = json_object_get(ext, f->name);
    en_errc rc = EN_OK;

    if (o == NULL)
        return EN_OK;
    if (!f->many)
        return read_value(x, o, f);
    if (!json_is_array(o))
        return bad(x, f->name, "this is no list");
    for (size_t i = 0; i < json_array_size(o) && rc == EN_OK; i++)
        rc = read_value(x, json_array_get(o, i), f);
    return rc;
}

/* Members that this version does not know: counted, not understood. */
static void
note_unknown(struct reading *x, json_t *ext)
{
    static const char *const known[] = { "extension_type", "format", "kind", "version", "originator", "ground",
                                         "instrument", "handling", NULL };
    const char *key;
    json_t *value;

    json_object_foreach(ext, key, value) {
        bool ours = en_record_field(x->r->kind, en_text_from_ours(key)) != NULL;

        for (const char *const *k = known; *k && !ours; k++)
            ours = strcmp(key, *k) == 0;
        if (!ours && x->report)
            en_report_add(x->report, EN_NOTE_KEPT, "record-member", 0, EN_NO_POS, "a member is not known here");
    }
}

/* --- the object ---------------------------------------------------------------------------------------- */

static en_errc
read_kind(struct reading *x, const json_t *object, const json_t *ext)
{
    enum en_record_kind kind;
    uint64_t v = 0;
    en_text word;
    en_errc rc;

    if (!en_json_in_uint(ext, "format", &v) || v != EN_STIX_EXTENSION_VERSION)
        return bad(x, "format", "this version of the extension is not known here");
    rc = text_member(x, ext, "kind", true, 64, &word);
    if (rc != EN_OK)
        return rc;
    if (!en_record_kind_from(word, &kind))
        return bad(x, "kind", "this kind of record is not known here");
    en_record_init(x->r, kind, x->a);
    rc = text_member(x, object, "type", true, 64, &word);
    return rc == EN_OK && !en_text_is(word, en_record_kinds[kind].stix_type)
               ? bad(x, "type", "the object has another type than its kind of record")
               : rc;
}

static en_errc
read_ids(struct reading *x, const json_t *object, const json_t *ext)
{
    struct en_buf want = EN_BUF_INIT;
    enum en_record_kind kind;
    en_text ref, by;
    uint64_t version = 0;
    en_errc rc = text_member(x, object, "id", true, EN_RECORD_REF_MAX, &ref);

    if (rc == EN_OK && (!en_record_ref(ref, &kind, &x->r->id) || kind != x->r->kind))
        rc = bad(x, "id", "this is no id of such a record");
    rc = rc != EN_OK ? rc : text_member(x, ext, "originator", true, 64, &x->r->originator);
    rc = rc != EN_OK ? rc : text_member(x, object, "created_by_ref", true, EN_RECORD_REF_MAX, &by);
    if (rc != EN_OK)
        return rc;
    en_stix_partner_ref(x->r->originator, &want);
    if (!en_text_eq(by, (en_text){ want.p, want.n }))
        rc = bad(x, "created_by_ref", "it is not the originator's");
    en_buf_release(&want);
    if (rc == EN_OK && (!en_json_in_uint(ext, "version", &version) || version == 0 || version > UINT32_MAX))
        rc = bad(x, "version", "versions count from 1");
    x->r->version = (uint32_t)version;
    rc = rc != EN_OK ? rc : time_member(x, object, "created", true, &x->r->created);
    return rc != EN_OK ? rc : time_member(x, object, "modified", true, &x->r->modified);
}

static en_errc
read_record(struct reading *x, const json_t *object)
{
    json_t *ext = json_object_get(json_object_get(object, "extensions"), EN_STIX_RECORD);
    en_errc rc;

    if (!json_is_object(ext))
        return bad(x, "extensions", "the object does not carry the extension of records");
    rc = read_kind(x, object, ext);
    rc = rc != EN_OK ? rc : read_ids(x, object, ext);
    rc = rc != EN_OK ? rc : text_member(x, ext, "ground", false, EN_MAX_NAME, &x->r->ground);
    rc = rc != EN_OK ? rc : text_member(x, ext, "instrument", false, EN_MAX_NAME, &x->r->instrument);
    rc = rc != EN_OK ? rc : read_handling(x, ext);
    rc = rc != EN_OK ? rc : read_marking(x, object);
    if (rc != EN_OK)
        return rc; /* the kind may not be known */
    for (const struct en_record_field *f = en_record_kinds[x->r->kind].fields; f->name && rc == EN_OK; f++)
        rc = read_field(x, ext, f);
    if (rc != EN_OK)
        return rc;
    note_unknown(x, ext);
    return en_record_check(x->r, x->err);
}

en_errc
en_stix_read(en_bytes object, struct en_arena *a, struct en_record *out, struct en_report *report, struct en_err *err)
{
    struct reading x = { out, report, err, a };
    json_t *root;
    en_errc rc = en_json_in_object(object, EN_STIX_OBJECT_MAX, &root, NULL, err);

    if (rc != EN_OK)
        return rc;
    rc = read_record(&x, root);
    json_decref(root);
    return rc;
}
