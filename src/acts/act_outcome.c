/*
 * act_outcome.c: what became of a hit, as a draft for the originator of its alert: a sighting of the record that the
 * alert rests on. It leaves as any record does, by a release of two persons, and only if no protection stands against
 * it (protect.h).
 */
#include "acts/exchange.h"

#include <string.h>

#include <jansson.h>

#include "person/json_in.h"

struct outcome {
    struct en_call *c;
    json_t *ext, *about;
    struct en_store_hit hit;
    struct en_record of; /* the newest record that it is about */
    struct en_arena arena;
};

static en_errc
confirmed_hit(struct outcome *o, int64_t id, struct en_err *err)
{
    en_errc rc = en_store_hit_get(o->c->store, id, &o->c->arena, &o->hit, err);

    if (rc == EN_E_NOT_FOUND)
        return err_not_found(err, "hit");
    if (rc == EN_OK && (o->hit.state != EN_HIT_DECIDED || o->hit.answer != EN_ANSWER_SAME))
        return en_err_set(err, EN_E_NO, EN_NO_POS,
                          "an outcome is told of a hit that two persons have answered with same");
    return rc;
}

static en_errc
note_record(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct outcome *o = ctx;
    struct en_buf ref = EN_BUF_INIT;

    (void)err;
    if (x->bytes.n == 0 || en_stix_read(x->bytes, &o->arena, &o->of, NULL, NULL) != EN_OK)
        return EN_OK;
    en_stix_ref(&o->of, &ref);
    (void)json_array_append_new(o->about, json_stringn(ref.p, ref.n));
    en_buf_release(&ref);
    return EN_OK;
}

/* The records that the hit's alerts are. Lists are nobody's to tell. */
static en_errc
find_records(struct outcome *o, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < o->hit.n_alerts; i++) {
        const struct en_store_record_filter f = { .alert = o->hit.alerts[i].alert, .states = 1u << EN_HELD_CURRENT };

        rc = en_store_records_each(o->c->store, &f, note_record, o, err);
    }
    if (rc == EN_OK && json_array_size(o->about) == 0)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS,
                        "the alert of this hit is no partner's record: there is nobody to tell");
    return rc;
}

static void
otherwise(json_t *o, const char *member, json_t *value)
{
    if (json_object_get(o, member) == NULL)
        (void)json_object_set(o, member, value);
    json_decref(value);
}

static json_t *
time_json(en_time t)
{
    char at[EN_TIME_RFC3339_LEN + 1];

    en_time_format(t, at);
    return json_string(at);
}

/* What nobody said: met as a hit, when it was found; no freer than the alert itself, and no longer kept. */
static void
fill(struct outcome *o)
{
    const struct en_handling *h = &o->of.handling;
    json_t *handling = json_object_get(o->ext, "handling");

    if (!json_is_object(handling)) {
        handling = json_object();
        (void)json_object_set_new(o->ext, "handling", handling);
    }
    otherwise(handling, "tlp", json_string(en_tlp_word(h->tlp)));
    otherwise(handling, "onward", json_string("none"));
    if (h->purpose.n > 0)
        otherwise(handling, "purpose", json_stringn(h->purpose.p, h->purpose.n));
    if (h->destroy != EN_TIME_NONE)
        otherwise(handling, "destroy", time_json(h->destroy));
    otherwise(o->ext, "met", json_string("hit"));
    otherwise(o->ext, "first", time_json(o->hit.created));
    (void)json_object_set(o->ext, "about", o->about);
}

static en_errc
draft(struct outcome *o, struct en_err *err)
{
    struct en_call *c = o->c;
    struct en_store_record x;
    struct written w;
    en_errc rc;

    written_init(&w);
    rc = record_write(c, EN_RECORD_SIGHTING, EN_TEXT_NONE, 1, c->now, o->ext, &w, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK) {
        record_row(c, &w, &x);
        en_json_kv_int(&c->ev, "hit", o->hit.id);
        rc = record_add_and_tell(c, &x, err);
    }
    written_release(&w);
    return rc;
}

en_errc
act_record_outcome(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "hit", EN_MUST, 1, INT64_MAX, 0);
    en_bytes members = en_args_object(&c->args, "record");
    struct outcome o = { .c = c, .about = json_array() };
    en_errc rc;

    if (members.n > 0 && en_json_in_object(members, EN_STIX_OBJECT_MAX, &o.ext, NULL, NULL) != EN_OK)
        en_args_fault(&c->args, "record", "is an object with what a sighting says");
    record_refuse_own(&c->args, "record", o.ext);
    if (o.ext == NULL)
        o.ext = json_object();
    if (json_object_get(o.ext, "about") != NULL)
        en_args_fault(&c->args, "record", "says what it is about by its hit");
    rc = en_args_end(&c->args, err);
    en_arena_init(&o.arena, 4u * RECORD_ARENA);
    rc = rc != EN_OK ? rc : confirmed_hit(&o, id, err);
    rc = rc != EN_OK ? rc : find_records(&o, err);
    if (rc == EN_OK) {
        fill(&o);
        rc = draft(&o, err);
    }
    json_decref(o.about);
    json_decref(o.ext);
    en_arena_release(&o.arena);
    return rc;
}
