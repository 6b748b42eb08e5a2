#include "names/costs.h"

#include <stdlib.h>
#include <string.h>

#include "names/costs_data.h"
#include "names/fixed.h"
#include "names/skeleton.h"

#define LATIN_UNITS 2048 /* Latin chunks of one channel; number 0 is the empty one */
#define END         EN_SYM_END

struct unit {
    uint16_t native; /* up to two symbols, 7 bits each, first low; 0: none */
    uint16_t latin;  /* number of the Latin chunk */
    int16_t cost;
};

struct channel {
    struct unit *units; /* ordered by native */
    uint32_t n_units, cap;
    uint32_t *first;                       /* [16384 + 1]: where the units of a native chunk begin */
    uint16_t one[32], two[32 * 32];        /* Latin chunk to its number; 0: no such chunk */
    uint16_t *three;                       /* [32768] */
    uint16_t n_latin;
    uint8_t latin_len[LATIN_UNITS];
    uint8_t latin_sym[LATIN_UNITS][3];
    int16_t latin_cost[LATIN_UNITS];       /* -log2 of the chunk's marginal probability */
    int16_t native_cost[16384];            /* likewise of the native chunk */
};

struct en_costs {
    struct channel *channel[EN_SCRIPTS]; /* NULL if there is none */
};

/* --- building ------------------------------------------------------------------------------------- */

static uint16_t
native_code(const uint8_t *sym, unsigned n)
{
    return (uint16_t)(n == 0 ? 0 : n == 1 ? sym[0] : sym[0] | sym[1] << 7);
}

static uint16_t *
latin_slot(struct channel *ch, const uint8_t *sym, unsigned n)
{
    if (n == 1)
        return &ch->one[sym[0]];
    if (n == 2)
        return &ch->two[sym[0] * 32 + sym[1]];
    return &ch->three[(sym[0] * 32 + sym[1]) * 32 + sym[2]];
}

static struct channel *
channel_new(void)
{
    struct channel *ch = en_xcalloc(1, sizeof *ch);

    ch->three = en_xcalloc(32768, sizeof *ch->three);
    ch->first = en_xcalloc(16384 + 1, sizeof *ch->first);
    ch->n_latin = 1;
    return ch;
}

static void
channel_free(struct channel *ch)
{
    if (!ch)
        return;
    free(ch->units);
    free(ch->first);
    free(ch->three);
    free(ch);
}

static bool
channel_add(struct channel *ch, const uint8_t *s, unsigned a, const uint8_t *l, unsigned b, int cost)
{
    uint16_t latin = 0;

    if (b) {
        uint16_t *slot = latin_slot(ch, l, b);

        if (!*slot) {
            if (ch->n_latin == LATIN_UNITS)
                return false;
            *slot = ch->n_latin;
            ch->latin_len[ch->n_latin] = (uint8_t)b;
            memcpy(ch->latin_sym[ch->n_latin++], l, b);
        }
        latin = *slot;
    }
    if (ch->n_units == ch->cap) {
        ch->cap = ch->cap ? ch->cap * 2 : 1024;
        ch->units = en_xrealloc(ch->units, ch->cap * sizeof *ch->units);
    }
    ch->units[ch->n_units++] = (struct unit){ native_code(s, a), latin, (int16_t)cost };
    return true;
}

/* Within a native chunk the likeliest units first. */
static int
by_native(const void *a, const void *b)
{
    const struct unit *x = a, *y = b;

    if (x->native != y->native)
        return (x->native > y->native) - (x->native < y->native);
    if (x->cost != y->cost)
        return (x->cost > y->cost) - (x->cost < y->cost);
    return (x->latin > y->latin) - (x->latin < y->latin);
}

