#include "generate/culture.h"

#include <string.h>

/* Shares are those of a list of sanctioned and wanted people as we have seen them, rounded; countries by their weight
 * there. */
/* clang-format off */
const struct culture cultures[] = {
    { "arabic",        200, PATTERN_NASAB,    NATIVE | KUNYA,
      "iq:5 sy:5 eg:4 sa:3 ye:3 ly:2 tn:2 dz:2 ma:2 jo:2 lb:2 sd:2 ps:2 kw:1 qa:1 ae:1" },
    { "persian",        85, PATTERN_NASAB,    NATIVE | KUNYA,              "ir:6 af:4" },
    { "southasian",     90, PATTERN_NASAB,    NATIVE | KUNYA,              "pk:6 bd:2 in:2" },
    { "slavic_east",   135, PATTERN_SLAVIC,   NATIVE | CYRILLIC | FEMININE, "ru:7 ua:2 by:2" },
    { "central_asian",  35, PATTERN_SLAVIC,   NATIVE | CYRILLIC | FEMININE, "uz:4 kz:3 tj:3 kg:2" },
    { "turkish",        50, PATTERN_PLAIN,    0,                           "tr:8 az:1" },
    { "hispanic",       85, PATTERN_HISPANIC, 0,                           "mx:4 co:3 ve:2 es:2 ar:1 pe:1 cu:1" },
    { "portuguese",     10, PATTERN_HISPANIC, 0,                           "br:3 pt:1" },
    { "english",        45, PATTERN_MIDDLE,   0,                           "us:3 gb:3 ca:1 au:1 ie:1" },
    { "french",         20, PATTERN_PLAIN,    0,                           "fr:4 be:1" },
    { "german",         20, PATTERN_PLAIN,    0,                           "de:4 at:1 ch:1" },
    { "dutch",           5, PATTERN_PLAIN,    0,                           "nl:1" },
    { "polish_czech",   15, PATTERN_PLAIN,    FEMININE,                    "pl:3 cz:1" },
    { "nordic",         15, PATTERN_MIDDLE,   0,                           "no:1 se:1 dk:1 fi:1" },
    { "balkan",         20, PATTERN_PLAIN,    0,                           "rs:3 ba:2 hr:1 me:1" },
    { "bulgarian",      10, PATTERN_PLAIN,    NATIVE | CYRILLIC | FEMININE, "bg:3 mk:1" },
    { "italian",        10, PATTERN_PLAIN,    0,                           "it:1" },
    { "malay",          30, PATTERN_MALAY,    KUNYA,                       "id:4 my:2" },
    { "filipino",        8, PATTERN_MIDDLE,   0,                           "ph:1" },
    { "vietnamese",      5, PATTERN_EAST,     0,                           "vn:1" },
    { "east_african",   10, PATTERN_MIDDLE,   0,                           "tz:2 ke:1 ug:1" },
    { "west_african",   12, PATTERN_MIDDLE,   0,                           "ng:4 ml:2 gh:1 sn:1" },
    { "somali",         10, PATTERN_NASAB,    0,                           "so:1" },
    { "chinese",        50, PATTERN_EAST,     NATIVE | JOINED,             "cn:8 tw:1 hk:1" },
    { "korean",         15, PATTERN_EAST,     NATIVE | JOINED,             "kp:2 kr:3" },
    { "japanese",        5, PATTERN_PLAIN,    NATIVE | JOINED,             "jp:1" },
    { "hebrew",          5, PATTERN_PLAIN,    NATIVE,                      "il:1" },
    { "armenian",        5, PATTERN_PLAIN,    NATIVE,                      "am:1" },
    { "greek",           5, PATTERN_PLAIN,    NATIVE,                      "gr:3 cy:1" },
    { "georgian",        5, PATTERN_PLAIN,    NATIVE,                      "ge:1" },
    { "albanian",        6, PATTERN_PLAIN,    0,                           "al:2 xk:1" },
    { "hungarian",       3, PATTERN_PLAIN,    0,                           "hu:1" },
    { "romanian",        4, PATTERN_PLAIN,    0,                           "ro:3 md:1" },
    { "baltic",          4, PATTERN_PLAIN,    0,                           "lt:1 lv:1 ee:1" },
};
/* clang-format on */
const size_t n_cultures = sizeof cultures / sizeof *cultures;

static const char *const roles[WORD_ROLES] = { "family", "given_m", "given_f", "patronymic_m", "patronymic_f" };

#define COLUMNS 6

/* --- the table of words ----------------------------------------------------------------------- */

static bool
columns(en_bytes line, en_text out[COLUMNS])
{
    const char *p = (const char *)line.p, *end = p + line.n;

    for (size_t i = 0; i < COLUMNS; i++) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));

        if ((tab == NULL) != (i == COLUMNS - 1))
            return false;
        out[i] = (en_text){ p, (size_t)((tab ? tab : end) - p) };
        p = tab ? tab + 1 : end;
    }
    return true;
}

