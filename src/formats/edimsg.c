#include "formats/edimsg.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* Texts of a usual person together. */
#define POOL 256u

/* --- text ----------------------------------------------------------------------------------------- */

static en_text
refused_text(struct en_edi_message *m, en_errc rc)
{
    EN_ASSERT(rc == EN_E_LIMIT);
    EN_EDI_NOTE(m, EN_NOTE_REFUSED, "text", "a text is longer than its limit of %u bytes", EN_MAX_NAME);
    return EN_TEXT_NONE;
}

static void
note_text(struct en_edi_message *m, unsigned repairs)
{
    if (repairs & EN_TEXT_BAD_UTF8)
        EN_EDI_NOTE(m, EN_NOTE_REPAIR, "text-charset",
                    "bytes outside the declared character set were read as ISO 8859-1");
    if (repairs & (EN_TEXT_STRIPPED_CONTROL | EN_TEXT_STRIPPED_BIDI))
        EN_EDI_NOTE(m, EN_NOTE_REPAIR, "text-control", "control or invisible characters were taken out");
}

en_text
en_edi_take(struct en_edi_message *m, struct en_arena *a, en_bytes part)
{
    unsigned repairs;
    en_text t;
    en_errc rc;

    if (!part.n)
        return EN_TEXT_NONE;
    rc = en_edi_text(m->edi, part, EN_MAX_NAME, a, &t, &repairs, NULL);
    if (rc != EN_OK)
        return refused_text(m, rc);
    if (repairs)
        note_text(m, repairs);
    return t;
}

static char *
person_room(struct en_edi_message *m, size_t n)
{
    char *p = m->pool;

    if (n > m->pool_left)
        return en_arena_alloc(&m->person_arena, n);
    m->pool += n;
    m->pool_left -= n;
    return p;
}

/* Texts of up to 16 bytes without a call: the first and the last bytes, which may be some of the same. */
static inline void
copy_short(char *to, const uint8_t *p, size_t n)
{
    uint64_t first, last;
    uint32_t a, b;

    if (n > 16) {
        memcpy(to, p, n);
    } else if (n >= 8) {
        memcpy(&first, p, 8);
        memcpy(&last, p + n - 8, 8);
        memcpy(to, &first, 8);
        memcpy(to + n - 8, &last, 8);
    } else if (n >= 4) {
        memcpy(&a, p, 4);
        memcpy(&b, p + n - 4, 4);
        memcpy(to, &a, 4);
        memcpy(to + n - 4, &b, 4);
    } else {
        for (size_t i = 0; i < n; i++)
            to[i] = (char)p[i];
    }
}

/* Most texts are short and plain: they share a block of the arena. */
en_text
en_edi_person_text(struct en_edi_message *m, en_bytes part)
{
    en_text t = { m->pool, part.n };

    if (!part.n)
        return EN_TEXT_NONE;
    if (part.n > m->pool_left || !en_bytes_plain(part))
        return en_edi_take(m, &m->person_arena, part);
    copy_short(person_room(m, part.n), part.p, part.n);
    return t;
}

en_text
en_edi_take_at(struct en_edi_message *m, size_t element, size_t component)
{
    return en_edi_person_text(m, en_edi_part(m->at, element, component));
}

en_text
en_edi_join(struct en_edi_message *m, const en_text *texts, size_t n)
{
    size_t total = 0, some = 0, last = 0;
    char *p, *q;

    for (size_t i = 0; i < n; i++)
        if (texts[i].n) {
            total += texts[i].n + 1;
            some++;
            last = i;
        }
    if (some < 2)
        return some ? texts[last] : EN_TEXT_NONE;
    p = q = person_room(m, total);
    if (!p)
        return EN_TEXT_NONE;
    for (size_t i = 0; i < n; i++) {
        if (!texts[i].n)
            continue;
        if (q != p)
            *q++ = ' ';
        memcpy(q, texts[i].p, texts[i].n);
        q += texts[i].n;
    }
    return (en_text){ p, (size_t)(q - p) };
}

/* --- the traveller -------------------------------------------------------------------------------- */

