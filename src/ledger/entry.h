/*
 * entry.h: the entry of an event, and its opening: what somebody needs who is to believe that an entry is this event.
 */
#ifndef EN_LEDGER_ENTRY_H
#define EN_LEDGER_ENTRY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/limits.h"

#define EN_ENTRY_NONCE_LEN 32
#define EN_OPENING_MAX     (24u * EN_MIB)

/* SHA-256 of nonce, length of type (u16, big-endian), type, bytes. docs/formats/store.md, "events". */
void en_entry_make(const uint8_t nonce[EN_ENTRY_NONCE_LEN], en_text type, en_bytes bytes, uint8_t out[EN_SHA256_LEN]);

struct en_opening {
    uint64_t event; /* its number: entry event - 1 of the tree */
    uint8_t nonce[EN_ENTRY_NONCE_LEN];
    en_text type;
    en_bytes bytes;
    uint8_t entry[EN_SHA256_LEN]; /* computed */
};

/* The JSON object of docs/formats/ledger.md; entry is not looked at. */
void en_opening_write(const struct en_opening *o, struct en_json *j);
/* Reads it; type and bytes are in the arena. EN_E_INPUT; EN_E_INTEGRITY if the entry in it is another one's. */
en_errc en_opening_parse(en_bytes in, struct en_arena *a, struct en_opening *out, struct en_err *err);

#endif
