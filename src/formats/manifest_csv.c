/*
 * manifest_csv.c: one traveller a row. docs/formats/manifest-csv.md.
 *
 * The first row names the columns, in any order. The separator is the one of , ; and tab that the first row
 * has most of.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/csv.h"
#include "formats/doc_code.h"
#include "formats/manifest_impl.h"
#include "formats/manifest_map_impl.h"
#include "formats/utf16.h"

/* The first row is held until its separator is known. */
#define HEADER_MAX (64u * EN_KIB)

struct row;

/* A column: how its value is read into the traveller. Rows of the table below. */
struct column {
    const char *name;
    void (*read)(struct row *row, en_text value);
};

struct reader {
    struct en_manifest_rows rows;
    struct en_csv *csv;              /* NULL until the separator is known */
    struct en_buf head;
    bool named;                      /* the first row was read */
    size_t n_columns;
    const struct column *columns[EN_CSV_MAX_FIELDS]; /* NULL: kept as an extra under its title */
    en_text titles[EN_CSV_MAX_FIELDS];
    struct en_arena keep;            /* titles */
    struct en_flight flight;
    size_t at[EN_MAP_FIELDS][EN_MAP_JOINED]; /* by a map: the columns of each field */
    enum use { EXTRA, MAPPED, IGNORED } use[EN_CSV_MAX_FIELDS];
    struct en_utf16 utf16;
    struct en_buf utf8;
};

/* What the columns of one row say, until it is complete. */
struct row {
    struct reader *r;
    uint64_t pos;                    /* of the value being read */
    en_text name, family, given, doc_type;
    en_text written;                 /* the value as the file has it, where a map changed it */
    struct en_doc doc;
    struct en_place place;
};

/* --- columns -------------------------------------------------------------------------------------- */

static void
keep(struct row *row, en_text key, en_text value, const char *code, const char *text)
{
    en_manifest_rows_note(&row->r->rows, EN_NOTE_KEPT, code, row->pos, text);
    en_manifest_rows_extra(&row->r->rows, key, value);
}

#define TEXT_COLUMN(fn, place)          \
    static void fn(struct row *row, en_text v) { place = v; }

TEXT_COLUMN(read_id, row->r->rows.traveller.id)
TEXT_COLUMN(read_name, row->name)
TEXT_COLUMN(read_family, row->family)
TEXT_COLUMN(read_given, row->given)
TEXT_COLUMN(read_doc_type, row->doc_type)
TEXT_COLUMN(read_doc_number, row->doc.number)
TEXT_COLUMN(read_birth_place, row->place.text)
TEXT_COLUMN(read_pnr, row->r->rows.traveller.pnr)
TEXT_COLUMN(read_reference, row->r->rows.traveller.reference)
TEXT_COLUMN(read_redress, row->r->rows.traveller.redress)
TEXT_COLUMN(read_known_traveller, row->r->rows.traveller.known_traveller)
TEXT_COLUMN(read_from, row->r->rows.traveller.trip.from)
TEXT_COLUMN(read_to, row->r->rows.traveller.trip.to)

static void
read_birth_date(struct row *row, en_text v)
{
    struct en_birth b;

    bool good = en_birth_parse(v, &b);

    if (good && row->written.n)
        b.as_written = row->written;
    if (good)
        en_manifest_rows_added(&row->r->rows, en_person_add_birth(&row->r->rows.traveller.person, &b));
    else
        keep(row, EN_TEXT_LIT("birth_date"), v, "birth-date", "a birth date was not understood and is kept as text");
}

static en_country
read_country(struct row *row, en_text v, en_text key)
{
    en_country c = en_country_from_text(v);

    if (!en_country_known(c))
        keep(row, key, v, "country", "a country was not understood and is kept as text");
    return c;
}

