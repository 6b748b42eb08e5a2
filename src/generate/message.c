#include "generate/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/time.h"
#include "formats/list.h"
#include "formats/manifest.h"
#include "formats/mrz.h"
#include "names/script.h"

#define ROOM        (32 * EN_KIB)
#define PER_DAY     24u
#define MRZ_NAME    39u
#define MRZ_LINE    44u
#define PER_BOOKING 4u

static const char *const words[EN_MADE_FORMATS] = {
    [EN_MADE_PAXLST] = "paxlst", [EN_MADE_PAXLST_US] = "paxlst-us", [EN_MADE_PNRGOV] = "pnrgov", [EN_MADE_MRZ] = "mrz",
    [EN_MADE_CSV] = "csv",       [EN_MADE_JSONL] = "jsonl",         [EN_MADE_LIST] = "list",
};

const char *
en_made_format_word(enum en_made_format f)
{
    EN_ASSERT(f < EN_MADE_FORMATS);
    return words[f];
}

bool
en_made_format_from(en_text t, enum en_made_format *out)
{
    unsigned f;
    bool known = en_text_among(t, words, EN_MADE_FORMATS, &f);

    if (known)
        *out = (enum en_made_format)f;
    return known;
}

/* --- a flight ----------------------------------------------------------------------------------------------------- */

struct flight {
    uint64_t number; /* from 0 */
    char name[16];   /* "XN204" */
    char digits[8];
    int y, m, d; /* of departure; it arrives the same day */
    unsigned hour;
};

static struct flight
flight_of(const struct en_rehearsal *r, uint64_t f)
{
    struct flight x = { .number = f, .hour = (unsigned)(f % PER_DAY) * 20 / PER_DAY };

    en_day_to_civil(r->day + (int32_t)(f / PER_DAY % 100000), &x.y, &x.m, &x.d);
    (void)snprintf(x.digits, sizeof x.digits, "%u", (unsigned)(100 + f % 900));
    (void)snprintf(x.name, sizeof x.name, "XN%s", x.digits);
    return x;
}

/* --- a passenger as a message has him ----------------------------------------------------------------------------- */

struct passenger {
    struct en_made made;
    struct en_buf family, given; /* A to Z and blanks */
    int y, m, d;                 /* y 0: not told */
    char sex;                    /* 'M', 'F', or '\0' */
    const char *nationality;     /* "" if not told */
    en_text document;
    enum en_made_kind kind;
};

/* What stands behind a name in messages is a title, so the few who are called so lose that word. */
static bool
is_title(const char *p, size_t n)
{
    static const char *const titles[] = { "MR",  "MRS", "MS",  "MISS", "MSTR", "DR", "PROF", "SIR",
                                          "REV", "CHD", "INF", "MME",  "MLLE", "JR", "SR" };

    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (strlen(titles[i]) == n && memcmp(titles[i], p, n) == 0)
            return true;
    return false;
}

/* Takes the last word off if it is a title and not the only word. */
static void
drop_title(struct en_buf *b, size_t word)
{
    if (word && is_title(b->p + word, b->n - word)) {
        b->n = word - 1;
        b->p[b->n] = '\0';
    }
}

/* A to Z and single blanks; false if there is a letter that is not Latin. */
static bool
capitals(en_text t, struct en_buf *out)
{
    en_bytes b = en_text_bytes(t);
    size_t word = 0;

    en_buf_reset(out);
    while (b.n) {
        struct en_char c = en_char_of(en_utf8_next(&b));

        if (c.is == EN_CHAR_LETTER && c.script != EN_SCRIPT_LATIN)
            return false;
        for (unsigned i = 0; c.is == EN_CHAR_LETTER && i < c.n; i++)
            en_buf_addc(out, (char)('A' + c.sym[i] - 1));
        if ((c.is == EN_CHAR_JOIN || c.is == EN_CHAR_SEPARATE) && out->n && out->p[out->n - 1] != ' ') {
            drop_title(out, word);
            en_buf_addc(out, ' ');
            word = out->n;
        }
    }
    drop_title(out, word);
    while (out->n && out->p[out->n - 1] == ' ')
        out->p[--out->n] = '\0';
    return out->n != 0;
}

