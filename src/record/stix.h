/*
 * stix.h: records as STIX 2.1 objects (OASIS Standard, 10 June 2021) with our extension, and back.
 *
 * One record is one object. What STIX has a property for stands there (type, id, created_by_ref, created, modified,
 * name, sighting_of_ref …), so that any tool reads at least that; all of the record stands in the property extension
 * EN_STIX_RECORD, which alone is read back. Kinds that STIX lacks are objects of our own types (EN_STIX_TYPES,
 * new-sdo). docs/formats/record.md gives every member; docs/formats/records has the fields of each kind, the schema of
 * the extension and an example a kind.
 */
#ifndef EN_RECORD_STIX_H
#define EN_RECORD_STIX_H

#include "base/buf.h"
#include "record/record.h"

#define EN_STIX_RECORD "extension-definition--c3e2a1d4-5b0f-4d6a-8b7e-0f4f6a1c9d21"
#define EN_STIX_TYPES  "extension-definition--9a7d4c1b-2e63-4f58-a1c0-6d5b3e8f7a92"
#define EN_STIX_EXTENSION_VERSION 1

/* Bytes of one object at most: a record with all its names. */
#define EN_STIX_OBJECT_MAX EN_MAX_RECORD

/* "identity--…" of a partner: its STIX identity, made from its id alone. At most EN_RECORD_REF_MAX bytes. */
void en_stix_partner_ref(en_text partner, struct en_buf *out);
/* "marking-definition--…" of a label of TLP 2.0. */
const char *en_stix_tlp_ref(enum en_tlp tlp);
/* "<type>--<id>" of a record. */
void en_stix_ref(const struct en_record *r, struct en_buf *out);

/* Appends the object; the same record gives the same bytes. The record must pass en_record_check (an invariant). */
void en_stix_write(const struct en_record *r, struct en_buf *out);

/*
 * Reads an object into *out, made with en_record_init by this function. EN_E_INPUT with the place or the member that is
 * not as it should be (never its text); EN_E_LIMIT. Members of the extension that are not known are noted in the report
 * (may be NULL) and otherwise passed over, so that a later version's additions do no harm; a kind or an extension
 * version that is not known is refused. The result passes en_record_check.
 */
en_errc en_stix_read(en_bytes object, struct en_arena *a, struct en_record *out, struct en_report *report,
                     struct en_err *err);

/*
 * Appends a bundle: the two definitions of our extension, the identities of the originators, the markings and, for
 * records with names in several scripts, their language-content (made from the names, never edited); then the objects
 * as they are. objects[i] are the exact bytes of records[i].
 */
void en_stix_bundle(const struct en_record *records, const en_bytes *objects, size_t n, struct en_buf *out);

#endif
