#include "ledger/note.h"

#include <string.h>

#include <sodium.h>
#include <unicode/uchar.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/limits.h"

#define DASH     "\xE2\x80\x94 " /* U+2014, blank */
#define TIMED    8               /* bytes of a cosignature's time */
#define SIG_MOST (EN_NOTE_ID_LEN + 5000)

bool
en_note_name_valid(en_text name)
{
    en_bytes rest = en_text_bytes(name);

    if (name.n == 0 || name.n > EN_NOTE_NAME_MAX)
        return false;
    while (rest.n) {
        uint32_t cp = en_utf8_next(&rest);

        if (cp == UINT32_MAX || cp < 0x21 || cp == '+' || u_isUWhiteSpace((UChar32)cp) || u_iscntrl((UChar32)cp))
            return false;
    }
    return true;
}

/*= signed-note, Signatures: key ID = SHA-256(key name || 0x0A || signature type || public key)[:4] */
static void
key_id(en_text name, uint8_t type, const uint8_t *public_key, uint8_t out[EN_NOTE_ID_LEN])
{
    uint8_t tail[2 + EN_SEAL_PUBLIC_LEN] = { '\n', type }, hash[EN_SHA256_LEN];

    memcpy(tail + 2, public_key, EN_SEAL_PUBLIC_LEN);
    en_sha256_2(en_text_bytes(name), en_bytes_from(tail, sizeof tail), hash);
    memcpy(out, hash, EN_NOTE_ID_LEN);
}

void
en_note_key_make(en_text name, enum en_note_type type, const uint8_t public_key[EN_SEAL_PUBLIC_LEN],
                 struct en_note_key *out)
{
    EN_ASSERT(en_note_name_valid(name));
    memset(out, 0, sizeof *out);
    memcpy(out->name, name.p, name.n);
    out->type = type;
    memcpy(out->public_key, public_key, EN_SEAL_PUBLIC_LEN);
    key_id(name, (uint8_t)type, public_key, out->id);
}

en_errc
en_note_key_parse(en_text vkey, struct en_note_key *out, struct en_err *err)
{
    const char *plus = vkey.n ? memchr(vkey.p, '+', vkey.n) : NULL;
    uint8_t id[EN_NOTE_ID_LEN], key[1 + EN_SEAL_PUBLIC_LEN];
    en_text name;
    size_t at;

    if (plus == NULL || vkey.n < (at = (size_t)(plus - vkey.p)) + 10 || plus[9] != '+')
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "a verifier key is NAME+HASH+KEY");
    name = (en_text){ vkey.p, at };
    if (!en_note_name_valid(name))
        return en_err_set(err, EN_E_INPUT, 0, "the name of a verifier key has no blanks and at most %d bytes",
                          EN_NOTE_NAME_MAX);
    if (!en_unhex((en_text){ plus + 1, 8 }, id, sizeof id) ||
        !en_base64_exact(en_bytes_from(plus + 10, vkey.n - at - 10), EN_BASE64_PADDED, key, sizeof key))
        return en_err_set(err, EN_E_INPUT, at + 1, "a verifier key has 8 hex digits and base64 of 33 bytes here");
    if (key[0] != EN_NOTE_ED25519 && key[0] != EN_NOTE_COSIGNATURE)
        return en_err_set(err, EN_E_INPUT, at + 10, "only Ed25519 keys are known here (types 1 and 4)");
    en_note_key_make(name, (enum en_note_type)key[0], key + 1, out);
    if (memcmp(out->id, id, sizeof id) != 0)
        return en_err_set(err, EN_E_INPUT, at + 1, "the hash in this verifier key is not that of its name and key");
    return EN_OK;
}

void
en_note_key_write(const struct en_note_key *k, struct en_buf *out)
{
    uint8_t key[1 + EN_SEAL_PUBLIC_LEN] = { (uint8_t)k->type };
    char hex[2 * EN_NOTE_ID_LEN + 1];

    memcpy(key + 1, k->public_key, EN_SEAL_PUBLIC_LEN);
    en_hex(k->id, sizeof k->id, hex);
    en_buf_addf(out, "%s+%s+", k->name, hex);
    en_base64_add(out, EN_BASE64_PADDED, en_bytes_from(key, sizeof key));
}

/* --- reading ----------------------------------------------------------------------------------------- */

/* Valid UTF-8 without control characters except newlines. */
static en_errc
check_text(en_bytes in, struct en_err *err)
{
    size_t bad = en_utf8_check(in);

    for (size_t i = 0; i < bad; i++)
        if (in.p[i] < 0x20 && in.p[i] != '\n')
            bad = i;
    return bad < in.n ? en_err_set(err, EN_E_INPUT, bad, "a note is valid UTF-8 without control characters") : EN_OK;
}

/* The offset behind the last blank line; 0 if there is none. */
static size_t
signatures_at(en_bytes in)
{
    for (size_t i = in.n; i >= 2; i--)
        if (in.p[i - 1] == '\n' && in.p[i - 2] == '\n')
            return i;
    return 0;
}

/*= signed-note, Format: em dash, space, key name, space, base64-encoded signature, newline. */
static bool
parse_line(en_bytes line, struct en_note_sig *out)
{
    size_t dash = sizeof DASH - 1;
    const uint8_t *end = line.p + line.n - 1, *blank;

    if (line.n <= dash || memcmp(line.p, DASH, dash) != 0)
        return false;
    blank = memchr(line.p + dash, ' ', line.n - dash);
    if (blank == NULL)
        return false;
    out->line = line;
    out->name = (en_text){ (const char *)line.p + dash, (size_t)(blank - line.p) - dash };
    out->base64 = (en_text){ (const char *)blank + 1, (size_t)(end - blank) - 1 };
    return en_note_name_valid(out->name);
}

