#include "screen/expand.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "names/fixed.h"
#include "names/frequencies.h"
#include "names/usual.h"
#include "screen/compare.h"

#define SPELLINGS    6
#define KEYS_MOST    (SPELLINGS * EN_SKELETONS_MAX + EN_SKELETON_LEN + 2 * EN_MAX_TOKEN_LETTERS + EN_USUAL_MOST)
#define LIMIT_LEAST  (12 * EN_BITS_ONE)
#define LIMIT_MOST   (30 * EN_BITS_ONE)
#define LIMIT_BELOW  (4 * EN_BITS_ONE) /* a spelling must be so much likelier than letters by chance */
#define PAIR_OVER    (8 * EN_BITS_ONE) /* a pair may cost more: it speaks against, but less than none */
#define LETTER_ALONE (5 * EN_BITS_ONE) /* a letter of a script without a channel */
#define BACKGROUND   200000u /* the frequency table weighs as much as so many names of the list */
#define PER          (EN_FREQUENCY_UNIT / BACKGROUND)
#define AHEAD        12 /* vocabulary fetched before it is looked at */
#define MEMO_MOST    256u /* slots up to which a full table of comparisons grows */
#define MEMO_ROOM    16u  /* of a new one, beyond twice what is known: most tokens are asked for once */
#define SLOTS_LEAST  1024u
#define FORESEEN_DF  8u /* bearers of a token that is worth looking up before anybody asks */
#define FORESEEN_KEPT (1u << 20)

struct en_expander {
    const struct en_costs *costs;
    struct en_comparer *comparer;
    struct en_expansion **slot; /* by hash, open addressing */
    uint32_t n_slots, n_kept, hand;
    size_t bytes, bound;
    struct en_expansion **passing; /* expansions of this query that are not worth keeping */
    uint32_t n_passing, cap_passing;
    uint64_t serial;
    /* vocabulary to compare for this token: a bit each, and a bit for each word of those */
    uint64_t *marked, *summary, *done;
    uint32_t n_vocab, *done_words, n_done, cap_done, *picked, n_picked, cap_picked;
    struct en_near *found;
    uint32_t n_found, cap_found;
    struct en_expander_stats stats;
};

struct en_expander *
en_expander_new(const struct en_costs *costs, enum en_simd simd)
{
    struct en_expander *x = en_xcalloc(1, sizeof *x);

    x->costs = costs;
    x->comparer = en_comparer_new(costs, simd);
    x->n_slots = SLOTS_LEAST;
    x->slot = en_xcalloc(x->n_slots, sizeof *x->slot);
    x->bound = EN_EXPANSIONS_BYTES;
    return x;
}

/* --- what is kept from query to query --------------------------------------------------------------- */

static size_t
size_of(const struct en_expansion *e)
{
    return sizeof *e + e->n_near * sizeof *e->near + e->memo_slots * (sizeof *e->memo_vocab + sizeof *e->memo_cost) +
           2 * sizeof(struct en_expansion *);
}

static void
expansion_free(struct en_expander *x, struct en_expansion *e)
{
    x->bytes -= size_of(e);
    x->n_kept--;
    free(e->near);
    free(e->memo_vocab);
    free(e->memo_cost);
    free(e);
}

static uint32_t
home(const struct en_expander *x, uint64_t hash)
{
    return (uint32_t)hash & (x->n_slots - 1);
}

/* The slot of a token, or the free one where it belongs. */
static uint32_t
slot_of(const struct en_expander *x, uint64_t hash, enum en_script script, const uint8_t *sym, unsigned n,
        bool run_together)
{
    uint32_t i = home(x, hash);

    for (; x->slot[i]; i = (i + 1) & (x->n_slots - 1)) {
        const struct en_expansion *e = x->slot[i];

        if (e->hash == hash && e->script == script && e->n == n && e->run_together == run_together &&
            memcmp(e->sym, sym, n) == 0)
            break;
    }
    return i;
}

