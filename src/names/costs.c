#include "names/costs.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "names/channel.h"
#include "names/costs_data.h"
#include "names/fixed.h"
#include "names/skeleton.h"
#include "names/cultures.h"
#include "names/usual.h"

#define END EN_SYM_END

/* --- building ------------------------------------------------------------------------------------- */

static uint16_t *
latin_slot(struct en_channel *ch, const uint8_t *sym, unsigned n)
{
    if (n == 1)
        return &ch->one[sym[0]];
    if (n == 2)
        return &ch->two[sym[0] * 32 + sym[1]];
    return &ch->three[(sym[0] * 32 + sym[1]) * 32 + sym[2]];
}

static struct en_channel *
channel_new(void)
{
    struct en_channel *ch = en_xcalloc(1, sizeof *ch);

    ch->three = en_xcalloc(32768, sizeof *ch->three);
    ch->first = en_xcalloc(EN_NATIVE_CODES + 1, sizeof *ch->first);
    ch->first_latin = en_xcalloc(EN_LATIN_CHUNKS + 1, sizeof *ch->first_latin);
    ch->native_no = en_xcalloc(EN_NATIVE_CODES, sizeof *ch->native_no);
    ch->n_latin = 2;
    return ch;
}

static void
channel_free(struct en_channel *ch)
{
    if (!ch)
        return;
    en_bound_tables_free(ch);
    free(ch->units);
    free(ch->by_latin);
    free(ch->first);
    free(ch->first_latin);
    free(ch->native_no);
    free(ch->three);
    free(ch);
}

