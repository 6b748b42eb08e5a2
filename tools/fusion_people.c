#include "fusion_people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/time.h"
#include "generate/who.h"
#include "names/romanise.h"

#define TEXT_MAX 400

/* --- words of the training files ---------------------------------------------------------------------- */

struct pair_of {
    en_text native, latin;
    uint32_t upto; /* sum of weights */
};

struct pairs_of {
    struct pair_of *v;
    size_t n, cap;
};

/* Names of a country by how common they are. */
struct bag_of {
    en_text *name;
    uint32_t *upto;
    size_t n, cap, cap_upto;
};

enum role { ROLE_FAMILY, ROLE_MAN, ROLE_WOMAN, ROLES };

struct country_names {
    char a2[3];
    struct bag_of bag[ROLES];
};

#define COUNTRIES  300
#define REAL_NAMES 12

/* A person of person_variants.tsv. */
struct real {
    en_text name[REAL_NAMES];
    uint8_t kind[REAL_NAMES]; /* 0 primary, 1 alias, 2 weak */
    unsigned n;
    en_text date;
    char country[3];
    uint8_t sex;
};

/* Scripts in which foreigners are written, with the file of words. */
static const struct writing {
    const char *file;
    const char *between; /* the parts of a full name */
    uint32_t share;
} writings[] = {
    { "words_ru.tsv", " ", 20 },       { "words_ar.tsv", " ", 25 }, { "words_he.tsv", " ", 15 },
    { "words_ja_kana.tsv", "・", 20 }, { "words_zh.tsv", "·", 22 }, { "words_ko.tsv", " ", 8 },
};
#define WRITINGS (sizeof writings / sizeof *writings)

struct soul {
    struct who who;
    const struct real *real;
    const char *between; /* of the native form; NULL: the culture's own way */
    char country[3];
    en_text full_native, full_latin; /* of a pair of full names */
};

#define LIST_NAMES 8

struct listed {
    struct soul s;
    en_text name[LIST_NAMES];
    enum en_name_kind kind[LIST_NAMES];
    unsigned n;
    en_text hidden[REAL_NAMES]; /* names that the list does not have */
    uint8_t hidden_kind[REAL_NAMES];
    unsigned n_hidden;
    bool native_hidden;
    uint8_t date; /* enum: 0 full, 1 year, 2 month, 3 two years, 4 none */
    bool nationality, sex, passport;
};

struct simulation {
    uint64_t seed;
    struct en_arena arena;
    struct culture_words *words;
    struct pairs_of given[WRITINGS], family[WRITINGS];
    struct pairs_of full_he, full_ko;
    struct country_names country[COUNTRIES];
    unsigned n_countries;
    struct real *reals;
    size_t n_reals, cap_reals;
    struct listed *list;
    unsigned n_list;
    unsigned *with_native[EN_SCRIPTS], n_native[EN_SCRIPTS];
    unsigned *with_hidden[4], n_hidden[4]; /* fitting alias, fitting weak alias, noms de guerre; invented people's */
    unsigned *latin, n_latin;
    unsigned *numbered, n_numbered;
    unsigned *nasab, n_nasab;
    unsigned *bilingual, n_bilingual; /* with a name in their own script */
};

static void
die(const char *what, const char *which)
{
    fprintf(stderr, "train_fusion: %s %s\n", what, which);
    exit(2);
}

static en_text
slurp(struct simulation *m, const char *dir, const char *file)
{
    char path[600];
    FILE *f;
    long n = 0;
    char *p;
    en_text out = EN_TEXT_NONE;
    size_t at = 0, to = 0;

    snprintf(path, sizeof path, "%s/%s", dir, file);
    f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) || (n = ftell(f)) < 0 || fseek(f, 0, SEEK_SET))
        die("cannot read", path);
    p = en_arena_alloc(&m->arena, (size_t)n + 1);
    if (!p || fread(p, 1, (size_t)n, f) != (size_t)n)
        die("cannot read", path);
    fclose(f);
    p[n] = '\0';
    for (; at < (size_t)n; at++)
        if (p[at] != '\r')
            p[to++] = p[at];
    out = (en_text){ p, to };
    return out;
}

/* The next line that is no remark, as fields; false at the end. */
static bool
next_row(en_text *rest, en_text *f, unsigned fields)
{
    while (rest->n) {
        const char *nl = memchr(rest->p, '\n', rest->n);
        en_text line = { rest->p, nl ? (size_t)(nl - rest->p) : rest->n };
        unsigned k = 0;
        size_t from = 0;

        rest->p += line.n + (nl != NULL);
        rest->n -= line.n + (nl != NULL);
        if (!line.n || line.p[0] == '#')
            continue;
        for (size_t i = 0; i <= line.n && k < fields; i++)
            if (i == line.n || line.p[i] == '\t') {
                f[k++] = (en_text){ line.p + from, i - from };
                from = i + 1;
            }
        if (k == fields)
            return true;
    }
    return false;
}

static uint32_t
number_of(en_text t)
{
    uint32_t v = 0;

    for (size_t i = 0; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++)
        v = v * 10 + (uint32_t)(t.p[i] - '0');
    return v;
}

/* Checked text of a cell; empty if it is none. */
static en_text
checked(struct simulation *m, en_text t)
{
    en_text out;

    return en_text_check(en_text_bytes(t), 200, &m->arena, &out, NULL, NULL) == EN_OK ? out : EN_TEXT_NONE;
}

static void
pairs_add(struct simulation *m, struct pairs_of *p, en_text native, en_text latin, uint32_t weight)
{
    native = checked(m, native);
    latin = checked(m, latin);
    if (native.n < 2 || latin.n < 2)
        return;
    if (!en_arena_grow(&m->arena, &p->v, &p->cap, p->n + 1, sizeof *p->v))
        die("too many words", "");
    p->v[p->n] = (struct pair_of){ native, latin, weight + (p->n ? p->v[p->n - 1].upto : 0) };
    p->n++;
}

static const struct pair_of *
pairs_draw(const struct pairs_of *p, struct random *r)
{
    uint32_t x = random_below(r, p->v[p->n - 1].upto);
    size_t a = 0, b = p->n - 1;

    while (a < b) {
        size_t mid = (a + b) / 2;

        if (p->v[mid].upto > x)
            b = mid;
        else
            a = mid + 1;
    }
    return &p->v[a];
}

static void
bag_of_add(struct simulation *m, struct bag_of *b, en_text name, uint32_t weight)
{
    if (!en_arena_grow(&m->arena, &b->name, &b->cap, b->n + 1, sizeof *b->name) ||
        !en_arena_grow(&m->arena, &b->upto, &b->cap_upto, b->n + 1, sizeof *b->upto))
        die("too many names", "");
    b->name[b->n] = name;
    b->upto[b->n] = weight + (b->n ? b->upto[b->n - 1] : 0);
    b->n++;
}

static en_text
bag_of_draw(const struct bag_of *b, struct random *r)
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
    return b->name[lo];
}

static struct country_names *
country_of(struct simulation *m, en_text a2)
{
    for (unsigned i = 0; i < m->n_countries; i++)
        if (en_text_is(a2, m->country[i].a2))
            return &m->country[i];
    if (a2.n != 2 || m->n_countries == COUNTRIES)
        return NULL;
    memcpy(m->country[m->n_countries].a2, a2.p, 2);
    return &m->country[m->n_countries++];
}

static void
read_frequencies(struct simulation *m, const char *dir)
{
    en_text rest = slurp(m, dir, "name_frequencies.tsv"), f[8];

    while (next_row(&rest, f, 8)) {
        struct country_names *c = country_of(m, f[0]);
        en_text name = checked(m, f[3]);
        /* Ranked names: the law of Zipf; counted ones weigh as many persons. */
        uint32_t weight = f[6].n ? (uint32_t)(4000 / (number_of(f[6]) + 2)) : 12 * number_of(f[5]);
        bool family = en_text_is(f[1], "family");

        if (!c || !name.n || !weight)
            continue;
        if (family)
            bag_of_add(m, &c->bag[ROLE_FAMILY], name, weight);
        if (!family && !en_text_is(f[2], "F"))
            bag_of_add(m, &c->bag[ROLE_MAN], name, weight);
        if (!family && !en_text_is(f[2], "M"))
            bag_of_add(m, &c->bag[ROLE_WOMAN], name, weight);
    }
}

