/*
 * bundle_in.c: a bundle comes in. Who sent it, whether it is for us and new, is decided before anything in it is looked
 * at; then each part is judged by itself. One bundle is one transaction, with the answer to its sender in it.
 *
 * What is not authentic leaves an event and a count and no answer: there is nobody to answer. What is authentic and
 * refused is answered with a signed reason.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "acts/exchange.h"
#include "acts/input.h"
#include "base/limits.h"

/* A sealed bundle: its stanzas and the chunks' tags add far less than this. */
#define SEALED_MAX (EN_ENVELOPE_MAX + EN_MIB)

struct refused_part {
    uint8_t hash[EN_SHA256_LEN];
    en_text codes;
};

struct arriving {
    struct en_call *c;
    const struct partner *from;
    const struct partner *originator;                 /* of the record at hand */
    const struct partner *known[EN_STORE_ROSTER_MAX]; /* originators of this bundle, each looked up once */
    size_t n_known;
    struct en_bundle bundle;
    struct en_buf sealed, plain;
    uint8_t file[EN_SHA256_LEN], hash[EN_SHA256_LEN]; /* of the file, of the signed bundle */
    struct en_arena arena, record;                    /* of the bundle; of one record */
    struct en_touched touched;
    struct refused_part *refused;
    size_t n_refused, cap_refused;
    uint64_t taken, review, held, answers, withdrawn; /* held: we had it already */
    uint64_t hits_ended;                              /* that waited, and rested on what was withdrawn */
    uint64_t aside_bytes;                             /* of this sender, kept */
    int64_t *records;                                 /* that the event names */
    size_t n_records, cap_records;
    bool answered_parts;                              /* something in it wants a receipt */
    struct en_store_bundle row;
};

/* --- refused as a whole ------------------------------------------------------------------------------------------- */

static en_errc
count_refused(struct en_call *c, struct en_err *err)
{
    const struct en_store_tally one = { .refused = 1 };

    return en_store_tally_add(c->store, EN_INPUT_BUNDLES, &one, err);
}

/* Nobody proved to have sent it: counted, with the hash of the file. Gives `why`, or the error of the store. */
static en_errc
not_authentic(struct arriving *a, en_errc why, struct en_err *err)
{
    struct en_call *c = a->c;
    struct en_err failed = EN_ERR_INIT;
    en_errc rc = call_begin(c, &failed);

    if (rc == EN_OK) {
        json_kv_hash(&c->ev, "hash", a->file);
        en_json_kv_str(&c->ev, "refused_whole", en_errc_name(why));
        rc = count_refused(c, &failed);
    }
    rc = rc != EN_OK ? rc : call_commit(c, &failed);
    if (rc == EN_OK)
        return why;
    if (err != NULL)
        *err = failed;
    return rc;
}

