/*
 * act_record_edit.c: a record of ours gets a new version, with its handling as a whole; a draft is dropped.
 */
#include "acts/exchange.h"

#include <string.h>

#include <jansson.h>

#include "person/json_in.h"

/* --- what it refers to -------------------------------------------------------------------------------------------- */

static en_errc
note_kind(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    (void)err;
    (void)en_record_kind_from(x->kind, ctx);
    return EN_OK;
}

static bool
number_from(const char *s, int64_t *out)
{
    size_t n = strspn(s, "0123456789");

    *out = 0;
    if (n == 0 || n > 15 || s[n] != 0)
        return false;
    for (size_t i = 0; i < n; i++)
        *out = 10 * *out + (s[i] - '0');
    return true;
}

/* A number of ours, or an id alone, becomes the reference; what is one already stays. */
static en_errc
one_reference(struct en_call *c, const char *said, struct en_buf *out, struct en_err *err)
{
    struct en_store_record x = { .uuid = en_text_from_ours(said) };
    struct en_store_record_filter f = { .uuid = x.uuid };
    enum en_record_kind kind = EN_RECORD_KINDS;
    int64_t number;
    en_errc rc = EN_OK;

    if (number_from(said, &number)) {
        rc = en_store_record_get(c->store, number, &c->arena, &x, err);
        if (rc == EN_OK)
            (void)en_record_kind_from(x.kind, &kind);
    } else if (en_record_id_valid(x.uuid)) {
        rc = en_store_records_each(c->store, &f, note_kind, &kind, err);
    } else {
        en_buf_addf(out, "%s", said);
        return EN_OK;
    }
    if (rc == EN_E_NOT_FOUND || (rc == EN_OK && kind == EN_RECORD_KINDS))
        return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "about: there is no such record here");
    if (rc == EN_OK)
        en_buf_addf(out, "%s--%.*s", en_record_kinds[kind].stix_type, EN_TEXT_ARG(x.uuid));
    return rc;
}

/* Who may be given it by others: partners by their names are those partners. */
static en_errc
onward_partners(struct en_call *c, json_t *ext, struct en_err *err)
{
    json_t *to = json_object_get(json_object_get(ext, "handling"), "onward_to");
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < json_array_size(to); i++) {
        const char *said = json_string_value(json_array_get(to, i));
        const struct partner *p;

        if (said == NULL || en_is_hex(en_text_from_ours(said), EN_SEAL_ID_LEN))
            continue;
        rc = partner_find(c, en_text_from_ours(said), &p, err);
        if (rc == EN_OK)
            (void)json_array_set_new(to, i, json_stringn(p->row.partner.p, p->row.partner.n));
    }
    return rc;
}

en_errc
record_references(struct en_call *c, json_t *ext, struct en_err *err)
{
    json_t *about = json_object_get(ext, "about");
    en_errc rc = onward_partners(c, ext, err);

    for (size_t i = 0; rc == EN_OK && i < json_array_size(about); i++) {
        const char *said = json_string_value(json_array_get(about, i));
        struct en_buf ref = EN_BUF_INIT;

        if (said != NULL) {
            rc = one_reference(c, said, &ref, err);
            if (rc == EN_OK)
                (void)json_array_set_new(about, i, json_stringn(ref.p, ref.n));
        }
        en_buf_release(&ref);
    }
    return rc;
}

/* --- a version of ours that may change ---------------------------------------------------------------------------- */

struct versions {
    uint32_t newest; /* of all, dropped ones too: a number is not given twice */
    int64_t live;    /* the newest that is a draft or in force */
    uint32_t live_version;
};

static en_errc
note_version(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct versions *v = ctx;

    (void)err;
    v->newest = x->version > v->newest ? x->version : v->newest;
    if ((x->state == EN_HELD_DRAFT || x->state == EN_HELD_CURRENT) && x->version >= v->live_version) {
        v->live = x->id;
        v->live_version = x->version;
    }
    return EN_OK;
}

static en_errc
versions_of(struct en_call *c, en_text uuid, struct versions *v, struct en_err *err)
{
    const struct en_store_record_filter f = { .uuid = uuid, .ours = true };

    *v = (struct versions){ 0 };
    return en_store_records_each(c->store, &f, note_version, v, err);
}

en_errc
record_next_version(struct en_call *c, en_text uuid, uint32_t *version, struct en_err *err)
{
    struct versions v;
    en_errc rc = versions_of(c, uuid, &v, err);

    *version = v.newest + 1;
    return rc;
}

static en_errc
own_record(struct en_call *c, int64_t id, struct en_store_record *x, struct en_err *err)
{
    en_errc rc = en_store_record_get(c->store, id, &c->arena, x, err);

    if (rc == EN_E_NOT_FOUND)
        return err_not_found(err, "record");
    if (rc == EN_OK && x->sender.n > 0)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this record is not ours: its originator alone changes it");
    return rc;
}

static en_errc
newest_of_ours(struct en_call *c, int64_t id, struct en_store_record *x, enum en_record_kind *kind, uint32_t *next,
               struct en_err *err)
{
    struct versions v = { 0 };
    en_errc rc = own_record(c, id, x, err);

