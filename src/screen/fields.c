#include "screen/fields.h"

#include <math.h>
#include <string.h>

#include "base/time.h"
#include "screen/parameters.h"

static en_bits
bits_of(double ratio)
{
    return (en_bits)lround(64 * log2(ratio));
}

/* --- birth date ------------------------------------------------------------------------------------ */

/* Share of travellers born in a year: a smooth hill, the same for all lists. */
static double
year_share(int year)
{
    if (year >= 1955 && year <= 2003)
        return EN_PARAM_BORN_MIDDLE;
    if (year >= 1935 && year <= 2012)
        return EN_PARAM_BORN_BESIDE;
    return EN_PARAM_BORN_FAR;
}

static double
day_share(int year, int month, int day)
{
    return year_share(year) *
           (month == 1 && day == 1 ? EN_PARAM_NEW_YEAR_SHARE : (1 - EN_PARAM_NEW_YEAR_SHARE) / 364.25);
}

struct civil {
    int y, m, d;
};

static struct civil
civil(int32_t day)
{
    struct civil c;

    en_day_to_civil(day, &c.y, &c.m, &c.d);
    return c;
}

struct likelihood {
    double p;
    enum en_birth_case kind;
    const char *why;
};

/* Years apart: how far a date that fits in no way is. */
static enum en_birth_case
apart(int years, bool same_day)
{
    if (years < 0)
        years = -years;
    if (same_day)
        return EN_BIRTH_OTHER_YEAR;
    return years == 0 ? EN_BIRTH_SAME_YEAR : years <= 1 ? EN_BIRTH_NEAR : years <= 5 ? EN_BIRTH_YEARS : EN_BIRTH_FAR;
}

static struct likelihood
full_against_full(struct civil q, struct civil l)
{
    double p = EN_PARAM_DATE_OTHER * day_share(q.y, q.m, q.d);
    bool new_year = q.m == 1 && q.d == 1;

    if (q.y == l.y && q.m == l.m && q.d == l.d)
        return (struct likelihood){ p + EN_PARAM_DATE_SAME, new_year ? EN_BIRTH_SAME_NEW_YEAR : EN_BIRTH_SAME, "same" };
    if (q.y == l.y && q.m == l.d && q.d == l.m)
        return (struct likelihood){ p + EN_PARAM_DATE_SWAPPED, EN_BIRTH_SWAPPED, "day and month swapped" };
    if (q.y == l.y && new_year)
        return (struct likelihood){ p + EN_PARAM_DATE_NEW_YEAR, EN_BIRTH_NEW_YEAR, "1 January of the same year" };
    if (q.y == l.y && q.m == l.m)
        return (struct likelihood){ p + EN_PARAM_DATE_ONE_PART / 40, EN_BIRTH_OTHER_DAY,
                                    "another day of the same month" };
    if (q.y == l.y && q.d == l.d)
        return (struct likelihood){ p + EN_PARAM_DATE_ONE_PART / 40, EN_BIRTH_OTHER_MONTH, "another month, same day" };
    if ((q.y == l.y + 1 || q.y == l.y - 1) && q.m == l.m && q.d == l.d)
        return (struct likelihood){ p + EN_PARAM_DATE_YEAR_OFF / 2, EN_BIRTH_YEAR_OFF, "year off by one" };
    return (struct likelihood){ p, apart(q.y - l.y, q.m == l.m && q.d == l.d), "differs" };
}

/* The list knows an interval; the traveller gives a day. */
static struct likelihood
full_against_interval(int32_t q, struct civil c, const struct en_list_birth *l)
{
    double days = (double)(l->to - l->from) + 1;
    bool approx = l->quality == EN_DATE_APPROX;
    int32_t near = approx ? 3 * 365 : 366;
    double p = EN_PARAM_YEAR_OTHER * day_share(c.y, c.m, c.d);

    if (q >= l->from && q <= l->to)
        return (struct likelihood){ p + (approx ? EN_PARAM_APPROX_SAME : EN_PARAM_YEAR_SAME) *
                                            (c.m == 1 && c.d == 1 ? EN_PARAM_NEW_YEAR_SHARE * 365 : 1) / days,
                                    EN_BIRTH_WITHIN,
                                    days > 366  ? "within the years of the list"
                                    : days > 31 ? "year fits"
                                                : "year and month fit" };
    if (q >= l->from - near && q <= l->to + near)
        return (struct likelihood){ p + (approx ? EN_PARAM_APPROX_NEAR : EN_PARAM_YEAR_OFF_ONE) / (2.0 * near),
                                    EN_BIRTH_BESIDE, "near what the list knows" };
    return (struct likelihood){ p,
                                q >= l->from - 5 * 366 && q <= l->to + 5 * 366 ? EN_BIRTH_OUTSIDE_NEAR
                                                                               : EN_BIRTH_OUTSIDE,
                                "outside what the list knows" };
}

