/*
 * act_screen.c: a manifest comes in, its travellers are screened, and what is found is kept.
 *
 * The manifest is walked twice: first for its hash and to learn which of its messages were received before (in this or
 * in another interchange), then to store and screen the travellers of the others. Carriers tell of one passenger many
 * times: who is known on the flight stays one traveller, only what is different is stored, and only who is known better
 * is screened again (docs/formats/passengers.md). All is one transaction; the answer is read from the store behind the
 * commit.
 */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "acts/act.h"
#include "acts/input.h"
#include "acts/passengers.h"
#include "base/map.h"
#include "formats/cusres.h"
#include "formats/manifest_map.h"
#include "rules/rules.h"

#define ASKS_MAX 256u /* messages of one file that wait for an answer; carriers send one */

struct screen {
    struct en_call *c;
    enum en_manifest_format format;
    struct en_manifest_map *map; /* the second input; NULL without one */
    struct en_manifest_reader *reader;
    struct en_report *report;
    struct en_screening screening;
    struct en_store_manifest manifest;
    bool hashed; /* the file was read once, to know it again */
    struct en_map *resent;   /* numbers of the messages that were received before */
    struct en_map *contents; /* of the messages of this manifest */
    struct passengers *passengers;
    struct en_map *touched; /* ids of the travellers of whom this manifest tells */
    uint64_t resent_travellers, merged, unchanged, done;
    bool damaged;
    struct en_buf json;
    struct en_map *asks; /* number of a message that waits for an answer: its place in heads, from 1 */
    struct en_buf heads[ASKS_MAX];
    size_t n_heads;
    struct en_cusres *asked;
    struct answer_wanted *wanted; /* persons of those messages */
    size_t n_wanted, cap_wanted;
};

static en_bytes
number_key(const uint32_t *number)
{
    return en_bytes_from(number, sizeof *number);
}

/* --- first walk ------------------------------------------------------------------------------- */

/*= docs/formats/rehearsal.md: what says that it is made up is for rehearsals, and nothing of it is kept elsewhere. */
static en_errc
refuse_fiction(const struct screen *s, bool fiction, struct en_err *err)
{
    if (!fiction || s->c->node.rehearsal)
        return EN_OK;
    return en_err_set(err, EN_E_RULE, EN_NO_POS,
                      "this manifest says that it is a test or made up: only a rehearsal node takes it");
}

static en_errc
look_traveller(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    return refuse_fiction(ctx, en_traveller_fictional(t), err);
}

static en_errc
known(void *ctx, const struct en_store_message *x, struct en_err *err)
{
    (void)x;
    (void)err;
    *(bool *)ctx = true;
    return EN_OK;
}

/* What says the same was received before, in whatever interchange, or stands twice in this one. */
static en_errc
look_message(void *ctx, const struct en_manifest_message *m, struct en_err *err)
{
    const struct en_store_message_filter f = { .hash = m->content };
    struct screen *s = ctx;
    bool fresh, resent = false;
    en_errc rc = refuse_fiction(s, m->test, err);

    rc = rc != EN_OK ? rc : en_store_messages_each(s->c->store, &f, known, &resent, err);

    (void)en_map_put(s->contents, en_bytes_from(m->content, sizeof m->content), &fresh);
    resent = resent || !fresh;
    if (rc == EN_OK && resent)
        *en_map_put(s->resent, number_key(&m->number), NULL) = 1;
    return rc;
}

/* --- second walk ------------------------------------------------------------------------------ */

static void
times_of(const struct en_traveller *t, en_time *departs, en_time *arrives)
{
    const struct en_flight *f = t->flight;

    *departs = t->trip.departs;
    *arrives = t->trip.arrives;
    for (size_t i = 0; f != NULL && i < f->n_legs && t->trip.arrives == EN_TIME_NONE; i++)
        if (f->legs[i].arrives != EN_TIME_NONE)
            *arrives = f->legs[i].arrives;
}

/* The row of a traveller: what it says, its flight in normal form, its times and its end. */
static void
fill_row(struct screen *s, const struct en_traveller *t, en_text file, char flight[EN_FLIGHT_MAX],
         struct en_store_traveller *row)
{
    struct en_call *c = s->c;
    en_time departs;