/* The id and what follows it; the number of bytes that follow, or SIZE_MAX. */
static size_t
decode(const struct en_note_sig *s, uint8_t id[EN_NOTE_ID_LEN], uint8_t *rest, size_t max)
{
    uint8_t all[SIG_MOST];
    size_t n = en_base64_decode(en_text_bytes(s->base64), EN_BASE64_PADDED, all, sizeof all);

    if (n == SIZE_MAX || n <= EN_NOTE_ID_LEN)
        return SIZE_MAX;
    memcpy(id, all, EN_NOTE_ID_LEN);
    n -= EN_NOTE_ID_LEN;
    if (n <= max)
        memcpy(rest, all + EN_NOTE_ID_LEN, n);
    return n;
}

en_errc
en_note_parse(en_bytes in, struct en_signed_note *out, struct en_err *err)
{
    size_t at = signatures_at(in);
    uint64_t line = 1;
    en_errc rc;

    out->n = 0;
    out->text = EN_BYTES_LIT("");
    if (in.n > EN_NOTE_MAX)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "a note has at most %u bytes", EN_NOTE_MAX);
    rc = check_text(in, err);
    if (rc != EN_OK)
        return rc;
    if (at < 2 || at == in.n || in.p[in.n - 1] != '\n')
        return en_err_set(err, EN_E_INPUT, EN_NO_POS, "a note is text, a blank line and lines of signatures");
    out->text = en_bytes_from(in.p, at - 1);
    for (size_t i = 0; i < at; i++)
        line += in.p[i] == '\n';
    for (size_t i = at; i < in.n; line++) {
        const uint8_t *end = memchr(in.p + i, '\n', in.n - i);
        en_bytes l = en_bytes_from(in.p + i, (size_t)(end + 1 - in.p) - i);

        if (out->n == EN_NOTE_SIGS_MAX)
            return en_err_set_at(err, EN_E_LIMIT, line, i, "a note has at most %u signatures", EN_NOTE_SIGS_MAX);
        if (!parse_line(l, &out->sig[out->n]) || decode(&out->sig[out->n], out->sig[out->n].id, NULL, 0) == SIZE_MAX)
            return en_err_set_at(err, EN_E_INPUT, line, i, "a signature line is a dash, a name and base64");
        out->n++;
        i += l.n;
    }
    return EN_OK;
}

/* --- signing and verifying --------------------------------------------------------------------------- */

/*= tlog-cosignature, Ed25519 signed message: two lines, then the text. */
static void
signed_message(enum en_note_type type, uint64_t seconds, en_bytes text, struct en_buf *out)
{
    if (type == EN_NOTE_COSIGNATURE)
        en_buf_addf(out, "cosignature/v1\ntime %llu\n", (unsigned long long)seconds);
    en_buf_add(out, text.p, text.n);
}

static bool
holds(const struct en_signed_note *n, const struct en_note_sig *s, const struct en_note_key *k, uint64_t *at)
{
    size_t timed = k->type == EN_NOTE_COSIGNATURE ? TIMED : 0;
    uint8_t sig[TIMED + EN_SEAL_SIG_LEN], id[EN_NOTE_ID_LEN];
    struct en_buf m = EN_BUF_INIT;
    uint64_t seconds = 0;
    bool good;

    if (decode(s, id, sig, sizeof sig) != timed + EN_SEAL_SIG_LEN)
        return false;
    for (size_t i = 0; i < timed; i++)
        seconds = seconds << 8 | sig[i];
    if (seconds > INT64_MAX)
        return false;
    signed_message(k->type, seconds, n->text, &m);
    good = crypto_sign_verify_detached(sig + timed, (const uint8_t *)m.p, m.n, k->public_key) == 0;
    en_buf_release(&m);
    if (good && at)
        *at = seconds;
    return good;
}

enum en_note_verdict
en_note_verify(const struct en_signed_note *n, const struct en_note_key *k, uint64_t *at)
{
    enum en_note_verdict v = EN_NOTE_UNSIGNED;

    for (unsigned i = 0; i < n->n; i++) {
        if (!en_text_is(n->sig[i].name, k->name) || memcmp(n->sig[i].id, k->id, sizeof k->id) != 0)
            continue;
        if (!holds(n, &n->sig[i], k, at))
            return EN_NOTE_BAD;
        v = EN_NOTE_GOOD;
    }
    return v;
}

void
en_note_sign(const struct en_note_key *k, const struct en_key *secret, en_bytes text, uint64_t seconds,
             struct en_buf *out)
{
    uint8_t full[crypto_sign_SECRETKEYBYTES], public_key[crypto_sign_PUBLICKEYBYTES], sig[EN_SEAL_SIG_LEN];
    struct en_buf m = EN_BUF_INIT, line = EN_BUF_INIT;

    EN_ASSERT(text.n && text.p[text.n - 1] == '\n');
    EN_ASSERT(crypto_sign_seed_keypair(public_key, full, secret->seed) == 0);
    EN_ASSERT(memcmp(public_key, k->public_key, sizeof public_key) == 0);
    signed_message(k->type, seconds, text, &m);
    EN_ASSERT(crypto_sign_detached(sig, NULL, (const uint8_t *)m.p, m.n, full) == 0);
    sodium_memzero(full, sizeof full);
    en_buf_add(&line, k->id, sizeof k->id);
    if (k->type == EN_NOTE_COSIGNATURE)
        en_buf_put_u64(&line, seconds);
    en_buf_add(&line, sig, sizeof sig);
    en_buf_addf(out, "%s%s ", DASH, k->name);
    en_base64_add(out, EN_BASE64_PADDED, en_buf_bytes(&line));
    en_buf_addc(out, '\n');
    en_buf_release(&m);
    en_buf_release(&line);
}
