/*
 * pnrgov.c: PNRGOV, bookings pushed to a state. IATA/PADIS implementation guide, versions 10.1 to 18.1 (chapter 3 has
 * the structure of the message, chapter 5 the segments; cited as "guide, TIF").
 *
 *   MSG ORG TVL EQN  {SRC RCI SSR…  {TIF FTI REF SSR…}  {TVL TRA RPI SSR RCI {DAT ORG {TRI TIF SSD TBD}}}
 *                     {EQN RCI}  {MSG TVL}  {ABI DAT {SAC TIF SSR TVL …}}  LTS}
 *
 *   HEADER ──SRC──▶ BOOKING ──TVL──▶ JOURNEY ──EQN, MSG──▶ ELSEWHERE ──ABI──▶ HISTORY
 *                      ▲ every SRC: finish_booking() delivers the persons of the booking before
 *
 * The groups are optional and move between versions, so a segment means what it means by the tag and by what came
 * before it. A person is who has a name in the booking (TIF), at check-in or in the history, and who has a document or
 * is an infant of somebody. Documents stand in the group of the booking, of a person or of a flight: they wait until
 * the booking is complete and are given to the person by reference, else by name. Who is named only in the history left
 * the booking: delivered as cancelled.
 *
 * What is not needed to match people or to answer for the flight is read over and counted (left-out-…): payments,
 * contacts, remarks, bags, seats, meals.
 */
#include <string.h>

#include "base/limits.h"
#include "formats/doc_code.h"
#include "formats/edimsg.h"
#include "formats/flight.h"
#include "formats/letters.h"
#include "formats/ssr.h"

/* Persons of one booking: reservation systems stop at 99 or 999. */
#define MAX_BOOKING 1000u
/* Texts of a usual booking together. */
#define POOL 512u
#define NOBODY SIZE_MAX

struct pax {
    struct en_traveller t;
    en_text family, given; /* TIF */
    en_text number;        /* TIF 9944: by which the booking's other segments name the person */
    bool left;             /* named in the history only */
};

/* An SSR about documents that waits for all persons to be known. */
struct request {
    uint32_t code; /* the last letter of DOCS, DOCO, DOCA; T of INFT */
    en_bytes text;
    size_t pax;    /* by reference, or whose group it stands in; or NOBODY */
    uint64_t line, pos;
};

struct segment_of_booking {
    struct en_leg leg;
    bool cancelled;
};

enum left_out { PAYMENTS, CONTACTS, BAGS, SEATS, LOYALTY, SERVICES, HISTORY_OF_BOOKING, LEFT_OUT };

struct pnrgov {
    enum { HEADER, BOOKING, JOURNEY, ELSEWHERE, HISTORY } where;
    uint64_t bookings, declared;       /* SRC, and EQN of the header */
    uint64_t left_out[LEFT_OUT];
    /* Of the booking; in the person's arena. */
    en_text locator;
    en_text other_locators[4];
    size_t n_other_locators;
    struct pax *pax;
    size_t n_pax, cap_pax;
    size_t at;                         /* whose group is being read; or NOBODY */
    struct request *requests;
    size_t n_requests, cap_requests;
    struct segment_of_booking *journey;
    size_t n_journey, cap_journey;
};

typedef en_errc read_fn(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err);

static void
limit(struct en_edi_message *m)
{
    EN_EDI_NOTE(m, EN_NOTE_REFUSED, "booking-limit", "a booking is larger than allowed: a part of it was left out");
}

/* --- flights -------------------------------------------------------------------------------------- */

/* DDMMYY and HHMM as local time; the hour may be missing. */
static en_time
local_time(const struct en_edi_message *m, en_bytes day, en_bytes hour)
{
    uint8_t t[10];

    if (day.n != 6)
        return EN_TIME_NONE;
    memcpy(t, day.p + 4, 2);
    memcpy(t + 2, day.p + 2, 2);
    memcpy(t + 4, day.p, 2);
    if (hour.n == 4)
        memcpy(t + 6, hour.p, 4);
    return en_edi_time(m, (en_bytes){ t, hour.n == 4 ? 10u : 6u });
}

/*
 *= guide, TVL C310: departure date, time, arrival date, time. Some send the arrival time in the place of its date, or
 *= no arrival date: then it is the departure's, or the next one where the clock would go back.
 */
static void
read_times(const struct en_edi_message *m, const struct en_edi_segment *s, struct en_leg *leg)
{
    en_bytes day = en_edi_part(s, 1, 0), hour = en_edi_part(s, 1, 1), to_day = en_edi_part(s, 1, 2),
             to_hour = en_edi_part(s, 1, 3);

    leg->departs = local_time(m, day, hour);
    if (to_day.n == 4 && !to_hour.n) {
        to_hour = to_day;
        to_day.n = 0;
    }
    leg->arrives = to_day.n == 6 ? local_time(m, to_day, to_hour)
                   : to_hour.n ? local_time(m, day, to_hour) : EN_TIME_NONE;
    if (to_day.n != 6 && leg->arrives != EN_TIME_NONE && hour.n && leg->arrives < leg->departs)
        leg->arrives += EN_TIME_DAY;
}

