/*
 * Events of MISP (JSON): each object of the template "person" is an entry. An event is {"Event": {…}}, a list of them,
 * or what a search answers, {"response": [ … ]}.
 */
#include <string.h>

#include "formats/list_json.h"

/* --- the attributes of a person ----------------------------------------------------------------------------------- */

/* What several attributes say together. */
struct person {
    en_text given, middle, family, title, passport, state, expires;
};

enum use {
    NAME,
    ALIAS,
    GIVEN,
    MIDDLE,
    FAMILY,
    TITLE,
    BORN,
    PLACE,
    SEX,
    NATIONALITY,
    PASSPORT,
    STATE,
    EXPIRES,
    ID,
    ASIDE
};

/*= MISP object template "person", version 20. */
static const struct {
    const char *relation;
    enum use use;
} uses[] = {
    { "full-name", NAME },
    { "alias", ALIAS },
    { "first-name", GIVEN },
    { "middle-name", MIDDLE },
    { "last-name", FAMILY },
    { "title", TITLE },
    { "date-of-birth", BORN },
    { "place-of-birth", PLACE },
    { "gender", SEX },
    { "nationality", NATIONALITY },
    { "passport-number", PASSPORT },
    { "passport-country", STATE },
    { "passport-expiration", EXPIRES },
    { "identity-card-number", ID },
    { "passport-creation", ASIDE },
    { "redress-number", ASIDE },
    { "text", ASIDE },
    { "role", ASIDE },
    { "function", ASIDE },
    { "occupation", ASIDE },
    { "address", ASIDE },
    { "phone-number", ASIDE },
    { "e-mail", ASIDE },
    { "instant-messaging-used", ASIDE },
    { "handle", ASIDE },
    { "mothers-name", ASIDE },
    { "social-security-number", ASIDE },
    { "birth-certificate-number", ASIDE },
    { "portrait", ASIDE },
};

static void
add_name(struct en_list_in *in, enum en_name_kind kind, en_text t)
{
    if (t.n > EN_MAX_NAME)
        en_report_add(in->report, EN_NOTE_REFUSED, "value-long", in->id.line, in->id.pos,
                      "a name is longer than its limit");
    else
        (void)en_list_in_name(in, kind, t);
}

static void
add_place(struct en_list_in *in, en_text t)
{
    en_list_in_ofac_place(in, t);
}

static void
use(struct en_list_in *in, enum use how, const char *relation, en_text t, struct person *p)
{
    struct en_doc d;
    en_text *const held[] = {
        [GIVEN] = &p->given,       [MIDDLE] = &p->middle, [FAMILY] = &p->family,  [TITLE] = &p->title,
        [PASSPORT] = &p->passport, [STATE] = &p->state,   [EXPIRES] = &p->expires
    };

    switch (how) {
    case NAME:
        add_name(in, in->id.person.n_names ? EN_NAME_ALIAS : EN_NAME_PRIMARY, t);
        break;
    case ALIAS:
        add_name(in, EN_NAME_ALIAS, t);
        break;
    case GIVEN:
    case MIDDLE:
    case FAMILY:
    case TITLE:
    case PASSPORT:
    case STATE:
    case EXPIRES:
        if (held[how]->n)
            en_list_in_aside(in, en_text_from_ours(relation), t);
        else
            *held[how] = t;
        break;
    case BORN:
        en_list_in_birth(in, "date-of-birth", t, in->id.pos);
        break;
    case PLACE:
        add_place(in, t);
        break;
    case SEX:
        en_list_in_sex(in, "gender", t, in->id.pos);
        break;
    case NATIONALITY:
        en_list_in_nationality(in, "nationality", t, in->id.pos);
        break;
    case ID:
        d = en_list_in_doc_of(EN_DOC_NATIONAL_ID, t);
        en_list_in_doc(in, &d);
        break;
    case ASIDE:
        en_list_in_aside(in, en_text_from_ours(relation), t);
        break;
    }
}

static void
read_attribute(struct en_list_in *in, const json_t *o, struct person *p)
{
    en_text relation = en_list_json_text(in, json_object_get(o, "object_relation"));
    en_text t = en_list_json_text(in, json_object_get(o, "value"));

    if (t.n == 0 || json_is_true(json_object_get(o, "deleted")))
        return;
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (en_text_is(relation, uses[i].relation)) {
            use(in, uses[i].use, uses[i].relation, t, p);
            return;
        }
    en_list_in_extra(in, relation.n ? relation : EN_TEXT_LIT("attribute"), t, in->id.pos);
}

