/*
 * store_partners.c: partners and histories of keys, in front of every engine.
 */
#include <string.h>

#include "store/front.h"

static en_errc
check_partner(const struct en_store_partner *x, struct en_err *err)
{
    en_errc rc = en_store_check_name(x->name, "name of the partner", err);

    rc = rc != EN_OK ? rc : en_store_check_word(x->country, "country of the partner", err);
    rc = rc != EN_OK ? rc : en_store_check_name(x->standing, "standing of the partner", err);
    rc = rc != EN_OK ? rc : en_store_check_word(x->cut_why, "reason of the cut", err);
    rc = rc != EN_OK ? rc : en_store_check_list(x->addresses, x->n_addresses, "address of the partner", err);
    rc = rc != EN_OK ? rc : en_store_check_blob(x->card, "card", err);
    rc = rc != EN_OK ? rc : en_store_check_blob(x->agreement, "agreement", err);
    if (rc == EN_OK && (x->partner.n != EN_PARTNER_ID_LEN || x->card.n == 0 || x->number == 0))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a partner has an id, a card and a key");
    if (rc == EN_OK && (x->cut == EN_TIME_NONE) != (x->cut_why.n == 0))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a cut has a reason, and nothing else has");
    if (rc == EN_OK && (x->card_at == EN_TIME_NONE || x->added == EN_TIME_NONE || x->changed == EN_TIME_NONE))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a partner and its card have their times");
    return rc;
}

en_errc
en_store_partner_add(struct en_store *s, const struct en_store_partner *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_partner(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->partner_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_partner_change(struct en_store *s, const struct en_store_partner *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_partner(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->partner_change(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_partner(void *ctx, const struct en_store_partner *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

static en_errc
find_partner(struct en_store *s, const struct en_store_partner_filter *f, struct en_arena *a,
             struct en_store_partner *out, struct en_err *err)
{
    struct en_take t = { &en_row_partner, a, out, false };

    return en_take_result(&t, EN_STORE_READING(s, s->ops->partners_each(s, f, take_partner, &t, err)), "partner", err);
}

en_errc
en_store_partner_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_partner *out,
                     struct en_err *err)
{
    struct en_store_partner_filter f = { .id = id != 0 ? id : -1 };

    return find_partner(s, &f, a, out, err);
}

en_errc
en_store_partner_by_id(struct en_store *s, en_text partner, struct en_arena *a, struct en_store_partner *out,
                       struct en_err *err)
{
    struct en_store_partner_filter f = { .partner = partner };

    if (partner.n == 0)
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such partner");
    return find_partner(s, &f, a, out, err);
}

en_errc
en_store_partners_each(struct en_store *s, en_store_partner_fn *fn, void *ctx, struct en_err *err)
{
    const struct en_store_partner_filter f = { .id = 0 };

    return EN_STORE_READING(s, s->ops->partners_each(s, &f, fn, ctx, err));
}

en_errc
en_store_partner_keys_each(struct en_store *s, const struct en_store_partner_key_filter *f, en_store_partner_key_fn *fn,
                           void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->partner_keys_each(s, f, fn, ctx, err));
}

struct key_place {
    const struct en_store_partner_key *x;
    uint32_t last;
    bool taken;
};

static en_errc
look_at_key(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct key_place *p = ctx;

    (void)err;
    if (x->partner == p->x->partner)
        p->last = x->number;
    else
        p->taken = true;
    return EN_OK;
}

/* The step before it is there, and nobody else has or had the key. */
static en_errc
check_place(struct en_store *s, const struct en_store_partner_key *x, struct en_err *err)
{
    struct en_store_partner_key_filter own = { .by_partner = true, .partner = x->partner }, same = { .key = x->key };
    struct key_place p = { .x = x };
    en_errc rc = en_store_partner_keys_each(s, &same, look_at_key, &p, err);

    p.last = 0;
    rc = rc != EN_OK ? rc : en_store_partner_keys_each(s, &own, look_at_key, &p, err);
    if (rc == EN_OK && p.taken)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "another partner has or had this key");
    if (rc == EN_OK && x->number != p.last + 1)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "the next step of this history of keys has the number %u",
                        p.last + 1);
    return rc;
}

en_errc
en_store_partner_key_add(struct en_store *s, const struct en_store_partner_key *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = en_store_check_blob(x->note, "statement", &s->err);
    if (rc == EN_OK && (x->note.n == 0 || x->at == EN_TIME_NONE))
        rc = en_err_set(&s->err, EN_E_USAGE, EN_NO_POS, "a step of a history of keys has its statement and time");
    if (rc == EN_OK)
        rc = check_place(s, x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->partner_key_add(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}
