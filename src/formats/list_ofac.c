/*
 * The list of Specially Designated Nationals of OFAC in its old CSV form: sdn.csv, joined with alt.csv (alternate
 * names), add.csv (addresses) and sdn_comments.csv (what the remarks had no room for).
 *
 * There is no header line; `-0-` is an empty cell; the file ends with 0x1A. What the list knows of a person beyond the
 * name stands in the remarks, in a small language of its own: statements separated by semicolons, `alt.` before a
 * second value of a kind.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/csv.h"
#include "formats/list_in.h"

/*= OFAC data specification: the columns of SDN.CSV and of ALT.CSV. */
enum { SDN_ENT, SDN_NAME, SDN_TYPE, SDN_PROGRAM, SDN_TITLE, SDN_CALL_SIGN, SDN_REMARKS = 11, SDN_COLUMNS };
enum { ALT_ENT, ALT_NUM, ALT_TYPE, ALT_NAME, ALT_REMARKS, ALT_COLUMNS };
enum { ADD_ENT, ADD_NUM, ADD_ADDRESS, ADD_CITY, ADD_COUNTRY, ADD_REMARKS, ADD_COLUMNS };
enum { COMMENT_ENT, COMMENT_TEXT, COMMENT_COLUMNS };

/* Remarks are cut at 1,000 characters in this form of the list; the rest is in sdn_comments.csv. */
#define REMARKS_MAX 1000u

enum what { A_NAME, AN_ADDRESS, A_COMMENT };

/* A row of a file that goes with sdn.csv. */
struct alternate {
    uint64_t ent;         /* the entry it belongs to */
    uint64_t at;          /* of the text in alt_text */
    uint32_t n;
    enum what what;
    enum en_name_kind kind;
    uint64_t line, pos;   /* in its file */
    bool used;
};

struct ofac {
    struct en_list_in *in;
    struct en_csv *csv;
    struct alternate *alts;  /* by entry, then as in the file */
    size_t n_alts, cap_alts;
    struct en_buf alt_text;
};

static void
note(struct ofac *o, enum en_note_kind kind, const char *code, uint64_t line, uint64_t pos, const char *why)
{
    en_report_add(o->in->report, kind, code, line, pos, "%s", why);
}

/* --- cells -------------------------------------------------------------------------------------------------------- */

/* The cell without blanks, empty where the list says "-0-". */
static en_bytes
cell(en_bytes b)
{
    b = en_bytes_trim(b);
    return en_bytes_eq(b, EN_BYTES_LIT("-0-")) ? (en_bytes){ NULL, 0 } : b;
}

/* An entry's number, at most 12 digits. */
static bool
number(en_bytes b, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < b.n; i++) {
        if (b.p[i] < '0' || b.p[i] > '9')
            return false;
        *out = *out * 10 + (b.p[i] - '0');
    }
    return b.n > 0 && b.n <= 12;
}

static bool
starts(en_text t, const char *word)
{
    size_t n = strlen(word);

    return t.n >= n && en_text_is_nocase((en_text){ t.p, n }, word);
}

static en_text
from(en_text t, size_t i)
{
    return en_text_trim((en_text){ t.p + i, t.n - i });
}

static bool
has_digit(en_text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] >= '0' && t.p[i] <= '9')
            return true;
    return false;
}

/* --- names -------------------------------------------------------------------------------------------------------- */

/* Suffixes that follow a second comma: "FAMILY, Given, Jr." */
static bool
is_suffix(en_text t)
{
    static const char *const suffixes[] = { "Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV" };

    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (en_text_is_nocase(t, suffixes[i]))
            return true;
    return false;
}

/*
 *= OFAC: names of individuals are written "FAMILY, Given". The full name is put in the order of speech; the parts
 * say which is which. Names of other entries, and names without a comma, stay as they are.
 */
static struct en_name *
add_name(struct ofac *o, enum en_name_kind kind, en_text t)
{
    en_text family, given, suffix = EN_TEXT_NONE;
    size_t comma = 0;
    struct en_name *n;

    while (comma < t.n && t.p[comma] != ',')
        comma++;
    if (!o->in->id.is_person || comma >= t.n)
        return en_list_in_name(o->in, kind, t);
    family = en_text_trim((en_text){ t.p, comma });
    given = from(t, comma + 1);
    for (size_t i = 0; i < given.n; i++)
        if (given.p[i] == ',' && is_suffix(from(given, i + 1))) {
            suffix = from(given, i + 1);
            given = en_text_trim((en_text){ given.p, i });
            break;
        }
    n = family.n && given.n ? en_list_in_name_of(o->in, kind, given, family, suffix) : NULL;
    return n ? n : en_list_in_name(o->in, kind, t);
}

