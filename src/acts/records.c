/*
 * records.c: what several acts answer with, docs/formats/json.md.
 */
#include <jansson.h>

#include "acts/act.h"
#include "person/json_in.h"

en_text
first_name(en_bytes json, struct en_arena *arena)
{
    en_text t = EN_TEXT_LIT("");
    json_t *root;

    if (en_json_in_object(json, EN_STORE_MAX_BLOB, &root, NULL, NULL) != EN_OK)
        return t;
    if (en_json_in_text(json_object_get(json_array_get(json_object_get(root, "names"), 0), "full"), EN_MAX_TEXT, arena,
                        &t, NULL, NULL) != EN_OK)
        t = EN_TEXT_LIT("");
    json_decref(root);
    return t;
}

en_text
json_text(en_bytes json, const char *member, struct en_arena *arena)
{
    en_text t = EN_TEXT_LIT("");
    json_t *root;

    if (en_json_in_object(json, EN_STORE_MAX_BLOB, &root, NULL, NULL) != EN_OK)
        return t;
    if (en_json_in_text(json_object_get(root, member), EN_MAX_TEXT, arena, &t, NULL, NULL) != EN_OK)
        t = EN_TEXT_LIT("");
    json_decref(root);
    return t;
}

static en_errc
hit_alerts(struct en_call *c, const struct en_store_hit *h, struct en_json *j, struct en_err *err)
{
    struct en_arena a; /* an identity may be large, and a hit may have many */
    en_errc rc = EN_OK;

    en_arena_init(&a, 4 * EN_STORE_MAX_BLOB);
    en_json_key(j, "alerts");
    en_json_array(j);
    for (size_t i = 0; i < h->n_alerts; i++) {
        struct en_store_alert x;

        en_arena_reset(&a);
        rc = en_store_alert_get(c->store, h->alerts[i].alert, &a, &x, err);
        if (rc != EN_OK && rc != EN_E_NOT_FOUND)
            break;
        en_json_object(j);
        en_json_kv_int(j, "alert", h->alerts[i].alert);
        en_json_kv_uint(j, "version", h->alerts[i].version);
        if (rc == EN_OK) {
            en_json_kv_text(j, "ground", x.ground);
            json_kv_texts(j, "programmes", x.programmes, x.n_programmes);
            en_json_kv_text(j, "name", first_name(x.identity, &a));
            en_json_kv_str(j, "status", en_alert_status_word(x.status));
            en_json_kv_bool(j, "newer", x.version != h->alerts[i].version);
            rc = exchange_asked(c, x.id, j, err);
        } else {
            en_json_kv_str(j, "status", "deleted");
        }
        en_json_object_end(j);
        if (rc != EN_OK && rc != EN_E_NOT_FOUND)
            break;
    }
    en_json_array_end(j);
    en_arena_release(&a);
    return rc == EN_E_NOT_FOUND ? EN_OK : rc;
}

/* --- found later, and why ----------------------------------------------------------------------------------------- */

struct later {
    const struct en_store_hit_alert *of;
    en_time first, came; /* first screening of the traveller; when the version came that is newest so far */
    int64_t alert;
    uint32_t version;
    en_time changed;
};

static en_errc
look_at_version(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct later *l = ctx;

    (void)err;
    if (x->version == l->of->version && x->changed >= l->first && x->changed >= l->came) {
        l->came = l->changed = x->changed;
        l->alert = x->id;
        l->version = x->version;
    }
    return EN_OK;
}

static en_errc
find_cause(struct en_call *c, const struct en_store_hit *h, struct later *l, struct en_err *err)
{
    struct en_arena a;
    struct en_store_traveller t;
    struct en_store_manifest m;
    en_errc rc;

    en_arena_init(&a, 4 * EN_STORE_MAX_BLOB);
    rc = en_store_traveller_get(c->store, h->traveller, &a, &t, err);
    rc = rc != EN_OK ? rc : en_store_manifest_get(c->store, t.manifest, &a, &m, err);
    l->first = rc == EN_OK ? m.received : EN_TIME_NONE;
    for (size_t i = 0; rc == EN_OK && i < h->n_alerts; i++) {
        l->of = &h->alerts[i];
        rc = en_store_alert_versions_each(c->store, h->alerts[i].alert, look_at_version, l, err);
        rc = rc == EN_E_NOT_FOUND ? EN_OK : rc; /* its destroy date came */
    }
    en_arena_release(&a);
    return rc;
}

/* Which version of which alert made it a hit, after the traveller was screened and nothing was found. */
static en_errc
tell_later(struct en_call *c, const struct en_store_hit *h, struct en_json *j, struct en_err *err)
{
    struct later l = { .came = EN_TIME_NONE };
    en_errc rc;

    en_json_key(j, "later");
    if (en_text_is(h->found, EN_FOUND_MANIFEST)) {
        en_json_null(j);
        return EN_OK;
    }
    rc = find_cause(c, h, &l, err);
    en_json_object(j);
    en_json_kv_text(j, "why", h->found);
    json_kv_time(j, "first_screened", l.first);
    if (l.alert != 0 && !en_text_is(h->found, EN_FOUND_PROFILE)) {
        en_json_kv_int(j, "alert", l.alert);
        en_json_kv_uint(j, "version", l.version);
        json_kv_time(j, "came", l.changed);
    }
    en_json_object_end(j);
    return rc;
}

