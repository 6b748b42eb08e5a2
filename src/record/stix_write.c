/*
 * stix_write.c: a record as an object of STIX, and bundles of objects.
 */
#include "record/stix.h"

#include <string.h>

#include "base/hash.h"

/* When our extension was published: the definitions never change within a version. */
#define PUBLISHED "2026-11-23T00:00:00.000Z"
#define AUTHOR    "identity--6f2d0b6e-3c0d-4b52-9d58-2a7c1e5f4b03"

/*= STIX TLP 2.0 extension: the fixed ids of its markings. */
#define TLP_EXTENSION "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
static const char *const tlp_ids[EN_TLPS] = {
    [EN_TLP_CLEAR] = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    [EN_TLP_GREEN] = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    [EN_TLP_AMBER] = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    [EN_TLP_AMBER_STRICT] = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    [EN_TLP_RED] = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
};

const char *
en_stix_tlp_ref(enum en_tlp tlp)
{
    EN_ASSERT(tlp < EN_TLPS);
    return tlp_ids[tlp];
}

static const char *const tlp_names[EN_TLPS] = {
    [EN_TLP_CLEAR] = "TLP:CLEAR",
    [EN_TLP_GREEN] = "TLP:GREEN",
    [EN_TLP_AMBER] = "TLP:AMBER",
    [EN_TLP_AMBER_STRICT] = "TLP:AMBER+STRICT",
    [EN_TLP_RED] = "TLP:RED",
};

/* --- ids --------------------------------------------------------------------------------------------- */

/* A UUID of version 5's form from SHA-256 (STIX lets the namespace and the hash be the producer's). */
static void
uuid_of(const char *space, en_text name, char out[EN_RECORD_ID_LEN + 1])
{
    uint8_t h[EN_SHA256_LEN];
    char hex[2 * EN_SHA256_LEN + 1];
    size_t at = 0;

    en_sha256_2(en_text_bytes(en_text_from_ours(space)), en_text_bytes(name), h);
    h[6] = (uint8_t)((h[6] & 0x0F) | 0x50);
    h[8] = (uint8_t)((h[8] & 0x3F) | 0x80);
    en_hex(h, 16, hex);
    for (unsigned i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            out[at++] = '-';
        out[at++] = hex[i];
    }
    out[at] = '\0';
}

void
en_stix_partner_ref(en_text partner, struct en_buf *out)
{
    char id[EN_RECORD_ID_LEN + 1];

    uuid_of("entente-partner:", partner, id);
    en_buf_addf(out, "identity--%s", id);
}

void
en_stix_ref(const struct en_record *r, struct en_buf *out)
{
    en_buf_addf(out, "%s--%.*s", en_record_kinds[r->kind].stix_type, EN_TEXT_ARG(r->id));
}

/* --- members ----------------------------------------------------------------------------------------- */

static void
kv_time(struct en_json *j, const char *key, en_time t)
{
    char at[EN_TIME_RFC3339_LEN + 1];

    if (t == EN_TIME_NONE)
        return;
    en_time_format(t, at);
    en_json_kv_str(j, key, at);
}

static void
kv_text(struct en_json *j, const char *key, en_text t)
{
    if (t.n)
        en_json_kv_text(j, key, t);
}

static void
kv_texts(struct en_json *j, const char *key, const en_text *t, size_t n)
{
    if (!n)
        return;
    en_json_key(j, key);
    en_json_array(j);
    for (size_t i = 0; i < n; i++)
        en_json_text(j, t[i]);
    en_json_array_end(j);
}

static void
put_value(struct en_json *j, const struct en_value *v)
{
    char at[EN_TIME_RFC3339_LEN + 1];

    switch (v->field->type) {
    case EN_VALUE_TEXT:
    case EN_VALUE_WORD:
    case EN_VALUE_RECORD:
        en_json_text(j, v->text);
        return;
    case EN_VALUE_TIME:
        en_time_format(v->time, at);
        en_json_str(j, at);
        return;
    case EN_VALUE_COUNT:
        en_json_int(j, v->count);
        return;
    case EN_VALUE_COUNTRY:
        en_json_str(j, v->country.a3);
        return;
    case EN_VALUE_PERSON:
        en_json_object(j);
        en_person_json(v->person, j);
        en_json_object_end(j);
        return;
    }
}

