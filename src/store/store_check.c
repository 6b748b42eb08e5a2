/*
 * store_check.c: the whole store, walked: what an engine cannot know of its rows, and every row once, since reading a
 * row checks its values.
 */
#include "store/front.h"

#include <string.h>

static en_errc
check_event(void *ctx, const struct en_store_event *e, struct en_err *err)
{
    uint64_t *next = ctx;
    uint8_t leaf[EN_SHA256_LEN];

    if (e->seq != (*next)++)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "event %llu is missing", (unsigned long long)(*next - 1));
    if (e->destroyed != EN_TIME_NONE)
        return EN_OK;
    en_store_event_leaf(e->nonce, e->type, e->bytes, leaf);
    if (memcmp(leaf, e->leaf, sizeof leaf) != 0)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "event %llu does not match its leaf",
                          (unsigned long long)e->seq);
    return EN_OK;
}

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
READ_ONLY(intent)

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
    uint64_t next = 1;
    en_errc rc = s->ops->check(s, err);

    if (rc == EN_OK)
        rc = s->ops->node_each(s, read_node, NULL, err);
    if (rc == EN_OK)
        rc = en_store_users_each(s, read_user, NULL, err);
    if (rc == EN_OK)
        rc = en_store_events_each(s, 1, 0, check_event, &next, err);
    if (rc == EN_OK)
        rc = en_store_intents_each(s, false, read_intent, NULL, err);
    if (rc == EN_OK)
        rc = check_lists(s, err);
    return rc == EN_OK ? check_travel(s, err) : rc;
}

en_errc
en_store_check(struct en_store *s, struct en_err *err)
{
    return EN_STORE_READING(s, check_all(s, err));
}
