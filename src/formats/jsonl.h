/*
 * jsonl.h: lines of a JSON lines file as it streams in, and one line parsed safely.
 *
 * Lines end in LF or CRLF; a UTF-8 byte order mark and empty lines are passed over; a line longer than EN_MAX_RECORD is
 * refused with its position (code line-long) and the next one read.
 */
#ifndef EN_FORMATS_JSONL_H
#define EN_FORMATS_JSONL_H

#include <jansson.h>

#include "base/report.h"

struct en_jsonl_sink {
    void *ctx;
    /* text is borrowed for the call. An error ends the reading and is what feed or end returns. */
    en_errc (*line)(void *ctx, en_bytes text, uint64_t line, uint64_t pos, struct en_err *err);
};

struct en_jsonl;

struct en_jsonl *en_jsonl_new(struct en_jsonl_sink sink, struct en_report *report);
en_errc en_jsonl_feed(struct en_jsonl *j, en_bytes chunk, struct en_err *err);
en_errc en_jsonl_end(struct en_jsonl *j, struct en_err *err);
void en_jsonl_free(struct en_jsonl *j);

/*
 * The object that text is, to be freed with json_decref; or NULL with a refused note in report. What is refused, and
 * the codes: person/json_in.h.
 */
json_t *en_jsonl_object(en_bytes text, uint64_t line, uint64_t pos, struct en_report *report);

#endif
