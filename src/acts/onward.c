/*
 * onward.c: questions, consents, and what is passed on.
 */
#include "acts/onward.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* So many questions of one partner wait for a person; it is told when it asks more. */
#define WAITING_MAX 1000u

#define GIVEN                                                                                                          \
    (1u << EN_DELIVERY_SENT | 1u << EN_DELIVERY_RECEIVED | 1u << EN_DELIVERY_OPENED | 1u << EN_DELIVERY_REFUSED)

/* --- asking ------------------------------------------------------------------------------------------------------- */

en_errc
onward_propose(struct en_call *c, const struct en_store_record *row, const struct en_record *r,
               struct en_store_release *x, struct en_err *err)
{
    struct en_statement_item item = { .word = EN_SAID_ONWARD };
    struct en_statement s = { .form = EN_STATEMENT_QUESTION, .to = row->originator, .items = &item, .n_items = 1 };

    if (r->handling.onward == EN_ONWARD_LIST) { /* its originator has said it in the record */
        x->bytes = row->release;
        return EN_OK;
    }
    memcpy(item.hash, row->hash, sizeof item.hash);
    item.partner = en_text_from_ours(x->roster[0].partner);
    return queue_statement(c->acts, c->now, &s, err);
}

bool
onward_allowed(const struct en_store_release *x)
{
    return x->bytes.n > 0 && x->reason.n == 0;
}

static en_errc
copy_question(void *ctx, const struct en_store_question *x, struct en_err *err)
{
    struct {
        struct en_arena *arena;
        struct en_store_question *out;
    } *t = ctx;

    (void)err;
    *t->out = *x;
    t->out->asker = en_text_dup(x->asker, t->arena);
    t->out->target = en_text_dup(x->target, t->arena);
    t->out->reason = en_text_dup(x->reason, t->arena);
    return EN_OK;
}

static en_errc
find_question(struct en_call *c, const struct en_store_question_filter *f, struct en_store_question *out,
              struct en_err *err)
{
    struct {
        struct en_arena *arena;
        struct en_store_question *out;
    } t = { &c->arena, out };

    *out = (struct en_store_question){ .id = 0 };
    return en_store_questions_each(c->store, f, copy_question, &t, err);
}

en_errc
onward_question(struct en_call *c, int64_t release, struct en_store_question *out, struct en_err *err)
{
    const struct en_store_question_filter f = { .release = release };

    return find_question(c, &f, out, err);
}

en_errc
onward_word(struct en_call *c, const struct en_store_release *x, const char **word, struct en_err *err)
{
    struct en_store_question q;
    struct en_store_record r;
    en_errc rc = en_store_record_get(c->store, x->record, &c->scratch, &r, err);

    *word = "";
    if (rc == EN_OK && r.sender.n == 0) {
        rc = onward_question(c, x->id, &q, err);
        *word = q.id != 0 ? "given" : "";
    } else if (rc == EN_OK && !en_text_is(r.kind, "withdrawal")) {
        *word = x->signature.n > 0 ? "granted" : x->bytes.n > 0 ? "listed" : x->reason.n > 0 ? "denied" : "asked";
    }
    return rc;
}

/* --- asked -------------------------------------------------------------------------------------------------------- */

/* Once more: the answer may be lost. */
static en_errc
answer(struct en_call *c, const struct en_store_question *q, const uint8_t hash[EN_SHA256_LEN],
       const struct en_store_release *x, struct en_err *err)
{
    struct en_statement_item item = { .word = x != NULL ? EN_SAID_CONSENTED : EN_SAID_DENIED, .partner = q->target };
    struct en_statement s = { .form = EN_STATEMENT_CONSENT, .to = q->asker, .items = &item, .n_items = 1 };

    memcpy(item.hash, hash, sizeof item.hash);
    if (x == NULL) {
        item.reasons = q->reason;
    } else {
        EN_ASSERT(x->n_roster == 1 && x->signature.n == EN_SEAL_SIG_LEN);
        memcpy(item.proof, x->roster[0].salt, EN_ENVELOPE_SALT_LEN);
        memcpy(item.proof + EN_ENVELOPE_SALT_LEN, x->signature.p, EN_SEAL_SIG_LEN);
    }
    return queue_statement(c->acts, c->now, &s, err);
}