/* Several are separated by semicolons or bars. */
static void
read_nationality(struct row *row, en_text v)
{
    while (v.n) {
        size_t n = 0;
        en_country c;

        while (n < v.n && v.p[n] != ';' && v.p[n] != '|')
            n++;
        c = read_country(row, en_text_trim((en_text){ v.p, n }), EN_TEXT_LIT("nationality"));
        en_manifest_rows_added(&row->r->rows, en_person_add_nationality(&row->r->rows.traveller.person, c));
        n += n < v.n;
        v = (en_text){ v.p + n, v.n - n };
    }
}

static void
read_sex(struct row *row, en_text v)
{
    row->r->rows.traveller.person.sex = en_sex_from(v);
    if (row->r->rows.traveller.person.sex == EN_SEX_UNKNOWN && !en_text_is_nocase(v, "U"))
        keep(row, EN_TEXT_LIT("sex"), v, "sex", "a word for the sex was not understood and is kept as text");
}

static void
read_doc_issuer(struct row *row, en_text v)
{
    row->doc.issuer = read_country(row, v, EN_TEXT_LIT("document_issuer"));
}

static void
read_doc_expires(struct row *row, en_text v)
{
    struct en_birth b;

    if (en_birth_parse(v, &b))
        row->doc.expires = b.to;
    else
        keep(row, EN_TEXT_LIT("document_expires"), v, "expiry-date",
             "an expiry date was not understood and is kept as text");
}

static void
read_birth_country(struct row *row, en_text v)
{
    row->place.country = read_country(row, v, EN_TEXT_LIT("birth_country"));
}

static void
read_flight(struct row *row, en_text v)
{
    row->r->flight = (struct en_flight){ .number = v };
    row->r->rows.traveller.flight = &row->r->flight;
}

static void
read_role(struct row *row, en_text v)
{
    if (en_text_is_nocase(v, "crew"))
        row->r->rows.traveller.role = EN_ROLE_CREW;
    else if (en_text_is_nocase(v, "transit"))
        row->r->rows.traveller.role = EN_ROLE_TRANSIT;
    else if (!en_text_is_nocase(v, "passenger"))
        keep(row, EN_TEXT_LIT("role"), v, "role", "the role is none of passenger, crew and transit");
}

/* "2026-11-24T08:15" or "2026-11-24 08:15", local; a day alone is its first minute. */
static void
read_travel_time(struct row *row, en_text v, const char *key, en_time *out)
{
    char rfc3339[24] = "0000-00-00T00:00:00Z";
    en_time t;

    if (v.n >= 10 && v.n < sizeof rfc3339 - 4) {
        memcpy(rfc3339, v.p, v.n < 16 ? 10 : 16);
        rfc3339[10] = 'T';
        if ((v.n == 10 || v.n >= 16) && en_time_parse(en_text_from_ours(rfc3339), &t)) {
            *out = t;
            return;
        }
    }
    keep(row, en_text_from_ours(key), v, "travel-time", "a time of travel was not understood and is kept as text");
}

static void
read_departs(struct row *row, en_text v)
{
    read_travel_time(row, v, "departs", &row->r->rows.traveller.trip.departs);
}

static void
read_arrives(struct row *row, en_text v)
{
    read_travel_time(row, v, "arrives", &row->r->rows.traveller.trip.arrives);
}

/*= docs/formats/rehearsal.md: the mark of rows that are made up. */
static void
read_fictional(struct row *row, en_text v)
{
    en_manifest_rows_extra(&row->r->rows, EN_TEXT_LIT("fictional"), v);
}

static const struct column columns[] = {
    { "id", read_id },
    { "name", read_name },
    { "family_name", read_family },
    { "given_names", read_given },
    { "birth_date", read_birth_date },
    { "nationality", read_nationality },
    { "sex", read_sex },
    { "document_type", read_doc_type },
    { "document_number", read_doc_number },
    { "document_issuer", read_doc_issuer },
    { "document_expires", read_doc_expires },
    { "birth_place", read_birth_place },
    { "birth_country", read_birth_country },
    { "flight", read_flight },
    { "role", read_role },
    { "pnr", read_pnr },
    { "reference", read_reference },
    { "redress", read_redress },
    { "known_traveller", read_known_traveller },
    { "from", read_from },
    { "to", read_to },
    { "departs", read_departs },
    { "arrives", read_arrives },
    { "fictional", read_fictional },
};

