/*
 * store_alerts.c: in front of the engines: imports and alerts.
 *
 * An import remembers which alerts it put in one bit an alert, so that it can end the others without writing to those
 * that stayed the same: a list that is read again unchanged costs reads only.
 */
#include "store/front.h"

#include <stdlib.h>
#include <string.h>

/* --- what the open import has put ------------------------------------------------------------- */

#define SEEN_PAGE_BITS  65536
#define SEEN_PAGE_WORDS (SEEN_PAGE_BITS / 64)

void
en_store_import_forget(struct en_store *s)
{
    for (size_t i = 0; i < s->n_seen; i++)
        free(s->seen[i]);
    free(s->seen);
    s->seen = NULL;
    s->n_seen = 0;
    s->import = s->import_source = 0;
}

static bool
seen(const struct en_store *s, int64_t id)
{
    size_t page = (size_t)id / SEEN_PAGE_BITS, bit = (size_t)id % SEEN_PAGE_BITS;

    return page < s->n_seen && s->seen[page] && (s->seen[page][bit / 64] >> (bit % 64) & 1) != 0;
}

static void
mark_seen(struct en_store *s, int64_t id)
{
    size_t page = (size_t)id / SEEN_PAGE_BITS, bit = (size_t)id % SEEN_PAGE_BITS;

    if (page >= s->n_seen) {
        s->seen = en_xrealloc(s->seen, (page + 1) * sizeof *s->seen);
        memset(s->seen + s->n_seen, 0, (page + 1 - s->n_seen) * sizeof *s->seen);
        s->n_seen = page + 1;
    }
    if (!s->seen[page])
        s->seen[page] = en_xcalloc(SEEN_PAGE_WORDS, sizeof **s->seen);
    s->seen[page][bit / 64] |= (uint64_t)1 << (bit % 64);
}

void
en_store_import_wait(struct en_store *s)
{
    EN_ASSERT(s->in_transaction && s->import != 0);
    s->import_waits = true;
}

void
en_store_import_go_on(struct en_store *s)
{
    EN_ASSERT(s->in_transaction && s->import != 0);
    s->import_waits = false;
}

void
en_store_import_drop(struct en_store *s)
{
    s->import_waits = false;
    if (!s->in_transaction)
        en_store_import_forget(s);
}

bool
en_store_import_done(const struct en_store_import *x)
{
    return x->report.n > 0;
}

/* --- imports ---------------------------------------------------------------------------------- */

static en_errc
take_import(void *ctx, const struct en_store_import *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

static en_errc
import_find(struct en_store *s, const struct en_store_import_filter *f, struct en_arena *a, struct en_store_import *out,
            struct en_err *err)
{
    struct en_take t = { &en_row_import, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->imports_each(s, f, take_import, &t, err));

    return en_take_result(&t, rc, "import", err);
}

en_errc
en_store_import_newest(struct en_store *s, int64_t source, struct en_arena *a, struct en_store_import *out,
                       struct en_err *err)
{
    struct en_store_import_filter f = { .source = source, .limit = 1 };

    return import_find(s, &f, a, out, err);
}

en_errc
en_store_import_by_hash(struct en_store *s, int64_t source, const uint8_t hash[EN_SHA256_LEN], struct en_arena *a,
                        struct en_store_import *out, struct en_err *err)
{
    struct en_store_import_filter f = { .source = source, .hash = hash, .limit = 1 };

    return import_find(s, &f, a, out, err);
}

en_errc
en_store_imports_each(struct en_store *s, int64_t source, en_store_import_fn *fn, void *ctx, struct en_err *err)
{
    struct en_store_import_filter f = { .source = source };

    return EN_STORE_READING(s, s->ops->imports_each(s, &f, fn, ctx, err));
}

struct same_hash {
    const uint8_t *hash;
    bool same;
};

static en_errc
compare_hash(void *ctx, const struct en_store_import *x, struct en_err *err)
{
    struct same_hash *h = ctx;

    (void)err;
    h->same = en_store_import_done(x) && memcmp(x->hash, h->hash, EN_SHA256_LEN) == 0;
    return EN_OK;
}

static en_errc
check_import(struct en_store *s, const struct en_store_import *x, struct en_err *err)
{
    struct en_store_import_filter f = { .source = x->source, .limit = 1 };
    struct same_hash h = { x->hash, false };
    en_errc rc = en_store_check_word(x->version, "version of the list", err);

    if (rc == EN_OK)
        rc = en_store_check_word(x->name, "name of the file", err);
    if (rc == EN_OK && s->import != 0)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "another import is open");
    if (rc == EN_OK)
        rc = EN_STORE_READING(s, s->ops->imports_each(s, &f, compare_hash, &h, err));
    if (rc == EN_OK && h.same)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "the newest import of this source is this very file");
    return rc;
}

