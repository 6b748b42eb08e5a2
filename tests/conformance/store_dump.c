#include "store_dump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
store_folder(char *out, size_t n)
{
    snprintf(out, n, "%s/entente-store-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    return mkdtemp(out) != NULL;
}

struct dump {
    struct en_store *s;
    struct en_buf *out;
};

static void
text(struct en_buf *b, en_text t)
{
    en_buf_addf(b, " '%.*s'", EN_TEXT_ARG(t));
}

static void
num(struct en_buf *b, int64_t v)
{
    if (v == EN_TIME_NONE)
        en_buf_add_str(b, " -");
    else
        en_buf_addf(b, " %lld", (long long)v);
}

static void
bytes(struct en_buf *b, en_bytes v)
{
    uint8_t hash[EN_SHA256_LEN];
    char hex[2 * EN_SHA256_LEN + 1];

    en_sha256(v, hash);
    en_hex(hash, 4, hex);
    en_buf_addf(b, " %zu:%s", v.n, hex);
}

static void
hash(struct en_buf *b, const uint8_t *h)
{
    char hex[2 * EN_SHA256_LEN + 1];

    en_hex(h, EN_SHA256_LEN, hex);
    en_buf_addf(b, " %s", hex);
}

static void
list(struct en_buf *b, const en_text *v, size_t n)
{
    en_buf_add_str(b, " [");
    for (size_t i = 0; i < n; i++)
        text(b, v[i]);
    en_buf_add_str(b, " ]");
}

static en_errc
dump_user(void *ctx, const struct en_store_user *u, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    (void)err;
    en_buf_add_str(b, "user");
    num(b, u->id);
    text(b, u->name);
    text(b, u->role);
    hash(b, u->key);
    num(b, u->uid);
    num(b, u->created);
    num(b, u->disabled);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_event(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    (void)err;
    en_buf_add_str(b, "event");
    num(b, (int64_t)e->seq);
    text(b, e->type);
    bytes(b, e->bytes);
    hash(b, e->nonce);
    num(b, e->actor);
    num(b, e->at);
    bytes(b, e->signature);
    hash(b, e->leaf);
    num(b, e->destroyed);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_head(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    (void)err;
    en_buf_add_str(b, "head");
    num(b, h->id);
    num(b, h->epoch);
    text(b, h->origin);
    num(b, (int64_t)h->size);
    hash(b, h->root.b);
    bytes(b, h->note);
    num(b, h->at);
    num(b, h->kept);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_source(void *ctx, const struct en_store_source *x, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    (void)err;
    en_buf_add_str(b, "source");
    num(b, x->id);
    text(b, x->name);
    text(b, x->format);
    num(b, x->created);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_import(void *ctx, const struct en_store_import *x, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;
    const uint64_t numbers[] = { x->entries, x->added,    x->changed, x->unchanged,
                                 x->ended,   x->returned, x->refused, x->unmatched };

    (void)err;
    en_buf_add_str(b, "import");
    num(b, x->id);
    num(b, x->source);
    text(b, x->version);
    num(b, x->dated);
    hash(b, x->hash);
    text(b, x->name);
    num(b, x->at);
    num(b, x->actor);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        num(b, (int64_t)numbers[i]);
    bytes(b, x->report);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_version(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    (void)err;
    en_buf_addf(b, "alert %lld.%u %s", (long long)x->id, x->version, en_alert_status_word(x->status));
    num(b, x->source);
    text(b, x->entity);
    num(b, x->part);
    text(b, x->ground);
    list(b, x->programmes, x->n_programmes);
    num(b, x->matched);
    bytes(b, x->identity);
    hash(b, x->hash);
    num(b, x->created);
    num(b, x->changed);
    num(b, x->ended);
    num(b, x->review);
    num(b, x->destroy);
    num(b, x->author);
    num(b, x->import);
    en_buf_addc(b, '\n');
    return EN_OK;
}

/* Reads inside an iteration, on purpose. */
static en_errc
dump_alert(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    struct dump *d = ctx;

    return en_store_alert_versions_each(d->s, x->id, dump_version, ctx, err);
}

static en_errc
dump_message(void *ctx, const struct en_store_message *x, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    (void)err;
    en_buf_add_str(b, "message");
    num(b, x->manifest);
    num(b, x->number);
    text(b, x->type);
    text(b, x->version);
    text(b, x->function);
    text(b, x->reference);
    text(b, x->flight);
    hash(b, x->hash);
    num(b, (int64_t)x->travellers);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_manifest(void *ctx, const struct en_store_manifest *x, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    en_buf_add_str(b, "manifest");
    num(b, x->id);
    hash(b, x->hash);
    text(b, x->kind);
    text(b, x->name);
    num(b, x->received);
    num(b, x->actor);
    num(b, (int64_t)x->travellers);
    num(b, (int64_t)x->hits);
    num(b, (int64_t)x->repairs);
    num(b, (int64_t)x->refused);
    bytes(b, x->report);
    en_buf_addc(b, '\n');
    return en_store_messages_each(d->s, &(struct en_store_message_filter){ .manifest = x->id }, dump_message, d, err);
}

static en_errc
dump_traveller(void *ctx, const struct en_store_traveller *x, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    (void)err;
    en_buf_add_str(b, "traveller");
    num(b, x->id);
    num(b, x->manifest);
    num(b, x->message);
    text(b, x->external);
    text(b, x->flight);
    num(b, x->arrives);
    num(b, x->delete_after);
    bytes(b, x->person);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_decision(void *ctx, const struct en_store_decision *x, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    (void)err;
    en_buf_addf(b, "decision %s", en_answer_word(x->answer));
    num(b, x->id);
    num(b, x->hit);
    list(b, x->reasons, x->n_reasons);
    text(b, x->text);
    num(b, x->actor);
    num(b, x->at);
    num(b, x->second);
    num(b, x->second_at);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_hit(void *ctx, const struct en_store_hit *x, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    en_buf_addf(b, "hit %s '%s' %.17g %.17g", en_hit_state_word(x->state), en_answer_word(x->answer), x->probability,
                x->prior);
    num(b, x->id);
    num(b, x->traveller);
    text(b, x->entity);
    num(b, x->bits);
    bytes(b, x->evidence);
    text(b, x->engine);
    text(b, x->found);
    bytes(b, x->remembered);
    num(b, x->created);
    num(b, x->changed);
    num(b, x->delete_after);
    for (size_t i = 0; i < x->n_alerts; i++) {
        en_buf_addf(b, " (%lld.%u", (long long)x->alerts[i].alert, x->alerts[i].version);
        hash(b, x->alerts[i].hash);
        en_buf_addc(b, ')');
    }
    en_buf_addc(b, '\n');
    return en_store_decisions_each(d->s, x->id, dump_decision, d, err);
}

static en_errc
dump_clearance(void *ctx, const struct en_store_clearance *x, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    (void)err;
    en_buf_add_str(b, "clearance");
    num(b, x->id);
    num(b, x->kind);
    num(b, x->answer);
    bytes(b, x->evidence);
    text(b, x->number);
    num(b, x->alert);
    num(b, x->version);
    hash(b, x->alert_hash);
    num(b, x->hit);
    num(b, x->decision);
    num(b, x->actor);
    num(b, x->at);
    num(b, x->expires);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_answer(void *ctx, const struct en_store_answer *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;

    (void)err;
    en_buf_add_str(b, "answer");
    num(b, x->id);
    num(b, x->traveller);
    num(b, x->manifest);
    num(b, x->message);
    text(b, x->pnr);
    text(b, x->passenger);
    text(b, x->status);
    text(b, x->why);
    num(b, x->actor);
    num(b, x->second);
    num(b, x->at);
    num(b, x->sent);
    num(b, x->deadline);
    num(b, x->acknowledged);
    text(b, x->reference);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_intent(void *ctx, const struct en_store_intent *x, struct en_err *err)
{
    struct dump *d = ctx;
    struct en_buf *b = d->out;

    (void)err;
    en_buf_add_str(b, "intent");
    num(b, x->id);
    num(b, (int64_t)x->event);
    text(b, x->kind);
    bytes(b, x->bytes);
    num(b, x->created);
    num(b, x->finished);
    text(b, x->outcome);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_node(struct en_store *s, struct en_buf *b, struct en_err *err)
{
    struct en_arena a;
    struct en_store_node n;
    en_errc rc;

    en_arena_init(&a, EN_MIB);
    rc = en_store_node_get(s, &a, &n, err);
    if (rc == EN_OK) {
        en_buf_add_str(b, "node");
        text(b, n.name);
        text(b, n.country);
        list(b, n.programmes, n.n_programmes);
        en_buf_addf(b, " %u %.17g %.17g %d", n.retention_hours, n.prior, n.line, n.rehearsal);
        num(b, n.created);
        text(b, n.legal_basis);
        num(b, n.answer_minutes);
        num(b, n.reads_an_hour);
        num(b, n.read_purpose);
        list(b, n.addresses, n.n_addresses);
        text(b, n.tables);
        en_buf_addc(b, '\n');
    }
    en_arena_release(&a);
    return rc == EN_E_NOT_FOUND ? EN_OK : rc;
}

static en_errc
dump_record(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;
    const int64_t numbers[] = { x->id,     x->version, x->urgent,  x->state,   x->place,  x->alert,    x->alert_version,
                                x->author, x->at,      x->changed, x->destroy, x->opened, x->opened_by };

    (void)err;
    en_buf_add_str(b, "record");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        num(b, numbers[i]);
    text(b, x->uuid);
    text(b, x->kind);
    text(b, x->originator);
    text(b, x->sender);
    text(b, x->about);
    hash(b, x->hash);
    bytes(b, x->bytes);
    bytes(b, x->release);
    bytes(b, x->signature);
    bytes(b, x->salt);
    list(b, x->reasons, x->n_reasons);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_release(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;
    const int64_t numbers[] = { x->id,          x->record,     x->state,    x->alone,
                                x->proposed_by, x->decided_by, x->proposed, x->decided };

    (void)err;
    en_buf_add_str(b, "release");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        num(b, numbers[i]);
    text(b, x->reason);
    bytes(b, x->bytes);
    bytes(b, x->signature);
    for (size_t i = 0; i < x->n_roster; i++) {
        text(b, en_text_from_ours(x->roster[i].partner));
        num(b, x->roster[i].place);
        hash(b, x->roster[i].salt);
    }
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_delivery(void *ctx, const struct en_store_delivery *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;
    const int64_t numbers[] = { x->id,     x->kind,   x->record, x->release,  x->state, x->urgent,
                                x->bundle, x->queued, x->sent,   x->answered, x->opened };

    (void)err;
    en_buf_add_str(b, "delivery");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        num(b, numbers[i]);
    text(b, x->partner);
    text(b, x->reason);
    bytes(b, x->bytes);
    bytes(b, x->proof);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_bundle(void *ctx, const struct en_store_bundle *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;
    const int64_t numbers[] = {
        x->id, x->out,   (int64_t)x->sequence, (int64_t)x->parts, (int64_t)x->refused, x->made, x->expires,
        x->at, x->actor, x->answered, x->urgent, x->flies
    };

    (void)err;
    en_buf_add_str(b, "bundle");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        num(b, numbers[i]);
    text(b, x->partner);
    bytes(b, en_bytes_from(x->name, sizeof x->name));
    hash(b, x->hash);
    text(b, x->reason);
    bytes(b, x->answer);
    bytes(b, x->earlier);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static void
add_head(struct en_buf *b, const struct en_head *h)
{
    num(b, h->epoch);
    num(b, (int64_t)h->size);
    hash(b, h->root.b);
}

static en_errc
dump_refusal(void *ctx, const struct en_store_refusal *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;

    (void)err;
    en_buf_add_str(b, "refusal");
    text(b, en_text_from_ours(x->partner));
    text(b, en_text_from_ours(x->code));
    num(b, (int64_t)x->count);
    num(b, x->first);
    num(b, x->last);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_link(void *ctx, const struct en_store_link *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;
    const struct en_node_link *l = &x->link;
    const int64_t numbers[] = { (int64_t)l->next,    (int64_t)l->cursor[0], (int64_t)l->cursor[1], (int64_t)l->upto,
                                (int64_t)l->window,  (int64_t)l->highest,   l->speaks_oldest,      l->speaks_newest,
                                l->log.forked,       l->log.owed,           l->log.flagged,        x->relays };

    (void)err;
    en_buf_add_str(b, "link");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        num(b, numbers[i]);
    text(b, en_text_from_ours(l->id));
    text(b, en_text_from_ours(x->via));
    text(b, en_text_from_ours(x->then));
    add_head(b, &l->log.held);
    add_head(b, &l->log.other);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_parcel(void *ctx, const struct en_store_parcel *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;

    (void)err;
    en_buf_add_str(b, "parcel");
    bytes(b, en_bytes_from(x->kept.id, sizeof x->kept.id));
    text(b, en_text_from_ours(x->kept.from));
    text(b, en_text_from_ours(x->kept.next));
    num(b, x->kept.until);
    num(b, (int64_t)x->kept.bytes);
    bytes(b, x->sealed);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_question(void *ctx, const struct en_store_question *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;
    const int64_t numbers[] = { x->id, x->record, x->state, x->release, x->at, x->changed };

    (void)err;
    en_buf_add_str(b, "question");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        num(b, numbers[i]);
    text(b, x->asker);
    text(b, x->target);
    text(b, x->reason);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_protection(void *ctx, const struct en_store_protection *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;
    const int64_t numbers[] = { x->id, x->traveller, x->author, x->at, x->review };

    (void)err;
    en_buf_add_str(b, "protection");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        num(b, numbers[i]);
    text(b, x->entity);
    text(b, x->reason);
    text(b, x->text);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_exchange(struct dump *d, struct en_err *err)
{
    en_errc rc = en_store_records_each(d->s, &(struct en_store_record_filter){ .id = 0 }, dump_record, d, err);

    if (rc == EN_OK)
        rc = en_store_releases_each(d->s, &(struct en_store_release_filter){ .id = 0 }, dump_release, d, err);
    if (rc == EN_OK)
        rc = en_store_deliveries_each(d->s, &(struct en_store_delivery_filter){ .id = 0 }, dump_delivery, d, err);
    if (rc == EN_OK)
        rc = en_store_bundles_each(d->s, &(struct en_store_bundle_filter){ .id = 0 }, dump_bundle, d, err);
    if (rc == EN_OK)
        rc = en_store_refusals_each(d->s, EN_TEXT_NONE, dump_refusal, d, err);
    if (rc == EN_OK)
        rc = en_store_links_each(d->s, EN_TEXT_NONE, dump_link, d, err);
    if (rc == EN_OK)
        rc = en_store_parcels_each(d->s, NULL, dump_parcel, d, err);
    if (rc == EN_OK)
        rc = en_store_questions_each(d->s, &(struct en_store_question_filter){ .id = 0 }, dump_question, d, err);
    if (rc == EN_OK)
        rc = en_store_protections_each(d->s, &(struct en_store_protection_filter){ .id = 0 }, dump_protection, d, err);
    return rc;
}

static en_errc
dump_counts(struct en_store *s, struct en_buf *b, struct en_err *err)
{
    struct en_store_counts c;
    en_errc rc = en_store_counts(s, &c, err);
    const uint64_t numbers[] = { c.events,           c.users,           c.sources,         c.imports,
                                 c.alerts[0],        c.alerts[1],       c.alerts_matched,  c.manifests,
                                 c.travellers,       c.hits[0],         c.hits[1],         c.hits[2],
                                 c.hits[3],          c.decisions,       c.clearances,      c.intents_open,
                                 c.read[0].repairs,  c.read[0].refused, c.read[0].kept,    c.read[0].warnings,
                                 c.read[0].left_out, c.read[1].repairs, c.read[1].refused, c.read[1].kept,
                                 c.read[1].warnings, c.read[1].left_out };

    en_buf_add_str(b, "counts");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        num(b, (int64_t)numbers[i]);
    for (size_t i = 0; i < EN_HELD_STATES; i++)
        num(b, (int64_t)c.records[i]);
    for (size_t i = 0; i < EN_DELIVERY_STATES; i++)
        num(b, (int64_t)c.deliveries[i]);
    num(b, (int64_t)c.releases_proposed);
    num(b, (int64_t)c.warnings_unopened);
    num(b, (int64_t)c.bundles_refused);
    num(b, (int64_t)c.read[EN_INPUT_BUNDLES].refused);
    en_buf_addc(b, '\n');
    return rc;
}

static en_errc
dump_change(void *ctx, const struct en_store_change *x, struct en_err *err)
{
    struct dump *d = ctx;

    (void)err;
    en_buf_add_str(d->out, "change");
    num(d->out, (int64_t)x->number);
    num(d->out, x->source);
    text(d->out, x->entity);
    en_buf_addc(d->out, '\n');
    return EN_OK;
}

static en_errc
dump_changes(struct dump *d, struct en_err *err)
{
    uint64_t forgotten, newest;
    en_errc rc = en_store_changes(d->s, &forgotten, &newest, err);

    en_buf_add_str(d->out, "changes");
    num(d->out, (int64_t)forgotten);
    num(d->out, (int64_t)newest);
    en_buf_addc(d->out, '\n');
    return rc == EN_OK ? en_store_changes_each(d->s, 0, 0, dump_change, d, err) : rc;
}

static en_errc
dump_partner(void *ctx, const struct en_store_partner *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;

    (void)err;
    en_buf_add_str(b, "partner");
    num(b, x->id);
    text(b, x->partner);
    text(b, x->name);
    text(b, x->country);
    text(b, x->standing);
    num(b, x->rehearsal);
    num(b, x->number);
    hash(b, x->key);
    hash(b, x->next);
    bytes(b, x->card);
    num(b, x->card_at);
    bytes(b, x->agreement);
    num(b, x->added);
    num(b, x->changed);
    num(b, x->cut);
    text(b, x->cut_why);
    list(b, x->addresses, x->n_addresses);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_partner_key(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;

    (void)err;
    en_buf_add_str(b, "key");
    num(b, x->partner);
    num(b, x->number);
    hash(b, x->key);
    hash(b, x->next);
    num(b, x->at);
    bytes(b, x->note);
    en_buf_addc(b, '\n');
    return EN_OK;
}

static en_errc
dump_charter(void *ctx, const struct en_store_charter *x, struct en_err *err)
{
    struct en_buf *b = ((struct dump *)ctx)->out;

    (void)err;
    en_buf_add_str(b, "charter");
    num(b, x->id);
    num(b, x->number);
    hash(b, x->hash);
    hash(b, x->previous);
    num(b, x->dated);
    num(b, x->state);
    num(b, x->turn);
    bytes(b, x->note);
    bytes(b, x->keys);
    num(b, x->author);
    num(b, x->at);
    num(b, x->sign_asked);
    num(b, x->signed_by);
    num(b, x->signed_at);
    num(b, x->adopt_asked);
    num(b, x->adopted_by);
    num(b, x->adopted);
    en_buf_addc(b, '\n');
    return EN_OK;
}

en_errc
store_dump(struct en_store *s, struct en_buf *out, struct en_err *err)
{
    struct dump d = { s, out };
    const struct en_store_alert_filter alerts = { 0 };
    const struct en_store_traveller_filter travellers = { 0 };
    const struct en_store_hit_filter hits = { 0 };
    en_errc rc = dump_node(s, out, err);

    if (rc == EN_OK)
        rc = en_store_users_each(s, dump_user, &d, err);
    if (rc == EN_OK)
        rc = en_store_events_each(s, 1, 0, dump_event, &d, err);
    if (rc == EN_OK)
        rc = en_store_heads_each(s, dump_head, &d, err);
    if (rc == EN_OK)
        rc = en_store_sources_each(s, dump_source, &d, err);
    if (rc == EN_OK)
        rc = en_store_imports_each(s, 0, dump_import, &d, err);
    if (rc == EN_OK)
        rc = en_store_alerts_each(s, &alerts, dump_alert, &d, err);
    if (rc == EN_OK)
        rc = en_store_manifests_each(s, 0, 0, dump_manifest, &d, err);
    if (rc == EN_OK)
        rc = en_store_travellers_each(s, &travellers, dump_traveller, &d, err);
    if (rc == EN_OK)
        rc = en_store_hits_each(s, &hits, dump_hit, &d, err);
    if (rc == EN_OK)
        rc = en_store_clearances_each(s, &(struct en_store_clearance_filter){ .id = 0 }, dump_clearance, &d, err);
    if (rc == EN_OK)
        rc = en_store_answers_each(s, &(struct en_store_answer_filter){ .id = 0 }, dump_answer, &d, err);
    if (rc == EN_OK)
        rc = en_store_intents_each(s, false, dump_intent, &d, err);
    if (rc == EN_OK)
        rc = en_store_partners_each(s, dump_partner, &d, err);
    if (rc == EN_OK)
        rc = en_store_partner_keys_each(s, &(struct en_store_partner_key_filter){ .partner = 0 }, dump_partner_key, &d,
                                        err);
    if (rc == EN_OK)
        rc = en_store_charters_each(s, &(struct en_store_charter_filter){ .id = 0 }, dump_charter, &d, err);
    if (rc == EN_OK)
        rc = dump_changes(&d, err);
    if (rc == EN_OK)
        rc = dump_exchange(&d, err);
    return rc == EN_OK ? dump_counts(s, out, err) : rc;
}