bool
en_edi_open(struct en_edi_message *m, enum en_travel_role role)
{
    EN_ASSERT(!m->open);
    if (m->head.travellers >= EN_MAX_PERSONS) {
        EN_EDI_NOTE(m, EN_NOTE_REFUSED, "too-many-persons", "a message may have %u persons", EN_MAX_PERSONS);
        return false;
    }
    en_arena_reset(&m->person_arena);
    m->pool = en_arena_alloc(&m->person_arena, POOL);
    m->pool_left = POOL;
    m->traveller = (struct en_traveller){ .role = role, .flight = m->flight, .trip = EN_LEG_NONE, .line = m->at->number,
                                          .pos = m->at->pos, .source = m->source, .status = m->status,
                                          .message = m->head.number };
    en_person_init(&m->traveller.person, &m->person_arena);
    m->open = true;
    return true;
}

static en_text
made_id(struct en_edi_message *m)
{
    char id[EN_ID_MADE_MAX];
    en_text t = en_edi_person_text(m, en_bytes_from(id, en_id_made(m->head.number, m->head.travellers, id)));

    return t.n ? t : EN_TEXT_LIT("M");
}

en_errc
en_edi_deliver(struct en_edi_message *m, struct en_err *err)
{
    struct en_traveller *t = &m->traveller;

    if (!m->open)
        return EN_OK;
    m->open = false;
    m->head.travellers++;
    if (en_arena_over(&m->person_arena))
        en_report_add(m->run->report, EN_NOTE_REFUSED, "person-limit", t->line, t->pos,
                      "a person needs more memory than allowed: values were left out");
    if (!t->person.n_names)
        en_report_add(m->run->report, EN_NOTE_WARNING, "name-missing", t->line, t->pos, "a person has no name");
    if (!en_id_looks_made(t->reference) && en_ids_take(m->ids, t->reference)) {
        t->id = t->reference;
    } else {
        if (t->reference.n)
            en_report_add(m->run->report, EN_NOTE_WARNING, "reference-repeated", t->line, t->pos,
                          "a person's reference was used before in this file: an id was made");
        t->id = made_id(m);
    }
    en_traveller_complete_trip(t);
    return m->run->sink.traveller(m->run->sink.ctx, t, err);
}

void
en_edi_added(struct en_edi_message *m, en_errc rc)
{
    if (rc != EN_OK)
        EN_EDI_NOTE(m, EN_NOTE_REFUSED, "value-limit", "a value beyond what a person may have was left out");
}

void
en_edi_extra(struct en_edi_message *m, en_text key, en_text value)
{
    if (value.n)
        en_edi_added(m, en_person_add_extra(&m->traveller.person, key, value));
}

/* --- values --------------------------------------------------------------------------------------- */

/* n digits at b.p + at, or -1. 00, XX, << and blanks are 0 where unknown is allowed. */
static int
digits(en_bytes b, size_t at, size_t n, bool unknown_allowed)
{
    int v = 0;

    for (size_t i = at; i < at + n; i++) {
        uint8_t c = b.p[i];

        if (c >= '0' && c <= '9')
            v = v * 10 + (c - '0');
        else if (!unknown_allowed || (c != 'X' && c != '<' && c != ' ' && c != '-'))
            return -1;
    }
    return v;
}

void
en_edi_birth(struct en_edi_message *m, en_bytes value)
{
    size_t year_digits = value.n == 8 ? 4 : 2;
    struct en_birth birth = { 0 };
    en_text text = en_edi_person_text(m, value);
    bool good = false;

    if (!text.n)
        return;
    if (value.n == 6 || value.n == 8) {
        int y = digits(value, 0, year_digits, false), month = digits(value, year_digits, 2, true),
            day = digits(value, year_digits + 2, 2, true);

        if (y >= 0 && month >= 0 && day >= 0)
            good = year_digits == 2 ? en_birth_from_yymmdd(y, month, day, m->run->today, &birth)
                                    : en_birth_from_parts(y, month, day, &birth);
    }
    if (!good) {
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "birth-date", "a birth date that is no date was kept as it is");
        en_edi_extra(m, EN_TEXT_LIT("birth_date"), text);
        return;
    }
    birth.as_written = text;
    en_edi_added(m, en_person_add_birth(&m->traveller.person, &birth));
}