static en_errc
answer_again(struct en_call *c, const struct en_store_question *q, const uint8_t hash[EN_SHA256_LEN],
             struct en_err *err)
{
    struct en_store_release x;
    en_errc rc;

    if (q->state == EN_QUESTION_DENIED)
        return answer(c, q, hash, NULL, err);
    if (q->state != EN_QUESTION_GRANTED)
        return EN_OK; /* a person looks at it */
    rc = en_store_release_get(c->store, q->release, &c->scratch, &x, err);
    return rc != EN_OK ? rc : answer(c, q, hash, &x, err);
}

struct any {
    uint64_t n;
};

static en_errc
count_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    (void)x;
    (void)err;
    ((struct any *)ctx)->n++;
    return EN_OK;
}

static en_errc
count_question(void *ctx, const struct en_store_question *x, struct en_err *err)
{
    (void)x;
    (void)err;
    ((struct any *)ctx)->n++;
    return EN_OK;
}

/* A record of ours, in force, that the asker has and that may be asked about: NULL, or a code. */
static en_errc
may_be_asked(struct en_call *c, const struct partner *from, const struct en_store_record *row, en_text target,
             const char **code, struct en_err *err)
{
    const struct en_store_delivery_filter f = { .record = row->id, .partner = from->row.partner, .states = GIVEN };
    const struct en_store_question_filter waiting = { .asker = from->row.partner,
                                                      .states = 1u << EN_QUESTION_ASKED,
                                                      .limit = WAITING_MAX };
    struct any given = { 0 }, many = { 0 };
    struct en_record r;
    struct en_arena a;
    en_errc rc;

    *code = "not-about-ours";
    if (row->sender.n > 0 || en_text_eq(target, from->row.partner) ||
        en_text_eq(target, exchange_we(c->acts->rim.keys)))
        return EN_OK;
    rc = en_store_deliveries_each(c->store, &f, count_delivery, &given, err);
    rc = rc != EN_OK ? rc : en_store_questions_each(c->store, &waiting, count_question, &many, err);
    if (rc != EN_OK || given.n == 0)
        return rc;
    *code = row->state != EN_HELD_CURRENT ? "not-current" : many.n == WAITING_MAX ? "too-many-questions" : NULL;
    if (*code != NULL)
        return EN_OK;
    en_arena_init(&a, RECORD_ARENA);
    if (en_stix_read(row->bytes, &a, &r, NULL, NULL) != EN_OK || r.handling.onward != EN_ONWARD_ASK)
        *code = "onward-none";
    en_arena_release(&a);
    return EN_OK;
}

static en_errc
take_question(struct en_call *c, const struct partner *from, const struct en_statement_item *item, const char **code,
              struct en_err *err)
{
    struct en_store_question_filter f = { .asker = from->row.partner, .target = item->partner };
    struct en_store_question q;
    struct en_store_record row;
    en_errc rc = en_store_record_by_hash(c->store, item->hash, &c->scratch, &row, NULL);

    if (rc != EN_OK) {
        *code = "not-about-ours";
        return rc == EN_E_NOT_FOUND ? EN_OK : en_err_set(err, rc, EN_NO_POS, "the store cannot be read");
    }
    f.record = row.id;
    rc = find_question(c, &f, &q, err);
    if (rc == EN_OK && q.id != 0)
        return answer_again(c, &q, item->hash, err);
    rc = rc != EN_OK ? rc : may_be_asked(c, from, &row, item->partner, code, err);
    if (rc != EN_OK || *code != NULL)
        return rc;
    q = (struct en_store_question){
        .record = row.id, .asker = from->row.partner, .target = item->partner, .at = c->now, .changed = c->now
    };
    return en_store_question_add(c->store, &q, &q.id, err);
}

/* --- answered ----------------------------------------------------------------------------------------------------- */

struct proposed {
    en_text target;
    int64_t id;
};

static en_errc
match_release(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    struct proposed *p = ctx;

    (void)err;
    if (x->n_roster == 1 && en_text_is(p->target, x->roster[0].partner))
        p->id = x->id;
    return EN_OK;
}

