/*
 * Our own CSV with a header line: docs/formats/list-csv.md. A cell may hold several values, separated by ';', with '\'
 * before a character that is meant as itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/csv.h"
#include "formats/list_in.h"

struct own;

/* What the cells of a row say that can be used only together. */
struct cells {
    en_text family, given;
    size_t name_at; /* of the primary name in the person; SIZE_MAX if none */
    bool ok;        /* false: the row was refused */
};

enum how {
    ONE,    /* the cell is one value */
    SEVERAL /* values separated by ';'; escapes are taken out, except where the value is split again */
};

struct column {
    const char *name, *plural; /* both are understood, in any case */
    enum how how;
    void (*take)(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c);
    int arg;
};

struct own {
    struct en_list_in *in;
    struct en_csv *csv;
    size_t n; /* columns; 0 before the header */
    const struct column *column[EN_CSV_MAX_FIELDS]; /* NULL: not known */
    en_text names[EN_CSV_MAX_FIELDS];               /* as the header has them, in in->keep */
};

static void
refuse(struct own *o, const char *code, uint64_t line, uint64_t pos, const char *why)
{
    en_report_add(o->in->report, EN_NOTE_REFUSED, code, line, pos, "%s", why);
}

static void
refuse_row(struct own *o, const char *code, uint64_t pos, const char *why, struct cells *c)
{
    refuse(o, code, o->in->id.line, pos, why);
    c->ok = false;
}

/* --- splitting ---------------------------------------------------------------------------------------------------- */

/* The next value up to `at` that no '\' stands before; false at the end. Escapes stay. */
static bool
next_value(en_text *left, char at, en_text *out)
{
    size_t i = 0;

    if (left->p == NULL)
        return false;
    while (i < left->n && left->p[i] != at)
        i += left->p[i] == '\\' ? 2 : 1;
    i = i < left->n ? i : left->n;
    *out = en_text_trim((en_text){ left->p, i });
    *left = i < left->n ? (en_text){ left->p + i + 1, left->n - i - 1 } : EN_TEXT_NONE;
    return true;
}

/* The value without its escapes. */
static en_text
unescape(struct en_list_in *in, en_text t)
{
    size_t n = 0;
    char *p;

    if (t.n == 0 || !memchr(t.p, '\\', t.n))
        return t;
    if (!(p = en_arena_alloc(&in->arena, t.n)))
        return EN_TEXT_NONE;
    for (size_t i = 0; i < t.n; i++) {
        i += t.p[i] == '\\' && i + 1 < t.n;
        p[n++] = t.p[i];
    }
    return (en_text){ p, n };
}

/* --- columns ------------------------------------------------------------------------------------------------------ */

static void
take_id(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    (void)arg, (void)pos, (void)c;
    o->in->id.id = t;
}

static void
take_type(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    (void)arg;
    o->in->id.is_person = !en_text_is_nocase(t, "entity");
    if (o->in->id.is_person && !en_text_is_nocase(t, "person"))
        refuse_row(o, "csv-type", pos, "the type is neither person nor entity", c);
}

static void
take_name(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    t = unescape(o->in, t);
    if (t.n > EN_MAX_NAME)
        refuse(o, "value-long", o->in->id.line, pos, "a name is longer than its limit");
    else if (en_list_in_name(o->in, (enum en_name_kind)arg, t) && arg == EN_NAME_PRIMARY && c->name_at == SIZE_MAX)
        c->name_at = o->in->id.person.n_names - 1;
}

static void
take_part(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    (void)o, (void)pos;
    *(arg == EN_PART_FAMILY ? &c->family : &c->given) = t;
}

static void
take_birth(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    (void)arg, (void)c;
    en_list_in_birth(o->in, "birth_date", unescape(o->in, t), pos);
}

static void
take_sex(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    (void)arg, (void)c;
    en_list_in_sex(o->in, "sex", t, pos);
}

static void
take_nationality(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    (void)arg, (void)c;
    en_list_in_nationality(o->in, "nationality", unescape(o->in, t), pos);
}

static void
take_place(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    size_t comma;
    en_country country;

    (void)arg, (void)pos, (void)c;
    t = unescape(o->in, t);
    for (comma = t.n; comma && t.p[comma - 1] != ',';)
        comma--;
    country = en_country_from_text((en_text){ t.p + comma, t.n - comma });
    if (en_country_known(country))
        t = en_text_trim((en_text){ t.p, comma ? comma - 1 : 0 });
    en_list_in_place(o->in, t, country);
}

static void
take_programme(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    (void)arg, (void)pos, (void)c;
    en_list_in_programme(o->in, unescape(o->in, t));
}

static void
take_ground(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    (void)arg;
    if (!en_ground_from(t, &o->in->id.ground))
        refuse_row(o, "csv-ground", pos, "the ground is none of those that docs/formats/grounds.md lists", c);
}

