/*
 * manifest_impl.h: what a reader of a manifest format implements. Private to formats.
 */
#ifndef EN_FORMATS_MANIFEST_IMPL_H
#define EN_FORMATS_MANIFEST_IMPL_H

#include "formats/manifest.h"

/* What the caller gave; the same for all formats. Borrowed for the reader's life. */
struct en_manifest_run {
    int32_t today;
    struct en_manifest_sink sink;
    struct en_report *report;
};

struct en_manifest_impl {
    const char *word;
    bool (*sniff)(en_bytes head);
    void *(*create)(const struct en_manifest_run *run);
    en_errc (*feed)(void *self, en_bytes chunk, struct en_err *err);
    en_errc (*end)(void *self, struct en_err *err);
    void (*destroy)(void *self);
};

extern const struct en_manifest_impl en_manifest_impl_edifact;

#endif
