/*
 * bundle_in.c: a bundle comes in. Who sent it, whether it is for us and new, is decided before anything in it is looked
 * at; then each part is judged by itself. One bundle is one transaction, with the answer to its sender in it.
 *
 * What is not authentic leaves an event and a count and no answer: there is nobody to answer. What is authentic and
 * refused is answered with a signed reason.
 */
#include <stdlib.h>
#include <string.h>

#include "acts/bundle_in.h"
#include "acts/charter.h"
#include "acts/input.h"
#include "acts/live_parts.h"
#include "base/limits.h"

void
arriving_init(struct arriving *a, struct en_call *c)
{
    memset(a, 0, sizeof *a);
    a->c = c;
    en_arena_init(&a->arena, EN_ENVELOPE_MAX);
    en_arena_init(&a->record, RECORD_ARENA + EN_STORE_MAX_BLOB);
    touched_init(&a->touched);
}

void
arriving_release(struct arriving *a)
{
    touched_release(&a->touched);
    en_buf_release(&a->plain);
    en_arena_release(&a->arena);
    en_arena_release(&a->record);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static en_errc
open_and_parse(struct arriving *a, en_bytes sealed, struct en_err *err)
{
    const struct en_node_keys *keys;
    en_errc rc = exchange_keys(a->c, &keys, err);

    if (rc != EN_OK)
        return rc == EN_E_NOT_FOUND ? EN_E_RULE : rc;
    en_sha256(sealed, a->file);
    rc = en_age_open(keys->sealing, keys->n_sealing, sealed, EN_ENVELOPE_MAX, &a->plain, err);
    if (rc == EN_E_NOT_FOUND)
        return en_err_set(err, rc, EN_NO_POS, "none of our sealing keys opens it: it is for another, or too old");
    if (rc != EN_OK)
        return rc;
    en_sha256(en_buf_bytes(&a->plain), a->hash);
    rc = en_bundle_parse_of(en_buf_bytes(&a->plain), a->c->acts->speaks_oldest, a->c->acts->speaks_newest, &a->arena,
                            &a->bundle, err);
    if (rc == EN_OK && a->bundle.beyond != EN_BUNDLE_READ)
        a->unread = a->bundle.beyond == EN_BUNDLE_OTHER_VERSION ? "bundle-version" : "bundle-flags";
    if (rc == EN_OK || a->bundle.from.n == 0)
        return rc;
    a->unread = "bundle-malformed"; /* if its sender signed it: else the error stays */
    return EN_OK;
}

static bool
signed_by_sender(const struct arriving *a, const struct partner *from)
{
    en_bytes plain = en_buf_bytes(&a->plain), text = en_bytes_from(plain.p, plain.n - EN_SEAL_SIG_LEN);
    en_bytes sig = en_bytes_from(plain.p + text.n, EN_SEAL_SIG_LEN);
    const struct partner_old_keys *old = &from->old;
    bool good = en_seal_verify(from->row.key, EN_PURPOSE_BUNDLE, text, sig);

    for (unsigned i = 0; i < old->n && !good; i++) /* it was on its way when the partner went on */
        good = a->bundle.created <= old->until[i] && en_seal_verify(old->key[i], EN_PURPOSE_BUNDLE, text, sig);
    return good;
}

en_errc
arriving_open(struct arriving *a, en_bytes sealed, struct en_err *err)
{
    const struct partner *from = NULL;
    struct en_err malformed = EN_ERR_INIT;
    en_errc rc = open_and_parse(a, sealed, &malformed);
    bool unsigned_form = a->unread != NULL && malformed.code != EN_OK;

    if (rc != EN_OK && err != NULL)
        *err = malformed;
    rc = rc != EN_OK ? rc : partner_by_id(a->c, a->bundle.from, &from, err);
    if (rc != EN_OK || (from != NULL && signed_by_sender(a, from))) {
        a->from = rc == EN_OK ? from : NULL;
        return rc;
    }
    if (unsigned_form) { /* a file that was cut, and no forgery */
        if (err != NULL)
            *err = malformed;
        return malformed.code;
    }
    a->unproven = from != NULL;
    return from == NULL
               ? en_err_set(err, EN_E_RULE, EN_NO_POS, "the bundle is from nobody that we know")
               : en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the bundle is not signed by the partner it names");
}

bool
arriving_is_unbelieved(en_errc rc)
{
    return rc == EN_E_INPUT || rc == EN_E_LIMIT || rc == EN_E_RULE || rc == EN_E_INTEGRITY || rc == EN_E_NOT_FOUND;
}

/* --- what is known of it ------------------------------------------------------------------------------------------ */

static en_errc
note_before(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct arriving *a = ctx;

    (void)err;
    a->refused_before = x->reason.n > 0;
    a->before = *x;
    a->before.partner = a->before.reason = EN_TEXT_NONE; /* the engine's */
    a->before.answer = a->before.earlier = (en_bytes){ NULL, 0 };
    return EN_OK;
}

/* A number is used once by a sender; a bundle that comes again is that, and one under a used number is another. */
en_errc
arriving_known(struct arriving *a, struct en_err *err)
{
    struct en_store_bundle_filter f = { .in_only = true, .partner = a->from->row.partner, .name = a->bundle.id };
    en_errc rc = EN_OK;

    a->known = EN_NUMBER_NEW;
    if (a->bundle.sequence == 0)
        return EN_OK;
    rc = en_store_bundles_each(a->c->store, &f, note_before, a, err);
    if (rc != EN_OK || a->bundle.sequence > EN_BUNDLE_NUMBER_MAX)
        return rc;
    if (a->before.id != 0 && !a->refused_before) {
        a->known = EN_NUMBER_SAME;
        return EN_OK;
    }
    a->row.id = a->before.id; /* it was refused, and is looked at anew */
    f.name = NULL;
    f.sequence = a->bundle.sequence;
    f.taken_only = true;
    a->before.id = 0;
    rc = en_store_bundles_each(a->c->store, &f, note_before, a, err);
    a->known = a->before.id != 0 ? EN_NUMBER_OTHER : EN_NUMBER_NEW;
    return rc;
}

const char *
arriving_wrong(const struct arriving *a)
{
    en_time now = a->c->now;

    if (a->unread != NULL)
        return a->unread;
    if (!en_text_eq(a->bundle.to, exchange_we(a->c->acts->rim.keys)))
        return "bundle-other";
    if (a->bundle.created > now + EN_PARTNER_AHEAD)
        return "bundle-from-future";
    if (a->bundle.expires <= now)
        return "bundle-expired";
    return a->known == EN_NUMBER_OTHER ? "bundle-number-used" : NULL;
}

/* --- refused as a whole ------------------------------------------------------------------------------------------- */

static en_errc
count_refused(struct en_call *c, en_text partner, const char *code, struct en_err *err)
{
    const struct en_store_tally one = { .refused = 1 };
    en_errc rc = en_store_tally_add(c->store, EN_INPUT_BUNDLES, &one, err);

    if (rc == EN_OK && code != NULL)
        rc = en_store_refusal_add(c->store, partner, en_text_from_ours(code), 1, c->now, err);
    return rc;
}

static const char *
unbelieved_code(const struct arriving *a, en_errc why)
{
    return why == EN_E_NOT_FOUND   ? "not-opened"
           : why == EN_E_RULE      ? "sender-unknown"
           : why != EN_E_INTEGRITY ? "not-a-bundle"
           : a->unproven           ? "sender-unproven"
                                   : "altered";
}

en_errc
arriving_unbelieved(struct arriving *a, en_errc why, struct en_err *err)
{
    json_kv_hash(&a->c->ev, "hash", a->file);
    en_json_kv_str(&a->c->ev, "refused_whole", en_errc_name(why));
    return count_refused(a->c, EN_TEXT_NONE, unbelieved_code(a, why), err);
}

static en_errc
count_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    (void)x;
    (void)err;
    ++*(uint64_t *)ctx;
    return EN_OK;
}