    *kind = EN_RECORD_KINDS;
    if (rc == EN_OK && (!en_record_kind_from(x->kind, kind) || *kind == EN_RECORD_WITHDRAWAL))
        return en_err_set(err, EN_E_NO, EN_NO_POS, "a withdrawal has one version");
    rc = rc != EN_OK ? rc : versions_of(c, x->uuid, &v, err);
    *next = v.newest + 1;
    if (rc == EN_OK && x->state != EN_HELD_DRAFT && x->state != EN_HELD_CURRENT)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this version is %s", en_held_word(x->state));
    if (rc == EN_OK && v.live != id)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this is not its newest version: that is record %lld",
                          (long long)v.live);
    return rc;
}

/* --- edit --------------------------------------------------------------------------------------------------------- */

/*
 * What is said replaces the member of that name, handling among them: as a whole, that there are never two labels. null
 * takes a member away. Of a field that has one value a list of one is that value.
 */
static void
apply_changes(json_t *ext, json_t *changes, enum en_record_kind kind)
{
    const char *name;
    json_t *v;

    json_object_foreach(changes, name, v)
    {
        const struct en_record_field *f = en_record_field(kind, en_text_from_ours(name));

        if (json_is_null(v))
            (void)json_object_del(ext, name);
        else if (f != NULL && !f->many && json_array_size(v) == 1)
            (void)json_object_set(ext, name, json_array_get(v, 0));
        else
            (void)json_object_set(ext, name, v);
    }
}

static en_errc
tell(struct en_call *c, const struct en_store_record *x, struct en_err *err)
{
    struct en_json j;
    en_errc rc;

    en_json_kv_int(&c->ev, "record", x->id);
    en_json_kv_uint(&c->ev, "version", x->version);
    en_json_kv_text(&c->ev, "kind", x->kind);
    json_kv_hash(&c->ev, "hash", x->hash);
    rc = call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    rc = record_json(c, x, true, &j, err);
    return rc != EN_OK ? rc : call_emit(c, err);
}

/* In the act's transaction. Drafts before it are in force no more, and their releases are not waited for. */
static en_errc
add_version(struct en_call *c, struct en_store_record *x, struct en_err *err)
{
    int64_t release;
    en_errc rc = en_store_record_add(c->store, x, &x->id, err);

    en_json_key(&c->ev, "rejected");
    en_json_array(&c->ev);
    rc = rc != EN_OK ? rc : exchange_drop_drafts(c, x, err);
    en_json_array_end(&c->ev);
    return rc != EN_OK ? rc : exchange_propose_by_itself(c, x, &release, err);
}

static en_errc
edit(struct en_call *c, int64_t id, json_t *changes, struct en_err *err)
{
    struct en_store_record old, x;
    struct en_store_alert a = { .id = 0 };
    enum en_record_kind kind;
    en_time created = EN_TIME_NONE;
    uint32_t next = 0;
    json_t *ext = NULL;
    struct written w;
    en_errc rc = newest_of_ours(c, id, &old, &kind, &next, err);

    written_init(&w);
    rc = rc != EN_OK ? rc : record_members(&old, &ext, &created, err);
    if (rc == EN_OK)
        apply_changes(ext, changes, kind);
    rc = rc != EN_OK ? rc : record_references(c, ext, err);
    if (rc == EN_OK && old.alert != 0) {
        rc = en_store_alert_get(c->store, old.alert, &c->arena, &a, err);
        rc = rc != EN_OK ? rc : exchange_fill_from_alert(c, &a, ext, err);
    }
    rc = rc != EN_OK ? rc : record_write(c, kind, old.uuid, next, created, ext, &w, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK) {
        record_row(c, &w, &x);
        x.alert = a.id;
        x.alert_version = a.version;
        rc = add_version(c, &x, err);
        rc = rc != EN_OK ? rc : tell(c, &x, err);
    }
    json_decref(ext);
    written_release(&w);
    return rc;
}

en_errc
act_record_edit(struct en_call *c, struct en_err *err)
{
    struct en_args *a = &c->args;
    int64_t id = en_args_int(a, "record", EN_MUST, 1, INT64_MAX, 0);
    en_bytes members = en_args_object(a, "changes");
    json_t *changes = NULL;
    en_errc rc;

    if (members.n == 0 || en_json_in_object(members, EN_STIX_OBJECT_MAX, &changes, NULL, NULL) != EN_OK)
        en_args_fault(a, "changes", "is an object with what the new version says otherwise");
    else if (json_object_size(changes) == 0)
        en_args_fault(a, "changes", "says nothing");
    record_refuse_own(a, "changes", changes);
    rc = en_args_end(a, err);
    rc = rc != EN_OK ? rc : edit(c, id, changes, err);
    json_decref(changes);
    return rc;
}

/* --- drop --------------------------------------------------------------------------------------------------------- */

en_errc
act_record_drop(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "record", EN_MUST, 1, INT64_MAX, 0);
    struct en_store_record x = { .id = 0 };
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : own_record(c, id, &x, err);
    if (rc == EN_OK && x.state != EN_HELD_DRAFT)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "only a draft is dropped, and this is %s%s", en_held_word(x.state),
                          x.state == EN_HELD_CURRENT ? ": entente release withdraw takes it back" : "");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "rejected");
    en_json_array(&c->ev);
    rc = exchange_reject_waiting(c, id, err);
    en_json_array_end(&c->ev);
    if (rc == EN_OK) {
        x.state = EN_HELD_WITHDRAWN;
        x.changed = c->now;
        x.bytes = (en_bytes){ NULL, 0 };
        rc = en_store_record_change(c->store, &x, err);
    }
    return rc != EN_OK ? rc : tell(c, &x, err);
}
