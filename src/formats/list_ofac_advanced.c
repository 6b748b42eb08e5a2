/*
 * OFAC's sdn_advanced.xml, the schema of the UN's model for sanctions lists: everything refers to everything by number.
 *
 *   Sanctions
 *     DateOfIssue
 *     ReferenceValueSets                 what the numbers of types, states and scripts mean
 *     Locations / Location               places, by number
 *     IDRegDocuments / IDRegDocument     documents, by the number of the identity that holds them
 *     DistinctParties / DistinctParty    the entries: names and features
 *     SanctionsEntries / SanctionsEntry  the programmes of an entry, by the number of its profile
 *
 * What decides whether an entry is matched, its programmes, stands behind all entries, so the entries are held until
 * the end (list_hold.h), up to HELD_MAX bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/list_hold.h"
#include "formats/xml_tree.h"

/* The real list of 2026 has 19,000 entries and takes about 30 MiB held. */
#define HELD_MAX (512u * EN_MIB)
/* Texts of the reference values, places and documents; the real ones take about 10 MiB. */
#define KEPT_MAX (256u * EN_MIB)
#define PARTS    16u

enum record { DATE_OF_ISSUE, REFERENCE, LOCATION, DOCUMENT, PARTY, RELATION, ENTRY, LINK };
static const struct en_xml_shape shape = {
    "Sanctions",
    { { NULL, "DateOfIssue" },
      { NULL, "ReferenceValueSets" },
      { "Locations", "Location" },
      { "IDRegDocuments", "IDRegDocument" },
      { "DistinctParties", "DistinctParty" },
      { "ProfileRelationships", "ProfileRelationship" },
      { "SanctionsEntries", "SanctionsEntry" },
      { "SanctionsEntryLinks", "SanctionsEntryLink" } },
};

/* What a number means, in the table of its name; `of` is the number of a table above it. */
struct value {
    const char *table;
    uint64_t id, of;
    en_text text;
};

struct location {
    uint64_t id;
    en_text text, state; /* city and region; the state's name */
};

struct document {
    uint64_t identity, type, state, validity;
    en_text number, note;
    int32_t expires;
};

struct programme {
    uint64_t profile;
    en_text text;
};

struct advanced {
    struct en_list_in *in;
    struct en_xml_tree *xml;
    struct en_arena keep;
    struct value *values;
    size_t n_values, cap_values;
    struct location *locations;
    size_t n_locations, cap_locations;
    struct document *documents;
    size_t n_documents, cap_documents;
    struct programme *programmes;
    size_t n_programmes, cap_programmes;
    uint64_t *profiles; /* of each held entry */
    size_t cap_profiles;
    struct en_hold hold;
    bool sorted; /* locations and documents, for looking up */
};

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static uint64_t
number_in(en_bytes b)
{
    uint64_t n = 0;

    if (b.n == 0 || b.n > 18)
        return 0;
    for (size_t i = 0; i < b.n; i++) {
        if (b.p[i] < '0' || b.p[i] > '9')
            return 0;
        n = n * 10 + (b.p[i] - '0');
    }
    return n;
}

static uint64_t
number(struct en_xml_node *node, const char *attribute)
{
    return number_in(en_xml_node_attribute(node, attribute));
}

/* Text that outlives its record. */
static en_text
kept(struct advanced *a, en_text t)
{
    return t.n ? en_text_dup(t, &a->keep) : EN_TEXT_NONE;
}

static en_text
text_of(struct advanced *a, struct en_xml_node *node)
{
    en_text t = EN_TEXT_NONE;

    if (node && node->text.n)
        (void)en_list_in_prose(a->in, node->text, EN_MAX_XML_TEXT, node->pos, &t);
    return t;
}

/* --- what numbers mean -------------------------------------------------------------------------------------------- */

