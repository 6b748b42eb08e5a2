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
put_flight(struct en_json *j, const struct en_flight *f)
{
    en_json_key(j, "flight");
    if (!f) {
        en_json_null(j);
        return;
    }
    en_json_object(j);
    en_json_kv_text(j, "number", f->number);
    en_json_key(j, "legs");
    en_json_array(j);
    for (size_t i = 0; i < f->n_legs; i++) {
        en_json_object(j);
        put_text(j, "number", f->legs[i].number);
        en_json_kv_text(j, "from", f->legs[i].from);
        en_json_kv_text(j, "to", f->legs[i].to);
        put_time(j, "departs", f->legs[i].departs);
        put_time(j, "arrives", f->legs[i].arrives);
        en_json_object_end(j);
    }
    en_json_array_end(j);
    en_json_object_end(j);
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
    put_text(&j, "pnr", t->pnr);
    put_text(&j, "reference", t->reference);
    put_text(&j, "redress", t->redress);
    if (t->message)
        en_json_kv_uint(&j, "message", t->message);
    put_source(&j, t, file);
    en_json_object_end(&j);
}
