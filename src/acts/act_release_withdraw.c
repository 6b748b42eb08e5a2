/*
 * act_release_withdraw.c: what was released is taken back.
 */
#include "acts/release.h"

#include <stdlib.h>

#include <jansson.h>

/* A withdrawal has the label of what it takes back, and says nothing else of it. */
static json_t *
withdrawal_members(const struct ours *o, const char *reason)
{
    struct en_buf ref = EN_BUF_INIT;
    json_t *ext = json_object(), *h = json_object();

    en_stix_ref(&o->record, &ref);
    (void)json_object_set_new(h, "tlp", json_string(en_tlp_word(o->record.handling.tlp)));
    (void)json_object_set_new(h, "onward", json_string("none"));
    (void)json_object_set_new(ext, "handling", h);
    (void)json_object_set_new(ext, "about", json_stringn(ref.p, ref.n));
    (void)json_object_set_new(ext, "reason", json_string(reason));
    en_buf_release(&ref);
    return ext;
}

/* One person sends a withdrawal: it can only make others hold less. */
en_errc
withdrawal_send(struct en_call *c, const struct ours *o, const struct holders *h, const char *reason, int64_t *id,
                struct en_err *err)
{
    struct en_store_roster *roster = en_xcalloc(EN_ENVELOPE_ROSTER_MAX, sizeof *roster);
    struct en_store_release x = { .state = EN_RELEASE_APPROVED,
                                  .alone = true,
                                  .proposed_by = c->user.id,
                                  .decided_by = c->user.id,
                                  .proposed = c->now,
                                  .decided = c->now,
                                  .roster = roster };
    json_t *ext = withdrawal_members(o, reason);
    const struct en_node_keys *keys;
    struct en_buf bytes = EN_BUF_INIT;
    uint8_t sig[EN_SEAL_SIG_LEN];
    struct en_store_record r;
    struct written w;
    en_errc rc = exchange_keys(c, &keys, err);

    written_init(&w);
    rc = rc != EN_OK ? rc : record_write(c, EN_RECORD_WITHDRAWAL, EN_TEXT_NONE, 1, c->now, ext, &w, err);
    if (rc == EN_OK) {
        record_row(c, &w, &r);
        r.state = EN_HELD_CURRENT;
        rc = en_store_record_add(c->store, &r, &r.id, err);
    }
    if (rc == EN_OK) {
        for (size_t i = 0; i < h->n; i++)
            roster_add(c, roster, &x.n_roster, en_text_from_ours(h->id[i]));
        release_sign(keys, &r, roster, x.n_roster, &bytes, sig);
        x.record = *id = r.id;
        x.bytes = en_buf_bytes(&bytes);
        x.signature = en_bytes_from(sig, sizeof sig);
        rc = en_store_release_add(c->store, &x, &x.id, err);
    }
    if (rc == EN_OK) {
        en_json_kv_int(&c->ev, "withdrawal_release", x.id);
        roster_fact(c, &x);
        rc = release_queue(c, &r, &x, err);
    }
    written_release(&w);
    json_decref(ext);
    en_buf_release(&bytes);
    free(roster);
    return rc;
}

/* In the transaction of the act. *withdrawal: the record that goes to the holders; 0 if nobody holds it. */
en_errc
record_withdraw(struct en_call *c, struct ours *o, const char *reason, int64_t *withdrawal, struct en_err *err)
{
    struct holders h;
    en_errc rc;

    *withdrawal = 0;
    holders_init(&h, c, HOLDS);
    h.onward = true;
    rc = holders_of(&h, o->row.uuid, err);
    rc = rc != EN_OK ? rc
                     : release_drop_others(c, &(struct en_store_record){ .uuid = o->row.uuid },
                                           1u << EN_HELD_CURRENT | 1u << EN_HELD_DRAFT | 1u << EN_HELD_SUPERSEDED,
                                           EN_HELD_WITHDRAWN, err);
    if (rc == EN_OK && h.n > 0)
        rc = withdrawal_send(c, o, &h, reason, withdrawal, err);
    en_arena_release(&h.arena);
    return rc;
}

