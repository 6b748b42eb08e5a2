/*
 * saved.c: an index as bytes that can be mapped (docs/formats/index.md), and the way back. Every number of a saved
 * index is looked at before it is used: a damaged or hostile one gives an error and never a wrong access.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "names/frequencies.h"
#include "names/token.h"
#include "names/usual.h"
#include "screen/expand.h"
#include "screen/index.h"
#include "screen/saved.h"

#define MAGIC      "entidx\r\n"
#define FORMAT     2u
#define BYTE_ORDER_MARK 0x01020304u
#define ALIGN      64u
#define STAMP_MAX  256u
#define SECTIONS   28u
#define KEYS       6u
#define SAMPLES    128u

struct counts {
    uint64_t bytes, main_version;
    uint32_t vocab, ident, names, words, births, docs, nats, places, postings, near;
    uint32_t block[EN_BLOCKS + 1];
    uint32_t keys[KEYS], dir_bits[KEYS];
    uint32_t zero; /* to a multiple of eight bytes */
};

struct entry {
    uint64_t at, n, hash; /* of the section: from the beginning of the file, bytes, XXH3 */
    uint64_t size;        /* of an element */
};

struct header {
    char magic[8];
    uint32_t format, order;
    uint64_t n;      /* of the file */
    uint64_t engine; /* of the program's tables and structures */
    uint64_t stamp_n;
    uint8_t stamp[STAMP_MAX];
    struct counts counts;
    struct entry section[SECTIONS];
    uint64_t hash;   /* of all that stands before */
};

struct section {
    void **p;
    uint64_t count, size;
};

/* The arrays of a segment, in the order of the file. */
static void
sections_of(struct en_segment *s, struct section out[SECTIONS])
{
    struct en_keys *keys[] = { &s->by_skeleton, &s->by_spelling, &s->by_pair, &s->by_doc, &s->by_id, &s->by_day };
    uint32_t days = en_segment_days() + 1, years = EN_DIRECTORY_TO - EN_DIRECTORY_FROM + 2;
    unsigned n = 0;

#define SECTION(field, number) out[n++] = (struct section){ (void **)&s->field, number, sizeof *s->field }
    SECTION(bytes, s->n_bytes);
    SECTION(vocab, s->n_vocab);
    SECTION(spelt, s->n_vocab);
    SECTION(ident, (uint64_t)s->n_ident + 1);
    SECTION(brief, (uint64_t)s->n_ident + 1);
    SECTION(names, s->n_names);
    SECTION(words, s->n_words);
    SECTION(births, s->n_births);
    SECTION(docs, s->n_docs);
    SECTION(nats, s->n_nats);
    SECTION(places, s->n_places);
    SECTION(postings, s->n_postings);
    SECTION(day_at, days);
    SECTION(year_at, years);
    SECTION(near_at, (uint64_t)s->n_vocab + 1);
    SECTION(near, s->n_near);
#undef SECTION
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) {
        out[n++] = (struct section){ (void **)&keys[i]->rows, keys[i]->n, sizeof *keys[i]->rows };
        out[n++] = (struct section){ (void **)&keys[i]->dir, (1ull << keys[i]->dir_bits) + 1, sizeof *keys[i]->dir };
    }
    EN_ASSERT(n == SECTIONS);
}

/* What a saved index rests on besides its list: another engine would have written another one. */
static uint64_t
engine(const struct en_tables *t)
{
    const uint64_t v[] = { FORMAT,
                           EN_READING_VERSION,
                           en_tables_of_index(t),
                           EN_COMMON_DF,
                           sizeof(struct en_vocab),
                           sizeof(struct en_spelt),
                           sizeof(struct en_ident),
                           sizeof(struct en_list_name) };

    return en_xxh3(en_bytes_from(v, sizeof v));
}

static uint64_t
aligned(uint64_t at)
{
    return (at + ALIGN - 1) / ALIGN * ALIGN;
}

static uint64_t
hash_of_header(const struct header *h)
{
    return en_xxh3(en_bytes_from(h, offsetof(struct header, hash)));
}

/* --- saving -------------------------------------------------------------------------------------------- */

