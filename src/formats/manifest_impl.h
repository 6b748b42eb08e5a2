/*
 * manifest_impl.h: what a reader of a manifest format implements. Private to formats.
 */
#ifndef EN_FORMATS_MANIFEST_IMPL_H
#define EN_FORMATS_MANIFEST_IMPL_H

#include "base/hash.h"
#include "formats/ids.h"
#include "formats/manifest.h"

/* What the caller gave; the same for all formats. Borrowed for the reader's life. */
struct en_manifest_run {
    int32_t today;
    struct en_manifest_sink sink;
    struct en_report *report;
    const struct en_manifest_map *map; /* of a CSV that is not ours; NULL without one */
};

struct en_manifest_map;

struct en_manifest_impl {
    const char *word;
    bool (*sniff)(en_bytes head);
    void *(*create)(const struct en_manifest_run *run);
    en_errc (*feed)(void *self, en_bytes chunk, struct en_err *err);
    en_errc (*end)(void *self, struct en_err *err);
    void (*destroy)(void *self);
};

extern const struct en_manifest_impl en_manifest_impl_edifact;
extern const struct en_manifest_impl en_manifest_impl_mrz;
extern const struct en_manifest_impl en_manifest_impl_csv;
extern const struct en_manifest_impl en_manifest_impl_jsonl;

/* --- what the readers of row by row formats share --------------------------------------------------------- */

struct en_manifest_rows {
    const struct en_manifest_run *run;
    struct en_arena arena;          /* of the traveller */
    struct en_traveller traveller;
    struct en_ids *ids;
    struct en_digest *digest;
    uint64_t travellers;
};

void en_manifest_rows_init(struct en_manifest_rows *r, const struct en_manifest_run *run);
void en_manifest_rows_release(struct en_manifest_rows *r);
/* Forgets the last traveller and starts one at this place. */
void en_manifest_rows_begin(struct en_manifest_rows *r, uint64_t line, uint64_t pos);
/* Gives the traveller an id if it has none of its own, and hands it to the sink. */
en_errc en_manifest_rows_deliver(struct en_manifest_rows *r, struct en_err *err);
/* Tells the sink about the file, which is one message of this type. */
en_errc en_manifest_rows_end(struct en_manifest_rows *r, const char *type, struct en_err *err);
/* A note at the traveller's line. */
void en_manifest_rows_note(struct en_manifest_rows *r, enum en_note_kind kind, const char *code, uint64_t pos,
                           const char *text);
/*
 * Checked text in the traveller's arena. What is not UTF-8 is read as Windows-1252 (text-utf8); controls and invisible
 * characters are taken out (text-control, text-bidi). Empty if refused (value-long).
 */
en_text en_manifest_rows_text(struct en_manifest_rows *r, en_bytes raw, uint64_t pos);
/* As en_manifest_rows_text, for a value in a charset that ICU knows by this name. */
en_text en_manifest_rows_text_in(struct en_manifest_rows *r, const char *charset, en_bytes raw, uint64_t pos);
void en_manifest_rows_extra(struct en_manifest_rows *r, en_text key, en_text value);
/* Notes EN_E_LIMIT of an en_person_add function. */
void en_manifest_rows_added(struct en_manifest_rows *r, en_errc rc);

#endif