/* Whether there is room for another answer to it; if not, that is counted and told in the event. */
static en_errc
may_answer(struct arriving *a, bool *may, struct en_err *err)
{
    const struct en_store_delivery_filter f = { .partner = a->from->row.partner,
                                                .states = 1u << EN_DELIVERY_QUEUED,
                                                .kinds = 1u << EN_DELIVERY_RECEIPT | 1u << EN_DELIVERY_STATEMENT,
                                                .limit = ANSWERS_MAX };
    uint64_t n = 0;
    en_errc rc = en_store_deliveries_each(a->c->store, &f, count_delivery, &n, err);

    *may = n < ANSWERS_MAX;
    a->unanswered = !*may;
    if (rc == EN_OK && !*may)
        rc = en_store_refusal_add(a->c->store, f.partner, EN_TEXT_LIT("answers-full"), 1, a->c->now, err);
    return rc;
}

static void
fill_row(struct arriving *a)
{
    uint64_t number = a->bundle.sequence;

    a->row = (struct en_store_bundle){ .id = a->row.id,
                                       .partner = a->from->row.partner,
                                       .sequence = number < EN_BUNDLE_NUMBER_MAX ? number : EN_BUNDLE_NUMBER_MAX,
                                       .parts = a->bundle.n_parts,
                                       .made = a->bundle.created,
                                       .expires = a->bundle.expires,
                                       .at = a->c->now,
                                       .actor = a->c->user.id,
                                       .answered = EN_TIME_NONE };
    memcpy(a->row.name, a->bundle.id, sizeof a->row.name);
    memcpy(a->row.hash, a->hash, sizeof a->row.hash);
}

