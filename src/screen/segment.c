/* segment.c: from a draft to flat arrays, postings and keys. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/time.h"
#include "screen/draft.h"

/* --- the order of identities ----------------------------------------------------------------------- */

struct place {
    uint64_t key, hash;
    uint32_t ident;
};

static int
by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->key != y->key)
        return (x->key > y->key) - (x->key < y->key);
    if (x->hash != y->hash)
        return (x->hash > y->hash) - (x->hash < y->hash);
    return (x->ident > y->ident) - (x->ident < y->ident);
}

struct born {
    int32_t from, to;
    uint32_t n;
    uint8_t quality;
};

static enum en_block
block_of(const struct born *b)
{
    int from, to, m, d;

    if (!b->n)
        return EN_BLOCK_NONE;
    en_day_to_civil(b->from, &from, &m, &d);
    en_day_to_civil(b->to, &to, &m, &d);
    if (b->n > 1 || b->quality == EN_DATE_APPROX || from != to || from < EN_DIRECTORY_FROM || to > EN_DIRECTORY_TO)
        return EN_BLOCK_OTHER;
    return b->from == b->to ? EN_BLOCK_DAY : EN_BLOCK_YEAR;
}

/* The hull of each identity's dates. */
static struct born *
births_of(const struct en_draft *d)
{
    struct born *out = en_xcalloc((uint64_t)d->n_ident + 1, sizeof *out);

    for (uint32_t i = 0; i < d->n_births; i++) {
        const struct en_list_birth *v = &d->births[i].v;
        struct born *b = &out[d->births[i].owner];

        b->from = !b->n || v->from < b->from ? v->from : b->from;
        b->to = !b->n || v->to > b->to ? v->to : b->to;
        b->quality = v->quality;
        b->n++;
    }
    return out;
}

static struct en_brief
brief_of(const struct born *b, const struct en_ident *x)
{
    int64_t span = (int64_t)b->to - b->from;

    return (struct en_brief){ .from = b->n ? b->from : INT32_MIN,
                              .span = (uint16_t)(span < UINT16_MAX ? span : UINT16_MAX),
                              .sex = x->sex };
}

/* Nationalities into the briefs, of identities that have one. */
static void
brief_countries(const struct en_draft *d, struct en_segment *s, const uint32_t *rank)
{
    uint8_t *n = en_xcalloc((uint64_t)s->n_ident + 1, 1);

    for (uint32_t i = 0; i < d->n_nats; i++) {
        uint32_t at = rank[d->nats[i].owner];

        s->brief[at].nat = n[at] ? 0 : en_brief_country(d->nats[i].v);
        n[at] = 1;
    }
    free(n);
}

/* Identities and briefs in order; returns where each identity of the draft went. */
static uint32_t *
lay_idents(const struct en_draft *d, struct en_segment *s)
{
    struct place *place = en_xmalloc(((uint64_t)d->n_ident + 1) * sizeof *place);
    uint32_t *rank = en_xmalloc(((uint64_t)d->n_ident + 1) * sizeof *rank);
    struct born *born = births_of(d);

    s->n_ident = d->n_ident;
    s->ident = en_xcalloc((uint64_t)d->n_ident + 1, sizeof *s->ident);
    s->brief = en_xcalloc((uint64_t)d->n_ident + 1, sizeof *s->brief);
    for (uint32_t i = 0; i < d->n_ident; i++) {
        const struct en_ident *x = &d->ident[i];
        enum en_block k = block_of(&born[i]);

        place[i] = (struct place){ (uint64_t)k << 32 | ((uint32_t)born[i].from ^ 0x80000000u),
                                   en_xxh3(en_bytes_from(d->bytes.p + x->id_at, x->id_n)), i };
        s->block[k + 1]++;
    }
    for (unsigned k = 0; k < EN_BLOCKS; k++)
        s->block[k + 1] += s->block[k];
    if (d->n_ident)
        qsort(place, d->n_ident, sizeof *place, by_place);
    for (uint32_t i = 0; i < d->n_ident; i++) {
        struct en_ident *x = &s->ident[i];

        rank[place[i].ident] = i;
        *x = d->ident[place[i].ident];
        if (x->sex == EN_SEX_DISPUTED)
            x->sex = EN_SEX_UNKNOWN;
        s->brief[i] = brief_of(&born[place[i].ident], x);
    }
    brief_countries(d, s, rank);
    free(born);
    free(place);
    return rank;
}