/* The last word is the family name, for want of better; who has one word has no given name. */
static void
split(struct passenger *p)
{
    size_t at = p->given.n;

    while (at && p->given.p[at - 1] != ' ')
        at--;
    en_buf_reset(&p->family);
    en_buf_add(&p->family, p->given.p + at, p->given.n - at);
    p->given.n = at ? at - 1 : 0;
    p->given.p[p->given.n] = '\0';
}

static void
name_of(struct passenger *p)
{
    const struct en_made *m = &p->made;
    bool passport = m->truth == EN_MADE_NOT_LISTED; /* a stranger's name is known in its parts */

    p->kind = m->kind;
    if (!passport && !capitals(m->person.names[0].full, &p->given)) {
        passport = true;
        p->kind = EN_MADE_EXACT;
    }
    if (!passport) {
        split(p);
        return;
    }
    if (!capitals(m->latin_family, &p->family) || !capitals(m->latin_given, &p->given)) {
        (void)capitals(m->latin_family.n ? m->latin_family : m->latin_given, &p->family);
        en_buf_reset(&p->given);
    }
}

static void
rest_of(struct passenger *p)
{
    const struct en_person *x = &p->made.person;

    p->y = p->m = p->d = 0;
    if (x->n_births)
        en_day_to_civil(x->births[0].from, &p->y, &p->m, &p->d);
    p->sex = x->sex == EN_SEX_MALE ? 'M' : x->sex == EN_SEX_FEMALE ? 'F' : '\0';
    p->nationality = x->n_nationalities ? x->nationalities[0].a3 : "";
    p->document = x->n_docs ? x->docs[0].number : EN_TEXT_NONE;
}

static void
passenger_make(const struct en_generator *g, const struct en_rehearsal *r, uint64_t i, struct en_arena *a,
               struct passenger *p)
{
    en_arena_reset(a);
    EN_ASSERT(en_generate_traveller(g, i, r->identities, a, &p->made) == EN_OK);
    name_of(p);
    rest_of(p);
}

static void
passenger_release(struct passenger *p)
{
    en_buf_release(&p->family);
    en_buf_release(&p->given);
}

/* --- truth -------------------------------------------------------------------------------------------------------- */

void
en_generate_truth_head(struct en_buf *truth)
{
    en_buf_add_str(truth, "flight,id,name,birth_date,sex,nationality,document,kind,listed_as\n");
}

static void
date(const struct passenger *p, struct en_buf *out)
{
    if (p->y)
        en_buf_addf(out, "%04d-%02d-%02d", p->y, p->m, p->d);
}

/* Latin: as messages write the name; else as it is. */
static void
tell(const struct flight *f, const struct passenger *p, bool latin, struct en_buf *truth)
{
    if (!truth)
        return;
    en_buf_addf(truth, "%s/%04d-%02d-%02d,", f->name, f->y, f->m, f->d);
    en_buf_add_text(truth, p->made.id);
    en_buf_addc(truth, ',');
    if (latin)
        en_buf_addf(truth, "%s%s%s", p->given.n ? p->given.p : "", p->given.n ? " " : "", p->family.p);
    else
        en_buf_add_text(truth, p->made.person.names[0].full);
    en_buf_addc(truth, ',');
    date(p, truth);
    en_buf_addf(truth, ",%s,%s,", p->sex == 'M' ? "male" : p->sex == 'F' ? "female" : "", p->nationality);
    en_buf_add_text(truth, p->document);
    en_buf_addf(truth, ",%s,", en_made_kind_word(latin ? p->kind : p->made.kind));
    if (p->made.truth != EN_MADE_NOT_LISTED)
        en_buf_addf(truth, "S%07llu", (unsigned long long)p->made.truth + 1);
    en_buf_addc(truth, '\n');
}

/* --- interchanges ------------------------------------------------------------------------------------------------- */

/* Segments of the message, UNH and UNT among them. */
struct message {
    struct en_buf *out;
    unsigned segments;
};

static void
segment_ends(struct message *m)
{
    en_buf_add_str(m->out, "'\n");
    m->segments++;
}

#define SEGMENT(m, ...) (en_buf_addf((m)->out, __VA_ARGS__), segment_ends(m))