/* In small letters, as a key. */
static en_bytes
small(en_text t, char out[64])
{
    size_t n = t.n < 64 ? t.n : 64;

    for (size_t i = 0; i < n; i++)
        out[i] = t.p[i] >= 'A' && t.p[i] <= 'Z' ? (char)(t.p[i] + 32) : t.p[i];
    return en_bytes_from(out, n);
}

/* Given names of the countries whose people the word lists are full of. */
static struct en_map *
western_given(const struct simulation *m)
{
    static const char west[] = "us gb de fr it es pl nl se no cz at ch pt br";
    struct en_map *out = en_map_new(NULL);
    char key[64];
    bool fresh;

    for (unsigned c = 0; c < m->n_countries; c++)
        for (unsigned role = ROLE_MAN; role < ROLES && strstr(west, m->country[c].a2); role++)
            for (size_t i = 0; i < m->country[c].bag[role].n; i++)
                *en_map_put(out, small(m->country[c].bag[role].name[i], key), &fresh) = 1;
    return out;
}

static void
read_words(struct simulation *m, const char *dir, unsigned w, const struct en_map *given)
{
    char key[64];
    en_text rest = slurp(m, dir, writings[w].file), f[4];

    while (next_row(&rest, f, 4)) {
        uint32_t count = number_of(f[2]);

        if (count < 2 || f[1].n < 2)
            continue;
        if (count >= 4 && en_map_get(given, small(f[1], key)))
            pairs_add(m, &m->given[w], f[0], f[1], count < 60 ? count : 60);
        /* The half that the letter costs have not seen, so that the spellings are no easier than at a border. */
        else if (en_text_is(f[3], "dev"))
            pairs_add(m, &m->family[w], f[0], f[1], count < 12 ? count : 12);
    }
    if (m->given[w].n < 2 || m->family[w].n < 2)
        die("too few words in", writings[w].file);
}

static void
read_full(struct simulation *m, const char *dir, const char *file, struct pairs_of *out)
{
    en_text rest = slurp(m, dir, file), f[2];

    while (next_row(&rest, f, 2)) {
        unsigned blanks[2] = { 0, 0 };

        for (unsigned k = 0; k < 2; k++)
            for (size_t i = 0; i < f[k].n; i++)
                blanks[k] += f[k].p[i] == ' ';
        /* Two or three words on both sides: hardly anything but persons. */
        if (blanks[0] >= 1 && blanks[0] <= 2 && blanks[1] == blanks[0] && f[1].n < 40 && !memchr(f[1].p, '(', f[1].n))
            pairs_add(m, out, f[0], f[1], 1);
    }
}

static void
read_reals(struct simulation *m, const char *dir)
{
    en_text rest = slurp(m, dir, "person_variants.tsv"), f[8], last = EN_TEXT_NONE;

    while (next_row(&rest, f, 8)) {
        struct real *x;
        en_text name = checked(m, f[4]);

        if (!en_text_eq(f[0], last)) {
            if (!en_arena_grow(&m->arena, &m->reals, &m->cap_reals, m->n_reals + 1, sizeof *m->reals))
                die("too many persons", "");
            m->reals[m->n_reals++] = (struct real){ .n = 0 };
            last = f[0];
        }
        x = &m->reals[m->n_reals - 1];
        if (!name.n || x->n == REAL_NAMES)
            continue;
        x->kind[x->n] = en_text_is(f[2], "weak") ? 2 : en_text_is(f[2], "alias") ? 1 : 0;
        x->name[x->n++] = name;
        if (f[5].n)
            x->date = f[5];
        if (f[6].n == 2)
            memcpy(x->country, f[6].p, 2);
        x->sex = (uint8_t)en_sex_from(f[7]);
    }
}

/* --- one person ------------------------------------------------------------------------------------------- */

static bool
add_text(char *out, en_text t, const char *before)
{
    size_t n = strlen(out), b = n ? strlen(before) : 0;

    if (n + b + t.n + 1 > TEXT_MAX)
        return false;
    memcpy(out + n, before, b);
    memcpy(out + n + b, t.p, t.n);
    out[n + b + t.n] = '\0';
    return true;
}

static en_text
kept(const char *s, struct en_arena *a)
{
    en_text t = en_text_dup(en_text_from_ours(s), a);

    if (!t.p)
        die("no room", "");
    return t;
}

static enum en_script
script_of(en_text t)
{
    uint32_t cp = 0;
    unsigned char c = t.n ? (unsigned char)t.p[0] : 0;
    unsigned len = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

    if (len > t.n)
        return EN_SCRIPT_NONE;
    cp = len == 1 ? c : c & (0x7Fu >> len);
    for (unsigned i = 1; i < len; i++)
        cp = cp << 6 | ((unsigned char)t.p[i] & 0x3Fu);
    return en_char_of(cp).script;
}

/* Foreigners whom newspapers of Hong Kong give a Chinese name: a surname and a given name of the first sounds. */
#define LIKE_CHINESE 200

static en_text
characters(en_text t, unsigned n)
{
    size_t most = (size_t)3 * n; /* bytes: those of names are of the basic plane */

    return (en_text){ t.p, t.n < most ? t.n : most };
}

/* A foreigner as a newspaper of another script writes him. */
static void
make_foreigner(const struct simulation *m, struct soul *s, struct random *r, unsigned w)
{
    static const char *const west[] = { "us", "gb", "de", "fr", "it", "es", "pl", "nl", "se", "ca", "au" };
    unsigned givens = 1 + random_chance(r, 120), families = 1 + random_chance(r, 60);
    struct who *x = &s->who;

    for (unsigned i = 0; i < givens; i++) {
        const struct pair_of *p = pairs_draw(&m->given[w], r);

        x->given[x->n_given++] = (struct piece){ p->latin, p->native, NULL, false };
    }
    for (unsigned i = 0; i < families; i++) {
        const struct pair_of *p = pairs_draw(&m->family[w], r);

        x->family[x->n_family++] = (struct piece){ p->latin, p->native, NULL, false };
    }
    x->woman = random_chance(r, 250);
    s->between = writings[w].between;
    if (script_of(x->family[0].native) == EN_SCRIPT_HAN && random_chance(r, LIKE_CHINESE)) {
        x->n_given = x->n_family = 1;
        x->family[0].native = characters(x->family[0].native, 1);
        x->given[0].native = characters(x->given[0].native, 2);
        s->between = "";
    }
    memcpy(s->country, west[random_below(r, sizeof west / sizeof *west)], 3);
}

/* Names drawn by how common they are in a country, often with a second one that does not go with it. */
static bool
make_national(const struct simulation *m, struct soul *s, struct random *r)
{
    const struct country_names *c = &m->country[random_below(r, m->n_countries)];
    struct who *x = &s->who;
    enum role role;

    x->woman = random_chance(r, 350);
    role = x->woman ? ROLE_WOMAN : ROLE_MAN;
    if (c->bag[ROLE_FAMILY].n < 8 || c->bag[role].n < 8)
        return false;
    x->given[x->n_given++] = (struct piece){ bag_of_draw(&c->bag[role], r), EN_TEXT_NONE, NULL, false };
    if (random_chance(r, 300))
        x->given[x->n_given++] = (struct piece){ bag_of_draw(&c->bag[role], r), EN_TEXT_NONE, NULL, false };
    x->family[x->n_family++] = (struct piece){ bag_of_draw(&c->bag[ROLE_FAMILY], r), EN_TEXT_NONE, NULL, false };
    memcpy(s->country, c->a2, 3);
    return true;
}

/* How many of Chinese names are spelt as outside the mainland, and how many of those bear a western given name. */
#define ABROAD  250
#define ADOPTED 450

