/*
 * train_costs: learns the letter costs of src/names from pairs of spellings.
 *
 *     train_costs --train DIR --seeds TOOLS [--script WORD] > data/names/costs.tsv
 *
 * DIR holds the training files of docs/formats/costs.md (words_*.tsv: native, latin, count, part; person_variants.tsv).
 * TOOLS holds what is written by hand: train_seeds.tsv (letters, as pseudo-counts), train_pivots.tsv (how a script
 * without a word list, or another passport, writes what Russian writes), name_seeds.txt (common names),
 * name_equals.txt (one name in several languages). With --script only that channel is
 * learned. The program is deterministic: the same files give the same bytes. Joint multigrams by expectation
 * maximisation: Deligne and Bimbot 1995, Bisani and Ney 2008.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names/script.h"

#define MAX_SYM     26
#define ROUNDS      8
#define A_MAX       2
#define B_MAX       3
#define MIN_COUNT   5.0
#define ICAO        EN_SCRIPT_NONE /* rules that are of no script stand there */
#define ICAO_EVERY  8
#define PIVOT_EVERY 4 /* of the Russian words one in so many is rewritten in another script */

struct pair {
    enum en_script script;
    uint8_t ns, nl, s[MAX_SYM + 1], l[MAX_SYM + 1];
    double w;
};

struct pairs {
    struct pair *v;
    size_t n, cap;
};

static void
die(const char *what, const char *which)
{
    fprintf(stderr, "train_costs: %s %s\n", what, which);
    exit(2);
}

static void
add_pair(struct pairs *ps, enum en_script script, const uint8_t *s, unsigned ns, const uint8_t *l, unsigned nl,
         double w)
{
    struct pair *p;

    if (!ns || !nl || ns >= MAX_SYM || nl >= MAX_SYM || w <= 0)
        return;
    if (ps->n == ps->cap) {
        ps->cap = ps->cap ? ps->cap * 2 : 1024;
        ps->v = en_xrealloc(ps->v, ps->cap * sizeof *ps->v);
    }
    p = &ps->v[ps->n++];
    memset(p, 0, sizeof *p);
    p->script = script;
    p->ns = (uint8_t)(ns + 1);
    p->nl = (uint8_t)(nl + 1);
    memcpy(p->s, s, ns);
    memcpy(p->l, l, nl);
    p->s[ns] = (uint8_t)en_script_end(script);
    p->l[nl] = EN_SYM_END;
    p->w = w;
}

/* --- the table of units --------------------------------------------------------------------------- */

struct unit {
    uint32_t code;
    double p, count;
};

struct table {
    struct unit *v;
    size_t n, slots;
    double floor_p;
};

static uint32_t
code_of(const uint8_t *s, unsigned a, const uint8_t *l, unsigned b)
{
    uint32_t c = 0;

    for (unsigned i = 0; i < a; i++)
        c |= (uint32_t)s[i] << (7 * i);
    for (unsigned i = 0; i < b; i++)
        c |= (uint32_t)l[i] << (14 + 5 * i);
    return c;
}

static struct unit *
slot(const struct table *t, uint32_t code)
{
    size_t i = (code * 2654435761u) & (t->slots - 1);

    while (t->v[i].code && t->v[i].code != code)
        i = (i + 1) & (t->slots - 1);
    return &t->v[i];
}

static void
table_init(struct table *t, size_t slots)
{
    t->v = en_xcalloc(slots, sizeof *t->v);
    t->slots = slots;
    t->n = 0;
}

static struct unit *
put(struct table *t, uint32_t code)
{
    struct unit *u = slot(t, code);

    if (!u->code) {
        u->code = code;
        if (++t->n * 2 > t->slots)
            die("too many units", "");
    }
    return u;
}

/* --- expectation maximisation ------------------------------------------------------------------------ */

static double
forward(const struct table *t, const struct pair *p, double al[MAX_SYM + 2][MAX_SYM + 2])
{
    for (unsigned i = 0; i <= p->ns; i++)
        for (unsigned j = 0; j <= p->nl; j++) {
            double sum = i == 0 && j == 0 ? 1 : 0;

            for (unsigned a = 0; a <= A_MAX && a <= i; a++)
                for (unsigned b = 0; b <= B_MAX && b <= j; b++)
                    if (a + b && al[i - a][j - b] > 0)
                        sum += al[i - a][j - b] * slot(t, code_of(p->s + i - a, a, p->l + j - b, b))->p;
            al[i][j] = sum;
        }
    return al[p->ns][p->nl];
}

