#include "formats/mrz.h"

#include <string.h>

#include "formats/doc_code.h"

/* A piece of the zone: line from 0, column from 1 as Doc 9303 counts, length. */
struct piece {
    uint8_t line, at, n;
};

#define PIECES 5

/* clang-format off */
static const struct layout {
    size_t n_lines, length;
    struct piece code, issuer, name, number, birth, sex, expiry, nationality, optional[2];
    struct piece digit[EN_MRZ_CHECKS]; /* n 0: the format has none */
    struct piece composite[PIECES];    /* what the composite digit covers */
} layouts[EN_MRZ_FORMATS] = {
    /*= ICAO Doc 9303-5 4.2.2: three lines of 30. */
    [EN_MRZ_TD1] = {
        3, 30,
        .code = { 0, 1, 2 }, .issuer = { 0, 3, 3 }, .number = { 0, 6, 9 },
        .optional = { { 0, 16, 15 }, { 1, 19, 11 } },
        .birth = { 1, 1, 6 }, .sex = { 1, 8, 1 }, .expiry = { 1, 9, 6 },
        .nationality = { 1, 16, 3 }, .name = { 2, 1, 30 },
        .digit = { [EN_MRZ_NUMBER] = { 0, 15, 1 }, [EN_MRZ_BIRTH] = { 1, 7, 1 }, [EN_MRZ_EXPIRY] = { 1, 15, 1 },
                   [EN_MRZ_COMPOSITE] = { 1, 30, 1 } },
        .composite = { { 0, 6, 25 }, { 1, 1, 7 }, { 1, 9, 7 }, { 1, 19, 11 } },
    },
    /*= ICAO Doc 9303-6 4.2.2: two lines of 36. */
    [EN_MRZ_TD2] = {
        2, 36,
        .code = { 0, 1, 2 }, .issuer = { 0, 3, 3 }, .name = { 0, 6, 31 },
        .number = { 1, 1, 9 }, .nationality = { 1, 11, 3 },
        .birth = { 1, 14, 6 }, .sex = { 1, 21, 1 }, .expiry = { 1, 22, 6 }, .optional = { { 1, 29, 7 } },
        .digit = { [EN_MRZ_NUMBER] = { 1, 10, 1 }, [EN_MRZ_BIRTH] = { 1, 20, 1 }, [EN_MRZ_EXPIRY] = { 1, 28, 1 },
                   [EN_MRZ_COMPOSITE] = { 1, 36, 1 } },
        .composite = { { 1, 1, 10 }, { 1, 14, 7 }, { 1, 22, 14 } },
    },
    /*= ICAO Doc 9303-4 4.2.2: two lines of 44. */
    [EN_MRZ_TD3] = {
        2, 44,
        .code = { 0, 1, 2 }, .issuer = { 0, 3, 3 }, .name = { 0, 6, 39 },
        .number = { 1, 1, 9 }, .nationality = { 1, 11, 3 },
        .birth = { 1, 14, 6 }, .sex = { 1, 21, 1 }, .expiry = { 1, 22, 6 }, .optional = { { 1, 29, 14 } },
        .digit = { [EN_MRZ_NUMBER] = { 1, 10, 1 }, [EN_MRZ_BIRTH] = { 1, 20, 1 }, [EN_MRZ_EXPIRY] = { 1, 28, 1 },
                   [EN_MRZ_PERSONAL] = { 1, 43, 1 }, [EN_MRZ_COMPOSITE] = { 1, 44, 1 } },
        .composite = { { 1, 1, 10 }, { 1, 14, 7 }, { 1, 22, 22 } },
    },
    /*= ICAO Doc 9303-7 4.2: visas, two lines of 44 or 36, no composite digit. */
    [EN_MRZ_MRVA] = {
        2, 44,
        .code = { 0, 1, 2 }, .issuer = { 0, 3, 3 }, .name = { 0, 6, 39 },
        .number = { 1, 1, 9 }, .nationality = { 1, 11, 3 },
        .birth = { 1, 14, 6 }, .sex = { 1, 21, 1 }, .expiry = { 1, 22, 6 }, .optional = { { 1, 29, 16 } },
        .digit = { [EN_MRZ_NUMBER] = { 1, 10, 1 }, [EN_MRZ_BIRTH] = { 1, 20, 1 }, [EN_MRZ_EXPIRY] = { 1, 28, 1 } },
    },
    [EN_MRZ_MRVB] = {
        2, 36,
        .code = { 0, 1, 2 }, .issuer = { 0, 3, 3 }, .name = { 0, 6, 31 },
        .number = { 1, 1, 9 }, .nationality = { 1, 11, 3 },
        .birth = { 1, 14, 6 }, .sex = { 1, 21, 1 }, .expiry = { 1, 22, 6 }, .optional = { { 1, 29, 8 } },
        .digit = { [EN_MRZ_NUMBER] = { 1, 10, 1 }, [EN_MRZ_BIRTH] = { 1, 20, 1 }, [EN_MRZ_EXPIRY] = { 1, 28, 1 } },
    },
};
/* clang-format on */