static void
take_ended(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    (void)arg;
    o->in->id.ended = en_text_is_nocase(t, "yes") || en_text_is_nocase(t, "true") || en_text_is(t, "1");
    if (!o->in->id.ended && !en_text_is_nocase(t, "no") && !en_text_is_nocase(t, "false") && !en_text_is(t, "0"))
        refuse_row(o, "csv-ended", pos, "ended is yes or no", c);
}

static void
keep_document(struct own *o, en_text t, uint64_t pos)
{
    en_report_add(o->in->report, EN_NOTE_KEPT, "document", o->in->id.line, pos,
                  "a document was not understood and is kept as text");
    en_list_in_aside(o->in, EN_TEXT_LIT("document"), t);
}

/*= docs/formats/list-csv.md, "documents": TYPE:ISSUER:NUMBER[:STATUS[:EXPIRES]]. */
static void
take_document(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    en_text part[5] = { { NULL, 0 } }, left = t;
    struct en_doc d;
    size_t n = 0;

    (void)arg, (void)c;
    for (; n < 5 && next_value(&left, ':', &part[n]); n++)
        part[n] = unescape(o->in, part[n]);
    d = en_list_in_doc_of(EN_DOC_OTHER, part[2]);
    d.issuer = en_country_from_text(part[1]);
    d.expires = en_list_in_day(part[4]);
    if (left.p || d.number.n == 0 || !en_doc_type_from(part[0], &d.type) ||
        (part[1].n && !en_country_known(d.issuer)) || (part[3].n && !en_doc_status_from(part[3], &d.status)) ||
        (part[4].n && d.expires == INT32_MIN))
        keep_document(o, t, pos);
    else
        en_list_in_doc(o->in, &d);
}

/*= docs/formats/list-csv.md, "documents": passports and national_ids are [ISSUER:]NUMBER. */
static void
take_number(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    en_text part[2] = { { NULL, 0 } }, left = t;
    struct en_doc d;
    size_t n = 0;

    (void)c;
    for (; n < 2 && next_value(&left, ':', &part[n]); n++)
        part[n] = unescape(o->in, part[n]);
    d = en_list_in_doc_of((enum en_doc_type)arg, part[n - 1]);
    if (n == 2)
        d.issuer = en_country_from_text(part[0]);
    if (left.p || d.number.n == 0 || (n == 2 && !en_country_known(d.issuer)))
        keep_document(o, t, pos);
    else
        en_list_in_doc(o->in, &d);
}

/* Prose for people: kept beside the record. */
static void
take_note(struct own *o, int arg, en_text t, uint64_t pos, struct cells *c)
{
    (void)arg, (void)pos, (void)c;
    en_list_in_aside(o->in, EN_TEXT_LIT("note"), t);
}

/*= docs/formats/list-csv.md, "columns". The first two are required. */
static const struct column columns[] = {
    { "id",          "ids",           ONE,     take_id,          0 },
    { "name",        "names",         SEVERAL, take_name,        EN_NAME_PRIMARY },
    { "type",        "types",         ONE,     take_type,        0 },
    { "family_name", "family_names",  ONE,     take_part,        EN_PART_FAMILY },
    { "given_name",  "given_names",   ONE,     take_part,        EN_PART_GIVEN },
    { "alias",       "aliases",       SEVERAL, take_name,        EN_NAME_ALIAS },
    { "weak_alias",  "weak_aliases",  SEVERAL, take_name,        EN_NAME_WEAK },
    { "former_name", "former_names",  SEVERAL, take_name,        EN_NAME_FORMER },
    { "native_name", "native_names",  SEVERAL, take_name,        EN_NAME_NATIVE },
    { "birth_date",  "birth_dates",   SEVERAL, take_birth,       0 },
    { "birth_place", "birth_places",  SEVERAL, take_place,       0 },
    { "sex",         "gender",        ONE,     take_sex,         0 },
    { "nationality", "nationalities", SEVERAL, take_nationality, 0 },
    { "passport",    "passports",     SEVERAL, take_number,      EN_DOC_PASSPORT },
    { "national_id", "national_ids",  SEVERAL, take_number,      EN_DOC_NATIONAL_ID },
    { "document",    "documents",     SEVERAL, take_document,    0 },
    { "programme",   "programmes",    SEVERAL, take_programme,   0 },
    { "ground",      "grounds",       ONE,     take_ground,      0 },
    { "ended",       "ended",         ONE,     take_ended,       0 },
    { "note",        "notes",         ONE,     take_note,        0 },
};
#define N_COLUMNS (sizeof columns / sizeof *columns)

