/*
 * act_protect.c: local protection flags are set and ended by a supervisor, and seen by supervisors and auditors only.
 * No act of anybody else, and nothing that leaves the node, tells that there is one.
 */
#include <string.h>

#include "acts/act.h"
#include "acts/protect.h"

/* A person looks at it again within so long. */
#define REVIEW_MOST (366 * EN_TIME_DAY)

static const char *const reasons[] = { "asylum", "minor", "ill-treatment", "other" };

static bool
is_one(en_text t, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (en_text_is(t, words[i]))
            return true;
    return false;
}

bool
sees_protections(const struct en_call *c)
{
    return (en_roles_from(c->user.role) & (1u << EN_ROLE_SUPERVISOR | 1u << EN_ROLE_AUDITOR)) != 0;
}

en_errc
json_protected(struct en_call *c, en_text entity, struct en_json *j, struct en_err *err)
{
    bool covered = false;
    en_errc rc = EN_OK;

    if (!sees_protections(c))
        return EN_OK;
    rc = protect_entity(c->store, entity, &covered, err);
    en_json_kv_bool(j, "protected", covered);
    return rc;
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

/* The traveller's name while we have it. */
static en_text
name_of(struct en_call *c, const struct en_store_protection *x)
{
    struct en_store_traveller t;

    if (x->traveller != 0 && en_store_traveller_get(c->store, x->traveller, &c->scratch, &t, NULL) == EN_OK)
        return first_name(t.person, &c->scratch);
    return EN_TEXT_LIT("");
}

static void
protection_json(struct en_call *c, const struct en_store_protection *x, struct en_json *j)
{
    en_json_object(j);
    en_json_kv_int(j, "protection", x->id);
    en_json_kv_int(j, "traveller", x->traveller);
    en_json_kv_text(j, "name", name_of(c, x));
    en_json_kv_text(j, "entity", x->entity);
    en_json_kv_text(j, "reason", x->reason);
    en_json_kv_text(j, "text", x->text);
    en_json_kv_int(j, "by", x->author);
    json_kv_time(j, "at", x->at);
    json_kv_time(j, "review", x->review);
    en_json_kv_bool(j, "due", x->review <= c->now);
    en_json_object_end(j);
}

static en_errc
tell(struct en_call *c, const struct en_store_protection *x, struct en_err *err)
{
    struct en_json j;

    call_record(c, &j);
    protection_json(c, x, &j);
    return call_emit(c, err);
}

/* --- set ---------------------------------------------------------------------------------------------------------- */

struct setting {
    int64_t hit, alert, traveller; /* which of them is not 0 */
};

/* A hit covers its traveller and its identity; an alert its identity; a traveller all hits that it has and will have.
 */
static en_errc
covers(struct en_call *c, const struct setting *of, struct en_store_protection *x, struct en_err *err)
{
    struct en_buf entity = EN_BUF_INIT;
    struct en_store_source source;
    struct en_store_traveller t;
    struct en_store_alert a;
    struct en_store_hit h;
    en_errc rc = EN_OK;

    x->entity = EN_TEXT_LIT("");
    if (of->hit != 0) {
        rc = en_store_hit_get(c->store, of->hit, &c->arena, &h, err);
        if (rc == EN_OK) {
            x->traveller = h.traveller;
            x->entity = h.entity;
        }
    } else if (of->alert != 0) {
        rc = en_store_alert_get(c->store, of->alert, &c->arena, &a, err);
        rc = rc != EN_OK ? rc : en_store_source_get(c->store, a.source, &c->arena, &source, err);
        if (rc == EN_OK) {
            index_id(source.name, a.entity, &entity);
            x->entity = en_text_dup((en_text){ entity.p, entity.n }, &c->arena);
        }
    } else {
        rc = en_store_traveller_get(c->store, of->traveller, &c->arena, &t, err);
        x->traveller = of->traveller;
    }
    en_buf_release(&entity);
    return rc == EN_E_NOT_FOUND ? err_not_found(err, of->hit != 0     ? "hit"
                                                     : of->alert != 0 ? "alert"
                                                                      : "traveller")
                                : rc;
}

en_errc
act_protect_set(struct en_call *c, struct en_err *err)
{
    struct en_args *a = &c->args;
    struct setting of = { .hit = en_args_int(a, "hit", EN_MAY, 1, INT64_MAX, 0),
                          .alert = en_args_int(a, "alert", EN_MAY, 1, INT64_MAX, 0),
                          .traveller = en_args_int(a, "traveller", EN_MAY, 1, INT64_MAX, 0) };
    struct en_store_protection x = { .reason = en_args_text(a, "reason", EN_MUST, 40),
                                     .text = en_args_text(a, "text", EN_MAY, 4000),
                                     .author = c->user.id,
                                     .at = c->now,
                                     .review = en_args_time(a, "review") };
    en_errc rc;

    if ((of.hit != 0) + (of.alert != 0) + (of.traveller != 0) != 1)
        en_args_fault(a, "hit", "or alert or traveller: one of them");
    if (x.reason.n > 0 && !is_one(x.reason, reasons, sizeof reasons / sizeof *reasons))
        en_args_fault(a, "reason", "is asylum, minor, ill-treatment or other");
    if (en_text_is(x.reason, "other") && x.text.n == 0)
        en_args_fault(a, "text", "says what the other reason is");
    if (x.review == EN_TIME_NONE || x.review <= c->now || x.review > c->now + REVIEW_MOST)
        en_args_fault(a, "review", "is a date within a year");
    rc = en_args_end(a, err);
    rc = rc != EN_OK ? rc : covers(c, &of, &x, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : en_store_protection_add(c->store, &x, &x.id, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "protection", x.id); /* whose it is, who reads the log need not know */
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : tell(c, &x, err);
}

/* --- end ---------------------------------------------------------------------------------------------------------- */

struct taking {
    struct en_arena *arena;
    struct en_store_protection x;
    bool found;
};

static en_errc
take(void *ctx, const struct en_store_protection *x, struct en_err *err)
{
    struct taking *t = ctx;

    (void)err;
    t->x = *x;
    t->x.entity = en_text_dup(x->entity, t->arena);
    t->x.reason = en_text_dup(x->reason, t->arena);
    t->x.text = en_text_dup(x->text, t->arena);
    t->found = true;
    return EN_OK;
}

en_errc
act_protect_end(struct en_call *c, struct en_err *err)
{
    static const char *const whys[] = { "over", "mistake", "renewed" };
    int64_t id = en_args_int(&c->args, "protection", EN_MUST, 1, INT64_MAX, 0);
    en_text why = en_args_text(&c->args, "reason", EN_MUST, 40);
    const struct en_store_protection_filter f = { .id = id > 0 ? id : -1 };
    struct taking t = { .arena = &c->arena };
    en_errc rc;

    if (why.n > 0 && !is_one(why, whys, sizeof whys / sizeof *whys))
        en_args_fault(&c->args, "reason", "is over, mistake or renewed");
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : en_store_protections_each(c->store, &f, take, &t, err);
    if (rc == EN_OK && !t.found)
        return err_not_found(err, "protection");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : en_store_protection_delete(c->store, id, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "protection", id);
    en_json_kv_text(&c->ev, "reason", why);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : tell(c, &t.x, err);
}

/* --- list --------------------------------------------------------------------------------------------------------- */

static en_errc
list_one(void *ctx, const struct en_store_protection *x, struct en_err *err)
{
    struct listed *l = ctx;

    return listed_names(l, x->id) ? EN_OK : tell(l->c, x, err);
}

static en_errc
list_all(const void *filter, struct listed *l, struct en_err *err)
{
    return en_store_protections_each(l->c->store, filter, list_one, l, err);
}

en_errc
act_protect_list(struct en_call *c, struct en_err *err)
{
    struct en_store_protection_filter f = { .after = en_args_int(&c->args, "after", EN_MAY, 0, INT64_MAX, 0) };
    int64_t days = en_args_int(&c->args, "due_days", EN_MAY, 0, 366, -1);
    en_errc rc;

    f.limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 100000, 1000);
    f.due = days >= 0 ? c->now + days * EN_TIME_DAY : 0;
    rc = en_args_end(&c->args, err);
    return rc != EN_OK ? rc : call_list(c, "protections", list_all, &f, err);
}
