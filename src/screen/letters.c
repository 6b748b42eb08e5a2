#include "screen/letters.h"

#include <stdlib.h>
#include <string.h>

#include "screen/expand.h"
#include "screen/index.h"

#define UNITS_MAX    (2 * EN_COST_MAX_LETTERS + 2)
#define TOGETHER_MAX 3 /* tokens that one row may show on a side */

struct en_letter_reader {
    const struct en_index *ix;
    struct en_expander *expander[EN_PARTS];
    struct en_profile *profile;
    struct en_name_ways query, list;
};

struct en_letter_reader *
en_letter_reader_new(const struct en_index *ix)
{
    struct en_letter_reader *r = en_xcalloc(1, sizeof *r);

    r->ix = ix;
    for (unsigned i = 0; i < EN_PARTS; i++)
        r->expander[i] = en_expander_new(ix->costs, ix->simd);
    r->profile = en_profile_new();
    return r;
}

void
en_letter_reader_free(struct en_letter_reader *r)
{
    if (!r)
        return;
    for (unsigned i = 0; i < EN_PARTS; i++)
        en_expander_free(r->expander[i]);
    en_profile_free(r->profile);
    free(r);
}

/* --- tokens ----------------------------------------------------------------------------------------- */

/* The tokens of a side as one. */
struct side {
    enum en_script script;
    unsigned tokens, n;
    uint16_t flags; /* of any of them */
    uint8_t sym[EN_MAX_TOKEN_LETTERS];
    const struct en_token *token;
};

static bool
side_of(const struct en_way *w, struct side *out)
{
    *out = (struct side){ .tokens = w->n, .token = w->token, .script = w->n ? w->token[0].script : EN_SCRIPT_NONE };
    if (w->n == 0 || w->n > TOGETHER_MAX)
        return false;
    for (unsigned i = 0; i < w->n; i++) {
        const struct en_token *t = &w->token[i];

        if (t->script != out->script || out->n + t->n > sizeof out->sym)
            return false;
        memcpy(out->sym + out->n, t->sym, t->n);
        out->n += t->n;
        out->flags |= t->flags;
    }
    return out->n > 0;
}

static uint32_t
vocab_of(const struct en_segment *s, const struct en_token *t)
{
    for (uint32_t v = 0; v < s->n_vocab; v++)
        if (s->vocab[v].script == t->script && s->vocab[v].n == t->n &&
            memcmp(s->bytes + s->vocab[v].sym_at, t->sym, t->n) == 0)
            return v;
    return EN_VOCAB_NONE;
}

/* The token as the query of a screening sees it, with its rarity by all parts. */
static struct en_expansion *
expand(struct en_letter_reader *r, unsigned part, const struct side *q)
{
    const struct en_segment *parts[EN_PARTS];
    struct en_expansion *e[EN_PARTS];
    bool run_together = q->tokens > 1 && !(q->flags & EN_TOKEN_SYLLABLE);

    for (unsigned k = 0; k < EN_PARTS; k++) {
        parts[k] = r->ix->part[k];
        e[k] = parts[k] ? en_expand(r->expander[k], parts[k], q->script, q->sym, q->n, run_together) : NULL;
    }
    en_expander_rarity(parts, e, EN_PARTS, r->ix->version);
    return e[part];
}

/* One pair of readings, and how far its numbers are from the row's. */
struct match {
    bool any;
    unsigned part;
    struct side query, list;
    uint32_t vocab[2];
    struct en_expansion *e;
    int cost;
    en_bits off;
};

static int
cost_of(struct en_letter_reader *r, const struct match *m)
{
    const struct en_segment *s = r->ix->part[m->part];

    if (m->list.tokens == 1)
        return en_expansion_cost(r->expander[m->part], s, m->e, m->vocab[0], EN_COST_UNLIKE);
    return en_expansion_cost_joined(r->expander[m->part], s, m->e, m->vocab[0], m->vocab[1], EN_COST_UNLIKE);
}

static bool
vocab_known(const struct en_segment *s, struct match *m)
{
    if (m->list.tokens > 2)
        return false;
    for (unsigned i = 0; i < m->list.tokens; i++) {
        m->vocab[i] = vocab_of(s, &m->list.token[i]);
        if (m->vocab[i] == EN_VOCAB_NONE)
            return false;
    }
    return true;
}

/* A text by itself may be read in more ways than within its name: the reading that gives the row's bits is meant. */
static void
try(struct en_letter_reader *r, unsigned part, const struct side *q, const struct side *l, en_bits bits,
    struct match *best)
{
    struct match m = { .any = true, .part = part, .query = *q, .list = *l };

    if (!vocab_known(r->ix->part[part], &m))
        return;
    m.e = expand(r, part, q);
    m.cost = cost_of(r, &m);
    if (m.cost >= EN_COST_UNLIKE)
        return;
    m.off = abs(m.e->rarity - m.cost - bits);
    if (!best->any || m.off < best->off)
        *best = m;
}