    en_buf_reset(&s->json);
    en_traveller_json(t, file, &s->json);
    row->person = en_buf_bytes(&s->json);
    row->flight = (en_text){ flight, en_traveller_flight(t, flight) };
    if (row->flight.n == 0)
        row->flight = t->flight != NULL ? t->flight->number : EN_TEXT_NONE;
    times_of(t, &departs, &row->arrives);
    row->delete_after = en_rules_traveller_delete_after(row->arrives, departs, c->now, c->node.retention_hours);
}

static void
touch(struct screen *s, int64_t id)
{
    (void)en_map_put(s->touched, en_bytes_from(&id, sizeof id), NULL);
}

/* Kept until all of the manifest is screened: an answer is about everything that is known then. */
static void
want_answer(struct screen *s, const struct en_traveller *t, int64_t traveller)
{
    struct en_arena *a = &s->c->arena;

    if (en_map_get(s->asks, number_key(&t->message)) == NULL ||
        !en_arena_grow(a, &s->wanted, &s->cap_wanted, s->n_wanted + 1, sizeof *s->wanted))
        return;
    s->wanted[s->n_wanted++] = (struct answer_wanted){ .traveller = traveller,
                                                       .manifest = s->manifest.id,
                                                       .message = t->message,
                                                       .pnr = en_text_dup(t->pnr, a),
                                                       .reference = en_text_dup(t->reference, a) };
}

static en_errc
store_new(struct screen *s, const struct en_traveller *t, struct en_err *err)
{
    struct en_call *c = s->c;
    struct en_store_traveller row = { .manifest = s->manifest.id, .message = t->message, .external = t->id };
    char flight[EN_FLIGHT_MAX];
    en_errc rc;

    fill_row(s, t, s->manifest.name, flight, &row);
    rc = en_store_traveller_add(c->store, &row, &row.id, err);
    if (rc == EN_E_LIMIT) {
        en_report_add(s->report, EN_NOTE_REFUSED, "store-limit", t->line, t->pos,
                      "the person is larger than the store allows");
        return EN_OK;
    }
    rc = rc != EN_OK ? rc : passengers_add(s->passengers, &row, err);
    if (rc != EN_OK)
        return rc;
    s->manifest.travellers++;
    touch(s, row.id);
    want_answer(s, t, row.id);
    s->screening.merged = false;
    return screening_run(&s->screening, &row, &t->person, t->redress, err);
}

/* Told again: only what is different is stored, and only who is known better is screened again. */
static en_errc
store_again(struct screen *s, struct passenger *known, const struct en_traveller *t, struct en_err *err)
{
    struct en_store_traveller row = known->row;
    struct en_merged merged;
    char flight[EN_FLIGHT_MAX];
    en_errc rc = en_traveller_merge(&known->t, t, &merged);

    touch(s, row.id);
    want_answer(s, t, row.id);
    if (rc != EN_OK)
        en_report_add(s->report, EN_NOTE_REFUSED, "value-limit", t->line, t->pos,
                      "a value beyond what a person may have was left out");
    if (!merged.changed) {
        s->unchanged++;
        return EN_OK;
    }
    s->merged++;
    known->marks = en_traveller_marks(&known->t);
    fill_row(s, &known->t, known->file, flight, &row);
    rc = en_store_traveller_change(s->c->store, &row, err);
    if (rc == EN_E_LIMIT) {
        en_report_add(s->report, EN_NOTE_REFUSED, "store-limit", t->line, t->pos,
                      "the person is larger than the store allows");
        return EN_OK;
    }
    s->screening.merged = true;
    if (rc != EN_OK || !merged.evidence)
        return rc;
    rc = screening_run(&s->screening, &row, &known->t.person, known->t.redress, err);
    if (rc == EN_OK && en_map_get(s->asks, number_key(&t->message)) == NULL) /* a carrier asked about it before */
        rc = answers_refresh(s->c->acts, &s->c->node, row.id, s->c->now, &s->c->outbox, err);
    return rc;
}