en_country
en_edi_country(struct en_edi_message *m, en_bytes value, const char *what)
{
    en_country c;
    en_text text;
    uint32_t code = en_edi_code(value);
    size_t slot = (code ^ code >> 7) % (sizeof m->countries / sizeof *m->countries);

    if (!value.n)
        return EN_COUNTRY_NONE;
    if (code && m->countries[slot].code == code)
        return m->countries[slot].country;
    text = en_edi_person_text(m, value);
    c = en_country_from_text(text);
    if (code && c.a3[0]) {
        m->countries[slot].code = code;
        m->countries[slot].country = c;
    } else if (!c.a3[0] && text.n) {
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "country", "a country code that is not known was kept as it is");
        en_edi_extra(m, en_text_from_ours(what), text);
    }
    return c;
}

void
en_edi_nationality(struct en_edi_message *m, en_bytes value)
{
    en_country c = en_edi_country(m, value, "nationality");

    if (c.a3[0])
        en_edi_added(m, en_person_add_nationality(&m->traveller.person, c));
}

void
en_edi_sex(struct en_edi_message *m, en_bytes value)
{
    en_text text;
    enum en_sex sex;

    if (value.n == 1 && (value.p[0] == 'M' || value.p[0] == 'F')) {
        m->traveller.person.sex = value.p[0] == 'M' ? EN_SEX_MALE : EN_SEX_FEMALE;
        return;
    }
    text = en_edi_person_text(m, value);
    sex = en_sex_from(text);
    if (sex != EN_SEX_UNKNOWN) {
        m->traveller.person.sex = sex;
    } else if (text.n && !en_text_is(text, "U")) { /* U: the sender does not know */
        EN_EDI_NOTE(m, EN_NOTE_KEPT, "sex", "a code for the sex that is not known was kept as it is");
        en_edi_extra(m, EN_TEXT_LIT("sex"), text);
    }
}

/*= reference R2: two-digit years of flights and expiry lie within 50 years of today. */
static int32_t
nearest_century(int yy, int month, int day, int this_year)
{
    int year = this_year - this_year % 100 + yy;

    if (year > this_year + 50)
        year -= 100;
    else if (year <= this_year - 50)
        year += 100;
    return en_civil_valid(year, month, day) ? en_day_from_civil(year, month, day) : INT32_MIN;
}

int32_t
en_edi_day(const struct en_edi_message *m, en_bytes value)
{
    size_t year_digits = value.n == 8 || value.n == 12 || value.n == 14 ? 4 : 2;
    int y, month, day;

    if (value.n < year_digits + 4)
        return INT32_MIN;
    y = digits(value, 0, year_digits, false);
    month = digits(value, year_digits, 2, false);
    day = digits(value, year_digits + 2, 2, false);
    if (y < 0 || month < 1 || day < 1)
        return INT32_MIN;
    if (year_digits == 2)
        return nearest_century(y, month, day, m->this_year);
    return en_civil_valid(y, month, day) ? en_day_from_civil(y, month, day) : INT32_MIN;
}

en_time
en_edi_time(const struct en_edi_message *m, en_bytes value)
{
    int32_t day = en_edi_day(m, value);
    size_t at = value.n == 12 || value.n == 14 ? 8 : 6;
    int hour, minute;

    if (day == INT32_MIN)
        return EN_TIME_NONE;
    if (value.n < at + 4)
        return en_time_from_day(day);
    hour = digits(value, at, 2, false);
    minute = digits(value, at + 2, 2, false);
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59)
        return en_time_from_day(day);
    return en_time_from_day(day) + hour * EN_TIME_HOUR + minute * 60 * EN_TIME_SECOND;
}

/* --- names ---------------------------------------------------------------------------------------- */

