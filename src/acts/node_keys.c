/*
 * node_keys.c: the node's own keys: made, taken out of the vault, renewed by the tick.
 *
 * The vault has the secrets, the store the public history. Secrets are on disk before the act that begins to use them
 * commits, and go after the act that ends their use: a stop in between leaves a file too many and never one too few.
 */
#include <string.h>

#include "acts/act.h"

/* --- the history ------------------------------------------------------------------------------------------------- */

static en_errc
take_step(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct en_key_state *out = ctx;

    (void)err;
    if (x->number == 1)
        en_key_id(x->key, out->partner);
    out->number = x->number;
    memcpy(out->key, x->key, sizeof out->key);
    memcpy(out->next, x->next, sizeof out->next);
    return EN_OK;
}

en_errc
own_keys(struct en_acts *a, struct en_key_state *out, struct en_err *err)
{
    static const struct en_store_partner_key_filter own = { .by_partner = true, .partner = 0 };
    en_errc rc;

    memset(out, 0, sizeof *out);
    rc = en_store_partner_keys_each(a->store, &own, take_step, out, err);
    if (rc == EN_OK && out->number == 0)
        rc = en_err_set(err, EN_E_NOT_FOUND, EN_NO_POS, "this node has no keys of its own yet: entente key init");
    return rc;
}

en_errc
keys_step(struct en_acts *a, const struct en_key_step *s, const struct en_key *by, const struct en_key *before,
          struct en_err *err)
{
    struct en_store_partner_key x = { .number = s->keys.number, .at = s->at };
    struct en_buf note = EN_BUF_INIT;
    en_errc rc;

    en_key_step_write(s, by, before, &note);
    x.note = en_buf_bytes(&note);
    memcpy(x.key, s->keys.key, sizeof x.key);
    memcpy(x.next, s->keys.next, sizeof x.next);
    rc = en_store_partner_key_add(a->store, &x, err);
    en_buf_release(&note);
    return rc;
}

/* --- making ------------------------------------------------------------------------------------------------------ */

void
new_keys_drop(struct en_new_keys *k)
{
    for (unsigned i = 0; i < k->n; i++)
        k->a->vault.drop(k->a->vault.ctx, &k->put[i]);
    k->n = 0;
}

static en_errc
put_file(struct en_new_keys *k, struct en_node_key_file *f, struct en_err *err)
{
    struct en_acts *a = k->a;
    en_errc rc;

    EN_ASSERT(k->n < sizeof k->put / sizeof *k->put);
    if (a->vault.put == NULL)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the node's keys cannot be written here");
    rc = a->vault.put(a->vault.ctx, f, err);
    if (rc == EN_OK) {
        k->put[k->n] = *f;
        memset(k->put[k->n++].secret, 0, sizeof f->secret);
    }
    return rc;
}

en_errc
keys_draw(struct en_new_keys *k, const char *partner, en_time now, struct en_key *out, struct en_err *err)
{
    struct en_node_key_file f = { .kind = EN_NODE_KEY_SIGNING, .created = now };
    char id[EN_SEAL_ID_LEN + 1];
    en_errc rc;

    k->a->rim.draw(k->a->rim.ctx, f.secret, sizeof f.secret);
    en_key_from_seed(f.secret, out);
    en_key_id(out->public_key, id);
    memcpy(f.partner, partner != NULL ? partner : id, sizeof f.partner);
    memcpy(f.public_key, out->public_key, sizeof f.public_key);
    rc = put_file(k, &f, err);
    explicit_bzero(&f, sizeof f);
    return rc;
}

en_errc
keys_draw_sealing(struct en_new_keys *k, const char *partner, int32_t month, en_time now, struct en_age_identity *out,
                  struct en_err *err)
{
    struct en_node_key_file f = { .kind = EN_NODE_KEY_SEALING, .created = now, .month = month };
    uint8_t seed[EN_AGE_KEY_LEN];
    en_errc rc;

    k->a->rim.draw(k->a->rim.ctx, seed, sizeof seed);
    en_age_identity_from_seed(seed, out);
    memcpy(f.partner, partner, sizeof f.partner);
    memcpy(f.secret, out->secret, sizeof f.secret);
    memcpy(f.public_key, out->recipient, sizeof f.public_key);
    rc = put_file(k, &f, err);
    explicit_bzero(&f, sizeof f);
    explicit_bzero(seed, sizeof seed);
    return rc;
}