struct zone {
    const struct layout *l;
    struct en_mrz *z;
    struct en_person *p;
    struct en_report *report;
    int32_t today;
    uint64_t line, pos;
};

/* The format whose lines have n_lines and this length, told apart by the first letter; false if there is none. */
static bool
format_of(size_t n_lines, size_t length, char first, enum en_mrz_format *out)
{
    for (unsigned f = 0; f < EN_MRZ_FORMATS; f++) {
        bool visa = f == EN_MRZ_MRVA || f == EN_MRZ_MRVB;

        if (layouts[f].n_lines != n_lines || layouts[f].length != length || (n_lines == 2 && visa != (first == 'V')))
            continue;
        *out = (enum en_mrz_format)f;
        return true;
    }
    return false;
}

/* --- check digits --------------------------------------------------------------------------------- */

struct sum {
    unsigned total, i;
};

/*= ICAO Doc 9303-3 4.9: weights 7, 3, 1; letters count 10 to 35, the filler 0; modulo 10. */
static void
sum_add(struct sum *s, en_text t)
{
    static const unsigned weights[3] = { 7, 3, 1 };

    for (size_t i = 0; i < t.n; i++) {
        char c = t.p[i];
        unsigned value = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A') + 10
                                                : 0;

        s->total += value * weights[s->i++ % 3];
    }
}

static char
sum_digit(const struct sum *s)
{
    return (char)('0' + s->total % 10);
}

char
en_mrz_digit(en_text t)
{
    struct sum s = { 0, 0 };

    sum_add(&s, t);
    return sum_digit(&s);
}

static en_text
piece(const struct zone *v, struct piece p)
{
    return (en_text){ v->z->lines[p.line].p + p.at - 1, p.n };
}

static bool
is_filler(en_text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] != '<')
            return false;
    return true;
}

static en_text
without_fillers(en_text t)
{
    while (t.n && t.p[t.n - 1] == '<')
        t.n--;
    return t;
}

static enum en_mrz_verdict
verdict(char stated, char computed)
{
    return stated == '<' ? EN_MRZ_ABSENT : stated == computed ? EN_MRZ_AGREES : EN_MRZ_DISAGREES;
}

static void
warn(struct zone *v, const char *code, const char *text)
{
    en_report_add(v->report, EN_NOTE_WARNING, code, v->line, v->pos, "%s", text);
}

static void
keep(struct zone *v, const char *key, en_text value)
{
    if (value.n && en_person_add_extra(v->p, en_text_from_ours(key), value) != EN_OK)
        en_report_add(v->report, EN_NOTE_REFUSED, "value-limit", v->line, v->pos,
                      "a value beyond the limit was left out");
}

/* Verdicts of the digits that cover one field, and of the composite. A long number was judged already. */
static void
check_digits(struct zone *v)
{
    const struct layout *l = v->l;
    const struct piece field[EN_MRZ_CHECKS] = {
        [EN_MRZ_NUMBER] = l->number, [EN_MRZ_BIRTH] = l->birth, [EN_MRZ_EXPIRY] = l->expiry,
        [EN_MRZ_PERSONAL] = l->optional[0]
    };
    struct sum s = { 0, 0 };

    for (unsigned c = 0; c < EN_MRZ_COMPOSITE; c++) {
        if (!l->digit[c].n || (c == EN_MRZ_NUMBER && v->z->reading != EN_MRZ_SHORT))
            continue;
        v->z->check[c] = verdict(piece(v, l->digit[c]).p[0], en_mrz_digit(piece(v, field[c])));
    }
    if (!l->digit[EN_MRZ_COMPOSITE].n)
        return;
    for (size_t i = 0; i < PIECES && l->composite[i].n; i++)
        sum_add(&s, piece(v, l->composite[i]));
    v->z->check[EN_MRZ_COMPOSITE] = verdict(piece(v, l->digit[EN_MRZ_COMPOSITE]).p[0], sum_digit(&s));
}

