#include "screen/align.h"

#include <string.h>

#include "screen/parameters.h"

#define LIST_MAX 8 /* tokens of a list name in the exact search; of longer names the surest pairs are taken before */

#define NOT_A_PAIR    EN_ALIGN_NOT_A_PAIR
#define AGAIN_LETTERS 4u /* of shorter tokens each letter makes another name, */
#define AGAIN_BOTH    9u /* and of both together */

static const char AGAIN[] = "said before, in this or another spelling";
static const char CONFLICTS[] = "these parts conflict";

struct task {
    struct en_expander *x;
    const struct en_segment *s;
    const struct en_query_name *q;
    const struct en_word *w; /* of the list tokens in the search, and how many */
    unsigned nl;
    uint8_t place[LIST_MAX];    /* of these tokens in the list's name */
    uint8_t sure[EN_ALIGN_MAX]; /* 1 + list token that a query token was paired with before the search, or 0 */
    en_bits sure_bits[EN_ALIGN_MAX];
    en_bits one[EN_ALIGN_MAX][EN_SPAN_MAX][LIST_MAX]; /* query span against one list token */
    en_bits two[EN_ALIGN_MAX][LIST_MAX];              /* one query token against two list tokens run together */
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

bool
en_align_may_lack(uint16_t flags)
{
    return flags & (EN_TOKEN_PARTICLE | EN_TOKEN_TITLE | EN_TOKEN_BYNAME);
}

static en_bits
missing_query(const struct en_query_token *q)
{
    if (en_align_may_lack(q->flags))
        return 0;
    return q->flags & EN_TOKEN_INITIAL    ? EN_PARAM_MISSING_INITIAL
           : q->flags & EN_TOKEN_SYLLABLE ? EN_PARAM_MISSING_SYLLABLE
                                          : EN_PARAM_MISSING_QUERY;
}

static en_bits
missing_list(const struct en_word *w)
{
    if (en_align_may_lack((uint16_t)w->flags))
        return 0;
    return w->flags & EN_TOKEN_INITIAL    ? EN_PARAM_MISSING_INITIAL
           : w->flags & EN_TOKEN_SYLLABLE ? EN_PARAM_MISSING_SYLLABLE
                                          : EN_PARAM_MISSING_LIST;
}

/* An initial against an initial or a name that begins with it; between scripts by the likeliest Latin spelling. */
static en_bits
initial_bits(const struct task *t, const struct en_query_token *q, unsigned j)
{
    const struct en_expansion *e = q->span[0];
    const struct en_vocab *v = vocab(t, j);
    const uint8_t *own = t->s->bytes + v->sym_at, *latin = own + (v->script == EN_SCRIPT_LATIN ? 0 : v->n);

    if (!e->n || !v->n)
        return NOT_A_PAIR;
    if (e->script == v->script)
        return e->sym[0] == own[0] ? EN_PARAM_INITIAL_SAME : NOT_A_PAIR;
    return v->latin_n && e->first == latin[0] ? EN_PARAM_INITIAL_SAME : NOT_A_PAIR;
}

static en_bits
least(en_bits a, en_bits b)
{
    return a < b ? a : b;
}

/*
 * That a token is a spelling of another tells no more than how rare that one is: P(q | v) / P(q) <= 1 / P(v). A common
 * name in a rare spelling is still a common name.
 */
static en_bits
rarest(const struct en_expansion *e, const struct en_vocab *v)
{
    return v->rarest + e->list_weight;
}

static bool
has_initial(const struct en_query_token *q, unsigned len)
{
    bool any = false;

    for (unsigned k = 0; k < len; k++)
        any = any || q[k].flags & EN_TOKEN_INITIAL;
    return any;
}

/* Initials that the list writes together: letter by letter the same, or nothing. */
static en_bits
initials_together(const struct task *t, const struct en_expansion *e, unsigned len, unsigned j)
{
    const struct en_vocab *v = vocab(t, j);
    bool same = e->script == v->script && e->n == v->n && memcmp(e->sym, t->s->bytes + v->sym_at, v->n) == 0;

    return same ? (en_bits)len * EN_PARAM_INITIAL_SAME : NOT_A_PAIR;
}

static en_bits
pair_bits(const struct task *t, const struct en_query_token *q, unsigned len, unsigned j)
{
    struct en_expansion *e = q->span[len - 1];
    en_bits rarity, bits;
    int cost;

    if (!e)
        return NOT_A_PAIR;
    if (len == 1 && (q->flags | t->w[j].flags) & EN_TOKEN_INITIAL)
        return initial_bits(t, q, j);
    if (has_initial(q, len))
        return initials_together(t, e, len, j);
    rarity = e->rarity;
    /* Tokens that run together are no rarer than their parts together. */
    for (unsigned k = 0, parts = 0; len > 1 && k < len; k++) {
        parts += light(q[k].flags) ? 0 : (unsigned)q[k].span[0]->rarity;
        if (k + 1 == len && (en_bits)parts < rarity)
            rarity = (en_bits)parts;
    }
    cost = en_expansion_cost(t->x, t->s, e, t->w[j].vocab, rarity - NOT_A_PAIR);
    if (cost >= EN_COST_UNLIKE)
        return NOT_A_PAIR;
    bits = least(rarity - cost, least(rarest(e, vocab(t, j)), EN_PARAM_TOKEN_MOST));
    if (len > 1 && !(q->flags & EN_TOKEN_SYLLABLE))
        bits -= 2 * EN_BITS_ONE; /* run together: one name in a few */
    if (light(q->flags) || light(t->w[j].flags))
        bits = bits > 0 ? (bits < EN_PARAM_PARTICLE_MOST ? bits : EN_PARAM_PARTICLE_MOST) : NOT_A_PAIR;
    return bits < NOT_A_PAIR ? NOT_A_PAIR : bits;
}

/* A whole name in Han or Hangul as one word is no family and given name: its syllables are read by themselves too. */
static bool
whole_name(const struct task *t, const struct en_expansion *e)
{
    return t->q->n == 1 && (e->script == EN_SCRIPT_HAN || e->script == EN_SCRIPT_HANGUL);
}

/*
 * No table knows how common two words are that are written as one. Take it that two of somebody else, about as common,
 * would spell it as such words are spelt: what is dearer than that speaks for those.
 */
static en_bits
rarest_joined(const struct task *t, const struct en_expansion *e, unsigned j, int cost)
{
    en_bits both = rarest(e, vocab(t, j)) + rarest(e, vocab(t, j + 1));
    int usual = e->script == (enum en_script)vocab(t, j)->script ? 0 : EN_PARAM_JOINED_USUAL;

    return cost > usual ? both - (cost - usual) : both;
}

/* One query token against list tokens j and j + 1 run together: worth trying only when the lengths fit. */
static en_bits
joined_bits(const struct task *t, const struct en_query_token *q, unsigned j)
{
    struct en_expansion *e = q->span[0];
    unsigned letters;
    int cost;

    if (whole_name(t, e))
        return NOT_A_PAIR;
    if (j + 1 >= t->nl || t->place[j] + 1 != t->place[j + 1] || light(q->flags) || q->flags & EN_TOKEN_INITIAL)
        return NOT_A_PAIR;
    letters = vocab(t, j)->latin_n + vocab(t, j + 1)->latin_n;
    if (e->script == EN_SCRIPT_LATIN ? letters + 2u < e->n || e->n + 2u < letters : letters * 2 < e->n)
        return NOT_A_PAIR;
    cost = en_expansion_cost_joined(t->x, t->s, e, t->w[j].vocab, t->w[j + 1].vocab,
                                    e->rarity - EN_BITS_ONE - NOT_A_PAIR);
    if (cost >= EN_COST_UNLIKE)
        return NOT_A_PAIR;
    return least(least(e->rarity - cost, rarest_joined(t, e, j, cost)), EN_PARAM_TOKEN_MOST) - EN_BITS_ONE;
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

    if (t->sure[i]) {
        reach(d, i + 1, mask, (struct step){ here + t->sure_bits[i], 1, 0, 0 });
        return;
    }
    reach(d, i + 1, mask, (struct step){ here + missing_query(q), 1, 0, 0 });
    for (unsigned j = 0; j < t->nl && j < LIST_MAX; j++) { /* never more: gcc sees it too */
        if (mask >> j & 1)
            continue;
        for (unsigned len = 1; len <= EN_SPAN_MAX && i + len <= t->q->n && !t->sure[i + len - 1]; len++)
            if (t->one[i][len - 1][j] > NOT_A_PAIR)
                reach(d, i + len, mask | 1u << j,
                      (struct step){ here + t->one[i][len - 1][j], (uint8_t)len, (uint8_t)j, 1 });
        if (j + 1 < t->nl && t->two[i][j] > NOT_A_PAIR && !(mask >> (j + 1) & 1))
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
            bits += m >> j & 1 ? 0 : missing_list(t->w + j);
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
pair_why(const struct task *t, unsigned i, const struct step *s, const struct en_word *w)
{
    const struct en_query_token *q = &t->q->token[i];
    const struct en_vocab *v = &t->s->vocab[w->vocab];
    int cost;

    if (s->l_n == 2)
        return "two tokens of the list run together";
    if (s->q_n > 1)
        return q->flags & EN_TOKEN_SYLLABLE ? "syllables together" : "tokens run together";
    if (light(q->flags) || light(w->flags))
        return "particle or title";
    if ((q->flags | w->flags) & EN_TOKEN_INITIAL)
        return "initial";
    cost = en_expansion_cost(t->x, t->s, q->span[0], w->vocab, q->span[0]->rarity - NOT_A_PAIR);
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

/* The pair of the step that leads to query token i with this mask; *before is the mask it came from. */
static struct en_pair
pair_of(const struct task *t, steps d, unsigned i, unsigned mask, const struct en_word *all, unsigned *before)
{
    struct step s = d[i][mask];
    unsigned from = i - s.q_n;
    struct en_pair p = { (uint8_t)from, s.q_n, 0, s.l_n, 0, "only in the traveller's name", false, 0 };

    *before = s.l_n ? mask & ~((s.l_n == 2 ? 3u : 1u) << s.l_from) : mask;
    p.bits = s.bits - d[from][*before].bits;
    if (s.l_n)
        p.l_from = t->place[s.l_from];
    if (t->sure[from]) {
        p.l_from = (uint8_t)(t->sure[from] - 1);
        p.l_n = s.l_n = 1;
    }
    if (p.l_n)
        p.why = pair_why(t, from, &s, all + p.l_from);
    return p;
}

static void
emit_pairs(const struct task *t, steps d, unsigned mask, const struct en_word *all, struct en_alignment *out)
{
    struct en_pair rev[EN_ALIGN_MAX];
    unsigned n = 0;

    for (unsigned i = t->q->n; i > 0; i = rev[n++].q_from)
        rev[n] = pair_of(t, d, i, mask, all, &mask);
    while (n)
        emit(out, rev[--n]);
}

/* --- what is said twice --- */

/* Whether a token of one side is a spelling of one of the other that has its partner. */
static bool
spelt_alike(const struct task *t, const struct en_query_token *q, unsigned j)
{
    const struct en_expansion *e = q->span[0];

    return !((q->flags | t->w[j].flags) & EN_TOKEN_SYLLABLE) && vocab(t, j)->latin_n >= AGAIN_LETTERS &&
           (e->script != EN_SCRIPT_LATIN ||
            (e->n >= AGAIN_LETTERS && (unsigned)e->n + vocab(t, j)->latin_n >= AGAIN_BOTH)) &&
           pair_bits(t, q, 1, j) > EN_PARAM_AGAIN_LEAST;
}

static bool
same_letters(const struct en_expansion *a, const struct en_expansion *b)
{
    return a->script == b->script && a->n == b->n && memcmp(a->sym, b->sym, a->n) == 0;
}

/*
 * Lists write several spellings of a name one after the other (Husam Housam Houssam), and such names are copied into
 * bookings: the same word again is no further part.
 */
static bool
query_again(const struct task *t, const struct en_alignment *a, unsigned i)
{
    const struct en_query_token *q = &t->q->token[i];

    for (unsigned k = 0; k < i; k++)
        if (same_letters(q->span[0], t->q->token[k].span[0]))
            return true;
    for (unsigned k = 0; k < a->n; k++)
        if (a->pair[k].q_n && a->pair[k].l_n == 1 &&
            (same_letters(q->span[0], t->q->token[a->pair[k].q_from].span[0]) || spelt_alike(t, q, a->pair[k].l_from)))
            return true;
    return false;
}

static bool
list_again(const struct task *t, const struct en_alignment *a, unsigned j)
{
    for (unsigned k = 0; k < j; k++)
        if (t->w[j].vocab == t->w[k].vocab)
            return true;
    for (unsigned k = 0; k < a->n; k++)
        if (a->pair[k].q_n == 1 && a->pair[k].l_n &&
            (t->w[j].vocab == t->w[a->pair[k].l_from].vocab || spelt_alike(t, &t->q->token[a->pair[k].q_from], j)))
            return true;
    return false;
}

/* Takes back what was counted against a token that is there already; whether it is a part that stands alone. */
static bool
stands_alone(const struct task *t, struct en_alignment *out, struct en_pair *p)
{
    if (en_align_may_lack(t->q->token[p->q_from].flags))
        return false;
    p->again = query_again(t, out, p->q_from);
    if (p->again) {
        out->bits -= p->bits;
        p->bits = 0;
        p->why = AGAIN;
    }
    return !p->again;
}

/* Real tokens on both sides that found no partner speak against each other. */
static void
emit_missing(const struct task *t, struct en_alignment *out)
{
    unsigned alone_q = 0, alone_l = 0, pairs = out->n;
    uint32_t paired = 0;

    for (unsigned k = 0; k < pairs; k++) {
        struct en_pair *p = &out->pair[k];

        alone_q += p->l_n == 0 && stands_alone(t, out, p);
        out->matched += p->bits > 2 * EN_BITS_ONE ? p->l_n : 0;
        for (unsigned j = 0; j < p->l_n; j++)
            paired |= 1u << (p->l_from + j);
    }
    for (unsigned j = 0; j < t->nl; j++)
        if (!(paired >> j & 1)) {
            bool lack = en_align_may_lack((uint16_t)t->w[j].flags), again = !lack && list_again(t, out, j);

            alone_l += !again && !lack;
            emit(out, (struct en_pair){ 0, 0, (uint8_t)j, 1, again ? 0 : missing_list(t->w + j),
                                        again ? AGAIN : "only in the list's name", again, 0 });
        }
    if (alone_q && alone_l)
        emit(out, (struct en_pair){ 0, 0, 0, 0, (en_bits)(alone_q < alone_l ? alone_q : alone_l) * EN_PARAM_CONFLICT,
                                    CONFLICTS, false, 0 });
}

/* --- long names --------------------------------------------------------------------------------------- */

/* The pair that tells most among those that are open; false if none speaks for the same person. */
static bool
surest(const struct task *t, uint32_t open_l, unsigned *qi, unsigned *lj, en_bits *bits)
{
    *bits = 0;
    for (unsigned i = 0; i < t->q->n; i++)
        for (unsigned j = 0; !t->sure[i] && j < t->nl; j++) {
            en_bits b = open_l >> j & 1 ? pair_bits(t, &t->q->token[i], 1, j) : NOT_A_PAIR;

            if (b > *bits) {
                *bits = b;
                *qi = i;
                *lj = j;
            }
        }
    return *bits > 0;
}

/*
 * Leaves at most LIST_MAX tokens of a long name to the search: those of the surest pairs go first, and of what is left
 * then, the last ones. Fills `kept` with the tokens of the search.
 */
static void
shorten(struct task *t, struct en_word kept[LIST_MAX])
{
    uint32_t open = (uint32_t)(((uint64_t)1 << t->nl) - 1);
    unsigned left = t->nl, i, j, n = 0;
    en_bits bits;

    for (; left > LIST_MAX && surest(t, open, &i, &j, &bits); left--) {
        t->sure[i] = (uint8_t)(j + 1);
        t->sure_bits[i] = bits;
        open &= ~(1u << j);
    }
    for (j = 0; j < t->nl && n < LIST_MAX; j++)
        if (open >> j & 1) {
            t->place[n] = (uint8_t)j;
            kept[n++] = t->w[j];
        }
    t->w = kept;
    t->nl = n;
}

/* What neither side's pairs can hold is compared by number only. */
static void
emit_further(const struct en_query_name *q, const struct en_list_name *l, struct en_alignment *out)
{
    unsigned of_list = l->n > EN_ALIGN_MAX ? l->n - EN_ALIGN_MAX : 0;

    if (of_list > q->beyond)
        emit(out, (struct en_pair){ 0, 0, 0, 0, (en_bits)(of_list - q->beyond) * EN_PARAM_MISSING_LIST,
                                    "further parts of the list's name", false, 0 });
    if (q->beyond > of_list)
        emit(out, (struct en_pair){ 0, 0, 0, 0, (en_bits)(q->beyond - of_list) * EN_PARAM_MISSING_QUERY,
                                    "further parts of the traveller's name", false, 0 });
}

/* Beyond some point more tokens that fit nothing say how a name was written down, and not whose it is. */
static void
emit_bound(struct en_alignment *out)
{
    if (out->bits >= -EN_PARAM_AGAINST_MOST)
        return;
    out->pair[out->n++] = (struct en_pair){ .bits = -EN_PARAM_AGAINST_MOST - out->bits,
                                            .why = "so many parts say no more" };
    out->bits = -EN_PARAM_AGAINST_MOST;
}

void
en_align(struct en_expander *x, const struct en_segment *s, const struct en_query_name *q, const struct en_list_name *l,
         struct en_alignment *out)
{
    const struct en_word *all = s->words + l->word_at;
    struct task t EN_UNINITIALISED;
    struct en_word kept[LIST_MAX];
    steps d EN_UNINITIALISED;

    out->bits = out->fitting = 0;
    out->n = out->matched = 0;
    t.x = x;
    t.s = s;
    t.q = q;
    t.w = all;
    t.nl = l->n < EN_ALIGN_MAX ? l->n : EN_ALIGN_MAX;
    memset(t.sure, 0, sizeof t.sure);
    for (unsigned j = 0; j < LIST_MAX; j++)
        t.place[j] = (uint8_t)j;
    if (t.nl > LIST_MAX)
        shorten(&t, kept);
    prepare(&t);
    emit_pairs(&t, d, search(&t, d), all, out);
    t.w = all;
    t.nl = l->n < EN_ALIGN_MAX ? l->n : EN_ALIGN_MAX;
    emit_missing(&t, out);
    emit_further(q, l, out);
    emit_bound(out);
}

/* --- parts of other names ------------------------------------------------------------------------------ */

/* Whether a part of the traveller's name is looked for in other names: no syllables, which fit too many. */
static bool
sought(const struct en_query_token *q, const struct en_pair *p)
{
    return p->q_n == 1 && p->l_n <= 1 && !p->again && !en_align_may_lack(q->flags) &&
           !(q->flags & (EN_TOKEN_INITIAL | EN_TOKEN_SYLLABLE));
}

static en_text
whole(const struct en_segment *s, uint32_t name)
{
    return en_segment_text(s, s->names[name].text_at, s->names[name].text_n);
}

/* The part of another name that fits best; of equal ones that of the name first by its text. */
static struct en_pair
fits_elsewhere(struct task *t, const struct en_query_token *q, uint32_t from, uint32_t to, uint32_t aligned)
{
    struct en_pair best = { .bits = NOT_A_PAIR };

    for (uint32_t n = from; n < to; n++) {
        t->w = t->s->words + t->s->names[n].word_at;
        t->nl = t->s->names[n].n < EN_ALIGN_MAX ? t->s->names[n].n : EN_ALIGN_MAX;
        for (unsigned j = 0; n != aligned && j < t->nl; j++) {
            bool none = en_align_may_lack((uint16_t)t->w[j].flags) || t->w[j].flags & EN_TOKEN_INITIAL;
            en_bits bits = none ? NOT_A_PAIR : pair_bits(t, q, 1, j);

            if (bits > best.bits ||
                (best.in && bits == best.bits && en_text_cmp(whole(t->s, n), whole(t->s, best.in - 1)) < 0))
                best = (struct en_pair){ .q_n = 1, .l_from = (uint8_t)j, .l_n = 1, .bits = bits, .in = n + 1 };
        }
    }
    return best;
}

/* Takes parts that conflict no more out of the row that says so. */
static void
relieve(struct en_alignment *a, unsigned alone_q, unsigned alone_l, unsigned found)
{
    unsigned before = alone_q < alone_l ? alone_q : alone_l, left = alone_q - found;
    unsigned after = left < alone_l ? left : alone_l;

    for (unsigned k = 0; k < a->n; k++)
        if (a->pair[k].why == CONFLICTS) {
            a->pair[k].bits -= (en_bits)(before - after) * EN_PARAM_CONFLICT;
            a->bits -= (en_bits)(before - after) * EN_PARAM_CONFLICT;
            if (!after)
                a->pair[k] = a->pair[--a->n];
        }
}

void
en_align_elsewhere(struct en_expander *x, const struct en_segment *s, const struct en_query_name *q, uint32_t from,
                   uint32_t to, uint32_t aligned, struct en_alignment *a)
{
    const struct en_word *own = s->words + s->names[aligned].word_at;
    unsigned alone_q = 0, alone_l = 0, found = 0;
    struct task t EN_UNINITIALISED;

    t.x = x;
    t.s = s;
    t.q = q;
    for (unsigned k = 0; k < a->n; k++) {
        struct en_pair *p = &a->pair[k], best;
        const struct en_query_token *token = &q->token[p->q_from];
        en_bits now = p->bits > 0 ? p->bits : 0;

        alone_l += !p->q_n && p->l_n && !p->again && !en_align_may_lack((uint16_t)own[p->l_from].flags);
        if (!p->q_n || p->again)
            continue;
        alone_q += !p->l_n && !en_align_may_lack(token->flags);
        best = (struct en_pair){ .q_n = 0 };
        if (sought(token, p))
            best = fits_elsewhere(&t, token, from, to, aligned);
        if (!best.q_n || best.bits < now + EN_PARAM_ELSEWHERE_LEAST)
            continue;
        found += !p->l_n;
        a->matched += now <= 2 * EN_BITS_ONE;
        a->fitting += best.bits - now;
        a->bits += best.bits - p->bits;
        best.q_from = p->q_from;
        best.why = "in another name of the alert";
        *p = best;
    }
    if (found)
        relieve(a, alone_q, alone_l, found);
}
