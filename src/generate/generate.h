/*
 * generate.h: people who do not exist, as many as wanted, the same ones every time.
 *
 * A generator makes the load of `entente bench screen` and, later, rehearsals. A person is made within one culture:
 * words of its names with their frequencies, how a full name is put together, nationalities, and the other script where
 * it has one. Identities look like those of a list (on average three names: the primary one, other spellings, shortened
 * and turned forms, the native form; a birth date in all qualities; some documents). Travellers are strangers, but one
 * in every hundred is an identity of the list as it would present itself: respelled, in its own script, with a typing
 * error, shortened, turned, with a birth date that may be wrong.
 *
 * Identity i and traveller i depend on the seed and on i only, so they can be made in any order, again, and without
 * keeping the others. Every person carries the extra "fictional". The words come from data/bench/name_tokens.tsv,
 * which is in the program. Chances and shares are ours, like those of lists we have seen; they are in culture.c and
 * person.c.
 *
 * Pure: the seed is an argument. A generator is read-only after new and may be shared by threads.
 */
#ifndef EN_GENERATE_GENERATE_H
#define EN_GENERATE_GENERATE_H

#include "person/person.h"

struct en_generator;

struct en_generator *en_generator_new(uint64_t seed);
void en_generator_free(struct en_generator *g);

/* How a traveller presents himself. */
enum en_made_kind {
    EN_MADE_STRANGER,  /* not on the list */
    EN_MADE_EXACT,     /* the primary name of the list */
    EN_MADE_RESPELLED, /* another romanisation */
    EN_MADE_NATIVE,    /* in the culture's own script */
    EN_MADE_TYPO,      /* one letter wrong, missing or too many */
    EN_MADE_SHORTENED, /* only the first given name and the surnames */
    EN_MADE_TURNED,    /* surnames and given names in the other order */
    EN_MADE_KINDS
};
const char *en_made_kind_word(enum en_made_kind k);

#define EN_MADE_NOT_LISTED UINT64_MAX
/* One traveller in so many is on the list, when there is one. */
#define EN_MADE_ONE_IN 100

struct en_made {
    en_text id;          /* "S0000001", "P00000001": counted from 1 */
    const char *culture; /* "arabic"; a constant */
    const char *country; /* ISO 3166-1 alpha-2, lower case: where the person is from, told or not; a constant */
    struct en_person person;
    en_text latin_family, latin_given; /* of a traveller: as his passport says it; family may be empty */
    enum en_made_kind kind; /* of a traveller */
    uint64_t truth;         /* of a traveller: the number of the identity that it is, or EN_MADE_NOT_LISTED */
};

/* The i-th identity (from 0), in the arena. EN_E_LIMIT if the arena is too small: 16 KiB are enough. */
en_errc en_generate_identity(const struct en_generator *g, uint64_t i, struct en_arena *a, struct en_made *out);
/*
 * The i-th traveller (from 0) against a list of the first n identities. As long as there are fewer than 100 n
 * travellers no identity travels twice. n is below 2^32.
 */
en_errc en_generate_traveller(const struct en_generator *g, uint64_t i, uint64_t n, struct en_arena *a,
                              struct en_made *out);

/* --- what it is made of, for tests and for choosing cultures ---------------------------------- */

size_t en_generate_cultures(const struct en_generator *g);
/* The name of the c-th culture and its share of a list, of 1. */
const char *en_generate_culture(const struct en_generator *g, size_t c, double *share);
/* Whether a culture has this country; false for a culture that is not known. */
bool en_generate_culture_has(const struct en_generator *g, const char *culture, const char *country_a2);

#endif