static en_text
spelt(en_text native, enum en_romanisation how, bool family, struct random *r, struct en_arena *a)
{
    en_bytes left = en_text_bytes(native);
    const char *between = random_chance(r, 500) ? "-" : " ";
    char out[TEXT_MAX] = "", one[EN_ROMANISED_MAX];

    while (left.n && en_romanise(en_utf8_next(&left), how, family && !*out, one))
        add_text(out, en_text_from_ours(one), family ? "" : between);
    return left.n ? EN_TEXT_NONE : kept(out, a);
}

/* Hong Kong, Taiwan, Singapore and Malaysia. */
static void
go_abroad(const struct simulation *m, struct soul *s, struct random *r, struct en_arena *a)
{
    static const struct {
        enum en_romanisation how;
        const char *country;
    } places[] = { { EN_ROMAN_HONG_KONG, "hk" }, { EN_ROMAN_HONG_KONG, "hk" },  { EN_ROMAN_WADE_GILES, "tw" },
                   { EN_ROMAN_HOKKIEN, "sg" },   { EN_ROMAN_WADE_GILES, "tw" }, { EN_ROMAN_HOKKIEN, "my" } };
    unsigned k = random_below(r, sizeof places / sizeof *places);
    struct piece *family = &s->who.family[0], *given = &s->who.given[0];
    en_text f = spelt(family->native, places[k].how, true, r, a), g = spelt(given->native, places[k].how, false, r, a);

    if (random_chance(r, ADOPTED))
        g = pairs_draw(&m->given[random_below(r, WRITINGS)], r)->latin;
    if (!f.n || !g.n)
        return;
    *family = (struct piece){ f, family->native, NULL, false };
    *given = (struct piece){ g, given->native, NULL, false };
    memcpy(s->country, places[k].country, 3);
}

/*
 * The generator knows the commoner surnames of a culture; many people bear one that hardly anybody else does (of the
 * persons of person_variants.tsv eight in ten). Theirs are of the beginning of one and the end of another, so that a
 * culture's sounds and endings stay; in Arabic and Hebrew, whose vowels are not written, a word of the training files.
 * Those of East Asia are few indeed.
 */
#define RARE 500

static bool
vowel(char c)
{
    return strchr("aeiouyAEIOUY", c) != NULL;
}

/* The letter that begins the nth vowels of a word, or the last ones. */
static size_t
vowels_at(en_text t, unsigned nth)
{
    size_t at = t.n;

    for (size_t i = 0; i < t.n; i++)
        if (vowel(t.p[i]) && (!i || !vowel(t.p[i - 1])) && (at == t.n || nth > 0)) {
            at = i;
            nth--;
        }
    return at;
}

/* The words of a script whose vowels are not written; NULL for others. */
static const struct pairs_of *
unvoiced(const struct simulation *m, const struct piece *own)
{
    enum en_script script = own->native.n ? script_of(own->native) : EN_SCRIPT_NONE;

    for (unsigned w = 0; w < WRITINGS && (script == EN_SCRIPT_ARABIC || script == EN_SCRIPT_HEBREW); w++)
        if (script_of(m->family[w].v[0].native) == script)
            return &m->family[w];
    return NULL;
}

static void
make_rare(const struct simulation *m, struct soul *s, struct random *r, struct en_arena *a)
{
    struct piece *own = &s->who.family[s->who.n_family - 1];
    const struct pairs_of *words = unvoiced(m, own);
    en_text head = bag_draw(&m->words[s->who.culture - cultures].bags[WORD_FAMILY], r)->latin;
    size_t cut = vowels_at(head, 1), from = vowels_at(own->latin, 2);
    char out[TEXT_MAX] = "";

    if (words) {
        const struct pair_of *p = pairs_draw(words, r);

        *own = (struct piece){ p->latin, p->native, NULL, false };
        return;
    }
    while (cut < head.n && vowel(head.p[cut]))
        cut++;
    while (cut < head.n && !vowel(head.p[cut]))
        cut++;
    add_text(out, (en_text){ head.p, cut }, "");
    add_text(out, (en_text){ own->latin.p + from, own->latin.n - from }, "");
    if (strlen(out) >= 4)
        *own = (struct piece){ kept(out, a), EN_TEXT_NONE, NULL, false };
}

static void
settle(const struct simulation *m, struct soul *s, struct random *r, struct en_arena *a)
{
    memcpy(s->country, s->who.country, 3);
    if (!strcmp(s->who.culture->name, "chinese") && s->who.n_family == 1 && s->who.n_given == 1 &&
        s->who.family[0].native.n && s->who.given[0].native.n && random_chance(r, ABROAD))
        go_abroad(m, s, r, a);
    if (s->who.culture->pattern != PATTERN_EAST && s->who.n_family && random_chance(r, RARE))
        make_rare(m, s, r, a);
}

/* Of one culture: the generator draws its own, until it is this one. */
static void
make_one_of(const struct simulation *m, struct soul *s, struct random *r, struct en_arena *a, size_t culture)
{
    do
        who_make(&s->who, m->words, r, a);
    while (s->who.culture != &cultures[culture]);
    settle(m, s, r, a);
}

/* Of any: by their shares of a list, or each as often. */
static void
make_cultured(const struct simulation *m, struct soul *s, struct random *r, struct en_arena *a, bool by_share)
{
    if (!by_share) {
        make_one_of(m, s, r, a, random_below(r, (uint32_t)n_cultures));
        return;
    }
    who_make(&s->who, m->words, r, a);
    settle(m, s, r, a);
}

/* Any day of a month of a year that is no leap year. */
static int
some_day(int month, struct random *r)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return 1 + (int)random_below(r, days[month - 1]);
}

static void
born(struct who *x, struct random *r)
{
    /* A hill from 1935 to 2004. */
    x->year = 1935 + (int)(random_below(r, 38) + random_below(r, 33));
    x->month = 1 + (int)random_below(r, 12);
    x->day = some_day(x->month, r);
    if (random_chance(r, 24))
        x->month = x->day = 1;
}

static void
make_real(struct soul *s, const struct real *x, struct random *r, struct en_arena *a)
{
    en_text name = x->name[0];
    size_t from = 0;
    struct who *w = &s->who;

    (void)a;
    s->real = x;
    for (size_t i = 0; i <= name.n; i++)
        if (i == name.n || name.p[i] == ' ') {
            en_text t = { name.p + from, i - from };

            if (t.n && i == name.n && w->n_given)
                w->family[w->n_family++] = (struct piece){ t, EN_TEXT_NONE, NULL, false };
            else if (t.n && w->n_given < WHO_GIVEN)
                w->given[w->n_given++] = (struct piece){ t, EN_TEXT_NONE, NULL, false };
            from = i + 1;
        }
    w->woman = x->sex == EN_SEX_FEMALE;
    memcpy(s->country, x->country[0] ? x->country : "xx", 3);
    born(w, r);
    if (x->date.n >= 4)
        w->year = (int)number_of((en_text){ x->date.p, 4 });
    if (x->date.n == 10) {
        w->month = (int)number_of((en_text){ x->date.p + 5, 2 });
        w->day = (int)number_of((en_text){ x->date.p + 8, 2 });
    }
}

static void
make_full(struct soul *s, const struct pair_of *p, struct random *r)
{
    static const char *const from[] = { "us", "gb", "de", "fr", "it", "es", "kr", "il", "ru", "jp" };
    struct who *w = &s->who;
    size_t at = 0;

    s->full_latin = p->latin;
    s->full_native = p->native;
    for (size_t i = 0; i <= p->latin.n; i++)
        if (i == p->latin.n || p->latin.p[i] == ' ') {
            en_text t = { p->latin.p + at, i - at };

            if (i == p->latin.n && w->n_given)
                w->family[w->n_family++] = (struct piece){ t, EN_TEXT_NONE, NULL, false };
            else if (w->n_given < WHO_GIVEN)
                w->given[w->n_given++] = (struct piece){ t, EN_TEXT_NONE, NULL, false };
            at = i + 1;
        }
    memcpy(s->country, from[random_below(r, 10)], 3);
}

