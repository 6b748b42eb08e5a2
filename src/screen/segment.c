/* segment.c: from a draft to flat arrays, postings and keys. */
#include <stdlib.h>
#include <string.h>

#include "screen/draft.h"

static void *
dup(const void *p, size_t count, size_t size)
{
    void *q = en_xmalloc(count * size);

    if (count)
        memcpy(q, p, count * size);
    return q;
}

/* --- ranges of values by identity ------------------------------------------------------------------ */

/*
 * Orders one kind of values by owner, stable, into `out`, and writes where each identity's begin. `from` has elements
 * of `stride` bytes that start with the owner; the value stands at `at` with `size` bytes.
 */
struct kind {
    const void *from;
    uint32_t n;
    size_t stride, at, size;
    void *out;
    uint32_t *begin; /* of identity 0; the next is `step` bytes on */
    size_t step;
};

static uint32_t *
begin_of(const struct kind *k, uint32_t i)
{
    return (uint32_t *)(void *)((char *)k->begin + k->step * i);
}

static void
order(const struct kind *k, uint32_t n_ident)
{
    uint32_t *next = en_xcalloc((uint64_t)n_ident + 1, sizeof *next), sum = 0;

    for (uint32_t i = 0; i < k->n; i++) {
        uint32_t owner;

        memcpy(&owner, (const char *)k->from + k->stride * i, sizeof owner);
        next[owner]++;
    }
    for (uint32_t i = 0; i <= n_ident; i++) {
        uint32_t count = next[i];

        *begin_of(k, i) = sum;
        next[i] = sum;
        sum += count;
    }
    for (uint32_t i = 0; i < k->n; i++) {
        const char *e = (const char *)k->from + k->stride * i;
        uint32_t owner;

        memcpy(&owner, e, sizeof owner);
        memcpy((char *)k->out + k->size * next[owner]++, e + k->at, k->size);
    }
    free(next);
}

#define KIND(d, s, field, type, range)                                                                                 \
    {                                                                                                                  \
        (d)->field, (d)->n_##field, sizeof(struct type), offsetof(struct type, v), sizeof(((struct type *)0)->v),      \
            (s)->field, &(s)->ident[0].range, sizeof(struct en_ident)                                                  \
    }

static void
lay_values(const struct en_draft *d, struct en_segment *s)
{
    s->names = en_xmalloc(d->n_names * sizeof *s->names);
    s->births = en_xmalloc(d->n_births * sizeof *s->births);
    s->docs = en_xmalloc(d->n_docs * sizeof *s->docs);
    s->nats = en_xmalloc(d->n_nats * sizeof *s->nats);
    s->places = en_xmalloc(d->n_places * sizeof *s->places);
    s->n_names = d->n_names;
    s->n_births = d->n_births;
    s->n_docs = d->n_docs;
    s->n_nats = d->n_nats;
    s->n_places = d->n_places;
    const struct kind kinds[] = { KIND(d, s, names, en_draft_name, name_at),
                                  KIND(d, s, births, en_draft_birth, birth_at), KIND(d, s, docs, en_draft_doc, doc_at),
                                  KIND(d, s, nats, en_draft_nat, nat_at),
                                  KIND(d, s, places, en_draft_place, place_at) };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        order(&kinds[i], d->n_ident);
}

/* --- postings -------------------------------------------------------------------------------------- */

/* Calls fn for every word of every name of every identity, identities ascending. */
static void
each_word(const struct en_segment *s, void (*fn)(struct en_segment *s, uint32_t ident, uint32_t vocab, uint32_t *seen),
          struct en_segment *out, uint32_t *seen)
{
    for (uint32_t i = 0; i < s->n_ident; i++)
        for (uint32_t n = s->ident[i].name_at; n < s->ident[i + 1].name_at; n++)
            for (unsigned w = 0; w < s->names[n].n; w++)
                fn(out, i, s->words[s->names[n].word_at + w].vocab, seen);
}

/* seen[v] is the last identity + 1 that was counted for v. */
static void
count_df(struct en_segment *s, uint32_t ident, uint32_t vocab, uint32_t *seen)
{
    if (seen[vocab] == ident + 1)
        return;
    seen[vocab] = ident + 1;
    s->vocab[vocab].df++;
}

static void
fill_posting(struct en_segment *s, uint32_t ident, uint32_t vocab, uint32_t *seen)
{
    struct en_vocab *v = &s->vocab[vocab];

    if (seen[vocab] == ident + 1)
        return;
    seen[vocab] = ident + 1;
    s->postings[v->post_at + v->df++] = ident;
}

static void
lay_postings(struct en_segment *s)
{
    uint32_t *seen = en_xcalloc(s->n_vocab, sizeof *seen), sum = 0;

    each_word(s, count_df, s, seen);
    for (uint32_t v = 0; v < s->n_vocab; v++) {
        s->vocab[v].post_at = sum;
        sum += s->vocab[v].df;
        s->vocab[v].df = 0;
        seen[v] = 0;
    }
    s->n_postings = sum;
    s->postings = en_xmalloc(sum * sizeof *s->postings);
    each_word(s, fill_posting, s, seen);
    free(seen);
}

