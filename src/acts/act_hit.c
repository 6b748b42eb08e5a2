/*
 * act_hit.c: hits are read and decided.
 *
 * The life of a hit (en_hit_state):
 *
 *                      decide: one person is enough
 *      NEW ------------------------------------------------> DECIDED
 *       |                                                       ^
 *       | decide: needs a second person      another key, the same answer
 *       +-----------------> PENDING ----------------------------+
 *                            |    ^
 *                            +----+  another key, another answer: a third person is needed
 *
 *      (found with a clearance from before) --> CLEARED
 *      (its alert changes, and it was not "same") --> NEW, in hits.c
 *      NEW, PENDING (the last of its alerts ends, is withdrawn or destroyed) --> ENDED, in forget.c
 *
 * The second person answers without being told the first answer.
 */
#include <stdlib.h>
#include <string.h>

#include "acts/act.h"
#include "base/hash.h"
#include "casework/verdict.h"
#include "rules/rules.h"

/*
 * Reasons of the store's own: this "different" is to be remembered; and which versions of the alerts the answer is
 * about
 * ("about:" and the head of a hash). An answer about other versions does not count towards two persons.
 */
#define REMEMBER  "remember"
#define ABOUT     "about:"
#define ABOUT_LEN (sizeof ABOUT - 1 + 16)

/* --- list --------------------------------------------------------------------------------------------------------- */

struct ids {
    int64_t *at;
    size_t n, cap;
    struct en_arena *arena;
    struct en_call *c;
};

static en_errc
note_id(void *ctx, const struct en_store_hit *h, struct en_err *err)
{
    struct ids *l = ctx;

    if (!en_arena_grow(l->arena, &l->at, &l->cap, l->n + 1, sizeof *l->at))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many hits for one answer; give --limit");
    l->at[l->n++] = h->id;
    en_json_int(&l->c->ev, h->id);
    return EN_OK;
}

static en_errc
traveller_brief(struct en_call *c, int64_t id, struct en_json *j, bool full, struct en_err *err)
{
    struct en_store_traveller t;
    en_errc rc = en_store_traveller_get(c->store, id, &c->scratch, &t, err);

    if (rc != EN_OK)
        return rc;
    en_json_kv_text(j, "traveller", t.external);
    en_json_kv_text(j, "name", first_name(t.person, &c->scratch));
    en_json_kv_text(j, "flight", t.flight);
    json_kv_time(j, "arrives", t.arrives);
    en_json_kv_int(j, "manifest", t.manifest);
    en_json_kv_text(j, "legal_basis", c->node.legal_basis);
    if (full) {
        en_json_key(j, "person");
        en_json_raw(j, t.person);
    }
    return EN_OK;
}

static en_errc
emit_hit(struct en_call *c, int64_t id, struct en_err *err)
{
    struct en_store_hit h;
    struct en_json j;
    en_errc rc;

    call_record(c, &j);
    rc = en_store_hit_get(c->store, id, &c->scratch, &h, err);
    if (rc != EN_OK)
        return rc;
    en_json_object(&j);
    rc = traveller_brief(c, h.traveller, &j, false, err);
    en_json_key(&j, "hit");
    rc = rc != EN_OK ? rc : record_hit_brief(c, &h, &j, err);
    en_json_object_end(&j);
    return rc != EN_OK ? rc : call_emit(c, err);
}

static unsigned
states_of(struct en_args *a)
{
    const en_text *words;
    size_t n = en_args_texts(a, "states", EN_HIT_STATES, 20, &words);
    unsigned bits = 0;

    for (size_t i = 0; i < n; i++) {
        enum en_hit_state st;

        if (en_hit_state_from(words[i], &st))
            bits |= 1u << st;
        else if (!en_text_is(words[i], "all"))
            en_args_fault(a, "states", "are new, pending, decided, cleared, ended or all");
        else
            bits = (1u << EN_HIT_STATES) - 1;
    }
    /* The work that is left, and what was marked as cleared: it is shown, and whoever lists it may look. */
    return bits != 0 ? bits : ((1u << EN_HIT_STATES) - 1) & ~(1u << EN_HIT_DECIDED);
}

