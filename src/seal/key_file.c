/*
 * key_file.c: the text of a key file, docs/formats/keys.md 3.
 */
#include "seal/seal.h"

#include <string.h>

#include <sodium.h>

#include "base/hash.h"

static const char first_line[] = "entente-key-v1";

static bool
name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool
en_key_name_valid(en_text name)
{
    if (name.n == 0 || name.n > EN_KEY_NAME_MAX || !name_char(name.p[0]))
        return false;
    for (size_t i = 1; i < name.n; i++)
        if (!name_char(name.p[i]) && name.p[i] != '-' && name.p[i] != '_' && name.p[i] != '.')
            return false;
    return true;
}

void
en_key_file_write(const struct en_key *k, en_text name, en_time created, struct en_buf *out)
{
    char at[EN_TIME_RFC3339_LEN + 1], hex[2 * EN_SEAL_SEED_LEN + 1];

    EN_ASSERT(en_key_name_valid(name));
    en_time_format(created, at);
    en_buf_addf(out, "%s\nname: %.*s\ncreated: %s\n", first_line, EN_TEXT_ARG(name), at);
    en_hex(k->public_key, sizeof k->public_key, hex);
    en_buf_addf(out, "public: %s\n", hex);
    en_hex(k->seed, sizeof k->seed, hex);
    en_buf_addf(out, "secret: %s\n", hex);
    sodium_memzero(hex, sizeof hex);
}

/* The rest of the line that begins with label; moves behind its newline. */
static en_errc
line(en_bytes *in, uint64_t *number, uint64_t *pos, const char *label, en_text *value, struct en_err *err)
{
    const uint8_t *end = in->n > 0 ? memchr(in->p, '\n', in->n) : NULL;
    size_t n = strlen(label);

    ++*number;
    if (end == NULL || (size_t)(end - in->p) < n || memcmp(in->p, label, n) != 0)
        return en_err_set_at(err, EN_E_INPUT, *number, *pos, "a key file has \"%s\" here", label);
    for (const uint8_t *p = in->p; p < end; p++)
        if (*p < 0x20 || *p > 0x7e)
            return en_err_set_at(err, EN_E_INPUT, *number, *pos + (uint64_t)(p - in->p), "a key file is plain ASCII");
    *value = (en_text){ (const char *)in->p + n, (size_t)(end - in->p) - n };
    *pos += (uint64_t)(end + 1 - in->p);
    in->n -= (size_t)(end + 1 - in->p);
    in->p = end + 1;
    return EN_OK;
}

en_errc
en_key_file_read(en_bytes in, struct en_key *out, en_text *name, en_time *created, struct en_err *err)
{
    en_text head = EN_TEXT_NONE, at = EN_TEXT_NONE, public_hex = EN_TEXT_NONE, secret_hex = EN_TEXT_NONE;
    uint8_t seed[EN_SEAL_SEED_LEN], public_key[EN_SEAL_PUBLIC_LEN];
    uint64_t n = 0, pos = 0;
    en_errc rc = in.n > EN_KEY_FILE_MAX ? en_err_set(err, EN_E_LIMIT, EN_NO_POS, "this is no key file: it is too long")
                                        : line(&in, &n, &pos, first_line, &head, err);

    rc = rc != EN_OK ? rc : line(&in, &n, &pos, "name: ", name, err);
    rc = rc != EN_OK ? rc : line(&in, &n, &pos, "created: ", &at, err);
    rc = rc != EN_OK ? rc : line(&in, &n, &pos, "public: ", &public_hex, err);
    rc = rc != EN_OK ? rc : line(&in, &n, &pos, "secret: ", &secret_hex, err);
    if (rc != EN_OK)
        return rc;
    if (head.n != 0 || !en_key_name_valid(*name) || !en_time_parse(at, created) ||
        !en_unhex(public_hex, public_key, sizeof public_key) || !en_unhex(secret_hex, seed, sizeof seed) || in.n != 0) {
        sodium_memzero(seed, sizeof seed);
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "a value of this key file is not what docs/formats/keys.md says");
    }
    en_key_from_seed(seed, out);
    sodium_memzero(seed, sizeof seed);
    if (sodium_memcmp(out->public_key, public_key, sizeof public_key) != 0) {
        en_key_wipe(out);
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the public key in this file does not belong to its secret");
    }
    return EN_OK;
}