/* Carrier and number as one word; empty if either is missing. */
static en_text
flight_number(struct en_edi_message *m, struct en_arena *a, en_bytes carrier, en_bytes number)
{
    uint8_t both[16];

    if (!carrier.n || !number.n || carrier.n + number.n > sizeof both)
        return EN_TEXT_NONE;
    memcpy(both, carrier.p, carrier.n);
    memcpy(both + carrier.n, number.p, number.n);
    return en_edi_take(m, a, (en_bytes){ both, carrier.n + number.n });
}

/*= guide, TVL: C306 marketing and operating carrier; with both, the number is the marketing carrier's. */
static struct en_leg
read_leg(struct en_edi_message *m, const struct en_edi_segment *s, struct en_arena *a)
{
    struct en_leg leg = EN_LEG_NONE;

    read_times(m, s, &leg);
    leg.from = en_edi_take(m, a, en_edi_part(s, 2, 0));
    leg.to = en_edi_take(m, a, en_edi_part(s, 3, 0));
    leg.number = flight_number(m, a, en_edi_part(s, 4, 0), en_edi_part(s, 5, 0));
    return leg;
}

static void
read_header_flight(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct en_leg leg = read_leg(m, s, &m->arena);
    struct en_flight *f = en_edi_flight(m);

    if (!f)
        return;
    if (!f->number.n)
        f->number = leg.number;
    if (en_text_eq(f->number, leg.number))
        leg.number = EN_TEXT_NONE;
    en_edi_leg(m, &leg);
}

/* Of the segment before: the carrier that flies it, TVL+++++474 or TRA+SK+1524. */
static void
read_operated(struct en_edi_message *m, en_bytes carrier, en_bytes number)
{
    struct pnrgov *st = m->state;
    struct en_leg *leg = st->n_journey ? &st->journey[st->n_journey - 1].leg : NULL;
    en_text operated;

    if (!leg)
        return;
    if (!carrier.n && leg->operator.n)
        carrier = en_text_bytes(leg->operator);
    operated = flight_number(m, &m->person_arena, carrier, number);
    if (!operated.n || en_text_eq(operated, leg->number))
        return;
    if (!leg->sold_as.n)
        leg->sold_as = leg->number;
    leg->number = operated;
    leg->operator = EN_TEXT_NONE;
}

static void
read_journey(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct pnrgov *st = m->state;
    struct en_leg leg;

    if (!en_edi_part(s, 1, 0).n && !en_edi_part(s, 2, 0).n) {
        read_operated(m, en_edi_part(s, 4, 0), en_edi_part(s, 5, 0));
        return;
    }
    leg = read_leg(m, s, &m->person_arena);
    if (en_edi_parts(s, 4) > 1)
        leg.operator = en_edi_take(m, &m->person_arena, en_edi_part(s, 4, 1));
    if (st->n_journey == EN_MAX_LEGS * 4 ||
        !en_arena_grow(&m->person_arena, &st->journey, &st->cap_journey, st->n_journey + 1, sizeof *st->journey)) {
        limit(m);
        return;
    }
    st->journey[st->n_journey++] = (struct segment_of_booking){ .leg = leg };
}

static en_errc
read_tvl(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;

    (void)err;
    switch (st->where) {
    case HEADER:
        read_header_flight(m, s);
        break;
    case BOOKING:
    case JOURNEY:
        st->where = JOURNEY;
        st->at = NOBODY;
        read_journey(m, s);
        break;
    case ELSEWHERE: /* a hotel, a car */
        break;
    case HISTORY:
        st->left_out[HISTORY_OF_BOOKING]++;
        break;
    }
    return EN_OK;
}

static en_errc
read_tra(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;

    (void)err;
    if (st->where == JOURNEY)
        read_operated(m, en_edi_part(s, 1, 0), en_edi_part(s, 2, 0));
    return EN_OK;
}

/*= AIRIMP, action and status codes that say that the segment does not hold. */
static en_errc
read_rpi(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    static const char off[][3] = { "HX", "XX", "XL", "XR", "XK", "UN", "UC", "NO", "US" };
    struct pnrgov *st = m->state;
    uint32_t status = en_edi_code(en_edi_part(s, 2, 0));

    (void)err;
    for (size_t i = 0; st->where == JOURNEY && st->n_journey && i < sizeof off / sizeof *off; i++)
        if (status == EN_EDI2(off[i][0], off[i][1]))
            st->journey[st->n_journey - 1].cancelled = true;
    return EN_OK;
}

/* --- persons of the booking ----------------------------------------------------------------------- */

static void
new_pool(struct en_edi_message *m)
{
    m->pool = en_arena_alloc(&m->person_arena, POOL);
    m->pool_left = m->pool ? POOL : 0;
}

