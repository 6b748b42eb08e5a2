#include "screen/align.h"

#include <string.h>

#define LIST_MAX 8 /* tokens of a list name in the exact search; more are taken greedily, longest evidence first */

/* Evidence of absence, in 1/64 bit: how often one name of a person has a token that another lacks. */
#define MISSING_QUERY    (-200) /* the traveller has a token that the list lacks */
#define MISSING_LIST     (-110) /* the list has a token that the traveller lacks: patronymics, second names */
#define MISSING_SYLLABLE (-100)
#define MISSING_INITIAL  (-40)
#define CONFLICT         (-300) /* for each token of either side that stands against one of the other */
#define PARTICLE_MOST    64     /* agreeing particles say little */
#define INITIAL_SAME     100
#define TOKEN_MOST       (22 * EN_BITS_ONE) /* no token tells more: one bearer in four million */
#define NOT_A_PAIR       (-6 * EN_BITS_ONE)

struct task {
    struct en_expander *x;
    const struct en_segment *s;
    const struct en_query_name *q;
    const struct en_word *w;
    unsigned nl;
    en_bits one[EN_ALIGN_MAX][EN_SPAN_MAX][LIST_MAX];  /* query span against one list token */
    en_bits two[EN_ALIGN_MAX][LIST_MAX];               /* one query token against two list tokens run together */
};

static const struct en_vocab *
vocab(const struct task *t, unsigned j)
{
    return &t->s->vocab[t->w[j].vocab];
}

static bool
light(uint16_t flags)
{
    return flags & (EN_TOKEN_PARTICLE | EN_TOKEN_TITLE);
}

static en_bits
missing_query(const struct en_query_token *q)
{
    if (light(q->flags))
        return 0;
    return q->flags & EN_TOKEN_INITIAL    ? MISSING_INITIAL
           : q->flags & EN_TOKEN_SYLLABLE ? MISSING_SYLLABLE
                                          : MISSING_QUERY;
}

static en_bits
missing_list(const struct task *t, unsigned j)
{
    if (light(t->w[j].flags))
        return 0;
    return t->w[j].flags & EN_TOKEN_INITIAL    ? MISSING_INITIAL
           : t->w[j].flags & EN_TOKEN_SYLLABLE ? MISSING_SYLLABLE
                                               : MISSING_LIST;
}

/* An initial against a name that begins with it. */
static en_bits
initial_bits(const struct task *t, const struct en_query_token *q, unsigned j)
{
    const struct en_expansion *e = q->span[0];
    const struct en_vocab *v = vocab(t, j);
    const uint8_t *sym = t->s->bytes + v->sym_at;

    if (e->script != v->script || !e->n || !v->n || e->sym[0] != sym[0] || e->n == v->n)
        return NOT_A_PAIR;
    return (q->flags | t->w[j].flags) & EN_TOKEN_INITIAL ? INITIAL_SAME : NOT_A_PAIR;
}

static en_bits
pair_bits(const struct task *t, const struct en_query_token *q, unsigned len, unsigned j)
{
    struct en_expansion *e = q->span[len - 1];
    en_bits rarity, bits;
    int cost;

    if (!e)
        return NOT_A_PAIR;
    cost = en_expansion_cost(t->x, t->s, e, t->w[j].vocab);
    if (cost >= EN_COST_UNLIKE)
        return len == 1 ? initial_bits(t, q, j) : NOT_A_PAIR;
    rarity = e->rarity;
    /* Tokens that run together are no rarer than their parts together. */
    for (unsigned k = 0, parts = 0; len > 1 && k < len; k++) {
        parts += (unsigned)q[k].span[0]->rarity;
        if (k + 1 == len && (en_bits)parts < rarity)
            rarity = (en_bits)parts;
    }
    bits = rarity - cost < TOKEN_MOST ? rarity - cost : TOKEN_MOST;
    if (len == 1 && (q->flags | t->w[j].flags) & EN_TOKEN_INITIAL)
        bits = bits < INITIAL_SAME ? initial_bits(t, q, j) : INITIAL_SAME;
    if (len > 1 && !(q->flags & EN_TOKEN_SYLLABLE))
        bits -= 2 * EN_BITS_ONE; /* run together: one name in a few */
    if (light(q->flags) || light(t->w[j].flags))
        bits = bits > 0 ? (bits < PARTICLE_MOST ? bits : PARTICLE_MOST) : NOT_A_PAIR;
    return bits < NOT_A_PAIR ? NOT_A_PAIR : bits;
}