/*= ISO 9735-1 UNB: 0035 in the eleventh place, 1: the interchange is a test. */
static void
interchange(struct en_buf *out, const struct flight *f, const char *application)
{
    en_buf_addf(out, "UNA:+.? '\nUNB+UNOA:4+FICTIONAL:ZZ+REHEARSAL:ZZ+%02d%02d%02d:%02u00+R%07llu++%s++++1'\n",
                f->y % 100, f->m, f->d, f->hour, (unsigned long long)f->number + 1, application);
}

static void
interchange_ends(struct message *m, const struct flight *f, const char *reference)
{
    en_buf_addf(m->out, "UNT+%u+%s'\nUNZ+1+R%07llu'\n", m->segments + 1, reference, (unsigned long long)f->number + 1);
}

/*= UN/EDIFACT PAXLST D.05B, WCO/IATA/ICAO guide. */
static void
paxlst_person(struct message *m, const struct passenger *p)
{
    SEGMENT(m, "NAD+FL+++%s%s%s", p->family.p, p->given.n ? ":" : "", p->given.n ? p->given.p : "");
    if (p->sex)
        SEGMENT(m, "ATT+2++%c", p->sex);
    if (p->y)
        SEGMENT(m, "DTM+329:%02d%02d%02d", p->y % 100, p->m, p->d);
    SEGMENT(m, "LOC+178+XQB");
    SEGMENT(m, "LOC+179+XQA");
    if (p->nationality[0])
        SEGMENT(m, "NAT+2+%s", p->nationality);
    SEGMENT(m, "RFF+ABO:%.*s", EN_TEXT_ARG(p->made.id));
    if (p->document.n) {
        SEGMENT(m, "DOC+P:110:111+%.*s", EN_TEXT_ARG(p->document));
        SEGMENT(m, "LOC+91+%s", p->nationality);
    }
}

static void
paxlst(const struct en_generator *g, const struct en_rehearsal *r, const struct flight *f, struct en_arena *a,
       struct en_buf *out, struct en_buf *truth)
{
    struct passenger p = { .family = EN_BUF_INIT, .given = EN_BUF_INIT };
    struct message m = { out, 0 };

    interchange(out, f, "APIS");
    SEGMENT(&m, "UNH+1+PAXLST:D:05B:UN:IATA+%s/%02d%02d%02d+01:F", f->name, f->y % 100, f->m, f->d);
    SEGMENT(&m, "BGM+745");
    SEGMENT(&m, "NAD+MS+++FICTIONAL AIR");
    SEGMENT(&m, "TDT+20+%s+++XN", f->name);
    SEGMENT(&m, "LOC+125+XQB");
    SEGMENT(&m, "DTM+189:%02d%02d%02d%02u15:201", f->y % 100, f->m, f->d, f->hour);
    SEGMENT(&m, "LOC+87+XQA");
    SEGMENT(&m, "DTM+232:%02d%02d%02d%02u40:201", f->y % 100, f->m, f->d, f->hour + 3);
    for (uint64_t i = 0; i < r->passengers; i++) {
        passenger_make(g, r, f->number * r->passengers + i, a, &p);
        paxlst_person(&m, &p);
        tell(f, &p, true, truth);
    }
    SEGMENT(&m, "CNT+42:%llu", (unsigned long long)r->passengers);
    interchange_ends(&m, f, "1");
    passenger_release(&p);
}

/*= US Customs, PAXLST 001:000: PDT type/number:expiry:issuer+family:given:middle:birth:sex+status+from:to. */
static void
paxlst_us(const struct en_generator *g, const struct en_rehearsal *r, const struct flight *f, struct en_arena *a,
          struct en_buf *out, struct en_buf *truth)
{
    struct passenger p = { .family = EN_BUF_INIT, .given = EN_BUF_INIT };
    struct message m = { out, 0 };

