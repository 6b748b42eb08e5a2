/*
 * The consolidated list of the United Nations Security Council (sc-sanctions.xsd), streaming.
 *
 *   CONSOLIDATED_LIST @dateGenerated
 *     INDIVIDUALS / ENTITIES
 *       INDIVIDUAL / ENTITY                         a record
 *         FIRST_NAME, REFERENCE_NUMBER …            a field of the record
 *         NATIONALITY / VALUE                       a field with several values
 *         INDIVIDUAL_ALIAS / QUALITY, ALIAS_NAME …  a group: its fields are collected and read at its end
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/list_in.h"
#include "formats/xml_records.h"

/* Fields of one group that are kept apart; the richest has 9. */
#define GROUP_FIELDS 24u
#define GROUP_NAME   64u

struct field {
    const char *tag; /* a copy in the identity's arena; NULL when taken */
    en_text text;
};

struct un {
    struct en_list_in *in;
    struct en_xml *xml;
    const struct group *group; /* the open child of the record, read as a group */
    char group_tag[GROUP_NAME];
    struct field fields[GROUP_FIELDS];
    size_t n_fields;
    en_text names[4], original, reference, comments, title;
};

static const struct en_xml_shape shape = {
    "CONSOLIDATED_LIST", { { "INDIVIDUALS", "INDIVIDUAL" }, { "ENTITIES", "ENTITY" } },
};

static uint64_t
here(const struct un *u)
{
    return en_xml_pos(u->xml);
}

/* --- groups ------------------------------------------------------------------------------------------------------- */

struct group {
    const char *tag;
    void (*end)(struct un *u);        /* a group of fields */
    void (*value)(struct un *u, en_text t); /* or several values */
};

/* A field of the open group; empty if it has none. The first of a name counts, others are kept. */
static en_text
take_field(struct un *u, const char *tag)
{
    for (size_t i = 0; i < u->n_fields; i++)
        if (u->fields[i].tag && strcmp(u->fields[i].tag, tag) == 0) {
            u->fields[i].tag = NULL;
            return u->fields[i].text;
        }
    return EN_TEXT_NONE;
}

/* "GROUP.FIELD" as a key of an extra, or "FIELD" where group is "". The names are the parser's: they are copied. */
static en_text
path_key(struct un *u, const char *group, const char *tag)
{
    size_t ng = strlen(group), nt = strlen(tag);
    char *p = en_arena_alloc(&u->in->arena, ng + 1 + nt);
    en_text key;

    if (!p)
        return EN_TEXT_LIT("?");
    memcpy(p, group, ng);
    p[ng] = '.';
    memcpy(p + ng + 1, tag, nt);
    if (ng == 0) {
        memmove(p, p + 1, nt);
        return en_list_in_text(u->in, en_bytes_from(p, nt), EN_MAX_NAME, here(u), &key) ? key : EN_TEXT_LIT("?");
    }
    return en_list_in_text(u->in, en_bytes_from(p, ng + 1 + nt), EN_MAX_NAME, here(u), &key) ? key : EN_TEXT_LIT("?");
}

/* What a group's reader has not taken stays with the record. */
static void
keep_fields(struct un *u, bool known)
{
    for (size_t i = 0; i < u->n_fields; i++) {
        if (!u->fields[i].tag)
            continue;
        if (known)
            en_list_in_aside(u->in, path_key(u, u->group_tag, u->fields[i].tag), u->fields[i].text);
        else
            en_list_in_extra(u->in, path_key(u, u->group_tag, u->fields[i].tag), u->fields[i].text, here(u));
    }
    u->n_fields = 0;
}

static en_text
join(struct un *u, en_text a, const char *between, en_text b)
{
    size_t n = strlen(between);
    char *p;

    if (a.n == 0 || b.n == 0)
        return a.n ? a : b;
    if (!(p = en_arena_alloc(&u->in->arena, a.n + n + b.n)))
        return a;
    memcpy(p, a.p, a.n);
    memcpy(p + a.n, between, n);
    memcpy(p + a.n + n, b.p, b.n);
    return (en_text){ p, a.n + n + b.n };
}