static en_errc
take_traveller(void *ctx, const struct en_traveller *t, struct en_err *err)
{
    struct screen *s = ctx;
    struct en_call *c = s->c;
    struct passenger *known;
    enum en_same same;
    en_errc rc;

    if (en_map_get(s->resent, number_key(&t->message)) != NULL) {
        s->resent_travellers++;
        return EN_OK;
    }
    if (c->reply->progress != NULL)
        c->reply->progress(c->reply->ctx, s->done, c->rq->inputs[0].size);
    rc = passengers_find(s->passengers, t, &known, &same, err);
    if (rc != EN_OK)
        return rc;
    return known != NULL ? store_again(s, known, t, err) : store_new(s, t, err);
}

static en_errc
take_message(void *ctx, const struct en_manifest_message *m, struct en_err *err)
{
    struct screen *s = ctx;
    struct en_store_message row = { .manifest = s->manifest.id,
                                    .number = m->number,
                                    .type = m->type,
                                    .version = m->version,
                                    .function = m->function,
                                    .reference = m->reference,
                                    .travellers = m->travellers };
    const uint64_t *place;

    if (m->flight != NULL)
        row.flight = m->flight->number;
    row.declared = m->declared;
    row.truncated = m->truncated;
    row.departs = m->flight != NULL && m->flight->n_legs > 0 ? m->flight->legs[0].departs : EN_TIME_NONE;
    place = en_map_get(s->asks, number_key(&m->number));
    if (place != NULL)
        row.head = en_buf_bytes(&s->heads[*place - 1]);
    memcpy(row.hash, m->content, sizeof row.hash);
    return en_store_message_add(s->c->store, &row, err);
}

/* --- a walk ----------------------------------------------------------------------------------- */

static en_errc
feed(void *ctx, en_bytes chunk, struct en_err *err)
{
    struct screen *s = ctx;

    s->done += chunk.n;
    return en_manifest_reader_feed(s->reader, chunk, err);
}

/* Damage ends the walk and not the act: the persons before it are screened. */
static en_errc
walk(struct screen *s, struct en_manifest_sink sink, struct en_report *report, struct en_err *err)
{
    struct en_err damage = EN_ERR_INIT;
    en_errc rc;

    s->done = 0;
    s->damaged = false;
    s->reader = s->map ? en_manifest_reader_new_mapped(s->map, en_time_to_day(s->c->now), sink, report)
                       : en_manifest_reader_new(s->format, en_time_to_day(s->c->now), sink, report);
    rc = input_each(&s->c->rq->inputs[0], feed, s, &damage);
    rc = rc != EN_OK ? rc : en_manifest_reader_end(s->reader, &damage);
    en_manifest_reader_free(s->reader);
    if (rc == EN_E_INPUT || rc == EN_E_LIMIT) {
        s->damaged = true;
        en_report_add_err(report, "manifest-damaged", &damage);
        return EN_OK;
    }
    if (rc != EN_OK && err != NULL)
        *err = damage;
    return rc;
}

static en_errc
first_walk(struct screen *s, struct en_err *err)
{
    const struct en_manifest_sink look = { s, look_traveller, look_message };
    struct en_report *unused = en_report_new();
    en_errc rc = walk(s, look, unused, err);

    en_report_free(unused);
    return rc;
}

/* --- who waits for an answer ------------------------------------------------------------------ */

/* A question has a transaction number: whoever sends one waits. */
static en_errc
take_head(void *ctx, const struct en_cusres_head *h, const struct en_cusres_row *rows, size_t n, struct en_err *err)
{
    struct screen *s = ctx;

    (void)rows;
    (void)n;
    (void)err;
    if (h->what != EN_CUSRES_ASK || h->transaction.n == 0)
        return EN_OK;
    if (s->n_heads == ASKS_MAX) {
        en_report_add(s->report, EN_NOTE_WARNING, "asks-many", 0, 0,
                      "more messages wait for an answer than one file may have");
        return EN_OK;
    }
    en_cusres_head_pack(h, &s->heads[s->n_heads++]);
    *en_map_put(s->asks, number_key(&h->number), NULL) = s->n_heads;
    return EN_OK;
}

static en_errc
feed_asked(void *ctx, en_bytes chunk, struct en_err *err)
{
    return en_cusres_feed(((struct screen *)ctx)->asked, chunk, err);
}

