/*
 * json_values.h: a file of JSON values as it streams in: one document over many lines, an array, or one value after
 * another. Private to formats.
 *
 * A value at the top is cut out by its brackets and parsed as a whole, so it is bounded: EN_JSON_VALUE_MAX bytes. One
 * that is longer or is no JSON is refused with its place (json-large, json-syntax and the other codes of json_in.h),
 * and reading goes on behind it.
 */
#ifndef EN_FORMATS_JSON_VALUES_H
#define EN_FORMATS_JSON_VALUES_H

#include <jansson.h>

#include "base/limits.h"
#include "base/report.h"

/* One page of notices has 200 KiB, one large MISP event 8 MiB. */
#define EN_JSON_VALUE_MAX (16u * EN_MIB)

struct en_json_values_sink {
    void *ctx;
    /* v is borrowed; line and pos are those of the value at the top. An error ends the reading. */
    en_errc (*value)(void *ctx, json_t *v, uint64_t line, uint64_t pos, struct en_err *err);
};

struct en_json_values;

struct en_json_values *en_json_values_new(struct en_json_values_sink sink, struct en_report *report);
en_errc en_json_values_feed(struct en_json_values *j, en_bytes chunk, struct en_err *err);
/* Refuses a value that has no end. */
en_errc en_json_values_end(struct en_json_values *j, struct en_err *err);
void en_json_values_free(struct en_json_values *j);

#endif