static void
backward(struct table *t, const struct pair *p, double al[MAX_SYM + 2][MAX_SYM + 2], double total, double w)
{
    double be[MAX_SYM + 2][MAX_SYM + 2] = { { 0 } };

    be[p->ns][p->nl] = 1;
    for (unsigned i = p->ns + 1; i-- > 0;)
        for (unsigned j = p->nl + 1; j-- > 0;) {
            double sum = be[i][j];

            for (unsigned a = 0; a <= A_MAX && i + a <= p->ns; a++)
                for (unsigned b = 0; b <= B_MAX && j + b <= p->nl; b++) {
                    struct unit *u;

                    if (!(a + b) || be[i + a][j + b] <= 0)
                        continue;
                    u = slot(t, code_of(p->s + i, a, p->l + j, b));
                    if (!u->code || u->p <= 0)
                        continue;
                    sum += u->p * be[i + a][j + b];
                    u->count += w * al[i][j] * u->p * be[i + a][j + b] / total;
                }
            be[i][j] = sum;
        }
}

static void
renormalise(struct table *t, double min_count)
{
    double sum = 0;

    for (size_t i = 0; i < t->slots; i++) {
        double least = t->v[i].code >> 24 ? 4 * min_count : min_count; /* three letters need more support */

        if (t->v[i].count < least)
            t->v[i].count = 0;
        sum += t->v[i].count;
    }
    for (size_t i = 0; i < t->slots; i++) {
        t->v[i].p = t->v[i].count / sum;
        t->v[i].count = 0;
    }
}

/* Every unit that some pair could contain near its diagonal, long ones held back. */
static void
initialise(struct table *t, const struct pairs *ps)
{
    static const double prior[A_MAX + 1][B_MAX + 1] = { { 0, .05, .005, 0 },
                                                        { .05, 1, .1, .01 },
                                                        { .005, .05, .03, .01 } };

    for (size_t k = 0; k < ps->n; k++) {
        const struct pair *p = &ps->v[k];

        for (unsigned i = 0; i <= p->ns; i++)
            for (unsigned j = 0; j <= p->nl; j++) {
                double off = fabs((double)i / p->ns - (double)j / p->nl);

                for (unsigned a = 0; a <= A_MAX && i + a <= p->ns; a++)
                    for (unsigned b = 0; b <= B_MAX && j + b <= p->nl; b++)
                        if (prior[a][b] > 0 && off < .4)
                            put(t, code_of(p->s + i, a, p->l + j, b))->count += p->w * prior[a][b] * exp(-6 * off);
            }
    }
    renormalise(t, 0);
}

static void
learn(struct table *t, struct pairs *ps, const char *word)
{
    initialise(t, ps);
    for (int round = 0; round < ROUNDS; round++) {
        double al[MAX_SYM + 2][MAX_SYM + 2] = { { 0 } }, bits = 0, weight = 0, dropped = 0;

        for (size_t k = 0; k < ps->n; k++) {
            struct pair *p = &ps->v[k];
            double total = forward(t, p, al);
            double per = total > 0 ? -log2(total) / (p->ns + p->nl) : 99;

            /* Pairs that are no spellings of one word: 5 to 10 % of the public lists. */
            if (total <= 0 || (round >= 3 && per > 3.9)) {
                dropped += p->w;
                continue;
            }
            bits -= p->w * log2(total);
            weight += p->w;
            backward(t, p, al, total, p->w);
        }
        renormalise(t, round < 2 ? .2 : round < ROUNDS - 1 ? .7 : MIN_COUNT);
        fprintf(stderr, "%s round %d: %.3f bits a pair, %.1f %% set aside\n", word, round, bits / weight,
                100 * dropped / (weight + dropped));
    }
}

/* --- output ----------------------------------------------------------------------------------------- */

static int
by_code(const void *a, const void *b)
{
    uint32_t x = ((const struct unit *)a)->code, y = ((const struct unit *)b)->code;

    return (x > y) - (x < y);
}

/*
 * Slips of the pen that training pairs are too clean to show: any letter may be lost, added or another. Rates of the
 * order that typing studies give (about one error in a hundred letters, of which a third each).
 */
static void
smooth(struct table *t, enum en_script s)
{
    double native[128] = { 0 }, latin[32] = { 0 };
    unsigned ns = en_script_end(s);

    for (size_t i = 0; i < t->slots; i++) {
        uint32_t c = t->v[i].code;

        if (t->v[i].p <= 0)
            continue;
        native[c & 127] += t->v[i].p;
        latin[c >> 14 & 31] += t->v[i].p;
    }
    for (unsigned a = 0; a < ns; a++)
        for (unsigned b = 0; b < EN_SYM_END; b++) {
            uint8_t sa = (uint8_t)a, sb = (uint8_t)b;
            double pa = native[a] + 1e-5, pb = latin[b] + 1e-5;
            double p = !a ? .0030 * pb : !b ? .0030 * pa : .0040 * pa * pb;

            if (a + b)
                put(t, code_of(&sa, a != 0, &sb, b != 0))->p += p;
        }
    uint8_t ends = (uint8_t)ns, endl = EN_SYM_END;

    put(t, code_of(&ends, 1, &endl, 1))->p += .001;
}

