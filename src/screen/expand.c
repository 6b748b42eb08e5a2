#include "screen/expand.h"

#include <stdlib.h>
#include <string.h>

#include "names/fixed.h"
#include "names/frequencies.h"

#define KEPT_MAX     40000u /* expansions kept between queries */
#define SPELLINGS    6
#define PROFILES     12
#define NATIVES      64
#define CONSONANTS_OFF 4
#define LIMIT_LEAST  (12 * EN_BITS_ONE)
#define LIMIT_MOST   (30 * EN_BITS_ONE)
#define LIMIT_BELOW  (4 * EN_BITS_ONE) /* a spelling must be so much likelier than letters by chance */
#define LETTER_ALONE (5 * EN_BITS_ONE) /* a letter of a script without a channel */
#define BACKGROUND   200000u /* the frequency table weighs as much as so many names of the list */

struct en_expander {
    const struct en_costs *costs;
    struct en_map *known; /* token to number in kept */
    struct en_expansion **kept;
    uint32_t n_kept, cap_kept;
    struct {
        struct en_profile *profile;
        const struct en_expansion *of;
    } aimed[PROFILES]; /* the tokens compared last */
    unsigned next_aim;
    struct {
        struct en_profile *profile;
        uint32_t vocab;
    } native[NATIVES]; /* list tokens of other scripts that Latin ones were compared with last */
    struct en_profile *joined;
    uint32_t *seen; /* vocabulary already compared for this token: the number of the round */
    uint32_t n_seen, round;
    struct en_near *found;
    uint32_t n_found, cap_found;
};

struct en_expander *
en_expander_new(const struct en_costs *costs)
{
    struct en_expander *x = en_xcalloc(1, sizeof *x);

    x->costs = costs;
    x->known = en_map_new(NULL);
    for (unsigned i = 0; i < PROFILES; i++)
        x->aimed[i].profile = en_profile_new();
    for (unsigned i = 0; i < NATIVES; i++) {
        x->native[i].profile = en_profile_new();
        x->native[i].vocab = EN_VOCAB_NONE;
    }
    x->joined = en_profile_new();
    return x;
}

static void
forget(struct en_expander *x)
{
    for (uint32_t i = 0; i < x->n_kept; i++) {
        free(x->kept[i]->near);
        free(x->kept[i]->memo_vocab);
        free(x->kept[i]->memo_cost);
        free(x->kept[i]);
    }
    x->n_kept = 0;
    for (unsigned i = 0; i < PROFILES; i++)
        x->aimed[i].of = NULL;
    for (unsigned i = 0; i < NATIVES; i++)
        x->native[i].vocab = EN_VOCAB_NONE;
}

void
en_expander_reset(struct en_expander *x)
{
    forget(x);
    en_map_free(x->known);
    x->known = en_map_new(NULL);
    free(x->seen);
    x->seen = NULL;
    x->n_seen = x->round = 0;
}

void
en_expander_trim(struct en_expander *x)
{
    if (x->n_kept > KEPT_MAX)
        en_expander_reset(x);
}

void
en_expander_free(struct en_expander *x)
{
    if (!x)
        return;
    forget(x);
    en_map_free(x->known);
    for (unsigned i = 0; i < PROFILES; i++)
        en_profile_free(x->aimed[i].profile);
    for (unsigned i = 0; i < NATIVES; i++)
        en_profile_free(x->native[i].profile);
    en_profile_free(x->joined);
    free(x->kept);
    free(x->seen);
    free(x->found);
    free(x);
}

/* --- comparing one token -------------------------------------------------------------------------- */

static const struct en_profile *
aim(struct en_expander *x, const struct en_expansion *e)
{
    unsigned i = x->next_aim;

    for (unsigned k = 0; k < PROFILES; k++)
        if (x->aimed[k].of == e)
            return x->aimed[k].profile;
    x->next_aim = (i + 1) % PROFILES;
    en_profile_set(x->aimed[i].profile, x->costs, e->script, e->sym, e->n);
    x->aimed[i].of = e;
    return x->aimed[i].profile;
}

/*
 * Tokens of one native script are compared letter by letter with a plain model of slips: the channels speak of spelling
 * in Latin only. Costs: 0.2 bits for the same, 9 for one letter, more for two.
 */
