/*
 * person_json.c: the JSON form of a person, out and in.
 *
 * Writing leaves out what is empty or usual; reading fills the same in again, so nothing is lost. Reading goes through
 * an object member by member: a function per kind of object takes the members it understands; the rest is kept with its
 * path.
 */
#include "person/person_json.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/time.h"
#include "person/json_in.h"

#define PATH_MAX_LEN 200

/* --- out --------------------------------------------------------------------------------------- */

static void
put_text(struct en_json *j, const char *key, en_text v)
{
    if (v.n > 0)
        en_json_kv_text(j, key, v);
}

static void
put_word(struct en_json *j, const char *key, const char *v)
{
    if (v[0] != '\0')
        en_json_kv_str(j, key, v);
}

static void
put_name(struct en_json *j, const struct en_name *n)
{
    en_json_object(j);
    en_json_kv_text(j, "full", n->full);
    if (n->kind != EN_NAME_PRIMARY)
        en_json_kv_str(j, "kind", en_name_kind_word(n->kind));
    put_word(j, "quality", en_quality_word(n->quality));
    put_word(j, "script", n->script);
    put_word(j, "lang", n->lang);
    if (n->source != EN_NAME_FROM_RECORD)
        en_json_kv_str(j, "source", en_name_source_word(n->source));
    if (n->truncated)
        en_json_kv_bool(j, "truncated", true);
    if (n->n_parts > 0) {
        en_json_key(j, "parts");
        en_json_array(j);
        for (size_t i = 0; i < n->n_parts; i++) {
            en_json_object(j);
            en_json_kv_str(j, "role", en_part_role_word(n->parts[i].role));
            en_json_kv_text(j, "text", n->parts[i].text);
            en_json_object_end(j);
        }
        en_json_array_end(j);
    }
    en_json_object_end(j);
}

/* The quality that the ISO text alone says; only another one is written. */
static enum en_date_quality
implied_quality(const char *iso)
{
    struct en_birth b;

    return en_birth_parse(en_text_from_ours(iso), &b) ? b.quality : EN_DATE_BETWEEN;
}

static void
put_birth(struct en_json *j, const struct en_birth *b)
{
    char iso[24];

    en_birth_format(b, iso);
    en_json_object(j);
    en_json_kv_str(j, "date", iso);
    if (b->quality != implied_quality(iso))
        en_json_kv_str(j, "quality", en_date_quality_word(b->quality));
    if (b->calendar != EN_CAL_GREGORIAN)
        en_json_kv_str(j, "calendar", en_calendar_word(b->calendar));
    put_text(j, "as_written", b->as_written);
    en_json_object_end(j);
}

static void
put_doc(struct en_json *j, const struct en_doc *d)
{
    en_json_object(j);
    en_json_kv_str(j, "type", en_doc_type_word(d->type));
    en_json_kv_text(j, "number", d->number);
    put_word(j, "issuer", d->issuer.a3);
    put_word(j, "status", en_doc_status_word(d->status));
    put_word(j, "read", en_doc_read_word(d->read));
    if (d->expires != INT32_MIN) {
        struct en_birth day = { .from = d->expires, .to = d->expires };
        char iso[24];

        en_birth_format(&day, iso);
        en_json_kv_str(j, "expires", iso);
    }
    put_text(j, "note", d->note);
    en_json_object_end(j);
}

static void
put_place(struct en_json *j, const struct en_place *p)
{
    en_json_object(j);
    put_text(j, "text", p->text);
    put_word(j, "country", p->country.a3);
    en_json_object_end(j);
}

static void
put_extra(struct en_json *j, const struct en_extra *e)
{
    en_json_object(j);
    en_json_kv_text(j, "key", e->key);
    en_json_kv_text(j, "value", e->value);
    en_json_object_end(j);
}

/* An array of the n elements at list, each written by put. */
#define PUT_ALL(j, key, n, put, list)                                                                                  \
    do {                                                                                                               \
        en_json_key(j, key);                                                                                           \
        en_json_array(j);                                                                                              \
        for (size_t i_ = 0; i_ < (n); i_++)                                                                            \
            put(j, &(list)[i_]);                                                                                       \
        en_json_array_end(j);                                                                                          \
    } while (0)