static void
report_digits(struct zone *v)
{
    static const struct {
        const char *code, *field, *text;
    } rows[EN_MRZ_CHECKS] = {
        [EN_MRZ_NUMBER] = { "mrz-number", "number", "the check digit of the document number disagrees" },
        [EN_MRZ_BIRTH] = { "mrz-birth", "birth_date", "the check digit of the birth date disagrees" },
        [EN_MRZ_EXPIRY] = { "mrz-expiry", "expiry", "the check digit of the expiry date disagrees" },
        [EN_MRZ_PERSONAL] = { "mrz-personal", "personal_number", "the check digit of the personal number disagrees" },
        [EN_MRZ_COMPOSITE] = { "mrz-composite", "composite", "the composite check digit disagrees" },
    };

    for (unsigned c = 0; c < EN_MRZ_CHECKS; c++) {
        if (v->z->check[c] != EN_MRZ_DISAGREES)
            continue;
        warn(v, rows[c].code, rows[c].text);
        keep(v, "mrz_check_disagrees", en_text_from_ours(rows[c].field));
    }
}

/* --- the document number -------------------------------------------------------------------------- */

static en_text
concat(struct zone *v, en_text a, en_text b)
{
    char *p = en_arena_alloc(v->p->arena, a.n + b.n);

    if (!p)
        return a;
    memcpy(p, a.p, a.n);
    memcpy(p + a.n, b.p, b.n);
    return (en_text){ p, a.n + b.n };
}

/*= ICAO Doc 9303-5 4.2.4: number of more than nine characters, filler in place of the digit, rest and digit in the
 *  optional data up to the next filler. Cards of 9303-6 do the same. */
static void
read_number(struct zone *v)
{
    const struct layout *l = v->l;
    en_text head = piece(v, l->number), rest = piece(v, l->optional[0]), filler = piece(v, l->digit[EN_MRZ_NUMBER]);
    bool card = v->z->format == EN_MRZ_TD1 || v->z->format == EN_MRZ_TD2, plain, counted;
    struct sum without = { 0, 0 }, with;
    size_t n = 0;

    v->z->number = without_fillers(head);
    v->z->personal = without_fillers(rest);
    while (n < rest.n && rest.p[n] != '<')
        n++;
    if (!card || filler.p[0] != '<' || v->z->number.n < head.n || n < 2)
        return;
    sum_add(&without, head);
    with = without;
    sum_add(&with, filler);
    sum_add(&without, (en_text){ rest.p, n - 1 });
    sum_add(&with, (en_text){ rest.p, n - 1 });
    plain = sum_digit(&without) == rest.p[n - 1];
    counted = sum_digit(&with) == rest.p[n - 1];
    v->z->reading = plain && counted ? EN_MRZ_LONG_BOTH
                    : plain          ? EN_MRZ_LONG
                    : counted        ? EN_MRZ_LONG_COUNTED
                                     : EN_MRZ_LONG_NEITHER;
    v->z->check[EN_MRZ_NUMBER] = plain || counted ? EN_MRZ_AGREES : EN_MRZ_DISAGREES;
    v->z->number = concat(v, head, (en_text){ rest.p, n - 1 });
    v->z->personal = without_fillers((en_text){ rest.p + n, rest.n - n });
    while (v->z->personal.n && v->z->personal.p[0] == '<')
        v->z->personal.p++, v->z->personal.n--;
    if (v->z->reading == EN_MRZ_LONG_COUNTED)
        warn(v, "mrz-long-number", "the check digit of a long document number counts the filler, against Doc 9303-5");
}

/* --- dates ---------------------------------------------------------------------------------------- */

/* Two digits, or 0 for two fillers; -1 for anything else. */
static int
two(en_text t, size_t at)
{
    char a = t.p[at], b = t.p[at + 1];

    if (a == '<' && b == '<')
        return 0;
    return a >= '0' && a <= '9' && b >= '0' && b <= '9' ? (a - '0') * 10 + (b - '0') : -1;
}

