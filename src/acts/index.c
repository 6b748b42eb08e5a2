/*
 * index.c: the index over the alerts that a node screens against, built from the store and kept current.
 *
 * An identity is the active, matched alerts that share a source and an entity; its id in the index is SOURCE/ENTITY.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "acts/act.h"
#include "person/json_in.h"
#include "person/person_json.h"

/* Members of a stored identity or traveller that are not of its person; a NULL ends them. */
static const char *const others[] = {
    "id",   "is_person", "programmes", "ground", "ended",     "source",  "birth_date",      "nationality", "flight",
    "role", "kind",      "status",     "trip",   "itinerary", "pnr",     "reference",       "redress",     "known_traveller",
    "message", NULL,
};

en_errc
person_of(en_bytes json, struct en_arena *arena, struct en_person *out, struct en_err *err)
{
    json_t *root;
    en_errc rc = en_json_in_object(json, EN_STORE_MAX_BLOB, &root, NULL, err);

    if (rc != EN_OK)
        return rc;
    en_person_init(out, arena);
    rc = en_person_from_object(root, others, out, NULL, (struct en_json_place){ 0, 0 }, err);
    json_decref(root);
    return rc;
}

en_errc
person_typed(en_bytes json, struct en_arena *arena, struct en_person *out, struct en_err *err)
{
    struct en_report *report;
    json_t *root;
    en_errc rc = en_json_in_object(json, EN_STORE_MAX_BLOB, &root, NULL, err);

    if (rc != EN_OK)
        return rc;
    report = en_report_new();
    en_person_init(out, arena);
    rc = en_person_from_object(root, others, out, report, (struct en_json_place){ 0, 0 }, err);
    if (rc == EN_OK && en_report_count(report, EN_NOTE_KEPT) + en_report_count(report, EN_NOTE_REFUSED) > 0)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "the person is not understood: %s",
                        en_report_note(report, 0)->text);
    en_report_free(report);
    json_decref(root);
    return rc;
}

en_errc
identity_is_person(en_bytes json, bool *out, struct en_err *err)
{
    json_t *root;
    en_errc rc = en_json_in_object(json, EN_STORE_MAX_BLOB, &root, NULL, err);

    if (rc != EN_OK)
        return rc;
    *out = !json_is_false(json_object_get(root, "is_person"));
    json_decref(root);
    return EN_OK;
}

void
index_id(en_text source, en_text entity, struct en_buf *out)
{
    en_buf_reset(out);
    en_buf_add_text(out, source);
    en_buf_addc(out, '/');
    en_buf_add_text(out, entity);
}

bool
index_id_split(en_text id, en_text *source, en_text *entity)
{
    const char *slash = id.n > 0 ? memchr(id.p, '/', id.n) : NULL;

    if (slash == NULL)
        return false;
    *source = (en_text){ id.p, (size_t)(slash - id.p) };
    *entity = (en_text){ slash + 1, id.n - source->n - 1 };
    return true;
}

void
acts_index_drop(struct en_acts *a)
{
    made_release(&a->made);
    a->identities = 0;
}

/* --- building ----------------------------------------------------------------------------------------------------- */

struct loading {
    struct en_store *store;
    struct en_index_builder *b;
    struct en_arena arena, names; /* an alert's; the source's */
    struct en_buf id;
    int64_t source;
    en_text source_name;
};

static en_errc
source_name(struct loading *l, int64_t source, struct en_err *err)
{
    struct en_store_source s;
    en_errc rc;

    if (l->source == source)
        return EN_OK;
    en_arena_reset(&l->names);
    rc = en_store_source_get(l->store, source, &l->names, &s, err);
    l->source = rc == EN_OK ? source : 0;
    l->source_name = s.name;
    return rc;
}

static en_errc
load_alert(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct loading *l = ctx;
    struct en_person p;
    en_errc rc = source_name(l, x->source, err);

    if (rc != EN_OK)
        return rc;
    en_arena_reset(&l->arena);
    rc = person_of(x->identity, &l->arena, &p, err);
    if (rc != EN_OK)
        return rc;
    index_id(l->source_name, x->entity, &l->id);
    en_index_builder_add(l->b, (en_text){ l->id.p, l->id.n }, &p, (uint64_t)x->id);
    return EN_OK;
}

