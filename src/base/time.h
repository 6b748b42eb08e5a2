/*
 * time.h: time as a value. Nothing here reads a clock: the daemon and the commands do, and pass it in.
 *
 * en_time is UTC in milliseconds since 1970-01-01T00:00:00Z. A civil day is a count of days since
 * 1970-01-01 in the proleptic Gregorian calendar; it may be negative.
 */
#ifndef EN_BASE_TIME_H
#define EN_BASE_TIME_H

#include "base/bytes.h"

typedef int64_t en_time;
#define EN_TIME_NONE   INT64_MIN
#define EN_TIME_SECOND ((en_time)1000)
#define EN_TIME_HOUR   ((en_time)3600 * 1000)
#define EN_TIME_DAY    ((en_time)86400 * 1000)
#define EN_TIME_RFC3339_LEN 24 /* 2026-02-27T00:00:09.554Z */

/* Days of a civil date; no range check of month and day beyond EN_ASSERT. */
int32_t en_day_from_civil(int year, int month, int day);
void en_day_to_civil(int32_t day, int *year, int *month, int *dom);
bool en_civil_valid(int year, int month, int day);
int en_civil_month_days(int year, int month);

/*
 * Days of a date of the Islamic calendar, tabular (civil epoch, leap years 2 5 7 10 13 16 18 21 24 26 29 of 30); month
 * 1..12, day 1..30, year 1..9999. A calendar that goes by the moon as it is seen may be two days off.
 */
int32_t en_day_from_islamic(int year, int month, int day);
int en_islamic_month_days(int year, int month);
/* The same of the solar Hijri calendar of Iran and Afghanistan (2820-year cycle), which may be one day off. */
int32_t en_day_from_solar_hijri(int year, int month, int day);
int en_solar_hijri_month_days(int year, int month);

en_time en_time_from_day(int32_t day);
/* The day that t is in; the ends of int32_t for what lies beyond them. */
int32_t en_time_to_day(en_time t);
/* Writes 24 characters and a NUL. Before year 0 and after 9999: the first and the last moment of that span. */
void en_time_format(en_time t, char out[EN_TIME_RFC3339_LEN + 1]);
/* RFC 3339 with Z or an offset, seconds fraction optional; false and *out untouched if it is not that. */
bool en_time_parse(en_text t, en_time *out);

#endif
