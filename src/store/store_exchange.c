/*
 * store_exchange.c: records, releases, deliveries and bundles, in front of the engines.
 */
#include "store/front.h"

#include "base/hash.h"

static en_errc
check_partner(en_text t, const char *what, struct en_err *err)
{
    if (en_is_hex(t, EN_STORE_PARTNER_LEN))
        return EN_OK;
    return en_err_set(err, EN_E_USAGE, EN_NO_POS, "the %s is no partner's id", what);
}

/* --- records ------------------------------------------------------------------------------------------------------ */

static en_errc
check_record(const struct en_store_record *x, struct en_err *err)
{
    en_errc rc = en_store_check_word(x->uuid, "id of the record", err);

    if (rc == EN_OK)
        rc = en_store_check_word(x->kind, "kind of the record", err);
    if (rc == EN_OK)
        rc = en_store_check_word(x->about, "id of the record that is withdrawn", err);
    if (rc == EN_OK && x->originator.n > 0)
        rc = check_partner(x->originator, "originator", err);
    if (rc == EN_OK && x->sender.n > 0)
        rc = check_partner(x->sender, "sender", err);
    if (rc == EN_OK)
        rc = en_store_check_blob(x->bytes, "record", err);
    if (rc == EN_OK)
        rc = en_store_check_blob(x->release, "release", err);
    if (rc == EN_OK)
        rc = en_store_check_list(x->reasons, x->n_reasons, "reasons of the record", err);
    if (rc == EN_OK && (x->signature.n > EN_STORE_SIGNATURE_MAX || (x->signature.n != 0 && x->signature.n < 64) ||
                        (x->salt.n != 0 && x->salt.n != EN_STORE_SALT_LEN)))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "the record's signature or salt has another length");
    if (rc == EN_OK && x->state >= EN_HELD_STATES)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "there is no such state of a record");
    return rc;
}