struct en_name *
en_list_in_name_of(struct en_list_in *in, enum en_name_kind kind, en_text given, en_text family, en_text suffix)
{
    struct en_person *p = &in->id.person;
    en_text parts[3] = { given, family, suffix };
    struct en_name *n = en_list_in_name(in, kind, en_list_in_join(in, parts, 3, " "));

    if (!n || !in->id.is_person)
        return n;
    if (family.n)
        en_name_add_part(p, n, EN_PART_FAMILY, family);
    if (given.n)
        en_name_add_part(p, n, EN_PART_GIVEN, given);
    if (suffix.n)
        en_name_add_part(p, n, EN_PART_OTHER, suffix);
    return n;
}

/* The first alternate name of an entry that is not before ent. */
static size_t
first_of(const struct ofac *o, uint64_t ent)
{
    size_t lo = 0, hi = o->n_alts;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (o->alts[mid].ent < ent)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static en_text
text_of(struct ofac *o, const struct alternate *a)
{
    en_bytes raw = en_bytes_from(o->alt_text.p + a->at, a->n);
    en_text t;

    return en_list_in_prose(o->in, raw, EN_MAX_TEXT, o->in->id.pos, &t) ? t : EN_TEXT_NONE;
}

/* Names and addresses; the comments go with the remarks. */
static void
add_alternates(struct ofac *o, uint64_t ent)
{
    for (size_t i = first_of(o, ent); i < o->n_alts && o->alts[i].ent == ent; i++) {
        struct alternate *a = &o->alts[i];

        a->used = true;
        if (a->what == A_NAME)
            add_name(o, a->kind, text_of(o, a));
        else if (a->what == AN_ADDRESS)
            en_list_in_aside(o->in, EN_TEXT_LIT("address"), text_of(o, a));
    }
}

/*= OFAC data specification: remarks of more than 1,000 characters go on in sdn_comments.csv. */
static en_text
add_comments(struct ofac *o, uint64_t ent, en_text remarks, bool full)
{
    for (size_t i = first_of(o, ent); i < o->n_alts && o->alts[i].ent == ent; i++)
        if (o->alts[i].what == A_COMMENT) {
            en_text parts[2] = { remarks, text_of(o, &o->alts[i]) };

            remarks = en_list_in_join(o->in, parts, 2, full ? "" : " ");
        }
    return remarks;
}

static bool
has_comment(const struct ofac *o, uint64_t ent)
{
    for (size_t i = first_of(o, ent); i < o->n_alts && o->alts[i].ent == ent; i++)
        if (o->alts[i].what == A_COMMENT)
            return true;
    return false;
}

/* --- the language of remarks -------------------------------------------------------------------------------------- */

static void
remark_birth(struct ofac *o, en_text t, uint64_t pos)
{
    en_list_in_birth(o->in, "DOB", t, pos);
}

void
en_list_in_ofac_place(struct en_list_in *in, en_text t)
{
    size_t comma = t.n;
    en_country c = EN_COUNTRY_NONE;

    for (size_t i = 0; i <= t.n && !en_country_known(c); i++)
        if (i == 0 || t.p[i - 1] == ',') {
            c = en_country_from_text(from(t, i));
            comma = i;
        }
    if (en_country_known(c)) {
        t = en_text_trim((en_text){ t.p, comma });
        while (t.n && t.p[t.n - 1] == ',')
            t = en_text_trim((en_text){ t.p, t.n - 1 });
    }
    en_list_in_place(in, t, c);
}

static void
remark_place(struct ofac *o, en_text t, uint64_t pos)
{
    (void)pos;
    en_list_in_ofac_place(o->in, t);
}

static void
remark_nationality(struct ofac *o, en_text t, uint64_t pos)
{
    en_list_in_nationality(o->in, "nationality", t, pos);
}

static void
remark_sex(struct ofac *o, en_text t, uint64_t pos)
{
    en_list_in_sex(o->in, "Gender", t, pos);
}

/*= OFAC FAQ 122: names in quotes in the remarks are weak aliases, too broad to search by alone. */
static void
quoted_name(struct ofac *o, enum en_name_kind kind, en_text t, uint64_t pos)
{
    if (t.n >= 2 && t.p[0] == '\'' && t.p[t.n - 1] == '\'')
        t = en_text_trim((en_text){ t.p + 1, t.n - 2 });
    if (t.n > EN_MAX_NAME)
        note(o, EN_NOTE_REFUSED, "value-long", o->in->id.line, pos, "a name is longer than its limit");
    else
        add_name(o, kind, t);
}

static void
remark_aka(struct ofac *o, en_text t, uint64_t pos)
{
    quoted_name(o, EN_NAME_WEAK, t, pos);
}

static void
remark_fka(struct ofac *o, en_text t, uint64_t pos)
{
    quoted_name(o, EN_NAME_FORMER, t, pos);
}

struct remark {
    const char *word;
    void (*take)(struct ofac *o, en_text t, uint64_t pos);
};

/* Statements with a meaning of their own. The longer word stands before the shorter one. */
static const struct remark remarks[] = {
    { "DOB ",         remark_birth },       { "POB ",     remark_place }, { "nationality ", remark_nationality },
    { "citizen ",     remark_nationality }, { "Gender ",  remark_sex },   { "Gender: ",     remark_sex },
    { "a.k.a. ",      remark_aka },         { "f.k.a. ",  remark_fka },   { "n.k.a. ",      remark_aka },
};

struct document_word {
    const char *word;
    enum en_doc_type type;
    bool say; /* the word is kept as the document's note: it says more than the type */
};

/* Documents: the words that stand before their number. The longer word stands before the shorter one. */
static const struct document_word document_words[] = {
    { "Diplomatic Passport",            EN_DOC_PASSPORT,    true },
    { "Stateless Person Passport",      EN_DOC_PASSPORT,    true },
    { "Passport Booklet",               EN_DOC_PASSPORT,    false },
    { "Passport",                       EN_DOC_PASSPORT,    false },
    { "Travel Document Number",         EN_DOC_PASSPORT,    true },
    { "National ID No.",                EN_DOC_NATIONAL_ID, false },
    { "National Foreign ID Number",     EN_DOC_NATIONAL_ID, true },
    { "Identification Number",          EN_DOC_NATIONAL_ID, false },
    { "Turkish Identification Number",  EN_DOC_NATIONAL_ID, true },
    { "Kenyan ID No.",                  EN_DOC_NATIONAL_ID, true },
    { "Bosnian Personal ID No.",        EN_DOC_NATIONAL_ID, true },
    { "Personal ID Card",               EN_DOC_NATIONAL_ID, false },
    { "Citizen's Card Number",          EN_DOC_NATIONAL_ID, true },
    { "Cedula No.",                     EN_DOC_NATIONAL_ID, true },
    { "Numero de Identidad",            EN_DOC_NATIONAL_ID, true },
    { "D.N.I.",                         EN_DOC_NATIONAL_ID, true },
    { "C.U.R.P.",                       EN_DOC_NATIONAL_ID, true },
    { "C.U.I.P.",                       EN_DOC_NATIONAL_ID, true },
    { "C.U.I.",                         EN_DOC_NATIONAL_ID, true },
    { "I.F.E.",                         EN_DOC_NATIONAL_ID, true },
    { "LE Number",                      EN_DOC_NATIONAL_ID, true },
    { "Residency Number",               EN_DOC_RESIDENCE,   true },
    { "VisaNumberID",                   EN_DOC_VISA,        false },
    { "Seafarer's Identification Document", EN_DOC_SEAMAN,  false },
    { "Driver's License No.",           EN_DOC_OTHER,       true },
    { "Electoral Registry No.",         EN_DOC_OTHER,       true },
    { "Credencial electoral",           EN_DOC_OTHER,       true },
    { "Cartilla de Servicio Militar Nacional", EN_DOC_OTHER, true },
    { "Military Registration Number",   EN_DOC_OTHER,       true },
    { "Birth Certificate Number",       EN_DOC_OTHER,       true },
    { "Italian Fiscal Code",            EN_DOC_OTHER,       true },
    { "Tax ID No.",                     EN_DOC_OTHER,       true },
    { "R.F.C.",                         EN_DOC_OTHER,       true },
    { "RFC",                            EN_DOC_OTHER,       true },
    { "C.U.I.T.",                       EN_DOC_OTHER,       true },
    { "N.I.E.",                         EN_DOC_RESIDENCE,   true },
    { "NIT #",                          EN_DOC_OTHER,       true },
    { "RUC #",                          EN_DOC_OTHER,       true },
    { "RTN",                            EN_DOC_OTHER,       true },
    { "SSN",                            EN_DOC_OTHER,       true },
    { "Registration ID",                EN_DOC_OTHER,       true },
    { "Registration Number",            EN_DOC_OTHER,       true },
};

bool
en_list_in_ofac_document(en_text words, enum en_doc_type *type, bool *say)
{
    for (size_t i = 0; i < sizeof document_words / sizeof *document_words; i++)
        if (en_text_is_nocase(words, document_words[i].word)) {
            *type = document_words[i].type;
            *say = document_words[i].say;
            return true;
        }
    return false;
}

/* "NUMBER (State) issued 02 Mar 2019 expires 01 Mar 2029; …": everything behind the number may be missing. */
static void
take_document(struct ofac *o, const struct document_word *w, en_text t, uint64_t pos)
{
    struct en_doc d = en_list_in_doc_of(w->type, EN_TEXT_NONE);
    static const char *const ends[] = { " (", " issued ", " expires " };
    size_t cut = t.n, close;
    en_text rest, whole = t;

    while (t.n && (t.p[0] == ':' || t.p[0] == '#' || t.p[0] == ' '))
        t = from(t, 1);
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
        for (size_t i = 0; i < cut; i++)
            if (starts((en_text){ t.p + i, t.n - i }, ends[k]))
                cut = i;
    cut = cut < t.n ? cut : t.n;
    d.number = en_text_trim((en_text){ t.p, cut });
    rest = from(t, cut);
    if (!has_digit(d.number)) { /* "Passport issued in …": prose about a document without its number */
        en_list_in_extra(o->in, en_text_from_ours(w->word), whole, pos);
        return;
    }
    if (rest.n && rest.p[0] == '(') {
        for (close = 0; close < rest.n && rest.p[close] != ')';)
            close++;
        d.issuer = en_country_from_text((en_text){ rest.p + 1, close - 1 });
        if (en_country_known(d.issuer))
            rest = close < rest.n ? from(rest, close + 1) : EN_TEXT_NONE;
    }
    en_list_in_doc_prose(&d, rest);
    d.note = rest;
    if (w->say)
        d.note = en_text_from_ours(w->word);
    if (w->say && rest.n)
        en_list_in_aside(o->in, EN_TEXT_LIT("document"), rest);
    en_list_in_doc(o->in, &d);
}

/* Statements that are known and say nothing that is matched: kept under their word. */
static const char *const kept_words[] = {
    "Linked To:", "Additional Sanctions Information -", "Secondary sanctions risk:",
    "Transactions Prohibited For", "Executive Order", "CAATSA Section", "Email Address",
    "Digital Currency Address -", "Phone Number", "Website", "Chinese Commercial Code",
    "Organization Established Date", "Organization Type:", "Company Number", "Nationality of Registration",
    "Tax ID", "Vessel", "Former Vessel Flag", "SWIFT/BIC", "Target Type", "Effective Date", "Listing Date",
    "Equity Ticker", "ISIN", "Matricula Mercantil No", "Folio Mercantil No.", "Trade License No.",
    "Commercial Registry Number", "Registration Country",
};

static bool
take_known(struct ofac *o, en_text t, uint64_t pos)
{
    for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++)
        if (starts(t, remarks[i].word)) {
            remarks[i].take(o, from(t, strlen(remarks[i].word)), pos);
            return true;
        }
    for (size_t i = 0; i < sizeof document_words / sizeof *document_words; i++) {
        size_t n = strlen(document_words[i].word);

        if (starts(t, document_words[i].word) && t.n > n && (t.p[n] == ' ' || t.p[n] == ':')) {
            take_document(o, &document_words[i], from(t, n), pos);
            return true;
        }
    }
    return false;
}

