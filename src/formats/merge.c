#include "formats/merge.h"

#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "formats/letters.h"

const char *
en_same_word(enum en_same s)
{
    static const char *const words[EN_SAMES] = { "", "reference", "document", "locator", "birth-date" };

    EN_ASSERT((unsigned)s < EN_SAMES);
    return words[s];
}

/* --- the flight ----------------------------------------------------------------------------------- */

size_t
en_traveller_flight(const struct en_traveller *t, char out[EN_FLIGHT_MAX])
{
    size_t n = en_flight_normal(t->trip.number, out);

    return n || !t->flight ? n : en_flight_normal(t->flight->number, out);
}

/* The day of departure; a record that does not tell it is told by the day of arrival. */
static bool
same_day(const struct en_leg *a, const struct en_leg *b)
{
    bool departs = a->departs != EN_TIME_NONE && b->departs != EN_TIME_NONE;
    en_time x = departs ? a->departs : a->arrives, y = departs ? b->departs : b->arrives;
    int32_t apart;

    if (x == EN_TIME_NONE || y == EN_TIME_NONE)
        return false;
    apart = en_time_to_day(x) - en_time_to_day(y);
    if (apart == 0)
        return true;
    /* Who gets on or off elsewhere on a flight over midnight has another day. */
    return (apart == 1 || apart == -1) && !en_text_eq(departs ? a->from : a->to, departs ? b->from : b->to);
}

static bool
same_flight(const struct en_traveller *a, const struct en_traveller *b)
{
    char x[EN_FLIGHT_MAX], y[EN_FLIGHT_MAX];
    size_t n = en_traveller_flight(a, x);

    return n && en_traveller_flight(b, y) == n && memcmp(x, y, n) == 0 && same_day(&a->trip, &b->trip);
}

/* --- the passenger -------------------------------------------------------------------------------- */

/* A name in two halves: the family name, and what is before it. Without parts, all letters in any order of words. */
struct halves {
    struct en_letters family, given;
};

static struct halves
halves_of(const struct en_name *n)
{
    struct halves h;

    h.family.n = h.given.n = 0;
    for (size_t i = 0; i < n->n_parts; i++) {
        if (n->parts[i].role == EN_PART_FAMILY)
            en_letters_add(&h.family, en_text_bytes(n->parts[i].text));
        else if (n->parts[i].role != EN_PART_TITLE)
            en_letters_add(&h.given, en_text_bytes(n->parts[i].text));
    }
    if (!h.family.n) {
        h.given.n = 0;
        en_letters_add(&h.family, en_text_bytes(n->full));
    }
    return h;
}

static bool
name_may_be(const struct en_name *a, const struct en_name *b)
{
    struct halves x = halves_of(a), y = halves_of(b);

    if (!x.family.n || !y.family.n)
        return false;
    if (x.given.n && y.given.n)
        return en_letters_eq(&x.family, &y.family) && en_letters_begin(&x.given, &y.given);
    if (!x.given.n && !y.given.n)
        return en_letters_eq(&x.family, &y.family);
    return en_letters_same(en_text_bytes(a->full), en_text_bytes(b->full)) || en_letters_eq(&x.family, &y.family);
}

static bool
names_may_be(const struct en_person *a, const struct en_person *b)
{
    for (size_t i = 0; i < a->n_names; i++)
        for (size_t k = 0; k < b->n_names; k++)
            if (name_may_be(&a->names[i], &b->names[k]))
                return true;
    return false;
}

/* -1: they contradict each other; 1: an exact date is the same; 0: nothing is known. */
static int
births_agree(const struct en_person *a, const struct en_person *b)
{
    bool overlap = !a->n_births || !b->n_births;

    for (size_t i = 0; i < a->n_births; i++)
        for (size_t k = 0; k < b->n_births; k++) {
            const struct en_birth *x = &a->births[i], *y = &b->births[k];

            if (x->from == x->to && x->from == y->from && x->to == y->to)
                return 1;
            overlap = overlap || (x->from <= y->to && y->from <= x->to);
        }
    return overlap ? 0 : -1;
}

static bool
same_number(en_text a, en_text b)
{
    size_t i = 0, k = 0;

    if (!a.n || !b.n)
        return false;
    for (;;) { /* blanks and hyphens are how it is printed */
        while (i < a.n && (a.p[i] == ' ' || a.p[i] == '-'))
            i++;
        while (k < b.n && (b.p[k] == ' ' || b.p[k] == '-'))
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (a.p[i++] != b.p[k++])
            return false;
    }
}

