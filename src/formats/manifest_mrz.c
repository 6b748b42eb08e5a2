/*
 * manifest_mrz.c: a batch of machine readable zones in a text, with blank lines and other text between them.
 *
 *   outside ──a first line──▶ inside ──the lines that its length asks for──▶ outside (the zone is read)
 *                             inside ──other text, another first line, the end──▶ refused as incomplete
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "formats/manifest_impl.h"
#include "formats/mrz.h"

/* A longer line cannot be a zone, even with all its lines joined. */
#define LINE_MAX 256u

struct reader {
    struct en_manifest_rows rows;
    char line[LINE_MAX];   /* the present line, as far as it is kept */
    size_t n_line;         /* its whole length */
    uint64_t at, line_pos, line_no;
    char zone[3][EN_MRZ_LINE_MAX];
    size_t n_zone, length; /* lines of the open zone, and their length; 0: outside */
    uint64_t zone_pos, zone_line;
    uint64_t other, other_pos, other_line;
};

static size_t
lines_of_length(size_t length)
{
    return length == 30 ? 3 : length == 36 || length == 44 ? 2 : 0;
}

static size_t
count_digits(const char *p, size_t n)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++)
        k += p[i] >= '0' && p[i] <= '9';
    return k;
}

static bool
is_letter_or_filler(char c)
{
    return (c >= 'A' && c <= 'Z') || c == '<';
}

/*
 * Whether a line of the right letters can begin a zone: a code of P V A C I, an issuer of letters, and few digits
 * (names, two lines) or some (a card, whose first line has the number). Some digits are let pass in names: misread
 * letters.
 */
static bool
is_first_line(const char *p, size_t n)
{
    if (!memchr("PVACI", p[0], 5) || !is_letter_or_filler(p[1]))
        return false;
    for (size_t i = 2; i < 5; i++)
        if (!is_letter_or_filler(p[i]))
            return false;
    return n == 30 ? count_digits(p, n) >= 3 : count_digits(p, n) <= 4;
}

/* --- the zone ------------------------------------------------------------------------------------- */

static void
refuse_zone(struct reader *r)
{
    if (r->n_zone)
        en_report_add(r->rows.run->report, EN_NOTE_REFUSED, "mrz-incomplete", r->zone_line, r->zone_pos,
                      "a machine readable zone lacks lines");
    r->n_zone = 0;
}

static en_errc
read_zone(struct reader *r, struct en_err *err)
{
    struct en_manifest_rows *rows = &r->rows;
    en_text lines[3];
    struct en_mrz z;
    struct en_err why = EN_ERR_INIT;

    for (size_t i = 0; i < r->n_zone; i++)
        lines[i] = (en_text){ r->zone[i], r->length };
    en_manifest_rows_begin(rows, r->zone_line, r->zone_pos);
    rows->traveller.source = EN_SOURCE_DOCUMENT;
    rows->traveller.role = r->zone[0][0] == 'A' && r->zone[0][1] == 'C' ? EN_ROLE_CREW : EN_ROLE_PASSENGER;
    if (en_mrz_read(lines, r->n_zone, rows->run->today, &z, &rows->traveller.person, rows->run->report, r->zone_line,
                    r->zone_pos, &why) != EN_OK) {
        en_report_add(rows->run->report, EN_NOTE_REFUSED, "mrz-format", r->zone_line, r->zone_pos, "%s", why.text);
        r->n_zone = 0;
        return EN_OK;
    }
    r->n_zone = 0;
    return en_manifest_rows_deliver(rows, err);
}

/* A line of a zone's letters and length. */
static en_errc
take_line(struct reader *r, const char *p, size_t n, struct en_err *err)
{
    bool first = is_first_line(p, n);

    if (r->n_zone && (n != r->length || (first && n != 30)))
        refuse_zone(r);
    if (!r->n_zone) {
        if (!first) {
            en_report_add(r->rows.run->report, EN_NOTE_REFUSED, "mrz-orphan", r->line_no, r->line_pos,
                          "a line of a machine readable zone has no first line");
            return EN_OK;
        }
        r->length = n;
        r->zone_pos = r->line_pos;
        r->zone_line = r->line_no;
    }
    memcpy(r->zone[r->n_zone++], p, n);
    return r->n_zone == lines_of_length(n) ? read_zone(r, err) : EN_OK;
}

/* --- lines ---------------------------------------------------------------------------------------- */

/* Makes capitals of small letters; false if other characters than those of a zone are there. */
static bool
zone_letters(char *p, size_t n, bool *capitals)
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] >= 'a' && p[i] <= 'z') {
            p[i] = (char)(p[i] - 0x20);
            *capitals = true;
        } else if (!is_letter_or_filler(p[i]) && !(p[i] >= '0' && p[i] <= '9')) {
            return false;
        }
    }
    return true;
}

