#include "formats/list_eu.h"

#include <string.h>

#include "base/limits.h"

static en_text
state_text(en_text words)
{
    return en_text_is_nocase(words, "UNKNOWN") ? EN_TEXT_NONE : words;
}

/* The list writes 00 and UNKNOWN for no state. */
static en_country
state(en_text iso2, en_text words)
{
    en_country c = EN_COUNTRY_NONE;

    if (iso2.n && !en_text_is(iso2, "00"))
        c = en_country_from_text(iso2);
    return en_country_known(c) ? c : en_country_from_text(state_text(words));
}

static bool
is_true(en_text t)
{
    return en_text_is_nocase(t, "true") || en_text_is(t, "1");
}

bool
eu_is_person(en_text subject_type, en_text classification)
{
    return en_text_is(classification, "P") || en_text_is_nocase(classification, "person") ||
           en_text_is_nocase(subject_type, "person") || en_text_is(subject_type, "P");
}

/* --- names -------------------------------------------------------------------------------------------------------- */

static bool
has_name(const struct en_person *p, en_text full)
{
    for (size_t i = 0; i < p->n_names; i++)
        if (en_text_eq(p->names[i].full, full))
            return true;
    return false;
}

/* A code of ISO 639 has two or three letters; what is none is kept. */
static void
set_language(struct en_list_in *in, struct en_name *n, en_text lang)
{
    bool code = lang.n == 2 || lang.n == 3;

    for (size_t i = 0; i < lang.n; i++)
        code = code && ((lang.p[i] >= 'A' && lang.p[i] <= 'Z') || (lang.p[i] >= 'a' && lang.p[i] <= 'z'));
    if (!code) {
        en_list_in_aside(in, EN_TEXT_LIT("nameLanguage"), lang);
        return;
    }
    for (size_t i = 0; i < 3 && i < lang.n; i++)
        n->lang[i] = (char)(lang.p[i] | 0x20);
}

/* The first name of an entry is the one it is listed under. `strong` false is what other lists call a weak alias. */
void
eu_name(struct en_list_in *in, const struct eu_values *v)
{
    static const struct {
        enum eu_field field;
        enum en_part_role role;
    } roles[] = { { EU_FIRST_NAME, EN_PART_GIVEN },
                  { EU_MIDDLE_NAME, EN_PART_MIDDLE },
                  { EU_LAST_NAME, EN_PART_FAMILY },
                  { EU_TITLE, EN_PART_TITLE } };
    en_text parts[3] = { v->v[EU_FIRST_NAME], v->v[EU_MIDDLE_NAME], v->v[EU_LAST_NAME] };
    en_text full = v->v[EU_WHOLE_NAME].n ? v->v[EU_WHOLE_NAME] : en_list_in_join(in, parts, 3, " ");
    bool weak = en_text_is_nocase(v->v[EU_STRONG], "false");
    struct en_name *n;

    if (in->id.is_person && v->v[EU_GENDER].n)
        en_list_in_sex(in, "gender", v->v[EU_GENDER], v->pos);
    en_list_in_aside(in, EN_TEXT_LIT("function"), v->v[EU_FUNCTION]);
    if (full.n > EN_MAX_NAME) {
        en_report_add(in->report, EN_NOTE_REFUSED, "value-long", in->line, v->pos, "a name is longer than its limit");
        return;
    }
    if (full.n == 0 || has_name(&in->id.person, full))
        return;
    n = en_list_in_name(in, weak ? EN_NAME_WEAK : in->id.person.n_names ? EN_NAME_ALIAS : EN_NAME_PRIMARY, full);
    if (!n)
        return;
    if (en_text_is_nocase(v->v[EU_STRONG], "true"))
        n->quality = EN_QUALITY_GOOD;
    set_language(in, n, v->v[EU_NAME_LANGUAGE]);
    for (size_t i = 0; in->id.is_person && i < sizeof roles / sizeof *roles; i++)
        if (v->v[roles[i].field].n)
            en_name_add_part(&in->id.person, n, roles[i].role, v->v[roles[i].field]);
}

/* --- birth -------------------------------------------------------------------------------------------------------- */