static struct match
match(struct en_letter_reader *r, const struct en_evidence *row)
{
    struct match best = { .any = false };
    struct side q, l;

    for (unsigned part = 0; part < EN_PARTS; part++)
        for (unsigned i = 0; r->ix->part[part] && i < r->query.n; i++)
            for (unsigned k = 0; k < r->list.n; k++)
                if (side_of(&r->query.way[i], &q) && side_of(&r->list.way[k], &l) &&
                    !((q.flags | l.flags) & EN_TOKEN_INITIAL))
                    try(r, part, &q, &l, row->bits, &best);
    return best;
}

/* --- letters ---------------------------------------------------------------------------------------- */

struct writer {
    struct en_arena *arena;
    struct en_letters *out;
    en_bits sum;
};

static en_text
letters_text(struct writer *w, enum en_script s, const uint8_t *sym, unsigned n)
{
    char text[EN_MAX_TOKEN_LETTERS * 8];
    size_t at = 0;

    for (unsigned i = 0; i < n && at + 8 <= sizeof text; i++)
        if (sym[i] != en_script_end(s))
            at += en_script_symbol_put(s, sym[i], text + at);
    return at ? en_text_dup((en_text){ text, at }, w->arena) : EN_TEXT_NONE;
}

static void
put(struct writer *w, en_text query, en_text list, en_bits bits, const char *why)
{
    EN_ASSERT(w->out->n < EN_LETTERS_MAX);
    w->out->letter[w->out->n++] = (struct en_letter){ query, list, bits, why };
    w->sum += bits;
}

static bool
all_vowels(const uint8_t *sym, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!memchr("\1\5\11\17\25\27\31", sym[i], 7)) /* a e i o u w y */
            return false;
    return n > 0;
}

/* Letters that romanisations confuse have a skeleton in common. */
static bool
one_sound(const uint8_t *a, unsigned n, const uint8_t *b, unsigned m)
{
    struct en_latin x = { .n = (uint8_t)n }, y = { .n = (uint8_t)m };
    en_skeleton kx[EN_SKELETONS_MAX], ky[EN_SKELETONS_MAX];
    unsigned nx, ny;

    memcpy(x.sym, a, n);
    memcpy(y.sym, b, m);
    nx = en_skeletons(&x, kx);
    ny = en_skeletons(&y, ky);
    for (unsigned i = 0; i < nx; i++)
        for (unsigned k = 0; k < ny; k++)
            if (kx[i] == ky[k])
                return true;
    return false;
}

#define USUAL (-4 * EN_BITS_ONE) /* at least one writer in sixteen does so */
#define RARE  (-7 * EN_BITS_ONE)

/* Latin against Latin: query letters a, list letters b, without ends. */
static const char *
latin_why(const uint8_t *a, unsigned n, const uint8_t *b, unsigned m, en_bits bits)
{
    if (n == m && memcmp(a, b, n) == 0)
        return n ? "same" : "the end";
    if (n == 0)
        return bits >= USUAL ? "often left out" : "left out";
    if (m == 0)
        return bits >= USUAL ? "often added" : "added";
    if (n == 2 && m == 2 && a[0] == b[1] && a[1] == b[0])
        return "exchanged";
    if (all_vowels(a, n) && all_vowels(b, m))
        return bits >= RARE ? "romanisation of a vowel" : "another vowel";
    if (one_sound(a, n, b, m))
        return "romanisation";
    return bits >= USUAL ? "romanisation" : "another letter";
}

/* Another script against Latin. */
static const char *
native_why(unsigned native, const uint8_t *latin, unsigned m, en_bits bits)
{
    if (native == 0 && m == 0)
        return "the end";
    if (m == 0)
        return "not written in Latin letters";
    if (native == 0)
        return all_vowels(latin, m) ? "a vowel that the script leaves out" : "only in Latin letters";
    return bits >= USUAL ? "romanisation" : bits >= RARE ? "rare romanisation" : "unusual romanisation";
}

/* Symbols of [from, to) that are no end. */
static unsigned
without_end(unsigned from, unsigned to, unsigned n)
{
    return (to < n ? to : n) - (from < n ? from : n);
}

/* One letter that stands beside its like. */
static bool
repeats(const uint8_t *sym, unsigned n, unsigned from, unsigned to)
{
    return to == from + 1 && ((from > 0 && sym[from - 1] == sym[from]) || (to < n && sym[to] == sym[from]));
}

/* Letters [from, to) of a token. */
struct piece {
    const uint8_t *sym;
    unsigned n, from, to;
};