static void
take_remark(struct ofac *o, en_text whole, uint64_t pos)
{
    en_text t = starts(whole, "alt. ") ? from(whole, 5) : whole;

    if (t.n == 0 || en_text_is_nocase(t, "(individual)"))
        return;
    if (o->in->id.is_person && take_known(o, t, pos))
        return;
    for (size_t i = 0; i < sizeof kept_words / sizeof *kept_words; i++)
        if (starts(t, kept_words[i])) {
            en_list_in_aside(o->in, EN_TEXT_LIT("remarks"), whole);
            return;
        }
    if (!o->in->id.is_person && starts(t, "a.k.a. ")) {
        remark_aka(o, from(t, 7), pos);
        return;
    }
    en_list_in_extra(o->in, EN_TEXT_LIT("remarks"), whole, pos);
}

/* Splits at semicolons that no quoted name or bracket encloses; the last statement ends with a full stop. */
static void
take_remarks(struct ofac *o, en_text t, uint64_t pos)
{
    size_t start = 0;
    unsigned brackets = 0;

    if (t.n && t.p[t.n - 1] == '.')
        t.n--;
    for (size_t i = 0; i <= t.n; i++) {
        if (i < t.n && t.p[i] == '(')
            brackets++;
        else if (i < t.n && t.p[i] == ')' && brackets)
            brackets--;
        if (i < t.n && (t.p[i] != ';' || brackets))
            continue;
        take_remark(o, en_text_trim((en_text){ t.p + start, i - start }), pos + start);
        start = i + 1;
    }
}