static bool
types_may_be(enum en_doc_type a, enum en_doc_type b)
{
    return a == b || a == EN_DOC_OTHER || b == EN_DOC_OTHER;
}

static bool
same_document(const struct en_doc *a, const struct en_doc *b)
{
    return types_may_be(a->type, b->type) && same_number(a->number, b->number) &&
           (!a->issuer.a3[0] || !b->issuer.a3[0] || en_country_eq(a->issuer, b->issuer));
}

static bool
share_document(const struct en_person *a, const struct en_person *b)
{
    for (size_t i = 0; i < a->n_docs; i++)
        for (size_t k = 0; k < b->n_docs; k++)
            if (same_document(&a->docs[i], &b->docs[k]))
                return true;
    return false;
}

/* The locators of a booking: the sender's, and partners' as extras. */
static bool
has_locator(const struct en_traveller *t, en_text locator)
{
    if (locator.n && en_text_eq(t->pnr, locator))
        return true;
    for (size_t i = 0; locator.n && i < t->person.n_extras; i++)
        if (en_text_is(t->person.extras[i].key, "locator") && en_text_eq(t->person.extras[i].value, locator))
            return true;
    return false;
}

static bool
share_locator(const struct en_traveller *a, const struct en_traveller *b)
{
    return has_locator(a, b->pnr) || has_locator(b, a->pnr);
}

static bool
sexes_contradict(const struct en_person *a, const struct en_person *b)
{
    return a->sex != b->sex && a->sex != EN_SEX_UNKNOWN && b->sex != EN_SEX_UNKNOWN;
}

enum en_same
en_traveller_same(const struct en_traveller *a, const struct en_traveller *b)
{
    bool names;
    int births;

    if (!same_flight(a, b))
        return EN_SAME_NOT;
    names = names_may_be(&a->person, &b->person);
    births = births_agree(&a->person, &b->person);
    if (names && births >= 0 && a->reference.n && en_text_eq(a->reference, b->reference))
        return EN_SAME_REFERENCE;
    if ((names || births > 0) && share_document(&a->person, &b->person))
        return EN_SAME_DOCUMENT;
    if (!names || births < 0 || sexes_contradict(&a->person, &b->person))
        return EN_SAME_NOT;
    if (share_locator(a, b))
        return EN_SAME_LOCATOR;
    return births > 0 ? EN_SAME_BIRTH : EN_SAME_NOT;
}

/* Every rule asks for a name that may be the same, or for an exact birth date and a document. */
uint64_t
en_traveller_marks(const struct en_traveller *t)
{
    const struct en_person *p = &t->person;
    uint64_t marks = 0;

    for (size_t i = 0; i < p->n_names; i++) {
        struct halves h = halves_of(&p->names[i]);
        struct en_letters all;

        all.n = 0;
        en_letters_add(&all, en_text_bytes(p->names[i].full));
        marks |= 1ull << (en_xxh3(en_bytes_from(h.family.p, h.family.n)) & 63);
        marks |= 1ull << (en_xxh3(en_bytes_from(all.p, all.n)) & 63);
    }
    for (size_t i = 0; i < p->n_births; i++)
        if (p->births[i].from == p->births[i].to)
            marks |= 1ull << (en_xxh3(en_bytes_from(&p->births[i].from, sizeof p->births[i].from)) & 63);
    return marks;
}

/* --- merging -------------------------------------------------------------------------------------- */

/* What goes into the traveller is copied; the first failure stays. */
struct merging {
    struct en_person *into;
    en_errc rc;
};

static en_text
copied(struct merging *m, en_text t)
{
    en_text copy = t.n ? en_text_dup(t, m->into->arena) : EN_TEXT_NONE;

    if (t.n && !copy.p)
        m->rc = EN_E_LIMIT;
    return copy;
}

static void
added(struct merging *m, en_errc rc)
{
    m->rc = m->rc == EN_OK ? rc : m->rc;
}