en_errc
en_store_import_begin(struct en_store *s, const struct en_store_import *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_import(s, x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->import_add(s, x, id, &s->err);
    if (rc == EN_OK) {
        s->import = *id;
        s->import_source = x->source;
    }
    return en_store_wrote(s, rc, err);
}

static en_errc
check_open(const struct en_store *s, int64_t import, struct en_err *err)
{
    if (s->import == 0 || s->import != import)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "this import is not open");
    return EN_OK;
}

en_errc
en_store_import_end(struct en_store *s, const struct en_store_import *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_open(s, x->id, &s->err);
    if (rc == EN_OK)
        rc = en_store_check_blob(x->report, "report of the import", &s->err);
    if (rc == EN_OK)
        rc = s->ops->import_finish(s, x, &s->err);
    if (rc == EN_OK)
        en_store_import_forget(s);
    return en_store_wrote(s, rc, err);
}

/* --- putting an alert ------------------------------------------------------------------------- */

static void
hash_block(struct en_buf *b, en_text t)
{
    en_buf_put_block(b, en_text_bytes(t));
}

void
en_store_alert_hash(en_text ground, const en_text *programmes, size_t n_programmes, en_bytes identity, en_time review,
                    en_time destroy, uint8_t hash[EN_SHA256_LEN])
{
    struct en_buf head = EN_BUF_INIT;

    en_buf_put_u64(&head, (uint64_t)review);
    en_buf_put_u64(&head, (uint64_t)destroy);
    hash_block(&head, ground);
    en_buf_put_u32(&head, (uint32_t)n_programmes);
    for (size_t i = 0; i < n_programmes; i++)
        hash_block(&head, programmes[i]);
    en_sha256_2(en_buf_bytes(&head), identity, hash);
    en_buf_release(&head);
}

static en_errc
check_put(const struct en_store *s, const struct en_store_alert_put *x, struct en_err *err)
{
    en_errc rc = en_store_check_name(x->entity, "entity of the alert", err);

    if (rc == EN_OK)
        rc = en_store_check_word(x->ground, "ground of the alert", err);
    if (rc == EN_OK)
        rc = en_store_check_list(x->programmes, x->n_programmes, "programme", err);
    if (rc == EN_OK)
        rc = en_store_check_blob(x->identity, "identity", err);
    if (rc == EN_OK && x->import != 0)
        rc = check_open(s, x->import, err);
    if (rc == EN_OK && x->import != 0 && x->source != s->import_source)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "the open import is of another source");
    return rc;
}

/* True when this part of the entity is there and the open import has put it already. */
static en_errc
part_taken(struct en_store *s, const struct en_store_alert_put *x, uint32_t part, bool *taken,
           struct en_store_alert_brief *b, struct en_err *err)
{
    en_errc rc = s->ops->alert_look(s, x->source, x->entity, part, b, err);

    *taken = rc == EN_OK && x->import != 0 && seen(s, b->id);
    return rc;
}

/*
 * The part that this entry is, and the alert that is there (EN_E_NOT_FOUND if none is). The parts that an import has
 * put are 0, 1 … k - 1, so the first free one is found by halving: a list of one id repeated stays cheap.
 */
static en_errc
find_part(struct en_store *s, const struct en_store_alert_put *x, uint32_t *part, struct en_store_alert_brief *b,
          struct en_err *err)
{
    uint32_t low = 0, high = EN_STORE_MAX_PARTS;
    bool taken;
    en_errc rc = part_taken(s, x, 0, &taken, b, err);

    *part = 0;
    if (!taken)
        return rc;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        rc = part_taken(s, x, middle, &taken, b, err);
        if (rc != EN_OK && rc != EN_E_NOT_FOUND)
            return rc;
        *(taken ? &low : &high) = middle;
    }
    if (high == EN_STORE_MAX_PARTS)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "more than %u entries share an id", EN_STORE_MAX_PARTS);
    *part = high;
    return part_taken(s, x, high, &taken, b, err);
}