/* The tables that are looked at; "of" is the attribute that names a row of a table above. */
static const struct table {
    const char *set, *name, *of;
} tables[] = {
    { "AliasTypeValues", "AliasType", NULL },
    { "AreaCodeValues", "AreaCode", "CountryID" },
    { "CalendarTypeValues", "CalendarType", NULL },
    { "CountryValues", "Country", NULL },
    { "DetailReferenceValues", "DetailReference", NULL },
    { "FeatureTypeValues", "FeatureType", NULL },
    { "IDRegDocDateTypeValues", "IDRegDocDateType", NULL },
    { "IDRegDocTypeValues", "IDRegDocType", NULL },
    { "LocPartTypeValues", "LocPartType", NULL },
    { "NamePartTypeValues", "NamePartType", NULL },
    { "PartySubTypeValues", "PartySubType", "PartyTypeID" },
    { "PartyTypeValues", "PartyType", NULL },
    { "SanctionsTypeValues", "SanctionsType", NULL },
    { "ScriptValues", "Script", NULL },
    { "ValidityValues", "Validity", NULL },
};

static int
by_table(const void *x, const void *y)
{
    const struct value *a = x, *b = y;
    int c = strcmp(a->table, b->table);

    return c ? c : (a->id > b->id) - (a->id < b->id);
}

static const struct value *
value_of(const struct advanced *a, const char *table, uint64_t id)
{
    struct value key = { table, id, 0, EN_TEXT_NONE };

    return a->n_values ? bsearch(&key, a->values, a->n_values, sizeof key, by_table) : NULL;
}

static en_text
meaning(const struct advanced *a, const char *table, uint64_t id)
{
    const struct value *v = value_of(a, table, id);

    return v ? v->text : EN_TEXT_NONE;
}

static void
read_reference(struct advanced *a, struct en_xml_node *node)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        struct en_xml_node *set = en_xml_node_child(node, tables[i].set, NULL), *at = NULL;

        while ((at = en_xml_node_child(set, tables[i].name, at))) {
            struct value v = { tables[i].name, number(at, "ID"), 0, kept(a, text_of(a, at)) };

            if (tables[i].of)
                v.of = number(at, tables[i].of);
            if (en_arena_grow(&a->keep, &a->values, &a->cap_values, a->n_values + 1, sizeof v))
                a->values[a->n_values++] = v;
        }
    }
    if (a->n_values)
        qsort(a->values, a->n_values, sizeof *a->values, by_table);
}

/* --- places ------------------------------------------------------------------------------------------------------- */

/* The primary value of a part, else the first. */
static en_text
part_value(struct advanced *a, struct en_xml_node *part)
{
    struct en_xml_node *v = NULL, *best = NULL;

    while ((v = en_xml_node_child(part, "LocationPartValue", v)))
        if (!best || en_bytes_eq(en_xml_node_attribute(v, "Primary"), EN_BYTES_LIT("true")))
            best = v;
    return text_of(a, en_xml_node_child(best, "Value", NULL));
}

/* An "Unknown" part is a state that has no number: "Region: Gaza" or the name of a nationality. */
static void
read_location(struct advanced *a, struct en_xml_node *node)
{
    struct location l = { .id = number(node, "ID") };
    struct en_xml_node *part = NULL, *country = en_xml_node_child(node, "LocationCountry", NULL);
    struct en_xml_node *area = en_xml_node_child(node, "LocationAreaCode", NULL);
    en_text t[PARTS] = { { NULL, 0 } };
    size_t n = 0;

    if (country)
        l.state = meaning(a, "Country", number(country, "CountryID"));
    if (l.state.n == 0 && area)
        l.state = meaning(a, "AreaCode", number(area, "AreaCodeID"));
    while (n < PARTS && (part = en_xml_node_child(node, "LocationPart", part))) {
        en_text words = part_value(a, part);

        if (l.state.n == 0 && en_text_is_nocase(meaning(a, "LocPartType", number(part, "LocPartTypeID")), "Unknown"))
            l.state = kept(a, words);
        else
            t[n++] = words;
    }
    l.text = kept(a, en_list_in_join(a->in, t, n, ", "));
    if (en_arena_grow(&a->keep, &a->locations, &a->cap_locations, a->n_locations + 1, sizeof l))
        a->locations[a->n_locations++] = l;
}

static int
by_location(const void *x, const void *y)
{
    const struct location *a = x, *b = y;

    return (a->id > b->id) - (a->id < b->id);
}

