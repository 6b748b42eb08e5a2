/*
 * live_in.c: what comes over a wire: opened, told to the step as facts, and taken as the step says.
 */
#include "acts/live_parts.h"

#include <stdlib.h>
#include <string.h>

#define UNBELIEVED_EVERY EN_TIME_HOUR / 60

/* What the parts of a bundle are to the step. */
struct facts {
    struct live *v;
    struct arriving *in;
    struct en_came_receipt *receipts;
    struct en_came_refusal *refusals;
    struct en_shown_head *heads;
    struct en_witness_request *seen;
    en_bytes *notes;
    size_t n_receipts, n_refusals, n_heads, cap_receipts, cap_refusals;
    struct en_slip slip;
    en_bytes card; /* of the sender, as it came */
    bool has_slip, answers, relay_refused;
    struct en_arena arena;
};

/* --- statements --------------------------------------------------------------------------------------------------- */

static enum en_refused
why_refused(en_text code)
{
    static const struct {
        const char *code;
        enum en_refused why;
    } codes[] = {
        { "bundle-number-used", EN_REFUSED_NUMBER }, { "bundle-too-early", EN_REFUSED_EARLY },
        { "bundle-expired", EN_REFUSED_TIME },       { "bundle-from-future", EN_REFUSED_TIME },
        { "bundle-version", EN_REFUSED_VERSION },
    };

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (en_text_is(code, codes[i].code))
            return codes[i].why;
    return EN_REFUSED_ELSE;
}

static bool
note_receipt(struct facts *f, const struct en_statement *s)
{
    struct en_came_receipt r = { .number = s->sequence };

    memcpy(r.id, s->bundle, sizeof r.id);
    if (!en_arena_grow(&f->arena, &f->receipts, &f->cap_receipts, f->n_receipts + 1, sizeof r))
        return false;
    f->receipts[f->n_receipts++] = r;
    return true;
}

static bool
note_refusal(struct facts *f, const struct en_statement *s)
{
    struct en_came_refusal r = { .number = s->sequence, .why = why_refused(s->reason) };

    memcpy(r.id, s->bundle, sizeof r.id);
    if (!en_arena_grow(&f->arena, &f->refusals, &f->cap_refusals, f->n_refusals + 1, sizeof r))
        return false;
    f->refusals[f->n_refusals++] = r;
    return true;
}

/* A relay that does not pass on says so about the hash of a parcel. */
static bool
is_of_relay(const struct en_statement *s)
{
    static const char relay[] = "relay-";

    return s->form == EN_STATEMENT_REFUSAL && !s->of_bundle && s->n_items > 0 &&
           s->items[0].reasons.n >= sizeof relay - 1 && memcmp(s->items[0].reasons.p, relay, sizeof relay - 1) == 0;
}

static en_errc
look_at_statement(struct facts *f, en_bytes note, struct en_err *err)
{
    struct en_statement s;
    const char *code;
    bool ours = false, room = true;
    en_errc rc = EN_OK;

    if (statement_read(f->v->c, f->in->from, note, &f->arena, &s, &code) != EN_OK)
        return EN_OK; /* refused where parts are taken */
    if (is_of_relay(&s)) {
        f->relay_refused = true;
        return EN_OK;
    }
    f->answers = true;
    if (!s.of_bundle)
        return EN_OK;
    rc = statement_is_about_ours(f->v->c, f->in->from, &s, &ours, err);
    if (!ours) /* no bundle has this id: the step sees that it was never sent */
        memset(s.bundle, 0, sizeof s.bundle);
    if (rc == EN_OK && s.form == EN_STATEMENT_RECEIPT)
        room = note_receipt(f, &s);
    else if (rc == EN_OK && s.form == EN_STATEMENT_REFUSAL)
        room = note_refusal(f, &s);
    return room ? rc : en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a slip says too much");
}

/* --- slips -------------------------------------------------------------------------------------------------------- */

static bool
slip_signed(struct facts *f, const struct en_lines *l, const struct en_slip *s)
{
    const struct partner *from = f->in->from;
    en_text we = exchange_we(f->v->acts->rim.keys);
    en_time now = f->v->c->now;
    bool good = en_slip_verify(l, s, we, from->row.key, now, NULL) == EN_OK;

    for (unsigned i = 0; i < from->old.n && !good; i++) /* said before a rotation */
        good = s->at <= from->old.until[i] && en_slip_verify(l, s, we, from->old.key[i], now, NULL) == EN_OK;
    return good && en_text_is(from->row.partner, s->from);
}

