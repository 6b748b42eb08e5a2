/*
 * act_release.c: who gets a record: proposed by one person, approved by another, explained to both; and taken back.
 */
#include "acts/exchange.h"
#include "acts/ledger_told.h"
#include "acts/onward.h"
#include "acts/protect.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define HOLDS                                                                                                          \
    (1u << EN_DELIVERY_SENT | 1u << EN_DELIVERY_RECEIVED | 1u << EN_DELIVERY_OPENED | 1u << EN_DELIVERY_REFUSED)

/* --- a record of ours, and who holds it --------------------------------------------------------------------------- */

struct ours {
    struct en_store_record row;
    struct en_record record;
    struct protect_facts told; /* of what became of a hit */
    bool consent;              /* received: its originator lets it go on, or is asked now */
    bool consenting;           /* ours: another is to pass it on */
    struct en_arena arena;
};

static void
ours_init(struct ours *o)
{
    memset(o, 0, sizeof *o);
    en_arena_init(&o->arena, RECORD_ARENA + EN_STORE_MAX_BLOB);
}

/* Ours, or what a partner let us have. */
static en_errc
held_get(struct en_call *c, int64_t id, struct ours *o, struct en_err *err)
{
    en_errc rc = en_store_record_get(c->store, id, &o->arena, &o->row, err);

    if (rc == EN_E_NOT_FOUND || (rc == EN_OK && o->row.state == EN_HELD_ASIDE))
        return err_not_found(err, "record");
    if (rc == EN_OK && o->row.bytes.n == 0)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "the content of this record is gone");
    rc = rc != EN_OK ? rc : en_stix_read(o->row.bytes, &o->arena, &o->record, NULL, err);
    return rc != EN_OK ? rc : protect_record(c->store, &o->record, &o->told, err);
}

static en_errc
ours_get(struct en_call *c, int64_t id, struct ours *o, struct en_err *err)
{
    en_errc rc = held_get(c, id, o, err);

    return rc == EN_OK && o->row.sender.n > 0
               ? en_err_set(err, EN_E_RULE, EN_NO_POS, "this record is not ours: its originator alone takes it back")
               : rc;
}

struct holders {
    struct en_arena arena;
    char (*id)[EN_SEAL_ID_LEN + 1];
    size_t n, cap;
    unsigned states; /* which deliveries make a holder */
    bool onward;     /* and those who got it from another */
    struct en_call *c;
};

static void
holders_init(struct holders *h, struct en_call *c, unsigned states)
{
    *h = (struct holders){ .states = states, .c = c };
    en_arena_init(&h->arena, EN_MIB);
}

static en_errc
note_holder(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct holders *h = ctx;

    (void)err;
    for (size_t i = 0; i < h->n; i++)
        if (en_text_is(x->partner, h->id[i]))
            return EN_OK;
    if (h->n < EN_ENVELOPE_ROSTER_MAX && en_arena_grow(&h->arena, &h->id, &h->cap, h->n + 1, sizeof *h->id)) {
        memset(h->id[h->n], 0, sizeof *h->id);
        memcpy(h->id[h->n++], x->partner.p, EN_SEAL_ID_LEN);
    }
    return EN_OK;
}

/* Who got it from another, with our consent. */
static en_errc
note_target(void *ctx, const struct en_store_question *x, struct en_err *err)
{
    const struct en_store_delivery as = { .partner = x->target };

    return note_holder(ctx, &as, err);
}

static en_errc
note_version(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct holders *h = ctx;
    const struct en_store_delivery_filter f = { .record = x->id, .states = h->states };
    const struct en_store_question_filter granted = { .record = x->id, .states = 1u << EN_QUESTION_GRANTED };
    en_errc rc = en_store_deliveries_each(h->c->store, &f, note_holder, h, err);

    return rc != EN_OK || !h->onward ? rc : en_store_questions_each(h->c->store, &granted, note_target, h, err);
}