static const struct title {
    en_text word;
    bool glued;        /* also looked for at the end of a word: "CHARLESMR" */
    enum en_sex sex;   /* glued only to a person of this sex; EN_SEX_UNKNOWN: of any */
} titles[] = {
    { EN_TEXT_LIT("MSTR"), true, EN_SEX_UNKNOWN }, { EN_TEXT_LIT("MISS"), true, EN_SEX_FEMALE },
    { EN_TEXT_LIT("MRS"), true, EN_SEX_FEMALE },   { EN_TEXT_LIT("MR"), true, EN_SEX_MALE },
    { EN_TEXT_LIT("MS"), true, EN_SEX_FEMALE },    { EN_TEXT_LIT("DR"), false, EN_SEX_UNKNOWN },
    { EN_TEXT_LIT("PROF"), false, EN_SEX_UNKNOWN }, { EN_TEXT_LIT("CHD"), false, EN_SEX_UNKNOWN },
    { EN_TEXT_LIT("INF"), false, EN_SEX_UNKNOWN }, { EN_TEXT_LIT("MME"), false, EN_SEX_UNKNOWN },
    { EN_TEXT_LIT("MLLE"), false, EN_SEX_UNKNOWN }, { EN_TEXT_LIT("HERR"), false, EN_SEX_UNKNOWN },
    { EN_TEXT_LIT("FRAU"), false, EN_SEX_UNKNOWN },
};

/* The letters that titles end in, for a quick no. */
static const char title_ends[] = "RSFDEU";

/* Given names that end like a title by themselves: forms of Amr, Thamr, Ghamr; Shams; Maksims; Williams, Adams. */
static const en_text not_titled[] = {
    EN_TEXT_LIT("THAMR"), EN_TEXT_LIT("GHAMR"), EN_TEXT_LIT("SHAMR"), EN_TEXT_LIT("DHAMR"), EN_TEXT_LIT("ABUAMR"),
    EN_TEXT_LIT("ALAMR"), EN_TEXT_LIT("ELAMR"), EN_TEXT_LIT("IBNAMR"), EN_TEXT_LIT("BINAMR"), EN_TEXT_LIT("BENAMR"),
    EN_TEXT_LIT("ABDAMR"), EN_TEXT_LIT("UMMAMR"), EN_TEXT_LIT("WILLIAMS"), EN_TEXT_LIT("ADAMS"), EN_TEXT_LIT("ABRAMS"),
    EN_TEXT_LIT("SHAMS"), EN_TEXT_LIT("MAKSIMS"), EN_TEXT_LIT("ARTJOMS"),
    EN_TEXT_LIT("JAMMS"), EN_TEXT_LIT("SIMMS"), EN_TEXT_LIT("HARMS"), EN_TEXT_LIT("HELMS"),
};

/* Stand for a name that is not known. */
static const char placeholder_starts[] = "FLNTUX\x0e\x0d\x1f"; /* of the words below, for a quick no; bit 5 cleared */
static const en_text placeholders[] = {
    EN_TEXT_LIT("FNU"), EN_TEXT_LIT("LNU"), EN_TEXT_LIT("NFN"), EN_TEXT_LIT("NLN"), EN_TEXT_LIT("UNK"),
    EN_TEXT_LIT("UNKNOWN"), EN_TEXT_LIT("XXX"), EN_TEXT_LIT("TBA"), EN_TEXT_LIT("."), EN_TEXT_LIT("-"),
    EN_TEXT_LIT("?"),
};

/* ours is in capitals; a may be in any case. */
static bool
same_nocase(en_text a, en_text ours)
{
    if (a.n != ours.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.p[i] != ours.p[i] && (a.p[i] < 'a' || a.p[i] - 0x20 != ours.p[i]))
            return false;
    return true;
}

static bool
in_words(en_text t, const en_text *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (same_nocase(t, words[i]))
            return true;
    return false;
}

static bool
is_glued(en_text word, const struct title *title, enum en_sex sex, bool always)
{
    size_t n = title->word.n;

    return title->glued && word.n >= n + 3 &&
           (title->sex == EN_SEX_UNKNOWN || title->sex == sex || (always && sex == EN_SEX_UNKNOWN)) &&
           same_nocase((en_text){ word.p + word.n - n, n }, title->word) &&
           !in_words(word, not_titled, sizeof not_titled / sizeof *not_titled);
}