static void
put_nationality(struct en_json *j, const en_country *c)
{
    en_json_str(j, c->a3);
}

void
en_person_json(const struct en_person *p, struct en_json *j)
{
    PUT_ALL(j, "names", p->n_names, put_name, p->names);
    PUT_ALL(j, "birth_dates", p->n_births, put_birth, p->births);
    en_json_kv_str(j, "sex", en_sex_word(p->sex));
    PUT_ALL(j, "nationalities", p->n_nationalities, put_nationality, p->nationalities);
    PUT_ALL(j, "documents", p->n_docs, put_doc, p->docs);
    PUT_ALL(j, "birth_places", p->n_places, put_place, p->places);
    PUT_ALL(j, "extras", p->n_extras, put_extra, p->extras);
}

void
en_person_json_first(const struct en_person *p, struct en_json *j)
{
    char iso[24] = "";

    if (p->n_births > 0)
        en_birth_format(&p->births[0], iso);
    en_json_kv_str(j, "birth_date", iso);
    en_json_kv_str(j, "nationality", p->n_nationalities > 0 ? p->nationalities[0].a3 : "");
}

/* --- in: notes and what is kept ---------------------------------------------------------------- */

struct in {
    struct en_person *p;
    struct en_report *report;
    struct en_json_place at;
    char path[PATH_MAX_LEN]; /* of the object or list being read: ours and numbers only */
    bool limit_noted;
};

static void
note(struct in *in, enum en_note_kind kind, const char *code, const char *text)
{
    if (in->report != NULL)
        en_report_add(in->report, kind, code, in->at.line, in->at.pos, "%s", text);
}

static void
note_limit(struct in *in)
{
    if (!in->limit_noted)
        note(in, EN_NOTE_REFUSED, "value-limit", "a person has too many values of one kind; the rest is left out");
    in->limit_noted = true;
}

/* False if v is no string or too long: the caller's object does not understand it. */
static bool
take_text(struct in *in, const json_t *v, size_t max, en_text *out)
{
    unsigned repairs = EN_TEXT_CLEAN;

    if (en_json_in_text(v, max, in->p->arena, out, &repairs, NULL) != EN_OK)
        return false;
    if (repairs & EN_TEXT_STRIPPED_CONTROL)
        note(in, EN_NOTE_REPAIR, "text-control", "control or invisible characters were removed from a text");
    if (repairs & EN_TEXT_STRIPPED_BIDI)
        note(in, EN_NOTE_REPAIR, "text-bidi",
             "characters that change the direction of writing were removed from a text");
    if (repairs & EN_TEXT_NORMALISED)
        note(in, EN_NOTE_REPAIR, "text-normalised", "a text was brought to Unicode normal form C");
    return true;
}

/* path, a dot if needed, member; in the arena. */
static en_text
path_text(struct in *in, const char *member)
{
    size_t n = strlen(in->path);
    en_text key;
    char *p;

    if (en_json_in_key(member, in->p->arena, &key, NULL) != EN_OK)
        key = EN_TEXT_LIT("?");
    p = en_arena_alloc(in->p->arena, n + 1 + key.n);
    if (p == NULL)
        return EN_TEXT_NONE;
    memcpy(p, in->path, n);
    if (n > 0 && key.n > 0)
        p[n++] = '.';
    if (key.n > 0)
        memcpy(p + n, key.p, key.n);
    return (en_text){ p, n + key.n };
}

/* Keeps a value as an extra under the path of `member` ("" for the object itself). */
static void
keep(struct in *in, const char *member, const json_t *v)
{
    en_text value;

    if (en_json_in_any(v, EN_MAX_TEXT, in->p->arena, &value, NULL) != EN_OK) {
        note(in, EN_NOTE_REFUSED, "value-long", "a value that is not understood is too long to be kept");
        return;
    }
    if (en_person_add_extra(in->p, path_text(in, member), value) != EN_OK)
        note_limit(in);
    else
        note(in, EN_NOTE_KEPT, "person-member", "a member or value that is not understood is kept with the person");
}

