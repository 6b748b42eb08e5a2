/*
 * FollowTheMoney JSON lines: one entity a line (entities.ftm.json), possibly with the entities that point to it nested
 * in its properties (targets.nested.json). A property is a list of strings or of nested entities.
 *
 * The JSON of a line stays alive until the sink has returned, so texts are borrowed from it where nothing had to be
 * repaired.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/jsonl.h"
#include "formats/list_in.h"

/* Lines that wait for each other, in bytes. The entity files of one publisher take less. */
#define WAIT_MAX (64u * EN_MIB)

/* A line that waits: an entity for its parts, or a part for its entity. */
struct waiting {
    uint64_t line, pos;
    size_t at, n;         /* the line in `text` */
    size_t owner, owner_n; /* of a part: the id of its entity, in `text` */
    bool used;
};

struct ftm {
    struct en_list_in *in;
    struct en_jsonl *lines;
    struct en_buf text;
    struct waiting *entities, *parts;
    size_t n_entities, cap_entities, n_parts, cap_parts;
};

/* What a property of a person becomes. */
enum use {
    USE_NAME,          /* arg: en_name_kind */
    USE_PART,          /* arg: en_part_role; joined with the name by attach_parts */
    USE_BIRTH,
    USE_NATIONALITY,
    USE_SEX,
    USE_DOC,           /* arg: en_doc_type */
    USE_NUMBER,        /* a number that is no document of a traveller: arg is unused, note is the property */
    USE_PLACE,
    USE_PLACE_COUNTRY,
    USE_PROGRAMME,
    USE_PROGRAMME_TEXT, /* only where the entity has no programme id */
    USE_ASIDE           /* known, not matched: kept without a note */
};

struct use_row {
    const char *property;
    enum use use;
    int arg;
};