static const struct location *
location_of(const struct advanced *a, uint64_t id)
{
    struct location key = { .id = id };

    return a->n_locations ? bsearch(&key, a->locations, a->n_locations, sizeof key, by_location) : NULL;
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

/* Year, month and day as children; 0 where there is none. */
static void
point(struct en_xml_node *node, int ymd[3])
{
    static const char *const names[3] = { "Year", "Month", "Day" };

    for (size_t i = 0; i < 3; i++)
        ymd[i] = (int)(number_in(en_xml_node_text(node, names[i])) % 10000);
}

/* The first and the last day of a DatePeriod, in its own calendar; false if there is none. */
static bool
period(struct en_xml_node *node, int from[3], int to[3], bool *about)
{
    struct en_xml_node *start = en_xml_node_child(node, "Start", NULL), *end = en_xml_node_child(node, "End", NULL);
    struct en_xml_node *last = en_xml_node_child(end ? end : start, "To", NULL);

    if (!last)
        last = en_xml_node_child(end ? end : start, "From", NULL);
    point(en_xml_node_child(start, "From", NULL), from);
    point(last, to);
    *about = en_bytes_eq(en_xml_node_attribute(start, "Approximate"), EN_BYTES_LIT("true"));
    return from[0] != 0 && to[0] != 0;
}

static int32_t
expiry(struct advanced *a, struct en_xml_node *node)
{
    struct en_xml_node *date = NULL;
    int from[3], to[3];
    struct en_birth b;
    bool about;

    while ((date = en_xml_node_child(node, "DocumentDate", date)))
        if (en_text_is_nocase(meaning(a, "IDRegDocDateType", number(date, "IDRegDocDateTypeID")), "Expiration Date") &&
            period(en_xml_node_child(date, "DatePeriod", NULL), from, to, &about) &&
            en_birth_from_parts(to[0], to[1], to[1] ? to[2] : 0, &b))
            return b.to;
    return INT32_MIN;
}

static void
read_document(struct advanced *a, struct en_xml_node *node)
{
    struct document d = { .identity = number(node, "IdentityID"),
                          .type = number(node, "IDRegDocTypeID"),
                          .state = number(node, "IssuedBy-CountryID"),
                          .validity = number(node, "ValidityID"),
                          .expires = expiry(a, node) };
    en_text notes[2];

    d.number = kept(a, text_of(a, en_xml_node_child(node, "IDRegistrationNo", NULL)));
    notes[0] = text_of(a, en_xml_node_child(node, "IssuingAuthority", NULL));
    notes[1] = text_of(a, en_xml_node_child(node, "Comment", NULL));
    d.note = kept(a, en_list_in_join(a->in, notes, 2, "; "));
    if (d.number.n && en_arena_grow(&a->keep, &a->documents, &a->cap_documents, a->n_documents + 1, sizeof d))
        a->documents[a->n_documents++] = d;
}

static int
by_identity(const void *x, const void *y)
{
    const struct document *a = x, *b = y;

    return (a->identity > b->identity) - (a->identity < b->identity);
}

static void
add_document(struct advanced *a, const struct document *from)
{
    en_text type = meaning(a, "IDRegDocType", from->type), notes[2] = { EN_TEXT_NONE, from->note }, aside[2];
    struct en_doc d = en_list_in_doc_of(EN_DOC_OTHER, from->number);
    bool say = true;

    aside[0] = type;
    aside[1] = from->number;
    if (!en_list_in_ofac_document(type, &d.type, &say)) { /* tax numbers, web sites … */
        en_list_in_aside(a->in, EN_TEXT_LIT("IDRegDocument"), en_list_in_join(a->in, aside, 2, " "));
        return;
    }
    d.issuer = en_country_from_text(meaning(a, "Country", from->state));
    d.expires = from->expires;
    if (en_text_is_nocase(meaning(a, "Validity", from->validity), "Fraudulent"))
        d.status = EN_DOC_FALSE;
    notes[0] = say ? type : EN_TEXT_NONE;
    d.note = en_list_in_join(a->in, notes, 2, "; ");
    en_list_in_doc_prose(&d, from->note);
    en_list_in_doc(a->in, &d);
}

/* The first document of the identity that is not before it, by halves. */
static void
add_documents(struct advanced *a, uint64_t identity)
{
    size_t lo = 0, hi = a->n_documents;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (a->documents[mid].identity < identity)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; identity && lo < a->n_documents && a->documents[lo].identity == identity; lo++)
        add_document(a, &a->documents[lo]);
}