static bool
look_at_sync(struct facts *f, en_bytes note)
{
    struct en_lines *l = en_arena_alloc(&f->arena, sizeof *l);
    struct en_slip s;

    if (l == NULL || f->has_slip || en_slip_read(note, l, &s, NULL) != EN_OK)
        return false;
    f->has_slip = slip_signed(f, l, &s);
    if (f->has_slip)
        f->slip = s;
    return f->has_slip;
}

static en_errc
look_at_head(struct facts *f, en_bytes part, struct en_err *err)
{
    size_t i = f->n_heads;
    en_errc rc;

    if (i == EN_NODE_HEADS_MAX + 2)
        return EN_OK;
    rc = live_head_read(f->v, part, &f->seen[i], &f->heads[i], &f->notes[i], err);
    f->n_heads += rc == EN_OK;
    return rc == EN_E_NO ? EN_OK : rc;
}

static en_errc
look_at_part(struct facts *f, const struct en_bundle_part *p, struct en_err *err)
{
    bool slip = f->in->bundle.sequence == 0;
    enum en_statement_form form;

    if (slip && p->kind == EN_BUNDLE_HEAD)
        return look_at_head(f, p->bytes, err);
    if (p->kind != EN_BUNDLE_RECEIPT && p->kind != EN_BUNDLE_STATEMENT)
        return EN_OK;
    if (en_statement_form_of(p->bytes, &form))
        return look_at_statement(f, p->bytes, err);
    if (slip && en_text_is(en_lines_form(p->bytes), "entente-card/1"))
        f->card = p->bytes;
    else if (slip)
        (void)look_at_sync(f, p->bytes);
    return EN_OK;
}

static en_errc
look_at_parts(struct facts *f, struct en_err *err)
{
    en_errc rc = EN_OK;

    f->heads = en_arena_array(&f->arena, EN_NODE_HEADS_MAX + 2, sizeof *f->heads);
    f->seen = en_arena_array(&f->arena, EN_NODE_HEADS_MAX + 2, sizeof *f->seen);
    f->notes = en_arena_array(&f->arena, EN_NODE_HEADS_MAX + 2, sizeof *f->notes);
    if (f->heads == NULL || f->seen == NULL || f->notes == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "no memory for the heads of a slip");
    for (size_t i = 0; rc == EN_OK && i < f->in->bundle.n_parts; i++)
        rc = look_at_part(f, &f->in->bundle.parts[i], err);
    return rc;
}

/* --- taken -------------------------------------------------------------------------------------------------------- */

static en_errc
note_receipt_bytes(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    (void)err;
    en_buf_add(ctx, x->bytes.p, x->bytes.n);
    return EN_OK;
}

/* The receipt leaves with slips, now and whenever it is asked for; it is not carried as a delivery. */
static en_errc
keep_receipt(struct live *v, struct arriving *in, struct en_err *err)
{
    const struct en_store_delivery_filter f = { .id = in->receipt };
    struct en_buf note = EN_BUF_INIT;
    struct en_store_bundle row = in->row;
    en_errc rc = en_store_deliveries_each(v->c->store, &f, note_receipt_bytes, &note, err);

    row.answer = en_buf_bytes(&note);
    rc = rc != EN_OK ? rc : en_store_bundle_change(v->c->store, &row, err);
    rc = rc != EN_OK ? rc : delivery_set_state(v->c, in->receipt, EN_DELIVERY_SENT, in->row.id, err);
    en_buf_release(&note);
    return rc;
}

static en_errc
take_statements(struct arriving *in, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < in->bundle.n_parts; i++) {
        const struct en_bundle_part *p = &in->bundle.parts[i];
        enum en_statement_form form;
        const char *code = NULL;

        if ((p->kind != EN_BUNDLE_RECEIPT && p->kind != EN_BUNDLE_STATEMENT) ||
            !en_statement_form_of(p->bytes, &form))
            continue;
        en_arena_reset(&in->c->scratch);
        rc = statement_take(in->c, in->from, p->bytes, &code, err);
        in->answers += rc == EN_OK && code == NULL;
    }
    en_json_kv_text(&in->c->ev, "partner", in->from->row.partner);
    en_json_kv_uint(&in->c->ev, "sequence", in->bundle.sequence);
    en_json_kv_uint(&in->c->ev, "answers", in->answers);
    return rc;
}