/* The traveller gives a year (or a month). */
static struct likelihood
year_against(int year, const struct en_list_birth *l)
{
    int from = civil(l->from).y, to = civil(l->to).y;
    bool approx = l->quality == EN_DATE_APPROX;
    double p = EN_PARAM_YEAR_OTHER * year_share(year);

    if (year >= from && year <= to)
        return (struct likelihood){ p + (approx ? EN_PARAM_APPROX_SAME : EN_PARAM_YEAR_SAME) / (to - from + 1),
                                    EN_BIRTH_YEAR_FITS, "year fits" };
    if (approx && year >= from - 3 && year <= to + 3)
        return (struct likelihood){ p + EN_PARAM_APPROX_NEAR / 6, EN_BIRTH_YEAR_ONE, "near the year" };
    if (year >= from - 1 && year <= to + 1)
        return (struct likelihood){ p + EN_PARAM_YEAR_OFF_ONE / 2, EN_BIRTH_YEAR_ONE, "year off by one" };
    return (struct likelihood){ p, year >= from - 5 && year <= to + 5 ? EN_BIRTH_YEAR_NEAR : EN_BIRTH_YEAR_FAR,
                                "year differs" };
}

static struct likelihood
birth_likelihood(const struct en_birth *q, const struct en_list_birth *l)
{
    struct civil c = civil(q->from);

    if (q->from != q->to)
        return year_against(c.y, l);
    if (l->from == l->to)
        return full_against_full(c, civil(l->from));
    return full_against_interval(q->from, c, l);
}

struct en_field_evidence
en_births_evidence(const struct en_list_birth *births, uint32_t n, const struct en_person *q)
{
    struct en_field_evidence out = { .any = q->n_births && n };
    double most = -1;

    if (!out.any)
        return out;
    for (size_t i = 0; i < q->n_births; i++) {
        struct civil c = civil(q->births[i].from);
        double base = q->births[i].from == q->births[i].to ? day_share(c.y, c.m, c.d) : year_share(c.y);
        struct likelihood best = { .p = -1 };
        uint32_t which = 0;
        double sum = 0;

        /* Several dates on the list: any may be right, each with the same share. */
        for (uint32_t b = 0; b < n; b++) {
            struct likelihood here = birth_likelihood(&q->births[i], &births[b]);

            sum += here.p;
            if (here.p > best.p || (here.p == best.p && here.kind < best.kind)) {
                best = here;
                which = b;
            }
        }
        if (sum / n / base > most) {
            most = sum / n / base;
            out.which = which;
            out.query = i;
            out.why = best.why;
            out.kind = (uint8_t)best.kind;
        }
    }
    out.bits = bits_of(most);
    return out;
}

struct en_field_evidence
en_birth_evidence(const struct en_segment *s, const struct en_ident *x, const struct en_person *q)
{
    struct en_field_evidence e = en_births_evidence(&s->births[x->birth_at], x[1].birth_at - x->birth_at, q);

    e.which += e.any ? x->birth_at : 0;
    return e;
}

/* --- documents ------------------------------------------------------------------------------------- */

/*= ICAO Doc 9303-3 section 4.9: no check digit tells these apart (equal modulo 10), nor does the eye O and 0, I and 1.
 */
static bool
confusable(char a, char b)
{
    static const char *const classes[] = { "O0Q", "I1L", "B8", "S5", "Z2", "G6" };

    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strchr(classes[i], a) && strchr(classes[i], b))
            return true;
    return false;
}