static void
merge_names(struct merging *m, const struct en_person *newer)
{
    for (size_t i = 0; i < newer->n_names; i++) {
        struct en_name n = newer->names[i];
        bool known = false;

        for (size_t k = 0; k < m->into->n_names; k++)
            known = known || en_text_eq(m->into->names[k].full, n.full);
        if (known)
            continue;
        n.full = copied(m, n.full);
        n.parts = NULL;
        n.n_parts = 0;
        for (size_t k = 0; k < newer->names[i].n_parts; k++)
            added(m, en_name_add_part(m->into, &n, newer->names[i].parts[k].role,
                                      copied(m, newer->names[i].parts[k].text)));
        if (m->into->n_names && n.kind == EN_NAME_PRIMARY)
            n.kind = EN_NAME_ALIAS;
        added(m, en_person_add_name(m->into, &n));
    }
}

static void
merge_births(struct merging *m, const struct en_person *newer)
{
    for (size_t i = 0; i < newer->n_births; i++) {
        struct en_birth b = newer->births[i];
        bool known = false;

        for (size_t k = 0; k < m->into->n_births; k++)
            known = known || (m->into->births[k].from == b.from && m->into->births[k].to == b.to);
        if (known)
            continue;
        b.as_written = copied(m, b.as_written);
        added(m, en_person_add_birth(m->into, &b));
    }
}

/* What was read from the document weighs more than what was typed. */
static void
merge_doc(struct merging *m, struct en_doc *into, const struct en_doc *newer)
{
    if (into->type == EN_DOC_OTHER)
        into->type = newer->type;
    if (!into->issuer.a3[0])
        into->issuer = newer->issuer;
    if (newer->expires != INT32_MIN)
        into->expires = newer->expires;
    if (newer->read == EN_READ_MACHINE || into->read == EN_READ_UNSTATED)
        into->read = newer->read;
    if (!into->note.n)
        into->note = copied(m, newer->note);
}

static void
merge_docs(struct merging *m, const struct en_person *newer)
{
    for (size_t i = 0; i < newer->n_docs; i++) {
        struct en_doc d = newer->docs[i];
        size_t k = 0;

        while (k < m->into->n_docs && !same_document(&m->into->docs[k], &d))
            k++;
        if (k < m->into->n_docs) {
            merge_doc(m, &m->into->docs[k], &d);
            continue;
        }
        d.number = copied(m, d.number);
        d.note = copied(m, d.note);
        added(m, en_person_add_doc(m->into, &d));
    }
}

static void
merge_places(struct merging *m, const struct en_person *newer)
{
    for (size_t i = 0; i < newer->n_places; i++) {
        struct en_place p = newer->places[i];
        bool known = false;

        for (size_t k = 0; k < m->into->n_places; k++)
            known = known || (en_text_eq(m->into->places[k].text, p.text) &&
                              en_country_eq(m->into->places[k].country, p.country));
        if (known)
            continue;
        p.text = copied(m, p.text);
        added(m, en_person_add_place(m->into, &p));
    }
}

/* A seat is one, and the newer one holds; of the others there may be several. */
static void
merge_extras(struct merging *m, const struct en_person *newer)
{
    for (size_t i = 0; i < newer->n_extras; i++) {
        const struct en_extra *e = &newer->extras[i];
        bool known = false;

        for (size_t k = 0; k < m->into->n_extras && !known; k++) {
            struct en_extra *x = &m->into->extras[k];

            known = en_text_eq(x->key, e->key) && en_text_eq(x->value, e->value);
            if (!known && en_text_is(e->key, "seat") && en_text_is(x->key, "seat")) {
                x->value = copied(m, e->value);
                known = true;
            }
        }
        if (!known)
            added(m, en_person_add_extra(m->into, copied(m, e->key), copied(m, e->value)));
    }
}

static struct en_leg
copied_leg(struct merging *m, const struct en_leg *leg)
{
    struct en_leg copy = *leg;

    copy.number = copied(m, leg->number);
    copy.from = copied(m, leg->from);
    copy.to = copied(m, leg->to);
    copy.sold_as = copied(m, leg->sold_as);
    copy.operator = copied(m, leg->operator);
    return copy;
}

/* The newer times hold: schedules change. Places and numbers stay where they are known. */
static void
merge_trip(struct merging *m, struct en_leg *into, const struct en_leg *newer)
{
    struct en_leg copy = copied_leg(m, newer);

    if (!into->number.n)
        into->number = copy.number;
    if (!into->from.n)
        into->from = copy.from;
    if (!into->to.n)
        into->to = copy.to;
    if (!into->sold_as.n)
        into->sold_as = copy.sold_as;
    if (copy.departs != EN_TIME_NONE && en_text_eq(into->from, copy.from))
        into->departs = copy.departs;
    if (copy.arrives != EN_TIME_NONE && en_text_eq(into->to, copy.to))
        into->arrives = copy.arrives;
}