static void
latin_piece(struct writer *w, struct piece q, struct piece l, en_bits bits)
{
    const uint8_t *a = q.sym + q.from, *b = l.sym + l.from;
    bool doubled = (q.from == q.to && repeats(l.sym, l.n, l.from, l.to)) ||
                   (l.from == l.to && repeats(q.sym, q.n, q.from, q.to));

    put(w, letters_text(w, EN_SCRIPT_LATIN, a, q.to - q.from), letters_text(w, EN_SCRIPT_LATIN, b, l.to - l.from), bits,
        doubled ? "doubled letter" : latin_why(a, q.to - q.from, b, l.to - l.from, bits));
}

/* A Latin unit, without what both sides begin and end with: that is free. */
static void
latin_letters(struct writer *w, struct piece q, struct piece l, en_bits bits)
{
    struct piece q_end = q, l_end = l, q_begin = q, l_begin = l;

    if (q.to - q.from != l.to - l.from || memcmp(q.sym + q.from, l.sym + l.from, q.to - q.from) != 0) {
        while (q.from < q.to && l.from < l.to && q.sym[q.from] == l.sym[l.from]) {
            q.from++;
            l.from++;
        }
        while (q.from < q.to && l.from < l.to && q.sym[q.to - 1] == l.sym[l.to - 1]) {
            q.to--;
            l.to--;
        }
    }
    q_begin.to = q.from;
    l_begin.to = l.from;
    q_end.from = q.to;
    l_end.from = l.to;
    if (q_begin.from < q_begin.to)
        latin_piece(w, q_begin, l_begin, 0);
    latin_piece(w, q, l, bits);
    if (q_end.from < q_end.to)
        latin_piece(w, q_end, l_end, 0);
}

/*
 * The alignment of a token of any script with a Latin one. given_latin: what costs is to write the Latin one in the
 * script; else the other way round, and then the profile's side is the list's.
 */
static void
channel_letters(struct writer *w, const struct en_profile *p, enum en_script script, const uint8_t *sym, unsigned n,
                const struct en_latin *l, bool given_latin)
{
    struct en_unit unit[UNITS_MAX];
    unsigned units = en_profile_align(p, l, unit, UNITS_MAX);

    for (unsigned i = 0; i < units; i++) {
        const struct en_unit *u = &unit[i];
        const uint8_t *own = sym + u->q_from, *latin = l->sym + u->l_from;
        unsigned a = without_end(u->q_from, u->q_to, n), b = without_end(u->l_from, u->l_to, l->n);
        en_bits bits = (given_latin ? u->l_alone : u->q_alone) - u->cost;

        if (script == EN_SCRIPT_LATIN)
            latin_letters(w, (struct piece){ sym, n, u->q_from, u->q_from + a },
                          (struct piece){ l->sym, l->n, u->l_from, u->l_from + b }, bits);
        else if (given_latin)
            put(w, letters_text(w, script, own, a), letters_text(w, EN_SCRIPT_LATIN, latin, b), bits,
                native_why(a, latin, b, bits));
        else
            put(w, letters_text(w, EN_SCRIPT_LATIN, latin, b), letters_text(w, script, own, a), bits,
                native_why(a, latin, b, bits));
    }
}

/* The fewest slips between the beginnings of two tokens. */
typedef uint8_t slip_table[EN_MAX_TOKEN_LETTERS + 1][EN_MAX_TOKEN_LETTERS + 1];
enum slip { SAME, EXCHANGED, ADDED, LEFT_OUT };

static void
count_slips(const uint8_t *a, unsigned n, const uint8_t *b, unsigned m, slip_table d)
{
    for (unsigned i = 0; i <= n; i++)
        for (unsigned j = 0; j <= m; j++) {
            unsigned least = i + j;

            if (i && j)
                least = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u);
            if (i && d[i - 1][j] + 1u < least)
                least = d[i - 1][j] + 1u;
            if (j && d[i][j - 1] + 1u < least)
                least = d[i][j - 1] + 1u;
            d[i][j] = (uint8_t)least;
        }
}

/* The slips from the end; returns how many. */
static unsigned
trace_slips(const uint8_t *a, unsigned n, const uint8_t *b, unsigned m, slip_table d, enum slip *out)
{
    unsigned k = 0;

    for (unsigned i = n, j = m; i || j; k++) {
        bool same = i && j && a[i - 1] == b[j - 1];

        if (i && j && d[i][j] == d[i - 1][j - 1] + (same ? 0u : 1u))
            out[k] = same ? SAME : EXCHANGED;
        else
            out[k] = i && d[i][j] == d[i - 1][j] + 1u ? ADDED : LEFT_OUT;
        i -= out[k] != LEFT_OUT;
        j -= out[k] != ADDED;
    }
    return k;
}

