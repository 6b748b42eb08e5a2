/*
 * act_answer.c: answers to carriers, by persons: what was said is read, a person orders, what waits is taken out, and
 * what came back is read.
 */
#include <string.h>

#include "acts/act.h"
#include "acts/input.h"
#include "base/map.h"
#include "casework/board.h"
#include "formats/cusres.h"

static const char *const order_reasons[] = { "travel-ban", "arrest-warrant", "document-invalid", "other-authority",
                                             "cleared",    "released",       "more-checks" };

/* A first voice for "1Z": kept, and told to nobody before a second one. */
static bool
is_proposal(const struct en_store_answer *x)
{
    return en_text_is(x->status, "1Z") && x->second == 0;
}

/* --- list --------------------------------------------------------------------------------------------------------- */

static void
tell(const struct en_store_answer *x, struct en_json *j)
{
    en_json_object(j);
    en_json_kv_int(j, "answer", x->id);
    en_json_kv_int(j, "traveller", x->traveller);
    en_json_kv_text(j, "status", x->status);
    en_json_kv_text(j, "why", x->why);
    en_json_kv_int(j, "by", x->actor);
    en_json_kv_int(j, "second", x->second);
    json_kv_time(j, "at", x->at);
    json_kv_time(j, "sent", x->sent);
    json_kv_time(j, "deadline", x->deadline);
    json_kv_time(j, "acknowledged", x->acknowledged);
    en_json_kv_text(j, "reference", x->reference);
    en_json_object_end(j);
}

struct listing {
    struct en_call *c;
    bool emit, waiting;
};

static en_errc
list_one(void *ctx, const struct en_store_answer *x, struct en_err *err)
{
    struct listing *l = ctx;
    struct en_json j;

    if (l->waiting && x->deadline == EN_TIME_NONE && !is_proposal(x))
        return EN_OK;
    if (!l->emit) {
        en_json_int(&l->c->ev, x->id);
        return EN_OK;
    }
    call_record(l->c, &j);
    tell(x, &j);
    return call_emit(l->c, err);
}

en_errc
act_answer_list(struct en_call *c, struct en_err *err)
{
    struct en_store_answer_filter f = { .id = 0 };
    struct listing l = { c, false, false };
    en_errc rc;

    f.traveller = en_args_int(&c->args, "traveller", EN_MAY, 1, INT64_MAX, 0);
    f.limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 100000, 1000);
    l.waiting = en_args_bool(&c->args, "waiting");
    rc = en_args_end(&c->args, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "answers");
    en_json_array(&c->ev);
    rc = en_store_answers_each(c->store, &f, list_one, &l, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    l.emit = true;
    return rc != EN_OK ? rc : en_store_answers_each(c->store, &f, list_one, &l, err);
}

/* --- a person orders ---------------------------------------------------------------------------------------------- */

struct ordering {
    struct en_call *c;
    struct en_board_order order;
    struct en_store_hit hit;
    struct en_store_answer newest, mine;
    en_text reason;
    bool has_newest;
};

static bool
known_reason(en_text t)
{
    return en_text_among(t, order_reasons, sizeof order_reasons / sizeof *order_reasons, NULL);
}

static en_errc
count_same(void *ctx, const struct en_store_hit *h, struct en_err *err)
{
    (void)err;
    if (h->state == EN_HIT_DECIDED && h->answer == EN_ANSWER_SAME)
        *(bool *)ctx = true;
    return EN_OK;
}

/* Is there a proposal of another key that this one confirms? */
static en_errc
find_proposal(struct ordering *o, struct en_err *err)
{
    struct en_call *c = o->c;
    const struct en_store_hit_filter f = { .traveller = o->hit.traveller };
    struct en_store_user first;
    en_errc rc = en_store_answer_newest(c->store, o->hit.traveller, &c->arena, &o->newest, NULL);

    o->has_newest = rc == EN_OK;
    if (rc != EN_OK && rc != EN_E_NOT_FOUND)
        return en_err_set(err, rc, EN_NO_POS, "the answers cannot be read");
    o->order.by = c->user.id;
    if (o->has_newest && o->order.what == EN_BOARD_ORDER_REFUSE && is_proposal(&o->newest) &&
        o->newest.actor != c->user.id) {
        rc = en_store_user_get(c->store, o->newest.actor, &c->arena, &first, err);
        if (rc != EN_OK)
            return rc;
        o->order.by = o->newest.actor;
        o->order.second = c->user.id;
        o->order.same_person = memcmp(first.key, c->user.key, EN_KEY_LEN) == 0;
    }
    return en_store_hits_each(c->store, &f, count_same, &o->order.hit_is_same, err);
}

