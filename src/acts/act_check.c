/*
 * act_check.c: one person, typed in or read from a document, compared with the alerts. It is an event and not a
 * traveller: who asked, when, which alerts came up; of the person only a salted hash, by which somebody who has the
 * question can prove it.
 */
#include "acts/act.h"
#include "base/hash.h"

#define TOP      10
#define SALT_LEN 16

static void
facts(struct en_call *c, const struct en_person *p, const struct en_hit *hits, size_t n)
{
    uint8_t identity[EN_SHA256_LEN], salt[SALT_LEN], hash[EN_SHA256_LEN];
    char hex[2 * SALT_LEN + 1];

    c->acts->rim.draw(c->acts->rim.ctx, salt, sizeof salt);
    identity_hash(p, identity);
    en_sha256_2(en_bytes_from(salt, sizeof salt), en_bytes_from(identity, sizeof identity), hash);
    en_hex(salt, sizeof salt, hex);
    en_json_kv_str(&c->ev, "salt", hex);
    json_kv_hash(&c->ev, "person", hash);
    en_json_kv_uint(&c->ev, "identities", c->acts->identities);
    en_json_kv_bool(&c->ev, "behind", c->acts->behind);
    en_json_key(&c->ev, "hits");
    en_json_array(&c->ev);
    for (size_t i = 0; i < n; i++) {
        en_json_object(&c->ev);
        en_json_kv_text(&c->ev, "identity", hits[i].id);
        en_json_key(&c->ev, "bits");
        en_json_bits(&c->ev, hits[i].bits);
        en_json_object_end(&c->ev);
    }
    en_json_array_end(&c->ev);
}

struct writing {
    struct en_call *c;
    struct en_json *j;
};

static en_errc
write_alert(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct writing *w = ctx;
    struct en_json *j = w->j;

    (void)err;
    en_json_object(j);
    en_json_kv_int(j, "alert", x->id);
    en_json_kv_uint(j, "version", x->version);
    en_json_kv_text(j, "ground", x->ground);
    json_kv_texts(j, "programmes", x->programmes, x->n_programmes);
    en_json_kv_text(j, "name", first_name(x->identity, &w->c->arena));
    en_json_kv_str(j, "status", en_alert_status_word(x->status));
    en_json_object_end(j);
    return EN_OK;
}

static en_errc
write_hit(struct en_call *c, const struct en_hit *h, struct en_json *j, struct en_err *err)
{
    struct en_store_alert_filter f = { .active_only = true, .matched_only = true };
    struct en_store_source source;
    en_text name;
    en_errc rc;

    EN_ASSERT(index_id_split(h->id, &name, &f.entity));
    rc = en_store_source_by_name(c->store, name, &c->arena, &source, err);
    if (rc != EN_OK)
        return rc;
    f.source = source.id;
    en_json_object(j);
    en_json_kv_text(j, "entity", f.entity);
    en_json_key(j, "bits");
    en_json_bits(j, h->bits);
    en_json_key(j, "probability");
    en_json_double(j, h->probability);
    en_json_kv_str(j, "band", en_band(h->probability));
    en_json_key(j, "prior");
    en_json_double(j, c->node.prior / (double)(c->acts->identities > 0 ? c->acts->identities : 1));
    en_json_kv_text(j, "source", name);
    json_kv_texts(j, "profile", c->node.programmes, c->node.n_programmes);
    en_json_key(j, "alerts");
    en_json_array(j);
    rc = en_store_alerts_each(c->store, &f, write_alert, &(struct writing){ c, j }, err);
    en_json_array_end(j);
    en_json_key(j, "evidence");
    evidence_json(h->evidence, h->n_evidence, j);
    en_json_object_end(j);
    return rc;
}

static en_errc
note_active(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    (void)x;
    (void)err;
    *(bool *)ctx = true;
    return EN_OK;
}

/* An index that is behind knows alerts that are ended: those are no hits. */
static en_errc
leave_out_ended(struct en_call *c, const struct en_hit **hits, size_t *n, struct en_err *err)
{
    struct en_hit *kept = en_arena_array(&c->arena, *n, sizeof *kept);
    size_t k = 0;
    en_errc rc = EN_OK;

    if (*n == 0)
        return EN_OK;
    if (kept == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many hits");
    for (size_t i = 0; rc == EN_OK && i < *n; i++) {
        struct en_store_alert_filter f = { .active_only = true, .matched_only = true, .limit = 1 };
        struct en_store_source source;
        bool active = false;
        en_text name;

        EN_ASSERT(index_id_split((*hits)[i].id, &name, &f.entity));
        rc = en_store_source_by_name(c->store, name, &c->arena, &source, err);
        f.source = source.id;
        rc = rc != EN_OK ? rc : en_store_alerts_each(c->store, &f, note_active, &active, err);
        if (active)
            kept[k++] = (*hits)[i];
    }
    *hits = kept;
    *n = k;
    return rc;
}

en_errc
act_check(struct en_call *c, struct en_err *err)
{
    struct en_query_options o = EN_QUERY_OPTIONS_DEFAULT;
    const struct en_hit *hits;
    struct en_person p;
    struct en_json j;
    size_t n = 0;
    double line;
    en_bytes person = en_args_object(&c->args, "person");
    en_errc rc;

    o.top = (unsigned)en_args_int(&c->args, "top", EN_MAY, 1, 100, TOP);
    line = en_args_real(&c->args, "min_probability", 0, 1, c->node.line);
    o.prior = c->node.prior;
    if (person.n == 0)
        en_args_fault(&c->args, "person", "is missing");
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : person_typed(person, &c->arena, &p, err);
    if (rc == EN_OK && p.n_names == 0 && p.n_docs == 0)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS, "a person to check has a name or a document");
    rc = rc != EN_OK ? rc : acts_index(c->acts, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_screen(c->acts->made.ix, c->acts->q, &p, &o, &hits, &n);
    n = hits_reach(hits, n, line);
    rc = c->acts->behind ? leave_out_ended(c, &hits, &n, err) : EN_OK;
    if (rc != EN_OK)
        return rc;
    facts(c, &p, hits, n);
    rc = call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_str(&j, "traveller", "");
    en_json_key(&j, "hits");
    en_json_array(&j);
    for (size_t i = 0; rc == EN_OK && i < n; i++)
        rc = write_hit(c, &hits[i], &j, err);
    en_json_array_end(&j);
    en_json_kv_uint(&j, "identities", c->acts->identities);
    en_json_kv_bool(&j, "behind", c->acts->behind);
    en_json_object_end(&j);
    return rc != EN_OK ? rc : call_emit(c, err);
}
