/*
 * act_release.c: who gets a record: proposed by one person, approved by another.
 */
#include "acts/release.h"

#include <stdlib.h>
#include <string.h>

#include "acts/onward.h"

/* --- telling ------------------------------------------------------------------------------------------------------ */

static en_errc
release_json(struct en_call *c, const struct en_store_release *x, struct en_json *j, struct en_err *err)
{
    const char *consent;
    en_errc rc = onward_word(c, x, &consent, err);

    en_json_object(j);
    en_json_kv_int(j, "release", x->id);
    en_json_kv_int(j, "record", x->record);
    en_json_kv_str(j, "state", en_release_state_word(x->state));
    en_json_kv_bool(j, "alone", x->alone);
    en_json_kv_int(j, "proposed_by", x->proposed_by);
    json_kv_time(j, "proposed", x->proposed);
    en_json_kv_int(j, "decided_by", x->decided_by);
    json_kv_time(j, "decided", x->decided);
    en_json_kv_text(j, "reason", x->reason);
    en_json_kv_str(j, "consent", rc == EN_OK ? consent : "");
    en_json_key(j, "to");
    en_json_array(j);
    for (size_t i = 0; rc == EN_OK && i < x->n_roster; i++) {
        en_text name;

        rc = partner_name(c, en_text_from_ours(x->roster[i].partner), &name, err);
        en_json_object(j);
        en_json_kv_str(j, "partner", x->roster[i].partner);
        en_json_kv_text(j, "partner_name", name);
        en_json_object_end(j);
    }
    en_json_array_end(j);
    en_json_object_end(j);
    return rc;
}

static en_errc
tell_release(struct en_call *c, int64_t id, struct en_err *err)
{
    struct en_store_release x;
    struct en_json j;
    en_errc rc = en_store_release_get(c->store, id, &c->arena, &x, err);

    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    rc = release_json(c, &x, &j, err);
    return rc != EN_OK ? rc : call_emit(c, err);
}

static en_errc
list_one(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    struct listed *l = ctx;
    struct en_json j;
    en_errc rc;

    if (listed_names(l, x->id))
        return EN_OK;
    call_record(l->c, &j);
    rc = release_json(l->c, x, &j, err);
    return rc != EN_OK ? rc : call_emit(l->c, err);
}

static en_errc
list_all(const void *filter, struct listed *l, struct en_err *err)
{
    return en_store_releases_each(l->c->store, filter, list_one, l, err);
}

en_errc
act_release_list(struct en_call *c, struct en_err *err)
{
    struct en_store_release_filter f = { .record = en_args_int(&c->args, "record", EN_MAY, 1, INT64_MAX, 0) };
    bool waiting = en_args_bool(&c->args, "waiting");
    en_errc rc;

    f.limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 100000, 1000);
    f.states = waiting ? 1u << EN_RELEASE_PROPOSED : 0;
    rc = en_args_end(&c->args, err);
    return rc != EN_OK ? rc : call_list(c, "releases", list_all, &f, err);
}

/* --- proposing ---------------------------------------------------------------------------------------------------- */

static en_errc
propose_to(struct en_call *c, const struct ours *o, const en_text *to, size_t n_to, struct en_store_roster *roster,
           size_t *n, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < n_to; i++) {
        struct known_delivery k = { .any = false };
        const struct partner *p;

        rc = partner_find(c, to[i], &p, err);
        rc = rc != EN_OK ? rc : release_judge(c, o, p, err);
        if (rc == EN_OK) {
            rc = known_delivery(c, o->row.id, p->row.partner, &k, err);
        }
        if (rc == EN_OK && k.any)
            rc = en_err_set(err, EN_E_NO, EN_NO_POS, "this version was released to %.*s before",
                            EN_TEXT_ARG(p->row.name));
        if (rc == EN_OK && en_text_eq(p->row.partner, o->row.originator))
            rc = en_err_set(err, EN_E_NO, EN_NO_POS, "%.*s is its originator", EN_TEXT_ARG(p->row.name));
        if (rc == EN_OK)
            roster_add(c, roster, n, p->row.partner);
    }
    return rc;
}

