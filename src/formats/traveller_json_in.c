/*
 * traveller_json_in.c: the JSON form of a traveller, read back. docs/formats/json.md, "traveller".
 */
#include <string.h>

#include "base/limits.h"
#include "formats/traveller_in.h"
#include "person/person_json.h"

/* "source" says where the traveller stood in another file. */
const char *const en_traveller_members[] = {
    "id", "flight", "role", "kind", "status", "trip", "itinerary", "pnr", "reference", "redress", "known_traveller",
    "message", "source", NULL
};

static void
refuse(struct en_traveller_in *in, const char *code, const char *text)
{
    if (in->report)
        en_report_add(in->report, EN_NOTE_REFUSED, code, in->line, in->pos, "%s", text);
}

/* "2026-11-23T08:15", seconds and Z allowed and passed over. */
static en_time
local_time(en_text t)
{
    char rfc3339[24] = "0000-00-00T00:00:00Z";
    en_time v;

    if (t.n < 16 || t.n > 20)
        return EN_TIME_NONE;
    memcpy(rfc3339, t.p, 16);
    return en_time_parse(en_text_from_ours(rfc3339), &v) ? v : EN_TIME_NONE;
}

static en_text
member(struct en_traveller_in *in, const json_t *object, const char *name)
{
    unsigned repairs = 0;
    en_text t;

    if (en_json_in_member(object, name, EN_MAX_NAME, in->arena, &t, &repairs, NULL) != EN_OK)
        refuse(in, "traveller-member", "a member of the traveller that should be a text is none, or is too long");
    return t;
}

static en_time
time_member(struct en_traveller_in *in, const json_t *object, const char *name)
{
    en_text t = member(in, object, name);
    en_time v = local_time(t);

    if (t.n && v == EN_TIME_NONE)
        refuse(in, "traveller-time", "a time of the flight is not of the form 2026-11-23T08:15");
    return v;
}

static struct en_leg
read_leg(struct en_traveller_in *in, const json_t *leg)
{
    return (struct en_leg){ .number = member(in, leg, "number"), .from = member(in, leg, "from"),
                            .to = member(in, leg, "to"), .departs = time_member(in, leg, "departs"),
                            .arrives = time_member(in, leg, "arrives"), .sold_as = member(in, leg, "sold_as"),
                            .operator = member(in, leg, "operator") };
}

/* The legs of an array, in the arena. */
static struct en_leg *
read_legs(struct en_traveller_in *in, json_t *legs, size_t *n_out)
{
    size_t n = json_is_array(legs) ? json_array_size(legs) : 0;
    struct en_leg *out;

    if (n > EN_MAX_LEGS * 4) {
        refuse(in, "too-many-legs", "a flight has too many legs");
        n = EN_MAX_LEGS * 4;
    }
    out = n ? en_arena_array(in->arena, n, sizeof *out) : NULL;
    *n_out = 0;
    for (size_t i = 0; out && i < n; i++)
        out[(*n_out)++] = read_leg(in, json_array_get(legs, i));
    return out;
}

static void
read_flight(struct en_traveller_in *in, json_t *flight, struct en_traveller *t)
{
    struct en_flight *f;

    if (!flight || json_is_null(flight))
        return;
    if (!json_is_object(flight)) {
        refuse(in, "traveller-member", "flight is no object");
        return;
    }
    f = en_arena_alloc(in->arena, sizeof *f);
    if (!f)
        return;
    f->number = member(in, flight, "number");
    f->legs = read_legs(in, json_object_get(flight, "legs"), &f->n_legs);
    t->flight = f;
}

static void
read_words(struct en_traveller_in *in, const json_t *object, struct en_traveller *t)
{
    en_text kind = member(in, object, "kind"), status = member(in, object, "status"),
            role = member(in, object, "role");

    if ((kind.n && !en_travel_source_from(kind, &t->source)) ||
        (status.n && !en_travel_status_from(status, &t->status)))
        refuse(in, "traveller-word", "the kind or the status is none of their words");
    if (en_text_is(role, "crew"))
        t->role = EN_ROLE_CREW;
    else if (en_text_is(role, "transit"))
        t->role = EN_ROLE_TRANSIT;
    else if (role.n && !en_text_is(role, "passenger"))
        refuse(in, "traveller-role", "the role is none of passenger, crew and transit");
}

/* Messages are counted from 1; who stands alone is of the first. */
static uint32_t
message_number(struct en_traveller_in *in, const json_t *object)
{
    const json_t *v = json_object_get(object, "message");
    uint64_t n;

    if (en_json_in_uint(object, "message", &n) && n > 0 && n <= UINT32_MAX)
        return (uint32_t)n;
    if (v && !json_is_null(v))
        refuse(in, "traveller-message", "the number of the message is no whole number from 1 to 4294967295");
    return 1;
}

void
en_traveller_from_object(struct en_traveller_in *in, const json_t *object, struct en_traveller *t)
{
    json_t *trip = json_object_get(object, "trip");

    t->id = member(in, object, "id");
    read_words(in, object, t);
    read_flight(in, json_object_get(object, "flight"), t);
    if (json_is_object(trip))
        t->trip = read_leg(in, trip);
    t->itinerary = read_legs(in, json_object_get(object, "itinerary"), &t->n_itinerary);
    t->pnr = member(in, object, "pnr");
    t->reference = member(in, object, "reference");
    t->redress = member(in, object, "redress");
    t->known_traveller = member(in, object, "known_traveller");
    t->message = message_number(in, object);
}

/* Where it stood when it was written. */
static void
read_source(struct en_traveller_in *in, const json_t *object, struct en_traveller *t, en_text *file)
{
    *file = member(in, object, "file");
    (void)en_json_in_uint(object, "line", &t->line);
    (void)en_json_in_uint(object, "pos", &t->pos);
}

en_errc
en_traveller_from_json(en_bytes json, struct en_arena *arena, struct en_traveller *out, en_text *file,
                       struct en_err *err)
{
    struct en_traveller_in in = { .arena = arena };
    json_t *root;
    en_errc rc = en_json_in_object(json, EN_MAX_RECORD_ARENA, &root, NULL, err);

    if (rc != EN_OK)
        return rc;
    *out = (struct en_traveller){ .trip = EN_LEG_NONE };
    en_person_init(&out->person, arena);
    rc = en_person_from_object(root, en_traveller_members, &out->person, NULL, (struct en_json_place){ 0, 0 }, err);
    en_traveller_from_object(&in, root, out);
    *file = EN_TEXT_NONE;
    if (json_is_object(json_object_get(root, "source")))
        read_source(&in, json_object_get(root, "source"), out, file);
    json_decref(root);
    if (rc == EN_OK && en_arena_over(arena))
        rc = en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a traveller needs more memory than allowed");
    return rc;
}