/* --- writing a name ---------------------------------------------------------------------------------------- */

static bool
eastern(const struct soul *s)
{
    return s->who.culture && s->who.culture->pattern == PATTERN_EAST;
}

static en_text
latin_of(const struct soul *s, bool turned, struct en_arena *a)
{
    char out[TEXT_MAX] = "";
    bool family_first = eastern(s) != turned;

    if (s->real && !turned)
        return s->real->name[0];
    for (unsigned k = 0; k < 2; k++)
        for (size_t i = 0; i < (((k == 0) == family_first) ? s->who.n_family : s->who.n_given); i++)
            add_text(out, ((k == 0) == family_first ? s->who.family : s->who.given)[i].latin, " ");
    return kept(out, a);
}

#define SPACED 150 /* names of East Asia that some write with a blank */

/* In the person's own script or that of the newspaper; empty where a part has no such form. */
static en_text
native_of(const struct soul *s, struct random *r, struct en_arena *a)
{
    bool joined = s->who.culture && (s->who.culture->traits & JOINED);
    const char *between = s->between ? s->between : joined && !random_chance(r, SPACED) ? "" : " ";
    bool family_first = joined || (s->between ? !*s->between : random_chance(r, 300));
    char out[TEXT_MAX] = "";

    if (s->full_native.n)
        return s->full_native;
    for (unsigned k = 0; k < 2; k++) {
        bool family = (k == 0) == family_first;

        for (size_t i = 0; i < (family ? s->who.n_family : s->who.n_given); i++) {
            const struct piece *p = &(family ? s->who.family : s->who.given)[i];

            if (!p->native.n)
                return EN_TEXT_NONE;
            /* The second given name or the patronymic is left out by some. */
            if (!family && i > 0 && random_chance(r, 150))
                continue;
            add_text(out, p->native, between);
        }
    }
    return kept(out, a);
}

static enum en_script
native_script(const struct soul *s)
{
    if (s->full_native.n)
        return script_of(s->full_native);
    for (size_t i = 0; i < s->who.n_given + s->who.n_family; i++) {
        const struct piece *p = i < s->who.n_given ? &s->who.given[i] : &s->who.family[i - s->who.n_given];

        if (!p->native.n)
            return EN_SCRIPT_NONE;
    }
    return s->between || (s->who.culture && (s->who.culture->traits & NATIVE))
               ? script_of(s->who.n_given ? s->who.given[0].native : s->who.family[0].native)
               : EN_SCRIPT_NONE;
}

/* Another romanisation of an invented person; empty if none came of it. */
static en_text
respelled_of(const struct soul *s, struct random *r, struct en_arena *a)
{
    if (s->real || s->full_native.n || !s->who.culture)
        return EN_TEXT_NONE;
    return who_respelled(&s->who, r, a);
}

/* --- the list ------------------------------------------------------------------------------------------------ */

static void
list_name(struct listed *l, en_text t, enum en_name_kind kind)
{
    for (unsigned i = 0; i < l->n; i++)
        if (en_text_eq(l->name[i], t))
            return;
    if (t.n && l->n < LIST_NAMES) {
        l->name[l->n] = t;
        l->kind[l->n++] = kind;
    }
}

static void
hide(struct listed *l, en_text t, unsigned kind)
{
    for (unsigned i = 0; i < l->n; i++)
        if (en_text_eq(l->name[i], t))
            return;
    if (t.n && l->n_hidden < REAL_NAMES) {
        l->hidden[l->n_hidden] = t;
        l->hidden_kind[l->n_hidden++] = (uint8_t)kind;
    }
}

/* Letters of a token in lower case, plain Latin only. */
static unsigned
folded(en_text t, size_t *at, char out[32])
{
    unsigned n = 0;

    while (*at < t.n && (t.p[*at] == ' ' || t.p[*at] == '-'))
        ++*at;
    for (; *at < t.n && t.p[*at] != ' ' && t.p[*at] != '-'; ++*at) {
        char c = t.p[*at];

        c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if (c >= 'a' && c <= 'z' && n < 31)
            out[n++] = c;
    }
    out[n] = '\0';
    return n;
}

/* Consonants, those that sound alike as one. */
static unsigned
sounds(const char *s, char out[32])
{
    static const char from[] = "bcdfgjklmnpqrstvxz", to[] = "pktfkskLmnpkrstfks";
    unsigned n = 0;

    for (; *s; s++) {
        const char *at = strchr(from, *s);

        if (at && (!n || out[n - 1] != to[at - from]))
            out[n++] = to[at - from];
    }
    out[n] = '\0';
    return n;
}

/* Whether two names share a part that sounds alike. */
static bool
alike(en_text a, en_text b)
{
    char x[32], y[32], sx[32], sy[32];

    for (size_t i = 0; i < a.n;) {
        if (folded(a, &i, x) < 3 || sounds(x, sx) < 2)
            continue;
        for (size_t j = 0; j < b.n;)
            if (folded(b, &j, y) >= 3 && sounds(y, sy) >= 2 && !strcmp(sx, sy))
                return true;
    }
    return false;
}

/* Of a real person some names are kept from the list, to be asked for. */
static void
list_real(struct listed *l, struct random *r)
{
    const struct real *x = l->s.real;

    list_name(l, x->name[0], EN_NAME_PRIMARY);
    for (unsigned i = 1; i < x->n; i++) {
        bool fits = alike(x->name[i], x->name[0]);

        if (random_chance(r, 500) && l->n_hidden < 2)
            hide(l, x->name[i], !fits ? 2u : x->kind[i] == 2 ? 1u : 0u);
        else
            list_name(l, x->name[i], x->kind[i] == 2 ? EN_NAME_WEAK : EN_NAME_ALIAS);
    }
}

static void
list_invented(struct listed *l, struct random *r, struct en_arena *a)
{
    enum en_script script = native_script(&l->s);
    bool native = script != EN_SCRIPT_NONE;

    list_name(l, l->s.full_latin.n ? l->s.full_latin : latin_of(&l->s, false, a), EN_NAME_PRIMARY);
    l->native_hidden = native && random_chance(r, 500);
    for (unsigned k = 0; k < 3; k++)
        if (random_chance(r, l->native_hidden ? 250 : native ? 600 : 250))
            list_name(l, respelled_of(&l->s, r, a), EN_NAME_ALIAS);
    if (native && !l->native_hidden && random_chance(r, 750))
        list_name(l, native_of(&l->s, r, a), EN_NAME_NATIVE);
    if (random_chance(r, 200))
        list_name(l, latin_of(&l->s, true, a), EN_NAME_ALIAS);
    for (unsigned k = 0; k < 2; k++)
        hide(l, respelled_of(&l->s, r, a), 0);
}

static void
list_fields(struct listed *l, struct random *r)
{
    uint32_t x = random_below(r, 1000);
    const struct real *real = l->s.real;

    l->date = x < 800 ? 0 : x < 920 ? 1 : x < 940 ? 2 : x < 960 ? 3 : 4;
    if (real && !real->date.n)
        l->date = 4;
    else if (real && real->date.n < 10 && l->date == 0)
        l->date = 1;
    l->nationality = (!real || real->country[0]) && random_chance(r, 800);
    l->sex = random_chance(r, 700);
    l->passport = random_chance(r, 250);
}

