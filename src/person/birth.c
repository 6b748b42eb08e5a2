/*
 * birth.c: birth dates as people write them, as sets of days.
 *
 * A text is cut into at most DATE_TOKENS tokens; what is no number, separator or known word ends the attempt. A small
 * descent then reads  [circa] [between] DATE [to DATE] [circa].
 */
#include "person/person.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"

#define YEAR_MIN    1850
#define YEAR_MAX    2200
#define DATE_TOKENS 24
#define WORD_MAX    16

/* --- days -------------------------------------------------------------------------------------- */

/* The narrowest quality that says exactly [from, to]. */
static enum en_date_quality
span_quality(int32_t from, int32_t to)
{
    int y1, m1, d1, y2, m2, d2;

    if (from == to)
        return EN_DATE_EXACT;
    en_day_to_civil(from, &y1, &m1, &d1);
    en_day_to_civil(to, &y2, &m2, &d2);
    if (y1 != y2 || d1 != 1 || d2 != en_civil_month_days(y2, m2))
        return EN_DATE_BETWEEN;
    if (m1 == m2)
        return EN_DATE_MONTH;
    return m1 == 1 && m2 == 12 ? EN_DATE_YEAR : EN_DATE_BETWEEN;
}

static struct en_birth
span(int32_t from, int32_t to)
{
    return (struct en_birth){ .from = from,
                              .to = to,
                              .quality = span_quality(from, to),
                              .calendar = EN_CAL_GREGORIAN,
                              .as_written = EN_TEXT_NONE };
}

bool
en_birth_from_parts(int year, int month, int day, struct en_birth *out)
{
    int32_t first;

    if (year < YEAR_MIN || year > YEAR_MAX || month < 0 || month > 12 || day < 0 || day > 31)
        return false;
    if (month == 0) {
        *out = span(en_day_from_civil(year, 1, 1), en_day_from_civil(year, 12, 31));
    } else if (day == 0) {
        *out = span(en_day_from_civil(year, month, 1),
                    en_day_from_civil(year, month, en_civil_month_days(year, month)));
    } else {
        if (!en_civil_valid(year, month, day))
            return false;
        first = en_day_from_civil(year, month, day);
        *out = span(first, first);
    }
    return true;
}

void
en_birth_span(int32_t from, int32_t to, struct en_birth *out)
{
    *out = span(from, to);
}

bool
en_birth_from_calendar(enum en_calendar c, int year, int month, int day, struct en_birth *out)
{
    int32_t (*day_of)(int, int, int) = c == EN_CAL_HIJRI_LUNAR ? en_day_from_islamic : en_day_from_solar_hijri;
    int (*days)(int, int) = c == EN_CAL_HIJRI_LUNAR ? en_islamic_month_days : en_solar_hijri_month_days;
    int32_t off = c == EN_CAL_HIJRI_LUNAR ? 2 : 1, from, to;
    int last = month ? month : 12;

    if (c == EN_CAL_GREGORIAN)
        return en_birth_from_parts(year, month, day, out);
    if (year < 1200 || year > 1700 || month < 0 || month > 12 || day < 0 || (month && day > days(year, month)))
        return false;
    day = month ? day : 0;
    from = day_of(year, month ? month : 1, day ? day : 1) - off;
    to = day_of(year, last, day ? day : days(year, last)) + off;
    if (from < en_day_from_civil(YEAR_MIN, 1, 1) || to > en_day_from_civil(YEAR_MAX, 12, 31))
        return false;
    *out = (struct en_birth){ .from = from, .to = to, .quality = EN_DATE_BETWEEN, .calendar = c };
    return true;
}

