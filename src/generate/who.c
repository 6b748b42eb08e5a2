#include "generate/who.h"

#include <string.h>

#include "base/time.h"

/* Chances in a thousand. */
#define WOMEN          220
#define OTHER_SPELLING 350 /* a word is borne in a spelling that is not the usual one */
#define LONG_TAIL      100 /* surnames that hardly anybody else bears */
#define FIRST_OF_YEAR  24  /* 1 January in the papers of those whose day nobody wrote down */
#define OLDEST         1935
#define YEARS          70

/* --- names ------------------------------------------------------------------------------------ */

/* A name may be long, never longer than this: parts are left out instead. */
struct line {
    char p[400];
    size_t n;
};

static void
add(struct line *l, en_text t)
{
    if (t.n > sizeof l->p - l->n)
        return;
    memcpy(l->p + l->n, t.p, t.n);
    l->n += t.n;
}

static void
add_word(struct line *l, en_text t, bool blank)
{
    if (l->n > 0 && blank)
        add(l, EN_TEXT_LIT(" "));
    add(l, t);
}

static en_text
keep(const struct line *l, struct en_arena *a)
{
    return en_text_dup((en_text){ l->p, l->n }, a);
}

static bool
ends_with(en_text t, const char *end)
{
    size_t n = strlen(end);

    return t.n > n && memcmp(t.p + t.n - n, end, n) == 0;
}

/* The first rule whose end fits: what stands there, and what a woman bears. */
static const struct ending {
    const char *man, *woman;
} endings[] = {
    { "skiy", "skaya" }, { "skii", "skaya" }, { "sky", "skaya" }, { "ski", "ska" }, { "cki", "cka" },
    { "dzki", "dzka" },  { "ov", "ova" },     { "ev", "eva" },    { "in", "ina" },  { "yn", "yna" },
    { "ский", "ская" },  { "цкий", "цкая" },  { "ски", "ска" },   { "ов", "ова" },  { "ев", "ева" },
    { "ёв", "ёва" },     { "ин", "ина" },     { "ын", "ына" },
};

static en_text
feminine(en_text t, struct en_arena *a)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct line l = { .n = 0 };

        if (!ends_with(t, endings[i].man))
            continue;
        add(&l, (en_text){ t.p, t.n - strlen(endings[i].man) });
        add(&l, en_text_from_ours(endings[i].woman));
        return keep(&l, a);
    }
    return t;
}

/* Latin to Cyrillic, the longest first. */
static const struct letter {
    const char *latin, *cyrillic;
} letters[] = {
    { "shch", "щ" }, { "zh", "ж" }, { "kh", "х" }, { "ts", "ц" },  { "ch", "ч" },  { "sh", "ш" },  { "ya", "я" },
    { "yu", "ю" },   { "ye", "е" }, { "yo", "ё" }, { "iy", "ий" }, { "ay", "ай" }, { "ey", "ей" }, { "oy", "ой" },
    { "a", "а" },    { "b", "б" },  { "c", "к" },  { "d", "д" },   { "e", "е" },   { "f", "ф" },   { "g", "г" },
    { "h", "х" },    { "i", "и" },  { "j", "ж" },  { "k", "к" },   { "l", "л" },   { "m", "м" },   { "n", "н" },
    { "o", "о" },    { "p", "п" },  { "q", "к" },  { "r", "р" },   { "s", "с" },   { "t", "т" },   { "u", "у" },
    { "v", "в" },    { "w", "в" },  { "x", "кс" }, { "y", "ы" },   { "z", "з" },
};

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static const struct letter *
letter_at(en_text t)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        size_t n = strlen(letters[i].latin), k = 0;

        while (k < n && k < t.n && lower(t.p[k]) == letters[i].latin[k])
            k++;
        if (k == n)
            return &letters[i];
    }
    return NULL;
}

/* The small letters а..я and ё have their capitals 32 and 80 before them. */
static void
add_capital(struct line *l, const char *cyrillic)
{
    en_bytes b = en_bytes_from(cyrillic, strlen(cyrillic));
    uint32_t cp = en_utf8_next(&b);
    char out[4];
    size_t n = en_utf8_put(cp >= 0x450 ? cp - 80 : cp - 32, out);

    add(l, (en_text){ out, n });
    add(l, (en_text){ (const char *)b.p, b.n });
}

