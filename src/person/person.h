/*
 * person.h: the identity. Everything known about a person, several values of everything.
 *
 * A person is built in an arena by a reader and lives as long as the arena. Lists grow through the en_person_add
 * functions, which return EN_E_LIMIT beyond EN_MAX_VALUES or at the arena's cap. Nothing is merged or dropped
 * here: what a reader does not understand goes to `extras`, which stay with the record.
 */
#ifndef EN_PERSON_PERSON_H
#define EN_PERSON_PERSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/report.h"
#include "person/country.h"

enum en_name_kind {
    EN_NAME_PRIMARY,
    EN_NAME_ALIAS,   /* also known as, of good or unstated quality */
    EN_NAME_WEAK,    /* low quality or weak alias: nicknames, noms de guerre */
    EN_NAME_FORMER,  /* formerly known as, maiden name */
    EN_NAME_NATIVE,  /* the name in the original script as the source gives it */
    EN_NAME_KINDS
};

/* Role of a part of a name. */
enum en_part_role {
    EN_PART_FAMILY, EN_PART_GIVEN, EN_PART_MIDDLE, EN_PART_PATRONYMIC, EN_PART_TITLE, EN_PART_OTHER, EN_PART_ROLES
};

enum en_name_source {      /* where the text came from: it says how much the spelling can be trusted */
    EN_NAME_FROM_RECORD,   /* a list or database entry */
    EN_NAME_FROM_MRZ,      /* ICAO 9303 transliteration, possibly cut */
    EN_NAME_FROM_MESSAGE,  /* PAXLST or PNRGOV: capitals, possibly cut */
    EN_NAME_FROM_TYPED,    /* typed by a person */
    EN_NAME_SOURCES
};

enum en_quality { EN_QUALITY_UNSTATED, EN_QUALITY_GOOD, EN_QUALITY_LOW, EN_QUALITIES };

struct en_part {
    enum en_part_role role;
    en_text text;
};

struct en_name {
    en_text full;          /* as a person would write it, given names first where the source tells */
    struct en_part *parts; /* may be empty */
    size_t n_parts;
    enum en_name_kind kind;
    enum en_quality quality;
    enum en_name_source source;
    char script[5];        /* ISO 15924 ("Latn", "Arab", "Cyrl" …), "Zyyy" for none, "" if not determined yet */
    char lang[4];          /* ISO 639, "" if unknown */
    bool truncated;        /* the source says, or its format shows, that the end is missing */
};

enum en_date_quality {
    EN_DATE_EXACT,   /* the source gives a full date */
    EN_DATE_MONTH,   /* year and month known */
    EN_DATE_YEAR,    /* only the year known */
    EN_DATE_BETWEEN, /* any time in the interval */
    EN_DATE_APPROX,  /* around the interval: "circa" */
    EN_DATE_QUALITIES
};

enum en_calendar { EN_CAL_GREGORIAN, EN_CAL_HIJRI_LUNAR, EN_CAL_HIJRI_SOLAR, EN_CALENDARS };

/* One possible birth date: a set of days [from, to], both included, in days since 1970-01-01. */
struct en_birth {
    int32_t from, to;
    enum en_date_quality quality;
    enum en_calendar calendar; /* of the original; from and to are Gregorian always */
    en_text as_written;        /* the source's text, may be empty */
};

enum en_sex { EN_SEX_UNKNOWN, EN_SEX_MALE, EN_SEX_FEMALE, EN_SEX_OTHER, EN_SEXES };

enum en_doc_type {
    EN_DOC_PASSPORT, EN_DOC_NATIONAL_ID, EN_DOC_VISA, EN_DOC_RESIDENCE, EN_DOC_SEAMAN, EN_DOC_OTHER, EN_DOC_TYPES
};
enum en_doc_status {
    EN_DOC_UNSTATED, EN_DOC_VALID, EN_DOC_EXPIRED, EN_DOC_LOST, EN_DOC_STOLEN, EN_DOC_REVOKED, EN_DOC_FALSE,
    EN_DOC_STATUSES
};
/* R3 of reference/travel.md: typed data weighs less than data read from the document. */
enum en_doc_read { EN_READ_UNSTATED, EN_READ_MACHINE, EN_READ_TYPED, EN_DOC_READS };

struct en_doc {
    enum en_doc_type type;
    en_text number;      /* as given */
    en_country issuer;
    enum en_doc_status status;
    enum en_doc_read read;
    int32_t expires;     /* day, INT32_MIN if unknown */
    en_text note;
};

struct en_place {
    en_text text;        /* "Bunagana, Rutshuru territory" */
    en_country country;
};

/* A value that was kept without being understood: the source's own field name and text. */
struct en_extra {
    en_text key, value;
};

struct en_person {
    struct en_arena *arena; /* where the lists live; not owned */
    struct en_name *names;
    size_t n_names, cap_names;
    struct en_birth *births;
    size_t n_births, cap_births;
    enum en_sex sex;
    en_country *nationalities;
    size_t n_nationalities, cap_nationalities;
    struct en_doc *docs;
    size_t n_docs, cap_docs;
    struct en_place *places; /* of birth */
    size_t n_places, cap_places;
    struct en_extra *extras;
    size_t n_extras, cap_extras;
};

