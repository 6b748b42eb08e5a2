/* draft.c: collecting identities for a segment, in order of arrival. segment.c lays them out. */
#include "screen/draft.h"

#include <stdlib.h>
#include <string.h>

#include "names/frequencies.h"

static uint64_t
keep(struct en_draft *d, const void *p, size_t n)
{
    uint64_t at = d->bytes.n;

    en_buf_add(&d->bytes, p, n);
    return at;
}

/* Grows an array of the draft by one and returns the new element. */
static void *
grow(void *array, uint32_t *n, uint32_t *cap, size_t size)
{
    void *p;

    memcpy(&p, array, sizeof p);
    if (*n == *cap) {
        EN_ASSERT(*cap < UINT32_MAX / 2);
        *cap = *cap ? *cap * 2 : 256;
        p = en_xrealloc(p, *cap * size);
        memcpy(array, &p, sizeof p);
    }
    return (char *)p + size * (*n)++;
}
#define GROW(d, field) grow(&(d)->field, &(d)->n_##field, &(d)->cap_##field, sizeof *(d)->field)

/* --- vocabulary ----------------------------------------------------------------------------------- */

/* How common a Latin token is at large, as another segment knows it. */
static uint32_t
share_of(const struct en_segment *s, const uint8_t *sym, unsigned n)
{
    struct en_latin l = { .n = (uint8_t)n };
    uint32_t from, to;

    memcpy(l.sym, sym, n);
    en_keys_find(&s->by_spelling, en_key_of_spelling(&l, n), &from, &to);
    for (; from < to; from++) {
        const struct en_vocab *v = &s->vocab[s->by_spelling.rows[from].value];

        if (v->script == EN_SCRIPT_LATIN && v->n == n && memcmp(s->bytes + v->sym_at, sym, n) == 0)
            return v->share;
    }
    return 0;
}

static uint32_t
vocab_put(struct en_draft *d, enum en_script script, const uint8_t *sym, unsigned n, uint16_t flags)
{
    uint8_t key[EN_MAX_TOKEN_LETTERS + 1];
    struct en_latin l;
    struct en_vocab *v;
    bool fresh;
    uint64_t *at;

    key[0] = (uint8_t)script;
    memcpy(key + 1, sym, n);
    at = en_map_put(d->vocab_of, en_bytes_from(key, n + 1), &fresh);
    if (!fresh)
        return (uint32_t)*at;
    *at = d->n_vocab;
    v = GROW(d, vocab);
    memset(v, 0, sizeof *v);
    if (d->at_large && script == EN_SCRIPT_LATIN)
        v->share = share_of(d->at_large, sym, n);
    v->rarest = en_rarity_at_large(v->share);
    v->script = (uint8_t)script;
    v->n = (uint8_t)n;
    v->flags = (uint8_t)(flags & (EN_TOKEN_PARTICLE | EN_TOKEN_TITLE | EN_TOKEN_INITIAL));
    v->sym_at = keep(d, sym, n);
    if (script == EN_SCRIPT_LATIN) {
        v->latin_n = (uint8_t)n;
    } else if (en_costs_has(d->costs, script) && en_costs_spell(d->costs, script, sym, n, &l, 1)) {
        v->latin_n = l.n;
        keep(d, l.sym, l.n);
    }
    return (uint32_t)*at;
}

static void
background(void *ctx, const struct en_latin *token, uint32_t share)
{
    struct en_draft *d = ctx;
    uint32_t v = vocab_put(d, EN_SCRIPT_LATIN, token->sym, token->n, 0);

    d->vocab[v].share = share;
    d->vocab[v].rarest = en_rarity_at_large(share);
}

struct en_draft *
en_draft_new_small(const struct en_costs *costs, const struct en_segment *at_large)
{
    struct en_draft *d = en_xcalloc(1, sizeof *d);

    d->costs = costs;
    d->at_large = at_large;
    d->vocab_of = en_map_new(NULL);
    return d;
}

struct en_draft *
en_draft_new(const struct en_costs *costs, en_bytes frequencies)
{
    struct en_draft *d = en_xcalloc(1, sizeof *d);
    en_errc rc;

    d->costs = costs;
    d->vocab_of = en_map_new(NULL);
    d->ident_of = en_map_new(NULL);
    rc = en_frequencies_each(frequencies, background, d, NULL);
    EN_ASSERT(rc == EN_OK);
    return d;
}

void
en_draft_forget_maps(struct en_draft *d)
{
    en_map_free(d->vocab_of);
    en_map_free(d->ident_of);
    d->vocab_of = d->ident_of = NULL;
}

void
en_draft_free(struct en_draft *d)
{
    if (!d)
        return;
    en_draft_forget_maps(d);
    en_buf_release(&d->bytes);
    free(d->vocab);
    free(d->ident);
    free(d->names);
    free(d->words);
    free(d->births);
    free(d->docs);
    free(d->nats);
    free(d->places);
    free(d);
}