static void
write_units(struct table *t, enum en_script s)
{
    double sum = 0;

    qsort(t->v, t->slots, sizeof *t->v, by_code);
    for (size_t i = 0; i < t->slots; i++)
        sum += t->v[i].p;
    for (size_t i = 0; i < t->slots; i++) {
        uint32_t c = t->v[i].code;
        char text[8];

        if (t->v[i].p <= 0)
            continue;
        printf("%s\t", en_script_word(s));
        for (unsigned k = 0; k < 2 && (c >> (7 * k) & 127); k++)
            printf("%.*s", (int)en_script_symbol_put(s, c >> (7 * k) & 127, text), text);
        printf("\t");
        for (unsigned k = 0; k < 3 && (c >> (14 + 5 * k) & 31); k++)
            printf("%.*s", (int)en_script_symbol_put(EN_SCRIPT_LATIN, c >> (14 + 5 * k) & 31, text), text);
        printf("\t%d\n", (int)lround(-64 * log2(t->v[i].p / sum)));
    }
}

/* --- reading ---------------------------------------------------------------------------------------- */

static unsigned
latin_of(const char *p, size_t n, uint8_t *out)
{
    return en_script_symbols_of(EN_SCRIPT_LATIN, (en_text){ p, n }, out, MAX_SYM);
}

static unsigned
native_of(enum en_script s, const char *p, size_t n, uint8_t *out)
{
    unsigned k = 0;

    if (s != EN_SCRIPT_HAN)
        return en_script_symbols_of(s, (en_text){ p, n }, out, MAX_SYM);
    for (en_bytes b = en_bytes_from(p, n); b.n;) {
        uint32_t cp = en_utf8_next(&b);
        const char *r = cp == UINT32_MAX ? "" : en_han_reading(cp, EN_READ_MANDARIN);

        if (!*r)
            return 0;
        for (; *r; r++) {
            if (k == MAX_SYM)
                return 0;
            out[k++] = (uint8_t)(*r - 'a' + 1);
        }
    }
    return k;
}

/* Splits a line at tabs in place. */
static unsigned
fields(char *line, char **out, unsigned max)
{
    unsigned n = 0;

    line[strcspn(line, "\r\n")] = '\0';
    for (char *p = line; p && n < max; n++) {
        char *tab = strchr(p, '\t');

        out[n] = p;
        if (tab)
            *tab++ = '\0';
        p = tab;
    }
    return n;
}

static FILE *
open_in(const char *dir, const char *name)
{
    char path[4096];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    f = fopen(path, "r");
    if (!f)
        die("cannot read", path);
    return f;
}

static enum en_script
script_of(const char *p, size_t n)
{
    en_bytes b = en_bytes_from(p, n);
    uint32_t cp = b.n ? en_utf8_next(&b) : UINT32_MAX;

    return cp == UINT32_MAX ? EN_SCRIPT_NONE : en_char_of(cp).script;
}

struct word {
    char native[64], latin[64];
    double count;
};

static int
by_native(const void *a, const void *b)
{
    int c = strcmp(((const struct word *)a)->native, ((const struct word *)b)->native);

    return c ? c : strcmp(((const struct word *)a)->latin, ((const struct word *)b)->latin);
}

static double
edit_ratio(const uint8_t *a, unsigned n, const uint8_t *b, unsigned m)
{
    unsigned d[MAX_SYM + 2][MAX_SYM + 2];

    for (unsigned i = 0; i <= n; i++)
        for (unsigned j = 0; j <= m; j++) {
            if (!i || !j) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < d[i][j])
                d[i][j] = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < d[i][j])
                d[i][j] = d[i][j - 1] + 1;
        }
    return (double)d[n][m] / (n > m ? n : m);
}

/* A pair of Latin spellings in both directions, if they can be the same word. */
static void
add_latin(struct pairs *ps, const char *x, size_t nx, const char *y, size_t ny, double w)
{
    uint8_t a[MAX_SYM], b[MAX_SYM];
    unsigned n = latin_of(x, nx, a), m = latin_of(y, ny, b);

    if (n < 2 || m < 2 || n >= MAX_SYM || m >= MAX_SYM || edit_ratio(a, n, b, m) > .5)
        return;
    add_pair(ps, EN_SCRIPT_LATIN, a, n, b, m, w);
    add_pair(ps, EN_SCRIPT_LATIN, b, m, a, n, w);
}

/* Latin spellings that share a native form are spellings of one name: this is where Latin variation is learned from. */
static void
latin_variants(struct pairs *ps, struct word *w, size_t n)
{
    qsort(w, n, sizeof *w, by_native);
    for (size_t i = 0; i < n;) {
        size_t j = i + 1;
        double sum = w[i].count;

        for (; j < n && strcmp(w[i].native, w[j].native) == 0; j++)
            sum += w[j].count;
        for (size_t a = i; a < j && j - i <= 12; a++)
            for (size_t b = a + 1; b < j; b++)
                add_latin(ps, w[a].latin, strlen(w[a].latin), w[b].latin, strlen(w[b].latin),
                          fmin(4, w[a].count * w[b].count / sum));
        i = j;
    }
}