static struct counts
counts_of(const struct en_segment *s, uint64_t main_version)
{
    const struct en_keys *keys[] = { &s->by_skeleton, &s->by_spelling, &s->by_pair, &s->by_doc, &s->by_id, &s->by_day };
    struct counts c;

    memset(&c, 0, sizeof c);
    c.bytes = s->n_bytes;
    c.main_version = main_version;
    c.vocab = s->n_vocab;
    c.ident = s->n_ident;
    c.names = s->n_names;
    c.words = s->n_words;
    c.births = s->n_births;
    c.docs = s->n_docs;
    c.nats = s->n_nats;
    c.places = s->n_places;
    c.postings = s->n_postings;
    c.near = s->n_near;
    memcpy(c.block, s->block, sizeof c.block);
    for (unsigned i = 0; i < KEYS; i++) {
        c.keys[i] = keys[i]->n;
        c.dir_bits[i] = keys[i]->dir_bits;
    }
    return c;
}

en_errc
en_index_save(const struct en_index *ix, en_bytes stamp, en_errc (*write)(void *ctx, const void *p, size_t n),
              void *ctx)
{
    static const uint8_t zeros[ALIGN];
    struct section v[SECTIONS];
    struct header h;
    uint64_t at = aligned(sizeof h);
    en_errc rc;

    EN_ASSERT(stamp.n <= STAMP_MAX);
    if (en_index_changes(ix) > 0)
        return EN_E_USAGE;
    sections_of(ix->part[0], v);
    memset(&h, 0, sizeof h);
    memcpy(h.magic, MAGIC, sizeof h.magic);
    h.format = FORMAT;
    h.order = BYTE_ORDER_MARK;
    h.engine = engine(ix->tables);
    h.stamp_n = stamp.n;
    if (stamp.n)
        memcpy(h.stamp, stamp.p, stamp.n);
    h.counts = counts_of(ix->part[0], ix->main_version);
    for (unsigned i = 0; i < SECTIONS; i++) {
        uint64_t n = v[i].count * v[i].size;

        h.section[i] = (struct entry){ at, n, en_xxh3(en_bytes_from(*v[i].p, n)), v[i].size };
        at = aligned(at + n);
    }
    h.n = at;
    h.hash = hash_of_header(&h);
    rc = write(ctx, &h, sizeof h);
    if (rc == EN_OK)
        rc = write(ctx, zeros, aligned(sizeof h) - sizeof h);
    for (unsigned i = 0; rc == EN_OK && i < SECTIONS; i++) {
        uint64_t n = h.section[i].n;

        rc = n ? write(ctx, *v[i].p, n) : EN_OK;
        if (rc == EN_OK && aligned(n) > n)
            rc = write(ctx, zeros, aligned(n) - n);
    }
    return rc;
}

/* --- what a saved index must be ------------------------------------------------------------------------ */

static bool
spans(uint64_t at, uint64_t n, uint64_t whole)
{
    return at <= whole && n <= whole - at;
}

static bool
text_fits(const struct en_segment *s, uint64_t at, uint64_t n)
{
    return spans(at, n, s->n_bytes) && en_utf8_check(en_bytes_from(s->bytes + at, n)) == n;
}

static bool
country_fits(en_country c)
{
    return c.a3[3] == '\0';
}

static bool
vocab_fits(const struct en_segment *s)
{
    for (uint32_t i = 0; i < s->n_vocab; i++) {
        const struct en_vocab *v = &s->vocab[i];
        uint64_t latin = v->script == EN_SCRIPT_LATIN ? 0 : v->latin_n;
        const uint8_t *sym;

        if (v->script >= EN_SCRIPTS || v->n > EN_MAX_TOKEN_LETTERS || v->latin_n > EN_COST_MAX_LETTERS ||
            (v->script == EN_SCRIPT_LATIN && v->latin_n != v->n) || !spans(v->sym_at, v->n + latin, s->n_bytes) ||
            !spans(v->post_at, v->df, s->n_postings) || v->dated > v->df)
            return false;
        sym = s->bytes + v->sym_at;
        for (unsigned k = 0; k < v->n; k++)
            if (!sym[k] || sym[k] > (v->script == EN_SCRIPT_LATIN ? EN_SYM_END - 1 : EN_SYM_MAX))
                return false;
        for (unsigned k = 0; k < latin; k++)
            if (!sym[v->n + k] || sym[v->n + k] >= EN_SYM_END)
                return false;
    }
    return true;
}

