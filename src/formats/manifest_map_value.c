/*
 * manifest_map_value.c: values of a service's own CSV in our words. docs/formats/manifest-map.md.
 *
 * A date is a row of numbers and words. By an order (dmy) its parts are told by their place; by a pattern (DDMMMYY)
 * every sign must be where the pattern has it. What fits neither is left as it is, and read as any date is.
 */
#include <stdio.h>
#include <string.h>

#include "formats/manifest_map_impl.h"

struct date {
    int year, month, day, hour, minute; /* -1: not given */
    bool short_year;
};

static const char *const month_words[12] = { "JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                             "JUL", "AUG", "SEP", "OCT", "NOV", "DEC" };

bool
en_map_same(en_text a, en_text b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        char x = a.p[i], y = b.p[i];

        if (x != y && ((x | 0x20) != (y | 0x20) || (x | 0x20) < 'a' || (x | 0x20) > 'z'))
            return false;
    }
    return true;
}

bool
en_map_is_empty(const struct en_manifest_map *m, en_text v)
{
    for (size_t i = 0; i < m->n_empty; i++)
        if (en_map_same(v, m->empty[i]))
            return true;
    return false;
}

static en_text
word_of(const struct en_manifest_map *m, int field, en_text v)
{
    for (size_t i = 0; i < m->n_words; i++)
        if (m->words[i].field == field && en_map_same(v, m->words[i].theirs))
            return m->words[i].ours;
    return EN_TEXT_NONE;
}

/* --- dates ---------------------------------------------------------------------------------------- */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_mark(char c)
{
    return c == ' ' || c == '.' || c == '/' || c == '-' || c == ',' || c == ':';
}

/* At most four digits; -1 for anything else. */
static int
number(en_text t)
{
    int v = 0;

    if (!t.n || t.n > 4)
        return -1;
    for (size_t i = 0; i < t.n; i++) {
        if (!is_digit(t.p[i]))
            return -1;
        v = v * 10 + (t.p[i] - '0');
    }
    return v;
}

static int
month_of(const struct en_manifest_map *m, en_text t)
{
    en_text ours = word_of(m, EN_MAP_MONTH, t);

    if (ours.n)
        return number(ours);
    if (is_digit(t.p[0]))
        return t.n <= 2 ? number(t) : -1;
    for (int i = 0; i < 12 && t.n >= 3; i++)
        if (en_map_same((en_text){ t.p, 3 }, en_text_from_ours(month_words[i])))
            return i + 1;
    return -1;
}

/* One part of a date: d, m or y. */
static bool
set_part(const struct en_manifest_map *m, char part, en_text t, struct date *d)
{
    int v = part == 'm' ? month_of(m, t) : number(t);

    if (part == 'y') {
        d->short_year = t.n == 2;
        d->year = t.n == 2 || t.n == 4 ? v : -1;
        return d->year >= 0;
    }
    *(part == 'm' ? &d->month : &d->day) = t.n <= 2 || part == 'm' ? v : -1;
    return v >= 0 && (t.n <= 2 || part == 'm');
}

/* The next row of digits, or of what is neither digit nor mark. */
static en_text
next_token(en_text *v)
{
    size_t from = 0, to;

    while (from < v->n && is_mark(v->p[from]))
        from++;
    for (to = from; to < v->n && !is_mark(v->p[to]) && is_digit(v->p[to]) == is_digit(v->p[from]); to++)
        ;
    if (to - from == 1 && strchr("ThH", v->p[from]) && to < v->n) { /* in "24T08" and "08h15" */
        *v = (en_text){ v->p + to, v->n - to };
        return next_token(v);
    }
    en_text t = { v->p + from, to - from };

    *v = (en_text){ v->p + to, v->n - to };
    return t;
}

/* "0815", "08" "15", and seconds that are passed over. */
static bool
read_clock(en_text v, struct date *d)
{
    en_text hour = next_token(&v), minute = next_token(&v);

    if (!hour.n)
        return true;
    if (!minute.n && hour.n == 4) {
        minute = (en_text){ hour.p + 2, 2 };
        hour.n = 2;
    }
    d->hour = number(hour);
    d->minute = number(minute);
    return d->hour >= 0 && d->minute >= 0 && hour.n <= 2 && minute.n == 2;
}

static bool
by_order(const struct en_manifest_map *m, en_text order, en_text v, struct date *d)
{
    en_text all = v, first = next_token(&v);

    if (first.n == 6 || first.n == 8) { /* without marks: the year has what is left */
        size_t at = 0;

        for (size_t i = 0; i < 3; i++) {
            size_t n = order.p[i] == 'y' ? first.n - 4 : 2;

            if (!set_part(m, order.p[i], (en_text){ first.p + at, n }, d))
                return false;
            at += n;
        }
        return read_clock(v, d);
    }
    for (size_t i = 0; i < 3; i++) {
        en_text t = next_token(&all);

        if (!t.n || !set_part(m, order.p[i], t, d))
            return false;
    }
    return read_clock(all, d);
}

/* D M Y h m in rows, any other sign stands for itself; M three times is a word. */
static bool
by_pattern(const struct en_manifest_map *m, en_text pattern, en_text v, struct date *d)
{
    for (size_t i = 0, n; i < pattern.n; i += n) {
        char c = pattern.p[i];
        size_t take;

        for (n = 1; i + n < pattern.n && pattern.p[i + n] == c; n++)
            ;
        if (!strchr("DMYhm", c)) {
            if (v.n < n || memcmp(v.p, pattern.p + i, n) != 0)
                return false;
            v = (en_text){ v.p + n, v.n - n };
            continue;
        }
        for (take = 0; take < v.n && (c == 'M' && n == 3 ? !is_digit(v.p[take]) && !is_mark(v.p[take])
                                                         : take < (n == 1 ? 2 : n) && is_digit(v.p[take]));
             take++)
            ;
        en_text t = { v.p, take };

        if (!take || (n != 1 && n != 3 && take != n))
            return false;
        if (c == 'h' || c == 'm')
            *(c == 'h' ? &d->hour : &d->minute) = number(t);
        else if (!set_part(m, c == 'D' ? 'd' : c == 'M' ? 'm' : 'y', t, d))
            return false;
        v = (en_text){ v.p + take, v.n - take };
    }
    return !v.n && d->year >= 0;
}

