/*
 * age.c: keys, the stanza of X25519 and sealing. Opening is in age_open.c.
 */
#include "seal/age_parts.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/base64.h"
#include "base/hash.h"

/* --- derived keys ------------------------------------------------------------------------------------ */

static void
hmac(en_bytes key, en_bytes a, en_bytes b, uint8_t out[EN_SHA256_LEN])
{
    crypto_auth_hmacsha256_state st;

    crypto_auth_hmacsha256_init(&st, key.p, key.n);
    crypto_auth_hmacsha256_update(&st, a.p, a.n);
    crypto_auth_hmacsha256_update(&st, b.p, b.n);
    crypto_auth_hmacsha256_final(&st, out);
    sodium_memzero(&st, sizeof st);
}

/*= RFC 5869: extract, then the first block of expand. */
void
en_age_hkdf(en_bytes ikm, en_bytes salt, const char *info, uint8_t out[EN_SHA256_LEN])
{
    static const uint8_t zeroes[EN_SHA256_LEN];
    uint8_t prk[EN_SHA256_LEN];

    hmac(salt.n ? salt : en_bytes_from(zeroes, sizeof zeroes), ikm, EN_BYTES_LIT(""), prk);
    hmac(en_bytes_from(prk, sizeof prk), en_text_bytes(en_text_from_ours(info)), EN_BYTES_LIT("\1"), out);
    sodium_memzero(prk, sizeof prk);
}

void
en_age_header_mac(const uint8_t file_key[EN_AGE_FILE_KEY_LEN], en_bytes header, uint8_t out[EN_SHA256_LEN])
{
    uint8_t key[EN_SHA256_LEN];

    en_age_hkdf(en_bytes_from(file_key, EN_AGE_FILE_KEY_LEN), EN_BYTES_LIT(""), "header", key);
    hmac(en_bytes_from(key, sizeof key), header, EN_BYTES_LIT(""), out);
    sodium_memzero(key, sizeof key);
}

void
en_age_chunk_nonce(uint64_t counter, bool last, uint8_t out[EN_AGE_CHUNK_NONCE_LEN])
{
    memset(out, 0, EN_AGE_CHUNK_NONCE_LEN);
    for (unsigned i = 0; i < 8; i++)
        out[3 + i] = (uint8_t)(counter >> (8 * (7 - i)));
    out[11] = last;
}

bool
en_age_wrap_key(const uint8_t secret[EN_AGE_KEY_LEN], const uint8_t point[EN_AGE_KEY_LEN],
                const uint8_t share[EN_AGE_KEY_LEN], const uint8_t recipient[EN_AGE_KEY_LEN],
                uint8_t out[EN_SHA256_LEN])
{
    uint8_t shared[EN_AGE_KEY_LEN], salt[2 * EN_AGE_KEY_LEN];

    /* libsodium refuses the all-zero result that the specification has us refuse. */
    if (crypto_scalarmult(shared, secret, point) != 0)
        return false;
    memcpy(salt, share, EN_AGE_KEY_LEN);
    memcpy(salt + EN_AGE_KEY_LEN, recipient, EN_AGE_KEY_LEN);
    en_age_hkdf(en_bytes_from(shared, sizeof shared), en_bytes_from(salt, sizeof salt), "age-encryption.org/v1/X25519",
                out);
    sodium_memzero(shared, sizeof shared);
    return true;
}

/* --- keys as text ------------------------------------------------------------------------------------ */

void
en_age_identity_from_seed(const uint8_t seed[EN_AGE_KEY_LEN], struct en_age_identity *out)
{
    memcpy(out->secret, seed, EN_AGE_KEY_LEN);
    EN_ASSERT(crypto_scalarmult_base(out->recipient, out->secret) == 0);
}

void
en_age_identity_wipe(struct en_age_identity *id)
{
    sodium_memzero(id, sizeof *id);
}