/*= FollowTheMoney 3, schema Person, LegalEntity, Thing. Ordered by name for bsearch. */
static const struct use_row uses[] = {
    { "address",              USE_ASIDE,          0 },
    { "alias",                USE_NAME,           EN_NAME_ALIAS },
    { "appearance",           USE_ASIDE,          0 },
    { "birthCountry",         USE_PLACE_COUNTRY,  0 },
    { "birthDate",            USE_BIRTH,          0 },
    { "birthPlace",           USE_PLACE,          0 },
    { "buildDate",            USE_ASIDE,          0 },
    { "callSign",             USE_ASIDE,          0 },
    { "citizenship",          USE_NATIONALITY,    0 },
    { "classification",       USE_ASIDE,          0 },
    { "country",              USE_ASIDE,          0 },
    { "createdAt",            USE_ASIDE,          0 },
    { "deathDate",            USE_ASIDE,          0 },
    { "description",          USE_ASIDE,          0 },
    { "dissolutionDate",      USE_ASIDE,          0 },
    { "education",            USE_ASIDE,          0 },
    { "email",                USE_ASIDE,          0 },
    { "ethnicity",            USE_ASIDE,          0 },
    { "eyeColor",             USE_ASIDE,          0 },
    { "fatherName",           USE_PART,           EN_PART_PATRONYMIC },
    { "firstName",            USE_PART,           EN_PART_GIVEN },
    { "flag",                 USE_ASIDE,          0 },
    { "gender",               USE_SEX,            0 },
    { "hairColor",            USE_ASIDE,          0 },
    { "height",               USE_ASIDE,          0 },
    { "idNumber",             USE_DOC,            EN_DOC_NATIONAL_ID },
    { "imoNumber",            USE_ASIDE,          0 },
    { "incorporationDate",    USE_ASIDE,          0 },
    { "innCode",              USE_NUMBER,         0 },
    { "jurisdiction",         USE_ASIDE,          0 },
    { "keywords",             USE_ASIDE,          0 },
    { "lastName",             USE_PART,           EN_PART_FAMILY },
    { "legalForm",            USE_ASIDE,          0 },
    { "leiCode",              USE_ASIDE,          0 },
    { "mainCountry",          USE_ASIDE,          0 },
    { "middleName",           USE_PART,           EN_PART_MIDDLE },
    { "mmsi",                 USE_ASIDE,          0 },
    { "modifiedAt",           USE_ASIDE,          0 },
    { "motherName",           USE_PART,           EN_PART_OTHER },
    { "name",                 USE_NAME,           EN_NAME_PRIMARY },
    { "nameSuffix",           USE_PART,           EN_PART_OTHER },
    { "nationality",          USE_NATIONALITY,    0 },
    { "notes",                USE_ASIDE,          0 },
    { "ogrnCode",             USE_ASIDE,          0 },
    { "okpoCode",             USE_ASIDE,          0 },
    { "parent",               USE_ASIDE,          0 },
    { "passportNumber",       USE_DOC,            EN_DOC_PASSPORT },
    { "pastFlags",            USE_ASIDE,          0 },
    { "phone",                USE_ASIDE,          0 },
    { "political",            USE_ASIDE,          0 },
    { "position",             USE_ASIDE,          0 },
    { "previousName",         USE_NAME,           EN_NAME_FORMER },
    { "profession",           USE_ASIDE,          0 },
    { "program",              USE_PROGRAMME_TEXT, 0 },
    { "programId",            USE_PROGRAMME,      0 },
    { "publisher",            USE_ASIDE,          0 },
    { "publisherUrl",         USE_ASIDE,          0 },
    { "registrationNumber",   USE_ASIDE,          0 },
    { "religion",             USE_ASIDE,          0 },
    { "retrievedAt",          USE_ASIDE,          0 },
    { "secondName",           USE_PART,           EN_PART_MIDDLE },
    { "sector",               USE_ASIDE,          0 },
    { "socialSecurityNumber", USE_NUMBER,         0 },
    { "sourceUrl",            USE_ASIDE,          0 },
    { "spokenLanguage",       USE_ASIDE,          0 },
    { "status",               USE_ASIDE,          0 },
    { "summary",              USE_ASIDE,          0 },
    { "swiftBic",             USE_ASIDE,          0 },
    { "taxNumber",            USE_NUMBER,         0 },
    { "title",                USE_PART,           EN_PART_TITLE },
    { "tonnage",              USE_ASIDE,          0 },
    { "topics",               USE_ASIDE,          0 },
    { "type",                 USE_ASIDE,          0 },
    { "weakAlias",            USE_NAME,           EN_NAME_WEAK },
    { "website",              USE_ASIDE,          0 },
    { "weight",               USE_ASIDE,          0 },
    { "wikidataId",           USE_ASIDE,          0 },
    { "wikipediaUrl",         USE_ASIDE,          0 },
};

/* Schemata that are persons, things that a list may name, and links between things. The rest is unknown. */
enum schema_kind { SCHEMA_UNKNOWN, SCHEMA_PERSON, SCHEMA_THING, SCHEMA_PART };

static const struct {
    const char *schema;
    enum schema_kind kind;
} schemata[] = {
    { "Person", SCHEMA_PERSON },      { "LegalEntity", SCHEMA_THING },     { "Company", SCHEMA_THING },
    { "Organization", SCHEMA_THING }, { "PublicBody", SCHEMA_THING },      { "Vessel", SCHEMA_THING },
    { "Airplane", SCHEMA_THING },     { "Vehicle", SCHEMA_THING },         { "CryptoWallet", SCHEMA_THING },
    { "Asset", SCHEMA_THING },        { "Security", SCHEMA_THING },        { "BankAccount", SCHEMA_THING },
    { "Address", SCHEMA_PART },       { "Passport", SCHEMA_PART },         { "Identification", SCHEMA_PART },
    { "Sanction", SCHEMA_PART },      { "Family", SCHEMA_PART },           { "Associate", SCHEMA_PART },
    { "Ownership", SCHEMA_PART },     { "Directorship", SCHEMA_PART },     { "Membership", SCHEMA_PART },
    { "Employment", SCHEMA_PART },    { "Occupancy", SCHEMA_PART },        { "Position", SCHEMA_PART },
    { "UnknownLink", SCHEMA_PART },   { "Representation", SCHEMA_PART },   { "Succession", SCHEMA_PART },
    { "Documentation", SCHEMA_PART },
};