/* It was taken back from this one, which never takes it again. */
static en_errc
forget_holder(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct holders *h = ctx;

    (void)err;
    for (size_t i = 0; i < h->n; i++)
        if (en_text_is(x->partner, h->id[i])) {
            memmove(&h->id[i], &h->id[i + 1], (h->n - i - 1) * sizeof *h->id);
            h->n--;
            return EN_OK;
        }
    return EN_OK;
}

static en_errc
forget_withdrawn(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct holders *h = ctx;
    const struct en_store_delivery_filter f = { .record = x->id };

    return en_store_deliveries_each(h->c->store, &f, forget_holder, h, err);
}

/* Every partner that has or may have any version of it. */
static en_errc
holders_of(struct holders *h, en_text uuid, struct en_err *err)
{
    const struct en_store_record_filter f = { .uuid = uuid, .ours = true };
    const struct en_store_record_filter taken = { .about = uuid, .ours = true };
    en_errc rc = en_store_records_each(h->c->store, &f, note_version, h, err);

    return rc != EN_OK ? rc : en_store_records_each(h->c->store, &taken, forget_withdrawn, h, err);
}

/* --- what the rules say ------------------------------------------------------------------------------------------- */

static struct en_release_facts
facts_of(struct en_call *c, const struct ours *o, const struct partner *p, bool listed)
{
    const bool ours = o->row.sender.n == 0;

    return (struct en_release_facts){ .record = &o->record,
                                      .ours = ours,
                                      .current = o->row.state == EN_HELD_CURRENT ||
                                                 (ours && o->row.state == EN_HELD_DRAFT),
                                      .consent = o->consent,
                                      .listed = listed,
                                      .outcome = o->told.outcome,
                                      .protected_person = o->told.covered,
                                      .partner = p->facts,
                                      .now = c->now };
}

static void
ask_rules(struct en_call *c, const struct ours *o, const struct partner *p, bool listed, struct en_reasons *out)
{
    const struct en_release_facts f = facts_of(c, o, p, listed);

    if (o->consenting)
        en_rules_consent(&f, out);
    else
        en_rules_release(&f, out);
}

/* Does the record itself, by its new handling, stand against a partner that holds an older version? */
static bool
narrowed(const struct en_reasons *no)
{
    static const char *const codes[] = { "label-above-agreement", "observer", "code-not-kept", "purpose-outside" };

    for (size_t i = 0; i < no->n; i++)
        for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
            if (strcmp(no->v[i]->code, codes[k]) == 0)
                return true;
    return false;
}

static bool
holds(const struct holders *h, en_text partner)
{
    for (size_t i = 0; i < h->n; i++)
        if (en_text_is(partner, h->id[i]))
            return true;
    return false;
}

/* Leaves those holders who may not have this version: it is taken back from them when it is approved. */
static en_errc
narrowed_holders(struct en_call *c, const struct ours *o, struct holders *h, struct en_err *err)
{
    en_errc rc = holders_of(h, o->row.uuid, err);

    for (size_t i = 0; rc == EN_OK && i < h->n;) {
        struct en_reasons no = { .n = 0 };
        const struct partner *p;

        rc = partner_by_id(c, en_text_from_ours(h->id[i]), &p, err);
        if (rc == EN_OK && p != NULL)
            ask_rules(c, o, p, true, &no);
        if (rc == EN_OK && !narrowed(&no)) {
            memmove(&h->id[i], &h->id[i + 1], (h->n - i - 1) * sizeof *h->id);
            h->n--;
        } else {
            i++;
        }
    }
    return rc;
}

static en_errc
may_have(struct en_call *c, const struct ours *o, const struct partner *p, struct en_err *err)
{
    struct en_reasons no;

    ask_rules(c, o, p, true, &no);
    return no.n == 0
               ? EN_OK
               : en_err_set(err, EN_E_RULE, EN_NO_POS, "%.*s may not have it: %s (%s)%s", EN_TEXT_ARG(p->row.name),
                            no.v[0]->text, no.v[0]->clause, no.n > 1 ? "; and more: release explain" : "");
}

