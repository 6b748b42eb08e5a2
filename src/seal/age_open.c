/*
 * age_open.c: opening age files from hostile hands. The header is collected up to its limit, judged whole, and then the
 * payload goes chunk by chunk.
 */
#include "seal/age_parts.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/base64.h"

#define LINE_COLUMNS 64
#define MAC_LINE     (4 + 43 + 1) /* "--- ", base64, newline */

struct en_age_opener {
    const struct en_age_identity *ids;
    unsigned n_ids;
    en_age_sink_fn *sink;
    void *ctx;
    en_errc failed;
    struct en_err err;
    uint64_t at; /* bytes of the file before what is held */
    struct en_buf head;
    bool open;   /* the header is done */
    uint8_t key[EN_SHA256_LEN];
    uint64_t counter;
    size_t held;
    uint8_t *chunk, *plain;
};

struct en_age_opener *
en_age_opener_new(const struct en_age_identity *ids, unsigned n, en_age_sink_fn *sink, void *ctx)
{
    struct en_age_opener *o = en_xcalloc(1, sizeof *o);

    o->ids = ids;
    o->n_ids = n;
    o->sink = sink;
    o->ctx = ctx;
    o->chunk = en_xmalloc(EN_AGE_CHUNK + EN_AGE_TAG_LEN);
    o->plain = en_xmalloc(EN_AGE_CHUNK);
    return o;
}

void
en_age_opener_free(struct en_age_opener *o)
{
    if (o == NULL)
        return;
    sodium_memzero(o->plain, EN_AGE_CHUNK);
    free(o->chunk);
    free(o->plain);
    en_buf_release(&o->head);
    sodium_memzero(o, sizeof *o);
    free(o);
}

static en_errc
fail(struct en_age_opener *o, en_errc code, uint64_t pos, const char *why)
{
    o->failed = code;
    return en_err_set(&o->err, code, pos, "%s", why);
}

/* --- the header -------------------------------------------------------------------------------------- */

/* One stanza as it stands: arguments of its first line, and its body. */
struct stanza {
    en_bytes type, rest; /* the first argument; the others with the blanks between them */
    unsigned args;
    uint8_t body[EN_AGE_BODY_LEN + 1]; /* one more: a longer body is seen to be longer */
    size_t body_n;
};

static bool
next_line(en_bytes *in, en_bytes *line)
{
    const uint8_t *end = in->n ? memchr(in->p, '\n', in->n) : NULL;

    if (end == NULL)
        return false;
    *line = en_bytes_from(in->p, (size_t)(end - in->p));
    *in = en_bytes_from(end + 1, in->n - line->n - 1);
    return true;
}

/*= age, ABNF: arg-line = "-> " argument *(SP argument) LF; argument = 1*VCHAR */
static bool
parse_args(en_bytes line, struct stanza *s)
{
    const uint8_t *first_end;

    if (line.n < 4 || memcmp(line.p, "-> ", 3) != 0)
        return false;
    line = en_bytes_from(line.p + 3, line.n - 3);
    s->args = 1;
    for (size_t i = 0; i < line.n; i++) {
        bool blank = line.p[i] == ' ';

        if (blank ? i == 0 || i + 1 == line.n || line.p[i - 1] == ' ' : line.p[i] < 0x21 || line.p[i] > 0x7e)
            return false;
        s->args += blank;
    }
    first_end = memchr(line.p, ' ', line.n);
    s->type = en_bytes_from(line.p, first_end ? (size_t)(first_end - line.p) : line.n);
    s->rest = first_end ? en_bytes_from(first_end + 1, line.n - s->type.n - 1) : EN_BYTES_LIT("");
    return true;
}