#define COLUMNS (sizeof columns / sizeof *columns)
_Static_assert(COLUMNS <= EN_MAP_FIELDS, "every column can be mapped");

int
en_manifest_csv_field(en_text name)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (en_text_is(name, columns[i].name))
            return (int)i;
    return -1;
}

const char *
en_manifest_csv_field_name(size_t field)
{
    return field < COLUMNS ? columns[field].name : NULL;
}

static const struct column *
column_named(en_text title)
{
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (en_text_is_nocase(title, columns[i].name))
            return &columns[i];
    return NULL;
}

/* What other systems call our columns, without blanks and marks. */
static const struct {
    const char *theirs, *ours;
} dialects[] = {
    { "fullname", "name" },               { "passengername", "name" },          { "surname", "family_name" },
    { "lastname", "family_name" },        { "familyname", "family_name" },      { "firstname", "given_names" },
    { "givenname", "given_names" },       { "givennames", "given_names" },      { "forenames", "given_names" },
    { "dob", "birth_date" },              { "dateofbirth", "birth_date" },      { "birthdate", "birth_date" },
    { "citizenship", "nationality" },     { "gender", "sex" },                  { "passportnumber", "document_number" },
    { "passportno", "document_number" },  { "documentno", "document_number" },  { "documentnumber", "document_number" },
    { "documenttype", "document_type" },  { "issuingstate", "document_issuer" }, { "issuingcountry", "document_issuer" },
    { "countryofissue", "document_issuer" }, { "expirydate", "document_expires" }, { "dateofexpiry", "document_expires" },
    { "passportexpiry", "document_expires" }, { "placeofbirth", "birth_place" }, { "countryofbirth", "birth_country" },
    { "flightnumber", "flight" },         { "flightno", "flight" },             { "recordlocator", "pnr" },
    { "bookingreference", "pnr" },        { "redressnumber", "redress" },       { "ktn", "known_traveller" },
    { "knowntravellernumber", "known_traveller" }, { "origin", "from" },        { "departureairport", "from" },
    { "destination", "to" },              { "arrivalairport", "to" },           { "departuretime", "departs" },
    { "arrivaltime", "arrives" },
};

static const struct column *
column_of_dialect(en_text title)
{
    char bare[32];
    size_t n = 0;

    for (size_t i = 0; i < title.n; i++) {
        char c = (char)(title.p[i] >= 'A' && title.p[i] <= 'Z' ? title.p[i] + 0x20 : title.p[i]);

        if (c < 'a' || c > 'z')
            continue;
        if (n == sizeof bare)
            return NULL;
        bare[n++] = c;
    }
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
        if (en_text_is((en_text){ bare, n }, dialects[i].theirs))
            return column_named(en_text_from_ours(dialects[i].ours));
    return NULL;
}

/* --- the header ----------------------------------------------------------------------------------- */

static bool
has_column(const struct reader *r, const char *name)
{
    const struct column *c = column_named(en_text_from_ours(name));

    for (size_t i = 0; i < r->n_columns; i++)
        if (r->columns[i] == c)
            return true;
    return false;
}

