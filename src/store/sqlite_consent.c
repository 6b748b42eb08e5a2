/*
 * sqlite_consent.c: questions whether something may be passed on, and protections.
 */
#include "store/sqlite.h"

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

en_errc
en_sqlite_question_add(struct en_store *s, const struct en_store_question *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO questions (record, asker, target, state, release, at, changed, reason)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_int(&q, x->record);
    en_q_bind_text(&q, x->asker);
    en_q_bind_text(&q, x->target);
    en_q_bind_int(&q, x->state);
    en_q_bind_id(&q, x->release);
    en_q_bind_time(&q, x->at);
    en_q_bind_time(&q, x->changed);
    en_q_bind_text(&q, x->reason);
    return en_q_run_insert(&q, "question", id, err);
}

en_errc
en_sqlite_question_change(struct en_store *s, const struct en_store_question *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "UPDATE questions SET state = ?, release = ?, changed = ?, reason = ? WHERE id = ?");
    en_q_bind_int(&q, x->state);
    en_q_bind_id(&q, x->release);
    en_q_bind_time(&q, x->changed);
    en_q_bind_text(&q, x->reason);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "question", err);
}

static void
find_questions(struct en_find *find, const struct en_store_question_filter *f)
{
    en_find_start(find, "SELECT id, record, asker, target, state, release, at, changed, reason FROM questions");
    if (f->id)
        en_find_int(find, "id = ?", f->id);
    if (f->record)
        en_find_int(find, "record = ?", f->record);
    if (f->release)
        en_find_int(find, "release = ?", f->release);
    if (f->asker.n)
        en_find_text(find, "asker = ?", f->asker);
    if (f->target.n)
        en_find_text(find, "target = ?", f->target);
    if (f->states)
        en_sqlite_find_states(find, "state", f->states, EN_QUESTION_STATES);
    if (f->after)
        en_find_int(find, "id > ?", f->after);
}

en_errc
en_sqlite_questions_each(struct en_store *s, const struct en_store_question_filter *f, en_store_question_fn *fn,
                         void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    find_questions(&find, f);
    en_find_open(&find, "id", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_question x = { .id = en_q_int(&q) };

        x.record = en_q_int(&q);
        x.asker = en_q_text(&q);
        x.target = en_q_text(&q);
        x.state = (enum en_question_state)en_q_enum(&q, EN_QUESTION_STATES);
        x.release = en_q_int(&q);
        x.at = en_q_time(&q);
        x.changed = en_q_time(&q);
        x.reason = en_q_text(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

/* --- protections -------------------------------------------------------------------------------------------------- */

en_errc
en_sqlite_protection_add(struct en_store *s, const struct en_store_protection *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO protections (traveller, entity, reason, text, author, at, review)"
              " VALUES (?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_id(&q, x->traveller);
    en_q_bind_text(&q, x->entity);
    en_q_bind_text(&q, x->reason);
    en_q_bind_text(&q, x->text);
    en_q_bind_id(&q, x->author);
    en_q_bind_time(&q, x->at);
    en_q_bind_time(&q, x->review);
    return en_q_run_insert(&q, "protection", id, err);
}

en_errc
en_sqlite_protection_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s), "DELETE FROM protections WHERE id = ?");
    en_q_bind_int(&q, id);
    return en_q_run_one(&q, "protection", err);
}

en_errc
en_sqlite_protections_each(struct en_store *s, const struct en_store_protection_filter *f, en_store_protection_fn *fn,
                           void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, traveller, entity, reason, text, author, at, review FROM protections");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->traveller)
        en_find_int(&find, "traveller = ?", f->traveller);
    if (f->entity.n)
        en_find_text(&find, "entity <> '' AND entity = ?", f->entity);
    if (f->due)
        en_find_int(&find, "review <= ?", f->due);
    if (f->after)
        en_find_int(&find, "id > ?", f->after);
    en_find_open(&find, "id", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_protection x = { .id = en_q_int(&q) };

        x.traveller = en_q_int(&q);
        x.entity = en_q_text(&q);
        x.reason = en_q_text(&q);
        x.text = en_q_text(&q);
        x.author = en_q_int(&q);
        x.at = en_q_time(&q);
        x.review = en_q_time(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}
