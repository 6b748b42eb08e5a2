/*
 * csv.h: rows of a CSV file (RFC 4180) as it streams in.
 *
 * Feed chunks of any size; the sink gets each row once, in order. Quotes, doubled quotes and line ends inside quotes
 * are understood; CRLF, LF and lone CR end a row; a UTF-8 byte order mark, empty rows and a final 0x1A (the end-of-file
 * mark of DOS, which OFAC still writes) are passed over. A row with NUL, an unbalanced quote, too many fields or too
 * many bytes is refused with its position, and reading goes on at the next line: one bad row never eats the file.
 *
 * Codes in the report: csv-nul, csv-quote, csv-open-quote, csv-columns, csv-field-long, csv-row-long (refused);
 * csv-bare-quote, csv-blank-at-quote (repaired).
 */
#ifndef EN_FORMATS_CSV_H
#define EN_FORMATS_CSV_H

#include "base/report.h"

/* Columns of one row. Our widest format has under 30; the widest known list file (EU) 90. */
#define EN_CSV_MAX_FIELDS 256u

struct en_csv_row {          /* everything borrowed for the call */
    const en_bytes *fields;  /* unquoted, otherwise untouched */
    const uint64_t *pos;     /* byte offset in the file of each field's content */
    size_t n;
    uint64_t line;           /* of the row's first byte, from 1 */
    en_bytes raw;            /* the row's own bytes without its line end */
};

struct en_csv_sink {
    void *ctx;
    /* An error ends the reading and is what feed or end returns. */
    en_errc (*row)(void *ctx, const struct en_csv_row *row, struct en_err *err);
};

struct en_csv;

/* report is borrowed. delimiter is ASCII, and ',' in all formats of others. */
struct en_csv *en_csv_new(char delimiter, struct en_csv_sink sink, struct en_report *report);
/*
 * From now on rows have n fields. A row that has not, and spans lines, is then known to be an unbalanced quote: it is
 * refused and reading goes on at its second line. A single-line row of another width still goes to the sink.
 */
void en_csv_expect(struct en_csv *c, size_t n);
/* Another quote than ", before the first byte; -1: there is none and every sign is itself. ASCII. */
void en_csv_quote(struct en_csv *c, int quote);
en_errc en_csv_feed(struct en_csv *c, en_bytes chunk, struct en_err *err);
/* The last row, which may lack its line end. */
en_errc en_csv_end(struct en_csv *c, struct en_err *err);
void en_csv_free(struct en_csv *c);

#endif