static en_errc
read_header(struct reader *r, const struct en_csv_row *row, struct en_err *err)
{
    struct en_report *report = r->rows.run->report;

    r->named = true;
    en_manifest_rows_begin(&r->rows, row->line, row->pos[0]);
    for (size_t i = 0; i < row->n; i++) {
        en_text t = en_manifest_rows_text(&r->rows, row->fields[i], row->pos[i]);
        const struct column *c = column_named(t);

        if (!c && (c = column_of_dialect(t)) != NULL)
            en_report_add(report, EN_NOTE_REPAIR, "column-dialect", row->line, row->pos[i],
                          "a column was read under its name here: %s", c->name);
        for (size_t k = 0; c && k < i; k++)
            if (r->columns[k] == c) {
                en_report_add(report, EN_NOTE_WARNING, "column-repeated", row->line, row->pos[i],
                              "a column of this name came before: this one is kept as an extra");
                c = NULL;
            }
        if (!c && t.n)
            en_report_add(report, EN_NOTE_KEPT, "column", row->line, row->pos[i],
                          "a column that is not known is kept with each traveller");
        r->columns[i] = c;
        r->titles[i] = en_text_dup(t, &r->keep);
        r->n_columns++;
    }
    if (!has_column(r, "name") && !has_column(r, "family_name") && !has_column(r, "document_number"))
        return en_err_set_at(err, EN_E_INPUT, row->line, row->pos[0],
                             "the first row names no column \"name\", \"family_name\" or \"document_number\"");
    en_csv_expect(r->csv, r->n_columns);
    return EN_OK;
}

/* --- the header, by a map ------------------------------------------------------------------------- */

/* The index of the column, or SIZE_MAX; the first of those with one title. */
static size_t
find_column(const struct reader *r, const struct en_map_column *c)
{
    if (c->number)
        return c->number <= r->n_columns ? c->number - 1 : SIZE_MAX;
    for (size_t i = 0; i < r->n_columns; i++)
        if (en_map_same(r->titles[i], c->title))
            return i;
    return SIZE_MAX;
}

static en_errc
place_columns(struct reader *r, const struct en_csv_row *row, struct en_err *err)
{
    const struct en_manifest_map *m = r->rows.run->map;

    for (size_t f = 0; f < COLUMNS; f++)
        for (size_t k = 0; k < m->fields[f].n; k++) {
            r->at[f][k] = find_column(r, &m->fields[f].from[k]);
            if (r->at[f][k] == SIZE_MAX)
                return en_err_set_at(err, EN_E_INPUT, row->line, row->pos[0],
                                     "the first row has no such column as the map names for %s", columns[f].name);
            r->use[r->at[f][k]] = MAPPED;
        }
    for (size_t i = 0; i < m->n_ignore; i++) {
        size_t at = find_column(r, &m->ignore[i]);

        if (at != SIZE_MAX && r->use[at] == EXTRA)
            r->use[at] = IGNORED;
    }
    return EN_OK;
}

static en_text
value_text(struct reader *r, en_bytes raw, uint64_t pos)
{
    static const char *const charsets[] = { [EN_MAP_LATIN1] = "iso-8859-1", [EN_MAP_CP1252] = "windows-1252" };
    const struct en_manifest_map *m = r->rows.run->map;

    if (!raw.n)
        return EN_TEXT_NONE;
    return m && (m->encoding == EN_MAP_LATIN1 || m->encoding == EN_MAP_CP1252)
               ? en_manifest_rows_text_in(&r->rows, charsets[m->encoding], raw, pos)
               : en_manifest_rows_text(&r->rows, raw, pos);
}

static en_errc
read_mapped_header(struct reader *r, const struct en_csv_row *row, struct en_err *err)
{
    const struct en_manifest_map *m = r->rows.run->map;
    en_errc rc;

    r->named = true;
    r->n_columns = row->n;
    en_manifest_rows_begin(&r->rows, row->line, row->pos[0]);
    for (size_t i = 0; i < row->n; i++) {
        char made[24];
        int n = snprintf(made, sizeof made, "column-%zu", i + 1);
        en_text t = m->header ? value_text(r, row->fields[i], row->pos[i]) : EN_TEXT_NONE;

        r->titles[i] = en_text_dup(t.n ? t : (en_text){ made, (size_t)n }, &r->keep);
    }
    rc = place_columns(r, row, err);
    for (size_t i = 0; rc == EN_OK && i < row->n; i++)
        if (r->use[i] == EXTRA)
            en_report_add(r->rows.run->report, EN_NOTE_KEPT, "column", row->line, row->pos[i],
                          "a column that the map does not name is kept with each traveller");
    en_csv_expect(r->csv, r->n_columns);
    return rc;
}