static void
event_facts(struct arriving *a)
{
    struct en_json *ev = &a->c->ev;
    char hex[2 * EN_ENVELOPE_ID_LEN + 1];

    en_hex(a->row.name, EN_ENVELOPE_ID_LEN, hex);
    en_json_kv_text(ev, "partner", a->from->row.partner);
    en_json_kv_int(ev, "bundle", a->row.id);
    en_json_kv_str(ev, "id", hex);
    en_json_kv_uint(ev, "sequence", a->row.sequence);
    json_kv_hash(ev, "hash", a->hash);
    en_json_kv_uint(ev, "parts", a->row.parts);
}

/* A slip is not kept. What was refused before keeps its row. */
static en_errc
store_row(struct arriving *a, struct en_err *err)
{
    struct en_store *s = a->c->store;
    uint64_t n = 0;
    en_errc rc = EN_OK;

    if (a->row.sequence == 0)
        return EN_OK;
    if (a->row.id == 0 && a->row.reason.n > 0)
        rc = refusals_count(s, a->row.partner, "bundle-", &n, err);
    if (rc != EN_OK || n >= REFUSED_ROWS_MAX)
        return rc;
    if (a->row.id == 0)
        return en_store_bundle_add(s, &a->row, &a->row.id, err);
    rc = en_store_bundle_renew(s, &a->row, err);
    return rc != EN_OK ? rc : en_store_bundle_change(s, &a->row, err);
}

en_errc
arriving_refuse(struct arriving *a, const char *code, struct en_err *err)
{
    struct en_call *c = a->c;
    struct en_statement s = { .form = EN_STATEMENT_REFUSAL,
                              .to = a->from->row.partner,
                              .of_bundle = true,
                              .reason = en_text_from_ours(code) };
    bool may = false;
    en_errc rc;

    fill_row(a);
    s.sequence = a->row.sequence;
    a->row.reason = s.reason;
    memcpy(s.bundle, a->row.name, sizeof s.bundle);
    memcpy(s.hash, a->hash, sizeof s.hash);
    rc = store_row(a, err);
    if (rc == EN_OK && a->row.sequence != 0) /* a slip may be lost, and need not be answered */
        rc = may_answer(a, &may, err);
    if (rc == EN_OK && may)
        rc = queue_statement_as(c->acts, c->now, &s, &a->receipt, err);
    rc = rc != EN_OK ? rc : count_refused(c, a->row.partner, code, err);
    event_facts(a);
    en_json_kv_str(&c->ev, "refused", code);
    if (a->unanswered)
        en_json_kv_bool(&c->ev, "unanswered", true);
    return rc;
}

en_errc
arriving_again(struct arriving *a, struct en_err *err)
{
    fill_row(a);
    a->row.id = a->before.id;
    event_facts(a);
    en_json_kv_bool(&a->c->ev, "same", true);
    return count_refused(a->c, a->row.partner, NULL, err);
}

/* --- parts -------------------------------------------------------------------------------------------------------- */

en_errc
arriving_refuse_part(struct arriving *a, const uint8_t hash[EN_SHA256_LEN], en_text codes, struct en_err *err)
{
    en_text copy;

    refusal_sums_add(&a->why, codes);
    if (a->n_refused == REFUSED_TOLD_MAX) {
        refusal_sums_add(&a->why_rest, codes);
        a->refused_rest++;
        return EN_OK;
    }
    copy = en_text_dup(codes, &a->arena);
    if (copy.p == NULL || !en_arena_grow(&a->arena, &a->refused, &a->cap_refused, a->n_refused + 1, sizeof *a->refused))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the bundle takes more memory than is given for it");
    memcpy(a->refused[a->n_refused].hash, hash, EN_SHA256_LEN);
    a->refused[a->n_refused++].codes = copy;
    return EN_OK;
}

