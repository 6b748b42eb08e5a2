/*
 * traveller.c: what is the same for a traveller of every format.
 */
#include "formats/manifest.h"

static const char *const source_words[EN_SOURCES] = {
    [EN_SOURCE_ROW] = "row", [EN_SOURCE_API] = "api", [EN_SOURCE_PNR] = "pnr", [EN_SOURCE_DOCUMENT] = "document"
};

static const char *const status_words[EN_TRAVEL_STATUSES] = {
    [EN_TRAVEL_STATED] = "stated", [EN_TRAVEL_CANCELLED] = "cancelled", [EN_TRAVEL_BOARDED] = "boarded",
    [EN_TRAVEL_NOT_BOARDED] = "not-boarded"
};

const char *
en_travel_source_word(enum en_travel_source s)
{
    EN_ASSERT((unsigned)s < EN_SOURCES);
    return source_words[s];
}

bool
en_travel_source_from(en_text t, enum en_travel_source *out)
{
    unsigned i;
    bool found = en_text_among(t, source_words, EN_SOURCES, &i);

    if (found)
        *out = (enum en_travel_source)i;
    return found;
}

const char *
en_travel_status_word(enum en_travel_status s)
{
    EN_ASSERT((unsigned)s < EN_TRAVEL_STATUSES);
    return status_words[s];
}

bool
en_travel_status_from(en_text t, enum en_travel_status *out)
{
    unsigned i;
    bool found = en_text_among(t, status_words, EN_TRAVEL_STATUSES, &i);

    if (found)
        *out = (enum en_travel_status)i;
    return found;
}

/* The leg that begins (or ends) at this place; the first (or last) one if none does. */
static size_t
leg_at(const struct en_flight *f, en_text place, bool arriving)
{
    for (size_t k = 0; place.n && k < f->n_legs; k++) {
        size_t i = arriving ? f->n_legs - 1 - k : k;

        if (en_text_eq(arriving ? f->legs[i].to : f->legs[i].from, place))
            return i;
    }
    return arriving ? f->n_legs - 1 : 0;
}

/* A place that is none of the flight's has no time: the flight's own would be that of somewhere else. */
void
en_traveller_complete_trip(struct en_traveller *t)
{
    const struct en_flight *f = t->flight;
    struct en_leg *trip = &t->trip;
    const struct en_leg *on, *off;

    if (!f)
        return;
    on = f->n_legs ? &f->legs[leg_at(f, trip->from, false)] : NULL;
    if (!trip->number.n)
        trip->number = on && on->number.n ? on->number : f->number;
    if (!on)
        return;
    off = &f->legs[leg_at(f, trip->to, true)];
    if (!trip->from.n)
        trip->from = on->from;
    if (!trip->to.n)
        trip->to = off->to;
    if (trip->departs == EN_TIME_NONE && en_text_eq(trip->from, on->from))
        trip->departs = on->departs;
    if (trip->arrives == EN_TIME_NONE && en_text_eq(trip->to, off->to))
        trip->arrives = off->arrives;
}
