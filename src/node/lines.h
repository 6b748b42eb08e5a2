/*
 * lines.h: what partners say about themselves and about each other's records, as text that a person can read.
 * docs/formats/cards.md.
 *
 * A statement is a C2SP signed note. Its first line is its form ("entente-card/1"), then come lines of a word, a blank
 * and a value, in the order that the form has; a version of a form has no lines that the form does not name. The name
 * of the key that signs it is "entente/" and the partner's id.
 *
 * Reading is like reader.h: the first fault stays, later calls give empty values, and en_lines_end tells. Values
 * borrow from the note. Nothing is believed before a signature was verified.
 */
#ifndef EN_NODE_LINES_H
#define EN_NODE_LINES_H

#include "base/arena.h"
#include "ledger/note.h"
#include "seal/node_key.h"

#define EN_LINES_MAX        (32u * EN_KIB)
#define EN_PARTNER_NAME_MAX 200u /* bytes of a partner's name */

/* "entente/" and the id. */
#define EN_PARTNER_KEY_NAME_MAX (8 + EN_SEAL_ID_LEN)
/* The key of a partner as notes know it. partner is an id (an invariant). */
void en_partner_note_key(en_text partner, const uint8_t public_key[EN_SEAL_PUBLIC_LEN], struct en_note_key *out);
/* 16 hex digits, small letters. */
bool en_partner_id_valid(en_text id);

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct en_lines {
    struct en_signed_note note;
    en_bytes rest; /* of the text */
    uint64_t line;
    struct en_err fault;
};

/* The next note of several that stand one behind the other; moves behind it. EN_E_NO at the end. */
en_errc en_lines_next(en_bytes *in, en_bytes *note, struct en_err *err);
/* The same where a note may be longer than EN_LINES_MAX: up to max bytes. */
en_errc en_lines_next_max(en_bytes *in, size_t max, en_bytes *note, struct en_err *err);
/* The form of a note, for whoever has several: its first line; empty if it has none. */
en_text en_lines_form(en_bytes note);
/* EN_E_INPUT, EN_E_LIMIT; a note of another form is EN_E_INPUT. */
en_errc en_lines_open(en_bytes note, const char *form, struct en_lines *out, struct en_err *err);
/* The same of a form that may be longer: up to max bytes, at most EN_NOTE_MAX. */
en_errc en_lines_open_max(en_bytes note, const char *form, size_t max, struct en_lines *out, struct en_err *err);
/* Is the next line one of this word? */
bool en_lines_has(const struct en_lines *s, const char *word);
/* The value of the next line, which must be of this word: 1 to max bytes. */
en_text en_lines_value(struct en_lines *s, const char *word, size_t max);
/* The same, of a kind. text: checked text as it stands, so that what is shown is what was signed. */
en_text en_lines_text(struct en_lines *s, const char *word, size_t max);
uint64_t en_lines_number(struct en_lines *s, const char *word, uint64_t min, uint64_t max);
en_time en_lines_time(struct en_lines *s, const char *word);                     /* as en_time_format writes it */
void en_lines_hex(struct en_lines *s, const char *word, uint8_t *out, size_t n); /* small letters */
void en_lines_partner(struct en_lines *s, const char *word, char out[EN_SEAL_ID_LEN + 1]);
/* A fault of the caller's own finding, at the line read last. */
void en_lines_refuse(struct en_lines *s, const char *why);
/* No more lines; the first fault. */
en_errc en_lines_end(struct en_lines *s, struct en_err *err);
/* Is it signed by this key of this partner? EN_E_INTEGRITY if it is not, or not well. */
en_errc en_lines_signed(const struct en_lines *s, en_text partner, const uint8_t public_key[EN_SEAL_PUBLIC_LEN],
                        struct en_err *err);

/* --- writing ------------------------------------------------------------------------------------------------------ */

/* out is empty: the form's line. Values are valid (invariants). */
void en_lines_begin(const char *form, struct en_buf *out);
void en_lines_add(struct en_buf *out, const char *word, en_text value);
void en_lines_add_number(struct en_buf *out, const char *word, uint64_t value);
void en_lines_add_time(struct en_buf *out, const char *word, en_time value);
void en_lines_add_hex(struct en_buf *out, const char *word, const uint8_t *p, size_t n);
/* Signs the text that out holds by n keys of the partner. */
void en_lines_sign(en_text partner, const struct en_key *const *keys, unsigned n, struct en_buf *out);

#endif