/* Hands back the words, ordered by their native form; the caller frees them. */
static size_t
read_words(const char *dir, const char *name, enum en_script s, struct pairs *ps, struct pairs *latin,
           struct word **words)
{
    FILE *f = open_in(dir, name);
    struct word *w = NULL;
    size_t n = 0, cap = 0;
    char line[4096], *p[4];

    while (fgets(line, sizeof line, f)) {
        uint8_t a[MAX_SYM], b[MAX_SYM];
        double count;

        if (line[0] == '#' || fields(line, p, 4) < 4 || strcmp(p[3], "train") != 0)
            continue;
        count = 1 + log2(fmax(1, atof(p[2])));
        add_pair(ps, s, a, native_of(s, p[0], strlen(p[0]), a), b, latin_of(p[1], strlen(p[1]), b), count);
        if (strlen(p[0]) > 63 || strlen(p[1]) > 63)
            continue;
        if (n == cap) {
            cap = cap ? cap * 2 : 1024;
            w = en_xrealloc(w, cap * sizeof *w);
        }
        memset(&w[n], 0, sizeof *w);
        memcpy(w[n].native, p[0], strlen(p[0]));
        memcpy(w[n].latin, p[1], strlen(p[1]));
        w[n++].count = count;
    }
    fclose(f);
    latin_variants(latin, w, n);
    *words = w;
    return n;
}

/* --- seeds: hand-written units, strung together to words so that EM sees where one ends and the next begins
 * --------------- */

struct seed {
    uint8_t na, nb, a[8], b[8];
    bool last; /* stands at the end of a word only */
    double w;
};

struct seeds {
    struct seed v[512];
    unsigned n;
    double sum;
};

#define SEED_WORDS 6000

static uint64_t
next_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static const struct seed *
draw(const struct seeds *s, uint64_t *state, bool last)
{
    for (;;) {
        double at = (double)next_random(state) / 2147483648.0 * s->sum;
        unsigned i = 0;

        while (i + 1 < s->n && at >= s->v[i].w)
            at -= s->v[i++].w;
        if (!s->v[i].last || last)
            return &s->v[i];
    }
}

static void
seed_words(struct pairs *ps, enum en_script script, const struct seeds *s, double weight)
{
    uint64_t state = 20260227u + script;

    for (unsigned k = 0; s->n && k < SEED_WORDS; k++) {
        unsigned units = 3 + (unsigned)(next_random(&state) % 5), n = 0, m = 0;
        uint8_t a[MAX_SYM], b[MAX_SYM];

        for (unsigned u = 0; u < units; u++) {
            const struct seed *x = draw(s, &state, u + 1 == units);

            memcpy(a + n, x->a, x->na);
            memcpy(b + m, x->b, x->nb);
            n += x->na;
            m += x->nb;
        }
        add_pair(ps, script, a, n, b, m, weight);
    }
}

static void
add_seed(struct seeds *s, enum en_script script, char *native, char *latin, double w)
{
    struct seed *x = &s->v[s->n];
    size_t n = strlen(native), m = strlen(latin);

    if (s->n == sizeof s->v / sizeof *s->v)
        die("too many seeds", "");
    memset(x, 0, sizeof *x);
    x->last = n && native[n - 1] == '$';
    n -= x->last;
    m -= m && latin[m - 1] == '$';
    x->na = (uint8_t)en_script_symbols_of(script, (en_text){ native, n }, x->a, 8);
    x->nb = (uint8_t)en_script_symbols_of(EN_SCRIPT_LATIN, (en_text){ latin, m }, x->b, 8);
    x->w = w;
    if (!x->na || !x->nb)
        die("a seed of other letters:", native);
    s->sum += w;
    s->n++;
}

static void
read_seeds(const char *dir, struct pairs *ps)
{
    struct seeds *seeds = en_xcalloc(EN_SCRIPTS, sizeof *seeds);
    FILE *f = open_in(dir, "train_seeds.tsv");
    char line[512], *p[4];

    while (fgets(line, sizeof line, f)) {
        enum en_script s;

        if (line[0] == '#' || fields(line, p, 4) < 4)
            continue;
        if (!en_script_from_word(en_text_from_ours(p[0]), &s))
            die("no such script:", p[0]);
        add_seed(&seeds[s], s, p[1], p[2], atof(p[3]));
    }
    fclose(f);
    /* Where a word list speaks, the seeds only fill what it lacks. */
    for (unsigned s = 0; s < EN_SCRIPTS; s++)
        seed_words(&ps[s], (enum en_script)s, &seeds[s], ps[s].n > 10000 ? .3 : 2);
    free(seeds);
}

/* --- pivots: foreign names in scripts without a word list ------------------------------------------------
 *
 * Russian writes foreign names by their sound, and so do Greek, Georgian, Armenian and Persian. A Russian word of a
 * training pair, rewritten by the letter rules of another script, is a word of that script with its Latin original:
 * this shows how English, French or German spellings stand behind these letters.
 */