en_errc
release_may(struct en_call *c, int64_t record, const struct partner *p, bool *may, struct en_err *err)
{
    struct en_reasons no;
    struct ours o;
    en_errc rc;

    ours_init(&o);
    rc = held_get(c, record, &o, err);
    if (rc == EN_OK)
        ask_rules(c, &o, p, true, &no);
    *may = rc == EN_OK && no.n == 0;
    en_arena_release(&o.arena);
    return rc;
}

/* --- preview ------------------------------------------------------------------------------------------------------ */

struct preview {
    struct en_call *c;
    const struct ours *o;
    en_text only; /* this partner; empty: all */
    struct holders narrowed;
    size_t told;
    bool emit;
};

struct known_delivery {
    bool any;
    enum en_delivery_state state;
};

static en_errc
note_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct known_delivery *k = ctx;

    (void)err;
    k->any = true;
    k->state = x->state;
    return EN_OK;
}

static en_errc
preview_partner(void *ctx, const struct partner *p, struct en_err *err)
{
    struct preview *v = ctx;
    struct en_call *c = v->c;
    const struct en_store_delivery_filter f = { .record = v->o->row.id, .partner = p->row.partner };
    const struct en_release_facts facts = facts_of(c, v->o, p, true);
    struct known_delivery k = { .any = false };
    struct en_reasons no, yes;
    struct en_json j;
    en_errc rc;

    if (v->only.n > 0 && !en_text_eq(v->only, p->row.partner))
        return EN_OK;
    v->told++;
    if (!v->emit)
        return EN_OK;
    rc = en_store_deliveries_each(c->store, &f, note_delivery, &k, err);
    if (rc != EN_OK)
        return rc;
    ask_rules(c, v->o, p, true, &no);
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_int(&j, "record", v->o->row.id);
    en_json_kv_text(&j, "partner", p->row.partner);
    en_json_kv_text(&j, "partner_name", p->row.name);
    en_json_kv_bool(&j, "may", no.n == 0);
    en_json_kv_str(&j, "delivery", k.any ? en_delivery_state_word(k.state) : "");
    en_json_kv_bool(&j, "withdraws", holds(&v->narrowed, p->row.partner));
    if (no.n == 0)
        en_rules_release_because(&facts, &yes);
    reasons_json(no.n == 0 ? &yes : &no, &j);
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
        rc = narrowed_holders(c, v->o, &v->narrowed, err);
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
    rc = rc != EN_OK ? rc : held_get(c, id, &o, err);
    if (rc == EN_OK && to.n > 0)
        rc = partner_find(c, to, &p, err);
    if (p != NULL)
        v.only = p->row.partner;
    rc = rc != EN_OK ? rc : preview_run(c, &v, err);
    en_arena_release(&o.arena);
    return rc;
}

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

struct listing {
    struct en_call *c;
    bool emit;
};

static en_errc
list_one(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    struct listing *l = ctx;
    struct en_json j;
    en_errc rc;

    if (!l->emit) {
        en_json_int(&l->c->ev, x->id);
        return EN_OK;
    }
    call_record(l->c, &j);
    rc = release_json(l->c, x, &j, err);
    return rc != EN_OK ? rc : call_emit(l->c, err);
}

en_errc
act_release_list(struct en_call *c, struct en_err *err)
{
    struct en_store_release_filter f = { .record = en_args_int(&c->args, "record", EN_MAY, 1, INT64_MAX, 0) };
    bool waiting = en_args_bool(&c->args, "waiting");
    struct listing l = { c, false };
    en_errc rc;

    f.limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 100000, 1000);
    f.states = waiting ? 1u << EN_RELEASE_PROPOSED : 0;
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "releases");
    en_json_array(&c->ev);
    rc = en_store_releases_each(c->store, &f, list_one, &l, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    l.emit = true;
    return rc != EN_OK ? rc : en_store_releases_each(c->store, &f, list_one, &l, err);
}

/* --- proposing ---------------------------------------------------------------------------------------------------- */

/* To whom, so that an event says it and names nobody. */
static void
roster_fact(struct en_call *c, const struct en_store_release *x)
{
    uint8_t hash[EN_SHA256_LEN];

    en_roster_hash(x->roster, x->n_roster, hash);
    json_kv_hash(&c->ev, "roster", hash);
}