/* The text behind a marker in prose, up to a semicolon; empty if there is none. */
static en_text
behind(en_text prose, const char *marker)
{
    size_t n = strlen(marker);

    for (size_t i = 0; i + n <= prose.n; i++)
        if (en_text_is_nocase((en_text){ prose.p + i, n }, marker)) {
            size_t end = i + n;

            while (end < prose.n && prose.p[end] != ';')
                end++;
            return en_text_trim((en_text){ prose.p + i + n, end - i - n });
        }
    return EN_TEXT_NONE;
}

static void
add_alias(struct un *u, enum en_name_kind kind, enum en_quality quality, en_text full)
{
    struct en_name *n;

    if (full.n > EN_MAX_NAME) {
        en_report_add(u->in->report, EN_NOTE_REFUSED, "value-long", u->in->id.line, here(u),
                      "a name is longer than its limit");
        return;
    }
    if ((n = en_list_in_name(u->in, kind, full)) && quality != EN_QUALITY_UNSTATED)
        n->quality = quality;
}

/*= UN list, fact sheet: "Good" quality aliases are adequate for identification, "Low" quality ones are not. */
static void
end_alias(struct un *u)
{
    en_text quality = take_field(u, "QUALITY"), names = take_field(u, "ALIAS_NAME"), note = EN_TEXT_NONE, native;
    enum en_name_kind kind = EN_NAME_ALIAS;
    enum en_quality q = EN_QUALITY_UNSTATED;

    for (size_t i = 0; i < u->n_fields && note.n == 0; i++)
        if (u->fields[i].tag && strcmp(u->fields[i].tag, "NOTE") == 0)
            note = u->fields[i].text;
    if (en_text_is_nocase(quality, "Low")) {
        kind = EN_NAME_WEAK;
        q = EN_QUALITY_LOW;
    } else if (en_text_is_nocase(quality, "Good")) {
        q = EN_QUALITY_GOOD;
    } else if (en_text_is_nocase(quality, "f.k.a.")) {
        kind = EN_NAME_FORMER;
    } else if (quality.n && !en_text_is_nocase(quality, "a.k.a.")) {
        en_list_in_extra(u->in, EN_TEXT_LIT("INDIVIDUAL_ALIAS.QUALITY"), quality, here(u));
    }
    if (kind == EN_NAME_ALIAS && (behind(note, "formerly listed").p || behind(note, "previously listed").p))
        kind = EN_NAME_FORMER;
    while (names.n) { /* editors put several into one element, separated by semicolons */
        size_t end = 0;

        while (end < names.n && names.p[end] != ';')
            end++;
        add_alias(u, kind, q, en_text_trim((en_text){ names.p, end }));
        names = end < names.n ? (en_text){ names.p + end + 1, names.n - end - 1 } : EN_TEXT_NONE;
    }
    if ((native = behind(note, "original script:")).n)
        add_alias(u, EN_NAME_NATIVE, q, native);
    en_list_in_birth(u->in, "INDIVIDUAL_ALIAS.DATE_OF_BIRTH", take_field(u, "DATE_OF_BIRTH"), here(u));
    en_list_in_place(u->in, take_field(u, "CITY_OF_BIRTH"), en_country_from_text(take_field(u, "COUNTRY_OF_BIRTH")));
    keep_fields(u, true);
}

static void
add_birth(struct un *u, struct en_birth *b, bool about)
{
    if (about)
        b->quality = EN_DATE_APPROX;
    if (en_person_add_birth(&u->in->id.person, b))
        en_report_add(u->in->report, EN_NOTE_REFUSED, "value-limit", u->in->id.line, here(u), "too many birth dates");
}