/* --- rows of sdn.csv ---------------------------------------------------------------------------------------------- */

/* "[SDGT] [IFSR]", "SDGT] [IFSR" or "SDGT". */
static void
take_programmes(struct ofac *o, en_text t)
{
    size_t start = 0;

    for (size_t i = 0; i <= t.n; i++) {
        if (i < t.n && t.p[i] != '[' && t.p[i] != ']')
            continue;
        en_list_in_programme(o->in, en_text_trim((en_text){ t.p + start, i - start }));
        start = i + 1;
    }
}

/*= OFAC data specification: a statement that ends here may go on in sdn_comments.csv. */
static void
look_at_cut(struct ofac *o, const struct en_csv_row *row, uint64_t ent)
{
    if (row->fields[SDN_REMARKS].n >= REMARKS_MAX && !has_comment(o, ent))
        note(o, EN_NOTE_WARNING, "ofac-remarks-cut", row->line, row->pos[SDN_REMARKS],
             "the remarks fill their 1,000 characters; this form of the list cuts what is longer");
}

static en_errc
read_sdn(void *state, const struct en_csv_row *row, struct en_err *err)
{
    static const struct {
        size_t column;
        const char *key;
    } kept[] = { { 5, "call sign" }, { 6, "vessel type" }, { 7, "tonnage" }, { 8, "gross registered tonnage" },
                 { 9, "vessel flag" }, { 10, "vessel owner" } };
    struct ofac *o = state;
    en_bytes type;
    uint64_t ent;
    en_text t;

    if (row->n != SDN_COLUMNS) {
        note(o, EN_NOTE_REFUSED, "csv-width", row->line, row->pos[0], "a row of sdn.csv has 12 columns");
        return EN_OK;
    }
    if (!number(cell(row->fields[SDN_ENT]), &ent)) {
        note(o, EN_NOTE_REFUSED, "no-id", row->line, row->pos[0], "the first column is the entry's number");
        return EN_OK;
    }
    en_list_in_begin(o->in, row->line, row->pos[0]);
    o->in->id.raw = row->raw;
    en_list_in_text(o->in, cell(row->fields[SDN_ENT]), 12, row->pos[SDN_ENT], &o->in->id.id);
    type = cell(row->fields[SDN_TYPE]);
    o->in->id.is_person = en_bytes_eq(type, EN_BYTES_LIT("individual"));
    if (!o->in->id.is_person && en_list_in_text(o->in, type, EN_MAX_NAME, row->pos[SDN_TYPE], &t))
        en_list_in_aside(o->in, EN_TEXT_LIT("type"), t);
    if (en_list_in_text(o->in, cell(row->fields[SDN_NAME]), EN_MAX_NAME, row->pos[SDN_NAME], &t))
        add_name(o, EN_NAME_PRIMARY, t);
    if (en_list_in_text(o->in, cell(row->fields[SDN_PROGRAM]), EN_MAX_TEXT, row->pos[SDN_PROGRAM], &t))
        take_programmes(o, t);
    if (en_list_in_text(o->in, cell(row->fields[SDN_TITLE]), EN_MAX_TEXT, row->pos[SDN_TITLE], &t))
        en_list_in_aside(o->in, EN_TEXT_LIT("title"), t);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (en_list_in_text(o->in, cell(row->fields[kept[i].column]), EN_MAX_TEXT, row->pos[kept[i].column], &t))
            en_list_in_aside(o->in, en_text_from_ours(kept[i].key), t);
    add_alternates(o, ent);
    look_at_cut(o, row, ent);
    en_list_in_prose(o->in, cell(row->fields[SDN_REMARKS]), EN_MAX_TEXT, row->pos[SDN_REMARKS], &t);
    t = add_comments(o, ent, t, row->fields[SDN_REMARKS].n >= REMARKS_MAX);
    if (t.n)
        take_remarks(o, t, row->pos[SDN_REMARKS]);
    return en_list_in_deliver(o->in, err);
}

