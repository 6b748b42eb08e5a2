#include "formats/list_in.h"

#include <string.h>

#include "base/limits.h"

/* An id longer than this is not an id. The longest real one seen has 60 bytes. */
#define MAX_ID 512u

static void
note(struct en_list_in *in, enum en_note_kind kind, const char *code, uint64_t pos, const char *why)
{
    en_report_add(in->report, kind, code, in->line, pos, "%s", why);
}

void
en_list_in_begin(struct en_list_in *in, uint64_t line, uint64_t pos)
{
    en_arena_reset(&in->arena);
    memset(&in->id, 0, sizeof in->id);
    in->cap_programmes = 0;
    in->limit_noted = false;
    in->id.is_person = true;
    in->id.line = in->line = line;
    in->id.pos = pos;
    en_person_init(&in->id.person, &in->arena);
}

/* --- limits ------------------------------------------------------------------------------------------------------- */

/* Joined and re-encoded values may have grown beyond what a reader of JSON takes. */
static bool
fits(struct en_list_in *in, en_text t, size_t max)
{
    if (t.n > max)
        note(in, EN_NOTE_REFUSED, "value-long", in->id.pos, "a value is longer than its limit");
    return t.n <= max;
}

static void
bound(struct en_list_in *in, en_text *t, size_t max)
{
    if (!fits(in, *t, max))
        *t = EN_TEXT_NONE;
}

static void
bound_names(struct en_list_in *in, struct en_person *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->n_names; i++) {
        struct en_name *n = &p->names[i];
        size_t parts = 0;

        if (!fits(in, n->full, EN_MAX_NAME))
            continue;
        for (size_t k = 0; k < n->n_parts; k++)
            if (fits(in, n->parts[k].text, EN_MAX_NAME))
                n->parts[parts++] = n->parts[k];
        n->n_parts = parts;
        p->names[kept++] = *n;
    }
    p->n_names = kept;
}

static void
bound_docs(struct en_list_in *in, struct en_person *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->n_docs; i++) {
        bound(in, &p->docs[i].note, EN_MAX_TEXT);
        if (fits(in, p->docs[i].number, EN_MAX_NAME))
            p->docs[kept++] = p->docs[i];
    }
    p->n_docs = kept;
}

static void
bound_extras(struct en_list_in *in, struct en_person *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->n_extras; i++)
        if (fits(in, p->extras[i].key, EN_MAX_TEXT) && fits(in, p->extras[i].value, EN_MAX_TEXT))
            p->extras[kept++] = p->extras[i];
    p->n_extras = kept;
}

static void
bound_values(struct en_list_in *in)
{
    struct en_person *p = &in->id.person;

    bound_names(in, p);
    bound_docs(in, p);
    bound_extras(in, p);
    for (size_t i = 0; i < p->n_births; i++)
        bound(in, &p->births[i].as_written, EN_MAX_TEXT);
    for (size_t i = 0; i < p->n_places; i++)
        bound(in, &p->places[i].text, EN_MAX_TEXT);
}

/* --- the identity ------------------------------------------------------------------------------------------------- */

/* The lower a ground's number, the stronger it is; none is the weakest. */
static bool
stronger(enum en_ground a, enum en_ground b)
{
    return a != EN_GROUND_NONE && (b == EN_GROUND_NONE || a < b);
}

en_errc
en_list_in_deliver(struct en_list_in *in, struct en_err *err)
{
    struct en_identity *id = &in->id;

    in->line = id->line;
    if (en_arena_over(&in->arena)) {
        note(in, EN_NOTE_REFUSED, "record-limit", id->pos, "the entry needs more memory than a record may take");
        return EN_OK;
    }
    if (id->id.n == 0) {
        note(in, EN_NOTE_REFUSED, "no-id", id->pos, "the entry has no id");
        return EN_OK;
    }
    if (id->id.n > MAX_ID) {
        note(in, EN_NOTE_REFUSED, "no-id", id->pos, "the entry's id is longer than 512 bytes");
        return EN_OK;
    }
    bound_values(in);
    if (id->person.n_names == 0 && id->person.n_docs == 0) {
        note(in, EN_NOTE_REFUSED, "no-name", id->pos, "the entry has neither a name nor a document");
        return EN_OK;
    }
    if (id->ground == EN_GROUND_NONE) /* not stated by the list itself */
        for (size_t i = 0; i < id->n_programmes; i++) {
            enum en_ground g = en_ground_of_programme(in->meta.format, id->programmes[i]);

            if (stronger(g, id->ground))
                id->ground = g;
        }
    return in->sink.identity(in->sink.ctx, id, err);
}

/* --- text --------------------------------------------------------------------------------------------------------- */

/* Bytes 0x80 to 0x9F of Windows-1252, the encoding of lists that are not UTF-8; the rest is Latin-1. */
static const uint16_t cp1252[32] = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
    0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

static en_bytes
from_cp1252(struct en_list_in *in, en_bytes raw)
{
    char *p = en_arena_array(&in->arena, raw.n, 3);
    size_t n = 0;

    if (!p)
        return (en_bytes){ NULL, 0 };
    for (size_t i = 0; i < raw.n; i++)
        n += en_utf8_put(raw.p[i] >= 0x80 && raw.p[i] < 0xA0 ? cp1252[raw.p[i] - 0x80] : raw.p[i], p + n);
    return en_bytes_from(p, n);
}

