/*
 * answers.c: what carriers are told. The first answer goes out with the act that took the message; later ones when
 * something changes: a hit is found or decided, a person orders, the time for a person is up.
 *
 * Every answer is a row, and the interchange that carries it an intent of the same transaction: nothing leaves before
 * its event is on disk. The machine's answers come from en_board_answer; "1Z" comes out of en_board_order_code alone.
 */
#include <stdlib.h>
#include <string.h>

#include "acts/act.h"
#include "casework/board.h"
#include "formats/cusres.h"

/* Times of flights are local and taken as if UTC: nobody departs later than this behind it. */
#define LOCAL_SLACK (14 * EN_TIME_HOUR)

/* --- what leaves -------------------------------------------------------------------------------------------------- */

static void
add(struct en_outbox *o, const char *kind, en_bytes bytes)
{
    en_buf_put_block(&o->items, en_bytes_from(kind, strlen(kind)));
    en_buf_put_block(&o->items, bytes);
    o->n++;
}

en_errc
outbox_write(struct en_outbox *o, struct en_store *s, uint64_t event, en_time at, struct en_err *err)
{
    en_reader r = en_reader_from(en_buf_bytes(&o->items));
    en_errc rc = EN_OK;

    for (unsigned i = 0; rc == EN_OK && i < o->n; i++) {
        en_bytes kind = en_reader_block(&r, EN_STORE_MAX_WORD);
        struct en_store_intent x = { .event = event,
                                     .kind = { (const char *)kind.p, kind.n }, /* a word of ours */
                                     .created = at,
                                     .finished = EN_TIME_NONE };

        x.bytes = en_reader_block(&r, EN_STORE_MAX_BLOB);
        rc = en_store_intent_add(s, &x, &x.id, err);
    }
    return rc;
}

void
outbox_release(struct en_outbox *o)
{
    en_buf_release(&o->items);
    o->n = 0;
}

/* --- a traveller as the rule sees it ------------------------------------------------------------------------------ */

struct standing {
    struct en_board_facts facts;
    en_time newest_open; /* when the newest hit was found that waits */
    en_text pnr, reference, flight;
    int64_t manifest; /* with the message: who asked */
    uint32_t message;
};

static en_errc
count_hit(void *ctx, const struct en_store_hit *h, struct en_err *err)
{
    struct standing *s = ctx;

    (void)err;
    switch (h->state) {
    case EN_HIT_NEW:
    case EN_HIT_PENDING:
        s->facts.open_hits++;
        if (h->changed > s->newest_open)
            s->newest_open = h->changed;
        break;
    case EN_HIT_DECIDED:
        s->facts.same_hits += h->answer == EN_ANSWER_SAME;
        s->facts.unsure_hits += h->answer == EN_ANSWER_CANNOT_TELL;
        break;
    case EN_HIT_CLEARED:
    case EN_HIT_ENDED:
    case EN_HIT_STATES:
        break;
    }
    return EN_OK;
}

static en_errc
look(struct en_acts *a, const struct en_store_traveller *t, struct en_arena *arena, struct standing *out,
     struct en_err *err)
{
    const struct en_store_hit_filter f = { .traveller = t->id };
    struct en_person p;
    en_errc rc = person_of(t->person, arena, &p, err);

    *out = (struct standing){ .newest_open = EN_TIME_NONE, .flight = t->flight };
    if (rc != EN_OK)
        return rc;
    out->facts.has_name = p.n_names > 0;
    out->facts.has_birth = p.n_births > 0;
    out->facts.has_document = p.n_docs > 0;
    return en_store_hits_each(a->store, &f, count_hit, out, err);
}

/* Who asked, and by which references: as in the answer before. */
static void
asked_as(struct standing *s, const struct en_store_answer *before)
{
    s->manifest = before->manifest;
    s->message = before->message;
    s->pnr = before->pnr;
    s->reference = before->passenger;
}

/* --- the message that asked --------------------------------------------------------------------------------------- */

struct asked {
    struct en_arena *arena;
    uint32_t number;
    en_bytes head;
    en_time departs;
};

