/*
 * release.c: what the acts about releases share: a record and who holds it, what the rules say, the roster and its
 * signature, what waits to leave.
 */
#include "acts/release.h"

#include <string.h>

#include "acts/ledger_told.h"

/* --- a record, and who holds it ----------------------------------------------------------------------------------- */

void
ours_init(struct ours *o)
{
    memset(o, 0, sizeof *o);
    en_arena_init(&o->arena, RECORD_ARENA + EN_STORE_MAX_BLOB);
}

/* Ours, or what a partner let us have. */
en_errc
ours_held(struct en_call *c, int64_t id, struct ours *o, struct en_err *err)
{
    en_errc rc = en_store_record_get(c->store, id, &o->arena, &o->row, err);

    if (rc == EN_E_NOT_FOUND || (rc == EN_OK && o->row.state == EN_HELD_ASIDE))
        return err_not_found(err, "record");
    if (rc == EN_OK && o->row.bytes.n == 0)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "the content of this record is gone");
    rc = rc != EN_OK ? rc : en_stix_read(o->row.bytes, &o->arena, &o->record, NULL, err);
    return rc != EN_OK ? rc : protect_record(c->store, &o->record, &o->told, err);
}

en_errc
ours_get(struct en_call *c, int64_t id, struct ours *o, struct en_err *err)
{
    en_errc rc = ours_held(c, id, o, err);

    return rc == EN_OK && o->row.sender.n > 0
               ? en_err_set(err, EN_E_RULE, EN_NO_POS, "this record is not ours: its originator alone takes it back")
               : rc;
}
void
holders_init(struct holders *h, struct en_call *c, unsigned states)
{
    *h = (struct holders){ .states = states, .c = c };
    en_arena_init(&h->arena, EN_MIB);
}

void
holders_add(struct holders *h, en_text partner)
{
    if (holders_have(h, partner))
        return;
    if (h->n < EN_ENVELOPE_ROSTER_MAX && en_arena_grow(&h->arena, &h->id, &h->cap, h->n + 1, sizeof *h->id)) {
        memset(h->id[h->n], 0, sizeof *h->id);
        memcpy(h->id[h->n++], partner.p, EN_SEAL_ID_LEN);
    }
}

static en_errc
note_holder(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    (void)err;
    holders_add(ctx, x->partner);
    return EN_OK;
}

/* Who got it from another, with our consent. */
static en_errc
note_target(void *ctx, const struct en_store_question *x, struct en_err *err)
{
    (void)err;
    holders_add(ctx, x->target);
    return EN_OK;
}

static en_errc
note_version(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct holders *h = ctx;
    const struct en_store_delivery_filter f = { .record = x->id, .states = h->states };
    const struct en_store_question_filter granted = { .record = x->id, .states = 1u << EN_QUESTION_GRANTED };
    en_errc rc = en_store_deliveries_each(h->c->store, &f, note_holder, h, err);

    return rc != EN_OK || !h->onward ? rc : en_store_questions_each(h->c->store, &granted, note_target, h, err);
}

/* It was taken back from this one, which never takes it again. */
static en_errc
forget_holder(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct holders *h = ctx;

    (void)err;
    for (size_t i = 0; i < h->n; i++)
        if (en_text_is(x->partner, h->id[i])) {
            memmove(&h->id[i], &h->id[i + 1], (h->n - i - 1) * sizeof *h->id);
            h->n--;
            return EN_OK;
        }
    return EN_OK;
}

static en_errc
forget_withdrawn(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct holders *h = ctx;
    const struct en_store_delivery_filter f = { .record = x->id };

    return en_store_deliveries_each(h->c->store, &f, forget_holder, h, err);
}

en_errc
holders_forget_withdrawn(struct holders *h, en_text uuid, struct en_err *err)
{
    const struct en_store_record_filter f = { .about = uuid, .ours = true };

    return en_store_records_each(h->c->store, &f, forget_withdrawn, h, err);
}

en_errc
holders_of(struct holders *h, en_text uuid, struct en_err *err)
{
    const struct en_store_record_filter f = { .uuid = uuid, .ours = true };
    en_errc rc = en_store_records_each(h->c->store, &f, note_version, h, err);

    return rc != EN_OK ? rc : holders_forget_withdrawn(h, uuid, err);
}

/* --- what the rules say ------------------------------------------------------------------------------------------- */

struct en_release_facts
release_facts(struct en_call *c, const struct ours *o, const struct partner *p, bool listed)
{
    const bool ours = o->row.sender.n == 0;

    return (struct en_release_facts){ .record = &o->record,
                                      .ours = ours,
                                      .current = o->row.state == EN_HELD_CURRENT ||
                                                 (ours && o->row.state == EN_HELD_DRAFT),
                                      .consent = o->consent,
                                      .listed = listed,
                                      .outcome = o->told.outcome,
                                      .protected_person = o->told.covered,
                                      .partner = p->facts,
                                      .now = c->now };
}