bool
en_calendar_from_word(en_text t, enum en_calendar *out)
{
    static const struct {
        const char *word;
        enum en_calendar calendar;
    } known[] = {
        { "gregorian", EN_CAL_GREGORIAN },     { "hijri", EN_CAL_HIJRI_LUNAR },
        { "islamic", EN_CAL_HIJRI_LUNAR },     { "hijri-lunar", EN_CAL_HIJRI_LUNAR },
        { "lunar hijri", EN_CAL_HIJRI_LUNAR }, { "arabic", EN_CAL_HIJRI_LUNAR },
        { "qamari", EN_CAL_HIJRI_LUNAR },      { "hijri-solar", EN_CAL_HIJRI_SOLAR },
        { "solar hijri", EN_CAL_HIJRI_SOLAR }, { "shamsi", EN_CAL_HIJRI_SOLAR },
        { "persian", EN_CAL_HIJRI_SOLAR },     { "jalali", EN_CAL_HIJRI_SOLAR },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (en_text_is_nocase(t, known[i].word)) {
            *out = known[i].calendar;
            return true;
        }
    return false;
}

bool
en_birth_from_yymmdd(int yy, int month, int day, int32_t today, struct en_birth *out)
{
    int year = 1971 + today / 365; /* of today, or the one after it: a day that is to come is no birth date anyway */

    if (yy < 0 || yy > 99)
        return false;
    for (int century = year / 100 * 100; century + yy >= YEAR_MIN; century -= 100) {
        struct en_birth b;

        if (century + yy <= year && en_birth_from_parts(century + yy, month, day, &b) && b.from <= today) {
            *out = b;
            return true;
        }
    }
    return false;
}

/* --- tokens ------------------------------------------------------------------------------------ */

enum token_kind {
    TOK_END,
    TOK_NUMBER,  /* value, digits; "XX" is a 0 of two digits */
    TOK_MONTH,   /* value 1..12 */
    TOK_SEP,     /* value: one of - / . , ( ) ~ */
    TOK_ABOUT,   /* circa */
    TOK_BETWEEN, /* between, from */
    TOK_TO,      /* to, and, until */
    TOK_OR,
    TOK_ORDINAL, /* st nd rd th */
    TOK_OF,
    TOK_S /* the s of 1960s */
};

struct token {
    enum token_kind kind;
    int value;
    unsigned digits;
    bool glued; /* nothing stands between it and the token before */
};

struct tokens {
    struct token t[DATE_TOKENS + 1]; /* the last is TOK_END */
    size_t n, at;
};

static const struct {
    const char *word;
    enum token_kind kind;
} date_words[] = {
    { "circa", TOK_ABOUT },     { "c", TOK_ABOUT },      { "ca", TOK_ABOUT },
    { "cca", TOK_ABOUT },       { "approx", TOK_ABOUT }, { "approximately", TOK_ABOUT },
    { "about", TOK_ABOUT },     { "around", TOK_ABOUT }, { "estimated", TOK_ABOUT },
    { "between", TOK_BETWEEN }, { "from", TOK_BETWEEN }, { "to", TOK_TO },
    { "and", TOK_TO },          { "until", TOK_TO },     { "or", TOK_OR },
    { "st", TOK_ORDINAL },      { "nd", TOK_ORDINAL },   { "rd", TOK_ORDINAL },
    { "th", TOK_ORDINAL },      { "of", TOK_OF },        { "s", TOK_S },
};

static const char *const month_names[12] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december",
};

/* A word of n lower-case letters; false if it is none of ours. */
static bool
word_token(const char *w, size_t n, struct token *out)
{
    if (n == 2 && memcmp(w, "xx", 2) == 0) {
        *out = (struct token){ .kind = TOK_NUMBER, .value = 0, .digits = 2 };
        return true;
    }
    for (size_t i = 0; i < sizeof date_words / sizeof date_words[0]; i++)
        if (strlen(date_words[i].word) == n && memcmp(w, date_words[i].word, n) == 0) {
            *out = (struct token){ .kind = date_words[i].kind };
            return true;
        }
    for (int m = 0; n >= 3 && m < 12; m++)
        if (n <= strlen(month_names[m]) && memcmp(w, month_names[m], n) == 0) {
            *out = (struct token){ .kind = TOK_MONTH, .value = m + 1 };
            return true;
        }
    return false;
}

