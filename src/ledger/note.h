/*
 * note.h: signed notes and their keys (C2SP signed-note v1.0.0, tlog-cosignature v1).
 *
 * A note is text that ends in a newline, a blank line, and signature lines. A key is a name and a public key of a type;
 * name and key id together say which key a signature line is of. Signatures of keys that the reader does not know are
 * ignored; one of a known key that does not verify spoils the note.
 */
#ifndef EN_LEDGER_NOTE_H
#define EN_LEDGER_NOTE_H

#include "base/buf.h"
#include "base/time.h"
#include "seal/seal.h"

#define EN_NOTE_NAME_MAX 200        /* bytes of a key's name: entente/<id>/<epoch> is far shorter */
#define EN_NOTE_SIGS_MAX 160u       /* 75 partners, their cosignatures and their last keys, twice */
#define EN_NOTE_MAX      (64u * EN_KIB)
#define EN_NOTE_ID_LEN   4

enum en_note_type {
    EN_NOTE_ED25519 = 0x01,    /* a signature over the text */
    EN_NOTE_COSIGNATURE = 0x04 /* with the time at which a witness saw it */
};

struct en_note_key {
    char name[EN_NOTE_NAME_MAX + 1];
    enum en_note_type type;
    uint8_t id[EN_NOTE_ID_LEN];
    uint8_t public_key[EN_SEAL_PUBLIC_LEN];
};

/* Not empty, valid UTF-8, no blanks of any kind, no control characters, no '+'; at most EN_NOTE_NAME_MAX bytes. */
bool en_note_name_valid(en_text name);
/* name must be valid (an invariant). */
void en_note_key_make(en_text name, enum en_note_type type, const uint8_t public_key[EN_SEAL_PUBLIC_LEN],
                      struct en_note_key *out);
/* A "vkey": <name>+<hash in hex>+<base64 of type and key>. EN_E_INPUT, also for a hash that is not the key's. */
en_errc en_note_key_parse(en_text vkey, struct en_note_key *out, struct en_err *err);
void en_note_key_write(const struct en_note_key *k, struct en_buf *out);

struct en_note_sig {
    en_text name;               /* borrowed from the note */
    uint8_t id[EN_NOTE_ID_LEN];
    en_bytes line;              /* the whole line with its newline */
    en_text base64;
};

struct en_signed_note {
    en_bytes text; /* with its last newline; borrowed */
    unsigned n;
    struct en_note_sig sig[EN_NOTE_SIGS_MAX];
};

/* Reads the form; no signature is verified. EN_E_INPUT with line and position, EN_E_LIMIT. Borrows from in. */
en_errc en_note_parse(en_bytes in, struct en_signed_note *out, struct en_err *err);

enum en_note_verdict {
    EN_NOTE_UNSIGNED, /* there is no signature of this key */
    EN_NOTE_GOOD,
    EN_NOTE_BAD       /* there is one and it does not hold: do not believe the note */
};
/* at: the time of a cosignature in POSIX seconds; may be NULL. */
enum en_note_verdict en_note_verify(const struct en_signed_note *n, const struct en_note_key *k, uint64_t *at);

/* Appends the signature line over text (a note's text, valid and with its last newline). seconds: for cosignatures. */
void en_note_sign(const struct en_note_key *k, const struct en_key *secret, en_bytes text, uint64_t seconds,
                  struct en_buf *out);

#endif
