/*
 * sqlite_charters.c: the versions of the charter.
 */
#include "store/sqlite.h"

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

/* What a change may change, in the order of both statements. */
static void
bind_changing(struct en_q *q, const struct en_store_charter *x)
{
    en_q_bind_int(q, x->state);
    en_q_bind_int(q, x->turn);
    en_q_bind_bytes(q, x->note);
    en_q_bind_bytes(q, x->keys);
    en_q_bind_id(q, x->sign_asked);
    en_q_bind_id(q, x->signed_by);
    en_q_bind_time(q, x->signed_at);
    en_q_bind_id(q, x->adopt_asked);
    en_q_bind_id(q, x->adopted_by);
    en_q_bind_time(q, x->adopted);
}

en_errc
en_sqlite_charter_add(struct en_store *s, const struct en_store_charter *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO charters (state, turn, note, keys, sign_asked, signed_by, signed_at, adopt_asked, adopted_by,"
              " adopted, number, hash, previous, dated, author, at)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_changing(&q, x);
    en_q_bind_int(&q, x->number);
    en_q_bind_hash(&q, x->hash);
    en_q_bind_hash(&q, x->previous);
    en_q_bind_int(&q, x->dated);
    en_q_bind_id(&q, x->author);
    en_q_bind_int(&q, x->at);
    return en_q_run_insert(&q, "charter", id, err);
}

en_errc
en_sqlite_charter_change(struct en_store *s, const struct en_store_charter *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE charters SET state = ?, turn = ?, note = ?, keys = ?, sign_asked = ?, signed_by = ?,"
              " signed_at = ?, adopt_asked = ?, adopted_by = ?, adopted = ? WHERE id = ?");
    bind_changing(&q, x);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "charter", err);
}

static void
read_charter(struct en_q *q, struct en_store_charter *x)
{
    x->number = en_q_u32(q);
    en_q_hash(q, x->hash);
    en_q_hash(q, x->previous);
    x->dated = en_q_int(q);
    x->state = (enum en_version_state)en_q_enum(q, EN_VERSION_STATES);
    x->turn = en_q_u32(q);
    x->note = en_q_bytes(q);
    x->keys = en_q_bytes(q);
    x->author = en_q_int(q);
    x->at = en_q_int(q);
    x->sign_asked = en_q_int(q);
    x->signed_by = en_q_int(q);
    x->signed_at = en_q_time(q);
    x->adopt_asked = en_q_int(q);
    x->adopted_by = en_q_int(q);
    x->adopted = en_q_time(q);
}

en_errc
en_sqlite_charters_each(struct en_store *s, const struct en_store_charter_filter *f, en_store_charter_fn *fn, void *ctx,
                        struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, number, hash, previous, dated, state, turn, note, keys, author, at, sign_asked,"
                         " signed_by, signed_at, adopt_asked, adopted_by, adopted FROM charters");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->number)
        en_find_int(&find, "number = ?", f->number);
    if (f->hash)
        en_find_hash(&find, "hash = ?", f->hash);
    en_find_open(&find, "number, id", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_charter x = { .id = en_q_int(&q) };

        read_charter(&q, &x);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}
