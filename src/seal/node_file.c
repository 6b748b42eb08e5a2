/*
 * node_file.c: the text of a key file of a node, docs/formats/keys.md 4.
 */
#include <string.h>

#include <sodium.h>

#include "seal/node_key.h"

static const char first_line[] = "entente-node-key-v1";
#define MOST_PASSES 32u
#define MOST_KIB    (1024u * 1024u)
#define LEAST_KIB   8u
#define VALUE_MAX   200

/* --- passphrases ------------------------------------------------------------- */

en_errc
en_node_lock_make(struct en_node_lock *l, en_bytes passphrase, struct en_err *err)
{
    if (passphrase.n < EN_PASSPHRASE_MIN || passphrase.n > EN_PASSPHRASE_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a passphrase has %u to %u bytes", EN_PASSPHRASE_MIN,
                          EN_PASSPHRASE_MAX);
    if (l->passes < 1 || l->passes > MOST_PASSES || l->kib < LEAST_KIB || l->kib > MOST_KIB)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "this lock costs more than is reasonable, or nothing");
    if (crypto_pwhash_argon2id(l->key, sizeof l->key, (const char *)passphrase.p, passphrase.n, l->salt, l->passes,
                               (size_t)l->kib * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "there is not enough memory to try a passphrase");
    return EN_OK;
}

bool
en_node_key_file_same_lock(const struct en_node_key_file *f, const struct en_node_lock *lock)
{
    return f->lock.passes == lock->passes && f->lock.kib == lock->kib &&
           memcmp(f->lock.salt, lock->salt, sizeof lock->salt) == 0;
}

/* --- writing ------------------------------------------------------------- */

/* All before the secret: what a lock protects against change. */
static void
write_head(const struct en_node_key_file *f, const struct en_node_lock *lock, struct en_buf *out)
{
    char at[EN_TIME_RFC3339_LEN + 1], hex[2 * EN_SEAL_PUBLIC_LEN + 1], month[EN_MONTH_LEN + 1];

    en_time_format(f->created, at);
    en_buf_addf(out, "%s\npartner: %s\n", first_line, f->partner);
    if (f->kind == EN_NODE_KEY_SIGNING) {
        en_hex(f->public_key, sizeof f->public_key, hex);
        en_buf_addf(out, "kind: signing\ncreated: %s\npublic: %s\n", at, hex);
    } else {
        en_month_write(f->month, month);
        en_buf_addf(out, "kind: sealing %s\ncreated: %s\npublic: ", month, at);
        en_age_recipient_write(f->public_key, out);
        en_buf_addc(out, '\n');
    }
    if (lock == NULL) {
        en_buf_add_str(out, "lock: none\n");
    } else {
        en_hex(lock->salt, sizeof lock->salt, hex);
        en_buf_addf(out, "lock: argon2id %u %u %s\n", lock->passes, lock->kib, hex);
    }
}

static void
write_secret(const struct en_node_key_file *f, struct en_buf *out)
{
    char hex[2 * EN_SEAL_SEED_LEN + 1];
    struct en_age_identity id;

    if (f->kind == EN_NODE_KEY_SIGNING) {
        en_hex(f->secret, sizeof f->secret, hex);
        en_buf_add_str(out, hex);
        sodium_memzero(hex, sizeof hex);
        return;
    }
    en_age_identity_from_seed(f->secret, &id);
    en_age_identity_write(&id, out);
    en_age_identity_wipe(&id);
}

void
en_node_key_file_write(const struct en_node_key_file *f, const struct en_node_lock *lock,
                       const uint8_t nonce[EN_NODE_NONCE_LEN], struct en_buf *out)
{
    uint8_t sealed[sizeof f->sealed];
    char hex[2 * sizeof sealed + 1];
    struct en_buf head = EN_BUF_INIT;

    EN_ASSERT(!f->locked);
    write_head(f, lock, &head);
    en_buf_add(out, head.p, head.n);
    en_buf_add_str(out, "secret: ");
    if (lock == NULL) {
        write_secret(f, out);
    } else {
        memcpy(sealed, nonce, EN_NODE_NONCE_LEN);
        EN_ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + EN_NODE_NONCE_LEN, NULL, f->secret,
                                                             sizeof f->secret, (const uint8_t *)head.p, head.n, NULL,
                                                             nonce, lock->key) == 0);
        en_hex(sealed, sizeof sealed, hex);
        en_buf_add_str(out, hex);
    }
    en_buf_addc(out, '\n');
    en_buf_release(&head);
}