static void
make_listed(struct simulation *m, unsigned i, struct listed *l)
{
    struct random r = random_of(m->seed, RANDOM_IDENTITY, i);
    uint32_t x = random_below(&r, 1000);
    struct soul *s = &l->s;

    memset(l, 0, sizeof *l);
    if (i < m->n_reals) {
        make_real(s, &m->reals[i], &r, &m->arena);
    } else if (x < 60) {
        make_full(s, pairs_draw(&m->full_he, &r), &r);
    } else if (x < 110) {
        make_full(s, pairs_draw(&m->full_ko, &r), &r);
    } else if (x < 250) {
        uint32_t y = random_below(&r, 110), w = 0;

        while (w + 1 < WRITINGS && y >= writings[w].share)
            y -= writings[w++].share;
        make_foreigner(m, s, &r, w);
    } else if (x < 300) {
        make_cultured(m, s, &r, &m->arena, false);
    } else if (x >= 400 || !make_national(m, s, &r)) {
        make_cultured(m, s, &r, &m->arena, true);
    }
    if (!s->real)
        born(&s->who, &r);
    who_number(&r, s->who.passport);
    if (s->real)
        list_real(l, &r);
    else
        list_invented(l, &r, &m->arena);
    list_fields(l, &r);
}

static void
note(struct simulation *m, unsigned **v, unsigned *n, unsigned i)
{
    if (!*v)
        *v = en_xmalloc(m->n_list * sizeof **v);
    (*v)[(*n)++] = i;
}

static void
sort_out(struct simulation *m)
{
    for (unsigned i = 0; i < m->n_list; i++) {
        const struct listed *l = &m->list[i];
        enum en_script s = native_script(&l->s);
        bool nasab = l->s.who.culture && l->s.who.culture->pattern == PATTERN_NASAB;

        if (l->native_hidden)
            note(m, &m->with_native[s], &m->n_native[s], i);
        for (unsigned k = 0; k < l->n_hidden; k++)
            note(m, &m->with_hidden[l->s.real ? l->hidden_kind[k] : 3], &m->n_hidden[l->s.real ? l->hidden_kind[k] : 3],
                 i);
        if (l->s.who.n_given + l->s.who.n_family >= 2)
            note(m, &m->latin, &m->n_latin, i);
        for (unsigned k = 0; k < l->n; k++)
            if (l->kind[k] == EN_NAME_NATIVE)
                note(m, &m->bilingual, &m->n_bilingual, i);
        if (l->passport)
            note(m, &m->numbered, &m->n_numbered, i);
        if (nasab && l->s.who.n_given + l->s.who.n_family >= 3)
            note(m, &m->nasab, &m->n_nasab, i);
    }
}

struct simulation *
simulation_new(const char *dir, uint64_t seed, unsigned identities)
{
    struct simulation *m = en_xcalloc(1, sizeof *m);
    struct en_map *given;
    struct en_err err = EN_ERR_INIT;

    m->seed = seed;
    m->n_list = identities;
    en_arena_init(&m->arena, (size_t)2 << 30);
    m->words = en_xcalloc(n_cultures, sizeof *m->words);
    if (culture_read(en_bytes_from(en_generate_data, en_generate_data_len), m->words, &m->arena, &err) != EN_OK)
        die("no words of the generator:", err.text);
    read_frequencies(m, dir);
    given = western_given(m);
    for (unsigned w = 0; w < WRITINGS; w++)
        read_words(m, dir, w, given);
    en_map_free(given);
    read_full(m, dir, "fullnames_he.tsv", &m->full_he);
    read_full(m, dir, "fullnames_ko.tsv", &m->full_ko);
    read_reals(m, dir);
    if (m->n_reals > identities / 4)
        m->n_reals = identities / 4;
    m->list = en_xcalloc(identities, sizeof *m->list);
    for (unsigned i = 0; i < identities; i++)
        make_listed(m, i, &m->list[i]);
    sort_out(m);
    return m;
}

void
simulation_free(struct simulation *m)
{
    for (unsigned s = 0; s < EN_SCRIPTS; s++)
        free(m->with_native[s]);
    for (unsigned s = 0; s < 4; s++)
        free(m->with_hidden[s]);
    free(m->latin);
    free(m->numbered);
    free(m->nasab);
    free(m->bilingual);
    free(m->list);
    free(m->words);
    en_arena_release(&m->arena);
    free(m);
}

unsigned
simulation_identities(const struct simulation *m)
{
    return m->n_list;
}

static void
person_name(struct en_person *p, en_text t, enum en_name_kind kind)
{
    if (t.n)
        (void)en_person_add_name(p, &(struct en_name){ .full = t, .kind = kind, .source = EN_NAME_FROM_RECORD });
}

static void
person_birth(struct en_person *p, int y, int m, int d)
{
    struct en_birth b;

    if (en_birth_from_parts(y, m, d, &b))
        (void)en_person_add_birth(p, &b);
}

static void
person_country(struct en_person *p, const char *a2)
{
    (void)en_person_add_nationality(p, en_country_from_text(en_text_from_ours(a2)));
}

static void
person_doc(struct en_person *p, const char *number, const char *a2, struct en_arena *a)
{
    (void)en_person_add_doc(p, &(struct en_doc){ .type = EN_DOC_PASSPORT,
                                                 .number = kept(number, a),
                                                 .issuer = en_country_from_text(en_text_from_ours(a2)),
                                                 .expires = INT32_MIN });
}

void
simulation_identity(const struct simulation *m, unsigned i, struct en_arena *a, struct en_person *p)
{
    const struct listed *l = &m->list[i];
    const struct who *w = &l->s.who;

    en_person_init(p, a);
    for (unsigned k = 0; k < l->n; k++)
        person_name(p, l->name[k], l->kind[k]);
    if (l->date == 0)
        person_birth(p, w->year, w->month, w->day);
    else if (l->date == 2)
        person_birth(p, w->year, w->month, 0);
    else if (l->date < 4)
        person_birth(p, w->year, 0, 0);
    if (l->date == 3)
        person_birth(p, w->year + 1, 0, 0);
    if (l->nationality)
        person_country(p, l->s.country);
    if (l->sex)
        p->sex = w->woman ? EN_SEX_FEMALE : EN_SEX_MALE;
    if (l->passport)
        person_doc(p, w->passport, l->s.country, a);
}

/* --- how a name changes from paper to paper ---------------------------------------------------------------- */

#define WORDS_MAX 10

struct line_of {
    en_text w[WORDS_MAX];
    unsigned n;
};

static struct line_of
words_of(en_text t)
{
    struct line_of l = { .n = 0 };
    size_t from = 0;

    for (size_t i = 0; i <= t.n; i++)
        if (i == t.n || t.p[i] == ' ') {
            if (i > from && l.n < WORDS_MAX)
                l.w[l.n++] = (en_text){ t.p + from, i - from };
            from = i + 1;
        }
    return l;
}

static en_text
joined_of(const struct line_of *l, struct en_arena *a)
{
    char out[TEXT_MAX] = "";

    for (unsigned i = 0; i < l->n; i++)
        add_text(out, l->w[i], " ");
    return kept(out, a);
}

static bool
letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A neighbouring key, a letter lost, one too many, or two exchanged. */
static en_text
typo(en_text t, struct random *r, struct en_arena *a)
{
    static const char *const keys[26] = {
        "sqz", "vn", "xv", "sf", "wr", "dg", "fh", "gj", "uo", "hk", "jl", "k",  "n",
        "mb",  "ip", "o",  "wa", "et", "ad", "ry", "yi", "cb", "qe", "zc", "tu", "xa"
    };
    char out[TEXT_MAX];
    unsigned letters = 0, nth, at = 0, how = random_below(r, 4);
    char c;

    for (size_t i = 0; i < t.n; i++)
        letters += letter(t.p[i]);
    if (letters < 3 || t.n + 2 > sizeof out)
        return t;
    for (nth = random_below(r, letters); !letter(t.p[at]) || nth-- > 0;)
        at++;
    c = t.p[at] >= 'A' && t.p[at] <= 'Z' ? (char)(t.p[at] + 32) : t.p[at];
    c = keys[c - 'a'][random_below(r, (uint32_t)strlen(keys[c - 'a']))];
    memcpy(out, t.p, t.n);
    out[t.n] = '\0';
    if (how == 0) {
        out[at] = c;
    } else if (how == 1) {
        memmove(out + at, out + at + 1, t.n - at);
    } else if (how == 2) {
        memmove(out + at + 1, out + at, t.n - at + 1);
        out[at] = random_chance(r, 500) ? out[at + 1] : c;
    } else if (at + 1 < t.n && letter(out[at + 1])) {
        char x = out[at];

        out[at] = out[at + 1];
        out[at + 1] = x;
    } else {
        out[at] = c;
    }
    return kept(out, a);
}