static struct pax *
add_pax(struct en_edi_message *m, uint64_t line, uint64_t pos)
{
    struct pnrgov *st = m->state;
    struct pax *p;

    if (st->n_pax == MAX_BOOKING || m->head.travellers + st->n_pax >= EN_MAX_PERSONS ||
        !en_arena_grow(&m->person_arena, &st->pax, &st->cap_pax, st->n_pax + 1, sizeof *st->pax)) {
        limit(m);
        return NULL;
    }
    p = &st->pax[st->n_pax++];
    *p = (struct pax){ .t = { .source = EN_SOURCE_PNR, .status = EN_TRAVEL_STATED, .flight = m->flight,
                              .trip = EN_LEG_NONE, .line = line, .pos = pos, .message = m->head.number } };
    en_person_init(&p->t.person, &m->person_arena);
    if (m->pool_left < POOL / 4)
        new_pool(m);
    return p;
}

static size_t
pax_by_number(const struct pnrgov *st, en_bytes number)
{
    for (size_t i = 0; number.n && i < st->n_pax; i++)
        if (en_bytes_eq(en_text_bytes(st->pax[i].number), number))
            return i;
    return NOBODY;
}

static size_t
pax_by_name(const struct pnrgov *st, en_text family, en_text given)
{
    for (size_t i = 0; i < st->n_pax; i++)
        if (en_text_eq(st->pax[i].family, family) && en_text_eq(st->pax[i].given, given))
            return i;
    return NOBODY;
}

/*
 * Which person of the booking a name at check-in or in the history is: by its reference if the family name agrees (a
 * history may give a number to somebody else), else by its name.
 */
static size_t
same_pax(const struct pnrgov *st, en_text family, en_text given, en_bytes number)
{
    size_t i = pax_by_number(st, number);

    if (i != NOBODY && en_text_eq(st->pax[i].family, family) &&
        (st->where != HISTORY || en_text_eq(st->pax[i].given, given)))
        return i;
    return pax_by_name(st, family, given);
}

/*= guide, TIF: C322 surname and type (G: the name of a group), C324 given name, type, reference, infant mark. */
static void
read_name(struct en_edi_message *m, const struct en_edi_segment *s, en_text family, size_t element)
{
    struct pnrgov *st = m->state;
    en_text given = en_edi_take_at(m, element, 0), type = en_edi_take_at(m, element, 1);
    en_bytes number = en_edi_part(s, element, 2);
    struct pax *p;

    st->at = st->where == BOOKING ? NOBODY : same_pax(st, family, given, number);
    if (st->at != NOBODY)
        return;
    p = add_pax(m, s->number, s->pos);
    if (!p)
        return;
    st->at = st->n_pax - 1;
    p->family = family;
    p->given = given;
    p->number = en_edi_person_text(m, number);
    p->left = st->where == HISTORY;
    if (type.n && !en_text_is(type, "A")) {
        m->traveller = p->t;
        en_edi_extra(m, EN_TEXT_LIT("passenger_type"), type);
        p->t = m->traveller;
    }
    if (p->left)
        EN_EDI_NOTE(m, EN_NOTE_REPAIR, "name-left", "a person who stands in the history of a booking only is taken "
                                                     "as one who left it");
    else if (st->where != BOOKING)
        EN_EDI_NOTE(m, EN_NOTE_WARNING, "name-new", "a name at check-in is none of the booking's: taken as a person");
}

static en_errc
read_tif(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;
    en_text family;

    (void)err;
    if (st->where == HEADER || st->where == ELSEWHERE)
        return EN_OK;
    if (en_edi_is(en_edi_part(s, 1, 1), EN_EDI1('G'))) {
        st->at = NOBODY;
        EN_EDI_NOTE(m, EN_NOTE_LEFT_OUT, "group-name", "the name of a group is nobody's");
        return EN_OK;
    }
    family = en_edi_take_at(m, 1, 0);
    read_name(m, s, family, 2);
    for (size_t e = 3; e < s->elements; e++)
        if (en_edi_part(s, e, 0).n)
            read_name(m, s, family, e);
    return EN_OK;
}

/*= guide, REF: C506 1154, the unique passenger reference, the same as in the API message. */
static en_errc
read_ref(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;

    (void)s;
    (void)err;
    if (st->where == BOOKING && st->at != NOBODY && !st->pax[st->at].t.reference.n)
        st->pax[st->at].t.reference = en_edi_take_at(m, 1, 1);
    return EN_OK;
}

/*= guide, RCI: C330 company and record locator; the first is the sender's, the others are partners'. */
static en_errc
read_rci(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;

    (void)err;
    if (st->where != BOOKING && st->where != JOURNEY)
        return EN_OK;
    for (size_t e = 1; e < s->elements; e++) {
        en_text v = en_edi_take_at(m, e, 1);
        bool known = !v.n || en_text_eq(v, st->locator);

        for (size_t i = 0; i < st->n_other_locators; i++)
            known = known || en_text_eq(v, st->other_locators[i]);
        if (!st->locator.n)
            st->locator = v;
        else if (!known && st->n_other_locators < sizeof st->other_locators / sizeof *st->other_locators)
            st->other_locators[st->n_other_locators++] = v;
    }
    return EN_OK;
}