static int
same_script_cost(const uint8_t *a, unsigned n, const uint8_t *b, unsigned m)
{
    unsigned row[EN_MAX_TOKEN_LETTERS + 1];

    for (unsigned j = 0; j <= m; j++)
        row[j] = j;
    for (unsigned i = 1; i <= n; i++) {
        unsigned diagonal = row[0];

        row[0] = i;
        for (unsigned j = 1; j <= m; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    if (row[m] == 0)
        return EN_BITS_ONE / 5;
    /* One in twenty names is spelt with another letter, which may be any of about 8 in any place. */
    return row[m] * 4 > (n < m ? n : m) + 2 ? EN_COST_UNLIKE : (int)(row[m] * 7 + 1) * EN_BITS_ONE;
}

/* Consonants that no spelling of the token has, and those that all have and the other lacks: a bound that costs
 * nothing. */
static int
foreign_consonants(const struct en_expansion *e, const struct en_vocab *v)
{
    return __builtin_popcount(v->consonants & ~e->any) + __builtin_popcount(e->all & ~v->consonants);
}

static bool
same_letters(const struct en_expansion *e, const struct en_segment *s, const struct en_vocab *v)
{
    return e->script == v->script && e->n == v->n && memcmp(e->sym, s->bytes + v->sym_at, v->n) == 0;
}

static int
least_cost(int cost)
{
    return cost < EN_COST_UNLIKE ? cost : EN_COST_UNLIKE;
}

static struct en_latin
latin_form(const struct en_expansion *e)
{
    struct en_latin l = { .n = e->n };

    memcpy(l.sym, e->sym, e->n);
    return l;
}

/* What it costs to write a list's token of another script as a Latin one: by the channel of its script, not by a guess
 * of ours. */
static int
spelling_cost(struct en_expander *x, const struct en_segment *s, const struct en_expansion *e, const struct en_vocab *v)
{
    uint32_t vocab = (uint32_t)(v - s->vocab);
    unsigned i = vocab % NATIVES;
    struct en_latin l = latin_form(e);

    if (x->native[i].vocab != vocab) {
        en_profile_set(x->native[i].profile, x->costs, (enum en_script)v->script, s->bytes + v->sym_at, v->n);
        x->native[i].vocab = vocab;
    }
    return en_profile_spelling_cost(x->native[i].profile, &l, e->limit);
}

static int
compare(struct en_expander *x, const struct en_segment *s, const struct en_expansion *e, const struct en_vocab *v)
{
    struct en_latin l;
    int cost;

    if (v->script == e->script && e->script != EN_SCRIPT_LATIN)
        return same_script_cost(e->sym, e->n, s->bytes + v->sym_at, v->n);
    if (!v->latin_n || !en_costs_has(x->costs, e->script) || foreign_consonants(e, v) > CONSONANTS_OFF)
        return EN_COST_UNLIKE;
    if (e->script == EN_SCRIPT_LATIN && v->script != EN_SCRIPT_LATIN)
        return least_cost(spelling_cost(x, s, e, v));
    l = en_vocab_latin(s, v);
    cost = en_profile_cost(aim(x, e), &l, e->limit);
    if (cost > e->limit && same_letters(e, s, v)) /* however unlikely its letters are */
        cost = e->limit;
    /* A spelling made by us is one of several. */
    if (v->script != EN_SCRIPT_LATIN && cost < EN_COST_UNLIKE)
        cost += EN_BITS_ONE;
    return cost < EN_COST_UNLIKE ? cost : EN_COST_UNLIKE;
}

static uint32_t
memo_slot(const struct en_expansion *e, uint32_t vocab)
{
    uint32_t i = vocab * 2654435761u & (e->memo_slots - 1);

    while (e->memo_vocab[i] != EN_VOCAB_NONE && e->memo_vocab[i] != vocab)
        i = (i + 1) & (e->memo_slots - 1);
    return i;
}

static void
memo_resize(struct en_expansion *e, uint32_t slots)
{
    uint32_t *old_vocab = e->memo_vocab, n = e->memo_slots;
    int16_t *old_cost = e->memo_cost;

    e->memo_slots = slots;
    e->memo_vocab = en_xmalloc(slots * sizeof *e->memo_vocab);
    e->memo_cost = en_xmalloc(slots * sizeof *e->memo_cost);
    memset(e->memo_vocab, 0xFF, slots * sizeof *e->memo_vocab);
    for (uint32_t i = 0; i < n; i++)
        if (old_vocab[i] != EN_VOCAB_NONE) {
            uint32_t at = memo_slot(e, old_vocab[i]);

            e->memo_vocab[at] = old_vocab[i];
            e->memo_cost[at] = old_cost[i];
        }
    free(old_vocab);
    free(old_cost);
}

static void
memo_put(struct en_expansion *e, uint32_t vocab, int cost)
{
    uint32_t i;

    if ((e->n_memo + 1) * 2 > e->memo_slots)
        memo_resize(e, e->memo_slots ? e->memo_slots * 2 : 64);
    i = memo_slot(e, vocab);
    e->n_memo += e->memo_vocab[i] == EN_VOCAB_NONE;
    e->memo_vocab[i] = vocab;
    e->memo_cost[i] = (int16_t)cost;
}

int
en_expansion_cost(struct en_expander *x, const struct en_segment *s, struct en_expansion *e, uint32_t vocab)
{
    uint32_t i = memo_slot(e, vocab);
    int cost;

    if (e->memo_vocab[i] == vocab)
        return e->memo_cost[i];
    cost = compare(x, s, e, &s->vocab[vocab]);
    memo_put(e, vocab, cost);
    return cost;
}

/* Two tokens of another script written together as a Latin one. */
static int
spelling_cost_joined(struct en_expander *x, const struct en_segment *s, const struct en_expansion *e,
                     const struct en_vocab *a, const struct en_vocab *b)
{
    uint8_t sym[EN_COST_MAX_LETTERS];
    struct en_latin l = latin_form(e);

    if (a->script != b->script || a->n + b->n > EN_COST_MAX_LETTERS)
        return EN_COST_UNLIKE;
    memcpy(sym, s->bytes + a->sym_at, a->n);
    memcpy(sym + a->n, s->bytes + b->sym_at, b->n);
    en_profile_set(x->joined, x->costs, (enum en_script)a->script, sym, (unsigned)a->n + b->n);
    return least_cost(en_profile_spelling_cost(x->joined, &l, e->limit));
}

int
en_expansion_cost_joined(struct en_expander *x, const struct en_segment *s, struct en_expansion *e, uint32_t a,
                         uint32_t b)
{
    const struct en_vocab *v = &s->vocab[a], *w = &s->vocab[b];
    struct en_latin l = en_vocab_latin(s, v), m = en_vocab_latin(s, w);

    if (!l.n || !m.n || l.n + m.n > EN_COST_MAX_LETTERS || !en_costs_has(x->costs, e->script))
        return EN_COST_UNLIKE;
    if (e->script == EN_SCRIPT_LATIN && (v->script != EN_SCRIPT_LATIN || w->script != EN_SCRIPT_LATIN))
        return spelling_cost_joined(x, s, e, v, w);
    memcpy(l.sym + l.n, m.sym, m.n);
    l.n = (uint8_t)(l.n + m.n);
    return least_cost(en_profile_cost(aim(x, e), &l, e->limit));
}

/* --- looking a token up --------------------------------------------------------------------------- */

static void
consider(struct en_expander *x, const struct en_segment *s, struct en_expansion *e, const struct en_keys *keys,
         uint32_t hash)
{
    uint32_t from, to;

    en_keys_find(keys, hash, &from, &to);
    for (; from < to; from++) {
        uint32_t v = keys->rows[from].value;
        int cost;

        if (x->seen[v] == x->round)
            continue;
        x->seen[v] = x->round;
        cost = compare(x, s, e, &s->vocab[v]);
        if (cost > e->limit)
            continue;
        if (x->n_found == x->cap_found) {
            x->cap_found = x->cap_found ? x->cap_found * 2 : 256;
            x->found = en_xrealloc(x->found, x->cap_found * sizeof *x->found);
        }
        x->found[x->n_found++] = (struct en_near){ v, (int16_t)cost };
    }
}

static void
consider_skeletons(struct en_expander *x, const struct en_segment *s, struct en_expansion *e, const struct en_latin *l,
                   bool also_without)
{
    en_skeleton keys[EN_SKELETONS_MAX];
    unsigned n = en_skeletons(l, keys);

    for (unsigned i = 0; i < n; i++)
        consider(x, s, e, &s->by_skeleton, en_key_of_skeleton(keys[i]));
    for (unsigned k = 0; also_without && n && en_skeleton_length(keys[0]) >= 4 && k < en_skeleton_length(keys[0]); k++)
        consider(x, s, e, &s->by_skeleton, en_key_of_skeleton(en_skeleton_without(keys[0], k)));
}

/* A script without a channel is compared as it stands: the same letters, or one of them left out. */
static void
look_up_as_it_stands(struct en_expander *x, const struct en_segment *s, struct en_expansion *e)
{
    struct en_latin l = { .n = e->n };

    memcpy(l.sym, e->sym, e->n);
    for (unsigned k = e->n < 4 ? e->n : 0; k <= e->n; k++)
        consider(x, s, e, &s->by_spelling, en_key_of_spelling(&l, k));
}

static void
look_up(struct en_expander *x, const struct en_segment *s, struct en_expansion *e, bool run_together)
{
    struct en_latin l[SPELLINGS];
    unsigned n;

    if (!en_costs_has(x->costs, e->script)) {
        look_up_as_it_stands(x, s, e);
        return;
    }
    n = en_costs_spell(x->costs, e->script, e->sym, e->n, l, SPELLINGS);
    e->first = n ? l[0].sym[0] : 0;
    e->all = UINT32_MAX;
    for (unsigned i = 0; i < n; i++) {
        e->any |= en_consonants(&l[i]);
        e->all &= en_consonants(&l[i]);
    }
    for (unsigned i = 0; i < n; i++) {
        if (!run_together)
            consider_skeletons(x, s, e, &l[i], i == 0);
        for (unsigned k = l[i].n < 4 ? l[i].n : 0; k <= l[i].n && (e->script == EN_SCRIPT_LATIN || k == l[i].n); k++)
            consider(x, s, e, &s->by_spelling, en_key_of_spelling(&l[i], k));
    }
}

static int
by_cost(const void *a, const void *b)
{
    const struct en_near *x = a, *y = b;

    if (x->cost != y->cost)
        return (x->cost > y->cost) - (x->cost < y->cost);
    return (x->vocab > y->vocab) - (x->vocab < y->vocab);
}

static void
finish(struct en_expander *x, struct en_expansion *e)
{
    /* Many travellers' tokens are of nobody on the list and in no table: then the letters by themselves say how rare. */
    int alone = en_costs_has(x->costs, e->script) ? en_profile_alone(aim(x, e)) : LETTER_ALONE * (e->n + 1);

    e->chance = en_prob_of_cost(alone < 59 * EN_BITS_ONE ? alone : 59 * EN_BITS_ONE);
    e->n_near = x->n_found;
    e->near = en_xmalloc(x->n_found * sizeof *e->near);
    if (x->n_found) {
        qsort(x->found, x->n_found, sizeof *x->found, by_cost);
        memcpy(e->near, x->found, x->n_found * sizeof *e->near);
    }
    memo_resize(e, 64);
    for (uint32_t i = 0; i < e->n_near; i++)
        memo_put(e, e->near[i].vocab, e->near[i].cost);
}

struct en_expansion *
en_expand(struct en_expander *x, const struct en_segment *s, enum en_script script, const uint8_t *sym, unsigned n,
          bool run_together)
{
    uint8_t key[EN_MAX_TOKEN_LETTERS + 2];
    struct en_expansion *e;
    bool fresh;
    uint64_t *at;

    key[0] = (uint8_t)script;
    key[1] = run_together;
    memcpy(key + 2, sym, n);
    at = en_map_put(x->known, en_bytes_from(key, n + 2), &fresh);
    if (!fresh)
        return x->kept[*at];
    *at = x->n_kept;
    if (x->n_kept == x->cap_kept) {
        x->cap_kept = x->cap_kept ? x->cap_kept * 2 : 1024;
        x->kept = en_xrealloc(x->kept, x->cap_kept * sizeof *x->kept);
    }
    e = x->kept[x->n_kept++] = en_xcalloc(1, sizeof *e);
    e->script = script;
    e->n = (uint8_t)n;
    memcpy(e->sym, sym, n);
    if (x->n_seen != s->n_vocab) {
        x->seen = en_xrealloc(x->seen, s->n_vocab * sizeof *x->seen);
        memset(x->seen, 0, s->n_vocab * sizeof *x->seen);
        x->n_seen = s->n_vocab;
        x->round = 0;
    }
    x->round++;
    x->n_found = 0;
    e->limit = LIMIT_LEAST;
    if (en_costs_has(x->costs, script)) {
        int alone = en_profile_alone(aim(x, e)) - LIMIT_BELOW;

        e->limit = alone < LIMIT_LEAST ? LIMIT_LEAST : alone > LIMIT_MOST ? LIMIT_MOST : alone;
    }
    look_up(x, s, e, run_together);
    finish(x, e);
    return e;
}

/* --- rarity ----------------------------------------------------------------------------------------- */

#define PER (EN_FREQUENCY_UNIT / BACKGROUND)

static bool
same_token(const struct en_segment *s, uint32_t a, const struct en_segment *t, uint32_t b)
{
    const struct en_vocab *v = &s->vocab[a], *w = &t->vocab[b];

    return v->script == w->script && v->n == w->n && memcmp(s->bytes + v->sym_at, t->bytes + w->sym_at, v->n) == 0;
}

static uint32_t
bearers(const struct en_segment *s, uint32_t vocab)
{
    return s->vocab[vocab].df - (s->dead ? s->dead[vocab] : 0);
}

/* Whether an earlier part has somebody with the token, so that its share at large is already counted. */
static bool
counted_before(const struct en_segment *const *part, struct en_expansion *const *e, unsigned p, uint32_t vocab)
{
    for (unsigned k = 0; k < p; k++)
        for (uint32_t i = 0; e[k] && part[k] && i < e[k]->n_near; i++)
            if (same_token(part[p], vocab, part[k], e[k]->near[i].vocab))
                return part[k]->vocab[e[k]->near[i].vocab].share || bearers(part[k], e[k]->near[i].vocab);
    return false;
}

/* Persons of a spelling: those of the list, and those at large as if they were so many of the list. */
static uint64_t
weight(const struct en_segment *const *part, struct en_expansion *const *e, unsigned p, uint32_t vocab)
{
    uint64_t on_list = bearers(part[p], vocab), at_large = part[p]->vocab[vocab].share;

    if (at_large) /* in every part */
        return PER * on_list + (p == 0 ? at_large : 0);
    return PER * on_list + (on_list && !counted_before(part, e, p, vocab) ? EN_FREQUENCY_UNSEEN : 0);
}

int
en_rarity_at_large(uint32_t share)
{
    return en_log2_ratio(EN_FREQUENCY_UNIT, share ? share : EN_FREQUENCY_UNSEEN);
}

void
en_expander_rarity(const struct en_segment *const *part, struct en_expansion *const *e, unsigned parts,
                   uint64_t version)
{
    unsigned __int128 sum = 0;
    uint64_t postings = 0, p;
    bool known = true;

    for (unsigned k = 0; k < parts; k++)
        known = known && (!e[k] || e[k]->rarity_of == version);
    if (known)
        return;
    for (unsigned k = 0; k < parts; k++) {
        if (!part[k])
            continue;
        postings += part[k]->n_postings - part[k]->n_dead;
        for (uint32_t i = 0; e[k] && i < e[k]->n_near; i++)
            sum += (unsigned __int128)weight(part, e, k, e[k]->near[i].vocab) * en_prob_of_cost(e[k]->near[i].cost);
    }
    for (unsigned k = 0; k < parts; k++)
        if (e[k]) {
            p = (uint64_t)(sum / (PER * (postings + BACKGROUND))) + e[k]->chance;
            e[k]->rarity = en_cost_of_prob(p);
            e[k]->rarity_of = version;
            e[k]->list_weight = en_log2_ratio(postings + BACKGROUND, BACKGROUND);
        }
}
