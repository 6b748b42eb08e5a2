#include "record/record.h"

#include <string.h>

#include "base/hash.h"

/* --- words ------------------------------------------------------------------------------------------- */

static const char *const tlps[EN_TLPS] = {
    [EN_TLP_CLEAR] = "clear",
    [EN_TLP_GREEN] = "green",
    [EN_TLP_AMBER] = "amber",
    [EN_TLP_AMBER_STRICT] = "amber+strict",
    [EN_TLP_RED] = "red",
};
static const char *const onwards[EN_ONWARDS] = {
    [EN_ONWARD_NONE] = "none",
    [EN_ONWARD_ASK] = "ask",
    [EN_ONWARD_LIST] = "list",
};

const char *
en_tlp_word(enum en_tlp t)
{
    EN_ASSERT(t < EN_TLPS);
    return tlps[t];
}

bool
en_tlp_from(en_text t, enum en_tlp *out)
{
    unsigned i;
    bool good = en_text_among(t, tlps, EN_TLPS, &i);

    if (good)
        *out = (enum en_tlp)i;
    return good;
}

const char *
en_onward_word(enum en_onward o)
{
    EN_ASSERT(o < EN_ONWARDS);
    return onwards[o];
}

bool
en_onward_from(en_text t, enum en_onward *out)
{
    unsigned i;
    bool good = en_text_among(t, onwards, EN_ONWARDS, &i);

    if (good)
        *out = (enum en_onward)i;
    return good;
}

/* --- ids --------------------------------------------------------------------------------------------- */

bool
en_record_id_valid(en_text id)
{
    static const unsigned groups[] = { 8, 4, 4, 4, 12 };
    size_t at = 0;

    if (id.n != EN_RECORD_ID_LEN)
        return false;
    for (unsigned g = 0; g < 5; g++) {
        if (!en_is_hex((en_text){ id.p + at, groups[g] }, groups[g]))
            return false;
        at += groups[g];
        if (g < 4 && id.p[at++] != '-')
            return false;
    }
    return id.p[14] >= '1' && id.p[14] <= '5' && memchr("89ab", id.p[19], 4) != NULL;
}

bool
en_record_ref(en_text t, enum en_record_kind *kind, en_text *id)
{
    for (unsigned k = 0; k < EN_RECORD_KINDS; k++) {
        size_t n = strlen(en_record_kinds[k].stix_type);
        en_text rest;

        if (t.n != n + 2 + EN_RECORD_ID_LEN || memcmp(t.p, en_record_kinds[k].stix_type, n) != 0 ||
            memcmp(t.p + n, "--", 2) != 0)
            continue;
        rest = (en_text){ t.p + n + 2, EN_RECORD_ID_LEN };
        if (!en_record_id_valid(rest))
            return false;
        if (kind)
            *kind = (enum en_record_kind)k;
        if (id)
            *id = rest;
        return true;
    }
    return false;
}

/* --- values ------------------------------------------------------------------------------------------ */

void
en_record_init(struct en_record *r, enum en_record_kind kind, struct en_arena *a)
{
    EN_ASSERT(kind < EN_RECORD_KINDS);
    memset(r, 0, sizeof *r);
    r->kind = kind;
    r->arena = a;
    r->version = 1;
    r->created = r->modified = EN_TIME_NONE;
    r->handling.tlp = EN_TLP_RED; /* until somebody says otherwise */
    r->handling.review = r->handling.destroy = EN_TIME_NONE;
}

