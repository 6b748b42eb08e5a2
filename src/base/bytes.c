#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

en_bytes
en_text_bytes(en_text t)
{
    return (en_bytes){ (const uint8_t *)t.p, t.n };
}

en_bytes
en_bytes_from(const void *p, size_t n)
{
    return (en_bytes){ p, n };
}

en_text
en_text_from_ours(const char *s)
{
    return (en_text){ s, strlen(s) };
}

bool
en_bytes_eq(en_bytes a, en_bytes b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
en_text_eq(en_text a, en_text b)
{
    return en_bytes_eq(en_text_bytes(a), en_text_bytes(b));
}

bool
en_text_is(en_text a, const char *ours)
{
    return en_text_eq(a, en_text_from_ours(ours));
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool
en_text_is_nocase(en_text a, const char *ours)
{
    size_t i;

    for (i = 0; i < a.n && ours[i]; i++)
        if (lower(a.p[i]) != lower(ours[i]))
            return false;
    return i == a.n && !ours[i];
}

static bool
among(en_text t, const char *const *words, unsigned n, unsigned *at, bool (*is)(en_text, const char *))
{
    for (unsigned i = 0; i < n; i++)
        if (is(t, words[i])) {
            if (at)
                *at = i;
            return true;
        }
    return false;
}

bool
en_text_among(en_text t, const char *const *words, unsigned n, unsigned *at)
{
    return among(t, words, n, at, en_text_is);
}

bool
en_text_among_nocase(en_text t, const char *const *words, unsigned n, unsigned *at)
{
    return among(t, words, n, at, en_text_is_nocase);
}

int
en_text_cmp(en_text a, en_text b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    return c ? c : (a.n > b.n) - (a.n < b.n);
}

en_text
en_text_trim(en_text t)
{
    while (t.n && t.p[0] == ' ')
        t.p++, t.n--;
    while (t.n && t.p[t.n - 1] == ' ')
        t.n--;
    return t;
}

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

en_bytes
en_bytes_trim(en_bytes b)
{
    while (b.n && is_blank(b.p[0]))
        b.p++, b.n--;
    while (b.n && is_blank(b.p[b.n - 1]))
        b.n--;
    return b;
}

en_text
en_text_dup(en_text t, struct en_arena *a)
{
    char *p = en_arena_copy(a, t.p, t.n);

    return p ? (en_text){ p, t.n } : EN_TEXT_NONE;
}

const char *
en_text_cstr(en_text t, struct en_arena *a)
{
    char *p = en_arena_alloc(a, t.n + 1);

    if (p && t.n)
        memcpy(p, t.p, t.n);
    return p;
}

/* --- UTF-8 ---------------------------------------------------------------------------------------- */

/*= RFC 3629 section 4: the well-formed byte sequences. */
uint32_t
en_utf8_next(en_bytes *b)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    uint8_t c = b->p[0];
    size_t n = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
    uint32_t cp = n == 1 ? c : n == 0 ? 0 : c & (0xFFu >> (n + 1));

    if (n == 0 || n > b->n)
        goto bad;
    for (size_t i = 1; i < n; i++) {
        if ((b->p[i] & 0xC0) != 0x80)
            goto bad;
        cp = cp << 6 | (b->p[i] & 0x3F);
    }
    if (cp < least[n] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
        goto bad;
    b->p += n;
    b->n -= n;
    return cp;
bad:
    b->p++;
    b->n--;
    return UINT32_MAX;
}

size_t
en_utf8_put(uint32_t cp, char *out)
{
    EN_ASSERT(cp <= 0x10FFFF && !(cp >= 0xD800 && cp <= 0xDFFF));
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

size_t
en_utf8_check(en_bytes b)
{
    en_bytes left = b;

    while (left.n) {
        size_t at = b.n - left.n;

        if (en_utf8_next(&left) == UINT32_MAX)
            return at;
    }
    return b.n;
}

/* --- checked text --------------------------------------------------------------------------------- */

enum class { KEEP, BLANK, CONTROL_BLANK, INVISIBLE, BIDI, NON_JOINER };

static const struct {
    uint32_t from, to;
    enum class is;
} classes[] = {
    /* Ordered. Controls, blanks, bidi controls (UAX #9 section 2), default-ignorable format characters. */
    { 0x0000, 0x001F, CONTROL_BLANK }, { 0x007F, 0x009F, CONTROL_BLANK }, { 0x00A0, 0x00A0, BLANK },
    { 0x00AD, 0x00AD, INVISIBLE },     { 0x034F, 0x034F, INVISIBLE },     { 0x061C, 0x061C, BIDI },
    { 0x115F, 0x1160, INVISIBLE },     { 0x1680, 0x1680, BLANK },         { 0x17B4, 0x17B5, INVISIBLE },
    { 0x180B, 0x180F, INVISIBLE },     { 0x2000, 0x200A, BLANK },         { 0x200B, 0x200B, INVISIBLE },
    { 0x200C, 0x200C, NON_JOINER },    { 0x200D, 0x200D, INVISIBLE },     { 0x200E, 0x200F, BIDI },
    { 0x2028, 0x2029, CONTROL_BLANK }, { 0x202A, 0x202E, BIDI },          { 0x202F, 0x202F, BLANK },
    { 0x205F, 0x205F, BLANK },         { 0x2060, 0x2065, INVISIBLE },     { 0x2066, 0x2069, BIDI },
    { 0x206A, 0x206F, INVISIBLE },     { 0x3000, 0x3000, BLANK },         { 0x3164, 0x3164, INVISIBLE },
    { 0xFDD0, 0xFDEF, INVISIBLE },     { 0xFE00, 0xFE0F, INVISIBLE },     { 0xFEFF, 0xFEFF, INVISIBLE },
    { 0xFFA0, 0xFFA0, INVISIBLE },     { 0xFFF0, 0xFFFB, INVISIBLE },     { 0x1BCA0, 0x1BCA3, INVISIBLE },
    { 0x1D173, 0x1D17A, INVISIBLE },   { 0xE0000, 0xE0FFF, INVISIBLE },
};

static enum class
class_of(uint32_t cp)
{
    size_t lo = 0, hi = sizeof classes / sizeof *classes;

    if (cp >= 0x20 && cp < 0x7F)
        return KEEP;
    if ((cp & 0xFFFE) == 0xFFFE) /* the last two of every plane are no characters */
        return INVISIBLE;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (cp < classes[mid].from)
            hi = mid;
        else if (cp > classes[mid].to)
            lo = mid + 1;
        else
            return classes[mid].is;
    }
    return KEEP;
}

/* Blocks whose characters are all NFC_Quick_Check=Yes with combining class 0: no normaliser needed. */
static bool
surely_nfc(uint32_t cp)
{
    return cp < 0x300 || (cp >= 0x400 && cp < 0x483) || (cp >= 0x621 && cp < 0x64B) ||
           (cp >= 0x5D0 && cp < 0x5EB) || (cp >= 0x4E00 && cp < 0xA000) || (cp >= 0xAC00 && cp < 0xD7A4) ||
           (cp >= 0x30A1 && cp < 0x30FB) || (cp >= 0x3041 && cp < 0x3097) || (cp >= 0x10D0 && cp < 0x10FB) ||
           (cp >= 0x531 && cp < 0x588) || (cp >= 0x66E && cp < 0x6D6);
}

/* Whether all eight bytes are above 0x20 and below 0x7F. */
static bool
eight_plain(uint64_t x)
{
    const uint64_t ones = 0x0101010101010101u, tops = 0x80 * ones;

    return ((x | (x + ones) | (((x | tops) - 0x21 * ones) ^ tops)) & tops) == 0;
}

bool
en_bytes_plain(en_bytes in)
{
    size_t i = 0;
    uint32_t first, last;
    uint64_t x;

    if (in.n >= 4 && in.n <= 8) {
        memcpy(&first, in.p, sizeof first);
        memcpy(&last, in.p + in.n - 4, sizeof last);
        if (eight_plain((uint64_t)first << 32 | last))
            return true;
    }
    for (; in.n - i >= sizeof x; i += sizeof x) {
        memcpy(&x, in.p + i, sizeof x);
        if (!eight_plain(x))
            break;
    }
    if (i && in.n - i < sizeof x) { /* the last eight, some of them again */
        memcpy(&x, in.p + in.n - sizeof x, sizeof x);
        if (eight_plain(x))
            return true;
    }
    for (; i < in.n; i++)
        if (in.p[i] < 0x20 || in.p[i] >= 0x7F || (in.p[i] == ' ' && (i == 0 || i + 1 == in.n || in.p[i - 1] == ' ')))
            return false;
    return true;
}

/* Letters that change shape with their neighbours (Arabic, Syriac, N'Ko …): only there a non-joiner says something. */
static bool
joins(uint32_t cp)
{
    switch (u_getIntPropertyValue((UChar32)cp, UCHAR_JOINING_TYPE)) {
    case U_JT_DUAL_JOINING:
    case U_JT_RIGHT_JOINING:
    case U_JT_LEFT_JOINING:
        return true;
    default: /* ICU's values, not an enum of ours */
        return false;
    }
}

static bool
is_mark(uint32_t cp)
{
    return cp >= 0x300 && u_getIntPropertyValue((UChar32)cp, UCHAR_JOINING_TYPE) == U_JT_TRANSPARENT;
}

struct cleaner {
    char *out;
    size_t n;
    unsigned repairs;
    bool nfc;        /* everything written so far is surely in NFC */
    bool blank;      /* at the start, or behind a blank: another one is dropped */
    bool after_join; /* the last letter joins (marks on it do not count) */
    bool non_joiner; /* one was seen, and the next character decides about it */
};

static void
write_char(struct cleaner *c, uint32_t cp)
{
    if (c->non_joiner && joins(cp))
        c->n += en_utf8_put(0x200C, c->out + c->n);
    else if (c->non_joiner)
        c->repairs |= EN_TEXT_STRIPPED_CONTROL;
    c->non_joiner = false;
    c->blank = cp == ' ';
    if (!is_mark(cp))
        c->after_join = joins(cp);
    c->nfc = c->nfc && surely_nfc(cp);
    c->n += en_utf8_put(cp, c->out + c->n);
}

static void
clean_char(struct cleaner *c, uint32_t cp)
{
    switch (class_of(cp)) {
    case KEEP:
        if (cp != ' ' || !c->blank)
            write_char(c, cp);
        else
            c->repairs |= EN_TEXT_TRIMMED;
        return;
    case CONTROL_BLANK:
        c->repairs |= EN_TEXT_STRIPPED_CONTROL;
        clean_char(c, ' ');
        return;
    case BLANK:
        c->repairs |= EN_TEXT_NORMALISED;
        clean_char(c, ' ');
        return;
    case INVISIBLE:
        c->repairs |= EN_TEXT_STRIPPED_CONTROL;
        return;
    case BIDI:
        c->repairs |= EN_TEXT_STRIPPED_BIDI;
        return;
    case NON_JOINER:
        if (!c->after_join || c->non_joiner)
            c->repairs |= EN_TEXT_STRIPPED_CONTROL;
        c->non_joiner = c->after_join;
        return;
    }
}

/* Copies cleaned code points to out (room for in, or thrice that if in has bad sequences: U+FFFD is 3 bytes). */
static size_t
clean(en_bytes in, char *out, unsigned *repairs, bool *nfc)
{
    struct cleaner c = { .out = out, .nfc = true, .blank = true };

    while (in.n) {
        uint32_t cp = en_utf8_next(&in);

        if (cp == UINT32_MAX) {
            c.repairs |= EN_TEXT_BAD_UTF8;
            cp = 0xFFFD;
        }
        clean_char(&c, cp);
    }
    if (c.non_joiner)
        c.repairs |= EN_TEXT_STRIPPED_CONTROL;
    if (c.n && c.out[c.n - 1] == ' ') {
        c.n--;
        c.repairs |= EN_TEXT_TRIMMED;
    }
    *repairs |= c.repairs;
    *nfc = c.nfc;
    return c.n;
}

/* NFC by ICU (UAX #15), through UTF-16. p has n bytes of valid UTF-8. */
static en_text
normalise(const char *p, size_t n, struct en_arena *a, unsigned *repairs)
{
    UErrorCode e = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&e);
    int32_t n16 = 0, m16, m8 = 0;
    UChar *u, *v;
    char *out;

    u = en_xmalloc((n + 1) * sizeof *u);
    u_strFromUTF8(u, (int32_t)n + 1, &n16, p, (int32_t)n, &e);
    EN_ASSERT(U_SUCCESS(e));
    v = en_xmalloc(((size_t)n16 * 3 + 1) * sizeof *v); /* NFC grows UTF-16 at most threefold */
    m16 = unorm2_normalize(nfc, u, n16, v, n16 * 3 + 1, &e);
    EN_ASSERT(U_SUCCESS(e));
    out = en_arena_alloc(a, (size_t)m16 * 3 + 1);
    if (out) {
        u_strToUTF8(out, m16 * 3 + 1, &m8, v, m16, &e);
        EN_ASSERT(U_SUCCESS(e));
        if ((size_t)m8 != n || memcmp(out, p, n) != 0)
            *repairs |= EN_TEXT_NORMALISED;
    }
    free(u);
    free(v);
    return out ? (en_text){ out, (size_t)m8 } : EN_TEXT_NONE;
}

en_errc
en_text_repair(en_bytes in, size_t max, struct en_arena *a, en_text *out, unsigned *repairs, struct en_err *err)
{
    unsigned seen = 0;
    bool nfc;
    char *p;
    size_t n;

    *out = EN_TEXT_NONE;
    if (repairs)
        *repairs = 0;
    if (in.n > max || in.n > INT32_MAX / 8)
        return en_err_set(err, EN_E_LIMIT, 0, "text of %zu bytes, at most %zu allowed", in.n, max);
    if (en_bytes_plain(in)) {
        *out = (en_text){ (const char *)in.p, in.n };
        return EN_OK;
    }
    p = en_arena_alloc(a, en_utf8_check(in) == in.n ? in.n : in.n * 3);
    if (!p)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the record needs more memory than its limit");
    n = clean(in, p, &seen, &nfc);
    *out = nfc ? (en_text){ p, n } : normalise(p, n, a, &seen);
    if (!out->p)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the record needs more memory than its limit");
    if (repairs)
        *repairs = seen;
    return EN_OK;
}

en_errc
en_text_check(en_bytes in, size_t max, struct en_arena *a, en_text *out, unsigned *repairs, struct en_err *err)
{
    size_t bad = in.n > max ? in.n : en_utf8_check(in);

    if (bad != in.n) {
        *out = EN_TEXT_NONE;
        if (repairs)
            *repairs = 0;
        return en_err_set(err, EN_E_INPUT, bad, "not valid UTF-8");
    }
    return en_text_repair(in, max, a, out, repairs, err);
}