static int
number(en_text t)
{
    int n = 0;

    if (t.n == 0 || t.n > 4)
        return t.n ? -1 : 0;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9')
            return -1;
        n = n * 10 + (t.p[i] - '0');
    }
    return n;
}

/* The parts of a date, in the order that en_birth_parse reads, to be kept as written. */
static en_text
written(struct en_list_in *in, const struct eu_values *v)
{
    en_text range[2] = { v->v[EU_BIRTH_FROM], v->v[EU_BIRTH_TO] };
    en_text parts[3] = { v->v[EU_BIRTH_YEAR], v->v[EU_BIRTH_MONTH], v->v[EU_BIRTH_DAY] };

    if (v->v[EU_BIRTH_DATE].n)
        return v->v[EU_BIRTH_DATE];
    return parts[0].n ? en_list_in_join(in, parts, 3, "-") : en_list_in_join(in, range, 2, "-");
}

static bool
date_of(const struct eu_values *v, enum en_calendar calendar, en_text text, struct en_birth *out)
{
    int year = number(v->v[EU_BIRTH_YEAR]), month = number(v->v[EU_BIRTH_MONTH]), day = number(v->v[EU_BIRTH_DAY]);
    int from = number(v->v[EU_BIRTH_FROM]), to = number(v->v[EU_BIRTH_TO]);
    struct en_birth end;

    if (calendar == EN_CAL_GREGORIAN && v->v[EU_BIRTH_DATE].n)
        return en_birth_parse(v->v[EU_BIRTH_DATE], out);
    if (year > 0 && month >= 0 && day >= 0)
        return en_birth_from_calendar(calendar, year, month, month ? day : 0, out);
    if (from > 0 && to >= from && en_birth_from_calendar(calendar, from, 0, 0, out) &&
        en_birth_from_calendar(calendar, to, 0, 0, &end)) {
        out->quality = from == to ? out->quality : EN_DATE_BETWEEN;
        out->to = end.to;
        return true;
    }
    if (from == 0 && to > 0 && en_birth_from_calendar(calendar, to, 0, 0, out)) {
        out->from = en_day_from_civil(1850, 1, 1); /* "not after": the list leaves the beginning open */
        out->quality = EN_DATE_BETWEEN;
        return true;
    }
    return calendar == EN_CAL_GREGORIAN && en_birth_parse(text, out);
}

static void
add_date(struct en_list_in *in, const struct eu_values *v)
{
    enum en_calendar calendar = EN_CAL_GREGORIAN;
    en_text text = written(in, v), kept[2] = { text, v->v[EU_BIRTH_CALENDAR] };
    struct en_birth b;

    if (text.n == 0)
        return;
    if ((v->v[EU_BIRTH_CALENDAR].n && !en_calendar_from_word(v->v[EU_BIRTH_CALENDAR], &calendar)) ||
        !date_of(v, calendar, text, &b)) {
        en_report_add(in->report, EN_NOTE_KEPT, "birth-date", in->line, v->pos,
                      "a birth date was not understood and is kept as text");
        en_list_in_aside(in, EN_TEXT_LIT("birthdate"), en_list_in_join(in, kept, 2, " "));
        return;
    }
    b.as_written = text;
    if (is_true(v->v[EU_BIRTH_CIRCA]))
        b.quality = EN_DATE_APPROX;
    if (en_person_add_birth(&in->id.person, &b))
        en_report_add(in->report, EN_NOTE_REFUSED, "value-limit", in->line, v->pos, "too many birth dates");
}

void
eu_birth(struct en_list_in *in, const struct eu_values *v)
{
    en_text words[4] = { v->v[EU_BIRTH_PLACE], v->v[EU_BIRTH_CITY], v->v[EU_BIRTH_REGION], EN_TEXT_NONE };
    en_country c = state(v->v[EU_BIRTH_ISO2], v->v[EU_BIRTH_COUNTRY]);

    add_date(in, v);
    if (!en_country_known(c))
        words[3] = state_text(v->v[EU_BIRTH_COUNTRY]);
    en_list_in_place(in, en_list_in_join(in, words, 4, ", "), c);
}

/* --- documents and citizenship ------------------------------------------------------------------------------------ */