static void
roster_add(struct en_call *c, struct en_store_roster *roster, size_t *n, en_text partner)
{
    for (size_t i = 0; i < *n; i++)
        if (en_text_is(partner, roster[i].partner))
            return;
    memset(&roster[*n], 0, sizeof *roster);
    memcpy(roster[*n].partner, partner.p, EN_SEAL_ID_LEN);
    c->acts->rim.draw(c->acts->rim.ctx, roster[*n].salt, sizeof roster[*n].salt);
    (*n)++;
}

static en_errc
propose_to(struct en_call *c, const struct ours *o, const en_text *to, size_t n_to, struct en_store_roster *roster,
           size_t *n, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < n_to; i++) {
        struct known_delivery k = { .any = false };
        const struct partner *p;

        rc = partner_find(c, to[i], &p, err);
        rc = rc != EN_OK ? rc : may_have(c, o, p, err);
        if (rc == EN_OK) {
            const struct en_store_delivery_filter f = { .record = o->row.id, .partner = p->row.partner };

            rc = en_store_deliveries_each(c->store, &f, note_delivery, &k, err);
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
    rc = en_args_end(&c->args, err);
    ours_init(&o);
    rc = rc != EN_OK ? rc : held_get(c, id, &o, err);
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

/* The signed release, with the places of the entries. */
static void
sign_release(const struct en_node_keys *keys, const struct en_store_record *r, struct en_store_roster *roster, size_t n,
             struct en_buf *bytes, uint8_t sig[EN_SEAL_SIG_LEN])
{
    en_text partner[EN_ENVELOPE_ROSTER_MAX] = { EN_TEXT_NONE };
    uint8_t salt[EN_ENVELOPE_ROSTER_MAX][EN_ENVELOPE_SALT_LEN] = { { 0 } };
    unsigned place[EN_ENVELOPE_ROSTER_MAX] = { 0 };

    for (size_t i = 0; i < n; i++) {
        partner[i] = en_text_from_ours(roster[i].partner);
        memcpy(salt[i], roster[i].salt, sizeof salt[i]);
    }
    en_release_write(r->hash, partner, (const uint8_t(*)[EN_ENVELOPE_SALT_LEN])salt, (unsigned)n, place, bytes);
    for (size_t i = 0; i < n; i++)
        roster[i].place = place[i];
    en_seal_sign(&keys->signing, EN_PURPOSE_RELEASE, en_buf_bytes(bytes), sig);
}

static en_errc
queue_record(struct en_call *c, const struct en_store_record *r, const struct en_store_release *x, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < x->n_roster; i++) {
        const struct en_store_delivery d = { .partner = en_text_from_ours(x->roster[i].partner),
                                             .kind = EN_DELIVERY_RECORD,
                                             .record = r->id,
                                             .release = x->id,
                                             .urgent = r->urgent,
                                             .queued = c->now,
                                             .sent = EN_TIME_NONE,
                                             .answered = EN_TIME_NONE,
                                             .opened = EN_TIME_NONE };
        int64_t id;

        rc = en_store_delivery_add(c->store, &d, &id, err);
    }
    return rc;
}

struct drop {
    struct en_call *c;
    const struct en_store_record *of;
    struct en_arena arena;
    int64_t *record, *delivery;
    size_t n_record, n_delivery, cap_record, cap_delivery;
};

static en_errc
drop_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct drop *d = ctx;

    if (!en_arena_grow(&d->arena, &d->delivery, &d->cap_delivery, d->n_delivery + 1, sizeof *d->delivery))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many deliveries of one record");
    d->delivery[d->n_delivery++] = x->id;
    return EN_OK;
}

static en_errc
drop_version(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct drop *d = ctx;
    const struct en_store_delivery_filter f = { .record = x->id, .states = 1u << EN_DELIVERY_QUEUED };

    if (d->of->version != 0 && x->version >= d->of->version)
        return EN_OK;
    if (!en_arena_grow(&d->arena, &d->record, &d->cap_record, d->n_record + 1, sizeof *d->record))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many versions of one record");
    d->record[d->n_record++] = x->id;
    return en_store_deliveries_each(d->c->store, &f, drop_delivery, d, err);
}

