/*
 * exchange.c: ourselves, partners, the bytes of records, and what waits to leave.
 */
#include "acts/exchange.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "acts/charter.h"
#include "acts/protect.h"
#include "formats/list.h"
#include "person/json_in.h"

/* --- ourselves ------------------------------------------------------------------------------------------------------
 */

en_errc
exchange_keys(struct en_call *c, const struct en_node_keys **out, struct en_err *err)
{
    const struct en_err *why = &c->acts->no_keys;

    *out = c->acts->rim.keys;
    if (*out != NULL)
        return EN_OK;
    if (why->code != EN_OK)
        return en_err_set(err, why->code, EN_NO_POS, "%s", why->text);
    return en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS,
                      "this node has no keys of its own yet: entente key init makes them");
}

en_text
exchange_we(const struct en_node_keys *k)
{
    return (en_text){ k->partner, EN_SEAL_ID_LEN };
}

/* --- partners ----------------------------------------------------------------------------------------------------- */

static enum en_standing
standing_from(en_text t)
{
    for (unsigned s = 0; s <= EN_STANDING_EXPELLED; s++)
        if (en_text_is(t, en_standing_word((enum en_standing)s)))
            return (enum en_standing)s;
    return EN_STANDING_UNKNOWN;
}

static unsigned
kinds_from(const json_t *list)
{
    unsigned bits = 0;

    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        enum en_record_kind k;

        if (word != NULL && en_record_kind_from(en_text_from_ours(word), &k))
            bits |= 1u << k;
    }
    return bits;
}

static size_t
texts_from(struct en_call *c, const json_t *list, const en_text **out)
{
    size_t n = json_array_size(list), got = 0;
    en_text *t = en_arena_array(&c->arena, n + 1, sizeof *t);

    for (size_t i = 0; t != NULL && i < n; i++)
        if (en_json_in_text(json_array_get(list, i), EN_MAX_NAME, &c->arena, &t[got], NULL, NULL) == EN_OK)
            got++;
    *out = t;
    return got;
}

static en_time
time_from(const json_t *o, const char *member)
{
    const char *s = json_string_value(json_object_get(o, member));
    en_time t = EN_TIME_NONE;

    return s != NULL && en_time_parse(en_text_from_ours(s), &t) ? t : EN_TIME_NONE;
}

/* Only what it says is agreed: a member that is missing or not understood agrees nothing. */
static bool
agreement_from(struct en_call *c, en_bytes json, struct en_agreement *out)
{
    const char *most;
    json_t *o;

    memset(out, 0, sizeof *out);
    if (json.n == 0 || en_json_in_object(json, EN_STORE_MAX_BLOB, &o, NULL, NULL) != EN_OK)
        return false;
    out->gives = kinds_from(json_object_get(o, "gives"));
    out->takes = kinds_from(json_object_get(o, "takes"));
    most = json_string_value(json_object_get(o, "most"));
    if (most == NULL || !en_tlp_from(en_text_from_ours(most), &out->most))
        out->most = EN_TLP_CLEAR;
    out->usual = kinds_from(json_object_get(o, "default"));
    most = json_string_value(json_object_get(o, "default_most"));
    if (most == NULL || !en_tlp_from(en_text_from_ours(most), &out->usual_most))
        out->usual_most = EN_TLP_CLEAR;
    out->n_codes = texts_from(c, json_object_get(o, "codes"), &out->codes);
    out->n_purposes = texts_from(c, json_object_get(o, "purposes"), &out->purposes);
    out->live = json_is_true(json_object_get(o, "live"));
    out->since = time_from(o, "since");
    out->until = time_from(o, "until");
    json_decref(o);
    return true;
}

/* How it stands: as the charter in force says, or where none is, as we say alone. */
static en_errc
standing_fill(struct en_call *c, const struct en_store_partner *row, struct en_partner_facts *f, struct en_err *err)
{
    const struct en_charter *charter;
    struct en_key_state own = { .number = 0 };
    en_text we;
    en_errc rc = charter_in_force(c, &charter, err);

    if (rc != EN_OK || charter == NULL)
        return rc;
    rc = own_keys(c->acts, &own, err);
    if (rc != EN_OK && rc != EN_E_NOT_FOUND)
        return rc;
    we = en_text_from_ours(own.partner);
    f->charter = true;
    f->standing = en_charter_standing(charter, row->partner, we, c->now, &f->sponsored);
    f->ours = en_charter_standing(charter, we, row->partner, c->now, &f->our_sponsor);
    return EN_OK;
}