static bool
number(en_text t, uint32_t *out)
{
    uint32_t v = 0;

    if (t.n == 0 || t.n > 8)
        return false;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
        v = v * 10 + (uint32_t)(t.p[i] - '0');
    }
    *out = v;
    return v > 0;
}

static bool
find(en_text culture, en_text role, size_t *c, size_t *r)
{
    for (*c = 0; *c < n_cultures && !en_text_is(culture, cultures[*c].name);)
        ++*c;
    for (*r = 0; *r < WORD_ROLES && !en_text_is(role, roles[*r]);)
        ++*r;
    return *c < n_cultures && *r < WORD_ROLES;
}

static bool
bag_add(struct bag *b, const struct word *w, uint32_t weight, struct en_arena *a)
{
    uint32_t before = b->n ? b->upto[b->n - 1] : 0;

    if (weight > UINT32_MAX - before || !en_arena_grow(a, &b->words, &b->cap_words, b->n + 1, sizeof *b->words) ||
        !en_arena_grow(a, &b->upto, &b->cap_upto, b->n + 1, sizeof *b->upto))
        return false;
    b->words[b->n] = *w;
    b->upto[b->n++] = before + weight;
    return true;
}

static bool
row(en_bytes line, struct culture_words *out, struct en_arena *a)
{
    en_text f[COLUMNS];
    uint32_t weight;
    size_t c, r;

    if (!columns(line, f) || !find(f[0], f[1], &c, &r) || !number(f[2], &weight) || f[3].n == 0 ||
        en_utf8_check(line) != line.n)
        return false;
    return bag_add(&out[c].bags[r], &(struct word){ f[3], f[4], f[5] }, weight, a);
}

/* "iq:5 sy:5"; ours, so only an invariant. */
static void
read_countries(const char *p, struct culture_words *w)
{
    uint32_t sum = 0;

    for (; *p; p += 4 + (p[4] == ' ')) {
        struct country_weight *c = &w->countries[w->n_countries++];

        EN_ASSERT(w->n_countries <= COUNTRIES_MAX && p[2] == ':' && p[3] >= '1' && p[3] <= '9');
        memcpy(c->a2, p, 2);
        c->upto = sum += (uint32_t)(p[3] - '0');
    }
}

en_errc
culture_read(en_bytes tsv, struct culture_words *out, struct en_arena *a, struct en_err *err)
{
    uint64_t line = 1;

    memset(out, 0, n_cultures * sizeof *out);
    for (size_t at = 0; at < tsv.n; line++) {
        const uint8_t *nl = memchr(tsv.p + at, '\n', tsv.n - at);
        size_t n = nl ? (size_t)(nl - tsv.p) - at : tsv.n - at;

        if (n && tsv.p[at] != '#' && !row(en_bytes_from(tsv.p + at, n), out, a))
            return en_err_set_at(err, EN_E_INPUT, line, at,
                                 "not a line of name tokens: culture, role, weight, latin, native, others");
        at += n + 1;
    }
    for (size_t c = 0; c < n_cultures; c++) {
        read_countries(cultures[c].countries, &out[c]);
        for (size_t r = WORD_FAMILY; r <= WORD_GIVEN_F; r++)
            if (out[c].bags[r].n == 0)
                return en_err_set(err, EN_E_INPUT, EN_NO_POS, "no %s words of culture %s", roles[r], cultures[c].name);
    }
    return EN_OK;
}

/* --- drawing ---------------------------------------------------------------------------------- */

const struct word *
bag_draw(const struct bag *b, struct random *r)
{
    uint32_t x = random_below(r, b->upto[b->n - 1]);
    size_t lo = 0, hi = b->n - 1;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (b->upto[mid] > x)
            hi = mid;
        else
            lo = mid + 1;
    }
    return &b->words[lo];
}

const char *
country_draw(const struct culture_words *w, struct random *r)
{
    uint32_t x = random_below(r, w->countries[w->n_countries - 1].upto);
    size_t i = 0;

    while (w->countries[i].upto <= x)
        i++;
    return w->countries[i].a2;
}

size_t
word_spellings(const struct word *w)
{
    size_t n = w->others.n ? 2 : 1;

    for (size_t i = 0; i < w->others.n; i++)
        n += w->others.p[i] == '/';
    return n;
}

en_text
word_spelling(const struct word *w, size_t i)
{
    en_text t = w->others;

    if (i == 0)
        return w->latin;
    for (;; i--) {
        const char *slash = memchr(t.p, '/', t.n);
        size_t n = slash ? (size_t)(slash - t.p) : t.n;

        if (i == 1)
            return (en_text){ t.p, n };
        EN_ASSERT(slash != NULL);
        t = (en_text){ slash + 1, t.n - n - 1 };
    }
}