/* --- documents ------------------------------------------------------------------------------------ */

/* The free text: component 8 and on; a sender that leaves places out puts it earlier. */
static en_bytes
request_text(struct en_edi_message *m, const struct en_edi_segment *s)
{
    size_t n = en_edi_parts(s, 1), first = 8, total = 0;
    uint8_t *p, *q;

    while (first > 4 && !(first < n && en_edi_part(s, 1, first).n))
        first--;
    for (size_t i = first; i < n; i++)
        total += en_edi_part(s, 1, i).n;
    p = q = total ? en_arena_alloc(&m->person_arena, total) : NULL;
    for (size_t i = first; p && i < n; i++) {
        en_bytes part = en_edi_part(s, 1, i);

        if (part.n)
            memcpy(q, part.p, part.n);
        q += part.n;
    }
    return (en_bytes){ p, p ? total : 0 };
}

/*= guide, SSR: C334 type, status, quantity, company, 2 x 1131, board, off, text; C332 seat, 7365, reference. */
static en_errc
read_ssr(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;
    en_bytes code = en_edi_part(s, 1, 0);
    struct request r = { .line = s->number, .pos = s->pos, .pax = NOBODY };

    (void)err;
    if (st->where == HISTORY)
        st->left_out[HISTORY_OF_BOOKING]++;
    if (st->where != BOOKING && st->where != JOURNEY)
        return EN_OK;
    if (code.n != 4 || (memcmp(code.p, "DOC", 3) != 0 && memcmp(code.p, "INFT", 4) != 0)) {
        bool seat = code.n == 4 && (memcmp(code.p, "SEAT", 4) == 0 || memcmp(code.p, "NSST", 4) == 0);
        bool contact = code.n == 4 && memcmp(code.p, "CTC", 3) == 0;

        st->left_out[seat ? SEATS : contact ? CONTACTS : SERVICES]++;
        return EN_OK;
    }
    r.code = code.p[3];
    r.text = request_text(m, s);
    for (size_t e = 2; e < s->elements && r.pax == NOBODY; e++)
        r.pax = pax_by_number(st, en_edi_part(s, e, 2));
    if (r.pax == NOBODY && st->where == BOOKING)
        r.pax = st->at;
    if (!en_arena_grow(&m->person_arena, &st->requests, &st->cap_requests, st->n_requests + 1, sizeof *st->requests))
        limit(m);
    else
        st->requests[st->n_requests++] = r;
    return EN_OK;
}

/* Whether the booking's name may be the document's: the same family name, and one given name begins like the other. */
static bool
fits(const struct pax *p, en_bytes family, en_bytes given, en_bytes middle)
{
    struct en_letters x, y;

    if (!en_letters_same(en_text_bytes(p->family), family))
        return false;
    x.n = y.n = 0;
    en_letters_add(&x, en_text_bytes(p->given));
    en_letters_add(&y, given);
    en_letters_add(&y, middle);
    return en_letters_begin(&x, &y);
}

/* Whose document it is: the person meant if the name fits, else the only one whose name does; NOBODY otherwise. */
static size_t
pax_of_name(const struct pnrgov *st, size_t meant, en_bytes family, en_bytes given, en_bytes middle)
{
    size_t found = NOBODY;

    if (meant != NOBODY && fits(&st->pax[meant], family, given, middle))
        return meant;
    for (size_t i = 0; i < st->n_pax; i++)
        if (fits(&st->pax[i], family, given, middle)) {
            if (found != NOBODY)
                return NOBODY;
            found = i;
        }
    return found;
}

static size_t
meant_or_only(const struct pnrgov *st, size_t meant)
{
    return meant != NOBODY || st->n_pax != 1 ? meant : 0;
}

/* A person who has no TIF. */
static size_t
add_from_document(struct en_edi_message *m, en_bytes family, en_bytes given, const char *code, const char *what)
{
    struct pnrgov *st = m->state;
    struct pax *p = add_pax(m, m->at->number, m->at->pos);

    if (!p)
        return NOBODY;
    p->family = en_edi_person_text(m, family);
    p->given = en_edi_person_text(m, given);
    EN_EDI_NOTE(m, EN_NOTE_REPAIR, code, "%s", what);
    return st->n_pax - 1;
}