static void
slots_resize(struct en_expander *x, uint32_t n)
{
    struct en_expansion **old = x->slot;
    uint32_t n_old = x->n_slots;

    x->slot = en_xcalloc(n, sizeof(struct en_expansion *));
    x->n_slots = n;
    x->hand = 0;
    for (uint32_t i = 0; i < n_old; i++)
        if (old[i])
            x->slot[slot_of(x, old[i]->hash, old[i]->script, old[i]->sym, old[i]->n, old[i]->run_together)] = old[i];
    free(old);
}

/* Empties a slot and moves up what stood behind it only because it was taken. */
static void
slot_clear(struct en_expander *x, uint32_t i)
{
    uint32_t mask = x->n_slots - 1;

    expansion_free(x, x->slot[i]);
    x->slot[i] = NULL;
    for (uint32_t k = (i + 1) & mask; x->slot[k]; k = (k + 1) & mask) {
        uint32_t at = home(x, x->slot[k]->hash);

        if (((k - at) & mask) < ((k - i) & mask))
            continue;
        x->slot[i] = x->slot[k];
        x->slot[k] = NULL;
        i = k;
    }
}

static void
forget(struct en_expander *x)
{
    for (uint32_t i = 0; i < x->n_slots; i++)
        if (x->slot[i]) {
            expansion_free(x, x->slot[i]);
            x->slot[i] = NULL;
        }
    x->n_passing = 0;
}

void
en_expander_reset(struct en_expander *x)
{
    forget(x);
    free(x->marked);
    free(x->summary);
    free(x->done);
    x->marked = x->summary = x->done = NULL;
    x->n_vocab = 0;
    x->stats = (struct en_expander_stats){ 0 };
}

/* The clock: what was asked for since the hand came by last stays for another round. */
static void
sweep(struct en_expander *x)
{
    while (x->bytes > x->bound / 8 * 7 && x->n_kept) {
        struct en_expansion *e = x->slot[x->hand];

        if (e && !e->used) {
            slot_clear(x, x->hand);
            continue;
        }
        if (e)
            e->used = false;
        x->hand = (x->hand + 1) & (x->n_slots - 1);
    }
}

void
en_expander_trim(struct en_expander *x)
{
    for (uint32_t i = 0; i < x->n_passing; i++) {
        const struct en_expansion *e = x->passing[i];

        slot_clear(x, slot_of(x, e->hash, e->script, e->sym, e->n, e->run_together));
    }
    x->n_passing = 0;
    if (x->bytes > x->bound)
        sweep(x);
}

void
en_expander_bound(struct en_expander *x, size_t bytes)
{
    x->bound = bytes;
}

void
en_expander_stats(const struct en_expander *x, struct en_expander_stats *out)
{
    *out = x->stats;
    out->compared = en_comparer_count(x->comparer);
    out->kept = x->n_kept;
    out->bytes = x->bytes;
}

void
en_expander_free(struct en_expander *x)
{
    if (!x)
        return;
    forget(x);
    en_comparer_free(x->comparer);
    free(x->slot);
    free(x->passing);
    free(x->marked);
    free(x->summary);
    free(x->done);
    free(x->done_words);
    free(x->picked);
    free(x->found);
    free(x);
}

/* --- pairs of a query token and a list's ------------------------------------------------------------ */

static uint32_t
memo_slot(const struct en_expansion *e, uint32_t vocab)
{
    uint32_t i = vocab * 2654435761u & (e->memo_slots - 1);

    while (e->memo_vocab[i] != EN_VOCAB_NONE && e->memo_vocab[i] != vocab)
        i = (i + 1) & (e->memo_slots - 1);
    return i;
}

static void
memo_add(struct en_expansion *e, uint32_t vocab, int cost)
{
    uint32_t i = memo_slot(e, vocab);

    e->n_memo += e->memo_vocab[i] == EN_VOCAB_NONE;
    e->memo_vocab[i] = vocab;
    e->memo_cost[i] = (int16_t)cost;
}