/* Those that rest on nothing any more come behind all others: they do not wait for anybody. */
static en_errc
find_hits(struct en_call *c, struct en_store_hit_filter f, struct ids *l, struct en_err *err)
{
    const unsigned ended = 1u << EN_HIT_ENDED, states = f.states;
    struct en_store_hit at = { .state = EN_HIT_NEW };
    en_errc rc = EN_OK;

    if (f.after != 0 && en_store_hit_get(c->store, f.after, &c->scratch, &at, NULL) != EN_OK)
        at.state = EN_HIT_NEW;
    f.states = states & ~ended;
    if (f.states != 0 && at.state != EN_HIT_ENDED) {
        rc = en_store_hits_each(c->store, &f, note_id, l, err);
        f.after = 0;
    }
    f.states = states & ended;
    f.limit -= l->n;
    return rc != EN_OK || f.states == 0 || f.limit == 0 ? rc : en_store_hits_each(c->store, &f, note_id, l, err);
}

en_errc
act_hit_list(struct en_call *c, struct en_err *err)
{
    struct en_store_hit_filter f = { .by_probability = true };
    struct ids l = { .arena = &c->arena, .c = c };
    en_errc rc;

    f.states = states_of(&c->args);
    f.manifest = en_args_int(&c->args, "manifest", EN_MAY, 1, INT64_MAX, 0);
    f.min_probability = en_args_real(&c->args, "min_probability", 0, 1, 0);
    f.after = en_args_int(&c->args, "after", EN_MAY, 0, INT64_MAX, 0);
    f.limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 10000, 100);
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_uint(&c->ev, "states", f.states);
    en_json_kv_int(&c->ev, "manifest", f.manifest);
    en_json_key(&c->ev, "hits");
    en_json_array(&c->ev);
    rc = find_hits(c, f, &l, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    for (size_t i = 0; rc == EN_OK && i < l.n; i++)
        rc = emit_hit(c, l.at[i], err);
    return rc;
}

/* --- export: decided hits as whoever learns tables reads them, docs/formats/decided.md ---------------------------- */

/* The alert that it was decided about, as it was then; NULL and why where it is not there any more. */
static en_errc
decided_about(struct en_call *c, const struct en_store_hit *h, struct en_store_alert *x, const char **left_out,
              struct en_err *err)
{
    en_errc rc = EN_OK;

    *left_out = "the alert is not here any more, or says something else";
    for (size_t i = 0; rc == EN_OK && i < h->n_alerts; i++) {
        rc = en_store_alert_get(c->store, h->alerts[i].alert, &c->scratch, x, err);
        if (rc == EN_OK && memcmp(x->hash, h->alerts[i].hash, EN_SHA256_LEN) == 0) {
            *left_out = NULL;
            return EN_OK;
        }
        rc = rc == EN_E_NOT_FOUND ? EN_OK : rc;
    }
    return rc;
}

static en_errc
emit_decided(struct en_call *c, int64_t id, struct en_err *err)
{
    struct en_store_traveller t = { .id = 0 };
    struct en_store_alert x = { .id = 0 };
    const char *left_out = NULL;
    struct en_store_hit h;
    struct en_json j;
    en_errc rc;

    call_record(c, &j);
    rc = en_store_hit_get(c->store, id, &c->scratch, &h, err);
    rc = rc != EN_OK ? rc : decided_about(c, &h, &x, &left_out, err);
    rc = rc != EN_OK ? rc : en_store_traveller_get(c->store, h.traveller, &c->scratch, &t, err);
    if (rc != EN_OK)
        return rc;
    en_json_object(&j);
    en_json_kv_int(&j, "hit", h.id);
    en_json_kv_str(&j, "answer", en_answer_word(h.answer));
    if (left_out != NULL) {
        en_json_kv_str(&j, "left_out", left_out);
    } else {
        en_json_key(&j, "prior");
        en_json_double(&j, h.prior);
        en_json_kv_text(&j, "engine", h.engine);
        en_json_kv_int(&j, "traveller", h.traveller);
        en_json_key(&j, "person");
        en_json_raw(&j, t.person);
        en_json_key(&j, "alert");
        en_json_raw(&j, x.identity);
    }
    en_json_object_end(&j);
    return call_emit(c, err);
}

en_errc
act_hit_export(struct en_call *c, struct en_err *err)
{
    struct en_store_hit_filter f = { .states = 1u << EN_HIT_DECIDED,
                                     .answers = 1u << EN_ANSWER_SAME | 1u << EN_ANSWER_DIFFERENT };
    struct ids l = { .arena = &c->arena, .c = c };
    en_errc rc;

    f.after = en_args_int(&c->args, "after", EN_MAY, 0, INT64_MAX, 0);
    f.limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 10000, 1000);
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "hits");
    en_json_array(&c->ev);
    rc = en_store_hits_each(c->store, &f, note_id, &l, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    for (size_t i = 0; rc == EN_OK && i < l.n; i++)
        rc = emit_decided(c, l.at[i], err);
    return rc;
}