/* --- a row ---------------------------------------------------------------------------------------- */

static void
finish_name(struct row *row)
{
    struct en_manifest_rows *rows = &row->r->rows;
    struct en_person *p = &rows->traveller.person;
    struct en_name name = { .full = row->name };

    if (!name.full.n && row->given.n && row->family.n) {
        char *both = en_arena_alloc(&rows->arena, row->given.n + 1 + row->family.n);

        if (!both)
            return;
        memcpy(both, row->given.p, row->given.n);
        both[row->given.n] = ' ';
        memcpy(both + row->given.n + 1, row->family.p, row->family.n);
        name.full = (en_text){ both, row->given.n + 1 + row->family.n };
    } else if (!name.full.n) {
        name.full = row->given.n ? row->given : row->family;
    }
    if (!name.full.n)
        return;
    if (row->given.n)
        en_manifest_rows_added(rows, en_name_add_part(p, &name, EN_PART_GIVEN, row->given));
    if (row->family.n)
        en_manifest_rows_added(rows, en_name_add_part(p, &name, EN_PART_FAMILY, row->family));
    en_manifest_rows_added(rows, en_person_add_name(p, &name));
}

/* A word of ours ("passport") or a code of a travel document ("P"). */
static void
finish_document(struct row *row)
{
    struct en_manifest_rows *rows = &row->r->rows;

    if (!row->doc.number.n) {
        if (row->doc_type.n || row->doc.issuer.a3[0])
            en_manifest_rows_note(rows, EN_NOTE_REPAIR, "document-empty", rows->traveller.pos,
                                  "a document without a number was left out");
        return;
    }
    if (row->doc_type.n && !en_doc_type_from(row->doc_type, &row->doc.type)) {
        row->doc.type = en_doc_type_of_code(en_text_bytes(row->doc_type));
        if (row->doc.type == EN_DOC_OTHER)
            row->doc.note = row->doc_type;
    }
    en_manifest_rows_added(rows, en_person_add_doc(&rows->traveller.person, &row->doc));
}

static void
read_columns(struct row *row, const struct en_csv_row *fields)
{
    struct reader *r = row->r;

    for (size_t i = 0; i < fields->n; i++) {
        en_text v = value_text(r, fields->fields[i], fields->pos[i]);

        row->pos = fields->pos[i];
        if (v.n && r->columns[i])
            r->columns[i]->read(row, v);
        else if (v.n)
            en_manifest_rows_extra(&r->rows, r->titles[i], v);
    }
}

/* The columns of a field, with a blank between; what stands for nothing is nothing. */
static en_text
joined(const struct row *row, size_t field, const en_text *values)
{
    const struct reader *r = row->r;
    const struct en_map_field *f = &r->rows.run->map->fields[field];
    en_text all = EN_TEXT_NONE;

    for (size_t k = 0; k < f->n; k++) {
        en_text v = values[r->at[field][k]];
        char *both;

        if (!v.n || !all.n) {
            all = v.n ? v : all;
            continue;
        }
        both = en_arena_alloc(&row->r->rows.arena, all.n + 1 + v.n);
        if (!both)
            return all;
        memcpy(both, all.p, all.n);
        both[all.n] = ' ';
        memcpy(both + all.n + 1, v.p, v.n);
        all = (en_text){ both, all.n + 1 + v.n };
    }
    return all;
}