static struct en_store_alert
alert_from_put(const struct en_store_alert_put *x, const struct en_store_put_result *r)
{
    struct en_store_alert a = {
        .id = r->id,
        .source = x->source,
        .entity = x->entity,
        .part = r->part,
        .version = r->version,
        .status = x->ended ? EN_ALERT_ENDED : EN_ALERT_ACTIVE,
        .ground = x->ground,
        .programmes = x->programmes,
        .n_programmes = x->n_programmes,
        .matched = x->matched,
        .identity = x->identity,
        .created = x->at,
        .changed = x->at,
        .ended = x->ended ? x->at : EN_TIME_NONE,
        .review = x->review,
        .destroy = x->destroy,
        .author = x->author,
        .import = x->import,
    };

    memcpy(a.hash, r->hash, sizeof a.hash);
    return a;
}

static enum en_put_what
what_changes(const struct en_store_alert_put *x, const struct en_store_alert_brief *was, const uint8_t *hash)
{
    bool was_ended = was->status == EN_ALERT_ENDED;

    if (was_ended && !x->ended)
        return EN_PUT_RETURNED;
    if (!was_ended && x->ended)
        return EN_PUT_ENDED;
    return memcmp(was->hash, hash, EN_SHA256_LEN) == 0 ? EN_PUT_UNCHANGED : EN_PUT_CHANGED;
}

static en_errc
put_over(struct en_store *s, const struct en_store_alert_put *x, const struct en_store_alert_brief *was,
         struct en_store_put_result *r)
{
    struct en_store_alert a;

    r->id = was->id;
    r->version = was->version;
    r->what = what_changes(x, was, r->hash);
    if (r->what == EN_PUT_UNCHANGED && was->matched == x->matched)
        return EN_OK;
    if (r->what == EN_PUT_UNCHANGED)
        return s->ops->alert_set_matched(s, was->id, x->matched, &s->err);
    r->version++;
    a = alert_from_put(x, r);
    if (was->status == EN_ALERT_ENDED && x->ended)
        a.ended = was->ended;
    return s->ops->alert_revise(s, &a, &s->err);
}

static en_errc
put_new(struct en_store *s, const struct en_store_alert_put *x, struct en_store_put_result *r)
{
    struct en_store_alert a;

    r->version = 1;
    r->what = EN_PUT_ADDED;
    a = alert_from_put(x, r);
    return s->ops->alert_add(s, &a, &r->id, &s->err);
}

en_errc
en_store_alert_put(struct en_store *s, const struct en_store_alert_put *x, struct en_store_put_result *out,
                   struct en_err *err)
{
    struct en_store_put_result r = { 0 };
    struct en_store_alert_brief was;
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_put(s, x, &s->err);
    if (rc == EN_OK) {
        en_store_alert_hash(x->ground, x->programmes, x->n_programmes, x->identity, x->review, x->destroy, r.hash);
        rc = find_part(s, x, &r.part, &was, &s->err);
        if (rc == EN_OK)
            rc = put_over(s, x, &was, &r);
        else if (rc == EN_E_NOT_FOUND)
            rc = put_new(s, x, &r);
    }
    if (rc == EN_OK && x->import != 0)
        mark_seen(s, r.id);
    if (rc == EN_OK && out)
        *out = r;
    return en_store_wrote(s, rc, err);
}

/* --- ending ----------------------------------------------------------------------------------- */

static en_errc
take_alert(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

en_errc
en_store_alert_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_alert *out, struct en_err *err)
{
    struct en_store_alert_filter f = { .id = id ? id : -1 };
    struct en_take t = { &en_row_alert, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->alerts_each(s, &f, take_alert, &t, err));

    return en_take_result(&t, rc, "alert", err);
}

/* Room for one alert with its largest blob and lists. */
#define ALERT_ARENA (2u * EN_STORE_MAX_BLOB)

static en_errc
end_one(struct en_store *s, int64_t id, int64_t author, int64_t import, en_time at, struct en_arena *a,
        struct en_store_alert *x)
{
    en_errc rc = en_store_alert_get(s, id, a, x, &s->err);

    if (rc == EN_OK && x->status == EN_ALERT_ENDED)
        rc = en_err_set(&s->err, EN_E_NO, EN_NO_POS, "the alert is ended already");
    if (rc != EN_OK)
        return rc;
    x->version++;
    x->status = EN_ALERT_ENDED;
    x->changed = x->ended = at;
    x->author = author;
    x->import = import;
    return s->ops->alert_revise(s, x, &s->err);
}

