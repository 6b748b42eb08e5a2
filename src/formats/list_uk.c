/*
 * The lists of the United Kingdom as CSV: the consolidated list of OFSI ("ConList", format of 2022, published until
 * January 2026) and the UK Sanctions List that took its place.
 *
 *   Last Updated,21/03/2022                     a line of its own, in the other list "Report Date: 23-Sep-2026"
 *   Name 6,Name 1,Name 2, … ,Group ID           the header line
 *   …                                           a row a name; the rows of one entry repeat what else is known
 *
 * A cell may hold several values: "(1) 01/01/1970 (2) 02/01/1970".
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/list_columns.h"

/* Lines before the header line. */
#define PREAMBLE 3u
/* Values in one cell; the richest seen has 17. */
#define VALUES 64u

enum column {
    NAME_6,
    NAME_1,
    NAME_2,
    NAME_3,
    NAME_4,
    NAME_5,
    TITLE,
    NATIVE,
    NATIVE_TYPE,
    NATIVE_LANGUAGE,
    DOB,
    TOWN,
    BIRTH_COUNTRY,
    NATIONALITY,
    PASSPORT,
    PASSPORT_DETAILS,
    NATIONAL_ID,
    NATIONAL_ID_DETAILS,
    GROUP_TYPE,
    ALIAS_TYPE,
    ALIAS_QUALITY,
    REGIME,
    GROUP_ID,
    UNIQUE_ID,
    GENDER,
    FIRST_ASIDE
};

/*= OFSI, "Financial Sanctions: format guide" 2022; FCDO, UK Sanctions List CSV. A "|" stands between their two names.
 */
static const char *const names[] = {
    [NAME_6] = "Name 6",
    [NAME_1] = "Name 1",
    [NAME_2] = "Name 2",
    [NAME_3] = "Name 3",
    [NAME_4] = "Name 4",
    [NAME_5] = "Name 5",
    [TITLE] = "Title",
    [NATIVE] = "Name Non-Latin Script",
    [NATIVE_TYPE] = "Non-Latin Script Type",
    [NATIVE_LANGUAGE] = "Non-Latin Script Language",
    [DOB] = "DOB|D.O.B",
    [TOWN] = "Town of Birth",
    [BIRTH_COUNTRY] = "Country of Birth",
    [NATIONALITY] = "Nationality|Nationality(/ies)",
    [PASSPORT] = "Passport Number",
    [PASSPORT_DETAILS] = "Passport Details|Passport additional information",
    [NATIONAL_ID] = "National Identification Number|National Identifier number",
    [NATIONAL_ID_DETAILS] = "National Identification Details|National Identifier additional information",
    [GROUP_TYPE] = "Group Type|Designation Type|Individual, Entity, Ship",
    [ALIAS_TYPE] = "Alias Type|Name type",
    [ALIAS_QUALITY] = "Alias Quality|Alias strength",
    [REGIME] = "Regime|Regime Name",
    [GROUP_ID] = "Group ID|OFSI Group ID",
    [UNIQUE_ID] = "Unique ID",
    [GENDER] = "Gender",
    /* Known, not matched. */
    [FIRST_ASIDE] = "Position",
    "Address 1|Address Line 1",
    "Address 2|Address Line 2",
    "Address 3|Address Line 3",
    "Address 4|Address Line 4",
    "Address 5|Address Line 5",
    "Address 6|Address Line 6",
    "Post/Zip Code|Address Postal Code",
    "Country|Address Country",
    "Other Information",
    "Listed On",
    "UK Sanctions List Date Designated|Date Designated",
    "Last Updated",
    "UN Reference Number",
    "Designation source",
    "Sanctions Imposed",
    "UK Statement of Reasons",
    "Phone number",
    "Website",
    "Email address",
};
#define N_NAMES (sizeof names / sizeof *names)

struct uk {
    struct en_list_in *in;
    struct en_columns c;
    size_t id;       /* column: Unique ID in the UK Sanctions List, else Group ID */
    unsigned before; /* rows before the header line */
};

/* --- cells with several values ------------------------------------------------------------------------------------ */

struct values {
    size_t n;
    struct {
        unsigned number; /* the one in front, 0 if there is none */
        en_text text;
    } v[VALUES];
};

/* The length of "(12)" at p, or 0. */
static size_t
mark(en_text t, size_t at, unsigned *number)
{
    size_t i = at + 1;

    *number = 0;
    if (at >= t.n || t.p[at] != '(')
        return 0;
    while (i < t.n && i < at + 4 && t.p[i] >= '0' && t.p[i] <= '9')
        *number = *number * 10 + (unsigned)(t.p[i++] - '0');
    return i > at + 1 && i < t.n && t.p[i] == ')' ? i + 1 - at : 0;
}

