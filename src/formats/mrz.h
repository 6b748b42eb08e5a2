/*
 * mrz.h: one machine readable zone (ICAO Doc 9303 parts 3 to 7), pure.
 *
 * Nothing is corrected: a wrong check digit, a letter where a digit should be, is reported and the person is read all
 * the same. Each check digit gets its own verdict, because two characters whose values are equal modulo 10 cannot be
 * told apart by it, and names have none.
 */
#ifndef EN_FORMATS_MRZ_H
#define EN_FORMATS_MRZ_H

#include "base/report.h"
#include "base/time.h"
#include "person/person.h"

enum en_mrz_format { EN_MRZ_TD1, EN_MRZ_TD2, EN_MRZ_TD3, EN_MRZ_MRVA, EN_MRZ_MRVB, EN_MRZ_FORMATS };

enum en_mrz_check {
    EN_MRZ_NUMBER, EN_MRZ_BIRTH, EN_MRZ_EXPIRY,
    EN_MRZ_PERSONAL,  /* TD3 only */
    EN_MRZ_COMPOSITE, /* not on visas */
    EN_MRZ_CHECKS
};

enum en_mrz_verdict {
    EN_MRZ_ABSENT,   /* the format has none there, or the place holds the filler */
    EN_MRZ_AGREES,
    EN_MRZ_DISAGREES
};

/*
 * A document number of more than nine characters goes on in the optional data behind a filler. The standard says that
 * the filler is not counted; cards exist where it was.
 */
enum en_mrz_long { EN_MRZ_SHORT, EN_MRZ_LONG, EN_MRZ_LONG_COUNTED, EN_MRZ_LONG_BOTH, EN_MRZ_LONG_NEITHER };

#define EN_MRZ_LINE_MAX 44

struct en_mrz {
    enum en_mrz_format format;
    en_text lines[3];         /* as read; letters A to Z, digits and '<' only */
    size_t n_lines;
    en_text code;             /* "P", "ID" */
    en_country issuer;
    en_text number;           /* without fillers at the end, the rest of a long one appended */
    en_text personal; /* TD3 personal number, or the optional data of the others without fillers; may be empty */
    enum en_mrz_long reading; /* how the check digit of a long number agreed */
    enum en_mrz_verdict check[EN_MRZ_CHECKS];
    bool name_truncated;      /* the name fills its field */
};


/* The check digit of s (values 0-9, A-Z = 10-35, '<' = 0; weights 7 3 1), '0' to '9'. */
char en_mrz_digit(en_text s);

/*
 * Reads a zone into z and appends what it says to the person (names, birth date, sex, nationality, document, extras),
 * all in the person's arena. The lines must have the lengths of one format and hold A-Z, 0-9 and '<' only: EN_E_INPUT
 * otherwise. today settles years. Notes (with line and pos of the caller): mrz-number, mrz-birth, mrz-expiry,
 * mrz-personal, mrz-composite (a check digit disagrees), mrz-name, mrz-sex, mrz-long-number (warnings); birth-date,
 * country (kept).
 */
en_errc en_mrz_read(const en_text *lines, size_t n_lines, int32_t today, struct en_mrz *z, struct en_person *p,
                    struct en_report *report, uint64_t line, uint64_t pos, struct en_err *err);

#endif
