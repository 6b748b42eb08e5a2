/*
 * sqlite_exchange.c: records, releases, deliveries and bundles.
 */
#include <stdlib.h>
#include <string.h>

#include "store/sqlite.h"

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

/* --- records ------------------------------------------------------------------------------------------------------ */

/* In the order of both statements below. */
static void
bind_record(struct en_q *q, const struct en_store_record *x)
{
    en_q_bind_text(q, x->uuid);
    en_q_bind_int(q, x->version);
    en_q_bind_text(q, x->kind);
    en_q_bind_text(q, x->originator);
    en_q_bind_text(q, x->sender);
    en_q_bind_text(q, x->about);
    en_q_bind_int(q, x->urgent);
    en_q_bind_int(q, x->state);
    en_q_bind_bytes(q, x->bytes);
    en_q_bind_bytes(q, x->release);
    en_q_bind_bytes(q, x->signature);
    en_q_bind_bytes(q, x->salt);
    en_q_bind_int(q, x->place);
    en_q_bind_id(q, x->alert);
    en_q_bind_int(q, x->alert_version);
    en_q_bind_list(q, x->reasons, x->n_reasons);
    en_q_bind_id(q, x->author);
    en_q_bind_time(q, x->changed);
    en_q_bind_time(q, x->destroy);
    en_q_bind_time(q, x->opened);
    en_q_bind_id(q, x->opened_by);
}

en_errc
en_sqlite_record_add(struct en_store *s, const struct en_store_record *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(
        &q, sqlite_of(s),
        "INSERT INTO records (uuid, version, kind, originator, sender, about, urgent, state, bytes, release, signature,"
        " salt, place, alert, alert_version, reasons, author, changed, destroy, opened, opened_by, hash, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_record(&q, x);
    en_q_bind_hash(&q, x->hash);
    en_q_bind_time(&q, x->at);
    return en_q_run_insert(&q, "record", id, err);
}

en_errc
en_sqlite_record_change(struct en_store *s, const struct en_store_record *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE records SET uuid = ?, version = ?, kind = ?, originator = ?, sender = ?, about = ?, urgent = ?, "
              "state = ?,"
              " bytes = ?, release = ?, signature = ?, salt = ?, place = ?, alert = ?, alert_version = ?, reasons = ?,"
              " author = ?, changed = ?, destroy = ?, opened = ?, opened_by = ? WHERE id = ?");
    bind_record(&q, x);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "record", err);
}

static void
read_record(struct en_q *q, struct en_store_record *x)
{
    *x = (struct en_store_record){ .id = en_q_int(q) };
    x->uuid = en_q_text(q);
    x->version = en_q_u32(q);
    x->kind = en_q_text(q);
    x->originator = en_q_text(q);
    x->sender = en_q_text(q);
    x->about = en_q_text(q);
    x->urgent = en_q_bool(q);
    x->state = (enum en_held)en_q_enum(q, EN_HELD_STATES);
    en_q_hash(q, x->hash);
    x->bytes = en_q_bytes(q);
    x->release = en_q_bytes(q);
    x->signature = en_q_bytes(q);
    x->salt = en_q_bytes(q);
    x->place = en_q_u32(q);
    x->alert = en_q_int(q);
    x->alert_version = en_q_u32(q);
    x->reasons = en_q_list(q, &x->n_reasons);
    x->author = en_q_int(q);
    x->at = en_q_time(q);
    x->changed = en_q_time(q);
    x->destroy = en_q_time(q);
    x->opened = en_q_time(q);
    x->opened_by = en_q_int(q);
}

/* "state IN (0, 3)": numbers of ours, so they stand in the statement itself. */
void
en_sqlite_find_states(struct en_find *find, const char *column, unsigned states, unsigned all)
{
    struct en_buf b = EN_BUF_INIT;
    const char *comma = "";

    en_buf_addf(&b, "%s IN (", column);
    for (unsigned i = 0; i < all; i++) {
        if (states >> i & 1u) {
            en_buf_addf(&b, "%s%u", comma, i);
            comma = ", ";
        }
    }
    en_buf_addc(&b, ')');
    en_find_that(find, b.p);
    en_buf_release(&b);
}