/* "(1) A (2) B" is two values; what has no "(1)" in front is one. */
static struct values
values_of(en_text t)
{
    struct values out = { 0 };
    unsigned number, next;
    size_t at = mark(t, 0, &number);

    if (t.n == 0)
        return out;
    if (at == 0) {
        out.v[out.n++].text = t;
        return out;
    }
    while (at <= t.n && out.n < VALUES) {
        size_t end = at, skip = 0;

        while (end < t.n && !(skip = mark(t, end, &next)))
            end++;
        out.v[out.n].number = number;
        out.v[out.n].text = en_text_trim((en_text){ t.p + at, end - at });
        out.n += out.v[out.n].text.n > 0;
        if (end >= t.n)
            break;
        number = next;
        at = end + skip;
    }
    return out;
}

/* The value with that number, or the only one there is for all. */
static en_text
numbered(const struct values *v, unsigned number)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->v[i].number == number)
            return v->v[i].text;
    return v->n == 1 && v->v[0].number == 0 ? v->v[0].text : EN_TEXT_NONE;
}

/* --- names -------------------------------------------------------------------------------------------------------- */

/*= OFSI format guide: Name 6 is the surname of an individual, or the whole name of an entity; 1 to 5 come before it. */
static void
add_name(struct uk *u, enum en_name_kind kind, enum en_quality quality)
{
    static const size_t order[] = { NAME_1, NAME_2, NAME_3, NAME_4, NAME_5, NAME_6 };
    struct en_person *p = &u->in->id.person;
    en_text parts[6], title = en_columns_text(&u->c, TITLE), full;
    struct en_name *n;

    for (size_t i = 0; i < 6; i++)
        parts[i] = en_columns_text(&u->c, order[i]);
    full = en_list_in_join(u->in, parts, 6, " ");
    if (full.n > EN_MAX_NAME) {
        en_report_add(u->in->report, EN_NOTE_REFUSED, "value-long", u->c.row->line, u->c.row->pos[0],
                      "a name is longer than its limit");
        return;
    }
    if (!(n = en_list_in_name(u->in, kind, full)))
        return;
    if (quality != EN_QUALITY_UNSTATED)
        n->quality = quality;
    if (!u->in->id.is_person)
        return;
    for (size_t i = 0; i < 6; i++)
        if (parts[i].n)
            en_name_add_part(p, n, i == 5 ? EN_PART_FAMILY : i == 0 ? EN_PART_GIVEN : EN_PART_MIDDLE, parts[i]);
    if (title.n)
        en_name_add_part(p, n, EN_PART_TITLE, title);
}

/* "Latin" in the column of the type means that there is nothing in another script. */
static void
add_native(struct uk *u)
{
    static const struct {
        const char *word, *lang;
    } languages[] = {
        { "Arabic", "ara" },   { "Russian", "rus" }, { "Ukrainian", "ukr" }, { "Belarusian", "bel" },
        { "Persian", "fas" },  { "Farsi", "fas" },   { "Dari", "prs" },      { "Pashto", "pus" },
        { "Urdu", "urd" },     { "Hebrew", "heb" },  { "Korean", "kor" },    { "Chinese", "zho" },
        { "Burmese", "mya" },  { "Greek", "ell" },   { "Serbian", "srp" },   { "Kurdish", "kur" },
        { "Georgian", "kat" }, { "Kyrgyz", "kir" },
    };
    en_text t = en_columns_text(&u->c, NATIVE), lang = en_columns_text(&u->c, NATIVE_LANGUAGE);
    struct en_name *n = t.n <= EN_MAX_NAME ? en_list_in_name(u->in, EN_NAME_NATIVE, t) : NULL;

    if (t.n > EN_MAX_NAME)
        en_report_add(u->in->report, EN_NOTE_REFUSED, "value-long", u->c.row->line, en_columns_pos(&u->c, NATIVE),
                      "a name is longer than its limit");
    for (size_t i = 0; n && i < sizeof languages / sizeof *languages; i++)
        if (en_text_is_nocase(lang, languages[i].word))
            memcpy(n->lang, languages[i].lang, sizeof n->lang);
    if (lang.n && (!n || n->lang[0] == '\0'))
        en_columns_aside(&u->c, NATIVE_LANGUAGE);
    en_columns_aside(&u->c, NATIVE_TYPE);
}