/* The release that the proof stands for, as its originator signed it. */
static bool
proves(const struct partner *from, const struct en_statement_item *item, struct en_buf *release)
{
    uint8_t salt[1][EN_ENVELOPE_SALT_LEN];
    en_bytes sig = en_bytes_from(item->proof + EN_ENVELOPE_SALT_LEN, EN_SEAL_SIG_LEN);
    bool good;

    memcpy(salt[0], item->proof, sizeof salt[0]);
    en_release_write(item->hash, &item->partner, (const uint8_t(*)[EN_ENVELOPE_SALT_LEN])salt, 1, NULL, release);
    good = en_seal_verify(from->row.key, EN_PURPOSE_RELEASE, en_buf_bytes(release), sig);
    for (unsigned i = 0; i < from->old.n && !good; i++)
        good = en_seal_verify(from->old.key[i], EN_PURPOSE_RELEASE, en_buf_bytes(release), sig);
    return good;
}

static en_errc
take_answer(struct en_call *c, const struct partner *from, const struct en_statement_item *item, const char **code,
            struct en_err *err)
{
    struct proposed p = { .target = item->partner };
    struct en_buf release = EN_BUF_INIT;
    struct en_store_release x;
    struct en_store_record row;
    en_errc rc = en_store_record_by_hash(c->store, item->hash, &c->scratch, &row, NULL);

    if (rc == EN_OK && row.sender.n > 0 && en_text_eq(row.originator, from->row.partner)) {
        const struct en_store_release_filter f = { .record = row.id, .states = 1u << EN_RELEASE_PROPOSED };

        rc = en_store_releases_each(c->store, &f, match_release, &p, err);
    }
    if (rc == EN_E_NOT_FOUND || (rc == EN_OK && p.id == 0)) {
        *code = "not-about-ours"; /* nobody here asked, or asks still */
        return EN_OK;
    }
    rc = rc != EN_OK ? rc : en_store_release_get(c->store, p.id, &c->scratch, &x, err);
    if (rc == EN_OK && item->word == EN_SAID_DENIED) {
        x.reason = item->reasons;
        x.bytes = x.signature = (en_bytes){ NULL, 0 };
        rc = en_store_release_change(c->store, &x, err);
    } else if (rc == EN_OK && proves(from, item, &release)) {
        x.reason = EN_TEXT_LIT("");
        x.bytes = en_buf_bytes(&release);
        x.signature = en_bytes_from(item->proof, sizeof item->proof);
        rc = en_store_release_change(c->store, &x, err);
    } else if (rc == EN_OK) {
        *code = "not-signed";
    }
    en_buf_release(&release);
    return rc;
}

en_errc
onward_statement(struct en_call *c, const struct partner *from, const struct en_statement *s, const char **code,
                 struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < s->n_items; i++) {
        en_arena_reset(&c->scratch);
        rc = s->form == EN_STATEMENT_QUESTION ? take_question(c, from, &s->items[i], code, err)
                                              : take_answer(c, from, &s->items[i], code, err);
    }
    return rc;
}

/* --- answering ---------------------------------------------------------------------------------------------------- */

static en_errc
change(struct en_call *c, const struct en_store_question *q, enum en_question_state state, int64_t release,
       en_text reason, struct en_err *err)
{
    struct en_store_question x = *q;

    x.state = state;
    x.release = release;
    x.reason = reason;
    x.changed = c->now;
    return en_store_question_change(c->store, &x, err);
}

en_errc
onward_grant(struct en_call *c, const struct en_store_question *q, const struct en_store_record *row,
             const struct en_store_release *x, struct en_err *err)
{
    en_errc rc = change(c, q, EN_QUESTION_GRANTED, x->id, EN_TEXT_LIT(""), err);

    return rc != EN_OK ? rc : answer(c, q, row->hash, x, err);
}

en_errc
onward_reopen(struct en_call *c, const struct en_store_question *q, struct en_err *err)
{
    return change(c, q, EN_QUESTION_ASKED, 0, EN_TEXT_LIT(""), err);
}

/* --- telling ------------------------------------------------------------------------------------------------------ */