static en_errc
take_statement(struct arriving *a, const struct en_bundle_part *p, struct en_err *err)
{
    uint8_t hash[EN_SHA256_LEN];
    const char *code = "not-taken-here";
    enum en_statement_form form;
    en_errc rc = EN_OK;

    if (en_statement_form_of(p->bytes, &form))
        rc = statement_take(a->c, a->from, p->bytes, &code, err);
    else if (en_text_is(en_lines_form(p->bytes), EN_CHARTER_FORM))
        rc = charter_take(a->c, p->bytes, &code, err);
    a->answers += rc == EN_OK && code == NULL;
    if (rc != EN_OK || code == NULL)
        return rc;
    en_sha256(p->bytes, hash);
    return arriving_refuse_part(a, hash, en_text_from_ours(code), err);
}

static en_errc
take_parts(struct arriving *a, struct en_err *err)
{
    struct en_call *c = a->c;
    en_errc rc = en_store_records_size(c->store, a->from->row.partner, EN_HELD_ASIDE, &a->aside_rows,
                                       &a->aside_bytes, err);

    for (size_t i = 0; rc == EN_OK && i < a->bundle.n_parts; i++) {
        const struct en_bundle_part *p = &a->bundle.parts[i];

        en_arena_reset(&a->record);
        en_arena_reset(&c->scratch);
        a->wants_receipt = a->wants_receipt || p->kind != EN_BUNDLE_RECEIPT;
        rc = en_bundle_is_record(p->kind) ? arriving_record(a, p, err) : take_statement(a, p, err);
        if (c->reply != NULL && c->reply->progress != NULL)
            c->reply->progress(c->reply->ctx, i + 1, a->bundle.n_parts);
    }
    return rc;
}

/* --- the answer --------------------------------------------------------------------------------------------------- */

/* As many codes as a line holds. */
static void
codes_of_rest(const struct refusal_sums *why, struct en_buf *out)
{
    for (size_t i = 0; i < why->n && out->n + strlen(why->v[i].code) < EN_STATEMENT_REASONS_MAX - 16u; i++)
        en_buf_addf(out, "%s%s", i > 0 ? "," : "", why->v[i].code);
}

/* The receipt lists what was refused; what does not fit into one note follows in refusals. */
static en_errc
answer_sender(struct arriving *a, struct en_err *err)
{
    struct en_statement_item *items = en_xcalloc(EN_STATEMENT_ITEMS_MAX, sizeof *items);
    struct en_buf rest = EN_BUF_INIT;
    struct en_statement s = { .form = EN_STATEMENT_RECEIPT,
                              .to = a->from->row.partner,
                              .of_bundle = true,
                              .sequence = a->row.sequence,
                              .parts = a->row.parts,
                              .items = items };
    size_t at = 0;
    en_errc rc = EN_OK;

    memcpy(s.bundle, a->row.name, sizeof s.bundle);
    memcpy(s.hash, a->hash, sizeof s.hash);
    codes_of_rest(&a->why_rest, &rest);
    s.rest = a->refused_rest;
    s.rest_reasons = (en_text){ rest.p, rest.n };
    do {
        for (s.n_items = 0; s.n_items < EN_STATEMENT_ITEMS_MAX && at < a->n_refused; s.n_items++, at++) {
            struct en_statement_item *x = &items[s.n_items];

            x->word = EN_SAID_REFUSED;
            memcpy(x->hash, a->refused[at].hash, sizeof x->hash);
            x->reasons = a->refused[at].codes;
            if (x->reasons.n > EN_STATEMENT_REASONS_MAX)
                x->reasons = EN_TEXT_LIT("many-reasons");
        }
        rc = queue_statement_as(a->c->acts, a->c->now, &s, a->receipt == 0 ? &a->receipt : NULL, err);
        s.form = EN_STATEMENT_REFUSAL;
        s.of_bundle = false;
        s.rest = 0;
        s.rest_reasons = EN_TEXT_NONE;
    } while (rc == EN_OK && at < a->n_refused);
    free(items);
    en_buf_release(&rest);
    return rc;
}

static uint64_t
all_refused(const struct arriving *a)
{
    return a->n_refused + a->refused_rest;
}