/* +state: where few rows are looked for by what they are, the index of states is the wrong one. */
static void
find_records(struct en_find *find, const struct en_store_record_filter *f)
{
    if (f->id)
        en_find_int(find, "id = ?", f->id);
    if (f->alert)
        en_find_int(find, "alert = ?", f->alert);
    if (f->uuid.n)
        en_find_text(find, "uuid = ?", f->uuid);
    if (f->originator.n)
        en_find_text(find, "originator = ?", f->originator);
    if (f->sender.n)
        en_find_text(find, "sender <> '' AND sender = ?", f->sender); /* as its index has it */
    if (f->about.n)
        en_find_text(find, "about <> '' AND about = ?", f->about);
    if (f->kind.n)
        en_find_text(find, "kind = ?", f->kind);
    if (f->hash)
        en_find_hash(find, "hash = ?", f->hash);
    if (f->states)
        en_sqlite_find_states(find, f->uuid.n || f->about.n || f->alert ? "+state" : "state", f->states,
                              EN_HELD_STATES);
    if (f->ours)
        en_find_that(find, "sender = ''");
    if (f->unopened)
        en_find_that(find, "urgent = 1 AND sender <> '' AND kind = 'warning' AND state = 1 AND opened IS NULL");
    if (f->destroy_until)
        en_find_int(find, "destroy IS NOT NULL AND length(bytes) > 0 AND destroy <= ?", f->destroy_until);
    if (f->after)
        en_find_int(find, "id > ?", f->after);
}

en_errc
en_sqlite_records_each(struct en_store *s, const struct en_store_record_filter *f, en_store_record_fn *fn, void *ctx,
                       struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find,
                  "SELECT id, uuid, version, kind, originator, sender, about, urgent, state, hash, bytes, release,"
                  " signature, salt, place, alert, alert_version, reasons, author, at, changed, destroy, opened,"
                  " opened_by FROM records");
    find_records(&find, f);
    en_find_open(&find, "id", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_record x;

        read_record(&q, &x);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

en_errc
en_sqlite_records_size(struct en_store *s, en_text sender, enum en_held state, uint64_t *n, uint64_t *bytes,
                       struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM records WHERE sender <> '' AND sender = ? AND state = ?");
    en_q_bind_text(&q, sender);
    en_q_bind_int(&q, state);
    *n = *bytes = 0;
    if (en_q_next(&q)) {
        *n = en_q_uint(&q);
        *bytes = en_q_uint(&q);
    }
    return en_q_close(&q, EN_OK, err);
}

/* --- releases ----------------------------------------------------------------------------------------------------- */

static en_errc
add_roster(struct en_store *s, int64_t release, const struct en_store_release *x, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; i < x->n_roster && rc == EN_OK; i++) {
        const struct en_store_roster *r = &x->roster[i];
        struct en_q q;

        en_q_open(&q, sqlite_of(s), "INSERT INTO rosters (release, partner, salt, place) VALUES (?, ?, ?, ?)");
        en_q_bind_int(&q, release);
        en_q_bind_text(&q, en_text_from_ours(r->partner));
        en_q_bind_hash(&q, r->salt);
        en_q_bind_int(&q, r->place);
        rc = en_q_run(&q, NULL, err);
    }
    return rc;
}