static en_errc
take_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct en_store_delivery *out = ctx;

    (void)err;
    *out = *x; /* change reads none of its texts, but reason and proof: of a queued one there are none */
    out->reason = EN_TEXT_LIT("");
    out->proof = (en_bytes){ NULL, 0 };
    out->partner = EN_TEXT_NONE;
    out->bytes = (en_bytes){ NULL, 0 };
    return EN_OK;
}

/* What waits of older versions (of all, if of has no version) does not leave any more, and they become `state`. */
static en_errc
drop_others(struct en_call *c, const struct en_store_record *of, unsigned states, enum en_held state,
            struct en_err *err)
{
    const struct en_store_record_filter f = { .uuid = of->uuid, .ours = true, .states = states };
    struct drop d = { .c = c, .of = of };
    en_errc rc;

    en_arena_init(&d.arena, EN_MIB);
    rc = en_store_records_each(c->store, &f, drop_version, &d, err);
    for (size_t i = 0; rc == EN_OK && i < d.n_delivery; i++) {
        const struct en_store_delivery_filter one = { .id = d.delivery[i] };
        struct en_store_delivery x;

        rc = en_store_deliveries_each(c->store, &one, take_delivery, &x, err);
        x.state = EN_DELIVERY_DROPPED;
        rc = rc != EN_OK ? rc : en_store_delivery_change(c->store, &x, err);
    }
    for (size_t i = 0; rc == EN_OK && i < d.n_record; i++) {
        struct en_store_record x;

        en_arena_reset(&c->scratch);
        rc = en_store_record_get(c->store, d.record[i], &c->scratch, &x, err);
        x.state = state;
        x.changed = c->now;
        rc = rc != EN_OK ? rc : en_store_record_change(c->store, &x, err);
    }
    en_arena_release(&d.arena);
    return rc;
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
        rc = rc != EN_OK ? rc : may_have(c, o, p, err);
    }
    return rc;
}

static en_errc send_withdrawal(struct en_call *c, const struct ours *o, const struct holders *h, const char *reason,
                               int64_t *id, struct en_err *err);

/* In the transaction of an approval: who holds an older version and may not have this one is to forget it. */
static en_errc
take_back(struct en_call *c, const struct ours *o, struct en_err *err)
{
    int64_t withdrawal = 0;
    struct holders h;
    en_errc rc;

    holders_init(&h, c, HOLDS);
    rc = narrowed_holders(c, o, &h, err);
    if (rc == EN_OK && h.n > 0) {
        rc = send_withdrawal(c, o, &h, "other", &withdrawal, err);
        en_json_kv_int(&c->ev, "withdrawal", withdrawal);
    }
    en_arena_release(&h.arena);
    return rc;
}