/* Whoever can write the row cannot write what the partner has signed. */
static en_errc
partner_fill(struct en_call *c, struct partner *p, struct en_err *err)
{
    bool agreed = agreement_from(c, p->row.agreement, &p->agreement);
    en_errc rc;

    p->facts = (struct en_partner_facts){ .id = p->row.partner,
                                          .standing = standing_from(p->row.standing),
                                          .sponsored = en_text_is(p->row.standing, "provisional"),
                                          .cut = p->row.cut != EN_TIME_NONE,
                                          .agreement = agreed ? &p->agreement : NULL };
    rc = standing_fill(c, &p->row, &p->facts, err);
    return rc != EN_OK ? rc : partner_check(c->store, &p->row, err);
}

en_errc
partner_by_id(struct en_call *c, en_text id, const struct partner **out, struct en_err *err)
{
    struct partner *p = en_arena_alloc(&c->arena, sizeof *p);
    en_errc rc;

    *out = NULL;
    if (p == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many partners in one act");
    rc = en_store_partner_by_id(c->store, id, &c->arena, &p->row, err);
    if (rc == EN_OK) {
        rc = partner_fill(c, p, err);
        rc = rc != EN_OK ? rc : partner_keys_before(c, &p->row, &p->old, err);
        *out = rc == EN_OK ? p : NULL;
    }
    return rc == EN_E_NOT_FOUND ? EN_OK : rc;
}

en_errc
partner_name(struct en_call *c, en_text id, en_text *out, struct en_err *err)
{
    struct en_store_partner row = { .name = EN_TEXT_LIT("") };
    en_errc rc = id.n > 0 ? en_store_partner_by_id(c->store, id, &c->scratch, &row, err) : EN_E_NOT_FOUND;

    *out = rc == EN_OK ? row.name : EN_TEXT_LIT("");
    return rc == EN_E_NOT_FOUND ? EN_OK : rc;
}

struct walk {
    struct en_call *c;
    partner_fn *fn;
    void *ctx;
};

static en_errc
walk_partner(void *ctx, const struct en_store_partner *x, struct en_err *err)
{
    struct walk *w = ctx;
    struct partner p = { .row = *x };
    en_errc rc;

    rc = partner_fill(w->c, &p, err);
    return rc != EN_OK ? rc : w->fn(w->ctx, &p, err);
}

en_errc
partners_all(struct en_call *c, partner_fn *fn, void *ctx, struct en_err *err)
{
    struct walk w = { c, fn, ctx };

    return en_store_partners_each(c->store, walk_partner, &w, err);
}

en_errc
partner_find(struct en_call *c, en_text id_or_name, const struct partner **out, struct en_err *err)
{
    struct partner *p = en_arena_alloc(&c->arena, sizeof *p);
    en_errc rc;

    *out = p;
    if (p == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many partners in one act");
    rc = partner_named(c, id_or_name, &p->row, err);
    return rc != EN_OK ? rc : partner_fill(c, p, err);
}

/* --- the bytes of records -------------------------------------------------------------------------------------------
 */

void
written_init(struct written *w)
{
    memset(w, 0, sizeof *w);
    en_arena_init(&w->arena, RECORD_ARENA);
}

void
written_release(struct written *w)
{
    en_buf_release(&w->bytes);
    en_arena_release(&w->arena);
}

/*= RFC 9562, version 4 */
static void
new_uuid(struct en_call *c, char out[EN_RECORD_ID_LEN + 1])
{
    static const uint8_t dash_before[] = { 4, 6, 8, 10 };
    uint8_t b[16];
    char *to = out;

    c->acts->rim.draw(c->acts->rim.ctx, b, sizeof b);
    b[6] = (uint8_t)(0x40 | (b[6] & 0x0f));
    b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
    for (size_t i = 0; i < sizeof b; i++) {
        if (memchr(dash_before, (int)i, sizeof dash_before) != NULL)
            *to++ = '-';
        en_hex(&b[i], 1, to);
        to += 2;
    }
}

static void
put_text(json_t *o, const char *member, en_text t)
{
    (void)json_object_set_new(o, member, json_stringn(t.p, t.n));
}

static void
put_time(json_t *o, const char *member, en_time t)
{
    char at[EN_TIME_RFC3339_LEN + 1];

    en_time_format(t, at);
    (void)json_object_set_new(o, member, json_string(at));
}

/* As its handling says; a label that is none is refused by who reads it. */
static void
put_marking(json_t *o, const json_t *ext)
{
    const char *word = json_string_value(json_object_get(json_object_get(ext, "handling"), "tlp"));
    json_t *list = json_array();
    enum en_tlp tlp;

    if (word != NULL && en_tlp_from(en_text_from_ours(word), &tlp))
        (void)json_array_append_new(list, json_string(en_stix_tlp_ref(tlp)));
    (void)json_object_set_new(o, "object_marking_refs", list);
}

/* The object as a stranger's reader wants it; that reader checks it. */
static json_t *
object_of(en_text we, enum en_record_kind kind, en_text uuid, uint32_t version, en_time created, en_time now,
          json_t *ext)
{
    json_t *o = json_object(), *extensions = json_object();
    struct en_buf by = EN_BUF_INIT, ref = EN_BUF_INIT;

    en_stix_partner_ref(we, &by);
    en_buf_addf(&ref, "%s--%.*s", en_record_kinds[kind].stix_type, EN_TEXT_ARG(uuid));
    (void)json_object_set_new(ext, "extension_type", json_string("property-extension"));
    (void)json_object_set_new(ext, "format", json_integer(EN_STIX_EXTENSION_VERSION));
    (void)json_object_set_new(ext, "kind", json_string(en_record_kind_word(kind)));
    (void)json_object_set_new(ext, "version", json_integer(version));
    put_text(ext, "originator", we);
    (void)json_object_set(extensions, EN_STIX_RECORD, ext);
    (void)json_object_set_new(o, "type", json_string(en_record_kinds[kind].stix_type));
    put_text(o, "id", (en_text){ ref.p, ref.n });
    put_text(o, "created_by_ref", (en_text){ by.p, by.n });
    put_time(o, "created", created);
    put_time(o, "modified", now);
    put_marking(o, ext);
    (void)json_object_set_new(o, "extensions", extensions);
    en_buf_release(&by);
    en_buf_release(&ref);
    return o;
}

static en_errc
tellable(struct en_call *c, const struct en_record *r, struct en_err *err)
{
    struct protect_facts f;
    en_errc rc = protect_record(c->store, r, &f, err);

    return rc != EN_OK || !f.outcome || !f.covered ? rc
                                                   : en_err_set(err, EN_E_RULE, EN_NO_POS,
                                                                "this outcome is not released (exchange-rules 2)");
}

/* What every partner would refuse is not written. */
static en_errc
takeable(struct en_call *c, const struct en_record *r, struct en_err *err)
{
    struct en_reception_facts f = { .record = r, .now = c->now, .partner = { .standing = EN_STANDING_FULL } };
    struct en_reasons no;

    if (en_rules_receive(&f, &no) != EN_RECEPTION_ASIDE)
        return EN_OK;
    return en_err_set(err, EN_E_RULE, EN_NO_POS, "%s (%s)", no.v[0]->text, no.v[0]->clause);
}

en_errc
record_write(struct en_call *c, enum en_record_kind kind, en_text uuid, uint32_t version, en_time created, json_t *ext,
             struct written *w, struct en_err *err)
{
    char fresh[EN_RECORD_ID_LEN + 1] = "";
    const struct en_node_keys *keys;
    struct en_err why = EN_ERR_INIT;
    char *text = NULL;
    json_t *o;
    en_errc rc = exchange_keys(c, &keys, err);

    if (rc != EN_OK)
        return rc;
    if (uuid.n == 0) {
        new_uuid(c, fresh);
        uuid = (en_text){ fresh, EN_RECORD_ID_LEN };
    }
    o = object_of(exchange_we(keys), kind, uuid, version, created, c->now, ext);
    text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    if (text == NULL)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "the record is no JSON object");
    rc = en_stix_read(en_bytes_from(text, strlen(text)), &w->arena, &w->record, NULL, &why);
    free(text);
    if (rc != EN_OK) /* it is the person's own request that is malformed */
        return en_err_set(err, rc == EN_E_LIMIT ? rc : EN_E_USAGE, EN_NO_POS, "%s", why.text);
    rc = takeable(c, &w->record, err);
    rc = rc != EN_OK ? rc : tellable(c, &w->record, err);
    if (rc == EN_OK)
        en_stix_write(&w->record, &w->bytes);
    return rc;
}

/* The uuid of what a withdrawal takes back; "" for any other record. */
static en_text
withdrawn_id(const struct en_record *r)
{
    const struct en_value *v = r->kind == EN_RECORD_WITHDRAWAL ? en_record_value(r, "about") : NULL;
    en_text id = EN_TEXT_NONE;

    return v != NULL && en_record_ref(v->text, NULL, &id) ? id : EN_TEXT_NONE;
}

void
record_row(struct en_call *c, const struct written *w, struct en_store_record *x)
{
    const struct en_record *r = &w->record;

    *x = (struct en_store_record){ .uuid = r->id,
                                   .version = r->version,
                                   .kind = en_text_from_ours(en_record_kind_word(r->kind)),
                                   .originator = r->originator,
                                   .about = withdrawn_id(r),
                                   .urgent = en_record_kinds[r->kind].urgent,
                                   .state = EN_HELD_DRAFT,
                                   .bytes = en_buf_bytes(&w->bytes),
                                   .author = c->user.id,
                                   .at = c->now,
                                   .changed = c->now,
                                   .destroy = r->handling.destroy,
                                   .opened = EN_TIME_NONE };
    en_sha256(x->bytes, x->hash);
}

en_errc
record_members(const struct en_store_record *x, json_t **ext, en_time *created, struct en_err *err)
{
    json_t *root, *o;
    en_errc rc = en_json_in_object(x->bytes, EN_STIX_OBJECT_MAX, &root, NULL, err);

    *ext = NULL;
    if (rc != EN_OK)
        return rc;
    o = json_object_get(json_object_get(root, "extensions"), EN_STIX_RECORD);
    *created = time_from(root, "created");
    *ext = json_incref(o);
    json_decref(root);
    return *ext != NULL && *created != EN_TIME_NONE
               ? EN_OK
               : en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "record %lld is not what was written", (long long)x->id);
}