static bool
channel_add(struct en_channel *ch, const uint8_t *s, unsigned a, const uint8_t *l, unsigned b, int cost)
{
    uint16_t latin = 0;

    if (b) {
        uint16_t *slot = latin_slot(ch, l, b);

        if (!*slot) {
            if (ch->n_latin == EN_LATIN_CHUNKS)
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
    ch->units[ch->n_units++] = (struct en_channel_unit){ en_native_code(s, a), latin, (int16_t)cost };
    return true;
}

/* Within a native chunk the likeliest units first. */
static int
by_native(const void *a, const void *b)
{
    const struct en_channel_unit *x = a, *y = b;

    if (x->native != y->native)
        return (x->native > y->native) - (x->native < y->native);
    if (x->cost != y->cost)
        return (x->cost > y->cost) - (x->cost < y->cost);
    return (x->latin > y->latin) - (x->latin < y->latin);
}

/* The units once more by their Latin side, and numbers for native chunks that leave no gaps. */
static void
index_units(struct en_channel *ch)
{
    uint32_t *next = en_xcalloc(EN_LATIN_CHUNKS + 1, sizeof *next);

    for (uint32_t i = 0; i < ch->n_units; i++)
        next[ch->units[i].latin + 1]++;
    for (unsigned i = 0; i < EN_LATIN_CHUNKS; i++)
        next[i + 1] += next[i];
    memcpy(ch->first_latin, next, (EN_LATIN_CHUNKS + 1) * sizeof *next);
    ch->by_latin = en_xmalloc((ch->n_units + 1) * sizeof *ch->by_latin);
    for (uint32_t i = 0; i < ch->n_units; i++)
        ch->by_latin[next[ch->units[i].latin]++] = ch->units[i];
    ch->n_native = 2;
    for (unsigned i = 1; i < EN_NATIVE_CODES; i++)
        ch->native_no[i] = ch->first[i] < ch->first[i + 1] ? ch->n_native++ : EN_CHUNK_NONE;
    free(next);
}

static void
channel_finish(struct en_channel *ch)
{
    uint64_t *latin = en_xcalloc(EN_LATIN_CHUNKS, sizeof *latin);
    uint64_t *native = en_xcalloc(EN_NATIVE_CODES, sizeof *native);
    uint32_t at = 0;

    qsort(ch->units, ch->n_units, sizeof *ch->units, by_native);
    for (uint32_t i = 0; i < ch->n_units; i++) {
        latin[ch->units[i].latin] += en_prob_of_cost(ch->units[i].cost);
        native[ch->units[i].native] += en_prob_of_cost(ch->units[i].cost);
    }
    for (unsigned i = 0; i < EN_LATIN_CHUNKS; i++)
        ch->latin_cost[i] = (int16_t)(latin[i] ? en_cost_of_prob(latin[i]) : EN_COST_NONE);
    for (unsigned i = 0; i < EN_NATIVE_CODES; i++) {
        ch->native_cost[i] = (int16_t)(native[i] ? en_cost_of_prob(native[i]) : EN_COST_NONE);
        while (at < ch->n_units && ch->units[at].native < i)
            at++;
        ch->first[i] = at;
    }
    ch->first[EN_NATIVE_CODES] = ch->n_units;
    index_units(ch);
    en_bound_tables(ch);
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

    if (!en_script_from_word(script, &id) || id == EN_SCRIPT_NONE || id == EN_SCRIPT_OTHER || !number(cost, &v) ||
        line.n)
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

    EN_ASSERT(rc == EN_OK && c != NULL);
    rc = en_costs_use_usual(c, en_bytes_from(en_usual_data, en_usual_data_len), NULL);
    EN_ASSERT(rc == EN_OK);
    rc = en_costs_use_cultures(c, en_bytes_from(en_cultures_data, en_cultures_data_len), NULL);
    EN_ASSERT(rc == EN_OK);
    return c;
}

en_errc
en_costs_use_usual(struct en_costs *c, en_bytes tsv, struct en_err *err)
{
    en_usual_free(c->usual);
    return en_usual_parse(tsv, &c->usual, err);
}

en_errc
en_costs_use_cultures(struct en_costs *c, en_bytes tsv, struct en_err *err)
{
    en_cultures_free(c->cultures);
    return en_cultures_parse(tsv, &c->cultures, err);
}

bool
en_costs_whole(const struct en_costs *c, enum en_script s)
{
    const struct en_channel *ch = c->channel[s];
    uint64_t sum = 0;

    for (uint32_t i = 0; ch && i < ch->n_units && sum < 2 * EN_PROB_ONE; i++)
        sum += en_prob_of_cost(ch->units[i].cost);
    return sum > EN_PROB_ONE / 10 * 9 && sum < EN_PROB_ONE / 10 * 11;
}

unsigned
en_costs_usual(const struct en_costs *c, const uint8_t *sym, unsigned n, const struct en_usual **out)
{
    return en_usual_of(c->usual, sym, n, out);
}

unsigned
en_costs_cultures(const struct en_costs *c, const uint8_t *sym, unsigned n, const struct en_culture **out)
{
    return en_cultures_of(c->cultures, sym, n, out);
}

void
en_costs_free(struct en_costs *c)
{
    if (!c)
        return;
    for (unsigned s = 0; s < EN_SCRIPTS; s++)
        channel_free(c->channel[s]);
    en_usual_free(c->usual);
    en_cultures_free(c->cultures);
    free(c);
}

bool
en_costs_has(const struct en_costs *c, enum en_script s)
{
    return c->channel[s] != NULL;
}

/* --- comparing ------------------------------------------------------------------------------------ */

#define N_MAX EN_COST_MAX_LETTERS

/*
 * The costs of all units that the token could use, as rows over the numbers of Latin chunks: row 0 has the units
 * without a symbol of the token, row 1 + 2i those of symbol i, row 2 + 2i those of symbols i and i + 1. A comparison
 * only adds and takes the least.
 */
struct en_profile {
    const struct en_channel *ch;
    unsigned n; /* symbols with the end */
    uint8_t sym[N_MAX + 1];
    int alone;
    size_t stride;
    int16_t *row;
    size_t cells;
};

struct en_profile *
en_profile_new(void)
{
    return en_xcalloc(1, sizeof(struct en_profile));
}

void
en_profile_free(struct en_profile *p)
{
    if (!p)
        return;
    free(p->row);
    free(p);
}

static const int16_t *
row_of(const struct en_profile *p, unsigned r)
{
    return p->row + (size_t)r * p->stride;
}

static void
fill(struct en_profile *p, unsigned r, uint16_t native)
{
    int16_t *row = p->row + (size_t)r * p->stride;

    for (uint32_t u = p->ch->first[native]; u < p->ch->first[native + 1]; u++)
        row[p->ch->units[u].latin] = p->ch->units[u].cost;
}

/* Cheapest way to spell the symbols with chunks that cost `cost[chunk]`, of at most two symbols each. */
static int
spell_alone(const struct en_channel *ch, const uint8_t *sym, unsigned n)
{
    int best[N_MAX + 2] = { 0 };

    for (unsigned i = 1; i <= n; i++) {
        int one = best[i - 1] + ch->native_cost[en_native_code(sym + i - 1, 1)];
        int two = i > 1 ? best[i - 2] + ch->native_cost[en_native_code(sym + i - 2, 2)] : EN_COST_NONE;

        best[i] = one < two ? one : two;
        if (best[i] > EN_COST_NONE)
            best[i] = EN_COST_NONE;
    }
    return best[n];
}

int
en_costs_alone(const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n)
{
    uint8_t ended[N_MAX + 1];

    EN_ASSERT(c->channel[s] && n <= N_MAX);
    memcpy(ended, sym, n);
    ended[n] = (uint8_t)en_script_end(s);
    return spell_alone(c->channel[s], ended, n + 1);
}

void
en_profile_set(struct en_profile *p, const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n)
{
    size_t cells;

    EN_ASSERT(c->channel[s] && n <= N_MAX);
    p->ch = c->channel[s];
    p->n = n + 1;
    memcpy(p->sym, sym, n);
    p->sym[n] = (uint8_t)en_script_end(s);
    p->stride = p->ch->n_latin;
    cells = p->stride * (1 + 2 * (size_t)p->n);
    if (cells > p->cells) {
        p->row = en_xrealloc(p->row, cells * sizeof *p->row);
        p->cells = cells;
    }
    memset(p->row, EN_COST_NONE & 0xFF, cells * sizeof *p->row);
    fill(p, 0, 0);
    for (unsigned i = 0; i < p->n; i++) {
        fill(p, 1 + 2 * i, en_native_code(p->sym + i, 1));
        if (i + 1 < p->n)
            fill(p, 2 + 2 * i, en_native_code(p->sym + i, 2));
    }
    p->alone = spell_alone(p->ch, p->sym, p->n);
}

int
en_profile_alone(const struct en_profile *p)
{
    return p->alone;
}

/* Numbers of the Latin chunks of 1 to 3 letters that end at each position. */
struct chunks {
    unsigned n; /* letters with the end */
    uint16_t end[N_MAX + 2][4];
};

static uint16_t
known(uint16_t chunk)
{
    return chunk ? chunk : EN_CHUNK_NONE;
}

static void
chunk(const struct en_channel *ch, const struct en_latin *l, struct chunks *out)
{
    uint8_t sym[N_MAX + 1];

    out->n = l->n + 1u;
    memcpy(sym, l->sym, l->n);
    sym[l->n] = END;
    memset(out->end[0], 0, sizeof out->end[0]);
    for (unsigned b = 1; b <= 3; b++)
        out->end[0][b] = EN_CHUNK_NONE;
    for (unsigned j = 1; j <= out->n; j++) {
        out->end[j][0] = EN_CHUNK_EMPTY;
        out->end[j][1] = known(ch->one[sym[j - 1]]);
        out->end[j][2] = j > 1 ? known(ch->two[sym[j - 2] * 32 + sym[j - 1]]) : EN_CHUNK_NONE;
        out->end[j][3] = j > 2 ? known(ch->three[(sym[j - 3] * 32 + sym[j - 2]) * 32 + sym[j - 1]]) : EN_CHUNK_NONE;
    }
}

/* Cost of each beginning of the Latin token by itself. */
static void
latin_alone(const struct en_channel *ch, const struct chunks *k, int best[N_MAX + 2])
{
    best[0] = 0;
    for (unsigned j = 1; j <= k->n; j++) {
        best[j] = EN_COST_NONE;
        for (unsigned b = 1; b <= 3 && b <= j; b++)
            if (best[j - b] + ch->latin_cost[k->end[j][b]] < best[j])
                best[j] = best[j - b] + ch->latin_cost[k->end[j][b]];
    }
}

/*
 * Costs of beginnings: cell (i, j) stands at [i + 2][j + 3], so that units reaching back over the edge read cells that
 * are never reached. Way (a, b) into a cell: a symbols of the token, b letters.
 */
typedef int16_t grid[N_MAX + 4][N_MAX + 5];
#define ROW0 2
#define COL0 3

static int
least_of(int x, int y)
{
    return x < y ? x : y;
}

/* The cheapest way into a cell. r1, r2: units of the last symbol, of the last two; r0: units without a symbol. */
static int
cell(const int16_t *r0, const int16_t *r1, const int16_t *r2, const uint16_t *end, const int16_t *d0, const int16_t *d1,
     const int16_t *d2)
{
    int best = EN_COST_NONE;

    best = least_of(best, d0[-1] + r0[end[1]]);
    best = least_of(best, d0[-2] + r0[end[2]]);
    best = least_of(best, d0[-3] + r0[end[3]]);
    best = least_of(best, d1[0] + r1[EN_CHUNK_EMPTY]);
    best = least_of(best, d1[-1] + r1[end[1]]);
    best = least_of(best, d1[-2] + r1[end[2]]);
    best = least_of(best, d1[-3] + r1[end[3]]);
    best = least_of(best, d2[0] + r2[EN_CHUNK_EMPTY]);
    best = least_of(best, d2[-1] + r2[end[1]]);
    best = least_of(best, d2[-2] + r2[end[2]]);
    return least_of(best, d2[-3] + r2[end[3]]);
}

/* Rows of the units that end at symbol i; rows without units where the token has not so many symbols. */
static void
rows_at(const struct en_profile *p, unsigned i, const int16_t *out[3])
{
    static const int16_t none[EN_LATIN_CHUNKS] = { [0 ... EN_LATIN_CHUNKS - 1] = EN_COST_NONE };

    out[0] = row_of(p, 0);
    out[1] = i >= 1 ? row_of(p, 1 + 2 * (i - 1)) : none;
    out[2] = i >= 2 ? row_of(p, 2 + 2 * (i - 2)) : none;
}

/*
 * Stops when every way so far is more than `limit` above what its part of the Latin token costs alone. A way never
 * comes nearer than it was, but it may step over one row: only two rows in a row prove it.
 */
static int
align(const struct en_profile *p, const struct chunks *k, const int *alone, grid d, int limit)
{
    int before = 0;

    memset(d, EN_COST_NONE & 0xFF, (size_t)(p->n + 1 + ROW0) * sizeof d[0]);
    for (unsigned i = 0; i <= p->n; i++) {
        const int16_t *r[3];
        int least = EN_COST_NONE;

        rows_at(p, i, r);
        for (unsigned j = 0; j <= k->n; j++) {
            int best = i + j ? cell(r[0], r[1], r[2], k->end[j], &d[i + ROW0][j + COL0], &d[i + ROW0 - 1][j + COL0],
                                    &d[i + ROW0 - 2][j + COL0])
                             : 0;

            d[i + ROW0][j + COL0] = (int16_t)best;
            least = least_of(least, best - alone[j]);
        }
        if (least > limit && before > limit)
            return EN_COST_NONE;
        before = least;
    }
    return d[p->n + ROW0][k->n + COL0];
}

/* A spelling in another script must be so much likelier than its letters by chance. */
#define BEATS_CHANCE (8 * 64)

/* Cost of both sides together less what the given side costs by itself; `given_latin` says which one that is. */
static int
cost_given(const struct en_profile *p, const struct en_latin *l, int limit, bool given_latin)
{
    struct chunks k EN_UNINITIALISED;
    grid d EN_UNINITIALISED;
    int alone[N_MAX + 2] EN_UNINITIALISED, joint, given;

    chunk(p->ch, l, &k);
    latin_alone(p->ch, &k, alone);
    given = given_latin ? alone[k.n] : p->alone;
    joint = align(p, &k, alone, d, limit >= EN_COST_NONE ? limit : limit + given - alone[k.n]);
    if (joint >= EN_COST_NONE)
        return EN_COST_NONE;
    if (!given_latin && p->alone + alone[k.n] - joint < BEATS_CHANCE)
        return EN_COST_NONE;
    return joint > given ? joint - given : 0;
}

int
en_profile_cost(const struct en_profile *p, const struct en_latin *l, int limit)
{
    return cost_given(p, l, limit, true);
}

int
en_profile_spelling_cost(const struct en_profile *p, const struct en_latin *l, int limit)
{
    return cost_given(p, l, limit, false);
}

/* The unit by which the cheapest way enters cell (i, j); false if there is none. */
static bool
unit_into(const struct en_profile *p, const struct chunks *k, grid d, unsigned i, unsigned j, struct en_unit *out)
{
    const int16_t *r[3];

    rows_at(p, i, r);
    for (unsigned a = 0; a <= 2 && a <= i; a++)
        for (unsigned b = a ? 0 : 1; b <= 3 && b <= j; b++) {
            int cost = r[a][k->end[j][b]];

            if (cost < EN_COST_NONE && d[i + ROW0 - a][j + COL0 - b] + cost == d[i + ROW0][j + COL0]) {
                *out = (struct en_unit){ (uint8_t)(i - a), (uint8_t)i, (uint8_t)(j - b), (uint8_t)j, cost,
                                         p->ch->native_cost[en_native_code(p->sym + i - a, a)],
                                         p->ch->latin_cost[k->end[j][b]] };
                return true;
            }
        }
    return false;
}

unsigned
en_profile_align(const struct en_profile *p, const struct en_latin *l, struct en_unit *out, unsigned max)
{
    struct en_unit back[2 * (N_MAX + 1)]; /* from the end */
    struct chunks k;
    grid d;
    int alone[N_MAX + 2];
    unsigned n = 0, i, j;

    chunk(p->ch, l, &k);
    latin_alone(p->ch, &k, alone);
    if (align(p, &k, alone, d, EN_COST_NONE) >= EN_COST_NONE)
        return 0;
    for (i = p->n, j = k.n; i + j; n++) {
        struct en_unit u;

        if (!unit_into(p, &k, d, i, j, &u))
            return 0;
        back[n] = u;
        i = u.q_from;
        j = u.l_from;
    }
    for (unsigned x = 0; x < n && x < max; x++)
        out[x] = back[n - 1 - x];
    return n < max ? n : max;
}

/* --- spelling ------------------------------------------------------------------------------------- */

#define BEAM       16
#define SPELL_MOST 14 /* units of one chunk that are tried, the likeliest first */

struct spelled {
    struct en_latin l;
    struct en_skeleton_read read;
    en_skeleton key;
    int cost;
};

/* The hypotheses of one position, cheapest first, each with one unit more; `cost` is of the next one. */
struct extended {
    const struct spelled *from;
    unsigned n, next;
    const struct en_channel_unit *unit;
    int cost;
};

static void
advance(struct extended *x)
{
    x->cost = x->next < x->n ? x->from[x->next].cost + x->unit->cost : INT_MAX;
}

/* The units of `a` symbols, the likeliest first. */
static unsigned
extend(const struct en_channel *ch, const struct spelled *from, unsigned n, const uint8_t *sym, unsigned a,
       struct extended *out)
{
    uint16_t native = en_native_code(sym, a);
    uint32_t first = ch->first[native], units = ch->first[native + 1] - first;

    units = n ? units < SPELL_MOST ? units : SPELL_MOST : 0;
    for (uint32_t u = 0; u < units; u++) {
        out[u] = (struct extended){ .from = from, .n = n, .unit = &ch->units[first + u] };
        advance(&out[u]);
    }
    return units;
}

static struct extended *
cheapest(struct extended *x, unsigned n)
{
    unsigned best = 0;

    for (unsigned i = 1; i < n; i++)
        if (x[i].cost < x[best].cost)
            best = i;
    return n && x[best].cost < INT_MAX ? &x[best] : NULL;
}

static bool
append(const struct en_channel *ch, struct spelled *s, const struct en_channel_unit *u)
{
    unsigned len = ch->latin_len[u->latin];

    if (s->l.n + len > N_MAX)
        return false;
    s->cost += u->cost;
    for (unsigned i = 0; i < len; i++)
        if (ch->latin_sym[u->latin][i] != END)
            s->l.sym[s->l.n++] = ch->latin_sym[u->latin][i];
    s->key = en_skeleton_plain(&s->l, &s->read);
    return true;
}

static uint8_t
last_letter(const struct spelled *s)
{
    return s->l.n ? s->l.sym[s->l.n - 1] : 0;
}

/* The cheapest ways to a position, one a skeleton and last letter: who comes first is not dearer. */
static unsigned
reach(const struct en_channel *ch, struct extended *x, unsigned n, struct spelled to[BEAM])
{
    unsigned reached = 0;
    struct extended *best;

    while (reached < BEAM && (best = cheapest(x, n))) {
        struct spelled *s = &to[reached];
        bool fresh;

        *s = best->from[best->next++];
        fresh = append(ch, s, best->unit);
        advance(best);
        for (unsigned i = 0; fresh && i < reached; i++)
            fresh = to[i].key != s->key || last_letter(&to[i]) != last_letter(s);
        reached += fresh;
    }
    return reached;
}

unsigned
en_costs_spell(const struct en_costs *c, enum en_script s, const uint8_t *sym, unsigned n, struct en_latin *out,
               unsigned max)
{
    const struct en_channel *ch = c->channel[s];
    struct spelled(*beam)[BEAM];
    unsigned count[N_MAX + 2] = { 1 }, k = 0;
    uint8_t ended[N_MAX + 1];

    if (!ch || !max)
        return 0;
    if (s == EN_SCRIPT_LATIN) {
        out[0].n = (uint8_t)n;
        memcpy(out[0].sym, sym, n);
        return 1;
    }
    n = n < 24 ? n : 24;
    memcpy(ended, sym, n);
    ended[n] = (uint8_t)en_script_end(s);
    beam = en_xmalloc((n + 2) * sizeof *beam);
    memset(beam[0], 0, sizeof beam[0][0]);
    for (unsigned i = 1; i <= n + 1; i++) {
        struct extended x[2 * SPELL_MOST] EN_UNINITIALISED;
        unsigned ways = i > 1 ? extend(ch, beam[i - 2], count[i - 2], ended + i - 2, 2, x) : 0;

        ways += extend(ch, beam[i - 1], count[i - 1], ended + i - 1, 1, x + ways);
        count[i] = reach(ch, x, ways, beam[i]);
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
