/*
 * paxlst_us.c: the old US dialect of PAXLST, version 001:000: one PDT segment a person.
 *
 *   TDT++SA812+40+SA  LOC+005+NZAKL:50  DTM+136+020131+1030  LOC+008+USLAX:50  DTM+132+020131+2200
 *   PDT+P/182345345:990909:US+MANGUS:SIMON:P:590429:M+PAX+NZAKL:USLAX
 */
#include <string.h>

#include "formats/doc_code.h"
#include "formats/edimsg.h"

struct paxlst_us {
    struct en_leg leg; /* being read; texts in the message's arena */
    bool any;
};

/* An UN/LOCODE is a country and a place: the place is what the other dialect calls airport. */
static en_bytes
airport(en_bytes locode)
{
    return locode.n == 5 ? (en_bytes){ locode.p + 2, 3 } : locode;
}

/* DTM+136+020131+1030+M05: day and hour are elements. */
static en_time
day_and_hour(struct en_edi_message *m, const struct en_edi_segment *s)
{
    en_bytes day = en_edi_part(s, 2, 0), hour = en_edi_part(s, 3, 0);
    uint8_t both[12];

    if (day.n + hour.n > sizeof both || (day.n != 6 && day.n != 8))
        return EN_TIME_NONE;
    memcpy(both, day.p, day.n);
    if (hour.n)
        memcpy(both + day.n, hour.p, hour.n);
    return en_edi_time(m, (en_bytes){ both, day.n + hour.n });
}

static void
flush_leg(struct en_edi_message *m)
{
    struct paxlst_us *st = m->state;

    if (st->any)
        en_edi_leg(m, &st->leg);
    st->any = false;
}

static void
new_leg(struct paxlst_us *st)
{
    st->leg = (struct en_leg){ .departs = EN_TIME_NONE, .arrives = EN_TIME_NONE };
}

static void
read_flight(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst_us *st = m->state;
    en_text number = en_edi_take(m, &m->arena, en_edi_part(s, 2, 0));
    struct en_flight *f;

    flush_leg(m);
    new_leg(st);
    f = en_edi_flight(m);
    if (f && !f->number.n)
        f->number = number;
    else
        st->leg.number = number;
}

static void
read_place(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst_us *st = m->state;
    en_text place = en_edi_take(m, &m->arena, airport(en_edi_part(s, 2, 0)));
    en_bytes what = en_edi_part(s, 1, 0);

    if (!st->any && !st->leg.from.n && !st->leg.to.n && !st->leg.number.n)
        new_leg(st);
    st->any = true;
    if (en_edi_is(what, EN_EDI3('0', '0', '5')) || en_edi_is(what, EN_EDI1('5')))
        st->leg.from = place;
    else if (en_edi_is(what, EN_EDI3('0', '0', '8')) || en_edi_is(what, EN_EDI1('8')))
        st->leg.to = place;
    else
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "place", "a place of the flight with an unknown qualifier was passed over");
}

static void
read_time(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst_us *st = m->state;

    if (en_edi_is(en_edi_part(s, 1, 0), EN_EDI3('1', '3', '6')))
        st->leg.departs = day_and_hour(m, s);
    else if (en_edi_is(en_edi_part(s, 1, 0), EN_EDI3('1', '3', '2')))
        st->leg.arrives = day_and_hour(m, s);
}

/* PDT 1: "P/182345345", expiry, issuer. */
static void
read_document(struct en_edi_message *m, const struct en_edi_segment *s)
{
    en_bytes all = en_edi_part(s, 1, 0), code = { NULL, 0 };
    const uint8_t *slash = all.n ? memchr(all.p, '/', all.n) : NULL;
    struct en_doc doc = { .expires = INT32_MIN };

    if (slash) {
        code = (en_bytes){ all.p, (size_t)(slash - all.p) };
        all = (en_bytes){ slash + 1, all.n - code.n - 1 };
    }
    doc.type = en_doc_type_of_code(code);
    doc.number = en_edi_person_text(m, all);
    doc.expires = en_edi_day(m, en_edi_part(s, 1, 1));
    doc.issuer = en_edi_country(m, en_edi_part(s, 1, 2), "document_issuer");
    if (doc.number.n)
        en_edi_added(m, en_person_add_doc(&m->traveller.person, &doc));
}

static en_errc
read_person(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    en_bytes status = en_edi_part(s, 3, 0);
    enum en_travel_role role = en_edi_is(status, EN_EDI3('C', 'R', 'W')) || en_edi_is(status, EN_EDI3('C', 'R', 'E'))
                                   ? EN_ROLE_CREW
                               : en_edi_is(status, EN_EDI3('I', 'T', 'I')) ? EN_ROLE_TRANSIT
                                                                           : EN_ROLE_PASSENGER;

    flush_leg(m);
    if (!en_edi_open(m, role))
        return EN_OK;
    read_document(m, s);
    en_edi_birth(m, en_edi_part(s, 2, 3));
    en_edi_sex(m, en_edi_part(s, 2, 4));
    en_edi_name(m, en_edi_take_at(m, 2, 0), en_edi_take_at(m, 2, 1), en_edi_take_at(m, 2, 2), false);
    m->traveller.trip.from = en_edi_person_text(m, airport(en_edi_part(s, 4, 0)));
    m->traveller.trip.to = en_edi_person_text(m, airport(en_edi_part(s, 4, 1)));
    return en_edi_deliver(m, err);
}

static en_errc
segment(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    switch (s->tag) {
    case EN_EDI3('T', 'D', 'T'):
        read_flight(m, s);
        break;
    case EN_EDI3('L', 'O', 'C'):
        read_place(m, s);
        break;
    case EN_EDI3('D', 'T', 'M'):
        read_time(m, s);
        break;
    case EN_EDI3('P', 'D', 'T'):
        return read_person(m, s, err);
    case EN_EDI3('C', 'T', 'A'):
    case EN_EDI3('U', 'N', 'S'):
        break;
    default:
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "segment", "a segment that is not known here was passed over");
        break;
    }
    return EN_OK;
}

static en_errc
end(struct en_edi_message *m, struct en_err *err)
{
    flush_leg(m);
    return en_edi_deliver(m, err);
}

const struct en_edi_ops en_paxlst_us = {
    .source = EN_SOURCE_API, .state_size = sizeof(struct paxlst_us), .segment = segment, .end = end
};
