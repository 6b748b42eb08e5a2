/*
 * country.c: from texts to codes. The tables are in country_table.c (generated).
 *
 * A code (up to three letters) is found by its letters. A name becomes a key first: small Latin letters without
 * marks, "the", "of" and "and" dropped, a few abbreviations written out, and the words sorted, so that
 * "Congo, Democratic Republic of the" and "Dem. Rep. of the Congo" are one name.
 */
#include "person/country.h"

#include <string.h>

#include "person/country_table.h"

#define KEY_MAX   96
#define WORDS_MAX 12

/* --- codes ------------------------------------------------------------------------------------- */

static uint32_t
code_number(const char a3[4])
{
    return (uint32_t)(uint8_t)a3[0] << 16 | (uint32_t)(uint8_t)a3[1] << 8 | (uint8_t)a3[2];
}

static const struct en_country_row *
row_of(en_country c)
{
    const struct en_country_row *row = en_country_rows;
    uint32_t code = code_number(c.a3);

    /* Always as many steps, and none that the processor has to guess. */
    for (size_t n = en_country_row_count, half; n > 1; n -= half) {
        half = n / 2;
        row += code_number(row[half].a3) <= code ? half : 0;
    }
    return code_number(row->a3) == code ? row : NULL;
}

static en_country
code_of(size_t row)
{
    en_country c;

    memcpy(c.a3, en_country_rows[row].a3, sizeof c.a3);
    return c;
}

/*= ISO 3166-1 8.1.3: AAA to AAZ, QMA to QZZ, XAA to XZZ and ZZA to ZZZ are for users to assign. */
static bool
user_assigned(en_country c)
{
    for (int i = 0; i < 3; i++)
        if (c.a3[i] < 'A' || c.a3[i] > 'Z')
            return false;
    return memcmp(c.a3, "AA", 2) == 0 || (c.a3[0] == 'Q' && c.a3[1] >= 'M') || c.a3[0] == 'X' ||
           memcmp(c.a3, "ZZ", 2) == 0;
}

bool
en_country_known(en_country c)
{
    unsigned i = (unsigned char)c.a3[0] - 65u, k = (unsigned char)c.a3[1] - 65u, l = (unsigned char)c.a3[2] - 65u;

    return i < 26 && k < 26 && l < 26 && (en_country_thirds[i][k] >> l & 1 || user_assigned(c));
}

bool
en_country_eq(en_country a, en_country b)
{
    return memcmp(a.a3, b.a3, 3) == 0;
}

bool
en_country_related(en_country a, en_country b)
{
    const struct en_country_row *ra = row_of(a), *rb = row_of(b);
    size_t lo = 0, hi = en_country_pair_count;
    unsigned x, y;

    if (ra == NULL || rb == NULL)
        return false;
    x = (unsigned)((ra < rb ? ra : rb) - en_country_rows);
    y = (unsigned)((ra < rb ? rb : ra) - en_country_rows);
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        const struct en_country_pair *p = &en_country_pairs[mid];

        if (p->a == x && p->b == y)
            return true;
        if (p->a > x || (p->a == x && p->b > y))
            hi = mid;
        else
            lo = mid + 1;
    }
    return false;
}

const char *
en_country_name(en_country c)
{
    const struct en_country_row *r = row_of(c);

    if (r != NULL)
        return r->name;
    return user_assigned(c) ? "(user-assigned code)" : "";
}

const char *
en_country_a2(en_country c)
{
    const struct en_country_row *r = row_of(c);

    return r != NULL ? r->a2 : "";
}

static int
upper(char c)
{
    return c >= 'a' && c <= 'z' ? c - 32 : c;
}

/* Two or three ASCII letters as a code of the table, or Germany's D. */
static en_country
from_code(en_text t)
{
    en_country c = EN_COUNTRY_NONE;

    for (size_t i = 0; i < t.n; i++) {
        c.a3[i] = (char)upper(t.p[i]);
        if (c.a3[i] < 'A' || c.a3[i] > 'Z')
            return EN_COUNTRY_NONE;
    }
    if (t.n == 3)
        return row_of(c) != NULL ? c : EN_COUNTRY_NONE;
    if (t.n == 2) {
        unsigned row = en_country_by_a2[c.a3[0] - 'A'][c.a3[1] - 'A'];

        return row != 0 ? code_of(row - 1) : EN_COUNTRY_NONE;
    }
    /*= ICAO Doc 9303-3 section 5: Germany is written D in the machine readable zone. */
    return t.n == 1 && c.a3[0] == 'D' ? (en_country){ "DEU" } : EN_COUNTRY_NONE;
}

/* --- names ------------------------------------------------------------------------------------- */

/* clang-format off */
/* Letters of U+00C0..U+017F without their marks, three bytes a letter at most; "" is a boundary (× and ÷). */
static const char *const latin_letters[0x180 - 0xC0] = {
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
    "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "ss",
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
    "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "th", "y",
    "a", "a", "a", "a", "a", "a", "c", "c", "c", "c", "c", "c", "c", "c", "d", "d",
    "d", "d", "e", "e", "e", "e", "e", "e", "e", "e", "e", "e", "g", "g", "g", "g",
    "g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i", "i", "i", "i", "i",
    "i", "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l", "l",
    "l", "l", "l", "n", "n", "n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o",
    "o", "o", "oe", "oe", "r", "r", "r", "r", "r", "r", "s", "s", "s", "s", "s", "s",
    "s", "s", "t", "t", "t", "t", "t", "t", "u", "u", "u", "u", "u", "u", "u", "u",
    "u", "u", "u", "u", "w", "w", "y", "y", "y", "z", "z", "z", "z", "z", "z", "s",
};
/* clang-format on */