static en_errc
take_asked(void *ctx, const struct en_store_message *x, struct en_err *err)
{
    struct asked *q = ctx;
    void *copy;

    if (x->number != q->number || x->head.n == 0)
        return EN_OK;
    copy = en_arena_copy(q->arena, x->head.p, x->head.n);
    if (copy == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the head of a message is too large");
    q->head = en_bytes_from(copy, x->head.n);
    q->departs = x->departs;
    return EN_OK;
}

/* *asks is false if nobody waits for an answer about this traveller. */
static en_errc
find_asked(struct en_acts *a, const struct standing *s, struct en_arena *arena, struct en_cusres_head *head,
           en_time *departs, bool *asks, struct en_err *err)
{
    const struct en_store_message_filter f = { .manifest = s->manifest };
    struct asked q = { .arena = arena, .number = s->message };
    en_errc rc = en_store_messages_each(a->store, &f, take_asked, &q, err);

    *asks = rc == EN_OK && q.head.n > 0;
    *departs = q.departs;
    if (*asks && !en_cusres_head_unpack(q.head, arena, head))
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the head of a message is not one");
    return rc;
}

/* --- one answer --------------------------------------------------------------------------------------------------- */

static void
row_of(const struct standing *s, const char *code, struct en_cusres_row *out)
{
    /*= reference/travel.md R6: "never reveal in FTX why" */
    *out = (struct en_cusres_row){ .pnr = s->pnr,
                                   .reference = s->reference,
                                   .status = en_text_from_ours(code),
                                   .text = strcmp(code, "0Z") == 0   ? EN_TEXT_LIT("OK TO BOARD")
                                           : strcmp(code, "1Z") == 0 ? EN_TEXT_LIT("NO BOARD")
                                           : strcmp(code, "2Z") == 0 ? EN_TEXT_LIT("WAIT FOR ADVICE")
                                                                     : EN_TEXT_LIT("DATA INSUFFICIENT") };
}

/* The change of mind: BGM 132 under a reference of our own. */
static void
write_change(const struct en_cusres_head *head, const struct standing *s, const char *code, int64_t answer, en_time at,
             struct en_outbox *out, struct en_buf *reference)
{
    struct en_cusres_row row;
    struct en_buf b = EN_BUF_INIT;

    en_buf_reset(reference);
    en_buf_addf(reference, "EN%lld", (long long)answer);
    row_of(s, code, &row);
    row.text = EN_TEXT_NONE;
    en_cusres_write(head, EN_CUSRES_CHANGE, &row, 1, at, (en_text){ reference->p, reference->n },
                    (en_text){ reference->p, reference->n }, &b);
    add(out, OUT_CUSRES, en_buf_bytes(&b));
    en_buf_release(&b);
}

/* x has everything but its reference, which is made of its number and lives in the arena. */
static en_errc
send_change(struct en_acts *a, const struct en_cusres_head *head, const struct standing *s, struct en_store_answer *x,
            struct en_arena *arena, struct en_outbox *out, struct en_err *err)
{
    struct en_buf reference = EN_BUF_INIT;
    char code[3] = { x->status.p[0], x->status.p[1], '\0' };
    en_errc rc = EN_OK;

    x->reference = EN_TEXT_LIT("");
    x->manifest = s->manifest;
    x->message = s->message;
    x->pnr = s->pnr;
    x->passenger = s->reference;
    if (x->id == 0)
        rc = en_store_answer_add(a->store, x, &x->id, err);
    if (rc == EN_OK) {
        write_change(head, s, code, x->id, x->at, out, &reference);
        x->reference = en_text_dup((en_text){ reference.p, reference.n }, arena);
        rc = en_store_answer_change(a->store, x, err);
    }
    en_buf_release(&reference);
    return rc;
}

/* --- something changed -------------------------------------------------------------------------------------------- */

/* Nobody looked in time, and nothing is new since: it is not asked again. */
static bool
let_go(const struct en_store_answer *newest, const struct standing *s)
{
    return en_text_is(newest->why, "nobody-in-time") && s->facts.same_hits == 0 && s->newest_open <= newest->at;
}

static en_errc
get_traveller(struct en_acts *a, int64_t id, struct en_arena *arena, struct en_store_traveller *t, struct en_err *err)
{
    return en_store_traveller_get(a->store, id, arena, t, err);
}

en_errc
answers_refresh(struct en_acts *a, const struct en_store_node *node, int64_t traveller, en_time now,
                struct en_outbox *out, struct en_err *err)
{
    struct en_arena arena;
    struct en_store_answer newest, x = { .traveller = traveller, .at = now, .sent = EN_TIME_NONE };
    struct en_store_traveller t;
    struct en_cusres_head head;
    struct standing s;
    const struct en_reason *why;
    enum en_board_machine m;
    en_time departs = EN_TIME_NONE;
    bool asks = false;
    en_errc rc;

    en_arena_init(&arena, EN_MAX_RECORD_ARENA);
    rc = en_store_answer_newest(a->store, traveller, &arena, &newest, NULL);
    if (rc == EN_E_NOT_FOUND || (rc == EN_OK && newest.actor != 0)) { /* a person's word stands until a person's */
        en_arena_release(&arena);
        return EN_OK;
    }
    rc = rc != EN_OK ? rc : get_traveller(a, traveller, &arena, &t, err);
    rc = rc != EN_OK ? rc : look(a, &t, &arena, &s, err);
    if (rc == EN_OK)
        asked_as(&s, &newest);
    rc = rc != EN_OK ? rc : find_asked(a, &s, &arena, &head, &departs, &asks, err);
    m = rc == EN_OK ? en_board_answer(&s.facts, &why) : EN_BOARD_OK;
    if (rc == EN_OK && asks && !en_text_is(newest.status, en_board_machine_code(m)) && !let_go(&newest, &s) &&
        (departs == EN_TIME_NONE || now < departs + LOCAL_SLACK)) {
        x.status = en_text_from_ours(en_board_machine_code(m));
        x.why = en_text_from_ours(why->code);
        x.deadline = m == EN_BOARD_CHECK ? now + (en_time)node->answer_minutes * 60 * EN_TIME_SECOND : EN_TIME_NONE;
        x.acknowledged = EN_TIME_NONE;
        rc = send_change(a, &head, &s, &x, &arena, out, err);
        if (rc == EN_OK && newest.deadline != EN_TIME_NONE) {
            newest.deadline = EN_TIME_NONE;
            rc = en_store_answer_change(a->store, &newest, err);
        }
    }
    en_arena_release(&arena);
    return rc;
}

/* --- the first answer --------------------------------------------------------------------------------------------- */

/* One person of a message that asks. */
static en_errc
answer_one(struct en_call *c, const struct en_cusres_head *head, const struct answer_wanted *w,
           struct en_cusres_row *row, struct en_err *err)
{
    struct en_arena arena;
    struct en_store_traveller t;
    const struct en_reason *why;
    enum en_board_machine m;
    struct standing s;
    en_errc rc;

    en_arena_init(&arena, EN_MAX_RECORD_ARENA);
    rc = get_traveller(c->acts, w->traveller, &arena, &t, err);
    rc = rc != EN_OK ? rc : look(c->acts, &t, &arena, &s, err);
    if (rc == EN_OK) {
        m = en_board_answer(&s.facts, &why);
        s.pnr = w->pnr;
        s.reference = w->reference;
        row_of(&s, en_board_machine_code(m), row);
        rc = en_store_answer_add(
            c->store,
            &(struct en_store_answer){ .traveller = w->traveller,
                                       .manifest = w->manifest,
                                       .message = w->message,
                                       .pnr = w->pnr,
                                       .passenger = w->reference,
                                       .status = row->status,
                                       .why = en_text_from_ours(why->code),
                                       .at = c->now,
                                       .sent = EN_TIME_NONE,
                                       .deadline = m == EN_BOARD_CHECK
                                                       ? c->now + (en_time)c->node.answer_minutes * 60 * EN_TIME_SECOND
                                                       : EN_TIME_NONE,
                                       .acknowledged = EN_TIME_NONE,
                                       .reference = head->control },
            &(int64_t){ 0 }, err);
    }
    en_arena_release(&arena);
    return rc;
}

/*= reference/travel.md 3.2: "an unreadable message is answered with ERP+1 and ERC+118 (header level)" */
static void
answer_nobody(struct en_call *c, const struct en_cusres_head *head)
{
    struct en_buf b = EN_BUF_INIT;

    en_cusres_write_unreadable(head, c->now, &b);
    add(&c->outbox, OUT_CUSRES, en_buf_bytes(&b));
    en_buf_release(&b);
}

en_errc
answers_first(struct en_call *c, const struct en_cusres_head *head, const struct answer_wanted *wanted, size_t n,
              struct en_err *err)
{
    struct en_cusres_row *rows = en_xcalloc(n + 1, sizeof *rows);
    struct en_buf b = EN_BUF_INIT;
    en_errc rc = EN_OK;
    size_t told = 0;

    for (size_t i = 0; rc == EN_OK && i < n; i++)
        if (wanted[i].message == head->number)
            rc = answer_one(c, head, &wanted[i], &rows[told++], err);
    if (rc == EN_OK && told > 0) {
        en_cusres_write(head, EN_CUSRES_ANSWER, rows, told, c->now, EN_TEXT_NONE, EN_TEXT_NONE, &b);
        add(&c->outbox, OUT_CUSRES, en_buf_bytes(&b));
        c->answered += told;
    } else if (rc == EN_OK) {
        answer_nobody(c, head);
    }
    en_buf_release(&b);
    free(rows);
    return rc;
}

/* --- the time is up ----------------------------------------------------------------------------------------------- */

struct due {
    int64_t ids[64], travellers[64];
    size_t n;
};

static en_errc
note_due(void *ctx, const struct en_store_answer *x, struct en_err *err)
{
    struct due *d = ctx;

    (void)err;
    d->ids[d->n] = x->id;
    d->travellers[d->n++] = x->traveller;
    return EN_OK;
}

/* The border is told by numbers; who is meant stands in the node. */
static void
tell_border(const struct standing *s, int64_t traveller, const struct en_reason *why, en_time at, struct en_outbox *out)
{
    struct en_buf b = EN_BUF_INIT;
    struct en_json j;

    en_json_init(&j, &b);
    en_json_object(&j);
    en_json_kv_str(&j, "notice", "look-on-arrival");
    en_json_kv_int(&j, "traveller", traveller);
    en_json_kv_text(&j, "flight", s->flight);
    en_json_kv_text(&j, "reference", s->reference);
    json_kv_time(&j, "at", at);
    en_json_kv_str(&j, "why", why->text);
    en_json_object_end(&j);
    add(out, OUT_BORDER, en_buf_bytes(&b));
    en_buf_release(&b);
}

static en_errc
time_is_up(struct en_acts *a, int64_t traveller, en_time now, struct en_outbox *out, struct en_err *err)
{
    struct en_arena arena;
    struct en_store_answer newest, x = { .traveller = traveller, .at = now, .sent = EN_TIME_NONE };
    struct en_store_traveller t;
    struct en_cusres_head head;
    struct standing s;
    const struct en_reason *why;
    enum en_board_machine m = en_board_timer_ends(&why);
    en_time departs;
    bool asks = false;
    en_errc rc;

    en_arena_init(&arena, EN_MAX_RECORD_ARENA);
    rc = en_store_answer_newest(a->store, traveller, &arena, &newest, err);
    rc = rc != EN_OK ? rc : get_traveller(a, traveller, &arena, &t, err);
    rc = rc != EN_OK ? rc : look(a, &t, &arena, &s, err);
    if (rc == EN_OK)
        asked_as(&s, &newest);
    rc = rc != EN_OK ? rc : find_asked(a, &s, &arena, &head, &departs, &asks, err);
    if (rc == EN_OK && asks && newest.actor == 0 && en_text_is(newest.status, "2Z")) {
        x.status = en_text_from_ours(en_board_machine_code(m));
        x.why = en_text_from_ours(why->code);
        x.deadline = x.acknowledged = EN_TIME_NONE;
        rc = send_change(a, &head, &s, &x, &arena, out, err);
        if (rc == EN_OK)
            tell_border(&s, traveller, why, now, out);
    }
    en_arena_release(&arena);
    return rc;
}

static en_errc
end_deadline(struct en_acts *a, int64_t id, struct en_err *err)
{
    const struct en_store_answer_filter f = { .id = id };
    struct en_arena arena;
    struct en_store_answer x;
    struct answer_take t = { &arena, &x, false };
    en_errc rc;

    en_arena_init(&arena, EN_MIB);
    rc = en_store_answers_each(a->store, &f, answer_take, &t, err);
    x.deadline = EN_TIME_NONE;
    rc = rc == EN_OK && t.found ? en_store_answer_change(a->store, &x, err) : rc;
    en_arena_release(&arena);
    return rc;
}

/*= reference/travel.md 5.3: "0Z + inform border" when the human timer runs out */
en_errc
answers_tick(struct en_acts *a, en_time now, bool *more, struct en_err *err)
{
    const struct en_store_answer_filter f = { .due = now, .limit = 64 };
    struct en_outbox out = { .n = 0 };
    struct en_buf event = EN_BUF_INIT;
    struct en_json ev;
    struct due d = { .n = 0 };
    uint64_t seq = 0;
    en_errc rc = en_store_answers_each(a->store, &f, note_due, &d, err);

    if (rc != EN_OK || d.n == 0)
        return rc;
    rc = en_store_begin(a->store, err);
    event_open(&event, &ev, "tick", now, 0, NULL);
    en_json_key(&ev, "travellers");
    en_json_array(&ev);
    for (size_t i = 0; rc == EN_OK && i < d.n; i++) {
        rc = end_deadline(a, d.ids[i], err);
        rc = rc != EN_OK ? rc : time_is_up(a, d.travellers[i], now, &out, err);
        en_json_int(&ev, d.travellers[i]);
    }
    en_json_array_end(&ev);
    en_json_object_end(&ev);
    rc = rc != EN_OK ? rc : event_append_node(a, "answer-timer", en_buf_bytes(&event), now, &seq, err);
    rc = rc != EN_OK ? rc : outbox_write(&out, a->store, seq, now, err);
    rc = rc != EN_OK ? rc : en_store_commit(a->store, err);
    if (rc != EN_OK)
        en_store_abort(a->store);
    *more = *more || d.n == 64;
    outbox_release(&out);
    en_buf_release(&event);
    return rc;
}

en_errc
answer_take(void *ctx, const struct en_store_answer *x, struct en_err *err)
{
    struct answer_take *t = ctx;

    (void)err;
    *t->out = *x;
    t->out->pnr = en_text_dup(x->pnr, t->arena);
    t->out->passenger = en_text_dup(x->passenger, t->arena);
    t->out->status = en_text_dup(x->status, t->arena);
    t->out->why = en_text_dup(x->why, t->arena);
    t->out->reference = en_text_dup(x->reference, t->arena);
    t->found = true;
    return EN_OK;
}

/* --- a person orders ---------------------------------------------------------------------------------------------- */

/* A person's word about a traveller, as a change of what the carrier was told. */
en_errc
answers_order(struct en_call *c, int64_t traveller, const char *code, struct en_store_answer *x, struct en_err *err)
{
    struct en_store_traveller t;
    struct en_cusres_head head;
    struct standing s;
    en_time departs;
    bool asks = false;
    en_errc rc = get_traveller(c->acts, traveller, &c->arena, &t, err);

    rc = rc != EN_OK ? rc : look(c->acts, &t, &c->arena, &s, err);
    if (rc == EN_OK)
        asked_as(&s, x);
    rc = rc != EN_OK ? rc : find_asked(c->acts, &s, &c->arena, &head, &departs, &asks, err);
    if (rc == EN_OK && !asks)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "no carrier has asked about this traveller");
    if (rc != EN_OK)
        return rc;
    x->status = en_text_from_ours(code);
    return send_change(c->acts, &head, &s, x, &c->arena, &c->outbox, err);
}