static void
channel_finish(struct channel *ch)
{
    uint64_t *latin = en_xcalloc(LATIN_UNITS, sizeof *latin);
    uint64_t *native = en_xcalloc(16384, sizeof *native);
    uint32_t at = 0;

    qsort(ch->units, ch->n_units, sizeof *ch->units, by_native);
    for (uint32_t i = 0; i < ch->n_units; i++) {
        latin[ch->units[i].latin] += en_prob_of_cost(ch->units[i].cost);
        native[ch->units[i].native] += en_prob_of_cost(ch->units[i].cost);
    }
    for (unsigned i = 0; i < LATIN_UNITS; i++)
        ch->latin_cost[i] = (int16_t)(latin[i] ? en_cost_of_prob(latin[i]) : EN_COST_NONE);
    for (unsigned i = 0; i < 16384; i++) {
        ch->native_cost[i] = (int16_t)(native[i] ? en_cost_of_prob(native[i]) : EN_COST_NONE);
        while (at < ch->n_units && ch->units[at].native < i)
            at++;
        ch->first[i] = at;
    }
    ch->first[16384] = ch->n_units;
    free(latin);
    free(native);
}

/* Next tab-separated field of a line. */
static en_text
field(en_bytes *line)
{
    const uint8_t *tab = line->n ? memchr(line->p, '\t', line->n) : NULL;
    size_t n = tab ? (size_t)(tab - line->p) : line->n;
    en_text t = { (const char *)line->p, n };

    line->p += n + (tab != NULL);
    line->n -= n + (tab != NULL);
    return t;
}

static bool
number(en_text t, int *out)
{
    int v = 0;

    if (t.n == 0 || t.n > 5)
        return false;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9')
            return false;
        v = v * 10 + t.p[i] - '0';
    }
    *out = v;
    return v < EN_COST_NONE;
}

static bool
parse_line(struct en_costs *c, en_bytes line)
{
    en_text script = field(&line), native = field(&line), latin = field(&line), cost = field(&line);
    uint8_t s[2], l[3];
    enum en_script id;
    unsigned a, b;
    int v;

    if (!en_script_from_word(script, &id) || !number(cost, &v) || line.n)
        return false;
    a = en_script_symbols_of(id, native, s, 2);
    b = en_script_symbols_of(EN_SCRIPT_LATIN, latin, l, 3);
    if (a + b == 0 || (native.n && !a) || (latin.n && !b))
        return false;
    if (!c->channel[id])
        c->channel[id] = channel_new();
    return channel_add(c->channel[id], s, a, l, b, v);
}

en_errc
en_costs_parse(en_bytes tsv, struct en_costs **out, struct en_err *err)
{
    struct en_costs *c = en_xcalloc(1, sizeof *c);
    uint64_t line_no = 0;
    size_t at = 0;

    while (at < tsv.n) {
        const uint8_t *nl = memchr(tsv.p + at, '\n', tsv.n - at);
        size_t n = nl ? (size_t)(nl - tsv.p) - at : tsv.n - at;

        line_no++;
        if (n && tsv.p[at] != '#' && !parse_line(c, en_bytes_from(tsv.p + at, n))) {
            en_costs_free(c);
            *out = NULL;
            return en_err_set_at(err, EN_E_INPUT, line_no, at, "not a line of letter costs: script, unit, latin, cost");
        }
        at += n + 1;
    }
    for (unsigned s = 0; s < EN_SCRIPTS; s++)
        if (c->channel[s])
            channel_finish(c->channel[s]);
    *out = c;
    return EN_OK;
}

struct en_costs *
en_costs_builtin(void)
{
    struct en_costs *c;
    en_errc rc = en_costs_parse(en_bytes_from(en_costs_data, en_costs_data_len), &c, NULL);

    EN_ASSERT(rc == EN_OK);
    return c;
}

void
en_costs_free(struct en_costs *c)
{
    if (!c)
        return;
    for (unsigned s = 0; s < EN_SCRIPTS; s++)
        channel_free(c->channel[s]);
    free(c);
}

bool
en_costs_has(const struct en_costs *c, enum en_script s)
{
    return c->channel[s] != NULL;
}

/* --- comparing ------------------------------------------------------------------------------------ */

#define N_MAX EN_COST_MAX_LETTERS