en_errc
en_sqlite_release_add(struct en_store *s, const struct en_store_release *x, int64_t *id, struct en_err *err)
{
    struct en_q q;
    en_errc rc;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO releases (record, state, alone, proposed_by, decided_by, proposed, decided, reason, bytes,"
              " signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_int(&q, x->record);
    en_q_bind_int(&q, x->state);
    en_q_bind_int(&q, x->alone);
    en_q_bind_id(&q, x->proposed_by);
    en_q_bind_id(&q, x->decided_by);
    en_q_bind_int(&q, x->proposed);
    en_q_bind_time(&q, x->decided);
    en_q_bind_text(&q, x->reason);
    en_q_bind_bytes(&q, x->bytes);
    en_q_bind_bytes(&q, x->signature);
    rc = en_q_run_insert(&q, "release", id, err);
    return rc == EN_OK ? add_roster(s, *id, x, err) : rc;
}

en_errc
en_sqlite_release_change(struct en_store *s, const struct en_store_release *x, struct en_err *err)
{
    struct en_q q;
    en_errc rc;

    en_q_open(&q, sqlite_of(s),
              "UPDATE releases SET state = ?, decided_by = ?, decided = ?, reason = ?, bytes = ?, signature = ?"
              " WHERE id = ?");
    en_q_bind_int(&q, x->state);
    en_q_bind_id(&q, x->decided_by);
    en_q_bind_time(&q, x->decided);
    en_q_bind_text(&q, x->reason);
    en_q_bind_bytes(&q, x->bytes);
    en_q_bind_bytes(&q, x->signature);
    en_q_bind_int(&q, x->id);
    rc = en_q_run_one(&q, "release", err);
    if (rc == EN_OK) {
        en_q_open(&q, sqlite_of(s), "DELETE FROM rosters WHERE release = ?");
        en_q_bind_int(&q, x->id);
        rc = en_q_run(&q, NULL, err);
    }
    return rc == EN_OK ? add_roster(s, x->id, x, err) : rc;
}

static en_errc
read_roster(struct en_store *s, int64_t release, struct en_store_roster *to, size_t *n, struct en_err *err)
{
    struct en_q q;

    *n = 0;
    en_q_open(&q, sqlite_of(s), "SELECT partner, salt, place FROM rosters WHERE release = ? ORDER BY partner");
    en_q_bind_int(&q, release);
    while (*n < EN_STORE_ROSTER_MAX && en_q_next(&q)) {
        en_text partner = en_q_text(&q);

        memset(to[*n].partner, 0, sizeof to[*n].partner);
        if (partner.n == EN_STORE_PARTNER_LEN)
            memcpy(to[*n].partner, partner.p, partner.n);
        else
            q.damaged = true;
        en_q_hash(&q, to[*n].salt);
        to[*n].place = en_q_u32(&q);
        if (!en_q_row_ok(&q))
            break;
        (*n)++;
    }
    return en_q_close(&q, EN_OK, err);
}

en_errc
en_sqlite_releases_each(struct en_store *s, const struct en_store_release_filter *f, en_store_release_fn *fn, void *ctx,
                        struct en_err *err)
{
    struct en_store_roster *roster = en_xcalloc(EN_STORE_ROSTER_MAX, sizeof *roster);
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, record, state, alone, proposed_by, decided_by, proposed, decided, reason, bytes,"
                         " signature FROM releases");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->record)
        en_find_int(&find, "record = ?", f->record);
    if (f->states)
        en_sqlite_find_states(&find, "state", f->states, EN_RELEASE_STATES);
    if (f->after)
        en_find_int(&find, "id > ?", f->after);
    en_find_open(&find, "id", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_release x = { .id = en_q_int(&q) };

        x.record = en_q_int(&q);
        x.state = (enum en_release_state)en_q_enum(&q, EN_RELEASE_STATES);
        x.alone = en_q_bool(&q);
        x.proposed_by = en_q_int(&q);
        x.decided_by = en_q_int(&q);
        x.proposed = en_q_int(&q);
        x.decided = en_q_time(&q);
        x.reason = en_q_text(&q);
        x.bytes = en_q_bytes(&q);
        x.signature = en_q_bytes(&q);
        x.roster = roster;
        if (!en_q_row_ok(&q))
            break;
        rc = read_roster(s, x.id, roster, &x.n_roster, err);
        rc = rc != EN_OK ? rc : fn(ctx, &x, err);
    }
    free(roster);
    return en_q_close(&q, rc, err);
}

