#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "screen/candidates.h"
#include "screen/index.h"
#include "screen/parameters.h"
#include "screen/weigh.h"

#define EVIDENCE_MAX (2 * EN_ALIGN_MAX + 3 + EN_FIELDS)

struct en_query {
    const struct en_index *ix;
    const struct en_costs *costs;
    uint64_t version, main, learned; /* of the index: its content, its main part, its tables */
    enum en_simd simd;               /* of the expanders */
    struct en_expander *expander[EN_PARTS];
    struct en_candidates *candidates;
    struct en_name_ways ways; /* large: not on the stack */
    struct en_query_names names[EN_PARTS];
    struct pooled {
        unsigned part;
        uint32_t ident;
        en_bits promise;
        en_text id;
    } pool[EN_PARTS * EN_CANDIDATES_MAX];
    struct en_weighed weighed[EN_PARTS * EN_CANDIDATES_MAX + EN_CANDIDATES_MAX];
    unsigned n_weighed;
    const struct en_fusion *other;  /* than the index's; NULL: its own */
    const struct en_fusion *fusion; /* of this query */
    struct en_hit *hits;
    struct en_evidence *evidence;
    struct en_arena texts;
    uint64_t looked_at;
};

struct en_query *
en_query_new(void)
{
    struct en_query *q = en_xcalloc(1, sizeof *q);

    q->candidates = en_candidates_new();
    q->hits = en_xcalloc(100, sizeof *q->hits);
    q->evidence = en_xcalloc(100 * EVIDENCE_MAX, sizeof *q->evidence);
    en_arena_init(&q->texts, 1u << 24);
    return q;
}

void
en_query_free(struct en_query *q)
{
    if (!q)
        return;
    for (unsigned i = 0; i < EN_PARTS; i++)
        en_expander_free(q->expander[i]);
    en_candidates_free(q->candidates);
    en_arena_release(&q->texts);
    free(q->hits);
    free(q->evidence);
    free(q);
}

uint64_t
en_query_candidates(const struct en_query *q)
{
    return q->looked_at;
}

void
en_query_tokens(const struct en_query *q, struct en_query_tokens *out)
{
    *out = (struct en_query_tokens){ 0 };
    for (unsigned i = 0; i < EN_PARTS; i++) {
        struct en_expander_stats s;

        if (!q->expander[i])
            continue;
        en_expander_stats(q->expander[i], &s);
        out->asked += s.asked;
        out->missed += s.missed;
        out->rows += s.rows;
        out->compared += s.compared;
        out->kept += s.kept;
        out->bytes += s.bytes;
    }
}

en_text
en_query_candidate(const struct en_query *q, uint64_t i)
{
    EN_ASSERT(i < q->n_weighed);
    return q->weighed[i].id;
}

unsigned
en_query_weighed(const struct en_query *q, const struct en_weighed **out)
{
    *out = q->weighed;
    return q->n_weighed;
}

uint64_t
en_weighed_tag(const struct en_query *q, const struct en_weighed *w)
{
    return q->ix->part[w->part]->ident[w->ident].tag;
}

void
en_query_use_fusion(struct en_query *q, const struct en_fusion *m)
{
    q->other = m;
}

/* --- preparing -------------------------------------------------------------------------------------- */

static void
aim(struct en_query *q, const struct en_index *ix)
{
    /* Snapshots have their main part in common. */
    bool other = q->costs != ix->costs || q->learned != en_tables_of_index(ix->tables) || q->main != ix->main_version ||
                 q->simd != ix->simd;

    for (unsigned i = 0; i < EN_PARTS; i++) {
        if (other) {
            en_expander_free(q->expander[i]);
            q->expander[i] = en_expander_new(ix->costs, ix->simd);
        } else if (i > 0 && q->version != ix->version) {
            en_expander_reset(q->expander[i]);
        }
        en_expander_trim(q->expander[i]);
    }
    q->ix = ix;
    q->fusion = q->other ? q->other : en_tables_fusion(ix->tables);
    q->costs = ix->costs;
    q->learned = en_tables_of_index(ix->tables);
    q->simd = ix->simd;
    q->main = ix->main_version;
    q->version = ix->version;
}

#define ARTICLE 2u /* letters */

