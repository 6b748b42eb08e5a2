#include "acts/args.h"

#include <math.h>

#include "base/limits.h"
#include "person/json_in.h"
#include "store/store.h"

void
en_args_init(struct en_args *a, en_bytes json, struct en_arena *arena)
{
    struct en_err why = EN_ERR_INIT;

    *a = (struct en_args){ .arena = arena, .fault = EN_ERR_INIT };
    if (json.n == 0)
        return;
    if (en_json_in_object(json, EN_STORE_MAX_BLOB, &a->root, NULL, &why) != EN_OK)
        (void)en_err_set(&a->fault, EN_E_USAGE, why.pos, "the arguments of the act are not a JSON object: %s",
                         why.text);
}

void
en_args_release(struct en_args *a)
{
    json_decref(a->root);
    a->root = NULL;
}

/* key is ours, always. */
void
en_args_fault(struct en_args *a, const char *key, const char *expected)
{
    if (a->fault.code == EN_OK)
        (void)en_err_set(&a->fault, EN_E_USAGE, EN_NO_POS, "%s: %s", key, expected);
}

bool
en_args_has(const struct en_args *a, const char *key)
{
    const json_t *v = json_object_get(a->root, key);

    return v != NULL && !json_is_null(v);
}

static const json_t *
member(struct en_args *a, const char *key, enum en_args_need need)
{
    const json_t *v = json_object_get(a->root, key);

    if (v != NULL)
        a->asked++;
    if ((v == NULL || json_is_null(v)) && need == EN_MUST)
        en_args_fault(a, key, "is missing");
    return a->fault.code == EN_OK && v != NULL && !json_is_null(v) ? v : NULL;
}

static en_text
checked(struct en_args *a, const char *key, const json_t *v, size_t max)
{
    en_text out;

    if (!json_is_string(v)) {
        en_args_fault(a, key, "is a text");
        return EN_TEXT_NONE;
    }
    if (en_text_check(en_bytes_from(json_string_value(v), json_string_length(v)), max, a->arena, &out, NULL, NULL) !=
        EN_OK) {
        en_args_fault(a, key, "is too long or not UTF-8");
        return EN_TEXT_NONE;
    }
    return out;
}

en_text
en_args_text(struct en_args *a, const char *key, enum en_args_need need, size_t max)
{
    const json_t *v = member(a, key, need);
    en_text t = v != NULL ? checked(a, key, v, max) : EN_TEXT_NONE;

    if (v != NULL && need == EN_MUST && t.n == 0)
        en_args_fault(a, key, "is empty");
    return t;
}

int64_t
en_args_int(struct en_args *a, const char *key, enum en_args_need need, int64_t min, int64_t max, int64_t otherwise)
{
    const json_t *v = member(a, key, need);

    if (v == NULL)
        return otherwise;
    if (!json_is_integer(v) || json_integer_value(v) < min || json_integer_value(v) > max) {
        en_args_fault(a, key, "is not a whole number in its range");
        return otherwise;
    }
    return json_integer_value(v);
}

double
en_args_real(struct en_args *a, const char *key, double min, double max, double otherwise)
{
    const json_t *v = member(a, key, EN_MAY);
    double d = json_number_value(v);

    if (v == NULL)
        return otherwise;
    if (!json_is_number(v) || !isfinite(d) || d < min || d > max) {
        en_args_fault(a, key, "is not a number in its range");
        return otherwise;
    }
    return d;
}

bool
en_args_bool(struct en_args *a, const char *key)
{
    const json_t *v = member(a, key, EN_MAY);

    if (v != NULL && !json_is_boolean(v))
        en_args_fault(a, key, "is true or false");
    return json_is_true(v);
}

en_time
en_args_time(struct en_args *a, const char *key)
{
    en_text t = en_args_text(a, key, EN_MAY, 40);
    char at[40];
    en_time out = EN_TIME_NONE;

    if (t.n == 0)
        return EN_TIME_NONE;
    if (en_time_parse(t, &out))
        return out;
    if (t.n == 10) { /* a day */
        for (size_t i = 0; i < 10; i++)
            at[i] = t.p[i];
        for (size_t i = 0; i < sizeof "T00:00:00Z"; i++)
            at[10 + i] = "T00:00:00Z"[i];
        if (en_time_parse(en_text_from_ours(at), &out))
            return out;
    }
    en_args_fault(a, key, "is a day (2027-01-31) or a time (2027-01-31T12:00:00Z)");
    return EN_TIME_NONE;
}

size_t
en_args_texts(struct en_args *a, const char *key, size_t max_count, size_t max, const en_text **out)
{
    const json_t *v = member(a, key, EN_MAY);
    size_t n = json_array_size(v);
    en_text *t;

    *out = NULL;
    if (v == NULL)
        return 0;
    if (!json_is_array(v) || n > max_count) {
        en_args_fault(a, key, "is a list of texts, and not too long");
        return 0;
    }
    t = en_arena_array(a->arena, n, sizeof *t);
    if (t == NULL) {
        en_args_fault(a, key, "is too long");
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        t[i] = checked(a, key, json_array_get(v, i), max);
    *out = t;
    return n;
}

en_bytes
en_args_object(struct en_args *a, const char *key)
{
    const json_t *v = member(a, key, EN_MAY);
    en_bytes out = { NULL, 0 };
    char *text;
    size_t n;

    if (v == NULL)
        return out;
    if (!json_is_object(v)) {
        en_args_fault(a, key, "is an object");
        return out;
    }
    n = json_dumpb(v, NULL, 0, JSON_COMPACT);
    text = en_arena_alloc(a->arena, n);
    if (text == NULL || json_dumpb(v, text, n, JSON_COMPACT) != n) {
        en_args_fault(a, key, "is too long");
        return out;
    }
    return en_bytes_from(text, n);
}

en_errc
en_args_end(struct en_args *a, struct en_err *err)
{
    if (a->fault.code == EN_OK && json_object_size(a->root) > a->asked)
        (void)en_err_set(&a->fault, EN_E_USAGE, EN_NO_POS, "the act does not know one of its arguments");
    if (a->fault.code != EN_OK && err != NULL)
        *err = a->fault;
    return a->fault.code;
}