/* --- deliveries --------------------------------------------------------------------------------------------------- */

static void
bind_delivery(struct en_q *q, const struct en_store_delivery *x)
{
    en_q_bind_id(q, x->release);
    en_q_bind_int(q, x->state);
    en_q_bind_text(q, x->reason);
    en_q_bind_int(q, x->urgent);
    en_q_bind_id(q, x->bundle);
    en_q_bind_time(q, x->sent);
    en_q_bind_time(q, x->answered);
    en_q_bind_time(q, x->opened);
    en_q_bind_bytes(q, x->proof);
}

en_errc
en_sqlite_delivery_add(struct en_store *s, const struct en_store_delivery *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO deliveries (release, state, reason, urgent, bundle, sent, answered, opened, proof, partner,"
              " kind, record, bytes, queued) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_delivery(&q, x);
    en_q_bind_text(&q, x->partner);
    en_q_bind_int(&q, x->kind);
    en_q_bind_id(&q, x->record);
    en_q_bind_bytes(&q, x->bytes);
    en_q_bind_int(&q, x->queued);
    return en_q_run_insert(&q, "delivery", id, err);
}

en_errc
en_sqlite_delivery_change(struct en_store *s, const struct en_store_delivery *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(
        &q, sqlite_of(s),
        "UPDATE deliveries SET release = ?, state = ?, reason = ?, urgent = ?, bundle = ?, sent = ?, answered = ?,"
        " opened = ?, proof = ? WHERE id = ?");
    bind_delivery(&q, x);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "delivery", err);
}

static void
read_delivery(struct en_q *q, struct en_store_delivery *x)
{
    *x = (struct en_store_delivery){ .id = en_q_int(q) };
    x->partner = en_q_text(q);
    x->kind = (enum en_delivery_kind)en_q_enum(q, EN_DELIVERY_KINDS);
    x->record = en_q_int(q);
    x->release = en_q_int(q);
    x->bytes = en_q_bytes(q);
    x->state = (enum en_delivery_state)en_q_enum(q, EN_DELIVERY_STATES);
    x->reason = en_q_text(q);
    x->urgent = en_q_bool(q);
    x->bundle = en_q_int(q);
    x->queued = en_q_int(q);
    x->sent = en_q_time(q);
    x->answered = en_q_time(q);
    x->opened = en_q_time(q);
    x->proof = en_q_bytes(q);
}

en_errc
en_sqlite_deliveries_each(struct en_store *s, const struct en_store_delivery_filter *f, en_store_delivery_fn *fn,
                          void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find,
                  "SELECT id, partner, kind, record, release, bytes, state, reason, urgent, bundle, queued, sent,"
                  " answered, opened, proof FROM deliveries");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->record)
        en_find_int(&find, "record = ?", f->record);
    if (f->bundle)
        en_find_int(&find, "bundle = ?", f->bundle);
    if (f->partner.n)
        en_find_text(&find, "partner = ?", f->partner);
    if (f->states)
        en_sqlite_find_states(&find, f->record || f->bundle ? "+state" : "state", f->states, EN_DELIVERY_STATES);
    if (f->kinds)
        en_sqlite_find_states(&find, "kind", f->kinds, EN_DELIVERY_KINDS);
    if (f->urgent_only)
        en_find_that(&find, "urgent = 1");
    if (f->usual_only)
        en_find_that(&find, "urgent = 0");
    if (f->after)
        en_find_int(&find, "id > ?", f->after);
    en_find_open(&find, f->urgent_first ? "urgent DESC, id" : "id", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_delivery x;

        read_delivery(&q, &x);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- bundles ------------------------------------------------------------------------------------------------------ */

en_errc
en_sqlite_bundle_add(struct en_store *s, const struct en_store_bundle *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(
        &q, sqlite_of(s),
        "INSERT INTO bundles (out, partner, name, sequence, hash, parts, refused, reason, made, expires, at, actor,"
        " answered, answer, urgent, flies, earlier) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_int(&q, x->out);
    en_q_bind_text(&q, x->partner);
    en_q_bind_bytes(&q, en_bytes_from(x->name, sizeof x->name));
    en_q_bind_uint(&q, x->sequence);
    en_q_bind_hash(&q, x->hash);
    en_q_bind_uint(&q, x->parts);
    en_q_bind_uint(&q, x->refused);
    en_q_bind_text(&q, x->reason);
    en_q_bind_time(&q, x->made);
    en_q_bind_time(&q, x->expires);
    en_q_bind_int(&q, x->at);
    en_q_bind_id(&q, x->actor);
    en_q_bind_time(&q, x->answered);
    en_q_bind_bytes(&q, x->answer);
    en_q_bind_int(&q, x->urgent);
    en_q_bind_int(&q, x->flies);
    en_q_bind_bytes(&q, x->earlier);
    return en_q_run_insert(&q, "bundle", id, err);
}

en_errc
en_sqlite_bundle_change(struct en_store *s, const struct en_store_bundle *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "UPDATE bundles SET refused = ?, answered = ?, answer = ?, flies = ? WHERE id = ?");
    en_q_bind_uint(&q, x->refused);
    en_q_bind_time(&q, x->answered);
    en_q_bind_bytes(&q, x->answer);
    en_q_bind_int(&q, x->flies);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "bundle", err);
}