/* --- show --------------------------------------------------------------------------------------------------------- */

struct telling {
    struct en_call *c;
    struct en_json *j;
    bool blind; /* say who decided, not what */
};

static bool
is_about(en_text reason)
{
    return reason.n == ABOUT_LEN && memcmp(reason.p, ABOUT, sizeof ABOUT - 1) == 0;
}

static void
tell_reasons(const struct en_store_decision *d, struct en_json *j)
{
    en_json_key(j, "reasons");
    en_json_array(j);
    for (size_t i = 0; i < d->n_reasons; i++)
        if (!is_about(d->reasons[i]))
            en_json_text(j, d->reasons[i]);
    en_json_array_end(j);
}

static en_errc
tell_decision(void *ctx, const struct en_store_decision *d, struct en_err *err)
{
    struct telling *t = ctx;
    bool hide = t->blind && d->actor != t->c->user.id;

    (void)err;
    en_json_object(t->j);
    en_json_kv_int(t->j, "decision", d->id);
    en_json_kv_int(t->j, "by", d->actor);
    json_kv_time(t->j, "at", d->at);
    en_json_kv_bool(t->j, "hidden", hide);
    if (!hide) {
        en_json_kv_str(t->j, "answer", en_answer_word(d->answer));
        tell_reasons(d, t->j);
        en_json_kv_text(t->j, "text", d->text);
    }
    if (d->second != 0) {
        en_json_kv_int(t->j, "second", d->second);
        json_kv_time(t->j, "second_at", d->second_at);
    }
    en_json_object_end(t->j);
    return EN_OK;
}

static en_errc
alert_sides(struct en_call *c, const struct en_store_hit *h, struct en_json *j, struct en_err *err)
{
    en_errc rc = EN_OK;

    en_json_key(j, "identities");
    en_json_array(j);
    for (size_t i = 0; rc == EN_OK && i < h->n_alerts; i++) {
        struct en_store_alert x;

        rc = en_store_alert_get(c->store, h->alerts[i].alert, &c->scratch, &x, err);
        if (rc == EN_OK)
            rc = record_alert(c, &x, true, j, err);
        else if (rc == EN_E_NOT_FOUND)
            rc = EN_OK; /* its destroy date came */
    }
    en_json_array_end(j);
    return rc;
}

static en_errc
emit_hit_full(struct en_call *c, const struct en_store_hit *h, struct en_err *err)
{
    struct en_json j;
    struct telling t = { c, &j, h->state == EN_HIT_PENDING };
    en_errc rc;

    call_record(c, &j);
    en_json_object(&j);
    rc = traveller_brief(c, h->traveller, &j, true, err);
    en_json_key(&j, "hit");
    rc = rc != EN_OK ? rc : record_hit_brief(c, h, &j, err);
    rc = rc != EN_OK ? rc : json_protected(c, h->entity, &j, err);
    rc = rc != EN_OK ? rc : alert_sides(c, h, &j, err);
    en_json_key(&j, "decisions");
    en_json_array(&j);
    rc = rc != EN_OK ? rc : en_store_decisions_each(c->store, h->id, tell_decision, &t, err);
    en_json_array_end(&j);
    en_json_object_end(&j);
    return rc != EN_OK ? rc : call_emit(c, err);
}

static en_errc
get_hit(struct en_call *c, int64_t id, struct en_store_hit *h, struct en_err *err)
{
    en_errc rc = en_store_hit_get(c->store, id, &c->arena, h, err);

    return rc == EN_E_NOT_FOUND ? err_not_found(err, "hit") : rc;
}

en_errc
act_hit_show(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "hit", EN_MUST, 1, INT64_MAX, 0);
    struct en_store_hit h;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : get_hit(c, id, &h, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "hit", id);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : emit_hit_full(c, &h, err);
}

/* --- decide ------------------------------------------------------------------------------------------------------- */

struct deciding {
    struct en_call *c;
    struct en_store_hit hit;
    struct en_store_traveller traveller;
    struct en_store_decision mine;
    enum en_rules_answer answer;
    bool remember;
    struct en_store_decision match; /* an open decision of another key with the same answer; id 0: none */
    bool matches_remember, is_author, open_other;
    char about[ABOUT_LEN + 1];
};

static const enum en_answer answers[] = {
    [EN_RULES_SAME] = EN_ANSWER_SAME,
    [EN_RULES_DIFFERENT] = EN_ANSWER_DIFFERENT,
    [EN_RULES_CANNOT_TELL] = EN_ANSWER_CANNOT_TELL,
};