static void
read_birth(struct en_edi_message *m, en_bytes value)
{
    struct en_birth birth;
    en_text text = en_edi_person_text(m, value);
    int y, month, day;
    bool good = en_ssr_day(value, &y, &month, &day) &&
                (y < 100 ? en_birth_from_yymmdd(y, month, day, m->run->today, &birth)
                         : en_birth_from_parts(y, month, day, &birth));

    if (!text.n)
        return;
    if (!good) {
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "birth-date", "a birth date that is no date was kept as it is");
        en_edi_extra(m, EN_TEXT_LIT("birth_date"), text);
        return;
    }
    birth.as_written = text;
    for (size_t i = 0; i < m->traveller.person.n_births; i++) /* a second document says the same */
        if (m->traveller.person.births[i].from == birth.from && m->traveller.person.births[i].to == birth.to)
            return;
    en_edi_added(m, en_person_add_birth(&m->traveller.person, &birth));
}

static int32_t
day_of(const struct en_edi_message *m, en_bytes value)
{
    int y, month, day;
    uint8_t t[6];

    if (!en_ssr_day(value, &y, &month, &day))
        return INT32_MIN;
    t[0] = (uint8_t)('0' + y % 100 / 10);
    t[1] = (uint8_t)('0' + y % 10);
    t[2] = (uint8_t)('0' + month / 10);
    t[3] = (uint8_t)('0' + month % 10);
    t[4] = (uint8_t)('0' + day / 10);
    t[5] = (uint8_t)('0' + day % 10);
    return en_edi_day(m, (en_bytes){ t, sizeof t });
}

static bool
has_doc(const struct en_person *p, enum en_doc_type type, en_text number)
{
    for (size_t i = 0; i < p->n_docs; i++)
        if (p->docs[i].type == type && en_text_eq(p->docs[i].number, number))
            return true;
    return false;
}

static void
add_document(struct en_edi_message *m, en_bytes type, en_bytes number, en_bytes issuer, en_bytes expires)
{
    struct en_doc doc = { .type = en_doc_type_of_code(type), .expires = day_of(m, expires),
                          .number = en_edi_person_text(m, number) };

    doc.issuer = en_edi_country(m, issuer, "document_issuer");
    if (expires.n && doc.expires == INT32_MIN) {
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "expiry-date", "an expiry date that is no date was kept as it is");
        en_edi_extra(m, EN_TEXT_LIT("document_expires"), en_edi_person_text(m, expires));
    }
    if (doc.number.n && !has_doc(&m->traveller.person, doc.type, doc.number))
        en_edi_added(m, en_person_add_doc(&m->traveller.person, &doc));
}

/* Given and middle names of a name's parts. */
static struct en_letters
given_letters(const struct en_name *n)
{
    struct en_letters l;

    l.n = 0;
    for (size_t i = 0; i < n->n_parts; i++)
        if (n->parts[i].role == EN_PART_GIVEN || n->parts[i].role == EN_PART_MIDDLE)
            en_letters_add(&l, en_text_bytes(n->parts[i].text));
    return l;
}

/* Adds a name unless one of the person's says it already, perhaps with more given names. */
static void
add_name(struct en_edi_message *m, en_text family, en_text given, en_text middle)
{
    struct en_person *p = &m->traveller.person;
    size_t before = p->n_names;
    struct en_name *n;
    struct en_letters l;

    en_edi_name(m, family, given, middle, false);
    if (p->n_names == before || !before)
        return;
    n = &p->names[before];
    n->kind = EN_NAME_ALIAS;
    l = given_letters(n);
    for (size_t i = 0; i < before; i++) {
        struct en_letters other = given_letters(&p->names[i]);
        const struct en_part *a = n->n_parts ? &n->parts[n->n_parts - 1] : NULL,
                             *b = p->names[i].n_parts ? &p->names[i].parts[p->names[i].n_parts - 1] : NULL;

        if (a && b && l.n <= other.n && memcmp(l.p, other.p, l.n) == 0 && en_text_eq(a->text, b->text)) {
            p->n_names--;
            return;
        }
    }
}

static void
apply_docs(struct en_edi_message *m, const struct request *r)
{
    struct pnrgov *st = m->state;
    struct en_ssr_docs d;
    size_t i = r->pax;

    if (!en_ssr_docs(r->text, &d)) {
        EN_EDI_NOTE(m, EN_NOTE_REPAIR, "document-empty", "an SSR DOCS without number, birth date or name was left out");
        return;
    }
    if (d.shifted)
        EN_EDI_NOTE(m, EN_NOTE_REPAIR, "document-shifted", "the fields of an SSR DOCS stand beside their places");
    if (d.family.n) {
        i = pax_of_name(st, r->pax, d.family, d.given, d.middle);
        if (i == NOBODY && d.infant)
            i = add_from_document(m, d.family, d.given, "infant-added", "an infant who has a document and no name "
                                                                        "of its own in the booking was added");
    }
    i = i != NOBODY ? i : meant_or_only(st, r->pax);
    if (i == NOBODY && d.family.n)
        i = add_from_document(m, d.family, d.given, "document-person",
                              "a document of none of the persons of its booking was taken as a person");
    if (i == NOBODY) {
        EN_EDI_NOTE(m, EN_NOTE_REFUSED, "document-whose", "it is not told whose document this is");
        return;
    }
    m->traveller = st->pax[i].t;
    if (d.sex.n)
        en_edi_sex(m, d.sex);
    if (d.birth.n)
        read_birth(m, d.birth);
    en_edi_nationality(m, d.nationality);
    add_document(m, d.type, d.number, d.issuer, d.expires);
    if (d.family.n)
        add_name(m, en_edi_person_text(m, d.family), en_edi_person_text(m, d.given), en_edi_person_text(m, d.middle));
    st->pax[i].t = m->traveller;
}