static int32_t
first_day(int year)
{
    return en_day_from_civil(year, 1, 1);
}

static void
lay_directories(struct en_segment *s)
{
    int32_t first = first_day(EN_DIRECTORY_FROM), days = first_day(EN_DIRECTORY_TO + 1) - first;
    uint32_t at = s->block[EN_BLOCK_DAY];

    s->day_at = en_xmalloc(((uint64_t)days + 1) * sizeof *s->day_at);
    for (int32_t i = 0; i <= days; i++) {
        while (at < s->block[EN_BLOCK_DAY + 1] && s->brief[at].from < first + i)
            at++;
        s->day_at[i] = at;
    }
    s->year_at = en_xmalloc((EN_DIRECTORY_TO - EN_DIRECTORY_FROM + 2) * sizeof *s->year_at);
    at = s->block[EN_BLOCK_YEAR];
    for (int y = EN_DIRECTORY_FROM; y <= EN_DIRECTORY_TO + 1; y++) {
        while (at < s->block[EN_BLOCK_YEAR + 1] && s->brief[at].from < first_day(y))
            at++;
        s->year_at[y - EN_DIRECTORY_FROM] = at;
    }
}

uint32_t
en_segment_days(void)
{
    return (uint32_t)(first_day(EN_DIRECTORY_TO + 1) - first_day(EN_DIRECTORY_FROM));
}

static int64_t
within(int64_t v, int64_t most)
{
    return v < 0 ? 0 : v > most ? most : v;
}

void
en_segment_born(const struct en_segment *s, enum en_block block, int32_t from, int32_t to, uint32_t *a, uint32_t *b)
{
    static const int years = EN_DIRECTORY_TO + 1 - EN_DIRECTORY_FROM;
    int32_t first = first_day(EN_DIRECTORY_FROM), days = first_day(EN_DIRECTORY_TO + 1) - first;
    int y, z, m, d;

    EN_ASSERT(block == EN_BLOCK_DAY || block == EN_BLOCK_YEAR);
    *a = *b = 0;
    if (!s->day_at)
        return;
    if (block == EN_BLOCK_DAY) {
        *a = s->day_at[within((int64_t)from - first, days)];
        *b = s->day_at[within((int64_t)to + 1 - first, days)];
        return;
    }
    en_day_to_civil(from, &y, &m, &d);
    en_day_to_civil(to, &z, &m, &d);
    *a = s->year_at[within((int64_t)y - EN_DIRECTORY_FROM, years)];
    *b = s->year_at[within((int64_t)z + 1 - EN_DIRECTORY_FROM, years)];
}

/* --- ranges of values by identity ------------------------------------------------------------------ */

