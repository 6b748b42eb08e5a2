#include "screen/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "screen/fields.h"

#define SLOTS          (1u << 17)
#define POSTINGS_MOST  24000u /* identities touched through single tokens */
#define PAIRS_MOST     8000u  /* and through pairs of common tokens */
#define NEAR_MOST      24u    /* spellings of a common token that are paired */
#define OTHERS_MOST    (20 * EN_BITS_ONE) /* a birth date and a nationality add no more */
#define DAY_MOST       2000u  /* days with more identities (1 January) are no way in by themselves */

struct slot {
    uint32_t ident, round;
    int32_t bits, token_bits; /* sum over tokens; best for the present token */
    uint32_t token;
};

struct en_candidates {
    struct slot *slots;
    uint32_t *used; /* slots of this round */
    uint32_t n_used, round, token;
    struct en_candidate out[EN_CANDIDATES_MAX];
};

struct en_candidates *
en_candidates_new(void)
{
    struct en_candidates *c = en_xcalloc(1, sizeof *c);

    c->slots = en_xcalloc(SLOTS, sizeof *c->slots);
    c->used = en_xmalloc(SLOTS * sizeof *c->used);
    return c;
}

void
en_candidates_free(struct en_candidates *c)
{
    if (!c)
        return;
    free(c->slots);
    free(c->used);
    free(c);
}

/* Adds evidence for an identity; several spellings of one query token count once, the best. */
static void
touch(struct en_candidates *c, uint32_t ident, int32_t bits)
{
    uint32_t i = ident * 2654435761u >> 15;
    struct slot *s;

    while (c->slots[i].round == c->round && c->slots[i].ident != ident)
        i = (i + 1) & (SLOTS - 1);
    s = &c->slots[i];
    if (s->round != c->round) {
        if (c->n_used >= SLOTS / 2)
            return;
        *s = (struct slot){ ident, c->round, 0, 0, 0 };
        c->used[c->n_used++] = i;
    }
    if (s->token != c->token) {
        s->token = c->token;
        s->bits += s->token_bits;
        s->token_bits = 0;
    }
    if (bits > s->token_bits)
        s->token_bits = bits;
}

static void
touch_vocab(struct en_candidates *c, const struct en_segment *s, uint32_t vocab, int32_t bits)
{
    const struct en_vocab *v = &s->vocab[vocab];

    for (uint32_t k = 0; k < v->df; k++)
        touch(c, s->postings[v->post_at + k], bits);
}

/* --- single tokens, rarest first ------------------------------------------------------------------- */

struct open {
    uint32_t df, vocab;
    int32_t bits;
    uint32_t token;
};

struct opens {
    struct open v[4096];
    unsigned n;
};

static int
by_df(const void *a, const void *b)
{
    const struct open *x = a, *y = b;

    if (x->df != y->df)
        return (x->df > y->df) - (x->df < y->df);
    if (x->vocab != y->vocab)
        return (x->vocab > y->vocab) - (x->vocab < y->vocab);
    return (x->token > y->token) - (x->token < y->token);
}

static int
by_token(const void *a, const void *b)
{
    const struct open *x = a, *y = b;

    return (x->token > y->token) - (x->token < y->token);
}

static void
collect(const struct en_segment *s, const struct en_expansion *e, uint32_t token, struct opens *o)
{
    for (uint32_t k = 0; e && k < e->n_near && o->n < sizeof o->v / sizeof *o->v; k++) {
        int32_t bits = e->rarity - e->near[k].cost; /* no cap: it only orders */
        const struct en_vocab *v = &s->vocab[e->near[k].vocab];

        if (bits > EN_BITS_ONE && v->df)
            o->v[o->n++] = (struct open){ v->df, e->near[k].vocab, bits, token };
    }
}

static void
single_tokens(struct en_candidates *c, const struct en_segment *s, const struct en_query_names *q)
{
    struct opens o = { .n = 0 };
    uint64_t budget = POSTINGS_MOST;
    unsigned kept = 0;
    uint32_t token = 1;

    for (unsigned w = 0; w < q->n; w++)
        for (unsigned i = 0; i < q->name[w].n; i++)
            for (unsigned k = 0; k < EN_SPAN_MAX; k++, token++)
                if (!(q->name[w].token[i].flags & (EN_TOKEN_TITLE | EN_TOKEN_PARTICLE)))
                    collect(s, q->name[w].token[i].span[k], token, &o);
    qsort(o.v, o.n, sizeof *o.v, by_df);
    while (kept < o.n && o.v[kept].df <= budget)
        budget -= o.v[kept++].df;
    qsort(o.v, kept, sizeof *o.v, by_token);
    for (unsigned i = 0; i < kept; i++) {
        c->token = o.v[i].token;
        touch_vocab(c, s, o.v[i].vocab, o.v[i].bits);
    }
}

/* --- pairs of common tokens ------------------------------------------------------------------------- */

