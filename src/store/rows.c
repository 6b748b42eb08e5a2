#include "store/rows.h"

#include <stdalign.h>
#include <string.h>

/* Everything starts aligned, so that arrays may follow texts. */
static void *
pack_piece(struct en_pack *k, const void *p, size_t n)
{
    char *to = k->at ? k->at + k->n : NULL;
    const size_t a = alignof(max_align_t);

    k->n += (n + a - 1) / a * a;
    if (to && n)
        memcpy(to, p, n);
    return to;
}

static void
pack_text(struct en_pack *k, en_text *t)
{
    const char *p = pack_piece(k, t->p, t->n);

    if (k->at)
        t->p = p;
}

static void
pack_bytes(struct en_pack *k, en_bytes *b)
{
    const uint8_t *p = pack_piece(k, b->p, b->n);

    if (k->at)
        b->p = p;
}

static void
pack_texts(struct en_pack *k, const en_text **list, size_t n)
{
    en_text *copy = pack_piece(k, *list, n * sizeof **list);

    for (size_t i = 0; i < n; i++) {
        en_text t = (*list)[i];

        pack_text(k, &t);
        if (k->at)
            copy[i] = t;
    }
    if (k->at)
        *list = copy;
}

static void
pack_node(struct en_pack *k, void *row)
{
    struct en_store_node *x = row;

    pack_text(k, &x->name);
    pack_text(k, &x->country);
    pack_texts(k, &x->programmes, x->n_programmes);
    pack_texts(k, &x->addresses, x->n_addresses);
    pack_text(k, &x->legal_basis);
    pack_text(k, &x->tables);
}

static void
pack_user(struct en_pack *k, void *row)
{
    struct en_store_user *x = row;

    pack_text(k, &x->name);
    pack_text(k, &x->role);
}

static void
pack_event(struct en_pack *k, void *row)
{
    struct en_store_event *x = row;

    pack_text(k, &x->type);
    pack_bytes(k, &x->bytes);
    pack_bytes(k, &x->signature);
}

static void
pack_source(struct en_pack *k, void *row)
{
    struct en_store_source *x = row;

    pack_text(k, &x->name);
    pack_text(k, &x->format);
}

static void
pack_import(struct en_pack *k, void *row)
{
    struct en_store_import *x = row;

    pack_text(k, &x->version);
    pack_text(k, &x->name);
    pack_bytes(k, &x->report);
}

static void
pack_alert(struct en_pack *k, void *row)
{
    struct en_store_alert *x = row;

    pack_text(k, &x->entity);
    pack_text(k, &x->ground);
    pack_texts(k, &x->programmes, x->n_programmes);
    pack_bytes(k, &x->identity);
}

static void
pack_manifest(struct en_pack *k, void *row)
{
    struct en_store_manifest *x = row;

    pack_text(k, &x->kind);
    pack_text(k, &x->name);
    pack_bytes(k, &x->report);
}

static void
pack_message(struct en_pack *k, void *row)
{
    struct en_store_message *x = row;

    pack_text(k, &x->type);
    pack_text(k, &x->version);
    pack_text(k, &x->function);
    pack_text(k, &x->reference);
    pack_text(k, &x->flight);
    pack_bytes(k, &x->head);
}

static void
pack_traveller(struct en_pack *k, void *row)
{
    struct en_store_traveller *x = row;

    pack_text(k, &x->external);
    pack_bytes(k, &x->person);
    pack_text(k, &x->flight);
}

static void
pack_hit(struct en_pack *k, void *row)
{
    struct en_store_hit *x = row;
    const struct en_store_hit_alert *alerts = pack_piece(k, x->alerts, x->n_alerts * sizeof *x->alerts);

    if (k->at)
        x->alerts = alerts;
    pack_text(k, &x->entity);
    pack_bytes(k, &x->evidence);
    pack_text(k, &x->engine);
    pack_text(k, &x->found);
    pack_bytes(k, &x->remembered);
}

static void
pack_clearance(struct en_pack *k, void *row)
{
    struct en_store_clearance *x = row;

    pack_bytes(k, &x->evidence);
    pack_text(k, &x->number);
}

static void
pack_answer(struct en_pack *k, void *row)
{
    struct en_store_answer *x = row;

    pack_text(k, &x->pnr);
    pack_text(k, &x->passenger);
    pack_text(k, &x->status);
    pack_text(k, &x->why);
    pack_text(k, &x->reference);
}