/* Tokens of one script that is not Latin: each slip has the same price. */
static void
slip_letters(struct writer *w, const struct side *q, const struct side *l, int cost)
{
    static const char *const why[] = { "same", "another letter", "added", "left out" };
    enum slip slip[2 * EN_MAX_TOKEN_LETTERS];
    slip_table d;
    unsigned n, at_q = 0, at_l = 0;
    en_bits price;

    count_slips(q->sym, q->n, l->sym, l->n, d);
    n = trace_slips(q->sym, q->n, l->sym, l->n, d, slip);
    price = d[q->n][l->n] ? cost / d[q->n][l->n] : 0;
    while (n && w->out->n + 1 < EN_LETTERS_MAX) {
        enum slip x = slip[--n];
        unsigned of_q = x != LEFT_OUT, of_l = x != ADDED;

        put(w, letters_text(w, q->script, q->sym + at_q, of_q), letters_text(w, q->script, l->sym + at_l, of_l),
            x == SAME ? 0 : -price, why[x]);
        at_q += of_q;
        at_l += of_l;
    }
}

/* The list's side as Latin letters: its own, or those it is compared by. */
static struct en_latin
latin_of(const struct en_segment *s, const struct match *m)
{
    struct en_latin l = en_vocab_latin(s, &s->vocab[m->vocab[0]]);

    if (m->list.tokens == 2) {
        struct en_latin second = en_vocab_latin(s, &s->vocab[m->vocab[1]]);

        EN_ASSERT(l.n + second.n <= EN_COST_MAX_LETTERS);
        memcpy(l.sym + l.n, second.sym, second.n);
        l.n = (uint8_t)(l.n + second.n);
    }
    return l;
}

static void
letters(struct en_letter_reader *r, const struct match *m, struct writer *w)
{
    const struct side *q = &m->query, *l = &m->list;
    struct en_latin latin;

    if (q->script == l->script && q->script != EN_SCRIPT_LATIN) {
        slip_letters(w, q, l, m->cost);
    } else if (q->script == EN_SCRIPT_LATIN && l->script != EN_SCRIPT_LATIN) {
        latin.n = (uint8_t)q->n;
        memcpy(latin.sym, q->sym, q->n);
        en_profile_set(r->profile, r->ix->costs, l->script, l->sym, l->n);
        channel_letters(w, r->profile, l->script, l->sym, l->n, &latin, false);
    } else {
        latin = latin_of(r->ix->part[m->part], m);
        en_profile_set(r->profile, r->ix->costs, q->script, q->sym, q->n);
        channel_letters(w, r->profile, q->script, q->sym, q->n, &latin, true);
    }
}

/* --- a row ------------------------------------------------------------------------------------------ */

static const char *
rest_why(const struct match *m, en_bits rest)
{
    if (rest == 0)
        return "";
    if (m->query.tokens + m->list.tokens > 2)
        return "written together on one side only";
    if ((m->query.flags | m->list.flags) & (EN_TOKEN_PARTICLE | EN_TOKEN_TITLE))
        return "particles and titles say little";
    return rest < 0 ? "no spelling tells more than how rare the alert's name is" : "as far apart as a pair can be";
}

static void
rarity_alone(struct en_letter_reader *r, const struct en_evidence *row, struct en_letters *out)
{
    const struct en_segment *s = r->ix->part[0];
    struct side side;

    for (unsigned i = 0; i < r->query.n && !out->rarity_known && row->query.n; i++)
        if (side_of(&r->query.way[i], &side)) {
            out->rarity = expand(r, 0, &side)->rarity;
            out->rarity_known = true;
        }
    for (unsigned i = 0; i < r->list.n && !out->rarity_known && !row->query.n; i++) {
        uint32_t v = side_of(&r->list.way[i], &side) && side.tokens == 1 ? vocab_of(s, side.token) : EN_VOCAB_NONE;

        if (v != EN_VOCAB_NONE) {
            out->rarity = s->vocab[v].rarest;
            out->rarity_known = true;
        }
    }
}

void
en_letters_of(struct en_letter_reader *r, const struct en_evidence *row, struct en_arena *a, struct en_letters *out)
{
    struct writer w = { a, out, 0 };
    struct match m;

    EN_ASSERT(row->field == EN_FIELD_NAME);
    *out = (struct en_letters){ .rest_why = "" };
    en_name_read(row->query, 0, &r->query);
    en_name_read(row->list, 0, &r->list);
    m = match(r, row);
    if (!m.any) {
        rarity_alone(r, row, out);
        return;
    }
    out->rarity_known = out->compared = true;
    out->rarity = m.e->rarity;
    out->spelling = -m.cost;
    out->rest = row->bits - out->rarity - out->spelling;
    out->rest_why = rest_why(&m, out->rest);
    letters(r, &m, &w);
    if (w.sum != out->spelling)
        put(&w, EN_TEXT_NONE, EN_TEXT_NONE, out->spelling - w.sum, "how the letters follow each other");
}