static bool
has_reason(const struct en_store_decision *d, en_text reason)
{
    for (size_t i = 0; i < d->n_reasons; i++)
        if (en_text_eq(d->reasons[i], reason))
            return true;
    return false;
}

/* Which versions of which alerts the hit shows. */
static void
write_about(struct deciding *d)
{
    uint8_t hash[EN_SHA256_LEN] = { 0 };

    for (size_t i = 0; i < d->hit.n_alerts; i++)
        en_sha256_2(en_bytes_from(hash, sizeof hash), en_bytes_from(d->hit.alerts[i].hash, EN_SHA256_LEN), hash);
    memcpy(d->about, ABOUT, sizeof ABOUT - 1);
    en_hex(hash, (ABOUT_LEN - (sizeof ABOUT - 1)) / 2, d->about + sizeof ABOUT - 1);
}

static en_errc
read_decision(struct deciding *d, struct en_err *err)
{
    struct en_args *a = &d->c->args;
    int64_t id = en_args_int(a, "hit", EN_MUST, 1, INT64_MAX, 0);
    en_text word = en_args_text(a, "answer", EN_MUST, 20);
    const en_text *reasons;
    size_t n = en_args_texts(a, "reasons", 20, 40, &reasons);
    const struct en_reason *no;
    en_text *with;
    en_errc rc;

    d->mine.text = en_args_text(a, "text", EN_MAY, 4000);
    d->remember = en_args_bool(a, "remember");
    if (!en_answer_from(word, &d->mine.answer))
        en_args_fault(a, "answer", "is same, different or cannot-tell");
    for (unsigned i = 0; i < sizeof answers / sizeof *answers; i++)
        if (answers[i] == d->mine.answer)
            d->answer = (enum en_rules_answer)i;
    if (d->remember && d->answer != EN_RULES_DIFFERENT)
        en_args_fault(a, "remember", "goes with different only");
    rc = en_args_end(a, err);
    if (rc != EN_OK)
        return rc;
    no = en_rules_decision(d->answer, reasons, n, d->mine.text.n > 0);
    if (no != NULL)
        return en_err_set(err, EN_E_USAGE, EN_NO_POS, "%s", no->text);
    rc = get_hit(d->c, id, &d->hit, err);
    if (rc != EN_OK)
        return rc;
    write_about(d);
    with = en_arena_array(&d->c->arena, n + 2, sizeof *with);
    EN_ASSERT(with != NULL);
    memcpy(with, reasons, n * sizeof *with);
    if (d->remember)
        with[n++] = EN_TEXT_LIT(REMEMBER);
    with[n++] = (en_text){ d->about, ABOUT_LEN };
    d->mine.reasons = with;
    d->mine.n_reasons = n;
    return EN_OK;
}

/* Compares keys and not names: two names with one key are one person. The store keeps keys unique, disabled users
 * included. */
static en_errc
look_at_decision(void *ctx, const struct en_store_decision *x, struct en_err *err)
{
    struct deciding *d = ctx;
    struct en_store_user author;
    en_errc rc;

    if (x->second != 0 || !has_reason(x, (en_text){ d->about, ABOUT_LEN }))
        return EN_OK;
    rc = en_store_user_get(d->c->store, x->actor, &d->c->arena, &author, err);
    if (rc != EN_OK)
        return rc;
    if (memcmp(author.key, d->c->user.key, EN_KEY_LEN) == 0) {
        d->is_author = true;
        return EN_OK;
    }
    d->open_other = true;
    if (x->answer == d->mine.answer && d->match.id == 0) {
        d->match = (struct en_store_decision){ .id = x->id, .answer = x->answer, .actor = x->actor };
        d->matches_remember = has_reason(x, EN_TEXT_LIT(REMEMBER));
    }
    return EN_OK;
}

static int32_t
first_document_ends(const struct en_person *p)
{
    int32_t first = INT32_MIN;

    for (size_t i = 0; i < p->n_docs; i++)
        if (p->docs[i].expires != INT32_MIN && (first == INT32_MIN || p->docs[i].expires < first))
            first = p->docs[i].expires;
    return first;
}

/* Every answer is remembered for as long as its hit would be; a clearance for as long as two persons may give it. */
static en_errc
remember(struct deciding *d, int64_t decision, bool clearance, struct en_err *err)
{
    struct en_call *c = d->c;
    struct en_store_clearance x = { .decision = decision, .answer = d->mine.answer, .number = EN_TEXT_LIT("") };
    struct en_person p;
    en_errc rc = person_of(d->traveller.person, &c->arena, &p, err);

    if (rc != EN_OK)
        return rc;
    x.kind = clearance ? EN_VERDICT_CLEARANCE : EN_VERDICT_ANSWER;
    x.expires = clearance ? en_rules_clearance_expires(c->now, first_document_ends(&p))
                          : en_rules_answer_remembered_until(d->answer, c->now);
    if (clearance)
        en_json_kv_uint(&c->ev, "clearances", d->hit.n_alerts);
    return memory_write(c, &d->hit, &p, &x, err);
}