en_errc
en_record_add(struct en_record *r, const struct en_value *v, struct en_err *err)
{
    EN_ASSERT(v->field && en_record_field(r->kind, en_text_from_ours(v->field->name)) == v->field);
    if (r->n_values == EN_RECORD_VALUES_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a record has at most %u values", EN_RECORD_VALUES_MAX);
    if (r->n_values == r->cap_values) {
        size_t cap = r->cap_values ? 2 * r->cap_values : 8;
        struct en_value *more = en_arena_alloc(r->arena, cap * sizeof *more);

        if (!more)
            return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the record is larger than the memory given for it");
        if (r->n_values)
            memcpy(more, r->values, r->n_values * sizeof *more);
        r->values = more;
        r->cap_values = cap;
    }
    r->values[r->n_values++] = *v;
    return EN_OK;
}

const struct en_value *
en_record_value(const struct en_record *r, const char *name)
{
    for (size_t i = 0; i < r->n_values; i++)
        if (strcmp(r->values[i].field->name, name) == 0)
            return &r->values[i];
    return NULL;
}

/* --- whole records ----------------------------------------------------------------------------------- */

static en_errc
bad(struct en_err *err, const char *field, const char *why)
{
    return en_err_set(err, EN_E_INPUT, EN_NO_POS, "%s: %s", field, why);
}

static bool
has_word(const char *const *words, en_text t)
{
    for (; *words; words++)
        if (en_text_is(t, *words))
            return true;
    return false;
}

static en_errc
check_person(const struct en_person *p, const char *name, struct en_err *err)
{
    if (!p)
        return bad(err, name, "a person is missing");
    if (!p->n_names && !p->n_docs)
        return bad(err, name, "a person has a name, or at least a document");
    return EN_OK;
}

static en_errc
check_value(const struct en_value *v, struct en_err *err)
{
    const char *name = v->field->name;

    switch (v->field->type) {
    case EN_VALUE_TEXT:
        return v->text.n && v->text.n <= EN_RECORD_TEXT_MAX ? EN_OK : bad(err, name, "the text is empty or too long");
    case EN_VALUE_WORD:
        return has_word(v->field->words, v->text) ? EN_OK : bad(err, name, "this is none of the words of this field");
    case EN_VALUE_TIME:
        return v->time != EN_TIME_NONE ? EN_OK : bad(err, name, "the time is missing");
    case EN_VALUE_COUNT:
        return v->count >= 0 ? EN_OK : bad(err, name, "a count is not negative");
    case EN_VALUE_RECORD:
        return en_record_ref(v->text, NULL, NULL) ? EN_OK : bad(err, name, "this does not refer to a record");
    case EN_VALUE_COUNTRY:
        return en_country_known(v->country) ? EN_OK : bad(err, name, "the country is not known");
    case EN_VALUE_PERSON:
        return check_person(v->person, name, err);
    }
    return EN_OK;
}

static en_errc
check_values(const struct en_record *r, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; i < r->n_values && rc == EN_OK; i++)
        rc = check_value(&r->values[i], err);
    for (const struct en_record_field *f = en_record_kinds[r->kind].fields; f->name && rc == EN_OK; f++) {
        size_t n = 0;

        for (size_t i = 0; i < r->n_values; i++)
            n += r->values[i].field == f;
        if (f->required && n == 0)
            rc = bad(err, f->name, "this kind of record needs it");
        else if (!f->many && n > 1)
            rc = bad(err, f->name, "it may be given once");
    }
    return rc;
}

static en_errc
check_handling(const struct en_handling *h, enum en_record_kind kind, struct en_err *err)
{
    int evaluated = (h->scheme.n != 0) + (h->source.n != 0) + (h->information.n != 0);

    if ((h->onward == EN_ONWARD_LIST) != (h->n_onward_to != 0))
        return bad(err, "onward", "a list of partners goes with \"list\" and with nothing else");
    if (h->n_onward_to > EN_RECORD_LIST_MAX || h->n_codes > EN_RECORD_LIST_MAX)
        return bad(err, "handling", "the list is too long");
    for (size_t i = 0; i < h->n_onward_to; i++)
        if (!en_is_hex(h->onward_to[i], EN_RECORD_PARTNER_LEN))
            return bad(err, "onward", "a partner is 16 hex digits");
    for (size_t i = 0; i < h->n_codes; i++)
        if (h->codes[i].n == 0 || h->codes[i].n > 64)
            return bad(err, "codes", "a code has 1 to 64 bytes");
    if (evaluated != 0 && evaluated != 3)
        return bad(err, "evaluation", "source and information are judged in a scheme that is named: all three or none");
    if (kind == EN_RECORD_ALERT && h->purpose.n == 0)
        return bad(err, "purpose", "an alert says what it may be used for");
    if (h->review != EN_TIME_NONE && h->destroy != EN_TIME_NONE && h->review > h->destroy)
        return bad(err, "review", "what is destroyed cannot be reviewed after that");
    return EN_OK;
}

en_errc
en_record_check(const struct en_record *r, struct en_err *err)
{
    en_errc rc;

    if (!en_record_id_valid(r->id))
        return bad(err, "id", "a record's id is a UUID in lower case");
    if (!en_is_hex(r->originator, EN_RECORD_PARTNER_LEN))
        return bad(err, "originator", "a partner is 16 hex digits");
    if (r->version == 0)
        return bad(err, "version", "versions count from 1");
    if (r->created == EN_TIME_NONE || r->modified == EN_TIME_NONE || r->modified < r->created)
        return bad(err, "modified", "a record has been created, and not after it was modified");
    if (r->version == 1 && r->modified != r->created)
        return bad(err, "modified", "the first version is modified when it is created");
    rc = check_values(r, err);
    return rc == EN_OK ? check_handling(&r->handling, r->kind, err) : rc;
}
