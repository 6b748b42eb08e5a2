/*
 * person_json.h: what the JSON lines of identities and travellers share. docs/formats/json.md, "person".
 */
#ifndef EN_PERSON_PERSON_JSON_H
#define EN_PERSON_PERSON_JSON_H

#include <jansson.h>

#include "person/person.h"

/* Where an object stands in its file, for notes. */
struct en_json_place {
    uint64_t line, pos;
};

/*
 * Writes "birth_date" and "nationality": the first of each, "" if there is none. A traveller line has them for simple
 * readers.
 */
void en_person_json_first(const struct en_person *p, struct en_json *j);

/*
 * Reads the members of a person out of an object into *out, which en_person_init has made. Members named in `others`
 * (NULL-terminated; may be NULL) belong to the caller and are passed over. Any other member, and any value that is not
 * understood, becomes an extra under its path ("names[0].kind") and is noted: person-member (EN_NOTE_KEPT); a repaired
 * text: text-control, text-bidi, text-normalised (EN_NOTE_REPAIR); what cannot even be kept: value-long, value-limit
 * (EN_NOTE_REFUSED).
 *
 * "birth_date" is read where "birth_dates" is missing, and "nationality" where "nationalities" is.
 *
 * EN_E_LIMIT if the arena is at its cap; nothing else fails. All texts are in the arena.
 */
en_errc en_person_from_object(json_t *object, const char *const *others, struct en_person *out,
                              struct en_report *report, struct en_json_place at, struct en_err *err);

#endif
