/*
 * refusals.h: why partners are told no: the codes, a sentence for each, and how often. Internal to src/acts.
 */
#ifndef EN_ACTS_REFUSALS_H
#define EN_ACTS_REFUSALS_H

#include "acts/act.h"

/* Codes that are not rules, as docs/formats/statements.md 3 has them. */
struct refusal_code {
    const char *code, *sentence;
};
extern const struct refusal_code refusal_codes[]; /* ends with a row without code */

/* A sentence for a person; for a code that is not known here (of another version) one that says so. */
const char *refusal_sentence(en_text code);

/* How many parts of one bundle were refused for each code. */
#define REFUSAL_CODES_MAX 64u
struct refusal_sums {
    size_t n;
    struct {
        char code[EN_STORE_CODE_MAX + 1];
        uint64_t count;
    } v[REFUSAL_CODES_MAX];
};
/* codes: one or several, separated by commas. */
void refusal_sums_add(struct refusal_sums *s, en_text codes);
/* Adds them to what is known of the partner; in a transaction. */
en_errc refusal_sums_store(const struct refusal_sums *s, struct en_store *store, en_text partner, en_time at,
                           struct en_err *err);
/* How often this partner was refused for any code that begins so. */
en_errc refusals_count(struct en_store *store, en_text partner, const char *begins, uint64_t *n, struct en_err *err);
/* Writes "refusals" of a status. */
en_errc refusals_json(struct en_call *c, struct en_json *j, struct en_err *err);

#endif