/* A line that is no part of a zone. One that looks as if it had lost or gained a character is refused aloud. */
static void
other_line(struct reader *r, const char *p, size_t n)
{
    size_t fillers = 0;

    for (size_t i = 0; i < n; i++)
        fillers += p[i] == '<';
    refuse_zone(r);
    if (fillers >= 3 || (!memchr(p, ' ', n) && n >= 28 && n <= 46 && count_digits(p, n) >= 6))
        en_report_add(r->rows.run->report, EN_NOTE_REFUSED, "mrz-line", r->line_no, r->line_pos,
                      "a line of %zu characters looks like a machine readable zone and is none", n);
    else if (!r->other++) {
        r->other_pos = r->line_pos;
        r->other_line = r->line_no;
    }
}

static void
note_repair(struct reader *r, const char *code, const char *text)
{
    en_report_add(r->rows.run->report, EN_NOTE_REPAIR, code, r->line_no, r->line_pos, "%s", text);
}

/* Whether all lines of a zone stand in one: 90, 88 or 72 characters. */
static size_t
joined_length(size_t n)
{
    return n == 90 ? 30 : n == 88 ? 44 : n == 72 ? 36 : 0;
}

static en_errc
end_line(struct reader *r, struct en_err *err)
{
    en_bytes t = en_bytes_trim(en_bytes_from(r->line, r->n_line < LINE_MAX ? r->n_line : LINE_MAX));
    char *p = r->line + (t.n ? (size_t)((const char *)t.p - r->line) : 0);
    bool capitals = false;
    size_t each = joined_length(t.n);
    en_errc rc = EN_OK;

    if (!t.n)
        return EN_OK;
    if (r->n_line >= LINE_MAX || (!each && !lines_of_length(t.n)) ||
        (!memchr(p, '<', t.n) && count_digits(p, t.n) < 6) || !zone_letters(p, t.n, &capitals)) {
        other_line(r, p, t.n);
        return EN_OK;
    }
    if (capitals)
        note_repair(r, "mrz-case", "small letters were read as capitals");
    if (!each)
        return take_line(r, p, t.n, err);
    note_repair(r, "mrz-joined", "the lines of a machine readable zone stand in one line");
    refuse_zone(r);
    for (size_t i = 0; i < t.n && rc == EN_OK; i += each)
        rc = take_line(r, p + i, each, err);
    return rc;
}

/* --- the format ----------------------------------------------------------------------------------- */

static void *
create(const struct en_manifest_run *run)
{
    struct reader *r = en_xcalloc(1, sizeof *r);

    en_manifest_rows_init(&r->rows, run);
    r->line_no = 1;
    return r;
}

static en_errc
feed(void *self, en_bytes chunk, struct en_err *err)
{
    struct reader *r = self;
    en_errc rc = EN_OK;

    en_digest_add(r->rows.digest, chunk);
    for (size_t i = 0; i < chunk.n && rc == EN_OK; i++) {
        uint8_t c = chunk.p[i];

        r->at++;
        if (c != '\n' && c != '\r' && c != '\f') {
            if (r->n_line < LINE_MAX)
                r->line[r->n_line] = (char)c;
            r->n_line++;
            continue;
        }
        rc = end_line(r, err);
        r->n_line = 0;
        r->line_pos = r->at;
        r->line_no += c == '\n';
    }
    return rc;
}

static en_errc
end(void *self, struct en_err *err)
{
    struct reader *r = self;
    en_errc rc = end_line(r, err);

    if (rc != EN_OK)
        return rc;
    refuse_zone(r);
    if (r->other)
        en_report_add(r->rows.run->report, EN_NOTE_REPAIR, "text-around", r->other_line, r->other_pos,
                      "%llu lines of other text were passed over", (unsigned long long)r->other);
    if (!r->rows.travellers && !en_report_count(r->rows.run->report, EN_NOTE_REFUSED))
        return en_err_set(err, EN_E_INPUT, 0, "no machine readable zone was found");
    return en_manifest_rows_end(&r->rows, "MRZ", err);
}

static void
destroy(void *self)
{
    struct reader *r = self;

    en_manifest_rows_release(&r->rows);
    free(r);
}

/* A line of a zone's letters and length that can be a first one, among the first lines. */
static bool
sniff(en_bytes head)
{
    size_t i = 0;

    while (i < head.n) {
        const uint8_t *lf = memchr(head.p + i, '\n', head.n - i);
        size_t n = lf ? (size_t)(lf - head.p) - i : head.n - i;
        en_bytes t = en_bytes_trim((en_bytes){ head.p + i, n });
        size_t length = joined_length(t.n) ? joined_length(t.n) : t.n;
        char copy[3 * EN_MRZ_LINE_MAX];
        bool capitals = false;

        if (lines_of_length(length) && t.n <= sizeof copy) {
            memcpy(copy, t.p, t.n);
            if (memchr(copy, '<', t.n) && zone_letters(copy, t.n, &capitals) && is_first_line(copy, length))
                return true;
        }
        i += n + 1;
    }
    return false;
}

const struct en_manifest_impl en_manifest_impl_mrz = {
    .word = "mrz", .sniff = sniff, .create = create, .feed = feed, .end = end, .destroy = destroy
};