/* Nur al-Din is Nuruddin too: an article between two parts that are none. */
static bool
around_article(const struct en_way *w, unsigned i)
{
    const struct en_token *t = &w->token[i];
    uint16_t light = EN_TOKEN_PARTICLE | EN_TOKEN_TITLE | EN_TOKEN_INITIAL;

    return t[1].flags & EN_TOKEN_PARTICLE && t[1].n == ARTICLE && !((t[0].flags | t[2].flags) & light);
}

/* Query tokens from i on, `len` of them, as one. */
static struct en_expansion *
span(struct en_expander *x, const struct en_segment *s, const struct en_way *w, unsigned i, unsigned len)
{
    uint8_t sym[EN_MAX_TOKEN_LETTERS];
    unsigned n = 0;

    if (i + len > w->n)
        return NULL;
    for (unsigned k = i; k < i + len; k++) {
        const struct en_token *t = &w->token[k];

        /* Three together only where a script leaves the ends of tokens open, or an article is between. */
        if (t->script != w->token[i].script || n + t->n > sizeof sym ||
            (len == 3 && !(t->flags & EN_TOKEN_SYLLABLE) && !around_article(w, i)) ||
            (len == 2 && (t->flags & EN_TOKEN_TITLE)))
            return NULL;
        memcpy(sym + n, t->sym, t->n);
        n += t->n;
    }
    return en_expand(x, s, w->token[i].script, sym, n, len > 1 && !(w->token[i].flags & EN_TOKEN_SYLLABLE));
}

static void
add_way(struct en_expander *x, const struct en_segment *s, const struct en_way *w, struct en_query_names *out)
{
    struct en_query_name *q;

    if (out->n == EN_WAY_NAMES || !w->n)
        return;
    q = &out->name[out->n++];
    q->n = w->n < EN_ALIGN_MAX ? w->n : EN_ALIGN_MAX;
    q->beyond = w->n - q->n;
    q->cultured = false;
    for (unsigned i = 0; i < q->n; i++) {
        q->token[i].flags = w->token[i].flags;
        q->token[i].text = w->token[i].text;
        for (unsigned len = 1; len <= EN_SPAN_MAX; len++)
            q->token[i].span[len - 1] = span(x, s, w, i, len);
        memset(q->token[i].half, 0, sizeof q->token[i].half);
        q->cultured = q->cultured || q->token[i].span[0]->cultures.n;
    }
    for (unsigned i = 0; q->cultured && i < sizeof q->together / sizeof *q->together; i++)
        q->together[i] = EN_TOGETHER_NONE;
}

static void
prepare(struct en_query *q, unsigned part, const struct en_person *p)
{
    q->names[part].n = 0;
    for (size_t i = 0; i < p->n_names; i++) {
        en_name_read(p->names[i].full, 0, &q->ways);
        for (unsigned w = 0; w < q->ways.n; w++)
            add_way(q->expander[part], q->ix->part[part], &q->ways.way[w], &q->names[part]);
    }
}

static const struct en_query_token *
token_of(const struct en_query *q, unsigned part, unsigned name, unsigned i)
{
    return &q->names[part].name[name].token[i];
}

/* The two tokens that one may be, cut in the same places in all parts. */
static void
halves(struct en_query *q, unsigned name, unsigned i)
{
    struct en_split split = { .n = 0 };

    for (unsigned k = 0; k < EN_PARTS; k++)
        if (q->ix->part[k]) {
            const struct en_expansion *e = token_of(q, k, name, i)->span[0];

            en_split_join(&split, &e->split, e->n);
        }
    for (unsigned k = 0; split.n && k < EN_PARTS; k++) {
        struct en_query_token *t = &q->names[k].name[name].token[i];

        for (unsigned c = 0; q->ix->part[k] && c < split.n; c++)
            for (unsigned h = 0; h < 2; h++) {
                const struct en_expansion *e = t->span[0];
                unsigned at = split.at[c];

                t->half[c][h] = en_expand(q->expander[k], q->ix->part[k], e->script, h ? e->sym + at : e->sym,
                                          h ? e->n - at : at, false);
            }
    }
}

static void
weigh_token(struct en_query *q, const struct en_segment *const *part, unsigned name, unsigned i)
{
    for (unsigned len = 0; len < EN_SPAN_MAX + 2 * EN_SPLITS_MAX; len++) {
        struct en_expansion *e[EN_PARTS];
        unsigned h = len - EN_SPAN_MAX;

        for (unsigned k = 0; k < EN_PARTS; k++)
            e[k] = !part[k]            ? NULL
                   : len < EN_SPAN_MAX ? token_of(q, k, name, i)->span[len]
                                       : token_of(q, k, name, i)->half[h / 2][h % 2];
        if (e[0])
            en_expander_rarity(part, e, EN_PARTS, q->version);
    }
}

