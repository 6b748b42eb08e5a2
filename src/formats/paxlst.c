/*
 * paxlst.c: PAXLST in the UN dialect, directories D.02B to now.
 *
 *   UNH BGM RFF (NAD+MS COM) {TDT {LOC DTM}} {NAD ATT DTM GEI MEA FTX LOC COM EMP NAT RFF {DOC DTM LOC}} CNT UNT
 *
 * What a segment means depends on its qualifier, hardly on its place: the tables below are the message.
 */
#include <string.h>

#include "base/limits.h"
#include "formats/doc_code.h"
#include "formats/edimsg.h"

#define MAX_STOPS 16u

/* A place of the flight with its times. */
struct stop {
    en_text place;
    en_time departs, arrives;
    bool last_departure, first_arrival; /* LOC 125 and 87 */
};

struct paxlst {
    struct stop stops[MAX_STOPS];
    size_t n_stops;
    en_text number;           /* of the flight whose stops these are */
    en_text family, given, middle;
    bool cut;                 /* a part of the name fills its field */
    enum { DOC_NONE, DOC_OPEN, DOC_EMPTY } doc; /* whose dates and places follow: the person's last one, or none */
    bool nameless;            /* NAD+MS and the like: what follows belongs to nobody */
    enum en_doc_read read;
};

typedef void read_fn(struct en_edi_message *m, const struct en_edi_segment *s);

struct qualified {
    uint32_t qualifier;
    read_fn *read; /* NULL: kept as an extra under key */
    en_text key;
};

static const struct qualified *
find(const struct qualified *rows, size_t n, en_bytes part)
{
    uint32_t qualifier = en_edi_code(part);

    for (size_t i = 0; i < n; i++)
        if (rows[i].qualifier == qualifier)
            return &rows[i];
    return NULL;
}

#define FIND(rows, q) find(rows, sizeof(rows) / sizeof *(rows), q)

static void
keep(struct en_edi_message *m, en_text key, size_t element, size_t component)
{
    en_edi_extra(m, key, en_edi_take_at(m, element, component));
}

/* --- the flight ----------------------------------------------------------------------------------- */

/* Stops one after another make legs. */
static void
flush_stops(struct en_edi_message *m)
{
    struct paxlst *st = m->state;

    if (st->n_stops == 2 && st->stops[0].first_arrival && st->stops[1].last_departure) {
        struct stop s = st->stops[0];

        st->stops[0] = st->stops[1];
        st->stops[1] = s;
    }
    for (size_t i = 0; i + 1 < st->n_stops; i++)
        en_edi_leg(m, &(struct en_leg){ .number = st->number, .from = st->stops[i].place, .to = st->stops[i + 1].place,
                                        .departs = st->stops[i].departs, .arrives = st->stops[i + 1].arrives });
    st->n_stops = 0;
}

/* "MU2911"; "204" with the carrier in its own element becomes "XN204". */
static en_text
flight_number(struct en_edi_message *m, const struct en_edi_segment *s)
{
    en_text number = en_edi_take(m, &m->arena, en_edi_part(s, 2, 0));
    en_text carrier = en_edi_take(m, &m->arena, en_edi_part(s, 5, 0));
    char *p;

    if (!number.n || !carrier.n || number.p[0] < '0' || number.p[0] > '9' ||
        (number.n > 2 && number.n >= carrier.n && memcmp(number.p, carrier.p, carrier.n) == 0))
        return number;
    p = en_arena_alloc(&m->arena, carrier.n + number.n);
    if (!p)
        return number;
    memcpy(p, carrier.p, carrier.n);
    memcpy(p + carrier.n, number.p, number.n);
    return (en_text){ p, carrier.n + number.n };
}

static void
read_tdt(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst *st = m->state;
    en_text number = flight_number(m, s);
    struct en_flight *f = en_edi_flight(m);

    flush_stops(m);
    st->number = EN_TEXT_NONE;
    if (f && !f->number.n)
        f->number = number;
    else if (f && !en_text_eq(f->number, number))
        st->number = number;
}

