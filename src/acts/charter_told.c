/*
 * charter_told.c: what is told of a version of the charter. docs/formats/json.md, "charter".
 */
#include <string.h>

#include "acts/charter.h"

void
charter_facts(const struct en_store_charter *x, struct en_json *j)
{
    en_json_kv_uint(j, "number", x->number);
    json_kv_hash(j, "hash", x->hash);
}

static en_text
member_name(const struct charters *all, const struct version *v, en_text id)
{
    const struct en_charter_member *m = en_charter_member(&v->c, id);
    const struct version *before = m == NULL ? charters_before(all, v) : NULL;

    if (before != NULL)
        m = en_charter_member(&before->c, id);
    return m != NULL ? m->name : EN_TEXT_LIT("");
}

/* --- its members -------------------------------------------------------------------------------------------------- */

static void
tell_member(const struct charters *all, const struct version *v, const struct en_charter_member *m, struct en_json *j)
{
    en_time now = all->c->now;

    en_json_object(j);
    en_json_kv_text(j, "partner", m->id);
    en_json_kv_text(j, "name", m->name);
    en_json_kv_bool(j, "organisation", m->organisation);
    en_json_kv_str(j, "country", m->country.a3);
    en_json_kv_text(j, "bloc", m->bloc);
    en_json_kv_str(j, "standing", en_standing_word(en_charter_standing(&v->c, m->id, EN_TEXT_NONE, now, NULL)));
    json_kv_time(j, "suspended", m->suspended);
    json_kv_texts(j, "sponsors", m->sponsors, m->n_sponsors);
    en_json_kv_bool(j, "relay", m->relay);
    en_json_kv_bool(j, "signed", en_charter_has_signed(&v->lines->note, m, all->keys, all->n_keys));
    en_json_kv_bool(j, "ours", en_text_is(m->id, all->own.partner));
    en_json_object_end(j);
}

/* --- what it changes ---------------------------------------------------------------------------------------------- */

static void
tell_count(const char *key, const struct en_charter_count *n, struct en_json *j)
{
    en_json_key(j, key);
    if (n->need == 0) {
        en_json_null(j);
        return;
    }
    en_json_object(j);
    en_json_kv_uint(j, "have", n->have);
    en_json_kv_uint(j, "need", n->need);
    en_json_kv_uint(j, "voters", n->voters);
    en_json_object_end(j);
}

static void
tell_changes(const struct charters *all, const struct version *v, struct en_json *j)
{
    en_json_key(j, "changes");
    en_json_array(j);
    for (size_t i = 0; v->step != NULL && i < v->step->n; i++) {
        const struct en_charter_demand *d = &v->step->demand[i];

        en_json_object(j);
        en_json_kv_str(j, "change", en_charter_change_word(d->change));
        en_json_kv_text(j, "partner", d->member);
        en_json_kv_text(j, "name", member_name(all, v, d->member));
        tell_count("before", &d->before, j);
        tell_count("after", &d->after, j);
        en_json_kv_bool(j, "own_missing", d->unsigned_);
        en_json_kv_bool(j, "met",
                        !d->unsigned_ && d->before.have >= d->before.need && d->after.have >= d->after.need);
        en_json_object_end(j);
    }
    en_json_array_end(j);
}

/* --- forks -------------------------------------------------------------------------------------------------------- */

static void
tell_signers(const struct charters *all, const struct version *v, struct en_json *j)
{
    en_json_array(j);
    for (unsigned i = 0; i < v->c.n_members; i++)
        if (en_charter_has_signed(&v->lines->note, &v->c.members[i], all->keys, all->n_keys))
            en_json_text(j, v->c.members[i].id);
    en_json_array_end(j);
}

/* Both texts with who signed which; who signed both is named by the two together. */
static void
tell_forks(const struct charters *all, const struct version *v, struct en_charter_fork *fork, struct en_json *j)
{
    en_json_key(j, "forks");
    en_json_array(j);
    for (size_t i = 0; i < all->n; i++) {
        const struct version *o = &all->v[i];

        if (o == v || o->row.state == EN_VERSION_PROPOSED || v->row.state == EN_VERSION_PROPOSED ||
            !en_charter_forked(&v->lines->note, &v->c, &o->lines->note, &o->c, fork))
            continue;
        en_json_object(j);
        json_kv_hash(j, "hash", o->c.hash);
        en_json_kv_str(j, "state", en_version_state_word(o->row.state));
        en_json_kv_bool(j, "same_previous", fork->same_previous);
        en_json_key(j, "signed_by");
        tell_signers(all, o, j);
        json_kv_texts(j, "signed_both", fork->both, fork->n_both);
        en_json_object_end(j);
    }
    en_json_array_end(j);
}

/* --- a version ---------------------------------------------------------------------------------------------------- */

static const char *
waits_for(const struct version *v)
{
    if (v->row.sign_asked != 0 && v->row.signed_by == 0)
        return "sign";
    return v->row.adopt_asked != 0 && v->row.adopted_by == 0 ? "adopt" : "";
}