static void
add_names(struct uk *u)
{
    static const struct {
        const char *word;
        enum en_name_kind kind;
    } kinds[] = {
        { "Primary name", EN_NAME_PRIMARY },
        { "Primary name variation", EN_NAME_ALIAS },
        { "AKA", EN_NAME_ALIAS },
        { "Alias", EN_NAME_ALIAS },
        { "FKA", EN_NAME_FORMER },
        { "Formerly known as", EN_NAME_FORMER },
    };
    en_text type = en_columns_text(&u->c, ALIAS_TYPE), quality = en_columns_text(&u->c, ALIAS_QUALITY);
    enum en_quality q = quality.n >= 3 && en_text_is_nocase((en_text){ quality.p, 3 }, "Low")    ? EN_QUALITY_LOW
                        : quality.n >= 4 && en_text_is_nocase((en_text){ quality.p, 4 }, "Good") ? EN_QUALITY_GOOD
                                                                                                 : EN_QUALITY_UNSTATED;
    enum en_name_kind kind = EN_NAME_ALIAS;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (en_text_is_nocase(type, kinds[i].word))
            kind = kinds[i].kind;
    if (kind == EN_NAME_ALIAS && q == EN_QUALITY_LOW)
        kind = EN_NAME_WEAK;
    add_name(u, kind, q);
    add_native(u);
}

/* --- what else is known ------------------------------------------------------------------------------------------- */

/*= OFSI format guide: dd/mm/yyyy, 00 where it is not known; the UK Sanctions List writes dd and mm for that. */
static bool
birth_of(en_text t, struct en_birth *out)
{
    int part[3] = { 0 };
    size_t k = 0, digits = 0;

    for (size_t i = 0; i < t.n; i++) {
        char c = t.p[i];

        if (c == '/') {
            if (++k > 2)
                return false;
            digits = 0;
        } else if (c >= '0' && c <= '9' && digits < 4) {
            part[k] = part[k] * 10 + (c - '0');
            digits++;
        } else if (k == 2 || !strchr("dmDM", c)) {
            return false;
        }
    }
    if (k != 2 || !en_birth_from_parts(part[2], part[1], part[1] ? part[0] : 0, out))
        return false;
    out->as_written = t;
    return true;
}

static void
add_births(struct uk *u)
{
    struct values v = values_of(en_columns_text(&u->c, DOB));
    struct en_birth b;

    for (size_t i = 0; i < v.n; i++)
        if (!birth_of(v.v[i].text, &b))
            en_list_in_birth(u->in, "DOB", v.v[i].text, en_columns_pos(&u->c, DOB));
        else if (en_person_add_birth(&u->in->id.person, &b))
            en_report_add(u->in->report, EN_NOTE_REFUSED, "value-limit", u->c.row->line, en_columns_pos(&u->c, DOB),
                          "too many birth dates");
}

static void
add_places(struct uk *u)
{
    struct values towns = values_of(en_columns_text(&u->c, TOWN));
    struct values states = values_of(en_columns_text(&u->c, BIRTH_COUNTRY));
    size_t n = towns.n > states.n ? towns.n : states.n;

    for (size_t i = 0; i < n; i++) {
        unsigned number = i < towns.n ? towns.v[i].number : states.v[i].number;
        en_text text[2] = { i < towns.n ? towns.v[i].text : EN_TEXT_NONE, numbered(&states, number) };
        en_country c = en_country_from_text(text[1]);

        if (en_country_known(c))
            text[1] = EN_TEXT_NONE;
        en_list_in_place(u->in, en_list_in_join(u->in, text, 2, ", "), c);
    }
}

static void
add_nationalities(struct uk *u)
{
    struct values v = values_of(en_columns_text(&u->c, NATIONALITY));

    for (size_t i = 0; i < v.n; i++)
        en_list_in_nationality(u->in, "Nationality", v.v[i].text, en_columns_pos(&u->c, NATIONALITY));
}