static en_errc
question_json(struct en_call *c, const struct en_store_question *x, struct en_json *j, struct en_err *err)
{
    en_text asker, target;
    en_errc rc = partner_name(c, x->asker, &asker, err);

    rc = rc != EN_OK ? rc : partner_name(c, x->target, &target, err);
    if (rc != EN_OK)
        return rc;
    en_json_object(j);
    en_json_kv_int(j, "question", x->id);
    en_json_kv_int(j, "record", x->record);
    en_json_kv_text(j, "asker", x->asker);
    en_json_kv_text(j, "asker_name", asker);
    en_json_kv_text(j, "target", x->target);
    en_json_kv_text(j, "target_name", target);
    en_json_kv_str(j, "state", en_question_state_word(x->state));
    en_json_kv_int(j, "release", x->release);
    json_kv_time(j, "at", x->at);
    json_kv_time(j, "changed", x->changed);
    en_json_kv_text(j, "reason", x->reason);
    en_json_object_end(j);
    return EN_OK;
}

static en_errc
tell(struct en_call *c, const struct en_store_question *x, struct en_err *err)
{
    struct en_json j;
    en_errc rc;

    call_record(c, &j);
    rc = question_json(c, x, &j, err);
    return rc != EN_OK ? rc : call_emit(c, err);
}

static en_errc
list_one(void *ctx, const struct en_store_question *x, struct en_err *err)
{
    struct listed *l = ctx;

    return listed_names(l, x->id) ? EN_OK : tell(l->c, x, err);
}

static en_errc
list_all(const void *filter, struct listed *l, struct en_err *err)
{
    return en_store_questions_each(l->c->store, filter, list_one, l, err);
}

en_errc
act_question_list(struct en_call *c, struct en_err *err)
{
    struct en_store_question_filter f = { .after = en_args_int(&c->args, "after", EN_MAY, 0, INT64_MAX, 0) };
    bool waiting = en_args_bool(&c->args, "waiting");
    en_errc rc;

    f.limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 100000, 1000);
    f.states = waiting ? 1u << EN_QUESTION_ASKED | 1u << EN_QUESTION_PROPOSED : 0;
    rc = en_args_end(&c->args, err);
    return rc != EN_OK ? rc : call_list(c, "questions", list_all, &f, err);
}

en_errc
onward_one(struct en_call *c, const struct en_store_question_filter *f, struct en_store_question *q, struct en_err *err)
{
    en_errc rc = find_question(c, f, q, err);

    return rc == EN_OK && q->id == 0 ? err_not_found(err, "question") : rc;
}

static const char *const denials[] = { "ground-insufficient", "law", "no-agreement", "not-needed", "other" };

en_errc
act_question_deny(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "question", EN_MUST, 1, INT64_MAX, 0);
    en_text reason = en_args_text(&c->args, "reason", EN_MUST, 40);
    const struct en_store_question_filter f = { .id = id > 0 ? id : -1 };
    struct en_store_question q;
    struct en_store_record row;
    bool known = false;
    en_errc rc;

    for (size_t i = 0; i < sizeof denials / sizeof *denials; i++)
        known = known || en_text_is(reason, denials[i]);
    if (reason.n > 0 && !known)
        en_args_fault(&c->args, "reason", "is ground-insufficient, law, no-agreement, not-needed or other");
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : onward_one(c, &f, &q, err);
    if (rc == EN_OK && q.state != EN_QUESTION_ASKED)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "this question is %s%s", en_question_state_word(q.state),
                          q.state == EN_QUESTION_PROPOSED ? ": entente release reject first" : "");
    rc = rc != EN_OK ? rc : en_store_record_get(c->store, q.record, &c->arena, &row, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK) {
        q.state = EN_QUESTION_DENIED;
        q.reason = reason;
        q.changed = c->now;
        rc = en_store_question_change(c->store, &q, err);
    }
    rc = rc != EN_OK ? rc : answer(c, &q, row.hash, NULL, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "question", id);
    en_json_kv_int(&c->ev, "record", q.record);
    en_json_kv_text(&c->ev, "reason", reason);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : tell(c, &q, err);
}

