#include "screen/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "screen/expand.h"

struct en_index_builder {
    struct en_tables *own; /* NULL where they are borrowed */
    const struct en_tables *tables;
    struct en_draft *draft;
    enum en_simd simd;
};

static struct en_index_builder *
builder_new(struct en_tables *own, const struct en_tables *t)
{
    struct en_index_builder *b = en_xcalloc(1, sizeof *b);

    b->own = own;
    b->tables = t;
    b->draft = en_draft_new(en_tables_costs(t), en_tables_frequencies(t));
    b->simd = en_simd_default();
    return b;
}

struct en_index_builder *
en_index_builder_new(void)
{
    struct en_tables *own = en_tables_builtin();

    return builder_new(own, own);
}

struct en_index_builder *
en_index_builder_new_with(const struct en_tables *t)
{
    return builder_new(NULL, t);
}

const struct en_tables *
en_index_tables(const struct en_index *ix)
{
    return ix->tables;
}

void
en_index_builder_use_simd(struct en_index_builder *b, enum en_simd simd)
{
    EN_ASSERT(en_simd_built(simd));
    b->simd = simd;
}

void
en_index_use_simd(struct en_index *ix, enum en_simd simd)
{
    EN_ASSERT(en_simd_built(simd));
    ix->simd = simd;
}

enum en_simd
en_index_simd(const struct en_index *ix)
{
    return ix->simd;
}

void
en_index_builder_add(struct en_index_builder *b, en_text id, const struct en_person *p, uint64_t tag)
{
    en_draft_add(b->draft, id, p, tag);
}

void
en_index_builder_free(struct en_index_builder *b)
{
    if (!b)
        return;
    en_draft_free(b->draft);
    en_tables_free(b->own);
    free(b);
}

/* --- parts ----------------------------------------------------------------------------------------- */

static struct en_shared *
share(struct en_segment *s)
{
    struct en_shared *h = en_xcalloc(1, sizeof *h);

    *h = (struct en_shared){ s, 0 };
    return h;
}

static void
unshare(struct en_shared *h)
{
    if (!h || --h->refs)
        return;
    en_segment_free(h->s);
    free(h);
}

static void *
copy_of(const void *p, size_t n)
{
    void *q = en_xmalloc(n ? n : 1);

    if (n)
        memcpy(q, p, n);
    return q;
}

/* A view of a part: its arrays, and its own dead. */
static void
look_at(struct en_index *ix, unsigned part, struct en_shared *h, const uint32_t *dead, uint32_t n_dead)
{
    struct en_segment *v = en_xcalloc(1, sizeof *v);

    h->refs++;
    *v = *h->s;
    v->borrowed = true;
    v->dead = dead ? copy_of(dead, v->n_vocab * sizeof *dead) : NULL;
    v->n_dead = dead ? n_dead : 0;
    ix->shared[part] = h;
    ix->part[part] = v;
}

struct en_index *
en_index_from_segment(struct en_segment *s, struct en_tables *own, const struct en_tables *t, uint64_t version)
{
    struct en_index *ix = en_xcalloc(1, sizeof *ix);

    ix->writer = en_xcalloc(1, sizeof *ix->writer);
    *ix->writer = (struct en_writer){ own, NULL, 1 };
    ix->tables = t;
    ix->costs = en_tables_costs(t);
    ix->simd = en_simd_default();
    look_at(ix, 0, share(s), NULL, 0);
    ix->main_version = ix->version = version | 1;
    ix->gone[0] = en_xcalloc((uint64_t)s->n_ident + 1, 1);
    return ix;
}

struct en_index *
en_index_copy(struct en_index *ix)
{
    struct en_index *c = en_xcalloc(1, sizeof *c);

    EN_ASSERT(!ix->old);
    *c = *ix;
    ix->old = true;
    c->writer->refs++;
    for (unsigned i = 0; i < EN_PARTS; i++) {
        if (!ix->part[i])
            continue;
        look_at(c, i, ix->shared[i], ix->part[i]->dead, ix->part[i]->n_dead);
        c->gone[i] = copy_of(ix->gone[i], (size_t)ix->part[i]->n_ident + 1);
    }
    return c;
}

static void
part_drop(struct en_index *ix, unsigned part)
{
    en_segment_free(ix->part[part]);
    unshare(ix->shared[part]);
    free(ix->gone[part]);
    ix->part[part] = NULL;
    ix->shared[part] = NULL;
    ix->gone[part] = NULL;
}

void
en_index_free(struct en_index *ix)
{
    if (!ix)
        return;
    for (unsigned i = 0; i < EN_PARTS; i++)
        part_drop(ix, i);
    if (--ix->writer->refs == 0) {
        en_draft_free(ix->writer->draft);
        en_tables_free(ix->writer->own);
        free(ix->writer);
    }
    free(ix);
}