static enum en_doc_type
document_type(en_text code, en_text words)
{
    static const struct {
        const char *code;
        enum en_doc_type type;
    } types[] = { { "passport", EN_DOC_PASSPORT },   { "diplomatic", EN_DOC_PASSPORT },
                  { "travel-doc", EN_DOC_PASSPORT }, { "id", EN_DOC_NATIONAL_ID },
                  { "idcard", EN_DOC_NATIONAL_ID },  { "residentperm", EN_DOC_RESIDENCE },
                  { "residence", EN_DOC_RESIDENCE }, { "visa", EN_DOC_VISA } };

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (en_text_is_nocase(code, types[i].code))
            return types[i].type;
    return en_list_in_doc_type(words, EN_DOC_OTHER);
}

/* The strongest of what the list says about it: a false document was never good, a lost one may be in other hands. */
static enum en_doc_status
document_status(const struct eu_values *v)
{
    static const struct {
        enum eu_field field;
        enum en_doc_status status;
    } flags[] = { { EU_ID_FALSE, EN_DOC_FALSE },
                  { EU_ID_LOST, EN_DOC_LOST },
                  { EU_ID_REVOKED, EN_DOC_REVOKED },
                  { EU_ID_EXPIRED, EN_DOC_EXPIRED } };

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (is_true(v->v[flags[i].field]))
            return flags[i].status;
    return EN_DOC_UNSTATED;
}

void
eu_document(struct en_list_in *in, const struct eu_values *v)
{
    static const struct {
        enum eu_field field;
        const char *key;
    } kept[] = { { EU_ID_ISSUED_BY, "identification.issuedBy" },
                 { EU_ID_NAME, "identification.nameOnDocument" },
                 { EU_ID_ISSUED, "identification.issuedDate" },
                 { EU_ID_VALID_FROM, "identification.validFrom" },
                 { EU_ID_REGION, "identification.region" } };
    en_text notes[3] = { EN_TEXT_NONE, EN_TEXT_NONE, v->v[EU_ID_REMARK] };
    struct en_doc d = en_list_in_doc_of(document_type(v->v[EU_ID_TYPE], v->v[EU_ID_TYPE_WORDS]), v->v[EU_ID_NUMBER]);

    if (d.number.n == 0)
        d.number = v->v[EU_ID_LATIN];
    if (d.number.n == 0) {
        en_list_in_aside(in, EN_TEXT_LIT("identification"), v->v[EU_ID_REMARK]);
        return;
    }
    d.issuer = state(v->v[EU_ID_ISO2], v->v[EU_ID_COUNTRY]);
    d.status = document_status(v);
    d.expires = en_list_in_day(v->v[EU_ID_VALID_TO]);
    if (d.type == EN_DOC_OTHER)
        notes[0] = v->v[EU_ID_TYPE_WORDS].n ? v->v[EU_ID_TYPE_WORDS] : v->v[EU_ID_TYPE];
    if (is_true(v->v[EU_ID_DIPLOMATIC]))
        notes[1] = EN_TEXT_LIT("diplomatic");
    en_list_in_doc_prose(&d, v->v[EU_ID_REMARK]);
    en_list_in_doc_number(in, &d, v->pos);
    notes[2] = d.note.n ? d.note : notes[2];
    d.note = en_list_in_join(in, notes, 3, "; ");
    en_list_in_doc(in, &d);
    if (v->v[EU_ID_LATIN].n && !en_text_eq(v->v[EU_ID_LATIN], d.number)) {
        d.number = v->v[EU_ID_LATIN];
        en_list_in_doc(in, &d);
    }
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        en_list_in_aside(in, en_text_from_ours(kept[i].key), v->v[kept[i].field]);
}

void
eu_citizenship(struct en_list_in *in, const struct eu_values *v)
{
    en_text iso2 = v->v[EU_CITIZEN_ISO2], words = state_text(v->v[EU_CITIZEN_COUNTRY]);

    if (iso2.n && !en_text_is(iso2, "00") && en_country_known(en_country_from_text(iso2)))
        en_list_in_nationality(in, "citizenship", iso2, v->pos);
    else
        en_list_in_nationality(in, "citizenship", words, v->pos);
    en_list_in_aside(in, EN_TEXT_LIT("citizenship.region"), v->v[EU_CITIZEN_REGION]);
}