/* How rare each token is, by the names of all parts. */
static void
weigh_tokens(struct en_query *q)
{
    const struct en_segment *part[EN_PARTS];

    for (unsigned k = 0; k < EN_PARTS; k++)
        part[k] = q->ix->part[k];
    for (unsigned n = 0; n < q->names[0].n; n++)
        for (unsigned i = 0; i < q->names[0].name[n].n; i++) {
            halves(q, n, i);
            weigh_token(q, part, n, i);
        }
}

/* --- weighing --------------------------------------------------------------------------------------- */

/* How much commoner tokens of a traveller's name are together than by chance: a bit each. */
static int
together(struct en_query_name *name, unsigned which)
{
    struct en_culture_token v[EN_TOGETHER_MAX];

    if (name->together[which] != EN_TOGETHER_NONE)
        return name->together[which];
    for (unsigned i = 0; i < EN_TOGETHER_MAX; i++)
        v[i] = i < name->n && !(name->token[i].flags & (EN_TOKEN_PARTICLE | EN_TOKEN_TITLE))
                   ? name->token[i].span[0]->cultures
                   : (struct en_culture_token){ NULL, 0 };
    return name->together[which] = (int16_t)en_cultures_together(v, EN_TOGETHER_MAX, which);
}

/* Of the tokens that fit, given all others of the name: what the culture of the name has told already. */
static en_bits
told_by_culture(struct en_query_name *name, const struct en_alignment *a)
{
    unsigned all = (1u << (name->n < EN_TOGETHER_MAX ? name->n : EN_TOGETHER_MAX)) - 1, fit = 0;

    if (!name->cultured)
        return 0;
    for (unsigned k = 0; k < a->n; k++)
        if (a->pair[k].l_n && a->pair[k].bits > 2 * EN_BITS_ONE)
            fit |= ((1u << a->pair[k].q_n) - 1) << a->pair[k].q_from;
    return together(name, all) - together(name, all & ~fit);
}

/*
 * Names are not independent draws: who is called Ahmed is likelier to be called Mohammed too. Each matched token beyond
 * the first repeats some of what the culture of the name has told: as much as the table of cultures knows, and at least
 * so much. And one of several names will always fit better by chance.
 */

static en_bits
damping(const struct en_ident *x, struct en_query_name *name, const struct en_alignment *a)
{
    uint32_t names = x[1].name_at - x->name_at;
    en_bits out = a->matched ? -told_by_culture(name, a) : 0;

    if (a->matched > 1 && out > -(en_bits)(a->matched - 1) * EN_PARAM_REPEATED_TOKEN)
        out = -(en_bits)(a->matched - 1) * EN_PARAM_REPEATED_TOKEN;
    out = out > 0 ? 0 : out;
    if (-out > a->fitting)
        out = -a->fitting;
    /* Namesakes exist: beyond some point a fitting name tells less than the product of its parts. */
    if (a->fitting + out > EN_PARAM_NAME_FULL)
        out -= (a->fitting + out - EN_PARAM_NAME_FULL) * 5 / 8;
    for (uint32_t n = names; n > 1; n >>= 1)
        out -= EN_BITS_ONE / 2;
    return out;
}

static en_text
name_text(const struct en_segment *s, const struct en_list_name *n)
{
    return en_segment_text(s, n->text_at, n->text_n);
}

/* Which of two names that fit alike is shown does not depend on the order of the list: the main one, or the one first
 * by its text. */
static bool
shown_before(const struct en_segment *s, const struct en_list_name *a, const struct en_list_name *b)
{
    int order = en_text_cmp(name_text(s, a), name_text(s, b));

    if (a->kind != b->kind)
        return a->kind < b->kind;
    return order < 0 || (!order && a->way < b->way);
}

/* Nor on the order of a traveller's names: what is read in one, token by token. */
static bool
read_before(const struct en_query_name *a, const struct en_query_name *b)
{
    unsigned n = a->n < b->n ? a->n : b->n;
    int order = 0;

    for (unsigned i = 0; i < n && !order; i++)
        order = en_text_cmp(a->token[i].text, b->token[i].text);
    return order < 0 || (!order && a->n < b->n);
}