/* The person that an SSR DOCO or DOCA is about, in m->traveller; NOBODY and a note if that is not told. */
static size_t
load_meant(struct en_edi_message *m, size_t meant)
{
    struct pnrgov *st = m->state;
    size_t i = meant_or_only(st, meant);

    if (i == NOBODY)
        EN_EDI_NOTE(m, EN_NOTE_REFUSED, "document-whose", "it is not told whose document this is");
    else
        m->traveller = st->pax[i].t;
    return i;
}

static void
apply_doco(struct en_edi_message *m, const struct request *r)
{
    struct pnrgov *st = m->state;
    struct en_ssr_doco d;
    struct en_place place = { 0 };
    size_t i;

    if (!en_ssr_doco(r->text, &d)) {
        EN_EDI_NOTE(m, EN_NOTE_REFUSED, "document-unknown", "an SSR DOCO has none of the types V, K and R");
        return;
    }
    i = load_meant(m, r->pax);
    if (i == NOBODY)
        return;
    if (d.type.p[0] == 'K')
        m->traveller.known_traveller = en_edi_person_text(m, d.number);
    else if (d.type.p[0] == 'R')
        m->traveller.redress = en_edi_person_text(m, d.number);
    else
        add_document(m, d.type, d.number, d.country, (en_bytes){ NULL, 0 });
    place.text = en_edi_person_text(m, d.birth_place);
    if (place.text.n && !m->traveller.person.n_places)
        en_edi_added(m, en_person_add_place(&m->traveller.person, &place));
    st->pax[i].t = m->traveller;
}

/* Of an address only the country is kept, of a residence: the rest matches nobody. */
static void
apply_doca(struct en_edi_message *m, const struct request *r)
{
    struct pnrgov *st = m->state;
    struct en_ssr_doca d;
    size_t i;

    st->left_out[CONTACTS]++;
    if (!en_ssr_doca(r->text, &d) || d.type.p[0] != 'R' || !d.country.n)
        return;
    i = load_meant(m, r->pax);
    if (i == NOBODY)
        return;
    en_edi_extra(m, EN_TEXT_LIT("residence"), en_edi_person_text(m, d.country));
    st->pax[i].t = m->traveller;
}

/* An infant who is one of the persons has a TIF, or a document; else it is only here. */
static void
apply_inft(struct en_edi_message *m, const struct request *r)
{
    struct pnrgov *st = m->state;
    struct en_ssr_inft d;
    size_t i;

    if (!en_ssr_inft(r->text, &d)) {
        st->left_out[SERVICES]++;
        return;
    }
    i = pax_of_name(st, NOBODY, d.family, d.given, (en_bytes){ NULL, 0 });
    for (size_t k = 0; i == NOBODY && k < st->n_pax; k++) /* several fit: it is one of them */
        if (fits(&st->pax[k], d.family, d.given, (en_bytes){ NULL, 0 }))
            return;
    if (i == NOBODY)
        i = add_from_document(m, d.family, d.given, "infant-added",
                              "an infant who has no name of its own in the booking was added");
    if (i == NOBODY)
        return;
    m->traveller = st->pax[i].t;
    if (d.birth.n && !m->traveller.person.n_births)
        read_birth(m, d.birth);
    st->pax[i].t = m->traveller;
}

/* Documents first: an infant's document makes the person that INFT means. */
static void
apply_requests(struct en_edi_message *m)
{
    static const struct {
        uint32_t code;
        void (*apply)(struct en_edi_message *m, const struct request *r);
    } rows[] = { { 'S', apply_docs }, { 'O', apply_doco }, { 'A', apply_doca }, { 'T', apply_inft } };
    struct pnrgov *st = m->state;
    const struct en_edi_segment *at = m->at;

    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        for (size_t i = 0; i < st->n_requests; i++) {
            const struct en_edi_segment place = { .number = st->requests[i].line, .pos = st->requests[i].pos };

            if (st->requests[i].code != rows[k].code)
                continue;
            m->at = &place;
            rows[k].apply(m, &st->requests[i]);
            m->at = at;
        }
}

/* --- the booking ---------------------------------------------------------------------------------- */