/*= sc-sanctions.xsd TYPE_OF_DATE: EXACT, APPROXIMATELY, BETWEEN. */
static void
end_birth(struct un *u)
{
    static const char *const places[] = { "DATE", "YEAR" };
    en_text type = take_field(u, "TYPE_OF_DATE"), from = take_field(u, "FROM_YEAR"), to = take_field(u, "TO_YEAR");
    en_text span, t;
    struct en_birth b;
    bool about = en_text_is_nocase(type, "APPROXIMATELY"), any = false;

    span = join(u, from, "-", to);
    if (from.n && to.n && en_birth_parse(span, &b)) {
        add_birth(u, &b, about);
        any = true;
    } else if (span.n) {
        en_list_in_birth(u->in, "INDIVIDUAL_DATE_OF_BIRTH.FROM_YEAR", span, here(u));
        any = true;
    }
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!(t = take_field(u, places[i])).n)
            continue;
        if (en_birth_parse(t, &b))
            add_birth(u, &b, about);
        else
            en_list_in_birth(u->in, "INDIVIDUAL_DATE_OF_BIRTH", t, here(u));
        any = true;
    }
    t = take_field(u, "NOTE");
    if (!any && t.n && en_birth_parse(t, &b))
        add_birth(u, &b, about);
    else if (!any)
        en_list_in_birth(u->in, "INDIVIDUAL_DATE_OF_BIRTH.NOTE", t, here(u));
    else
        en_list_in_aside(u->in, EN_TEXT_LIT("INDIVIDUAL_DATE_OF_BIRTH.NOTE"), t);
    keep_fields(u, true);
}

static void
end_place(struct un *u)
{
    en_text city = take_field(u, "CITY"), region = take_field(u, "STATE_PROVINCE"), country = take_field(u, "COUNTRY");
    en_text text = join(u, city, ", ", region);
    en_country c = en_country_from_text(country);

    if (!en_country_known(c))
        text = join(u, text, ", ", country);
    en_list_in_place(u->in, text, c);
    keep_fields(u, true);
}

static void
end_document(struct un *u)
{
    en_text type = take_field(u, "TYPE_OF_DOCUMENT"), type2 = take_field(u, "TYPE_OF_DOCUMENT2");
    en_text note = take_field(u, "NOTE"), issuing = take_field(u, "ISSUING_COUNTRY");
    struct en_doc d = en_list_in_doc_of(en_list_in_doc_type(type, EN_DOC_OTHER), take_field(u, "NUMBER"));

    if (en_text_is_nocase(type, "National Identification Number"))
        d.type = EN_DOC_NATIONAL_ID;
    d.issuer = en_country_from_text(issuing);
    if (issuing.n && !en_country_known(d.issuer))
        en_list_in_aside(u->in, EN_TEXT_LIT("INDIVIDUAL_DOCUMENT.ISSUING_COUNTRY"), issuing);
    /* For want of better, the state on whose soil it was issued. */
    for (size_t i = 0; i < u->n_fields && !en_country_known(d.issuer); i++)
        if (u->fields[i].tag && strcmp(u->fields[i].tag, "COUNTRY_OF_ISSUE") == 0)
            d.issuer = en_country_from_text(u->fields[i].text);
    d.note = note;
    en_list_in_doc_prose(&d, note);
    en_list_in_doc_number(u->in, &d, here(u));
    d.note = join(u, type2.n ? type2 : d.type == EN_DOC_OTHER ? type : EN_TEXT_NONE, "; ", d.note);
    if (d.number.n)
        en_list_in_doc(u->in, &d);
    else
        en_list_in_aside(u->in, EN_TEXT_LIT("INDIVIDUAL_DOCUMENT"), d.note);
    keep_fields(u, true);
}

static void
end_known(struct un *u)
{
    keep_fields(u, true);
}

static void
end_unknown(struct un *u)
{
    keep_fields(u, false);
}

/* --- several values ----------------------------------------------------------------------------------------------- */

