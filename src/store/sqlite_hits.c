/*
 * sqlite_hits.c: hits, decisions, clearances, and the numbers of all tables.
 */
#include "store/sqlite.h"

#include <string.h>

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

/* --- writing hits ----------------------------------------------------------------------------- */

static void
bind_hit(struct en_q *q, const struct en_store_hit *x)
{
    en_q_bind_int(q, x->bits);
    en_q_bind_real(q, x->probability);
    en_q_bind_real(q, x->prior);
    en_q_bind_bytes(q, x->evidence);
    en_q_bind_text(q, x->engine);
    en_q_bind_text(q, x->found);
    en_q_bind_int(q, x->state);
    en_q_bind_int(q, x->answer);
    en_q_bind_time(q, x->changed);
    en_q_bind_time(q, x->delete_after);
    en_q_bind_bytes(q, x->remembered);
}

static en_errc
add_alerts(struct en_store *s, int64_t hit, const struct en_store_hit *x, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; i < x->n_alerts && rc == EN_OK; i++) {
        struct en_q q;

        en_q_open(&q, sqlite_of(s), "INSERT INTO hit_alerts (hit, n, alert, version, hash) VALUES (?, ?, ?, ?, ?)");
        en_q_bind_int(&q, hit);
        en_q_bind_uint(&q, i);
        en_q_bind_int(&q, x->alerts[i].alert);
        en_q_bind_int(&q, x->alerts[i].version);
        en_q_bind_hash(&q, x->alerts[i].hash);
        rc = en_q_run(&q, NULL, err);
    }
    return rc;
}

static en_errc
delete_of_hit(struct en_store *s, const char *sql, int64_t hit, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), sql);
    en_q_bind_int(&q, hit);
    return en_q_run(&q, NULL, err);
}

en_errc
en_sqlite_hit_add(struct en_store *s, const struct en_store_hit *x, int64_t *id, struct en_err *err)
{
    struct en_q q;
    en_errc rc;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO hits (bits, probability, prior, evidence, engine, found, state, answer, changed,"
              " delete_after, remembered, traveller, entity, created)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    bind_hit(&q, x);
    en_q_bind_int(&q, x->traveller);
    en_q_bind_text(&q, x->entity);
    en_q_bind_time(&q, x->created);
    rc = en_q_run_insert(&q, "hit", id, err);
    return rc == EN_OK ? add_alerts(s, *id, x, err) : rc;
}

en_errc
en_sqlite_hit_change(struct en_store *s, const struct en_store_hit *x, struct en_err *err)
{
    struct en_q q;
    en_errc rc;

    en_q_open(&q, sqlite_of(s),
              "UPDATE hits SET bits = ?, probability = ?, prior = ?, evidence = ?, engine = ?, found = ?, state = ?,"
              " answer = ?, changed = ?, delete_after = ?, remembered = ? WHERE id = ?");
    bind_hit(&q, x);
    en_q_bind_int(&q, x->id);
    rc = en_q_run_one(&q, "hit", err);
    if (rc == EN_OK)
        rc = delete_of_hit(s, "DELETE FROM hit_alerts WHERE hit = ?", x->id, err);
    return rc == EN_OK ? add_alerts(s, x->id, x, err) : rc;
}

en_errc
en_sqlite_hit_set_state(struct en_store *s, int64_t id, enum en_hit_state state, enum en_answer answer, en_time at,
                        en_time delete_after, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "UPDATE hits SET state = ?, answer = ?, changed = ?, delete_after = ? WHERE id = ?");
    en_q_bind_int(&q, state);
    en_q_bind_int(&q, answer);
    en_q_bind_time(&q, at);
    en_q_bind_time(&q, delete_after);
    en_q_bind_int(&q, id);
    return en_q_run_one(&q, "hit", err);
}