static void
tell_brief(const struct charters *all, const struct version *v, struct en_json *j)
{
    const char *warning = v == all->now ? en_charter_warning(&v->c, all->c->now) : NULL;
    unsigned full = 0, has_signed = 0;

    for (unsigned i = 0; i < v->c.n_members; i++) {
        full += v->c.members[i].standing == EN_STANDING_FULL;
        has_signed += en_charter_has_signed(&v->lines->note, &v->c.members[i], all->keys, all->n_keys);
    }
    charter_facts(&v->row, j);
    if (v->c.number > 1)
        json_kv_hash(j, "previous", v->c.previous);
    else
        en_json_kv_str(j, "previous", "");
    json_kv_time(j, "date", v->c.date);
    en_json_kv_str(j, "state", en_version_state_word(v->row.state));
    en_json_kv_bool(j, "in_force", v == all->now);
    en_json_kv_bool(j, "fork", charters_forked(all, v));
    en_json_kv_uint(j, "members", v->c.n_members);
    en_json_kv_uint(j, "full", full);
    en_json_kv_uint(j, "signatures", has_signed);
    en_json_kv_bool(j, "signed", v->row.signed_by != 0);
    json_kv_time(j, "adopted", v->row.adopted);
    en_json_kv_str(j, "waits", waits_for(v));
    en_json_kv_str(j, "warning", warning != NULL ? warning : "");
}

static void
tell_thresholds(const struct en_charter *c, struct en_json *j)
{
    struct en_buf part = EN_BUF_INIT;

    en_json_key(j, "thresholds");
    en_json_object(j);
    for (unsigned t = 0; t < EN_CHARTER_THRESHOLDS; t++) {
        en_buf_reset(&part);
        en_buf_addf(&part, "%u/%u", c->threshold[t].num, c->threshold[t].den);
        en_json_kv_str(j, en_charter_threshold_word((enum en_charter_threshold)t), part.p);
    }
    en_json_object_end(j);
    en_buf_release(&part);
}

static en_errc
tell_all(const struct charters *all, struct version *v, struct en_json *j, struct en_err *err)
{
    struct en_charter_fork *fork = en_arena_alloc(&all->c->arena, sizeof *fork);
    en_errc rc = charters_judge(all, v, NULL);

    if (fork == NULL || !v->judged || (v->step == NULL && rc == EN_E_LIMIT))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the charter does not fit into the memory of an act");
    tell_thresholds(&v->c, j);
    en_json_key(j, "list");
    en_json_array(j);
    for (unsigned i = 0; i < v->c.n_members; i++)
        tell_member(all, v, &v->c.members[i], j);
    en_json_array_end(j);
    tell_changes(all, v, j);
    en_json_kv_str(j, "missing", rc != EN_OK ? v->err.text : "");
    en_json_key(j, "signed_by");
    tell_signers(all, v, j);
    tell_forks(all, v, fork, j);
    return EN_OK;
}

en_errc
charter_emit(const struct charters *all, struct version *v, bool full, struct en_err *err)
{
    struct en_json j;
    en_errc rc;

    call_record(all->c, &j);
    en_json_object(&j);
    tell_brief(all, v, &j);
    rc = full ? tell_all(all, v, &j, err) : EN_OK;
    en_json_object_end(&j);
    return rc != EN_OK ? rc : call_emit(all->c, err);
}

/* --- the status --------------------------------------------------------------------------------------------------- */

static void
tell_in_force(const struct charters *all, struct en_json *j)
{
    const struct version *v = all->now;
    en_time now = all->c->now;
    const char *warning = v != NULL ? en_charter_warning(&v->c, now) : NULL;
    enum en_standing ours = EN_STANDING_UNKNOWN;

    if (v != NULL) {
        charter_facts(&v->row, j);
        json_kv_time(j, "date", v->c.date);
        ours = en_charter_standing(&v->c, en_text_from_ours(all->own.partner), EN_TEXT_NONE, now, NULL);
    } else {
        en_json_kv_uint(j, "number", 0);
        en_json_kv_str(j, "hash", "");
        json_kv_time(j, "date", EN_TIME_NONE);
    }
    en_json_kv_uint(j, "members", v != NULL ? v->c.n_members : 0);
    en_json_kv_str(j, "standing", en_standing_word(ours));
    en_json_kv_str(j, "warning", warning != NULL ? warning : "");
}

en_errc
charter_status(struct en_call *c, struct en_json *j, struct en_err *err)
{
    uint64_t waiting = 0, newer = 0, forks = 0;
    struct charters all;
    en_errc rc = charters_load(c, &all, err);

    en_json_key(j, "charter");
    if (rc != EN_OK || all.n == 0) {
        en_json_null(j);
        return rc;
    }
    for (size_t i = 0; i < all.n; i++) {
        const struct version *v = &all.v[i];

        waiting += waits_for(v)[0] != 0;
        newer += v->row.state == EN_VERSION_HOLDS && v->c.number > (all.now != NULL ? all.now->c.number : 0);
        forks += charters_forked(&all, v) && (i == 0 || all.v[i - 1].c.number != v->c.number);
    }
    en_json_object(j);
    tell_in_force(&all, j);
    en_json_kv_uint(j, "newer", newer);
    en_json_kv_uint(j, "waiting", waiting);
    en_json_kv_uint(j, "forks", forks);
    en_json_object_end(j);
    return EN_OK;
}