/* The segments of the booking that are the flight of the message: [*first, *last]. */
static bool
find_trip(const struct pnrgov *st, const struct en_flight *f, size_t *first, size_t *last)
{
    en_time day = f && f->n_legs ? f->legs[0].departs : EN_TIME_NONE;

    for (size_t i = 0; f && f->number.n && i < st->n_journey; i++) {
        const struct en_leg *leg = &st->journey[i].leg;

        if (!en_flight_same(leg->number, f->number) && !en_flight_same(leg->sold_as, f->number))
            continue;
        if (day != EN_TIME_NONE && leg->departs != EN_TIME_NONE &&
            (leg->departs < day - EN_TIME_DAY || leg->departs > day + EN_TIME_DAY))
            continue;
        *first = *last = i;
        while (*last + 1 < st->n_journey && en_flight_same(st->journey[*last + 1].leg.number, leg->number) &&
               en_text_eq(st->journey[*last].leg.to, st->journey[*last + 1].leg.from))
            ++*last;
        return true;
    }
    return false;
}

/* What all persons of the booking do. */
struct travel {
    struct en_leg *legs;
    struct en_leg trip;
    bool cancelled;
};

static struct travel
find_travel(struct en_edi_message *m)
{
    struct pnrgov *st = m->state;
    struct travel t = { .trip = EN_LEG_NONE };
    size_t first, last;

    t.legs = st->n_journey ? en_arena_array(&m->person_arena, st->n_journey, sizeof *t.legs) : NULL;
    for (size_t i = 0; t.legs && i < st->n_journey; i++)
        t.legs[i] = st->journey[i].leg;
    if (find_trip(st, m->flight, &first, &last)) {
        t.trip = st->journey[first].leg;
        t.trip.to = st->journey[last].leg.to;
        t.trip.arrives = st->journey[last].leg.arrives;
        t.cancelled = st->journey[first].cancelled;
    } else if (st->n_journey) {
        EN_EDI_NOTE(m, EN_NOTE_WARNING, "flight-not-booked", "a booking has no segment on the flight of the message");
    }
    return t;
}

static en_errc
deliver(struct en_edi_message *m, struct pax *p, const struct travel *travel, struct en_err *err)
{
    struct pnrgov *st = m->state;
    struct en_traveller *t = &m->traveller;

    *t = p->t;
    t->pnr = st->locator;
    t->trip = travel->trip;
    t->itinerary = travel->legs;
    t->n_itinerary = travel->legs ? st->n_journey : 0;
    if (p->left || travel->cancelled)
        t->status = EN_TRAVEL_CANCELLED;
    m->titles_glued = true;
    add_name(m, p->family, p->given, EN_TEXT_NONE);
    for (size_t i = 0; i < st->n_other_locators; i++)
        en_edi_extra(m, EN_TEXT_LIT("locator"), st->other_locators[i]);
    m->open = true;
    return en_edi_deliver(m, err);
}

static en_errc
finish_booking(struct en_edi_message *m, struct en_err *err)
{
    struct pnrgov *st = m->state;
    struct travel travel;
    en_errc rc = EN_OK;

    if (st->where == HEADER)
        return EN_OK;
    m->titles_glued = true;
    apply_requests(m);
    travel = find_travel(m);
    if (en_arena_over(&m->person_arena))
        limit(m);
    if (!st->n_pax)
        EN_EDI_NOTE(m, EN_NOTE_WARNING, "booking-nobody", "a booking names nobody");
    for (size_t i = 0; rc == EN_OK && i < st->n_pax; i++)
        rc = deliver(m, &st->pax[i], &travel, err);
    m->titles_glued = false;
    return rc;
}

/*= guide, SRC: begins each booking. */
static en_errc
read_src(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;
    en_errc rc = finish_booking(m, err);
    struct pnrgov fresh = { .where = BOOKING, .bookings = st->bookings + 1, .declared = st->declared, .at = NOBODY };

    (void)s;
    memcpy(fresh.left_out, st->left_out, sizeof fresh.left_out);
    *st = fresh;
    en_arena_reset(&m->person_arena);
    new_pool(m);
    return rc;
}

/* --- the message ---------------------------------------------------------------------------------- */

/*= guide, MSG: C302 1225, 22 push of all data, 141 of what changed. Inside a booking it begins a hotel or a car. */
static en_errc
read_msg(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;

    (void)err;
    if (st->where == HEADER)
        m->head.function = en_edi_take(m, &m->arena, en_edi_part(s, 1, 1));
    else if (st->where != HISTORY)
        st->where = ELSEWHERE;
    return EN_OK;
}

/*= guide, EQN: 6350, in the header how many bookings follow; in a booking it begins what was divided from it. */
static en_errc
read_eqn(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;
    en_bytes v = en_edi_part(s, 1, 0);
    uint64_t n = 0;

    (void)err;
    for (size_t i = 0; i < v.n && i < 9 && v.p[i] >= '0' && v.p[i] <= '9'; i++)
        n = n * 10 + (uint64_t)(v.p[i] - '0');
    if (st->where == HEADER)
        st->declared = n;
    else if (st->where != HISTORY)
        st->where = ELSEWHERE;
    return EN_OK;
}

static en_errc
read_abi(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;

    (void)s;
    (void)err;
    if (st->where != HEADER)
        st->where = HISTORY;
    return EN_OK;
}

