/*
 * act_stix.c: records as a bundle of STIX 2.1 for other tools: one, all that are in force, or those that a partner may
 * hold. Reading them is an event; what is done with the file is outside of this node.
 */
#include "acts/exchange.h"

#include <string.h>


/* Bytes of all objects: what a tool can open, and an act can hold. */
#define OBJECTS_MOST (32u * EN_MIB)

struct gathering {
    struct en_call *c;
    const struct partner *to; /* only what it may hold; NULL: all */
    struct en_arena arena;
    struct en_record *record;
    en_bytes *object;
    int64_t *id;
    size_t n, cap_record, cap_object, cap_id;
    uint64_t limit, size;
    int64_t last;
    bool more;
};

static en_errc
add(struct gathering *g, const struct en_store_record *x, struct en_err *err)
{
    const void *copy;

    if (!en_arena_grow(&g->arena, &g->record, &g->cap_record, g->n + 1, sizeof *g->record) ||
        !en_arena_grow(&g->arena, &g->object, &g->cap_object, g->n + 1, sizeof *g->object) ||
        !en_arena_grow(&g->arena, &g->id, &g->cap_id, g->n + 1, sizeof *g->id) ||
        (copy = en_arena_copy(&g->arena, x->bytes.p, x->bytes.n)) == NULL)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "the records are larger than the memory given for them");
    if (en_stix_read(x->bytes, &g->arena, &g->record[g->n], NULL, NULL) != EN_OK)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "record %lld is not what was written", (long long)x->id);
    g->object[g->n] = en_bytes_from(copy, x->bytes.n);
    g->id[g->n++] = x->id;
    g->size += x->bytes.n;
    return EN_OK;
}

/* Withdrawals are for those who hold what they take back. */
static en_errc
gather(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    struct gathering *g = ctx;
    bool may = true;
    en_errc rc = EN_OK;

    if (x->bytes.n == 0 || en_text_is(x->kind, "withdrawal") || g->more)
        return EN_OK;
    if (g->to != NULL)
        rc = release_may(g->c, x->id, g->to, &may, err);
    if (rc != EN_OK || !may)
        return rc;
    g->more = g->n == g->limit || (g->n > 0 && g->size + x->bytes.n > OBJECTS_MOST);
    if (g->more)
        return EN_OK;
    g->last = x->id;
    return add(g, x, err);
}

static en_errc
one(struct gathering *g, int64_t id, struct en_err *err)
{
    struct en_store_record x;
    en_errc rc = en_store_record_get(g->c->store, id, &g->arena, &x, err);

    if (rc == EN_E_NOT_FOUND || (rc == EN_OK && x.uuid.n == 0))
        return err_not_found(err, "record");
    if (rc == EN_OK && x.bytes.n == 0)
        return en_err_set(err, EN_E_NO, EN_NO_POS, "the content of this record is gone");
    g->last = id;
    return rc != EN_OK ? rc : add(g, &x, err);
}

static en_errc
hand_out(struct gathering *g, struct en_err *err)
{
    struct en_call *c = g->c;
    struct en_buf bundle = EN_BUF_INIT;
    struct en_json j;
    en_bytes rest;
    en_errc rc;

    en_stix_bundle(g->record, g->object, g->n, &bundle);
    en_buf_addc(&bundle, '\n');
    rest = en_buf_bytes(&bundle);
    call_record(c, &j);
    en_json_object(&j);
    en_json_kv_uint(&j, "records", g->n);
    en_json_kv_int(&j, "last", g->last);
    en_json_kv_bool(&j, "more", g->more);
    en_json_object_end(&j);
    rc = call_emit(c, err);
    rc = rc != EN_OK ? rc : call_emit_chunks(c, rest, err);
    en_buf_release(&bundle);
    return rc;
}

static en_errc
tell(struct gathering *g, struct en_err *err)
{
    struct en_call *c = g->c;
    en_errc rc = call_begin(c, err);

    if (rc != EN_OK)
        return rc;
    if (g->to != NULL)
        en_json_kv_text(&c->ev, "partner", g->to->row.partner);
    en_json_key(&c->ev, "records");
    en_json_array(&c->ev);
    for (size_t i = 0; i < g->n; i++)
        en_json_int(&c->ev, g->id[i]);
    en_json_array_end(&c->ev);
    rc = call_commit(c, err);
    return rc != EN_OK ? rc : hand_out(g, err);
}

en_errc
act_record_stix(struct en_call *c, struct en_err *err)
{
    int64_t id = en_args_int(&c->args, "record", EN_MAY, 1, INT64_MAX, 0);
    en_text to = en_args_text(&c->args, "partner", EN_MAY, EN_STORE_MAX_WORD);
    struct en_store_record_filter f = { .states = 1u << EN_HELD_CURRENT };
    struct gathering g = { .c = c };
    en_errc rc;

    f.after = en_args_int(&c->args, "after", EN_MAY, 0, INT64_MAX, 0);
    g.limit = (uint64_t)en_args_int(&c->args, "limit", EN_MAY, 1, 10000, 1000);
    if (id != 0 && to.n > 0)
        en_args_fault(&c->args, "partner", "goes with all records, not with one");
    rc = en_args_end(&c->args, err);
    en_arena_init(&g.arena, 16u * OBJECTS_MOST);
    rc = rc != EN_OK || to.n == 0 ? rc : partner_find(c, to, &g.to, err);
    if (rc == EN_OK)
        rc = id != 0 ? one(&g, id, err) : en_store_records_each(c->store, &f, gather, &g, err);
    rc = rc != EN_OK ? rc : tell(&g, err);
    en_arena_release(&g.arena);
    return rc;
}