/* What is wrong with the file is in the report of the walk that reads its persons. */
static en_errc
look_who_asks(struct screen *s, struct en_err *err)
{
    struct en_report *unused = en_report_new();
    struct en_err damage = EN_ERR_INIT;
    en_errc rc;

    if (s->format != EN_MANIFEST_EDIFACT) {
        en_report_free(unused);
        return EN_OK;
    }
    s->asked = en_cusres_new((struct en_cusres_sink){ s, take_head }, unused);
    rc = input_each(&s->c->rq->inputs[0], feed_asked, s, &damage);
    rc = rc != EN_OK ? rc : en_cusres_end(s->asked, &damage);
    en_cusres_free(s->asked);
    en_report_free(unused);
    if (rc == EN_E_INPUT || rc == EN_E_LIMIT)
        return EN_OK;
    if (rc != EN_OK && err != NULL)
        *err = damage;
    return rc;
}

static en_errc
answer_carriers(struct screen *s, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < s->n_heads; i++) {
        struct en_cusres_head head;

        en_arena_reset(&s->c->scratch);
        if (!en_cusres_head_unpack(en_buf_bytes(&s->heads[i]), &s->c->scratch, &head)) {
            en_report_add(s->report, EN_NOTE_WARNING, "asks-unreadable", 0, 0,
                          "a message cannot be answered: its references");
            continue; /* its persons are screened all the same */
        }
        if (en_map_get(s->resent, number_key(&head.number)) != NULL) /* answered when it came first */
            continue;
        rc = answers_first(s->c, &head, s->wanted, s->n_wanted, err);
    }
    return rc;
}

/* --- answers ---------------------------------------------------------------------------------- */

struct answering {
    struct en_call *c;
    struct en_json j;
    struct en_arena arena;
};

static en_errc
answer_hit(void *ctx, const struct en_store_hit *h, struct en_err *err)
{
    struct answering *a = ctx;

    return record_hit_brief(a->c, h, &a->j, err);
}

static en_errc
answer_traveller(void *ctx, const struct en_store_traveller *t, struct en_err *err)
{
    struct answering *a = ctx;
    struct en_store_hit_filter f = { .traveller = t->id, .by_probability = true };
    en_errc rc;

    call_record(a->c, &a->j);
    en_json_object(&a->j);
    en_json_kv_text(&a->j, "traveller", t->external);
    en_json_key(&a->j, "hits");
    en_json_array(&a->j);
    rc = en_store_hits_each(a->c->store, &f, answer_hit, a, err);
    en_json_array_end(&a->j);
    en_arena_reset(&a->arena);
    en_json_kv_text(&a->j, "name", first_name(t->person, &a->arena));
    en_json_kv_text(&a->j, "flight", t->flight);
    en_json_object_end(&a->j);
    return rc != EN_OK ? rc : call_emit(a->c, err);
}

/* Received before: those whose first record it was. */
static en_errc
answer_manifest(struct screen *s, struct answering *a, struct en_err *err)
{
    struct en_store_traveller_filter f = { .manifest = s->manifest.id };

    return en_store_travellers_each(s->c->store, &f, answer_traveller, a, err);
}

/* All of whom it tells, in its order, also those known before. */
static en_errc
answer_touched(struct screen *s, struct answering *a, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < en_map_count(s->touched); i++) {
        struct en_store_traveller_filter f = { 0 };

        memcpy(&f.id, en_map_key(s->touched, i, NULL).p, sizeof f.id);
        rc = en_store_travellers_each(s->c->store, &f, answer_traveller, a, err);
    }
    return rc;
}

