/*
 * record.h: whatever is exchanged: alert, sighting, movement, incident, warning, note, opinion, withdrawal, figure.
 *
 * A record has an originator, a version, a ground, a handling marking and values. What values a kind has is a row of
 * en_record_kinds: a new kind is a new row. On the wire a record is one STIX 2.1 object with our extension
 * (docs/formats/record.md, stix.h); the exact bytes are what is signed and kept.
 *
 * Only the originator makes a new version or a withdrawal; rules and the node see to that, this module only reads and
 * writes. Records live in the arena of whoever made or read them.
 */
#ifndef EN_RECORD_RECORD_H
#define EN_RECORD_RECORD_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/time.h"
#include "person/person.h"

#define EN_RECORD_ID_LEN      36 /* a UUID in lower case */
#define EN_RECORD_REF_MAX     80 /* of the longest type, two dashes, a UUID */
#define EN_RECORD_PARTNER_LEN 16 /* the id of a partner's first key: en_key_id */
#define EN_RECORD_VALUES_MAX  64u
#define EN_RECORD_TEXT_MAX    EN_MAX_TEXT
#define EN_RECORD_LIST_MAX    64u /* partners of an onward list, codes of a handling, records that a record is about */

enum en_record_kind {
    EN_RECORD_ALERT,      /* asks holders to do something when they meet a person or a document */
    EN_RECORD_SIGHTING,   /* somebody or something was met, or looked for and not met */
    EN_RECORD_MOVEMENT,   /* a journey, planned or made */
    EN_RECORD_INCIDENT,   /* what happened at a place */
    EN_RECORD_WARNING,    /* a threat to a place, a time or a group of people: overtakes everything */
    EN_RECORD_NOTE,       /* free text on other records */
    EN_RECORD_OPINION,    /* agreement or dispute, without editing what another wrote */
    EN_RECORD_WITHDRAWAL, /* the originator takes a record back */
    EN_RECORD_FIGURE,     /* a count with its definition */
    EN_RECORD_KINDS
};
const char *en_record_kind_word(enum en_record_kind k); /* "alert" … */
bool en_record_kind_from(en_text t, enum en_record_kind *out);

/* --- values ------------------------------------------------------------------------------------------ */

enum en_value_type {
    EN_VALUE_TEXT,
    EN_VALUE_WORD,   /* one of the field's words */
    EN_VALUE_TIME,
    EN_VALUE_COUNT,  /* 0 to INT64_MAX */
    EN_VALUE_RECORD, /* a record: its STIX type, two dashes, its id (en_record_ref) */
    EN_VALUE_COUNTRY,
    EN_VALUE_PERSON
};

/* A field of a kind of record. */
struct en_record_field {
    const char *name; /* as in the extension */
    enum en_value_type type;
    bool required, many;
    const char *const *words; /* of EN_VALUE_WORD, ends with NULL */
    const char *help;         /* what it says, for people */
};

struct en_value {
    const struct en_record_field *field;
    en_text text; /* EN_VALUE_TEXT, _WORD, _RECORD */
    en_time time;
    int64_t count;
    en_country country;
    struct en_person *person;
};

struct en_record_kind_row {
    const char *word;
    const char *stix_type;
    bool own_type; /* not a type of STIX itself: a "new-sdo" of our extension */
    bool urgent;   /* goes before everything else and is acknowledged by a person */
    bool about;    /* is about other records: at least one "about" */
    const struct en_record_field *fields; /* ends with a row without name */
};
extern const struct en_record_kind_row en_record_kinds[EN_RECORD_KINDS];

/* The field of a kind, or NULL. */
const struct en_record_field *en_record_field(enum en_record_kind k, en_text name);

/* --- handling ---------------------------------------------------------------------------------------- */

/*= FIRST, Traffic Light Protocol 2.0 */
enum en_tlp { EN_TLP_CLEAR, EN_TLP_GREEN, EN_TLP_AMBER, EN_TLP_AMBER_STRICT, EN_TLP_RED, EN_TLPS };
const char *en_tlp_word(enum en_tlp t); /* "clear" … "amber+strict" "red" */
bool en_tlp_from(en_text t, enum en_tlp *out);

/* May a holder pass it on? To nobody, after asking the originator, or to those on a list. */
enum en_onward { EN_ONWARD_NONE, EN_ONWARD_ASK, EN_ONWARD_LIST, EN_ONWARDS };
const char *en_onward_word(enum en_onward o);
bool en_onward_from(en_text t, enum en_onward *out);

/*
 * What may be done with a record. To whom it is released is not in it: that roster stays with the originator, and the
 * envelope carries commitments to it (docs/formats/envelope.md).
 */
struct en_handling {
    enum en_tlp tlp;
    enum en_onward onward;
    const en_text *onward_to; /* partners; only with EN_ONWARD_LIST */
    size_t n_onward_to;
    const en_text *codes; /* "H0" … "H3" (Europol), others as their scheme writes them */
    size_t n_codes;
    en_text scheme, source, information; /* evaluation as given: "europol-4x4", "B", "2"; all or none */
    en_text purpose;                     /* what it may be used for; never empty on an alert */
    en_time review, destroy;             /* EN_TIME_NONE if there is none */
};

/* --- a record ---------------------------------------------------------------------------------------- */

struct en_record {
    enum en_record_kind kind;
    en_text id;         /* EN_RECORD_ID_LEN characters */
    uint32_t version;   /* from 1 */
    en_text originator; /* EN_RECORD_PARTNER_LEN hex digits */
    en_time created, modified;
    en_text ground;     /* a ground's word (docs/formats/grounds.md), empty for none */
    en_text instrument; /* the legal instrument or warrant behind it, as the originator names it */
    struct en_handling handling;
    struct en_value *values;
    size_t n_values, cap_values;
    struct en_arena *arena;
};

void en_record_init(struct en_record *r, enum en_record_kind kind, struct en_arena *a);
/* Appends a value of a field of the record's kind. EN_E_LIMIT beyond EN_RECORD_VALUES_MAX or at the arena's cap. */
en_errc en_record_add(struct en_record *r, const struct en_value *v, struct en_err *err);
/* The first value of a field, or NULL. name is ours. */
const struct en_value *en_record_value(const struct en_record *r, const char *name);

/*
 * Whether the record is whole: id, originator, version, times; required fields once (or at least once), others as often
 * as allowed; words of their lists; text within limits; a handling without contradiction. EN_E_INPUT with a sentence
 * that names the field.
 */
en_errc en_record_check(const struct en_record *r, struct en_err *err);
/* A UUID in lower case of version 1 to 5 and variant 1, as the schemas of STIX ask. */
bool en_record_id_valid(en_text id);
/* Whether t refers to a record; the kind and id are then in *kind and *id (borrowed; either may be NULL). */
bool en_record_ref(en_text t, enum en_record_kind *kind, en_text *id);

#endif
