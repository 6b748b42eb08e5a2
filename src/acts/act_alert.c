/*
 * act_alert.c: alerts of our own: written, changed, ended, read. What a list brought is changed by the list only.
 */
#include <string.h>

#include <jansson.h>

#include "acts/exchange.h"
#include "formats/list.h"
#include "rules/rules.h"

/* Why an alert ends, and what its holders are told (docs/formats/records/kinds.md, withdrawal). */
static const struct {
    const char *word, *withdrawal;
} end_reasons[] = {
    { "mistake", "wrong-content" }, { "expired", "expired" },           { "superseded", "other" },
    { "withdrawn", "ground-gone" }, { "resolved", "purpose-achieved" }, { "other", "other" },
};

struct draft {
    struct en_call *c;
    struct en_identity id;
    struct en_store_alert_put put;
    struct en_buf json;
    struct en_store_put_result result;
};

/* --- content ------------------------------------------------------------------------------------------------------ */

/* The members of `over` replace those of `base`. Both are objects. */
static en_errc
merge(en_bytes base, en_bytes over, struct en_buf *out, struct en_err *err)
{
    json_t *b = json_loadb((const char *)base.p, base.n, JSON_REJECT_DUPLICATES, NULL);
    json_t *o = json_loadb((const char *)over.p, over.n, JSON_REJECT_DUPLICATES, NULL);
    char *text = NULL;

    if (b != NULL && o != NULL && json_object_update(b, o) == 0)
        text = json_dumps(b, JSON_COMPACT);
    if (text != NULL)
        en_buf_add_str(out, text);
    free(text);
    json_decref(b);
    json_decref(o);
    return text != NULL ? EN_OK : en_err_set(err, EN_E_INPUT, EN_NO_POS, "the person is not a JSON object");
}

static en_errc
read_facts(struct draft *d, struct en_err *err)
{
    struct en_args *a = &d->c->args;
    en_text ground = en_args_text(a, "ground", EN_MAY, EN_KEY_NAME_MAX);
    const en_text *programmes;
    bool has_programmes = en_args_has(a, "programmes");
    size_t n = en_args_texts(a, "programmes", EN_STORE_MAX_LIST, EN_STORE_MAX_WORD, &programmes);
    en_time review = en_args_time(a, "review"), destroy = en_args_time(a, "destroy");

    if (ground.n > 0 && !en_ground_from(ground, &d->id.ground))
        en_args_fault(a, "ground", "is one of those in docs/formats/grounds.md");
    if (has_programmes) {
        d->put.programmes = programmes;
        d->put.n_programmes = n;
    }
    if (review != EN_TIME_NONE)
        d->put.review = review;
    if (destroy != EN_TIME_NONE)
        d->put.destroy = destroy;
    return en_args_end(a, err);
}

static en_errc
admit(struct draft *d, struct en_err *err)
{
    struct en_alert_facts f = { .is_person = true,
                                .ground = en_text_from_ours(en_ground_word(d->id.ground)),
                                .programmes = d->put.programmes,
                                .n_programmes = d->put.n_programmes,
                                .review = d->put.review,
                                .destroy = d->put.destroy };
    const struct en_reason *no;

    f.identifiable = d->id.person.n_names > 0 || d->id.person.n_docs > 0;
    no = en_rules_admit_own(&f, d->c->now);
    if (no != NULL)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "%s (%s)", no->text, no->clause);
    d->put.matched = en_rules_unmatched(&f, d->c->node.programmes, d->c->node.n_programmes) == NULL;
    d->put.ground = f.ground;
    return EN_OK;
}

static en_errc
put(struct draft *d, struct en_err *err)
{
    struct en_call *c = d->c;

    d->id.id = d->put.entity;
    d->id.is_person = true;
    d->id.programmes = (en_text *)(uintptr_t)d->put.programmes; /* read only, by en_identity_json */
    d->id.n_programmes = d->put.n_programmes;
    en_buf_reset(&d->json);
    en_identity_json(&d->id, &d->json);
    d->put.identity = en_buf_bytes(&d->json);
    d->put.author = c->user.id;
    d->put.at = c->now;
    return en_store_alert_put(c->store, &d->put, &d->result, err);
}