    interchange(out, f, "CEDIPAX");
    SEGMENT(&m, "UNH+1+PAXLST:001:000:XN+%s/%02d%02d%02d", f->name, f->y % 100, f->m, f->d);
    SEGMENT(&m, "CTA+IC+:FICTIONAL");
    SEGMENT(&m, "TDT++%s+40+XN", f->name);
    SEGMENT(&m, "LOC+005+XAXQB:50");
    SEGMENT(&m, "DTM+136+%02d%02d%02d+%02u15", f->y % 100, f->m, f->d, f->hour);
    SEGMENT(&m, "LOC+008+XAXQA:50");
    SEGMENT(&m, "DTM+132+%02d%02d%02d+%02u40", f->y % 100, f->m, f->d, f->hour + 3);
    SEGMENT(&m, "UNS+D");
    for (uint64_t i = 0; i < r->passengers; i++) {
        passenger_make(g, r, f->number * r->passengers + i, a, &p);
        p.nationality = ""; /* this dialect has the issuer of the document only */
        en_buf_addf(out, "PDT+%s%.*s+%s:%s::", p.document.n ? "P/" : "", EN_TEXT_ARG(p.document), p.family.p,
                    p.given.n ? p.given.p : "");
        if (p.y)
            en_buf_addf(out, "%02d%02d%02d", p.y % 100, p.m, p.d);
        SEGMENT(&m, ":%c+PAX+XAXQB:XAXQA", p.sex ? p.sex : 'U');
        tell(f, &p, true, truth);
    }
    interchange_ends(&m, f, "1");
    passenger_release(&p);
}

/* "04JUL80" */
static void
airline_date(int y, int m, int d, struct en_buf *out)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

    en_buf_addf(out, "%02d%.3s%02d", d, months + 3 * (m - 1), y % 100);
}

/*= IATA/PADIS PNRGOV 13.1: TIF, REF and, where there is anything to tell, SSR DOCS of the person. */
static void
pnrgov_person(struct message *m, const struct passenger *p, unsigned seat)
{
    SEGMENT(m, "TIF+%s+%s:A:%u", p->family.p, p->given.n ? p->given.p : "", seat);
    SEGMENT(m, "REF+:%.*s", EN_TEXT_ARG(p->made.id));
    if (!p->y)
        return;
    en_buf_addf(m->out, "SSR+DOCS:HK:1:XN:::::%s/%s/%.*s/%s/", p->document.n ? "/P" : "/", p->nationality,
                EN_TEXT_ARG(p->document), p->nationality);
    airline_date(p->y, p->m, p->d, m->out);
    if (p->sex)
        en_buf_addf(m->out, "/%c//", p->sex);
    else
        en_buf_add_str(m->out, "///");
    SEGMENT(m, "%s/%s", p->family.p, p->given.n ? p->given.p : "");
}

static void
pnrgov(const struct en_generator *g, const struct en_rehearsal *r, const struct flight *f, struct en_arena *a,
       struct en_buf *out, struct en_buf *truth)
{
    struct passenger p = { .family = EN_BUF_INIT, .given = EN_BUF_INIT };
    uint64_t bookings = (r->passengers + PER_BOOKING - 1) / PER_BOOKING;
    struct message m = { out, 0 };
    char times[64];

    (void)snprintf(times, sizeof times, "%02d%02d%02d:%02u15:%02d%02d%02d:%02u40+XQB+XQA+XN+%s", f->d, f->m, f->y % 100,
                   f->hour, f->d, f->m, f->y % 100, f->hour + 3, f->digits);
    interchange(out, f, "PNRGOV");
    SEGMENT(&m, "UNH+1+PNRGOV:13:1:IA+R%07llu", (unsigned long long)f->number + 1);
    SEGMENT(&m, "MSG+:22");
    SEGMENT(&m, "ORG+XN:XQB+00000000");
    SEGMENT(&m, "TVL+%s", times);
    SEGMENT(&m, "EQN+%llu", (unsigned long long)bookings);
    for (uint64_t b = 0; b < bookings; b++) {
        SEGMENT(&m, "SRC");
        SEGMENT(&m, "RCI+XN:F%05llX", (unsigned long long)(f->number * bookings + b) % 0x100000);
        for (uint64_t i = b * PER_BOOKING; i < r->passengers && i < (b + 1) * PER_BOOKING; i++) {
            passenger_make(g, r, f->number * r->passengers + i, a, &p);
            pnrgov_person(&m, &p, (unsigned)(i % PER_BOOKING) + 1);
            tell(f, &p, true, truth);
        }
        SEGMENT(&m, "TVL+%s", times);
        SEGMENT(&m, "RPI+%u+HK", PER_BOOKING);
    }
    interchange_ends(&m, f, "1");
    passenger_release(&p);
}