static void
value_nationality(struct un *u, en_text t)
{
    en_list_in_nationality(u->in, "NATIONALITY", t, here(u));
}

static void
value_title(struct un *u, en_text t)
{
    if (u->title.n == 0)
        u->title = t;
    en_list_in_aside(u->in, EN_TEXT_LIT("TITLE"), t);
}

static void
value_designation(struct un *u, en_text t)
{
    en_list_in_aside(u->in, EN_TEXT_LIT("DESIGNATION"), t);
}

static void
value_list_type(struct un *u, en_text t)
{
    en_list_in_aside(u->in, EN_TEXT_LIT("LIST_TYPE"), t);
}

static void
value_updated(struct un *u, en_text t)
{
    en_list_in_aside(u->in, EN_TEXT_LIT("LAST_DAY_UPDATED"), t);
}

static const struct group groups[] = {
    { "INDIVIDUAL_ALIAS",          end_alias,    NULL },
    { "ENTITY_ALIAS",              end_alias,    NULL },
    { "INDIVIDUAL_DATE_OF_BIRTH",  end_birth,    NULL },
    { "INDIVIDUAL_PLACE_OF_BIRTH", end_place,    NULL },
    { "INDIVIDUAL_DOCUMENT",       end_document, NULL },
    { "INDIVIDUAL_ADDRESS",        end_known,    NULL },
    { "ENTITY_ADDRESS",            end_known,    NULL },
    { "NATIONALITY",               end_unknown,  value_nationality },
    { "NATIONALITY2",              end_unknown,  value_nationality },
    { "TITLE",                     end_unknown,  value_title },
    { "DESIGNATION",               end_unknown,  value_designation },
    { "LIST_TYPE",                 end_unknown,  value_list_type },
    { "LAST_DAY_UPDATED",          end_unknown,  value_updated },
};
static const struct group unknown_group = { "", end_unknown, NULL };

/* --- fields of a record ------------------------------------------------------------------------------------------- */

static void
field_of_record(struct un *u, const char *tag, en_text t)
{
    static const char *const name_tags[4] = { "FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME" };
    static const struct {
        const char *tag;
        size_t offset; /* of an en_text in struct un */
    } kept[] = {
        { "NAME_ORIGINAL_SCRIPT", offsetof(struct un, original) },
        { "REFERENCE_NUMBER",     offsetof(struct un, reference) },
        { "COMMENTS1",            offsetof(struct un, comments) },
    };
    static const char *const known[] = { "VERSIONNUM",   "LISTED_ON", "SUBMITTED_ON",
                                         "SUBMITTED_BY", "SORT_KEY",  "SORT_KEY_LAST_MOD" };

    for (size_t i = 0; i < 4; i++)
        if (strcmp(tag, name_tags[i]) == 0) {
            u->names[i] = t;
            return;
        }
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strcmp(tag, kept[i].tag) == 0)
            memcpy((char *)u + kept[i].offset, &t, sizeof t);
    if (strcmp(tag, "DATAID") == 0) {
        u->in->id.id = t;
    } else if (strcmp(tag, "UN_LIST_TYPE") == 0) {
        en_list_in_programme(u->in, t);
    } else if (strcmp(tag, "GENDER") == 0) {
        en_list_in_sex(u->in, "GENDER", t, here(u));
    } else if (strcmp(tag, "DELISTED_ON") == 0) {
        u->in->id.ended = true;
        en_list_in_aside(u->in, EN_TEXT_LIT("DELISTED_ON"), t);
    } else if (strcmp(tag, "REFERENCE_NUMBER") == 0) {
        en_list_in_aside(u->in, EN_TEXT_LIT("REFERENCE_NUMBER"), t);
    } else if (strcmp(tag, "COMMENTS1") == 0) {
        en_list_in_aside(u->in, EN_TEXT_LIT("COMMENTS1"), t);
    } else if (strcmp(tag, "NAME_ORIGINAL_SCRIPT") != 0) {
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (strcmp(tag, known[i]) == 0) {
                en_list_in_aside(u->in, en_text_from_ours(known[i]), t);
                return;
            }
        en_list_in_extra(u->in, path_key(u, "", tag), t, here(u));
    }
}