en_errc
en_store_alert_end(struct en_store *s, int64_t id, int64_t author, en_time at, struct en_err *err)
{
    struct en_arena a;
    struct en_store_alert x;
    en_errc rc = en_store_gate(s);

    en_arena_init(&a, ALERT_ARENA);
    if (rc == EN_OK)
        rc = end_one(s, id, author, 0, at, &a, &x);
    en_arena_release(&a);
    return en_store_wrote(s, rc, err);
}

struct ending {
    int64_t import, author;
    en_time at;
    en_store_alert_fn *fn;
    void *ctx;
    uint64_t *ended;
};

/* The author of an end by absence is the actor of the import. */
static en_errc
import_actor(void *ctx, const struct en_store_import *x, struct en_err *err)
{
    struct ending *e = ctx;

    (void)err;
    e->author = x->actor;
    return EN_OK;
}

static en_errc
end_missing_one(struct en_store *s, int64_t id, const struct ending *e, struct en_arena *a)
{
    struct en_store_alert x;
    en_errc rc = end_one(s, id, e->author, e->import, e->at, a, &x);

    if (rc == EN_OK && e->fn)
        rc = EN_STORE_READING(s, e->fn(e->ctx, &x, &s->err));
    if (rc == EN_OK)
        (*e->ended)++;
    en_arena_reset(a);
    return rc;
}

static en_errc
end_missing(struct en_store *s, const struct ending *e, struct en_arena *a)
{
    int64_t ids[EN_DUE_BATCH];
    int64_t after = 0;
    size_t n = EN_DUE_BATCH;
    en_errc rc = EN_OK;

    while (rc == EN_OK && n == EN_DUE_BATCH) {
        rc = s->ops->alerts_active(s, s->import_source, after, ids, EN_DUE_BATCH, &n, &s->err);
        if (rc != EN_OK)
            return rc;
        for (size_t i = 0; i < n && rc == EN_OK; i++) {
            if (!seen(s, ids[i]))
                rc = end_missing_one(s, ids[i], e, a);
        }
        after = n ? ids[n - 1] : after;
    }
    return rc;
}

en_errc
en_store_alerts_end_missing(struct en_store *s, int64_t import, en_time at, en_store_alert_fn *fn, void *ctx,
                            uint64_t *ended, struct en_err *err)
{
    struct ending e = { import, 0, at, fn, ctx, ended };
    struct en_store_import_filter f = { .source = s->import_source, .limit = 1 };
    struct en_arena a;
    en_errc rc = en_store_gate(s);

    *ended = 0;
    en_arena_init(&a, ALERT_ARENA);
    if (rc == EN_OK)
        rc = check_open(s, import, &s->err);
    if (rc == EN_OK)
        rc = EN_STORE_READING(s, s->ops->imports_each(s, &f, import_actor, &e, &s->err));
    if (rc == EN_OK)
        rc = end_missing(s, &e, &a);
    en_arena_release(&a);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_alert_set_matched(struct en_store *s, int64_t id, bool matched, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = s->ops->alert_set_matched(s, id, matched, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_alert_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = s->ops->alert_delete(s, id, &s->err);
    s->deleted |= rc == EN_OK;
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_alerts_each(struct en_store *s, const struct en_store_alert_filter *f, en_store_alert_fn *fn, void *ctx,
                     struct en_err *err)
{
    EN_ASSERT(f->entity.n == 0 || f->source != 0);
    return EN_STORE_READING(s, s->ops->alerts_each(s, f, fn, ctx, err));
}

en_errc
en_store_alert_versions_each(struct en_store *s, int64_t id, en_store_alert_fn *fn, void *ctx, struct en_err *err)
{
    struct en_store_alert_filter f = { .id = id ? id : -1 };
    en_errc rc = EN_STORE_READING(s, s->ops->alert_past_each(s, id ? id : -1, fn, ctx, err));

    return rc == EN_OK ? EN_STORE_READING(s, s->ops->alerts_each(s, &f, fn, ctx, err)) : rc;
}

/* --- the journal of changes ------------------------------------------------------------------- */

en_errc
en_store_changes(struct en_store *s, uint64_t *forgotten, uint64_t *newest, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->changes(s, forgotten, newest, err));
}

en_errc
en_store_changes_each(struct en_store *s, uint64_t after, uint64_t limit, en_store_change_fn *fn, void *ctx,
                      struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->changes_each(s, after, limit, fn, ctx, err));
}

en_errc
en_store_changes_forget(struct en_store *s, uint64_t until, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = s->ops->changes_forget(s, until, &s->err);
    return en_store_wrote(s, rc, err);
}
