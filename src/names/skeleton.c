#include "names/skeleton.h"

/* Classes. A initial vowel, B b p, F f v ph, M, N, L, R, T t d th, S s z, C sh ch j zh, K k g q kh. */
enum class { NONE, A, B, F, M, N, L, R, T, S, C, K };
static const char class_letters[] = "-ABFMNLRTSCK";

/* How letters may be read, by first letter and longest first: one or two class sequences; vowels, h, w, y have none. */
struct rule {
    const char *letters;
    const char *first, *second; /* second: NULL if there is one reading only */
};

static const struct rule rules[] = {
    /* clang-format off */
    { "a", "", NULL },
    { "b", "B", "F" },
    { "cz", "C", "S" }, { "ch", "C", "K" }, { "ck", "K", NULL }, { "cc", "K", "S" }, { "ci", "S", "C" },
    { "ce", "S", "C" }, { "c", "K", "S" },
    { "dsch", "C", NULL }, { "dzh", "C", NULL }, { "dz", "S", "C" }, { "dj", "C", "T" }, { "dh", "T", "S" },
    { "d", "T", NULL },
    { "e", "", NULL },
    { "f", "F", NULL },
    { "gh", "K", "" }, { "gi", "K", "C" }, { "ge", "K", "C" }, { "g", "K", NULL },
    { "h", "", "K" },
    { "i", "", NULL },
    { "j", "C", "" },
    { "kh", "K", "" }, { "k", "K", NULL },
    { "l", "L", NULL },
    { "mb", "MB", "B" }, { "mp", "MB", "B" }, { "m", "M", NULL },
    { "ng", "N", "NK" }, { "nt", "NT", "T" }, { "nd", "NT", "T" }, { "n", "N", NULL },
    { "o", "", NULL },
    { "ph", "F", NULL }, { "p", "B", NULL },
    { "qu", "K", NULL }, { "q", "K", NULL },
    { "r", "R", NULL },
    { "sch", "C", "SK" }, { "sz", "S", "C" }, { "sh", "C", "S" }, { "s", "S", NULL },
    { "tsch", "C", NULL }, { "tch", "C", NULL }, { "tsh", "C", NULL }, { "ts", "S", "TS" },
    { "tz", "S", "TS" }, { "th", "T", "S" }, { "t", "T", NULL },
    { "u", "", NULL },
    { "v", "F", "" },
    { "w", "", "F" },
    { "x", "KS", "C" },
    { "y", "", NULL },
    { "zh", "C", "S" }, { "z", "S", NULL },
    /* clang-format on */
};

/* Where the rules of a letter begin, a to z, and the end. */
static const uint8_t first_rule[] = { 0,  1,  2,  9,  15, 16, 17, 21, 22, 23, 24, 26, 27, 30,
                                      34, 35, 37, 39, 40, 44, 51, 52, 53, 54, 55, 56, 58 };

static unsigned
starts(const struct en_latin *l, unsigned at, const char *letters)
{
    unsigned n = 0;

    for (; letters[n]; n++)
        if (at + n >= l->n || l->sym[at + n] != (uint8_t)(letters[n] - 'a' + 1))
            return 0;
    return n;
}

static const struct rule *
rule_at(const struct en_latin *l, unsigned at, unsigned *len)
{
    unsigned letter = l->sym[at] - 1u;

    for (unsigned i = first_rule[letter]; i < first_rule[letter + 1]; i++) {
        unsigned n = starts(l, at, rules[i].letters);

        if (n) {
            *len = n;
            return &rules[i];
        }
    }
    return NULL;
}

unsigned
en_skeleton_length(en_skeleton s)
{
    return (unsigned)(s & 15);
}

static unsigned
class_at(en_skeleton s, unsigned i)
{
    return (unsigned)(s >> (4 + 4 * i)) & 15;
}

static en_skeleton
push(en_skeleton s, unsigned c)
{
    unsigned n = en_skeleton_length(s);

    /* Doubled consonants are written once as often as twice. */
    if (n == EN_SKELETON_LEN || (n && class_at(s, n - 1) == c))
        return s;
    return (s & ~(en_skeleton)15) | (en_skeleton)c << (4 + 4 * n) | (n + 1);
}