struct pivot {
    char from[12], to[16], when[24]; /* when: what the Latin word must have, or not ("!"), separated by commas */
    bool first, last;                /* stands at the beginning, at the end of a word only */
    double w;
};

struct pivots {
    struct pivot v[256];
    unsigned n;
};

static bool
holds(const char *when, const char *latin)
{
    while (*when) {
        char part[16] = { 0 };
        size_t n = strcspn(when, ",");
        bool not = *when == '!';

        if (n - not >= sizeof part)
            die("too long a condition:", when);
        memcpy(part, when + not, n - not );
        if ((strstr(latin, part) != NULL) == not )
            return false;
        when += n + (when[n] == ',');
    }
    return true;
}

static bool
fits(const struct pivot *r, const char *word, const char *at, const char *latin)
{
    size_t n = strlen(r->from);

    return strncmp(at, r->from, n) == 0 && (!r->first || at == word) && (!r->last || !at[n]) && holds(r->when, latin);
}

/* One of the rules for the longest letters that fit, by weight; NULL if none does. */
static const struct pivot *
draw_pivot(const struct pivots *rules, const struct word *x, const char *at, uint64_t *state)
{
    const struct pivot *found = NULL;
    size_t longest = 0;
    double sum = 0, draw;

    for (unsigned i = 0; i < rules->n; i++) {
        const struct pivot *r = &rules->v[i];
        size_t n = strlen(r->from);

        if (n < longest || !fits(r, x->native, at, x->latin))
            continue;
        sum = n > longest ? r->w : sum + r->w;
        longest = n;
    }
    draw = (double)next_random(state) / 2147483648.0 * sum;
    for (unsigned i = 0; i < rules->n && (!found || draw >= 0); i++) {
        const struct pivot *r = &rules->v[i];

        if (strlen(r->from) == longest && fits(r, x->native, at, x->latin)) {
            found = r;
            draw -= r->w;
        }
    }
    return found;
}

/* Rewrites a word; false if a letter has no rule. */
static bool
rewrite(const struct pivots *rules, const struct word *x, uint64_t *state, char out[128])
{
    size_t n = 0;

    for (const char *at = x->native; *at;) {
        const struct pivot *r = draw_pivot(rules, x, at, state);

        if (!r || n + strlen(r->to) >= 127)
            return false;
        memcpy(out + n, r->to, strlen(r->to));
        n += strlen(r->to);
        at += strlen(r->from);
    }
    out[n] = '\0';
    return n > 0;
}

static void
read_pivots(const char *dir, struct pivots *rules)
{
    FILE *f = open_in(dir, "train_pivots.tsv");
    char line[512], *p[5];

    while (fgets(line, sizeof line, f)) {
        enum en_script s;
        unsigned n = line[0] == '#' ? 0 : fields(line, p, 5);
        struct pivot *r;
        size_t k;

        if (n < 4)
            continue;
        if (strcmp(p[0], "icao") == 0)
            s = ICAO;
        else if (!en_script_from_word(en_text_from_ours(p[0]), &s))
            die("no such script:", p[0]);
        if (rules[s].n == 256)
            die("too many rules:", p[0]);
        r = &rules[s].v[rules[s].n++];
        r->first = p[1][0] == '^';
        p[1] += r->first;
        k = strlen(p[1]);
        r->last = k && p[1][k - 1] == '$';
        snprintf(r->from, sizeof r->from, "%.*s", (int)(k - r->last), p[1]);
        snprintf(r->to, sizeof r->to, "%s", p[2]);
        r->w = atof(p[3]);
        snprintf(r->when, sizeof r->when, "%s", n > 4 ? p[4] : "");
    }
    fclose(f);
}

/* Whether a Russian word ends as East Slavic names do. */
static bool
east_slavic(const char *word)
{
    static const char *const endings[] = { "ович", "евич", "овна", "евна", "ский", "цкий", "ская", "цкая",
                                           "ов",   "ев",   "ова",  "ева",  "енко", "чук",  "юк" };
    size_t n = strlen(word);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t k = strlen(endings[i]);

        if (n > k && strcmp(word + n - k, endings[i]) == 0)
            return true;
    }
    return false;
}

/* Rewritten words beside the Latin ones of the training pairs. */
static void
pivot_latin(struct pairs *latin, const struct pivots *rules, const struct word *w, size_t n, bool slavic)
{
    uint64_t state = 20261123u;
    char form[128];

    for (size_t i = 0; rules->n && i < n; i += slavic ? 1 : ICAO_EVERY)
        if ((!slavic || east_slavic(w[i].native)) && rewrite(rules, &w[i], &state, form))
            add_latin(latin, w[i].latin, strlen(w[i].latin), form, strlen(form), w[i].count);
}