static void
why_json(const struct arriving *a, struct en_json *j)
{
    en_json_key(j, "refused_why");
    en_json_object(j);
    for (size_t i = 0; i < a->why.n; i++)
        en_json_kv_uint(j, a->why.v[i].code, a->why.v[i].count);
    en_json_object_end(j);
}

static en_errc
told_in_event(struct arriving *a, struct en_err *err)
{
    struct en_call *c = a->c;
    const struct en_store_tally tally = { .refused = all_refused(a) };
    en_errc rc = refusal_sums_store(&a->why, c->store, a->row.partner, c->now, err);

    event_facts(a);
    charter_came_facts(c, &c->ev);
    en_json_kv_uint(&c->ev, "taken", a->taken);
    en_json_kv_uint(&c->ev, "review", a->review);
    en_json_kv_uint(&c->ev, "held", a->held);
    en_json_kv_uint(&c->ev, "answers", a->answers);
    en_json_kv_uint(&c->ev, "withdrawn", a->withdrawn);
    en_json_kv_uint(&c->ev, "hits_ended", a->hits_ended);
    en_json_kv_uint(&c->ev, "refused_count", all_refused(a));
    if (all_refused(a) > 0)
        why_json(a, &c->ev);
    if (a->unanswered)
        en_json_kv_bool(&c->ev, "unanswered", true);
    en_json_key(&c->ev, "records");
    en_json_array(&c->ev);
    for (size_t i = 0; i < a->n_records; i++)
        en_json_int(&c->ev, a->records[i]);
    en_json_array_end(&c->ev);
    return rc != EN_OK ? rc : en_store_tally_add(c->store, EN_INPUT_BUNDLES, &tally, err);
}

en_errc
arriving_take(struct arriving *a, struct en_err *err)
{
    bool answer = false;
    en_errc rc;

    fill_row(a);
    rc = take_parts(a, err);
    a->row.refused = all_refused(a);
    rc = rc != EN_OK ? rc : store_row(a, err);
    if (rc == EN_OK && a->row.sequence != 0 && (a->wants_receipt || a->n_refused > 0))
        rc = may_answer(a, &answer, err);
    if (rc == EN_OK && answer)
        rc = answer_sender(a, err);
    return rc != EN_OK ? rc : told_in_event(a, err);
}

void
arriving_taken(struct arriving *a)
{
    touched_apply(&a->touched, a->c->acts);
    call_rescreen(a->c);
}

/* --- by hand: the act --------------------------------------------------------------------------------------------- */

static en_errc
newest_sequence(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    (void)err;
    *(uint64_t *)ctx = x->sequence;
    return EN_OK;
}

struct counting {
    uint64_t n;
};

static en_errc
count_one(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    (void)x;
    (void)err;
    ((struct counting *)ctx)->n++;
    return EN_OK;
}

/* Bundles of this sender that have a number below the newest and did not come. */
static en_errc
count_missing(struct arriving *a, uint64_t *missing, struct en_err *err)
{
    struct en_store_bundle_filter f = {
        .in_only = true, .partner = a->from->row.partner, .taken_only = true, .newest_first = true, .limit = 1
    };
    struct counting n = { 0 };
    uint64_t newest = 0;
    en_errc rc = en_store_bundles_each(a->c->store, &f, newest_sequence, &newest, err);

    f.limit = 0;
    rc = rc != EN_OK ? rc : en_store_bundles_each(a->c->store, &f, count_one, &n, err);
    *missing = newest > n.n ? newest - n.n : 0;
    return rc;
}

static void
refused_json(struct arriving *a, struct en_json *j)
{
    en_json_key(j, "refused");
    en_json_array(j);
    for (size_t i = 0; i < a->n_refused && i < EN_STATEMENT_ITEMS_MAX; i++) {
        en_json_object(j);
        json_kv_hash(j, "hash", a->refused[i].hash);
        en_json_kv_text(j, "reasons", a->refused[i].codes);
        en_json_object_end(j);
    }
    en_json_array_end(j);
}