/* --- reading ------------------------------------------------------------- */

struct source {
    en_bytes rest;
    uint64_t line, pos;
    struct en_err *err;
    en_errc rc;
};

/* The rest of the line that begins with label; moves behind its newline. */
static en_text
value(struct source *s, const char *label)
{
    const uint8_t *end = s->rest.n > 0 ? memchr(s->rest.p, '\n', s->rest.n) : NULL;
    size_t n = strlen(label);
    en_text v;

    if (s->rc != EN_OK)
        return EN_TEXT_LIT("");
    s->line++;
    v = (en_text){ (const char *)s->rest.p + n, 0 };
    if (end == NULL || (size_t)(end - s->rest.p) < n || memcmp(s->rest.p, label, n) != 0)
        s->rc = en_err_set_at(s->err, EN_E_INPUT, s->line, s->pos, "a key file of a node has \"%s\" here", label);
    else
        v.n = (size_t)(end - s->rest.p) - n;
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] < 0x20 || v.p[i] > 0x7e || v.n > VALUE_MAX)
            s->rc = en_err_set_at(s->err, EN_E_INPUT, s->line, s->pos, "a key file is plain ASCII with short lines");
    if (s->rc != EN_OK)
        return EN_TEXT_LIT("");
    s->pos += n + v.n + 1;
    s->rest = en_bytes_from(end + 1, s->rest.n - n - v.n - 1);
    return v;
}

static void
refuse(struct source *s)
{
    if (s->rc == EN_OK)
        s->rc = en_err_set_at(s->err, EN_E_INPUT, s->line, s->pos, "this value is not what docs/formats/keys.md says");
}

static void
read_kind(struct source *s, struct en_node_key_file *f)
{
    en_text kind = value(s, "kind: ");
    en_text word = { kind.p, kind.n > 8 ? 8 : kind.n };

    f->kind = en_text_is(kind, "signing") ? EN_NODE_KEY_SIGNING : EN_NODE_KEY_SEALING;
    if (f->kind == EN_NODE_KEY_SEALING &&
        (!en_text_is(word, "sealing ") || !en_month_parse((en_text){ kind.p + 8, kind.n - 8 }, &f->month)))
        refuse(s);
}

static void
read_public(struct source *s, struct en_node_key_file *f)
{
    en_text t = value(s, "public: ");

    if (s->rc == EN_OK && (f->kind == EN_NODE_KEY_SIGNING ? !en_unhex(t, f->public_key, sizeof f->public_key)
                                                          : en_age_recipient_parse(t, f->public_key, NULL) != EN_OK))
        refuse(s);
}

/* Decimal without leading zeroes, then a blank. */
static bool
take_number(en_text *t, uint32_t *out)
{
    uint64_t v = 0;
    size_t n = 0;

    while (n < t->n && n < 9 && t->p[n] >= '0' && t->p[n] <= '9')
        v = v * 10 + (uint64_t)(t->p[n++] - '0');
    if (n == 0 || t->p[0] == '0' || n == t->n || t->p[n] != ' ')
        return false;
    *out = (uint32_t)v;
    *t = (en_text){ t->p + n + 1, t->n - n - 1 };
    return true;
}

static void
read_lock(struct source *s, struct en_node_key_file *f)
{
    static const char method[] = "argon2id ";
    size_t n = sizeof method - 1;
    en_text t = value(s, "lock: ");

    f->locked = !en_text_is(t, "none");
    if (s->rc != EN_OK || !f->locked)
        return;
    if (t.n < n || memcmp(t.p, method, n) != 0) {
        refuse(s);
        return;
    }
    t = (en_text){ t.p + n, t.n - n };
    if (!take_number(&t, &f->lock.passes) || !take_number(&t, &f->lock.kib) ||
        !en_unhex(t, f->lock.salt, sizeof f->lock.salt))
        refuse(s);
}