static void
merge_itinerary(struct merging *m, struct en_traveller *into, const struct en_traveller *newer)
{
    struct en_leg *legs;

    if (!newer->n_itinerary)
        return;
    legs = en_arena_array(m->into->arena, newer->n_itinerary, sizeof *legs);
    if (!legs) {
        m->rc = EN_E_LIMIT;
        return;
    }
    for (size_t i = 0; i < newer->n_itinerary; i++)
        legs[i] = copied_leg(m, &newer->itinerary[i]);
    into->itinerary = legs;
    into->n_itinerary = newer->n_itinerary;
}

/* Another locator of the same person is a partner's. */
static void
merge_locator(struct merging *m, struct en_traveller *into, const struct en_traveller *newer)
{
    if (!into->pnr.n)
        into->pnr = copied(m, newer->pnr);
    else if (newer->pnr.n && !has_locator(into, newer->pnr))
        added(m, en_person_add_extra(m->into, EN_TEXT_LIT("locator"), copied(m, newer->pnr)));
}

static void
fill(struct merging *m, en_text *into, en_text newer)
{
    if (!into->n && newer.n)
        *into = copied(m, newer);
}

/* A booking does not know who came aboard. */
static void
merge_status(struct en_traveller *into, const struct en_traveller *newer)
{
    bool closed = into->status == EN_TRAVEL_BOARDED || into->status == EN_TRAVEL_NOT_BOARDED;

    if (!closed || newer->source != EN_SOURCE_PNR)
        into->status = newer->status;
}

/* How much each source knows of a person. */
static int
weight(enum en_travel_source s)
{
    static const int weights[EN_SOURCES] = {
        [EN_SOURCE_ROW] = 0, [EN_SOURCE_PNR] = 1, [EN_SOURCE_DOCUMENT] = 2, [EN_SOURCE_API] = 3
    };

    return weights[s];
}

static void
merge_person(struct merging *m, struct en_traveller *into, const struct en_traveller *newer)
{
    if (newer->person.sex != EN_SEX_UNKNOWN &&
        (m->into->sex == EN_SEX_UNKNOWN || weight(newer->source) >= weight(into->source)))
        m->into->sex = newer->person.sex;
    merge_names(m, &newer->person);
    merge_births(m, &newer->person);
    for (size_t i = 0; i < newer->person.n_nationalities; i++)
        added(m, en_person_add_nationality(m->into, newer->person.nationalities[i]));
    merge_docs(m, &newer->person);
    merge_places(m, &newer->person);
}

static void
as_text(const struct en_traveller *t, bool person_only, struct en_buf *out)
{
    struct en_json j;
    struct en_person facts = t->person;

    en_buf_reset(out);
    if (!person_only) {
        en_traveller_json(t, EN_TEXT_NONE, out);
        return;
    }
    facts.n_extras = 0;
    en_json_init(&j, out);
    en_json_object(&j);
    en_person_json(&facts, &j);
    en_json_object_end(&j);
}

static bool
is_other(const struct en_traveller *t, bool person_only, const struct en_buf *before, struct en_buf *now)
{
    as_text(t, person_only, now);
    return !en_bytes_eq(en_buf_bytes(before), en_buf_bytes(now));
}

en_errc
en_traveller_merge(struct en_traveller *into, const struct en_traveller *newer, struct en_merged *out)
{
    struct merging m = { &into->person, EN_OK };
    struct en_buf all = EN_BUF_INIT, person = EN_BUF_INIT, now = EN_BUF_INIT;

    as_text(into, false, &all);
    as_text(into, true, &person);
    merge_person(&m, into, newer);
    merge_extras(&m, &newer->person);
    merge_trip(&m, &into->trip, &newer->trip);
    merge_itinerary(&m, into, newer);
    merge_locator(&m, into, newer);
    fill(&m, &into->reference, newer->reference);
    fill(&m, &into->redress, newer->redress);
    fill(&m, &into->known_traveller, newer->known_traveller);
    if (into->role == EN_ROLE_PASSENGER)
        into->role = newer->role;
    merge_status(into, newer);
    if (weight(newer->source) > weight(into->source))
        into->source = newer->source;
    out->changed = is_other(into, false, &all, &now);
    out->evidence = is_other(into, true, &person, &now);
    en_buf_release(&all);
    en_buf_release(&person);
    en_buf_release(&now);
    return m.rc;
}