/* A first voice for "1Z" is kept and goes nowhere. */
static en_errc
propose(struct ordering *o, struct en_err *err)
{
    struct en_call *c = o->c;

    if (o->has_newest && is_proposal(&o->newest) && o->newest.actor == c->user.id)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "you have ordered it; somebody with another key confirms now");
    o->mine.status = EN_TEXT_LIT("1Z");
    return en_store_answer_add(c->store, &o->mine, &o->mine.id, err);
}

static en_errc
carry_out(struct ordering *o, const char *code, bool waits, struct en_err *err)
{
    struct en_call *c = o->c;
    en_errc rc;

    if (!o->has_newest)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "no carrier has asked about this traveller");
    o->mine = (struct en_store_answer){ .traveller = o->hit.traveller,
                                        .manifest = o->newest.manifest,
                                        .message = o->newest.message,
                                        .pnr = o->newest.pnr,
                                        .passenger = o->newest.passenger,
                                        .why = o->reason,
                                        .actor = o->order.by,
                                        .at = c->now,
                                        .sent = EN_TIME_NONE,
                                        .deadline = EN_TIME_NONE,
                                        .acknowledged = EN_TIME_NONE,
                                        .reference = EN_TEXT_LIT("") };
    if (waits)
        return propose(o, err);
    if (o->order.second != 0) { /* the proposal becomes the answer */
        o->mine = o->newest;
        o->mine.second = o->order.second;
    } else if (o->has_newest && o->newest.deadline != EN_TIME_NONE) {
        o->newest.deadline = EN_TIME_NONE;
        rc = en_store_answer_change(c->store, &o->newest, err);
        if (rc != EN_OK)
            return rc;
    }
    return answers_order(c, o->hit.traveller, code, &o->mine, err);
}

static en_errc
read_order(struct ordering *o, struct en_err *err)
{
    struct en_args *a = &o->c->args;
    int64_t hit = en_args_int(a, "hit", EN_MUST, 1, INT64_MAX, 0);
    en_text what = en_args_text(a, "order", EN_MUST, 20);
    en_errc rc;

    o->reason = en_args_text(a, "reason", EN_MUST, 40);
    o->order.has_reason = known_reason(o->reason);
    if (en_text_is(what, "board"))
        o->order.what = EN_BOARD_ORDER_OK;
    else if (en_text_is(what, "check"))
        o->order.what = EN_BOARD_ORDER_CHECK;
    else if (en_text_is(what, "refuse"))
        o->order.what = EN_BOARD_ORDER_REFUSE;
    else
        en_args_fault(a, "order", "is board, check or refuse");
    if (!o->order.has_reason)
        en_args_fault(a, "reason", "is one of those of entente help answer order");
    rc = en_args_end(a, err);
    rc = rc != EN_OK ? rc : en_store_hit_get(o->c->store, hit, &o->c->arena, &o->hit, err);
    return rc == EN_E_NOT_FOUND ? err_not_found(err, "hit") : rc;
}

en_errc
act_answer_order(struct en_call *c, struct en_err *err)
{
    struct ordering o = { .c = c };
    const struct en_reason *no;
    const char *code;
    bool waits;
    struct en_json j;
    en_errc rc = read_order(&o, err);

    rc = rc != EN_OK ? rc : find_proposal(&o, err);
    if (rc != EN_OK)
        return rc;
    code = en_board_order_code(&o.order, &waits, &no);
    if (no != NULL)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "%s (%s)", no->text, no->clause);
    rc = call_begin(c, err);
    rc = rc != EN_OK ? rc : carry_out(&o, code, waits, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "hit", o.hit.id);
    en_json_kv_int(&c->ev, "traveller", o.hit.traveller);
    en_json_kv_int(&c->ev, "answer", o.mine.id);
    en_json_kv_str(&c->ev, "status", waits ? "1Z" : code);
    en_json_kv_bool(&c->ev, "waits", waits);
    en_json_kv_text(&c->ev, "reason", o.reason);
    rc = call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    tell(&o.mine, &j);
    rc = call_emit(c, err);
    return rc == EN_OK && waits ? en_err_set(err, EN_E_SECOND, EN_NO_POS,
                                             "kept; nothing is sent before a person with another key confirms")
                                : rc;
}

/* --- what waits to leave ------------------------------------------------------------------------------------------ */