/* --- rows of alt.csv ---------------------------------------------------------------------------------------------- */

static bool
alternate_kind(en_bytes type, enum en_name_kind *kind)
{
    static const struct {
        const char *word;
        enum en_name_kind kind;
    } kinds[] = { { "aka", EN_NAME_ALIAS }, { "nka", EN_NAME_ALIAS }, { "fka", EN_NAME_FORMER } };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (en_text_is_nocase((en_text){ (const char *)type.p, type.n }, kinds[i].word)) {
            *kind = kinds[i].kind;
            return true;
        }
    return false;
}

/* A part of alt_text that begins at `at`. */
static void
keep(struct ofac *o, struct alternate a, uint64_t at)
{
    a.at = at;
    a.n = (uint32_t)(o->alt_text.n - at);
    if (o->n_alts == o->cap_alts) {
        o->cap_alts = o->cap_alts ? 2 * o->cap_alts : 1024;
        o->alts = en_xrealloc(o->alts, o->cap_alts * sizeof *o->alts);
    }
    o->alts[o->n_alts++] = a;
}

static en_errc
read_alt(void *state, const struct en_csv_row *row, struct en_err *err)
{
    struct ofac *o = state;
    struct alternate a = { .what = A_NAME, .line = row->line };
    size_t at = o->alt_text.n;
    en_bytes name;

    (void)err;
    if (row->n != ALT_COLUMNS) {
        note(o, EN_NOTE_REFUSED, "csv-width", row->line, row->pos[0], "a row of alt.csv has 5 columns");
        return EN_OK;
    }
    name = cell(row->fields[ALT_NAME]);
    if (!number(cell(row->fields[ALT_ENT]), &a.ent) || name.n == 0 || name.n > EN_MAX_NAME) {
        note(o, EN_NOTE_REFUSED, "ofac-alternate", row->line, row->pos[0],
             "an alternate name needs an entry's number and a name");
        return EN_OK;
    }
    if (!alternate_kind(cell(row->fields[ALT_TYPE]), &a.kind)) {
        note(o, EN_NOTE_WARNING, "ofac-alternate-type", row->line, row->pos[ALT_TYPE],
             "an alternate name that is none of aka, fka and nka is taken as aka");
        a.kind = EN_NAME_ALIAS;
    }
    a.pos = row->pos[ALT_NAME];
    en_buf_add(&o->alt_text, name.p, name.n);
    keep(o, a, at);
    return EN_OK;
}