en_errc
en_sqlite_hit_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct en_q q;
    en_errc rc = delete_of_hit(s, "DELETE FROM decisions WHERE hit = ?", id, err);

    if (rc == EN_OK)
        rc = delete_of_hit(s, "DELETE FROM hit_alerts WHERE hit = ?", id, err);
    if (rc != EN_OK)
        return rc;
    en_q_open(&q, sqlite_of(s), "DELETE FROM hits WHERE id = ?");
    en_q_bind_int(&q, id);
    return en_q_run_one(&q, "hit", err);
}

/* --- reading hits ----------------------------------------------------------------------------- */

/* The alerts go to the arena of the row that they belong to. */
static en_errc
read_alerts(struct en_store *s, struct en_q *row, struct en_store_hit *x, struct en_err *err)
{
    struct en_store_hit_alert *list = NULL;
    size_t cap = 0;
    struct en_q q;

    x->n_alerts = 0;
    en_q_open(&q, sqlite_of(s), "SELECT alert, version, hash FROM hit_alerts WHERE hit = ? ORDER BY n");
    en_q_bind_int(&q, x->id);
    while (en_q_next(&q)) {
        if (!en_arena_grow(&row->lists, &list, &cap, x->n_alerts + 1, sizeof *list)) {
            q.damaged = true;
            break;
        }
        list[x->n_alerts].alert = en_q_int(&q);
        list[x->n_alerts].version = en_q_u32(&q);
        en_q_hash(&q, list[x->n_alerts++].hash);
    }
    x->alerts = list;
    return en_q_close(&q, EN_OK, err);
}

static void
read_hit(struct en_q *q, struct en_store_hit *x)
{
    x->id = en_q_int(q);
    x->traveller = en_q_int(q);
    x->entity = en_q_text(q);
    x->bits = (int32_t)en_q_int(q);
    x->probability = en_q_real(q);
    x->prior = en_q_real(q);
    x->evidence = en_q_bytes(q);
    x->engine = en_q_text(q);
    x->found = en_q_text(q);
    x->state = (enum en_hit_state)en_q_enum(q, EN_HIT_STATES);
    x->answer = (enum en_answer)en_q_enum(q, EN_ANSWERS);
    x->created = en_q_time(q);
    x->changed = en_q_time(q);
    x->delete_after = en_q_time(q);
    x->remembered = en_q_bytes(q);
}

/* bit i of the set: value i of the column. */
static void
find_in_set(struct en_find *find, const char *column, unsigned set, unsigned count)
{
    struct en_buf in = EN_BUF_INIT;
    const char *comma = "";

    en_buf_addf(&in, "%s IN (", column);
    for (unsigned i = 0; i < count; i++) {
        if (set >> i & 1) {
            en_buf_addf(&in, "%s%u", comma, i);
            comma = ", ";
        }
    }
    en_buf_addc(&in, ')');
    en_find_that(find, in.p);
    en_buf_release(&in);
}

static void
find_hits(struct en_find *find, const struct en_store_hit_filter *f)
{
    if (f->id)
        en_find_int(find, "id = ?", f->id);
    if (f->traveller)
        en_find_int(find, "traveller = ?", f->traveller);
    if (f->manifest)
        en_find_int(find, "traveller IN (SELECT id FROM travellers WHERE manifest = ?)", f->manifest);
    if (f->entity.n)
        en_find_text(find, "entity = ?", f->entity);
    if (f->states)
        find_in_set(find, "state", f->states, EN_HIT_STATES);
    if (f->answers)
        find_in_set(find, "answer", f->answers, EN_ANSWERS);
    if (f->min_probability > 0)
        en_find_real(find, "probability >= ?", f->min_probability);
    if (f->since)
        en_find_int(find, "created >= ?", f->since);
    if (f->due)
        en_find_int(find, "delete_after IS NOT NULL AND delete_after <= ?", f->due);
    if (f->after && !f->by_probability)
        en_find_int(find, "id > ?", f->after);
}