struct en_profile {
    const struct channel *ch;
    unsigned n;                           /* symbols with the end */
    uint8_t sym[N_MAX + 1];
    int alone;
    int16_t *row;                         /* [1 + 2 * n][LATIN_UNITS]: nothing, one symbol from i, two symbols from i */
    uint16_t touched[2 * (N_MAX + 1)][512]; /* chunks set in a row, to clear it again */
    uint16_t n_touched[2 * (N_MAX + 1)];
    const struct channel *cleared_for;
};

struct en_profile *
en_profile_new(void)
{
    struct en_profile *p = en_xcalloc(1, sizeof *p);
    size_t cells = (size_t)(1 + 2 * (N_MAX + 1)) * LATIN_UNITS;

    p->row = en_xmalloc(cells * sizeof *p->row);
    for (size_t i = 0; i < cells; i++)
        p->row[i] = EN_COST_NONE;
    return p;
}

void
en_profile_free(struct en_profile *p)
{
    if (!p)
        return;
    free(p->row);
    free(p);
}

static int16_t *
row_of(const struct en_profile *p, unsigned r)
{
    return p->row + (size_t)r * LATIN_UNITS;
}

static void
fill(struct en_profile *p, unsigned r, uint16_t native)
{
    int16_t *row = row_of(p, r + 1);
    uint32_t from = p->ch->first[native], to = p->ch->first[native + 1];
    unsigned n = 0;

    for (unsigned k = 0; k < p->n_touched[r]; k++)
        row[p->touched[r][k]] = EN_COST_NONE;
    for (uint32_t u = from; u < to && n < 512; u++) {
        row[p->ch->units[u].latin] = p->ch->units[u].cost;
        p->touched[r][n++] = p->ch->units[u].latin;
    }
    p->n_touched[r] = (uint16_t)n;
}

/* Cheapest way to spell the symbols with chunks that cost `cost[chunk]`, of at most two symbols each. */
static int
spell_alone(const struct channel *ch, const uint8_t *sym, unsigned n)
{
    int best[N_MAX + 2] = { 0 };

    for (unsigned i = 1; i <= n; i++) {
        int one = best[i - 1] + ch->native_cost[native_code(sym + i - 1, 1)];
        int two = i > 1 ? best[i - 2] + ch->native_cost[native_code(sym + i - 2, 2)] : EN_COST_NONE;

        best[i] = one < two ? one : two;
        if (best[i] > EN_COST_NONE)
            best[i] = EN_COST_NONE;
    }
    return best[n];
}

void
en_profile_set(struct en_profile *p, const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n)
{
    EN_ASSERT(c->channel[s] && n <= N_MAX);
    p->ch = c->channel[s];
    p->n = n + 1;
    memcpy(p->sym, sym, n);
    p->sym[n] = (uint8_t)en_script_end(s);
    for (unsigned i = 0; i < p->n; i++) {
        fill(p, 2 * i, native_code(p->sym + i, 1));
        fill(p, 2 * i + 1, i + 1 < p->n ? native_code(p->sym + i, 2) : 16383);
    }
    if (p->cleared_for != p->ch) {
        int16_t *row = row_of(p, 0);

        for (unsigned u = 0; u < LATIN_UNITS; u++)
            row[u] = EN_COST_NONE;
        for (uint32_t u = p->ch->first[0]; u < p->ch->first[1]; u++)
            row[p->ch->units[u].latin] = p->ch->units[u].cost;
        p->cleared_for = p->ch;
    }
    p->alone = spell_alone(p->ch, p->sym, p->n);
}

int
en_profile_alone(const struct en_profile *p)
{
    return p->alone;
}

/* Numbers of the Latin chunks that end at each position: [j][b], b = 1..3; 0 if the channel has no such chunk. */
struct chunks {
    unsigned n; /* letters with the end */
    uint16_t end[N_MAX + 2][4];
};