/* clang-format off */
static const struct {
    const char *from, *to;
} small_words[] = {
    { "the", "" },         { "of", "" },            { "and", "" },        { "st", "saint" },
    { "rep", "republic" }, { "dem", "democratic" }, { "fed", "federal" }, { "is", "islands" },
};
/* clang-format on */

struct words {
    char letters[KEY_MAX]; /* each word NUL-terminated */
    const char *word[WORDS_MAX];
    size_t n, used, start; /* start of the word that is open */
};

/* Ends the open word. false if there are too many. */
static bool
words_close(struct words *w)
{
    const char *word = w->letters + w->start;

    if (w->used == w->start)
        return true;
    if (w->n == WORDS_MAX || w->used + 1 >= KEY_MAX)
        return false;
    w->letters[w->used++] = '\0';
    w->start = w->used;
    for (size_t i = 0; i < sizeof small_words / sizeof small_words[0]; i++)
        if (strcmp(word, small_words[i].from) == 0)
            word = small_words[i].to;
    if (word[0] != '\0')
        w->word[w->n++] = word;
    return true;
}

static bool
words_add(struct words *w, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        if (w->used + 1 >= KEY_MAX)
            return false;
        w->letters[w->used++] = *letters;
    }
    return true;
}

/* One code point of a name; false for what no English name of a country has. */
static bool
words_take(struct words *w, uint32_t cp)
{
    char c[2] = { 0 };

    if (cp == '.' || cp == '\'' || cp == '`' || cp == 0x2018 || cp == 0x2019 || cp == 0x2BC)
        return true;
    if ((cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z')) {
        c[0] = (char)(cp | 0x20);
        return words_add(w, c);
    }
    if (cp >= 0xC0 && cp < 0x180 && latin_letters[cp - 0xC0][0] != '\0')
        return words_add(w, latin_letters[cp - 0xC0]);
    if ((cp >= '0' && cp <= '9') || (cp >= 0x180 && (cp < 0x2000 || cp > 0x206F)))
        return false;
    return words_close(w);
}

/* Sorted words without anything between them. false if the text cannot be a name here. */
static bool
country_key(en_text t, char key[KEY_MAX * 2])
{
    struct words w = { .n = 0 };
    en_bytes in = en_text_bytes(t);
    char *end = key;

    while (in.n > 0)
        if (!words_take(&w, en_utf8_next(&in)))
            return false;
    if (!words_close(&w))
        return false;
    for (size_t i = 1; i < w.n; i++)
        for (size_t j = i; j > 0 && strcmp(w.word[j - 1], w.word[j]) > 0; j--) {
            const char *swap = w.word[j];

            w.word[j] = w.word[j - 1];
            w.word[j - 1] = swap;
        }
    for (size_t i = 0; i < w.n; i++) {
        size_t n = strlen(w.word[i]);

        memcpy(end, w.word[i], n);
        end += n;
    }
    *end = '\0';
    return end > key;
}

static en_country
from_name(en_text t)
{
    char key[KEY_MAX * 2];
    size_t lo = 0, hi = en_country_key_count;

    if (t.n > 3 * KEY_MAX || !country_key(t, key))
        return EN_COUNTRY_NONE;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int cmp = strcmp(key, en_country_keys[mid].key);

        if (cmp == 0)
            return code_of(en_country_keys[mid].row);
        if (cmp < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return EN_COUNTRY_NONE;
}

/* "ua-30", "gb-sct": a subdivision (ISO 3166-2) lies in the country before the hyphen. */
static en_country
from_subdivision(en_text t)
{
    if (t.n < 4 || t.n > 6 || t.p[2] != '-')
        return EN_COUNTRY_NONE;
    for (size_t i = 3; i < t.n; i++)
        if ((upper(t.p[i]) < 'A' || upper(t.p[i]) > 'Z') && (t.p[i] < '0' || t.p[i] > '9'))
            return EN_COUNTRY_NONE;
    return from_code((en_text){ t.p, 2 });
}

static en_country
from_user_assigned(en_text t)
{
    en_country c = EN_COUNTRY_NONE;

    for (size_t i = 0; t.n == 3 && i < 3; i++)
        c.a3[i] = (char)upper(t.p[i]);
    return user_assigned(c) ? c : EN_COUNTRY_NONE;
}

/* In this order because a name of the table may lie in a user-assigned range (XXK is Kosovo). */
en_country
en_country_from_text(en_text t)
{
    en_country c = EN_COUNTRY_NONE;

    t = en_text_trim(t);
    while (t.n > 0 && t.p[t.n - 1] == '<')
        t.n--;
    if (t.n <= 3)
        c = from_code(t);
    if (c.a3[0] == '\0')
        c = from_name(t);
    if (c.a3[0] == '\0')
        c = from_user_assigned(t);
    if (c.a3[0] == '\0')
        c = from_subdivision(t);
    return c;
}
