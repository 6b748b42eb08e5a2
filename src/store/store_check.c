/*
 * store_check.c: the whole store, walked: what an engine cannot know of its rows, and every row once, since reading a
 * row checks its values.
 */
#include "store/front.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the ledger ------------------------------------------------------------------------------- */

struct log_walk {
    struct en_store *s;
    en_store_fault_fn *fn;
    void *ctx;
    struct en_tree tree;
    struct en_store_head *heads; /* those of sizes that are still to come, by size */
    size_t n_heads, next_head;
    uint64_t nodes; /* that the tree of these events has as rows */
    en_errc rc;
    struct en_err *err;
};

/* Says what is wrong; the walk goes on unless whoever listens has enough. */
static void fault(struct log_walk *w, uint64_t seq, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void
fault(struct log_walk *w, uint64_t seq, const char *fmt, ...)
{
    struct en_err e = EN_ERR_INIT;
    va_list ap;

    if (w->rc != EN_OK)
        return;
    va_start(ap, fmt);
    vsnprintf(e.text, sizeof e.text, fmt, ap);
    va_end(ap);
    w->rc = w->fn(w->ctx, seq, e.text, w->err);
}

static void
check_node(void *ctx, unsigned level, uint64_t index, const struct en_tree_hash *h)
{
    struct log_walk *w = ctx;
    struct en_tree_hash stored;
    en_errc rc;

    if (level < EN_LOG_ROWS_FROM || w->rc != EN_OK)
        return;
    w->nodes++;
    rc = w->s->ops->tree_get(w->s, level, index, &stored, w->err);
    if (rc != EN_OK && rc != EN_E_NOT_FOUND)
        w->rc = rc;
    else if (rc != EN_OK || !en_tree_hash_eq(h, &stored))
        fault(w, 0, "events %llu to %llu do not give the node of the tree that stands over them",
              (unsigned long long)((index << level) + 1), (unsigned long long)((index + 1) << level));
}

static void
check_heads_here(struct log_walk *w)
{
    struct en_tree_hash root;

    for (; w->next_head < w->n_heads && w->heads[w->next_head].size <= w->tree.size; w->next_head++) {
        const struct en_store_head *h = &w->heads[w->next_head];

        root = en_tree_root(&w->tree);
        if (h->size == w->tree.size && !en_tree_hash_eq(&root, &h->root))
            fault(w, 0, "the events do not give the head of size %llu", (unsigned long long)h->size);
    }
}

static en_errc
check_event(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    struct log_walk *w = ctx;
    uint8_t made[EN_SHA256_LEN];
    struct en_tree_hash leaf = en_tree_leaf(en_bytes_from(e->leaf, sizeof e->leaf));

    if (e->seq != w->tree.size + 1)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "event %llu is missing",
                          (unsigned long long)w->tree.size + 1);
    if (e->destroyed == EN_TIME_NONE) {
        en_store_event_leaf(e->nonce, e->type, e->bytes, made);
        if (memcmp(made, e->leaf, sizeof made) != 0)
            fault(w, e->seq, "event %llu does not match its leaf", (unsigned long long)e->seq);
    }
    en_tree_append(&w->tree, &leaf, check_node, w);
    check_heads_here(w);
    return w->rc;
}

static en_errc
take_head(void *ctx, const struct en_store_head *h, struct en_err *err)
{
    struct log_walk *w = ctx;

    (void)err;
    w->heads = en_xrealloc(w->heads, (w->n_heads + 1) * sizeof *w->heads);
    w->heads[w->n_heads] = *h; /* what it points to is not looked at */
    if (w->n_heads > 0 && h->size < w->heads[w->n_heads - 1].size)
        fault(w, 0, "the head of size %llu stands behind a larger one", (unsigned long long)h->size);
    w->n_heads++;
    return w->rc;
}

