/*
 * statements.c: what a partner says about what it got from us.
 */
#include "acts/onward.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct answering {
    struct en_call *c;
    const struct partner *from;
    const struct en_statement *s;
    en_bytes note;
    struct en_arena arena;
    int64_t *id; /* deliveries that it is about */
    size_t n, cap;
};

static en_errc
note_id(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct answering *a = ctx;

    if (!en_arena_grow(&a->arena, &a->id, &a->cap, a->n + 1, sizeof *a->id))
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "too many deliveries");
    a->id[a->n++] = x->id;
    return EN_OK;
}

struct taking {
    struct en_arena *arena;
    struct en_store_delivery x;
    bool over;
};

static en_errc
take(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct taking *t = ctx;
    void *bytes = en_arena_copy(t->arena, x->bytes.p, x->bytes.n),
         *proof = en_arena_copy(t->arena, x->proof.p, x->proof.n);

    t->x = *x;
    t->x.partner = EN_TEXT_NONE; /* stays as it is */
    t->x.reason = en_text_dup(x->reason, t->arena);
    if (bytes == NULL || proof == NULL || t->x.reason.p == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a delivery is larger than the memory given for it");
    t->x.bytes = en_bytes_from(bytes, x->bytes.n);
    t->x.proof = en_bytes_from(proof, x->proof.n);
    return EN_OK;
}

/* SHA-256 of what was delivered. */
static en_errc
hash_of(struct en_call *c, const struct en_store_delivery *x, uint8_t hash[EN_SHA256_LEN], struct en_err *err)
{
    struct en_store_record r;
    en_errc rc;

    if (x->record == 0) {
        en_sha256(x->bytes, hash);
        return EN_OK;
    }
    rc = en_store_record_get(c->store, x->record, &c->scratch, &r, err);
    if (rc == EN_OK)
        memcpy(hash, r.hash, EN_SHA256_LEN);
    return rc;
}

static const struct en_statement_item *
item_of(const struct en_statement *s, const uint8_t hash[EN_SHA256_LEN])
{
    for (size_t i = 0; i < s->n_items; i++)
        if (memcmp(s->items[i].hash, hash, EN_SHA256_LEN) == 0)
            return &s->items[i];
    return NULL;
}

static void
answer_with(struct answering *a, struct en_store_delivery *x, enum en_delivery_state state, en_text reason)
{
    x->state = state;
    x->answered = a->c->now;
    x->reason = reason.n <= EN_STORE_MAX_WORD ? reason : EN_TEXT_LIT("");
}

/* --- a whole bundle ----------------------------------------------------------------------------------------------- */

/* What is sent in this bundle is received, but what the receipt lists. */
static en_errc
answer_delivery(struct answering *a, int64_t id, uint64_t *refused, struct en_err *err)
{
    const struct en_store_delivery_filter f = { .id = id };
    const struct en_statement_item *item;
    uint8_t hash[EN_SHA256_LEN];
    struct taking t = { .arena = &a->c->scratch };
    en_errc rc;

    en_arena_reset(&a->c->scratch);
    rc = en_store_deliveries_each(a->c->store, &f, take, &t, err);
    rc = rc != EN_OK ? rc : hash_of(a->c, &t.x, hash, err);
    if (rc != EN_OK)
        return rc;
    item = item_of(a->s, hash);
    if (item == NULL && a->s->rest > 0) /* it may be one of those that are not listed: it goes again */
        return EN_OK;
    if (a->s->form == EN_STATEMENT_REFUSAL) /* it is sealed again into the next bundle */
        t.x.state = EN_DELIVERY_QUEUED;
    else if (item != NULL && item->word == EN_SAID_REFUSED)
        answer_with(a, &t.x, EN_DELIVERY_REFUSED, item->reasons);
    else
        answer_with(a, &t.x, EN_DELIVERY_RECEIVED, EN_TEXT_LIT(""));
    *refused += t.x.state == EN_DELIVERY_REFUSED;
    return en_store_delivery_change(a->c->store, &t.x, err);
}

struct found {
    const struct en_statement *s;
    struct en_store_bundle x; /* without what it points to */
    bool any, of_earlier;     /* about bytes that it had before */
};

/* Is the statement about these bytes, or about what they were before they were signed anew? */
static bool
is_about(const struct en_statement *s, const struct en_store_bundle *x, bool *of_earlier)
{
    bool receipt = s->form == EN_STATEMENT_RECEIPT, good;

    *of_earlier = false;
    if (x->sequence != s->sequence)
        return false;
    good = memcmp(x->hash, s->hash, sizeof s->hash) == 0 && (!receipt || s->parts == x->parts);
    for (size_t i = 0; !good && i < x->earlier.n; i += EN_STORE_SIGNED) {
        en_reader r = en_reader_from(en_bytes_from(x->earlier.p + i, EN_STORE_SIGNED));
        en_bytes hash = en_reader_take(&r, EN_SHA256_LEN);

        good = memcmp(hash.p, s->hash, sizeof s->hash) == 0 && (!receipt || s->parts == en_reader_u64(&r));
        *of_earlier = good;
    }
    return good;
}

static en_errc
find_bundle(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct found *f = ctx;

    (void)err;
    f->any = is_about(f->s, x, &f->of_earlier);
    f->x = *x;
    f->x.partner = f->x.reason = EN_TEXT_NONE;
    f->x.answer = f->x.earlier = (en_bytes){ NULL, 0 };
    return EN_OK;
}

/*
 * Of a bundle to this very partner, with this number and these bytes: or it is about nothing that we sent. One that
 * flies and is refused as a whole flies on: the exchange gives it another number, or time.
 */
static en_errc
answer_bundle(struct answering *a, const char **code, struct en_err *err)
{
    const struct en_statement *s = a->s;
    const struct en_store_bundle_filter by = { .out_only = true, .partner = a->from->row.partner, .name = s->bundle };
    struct en_store_delivery_filter f = { .states = 1u << EN_DELIVERY_SENT };
    struct found b = { .s = s };
    bool refused_whole = s->form == EN_STATEMENT_REFUSAL;
    uint64_t refused = 0;
    en_errc rc = en_store_bundles_each(a->c->store, &by, find_bundle, &b, err);

    if (rc != EN_OK || (b.any && refused_whole && b.x.flies))
        return rc;
    if (!b.any) {
        *code = "not-about-ours";
        return EN_OK;
    }
    if (!refused_whole && b.x.answered != EN_TIME_NONE) /* its receipt comes again */
        return EN_OK;
    f.bundle = b.x.id;
    if (b.of_earlier && !refused_whole)
        f.states |= 1u << EN_DELIVERY_DROPPED; /* it was still in those bytes */
    rc = en_store_deliveries_each(a->c->store, &f, note_id, a, err);
    for (size_t i = 0; rc == EN_OK && i < a->n; i++)
        rc = answer_delivery(a, a->id[i], &refused, err);
    b.x.refused = refused;
    b.x.answered = a->c->now;
    b.x.answer = a->note;
    b.x.flies = false;
    return rc != EN_OK ? rc : en_store_bundle_change(a->c->store, &b.x, err);
}

/* --- single records ----------------------------------------------------------------------------------------------- */

static en_bytes
after_line(en_bytes b)
{
    const uint8_t *end = b.n > 0 ? memchr(b.p, '\n', b.n) : NULL;

    if (end == NULL)
        return en_bytes_from(b.p, 0);
    return en_bytes_from(end + 1, b.n - (size_t)(end + 1 - b.p));
}

static bool
said_in(en_bytes notes, enum en_statement_form form, en_bytes *from)
{
    enum en_statement_form f;

    for (*from = notes; from->n > 0; *from = after_line(*from))
        if (en_statement_form_of(*from, &f) && f == form)
            return true;
    return false;
}

en_time
statement_destroyed(en_bytes notes)
{
    en_time at = EN_TIME_NONE;
    en_bytes b, rest;

    if (!said_in(notes, EN_STATEMENT_DESTROYED, &b))
        return EN_TIME_NONE;
    for (; b.n > 3 && at == EN_TIME_NONE; b = rest) {
        rest = after_line(b);
        if (memcmp(b.p, "at ", 3) == 0 && !en_time_parse((en_text){ (const char *)b.p + 3, b.n - rest.n - 4 }, &at))
            return EN_TIME_NONE;
    }
    return at;
}

/*
 * Notes of other forms stay beside a new one: that a record was opened is not forgotten because it is gone later. One
 * of each form: a partner that says a thing again and again fills nothing. A newer refusal has the newer reasons.
 */
static en_bytes
with_earlier(struct answering *a, en_bytes had)
{
    struct en_buf all = EN_BUF_INIT;
    en_bytes out, same, after;
    enum en_statement_form f;

    if (said_in(had, a->s->form, &same) && a->s->form != EN_STATEMENT_REFUSAL)
        return had;
    for (after = after_line(same); after.n > 0 && !en_statement_form_of(after, &f);)
        after = after_line(after);
    en_buf_add(&all, had.p, had.n - same.n);
    en_buf_add(&all, after.p, after.n);
    en_buf_add(&all, a->note.p, a->note.n);
    out = en_bytes_from(en_arena_copy(&a->c->scratch, all.p, all.n), all.n);
    en_buf_release(&all);
    return out.p != NULL ? out : had;
}

static en_errc
answer_item(struct answering *a, const struct en_statement_item *item, const char **code, struct en_err *err)
{
    struct en_store_delivery_filter f = { .partner = a->from->row.partner };
    struct taking t = { .arena = &a->c->scratch };
    struct en_store_record r;
    en_errc rc;

    en_arena_reset(&a->c->scratch);
    rc = en_store_record_by_hash(a->c->store, item->hash, &a->c->scratch, &r, NULL);
    if (rc == EN_OK) {
        f.record = r.id;
        rc = en_store_deliveries_each(a->c->store, &f, take, &t, err);
    }
    if (rc == EN_OK && t.x.id == 0 && r.sender.n == 0 && item->word == EN_SAID_DESTROYED)
        return EN_OK; /* it got what is ours from another */
    if (rc == EN_E_NOT_FOUND || (rc == EN_OK && t.x.id == 0)) {
        *code = "not-about-ours"; /* it was never given to this partner, or is not ours at all */
        return EN_OK;
    }
    if (rc != EN_OK)
        return rc;
    t.x.proof = with_earlier(a, t.x.proof);
    if (item->word == EN_SAID_REFUSED)
        answer_with(a, &t.x, EN_DELIVERY_REFUSED, item->reasons);
    if (item->word == EN_SAID_OPENED) {
        t.x.state = EN_DELIVERY_OPENED;
        t.x.opened = a->c->now;
        t.x.answered = t.x.answered != EN_TIME_NONE ? t.x.answered : a->c->now;
    }
    return en_store_delivery_change(a->c->store, &t.x, err);
}

static bool
signed_by(const struct en_statement *s, const struct partner *from)
{
    bool good = en_statement_verify(s, from->row.key, NULL) == EN_OK;

    for (unsigned i = 0; i < from->old.n && !good; i++) /* said before a rotation */
        good = s->at <= from->old.until[i] && en_statement_verify(s, from->old.key[i], NULL) == EN_OK;
    return good;
}

en_errc
statement_read(struct en_call *c, const struct partner *from, en_bytes note, struct en_arena *arena,
               struct en_statement *s, const char **code)
{
    en_text we = exchange_we(c->acts->rim.keys);

    *code = NULL;
    if (en_statement_parse(note, arena, s, NULL) != EN_OK)
        *code = "not-a-statement";
    else if (!en_text_eq(s->from, from->row.partner) || !en_text_eq(s->to, we) || !signed_by(s, from))
        *code = "not-signed"; /* by who brought it, for us */
    else if (s->at > c->now + EN_PARTNER_AHEAD)
        *code = "from-the-future";
    return *code == NULL ? EN_OK : EN_E_NO;
}

en_errc
statement_is_about_ours(struct en_call *c, const struct partner *from, const struct en_statement *s, bool *ours,
                        struct en_err *err)
{
    const struct en_store_bundle_filter by = { .out_only = true, .partner = from->row.partner, .name = s->bundle };
    struct found b = { .s = s };
    en_errc rc = en_store_bundles_each(c->store, &by, find_bundle, &b, err);

    *ours = b.any;
    return rc;
}

en_errc
statement_take(struct en_call *c, const struct partner *from, en_bytes note, const char **code, struct en_err *err)
{
    struct answering a = { .c = c, .from = from, .note = note };
    struct en_statement s;
    en_errc rc = EN_OK;

    en_arena_init(&a.arena, 16u * EN_MIB);
    a.s = &s;
    if (statement_read(c, from, note, &a.arena, &s, code) != EN_OK)
        rc = EN_OK;
    else if (s.of_bundle)
        rc = answer_bundle(&a, code, err);
    else if (s.form == EN_STATEMENT_QUESTION || s.form == EN_STATEMENT_CONSENT) {
        rc = onward_statement(c, from, &s, code, err);
        s.n_items = 0;
    }
    if (*code == NULL && rc == EN_OK && (!s.of_bundle || s.form == EN_STATEMENT_RECEIPT))
        for (size_t i = 0; rc == EN_OK && i < s.n_items; i++)
            if (!s.of_bundle)
                rc = answer_item(&a, &s.items[i], code, err);
    en_arena_release(&a.arena);
    return rc;
}
