/*
 * card.h: a partner's card, and the history of its keys. docs/formats/cards.md 2 and 3.
 *
 * A *card* says who a partner is now: name, country, signing key, the digest of the next one, sealing keys by month.
 * It is signed with the signing key it names. A *key statement* is one step of the partner's history of keys, numbered
 * from 1 without gaps. Step 1 is signed by the first key, whose id is the partner's id; each step publishes the digest
 * of the signing key that will follow. So whoever holds the steps can follow the partner from its id to its key of
 * today, and a thief of the key in use cannot go on to a key of his own: its digest was never published.
 *
 * Times come in; what is read borrows from its note.
 */
#ifndef EN_NODE_CARD_H
#define EN_NODE_CARD_H

#include "base/hash.h"
#include "node/lines.h"

#define EN_CARD_COUNTRY_MAX 3u
#define EN_CARD_SEALS_MAX   EN_NODE_SEALINGS_MAX
#define EN_KEY_STEPS_MAX    1000u
/* Where a node is reached. */
#define EN_CARD_ADDRESSES_MAX 4u
#define EN_CARD_ADDRESS_MAX   300u
/* A card file: the card and all steps behind it. */
#define EN_CARD_FILE_MAX (2u * EN_MIB)

/* Where a partner's history of keys stands. */
struct en_key_state {
    char partner[EN_SEAL_ID_LEN + 1];
    uint32_t number;                 /* of the step */
    uint8_t key[EN_SEAL_PUBLIC_LEN]; /* the signing key */
    uint8_t next[EN_SHA256_LEN];     /* SHA-256 of the next signing key */
};

/* SHA-256 of a public key; its first 16 hex digits are the key's id. */
void en_key_digest(const uint8_t public_key[EN_SEAL_PUBLIC_LEN], uint8_t out[EN_SHA256_LEN]);

/*
 * What two people read to each other: 8 groups of 5 digits, 132 bits, over the signing key and the digest of the next.
 * So a card that a thief of the signing key made has another one.
 */
#define EN_FINGERPRINT_LEN 47
void en_key_fingerprint(const struct en_key_state *k, char out[EN_FINGERPRINT_LEN + 1]);
/* As a person typed it: blanks and hyphens between digits do not matter. False if it is not 40 digits, or another. */
bool en_key_fingerprint_is(const struct en_key_state *k, en_text typed);

/* "https://host" or "https://host:port", nothing behind it; the host in small letters, or IPv6 in brackets. */
bool en_address_valid(en_text address);

/* --- cards -------------------------------------------------------------------------------------------------------- */

struct en_card_seal {
    int32_t month;
    uint8_t recipient[EN_AGE_KEY_LEN];
};

struct en_card {
    struct en_key_state keys;
    en_text name;
    en_text country; /* alpha-3, "" for none */
    bool rehearsal;  /* a node for made-up data: takes part with its like only */
    en_time at;      /* when it was made: a partner's newer card replaces the older */
    unsigned n_addresses; /* 0: it cannot be reached, and fetches */
    en_text address[EN_CARD_ADDRESSES_MAX];
    unsigned n_seals;
    struct en_card_seal seal[EN_CARD_SEALS_MAX]; /* oldest month first */
};

/* Appends the card, signed. name is checked text, addresses are valid; there is a sealing key (invariants). */
void en_card_write(const struct en_card *c, const struct en_key *signing, struct en_buf *out);
/* Reads a card and verifies its signature by the key it names. EN_E_INPUT, EN_E_LIMIT, EN_E_INTEGRITY. */
en_errc en_card_read(en_bytes note, struct en_card *out, struct en_err *err);
/* The sealing key to use at a time: of this month, else of the newest month before it, else the oldest there is. */
const struct en_card_seal *en_card_seal_at(const struct en_card *c, en_time now);

/* --- the history of keys ------------------------------------------------------------------------------------------ */

enum en_key_change {
    EN_KEY_FIRST,      /* "first": step 1 */
    EN_KEY_ROTATED,    /* "rotated": the key whose digest was published, signed by the one before and by itself */
    EN_KEY_LOST,       /* "lost": the same, but the key before could not sign any more */
    EN_KEY_SPARE,      /* "spare": the next key was lost; the same signing key publishes another digest */
    EN_KEY_READMITTED, /* "readmitted": both were lost; nothing ties this key to the ones before but people */
    EN_KEY_CHANGES
};
const char *en_key_change_word(enum en_key_change c);

struct en_key_step {
    struct en_key_state keys; /* after it */
    enum en_key_change change;
    en_time at;
    uint8_t before[EN_SEAL_PUBLIC_LEN]; /* the signing key before; of step 1 its own */
};

/*
 * Appends the statement. by: the secret of the key that the step leads to; before: that of the one before for
 * EN_KEY_ROTATED, else NULL.
 */
void en_key_step_write(const struct en_key_step *s, const struct en_key *by, const struct en_key *before,
                       struct en_buf *out);
/* Reads the form of one; nothing is verified: for what was verified before. EN_E_INPUT, EN_E_LIMIT. */
en_errc en_key_step_parse(en_bytes note, struct en_key_step *out, struct en_err *err);
/* Reads one and verifies the signatures that its change needs. EN_E_INPUT, EN_E_LIMIT, EN_E_INTEGRITY. */
en_errc en_key_step_read(en_bytes note, struct en_key_step *out, struct en_err *err);
/*
 * Does this step follow from *at (NULL: it must be step 1)? EN_E_INTEGRITY with what does not hold: another partner,
 * another number, a key whose digest was not published. What holds may still be one that only a person can accept: look
 * at its change.
 */
en_errc en_key_step_follows(const struct en_key_step *s, const struct en_key_state *at, struct en_err *err);

/* Takes one step of a card file; what is returned ends the walk. note is borrowed for the call. */
typedef en_errc en_key_step_fn(void *ctx, const struct en_key_step *s, en_bytes note, struct en_err *err);

struct en_card_file {
    struct en_card card;
    en_bytes card_note, steps; /* parts of the input */
    enum en_key_change worst;  /* of the steps that were walked */
    uint32_t walked;           /* how many of them were new */
};
/*
 * Reads a card file, that is a card and its partner's steps from 1 on, and walks the steps. known (may be NULL): where
 * this partner's history is known to stand; the steps up to it are read over, but the one of its number must lead to
 * it. fn (may be NULL) sees each new step. The history must end where the card stands. EN_E_INTEGRITY otherwise.
 */
en_errc en_card_file_read(en_bytes in, const struct en_key_state *known, en_key_step_fn *fn, void *ctx,
                          struct en_card_file *out, struct en_err *err);

#endif