struct leaving {
    struct en_call *c;
    bool emit;
};

static bool
leaves(const struct en_store_intent *x)
{
    return en_text_is(x->kind, OUT_CUSRES) || en_text_is(x->kind, OUT_BORDER);
}

static en_errc
take_one(void *ctx, const struct en_store_intent *x, struct en_err *err)
{
    struct leaving *l = ctx;
    struct en_json j;
    en_text content;
    unsigned repairs = 0;
    en_errc rc;

    if (!leaves(x))
        return EN_OK;
    if (!l->emit) {
        en_json_int(&l->c->ev, x->id);
        return EN_OK;
    }
    call_record(l->c, &j);
    rc = en_text_check(x->bytes, EN_STORE_MAX_BLOB, &l->c->scratch, &content, &repairs, err);
    if (rc != EN_OK)
        return rc;
    en_json_object(&j);
    en_json_kv_int(&j, "leaving", x->id);
    en_json_kv_text(&j, "kind", x->kind);
    en_json_kv_text(&j, "content", content);
    en_json_object_end(&j);
    return call_emit(l->c, err);
}

en_errc
act_answer_take(struct en_call *c, struct en_err *err)
{
    struct leaving l = { c, false };
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    en_json_key(&c->ev, "leaving");
    en_json_array(&c->ev);
    rc = en_store_intents_each(c->store, true, take_one, &l, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    l.emit = true;
    return rc != EN_OK ? rc : en_store_intents_each(c->store, true, take_one, &l, err);
}

struct finishing {
    struct en_call *c;
    int64_t id;
    bool found;
    en_bytes cusres; /* empty: it is a notice to the border */
    const struct en_cusres_row *rows;
    size_t n_rows;
    int64_t *ids; /* of the answers that it carries */
    size_t n, cap;
};

static en_errc
find_leaving(void *ctx, const struct en_store_intent *x, struct en_err *err)
{
    struct finishing *f = ctx;
    void *copy;

    if (f->found || x->id != f->id || !leaves(x))
        return EN_OK;
    f->found = true;
    if (!en_text_is(x->kind, OUT_CUSRES) || x->bytes.n == 0)
        return EN_OK;
    if (!(copy = en_arena_copy(&f->c->arena, x->bytes.p, x->bytes.n)))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the answer is too large");
    f->cusres = en_bytes_from(copy, x->bytes.n);
    return EN_OK;
}

static en_errc
note_carried(void *ctx, const struct en_store_answer *x, struct en_err *err)
{
    struct finishing *f = ctx;
    size_t i = 0;

    while (i < f->n_rows && !(en_text_eq(f->rows[i].reference, x->passenger) && en_text_eq(f->rows[i].pnr, x->pnr)))
        i++;
    if (i == f->n_rows || x->sent != EN_TIME_NONE || is_proposal(x))
        return EN_OK;
    if (!en_arena_grow(&f->c->arena, &f->ids, &f->cap, f->n + 1, sizeof *f->ids))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the interchange carries too many answers");
    f->ids[f->n++] = x->id;
    return EN_OK;
}

/* An answer is known by the control reference that asked, a change of mind by our own. */
static en_errc
find_carried(void *ctx, const struct en_cusres_head *h, const struct en_cusres_row *rows, size_t n, struct en_err *err)
{
    struct finishing *f = ctx;
    const struct en_store_answer_filter of = { .reference = h->control };

    f->rows = rows;
    f->n_rows = n;
    return h->control.n > 0 ? en_store_answers_each(f->c->store, &of, note_carried, f, err) : EN_OK;
}

static en_errc
read_carried(struct finishing *f, struct en_err *err)
{
    struct en_report *unused = en_report_new();
    struct en_cusres *reader = en_cusres_new((struct en_cusres_sink){ f, find_carried }, unused);
    en_errc rc = en_cusres_feed(reader, f->cusres, err);

    rc = rc != EN_OK ? rc : en_cusres_end(reader, err);
    en_cusres_free(reader);
    en_report_free(unused);
    return rc;
}

static en_errc
mark_sent(struct finishing *f, struct en_err *err)
{
    en_errc rc = f->cusres.n > 0 ? read_carried(f, err) : EN_OK;

    en_json_key(&f->c->ev, "answers");
    en_json_array(&f->c->ev);
    for (size_t i = 0; rc == EN_OK && i < f->n; i++) {
        const struct en_store_answer_filter of = { .id = f->ids[i] };
        struct en_store_answer x;
        struct answer_take t = { &f->c->arena, &x, false };

        rc = en_store_answers_each(f->c->store, &of, answer_take, &t, err);
        x.sent = f->c->now;
        rc = rc == EN_OK && t.found ? en_store_answer_change(f->c->store, &x, err) : rc;
        en_json_int(&f->c->ev, f->ids[i]);
    }
    en_json_array_end(&f->c->ev);
    return rc;
}

/* The second entry: it is where it was to go. */
en_errc
act_answer_sent(struct en_call *c, struct en_err *err)
{
    struct finishing f = { .c = c, .id = en_args_int(&c->args, "leaving", EN_MUST, 1, INT64_MAX, 0) };
    struct en_json j;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : en_store_intents_each(c->store, true, find_leaving, &f, err);
    if (rc == EN_OK && !f.found)
        return err_not_found(err, "answer that waits");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    rc = rc != EN_OK ? rc : en_store_intent_finish(c->store, f.id, EN_TEXT_LIT("handed over"), c->now, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "leaving", f.id);
    rc = mark_sent(&f, err);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_int(&j, "sent", f.id);
    en_json_object_end(&j);
    return call_emit(c, err);
}

/* --- what came back ----------------------------------------------------------------------------------------------- */

struct reading {
    struct en_call *c;
    struct en_cusres *reader;
    struct en_arena arena;
    int64_t *ids;
    size_t n, cap;
    uint64_t rows, unknown;
};

static en_errc
note_answer(void *ctx, const struct en_store_answer *x, struct en_err *err)
{
    struct reading *r = ctx;

    if (!en_arena_grow(&r->arena, &r->ids, &r->cap, r->n + 1, sizeof *r->ids))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the receipt is about too many answers");
    r->ids[r->n++] = x->id;
    return EN_OK;
}

static en_errc
take_receipt(void *ctx, const struct en_cusres_head *h, const struct en_cusres_row *rows, size_t n, struct en_err *err)
{
    struct reading *r = ctx;
    const struct en_store_answer_filter f = { .reference = h->transaction };
    size_t before = r->n;
    en_errc rc;

    (void)rows;
    if (h->what != EN_CUSRES_RECEIPT)
        return EN_OK;
    r->rows += n;
    rc = h->transaction.n > 0 ? en_store_answers_each(r->c->store, &f, note_answer, r, err) : EN_OK;
    r->unknown += r->n == before;
    return rc;
}

static en_errc
feed(void *ctx, en_bytes chunk, struct en_err *err)
{
    return en_cusres_feed(((struct reading *)ctx)->reader, chunk, err);
}

static en_errc
acknowledge(struct reading *r, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < r->n; i++) {
        const struct en_store_answer_filter f = { .id = r->ids[i] };
        struct en_store_answer x;
        struct answer_take t = { &r->arena, &x, false };

        rc = en_store_answers_each(r->c->store, &f, answer_take, &t, err);
        x.acknowledged = r->c->now;
        rc = rc == EN_OK && t.found ? en_store_answer_change(r->c->store, &x, err) : rc;
        en_json_int(&r->c->ev, r->ids[i]);
    }
    return rc;
}