/* That somebody is protected is seen by those who may. */
static void
reasons_of_row(struct en_call *c, const struct en_store_record *x, struct en_json *j)
{
    en_json_key(j, "reasons");
    en_json_array(j);
    for (size_t i = 0; i < x->n_reasons; i++)
        if (sees_protections(c) || !en_text_is(x->reasons[i], "protected"))
            en_json_text(j, x->reasons[i]);
    en_json_array_end(j);
}

static en_errc
note_waiting(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    (void)err;
    *(int64_t *)ctx = x->id;
    return EN_OK;
}

/* The newest release of it that nobody has decided; 0: none. */
static en_errc
waiting_json(struct en_call *c, int64_t record, struct en_json *j, struct en_err *err)
{
    const struct en_store_release_filter f = { .record = record, .states = 1u << EN_RELEASE_PROPOSED, .limit = 1000 };
    int64_t id = 0;
    en_errc rc = en_store_releases_each(c->store, &f, note_waiting, &id, err);

    en_json_kv_int(j, "waiting", id);
    return rc;
}

en_errc
record_json(struct en_call *c, const struct en_store_record *x, bool full, struct en_json *j, struct en_err *err)
{
    en_text name;
    en_errc rc = partner_name(c, x->originator, &name, err);

    if (rc != EN_OK)
        return rc;
    en_json_object(j);
    en_json_kv_int(j, "record", x->id);
    en_json_kv_text(j, "id", x->uuid);
    en_json_kv_uint(j, "version", x->version);
    en_json_kv_text(j, "kind", x->kind);
    en_json_kv_str(j, "state", en_held_word(x->state));
    en_json_kv_bool(j, "ours", x->sender.n == 0);
    en_json_kv_text(j, "originator", x->originator);
    en_json_kv_text(j, "originator_name", name);
    en_json_kv_text(j, "sender", x->sender);
    en_json_kv_text(j, "about", x->about);
    en_json_kv_bool(j, "urgent", x->urgent);
    en_json_kv_int(j, "alert", x->alert);
    reasons_of_row(c, x, j);
    en_json_kv_int(j, "author", x->author);
    json_kv_time(j, "at", x->at);
    json_kv_time(j, "changed", x->changed);
    json_kv_time(j, "destroy", x->destroy);
    json_kv_time(j, "opened", x->opened);
    en_json_kv_int(j, "opened_by", x->opened_by);
    json_kv_hash(j, "hash", x->hash);
    en_json_kv_uint(j, "bytes", x->bytes.n);
    if (full) {
        rc = waiting_json(c, x->id, j, err);
        en_json_key(j, "object");
        if (x->bytes.n > 0 && x->uuid.n > 0)
            en_json_raw(j, x->bytes);
        else
            en_json_null(j);
    }
    en_json_object_end(j);
    return rc;
}