/*
 * The name in the order of the list. The UN does not say which part is a family name, so the parts have no role beyond
 * their order; a title stands outside of the full name.
 */
static void
add_primary(struct un *u)
{
    struct en_person *p = &u->in->id.person;
    struct en_name n = { .kind = EN_NAME_PRIMARY, .source = EN_NAME_FROM_RECORD };
    struct en_name *first;

    for (size_t i = 0; i < 4; i++)
        n.full = join(u, n.full, " ", u->names[i]);
    if (n.full.n > EN_MAX_NAME) {
        en_report_add(u->in->report, EN_NOTE_REFUSED, "value-long", u->in->id.line, here(u),
                      "a name is longer than its limit");
        return;
    }
    if (n.full.n == 0 || en_person_add_name(p, &n))
        return;
    /* The aliases came first in the file's order of elements: the primary name goes to the front. */
    first = &p->names[p->n_names - 1];
    if (u->in->id.is_person) {
        for (size_t i = 0; i < 4; i++)
            if (u->names[i].n)
                en_name_add_part(p, first, EN_PART_OTHER, u->names[i]);
        if (u->title.n)
            en_name_add_part(p, first, EN_PART_TITLE, u->title);
    }
    n = *first;
    memmove(p->names + 1, p->names, (p->n_names - 1) * sizeof n);
    p->names[0] = n;
}

static void
add_originals(struct un *u)
{
    en_text left = u->original;

    while (left.n) {
        size_t end = 0;

        while (end < left.n && left.p[end] != ';')
            end++;
        add_alias(u, EN_NAME_NATIVE, EN_QUALITY_UNSTATED, en_text_trim((en_text){ left.p, end }));
        left = end < left.n ? (en_text){ left.p + end + 1, left.n - end - 1 } : EN_TEXT_NONE;
    }
}

/* What the fields of the whole record say together. */
static void
finish_record(struct un *u)
{
    en_text sex = behind(u->comments, "Gender:");
    size_t end = 0;

    add_primary(u);
    add_originals(u);
    while (end < sex.n && ((sex.p[end] >= 'a' && sex.p[end] <= 'z') || (sex.p[end] >= 'A' && sex.p[end] <= 'Z')))
        end++;
    if (u->in->id.person.sex == EN_SEX_UNKNOWN && u->in->id.is_person)
        u->in->id.person.sex = en_sex_from((en_text){ sex.p, end });
    if (u->in->id.n_programmes == 0) { /* "QDi.001": the list is the part before the full stop */
        for (end = 0; end < u->reference.n && u->reference.p[end] != '.';)
            end++;
        en_list_in_programme(u->in, (en_text){ u->reference.p, end });
    }
}

/* --- elements ----------------------------------------------------------------------------------------------------- */

static void
on_root(void *ctx, const char **attributes)
{
    struct un *u = ctx;
    en_text t;

    for (; attributes[0]; attributes += 2) {
        if (strcmp(attributes[0], "dateGenerated") != 0)
            continue;
        if (en_text_check(en_bytes_from(attributes[1], strlen(attributes[1])), 64, &u->in->keep, &t, NULL, NULL))
            continue;
        u->in->meta.version = en_text_dup(t, &u->in->keep);
        en_time_parse(u->in->meta.version, &u->in->meta.dated);
    }
}

static void
on_begin(void *ctx, size_t kind, uint64_t line, uint64_t pos)
{
    struct un *u = ctx;

    en_list_in_begin(u->in, line, pos);
    u->in->id.is_person = kind == 0;
    u->n_fields = 0;
    memset(u->names, 0, sizeof u->names);
    u->original = u->reference = u->comments = u->title = EN_TEXT_NONE;
}