static const char bech32[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
#define BECH32_GROUPS 52 /* of 5 bits, for 32 bytes */
#define BECH32_CHECK  6

/*= BIP 173, Checksum */
static uint32_t
polymod(uint32_t chk, unsigned v)
{
    static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
    uint32_t top = chk >> 25;

    chk = (chk & 0x1ffffff) << 5 ^ v;
    for (unsigned i = 0; i < 5; i++)
        if (top >> i & 1)
            chk ^= generator[i];
    return chk;
}

static uint32_t
polymod_start(const char *hrp)
{
    uint32_t chk = 1;

    for (const char *p = hrp; *p; p++)
        chk = polymod(chk, (unsigned char)*p >> 5);
    chk = polymod(chk, 0);
    for (const char *p = hrp; *p; p++)
        chk = polymod(chk, *p & 31);
    return chk;
}

static void
key_write(const char *hrp, bool capitals, const uint8_t key[EN_AGE_KEY_LEN], struct en_buf *out)
{
    char text[64 + BECH32_GROUPS];
    uint32_t chk = polymod_start(hrp), acc = 0;
    unsigned bits = 0, at = 0, n = 0;

    for (const char *p = hrp; *p; p++)
        text[n++] = *p;
    text[n++] = '1';
    for (unsigned g = 0; g < BECH32_GROUPS; g++) {
        if (bits < 5) {
            acc = acc << 8 | (at < EN_AGE_KEY_LEN ? key[at] : 0);
            at++;
            bits += 8;
        }
        bits -= 5;
        chk = polymod(chk, acc >> bits & 31);
        text[n++] = bech32[acc >> bits & 31];
    }
    for (unsigned g = 0; g < BECH32_CHECK; g++)
        chk = polymod(chk, 0);
    chk ^= 1;
    for (unsigned g = 0; g < BECH32_CHECK; g++)
        text[n++] = bech32[chk >> (5 * (BECH32_CHECK - 1 - g)) & 31];
    for (unsigned i = 0; capitals && i < n; i++)
        text[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 32) : text[i];
    en_buf_add(out, text, n);
    sodium_memzero(text, sizeof text);
}

/* The value of a Bech32 character in lower case, or 32. */
static unsigned
group_of(char c)
{
    const char *p = memchr(bech32, c, 32);

    return p ? (unsigned)(p - bech32) : 32;
}

static bool
key_parse(en_text t, const char *hrp, uint8_t key[EN_AGE_KEY_LEN])
{
    size_t h = strlen(hrp);
    uint32_t chk = polymod_start(hrp), acc = 0;
    unsigned bits = 0, at = 0;
    bool capitals = t.n && t.p[0] >= 'A' && t.p[0] <= 'Z';

    if (t.n != h + 1 + BECH32_GROUPS + BECH32_CHECK)
        return false;
    for (size_t i = 0; i < t.n; i++) {
        char c = t.p[i];
        unsigned v;

        if (capitals ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z')
            return false;
        c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        if (i <= h) {
            if (c != (i < h ? hrp[i] : '1'))
                return false;
            continue;
        }
        v = group_of(c);
        if (v > 31)
            return false;
        chk = polymod(chk, v);
        if (i > h + BECH32_GROUPS)
            continue;
        acc = acc << 5 | v;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            key[at++] = (uint8_t)(acc >> bits);
        }
    }
    /* 260 bits hold 256 and four zeroes. */
    return chk == 1 && at == EN_AGE_KEY_LEN && (acc & ((1u << bits) - 1)) == 0;
}

void
en_age_recipient_write(const uint8_t recipient[EN_AGE_KEY_LEN], struct en_buf *out)
{
    key_write("age", false, recipient, out);
}

void
en_age_identity_write(const struct en_age_identity *id, struct en_buf *out)
{
    key_write("age-secret-key-", true, id->secret, out);
}

en_errc
en_age_recipient_parse(en_text t, uint8_t out[EN_AGE_KEY_LEN], struct en_err *err)
{
    return key_parse(t, "age", out) ? EN_OK
                                    : en_err_set(err, EN_E_INPUT, EN_NO_POS, "an age recipient is \"age1\" and 58 "
                                                                             "characters whose checksum holds");
}

en_errc
en_age_identity_parse(en_text t, struct en_age_identity *out, struct en_err *err)
{
    uint8_t secret[EN_AGE_KEY_LEN];

    if (!key_parse(t, "age-secret-key-", secret))
        return en_err_set(err, EN_E_INPUT, EN_NO_POS,
                          "an age identity is \"AGE-SECRET-KEY-1\" and 58 characters whose checksum holds");
    en_age_identity_from_seed(secret, out);
    sodium_memzero(secret, sizeof secret);
    return EN_OK;
}

/* --- sealing ----------------------------------------------------------------------------------------- */

static en_errc
write_stanza(const uint8_t recipient[EN_AGE_KEY_LEN], const uint8_t ephemeral[EN_AGE_KEY_LEN],
             const uint8_t file_key[EN_AGE_FILE_KEY_LEN], struct en_buf *out, struct en_err *err)
{
    static const uint8_t nonce[EN_AGE_CHUNK_NONCE_LEN];
    uint8_t share[EN_AGE_KEY_LEN], key[EN_SHA256_LEN], body[EN_AGE_BODY_LEN];

    EN_ASSERT(crypto_scalarmult_base(share, ephemeral) == 0);
    if (!en_age_wrap_key(ephemeral, recipient, share, recipient, key))
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "this recipient is no key: a point of small order");
    crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL, file_key, EN_AGE_FILE_KEY_LEN, NULL, 0, NULL, nonce, key);
    sodium_memzero(key, sizeof key);
    en_buf_add_str(out, "-> X25519 ");
    en_base64_add(out, EN_BASE64_RAW, en_bytes_from(share, sizeof share));
    en_buf_addc(out, '\n');
    en_base64_add(out, EN_BASE64_RAW, en_bytes_from(body, sizeof body));
    en_buf_addc(out, '\n');
    return EN_OK;
}