/* What becomes of the record that is released for the first time. */
static en_errc
comes_into_force(struct en_call *c, struct ours *o, struct en_err *err)
{
    en_errc rc = drop_others(c, &o->row, 1u << EN_HELD_CURRENT | 1u << EN_HELD_DRAFT, EN_HELD_SUPERSEDED, err);

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
    return rc != EN_OK ? rc : queue_record(c, &o->row, x, err);
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
        sign_release(keys, &o->row, roster, x->n_roster, &bytes, sig);
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
        rc = rc != EN_OK ? rc : queue_record(c, &o->row, x, err);
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
    rc = rc != EN_OK ? rc : held_get(c, x.record, &o, err);
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
        rc = p != NULL ? may_have(c, &o, p, err)
                       : en_err_set(err, EN_E_RULE, EN_NO_POS,
                                    "who would get it is not known here (exchange-rules 1)");
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

struct waiting {
    int64_t id[16];
    size_t n;
};

static en_errc
note_waiting(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    struct waiting *w = ctx;

    (void)err;
    w->id[w->n++] = x->id;
    return EN_OK;
}

en_errc
exchange_reject_waiting(struct en_call *c, int64_t record, struct en_err *err)
{
    struct waiting w;
    const struct en_store_release_filter f = { .record = record,
                                               .states = 1u << EN_RELEASE_PROPOSED,
                                               .limit = sizeof w.id / sizeof *w.id };
    en_errc rc;

    do {
        w.n = 0;
        rc = en_store_releases_each(c->store, &f, note_waiting, &w, err);
        for (size_t i = 0; rc == EN_OK && i < w.n; i++) {
            struct en_store_release x;

            rc = en_store_release_get(c->store, w.id[i], &c->arena, &x, err);
            x.state = EN_RELEASE_REJECTED;
            x.decided_by = c->user.id;
            x.decided = c->now;
            x.reason = EN_TEXT_LIT("its draft is there no more");
            en_json_int(&c->ev, x.id);
            rc = rc != EN_OK ? rc : en_store_release_change(c->store, &x, err);
        }
    } while (rc == EN_OK && w.n > 0);
    return rc;
}

struct drafts {
    const struct en_store_record *by;
    int64_t id[16];
    size_t n;
};

static en_errc
note_draft(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct drafts *d = ctx;

    (void)err;
    if (x->version < d->by->version && d->n < sizeof d->id / sizeof *d->id)
        d->id[d->n++] = x->id;
    return EN_OK;
}

en_errc
exchange_drop_drafts(struct en_call *c, const struct en_store_record *by, struct en_err *err)
{
    const struct en_store_record_filter f = { .uuid = by->uuid, .ours = true, .states = 1u << EN_HELD_DRAFT };
    struct drafts d = { .by = by };
    en_errc rc = en_store_records_each(c->store, &f, note_draft, &d, err);

    for (size_t i = 0; rc == EN_OK && i < d.n; i++)
        rc = exchange_reject_waiting(c, d.id[i], err);
    return rc != EN_OK ? rc : drop_others(c, by, 1u << EN_HELD_DRAFT, EN_HELD_SUPERSEDED, err);
}

/* --- taking back -------------------------------------------------------------------------------------------------- */

/* A withdrawal has the label of what it takes back, and says nothing else of it. */
static json_t *
withdrawal_members(const struct ours *o, const char *reason)
{
    struct en_buf ref = EN_BUF_INIT;
    json_t *ext = json_object(), *h = json_object();

    en_stix_ref(&o->record, &ref);
    (void)json_object_set_new(h, "tlp", json_string(en_tlp_word(o->record.handling.tlp)));
    (void)json_object_set_new(h, "onward", json_string("none"));
    (void)json_object_set_new(ext, "handling", h);
    (void)json_object_set_new(ext, "about", json_stringn(ref.p, ref.n));
    (void)json_object_set_new(ext, "reason", json_string(reason));
    en_buf_release(&ref);
    return ext;
}

/* One person sends a withdrawal: it can only make others hold less. */
static en_errc
send_withdrawal(struct en_call *c, const struct ours *o, const struct holders *h, const char *reason, int64_t *id,
                struct en_err *err)
{
    struct en_store_roster *roster = en_xcalloc(EN_ENVELOPE_ROSTER_MAX, sizeof *roster);
    struct en_store_release x = { .state = EN_RELEASE_APPROVED,
                                  .alone = true,
                                  .proposed_by = c->user.id,
                                  .decided_by = c->user.id,
                                  .proposed = c->now,
                                  .decided = c->now,
                                  .roster = roster };
    json_t *ext = withdrawal_members(o, reason);
    const struct en_node_keys *keys;
    struct en_buf bytes = EN_BUF_INIT;
    uint8_t sig[EN_SEAL_SIG_LEN];
    struct en_store_record r;
    struct written w;
    en_errc rc = exchange_keys(c, &keys, err);

    written_init(&w);
    rc = rc != EN_OK ? rc : record_write(c, EN_RECORD_WITHDRAWAL, EN_TEXT_NONE, 1, c->now, ext, &w, err);
    if (rc == EN_OK) {
        record_row(c, &w, &r);
        r.state = EN_HELD_CURRENT;
        rc = en_store_record_add(c->store, &r, &r.id, err);
    }
    if (rc == EN_OK) {
        for (size_t i = 0; i < h->n; i++)
            roster_add(c, roster, &x.n_roster, en_text_from_ours(h->id[i]));
        sign_release(keys, &r, roster, x.n_roster, &bytes, sig);
        x.record = *id = r.id;
        x.bytes = en_buf_bytes(&bytes);
        x.signature = en_bytes_from(sig, sizeof sig);
        rc = en_store_release_add(c->store, &x, &x.id, err);
    }
    if (rc == EN_OK) {
        en_json_kv_int(&c->ev, "withdrawal_release", x.id);
        roster_fact(c, &x);
        rc = queue_record(c, &r, &x, err);
    }
    written_release(&w);
    json_decref(ext);
    en_buf_release(&bytes);
    free(roster);
    return rc;
}

/* In the transaction of the act. *withdrawal: the record that goes to the holders; 0 if nobody holds it. */
static en_errc
withdraw(struct en_call *c, struct ours *o, const char *reason, int64_t *withdrawal, struct en_err *err)
{
    struct holders h;
    en_errc rc;

    *withdrawal = 0;
    holders_init(&h, c, HOLDS);
    h.onward = true;
    rc = holders_of(&h, o->row.uuid, err);
    rc = rc != EN_OK ? rc
                     : drop_others(c, &(struct en_store_record){ .uuid = o->row.uuid },
                                   1u << EN_HELD_CURRENT | 1u << EN_HELD_DRAFT | 1u << EN_HELD_SUPERSEDED,
                                   EN_HELD_WITHDRAWN, err);
    if (rc == EN_OK && h.n > 0)
        rc = send_withdrawal(c, o, &h, reason, withdrawal, err);
    en_arena_release(&h.arena);
    return rc;
}

en_errc
act_release_withdraw(struct en_call *c, struct en_err *err)
{
    static const char *const known[] = { "purpose-achieved", "wrong-person", "wrong-content", "ground-gone",
                                         "expired",          "court-order",  "redress",       "other" };
    int64_t id = en_args_int(&c->args, "record", EN_MUST, 1, INT64_MAX, 0), withdrawal = 0;
    en_text reason = en_args_text(&c->args, "reason", EN_MUST, 40);
    const char *word = NULL;
    struct en_json j;
    struct ours o;
    en_errc rc;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        word = en_text_is(reason, known[i]) ? known[i] : word;
    if (reason.n > 0 && word == NULL)
        en_args_fault(&c->args, "reason", "is one of docs/formats/records/kinds.md, withdrawal");
    rc = en_args_end(&c->args, err);
    ours_init(&o);
    rc = rc != EN_OK ? rc : ours_get(c, id, &o, err);
    if (rc == EN_OK && (o.row.state == EN_HELD_WITHDRAWN || o.record.kind == EN_RECORD_WITHDRAWAL))
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "it is taken back already");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : withdraw(c, &o, word, &withdrawal, err);
    if (rc == EN_OK) {
        en_json_kv_int(&c->ev, "record", id);
        en_json_kv_int(&c->ev, "withdrawal", withdrawal);
        en_json_kv_text(&c->ev, "reason", reason);
        rc = call_commit(c, err);
    }
    if (rc == EN_OK) {
        call_record(c, &j);
        en_json_object(&j);
        en_json_kv_int(&j, "record", id);
        en_json_kv_int(&j, "withdrawal", withdrawal);
        en_json_object_end(&j);
        rc = call_emit(c, err);
    }
    en_arena_release(&o.arena);
    return rc;
}