static void
read_stop(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst *st = m->state;
    en_bytes what = en_edi_part(s, 1, 0);

    if (st->n_stops == MAX_STOPS) {
        EN_EDI_NOTE(m, EN_NOTE_REFUSED, "too-many-legs", "a flight may have %u places", MAX_STOPS);
        return;
    }
    st->stops[st->n_stops++] = (struct stop){
        .place = en_edi_take(m, &m->arena, en_edi_part(s, 2, 0)), .departs = EN_TIME_NONE, .arrives = EN_TIME_NONE,
        .last_departure = en_edi_is(what, EN_EDI3('1', '2', '5')), .first_arrival = en_edi_is(what, EN_EDI2('8', '7'))
    };
}

static void
read_departure(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst *st = m->state;

    if (st->n_stops)
        st->stops[st->n_stops - 1].departs = en_edi_time(m, en_edi_part(s, 1, 1));
}

static void
read_arrival(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst *st = m->state;

    if (st->n_stops)
        st->stops[st->n_stops - 1].arrives = en_edi_time(m, en_edi_part(s, 1, 1));
}

/* --- the person ----------------------------------------------------------------------------------- */

/*= PAXLST guide, NAD 3035. */
static const struct {
    uint32_t code;
    enum en_travel_role role;
} person_codes[] = {
    { EN_EDI2('F', 'L'), EN_ROLE_PASSENGER },
    { EN_EDI2('F', 'M'), EN_ROLE_CREW },
    { EN_EDI3('D', 'D', 'U'), EN_ROLE_TRANSIT },
    { EN_EDI3('D', 'D', 'T'), EN_ROLE_CREW },
};

/*= C080 3036: an..35, from D.16A an..70. A part that fills its field was possibly cut. */
static bool
fills_field(en_bytes part)
{
    return part.n == 35 || part.n == 70;
}

/* The element that holds the name: 4 (C080); some senders put it into 3 (C058). */
static size_t
name_element(struct en_edi_message *m, const struct en_edi_segment *s)
{
    for (size_t i = 0; i < en_edi_parts(s, 4); i++)
        if (en_edi_part(s, 4, i).n)
            return 4;
    if (!en_edi_part(s, 3, 0).n)
        return 4;
    EN_EDI_NOTE(m, EN_NOTE_REPAIR, "name-place", "a name stands in the element for an address (C058)");
    return 3;
}

/* "SMITH/JOHN" in one component. */
static void
split_at_slash(struct en_edi_message *m)
{
    struct paxlst *st = m->state;
    const char *slash = st->family.n && !st->given.n ? memchr(st->family.p, '/', st->family.n) : NULL;

    if (!slash)
        return;
    st->given = en_text_trim((en_text){ slash + 1, st->family.n - (size_t)(slash + 1 - st->family.p) });
    st->family = en_text_trim((en_text){ st->family.p, (size_t)(slash - st->family.p) });
    EN_EDI_NOTE(m, EN_NOTE_REPAIR, "name-slash", "family and given name stand in one component, separated by a slash");
}

static void
read_name(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst *st = m->state;
    size_t element = name_element(m, s), n = en_edi_parts(s, element);
    en_text more[3];

    for (size_t i = 0; i < n && i < 5; i++)
        st->cut = st->cut || fills_field(en_edi_part(s, element, i));
    st->family = en_edi_take_at(m, element, 0);
    st->given = en_edi_take_at(m, element, 1);
    st->middle = EN_TEXT_NONE;
    if (n > 2) {
        for (size_t i = 0; i < 3; i++)
            more[i] = en_edi_take_at(m, element, 2 + i);
        st->middle = en_edi_join(m, more, 3);
    }
    split_at_slash(m);
}