/* --- names -------------------------------------------------------------------------------------------------------- */

/* The role of a part, by the group that it belongs to in the identity. */
static enum en_part_role
role_of(const struct advanced *a, struct en_xml_node *identity, uint64_t group)
{
    static const struct {
        const char *word;
        enum en_part_role role;
    } roles[] = { { "Last Name", EN_PART_FAMILY },   { "First Name", EN_PART_GIVEN },
                  { "Middle Name", EN_PART_MIDDLE }, { "Patronymic", EN_PART_PATRONYMIC },
                  { "Maiden Name", EN_PART_FAMILY }, { "Matronymic", EN_PART_FAMILY } };
    struct en_xml_node *groups = en_xml_node_child(identity, "NamePartGroups", NULL), *master = NULL;

    while ((master = en_xml_node_child(groups, "MasterNamePartGroup", master))) {
        struct en_xml_node *g = NULL;

        while ((g = en_xml_node_child(master, "NamePartGroup", g))) {
            en_text type;

            if (number(g, "ID") != group)
                continue;
            type = meaning(a, "NamePartType", number(g, "NamePartTypeID"));
            for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
                if (en_text_is_nocase(type, roles[i].word))
                    return roles[i].role;
        }
    }
    return EN_PART_OTHER;
}

struct parts {
    en_text text[PARTS];
    enum en_part_role role[PARTS];
    size_t n;
    en_text script; /* of the first part */
};

/* The parts in the order of speech: the list writes the family name first. */
static en_text
full_name(struct advanced *a, const struct parts *p)
{
    static const enum en_part_role order[] = { EN_PART_GIVEN, EN_PART_MIDDLE, EN_PART_PATRONYMIC,
                                               EN_PART_OTHER, EN_PART_TITLE,  EN_PART_FAMILY };
    en_text in_order[PARTS];
    size_t n = 0;

    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t i = 0; i < p->n; i++)
            if (p->role[i] == order[k])
                in_order[n++] = p->text[i];
    return en_list_in_join(a->in, in_order, n, " ");
}

static struct parts
parts_of(struct advanced *a, struct en_xml_node *identity, struct en_xml_node *name)
{
    struct parts p = { .n = 0 };
    struct en_xml_node *part = NULL;

    while (p.n < PARTS && (part = en_xml_node_child(name, "DocumentedNamePart", part))) {
        struct en_xml_node *v = en_xml_node_child(part, "NamePartValue", NULL);

        if (!v || !(p.text[p.n] = text_of(a, v)).n)
            continue;
        p.role[p.n] = role_of(a, identity, number(v, "NamePartGroupID"));
        if (p.n++ == 0)
            p.script = meaning(a, "Script", number(v, "ScriptID"));
    }
    return p;
}

static void
add_name(struct advanced *a, enum en_name_kind kind, const struct parts *p, const struct en_xml_node *at)
{
    bool native = p->script.n && !en_text_is_nocase(p->script, "Latin") && !en_text_is_nocase(p->script, "Unknown");
    en_text full = full_name(a, p);
    struct en_name *n;

    if (full.n > EN_MAX_NAME) {
        en_report_add(a->in->report, EN_NOTE_REFUSED, "value-long", at->line, at->pos,
                      "a name is longer than its limit");
        return;
    }
    if (!(n = en_list_in_name(a->in, native ? EN_NAME_NATIVE : kind, full)))
        return;
    for (size_t i = 0; a->in->id.is_person && p->n > 1 && i < p->n; i++)
        en_name_add_part(&a->in->id.person, n, p->role[i], p->text[i]);
}