en_errc
live_take(struct live *v, struct live_came *came, bool number, struct en_err *err)
{
    struct arriving *in = came->in;
    en_errc rc;

    if (number) {
        in->wants_receipt = true; /* over a wire whatever has a number has a receipt */
        rc = arriving_take(in, err);
        return rc != EN_OK || in->receipt == 0 ? rc : keep_receipt(v, in, err);
    }
    if (came->refused != NULL && strcmp(came->refused, "bundle-number-used") == 0)
        return arriving_refuse(in, came->refused, err);
    rc = take_statements(in, err);
    if (came->refused != NULL)
        en_json_kv_str(&v->c->ev, "refused", came->refused);
    return rc;
}

/* --- cards -------------------------------------------------------------------------------------------------------- */

/* Another key, name or country is for a person, who compares it by another way. */
static bool
same_partner(const struct en_card *card, const struct en_store_partner *x)
{
    struct en_key_state k;

    partner_keys(x, &k);
    return strcmp(card->keys.partner, k.partner) == 0 && card->keys.number == k.number &&
           memcmp(card->keys.key, k.key, sizeof k.key) == 0 && memcmp(card->keys.next, k.next, sizeof k.next) == 0 &&
           en_text_eq(card->name, x->name) && en_text_eq(card->country, x->country) && card->rehearsal == x->rehearsal;
}

static bool
says_the_same(const struct en_card *a, const struct en_card *b)
{
    bool same = a->n_seals == b->n_seals && a->n_addresses == b->n_addresses;

    for (unsigned i = 0; same && i < a->n_seals; i++)
        same = a->seal[i].month == b->seal[i].month &&
               memcmp(a->seal[i].recipient, b->seal[i].recipient, sizeof a->seal[i].recipient) == 0;
    for (unsigned i = 0; same && i < a->n_addresses; i++)
        same = en_text_eq(a->address[i], b->address[i]);
    return same;
}

static en_errc
store_card(struct live *v, const struct partner *from, en_bytes note, const struct en_card *card, struct en_err *err)
{
    struct en_store_partner x = from->row;
    struct en_buf event = EN_BUF_INIT;
    uint8_t hash[EN_SHA256_LEN];
    struct en_json ev;
    en_errc rc = en_store_begin(v->c->store, err);

    x.card = note;
    x.card_at = card->at;
    x.changed = v->c->now;
    rc = rc != EN_OK ? rc : en_store_partner_change(v->c->store, &x, err);
    if (rc != EN_OK)
        return rc;
    en_sha256(note, hash);
    live_event_open(v, &event, &ev);
    en_json_kv_text(&ev, "partner", x.partner);
    json_kv_hash(&ev, "card", hash);
    en_json_kv_uint(&ev, "number", card->keys.number);
    json_kv_hash(&ev, "signing", card->keys.key);
    en_json_kv_bool(&ev, "compared", false);
    en_json_kv_text(&ev, "standing", x.standing);
    rc = live_event_append(v, "partner-update", &event, &ev, err);
    return rc != EN_OK ? rc : en_store_commit(v->c->store, err);
}

/* The sealing keys and addresses of a partner whose key has not changed; what it has not signed itself is nothing. */
static en_errc
take_card(struct live *v, const struct partner *from, en_bytes note, struct en_err *err)
{
    struct en_card card, known;

    if (note.n == 0 || en_card_read(note, &card, NULL) != EN_OK || !same_partner(&card, &from->row) ||
        card.at <= from->row.card_at || card.at > v->c->now + EN_PARTNER_AHEAD ||
        en_card_read(from->row.card, &known, NULL) != EN_OK || says_the_same(&card, &known))
        return EN_OK;
    return store_card(v, from, note, &card, err);
}

/* --- parcels ------------------------------------------------------------------------------------------------------ */

static en_errc
offer_parcel(struct live *v, struct arriving *in, const struct en_bundle_part *part, struct en_err *err)
{
    struct live_peer *from = live_peer(v, in->from->row.partner);
    struct en_parcel p;
    struct live_came came = { .in = in, .parcel = &p };
    char next[EN_ENVELOPE_PARTNER_LEN + 1] = "";
    struct en_event e = { .kind = EN_EVENT_PARCEL, .partner = from->id, .next = next };

    if (en_parcel_parse(part->bytes, &p, NULL) != EN_OK || p.expires <= v->c->now)
        return EN_OK;
    memcpy(next, p.next.p, EN_ENVELOPE_PARTNER_LEN);
    memcpy(e.id, p.id, sizeof e.id);
    e.bytes = p.sealed.n;
    if (!from->relays)
        return live_no_parcel(v, &(struct en_update){ .partner = from->id, .code = "relay-off" }, &came, err);
    return live_step(v, &e, &came, err);
}