en_errc
keys_first(struct en_new_keys *k, en_time now, struct en_key_state *out, struct en_err *err)
{
    struct en_key_step s = { .change = EN_KEY_FIRST, .at = now };
    struct en_key first, next;
    struct en_age_identity id;
    en_errc rc = keys_draw(k, NULL, now, &first, err);

    en_key_id(first.public_key, s.keys.partner);
    rc = rc != EN_OK ? rc : keys_draw(k, s.keys.partner, now, &next, err);
    for (int32_t m = en_month_of(now); rc == EN_OK && m <= en_sealing_due(now); m++)
        rc = keys_draw_sealing(k, s.keys.partner, m, now, &id, err);
    if (rc == EN_OK) {
        s.keys.number = 1;
        memcpy(s.before, first.public_key, sizeof s.before);
        memcpy(s.keys.key, first.public_key, sizeof s.keys.key);
        en_key_digest(next.public_key, s.keys.next);
        rc = keys_step(k->a, &s, &first, NULL, err);
    }
    *out = s.keys;
    en_key_wipe(&first);
    en_key_wipe(&next);
    en_age_identity_wipe(&id);
    return rc;
}

/* --- taking ------------------------------------------------------------------------------------------------------ */

/* A stop behind an act that changed keys leaves the one before: it goes now. */
static en_errc
drop_one(void *ctx, const struct en_store_partner_key *x, struct en_err *err)
{
    struct en_acts *a = ctx;
    struct en_node_key_file f = { .kind = EN_NODE_KEY_SIGNING };

    (void)err;
    memcpy(f.public_key, x->key, sizeof f.public_key);
    if (memcmp(x->key, a->keys.signing.public_key, sizeof x->key) != 0)
        a->vault.drop(a->vault.ctx, &f);
    return EN_OK;
}

en_errc
keys_load(struct en_acts *a, struct en_err *err)
{
    static const struct en_store_partner_key_filter own = { .by_partner = true, .partner = 0 };
    struct en_node_keys k = { .number = 0 };
    struct en_key_state at;
    uint8_t digest[EN_SHA256_LEN];
    en_errc rc = own_keys(a, &at, err);

    if (rc != EN_OK)
        return rc;
    en_key_digest(at.key, digest);
    memcpy(k.partner, at.partner, sizeof k.partner);
    k.number = at.number;
    rc = a->vault.signing(a->vault.ctx, digest, &k.signing, err);
    if (rc == EN_E_NOT_FOUND)
        rc = en_err_set(err, EN_E_RULE, EN_NO_POS,
                        "the node's signing key is not in keys/node; docs/keys.md says what to do about it");
    rc = rc != EN_OK ? rc : a->vault.sealing(a->vault.ctx, &k, err);
    ledger_detach(a);
    a->rim.keys = NULL;
    if (rc == EN_OK) {
        a->keys = k;
        a->rim.keys = &a->keys;
        ledger_attach(a);
        (void)en_store_partner_keys_each(a->store, &own, drop_one, a, NULL);
    }
    en_node_keys_wipe(&k);
    return rc;
}

const struct en_node_keys *
en_acts_node_keys(const struct en_acts *a)
{
    return a->rim.keys;
}

en_errc
en_acts_take_keys(struct en_acts *a, const struct en_acts_vault *v, struct en_err *err)
{
    en_errc rc;

    a->vault = *v;
    a->no_keys = (struct en_err)EN_ERR_INIT;
    rc = keys_load(a, &a->no_keys);
    if (rc != EN_OK && rc != EN_E_NOT_FOUND && err != NULL)
        *err = a->no_keys;
    if (rc == EN_OK || rc == EN_E_NOT_FOUND)
        a->no_keys = (struct en_err)EN_ERR_INIT;
    return rc == EN_E_NOT_FOUND ? EN_OK : rc;
}

