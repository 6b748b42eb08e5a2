/*
 * traveller_json.c: the JSON line of a traveller. docs/formats/json.md, "traveller".
 */
#include <stdio.h>

#include "formats/manifest_impl.h"
#include "person/person_json.h"

static const char *const role_words[] = {
    [EN_ROLE_PASSENGER] = "passenger", [EN_ROLE_CREW] = "crew", [EN_ROLE_TRANSIT] = "transit"
};

/* A local time of a place: no zone, no seconds. */
static void
put_time(struct en_json *j, const char *key, en_time t)
{
    int32_t day = t == EN_TIME_NONE ? 0 : en_time_to_day(t);
    int year, month, dom, minutes;
    char text[32];

    if (t == EN_TIME_NONE)
        return;
    en_day_to_civil(day, &year, &month, &dom);
    minutes = (int)((t - en_time_from_day(day)) / (60 * EN_TIME_SECOND));
    (void)snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d", year, month, dom, minutes / 60, minutes % 60);
    en_json_kv_str(j, key, text);
}

static void
put_text(struct en_json *j, const char *key, en_text t)
{
    if (t.n)
        en_json_kv_text(j, key, t);
}

static void
put_leg(struct en_json *j, const struct en_leg *leg)
{
    en_json_object(j);
    put_text(j, "number", leg->number);
    en_json_kv_text(j, "from", leg->from);
    en_json_kv_text(j, "to", leg->to);
    put_time(j, "departs", leg->departs);
    put_time(j, "arrives", leg->arrives);
    put_text(j, "sold_as", leg->sold_as);
    put_text(j, "operator", leg->operator);
    en_json_object_end(j);
}

static void
put_legs(struct en_json *j, const char *key, const struct en_leg *legs, size_t n)
{
    en_json_key(j, key);
    en_json_array(j);
    for (size_t i = 0; i < n; i++)
        put_leg(j, &legs[i]);
    en_json_array_end(j);
}

static void
put_flight(struct en_json *j, const struct en_flight *f)
{
    en_json_key(j, "flight");
    if (!f) {
        en_json_null(j);
        return;
    }
    en_json_object(j);
    en_json_kv_text(j, "number", f->number);
    put_legs(j, "legs", f->legs, f->n_legs);
    en_json_object_end(j);
}

/* Nothing where nothing is known of it. */
static void
put_trip(struct en_json *j, const struct en_leg *trip)
{
    if (!trip->number.n && !trip->from.n && !trip->to.n)
        return;
    en_json_key(j, "trip");
    put_leg(j, trip);
}

static void
put_source(struct en_json *j, const struct en_traveller *t, en_text file)
{
    en_json_key(j, "source");
    en_json_object(j);
    en_json_kv_text(j, "file", file);
    en_json_kv_uint(j, "line", t->line);
    en_json_kv_uint(j, "pos", t->pos);
    en_json_object_end(j);
}

void
en_traveller_json(const struct en_traveller *t, en_text file, struct en_buf *out)
{
    struct en_json j;

    en_json_init(&j, out);
    en_json_object(&j);
    en_json_kv_text(&j, "id", t->id);
    en_person_json_first(&t->person, &j);
    en_person_json(&t->person, &j);
    put_flight(&j, t->flight);
    if (t->role != EN_ROLE_PASSENGER)
        en_json_kv_str(&j, "role", role_words[t->role]);
    if (t->source != EN_SOURCE_ROW)
        en_json_kv_str(&j, "kind", en_travel_source_word(t->source));
    if (t->status != EN_TRAVEL_STATED)
        en_json_kv_str(&j, "status", en_travel_status_word(t->status));
    put_trip(&j, &t->trip);
    if (t->n_itinerary)
        put_legs(&j, "itinerary", t->itinerary, t->n_itinerary);
    put_text(&j, "pnr", t->pnr);
    put_text(&j, "reference", t->reference);
    put_text(&j, "redress", t->redress);
    put_text(&j, "known_traveller", t->known_traveller);
    if (t->message)
        en_json_kv_uint(&j, "message", t->message);
    put_source(&j, t, file);
    en_json_object_end(&j);
}