/* Whether the traveller's name i and the list's n, that fit as well as what was found so far, are taken instead. */
static bool
fits_before(const struct en_query *q, const struct en_weighed *w, unsigned i, uint32_t n)
{
    const struct en_segment *s = q->ix->part[w->part];
    const struct en_query_name *name = q->names[w->part].name;

    if (i == w->way)
        return shown_before(s, &s->names[n], &s->names[w->name]);
    return read_before(&name[i], &name[w->way]);
}

/* The names that fit best; NULL where a side has none. */
static struct en_alignment *
weigh_names(struct en_query *q, struct en_weighed *w, struct en_alignment two[2])
{
    const struct en_segment *s = q->ix->part[w->part];
    const struct en_ident *x = &s->ident[w->ident];
    unsigned best = 0;

    w->name_bits = INT32_MIN;
    for (unsigned i = 0; i < q->names[w->part].n; i++)
        for (uint32_t n = x->name_at; n < x[1].name_at; n++) {
            struct en_alignment *a = &two[1 - best];
            en_bits bits;

            en_align(q->expander[w->part], s, &q->names[w->part].name[i], &s->names[n], a);
            bits = a->bits + damping(x, &q->names[w->part].name[i], a);
            if (bits > w->name_bits || (bits == w->name_bits && fits_before(q, w, i, n))) {
                w->name_bits = bits;
                w->way = i;
                w->name = n;
                best = 1 - best;
            }
        }
    if (w->name_bits > INT32_MIN)
        return &two[best];
    w->name_bits = 0;
    return NULL;
}

#define ELSEWHERE_WORTH 0 /* bits without documents: of somebody against whom all speaks no more is looked for */

static void
look_elsewhere(struct en_query *q, const struct en_weighed *w, struct en_alignment *a)
{
    const struct en_segment *s = q->ix->part[w->part];
    const struct en_ident *x = &s->ident[w->ident];

    en_align_elsewhere(q->expander[w->part], s, &q->names[w->part].name[w->way], x->name_at, x[1].name_at, w->name, a);
}

/* What the fusion adds to each row; the calibration does not look at documents, so that it can be shown without. */
static en_bits
fused(const struct en_query *q, const struct en_weighed *w, en_bits rows[EN_FIELDS])
{
    en_bits sum = w->raw;

    memset(rows, 0, EN_FIELDS * sizeof *rows);
    en_fusion_add(q->fusion, &w->features, rows);
    for (unsigned k = 0; k < EN_FIELDS; k++)
        sum += rows[k];
    rows[EN_FIELD_CALIBRATION] = en_fusion_calibration(q->fusion, &w->features,
                                                       sum - w->document - rows[EN_FIELD_DOCUMENT]);
    return sum + rows[EN_FIELD_CALIBRATION];
}

static en_text
id_of(const struct en_segment *s, uint32_t ident)
{
    return en_segment_text(s, s->ident[ident].id_at, s->ident[ident].id_n);
}

static void
weigh(struct en_query *q, unsigned part, uint32_t ident, en_bits promise, const struct en_person *p)
{
    const struct en_segment *s = q->ix->part[part];
    struct en_weighed *w = &q->weighed[q->n_weighed++];
    const struct en_ident *x = &s->ident[ident];
    struct en_alignment two[2], *a;
    struct en_fields_evidence e;
    en_bits rows[EN_FIELDS];

    *w = (struct en_weighed){ .part = part, .ident = ident, .id = id_of(s, ident), .promise = promise };
    a = weigh_names(q, w, two);
    en_fields_evidence(s, x, p, &e);
    if (a && a->matched && x[1].name_at - x->name_at > 1 &&
        w->name_bits + en_fields_bits(&e) - e.doc.bits > ELSEWHERE_WORTH) {
        w->elsewhere = true;
        look_elsewhere(q, w, a);
        w->name_bits = a->bits + damping(x, &q->names[part].name[w->way], a);
    }
    if (a)
        en_features_of_name(&w->features, q->expander[part], s, &q->names[part].name[w->way], &s->names[w->name], a,
                            w->name_bits);
    else
        en_features_no_name(&w->features);
    en_features_of_fields(&w->features, &e);
    w->raw = w->name_bits + en_fields_bits(&e);
    w->document = e.doc.bits;
    w->bits = fused(q, w, rows);
}

/*
 * Nobody is weighed who could not come near a thousandth. Where that leaves everybody, a few candidates are weighed
 * whatever they promise (all where there is no date: then the promise says little); further ones as long as they
 * promise to be among the best, or less than the last of these by what an alignment may find that the ways in did not.
 * What is asked for (top) changes nothing, so that it only cuts.
 */
