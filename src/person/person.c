/*
 * person.c: building an identity in its arena, and the stable words of its enums.
 */
#include "person/person.h"

#include <string.h>

#include "base/limits.h"

void
en_person_init(struct en_person *p, struct en_arena *a)
{
    *p = (struct en_person){ .arena = a };
}

/* Room for one more of *n elements. */
static en_errc
person_grow(struct en_person *p, void *list, size_t *cap, size_t n, size_t size)
{
    if (n >= EN_MAX_VALUES || !en_arena_grow(p->arena, list, cap, n + 1, size))
        return EN_E_LIMIT;
    return EN_OK;
}

en_errc
en_person_add_name(struct en_person *p, const struct en_name *v)
{
    en_errc e = person_grow(p, &p->names, &p->cap_names, p->n_names, sizeof *p->names);

    if (e == EN_OK)
        p->names[p->n_names++] = *v;
    return e;
}

en_errc
en_person_add_birth(struct en_person *p, const struct en_birth *v)
{
    en_errc e = person_grow(p, &p->births, &p->cap_births, p->n_births, sizeof *p->births);

    if (e == EN_OK)
        p->births[p->n_births++] = *v;
    return e;
}

en_errc
en_person_add_nationality(struct en_person *p, en_country c)
{
    en_errc e;

    if (!en_country_known(c))
        return EN_OK;
    for (size_t i = 0; i < p->n_nationalities; i++)
        if (en_country_eq(p->nationalities[i], c))
            return EN_OK;
    e = person_grow(p, &p->nationalities, &p->cap_nationalities, p->n_nationalities, sizeof *p->nationalities);
    if (e == EN_OK)
        p->nationalities[p->n_nationalities++] = c;
    return e;
}

en_errc
en_person_add_doc(struct en_person *p, const struct en_doc *v)
{
    en_errc e = person_grow(p, &p->docs, &p->cap_docs, p->n_docs, sizeof *p->docs);

    if (e == EN_OK)
        p->docs[p->n_docs++] = *v;
    return e;
}

en_errc
en_person_add_place(struct en_person *p, const struct en_place *v)
{
    en_errc e = person_grow(p, &p->places, &p->cap_places, p->n_places, sizeof *p->places);

    if (e == EN_OK)
        p->places[p->n_places++] = *v;
    return e;
}

en_errc
en_person_add_extra(struct en_person *p, en_text key, en_text value)
{
    en_errc e = person_grow(p, &p->extras, &p->cap_extras, p->n_extras, sizeof *p->extras);

    if (e == EN_OK)
        p->extras[p->n_extras++] = (struct en_extra){ key, value };
    return e;
}

/* The array has room for the next power of two of n_parts, so it is full exactly when n_parts is one. */
en_errc
en_name_add_part(struct en_person *p, struct en_name *n, enum en_part_role role, en_text text)
{
    size_t have = n->n_parts;

    if (have >= EN_MAX_VALUES)
        return EN_E_LIMIT;
    if ((have & (have - 1)) == 0) {
        struct en_part *parts = en_arena_array(p->arena, have == 0 ? 1 : 2 * have, sizeof *parts);

        if (parts == NULL)
            return EN_E_LIMIT;
        if (have > 0)
            memcpy(parts, n->parts, have * sizeof *parts);
        n->parts = parts;
    }
    n->parts[n->n_parts++] = (struct en_part){ role, text };
    return EN_OK;
}

/* --- words ------------------------------------------------------------------------------------- */

/* clang-format off */
static const char *const name_kind_words[EN_NAME_KINDS] = {
    [EN_NAME_PRIMARY] = "primary", [EN_NAME_ALIAS] = "alias",   [EN_NAME_WEAK] = "weak",
    [EN_NAME_FORMER] = "former",   [EN_NAME_NATIVE] = "native",
};
static const char *const name_source_words[EN_NAME_SOURCES] = {
    [EN_NAME_FROM_RECORD] = "record",
    [EN_NAME_FROM_MRZ] = "mrz",
    [EN_NAME_FROM_MESSAGE] = "message",
    [EN_NAME_FROM_TYPED] = "typed",
};
static const char *const quality_words[EN_QUALITIES] = {
    [EN_QUALITY_UNSTATED] = "", [EN_QUALITY_GOOD] = "good", [EN_QUALITY_LOW] = "low",
};
static const char *const part_role_words[EN_PART_ROLES] = {
    [EN_PART_FAMILY] = "family",         [EN_PART_GIVEN] = "given", [EN_PART_MIDDLE] = "middle",
    [EN_PART_PATRONYMIC] = "patronymic", [EN_PART_TITLE] = "title", [EN_PART_OTHER] = "other",
};
static const char *const date_quality_words[EN_DATE_QUALITIES] = {
    [EN_DATE_EXACT] = "exact",     [EN_DATE_MONTH] = "month",   [EN_DATE_YEAR] = "year",
    [EN_DATE_BETWEEN] = "between", [EN_DATE_APPROX] = "approx",
};
static const char *const calendar_words[EN_CALENDARS] = {
    [EN_CAL_GREGORIAN] = "gregorian",
    [EN_CAL_HIJRI_LUNAR] = "hijri-lunar",
    [EN_CAL_HIJRI_SOLAR] = "hijri-solar",
};
static const char *const sex_words[EN_SEXES] = {
    [EN_SEX_UNKNOWN] = "", [EN_SEX_MALE] = "male", [EN_SEX_FEMALE] = "female", [EN_SEX_OTHER] = "other",
};
static const char *const doc_type_words[EN_DOC_TYPES] = {
    [EN_DOC_PASSPORT] = "passport",   [EN_DOC_NATIONAL_ID] = "national-id", [EN_DOC_VISA] = "visa",
    [EN_DOC_RESIDENCE] = "residence", [EN_DOC_SEAMAN] = "seaman",           [EN_DOC_OTHER] = "other",
};
static const char *const doc_status_words[EN_DOC_STATUSES] = {
    [EN_DOC_UNSTATED] = "",      [EN_DOC_VALID] = "valid",   [EN_DOC_EXPIRED] = "expired",
    [EN_DOC_LOST] = "lost",      [EN_DOC_STOLEN] = "stolen", [EN_DOC_REVOKED] = "revoked",
    [EN_DOC_FALSE] = "false",
};
static const char *const doc_read_words[EN_DOC_READS] = {
    [EN_READ_UNSTATED] = "", [EN_READ_MACHINE] = "machine", [EN_READ_TYPED] = "typed",
};
/* clang-format on */