/* --- what waits to leave --------------------------------------------------------------------------------------------
 */

en_errc
queue_statement(struct en_acts *a, en_time now, struct en_statement *s, struct en_err *err)
{
    return queue_statement_as(a, now, s, NULL, err);
}

en_errc
queue_statement_as(struct en_acts *a, en_time now, struct en_statement *s, int64_t *id, struct en_err *err)
{
    struct en_buf note = EN_BUF_INIT;
    struct en_store_delivery x = { .partner = s->to,
                                   .kind = s->form == EN_STATEMENT_RECEIPT ? EN_DELIVERY_RECEIPT
                                                                           : EN_DELIVERY_STATEMENT,
                                   .queued = now,
                                   .sent = EN_TIME_NONE,
                                   .answered = EN_TIME_NONE,
                                   .opened = EN_TIME_NONE };
    int64_t queued;
    en_errc rc;

    EN_ASSERT(a->rim.keys != NULL);
    s->from = exchange_we(a->rim.keys);
    s->at = now;
    en_statement_write(s, &a->rim.keys->signing, &note);
    x.bytes = en_buf_bytes(&note);
    rc = en_store_delivery_add(a->store, &x, id != NULL ? id : &queued, err);
    en_buf_release(&note);
    return rc;
}

/* --- what has its date -------------------------------------------------------------------------------------------- */