#define WEIGHED_LEAST 12
#define PROMISE_LEAST 0
#define BEST          10
#define SURPRISE      (4 * EN_BITS_ONE)
#define SURPRISE_MOST (12 * EN_BITS_ONE) /* of those that come to much in the end, documents and dates included */
#define PROBABLE      0.001

static en_bits
promise_least(const struct en_query_options *o, double prior)
{
    double bits = (log2(PROBABLE / (1 - PROBABLE)) - prior) * EN_BITS_ONE - SURPRISE_MOST;

    return o->against || bits < PROMISE_LEAST ? PROMISE_LEAST : (en_bits)bits;
}

static en_bits
floor_of(const struct en_query *q, en_bits least)
{
    en_bits best[BEST];
    unsigned n = 0;

    for (unsigned i = 0; i < q->n_weighed; i++) {
        unsigned at = n < BEST ? n++ : BEST;

        for (; at && best[at - 1] < q->weighed[i].raw; at--)
            if (at < BEST)
                best[at] = best[at - 1];
        if (at < BEST)
            best[at] = q->weighed[i].raw;
    }
    return n < BEST || best[n - 1] - SURPRISE < least ? least : best[n - 1] - SURPRISE;
}

/* Equal ones by id, as they are shown: the order of the list is no reason. */
static int
by_bits(const void *a, const void *b)
{
    const struct en_weighed *x = a, *y = b;

    if (x->bits != y->bits)
        return (x->bits < y->bits) - (x->bits > y->bits);
    return en_text_cmp(x->id, y->id);
}

static int
by_promise(const void *a, const void *b)
{
    const struct pooled *x = a, *y = b;

    if (x->promise != y->promise)
        return (x->promise < y->promise) - (x->promise > y->promise);
    return en_text_cmp(x->id, y->id);
}

/* What comparisons look at of an identity's words, before they do. */
static void
fetch(const struct en_segment *s, uint32_t ident)
{
    for (uint32_t n = s->ident[ident].name_at; n < s->ident[ident + 1].name_at; n++)
        for (unsigned w = 0; w < s->names[n].n && w < EN_ALIGN_MAX; w++) {
            uint32_t vocab = s->words[s->names[n].word_at + w].vocab;

            __builtin_prefetch(&s->spelt[vocab]);
            __builtin_prefetch(&s->vocab[vocab]);
        }
}

/* The candidates of all parts, in one order: how parts share the identities changes nothing. */
static void
weigh_found(struct en_query *q, const struct en_person *p, const struct en_query_options *o, double prior)
{
    bool dated = p->n_births && (!o->ways || o->ways & EN_BY_DATES);
    en_bits floor = promise_least(o, prior);
    unsigned n = 0, most = dated ? EN_CANDIDATES_DATED : EN_CANDIDATES_MAX;
    unsigned least = floor > PROMISE_LEAST ? 0 : dated ? WEIGHED_LEAST : most;

    for (unsigned part = 0; part < EN_PARTS; part++) {
        const struct en_segment *s = q->ix->part[part];
        const struct en_candidate *found;
        unsigned k = s ? en_candidates_find(q->candidates, s, q->ix->gone[part], &q->names[part], p,
                                            o->ways ? o->ways : EN_BY_INDEX, floor > PROMISE_LEAST ? floor : INT32_MIN,
                                            &found)
                       : 0;

        for (unsigned i = 0; i < k; i++)
            q->pool[n++] = (struct pooled){ part, found[i].ident, found[i].promise, id_of(s, found[i].ident) };
    }
    if (n)
        qsort(q->pool, n, sizeof *q->pool, by_promise);
    for (unsigned i = 0; i < n && i < least; i++)
        fetch(q->ix->part[q->pool[i].part], q->pool[i].ident);
    for (unsigned i = 0; i < n && i < most; i++)
        if (i < least || q->pool[i].promise > floor_of(q, floor))
            weigh(q, q->pool[i].part, q->pool[i].ident, q->pool[i].promise, p);
}

