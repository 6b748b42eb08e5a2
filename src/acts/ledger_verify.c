/*
 * ledger_verify.c: a store's ledger and, if asked for, its rows against its events.
 *
 * A walk never stops at what it can go on from: every fault is told, so that whoever looks for a change sees all of
 * it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "acts/act.h"
#include "acts/ledger.h"
#include "acts/ledger_told.h"
#include "acts/partner.h"
#include "ledger/checkpoint.h"

/* --- sets of numbers ---------------------------------------------------------------------------------------------- */

#define IDS_MOST ((int64_t)1 << 32)

struct ids {
    uint8_t *bits;
    size_t n;
};

static bool
ids_has(const struct ids *s, int64_t id)
{
    return id >= 0 && (uint64_t)id / 8 < s->n && (s->bits[id / 8] >> (id % 8) & 1) != 0;
}

static void
ids_add(struct ids *s, int64_t id)
{
    size_t at = (size_t)(id / 8);

    if (id < 0 || id > IDS_MOST)
        return;
    if (at >= s->n) {
        size_t n = 2 * at + 64;

        s->bits = en_xrealloc(s->bits, n);
        memset(s->bits + s->n, 0, n - s->n);
        s->n = n;
    }
    s->bits[at] |= (uint8_t)(1u << (id % 8));
}

/* --- the walk ----------------------------------------------------------------------------------------------------- */

/* Rows that an act leaves for good, or at least leaves with its event. */
enum kind { USERS, IMPORTS, MANIFESTS, DECISIONS, OWN_ALERTS, KINDS };

static const struct {
    const char *type, *member; /* NULL: the actor */
    enum kind kind;
    bool stays; /* the row is never deleted */
} told[] = {
    { "node-init", NULL, USERS, true },           { "user-add", "user", USERS, true },
    { "list-import", "import", IMPORTS, true },   { "screen", "manifest", MANIFESTS, true },
    { "hit-decide", "decision", DECISIONS, false }, { "alert-new", "alert", OWN_ALERTS, false },
};
#define TOLD (sizeof told / sizeof told[0])
static const char *const kind_words[KINDS] = { "user", "import", "manifest", "decision", "alert of our own" };

struct user_key {
    int64_t id;
    uint8_t key[EN_KEY_LEN];
};

struct walk {
    struct en_store *s;
    const struct en_ledger_verify *v;
    struct en_ledger_sums *sums;
    struct en_told *told;
    struct user_key *users;
    size_t n_users;
    struct ids named[KINDS];  /* by events */
    struct ids stays[KINDS];  /* of those, the ones whose rows are never deleted */
    struct ids rows[KINDS];
    bool lost[KINDS];         /* an event of this kind has no content any more */
    int64_t own_source;
    struct en_store_partner_key *own; /* the node's history of keys; what they point to is not looked at */
    size_t n_own;
};