static enum schema_kind
schema_kind(en_text schema)
{
    for (size_t i = 0; i < sizeof schemata / sizeof *schemata; i++)
        if (en_text_is(schema, schemata[i].schema))
            return schemata[i].kind;
    return SCHEMA_UNKNOWN;
}

static int
by_property(const void *key, const void *row)
{
    return strcmp(key, ((const struct use_row *)row)->property);
}

static const struct use_row *
use_of(const char *property)
{
    return bsearch(property, uses, sizeof uses / sizeof *uses, sizeof *uses, by_property);
}

/* --- values ------------------------------------------------------------------------------------------------------- */

/* The text of a JSON value; numbers are not text in this format. False when there is none. */
static bool
text_of(struct en_list_in *in, const json_t *v, size_t max, en_text *out)
{
    *out = EN_TEXT_NONE;
    if (!json_is_string(v)) {
        if (!json_is_null(v))
            en_report_add(in->report, EN_NOTE_REFUSED, "ftm-value", in->id.line, in->id.pos,
                          "a value of a property is not a string");
        return false;
    }
    return en_list_in_text(in, en_bytes_from(json_string_value(v), json_string_length(v)), max, in->id.pos, out);
}

/* The first string of a property of a nested entity. */
static en_text
first_text(struct en_list_in *in, const json_t *properties, const char *name)
{
    const json_t *v = json_object_get(properties, name);
    en_text t = EN_TEXT_NONE;

    if (json_is_array(v))
        v = json_array_get(v, 0);
    if (json_is_string(v))
        text_of(in, v, EN_MAX_TEXT, &t);
    return t;
}

/* A member's name, which is input as well. */
static en_text
key_text(struct en_list_in *in, const char *key)
{
    en_text t;

    if (!en_list_in_text(in, en_bytes_from(key, strlen(key)), EN_MAX_NAME, in->id.pos, &t))
        return EN_TEXT_LIT("?");
    return t;
}

/* Keeps a value that is no text as the JSON it is. */
static void
keep_json(struct en_list_in *in, const char *key, const json_t *v)
{
    size_t need = json_dumpb(v, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY);
    char *p = need && need <= EN_MAX_TEXT ? en_arena_alloc(&in->arena, need) : NULL;
    en_text t;

    if (!p) {
        en_report_add(in->report, EN_NOTE_REFUSED, "value-long", in->id.line, in->id.pos,
                      "a value is longer than its limit");
        return;
    }
    json_dumpb(v, p, need, JSON_COMPACT | JSON_ENCODE_ANY);
    if (en_list_in_text(in, en_bytes_from(p, need), EN_MAX_TEXT, in->id.pos, &t))
        en_list_in_extra(in, key_text(in, key), t, in->id.pos);
}

/* What is known of an entity only when all of it has been read. */
struct entity {
    en_text place;            /* the only birth place, to be joined with the only country */
    en_country place_country;
    size_t places, place_countries;
    en_text parts[EN_PART_ROLES][2]; /* [0] the only value; two roles have two properties: [1] for the second */
    unsigned n_parts[EN_PART_ROLES];
    bool has_programme_id;
    size_t sanctions, over; /* nested ones; those that no longer hold */
};

/* --- nested entities ---------------------------------------------------------------------------------------------- */

/* Each string of a property becomes an extra "prefix.property". */
static void
keep_nested(struct en_list_in *in, const char *prefix, const char *property, const json_t *values)
{
    size_t i, np = strlen(prefix), nk = strlen(property);
    const json_t *v;
    char *key = en_arena_alloc(&in->arena, np + nk + 1);
    en_text t, k;

    if (!key)
        return;
    memcpy(key, prefix, np);
    key[np] = '.';
    memcpy(key + np + 1, property, nk);
    if (!en_list_in_text(in, en_bytes_from(key, np + nk + 1), EN_MAX_NAME, in->id.pos, &k))
        return;
    json_array_foreach(values, i, v)
        if (json_is_string(v) && text_of(in, v, EN_MAX_TEXT, &t))
            en_list_in_aside(in, k, t);
}