static void
fill_row(struct arriving *a)
{
    a->row = (struct en_store_bundle){ .partner = a->from->row.partner,
                                       .sequence = a->bundle.sequence,
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
event_facts(struct arriving *a, struct en_json *ev)
{
    char hex[2 * EN_ENVELOPE_ID_LEN + 1];

    en_hex(a->row.name, EN_ENVELOPE_ID_LEN, hex);
    en_json_kv_text(ev, "partner", a->from->row.partner);
    en_json_kv_int(ev, "bundle", a->row.id);
    en_json_kv_str(ev, "id", hex);
    en_json_kv_uint(ev, "sequence", a->row.sequence);
    json_kv_hash(ev, "hash", a->hash);
    en_json_kv_uint(ev, "parts", a->row.parts);
}

/* Signed by a partner of ours, and refused: the sender is told. */
static en_errc
refuse_bundle(struct arriving *a, const char *code, struct en_err *err)
{
    struct en_call *c = a->c;
    struct en_statement s = { .form = EN_STATEMENT_REFUSAL,
                              .to = a->from->row.partner,
                              .of_bundle = true,
                              .sequence = a->bundle.sequence,
                              .reason = en_text_from_ours(code) };
    en_errc rc = call_begin(c, err);

    fill_row(a);
    a->row.reason = s.reason;
    memcpy(s.bundle, a->row.name, sizeof s.bundle);
    memcpy(s.hash, a->hash, sizeof s.hash);
    rc = rc != EN_OK ? rc : en_store_bundle_add(c->store, &a->row, &a->row.id, err);
    rc = rc != EN_OK ? rc : queue_statement(c->acts, c->now, &s, err);
    rc = rc != EN_OK ? rc : count_refused(c, err);
    if (rc == EN_OK) {
        event_facts(a, &c->ev);
        en_json_kv_str(&c->ev, "refused", code);
        rc = call_commit(c, err);
    }
    return rc != EN_OK ? rc
                       : en_err_set(err, EN_E_RULE, EN_NO_POS, "the bundle is refused: %s; its sender is told", code);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static en_errc
open_and_parse(struct arriving *a, struct en_err *err)
{
    struct en_call *c = a->c;
    const struct en_node_keys *keys = c->acts->rim.keys;
    en_errc rc = input_all(&c->rq->inputs[0], SEALED_MAX, &a->sealed, err);

    if (rc != EN_OK)
        return rc;
    en_sha256(en_buf_bytes(&a->sealed), a->file);
    rc = en_age_open(keys->sealing, keys->n_sealing, en_buf_bytes(&a->sealed), EN_ENVELOPE_MAX, &a->plain, err);
    if (rc == EN_E_NOT_FOUND)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS, "none of our sealing keys opens it: it is for another, or too old");
    if (rc != EN_OK)
        return rc;
    en_sha256(en_buf_bytes(&a->plain), a->hash);
    return en_bundle_parse(en_buf_bytes(&a->plain), &a->arena, &a->bundle, err);
}

static bool
signed_by_sender(const struct arriving *a)
{
    en_bytes plain = en_buf_bytes(&a->plain), text = en_bytes_from(plain.p, plain.n - EN_SEAL_SIG_LEN);
    en_bytes sig = en_bytes_from(plain.p + text.n, EN_SEAL_SIG_LEN);
    const struct partner_old_keys *old = &a->from->old;
    bool good = en_seal_verify(a->from->row.key, EN_PURPOSE_BUNDLE, text, sig);

    for (unsigned i = 0; i < old->n && !good; i++) /* it was on its way when the partner went on */
        good = a->bundle.created <= old->until[i] && en_seal_verify(old->key[i], EN_PURPOSE_BUNDLE, text, sig);
    return good;
}

/* The signature first: nothing that the bundle says is believed before. */
static en_errc
know_sender(struct arriving *a, struct en_err *err)
{
    en_errc rc = partner_by_id(a->c, a->bundle.from, &a->from, err);

    if (rc == EN_OK && a->from == NULL)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the bundle is from nobody that we know");
    if (rc != EN_OK)
        return rc;
    return signed_by_sender(a)
               ? EN_OK
               : en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the bundle is not signed by the partner it names");
}

struct before {
    struct en_store_bundle x;
    en_text reason;
    bool any;
};

static en_errc
note_bundle(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct before *b = ctx;

    (void)err;
    b->x = *x;
    b->any = true;
    return EN_OK;
}

/* A number is used once by a sender; a bundle that comes again is that, and one under a used number is another. */
static en_errc
seen_before(struct arriving *a, struct before *same, struct before *other, struct en_err *err)
{
    struct en_store_bundle_filter f = { .in_only = true, .partner = a->from->row.partner, .name = a->bundle.id };
    en_errc rc = en_store_bundles_each(a->c->store, &f, note_bundle, same, err);

    f.name = NULL;
    f.sequence = a->bundle.sequence;
    f.taken_only = true;
    return rc != EN_OK ? rc : en_store_bundles_each(a->c->store, &f, note_bundle, other, err);
}

static const char *
wrong_with(const struct arriving *a, const struct before *other)
{
    en_time now = a->c->now;

    if (!en_text_eq(a->bundle.to, exchange_we(a->c->acts->rim.keys)))
        return "bundle-other";
    if (a->bundle.created > now + EN_PARTNER_AHEAD)
        return "bundle-from-future";
    if (a->bundle.expires <= now)
        return "bundle-expired";
    return other->any ? "bundle-number-used" : NULL;
}

/* --- parts -------------------------------------------------------------------------------------------------------- */

static en_errc
refuse_part(struct arriving *a, const uint8_t hash[EN_SHA256_LEN], en_text codes, struct en_err *err)
{
    en_text copy = en_text_dup(codes, &a->arena);

    if (copy.p == NULL || !en_arena_grow(&a->arena, &a->refused, &a->cap_refused, a->n_refused + 1, sizeof *a->refused))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the bundle takes more memory than is given for it");
    memcpy(a->refused[a->n_refused].hash, hash, EN_SHA256_LEN);
    a->refused[a->n_refused++].codes = copy;
    return EN_OK;
}

static en_errc
store_record(struct arriving *a, struct en_store_record *x, struct en_err *err)
{
    struct en_store *s = a->c->store;
    en_errc rc = x->id == 0 ? en_store_record_add(s, x, &x->id, err) : en_store_record_change(s, x, err);

    if (rc == EN_OK && !en_arena_grow(&a->arena, &a->records, &a->cap_records, a->n_records + 1, sizeof *a->records))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many records in one bundle");
    if (rc == EN_OK)
        a->records[a->n_records++] = x->id;
    return rc;
}

/* Kept with its reasons, the bytes as long as this sender's room lasts; and told in the receipt. */
static en_errc
put_aside(struct arriving *a, const struct en_bundle_part *p, struct en_store_record *x, const en_text *codes, size_t n,
          struct en_err *err)
{
    struct en_call *c = a->c;
    en_text all[EN_REASONS_MAX + 1] = { EN_TEXT_NONE };
    struct en_buf said = EN_BUF_INIT;
    bool room = a->aside_bytes + p->bytes.n <= ASIDE_MAX;
    en_errc rc;

    for (size_t i = 0; i < n; i++) {
        all[i] = codes[i];
        en_buf_addf(&said, "%s%.*s", i > 0 ? "," : "", EN_TEXT_ARG(codes[i]));
    }
    if (!room)
        all[n++] = EN_TEXT_LIT("too-much-kept");
    x->state = EN_HELD_ASIDE;
    x->destroy = c->now + ASIDE_KEPT;
    x->reasons = all;
    x->n_reasons = n;
    x->bytes = room ? p->bytes : (en_bytes){ NULL, 0 };
    rc = store_record(a, x, err);
    a->aside_bytes += x->bytes.n;
    rc = rc != EN_OK ? rc : refuse_part(a, x->hash, (en_text){ said.p, said.n }, err);
    en_buf_release(&said);
    return rc;
}

static en_errc
put_aside_one(struct arriving *a, const struct en_bundle_part *p, struct en_store_record *x, const char *code,
              struct en_err *err)
{
    const en_text codes = en_text_from_ours(code);

    return put_aside(a, p, x, &codes, 1, err);
}

struct known { /* what we hold of this record */
    const struct en_store_record *of;
    uint32_t version;
    bool withdrawn, of_another, differs;
};

static en_errc
note_version(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct known *k = ctx;

    (void)err;
    if (x->state == EN_HELD_ASIDE)
        return EN_OK;
    k->of_another = k->of_another || !en_text_eq(x->originator, k->of->originator);
    k->withdrawn = k->withdrawn || x->state == EN_HELD_WITHDRAWN;
    k->differs = k->differs || (x->version == k->of->version && memcmp(x->hash, k->of->hash, sizeof x->hash) != 0);
    if (x->version > k->version)
        k->version = x->version;
    return EN_OK;
}

static en_errc
note_withdrawal(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct known *k = ctx;

    (void)err;
    k->withdrawn = k->withdrawn || en_text_eq(x->originator, k->of->originator);
    return EN_OK;
}

static en_errc
look_up(struct arriving *a, const struct en_store_record *x, struct known *k, struct en_err *err)
{
    struct en_store_record_filter f = { .uuid = x->uuid };
    en_errc rc = en_store_records_each(a->c->store, &f, note_version, k, err);

    f = (struct en_store_record_filter){ .about = x->uuid, .states = 1u << EN_HELD_CURRENT };
    rc = rc != EN_OK ? rc : en_store_records_each(a->c->store, &f, note_withdrawal, k, err);
    if (rc == EN_OK && x->about.n > 0) { /* what a withdrawal takes back must be its originator's own */
        struct known of = { .of = x };

        f = (struct en_store_record_filter){ .uuid = x->about };
        rc = en_store_records_each(a->c->store, &f, note_version, &of, err);
        k->of_another = k->of_another || of.of_another;
    }
    return rc;
}

static bool
is_national(const struct en_call *c, const struct en_record *r)
{
    const struct en_value *v = en_record_value(r, "person");
    en_country ours = en_country_from_text(c->node.country);

    for (size_t i = 0; v != NULL && en_country_known(ours) && i < v->person->n_nationalities; i++)
        if (en_country_eq(v->person->nationalities[i], ours))
            return true;
    return false;
}

/* --- a record that is admitted ------------------------------------------------------------------------------------ */

struct versions {
    int64_t id[64];
    size_t n;
};

static en_errc
note_id(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct versions *v = ctx;

    (void)err;
    if (v->n < sizeof v->id / sizeof *v->id)
        v->id[v->n++] = x->id;
    return EN_OK;
}

/* All that is held of what it takes back is forgotten, and its originator is told what. */
static en_errc
withdraw(struct arriving *a, const struct en_store_record *by, struct en_err *err)
{
    const unsigned held = 1u << EN_HELD_CURRENT | 1u << EN_HELD_REVIEW | 1u << EN_HELD_ASIDE | 1u << EN_HELD_SUPERSEDED;
    const struct en_store_record_filter f = { .uuid = by->about, .originator = by->originator, .states = held };
    struct en_call *c = a->c;
    struct en_statement_item items[sizeof(struct versions) / sizeof(int64_t)] = { { .word = EN_SAID_REFUSED } };
    struct en_statement s = { .form = EN_STATEMENT_DESTROYED,
                              .to = by->originator,
                              .record = by->about,
                              .reason = EN_TEXT_LIT("withdrawn"),
                              .items = items };
    struct versions v = { .n = 0 };
    en_errc rc = en_store_records_each(c->store, &f, note_id, &v, err);

    for (size_t i = 0; rc == EN_OK && i < v.n; i++) {
        struct en_store_record x;

        en_arena_reset(&c->scratch);
        rc = en_store_record_get(c->store, v.id[i], &c->scratch, &x, err);
        rc = rc != EN_OK ? rc : exchange_forget(c, &x, &a->touched, &a->hits_ended, err);
        x.state = EN_HELD_WITHDRAWN;
        x.changed = c->now;
        rc = rc != EN_OK ? rc : en_store_record_change(c->store, &x, err);
        items[s.n_items].word = EN_SAID_DESTROYED;
        memcpy(items[s.n_items++].hash, x.hash, EN_SHA256_LEN);
    }
    a->withdrawn += v.n;
    return rc != EN_OK || v.n == 0 ? rc : queue_statement(c->acts, c->now, &s, err);
}

static en_errc
keep(struct arriving *a, const struct en_bundle_part *p, struct en_store_record *x, struct en_err *err)
{
    x->bytes = p->bytes;
    x->release = p->release;
    x->signature = p->signature;
    x->salt = p->salt;
    x->place = p->place;
    x->changed = a->c->now;
    return store_record(a, x, err);
}

static en_errc
admit(struct arriving *a, const struct en_bundle_part *p, const struct en_record *r, struct en_store_record *x,
      struct en_err *err)
{
    en_errc rc = EN_OK;

    x->state = EN_HELD_CURRENT;
    if (r->kind == EN_RECORD_ALERT)
        rc = exchange_make_alert(a->c, r, x, &a->touched, err);
    rc = rc != EN_OK ? rc : exchange_supersede(a->c, x, err);
    rc = rc != EN_OK ? rc : keep(a, p, x, err);
    if (rc == EN_OK && r->kind == EN_RECORD_WITHDRAWAL)
        rc = withdraw(a, x, err);
    a->taken += rc == EN_OK;
    return rc;
}

static en_errc
judge(struct arriving *a, const struct en_bundle_part *p, const struct en_record *r, struct en_store_record *x,
      struct en_err *err)
{
    struct known k = { .of = x };
    struct en_reasons why;
    en_text codes[EN_REASONS_MAX] = { EN_TEXT_NONE };
    struct en_reception_facts f = { .record = r, .partner = a->originator->facts, .now = a->c->now };
    enum en_reception verdict;
    en_errc rc = look_up(a, x, &k, err);

    if (rc != EN_OK)
        return rc;
    if (k.of_another)
        return put_aside_one(a, p, x, "not-the-originator", err);
    if (k.differs)
        return put_aside_one(a, p, x, "version-differs", err);
    f.known_version = k.version;
    f.withdrawn = k.withdrawn;
    f.own_national = is_national(a->c, r);
    verdict = en_rules_receive(&f, &why);
    for (size_t i = 0; i < why.n; i++)
        codes[i] = en_text_from_ours(why.v[i]->code);
    if (verdict == EN_RECEPTION_LIVE)
        return admit(a, p, r, x, err);
    if (verdict == EN_RECEPTION_ASIDE)
        return put_aside(a, p, x, codes, why.n, err);
    x->state = EN_HELD_REVIEW;
    x->reasons = codes;
    x->n_reasons = why.n;
    a->review++;
    return keep(a, p, x, err);
}

/* --- a record, before it is believed ------------------------------------------------------------------------------ */

static en_errc
find_originator(struct arriving *a, en_text id, struct en_err *err)
{
    en_errc rc;

    for (size_t i = 0; i < a->n_known; i++) {
        a->originator = a->known[i];
        if (en_text_eq(a->originator->row.partner, id))
            return EN_OK;
    }
    rc = partner_by_id(a->c, id, &a->originator, err);
    if (rc == EN_OK && a->originator != NULL && a->n_known < sizeof a->known / sizeof *a->known)
        a->known[a->n_known++] = a->originator;
    return rc;
}

/* From whom it is, by signature: NULL, or why it is not believed. */
static en_errc
believe(struct arriving *a, const struct en_bundle_part *p, en_text originator, const char **code, struct en_err *err)
{
    en_text we = exchange_we(a->c->acts->rim.keys);
    en_errc rc = find_originator(a, originator, err);

    *code = NULL;
    if (rc != EN_OK)
        return rc;
    if (a->originator == NULL) {
        *code = "originator-unknown";
        return EN_OK;
    }
    rc = en_bundle_part_verify(p, a->originator->row.key, we, NULL);
    for (unsigned i = 0; i < a->originator->old.n && rc == EN_E_INTEGRITY; i++) /* released before a rotation */
        rc = en_bundle_part_verify(p, a->originator->old.key[i], we, NULL);
    if (rc != EN_OK)
        *code = rc == EN_E_RULE ? "not-released" : "not-signed";
    return EN_OK;
}

/* What of the record stands in its row, in the record's arena. */
static void
describe(const struct en_record *r, struct en_store_record *x)
{
    const struct en_value *about = r->kind == EN_RECORD_WITHDRAWAL ? en_record_value(r, "about") : NULL;
    en_text id = EN_TEXT_NONE;

    x->uuid = r->id;
    x->version = r->version;
    x->kind = en_text_from_ours(en_record_kind_word(r->kind));
    x->originator = r->originator;
    x->urgent = en_record_kinds[r->kind].urgent;
    x->destroy = r->handling.destroy;
    if (about != NULL && en_record_ref(about->text, NULL, &id))
        x->about = id;
}

/* Row of what came: a new one, or the one of the same bytes that were not admitted before. */
static en_errc
start_row(struct arriving *a, const struct en_bundle_part *p, struct en_store_record *x, bool *held, struct en_err *err)
{
    uint8_t hash[EN_SHA256_LEN];
    en_errc rc;

    en_sha256(p->bytes, hash);
    rc = en_store_record_by_hash(a->c->store, hash, &a->record, x, NULL);
    *held = rc == EN_OK && x->state != EN_HELD_ASIDE;
    if (rc != EN_OK && rc != EN_E_NOT_FOUND)
        return en_err_set(err, rc, EN_NO_POS, "the store cannot be read");
    if (rc == EN_E_NOT_FOUND) {
        *x = (struct en_store_record){ .at = a->c->now, .opened = EN_TIME_NONE, .destroy = EN_TIME_NONE };
        memcpy(x->hash, hash, sizeof hash);
    } else if (x->state == EN_HELD_ASIDE) {
        a->aside_bytes -= x->bytes.n < a->aside_bytes ? x->bytes.n : a->aside_bytes;
    }
    x->reasons = NULL;
    x->n_reasons = 0;
    x->changed = a->c->now;
    return EN_OK;
}

static en_errc
take_record(struct arriving *a, const struct en_bundle_part *p, struct en_err *err)
{
    struct en_store_record x;
    struct en_record r;
    const char *code;
    bool held;
    en_errc rc = start_row(a, p, &x, &held, err);

    if (rc != EN_OK)
        return rc;
    if (held && x.sender.n > 0) { /* the same bytes again: the first receipt may be lost */
        a->held++;
        return EN_OK;
    }
    if (held)
        return refuse_part(a, x.hash, EN_TEXT_LIT("not-the-originator"), err); /* our own record comes back */
    x.sender = a->from->row.partner;
    if (en_stix_read(p->bytes, &a->record, &r, NULL, NULL) != EN_OK) {
        x.uuid = x.kind = x.originator = x.about = EN_TEXT_NONE;
        return put_aside_one(a, p, &x, "not-a-record", err);
    }
    rc = believe(a, p, r.originator, &code, err);
    if (rc != EN_OK)
        return rc;
    if (code != NULL) { /* what it says of itself is not believed, so it is not written down */
        x.uuid = x.kind = x.originator = x.about = EN_TEXT_NONE;
        x.version = 0;
        return put_aside_one(a, p, &x, code, err);
    }
    describe(&r, &x);
    return judge(a, p, &r, &x, err);
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
    a->answers += rc == EN_OK && code == NULL;
    if (rc != EN_OK || code == NULL)
        return rc;
    en_sha256(p->bytes, hash);
    return refuse_part(a, hash, en_text_from_ours(code), err);
}

static en_errc
take_parts(struct arriving *a, struct en_err *err)
{
    struct en_call *c = a->c;
    en_errc rc = en_store_records_size(c->store, a->from->row.partner, EN_HELD_ASIDE, &a->aside_bytes, err);

    for (size_t i = 0; rc == EN_OK && i < a->bundle.n_parts; i++) {
        const struct en_bundle_part *p = &a->bundle.parts[i];

        en_arena_reset(&a->record);
        en_arena_reset(&c->scratch);
        a->answered_parts = a->answered_parts || p->kind != EN_BUNDLE_RECEIPT;
        rc = p->kind == EN_BUNDLE_RECORD ? take_record(a, p, err) : take_statement(a, p, err);
        if (c->reply->progress != NULL)
            c->reply->progress(c->reply->ctx, i + 1, a->bundle.n_parts);
    }
    return rc;
}

/* --- the answer --------------------------------------------------------------------------------------------------- */

/* The receipt lists what was refused; what does not fit into one note follows in refusals. */
static en_errc
answer_sender(struct arriving *a, struct en_err *err)
{
    struct en_statement_item *items = en_xcalloc(EN_STATEMENT_ITEMS_MAX, sizeof *items);
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
    do {
        for (s.n_items = 0; s.n_items < EN_STATEMENT_ITEMS_MAX && at < a->n_refused; s.n_items++, at++) {
            struct en_statement_item *x = &items[s.n_items];

            x->word = EN_SAID_REFUSED;
            memcpy(x->hash, a->refused[at].hash, sizeof x->hash);
            x->reasons = a->refused[at].codes;
            if (x->reasons.n > EN_STATEMENT_REASONS_MAX)
                x->reasons = EN_TEXT_LIT("many-reasons");
        }
        rc = queue_statement(a->c->acts, a->c->now, &s, err);
        s.form = EN_STATEMENT_REFUSAL;
        s.of_bundle = false;
    } while (rc == EN_OK && at < a->n_refused);
    free(items);
    return rc;
}

static en_errc
commit_import(struct arriving *a, struct en_err *err)
{
    struct en_call *c = a->c;
    const struct en_store_tally tally = { .refused = a->n_refused };
    en_errc rc = en_store_tally_add(c->store, EN_INPUT_BUNDLES, &tally, err);

    if (rc != EN_OK)
        return rc;
    event_facts(a, &c->ev);
    en_json_kv_uint(&c->ev, "taken", a->taken);
    en_json_kv_uint(&c->ev, "review", a->review);
    en_json_kv_uint(&c->ev, "held", a->held);
    en_json_kv_uint(&c->ev, "answers", a->answers);
    en_json_kv_uint(&c->ev, "withdrawn", a->withdrawn);
    en_json_kv_uint(&c->ev, "hits_ended", a->hits_ended);
    en_json_kv_uint(&c->ev, "refused_count", a->n_refused);
    en_json_key(&c->ev, "records");
    en_json_array(&c->ev);
    for (size_t i = 0; i < a->n_records; i++)
        en_json_int(&c->ev, a->records[i]);
    en_json_array_end(&c->ev);
    rc = call_commit(c, err);
    if (rc == EN_OK) {
        touched_apply(&a->touched, c->acts);
        call_rescreen(c);
    }
    return rc;
}

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
tell(struct arriving *a, const struct before *same, struct en_err *err)
{
    struct en_call *c = a->c;
    struct en_json j;
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
    en_json_kv_bool(&j, "same", same != NULL);
    en_json_kv_uint(&j, "missing", missing);
    if (same != NULL) {
        json_kv_time(&j, "imported", same->x.at);
        en_json_kv_int(&j, "bundle", same->x.id);
    } else {
        en_json_kv_int(&j, "bundle", a->row.id);
        en_json_kv_uint(&j, "parts", a->row.parts);
        en_json_kv_uint(&j, "taken", a->taken);
        en_json_kv_uint(&j, "review", a->review);
        en_json_kv_uint(&j, "held", a->held);
        en_json_kv_uint(&j, "answers", a->answers);
        en_json_kv_uint(&j, "withdrawn", a->withdrawn);
        en_json_kv_uint(&j, "refused_count", a->n_refused);
        refused_json(a, &j);
        json_found_later(c, &j);
    }
    en_json_object_end(&j);
    return call_emit(c, err);
}

/* --- the act ------------------------------------------------------------------------------------------------------ */

/* It came before: nothing changes; that it was tried is an event and counted. */
static en_errc
same_again(struct arriving *a, const struct before *same, struct en_err *err)
{
    struct en_call *c = a->c;
    en_errc rc = call_begin(c, err);

    fill_row(a);
    a->row.id = same->x.id;
    rc = rc != EN_OK ? rc : count_refused(c, err);
    if (rc == EN_OK) {
        event_facts(a, &c->ev);
        en_json_kv_bool(&c->ev, "same", true);
        rc = call_commit(c, err);
    }
    return rc != EN_OK ? rc : tell(a, same, err);
}

static en_errc
take_bundle(struct arriving *a, struct en_err *err)
{
    struct en_call *c = a->c;
    en_errc rc = call_begin(c, err);

    fill_row(a);
    rc = rc != EN_OK ? rc : take_parts(a, err);
    a->row.refused = a->n_refused;
    rc = rc != EN_OK ? rc : en_store_bundle_add(c->store, &a->row, &a->row.id, err);
    if (rc == EN_OK && (a->answered_parts || a->n_refused > 0))
        rc = answer_sender(a, err);
    rc = rc != EN_OK ? rc : commit_import(a, err);
    rc = rc != EN_OK ? rc : tell(a, NULL, err);
    return rc == EN_OK && a->n_refused > 0 ? EN_E_NO : rc; /* done, and some of it was refused */
}

static en_errc
import(struct arriving *a, struct en_err *err)
{
    struct before same = { .any = false }, other = { .any = false };
    const char *wrong;
    en_errc rc = open_and_parse(a, err);

    rc = rc != EN_OK ? rc : know_sender(a, err);
    if (rc == EN_E_INPUT || rc == EN_E_LIMIT || rc == EN_E_RULE || rc == EN_E_INTEGRITY)
        return not_authentic(a, rc, err);
    rc = rc != EN_OK ? rc : seen_before(a, &same, &other, err);
    if (rc != EN_OK)
        return rc;
    if (same.any)
        return same_again(a, &same, err);
    wrong = wrong_with(a, &other);
    return wrong != NULL ? refuse_bundle(a, wrong, err) : take_bundle(a, err);
}

en_errc
act_bundle_import(struct en_call *c, struct en_err *err)
{
    struct arriving a = { .c = c };
    const struct en_node_keys *keys;
    en_errc rc = en_args_end(&c->args, err);

    en_arena_init(&a.arena, EN_ENVELOPE_MAX);
    en_arena_init(&a.record, RECORD_ARENA + EN_STORE_MAX_BLOB);
    touched_init(&a.touched);
    rc = rc != EN_OK ? rc : exchange_keys(c, &keys, err);
    rc = rc != EN_OK ? rc : import(&a, err);
    touched_release(&a.touched);
    en_buf_release(&a.sealed);
    en_buf_release(&a.plain);
    en_arena_release(&a.arena);
    en_arena_release(&a.record);
    return rc;
}
