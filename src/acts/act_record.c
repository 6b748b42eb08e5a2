/*
 * act_record.c: records are written as drafts, listed and shown; what came for review is accepted or refused, and a
 * warning is acknowledged.
 */
#include "acts/exchange.h"

#include <string.h>

#include <jansson.h>

#include "names/script.h"
#include "person/json_in.h"

/* --- new ---------------------------------------------------------------------------------------------------------- */

/* What the node says itself is nobody's to say. */
void
record_refuse_own(struct en_args *a, const char *member, const json_t *ext)
{
    static const char *const own[] = { "extension_type", "format", "kind", "version", "originator" };

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (json_object_get(ext, own[i]) != NULL)
            en_args_fault(a, member,
                          "has what the node says itself: extension_type, format, kind, version, originator");
}

static void
put_time(json_t *o, const char *member, en_time t)
{
    char at[EN_TIME_RFC3339_LEN + 1];

    if (t == EN_TIME_NONE)
        return;
    en_time_format(t, at);
    (void)json_object_set_new(o, member, json_string(at));
}

/* Names are typed without their script and travel with it: of one that is not in Latin letters, that of its first. */
static void
say_scripts(struct en_person *p)
{
    for (size_t i = 0; i < p->n_names; i++) {
        struct en_name *n = &p->names[i];
        en_bytes rest = en_text_bytes(n->full);
        enum en_script s = EN_SCRIPT_NONE;

        while (n->script[0] == '\0' && rest.n > 0 && s == EN_SCRIPT_NONE) {
            const struct en_char c = en_char_of(en_utf8_next(&rest));

            s = c.is == EN_CHAR_LETTER ? c.script : EN_SCRIPT_NONE;
        }
        if (s != EN_SCRIPT_NONE && s != EN_SCRIPT_LATIN && s != EN_SCRIPT_OTHER)
            memcpy(n->script, en_script_code(s), sizeof n->script);
    }
}

/* What the alert says stands above what the person typed. */
en_errc
exchange_fill_from_alert(struct en_call *c, const struct en_store_alert *x, json_t *ext, struct en_err *err)
{
    json_t *handling = json_object_get(ext, "handling"), *person;
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;
    struct en_person p;
    en_errc rc = person_of(x->identity, &c->arena, &p, err);

    if (rc != EN_OK)
        return rc;
    say_scripts(&p);
    en_json_init(&j, &b);
    en_json_object(&j);
    en_person_json(&p, &j);
    en_json_object_end(&j);
    person = json_loadb(b.p, b.n, 0, NULL);
    en_buf_release(&b);
    (void)json_object_set_new(ext, "person", person);
    (void)json_object_set_new(ext, "ground", json_stringn(x->ground.p, x->ground.n));
    put_time(handling, "review", x->review);
    put_time(handling, "destroy", x->destroy);
    return person != NULL && handling != NULL ? EN_OK
                                              : en_err_set(err, EN_E_USAGE, EN_NO_POS, "handling: it is missing");
}

static en_errc
own_alert(struct en_call *c, int64_t id, struct en_store_alert *x, struct en_err *err)
{
    struct en_store_source s;
    en_errc rc = en_store_alert_get(c->store, id, &c->arena, x, err);

    if (rc == EN_E_NOT_FOUND)
        return err_not_found(err, "alert");
    rc = rc != EN_OK ? rc : en_store_source_get(c->store, x->source, &c->arena, &s, err);
    if (rc == EN_OK && s.format.n > 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this alert is not ours: its originator alone lets it go");
    if (rc == EN_OK && x->status == EN_ALERT_ENDED)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this alert has ended");
    return rc;
}

struct meeting {
    int64_t id;
};

static en_errc
meet(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    (void)err;
    ((struct meeting *)ctx)->id = x->id;
    return EN_OK;
}

/* An alert is one record with versions and not two records. */
static en_errc
not_a_record_yet(struct en_call *c, int64_t alert, struct en_err *err)
{
    const struct en_store_record_filter f = { .alert = alert,
                                              .ours = true,
                                              .states = 1u << EN_HELD_DRAFT | 1u << EN_HELD_CURRENT };
    struct meeting m = { 0 };
    en_errc rc = en_store_records_each(c->store, &f, meet, &m, err);

    if (rc == EN_OK && m.id != 0)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this alert is record %lld already", (long long)m.id);
    return rc;
}

/* The alert that a record is, here. */
static void
alert_fact(struct en_call *c, const struct en_store_record *x)
{
    if (x->alert != 0)
        en_json_kv_int(&c->ev, "alert", x->alert);
}

en_errc
record_add_and_tell(struct en_call *c, struct en_store_record *x, struct en_err *err)
{
    struct en_json j;
    int64_t release;
    en_errc rc = en_store_record_add(c->store, x, &x->id, err);

    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "record", x->id);
    en_json_kv_uint(&c->ev, "version", x->version);
    en_json_kv_text(&c->ev, "kind", x->kind);
    json_kv_hash(&c->ev, "hash", x->hash);
    alert_fact(c, x);
    rc = exchange_propose_by_itself(c, x, &release, err);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    rc = record_json(c, x, true, &j, err);
    return rc != EN_OK ? rc : call_emit(c, err);
}