/* Every identity of one part; as many of the best stay as an index would propose. */
static void
weigh_everybody(struct en_query *q, unsigned part, const struct en_person *p)
{
    unsigned from = q->n_weighed;

    for (uint32_t i = 0; i < q->ix->part[part]->n_ident; i++) {
        if (q->ix->gone[part][i])
            continue;
        weigh(q, part, i, 0, p);
        if (q->n_weighed == from + 2 * EN_CANDIDATES_MAX) {
            qsort(q->weighed + from, q->n_weighed - from, sizeof *q->weighed, by_bits);
            q->n_weighed -= EN_CANDIDATES_MAX;
        }
    }
    if (q->n_weighed > from + EN_CANDIDATES_MAX) {
        qsort(q->weighed + from, q->n_weighed - from, sizeof *q->weighed, by_bits);
        q->n_weighed = from + EN_CANDIDATES_MAX;
    }
}

/* --- competition ------------------------------------------------------------------------------------ */

double
en_prior_log2_odds(double prior, uint64_t identities)
{
    double p = prior / (double)(identities ? identities : 1);

    return log2(p / (1 - p));
}

double
en_probability(double prior_log2_odds, en_bits bits)
{
    return 1 / (1 + exp2(-(prior_log2_odds + bits / 64.0)));
}

/* Who fits by a date or a document too is told apart from his namesakes by that. */
static bool
by_name_only(const struct en_weighed *w)
{
    int32_t birth = w->features.v[EN_AXIS_BIRTH], doc = w->features.v[EN_AXIS_DOCUMENT];
    bool dated = birth && (birth < EN_BIRTH_SAME_YEAR || birth == EN_BIRTH_WITHIN || birth == EN_BIRTH_YEAR_FITS);

    return !dated && doc <= EN_DOC_CASE_OTHER;
}

double
en_crowd(const struct en_weighed *w, double others)
{
    return by_name_only(w) ? fmin(EN_PARAM_CROWD_MOST, log2(1 + others)) : 0;
}

/*
 * What the other candidates do to each. First, they say how common such a traveller is. Of somebody who is not listed
 * the likelihood ratios against all N identities add up to N in the mean (each is P(traveller | identity) over
 * P(traveller)); where the others alone add up to M times N, such travellers are 1 + M times as common as the parts of
 * the name by themselves made believe, and the evidence of this candidate is less by log2(1 + M). That the parts of a
 * name go together is so learned from the list, for every name. It is bounded, because somebody whom the list has
 * several times is a crowd too.
 */
static void
crowd(struct en_query *q, double prior, double identities)
{
    double before = 0, after = 0, own;

    for (unsigned i = q->n_weighed; i-- > 0;) {
        q->weighed[i].crowd = after;
        after += exp2(q->weighed[i].bits / 64.0) / identities;
    }
    for (unsigned i = 0; i < q->n_weighed; i++) {
        own = exp2(q->weighed[i].bits / 64.0);
        q->weighed[i].crowd = en_crowd(&q->weighed[i], before + q->weighed[i].crowd);
        before += own / identities;
        q->weighed[i].odds = exp2(prior - q->weighed[i].crowd) * own;
    }
}

/*
 * Then, a traveller is at most one of the candidates, or none: P(i) = odds(i) / (1 + sum of odds). The row of the
 * evidence is what the others take away by both, in bits.
 */
static en_bits
competition(const struct en_query *q, unsigned i)
{
    double others = 1;

    for (unsigned k = 0; k < q->n_weighed; k++)
        if (k != i)
            others += q->weighed[k].odds;
    return (en_bits)lround(-64 * (log2(others) + q->weighed[i].crowd));
}

/* --- evidence --------------------------------------------------------------------------------------- */

struct rows {
    struct en_query *q;
    struct en_evidence *v;
    size_t n;
    en_bits sum;
    bool texts;
};

static void
row(struct rows *r, enum en_field field, en_bits bits, en_text query, en_text list, const char *why)
{
    EN_ASSERT(r->n < EVIDENCE_MAX);
    r->v[r->n++] = (struct en_evidence){ field, bits, query, list, why };
    r->sum += bits;
}

/* Texts of neighbouring tokens with a blank between them. */
static en_text
joined(struct en_query *q, const en_text *t, unsigned n)
{
    size_t len = 0, at = 0;
    char *p;

    if (n == 1)
        return t[0];
    for (unsigned i = 0; i < n; i++)
        len += t[i].n + 1;
    p = en_arena_alloc(&q->texts, len);
    if (!p)
        return EN_TEXT_NONE;
    for (unsigned i = 0; i < n; i++) {
        if (i && !(t[i - 1].p + t[i - 1].n == t[i].p))
            p[at++] = ' ';
        memcpy(p + at, t[i].p, t[i].n);
        at += t[i].n;
    }
    return (en_text){ p, at };
}

