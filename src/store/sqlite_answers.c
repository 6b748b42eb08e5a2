/*
 * sqlite_answers.c: what carriers were told.
 */
#include "store/sqlite.h"

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

en_errc
en_sqlite_answer_add(struct en_store *s, const struct en_store_answer *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO answers (traveller, manifest, message, pnr, passenger, status, why, actor, second, at, sent,"
              " deadline, acknowledged, reference) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_int(&q, x->traveller);
    en_q_bind_int(&q, x->manifest);
    en_q_bind_int(&q, x->message);
    en_q_bind_text(&q, x->pnr);
    en_q_bind_text(&q, x->passenger);
    en_q_bind_text(&q, x->status);
    en_q_bind_text(&q, x->why);
    en_q_bind_id(&q, x->actor);
    en_q_bind_id(&q, x->second);
    en_q_bind_int(&q, x->at);
    en_q_bind_time(&q, x->sent);
    en_q_bind_time(&q, x->deadline);
    en_q_bind_time(&q, x->acknowledged);
    en_q_bind_text(&q, x->reference);
    return en_q_run_insert(&q, "answer", id, err);
}

en_errc
en_sqlite_answer_change(struct en_store *s, const struct en_store_answer *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE answers SET second = ?, sent = ?, deadline = ?, acknowledged = ?, reference = ? WHERE id = ?");
    en_q_bind_id(&q, x->second);
    en_q_bind_time(&q, x->sent);
    en_q_bind_time(&q, x->deadline);
    en_q_bind_time(&q, x->acknowledged);
    en_q_bind_text(&q, x->reference);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "answer", err);
}

en_errc
en_sqlite_answers_each(struct en_store *s, const struct en_store_answer_filter *f, en_store_answer_fn *fn, void *ctx,
                       struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, traveller, manifest, message, pnr, passenger, status, why, actor, second, at,"
                         " sent, deadline, acknowledged, reference FROM answers");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->traveller)
        en_find_int(&find, "traveller = ?", f->traveller);
    if (f->reference.n)
        en_find_text(&find, "reference = ?", f->reference);
    if (f->due)
        en_find_int(&find, "deadline IS NOT NULL AND deadline <= ?", f->due);
    en_find_open(&find, "id", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_answer x = { .id = en_q_int(&q) };

        x.traveller = en_q_int(&q);
        x.manifest = en_q_int(&q);
        x.message = en_q_u32(&q);
        x.pnr = en_q_text(&q);
        x.passenger = en_q_text(&q);
        x.status = en_q_text(&q);
        x.why = en_q_text(&q);
        x.actor = en_q_int(&q);
        x.second = en_q_int(&q);
        x.at = en_q_int(&q);
        x.sent = en_q_time(&q);
        x.deadline = en_q_time(&q);
        x.acknowledged = en_q_time(&q);
        x.reference = en_q_text(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}