struct ids {
    int64_t *id;
    size_t n;
};

static en_errc
note_id(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct ids *l = ctx;

    (void)err;
    l->id[l->n++] = x->id;
    return EN_OK;
}

/* What a partner let us have and is gone is told: a statement, and no more than that. */
static en_errc
say_destroyed(struct en_acts *a, const struct en_store_record *x, en_time now, struct en_err *err)
{
    struct en_statement_item item = { .word = EN_SAID_DESTROYED };
    struct en_statement s = { .form = EN_STATEMENT_DESTROYED,
                              .to = x->originator,
                              .record = x->uuid,
                              .reason = EN_TEXT_LIT("expired"),
                              .items = &item,
                              .n_items = 1 };

    if (x->sender.n == 0 || x->state == EN_HELD_ASIDE || a->rim.keys == NULL)
        return EN_OK;
    memcpy(item.hash, x->hash, sizeof item.hash);
    return queue_statement(a, now, &s, err);
}

static en_errc
destroy_one(struct en_acts *a, int64_t id, en_time now, struct en_err *err)
{
    struct en_store_record x;
    struct en_arena arena;
    en_errc rc;

    en_arena_init(&arena, 2u * EN_STORE_MAX_BLOB);
    rc = en_store_record_get(a->store, id, &arena, &x, err);
    rc = rc != EN_OK ? rc : say_destroyed(a, &x, now, err);
    if (rc == EN_OK) {
        x.bytes = x.release = x.signature = x.salt = (en_bytes){ NULL, 0 };
        x.state = EN_HELD_DESTROYED;
        x.changed = now;
        rc = en_store_record_change(a->store, &x, err);
    }
    en_arena_release(&arena);
    return rc;
}

en_errc
exchange_destroy_due(struct en_acts *a, en_time now, uint64_t limit, struct en_json *ev, uint64_t *n,
                     struct en_err *err)
{
    const struct en_store_record_filter f = { .destroy_until = now, .limit = limit };
    struct ids due = { .id = en_xcalloc(limit, sizeof *due.id) };
    en_errc rc = en_store_records_each(a->store, &f, note_id, &due, err);

    for (size_t i = 0; rc == EN_OK && i < due.n; i++) {
        en_json_int(ev, due.id[i]);
        rc = destroy_one(a, due.id[i], now, err);
    }
    *n = due.n;
    free(due.id);
    return rc;
}

void
reasons_json(const struct en_reasons *r, struct en_json *j)
{
    reasons_json_as("reasons", r, j);
}

void
reasons_json_as(const char *member, const struct en_reasons *r, struct en_json *j)
{
    en_json_key(j, member);
    en_json_array(j);
    for (size_t i = 0; i < r->n; i++) {
        en_json_object(j);
        en_json_kv_str(j, "code", r->v[i]->code);
        en_json_kv_str(j, "text", r->v[i]->text);
        en_json_kv_str(j, "clause", r->v[i]->clause);
        en_json_object_end(j);
    }
    en_json_array_end(j);
}