static void
chunk(const struct channel *ch, const struct en_latin *l, struct chunks *out)
{
    uint8_t sym[N_MAX + 1];

    out->n = l->n + 1u;
    memcpy(sym, l->sym, l->n);
    sym[l->n] = END;
    for (unsigned j = 1; j <= out->n; j++) {
        out->end[j][1] = ch->one[sym[j - 1]];
        out->end[j][2] = j > 1 ? ch->two[sym[j - 2] * 32 + sym[j - 1]] : 0;
        out->end[j][3] = j > 2 ? ch->three[(sym[j - 3] * 32 + sym[j - 2]) * 32 + sym[j - 1]] : 0;
    }
}

/* Cost of each beginning of the Latin token by itself. */
static void
latin_alone(const struct channel *ch, const struct chunks *k, int best[N_MAX + 2])
{
    best[0] = 0;
    for (unsigned j = 1; j <= k->n; j++) {
        best[j] = EN_COST_NONE;
        for (unsigned b = 1; b <= 3 && b <= j; b++)
            if (k->end[j][b] && best[j - b] + ch->latin_cost[k->end[j][b]] < best[j])
                best[j] = best[j - b] + ch->latin_cost[k->end[j][b]];
    }
}

typedef int16_t grid[N_MAX + 2][N_MAX + 2];

/* The cheapest way into cell (i, j), and in *how its unit as 4a + b. */
static int
cell(const struct en_profile *p, const struct chunks *k, grid d, unsigned i, unsigned j, unsigned *how)
{
    int best = EN_COST_NONE;

    for (unsigned a = 0; a <= 2 && a <= i; a++) {
        const int16_t *row = row_of(p, a == 0 ? 0 : 2 * (i - a) + a);

        for (unsigned b = a ? 0 : 1; b <= 3 && b <= j; b++) {
            int c = b && !k->end[j][b] ? EN_COST_NONE : d[i - a][j - b] + row[b ? k->end[j][b] : 0];

            if (c < best) {
                best = c;
                *how = 4 * a + b;
            }
        }
    }
    return best;
}

/* Stops when every way so far is more than `limit` above what its part of the Latin token costs alone. */
static int
align(const struct en_profile *p, const struct chunks *k, const int *alone, grid d, int limit)
{
    unsigned how;

    for (unsigned i = 0; i <= p->n; i++) {
        int least = EN_COST_NONE;

        for (unsigned j = 0; j <= k->n; j++) {
            int best = i + j ? cell(p, k, d, i, j, &how) : 0;

            d[i][j] = (int16_t)best;
            least = best - alone[j] < least ? best - alone[j] : least;
        }
        if (least > limit)
            return EN_COST_NONE;
    }
    return d[p->n][k->n];
}

int
en_profile_cost(const struct en_profile *p, const struct en_latin *l, int limit)
{
    struct chunks k EN_UNINITIALISED;
    grid d EN_UNINITIALISED;
    int alone[N_MAX + 2] EN_UNINITIALISED, joint;

    chunk(p->ch, l, &k);
    latin_alone(p->ch, &k, alone);
    joint = align(p, &k, alone, d, limit);
    if (joint >= EN_COST_NONE)
        return EN_COST_NONE;
    return joint > alone[k.n] ? joint - alone[k.n] : 0;
}

unsigned
en_profile_align(const struct en_profile *p, const struct en_latin *l, struct en_unit *out, unsigned max)
{
    struct chunks k;
    grid d;
    int alone[N_MAX + 2];
    unsigned n = 0, i, j;

    chunk(p->ch, l, &k);
    latin_alone(p->ch, &k, alone);
    if (align(p, &k, alone, d, EN_COST_NONE) >= EN_COST_NONE)
        return 0;
    for (i = p->n, j = k.n; i + j; n++) {
        unsigned how = 0, a, b;
        int cost = cell(p, &k, d, i, j, &how);

        a = how / 4;
        b = how % 4;
        if (a + b == 0)
            return 0;
        cost -= d[i - a][j - b];
        if (n < max)
            out[n] = (struct en_unit){ (uint8_t)(i - a), (uint8_t)i, (uint8_t)(j - b), (uint8_t)j, cost };
        i -= a;
        j -= b;
    }
    if (n > max)
        n = max;
    for (unsigned x = 0; x < n / 2; x++) {
        struct en_unit t = out[x];

        out[x] = out[n - 1 - x];
        out[n - 1 - x] = t;
    }
    return n;
}