/* The digit of a code point: ASCII, Arabic-Indic, extended Arabic-Indic; -1 otherwise. */
static int
digit_of(uint32_t cp)
{
    if (cp >= '0' && cp <= '9')
        return (int)(cp - '0');
    if (cp >= 0x660 && cp <= 0x669)
        return (int)(cp - 0x660);
    if (cp >= 0x6F0 && cp <= 0x6F9)
        return (int)(cp - 0x6F0);
    return -1;
}

static bool
is_letter(uint32_t cp)
{
    return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
}

static uint32_t
peek_cp(en_bytes b)
{
    return b.n == 0 ? 0 : en_utf8_next(&b);
}

static bool
cut_number(en_bytes *in, struct token *out)
{
    *out = (struct token){ .kind = TOK_NUMBER };
    for (int d; (d = digit_of(peek_cp(*in))) >= 0; (void)en_utf8_next(in)) {
        if (++out->digits > 8)
            return false;
        out->value = out->value * 10 + d;
    }
    return true;
}

static bool
cut_word(en_bytes *in, struct token *out)
{
    char w[WORD_MAX];
    size_t n = 0;

    while (is_letter(peek_cp(*in))) {
        if (n == WORD_MAX)
            return false;
        w[n++] = (char)(en_utf8_next(in) | 0x20);
    }
    return word_token(w, n, out);
}