/* --- received alerts ---------------------------------------------------------------------------------------------- */

static en_errc
source_of(struct en_call *c, en_text originator, int64_t *source, struct en_err *err)
{
    struct en_buf name = EN_BUF_INIT;
    struct en_store_source s = { .format = EN_TEXT_LIT(PARTNER_FORMAT), .created = c->now };
    en_errc rc;

    en_buf_addf(&name, PARTNER_SOURCE "%.*s", EN_TEXT_ARG(originator));
    s.name = (en_text){ name.p, name.n };
    rc = en_store_source_by_name(c->store, s.name, &c->scratch, &s, NULL);
    if (rc == EN_E_NOT_FOUND) {
        s.name = (en_text){ name.p, name.n };
        rc = en_store_source_add(c->store, &s, &s.id, err);
    }
    *source = s.id;
    en_buf_release(&name);
    return rc;
}

en_errc
exchange_make_alert(struct en_call *c, const struct en_record *r, struct en_store_record *x, struct en_touched *touched,
                    struct en_err *err)
{
    const struct en_value *person = en_record_value(r, "person");
    struct en_identity id = { .id = r->id, .is_person = true };
    struct en_alert_facts f = { .is_person = true, .ground = r->ground };
    struct en_store_put_result result;
    struct en_buf json = EN_BUF_INIT;
    struct en_store_alert_put put;
    int64_t source;
    en_errc rc = source_of(c, r->originator, &source, err);

    if (rc != EN_OK)
        return rc;
    EN_ASSERT(person != NULL && person->person != NULL); /* en_record_check saw to it */
    id.person = *person->person;
    (void)en_ground_from(r->ground, &id.ground);
    en_identity_json(&id, &json);
    put = (struct en_store_alert_put){
        .source = source,
        .entity = r->id,
        .ground = r->ground,
        .matched = en_rules_unmatched(&f, c->node.programmes, c->node.n_programmes) == NULL,
        .identity = en_buf_bytes(&json),
        .review = r->handling.review,
        .destroy = r->handling.destroy,
        .author = c->user.id,
        .at = c->now,
    };
    rc = en_store_alert_put(c->store, &put, &result, err);
    if (rc == EN_OK) {
        x->alert = result.id;
        x->alert_version = result.version;
        touched_add(touched, source, r->id);
        c->owes_rescreen = true;
    }
    en_buf_release(&json);
    return rc;
}

en_errc
exchange_forget(struct en_call *c, struct en_store_record *x, struct en_touched *touched, uint64_t *ended,
                struct en_err *err)
{
    struct en_store_alert a;
    en_errc rc = EN_OK;

    x->bytes = x->release = x->signature = x->salt = (en_bytes){ NULL, 0 };
    if (x->alert == 0)
        return EN_OK;
    rc = en_store_alert_get(c->store, x->alert, &c->scratch, &a, err);
    if (rc == EN_OK) {
        touched_add(touched, a.source, a.entity);
        rc = acts_forget_alert(c->acts, x->alert, c->now, &c->node, &c->outbox, ended, err);
    }
    x->alert = 0;
    return rc == EN_E_NOT_FOUND ? EN_OK : rc; /* its own date came first */
}

/* --- what an officer who meets the person is asked ---------------------------------------------------------------- */

static en_errc
last_id(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    (void)err;
    *(int64_t *)ctx = x->id;
    return EN_OK;
}

static void
asked_members(const struct en_record *r, en_text name, struct en_json *j)
{
    const struct en_value *instruction = en_record_value(r, "instruction");

    en_json_kv_text(j, "originator", r->originator);
    en_json_kv_text(j, "originator_name", name);
    en_json_key(j, "ask");
    en_json_array(j);
    for (size_t i = 0; i < r->n_values; i++)
        if (strcmp(r->values[i].field->name, "ask") == 0)
            en_json_text(j, r->values[i].text);
    en_json_array_end(j);
    en_json_kv_text(j, "instruction", instruction != NULL ? instruction->text : EN_TEXT_LIT(""));
    en_json_kv_str(j, "tlp", en_tlp_word(r->handling.tlp));
    en_json_kv_text(j, "purpose", r->handling.purpose);
}