en_errc
act_release_propose(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "record", EN_MUST, 1, INT64_MAX, 0);
    const en_text *to;
    size_t n_to = en_args_texts(&c->args, "to", EN_ENVELOPE_ROSTER_MAX, EN_STORE_MAX_WORD, &to);
    struct en_store_roster *roster = en_xcalloc(EN_ENVELOPE_ROSTER_MAX, sizeof *roster);
    struct en_store_release x = { .state = EN_RELEASE_PROPOSED,
                                  .proposed_by = c->user.id,
                                  .proposed = c->now,
                                  .decided = EN_TIME_NONE,
                                  .roster = roster };
    struct ours o;
    en_errc rc;

    if (n_to == 0)
        en_args_fault(&c->args, "to", "names at least one partner");
    for (size_t i = 0; i < n_to; i++)
        if (to[i].n == 0)
            en_args_fault(&c->args, "to", "has an empty name among the partners: that is nobody");
    rc = en_args_end(&c->args, err);
    ours_init(&o);
    rc = rc != EN_OK ? rc : ours_held(c, id, &o, err);
    o.consent = o.row.sender.n > 0; /* it is asked, if it must be */
    if (rc == EN_OK && o.consent && n_to > 1)
        rc = en_err_set(err, EN_E_USAGE, EN_NO_POS,
                        "another's record is passed on to one partner at a time: its originator answers for each");
    rc = rc != EN_OK ? rc : propose_to(c, &o, to, n_to, roster, &x.n_roster, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    x.record = id;
    if (rc == EN_OK && o.consent)
        rc = onward_propose(c, &o.row, &o.record, &x, err);
    rc = rc != EN_OK ? rc : en_store_release_add(c->store, &x, &x.id, err);
    if (rc == EN_OK) {
        en_json_kv_int(&c->ev, "release", x.id);
        en_json_kv_int(&c->ev, "record", id);
        json_kv_hash(&c->ev, "hash", o.row.hash);
        if (o.row.alert != 0)
            en_json_kv_int(&c->ev, "alert", o.row.alert);
        en_json_kv_uint(&c->ev, "partners", x.n_roster);
        roster_fact(c, &x);
        rc = call_commit(c, err);
    }
    rc = rc != EN_OK ? rc : tell_release(c, x.id, err);
    en_arena_release(&o.arena);
    free(roster);
    return rc == EN_OK ? en_err_set(err, EN_E_SECOND, EN_NO_POS,
                                    "a second person approves it: entente release approve %lld", (long long)x.id)
                       : rc;
}

/* --- deciding ----------------------------------------------------------------------------------------------------- */

static en_errc
waiting_release(struct en_call *c, int64_t id, struct en_store_release *x, struct en_err *err)
{
    en_errc rc = en_store_release_get(c->store, id, &c->arena, x, err);

    if (rc == EN_E_NOT_FOUND)
        return err_not_found(err, "release");
    if (rc == EN_OK && x->state != EN_RELEASE_PROPOSED)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this release was %s before", en_release_state_word(x->state));
    return rc;
}

/*= exchange-rules 3: who proposes does not approve; nor does who wrote the record. Keys are compared, not names. */
static en_errc
second_person(struct en_call *c, const struct ours *o, const struct en_store_release *x, struct en_err *err)
{
    struct en_store_user proposer;
    struct en_reasons no;
    bool same;
    en_errc rc = en_store_user_get(c->store, x->proposed_by, &c->arena, &proposer, err);

    if (rc != EN_OK)
        return rc;
    same = memcmp(proposer.key, c->user.key, sizeof proposer.key) == 0;
    en_rules_release_approval(x->proposed_by, same ? x->proposed_by : c->user.id, x->n_roster, &no);
    if (no.n == 0 && o->row.author == c->user.id)
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "who wrote a record does not approve its release (exchange-rules 3)");
    return no.n == 0 ? EN_OK : en_err_set(err, EN_E_RULE, EN_NO_POS, "%s (%s)", no.v[0]->text, no.v[0]->clause);
}

static en_errc
still_allowed(struct en_call *c, const struct ours *o, const struct en_store_release *x, struct en_err *err)
{
    en_errc rc = o->row.state == EN_HELD_DRAFT || o->row.state == EN_HELD_CURRENT
                     ? EN_OK
                     : en_err_set(err, EN_E_RULE, EN_NO_POS, "the record is %s by now", en_held_word(o->row.state));

    for (size_t i = 0; rc == EN_OK && i < x->n_roster; i++) {
        const struct partner *p;

        rc = partner_by_id(c, en_text_from_ours(x->roster[i].partner), &p, err);
        if (rc == EN_OK && p == NULL)
            return err_not_found(err, "partner");
        rc = rc != EN_OK ? rc : release_judge(c, o, p, err);
    }
    return rc;
}

