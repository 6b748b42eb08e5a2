/*
 * sqlite_partners.c: other services' nodes, and histories of keys.
 */
#include "store/sqlite.h"

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

/* What a change may change, in the order of both statements. */
static void
bind_changing(struct en_q *q, const struct en_store_partner *x)
{
    en_q_bind_text(q, x->name);
    en_q_bind_text(q, x->country);
    en_q_bind_text(q, x->standing);
    en_q_bind_int(q, x->rehearsal);
    en_q_bind_int(q, x->number);
    en_q_bind_hash(q, x->key);
    en_q_bind_hash(q, x->next);
    en_q_bind_bytes(q, x->card);
    en_q_bind_int(q, x->card_at);
    en_q_bind_bytes(q, x->agreement);
    en_q_bind_int(q, x->changed);
    en_q_bind_time(q, x->cut);
    en_q_bind_text(q, x->cut_why);
    en_q_bind_list(q, x->addresses, x->n_addresses);
}

en_errc
en_sqlite_partner_add(struct en_store *s, const struct en_store_partner *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO partners (name, country, standing, rehearsal, number, key, next, card, card_at, agreement,"
              " changed, cut, cut_why, addresses, partner, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_changing(&q, x);
    en_q_bind_text(&q, x->partner);
    en_q_bind_int(&q, x->added);
    return en_q_run_insert(&q, "partner", id, err);
}

en_errc
en_sqlite_partner_change(struct en_store *s, const struct en_store_partner *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE partners SET name = ?, country = ?, standing = ?, rehearsal = ?, number = ?, key = ?, next = ?,"
              " card = ?, card_at = ?, agreement = ?, changed = ?, cut = ?, cut_why = ?, addresses = ? WHERE id = ?");
    bind_changing(&q, x);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "partner", err);
}

en_errc
en_sqlite_partners_each(struct en_store *s, const struct en_store_partner_filter *f, en_store_partner_fn *fn, void *ctx,
                        struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, partner, name, country, standing, rehearsal, number, key, next, card, card_at,"
                         " agreement, added, changed, cut, cut_why, addresses FROM partners");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->partner.n)
        en_find_text(&find, "partner = ?", f->partner);
    en_find_open(&find, "id", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_partner x = { .id = en_q_int(&q) };

        x.partner = en_q_text(&q);
        x.name = en_q_text(&q);
        x.country = en_q_text(&q);
        x.standing = en_q_text(&q);
        x.rehearsal = en_q_bool(&q);
        x.number = en_q_u32(&q);
        en_q_hash(&q, x.key);
        en_q_hash(&q, x.next);
        x.card = en_q_bytes(&q);
        x.card_at = en_q_int(&q);
        x.agreement = en_q_bytes(&q);
        x.added = en_q_int(&q);
        x.changed = en_q_int(&q);
        x.cut = en_q_time(&q);
        x.cut_why = en_q_text(&q);
        x.addresses = en_q_list(&q, &x.n_addresses);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

en_errc
en_sqlite_partner_key_add(struct en_store *s, const struct en_store_partner_key *x, struct en_err *err)
{
    struct en_q q;
    int64_t row;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO partner_keys (partner, number, key, next, at, note) VALUES (?, ?, ?, ?, ?, ?)");
    en_q_bind_id(&q, x->partner);
    en_q_bind_int(&q, x->number);
    en_q_bind_hash(&q, x->key);
    en_q_bind_hash(&q, x->next);
    en_q_bind_int(&q, x->at);
    en_q_bind_bytes(&q, x->note);
    return en_q_run_insert(&q, "step of this history of keys", &row, err);
}

en_errc
en_sqlite_partner_keys_each(struct en_store *s, const struct en_store_partner_key_filter *f,
                            en_store_partner_key_fn *fn, void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT partner, number, key, next, at, note FROM partner_keys");
    if (f->by_partner)
        en_find_int(&find, "coalesce(partner, 0) = ?", f->partner);
    if (f->key)
        en_find_hash(&find, "key = ?", f->key);
    en_find_open(&find, "coalesce(partner, 0), number", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_partner_key x = { .partner = en_q_int(&q) };

        x.number = en_q_u32(&q);
        en_q_hash(&q, x.key);
        en_q_hash(&q, x.next);
        x.at = en_q_int(&q);
        x.note = en_q_bytes(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}
