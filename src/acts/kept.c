/*
 * kept.c: the index on the rim's shelf: whether a saved one may be used, and saving one.
 *
 * It may be used by the program that made it, over the store that it was made from: the stamp names the newest event
 * when it was saved, whose leaf no other history has, and how far the journal of changes was. What was noted since is
 * brought up to date; when that is not kept any more, or is too much, the index is built anew.
 */
#include <string.h>

#include "acts/act.h"
#include "base/hash.h"

/* So many changes are made to a saved index sooner than it is built. */
#define REPLAY_MOST ENTITIES_MAX
#define STAMP_MAX   128u

/* What the saved index was made from. */
struct basis {
    uint64_t at, event;
    uint8_t leaf[EN_SHA256_LEN];
};

/* --- the stamp ---------------------------------------------------------------------------------------------------- */

static en_errc
take_leaf(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    (void)err;
    memcpy(ctx, e->leaf, EN_SHA256_LEN);
    return EN_OK;
}

/* A store without events is nobody's yet: 0 and zeroes. */
static en_errc
basis_of(struct en_store *s, uint64_t at, struct basis *out, struct en_err *err)
{
    struct en_store_counts counts;
    en_errc rc = en_store_counts(s, &counts, err);

    memset(out, 0, sizeof *out);
    out->at = at;
    out->event = rc == EN_OK ? counts.events : 0;
    return rc == EN_OK && out->event > 0 ? en_store_events_each(s, out->event, 1, take_leaf, out->leaf, err) : rc;
}

static void
stamp_write(const struct basis *b, en_bytes program, struct en_buf *out)
{
    en_buf_reset(out);
    en_buf_add_str(out, "entente-node-index-1");
    en_buf_put_block(out, program);
    en_buf_put_u64(out, b->at);
    en_buf_put_u64(out, b->event);
    en_buf_add(out, b->leaf, sizeof b->leaf);
    EN_ASSERT(out->n <= STAMP_MAX);
}

static en_errc
stamp_read(en_bytes stamp, en_bytes program, struct basis *out, struct en_err *err)
{
    en_reader r = en_reader_from(stamp);
    en_bytes made_by, leaf;

    en_reader_expect(&r, EN_BYTES_LIT("entente-node-index-1"));
    made_by = en_reader_block(&r, STAMP_MAX);
    out->at = en_reader_u64(&r);
    out->event = en_reader_u64(&r);
    leaf = en_reader_take(&r, EN_SHA256_LEN);
    en_reader_end(&r);
    if (en_reader_result(&r, NULL) != EN_OK)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "it is not the index of a node");
    memcpy(out->leaf, leaf.p, sizeof out->leaf);
    if (program.n == 0 || made_by.n != program.n || memcmp(made_by.p, program.p, program.n) != 0)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "it was made by another program than this one");
    return EN_OK;
}

/* Does this store's history hold what the index was made from? */
static en_errc
basis_holds(struct en_store *s, const struct basis *b, struct en_err *err)
{
    uint64_t forgotten, newest;
    uint8_t leaf[EN_SHA256_LEN] = { 0 };
    en_errc rc = en_store_changes(s, &forgotten, &newest, err);

    rc = rc != EN_OK || b->event == 0 ? rc : en_store_events_each(s, b->event, 1, take_leaf, leaf, err);
    if (rc != EN_OK)
        return rc;
    if (b->event == 0 || memcmp(leaf, b->leaf, sizeof leaf) != 0 || b->at > newest)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "it was made from another store than this one");
    if (b->at < forgotten || newest - b->at > REPLAY_MOST)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "too much has changed since it was made");
    return EN_OK;
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

struct replaying {
    struct en_touched touched;
    struct en_map *met;
    uint64_t last, n;
};

static en_errc
note_change(void *ctx, const struct en_store_change *x, struct en_err *err)
{
    struct replaying *r = ctx;
    struct en_buf key = EN_BUF_INIT;
    bool fresh;

    (void)err;
    r->last = x->number;
    r->n++;
    en_buf_put_u64(&key, (uint64_t)x->source);
    en_buf_add_text(&key, x->entity);
    (void)en_map_put(r->met, en_buf_bytes(&key), &fresh);
    if (fresh)
        touched_add(&r->touched, x->source, x->entity);
    en_buf_release(&key);
    return EN_OK;
}

static en_errc
reaches_back(struct en_store *s, uint64_t at, struct en_err *err)
{
    uint64_t forgotten, newest;
    en_errc rc = en_store_changes(s, &forgotten, &newest, err);

    if (rc == EN_OK && at < forgotten)
        rc = en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too much has changed since it was made");
    return rc;
}