static void fault(struct walk *w, uint64_t event, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
fault(struct walk *w, uint64_t event, const char *fmt, ...)
{
    char text[EN_ERR_TEXT_MAX];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    w->sums->faults++;
    w->v->fault(w->v->ctx, event, text);
}

static en_errc
take_fault(void *ctx, uint64_t seq, const char *what, struct en_err *err)
{
    (void)err;
    fault(ctx, seq, "%s", what);
    return EN_OK;
}

static en_errc
take_user(void *ctx, const struct en_store_user *u, struct en_err *err)
{
    struct walk *w = ctx;

    (void)err;
    w->users = en_xrealloc(w->users, (w->n_users + 1) * sizeof *w->users);
    w->users[w->n_users].id = u->id;
    memcpy(w->users[w->n_users++].key, u->key, EN_KEY_LEN);
    ids_add(&w->rows[USERS], u->id);
    return EN_OK;
}

/* --- one event ---------------------------------------------------------------------------------------------------- */

/* What stands beside the bytes is what the bytes say. */
static void
check_columns(struct walk *w, const struct en_store_event *e, const json_t *root)
{
    const char *at = json_string_value(json_object_get(root, "at"));
    en_time said;

    if (json_integer_value(json_object_get(root, "actor")) != e->actor)
        fault(w, e->seq, "event %llu says another actor than its row", (unsigned long long)e->seq);
    if (at == NULL || !en_time_parse(en_text_from_ours(at), &said) || said != e->at)
        fault(w, e->seq, "event %llu says another time than its row", (unsigned long long)e->seq);
}

static void
check_signature(struct walk *w, const struct en_store_event *e)
{
    const uint8_t *key = NULL;

    for (size_t i = 0; i < w->n_users && key == NULL; i++)
        key = w->users[i].id == e->actor ? w->users[i].key : NULL;
    if (e->actor == 0 && e->signature.n != 0)
        fault(w, e->seq, "event %llu is the node's own and carries a signature", (unsigned long long)e->seq);
    if (e->actor == 0)
        return;
    if (key != NULL && e->signature.n == EN_SIG_LEN &&
        en_seal_verify(key, EN_PURPOSE_EVENT, en_bytes_from(e->leaf, sizeof e->leaf), e->signature))
        w->sums->by_people++;
    else
        fault(w, e->seq, "event %llu is not signed by its actor", (unsigned long long)e->seq);
}

static void
note_rows(struct walk *w, const struct en_store_event *e, const json_t *root)
{
    for (size_t i = 0; i < TOLD; i++) {
        const json_t *id = told[i].member != NULL ? json_object_get(root, told[i].member) : NULL;

        if (!en_text_is(e->type, told[i].type))
            continue;
        if (root == NULL)
            w->lost[told[i].kind] = true;
        if (root == NULL || (told[i].member != NULL && id == NULL))
            continue; /* an input that was refused has no row */
        ids_add(&w->named[told[i].kind], told[i].member != NULL ? json_integer_value(id) : e->actor);
        if (told[i].stays)
            ids_add(&w->stays[told[i].kind], told[i].member != NULL ? json_integer_value(id) : e->actor);
    }
}

static en_errc
check_event(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct walk *w = ctx;
    json_t *root = NULL;

    (void)err;
    w->sums->events++;
    w->sums->destroyed += e->destroyed != EN_TIME_NONE;
    if (e->destroyed == EN_TIME_NONE) {
        root = json_loadb((const char *)e->bytes.p, e->bytes.n, JSON_REJECT_DUPLICATES, NULL);
        if (root == NULL)
            fault(w, e->seq, "event %llu is not what this program writes", (unsigned long long)e->seq);
        else
            check_columns(w, e, root);
    }
    check_signature(w, e);
    note_rows(w, e, root);
    en_told_event(w->told, e, root);
    json_decref(root);
    return EN_OK;
}

/* --- heads -------------------------------------------------------------------------------------------------------- */

static bool
signed_by(const struct en_signed_note *note, en_text origin, const uint8_t *public_key)
{
    struct en_note_key k;

    en_note_key_make(origin, EN_NOTE_ED25519, public_key, &k);
    return en_note_verify(note, &k, NULL) == EN_NOTE_GOOD;
}

/* The id in the origin is that of the first key, whatever key signs now. */
static bool
is_origin_of(en_text origin, const uint8_t *first)
{
    char want[sizeof "entente/" + EN_SEAL_ID_LEN] = "entente/";

    en_key_id(first, want + strlen(want));
    return origin.n > strlen(want) && memcmp(origin.p, want, strlen(want)) == 0 && origin.p[strlen(want)] == '/';
}

static en_errc
take_key(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct walk *w = ctx;

    (void)err;
    w->own = en_xrealloc(w->own, (w->n_own + 1) * sizeof *w->own);
    w->own[w->n_own++] = *x;
    return EN_OK;
}

/* The note says what its row says, and one of the given keys has signed it. */
static void
check_note(struct walk *w, const struct en_store_head *h)
{
    struct en_signed_note *note = en_xcalloc(1, sizeof *note);
    struct en_checkpoint head;
    bool same = en_note_parse(h->note, note, NULL) == EN_OK && en_checkpoint_parse(note->text, &head, NULL) == EN_OK &&
                en_text_eq(head.origin, h->origin) && head.size == h->size && en_tree_hash_eq(&head.root, &h->root);
    bool good = false;

    if (!same) {
        fault(w, 0, "the signed note of the head of size %llu says something else than its row",
              (unsigned long long)h->size);
    } else if (!en_note_name_valid(h->origin)) {
        fault(w, 0, "the head of size %llu has no origin", (unsigned long long)h->size);
    } else {
        for (size_t i = 0; i < w->v->n_keys && !good; i++)
            good = signed_by(note, h->origin, w->v->keys[i]);
        for (size_t i = 0; i < w->n_own && !good && w->v->n_keys == 0; i++)
            good = is_origin_of(h->origin, w->own[0].key) && signed_by(note, h->origin, w->own[i].key);
        if (!good && w->v->n_keys + w->n_own > 0)
            fault(w, 0, "the head of size %llu is not signed by a known key of the node", (unsigned long long)h->size);
    }
    w->sums->heads_verified += good;
    free(note);
}

static en_errc
check_head(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    struct walk *w = ctx;

    (void)err;
    w->sums->heads++;
    w->sums->size = h->size;
    w->sums->root = h->root;
    w->sums->epoch = h->epoch;
    w->sums->doubt |= (h->kept & EN_HEAD_DOUBT) != 0;
    if (h->note.n > 0) {
        w->sums->heads_signed++;
        check_note(w, h);
    }
    return EN_OK;
}

/* --- rows against events ------------------------------------------------------------------------------------------ */

static void
meet(struct walk *w, enum kind k, int64_t id)
{
    ids_add(&w->rows[k], id);
    w->sums->rows++;
    if (ids_has(&w->named[k], id))
        return;
    if (w->lost[k])
        w->sums->rows_unknown++;
    else
        fault(w, 0, "no event stands for %s %lld", kind_words[k], (long long)id);
}

#define MEET(name, type, kind)                                                                                         \
    static en_errc meet_##name(void *ctx, const struct type *x, struct en_err *err)                                    \
    {                                                                                                                  \
        (void)err;                                                                                                     \
        meet(ctx, kind, x->id);                                                                                        \
        return EN_OK;                                                                                                  \
    }
MEET(import, en_store_import, IMPORTS)
MEET(manifest, en_store_manifest, MANIFESTS)
MEET(decision, en_store_decision, DECISIONS)
MEET(alert, en_store_alert, OWN_ALERTS)

static en_errc
find_own(void *ctx, const struct en_store_source *x, struct en_err *err)
{
    struct walk *w = ctx;

    (void)err;
    if (en_text_is(x->name, EN_OWN_SOURCE))
        w->own_source = x->id;
    return EN_OK;
}

static void
not_told(struct walk *w, const char *kind, int64_t id, const char *what)
{
    if (what != NULL)
        fault(w, 0, "the %s of %s %lld is not what the events say", what, kind, (long long)id);
}

static en_errc
meet_user(void *ctx, const struct en_store_user *x, struct en_err *err)
{
    struct walk *w = ctx;

    (void)err;
    meet(w, USERS, x->id);
    not_told(w, "user", x->id, en_told_user(w->told, x));
    return EN_OK;
}

static en_errc
meet_release(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    struct walk *w = ctx;

    (void)err;
    w->sums->rows++;
    not_told(w, "release", x->id, en_told_release(w->told, x));
    return EN_OK;
}

static en_errc
meet_partner(void *ctx, const struct en_store_partner *x, struct en_err *err)
{
    struct walk *w = ctx;
    struct en_err why = EN_ERR_INIT;
    en_errc rc = partner_check(w->s, x, &why);

    w->sums->rows++;
    not_told(w, "partner", x->id, en_told_partner(w->told, x));
    if (rc == EN_E_INTEGRITY)
        fault(w, 0, "%s", why.text);
    else if (rc != EN_OK)
        return en_err_set(err, rc, EN_NO_POS, "%s", why.text);
    return EN_OK;
}

static en_errc
meet_charter(void *ctx, const struct en_store_charter *x, struct en_err *err)
{
    struct walk *w = ctx;

    (void)err;
    w->sums->rows++;
    not_told(w, "charter", x->number, en_told_charter(w->told, x));
    return EN_OK;
}

static en_errc
meet_protection(void *ctx, const struct en_store_protection *x, struct en_err *err)
{
    struct walk *w = ctx;

    (void)err;
    w->sums->rows++;
    not_told(w, "protection", x->id, en_told_protection(w->told, x));
    return EN_OK;
}

static void
tell_lost(void *ctx, const char *kind, const char *which)
{
    fault(ctx, 0, "events tell of a %s %s, and it is not there", kind, which);
}

static en_errc
check_charters(struct walk *w, struct en_err *err)
{
    const struct en_store_charter_filter every = { .id = 0 };

    return en_store_charters_each(w->s, &every, meet_charter, w, err);
}

static en_errc
check_rows(struct walk *w, struct en_err *err)
{
    const struct en_store_release_filter every = { .id = 0 };
    const struct en_store_protection_filter flags = { .id = 0 };
    struct en_store_alert_filter own = { .id = 0 };
    en_errc rc = en_store_users_each(w->s, meet_user, w, err);

    rc = rc != EN_OK ? rc : en_store_imports_each(w->s, 0, meet_import, w, err);
    rc = rc != EN_OK ? rc : en_store_manifests_each(w->s, 0, 0, meet_manifest, w, err);
    rc = rc != EN_OK ? rc : en_store_decisions_each(w->s, 0, meet_decision, w, err);
    rc = rc != EN_OK ? rc : en_store_partners_each(w->s, meet_partner, w, err);
    rc = rc != EN_OK ? rc : en_store_releases_each(w->s, &every, meet_release, w, err);
    rc = rc != EN_OK ? rc : en_store_protections_each(w->s, &flags, meet_protection, w, err);
    rc = rc != EN_OK ? rc : check_charters(w, err);
    rc = rc != EN_OK ? rc : en_store_sources_each(w->s, find_own, w, err);
    own.source = w->own_source;
    if (rc == EN_OK && own.source != 0)
        rc = en_store_alerts_each(w->s, &own, meet_alert, w, err);
    for (unsigned k = 0; rc == EN_OK && k < KINDS; k++)
        for (size_t id = 0; id < 8 * w->stays[k].n; id++)
            if (ids_has(&w->stays[k], (int64_t)id) && !ids_has(&w->rows[k], (int64_t)id))
                fault(w, 0, "an event stands for %s %zu, and there is none", kind_words[k], id);
    if (rc == EN_OK)
        en_told_lost(w->told, tell_lost, w);
    return rc;
}

/* --- all of it ---------------------------------------------------------------------------------------------------- */

/* What cannot be read on ends that part only: the others may still name something. */
static en_errc
part(en_errc so_far, const struct en_err *first, en_errc rc, struct en_err *err)
{
    if (so_far != EN_OK && err != NULL)
        *err = *first;
    return so_far != EN_OK ? so_far : rc;
}

en_errc
en_ledger_verify(struct en_store *s, const struct en_ledger_verify *v, struct en_ledger_sums *out, struct en_err *err)
{
    struct walk w = { .s = s, .v = v, .sums = out };
    struct en_err mine = EN_ERR_INIT, first;
    en_errc rc;

    *out = (struct en_ledger_sums){ 0 };
    w.told = en_told_new();
    rc = en_store_log_check(s, take_fault, &w, &mine);
    first = mine;
    rc = part(rc, &first, en_store_users_each(s, take_user, &w, &mine), &mine);
    first = mine;
    rc = part(rc, &first, en_store_events_each(s, 1, 0, check_event, &w, &mine), &mine);
    first = mine;
    rc = part(rc, &first,
              en_store_partner_keys_each(s, &(struct en_store_partner_key_filter){ .by_partner = true }, take_key, &w,
                                         &mine),
              &mine);
    first = mine;
    rc = part(rc, &first, en_store_heads_each(s, check_head, &w, &mine), &mine);
    first = mine;
    if (v->rows && rc == EN_OK)
        rc = check_rows(&w, &mine);
    if (rc == EN_OK && out->faults == 0)
        rc = v->rows ? en_store_check(s, &mine) : en_store_check_structure(s, &mine);
    if (rc != EN_OK && err != NULL)
        *err = mine;
    for (unsigned k = 0; k < KINDS; k++) {
        free(w.named[k].bits);
        free(w.stays[k].bits);
        free(w.rows[k].bits);
    }
    en_told_free(w.told);
    free(w.users);
    free(w.own);
    return rc;
}