static void
begin_group(struct un *u, const char *tag)
{
    size_t n = strlen(tag);

    u->group = &unknown_group;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strcmp(groups[i].tag, tag) == 0)
            u->group = &groups[i];
    n = n < sizeof u->group_tag ? n : sizeof u->group_tag - 1;
    memcpy(u->group_tag, tag, n);
    u->group_tag[n] = '\0';
    u->n_fields = 0;
}

/* A text of the parser's as checked text that outlives it. */
static bool
take_text(struct un *u, en_bytes raw, en_text *t)
{
    uint8_t *copy = raw.n && raw.n <= EN_MAX_XML_TEXT ? en_arena_copy(&u->in->arena, raw.p, raw.n) : NULL;

    *t = EN_TEXT_NONE;
    if (raw.n > EN_MAX_XML_TEXT)
        en_report_add(u->in->report, EN_NOTE_REFUSED, "value-long", u->in->id.line, here(u),
                      "a value is longer than its limit");
    return copy && en_list_in_prose(u->in, (en_bytes){ copy, raw.n }, EN_MAX_XML_TEXT, here(u), t);
}

static void
on_open(void *ctx, unsigned depth, const char *name, const char **attributes)
{
    struct un *u = ctx;
    en_text t;

    if (depth == 1)
        begin_group(u, name);
    for (; attributes[0]; attributes += 2) /* the format has none here */
        if (take_text(u, en_bytes_from(attributes[1], strlen(attributes[1])), &t))
            en_list_in_extra(u->in, path_key(u, name, attributes[0]), t, here(u));
}

/* A leaf inside a group. */
static void
field_of_group(struct un *u, const char *tag, en_text t)
{
    char *copy;

    if (u->group->value && strcmp(tag, "VALUE") == 0) {
        u->group->value(u, t);
        return;
    }
    if (u->n_fields == GROUP_FIELDS || !(copy = en_arena_copy(&u->in->arena, tag, strlen(tag) + 1))) {
        en_list_in_extra(u->in, path_key(u, u->group_tag, tag), t, here(u));
        return;
    }
    u->fields[u->n_fields++] = (struct field){ copy, t };
}

static void
on_leaf(void *ctx, unsigned depth, const char *name, en_bytes text)
{
    struct un *u = ctx;
    en_text t;

    if (!take_text(u, text, &t))
        return;
    if (depth == 1)
        field_of_record(u, name, t);
    else if (depth == 2)
        field_of_group(u, name, t);
    else
        en_list_in_extra(u->in, path_key(u, u->group_tag, name), t, here(u));
}

static void
on_close(void *ctx, unsigned depth, const char *name)
{
    struct un *u = ctx;

    (void)name;
    if (depth == 1)
        u->group->end(u);
}

static en_errc
on_end(void *ctx, en_bytes raw, struct en_err *err)
{
    struct un *u = ctx;

    finish_record(u);
    u->in->id.raw = raw;
    return en_list_in_deliver(u->in, err);
}

/* --- the reader --------------------------------------------------------------------------------------------------- */

static void *
un_open(struct en_list_in *in)
{
    struct un *u = en_xcalloc(1, sizeof *u);

    u->in = in;
    u->xml = en_xml_new(&shape, (struct en_xml_sink){ u, on_root, on_begin, on_open, on_leaf, on_close, on_end },
                        in->report);
    return u;
}

static en_errc
un_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_xml_feed(((struct un *)state)->xml, chunk, err);
}

static en_errc
un_end(void *state, struct en_err *err)
{
    return en_xml_end(((struct un *)state)->xml, err);
}

static void
un_close(void *state)
{
    struct un *u = state;

    en_xml_free(u->xml);
    free(u);
}

const struct en_list_ops en_list_ops_un = {
    .format = EN_LIST_UN_XML,
    .word = "un-xml",
    .name = "un-consolidated",
    .xml = true,
    .open = un_open,
    .feed = un_feed,
    .end = un_end,
    .close = un_close,
};