static en_text
reordered(en_text t, struct random *r, struct en_arena *a)
{
    struct line_of l = words_of(t);

    for (unsigned i = l.n; i > 1; i--) {
        unsigned k = random_below(r, i);
        en_text x = l.w[i - 1];

        l.w[i - 1] = l.w[k];
        l.w[k] = x;
    }
    if (l.n > 1 && en_text_eq(joined_of(&l, a), t)) {
        en_text x = l.w[0];

        l.w[0] = l.w[l.n - 1];
        l.w[l.n - 1] = x;
    }
    return joined_of(&l, a);
}

/* Empty where none of three words can be left out. */
static en_text
one_missing(en_text t, struct random *r, struct en_arena *a)
{
    struct line_of l = words_of(t);
    unsigned k;

    if (l.n < 3)
        return EN_TEXT_NONE;
    k = random_below(r, l.n);
    memmove(l.w + k, l.w + k + 1, (l.n - k - 1) * sizeof *l.w);
    l.n--;
    return joined_of(&l, a);
}

/* Two words as one, or a long one cut in its middle; empty where there is neither. */
static en_text
merged_or_cut(en_text t, struct random *r, struct en_arena *a)
{
    struct line_of l = words_of(t);
    char out[TEXT_MAX] = "";
    unsigned k = l.n ? random_below(r, l.n) : 0;
    bool merge = l.n > 1 && random_chance(r, 600);

    if (merge && k + 1 == l.n)
        k--;
    if (!merge && (!l.n || l.w[k].n < 6))
        return EN_TEXT_NONE;
    for (unsigned i = 0; i < l.n; i++) {
        if (!merge && i == k) {
            size_t at = l.w[i].n / 2;

            while (at < l.w[i].n && ((unsigned char)l.w[i].p[at] & 0xC0u) == 0x80u)
                at++;
            add_text(out, (en_text){ l.w[i].p, at }, " ");
            add_text(out, (en_text){ l.w[i].p + at, l.w[i].n - at }, " ");
        } else {
            add_text(out, l.w[i], merge && i == k + 1 ? "" : " ");
        }
    }
    return kept(out, a);
}

static en_text
honoured(en_text t, struct random *r, struct en_arena *a)
{
    static const char *const titles[] = { "Dr",     "Haji", "Sheikh", "Mr",   "Mullah",  "Sayyid",
                                          "Maulvi", "Eng",  "Hajji",  "Prof", "General", "Col" };
    static const char *const particles[] = { "al", "bin", "ibn", "de", "van", "el", "abu", "da" };
    struct line_of l = words_of(t);
    char out[TEXT_MAX] = "";
    unsigned k = l.n > 1 ? 1 + random_below(r, l.n - 1) : 0;

    if (!k || random_chance(r, 600)) {
        add_text(out, en_text_from_ours(titles[random_below(r, sizeof titles / sizeof *titles)]), " ");
        add_text(out, t, " ");
        return kept(out, a);
    }
    for (unsigned i = 0; i < l.n; i++) {
        if (i == k)
            add_text(out, en_text_from_ours(particles[random_below(r, sizeof particles / sizeof *particles)]), " ");
        add_text(out, l.w[i], " ");
    }
    return kept(out, a);
}

/*= ICAO Doc 9303-3 section 6: transliteration of Cyrillic. */
static const struct icao {
    const char *from, *to;
} icao[] = {
    { "а", "A" },  { "б", "B" },  { "в", "V" },  { "г", "G" },  { "д", "D" },  { "е", "E" },    { "ё", "E" },
    { "ж", "ZH" }, { "з", "Z" },  { "и", "I" },  { "й", "I" },  { "к", "K" },  { "л", "L" },    { "м", "M" },
    { "н", "N" },  { "о", "O" },  { "п", "P" },  { "р", "R" },  { "с", "S" },  { "т", "T" },    { "у", "U" },
    { "ф", "F" },  { "х", "KH" }, { "ц", "TS" }, { "ч", "CH" }, { "ш", "SH" }, { "щ", "SHCH" }, { "ъ", "IE" },
    { "ы", "Y" },  { "ь", "" },   { "э", "E" },  { "ю", "IU" }, { "я", "IA" }, { "і", "I" },    { "ї", "I" },
    { "є", "IE" }, { "ґ", "G" },
};

static void
mrz_part(char *out, en_text t)
{
    for (size_t i = 0; i < t.n;) {
        unsigned char c = (unsigned char)t.p[i];
        unsigned len = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        char low[5] = { 0 };

        if (len > t.n - i)
            return;
        memcpy(low, t.p + i, len);
        /* Capitals of Cyrillic: 0x410..0x42F are 0x20 below, 0x400..0x40F 0x50 below. */
        if (len == 2 && c == 0xD0 && (unsigned char)low[1] >= 0x90 && (unsigned char)low[1] <= 0x9F)
            low[1] = (char)(low[1] + 0x20);
        else if (len == 2 && c == 0xD0 && (unsigned char)low[1] >= 0xA0 && (unsigned char)low[1] <= 0xAF)
            low[0] = (char)0xD1, low[1] = (char)(low[1] - 0x20);
        if (len == 1 && letter(low[0])) {
            low[0] = low[0] >= 'a' ? (char)(low[0] - 32) : low[0];
            add_text(out, (en_text){ low, 1 }, "");
        } else if (len == 1 && (low[0] == ' ' || low[0] == '-')) {
            add_text(out, EN_TEXT_LIT(" "), "");
        }
        for (size_t k = 0; len == 2 && k < sizeof icao / sizeof *icao; k++)
            if (!strcmp(icao[k].from, low))
                add_text(out, en_text_from_ours(icao[k].to), "");
        i += len;
    }
}

/* As read from a passport: the family name first, 39 characters. */
static en_text
machine_read(const struct soul *s, struct en_arena *a)
{
    char out[TEXT_MAX] = "";

    for (size_t i = 0; i < s->who.n_family + s->who.n_given; i++) {
        const struct piece *p = i < s->who.n_family ? &s->who.family[i] : &s->who.given[i - s->who.n_family];

        if (i)
            add_text(out, EN_TEXT_LIT(" "), "");
        mrz_part(out, p->native.n && script_of(p->native) == EN_SCRIPT_CYRILLIC ? p->native : p->latin);
    }
    if (strlen(out) > 39)
        out[39] = '\0';
    while (strlen(out) && out[strlen(out) - 1] == ' ')
        out[strlen(out) - 1] = '\0';
    return kept(out, a);
}

/* --- travellers ------------------------------------------------------------------------------------------------ */

enum regime { REGIME_NAME, REGIME_YEAR, REGIME_DAY, REGIME_NATIONALITY, REGIME_DOCUMENT };
static const char *const regime_words[] = { "name", "name_year", "name_dob", "name_dob_nat", "doc" };

static enum regime
regime_of(struct random *r, bool documents)
{
    uint32_t x = random_below(r, 100);

    if (documents && random_chance(r, 50))
        return REGIME_DOCUMENT;
    return x < 20 ? REGIME_NAME : x < 35 ? REGIME_YEAR : x < 75 ? REGIME_DAY : REGIME_NATIONALITY;
}

struct date {
    int y, m, d;
};

/*
 * How one person's dates differ from paper to paper (the reference of the project: 96.3 % equal on lists that copy each
 * other; less among travellers); 0.2 % are of another person altogether.
 */
static struct date
noisy(struct date t, struct random *r)
{
    uint32_t x = random_below(r, 1000);

    if (x < 928)
        return t;
    if (x < 948)
        return t.d <= 12 ? (struct date){ t.y, t.d, t.m } : t;
    if (x < 968)
        return (struct date){ t.y, t.m, some_day(t.m, r) };
    if (x < 983)
        return (struct date){ t.y + (random_chance(r, 500) ? 1 : -1), t.m, t.d };
    if (x < 998)
        return (struct date){ t.y, 1, 1 };
    return (struct date){ t.y - 20 + (int)random_below(r, 41), 1 + (int)random_below(r, 12),
                          1 + (int)random_below(r, 28) };
}