/*= ICAO Doc 9303-3 4.8: YYMMDD; what is not known of a birth date is filled. */
static void
read_birth(struct zone *v)
{
    en_text t = piece(v, v->l->birth);
    int yy = two(t, 0), month = two(t, 2), day = two(t, 4);
    struct en_birth birth;

    if (is_filler(t))
        return;
    if (t.p[0] == '<' || yy < 0 || month < 0 || day < 0 || !en_birth_from_yymmdd(yy, month, day, v->today, &birth)) {
        en_report_add(v->report, EN_NOTE_KEPT, "birth-date", v->line, v->pos,
                      "a birth date that is no date was kept as it is");
        keep(v, "birth_date", t);
        return;
    }
    birth.as_written = t;
    if (en_person_add_birth(v->p, &birth) != EN_OK)
        keep(v, "birth_date", t);
}

/* Two-digit years of expiry lie within 50 years of today. */
static int32_t
expiry_day(struct zone *v)
{
    en_text t = piece(v, v->l->expiry);
    int yy = two(t, 0), month = two(t, 2), day = two(t, 4), this_year, m, d, year;

    en_day_to_civil(v->today, &this_year, &m, &d);
    year = this_year - this_year % 100 + yy;
    if (year > this_year + 50)
        year -= 100;
    else if (year <= this_year - 50)
        year += 100;
    if (!is_filler(t) && (yy < 0 || !en_civil_valid(year, month, day))) {
        en_report_add(v->report, EN_NOTE_KEPT, "expiry-date", v->line, v->pos,
                      "an expiry date that is no date was kept");
        keep(v, "document_expires", t);
    }
    return !is_filler(t) && yy >= 0 && en_civil_valid(year, month, day) ? en_day_from_civil(year, month, day)
                                                                        : INT32_MIN;
}

/* --- names ---------------------------------------------------------------------------------------- */

/* Fillers become blanks; several become one. */
static en_text
words(struct zone *v, en_text t)
{
    char *p = en_arena_alloc(v->p->arena, t.n);
    size_t n = 0;

    if (!p)
        return EN_TEXT_NONE;
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] != '<')
            p[n++] = t.p[i];
        else if (n && p[n - 1] != ' ')
            p[n++] = ' ';
    while (n && p[n - 1] == ' ')
        n--;
    return (en_text){ p, n };
}

static void
add_part(struct zone *v, struct en_name *name, enum en_part_role role, en_text t)
{
    if (t.n && en_name_add_part(v->p, name, role, t) != EN_OK)
        keep(v, "name", t);
}

static void
check_letters(struct zone *v, en_text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] >= '0' && t.p[i] <= '9') {
            warn(v, "mrz-name", "a name holds a digit: a letter was possibly misread");
            return;
        }
}

/*= ICAO Doc 9303-3 4.6: PRIMARY<<SECONDARY, a filler for a blank. A name without secondary identifier is one name. A
 *  field that ends in a letter was possibly truncated. */
static void
read_name(struct zone *v)
{
    en_text field = piece(v, v->l->name), t = without_fillers(field), primary = t, secondary = EN_TEXT_NONE, both;
    struct en_name name = { .source = EN_NAME_FROM_MRZ, .script = "Latn", .truncated = t.n == field.n };
    size_t i = 0;

    while (i + 1 < t.n && (t.p[i] != '<' || t.p[i + 1] != '<'))
        i++;
    if (i + 1 < t.n) {
        primary = (en_text){ t.p, i };
        secondary = words(v, (en_text){ t.p + i + 2, t.n - i - 2 });
    }
    primary = words(v, primary);
    check_letters(v, t);
    v->z->name_truncated = name.truncated;
    if (!primary.n && !secondary.n) {
        warn(v, "name-missing", "a person has no name");
        return;
    }
    if (primary.n && secondary.n) {
        both = concat(v, concat(v, secondary, EN_TEXT_LIT(" ")), primary);
        add_part(v, &name, EN_PART_GIVEN, secondary);
        add_part(v, &name, EN_PART_FAMILY, primary);
    } else {
        both = primary.n ? primary : secondary;
        add_part(v, &name, primary.n ? EN_PART_OTHER : EN_PART_GIVEN, both);
    }
    name.full = both;
    if (en_person_add_name(v->p, &name) != EN_OK)
        keep(v, "name", both);
}

/* --- the rest ------------------------------------------------------------------------------------- */

static en_country
read_country(struct zone *v, struct piece where, const char *key)
{
    en_text t = without_fillers(piece(v, where));
    en_country c = en_country_from_text(t);

    if (t.n && !en_country_known(c)) {
        en_report_add(v->report, EN_NOTE_KEPT, "country", v->line, v->pos, "a country code that is not known was kept");
        keep(v, key, t);
    }
    return c;
}