/* --- alerts of ours that are records ------------------------------------------------------------------------------ */

struct newest {
    int64_t id;
};

static en_errc
take_newest(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    (void)err;
    ((struct newest *)ctx)->id = x->id;
    return EN_OK;
}

/* The newest version of the record that an alert of ours is; 0 if it is none. */
static en_errc
record_of_alert(struct en_call *c, int64_t alert, struct ours *o, int64_t *id, struct en_err *err)
{
    const struct en_store_record_filter f = { .alert = alert,
                                              .ours = true,
                                              .states = 1u << EN_HELD_DRAFT | 1u << EN_HELD_CURRENT };
    struct newest n = { 0 };
    en_errc rc = en_store_records_each(c->store, &f, take_newest, &n, err);

    *id = n.id;
    return rc != EN_OK || n.id == 0 ? rc : ours_get(c, n.id, o, err);
}

en_errc
exchange_alert_ended(struct en_call *c, int64_t alert, const char *reason, int64_t *withdrawal, struct en_err *err)
{
    struct ours o;
    int64_t id;
    en_errc rc;

    *withdrawal = 0;
    ours_init(&o);
    rc = record_of_alert(c, alert, &o, &id, err);
    if (rc == EN_OK && id != 0)
        rc = withdraw(c, &o, reason, withdrawal, err);
    en_arena_release(&o.arena);
    return rc;
}