/* Offers every member to take; what it does not take is kept. null means absent. */
static void
each_member(struct in *in, json_t *object, bool (*take)(struct in *, const char *, json_t *, void *), void *into)
{
    const char *key;
    json_t *v;

    json_object_foreach(object, key, v) if (!json_is_null(v) && !take(in, key, v, into)) keep(in, key, v);
}

/* Reads each element of the list `member` with its path set; an element that take refuses is kept whole. */
static bool
each_element(struct in *in, const char *member, json_t *list, bool (*take)(struct in *, json_t *, void *), void *into)
{
    size_t base = strlen(in->path), i;
    json_t *v;

    if (!json_is_array(list))
        return false;
    json_array_foreach(list, i, v)
    {
        (void)snprintf(in->path + base, sizeof in->path - base, "%s%s[%zu]", base > 0 ? "." : "", member, i);
        if (!json_is_null(v) && !take(in, v, into))
            keep(in, "", v);
    }
    in->path[base] = '\0';
    return true;
}

/* A word of an enum. */
#define TAKE_WORD(in, v, from, out)                                                                                    \
    do {                                                                                                               \
        en_text word_;                                                                                                 \
        return take_text(in, v, EN_MAX_NAME, &word_) && from(word_, out);                                              \
    } while (0)

static bool
take_country(struct in *in, const json_t *v, en_country *out)
{
    en_text t;

    if (!take_text(in, v, EN_MAX_NAME, &t))
        return false;
    *out = en_country_from_text(t);
    return t.n == 0 || en_country_known(*out);
}

/* --- in: names --------------------------------------------------------------------------------- */

static bool
take_part_member(struct in *in, const char *key, json_t *v, void *into)
{
    struct en_part *part = into;

    if (strcmp(key, "role") == 0)
        TAKE_WORD(in, v, en_part_role_from, &part->role);
    return strcmp(key, "text") == 0 && take_text(in, v, EN_MAX_NAME, &part->text);
}

static bool
take_part(struct in *in, json_t *v, void *into)
{
    struct en_part part = { .role = EN_PART_OTHER };

    if (!json_is_object(v))
        return false;
    each_member(in, v, take_part_member, &part);
    if (en_name_add_part(in->p, into, part.role, part.text) != EN_OK)
        note_limit(in);
    return true;
}

/* An ASCII code of min..max letters, as it is. */
static bool
take_code(const json_t *v, size_t min, size_t max, char *out)
{
    const char *s = json_string_value(v);
    size_t n = s != NULL ? strlen(s) : 0;

    if (n < min || n > max || strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != n)
        return false;
    memcpy(out, s, n + 1);
    return true;
}

static bool
take_name_member(struct in *in, const char *key, json_t *v, void *into)
{
    struct en_name *n = into;

    if (strcmp(key, "full") == 0)
        return take_text(in, v, EN_MAX_NAME, &n->full);
    if (strcmp(key, "kind") == 0)
        TAKE_WORD(in, v, en_name_kind_from, &n->kind);
    if (strcmp(key, "quality") == 0)
        TAKE_WORD(in, v, en_quality_from, &n->quality);
    if (strcmp(key, "source") == 0)
        TAKE_WORD(in, v, en_name_source_from, &n->source);
    if (strcmp(key, "script") == 0)
        return take_code(v, 4, 4, n->script);
    if (strcmp(key, "lang") == 0)
        return take_code(v, 2, 3, n->lang);
    if (strcmp(key, "parts") == 0)
        return each_element(in, key, v, take_part, n);
    if (strcmp(key, "truncated") != 0 || !json_is_boolean(v))
        return false;
    n->truncated = json_is_true(v);
    return true;
}

/* A name of parts only is written as its parts in their order; it stays empty if that is too long for a name. */
static void
full_from_parts(struct in *in, struct en_name *n)
{
    struct en_buf b = EN_BUF_INIT;
    en_text joined;

    for (size_t i = 0; i < n->n_parts; i++) {
        en_buf_addc(&b, ' ');
        en_buf_add_text(&b, n->parts[i].text);
    }
    if (b.n > 0 && en_text_check(en_buf_bytes(&b), EN_MAX_NAME, in->p->arena, &joined, NULL, NULL) == EN_OK)
        n->full = en_text_dup(joined, in->p->arena);
    en_buf_release(&b);
}