static unsigned
class_of(char letter)
{
    static const uint8_t of['T' - 'A' + 1] = { ['A' - 'A'] = A, ['B' - 'A'] = B, ['F' - 'A'] = F, ['M' - 'A'] = M,
                                               ['N' - 'A'] = N, ['L' - 'A'] = L, ['R' - 'A'] = R, ['T' - 'A'] = T,
                                               ['S' - 'A'] = S, ['C' - 'A'] = C, ['K' - 'A'] = K };

    return of[letter - 'A'];
}

static en_skeleton
push_all(en_skeleton s, const char *classes)
{
    for (; *classes; classes++)
        s = push(s, class_of(*classes));
    return s;
}

static bool
is_vowel(uint8_t sym)
{
    /* a e i o u y */
    return (1u << 1 | 1u << 5 | 1u << 9 | 1u << 15 | 1u << 21 | 1u << 25) >> sym & 1;
}

static unsigned
add(en_skeleton *out, unsigned n, en_skeleton s)
{
    for (unsigned i = 0; i < n; i++)
        if (out[i] == s)
            return n;
    if (n < EN_SKELETONS_MAX)
        out[n++] = s;
    return n;
}

/* Each of n skeletons with each reading of a rule, first readings first; those that become equal are one. */
static unsigned
read_on(en_skeleton *out, unsigned n, const struct rule *r, bool first)
{
    en_skeleton before[EN_SKELETONS_MAX];
    unsigned k = 0;

    for (unsigned i = 0; i < n; i++)
        before[i] = out[i];
    for (unsigned i = 0; i < n; i++)
        k = add(out, k, push_all(before[i], r->first));
    for (unsigned i = 0; i < n && r->second; i++)
        k = add(out, k, first && !*r->second ? push(before[i], A) : push_all(before[i], r->second));
    return k;
}

/* hussein and ussein, yelena and elena, wael and ouael begin alike. */
static unsigned
opening(const struct en_latin *l, unsigned at)
{
    while (at < l->n && (is_vowel(l->sym[at]) || l->sym[at] == 'h' - 'a' + 1 || l->sym[at] == 'w' - 'a' + 1))
        at++;
    return at;
}

/* The plainest reading of the letters from *at on, as far as `most` or the end; moves *at. */
static en_skeleton
plain(const struct en_latin *l, unsigned *at, unsigned most, en_skeleton s)
{
    unsigned len = 1;

    for (; *at < most; *at += len) {
        const struct rule *r = rule_at(l, *at, &len);

        if (r)
            s = push_all(s, r->first);
        else
            len = 1;
    }
    return s;
}

#define RULE_MOST 4 /* letters of the longest rule: with so many to come a reading stands */

en_skeleton
en_skeleton_plain(const struct en_latin *l, struct en_skeleton_read *read)
{
    unsigned at = read->at;

    if (!read->opened) {
        read->at = (uint8_t)(at = opening(l, at));
        if (at == l->n)
            return at ? push(0, A) : 0;
        read->opened = true;
        read->s = at ? push(0, A) : 0;
    }
    if (l->n >= RULE_MOST)
        read->s = plain(l, &at, l->n - RULE_MOST + 1u, read->s);
    read->at = (uint8_t)at;
    return plain(l, &at, l->n, read->s);
}

unsigned
en_skeletons(const struct en_latin *l, en_skeleton out[EN_SKELETONS_MAX])
{
    unsigned n = 1, len = 1, at = opening(l, 0);

    out[0] = at ? push(0, A) : 0;
    for (; at < l->n; at += len) {
        const struct rule *r = rule_at(l, at, &len);

        if (r)
            n = read_on(out, n, r, at == 0);
        else
            len = 1;
    }
    return out[0] ? n : 0;
}

en_skeleton
en_skeleton_without(en_skeleton s, unsigned i)
{
    en_skeleton out = 0;

    for (unsigned k = 0; k < en_skeleton_length(s); k++)
        if (k != i)
            out = push(out, class_at(s, k));
    return out;
}

void
en_skeleton_text(en_skeleton s, char out[17])
{
    unsigned n = en_skeleton_length(s);

    for (unsigned i = 0; i < n; i++)
        out[i] = class_letters[class_at(s, i)];
    out[n] = '\0';
}
