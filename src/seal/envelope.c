#include "seal/envelope.h"

#include <string.h>

#include <sodium.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/reader.h"

#define RELEASE_MAGIC "entente-release-v1"
#define BUNDLE_MAGIC  "entente-bundle"
#define FLAG_URGENT   1u
#define RELEASE_MAX   (sizeof RELEASE_MAGIC + 2 + EN_ENVELOPE_HASH_LEN * (EN_ENVELOPE_ROSTER_MAX + 1))
#define PROOF_MAX     1024u /* of a list: ledger/batch.h has it shorter */
/* What a part of a later kind has at most: a record with all that belongs to it. */
#define INNER_MAX     (EN_ENVELOPE_PART_MAX + 16u * EN_KIB)

/* --- releases ---------------------------------------------------------------------------------------- */

/* SHA-256("entente-roster-v1", salt, partner): an entry of a roster. */
static void
roster_entry(const uint8_t salt[EN_ENVELOPE_SALT_LEN], en_text partner, uint8_t out[EN_ENVELOPE_HASH_LEN])
{
    struct en_buf b = EN_BUF_INIT;

    EN_ASSERT(en_is_hex(partner, EN_ENVELOPE_PARTNER_LEN));
    en_buf_add_str(&b, "entente-roster-v1");
    en_buf_add(&b, salt, EN_ENVELOPE_SALT_LEN);
    en_buf_add_text(&b, partner);
    en_sha256(en_buf_bytes(&b), out);
    en_buf_release(&b);
}

