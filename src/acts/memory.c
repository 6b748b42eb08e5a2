/*
 * memory.c: what was decided before about such a pair: remembered with a decision, recalled with a hit.
 *
 * A hit is never hidden. One that a clearance or a redress number answers is made, marked and stored as cleared; one
 * about which something else was answered before is new, and says so. Whether a memory still stands is decided by
 * src/casework/verdict.h at the moment when the hit is made, and what it said then stays with the hit.
 */
#include <string.h>

#include "acts/act.h"
#include "casework/verdict.h"
#include "rules/rules.h"

/* --- remembering -------------------------------------------------------------------------------------------------- */

en_errc
memory_write(struct en_call *c, const struct en_store_hit *h, const struct en_person *p, struct en_store_clearance *x,
             struct en_err *err)
{
    struct en_buf evidence = EN_BUF_INIT;
    uint8_t salt[EN_VERDICT_SALT_LEN];
    en_errc rc = EN_OK;

    c->acts->rim.draw(c->acts->rim.ctx, salt, sizeof salt);
    en_verdict_evidence(p, salt, &evidence);
    x->evidence = en_buf_bytes(&evidence);
    x->hit = h->id;
    x->actor = c->user.id;
    x->at = c->now;
    for (size_t i = 0; rc == EN_OK && i < h->n_alerts; i++) {
        x->alert = h->alerts[i].alert;
        x->version = h->alerts[i].version;
        memcpy(x->alert_hash, h->alerts[i].hash, EN_SHA256_LEN);
        rc = en_store_clearance_add(c->store, x, &x->id, err);
    }
    en_buf_release(&evidence);
    x->evidence = (en_bytes){ NULL, 0 };
    return rc;
}

/* --- recalling ---------------------------------------------------------------------------------------------------- */

struct recall {
    struct en_screening *s;
    const struct en_person *p;
    en_text redress;
    const struct en_store_hit_alert *alert;
    struct en_store_clearance best; /* id 0: nothing */
    const struct en_reason *ended;  /* of the best; NULL: it stands */
};

struct versions {
    struct en_arena *arena;
    uint32_t version;
    struct en_person then, now;
    bool has_then;
};