/* --- keys ------------------------------------------------------------------------------------------ */

struct rows {
    struct en_key_row *v;
    uint32_t n, cap;
};

static void
row(struct rows *r, uint32_t hash, uint32_t value)
{
    if (r->n == r->cap) {
        EN_ASSERT(r->cap < UINT32_MAX / 2);
        r->cap = r->cap ? r->cap * 2 : 1024;
        r->v = en_xrealloc(r->v, r->cap * sizeof *r->v);
    }
    r->v[r->n++] = (struct en_key_row){ hash, value };
}

/* Radix sort by hash, stable, so values stay ascending within a hash. */
static void
sort_rows(struct rows *r)
{
    struct en_key_row *tmp = en_xmalloc((uint64_t)r->n * sizeof *tmp);

    for (unsigned shift = 0; shift < 32; shift += 16) {
        uint32_t *count = en_xcalloc(65537, sizeof *count);

        for (uint32_t i = 0; i < r->n; i++)
            count[(r->v[i].hash >> shift & 0xFFFF) + 1]++;
        for (unsigned b = 0; b < 65536; b++)
            count[b + 1] += count[b];
        for (uint32_t i = 0; i < r->n; i++)
            tmp[count[r->v[i].hash >> shift & 0xFFFF]++] = r->v[i];
        free(count);
        struct en_key_row *t = r->v;

        r->v = tmp;
        tmp = t;
    }
    free(tmp);
    r->cap = r->n;
}

static struct en_keys
keys_from(struct rows *r)
{
    struct en_keys k = { .n = r->n, .dir_bits = 8 };
    uint32_t at = 0;

    sort_rows(r);
    while (k.dir_bits < 24 && (1u << k.dir_bits) < k.n)
        k.dir_bits++;
    k.rows = r->v;
    k.dir = en_xmalloc(((1u << k.dir_bits) + 1) * sizeof *k.dir);
    for (uint32_t b = 0; b < 1u << k.dir_bits; b++) {
        k.dir[b] = at;
        while (at < k.n && k.rows[at].hash >> (32 - k.dir_bits) == b)
            at++;
    }
    k.dir[1u << k.dir_bits] = k.n;
    return k;
}

/* Skeletons of four classes and more are also indexed with one class left out: a consonant lost or misread. */
static void
skeleton_rows(struct rows *r, const struct en_latin *l, uint32_t vocab)
{
    en_skeleton keys[EN_SKELETONS_MAX];
    unsigned n = en_skeletons(l, keys);

    for (unsigned i = 0; i < n; i++) {
        row(r, en_key_of_skeleton(keys[i]), vocab);
        for (unsigned k = 0; i == 0 && en_skeleton_length(keys[i]) >= 4 && k < en_skeleton_length(keys[i]); k++)
            row(r, en_key_of_skeleton(en_skeleton_without(keys[i], k)), vocab);
    }
}

static void
spelling_rows(struct rows *r, const struct en_latin *l, uint32_t vocab)
{
    for (unsigned i = l->n < 4 ? l->n : 0; i <= l->n; i++)
        row(r, en_key_of_spelling(l, i), vocab);
}

static void
lay_vocab_keys(struct en_segment *s, const struct en_costs *costs)
{
    struct rows skeletons = { 0 }, spellings = { 0 };

    for (uint32_t v = 0; v < s->n_vocab; v++) {
        struct en_latin l = en_vocab_latin(s, &s->vocab[v]), more[4];
        unsigned n;

        s->vocab[v].consonants = en_consonants(&l);
        if (s->vocab[v].flags & (EN_TOKEN_PARTICLE | EN_TOKEN_TITLE))
            continue;
        if (!l.n) { /* a script without a channel is looked up as it stands */
            l.n = s->vocab[v].n;
            memcpy(l.sym, s->bytes + s->vocab[v].sym_at, l.n);
            spelling_rows(&spellings, &l, v);
            continue;
        }
        skeleton_rows(&skeletons, &l, v);
        spelling_rows(&spellings, &l, v);
        if (s->vocab[v].script == EN_SCRIPT_LATIN)
            continue;
        n = en_costs_spell(costs, s->vocab[v].script, s->bytes + s->vocab[v].sym_at, s->vocab[v].n, more, 4);
        for (unsigned i = 1; i < n; i++)
            skeleton_rows(&skeletons, &more[i], v);
    }
    s->by_skeleton = keys_from(&skeletons);
    s->by_spelling = keys_from(&spellings);
}

/* Names all of whose tokens are common are found through pairs of them. */
static void
pair_rows(const struct en_segment *s, struct rows *r, uint32_t ident, const struct en_list_name *name)
{
    const struct en_word *w = s->words + name->word_at;

    for (unsigned i = 0; i < name->n && i < 8; i++)
        for (unsigned j = i + 1; j < name->n && j < 8; j++)
            if (s->vocab[w[i].vocab].df >= EN_COMMON_DF && s->vocab[w[j].vocab].df >= EN_COMMON_DF)
                row(r, en_key_of_pair(w[i].vocab, w[j].vocab), ident);
}