enum likeness { UNLIKE, ONE_WRONG, ONE_CONFUSED, EXCHANGED, EQUAL };

static enum likeness
number_likeness(const char *a, unsigned n, const char *b, unsigned m)
{
    unsigned wrong = 0, first = 0, last = 0;

    if (n != m)
        return UNLIKE;
    for (unsigned i = 0; i < n; i++)
        if (a[i] != b[i]) {
            if (!wrong++)
                first = i;
            last = i;
        }
    if (wrong == 0)
        return EQUAL;
    if (wrong == 1)
        return confusable(a[first], b[first]) ? ONE_CONFUSED : ONE_WRONG;
    if (wrong == 2 && last == first + 1 && a[first] == b[last] && a[last] == b[first])
        return EXCHANGED;
    return UNLIKE;
}

static const struct {
    en_bits bits;
    enum en_doc_case kind;
    const char *why;
} doc_evidence[] = {
    [UNLIKE] = { -EN_BITS_ONE / 4, EN_DOC_CASE_OTHER, "other number" },
    [ONE_WRONG] = { 15 * EN_BITS_ONE, EN_DOC_CASE_ONE_WRONG, "one character differs" },
    [ONE_CONFUSED] = { 17 * EN_BITS_ONE, EN_DOC_CASE_ONE_CONFUSED, "one character differs, often misread" },
    [EXCHANGED] = { 16 * EN_BITS_ONE, EN_DOC_CASE_EXCHANGED, "two characters exchanged" },
    [EQUAL] = { 28 * EN_BITS_ONE, EN_DOC_CASE_EQUAL, "same number" },
};

static bool
birth_conflicts(const struct en_segment *s, const struct en_ident *x, const struct en_person *q)
{
    struct en_field_evidence b = en_birth_evidence(s, x, q);

    return b.any && b.bits < -3 * EN_BITS_ONE;
}

struct en_field_evidence
en_doc_evidence(const struct en_segment *s, const struct en_ident *x, const struct en_person *q)
{
    struct en_field_evidence out = { .bits = INT32_MIN };
    bool near = false;

    for (size_t i = 0; i < q->n_docs; i++) {
        char number[EN_DOC_NUMBER_MAX];
        unsigned n = en_doc_number(q->docs[i].number, number, sizeof number);

        for (uint32_t d = x->doc_at; n >= 4 && d < x[1].doc_at; d++) {
            const struct en_list_doc *l = &s->docs[d];
            enum likeness k = number_likeness(number, n, (const char *)s->bytes + l->text_at, l->n);
            en_bits bits = doc_evidence[k].bits;
            bool issuers = en_country_known(q->docs[i].issuer) && en_country_known(l->issuer);

            /* Short numbers are shared by documents of many states: about 3.3 bits a digit short of eight. */
            if (k != UNLIKE && n < 8)
                bits -= (en_bits)(8 - n) * 3 * EN_BITS_ONE;
            if (k != UNLIKE && issuers && !en_country_related(q->docs[i].issuer, l->issuer) &&
                !en_country_eq(q->docs[i].issuer, l->issuer))
                bits -= 8 * EN_BITS_ONE;
            if (k != UNLIKE && issuers && en_country_eq(q->docs[i].issuer, l->issuer))
                bits += 2 * EN_BITS_ONE;
            if (bits > out.bits) {
                out = (struct en_field_evidence){
                    true, (uint8_t)doc_evidence[k].kind, bits, d, i, doc_evidence[k].why
                };
                near = k != UNLIKE && k != EQUAL;
            }
        }
    }
    if (!out.any)
        out.bits = 0;
    /* A family's documents are issued one after the other: a near number of one born on another day is a relative's. */
    if (near && out.bits > EN_PARAM_RELATIVE_MOST && birth_conflicts(s, x, q)) {
        out.bits = EN_PARAM_RELATIVE_MOST;
        out.kind = EN_DOC_CASE_RELATIVE;
        out.why = "near, as a relative's document is";
    }
    return out;
}

/* --- nationality, sex, place ------------------------------------------------------------------------ */

/* The name has told most of what a nationality could: agreement among bearers of a name is common. */