void en_person_init(struct en_person *p, struct en_arena *a);
/* Each appends a copy of *v (not of the texts it points to). EN_E_LIMIT as said above. */
en_errc en_person_add_name(struct en_person *p, const struct en_name *v);
en_errc en_person_add_birth(struct en_person *p, const struct en_birth *v);
en_errc en_person_add_nationality(struct en_person *p, en_country c); /* once each; unknown codes are not added */
en_errc en_person_add_doc(struct en_person *p, const struct en_doc *v);
en_errc en_person_add_place(struct en_person *p, const struct en_place *v);
en_errc en_person_add_extra(struct en_person *p, en_text key, en_text value);
/*
 * Appends a role and text to a name under construction (array in the arena of p). Start from parts = NULL, n_parts = 0
 * and grow the array by this function only.
 */
en_errc en_name_add_part(struct en_person *p, struct en_name *n, enum en_part_role role, en_text text);

/*
 * A birth date from text, Gregorian:
 *   1965, 1965-03, 1965-03-12 (with / or . too, and 19650312); day and month "00" or "XX" mean unknown;
 *   12 Mar 1965, 12th of March 1965, March 12, 1965, Mar 1965, Nov. 1973, 1965-Mar-12 (English months, cut at will);
 *   12.03.1965, and 12/03/1965 or 12-03-1965 only if one order of day and month is a date (a reader that knows its
 *   source's order uses en_birth_from_parts);
 *   1970-1972, 1970-72, 1970s, between 1970 and 1972, from Mar 1970 to Apr 1971, 1970/1972, 1970 or 1971;
 *   any of these with circa, c., approximately, about … before or after it, or "~" before it.
 * An interval that is exactly one day, month or year gets that quality. false (and *out untouched) if it is none of
 * these, no real date, ends before it begins, or is outside 1850..2200. as_written is borrowed.
 */
bool en_birth_parse(en_text t, struct en_birth *out);
/*
 * YYYYMMDD parts with 0 for unknown month or day (a day without its month says no more than the year). as_written is
 * empty.
 */
bool en_birth_from_parts(int year, int month, int day, struct en_birth *out);
/*
 * The same of another calendar, year, month and day being its own. The result is an interval of Gregorian days: two
 * days wider on either side for the lunar Hijri calendar and one for the solar one, because a table cannot know which
 * evening the moon was seen. false if the date is none of the calendar, or outside of 1850..2200.
 */
bool en_birth_from_calendar(enum en_calendar c, int year, int month, int day, struct en_birth *out);
/* All days from..to, with the narrowest quality that says exactly that. */
void en_birth_span(int32_t from, int32_t to, struct en_birth *out);
/* "HIJRI", "Islamic", "Solar Hijri", "SHAMSI", "Gregorian" …, in any case. */
bool en_calendar_from_word(en_text t, enum en_calendar *out);
/*
 * Two-digit year of an MRZ or an EDIFACT message (YYMMDD): the latest century that is not after `today`.
 * month or day 0 = unknown.
 */
bool en_birth_from_yymmdd(int yy, int month, int day, int32_t today, struct en_birth *out);
/* ISO text: "1971", "1971-03", "1971-03-05", "1971/1973" for other intervals; needs 24 bytes. */
void en_birth_format(const struct en_birth *b, char out[24]);

/* Stable words for enums, for JSON and the store; and back (false if unknown). */
const char *en_name_kind_word(enum en_name_kind k);
bool en_name_kind_from(en_text t, enum en_name_kind *out);
const char *en_name_source_word(enum en_name_source s);
bool en_name_source_from(en_text t, enum en_name_source *out);
const char *en_quality_word(enum en_quality q);
bool en_quality_from(en_text t, enum en_quality *out);
const char *en_date_quality_word(enum en_date_quality q);
bool en_date_quality_from(en_text t, enum en_date_quality *out);
const char *en_calendar_word(enum en_calendar c);
bool en_calendar_from(en_text t, enum en_calendar *out);
const char *en_part_role_word(enum en_part_role r);
bool en_part_role_from(en_text t, enum en_part_role *out);
const char *en_sex_word(enum en_sex s);             /* "male" "female" "other" "" */
enum en_sex en_sex_from(en_text t);                 /* M, F, X, male, female, 男 …; unknown otherwise */
const char *en_doc_type_word(enum en_doc_type t);
bool en_doc_type_from(en_text t, enum en_doc_type *out);
const char *en_doc_status_word(enum en_doc_status s);
bool en_doc_status_from(en_text t, enum en_doc_status *out);
const char *en_doc_read_word(enum en_doc_read r);
bool en_doc_read_from(en_text t, enum en_doc_read *out);

/*
 * The JSON form of docs/formats/json.md ("person"): members names, birth_dates, sex, nationalities, documents,
 * birth_places, extras; written into an open object. Lossless: reading it back gives the same person.
 */
void en_person_json(const struct en_person *p, struct en_json *j);
/*
 * Reads that form from a JSON object text into *out, which en_person_init has made. What is not understood is kept as
 * extras and noted (EN_NOTE_KEPT); person_json.h has the details, and the function for a json_t. report may be NULL.
 */
en_errc en_person_from_json(en_bytes json, struct en_person *out, struct en_report *report, struct en_err *err);

#endif