/* Takes a title off the end of a given name; empty if it has none. *said is the sex that the title tells. */
static en_text
split_title(en_text *name, enum en_sex sex, bool always, enum en_sex *said)
{
    size_t start = name->n;
    char last = name->n ? (char)(name->p[name->n - 1] & ~0x20) : '-';
    en_text word;

    if (!memchr(title_ends, last, sizeof title_ends - 1))
        return EN_TEXT_NONE;
    while (start > 0 && name->p[start - 1] != ' ')
        start--;
    if (start == 0 && last != 'R' && last != 'S') /* what is glued ends so */
        return EN_TEXT_NONE;
    word = (en_text){ name->p + start, name->n - start };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        size_t n = titles[i].word.n;

        *said = titles[i].sex;
        if (start > 0 && same_nocase(word, titles[i].word)) {
            name->n = start - 1;
            return word;
        }
        if (is_glued(word, &titles[i], sex, always)) {
            name->n -= n;
            return (en_text){ name->p + name->n, n };
        }
    }
    *said = EN_SEX_UNKNOWN;
    return EN_TEXT_NONE;
}

static en_text
without_placeholder(struct en_edi_message *m, en_text t)
{
    if (!t.n || !memchr(placeholder_starts, t.p[0] & ~0x20, sizeof placeholder_starts - 1) ||
        !in_words(t, placeholders, sizeof placeholders / sizeof *placeholders))
        return t;
    en_report_add(m->run->report, EN_NOTE_REPAIR, "name-placeholder", m->traveller.line, m->traveller.pos,
                  "a word that stands for an unknown name was left out");
    return EN_TEXT_NONE;
}

/* The title stands behind the last of the given names; bookings glue it to the first. */
static en_text
name_title(const struct en_edi_message *m, en_text *given, en_text *middle, enum en_sex *said)
{
    enum en_sex sex = m->traveller.person.sex;
    en_text title = split_title(middle->n ? middle : given, sex, m->titles_glued, said);

    if (!title.n && middle->n && m->titles_glued)
        title = split_title(given, sex, true, said);
    return title;
}

void
en_edi_name(struct en_edi_message *m, en_text family, en_text given, en_text middle, bool cut)
{
    struct en_person *p = &m->traveller.person;
    struct en_name name = { .source = EN_NAME_FROM_MESSAGE, .truncated = cut };
    enum en_sex said = EN_SEX_UNKNOWN;
    en_text title = name_title(m, &given, &middle, &said);
    en_text texts[3];
    const struct en_part parts[] = {
        { EN_PART_TITLE, title },
        { EN_PART_GIVEN, without_placeholder(m, given) },
        { EN_PART_MIDDLE, without_placeholder(m, middle) },
        { EN_PART_FAMILY, without_placeholder(m, family) },
    };

    name.parts = en_arena_alloc(&m->person_arena, sizeof parts); /* room for all four, as en_name_add_part would make */
    for (size_t i = 0; i < 4; i++) {
        if (i)
            texts[i - 1] = parts[i].text;
        if (parts[i].text.n && name.parts)
            name.parts[name.n_parts++] = parts[i];
    }
    if (p->sex == EN_SEX_UNKNOWN && m->titles_glued)
        p->sex = said;
    if (title.n)
        en_report_add(m->run->report, EN_NOTE_REPAIR, "name-title", m->traveller.line, m->traveller.pos,
                      "a title was taken off a given name");
    name.full = en_edi_join(m, texts, 3);
    if (name.full.n)
        en_edi_added(m, en_person_add_name(p, &name));
}

/* --- the flight ----------------------------------------------------------------------------------- */

struct en_flight *
en_edi_flight(struct en_edi_message *m)
{
    if (!m->flight)
        m->flight = en_arena_alloc(&m->arena, sizeof *m->flight);
    return m->flight;
}

void
en_edi_leg(struct en_edi_message *m, const struct en_leg *leg)
{
    struct en_flight *f = en_edi_flight(m);
    struct en_leg *legs = f && f->n_legs < EN_MAX_LEGS ? en_arena_array(&m->arena, f->n_legs + 1, sizeof *legs) : NULL;

    if (!legs) {
        EN_EDI_NOTE(m, EN_NOTE_REFUSED, "too-many-legs", "a flight may have %u legs", EN_MAX_LEGS);
        return;
    }
    if (f->n_legs)
        memcpy(legs, f->legs, f->n_legs * sizeof *legs);
    legs[f->n_legs++] = *leg;
    f->legs = legs;
}