static bool
is_any(const char *s, const char *const *set)
{
    for (; *set; set++)
        if (strcmp(s, *set) == 0)
            return true;
    return false;
}

static enum en_doc_type
type_of_document(const json_t *nested, en_text type)
{
    const char *schema = json_string_value(json_object_get(nested, "schema"));

    if (schema && strcmp(schema, "Passport") == 0)
        return EN_DOC_PASSPORT;
    return en_list_in_doc_type(type, type.n ? EN_DOC_OTHER : EN_DOC_NATIONAL_ID);
}

/*= FollowTheMoney Identification and Passport: number, country, type, startDate, endDate, authority. */
static void
nested_document(struct en_list_in *in, const json_t *nested)
{
    static const char *const used[] = { "number", "passportNumber", "country", "type", "endDate", "holder", NULL };
    const json_t *properties = json_object_get(nested, "properties"), *v;
    en_text type = first_text(in, properties, "type"), end = first_text(in, properties, "endDate");
    struct en_doc d = en_list_in_doc_of(type_of_document(nested, type), first_text(in, properties, "number"));
    const char *key;

    if (d.number.n == 0)
        d.number = first_text(in, properties, "passportNumber");
    d.issuer = en_country_from_text(first_text(in, properties, "country"));
    d.expires = en_list_in_day(end);
    d.note = type;
    if (end.n && d.expires == INT32_MIN)
        en_list_in_aside(in, EN_TEXT_LIT("document.endDate"), end);
    en_list_in_doc(in, &d);
    json_object_foreach((json_t *)(uintptr_t)properties, key, v)
        if (!is_any(key, used))
            keep_nested(in, "document", key, v);
}

/*= FollowTheMoney Sanction: programId where the publisher gives one, else program. */
static void
nested_sanction(struct en_list_in *in, struct entity *e, const json_t *nested)
{
    static const char *const used[] = { "programId", "entity", NULL };
    const json_t *properties = json_object_get(nested, "properties"), *v;
    const char *code = json_object_get(properties, "programId") ? "programId" : "program", *key;
    en_text status = first_text(in, properties, "status"), t;
    size_t i;

    e->sanctions++;
    e->over += en_text_is_nocase(status, "inactive") || en_text_is_nocase(status, "expired");
    json_array_foreach(json_object_get(properties, code), i, v)
        if (text_of(in, v, EN_MAX_TEXT, &t))
            en_list_in_programme(in, t);
    json_object_foreach((json_t *)(uintptr_t)properties, key, v)
        if (!is_any(key, used) && strcmp(key, code) != 0)
            keep_nested(in, "sanction", key, v);
}

static void
nested_address(struct en_list_in *in, const json_t *nested)
{
    const json_t *properties = json_object_get(nested, "properties"), *v;
    const char *key;

    json_object_foreach((json_t *)(uintptr_t)properties, key, v)
        keep_nested(in, "address", key, v);
}

static void
nested_entity(struct en_list_in *in, struct entity *e, const char *property, const json_t *nested)
{
    const char *schema = json_string_value(json_object_get(nested, "schema"));

    if (!schema || !json_is_object(json_object_get(nested, "properties")))
        keep_json(in, property, nested);
    else if (strcmp(schema, "Passport") == 0 || strcmp(schema, "Identification") == 0)
        nested_document(in, nested);
    else if (strcmp(schema, "Sanction") == 0)
        nested_sanction(in, e, nested);
    else if (strcmp(schema, "Address") == 0)
        nested_address(in, nested);
    else
        keep_json(in, property, nested);
}

/* --- the entity --------------------------------------------------------------------------------------------------- */

