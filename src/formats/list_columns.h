/*
 * list_columns.h: lists that are CSV with a header line, where several rows in a row say what is known of one entry.
 * Private to formats.
 *
 * The columns are found by their names, in any order and in any case; those that are not known are kept as extras. Rows
 * with the same id that follow each other become one identity, in which no value stands twice. Rows of one id that
 * stand apart become several entries with that id, which are one identity to whoever takes them (list.h).
 *
 * Codes: csv-header (a column twice, or one that is needed missing), csv-width (a row of another width), no-id.
 */
#ifndef EN_FORMATS_LIST_COLUMNS_H
#define EN_FORMATS_LIST_COLUMNS_H

#include "formats/csv.h"
#include "formats/list_in.h"

#define EN_COLUMNS_MAX 160u

struct en_columns {
    struct en_list_in *in;
    struct en_csv *csv;
    const char *const *names; /* of the known columns, by the reader's own numbers; several names: "A|B" */
    size_t n_names;
    size_t n;                  /* of the header; 0 before it */
    size_t at[EN_COLUMNS_MAX]; /* where a known column stands, SIZE_MAX if nowhere */
    bool known[EN_CSV_MAX_FIELDS];
    en_text headers[EN_CSV_MAX_FIELDS]; /* in in->keep */
    const struct en_csv_row *row;       /* the present one */
    bool open;                          /* an identity is under construction */
};

void en_columns_init(struct en_columns *c, struct en_list_in *in, const char *const *names, size_t n_names);
/* The header line, which needs the columns of `required`. An error ends the reading. */
en_errc en_columns_header(struct en_columns *c, const struct en_csv_row *row, const size_t *required, size_t n_required,
                          struct en_err *err);
/*
 * Takes a row whose id stands in column `id`. *taken: it belongs to the identity under construction, which is a new
 * one if *fresh; the one before has been delivered. Not taken: the row was refused.
 */
en_errc en_columns_row(struct en_columns *c, const struct en_csv_row *row, size_t id, bool *taken, bool *fresh,
                       struct en_err *err);
/* Refuses a file without a header line. */
en_errc en_columns_end(struct en_columns *c, struct en_err *err);

bool en_columns_has(const struct en_columns *c, size_t column);
/* The present row's cell as text that lives as long as the identity; empty if there is none. */
en_text en_columns_text(struct en_columns *c, size_t column);
uint64_t en_columns_pos(const struct en_columns *c, size_t column);
/* Keeps a known column that is not matched under its own name, and each unknown one. */
void en_columns_aside(struct en_columns *c, size_t column);
void en_columns_unknown(struct en_columns *c);

#endif