/*= age, Recipient stanza: wrapped at 64 columns, ends with a line shorter than 64 characters, which may be empty. */
static bool
parse_body(en_bytes *in, struct stanza *s)
{
    uint8_t bytes[LINE_COLUMNS * 3 / 4];
    en_bytes line;

    s->body_n = 0;
    do {
        size_t n;

        if (!next_line(in, &line) || line.n > LINE_COLUMNS)
            return false;
        n = en_base64_decode(line, EN_BASE64_RAW, bytes, sizeof bytes);
        if (n == SIZE_MAX)
            return false;
        for (size_t i = 0; i < n && s->body_n < sizeof s->body; i++)
            s->body[s->body_n++] = bytes[i];
    } while (line.n == LINE_COLUMNS);
    return true;
}

enum stanza_verdict { STANZA_OTHER, STANZA_OPENS, STANZA_BAD };

/*= age, X25519 recipient stanza: what an identity must ignore, reject and accept. */
static enum stanza_verdict
try_stanza(struct en_age_opener *o, const struct stanza *s, uint8_t file_key[EN_AGE_FILE_KEY_LEN])
{
    static const uint8_t nonce[EN_AGE_CHUNK_NONCE_LEN];
    uint8_t share[EN_AGE_KEY_LEN], key[EN_SHA256_LEN];

    if (!en_bytes_eq(s->type, EN_BYTES_LIT("X25519")))
        return STANZA_OTHER;
    if (s->args != 2 || s->body_n != EN_AGE_BODY_LEN ||
        !en_base64_exact(s->rest, EN_BASE64_RAW, share, sizeof share))
        return STANZA_BAD;
    for (unsigned i = 0; i < o->n_ids; i++) {
        const struct en_age_identity *id = &o->ids[i];
        int rc;

        if (!en_age_wrap_key(id->secret, share, share, id->recipient, key))
            return STANZA_BAD;
        rc = crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL, s->body, EN_AGE_BODY_LEN, NULL, 0, nonce,
                                                       key);
        sodium_memzero(key, sizeof key);
        if (rc == 0)
            return STANZA_OPENS;
    }
    return STANZA_OTHER;
}

/* Reads all stanzas, also behind the one that opens: a header that is wrong anywhere is wrong. */
static en_errc
read_stanzas(struct en_age_opener *o, en_bytes *in, size_t all, uint8_t file_key[EN_AGE_FILE_KEY_LEN], bool *opened)
{
    unsigned n = 0;

    for (*opened = false; in->n >= 3 && memcmp(in->p, "---", 3) != 0; n++) {
        uint64_t pos = all - in->n;
        struct stanza s;
        en_bytes line;

        if (n == EN_AGE_STANZAS_MAX)
            return fail(o, EN_E_LIMIT, pos, "a header has more stanzas than are read");
        if (!next_line(in, &line) || !parse_args(line, &s) || !parse_body(in, &s))
            return fail(o, EN_E_INPUT, pos, "a stanza is \"->\", arguments and lines of base64");
        if (!*opened) {
            enum stanza_verdict v = try_stanza(o, &s, file_key);

            if (v == STANZA_BAD)
                return fail(o, EN_E_INPUT, pos, "a stanza of X25519 has one share of 32 bytes and a body of 32 bytes");
            *opened = v == STANZA_OPENS;
        }
    }
    return n ? EN_OK : fail(o, EN_E_INPUT, all - in->n, "a header has at least one stanza");
}

