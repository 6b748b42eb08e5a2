#include "formats/ssr.h"

#include <string.h>

#define MAX_FIELDS 16u

struct fields {
    en_bytes at[MAX_FIELDS];
    size_t n;
};

static const en_bytes nothing = { NULL, 0 };

/* The fields between slashes. A slash in front of all says nothing. */
static struct fields
split(en_bytes text)
{
    struct fields f = { .n = 0 };

    text = en_bytes_trim(text);
    if (text.n && text.p[0] == '/')
        text = (en_bytes){ text.p + 1, text.n - 1 };
    while (f.n < MAX_FIELDS) {
        const uint8_t *slash = text.n ? memchr(text.p, '/', text.n) : NULL;
        size_t n = slash ? (size_t)(slash - text.p) : text.n;

        f.at[f.n++] = en_bytes_trim((en_bytes){ text.p, n });
        if (!slash)
            break;
        text = (en_bytes){ slash + 1, text.n - n - 1 };
    }
    return f;
}

/* A field counted from where field 0 should stand; it may stand before the text. */
static en_bytes
field(const struct fields *f, ptrdiff_t i)
{
    return i >= 0 && (size_t)i < f->n ? f->at[i] : nothing;
}

static bool
is_letter(en_bytes b, char c)
{
    return b.n == 1 && b.p[0] == (uint8_t)c;
}

static bool
one_of(en_bytes b, const char *letters)
{
    return b.n == 1 && b.p[0] && strchr(letters, b.p[0]) != NULL;
}

/* --- dates ---------------------------------------------------------------------------------------- */

static int
number(en_bytes b)
{
    int v = 0;

    for (size_t i = 0; i < b.n; i++) {
        if (b.p[i] < '0' || b.p[i] > '9')
            return -1;
        v = v * 10 + (b.p[i] - '0');
    }
    return b.n ? v : -1;
}

bool
en_ssr_day(en_bytes text, int *year, int *month, int *day)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    size_t head = 0, tail;
    int y, d, m = 0;

    while (head < text.n && head < 3 && text.p[head] >= '0' && text.p[head] <= '9')
        head++;
    tail = text.n > head + 3 ? text.n - head - 3 : 0;
    if (head > 2 || (tail != 2 && tail != 4))
        return false;
    for (int i = 0; i < 12; i++)
        if (memcmp(months + 3 * i, text.p + head, 3) == 0)
            m = i + 1;
    d = head ? number((en_bytes){ text.p, head }) : 0;
    y = number((en_bytes){ text.p + head + 3, tail });
    if (!m || d > 31 || y < 0)
        return false;
    *year = y;
    *month = m;
    *day = d;
    return true;
}

static bool
is_day(en_bytes b)
{
    int y, m, d;

    return en_ssr_day(b, &y, &m, &d);
}

/* --- DOCS ----------------------------------------------------------------------------------------- */

enum { DOCS_TYPE, DOCS_ISSUER, DOCS_NUMBER, DOCS_NATIONALITY, DOCS_BIRTH, DOCS_SEX, DOCS_EXPIRES, DOCS_FAMILY,
       DOCS_GIVEN, DOCS_MIDDLE, DOCS_HOLDER };

static bool
is_sex(en_bytes b)
{
    return one_of(b, "MFXU") || (b.n == 2 && (b.p[0] == 'M' || b.p[0] == 'F') && b.p[1] == 'I');
}

/*
 * How far the fields stand behind their places: the sex follows the birth date, and between the two dates there is
 * nothing else. 0 if nothing tells.
 */
static ptrdiff_t
docs_shift(const struct fields *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (is_sex(f->at[i]) && ((i && is_day(f->at[i - 1])) || (i + 1 < f->n && is_day(f->at[i + 1]))))
            return (ptrdiff_t)i - DOCS_SEX;
    for (size_t i = 0; i < f->n; i++)
        if (is_day(f->at[i]) && i < DOCS_EXPIRES)
            return (ptrdiff_t)i - DOCS_BIRTH;
    return 0;
}

/* "0" stands for a field that is not known. */
static en_bytes
known(en_bytes b)
{
    return is_letter(b, '0') ? nothing : b;
}

bool
en_ssr_docs(en_bytes text, struct en_ssr_docs *out)
{
    struct fields f = split(text);
    ptrdiff_t by = docs_shift(&f);

    *out = (struct en_ssr_docs){
        .type = field(&f, DOCS_TYPE + by), .issuer = known(field(&f, DOCS_ISSUER + by)),
        .number = known(field(&f, DOCS_NUMBER + by)), .nationality = known(field(&f, DOCS_NATIONALITY + by)),
        .birth = field(&f, DOCS_BIRTH + by), .sex = field(&f, DOCS_SEX + by),
        .expires = field(&f, DOCS_EXPIRES + by), .family = field(&f, DOCS_FAMILY + by),
        .given = field(&f, DOCS_GIVEN + by), .middle = field(&f, DOCS_MIDDLE + by), .shifted = by != 0
    };
    if (is_letter(out->middle, 'H')) /* the holder's mark, one field early */
        out->middle = nothing;
    if (out->sex.n == 2) {
        out->infant = true;
        out->sex.n = 1;
    }
    return out->number.n || out->birth.n || out->family.n;
}

/* --- DOCO, DOCA, INFT ----------------------------------------------------------------------------- */

bool
en_ssr_doco(en_bytes text, struct en_ssr_doco *out)
{
    struct fields f = split(text);
    size_t i = 0;

    *out = (struct en_ssr_doco){ .infant = f.n > 3 && is_letter(f.at[f.n - 1], 'I') };
    while (i + 1 < f.n && i < 3 && !(one_of(f.at[i], "VKR") && f.at[i + 1].n))
        i++;
    if (i + 1 >= f.n || i == 3)
        return false;
    out->birth_place = field(&f, (ptrdiff_t)i - 1);
    out->type = f.at[i];
    out->number = f.at[i + 1];
    out->issued_at = field(&f, (ptrdiff_t)i + 2);
    out->country = field(&f, (ptrdiff_t)i + 4);
    return true;
}

bool
en_ssr_doca(en_bytes text, struct en_ssr_doca *out)
{
    struct fields f = split(text);
    size_t i = 0;

    while (i < f.n && i < 2 && !one_of(f.at[i], "RD"))
        i++;
    if (i == f.n || i == 2)
        return false;
    *out = (struct en_ssr_doca){ f.at[i], field(&f, (ptrdiff_t)i + 1), field(&f, (ptrdiff_t)i + 3) };
    return true;
}

bool
en_ssr_inft(en_bytes text, struct en_ssr_inft *out)
{
    struct fields f = split(text);
    const uint8_t *blank = f.n > 1 && f.at[1].n ? memchr(f.at[1].p, ' ', f.at[1].n) : NULL;
    en_bytes last = nothing;

    *out = (struct en_ssr_inft){ f.at[0], field(&f, 1), field(&f, 2) };
    while (blank) { /* the last word of the given names */
        last = (en_bytes){ blank + 1, f.at[1].n - (size_t)(blank + 1 - f.at[1].p) };
        blank = memchr(last.p, ' ', last.n);
    }
    if (!is_day(out->birth) && is_day(last)) {
        out->birth = last;
        out->given = en_bytes_trim((en_bytes){ f.at[1].p, f.at[1].n - last.n });
    }
    return f.n > 1 && out->family.n && (out->given.n || out->birth.n);
}