en_errc
exchange_asked(struct en_call *c, int64_t alert, struct en_json *j, struct en_err *err)
{
    const struct en_store_record_filter f = { .alert = alert, .states = 1u << EN_HELD_CURRENT };
    en_text name = EN_TEXT_LIT("");
    struct en_store_record x;
    struct en_record r;
    struct en_arena a;
    int64_t id = 0;
    en_errc rc = en_store_records_each(c->store, &f, last_id, &id, err);

    en_json_key(j, "record");
    if (rc != EN_OK || id == 0) {
        en_json_null(j);
        return rc;
    }
    en_arena_init(&a, RECORD_ARENA + EN_STORE_MAX_BLOB);
    rc = en_store_record_get(c->store, id, &a, &x, err);
    rc = rc != EN_OK ? rc : en_stix_read(x.bytes, &a, &r, NULL, err);
    rc = rc != EN_OK ? rc : partner_name(c, x.originator, &name, err);
    en_json_object(j);
    en_json_kv_int(j, "record", id);
    if (rc == EN_OK)
        asked_members(&r, name, j);
    en_json_object_end(j);
    en_arena_release(&a);
    return rc;
}

/* --- what became of the alert of a hit ---------------------------------------------------------------------------- */

static en_errc
withdrawal_of(struct en_call *c, const struct en_store_hit *h, int64_t *id, struct en_err *err)
{
    struct en_store_record_filter f = { .states = 1u << EN_HELD_CURRENT };
    size_t prefix = sizeof PARTNER_SOURCE - 1;
    en_text source;

    *id = 0;
    EN_ASSERT(index_id_split(h->entity, &source, &f.about));
    if (source.n <= prefix || memcmp(source.p, PARTNER_SOURCE, prefix) != 0)
        return EN_OK;
    f.originator = (en_text){ source.p + prefix, source.n - prefix };
    return en_store_records_each(c->store, &f, last_id, id, err);
}

static en_errc
withdrawal_reason(struct en_call *c, int64_t id, struct en_json *j, struct en_err *err)
{
    const struct en_value *v = NULL;
    struct en_store_record x;
    struct en_record r;
    struct en_arena a;
    en_errc rc;

    en_arena_init(&a, RECORD_ARENA + EN_STORE_MAX_BLOB);
    rc = en_store_record_get(c->store, id, &a, &x, err);
    if (rc == EN_OK && x.bytes.n > 0 && en_stix_read(x.bytes, &a, &r, NULL, NULL) == EN_OK)
        v = en_record_value(&r, "reason");
    en_json_kv_text(j, "reason", v != NULL ? v->text : EN_TEXT_LIT(""));
    en_arena_release(&a);
    return rc;
}

/* Is one of them still there? Then it has ended and is kept: a list without it, or our own that a person has ended. */
static en_errc
alert_stays(struct en_call *c, const struct en_store_hit *h, bool *stays, struct en_err *err)
{
    struct en_arena a;
    en_errc rc = EN_OK;

    *stays = false;
    en_arena_init(&a, 2 * EN_STORE_MAX_BLOB);
    for (size_t i = 0; rc == EN_OK && !*stays && i < h->n_alerts; i++) {
        struct en_store_alert x;

        en_arena_reset(&a);
        rc = en_store_alert_get(c->store, h->alerts[i].alert, &a, &x, err);
        *stays = rc == EN_OK;
        rc = rc == EN_E_NOT_FOUND ? EN_OK : rc;
    }
    en_arena_release(&a);
    return rc;
}

en_errc
exchange_hit_ended(struct en_call *c, const struct en_store_hit *h, struct en_json *j, struct en_err *err)
{
    bool stays = false;
    int64_t id = 0;
    en_errc rc;

    en_json_key(j, "ended");
    if (h->state != EN_HIT_ENDED) {
        en_json_null(j);
        return EN_OK;
    }
    rc = withdrawal_of(c, h, &id, err);
    rc = rc != EN_OK ? rc : alert_stays(c, h, &stays, err);
    en_json_object(j);
    en_json_kv_str(j, "why", id != 0 ? "withdrawn" : stays ? "ended" : "destroyed");
    json_kv_time(j, "at", h->changed);
    if (rc == EN_OK && id != 0) {
        en_json_kv_int(j, "record", id);
        rc = withdrawal_reason(c, id, j, err);
    }
    en_json_object_end(j);
    return rc;
}