/* Empty if there is a letter that the rules do not know. */
static en_text
cyrillic(en_text t, struct en_arena *a)
{
    struct line l = { .n = 0 };
    bool start = true;

    while (t.n > 0) {
        const struct letter *x = letter_at(t);

        if (x == NULL && *t.p != ' ' && *t.p != '-')
            return EN_TEXT_NONE;
        if (x == NULL)
            add(&l, (en_text){ t.p, 1 });
        else if (start)
            add_capital(&l, x->cyrillic);
        else
            add(&l, en_text_from_ours(x->cyrillic));
        start = x == NULL;
        t.p += x ? strlen(x->latin) : 1;
        t.n -= x ? strlen(x->latin) : 1;
    }
    return keep(&l, a);
}

static struct piece
piece_of(const struct word *word, bool woman, const struct culture *c, struct random *r, struct en_arena *a)
{
    size_t n = word_spellings(word);
    struct piece p = { .native = word->native, .word = word };

    p.latin = word_spelling(word, n > 1 && random_chance(r, OTHER_SPELLING) ? 1 + random_below(r, (uint32_t)n - 1) : 0);
    if (p.native.n == 0 && (c->traits & CYRILLIC))
        p.native = cyrillic(p.latin, a);
    if (woman && (c->traits & FEMININE)) {
        p.feminine = true;
        p.latin = feminine(p.latin, a);
        p.native = feminine(p.native, a);
    }
    return p;
}

/* The byte where the character in the middle begins. */
static size_t
middle(en_text t, size_t at_least)
{
    size_t i = t.n / 2 < at_least ? at_least : t.n / 2;

    while (i < t.n && ((unsigned char)t.p[i] & 0xc0u) == 0x80u)
        i++;
    return i < t.n ? i : t.n;
}

/* A surname of the long tail: the head of one and the end of another. */
static struct piece
invented(const struct bag *families, bool woman, const struct culture *c, struct random *r, struct en_arena *a)
{
    en_text head = bag_draw(families, r)->latin, end = bag_draw(families, r)->latin;
    struct piece p = { .word = NULL };
    struct line l = { .n = 0 };
    size_t from;

    from = middle(head, 2);
    if (from < head.n && strchr("- '", head.p[from - 1]) != NULL)
        from += middle((en_text){ head.p + from, head.n - from }, 1); /* not "al-" alone */
    add(&l, (en_text){ head.p, from });
    from = middle(end, 1);
    for (size_t i = from; i < end.n; i++) {
        const char small = lower(end.p[i]);

        if (small != ' ')
            add(&l, (en_text){ &small, 1 });
    }
    while (l.n > 1 && (l.p[l.n - 1] == ' ' || l.p[l.n - 1] == '-' || l.p[l.n - 1] == '\''))
        l.n--;
    p.latin = keep(&l, a);
    p.native = (c->traits & CYRILLIC) ? cyrillic(p.latin, a) : EN_TEXT_NONE;
    if (woman && (c->traits & FEMININE)) {
        p.latin = feminine(p.latin, a);
        p.native = feminine(p.native, a);
    }
    return p;
}

struct making {
    struct who *w;
    const struct culture_words *words;
    struct random *r;
    struct en_arena *a;
};

static void
give(struct making *m, enum word_role role)
{
    const struct bag *b = &m->words->bags[role];

    if (m->w->n_given < WHO_GIVEN && b->n > 0)
        m->w->given[m->w->n_given++] = piece_of(bag_draw(b, m->r), false, m->w->culture, m->r, m->a);
}

static void
name_family(struct making *m)
{
    const struct bag *b = &m->words->bags[WORD_FAMILY];
    const struct culture *c = m->w->culture;

    m->w->family[m->w->n_family++] = c->pattern != PATTERN_EAST && random_chance(m->r, LONG_TAIL)
                                         ? invented(b, m->w->woman, c, m->r, m->a)
                                         : piece_of(bag_draw(b, m->r), m->w->woman, c, m->r, m->a);
}

