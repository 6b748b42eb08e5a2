/*
 * live_source.c: the store as the step sees it: what is queued, and what left by hand.
 */
#include "acts/live_parts.h"

#include <stdlib.h>
#include <string.h>

void
live_drafts_forget(struct live *v)
{
    for (size_t i = 0; i < v->n_drafts; i++) {
        departing_release(&v->drafts[i]->d);
        free(v->drafts[i]);
    }
    v->n_drafts = 0;
}


/* A callback of the step cannot fail; the step is thrown away when one did. */
static void
fail(struct live *v, en_errc rc, const struct en_err *err)
{
    v->failed = *err;
    v->failed.code = rc;
}

static en_errc
offer_one(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct live_draft *draft = ctx;
    en_errc rc = departing_add(&draft->d, x, err);

    return rc == EN_OK && draft->d.full ? EN_E_NO : rc;
}

/*
 * What is queued and was not offered in this step already. The cursor of the link is not looked at: what was taken has
 * another state, and what was refused with its bundle is queued again behind it.
 */
size_t
live_source_items(void *ctx, const char *partner, bool urgent, uint64_t after, size_t max, uint64_t *out)
{
    struct live *v = ctx;
    struct live_peer *p = live_peer(v, en_text_from_ours(partner));
    struct en_store_delivery_filter f = { .partner = en_text_from_ours(partner), .states = 1u << EN_DELIVERY_QUEUED,
                                          .urgent_only = urgent, .usual_only = !urgent };
    struct en_err err = EN_ERR_INIT;
    struct live_draft *draft;
    const struct partner *to;
    en_errc rc;

    (void)after;
    if (p == NULL || v->failed.code != EN_OK || v->acts->rim.keys == NULL)
        return 0;
    rc = live_partner(v, partner, &to, &err);
    if (rc != EN_OK) {
        fail(v, rc, &err);
        return 0;
    }
    draft = en_xcalloc(1, sizeof *draft);
    draft->to = to;
    departing_init(&draft->d, v->c, to, LIVE_BUNDLE_MOST, max);
    f.after = (int64_t)p->taken[urgent];
    rc = en_store_deliveries_each(v->c->store, &f, offer_one, draft, &err);
    if (rc != EN_OK && rc != EN_E_NO)
        fail(v, rc, &err);
    if ((rc != EN_OK && rc != EN_E_NO) || draft->d.n == 0) {
        departing_release(&draft->d);
        free(draft);
        return 0;
    }
    v->drafts = v->n_drafts < v->cap_drafts
                    ? v->drafts
                    : en_xrealloc(v->drafts, (v->cap_drafts = 2 * v->cap_drafts + 16) * sizeof *v->drafts);
    v->drafts[v->n_drafts++] = draft;
    for (size_t i = 0; i < draft->d.n; i++)
        out[i] = (uint64_t)draft->d.delivery[i];
    p->taken[urgent] = out[draft->d.n - 1];
    return draft->d.n;
}

en_errc
live_note_flying(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct en_flying *f = ctx;

    (void)err;
    *f = (struct en_flying){ .number = x->sequence,
                             .urgent = x->urgent,
                             .made = x->made,
                             .by_hand = !x->flies && x->answered == EN_TIME_NONE };
    memcpy(f->id, x->name, sizeof f->id);
    return EN_OK;
}

en_errc
live_note_any(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    (void)x;
    (void)err;
    *(bool *)ctx = true;
    return EN_OK;
}

struct of_number {
    struct en_flying f;
    int64_t id;
};

static en_errc
note_of_number(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct of_number *o = ctx;

    o->id = x->id;
    return live_note_flying(&o->f, x, err);
}

bool
live_source_bundle(void *ctx, const char *partner, uint64_t number, struct en_flying *out)
{
    struct live *v = ctx;
    const struct en_store_bundle_filter by = { .out_only = true, .partner = en_text_from_ours(partner),
                                               .sequence = number };
    struct en_store_delivery_filter f = { .states = 1u << EN_DELIVERY_SENT | 1u << EN_DELIVERY_RECEIVED |
                                                    1u << EN_DELIVERY_OPENED,
                                          .limit = 1 };
    struct of_number o = { .id = 0 };
    struct en_err err = EN_ERR_INIT;
    bool any = false;
    en_errc rc = en_store_bundles_each(v->acts->store, &by, note_of_number, &o, &err);

    f.bundle = o.id;
    if (rc == EN_OK && o.id != 0)
        rc = en_store_deliveries_each(v->acts->store, &f, live_note_any, &any, &err);
    if (rc != EN_OK)
        fail(v, rc, &err);
    *out = o.f;
    return rc == EN_OK && any;
}