static void
read_address(struct en_edi_message *m, const struct en_edi_segment *s)
{
    static const char *const keys[] = { "address.street", "address.city", "address.region", "address.postcode",
                                        "address.country" };

    if (s->elements <= 5)
        return;
    for (size_t i = 0; i < 5; i++)
        if (en_edi_part(s, 5 + i, 0).n)
            keep(m, en_text_from_ours(keys[i]), 5 + i, 0);
}

/* Completes the open person and hands it over. */
static en_errc
close_person(struct en_edi_message *m, struct en_err *err)
{
    struct paxlst *st = m->state;
    struct en_person *p = &m->traveller.person;

    if (!m->open)
        return EN_OK;
    en_edi_name(m, st->family, st->given, st->middle, st->cut);
    for (size_t i = 0; i < p->n_docs; i++)
        p->docs[i].read = st->read;
    return en_edi_deliver(m, err);
}

static en_errc
read_nad(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    struct paxlst *st = m->state;
    en_errc rc = close_person(m, err);
    en_bytes code = en_edi_part(s, 1, 0);

    flush_stops(m);
    st->doc = DOC_NONE;
    st->cut = false;
    st->read = EN_READ_UNSTATED;
    st->nameless = true;
    if (rc != EN_OK)
        return rc;
    for (size_t i = 0; i < sizeof person_codes / sizeof *person_codes; i++) {
        if (!en_edi_is(code, person_codes[i].code))
            continue;
        if (!en_edi_open(m, person_codes[i].role))
            return EN_OK;
        st->nameless = false;
        read_name(m, s);
        read_address(m, s);
        return EN_OK;
    }
    if (!en_edi_is(code, EN_EDI2('M', 'S')))
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "party", "a party that is neither a person nor the sender was passed over");
    return EN_OK;
}

static void
read_att(struct en_edi_message *m, const struct en_edi_segment *s)
{
    if (en_edi_is(en_edi_part(s, 1, 0), EN_EDI1('2')))
        en_edi_sex(m, en_edi_part(s, 3, 0));
    else
        keep(m, EN_TEXT_LIT("attribute"), 3, 0);
}

static void
read_birth(struct en_edi_message *m, const struct en_edi_segment *s)
{
    en_edi_birth(m, en_edi_part(s, 1, 1));
}

static void
read_expiry(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst *st = m->state;
    en_bytes value = en_edi_part(s, 1, 1);
    int32_t day = en_edi_day(m, value);

    if (!value.n || st->doc == DOC_EMPTY)
        return;
    if (st->doc == DOC_OPEN)
        m->traveller.person.docs[m->traveller.person.n_docs - 1].expires = day;
    if (st->doc == DOC_NONE || day == INT32_MIN) {
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "expiry-date",
                    "an expiry date that is no date, or of no document, was kept as it is");
        keep(m, EN_TEXT_LIT("document_expires"), 1, 1);
    }
}

static void
read_dtm_other(struct en_edi_message *m, const struct en_edi_segment *s)
{
    (void)s;
    keep(m, EN_TEXT_LIT("date"), 1, 1);
    EN_EDI_NOTE(m, EN_NOTE_KEPT, "date-qualifier", "a date with an unknown qualifier was kept as it is");
}

/*= PAXLST guide, GEI 9649: 173 verified (read from the document), 174 not verified. */
static void
read_gei(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst *st = m->state;
    en_bytes code = en_edi_part(s, 2, 0);

    if (en_edi_is(code, EN_EDI3('1', '7', '3')))
        st->read = EN_READ_MACHINE;
    else if (en_edi_is(code, EN_EDI3('1', '7', '4')))
        st->read = EN_READ_TYPED;
    else
        keep(m, EN_TEXT_LIT("processing"), 2, 0);
}

static void
read_nat(struct en_edi_message *m, const struct en_edi_segment *s)
{
    en_bytes value = en_edi_part(s, 2, 0);
    uint8_t repeat = en_edi_marks(m->edi).repeat;

    while (value.n) {
        const uint8_t *mark = repeat ? memchr(value.p, repeat, value.n) : NULL;
        size_t n = mark ? (size_t)(mark - value.p) : value.n;

        en_edi_nationality(m, (en_bytes){ value.p, n });
        value = (en_bytes){ value.p + n + (mark != NULL), value.n - n - (mark != NULL) };
    }
}

