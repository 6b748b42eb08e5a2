/*
 * record_in.c: a record that a partner brings. Whose it is, by signature, before anything that it says is believed;
 * then the rules: it is live at once, waits for a look, or is put aside with its reasons.
 */
#include <stdlib.h>
#include <string.h>

#include "acts/bundle_in.h"
#include "acts/onward.h"
#include "acts/protect.h"

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
    bool room = a->aside_bytes + p->bytes.n <= ASIDE_MAX, row = x->id != 0 || a->aside_rows < ASIDE_ROWS_MAX;
    en_errc rc;

    for (size_t i = 0; i < n; i++) {
        all[i] = codes[i];
        en_buf_addf(&said, "%s%.*s", i > 0 ? "," : "", EN_TEXT_ARG(codes[i]));
    }
    if (!room || !row) {
        all[n++] = EN_TEXT_LIT("too-much-kept");
        refusal_sums_add(&a->why, all[n - 1]);
    }
    x->state = EN_HELD_ASIDE;
    x->destroy = c->now + ASIDE_KEPT;
    x->reasons = all;
    x->n_reasons = n;
    x->bytes = room ? p->bytes : (en_bytes){ NULL, 0 };
    a->aside_rows += row && x->id == 0;
    a->aside_bytes += row ? x->bytes.n : 0;
    rc = row ? store_record(a, x, err) : EN_OK;
    x->reasons = NULL; /* they were ours */
    x->n_reasons = 0;
    rc = rc != EN_OK ? rc : arriving_refuse_part(a, x->hash, (en_text){ said.p, said.n }, err);
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
    rc = rc != EN_OK || v.n == 0 ? rc : queue_statement(c->acts, c->now, &s, err);
    return rc != EN_OK ? rc : onward_withdrawn(c, by, err);
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
    if (k.version > 0) /* of what is new here nobody can be protected yet */
        rc = protect_received(a->c->store, x->originator, x->uuid, &f.protected_person, err);
    if (rc != EN_OK)
        return rc;
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
    rc = keep(a, p, x, err);
    x->reasons = NULL; /* they were ours */
    x->n_reasons = 0;
    return rc;
}

/* --- a record, before it is believed ------------------------------------------------------------------------------ */

static en_errc
find_originator(struct arriving *a, en_text id, struct en_err *err)
{
    en_errc rc;

    for (size_t i = 0; i < a->n_originators; i++) {
        a->originator = a->originators[i];
        if (en_text_eq(a->originator->row.partner, id))
            return EN_OK;
    }
    rc = partner_by_id(a->c, id, &a->originator, err);
    if (rc == EN_OK && a->originator != NULL && a->n_originators < sizeof a->originators / sizeof *a->originators)
        a->originators[a->n_originators++] = a->originator;
    return rc;
}

static bool
signed_with(struct arriving *a, const struct en_bundle_part *p, const uint8_t key[EN_SEAL_PUBLIC_LEN])
{
    return p->kind == EN_BUNDLE_LISTED ? en_batch_verify(p->signature, p->release, key, &a->list)
                                       : en_seal_verify(key, EN_PURPOSE_RELEASE, p->release, p->signature);
}

static bool
signed_by(struct arriving *a, const struct en_bundle_part *p, const struct partner *originator)
{
    bool good = signed_with(a, p, originator->row.key);

    for (unsigned i = 0; i < originator->old.n && !good; i++) /* released before a rotation */
        good = signed_with(a, p, originator->old.key[i]);
    return good;
}

/* From whom it is, by signature: NULL, or why it is not believed. */
static en_errc
believe(struct arriving *a, const struct en_bundle_part *p, const struct en_record *r, const char **code,
        struct en_err *err)
{
    en_text we = exchange_we(a->c->acts->rim.keys);
    en_errc rc = find_originator(a, r->originator, err), opens;

    *code = NULL;
    if (rc != EN_OK)
        return rc;
    if (a->originator == NULL) {
        *code = "originator-unknown";
        return EN_OK;
    }
    opens = en_bundle_part_opens(p, we, NULL);
    if (opens == EN_E_RULE && onward_listed(p, r, a->from->row.partner, we))
        opens = EN_OK;
    if ((opens != EN_OK && opens != EN_E_RULE) || !signed_by(a, p, a->originator))
        *code = "not-signed";
    else if (opens == EN_E_RULE)
        *code = "not-released";
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

en_errc
arriving_record(struct arriving *a, const struct en_bundle_part *p, struct en_err *err)
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
        return arriving_refuse_part(a, x.hash, EN_TEXT_LIT("not-the-originator"), err); /* our own record comes back */
    x.sender = a->from->row.partner;
    if (en_stix_read(p->bytes, &a->record, &r, NULL, NULL) != EN_OK) {
        x.uuid = x.kind = x.originator = x.about = EN_TEXT_NONE;
        return put_aside_one(a, p, &x, "not-a-record", err);
    }
    rc = believe(a, p, &r, &code, err);
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