static void
check_ends(struct log_walk *w)
{
    uint64_t rows = 0;

    for (; w->next_head < w->n_heads; w->next_head++)
        fault(w, 0, "the head of size %llu has more events than the log",
              (unsigned long long)w->heads[w->next_head].size);
    if (w->tree.size > 0 && (w->n_heads == 0 || w->heads[w->n_heads - 1].size < w->tree.size))
        fault(w, 0, "the newest events have no head");
    if (w->rc == EN_OK)
        w->rc = w->s->ops->tree_count(w->s, &rows, w->err);
    if (rows != w->nodes)
        fault(w, 0, "the tree has %llu nodes where its events give %llu", (unsigned long long)rows,
              (unsigned long long)w->nodes);
}

static en_errc
walk_log(struct log_walk *w)
{
    en_errc rc = w->s->ops->heads_each(w->s, false, take_head, w, w->err);

    if (rc == EN_OK)
        rc = w->s->ops->events_each(w->s, 1, 0, check_event, w, w->err);
    if (rc == EN_OK) {
        check_ends(w);
        rc = w->rc;
    }
    free(w->heads);
    return rc;
}

en_errc
en_store_log_check(struct en_store *s, en_store_fault_fn *fn, void *ctx, struct en_err *err)
{
    struct log_walk w = { .s = s, .fn = fn, .ctx = ctx, .tree = EN_TREE_INIT, .rc = EN_OK, .err = err };

    return EN_STORE_READING(s, walk_log(&w));
}

/* The first fault ends a check of the whole store. */
static en_errc
first_fault(void *ctx, uint64_t seq, const char *what, struct en_err *err)
{
    (void)ctx;
    (void)seq;
    return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "%s", what);
}

/* --- rows ------------------------------------------------------------------------------------- */

static en_errc
check_alert(void *ctx, const struct en_store_alert *x, struct en_err *err)
{
    uint8_t hash[EN_SHA256_LEN];

    (void)ctx;
    en_store_alert_hash(x->ground, x->programmes, x->n_programmes, x->identity, x->review, x->destroy, hash);
    if (memcmp(hash, x->hash, sizeof hash) != 0)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "version %u of alert %lld does not match its hash",
                          x->version, (long long)x->id);
    return EN_OK;
}

/* Rows of which only their values are to be checked. */
#define READ_ONLY(kind)                                                                                                \
    static en_errc read_##kind(void *ctx, const struct en_store_##kind *x, struct en_err *err)                         \
    {                                                                                                                  \
        (void)ctx;                                                                                                     \
        (void)x;                                                                                                       \
        (void)err;                                                                                                     \
        return EN_OK;                                                                                                  \
    }
READ_ONLY(node)
READ_ONLY(user)
READ_ONLY(source)
READ_ONLY(import)
READ_ONLY(manifest)
READ_ONLY(message)
READ_ONLY(traveller)
READ_ONLY(hit)
READ_ONLY(decision)
READ_ONLY(clearance)
READ_ONLY(answer)
READ_ONLY(partner)
READ_ONLY(partner_key)
READ_ONLY(charter)
READ_ONLY(intent)
READ_ONLY(witnessed)
READ_ONLY(release)
READ_ONLY(delivery)
READ_ONLY(bundle)
READ_ONLY(link)
READ_ONLY(parcel)
READ_ONLY(question)
READ_ONLY(protection)

/* Bytes that are kept are those of the hash. */
static en_errc
check_record(void *ctx, const struct en_store_record *x, struct en_err *err)
{
    uint8_t hash[EN_SHA256_LEN];

    (void)ctx;
    if (x->bytes.n == 0)
        return EN_OK;
    en_sha256(x->bytes, hash);
    return memcmp(hash, x->hash, sizeof hash) == 0
               ? EN_OK
               : en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "record %lld does not match its hash", (long long)x->id);
}