static void
note_repairs(struct en_list_in *in, unsigned repairs, uint64_t pos)
{
    if (repairs & EN_TEXT_STRIPPED_CONTROL)
        note(in, EN_NOTE_REPAIR, "text-control", pos, "control or invisible characters were taken out");
    if (repairs & EN_TEXT_STRIPPED_BIDI)
        note(in, EN_NOTE_REPAIR, "text-bidi", pos, "characters that steer the writing direction were taken out");
    if (repairs & EN_TEXT_NORMALISED)
        note(in, EN_NOTE_REPAIR, "text-normalised", pos, "the text was brought to normal form C");
}

static void
note_limit(struct en_list_in *in)
{
    if (!in->limit_noted)
        note(in, EN_NOTE_REFUSED, "value-limit", in->id.pos, "the entry has more values than a record may have");
    in->limit_noted = true;
}

bool
en_list_in_text(struct en_list_in *in, en_bytes raw, size_t max, uint64_t pos, en_text *out)
{
    unsigned repairs;

    *out = EN_TEXT_NONE;
    if (raw.n == 0)
        return false;
    if (raw.n > max) {
        note(in, EN_NOTE_REFUSED, "value-long", pos, "a value is longer than its limit");
        return false;
    }
    if (en_text_check(raw, max, &in->arena, out, &repairs, NULL) == EN_E_INPUT) {
        raw = from_cp1252(in, raw);
        note(in, EN_NOTE_REPAIR, "text-utf8", pos, "a value that is not UTF-8 was read as Windows-1252");
        if (en_text_check(raw, 3 * max, &in->arena, out, &repairs, NULL))
            return false;
    }
    if (repairs & ~(unsigned)EN_TEXT_TRIMMED)
        note_repairs(in, repairs, pos);
    return out->n != 0;
}

bool
en_list_in_prose(struct en_list_in *in, en_bytes raw, size_t max, uint64_t pos, en_text *out)
{
    bool found = false;
    uint8_t *p;

    for (size_t i = 0; i < raw.n && !found; i++)
        found = raw.p[i] == '\n' || raw.p[i] == '\r' || raw.p[i] == '\t';
    if (found && raw.n <= max && (p = en_arena_copy(&in->arena, raw.p, raw.n))) {
        for (size_t i = 0; i < raw.n; i++)
            if (p[i] == '\n' || p[i] == '\r' || p[i] == '\t')
                p[i] = ' ';
        raw.p = p;
    }
    return en_list_in_text(in, raw, max, pos, out);
}

/* --- values ------------------------------------------------------------------------------------------------------- */

struct en_name *
en_list_in_name(struct en_list_in *in, enum en_name_kind kind, en_text full)
{
    struct en_name n = { .full = full, .kind = kind, .source = EN_NAME_FROM_RECORD };

    if (full.n == 0)
        return NULL;
    if (kind == EN_NAME_WEAK)
        n.quality = EN_QUALITY_LOW;
    if (en_person_add_name(&in->id.person, &n)) {
        note_limit(in);
        return NULL;
    }
    return &in->id.person.names[in->id.person.n_names - 1];
}

void
en_list_in_aside(struct en_list_in *in, en_text key, en_text value)
{
    if (value.n && en_person_add_extra(&in->id.person, key, value))
        note_limit(in);
}

void
en_list_in_extra(struct en_list_in *in, en_text key, en_text value, uint64_t pos)
{
    if (value.n == 0)
        return;
    note(in, EN_NOTE_KEPT, "kept-field", pos, "a field that is not matched is kept with the record");
    en_list_in_aside(in, key, value);
}

void
en_list_in_birth(struct en_list_in *in, const char *key, en_text t, uint64_t pos)
{
    struct en_birth b;

    if (t.n == 0)
        return;
    if (!en_birth_parse(t, &b)) {
        note(in, EN_NOTE_KEPT, "birth-date", pos, "a birth date was not understood and is kept as text");
        en_list_in_aside(in, en_text_from_ours(key), t);
    } else if (en_person_add_birth(&in->id.person, &b)) {
        note_limit(in);
    }
}

void
en_list_in_nationality(struct en_list_in *in, const char *key, en_text t, uint64_t pos)
{
    en_country c;

    if (t.n == 0)
        return;
    c = en_country_from_text(t);
    if (!en_country_known(c)) {
        note(in, EN_NOTE_KEPT, "nationality", pos, "a nationality was not understood and is kept as text");
        en_list_in_aside(in, en_text_from_ours(key), t);
    } else if (en_person_add_nationality(&in->id.person, c)) {
        note_limit(in);
    }
}