/* One query token against list tokens j and j + 1 run together: worth trying only when the lengths fit. */
static en_bits
joined_bits(const struct task *t, const struct en_query_token *q, unsigned j)
{
    struct en_expansion *e = q->span[0];
    unsigned letters;
    int cost;

    if (j + 1 >= t->nl || light(q->flags) || q->flags & EN_TOKEN_INITIAL)
        return NOT_A_PAIR;
    letters = vocab(t, j)->latin_n + vocab(t, j + 1)->latin_n;
    if (e->script == EN_SCRIPT_LATIN ? letters + 2u < e->n || e->n + 2u < letters : letters * 2 < e->n)
        return NOT_A_PAIR;
    cost = en_expansion_cost_joined(t->x, t->s, e, t->w[j].vocab, t->w[j + 1].vocab);
    if (cost >= EN_COST_UNLIKE)
        return NOT_A_PAIR;
    return (e->rarity - cost < TOKEN_MOST ? e->rarity - cost : TOKEN_MOST) - EN_BITS_ONE;
}

static void
prepare(struct task *t)
{
    for (unsigned i = 0; i < t->q->n; i++) {
        en_bits best = NOT_A_PAIR;

        for (unsigned len = 1; len <= EN_SPAN_MAX; len++)
            for (unsigned j = 0; j < t->nl; j++) {
                t->one[i][len - 1][j] = i + len <= t->q->n ? pair_bits(t, &t->q->token[i], len, j) : NOT_A_PAIR;
                if (len == 1 && t->one[i][0][j] > best)
                    best = t->one[i][0][j];
            }
        for (unsigned j = 0; j < t->nl; j++)
            t->two[i][j] = best < t->q->token[i].span[0]->rarity - 4 * EN_BITS_ONE ? joined_bits(t, &t->q->token[i], j)
                                                                                   : NOT_A_PAIR;
    }
}

/* --- the exact search: query tokens in order, a bit for each list token that is taken --------------------------------
 */

struct step {
    en_bits bits;
    uint8_t q_n, l_from, l_n; /* how this state was reached */
};

typedef struct step steps[EN_ALIGN_MAX + 1][1 << LIST_MAX];

static void
reach(steps d, unsigned i, unsigned mask, struct step s)
{
    if (s.bits > d[i][mask].bits)
        d[i][mask] = s;
}

static void
steps_from(const struct task *t, steps d, unsigned i, unsigned mask)
{
    const struct en_query_token *q = &t->q->token[i];
    en_bits here = d[i][mask].bits;

    reach(d, i + 1, mask, (struct step){ here + missing_query(q), 1, 0, 0 });
    for (unsigned j = 0; j < t->nl; j++) {
        if (mask >> j & 1)
            continue;
        for (unsigned len = 1; len <= EN_SPAN_MAX && i + len <= t->q->n; len++)
            if (t->one[i][len - 1][j] > NOT_A_PAIR)
                reach(d, i + len, mask | 1u << j,
                      (struct step){ here + t->one[i][len - 1][j], (uint8_t)len, (uint8_t)j, 1 });
        if (t->two[i][j] > NOT_A_PAIR && !(mask >> (j + 1) & 1))
            reach(d, i + 1, mask | 3u << j, (struct step){ here + t->two[i][j], 1, (uint8_t)j, 2 });
    }
}

static unsigned
search(const struct task *t, steps d)
{
    unsigned n = t->q->n, states = 1u << t->nl, best = 0;
    en_bits most = INT32_MIN;

    for (unsigned i = 0; i <= n; i++)
        for (unsigned m = 0; m < states; m++)
            d[i][m].bits = INT32_MIN / 2;
    d[0][0].bits = 0;
    for (unsigned i = 0; i < n; i++)
        for (unsigned m = 0; m < states; m++)
            if (d[i][m].bits > INT32_MIN / 2)
                steps_from(t, d, i, m);
    for (unsigned m = 0; m < states; m++) {
        en_bits bits = d[n][m].bits;

        for (unsigned j = 0; j < t->nl; j++)
            bits += m >> j & 1 ? 0 : missing_list(t, j);
        if (d[n][m].bits > INT32_MIN / 2 && bits > most) {
            most = bits;
            best = m;
        }
    }
    return best;
}

