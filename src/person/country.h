/*
 * country.h: codes of states and of the other issuers that travel documents know.
 *
 * An en_country is the upper-case three-letter code of ISO 3166-1, of ICAO Doc 9303 part 3 section 5 (D is
 * written DEU here; GBD, UNO, XXA, XXB, XXC, EUE, RKS …), UTO (specimen), a code of a state that no longer
 * exists (SUN, YUG, SCG, CSK, DDR, ANT), or a user-assigned one (AAA–AAZ, QMA–QZZ, XAA–XZZ, ZZA–ZZZ: fictional
 * services). Kosovo is XKX. The empty code means unknown.
 */
#ifndef EN_PERSON_COUNTRY_H
#define EN_PERSON_COUNTRY_H

#include "base/bytes.h"

typedef struct en_country {
    char a3[4];
} en_country;

#define EN_COUNTRY_NONE ((en_country){ "" })

/*
 * Understands alpha-2, alpha-3 and MRZ codes (any case, trailing '<'), English and common alternative
 * names ("Iran (Islamic Republic of)", "Russia", "Syria", demonyms such as "Iraqi"). EN_COUNTRY_NONE when it
 * is none of these.
 */
en_country en_country_from_text(en_text t);
bool en_country_known(en_country c);
bool en_country_eq(en_country a, en_country b);
/* Codes of one state over time or by rank of document agree (GBD and GBR; SUN and RUS): a weaker agreement. */
bool en_country_related(en_country a, en_country b);
/* The short English name, or "" for the empty code. */
const char *en_country_name(en_country c);
/* Lower-case alpha-2 where one exists (xk for Kosovo), else "". */
const char *en_country_a2(en_country c);

#endif