/* Where a page goes on: behind the place that this hit has, or had before it changed its state. */
static en_errc
probability_of(struct en_store *s, int64_t id, double *p, struct en_err *err)
{
    struct en_q q;
    bool found = false;
    en_errc rc;

    en_q_open(&q, sqlite_of(s), "SELECT probability FROM hits WHERE id = ?");
    en_q_bind_int(&q, id);
    if (en_q_next(&q)) {
        found = true;
        *p = en_q_real(&q);
    }
    rc = en_q_close(&q, EN_OK, err);
    if (rc == EN_OK && !found)
        rc = en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "the hit to go on behind is gone");
    return rc;
}

static en_errc
hits_run(struct en_store *s, struct en_q *q, en_store_hit_fn *fn, void *ctx, struct en_err *err)
{
    en_errc rc = EN_OK;

    while (rc == EN_OK && en_q_next(q)) {
        struct en_store_hit x;

        read_hit(q, &x);
        if (!en_q_row_ok(q))
            break;
        rc = read_alerts(s, q, &x, err);
        if (rc == EN_OK)
            rc = fn(ctx, &x, err);
    }
    return en_q_close(q, rc, err);
}

en_errc
en_sqlite_hits_each(struct en_store *s, const struct en_store_hit_filter *f, en_store_hit_fn *fn, void *ctx,
                    struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    double p = 0;
    en_errc rc = f->after && f->by_probability ? probability_of(s, f->after, &p, err) : EN_OK;

    if (rc != EN_OK)
        return rc;
    en_find_start(&find, "SELECT id, traveller, entity, bits, probability, prior, evidence, engine, found, state,"
                         " answer, created, changed, delete_after, remembered FROM hits");
    find_hits(&find, f);
    if (f->after && f->by_probability) {
        en_find_real(&find, "probability <= ?", p);
        en_find_real(&find, "(probability < ?", p);
        en_buf_add_str(&find.sql, " OR id > ?)");
        EN_ASSERT(find.n < EN_FIND_MAX);
        find.arg[find.n].kind = EN_FIND_INT;
        find.arg[find.n++].i = f->after;
    }
    en_find_open(&find, f->by_probability ? "probability DESC, id" : "id", f->limit, &q, sqlite_of(s));
    return hits_run(s, &q, fn, ctx, err);
}

/* --- decisions -------------------------------------------------------------------------------- */

en_errc
en_sqlite_decision_add(struct en_store *s, const struct en_store_decision *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO decisions (hit, answer, reasons, text, actor, at) VALUES (?, ?, ?, ?, ?, ?)");
    en_q_bind_int(&q, x->hit);
    en_q_bind_int(&q, x->answer);
    en_q_bind_list(&q, x->reasons, x->n_reasons);
    en_q_bind_text(&q, x->text);
    en_q_bind_int(&q, x->actor);
    en_q_bind_time(&q, x->at);
    return en_q_run_insert(&q, "decision", id, err);
}

en_errc
en_sqlite_decision_confirm(struct en_store *s, int64_t id, int64_t second, en_time at, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "UPDATE decisions SET second = ?, second_at = ? WHERE id = ?");
    en_q_bind_int(&q, second);
    en_q_bind_time(&q, at);
    en_q_bind_int(&q, id);
    return en_q_run_one(&q, "decision", err);
}

