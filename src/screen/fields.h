/*
 * fields.h: evidence of the fields that are no names, in bits: log2 of P(what the traveller says | he is this person)
 * over P(what he says | anybody). A missing field is no evidence.
 */
#ifndef EN_SCREEN_FIELDS_H
#define EN_SCREEN_FIELDS_H

#include "screen/segment.h"
#include "screen/screen.h"

/* How a date of the traveller stands to one of the list, in the order of how much it speaks against. */
enum en_birth_case {
    EN_BIRTH_NONE, /* nothing to compare */
    /* a day against a day */
    EN_BIRTH_SAME,
    EN_BIRTH_SAME_NEW_YEAR,
    EN_BIRTH_SWAPPED,
    EN_BIRTH_NEW_YEAR,
    EN_BIRTH_OTHER_DAY,
    EN_BIRTH_OTHER_MONTH,
    EN_BIRTH_YEAR_OFF,
    EN_BIRTH_SAME_YEAR,
    EN_BIRTH_OTHER_YEAR,
    EN_BIRTH_NEAR,
    EN_BIRTH_YEARS,
    EN_BIRTH_FAR,
    /* a day against an interval of the list */
    EN_BIRTH_WITHIN,
    EN_BIRTH_BESIDE,
    EN_BIRTH_OUTSIDE_NEAR,
    EN_BIRTH_OUTSIDE,
    /* a year of the traveller */
    EN_BIRTH_YEAR_FITS,
    EN_BIRTH_YEAR_ONE,
    EN_BIRTH_YEAR_NEAR,
    EN_BIRTH_YEAR_FAR,
    EN_BIRTH_CASES
};

enum en_doc_case {
    EN_DOC_CASE_NONE,
    EN_DOC_CASE_OTHER,
    EN_DOC_CASE_ONE_WRONG,
    EN_DOC_CASE_ONE_CONFUSED,
    EN_DOC_CASE_EXCHANGED,
    EN_DOC_CASE_EQUAL,
    EN_DOC_CASE_RELATIVE,
    EN_DOC_CASES
};

enum en_relation_case { EN_RELATION_NONE, EN_RELATION_SAME, EN_RELATION_RELATED, EN_RELATION_OTHER, EN_RELATION_CASES };

struct en_field_evidence {
    bool any;     /* both sides have the field */
    uint8_t kind; /* enum en_birth_case, en_doc_case or en_relation_case; 0 where there is nothing to compare */
    en_bits bits;
    uint32_t which;  /* the list's value that fits best: its number in the segment's array */
    size_t query;    /* the traveller's */
    const char *why; /* a constant */
};

/* Of n dates of one person of a list; `which` counts from the first of them. */
struct en_field_evidence en_births_evidence(const struct en_list_birth *births, uint32_t n, const struct en_person *q);
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