static void
loading_init(struct loading *l, struct en_store *s)
{
    *l = (struct loading){ .store = s, .id = EN_BUF_INIT };
    en_arena_init(&l->arena, EN_MAX_RECORD_ARENA);
    en_arena_init(&l->names, EN_MIB);
}

static void
loading_release(struct loading *l)
{
    en_arena_release(&l->arena);
    en_arena_release(&l->names);
    en_buf_release(&l->id);
}

void
acts_index_count(struct en_acts *a)
{
    struct en_index_stats st;

    en_index_stats(a->made.ix, &st);
    a->identities = st.identities;
}

/* The journal's number is read before the alerts: what changes meanwhile is brought up to date twice and not never. */
en_errc
index_build(struct en_store *s, const struct en_acts_shelf *shelf, struct en_made *out, struct en_err *err)
{
    const struct en_store_alert_filter f = { .active_only = true, .matched_only = true };
    struct loading l;
    uint64_t forgotten;
    en_errc rc = en_store_changes(s, &forgotten, &out->at, err);

    rc = rc != EN_OK ? rc : tables_take(s, shelf, out, err);
    if (rc != EN_OK)
        return rc;
    loading_init(&l, s);
    l.b = out->tables != NULL ? en_index_builder_new_with(out->tables) : en_index_builder_new();
    rc = en_store_alerts_each(s, &f, load_alert, &l, err);
    if (rc == EN_OK)
        out->ix = en_index_builder_finish(l.b);
    else
        en_index_builder_free(l.b);
    out->to_be_kept = rc == EN_OK;
    loading_release(&l);
    return rc;
}

void
index_aim(struct en_acts *a)
{
    if (a->rim.simd != NULL)
        en_index_use_simd(a->made.ix, a->rim.simd());
}

en_errc
acts_index(struct en_acts *a, struct en_err *err)
{
    en_errc rc = EN_OK;

    if (a->q == NULL)
        a->q = en_query_new();
    if (a->made.ix != NULL)
        return EN_OK;
    if (!kept_open(a))
        rc = index_build(a->store, &a->shelf, &a->made, err);
    if (rc == EN_OK) {
        index_aim(a);
        acts_index_count(a);
        kept_save(a);
    }
    return rc;
}

en_errc
en_acts_warm(struct en_acts *a, struct en_err *err)
{
    return acts_index(a, err);
}

/* --- keeping it current ------------------------------------------------------------------------------------------- */

struct uniting {
    struct en_arena arena;
    struct en_person person;
    int64_t first;
    size_t n;
};

/* Several alerts of one identity are one person: all names, dates and documents. */
static en_errc
unite(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct uniting *u = ctx;
    void *bytes = en_arena_copy(&u->arena, x->identity.p, x->identity.n);
    struct en_person p;
    en_errc rc;

    if (bytes == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "this person has too many alerts");
    rc = person_of(en_bytes_from(bytes, x->identity.n), &u->arena, &p, err);
    if (rc != EN_OK)
        return rc;
    if (u->n++ == 0) {
        u->first = x->id;
        u->person = p;
        return EN_OK;
    }
    for (size_t i = 0; rc == EN_OK && i < p.n_names; i++)
        rc = en_person_add_name(&u->person, &p.names[i]);
    for (size_t i = 0; rc == EN_OK && i < p.n_births; i++)
        rc = en_person_add_birth(&u->person, &p.births[i]);
    for (size_t i = 0; rc == EN_OK && i < p.n_nationalities; i++)
        rc = en_person_add_nationality(&u->person, p.nationalities[i]);
    for (size_t i = 0; rc == EN_OK && i < p.n_docs; i++)
        rc = en_person_add_doc(&u->person, &p.docs[i]);
    for (size_t i = 0; rc == EN_OK && i < p.n_places; i++)
        rc = en_person_add_place(&u->person, &p.places[i]);
    if (u->person.sex == EN_SEX_UNKNOWN)
        u->person.sex = p.sex;
    /* What does not fit any more is not lost: it stays in the store; the index has a thousand of each. */
    return rc == EN_E_LIMIT ? EN_OK : rc;
}