en_errc
en_sqlite_decisions_each(struct en_store *s, const struct en_store_decision_filter *f, en_store_decision_fn *fn,
                         void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, hit, answer, reasons, text, actor, at, second, second_at FROM decisions");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->hit)
        en_find_int(&find, "hit = ?", f->hit);
    en_find_open(&find, "id", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_decision x = { .id = en_q_int(&q) };

        x.hit = en_q_int(&q);
        x.answer = (enum en_answer)en_q_enum(&q, EN_ANSWERS);
        x.reasons = en_q_list(&q, &x.n_reasons);
        x.text = en_q_text(&q);
        x.actor = en_q_int(&q);
        x.at = en_q_time(&q);
        x.second = en_q_int(&q);
        x.second_at = en_q_time(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- clearances ------------------------------------------------------------------------------- */

en_errc
en_sqlite_clearance_add(struct en_store *s, const struct en_store_clearance *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO clearances (kind, answer, evidence, number, alert, version, alert_hash, hit, decision, actor,"
              " at, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_int(&q, x->kind);
    en_q_bind_int(&q, x->answer);
    en_q_bind_bytes(&q, x->evidence);
    en_q_bind_text(&q, x->number);
    en_q_bind_int(&q, x->alert);
    en_q_bind_int(&q, x->version);
    en_q_bind_hash(&q, x->alert_hash);
    en_q_bind_id(&q, x->hit);
    en_q_bind_id(&q, x->decision);
    en_q_bind_id(&q, x->actor);
    en_q_bind_time(&q, x->at);
    en_q_bind_int(&q, x->expires);
    return en_q_run_insert(&q, "clearance", id, err);
}

en_errc
en_sqlite_clearance_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "DELETE FROM clearances WHERE id = ?");
    en_q_bind_int(&q, id);
    return en_q_run_one(&q, "clearance", err);
}

static void
read_clearance(struct en_q *q, struct en_store_clearance *x)
{
    x->id = en_q_int(q);
    x->kind = (uint8_t)en_q_enum(q, EN_CLEARANCE_KINDS);
    x->answer = (enum en_answer)en_q_enum(q, EN_ANSWERS);
    x->evidence = en_q_bytes(q);
    x->number = en_q_text(q);
    x->alert = en_q_int(q);
    x->version = en_q_u32(q);
    en_q_hash(q, x->alert_hash);
    x->hit = en_q_int(q);
    x->decision = en_q_int(q);
    x->actor = en_q_int(q);
    x->at = en_q_time(q);
    x->expires = en_q_int(q);
}

en_errc
en_sqlite_clearances_each(struct en_store *s, const struct en_store_clearance_filter *f, en_store_clearance_fn *fn,
                          void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, kind, answer, evidence, number, alert, version, alert_hash, hit, decision, actor,"
                         " at, expires FROM clearances");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->alert)
        en_find_int(&find, "alert = ?", f->alert);
    if (f->number.n)
        en_find_text(&find, "number = ?", f->number);
    if (f->valid_at)
        en_find_int(&find, "expires > ?", f->valid_at);
    if (f->due)
        en_find_int(&find, "expires <= ?", f->due);
    en_find_open(&find, "id", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_clearance x;

        read_clearance(&q, &x);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* clang-format off */
struct number {
    size_t offset;
    const char *sql;
};

#define AT(member) offsetof(struct en_store_counts, member)
static const struct number numbers[] = {
    { AT(events),                   "SELECT coalesce(max(seq), 0) FROM events" },
    { AT(users),                    "SELECT count(*) FROM users" },
    { AT(sources),                  "SELECT count(*) FROM sources" },
    { AT(imports),                  "SELECT count(*) FROM imports" },
    { AT(manifests),                "SELECT count(*) FROM manifests" },
    { AT(travellers),               "SELECT count(*) FROM travellers" },
    { AT(hits[EN_HIT_NEW]),         "SELECT count(*) FROM hits WHERE state = 0" },
    { AT(hits[EN_HIT_PENDING]),     "SELECT count(*) FROM hits WHERE state = 1" },
    { AT(hits[EN_HIT_DECIDED]),     "SELECT count(*) FROM hits WHERE state = 2" },
    { AT(hits[EN_HIT_CLEARED]),     "SELECT count(*) FROM hits WHERE state = 3" },
    { AT(hits[EN_HIT_ENDED]),       "SELECT count(*) FROM hits WHERE state = 4" },
    { AT(decisions),                "SELECT count(*) FROM decisions" },
    { AT(clearances),               "SELECT count(*) FROM clearances" },
    { AT(intents_open),             "SELECT count(*) FROM intents WHERE finished IS NULL" },
};

/* Of a million alerts each takes milliseconds: they are counted once and again after a change. */
static const struct number alert_numbers[] = {
    { AT(alerts[EN_ALERT_ACTIVE]),  "SELECT count(*) FROM alerts INDEXED BY alerts_active WHERE status = 0" },
    { AT(alerts[EN_ALERT_ENDED]),   "SELECT count(*) FROM alerts INDEXED BY alerts_ended WHERE status = 1" },
    { AT(alerts_matched),           "SELECT count(*) FROM alerts INDEXED BY alerts_matched"
                                    " WHERE status = 0 AND matched = 1" },
};
#undef AT
/* clang-format on */

static en_errc
count_all(struct en_sqlite *sq, const struct number *list, size_t n, struct en_store_counts *out, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (size_t i = 0; i < n && rc == EN_OK; i++) {
        struct en_q q;

        en_q_open(&q, sq, list[i].sql);
        if (en_q_next(&q)) {
            uint64_t count = en_q_uint(&q);

            memcpy((char *)out + list[i].offset, &count, sizeof count);
        }
        rc = en_q_close(&q, EN_OK, err);
    }
    return rc;
}

void
en_sqlite_uncount(struct en_store *s)
{
    sqlite_of(s)->counted = false;
}

/* data_version changes when another process commits: for a handle that reads beside the owner. */
static en_errc
count_alerts(struct en_sqlite *sq, struct en_err *err)
{
    int64_t version;
    en_errc rc = en_sqlite_pragma(sq->db, "PRAGMA data_version", &version, err);

    if (rc != EN_OK || (sq->counted && version == sq->data_version))
        return rc;
    rc = count_all(sq, alert_numbers, sizeof alert_numbers / sizeof alert_numbers[0], &sq->known, err);
    sq->counted = rc == EN_OK;
    sq->data_version = version;
    return rc;
}

en_errc
en_sqlite_tally_add(struct en_store *s, enum en_store_input what, const struct en_store_tally *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE tallies SET repairs = repairs + ?, refused = refused + ?, kept = kept + ?,"
              " warnings = warnings + ?, left_out = left_out + ? WHERE what = ?");
    en_q_bind_uint(&q, x->repairs);
    en_q_bind_uint(&q, x->refused);
    en_q_bind_uint(&q, x->kept);
    en_q_bind_uint(&q, x->warnings);
    en_q_bind_uint(&q, x->left_out);
    en_q_bind_text(&q, en_text_from_ours(en_store_input_word(what)));
    return en_q_run_one(&q, "tally", err);
}

static en_errc
read_tallies(struct en_sqlite *sq, struct en_store_counts *out, struct en_err *err)
{
    en_errc rc = EN_OK;

    for (unsigned w = 0; w < EN_INPUTS && rc == EN_OK; w++) {
        struct en_store_tally *x = &out->read[w];
        struct en_q q;

        en_q_open(&q, sq, "SELECT repairs, refused, kept, warnings, left_out FROM tallies WHERE what = ?");
        en_q_bind_text(&q, en_text_from_ours(en_store_input_word((enum en_store_input)w)));
        if (en_q_next(&q)) {
            x->repairs = en_q_uint(&q);
            x->refused = en_q_uint(&q);
            x->kept = en_q_uint(&q);
            x->warnings = en_q_uint(&q);
            x->left_out = en_q_uint(&q);
        }
        rc = en_q_close(&q, EN_OK, err);
    }
    return rc;
}

en_errc
en_sqlite_counts(struct en_store *s, struct en_store_counts *out, struct en_err *err)
{
    struct en_sqlite *sq = sqlite_of(s);
    en_errc rc = count_alerts(sq, err);

    if (rc != EN_OK)
        return rc;
    *out = sq->known;
    rc = read_tallies(sq, out, err);
    rc = rc != EN_OK ? rc : count_all(sq, numbers, sizeof numbers / sizeof numbers[0], out, err);
    return rc != EN_OK ? rc : en_sqlite_exchange_counts(s, out, err);
}