/* Fields in the order of their table, values in their own. */
static void
put_values(struct en_json *j, const struct en_record *r)
{
    for (const struct en_record_field *f = en_record_kinds[r->kind].fields; f->name; f++) {
        bool any = false;

        for (size_t i = 0; i < r->n_values; i++) {
            if (r->values[i].field != f)
                continue;
            if (!any) {
                en_json_key(j, f->name);
                if (f->many)
                    en_json_array(j);
            }
            any = true;
            put_value(j, &r->values[i]);
        }
        if (any && f->many)
            en_json_array_end(j);
    }
}

static void
put_handling(struct en_json *j, const struct en_handling *h)
{
    en_json_key(j, "handling");
    en_json_object(j);
    en_json_kv_str(j, "tlp", en_tlp_word(h->tlp));
    en_json_kv_str(j, "onward", en_onward_word(h->onward));
    kv_texts(j, "onward_to", h->onward_to, h->n_onward_to);
    kv_texts(j, "codes", h->codes, h->n_codes);
    if (h->scheme.n) {
        en_json_key(j, "evaluation");
        en_json_object(j);
        en_json_kv_text(j, "scheme", h->scheme);
        en_json_kv_text(j, "source", h->source);
        en_json_kv_text(j, "information", h->information);
        en_json_object_end(j);
    }
    kv_text(j, "purpose", h->purpose);
    kv_time(j, "review", h->review);
    kv_time(j, "destroy", h->destroy);
    en_json_object_end(j);
}

static void
put_extensions(struct en_json *j, const struct en_record *r)
{
    en_json_key(j, "extensions");
    en_json_object(j);
    if (en_record_kinds[r->kind].own_type) {
        en_json_key(j, EN_STIX_TYPES);
        en_json_object(j);
        en_json_kv_str(j, "extension_type", "new-sdo");
        en_json_object_end(j);
    }
    en_json_key(j, EN_STIX_RECORD);
    en_json_object(j);
    en_json_kv_str(j, "extension_type", "property-extension");
    en_json_kv_int(j, "format", EN_STIX_EXTENSION_VERSION);
    en_json_kv_str(j, "kind", en_record_kind_word(r->kind));
    en_json_kv_uint(j, "version", r->version);
    en_json_kv_text(j, "originator", r->originator);
    kv_text(j, "ground", r->ground);
    kv_text(j, "instrument", r->instrument);
    put_handling(j, &r->handling);
    put_values(j, r);
    en_json_object_end(j);
    en_json_object_end(j);
}

/* --- what any tool of STIX reads ----------------------------------------------------------------------- */

static bool
latin(const struct en_name *n)
{
    return n->script[0] == '\0' || strcmp(n->script, "Latn") == 0;
}

/* The main name in Latin letters if there is one, else the first name. */
static en_text
plain_name(const struct en_person *p)
{
    for (size_t i = 0; i < p->n_names; i++)
        if (p->names[i].kind == EN_NAME_PRIMARY && latin(&p->names[i]))
            return p->names[i].full;
    for (size_t i = 0; i < p->n_names; i++)
        if (latin(&p->names[i]))
            return p->names[i].full;
    return p->n_names ? p->names[0].full : EN_TEXT_LIT("(document)");
}

static void
kv_first_time(struct en_json *j, const char *key, const struct en_record *r, const char *field)
{
    const struct en_value *v = en_record_value(r, field);

    if (v)
        kv_time(j, key, v->time);
}

static void
kv_first_text(struct en_json *j, const char *key, const struct en_record *r, const char *field)
{
    const struct en_value *v = en_record_value(r, field);

    if (v)
        en_json_kv_text(j, key, v->text);
}

static void
kv_about(struct en_json *j, const char *key, const struct en_record *r)
{
    en_json_key(j, key);
    en_json_array(j);
    for (size_t i = 0; i < r->n_values; i++)
        if (strcmp(r->values[i].field->name, "about") == 0)
            en_json_text(j, r->values[i].text);
    en_json_array_end(j);
}

static void
put_standard(struct en_json *j, const struct en_record *r)
{
    switch (r->kind) {
    case EN_RECORD_ALERT: {
        const struct en_person *p = en_record_value(r, "person")->person;

        en_json_kv_text(j, "name", plain_name(p));
        if (p->n_names)
            en_json_kv_str(j, "identity_class", "individual");
        return;
    }
    case EN_RECORD_SIGHTING:
        kv_first_time(j, "first_seen", r, "first");
        kv_first_time(j, "last_seen", r, "last");
        en_json_kv_int(j, "count", en_text_is(en_record_value(r, "met")->text, "not-met") ? 0 : 1);
        kv_first_text(j, "sighting_of_ref", r, "about");
        kv_first_text(j, "description", r, "text");
        return;
    case EN_RECORD_INCIDENT:
        kv_first_text(j, "name", r, "name");
        kv_first_text(j, "description", r, "text");
        return;
    case EN_RECORD_NOTE:
        kv_first_text(j, "content", r, "text");
        kv_about(j, "object_refs", r);
        return;
    case EN_RECORD_OPINION:
        kv_first_text(j, "opinion", r, "opinion");
        kv_first_text(j, "explanation", r, "text");
        kv_about(j, "object_refs", r);
        return;
    case EN_RECORD_MOVEMENT:
    case EN_RECORD_WARNING:
    case EN_RECORD_WITHDRAWAL:
    case EN_RECORD_FIGURE:
    case EN_RECORD_KINDS:
        return;
    }
}

