/*
 * seal.h: keys of persons, and signatures with a purpose.
 *
 * A signature is made over a message and a purpose and is void for any other purpose. Nothing here draws randomness: a
 * key is made from 32 random bytes of the caller. docs/formats/keys.md says what is signed and how a key file looks.
 */
#ifndef EN_SEAL_SEAL_H
#define EN_SEAL_SEAL_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/time.h"

#define EN_SEAL_SEED_LEN   32
#define EN_SEAL_PUBLIC_LEN 32
#define EN_SEAL_SIG_LEN    64
#define EN_SEAL_ID_LEN     16 /* hex digits of a key's id */
#define EN_KEY_FILE_MAX    1024
#define EN_KEY_NAME_MAX    64

/* What a signature is for. The words are part of the format: never reuse or change one. */
enum en_purpose {
    EN_PURPOSE_EVENT,   /* "entente-event": the person stands for this act; the message is the event's leaf */
    EN_PURPOSE_SESSION, /* "entente-session": the person is at the other end of this connection */
    EN_PURPOSE_RELEASE, /* "entente-release": the originator lets these bytes go to those on the roster */
    EN_PURPOSE_RELEASES, /* "entente-releases": the same for each of a list of releases (ledger/batch.h) */
    EN_PURPOSE_BUNDLE,  /* "entente-bundle": the sender delivers these parts to this recipient */
    EN_PURPOSE_TLS,     /* "entente-tls": this certificate's key speaks for the node on the wire, for some days */
    EN_PURPOSES
};
const char *en_purpose_word(enum en_purpose p);

/* A secret key. Wipe it as soon as it is not needed. */
struct en_key {
    uint8_t seed[EN_SEAL_SEED_LEN];
    uint8_t public_key[EN_SEAL_PUBLIC_LEN];
};

void en_key_from_seed(const uint8_t seed[EN_SEAL_SEED_LEN], struct en_key *out);
void en_key_wipe(struct en_key *k);
/* The first 8 bytes of SHA-256 of the public key as 16 hex digits and a NUL: to be read out and compared, not to be
 * trusted alone. */
void en_key_id(const uint8_t public_key[EN_SEAL_PUBLIC_LEN], char out[EN_SEAL_ID_LEN + 1]);

/* The exact bytes that are signed, appended to out. */
void en_seal_signed_bytes(enum en_purpose purpose, en_bytes message, struct en_buf *out);
void en_seal_sign(const struct en_key *k, enum en_purpose purpose, en_bytes message, uint8_t sig[EN_SEAL_SIG_LEN]);
bool en_seal_verify(const uint8_t public_key[EN_SEAL_PUBLIC_LEN], enum en_purpose purpose, en_bytes message,
                    en_bytes sig);

/*
 * A name for a person or a key: 1 to EN_KEY_NAME_MAX characters a-z, 0-9, '-', '_' and '.', the first a letter or
 * digit. It is a file name, so nothing else can be one.
 */
bool en_key_name_valid(en_text name);
/* The text of a key file. name must be valid (an invariant). The buffer holds the secret: release it (which wipes). */
void en_key_file_write(const struct en_key *k, en_text name, en_time created, struct en_buf *out);
/* EN_E_INPUT with line and position, EN_E_INTEGRITY if the public key is not that of the secret. *name is borrowed from
 * in. */
en_errc en_key_file_read(en_bytes in, struct en_key *out, en_text *name, en_time *created, struct en_err *err);

#endif