static void
pivot_words(const char *dir, struct pairs *ps, const struct word *w, size_t n)
{
    struct pivots *rules = en_xcalloc(EN_SCRIPTS, sizeof *rules);

    read_pivots(dir, rules);
    /* Belarusian and Ukrainian forms of East Slavic names; and foreigners in Russian passports */
    pivot_latin(&ps[EN_SCRIPT_LATIN], &rules[EN_SCRIPT_LATIN], w, n, true);
    pivot_latin(&ps[EN_SCRIPT_LATIN], &rules[ICAO], w, n, false);
    for (unsigned s = EN_SCRIPT_CYRILLIC; s < EN_SCRIPTS; s++) {
        uint64_t state = 20261123u + s;

        for (size_t i = s % PIVOT_EVERY; rules[s].n && i < n; i += PIVOT_EVERY) {
            uint8_t a[MAX_SYM], b[MAX_SYM];
            char native[128];

            if (rewrite(&rules[s], &w[i], &state, native))
                add_pair(&ps[s], (enum en_script)s, a, native_of((enum en_script)s, native, strlen(native), a), b,
                         latin_of(w[i].latin, strlen(w[i].latin), b), w[i].count);
        }
    }
    free(rules);
}

/* --- common names, written by hand ---------------------------------------------------------------------- */

#define HAND_WEIGHT   4
#define KOREAN_WEIGHT 40 /* a syllable is written far more often than any word */

/* "native=Latin/another": single words only. */
static void
hand_entry(struct pairs *ps, char *entry)
{
    char *latin = strchr(entry, '=');

    if (!latin)
        return;
    *latin++ = '\0';
    if (!*entry || strchr(entry, ' '))
        return;
    for (char *one = strtok(latin, "/"); one; one = strtok(NULL, "/")) {
        enum en_script s = script_of(entry, strlen(entry));
        uint8_t a[MAX_SYM], b[MAX_SYM];

        if (s == EN_SCRIPT_NONE || s == EN_SCRIPT_LATIN || s == EN_SCRIPT_HAN)
            return;
        if (!strpbrk(one, " -"))
            add_pair(&ps[s], s, a, native_of(s, entry, strlen(entry), a), b, latin_of(one, strlen(one), b),
                     s == EN_SCRIPT_HANGUL ? KOREAN_WEIGHT : HAND_WEIGHT);
    }
}

static void
read_hand_names(const char *dir, struct pairs *ps)
{
    FILE *f = open_in(dir, "name_seeds.txt");
    char line[4096];

    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '#' || line[0] == '[')
            continue;
        for (char *at = line; *at;) {
            size_t n = strcspn(at, ",");
            bool more = at[n] != '\0';

            at[n] = '\0';
            hand_entry(ps, at + strspn(at, " "));
            at += n + more;
        }
    }
    fclose(f);
}

/* --- Korean names --------------------------------------------------------------------------------------
 *
 * The word list shows how foreigners are written in Hangul, not how Koreans are written in Latin letters. Syllables
 * that names are made of are spelt by rule, alone and two together.
 */

/*=
 * Letters of a syllable in the order of Unicode (The Unicode Standard, 3.12). Revised Romanisation: Ministry of Culture
 * and Tourism, notice 2000-8. McCune and Reischauer (1939) without its marks, as passports of the north and libraries
 * write it; voiced: what it makes of a consonant within a word. What people in the south do instead is ours.
 */
enum korean { KOREAN_REVISED, KOREAN_MCCUNE, KOREAN_CUSTOM, KOREAN_WAYS };
static const char *const korean_first[19][KOREAN_WAYS + 1] = {
    { "g", "k", "k", "g" },     { "kk", "kk", "kk", "kk" },   { "n", "n", "n", "n" },     { "d", "t", "d", "d" },
    { "tt", "tt", "tt", "tt" }, { "r", "r", "r", "r" },       { "m", "m", "m", "m" },     { "b", "p", "b", "b" },
    { "pp", "pp", "pp", "pp" }, { "s", "s", "s", "s" },       { "ss", "ss", "ss", "ss" }, { "", "", "", "" },
    { "j", "ch", "j", "j" },    { "jj", "tch", "jj", "tch" }, { "ch", "ch", "ch", "ch" }, { "k", "k", "k", "k" },
    { "t", "t", "t", "t" },     { "p", "p", "p", "p" },       { "h", "h", "h", "h" },
};
static const char *const korean_vowel[21][KOREAN_WAYS] = {
    { "a", "a", "a" },    { "ae", "ae", "ae" },  { "ya", "ya", "ya" },    { "yae", "yae", "yae" },
    { "eo", "o", "u" },   { "e", "e", "e" },     { "yeo", "yo", "you" },  { "ye", "ye", "ye" },
    { "o", "o", "o" },    { "wa", "wa", "wa" },  { "wae", "wae", "wae" }, { "oe", "oe", "oi" },
    { "yo", "yo", "yo" }, { "u", "u", "oo" },    { "wo", "wo", "wo" },    { "we", "we", "we" },
    { "wi", "wi", "wi" }, { "yu", "yu", "yoo" }, { "eu", "u", "eu" },     { "ui", "ui", "ee" },
    { "i", "i", "ee" },
};
static const char *const korean_last[28] = { "",  "k", "k", "k", "n", "n", "n", "t",  "l", "k", "m", "l", "l", "l",
                                             "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t" };

