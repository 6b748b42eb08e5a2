/*
 * fields.h: evidence of the fields that are no names, in bits: log2 of P(what the traveller says | he is this person)
 * over P(what he says | anybody). A missing field is no evidence.
 */
#ifndef EN_SCREEN_FIELDS_H
#define EN_SCREEN_FIELDS_H

#include "screen/segment.h"
#include "screen/screen.h"

struct en_field_evidence {
    bool any;        /* both sides have the field */
    en_bits bits;
    uint32_t which;  /* the list's value that fits best: its number in the segment's array */
    size_t query;    /* the traveller's */
    const char *why; /* a constant */
};

struct en_field_evidence en_birth_evidence(const struct en_segment *s, const struct en_ident *x,
                                           const struct en_person *q);
struct en_field_evidence en_doc_evidence(const struct en_segment *s, const struct en_ident *x,
                                         const struct en_person *q);
struct en_field_evidence en_nationality_evidence(const struct en_segment *s, const struct en_ident *x,
                                                 const struct en_person *q);
struct en_field_evidence en_sex_evidence(const struct en_ident *x, const struct en_person *q);
struct en_field_evidence en_place_evidence(const struct en_segment *s, const struct en_ident *x,
                                           const struct en_person *q);

#endif
