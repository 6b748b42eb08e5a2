#include "screen/fusion.h"

#include <stdlib.h>
#include <string.h>

#include "screen/fusion_data.h"

#define CELLS_MAX 4096
#define CELL_MOST (64 * EN_BITS_ONE)

struct en_fusion {
    en_bits cell[CELLS_MAX];
};

/* --- axes -------------------------------------------------------------------------------------------- */

static const char *const scripts_cases[] = { "latin",      "cyrillic", "arabic", "hebrew",   "greek",   "caucasus",
                                             "hangul",     "kana",     "han",    "han_word", "chinese", "korean",
                                             "characters", "other",    "same",   "back",     "between", "none" };
static const char *const count4_cases[] = { "0", "1", "2", "3", "4" };
static const char *const birth_cases[] = { "none",         "same",        "same_new_year", "swapped",   "new_year",
                                           "other_day",    "other_month", "year_off",      "same_year", "other_year",
                                           "near",         "years",       "far",           "within",    "beside",
                                           "outside_near", "outside",     "year_fits",     "year_one",  "year_near",
                                           "year_far" };
static const char *const birth_kinds[] = { "none",   "same", "slip",      "near",    "far",
                                           "within", "year", "year_near", "year_far" };
static const char *const doc_cases[] = {
    "none", "other", "one_wrong", "one_confused", "exchanged", "equal", "relative"
};
static const char *const relation_cases[] = { "none", "same", "related", "other" };
static const char *const regime_cases[] = { "name", "year", "day" };

static const int8_t name_knots[] = { -12, -6, -2, 2, 5, 8, 11, 14, 17, 20, 24, 30, 38 };
static const int8_t pair_knots[] = { 0, 2, 4, 6, 8, 10, 12, 15, 18, 22 };
static const int8_t rest_knots[] = { 0, 3, 6, 12, 24 };
static const int8_t slip_knots[] = { 0, 2, 4, 6, 8, 11, 14, 18, 24 };
static const int8_t spelling_knots[] = { 0, 1, 2, 3, 4 };
static const int8_t rarity_knots[] = { 0, 5, 7, 9, 11, 13, 15, 18 };
static const int8_t total_knots[] = { -10, 0, 5, 10, 13, 16, 19, 22, 26, 32, 40 };

#define CASES(x)                                                                                                       \
    {                                                                                                                  \
        sizeof(x) / sizeof *(x), x, NULL                                                                               \
    }
#define KNOTS(x)                                                                                                       \
    {                                                                                                                  \
        sizeof(x) / sizeof *(x), NULL, x                                                                               \
    }
#define FIRST(x, n)                                                                                                    \
    {                                                                                                                  \
        n, x, NULL                                                                                                     \
    }

static const struct {
    unsigned n;
    const char *const *cases;
    const int8_t *knots;
} axes[EN_AXES] = {
    [EN_AXIS_NONE] = { 1, NULL, NULL },           [EN_AXIS_SCRIPTS] = CASES(scripts_cases),
    [EN_AXIS_MATCHED] = FIRST(count4_cases, 5),   [EN_AXIS_ALONE] = FIRST(count4_cases, 4),
    [EN_AXIS_ABSENT] = FIRST(count4_cases, 4),    [EN_AXIS_CONFLICT] = FIRST(count4_cases, 3),
    [EN_AXIS_JOINED] = FIRST(count4_cases, 3),    [EN_AXIS_INITIALS] = FIRST(count4_cases, 3),
    [EN_AXIS_ELSEWHERE] = FIRST(count4_cases, 3),
    [EN_AXIS_BIRTH] = CASES(birth_cases),         [EN_AXIS_BIRTH_KIND] = CASES(birth_kinds),
    [EN_AXIS_DOCUMENT] = CASES(doc_cases),        [EN_AXIS_NATIONALITY] = CASES(relation_cases),
    [EN_AXIS_SEX] = CASES(relation_cases),        [EN_AXIS_PLACE] = CASES(relation_cases),
    [EN_AXIS_REGIME] = CASES(regime_cases),       [EN_AXIS_NAME] = KNOTS(name_knots),
    [EN_AXIS_BEST] = KNOTS(pair_knots),           [EN_AXIS_SECOND] = KNOTS(pair_knots),
    [EN_AXIS_THIRD] = KNOTS(pair_knots),          [EN_AXIS_REST] = KNOTS(rest_knots),
    [EN_AXIS_SLIP] = KNOTS(slip_knots),           [EN_AXIS_SPELLING] = KNOTS(spelling_knots),
    [EN_AXIS_ALONE_RARITY] = KNOTS(rarity_knots), [EN_AXIS_ABSENT_RARITY] = KNOTS(rarity_knots),
    [EN_AXIS_TOTAL] = KNOTS(total_knots),
};

