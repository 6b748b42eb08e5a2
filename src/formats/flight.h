/*
 * flight.h: flight numbers as messages write them.
 */
#ifndef EN_FORMATS_FLIGHT_H
#define EN_FORMATS_FLIGHT_H

#include "base/bytes.h"

#define EN_FLIGHT_MAX 12

/*
 * "TZ0006", "TZ 6" and "tz6" are TZ6: carrier (two characters, or three letters), number without leading zeros and
 * blanks, operational suffix if there is one. Returns the length; 0 if it is no flight number.
 */
size_t en_flight_normal(en_text number, char out[EN_FLIGHT_MAX]);
/* Whether both are flight numbers and the same. */
bool en_flight_same(en_text a, en_text b);

#endif