static void
take_value(struct en_list_in *in, struct entity *e, const struct use_row *use, en_text t)
{
    struct en_doc d;

    switch (use->use) {
    case USE_NAME:
        en_list_in_name(in, (enum en_name_kind)use->arg, t);
        break;
    case USE_PART:
        if (e->n_parts[use->arg] < 2)
            e->parts[use->arg][e->n_parts[use->arg]] = t;
        e->n_parts[use->arg]++;
        en_list_in_aside(in, en_text_from_ours(use->property), t);
        break;
    case USE_BIRTH:
        en_list_in_birth(in, use->property, t, in->id.pos);
        break;
    case USE_NATIONALITY:
        en_list_in_nationality(in, use->property, t, in->id.pos);
        break;
    case USE_SEX:
        en_list_in_sex(in, use->property, t, in->id.pos);
        break;
    case USE_DOC:
        d = en_list_in_doc_of((enum en_doc_type)use->arg, t);
        en_list_in_doc(in, &d);
        break;
    case USE_NUMBER:
        d = en_list_in_doc_of(EN_DOC_OTHER, t);
        d.note = en_text_from_ours(use->property);
        en_list_in_doc(in, &d);
        break;
    case USE_PLACE:
        if (e->places++)
            en_list_in_place(in, t, EN_COUNTRY_NONE);
        else
            e->place = t;
        break;
    case USE_PLACE_COUNTRY:
        if (e->place_countries++)
            en_list_in_place(in, EN_TEXT_NONE, en_country_from_text(t));
        else
            e->place_country = en_country_from_text(t);
        break;
    case USE_PROGRAMME:
        en_list_in_programme(in, t);
        break;
    case USE_PROGRAMME_TEXT:
        if (e->has_programme_id)
            en_list_in_aside(in, en_text_from_ours(use->property), t);
        else
            en_list_in_programme(in, t);
        break;
    case USE_ASIDE:
        en_list_in_aside(in, en_text_from_ours(use->property), t);
        break;
    }
}

static void
take_property(struct en_list_in *in, struct entity *e, const char *property, const json_t *values)
{
    const struct use_row *use = use_of(property);
    size_t n = json_is_array(values) ? json_array_size(values) : 1;
    size_t max = use && use->use == USE_NAME ? EN_MAX_NAME : EN_MAX_TEXT;

    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_is_array(values) ? json_array_get(values, i) : values;
        en_text t;

        if (json_is_object(v))
            nested_entity(in, e, property, v);
        else if (!text_of(in, v, max, &t))
            continue;
        else if (use)
            take_value(in, e, use, t);
        else
            en_list_in_extra(in, key_text(in, property), t, in->id.pos);
    }
}

/* True when a stands in full as a whole word or words. */
static bool
has_words(en_text full, en_text a)
{
    for (size_t i = 0; a.n && i + a.n <= full.n; i++)
        if ((i == 0 || full.p[i - 1] == ' ' || full.p[i - 1] == ',') &&
            (i + a.n == full.n || full.p[i + a.n] == ' ' || full.p[i + a.n] == ',') &&
            en_text_eq((en_text){ full.p + i, a.n }, a))
            return true;
    return false;
}

/*
 * The format gives parts of names as lists that are tied to no name. They are trusted as parts of a name only where
 * there is one value of a role and the name contains it; they are kept as extras in any case.
 */
static void
attach_parts(struct en_list_in *in, const struct entity *e)
{
    struct en_person *p = &in->id.person;

    for (size_t i = 0; i < p->n_names; i++)
        for (enum en_part_role r = 0; r < EN_PART_ROLES; r++)
            if (e->n_parts[r] == 1 && p->names[i].kind == EN_NAME_PRIMARY &&
                has_words(p->names[i].full, e->parts[r][0]))
                en_name_add_part(p, &p->names[i], r, e->parts[r][0]);
}