/* Only from these: for everybody else the record stays as it is. */
static en_errc
take_back_from(struct en_call *c, const struct ours *o, const en_text *from, size_t n_from, const char *reason,
               int64_t *withdrawal, struct en_err *err)
{
    struct holders all, h;
    size_t dropped = 0;
    en_errc rc;

    holders_init(&all, c, HOLDS);
    holders_init(&h, c, HOLDS);
    rc = holders_of(&all, o->row.uuid, err);
    for (size_t i = 0; rc == EN_OK && i < n_from; i++) {
        const size_t before = dropped;
        const struct partner *p;

        rc = partner_find(c, from[i], &p, err);
        rc = rc != EN_OK ? rc : release_drop_for(c, o->row.uuid, p->row.partner, &dropped, err);
        if (rc == EN_OK && holders_have(&all, p->row.partner))
            holders_add(&h, p->row.partner);
        else if (rc == EN_OK && dropped == before)
            rc = en_err_set(err, EN_E_NO, EN_NO_POS, "%.*s does not have it from us", EN_TEXT_ARG(p->row.name));
    }
    if (rc == EN_OK && h.n > 0)
        rc = withdrawal_send(c, o, &h, reason, withdrawal, err);
    en_json_kv_uint(&c->ev, "from", n_from);
    en_arena_release(&all.arena);
    en_arena_release(&h.arena);
    return rc;
}

en_errc
act_release_withdraw(struct en_call *c, struct en_err *err)
{
    static const char *const known[] = { "purpose-achieved", "wrong-person", "wrong-content", "ground-gone",
                                         "expired",          "court-order",  "redress",       "other" };
    int64_t id = en_args_int(&c->args, "record", EN_MUST, 1, INT64_MAX, 0), withdrawal = 0;
    en_text reason = en_args_text(&c->args, "reason", EN_MUST, 40);
    const en_text *from = NULL;
    const size_t n_from = en_args_texts(&c->args, "from", EN_ENVELOPE_ROSTER_MAX, EN_STORE_MAX_WORD, &from);
    const char *word = NULL;
    struct en_json j;
    struct ours o;
    en_errc rc;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        word = en_text_is(reason, known[i]) ? known[i] : word;
    if (reason.n > 0 && word == NULL)
        en_args_fault(&c->args, "reason", "is one of docs/formats/records/kinds.md, withdrawal");
    rc = en_args_end(&c->args, err);
    ours_init(&o);
    rc = rc != EN_OK ? rc : ours_get(c, id, &o, err);
    if (rc == EN_OK && (o.row.state == EN_HELD_WITHDRAWN || o.record.kind == EN_RECORD_WITHDRAWAL))
        rc = en_err_set(err, EN_E_NO, EN_NO_POS, "it is taken back already");
    rc = rc != EN_OK ? rc : call_begin(c, err);
    if (rc == EN_OK)
        rc = n_from > 0 ? take_back_from(c, &o, from, n_from, word, &withdrawal, err)
                        : record_withdraw(c, &o, word, &withdrawal, err);
    if (rc == EN_OK) {
        en_json_kv_int(&c->ev, "record", id);
        en_json_kv_int(&c->ev, "withdrawal", withdrawal);
        en_json_kv_text(&c->ev, "reason", reason);
        rc = call_commit(c, err);
    }
    if (rc == EN_OK) {
        call_record(c, &j);
        en_json_object(&j);
        en_json_kv_int(&j, "record", id);
        en_json_kv_int(&j, "withdrawal", withdrawal);
        en_json_kv_uint(&j, "from", n_from);
        en_json_object_end(&j);
        rc = call_emit(c, err);
    }
    en_arena_release(&o.arena);
    return rc;
}
