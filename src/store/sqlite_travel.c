/*
 * sqlite_travel.c: manifests, messages, travellers.
 */
#include "store/sqlite.h"

static struct en_sqlite *
sqlite_of(struct en_store *s)
{
    return (struct en_sqlite *)s;
}

en_errc
en_sqlite_manifest_add(struct en_store *s, const struct en_store_manifest *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO manifests (hash, kind, name, received, actor, travellers, hits, repairs, refused, report)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_hash(&q, x->hash);
    en_q_bind_text(&q, x->kind);
    en_q_bind_text(&q, x->name);
    en_q_bind_time(&q, x->received);
    en_q_bind_id(&q, x->actor);
    en_q_bind_uint(&q, x->travellers);
    en_q_bind_uint(&q, x->hits);
    en_q_bind_uint(&q, x->repairs);
    en_q_bind_uint(&q, x->refused);
    en_q_bind_bytes(&q, x->report);
    return en_q_run_insert(&q, "manifest", id, err);
}

en_errc
en_sqlite_manifest_finish(struct en_store *s, const struct en_store_manifest *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE manifests SET travellers = ?, hits = ?, repairs = ?, refused = ?, report = ? WHERE id = ?");
    en_q_bind_uint(&q, x->travellers);
    en_q_bind_uint(&q, x->hits);
    en_q_bind_uint(&q, x->repairs);
    en_q_bind_uint(&q, x->refused);
    en_q_bind_bytes(&q, x->report);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "manifest", err);
}

static void
read_manifest(struct en_q *q, struct en_store_manifest *x)
{
    x->id = en_q_int(q);
    en_q_hash(q, x->hash);
    x->kind = en_q_text(q);
    x->name = en_q_text(q);
    x->received = en_q_time(q);
    x->actor = en_q_int(q);
    x->travellers = en_q_uint(q);
    x->hits = en_q_uint(q);
    x->repairs = en_q_uint(q);
    x->refused = en_q_uint(q);
    x->report = en_q_bytes(q);
}