/* LOC+180+ABC:::BAKIRKOY, LOC+180+:::Hartford USA, and more words in later elements. */
static void
read_birth_place(struct en_edi_message *m, const struct en_edi_segment *s)
{
    en_text words[3] = { en_edi_take_at(m, 2, 3), en_edi_take_at(m, 3, 3), en_edi_take_at(m, 4, 3) };
    struct en_place place = { .text = en_edi_join(m, words, 3) };

    place.country = en_edi_country(m, en_edi_part(s, 2, 0), "birth_place");
    if (place.text.n || place.country.a3[0])
        en_edi_added(m, en_person_add_place(&m->traveller.person, &place));
}

static void
read_issuer(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst *st = m->state;
    en_country c = en_edi_country(m, en_edi_part(s, 2, 0), "document_issuer");

    if (st->doc == DOC_OPEN && c.a3[0])
        m->traveller.person.docs[m->traveller.person.n_docs - 1].issuer = c;
    else if (st->doc == DOC_NONE && c.a3[0])
        keep(m, EN_TEXT_LIT("document_issuer"), 2, 0);
}

static void
read_pnr(struct en_edi_message *m, const struct en_edi_segment *s)
{
    (void)s;
    m->traveller.pnr = en_edi_take_at(m, 1, 1);
}

static void
read_reference(struct en_edi_message *m, const struct en_edi_segment *s)
{
    (void)s;
    m->traveller.reference = en_edi_take_at(m, 1, 1);
}

static void
read_redress(struct en_edi_message *m, const struct en_edi_segment *s)
{
    (void)s;
    m->traveller.redress = en_edi_take_at(m, 1, 1);
}

static void
read_known_traveller(struct en_edi_message *m, const struct en_edi_segment *s)
{
    (void)s;
    m->traveller.known_traveller = en_edi_take_at(m, 1, 1);
}

static void
read_embarks(struct en_edi_message *m, const struct en_edi_segment *s)
{
    (void)s;
    m->traveller.trip.from = en_edi_take_at(m, 2, 0);
}

static void
read_debarks(struct en_edi_message *m, const struct en_edi_segment *s)
{
    (void)s;
    m->traveller.trip.to = en_edi_take_at(m, 2, 0);
}

static void
read_doc(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst *st = m->state;
    en_bytes code = en_edi_part(s, 1, 0);
    struct en_doc doc = { .type = en_doc_type_of_code(code), .expires = INT32_MIN };

    doc.number = en_edi_take_at(m, 2, 0);
    st->doc = DOC_EMPTY;
    if (!doc.number.n) {
        EN_EDI_NOTE(m, EN_NOTE_REPAIR, "document-empty", "a document without a number was left out");
        return;
    }
    if (!code.n)
        EN_EDI_NOTE(m, EN_NOTE_REPAIR, "document-type", "a document has no type");
    else if (doc.type == EN_DOC_OTHER)
        doc.note = en_edi_take_at(m, 1, 0);
    en_edi_added(m, en_person_add_doc(&m->traveller.person, &doc));
    st->doc = m->traveller.person.n_docs > 0 ? DOC_OPEN : DOC_NONE;
}

/* --- the message ---------------------------------------------------------------------------------- */

/*= PAXLST guide, BGM 1001 and 1004: what the persons of the message have done. */
static const struct {
    const char *function;
    enum en_travel_status status;
} functions[] = {
    { "745+XR", EN_TRAVEL_CANCELLED },  { "745+RP", EN_TRAVEL_CANCELLED },      { "266+XF", EN_TRAVEL_CANCELLED },
    { "266+CLOB", EN_TRAVEL_BOARDED },  { "266+CLNB", EN_TRAVEL_NOT_BOARDED },
};