static void
fill(struct simulated *out, const struct soul *s, struct date date, enum regime regime, const char *number,
     struct random *r, struct en_arena *a)
{
    struct en_person *p = &out->person;

    out->regime = regime_words[regime];
    if (regime == REGIME_YEAR)
        person_birth(p, date.y, 0, 0);
    else if (regime > REGIME_YEAR)
        person_birth(p, date.y, date.m, date.d);
    if (regime >= REGIME_NATIONALITY) {
        person_country(p, s->country);
        p->sex = s->who.woman ? EN_SEX_FEMALE : EN_SEX_MALE;
    }
    if (regime == REGIME_DOCUMENT) {
        char own[12];

        who_number(r, own);
        person_doc(p, number ? number : own, s->country, a);
    }
}

static en_text
cased(en_text t, struct random *r, struct en_arena *a)
{
    char out[TEXT_MAX];

    if (!random_chance(r, 400) || t.n + 1 > sizeof out)
        return t;
    for (size_t i = 0; i < t.n; i++)
        out[i] = t.p[i] >= 'a' && t.p[i] <= 'z' ? (char)(t.p[i] - 32) : t.p[i];
    out[t.n] = '\0';
    return kept(out, a);
}

enum kind {
    KIND_NATIVE,
    KIND_ALIAS,
    KIND_WEAK,
    KIND_OTHER_NAME,
    KIND_ORDER,
    KIND_MISSING,
    KIND_TYPO1,
    KIND_TYPO2,
    KIND_MERGED,
    KIND_MRZ,
    KIND_HONOURED,
    KIND_ONE,
    KIND_LISTED,
    KIND_DOC,
    KIND_DOC_WRONG,
    KINDS
};

/* How many of each kind: the mix that the project measures on. */
static const struct {
    const char *word;
    uint32_t share;
} kinds[KINDS] = {
    { "native", 3420 },  { "alias", 700 },     { "weak_alias", 210 }, { "other_name", 450 }, { "order", 450 },
    { "missing", 450 },  { "typo1", 450 },     { "typo2", 450 },      { "merged", 450 },     { "mrz", 450 },
    { "honoured", 450 }, { "one_token", 350 }, { "as_listed", 1200 }, { "document", 500 },   { "document_wrong", 500 },
};

static const struct {
    enum en_script script;
    uint32_t share;
} native_shares[] = {
    { EN_SCRIPT_CYRILLIC, 1420 }, { EN_SCRIPT_ARABIC, 695 },  { EN_SCRIPT_HEBREW, 233 },
    { EN_SCRIPT_GREEK, 160 },     { EN_SCRIPT_GEORGIAN, 45 }, { EN_SCRIPT_ARMENIAN, 48 },
    { EN_SCRIPT_HANGUL, 201 },    { EN_SCRIPT_KANA, 260 },    { EN_SCRIPT_HAN, 460 },
};

static unsigned
one_of(const unsigned *v, unsigned n, struct random *r)
{
    if (!n)
        die("nobody of a kind is listed", "");
    return v[random_below(r, n)];
}

static unsigned
native_person(const struct simulation *m, struct random *r)
{
    uint32_t sum = 0, x, k = 0;

    for (size_t i = 0; i < sizeof native_shares / sizeof *native_shares; i++)
        sum += m->n_native[native_shares[i].script] ? native_shares[i].share : 0;
    for (x = random_below(r, sum);; k++) {
        uint32_t share = m->n_native[native_shares[k].script] ? native_shares[k].share : 0;

        if (x < share)
            break;
        x -= share;
    }
    return one_of(m->with_native[native_shares[k].script], m->n_native[native_shares[k].script], r);
}

static en_text
hidden_name(const struct listed *l, unsigned kind, struct random *r)
{
    unsigned k = random_below(r, l->n_hidden);

    while (l->hidden_kind[k] != kind)
        k = (k + 1) % l->n_hidden;
    return l->hidden[k];
}

static void
misread(char number[12], struct random *r)
{
    size_t n = strlen(number), at;

    do
        at = random_below(r, (uint32_t)n);
    while (number[at] < '0' || number[at] > '9');
    number[at] = (char)('0' + (number[at] - '0' + 1 + (int)random_below(r, 9)) % 10);
}

static en_text
listed_latin(const struct listed *l, struct random *r)
{
    en_text t = l->name[random_chance(r, 750) ? 0 : random_below(r, l->n)];

    return script_of(t) == EN_SCRIPT_LATIN ? t : l->name[0];
}

static en_text
with_document(const struct listed *l, struct random *r, struct en_arena *a)
{
    uint32_t x = random_below(r, 100);
    en_text t = listed_latin(l, r);
    struct line_of w = words_of(t);

    if (x < 40)
        return t;
    if (x < 80)
        return typo(typo(t, r, a), r, a);
    if (w.n > 2) {
        w.w[1] = w.w[w.n - 1];
        w.n = 2;
    }
    return joined_of(&w, a);
}

static en_text
as_known(const struct listed *l, enum kind kind, struct random *r, struct en_arena *a)
{
    en_text t = listed_latin(l, r);
    struct line_of w;

    switch (kind) {
    case KIND_NATIVE:
        return native_of(&l->s, r, a);
    case KIND_ALIAS:
        return hidden_name(l, 0, r);
    case KIND_WEAK:
        return hidden_name(l, 1, r);
    case KIND_OTHER_NAME:
        return hidden_name(l, 2, r);
    case KIND_ORDER:
        return reordered(t, r, a);
    case KIND_MISSING:
        return one_missing(t, r, a);
    case KIND_TYPO1:
        return typo(t, r, a);
    case KIND_TYPO2:
        return typo(typo(t, r, a), r, a);
    case KIND_MERGED:
        return merged_or_cut(t, r, a);
    case KIND_MRZ:
        return machine_read(&l->s, a);
    case KIND_HONOURED:
        return honoured(t, r, a);
    case KIND_ONE:
        w = words_of(t);
        return w.n ? w.w[random_chance(r, 600) ? w.n - 1 : random_below(r, w.n)] : t;
    case KIND_LISTED:
        return l->name[random_below(r, l->n)];
    case KIND_DOC:
    case KIND_DOC_WRONG:
        return with_document(l, r, a);
    case KINDS:
        break;
    }
    return t;
}

static unsigned
person_for(const struct simulation *m, enum kind kind, struct random *r)
{
    switch (kind) {
    case KIND_NATIVE:
        return native_person(m, r);
    case KIND_ALIAS:
        if (random_chance(r, 250))
            return one_of(m->with_hidden[3], m->n_hidden[3], r);
        return one_of(m->with_hidden[0], m->n_hidden[0], r);
    case KIND_WEAK:
    case KIND_OTHER_NAME:
        return one_of(m->with_hidden[kind - KIND_ALIAS], m->n_hidden[kind - KIND_ALIAS], r);
    case KIND_LISTED:
        return random_chance(r, 800) && m->n_bilingual ? one_of(m->bilingual, m->n_bilingual, r)
                                                       : random_below(r, m->n_list);
    case KIND_DOC:
    case KIND_DOC_WRONG:
        return one_of(m->numbered, m->n_numbered, r);
    default:
        /* Half of them real persons. */
        return random_chance(r, 400) ? random_below(r, (uint32_t)m->n_reals) : one_of(m->latin, m->n_latin, r);
    }
}

/* The date that he has where the list knows it only in part, or not. */
static struct date
own_date(const struct listed *l, struct random *r)
{
    const struct who *w = &l->s.who;
    struct date t = { w->year, w->month, w->day };

    if (l->date == 3)
        t.y += random_chance(r, 500);
    if (l->date == 1 || l->date == 3) {
        t.m = 1 + (int)random_below(r, 12);
        t.d = some_day(t.m, r);
    }
    return t;
}