static en_text
query_text(struct rows *r, const struct en_query_name *name, const struct en_pair *p)
{
    en_text t[EN_SPAN_MAX];

    EN_ASSERT(p->q_n <= EN_SPAN_MAX);
    if (!r->texts)
        return EN_TEXT_NONE;
    for (unsigned i = 0; i < p->q_n; i++)
        t[i] = name->token[p->q_from + i].text;
    return p->q_n ? joined(r->q, t, p->q_n) : EN_TEXT_NONE;
}

/* As the list writes it: the name is read again, because the index keeps only what is compared. */
static en_text
list_text(struct rows *r, const struct en_segment *s, const struct en_list_name *n, const struct en_pair *p)
{
    const struct en_way *w = &r->q->ways.way[n->way];
    en_text t[2];

    EN_ASSERT(p->l_n <= sizeof t / sizeof *t);
    if (!r->texts || !p->l_n)
        return EN_TEXT_NONE;
    en_name_read(name_text(s, n), 0, &r->q->ways);
    if (p->l_from + p->l_n > w->n)
        return EN_TEXT_NONE;
    for (unsigned j = 0; j < p->l_n; j++)
        t[j] = w->token[p->l_from + j].text;
    return joined(r->q, t, p->l_n);
}

static en_bits
pair_rows(struct rows *r, const struct en_weighed *w)
{
    const struct en_segment *s = r->q->ix->part[w->part];
    struct en_query_name *name = &r->q->names[w->part].name[w->way];
    const struct en_list_name *listed = &s->names[w->name];
    struct en_alignment a;

    en_align(r->q->expander[w->part], s, name, listed, &a);
    if (w->elsewhere)
        look_elsewhere(r->q, w, &a);
    for (unsigned i = 0; i < a.n; i++)
        row(r, EN_FIELD_NAME, a.pair[i].bits, query_text(r, name, &a.pair[i]),
            list_text(r, s, a.pair[i].in ? &s->names[a.pair[i].in - 1] : listed, &a.pair[i]), a.pair[i].why);
    return damping(&s->ident[w->ident], name, &a);
}

static void
name_rows(struct rows *r, const struct en_weighed *w, const en_bits learned[EN_FIELDS])
{
    const struct en_ident *x = &r->q->ix->part[w->part]->ident[w->ident];
    bool both = r->q->names[w->part].n && x[0].name_at < x[1].name_at;
    en_bits damp = both ? pair_rows(r, w) : 0;

    if (learned[EN_FIELD_NAME])
        row(r, EN_FIELD_NAME, learned[EN_FIELD_NAME], EN_TEXT_NONE, EN_TEXT_NONE, "what is missing, apart or misspelt");
    if (damp + learned[EN_FIELD_DAMPING])
        row(r, EN_FIELD_DAMPING, damp + learned[EN_FIELD_DAMPING], EN_TEXT_NONE, EN_TEXT_NONE,
            both ? "the parts of a name repeat each other" : "no name to compare");
}

static en_text
birth_text(const struct rows *r, int32_t from, int32_t to)
{
    struct en_birth b = { .from = from, .to = to };
    int y, m, d, y2, m2, d2;
    char text[24];

    if (!r->texts)
        return EN_TEXT_NONE;
    en_day_to_civil(from, &y, &m, &d);
    en_day_to_civil(to, &y2, &m2, &d2);
    b.quality = from == to ? EN_DATE_EXACT : y != y2 ? EN_DATE_BETWEEN : m == m2 ? EN_DATE_MONTH : EN_DATE_YEAR;
    en_birth_format(&b, text);
    return en_text_dup(en_text_from_ours(text), &r->q->texts);
}