static void
read_mapped(struct row *row, const struct en_csv_row *fields)
{
    struct reader *r = row->r;
    const struct en_manifest_map *m = r->rows.run->map;
    en_text values[EN_CSV_MAX_FIELDS];

    for (size_t i = 0; i < fields->n; i++) {
        values[i] = r->use[i] == IGNORED ? EN_TEXT_NONE : value_text(r, fields->fields[i], fields->pos[i]);
        if (en_map_is_empty(m, values[i]))
            values[i] = EN_TEXT_NONE;
        if (r->use[i] == EXTRA && values[i].n)
            en_manifest_rows_extra(&r->rows, r->titles[i], values[i]);
        else if (r->use[i] == IGNORED && fields->fields[i].n)
            en_report_add(r->rows.run->report, EN_NOTE_LEFT_OUT, "column-ignored", fields->line, fields->pos[i],
                          "the map says that this column is not kept");
    }
    for (size_t f = 0; f < COLUMNS; f++) {
        en_text v = joined(row, f, values);

        row->pos = fields->pos[m->fields[f].n ? r->at[f][0] : 0];
        row->written = v;
        v = v.n ? en_map_value(m, f, v, r->rows.run->today, &r->rows.arena) : m->fields[f].constant;
        if (v.n)
            columns[f].read(row, v);
    }
    if (row->name.n && !row->family.n && !row->given.n && en_map_split_name(m, row->name, &row->family, &row->given))
        row->name = EN_TEXT_NONE;
}

static en_errc
read_row(void *ctx, const struct en_csv_row *fields, struct en_err *err)
{
    struct reader *r = ctx;
    struct row row = { .r = r, .doc = { .type = EN_DOC_OTHER, .expires = INT32_MIN } };
    struct en_person *p = &r->rows.traveller.person;

    if (!r->named && r->rows.run->map) {
        en_errc rc = read_mapped_header(r, fields, err);

        if (rc != EN_OK || r->rows.run->map->header)
            return rc;
    } else if (!r->named) {
        return read_header(r, fields, err);
    }
    en_manifest_rows_begin(&r->rows, fields->line, fields->pos[0]);
    if (fields->n != r->n_columns) {
        en_report_add(r->rows.run->report, EN_NOTE_REFUSED, "row-width", fields->line, fields->pos[0],
                      "the row has %zu fields, the first one %zu", fields->n, r->n_columns);
        return EN_OK;
    }
    if (r->rows.run->map)
        read_mapped(&row, fields);
    else
        read_columns(&row, fields);
    finish_name(&row);
    finish_document(&row);
    if (row.place.text.n || row.place.country.a3[0])
        en_manifest_rows_added(&r->rows, en_person_add_place(p, &row.place));
    if (!p->n_names && !p->n_docs) {
        en_report_add(r->rows.run->report, EN_NOTE_REFUSED, "no-name", fields->line, fields->pos[0],
                      "a traveller has neither a name nor a document");
        return EN_OK;
    }
    return en_manifest_rows_deliver(&r->rows, err);
}

/* --- the format ----------------------------------------------------------------------------------- */

/* Length of the first row that is not empty, and of empty ones before it; head.n if it does not end in head. */
static size_t
header_length(en_bytes head)
{
    bool quoted = false, text = false;

    for (size_t i = 0; i < head.n && i < HEADER_MAX; i++) {
        uint8_t c = head.p[i];

        quoted ^= c == '"';
        if (text && !quoted && (c == '\n' || c == '\r'))
            return i;
        text = text || c > ' ';
    }
    return head.n < HEADER_MAX ? head.n : HEADER_MAX;
}

/* The one of , ; and tab that the first row has most of. */
static char
separator_of(en_bytes head)
{
    static const char marks[] = ",;\t";
    size_t count[3] = { 0 }, best = 0, n = header_length(head);
    bool quoted = false;

    for (size_t i = 0; i < n; i++) {
        const char *m = head.p[i] ? strchr(marks, head.p[i]) : NULL;

        quoted ^= head.p[i] == '"';
        if (m && !quoted)
            count[m - marks]++;
    }
    for (size_t k = 1; k < 3; k++)
        if (count[k] > count[best])
            best = k;
    return marks[best];
}

static en_errc
start(struct reader *r, struct en_err *err)
{
    en_bytes head = en_buf_bytes(&r->head);
    char mark = separator_of(head);

    r->csv = en_csv_new(mark, (struct en_csv_sink){ r, read_row }, r->rows.run->report);
    if (mark != ',')
        en_report_add(r->rows.run->report, EN_NOTE_REPAIR, "csv-separator", 1, 0, "fields are separated by a %s",
                      mark == ';' ? "semicolon" : "tab");
    return en_csv_feed(r->csv, head, err);
}

