/*
 * table.h: rows for people: aligned columns at a terminal, tab-separated without heading when piped.
 *
 * The whole table is kept until its end, so it is for pages and not for streams (those are NDJSON).
 */
#ifndef EN_CMD_TABLE_H
#define EN_CMD_TABLE_H

#include "cmd/out.h"

#define EN_TABLE_COLUMNS 16

struct en_table {
    struct en_out *out;
    size_t columns, width[EN_TABLE_COLUMNS], cells;
    bool right[EN_TABLE_COLUMNS];
    struct en_buf buf;   /* cells, each followed by a zero byte */
};

/* Headings separated by '|'; one that begins with '>' is aligned to the right: "id|name|>bits". */
void en_table_init(struct en_table *t, struct en_out *out, const char *headings);
/* The next cell; rows fill up by themselves. */
void en_table_text(struct en_table *t, en_text cell);
void en_table_str(struct en_table *t, const char *ours);
void en_table_f(struct en_table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Prints and releases. The number of cells must fill whole rows. */
void en_table_end(struct en_table *t);

#endif