static en_errc
record_new(struct en_call *c, enum en_record_kind kind, int64_t alert, json_t *ext, struct en_err *err)
{
    struct en_store_record x;
    struct en_store_alert a = { .id = 0 };
    struct written w;
    en_errc rc = EN_OK;

    written_init(&w);
    if (kind == EN_RECORD_ALERT) {
        rc = own_alert(c, alert, &a, err);
        rc = rc != EN_OK ? rc : not_a_record_yet(c, alert, err);
        rc = rc != EN_OK ? rc : exchange_fill_from_alert(c, &a, ext, err);
    }
    rc = rc != EN_OK ? rc : record_references(c, ext, err);
    rc = rc != EN_OK ? rc : record_write(c, kind, EN_TEXT_NONE, 1, c->now, ext, &w, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK) {
        record_row(c, &w, &x);
        x.alert = a.id;
        x.alert_version = a.version;
        rc = record_add_and_tell(c, &x, err);
    }
    written_release(&w);
    return rc;
}

en_errc
act_record_new(struct en_call *c, struct en_err *err)
{
    struct en_args *a = &c->args;
    en_text word = en_args_text(a, "kind", EN_MUST, 40);
    int64_t alert = en_args_int(a, "alert", EN_MAY, 1, INT64_MAX, 0);
    en_bytes members = en_args_object(a, "record");
    enum en_record_kind kind = EN_RECORD_KINDS;
    json_t *ext = NULL;
    en_errc rc;

    if (word.n > 0 && (!en_record_kind_from(word, &kind) || kind == EN_RECORD_WITHDRAWAL))
        en_args_fault(a, "kind",
                      "is a kind of docs/formats/records/kinds.md, and not withdrawal: release withdraw writes those");
    if (kind == EN_RECORD_ALERT && alert == 0)
        en_args_fault(a, "alert", "is the number of an alert of ours");
    if (kind != EN_RECORD_ALERT && alert != 0)
        en_args_fault(a, "alert", "goes with the kind alert only");
    if (members.n == 0 || en_json_in_object(members, EN_STIX_OBJECT_MAX, &ext, NULL, NULL) != EN_OK)
        en_args_fault(a, "record", "is an object with handling and what its kind says");
    record_refuse_own(a, "record", ext);
    rc = en_args_end(a, err);
    rc = rc != EN_OK ? rc : record_new(c, kind, alert, ext, err);
    json_decref(ext);
    return rc;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct reading {
    struct en_call *c;
    bool emit;
};

static en_errc
read_one(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct reading *r = ctx;
    struct en_json j;
    en_errc rc;

    if (!r->emit) {
        en_json_int(&r->c->ev, x->id);
        return EN_OK;
    }
    call_record(r->c, &j);
    rc = record_json(r->c, x, false, &j, err);
    return rc != EN_OK ? rc : call_emit(r->c, err);
}

static en_errc
list_filter(struct en_call *c, struct en_store_record_filter *f, struct en_err *err)
{
    struct en_args *a = &c->args;
    en_text state = en_args_text(a, "state", EN_MAY, 40);
    en_text from = en_args_text(a, "partner", EN_MAY, EN_STORE_MAX_WORD);
    enum en_held held = EN_HELD_DRAFT;
    const struct partner *p = NULL;
    enum en_record_kind kind;
    en_errc rc;

    f->kind = en_args_text(a, "kind", EN_MAY, 40);
    f->uuid = en_args_text(a, "id", EN_MAY, EN_RECORD_ID_LEN);
    f->ours = en_args_bool(a, "ours");
    f->unopened = en_args_bool(a, "unopened");
    f->after = en_args_int(a, "after", EN_MAY, 0, INT64_MAX, 0);
    f->limit = (uint64_t)en_args_int(a, "limit", EN_MAY, 1, 100000, 1000);
    if (state.n > 0 && !en_held_from(state, &held))
        en_args_fault(a, "state", "is draft, current, review, aside, superseded, withdrawn or destroyed");
    if (f->kind.n > 0 && !en_record_kind_from(f->kind, &kind))
        en_args_fault(a, "kind", "is a kind of docs/formats/records/kinds.md");
    f->states = state.n > 0 ? 1u << held : 0;
    rc = en_args_end(a, err);
    rc = rc != EN_OK || from.n == 0 ? rc : partner_find(c, from, &p, err);
    if (p != NULL)
        f->sender = p->row.partner;
    return rc;
}

en_errc
act_record_list(struct en_call *c, struct en_err *err)
{
    struct en_store_record_filter f = { .id = 0 };
    struct reading r = { c, false };
    en_errc rc = list_filter(c, &f, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "records");
    en_json_array(&c->ev);
    rc = en_store_records_each(c->store, &f, read_one, &r, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    r.emit = true;
    return rc != EN_OK ? rc : en_store_records_each(c->store, &f, read_one, &r, err);
}

static en_errc
get_record(struct en_call *c, struct en_store_record *x, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "record", EN_MUST, 1, INT64_MAX, 0);
    en_errc rc = en_args_end(&c->args, err);

    *x = (struct en_store_record){ .id = 0 };
    rc = rc != EN_OK ? rc : en_store_record_get(c->store, id, &c->arena, x, err);
    return rc == EN_E_NOT_FOUND ? err_not_found(err, "record") : rc;
}

en_errc
act_record_show(struct en_call *c, struct en_err *err)
{
    struct en_store_record x;
    struct en_json j;
    en_errc rc = get_record(c, &x, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "record", x.id);
    alert_fact(c, &x);
    rc = call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    rc = record_json(c, &x, true, &j, err);
    return rc != EN_OK ? rc : call_emit(c, err);
}

/* --- review ------------------------------------------------------------------------------------------------------- */

static en_errc
finish(struct en_call *c, struct en_store_record *x, struct en_touched *touched, struct en_err *err)
{
    struct en_json j;
    en_errc rc = en_store_record_change(c->store, x, err);

    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "record", x->id);
    json_kv_hash(&c->ev, "hash", x->hash);
    alert_fact(c, x);
    rc = call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    if (touched != NULL) {
        touched_apply(touched, c->acts);
        call_rescreen(c);
    }
    call_record(c, &j);
    rc = record_json(c, x, true, &j, err);
    return rc != EN_OK ? rc : call_emit(c, err);
}