/* In the transaction of an approval: who holds an older version and may not have this one is to forget it. */
static en_errc
take_back(struct en_call *c, const struct ours *o, struct en_err *err)
{
    int64_t withdrawal = 0;
    struct holders h;
    en_errc rc;

    holders_init(&h, c, HOLDS);
    rc = holders_narrowed(c, o, &h, err);
    if (rc == EN_OK && h.n > 0) {
        rc = withdrawal_send(c, o, &h, "other", &withdrawal, err);
        en_json_kv_int(&c->ev, "withdrawal", withdrawal);
    }
    en_arena_release(&h.arena);
    return rc;
}

/* What becomes of the record that is released for the first time. */
static en_errc
comes_into_force(struct en_call *c, struct ours *o, struct en_err *err)
{
    en_errc rc = release_drop_others(c, &o->row, 1u << EN_HELD_CURRENT | 1u << EN_HELD_DRAFT, EN_HELD_SUPERSEDED, err);

    o->row.state = EN_HELD_CURRENT;
    o->row.changed = c->now;
    return rc != EN_OK ? rc : en_store_record_change(c->store, &o->row, err);
}

/* Another's record: what its originator has signed stays as it came. */
static en_errc
approve_onward(struct en_call *c, const struct ours *o, struct en_store_release *x, struct en_err *err)
{
    en_errc rc = call_begin(c, err);

    x->state = EN_RELEASE_APPROVED;
    x->decided_by = c->user.id;
    x->decided = c->now;
    rc = rc != EN_OK ? rc : en_store_release_change(c->store, x, err);
    return rc != EN_OK ? rc : release_queue(c, &o->row, x, err);
}

static en_errc
approve(struct en_call *c, struct ours *o, struct en_store_release *x, const struct en_store_question *q,
        struct en_err *err)
{
    struct en_store_roster *roster = en_xcalloc(EN_ENVELOPE_ROSTER_MAX, sizeof *roster);
    const struct en_node_keys *keys;
    struct en_buf bytes = EN_BUF_INIT;
    uint8_t sig[EN_SEAL_SIG_LEN];
    en_errc rc = exchange_keys(c, &keys, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK) {
        memcpy(roster, x->roster, x->n_roster * sizeof *roster);
        release_sign(keys, &o->row, roster, x->n_roster, &bytes, sig);
        x->roster = roster;
        x->state = EN_RELEASE_APPROVED;
        x->decided_by = c->user.id;
        x->decided = c->now;
        x->bytes = en_buf_bytes(&bytes);
        x->signature = en_bytes_from(sig, sizeof sig);
        rc = en_store_release_change(c->store, x, err);
    }
    if (rc == EN_OK && q->id != 0) {
        rc = onward_grant(c, q, &o->row, x, err);
    } else {
        rc = rc != EN_OK ? rc : release_queue(c, &o->row, x, err);
        rc = rc != EN_OK ? rc : take_back(c, o, err);
        rc = rc != EN_OK ? rc : comes_into_force(c, o, err);
    }
    en_buf_release(&bytes);
    free(roster);
    return rc;
}

static en_errc
commit_release(struct en_call *c, const struct en_store_release *x, const struct ours *o, struct en_err *err)
{
    en_errc rc;

    en_json_kv_int(&c->ev, "release", x->id);
    en_json_kv_int(&c->ev, "record", x->record);
    json_kv_hash(&c->ev, "hash", o->row.hash);
    if (o->row.alert != 0)
        en_json_kv_int(&c->ev, "alert", o->row.alert);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : tell_release(c, x->id, err);
}