/* The header is complete: `head` with its MAC line and the nonce behind it. */
static en_errc
read_header(struct en_age_opener *o, size_t mac_at)
{
    en_bytes head = en_bytes_from(o->head.p, mac_at + MAC_LINE), in = head;
    uint8_t file_key[EN_AGE_FILE_KEY_LEN], mac[EN_SHA256_LEN], want[EN_SHA256_LEN];
    bool opened = false;
    en_errc rc;

    in = en_bytes_from(in.p + strlen(EN_AGE_VERSION_LINE), in.n - strlen(EN_AGE_VERSION_LINE));
    rc = read_stanzas(o, &in, head.n, file_key, &opened);
    if (rc != EN_OK)
        return rc;
    if (in.n != MAC_LINE || in.p[3] != ' ' || in.p[MAC_LINE - 1] != '\n' ||
        !en_base64_exact(en_bytes_from(in.p + 4, 43), EN_BASE64_RAW, mac, sizeof mac))
        return fail(o, EN_E_INPUT, mac_at, "a header ends with \"---\" and a code of 43 characters");
    if (!opened)
        return fail(o, EN_E_NOT_FOUND, EN_NO_POS, "this file is not sealed for these keys");
    en_age_header_mac(file_key, en_bytes_from(head.p, mac_at + 3), want);
    if (sodium_memcmp(mac, want, sizeof mac) != 0)
        rc = fail(o, EN_E_INTEGRITY, mac_at, "the header of this file was altered");
    else
        en_age_hkdf(en_bytes_from(file_key, sizeof file_key),
                    en_bytes_from(o->head.p + mac_at + MAC_LINE, EN_AGE_NONCE_LEN), "payload", o->key);
    sodium_memzero(file_key, sizeof file_key);
    return rc;
}

/* Where the line begins that ends a header; SIZE_MAX while it is not there. */
static size_t
mac_line_at(const struct en_buf *b)
{
    const char *p = b->n ? memmem(b->p, b->n, "\n---", 4) : NULL;

    return p ? (size_t)(p - b->p) + 1 : SIZE_MAX;
}

/* Collects the header with the nonce; *in moves to what is behind. */
static en_errc
feed_header(struct en_age_opener *o, en_bytes *in)
{
    static const char version[] = EN_AGE_VERSION_LINE;

    while (in->n && !o->open) {
        size_t had = o->head.n, mac_at, whole, take = in->n;
        size_t room = EN_AGE_HEADER_MAX + EN_AGE_NONCE_LEN - had;
        en_errc rc;

        take = take < room ? take : room;
        en_buf_add(&o->head, in->p, take);
        if (memcmp(o->head.p, version, o->head.n < sizeof version - 1 ? o->head.n : sizeof version - 1) != 0)
            return fail(o, EN_E_INPUT, 0, "this is not an age file of version 1");
        mac_at = mac_line_at(&o->head);
        whole = mac_at == SIZE_MAX ? SIZE_MAX : mac_at + MAC_LINE + EN_AGE_NONCE_LEN;
        if (o->head.n < whole) {
            *in = en_bytes_from(in->p + take, in->n - take);
            if (o->head.n == EN_AGE_HEADER_MAX + EN_AGE_NONCE_LEN)
                return fail(o, EN_E_LIMIT, EN_NO_POS, "the header of this file is longer than is read");
            continue;
        }
        rc = read_header(o, mac_at);
        if (rc != EN_OK)
            return rc;
        *in = en_bytes_from(in->p + (whole - had), in->n - (whole - had));
        o->at = whole;
        o->open = true;
    }
    return EN_OK;
}

/* --- the payload ------------------------------------------------------------------------------------- */

static bool
decrypt(struct en_age_opener *o, bool last)
{
    uint8_t nonce[EN_AGE_CHUNK_NONCE_LEN];

    en_age_chunk_nonce(o->counter, last, nonce);
    return crypto_aead_chacha20poly1305_ietf_decrypt(o->plain, NULL, NULL, o->chunk, o->held, NULL, 0, nonce,
                                                     o->key) == 0;
}

/*
 * The chunk that is held. One that is good but should not stand where it does (the last, with bytes behind it; another,
 * with none) is the sender's and is released like the ones before it; the file is refused then.
 */