static const struct column *
column_of(en_text name)
{
    for (size_t i = 0; i < N_COLUMNS; i++)
        if (en_text_is_nocase(name, columns[i].name) || en_text_is_nocase(name, columns[i].plural))
            return &columns[i];
    return NULL;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static en_errc
read_header(struct own *o, const struct en_csv_row *row, struct en_err *err)
{
    bool seen[N_COLUMNS] = { false }, ok = true;
    en_text t;

    for (size_t i = 0; i < row->n; i++) {
        if (en_text_repair(row->fields[i], EN_MAX_NAME, &o->in->keep, &t, NULL, NULL))
            t = EN_TEXT_NONE;
        o->names[i] = en_text_dup(en_text_trim(t), &o->in->keep);
        o->column[i] = column_of(o->names[i]);
        if (!o->column[i])
            continue;
        if (seen[o->column[i] - columns]) {
            refuse(o, "csv-header", row->line, row->pos[i], "two columns have the same name");
            ok = false;
        }
        seen[o->column[i] - columns] = true;
    }
    if (!seen[0] || !seen[1]) {
        refuse(o, "csv-header", row->line, row->pos[0], "the header line needs the columns id and name");
        ok = false;
    }
    if (!ok)
        return en_err_set_at(err, EN_E_INPUT, row->line, row->pos[0], "the header line is not that of a list");
    o->n = row->n;
    en_csv_expect(o->csv, o->n);
    return EN_OK;
}

static void
take_cell(struct own *o, size_t i, en_text cell, uint64_t pos, struct cells *c)
{
    const struct column *column = o->column[i];
    en_text t;

    if (!column) {
        en_list_in_extra(o->in, o->names[i].n ? o->names[i] : EN_TEXT_LIT("column"), cell, pos);
        return;
    }
    switch (column->how) {
    case ONE:
        column->take(o, column->arg, cell, pos, c);
        break;
    case SEVERAL:
        while (next_value(&cell, ';', &t))
            if (t.n)
                column->take(o, column->arg, t, pos, c);
        break;
    }
}

/* Family and given names are the parts of the primary name, or make it. */
static void
attach_parts(struct own *o, const struct cells *c)
{
    struct en_person *p = &o->in->id.person;
    struct en_name *n = c->name_at == SIZE_MAX ? NULL : &p->names[c->name_at];
    size_t need = c->given.n + 1 + c->family.n;
    char *full;

    if (!n && need > 1 && need <= EN_MAX_NAME && (full = en_arena_alloc(&o->in->arena, need))) {
        if (c->given.n)
            memcpy(full, c->given.p, c->given.n);
        full[c->given.n] = ' ';
        if (c->family.n)
            memcpy(full + c->given.n + 1, c->family.p, c->family.n);
        n = en_list_in_name(o->in, EN_NAME_PRIMARY, en_text_trim((en_text){ full, need }));
    }
    if (n && c->given.n)
        en_name_add_part(p, n, EN_PART_GIVEN, c->given);
    if (n && c->family.n)
        en_name_add_part(p, n, EN_PART_FAMILY, c->family);
}

static en_errc
read_row(void *state, const struct en_csv_row *row, struct en_err *err)
{
    struct own *o = state;
    struct cells c = { EN_TEXT_NONE, EN_TEXT_NONE, SIZE_MAX, true };
    en_text t;

    if (o->n == 0)
        return read_header(o, row, err);
    if (row->n != o->n) {
        refuse(o, "csv-width", row->line, row->pos[0], "the row has not as many fields as the header");
        return EN_OK;
    }
    en_list_in_begin(o->in, row->line, row->pos[0]);
    o->in->id.raw = row->raw;
    for (size_t i = 0; i < row->n; i++)
        if (en_list_in_prose(o->in, row->fields[i], EN_MAX_TEXT, row->pos[i], &t))
            take_cell(o, i, t, row->pos[i], &c);
    attach_parts(o, &c);
    return c.ok ? en_list_in_deliver(o->in, err) : EN_OK;
}

static void *
own_open(struct en_list_in *in)
{
    struct own *o = en_xcalloc(1, sizeof *o);

    o->in = in;
    o->csv = en_csv_new(',', (struct en_csv_sink){ o, read_row }, in->report);
    return o;
}

static en_errc
own_feed(void *state, en_bytes chunk, struct en_err *err)
{
    return en_csv_feed(((struct own *)state)->csv, chunk, err);
}

static en_errc
own_end(void *state, struct en_err *err)
{
    struct own *o = state;
    en_errc e = en_csv_end(o->csv, err);

    if (!e && o->n == 0) {
        refuse(o, "csv-header", 1, 0, "the file has no header line");
        return en_err_set_at(err, EN_E_INPUT, 1, 0, "the file has no header line");
    }
    return e;
}

static void
own_close(void *state)
{
    struct own *o = state;

    en_csv_free(o->csv);
    free(o);
}

const struct en_list_ops en_list_ops_csv = {
    .format = EN_LIST_CSV,
    .word = "csv",
    .name = "",
    .open = own_open,
    .feed = own_feed,
    .end = own_end,
    .close = own_close,
};
