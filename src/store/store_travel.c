/*
 * store_travel.c: in front of the engines: manifests, travellers, hits, decisions, clearances, intents.
 */
#include "store/front.h"

#include <string.h>

/* --- manifests -------------------------------------------------------------------------------- */

static en_errc
check_manifest(const struct en_store_manifest *x, struct en_err *err)
{
    en_errc rc = en_store_check_word(x->kind, "kind of the manifest", err);

    if (rc == EN_OK)
        rc = en_store_check_word(x->name, "name of the manifest", err);
    if (rc == EN_OK)
        rc = en_store_check_blob(x->report, "report of the manifest", err);
    return rc;
}

en_errc
en_store_manifest_add(struct en_store *s, const struct en_store_manifest *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_manifest(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->manifest_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_manifest_finish(struct en_store *s, const struct en_store_manifest *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = en_store_check_blob(x->report, "report of the manifest", &s->err);
    if (rc == EN_OK)
        rc = s->ops->manifest_finish(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_manifest(void *ctx, const struct en_store_manifest *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

static en_errc
manifest_find(struct en_store *s, const struct en_store_manifest_filter *f, struct en_arena *a,
              struct en_store_manifest *out, struct en_err *err)
{
    struct en_take t = { &en_row_manifest, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->manifests_each(s, f, take_manifest, &t, err));

    return en_take_result(&t, rc, "manifest", err);
}

en_errc
en_store_manifest_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_manifest *out,
                      struct en_err *err)
{
    struct en_store_manifest_filter f = { .id = id ? id : -1 };

    return manifest_find(s, &f, a, out, err);
}

en_errc
en_store_manifest_by_hash(struct en_store *s, const uint8_t hash[EN_SHA256_LEN], struct en_arena *a,
                          struct en_store_manifest *out, struct en_err *err)
{
    struct en_store_manifest_filter f = { .hash = hash };

    return manifest_find(s, &f, a, out, err);
}

en_errc
en_store_manifests_each(struct en_store *s, int64_t before, uint64_t limit, en_store_manifest_fn *fn, void *ctx,
                        struct en_err *err)
{
    struct en_store_manifest_filter f = { .before = before, .limit = limit };

    return EN_STORE_READING(s, s->ops->manifests_each(s, &f, fn, ctx, err));
}

en_errc
en_store_message_add(struct en_store *s, const struct en_store_message *x, struct en_err *err)
{
    const en_text words[] = { x->type, x->version, x->function, x->reference, x->flight };
    en_errc rc = en_store_gate(s);

    for (size_t i = 0; i < sizeof words / sizeof words[0] && rc == EN_OK; i++)
        rc = en_store_check_word(words[i], "value of the message", &s->err);
    if (rc == EN_OK)
        rc = s->ops->message_add(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_messages_each(struct en_store *s, const struct en_store_message_filter *f, en_store_message_fn *fn, void *ctx,
                       struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->messages_each(s, f, fn, ctx, err));
}

/* --- travellers ------------------------------------------------------------------------------- */

static en_errc
check_traveller(const struct en_store_traveller *x, struct en_err *err)
{
    en_errc rc = en_store_check_word(x->external, "id of the traveller", err);

    if (rc == EN_OK)
        rc = en_store_check_word(x->flight, "flight of the traveller", err);
    if (rc == EN_OK)
        rc = en_store_check_blob(x->person, "traveller", err);
    if (rc == EN_OK && x->delete_after == EN_TIME_NONE)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a traveller is never kept without an end");
    return rc;
}

en_errc
en_store_traveller_add(struct en_store *s, const struct en_store_traveller *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_traveller(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->traveller_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_traveller_change(struct en_store *s, const struct en_store_traveller *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_traveller(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->traveller_change(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_traveller(void *ctx, const struct en_store_traveller *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

en_errc
en_store_traveller_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_traveller *out,
                       struct en_err *err)
{
    struct en_store_traveller_filter f = { .id = id ? id : -1 };
    struct en_take t = { &en_row_traveller, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->travellers_each(s, &f, take_traveller, &t, err));

    return en_take_result(&t, rc, "traveller", err);
}

en_errc
en_store_travellers_each(struct en_store *s, const struct en_store_traveller_filter *f, en_store_traveller_fn *fn,
                         void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->travellers_each(s, f, fn, ctx, err));
}

/* --- deleting what is due: collect a batch of ids, then delete it ----------------------------- */

struct due {
    int64_t ids[EN_DUE_BATCH];
    size_t n;
    en_store_traveller_fn *traveller;
    en_store_hit_fn *hit;
    void *ctx;
};

static en_errc
due_traveller(void *ctx, const struct en_store_traveller *x, struct en_err *err)
{
    struct due *d = ctx;

    d->ids[d->n++] = x->id;
    return d->traveller ? d->traveller(d->ctx, x, err) : EN_OK;
}

static en_errc
due_hit(void *ctx, const struct en_store_hit *x, struct en_err *err)
{
    struct due *d = ctx;

    d->ids[d->n++] = x->id;
    return d->hit ? d->hit(d->ctx, x, err) : EN_OK;
}

static en_errc
due_clearance(void *ctx, const struct en_store_clearance *x, struct en_err *err)
{
    struct due *d = ctx;

    (void)err;
    d->ids[d->n++] = x->id;
    return EN_OK;
}

static en_errc
collect_travellers(struct en_store *s, struct due *d, en_time now, uint64_t limit)
{
    struct en_store_traveller_filter f = { .due = now, .limit = limit };

    return s->ops->travellers_each(s, &f, due_traveller, d, &s->err);
}

static en_errc
collect_hits(struct en_store *s, struct due *d, en_time now, uint64_t limit)
{
    struct en_store_hit_filter f = { .due = now, .limit = limit };

    return s->ops->hits_each(s, &f, due_hit, d, &s->err);
}

static en_errc
collect_clearances(struct en_store *s, struct due *d, en_time now, uint64_t limit)
{
    struct en_store_clearance_filter f = { .due = now, .limit = limit };

    return s->ops->clearances_each(s, &f, due_clearance, d, &s->err);
}

typedef en_errc collect_fn(struct en_store *s, struct due *d, en_time now, uint64_t limit);
typedef en_errc delete_fn(struct en_store *s, int64_t id, struct en_err *err);

static en_errc
delete_batch(struct en_store *s, const struct due *d, delete_fn *del)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; i < d->n && rc == EN_OK; i++)
        rc = del(s, d->ids[i], &s->err);
    s->deleted |= d->n > 0;
    return rc;
}

static en_errc
delete_due(struct en_store *s, struct due *d, en_time now, uint64_t max, collect_fn *collect, delete_fn *del,
           uint64_t *deleted, struct en_err *err)
{
    en_errc rc = en_store_gate(s);
    uint64_t left = max ? max : UINT64_MAX;

    *deleted = 0;
    /* A filter takes 0 for any time; at the epoch's first millisecond nothing of ours is due. */
    while (rc == EN_OK && left && now != 0) {
        uint64_t limit = left < EN_DUE_BATCH ? left : EN_DUE_BATCH;

        d->n = 0;
        rc = EN_STORE_READING(s, collect(s, d, now, limit));
        if (rc == EN_OK)
            rc = delete_batch(s, d, del);
        if (rc != EN_OK)
            break;
        *deleted += d->n;
        left -= d->n;
        if (d->n < limit)
            break;
    }
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_travellers_delete_due(struct en_store *s, en_time now, uint64_t max, en_store_traveller_fn *fn, void *ctx,
                               uint64_t *deleted, struct en_err *err)
{
    struct due d = { .traveller = fn, .ctx = ctx };

    return delete_due(s, &d, now, max, collect_travellers, s->ops->traveller_delete, deleted, err);
}

en_errc
en_store_hits_delete_due(struct en_store *s, en_time now, uint64_t max, en_store_hit_fn *fn, void *ctx,
                         uint64_t *deleted, struct en_err *err)
{
    struct due d = { .hit = fn, .ctx = ctx };

    return delete_due(s, &d, now, max, collect_hits, s->ops->hit_delete, deleted, err);
}

en_errc
en_store_clearances_delete_due(struct en_store *s, en_time now, uint64_t *deleted, struct en_err *err)
{
    struct due d = { .n = 0 };

    return delete_due(s, &d, now, 0, collect_clearances, s->ops->clearance_delete, deleted, err);
}

/* --- hits ------------------------------------------------------------------------------------- */

static en_errc
check_hit(const struct en_store_hit *x, struct en_err *err)
{
    en_errc rc = en_store_check_word(x->engine, "version of the engine", err);

    if (rc == EN_OK)
        rc = en_store_check_word(x->found, "reason of the search", err);
    if (rc == EN_OK)
        rc = en_store_check_blob(x->evidence, "evidence", err);
    if (rc == EN_OK && x->n_alerts > EN_STORE_MAX_PARTS)
        rc = en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a hit has %zu alerts; at most %u are kept", x->n_alerts,
                        EN_STORE_MAX_PARTS);
    if (rc == EN_OK && !(x->probability >= 0 && x->probability <= 1 && x->prior >= 0 && x->prior <= 1))
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a probability lies from 0 to 1");
    return rc;
}

en_errc
en_store_hit_add(struct en_store *s, const struct en_store_hit *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = en_store_check_name(x->entity, "entity of the hit", &s->err);
    if (rc == EN_OK)
        rc = check_hit(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->hit_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_hit_change(struct en_store *s, const struct en_store_hit *x, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_hit(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->hit_change(s, x, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_hit_set_state(struct en_store *s, int64_t id, enum en_hit_state state, enum en_answer answer, en_time at,
                       en_time delete_after, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = s->ops->hit_set_state(s, id, state, answer, at, delete_after, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_hit(void *ctx, const struct en_store_hit *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

static en_errc
hit_find(struct en_store *s, const struct en_store_hit_filter *f, struct en_arena *a, struct en_store_hit *out,
         struct en_err *err)
{
    struct en_take t = { &en_row_hit, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->hits_each(s, f, take_hit, &t, err));

    return en_take_result(&t, rc, "hit", err);
}

en_errc
en_store_hit_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_hit *out, struct en_err *err)
{
    struct en_store_hit_filter f = { .id = id ? id : -1 };

    return hit_find(s, &f, a, out, err);
}

en_errc
en_store_hit_of(struct en_store *s, int64_t traveller, en_text entity, struct en_arena *a, struct en_store_hit *out,
                struct en_err *err)
{
    struct en_store_hit_filter f = { .traveller = traveller && entity.n ? traveller : -1, .entity = entity };

    return hit_find(s, &f, a, out, err);
}

en_errc
en_store_hits_each(struct en_store *s, const struct en_store_hit_filter *f, en_store_hit_fn *fn, void *ctx,
                   struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->hits_each(s, f, fn, ctx, err));
}

/* --- decisions and clearances ----------------------------------------------------------------- */

static en_errc
check_decision(const struct en_store_decision *x, struct en_err *err)
{
    en_errc rc = en_store_check_list(x->reasons, x->n_reasons, "reason", err);

    if (rc == EN_OK && x->text.n > EN_MAX_TEXT)
        rc = en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the text of the decision has %zu bytes; at most %u are kept",
                        x->text.n, EN_MAX_TEXT);
    if (rc == EN_OK && x->answer == EN_ANSWER_NONE)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a decision has an answer");
    if (rc == EN_OK && x->actor == 0)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a decision is a person's");
    return rc;
}

en_errc
en_store_decision_add(struct en_store *s, const struct en_store_decision *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_decision(x, &s->err);
    if (rc == EN_OK)
        rc = s->ops->decision_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

struct confirming {
    int64_t second;
    bool found;
    const char *why_not;
};

static en_errc
look_decision(void *ctx, const struct en_store_decision *x, struct en_err *err)
{
    struct confirming *c = ctx;

    (void)err;
    c->found = true;
    if (x->second != 0)
        c->why_not = "the decision is confirmed already";
    else if (x->actor == c->second)
        c->why_not = "the second person is the first one";
    return EN_OK;
}

en_errc
en_store_decision_confirm(struct en_store *s, int64_t id, int64_t second, en_time at, struct en_err *err)
{
    struct en_store_decision_filter f = { .id = id ? id : -1 };
    struct confirming c = { second, false, NULL };
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = EN_STORE_READING(s, s->ops->decisions_each(s, &f, look_decision, &c, &s->err));
    if (rc == EN_OK && !c.found)
        rc = en_err_set(&s->err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such decision");
    if (rc == EN_OK && c.why_not)
        rc = en_err_set(&s->err, EN_E_NO, EN_NO_POS, "%s", c.why_not);
    if (rc == EN_OK)
        rc = s->ops->decision_confirm(s, id, second, at, &s->err);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_decisions_each(struct en_store *s, int64_t hit, en_store_decision_fn *fn, void *ctx, struct en_err *err)
{
    struct en_store_decision_filter f = { .hit = hit };

    return EN_STORE_READING(s, s->ops->decisions_each(s, &f, fn, ctx, err));
}

en_errc
en_store_clearance_add(struct en_store *s, const struct en_store_clearance *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK && x->expires == EN_TIME_NONE)
        rc = en_err_set(&s->err, EN_E_USAGE, EN_NO_POS, "a clearance has an end");
    if (rc == EN_OK && (x->kind >= EN_CLEARANCE_KINDS || x->answer == EN_ANSWER_NONE || x->answer >= EN_ANSWERS))
        rc = en_err_set(&s->err, EN_E_USAGE, EN_NO_POS, "a clearance has a kind and an answer");
    if (rc == EN_OK && x->evidence.n > EN_STORE_MAX_EVIDENCE)
        rc = en_err_set(&s->err, EN_E_LIMIT, EN_NO_POS, "the evidence is longer than %u bytes", EN_STORE_MAX_EVIDENCE);
    if (rc == EN_OK)
        rc = en_store_check_word(x->number, "number", &s->err);
    if (rc == EN_OK)
        rc = s->ops->clearance_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_clearance(void *ctx, const struct en_store_clearance *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

en_errc
en_store_clearance_get(struct en_store *s, int64_t id, struct en_arena *a, struct en_store_clearance *out,
                       struct en_err *err)
{
    struct en_store_clearance_filter f = { .id = id, .limit = 1 };
    struct en_take t = { &en_row_clearance, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->clearances_each(s, &f, take_clearance, &t, err));

    return en_take_result(&t, rc, "clearance", err);
}

en_errc
en_store_clearances_each(struct en_store *s, const struct en_store_clearance_filter *f, en_store_clearance_fn *fn,
                         void *ctx, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->clearances_each(s, f, fn, ctx, err));
}

en_errc
en_store_clearance_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = s->ops->clearance_delete(s, id, &s->err);
    s->deleted |= rc == EN_OK;
    return en_store_wrote(s, rc, err);
}

/* --- answers to carriers ---------------------------------------------------------------------- */

/*= reference/travel.md R7: "1Z needs a named human decision". The tables refuse it too; this says it in words. */
static en_errc
check_answer(const struct en_store_answer *x, struct en_err *err)
{
    static const char *const known[] = { "0Z", "1Z", "2Z", "4Z" };
    bool found = false, refuses = en_text_is(x->status, "1Z");

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        found = found || en_text_is(x->status, known[i]);
    if (!found)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "there is no such answer to a carrier");
    if (refuses && x->actor == 0)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "not to board is ordered by a named person only");
    if (refuses && x->sent != EN_TIME_NONE && (x->second == 0 || x->second == x->actor))
        return en_err_set(err, EN_E_USAGE, EN_NO_POS,
                          "not to board is sent only when a second person has confirmed it");
    if (x->at == EN_TIME_NONE)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "an answer has a time");
    return EN_OK;
}

en_errc
en_store_answer_add(struct en_store *s, const struct en_store_answer *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = check_answer(x, &s->err);
    if (rc == EN_OK)
        rc = en_store_check_word(x->why, "reason of the answer", &s->err);
    if (rc == EN_OK)
        rc = en_store_check_word(x->pnr, "reference of the booking", &s->err);
    if (rc == EN_OK)
        rc = en_store_check_word(x->passenger, "reference of the passenger", &s->err);
    if (rc == EN_OK)
        rc = en_store_check_word(x->reference, "reference of the answer", &s->err);
    if (rc == EN_OK)
        rc = s->ops->answer_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

static en_errc
take_answer(void *ctx, const struct en_store_answer *x, struct en_err *err)
{
    return en_take_row(ctx, x, err);
}

en_errc
en_store_answer_change(struct en_store *s, const struct en_store_answer *x, struct en_err *err)
{
    struct en_store_answer_filter f = { .id = x->id, .limit = 1 };
    struct en_store_answer old, now;
    struct en_take t = { &en_row_answer, NULL, &old, false };
    struct en_arena a;
    en_errc rc = en_store_gate(s);

    en_arena_init(&a, EN_MIB);
    t.arena = &a;
    if (rc == EN_OK)
        rc = en_take_result(&t, EN_STORE_READING(s, s->ops->answers_each(s, &f, take_answer, &t, &s->err)), "answer",
                            &s->err);
    if (rc == EN_OK) { /* what may not be changed is what it was */
        now = *x;
        now.status = old.status;
        now.actor = old.actor;
        now.at = old.at;
        rc = check_answer(&now, &s->err);
    }
    if (rc == EN_OK)
        rc = en_store_check_word(x->reference, "reference of the answer", &s->err);
    if (rc == EN_OK)
        rc = s->ops->answer_change(s, x, &s->err);
    en_arena_release(&a);
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_answers_each(struct en_store *s, const struct en_store_answer_filter *f, en_store_answer_fn *fn, void *ctx,
                      struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->answers_each(s, f, fn, ctx, err));
}

/* By id, so the last one is the newest; a traveller has few. */
static en_errc
take_newest(void *ctx, const struct en_store_answer *x, struct en_err *err)
{
    ((struct en_take *)ctx)->found = false;
    return en_take_row(ctx, x, err);
}

en_errc
en_store_answer_newest(struct en_store *s, int64_t traveller, struct en_arena *a, struct en_store_answer *out,
                       struct en_err *err)
{
    struct en_store_answer_filter f = { .traveller = traveller };
    struct en_take t = { &en_row_answer, a, out, false };
    en_errc rc = EN_STORE_READING(s, s->ops->answers_each(s, &f, take_newest, &t, err));

    return en_take_result(&t, rc, "answer", err);
}

/* --- intents ---------------------------------------------------------------------------------- */

en_errc
en_store_intent_add(struct en_store *s, const struct en_store_intent *x, int64_t *id, struct en_err *err)
{
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = en_store_check_name(x->kind, "kind of the intent", &s->err);
    if (rc == EN_OK)
        rc = en_store_check_blob(x->bytes, "intent", &s->err);
    if (rc == EN_OK)
        rc = s->ops->intent_add(s, x, id, &s->err);
    return en_store_wrote(s, rc, err);
}

struct finishing {
    bool found, finished;
};

static en_errc
look_intent(void *ctx, const struct en_store_intent *x, struct en_err *err)
{
    struct finishing *f = ctx;

    (void)err;
    f->found = true;
    f->finished = x->finished != EN_TIME_NONE;
    return EN_OK;
}

en_errc
en_store_intent_finish(struct en_store *s, int64_t id, en_text outcome, en_time at, struct en_err *err)
{
    struct en_store_intent_filter f = { .id = id ? id : -1 };
    struct finishing x = { false, false };
    en_errc rc = en_store_gate(s);

    if (rc == EN_OK)
        rc = en_store_check_name(outcome, "outcome", &s->err);
    if (rc == EN_OK)
        rc = EN_STORE_READING(s, s->ops->intents_each(s, &f, look_intent, &x, &s->err));
    if (rc == EN_OK && !x.found)
        rc = en_err_set(&s->err, EN_E_NOT_FOUND, EN_NO_POS, "there is no such intent");
    if (rc == EN_OK && x.finished)
        rc = en_err_set(&s->err, EN_E_NO, EN_NO_POS, "the intent is finished already");
    if (rc == EN_OK)
        rc = s->ops->intent_finish(s, id, outcome, at, &s->err);
    s->deleted |= rc == EN_OK;
    return en_store_wrote(s, rc, err);
}

en_errc
en_store_intents_each(struct en_store *s, bool open_only, en_store_intent_fn *fn, void *ctx, struct en_err *err)
{
    struct en_store_intent_filter f = { .open_only = open_only };

    return EN_STORE_READING(s, s->ops->intents_each(s, &f, fn, ctx, err));
}
