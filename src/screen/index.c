#include "screen/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct en_index_builder {
    struct en_costs *costs;
    struct en_draft *draft;
};

struct en_index_builder *
en_index_builder_new(void)
{
    struct en_index_builder *b = en_xcalloc(1, sizeof *b);

    b->costs = en_costs_builtin();
    b->draft = en_draft_new(b->costs);
    return b;
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
    en_costs_free(b->costs);
    free(b);
}

struct en_index *
en_index_from_segment(struct en_segment *s, struct en_costs *costs, uint64_t version)
{
    struct en_index *ix = en_xcalloc(1, sizeof *ix);

    ix->costs = costs;
    ix->part[0] = s;
    ix->main_version = ix->version = version | 1;
    ix->gone = en_xcalloc((uint64_t)s->n_ident + 1, 1);
    return ix;
}

struct en_index *
en_index_builder_finish(struct en_index_builder *b)
{
    struct en_segment *s = en_draft_layout(b->draft);
    struct en_index *ix = en_index_from_segment(s, b->costs, en_xxh3(en_bytes_from(s->bytes, s->n_bytes)));

    b->draft = NULL;
    b->costs = NULL;
    en_index_builder_free(b);
    return ix;
}

/* --- the delta ------------------------------------------------------------------------------------ */

static void
delta_free(struct en_delta *d)
{
    en_arena_release(&d->arena);
    free(d);
}

void
en_index_free(struct en_index *ix)
{
    if (!ix)
        return;
    for (unsigned i = 0; i < EN_PARTS; i++)
        en_segment_free(ix->part[i]);
    for (uint32_t i = 0; i < ix->n_delta; i++)
        delta_free(ix->delta[i]);
    free(ix->delta);
    free(ix->gone);
    en_costs_free(ix->costs);
    free(ix);
}

/* A copy of what the engine looks at; the person came from an arena of the caller. */
static struct en_delta *
delta_new(en_text id, const struct en_person *p, uint64_t tag)
{
    struct en_delta *d = en_xcalloc(1, sizeof *d);
    struct en_arena *a = &d->arena;

    en_arena_init(a, SIZE_MAX);
    d->id = en_text_dup(id, a);
    d->tag = tag;
    en_person_init(&d->person, a);
    d->person.sex = p->sex;
    for (size_t i = 0; i < p->n_names; i++)
        en_person_add_name(&d->person,
                           &(struct en_name){ .full = en_text_dup(p->names[i].full, a), .kind = p->names[i].kind });
    for (size_t i = 0; i < p->n_births; i++) {
        struct en_birth b = p->births[i];

        b.as_written = EN_TEXT_NONE;
        en_person_add_birth(&d->person, &b);
    }
    for (size_t i = 0; i < p->n_docs; i++)
        en_person_add_doc(&d->person, &(struct en_doc){ .type = p->docs[i].type,
                                                        .number = en_text_dup(p->docs[i].number, a),
                                                        .issuer = p->docs[i].issuer });
    for (size_t i = 0; i < p->n_nationalities; i++)
        en_person_add_nationality(&d->person, p->nationalities[i]);
    for (size_t i = 0; i < p->n_places; i++)
        en_person_add_place(&d->person, &(struct en_place){ en_text_dup(p->places[i].text, a), p->places[i].country });
    return d;
}

/* An index that stands where another one stood before must not be taken for it: content makes the version, not only
 * counting. */
static void
changed(struct en_index *ix, en_text id, uint64_t tag)
{
    uint64_t v[3] = { ix->version, en_xxh3(en_text_bytes(id)), tag };

    ix->version = en_xxh3(en_bytes_from(v, sizeof v)) | 1;
}

static void
delta_layout(struct en_index *ix)
{
    struct en_draft *draft;

    en_segment_free(ix->part[1]);
    ix->part[1] = NULL;
    if (!ix->n_delta)
        return;
    draft = en_draft_new(ix->costs);
    for (uint32_t i = 0; i < ix->n_delta; i++)
        en_draft_add(draft, ix->delta[i]->id, &ix->delta[i]->person, ix->delta[i]->tag);
    ix->part[1] = en_draft_layout(draft);
}

static bool
delta_drop(struct en_index *ix, en_text id)
{
    for (uint32_t i = 0; i < ix->n_delta; i++) {
        if (!en_text_eq(ix->delta[i]->id, id))
            continue;
        delta_free(ix->delta[i]);
        memmove(ix->delta + i, ix->delta + i + 1, (ix->n_delta - i - 1) * sizeof *ix->delta);
        ix->n_delta--;
        return true;
    }
    return false;
}

static bool
main_drop(struct en_index *ix, en_text id)
{
    uint32_t at = en_segment_ident(ix->part[0], id);

    if (at == EN_VOCAB_NONE || ix->gone[at])
        return false;
    ix->gone[at] = 1;
    ix->n_gone++;
    en_segment_bury(ix->part[0], at);
    return true;
}

void
en_index_put(struct en_index *ix, en_text id, const struct en_person *p, uint64_t tag)
{
    struct en_delta *d = delta_new(id, p, tag);

    main_drop(ix, id);
    delta_drop(ix, id);
    if (ix->n_delta == ix->cap_delta) {
        ix->cap_delta = ix->cap_delta ? ix->cap_delta * 2 : 16;
        ix->delta = en_xrealloc(ix->delta, ix->cap_delta * sizeof(struct en_delta *));
    }
    ix->delta[ix->n_delta++] = d;
    changed(ix, id, tag);
    delta_layout(ix);
}

bool
en_index_remove(struct en_index *ix, en_text id)
{
    bool had = main_drop(ix, id);

    if (delta_drop(ix, id)) {
        delta_layout(ix);
        had = true;
    }
    if (had)
        changed(ix, id, 0);
    return had;
}

uint64_t
en_index_identities(const struct en_index *ix)
{
    return ix->part[0]->n_ident - ix->n_gone + ix->n_delta;
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
        out->bytes += en_segment_memory(s);
    }
    out->bytes += ix->part[0]->n_ident;
}
