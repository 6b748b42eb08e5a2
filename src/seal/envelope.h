/*
 * envelope.h: a signed, sealed delivery of records from one partner to one other. docs/formats/envelope.md.
 *
 * Two signatures, for two questions. The originator's *release* says which exact bytes it let go and to whom, the
 * roster hidden in salted commitments: a holder opens its own entry and learns no other; what is passed on without
 * consent has no entry for the one who gets it. The sender's signature over the *bundle* says who delivers what to
 * whom; it is made before sealing and names the recipient, so that a bundle that is re-sealed for another is refused.
 * The signed bundle is padded to a size that many bundles share, and sealed with age for the recipient alone.
 *
 * Pure: salts, ids, random bytes and times come in. Parsed parts borrow from the opened bytes.
 */
#ifndef EN_SEAL_ENVELOPE_H
#define EN_SEAL_ENVELOPE_H

#include "base/time.h"
#include "seal/age.h"
#include "seal/seal.h"

#define EN_ENVELOPE_PARTNER_LEN 16 /* hex digits */
#define EN_ENVELOPE_ID_LEN      16
#define EN_ENVELOPE_SALT_LEN    32
#define EN_ENVELOPE_HASH_LEN    32
#define EN_ENVELOPE_VERSION     1
/* Bytes of one bundle at most, before sealing: 16 times the largest record. */
#define EN_ENVELOPE_MAX         (64u * EN_MIB)
#define EN_ENVELOPE_PARTS_MAX   100000u
#define EN_ENVELOPE_PART_MAX    EN_MAX_RECORD
/* A parcel, and so what can be passed on by others: a quarter of a bundle, so that two layers fit. */
#define EN_ENVELOPE_PARCEL_MAX  (16u * EN_MIB)
#define EN_ENVELOPE_ROSTER_MAX  128u

/* --- releases ---------------------------------------------------------------------------------------- */


/*
 * Appends the bytes of a release: the hash of the exact record and one entry a partner. Entries stand in the order of
 * their bytes, so that their places say nothing. partners and salts have n elements; partners are distinct and valid
 * ids (an invariant). places[i] (may be NULL) is where partner i stands.
 */
void en_release_write(const uint8_t record[EN_ENVELOPE_HASH_LEN], const en_text *partners,
                      const uint8_t (*salts)[EN_ENVELOPE_SALT_LEN], unsigned n, unsigned *places, struct en_buf *out);

struct en_release {
    const uint8_t *record; /* hash */
    const uint8_t *roster; /* n entries */
    unsigned n;
};
en_errc en_release_parse(en_bytes in, struct en_release *out, struct en_err *err);
/* Whether the release is for this partner: its salt opens the entry at place. */
bool en_release_opens(const struct en_release *r, unsigned place, const uint8_t salt[EN_ENVELOPE_SALT_LEN],
                      en_text partner);

/* --- bundles ----------------------------------------------------------------------------------------- */

enum en_bundle_part_kind {
    EN_BUNDLE_UNKNOWN = 0,    /* bytes: what a part brings whose kind is not known here; never written */
    EN_BUNDLE_RECORD = 1,     /* bytes: a STIX object; with release, signature of its originator and the own opening */
    EN_BUNDLE_RECEIPT = 2,    /* bytes: a receipt, signed by who received */
    EN_BUNDLE_HEAD = 3,       /* bytes: a checkpoint of a partner's log with cosignatures */
    EN_BUNDLE_STATEMENT = 4,  /* bytes: a signed statement: destroyed, refused, charter … */
    EN_BUNDLE_PARCEL = 5,     /* bytes: a sealed bundle for another partner, to be passed on (node/parcel.h) */
    EN_BUNDLE_LISTED = 6      /* as a record; its release is of a list that was signed once (ledger/batch.h) */
};
bool en_bundle_is_record(enum en_bundle_part_kind k);

struct en_bundle_part {
    enum en_bundle_part_kind kind;
    en_bytes bytes;
    en_bytes signature; /* of a record: EN_SEAL_SIG_LEN of the originator, over the release; listed: its list proof */
    en_bytes release;   /* of a record; this and the signature are empty otherwise */
    unsigned place;     /* of the recipient's entry in the release */
    en_bytes salt;      /* EN_ENVELOPE_SALT_LEN, or empty */
};

/* Of later versions: what stands in the way of reading more than the head. */
enum en_bundle_beyond { EN_BUNDLE_READ, EN_BUNDLE_OTHER_VERSION, EN_BUNDLE_OTHER_FLAGS };

struct en_bundle {
    enum en_bundle_beyond beyond; /* of one that was read */
    unsigned version;  /* in which it is written; 0 (to be written): EN_ENVELOPE_VERSION */
    en_text from, to;  /* partner ids */
    const uint8_t *id; /* EN_ENVELOPE_ID_LEN */
    uint64_t sequence; /* of this pair of partners and direction, from 1; 0: a slip, without records */
    en_time created, expires;
    bool urgent;
    struct en_bundle_part *parts;
    size_t n_parts;
};

/* Appends the signed bundle: padded, with the sender's signature behind. The bundle is within limits (invariant). */
void en_bundle_write(const struct en_bundle *b, const struct en_key *sender, struct en_buf *out);

/*
 * Reads the form of a signed bundle: nothing is verified. Parts are in the arena, bytes borrowed. A part of a kind that
 * is not known is EN_BUNDLE_UNKNOWN; of a version or with flags that are not known, only the head is read (beyond), for
 * the sender to be told. EN_E_INPUT or EN_E_LIMIT with the offset: if the head could be read it is in *out, without
 * parts, and out->from.n is not 0.
 */
en_errc en_bundle_parse(en_bytes in, struct en_arena *a, struct en_bundle *out, struct en_err *err);
/* The same for whoever reads versions from oldest to newest; all of these have the form of version 1. */
en_errc en_bundle_parse_of(en_bytes in, unsigned oldest, unsigned newest, struct en_arena *a, struct en_bundle *out,
                           struct en_err *err);
/*
 * Whether the bundle is from whom it says, for us, and not out of its time. in is the whole of what was parsed,
 * sender_key the key of the partner bundle->from (the caller looks it up). EN_E_INTEGRITY, EN_E_RULE (for another, too
 * old, from the future).
 */
en_errc en_bundle_verify(const struct en_bundle *b, en_bytes in, const uint8_t sender_key[EN_SEAL_PUBLIC_LEN],
                         en_text we, en_time now, struct en_err *err);
/*
 * Whether the release of a record part is of these bytes and for `we`, whoever signed it. EN_E_INPUT, EN_E_INTEGRITY or
 * EN_E_RULE (no entry for us: passed on without consent).
 */
en_errc en_bundle_part_opens(const struct en_bundle_part *p, en_text we, struct en_err *err);
/*
 * Whether a part of kind EN_BUNDLE_RECORD was released by its originator to `we`: signature over the release, and the
 * above. Of a listed one see en_batch_verify.
 */
en_errc en_bundle_part_verify(const struct en_bundle_part *p, const uint8_t originator_key[EN_SEAL_PUBLIC_LEN],
                              en_text we, struct en_err *err);

/* Numbers have at most 15 digits, so that every store, statement and JSON has them. */
#define EN_BUNDLE_NUMBER_MAX ((uint64_t)999999999999999)

/* The length that n bytes are padded to: 4, 16, 64 KiB …, by fours, to 1 MiB, then whole MiB. */
uint64_t en_bundle_padded(uint64_t n);

#endif