struct en_index *
en_index_builder_finish(struct en_index_builder *b)
{
    struct en_segment *s = en_draft_layout(b->draft);
    struct en_index *ix;

    en_expander_foresee(en_tables_costs(b->tables), b->simd, s);
    ix = en_index_from_segment(s, b->own, b->tables, en_xxh3(en_bytes_from(s->bytes, s->n_bytes)));

    ix->simd = b->simd;
    b->draft = NULL;
    b->own = NULL;
    en_index_builder_free(b);
    return ix;
}

/* --- changes --------------------------------------------------------------------------------------- */

/* An index that stands where another one stood before must not be taken for it: content makes the version, not only
 * counting. */
static void
changed(struct en_index *ix, en_text id, uint64_t tag)
{
    uint64_t v[3] = { ix->version, en_xxh3(en_text_bytes(id)), tag };

    ix->version = en_xxh3(en_bytes_from(v, sizeof v)) | 1;
}

/* The identity of a part that is there under this id: of the delta the last one. */
static uint32_t
ident_here(const struct en_index *ix, unsigned part, en_text id)
{
    const struct en_segment *s = ix->part[part];
    uint32_t from, to;

    if (!s)
        return EN_VOCAB_NONE;
    id.n = id.n < UINT16_MAX ? id.n : UINT16_MAX;
    en_keys_find(&s->by_id, en_key_of_id(id), &from, &to);
    for (; from < to; from++) {
        uint32_t i = s->by_id.rows[from].value;

        if (!ix->gone[part][i] && en_text_eq(en_segment_text(s, s->ident[i].id_at, s->ident[i].id_n), id))
            return i;
    }
    return EN_VOCAB_NONE;
}

static bool
drop(struct en_index *ix, en_text id)
{
    for (unsigned part = 0; part < EN_PARTS; part++) {
        uint32_t i = ident_here(ix, part, id);

        if (i == EN_VOCAB_NONE)
            continue;
        ix->gone[part][i] = 1;
        ix->n_gone[part]++;
        en_segment_bury(ix->part[part], i);
        return true;
    }
    return false;
}

void
en_index_add(struct en_index *ix, en_text id, const struct en_person *p, uint64_t tag)
{
    struct en_writer *w = ix->writer;

    EN_ASSERT(!ix->old);
    (void)drop(ix, id);
    changed(ix, id, tag);
    if (!w->draft)
        w->draft = en_draft_new_small(ix->costs, ix->shared[0]->s);
    en_draft_add_anew(w->draft, id, p, tag);
}

void
en_index_added(struct en_index *ix)
{
    struct en_writer *w = ix->writer;
    uint32_t had = ix->part[1] ? ix->part[1]->n_ident : 0;
    struct en_segment *grown;
    uint8_t *gone;

    EN_ASSERT(!ix->old);
    if (!w->draft || w->draft->n_ident == had)
        return;
    grown = en_draft_grow(w->draft, ix->part[1]);
    gone = en_xcalloc((uint64_t)grown->n_ident + 1, 1);
    if (had)
        memcpy(gone, ix->gone[1], had);
    part_drop(ix, 1);
    look_at(ix, 1, share(grown), grown->dead, grown->n_dead);
    ix->gone[1] = gone;
}

void
en_index_put(struct en_index *ix, en_text id, const struct en_person *p, uint64_t tag)
{
    en_index_add(ix, id, p, tag);
    en_index_added(ix);
}

bool
en_index_remove(struct en_index *ix, en_text id)
{
    bool had;

    EN_ASSERT(!ix->old);
    had = drop(ix, id);
    if (had)
        changed(ix, id, 0);
    return had;
}

uint64_t
en_index_identities(const struct en_index *ix)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < EN_PARTS; i++)
        n += ix->part[i] ? ix->part[i]->n_ident - ix->n_gone[i] : 0;
    return n;
}

uint64_t
en_index_changes(const struct en_index *ix)
{
    return ix->n_gone[0] + (ix->part[1] ? ix->part[1]->n_ident : 0);
}

void
en_index_stats(const struct en_index *ix, struct en_index_stats *out)
{
    *out = (struct en_index_stats){ .identities = en_index_identities(ix) };
    for (unsigned i = 0; i < EN_PARTS; i++) {
        const struct en_segment *s = ix->part[i];

        if (!s)
            continue;
        out->names += s->n_names;
        out->tokens += s->n_words;
        out->vocabulary += s->n_vocab;
        out->postings += s->n_postings;
        out->bytes += en_segment_memory(s) + s->n_ident;
    }
}