static void
make_known(const struct simulation *m, struct random *r, struct en_arena *a, struct simulated *out)
{
    uint32_t sum = 0, x;
    unsigned kind = 0, i = 0;
    const struct listed *l;
    enum regime regime;
    struct date date;
    char number[12];
    en_text name = EN_TEXT_NONE;
    struct soul s;

    for (unsigned k = 0; k < KINDS; k++)
        sum += kinds[k].share;
    for (x = random_below(r, sum); x >= kinds[kind].share; kind++)
        x -= kinds[kind].share;
    /* Who has no name that can be so written is not asked for so. */
    for (unsigned tries = 0; !name.n && tries < 32; tries++) {
        i = person_for(m, (enum kind)kind, r);
        name = as_known(&m->list[i], (enum kind)kind, r, a);
    }
    l = &m->list[i];
    s = l->s;
    out->truth = i;
    out->kind = kinds[kind].word;
    person_name(&out->person, cased(name.n ? name : l->name[0], r, a), EN_NAME_PRIMARY);
    regime = kind >= KIND_DOC ? REGIME_DOCUMENT : regime_of(r, false);
    date = own_date(l, r);
    if (regime == REGIME_YEAR)
        date.y += random_chance(r, 50) ? (random_chance(r, 500) ? 1 : -1) : 0;
    else
        date = noisy(date, r);
    if (random_chance(r, 30))
        memcpy(s.country, m->country[random_below(r, m->n_countries)].a2, 3);
    memcpy(number, l->s.who.passport, sizeof number);
    if (kind == KIND_DOC_WRONG)
        misread(number, r);
    fill(out, &s, date, regime, number, r, a);
}

/* --- those who are not listed ---------------------------------------------------------------------------------- */

/* Of cultures with a script of their own that few strangers would be of otherwise. */
#define THIN 250

static void
make_thin(const struct simulation *m, struct soul *s, struct random *r, struct en_arena *a)
{
    static const struct {
        const char *culture;
        uint32_t upto;
    } thin[] = { { "chinese", 450 }, { "korean", 700 },   { "japanese", 800 }, { "hebrew", 850 },
                 { "greek", 900 },   { "armenian", 950 }, { "georgian", 1000 } };
    uint32_t x = random_below(r, 1000);
    unsigned k = 0;
    size_t c = 0;

    while (x >= thin[k].upto)
        k++;
    while (strcmp(cultures[c].name, thin[k].culture) != 0)
        c++;
    make_one_of(m, s, r, a, c);
}

static void
stranger_soul(const struct simulation *m, struct random *r, struct en_arena *a, struct soul *s, uint32_t *native)
{
    uint32_t x = random_below(r, 1000);

    memset(s, 0, sizeof *s);
    *native = 0;
    if (random_chance(r, THIN)) {
        make_thin(m, s, r, a);
        *native = 900;
    } else if (x < 360) {
        make_cultured(m, s, r, a, true);
        *native = 170;
    } else if (x < 380) {
        make_cultured(m, s, r, a, false);
        *native = 900;
    } else if (x >= 440 && make_national(m, s, r)) {
        /* Half of them have moved, or their parents. */
        if (random_chance(r, 500))
            memcpy(s->country, m->country[random_below(r, m->n_countries)].a2, 3);
    } else if (x % 4 == 0) {
        make_full(s, pairs_draw(x % 8 ? &m->full_he : &m->full_ko, r), r);
        *native = 1000;
    } else {
        make_foreigner(m, s, r, random_below(r, WRITINGS));
        *native = 800;
    }
    born(&s->who, r);
}

static void
make_stranger(const struct simulation *m, struct random *r, struct en_arena *a, struct simulated *out)
{
    struct soul s;
    uint32_t native;
    en_text name = EN_TEXT_NONE;

    stranger_soul(m, r, a, &s, &native);
    if (random_chance(r, native))
        name = native_of(&s, r, a);
    if (!name.n)
        name = s.full_latin.n ? s.full_latin : latin_of(&s, random_chance(r, 150), a);
    out->kind = "stranger";
    person_name(&out->person, cased(name, r, a), EN_NAME_PRIMARY);
    fill(out, &s, (struct date){ s.who.year, s.who.month, s.who.day }, regime_of(r, true), NULL, r, a);
}

static struct date
another_date(const struct who *w, int least, int most, struct random *r)
{
    int years = least + (int)random_below(r, (uint32_t)(most - least + 1));

    return (struct date){ w->year + (random_chance(r, 500) ? years : -years), 1 + (int)random_below(r, 12),
                          1 + (int)random_below(r, 28) };
}

/* Another word of the same kind as one of the person's. */
static en_text
another_word(const struct simulation *m, const struct soul *s, bool family, struct random *r)
{
    const struct culture_words *w = s->who.culture ? &m->words[s->who.culture - cultures]
                                                   : &m->words[random_below(r, 3)];
    const struct bag *b = &w->bags[family ? WORD_FAMILY : s->who.woman ? WORD_GIVEN_F : WORD_GIVEN_M];

    return bag_draw(b, r)->latin;
}

/* The name of somebody listed, with one part of another. */
static en_text
exchanged(const struct simulation *m, const struct listed *l, bool first, struct random *r, struct en_arena *a)
{
    struct line_of w = words_of(listed_latin(l, r));
    unsigned k = first ? 0 : w.n > 1 ? 1 + random_below(r, w.n - 1) : 0;

    if (eastern(&l->s) && first)
        k = w.n - 1;
    for (unsigned tries = 0; w.n && tries < 8; tries++) {
        en_text other = another_word(m, &l->s, !first && k + 1 == w.n, r);

        if (!alike(other, w.w[k])) {
            w.w[k] = other;
            break;
        }
    }
    return joined_of(&w, a);
}

static void
make_near(const struct simulation *m, struct random *r, struct en_arena *a, struct simulated *out)
{
    uint32_t x = random_below(r, 1596);
    unsigned i = x < 1300
                     ? (random_chance(r, 400) ? random_below(r, (uint32_t)m->n_reals) : one_of(m->latin, m->n_latin, r))
                     : one_of(m->nasab, m->n_nasab, r);
    const struct listed *l = &m->list[i];
    const struct who *w = &l->s.who;
    enum regime regime = random_chance(r, 400) ? REGIME_NATIONALITY : REGIME_DAY;
    en_text name;
    struct date date;

    if (x < 700) {
        out->kind = "namesake";
        name = listed_latin(l, r);
        date = another_date(w, 3, 22, r);
    } else if (x < 1300) {
        out->kind = "sibling";
        name = exchanged(m, l, true, r, a);
        date = another_date(w, 1, 9, r);
    } else {
        out->kind = "exchanged";
        name = exchanged(m, l, false, r, a);
        date = another_date(w, 1, 25, r);
        regime = regime_of(r, false);
    }
    person_name(&out->person, cased(name, r, a), EN_NAME_PRIMARY);
    fill(out, &l->s, date, regime, NULL, r, a);
}

/* Of ten travellers four are listed, one is near somebody listed; their weights bring the shares of a stream back. */
#define LISTED_SHARE .184
#define NEAR_SHARE   .032

void
simulation_traveller(const struct simulation *m, uint64_t i, struct en_arena *a, struct simulated *out)
{
    struct random r = random_of(m->seed, RANDOM_TRAVELLER, i);

    memset(out, 0, sizeof *out);
    en_person_init(&out->person, a);
    out->truth = NOT_LISTED;
    if (i % 10 < 4) {
        out->weight = LISTED_SHARE / .4;
        make_known(m, &r, a, out);
    } else if (i % 10 == 4) {
        out->weight = NEAR_SHARE / .1;
        make_near(m, &r, a, out);
    } else {
        out->weight = (1 - LISTED_SHARE - NEAR_SHARE) / .5;
        make_stranger(m, &r, a, out);
    }
    if (out->person.n_names)
        out->script = script_of(out->person.names[0].full);
}