void
en_stix_write(const struct en_record *r, struct en_buf *out)
{
    struct en_buf ref = EN_BUF_INIT;
    struct en_json j;

    EN_ASSERT(en_record_check(r, NULL) == EN_OK);
    en_json_init(&j, out);
    en_json_object(&j);
    en_json_kv_str(&j, "type", en_record_kinds[r->kind].stix_type);
    en_json_kv_str(&j, "spec_version", "2.1");
    en_stix_ref(r, &ref);
    en_json_kv_text(&j, "id", (en_text){ ref.p, ref.n });
    en_buf_reset(&ref);
    en_stix_partner_ref(r->originator, &ref);
    en_json_kv_text(&j, "created_by_ref", (en_text){ ref.p, ref.n });
    en_buf_release(&ref);
    kv_time(&j, "created", r->created);
    kv_time(&j, "modified", r->modified);
    put_standard(&j, r);
    en_json_key(&j, "object_marking_refs");
    en_json_array(&j);
    en_json_str(&j, tlp_ids[r->handling.tlp]);
    en_json_array_end(&j);
    put_extensions(&j, r);
    en_json_object_end(&j);
}

/* --- bundles ------------------------------------------------------------------------------------------- */

static void
put_head(struct en_json *j, const char *type, const char *id, const char *author, const char *at)
{
    en_json_object(j);
    en_json_kv_str(j, "type", type);
    en_json_kv_str(j, "spec_version", "2.1");
    en_json_kv_str(j, "id", id);
    if (author)
        en_json_kv_str(j, "created_by_ref", author);
    en_json_kv_str(j, "created", at);
}

static void
put_definition(struct en_json *j, const char *id, const char *name, const char *description, const char *type)
{
    put_head(j, "extension-definition", id, AUTHOR, PUBLISHED);
    en_json_kv_str(j, "modified", PUBLISHED);
    en_json_kv_str(j, "name", name);
    en_json_kv_str(j, "description", description);
    en_json_kv_str(j, "schema", "docs/formats/records/record.schema.json of Entente");
    en_json_kv_str(j, "version", "1.0.0");
    en_json_key(j, "extension_types");
    en_json_array(j);
    en_json_str(j, type);
    en_json_array_end(j);
    en_json_object_end(j);
}

static void
put_definitions(struct en_json *j)
{
    put_head(j, "identity", AUTHOR, NULL, PUBLISHED);
    en_json_kv_str(j, "modified", PUBLISHED);
    en_json_kv_str(j, "name", "Entente");
    en_json_kv_str(j, "identity_class", "organization");
    en_json_object_end(j);
    put_definition(j, EN_STIX_RECORD, "Entente record",
                   "Names with script and provenance, partial dates, documents, ground and handling of a record",
                   "property-extension");
    put_definition(j, EN_STIX_TYPES, "Entente kinds", "Kinds of records that STIX has no type for", "new-sdo");
}

static void
put_marking(struct en_json *j, enum en_tlp tlp)
{
    put_head(j, "marking-definition", tlp_ids[tlp], NULL, "2022-10-01T00:00:00.000Z");
    en_json_kv_str(j, "name", tlp_names[tlp]);
    en_json_key(j, "extensions");
    en_json_object(j);
    en_json_key(j, TLP_EXTENSION);
    en_json_object(j);
    en_json_kv_str(j, "extension_type", "property-extension");
    en_json_kv_str(j, "tlp_2_0", en_tlp_word(tlp));
    en_json_object_end(j);
    en_json_object_end(j);
    en_json_object_end(j);
}