static en_errc
for_review(struct en_call *c, struct en_store_record *x, struct en_err *err)
{
    en_errc rc = get_record(c, x, err);

    if (rc == EN_OK && x->state != EN_HELD_REVIEW)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this record does not wait for a review: it is %s",
                          en_held_word(x->state));
    return rc;
}

struct older {
    struct en_call *c;
    const struct en_store_record *of;
    int64_t id[16];
    size_t n;
};

static en_errc
note_older(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct older *o = ctx;

    (void)err;
    if (x->version < o->of->version && o->n < sizeof o->id / sizeof *o->id)
        o->id[o->n++] = x->id;
    return EN_OK;
}

/* The version before is in force no more. Its content is in the alert's history; the record keeps its hash. */
en_errc
exchange_supersede(struct en_call *c, const struct en_store_record *by, struct en_err *err)
{
    const struct en_store_record_filter f = { .uuid = by->uuid,
                                              .originator = by->originator,
                                              .states = 1u << EN_HELD_CURRENT | 1u << EN_HELD_REVIEW };
    struct older o = { .c = c, .of = by };
    en_errc rc = en_store_records_each(c->store, &f, note_older, &o, err);

    for (size_t i = 0; rc == EN_OK && i < o.n; i++) {
        struct en_store_record x;

        rc = en_store_record_get(c->store, o.id[i], &c->scratch, &x, err);
        x.state = EN_HELD_SUPERSEDED;
        x.changed = c->now;
        if (x.sender.n > 0)
            x.bytes = x.release = x.signature = x.salt = (en_bytes){ NULL, 0 };
        rc = rc != EN_OK ? rc : en_store_record_change(c->store, &x, err);
    }
    return rc;
}