static void *
create(const struct en_manifest_run *run)
{
    struct reader *r = en_xcalloc(1, sizeof *r);

    en_manifest_rows_init(&r->rows, run);
    en_arena_init(&r->keep, EN_MIB);
    if (run->map) {
        r->csv = en_csv_new(run->map->delimiter, (struct en_csv_sink){ r, read_row }, run->report);
        en_csv_quote(r->csv, run->map->quote);
        en_digest_add(r->rows.digest, en_bytes_from(run->map->digest, sizeof run->map->digest));
    }
    return r;
}

static en_errc
feed(void *self, en_bytes chunk, struct en_err *err)
{
    struct reader *r = self;

    en_digest_add(r->rows.digest, chunk);
    if (r->rows.run->map && r->rows.run->map->encoding == EN_MAP_UTF16) {
        en_buf_reset(&r->utf8);
        if (!en_utf16_feed(&r->utf16, chunk, &r->utf8))
            return en_err_set_at(err, EN_E_INPUT, 1, 0, "the map says UTF-16 and there is no byte order mark");
        return r->utf8.n ? en_csv_feed(r->csv, en_buf_bytes(&r->utf8), err) : EN_OK;
    }
    if (r->csv)
        return en_csv_feed(r->csv, chunk, err);
    en_buf_add(&r->head, chunk.p, chunk.n);
    return header_length(en_buf_bytes(&r->head)) < r->head.n || r->head.n >= HEADER_MAX ? start(r, err) : EN_OK;
}

static en_errc
end(void *self, struct en_err *err)
{
    struct reader *r = self;
    en_errc rc = r->csv ? EN_OK : start(r, err);

    if (rc == EN_OK)
        rc = en_csv_end(r->csv, err);
    if (r->utf16.has_left || r->utf16.high)
        en_report_add(r->rows.run->report, EN_NOTE_WARNING, "utf16-cut", 0, EN_NO_POS,
                      "the file ends within a character of UTF-16");
    if (rc == EN_OK && !r->named)
        return en_err_set(err, EN_E_INPUT, 0, "no first row that names the columns");
    return rc == EN_OK ? en_manifest_rows_end(&r->rows, "CSV", err) : rc;
}

static void
destroy(void *self)
{
    struct reader *r = self;

    en_csv_free(r->csv);
    en_buf_release(&r->head);
    en_buf_release(&r->utf8);
    en_arena_release(&r->keep);
    en_manifest_rows_release(&r->rows);
    free(r);
}

/* The first row names a column of ours that tells a manifest from any other table. */
static bool
sniff(en_bytes head)
{
    static const char *const telling[] = { "name", "family_name", "document_number" };
    char mark = separator_of(head);

    head.n = header_length(head);
    if (head.n >= 3 && memcmp(head.p, "\xEF\xBB\xBF", 3) == 0)
        head = (en_bytes){ head.p + 3, head.n - 3 };
    while (head.n) {
        const uint8_t *m = memchr(head.p, mark, head.n);
        en_bytes t = en_bytes_trim((en_bytes){ head.p, m ? (size_t)(m - head.p) : head.n });

        if (t.n >= 2 && t.p[0] == '"')
            t = (en_bytes){ t.p + 1, t.n - 2 };
        for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
            if (en_text_is_nocase((en_text){ (const char *)t.p, t.n }, telling[i]))
                return true;
        head = m ? (en_bytes){ m + 1, head.n - (size_t)(m + 1 - head.p) } : (en_bytes){ NULL, 0 };
    }
    return false;
}

const struct en_manifest_impl en_manifest_impl_csv = {
    .word = "csv", .sniff = sniff, .create = create, .feed = feed, .end = end, .destroy = destroy
};