/* --- spelling ------------------------------------------------------------------------------------- */

#define BEAM       16
#define SPELL_MOST 14 /* units of one chunk that are tried, the likeliest first */

struct spelled {
    struct en_latin l;
    en_skeleton key;
    int cost;
};

/* Keeps the beam sorted by cost, one a skeleton and last letter. */
static void
offer(struct spelled *beam, unsigned *n, const struct spelled *x)
{
    unsigned at = *n;

    for (unsigned i = 0; i < *n; i++) {
        uint8_t a = beam[i].l.n ? beam[i].l.sym[beam[i].l.n - 1] : 0, b = x->l.n ? x->l.sym[x->l.n - 1] : 0;

        if (beam[i].key == x->key && a == b) {
            if (beam[i].cost <= x->cost)
                return;
            memmove(beam + i, beam + i + 1, (*n - i - 1) * sizeof *beam);
            (*n)--;
            break;
        }
    }
    at = *n;
    while (at && beam[at - 1].cost > x->cost)
        at--;
    if (at >= BEAM)
        return;
    if (*n == BEAM)
        (*n)--;
    memmove(beam + at + 1, beam + at, (*n - at) * sizeof *beam);
    beam[at] = *x;
    (*n)++;
}

/* Extends the hypotheses of one position by every unit of `a` symbols. */
static void
extend(const struct channel *ch, const struct spelled *from, unsigned n, const uint8_t *sym, unsigned a, struct spelled *to,
       unsigned *n_to)
{
    uint16_t native = native_code(sym, a);

    for (uint32_t u = ch->first[native]; u < ch->first[native + 1] && u < ch->first[native] + SPELL_MOST; u++) {
        const struct unit *x = &ch->units[u];
        unsigned len = ch->latin_len[x->latin];

        for (unsigned h = 0; h < n; h++) {
            struct spelled s = from[h];
            en_skeleton keys[EN_SKELETONS_MAX];

            s.cost += x->cost;
            if (s.l.n + len > N_MAX || (*n_to == BEAM && s.cost > to[BEAM - 1].cost))
                continue;
            for (unsigned i = 0; i < len; i++)
                if (ch->latin_sym[x->latin][i] != END)
                    s.l.sym[s.l.n++] = ch->latin_sym[x->latin][i];
            s.key = en_skeletons(&s.l, keys) ? keys[0] : 0;
            offer(to, n_to, &s);
        }
    }
}

unsigned
en_costs_spell(const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n, struct en_latin *out, unsigned max)
{
    const struct channel *ch = c->channel[s];
    struct spelled(*beam)[BEAM + 1];
    unsigned count[N_MAX + 2] = { 0 }, k = 0;
    uint8_t ended[N_MAX + 1];

    if (s == EN_SCRIPT_LATIN || !ch) {
        out[0].n = (uint8_t)n;
        memcpy(out[0].sym, sym, n);
        return ch && max ? 1 : 0;
    }
    n = n < 24 ? n : 24;
    memcpy(ended, sym, n);
    ended[n] = (uint8_t)en_script_end(s);
    beam = en_xcalloc(n + 2, sizeof *beam);
    count[0] = 1;
    for (unsigned i = 0; i <= n; i++) {
        extend(ch, beam[i], count[i], ended + i, 1, beam[i + 1], &count[i + 1]);
        if (i < n)
            extend(ch, beam[i], count[i], ended + i, 2, beam[i + 2], &count[i + 2]);
    }
    for (unsigned h = 0; h < count[n + 1] && k < max; h++) {
        bool seen = false;

        for (unsigned x = 0; x < h; x++)
            seen = seen || beam[n + 1][x].key == beam[n + 1][h].key;
        if (!seen)
            out[k++] = beam[n + 1][h].l;
    }
    free(beam);
    return k;
}
