/*
 * schedule.h: flights that are expected, from CSV: docs/formats/schedule.md.
 *
 * One bad row never sinks the others; each is refused in the report with its place (schedule-row).
 */
#ifndef EN_FORMATS_SCHEDULE_H
#define EN_FORMATS_SCHEDULE_H

#include "base/report.h"
#include "base/time.h"

#define EN_FLIGHT_NAME_MAX 16

struct en_schedule_row {             /* borrowed for the call */
    char flight[EN_FLIGHT_NAME_MAX]; /* in normal form */
    en_text carrier;                 /* as given, or the first two characters of the flight */
    int32_t day;                     /* of departure, by the place's own calendar */
    en_time due;                     /* when its passengers must be known here */
    uint64_t line;
};

struct en_schedule_sink {
    void *ctx;
    en_errc (*row)(void *ctx, const struct en_schedule_row *r, struct en_err *err);
};

struct en_schedule;
struct en_schedule *en_schedule_new(struct en_schedule_sink sink, struct en_report *report);
en_errc en_schedule_feed(struct en_schedule *s, en_bytes chunk, struct en_err *err);
/* EN_E_INPUT if the file has no header that names its columns. */
en_errc en_schedule_end(struct en_schedule *s, struct en_err *err);
void en_schedule_free(struct en_schedule *s);

/* "xn 0204" is XN204: carrier of two characters, number without leading zeros, an optional letter. False if it is none.
 */
bool en_flight_name(en_text given, char out[static EN_FLIGHT_NAME_MAX]);

#endif