static void
name(struct making *m)
{
    const enum word_role own = m->w->woman ? WORD_GIVEN_F : WORD_GIVEN_M;
    uint32_t x = random_below(m->r, 1000);

    give(m, own);
    name_family(m);
    switch (m->w->culture->pattern) {
    case PATTERN_PLAIN:
    case PATTERN_EAST:
        break;
    case PATTERN_MIDDLE:
        if (x < 550)
            give(m, own);
        break;
    case PATTERN_NASAB:
        if (x < 750)
            give(m, WORD_GIVEN_M);
        if (x < 300)
            give(m, WORD_GIVEN_M);
        break;
    case PATTERN_SLAVIC:
        if (x < 750)
            give(m, m->w->woman ? WORD_PATRONYMIC_F : WORD_PATRONYMIC_M);
        break;
    case PATTERN_HISPANIC:
        if (x < 450)
            give(m, own);
        name_family(m);
        break;
    case PATTERN_MALAY:
        if (x < 400)
            give(m, own);
        if (x >= 930)
            m->w->n_family = 0;
        break;
    }
}

/* --- the rest --------------------------------------------------------------------------------- */

void
who_number(struct random *r, char out[12])
{
    static const char capitals[] = "ABCDEGHKLMNPRST";
    static const uint8_t how_many[] = { 0, 1, 1, 2 };
    size_t n = 0;
    uint32_t digits = 10000000 + random_below(r, 90000000);

    for (size_t i = how_many[random_below(r, sizeof how_many)]; i > 0; i--)
        out[n++] = capitals[random_below(r, sizeof capitals - 1)];
    for (uint32_t unit = 10000000; unit > 0; unit /= 10)
        out[n++] = (char)('0' + digits / unit % 10);
    out[n] = 0;
}

static void
born(struct who *w, struct random *r)
{
    w->year = OLDEST + (int)(random_below(r, YEARS / 2) + random_below(r, YEARS / 2));
    w->month = 1 + (int)random_below(r, 12);
    w->day = 1 + (int)random_below(r, (uint32_t)en_civil_month_days(w->year, w->month));
    if (random_chance(r, FIRST_OF_YEAR))
        w->month = w->day = 1;
}

static const struct culture *
culture_draw(struct random *r)
{
    uint32_t sum = 0, x;
    const struct culture *c = cultures;

    for (size_t i = 0; i < n_cultures; i++)
        sum += cultures[i].share;
    for (x = random_below(r, sum); x >= c->share; c++)
        x -= c->share;
    return c;
}

void
who_make(struct who *w, const struct culture_words *words, struct random *r, struct en_arena *a)
{
    struct making m = { w, NULL, r, a };
    char *identity = w->identity;

    memset(w, 0, sizeof *w);
    w->culture = culture_draw(r);
    m.words = &words[w->culture - cultures];
    w->country = country_draw(m.words, r);
    w->woman = random_chance(r, WOMEN);
    name(&m);
    born(w, r);
    who_number(r, w->passport);
    for (size_t i = 0; i < 10; i++)
        *identity++ = (char)('0' + random_below(r, 9) + (i == 0));
    *identity = 0;
}

/* --- ways to write a name --------------------------------------------------------------------- */

static void
add_latin(struct line *l, const struct piece *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add_word(l, p[i].latin, true);
}

en_text
who_given(const struct who *w, struct en_arena *a)
{
    struct line l = { .n = 0 };

    add_latin(&l, w->given, w->n_given);
    return keep(&l, a);
}

en_text
who_family(const struct who *w, struct en_arena *a)
{
    struct line l = { .n = 0 };

    add_latin(&l, w->family, w->n_family);
    return keep(&l, a);
}

static en_text
in_order(const struct who *w, size_t n_given, bool turned, struct en_arena *a)
{
    struct line l = { .n = 0 };
    bool family_first = (w->culture->pattern == PATTERN_EAST) != turned;

    if (family_first)
        add_latin(&l, w->family, w->n_family);
    add_latin(&l, w->given, n_given);
    if (!family_first)
        add_latin(&l, w->family, w->n_family);
    return keep(&l, a);
}

en_text
who_latin(const struct who *w, bool turned, struct en_arena *a)
{
    return in_order(w, w->n_given, turned, a);
}

en_text
who_shortened(const struct who *w, struct en_arena *a)
{
    return in_order(w, 1, false, a);
}

static bool
add_native(struct line *l, const struct piece *p, size_t n, bool blank)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i].native.n == 0)
            return false;
        add_word(l, p[i].native, blank);
    }
    return true;
}

