/*
 * sqlite_links.c: links to partners, and parcels that are passed on.
 */
#include <string.h>

#include "store/sqlite.h"

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

static void
bind_head(struct en_q *q, const struct en_head *h)
{
    en_q_bind_int(q, h->epoch);
    en_q_bind_uint(q, h->size);
    en_q_bind_hash(q, h->root.b);
}

static void
read_head(struct en_q *q, struct en_head *h)
{
    h->epoch = en_q_u32(q);
    h->size = en_q_uint(q);
    en_q_hash(q, h->root.b);
}

/* Text of exactly a partner's length, or of none where that is allowed. */
static void
read_id(struct en_q *q, char out[EN_STORE_PARTNER_LEN + 1], bool may_be_none)
{
    en_text t = en_q_text(q);

    memset(out, 0, EN_STORE_PARTNER_LEN + 1);
    if (t.n == EN_STORE_PARTNER_LEN)
        memcpy(out, t.p, t.n);
    else if (t.n != 0 || !may_be_none)
        q->damaged = true;
}

en_errc
en_sqlite_link_put(struct en_store *s, const struct en_store_link *x, struct en_err *err)
{
    const struct en_node_link *l = &x->link;
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT OR REPLACE INTO links (partner, next, cursor_usual, cursor_urgent, upto, beyond, highest,"
              " speaks_oldest, speaks_newest, held_epoch, held_size, held_root, other_epoch, other_size, other_root,"
              " forked, owed, flagged, via, via_then, relays)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_text(&q, en_text_from_ours(l->id));
    en_q_bind_uint(&q, l->next);
    en_q_bind_uint(&q, l->cursor[0]);
    en_q_bind_uint(&q, l->cursor[1]);
    en_q_bind_uint(&q, l->upto);
    en_q_bind_int(&q, (int64_t)l->window);
    en_q_bind_uint(&q, l->highest);
    en_q_bind_int(&q, l->speaks_oldest);
    en_q_bind_int(&q, l->speaks_newest);
    bind_head(&q, &l->log.held);
    bind_head(&q, &l->log.other);
    en_q_bind_int(&q, l->log.forked);
    en_q_bind_time(&q, l->log.owed);
    en_q_bind_int(&q, l->log.flagged);
    en_q_bind_text(&q, en_text_from_ours(x->via));
    en_q_bind_text(&q, en_text_from_ours(x->then));
    en_q_bind_int(&q, x->relays);
    return en_q_run(&q, NULL, err);
}

static void
read_link(struct en_q *q, struct en_store_link *x)
{
    struct en_node_link *l = &x->link;

    memset(x, 0, sizeof *x);
    read_id(q, l->id, false);
    l->next = en_q_uint(q);
    l->cursor[0] = en_q_uint(q);
    l->cursor[1] = en_q_uint(q);
    l->upto = en_q_uint(q);
    l->window = (uint64_t)en_q_int(q);
    l->highest = en_q_uint(q);
    l->speaks_oldest = en_q_u32(q);
    l->speaks_newest = en_q_u32(q);
    read_head(q, &l->log.held);
    read_head(q, &l->log.other);
    l->log.forked = en_q_bool(q);
    l->log.owed = en_q_time(q);
    l->log.flagged = en_q_bool(q);
    read_id(q, x->via, true);
    read_id(q, x->then, true);
    x->relays = en_q_bool(q);
}

en_errc
en_sqlite_links_each(struct en_store *s, en_text partner, en_store_link_fn *fn, void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT partner, next, cursor_usual, cursor_urgent, upto, beyond, highest, speaks_oldest,"
                         " speaks_newest, held_epoch, held_size, held_root, other_epoch, other_size, other_root,"
                         " forked, owed, flagged, via, via_then, relays FROM links");
    if (partner.n)
        en_find_text(&find, "partner = ?", partner);
    en_find_open(&find, "partner", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_link x;

        read_link(&q, &x);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- parcels -------------------------------------------------------------------------------------- */

en_errc
en_sqlite_parcel_add(struct en_store *s, const struct en_store_parcel *x, struct en_err *err)
{
    struct en_q q;
    int64_t row;

    en_q_open(&q, sqlite_of(s), "INSERT INTO parcels (id, giver, next, until, sealed) VALUES (?, ?, ?, ?, ?)");
    en_q_bind_bytes(&q, en_bytes_from(x->kept.id, sizeof x->kept.id));
    en_q_bind_text(&q, en_text_from_ours(x->kept.from));
    en_q_bind_text(&q, en_text_from_ours(x->kept.next));
    en_q_bind_int(&q, x->kept.until);
    en_q_bind_bytes(&q, x->sealed);
    return en_q_run_insert(&q, "parcel", &row, err);
}

en_errc
en_sqlite_parcel_remove(struct en_store *s, const uint8_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "DELETE FROM parcels WHERE id = ?");
    en_q_bind_bytes(&q, en_bytes_from(id, EN_STORE_BUNDLE_LEN));
    return en_q_run_one(&q, "parcel", err);
}

en_errc
en_sqlite_parcels_each(struct en_store *s, const uint8_t *id, en_store_parcel_fn *fn, void *ctx, struct en_err *err)
{
    char hex[2 * EN_STORE_BUNDLE_LEN + 1], named[64];
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, giver, next, until, sealed FROM parcels");
    if (id) {
        en_hex(id, EN_STORE_BUNDLE_LEN, hex);
        sqlite3_snprintf((int)sizeof named, named, "id = x'%s'", hex);
        en_find_that(&find, named);
    }
    en_find_open(&find, "rowid", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_parcel x = { .sealed = { NULL, 0 } };
        en_bytes name = en_q_bytes(&q);

        if (name.n == sizeof x.kept.id)
            memcpy(x.kept.id, name.p, name.n);
        else
            q.damaged = true;
        read_id(&q, x.kept.from, false);
        read_id(&q, x.kept.next, false);
        x.kept.until = en_q_int(&q);
        x.sealed = en_q_bytes(&q);
        x.kept.bytes = x.sealed.n;
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}