/* The public half that belongs to the secret. */
static en_errc
check_pair(struct en_node_key_file *f, struct en_err *err)
{
    struct en_age_identity id;
    struct en_key k;
    bool good;

    if (f->kind == EN_NODE_KEY_SIGNING) {
        en_key_from_seed(f->secret, &k);
        good = sodium_memcmp(k.public_key, f->public_key, sizeof f->public_key) == 0;
        en_key_wipe(&k);
    } else {
        en_age_identity_from_seed(f->secret, &id);
        good = sodium_memcmp(id.recipient, f->public_key, sizeof f->public_key) == 0;
        en_age_identity_wipe(&id);
    }
    if (good)
        return EN_OK;
    sodium_memzero(f->secret, sizeof f->secret);
    return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the public key in this file does not belong to its secret");
}

static void
read_secret(struct source *s, struct en_node_key_file *f)
{
    en_text t = value(s, "secret: ");
    struct en_age_identity id;

    if (s->rc != EN_OK)
        return;
    if (f->locked) {
        if (!en_unhex(t, f->sealed, sizeof f->sealed))
            refuse(s);
    } else if (f->kind == EN_NODE_KEY_SIGNING) {
        if (!en_unhex(t, f->secret, sizeof f->secret))
            refuse(s);
    } else if (en_age_identity_parse(t, &id, NULL) == EN_OK) {
        memcpy(f->secret, id.secret, sizeof f->secret);
        en_age_identity_wipe(&id);
    } else {
        refuse(s);
    }
}

en_errc
en_node_key_file_read(en_bytes in, struct en_node_key_file *out, struct en_err *err)
{
    struct source s = { in, 0, 0, err, EN_OK };
    uint8_t id[EN_SEAL_ID_LEN / 2];
    en_text partner, created;

    memset(out, 0, sizeof *out);
    if (in.n > EN_NODE_FILE_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "this is no key file: it is too long");
    if (value(&s, first_line).n != 0)
        refuse(&s);
    partner = value(&s, "partner: ");
    if (s.rc == EN_OK && !en_unhex(partner, id, sizeof id))
        refuse(&s);
    read_kind(&s, out);
    created = value(&s, "created: ");
    if (s.rc == EN_OK && !en_time_parse(created, &out->created))
        refuse(&s);
    read_public(&s, out);
    read_lock(&s, out);
    read_secret(&s, out);
    if (s.rc == EN_OK && s.rest.n > 0)
        s.rc = en_err_set_at(err, EN_E_INPUT, s.line + 1, s.pos, "a key file ends here");
    if (s.rc == EN_OK)
        memcpy(out->partner, partner.p, partner.n);
    if (s.rc == EN_OK && !out->locked)
        s.rc = check_pair(out, err);
    if (s.rc != EN_OK)
        sodium_memzero(out, sizeof *out);
    return s.rc;
}

en_errc
en_node_key_file_unlock(struct en_node_key_file *f, const struct en_node_lock *lock, struct en_err *err)
{
    struct en_buf head = EN_BUF_INIT;
    bool good;

    if (!f->locked)
        return EN_OK;
    if (!en_node_key_file_same_lock(f, lock))
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "this key file is under another passphrase than the node's");
    write_head(f, &f->lock, &head);
    good = crypto_aead_xchacha20poly1305_ietf_decrypt(f->secret, NULL, NULL, f->sealed + EN_NODE_NONCE_LEN,
                                                      sizeof f->sealed - EN_NODE_NONCE_LEN, (const uint8_t *)head.p,
                                                      head.n, f->sealed, lock->key) == 0;
    en_buf_release(&head);
    if (!good)
        return en_err_set(err, EN_E_RULE, EN_NO_POS,
                          "this is not the passphrase of the node's keys, or the file was changed");
    f->locked = false;
    return check_pair(f, err);
}
