/*
 * bytes.h: untrusted bytes and checked text are different types.
 *
 * en_bytes comes from outside and may be anything. en_text is valid UTF-8 in NFC, free of control
 * characters (C0, C1, DEL), of bidi controls and other invisible format characters, of surrogates and
 * of non-characters; only en_text_check makes one out of bytes. Logs, SQL parameters, JSON output and
 * terminals take en_text. Neither type owns its memory; neither is NUL-terminated.
 */
#ifndef EN_BASE_BYTES_H
#define EN_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

typedef struct en_bytes {
    const uint8_t *p;
    size_t n;
} en_bytes;

typedef struct en_text {
    const char *p;
    size_t n;
} en_text;

#define EN_BYTES_LIT(s) ((en_bytes){ (const uint8_t *)(s), sizeof(s) - 1 })
/* A literal of our own source is checked text by construction. */
#define EN_TEXT_LIT(s)  ((en_text){ (s), sizeof(s) - 1 })
#define EN_TEXT_NONE    ((en_text){ NULL, 0 })
#define EN_TEXT_ARG(t)  (int)(t).n, (t).p /* for "%.*s" */

/* What en_text_check had to repair; bits of its `repairs` result. */
enum en_text_repair {
    EN_TEXT_CLEAN = 0,
    EN_TEXT_STRIPPED_CONTROL = 1,  /* control characters became blanks, invisible ones went */
    EN_TEXT_STRIPPED_BIDI = 2,     /* bidi embeddings, overrides, isolates, marks went */
    EN_TEXT_NORMALISED = 4,        /* bytes changed by NFC, or a blank of another kind became U+0020 */
    EN_TEXT_BAD_UTF8 = 8,          /* invalid sequences became U+FFFD; see en_text_check */
    EN_TEXT_TRIMMED = 16           /* blanks at the ends went, runs of blanks became one */
};

/*
 * Makes checked text from in, in the arena (or borrowing in's bytes when nothing had to change).
 * Invalid UTF-8 is refused with EN_E_INPUT and the offset of the first bad byte. Control and
 * invisible characters are repaired away and reported in *repairs (which may be NULL; bits of enum
 * en_text_repair). EN_E_LIMIT if in is longer than max bytes or the arena is at its cap. On failure
 * *out is EN_TEXT_NONE.
 *
 * U+200C ZERO WIDTH NON-JOINER, which Persian orthography needs inside a word, is kept between two
 * letters that join (Arabic, Syriac …). Checking checked text changes nothing.
 */
en_errc en_text_check(en_bytes in, size_t max, struct en_arena *a, en_text *out, unsigned *repairs,
                      struct en_err *err);

/* As en_text_check, but invalid sequences become U+FFFD and are reported in *repairs. */
en_errc en_text_repair(en_bytes in, size_t max, struct en_arena *a, en_text *out, unsigned *repairs,
                       struct en_err *err);

/* Whether in is checked text as it stands by the quickest test: printable ASCII, single blanks inside, none at the
 * ends. */
bool en_bytes_plain(en_bytes in);

/* Bytes of a text, for hashing and writing. */
en_bytes en_text_bytes(en_text t);
en_bytes en_bytes_from(const void *p, size_t n);
/* A NUL-terminated string of ours (a constant, a formatted number). Not for input. */
en_text en_text_from_ours(const char *s);

bool en_bytes_eq(en_bytes a, en_bytes b);
bool en_text_eq(en_text a, en_text b);
bool en_text_is(en_text a, const char *ours);
/* ASCII case-insensitive. */
bool en_text_is_nocase(en_text a, const char *ours);
/* Which of the n words t is; *at (may be NULL) is left alone if it is none. */
bool en_text_among(en_text t, const char *const *words, unsigned n, unsigned *at);
bool en_text_among_nocase(en_text t, const char *const *words, unsigned n, unsigned *at);
/* memcmp order, shorter first on a tie. */
int en_text_cmp(en_text a, en_text b);
/* Without blanks at either end; for bytes, also CR and LF. */
en_text en_text_trim(en_text t);
en_bytes en_bytes_trim(en_bytes b);
/* A copy in the arena, and a NUL-terminated one; NULL p when the arena is at its cap. */
en_text en_text_dup(en_text t, struct en_arena *a);
const char *en_text_cstr(en_text t, struct en_arena *a);

/*
 * Decodes one code point at b->p and moves b past it. Returns UINT32_MAX (and moves by one byte) on an
 * invalid sequence: overlong, surrogate, beyond U+10FFFF or truncated. b->n must not be 0.
 */
uint32_t en_utf8_next(en_bytes *b);
/* Writes cp to out (room for 4) and returns its length. cp must be a scalar value. */
size_t en_utf8_put(uint32_t cp, char *out);
/* The offset of the first invalid byte, or b.n if b is valid UTF-8. */
size_t en_utf8_check(en_bytes b);

#endif