en_errc
en_sqlite_bundle_renew(struct en_store *s, const struct en_store_bundle *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE bundles SET name = ?, sequence = ?, hash = ?, parts = ?, reason = ?, made = ?, expires = ?,"
              " earlier = ? WHERE id = ?");
    en_q_bind_bytes(&q, en_bytes_from(x->name, sizeof x->name));
    en_q_bind_uint(&q, x->sequence);
    en_q_bind_hash(&q, x->hash);
    en_q_bind_uint(&q, x->parts);
    en_q_bind_text(&q, x->reason);
    en_q_bind_time(&q, x->made);
    en_q_bind_time(&q, x->expires);
    en_q_bind_bytes(&q, x->earlier);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "bundle", err);
}

static void
read_bundle(struct en_q *q, struct en_store_bundle *x)
{
    en_bytes name;

    *x = (struct en_store_bundle){ .id = en_q_int(q) };
    x->out = en_q_bool(q);
    x->partner = en_q_text(q);
    name = en_q_bytes(q);
    if (name.n == sizeof x->name)
        memcpy(x->name, name.p, name.n);
    else
        q->damaged = true;
    x->sequence = en_q_uint(q);
    en_q_hash(q, x->hash);
    x->parts = en_q_uint(q);
    x->refused = en_q_uint(q);
    x->reason = en_q_text(q);
    x->made = en_q_time(q);
    x->expires = en_q_time(q);
    x->at = en_q_int(q);
    x->actor = en_q_int(q);
    x->answered = en_q_time(q);
    x->answer = en_q_bytes(q);
    x->urgent = en_q_bool(q);
    x->flies = en_q_bool(q);
    x->earlier = en_q_bytes(q);
    if (x->earlier.n % EN_STORE_SIGNED != 0)
        q->damaged = true;
}