/* --- zones -------------------------------------------------------------------------------------------------------- */

/* Puts t at p, blanks as fillers, at most n characters. */
static size_t
put(char *p, size_t n, const char *t, size_t len)
{
    size_t i = 0;

    for (; i < n && i < len; i++)
        p[i] = t[i] == ' ' ? '<' : t[i];
    return i;
}

/* Words that do not fit are left out, so that what is written is whole. */
static void
fit(struct passenger *p)
{
    while (p->given.n && p->family.n + 2 + p->given.n >= MRZ_NAME) {
        while (p->given.n && p->given.p[p->given.n - 1] != ' ')
            p->given.n--;
        p->given.n -= p->given.n > 0;
        p->given.p[p->given.n] = '\0';
    }
    if (p->family.n >= MRZ_NAME) {
        p->family.n = MRZ_NAME - 1;
        p->family.p[p->family.n] = '\0';
    }
}

/*= ICAO Doc 9303-4, TD3. */
static void
zone(struct passenger *p, struct en_buf *out)
{
    char one[MRZ_LINE + 1], two[MRZ_LINE + 1], composite[40], six[16];
    size_t at;

    memset(one, '<', MRZ_LINE);
    memset(two, '<', MRZ_LINE);
    one[MRZ_LINE] = two[MRZ_LINE] = '\0';
    one[0] = 'P';
    put(one + 2, 3, p->nationality, strlen(p->nationality));
    at = 5 + put(one + 5, MRZ_NAME, p->family.p, p->family.n);
    if (p->given.n)
        put(one + at + 2, MRZ_LINE - at - 2, p->given.p, p->given.n);
    put(two, 9, p->document.p, p->document.n);
    two[9] = en_mrz_digit((en_text){ two, 9 });
    put(two + 10, 3, p->nationality, strlen(p->nationality));
    (void)snprintf(six, sizeof six, "%02d%02d%02d", p->y % 100, p->m, p->d);
    if (p->y)
        memcpy(two + 13, six, 6);
    two[19] = en_mrz_digit((en_text){ two + 13, 6 });
    if (p->sex)
        two[20] = p->sex;
    memcpy(two + 21, "350101", 6);
    two[27] = en_mrz_digit((en_text){ two + 21, 6 });
    memcpy(two + 28, "FICTIONAL", 9);
    two[42] = en_mrz_digit((en_text){ two + 28, 14 });
    memcpy(composite, two, 10);
    memcpy(composite + 10, two + 13, 7);
    memcpy(composite + 17, two + 21, 22);
    two[43] = en_mrz_digit((en_text){ composite, 39 });
    en_buf_addf(out, "%s\n%s\n\n", one, two);
}

static void
zones(const struct en_generator *g, const struct en_rehearsal *r, const struct flight *f, struct en_arena *a,
      struct en_buf *out, struct en_buf *truth)
{
    struct passenger p = { .family = EN_BUF_INIT, .given = EN_BUF_INIT };
    char number[16];

    for (uint64_t i = 0; i < r->passengers; i++) {
        uint64_t n = f->number * r->passengers + i;

        passenger_make(g, r, n, a, &p);
        fit(&p);
        if (p.document.n == 0 || p.document.n > 9) { /* a document without a number is none */
            (void)snprintf(number, sizeof number, "F%08llu", (unsigned long long)(n % 100000000));
            p.document = en_text_from_ours(number);
        }
        zone(&p, out);
        tell(f, &p, true, truth);
    }
    passenger_release(&p);
}

/* --- rows and lines ----------------------------------------------------------------------------------------------- */

static void
cell(en_text t, struct en_buf *out)
{
    en_buf_addc(out, '"');
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] == '"')
            en_buf_addc(out, '"');
        en_buf_addc(out, t.p[i]);
    }
    en_buf_addc(out, '"');
}

static void
rows(const struct en_generator *g, const struct en_rehearsal *r, const struct flight *f, struct en_arena *a,
     struct en_buf *out, struct en_buf *truth)
{
    struct passenger p = { .family = EN_BUF_INIT, .given = EN_BUF_INIT };