/*= Advanced sanctions data model: Alias/@Primary, @LowQuality; the type is Name, A.K.A., F.K.A. or N.K.A. */
static void
add_alias(struct advanced *a, struct en_xml_node *identity, struct en_xml_node *alias)
{
    bool primary = en_bytes_eq(en_xml_node_attribute(alias, "Primary"), EN_BYTES_LIT("true"));
    bool low = en_bytes_eq(en_xml_node_attribute(alias, "LowQuality"), EN_BYTES_LIT("true"));
    en_text type = meaning(a, "AliasType", number(alias, "AliasTypeID"));
    enum en_name_kind kind = primary                             ? EN_NAME_PRIMARY
                             : low                               ? EN_NAME_WEAK
                             : en_text_is_nocase(type, "F.K.A.") ? EN_NAME_FORMER
                                                                 : EN_NAME_ALIAS;
    struct en_xml_node *name = NULL;

    while ((name = en_xml_node_child(alias, "DocumentedName", name))) {
        struct parts p = parts_of(a, identity, name);

        add_name(a, kind, &p, name);
    }
}

/* --- features ----------------------------------------------------------------------------------------------------- */

static void
add_birth(struct advanced *a, struct en_xml_node *version)
{
    struct en_xml_node *at = en_xml_node_child(version, "DatePeriod", NULL);
    enum en_calendar calendar = EN_CAL_GREGORIAN;
    en_text name = at ? meaning(a, "CalendarType", number(at, "CalendarTypeID")) : EN_TEXT_NONE;
    int from[3], to[3];
    struct en_birth b, end;
    bool about = false;

    if (!at)
        return;
    if ((name.n && !en_calendar_from_word(name, &calendar)) || !period(at, from, to, &about) ||
        !en_birth_from_calendar(calendar, from[0], from[1], from[1] ? from[2] : 0, &b) ||
        !en_birth_from_calendar(calendar, to[0], to[1], to[1] ? to[2] : 0, &end) || end.to < b.from) {
        en_report_add(a->in->report, EN_NOTE_KEPT, "birth-date", at->line, at->pos,
                      "a birth date was not understood and is left out");
        return;
    }
    if (calendar == EN_CAL_GREGORIAN)
        en_birth_span(b.from, end.to, &b);
    b.to = end.to;
    if (about)
        b.quality = EN_DATE_APPROX;
    if (en_person_add_birth(&a->in->id.person, &b))
        en_report_add(a->in->report, EN_NOTE_REFUSED, "value-limit", at->line, at->pos, "too many birth dates");
}

/* What a feature says in words: its detail, the meaning of the detail's number, or its place. */
static en_text
words_of(struct advanced *a, struct en_xml_node *version)
{
    struct en_xml_node *detail = en_xml_node_child(version, "VersionDetail", NULL);
    struct en_xml_node *place = en_xml_node_child(version, "VersionLocation", NULL);
    const struct location *l = place ? location_of(a, number(place, "LocationID")) : NULL;
    en_text t[2] = { text_of(a, detail), EN_TEXT_NONE };

    if (t[0].n)
        return t[0];
    if (detail && (t[0] = meaning(a, "DetailReference", number(detail, "DetailReferenceID"))).n)
        return t[0];
    if (!l)
        return EN_TEXT_NONE;
    t[0] = l->text;
    t[1] = l->state;
    return en_list_in_join(a->in, t, 2, ", ");
}

static void
add_feature(struct advanced *a, struct en_xml_node *feature)
{
    en_text type = meaning(a, "FeatureType", number(feature, "FeatureTypeID")), words;
    struct en_xml_node *version = NULL;
    bool person = a->in->id.is_person;

    while ((version = en_xml_node_child(feature, "FeatureVersion", version))) {
        a->in->line = version->line;
        words = words_of(a, version);
        if (person && en_text_is_nocase(type, "Birthdate"))
            add_birth(a, version);
        else if (person && en_text_is_nocase(type, "Place of Birth"))
            en_list_in_ofac_place(a->in, words);
        else if (person &&
                 (en_text_is_nocase(type, "Nationality Country") || en_text_is_nocase(type, "Citizenship Country")))
            en_list_in_nationality(a->in, "nationality", words, version->pos);
        else if (person && en_text_is_nocase(type, "Gender"))
            en_list_in_sex(a->in, "Gender", words, version->pos);
        else if (type.n)
            en_list_in_aside(a->in, type, words);
        else
            en_list_in_extra(a->in, EN_TEXT_LIT("Feature"), words, version->pos);
    }
}

