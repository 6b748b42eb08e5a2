#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "screen/segment.h"

void
en_keys_find(const struct en_keys *k, uint32_t hash, uint32_t *from, uint32_t *to)
{
    uint32_t lo, hi;

    *from = *to = 0;
    if (!k->n)
        return;
    lo = k->dir[hash >> (32 - k->dir_bits)];
    hi = k->dir[(hash >> (32 - k->dir_bits)) + 1];
    while (lo < hi && k->rows[lo].hash < hash)
        lo++;
    *from = lo;
    while (lo < hi && k->rows[lo].hash == hash)
        lo++;
    *to = lo;
}

static uint32_t
hash_of(const void *p, size_t n)
{
    return (uint32_t)(en_xxh3(en_bytes_from(p, n)) >> 32);
}

uint32_t
en_key_of_skeleton(en_skeleton s)
{
    return hash_of(&s, sizeof s);
}

uint32_t
en_key_of_spelling(const struct en_latin *l, unsigned without)
{
    uint8_t s[EN_COST_MAX_LETTERS];
    unsigned n = 0;

    for (unsigned i = 0; i < l->n; i++)
        if (i != without)
            s[n++] = l->sym[i];
    return hash_of(s, n);
}

uint32_t
en_key_of_pair(uint32_t a, uint32_t b)
{
    uint32_t v[2] = { a < b ? a : b, a < b ? b : a };

    return hash_of(v, sizeof v);
}

uint32_t
en_key_of_id(en_text id)
{
    return hash_of(id.p, id.n);
}

uint32_t
en_key_of_day(int32_t day)
{
    return hash_of(&day, sizeof day);
}

uint32_t
en_key_of_doc(const char *number, unsigned n, unsigned without)
{
    char s[EN_DOC_NUMBER_MAX];

    memcpy(s, number, n);
    if (without < n)
        s[without] = '?';
    return hash_of(s, n);
}

unsigned
en_doc_number(en_text number, char *out, unsigned max)
{
    unsigned n = 0;

    for (size_t i = 0; i < number.n && n < max; i++) {
        char c = number.p[i];

        if (c >= 'a' && c <= 'z')
            c = (char)(c - 32);
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            out[n++] = c;
    }
    return n;
}

uint8_t
en_brief_country(en_country c)
{
    return en_country_known(c) ? (uint8_t)(hash_of(c.a3, 3) % 255 + 1) : 0;
}

uint32_t
en_letters(const struct en_latin *l)
{
    /* The bit of the second a, e, i, n, o, and l. */
    static const uint8_t again[27] = { [1] = 27, [5] = 28, [9] = 29, [14] = 30, [15] = 31, [12] = 0 };
    uint32_t mask = 0;

    for (unsigned i = 0; i < l->n; i++) {
        unsigned sym = l->sym[i];

        mask |= mask >> sym & 1 && (again[sym] || sym == 12) ? 1u << again[sym] : 1u << sym;
    }
    return mask;
}

struct en_latin
en_vocab_latin(const struct en_segment *s, const struct en_vocab *v)
{
    struct en_latin l = { .n = v->latin_n };

    memcpy(l.sym, s->bytes + v->sym_at + (v->script == EN_SCRIPT_LATIN ? 0 : v->n), v->latin_n);
    return l;
}

en_text
en_segment_text(const struct en_segment *s, uint64_t at, size_t n)
{
    return (en_text){ (const char *)s->bytes + at, n };
}
