/*
 * store_charters.c: charters, in front of every engine.
 */
#include <string.h>

#include "store/front.h"

/* The tables refuse it too; this says it in words. */
static en_errc
check_persons(const struct en_store_charter *x, struct en_err *err)
{
    bool is_signed = x->signed_by != 0, adopted = x->adopted_by != 0;

    if (is_signed && (x->sign_asked == 0 || x->sign_asked == x->signed_by))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a charter is signed by two persons");
    if (adopted && (x->adopt_asked == 0 ? !is_signed : x->adopt_asked == x->adopted_by))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "a charter is adopted by two persons");
    if (is_signed != (x->signed_at != EN_TIME_NONE) || adopted != (x->adopted != EN_TIME_NONE) ||
        adopted != (x->turn != 0) || adopted != (x->state == EN_VERSION_ADOPTED))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "what is signed or adopted has its person and time");
    return EN_OK;
}

static en_errc
check_charter(const struct en_store_charter *x, struct en_err *err)
{
    en_errc rc = en_store_check_blob(x->note, "charter", err);

    rc = rc != EN_OK ? rc : en_store_check_blob(x->keys, "statements of keys", err);
    if (rc == EN_OK && (x->number == 0 || x->note.n == 0 || x->dated == EN_TIME_NONE || x->at == EN_TIME_NONE))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a charter has a number, a text and its times");
    return rc != EN_OK ? rc : check_persons(x, err);
}

en_errc
en_store_charter_add(struct en_store *s, const struct en_store_charter *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_charter(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->charter_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_charter_change(struct en_store *s, const struct en_store_charter *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_charter(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->charter_change(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_charter(void *ctx, const struct en_store_charter *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

static en_errc
find_charter(struct en_store *s, const struct en_store_charter_filter *f, struct en_arena *a,
             struct en_store_charter *out, struct en_err *err)
{
    struct en_take t = { &en_row_charter, a, out, false };

    return en_take_result(&t, EN_STORE_READING(s, s->ops->charters_each(s, f, take_charter, &t, err)), "charter", err);
}

en_errc
en_store_charter_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_charter *out,
                     struct en_err *err)
{
    const struct en_store_charter_filter f = { .id = id != 0 ? id : -1 };

    return find_charter(s, &f, a, out, err);
}

en_errc
en_store_charter_by_hash(struct en_store *s, const uint8_t hash[EN_SHA256_LEN], struct en_arena *a,
                         struct en_store_charter *out, struct en_err *err)
{
    const struct en_store_charter_filter f = { .hash = hash };

    return find_charter(s, &f, a, out, err);
}

struct newest {
    int64_t id;
    uint32_t turn;
};

static en_errc
look_at_turn(void *ctx, const struct en_store_charter *x, struct en_err *err)
{
    struct newest *n = ctx;

    (void)err;
    if (x->turn > n->turn)
        *n = (struct newest){ x->id, x->turn };
    return EN_OK;
}

en_errc
en_store_charter_newest(struct en_store *s, struct en_arena *a, struct en_store_charter *out, struct en_err *err)
{
    const struct en_store_charter_filter f = { .id = 0 };
    struct newest n = { 0, 0 };
    en_errc rc = en_store_charters_each(s, &f, look_at_turn, &n, err);

    return rc != EN_OK ? rc : en_store_charter_get(s, n.id, a, out, err);
}

en_errc
en_store_charters_each(struct en_store *s, const struct en_store_charter_filter *f, en_store_charter_fn *fn, void *ctx,
                       struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->charters_each(s, f, fn, ctx, err));
}