static void
lay_ident_keys(struct en_segment *s)
{
    struct rows pairs = { 0 }, days = { 0 }, docs = { 0 };

    for (uint32_t i = 0; i < s->n_ident; i++) {
        const struct en_ident *x = &s->ident[i], *next = x + 1;

        for (uint32_t n = x->name_at; n < next->name_at; n++)
            pair_rows(s, &pairs, i, &s->names[n]);
        for (uint32_t b = x->birth_at; b < next->birth_at; b++)
            if (s->births[b].from == s->births[b].to)
                row(&days, en_key_of_day(s->births[b].from), i);
        for (uint32_t d = x->doc_at; d < next->doc_at; d++)
            for (unsigned k = 0; k <= s->docs[d].n; k++)
                row(&docs, en_key_of_doc((const char *)s->bytes + s->docs[d].text_at, s->docs[d].n, k), i);
    }
    s->by_pair = keys_from(&pairs);
    s->by_day = keys_from(&days);
    s->by_doc = keys_from(&docs);
}

struct en_segment *
en_draft_layout(const struct en_draft *d)
{
    struct en_segment *s = en_xcalloc(1, sizeof *s);

    s->bytes = dup(d->bytes.p, d->bytes.n, 1);
    s->n_bytes = d->bytes.n;
    s->vocab = dup(d->vocab, d->n_vocab, sizeof *s->vocab);
    s->n_vocab = d->n_vocab;
    s->words = dup(d->words, d->n_words, sizeof *s->words);
    s->n_words = d->n_words;
    s->ident = en_xcalloc((uint64_t)d->n_ident + 1, sizeof *s->ident);
    if (d->n_ident)
        memcpy(s->ident, d->ident, d->n_ident * sizeof *s->ident);
    for (uint32_t i = 0; i < d->n_ident; i++)
        if (s->ident[i].sex == EN_SEX_DISPUTED)
            s->ident[i].sex = EN_SEX_UNKNOWN;
    s->n_ident = d->n_ident;
    lay_values(d, s);
    lay_postings(s);
    lay_vocab_keys(s, d->costs);
    lay_ident_keys(s);
    return s;
}

/* Words of identity i before (n, w) with this vocabulary. */
static bool
said_before(const struct en_segment *s, uint32_t i, uint32_t n, unsigned w)
{
    uint32_t vocab = s->words[s->names[n].word_at + w].vocab;

    for (uint32_t m = s->ident[i].name_at; m <= n; m++)
        for (unsigned k = 0; k < (m == n ? w : s->names[m].n); k++)
            if (s->words[s->names[m].word_at + k].vocab == vocab)
                return true;
    return false;
}

void
en_segment_bury(struct en_segment *s, uint32_t ident)
{
    if (!s->dead)
        s->dead = en_xcalloc(s->n_vocab, sizeof *s->dead);
    for (uint32_t n = s->ident[ident].name_at; n < s->ident[ident + 1].name_at; n++)
        for (unsigned w = 0; w < s->names[n].n; w++)
            if (!said_before(s, ident, n, w)) {
                s->dead[s->words[s->names[n].word_at + w].vocab]++;
                s->n_dead++;
            }
}

static void
keys_free(struct en_keys *k)
{
    free(k->rows);
    free(k->dir);
}

void
en_segment_free(struct en_segment *s)
{
    if (!s)
        return;
    keys_free(&s->by_skeleton);
    keys_free(&s->by_spelling);
    keys_free(&s->by_pair);
    keys_free(&s->by_day);
    keys_free(&s->by_doc);
    free(s->bytes);
    free(s->vocab);
    free(s->ident);
    free(s->names);
    free(s->words);
    free(s->births);
    free(s->docs);
    free(s->nats);
    free(s->places);
    free(s->postings);
    free(s->dead);
    free(s);
}

static uint64_t
keys_memory(const struct en_keys *k)
{
    return k->n * sizeof *k->rows + (k->n ? ((1ull << k->dir_bits) + 1) * sizeof *k->dir : 0);
}

uint64_t
en_segment_memory(const struct en_segment *s)
{
    return sizeof *s + s->n_bytes + s->n_vocab * sizeof *s->vocab + s->n_ident * sizeof *s->ident +
           s->n_names * sizeof *s->names + s->n_words * sizeof *s->words + s->n_births * sizeof *s->births +
           s->n_docs * sizeof *s->docs + s->n_nats * sizeof *s->nats + s->n_places * sizeof *s->places +
           s->n_postings * sizeof *s->postings + (s->dead ? s->n_vocab * sizeof *s->dead : 0) +
           keys_memory(&s->by_skeleton) + keys_memory(&s->by_spelling) +
           keys_memory(&s->by_pair) + keys_memory(&s->by_day) + keys_memory(&s->by_doc);
}
