#include "base/hash.h"

#include <sodium.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

_Static_assert(EN_SHA256_LEN == crypto_hash_sha256_BYTES, "SHA-256 has 32 bytes");

void
en_sha256(en_bytes in, uint8_t out[EN_SHA256_LEN])
{
    crypto_hash_sha256(out, in.p, in.n);
}

void
en_sha256_2(en_bytes a, en_bytes b, uint8_t out[EN_SHA256_LEN])
{
    crypto_hash_sha256_state s;

    crypto_hash_sha256_init(&s);
    crypto_hash_sha256_update(&s, a.p, a.n);
    crypto_hash_sha256_update(&s, b.p, b.n);
    crypto_hash_sha256_final(&s, out);
}

uint64_t
en_siphash(en_bytes in, const uint8_t key[16])
{
    uint8_t out[crypto_shorthash_siphash24_BYTES];
    uint64_t v = 0;

    crypto_shorthash_siphash24(out, in.p, in.n, key);
    for (unsigned i = 0; i < sizeof out; i++)
        v |= (uint64_t)out[i] << (8 * i);
    return v;
}

uint64_t
en_xxh3(en_bytes in)
{
    return XXH3_64bits(in.p, in.n);
}

struct en_digest {
    crypto_generichash_state state;
};

_Static_assert(sizeof(struct en_digest) % _Alignof(struct en_digest) == 0, "as aligned_alloc wants it");

struct en_digest *
en_digest_new(void)
{
    struct en_digest *d = aligned_alloc(_Alignof(struct en_digest), sizeof *d);

    EN_ASSERT(d != NULL);
    EN_ASSERT(crypto_generichash_init(&d->state, NULL, 0, EN_DIGEST_LEN) == 0);
    return d;
}

void
en_digest_free(struct en_digest *d)
{
    free(d);
}

void
en_digest_add(struct en_digest *d, en_bytes in)
{
    if (in.n)
        EN_ASSERT(crypto_generichash_update(&d->state, in.p, in.n) == 0);
}

void
en_digest_final(struct en_digest *d, uint8_t out[EN_DIGEST_LEN])
{
    EN_ASSERT(crypto_generichash_final(&d->state, out, EN_DIGEST_LEN) == 0);
    EN_ASSERT(crypto_generichash_init(&d->state, NULL, 0, EN_DIGEST_LEN) == 0);
}

void
en_hex(const uint8_t *p, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = '\0';
}

static int
nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool
en_is_hex(en_text t, size_t n)
{
    if (t.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!((t.p[i] >= '0' && t.p[i] <= '9') || (t.p[i] >= 'a' && t.p[i] <= 'f')))
            return false;
    return true;
}

bool
en_unhex(en_text hex, uint8_t *out, size_t n)
{
    if (hex.n != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (nibble(hex.p[2 * i]) < 0 || nibble(hex.p[2 * i + 1]) < 0)
            return false;
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(nibble(hex.p[2 * i]) << 4 | nibble(hex.p[2 * i + 1]));
    return true;
}