static en_errc
check_exchange(struct en_store *s, struct en_err *err)
{
    en_errc rc = en_store_records_each(s, &(struct en_store_record_filter){ .id = 0 }, check_record, NULL, err);

    if (rc == EN_OK)
        rc = en_store_releases_each(s, &(struct en_store_release_filter){ .id = 0 }, read_release, NULL, err);
    if (rc == EN_OK)
        rc = en_store_deliveries_each(s, &(struct en_store_delivery_filter){ .id = 0 }, read_delivery, NULL, err);
    if (rc == EN_OK)
        rc = en_store_bundles_each(s, &(struct en_store_bundle_filter){ .id = 0 }, read_bundle, NULL, err);
    if (rc == EN_OK)
        rc = en_store_links_each(s, EN_TEXT_NONE, read_link, NULL, err);
    if (rc == EN_OK)
        rc = en_store_parcels_each(s, NULL, read_parcel, NULL, err);
    if (rc == EN_OK)
        rc = en_store_questions_each(s, &(struct en_store_question_filter){ .id = 0 }, read_question, NULL, err);
    if (rc == EN_OK)
        rc = en_store_protections_each(s, &(struct en_store_protection_filter){ .id = 0 }, read_protection, NULL, err);
    return rc;
}

static en_errc
check_lists(struct en_store *s, struct en_err *err)
{
    const struct en_store_alert_filter alerts = { 0 };
    en_errc rc = en_store_sources_each(s, read_source, NULL, err);

    if (rc == EN_OK)
        rc = en_store_imports_each(s, 0, read_import, NULL, err);
    if (rc == EN_OK)
        rc = en_store_alerts_each(s, &alerts, check_alert, NULL, err);
    if (rc == EN_OK)
        rc = s->ops->alert_past_each(s, 0, check_alert, NULL, err);
    return rc;
}

static en_errc
check_travel(struct en_store *s, struct en_err *err)
{
    const struct en_store_traveller_filter travellers = { 0 };
    const struct en_store_hit_filter hits = { 0 };
    const struct en_store_decision_filter decisions = { 0 };
    en_errc rc = en_store_manifests_each(s, 0, 0, read_manifest, NULL, err);

    if (rc == EN_OK)
        rc = en_store_messages_each(s, &(struct en_store_message_filter){ .manifest = 0 }, read_message, NULL, err);
    if (rc == EN_OK)
        rc = en_store_travellers_each(s, &travellers, read_traveller, NULL, err);
    if (rc == EN_OK)
        rc = en_store_hits_each(s, &hits, read_hit, NULL, err);
    if (rc == EN_OK)
        rc = s->ops->decisions_each(s, &decisions, read_decision, NULL, err);
    if (rc == EN_OK)
        rc = en_store_clearances_each(s, &(struct en_store_clearance_filter){ .id = 0 }, read_clearance, NULL, err);
    if (rc == EN_OK)
        rc = en_store_answers_each(s, &(struct en_store_answer_filter){ .id = 0 }, read_answer, NULL, err);
    return rc;
}

static en_errc
check_all(struct en_store *s, struct en_err *err)
{
    en_errc rc = s->ops->check(s, err);

    if (rc == EN_OK)
        rc = s->ops->node_each(s, read_node, NULL, err);
    if (rc == EN_OK)
        rc = en_store_users_each(s, read_user, NULL, err);
    if (rc == EN_OK)
        rc = en_store_log_check(s, first_fault, NULL, err);
    if (rc == EN_OK)
        rc = en_store_witnessed_each(s, EN_TEXT_NONE, read_witnessed, NULL, err);
    if (rc == EN_OK)
        rc = en_store_intents_each(s, false, read_intent, NULL, err);
    if (rc == EN_OK)
        rc = en_store_partners_each(s, read_partner, NULL, err);
    if (rc == EN_OK)
        rc = en_store_partner_keys_each(s, &(struct en_store_partner_key_filter){ .partner = 0 }, read_partner_key,
                                        NULL, err);
    if (rc == EN_OK)
        rc = en_store_charters_each(s, &(struct en_store_charter_filter){ .id = 0 }, read_charter, NULL, err);
    if (rc == EN_OK)
        rc = check_lists(s, err);
    if (rc == EN_OK)
        rc = check_travel(s, err);
    return rc == EN_OK ? check_exchange(s, err) : rc;
}

en_errc
en_store_check_structure(struct en_store *s, struct en_err *err)
{
    return EN_STORE_READING(s, s->ops->check(s, err));
}

en_errc
en_store_check(struct en_store *s, struct en_err *err)
{
    return EN_STORE_READING(s, check_all(s, err));
}
