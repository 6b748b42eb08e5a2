/*
 * rescreen.c: an alert that is new or says something new is compared at once with the travellers still held: those who
 * are to come, and those who came within the time of retention.
 *
 * The act that changes alerts leaves an intent in its own transaction. Behind its commit, and before it answers, the
 * node screens the travellers, a page a transaction, and finishes the intent in the last one. Whatever stops the node
 * in between, the next tick does it. A tick does one page, so that nobody waits for all of them.
 */
#include <stdlib.h>
#include <string.h>

#include "acts/act.h"

#define PAGE 64 /* some ten milliseconds */

struct held {
    struct en_arena arena;
    struct en_store_traveller at[PAGE];
    size_t n;
};

static en_errc
hold(void *ctx, const struct en_store_traveller *x, struct en_err *err)
{
    struct held *h = ctx;
    struct en_store_traveller *t = &h->at[h->n];
    void *person = en_arena_copy(&h->arena, x->person.p, x->person.n);

    if (person == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a page of travellers is too large");
    *t = *x;
    t->person = en_bytes_from(person, x->person.n);
    t->external = t->flight = EN_TEXT_NONE;
    h->n++;
    return EN_OK;
}

/* A page comes from few manifests, one after another. */
static en_errc
first_screened(struct en_screening *s, int64_t manifest, int64_t *known, struct en_err *err)
{
    struct en_store_manifest m;
    struct en_arena arena;
    en_errc rc;

    if (manifest == *known)
        return EN_OK;
    en_arena_init(&arena, EN_STORE_MAX_BLOB * 2u);
    rc = en_store_manifest_get(s->store, manifest, &arena, &m, err);
    if (rc == EN_OK) {
        s->first = m.received;
        *known = manifest;
    }
    en_arena_release(&arena);
    return rc;
}

static en_errc
rescreen_page(struct en_screening *s, struct held *h, struct en_outbox *out, struct en_err *err)
{
    struct en_arena arena;
    int64_t manifest = 0;
    en_errc rc = EN_OK;

    en_arena_init(&arena, EN_MAX_RECORD_ARENA);
    for (size_t i = 0; rc == EN_OK && i < h->n; i++) {
        struct en_person p;
        en_text redress;
        uint64_t before;

        en_arena_reset(&arena);
        rc = person_of(h->at[i].person, &arena, &p, err);
        redress = json_text(h->at[i].person, "redress", &arena);
        rc = rc != EN_OK ? rc : first_screened(s, h->at[i].manifest, &manifest, err);
        before = s->hits + s->reopened;
        rc = rc != EN_OK ? rc : screening_run(s, &h->at[i], &p, redress, err);
        if (rc == EN_OK && s->hits + s->reopened != before) /* the carrier was told something else */
            rc = answers_refresh(s->acts, s->node, h->at[i].id, s->now, out, err);
    }
    en_arena_release(&arena);
    return rc;
}

/* A page of those behind `after`; *last: there is none behind it. */
static en_errc
screen_held(struct en_screening *s, struct held *h, struct en_outbox *out, int64_t *after, bool *last,
            struct en_err *err)
{
    const struct en_store_traveller_filter f = { .limit = PAGE, .after = *after };
    bool full;
    en_errc rc = en_store_travellers_each(s->store, &f, hold, h, err);

    full = h->n == PAGE || (rc == EN_E_LIMIT && h->n > 0); /* a short page of large ones is a page */
    if ((rc == EN_OK || full) && h->n > 0) {
        *after = h->at[h->n - 1].id;
        rc = acts_index(s->acts, err); /* not before there is somebody to screen */
        rc = rc != EN_OK ? rc : rescreen_page(s, h, out, err);
    }
    *last = !full;
    return rc;
}

static en_errc
note_intent(void *ctx, const struct en_store_intent *x, struct en_err *err)
{
    struct en_rescreen *w = ctx;

    (void)err;
    if (en_text_is(x->kind, RESCREEN) && w->n < sizeof w->intents / sizeof *w->intents)
        w->intents[w->n++] = x->id;
    return EN_OK;
}

/* The intents are finished with the last page: whoever came while the walk was under way is for the next one. */
static en_errc
close_page(struct en_acts *a, const struct en_rescreen *w, bool last, uint64_t hits, en_time now, struct en_outbox *out,
           struct en_err *err)
{
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;
    uint64_t seq = 0;
    en_errc rc = EN_OK;

    event_open(&event, &ev, "tick", now, 0, NULL);
    en_json_key(&ev, "intents");
    en_json_array(&ev);
    for (size_t i = 0; rc == EN_OK && last && i < w->n; i++) {
        en_json_int(&ev, w->intents[i]);
        rc = en_store_intent_finish(a->store, w->intents[i], EN_TEXT_LIT("done"), now, err);
    }
    en_json_array_end(&ev);
    en_json_kv_uint(&ev, "hits", hits);
    en_json_object_end(&ev);
    rc = rc != EN_OK ? rc : event_append_node(a, "rescreen", en_buf_bytes(&event), now, &seq, err);
    rc = rc != EN_OK ? rc : outbox_write(out, a->store, seq, now, err);
    rc = rc != EN_OK ? rc : en_store_commit(a->store, err);
    en_buf_release(&event);
    return rc;
}

/* A page of a walk; a page on which nothing is found leaves nothing, except the last. */
static en_errc
walk_page(struct en_acts *a, struct en_rescreen *w, const struct en_store_node *node, en_time now, uint64_t *hits,
          bool *last, struct en_err *err)
{
    struct held *h = en_xcalloc(1, sizeof *h);
    struct en_outbox out = { .n = 0 };
    struct en_screening s;
    en_errc rc = en_store_begin(a->store, err);

    en_arena_init(&h->arena, EN_STORE_MAX_BLOB * 4u);
    screening_init(&s, a, node, now);
    rc = rc != EN_OK ? rc : screen_held(&s, h, &out, &w->after, last, err);
    *hits = s.hits + s.reopened;
    if (rc == EN_OK && (*last || s.wrote))
        rc = close_page(a, w, *last, *hits, now, &out, err);
    en_store_abort(a->store); /* does nothing when it was committed */
    outbox_release(&out);
    screening_release(&s);
    en_arena_release(&h->arena);
    free(h);
    return rc;
}

/* One walk over the travellers answers for all intents that were open when it began. */
en_errc
acts_rescreen(struct en_acts *a, en_time now, uint64_t *hits, bool *more, struct en_err *err)
{
    struct en_rescreen w = a->walk;
    struct en_store_node node;
    struct en_arena arena;
    bool last = false;
    en_errc rc = EN_OK;

    *hits = 0;
    *more = false;
    if (a->behind) /* what they wait for is not in the index yet */
        return EN_OK;
    if (w.n == 0)
        rc = en_store_intents_each(a->store, true, note_intent, &w, err);
    if (rc != EN_OK || w.n == 0)
        return rc;
    en_arena_init(&arena, EN_MIB);
    rc = en_store_node_get(a->store, &arena, &node, err);
    rc = rc != EN_OK ? rc : walk_page(a, &w, &node, now, hits, &last, err);
    en_arena_release(&arena);
    if (rc != EN_OK)
        return rc;
    a->walk = w;
    *more = true;
    if (last) {
        a->walk = (struct en_rescreen){ .n = 0 };
        w.n = 0;
        rc = en_store_intents_each(a->store, true, note_intent, &w, err);
        *more = w.n > 0;
    }
    return rc;
}

/* --- behind an act ------------------------------------------------------------------------------------------------ */

static en_errc
meet(void *ctx, const struct en_store_traveller *x, struct en_err *err)
{
    (void)x;
    (void)err;
    *(bool *)ctx = true;
    return EN_OK;
}

en_errc
acts_any_held(struct en_acts *a, bool *any, struct en_err *err)
{
    const struct en_store_traveller_filter f = { .limit = 1 };

    *any = false;
    return en_store_travellers_each(a->store, &f, meet, any, err);
}

void
call_rescreen(struct en_call *c)
{
    bool more = true;
    en_errc rc = EN_OK;

    if (!c->owes_rescreen || c->acts->behind)
        return;
    while (rc == EN_OK && more) {
        uint64_t hits;

        rc = acts_rescreen(c->acts, c->now, &hits, &more, NULL);
        c->found_later += rc == EN_OK ? hits : 0;
    }
    c->owes_rescreen = rc != EN_OK;
}

void
json_found_later(const struct en_call *c, struct en_json *j)
{
    en_json_key(j, "found_later");
    if (c->owes_rescreen)
        en_json_null(j);
    else
        en_json_uint(j, c->found_later);
}