/* --- the result ------------------------------------------------------------------------------------ */

static bool
same_symbols(const struct task *t, const struct en_expansion *e, const struct en_vocab *v)
{
    return e->n == v->n && memcmp(e->sym, t->s->bytes + v->sym_at, v->n) == 0;
}

static const char *
pair_why(const struct task *t, unsigned i, const struct step *s)
{
    const struct en_query_token *q = &t->q->token[i];
    const struct en_vocab *v = vocab(t, s->l_from);
    int cost;

    if (s->l_n == 2)
        return "two tokens of the list run together";
    if (s->q_n > 1)
        return q->flags & EN_TOKEN_SYLLABLE ? "syllables together" : "tokens run together";
    if (light(q->flags) || light(t->w[s->l_from].flags))
        return "particle or title";
    if ((q->flags ^ t->w[s->l_from].flags) & EN_TOKEN_INITIAL)
        return "initial";
    cost = en_expansion_cost(t->x, t->s, q->span[0], t->w[s->l_from].vocab);
    if (q->span[0]->script == v->script)
        return same_symbols(t, q->span[0], v) ? "same" : "spelling";
    return cost <= 6 * EN_BITS_ONE ? "same in another script" : "similar in another script";
}

static void
emit(struct en_alignment *out, struct en_pair p)
{
    out->pair[out->n++] = p;
    out->bits += p.bits;
    out->fitting += p.bits > 0 ? p.bits : 0;
}

static void
emit_pairs(const struct task *t, steps d, unsigned mask, struct en_alignment *out)
{
    struct en_pair rev[EN_ALIGN_MAX];
    unsigned n = 0;

    for (unsigned i = t->q->n; i > 0;) {
        const struct step *s = &d[i][mask];
        unsigned from = i - s->q_n;
        bool paired = s->l_n;
        unsigned before = paired ? mask & ~((s->l_n == 2 ? 3u : 1u) << s->l_from) : mask;

        rev[n++] = (struct en_pair){ (uint8_t)from, s->q_n, s->l_from, s->l_n, s->bits - d[from][before].bits,
                                     paired ? pair_why(t, from, s) : "only in the traveller's name" };
        i = from;
        mask = before;
    }
    while (n)
        emit(out, rev[--n]);
}

/* Real tokens on both sides that found no partner speak against each other. */
static void
emit_missing(const struct task *t, unsigned mask, struct en_alignment *out)
{
    unsigned alone_q = t->q->beyond, alone_l = 0;

    for (unsigned k = 0; k < out->n; k++)
        alone_q += out->pair[k].l_n == 0 && !light(t->q->token[out->pair[k].q_from].flags);
    for (unsigned j = 0; j < t->nl; j++)
        if (!(mask >> j & 1)) {
            alone_l += !light(t->w[j].flags);
            emit(out, (struct en_pair){ 0, 0, (uint8_t)j, 1, missing_list(t, j), "only in the list's name" });
        }
    for (unsigned k = 0; k < out->n; k++)
        out->matched += out->pair[k].q_n && out->pair[k].l_n && out->pair[k].bits > 2 * EN_BITS_ONE;
    if (alone_q && alone_l && out->n < sizeof out->pair / sizeof *out->pair)
        emit(out, (struct en_pair){ 0, 0, 0, 0, (en_bits)(alone_q < alone_l ? alone_q : alone_l) * CONFLICT,
                                    "these parts conflict" });
}

void
en_align(struct en_expander *x, const struct en_segment *s, const struct en_query_name *q, const struct en_list_name *l,
         struct en_alignment *out)
{
    struct task t = { .x = x, .s = s, .q = q, .w = s->words + l->word_at, .nl = l->n < LIST_MAX ? l->n : LIST_MAX };
    steps d EN_UNINITIALISED;
    unsigned mask;

    out->bits = out->fitting = 0;
    out->n = out->matched = 0;
    prepare(&t);
    mask = search(&t, d);
    emit_pairs(&t, d, mask, out);
    emit_missing(&t, mask, out);
    if (l->n > LIST_MAX && out->n < sizeof out->pair / sizeof *out->pair)
        emit(out, (struct en_pair){ 0, 0, 0, 0, (l->n - LIST_MAX) * MISSING_LIST, "further parts of the list's name" });
}