/* Into the index, not yet for queries. */
static en_errc
touch(struct en_index *ix, struct loading *l, int64_t source, en_text entity, struct en_err *err)
{
    struct en_store_alert_filter f = { .source = source, .entity = entity, .active_only = true, .matched_only = true };
    struct uniting u = { .n = 0 };
    en_errc rc = source_name(l, source, err);

    en_arena_init(&u.arena, EN_MAX_RECORD_ARENA);
    rc = rc != EN_OK ? rc : en_store_alerts_each(l->store, &f, unite, &u, err);
    if (rc == EN_OK) {
        index_id(l->source_name, entity, &l->id);
        if (u.n > 0)
            en_index_add(ix, (en_text){ l->id.p, l->id.n }, &u.person, (uint64_t)u.first);
        else
            (void)en_index_remove(ix, (en_text){ l->id.p, l->id.n });
    }
    en_arena_release(&u.arena);
    return rc;
}

en_errc
index_touch_all(struct en_store *s, struct en_index *ix, const struct en_touched *t, struct en_err *err)
{
    struct loading l;
    en_errc rc = EN_OK;

    loading_init(&l, s);
    for (size_t i = 0; rc == EN_OK && i < t->n; i++)
        rc = touch(ix, &l, t->at[i].source, t->at[i].entity, err);
    en_index_added(ix);
    loading_release(&l);
    return rc;
}

/* What the index is as of: an act's changes are in it, or will be when it is built. */
static void
index_stands(struct en_acts *a)
{
    uint64_t forgotten;

    if (a->made.ix != NULL && !a->behind && en_store_changes(a->store, &forgotten, &a->made.at, NULL) != EN_OK)
        acts_index_drop(a);
}

void
acts_index_void(struct en_acts *a)
{
    if (a->beside && a->made.ix != NULL)
        a->behind = true;
    else
        acts_index_drop(a);
    if (a->shelf.discard != NULL)
        a->shelf.discard(a->shelf.ctx);
}

/* Alerts changed and the journal is empty: nothing that was saved before may be used, or lie about. */
static void
discard_void(struct en_acts *a)
{
    uint64_t forgotten, newest;

    if (a->shelf.discard != NULL && en_store_changes(a->store, &forgotten, &newest, NULL) == EN_OK &&
        forgotten == newest) {
        a->shelf.discard(a->shelf.ctx);
        a->made.to_be_kept = a->made.ix != NULL;
    }
}

void
acts_index_refresh(struct en_acts *a, int64_t source, en_text entity)
{
    struct en_touched t;

    touched_init(&t);
    touched_add(&t, source, entity);
    touched_apply(&t, a);
    touched_release(&t);
}

/* --- what an act changed ------------------------------------------------------------------------------------------ */

void
touched_init(struct en_touched *t)
{
    *t = (struct en_touched){ .at = NULL };
    en_arena_init(&t->arena, 64 * EN_MIB);
}

void
touched_release(struct en_touched *t)
{
    en_arena_release(&t->arena);
    *t = (struct en_touched){ .at = NULL };
}

void
touched_add(struct en_touched *t, int64_t source, en_text entity)
{
    en_text copy;

    if (t->many)
        return;
    copy = t->n < ENTITIES_MAX ? en_text_dup(entity, &t->arena) : EN_TEXT_NONE;
    if (copy.p == NULL || !en_arena_grow(&t->arena, &t->at, &t->cap, t->n + 1, sizeof *t->at)) {
        t->many = true;
        return;
    }
    t->at[t->n].source = source;
    t->at[t->n++].entity = copy;
}

void
touched_apply(struct en_touched *t, struct en_acts *a)
{
    if (a->made.ix != NULL && t->many) {
        acts_index_void(a);
    } else if (a->made.ix != NULL && index_touch_all(a->store, a->made.ix, t, NULL) != EN_OK) {
        acts_index_drop(a);
    } else if (a->made.ix != NULL) {
        acts_index_count(a);
        if (en_index_changes(a->made.ix) > CHANGES_MOST && !a->beside)
            acts_index_drop(a);
    }
    index_stands(a);
    if (t->many || t->n > 0)
        discard_void(a);
}
