/*
 * release_versions.c: what becomes of releases when a record of ours gets a new version, or the alert that it is ends.
 */
#include "acts/release.h"

#include <stdlib.h>

#include <jansson.h>

/* --- versions that are in force no more --------------------------------------------------------------------------- */

struct waiting {
    int64_t id[16];
    size_t n;
};

static en_errc
note_waiting(void *ctx, const struct en_store_release *x, struct en_err *err)
{
    struct waiting *w = ctx;

    (void)err;
    w->id[w->n++] = x->id;
    return EN_OK;
}

en_errc
exchange_reject_waiting(struct en_call *c, int64_t record, struct en_err *err)
{
    struct waiting w;
    const struct en_store_release_filter f = { .record = record,
                                               .states = 1u << EN_RELEASE_PROPOSED,
                                               .limit = sizeof w.id / sizeof *w.id };
    en_errc rc;

    do {
        w.n = 0;
        rc = en_store_releases_each(c->store, &f, note_waiting, &w, err);
        for (size_t i = 0; rc == EN_OK && i < w.n; i++) {
            struct en_store_release x;

            rc = en_store_release_get(c->store, w.id[i], &c->arena, &x, err);
            x.state = EN_RELEASE_REJECTED;
            x.decided_by = c->user.id;
            x.decided = c->now;
            x.reason = EN_TEXT_LIT("its draft is there no more");
            en_json_int(&c->ev, x.id);
            rc = rc != EN_OK ? rc : en_store_release_change(c->store, &x, err);
        }
    } while (rc == EN_OK && w.n > 0);
    return rc;
}

struct drafts {
    const struct en_store_record *by;
    int64_t id[16];
    size_t n;
};

static en_errc
note_draft(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct drafts *d = ctx;

    (void)err;
    if (x->version < d->by->version && d->n < sizeof d->id / sizeof *d->id)
        d->id[d->n++] = x->id;
    return EN_OK;
}

en_errc
exchange_drop_drafts(struct en_call *c, const struct en_store_record *by, struct en_err *err)
{
    const struct en_store_record_filter f = { .uuid = by->uuid, .ours = true, .states = 1u << EN_HELD_DRAFT };
    struct drafts d = { .by = by };
    en_errc rc = en_store_records_each(c->store, &f, note_draft, &d, err);

    for (size_t i = 0; rc == EN_OK && i < d.n; i++)
        rc = exchange_reject_waiting(c, d.id[i], err);
    return rc != EN_OK ? rc : release_drop_others(c, by, 1u << EN_HELD_DRAFT, EN_HELD_SUPERSEDED, err);
}

/* --- alerts of ours that are records ------------------------------------------------------------------------------ */

struct newest {
    int64_t id;
};

static en_errc
take_newest(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    (void)err;
    ((struct newest *)ctx)->id = x->id;
    return EN_OK;
}

/* The newest version of the record that an alert of ours is; 0 if it is none. */
static en_errc
record_of_alert(struct en_call *c, int64_t alert, struct ours *o, int64_t *id, struct en_err *err)
{
    const struct en_store_record_filter f = { .alert = alert,
                                              .ours = true,
                                              .states = 1u << EN_HELD_DRAFT | 1u << EN_HELD_CURRENT };
    struct newest n = { 0 };
    en_errc rc = en_store_records_each(c->store, &f, take_newest, &n, err);

    *id = n.id;
    return rc != EN_OK || n.id == 0 ? rc : ours_get(c, n.id, o, err);
}

en_errc
exchange_alert_ended(struct en_call *c, int64_t alert, const char *reason, int64_t *withdrawal, struct en_err *err)
{
    struct ours o;
    int64_t id;
    en_errc rc;

    *withdrawal = 0;
    ours_init(&o);
    rc = record_of_alert(c, alert, &o, &id, err);
    if (rc == EN_OK && id != 0)
        rc = record_withdraw(c, &o, reason, withdrawal, err);
    en_arena_release(&o.arena);
    return rc;
}

/* --- what is proposed by itself ------------------------------------------------------------------------------------
 */

struct usual {
    struct en_call *c;
    const struct ours *o;
    struct holders *who;
};

static en_errc
note_usual(void *ctx, const struct partner *p, struct en_err *err)
{
    struct usual *u = ctx;
    const struct en_release_facts f = release_facts(u->c, u->o, p, true);
    struct en_reasons no;

    (void)err;
    release_rules(u->c, u->o, p, true, &no);
    if (no.n > 0)
        return EN_OK;
    en_rules_release_default(&f, &no);
    if (no.n == 0)
        holders_add(u->who, p->row.partner);
    return EN_OK;
}

