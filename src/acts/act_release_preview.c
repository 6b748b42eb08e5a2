/*
 * act_release_preview.c: who would hold a record, why, and why not the others.
 */
#include "acts/release.h"

struct preview {
    struct en_call *c;
    const struct ours *o;
    en_text only; /* this partner; empty: all */
    struct holders narrowed;
    size_t told;
    bool emit;
};

static en_errc
preview_partner(void *ctx, const struct partner *p, struct en_err *err)
{
    struct preview *v = ctx;
    struct en_call *c = v->c;
    const struct en_release_facts facts = release_facts(c, v->o, p, true);
    struct known_delivery k = { .any = false };
    struct en_reasons no, yes, usual;
    struct en_json j;
    en_errc rc;

    if (v->only.n > 0 && !en_text_eq(v->only, p->row.partner))
        return EN_OK;
    v->told++;
    if (!v->emit)
        return EN_OK;
    rc = known_delivery(c, v->o->row.id, p->row.partner, &k, err);
    if (rc != EN_OK)
        return rc;
    release_rules(c, v->o, p, true, &no);
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_int(&j, "record", v->o->row.id);
    en_json_kv_text(&j, "partner", p->row.partner);
    en_json_kv_text(&j, "partner_name", p->row.name);
    en_json_kv_bool(&j, "may", no.n == 0);
    en_json_kv_str(&j, "delivery", k.any ? en_delivery_state_word(k.state) : "");
    en_json_kv_bool(&j, "withdraws", holders_have(&v->narrowed, p->row.partner));
    if (no.n == 0)
        en_rules_release_because(&facts, &yes);
    reasons_json(no.n == 0 ? &yes : &no, &j);
    en_rules_release_default(&facts, &usual);
    en_json_kv_bool(&j, "default", no.n == 0 && usual.n == 0);
    if (no.n == 0 && usual.n == 0)
        en_rules_release_default_because(&usual);
    reasons_json_as("default_reasons", &usual, &j);
    en_json_object_end(&j);
    return call_emit(c, err);
}

static en_errc
preview_run(struct en_call *c, struct preview *v, struct en_err *err)
{
    en_errc rc = call_begin(c, err);

    if (rc != EN_OK)
        return rc;
    holders_init(&v->narrowed, c, HOLDS);
    if (v->o->row.sender.n == 0)
        rc = holders_narrowed(c, v->o, &v->narrowed, err);
    rc = rc != EN_OK ? rc : partners_all(c, preview_partner, v, err);
    en_json_kv_int(&c->ev, "record", v->o->row.id);
    en_json_kv_uint(&c->ev, "partners", v->told);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    v->emit = true;
    rc = rc != EN_OK ? rc : partners_all(c, preview_partner, v, err);
    en_arena_release(&v->narrowed.arena);
    return rc;
}

en_errc
act_release_preview(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "record", EN_MUST, 1, INT64_MAX, 0);
    en_text to = en_args_text(&c->args, "partner", EN_MAY, EN_STORE_MAX_WORD);
    const struct partner *p = NULL;
    struct ours o;
    struct preview v = { .c = c, .o = &o };
    en_errc rc = en_args_end(&c->args, err);

    ours_init(&o);
    rc = rc != EN_OK ? rc : ours_held(c, id, &o, err);
    if (rc == EN_OK && to.n > 0)
        rc = partner_find(c, to, &p, err);
    if (p != NULL)
        v.only = p->row.partner;
    rc = rc != EN_OK ? rc : preview_run(c, &v, err);
    en_arena_release(&o.arena);
    return rc;
}
