/*
 * store_log.c: the ledger in front of every engine: the tree grows with each event, and a commit that appended events
 * writes its head.
 *
 * Between transactions only the frontier is held. It is loaded again after anything that did not commit, and whenever
 * the newest event is not the one that was appended last.
 */
#include "store/front.h"

#include <string.h>

#define LEAVES (1u << EN_LOG_ROWS_FROM)

/* --- reading the tree ------------------------------------------------------------------------- */

/* The root over 2^level leaves, level below EN_LOG_ROWS_FROM. */
static en_errc
small_node(struct en_store *s, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    struct en_tree_hash h[LEAVES];
    size_t n = 0, want = (size_t)1 << level;
    en_errc rc = s->ops->event_leaves(s, (index << level) + 1, want, h, &n, err);

    if (rc == EN_OK && n != want)
        rc = en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "the ledger has no such entries");
    if (rc != EN_OK)
        return rc;
    for (size_t i = 0; i < n; i++)
        h[i] = en_tree_leaf(en_bytes_from(h[i].b, sizeof h[i].b));
    for (; n > 1; n /= 2)
        for (size_t i = 0; i < n / 2; i++)
            h[i] = en_tree_node(&h[2 * i], &h[2 * i + 1]);
    *out = h[0];
    return EN_OK;
}

static en_errc
read_node(void *ctx, unsigned level, uint64_t index, struct en_tree_hash *out, struct en_err *err)
{
    struct en_store *s = ctx;

    if (level < EN_LOG_ROWS_FROM)
        return small_node(s, level, index, out, err);
    return s->ops->tree_get(s, level, index, out, err);
}

struct en_tree_source
en_store_tree(struct en_store *s)
{
    return (struct en_tree_source){ read_node, s };
}

/* --- loading ---------------------------------------------------------------------------------- */

static en_errc
note_head(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    struct en_store_log *l = ctx;

    (void)err;
    l->head = h->id;
    l->kept = h->kept;
    l->doubt |= (h->kept & EN_HEAD_DOUBT) != 0;
    l->epoch += (h->kept & EN_HEAD_LAST) != 0;
    return EN_OK;
}

static en_errc
load_heads(struct en_store *s, struct en_err *err)
{
    struct en_store_log *l = &s->log;

    l->head = 0;
    l->kept = 0;
    l->doubt = false;
    l->epoch = 1;
    return s->ops->heads_each(s, false, note_head, l, err);
}

/* The tree of `size` events, which are all there. */
static en_errc
load(struct en_store *s, uint64_t size, struct en_err *err)
{
    struct en_tree_source from = en_store_tree(s);
    en_errc rc = load_heads(s, err);

    if (rc == EN_OK)
        rc = en_tree_load(size, &from, &s->log.tree, err);
    /* A node that is not there is no answer to a question here: the tree is incomplete. */
    if (rc == EN_E_NOT_FOUND)
        rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the ledger's tree lacks a node");
    s->log.loaded = rc == EN_OK;
    return rc;
}

/* --- growing ---------------------------------------------------------------------------------- */

struct growing {
    struct en_store *s;
    en_errc rc;
    struct en_err *err;
};

static void
keep_node(void *ctx, unsigned level, uint64_t index, const struct en_tree_hash *h)
{
    struct growing *g = ctx;

    if (level >= EN_LOG_ROWS_FROM && g->rc == EN_OK)
        g->rc = g->s->ops->tree_add(g->s, level, index, h, g->err);
}

en_errc
en_store_log_append(struct en_store *s, const struct en_store_event *e, struct en_err *err)
{
    struct growing g = { s, EN_OK, err };
    struct en_tree_hash leaf = en_tree_leaf(en_bytes_from(e->leaf, sizeof e->leaf));

    if (!s->log.loaded || s->log.tree.size != e->seq - 1)
        g.rc = load(s, e->seq - 1, err);
    if (g.rc == EN_OK)
        en_tree_append(&s->log.tree, &leaf, keep_node, &g);
    if (g.rc == EN_E_NO)
        g.rc = en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the ledger's tree has more nodes than events");
    s->log.appended = true;
    s->log.at = e->at;
    return g.rc;
}

/* --- heads ------------------------------------------------------------------------------------ */

/* Signs h if it may be signed; origin and note hold what h points to. */
static en_errc
sign(struct en_store *s, struct en_store_head *h, struct en_buf *origin, struct en_buf *note, struct en_err *err)
{
    en_errc rc;

    if (!s->log.sign || s->log.doubt)
        return EN_OK;
    rc = s->log.sign(s->log.sign_ctx, h, origin, note, err);
    if (rc != EN_OK)
        return rc;
    if (note->n == 0) /* there is no key at hand */
        return EN_OK;
    EN_ASSERT(note->n <= EN_STORE_MAX_NOTE && origin->n > 0);
    h->origin = (en_text){ origin->p, origin->n };
    h->note = en_buf_bytes(note);
    return EN_OK;
}