en_errc
act_answer_read(struct en_call *c, struct en_err *err)
{
    struct en_report *report = en_report_new();
    struct reading r = { .c = c };
    struct en_json j;
    en_errc rc = en_args_end(&c->args, err);

    en_arena_init(&r.arena, 64 * EN_MIB);
    r.reader = en_cusres_new((struct en_cusres_sink){ &r, take_receipt }, report);
    rc = rc != EN_OK ? rc : input_each(&c->rq->inputs[0], feed, &r, err);
    rc = rc != EN_OK ? rc : en_cusres_end(r.reader, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    en_json_key(&c->ev, "acknowledged");
    en_json_array(&c->ev);
    rc = rc != EN_OK ? rc : acknowledge(&r, err);
    en_json_array_end(&c->ev);
    rc = rc != EN_OK ? rc : call_commit(c, err);
    if (rc == EN_OK) {
        call_record(c, &j);
        en_json_object(&j);
        en_json_kv_uint(&j, "acknowledged", r.n);
        en_json_kv_uint(&j, "persons", r.rows);
        en_json_kv_uint(&j, "unknown", r.unknown);
        en_json_object_end(&j);
        rc = call_emit(c, err);
    }
    en_cusres_free(r.reader);
    en_report_free(report);
    en_arena_release(&r.arena);
    return rc == EN_OK && r.unknown > 0 ? EN_E_NO : rc;
}