en_text
who_native(const struct who *w, struct en_arena *a)
{
    const struct culture *c = w->culture;
    bool family_first = (c->traits & JOINED) != 0, blank = !family_first, ok;
    struct line l = { .n = 0 };

    if (!(c->traits & NATIVE))
        return EN_TEXT_NONE;
    ok = !family_first || add_native(&l, w->family, w->n_family, blank);
    ok = ok && add_native(&l, w->given, w->n_given, blank);
    ok = ok && (family_first || add_native(&l, w->family, w->n_family, blank));
    return ok ? keep(&l, a) : EN_TEXT_NONE;
}

/* --- with differences ------------------------------------------------------------------------- */

/* Spellings that stand for each other; either way round. */
static const char *const swaps[][2] = {
    { "kh", "h" },  { "ou", "u" }, { "oo", "u" },  { "ee", "i" }, { "iy", "y" },  { "dj", "j" },
    { "sh", "ch" }, { "q", "k" },  { "ya", "ia" }, { "ye", "e" }, { "yu", "iu" }, { "w", "v" },
    { "ph", "f" },  { "aa", "a" }, { "ss", "s" },  { "mm", "m" }, { "gh", "g" },  { "y", "i" },
    { "u", "o" },   { "i", "e" },  { "z", "s" },   { "th", "t" }, { "dh", "d" },
};

/* One swap behind the first letter, where it fits. */
static en_text
swapped(en_text t, struct random *r, struct en_arena *a)
{
    uint32_t x = random_below(r, 2 * sizeof swaps / sizeof *swaps);
    const char *from = swaps[x / 2][x % 2], *to = swaps[x / 2][1 - x % 2];
    size_t n = strlen(from);
    struct line l = { .n = 0 };

    for (size_t i = 1; i + n <= t.n; i++) {
        /* The h of "ch" or "sh" is no letter of its own. */
        if (memcmp(t.p + i, from, n) != 0 || (*from == 'h' && strchr("cdgkpstz", lower(t.p[i - 1])) != NULL))
            continue;
        add(&l, (en_text){ t.p, i });
        add(&l, en_text_from_ours(to));
        add(&l, (en_text){ t.p + i + n, t.n - i - n });
        return keep(&l, a);
    }
    return t;
}

static en_text
respelled(const struct piece *p, struct random *r, struct en_arena *a)
{
    size_t n = p->word ? word_spellings(p->word) : 1;
    en_text t;

    if (n > 1 && random_chance(r, 600)) {
        t = word_spelling(p->word, random_below(r, (uint32_t)n));
        return p->feminine ? feminine(t, a) : t;
    }
    return random_chance(r, 450) ? swapped(p->latin, r, a) : p->latin;
}

en_text
who_respelled(const struct who *w, struct random *r, struct en_arena *a)
{
    struct who other = *w;
    bool differs = false;

    for (size_t i = 0; i < w->n_given; i++) {
        other.given[i].latin = respelled(&w->given[i], r, a);
        differs |= !en_text_eq(other.given[i].latin, w->given[i].latin);
    }
    for (size_t i = 0; i < w->n_family; i++) {
        other.family[i].latin = respelled(&w->family[i], r, a);
        differs |= !en_text_eq(other.family[i].latin, w->family[i].latin);
    }
    return differs ? who_latin(&other, false, a) : EN_TEXT_NONE;
}

static bool
is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

en_text
who_mistyped(en_text t, struct random *r, struct en_arena *a)
{
    static const char likely[] = "aeiourstnlk";
    const char c = likely[random_below(r, sizeof likely - 1)];
    uint32_t how = random_below(r, 10), nth;
    struct line l = { .n = 0 };
    size_t n = 0, at = 0;

    for (size_t i = 0; i < t.n; i++)
        n += is_letter(t.p[i]);
    if (n < 2)
        return t;
    for (nth = random_below(r, (uint32_t)n); !is_letter(t.p[at]) || nth-- > 0;)
        at++;
    add(&l, (en_text){ t.p, at });
    if (how < 4 || how >= 7)
        add(&l, (en_text){ &c, 1 });
    add(&l, (en_text){ t.p + at + (how < 7), t.n - at - (how < 7) });
    return keep(&l, a);
}