static en_errc
take_version(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct versions *v = ctx;
    void *bytes = en_arena_copy(v->arena, x->identity.p, x->identity.n);
    struct en_person p;
    en_errc rc;

    if (bytes == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the versions of this alert are too large to compare");
    rc = person_of(en_bytes_from(bytes, x->identity.n), v->arena, &p, err);
    if (x->version == v->version) {
        v->then = p;
        v->has_then = true;
    }
    v->now = p; /* the present one comes last */
    return rc;
}

/* NULL: the alert says of the person what it said when the answer was given. */
static en_errc
alert_change(struct recall *r, const struct en_store_clearance *x, const struct en_reason **why, struct en_err *err)
{
    static const struct en_reason lost = { "alert-version-gone", "the version that was decided about is not kept",
                                           "docs/formats/verdicts.md" };
    struct en_arena arena;
    struct versions v = { .arena = &arena, .version = x->version };
    en_errc rc;

    *why = NULL;
    if (memcmp(x->alert_hash, r->alert->hash, EN_SHA256_LEN) == 0)
        return EN_OK;
    en_arena_init(&arena, 8 * EN_STORE_MAX_BLOB);
    rc = en_store_alert_versions_each(r->s->store, x->alert, take_version, &v, err);
    if (rc == EN_OK || rc == EN_E_LIMIT)
        *why = rc == EN_OK && v.has_then ? en_verdict_alert_change(&v.then, &v.now) : &lost;
    en_arena_release(&arena);
    return rc == EN_E_LIMIT ? EN_OK : rc;
}

/* A memory that stands is better than one that ended, a stronger kind than a weaker, a later than an earlier one. */
static bool
better(const struct recall *r, const struct en_store_clearance *x, const struct en_reason *ended)
{
    if (r->best.id == 0 || (r->ended != NULL) != (ended != NULL))
        return r->best.id == 0 || ended == NULL;
    return x->kind >= r->best.kind;
}

/* Of another name or birth date: that is not an end, it is somebody else. */
static bool
somebody_else(const struct en_reason *why)
{
    return why != NULL && (strcmp(why->code, "name-other") == 0 || strcmp(why->code, "birth-date-other") == 0);
}

static en_errc
look_at_memory(void *ctx, const struct en_store_clearance *x, struct en_err *err)
{
    struct recall *r = ctx;
    const struct en_reason *why;
    en_errc rc;

    if (x->kind >= EN_VERDICT_KINDS || (x->kind == EN_VERDICT_REDRESS && !en_text_eq(x->number, r->redress)))
        return EN_OK;
    why = en_verdict_traveller_change((enum en_verdict_kind)x->kind, x->evidence, r->p);
    if (somebody_else(why))
        return EN_OK;
    if (why == NULL) {
        rc = alert_change(r, x, &why, err);
        if (rc != EN_OK)
            return rc;
    }
    if (better(r, x, why)) {
        r->best = *x;
        r->best.evidence = (en_bytes){ NULL, 0 };
        r->best.number = EN_TEXT_NONE;
        r->ended = why;
    }
    return EN_OK;
}

static void
tell_memory(const struct recall *r, struct en_json *j)
{
    en_json_object(j);
    en_json_kv_int(j, "alert", r->best.alert);
    en_json_kv_int(j, "memory", r->best.id);
    en_json_kv_str(j, "what", en_verdict_kind_word((enum en_verdict_kind)r->best.kind));
    en_json_kv_str(j, "answer", en_answer_word(r->best.answer));
    en_json_kv_int(j, "by", r->best.actor);
    json_kv_time(j, "at", r->best.at);
    json_kv_time(j, "until", r->best.expires);
    en_json_key(j, "ended");
    if (r->ended != NULL) {
        en_json_object(j);
        en_json_kv_str(j, "code", r->ended->code);
        en_json_kv_str(j, "text", r->ended->text);
        en_json_object_end(j);
    } else {
        en_json_null(j);
    }
    en_json_object_end(j);
}

static bool
clears(const struct recall *r)
{
    return r->best.id != 0 && r->ended == NULL && r->best.kind != EN_VERDICT_ANSWER;
}

en_errc
memory_recall(struct en_screening *s, const struct en_person *p, en_text redress,
              const struct en_store_hit_alert *alerts, size_t n, struct en_recalled *out, struct en_err *err)
{
    char number[EN_REDRESS_LEN + 1] = "";
    struct en_json j;
    en_errc rc = EN_OK;
    size_t told = 0;

    *out = (struct en_recalled){ .cleared = n > 0, .answer = n > 0 ? EN_ANSWERS : EN_ANSWER_NONE };
    if (!en_redress_read(redress, number))
        number[0] = '\0';
    en_buf_reset(&s->memory);
    en_json_init(&j, &s->memory);
    en_json_array(&j);
    for (size_t i = 0; rc == EN_OK && i < n; i++) {
        struct recall r = { .s = s, .p = p, .redress = en_text_from_ours(number), .alert = &alerts[i] };
        const struct en_store_clearance_filter f = { .alert = alerts[i].alert, .valid_at = s->now };

        rc = en_store_clearances_each(s->store, &f, look_at_memory, &r, err);
        out->cleared = out->cleared && clears(&r);
        if (r.best.id == 0 || r.ended != NULL || (out->answer != EN_ANSWERS && out->answer != r.best.answer))
            out->answer = EN_ANSWER_NONE;
        else if (out->answer == EN_ANSWERS)
            out->answer = r.best.answer;
        if (r.best.id != 0) {
            tell_memory(&r, &j);
            told++;
        }
    }
    en_json_array_end(&j);
    if (told == 0)
        en_buf_reset(&s->memory);
    out->json = en_buf_bytes(&s->memory);
    return rc;
}

/* --- what is remembered ------------------------------------------------------------------------------------------- */

static void
tell(const struct en_store_clearance *x, struct en_json *j)
{
    en_json_object(j);
    en_json_kv_int(j, "memory", x->id);
    en_json_kv_str(j, "what", x->kind < EN_VERDICT_KINDS ? en_verdict_kind_word((enum en_verdict_kind)x->kind) : "");
    en_json_kv_str(j, "answer", en_answer_word(x->answer));
    en_json_kv_int(j, "alert", x->alert);
    en_json_kv_uint(j, "version", x->version);
    en_json_kv_text(j, "number", x->number);
    en_json_kv_int(j, "hit", x->hit);
    en_json_kv_int(j, "decision", x->decision);
    en_json_kv_int(j, "by", x->actor);
    json_kv_time(j, "at", x->at);
    json_kv_time(j, "until", x->expires);
    en_json_object_end(j);
}

struct listing {
    struct en_call *c;
    bool emit;
};

static en_errc
list_one(void *ctx, const struct en_store_clearance *x, struct en_err *err)
{
    struct listing *l = ctx;
    struct en_json j;

    if (!l->emit) {
        en_json_int(&l->c->ev, x->id);
        return EN_OK;
    }
    call_record(l->c, &j);
    tell(x, &j);
    return call_emit(l->c, err);
}

en_errc
act_clearance_list(struct en_call *c, struct en_err *err)
{
    struct en_store_clearance_filter f = { .valid_at = c->now };
    struct listing l = { c, false };
    en_errc rc;

    f.alert = en_args_int(&c->args, "alert", EN_MAY, 1, INT64_MAX, 0);
    f.limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 10000, 100);
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "alert", f.alert);
    en_json_key(&c->ev, "memories");
    en_json_array(&c->ev);
    rc = en_store_clearances_each(c->store, &f, list_one, &l, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    l.emit = true;
    return rc != EN_OK ? rc : en_store_clearances_each(c->store, &f, list_one, &l, err);
}