/* --- records ------------------------------------------------------------------------------------------------------ */

static bool
is_person(const struct advanced *a, uint64_t sub_type)
{
    const struct value *v = value_of(a, "PartySubType", sub_type);

    return v && en_text_is_nocase(meaning(a, "PartyType", v->of), "Individual");
}

static void
sort_once(struct advanced *a)
{
    if (a->sorted)
        return;
    if (a->n_locations)
        qsort(a->locations, a->n_locations, sizeof *a->locations, by_location);
    if (a->n_documents)
        qsort(a->documents, a->n_documents, sizeof *a->documents, by_identity);
    a->sorted = true;
}

static en_errc
limit(struct advanced *a, const char *why, struct en_err *err)
{
    en_report_add(a->in->report, EN_NOTE_REFUSED, "list-limit", a->in->id.line, a->in->id.pos, "%s", why);
    return en_err_set_at(err, EN_E_LIMIT, a->in->id.line, a->in->id.pos, "%s", why);
}

static en_errc
hold(struct advanced *a, uint64_t profile, struct en_err *err)
{
    if (en_arena_over(&a->in->arena) || !en_hold_add(&a->hold, &a->in->id, HELD_MAX))
        return limit(a, "the list's entries need more than 512 MiB", err);
    if (a->hold.n > a->cap_profiles) {
        a->cap_profiles = a->cap_profiles ? 2 * a->cap_profiles : 256;
        a->profiles = en_xrealloc(a->profiles, a->cap_profiles * sizeof *a->profiles);
    }
    a->profiles[a->hold.n - 1] = profile;
    return EN_OK;
}

static en_errc
read_party(struct advanced *a, struct en_xml_node *node, struct en_err *err)
{
    struct en_xml_node *profile = en_xml_node_child(node, "Profile", NULL), *identity = NULL, *at = NULL;
    struct en_list_in *in = a->in;

    sort_once(a);
    en_list_in_begin(in, node->line, node->pos);
    in->id.id = en_list_in_tree_attribute(in, node, "FixedRef");
    in->id.is_person = profile && is_person(a, number(profile, "PartySubTypeID"));
    while ((identity = en_xml_node_child(profile, "Identity", identity))) {
        for (at = NULL; (at = en_xml_node_child(identity, "Alias", at));)
            add_alias(a, identity, at);
        add_documents(a, number(identity, "ID"));
    }
    while ((at = en_xml_node_child(profile, "Feature", at)))
        add_feature(a, at);
    en_list_in_tree_aside(in, node, "Comment", "Comment");
    return in->id.id.n ? hold(a, profile ? number(profile, "ID") : 0, err) : en_list_in_deliver(in, err);
}

/*= Advanced sanctions data model: a SanctionsMeasure of type Program has the programme as its comment. */
static void
read_entry(struct advanced *a, struct en_xml_node *node)
{
    struct programme p = { .profile = number(node, "ProfileID") };
    struct en_xml_node *measure = NULL;

    while ((measure = en_xml_node_child(node, "SanctionsMeasure", measure))) {
        en_text type = meaning(a, "SanctionsType", number(measure, "SanctionsTypeID"));

        p.text = kept(a, text_of(a, en_xml_node_child(measure, "Comment", NULL)));
        if (p.text.n == 0 || (type.n && !en_text_is_nocase(type, "Program")))
            continue;
        if (en_arena_grow(&a->keep, &a->programmes, &a->cap_programmes, a->n_programmes + 1, sizeof p))
            a->programmes[a->n_programmes++] = p;
    }
}

static void
read_date(struct advanced *a, struct en_xml_node *node)
{
    struct en_birth day;
    int ymd[3];
    char text[24];

    point(node, ymd);
    if (!en_birth_from_parts(ymd[0], ymd[1], ymd[1] ? ymd[2] : 0, &day))
        return;
    en_birth_format(&day, text);
    en_list_in_version(a->in, en_text_bytes(en_text_from_ours(text)), &day);
}