static en_errc
answer(struct screen *s, bool same, struct en_err *err)
{
    struct en_call *c = s->c;
    struct answering a = { .c = c };
    en_errc rc;

    en_arena_init(&a.arena, EN_MAX_RECORD_ARENA);
    rc = same ? answer_manifest(s, &a, err) : answer_touched(s, &a, err);
    en_arena_release(&a.arena);
    if (rc != EN_OK)
        return rc;
    call_record(c, &a.j);
    en_json_object(&a.j);
    en_json_key(&a.j, "summary");
    en_json_object(&a.j);
    en_json_kv_int(&a.j, "manifest", s->manifest.id);
    en_json_kv_bool(&a.j, "same", same);
    json_kv_time(&a.j, "received", s->manifest.received);
    en_json_kv_uint(&a.j, "travellers", s->manifest.travellers);
    en_json_kv_uint(&a.j, "resent_travellers", s->resent_travellers);
    en_json_kv_uint(&a.j, "merged_travellers", s->merged);
    en_json_kv_uint(&a.j, "unchanged_travellers", s->unchanged);
    en_json_kv_uint(&a.j, "hits", s->manifest.hits);
    en_json_kv_uint(&a.j, "identities", c->acts->identities);
    en_json_kv_bool(&a.j, "behind", c->acts->behind);
    en_json_key(&a.j, "prior");
    en_json_double(&a.j, c->node.prior);
    en_json_key(&a.j, "line");
    en_json_double(&a.j, c->node.line);
    json_kv_texts(&a.j, "profile", c->node.programmes, c->node.n_programmes);
    en_json_kv_text(&a.j, "legal_basis", c->node.legal_basis);
    if (!same) {
        en_json_kv_uint(&a.j, "cleared", s->screening.cleared);
        en_json_kv_bool(&a.j, "damaged", s->damaged);
        en_json_kv_uint(&a.j, "answered", c->answered);
        en_report_json(s->report, &a.j);
    }
    en_json_object_end(&a.j);
    en_json_object_end(&a.j);
    return call_emit(c, err);
}

/* Received before: nothing is stored again; the answer is what is known of it, and that is a read. */
static en_errc
same_again(struct screen *s, struct en_err *err)
{
    struct en_call *c = s->c;
    en_errc rc;

    en_json_kv_int(&c->ev, "manifest", s->manifest.id);
    json_kv_hash(&c->ev, "hash", s->manifest.hash);
    en_json_kv_bool(&c->ev, "same", true);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : answer(s, true, err);
}

/* --- the act ---------------------------------------------------------------------------------- */

static en_errc
store_all(struct screen *s, struct en_err *err)
{
    const struct en_manifest_sink take = { s, take_traveller, take_message };
    struct en_call *c = s->c;
    struct en_json j;
    uint8_t hash[EN_SHA256_LEN];
    en_errc rc;

    s->manifest.kind = en_text_from_ours(en_manifest_format_word(s->format));
    s->manifest.name = c->rq->inputs[0].name;
    s->manifest.received = c->now;
    s->manifest.actor = c->user.id;
    rc = en_store_manifest_add(c->store, &s->manifest, &s->manifest.id, err);
    s->passengers = passengers_new(c->store, s->manifest.id);
    rc = rc != EN_OK ? rc : walk(s, take, s->report, err);
    rc = rc != EN_OK ? rc : input_hash(c->rq->inputs, c->rq->n_inputs, hash, err);
    if (rc != EN_OK)
        return rc;
    if (memcmp(hash, s->manifest.hash, sizeof hash) != 0)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "the file changed while it was read");
    en_report_add_many(s->report, EN_NOTE_WARNING, "flight-crowded", 0, EN_NO_POS, passengers_beyond(s->passengers),
                       "travellers of a flight were not compared with what was told of them before: too many");
    s->manifest.hits = s->screening.hits;
    s->manifest.repairs = en_report_count(s->report, EN_NOTE_REPAIR);
    s->manifest.refused = en_report_count(s->report, EN_NOTE_REFUSED);
    en_buf_reset(&s->json);
    en_json_init(&j, &s->json);
    en_json_object(&j);
    en_report_json(s->report, &j);
    en_json_object_end(&j);
    s->manifest.report = en_buf_bytes(&s->json);
    rc = en_store_manifest_finish(c->store, &s->manifest, err);
    return rc != EN_OK ? rc : report_count(c, EN_INPUT_MANIFESTS, s->report, err);
}