en_errc
kept_replay(struct en_store *s, struct en_made *m, uint64_t most, struct en_err *err)
{
    struct replaying r = { .last = m->at };
    en_errc rc = reaches_back(s, m->at, err);

    touched_init(&r.touched);
    r.met = en_map_new(NULL);
    rc = rc != EN_OK ? rc : en_store_changes_each(s, m->at, most, note_change, &r, err);
    if (rc == EN_OK && r.touched.many)
        rc = en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too much has changed since it was made");
    rc = rc != EN_OK ? rc : index_touch_all(s, m->ix, &r.touched, err);
    if (rc == EN_OK)
        m->at = r.last;
    en_map_free(r.met);
    touched_release(&r.touched);
    return rc == EN_OK && most > 0 && r.n == most ? EN_E_NO : rc;
}

en_errc
made_open(struct en_made *m, en_bytes *stamp, struct en_err *err)
{
    return m->tables != NULL ? en_index_open_with(m->lies_in, m->tables, stamp, &m->ix, err)
                             : en_index_open(m->lies_in, stamp, &m->ix, err);
}

static en_errc
open_taken(struct en_acts *a, struct en_err *err)
{
    struct basis b;
    en_bytes stamp;
    en_errc rc = tables_take(a->store, &a->shelf, &a->made, err);

    rc = rc != EN_OK ? rc : made_open(&a->made, &stamp, err);
    rc = rc != EN_OK ? rc : stamp_read(stamp, a->shelf.program, &b, err);
    rc = rc != EN_OK ? rc : basis_holds(a->store, &b, err);
    a->made.at = rc == EN_OK ? b.at : 0;
    return rc != EN_OK ? rc : kept_replay(a->store, &a->made, 0, err);
}

en_errc
made_take(struct en_made *m, const struct en_acts_shelf *shelf, struct en_err *err)
{
    *m = (struct en_made){ .give_back = shelf->give_back, .shelf = shelf->ctx };
    return shelf->take(shelf->ctx, &m->lies_in, err);
}

void
made_release(struct en_made *m)
{
    en_index_free(m->ix);
    en_tables_free(m->tables);
    if (m->lies_in.n > 0)
        m->give_back(m->shelf, m->lies_in);
    *m = (struct en_made){ .ix = NULL };
}

bool
kept_open(struct en_acts *a)
{
    struct en_err err = EN_ERR_INIT;
    en_errc rc;

    if (a->shelf.take == NULL)
        return false;
    rc = made_take(&a->made, &a->shelf, &err);
    if (rc == EN_E_NOT_FOUND)
        return false;
    rc = rc != EN_OK ? rc : open_taken(a, &err);
    if (rc == EN_OK)
        return true;
    made_release(&a->made);
    a->shelf.discard(a->shelf.ctx);
    a->shelf.say(a->shelf.ctx, "the saved index cannot be used and is built anew", &err);
    return false;
}

/* --- saving ------------------------------------------------------------------------------------------------------- */

static en_errc
save(const struct en_acts_shelf *shelf, const struct en_made *m, const struct basis *b, struct en_err *err)
{
    struct en_buf stamp = EN_BUF_INIT;
    en_errc kept, rc = shelf->begin(shelf->ctx, err);

    if (rc != EN_OK)
        return rc;
    stamp_write(b, shelf->program, &stamp);
    rc = en_index_save(m->ix, en_buf_bytes(&stamp), shelf->write, shelf->ctx);
    kept = shelf->end(shelf->ctx, rc == EN_OK, err);
    en_buf_release(&stamp);
    return rc != EN_OK ? rc : kept;
}

en_errc
kept_put(struct en_store *s, const struct en_acts_shelf *shelf, const struct en_made *m, struct en_err *err)
{
    struct basis b;
    en_errc rc = basis_of(s, m->at, &b, err);

    return rc != EN_OK ? rc : save(shelf, m, &b, err);
}

en_errc
kept_forget(struct en_store *s, uint64_t until, struct en_err *err)
{
    en_errc rc = en_store_begin(s, err);

    rc = rc != EN_OK ? rc : en_store_changes_forget(s, until, err);
    rc = rc != EN_OK ? rc : en_store_commit(s, err);
    if (rc != EN_OK)
        en_store_abort(s);
    return rc;
}

void
kept_save(struct en_acts *a)
{
    struct en_err err = EN_ERR_INIT;
    en_errc rc;

    if (a->shelf.take == NULL || a->shelf.program.n == 0 || a->made.ix == NULL || !a->made.to_be_kept || a->beside ||
        en_store_in_transaction(a->store) || en_index_changes(a->made.ix) > 0)
        return;
    a->made.to_be_kept = false;
    rc = kept_put(a->store, &a->shelf, &a->made, &err);
    rc = rc != EN_OK ? rc : kept_forget(a->store, a->made.at, &err);
    if (rc != EN_OK)
        a->shelf.say(a->shelf.ctx, "the index is not kept, and is built again at the next start", &err);
}

void
en_acts_keep(struct en_acts *a, const struct en_acts_shelf *shelf)
{
    EN_ASSERT(a->made.ix == NULL);
    a->shelf = *shelf;
}