void
en_list_in_sex(struct en_list_in *in, const char *key, en_text t, uint64_t pos)
{
    enum en_sex s = en_sex_from(t);

    if (t.n == 0)
        return;
    if (s != EN_SEX_UNKNOWN && (in->id.person.sex == EN_SEX_UNKNOWN || in->id.person.sex == s)) {
        in->id.person.sex = s;
        return;
    }
    if (s != EN_SEX_UNKNOWN) { /* two that contradict each other say nothing */
        note(in, EN_NOTE_WARNING, "sex-twice", pos, "the entry names two sexes; it is taken as unknown");
        in->id.person.sex = EN_SEX_UNKNOWN;
    } else {
        note(in, EN_NOTE_KEPT, "sex", pos, "a sex was not understood and is kept as text");
    }
    en_list_in_aside(in, en_text_from_ours(key), t);
}

void
en_list_in_doc(struct en_list_in *in, const struct en_doc *doc)
{
    if (doc->number.n && en_person_add_doc(&in->id.person, doc))
        note_limit(in);
}

void
en_list_in_place(struct en_list_in *in, en_text text, en_country country)
{
    struct en_place p = { text, country };

    if ((text.n || en_country_known(country)) && en_person_add_place(&in->id.person, &p))
        note_limit(in);
}

void
en_list_in_programme(struct en_list_in *in, en_text t)
{
    struct en_identity *id = &in->id;

    if (t.n == 0)
        return;
    for (size_t i = 0; i < id->n_programmes; i++)
        if (en_text_eq(id->programmes[i], t))
            return;
    if (id->n_programmes >= EN_MAX_VALUES || !en_arena_grow(&in->arena, &id->programmes, &in->cap_programmes,
                                                            id->n_programmes + 1, sizeof *id->programmes)) {
        note_limit(in);
        return;
    }
    id->programmes[id->n_programmes++] = t;
}

int32_t
en_list_in_day(en_text t)
{
    struct en_birth b;

    return en_birth_parse(t, &b) ? b.to : INT32_MIN;
}

en_text
en_list_in_join(struct en_list_in *in, const en_text *parts, size_t n, const char *between)
{
    size_t len = 0, nb = strlen(between), used = 0, last = 0, at = 0;
    char *p;

    for (size_t i = 0; i < n; i++)
        if (parts[i].n) {
            len += parts[i].n;
            used++;
            last = i;
        }
    if (used < 2)
        return used ? parts[last] : EN_TEXT_NONE;
    if (!(p = en_arena_alloc(&in->arena, len + (used - 1) * nb)))
        return EN_TEXT_NONE;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].n == 0)
            continue;
        if (at) {
            memcpy(p + at, between, nb);
            at += nb;
        }
        memcpy(p + at, parts[i].p, parts[i].n);
        at += parts[i].n;
    }
    return (en_text){ p, at };
}

void
en_list_in_version(struct en_list_in *in, en_bytes raw, const struct en_birth *day)
{
    en_text t;

    if (in->meta.version.n || en_text_check(en_bytes_trim(raw), 64, &in->keep, &t, NULL, NULL))
        return;
    in->meta.version = en_text_dup(t, &in->keep);
    if (day && day->from == day->to)
        in->meta.dated = en_time_from_day(day->from);
    else
        en_time_parse(in->meta.version, &in->meta.dated);
}

/* --- once each ---------------------------------------------------------------------------------------------------- */

static bool
same_name(const void *x, const void *y)
{
    const struct en_name *a = x, *b = y;

    return a->kind == b->kind && en_text_eq(a->full, b->full);
}

static bool
same_birth(const void *x, const void *y)
{
    const struct en_birth *a = x, *b = y;

    return a->from == b->from && a->to == b->to && a->quality == b->quality && a->calendar == b->calendar;
}

static bool
same_doc(const void *x, const void *y)
{
    const struct en_doc *a = x, *b = y;

    return a->type == b->type && a->status == b->status && a->expires == b->expires &&
           en_country_eq(a->issuer, b->issuer) && en_text_eq(a->number, b->number) && en_text_eq(a->note, b->note);
}

static bool
same_place(const void *x, const void *y)
{
    const struct en_place *a = x, *b = y;

    return en_country_eq(a->country, b->country) && en_text_eq(a->text, b->text);
}

static bool
same_extra(const void *x, const void *y)
{
    const struct en_extra *a = x, *b = y;

    return en_text_eq(a->key, b->key) && en_text_eq(a->value, b->value);
}

/* At most EN_MAX_VALUES of a kind, so the squares stay small. */
static size_t
once(void *values, size_t n, size_t size, bool (*same)(const void *, const void *))
{
    char *v = values;
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        while (k < kept && !same(v + k * size, v + i * size))
            k++;
        if (k < kept)
            continue;
        if (kept != i)
            memcpy(v + kept * size, v + i * size, size);
        kept++;
    }
    return kept;
}

void
en_list_in_once(struct en_list_in *in)
{
    struct en_person *p = &in->id.person;

    p->n_names = once(p->names, p->n_names, sizeof *p->names, same_name);
    p->n_births = once(p->births, p->n_births, sizeof *p->births, same_birth);
    p->n_docs = once(p->docs, p->n_docs, sizeof *p->docs, same_doc);
    p->n_places = once(p->places, p->n_places, sizeof *p->places, same_place);
    p->n_extras = once(p->extras, p->n_extras, sizeof *p->extras, same_extra);
}