en_errc
act_record_accept(struct en_call *c, struct en_err *err)
{
    struct en_store_record x;
    struct en_record r;
    struct en_touched touched;
    struct en_arena a;
    en_errc rc = for_review(c, &x, err);

    en_arena_init(&a, RECORD_ARENA);
    touched_init(&touched);
    rc = rc != EN_OK ? rc : en_stix_read(x.bytes, &a, &r, NULL, err);
    if (rc == EN_OK && r.handling.destroy != EN_TIME_NONE && r.handling.destroy <= c->now)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS, "its destroy date has come");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : exchange_make_alert(c, &r, &x, &touched, err);
    rc = rc != EN_OK ? rc : exchange_supersede(c, &x, err);
    if (rc == EN_OK) {
        x.state = EN_HELD_CURRENT;
        x.author = c->user.id;
        x.changed = c->now;
        rc = finish(c, &x, &touched, err);
    }
    touched_release(&touched);
    en_arena_release(&a);
    return rc;
}

static const char *const refusals[] = { "ground-insufficient", "not-identifiable", "wrong-person", "law", "other" };

en_errc
act_record_refuse(struct en_call *c, struct en_err *err)
{
    en_text reason = en_args_text(&c->args, "reason", EN_MUST, 40);
    struct en_statement_item item = { .word = EN_SAID_REFUSED };
    struct en_statement s = { .form = EN_STATEMENT_REFUSAL, .items = &item, .n_items = 1 };
    struct en_buf codes = EN_BUF_INIT;
    struct en_store_record x;
    en_text reasons[2];
    bool known = false;
    en_errc rc;

    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        known = known || en_text_is(reason, refusals[i]);
    if (reason.n > 0 && !known)
        en_args_fault(&c->args, "reason", "is ground-insufficient, not-identifiable, wrong-person, law or other");
    rc = for_review(c, &x, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK) {
        en_buf_addf(&codes, "declined,%.*s", EN_TEXT_ARG(reason));
        memcpy(item.hash, x.hash, sizeof item.hash);
        item.reasons = (en_text){ codes.p, codes.n };
        s.to = x.sender;
        rc = queue_statement(c->acts, c->now, &s, err);
    }
    if (rc == EN_OK) {
        reasons[0] = EN_TEXT_LIT("declined");
        reasons[1] = reason;
        x.reasons = reasons;
        x.n_reasons = 2;
        x.state = EN_HELD_ASIDE;
        x.author = c->user.id;
        x.changed = c->now;
        en_json_kv_text(&c->ev, "reason", reason);
        rc = finish(c, &x, NULL, err);
    }
    en_buf_release(&codes);
    return rc;
}

/* --- warnings ----------------------------------------------------------------------------------------------------- */

en_errc
act_record_ack(struct en_call *c, struct en_err *err)
{
    struct en_statement_item item = { .word = EN_SAID_OPENED };
    struct en_statement s = { .form = EN_STATEMENT_RECEIPT, .items = &item, .n_items = 1 };
    struct en_store_record x;
    en_errc rc = get_record(c, &x, err);

    if (rc == EN_OK && (x.sender.n == 0 || !en_text_is(x.kind, "warning") || x.state != EN_HELD_CURRENT))
        return en_err_set(err, EN_E_NO, EN_NO_POS, "only a warning that a partner sent is acknowledged");
    if (rc == EN_OK && x.opened != EN_TIME_NONE)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "it was acknowledged before");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    memcpy(item.hash, x.hash, sizeof item.hash);
    s.to = x.sender;
    rc = queue_statement(c->acts, c->now, &s, err);
    x.opened = c->now;
    x.opened_by = c->user.id;
    return rc != EN_OK ? rc : finish(c, &x, NULL, err);
}
