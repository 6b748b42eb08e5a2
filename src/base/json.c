/* The JSON writer of buf.h. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

void
en_json_init(struct en_json *j, struct en_buf *out)
{
    *j = (struct en_json){ .out = out };
}

static void
before_value(struct en_json *j)
{
    if (j->after_key) {
        j->after_key = false;
        return;
    }
    if (j->comma[j->depth])
        en_buf_addc(j->out, ',');
    j->comma[j->depth] = true;
}

static void
enter(struct en_json *j, char c)
{
    before_value(j);
    en_buf_addc(j->out, c);
    EN_ASSERT(j->depth + 1 < EN_JSON_DEPTH);
    j->comma[++j->depth] = false;
}

static void
leave(struct en_json *j, char c)
{
    EN_ASSERT(j->depth > 0 && !j->after_key);
    j->depth--;
    en_buf_addc(j->out, c);
}

void
en_json_object(struct en_json *j)
{
    enter(j, '{');
}

void
en_json_object_end(struct en_json *j)
{
    leave(j, '}');
}

void
en_json_array(struct en_json *j)
{
    enter(j, '[');
}

void
en_json_array_end(struct en_json *j)
{
    leave(j, ']');
}

/*= RFC 8259 section 7: quotation mark, reverse solidus and U+0000 to U+001F must be escaped. */
static void
string(struct en_json *j, en_text v)
{
    size_t from = 0;

    en_buf_addc(j->out, '"');
    for (size_t i = 0; i < v.n; i++) {
        unsigned char c = (unsigned char)v.p[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        en_buf_add(j->out, v.p + from, i - from);
        from = i + 1;
        if (c == '"' || c == '\\') {
            en_buf_addc(j->out, '\\');
            en_buf_addc(j->out, (char)c);
        } else {
            en_buf_addf(j->out, "\\u%04x", c);
        }
    }
    if (from < v.n) /* an empty text may have no pointer to add to */
        en_buf_add(j->out, v.p + from, v.n - from);
    en_buf_addc(j->out, '"');
}

void
en_json_key_text(struct en_json *j, en_text key)
{
    EN_ASSERT(j->depth > 0 && !j->after_key);
    before_value(j);
    string(j, key);
    en_buf_addc(j->out, ':');
    j->after_key = true;
}

void
en_json_key(struct en_json *j, const char *ours)
{
    en_json_key_text(j, en_text_from_ours(ours));
}

void
en_json_text(struct en_json *j, en_text v)
{
    before_value(j);
    string(j, v);
}

void
en_json_str(struct en_json *j, const char *ours)
{
    en_json_text(j, en_text_from_ours(ours));
}

void
en_json_int(struct en_json *j, int64_t v)
{
    before_value(j);
    en_buf_addf(j->out, "%lld", (long long)v);
}

void
en_json_uint(struct en_json *j, uint64_t v)
{
    before_value(j);
    en_buf_addf(j->out, "%llu", (unsigned long long)v);
}

void
en_json_bool(struct en_json *j, bool v)
{
    before_value(j);
    en_buf_add_str(j->out, v ? "true" : "false");
}

void
en_json_null(struct en_json *j)
{
    before_value(j);
    en_buf_add_str(j->out, "null");
}

/* "1.5e-05" as "0.000015": the same digits without the exponent. */
static void
without_exponent(char *s, size_t room, double v)
{
    const char *e = strchr(s, 'e');
    int shown = 0, exp10, decimals;

    if (!e)
        return;
    for (const char *p = s; p < e; p++)
        shown += *p >= '0' && *p <= '9';
    exp10 = (int)strtol(e + 1, NULL, 10);
    decimals = shown - 1 - exp10;
    snprintf(s, room, "%.*f", decimals > 0 ? decimals : 0, v);
}

void
en_json_double(struct en_json *j, double v)
{
    double a = fabs(v);
    char s[40];

    EN_ASSERT(isfinite(v));
    before_value(j);
    /* %g drops zeroes at the end and a normal double holds 15 digits, so shorter forms need no try of their own. */
    for (int digits = a >= DBL_MIN ? DBL_DIG : 1; digits <= 17; digits++) {
        snprintf(s, sizeof s, "%.*g", digits, v);
        if (strtod(s, NULL) == v)
            break;
    }
    if (a >= 1e-5 && a < 1e15)
        without_exponent(s, sizeof s, v);
    en_buf_add_str(j->out, s);
}

void
en_json_bits(struct en_json *j, int64_t v64)
{
    uint64_t a = v64 < 0 ? 0 - (uint64_t)v64 : (uint64_t)v64;
    unsigned frac = (unsigned)(a % 64) * 15625; /* 1/64 = 0.015625 */
    char s[16];
    size_t n;

    before_value(j);
    en_buf_addf(j->out, "%s%llu", v64 < 0 ? "-" : "", (unsigned long long)(a / 64));
    if (!frac)
        return;
    n = (size_t)snprintf(s, sizeof s, ".%06u", frac);
    while (s[n - 1] == '0')
        n--;
    en_buf_add(j->out, s, n);
}

void
en_json_raw(struct en_json *j, en_bytes json)
{
    before_value(j);
    en_buf_add(j->out, json.p, json.n);
}

void
en_json_kv_text(struct en_json *j, const char *key, en_text v)
{
    en_json_key(j, key);
    en_json_text(j, v);
}

void
en_json_kv_str(struct en_json *j, const char *key, const char *ours)
{
    en_json_key(j, key);
    en_json_str(j, ours);
}

void
en_json_kv_int(struct en_json *j, const char *key, int64_t v)
{
    en_json_key(j, key);
    en_json_int(j, v);
}

void
en_json_kv_uint(struct en_json *j, const char *key, uint64_t v)
{
    en_json_key(j, key);
    en_json_uint(j, v);
}

void
en_json_kv_bool(struct en_json *j, const char *key, bool v)
{
    en_json_key(j, key);
    en_json_bool(j, v);
}
