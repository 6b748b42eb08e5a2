/*
 * report.h: what happened to an input, so that nothing is dropped in silence.
 *
 * A reader adds a note for every repair it made, every part it refused and every thing it kept without
 * understanding. Notes are counted by code without limit; the first EN_REPORT_NOTES of each code are kept
 * with their position. A note never carries the input's own text.
 */
#ifndef EN_BASE_REPORT_H
#define EN_BASE_REPORT_H

#include "base/bytes.h"
#include "base/buf.h"

enum en_note_kind {
    EN_NOTE_REPAIR,  /* read after a repair */
    EN_NOTE_REFUSED, /* this row, person or segment was not accepted */
    EN_NOTE_KEPT,    /* not understood, kept with the record */
    EN_NOTE_WARNING, /* accepted as it is, and somebody should look */
    EN_NOTE_LEFT_OUT /* read and not kept, because a rule says so: payments, bags, contacts of a booking */
};

struct en_note {
    enum en_note_kind kind;
    const char *code; /* stable, lower case with hyphens: "mrz-check-digit"; a constant of ours */
    uint64_t line;    /* line, row or segment from 1; 0 if none */
    uint64_t pos;     /* byte offset in the file; EN_NO_POS if none */
    char text[160];   /* one sentence for a person */
};

struct en_report;

struct en_report *en_report_new(void);
void en_report_free(struct en_report *r);
/* code must be a constant string; the format arguments must not be input text. */
void en_report_add(struct en_report *r, enum en_note_kind kind, const char *code, uint64_t line,
                   uint64_t pos, const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* As en_report_add, for n places at once of which this is the first; nothing if n is 0. text is a constant of ours. */
void en_report_add_many(struct en_report *r, enum en_note_kind kind, const char *code, uint64_t line, uint64_t pos,
                        uint64_t n, const char *text);
/* Adds a refused note from an error. */
void en_report_add_err(struct en_report *r, const char *code, const struct en_err *err);
/* How many notes of a kind were added (kept or not). */
uint64_t en_report_count(const struct en_report *r, enum en_note_kind kind);
uint64_t en_report_count_code(const struct en_report *r, const char *code);
/* The kept notes in the order they were added. */
size_t en_report_kept(const struct en_report *r);
const struct en_note *en_report_note(const struct en_report *r, size_t i);
/* The codes seen, in order of first appearance, and each one's count and kind. */
size_t en_report_codes(const struct en_report *r);
const char *en_report_code(const struct en_report *r, size_t i, enum en_note_kind *kind, uint64_t *count);
/*
 * Writes "repairs":[…],"refused":[…],"kept":[…],"warnings":[…],"left_out":[…] into an open JSON object. Each is a list
 * of {"code","count","at":[{"line","pos","text"}…]} with the first places. docs/formats/json.md.
 */
void en_report_json(const struct en_report *r, struct en_json *j);

#endif