/*
 * Orders one kind of values by the place of their owner, stable, into `out`, and writes where each identity's begin.
 * `from` has elements of `stride` bytes that start with the owner; the value stands at `at` with `size` bytes.
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
order(const struct kind *k, uint32_t n_ident, const uint32_t *rank)
{
    uint32_t *next = en_xcalloc((uint64_t)n_ident + 1, sizeof *next), sum = 0;

    for (uint32_t i = 0; i < k->n; i++) {
        uint32_t owner;

        memcpy(&owner, (const char *)k->from + k->stride * i, sizeof owner);
        next[rank[owner]]++;
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
        memcpy((char *)k->out + k->size * next[rank[owner]]++, e + k->at, k->size);
    }
    free(next);
}

/* Lays one kind out and may free what the draft had of it: a large list is not held twice as a whole. */
#define LAY(d, s, field, type, range)                                                                                  \
    do {                                                                                                               \
        (s)->n_##field = (d)->n_##field;                                                                               \
        (s)->field = en_xmalloc((d)->n_##field * sizeof *(s)->field);                                                  \
        order(&(struct kind){ (d)->field, (d)->n_##field, sizeof(struct type), offsetof(struct type, v),               \
                              sizeof(((struct type *)0)->v), (s)->field, &(s)->ident[0].range,                         \
                              sizeof(struct en_ident) },                                                               \
              (d)->n_ident, rank);                                                                                     \
        if (consume) {                                                                                                 \
            free((d)->field);                                                                                          \
            (d)->field = NULL;                                                                                         \
        }                                                                                                              \
    } while (0)

static void
lay_values(struct en_draft *d, struct en_segment *s, const uint32_t *rank, bool consume)
{
    LAY(d, s, names, en_draft_name, name_at);
    LAY(d, s, births, en_draft_birth, birth_at);
    LAY(d, s, docs, en_draft_doc, doc_at);
    LAY(d, s, nats, en_draft_nat, nat_at);
    LAY(d, s, places, en_draft_place, place_at);
}

/* The words of neighbours stand beside each other, so that those of one day can be read through. */
static void
lay_words(struct en_draft *d, struct en_segment *s)
{
    uint32_t at = 0;

    s->n_words = d->n_words;
    s->words = en_xmalloc(d->n_words * sizeof *s->words);
    for (uint32_t n = 0; n < s->n_names; n++) {
        memcpy(s->words + at, d->words + s->names[n].word_at, s->names[n].n * sizeof *s->words);
        s->names[n].word_at = at;
        at += s->names[n].n;
    }
    free(d->words);
    d->words = NULL;
}

/* --- the order of the vocabulary ------------------------------------------------------------------- */

struct spelt {
    const uint8_t *sym;
    uint32_t vocab;
    uint8_t script, n;
};

static int
by_letters(const void *a, const void *b)
{
    const struct spelt *x = a, *y = b;
    int order;

    if (x->script != y->script)
        return x->script < y->script ? -1 : 1;
    order = memcmp(x->sym, y->sym, x->n < y->n ? x->n : y->n);
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

uint32_t
en_vocab_find(const struct en_segment *s, enum en_script script, const uint8_t *sym, unsigned n)
{
    struct spelt want = { sym, 0, (uint8_t)script, (uint8_t)n };
    uint32_t lo = 0, hi = s->n_vocab;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        const struct en_spelt *x = &s->spelt[mid];
        const uint8_t *letters = x->n <= EN_SPELT ? x->sym : s->bytes + s->vocab[mid].sym_at;
        int order = by_letters(&(struct spelt){ letters, mid, x->script, x->n }, &want);

        if (order == 0)
            return mid;
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return EN_VOCAB_NONE;
}

/* What comparisons look at, of the tokens from `first` on; their letters come with their keys. */
static void
spell(struct en_segment *s, uint32_t first)
{
    for (uint32_t i = first; i < s->n_vocab; i++) {
        const struct en_vocab *v = &s->vocab[i];

        s->spelt[i] = (struct en_spelt){ .script = v->script, .n = v->n, .latin_n = v->latin_n };
        memcpy(s->spelt[i].sym, s->bytes + v->sym_at, v->n < EN_SPELT ? v->n : EN_SPELT);
        if (v->script != EN_SCRIPT_LATIN)
            memcpy(s->spelt[i].latin, s->bytes + v->sym_at + v->n, v->latin_n < EN_SPELT ? v->latin_n : EN_SPELT);
    }
}

/* By script and letters: those that begin alike stand together, and a comparison with one goes on with the next. */
static void
order_vocab(struct en_segment *s)
{
    struct spelt *by = en_xmalloc((uint64_t)s->n_vocab * sizeof *by);
    struct en_vocab *sorted = en_xmalloc((uint64_t)s->n_vocab * sizeof *sorted);
    uint32_t *number = en_xmalloc((uint64_t)s->n_vocab * sizeof *number);

    for (uint32_t v = 0; v < s->n_vocab; v++)
        by[v] = (struct spelt){ s->bytes + s->vocab[v].sym_at, v, s->vocab[v].script, s->vocab[v].n };
    qsort(by, s->n_vocab, sizeof *by, by_letters);
    for (uint32_t i = 0; i < s->n_vocab; i++) {
        sorted[i] = s->vocab[by[i].vocab];
        number[by[i].vocab] = i;
    }
    for (uint32_t w = 0; w < s->n_words; w++)
        s->words[w].vocab = number[s->words[w].vocab] & (EN_VOCAB_MAX - 1);
    free(s->vocab);
    s->vocab = sorted;
    s->spelt = en_xcalloc((uint64_t)s->n_vocab + 1, sizeof *s->spelt);
    spell(s, 0);
    free(number);
    free(by);
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
    s->vocab[vocab].dated += ident < s->block[EN_BLOCK_DAY + 1];
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

/* Under what pairs with this token are found: spellings of one name have the same. */
static uint32_t
pair_skeleton(const struct en_segment *s, const struct en_vocab *v, const struct en_latin *l)
{
    en_skeleton keys[EN_SKELETONS_MAX];
    struct en_latin own = { .n = v->n };

    if (en_skeletons(l, keys) && en_skeleton_length(keys[0]))
        return en_key_of_skeleton(keys[0]);
    memcpy(own.sym, s->bytes + v->sym_at, v->n);
    return en_key_of_spelling(&own, own.n);
}

/* Of the tokens from `first` on. */
static void
vocab_rows(struct en_segment *s, const struct en_costs *costs, uint32_t first, struct rows *skeletons,
           struct rows *spellings)
{
    for (uint32_t v = first; v < s->n_vocab; v++) {
        struct en_latin l = en_vocab_latin(s, &s->vocab[v]), more[4];
        unsigned n;

        s->spelt[v].letters = en_letters(&l);
        s->vocab[v].skeleton = pair_skeleton(s, &s->vocab[v], &l);
        if (s->vocab[v].flags & (EN_TOKEN_PARTICLE | EN_TOKEN_TITLE))
            continue;
        if (!l.n) { /* a script without a channel is looked up as it stands */
            l.n = s->vocab[v].n;
            memcpy(l.sym, s->bytes + s->vocab[v].sym_at, l.n);
            spelling_rows(spellings, &l, v);
            continue;
        }
        skeleton_rows(skeletons, &l, v);
        spelling_rows(spellings, &l, v);
        if (s->vocab[v].script == EN_SCRIPT_LATIN)
            continue;
        n = en_costs_spell(costs, s->vocab[v].script, s->bytes + s->vocab[v].sym_at, s->vocab[v].n, more, 4);
        for (unsigned i = 1; i < n; i++)
            skeleton_rows(skeletons, &more[i], v);
    }
}

static void
lay_vocab_keys(struct en_segment *s, const struct en_costs *costs)
{
    struct rows skeletons = { 0 }, spellings = { 0 };

    vocab_rows(s, costs, 0, &skeletons, &spellings);
    s->by_skeleton = keys_from(&skeletons);
    s->by_spelling = keys_from(&spellings);
}

/* --- pairs of common names ------------------------------------------------------------------------- */

#define PAIRS_MOST 96 /* of an identity; who has more is found by what is rare in his names */

struct pairs {
    uint32_t v[PAIRS_MOST];
    unsigned n;
};

static void
pair_add(struct pairs *p, uint32_t key)
{
    for (unsigned i = 0; i < p->n; i++)
        if (p->v[i] == key)
            return;
    if (p->n < PAIRS_MOST)
        p->v[p->n++] = key;
}

/* Names all of whose tokens are common are found through pairs of them; common[v]: whether a token is (NULL: all). */
static void
pairs_of(const struct en_segment *s, const struct en_list_name *name, const uint8_t *common, struct pairs *out)
{
    const struct en_word *w = s->words + name->word_at;

    for (unsigned i = 0; i < name->n && i < 8; i++)
        for (unsigned j = i + 1; j < name->n && j < 8; j++)
            if (!common || (common[w[i].vocab] && common[w[j].vocab]))
                pair_add(out, en_key_of_pair(s->vocab[w[i].vocab].skeleton, s->vocab[w[j].vocab].skeleton));
}

static int
by_hash(const void *a, const void *b)
{
    const struct en_key_row *x = a, *y = b;

    return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Of each token, whether enough identities have its skeleton; particles and titles are none. */
static uint8_t *
common_tokens(const struct en_segment *s)
{
    struct en_key_row *of = en_xmalloc(((uint64_t)s->n_vocab + 1) * sizeof *of);
    uint8_t *common = en_xcalloc((uint64_t)s->n_vocab + 1, 1);

    for (uint32_t v = 0; v < s->n_vocab; v++)
        of[v] = (struct en_key_row){ s->vocab[v].skeleton, v };
    if (s->n_vocab)
        qsort(of, s->n_vocab, sizeof *of, by_hash);
    for (uint32_t from = 0, to; from < s->n_vocab; from = to) {
        uint64_t df = 0;

        for (to = from; to < s->n_vocab && of[to].hash == of[from].hash; to++)
            df += s->vocab[of[to].value].df;
        for (uint32_t k = from; df >= EN_COMMON_DF && k < to; k++)
            common[of[k].value] = !(s->vocab[of[k].value].flags & (EN_TOKEN_PARTICLE | EN_TOKEN_TITLE));
    }
    free(of);
    return common;
}

static void
pair_rows(const struct en_segment *s, uint32_t first, const uint8_t *common, struct rows *out)
{
    for (uint32_t i = first; i < s->n_ident; i++) {
        struct pairs p EN_UNINITIALISED;

        p.n = 0;
        for (uint32_t n = s->ident[i].name_at; n < s->ident[i + 1].name_at; n++)
            pairs_of(s, &s->names[n], common, &p);
        for (unsigned k = 0; k < p.n; k++)
            row(out, p.v[k], i);
    }
}

static void
lay_pairs(struct en_segment *s)
{
    uint8_t *common = common_tokens(s);
    struct rows rows = { 0 };

    pair_rows(s, 0, common, &rows);
    s->by_pair = keys_from(&rows);
    free(common);
}

struct ident_rows {
    struct rows docs, ids, days;
};

static void
ident_rows(const struct en_segment *s, uint32_t first, struct ident_rows *out)
{
    for (uint32_t i = first; i < s->n_ident; i++) {
        const struct en_ident *x = &s->ident[i];

        row(&out->ids, en_key_of_id(en_segment_text(s, x->id_at, x->id_n)), i);
        for (uint32_t d = x->doc_at; d < x[1].doc_at; d++)
            for (unsigned k = 0; k <= s->docs[d].n; k++)
                row(&out->docs, en_key_of_doc((const char *)s->bytes + s->docs[d].text_at, s->docs[d].n, k), i);
        for (uint32_t b = x->birth_at; i >= s->block[EN_BLOCK_DAY + 1] && b < x[1].birth_at; b++)
            if (s->births[b].from == s->births[b].to)
                row(&out->days, en_key_of_day(s->births[b].from), i);
    }
}

static void
lay_ident_keys(struct en_segment *s)
{
    struct ident_rows rows = { 0 };

    ident_rows(s, 0, &rows);
    s->by_doc = keys_from(&rows.docs);
    s->by_id = keys_from(&rows.ids);
    s->by_day = keys_from(&rows.days);
}

struct en_segment *
en_draft_layout(struct en_draft *d)
{
    struct en_segment *s = en_xcalloc(1, sizeof *s);
    const struct en_costs *costs = d->costs;
    uint32_t *rank;

    en_draft_forget_maps(d);
    rank = lay_idents(d, s);
    lay_values(d, s, rank, true);
    free(rank);
    lay_words(d, s);
    s->n_bytes = d->bytes.n;
    s->bytes = en_xrealloc(d->bytes.p, d->bytes.n ? d->bytes.n : 1);
    d->bytes = (struct en_buf)EN_BUF_INIT;
    s->n_vocab = d->n_vocab;
    s->vocab = en_xrealloc(d->vocab, (d->n_vocab ? d->n_vocab : 1) * sizeof *s->vocab);
    d->vocab = NULL;
    en_draft_free(d);
    lay_directories(s);
    order_vocab(s);
    lay_postings(s);
    lay_vocab_keys(s, costs);
    lay_pairs(s);
    lay_ident_keys(s);
    return s;
}

/* --- growing ---------------------------------------------------------------------------------------- */

static int
by_row_hash(const void *a, const void *b)
{
    const struct en_key_row *x = a, *y = b;

    if (x->hash != y->hash)
        return (x->hash > y->hash) - (x->hash < y->hash);
    return (x->value > y->value) - (x->value < y->value);
}

/* First row of a hash above this one. */
static uint32_t
rows_above(const struct en_keys *k, uint32_t from, uint32_t hash)
{
    uint32_t to = k->n;

    while (from < to) {
        uint32_t mid = from + (to - from) / 2;

        if (k->rows[mid].hash <= hash)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

/* How many rows lie below each beginning of a hash: the last directory's numbers, and the new ones that came before. */
static void
fill_directory(struct en_keys *k, const struct en_keys *last, const struct rows *more)
{
    uint32_t at = 0;

    k->dir_bits = 8;
    while (k->dir_bits < 24 && (8u << k->dir_bits) < k->n)
        k->dir_bits++;
    k->dir = en_xmalloc(((1u << k->dir_bits) + 1) * sizeof *k->dir);
    for (uint32_t b = 0, new = 0; last->dir && last->dir_bits == k->dir_bits && b <= 1u << k->dir_bits; b++) {
        while (new < more->n && more->v[new].hash >> (32 - k->dir_bits) < b)
            new++;
        k->dir[b] = last->dir[b] + new;
    }
    if (last->dir && last->dir_bits == k->dir_bits)
        return;
    for (uint32_t i = 0; i < k->n; i++)
        for (uint32_t b = k->rows[i].hash >> (32 - k->dir_bits); at <= b; at++)
            k->dir[at] = i;
    for (; at <= 1u << k->dir_bits; at++)
        k->dir[at] = k->n;
}

/* A few rows between many: what lies between them is copied as it is. */
static struct en_keys
keys_grown(const struct en_keys *last, struct rows *more)
{
    struct en_keys k = { .n = last->n + more->n };
    uint32_t at = 0, to = 0;

    if (more->n)
        qsort(more->v, more->n, sizeof *more->v, by_row_hash);
    k.rows = en_xmalloc(((uint64_t)k.n + 1) * sizeof *k.rows);
    for (uint32_t i = 0; i < more->n; i++) {
        uint32_t next = rows_above(last, at, more->v[i].hash);

        if (next > at)
            memcpy(k.rows + to, last->rows + at, (next - at) * sizeof *k.rows);
        to += next - at;
        at = next;
        k.rows[to++] = more->v[i];
    }
    if (last->n > at)
        memcpy(k.rows + to, last->rows + at, (last->n - at) * sizeof *k.rows);
    fill_directory(&k, last, more);
    free(more->v);
    return k;
}

static void *
copy_of(const void *p, uint64_t n)
{
    void *q = en_xmalloc(n ? n : 1);

    if (n)
        memcpy(q, p, n);
    return q;
}

/* Briefs of the new identities. */
static void
grow_briefs(struct en_segment *s, const struct en_segment *last)
{
    s->brief = en_xcalloc((uint64_t)s->n_ident + 1, sizeof *s->brief);
    if (last->n_ident)
        memcpy(s->brief, last->brief, last->n_ident * sizeof *s->brief);
    for (uint32_t i = last->n_ident; i < s->n_ident; i++) {
        const struct en_ident *x = &s->ident[i];
        struct born b = { .n = x[1].birth_at - x->birth_at };

        for (uint32_t k = x->birth_at; k < x[1].birth_at; k++) {
            b.from = k == x->birth_at || s->births[k].from < b.from ? s->births[k].from : b.from;
            b.to = k == x->birth_at || s->births[k].to > b.to ? s->births[k].to : b.to;
        }
        s->brief[i] = brief_of(&b, x);
        if (x[1].nat_at == x->nat_at + 1)
            s->brief[i].nat = en_brief_country(s->nats[x->nat_at]);
    }
}

/* The draft has everything in the order of its identities already. */
static void
grow_values(struct en_draft *d, struct en_segment *s)
{
    uint32_t *rank = en_xmalloc(((uint64_t)d->n_ident + 1) * sizeof *rank);

    for (uint32_t i = 0; i < d->n_ident; i++) {
        rank[i] = i;
        if (s->ident[i].sex == EN_SEX_DISPUTED)
            s->ident[i].sex = EN_SEX_UNKNOWN;
    }
    lay_values(d, s, rank, false);
    s->n_words = d->n_words;
    s->words = copy_of(d->words, d->n_words * sizeof *s->words);
    free(rank);
}

static bool said_before(const struct en_segment *s, uint32_t i, uint32_t n, unsigned w);

/* Counts the new identities in, or writes them behind the old ones of each token. */
static void
new_postings(struct en_segment *s, uint32_t first, uint32_t *filled)
{
    for (uint32_t i = first; i < s->n_ident; i++)
        for (uint32_t n = s->ident[i].name_at; n < s->ident[i + 1].name_at; n++)
            for (unsigned w = 0; w < s->names[n].n; w++) {
                uint32_t v = s->words[s->names[n].word_at + w].vocab;

                if (said_before(s, i, n, w))
                    continue;
                if (filled)
                    s->postings[s->vocab[v].post_at + filled[v]++] = i;
                else
                    s->vocab[v].df++;
            }
}

static void
grow_postings(struct en_segment *s, const struct en_segment *last)
{
    uint32_t *filled = en_xcalloc((uint64_t)s->n_vocab + 1, sizeof *filled);

    for (uint32_t v = 0; v < last->n_vocab; v++)
        s->vocab[v].df = filled[v] = last->vocab[v].df;
    new_postings(s, last->n_ident, NULL);
    for (uint32_t v = 0; v < s->n_vocab; v++) {
        s->vocab[v].post_at = s->n_postings;
        s->n_postings += s->vocab[v].df;
    }
    s->postings = en_xmalloc(((uint64_t)s->n_postings + 1) * sizeof *s->postings);
    for (uint32_t v = 0; v < last->n_vocab; v++)
        for (uint32_t k = 0; k < filled[v]; k++)
            s->postings[s->vocab[v].post_at + k] = last->postings[last->vocab[v].post_at + k];
    new_postings(s, last->n_ident, filled);
    free(filled);
}

struct en_segment *
en_draft_grow(struct en_draft *d, const struct en_segment *last)
{
    static const struct en_segment none;
    struct en_segment *s = en_xcalloc(1, sizeof *s);
    struct rows skeletons = { 0 }, spellings = { 0 }, pairs = { 0 };
    struct ident_rows rows = { 0 };

    last = last ? last : &none;
    s->bytes = copy_of(d->bytes.p, d->bytes.n);
    s->n_bytes = d->bytes.n;
    s->vocab = copy_of(d->vocab, d->n_vocab * sizeof *s->vocab);
    s->n_vocab = d->n_vocab;
    s->spelt = en_xcalloc((uint64_t)s->n_vocab + 1, sizeof *s->spelt);
    if (last->n_vocab)
        memcpy(s->spelt, last->spelt, last->n_vocab * sizeof *s->spelt);
    spell(s, last->n_vocab);
    s->ident = en_xcalloc((uint64_t)d->n_ident + 1, sizeof *s->ident);
    memcpy(s->ident, d->ident, d->n_ident * sizeof *s->ident);
    s->n_ident = s->block[EN_BLOCK_OTHER + 1] = s->block[EN_BLOCKS] = d->n_ident;
    grow_values(d, s);
    grow_briefs(s, last);
    grow_postings(s, last);
    vocab_rows(s, d->costs, last->n_vocab, &skeletons, &spellings);
    for (uint32_t v = last->n_vocab; v < s->n_vocab; v++) /* is not asked for again */
        d->vocab[v].skeleton = s->vocab[v].skeleton;
    s->by_skeleton = keys_grown(&last->by_skeleton, &skeletons);
    s->by_spelling = keys_grown(&last->by_spelling, &spellings);
    pair_rows(s, last->n_ident, NULL, &pairs);
    s->by_pair = keys_grown(&last->by_pair, &pairs);
    ident_rows(s, last->n_ident, &rows);
    s->by_doc = keys_grown(&last->by_doc, &rows.docs);
    s->by_id = keys_grown(&last->by_id, &rows.ids);
    s->by_day = keys_grown(&last->by_day, &rows.days);
    if (last->dead) {
        s->dead = en_xcalloc(s->n_vocab, sizeof *s->dead);
        memcpy(s->dead, last->dead, last->n_vocab * sizeof *s->dead);
        s->n_dead = last->n_dead;
    }
    return s;
}

/* --- burying ---------------------------------------------------------------------------------------- */

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

static void
arrays_free(struct en_segment *s)
{
    keys_free(&s->by_skeleton);
    keys_free(&s->by_spelling);
    keys_free(&s->by_pair);
    keys_free(&s->by_doc);
    keys_free(&s->by_id);
    keys_free(&s->by_day);
    free(s->brief);
    free(s->day_at);
    free(s->year_at);
    free(s->bytes);
    free(s->vocab);
    free(s->spelt);
    free(s->ident);
    free(s->names);
    free(s->words);
    free(s->births);
    free(s->docs);
    free(s->nats);
    free(s->places);
    free(s->postings);
    free(s->near_at);
    free(s->near);
}

void
en_segment_free(struct en_segment *s)
{
    if (!s)
        return;
    if (!s->borrowed)
        arrays_free(s);
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
    return sizeof *s + s->n_bytes + s->n_vocab * (sizeof *s->vocab + sizeof *s->spelt) + s->n_ident * sizeof *s->ident +
           s->n_names * sizeof *s->names + s->n_words * sizeof *s->words + s->n_births * sizeof *s->births +
           s->n_docs * sizeof *s->docs + s->n_nats * sizeof *s->nats + s->n_places * sizeof *s->places +
           s->n_postings * sizeof *s->postings + (s->dead ? s->n_vocab * sizeof *s->dead : 0) +
           keys_memory(&s->by_skeleton) + keys_memory(&s->by_spelling) +
           keys_memory(&s->by_pair) + keys_memory(&s->by_doc) + keys_memory(&s->by_id) + keys_memory(&s->by_day) +
           s->n_ident * sizeof *s->brief + s->n_near * sizeof *s->near +
           (s->near_at ? s->n_vocab * sizeof *s->near_at : 0) +
           (uint64_t)en_segment_days() * sizeof *s->day_at;
}