/*= exchange-rules 6: those whose agreement has it go by default, but for those from whom it was taken back */
static en_errc
usual_partners(struct en_call *c, const struct ours *o, struct holders *who, struct en_err *err)
{
    struct usual u = { c, o, who };
    en_errc rc = partners_all(c, note_usual, &u, err);

    return rc != EN_OK ? rc : holders_forget_withdrawn(who, o->row.uuid, err);
}

static void
roster_add_all(struct en_call *c, const struct holders *h, const struct holders *but, struct en_store_release *x,
               struct en_store_roster *roster)
{
    for (size_t i = 0; i < h->n && x->n_roster < EN_ENVELOPE_ROSTER_MAX; i++)
        if (!holders_have(but, en_text_from_ours(h->id[i])))
            roster_add(c, roster, &x->n_roster, en_text_from_ours(h->id[i]));
}

en_errc
exchange_propose_by_itself(struct en_call *c, const struct en_store_record *r, int64_t *release, struct en_err *err)
{
    struct en_store_roster *roster = en_xcalloc(EN_ENVELOPE_ROSTER_MAX, sizeof *roster);
    struct en_store_release x = { .record = r->id,
                                  .state = EN_RELEASE_PROPOSED,
                                  .proposed_by = c->user.id,
                                  .proposed = c->now,
                                  .decided = EN_TIME_NONE,
                                  .roster = roster };
    struct holders h, not, usual;
    struct ours o;
    en_errc rc;

    *release = 0;
    ours_init(&o);
    holders_init(&h, c, HOLDS | 1u << EN_DELIVERY_QUEUED);
    holders_init(&not, c, HOLDS | 1u << EN_DELIVERY_QUEUED);
    holders_init(&usual, c, 0);
    rc = ours_held(c, r->id, &o, err);
    rc = rc != EN_OK ? rc : holders_of(&h, r->uuid, err);
    rc = rc != EN_OK ? rc : holders_narrowed(c, &o, &not, err);
    rc = rc != EN_OK ? rc : usual_partners(c, &o, &usual, err);
    if (rc == EN_OK) {
        roster_add_all(c, &h, &not, &x, roster);
        roster_add_all(c, &usual, &not, &x, roster);
    }
    if (rc == EN_OK && x.n_roster > 0) {
        rc = en_store_release_add(c->store, &x, &x.id, err);
        *release = x.id;
        en_json_kv_int(&c->ev, "release", x.id);
        en_json_kv_uint(&c->ev, "by_default", usual.n);
        roster_fact(c, &x);
    }
    en_arena_release(&o.arena);
    en_arena_release(&usual.arena);
    en_arena_release(&not .arena);
    en_arena_release(&h.arena);
    free(roster);
    return rc;
}

en_errc
exchange_alert_changed(struct en_call *c, int64_t alert, int64_t *release, struct en_err *err)
{
    struct en_store_record x;
    struct en_store_alert a;
    json_t *ext = NULL;
    struct written w;
    struct ours o;
    en_time created;
    uint32_t next = 0;
    int64_t id;
    en_errc rc;

    *release = 0;
    ours_init(&o);
    written_init(&w);
    rc = record_of_alert(c, alert, &o, &id, err);
    if (rc == EN_OK && id != 0) {
        rc = record_members(&o.row, &ext, &created, err);
        rc = rc != EN_OK ? rc : en_store_alert_get(c->store, alert, &o.arena, &a, err);
        rc = rc != EN_OK ? rc : exchange_fill_from_alert(c, &a, ext, err);
        rc = rc != EN_OK ? rc : record_next_version(c, o.row.uuid, &next, err);
        rc = rc != EN_OK ? rc : record_write(c, EN_RECORD_ALERT, o.row.uuid, next, created, ext, &w, err);
        if (rc == EN_OK) {
            record_row(c, &w, &x);
            x.alert = alert;
            x.alert_version = a.version;
            rc = en_store_record_add(c->store, &x, &x.id, err);
        }
        en_json_key(&c->ev, "rejected");
        en_json_array(&c->ev);
        rc = rc != EN_OK ? rc : exchange_drop_drafts(c, &x, err);
        en_json_array_end(&c->ev);
        rc = rc != EN_OK ? rc : exchange_propose_by_itself(c, &x, release, err);
    }
    json_decref(ext);
    written_release(&w);
    en_arena_release(&o.arena);
    return rc;
}