static void
add_documents(struct uk *u, enum en_doc_type type, size_t number, size_t details)
{
    struct values v = values_of(en_columns_text(&u->c, number)), d = values_of(en_columns_text(&u->c, details));

    for (size_t i = 0; i < v.n; i++) {
        struct en_doc doc = en_list_in_doc_of(type, v.v[i].text);

        doc.note = numbered(&d, v.v[i].number);
        doc.issuer = en_list_in_state(doc.note);
        en_list_in_doc_prose(&doc, doc.note);
        en_list_in_doc_number(u->in, &doc, en_columns_pos(&u->c, number));
        en_list_in_doc(u->in, &doc);
    }
    if (v.n == 0)
        en_columns_aside(&u->c, details);
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static bool
is_header(const struct en_csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (en_bytes_eq(en_bytes_trim(row->fields[i]), EN_BYTES_LIT("Name 6")))
            return true;
    return false;
}

/* "Last Updated,21/03/2022" or "Report Date: 23-Sep-2026". */
static void
read_preamble(struct uk *u, const struct en_csv_row *row)
{
    en_bytes b = row->fields[row->n > 1 ? 1 : 0];
    const uint8_t *colon = memchr(b.p, ':', b.n);
    struct en_birth day;
    en_text t;

    if (colon)
        b = en_bytes_from(colon + 1, b.n - (size_t)(colon + 1 - b.p));
    b = en_bytes_trim(b);
    if (b.n == 0 || b.n > 32 || en_text_check(b, 32, &u->in->arena, &t, NULL, NULL))
        return;
    if (birth_of(t, &day) || en_birth_parse(t, &day))
        en_list_in_version(u->in, b, &day);
}

static en_errc
read_header(struct uk *u, const struct en_csv_row *row, struct en_err *err)
{
    static const size_t required[] = { NAME_6, NAME_1, GROUP_TYPE, REGIME };
    en_errc e;

    if (!is_header(row) && u->before++ < PREAMBLE) {
        read_preamble(u, row);
        return EN_OK;
    }
    if ((e = en_columns_header(&u->c, row, required, sizeof required / sizeof *required, err)))
        return e;
    u->id = en_columns_has(&u->c, UNIQUE_ID) ? UNIQUE_ID : GROUP_ID;
    if (u->id == UNIQUE_ID)
        u->in->meta.name = EN_TEXT_LIT("uk-sanctions-list");
    if (!en_columns_has(&u->c, u->id)) {
        en_report_add(u->in->report, EN_NOTE_REFUSED, "csv-header", row->line, row->pos[0],
                      "the header line has no column for the id");
        return en_err_set_at(err, EN_E_INPUT, row->line, row->pos[0], "the header line has no column for the id");
    }
    return EN_OK;
}

static en_errc
read_row(void *state, const struct en_csv_row *row, struct en_err *err)
{
    struct uk *u = state;
    bool taken, fresh;
    en_errc e;

    if (u->c.n == 0)
        return read_header(u, row, err);
    e = en_columns_row(&u->c, row, u->id, &taken, &fresh, err);
    if (e || !taken)
        return e;
    if (fresh)
        u->in->id.is_person = en_text_is_nocase(en_columns_text(&u->c, GROUP_TYPE), "Individual");
    add_names(u);
    add_births(u);
    add_places(u);
    add_nationalities(u);
    add_documents(u, EN_DOC_PASSPORT, PASSPORT, PASSPORT_DETAILS);
    add_documents(u, EN_DOC_NATIONAL_ID, NATIONAL_ID, NATIONAL_ID_DETAILS);
    if (u->in->id.is_person && u->in->id.person.sex == EN_SEX_UNKNOWN)
        en_list_in_sex(u->in, "Gender", en_columns_text(&u->c, GENDER), en_columns_pos(&u->c, GENDER));
    en_list_in_programme(u->in, en_columns_text(&u->c, REGIME));
    if (u->id == UNIQUE_ID)
        en_columns_aside(&u->c, GROUP_ID);
    if (!u->in->id.is_person)
        en_columns_aside(&u->c, GROUP_TYPE);
    for (size_t k = FIRST_ASIDE; k < N_NAMES; k++)
        en_columns_aside(&u->c, k);
    en_columns_unknown(&u->c);
    return EN_OK;
}

/* --- the reader --------------------------------------------------------------------------------------------------- */

static void *
uk_open(struct en_list_in *in)
{
    struct uk *u = en_xcalloc(1, sizeof *u);

    u->in = in;
    en_columns_init(&u->c, in, names, N_NAMES);
    u->c.csv = en_csv_new(',', (struct en_csv_sink){ u, read_row }, in->report);
    return u;
}

static en_errc
uk_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_csv_feed(((struct uk *)state)->c.csv, chunk, err);
}

static en_errc
uk_end(void *state, struct en_err *err)
{
    struct uk *u = state;
    en_errc e = en_csv_end(u->c.csv, err);

    return e ? e : en_columns_end(&u->c, err);
}

static void
uk_close(void *state)
{
    struct uk *u = state;

    en_csv_free(u->c.csv);
    free(u);
}

const struct en_list_ops en_list_ops_uk = {
    .format = EN_LIST_UK_CSV,
    .word = "uk-csv",
    .name = "uk-consolidated",
    .open = uk_open,
    .feed = uk_feed,
    .end = uk_end,
    .close = uk_close,
};