en_errc
exchange_propose_to_holders(struct en_call *c, const struct en_store_record *r, int64_t *release, struct en_err *err)
{
    struct en_store_roster *roster = en_xcalloc(EN_ENVELOPE_ROSTER_MAX, sizeof *roster);
    struct en_store_release x = { .record = r->id,
                                  .state = EN_RELEASE_PROPOSED,
                                  .proposed_by = c->user.id,
                                  .proposed = c->now,
                                  .decided = EN_TIME_NONE,
                                  .roster = roster };
    struct holders h, not;
    struct ours o;
    en_errc rc;

    ours_init(&o);
    holders_init(&h, c, HOLDS | 1u << EN_DELIVERY_QUEUED);
    holders_init(&not, c, HOLDS | 1u << EN_DELIVERY_QUEUED);
    rc = held_get(c, r->id, &o, err);
    rc = rc != EN_OK ? rc : holders_of(&h, r->uuid, err);
    rc = rc != EN_OK ? rc : narrowed_holders(c, &o, &not, err);
    for (size_t i = 0; rc == EN_OK && i < h.n; i++)
        if (!holds(&not, en_text_from_ours(h.id[i])))
            roster_add(c, roster, &x.n_roster, en_text_from_ours(h.id[i]));
    if (rc == EN_OK && x.n_roster > 0) {
        rc = en_store_release_add(c->store, &x, &x.id, err);
        *release = x.id;
        roster_fact(c, &x);
    }
    en_arena_release(&o.arena);
    en_arena_release(&not.arena);
    en_arena_release(&h.arena);
    free(roster);
    return rc;
}

en_errc
exchange_alert_changed(struct en_call *c, int64_t alert, int64_t *release, struct en_err *err)
{
    struct en_store_record x;
    struct en_store_alert a;
    json_t *ext = NULL;
    struct written w;
    struct ours o;
    en_time created;
    uint32_t next = 0;
    int64_t id;
    en_errc rc;

    *release = 0;
    ours_init(&o);
    written_init(&w);
    rc = record_of_alert(c, alert, &o, &id, err);
    if (rc == EN_OK && id != 0) {
        rc = record_members(&o.row, &ext, &created, err);
        rc = rc != EN_OK ? rc : en_store_alert_get(c->store, alert, &o.arena, &a, err);
        rc = rc != EN_OK ? rc : exchange_fill_from_alert(c, &a, ext, err);
        rc = rc != EN_OK ? rc : record_next_version(c, o.row.uuid, &next, err);
        rc = rc != EN_OK ? rc : record_write(c, EN_RECORD_ALERT, o.row.uuid, next, created, ext, &w, err);
        if (rc == EN_OK) {
            record_row(c, &w, &x);
            x.alert = alert;
            x.alert_version = a.version;
            rc = en_store_record_add(c->store, &x, &x.id, err);
        }
        rc = rc != EN_OK ? rc : exchange_propose_to_holders(c, &x, release, err);
    }
    json_decref(ext);
    written_release(&w);
    en_arena_release(&o.arena);
    return rc;
}