/* Begins the table again, larger or of the same size, with what the expansion knows by itself. */
static void
memo_renew(struct en_expander *x, struct en_expansion *e)
{
    uint32_t slots = e->memo_slots ? e->memo_slots : 32;

    while (slots < 2 * e->n_near + MEMO_ROOM)
        slots *= 2;
    if ((e->n_memo + 1) * 2 > slots && slots < MEMO_MOST)
        slots *= 2;
    x->bytes -= size_of(e);
    e->memo_slots = slots;
    e->memo_vocab = en_xrealloc(e->memo_vocab, slots * sizeof *e->memo_vocab);
    e->memo_cost = en_xrealloc(e->memo_cost, slots * sizeof *e->memo_cost);
    x->bytes += size_of(e);
    memset(e->memo_vocab, 0xFF, slots * sizeof *e->memo_vocab);
    e->n_memo = 0;
    for (uint32_t i = 0; i < e->n_near; i++)
        memo_add(e, e->near[i].vocab, e->near[i].cost);
}

int
en_expansion_cost(struct en_expander *x, const struct en_segment *s, struct en_expansion *e, uint32_t vocab, int most)
{
    int limit = most < e->limit + PAIR_OVER ? most : e->limit + PAIR_OVER;
    uint32_t i;
    int cost;

    if (!e->memo_slots)
        memo_renew(x, e);
    i = memo_slot(e, vocab);
    if (e->memo_vocab[i] == vocab && (e->memo_cost[i] < EN_COST_UNLIKE || limit <= e->memo_limit))
        return e->memo_cost[i] <= limit ? e->memo_cost[i] : EN_COST_UNLIKE;
    if (limit < 0 || !en_compare_worth(e, &s->spelt[vocab], limit))
        return EN_COST_UNLIKE;
    if (limit > e->memo_limit || (e->n_memo + 1) * 2 > e->memo_slots) {
        e->memo_limit = limit > e->memo_limit ? limit : e->memo_limit;
        memo_renew(x, e);
    }
    cost = en_compare(x->comparer, s, e, vocab, e->memo_limit);
    memo_add(e, vocab, cost);
    return cost <= limit ? cost : EN_COST_UNLIKE;
}

int
en_expansion_cost_joined(struct en_expander *x, const struct en_segment *s, struct en_expansion *e, uint32_t a,
                         uint32_t b, int most)
{
    int limit = most < e->limit + PAIR_OVER ? most : e->limit + PAIR_OVER;

    return limit < 0 ? EN_COST_UNLIKE : en_compare_joined(x->comparer, s, e, a, b, limit);
}

/* --- looking a token up --------------------------------------------------------------------------- */

struct wanted {
    uint32_t hash[KEYS_MOST];
    unsigned n;
};

static void
want(struct wanted *w, uint32_t hash)
{
    if (w->n < KEYS_MOST)
        w->hash[w->n++] = hash;
}

/* Marks the vocabulary under these keys: each once, whatever led to it. */
static void
mark(struct en_expander *x, const struct en_keys *keys, const struct wanted *w)
{
    for (unsigned k = 0; k < w->n; k++)
        en_keys_fetch(keys, w->hash[k]);
    for (unsigned k = 0; k < w->n; k++)
        en_keys_fetch_rows(keys, w->hash[k]);
    for (unsigned k = 0; k < w->n; k++) {
        uint32_t from, to;

        en_keys_find(keys, w->hash[k], &from, &to);
        x->stats.rows += to - from;
        for (; from < to; from++) {
            uint32_t v = keys->rows[from].value;

            x->marked[v / 64] |= (uint64_t)1 << v % 64;
            x->summary[v / 4096] |= (uint64_t)1 << v / 64 % 64;
        }
    }
}

static void
found(struct en_expander *x, uint32_t vocab, int cost)
{
    if (x->n_found == x->cap_found) {
        x->cap_found = x->cap_found ? x->cap_found * 2 : 256;
        x->found = en_xrealloc(x->found, x->cap_found * sizeof *x->found);
    }
    x->found[x->n_found++] = (struct en_near){ vocab, (int16_t)cost, 0 };
}

