/*
 * receipt.h: what a partner says about what it got: a receipt, a refusal, a statement of destruction; whether it may
 * pass something on, and the answer.
 *
 * Each is a C2SP signed note (ledger/note.h) that a person can read: its form, then lines `word value…`, signed by the
 * key `entente/<id>` of whoever says it. docs/formats/statements.md is the format.
 *
 * A record is named by the SHA-256 of its exact bytes, so that also what could not be read is named. A receipt of a
 * bundle says how many parts were in it and lists those that were refused; all others were received. A statement of
 * destruction is a statement and nothing more: nobody can prove a deletion.
 *
 * Pure: times come in. A parsed statement borrows from its bytes; its items are in the arena.
 */
#ifndef EN_NODE_RECEIPT_H
#define EN_NODE_RECEIPT_H

#include "base/arena.h"
#include "base/hash.h"
#include "ledger/note.h"
#include "seal/envelope.h"

#define EN_STATEMENT_ITEMS_MAX   200u /* so that the longest fits into a note */
#define EN_STATEMENT_REASONS_MAX 200u /* bytes of all codes of one item */
#define EN_STATEMENT_RECORD_LEN  36   /* a UUID */

enum en_statement_form {
    EN_STATEMENT_RECEIPT,   /* "entente-receipt/1": a bundle arrived, or a person opened records */
    EN_STATEMENT_REFUSAL,   /* "entente-refusal/1": a whole bundle was refused, or records after a closer look */
    EN_STATEMENT_DESTROYED, /* "entente-destroyed/1": versions of a record are gone */
    EN_STATEMENT_QUESTION,  /* "entente-question/1": may records of the one who is asked be given to others? */
    EN_STATEMENT_CONSENT,   /* "entente-consent/1": they may, or may not */
    EN_STATEMENT_FORMS
};

enum en_statement_word {
    EN_SAID_REFUSED,
    EN_SAID_OPENED,
    EN_SAID_DESTROYED,
    EN_SAID_ONWARD,    /* to whom it is to be given */
    EN_SAID_CONSENTED, /* to whom it may be given, with the proof */
    EN_SAID_DENIED,    /* to whom not, with reasons */
    EN_SAID_WORDS
};
/* The release of a consent, but for what both sides know: the salt of its one entry, and the originator's signature. */
#define EN_CONSENT_PROOF_LEN (EN_ENVELOPE_SALT_LEN + EN_SEAL_SIG_LEN)

struct en_statement_item {
    enum en_statement_word word;
    uint8_t hash[EN_SHA256_LEN];         /* of the record's exact bytes */
    en_text reasons;                     /* of what is refused or denied: codes separated by commas; empty otherwise */
    en_text partner;                     /* of the last three words; empty otherwise */
    uint8_t proof[EN_CONSENT_PROOF_LEN]; /* of a consent; zero otherwise */
};

struct en_statement {
    enum en_statement_form form;
    en_text from, to; /* partner ids */
    en_time at;
    bool of_bundle; /* the next four: which bundle it answers */
    uint8_t bundle[EN_ENVELOPE_ID_LEN];
    uint64_t sequence;
    uint8_t hash[EN_SHA256_LEN]; /* of the signed bundle */
    uint64_t parts;              /* of a receipt */
    uint64_t rest;               /* of a receipt: so many more parts are refused than it and its refusals list */
    en_text rest_reasons;        /* and for what: codes, each of at least one of them; empty if there are none */
    en_text record;              /* of a destruction: the record's UUID; empty otherwise */
    en_text reason;              /* of a refused bundle and of a destruction: a code; empty otherwise */
    struct en_statement_item *items;
    size_t n_items;
    struct en_signed_note *note; /* of a parsed one */
};

/*
 * Whether the statement is whole: ids, the lines its form has and no others, limits, codes. EN_E_INPUT with what is
 * missing or too much.
 */
en_errc en_statement_check(const struct en_statement *s, struct en_err *err);
/* Appends the signed note. The statement passes the check (an invariant); note is not looked at. */
void en_statement_write(const struct en_statement *s, const struct en_key *secret, struct en_buf *out);
/* Whether the bytes begin as one of these forms do. */
bool en_statement_form_of(en_bytes in, enum en_statement_form *out);
/* Reads the form; no signature is verified. EN_E_INPUT or EN_E_LIMIT with line and position. */
en_errc en_statement_parse(en_bytes in, struct en_arena *a, struct en_statement *out, struct en_err *err);
/* Whether a parsed statement is signed with this key under the name of its `from`. EN_E_INTEGRITY. */
en_errc en_statement_verify(const struct en_statement *s, const uint8_t public_key[EN_SEAL_PUBLIC_LEN],
                            struct en_err *err);

#endif