en_errc
act_release_approve(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "release", EN_MUST, 1, INT64_MAX, 0);
    struct en_store_question q = { .id = 0 };
    struct en_store_release x;
    struct ours o;
    en_errc rc = en_args_end(&c->args, err);

    ours_init(&o);
    rc = rc != EN_OK ? rc : waiting_release(c, id, &x, err);
    rc = rc != EN_OK ? rc : ours_held(c, x.record, &o, err);
    rc = rc != EN_OK ? rc : second_person(c, &o, &x, err);
    rc = rc != EN_OK ? rc : onward_question(c, id, &q, err);
    o.consent = rc == EN_OK && onward_allowed(&x);
    o.consenting = q.id != 0;
    if (rc == EN_OK && o.row.sender.n > 0 && !o.consent)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS,
                        x.reason.n > 0 ? "its originator does not let it go on (exchange-rules 2)"
                                       : "its originator has not answered yet (exchange-rules 2)");
    rc = rc != EN_OK ? rc : still_allowed(c, &o, &x, err);
    if (rc == EN_OK)
        rc = o.row.sender.n > 0 ? approve_onward(c, &o, &x, err) : approve(c, &o, &x, &q, err);
    rc = rc != EN_OK ? rc : commit_release(c, &x, &o, err);
    en_arena_release(&o.arena);
    return rc;
}

en_errc
act_release_reject(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "release", EN_MUST, 1, INT64_MAX, 0);
    en_text reason = en_args_text(&c->args, "reason", EN_MUST, EN_STORE_MAX_WORD);
    struct en_store_question q = { .id = 0 };
    struct en_store_release x;
    struct ours o;
    en_errc rc = en_args_end(&c->args, err);

    ours_init(&o);
    rc = rc != EN_OK ? rc : waiting_release(c, id, &x, err);
    rc = rc != EN_OK ? rc : en_store_record_get(c->store, x.record, &o.arena, &o.row, err);
    rc = rc != EN_OK ? rc : onward_question(c, id, &q, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK) {
        x.state = EN_RELEASE_REJECTED;
        x.decided_by = c->user.id;
        x.decided = c->now;
        x.reason = reason;
        rc = en_store_release_change(c->store, &x, err);
    }
    if (rc == EN_OK && q.id != 0)
        rc = onward_reopen(c, &q, err);
    rc = rc != EN_OK ? rc : commit_release(c, &x, &o, err);
    en_arena_release(&o.arena);
    return rc;
}

/* The first of two persons says that another may pass it on. */
en_errc
act_question_consent(struct en_call *c, struct en_err *err)
{
    const struct en_store_question_filter f = { .id = en_args_int(&c->args, "question", EN_MUST, 1, INT64_MAX, -1) };
    struct en_store_roster roster[1] = { { .place = 0 } };
    struct en_store_release x = { .state = EN_RELEASE_PROPOSED,
                                  .proposed_by = c->user.id,
                                  .proposed = c->now,
                                  .decided = EN_TIME_NONE,
                                  .roster = roster };
    const struct partner *p = NULL;
    struct en_store_question q;
    struct ours o;
    en_errc rc = en_args_end(&c->args, err);

    ours_init(&o);
    rc = rc != EN_OK ? rc : onward_one(c, &f, &q, err);
    if (rc == EN_OK && q.state != EN_QUESTION_ASKED && q.state != EN_QUESTION_DENIED)
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "this question is %s", en_question_state_word(q.state));
    rc = rc != EN_OK ? rc : ours_get(c, q.record, &o, err);
    rc = rc != EN_OK ? rc : partner_by_id(c, q.target, &p, err);
    o.consenting = true;
    if (rc == EN_OK)
        rc = p != NULL ? release_judge(c, &o, p, err)
                       : en_err_set(err, EN_E_RULE, EN_NO_POS, "who would get it is not known here (exchange-rules 1)");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK) {
        x.record = q.record;
        roster_add(c, roster, &x.n_roster, q.target);
        rc = en_store_release_add(c->store, &x, &x.id, err);
    }
    if (rc == EN_OK) {
        q.state = EN_QUESTION_PROPOSED;
        q.release = x.id;
        q.reason = EN_TEXT_LIT("");
        q.changed = c->now;
        rc = en_store_question_change(c->store, &q, err);
    }
    if (rc == EN_OK) {
        en_json_kv_int(&c->ev, "question", q.id);
        en_json_kv_uint(&c->ev, "partners", x.n_roster);
        roster_fact(c, &x);
        rc = commit_release(c, &x, &o, err);
    }
    en_arena_release(&o.arena);
    return rc == EN_OK ? en_err_set(err, EN_E_SECOND, EN_NO_POS,
                                    "a second person approves it: entente release approve %lld", (long long)x.id)
                       : rc;
}