en_errc
en_sqlite_bundles_each(struct en_store *s, const struct en_store_bundle_filter *f, en_store_bundle_fn *fn, void *ctx,
                       struct en_err *err)
{
    char hex[2 * EN_STORE_BUNDLE_LEN + 1], named[64];
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, out, partner, name, sequence, hash, parts, refused, reason, made, expires, at,"
                         " actor, answered, answer, urgent, flies, earlier FROM bundles");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->in_only)
        en_find_that(&find, "out = 0");
    if (f->out_only)
        en_find_that(&find, "out = 1");
    if (f->partner.n)
        en_find_text(&find, "partner = ?", f->partner);
    if (f->name) {
        en_hex(f->name, EN_STORE_BUNDLE_LEN, hex);
        sqlite3_snprintf((int)sizeof named, named, "name = x'%s'", hex);
        en_find_that(&find, named);
    }
    if (f->sequence)
        en_find_int(&find, "sequence = ?", (int64_t)f->sequence);
    if (f->taken_only)
        en_find_that(&find, "reason = ''");
    if (f->flying_only)
        en_find_that(&find, "flies = 1");
    if (f->from)
        en_find_int(&find, "sequence >= ?", (int64_t)f->from);
    en_find_open(&find, f->newest_first ? "sequence DESC, id DESC" : "id", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_bundle x;

        read_bundle(&q, &x);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- numbers ------------------------------------------------------------------------------------------------------ */

static en_errc
count_states(struct en_sqlite *sq, const char *sql, uint64_t *to, unsigned n, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sq, sql);
    while (en_q_next(&q)) {
        unsigned state = en_q_enum(&q, n);
        uint64_t count = en_q_uint(&q);

        if (en_q_row_ok(&q))
            to[state] = count;
    }
    return en_q_close(&q, EN_OK, err);
}

static en_errc
count_one(struct en_sqlite *sq, const char *sql, uint64_t *to, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sq, sql);
    *to = en_q_next(&q) ? en_q_uint(&q) : 0;
    return en_q_close(&q, EN_OK, err);
}

en_errc
en_sqlite_exchange_counts(struct en_store *s, struct en_store_counts *out, struct en_err *err)
{
    struct en_sqlite *sq = sqlite_of(s);
    en_errc rc = count_states(sq, "SELECT state, count(*) FROM records GROUP BY state", out->records, EN_HELD_STATES,
                              err);

    if (rc == EN_OK)
        rc = count_states(sq, "SELECT state, count(*) FROM deliveries GROUP BY state", out->deliveries,
                          EN_DELIVERY_STATES, err);
    if (rc == EN_OK)
        rc = count_one(sq, "SELECT count(*) FROM releases WHERE state = 0", &out->releases_proposed, err);
    if (rc == EN_OK)
        rc = count_one(
            sq,
            "SELECT count(*) FROM records WHERE urgent = 1 AND sender <> '' AND kind = 'warning' AND state = 1"
            " AND opened IS NULL",
            &out->warnings_unopened, err);
    if (rc == EN_OK)
        rc = count_one(sq, "SELECT count(*) FROM bundles WHERE out = 0 AND reason <> ''", &out->bundles_refused, err);
    return rc;
}

/* --- refusals ----------------------------------------------------------------------------------------------------- */

en_errc
en_sqlite_refusal_add(struct en_store *s, en_text partner, en_text code, uint64_t n, en_time at, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO refusals (partner, code, number, first, last) VALUES (?1, ?2, ?3, ?4, ?4)"
              " ON CONFLICT (partner, code) DO UPDATE SET number = number + ?3, last = ?4");
    en_q_bind_text(&q, partner);
    en_q_bind_text(&q, code);
    en_q_bind_uint(&q, n);
    en_q_bind_time(&q, at);
    return en_q_run(&q, NULL, err);
}

static void
read_word(struct en_q *q, char *out, size_t room)
{
    en_text t = en_q_text(q);

    if (t.n >= room) {
        q->damaged = true;
        return;
    }
    memcpy(out, t.p, t.n);
    out[t.n] = '\0';
}

en_errc
en_sqlite_refusals_each(struct en_store *s, en_text partner, en_store_refusal_fn *fn, void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT partner, code, number, first, last FROM refusals");
    if (partner.n)
        en_find_text(&find, "partner = ?", partner);
    en_find_open(&find, "partner, code", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_refusal x = { .count = 0 };

        read_word(&q, x.partner, sizeof x.partner);
        read_word(&q, x.code, sizeof x.code);
        x.count = en_q_uint(&q);
        x.first = en_q_time(&q);
        x.last = en_q_time(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}