static void
read_sex(struct zone *v)
{
    char c = piece(v, v->l->sex).p[0];

    v->p->sex = c == 'M' ? EN_SEX_MALE : c == 'F' ? EN_SEX_FEMALE : c == 'X' ? EN_SEX_OTHER : EN_SEX_UNKNOWN;
    if (c != 'M' && c != 'F' && c != 'X' && c != '<') {
        warn(v, "mrz-sex", "the sex is none of M, F, X and the filler");
        keep(v, "sex", piece(v, v->l->sex));
    }
}

/* Whether optional data look like a number of the person: six characters or more, four of them digits. */
static bool
is_personal_number(en_text t)
{
    size_t digits = 0;

    for (size_t i = 0; i < t.n; i++)
        digits += t.p[i] >= '0' && t.p[i] <= '9';
    return t.n >= 6 && digits >= 4 && !memchr(t.p, '<', t.n);
}

static void
read_document(struct zone *v)
{
    en_text code = without_fillers(piece(v, v->l->code));
    struct en_doc doc = { .type = en_doc_type_of_code(en_text_bytes(code)), .number = v->z->number,
                          .issuer = v->z->issuer, .read = EN_READ_MACHINE, .expires = expiry_day(v) };
    struct en_doc personal = { .type = EN_DOC_OTHER, .number = v->z->personal, .issuer = v->z->issuer,
                               .read = EN_READ_MACHINE, .expires = INT32_MIN,
                               .note = EN_TEXT_LIT("optional data of the machine readable zone") };

    v->z->code = code;
    if (v->z->check[EN_MRZ_NUMBER] == EN_MRZ_DISAGREES)
        doc.note = EN_TEXT_LIT("check digit disagrees");
    else if (doc.type == EN_DOC_OTHER)
        doc.note = code;
    if (doc.number.n && en_person_add_doc(v->p, &doc) != EN_OK)
        keep(v, "document_number", doc.number);
    if (is_personal_number(personal.number)) {
        if (en_person_add_doc(v->p, &personal) != EN_OK)
            keep(v, "mrz_optional", personal.number);
    } else {
        keep(v, "mrz_optional", personal.number);
    }
    if (v->l->optional[1].n)
        keep(v, "mrz_optional", without_fillers(piece(v, v->l->optional[1])));
}

static bool
is_zone_text(en_text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (!(t.p[i] >= 'A' && t.p[i] <= 'Z') && !(t.p[i] >= '0' && t.p[i] <= '9') && t.p[i] != '<')
            return false;
    return true;
}

/* Takes copies of the lines into the person's arena. */
static en_errc
take_lines(const en_text *lines, size_t n_lines, struct en_mrz *z, struct en_arena *a, struct en_err *err)
{
    if (n_lines < 2 || n_lines > 3 ||
        !format_of(n_lines, lines[0].n, lines[0].n ? lines[0].p[0] : 0, &z->format))
        return en_err_set(err, EN_E_INPUT, EN_NO_POS,
                          "not the lines of a machine readable zone: 3 of 30, 2 of 36 or 2 of 44");
    for (size_t i = 0; i < n_lines; i++) {
        if (lines[i].n != lines[0].n || !is_zone_text(lines[i]))
            return en_err_set(err, EN_E_INPUT, EN_NO_POS,
                              "line %zu of the zone has another length, or other characters", i + 1);
        z->lines[i] = en_text_dup(lines[i], a);
        if (!z->lines[i].p)
            return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the record needs more memory than its limit");
    }
    z->n_lines = n_lines;
    return EN_OK;
}

en_errc
en_mrz_read(const en_text *lines, size_t n_lines, int32_t today, struct en_mrz *z, struct en_person *p,
            struct en_report *report, uint64_t line, uint64_t pos, struct en_err *err)
{
    struct zone v = { .z = z, .p = p, .report = report, .today = today, .line = line, .pos = pos };
    en_errc rc;

    *z = (struct en_mrz){ 0 };
    rc = take_lines(lines, n_lines, z, p->arena, err);
    if (rc != EN_OK)
        return rc;
    v.l = &layouts[z->format];
    read_number(&v);
    check_digits(&v);
    z->issuer = read_country(&v, v.l->issuer, "document_issuer");
    read_name(&v);
    read_birth(&v);
    read_sex(&v);
    if (en_person_add_nationality(p, read_country(&v, v.l->nationality, "nationality")) != EN_OK)
        keep(&v, "nationality", piece(&v, v.l->nationality));
    read_document(&v);
    report_digits(&v);
    return EN_OK;
}