void
release_rules(struct en_call *c, const struct ours *o, const struct partner *p, bool listed, struct en_reasons *out)
{
    const struct en_release_facts f = release_facts(c, o, p, listed);

    if (o->consenting)
        en_rules_consent(&f, out);
    else
        en_rules_release(&f, out);
}

/* Does the record itself, by its new handling, stand against a partner that holds an older version? */
static bool
narrowed(const struct en_reasons *no)
{
    static const char *const codes[] = { "label-above-agreement", "observer", "code-not-kept", "purpose-outside" };

    for (size_t i = 0; i < no->n; i++)
        for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
            if (strcmp(no->v[i]->code, codes[k]) == 0)
                return true;
    return false;
}

bool
holders_have(const struct holders *h, en_text partner)
{
    for (size_t i = 0; i < h->n; i++)
        if (en_text_is(partner, h->id[i]))
            return true;
    return false;
}

/* Leaves those holders who may not have this version: it is taken back from them when it is approved. */
en_errc
holders_narrowed(struct en_call *c, const struct ours *o, struct holders *h, struct en_err *err)
{
    en_errc rc = holders_of(h, o->row.uuid, err);

    for (size_t i = 0; rc == EN_OK && i < h->n;) {
        struct en_reasons no = { .n = 0 };
        const struct partner *p;

        rc = partner_by_id(c, en_text_from_ours(h->id[i]), &p, err);
        if (rc == EN_OK && p != NULL)
            release_rules(c, o, p, true, &no);
        if (rc == EN_OK && !narrowed(&no)) {
            memmove(&h->id[i], &h->id[i + 1], (h->n - i - 1) * sizeof *h->id);
            h->n--;
        } else {
            i++;
        }
    }
    return rc;
}

en_errc
release_judge(struct en_call *c, const struct ours *o, const struct partner *p, struct en_err *err)
{
    struct en_reasons no;

    release_rules(c, o, p, true, &no);
    return no.n == 0
               ? EN_OK
               : en_err_set(err, EN_E_RULE, EN_NO_POS, "%.*s may not have it: %s (%s)%s", EN_TEXT_ARG(p->row.name),
                            no.v[0]->text, no.v[0]->clause, no.n > 1 ? "; and more: release explain" : "");
}

en_errc
release_may(struct en_call *c, int64_t record, const struct partner *p, bool *may, struct en_err *err)
{
    struct en_reasons no;
    struct ours o;
    en_errc rc;

    ours_init(&o);
    rc = ours_held(c, record, &o, err);
    if (rc == EN_OK)
        release_rules(c, &o, p, true, &no);
    *may = rc == EN_OK && no.n == 0;
    en_arena_release(&o.arena);
    return rc;
}

/* --- what left before --------------------------------------------------------------------------------------------- */

static en_errc
note_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct known_delivery *k = ctx;

    (void)err;
    k->any = true;
    k->state = x->state;
    return EN_OK;
}

en_errc
known_delivery(struct en_call *c, int64_t record, en_text partner, struct known_delivery *out, struct en_err *err)
{
    const struct en_store_delivery_filter f = { .record = record, .partner = partner };

    *out = (struct known_delivery){ .any = false };
    return en_store_deliveries_each(c->store, &f, note_delivery, out, err);
}

/* --- the roster ----------------------------------------------------------------------------------------------------
 */

/* To whom, so that an event says it and names nobody. */
void
roster_fact(struct en_call *c, const struct en_store_release *x)
{
    uint8_t hash[EN_SHA256_LEN];

    en_roster_hash(x->roster, x->n_roster, hash);
    json_kv_hash(&c->ev, "roster", hash);
}

void
roster_add(struct en_call *c, struct en_store_roster *roster, size_t *n, en_text partner)
{
    for (size_t i = 0; i < *n; i++)
        if (en_text_is(partner, roster[i].partner))
            return;
    memset(&roster[*n], 0, sizeof *roster);
    memcpy(roster[*n].partner, partner.p, EN_SEAL_ID_LEN);
    c->acts->rim.draw(c->acts->rim.ctx, roster[*n].salt, sizeof roster[*n].salt);
    (*n)++;
}

/* The signed release, with the places of the entries. */
void
release_sign(const struct en_node_keys *keys, const struct en_store_record *r, struct en_store_roster *roster, size_t n,
             struct en_buf *bytes, uint8_t sig[EN_SEAL_SIG_LEN])
{
    en_text partner[EN_ENVELOPE_ROSTER_MAX] = { EN_TEXT_NONE };
    uint8_t salt[EN_ENVELOPE_ROSTER_MAX][EN_ENVELOPE_SALT_LEN] = { { 0 } };
    unsigned place[EN_ENVELOPE_ROSTER_MAX] = { 0 };