/* A person without a name but with its parts has that name. */
static void
name_from_parts(struct en_list_in *in, const struct entity *e)
{
    static const enum en_part_role order[] = { EN_PART_GIVEN, EN_PART_MIDDLE, EN_PART_PATRONYMIC, EN_PART_FAMILY };
    size_t n = 0, need = 0;
    char *full;

    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        need += e->parts[order[i]][0].n + 1;
    full = en_arena_alloc(&in->arena, need);
    for (size_t i = 0; full && i < sizeof order / sizeof *order; i++) {
        en_text part = e->parts[order[i]][0];

        if (part.n == 0)
            continue;
        if (n)
            full[n++] = ' ';
        memcpy(full + n, part.p, part.n);
        n += part.n;
    }
    if (n > EN_MAX_NAME || n == 0)
        return;
    en_report_add(in->report, EN_NOTE_REPAIR, "name-from-parts", in->id.line, in->id.pos,
                  "the entry has no full name; it was put together from its parts");
    en_list_in_name(in, EN_NAME_PRIMARY, (en_text){ full, n });
}

/* Members of the entity beside id, schema and properties. */
static void
take_member(struct en_list_in *in, const char *key, const json_t *v)
{
    static const char *const known[] = { "id", "schema", "properties", "caption", "target", NULL };
    size_t n = json_is_array(v) ? json_array_size(v) : 1;
    en_text t;

    if (is_any(key, known)) /* a caption repeats a name; target is what being in the file says */
        return;
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_is_array(v) ? json_array_get(v, i) : v;

        if (!json_is_string(one))
            keep_json(in, key, one);
        else if (text_of(in, one, EN_MAX_TEXT, &t))
            en_list_in_aside(in, key_text(in, key), t);
    }
}

static void
read_entity(struct en_list_in *in, json_t *line, json_t *properties)
{
    struct entity e = { 0 };
    const json_t *v;
    const char *key;

    e.has_programme_id = json_object_get(properties, "programId") != NULL;
    json_object_foreach(properties, key, v)
        take_property(in, &e, key, v);
    json_object_foreach(line, key, v)
        take_member(in, key, v);
    if (in->id.person.n_names == 0)
        name_from_parts(in, &e);
    attach_parts(in, &e);
    en_list_in_place(in, e.place, e.place_country);
    in->id.ended = e.sanctions > 0 && e.over == e.sanctions;
}

static en_errc
refuse(struct en_list_in *in, const char *code, const char *why)
{
    en_report_add(in->report, EN_NOTE_REFUSED, code, in->id.line, in->id.pos, "%s", why);
    return EN_OK;
}

static void
note_part(struct en_list_in *in, uint64_t line, uint64_t pos)
{
    en_report_add(in->report, EN_NOTE_WARNING, "ftm-part", line, pos,
                  "a document, sanction or link on a line of its own was not joined to an entity");
}

static en_errc
read_object(struct en_list_in *in, json_t *line, struct en_err *err)
{
    json_t *properties = json_object_get(line, "properties"), *id = json_object_get(line, "id");
    en_text schema;

    if (!json_is_string(json_object_get(line, "schema")) || !json_is_object(properties))
        return refuse(in, "ftm-entity", "an entity needs a schema and an object of properties");
    if (!text_of(in, json_object_get(line, "schema"), EN_MAX_NAME, &schema))
        return refuse(in, "ftm-entity", "an entity needs a schema and an object of properties");
    switch (schema_kind(schema)) {
    case SCHEMA_PART:
        note_part(in, in->id.line, in->id.pos);
        return EN_OK;
    case SCHEMA_PERSON:
        break;
    case SCHEMA_UNKNOWN:
        en_report_add(in->report, EN_NOTE_WARNING, "ftm-schema", in->id.line, in->id.pos,
                      "a schema that is not known is taken as an entity that is not a person");
        in->id.is_person = false;
        break;
    case SCHEMA_THING:
        in->id.is_person = false;
        break;
    }
    if (json_is_false(json_object_get(line, "target"))) {
        en_report_add(in->report, EN_NOTE_WARNING, "ftm-not-listed", in->id.line, in->id.pos,
                      "an entity that the publisher names and does not list was passed over");
        return EN_OK;
    }
    if (!json_is_string(id) || !text_of(in, id, EN_MAX_TEXT, &in->id.id))
        return refuse(in, "no-id", "the entry has no id");
    if (!in->id.is_person)
        en_list_in_aside(in, EN_TEXT_LIT("schema"), schema);
    read_entity(in, line, properties);
    return en_list_in_deliver(in, err);
}