static en_errc
commit_and_tell(struct draft *d, bool changed, struct en_err *err)
{
    struct en_call *c = d->c;
    struct en_store_alert x;
    struct en_json j;
    int64_t release = 0;
    en_errc rc;

    en_json_kv_int(&c->ev, "alert", d->result.id);
    en_json_kv_uint(&c->ev, "version", d->result.version);
    json_kv_hash(&c->ev, "hash", d->result.hash);
    c->owes_rescreen = changed && d->put.matched;
    rc = d->result.version > 1 && changed ? exchange_alert_changed(c, d->result.id, &release, err) : EN_OK;
    rc = rc != EN_OK ? rc : call_commit(c, err);
    if (rc == EN_OK && changed) {
        acts_index_refresh(c->acts, d->put.source, d->put.entity);
        call_rescreen(c);
    }
    c->tells_later = true;
    rc = rc != EN_OK ? rc : en_store_alert_get(c->store, d->result.id, &c->arena, &x, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    rc = record_alert(c, &x, true, &j, err);
    return rc != EN_OK ? rc : call_emit(c, err);
}

/* --- new ---------------------------------------------------------------------------------------------------------- */

/* A-17 is the alert that event 17 made. So a number is never used again, also when an alert is deleted for good. */
static en_errc
next_entity(struct draft *d, struct en_buf *name, struct en_err *err)
{
    struct en_call *c = d->c;
    struct en_store_source s = { .name = EN_TEXT_LIT(EN_OWN_SOURCE), .format = EN_TEXT_LIT(""), .created = c->now };
    struct en_store_counts n;
    en_errc rc = en_store_source_by_name(c->store, s.name, &c->arena, &s, err);

    if (rc == EN_E_NOT_FOUND)
        rc = en_store_source_add(c->store, &s, &s.id, err);
    d->put.source = s.id;
    rc = rc != EN_OK ? rc : en_store_counts(c->store, &n, err);
    if (rc != EN_OK)
        return rc;
    en_buf_addf(name, "A-%llu", (unsigned long long)(n.events + 1));
    d->put.entity = (en_text){ name->p, name->n };
    return EN_OK;
}

en_errc
act_alert_new(struct en_call *c, struct en_err *err)
{
    struct draft d = { .c = c, .put = { .review = EN_TIME_NONE, .destroy = EN_TIME_NONE } };
    struct en_buf name = EN_BUF_INIT;
    en_bytes person = en_args_object(&c->args, "person");
    en_errc rc;

    if (person.n == 0)
        en_args_fault(&c->args, "person", "is missing");
    rc = read_facts(&d, err);
    rc = rc != EN_OK ? rc : person_typed(person, &c->arena, &d.id.person, err);
    rc = rc != EN_OK ? rc : admit(&d, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : next_entity(&d, &name, err);
    rc = rc != EN_OK ? rc : put(&d, err);
    rc = rc != EN_OK ? rc : commit_and_tell(&d, true, err);
    en_buf_release(&name);
    en_buf_release(&d.json);
    return rc;
}

/* --- edit, end ---------------------------------------------------------------------------------------------------- */

static en_errc
own_alert(struct en_call *c, int64_t id, struct en_store_alert *x, struct en_err *err)
{
    struct en_store_source s;
    en_errc rc = en_store_alert_get(c->store, id, &c->arena, x, err);

    if (rc == EN_E_NOT_FOUND)
        return err_not_found(err, "alert");
    rc = rc != EN_OK ? rc : en_store_source_get(c->store, x->source, &c->arena, &s, err);
    if (rc == EN_OK && s.format.n > 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          en_text_is(s.format, PARTNER_FORMAT)
                              ? "this alert is a partner's, and only its originator changes it"
                              : "this alert is of a list, and only the list's next version changes it");
    if (rc == EN_OK && x->status == EN_ALERT_ENDED)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this alert has ended");
    return rc;
}

en_errc
act_alert_edit(struct en_call *c, struct en_err *err)
{
    struct draft d = { .c = c };
    struct en_buf merged = EN_BUF_INIT;
    struct en_store_alert x;
    int64_t id = en_args_int(&c->args, "alert", EN_MUST, 1, INT64_MAX, 0);
    en_bytes person = en_args_object(&c->args, "person");
    en_errc rc = own_alert(c, id, &x, err);

    if (c->args.fault.code == EN_OK && rc != EN_OK)
        return rc;
    if (rc == EN_OK) {
        d.put = (struct en_store_alert_put){ .source = x.source,
                                             .entity = x.entity,
                                             .programmes = x.programmes,
                                             .n_programmes = x.n_programmes,
                                             .review = x.review,
                                             .destroy = x.destroy };
        (void)en_ground_from(x.ground, &d.id.ground);
    }
    rc = read_facts(&d, err);
    rc = rc != EN_OK ? rc : merge(x.identity, person.n > 0 ? person : EN_BYTES_LIT("{}"), &merged, err);
    rc = rc != EN_OK ? rc : person_typed(en_buf_bytes(&merged), &c->arena, &d.id.person, err);
    rc = rc != EN_OK ? rc : admit(&d, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : put(&d, err);
    rc = rc != EN_OK ? rc : commit_and_tell(&d, d.result.what != EN_PUT_UNCHANGED, err);
    en_buf_release(&merged);
    en_buf_release(&d.json);
    return rc;
}

/* NULL: it is none. */
static const char *
withdrawal_reason(en_text t)
{
    for (size_t i = 0; i < sizeof end_reasons / sizeof *end_reasons; i++)
        if (en_text_is(t, end_reasons[i].word))
            return end_reasons[i].withdrawal;
    return NULL;
}

en_errc
act_alert_end(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "alert", EN_MUST, 1, INT64_MAX, 0);
    en_text reason = en_args_text(&c->args, "reason", EN_MUST, 40);
    int64_t withdrawal = 0;
    uint64_t hits = 0;
    struct en_store_alert x;
    struct en_json j;
    en_errc rc;

    if (withdrawal_reason(reason) == NULL)
        en_args_fault(&c->args, "reason", "is mistake, expired, superseded, withdrawn, resolved or other");
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : own_alert(c, id, &x, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : en_store_alert_end(c->store, id, c->user.id, c->now, err);
    rc = rc != EN_OK ? rc : exchange_alert_ended(c, id, withdrawal_reason(reason), &withdrawal, err);
    rc = rc != EN_OK ? rc : acts_alert_ended(c, id, &hits, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_uint(&c->ev, "hits_ended", hits);
    en_json_kv_int(&c->ev, "alert", id);
    en_json_kv_text(&c->ev, "reason", reason);
    if (withdrawal != 0)
        en_json_kv_int(&c->ev, "withdrawal", withdrawal);
    rc = call_commit(c, err);
    if (rc == EN_OK)
        acts_index_refresh(c->acts, x.source, x.entity);
    rc = rc != EN_OK ? rc : en_store_alert_get(c->store, id, &c->arena, &x, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    rc = record_alert(c, &x, true, &j, err);
    return rc != EN_OK ? rc : call_emit(c, err);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct reading {
    struct en_call *c;
    bool full, emit;
};

static en_errc
read_one(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct reading *r = ctx;
    struct en_json j;
    en_errc rc;

    if (!r->emit) {
        en_json_int(&r->c->ev, x->id);
        return EN_OK;
    }
    call_record(r->c, &j);
    rc = record_alert(r->c, x, r->full, &j, err);
    return rc != EN_OK ? rc : call_emit(r->c, err);
}

en_errc
act_alert_show(struct en_call *c, struct en_err *err)
{
    struct reading r = { c, true, true };
    struct en_store_alert x;
    int64_t id = en_args_int(&c->args, "alert", EN_MUST, 1, INT64_MAX, 0);
    bool versions = en_args_bool(&c->args, "versions");
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : en_store_alert_get(c->store, id, &c->arena, &x, err);
    if (rc == EN_E_NOT_FOUND)
        return err_not_found(err, "alert");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "alert", id);
    en_json_kv_bool(&c->ev, "versions", versions);
    rc = call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    return versions ? en_store_alert_versions_each(c->store, id, read_one, &r, err) : read_one(&r, &x, err);
}

static en_errc
list_filter(struct en_call *c, struct en_store_alert_filter *f, struct en_err *err)
{
    en_text source = en_args_text(&c->args, "source", EN_MAY, EN_STORE_MAX_WORD);
    struct en_store_source s;
    en_errc rc;

    f->entity = en_args_text(&c->args, "entity", EN_MAY, EN_STORE_MAX_WORD);
    f->active_only = !en_args_bool(&c->args, "all");
    f->matched_only = en_args_bool(&c->args, "matched");
    f->after = en_args_int(&c->args, "after", EN_MAY, 0, INT64_MAX, 0);
    f->limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 10000, 100);
    if (f->entity.n > 0 && source.n == 0)
        en_args_fault(&c->args, "entity", "needs its source");
    rc = en_args_end(&c->args, err);
    if (rc != EN_OK || source.n == 0)
        return rc;
    rc = en_store_source_by_name(c->store, source, &c->arena, &s, err);
    f->source = s.id;
    return rc == EN_E_NOT_FOUND ? err_not_found(err, "source") : rc;
}

en_errc
act_alert_list(struct en_call *c, struct en_err *err)
{
    struct en_store_alert_filter f = { .source = 0 };
    struct reading r = { c, false, false };
    en_errc rc = list_filter(c, &f, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "source", f.source);
    en_json_key(&c->ev, "alerts");
    en_json_array(&c->ev);
    rc = en_store_alerts_each(c->store, &f, read_one, &r, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    r.emit = true;
    return rc != EN_OK ? rc : en_store_alerts_each(c->store, &f, read_one, &r, err);
}