/* The empty text is a word only where the table has an empty one. */
/* clang-format off */
#define WORDS(NAME, TYPE, TABLE, COUNT)                                           \
    const char *NAME##_word(TYPE v)                                               \
    {                                                                             \
        EN_ASSERT((unsigned)v < (unsigned)(COUNT));                               \
        return (TABLE)[v];                                                        \
    }                                                                             \
    bool NAME##_from(en_text t, TYPE *out)                                        \
    {                                                                             \
        unsigned i;                                                               \
        bool known = en_text_among_nocase(t, (TABLE), (unsigned)(COUNT), &i);     \
                                                                                  \
        if (known)                                                                \
            *out = (TYPE)i;                                                       \
        return known;                                                             \
    }
/* clang-format on */

WORDS(en_name_kind, enum en_name_kind, name_kind_words, EN_NAME_KINDS)
WORDS(en_name_source, enum en_name_source, name_source_words, EN_NAME_SOURCES)
WORDS(en_quality, enum en_quality, quality_words, EN_QUALITIES)
WORDS(en_part_role, enum en_part_role, part_role_words, EN_PART_ROLES)
WORDS(en_date_quality, enum en_date_quality, date_quality_words, EN_DATE_QUALITIES)
WORDS(en_calendar, enum en_calendar, calendar_words, EN_CALENDARS)
WORDS(en_doc_type, enum en_doc_type, doc_type_words, EN_DOC_TYPES)
WORDS(en_doc_status, enum en_doc_status, doc_status_words, EN_DOC_STATUSES)
WORDS(en_doc_read, enum en_doc_read, doc_read_words, EN_DOC_READS)

const char *
en_sex_word(enum en_sex s)
{
    EN_ASSERT((unsigned)s < EN_SEXES);
    return sex_words[s];
}

/* What messages, lists and people write; ASCII words in any case, others as listed. */
static const struct {
    const char *text;
    enum en_sex sex;
} sex_texts[] = {
    { "m", EN_SEX_MALE },         { "f", EN_SEX_FEMALE },        { "x", EN_SEX_OTHER },
    { "male", EN_SEX_MALE },      { "female", EN_SEX_FEMALE },   { "other", EN_SEX_OTHER },
    { "man", EN_SEX_MALE },       { "woman", EN_SEX_FEMALE },    { "non-binary", EN_SEX_OTHER },
    { "homme", EN_SEX_MALE },     { "femme", EN_SEX_FEMALE },    { "masculin", EN_SEX_MALE },
    { "masculino", EN_SEX_MALE }, { "femenino", EN_SEX_FEMALE }, { "féminin", EN_SEX_FEMALE },
    { "男", EN_SEX_MALE },        { "女", EN_SEX_FEMALE },       { "남", EN_SEX_MALE },
    { "여", EN_SEX_FEMALE },      { "男性", EN_SEX_MALE },       { "女性", EN_SEX_FEMALE },
    { "ذكر", EN_SEX_MALE },       { "أنثى", EN_SEX_FEMALE },     { "مرد", EN_SEX_MALE },
    { "زن", EN_SEX_FEMALE },      { "М", EN_SEX_MALE },          { "Ж", EN_SEX_FEMALE },
    { "муж", EN_SEX_MALE },       { "жен", EN_SEX_FEMALE },      { "мужской", EN_SEX_MALE },
    { "женский", EN_SEX_FEMALE }, { "мужчина", EN_SEX_MALE },    { "женщина", EN_SEX_FEMALE },
    { "זכר", EN_SEX_MALE },       { "נקבה", EN_SEX_FEMALE },
};

enum en_sex
en_sex_from(en_text t)
{
    t = en_text_trim(t);
    while (t.n > 1 && t.p[t.n - 1] == '.')
        t.n--;
    for (size_t i = 0; i < sizeof sex_texts / sizeof sex_texts[0]; i++)
        if (en_text_is_nocase(t, sex_texts[i].text))
            return sex_texts[i].sex;
    return EN_SEX_UNKNOWN;
}