static en_errc
read_record(void *ctx, size_t kind, struct en_xml_node *node, en_bytes raw, struct en_err *err)
{
    struct advanced *a = ctx;

    (void)raw;
    if (!node) {
        en_report_add(a->in->report, EN_NOTE_REFUSED, "record-limit", en_xml_tree_line(a->xml), en_xml_tree_pos(a->xml),
                      "the entry needs more memory than a record may take");
        return EN_OK;
    }
    if (kind != PARTY) /* texts are made in the identity's arena before they are kept */
        en_list_in_begin(a->in, node->line, node->pos);
    switch ((enum record)kind) {
    case DATE_OF_ISSUE:
        read_date(a, node);
        break;
    case REFERENCE:
        read_reference(a, node);
        break;
    case LOCATION:
        read_location(a, node);
        a->sorted = false;
        break;
    case DOCUMENT:
        read_document(a, node);
        a->sorted = false;
        break;
    case PARTY:
        return read_party(a, node, err);
    case ENTRY:
        read_entry(a, node);
        break;
    case RELATION: /* who knows whom is not evidence of who somebody is */
    case LINK:
        break;
    }
    if (en_arena_over(&a->keep))
        return limit(a, "the list's tables need more than 256 MiB", err);
    return EN_OK;
}

static void
read_root(void *ctx, const char **attributes)
{
    (void)ctx, (void)attributes;
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static int
by_profile(const void *x, const void *y)
{
    const struct programme *a = x, *b = y;

    if (a->profile != b->profile)
        return a->profile < b->profile ? -1 : 1;
    return en_text_cmp(a->text, b->text);
}

static void
add_programmes(struct advanced *a, uint64_t profile)
{
    size_t lo = 0, hi = a->n_programmes;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (a->programmes[mid].profile < profile)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < a->n_programmes && a->programmes[lo].profile == profile; lo++)
        en_list_in_programme(a->in, a->programmes[lo].text);
}

static en_errc
deliver_held(struct advanced *a, struct en_err *err)
{
    en_errc e = EN_OK;

    if (a->n_programmes)
        qsort(a->programmes, a->n_programmes, sizeof *a->programmes, by_profile);
    for (size_t i = 0; e == EN_OK && i < a->hold.n; i++) {
        if (!en_hold_read(&a->hold, i, a->in))
            continue;
        add_programmes(a, a->profiles[i]);
        e = en_list_in_deliver(a->in, err);
    }
    en_hold_reset(&a->hold);
    return e;
}

/* --- the reader --------------------------------------------------------------------------------------------------- */

static void *
advanced_open(struct en_list_in *in)
{
    struct advanced *a = en_xcalloc(1, sizeof *a);

    a->in = in;
    en_arena_init(&a->keep, KEPT_MAX);
    a->xml = en_xml_tree_new(&shape, (struct en_xml_tree_sink){ a, read_root, read_record }, in->report);
    return a;
}

/* What was read before damage that ends the reading is delivered: the caller knows that the file is damaged. */
static en_errc
advanced_feed(void *state, en_bytes chunk, struct en_err *err)
{
    struct advanced *a = state;
    en_errc e = en_xml_tree_feed(a->xml, chunk, err);

    if (e)
        (void)deliver_held(a, NULL);
    return e;
}

/* What was read before the damage is delivered; an entry whose programmes were lost with the end has none. */
static en_errc
advanced_end(void *state, struct en_err *err)
{
    struct advanced *a = state;
    en_errc e = en_xml_tree_end(a->xml, err), held = deliver_held(a, e ? NULL : err);

    return e ? e : held;
}

static void
advanced_close(void *state)
{
    struct advanced *a = state;

    en_xml_tree_free(a->xml);
    en_hold_release(&a->hold);
    en_arena_release(&a->keep);
    free(a->profiles);
    free(a);
}

const struct en_list_ops en_list_ops_ofac_advanced = {
    .format = EN_LIST_OFAC_ADVANCED,
    .word = "ofac-advanced",
    .name = "ofac-sdn",
    .xml = true,
    .open = advanced_open,
    .feed = advanced_feed,
    .end = advanced_end,
    .close = advanced_close,
};