/* --- parts on lines of their own ---------------------------------------------------------------------------------- */

/*= FollowTheMoney 3: the property by which a part names its entity, and the one under which that nests it. */
static const struct {
    const char *schema, *owner, *nested;
} joined[] = {
    { "Passport", "holder", "passports" },
    { "Identification", "holder", "identification" },
    { "Sanction", "entity", "sanctions" },
};
#define JOINED (sizeof joined / sizeof *joined)

/* Which of them the line is; JOINED if none. */
static size_t
joined_of(const json_t *line)
{
    const char *schema = json_string_value(json_object_get(line, "schema"));
    size_t k = 0;

    while (schema && k < JOINED && strcmp(schema, joined[k].schema) != 0)
        k++;
    return schema ? k : JOINED;
}

static bool
has_nested(const json_t *properties)
{
    const char *key;
    const json_t *values;

    json_object_foreach((json_t *)(uintptr_t)properties, key, values)
        for (size_t i = 0; i < json_array_size(values); i++)
            if (json_is_object(json_array_get(values, i)))
                return true;
    return false;
}

static struct waiting
wait_line(struct ftm *f, en_bytes text, uint64_t line, uint64_t pos)
{
    struct waiting w = { .line = line, .pos = pos, .at = f->text.n, .n = text.n };

    en_buf_add(&f->text, text.p, text.n);
    return w;
}

static void
wait_entity(struct ftm *f, en_bytes text, uint64_t line, uint64_t pos)
{
    if (f->n_entities == f->cap_entities) {
        f->cap_entities = f->cap_entities ? 2 * f->cap_entities : 256;
        f->entities = en_xrealloc(f->entities, f->cap_entities * sizeof *f->entities);
    }
    f->entities[f->n_entities++] = wait_line(f, text, line, pos);
}

/* A part of several entities waits for each. */
static bool
wait_part(struct ftm *f, const json_t *part, size_t k, en_bytes text, uint64_t line, uint64_t pos)
{
    const json_t *owners = json_object_get(json_object_get(part, "properties"), joined[k].owner), *one;
    struct waiting w = { .n = 0 };
    size_t i;

    json_array_foreach(owners, i, one) {
        if (!json_is_string(one) || json_string_length(one) == 0)
            continue;
        if (w.n == 0)
            w = wait_line(f, text, line, pos);
        w.owner = f->text.n;
        w.owner_n = json_string_length(one);
        en_buf_add(&f->text, json_string_value(one), w.owner_n);
        if (f->n_parts == f->cap_parts) {
            f->cap_parts = f->cap_parts ? 2 * f->cap_parts : 256;
            f->parts = en_xrealloc(f->parts, f->cap_parts * sizeof *f->parts);
        }
        f->parts[f->n_parts++] = w;
    }
    return w.n != 0;
}

static en_bytes
owner_of(const struct ftm *f, const struct waiting *w)
{
    return en_bytes_from(f->text.p + w->owner, w->owner_n);
}