unsigned
en_axis_size(enum en_axis a)
{
    return axes[a].n;
}

const char *
en_axis_case(enum en_axis a, unsigned i)
{
    return axes[a].cases ? axes[a].cases[i] : NULL;
}

int
en_axis_knot(enum en_axis a, unsigned i)
{
    return axes[a].knots[i];
}

/* --- terms ------------------------------------------------------------------------------------------- */

#define FREE    EN_SHAPE_FREE
#define RISING  EN_SHAPE_RISING
#define FALLING EN_SHAPE_FALLING
#define AXIS(x) EN_AXIS_##x

/* clang-format off */
const struct en_term en_terms[] = {
    { "base",             EN_FIELD_DAMPING,     AXIS(SCRIPTS),     AXIS(NONE),     AXIS(NONE),          FREE,    false },
    { "name",             EN_FIELD_DAMPING,     AXIS(SCRIPTS),     AXIS(NONE),     AXIS(NAME),          RISING,  false },
    { "matched",          EN_FIELD_DAMPING,     AXIS(MATCHED),     AXIS(NONE),     AXIS(NONE),          FREE,    false },
    { "best",             EN_FIELD_DAMPING,     AXIS(NONE),        AXIS(NONE),     AXIS(BEST),          RISING,  false },
    { "second",           EN_FIELD_DAMPING,     AXIS(NONE),        AXIS(NONE),     AXIS(SECOND),        RISING,  false },
    { "third",            EN_FIELD_DAMPING,     AXIS(NONE),        AXIS(NONE),     AXIS(THIRD),         RISING,  false },
    { "rest",             EN_FIELD_DAMPING,     AXIS(NONE),        AXIS(NONE),     AXIS(REST),          RISING,  false },
    { "alone",            EN_FIELD_NAME,        AXIS(MATCHED),     AXIS(ALONE),    AXIS(NONE),          FALLING, false },
    { "absent",           EN_FIELD_NAME,        AXIS(MATCHED),     AXIS(ABSENT),   AXIS(NONE),          FREE,    false },
    { "conflict",         EN_FIELD_NAME,        AXIS(MATCHED),     AXIS(CONFLICT), AXIS(NONE),          FALLING, false },
    { "script_conflict",  EN_FIELD_NAME,        AXIS(SCRIPTS),     AXIS(CONFLICT), AXIS(NONE),          FALLING, false },
    { "alone_rarity",     EN_FIELD_NAME,        AXIS(CONFLICT),    AXIS(NONE),     AXIS(ALONE_RARITY),  FREE,    false },
    { "absent_rarity",    EN_FIELD_NAME,        AXIS(CONFLICT),    AXIS(NONE),     AXIS(ABSENT_RARITY), FREE,    false },
    { "joined",           EN_FIELD_NAME,        AXIS(JOINED),      AXIS(NONE),     AXIS(NONE),          FREE,    false },
    { "initials",         EN_FIELD_NAME,        AXIS(INITIALS),    AXIS(NONE),     AXIS(NONE),          FREE,    false },
    { "elsewhere",        EN_FIELD_NAME,        AXIS(ELSEWHERE),   AXIS(NONE),     AXIS(NONE),          FREE,    false },
    { "slip",             EN_FIELD_DAMPING,     AXIS(SCRIPTS),     AXIS(NONE),     AXIS(SLIP),          FALLING, false },
    { "spelling",         EN_FIELD_DAMPING,     AXIS(SCRIPTS),     AXIS(NONE),     AXIS(SPELLING),      FALLING, false },
    { "birth",            EN_FIELD_BIRTH_DATE,  AXIS(BIRTH),       AXIS(NONE),     AXIS(NONE),          FREE,    true },
    { "birth_name",       EN_FIELD_BIRTH_DATE,  AXIS(BIRTH_KIND),  AXIS(NONE),     AXIS(NAME),          RISING,  true },
    { "birth_best",       EN_FIELD_BIRTH_DATE,  AXIS(BIRTH_KIND),  AXIS(NONE),     AXIS(BEST),          RISING,  true },
    { "birth_conflict",   EN_FIELD_BIRTH_DATE,  AXIS(BIRTH_KIND),  AXIS(CONFLICT), AXIS(NONE),          FREE,    true },
    { "document",         EN_FIELD_DOCUMENT,    AXIS(DOCUMENT),    AXIS(NONE),     AXIS(NONE),          FREE,    true },
    { "document_name",    EN_FIELD_DOCUMENT,    AXIS(DOCUMENT),    AXIS(NONE),     AXIS(NAME),          RISING,  true },
    { "document_birth",   EN_FIELD_DOCUMENT,    AXIS(DOCUMENT),    AXIS(BIRTH_KIND), AXIS(NONE),        FREE,    true },
    { "nationality",      EN_FIELD_NATIONALITY, AXIS(NATIONALITY), AXIS(NONE),     AXIS(NONE),          FREE,    true },
    { "nationality_name", EN_FIELD_NATIONALITY, AXIS(NATIONALITY), AXIS(NONE),     AXIS(NAME),          FREE,    true },
    { "sex",              EN_FIELD_SEX,         AXIS(SEX),         AXIS(NONE),     AXIS(NONE),          FREE,    true },
    { "place",            EN_FIELD_BIRTH_PLACE, AXIS(PLACE),       AXIS(NONE),     AXIS(NONE),          FREE,    true },
    { "calibration",      EN_FIELD_CALIBRATION, AXIS(REGIME),      AXIS(NONE),     AXIS(TOTAL),         RISING,  false },
};
/* clang-format on */
const unsigned en_n_terms = sizeof en_terms / sizeof *en_terms;