en_errc
keys_needed(struct en_acts *a, struct en_err *err)
{
    struct en_key_state at;

    if (a->rim.keys != NULL)
        return EN_OK;
    if (own_keys(a, &at, NULL) == EN_E_NOT_FOUND)
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "this node has no keys of its own yet; an admin makes them: entente key init");
    return en_err_set(err, EN_E_RULE, EN_NO_POS,
                      "the node's keys are not at hand: give the passphrase with ENTENTE_PASSPHRASE_FILE to whoever "
                      "holds the node, or put the key file back (docs/keys.md)");
}

/* --- every month ------------------------------------------------------------------------------------------------- */

static en_errc
node_event(struct en_acts *a, const char *type, const char *member, const int32_t *months, unsigned n,
           const struct en_age_identity *made, en_time now, struct en_err *err)
{
    struct en_buf event = EN_BUF_INIT, recipient = EN_BUF_INIT;
    char month[EN_MONTH_LEN + 1];
    struct en_json ev;
    en_errc rc;

    event_open(&event, &ev, type, now, 0, NULL);
    en_json_key(&ev, member);
    en_json_array(&ev);
    for (unsigned i = 0; i < n; i++) {
        en_month_write(months[i], month);
        en_json_str(&ev, month);
    }
    en_json_array_end(&ev);
    if (made != NULL) {
        en_age_recipient_write(made->recipient, &recipient);
        en_json_kv_text(&ev, "recipient", (en_text){ recipient.p, recipient.n });
    }
    en_json_object_end(&ev);
    rc = en_store_begin(a->store, err);
    rc = rc != EN_OK ? rc : event_append_node(a, type, en_buf_bytes(&event), now, NULL, err);
    rc = rc != EN_OK ? rc : en_store_commit(a->store, err);
    if (rc != EN_OK)
        en_store_abort(a->store);
    en_buf_release(&event);
    en_buf_release(&recipient);
    return rc;
}

static en_errc
make_due(struct en_acts *a, int32_t month, en_time now, struct en_err *err)
{
    struct en_new_keys k = { .a = a };
    struct en_age_identity id;
    en_errc rc = keys_draw_sealing(&k, a->keys.partner, month, now, &id, err);

    rc = rc != EN_OK ? rc : node_event(a, "key-sealed", "months", &month, 1, &id, now, err);
    if (rc == EN_OK)
        en_node_keys_add_sealing(&a->keys, month, &id);
    else
        new_keys_drop(&k);
    en_age_identity_wipe(&id);
    return rc;
}

static void
forget_sealing(struct en_acts *a, en_time now)
{
    struct en_node_keys *k = &a->keys;
    unsigned kept = 0;

    for (unsigned i = 0; i < k->n_sealing; i++) {
        struct en_node_key_file f = { .kind = EN_NODE_KEY_SEALING, .month = k->month[i] };

        if (en_sealing_kept(k->month[i], now)) {
            k->sealing[kept] = k->sealing[i];
            k->month[kept++] = k->month[i];
            continue;
        }
        memcpy(f.public_key, k->sealing[i].recipient, sizeof f.public_key);
        a->vault.drop(a->vault.ctx, &f);
    }
    for (unsigned i = kept; i < k->n_sealing; i++)
        en_age_identity_wipe(&k->sealing[i]);
    k->n_sealing = kept;
}

en_errc
keys_tick(struct en_acts *a, en_time now, struct en_err *err)
{
    int32_t over[EN_NODE_SEALINGS_MAX];
    unsigned n = 0;
    en_errc rc = EN_OK;

    if (a->rim.keys != &a->keys || a->vault.put == NULL)
        return EN_OK;
    for (int32_t m = en_month_of(now); rc == EN_OK && m <= en_sealing_due(now); m++)
        if (en_node_keys_sealing(&a->keys, m) == NULL)
            rc = make_due(a, m, now, err);
    for (unsigned i = 0; i < a->keys.n_sealing; i++)
        if (!en_sealing_kept(a->keys.month[i], now))
            over[n++] = a->keys.month[i];
    if (rc != EN_OK || n == 0)
        return rc;
    rc = node_event(a, "key-destroyed", "months", over, n, NULL, now, err);
    if (rc == EN_OK)
        forget_sealing(a, now);
    return rc;
}