    for (uint64_t i = 0; i < r->passengers; i++) {
        passenger_make(g, r, f->number * r->passengers + i, a, &p);
        en_buf_add_text(out, p.made.id);
        en_buf_addc(out, ',');
        cell(p.made.person.names[0].full, out);
        en_buf_addc(out, ',');
        date(&p, out);
        en_buf_addf(out, ",%s,%.1s,%s,%.*s,%s,%s,XQB,XQA,%04d-%02d-%02dT%02u:15,%04d-%02d-%02dT%02u:40,yes\n",
                    p.nationality, p.sex ? &p.sex : "", p.document.n ? "passport" : "", EN_TEXT_ARG(p.document),
                    p.document.n ? p.nationality : "", f->name, f->y, f->m, f->d, f->hour, f->y, f->m, f->d,
                    f->hour + 3);
        tell(f, &p, false, truth);
    }
    passenger_release(&p);
}

static void
lines(const struct en_generator *g, const struct en_rehearsal *r, const struct flight *f, struct en_arena *a,
      struct en_buf *out, struct en_buf *truth)
{
    struct en_flight flight = { .number = en_text_from_ours(f->name) };
    struct passenger p = { .family = EN_BUF_INIT, .given = EN_BUF_INIT };
    en_time day = en_time_from_day(en_day_from_civil(f->y, f->m, f->d));

    for (uint64_t i = 0; i < r->passengers; i++) {
        struct en_traveller t = { .source = EN_SOURCE_ROW, .flight = &flight };

        passenger_make(g, r, f->number * r->passengers + i, a, &p);
        t.id = p.made.id;
        t.person = p.made.person;
        t.trip = (struct en_leg){ .number = flight.number,
                                  .from = EN_TEXT_LIT("XQB"),
                                  .to = EN_TEXT_LIT("XQA"),
                                  .departs = day + (en_time)f->hour * EN_TIME_HOUR,
                                  .arrives = day + (en_time)(f->hour + 3) * EN_TIME_HOUR };
        en_traveller_json(&t, EN_TEXT_NONE, out);
        en_buf_addc(out, '\n');
        tell(f, &p, false, truth);
    }
    passenger_release(&p);
}

static void
list(const struct en_generator *g, uint64_t i, struct en_arena *a, struct en_buf *out)
{
    en_text programme = EN_TEXT_LIT("UNSCR 1373");
    struct en_identity id = {
        .programmes = &programme, .n_programmes = 1, .ground = EN_GROUND_UNSC_1373, .is_person = true
    };
    struct en_made m;

    EN_ASSERT(en_generate_identity(g, i, a, &m) == EN_OK);
    id.id = m.id;
    id.person = m.person;
    en_identity_json(&id, out);
    en_buf_addc(out, '\n');
}

/* --- all of them -------------------------------------------------------------------------------------------------- */

void
en_generate_head(const struct en_rehearsal *r, struct en_buf *out)
{
    if (r->format == EN_MADE_CSV)
        en_buf_add_str(
            out, "id,name,birth_date,nationality,sex,document_type,document_number,document_issuer,flight,from,to,"
                 "departs,arrives,fictional\n");
}

void
en_generate_flight(const struct en_generator *g, const struct en_rehearsal *r, uint64_t f, struct en_buf *out,
                   struct en_buf *truth)
{
    static void (*const writers[EN_MADE_FORMATS])(const struct en_generator *, const struct en_rehearsal *,
                                                  const struct flight *, struct en_arena *, struct en_buf *,
                                                  struct en_buf *) = {
        [EN_MADE_PAXLST] = paxlst, [EN_MADE_PAXLST_US] = paxlst_us, [EN_MADE_PNRGOV] = pnrgov, [EN_MADE_MRZ] = zones,
        [EN_MADE_CSV] = rows,      [EN_MADE_JSONL] = lines,
    };
    struct flight x = flight_of(r, f);
    struct en_arena a;

    en_arena_init(&a, ROOM);
    if (r->format == EN_MADE_LIST)
        list(g, f, &a, out);
    else
        writers[r->format](g, r, &x, &a, out, truth);
    en_arena_release(&a);
}