static const struct {
    const char *code, *text;
} left_out_notes[LEFT_OUT] = {
    [PAYMENTS] = { "left-out-payments", "fares, tickets and payments: not needed to match people" },
    [CONTACTS] = { "left-out-contacts", "addresses, contacts and remarks: not needed to match people" },
    [BAGS] = { "left-out-bags", "bags: not needed to match people" },
    [SEATS] = { "left-out-seats", "seats and check-in numbers: not needed to match people" },
    [LOYALTY] = { "left-out-loyalty", "frequent flyer numbers: not needed to match people" },
    [SERVICES] = { "left-out-services", "meals and other services: may tell of health or belief, never kept" },
    [HISTORY_OF_BOOKING] = { "left-out-history", "the history of the booking but its names" },
};

/* Segments by tag, the frequent ones first: either read, or counted as left out. Neither: it only marks structure. */
static const struct {
    uint32_t tag;
    read_fn *read;
    enum left_out left_out;
} segments[] = {
    { EN_EDI3('S', 'S', 'R'), read_ssr, LEFT_OUT },  { EN_EDI3('T', 'I', 'F'), read_tif, LEFT_OUT },
    { EN_EDI3('D', 'A', 'T'), NULL, LEFT_OUT },      { EN_EDI3('T', 'V', 'L'), read_tvl, LEFT_OUT },
    { EN_EDI3('R', 'C', 'I'), read_rci, LEFT_OUT },  { EN_EDI3('I', 'F', 'T'), NULL, CONTACTS },
    { EN_EDI3('A', 'P', 'D'), NULL, LEFT_OUT },      { EN_EDI3('T', 'R', 'I'), NULL, SEATS },
    { EN_EDI3('S', 'S', 'D'), NULL, SEATS },         { EN_EDI3('T', 'B', 'D'), NULL, BAGS },
    { EN_EDI3('R', 'P', 'I'), read_rpi, LEFT_OUT },  { EN_EDI3('R', 'E', 'F'), read_ref, LEFT_OUT },
    { EN_EDI3('T', 'K', 'T'), NULL, PAYMENTS },      { EN_EDI3('M', 'O', 'N'), NULL, PAYMENTS },
    { EN_EDI3('T', 'X', 'D'), NULL, PAYMENTS },      { EN_EDI3('P', 'T', 'K'), NULL, PAYMENTS },
    { EN_EDI3('F', 'O', 'P'), NULL, PAYMENTS },      { EN_EDI3('F', 'A', 'R'), NULL, PAYMENTS },
    { EN_EDI3('F', 'T', 'I'), NULL, LOYALTY },       { EN_EDI3('E', 'B', 'D'), NULL, BAGS },
    { EN_EDI3('S', 'R', 'C'), read_src, LEFT_OUT },  { EN_EDI3('O', 'R', 'G'), NULL, LEFT_OUT },
    { EN_EDI3('A', 'D', 'D'), NULL, CONTACTS },      { EN_EDI3('T', 'R', 'A'), read_tra, LEFT_OUT },
    { EN_EDI3('S', 'A', 'C'), NULL, LEFT_OUT },      { EN_EDI3('A', 'B', 'I'), read_abi, LEFT_OUT },
    { EN_EDI3('E', 'Q', 'N'), read_eqn, LEFT_OUT },  { EN_EDI3('M', 'S', 'G'), read_msg, LEFT_OUT },
    { EN_EDI3('L', 'T', 'S'), NULL, CONTACTS },
};

static en_errc
segment(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct pnrgov *st = m->state;

    for (size_t i = 0; i < sizeof segments / sizeof *segments; i++) {
        if (segments[i].tag != s->tag)
            continue;
        if (segments[i].read)
            return segments[i].read(m, s, err);
        if (segments[i].left_out != LEFT_OUT)
            st->left_out[segments[i].left_out]++;
        return EN_OK;
    }
    EN_EDI_NOTE(m, EN_NOTE_KEPT, "segment", "a segment that is not known here was passed over");
    return EN_OK;
}

static en_errc
end(struct en_edi_message *m, struct en_err *err)
{
    struct pnrgov *st = m->state;
    en_errc rc = finish_booking(m, err);

    if (st->declared && st->declared != st->bookings)
        EN_EDI_NOTE(m, EN_NOTE_WARNING, "booking-count", "EQN says %llu bookings, %llu were read",
                    (unsigned long long)st->declared, (unsigned long long)st->bookings);
    for (size_t i = 0; i < LEFT_OUT; i++)
        en_report_add_many(m->run->report, EN_NOTE_LEFT_OUT, left_out_notes[i].code, m->at->number, m->at->pos,
                           st->left_out[i], left_out_notes[i].text);
    return rc;
}

const struct en_edi_ops en_pnrgov = {
    .source = EN_SOURCE_PNR, .state_size = sizeof(struct pnrgov), .segment = segment, .end = end
};
