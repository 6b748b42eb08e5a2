/*
 * merge.h: when two records tell of one passenger on one flight, and what is known of that passenger then.
 *
 * Carriers tell of a passenger again and again: a booking is pushed whole five times, the check-in data come beside it,
 * a document is read at the gate. docs/formats/passengers.md says the rules in prose; they are pure, so that what the
 * node holds does not depend on when it was told. Nothing is taken away by a merge but what the newer record replaces.
 */
#ifndef EN_FORMATS_MERGE_H
#define EN_FORMATS_MERGE_H

#include "formats/flight.h"
#include "formats/manifest.h"

/* Which rule says that it is one passenger; tried in this order. */
enum en_same {
    EN_SAME_NOT,
    EN_SAME_REFERENCE, /* the carrier's reference of the passenger, and a name that may be the same */
    EN_SAME_DOCUMENT,  /* a document of the same number */
    EN_SAME_LOCATOR,   /* the same booking, and a name that may be the same */
    EN_SAME_BIRTH,     /* the same birth date, and a name that may be the same */
    EN_SAMES
};
const char *en_same_word(enum en_same s); /* "" "reference" "document" "locator" "birth-date" */

/*
 * The flight as a word to look travellers up by: its number in normal form. The same for all records of one flight, and
 * for those of other days. Returns the length; 0 if no flight is known: such a traveller is merged with nobody.
 */
size_t en_traveller_flight(const struct en_traveller *t, char out[EN_FLIGHT_MAX]);
/*
 * A set of bits that two records of one passenger share at least one of. For a quick no: if the sets have no bit in
 * common, en_traveller_same is EN_SAME_NOT.
 */
uint64_t en_traveller_marks(const struct en_traveller *t);
enum en_same en_traveller_same(const struct en_traveller *a, const struct en_traveller *b);

struct en_merged {
    bool changed;  /* something is known that was not, or is otherwise */
    bool evidence; /* and it is of the person: to be screened again */
};

/*
 * Adds what the newer record says of the same passenger. into keeps its id and its place in its file; what is taken is
 * copied into the arena of its person. EN_E_LIMIT at that arena's cap or beyond what a person may have.
 */
en_errc en_traveller_merge(struct en_traveller *into, const struct en_traveller *newer, struct en_merged *out);

#endif