/* --- out and in --------------------------------------------------------------------------------------------------- */

void
onward_part(const struct en_store_record *r, const struct en_store_release *x, struct en_bundle_part *p)
{
    p->bytes = r->bytes;
    /* A withdrawal goes the way of what it takes back, and under its own release. */
    if (x->signature.n > 0 && !en_text_is(r->kind, "withdrawal")) { /* one entry: its place is 0 */
        p->release = x->bytes;
        p->place = 0;
        p->salt = en_bytes_from(x->signature.p, EN_ENVELOPE_SALT_LEN);
        p->signature = en_bytes_from(x->signature.p + EN_ENVELOPE_SALT_LEN, EN_SEAL_SIG_LEN);
        return;
    }
    p->kind = r->signature.n == EN_SEAL_SIG_LEN ? EN_BUNDLE_RECORD : EN_BUNDLE_LISTED;
    p->release = r->release; /* our own entry: that we have it rightly */
    p->place = r->place;
    p->salt = r->salt;
    p->signature = r->signature;
}

bool
onward_listed(const struct en_bundle_part *p, const struct en_record *r, en_text sender, en_text we)
{
    bool listed = r->kind == EN_RECORD_WITHDRAWAL;

    for (size_t i = 0; i < r->handling.n_onward_to && r->handling.onward == EN_ONWARD_LIST && !listed; i++)
        listed = en_text_eq(r->handling.onward_to[i], we);
    return listed && en_bundle_part_opens(p, sender, NULL) == EN_OK;
}

/* --- taken back --------------------------------------------------------------------------------------------------- */

struct passed {
    struct en_call *c;
    const struct en_store_record *by;
    struct en_store_delivery at[EN_STORE_ROSTER_MAX];
    char partner[EN_STORE_ROSTER_MAX][EN_SEAL_ID_LEN + 1];
    size_t n;
};

static en_errc
note_passed(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct passed *p = ctx;

    (void)err;
    if (x->state == EN_DELIVERY_DROPPED || p->n == EN_STORE_ROSTER_MAX || x->partner.n != EN_SEAL_ID_LEN)
        return EN_OK;
    p->at[p->n] = *x;
    p->at[p->n].bytes = p->at[p->n].proof = (en_bytes){ NULL, 0 };
    p->at[p->n].reason = EN_TEXT_LIT("");
    memcpy(p->partner[p->n++], x->partner.p, EN_SEAL_ID_LEN);
    return EN_OK;
}

static en_errc
note_version(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct passed *p = ctx;
    const struct en_store_delivery_filter f = { .record = x->id };

    return x->sender.n == 0 ? EN_OK : en_store_deliveries_each(p->c->store, &f, note_passed, p, err);
}

en_errc
onward_withdrawn(struct en_call *c, const struct en_store_record *by, struct en_err *err)
{
    const struct en_store_record_filter f = { .uuid = by->about, .originator = by->originator };
    struct passed *p = en_xcalloc(1, sizeof *p);
    en_errc rc;

    p->c = c;
    p->by = by;
    rc = en_store_records_each(c->store, &f, note_version, p, err);
    for (size_t i = 0; rc == EN_OK && i < p->n; i++) {
        struct en_store_delivery x = p->at[i];

        if (x.state == EN_DELIVERY_QUEUED) { /* it has not left: it does not leave */
            x.state = EN_DELIVERY_DROPPED;
            rc = en_store_delivery_change(c->store, &x, err);
            continue;
        }
        x = (struct en_store_delivery){ .partner = en_text_from_ours(p->partner[i]),
                                        .kind = EN_DELIVERY_RECORD,
                                        .record = by->id,
                                        .release = x.release,
                                        .reason = EN_TEXT_LIT(""),
                                        .urgent = true,
                                        .queued = c->now,
                                        .sent = EN_TIME_NONE,
                                        .answered = EN_TIME_NONE,
                                        .opened = EN_TIME_NONE };
        rc = en_store_delivery_add(c->store, &x, &x.id, err);
        rc = rc == EN_E_NO ? EN_OK : rc; /* of two versions to one partner */
    }
    free(p);
    return rc;
}