/* What comparisons look at repeats what the vocabulary says. */
static bool
spelt_fits(const struct en_segment *s)
{
    for (uint32_t i = 0; i < s->n_vocab; i++) {
        const struct en_vocab *v = &s->vocab[i];
        const struct en_spelt *x = &s->spelt[i];

        if (x->script != v->script || x->n != v->n || x->latin_n != v->latin_n ||
            memcmp(x->sym, s->bytes + v->sym_at, v->n < EN_SPELT ? v->n : EN_SPELT) != 0)
            return false;
        if (v->script != EN_SCRIPT_LATIN &&
            memcmp(x->latin, s->bytes + v->sym_at + v->n, v->latin_n < EN_SPELT ? v->latin_n : EN_SPELT) != 0)
            return false;
    }
    return true;
}

static bool
idents_fit(const struct en_segment *s)
{
    const struct en_ident *end = &s->ident[s->n_ident], *first = &s->ident[0];

    if (end->name_at != s->n_names || end->birth_at != s->n_births || end->doc_at != s->n_docs ||
        end->nat_at != s->n_nats || end->place_at != s->n_places || first->name_at || first->birth_at ||
        first->doc_at || first->nat_at || first->place_at)
        return false;
    for (uint32_t i = 0; i < s->n_ident; i++) {
        const struct en_ident *x = &s->ident[i];

        if (x[1].name_at < x->name_at || x[1].birth_at < x->birth_at || x[1].doc_at < x->doc_at ||
            x[1].nat_at < x->nat_at || x[1].place_at < x->place_at || x->sex >= EN_SEXES ||
            !text_fits(s, x->id_at, x->id_n))
            return false;
    }
    for (unsigned k = 0; k < EN_BLOCKS; k++)
        if (s->block[k] > s->block[k + 1])
            return false;
    return s->block[0] == 0 && s->block[EN_BLOCKS] == s->n_ident;
}

static bool
names_fit(const struct en_segment *s)
{
    for (uint32_t i = 0; i < s->n_names; i++) {
        const struct en_list_name *n = &s->names[i];

        if (!spans(n->word_at, n->n, s->n_words) || !n->n || n->n > EN_MAX_TOKENS || n->way >= EN_WAYS_MAX ||
            n->kind >= EN_NAME_KINDS || !text_fits(s, n->text_at, n->text_n))
            return false;
    }
    for (uint32_t i = 0; i < s->n_words; i++)
        if (s->words[i].vocab >= s->n_vocab)
            return false;
    return true;
}

static bool
values_fit(const struct en_segment *s)
{
    static const int32_t most = 4000000; /* days: further from 1970 than any date that is read */

    for (uint32_t i = 0; i < s->n_births; i++)
        if (s->births[i].from > s->births[i].to || s->births[i].from < -most || s->births[i].to > most)
            return false;
    for (uint32_t i = 0; i < s->n_docs; i++)
        if (s->docs[i].n > EN_DOC_NUMBER_MAX || !country_fits(s->docs[i].issuer) ||
            !text_fits(s, s->docs[i].text_at, s->docs[i].n))
            return false;
    for (uint32_t i = 0; i < s->n_nats; i++)
        if (!country_fits(s->nats[i]))
            return false;
    for (uint32_t i = 0; i < s->n_places; i++)
        if (!country_fits(s->places[i].country) || !text_fits(s, s->places[i].text_at, s->places[i].n))
            return false;
    for (uint32_t i = 0; i < s->n_ident; i++)
        if (s->brief[i].from != INT32_MIN && (s->brief[i].from < -most || s->brief[i].from > most))
            return false;
    return true;
}

static bool
below(const uint32_t *v, uint64_t n, uint32_t most, bool ascending)
{
    uint32_t last = 0;

    for (uint64_t i = 0; i < n; i++) {
        if (v[i] > most || (ascending && v[i] < last))
            return false;
        last = v[i];
    }
    return true;
}