/* Most rows of add.csv say only the state, or nothing. */
static en_errc
read_add(void *state, const struct en_csv_row *row, struct en_err *err)
{
    struct ofac *o = state;
    struct alternate a = { .what = AN_ADDRESS, .line = row->line, .pos = row->pos[0] };
    size_t at = o->alt_text.n;

    (void)err;
    if (row->n != ADD_COLUMNS) {
        note(o, EN_NOTE_REFUSED, "csv-width", row->line, row->pos[0], "a row of add.csv has 6 columns");
        return EN_OK;
    }
    if (!number(cell(row->fields[ADD_ENT]), &a.ent)) {
        note(o, EN_NOTE_REFUSED, "ofac-alternate", row->line, row->pos[0], "an address needs an entry's number");
        return EN_OK;
    }
    for (size_t i = ADD_ADDRESS; i <= ADD_REMARKS; i++) {
        en_bytes b = cell(row->fields[i]);

        if (b.n && o->alt_text.n > at)
            en_buf_add(&o->alt_text, ", ", 2);
        en_buf_add(&o->alt_text, b.p, b.n);
    }
    if (o->alt_text.n - at > EN_MAX_TEXT) {
        note(o, EN_NOTE_REFUSED, "value-long", row->line, row->pos[0], "a value is longer than its limit");
        o->alt_text.n = at;
    }
    if (o->alt_text.n > at)
        keep(o, a, at);
    return EN_OK;
}