static unsigned
cells_of(const struct en_term *t)
{
    return axes[t->cases].n * axes[t->more].n * axes[t->amount].n;
}

unsigned
en_fusion_first(unsigned term)
{
    unsigned at = 0;

    for (unsigned i = 0; i < term; i++)
        at += cells_of(&en_terms[i]);
    return at;
}

unsigned
en_fusion_cells(void)
{
    return en_fusion_first(en_n_terms);
}

en_bits
en_fusion_cell(const struct en_fusion *m, unsigned cell)
{
    EN_ASSERT(cell < CELLS_MAX);
    return m->cell[cell];
}

/* --- reading ----------------------------------------------------------------------------------------- */

/* A name that is missing says nothing, nor what such sums were worth. */
static bool
says(const struct en_term *t, const struct en_features *f)
{
    return f->v[EN_AXIS_SCRIPTS] != EN_SCRIPTS_NONE ||
           (t->field != EN_FIELD_NAME && t->field != EN_FIELD_DAMPING && t->field != EN_FIELD_CALIBRATION);
}

bool
en_fusion_says(unsigned term, const struct en_features *f)
{
    return says(&en_terms[term], f);
}

static struct en_reading_of
reading_at(const struct en_term *t, unsigned first, const struct en_features *f)
{
    unsigned c = (unsigned)f->v[t->cases], m = (unsigned)f->v[t->more], n = axes[t->amount].n;
    struct en_reading_of r = { first + (c * axes[t->more].n + m) * n, 0, 1 };
    const int8_t *k = axes[t->amount].knots;
    int32_t x = f->v[t->amount];
    unsigned i = 0;

    EN_ASSERT(c < axes[t->cases].n && m < axes[t->more].n);
    if (n == 1 || x <= k[0] * EN_BITS_ONE)
        return r;
    while (i + 1 < n && x >= k[i + 1] * EN_BITS_ONE)
        i++;
    r.cell += i;
    if (i + 1 < n) {
        r.num = x - k[i] * EN_BITS_ONE;
        r.den = (k[i + 1] - k[i]) * EN_BITS_ONE;
    }
    return r;
}

struct en_reading_of
en_fusion_read(unsigned term, const struct en_features *f)
{
    return reading_at(&en_terms[term], en_fusion_first(term), f);
}

static en_bits
value(const struct en_fusion *m, struct en_reading_of r)
{
    en_bits a = m->cell[r.cell];

    return r.num ? a + (en_bits)((int64_t)(m->cell[r.cell + 1] - a) * r.num / r.den) : a;
}

void
en_fusion_add(const struct en_fusion *m, const struct en_features *f, en_bits rows[EN_FIELDS])
{
    unsigned first = 0;

    for (unsigned t = 0; t < en_n_terms; first += cells_of(&en_terms[t++]))
        if (en_terms[t].field != EN_FIELD_CALIBRATION && says(&en_terms[t], f))
            rows[en_terms[t].field] += value(m, reading_at(&en_terms[t], first, f));
}

en_bits
en_fusion_calibration(const struct en_fusion *m, const struct en_features *f, en_bits total)
{
    struct en_features g = *f;
    en_bits out = 0;
    unsigned first = 0;

    g.v[EN_AXIS_TOTAL] = total;
    for (unsigned t = 0; t < en_n_terms; first += cells_of(&en_terms[t++]))
        if (en_terms[t].field == EN_FIELD_CALIBRATION && says(&en_terms[t], f))
            out += value(m, reading_at(&en_terms[t], first, &g));
    return out;
}

/* --- the file ---------------------------------------------------------------------------------------- */

struct fields {
    en_text f[5];
    unsigned n;
};