static int
compare_bytes(en_bytes a, en_bytes b)
{
    int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* By owner, then in the file's order. */
static int
by_owner(const void *x, const void *y, void *ctx)
{
    const struct waiting *a = x, *b = y;
    int c = compare_bytes(owner_of(ctx, a), owner_of(ctx, b));

    return c ? c : (a->pos > b->pos) - (a->pos < b->pos);
}

/* Puts the parts of the entity where the nested form of the format has them. */
static void
nest_parts(struct ftm *f, json_t *entity, json_t *properties)
{
    const char *id = json_string_value(json_object_get(entity, "id"));
    en_bytes key = id ? en_bytes_from(id, json_string_length(json_object_get(entity, "id"))) : (en_bytes){ NULL, 0 };
    size_t lo = 0, hi = f->n_parts;

    while (key.n && lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (compare_bytes(owner_of(f, &f->parts[mid]), key) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; key.n && lo < f->n_parts && en_bytes_eq(owner_of(f, &f->parts[lo]), key); lo++) {
        struct waiting *w = &f->parts[lo];
        json_t *part = en_jsonl_object(en_bytes_from(f->text.p + w->at, w->n), w->line, w->pos, f->in->report);
        const char *under = joined[joined_of(part)].nested;

        if (!json_is_array(json_object_get(properties, under)))
            json_object_set_new(properties, under, json_array());
        json_array_append_new(json_object_get(properties, under), part);
        w->used = true;
    }
}

static en_errc
deliver_line(struct ftm *f, en_bytes text, uint64_t line, uint64_t pos, json_t *v, struct en_err *err)
{
    en_list_in_begin(f->in, line, pos);
    f->in->id.raw = en_bytes_trim(text);
    return read_object(f->in, v, err);
}

/* The entities that wait, in the file's order, with the parts that are there. What is left over found no entity. */
static en_errc
flush(struct ftm *f, struct en_err *err)
{
    en_errc e = EN_OK;

    if (f->n_parts)
        qsort_r(f->parts, f->n_parts, sizeof *f->parts, by_owner, f);
    for (size_t i = 0; e == EN_OK && i < f->n_entities; i++) {
        const struct waiting *w = &f->entities[i];
        en_bytes text = en_bytes_from(f->text.p + w->at, w->n);
        json_t *v = en_jsonl_object(text, w->line, w->pos, f->in->report);

        nest_parts(f, v, json_object_get(v, "properties"));
        e = deliver_line(f, text, w->line, w->pos, v, err);
        json_decref(v);
    }
    for (size_t i = 0; i < f->n_parts; i++)
        if (!f->parts[i].used)
            note_part(f->in, f->parts[i].line, f->parts[i].pos);
    f->n_entities = f->n_parts = 0;
    en_buf_reset(&f->text);
    return e;
}

static en_errc
read_line(void *state, en_bytes text, uint64_t line, uint64_t pos, struct en_err *err)
{
    struct ftm *f = state;
    json_t *v = en_jsonl_object(text, line, pos, f->in->report), *properties = json_object_get(v, "properties");
    bool entity = json_is_string(json_object_get(v, "schema")) && json_is_object(properties);
    size_t k = v ? joined_of(v) : JOINED;
    en_errc e = EN_OK;

    if (!v)
        return EN_OK;
    if (f->text.n + text.n > WAIT_MAX)
        e = flush(f, err);
    if (e != EN_OK)
        ;
    else if (entity && k < JOINED && wait_part(f, v, k, text, line, pos))
        ;
    else if (entity && k == JOINED && (f->n_entities || !has_nested(properties)))
        wait_entity(f, text, line, pos);
    else
        e = deliver_line(f, text, line, pos, v, err);
    json_decref(v);
    return e;
}

static void *
ftm_open(struct en_list_in *in)
{
    struct ftm *f = en_xcalloc(1, sizeof *f);

    f->in = in;
    f->lines = en_jsonl_new((struct en_jsonl_sink){ f, read_line }, in->report);
    return f;
}

static en_errc
ftm_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_jsonl_feed(((struct ftm *)state)->lines, chunk, err);
}

static en_errc
ftm_end(void *state, struct en_err *err)
{
    struct ftm *f = state;
    en_errc e = en_jsonl_end(f->lines, err);

    return e ? e : flush(f, err);
}

static void
ftm_close(void *state)
{
    struct ftm *f = state;

    en_jsonl_free(f->lines);
    en_buf_release(&f->text);
    free(f->entities);
    free(f->parts);
    free(f);
}

const struct en_list_ops en_list_ops_ftm = {
    .format = EN_LIST_FTM,
    .word = "ftm",
    .name = "",
    .open = ftm_open,
    .feed = ftm_feed,
    .end = ftm_end,
    .close = ftm_close,
};