static void
finish(struct en_list_in *in, const struct person *p)
{
    static const enum en_part_role roles[] = { EN_PART_GIVEN, EN_PART_MIDDLE, EN_PART_FAMILY, EN_PART_TITLE };
    en_text parts[4] = { p->given, p->middle, p->family, p->title };
    struct en_person *person = &in->id.person;
    struct en_doc d = en_list_in_doc_of(EN_DOC_PASSPORT, p->passport);

    if (person->n_names == 0 || person->names[0].kind != EN_NAME_PRIMARY)
        add_name(in, EN_NAME_PRIMARY, en_list_in_join(in, parts, 3, " "));
    for (size_t i = 0; i < person->n_names; i++)
        for (size_t k = 0; person->names[i].kind == EN_NAME_PRIMARY && k < 4; k++)
            if (parts[k].n)
                en_name_add_part(person, &person->names[i], roles[k], parts[k]);
    d.issuer = en_country_from_text(p->state);
    d.expires = en_list_in_day(p->expires);
    en_list_in_doc(in, &d);
    if (p->state.n && (!en_country_known(d.issuer) || p->passport.n == 0))
        en_list_in_aside(in, EN_TEXT_LIT("passport-country"), p->state);
}

/* --- objects and events ------------------------------------------------------------------------------------------- */

static en_errc
read_object(struct en_list_in *in, const json_t *event, const json_t *o, uint64_t line, uint64_t pos,
            struct en_err *err)
{
    struct person p = { .given = EN_TEXT_NONE };
    const json_t *one, *tag;
    size_t i;

    en_list_in_begin(in, line, pos);
    in->id.id = en_list_json_text(in, json_object_get(o, "uuid"));
    in->id.ended = json_is_true(json_object_get(o, "deleted"));
    json_array_foreach(json_object_get(o, "Attribute"), i, one) read_attribute(in, one, &p);
    finish(in, &p);
    en_list_in_aside(in, EN_TEXT_LIT("comment"), en_list_json_text(in, json_object_get(o, "comment")));
    en_list_in_aside(in, EN_TEXT_LIT("event"), en_list_json_text(in, json_object_get(event, "info")));
    en_list_in_aside(in, EN_TEXT_LIT("event.uuid"), en_list_json_text(in, json_object_get(event, "uuid")));
    json_array_foreach(json_object_get(event, "Tag"), i, tag)
        en_list_in_programme(in, en_list_json_text(in, json_object_get(tag, "name")));
    return en_list_in_deliver(in, err);
}

static en_errc
read_event(struct en_list_in *in, const json_t *event, uint64_t line, uint64_t pos, struct en_err *err)
{
    const json_t *o;
    en_errc e;
    size_t i;

    json_array_foreach(json_object_get(event, "Object"), i, o)
    {
        const char *name = json_string_value(json_object_get(o, "name"));

        if (!name || strcmp(name, "person") != 0)
            en_report_add(in->report, EN_NOTE_WARNING, "misp-object", line, pos,
                          "an object that is no person was passed over");
        else if ((e = read_object(in, event, o, line, pos, err)))
            return e;
    }
    return EN_OK;
}

static en_errc
read_any(struct en_list_in *in, json_t *v, uint64_t line, uint64_t pos, unsigned nesting, struct en_err *err)
{
    const json_t *event = json_object_get(v, "Event");

    if (json_is_object(event))
        return read_event(in, event, line, pos, err);
    return en_list_json_each(in, json_is_array(v) ? v : json_object_get(v, "response"), read_any, line, pos, nesting,
                             "misp-event", "this is no event and has none in it", err);
}

static void *
misp_open(struct en_list_in *in)
{
    return en_list_json_open(in, read_any);
}

const struct en_list_ops en_list_ops_misp = {
    .format = EN_LIST_MISP,
    .word = "misp",
    .name = "",
    .open = misp_open,
    .feed = en_list_json_feed,
    .end = en_list_json_end,
    .close = en_list_json_close,
};