static struct fields
split(en_bytes line)
{
    struct fields out = { .n = 0 };
    size_t from = 0;

    for (size_t i = 0; i <= line.n; i++)
        if (i == line.n || line.p[i] == '\t') {
            if (out.n < 5)
                out.f[out.n] = (en_text){ (const char *)line.p + from, i - from };
            out.n++;
            from = i + 1;
        }
    return out;
}

static bool
is_word(en_text t, const char *word)
{
    return t.n == strlen(word) && memcmp(t.p, word, t.n) == 0;
}

/* A whole number of at most five digits. */
static bool
whole(en_text t, int *out)
{
    bool minus = t.n && t.p[0] == '-';
    int v = 0;

    if (t.n == minus || t.n > 5u + minus)
        return false;
    for (size_t i = minus; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
        v = v * 10 + (t.p[i] - '0');
    }
    *out = minus ? -v : v;
    return true;
}

/* The place on an axis that a label names. */
static bool
place_of(enum en_axis a, en_text label, unsigned *out)
{
    int knot;

    if (a == EN_AXIS_NONE) {
        *out = 0;
        return is_word(label, "-");
    }
    for (*out = 0; *out < axes[a].n; ++*out)
        if (axes[a].cases ? is_word(label, axes[a].cases[*out]) : whole(label, &knot) && knot == axes[a].knots[*out])
            return true;
    return false;
}

/* The cell and value of a line, or what is wrong with it. */
static const char *
read_line(en_bytes line, unsigned *cell, int *bits)
{
    struct fields s = split(line);
    unsigned t = 0, c, m, k;

    if (s.n != 5)
        return "not a cell of the fusion: term, case, case, knot, bits";
    while (t < en_n_terms && !is_word(s.f[0], en_terms[t].word))
        t++;
    if (t == en_n_terms)
        return "not a term of the fusion";
    if (!place_of(en_terms[t].cases, s.f[1], &c) || !place_of(en_terms[t].more, s.f[2], &m))
        return "not a case of this term";
    if (!place_of(en_terms[t].amount, s.f[3], &k))
        return "not a knot of this term";
    if (!whole(s.f[4], bits) || *bits > CELL_MOST || *bits < -CELL_MOST)
        return "not a number of bits: a whole number of 1/64 bit, at most 4096";
    if (*bits != 0 && c == (en_terms[t].cases == EN_AXIS_SCRIPTS ? EN_SCRIPTS_NONE : 0) &&
        (en_terms[t].pinned || en_terms[t].cases == EN_AXIS_SCRIPTS))
        return "where there is nothing to compare a term says nothing";
    *cell = en_fusion_first(t) + (c * axes[en_terms[t].more].n + m) * axes[en_terms[t].amount].n + k;
    return NULL;
}

en_errc
en_fusion_parse(en_bytes tsv, struct en_fusion **out, struct en_err *err)
{
    struct en_fusion *m = en_xcalloc(1, sizeof *m);
    bool seen[CELLS_MAX] = { false };
    unsigned n = 0;
    uint64_t line = 1;

    EN_ASSERT(en_fusion_cells() <= CELLS_MAX);
    for (size_t at = 0; at < tsv.n; line++) {
        const uint8_t *nl = memchr(tsv.p + at, '\n', tsv.n - at);
        size_t len = nl ? (size_t)(nl - tsv.p) - at : tsv.n - at;
        const char *wrong = NULL;
        unsigned cell = 0;
        int bits = 0;

        if (len && tsv.p[at] != '#') {
            wrong = read_line(en_bytes_from(tsv.p + at, len), &cell, &bits);
            if (!wrong && seen[cell])
                wrong = "this cell was there before";
            if (wrong) {
                en_fusion_free(m);
                return en_err_set_at(err, EN_E_INPUT, line, at, "%s", wrong);
            }
            seen[cell] = true;
            m->cell[cell] = bits;
            n++;
        }
        at += len + 1;
    }
    if (n < en_fusion_cells()) {
        en_fusion_free(m);
        return en_err_set_at(err, EN_E_INPUT, line, tsv.n, "the fusion has %u cells and %u are here", en_fusion_cells(),
                             n);
    }
    *out = m;
    return EN_OK;
}

struct en_fusion *
en_fusion_none(void)
{
    return en_xcalloc(1, sizeof(struct en_fusion));
}

struct en_fusion *
en_fusion_builtin(void)
{
    struct en_fusion *m = NULL;
    en_errc rc = en_fusion_parse(en_bytes_from(en_fusion_data, en_fusion_data_len), &m, NULL);

    EN_ASSERT(rc == EN_OK);
    return m;
}

void
en_fusion_free(struct en_fusion *f)
{
    free(f);
}