en_errc
en_store_record_add(struct en_store *s, const struct en_store_record *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_record(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->record_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_record_change(struct en_store *s, const struct en_store_record *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_record(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->record_change(s, x, &s->err);
    s->deleted |= rc == EN_OK && x->bytes.n == 0;
    return en_store_wrote(s, rc, err);
}

static en_errc
take_record(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

static en_errc
record_find(struct en_store *s, const struct en_store_record_filter *f, struct en_arena *a, struct en_store_record *out,
            struct en_err *err)
{
    struct en_take t = { &en_row_record, a, out, false };

    return en_take_result(&t, EN_STORE_READING(s, s->ops->records_each(s, f, take_record, &t, err)), "record", err);
}

en_errc
en_store_record_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_record *out, struct en_err *err)
{
    struct en_store_record_filter f = { .id = id ? id : -1 };

    return record_find(s, &f, a, out, err);
}

en_errc
en_store_record_by_hash(struct en_store *s, const uint8_t hash[EN_SHA256_LEN], struct en_arena *a,
                        struct en_store_record *out, struct en_err *err)
{
    struct en_store_record_filter f = { .hash = hash };

    return record_find(s, &f, a, out, err);
}

en_errc
en_store_records_each(struct en_store *s, const struct en_store_record_filter *f, en_store_record_fn *fn, void *ctx,
                      struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->records_each(s, f, fn, ctx, err));
}

en_errc
en_store_records_size(struct en_store *s, en_text sender, enum en_held state, uint64_t *n, uint64_t *bytes,
                      struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->records_size(s, sender, state, n, bytes, err));
}

/* --- releases ----------------------------------------------------------------------------------------------------- */

/* The tables refuse it too; this says it in words. */
static en_errc
check_release(const struct en_store_release *x, bool alone, int64_t proposed_by, struct en_err *err)
{
    en_errc rc = x->n_roster > 0 && x->n_roster <= EN_STORE_ROSTER_MAX
                     ? EN_OK
                     : en_err_set(err, EN_E_USAGE, EN_NO_POS, "a release names 1 to %u partners", EN_STORE_ROSTER_MAX);

    for (size_t i = 0; rc == EN_OK && i < x->n_roster; i++)
        rc = check_partner(en_text_from_ours(x->roster[i].partner), "recipient", err);
    if (rc == EN_OK && x->state == EN_RELEASE_APPROVED && !alone &&
        (x->decided_by == 0 || x->decided_by == proposed_by))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a release is approved by a second person");
    if (rc == EN_OK)
        rc = en_store_check_word(x->reason, "reason of the release", err);
    if (rc == EN_OK)
        rc = en_store_check_blob(x->bytes, "release", err);
    return rc;
}

en_errc
en_store_release_add(struct en_store *s, const struct en_store_release *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_release(x, x->alone, x->proposed_by, &s->err);
    if (rc == EN_OK)
        rc = s->ops->release_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_release(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

en_errc
en_store_release_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_release *out,
                     struct en_err *err)
{
    struct en_store_release_filter f = { .id = id ? id : -1 };
    struct en_take t = { &en_row_release, a, out, false };

    return en_take_result(&t, EN_STORE_READING(s, s->ops->releases_each(s, &f, take_release, &t, err)), "release", err);
}

en_errc
en_store_release_change(struct en_store *s, const struct en_store_release *x, struct en_err *err)
{
    struct en_store_release old;
    struct en_arena a;
    en_errc rc = en_store_gate(s);

    en_arena_init(&a, EN_STORE_MAX_BLOB);
    if (rc == EN_OK)
        rc = en_store_release_get(s, x->id, &a, &old, &s->err);
    if (rc == EN_OK)
        rc = check_release(x, old.alone, old.proposed_by, &s->err);
    if (rc == EN_OK)
        rc = s->ops->release_change(s, x, &s->err);
    en_arena_release(&a);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_releases_each(struct en_store *s, const struct en_store_release_filter *f, en_store_release_fn *fn, void *ctx,
                       struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->releases_each(s, f, fn, ctx, err));
}

/* --- deliveries --------------------------------------------------------------------------------------------------- */

static en_errc
check_delivery(const struct en_store_delivery *x, struct en_err *err)
{
    en_errc rc = en_store_check_word(x->reason, "reason of the delivery", err);

    if (rc == EN_OK)
        rc = en_store_check_blob(x->proof, "proof", err);
    if (rc == EN_OK && x->state >= EN_DELIVERY_STATES)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "there is no such state of a delivery");
    return rc;
}

en_errc
en_store_delivery_add(struct en_store *s, const struct en_store_delivery *x, int64_t *id, struct en_err *err)
{
    bool record = x->kind == EN_DELIVERY_RECORD;
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_partner(x->partner, "recipient", &s->err);
    if (rc == EN_OK && (x->kind >= EN_DELIVERY_KINDS || record != (x->record != 0) || record != (x->release != 0) ||
                        record != (x->bytes.n == 0)))
        rc = en_err_set(&s->err, EN_E_USAGE, EN_NO_POS, "a delivery is of a released record, or has bytes of its own");
    if (rc == EN_OK)
        rc = en_store_check_blob(x->bytes, "delivery", &s->err);
    if (rc == EN_OK)
        rc = check_delivery(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->delivery_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_delivery_change(struct en_store *s, const struct en_store_delivery *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_delivery(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->delivery_change(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_deliveries_each(struct en_store *s, const struct en_store_delivery_filter *f, en_store_delivery_fn *fn,
                         void *ctx, struct en_err *err)
{
    EN_ASSERT(!f->urgent_first || f->after == 0);
    return EN_STORE_READING(s, s->ops->deliveries_each(s, f, fn, ctx, err));
}

/* --- bundles ------------------------------------------------------------------------------------------------------ */

static en_errc
check_earlier(const struct en_store_bundle *x, struct en_err *err)
{
    if (x->earlier.n % EN_STORE_SIGNED != 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "what a bundle was before is told in whole pieces");
    return en_store_check_blob(x->earlier, "list of what a bundle was before", err);
}

en_errc
en_store_bundle_add(struct en_store *s, const struct en_store_bundle *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_partner(x->partner, "other side", &s->err);
    if (rc == EN_OK && (x->sequence == 0 || x->sequence > INT64_MAX))
        rc = en_err_set(&s->err, EN_E_USAGE, EN_NO_POS, "bundles are numbered from 1");
    if (rc == EN_OK)
        rc = en_store_check_word(x->reason, "reason of the bundle", &s->err);
    if (rc == EN_OK)
        rc = en_store_check_blob(x->answer, "receipt", &s->err);
    if (rc == EN_OK)
        rc = check_earlier(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->bundle_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_bundle_change(struct en_store *s, const struct en_store_bundle *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = en_store_check_blob(x->answer, "receipt", &s->err);
    if (rc == EN_OK)
        rc = s->ops->bundle_change(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_bundles_each(struct en_store *s, const struct en_store_bundle_filter *f, en_store_bundle_fn *fn, void *ctx,
                      struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->bundles_each(s, f, fn, ctx, err));
}

en_errc
en_store_bundle_renew(struct en_store *s, const struct en_store_bundle *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK && (x->sequence == 0 || x->sequence > INT64_MAX))
        rc = en_err_set(&s->err, EN_E_USAGE, EN_NO_POS, "bundles are numbered from 1");
    if (rc == EN_OK)
        rc = en_store_check_word(x->reason, "reason of the bundle", &s->err);
    if (rc == EN_OK)
        rc = check_earlier(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->bundle_renew(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

/* --- refusals ------------------------------------------------------------------------------------------------ */

en_errc
en_store_refusal_add(struct en_store *s, en_text partner, en_text code, uint64_t n, en_time at, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK && partner.n > 0)
        rc = check_partner(partner, "sender", &s->err);
    if (rc == EN_OK && (code.n == 0 || code.n > EN_STORE_CODE_MAX || n == 0 || n > INT64_MAX / 2))
        rc = en_err_set(&s->err, EN_E_USAGE, EN_NO_POS, "a refusal has a code of 1 to %u bytes, and a number",
                        EN_STORE_CODE_MAX);
    if (rc == EN_OK)
        rc = s->ops->refusal_add(s, partner, code, n, at, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_refusals_each(struct en_store *s, en_text partner, en_store_refusal_fn *fn, void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->refusals_each(s, partner, fn, ctx, err));
}

/* --- links and parcels -------------------------------------------------------------------------------------------- */

static bool
is_number(uint64_t n)
{
    return n <= INT64_MAX;
}

static en_errc
check_link(const struct en_store_link *x, struct en_err *err)
{
    const struct en_node_link *l = &x->link;
    en_errc rc = check_partner(en_text_from_ours(l->id), "partner of the link", err);

    if (rc == EN_OK && x->via[0] != '\0')
        rc = check_partner(en_text_from_ours(x->via), "relay", err);
    if (rc == EN_OK && x->then[0] != '\0')
        rc = check_partner(en_text_from_ours(x->then), "second relay", err);
    if (rc == EN_OK && (!is_number(l->next) || !is_number(l->cursor[0]) || !is_number(l->cursor[1]) ||
                        !is_number(l->upto) || !is_number(l->highest) || !is_number(l->log.held.size) ||
                        !is_number(l->log.other.size)))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a number of the link is too large");
    return rc;
}

en_errc
en_store_link_put(struct en_store *s, const struct en_store_link *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_link(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->link_put(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_links_each(struct en_store *s, en_text partner, en_store_link_fn *fn, void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->links_each(s, partner, fn, ctx, err));
}

en_errc
en_store_parcel_add(struct en_store *s, const struct en_store_parcel *x, struct en_err *err)
{
    struct en_store_parcel copy = *x;
    en_errc rc = en_store_gate(s);

    copy.kept.bytes = x->sealed.n;
    if (rc == EN_OK)
        rc = check_partner(en_text_from_ours(x->kept.from), "giver of the parcel", &s->err);
    if (rc == EN_OK)
        rc = check_partner(en_text_from_ours(x->kept.next), "next of the parcel", &s->err);
    if (rc == EN_OK && (x->sealed.n == 0 || x->sealed.n > EN_ENVELOPE_PARCEL_MAX))
        rc = en_err_set(&s->err, EN_E_LIMIT, EN_NO_POS, "a parcel has 1 to %u bytes", EN_ENVELOPE_PARCEL_MAX);
    if (rc == EN_OK)
        rc = s->ops->parcel_add(s, &copy, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_parcel_remove(struct en_store *s, const uint8_t id[EN_STORE_BUNDLE_LEN], struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = s->ops->parcel_remove(s, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_parcels_each(struct en_store *s, const uint8_t *id, en_store_parcel_fn *fn, void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->parcels_each(s, id, fn, ctx, err));
}
