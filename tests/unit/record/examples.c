#include "examples.h"

#include <string.h>

#define ABOUT "identity--0f6a3c1e-7b5d-4e2a-9c41-8d2f6b7a1e50"

struct given {
    const char *field, *text;
};

/* A value of a field in words, for each kind. */
static const struct given given[EN_RECORD_KINDS][12] = {
    [EN_RECORD_ALERT] = { { "person", "" }, { "ask", "secondary-check" }, { "ask", "contact-originator" },
                          { "instruction", "Ask the originator before acting." }, { "case", "XBB-2026-114" } },
    [EN_RECORD_SIGHTING] = { { "about", ABOUT }, { "met", "checked" }, { "first", "2026-03-02T09:15:00.000Z" },
                             { "country", "XDD" }, { "place", "Port of Harrowmere" } },
    [EN_RECORD_MOVEMENT] = { { "about", ABOUT }, { "mode", "air" }, { "state", "planned" }, { "origin", "XQA" },
                             { "destination", "XQB" }, { "origin_country", "XDD" }, { "destination_country", "XBB" },
                             { "departs", "2026-04-10T05:00:00.000Z" }, { "arrives", "2026-04-10T08:35:00.000Z" },
                             { "carrier", "ZZ 418" } },
    [EN_RECORD_INCIDENT] = { { "what", "crossing" }, { "name", "A group crossed at night" },
                             { "when", "2026-02-20T01:00:00.000Z" }, { "country", "XEE" }, { "about", ABOUT } },
    [EN_RECORD_WARNING] = { { "level", "likely" }, { "name", "Attack on a market" },
                            { "text", "Two sources speak of the first week of May." }, { "country", "XFF" },
                            { "place", "The market of Old Tambury" }, { "group", "Visitors of the spring fair" },
                            { "from", "2026-05-01T00:00:00.000Z" }, { "until", "2026-05-07T23:59:59.000Z" } },
    [EN_RECORD_NOTE] = { { "about", ABOUT }, { "text", "The second family name is his mother's." } },
    [EN_RECORD_OPINION] = { { "about", ABOUT }, { "opinion", "disagree" }, { "text", "We know another with this name." } },
    [EN_RECORD_WITHDRAWAL] = { { "about", ABOUT }, { "reason", "wrong-person" } },
    [EN_RECORD_FIGURE] = { { "name", "Nationals known to have left" },
                           { "definition", "Persons with a departure in two sources" }, { "country", "XAA" },
                           { "low", "41" }, { "high", "58" }, { "until", "2026-01-01T00:00:00.000Z" } },
};

static en_text
text(const char *s)
{
    return en_text_from_ours(s);
}

static struct en_person *
person(struct en_arena *a)
{
    struct en_person *p = en_arena_alloc(a, sizeof *p);
    struct en_name latin = { .full = text("Yusuf Karim al-Hazzani"), .script = "Latn" };
    struct en_name native = { .full = text("يوسف كريم الهزاني"), .kind = EN_NAME_NATIVE, .script = "Arab",
                              .lang = "ar" };
    struct en_doc doc = { .number = text("K4471920"), .expires = INT32_MIN };
    struct en_birth born;

    EN_ASSERT(p != NULL && en_birth_parse(text("1984-03-17"), &born));
    en_person_init(p, a);
    doc.issuer = en_country_from_text(text("XBB"));
    EN_ASSERT(en_person_add_name(p, &latin) == EN_OK && en_person_add_name(p, &native) == EN_OK);
    EN_ASSERT(en_person_add_birth(p, &born) == EN_OK && en_person_add_doc(p, &doc) == EN_OK);
    EN_ASSERT(en_person_add_nationality(p, doc.issuer) == EN_OK);
    p->sex = EN_SEX_MALE;
    return p;
}

static void
add(struct en_record *r, const struct given *g)
{
    struct en_value v = { .field = en_record_field(r->kind, text(g->field)), .time = EN_TIME_NONE };

    EN_ASSERT(v.field != NULL);
    switch (v.field->type) {
    case EN_VALUE_TEXT:
    case EN_VALUE_WORD:
    case EN_VALUE_RECORD:
        v.text = text(g->text);
        break;
    case EN_VALUE_TIME:
        EN_ASSERT(en_time_parse(text(g->text), &v.time));
        break;
    case EN_VALUE_COUNT:
        for (const char *p = g->text; *p; p++)
            v.count = v.count * 10 + (*p - '0');
        break;
    case EN_VALUE_COUNTRY:
        v.country = en_country_from_text(text(g->text));
        break;
    case EN_VALUE_PERSON:
        v.person = person(r->arena);
        break;
    }
    EN_ASSERT(en_record_add(r, &v, NULL) == EN_OK);
}

void
example_record(enum en_record_kind kind, uint32_t version, struct en_arena *a, struct en_record *out)
{
    static const en_text codes[] = { { "H1", 2 } };
    en_text id = en_text_dup(text("5d2c8e10-4b7a-4c3d-8f21-a06b1d9e7c00"), a);

    en_record_init(out, kind, a);
    ((char *)(uintptr_t)id.p)[35] = (char)('0' + (int)kind);
    out->id = id;
    out->version = version;
    out->originator = text("3f1b9c2a7d6e5048");
    EN_ASSERT(en_time_parse(text("2026-03-01T08:00:00.000Z"), &out->created));
    out->modified = out->created + (version - 1) * EN_TIME_DAY;
    out->ground = text("unsc-2178");
    out->instrument = text("Warrant 114/2026 of a court that does not exist");
    out->handling.tlp = kind == EN_RECORD_FIGURE ? EN_TLP_GREEN : EN_TLP_AMBER;
    out->handling.onward = EN_ONWARD_ASK;
    out->handling.codes = codes;
    out->handling.n_codes = 1;
    out->handling.scheme = text("europol-4x4");
    out->handling.source = text("B");
    out->handling.information = text("2");
    out->handling.purpose = text("prevention of terrorist offences");
    out->handling.review = out->created + 180 * EN_TIME_DAY;
    out->handling.destroy = out->created + 365 * EN_TIME_DAY;
    for (const struct given *g = given[kind]; g->field; g++)
        add(out, g);
}
