#include "formats/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/csv.h"

enum column { FLIGHT, DEPARTS, DUE, CARRIER, COLUMNS };
static const char *const names[COLUMNS] = { "flight", "departs", "due", "carrier" };

struct en_schedule {
    struct en_schedule_sink sink;
    struct en_report *report;
    struct en_csv *csv;
    struct en_arena arena; /* of the row */
    size_t at[COLUMNS];    /* field of each column, SIZE_MAX for none */
    bool header;
};

static char
upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static bool
digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
en_flight_name(en_text given, char out[static EN_FLIGHT_NAME_MAX])
{
    char t[EN_FLIGHT_NAME_MAX];
    size_t n = 0, k = 2, at = 2;

    for (size_t i = 0; i < given.n; i++) {
        char c = upper(given.p[i]);

        if (c == ' ' || c == '-' || c == '/')
            continue;
        if ((!digit(c) && (c < 'A' || c > 'Z')) || n == 8)
            return false;
        t[n++] = c;
    }
    if (n < 3 || !digit(t[2]) || (digit(t[0]) && digit(t[1])))
        return false;
    out[0] = t[0];
    out[1] = t[1];
    while (k + 1 < n && t[k] == '0' && digit(t[k + 1]))
        k++;
    for (; k < n; k++) {
        if (!digit(t[k]) && k + 1 < n)
            return false;
        out[at++] = t[k];
    }
    out[at] = '\0';
    return true;
}

static en_text
field(struct en_schedule *s, const struct en_csv_row *row, enum column c)
{
    unsigned repairs = 0;
    en_text t = EN_TEXT_LIT("");

    if (s->at[c] < row->n && en_text_check(row->fields[s->at[c]], EN_MAX_NAME, &s->arena, &t, &repairs, NULL) != EN_OK)
        t = EN_TEXT_LIT("");
    return t;
}

/* "2026-11-23", with or without a time behind it. */
static bool
read_day(en_text t, en_time *out)
{
    char full[] = "YYYY-MM-DDT00:00:00Z";

    if (t.n < 10)
        return false;
    memcpy(full, t.p, 10);
    return en_time_parse(en_text_from_ours(full), out);
}

static en_errc
read_header(struct en_schedule *s, const struct en_csv_row *row, struct en_err *err)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        s->at[c] = SIZE_MAX;
        for (size_t i = 0; i < row->n; i++)
            if (row->fields[i].n == strlen(names[c]) && memcmp(row->fields[i].p, names[c], row->fields[i].n) == 0)
                s->at[c] = i;
    }
    s->header = true;
    if (s->at[FLIGHT] == SIZE_MAX || s->at[DEPARTS] == SIZE_MAX || s->at[DUE] == SIZE_MAX)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS,
                          "a schedule begins with a row that names flight, departs and due");
    return EN_OK;
}

static en_errc
read_row(void *ctx, const struct en_csv_row *row, struct en_err *err)
{
    struct en_schedule *s = ctx;
    struct en_schedule_row r = { .line = row->line };
    en_text flight;
    en_time departs;

    en_arena_reset(&s->arena);
    if (!s->header)
        return read_header(s, row, err);
    flight = field(s, row, FLIGHT);
    r.carrier = field(s, row, CARRIER);
    if (!en_flight_name(flight, r.flight) || !read_day(field(s, row, DEPARTS), &departs) ||
        !en_time_parse(field(s, row, DUE), &r.due)) {
        en_report_add(s->report, EN_NOTE_REFUSED, "schedule-row", row->line, row->n > 0 ? row->pos[0] : 0,
                      "a row has a flight, a day of departure and a time when its passengers are due");
        return EN_OK;
    }
    r.day = en_time_to_day(departs);
    if (r.carrier.n == 0)
        r.carrier = (en_text){ r.flight, 2 };
    return s->sink.row(s->sink.ctx, &r, err);
}

struct en_schedule *
en_schedule_new(struct en_schedule_sink sink, struct en_report *report)
{
    struct en_schedule *s = en_xcalloc(1, sizeof *s);

    s->sink = sink;
    s->report = report;
    en_arena_init(&s->arena, EN_MAX_RECORD_ARENA);
    s->csv = en_csv_new(',', (struct en_csv_sink){ s, read_row }, report);
    return s;
}

en_errc
en_schedule_feed(struct en_schedule *s, en_bytes chunk, struct en_err *err)
{
    return en_csv_feed(s->csv, chunk, err);
}

en_errc
en_schedule_end(struct en_schedule *s, struct en_err *err)
{
    en_errc rc = en_csv_end(s->csv, err);

    if (rc == EN_OK && !s->header)
        return en_err_set(err, EN_E_INPUT, EN_NO_POS,
                          "a schedule begins with a row that names flight, departs and due");
    return rc;
}

void
en_schedule_free(struct en_schedule *s)
{
    if (s == NULL)
        return;
    en_csv_free(s->csv);
    en_arena_release(&s->arena);
    free(s);
}
