/*
 * sign.c: keys and signatures. The signed bytes follow the idea of OpenSSH's PROTOCOL.sshsig: a fixed preamble, a
 * purpose, the name of the hash, the hash. So no signature over a structure can be mistaken for one over another.
 */
#include "seal/seal.h"

#include <sodium.h>

#include "base/hash.h"

static const char preamble[] = "entente-sig-v1";

static const char *const purposes[EN_PURPOSES] = {
    [EN_PURPOSE_EVENT] = "entente-event",
    [EN_PURPOSE_SESSION] = "entente-session",
    [EN_PURPOSE_RELEASE] = "entente-release",
    [EN_PURPOSE_RELEASES] = "entente-releases",
    [EN_PURPOSE_BUNDLE] = "entente-bundle",
    [EN_PURPOSE_TLS] = "entente-tls",
};

const char *
en_purpose_word(enum en_purpose p)
{
    EN_ASSERT(p < EN_PURPOSES);
    return purposes[p];
}

void
en_key_from_seed(const uint8_t seed[EN_SEAL_SEED_LEN], struct en_key *out)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];

    EN_ASSERT(crypto_sign_seed_keypair(out->public_key, secret, seed) == 0);
    for (size_t i = 0; i < EN_SEAL_SEED_LEN; i++)
        out->seed[i] = seed[i];
    sodium_memzero(secret, sizeof secret);
}

void
en_key_wipe(struct en_key *k)
{
    sodium_memzero(k, sizeof *k);
}

void
en_key_id(const uint8_t public_key[EN_SEAL_PUBLIC_LEN], char out[EN_SEAL_ID_LEN + 1])
{
    uint8_t hash[EN_SHA256_LEN];

    en_sha256(en_bytes_from(public_key, EN_SEAL_PUBLIC_LEN), hash);
    en_hex(hash, EN_SEAL_ID_LEN / 2, out);
}

/*= keys.md 2: "entente-sig-v1", then three blocks: purpose, "sha256", SHA-256 of the message. */
void
en_seal_signed_bytes(enum en_purpose purpose, en_bytes message, struct en_buf *out)
{
    uint8_t hash[EN_SHA256_LEN];

    en_sha256(message, hash);
    en_buf_add_str(out, preamble);
    en_buf_put_block(out, en_text_bytes(en_text_from_ours(en_purpose_word(purpose))));
    en_buf_put_block(out, EN_BYTES_LIT("sha256"));
    en_buf_put_block(out, en_bytes_from(hash, sizeof hash));
}

void
en_seal_sign(const struct en_key *k, enum en_purpose purpose, en_bytes message, uint8_t sig[EN_SEAL_SIG_LEN])
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES], public_key[crypto_sign_PUBLICKEYBYTES];
    struct en_buf b = EN_BUF_INIT;

    EN_ASSERT(crypto_sign_seed_keypair(public_key, secret, k->seed) == 0);
    en_seal_signed_bytes(purpose, message, &b);
    EN_ASSERT(crypto_sign_detached(sig, NULL, (const uint8_t *)b.p, b.n, secret) == 0);
    en_buf_release(&b);
    sodium_memzero(secret, sizeof secret);
}

bool
en_seal_verify(const uint8_t public_key[EN_SEAL_PUBLIC_LEN], enum en_purpose purpose, en_bytes message, en_bytes sig)
{
    struct en_buf b = EN_BUF_INIT;
    bool good;

    if (sig.n != EN_SEAL_SIG_LEN)
        return false;
    en_seal_signed_bytes(purpose, message, &b);
    good = crypto_sign_verify_detached(sig.p, (const uint8_t *)b.p, b.n, public_key) == 0;
    en_buf_release(&b);
    return good;
}