static en_errc
write_head(struct en_store *s, en_time at, struct en_err *err)
{
    struct en_store_log *l = &s->log;
    struct en_buf origin = EN_BUF_INIT, note = EN_BUF_INIT;
    struct en_store_head h = { .id = l->head,
                               .epoch = l->epoch,
                               .size = l->tree.size,
                               .root = en_tree_root(&l->tree),
                               .origin = EN_TEXT_NONE,
                               .at = at };
    en_errc rc = sign(s, &h, &origin, &note, err);

    if (rc == EN_OK && l->head != 0 && l->kept == 0)
        rc = s->ops->head_change(s, &h, err);
    else if (rc == EN_OK)
        rc = s->ops->head_add(s, &h, &l->head, err);
    l->kept = 0;
    en_buf_release(&origin);
    en_buf_release(&note);
    return rc;
}

en_errc
en_store_log_commit(struct en_store *s, struct en_err *err)
{
    return s->log.appended ? write_head(s, s->log.at, err) : EN_OK;
}

void
en_store_log_over(struct en_store *s, bool committed)
{
    s->log.appended = false;
    s->log.loaded = s->log.loaded && committed;
}

void
en_store_set_signer(struct en_store *s, en_store_sign_fn *fn, void *ctx)
{
    s->log.sign = fn;
    s->log.sign_ctx = ctx;
}

static en_errc
take_head(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    return en_take_row(ctx, h, err);
}

en_errc
en_store_head_newest(struct en_store *s, struct en_arena *a, struct en_store_head *out, struct en_err *err)
{
    struct en_take t = { &en_row_head, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->heads_each(s, true, take_head, &t, err));

    return en_take_result(&t, rc, "head", err);
}

en_errc
en_store_heads_each(struct en_store *s, en_store_head_fn *fn, void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->heads_each(s, false, fn, ctx, err));
}

en_errc
en_store_log_doubt(struct en_store *s, bool *doubt, struct en_err *err)
{
    en_errc rc = s->log.loaded ? EN_OK : EN_STORE_READING(s, load_heads(s, err));

    *doubt = s->log.doubt;
    return rc;
}

struct keeping {
    int64_t id;
    struct en_store_head h;
    struct en_arena arena;
    bool found;
};

static en_errc
find_head(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    struct keeping *k = ctx;
    struct en_take t = { &en_row_head, &k->arena, &k->h, k->found };
    en_errc rc = h->id == k->id ? en_take_row(&t, h, err) : EN_OK;

    k->found = t.found;
    return rc;
}

en_errc
en_store_head_keep(struct en_store *s, int64_t id, unsigned why, struct en_err *err)
{
    struct keeping k = { .id = id };
    en_errc rc = en_store_gate(s);

    EN_ASSERT(why != 0 && !s->log.appended);
    en_arena_init(&k.arena, EN_MIB);
    if (rc == EN_OK)
        rc = s->ops->heads_each(s, false, find_head, &k, &s->err);
    if (rc == EN_OK && !k.found)
        rc = en_err_set(&s->err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such head");
    if (rc == EN_OK && k.h.kept != why) {
        k.h.kept = why;
        rc = s->ops->head_change(s, &k.h, &s->err);
    }
    s->log.loaded = false;
    en_arena_release(&k.arena);
    return en_store_wrote(s, rc, err);
}

static en_errc
newest_unsigned(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    struct en_store_head *out = ctx;

    (void)err;
    *out = *h;
    out->note.p = NULL; /* borrowed: only whether it is there counts */
    return EN_OK;
}

en_errc
en_store_head_sign(struct en_store *s, struct en_err *err)
{
    struct en_store_head h = { .id = 0 };
    en_errc rc = en_store_gate(s);

    EN_ASSERT(!s->log.appended);
    if (rc == EN_OK)
        rc = s->ops->heads_each(s, true, newest_unsigned, &h, &s->err);
    if (rc == EN_OK && h.id != 0 && h.note.n == 0) {
        rc = load(s, h.size, &s->err);
        if (rc == EN_OK && s->log.sign && !s->log.doubt)
            rc = write_head(s, h.at, &s->err);
    }
    return en_store_wrote(s, rc, err);
}

/* --- others' logs ----------------------------------------------------------------------------- */

static en_errc
check_witnessed(const struct en_store_witnessed *x, struct en_err *err)
{
    en_errc rc = en_store_check_name(x->origin, "origin of a log", err);

    rc = rc != EN_OK ? rc : en_store_check_blob(x->note, "head of a log", err);
    return rc != EN_OK ? rc : en_store_check_blob(x->other, "head of a log", err);
}

en_errc
en_store_witnessed_add(struct en_store *s, const struct en_store_witnessed *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_witnessed(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->witnessed_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_witnessed_change(struct en_store *s, const struct en_store_witnessed *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_witnessed(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->witnessed_change(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_witnessed_each(struct en_store *s, en_text origin, en_store_witnessed_fn *fn, void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->witnessed_each(s, origin, fn, ctx, err));
}