/* An object, or a string alone: the full name. A name without any text is not understood. */
static bool
take_name(struct in *in, json_t *v, void *into)
{
    struct en_name n = { .kind = EN_NAME_PRIMARY };

    (void)into;
    if (json_is_object(v))
        each_member(in, v, take_name_member, &n);
    else if (!take_text(in, v, EN_MAX_NAME, &n.full))
        return false;
    if (n.full.n == 0)
        full_from_parts(in, &n);
    if (n.full.n == 0)
        return false;
    if (en_person_add_name(in->p, &n) != EN_OK)
        note_limit(in);
    return true;
}

/* --- in: the other values ---------------------------------------------------------------------- */

/* A birth date being read: members come in any order, and the date sets all of b but the others. */
struct birth_in {
    en_text as_written;
    enum en_date_quality quality;
    enum en_calendar calendar;
};

static bool
take_birth_member(struct in *in, const char *key, json_t *v, void *into)
{
    struct birth_in *b = into;

    if (strcmp(key, "date") == 0)
        return true; /* read before */
    if (strcmp(key, "as_written") == 0)
        return take_text(in, v, EN_MAX_TEXT, &b->as_written);
    if (strcmp(key, "calendar") == 0)
        TAKE_WORD(in, v, en_calendar_from, &b->calendar);
    if (strcmp(key, "quality") == 0)
        TAKE_WORD(in, v, en_date_quality_from, &b->quality);
    return false;
}

/* An object, or a string alone: the date in any form that en_birth_parse knows. */
static bool
take_birth(struct in *in, json_t *v, void *into)
{
    json_t *date = json_is_object(v) ? json_object_get(v, "date") : v;
    struct birth_in more;
    struct en_birth b;
    char iso[24];
    en_text t;

    (void)into;
    if (!take_text(in, date, EN_MAX_NAME, &t) || !en_birth_parse(t, &b))
        return false;
    more = (struct birth_in){ .quality = b.quality, .calendar = b.calendar };
    if (json_is_object(v))
        each_member(in, v, take_birth_member, &more);
    en_birth_format(&b, iso);
    b.quality = more.quality;
    b.calendar = more.calendar;
    b.as_written = more.as_written.n > 0 || en_text_is(t, iso) ? more.as_written : t;
    if (en_person_add_birth(in->p, &b) != EN_OK)
        note_limit(in);
    return true;
}

static bool
take_expiry(struct in *in, json_t *v, int32_t *out)
{
    struct en_birth b;
    en_text t;

    if (!take_text(in, v, EN_MAX_NAME, &t) || !en_birth_parse(t, &b) || b.from != b.to)
        return false;
    *out = b.from;
    return true;
}

static bool
take_doc_member(struct in *in, const char *key, json_t *v, void *into)
{
    struct en_doc *d = into;

    if (strcmp(key, "type") == 0)
        TAKE_WORD(in, v, en_doc_type_from, &d->type);
    if (strcmp(key, "number") == 0)
        return take_text(in, v, EN_MAX_NAME, &d->number);
    if (strcmp(key, "issuer") == 0)
        return take_country(in, v, &d->issuer);
    if (strcmp(key, "status") == 0)
        TAKE_WORD(in, v, en_doc_status_from, &d->status);
    if (strcmp(key, "read") == 0)
        TAKE_WORD(in, v, en_doc_read_from, &d->read);
    if (strcmp(key, "expires") == 0)
        return take_expiry(in, v, &d->expires);
    return strcmp(key, "note") == 0 && take_text(in, v, EN_MAX_TEXT, &d->note);
}

static bool
take_doc(struct in *in, json_t *v, void *into)
{
    struct en_doc d = { .type = EN_DOC_OTHER, .expires = INT32_MIN };

    (void)into;
    if (!json_is_object(v))
        return false;
    each_member(in, v, take_doc_member, &d);
    if (en_person_add_doc(in->p, &d) != EN_OK)
        note_limit(in);
    return true;
}