void
en_release_write(const uint8_t record[EN_ENVELOPE_HASH_LEN], const en_text *partners,
                 const uint8_t (*salts)[EN_ENVELOPE_SALT_LEN], unsigned n, unsigned *places, struct en_buf *out)
{
    uint8_t entry[EN_ENVELOPE_ROSTER_MAX][EN_ENVELOPE_HASH_LEN];
    unsigned order[EN_ENVELOPE_ROSTER_MAX];

    EN_ASSERT(n >= 1 && n <= EN_ENVELOPE_ROSTER_MAX);
    for (unsigned i = 0; i < n; i++) {
        unsigned at = i;

        roster_entry(salts[i], partners[i], entry[i]);
        for (; at && memcmp(entry[order[at - 1]], entry[i], EN_ENVELOPE_HASH_LEN) > 0; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    en_buf_add_str(out, RELEASE_MAGIC);
    en_buf_add(out, record, EN_ENVELOPE_HASH_LEN);
    en_buf_put_u16(out, (uint16_t)n);
    for (unsigned i = 0; i < n; i++) {
        en_buf_add(out, entry[order[i]], EN_ENVELOPE_HASH_LEN);
        if (places)
            places[order[i]] = i;
    }
}

/*= envelope.md 2: a release */
en_errc
en_release_parse(en_bytes in, struct en_release *out, struct en_err *err)
{
    en_reader r = en_reader_from(in);

    en_reader_expect(&r, EN_BYTES_LIT(RELEASE_MAGIC));
    out->record = en_reader_take(&r, EN_ENVELOPE_HASH_LEN).p;
    out->n = en_reader_u16(&r);
    if (out->n < 1 || out->n > EN_ENVELOPE_ROSTER_MAX)
        en_reader_fail(&r, EN_E_LIMIT, "a roster of 1 to 128 entries");
    out->roster = en_reader_take(&r, (size_t)out->n * EN_ENVELOPE_HASH_LEN).p;
    for (unsigned i = 1; i < out->n && r.failed == EN_OK; i++)
        if (memcmp(out->roster + (size_t)(i - 1) * EN_ENVELOPE_HASH_LEN, out->roster + (size_t)i * EN_ENVELOPE_HASH_LEN,
                   EN_ENVELOPE_HASH_LEN) >= 0)
            en_reader_fail(&r, EN_E_INPUT, "entries in the order of their bytes");
    en_reader_end(&r);
    return en_reader_result(&r, err);
}

bool
en_release_opens(const struct en_release *r, unsigned place, const uint8_t salt[EN_ENVELOPE_SALT_LEN], en_text partner)
{
    uint8_t entry[EN_ENVELOPE_HASH_LEN];

    if (place >= r->n || !en_is_hex(partner, EN_ENVELOPE_PARTNER_LEN))
        return false;
    roster_entry(salt, partner, entry);
    return sodium_memcmp(entry, r->roster + (size_t)place * EN_ENVELOPE_HASH_LEN, sizeof entry) == 0;
}

/* --- bundles: writing -------------------------------------------------------------------------------- */

uint64_t
en_bundle_padded(uint64_t n)
{
    uint64_t size = 4u * EN_KIB;

    if (n > EN_MIB)
        return (n + EN_MIB - 1) / EN_MIB * EN_MIB;
    while (size < n)
        size *= 4;
    return size;
}

bool
en_bundle_is_record(enum en_bundle_part_kind k)
{
    return k == EN_BUNDLE_RECORD || k == EN_BUNDLE_LISTED;
}

static uint32_t
part_max(enum en_bundle_part_kind kind)
{
    return kind == EN_BUNDLE_PARCEL ? EN_ENVELOPE_PARCEL_MAX : EN_ENVELOPE_PART_MAX;
}

static void
put_record(const struct en_bundle_part *p, struct en_buf *out)
{
    bool listed = p->kind == EN_BUNDLE_LISTED;
    size_t inner = 4 + p->bytes.n + 4 + p->release.n + 4 + p->signature.n + 2 + p->salt.n;

    EN_ASSERT(p->release.n > 0 && p->release.n <= RELEASE_MAX && p->salt.n == EN_ENVELOPE_SALT_LEN);
    EN_ASSERT(listed ? p->signature.n <= PROOF_MAX : p->signature.n == EN_SEAL_SIG_LEN);
    if (listed)
        en_buf_put_u32(out, (uint32_t)inner);
    en_buf_put_block(out, p->bytes);
    en_buf_put_block(out, p->release);
    if (listed)
        en_buf_put_block(out, p->signature);
    else
        en_buf_add(out, p->signature.p, p->signature.n);
    en_buf_put_u16(out, (uint16_t)p->place);
    en_buf_add(out, p->salt.p, p->salt.n);
}

static void
put_part(const struct en_bundle_part *p, struct en_buf *out)
{
    EN_ASSERT(p->kind != EN_BUNDLE_UNKNOWN && p->bytes.n <= part_max(p->kind));
    en_buf_put_u8(out, (uint8_t)p->kind);
    if (en_bundle_is_record(p->kind)) {
        put_record(p, out);
        return;
    }
    EN_ASSERT(!p->release.n && !p->signature.n && !p->salt.n);
    en_buf_put_block(out, p->bytes);
}

/* A slip, which is not numbered and may be lost, brings no record. */
static bool
numbered_or_slip(const struct en_bundle *b)
{
    for (size_t i = 0; b->sequence == 0 && i < b->n_parts; i++)
        if (en_bundle_is_record(b->parts[i].kind))
            return false;
    return true;
}

void
en_bundle_write(const struct en_bundle *b, const struct en_key *sender, struct en_buf *out)
{
    size_t begin = out->n;
    uint8_t sig[EN_SEAL_SIG_LEN];
    uint64_t n, padded;

    EN_ASSERT(en_is_hex(b->from, EN_ENVELOPE_PARTNER_LEN) && en_is_hex(b->to, EN_ENVELOPE_PARTNER_LEN) &&
              b->n_parts <= EN_ENVELOPE_PARTS_MAX);
    EN_ASSERT(numbered_or_slip(b));
    en_buf_add_str(out, BUNDLE_MAGIC);
    en_buf_put_u16(out, (uint16_t)(b->version ? b->version : EN_ENVELOPE_VERSION));
    en_buf_add_text(out, b->from);
    en_buf_add_text(out, b->to);
    en_buf_add(out, b->id, EN_ENVELOPE_ID_LEN);
    en_buf_put_u64(out, b->sequence);
    en_buf_put_u64(out, (uint64_t)b->created);
    en_buf_put_u64(out, (uint64_t)b->expires);
    en_buf_put_u8(out, b->urgent ? FLAG_URGENT : 0);
    en_buf_put_u32(out, (uint32_t)b->n_parts);
    for (size_t i = 0; i < b->n_parts; i++)
        put_part(&b->parts[i], out);
    n = out->n - begin + 4 + EN_SEAL_SIG_LEN;
    EN_ASSERT(n <= EN_ENVELOPE_MAX);
    padded = en_bundle_padded(n);
    en_buf_put_u32(out, (uint32_t)(padded - n));
    for (uint64_t left = padded - n; left;) {
        static const uint8_t zeroes[4096];
        size_t k = left < sizeof zeroes ? (size_t)left : sizeof zeroes;

        en_buf_add(out, zeroes, k);
        left -= k;
    }
    en_seal_sign(sender, EN_PURPOSE_BUNDLE, en_bytes_from(out->p + begin, out->n - begin), sig);
    en_buf_add(out, sig, sizeof sig);
}

/* --- bundles: reading -------------------------------------------------------------------------------- */

static void
take_record(en_reader *r, bool listed, struct en_bundle_part *p)
{
    p->bytes = en_reader_block(r, EN_ENVELOPE_PART_MAX);
    p->release = en_reader_block(r, RELEASE_MAX);
    p->signature = listed ? en_reader_block(r, PROOF_MAX) : en_reader_take(r, EN_SEAL_SIG_LEN);
    p->place = en_reader_u16(r);
    p->salt = en_reader_take(r, EN_ENVELOPE_SALT_LEN);
}

/*= envelope.md 3: whatever comes behind the kinds of version 1 is a kind and a block. */
static void
take_inner(en_reader *r, unsigned kind, struct en_bundle_part *p)
{
    size_t at = r->at + 4;
    en_bytes block = en_reader_block(r, kind == EN_BUNDLE_LISTED ? INNER_MAX : EN_ENVELOPE_PARCEL_MAX);
    en_reader inner = en_reader_from(block);

    if (r->failed != EN_OK || kind != EN_BUNDLE_LISTED) {
        p->kind = EN_BUNDLE_UNKNOWN;
        p->bytes = block;
        return;
    }
    p->kind = EN_BUNDLE_LISTED;
    take_record(&inner, true, p);
    en_reader_end(&inner);
    if (inner.failed != EN_OK) {
        en_reader_fail(r, inner.failed, inner.expected);
        r->failed_at = at + inner.failed_at;
    }
}

static void
take_part(en_reader *r, struct en_bundle_part *p)
{
    unsigned kind = en_reader_u8(r);

    memset(p, 0, sizeof *p);
    if (kind == 0)
        en_reader_fail(r, EN_E_INPUT, "a kind of part");
    if (kind > EN_BUNDLE_PARCEL) {
        take_inner(r, kind, p);
        return;
    }
    p->kind = (enum en_bundle_part_kind)kind;
    if (p->kind == EN_BUNDLE_RECORD)
        take_record(r, false, p);
    else
        p->bytes = en_reader_block(r, part_max(p->kind));
}

static en_text
take_partner(en_reader *r)
{
    en_bytes b = en_reader_take(r, EN_ENVELOPE_PARTNER_LEN);
    en_text t = { (const char *)b.p, b.n };

    if (r->failed == EN_OK && !en_is_hex(t, EN_ENVELOPE_PARTNER_LEN))
        en_reader_fail(r, EN_E_INPUT, "a partner's id: 16 hex digits");
    return r->failed == EN_OK ? t : EN_TEXT_NONE;
}

static en_time
take_time(en_reader *r)
{
    uint64_t t = en_reader_u64(r);

    if (t > (uint64_t)INT64_MAX / 2)
        en_reader_fail(r, EN_E_INPUT, "a time in milliseconds since 1970");
    return (en_time)t;
}

static void
take_parts(en_reader *r, struct en_arena *a, struct en_bundle *out)
{
    uint32_t n = en_reader_u32(r);

    /* Each part has at least a kind and a length: what is claimed must fit into what is there. */
    if (n > EN_ENVELOPE_PARTS_MAX || n > en_reader_left(r) / 5)
        en_reader_fail(r, EN_E_LIMIT, "a number of parts that fits");
    if (r->failed != EN_OK)
        return;
    out->parts = en_arena_array(a, n ? n : 1, sizeof *out->parts);
    if (!out->parts) {
        en_reader_fail(r, EN_E_LIMIT, "parts within the memory given for them");
        return;
    }
    for (; out->n_parts < n && r->failed == EN_OK; out->n_parts++)
        take_part(r, &out->parts[out->n_parts]);
}

/*= envelope.md 3: how every version begins, up to its times, so that its sender can be answered. */
static void
take_head(en_reader *r, unsigned oldest, unsigned newest, struct en_bundle *out)
{
    en_reader_expect(r, EN_BYTES_LIT(BUNDLE_MAGIC));
    out->version = en_reader_u16(r);
    out->beyond = out->version >= oldest && out->version <= newest ? EN_BUNDLE_READ : EN_BUNDLE_OTHER_VERSION;
    out->from = take_partner(r);
    out->to = take_partner(r);
    out->id = en_reader_take(r, EN_ENVELOPE_ID_LEN).p;
    out->sequence = en_reader_u64(r);
    out->created = take_time(r);
    out->expires = take_time(r);
    if (en_reader_left(r) < EN_SEAL_SIG_LEN)
        en_reader_fail(r, EN_E_INPUT, "a signature");
}

static void
take_body(en_reader *r, struct en_arena *a, struct en_bundle *out)
{
    unsigned flags = en_reader_u8(r);
    en_bytes pad;

    if (flags & ~FLAG_URGENT) {
        out->beyond = EN_BUNDLE_OTHER_FLAGS;
        return;
    }
    out->urgent = flags & FLAG_URGENT;
    take_parts(r, a, out);
    pad = en_reader_block(r, EN_ENVELOPE_MAX);
    if (r->failed == EN_OK && pad.n && !sodium_is_zero(pad.p, pad.n))
        en_reader_fail(r, EN_E_INPUT, "zeroes as padding");
    (void)en_reader_take(r, EN_SEAL_SIG_LEN);
    en_reader_end(r);
    if (r->failed == EN_OK && (!numbered_or_slip(out) || r->in.n != en_bundle_padded(r->in.n) ||
                               out->sequence > EN_BUNDLE_NUMBER_MAX))
        en_reader_fail(r, EN_E_INPUT, "a number that bundles have where there are records, and a size that they have");
}

/*= envelope.md 3: a bundle */
en_errc
en_bundle_parse(en_bytes in, struct en_arena *a, struct en_bundle *out, struct en_err *err)
{
    return en_bundle_parse_of(in, EN_ENVELOPE_VERSION, EN_ENVELOPE_VERSION, a, out, err);
}

en_errc
en_bundle_parse_of(en_bytes in, unsigned oldest, unsigned newest, struct en_arena *a, struct en_bundle *out,
                   struct en_err *err)
{
    en_reader r = en_reader_from(in);

    memset(out, 0, sizeof *out);
    take_head(&r, oldest, newest, out);
    if (r.failed != EN_OK) {
        memset(out, 0, sizeof *out);
        return en_reader_result(&r, err);
    }
    if (out->beyond == EN_BUNDLE_READ)
        take_body(&r, a, out);
    if (r.failed != EN_OK || out->beyond != EN_BUNDLE_READ)
        out->n_parts = 0;
    return en_reader_result(&r, err);
}

en_errc
en_bundle_verify(const struct en_bundle *b, en_bytes in, const uint8_t sender_key[EN_SEAL_PUBLIC_LEN], en_text we,
                 en_time now, struct en_err *err)
{
    en_bytes body = en_bytes_from(in.p, in.n - EN_SEAL_SIG_LEN);

    if (!en_seal_verify(sender_key, EN_PURPOSE_BUNDLE, body, en_bytes_from(in.p + body.n, EN_SEAL_SIG_LEN)))
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the bundle is not signed by the partner it names");
    if (b->beyond != EN_BUNDLE_READ)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the bundle is of a version that is not known here");
    if (!en_text_eq(b->to, we))
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the bundle is for another partner");
    if (b->created > now + EN_PARTNER_AHEAD)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the bundle was made in the future");
    if (b->expires <= now)
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the bundle has expired");
    return EN_OK;
}

static en_errc
opens(const struct en_bundle_part *p, const struct en_release *r, en_text we, struct en_err *err)
{
    uint8_t hash[EN_ENVELOPE_HASH_LEN];

    en_sha256(p->bytes, hash);
    if (memcmp(hash, r->record, sizeof hash) != 0)
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the release is of other bytes than these");
    if (!en_release_opens(r, p->place, p->salt.p, we))
        return en_err_set(err, EN_E_RULE, EN_NO_POS, "the originator did not release this record to us");
    return EN_OK;
}

en_errc
en_bundle_part_opens(const struct en_bundle_part *p, en_text we, struct en_err *err)
{
    struct en_release r;
    en_errc rc = en_release_parse(p->release, &r, err);

    EN_ASSERT(en_bundle_is_record(p->kind));
    return rc != EN_OK ? rc : opens(p, &r, we, err);
}

en_errc
en_bundle_part_verify(const struct en_bundle_part *p, const uint8_t originator_key[EN_SEAL_PUBLIC_LEN], en_text we,
                      struct en_err *err)
{
    struct en_release r;
    en_errc rc = en_release_parse(p->release, &r, err);

    EN_ASSERT(p->kind == EN_BUNDLE_RECORD);
    if (rc != EN_OK)
        return rc;
    if (!en_seal_verify(originator_key, EN_PURPOSE_RELEASE, p->release, p->signature))
        return en_err_set(err, EN_E_INTEGRITY, EN_NO_POS, "the release is not signed by the record's originator");
    return opens(p, &r, we, err);
}
