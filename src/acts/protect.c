/*
 * protect.c: what local protection flags cover.
 */
#include "acts/protect.h"

#include <string.h>

#include "acts/act.h"
#include "acts/exchange.h"

/* So many steps from a note about a note to the record that an alert rests on. */
#define STEPS_MAX 4u

struct covering {
    struct en_store *s;
    bool covered;
};

static en_errc
note_flag(void *ctx, const struct en_store_protection *x, struct en_err *err)
{
    (void)x;
    (void)err;
    ((struct covering *)ctx)->covered = true;
    return EN_OK;
}

static en_errc
look_at_hit(void *ctx, const struct en_store_hit *h, struct en_err *err)
{
    struct covering *c = ctx;
    const struct en_store_protection_filter f = { .traveller = h->traveller, .limit = 1 };

    return c->covered ? EN_OK : en_store_protections_each(c->s, &f, note_flag, c, err);
}

en_errc
protect_entity(struct en_store *s, en_text entity, bool *covered, struct en_err *err)
{
    const struct en_store_protection_filter f = { .entity = entity, .limit = 1 };
    const struct en_store_hit_filter hits = { .entity = entity };
    struct covering c = { s, false };
    en_errc rc = en_store_protections_each(s, &f, note_flag, &c, err);

    rc = rc != EN_OK || c.covered ? rc : en_store_hits_each(s, &hits, look_at_hit, &c, err);
    *covered = c.covered;
    return rc;
}

en_errc
protect_received(struct en_store *s, en_text originator, en_text uuid, bool *covered, struct en_err *err)
{
    struct en_buf source = EN_BUF_INIT, entity = EN_BUF_INIT;
    en_errc rc;

    en_buf_addf(&source, PARTNER_SOURCE "%.*s", EN_TEXT_ARG(originator));
    index_id((en_text){ source.p, source.n }, uuid, &entity);
    rc = protect_entity(s, (en_text){ entity.p, entity.n }, covered, err);
    en_buf_release(&source);
    en_buf_release(&entity);
    return rc;
}

/* --- what a record is about --------------------------------------------------------------------------------------- */

struct looking {
    struct en_store *s;
    struct protect_facts *out;
    unsigned steps;
};

static en_errc look_at_values(struct looking *l, const struct en_record *r, struct en_err *err);

static en_errc
look_at_own_alert(struct looking *l, int64_t alert, struct en_err *err)
{
    struct en_buf entity = EN_BUF_INIT;
    struct en_store_source source;
    struct en_store_alert x;
    struct en_arena a;
    bool covered = false;
    en_errc rc;

    en_arena_init(&a, 2u * EN_STORE_MAX_BLOB);
    rc = en_store_alert_get(l->s, alert, &a, &x, err);
    rc = rc != EN_OK ? rc : en_store_source_get(l->s, x.source, &a, &source, err);
    if (rc == EN_OK) {
        index_id(source.name, x.entity, &entity);
        rc = protect_entity(l->s, (en_text){ entity.p, entity.n }, &covered, err);
        l->out->covered = l->out->covered || covered;
    }
    en_buf_release(&entity);
    en_arena_release(&a);
    return rc == EN_E_NOT_FOUND ? EN_OK : rc; /* its destroy date came */
}

/* Of the version at hand: an alert is what a flag may cover; anything else may itself be about one. */
static en_errc
look_at_version(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct looking *l = ctx;
    struct en_record r;
    struct en_arena a;
    bool covered = false;
    en_errc rc = EN_OK;

    if (en_text_is(x->kind, "alert")) {
        l->out->outcome = true;
        if (x->sender.n == 0)
            return x->alert != 0 ? look_at_own_alert(l, x->alert, err) : EN_OK;
        rc = protect_received(l->s, x->originator, x->uuid, &covered, err);
        l->out->covered = l->out->covered || covered;
        return rc;
    }
    if (x->bytes.n == 0)
        return EN_OK;
    en_arena_init(&a, RECORD_ARENA);
    if (en_stix_read(x->bytes, &a, &r, NULL, NULL) == EN_OK)
        rc = look_at_values(l, &r, err);
    en_arena_release(&a);
    return rc;
}

static en_errc
look_at_values(struct looking *l, const struct en_record *r, struct en_err *err)
{
    en_errc rc = EN_OK;

    if (r->kind == EN_RECORD_WITHDRAWAL || l->steps == STEPS_MAX)
        return EN_OK;
    l->steps++;
    for (size_t i = 0; rc == EN_OK && i < r->n_values && !l->out->covered; i++) {
        struct en_store_record_filter f = { .id = 0 };

        if (r->values[i].field->type == EN_VALUE_RECORD && en_record_ref(r->values[i].text, NULL, &f.uuid))
            rc = en_store_records_each(l->s, &f, look_at_version, l, err);
    }
    l->steps--;
    return rc;
}

en_errc
protect_record(struct en_store *s, const struct en_record *r, struct protect_facts *out, struct en_err *err)
{
    struct looking l = { s, out, 0 };

    *out = (struct protect_facts){ false, false };
    return look_at_values(&l, r, err);
}