/* The marks of one word that are new, as numbers. */
static void
pick(struct en_expander *x, uint32_t word)
{
    uint64_t fresh = x->marked[word] & ~x->done[word];

    x->marked[word] = 0;
    if (!fresh)
        return;
    if (x->n_done + 1 >= x->cap_done) {
        x->cap_done = x->cap_done ? x->cap_done * 2 : 1024;
        x->done_words = en_xrealloc(x->done_words, x->cap_done * sizeof *x->done_words);
    }
    x->done_words[x->n_done] = word;
    x->n_done += !x->done[word];
    x->done[word] |= fresh;
    if (x->n_picked + 64 > x->cap_picked) {
        x->cap_picked = x->cap_picked ? x->cap_picked * 2 : 1024;
        x->picked = en_xrealloc(x->picked, x->cap_picked * sizeof *x->picked);
    }
    for (; fresh; fresh &= fresh - 1)
        x->picked[x->n_picked++] = word * 64 + (uint32_t)__builtin_ctzll(fresh);
}

/* Compares what is marked, in the order of the vocabulary, which is that of the letters. */
static void
consider(struct en_expander *x, const struct en_segment *s, const struct en_expansion *e, int limit)
{
    x->n_picked = 0;
    for (uint32_t i = 0; i <= x->n_vocab / 4096; i++) {
        for (uint64_t words = x->summary[i]; words; words &= words - 1)
            pick(x, i * 64 + (uint32_t)__builtin_ctzll(words));
        x->summary[i] = 0;
    }
    for (uint32_t i = 0; i < x->n_picked; i++) {
        uint32_t v = x->picked[i];
        int cost;

        if (i + AHEAD < x->n_picked)
            __builtin_prefetch(&s->spelt[x->picked[i + AHEAD]]);
        if (!en_compare_worth(e, &s->spelt[v], limit))
            continue;
        cost = en_compare(x->comparer, s, e, v, limit);
        if (cost <= e->limit)
            found(x, v, cost);
    }
}

static void
want_spelling(struct wanted *w, const struct en_latin *l, bool also_without)
{
    want(w, en_key_of_spelling(l, l->n));
    for (unsigned k = 0; also_without && l->n >= 4 && k < l->n; k++)
        want(w, en_key_of_spelling(l, k));
}

static void
want_skeletons(struct wanted *w, const struct en_latin *l, bool also_without)
{
    en_skeleton keys[EN_SKELETONS_MAX];
    unsigned n = en_skeletons(l, keys);

    for (unsigned i = 0; i < n; i++)
        want(w, en_key_of_skeleton(keys[i]));
    for (unsigned k = 0; also_without && n && en_skeleton_length(keys[0]) >= 4 && k < en_skeleton_length(keys[0]); k++)
        want(w, en_key_of_skeleton(en_skeleton_without(keys[0], k)));
}

/* A script without a channel is compared as it stands: the same letters, or one of them left out. */
static void
look_up_as_it_stands(struct en_expander *x, const struct en_segment *s, const struct en_expansion *e)
{
    struct en_latin l = { .n = e->n };
    struct wanted w = { .n = 0 };

    memcpy(l.sym, e->sym, e->n);
    want_spelling(&w, &l, true);
    mark(x, &s->by_spelling, &w);
    consider(x, s, e, e->limit);
}

static uint32_t
bearers(const struct en_segment *s, uint32_t vocab)
{
    return s->vocab[vocab].df - (s->dead ? s->dead[vocab] : 0);
}

/*
 * What is dearer than the token is rare tells nothing, and how rare it is at most, the spellings found so far say. A
 * small part of an index knows too little about that.
 */
static int
limit_by_rarity(const struct en_expander *x, const struct en_segment *s, const struct en_expansion *e)
{
    unsigned __int128 sum = 0;
    int limit;

    if (s->n_postings < BACKGROUND)
        return e->limit;
    for (uint32_t i = 0; i < x->n_found; i++) {
        uint64_t share = s->vocab[x->found[i].vocab].share, on_list = bearers(s, x->found[i].vocab);

        sum += (unsigned __int128)(PER * on_list + (share ? share : on_list ? EN_FREQUENCY_UNSEEN : 0)) *
               en_prob_of_cost(x->found[i].cost);
    }
    limit = en_cost_of_prob((uint64_t)(sum / (PER * ((uint64_t)s->n_postings + BACKGROUND))) + e->chance);
    return limit < e->limit ? limit : e->limit;
}