/* Of which names are made, by sound: readings of the characters that names are written with. */
static const char korean_syllables[] =
    "가각간갈감갑강개거건걸검겸경계고곡곤공관광교구국군권규균극근금기길김나남내노녀년단달담당대덕도돈동두득라락란량려련"
    "렬령례로록룡류륙률륜리린림"
    "마만망매맹명모목묘무묵문미민박반방배백범법벽변별병보복봉부북분비빈빙사산삼상새생서석선설섭성세소손솔송수숙순술숭슬"
    "승시식신실심아안애야약양어억"
    "언엄에여역연열염영예오옥온옹완왕외요용우욱운웅원월위유육윤율은을음의이익인일임자장재저전절점정제조종좌주준중지직진"
    "집차찬창채처척천철첨청초총최"
    "추축춘출충치칠탁탄태택토통파판팔평포표품풍필하학한함항해행향허헌혁현협형혜호홍화환황회효후훈휘휴흥희";

#define KOREAN_WORDS 12000

static void
korean_spell(uint32_t cp, enum korean way, bool within, char *out)
{
    uint32_t k = cp - 0xAC00;

    strcat(out, korean_first[k / 588][within && way == KOREAN_MCCUNE ? KOREAN_WAYS : way]);
    strcat(out, korean_vowel[k % 588 / 28][way]);
    strcat(out, korean_last[k % 28]);
}

/* A syllable of the text, of three bytes each; returns what it is. */
static uint32_t
korean_draw(uint64_t *state, char out[4])
{
    const char *at = korean_syllables + next_random(state) % (sizeof korean_syllables / 3) * 3;
    en_bytes b = en_bytes_from(at, 3);

    memcpy(out, at, 3);
    out[3] = '\0';
    return en_utf8_next(&b);
}

static void
korean_names(struct pairs *ps)
{
    uint64_t state = 20261124u;

    for (unsigned i = 0; i < KOREAN_WORDS; i++) {
        enum korean way = (enum korean)(i % KOREAN_WAYS);
        char native[8] = "", latin[32] = "";
        uint8_t a[MAX_SYM], b[MAX_SYM];

        korean_spell(korean_draw(&state, native), way, false, latin);
        if (i % 2)
            korean_spell(korean_draw(&state, native + 3), way, true, latin);
        add_pair(ps, EN_SCRIPT_HANGUL, a, native_of(EN_SCRIPT_HANGUL, native, strlen(native), a), b,
                 latin_of(latin, strlen(latin), b), 2);
    }
}

#define EQUAL_WEIGHT 8

/* Groups of names that are one name in several languages: each as the other. */
static void
read_equals(const char *dir, struct pairs *latin)
{
    FILE *f = open_in(dir, "name_equals.txt");
    char line[1024];

    while (fgets(line, sizeof line, f)) {
        char *name[16];
        unsigned n = 0;

        if (line[0] == '#')
            continue;
        for (char *one = strtok(line, " \r\n"); one && n < 16; one = strtok(NULL, " \r\n"))
            name[n++] = one;
        for (unsigned i = 0; i < n; i++)
            for (unsigned k = 0; k < n; k++) {
                uint8_t a[MAX_SYM], b[MAX_SYM];

                if (i != k)
                    add_pair(latin, EN_SCRIPT_LATIN, a, latin_of(name[i], strlen(name[i]), a), b,
                             latin_of(name[k], strlen(name[k]), b), EQUAL_WEIGHT);
            }
    }
    fclose(f);
}

/* --- persons: names token by token -------------------------------------------------------------------- */

#define TOKENS 8

struct name {
    char person[16], text[256];
    bool latin;
};

static unsigned
split(const char *text, const char *tok[TOKENS], size_t len[TOKENS])
{
    unsigned n = 0;

    while (*text && n < TOKENS) {
        size_t k = strcspn(text, " -.,");

        if (k) {
            tok[n] = text;
            len[n++] = k;
        }
        text += k + (text[k] != '\0');
    }
    return n;
}