static en_errc
screen_new(struct screen *s, struct en_err *err)
{
    struct en_call *c = s->c;
    en_errc rc = first_walk(s, err);

    rc = rc != EN_OK ? rc : acts_index(c->acts, err);
    rc = rc != EN_OK ? rc : look_who_asks(s, err);
    rc = rc != EN_OK ? rc : store_all(s, err);
    rc = rc != EN_OK ? rc : answer_carriers(s, err);
    if (rc != EN_OK)
        return rc;
    en_json_kv_int(&c->ev, "manifest", s->manifest.id);
    json_kv_hash(&c->ev, "hash", s->manifest.hash);
    en_json_kv_uint(&c->ev, "travellers", s->manifest.travellers);
    en_json_kv_uint(&c->ev, "resent_travellers", s->resent_travellers);
    en_json_kv_uint(&c->ev, "merged_travellers", s->merged);
    en_json_kv_uint(&c->ev, "unchanged_travellers", s->unchanged);
    en_json_kv_uint(&c->ev, "hits", s->manifest.hits);
    en_json_kv_uint(&c->ev, "cleared", s->screening.cleared);
    en_json_kv_uint(&c->ev, "refused", s->manifest.refused);
    en_json_kv_uint(&c->ev, "answered", c->answered);
    en_json_kv_uint(&c->ev, "identities", c->acts->identities);
    en_json_kv_bool(&c->ev, "behind", c->acts->behind);
    c->owes_rescreen |= c->acts->behind; /* when the index has what it lacks now */
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : answer(s, false, err);
}

static en_errc
find_format(struct screen *s, struct en_err *err)
{
    struct en_buf head = EN_BUF_INIT;
    en_errc rc = input_head(&s->c->rq->inputs[0], &head, err);

    s->format = en_manifest_sniff(en_buf_bytes(&head));
    en_buf_release(&head);
    return rc != EN_OK || s->format != EN_MANIFEST_UNKNOWN
               ? rc
               : en_err_set(err, EN_E_INPUT, EN_NO_POS,
                            "this is no manifest of a known format; CSV of your own is read with --map");
}

/* The second input says what the columns of the first mean. */
static en_errc
read_map(struct screen *s, struct en_err *err)
{
    struct en_buf b = EN_BUF_INIT;
    en_errc rc = input_all(&s->c->rq->inputs[1], EN_MANIFEST_MAP_MAX, &b, err);

    s->format = EN_MANIFEST_CSV;
    rc = rc != EN_OK ? rc : en_manifest_map_read(en_buf_bytes(&b), &s->map, err);
    en_buf_release(&b);
    return rc;
}

static en_errc
screen(struct screen *s, struct en_err *err)
{
    struct en_call *c = s->c;
    struct en_store_manifest before;
    en_errc rc = en_args_end(&c->args, err);

    rc = rc != EN_OK ? rc : input_hash(c->rq->inputs, c->rq->n_inputs, s->manifest.hash, err);
    s->hashed = rc == EN_OK;
    if (c->rq->n_inputs > 1)
        rc = rc != EN_OK ? rc : read_map(s, err);
    else
        rc = rc != EN_OK ? rc : find_format(s, err);
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc != EN_OK)
        return rc;
    rc = en_store_manifest_by_hash(c->store, s->manifest.hash, &c->arena, &before, err);
    if (rc == EN_OK) {
        s->manifest = before;
        return same_again(s, err);
    }
    rc = rc == EN_E_NOT_FOUND ? screen_new(s, err) : rc;
    if (rc == EN_OK && (s->damaged || s->manifest.refused > 0))
        return EN_E_NO; /* done, and some of the input was refused */
    return rc;
}

en_errc
act_screen(struct en_call *c, struct en_err *err)
{
    struct screen s = { .c = c, .json = EN_BUF_INIT };
    en_errc rc;

    s.report = en_report_new();
    s.resent = en_map_new(NULL);
    s.contents = en_map_new(NULL);
    s.touched = en_map_new(NULL);
    s.asks = en_map_new(NULL);
    screening_init(&s.screening, c->acts, &c->node, c->now);
    rc = screen(&s, err);
    if (s.hashed)
        rc = input_refused(c, EN_INPUT_MANIFESTS, s.manifest.hash, rc, err);
    en_manifest_map_free(s.map);
    screening_release(&s.screening);
    en_map_free(s.resent);
    en_map_free(s.contents);
    en_map_free(s.touched);
    passengers_free(s.passengers);
    en_map_free(s.asks);
    for (size_t i = 0; i < s.n_heads; i++)
        en_buf_release(&s.heads[i]);
    en_report_free(s.report);
    en_buf_release(&s.json);
    return rc;
}
