/*
 * rescreen.c: an alert that is new or says something new is compared at once with the travellers still held: those who
 * are to come, and those who came within the time of retention.
 *
 * The act that changes alerts leaves an intent in its own transaction. Behind its commit, and before it answers, the
 * node screens the travellers and finishes the intent in a second one. Whatever stops the node between the two, the
 * next tick does it.
 */
#include <stdlib.h>
#include <string.h>

#include "acts/act.h"

#define PAGE 200

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

static en_errc
screen_held(struct en_acts *a, const struct en_store_node *node, en_time now, struct en_outbox *out, uint64_t *hits,
            struct en_err *err)
{
    struct held *h = en_xcalloc(1, sizeof *h);
    struct en_store_traveller_filter f = { .limit = PAGE };
    struct en_screening s;
    bool full;
    en_errc rc = EN_OK;

    en_arena_init(&h->arena, EN_STORE_MAX_BLOB * 4u);
    screening_init(&s, a, node, now);
    do {
        en_arena_reset(&h->arena);
        h->n = 0;
        rc = en_store_travellers_each(a->store, &f, hold, h, err);
        full = h->n == PAGE || (rc == EN_E_LIMIT && h->n > 0); /* a short page of large ones is a page */
        if ((rc == EN_OK || full) && h->n > 0) {
            f.after = h->at[h->n - 1].id;
            rc = acts_index(a, err); /* not before there is somebody to screen */
            rc = rc != EN_OK ? rc : rescreen_page(&s, h, out, err);
        }
    } while (rc == EN_OK && full);
    *hits = s.hits + s.reopened;
    screening_release(&s);
    en_arena_release(&h->arena);
    free(h);
    return rc;
}

struct open_intents {
    int64_t at[64];
    size_t n;
};

static en_errc
note_intent(void *ctx, const struct en_store_intent *x, struct en_err *err)
{
    struct open_intents *l = ctx;

    (void)err;
    if (en_text_is(x->kind, RESCREEN) && l->n < sizeof l->at / sizeof *l->at)
        l->at[l->n++] = x->id;
    return EN_OK;
}

/* One walk over the travellers answers for all intents that are open. */
en_errc
acts_rescreen(struct en_acts *a, en_time now, uint64_t *hits, bool *more, struct en_err *err)
{
    struct open_intents open = { .n = 0 };
    struct en_buf event = EN_BUF_INIT;
    struct en_outbox out = { .n = 0 };
    uint64_t seq = 0;
    struct en_store_node node;
    struct en_arena arena;
    struct en_json ev;
    en_errc rc = en_store_intents_each(a->store, true, note_intent, &open, err);

    *hits = 0;
    if (rc != EN_OK || open.n == 0 || a->behind) /* what they wait for is not in the index yet */
        return rc;
    en_arena_init(&arena, EN_MIB);
    rc = en_store_node_get(a->store, &arena, &node, err);
    rc = rc != EN_OK ? rc : en_store_begin(a->store, err);
    rc = rc != EN_OK ? rc : screen_held(a, &node, now, &out, hits, err);
    event_open(&event, &ev, "tick", now, 0, NULL);
    en_json_key(&ev, "intents");
    en_json_array(&ev);
    for (size_t i = 0; rc == EN_OK && i < open.n; i++) {
        en_json_int(&ev, open.at[i]);
        rc = en_store_intent_finish(a->store, open.at[i], EN_TEXT_LIT("done"), now, err);
    }
    en_json_array_end(&ev);
    en_json_kv_uint(&ev, "hits", *hits);
    en_json_object_end(&ev);
    rc = rc != EN_OK ? rc : event_append_node(a, "rescreen", en_buf_bytes(&event), now, &seq, err);
    rc = rc != EN_OK ? rc : outbox_write(&out, a->store, seq, now, err);
    rc = rc != EN_OK ? rc : en_store_commit(a->store, err);
    if (rc != EN_OK)
        en_store_abort(a->store);
    *more = open.n == sizeof open.at / sizeof *open.at;
    outbox_release(&out);
    en_buf_release(&event);
    en_arena_release(&arena);
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
    bool more = false;

    if (c->owes_rescreen && !c->acts->behind &&
        acts_rescreen(c->acts, c->now, &c->found_later, &more, NULL) == EN_OK)
        c->owes_rescreen = more;
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