/* The partner behind records; its STIX identity says no more than its id. */
static void
put_originator(struct en_json *j, const struct en_record *r)
{
    struct en_buf ref = EN_BUF_INIT;

    en_stix_partner_ref(r->originator, &ref);
    put_head(j, "identity", ref.p, NULL, PUBLISHED);
    en_json_kv_str(j, "modified", PUBLISHED);
    en_json_kv_text(j, "name", r->originator);
    en_json_kv_str(j, "identity_class", "organization");
    en_json_object_end(j);
    en_buf_release(&ref);
}

/* The tag of a name's language, or of its script (BCP 47): "ar", "und-Cyrl"; false for names in Latin letters. */
static bool
tag_of(const struct en_name *n, char out[16])
{
    struct en_buf b = EN_BUF_INIT;

    if (latin(n))
        return false;
    if (n->lang[0])
        en_buf_addf(&b, "%s", n->lang);
    else
        en_buf_addf(&b, "und-%s", n->script);
    memcpy(out, b.p, b.n + 1);
    en_buf_release(&b);
    return true;
}

/*= STIX 2.1 section 7.1, language-content: one value a tag; generated from the names of the extension. */
static void
put_language_content(struct en_json *j, const struct en_record *r, const struct en_person *p)
{
    struct en_buf ref = EN_BUF_INIT, id = EN_BUF_INIT, partner = EN_BUF_INIT;
    char uuid[EN_RECORD_ID_LEN + 1], at[EN_TIME_RFC3339_LEN + 1];

    en_stix_ref(r, &ref);
    uuid_of("entente-language:", (en_text){ ref.p, ref.n }, uuid);
    en_buf_addf(&id, "language-content--%s", uuid);
    en_stix_partner_ref(r->originator, &partner);
    en_time_format(r->created, at);
    put_head(j, "language-content", id.p, partner.p, at);
    kv_time(j, "modified", r->modified);
    en_json_kv_text(j, "object_ref", (en_text){ ref.p, ref.n });
    kv_time(j, "object_modified", r->modified);
    en_json_key(j, "object_marking_refs");
    en_json_array(j);
    en_json_str(j, tlp_ids[r->handling.tlp]);
    en_json_array_end(j);
    en_json_key(j, "contents");
    en_json_object(j);
    for (size_t i = 0; i < p->n_names; i++) {
        char tag[16], earlier[16];
        bool again = !tag_of(&p->names[i], tag);

        for (size_t k = 0; k < i && !again; k++)
            again = tag_of(&p->names[k], earlier) && strcmp(tag, earlier) == 0;
        if (again)
            continue;
        en_json_key(j, tag);
        en_json_object(j);
        en_json_kv_text(j, "name", p->names[i].full);
        en_json_object_end(j);
    }
    en_json_object_end(j);
    en_json_object_end(j);
    en_buf_release(&ref);
    en_buf_release(&id);
    en_buf_release(&partner);
}

static const struct en_person *
person_in_other_script(const struct en_record *r)
{
    const struct en_value *v = r->kind == EN_RECORD_ALERT ? en_record_value(r, "person") : NULL;

    for (size_t i = 0; v && i < v->person->n_names; i++)
        if (!latin(&v->person->names[i]))
            return v->person;
    return NULL;
}

void
en_stix_bundle(const struct en_record *records, const en_bytes *objects, size_t n, struct en_buf *out)
{
    struct en_buf all = EN_BUF_INIT, id = EN_BUF_INIT;
    char uuid[EN_RECORD_ID_LEN + 1];
    bool marked[EN_TLPS] = { false };
    struct en_json j;

    for (size_t i = 0; i < n; i++)
        en_buf_add(&all, objects[i].p, objects[i].n);
    uuid_of("entente-bundle:", (en_text){ all.p, all.n }, uuid);
    en_buf_addf(&id, "bundle--%s", uuid);
    en_json_init(&j, out);
    en_json_object(&j);
    en_json_kv_str(&j, "type", "bundle");
    en_json_kv_str(&j, "id", id.p);
    en_json_key(&j, "objects");
    en_json_array(&j);
    put_definitions(&j);
    for (size_t i = 0; i < n; i++) {
        const struct en_person *p = person_in_other_script(&records[i]);
        bool known = false;

        if (!marked[records[i].handling.tlp])
            put_marking(&j, records[i].handling.tlp);
        marked[records[i].handling.tlp] = true;
        for (size_t k = 0; k < i && !known; k++)
            known = en_text_eq(records[k].originator, records[i].originator);
        if (!known)
            put_originator(&j, &records[i]);
        en_json_raw(&j, objects[i]);
        if (p)
            put_language_content(&j, &records[i], p);
    }
    en_json_array_end(&j);
    en_json_object_end(&j);
    en_buf_release(&all);
    en_buf_release(&id);
}