static void
pack_decision(struct en_pack *k, void *row)
{
    struct en_store_decision *x = row;

    pack_texts(k, &x->reasons, x->n_reasons);
    pack_text(k, &x->text);
}

static void
pack_intent(struct en_pack *k, void *row)
{
    struct en_store_intent *x = row;

    pack_text(k, &x->kind);
    pack_bytes(k, &x->bytes);
    pack_text(k, &x->outcome);
}

static void
pack_head(struct en_pack *k, void *row)
{
    struct en_store_head *x = row;

    pack_text(k, &x->origin);
    pack_bytes(k, &x->note);
}

static void
pack_partner(struct en_pack *k, void *row)
{
    struct en_store_partner *x = row;

    pack_text(k, &x->partner);
    pack_text(k, &x->name);
    pack_text(k, &x->country);
    pack_text(k, &x->standing);
    pack_bytes(k, &x->card);
    pack_bytes(k, &x->agreement);
    pack_text(k, &x->cut_why);
    pack_texts(k, &x->addresses, x->n_addresses);
}

static void
pack_partner_key(struct en_pack *k, void *row)
{
    struct en_store_partner_key *x = row;

    pack_bytes(k, &x->note);
}

static void
pack_witnessed(struct en_pack *k, void *row)
{
    struct en_store_witnessed *x = row;

    pack_text(k, &x->origin);
    pack_bytes(k, &x->note);
    pack_bytes(k, &x->other);
}

static void
pack_charter(struct en_pack *k, void *row)
{
    struct en_store_charter *x = row;

    pack_bytes(k, &x->note);
    pack_bytes(k, &x->keys);
}

/* A row that points to nothing. */
static void
pack_nothing(struct en_pack *k, void *row)
{
    (void)k;
    (void)row;
}

static void
pack_change(struct en_pack *k, void *row)
{
    struct en_store_change *x = row;

    pack_text(k, &x->entity);
}

static void
pack_record(struct en_pack *k, void *row)
{
    struct en_store_record *x = row;

    pack_text(k, &x->uuid);
    pack_text(k, &x->kind);
    pack_text(k, &x->originator);
    pack_text(k, &x->sender);
    pack_text(k, &x->about);
    pack_bytes(k, &x->bytes);
    pack_bytes(k, &x->release);
    pack_bytes(k, &x->signature);
    pack_bytes(k, &x->salt);
    pack_texts(k, &x->reasons, x->n_reasons);
}

static void
pack_release(struct en_pack *k, void *row)
{
    struct en_store_release *x = row;
    const struct en_store_roster *roster = pack_piece(k, x->roster, x->n_roster * sizeof *x->roster);

    if (k->at)
        x->roster = roster;
    pack_text(k, &x->reason);
    pack_bytes(k, &x->bytes);
    pack_bytes(k, &x->signature);
}

static void
pack_delivery(struct en_pack *k, void *row)
{
    struct en_store_delivery *x = row;

    pack_text(k, &x->partner);
    pack_bytes(k, &x->bytes);
    pack_text(k, &x->reason);
    pack_bytes(k, &x->proof);
}

static void
pack_bundle(struct en_pack *k, void *row)
{
    struct en_store_bundle *x = row;

    pack_text(k, &x->partner);
    pack_text(k, &x->reason);
    pack_bytes(k, &x->answer);
    pack_bytes(k, &x->earlier);
}

static void
pack_parcel(struct en_pack *k, void *row)
{
    struct en_store_parcel *x = row;

    pack_bytes(k, &x->sealed);
}

static void
pack_question(struct en_pack *k, void *row)
{
    struct en_store_question *x = row;

    pack_text(k, &x->asker);
    pack_text(k, &x->target);
    pack_text(k, &x->reason);
}

static void
pack_protection(struct en_pack *k, void *row)
{
    struct en_store_protection *x = row;

    pack_text(k, &x->entity);
    pack_text(k, &x->reason);
    pack_text(k, &x->text);
}

