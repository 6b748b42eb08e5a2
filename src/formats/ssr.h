/*
 * ssr.h: the free texts of special service requests about a passenger's documents. Private to formats.
 *
 * SSR DOCS, DOCO and DOCA are lists of fields between slashes, the same in bookings (PNRGOV) and in telexes. Systems
 * leave fields at the beginning out or put one too many: what a field is, is told by the fields that cannot be mistaken
 * (a date of the form 04JUL80, a letter of the type), and the others stand where they stand beside it.
 */
#ifndef EN_FORMATS_SSR_H
#define EN_FORMATS_SSR_H

#include "base/bytes.h"

/* All fields are borrowed from the text, without blanks at the ends; empty if missing. */

/*= IATA AIRIMP, SSR DOCS: type/issuer/number/nationality/birth/sex/expiry/surname/first/second/H. */
struct en_ssr_docs {
    en_bytes type, issuer, number, nationality, birth, sex, expires, family, given, middle;
    bool infant;  /* the sex is MI or FI: the person sits on the lap of the one this is filed under */
    bool shifted; /* the fields stood beside their places */
};
/* False if the text holds neither a number, a birth date nor a name. */
bool en_ssr_docs(en_bytes text, struct en_ssr_docs *out);

/*= IATA AIRIMP, SSR DOCO: birth place/type/number/place of issue/date of issue/country it is for. */
struct en_ssr_doco {
    en_bytes birth_place, type, number, issued_at, country; /* type: "V" visa, "K" known traveller, "R" redress */
    bool infant;                                            /* a last field "I" */
};
/* False if there is no type and number. */
bool en_ssr_doco(en_bytes text, struct en_ssr_doco *out);

/*= IATA AIRIMP, SSR DOCA: type/country/street/city/region/postcode. */
struct en_ssr_doca {
    en_bytes type, country, city; /* type: "R" residence, "D" destination */
};
bool en_ssr_doca(en_bytes text, struct en_ssr_doca *out);

/*= IATA AIRIMP, SSR INFT: surname/given names/birth, or the birth behind a blank. */
struct en_ssr_inft {
    en_bytes family, given, birth;
};
bool en_ssr_inft(en_bytes text, struct en_ssr_inft *out);

/* "04JUL80", "4JUL1980", "JUL80" (day 0): out is the year as written (two digits below 100), month, day. */
bool en_ssr_day(en_bytes text, int *year, int *month, int *day);

#endif