static bool
keys_fit(const struct en_keys *k, uint32_t values)
{
    for (uint32_t i = 0; i < k->n; i++)
        if (k->rows[i].value >= values)
            return false;
    return below(k->dir, (1ull << k->dir_bits) + 1, k->n, true);
}

static bool
postings_fit(const struct en_segment *s)
{
    for (uint32_t i = 0; i < s->n_postings; i++)
        if (s->postings[i] >= s->n_ident)
            return false;
    return true;
}

static bool
near_fits(const struct en_segment *s)
{
    for (uint32_t i = 0; i < s->n_near; i++)
        if (s->near[i].vocab >= s->n_vocab || s->near[i].cost < 0 || s->near[i].cost >= EN_COST_UNLIKE)
            return false;
    if (!below(s->near_at, (uint64_t)s->n_vocab + 1, s->n_near, true))
        return false;
    for (uint32_t v = 0; v < s->n_vocab; v++)
        if (s->near_at[v + 1] - s->near_at[v] > s->n_vocab)
            return false;
    return true;
}

/* Names of the list read anew are what was saved: the program that saved it read names as this one does. */
static bool
reads_alike(const struct en_segment *s)
{
    struct en_name_ways *ways = en_xmalloc(sizeof *ways);
    bool same = true;

    for (unsigned i = 0; same && i < SAMPLES && i < s->n_names; i++) {
        const struct en_list_name *l = &s->names[(uint64_t)i * s->n_names / SAMPLES % s->n_names];

        en_name_read(en_segment_text(s, l->text_at, l->text_n), 0, ways);
        same = l->way < ways->n && ways->way[l->way].n == l->n;
        for (unsigned k = 0; same && k < l->n; k++) {
            const struct en_vocab *v = &s->vocab[s->words[l->word_at + k].vocab];
            const struct en_token *t = &ways->way[l->way].token[k];

            same = v->script == (uint8_t)t->script && v->n == t->n && memcmp(s->bytes + v->sym_at, t->sym, v->n) == 0;
        }
    }
    free(ways);
    return same;
}

/* --- opening ------------------------------------------------------------------------------------------- */

static bool
take_counts(struct en_segment *s, const struct counts *c)
{
    struct en_keys *keys[] = { &s->by_skeleton, &s->by_spelling, &s->by_pair, &s->by_doc, &s->by_id, &s->by_day };

    s->n_bytes = c->bytes;
    s->n_vocab = c->vocab;
    s->n_ident = c->ident;
    s->n_names = c->names;
    s->n_words = c->words;
    s->n_births = c->births;
    s->n_docs = c->docs;
    s->n_nats = c->nats;
    s->n_places = c->places;
    s->n_postings = c->postings;
    s->n_near = c->near;
    memcpy(s->block, c->block, sizeof s->block);
    for (unsigned i = 0; i < KEYS; i++) {
        keys[i]->n = c->keys[i];
        keys[i]->dir_bits = c->dir_bits[i];
        if (c->dir_bits[i] < 1 || c->dir_bits[i] > 24)
            return false;
    }
    return c->vocab <= EN_VOCAB_MAX && c->ident < UINT32_MAX;
}

static en_errc
take_sections(struct en_segment *s, const struct header *h, en_bytes saved, struct en_err *err)
{
    struct section v[SECTIONS];
    uint64_t at = aligned(sizeof *h);

    sections_of(s, v);
    for (unsigned i = 0; i < SECTIONS; i++) {
        const struct entry *e = &h->section[i];

        if (e->at != at || e->size != v[i].size || e->n / e->size != v[i].count || e->n % e->size ||
            !spans(at, e->n, saved.n))
            return en_err_set(err, EN_E_INPUT, at, "the saved index has a section of another size");
        if (en_xxh3(en_bytes_from(saved.p + at, e->n)) != e->hash)
            return en_err_set(err, EN_E_INPUT, at, "the saved index is damaged");
        /* Read only, whatever the pointers of a segment allow: nothing of a borrowed segment is written. */
        const void *p = saved.p + at;

        memcpy(v[i].p, &p, sizeof p);
        at = aligned(at + e->n);
    }
    return at == saved.n ? EN_OK : en_err_set(err, EN_E_INPUT, at, "the saved index has another end");
}