/* Tokens at the same place of two names with as many tokens; EM sets the wrong ones aside. */
static void
pair_names(struct pairs *ps, const struct name *a, const struct name *b)
{
    const char *x[TOKENS], *y[TOKENS];
    size_t nx[TOKENS], ny[TOKENS];
    unsigned n = split(a->text, x, nx), m = split(b->text, y, ny);

    for (unsigned i = 0; i < n; i++)
        for (unsigned j = 0; j < m; j++) {
            enum en_script s = script_of(x[i], nx[i]);
            uint8_t q[MAX_SYM], l[MAX_SYM];

            if (s == EN_SCRIPT_LATIN)
                add_latin(&ps[s], x[i], nx[i], y[j], ny[j], .5);
            else if (n == m && i == j && s != EN_SCRIPT_NONE && s != EN_SCRIPT_HAN && s != EN_SCRIPT_HANGUL &&
                     s != EN_SCRIPT_OTHER)
                add_pair(&ps[s], s, q, native_of(s, x[i], nx[i], q), l, latin_of(y[j], ny[j], l), 2);
        }
}

static void
read_persons(const char *dir, struct pairs *ps)
{
    FILE *f = open_in(dir, "person_variants.tsv");
    struct name *names = en_xcalloc(512, sizeof *names);
    size_t n = 0;
    char line[4096], *p[8];

    for (;;) {
        bool more = fgets(line, sizeof line, f) != NULL;
        unsigned k = more && line[0] != '#' ? fields(line, p, 8) : 0;

        if (more && k < 5)
            continue;
        if (!more || (n && strcmp(names[0].person, p[0]) != 0) || n == 512) {
            for (size_t a = 0; a < n; a++)
                for (size_t b = 0; b < n; b++)
                    if (names[b].latin && (!names[a].latin || a < b))
                        pair_names(ps, &names[a], &names[b]);
            n = 0;
        }
        if (!more)
            break;
        if (strcmp(p[2], "weak") == 0 || strlen(p[4]) > 255 || strlen(p[0]) > 15)
            continue;
        snprintf(names[n].person, sizeof names[n].person, "%s", p[0]);
        snprintf(names[n].text, sizeof names[n].text, "%s", p[4]);
        names[n++].latin = strcmp(p[3], "latin") == 0;
    }
    fclose(f);
    free(names);
}

/* Most tokens of most travellers are spelled as on the list: the share of identical pairs sets how dear any change is.
 */
static void
add_identical(struct pairs *latin, double share)
{
    double sum = 0, w;
    size_t n = latin->n;

    for (size_t i = 0; i < n; i++)
        sum += latin->v[i].w;
    w = sum * share / (1 - share) / (double)n;
    for (size_t i = 0; i < n; i++) {
        struct pair p = latin->v[i]; /* a copy: the array may move */

        add_pair(latin, EN_SCRIPT_LATIN, p.s, p.ns - 1u, p.s, p.ns - 1u, w);
    }
}

static const struct {
    const char *file;
    enum en_script script;
} words[] = { { "words_ru.tsv", EN_SCRIPT_CYRILLIC },     { "words_ar.tsv", EN_SCRIPT_ARABIC },
              { "words_ar_clean.tsv", EN_SCRIPT_ARABIC }, { "words_he.tsv", EN_SCRIPT_HEBREW },
              { "words_ko.tsv", EN_SCRIPT_HANGUL },       { "words_ja_kana.tsv", EN_SCRIPT_KANA },
              { "words_zh.tsv", EN_SCRIPT_HAN } };

static void
read_all(const char *train, const char *tools, struct pairs *ps)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct word *w;
        size_t n = read_words(train, words[i].file, words[i].script, &ps[words[i].script], &ps[EN_SCRIPT_LATIN], &w);

        if (words[i].script == EN_SCRIPT_CYRILLIC)
            pivot_words(tools, ps, w, n);
        free(w);
    }
    read_persons(train, ps);
    read_hand_names(tools, ps);
    korean_names(&ps[EN_SCRIPT_HANGUL]);
    read_equals(tools, &ps[EN_SCRIPT_LATIN]);
    read_seeds(tools, ps);
    add_identical(&ps[EN_SCRIPT_LATIN], .65);
}

int
main(int argc, char **argv)
{
    static struct pairs ps[EN_SCRIPTS];
    enum en_script only = EN_SCRIPT_NONE;

    if ((argc != 5 && argc != 7) || strcmp(argv[1], "--train") != 0 || strcmp(argv[3], "--seeds") != 0 ||
        (argc == 7 && (strcmp(argv[5], "--script") != 0 || !en_script_from_word(en_text_from_ours(argv[6]), &only))))
        die("usage: train_costs --train DIR --seeds TOOLS [--script WORD]", "");
    read_all(argv[2], argv[4], ps);
    printf(
        "# script\tunit\tlatin\tcost in 1/64 bit: -log2 of the joint probability of the unit; docs/formats/costs.md\n");
    for (unsigned s = 0; s < EN_SCRIPTS; s++) {
        struct table t;

        if (!ps[s].n || (only != EN_SCRIPT_NONE && s != only))
            continue;
        table_init(&t, (size_t)1 << 22);
        learn(&t, &ps[s], en_script_word((enum en_script)s));
        smooth(&t, (enum en_script)s);
        write_units(&t, (enum en_script)s);
        free(t.v);
        free(ps[s].v);
    }
    return 0;
}