/* The Latin spellings of a token, and what is known of all of them. */
static unsigned
spell(const struct en_expander *x, struct en_expansion *e, struct en_latin l[SPELLINGS])
{
    unsigned n = e->has_channel ? en_costs_spell(x->costs, e->script, e->sym, e->n, l, SPELLINGS) : 0;

    e->first = n ? l[0].sym[0] : 0;
    e->all = e->has_channel ? UINT32_MAX : 0;
    for (unsigned i = 0; i < n; i++) {
        e->any |= en_letters(&l[i]);
        e->all &= en_letters(&l[i]);
    }
    return n;
}

static void
look_up(struct en_expander *x, const struct en_segment *s, struct en_expansion *e, const struct en_latin *l,
        unsigned n)
{
    struct wanted w EN_UNINITIALISED;

    if (!e->has_channel) {
        look_up_as_it_stands(x, s, e);
        return;
    }
    w.n = 0;
    for (unsigned i = 0; i < n; i++)
        want_spelling(&w, &l[i], e->script == EN_SCRIPT_LATIN);
    for (unsigned i = 0; i < e->n_usual; i++) {
        struct en_latin usual = { .n = e->usual[i].n };

        memcpy(usual.sym, e->usual[i].sym, usual.n);
        want_spelling(&w, &usual, false);
    }
    mark(x, &s->by_spelling, &w);
    consider(x, s, e, e->limit);
    if (e->run_together && e->script == EN_SCRIPT_LATIN)
        return;
    w.n = 0;
    for (unsigned i = 0; i < n; i++)
        want_skeletons(&w, &l[i], i == 0);
    mark(x, &s->by_skeleton, &w);
    consider(x, s, e, limit_by_rarity(x, s, e));
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
prepare_marks(struct en_expander *x, const struct en_segment *s)
{
    if (x->marked && x->n_vocab == s->n_vocab)
        return;
    free(x->marked);
    free(x->done);
    free(x->summary);
    x->n_vocab = s->n_vocab;
    x->marked = en_xcalloc(x->n_vocab / 64 + 1, sizeof *x->marked);
    x->done = en_xcalloc(x->n_vocab / 64 + 1, sizeof *x->done);
    x->summary = en_xcalloc(x->n_vocab / 4096 + 1, sizeof *x->summary);
}

/* Takes what was looked up when the index was built. */
static bool
foreseen(const struct en_segment *s, struct en_expansion *e)
{
    uint32_t v = s->near_at && !e->run_together ? en_vocab_find(s, e->script, e->sym, e->n) : EN_VOCAB_NONE;

    e->n_near = v == EN_VOCAB_NONE ? 0 : s->near_at[v + 1] - s->near_at[v];
    if (!e->n_near)
        return false;
    e->near = en_xmalloc(e->n_near * sizeof *e->near);
    memcpy(e->near, s->near + s->near_at[v], e->n_near * sizeof *e->near);
    return true;
}

static void
expand(struct en_expander *x, const struct en_segment *s, struct en_expansion *e)
{
    /* Many travellers' tokens are nobody's on the list and in no table: their letters alone say how rare they are. */
    int alone = e->has_channel ? en_costs_alone(x->costs, e->script, e->sym, e->n) : LETTER_ALONE * (e->n + 1);
    int limit = alone - LIMIT_BELOW;
    struct en_latin l[SPELLINGS] EN_UNINITIALISED;
    unsigned n;

    e->chance = en_prob_of_cost(alone < 59 * EN_BITS_ONE ? alone : 59 * EN_BITS_ONE);
    e->limit = !e->has_channel || limit < LIMIT_LEAST ? LIMIT_LEAST : limit > LIMIT_MOST ? LIMIT_MOST : limit;
    n = spell(x, e, l);
    if (e->script == EN_SCRIPT_LATIN && !e->run_together)
        e->n_usual = en_costs_usual(x->costs, e->sym, e->n, &e->usual);
    if (e->script == EN_SCRIPT_LATIN && !e->run_together)
        en_split(s, e->sym, e->n, &e->split);
    if (e->script == EN_SCRIPT_LATIN && !e->run_together)
        e->cultures.n = en_costs_cultures(x->costs, e->sym, e->n, &e->cultures.rows);
    if (foreseen(s, e))
        return;
    prepare_marks(x, s);
    x->n_found = 0;
    look_up(x, s, e, l, n);
    for (uint32_t i = 0; i < x->n_done; i++)
        x->done[x->done_words[i]] = 0;
    x->n_done = 0;
    e->n_near = x->n_found;
    e->near = en_xmalloc(x->n_found * sizeof *e->near);
    if (x->n_found) {
        qsort(x->found, x->n_found, sizeof *x->found, by_cost);
        memcpy(e->near, x->found, x->n_found * sizeof *e->near);
    }
}

struct en_expansion *
en_expand(struct en_expander *x, const struct en_segment *s, enum en_script script, const uint8_t *sym, unsigned n,
          bool run_together)
{
    uint64_t hash = en_xxh3(en_bytes_from(sym, n)) ^ run_together;
    uint32_t i = slot_of(x, hash, script, sym, n, run_together);
    struct en_expansion *e = x->slot[i];

    x->stats.asked++;
    if (e) {
        e->used = true;
        return e;
    }
    x->stats.missed++;
    if ((x->n_kept + 1) * 2 > x->n_slots) {
        slots_resize(x, x->n_slots * 2);
        i = slot_of(x, hash, script, sym, n, run_together);
    }
    x->slot[i] = e = en_xcalloc(1, sizeof *e);
    x->n_kept++;
    *e = (struct en_expansion){ .script = script,
                                .n = (uint8_t)n,
                                .run_together = run_together,
                                .has_channel = en_costs_has(x->costs, script),
                                .serial = ++x->serial,
                                .hash = hash,
                                .used = true };
    memcpy(e->sym, sym, n);
    expand(x, s, e);
    x->bytes += size_of(e);
    if (run_together && script == EN_SCRIPT_LATIN) {
        if (x->n_passing == x->cap_passing) {
            x->cap_passing = x->cap_passing ? x->cap_passing * 2 : 64;
            x->passing = en_xrealloc(x->passing, x->cap_passing * sizeof(struct en_expansion *));
        }
        x->passing[x->n_passing++] = e;
    }
    return e;
}

void
en_expander_foresee(const struct en_costs *costs, enum en_simd simd, struct en_segment *s)
{
    struct en_expander *x = en_expander_new(costs, simd);
    uint32_t *at = en_xmalloc(((uint64_t)s->n_vocab + 1) * sizeof *at), n = 0, cap = 1024;
    struct en_near *near = en_xmalloc(cap * sizeof *near);

    en_expander_bound(x, FORESEEN_KEPT);
    for (uint32_t v = 0; v < s->n_vocab; v++) {
        const struct en_vocab *w = &s->vocab[v];
        const struct en_expansion *e;

        at[v] = n;
        if (w->df < FORESEEN_DF)
            continue;
        en_expander_trim(x);
        e = en_expand(x, s, (enum en_script)w->script, s->bytes + w->sym_at, w->n, false);
        while (e->n_near > cap - n)
            near = en_xrealloc(near, (cap *= 2) * sizeof *near);
        memcpy(near + n, e->near, e->n_near * sizeof *near);
        n += e->n_near;
    }
    at[s->n_vocab] = n;
    s->near_at = at;
    s->near = near;
    s->n_near = n;
    en_expander_free(x);
}

/* --- rarity ----------------------------------------------------------------------------------------- */

static bool
same_token(const struct en_segment *s, uint32_t a, const struct en_segment *t, uint32_t b)
{
    const struct en_vocab *v = &s->vocab[a], *w = &t->vocab[b];

    return v->script == w->script && v->n == w->n && memcmp(s->bytes + v->sym_at, t->bytes + w->sym_at, v->n) == 0;
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