static en_errc
segment_check(const struct en_segment *s, struct en_err *err)
{
    uint32_t none = s->n_ident;
    bool fits = vocab_fits(s) && spelt_fits(s) && idents_fit(s) && names_fit(s) && values_fit(s) && postings_fit(s) &&
                near_fits(s) &&
                below(s->day_at, en_segment_days() + 1, none, true) &&
                below(s->year_at, EN_DIRECTORY_TO - EN_DIRECTORY_FROM + 2, none, true) &&
                keys_fit(&s->by_skeleton, s->n_vocab) && keys_fit(&s->by_spelling, s->n_vocab) &&
                keys_fit(&s->by_pair, none) && keys_fit(&s->by_doc, none) && keys_fit(&s->by_id, none) &&
                keys_fit(&s->by_day, none);

    if (!fits)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "the saved index contradicts itself");
    if (!reads_alike(s))
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "the saved index is of another version of this program");
    return EN_OK;
}

static en_errc
header_check(const struct header *h, en_bytes saved, const struct en_tables *t, struct en_err *err)
{
    if (memcmp(h->magic, MAGIC, sizeof h->magic) != 0)
        return en_err_set(err, EN_E_INPUT, 0, "this is not a saved index");
    if (h->format != FORMAT || h->order != BYTE_ORDER_MARK || h->engine != engine(t))
        return en_err_set(err, EN_E_INPUT, 8,
                          "the saved index is of another version of this program or its tables, or of another machine");
    if (h->hash != hash_of_header(h) || h->n != saved.n || h->stamp_n > STAMP_MAX)
        return en_err_set(err, EN_E_INPUT, 16, "the saved index is damaged");
    return EN_OK;
}

static en_errc
open_saved(en_bytes saved, struct en_tables *own, const struct en_tables *t, en_bytes *stamp, struct en_index **out,
           struct en_err *err)
{
    struct header h;
    struct en_segment *s;
    en_errc rc;

    *out = NULL;
    EN_ASSERT((uintptr_t)saved.p % ALIGN == 0);
    if (saved.n < aligned(sizeof h))
        return en_err_set(err, EN_E_INPUT, 0, "this is not a saved index");
    memcpy(&h, saved.p, sizeof h);
    rc = header_check(&h, saved, t, err);
    if (rc != EN_OK)
        return rc;
    s = en_xcalloc(1, sizeof *s);
    s->borrowed = true;
    if (!take_counts(s, &h.counts))
        rc = en_err_set(err, EN_E_INPUT, EN_NO_POS, "the saved index contradicts itself");
    if (rc == EN_OK)
        rc = take_sections(s, &h, saved, err);
    if (rc == EN_OK)
        rc = segment_check(s, err);
    if (rc != EN_OK) {
        en_segment_free(s);
        return rc;
    }
    *stamp = en_bytes_from(saved.p + offsetof(struct header, stamp), h.stamp_n);
    *out = en_index_from_segment(s, own, t, h.counts.main_version);
    return EN_OK;
}

en_errc
en_index_open_with(en_bytes saved, const struct en_tables *t, en_bytes *stamp, struct en_index **out,
                   struct en_err *err)
{
    return open_saved(saved, NULL, t, stamp, out, err);
}

en_errc
en_index_open(en_bytes saved, en_bytes *stamp, struct en_index **out, struct en_err *err)
{
    struct en_tables *own = en_tables_builtin();
    en_errc rc = open_saved(saved, own, own, stamp, out, err);

    if (rc != EN_OK)
        en_tables_free(own);
    return rc;
}

void
en_saved_rehash(uint8_t *saved, size_t n)
{
    struct header h;

    if (n < sizeof h)
        return;
    memcpy(&h, saved, sizeof h);
    for (unsigned i = 0; i < SECTIONS; i++)
        if (spans(h.section[i].at, h.section[i].n, n))
            h.section[i].hash = en_xxh3(en_bytes_from(saved + h.section[i].at, h.section[i].n));
    h.hash = hash_of_header(&h);
    memcpy(saved, &h, sizeof h);
}