static bool
cut_separator(en_bytes *in, struct token *out)
{
    uint32_t cp = en_utf8_next(in);

    if ((cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212)
        cp = '-'; /* hyphens, dashes and minus */
    if (cp == 0 || cp > 0x7F || strchr("-/.,()~", (int)cp) == NULL)
        return false;
    *out = (struct token){ .kind = TOK_SEP, .value = (int)cp };
    return true;
}

static bool
cut_tokens(en_text t, struct tokens *out)
{
    en_bytes in = en_text_bytes(t);
    bool glued = false;

    *out = (struct tokens){ .n = 0 };
    while (in.n > 0) {
        struct token *tok = &out->t[out->n];
        uint32_t cp = peek_cp(in);
        bool ok;

        if (cp == ' ' || cp == 0xA0) {
            (void)en_utf8_next(&in);
            glued = false;
            continue;
        }
        if (out->n == DATE_TOKENS)
            return false;
        ok = digit_of(cp) >= 0 ? cut_number(&in, tok) : is_letter(cp) ? cut_word(&in, tok) : cut_separator(&in, tok);
        if (!ok)
            return false;
        tok->glued = glued;
        glued = true;
        out->n++;
    }
    return true;
}

/* --- dates ------------------------------------------------------------------------------------- */

/* The token i places ahead; TOK_END beyond the last. */
static const struct token *
ahead(const struct tokens *ts, size_t i)
{
    size_t at = ts->at + i;

    return &ts->t[at < ts->n ? at : ts->n];
}

static bool
is_sep(const struct token *t, int c)
{
    return t->kind == TOK_SEP && t->value == c;
}

static bool
is_date_sep(const struct token *t)
{
    return is_sep(t, '-') || is_sep(t, '/') || is_sep(t, '.');
}

static bool
is_short(const struct token *t)
{
    return t->kind == TOK_NUMBER && t->digits <= 2;
}

static bool
is_year(const struct token *t)
{
    return t->kind == TOK_NUMBER && t->digits == 4;
}

static bool
eat(struct tokens *ts, enum token_kind kind)
{
    bool hit = ahead(ts, 0)->kind == kind;

    ts->at += hit;
    return hit;
}

static bool
eat_sep(struct tokens *ts, int c)
{
    bool hit = is_sep(ahead(ts, 0), c);

    ts->at += hit;
    return hit;
}

static int
next_value(struct tokens *ts)
{
    int v = ahead(ts, 0)->value;

    ts->at++;
    return v;
}

/* YYYY, YYYY-MM, YYYY-MM-DD, YYYY-Mar-DD, 1960s. Stops before what cannot be a month. */
static bool
date_year_first(struct tokens *ts, struct en_birth *out)
{
    int year = next_value(ts), month = 0, day = 0;
    const struct token *sep = ahead(ts, 0);
    size_t skip = is_date_sep(sep) ? 1 : 0;
    const struct token *second = ahead(ts, skip);

    if (sep->kind == TOK_S && sep->glued && year % 10 == 0) {
        ts->at++;
        if (year < YEAR_MIN || year > YEAR_MAX - 9)
            return false;
        *out = span(en_day_from_civil(year, 1, 1), en_day_from_civil(year + 9, 12, 31));
        return true;
    }
    if ((skip == 1 && is_short(second) && second->value <= 12 && ahead(ts, 2)->kind != TOK_MONTH) ||
        (second->kind == TOK_MONTH && !is_year(ahead(ts, skip + 1)))) {
        ts->at += skip;
        month = next_value(ts);
        if (skip == 1 && is_sep(ahead(ts, 0), sep->value) && is_short(ahead(ts, 1))) {
            ts->at++;
            day = next_value(ts);
        } else if (skip == 0 && is_short(ahead(ts, 0))) {
            day = next_value(ts);
        }
    }
    return en_birth_from_parts(year, month, day, out);
}

/* 12/03/1965: only if one order of day and month alone is a date, or both are the same. */
static bool
date_either_order(int a, int b, int year, struct en_birth *out)
{
    struct en_birth day_first, month_first;
    bool one = en_birth_from_parts(year, b, a, &day_first);
    bool two = en_birth_from_parts(year, a, b, &month_first);

    if (one && two && (day_first.from != month_first.from || day_first.to != month_first.to))
        return false;
    if (!one && !two)
        return false;
    *out = one ? day_first : month_first;
    return true;
}

/* 12 Mar 1965, 12th of March, 1965, 12-Mar-1965, 12.03.1965 */
static bool
date_day_first(struct tokens *ts, struct en_birth *out)
{
    int first = next_value(ts), second, sep;

    if (is_date_sep(ahead(ts, 0)) && is_short(ahead(ts, 1))) {
        sep = next_value(ts);
        second = next_value(ts);
        if (!eat_sep(ts, sep) || !is_year(ahead(ts, 0)))
            return false;
        return sep == '.' ? en_birth_from_parts(next_value(ts), second, first, out)
                          : date_either_order(first, second, next_value(ts), out);
    }
    (void)eat(ts, TOK_ORDINAL);
    (void)eat(ts, TOK_OF);
    if (is_date_sep(ahead(ts, 0)))
        ts->at++;
    if (ahead(ts, 0)->kind != TOK_MONTH)
        return false;
    second = next_value(ts);
    if (is_date_sep(ahead(ts, 0)))
        ts->at++;
    (void)eat_sep(ts, ',');
    return is_year(ahead(ts, 0)) && en_birth_from_parts(next_value(ts), second, first, out);
}

/* Mar 1965, Nov. 1973, March 12, 1965 */
static bool
date_month_first(struct tokens *ts, struct en_birth *out)
{
    int month = next_value(ts), day = 0;

    if (is_date_sep(ahead(ts, 0)))
        ts->at++;
    if (is_short(ahead(ts, 0))) {
        day = next_value(ts);
        (void)eat(ts, TOK_ORDINAL);
    }
    (void)eat_sep(ts, ',');
    return is_year(ahead(ts, 0)) && en_birth_from_parts(next_value(ts), month, day, out);
}

static bool
date_one(struct tokens *ts, struct en_birth *out)
{
    const struct token *t = ahead(ts, 0);
    int v = t->value;

    if (is_year(t))
        return date_year_first(ts, out);
    if (is_short(t))
        return date_day_first(ts, out);
    if (t->kind == TOK_MONTH)
        return date_month_first(ts, out);
    if (t->kind != TOK_NUMBER || t->digits != 8)
        return false;
    ts->at++;
    return en_birth_from_parts(v / 10000, v / 100 % 100, v % 100, out);
}

/* Any number of "circa", "c.", "~", "(approx.)". */
static bool
eat_about(struct tokens *ts)
{
    bool any = false;

    for (;;) {
        size_t paren = is_sep(ahead(ts, 0), '(') ? 1 : 0;

        if (ahead(ts, paren)->kind != TOK_ABOUT && !is_sep(ahead(ts, paren), '~'))
            return any;
        ts->at += paren + 1;
        (void)eat_sep(ts, '.');
        if (paren == 1 && !eat_sep(ts, ')')) {
            ts->at = ts->n + 1; /* an unclosed parenthesis: never at the end again */
            return false;
        }
        any = true;
    }
}

/* The second half of 1970-72. */
static bool
date_short_year(struct tokens *ts, const struct en_birth *first, struct en_birth *out)
{
    int year, month, day;

    en_day_to_civil(first->from, &year, &month, &day);
    day = next_value(ts);
    return first->quality == EN_DATE_YEAR && day > year % 100 &&
           en_birth_from_parts(year - year % 100 + day, 0, 0, out);
}

/* Reads the end of an interval if one follows, and widens *b to it. */
static bool
date_interval(struct tokens *ts, bool needed, bool *about, struct en_birth *b)
{
    bool dash = eat_sep(ts, '-') || eat_sep(ts, '/');
    bool either = !dash && eat(ts, TOK_OR);
    const struct token *t;
    struct en_birth end;

    if (!dash && !either && !eat(ts, TOK_TO))
        return !needed;
    *about |= eat_about(ts);
    t = ahead(ts, 0);
    if (dash && t->kind == TOK_NUMBER && t->digits == 2 && !is_date_sep(ahead(ts, 1)) &&
        ahead(ts, 1)->kind != TOK_MONTH) {
        if (!date_short_year(ts, b, &end))
            return false;
    } else if (!date_one(ts, &end)) {
        return false;
    }
    if (end.from < b->from || end.to < b->to || (either && end.from > b->to + 1))
        return false;
    *b = span(b->from, end.to);
    return true;
}

bool
en_birth_parse(en_text t, struct en_birth *out)
{
    struct tokens ts;
    struct en_birth b;
    bool about, between;

    if (!cut_tokens(t, &ts))
        return false;
    about = eat_about(&ts);
    between = eat(&ts, TOK_BETWEEN);
    about |= eat_about(&ts);
    if (!date_one(&ts, &b) || !date_interval(&ts, between, &about, &b))
        return false;
    about |= eat_about(&ts);
    (void)eat_sep(&ts, '.');
    if (ts.at != ts.n)
        return false;
    if (about)
        b.quality = EN_DATE_APPROX;
    b.as_written = t;
    *out = b;
    return true;
}

/* --- writing ----------------------------------------------------------------------------------- */

void
en_birth_format(const struct en_birth *b, char out[24])
{
    int y1, m1, d1, y2, m2, d2, n;
    bool starts_month, ends_month;

    en_day_to_civil(b->from, &y1, &m1, &d1);
    en_day_to_civil(b->to, &y2, &m2, &d2);
    starts_month = d1 == 1;
    ends_month = d2 == en_civil_month_days(y2, m2);
    if (b->from == b->to)
        n = snprintf(out, 24, "%04d-%02d-%02d", y1, m1, d1);
    else if (starts_month && ends_month && m1 == 1 && m2 == 12)
        n = y1 == y2 ? snprintf(out, 24, "%04d", y1) : snprintf(out, 24, "%04d/%04d", y1, y2);
    else if (starts_month && ends_month)
        n = y1 == y2 && m1 == m2 ? snprintf(out, 24, "%04d-%02d", y1, m1)
                                 : snprintf(out, 24, "%04d-%02d/%04d-%02d", y1, m1, y2, m2);
    else
        n = snprintf(out, 24, "%04d-%02d-%02d/%04d-%02d-%02d", y1, m1, d1, y2, m2, d2);
    EN_ASSERT(n > 0 && n < 24);
}