static void
write_payload(const uint8_t file_key[EN_AGE_FILE_KEY_LEN], const uint8_t nonce[EN_AGE_NONCE_LEN], en_bytes plain,
              struct en_buf *out)
{
    uint8_t key[EN_SHA256_LEN], *sealed = en_xmalloc(EN_AGE_CHUNK + EN_AGE_TAG_LEN);
    uint64_t counter = 0;
    size_t at = 0;
    bool last;

    en_age_hkdf(en_bytes_from(file_key, EN_AGE_FILE_KEY_LEN), en_bytes_from(nonce, EN_AGE_NONCE_LEN), "payload", key);
    en_buf_add(out, nonce, EN_AGE_NONCE_LEN);
    do {
        size_t n = plain.n - at < EN_AGE_CHUNK ? plain.n - at : EN_AGE_CHUNK;
        uint8_t chunk_nonce[EN_AGE_CHUNK_NONCE_LEN];

        last = at + n == plain.n;
        en_age_chunk_nonce(counter++, last, chunk_nonce);
        crypto_aead_chacha20poly1305_ietf_encrypt(sealed, NULL, plain.p + at, n, NULL, 0, NULL, chunk_nonce, key);
        en_buf_add(out, sealed, n + EN_AGE_TAG_LEN);
        at += n;
    } while (!last);
    sodium_memzero(key, sizeof key);
    free(sealed);
}

en_errc
en_age_seal(const uint8_t (*recipients)[EN_AGE_KEY_LEN], unsigned n, const uint8_t *random, en_bytes plain,
            struct en_buf *out, struct en_err *err)
{
    const uint8_t *file_key = random, *nonce = random + EN_AGE_FILE_KEY_LEN;
    const uint8_t *ephemeral = nonce + EN_AGE_NONCE_LEN;
    uint8_t mac[EN_SHA256_LEN];
    size_t begin = out->n;

    EN_ASSERT(n >= 1 && n <= EN_AGE_RECIPIENTS_MAX);
    en_buf_add_str(out, EN_AGE_VERSION_LINE);
    for (unsigned i = 0; i < n; i++) {
        en_errc rc = write_stanza(recipients[i], ephemeral + (size_t)i * EN_AGE_KEY_LEN, file_key, out, err);

        if (rc != EN_OK) {
            out->n = begin;
            return rc;
        }
    }
    en_buf_add_str(out, "---");
    en_age_header_mac(file_key, en_bytes_from(out->p + begin, out->n - begin), mac);
    en_buf_addc(out, ' ');
    en_base64_add(out, EN_BASE64_RAW, en_bytes_from(mac, sizeof mac));
    en_buf_addc(out, '\n');
    write_payload(file_key, nonce, plain, out);
    return EN_OK;
}

uint64_t
en_age_sealed_size(uint64_t plain, unsigned n)
{
    uint64_t chunks = plain ? (plain + EN_AGE_CHUNK - 1) / EN_AGE_CHUNK : 1;
    uint64_t stanza = strlen("-> X25519 ") + 43 + 1 + 43 + 1;

    return strlen(EN_AGE_VERSION_LINE) + n * stanza + strlen("--- ") + 43 + 1 + EN_AGE_NONCE_LEN + plain +
           chunks * EN_AGE_TAG_LEN;
}