static bool
is_order(en_text t)
{
    return en_text_is(t, "dmy") || en_text_is(t, "mdy") || en_text_is(t, "ymd");
}

bool
en_map_dates_good(en_text dates)
{
    bool year = false;

    if (is_order(dates))
        return true;
    for (size_t i = 0, n; i < dates.n; i += n) {
        char c = dates.p[i];

        for (n = 1; i + n < dates.n && dates.p[i + n] == c; n++)
            ;
        if ((c == 'Y' && n != 2 && n != 4) || (c == 'M' && n > 3) || ((c == 'D' || c == 'h' || c == 'm') && n > 2))
            return false;
        if ((c >= 'a' && c <= 'z' && c != 'h' && c != 'm') || is_digit(c))
            return false;
        year |= c == 'Y';
    }
    return year;
}

/* --- which fields hold dates ------------------------------------------------------------------------ */

enum date_kind { NO_DATE, BIRTH, DAY, TIME };

static enum date_kind
kind_of(size_t field)
{
    static const struct {
        const char *name;
        enum date_kind kind;
    } dated[] = { { "birth_date", BIRTH }, { "document_expires", DAY }, { "departs", TIME }, { "arrives", TIME } };
    const char *name = en_manifest_csv_field_name(field);

    for (size_t i = 0; name && i < sizeof dated / sizeof *dated; i++)
        if (strcmp(name, dated[i].name) == 0)
            return dated[i].kind;
    return NO_DATE;
}

bool
en_map_is_date(size_t field)
{
    return kind_of(field) != NO_DATE;
}

/*= reference R2: a birth is never in the future; other dates lie within 50 years of today. */
static int
full_year(const struct date *d, enum date_kind kind, int32_t today)
{
    int year, month, day, full;

    if (!d->short_year)
        return d->year;
    en_day_to_civil(today, &year, &month, &day);
    full = year - year % 100 + d->year;
    if (kind == BIRTH)
        return full > year || (full == year && (d->month > month || (d->month == month && d->day > day))) ? full - 100
                                                                                                        : full;
    return full > year + 50 ? full - 100 : full <= year - 50 ? full + 100 : full;
}

/* As we write it; 0 for a part that is not known leaves it and what follows out. */
static en_text
write_date(const struct date *d, enum date_kind kind, int32_t today, struct en_arena *a)
{
    int year = full_year(d, kind, today), n;
    char text[48];

    if (d->month > 12 || d->hour > 24 || d->minute > 59 ||
        (d->month > 0 && d->day > 0 && !en_civil_valid(year, d->month, d->day)))
        return EN_TEXT_NONE;
    if (d->month <= 0)
        n = snprintf(text, sizeof text, "%04d", year);
    else if (d->day <= 0)
        n = snprintf(text, sizeof text, "%04d-%02d", year, d->month);
    else if (kind == TIME && d->hour >= 0)
        n = snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d", year, d->month, d->day, d->hour,
                     d->minute > 0 ? d->minute : 0);
    else
        n = snprintf(text, sizeof text, "%04d-%02d-%02d", year, d->month, d->day);
    return n > 0 ? en_text_dup((en_text){ text, (size_t)n }, a) : EN_TEXT_NONE;
}

en_text
en_map_value(const struct en_manifest_map *m, size_t field, en_text v, int32_t today, struct en_arena *a)
{
    enum date_kind kind = kind_of(field);
    en_text dates = m->fields[field].dates.n ? m->fields[field].dates : m->dates, word;
    struct date d = { -1, -1, -1, -1, -1, false };

    if (kind == NO_DATE) {
        word = word_of(m, (int)field, v);
        return word.n ? word : v;
    }
    if (!dates.n || !(is_order(dates) ? by_order(m, dates, v, &d) : by_pattern(m, dates, v, &d)))
        return v;
    word = write_date(&d, kind, today, a);
    return word.n ? word : v;
}

/* --- names ---------------------------------------------------------------------------------------- */

bool
en_map_split_name(const struct en_manifest_map *m, en_text v, en_text *family, en_text *given)
{
    static const char marks[] = { [EN_MAP_NAME_SLASH] = '/', [EN_MAP_NAME_COMMA] = ',',
                                  [EN_MAP_NAME_FAMILY_GIVEN] = ' ', [EN_MAP_NAME_GIVEN_FAMILY] = ' ' };
    size_t at = v.n;

    if (m->name == EN_MAP_NAME_WHOLE)
        return false;
    for (size_t i = 0; i < v.n && (at == v.n || m->name == EN_MAP_NAME_GIVEN_FAMILY); i++)
        if (v.p[i] == marks[m->name])
            at = i;
    if (at == v.n)
        return false;
    *family = en_text_trim((en_text){ v.p, at });
    *given = en_text_trim((en_text){ v.p + at + 1, v.n - at - 1 });
    if (m->name == EN_MAP_NAME_GIVEN_FAMILY) {
        en_text t = *family;

        *family = *given;
        *given = t;
    }
    return family->n > 0 && given->n > 0;
}