static en_errc
offer_parcels(struct live *v, struct arriving *in, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < in->bundle.n_parts; i++)
        if (in->bundle.parts[i].kind == EN_BUNDLE_PARCEL && v->node != NULL)
            rc = offer_parcel(v, in, &in->bundle.parts[i], err);
    return rc;
}

/* Whom we reach through it only is written to later. */
static en_errc
relay_failed(struct live *v, const char *relay, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; rc == EN_OK && i < v->n_peers; i++) {
        struct en_event e = { .kind = EN_EVENT_SENT, .partner = v->peer[i].id, .sent = EN_SENT_FAILED, .via = relay };

        if (strcmp(v->peer[i].via, relay) == 0 || strcmp(v->peer[i].heard, relay) == 0)
            rc = live_step(v, &e, NULL, err);
    }
    return rc;
}

/* --- one envelope ------------------------------------------------------------------------------------------------- */

/* It could not reach us itself, so it is answered the same way. */
static en_errc
note_relay(struct live *v, struct live_peer *from, en_text wire, struct en_err *err)
{
    struct en_event e = { .kind = EN_EVENT_GATE, .partner = from->id, .open = from->open };

    if (from->via[0] != '\0' || en_text_is(wire, from->heard))
        return EN_OK;
    memcpy(from->heard, wire.p, EN_ENVELOPE_PARTNER_LEN);
    e.via = from->heard;
    return live_step(v, &e, NULL, err);
}

static en_errc
give_to_step(struct live *v, struct arriving *in, struct facts *f, bool relayed, const char **code, struct en_err *err)
{
    bool fresh = in->known == EN_NUMBER_NEW;
    struct live_peer *from = live_peer(v, in->from->row.partner);
    struct live_came came = { .in = in, .seen = f->seen, .notes = f->notes, .heads = f->heads,
                              .n_heads = f->n_heads };
    struct en_event e = { .kind = EN_EVENT_BUNDLE, .partner = from->id, .relayed = relayed,
                          .number = in->bundle.sequence, .known = in->known, .heads = f->heads,
                          .n_heads = f->n_heads, .sync = f->has_slip ? &f->slip.sync : NULL };
    en_errc rc;

    memcpy(e.id, in->bundle.id, sizeof e.id);
    if (fresh) { /* otherwise they were read when it came first */
        e.receipts = f->receipts;
        e.n_receipts = f->n_receipts;
        e.refusals = f->refusals;
        e.n_refusals = f->n_refusals;
        came.answers = f->answers && !en_node_asking(v->node);
    }
    rc = live_step(v, &e, &came, err);
    if (rc == EN_OK && came.refused != NULL)
        *code = "refused";
    if (rc == EN_OK && came.taken) {
        arriving_taken(in);
        v->c->owes_rescreen = false; /* of this event, not of the next */
        outbox_release(&v->c->outbox);
    }
    return rc;
}

static en_errc
refuse_whole(struct live *v, struct arriving *in, const char *wrong, struct en_err *err)
{
    en_errc rc = call_begin(v->c, err);

    rc = rc != EN_OK ? rc : arriving_refuse(in, wrong, err);
    return rc != EN_OK ? rc : call_commit(v->c, err);
}

static en_errc
note_same(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct arriving *in = ctx;

    (void)err;
    in->known = memcmp(x->hash, in->hash, sizeof in->hash) == 0 ? EN_NUMBER_SAME : in->known;
    return EN_OK;
}

/* Why it is refused as a whole, or NULL; again: it was, for these very bytes, and its sender was told. */
static en_errc
judge(struct live *v, struct arriving *in, bool *again, const char **wrong, struct en_err *err)
{
    enum en_number_known known;
    en_errc rc = arriving_known(in, err);

    *again = false;
    *wrong = NULL;
    if (rc != EN_OK || in->known == EN_NUMBER_SAME)
        return rc;
    *wrong = arriving_wrong(in);
    known = in->known;
    if (*wrong != NULL && in->row.id != 0) {
        const struct en_store_bundle_filter by = { .id = in->row.id };

        rc = en_store_bundles_each(v->c->store, &by, note_same, in, err);
        *again = in->known == EN_NUMBER_SAME;
        in->known = known;
    }
    if (!*again && *wrong != NULL && strcmp(*wrong, "bundle-number-used") == 0)
        *wrong = NULL; /* the step says so, and a person is told */
    return rc;
}