struct en_field_evidence
en_nationality_evidence(const struct en_segment *s, const struct en_ident *x, const struct en_person *q)
{
    struct en_field_evidence out = { .any = q->n_nationalities && x[1].nat_at > x->nat_at,
                                     .kind = EN_RELATION_OTHER,
                                     .bits = EN_PARAM_NATIONALITY_OTHER,
                                     .why = "differs" };

    out.which = x->nat_at;
    if (!out.any)
        out.kind = EN_RELATION_NONE, out.bits = 0;
    for (size_t i = 0; i < q->n_nationalities; i++)
        for (uint32_t n = x->nat_at; n < x[1].nat_at; n++) {
            bool same = en_country_eq(q->nationalities[i], s->nats[n]);
            en_bits bits = same                                                  ? EN_PARAM_NATIONALITY_SAME
                           : en_country_related(q->nationalities[i], s->nats[n]) ? EN_PARAM_NATIONALITY_RELATED
                                                                                 : EN_PARAM_NATIONALITY_OTHER;

            if (bits > out.bits)
                out = (struct en_field_evidence){ true, same ? EN_RELATION_SAME : EN_RELATION_RELATED,
                                                  bits, n,
                                                  i,    same ? "same" : "related state" };
        }
    return out;
}

struct en_field_evidence
en_sex_evidence(const struct en_ident *x, const struct en_person *q)
{
    struct en_field_evidence out = { .any = x->sex != EN_SEX_UNKNOWN && q->sex != EN_SEX_UNKNOWN };

    if (!out.any)
        return out;
    if (x->sex != (uint8_t)q->sex) {
        out.bits = -4 * EN_BITS_ONE;
        out.kind = EN_RELATION_OTHER;
        out.why = "differs";
        return out;
    }
    /* About two in three travellers are men, and nine in ten of those on lists. */
    out.bits = q->sex == EN_SEX_MALE ? EN_BITS_ONE / 4 : EN_BITS_ONE;
    out.kind = EN_RELATION_SAME;
    out.why = "same";
    return out;
}

static bool
same_place(en_text a, en_text b)
{
    if (a.n != b.n || !a.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        char x = a.p[i], y = b.p[i];

        x = x >= 'A' && x <= 'Z' ? (char)(x + 32) : x;
        y = y >= 'A' && y <= 'Z' ? (char)(y + 32) : y;
        if (x != y)
            return false;
    }
    return true;
}

enum place_case { PLACE_TEXT, PLACE_COUNTRY, PLACE_CLASH, PLACE_UNKNOWN };

static const struct {
    en_bits bits;
    enum en_relation_case kind;
    const char *why;
} place_evidence[] = {
    [PLACE_TEXT] = { 5 * EN_BITS_ONE, EN_RELATION_SAME, "same place" },
    [PLACE_COUNTRY] = { EN_BITS_ONE, EN_RELATION_RELATED, "same country" },
    [PLACE_CLASH] = { -2 * EN_BITS_ONE, EN_RELATION_OTHER, "another country" },
    [PLACE_UNKNOWN] = { 0, EN_RELATION_NONE, "not comparable" },
};

struct en_field_evidence
en_place_evidence(const struct en_segment *s, const struct en_ident *x, const struct en_person *q)
{
    struct en_field_evidence out = { .any = false };

    for (size_t i = 0; i < q->n_places; i++)
        for (uint32_t p = x->place_at; p < x[1].place_at; p++) {
            bool text = same_place(q->places[i].text, en_segment_text(s, s->places[p].text_at, s->places[p].n));
            bool country = en_country_known(q->places[i].country) &&
                           en_country_eq(q->places[i].country, s->places[p].country);
            bool clash = en_country_known(q->places[i].country) && en_country_known(s->places[p].country) && !country;
            enum place_case k = text ? PLACE_TEXT : country ? PLACE_COUNTRY : clash ? PLACE_CLASH : PLACE_UNKNOWN;

            if (!out.any || place_evidence[k].bits > out.bits)
                out = (struct en_field_evidence){
                    true, (uint8_t)place_evidence[k].kind, place_evidence[k].bits, p, i, place_evidence[k].why
                };
        }
    return out;
}