static void
read_bgm(struct en_edi_message *m, const struct en_edi_segment *s)
{
    en_text code = en_edi_take(m, &m->arena, en_edi_part(s, 1, 0)),
            what = en_edi_take(m, &m->arena, en_edi_part(s, 2, 0));
    char *p = en_arena_alloc(&m->arena, code.n + what.n + 1);

    if (!p)
        return;
    if (code.n)
        memcpy(p, code.p, code.n);
    if (what.n) {
        p[code.n] = '+';
        memcpy(p + code.n + 1, what.p, what.n);
    }
    m->head.function = (en_text){ p, code.n + (what.n ? what.n + 1 : 0) };
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (en_text_is(m->head.function, functions[i].function))
            m->status = functions[i].status;
}

/*= PAXLST guide, CNT 6069: 42 passengers, 41 crew; some send 3 or give the crew as 41 for passengers. */
static void
read_cnt(struct en_edi_message *m, const struct en_edi_segment *s)
{
    en_bytes value = en_edi_part(s, 1, 1);
    uint64_t n = 0;

    if (!value.n || value.n > 9)
        return;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] < '0' || value.p[i] > '9')
            return;
        n = n * 10 + (uint64_t)(value.p[i] - '0');
    }
    m->head.declared = (m->head.declared == UINT64_MAX ? 0 : m->head.declared) + n;
}

static const struct qualified flight_dates[] = {
    { EN_EDI3('1', '8', '9'), read_departure, EN_TEXT_NONE },
    { EN_EDI3('2', '3', '2'), read_arrival, EN_TEXT_NONE },
};
static const struct qualified person_dates[] = {
    { EN_EDI3('3', '2', '9'), read_birth, EN_TEXT_NONE },
    { EN_EDI2('3', '6'), read_expiry, EN_TEXT_NONE },
};
static const struct qualified person_places[] = {
    { EN_EDI3('1', '7', '8'), read_embarks, EN_TEXT_NONE },
    { EN_EDI3('1', '7', '9'), read_debarks, EN_TEXT_NONE },
    { EN_EDI2('9', '1'), read_issuer, EN_TEXT_NONE },
    { EN_EDI2('2', '2'), NULL, EN_TEXT_LIT("clears") },
    { EN_EDI3('1', '7', '4'), NULL, EN_TEXT_LIT("residence") },
    { EN_EDI3('1', '8', '0'), read_birth_place, EN_TEXT_NONE },
};
static const struct qualified person_references[] = {
    { EN_EDI3('A', 'V', 'F'), read_pnr, EN_TEXT_NONE },
    { EN_EDI3('S', 'E', 'A'), NULL, EN_TEXT_LIT("seat") },
    { EN_EDI3('A', 'B', 'O'), read_reference, EN_TEXT_NONE },
    { EN_EDI3('A', 'E', 'A'), read_redress, EN_TEXT_NONE },
    { EN_EDI2('C', 'R'), read_known_traveller, EN_TEXT_NONE },
    { EN_EDI3('Y', 'Z', 'Y'), NULL, EN_TEXT_LIT("ticket") },
};

static void
read_dtm(struct en_edi_message *m, const struct en_edi_segment *s)
{
    const struct qualified *q = m->open ? FIND(person_dates, en_edi_part(s, 1, 0))
                                        : FIND(flight_dates, en_edi_part(s, 1, 0));

    if (q)
        q->read(m, s);
    else if (m->open)
        read_dtm_other(m, s);
}

static void
read_loc(struct en_edi_message *m, const struct en_edi_segment *s)
{
    struct paxlst *st = m->state;
    const struct qualified *q = FIND(person_places, en_edi_part(s, 1, 0));

    if (!m->open) {
        if (!st->nameless || m->head.travellers == 0)
            read_stop(m, s);
    } else if (q && q->read) {
        q->read(m, s);
    } else if (q) {
        keep(m, q->key, 2, 0);
    } else {
        keep(m, EN_TEXT_LIT("place"), 2, 0);
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "place", "a place with an unknown qualifier was kept as it is");
    }
}