static en_errc
get_memory(struct en_call *c, int64_t id, struct en_store_clearance *x, struct en_err *err)
{
    en_errc rc = en_store_clearance_get(c->store, id, &c->arena, x, err);

    if (rc == EN_OK && x->expires <= c->now)
        rc = EN_E_NOT_FOUND; /* it is deleted at the next occasion */
    return rc == EN_E_NOT_FOUND ? err_not_found(err, "remembered answer") : rc;
}

static en_errc
tell_one(struct en_call *c, const struct en_store_clearance *x, struct en_err *err)
{
    struct en_json j;

    call_record(c, &j);
    tell(x, &j);
    return call_emit(c, err);
}

/* Taken back by a person: from now on such a pair is a hit like any other. Those still held are looked at again. */
en_errc
act_clearance_end(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "memory", EN_MUST, 1, INT64_MAX, 0);
    struct en_store_clearance x;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : get_memory(c, id, &x, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : en_store_clearance_delete(c->store, id, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "memory", id);
    en_json_kv_int(&c->ev, "alert", x.alert);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : tell_one(c, &x, err);
}

/*= reference/travel.md R51: issue own redress numbers … that alert alone is suppressed */
en_errc
act_redress_new(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "memory", EN_MUST, 1, INT64_MAX, 0);
    char number[EN_REDRESS_LEN + 1];
    struct en_store_clearance x;
    uint8_t random[8];
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : get_memory(c, id, &x, err);
    if (rc == EN_OK && (x.kind != EN_VERDICT_CLEARANCE || x.evidence.n == 0))
        rc = en_err_set(
            err, EN_E_RULE, EN_NO_POS,
            "a redress number is given for a clearance that two persons have given (hit decide --remember)");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    c->acts->rim.draw(c->acts->rim.ctx, random, sizeof random);
    en_redress_number(random, number);
    x.kind = EN_VERDICT_REDRESS;
    x.number = en_text_from_ours(number);
    x.actor = c->user.id;
    x.at = c->now;
    x.expires = en_rules_redress_expires(c->now);
    rc = en_store_clearance_add(c->store, &x, &x.id, err);
    en_json_kv_int(&c->ev, "clearance", id);
    en_json_kv_int(&c->ev, "memory", x.id);
    en_json_kv_int(&c->ev, "alert", x.alert);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    return rc != EN_OK ? rc : tell_one(c, &x, err);
}