en_errc
en_sqlite_manifests_each(struct en_store *s, const struct en_store_manifest_filter *f, en_store_manifest_fn *fn,
                         void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, hash, kind, name, received, actor, travellers, hits, repairs, refused, report"
                         " FROM manifests");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->hash)
        en_find_hash(&find, "hash = ?", f->hash);
    if (f->before)
        en_find_int(&find, "id < ?", f->before);
    en_find_open(&find, "id DESC", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_manifest x;

        read_manifest(&q, &x);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

en_errc
en_sqlite_message_add(struct en_store *s, const struct en_store_message *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO messages (manifest, number, type, version, function, reference, flight, hash, travellers,"
              " declared, truncated, departs, head) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_int(&q, x->manifest);
    en_q_bind_int(&q, x->number);
    en_q_bind_text(&q, x->type);
    en_q_bind_text(&q, x->version);
    en_q_bind_text(&q, x->function);
    en_q_bind_text(&q, x->reference);
    en_q_bind_text(&q, x->flight);
    en_q_bind_hash(&q, x->hash);
    en_q_bind_uint(&q, x->travellers);
    en_q_bind_time(&q, x->declared <= INT64_MAX ? (int64_t)x->declared : EN_TIME_NONE);
    en_q_bind_int(&q, x->truncated);
    en_q_bind_time(&q, x->departs);
    en_q_bind_bytes(&q, x->head);
    return en_q_run_insert(&q, "message", NULL, err);
}

en_errc
en_sqlite_messages_each(struct en_store *s, const struct en_store_message_filter *f, en_store_message_fn *fn, void *ctx,
                        struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT manifest, number, type, version, function, reference, flight, hash, travellers,"
                         " declared, truncated, departs, head FROM messages");
    if (f->manifest)
        en_find_int(&find, "manifest = ?", f->manifest);
    if (f->reference.n)
        en_find_text(&find, "reference = ?", f->reference);
    if (f->hash)
        en_find_hash(&find, "hash = ?", f->hash);
    en_find_open(&find, "manifest, number", 0, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_message x = { .manifest = en_q_int(&q) };
        int64_t declared;

        x.number = en_q_u32(&q);
        x.type = en_q_text(&q);
        x.version = en_q_text(&q);
        x.function = en_q_text(&q);
        x.reference = en_q_text(&q);
        x.flight = en_q_text(&q);
        en_q_hash(&q, x.hash);
        x.travellers = en_q_uint(&q);
        declared = en_q_time(&q);
        x.declared = declared == EN_TIME_NONE ? EN_STORE_NOT_DECLARED : (uint64_t)declared;
        x.truncated = en_q_bool(&q);
        x.departs = en_q_time(&q);
        x.head = en_q_bytes(&q);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}

en_errc
en_sqlite_traveller_add(struct en_store *s, const struct en_store_traveller *x, int64_t *id, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "INSERT INTO travellers (manifest, message, external, flight, arrives, delete_after, person)"
              " VALUES (?, ?, ?, ?, ?, ?, ?)");
    en_q_bind_int(&q, x->manifest);
    en_q_bind_int(&q, x->message);
    en_q_bind_text(&q, x->external);
    en_q_bind_text(&q, x->flight);
    en_q_bind_time(&q, x->arrives);
    en_q_bind_int(&q, x->delete_after);
    en_q_bind_bytes(&q, x->person);
    return en_q_run_insert(&q, "traveller", id, err);
}

en_errc
en_sqlite_traveller_change(struct en_store *s, const struct en_store_traveller *x, struct en_err *err)
{
    struct en_q q;

    en_q_open(&q, sqlite_of(s),
              "UPDATE travellers SET flight = ?, arrives = ?, delete_after = ?, person = ? WHERE id = ?");
    en_q_bind_text(&q, x->flight);
    en_q_bind_time(&q, x->arrives);
    en_q_bind_int(&q, x->delete_after);
    en_q_bind_bytes(&q, x->person);
    en_q_bind_int(&q, x->id);
    return en_q_run_one(&q, "traveller", err);
}

en_errc
en_sqlite_traveller_delete(struct en_store *s, int64_t id, struct en_err *err)
{
    struct en_q q;
    en_errc rc;

    en_q_open(&q, sqlite_of(s), "DELETE FROM answers WHERE traveller = ?");
    en_q_bind_int(&q, id);
    rc = en_q_run(&q, NULL, err);
    if (rc != EN_OK)
        return rc;
    en_q_open(&q, sqlite_of(s), "DELETE FROM travellers WHERE id = ?");
    en_q_bind_int(&q, id);
    return en_q_run_one(&q, "traveller", err);
}

static void
read_traveller(struct en_q *q, struct en_store_traveller *x)
{
    x->id = en_q_int(q);
    x->manifest = en_q_int(q);
    x->message = en_q_u32(q);
    x->external = en_q_text(q);
    x->flight = en_q_text(q);
    x->arrives = en_q_time(q);
    x->delete_after = en_q_int(q);
    x->person = en_q_bytes(q);
}

en_errc
en_sqlite_travellers_each(struct en_store *s, const struct en_store_traveller_filter *f, en_store_traveller_fn *fn,
                          void *ctx, struct en_err *err)
{
    struct en_find find;
    struct en_q q;
    en_errc rc = EN_OK;

    en_find_start(&find, "SELECT id, manifest, message, external, flight, arrives, delete_after, person"
                         " FROM travellers");
    if (f->id)
        en_find_int(&find, "id = ?", f->id);
    if (f->manifest)
        en_find_int(&find, "manifest = ?", f->manifest);
    if (f->external.n)
        en_find_text(&find, "external = ?", f->external);
    if (f->flight.n)
        en_find_text(&find, "flight = ?", f->flight);
    if (f->due)
        en_find_int(&find, "delete_after <= ? AND NOT EXISTS (SELECT 1 FROM hits WHERE hits.traveller = travellers.id)",
                    f->due);
    if (f->after)
        en_find_int(&find, "id > ?", f->after);
    en_find_open(&find, "id", f->limit, &q, sqlite_of(s));
    while (rc == EN_OK && en_q_next(&q)) {
        struct en_store_traveller x;

        read_traveller(&q, &x);
        if (en_q_row_ok(&q))
            rc = fn(ctx, &x, err);
    }
    return en_q_close(&q, rc, err);
}