static en_errc
settle(struct deciding *d, int64_t decision, bool clearance, struct en_err *err)
{
    en_time gone = en_rules_hit_delete_after(d->answer, d->c->now, d->traveller.delete_after);
    en_errc rc = en_store_hit_set_state(d->c->store, d->hit.id, EN_HIT_DECIDED, d->mine.answer, d->c->now, gone, err);

    rc = rc != EN_OK ? rc : remember(d, decision, clearance, err);
    if (rc == EN_OK) /* a carrier may wait for this */
        rc = answers_refresh(d->c->acts, &d->c->node, d->hit.traveller, d->c->now, &d->c->outbox, err);
    return rc;
}

/* Another person has answered the same: two keys stand for it now. */
static en_errc
confirm(struct deciding *d, struct en_err *err)
{
    struct en_call *c = d->c;
    en_errc rc = en_store_decision_confirm(c->store, d->match.id, c->user.id, c->now, err);

    en_json_kv_int(&c->ev, "confirms", d->match.id);
    return rc != EN_OK ? rc : settle(d, d->match.id, d->remember && d->matches_remember, err);
}

static en_errc
decide(struct deciding *d, bool *waits, struct en_err *err)
{
    struct en_call *c = d->c;
    bool alone = en_rules_second_person(d->answer, d->remember) == NULL && !d->open_other;
    en_errc rc;

    d->mine.hit = d->hit.id;
    d->mine.actor = c->user.id;
    d->mine.at = c->now;
    d->mine.second_at = EN_TIME_NONE;
    rc = en_store_decision_add(c->store, &d->mine, &d->mine.id, err);
    en_json_kv_int(&c->ev, "decision", d->mine.id);
    if (rc != EN_OK)
        return rc;
    if (d->match.id != 0)
        return confirm(d, err);
    if (alone)
        return settle(d, d->mine.id, false, err);
    *waits = true;
    return en_store_hit_set_state(c->store, d->hit.id, EN_HIT_PENDING, d->mine.answer, c->now, EN_TIME_NONE, err);
}

static en_errc
check_state(const struct deciding *d, struct en_err *err)
{
    switch (d->hit.state) {
    case EN_HIT_NEW:
    case EN_HIT_CLEARED:
        return EN_OK;
    case EN_HIT_PENDING:
        return d->is_author
                   ? en_err_set(err, EN_E_RULE, EN_NO_POS, "you have answered; somebody with another key answers now")
                   : EN_OK;
    case EN_HIT_ENDED:
        return en_err_set(err, EN_E_NO, EN_NO_POS,
                          "nothing is left to decide: its alert ended, was withdrawn or destroyed (entente hit show)");
    case EN_HIT_DECIDED:
    case EN_HIT_STATES:
        break;
    }
    return en_err_set(err, EN_E_NO, EN_NO_POS, "this hit is decided already");
}

en_errc
act_hit_decide(struct en_call *c, struct en_err *err)
{
    struct deciding d = { .c = c };
    bool waits = false;
    en_errc rc = read_decision(&d, err);

    rc = rc != EN_OK ? rc : en_store_traveller_get(c->store, d.hit.traveller, &c->arena, &d.traveller, err);
    if (rc == EN_OK && d.hit.state == EN_HIT_PENDING)
        rc = en_store_decisions_each(c->store, d.hit.id, look_at_decision, &d, err);
    rc = rc != EN_OK ? rc : check_state(&d, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "hit", d.hit.id);
    en_json_kv_text(&c->ev, "engine", d.hit.engine);
    en_json_kv_str(&c->ev, "answer", en_answer_word(d.mine.answer));
    json_kv_texts(&c->ev, "reasons", d.mine.reasons, d.mine.n_reasons);
    rc = decide(&d, &waits, err);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    rc = rc != EN_OK ? rc : get_hit(c, d.hit.id, &d.hit, err);
    rc = rc != EN_OK ? rc : emit_hit_full(c, &d.hit, err);
    if (rc == EN_OK && waits)
        return en_err_set(err, EN_E_SECOND, EN_NO_POS,
                          d.open_other ? "the answers differ: a person with a third key decides"
                                       : "kept; a second person, with another key, answers next");
    return rc;
}