static en_errc
tell(struct arriving *a, struct en_err *err)
{
    struct en_call *c = a->c;
    struct en_json j;
    bool same = a->known == EN_NUMBER_SAME;
    uint64_t missing = 0;
    en_errc rc = count_missing(a, &missing, err);

    if (rc != EN_OK)
        return rc;
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_text(&j, "file", c->rq->inputs[0].name);
    en_json_kv_text(&j, "partner", a->from->row.partner);
    en_json_kv_text(&j, "partner_name", a->from->row.name);
    en_json_kv_uint(&j, "sequence", a->bundle.sequence);
    en_json_kv_bool(&j, "same", same);
    en_json_kv_uint(&j, "missing", missing);
    if (same) {
        json_kv_time(&j, "imported", a->before.at);
        en_json_kv_int(&j, "bundle", a->before.id);
    } else {
        en_json_kv_int(&j, "bundle", a->row.id);
        en_json_kv_uint(&j, "parts", a->row.parts);
        en_json_kv_uint(&j, "taken", a->taken);
        en_json_kv_uint(&j, "review", a->review);
        en_json_kv_uint(&j, "held", a->held);
        en_json_kv_uint(&j, "answers", a->answers);
        en_json_kv_uint(&j, "withdrawn", a->withdrawn);
        en_json_kv_uint(&j, "refused_count", all_refused(a));
        why_json(a, &j);
        en_json_kv_bool(&j, "unanswered", a->unanswered);
        refused_json(a, &j);
        json_found_later(c, &j);
    }
    en_json_object_end(&j);
    return call_emit(c, err);
}

static en_errc
commit_and_tell(struct arriving *a, struct en_err *err)
{
    en_errc rc = call_commit(a->c, err);

    if (rc != EN_OK)
        return rc;
    arriving_taken(a);
    live_by_hand(a->c->acts);
    rc = tell(a, err);
    return rc == EN_OK && a->n_refused > 0 ? EN_E_NO : rc; /* done, and some of it was refused */
}

/* Nobody proved to have sent it: an event. Gives `why`, or the error of the store. */
static en_errc
not_authentic(struct arriving *a, en_errc why, struct en_err *err)
{
    struct en_err failed = EN_ERR_INIT;
    en_errc rc = call_begin(a->c, &failed);

    rc = rc != EN_OK ? rc : arriving_unbelieved(a, why, &failed);
    rc = rc != EN_OK ? rc : call_commit(a->c, &failed);
    if (rc != EN_OK && err != NULL)
        *err = failed;
    return rc != EN_OK ? rc : why == EN_E_NOT_FOUND ? EN_E_RULE : why;
}

/* Signed by a partner of ours, and refused: the sender is told. */
static en_errc
refuse_bundle(struct arriving *a, const char *code, struct en_err *err)
{
    en_errc rc = arriving_refuse(a, code, err);

    rc = rc != EN_OK ? rc : call_commit(a->c, err);
    return rc != EN_OK ? rc
                       : en_err_set(err, EN_E_RULE, EN_NO_POS, "the bundle is refused: %s; its sender is told", code);
}

static en_errc
import(struct arriving *a, en_bytes sealed, struct en_err *err)
{
    const char *wrong;
    en_errc rc = arriving_open(a, sealed, err);

    if (arriving_is_unbelieved(rc))
        return not_authentic(a, rc, err);
    rc = rc != EN_OK ? rc : arriving_known(a, err);
    rc = rc != EN_OK ? rc : call_begin(a->c, err);
    if (rc != EN_OK)
        return rc;
    wrong = a->known == EN_NUMBER_SAME ? NULL : arriving_wrong(a);
    if (wrong != NULL)
        return refuse_bundle(a, wrong, err);
    rc = a->known == EN_NUMBER_SAME ? arriving_again(a, err) : arriving_take(a, err);
    return rc != EN_OK ? rc : commit_and_tell(a, err);
}

en_errc
act_bundle_import(struct en_call *c, struct en_err *err)
{
    const struct en_node_keys *keys;
    struct en_buf sealed = EN_BUF_INIT;
    struct arriving a;
    en_errc rc = en_args_end(&c->args, err);

    arriving_init(&a, c);
    rc = rc != EN_OK ? rc : exchange_keys(c, &keys, err);
    rc = rc != EN_OK ? rc : input_all(&c->rq->inputs[0], ARRIVING_SEALED_MAX, &sealed, err);
    if (rc == EN_E_LIMIT) {
        en_sha256(en_buf_bytes(&sealed), a.file); /* of what was read of it */
        rc = not_authentic(&a, rc, err);
    } else if (rc == EN_OK) {
        rc = import(&a, en_buf_bytes(&sealed), err);
    }
    en_buf_release(&sealed);
    arriving_release(&a);
    return rc;
}
