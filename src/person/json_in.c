#include "person/json_in.h"

#include <string.h>

#include "base/limits.h"

/*
 * The offset at which nesting exceeds EN_MAX_DEPTH, or in.n. Up to the first byte that is not JSON this sees the same
 * strings as jansson does, and jansson stops there.
 */
static size_t
too_deep_at(en_bytes in)
{
    unsigned depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < in.n; i++) {
        uint8_t b = in.p[i];

        if (b == '\\' && quoted)
            i++;
        else if (b == '"')
            quoted = !quoted;
        else if (quoted)
            continue;
        else if (b == '{' || b == '[') {
            if (++depth > EN_MAX_DEPTH)
                return i;
        } else if ((b == '}' || b == ']') && depth > 0)
            depth--;
    }
    return in.n;
}

/* jansson's own sentences quote the input, so ours replace them. The last row is for every other fault. */
static const struct {
    int code; /* enum json_error_code */
    en_errc errc;
    const char *note, *text;
} faults[] = {
    { json_error_duplicate_key, EN_E_INPUT, "json-duplicate", "a member is repeated in one object" },
    { json_error_invalid_utf8, EN_E_INPUT, "json-utf8", "not valid UTF-8" },
    { json_error_null_character, EN_E_INPUT, "json-nul", "a NUL character in a string" },
    { json_error_null_byte_in_key, EN_E_INPUT, "json-nul", "a NUL character in a member's name" },
    { json_error_numeric_overflow, EN_E_INPUT, "json-number", "a number is out of range" },
    { json_error_premature_end_of_input, EN_E_INPUT, "json-truncated", "the input ends inside a value" },
    { json_error_end_of_input_expected, EN_E_INPUT, "json-syntax", "something follows the value" },
    { json_error_stack_overflow, EN_E_LIMIT, "json-depth", "nested too deeply" },
    { json_error_invalid_syntax, EN_E_INPUT, "json-syntax", "not valid JSON" },
};

static en_errc
refuse(const json_error_t *e, const char **note, struct en_err *err)
{
    size_t i = 0, last = sizeof faults / sizeof faults[0] - 1;
    uint64_t pos = e->position > 0 ? (uint64_t)e->position : 0;

    while (i < last && faults[i].code != (int)json_error_code(e))
        i++;
    *note = faults[i].note;
    return en_err_set(err, faults[i].errc, pos, "%s", faults[i].text);
}

en_errc
en_json_in_value(en_bytes in, size_t max, json_t **out, const char **note, struct en_err *err)
{
    const char *unused;
    json_error_t e;
    size_t deep;

    note = note != NULL ? note : &unused;
    *out = NULL;
    *note = "json-large";
    if (in.n > max)
        return en_err_set(err, EN_E_LIMIT, max, "more than %zu bytes of JSON", max);
    deep = too_deep_at(in);
    if (deep < in.n) {
        *note = "json-depth";
        return en_err_set(err, EN_E_LIMIT, deep, "nested more than %u deep", EN_MAX_DEPTH);
    }
    *out = json_loadb(in.n > 0 ? (const char *)in.p : "", in.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (*out == NULL)
        return refuse(&e, note, err);
    *note = NULL;
    return EN_OK;
}

en_errc
en_json_in_object(en_bytes in, size_t max, json_t **out, const char **note, struct en_err *err)
{
    en_errc e = en_json_in_value(in, max, out, note, err);

    if (e != EN_OK || json_is_object(*out))
        return e;
    json_decref(*out);
    *out = NULL;
    if (note != NULL)
        *note = "json-object";
    return en_err_set(err, EN_E_INPUT, 0, "a JSON object is expected");
}

/* Checked text that does not borrow from in. */
static en_errc
checked_copy(en_bytes in, size_t max, struct en_arena *a, en_text *out, unsigned *repairs, struct en_err *err)
{
    en_errc e = en_text_check(in, max, a, out, repairs, err);

    if (e != EN_OK || out->n == 0)
        return e;
    if ((uintptr_t)out->p >= (uintptr_t)in.p && (uintptr_t)out->p < (uintptr_t)in.p + in.n)
        *out = en_text_dup(*out, a);
    if (out->p != NULL)
        return EN_OK;
    *out = EN_TEXT_NONE;
    return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the record needs more memory than it may have");
}

en_errc
en_json_in_text(const json_t *v, size_t max, struct en_arena *a, en_text *out, unsigned *repairs, struct en_err *err)
{
    *out = EN_TEXT_NONE;
    if (!json_is_string(v))
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "a string is expected");
    return checked_copy(en_bytes_from(json_string_value(v), json_string_length(v)), max, a, out, repairs, err);
}

en_errc
en_json_in_member(const json_t *object, const char *member, size_t max, struct en_arena *a, en_text *out,
                  unsigned *repairs, struct en_err *err)
{
    const json_t *v = json_object_get(object, member);

    *out = EN_TEXT_NONE;
    if (repairs != NULL)
        *repairs = EN_TEXT_CLEAN;
    return v == NULL || json_is_null(v) ? EN_OK : en_json_in_text(v, max, a, out, repairs, err);
}

en_errc
en_json_in_key(const char *key, struct en_arena *a, en_text *out, struct en_err *err)
{
    return checked_copy(en_bytes_from(key, strlen(key)), EN_MAX_NAME, a, out, NULL, err);
}

en_errc
en_json_in_any(const json_t *v, size_t max, struct en_arena *a, en_text *out, struct en_err *err)
{
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
    size_t n;
    char *p;

    if (json_is_string(v))
        return en_json_in_text(v, max, a, out, NULL, err);
    *out = EN_TEXT_NONE;
    n = json_dumpb(v, NULL, 0, flags);
    if (n > max)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a value is longer than %zu bytes", max);
    p = en_arena_alloc(a, n);
    if (p == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the record needs more memory than it may have");
    EN_ASSERT(json_dumpb(v, p, n, flags) == n);
    /* The dump may hold what JSON allows and text does not (DEL, bidi controls), so it is checked like any input. */
    return en_text_check(en_bytes_from(p, n), max, a, out, NULL, err);
}

bool
en_json_in_uint(const json_t *object, const char *member, uint64_t *out)
{
    const json_t *v = json_object_get(object, member);

    if (!json_is_integer(v) || json_integer_value(v) < 0)
        return false;
    *out = (uint64_t)json_integer_value(v);
    return true;
}

bool
en_json_in_bool(const json_t *object, const char *member, bool *out)
{
    const json_t *v = json_object_get(object, member);

    if (!json_is_boolean(v))
        return false;
    *out = json_is_true(v);
    return true;
}