static void
pair(struct en_candidates *c, const struct en_segment *s, const struct en_expansion *a, const struct en_expansion *b,
     uint32_t *budget)
{
    for (uint32_t i = 0; i < a->n_near && i < NEAR_MOST; i++)
        for (uint32_t j = 0; j < b->n_near && j < NEAR_MOST; j++) {
            uint32_t from, to;

            if (s->vocab[a->near[i].vocab].df < EN_COMMON_DF || s->vocab[b->near[j].vocab].df < EN_COMMON_DF)
                continue;
            en_keys_find(&s->by_pair, en_key_of_pair(a->near[i].vocab, b->near[j].vocab), &from, &to);
            for (; from < to && *budget; from++, (*budget)--)
                touch(c, s->by_pair.rows[from].value,
                      a->rarity - a->near[i].cost + b->rarity - b->near[j].cost);
        }
}

static void
common_pairs(struct en_candidates *c, const struct en_segment *s, const struct en_query_names *q)
{
    uint32_t budget = PAIRS_MOST;

    for (unsigned w = 0; w < q->n; w++)
        for (unsigned i = 0; i < q->name[w].n; i++)
            for (unsigned j = i + 1; j < q->name[w].n; j++) {
                c->token++;
                pair(c, s, q->name[w].token[i].span[0], q->name[w].token[j].span[0], &budget);
            }
}

/* --- birth dates and documents ---------------------------------------------------------------------- */

static void
by_key(struct en_candidates *c, const struct en_keys *keys, uint32_t hash, int32_t bits, uint32_t most)
{
    uint32_t from, to;

    en_keys_find(keys, hash, &from, &to);
    if (to - from > most)
        return;
    for (; from < to; from++)
        touch(c, keys->rows[from].value, bits);
}

static void
birth_days(struct en_candidates *c, const struct en_segment *s, const struct en_birth *b)
{
    int y, m, d;

    if (b->from != b->to)
        return;
    en_day_to_civil(b->from, &y, &m, &d);
    by_key(c, &s->by_day, en_key_of_day(b->from), 1, DAY_MOST);
    if (d != m && en_civil_valid(y, d, m))
        by_key(c, &s->by_day, en_key_of_day(en_day_from_civil(y, d, m)), 1, DAY_MOST);
    for (int off = -1; off <= 1; off += 2)
        if (en_civil_valid(y + off, m, d))
            by_key(c, &s->by_day, en_key_of_day(en_day_from_civil(y + off, m, d)), 1, DAY_MOST);
}

static void
documents(struct en_candidates *c, const struct en_segment *s, const struct en_doc *doc)
{
    char number[EN_DOC_NUMBER_MAX];
    unsigned n = en_doc_number(doc->number, number, sizeof number);

    if (n < 4)
        return;
    for (unsigned k = 0; k <= n; k++)
        by_key(c, &s->by_doc, en_key_of_doc(number, n, k), 14 * EN_BITS_ONE, DAY_MOST);
}

/* --- the best --------------------------------------------------------------------------------------- */

/* What the other fields will add: cheap to know before the names are aligned. */
static int32_t
promise(const struct en_segment *s, const struct slot *slot, const struct en_person *q, unsigned ways)
{
    const struct en_ident *x = &s->ident[slot->ident];
    int32_t birth = ways & EN_BY_DATES ? en_birth_evidence(s, x, q).bits : 0;

    return slot->bits + slot->token_bits + birth + en_nationality_evidence(s, x, q).bits;
}

static bool
better(const struct en_candidate *a, const struct en_candidate *b)
{
    return a->promise > b->promise || (a->promise == b->promise && a->ident < b->ident);
}

static void
offer(struct en_candidates *c, unsigned *n, struct en_candidate x)
{
    unsigned at = *n;

    if (at == EN_CANDIDATES_MAX) {
        if (!better(&x, &c->out[at - 1]))
            return;
        at--;
    } else {
        (*n)++;
    }
    for (; at && better(&x, &c->out[at - 1]); at--)
        c->out[at] = c->out[at - 1];
    c->out[at] = x;
}

unsigned
en_candidates_find(struct en_candidates *c, const struct en_segment *s, const uint8_t *gone,
                   const struct en_query_names *q, const struct en_person *traveller, unsigned ways,
                   const struct en_candidate **out)
{
    unsigned n = 0;

    if (++c->round == 0) {
        memset(c->slots, 0, SLOTS * sizeof *c->slots);
        c->round = 1;
    }
    c->n_used = 0;
    c->token = 0;
    if (ways & EN_BY_NAMES) {
        single_tokens(c, s, q);
        c->token = UINT32_MAX / 2;
        common_pairs(c, s, q);
    }
    c->token++;
    for (size_t i = 0; ways & EN_BY_DATES && i < traveller->n_births; i++)
        birth_days(c, s, &traveller->births[i]);
    c->token++;
    for (size_t i = 0; ways & EN_BY_DOCUMENTS && i < traveller->n_docs; i++)
        documents(c, s, &traveller->docs[i]);
    for (uint32_t i = 0; i < c->n_used; i++) {
        const struct slot *slot = &c->slots[c->used[i]];

        /* Most touched share one common token: not worth a look at their dates. */
        if (n == EN_CANDIDATES_MAX && slot->bits + slot->token_bits + OTHERS_MOST < c->out[n - 1].promise)
            continue;
        if (!gone || !gone[slot->ident])
            offer(c, &n, (struct en_candidate){ slot->ident, promise(s, slot, traveller, ways) });
    }
    *out = c->out;
    return n;
}