static void
read_rff(struct en_edi_message *m, const struct en_edi_segment *s)
{
    const struct qualified *q = FIND(person_references, en_edi_part(s, 1, 0));

    if (!m->open)
        return;
    if (q && q->read)
        q->read(m, s);
    else
        keep(m, q ? q->key : EN_TEXT_LIT("reference"), 1, 1);
}

static void
read_ftx(struct en_edi_message *m, const struct en_edi_segment *s)
{
    /*= reference R12: bags are not needed to match people. */
    if (!en_edi_is(en_edi_part(s, 1, 0), EN_EDI3('B', 'A', 'G')))
        keep(m, EN_TEXT_LIT("text"), 4, 0);
}

static void
read_com(struct en_edi_message *m, const struct en_edi_segment *s)
{
    (void)s;
    keep(m, EN_TEXT_LIT("contact"), 1, 0);
}

static void
read_emp(struct en_edi_message *m, const struct en_edi_segment *s)
{
    (void)s;
    keep(m, EN_TEXT_LIT("employment"), 2, 0);
}

static void
pass(struct en_edi_message *m, const struct en_edi_segment *s)
{
    (void)m;
    (void)s;
}

/* A place of its own for each tag below; two that shared one would not compile. */
#define SLOTS     32u
#define SLOT(tag) ((uint32_t)((tag) * 79507u) >> 27)
#define ROW(a, b, c, place, read) [SLOT(EN_EDI3(a, b, c))] = { EN_EDI3(a, b, c), place, read }

/* Segments by tag. NAD is apart: it delivers. */
static const struct {
    uint32_t tag;
    enum { ANYWHERE, OF_PERSON, ENDS_PERSON } place; /* of a person: means nothing outside of one */
    read_fn *read;
} segments[SLOTS] = {
    ROW('A', 'T', 'T', OF_PERSON, read_att),   ROW('D', 'T', 'M', ANYWHERE, read_dtm),
    ROW('M', 'E', 'A', OF_PERSON, pass),       ROW('G', 'E', 'I', OF_PERSON, read_gei),
    ROW('F', 'T', 'X', OF_PERSON, read_ftx),   ROW('L', 'O', 'C', ANYWHERE, read_loc),
    ROW('C', 'O', 'M', OF_PERSON, read_com),   ROW('E', 'M', 'P', OF_PERSON, read_emp),
    ROW('N', 'A', 'T', OF_PERSON, read_nat),   ROW('R', 'F', 'F', ANYWHERE, read_rff),
    ROW('D', 'O', 'C', OF_PERSON, read_doc),   ROW('T', 'D', 'T', ENDS_PERSON, read_tdt),
    ROW('B', 'G', 'M', ANYWHERE, read_bgm),    ROW('C', 'N', 'T', ENDS_PERSON, read_cnt),
};

static en_errc
segment(struct en_edi_message *m, const struct en_edi_segment *s, struct en_err *err)
{
    uint32_t at = SLOT(s->tag);
    en_errc rc = EN_OK;

    if (s->tag == EN_EDI3('N', 'A', 'D'))
        return read_nad(m, s, err);
    if (segments[at].tag != s->tag) {
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "segment", "a segment that is not known here was passed over");
        return EN_OK;
    }
    if (segments[at].place == ENDS_PERSON)
        rc = close_person(m, err);
    if (rc == EN_OK && (m->open || segments[at].place != OF_PERSON))
        segments[at].read(m, s);
    return rc;
}

static en_errc
end(struct en_edi_message *m, struct en_err *err)
{
    en_errc rc = close_person(m, err);

    flush_stops(m);
    return rc;
}

const struct en_edi_ops en_paxlst_un = {
    .source = EN_SOURCE_API, .state_size = sizeof(struct paxlst), .segment = segment, .end = end
};