static bool
take_place_member(struct in *in, const char *key, json_t *v, void *into)
{
    struct en_place *p = into;

    if (strcmp(key, "country") == 0)
        return take_country(in, v, &p->country);
    return strcmp(key, "text") == 0 && take_text(in, v, EN_MAX_TEXT, &p->text);
}

/* An object, or a string alone: the text. */
static bool
take_place(struct in *in, json_t *v, void *into)
{
    struct en_place p = { .country = EN_COUNTRY_NONE };

    (void)into;
    if (json_is_object(v))
        each_member(in, v, take_place_member, &p);
    else if (!take_text(in, v, EN_MAX_TEXT, &p.text))
        return false;
    if (en_person_add_place(in->p, &p) != EN_OK)
        note_limit(in);
    return true;
}

static bool
take_nationality(struct in *in, json_t *v, void *into)
{
    en_country c;

    (void)into;
    if (!take_country(in, v, &c))
        return false;
    if (en_person_add_nationality(in->p, c) != EN_OK)
        note_limit(in);
    return true;
}

static bool
take_extra(struct in *in, json_t *v, void *into)
{
    en_text key, value;

    (void)into;
    if (json_object_size(v) != 2 || !take_text(in, json_object_get(v, "key"), EN_MAX_TEXT, &key) ||
        !take_text(in, json_object_get(v, "value"), EN_MAX_TEXT, &value))
        return false;
    if (en_person_add_extra(in->p, key, value) != EN_OK)
        note_limit(in);
    return true;
}

/* --- in: the person ---------------------------------------------------------------------------- */

static const struct {
    const char *member;
    bool (*take)(struct in *, json_t *, void *);
} lists[] = {
    { "names", take_name },    { "birth_dates", take_birth },  { "nationalities", take_nationality },
    { "documents", take_doc }, { "birth_places", take_place }, { "extras", take_extra },
};

/* "birth_date" and "nationality" repeat the first of a list; they count where the list is missing. "" says nothing. */
static const struct {
    const char *member, *list;
    bool (*take)(struct in *, json_t *, void *);
} firsts[] = {
    { "birth_date", "birth_dates", take_birth },
    { "nationality", "nationalities", take_nationality },
};

struct object_in {
    const json_t *object;
    const char *const *others;
};

static bool
is_other(const char *key, const char *const *others)
{
    for (; others != NULL && *others != NULL; others++)
        if (strcmp(key, *others) == 0)
            return true;
    return false;
}

static bool
take_sex(struct in *in, json_t *v)
{
    en_text t;

    if (!take_text(in, v, EN_MAX_NAME, &t))
        return false;
    in->p->sex = en_sex_from(t);
    return in->p->sex != EN_SEX_UNKNOWN || t.n == 0;
}

static bool
take_person_member(struct in *in, const char *key, json_t *v, void *into)
{
    const struct object_in *from = into;

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (strcmp(key, lists[i].member) == 0)
            return each_element(in, key, v, lists[i].take, NULL);
    for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++)
        if (strcmp(key, firsts[i].member) == 0)
            return json_object_get(from->object, firsts[i].list) != NULL ||
                   (json_is_string(v) && json_string_length(v) == 0) || firsts[i].take(in, v, NULL);
    return strcmp(key, "sex") == 0 ? take_sex(in, v) : is_other(key, from->others);
}

en_errc
en_person_from_object(json_t *object, const char *const *others, struct en_person *out, struct en_report *report,
                      struct en_json_place at, struct en_err *err)
{
    struct in in = { .p = out, .report = report, .at = at };
    struct object_in from = { object, others };

    EN_ASSERT(json_is_object(object));
    each_member(&in, object, take_person_member, &from);
    if (en_arena_over(out->arena))
        return en_err_set_at(err, EN_E_LIMIT, at.line, at.pos, "the record needs more memory than it may have");
    return EN_OK;
}

en_errc
en_person_from_json(en_bytes json, struct en_person *out, struct en_report *report, struct en_err *err)
{
    json_t *object;
    en_errc e = en_json_in_object(json, EN_MAX_RECORD, &object, NULL, err);

    if (e != EN_OK)
        return e;
    e = en_person_from_object(object, NULL, out, report, (struct en_json_place){ 0, EN_NO_POS }, err);
    json_decref(object);
    return e;
}