/* Is the first answer still to be kept from this person, who may be the second to look? */
static bool
blind(const struct en_call *c, const struct en_store_hit *h)
{
    (void)c;
    return h->state == EN_HIT_PENDING;
}

en_errc
record_hit_brief(struct en_call *c, const struct en_store_hit *h, struct en_json *j, struct en_err *err)
{
    en_text source, entity;
    en_errc rc;

    EN_ASSERT(index_id_split(h->entity, &source, &entity));
    en_json_object(j);
    en_json_kv_text(j, "entity", entity);
    en_json_key(j, "bits");
    en_json_bits(j, h->bits);
    en_json_key(j, "probability");
    en_json_double(j, h->probability);
    en_json_kv_str(j, "band", en_band(h->probability));
    en_json_key(j, "prior");
    en_json_double(j, h->prior);
    en_json_kv_text(j, "engine", h->engine);
    en_json_kv_int(j, "hit", h->id);
    en_json_kv_text(j, "source", source);
    en_json_kv_str(j, "state", en_hit_state_word(h->state));
    en_json_kv_str(j, "answer", blind(c, h) ? "" : en_answer_word(h->answer));
    en_json_kv_text(j, "found", h->found);
    json_kv_time(j, "created", h->created);
    json_kv_texts(j, "profile", c->node.programmes, c->node.n_programmes);
    rc = hit_alerts(c, h, j, err);
    rc = rc != EN_OK ? rc : exchange_hit_ended(c, h, j, err);
    rc = rc != EN_OK ? rc : tell_later(c, h, j, err);
    en_json_key(j, "before");
    en_json_raw(j, h->remembered.n > 0 ? h->remembered : EN_BYTES_LIT("[]"));
    en_json_key(j, "evidence");
    en_json_raw(j, h->evidence);
    en_json_object_end(j);
    return rc;
}

en_errc
record_alert(struct en_call *c, const struct en_store_alert *x, bool full, struct en_json *j, struct en_err *err)
{
    struct en_store_source source;
    en_errc rc = en_store_source_get(c->store, x->source, &c->scratch, &source, err);

    if (rc != EN_OK)
        return rc;
    en_json_object(j);
    en_json_kv_int(j, "alert", x->id);
    en_json_kv_uint(j, "version", x->version);
    en_json_kv_text(j, "source", source.name);
    en_json_kv_text(j, "entity", x->entity);
    en_json_kv_str(j, "status", en_alert_status_word(x->status));
    en_json_kv_text(j, "ground", x->ground);
    json_kv_texts(j, "programmes", x->programmes, x->n_programmes);
    en_json_kv_bool(j, "matched", x->matched);
    en_json_kv_text(j, "name", first_name(x->identity, &c->scratch));
    json_kv_time(j, "created", x->created);
    json_kv_time(j, "changed", x->changed);
    json_kv_time(j, "ended", x->ended);
    json_kv_time(j, "review", x->review);
    json_kv_time(j, "destroy", x->destroy);
    en_json_kv_int(j, "author", x->author);
    json_kv_hash(j, "hash", x->hash);
    if (c->tells_later)
        json_found_later(c, j);
    if (full) {
        struct en_buf entity = EN_BUF_INIT;

        index_id(source.name, x->entity, &entity);
        rc = json_protected(c, (en_text){ entity.p, entity.n }, j, err);
        en_buf_release(&entity);
        en_json_key(j, "identity");
        en_json_raw(j, x->identity);
    }
    en_json_object_end(j);
    return rc;
}

en_errc
report_count(struct en_call *c, enum en_store_input what, const struct en_report *r, struct en_err *err)
{
    const struct en_store_tally x = {
        .repairs = en_report_count(r, EN_NOTE_REPAIR),
        .refused = en_report_count(r, EN_NOTE_REFUSED),
        .kept = en_report_count(r, EN_NOTE_KEPT),
        .warnings = en_report_count(r, EN_NOTE_WARNING),
        .left_out = en_report_count(r, EN_NOTE_LEFT_OUT),
    };

    return en_store_tally_add(c->store, what, &x, err);
}

en_errc
input_refused(struct en_call *c, enum en_store_input what, const uint8_t hash[EN_SHA256_LEN], en_errc why,
              struct en_err *err)
{
    const struct en_store_tally one = { .refused = 1 };
    struct en_err failed = EN_ERR_INIT;
    en_errc rc;

    if (c->answered_may || (why != EN_E_INPUT && why != EN_E_LIMIT && why != EN_E_RULE))
        return why; /* done in part, or not the input's fault */
    en_store_abort(c->store);
    rc = call_begin(c, &failed);
    if (rc == EN_OK) {
        json_kv_hash(&c->ev, "hash", hash);
        en_json_kv_str(&c->ev, "refused_whole", en_errc_name(why));
        rc = en_store_tally_add(c->store, what, &one, &failed);
    }
    rc = rc != EN_OK ? rc : call_commit(c, &failed);
    if (rc == EN_OK)
        return why;
    if (err != NULL)
        *err = failed;
    return rc;
}
