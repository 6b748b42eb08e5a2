/*
 * err.h: the one error type.
 *
 * A function that can fail returns an en_errc and, where the reason helps a person, fills the
 * caller's struct en_err (which may be NULL). Bad input is an error that is returned; a broken
 * invariant (EN_ASSERT) or a failed malloc ends the process, which its supervisor restarts.
 *
 * An error never quotes the input: it names a position and what was expected there.
 */
#ifndef EN_BASE_ERR_H
#define EN_BASE_ERR_H

#include <stdint.h>

#define EN_ERR_TEXT_MAX 240
#define EN_NO_POS       UINT64_MAX

/* What a caller can branch on. The order is not an interface; en_errc_exit() is. */
typedef enum en_errc {
    EN_OK = 0,
    EN_E_NO,        /* the answer is no */
    EN_E_INPUT,     /* the input is not what its format allows */
    EN_E_LIMIT,     /* the input is larger, deeper or longer than limits.h allows */
    EN_E_USAGE,     /* the caller's request is malformed */
    EN_E_RULE,      /* refused by a rule */
    EN_E_SECOND,    /* waits for a second signature */
    EN_E_NOT_FOUND, /* not found, or not visible to this person: the same answer */
    EN_E_PARTNER,   /* a partner or the network */
    EN_E_INTEGRITY, /* a signature, a hash or the ledger does not hold */
    EN_E_BUSY,      /* another process or act is in the way; try again */
    EN_E_STORAGE,   /* disk full, read-only, input/output error */
    EN_E_BUG        /* a fault of this program */
} en_errc;

struct en_err {
    en_errc code;
    uint64_t pos;  /* byte offset in the input, EN_NO_POS if there is none */
    uint64_t line; /* line, row or segment number from 1; 0 if there is none */
    char text[EN_ERR_TEXT_MAX];
};

#define EN_ERR_INIT { EN_OK, EN_NO_POS, 0, "" }

/*
 * Fills err (which may be NULL) and returns code, so that `return en_err_set(...)` reads well. The
 * arguments of fmt must never carry input text: numbers and our own constants only. A text too long
 * is cut, never overrun.
 */
en_errc en_err_set(struct en_err *err, en_errc code, uint64_t pos, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* As en_err_set, with a line (row, segment) number. */
en_errc en_err_set_at(struct en_err *err, en_errc code, uint64_t line, uint64_t pos, const char *fmt,
                      ...) __attribute__((format(printf, 5, 6)));

/* Drops the character that a cut left incomplete at the end of s (ours, UTF-8). */
void en_err_whole_chars(char *s);

/* The process exit code of design.md section 9: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 or 70. */
int en_errc_exit(en_errc code);

/* A stable lower-case word for the class ("input", "limit", "storage" …), for --json. */
const char *en_errc_name(en_errc code);

/* Ends the process: a broken invariant, or no memory. Writes where to standard error by abort's
 * message only; never the data. */
_Noreturn void en_panic(const char *file, int line, const char *what);

/* Always on, also in release builds. */
#define EN_ASSERT(cond) ((cond) ? (void)0 : en_panic(__FILE__, __LINE__, #cond))

/*
 * For large scratch arrays of hot loops, each cell of which is written before it is read: the build zeroes every other
 * automatic variable (-ftrivial-auto-var-init).
 */
#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#define EN_UNINITIALISED __attribute__((uninitialized))
#endif
#endif
#ifndef EN_UNINITIALISED
#define EN_UNINITIALISED
#endif

/* malloc, calloc, realloc, strndup that end the process instead of returning NULL. */
void *en_xmalloc(uint64_t n);
void *en_xcalloc(uint64_t count, uint64_t size);
void *en_xrealloc(void *p, uint64_t n);

#endif