/* --- one identity --------------------------------------------------------------------------------- */

static void
add_way(struct en_draft *d, uint32_t owner, const struct en_way *w, unsigned which, uint64_t text_at,
        const struct en_name *n)
{
    struct en_draft_name *name;

    if (!w->n)
        return;
    name = GROW(d, names);
    *name = (struct en_draft_name){ owner,
                                    { .text_at = text_at & 0xFFFFFFFFFF,
                                      .text_n = (n->full.n < UINT16_MAX ? n->full.n : UINT16_MAX) & 0xFFFF,
                                      .way = which & 0xFF,
                                      .word_at = d->n_words,
                                      .n = (uint8_t)w->n,
                                      .kind = (uint8_t)n->kind } };
    for (unsigned i = 0; i < w->n; i++) {
        const struct en_token *t = &w->token[i];
        uint32_t v = vocab_put(d, t->script, t->sym, t->n, t->flags);
        struct en_word *word = GROW(d, words);

        EN_ASSERT(v < EN_VOCAB_MAX);
        *word = (struct en_word){ v & (EN_VOCAB_MAX - 1), (unsigned char)(t->flags & 0x7F) };
        d->vocab[v].flags &= (uint8_t)t->flags;
    }
}

static void
add_name(struct en_draft *d, uint32_t owner, const struct en_name *n)
{
    struct en_name_ways ways EN_UNINITIALISED;
    uint64_t text_at;

    en_name_read(n->full, 0, &ways);
    if (!ways.n)
        return;
    text_at = keep(d, n->full.p, n->full.n < UINT16_MAX ? n->full.n : UINT16_MAX);
    for (unsigned i = 0; i < ways.n; i++)
        add_way(d, owner, &ways.way[i], i, text_at, n);
}

static uint32_t
ident_new(struct en_draft *d, en_text id, uint64_t tag)
{
    struct en_ident *x = GROW(d, ident);

    memset(x, 0, sizeof *x);
    x->id_n = (uint16_t)(id.n < UINT16_MAX ? id.n : UINT16_MAX);
    x->id_at = keep(d, id.p, x->id_n);
    x->tag = tag;
    return d->n_ident - 1;
}

static uint32_t
ident_of(struct en_draft *d, en_text id, uint64_t tag)
{
    bool fresh;
    uint64_t *at = en_map_put(d->ident_of, en_text_bytes(id), &fresh);

    if (fresh)
        *at = ident_new(d, id, tag);
    return (uint32_t)*at;
}

static void
add_doc(struct en_draft *d, uint32_t owner, const struct en_doc *v)
{
    char number[EN_DOC_NUMBER_MAX];
    unsigned n = en_doc_number(v->number, number, sizeof number);
    struct en_draft_doc *x;

    if (n < 4) /* too short to tell people apart */
        return;
    x = GROW(d, docs);
    *x = (struct en_draft_doc){ owner, { keep(d, number, n), (uint8_t)n, (uint8_t)v->type, v->issuer } };
}

static void
add_values(struct en_draft *d, uint32_t owner, const struct en_person *p)
{
    for (size_t i = 0; i < p->n_names; i++)
        add_name(d, owner, &p->names[i]);
    for (size_t i = 0; i < p->n_births; i++) {
        struct en_draft_birth *b = GROW(d, births);

        *b = (struct en_draft_birth){ owner, { p->births[i].from, p->births[i].to, (uint8_t)p->births[i].quality } };
    }
    for (size_t i = 0; i < p->n_docs; i++)
        add_doc(d, owner, &p->docs[i]);
    for (size_t i = 0; i < p->n_nationalities; i++) {
        struct en_draft_nat *n = GROW(d, nats);

        *n = (struct en_draft_nat){ owner, p->nationalities[i] };
    }
    for (size_t i = 0; i < p->n_places; i++) {
        struct en_draft_place *x = GROW(d, places);
        uint16_t n = (uint16_t)(p->places[i].text.n < UINT16_MAX ? p->places[i].text.n : UINT16_MAX);

        *x = (struct en_draft_place){ owner, { keep(d, p->places[i].text.p, n), n, p->places[i].country } };
    }
    if (p->sex != EN_SEX_UNKNOWN && d->ident[owner].sex != (uint8_t)p->sex)
        d->ident[owner].sex = (uint8_t)(d->ident[owner].sex == EN_SEX_UNKNOWN ? p->sex : EN_SEX_DISPUTED);
}

void
en_draft_add(struct en_draft *d, en_text id, const struct en_person *p, uint64_t tag)
{
    add_values(d, ident_of(d, id, tag), p);
}

void
en_draft_add_anew(struct en_draft *d, en_text id, const struct en_person *p, uint64_t tag)
{
    add_values(d, ident_new(d, id, tag), p);
}