static en_errc
read_comment(void *state, const struct en_csv_row *row, struct en_err *err)
{
    struct ofac *o = state;
    struct alternate a = { .what = A_COMMENT, .line = row->line };
    size_t at = o->alt_text.n;
    en_bytes text;

    (void)err;
    if (row->n != COMMENT_COLUMNS) {
        note(o, EN_NOTE_REFUSED, "csv-width", row->line, row->pos[0], "a row of sdn_comments.csv has 2 columns");
        return EN_OK;
    }
    text = cell(row->fields[COMMENT_TEXT]);
    if (!number(cell(row->fields[COMMENT_ENT]), &a.ent) || text.n > EN_MAX_TEXT) {
        note(o, EN_NOTE_REFUSED, "ofac-alternate", row->line, row->pos[0],
             "a comment needs an entry's number, and less than 64 KiB");
        return EN_OK;
    }
    a.pos = row->pos[COMMENT_TEXT];
    en_buf_add(&o->alt_text, text.p, text.n);
    if (text.n)
        keep(o, a, at);
    return EN_OK;
}

/* By entry, then in the file's order. */
static int
by_entry(const void *x, const void *y)
{
    const struct alternate *a = x, *b = y;

    if (a->ent != b->ent)
        return a->ent < b->ent ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static en_errc
ofac_alternates(void *state, en_bytes companion, struct en_err *err)
{
    static const struct {
        enum en_list_format format;
        en_errc (*row)(void *ctx, const struct en_csv_row *row, struct en_err *err);
        size_t columns;
    } kinds[] = {
        { EN_LIST_OFAC_ALT, read_alt, ALT_COLUMNS },
        { EN_LIST_OFAC_ADD, read_add, ADD_COLUMNS },
        { EN_LIST_OFAC_COMMENTS, read_comment, COMMENT_COLUMNS },
    };
    enum en_list_format f = en_list_sniff(companion);
    struct ofac *o = state;
    struct en_csv *csv;
    size_t k = 0; /* what cannot be told is read as alternate names, and refused row by row */
    en_errc e;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].format == f)
            k = i;
    csv = en_csv_new(',', (struct en_csv_sink){ o, kinds[k].row }, o->in->report);
    en_csv_expect(csv, kinds[k].columns);
    e = en_csv_feed(csv, companion, err);
    if (!e)
        e = en_csv_end(csv, err);
    en_csv_free(csv);
    if (o->n_alts)
        qsort(o->alts, o->n_alts, sizeof *o->alts, by_entry);
    return e;
}

/* --- the reader --------------------------------------------------------------------------------------------------- */

static void *
ofac_open(struct en_list_in *in)
{
    struct ofac *o = en_xcalloc(1, sizeof *o);

    o->in = in;
    o->csv = en_csv_new(',', (struct en_csv_sink){ o, read_sdn }, in->report);
    en_csv_expect(o->csv, SDN_COLUMNS);
    return o;
}

static en_errc
ofac_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_csv_feed(((struct ofac *)state)->csv, chunk, err);
}

static en_errc
ofac_end(void *state, struct en_err *err)
{
    struct ofac *o = state;
    en_errc e = en_csv_end(o->csv, err);

    for (size_t i = 0; !e && i < o->n_alts; i++)
        if (!o->alts[i].used)
            note(o, EN_NOTE_WARNING, "ofac-alternate-orphan", o->alts[i].line, o->alts[i].pos,
                 "a row of a file beside the list whose entry the list does not have");
    return e;
}

static void
ofac_close(void *state)
{
    struct ofac *o = state;

    en_csv_free(o->csv);
    en_buf_release(&o->alt_text);
    free(o->alts);
    free(o);
}

const struct en_list_ops en_list_ops_ofac = {
    .format = EN_LIST_OFAC_SDN, .word = "ofac-sdn", .name = "ofac-sdn",
    .open = ofac_open, .alternates = ofac_alternates, .feed = ofac_feed, .end = ofac_end, .close = ofac_close,
};