/* It is signed by its sender, who is told which versions we speak; a relay that brought it cannot. */
static en_errc
other_version(struct live *v, struct arriving *in, struct en_err *err)
{
    struct live_peer *from = live_peer(v, in->from->row.partner);
    struct en_event e = { .kind = EN_EVENT_UNREAD, .partner = from->id, .version = in->bundle.version };

    return live_step(v, &e, NULL, err);
}

static en_errc
came_from(struct live *v, struct arriving *in, en_text wire, const char **code, struct en_err *err)
{
    struct live_peer *from = live_peer(v, in->from->row.partner);
    bool relayed = !en_text_eq(wire, in->from->row.partner), again;
    struct facts f = { .v = v, .in = in };
    const char *wrong;
    en_errc rc;

    if (from == NULL || !from->open) {
        *code = "cut";
        return EN_OK;
    }
    if (in->unread != NULL && strcmp(in->unread, "bundle-version") == 0 && !relayed) {
        *code = "version"; /* it comes again in one that we speak */
        return other_version(v, in, err);
    }
    rc = judge(v, in, &again, &wrong, err);
    if (rc != EN_OK || wrong != NULL) {
        *code = "refused";
        rc = rc != EN_OK || again || in->bundle.sequence == 0 ? rc : refuse_whole(v, in, wrong, err);
        return rc == EN_OK && in->bundle.beyond == EN_BUNDLE_OTHER_VERSION ? other_version(v, in, err) : rc;
    }
    en_arena_init(&f.arena, 64u * EN_MIB);
    rc = look_at_parts(&f, err);
    rc = rc != EN_OK || !relayed ? rc : note_relay(v, from, wire, err);
    rc = rc != EN_OK ? rc : give_to_step(v, in, &f, relayed, code, err);
    rc = rc != EN_OK ? rc : take_card(v, in->from, f.card, err);
    if (rc == EN_OK && in->bundle.sequence == 0)
        rc = offer_parcels(v, in, err);
    if (rc == EN_OK && f.relay_refused && v->node != NULL)
        rc = relay_failed(v, from->id, err);
    en_arena_release(&f.arena);
    return rc;
}

/* Counted, and in the ledger once a minute a partner: a flood fills nobody's disk. */
static en_errc
unbelieved(struct live *v, struct arriving *in, struct live_peer *wire, en_errc why, struct en_err *err)
{
    en_errc rc;

    if (wire->unbelieved != EN_TIME_NONE && v->c->now - wire->unbelieved < UNBELIEVED_EVERY) {
        wire->silent++;
        return EN_OK;
    }
    rc = call_begin(v->c, err);
    if (rc == EN_OK) {
        en_json_kv_str(&v->c->ev, "partner", wire->id);
        en_json_kv_uint(&v->c->ev, "before", wire->silent);
        rc = arriving_unbelieved(in, why, err);
    }
    rc = rc != EN_OK ? rc : call_commit(v->c, err);
    wire->unbelieved = v->c->now;
    wire->silent = 0;
    return rc;
}

/* The head of a signed bundle says its version before anything else. */
static bool
of_another_version(const struct arriving *in)
{
    static const char magic[] = "entente-bundle";
    const struct en_acts *a = in->c->acts;
    const uint8_t *p = (const uint8_t *)in->plain.p;
    size_t n = sizeof magic - 1;
    unsigned version;

    if (in->plain.n <= n + 2 || memcmp(p, magic, n) != 0)
        return false;
    version = (unsigned)(p[n] << 8 | p[n + 1]);
    return version < a->speaks_oldest || version > a->speaks_newest;
}

en_errc
live_came_in(struct live *v, en_text from, en_bytes sealed, const char **code, struct en_err *err)
{
    struct live_peer *wire = live_peer(v, from);
    struct arriving in;
    en_errc rc;

    if (wire == NULL || !wire->open) {
        *code = "cut";
        return EN_OK;
    }
    arriving_init(&in, v->c);
    rc = arriving_open(&in, sealed, err);
    if (rc == EN_OK)
        rc = came_from(v, &in, from, code, err);
    else if (of_another_version(&in)) {
        *code = "version";
        rc = EN_OK;
    } else if (arriving_is_unbelieved(rc)) {
        *code = rc == EN_E_NOT_FOUND ? "seal" : "refused";
        rc = unbelieved(v, &in, wire, rc, err);
    }
    arriving_release(&in);
    return rc;
}