const struct en_row_kind en_row_node = { sizeof(struct en_store_node), pack_node };
const struct en_row_kind en_row_user = { sizeof(struct en_store_user), pack_user };
const struct en_row_kind en_row_event = { sizeof(struct en_store_event), pack_event };
const struct en_row_kind en_row_source = { sizeof(struct en_store_source), pack_source };
const struct en_row_kind en_row_import = { sizeof(struct en_store_import), pack_import };
const struct en_row_kind en_row_alert = { sizeof(struct en_store_alert), pack_alert };
const struct en_row_kind en_row_manifest = { sizeof(struct en_store_manifest), pack_manifest };
const struct en_row_kind en_row_message = { sizeof(struct en_store_message), pack_message };
const struct en_row_kind en_row_traveller = { sizeof(struct en_store_traveller), pack_traveller };
const struct en_row_kind en_row_hit = { sizeof(struct en_store_hit), pack_hit };
const struct en_row_kind en_row_decision = { sizeof(struct en_store_decision), pack_decision };
const struct en_row_kind en_row_clearance = { sizeof(struct en_store_clearance), pack_clearance };
const struct en_row_kind en_row_answer = { sizeof(struct en_store_answer), pack_answer };
const struct en_row_kind en_row_intent = { sizeof(struct en_store_intent), pack_intent };
const struct en_row_kind en_row_tally = { sizeof(struct en_store_tally), pack_nothing };
const struct en_row_kind en_row_head = { sizeof(struct en_store_head), pack_head };
const struct en_row_kind en_row_witnessed = { sizeof(struct en_store_witnessed), pack_witnessed };
const struct en_row_kind en_row_tree_node = { sizeof(struct en_row_tree), pack_nothing };
const struct en_row_kind en_row_partner = { sizeof(struct en_store_partner), pack_partner };
const struct en_row_kind en_row_charter = { sizeof(struct en_store_charter), pack_charter };
const struct en_row_kind en_row_partner_key = { sizeof(struct en_store_partner_key), pack_partner_key };
const struct en_row_kind en_row_record = { sizeof(struct en_store_record), pack_record };
const struct en_row_kind en_row_release = { sizeof(struct en_store_release), pack_release };
const struct en_row_kind en_row_delivery = { sizeof(struct en_store_delivery), pack_delivery };
const struct en_row_kind en_row_bundle = { sizeof(struct en_store_bundle), pack_bundle };
const struct en_row_kind en_row_link = { sizeof(struct en_store_link), pack_nothing };
const struct en_row_kind en_row_parcel = { sizeof(struct en_store_parcel), pack_parcel };
const struct en_row_kind en_row_question = { sizeof(struct en_store_question), pack_question };
const struct en_row_kind en_row_protection = { sizeof(struct en_store_protection), pack_protection };
const struct en_row_kind en_row_refusal = { sizeof(struct en_store_refusal), pack_nothing };
const struct en_row_kind en_row_change = { sizeof(struct en_store_change), pack_change };

/* No row is larger than this; the largest holds a blob and a list or two. */
union any_row {
    struct en_store_node node;
    struct en_store_user user;
    struct en_store_event event;
    struct en_store_import import;
    struct en_store_alert alert;
    struct en_store_manifest manifest;
    struct en_store_message message;
    struct en_store_traveller traveller;
    struct en_store_hit hit;
    struct en_store_decision decision;
    struct en_store_clearance clearance;
    struct en_store_answer answer;
    struct en_store_intent intent;
    struct en_store_head head;
    struct en_store_witnessed witnessed;
    struct en_store_partner partner;
    struct en_store_charter charter;
    struct en_store_record record;
    struct en_store_release release;
    struct en_store_delivery delivery;
    struct en_store_bundle bundle;
    struct en_store_link link;
    struct en_store_parcel parcel;
};

static size_t
measure(const struct en_row_kind *kind, const void *row)
{
    union any_row scratch;
    struct en_pack k = { NULL, 0 };

    EN_ASSERT(kind->size <= sizeof scratch);
    memcpy(&scratch, row, kind->size);
    kind->pack(&k, &scratch);
    return k.n;
}

void *
en_row_dup(const struct en_row_kind *kind, const void *row, size_t *size)
{
    const size_t a = alignof(max_align_t);
    const size_t head = (kind->size + a - 1) / a * a;
    char *copy;
    struct en_pack k;

    *size = head + measure(kind, row);
    copy = en_xmalloc(*size);
    memcpy(copy, row, kind->size);
    k = (struct en_pack){ copy + head, 0 };
    kind->pack(&k, copy);
    return copy;
}

bool
en_row_copy(const struct en_row_kind *kind, const void *row, struct en_arena *a, void *out)
{
    char *pieces = en_arena_alloc(a, measure(kind, row));
    struct en_pack k = { pieces, 0 };

    if (!pieces)
        return false;
    memcpy(out, row, kind->size);
    kind->pack(&k, out);
    return true;
}
