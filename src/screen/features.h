/*
 * features.h: what the fusion of the evidence looks at: a fixed vector of integers for a traveller and a candidate.
 *
 * An axis is either a case out of a few (a category) or an amount in 1/64 bit that is read off between knots. None of
 * them is an accident of how a list is written: letter case, which fields a record has beyond whether they can be
 * compared, and the number of its names beyond their chances are no axes.
 */
#ifndef EN_SCREEN_FEATURES_H
#define EN_SCREEN_FEATURES_H

#include "screen/align.h"
#include "screen/fields.h"

enum en_axis {
    EN_AXIS_NONE,
    /* Cases. */
    EN_AXIS_SCRIPTS,  /* enum en_scripts_case */
    EN_AXIS_MATCHED,  /* parts of the names that fit: 0 .. 4 and more */
    EN_AXIS_ALONE,    /* parts that only the traveller has: 0 .. 3 and more */
    EN_AXIS_ABSENT,   /* parts that only the list has */
    EN_AXIS_CONFLICT, /* parts that stand against each other */
    EN_AXIS_JOINED,   /* parts run together or cut */
    EN_AXIS_INITIALS,
    EN_AXIS_ELSEWHERE, /* parts that fit another name of the alert than the others do */
    EN_AXIS_BIRTH,       /* enum en_birth_case */
    EN_AXIS_BIRTH_KIND,  /* the same, coarser */
    EN_AXIS_DOCUMENT,    /* enum en_doc_case */
    EN_AXIS_NATIONALITY, /* enum en_relation_case */
    EN_AXIS_SEX,
    EN_AXIS_PLACE,
    EN_AXIS_REGIME, /* which date can be compared: none, year, day */
    /* Amounts. */
    EN_AXIS_NAME,   /* evidence of the whole name before it is corrected */
    EN_AXIS_BEST,   /* of the pair that says most, */
    EN_AXIS_SECOND, /* the next, */
    EN_AXIS_THIRD,
    EN_AXIS_REST,          /* and all further ones together */
    EN_AXIS_SLIP,          /* the dearest spelling among the pairs */
    EN_AXIS_SPELLING,      /* the spelling of all pairs, for each letter */
    EN_AXIS_ALONE_RARITY,  /* of the rarest part that only the traveller has */
    EN_AXIS_ABSENT_RARITY, /* that only the list has */
    EN_AXIS_TOTAL,         /* all rows together, for the calibration */
    EN_AXES
};

enum en_scripts_case {
    EN_SCRIPTS_LATIN,
    EN_SCRIPTS_CYRILLIC,
    EN_SCRIPTS_ARABIC,
    EN_SCRIPTS_HEBREW,
    EN_SCRIPTS_GREEK,
    EN_SCRIPTS_CAUCASUS,
    EN_SCRIPTS_HANGUL,
    EN_SCRIPTS_KANA,
    EN_SCRIPTS_HAN,
    EN_SCRIPTS_HAN_WORD,   /* no more characters than a Chinese name has, read as foreign words */
    EN_SCRIPTS_CHINESE,    /* Han read syllable by syllable */
    EN_SCRIPTS_KOREAN,     /* Hangul likewise */
    EN_SCRIPTS_CHARACTERS, /* Han on both sides */
    EN_SCRIPTS_OTHER,   /* the traveller's, against Latin */
    EN_SCRIPTS_SAME,    /* one native script on both sides */
    EN_SCRIPTS_BACK,    /* Latin against a native one */
    EN_SCRIPTS_BETWEEN, /* two native ones */
    EN_SCRIPTS_NONE,    /* no name to compare */
    EN_SCRIPTS_CASES
};

struct en_features {
    int32_t v[EN_AXES];
};

/* The axes of the names; name: the bits of the alignment. */
void en_features_of_name(struct en_features *f, struct en_expander *x, const struct en_segment *s,
                         const struct en_query_name *q, const struct en_list_name *l, const struct en_alignment *a,
                         en_bits name);
/* Where a side has no name. */
void en_features_no_name(struct en_features *f);

/* The evidence of the fields that are no names, and their axes. */
struct en_fields_evidence {
    struct en_field_evidence birth, doc, nationality, sex, place;
};
void en_fields_evidence(const struct en_segment *s, const struct en_ident *x, const struct en_person *q,
                        struct en_fields_evidence *out);
en_bits en_fields_bits(const struct en_fields_evidence *e);
void en_features_of_fields(struct en_features *f, const struct en_fields_evidence *e);

#endif