    for (size_t i = 0; i < n; i++) {
        partner[i] = en_text_from_ours(roster[i].partner);
        memcpy(salt[i], roster[i].salt, sizeof salt[i]);
    }
    en_release_write(r->hash, partner, (const uint8_t(*)[EN_ENVELOPE_SALT_LEN])salt, (unsigned)n, place, bytes);
    for (size_t i = 0; i < n; i++)
        roster[i].place = place[i];
    en_seal_sign(&keys->signing, EN_PURPOSE_RELEASE, en_buf_bytes(bytes), sig);
}

en_errc
release_queue(struct en_call *c, const struct en_store_record *r, const struct en_store_release *x, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < x->n_roster; i++) {
        const struct en_store_delivery d = { .partner = en_text_from_ours(x->roster[i].partner),
                                             .kind = EN_DELIVERY_RECORD,
                                             .record = r->id,
                                             .release = x->id,
                                             .urgent = r->urgent,
                                             .queued = c->now,
                                             .sent = EN_TIME_NONE,
                                             .answered = EN_TIME_NONE,
                                             .opened = EN_TIME_NONE };
        int64_t id;

        rc = en_store_delivery_add(c->store, &d, &id, err);
    }
    return rc;
}

struct drop {
    struct en_call *c;
    const struct en_store_record *of;
    en_text partner; /* only what waits for it; empty: for anybody */
    struct en_arena arena;
    int64_t *record, *delivery;
    size_t n_record, n_delivery, cap_record, cap_delivery;
};

static en_errc
drop_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct drop *d = ctx;

    if (!en_arena_grow(&d->arena, &d->delivery, &d->cap_delivery, d->n_delivery + 1, sizeof *d->delivery))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many deliveries of one record");
    d->delivery[d->n_delivery++] = x->id;
    return EN_OK;
}

static en_errc
drop_version(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct drop *d = ctx;
    const struct en_store_delivery_filter f = { .record = x->id,
                                                .partner = d->partner,
                                                .states = 1u << EN_DELIVERY_QUEUED };

    if (d->of->version != 0 && x->version >= d->of->version)
        return EN_OK;
    if (!en_arena_grow(&d->arena, &d->record, &d->cap_record, d->n_record + 1, sizeof *d->record))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many versions of one record");
    d->record[d->n_record++] = x->id;
    return en_store_deliveries_each(d->c->store, &f, drop_delivery, d, err);
}

static en_errc
take_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct en_store_delivery *out = ctx;

    (void)err;
    *out = *x; /* change reads none of its texts, but reason and proof: of a queued one there are none */
    out->reason = EN_TEXT_LIT("");
    out->proof = (en_bytes){ NULL, 0 };
    out->partner = EN_TEXT_NONE;
    out->bytes = (en_bytes){ NULL, 0 };
    return EN_OK;
}

static en_errc
drop_noted(const struct drop *d, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < d->n_delivery; i++) {
        const struct en_store_delivery_filter one = { .id = d->delivery[i] };
        struct en_store_delivery x;

        rc = en_store_deliveries_each(d->c->store, &one, take_delivery, &x, err);
        x.state = EN_DELIVERY_DROPPED;
        rc = rc != EN_OK ? rc : en_store_delivery_change(d->c->store, &x, err);
    }
    return rc;
}

en_errc
release_drop_for(struct en_call *c, en_text uuid, en_text partner, size_t *n, struct en_err *err)
{
    const struct en_store_record_filter f = { .uuid = uuid, .ours = true };
    const struct en_store_record all = { .version = 0 };
    struct drop d = { .c = c, .of = &all, .partner = partner };
    en_errc rc;

    en_arena_init(&d.arena, EN_MIB);
    rc = en_store_records_each(c->store, &f, drop_version, &d, err);
    rc = rc != EN_OK ? rc : drop_noted(&d, err);
    *n += d.n_delivery;
    en_arena_release(&d.arena);
    return rc;
}

/* What waits of older versions (of all, if of has no version) does not leave any more, and they become `state`. */
en_errc
release_drop_others(struct en_call *c, const struct en_store_record *of, unsigned states, enum en_held state,
                    struct en_err *err)
{
    const struct en_store_record_filter f = { .uuid = of->uuid, .ours = true, .states = states };
    struct drop d = { .c = c, .of = of };
    en_errc rc;

    en_arena_init(&d.arena, EN_MIB);
    rc = en_store_records_each(c->store, &f, drop_version, &d, err);
    rc = rc != EN_OK ? rc : drop_noted(&d, err);
    for (size_t i = 0; rc == EN_OK && i < d.n_record; i++) {
        struct en_store_record x;

        en_arena_reset(&c->scratch);
        rc = en_store_record_get(c->store, d.record[i], &c->scratch, &x, err);
        x.state = state;
        x.changed = c->now;
        rc = rc != EN_OK ? rc : en_store_record_change(c->store, &x, err);
    }
    en_arena_release(&d.arena);
    return rc;
}