static void
field_rows(struct rows *r, const struct en_weighed *w, const struct en_person *p, const struct en_fields_evidence *all,
           const en_bits learned[EN_FIELDS])
{
    const struct en_segment *s = r->q->ix->part[w->part];
    const struct en_ident *x = &s->ident[w->ident];
    struct en_field_evidence e;

    if ((e = all->birth).any)
        row(r, EN_FIELD_BIRTH_DATE, e.bits + learned[EN_FIELD_BIRTH_DATE],
            birth_text(r, p->births[e.query].from, p->births[e.query].to),
            birth_text(r, s->births[e.which].from, s->births[e.which].to), e.why);
    if ((e = all->doc).any)
        row(r, EN_FIELD_DOCUMENT, e.bits + learned[EN_FIELD_DOCUMENT], p->docs[e.query].number,
            en_segment_text(s, s->docs[e.which].text_at, s->docs[e.which].n), e.why);
    if ((e = all->nationality).any)
        row(r, EN_FIELD_NATIONALITY, e.bits + learned[EN_FIELD_NATIONALITY],
            en_text_from_ours(p->nationalities[e.query].a3), en_text_from_ours(s->nats[e.which].a3), e.why);
    if ((e = all->sex).any)
        row(r, EN_FIELD_SEX, e.bits + learned[EN_FIELD_SEX], en_text_from_ours(en_sex_word(p->sex)),
            en_text_from_ours(en_sex_word((enum en_sex)x->sex)), e.why);
    if ((e = all->place).any)
        row(r, EN_FIELD_BIRTH_PLACE, e.bits + learned[EN_FIELD_BIRTH_PLACE], p->places[e.query].text,
            en_segment_text(s, s->places[e.which].text_at, s->places[e.which].n), e.why);
}

static void
make_hit(struct en_query *q, const struct en_weighed *w, en_bits others, unsigned n, const struct en_person *p,
         double prior, bool texts)
{
    const struct en_ident *x = &q->ix->part[w->part]->ident[w->ident];
    struct rows r = { .q = q, .v = q->evidence + (size_t)n * EVIDENCE_MAX, .texts = texts };
    en_bits learned[EN_FIELDS];
    struct en_fields_evidence e;

    en_fields_evidence(q->ix->part[w->part], x, p, &e);
    fused(q, w, learned);
    name_rows(&r, w, learned);
    field_rows(&r, w, p, &e, learned);
    if (others)
        row(&r, EN_FIELD_COMPETITION, others, EN_TEXT_NONE, EN_TEXT_NONE, "other candidates fit this traveller too");
    if (learned[EN_FIELD_CALIBRATION])
        row(&r, EN_FIELD_CALIBRATION, learned[EN_FIELD_CALIBRATION], EN_TEXT_NONE, EN_TEXT_NONE,
            "what such sums were worth");
    EN_ASSERT(r.sum == w->bits + others);
    q->hits[n] = (struct en_hit){ .id = en_segment_text(q->ix->part[w->part], x->id_at, x->id_n),
                                  .tag = x->tag,
                                  .bits = r.sum,
                                  .probability = en_probability(prior, r.sum),
                                  .evidence = r.v,
                                  .n_evidence = r.n };
}

static int
hit_order(const void *a, const void *b)
{
    const struct en_hit *x = a, *y = b;

    return x->bits != y->bits ? (x->bits < y->bits) - (x->bits > y->bits) : en_text_cmp(x->id, y->id);
}

#define TOP_LEAST 10 /* who asks for fewer gets the first of ten: what others take away moves hits among these */

void
en_screen(const struct en_index *ix, struct en_query *q, const struct en_person *traveller,
          const struct en_query_options *o, const struct en_hit **hits, size_t *n)
{
    double prior = en_prior_log2_odds(o->prior, en_index_identities(ix));
    unsigned top = o->top < 100 ? o->top : 100, room = top < TOP_LEAST ? TOP_LEAST : top, made = 0;

    aim(q, ix);
    en_arena_reset(&q->texts);
    q->n_weighed = 0;
    for (unsigned part = 0; part < EN_PARTS; part++)
        if (ix->part[part])
            prepare(q, part, traveller);
    weigh_tokens(q);
    if (!(o->ways & EN_BY_EVERY))
        weigh_found(q, traveller, o, prior);
    for (unsigned part = 0; o->ways & EN_BY_EVERY && part < EN_PARTS; part++)
        if (ix->part[part])
            weigh_everybody(q, part, traveller);
    q->looked_at = q->n_weighed;
    qsort(q->weighed, q->n_weighed, sizeof *q->weighed, by_bits);
    crowd(q, prior, (double)en_index_identities(ix));
    for (unsigned i = 0; i < q->n_weighed && made < room && (o->against || q->weighed[i].bits > 0); i++) {
        en_bits others = competition(q, i);

        if (en_probability(prior, q->weighed[i].bits + others) >= o->min_probability)
            make_hit(q, &q->weighed[i], others, made++, traveller, prior, o->explain);
    }
    qsort(q->hits, made, sizeof *q->hits, hit_order);
    *hits = q->hits;
    *n = made < top ? made : top;
}