static en_errc
release(struct en_age_opener *o, bool last)
{
    size_t n = o->held - EN_AGE_TAG_LEN;
    bool good;
    en_errc rc;

    if (o->held < EN_AGE_TAG_LEN || (n == 0 && o->counter))
        return fail(o, EN_E_INTEGRITY, o->at, "this file was cut short");
    good = decrypt(o, last);
    if (!good && (o->held < EN_AGE_CHUNK + EN_AGE_TAG_LEN || !decrypt(o, !last))) /* only the last one may be short */
        return fail(o, EN_E_INTEGRITY, o->at, "this file was altered or cut short");
    o->counter++;
    o->at += o->held;
    o->held = 0;
    rc = n ? o->sink(o->ctx, en_bytes_from(o->plain, n), &o->err) : EN_OK;
    o->failed = rc;
    if (rc == EN_OK && !good)
        rc = fail(o, EN_E_INTEGRITY, o->at, last ? "this file was cut short" : "bytes follow the end of this file");
    return rc;
}

static en_errc
feed_payload(struct en_age_opener *o, en_bytes in)
{
    while (in.n) {
        size_t room = EN_AGE_CHUNK + EN_AGE_TAG_LEN - o->held, take = in.n < room ? in.n : room;
        en_errc rc = EN_OK;

        if (room == 0) { /* more follows: it was not the last */
            rc = release(o, false);
            if (rc != EN_OK)
                return rc;
            continue;
        }
        memcpy(o->chunk + o->held, in.p, take);
        o->held += take;
        in = en_bytes_from(in.p + take, in.n - take);
    }
    return EN_OK;
}

static en_errc
result(const struct en_age_opener *o, struct en_err *err)
{
    if (o->failed != EN_OK && err)
        *err = o->err;
    return o->failed;
}

en_errc
en_age_opener_feed(struct en_age_opener *o, en_bytes in, struct en_err *err)
{
    if (o->failed == EN_OK && !o->open)
        (void)feed_header(o, &in);
    if (o->failed == EN_OK && o->open)
        (void)feed_payload(o, in);
    return result(o, err);
}

/* A file that ends within its header: the lines that are there are judged first. */
static en_errc
end_in_header(struct en_age_opener *o)
{
    size_t mac_at = mac_line_at(&o->head);

    if (mac_at != SIZE_MAX && o->head.n >= mac_at + MAC_LINE) {
        static const uint8_t none[EN_AGE_NONCE_LEN];

        en_buf_add(&o->head, none, sizeof none);
        if (read_header(o, mac_at) != EN_OK)
            return o->failed;
    }
    return fail(o, EN_E_INPUT, o->head.n, "this file ends within its header");
}

en_errc
en_age_opener_end(struct en_age_opener *o, struct en_err *err)
{
    if (o->failed == EN_OK && !o->open)
        (void)end_in_header(o);
    if (o->failed == EN_OK)
        (void)release(o, true);
    return result(o, err);
}

/* --- a whole file ------------------------------------------------------------------------------------ */

struct whole {
    struct en_buf *out;
    uint64_t left;
};

static en_errc
keep(void *ctx, en_bytes plain, struct en_err *err)
{
    struct whole *w = ctx;

    if (plain.n > w->left)
        return en_err_set(err, EN_E_LIMIT, EN_NO_POS, "what is sealed in this file is longer than is read");
    w->left -= plain.n;
    en_buf_add(w->out, plain.p, plain.n);
    return EN_OK;
}

en_errc
en_age_open(const struct en_age_identity *ids, unsigned n, en_bytes in, uint64_t max, struct en_buf *out,
            struct en_err *err)
{
    struct whole w = { out, max };
    struct en_age_opener *o = en_age_opener_new(ids, n, keep, &w);
    size_t begin = out->n;
    en_errc rc = en_age_opener_feed(o, in, err);

    if (rc == EN_OK)
        rc = en_age_opener_end(o, err);
    en_age_opener_free(o);
    if (rc != EN_OK && out->n > begin) {
        sodium_memzero(out->p + begin, out->n - begin);
        out->n = begin;
        out->p[begin] = '\0';
    }
    return rc;
}
